//! `/dashboards` and below: what a dashboard is called, what it shows in which order, and which roles bring it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::dashboards::{CloseDashboardPage, DashboardRow, EditDashboard as Form, EditDashboardPage as Page, Widget, placed};
use usher_types::roles::RoleName;
use usher_types::{Field, Language};

use super::api::{CloseDashboard, EditDashboard, all_dashboards, close_dashboard_page, edit_dashboard_page};
use super::{list, shows};
use crate::ui::{Choice, Hidden, PostForm, Says, TextField, empty, head, lang, load, loaded, use_form, versions};
use crate::users::{draft_of_address, id_of_address};
use crate::{say, words};

/// `/dashboards`.
#[component]
pub fn DashboardListPage() -> impl IntoView {
    loaded(load(|| (), |()| all_dashboards()), |rows| {
        let l = lang();
        let make = Some(("/dashboards/new", words::add_dashboard(l)));
        let body =
            if rows.is_empty() { empty("dashboard", words::no_dashboards(l), words::no_dashboards_why(l), make) } else { table(rows) };
        view! {
            <Title text=words::dashboards(l) />
            <div class="head">
                <div><h1>{words::dashboards(l)}</h1><p class="quiet">{words::dashboards_are(l)}</p></div>
                <a class="button main" href="/dashboards/new">{words::add_dashboard(l)}</a>
            </div>
            <section class="card" aria-label=words::dashboards(l)>{body}</section>
        }
        .into_any()
    })
}

fn table(rows: Vec<DashboardRow>) -> AnyView {
    let l = lang();
    let rows = rows.into_iter().map(|DashboardRow { dashboard, widgets, brought_by, people }| {
        let (name, id) = (say::dashboard(l, &dashboard), dashboard.id);
        view! {
            <tr>
                <th scope="row"><a href=format!("/dashboards/{id}") dir="auto">{name.clone()}</a></th>
                <td data-label=words::shows(l) data-priority="1">{shows(&widgets)}</td>
                <td data-label=words::brought_by(l) data-priority="2">{roles(l, &brought_by)}</td>
                <td data-label=words::assigned_to(l) data-priority="2">{say::people(l, people, false)}</td>
                <td class="act"><a href=format!("/dashboards/{id}/close") aria-label=words::close_dashboard_named(l, &name)>{words::close(l)}</a></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table>
            <thead>
                <tr>
                    <th scope="col">{words::dashboard(l)}</th>
                    <th scope="col">{words::shows(l)}</th>
                    <th scope="col">{words::brought_by(l)}</th>
                    <th scope="col">{words::assigned_to(l)}</th>
                    <th scope="col"><span class="vh">{words::actions(l)}</span></th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn roles(l: Language, roles: &[RoleName]) -> String {
    if roles.is_empty() {
        return words::none(l);
    }
    roles.iter().map(|role| say::role(l, role)).collect::<Vec<_>>().join(", ")
}

/// `/dashboards/new` and `/dashboards/:id`.
#[component]
pub fn DashboardEditPage() -> impl IntoView {
    let (id, draft) = (id_of_address(), draft_of_address());
    let page = load(move || (id.get(), draft.get()), |(id, draft)| edit_dashboard_page(id, draft));
    loaded(page, show)
}

fn show(Page { form, built_in, roles, theirs, refusal }: Page) -> AnyView {
    let l = lang();
    let is_new = form.dashboard.is_empty();
    let (title, button) =
        if is_new { (words::add_dashboard(l), words::create_dashboard(l)) } else { (words::edit_dashboard(l), words::save_changes(l)) };
    let close = (!is_new).then(|| {
        view! { <a class="button" href=format!("/dashboards/{}/close", form.dashboard)>{words::close_dashboard(l)}</a> }.into_any()
    });
    let both = theirs.map(|theirs| of_both(&form, &theirs, &roles));
    let name = built_in.map_or_else(|| form.unit_name.clone(), |built_in| say::shipped_dashboard(l, built_in));
    let hint = if built_in.is_some() { words::list_name_hint(l) } else { words::dashboard_name_hint(l) };
    let places = Widget::ALL.iter().map(|widget| place(&form, *widget)).collect_view();
    let roles = roles.into_iter().map(|role| {
        let checked = form.brought_by.contains(&role.id.to_string());
        view! { <Choice kind="checkbox" name="brought_by[]" value=role.id.to_string() title=say::role(l, &role) hint="" checked /> }
    });
    let roles = roles.collect_view();
    view! {
        {head(list(), title.clone(), close)}
        <PostForm action=EditDashboard::url() title refusal>
            <Hidden name="dashboard" value=form.dashboard.clone() />
            <Hidden name="version" value=form.version.clone() />
            <Hidden name="key" value=form.key.clone() />
            {both}
            <fieldset>
                <legend>{words::dashboard(l)}</legend>
                <TextField field=Field::UnitName value=name hint required=true />
            </fieldset>
            <Group field=Field::Widgets why=words::widgets_why(l)>{places}</Group>
            <Group field=Field::BroughtBy why=words::brought_by_why(l)>{roles}</Group>
            <div class="review">
                <span class="grow"></span>
                <a class="button" href="/dashboards">{words::cancel(l)}</a>
                <button class="button main">{button}</button>
            </div>
        </PostForm>
    }
    .into_any()
}

/// Fields that are one: what it is for, what is wrong with it, and the fields.
#[component]
pub(super) fn Group(
    /// Which.
    field: Field,
    /// What it is for.
    why: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let (l, state, name) = (lang(), use_form(), field.name());
    view! {
        <fieldset id=name class:wrong=move || state.has_problem(field)>
            <legend>{say::field(l, field)}</legend>
            <p class="quiet">{why}</p>
            <span class="message"><Says field /></span>
            <div class="pair">{children()}</div>
        </fieldset>
    }
    .into_any()
}

/// Where a widget stands: a number, so that it is moved without a mouse, and without scripting.
fn place(form: &Form, widget: Widget) -> AnyView {
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
            <label for=id.clone()>{say::widget(l, widget)}</label>
            <span class="hint" id=hint.clone()>{say::widget_why(l, widget)}</span>
            <select id=id name="widgets[]" aria-describedby=hint>
                <option value="">{words::not_shown(l)}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// What somebody else saved meanwhile, beside what is in the form.
fn of_both(mine: &Form, theirs: &Form, known: &[RoleName]) -> AnyView {
    let l = lang();
    let widgets = |form: &Form| {
        let mut placed: Vec<_> =
            Widget::ALL.iter().filter_map(|widget| Some((form.place(*widget).parse::<usize>().ok()?, *widget))).collect();
        placed.sort_by_key(|(place, _)| *place);
        shows(&placed.into_iter().map(|(_, widget)| widget).collect::<Vec<_>>())
    };
    let brought = |form: &Form| {
        let chosen: Vec<_> = known.iter().filter(|role| form.brought_by.contains(&role.id.to_string())).cloned().collect();
        roles(l, &chosen)
    };
    versions(vec![
        (say::field(l, Field::UnitName), named(l, &mine.unit_name), named(l, &theirs.unit_name)),
        (say::field(l, Field::Widgets), widgets(mine), widgets(theirs)),
        (say::field(l, Field::BroughtBy), brought(mine), brought(theirs)),
    ])
}

/// A shipped one is kept by its key.
fn named(l: Language, name: &str) -> String {
    usher_types::dashboards::BuiltInDashboard::from_key(name).map_or_else(|| name.to_owned(), |built_in| say::shipped_dashboard(l, built_in))
}

/// `/dashboards/:id/close`.
#[component]
pub fn DashboardClosePage() -> impl IntoView {
    let (id, draft) = (id_of_address(), draft_of_address());
    let page = load(move || (id.get(), draft.get()), |(id, draft)| close_dashboard_page(id, draft));
    loaded(page, |CloseDashboardPage { row, refusal }| {
        let l = lang();
        let name = say::dashboard(l, &row.dashboard);
        view! {
            {head(list(), words::close_dashboard(l), None)}
            <PostForm action=CloseDashboard::url() title=words::close_dashboard(l) refusal class="card confirm">
                <Hidden name="dashboard" value=row.dashboard.id.to_string() />
                <p class="lead">{words::close_dashboard_lead(l, name, say::people(l, row.people, false), roles(l, &row.brought_by))}</p>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href="/dashboards">{words::keep_dashboard(l)}</a>
                    <button class="button danger">{words::close_dashboard(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
    })
}
