//! `/resources` and below: the resources of the organisation, and those that other organisations
//! share.

mod api;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::Field;
use usher_types::audit::Subject;
use usher_types::conflict::EditState;
use usher_types::resources::{
    CloseResourcePage, EditResource as Form, ListQuery, Offered, ResourceList,
    ResourcePage as Page, ResourceRow,
};

use crate::ui::{
    Choice, Hidden, PostForm, TextArea, TextField, conflict_table, cursor, empty, head, lang, load,
    loaded, pager,
};
use crate::users::{activity, draft_param, id_param};
use crate::{labels, messages};
use api::{
    CloseResource, EditResource, close_resource_page, edit_resource_page, resource_list,
    resource_page,
};

fn list() -> (&'static str, String) {
    ("/resources", messages::resources(lang()))
}

/// `/resources`.
#[component]
pub fn ResourceListPage() -> impl IntoView {
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
        load(move || params.get(), resource_list),
        |ResourceList {
             rows,
             pages,
             offered,
             query,
             may_manage,
             may_refer,
         }| {
            let l = lang();
            let add = may_manage.then(|| ("/resources/new", messages::add_resource(l)));
            let button = add
                .clone()
                .map(|(to, label)| view! { <a class="button main" href=to>{label}</a> });
            let is_there = !rows.is_empty();
            let body = match (is_there, query.q.is_empty()) {
                (true, _) => table(rows, may_refer),
                (false, true) => empty(
                    "folder",
                    messages::no_resources(l),
                    messages::no_resources_why(l),
                    add,
                ),
                (false, false) => empty(
                    "folder",
                    messages::no_resource_found(l),
                    messages::no_resource_found_why(l),
                    Some(("/resources", messages::show_all(l))),
                ),
            };
            let count = labels::resources(l, pages.total, pages.more);
            let foot = is_there.then(|| pager("/resources", &[("q", &query.q)], count, &pages));
            view! {
            <Title text=messages::resources(l) />
            <div class="head"><div><h1>{messages::resources(l)}</h1><p class="quiet">{messages::resources_are(l)}</p></div>{button}</div>
            <div class="stack">
                <section class="card" aria-label=messages::own_resources(l)>
                    <div class="tools">
                        <form method="get" action="/resources" role="search" autocomplete="off">
                            <input type="search" name="q" class="search" value=query.q.clone() aria-label=messages::search_resources(l) placeholder=messages::search_resources_hint(l) dir="auto" />
                            <button class="button">{messages::search(l)}</button>
                        </form>
                    </div>
                    {body}
                    {foot}
                </section>
                {offered_by_others(offered, may_refer)}
            </div>
        }
        .into_any()
        },
    )
}

fn table(rows: Vec<ResourceRow>, may_refer: bool) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|row| {
        let refer = may_refer.then(|| {
            let label = messages::refer_to(l, &row.name);
            view! { <a href=format!("/referrals/new?resource={}", row.id) aria-label=label>{messages::refer(l)}</a> }
        });
        view! {
            <tr>
                <th scope="row"><a href=format!("/resources/{}", row.id) dir="auto">{row.name.clone()}</a>" "{badges(&row)}</th>
                <td data-label=messages::capacity(l) data-priority="1">{capacity_text(&row)}</td>
                <td data-label=messages::opening(l) data-priority="2"><bdi dir="auto">{row.opening}</bdi></td>
                <td data-label=messages::contact(l) data-priority="2"><bdi dir="auto">{row.contact}</bdi></td>
                <td class="act">{refer}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{messages::resource(l)}</th>
                    <th scope="col">{messages::capacity(l)}</th>
                    <th scope="col">{messages::opening(l)}</th>
                    <th scope="col">{messages::contact(l)}</th>
                    <th scope="col"><span class="vh">{messages::actions(l)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
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
            <section class="card">
                <h2>{title}</h2>
                <div class="body"><p class="quiet">{messages::offered_by_others_why(l)}</p>{cut}</div>
                <ul class="lines">{lines}</ul>
            </section>
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
    loaded(
        load(move || id.get(), resource_page),
        |Page {
             row,
             description,
             activity: lines,
             may_manage,
             may_refer,
         }| {
            let l = lang();
            let id = row.id;
            let refer = may_refer.then(|| {
            view! { <a class="button main" href=format!("/referrals/new?resource={id}")>{messages::refer_client(l)}</a> }.into_any()
        });
            let menu = may_manage.then(|| {
            view! {
                <nav class="side" aria-label=messages::actions(l)>
                    <a href=format!("/resources/{id}/edit")>{messages::edit_resource(l)}</a>
                    <a class="danger" href=format!("/resources/{id}/close")>{messages::close_resource(l)}</a>
                </nav>
            }
        });
            let text = |text: &str| {
                if text.is_empty() {
                    view! { <span class="quiet">{messages::not_provided(l)}</span> }.into_any()
                } else {
                    view! { <span class="typed" dir="auto">{text.to_owned()}</span> }.into_any()
                }
            };
            let body = view! {
                <div class="stack">
                    <section class="card">
                        <h2>{messages::details(l)}</h2>
                        <dl>
                            <dt>{messages::description(l)}</dt><dd>{text(&description)}</dd>
                            <dt>{messages::capacity(l)}</dt><dd>{capacity_text(&row)}" "{full_badge(row.is_full())}</dd>
                            <dt>{messages::opening(l)}</dt><dd>{text(&row.opening)}</dd>
                            <dt>{messages::contact(l)}</dt><dd>{text(&row.contact)}</dd>
                            <dt>{messages::is_shared(l)}</dt><dd>{if row.is_shared { messages::yes(l) } else { messages::no(l) }}</dd>
                        </dl>
                    </section>
                    {activity(lines, Subject::Resource, id)}
                </div>
            };
            let body = match menu {
                Some(menu) => view! { <div class="two">{menu}{body}</div> }.into_any(),
                None => body.into_any(),
            };
            view! { {head(list(), row.name.clone(), refer)} {body} }.into_any()
        },
    )
}

/// `/resources/new` and `/resources/:id/edit`.
#[component]
pub fn ResourceEditPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| edit_resource_page(id, draft),
    );
    loaded(
        page,
        |EditState {
             form,
             conflict,
             refusal,
         }| {
            let l = lang();
            let (title, back, button) = if form.resource.is_empty() {
                (
                    messages::add_resource(l),
                    "/resources".to_owned(),
                    messages::create_resource(l),
                )
            } else {
                (
                    messages::edit_resource(l),
                    format!("/resources/{}", form.resource),
                    messages::save_changes(l),
                )
            };
            let comparison = conflict_table(&form, conflict.as_ref(), values);
            view! {
            {head(list(), title.clone(), None)}
            <PostForm action=EditResource::url() title refusal>
                {comparison}
                <Hidden name="resource" value=form.resource />
                <Hidden name="version" value=form.version />
                <Hidden name="key" value=form.key />
                <fieldset>
                    <legend>{messages::resource(l)}</legend>
                    <TextField field=Field::UnitName value=form.unit_name required=true />
                    <TextArea field=Field::Description value=form.description />
                    <div class="pair">
                        <TextField field=Field::Capacity value=form.capacity kind="number" hint=messages::capacity_hint(l) />
                        <TextField field=Field::Opening value=form.opening hint=messages::opening_hint(l) />
                    </div>
                    <TextField field=Field::Contact value=form.contact hint=messages::contact_hint(l) />
                    <Choice kind="checkbox" name="is_shared" value="on" title=messages::is_shared(l) hint=messages::is_shared_hint(l) checked=!form.is_shared.is_empty() />
                </fieldset>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=back>{messages::cancel(l)}</a>
                    <button class="button main">{button}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
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
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| close_resource_page(id, draft),
    );
    loaded(page, |CloseResourcePage { row, refusal }| {
        let l = lang();
        view! {
            {head(list(), messages::close_resource(l), None)}
            <PostForm action=CloseResource::url() title=messages::close_resource(l) refusal class="card confirm">
                <Hidden name="resource" value=row.id.to_string() />
                <p class="lead">{messages::close_resource_lead(l, &row.name)}</p>
                <dl><dt>{messages::capacity(l)}</dt><dd>{capacity_text(&row)}</dd></dl>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=format!("/resources/{}", row.id)>{messages::keep_resource(l)}</a>
                    <button class="button danger">{messages::close_resource(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
    })
}
