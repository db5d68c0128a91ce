//! `/`: the home page, with the dashboard of the user or links to common tasks.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::dashboards::HomePage;
use usher_types::{DashboardName, Permission};

use super::api::{ChooseDashboard, home_page};
use super::widgets::widget;
use crate::ui::{EmptyState, Link, lang, load, loaded, page_context};
use crate::{labels, messages};

/// The home page.
#[component]
pub fn Home() -> impl IntoView {
    let query = use_query_map();
    let dashboard_param = Signal::derive(move || query.with(|query| query.get("dashboard")));
    let l = lang();
    let me = page_context().me;
    let name = me.as_ref().map(|me| me.name.clone()).unwrap_or_default();
    let adds = me.as_ref().and_then(|me| {
        let creates_users = me.grants.reaches_others(Permission::CreateUsers);
        let (to, label) = if me.grants.adds_staff() {
            ("/staff/new", messages::add_new_staff(l))
        } else {
            ("/users/new", messages::add_user(l))
        };
        creates_users.then(|| view! { <a class="button main" href=to>{label}</a> })
    });
    view! {
        <Title text=messages::home(l) />
        <div class="head">
            <div><h1 dir="auto">{messages::welcome(l, name)}</h1></div>
            {adds}
        </div>
        {loaded(load(move || dashboard_param.get(), home_page), dashboard)}
    }
    .into_any()
}

/// Links to tasks that the user has permission for, for users without a dashboard.
fn next_steps() -> AnyView {
    let l = lang();
    let grants = page_context().me.map(|me| me.grants).unwrap_or_default();
    let sees_others = grants.reaches_others(Permission::ViewClients);
    let clients = if sees_others {
        messages::tile_clients(l)
    } else {
        messages::tile_clients_own(l)
    };
    let sees_users = grants.reaches_others(Permission::ViewUsers);
    let tile = |to: &'static str, title: String, text: String| view! { <a class="tile" href=to><b>{title}</b><span class="quiet small">{text}</span></a> };
    view! {
        <div class="tiles">
            {sees_users.then(|| tile("/users", messages::users(l), messages::tile_users(l)))}
            {grants.has(Permission::ViewClients).then(|| tile("/clients", messages::clients(l), clients))}
            {tile("/profile", messages::your_profile(l), messages::tile_profile(l))}
        </div>
    }
    .into_any()
}

/// The dashboard of the user, or links to common tasks if they have none.
fn dashboard(
    HomePage {
        begins_with_clients,
        mine,
        shown,
        widgets,
    }: HomePage,
) -> AnyView {
    let l = lang();
    let first = begins_with_clients.then(|| {
        let next = Link::new("/clients/new", messages::add_client(l));
        view! { <section class="card"><EmptyState icon="users" title=messages::begin_with_clients(l) why=messages::no_client_why(l) next /></section> }
    });
    let Some(here) = mine.iter().find(|one| Some(one.id) == shown) else {
        return view! { {first}{next_steps()} }.into_any();
    };
    let title = labels::dashboard(l, here);
    let others = (mine.len() > 1).then(|| dashboard_switcher(&mine, here));
    let is_empty = widgets.is_empty();
    let cards = widgets.into_iter().map(widget).collect_view();
    view! {
        {first}
        <div class="board">
            <h2 dir="auto">{title}</h2>
            {others}
        </div>
        {is_empty.then(|| view! { <section class="card"><div class="body quiet">{messages::nothing_on_it_for_you(l)}</div></section> })}
        <div class="widgets">{cards}</div>
    }
    .into_any()
}

/// A button for each dashboard. It is a POST, because the choice is stored.
fn dashboard_switcher(mine: &[DashboardName], here: &DashboardName) -> AnyView {
    let l = lang();
    let buttons = mine.iter().map(|one| {
        let pressed = if one.id == here.id { "true" } else { "false" };
        view! { <button name="dashboard" value=one.id.to_string() aria-pressed=pressed dir="auto">{labels::dashboard(l, one)}</button> }
    });
    view! {
        <form method="post" action=ChooseDashboard::url()>
            <div class="switch" role="group" aria-label=messages::your_dashboards(l)>{buttons.collect_view()}</div>
        </form>
    }
    .into_any()
}
