//! `/organisations` and below: the operator creates, edits, licenses and suspends organisations.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::audit::Subject;
use usher_types::organisations::{
    AddPage, EditOrganisation as EditForm, EditPage, ListQuery, OrganisationList,
    OrganisationPage as Page, Row, SuspendOrganisation as SuspendForm,
};
use usher_types::{Field, Language};

use super::administrators::administrators;
use super::api::{
    AddOrganisation, EditOrganisation, ResumeOrganisation, SuspendOrganisation,
    add_organisation_page, edit_organisation_page, organisation_list, organisation_page,
    suspend_organisation_page,
};
use super::list;
use crate::activity::activity;
use crate::settings::agreement;
use crate::ui::{
    Card, Column, ConfirmForm, DataTable, DescriptionList, Detail, EmptyList, Filters, FormSection,
    Hidden, Link, ListPage, Moment, OverrideWarnings, PageBody, PageHeader, PostForm, SelectField,
    SideMenu, SingleName, SubmitBar, TableRow, TextArea, TextField, conflict_table, draft_param,
    id_param, lang, load, load_with_draft, loaded, page_context, pager, query_params, typed,
    typed_or_none,
};
use crate::{labels, messages};

/// `/organisations`.
#[component]
pub fn OrganisationListPage() -> impl IntoView {
    let query = query_params(|query| ListQuery {
        q: query.text("q"),
        cursor: query.cursor(),
    });
    loaded(load(move || query.get(), organisation_list), page)
}

fn page(list: OrganisationList) -> AnyView {
    let l = lang();
    let (search, hint) = (
        messages::search_organisations(l),
        messages::organisation_name(l),
    );
    let filters = Filters::new("/organisations").search(&list.query.q, search, hint);
    let count = labels::organisations(l, list.pages.total, list.pages.more);
    let pager = pager(&filters, count, &list.pages);
    let add = Link::new("/organisations/new", messages::add_organisation(l));
    let table = (!list.rows.is_empty()).then(|| table(list.rows));
    let (title, why) = (
        messages::no_organisation_found(l),
        messages::no_organisation_found_why(l),
    );
    let empty = EmptyList::new("office", title, why);
    view! { <ListPage title=messages::organisations(l) lead=messages::organisations_are(l) add filters table empty pager /> }
        .into_any()
}

fn table(rows: Vec<Row>) -> AnyView {
    let l = lang();
    let own = page_context().me.map(|me| me.organisation);
    let columns = [
        Column::new(messages::organisation(l)),
        Column::new(messages::status(l)).first(),
        Column::new(messages::people(l)),
        Column::new(messages::seats(l)),
    ];
    let rows = rows.into_iter().map(|row| {
        // the user's own organisation links to its caseworkers (IZ-03)
        let to = if own == Some(row.id) {
            "/organisation".to_owned()
        } else {
            format!("/organisations/{}", row.id)
        };
        TableRow::new(view! { <a href=to dir="auto">{row.name.clone()}</a> })
            .cell(badge(&row))
            .cell(row.people)
            .cell(seats(&row))
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
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
            <PageHeader title=messages::add_organisation(l) crumbs=[list()] />
            <PostForm action=AddOrganisation::url() title=messages::add_organisation(l) refusal>
                <Hidden name="key" value=form.key />
                <FormSection title=messages::organisation(l)>
                    <div class="pair">
                        <TextField field=Field::Organisation value=form.organisation_name required=true />
                        <SelectField field=Field::Language value=form.language nothing=messages::choose_language(l) options=languages() required=true />
                    </div>
                </FormSection>
                <FormSection title=messages::first_administrator(l)>
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
                </FormSection>
                <SubmitBar submit=messages::create_organisation(l) cancel=Link::new("/organisations", messages::cancel(l))>{messages::add_organisation_review(l)}</SubmitBar>
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
                labels::language(language).to_owned(),
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
        let badge = badge(&page.row);
        let menu = view! {
            <SideMenu>
                <a href=to("/edit")>{messages::edit_organisation(l)}</a>
                {suspend}
            </SideMenu>
        };
        view! {
            <PageHeader title=page.row.name.clone() crumbs=[list()]>{badge}</PageHeader>
            <PageBody menu=Some(menu.into_any())>
                {details(&page)}
                {(!page.row.is_operator).then(|| administrators(page.row.id, page.administrators))}
                <Card title=messages::licence(l)>{agreement(&page.licence)}</Card>
                {activity(page.activity, Subject::Organisation, page.row.id)}
            </PageBody>
        }
        .into_any()
    })
}

fn details(page: &Page) -> AnyView {
    let l = lang();
    let suspended = page.row.suspended.clone().map(|when| {
        let reason = page.suspended_reason.clone();
        view! { <Detail term=messages::suspended(l)><Moment when />": "{typed(reason)}</Detail> }
    });
    view! {
        <Card title=messages::details(l)>
            <DescriptionList>
                {suspended}
                <Detail term=messages::people(l)>{labels::people(l, page.row.people, false)}</Detail>
                <Detail term=messages::language(l)>{labels::language(page.language)}</Detail>
                <Detail term=messages::time_zone(l)>{page.time_zone.clone()}</Detail>
                <Detail term=messages::support_contact(l)>{typed_or_none(&page.support_contact)}</Detail>
                <Detail term=messages::created(l)><Moment when=page.created.clone() /></Detail>
            </DescriptionList>
        </Card>
    }
    .into_any()
}

/// `/organisations/:id/edit`.
#[component]
pub fn OrganisationEditPage() -> impl IntoView {
    loaded(load_with_draft(edit_organisation_page), edit)
}

fn edit(
    EditPage {
        page,
        form,
        conflict,
        refusal,
    }: EditPage<EditForm>,
) -> AnyView {
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
    let used = page.row.used;
    view! {
        <PageHeader title=messages::edit_person(l, &page.row.name) crumbs=[list()] />
        <PostForm action=EditOrganisation::url() title=messages::edit_organisation(l) refusal>
            {comparison}
            <Hidden name="id" value=form.id />
            <Hidden name="version" value=form.version />
            <FormSection title=messages::organisation(l)>
                <TextField field=Field::Organisation value=form.organisation_name required=true />
            </FormSection>
            <FormSection title=messages::licence(l)>
                <TextField field=Field::Seats value=form.seats kind="number" hint=messages::seats_hint(l, used) />
                <div class="pair">
                    <TextField field=Field::LicenceFrom value=form.licence_from kind="date" />
                    <TextField field=Field::LicenceUntil value=form.licence_until kind="date" />
                </div>
                <TextField field=Field::VendorAddress value=form.vendor_address kind="email" hint=messages::vendor_hint(l) />
            </FormSection>
            <OverrideWarnings reason=form.reason />
            <SubmitBar submit=messages::save_changes(l) cancel=Link::new(back, messages::cancel(l)) />
        </PostForm>
    }
    .into_any()
}

/// `/organisations/:id/suspend`: suspends or resumes an organisation.
#[component]
pub fn OrganisationSuspendPage() -> impl IntoView {
    loaded(load_with_draft(suspend_organisation_page), |page| {
        if page.page.row.suspended.is_some() {
            resume(page)
        } else {
            suspend(page)
        }
    })
}

fn resume(
    EditPage {
        page,
        form,
        refusal,
        ..
    }: EditPage<SuspendForm>,
) -> AnyView {
    let l = lang();
    let title = messages::resume_organisation(l);
    let lead = messages::resume_lead(l, &page.row.name);
    let cancel = Link::new(
        format!("/organisations/{}", page.row.id),
        messages::cancel(l),
    );
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <ConfirmForm action=ResumeOrganisation::url() title lead refusal cancel>
            <Hidden name="id" value=form.id />
            {details(&page)}
        </ConfirmForm>
    }
    .into_any()
}

fn suspend(
    EditPage {
        page,
        form,
        refusal,
        ..
    }: EditPage<SuspendForm>,
) -> AnyView {
    let l = lang();
    let title = messages::suspend_organisation(l);
    let lead = messages::suspend_lead(l, &page.row.name, labels::people(l, page.row.people, false));
    let cancel = Link::new(
        format!("/organisations/{}", page.row.id),
        messages::cancel(l),
    );
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <ConfirmForm action=SuspendOrganisation::url() title lead refusal cancel danger=true>
            <Hidden name="id" value=form.id />
            <TextArea field=Field::Reason value=form.reason hint=messages::suspend_reason_hint(l) required=true />
        </ConfirmForm>
    }
    .into_any()
}
