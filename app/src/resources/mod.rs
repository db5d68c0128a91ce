//! `/resources` and below: the resources of the organisation, and those that other organisations
//! share.

mod api;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::Field;
use usher_types::audit::Subject;
use usher_types::conflict::EditState;
use usher_types::resources::{
    CloseResourcePage, EditResource as Form, ListQuery, Offered, ResourceList, ResourcePage,
    ResourceRow,
};

use crate::activity::activity;
use crate::ui::{
    Card, Choice, Column, ConfirmForm, DataTable, DescriptionList, Detail, EmptyList, Filters,
    Hidden, Link, ListPage, NamedRowForm, PageBody, PageHeader, SideMenu, TableRow, TextArea,
    TextField, conflict_table, id_param, lang, load, load_with_draft, loaded, pager, query_params,
    typed, typed_lines,
};
use crate::{labels, messages};
use api::{
    CloseResource, EditResource, close_resource_page, edit_resource_page, resource_list,
    resource_page,
};

fn list() -> Link {
    Link::new("/resources", messages::resources(lang()))
}

/// `/resources`.
#[component]
pub fn ResourceListPage() -> impl IntoView {
    let query = query_params(|query| ListQuery {
        q: query.text("q"),
        cursor: query.cursor(),
    });
    loaded(load(move || query.get(), resource_list), page)
}

fn page(list: ResourceList) -> AnyView {
    let l = lang();
    let may_refer = list.may_refer;
    let (search, hint) = (
        messages::search_resources(l),
        messages::search_resources_hint(l),
    );
    let filters = Filters::new("/resources").search(&list.query.q, search, hint);
    let count = labels::resources(l, list.pages.total, list.pages.more);
    let pager = pager(&filters, count, &list.pages);
    let add = list
        .may_manage
        .then(|| Link::new("/resources/new", messages::add_resource(l)));
    let table = (!list.rows.is_empty()).then(|| table(list.rows, may_refer));
    let empty = EmptyList::new(
        "folder",
        messages::no_resources(l),
        messages::no_resources_why(l),
    )
    .no_match(
        messages::no_resource_found(l),
        messages::no_resource_found_why(l),
    );
    view! {
        <ListPage title=messages::resources(l) lead=messages::resources_are(l) add filters table empty pager>
            {offered_by_others(list.offered, may_refer)}
        </ListPage>
    }
    .into_any()
}

fn table(rows: Vec<ResourceRow>, may_refer: bool) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::resource(l)),
        Column::new(messages::capacity(l)).first(),
        Column::new(messages::opening(l)),
        Column::new(messages::contact(l)),
        Column::actions(),
    ];
    let rows = rows.into_iter().map(|row| {
        let refer = may_refer.then(|| {
            let label = messages::refer_to(l, &row.name);
            view! { <a href=format!("/referrals/new?resource={}", row.id) aria-label=label>{messages::refer(l)}</a> }
        });
        let name = view! { <a href=format!("/resources/{}", row.id) dir="auto">{row.name.clone()}</a>" "{badges(&row)} };
        TableRow::new(name)
            .cell(capacity_text(&row))
            .cell(typed(row.opening))
            .cell(typed(row.contact))
            .cell(refer)
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
}

/// How many places are taken, of how many.
pub(crate) fn capacity_text(row: &ResourceRow) -> String {
    let l = lang();
    row.capacity.map_or_else(
        || messages::places_unlimited(l, row.taken),
        |capacity| messages::places_taken(l, row.taken, capacity),
    )
}

fn badges(row: &ResourceRow) -> AnyView {
    let shared = row
        .is_shared
        .then(|| view! { <span class="badge">{messages::shared(lang())}</span> });
    view! { {full_badge(row.is_full())}" "{shared} }.into_any()
}

/// A badge for a full resource.
pub(crate) fn full_badge(is_full: bool) -> Option<AnyView> {
    is_full.then(|| view! { <span class="badge warn">{messages::full(lang())}</span> }.into_any())
}

/// The resources that other organisations share.
fn offered_by_others(offered: Vec<Offered>, may_refer: bool) -> Option<AnyView> {
    let l = lang();
    if offered.is_empty() {
        return None;
    }
    // the server returns at most fifty
    let cut = (offered.len() >= 50)
        .then(|| view! { <p class="quiet small">{messages::offered_cut(l)}</p> });
    let lines = offered.into_iter().map(|offered| {
        let refer = may_refer.then(|| {
            let label = messages::refer_to(l, &offered.name);
            let to = format!(
                "/referrals/new?resource={}&at={}",
                offered.resource, offered.organisation
            );
            view! { <a class="button slim" href=to aria-label=label>{messages::refer(l)}</a> }
        });
        view! { <li>{shared_resource(&offered)}{refer}</li> }
    });
    let lines = lines.collect_view();
    let title = messages::offered_by_others(l);
    Some(
        view! {
            <Card title>
                <div class="body"><p class="quiet">{messages::offered_by_others_why(l)}</p>{cut}</div>
                <ul class="lines">{lines}</ul>
            </Card>
        }
        .into_any(),
    )
}

/// A resource of another organisation.
pub(crate) fn shared_resource(offered: &Offered) -> AnyView {
    let facts = [
        &offered.organisation_name,
        &offered.opening,
        &offered.contact,
    ]
    .into_iter()
    .filter(|text| !text.is_empty());
    let facts = facts.cloned().collect::<Vec<_>>().join(" · ");
    let description = (!offered.description.is_empty())
        .then(|| view! { <span class="hint" dir="auto">{offered.description.clone()}</span> });
    view! { <span><b dir="auto">{offered.name.clone()}</b>" "{full_badge(offered.is_full)}<span class="hint" dir="auto">{facts}</span>{description}</span> }
        .into_any()
}

/// `/resources/:id`.
#[component]
pub fn ResourceDetailPage() -> impl IntoView {
    let id = id_param();
    loaded(load(move || id.get(), resource_page), show)
}

fn show(page: ResourcePage) -> AnyView {
    let l = lang();
    let id = page.row.id;
    let refer = page.may_refer.then(|| {
        Link::new(
            format!("/referrals/new?resource={id}"),
            messages::refer_client(l),
        )
        .main_button()
    });
    let menu = page.may_manage.then(|| {
        view! {
            <SideMenu>
                <a href=format!("/resources/{id}/edit")>{messages::edit_resource(l)}</a>
                <a class="danger" href=format!("/resources/{id}/close")>{messages::close_resource(l)}</a>
            </SideMenu>
        }
        .into_any()
    });
    view! {
        <PageHeader title=page.row.name.clone() crumbs=[list()]>{refer}</PageHeader>
        <PageBody menu>
            {details(&page)}
            {activity(page.activity, Subject::Resource, id)}
        </PageBody>
    }
    .into_any()
}

fn details(page: &ResourcePage) -> AnyView {
    let (l, row) = (lang(), &page.row);
    let is_shared = if row.is_shared {
        messages::yes(l)
    } else {
        messages::no(l)
    };
    view! {
        <Card title=messages::details(l)>
            <DescriptionList>
                <Detail term=messages::description(l)>{typed_lines(&page.description)}</Detail>
                <Detail term=messages::capacity(l)>{capacity_text(row)}" "{full_badge(row.is_full())}</Detail>
                <Detail term=messages::opening(l)>{typed_lines(&row.opening)}</Detail>
                <Detail term=messages::contact(l)>{typed_lines(&row.contact)}</Detail>
                <Detail term=messages::is_shared(l)>{is_shared}</Detail>
            </DescriptionList>
        </Card>
    }
    .into_any()
}

/// `/resources/new` and `/resources/:id/edit`.
#[component]
pub fn ResourceEditPage() -> impl IntoView {
    loaded(load_with_draft(edit_resource_page), edit)
}

fn edit(page: EditState<Form>) -> AnyView {
    let l = lang();
    let form = page.form;
    let comparison = conflict_table(&form, page.conflict.as_ref(), values);
    view! {
        <NamedRowForm
            action=EditResource::url() list=list() what=messages::resource(l) add=messages::add_resource(l)
            create=messages::create_resource(l) edit=messages::edit_resource(l) id_field="resource" id=form.resource
            version=form.version key=form.key comparison refusal=page.refusal
        >
            <TextField field=Field::UnitName value=form.unit_name required=true />
            <TextArea field=Field::Description value=form.description />
            <div class="pair">
                <TextField field=Field::Capacity value=form.capacity kind="number" hint=messages::capacity_hint(l) />
                <TextField field=Field::Opening value=form.opening hint=messages::opening_hint(l) />
            </div>
            <TextField field=Field::Contact value=form.contact hint=messages::contact_hint(l) />
            <Choice kind="checkbox" name="is_shared" value="on" title=messages::is_shared(l) hint=messages::is_shared_hint(l) checked=!form.is_shared.is_empty() />
        </NamedRowForm>
    }
    .into_any()
}

/// The values that a conflict compares.
fn values(form: &Form) -> Vec<(String, String)> {
    let l = lang();
    let shared = if form.is_shared.is_empty() {
        messages::no(l)
    } else {
        messages::yes(l)
    };
    let values = [
        (Field::UnitName, form.unit_name.clone()),
        (Field::Description, form.description.clone()),
        (Field::Capacity, form.capacity.clone()),
        (Field::Opening, form.opening.clone()),
        (Field::Contact, form.contact.clone()),
        (Field::IsShared, shared),
    ];
    values
        .map(|(field, text)| (labels::field(l, field), text))
        .to_vec()
}

/// `/resources/:id/close`.
#[component]
pub fn ResourceClosePage() -> impl IntoView {
    loaded(load_with_draft(close_resource_page), close)
}

fn close(CloseResourcePage { row, refusal }: CloseResourcePage) -> AnyView {
    let l = lang();
    let title = messages::close_resource(l);
    let lead = messages::close_resource_lead(l, &row.name);
    let cancel = Link::new(format!("/resources/{}", row.id), messages::keep_resource(l));
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <ConfirmForm action=CloseResource::url() title lead refusal cancel danger=true>
            <Hidden name="resource" value=row.id.to_string() />
            <DescriptionList><Detail term=messages::capacity(l)>{capacity_text(&row)}</Detail></DescriptionList>
        </ConfirmForm>
    }
    .into_any()
}
