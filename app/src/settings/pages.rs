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
use crate::ui::{Choice, Hidden, PostForm, Says, SelectField, TextArea, TextField, lang, load, loaded, versions};
use crate::users::{activity, draft_of_address};
use crate::{say, words};

/// `/settings`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let draft = draft_of_address();
    loaded(load(move || draft.get(), settings_page), |page| {
        let l = lang();
        view! {
            <Title text=words::settings(l) />
            <div class="head"><div><h1>{words::settings(l)}</h1><p class="quiet">{words::settings_are(l)}</p></div></div>
            <div class="two">
                <nav class="side" aria-label=words::actions(l)>
                    <a href="/settings" aria-current="page">{words::settings(l)}</a>
                    <a href="/settings/licence">{words::licence(l)}</a>
                    <a href="/offices">{words::offices(l)}</a>
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
    let Page { form, zones, has_offices, theirs, refusal, .. } = page.clone();
    let languages = Language::ALL.map(|language| (language.code().to_owned(), language_name(language).to_owned())).to_vec();
    let offered = Language::ALL.map(|language| {
        let checked = form.languages.iter().any(|code| code == language.code());
        view! { <Choice kind="checkbox" name="languages[]" value=language.code() title=language_name(language) hint="" checked /> }
    });
    let zones = zones.into_iter().map(|zone| (zone.clone(), zone.replace('_', " "))).collect();
    let formats = LoginNameFormat::ALL.map(|format| (format.as_str().to_owned(), format_name(l, format))).to_vec();
    let required = OPTIONAL.map(|field| {
        let checked = form.required_fields.iter().any(|name| name == field.name());
        view! { <Choice kind="checkbox" name="required_fields[]" value=field.name() title=say::field(l, field) hint="" checked /> }
    });
    let office_hint = if has_offices { words::requires_office_hint(l) } else { words::requires_office_none(l) };
    let meanwhile = theirs.as_ref().map(|theirs| view! { <section class="card">{meanwhile(&form, theirs)}</section> });
    view! {
        <PostForm action=EditSettings::url() title=words::settings(l) refusal>
            {meanwhile}
            <Hidden name="version" value=form.version.clone() />
            <fieldset>
                <legend>{words::language_and_time(l)}</legend>
                <div class="pair">
                    <SelectField field=Field::Language value=form.language.clone() nothing=words::choose_language(l) options=languages hint=words::default_language_hint(l) required=true />
                    <SelectField field=Field::TimeZone value=form.time_zone.clone() nothing=words::choose_time_zone(l) options=zones hint=words::time_zone_hint(l) required=true />
                </div>
                <div role="group" aria-label=words::languages_offered(l) id="languages" class="stack">
                    <p><b>{words::languages_offered(l)}</b></p>
                    <div class="pair">{offered}</div>
                    <span class="message"><Says field=Field::Languages /></span>
                </div>
            </fieldset>
            <fieldset>
                <legend>{words::names_and_addresses(l)}</legend>
                <SelectField field=Field::LoginNameFormat value=form.login_name_format.clone() nothing=words::choose_format(l) options=formats hint=words::format_hint(l) required=true />
                <TextArea field=Field::OwnDomains value=form.own_domains.clone() hint=words::own_domains_hint(l) />
            </fieldset>
            <fieldset>
                <legend>{words::required_fields(l)}</legend>
                <p class="quiet small">{words::required_fields_hint(l)}</p>
                <div role="group" aria-label=words::required_fields(l) id="required_fields" class="stack">
                    <div class="pair">{required}</div>
                    <span class="message"><Says field=Field::RequiredFields /></span>
                </div>
                <Choice kind="checkbox" name="requires_office" value="on" title=words::everybody_office(l) hint=office_hint checked=!form.requires_office.is_empty() />
            </fieldset>
            <fieldset>
                <legend>{words::lists(l)}</legend>
                <p class="quiet small"><a href="/lists">{words::lists(l)}</a>" – "{words::lists_are(l)}</p>
                <Choice kind="checkbox" name="uses_lms" value="on" title=words::uses_lms(l) hint=words::uses_lms_hint(l) checked=!form.uses_lms.is_empty() />
            </fieldset>
            <fieldset>
                <legend>{words::portal(l)}</legend>
                <div role="group" aria-label=words::portal(l) id="uses_portal" class="stack">
                    <Choice kind="checkbox" name="uses_portal" value="on" title=words::uses_portal(l) hint=words::uses_portal_hint(l) checked=!form.uses_portal.is_empty() />
                    <span class="message"><Says field=Field::UsesPortal /></span>
                </div>
            </fieldset>
            <fieldset>
                <legend>{words::referrals(l)}</legend>
                <Choice kind="checkbox" name="takes_referrals" value="on" title=words::takes_referrals(l) hint=words::takes_referrals_hint(l) checked=!form.takes_referrals.is_empty() />
            </fieldset>
            <fieldset>
                <legend>{words::leaving(l)}</legend>
                <TextArea field=Field::ArchiveReasons value=form.archive_reasons.clone() hint=words::archive_reasons_hint(l) />
            </fieldset>
            <fieldset>
                <legend>{words::help(l)}</legend>
                <TextField field=Field::SupportContact value=form.support_contact.clone() hint=words::support_contact_hint(l) />
            </fieldset>
            <div class="review">
                <span class="grow">{words::settings_review(l)}</span>
                <button class="button main">{words::save_changes(l)}</button>
            </div>
        </PostForm>
    }
    .into_any()
}

fn format_name(l: Language, format: LoginNameFormat) -> String {
    match format {
        LoginNameFormat::FirstDotLast => words::format_first_last(l),
        LoginNameFormat::Email => words::format_email(l),
        LoginNameFormat::Free => words::format_free(l),
    }
}

/// What somebody else saved meanwhile, beside what is in the form.
fn meanwhile(mine: &Form, theirs: &Form) -> AnyView {
    let l = lang();
    let tick = |ticked: &String| if ticked.is_empty() { String::new() } else { "✓".to_owned() };
    let of = |form: &Form| {
        let language = |code: &String| Language::from_code(code).map(language_name).unwrap_or_default();
        let named = |names: &[String]| {
            let fields = names.iter().filter_map(|name| Field::from_name(name)).map(|field| say::field(l, field));
            fields.collect::<Vec<_>>().join(", ")
        };
        [
            (Field::Language, language(&form.language).to_owned()),
            (Field::Languages, form.languages.iter().map(language).collect::<Vec<_>>().join(", ")),
            (Field::TimeZone, form.time_zone.clone()),
            (Field::LoginNameFormat, form.login_name_format.parse().map(|format| format_name(l, format)).unwrap_or_default()),
            (Field::OwnDomains, form.own_domains.replace('\n', ", ")),
            (Field::RequiredFields, named(&form.required_fields)),
            (Field::RequiresOffice, tick(&form.requires_office)),
            (Field::TakesReferrals, tick(&form.takes_referrals)),
            (Field::UsesLms, tick(&form.uses_lms)),
            (Field::UsesPortal, tick(&form.uses_portal)),
            (Field::ArchiveReasons, form.archive_reasons.replace('\n', ", ")),
            (Field::SupportContact, form.support_contact.clone()),
        ]
    };
    let rows = of(mine).into_iter().zip(of(theirs)).map(|((field, mine), (_, theirs))| (say::field(l, field), mine, theirs));
    versions(rows.collect())
}
