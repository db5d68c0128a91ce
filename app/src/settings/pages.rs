//! `/settings`.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::audit::Subject;
use usher_types::login_name::LoginNameFormat;
use usher_types::settings::{EditSettings as Form, OPTIONAL, SettingsPage as Page};
use usher_types::{Field, Language};

use super::api::{EditSettings, settings_page};
use crate::activity::activity;
use crate::ui::{
    Choice, FieldError, FormSection, Hidden, PageBody, PageHeader, PostForm, SelectField, SideMenu,
    SubmitBar, TextArea, TextField, conflict_table, draft_param, lang, load, loaded,
};
use crate::{labels, messages};

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let draft = draft_param();
    loaded(load(move || draft.get(), settings_page), |page| {
        let l = lang();
        let menu = view! {
            <SideMenu>
                <a href="/settings" aria-current="page">{messages::settings(l)}</a>
                <a href="/settings/licence">{messages::licence(l)}</a>
                <a href="/offices">{messages::offices(l)}</a>
            </SideMenu>
        };
        view! {
            <PageHeader title=messages::settings(l) lead=messages::settings_are(l) />
            <PageBody menu=Some(menu.into_any())>
                {form(&page)}
                {activity(page.activity, Subject::Settings, "")}
            </PageBody>
        }
        .into_any()
    })
}

fn form(page: &Page) -> AnyView {
    let l = lang();
    let (page, refusal) = (page.clone(), page.refusal.clone());
    let comparison = conflict_table(&page.form, page.conflict.as_ref(), values);
    let form = page.form.clone();
    view! {
        <PostForm action=EditSettings::url() title=messages::settings(l) refusal>
            {comparison}
            <Hidden name="version" value=form.version.clone() />
            {language_and_time(&page)}
            {names_and_addresses(&form)}
            {required_fields(&page)}
            <FormSection title=messages::lists(l)>
                <p class="quiet small"><a href="/lists">{messages::lists(l)}</a>" – "{messages::lists_are(l)}</p>
                <Choice kind="checkbox" name="uses_lms" value="on" title=messages::uses_lms(l) hint=messages::uses_lms_hint(l) checked=!form.uses_lms.is_empty() />
            </FormSection>
            <FormSection title=messages::portal(l)>
                <div role="group" aria-label=messages::portal(l) id="uses_portal" class="stack">
                    <Choice kind="checkbox" name="uses_portal" value="on" title=messages::uses_portal(l) hint=messages::uses_portal_hint(l) checked=!form.uses_portal.is_empty() />
                    <span class="message"><FieldError field=Field::UsesPortal /></span>
                </div>
            </FormSection>
            <FormSection title=messages::referrals(l)>
                <Choice kind="checkbox" name="takes_referrals" value="on" title=messages::takes_referrals(l) hint=messages::takes_referrals_hint(l) checked=!form.takes_referrals.is_empty() />
            </FormSection>
            <FormSection title=messages::leaving(l)>
                <TextArea field=Field::ArchiveReasons value=form.archive_reasons.clone() hint=messages::archive_reasons_hint(l) />
            </FormSection>
            <FormSection title=messages::help(l)>
                <TextField field=Field::SupportContact value=form.support_contact.clone() hint=messages::support_contact_hint(l) />
            </FormSection>
            <SubmitBar submit=messages::save_changes(l)>{messages::settings_review(l)}</SubmitBar>
        </PostForm>
    }
    .into_any()
}

fn language_and_time(Page { form, zones, .. }: &Page) -> AnyView {
    let l = lang();
    let languages = Language::ALL
        .map(|language| {
            (
                language.code().to_owned(),
                labels::language(language).to_owned(),
            )
        })
        .to_vec();
    let offered = Language::ALL.map(|language| {
        let checked = form.languages.iter().any(|code| code == language.code());
        view! { <Choice kind="checkbox" name="languages[]" value=language.code() title=labels::language(language) hint="" checked /> }
    });
    let zones = zones
        .iter()
        .map(|zone| (zone.clone(), zone.replace('_', " ")))
        .collect();
    view! {
        <FormSection title=messages::language_and_time(l)>
            <div class="pair">
                <SelectField field=Field::Language value=form.language.clone() nothing=messages::choose_language(l) options=languages hint=messages::default_language_hint(l) required=true />
                <SelectField field=Field::TimeZone value=form.time_zone.clone() nothing=messages::choose_time_zone(l) options=zones hint=messages::time_zone_hint(l) required=true />
            </div>
            <div role="group" aria-label=messages::languages_offered(l) id="languages" class="stack">
                <p><b>{messages::languages_offered(l)}</b></p>
                <div class="pair">{offered}</div>
                <span class="message"><FieldError field=Field::Languages /></span>
            </div>
        </FormSection>
    }
    .into_any()
}

fn names_and_addresses(form: &Form) -> AnyView {
    let l = lang();
    let formats = LoginNameFormat::ALL
        .map(|format| (format.code().to_owned(), format_name(l, format)))
        .to_vec();
    view! {
        <FormSection title=messages::names_and_addresses(l)>
            <SelectField field=Field::LoginNameFormat value=form.login_name_format.clone() nothing=messages::choose_format(l) options=formats hint=messages::format_hint(l) required=true />
            <TextArea field=Field::OwnDomains value=form.own_domains.clone() hint=messages::own_domains_hint(l) />
        </FormSection>
    }
    .into_any()
}

fn required_fields(
    Page {
        form, has_offices, ..
    }: &Page,
) -> AnyView {
    let l = lang();
    let required = OPTIONAL.map(|field| {
        let checked = form.required_fields.iter().any(|name| name == field.name());
        view! { <Choice kind="checkbox" name="required_fields[]" value=field.name() title=labels::field(l, field) hint="" checked /> }
    });
    let office_hint = if *has_offices {
        messages::requires_office_hint(l)
    } else {
        messages::requires_office_none(l)
    };
    view! {
        <FormSection title=messages::required_fields(l)>
            <p class="quiet small">{messages::required_fields_hint(l)}</p>
            <div role="group" aria-label=messages::required_fields(l) id="required_fields" class="stack">
                <div class="pair">{required}</div>
                <span class="message"><FieldError field=Field::RequiredFields /></span>
            </div>
            <Choice kind="checkbox" name="requires_office" value="on" title=messages::everybody_office(l) hint=office_hint checked=!form.requires_office.is_empty() />
        </FormSection>
    }
    .into_any()
}

fn format_name(l: Language, format: LoginNameFormat) -> String {
    match format {
        LoginNameFormat::FirstDotLast => messages::format_first_last(l),
        LoginNameFormat::Email => messages::format_email(l),
        LoginNameFormat::Free => messages::format_free(l),
    }
}

/// The values that a conflict compares.
fn values(form: &Form) -> Vec<(String, String)> {
    let l = lang();
    let check_mark = |ticked: &String| {
        if ticked.is_empty() {
            String::new()
        } else {
            "✓".to_owned()
        }
    };
    let language = |code: &String| {
        Language::from_code(code)
            .map(labels::language)
            .unwrap_or_default()
    };
    let languages = form.languages.iter().map(language).collect::<Vec<_>>();
    let format = form.login_name_format.parse();
    let required = form.required_fields.iter();
    let required = required
        .filter_map(|name| Field::from_name(name))
        .map(|field| labels::field(l, field));
    let values = [
        (Field::Language, language(&form.language).to_owned()),
        (Field::Languages, languages.join(", ")),
        (Field::TimeZone, form.time_zone.clone()),
        (
            Field::LoginNameFormat,
            format
                .map(|format| format_name(l, format))
                .unwrap_or_default(),
        ),
        (Field::OwnDomains, form.own_domains.replace('\n', ", ")),
        (
            Field::RequiredFields,
            required.collect::<Vec<_>>().join(", "),
        ),
        (Field::RequiresOffice, check_mark(&form.requires_office)),
        (Field::TakesReferrals, check_mark(&form.takes_referrals)),
        (Field::UsesLms, check_mark(&form.uses_lms)),
        (Field::UsesPortal, check_mark(&form.uses_portal)),
        (
            Field::ArchiveReasons,
            form.archive_reasons.replace('\n', ", "),
        ),
        (Field::SupportContact, form.support_contact.clone()),
    ];
    values
        .map(|(field, text)| (labels::field(l, field), text))
        .to_vec()
}
