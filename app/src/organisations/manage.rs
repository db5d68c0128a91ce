//! `/organisations` and below: the operator creates, edits, licenses and suspends organisations.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::audit::Subject;
use usher_types::organisations::{
    AddPage, EditPage, ListQuery, OrganisationList, OrganisationPage as Page, Row,
};
use usher_types::{Field, Language};

use super::administrators::administrators;
use super::api::{
    AddOrganisation, EditOrganisation, ResumeOrganisation, SuspendOrganisation,
    add_organisation_page, edit_organisation_page, organisation_list, organisation_page,
    suspend_organisation_page,
};
use crate::settings::agreement;
use crate::shell::language_name;
use crate::ui::{
    Hidden, Moment, OverrideWarnings, PostForm, SelectField, SingleName, TextArea, TextField,
    conflict_table, cursor, empty, head, lang, load, loaded, page_context, pager,
};
use crate::users::{activity, draft_param, id_param};
use crate::{labels, messages};

fn list() -> (&'static str, String) {
    ("/organisations", messages::organisations(lang()))
}

/// `/organisations`.
#[component]
pub fn OrganisationListPage() -> impl IntoView {
    let query = use_query_map();
    let params = Signal::derive(move || {
        query.with(|query| {
            let text = |name: &str| query.get(name).unwrap_or_default();
            ListQuery {
                q: text("q"),
                cursor: cursor(query),
            }
        })
    });
    loaded(
        load(move || params.get(), organisation_list),
        |OrganisationList { rows, query, pages }| {
            let l = lang();
            let is_there = !rows.is_empty();
            let body = if !is_there {
                empty(
                    "office",
                    messages::no_organisation_found(l),
                    messages::no_organisation_found_why(l),
                    Some(("/organisations", messages::show_all(l))),
                )
            } else {
                table(rows)
            };
            let foot = is_there.then(|| {
                pager(
                    "/organisations",
                    &[("q", &query.q)],
                    labels::organisations(l, pages.total, pages.more),
                    &pages,
                )
            });
            view! {
            <Title text=messages::organisations(l) />
            <div class="head">
                <div><h1>{messages::organisations(l)}</h1><p class="quiet">{messages::organisations_are(l)}</p></div>
                <a class="button main" href="/organisations/new">{messages::add_organisation(l)}</a>
            </div>
            <section class="card" aria-label=messages::organisations(l)>
                <div class="tools">
                    <form method="get" action="/organisations" role="search" autocomplete="off">
                        <input type="search" name="q" class="search" value=query.q.clone() aria-label=messages::search_organisations(l) placeholder=messages::organisation_name(l) dir="auto" />
                        <button class="button">{messages::search(l)}</button>
                    </form>
                </div>
                {body}
                {foot}
            </section>
        }
        .into_any()
        },
    )
}

fn table(rows: Vec<Row>) -> AnyView {
    let l = lang();
    let own = page_context().me.map(|me| me.organisation);
    let rows = rows.into_iter().map(|row| {
        let badge = badge(&row);
        // the user's own organisation links to its caseworkers (IZ-03)
        let to = if own == Some(row.id) {
            "/organisation".to_owned()
        } else {
            format!("/organisations/{}", row.id)
        };
        view! {
            <tr>
                <th scope="row"><a href=to dir="auto">{row.name.clone()}</a></th>
                <td data-label=messages::status(l) data-priority="1">{badge}</td>
                <td data-label=messages::people(l) data-priority="2">{row.people}</td>
                <td data-label=messages::seats(l) data-priority="2">{seats(&row)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{messages::organisation(l)}</th>
                    <th scope="col">{messages::status(l)}</th>
                    <th scope="col">{messages::people(l)}</th>
                    <th scope="col">{messages::seats(l)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn seats(row: &Row) -> String {
    let l = lang();
    row.seats.map_or_else(
        || messages::seats_unlimited(l, row.used),
        |seats| messages::seats_of(l, row.used, seats),
    )
}

fn badge(row: &Row) -> AnyView {
    let l = lang();
    match (&row.suspended, row.is_operator) {
        (Some(_), _) => {
            view! { <span class="badge bad">{messages::suspended(l)}</span> }.into_any()
        }
        (None, true) => view! { <span class="badge">{messages::operator(l)}</span> }.into_any(),
        (None, false) => {
            view! { <span class="badge good">{messages::status_active(l)}</span> }.into_any()
        }
    }
}

/// `/organisations/new`.
#[component]
pub fn OrganisationAddPage() -> impl IntoView {
    let draft = draft_param();
    loaded(
        load(move || draft.get(), add_organisation_page),
        |AddPage { form, refusal }| {
            let l = lang();
            view! {
            {head(list(), messages::add_organisation(l), None)}
            <PostForm action=AddOrganisation::url() title=messages::add_organisation(l) refusal>
                <Hidden name="key" value=form.key />
                <fieldset>
                    <legend>{messages::organisation(l)}</legend>
                    <div class="pair">
                        <TextField field=Field::Organisation value=form.organisation_name required=true />
                        <SelectField field=Field::Language value=form.language nothing=messages::choose_language(l) options=languages() required=true />
                    </div>
                </fieldset>
                <fieldset>
                    <legend>{messages::first_administrator(l)}</legend>
                    <p class="quiet small">{messages::first_administrator_why(l)}</p>
                    <div class="pair">
                        <TextField field=Field::FirstName value=form.first_name required=true />
                        <TextField field=Field::LastName value=form.last_name required=true />
                    </div>
                    <SingleName value=form.single_name />
                    <div class="pair">
                        <TextField field=Field::Email value=form.email kind="email" hint=messages::invitation_goes_here(l) required=true />
                        <TextField field=Field::LoginName value=form.login_name hint=messages::login_name_or_email(l) />
                    </div>
                </fieldset>
                <div class="review">
                    <span class="grow">{messages::add_organisation_review(l)}</span>
                    <a class="button" href="/organisations">{messages::cancel(l)}</a>
                    <button class="button main">{messages::create_organisation(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
}

fn languages() -> Vec<(String, String)> {
    Language::ALL
        .map(|language| {
            (
                language.code().to_owned(),
                language_name(language).to_owned(),
            )
        })
        .to_vec()
}

/// `/organisations/:id`.
#[component]
pub fn OrganisationDetailPage() -> impl IntoView {
    let id = id_param();
    loaded(load(move || id.get(), organisation_page), |page| {
        let l = lang();
        let to = |rest: &str| format!("/organisations/{}{rest}", page.row.id);
        let suspend = (!page.row.is_operator).then(|| match page.row.suspended {
            Some(_) => view! { <a href=to("/suspend")>{messages::resume_organisation(l)}</a> }.into_any(),
            None => view! { <a class="danger" href=to("/suspend")>{messages::suspend_organisation(l)}</a> }.into_any(),
        });
        view! {
            {head(list(), page.row.name.clone(), Some(badge(&page.row)))}
            <div class="two">
                <nav class="side" aria-label=messages::actions(l)>
                    <a href=to("/edit")>{messages::edit_organisation(l)}</a>
                    {suspend}
                </nav>
                <div class="stack">
                    {details(&page)}
                    {(!page.row.is_operator).then(|| administrators(page.row.id, page.administrators))}
                    <section class="card"><h2>{messages::licence(l)}</h2>{agreement(&page.licence)}</section>
                    {activity(page.activity, Subject::Organisation, page.row.id)}
                </div>
            </div>
        }
        .into_any()
    })
}

fn details(page: &Page) -> AnyView {
    let l = lang();
    let suspended = page.row.suspended.clone().map(|when| {
        let reason = page.suspended_reason.clone();
        view! { <dt>{messages::suspended(l)}</dt><dd><Moment when />": "<span dir="auto">{reason}</span></dd> }
    });
    let contact = Some(page.support_contact.clone())
        .filter(|contact| !contact.is_empty())
        .unwrap_or_else(|| messages::not_provided(l));
    view! {
        <section class="card">
            <h2>{messages::details(l)}</h2>
            <dl>
                {suspended}
                <dt>{messages::people(l)}</dt><dd>{labels::people(l, page.row.people, false)}</dd>
                <dt>{messages::language(l)}</dt><dd>{language_name(page.language)}</dd>
                <dt>{messages::time_zone(l)}</dt><dd>{page.time_zone.clone()}</dd>
                <dt>{messages::support_contact(l)}</dt><dd dir="auto">{contact}</dd>
                <dt>{messages::created(l)}</dt><dd><Moment when=page.created.clone() /></dd>
            </dl>
        </section>
    }
    .into_any()
}

/// `/organisations/:id/edit`.
#[component]
pub fn OrganisationEditPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| edit_organisation_page(id, draft),
    );
    loaded(
        page,
        |EditPage {
             page,
             form,
             conflict,
             refusal,
         }| {
            let l = lang();
            let back = format!("/organisations/{}", page.row.id);
            let comparison = conflict_table(&form, conflict.as_ref(), |form| {
                let values = [
                    (Field::Organisation, &form.organisation_name),
                    (Field::Seats, &form.seats),
                    (Field::LicenceFrom, &form.licence_from),
                    (Field::LicenceUntil, &form.licence_until),
                    (Field::VendorAddress, &form.vendor_address),
                ];
                values
                    .map(|(field, text)| (labels::field(l, field), text.clone()))
                    .to_vec()
            });
            view! {
            {head(list(), messages::edit_person(l, &page.row.name), None)}
            <PostForm action=EditOrganisation::url() title=messages::edit_organisation(l) refusal>
                {comparison}
                <Hidden name="id" value=form.id />
                <Hidden name="version" value=form.version />
                <fieldset>
                    <legend>{messages::organisation(l)}</legend>
                    <TextField field=Field::Organisation value=form.organisation_name required=true />
                </fieldset>
                <fieldset>
                    <legend>{messages::licence(l)}</legend>
                    <TextField field=Field::Seats value=form.seats kind="number" hint=messages::seats_hint(l, page.row.used) />
                    <div class="pair">
                        <TextField field=Field::LicenceFrom value=form.licence_from kind="date" />
                        <TextField field=Field::LicenceUntil value=form.licence_until kind="date" />
                    </div>
                    <TextField field=Field::VendorAddress value=form.vendor_address kind="email" hint=messages::vendor_hint(l) />
                </fieldset>
                <OverrideWarnings reason=form.reason />
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=back>{messages::cancel(l)}</a>
                    <button class="button main">{messages::save_changes(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
}

/// `/organisations/:id/suspend`: suspends or resumes an organisation.
#[component]
pub fn OrganisationSuspendPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| suspend_organisation_page(id, draft),
    );
    loaded(
        page,
        |EditPage {
             page,
             form,
             refusal,
             ..
         }| {
            let l = lang();
            let back = format!("/organisations/{}", page.row.id);
            if page.row.suspended.is_some() {
                let title = messages::resume_organisation(l);
                return view! {
                {head(list(), title.clone(), None)}
                <PostForm action=ResumeOrganisation::url() title=title.clone() refusal class="card confirm">
                    <Hidden name="id" value=form.id />
                    <p class="lead">{messages::resume_lead(l, &page.row.name)}</p>
                    {details(&page)}
                    <div class="review">
                        <span class="grow"></span>
                        <a class="button" href=back>{messages::cancel(l)}</a>
                        <button class="button main">{title}</button>
                    </div>
                </PostForm>
            }
            .into_any();
            }
            let title = messages::suspend_organisation(l);
            view! {
            {head(list(), title.clone(), None)}
            <PostForm action=SuspendOrganisation::url() title=title.clone() refusal class="card confirm">
                <Hidden name="id" value=form.id />
                <p class="lead">{messages::suspend_lead(l, &page.row.name, labels::people(l, page.row.people, false))}</p>
                <TextArea field=Field::Reason value=form.reason hint=messages::suspend_reason_hint(l) required=true />
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=back>{messages::cancel(l)}</a>
                    <button class="button danger main">{title}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
}
