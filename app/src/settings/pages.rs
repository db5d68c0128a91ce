//! `/settings`.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::audit::Subject;
use usher_types::login_name::LoginNameFormat;
use usher_types::settings::{EditSettings as Form, OPTIONAL, SettingsPage as Page};
use usher_types::{Field, Language};

use super::api::{EditSettings, settings_page};
use crate::shell::language_name;
use crate::ui::{
    Choice, FieldError, Hidden, PostForm, SelectField, TextArea, TextField, conflict_table, lang,
    load, loaded,
};
use crate::users::{activity, draft_param};
use crate::{labels, messages};

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let draft = draft_param();
    loaded(load(move || draft.get(), settings_page), |page| {
        let l = lang();
        view! {
            <Title text=messages::settings(l) />
            <div class="head"><div><h1>{messages::settings(l)}</h1><p class="quiet">{messages::settings_are(l)}</p></div></div>
            <div class="two">
                <nav class="side" aria-label=messages::actions(l)>
                    <a href="/settings" aria-current="page">{messages::settings(l)}</a>
                    <a href="/settings/licence">{messages::licence(l)}</a>
                    <a href="/offices">{messages::offices(l)}</a>
                </nav>
                <div class="stack">
                    {form(&page)}
                    {activity(page.activity, Subject::Settings, "")}
                </div>
            </div>
        }
        .into_any()
    })
}

fn form(page: &Page) -> AnyView {
    let l = lang();
    let Page {
        form,
        zones,
        has_offices,
        conflict,
        refusal,
        ..
    } = page.clone();
    let languages = Language::ALL
        .map(|language| {
            (
                language.code().to_owned(),
                language_name(language).to_owned(),
            )
        })
        .to_vec();
    let offered = Language::ALL.map(|language| {
        let checked = form.languages.iter().any(|code| code == language.code());
        view! { <Choice kind="checkbox" name="languages[]" value=language.code() title=language_name(language) hint="" checked /> }
    });
    let zones = zones
        .into_iter()
        .map(|zone| (zone.clone(), zone.replace('_', " ")))
        .collect();
    let formats = LoginNameFormat::ALL
        .map(|format| (format.as_str().to_owned(), format_name(l, format)))
        .to_vec();
    let required = OPTIONAL.map(|field| {
        let checked = form.required_fields.iter().any(|name| name == field.name());
        view! { <Choice kind="checkbox" name="required_fields[]" value=field.name() title=labels::field(l, field) hint="" checked /> }
    });
    let office_hint = if has_offices {
        messages::requires_office_hint(l)
    } else {
        messages::requires_office_none(l)
    };
    let comparison = conflict_table(&form, conflict.as_ref(), values);
    view! {
        <PostForm action=EditSettings::url() title=messages::settings(l) refusal>
            {comparison}
            <Hidden name="version" value=form.version.clone() />
            <fieldset>
                <legend>{messages::language_and_time(l)}</legend>
                <div class="pair">
                    <SelectField field=Field::Language value=form.language.clone() nothing=messages::choose_language(l) options=languages hint=messages::default_language_hint(l) required=true />
                    <SelectField field=Field::TimeZone value=form.time_zone.clone() nothing=messages::choose_time_zone(l) options=zones hint=messages::time_zone_hint(l) required=true />
                </div>
                <div role="group" aria-label=messages::languages_offered(l) id="languages" class="stack">
                    <p><b>{messages::languages_offered(l)}</b></p>
                    <div class="pair">{offered}</div>
                    <span class="message"><FieldError field=Field::Languages /></span>
                </div>
            </fieldset>
            <fieldset>
                <legend>{messages::names_and_addresses(l)}</legend>
                <SelectField field=Field::LoginNameFormat value=form.login_name_format.clone() nothing=messages::choose_format(l) options=formats hint=messages::format_hint(l) required=true />
                <TextArea field=Field::OwnDomains value=form.own_domains.clone() hint=messages::own_domains_hint(l) />
            </fieldset>
            <fieldset>
                <legend>{messages::required_fields(l)}</legend>
                <p class="quiet small">{messages::required_fields_hint(l)}</p>
                <div role="group" aria-label=messages::required_fields(l) id="required_fields" class="stack">
                    <div class="pair">{required}</div>
                    <span class="message"><FieldError field=Field::RequiredFields /></span>
                </div>
                <Choice kind="checkbox" name="requires_office" value="on" title=messages::everybody_office(l) hint=office_hint checked=!form.requires_office.is_empty() />
            </fieldset>
            <fieldset>
                <legend>{messages::lists(l)}</legend>
                <p class="quiet small"><a href="/lists">{messages::lists(l)}</a>" – "{messages::lists_are(l)}</p>
                <Choice kind="checkbox" name="uses_lms" value="on" title=messages::uses_lms(l) hint=messages::uses_lms_hint(l) checked=!form.uses_lms.is_empty() />
            </fieldset>
            <fieldset>
                <legend>{messages::portal(l)}</legend>
                <div role="group" aria-label=messages::portal(l) id="uses_portal" class="stack">
                    <Choice kind="checkbox" name="uses_portal" value="on" title=messages::uses_portal(l) hint=messages::uses_portal_hint(l) checked=!form.uses_portal.is_empty() />
                    <span class="message"><FieldError field=Field::UsesPortal /></span>
                </div>
            </fieldset>
            <fieldset>
                <legend>{messages::referrals(l)}</legend>
                <Choice kind="checkbox" name="takes_referrals" value="on" title=messages::takes_referrals(l) hint=messages::takes_referrals_hint(l) checked=!form.takes_referrals.is_empty() />
            </fieldset>
            <fieldset>
                <legend>{messages::leaving(l)}</legend>
                <TextArea field=Field::ArchiveReasons value=form.archive_reasons.clone() hint=messages::archive_reasons_hint(l) />
            </fieldset>
            <fieldset>
                <legend>{messages::help(l)}</legend>
                <TextField field=Field::SupportContact value=form.support_contact.clone() hint=messages::support_contact_hint(l) />
            </fieldset>
            <div class="review">
                <span class="grow">{messages::settings_review(l)}</span>
                <button class="button main">{messages::save_changes(l)}</button>
            </div>
        </PostForm>
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
            .map(language_name)
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
