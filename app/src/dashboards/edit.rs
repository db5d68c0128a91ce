//! `/dashboards` and below: the name of a dashboard, its widgets and their order, and the roles
//! that include it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
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
    Choice, Column, ConfirmForm, DataTable, EmptyList, FieldGroup, FormSection, Hidden, Link,
    ListPage, PageHeader, PostForm, SubmitBar, TableRow, TextField, conflict_table, lang, load,
    load_with_draft, loaded,
};
use crate::{labels, messages};

/// `/dashboards`.
#[component]
pub fn DashboardListPage() -> impl IntoView {
    loaded(load(|| (), |()| all_dashboards()), |rows| {
        let l = lang();
        let add = Link::new("/dashboards/new", messages::add_dashboard(l));
        let table = (!rows.is_empty()).then(|| table(rows));
        let empty = EmptyList::new(
            "dashboard",
            messages::no_dashboards(l),
            messages::no_dashboards_why(l),
        );
        view! { <ListPage title=messages::dashboards(l) lead=messages::dashboards_are(l) add table empty /> }
            .into_any()
    })
}

fn table(rows: Vec<DashboardRow>) -> AnyView {
    let l = lang();
    let columns = [
        Column::new(messages::dashboard(l)),
        Column::new(messages::shows(l)).first(),
        Column::new(messages::brought_by(l)),
        Column::new(messages::assigned_to(l)),
        Column::actions(),
    ];
    let rows = rows.into_iter().map(|row| {
        let (name, id) = (labels::dashboard(l, &row.dashboard), row.dashboard.id);
        let label = messages::close_dashboard_named(l, &name);
        TableRow::new(view! { <a href=format!("/dashboards/{id}") dir="auto">{name}</a> })
            .cell(widget_names(&row.widgets))
            .cell(roles(l, &row.brought_by))
            .cell(labels::people(l, row.people, false))
            .cell(view! { <a href=format!("/dashboards/{id}/close") aria-label=label>{messages::remove(l)}</a> })
    });
    let rows = rows.collect();
    view! { <DataTable columns rows /> }.into_any()
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
    loaded(load_with_draft(edit_dashboard_page), show)
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
        <PageHeader title=title.clone() crumbs=[list()]>{close}</PageHeader>
        <PostForm action=EditDashboard::url() title refusal>
            <Hidden name="dashboard" value=form.dashboard.clone() />
            <Hidden name="version" value=form.version.clone() />
            <Hidden name="key" value=form.key.clone() />
            {comparison}
            <FormSection title=messages::dashboard(l)>
                <TextField field=Field::UnitName value=name hint required=true />
            </FormSection>
            <FieldGroup field=Field::Widgets why=messages::widgets_why(l)>{places}</FieldGroup>
            <FieldGroup field=Field::BroughtBy why=messages::brought_by_why(l)>{roles}</FieldGroup>
            <SubmitBar submit=button cancel=Link::new("/dashboards", messages::cancel(l)) />
        </PostForm>
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
    usher_types::BuiltInDashboard::from_code(name).map_or_else(
        || name.to_owned(),
        |built_in| labels::built_in_dashboard(l, built_in),
    )
}

/// `/dashboards/:id/close`.
#[component]
pub fn DashboardClosePage() -> impl IntoView {
    loaded(load_with_draft(close_dashboard_page), close)
}

fn close(CloseDashboardPage { row, refusal }: CloseDashboardPage) -> AnyView {
    let l = lang();
    let title = messages::close_dashboard(l);
    let lead = messages::close_dashboard_lead(
        l,
        labels::dashboard(l, &row.dashboard),
        labels::people(l, row.people, false),
        roles(l, &row.brought_by),
    );
    view! {
        <PageHeader title=title.clone() crumbs=[list()] />
        <ConfirmForm action=CloseDashboard::url() title lead refusal cancel=Link::new("/dashboards", messages::keep_dashboard(l)) danger=true>
            <Hidden name="dashboard" value=row.dashboard.id.to_string() />
        </ConfirmForm>
    }
    .into_any()
}
