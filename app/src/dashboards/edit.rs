//! `/dashboards` and below: the name of a dashboard, its widgets and their order, and the roles
//! that include it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::dashboards::{
    CloseDashboardPage, DashboardRow, EditDashboard as Form, EditDashboardPage as Page, Widget,
    placed,
};
use usher_types::{Field, Language, RoleName};

use super::api::{
    CloseDashboard, EditDashboard, all_dashboards, close_dashboard_page, edit_dashboard_page,
};
use super::{list, widget_names};
use crate::ui::{
    Choice, FieldError, Hidden, PostForm, TextField, conflict_table, empty, head, lang, load,
    loaded, use_form,
};
use crate::users::{draft_param, id_param};
use crate::{labels, messages};

/// `/dashboards`.
#[component]
pub fn DashboardListPage() -> impl IntoView {
    loaded(load(|| (), |()| all_dashboards()), |rows| {
        let l = lang();
        let make = Some(("/dashboards/new", messages::add_dashboard(l)));
        let body = if rows.is_empty() {
            empty(
                "dashboard",
                messages::no_dashboards(l),
                messages::no_dashboards_why(l),
                make,
            )
        } else {
            table(rows)
        };
        view! {
            <Title text=messages::dashboards(l) />
            <div class="head">
                <div><h1>{messages::dashboards(l)}</h1><p class="quiet">{messages::dashboards_are(l)}</p></div>
                <a class="button main" href="/dashboards/new">{messages::add_dashboard(l)}</a>
            </div>
            <section class="card" aria-label=messages::dashboards(l)>{body}</section>
        }
        .into_any()
    })
}

fn table(rows: Vec<DashboardRow>) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|DashboardRow { dashboard, widgets, brought_by, people }| {
        let (name, id) = (labels::dashboard(l, &dashboard), dashboard.id);
        view! {
            <tr>
                <th scope="row"><a href=format!("/dashboards/{id}") dir="auto">{name.clone()}</a></th>
                <td data-label=messages::shows(l) data-priority="1">{widget_names(&widgets)}</td>
                <td data-label=messages::brought_by(l) data-priority="2">{roles(l, &brought_by)}</td>
                <td data-label=messages::assigned_to(l) data-priority="2">{labels::people(l, people, false)}</td>
                <td class="act"><a href=format!("/dashboards/{id}/close") aria-label=messages::close_dashboard_named(l, &name)>{messages::remove(l)}</a></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{messages::dashboard(l)}</th>
                    <th scope="col">{messages::shows(l)}</th>
                    <th scope="col">{messages::brought_by(l)}</th>
                    <th scope="col">{messages::assigned_to(l)}</th>
                    <th scope="col"><span class="vh">{messages::actions(l)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn roles(l: Language, roles: &[RoleName]) -> String {
    if roles.is_empty() {
        return messages::none_of_these(l);
    }
    roles
        .iter()
        .map(|role| labels::role(l, role))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `/dashboards/new` and `/dashboards/:id`.
#[component]
pub fn DashboardEditPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| edit_dashboard_page(id, draft),
    );
    loaded(page, show)
}

fn show(
    Page {
        form,
        built_in,
        roles,
        conflict,
        refusal,
    }: Page,
) -> AnyView {
    let l = lang();
    let is_new = form.dashboard.is_empty();
    let (title, button) = if is_new {
        (messages::add_dashboard(l), messages::create_dashboard(l))
    } else {
        (messages::edit_dashboard(l), messages::save_changes(l))
    };
    let close = (!is_new).then(|| {
        view! { <a class="button" href=format!("/dashboards/{}/close", form.dashboard)>{messages::close_dashboard(l)}</a> }.into_any()
    });
    let comparison = conflict_table(&form, conflict.as_ref(), |form| values(form, &roles));
    let name = built_in.map_or_else(
        || form.unit_name.clone(),
        |built_in| labels::built_in_dashboard(l, built_in),
    );
    let hint = if built_in.is_some() {
        messages::list_name_hint(l)
    } else {
        messages::dashboard_name_hint(l)
    };
    let places = Widget::ALL
        .iter()
        .map(|widget| position_field(&form, *widget))
        .collect_view();
    let roles = roles.into_iter().map(|role| {
        let checked = form.brought_by.contains(&role.id.to_string());
        view! { <Choice kind="checkbox" name="brought_by[]" value=role.id.to_string() title=labels::role(l, &role) hint="" checked /> }
    });
    let roles = roles.collect_view();
    view! {
        {head(list(), title.clone(), close)}
        <PostForm action=EditDashboard::url() title refusal>
            <Hidden name="dashboard" value=form.dashboard.clone() />
            <Hidden name="version" value=form.version.clone() />
            <Hidden name="key" value=form.key.clone() />
            {comparison}
            <fieldset>
                <legend>{messages::dashboard(l)}</legend>
                <TextField field=Field::UnitName value=name hint required=true />
            </fieldset>
            <FieldGroup field=Field::Widgets why=messages::widgets_why(l)>{places}</FieldGroup>
            <FieldGroup field=Field::BroughtBy why=messages::brought_by_why(l)>{roles}</FieldGroup>
            <div class="review">
                <span class="grow"></span>
                <a class="button" href="/dashboards">{messages::cancel(l)}</a>
                <button class="button main">{button}</button>
            </div>
        </PostForm>
    }
    .into_any()
}

/// A group of inputs that are one field, with its explanation and error message.
#[component]
pub(super) fn FieldGroup(
    /// The field of the form.
    field: Field,
    /// The explanation of the group.
    why: String,
    /// The inputs.
    children: Children,
) -> impl IntoView {
    let (l, state, name) = (lang(), use_form(), field.name());
    view! {
        <fieldset id=name class:wrong=move || state.has_problem(field)>
            <legend>{labels::field(l, field)}</legend>
            <p class="quiet">{why}</p>
            <span class="message"><FieldError field /></span>
            <div class="pair">{children()}</div>
        </fieldset>
    }
    .into_any()
}

/// The position of a widget, as a number: it can be changed without a mouse and without wasm.
fn position_field(form: &Form, widget: Widget) -> AnyView {
    let l = lang();
    let id = format!("place-{}", widget.code());
    let hint = format!("{id}-hint");
    let here = form.place(widget).to_owned();
    let options = (1..=Widget::ALL.len()).map(|place| {
        let selected = here == place.to_string();
        view! { <option value=placed(widget, place) selected=selected>{place}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{labels::widget(l, widget)}</label>
            <span class="hint" id=hint.clone()>{labels::widget_why(l, widget)}</span>
            <select id=id name="widgets[]" aria-describedby=hint>
                <option value="">{messages::not_shown(l)}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// The values that a conflict compares.
fn values(form: &Form, known: &[RoleName]) -> Vec<(String, String)> {
    let l = lang();
    let mut placed: Vec<_> = Widget::ALL
        .iter()
        .filter_map(|widget| Some((form.place(*widget).parse::<usize>().ok()?, *widget)))
        .collect();
    placed.sort_by_key(|(place, _)| *place);
    let widgets: Vec<_> = placed.into_iter().map(|(_, widget)| widget).collect();
    let brought: Vec<_> = known
        .iter()
        .filter(|role| form.brought_by.contains(&role.id.to_string()))
        .cloned()
        .collect();
    let values = [
        (Field::UnitName, display_name(l, &form.unit_name)),
        (Field::Widgets, widget_names(&widgets)),
        (Field::BroughtBy, roles(l, &brought)),
    ];
    values
        .map(|(field, text)| (labels::field(l, field), text))
        .to_vec()
}

/// The name of a dashboard. Built-in dashboards are stored by key.
fn display_name(l: Language, name: &str) -> String {
    usher_types::BuiltInDashboard::from_key(name).map_or_else(
        || name.to_owned(),
        |built_in| labels::built_in_dashboard(l, built_in),
    )
}

/// `/dashboards/:id/close`.
#[component]
pub fn DashboardClosePage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| close_dashboard_page(id, draft),
    );
    loaded(page, |CloseDashboardPage { row, refusal }| {
        let l = lang();
        let name = labels::dashboard(l, &row.dashboard);
        view! {
            {head(list(), messages::close_dashboard(l), None)}
            <PostForm action=CloseDashboard::url() title=messages::close_dashboard(l) refusal class="card confirm">
                <Hidden name="dashboard" value=row.dashboard.id.to_string() />
                <p class="lead">{messages::close_dashboard_lead(l, name, labels::people(l, row.people, false), roles(l, &row.brought_by))}</p>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href="/dashboards">{messages::keep_dashboard(l)}</a>
                    <button class="button danger">{messages::close_dashboard(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
    })
}
