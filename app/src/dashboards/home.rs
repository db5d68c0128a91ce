//! `/`: where one begins. Ways to what one may do next, and what one's dashboard shows.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::Permission;
use usher_types::dashboards::{DashboardName, HomePage};

use super::api::{ChooseDashboard, home_page};
use super::widgets::widget;
use crate::ui::{empty, lang, load, loaded, visit};
use crate::{say, words};

/// The start page.
#[component]
pub fn Home() -> impl IntoView {
    let query = use_query_map();
    let asked = Signal::derive(move || query.with(|query| query.get("dashboard")));
    let l = lang();
    let me = visit().me;
    let name = me.as_ref().map(|me| me.name.clone()).unwrap_or_default();
    let adds_staff = me.as_ref().is_some_and(|me| me.grants.adds_staff());
    view! {
        <Title text=words::home(l) />
        <div class="head">
            <div><h1 dir="auto">{words::welcome(l, name)}</h1></div>
            {adds_staff.then(|| view! { <a class="button main" href="/staff/new">{words::add_new_staff(l)}</a> })}
        </div>
        {next_steps()}
        {loaded(load(move || asked.get(), home_page), dashboard)}
    }
    .into_any()
}

/// Ways to what one may do.
fn next_steps() -> AnyView {
    let l = lang();
    let me = visit().me;
    let adds_staff = me.as_ref().is_some_and(|me| me.grants.adds_staff());
    let sees_clients = me.as_ref().is_some_and(|me| me.grants.has(Permission::ViewClients));
    let sees_others = me.as_ref().is_some_and(|me| me.grants.reaches_others(Permission::ViewClients));
    let clients = if sees_others { words::tile_clients(l) } else { words::tile_clients_own(l) };
    let may = move |permission| me.as_ref().is_some_and(|me| me.grants.reaches_others(permission));
    let tile = |to: &'static str, title: String, text: String| view! { <a class="tile" href=to><b>{title}</b><span class="quiet small">{text}</span></a> };
    view! {
        <div class="tiles">
            {may(Permission::ViewUsers).then(|| tile("/users", words::users(l), words::tile_users(l)))}
            {(may(Permission::CreateUsers) && !adds_staff).then(|| tile("/users/new", words::add_user(l), words::tile_add(l)))}
            {sees_clients.then(|| tile("/clients", words::clients(l), clients))}
            {tile("/profile", words::your_profile(l), words::tile_profile(l))}
        </div>
    }
    .into_any()
}

/// One's dashboard; nothing where one has none.
fn dashboard(HomePage { begins_with_clients, mine, shown, widgets }: HomePage) -> AnyView {
    let l = lang();
    let first = begins_with_clients.then(|| {
        let act = Some(("/clients/new", words::add_client(l)));
        view! { <section class="card">{empty("users", words::begin_with_clients(l), words::no_client_why(l), act)}</section> }
    });
    let Some(here) = mine.iter().find(|one| Some(one.id) == shown) else { return first.into_any() };
    let title = say::dashboard(l, here);
    let others = (mine.len() > 1).then(|| switch(&mine, here));
    let is_empty = widgets.is_empty();
    let cards = widgets.into_iter().map(widget).collect_view();
    view! {
        {first}
        <div class="board">
            <h2 dir="auto">{title}</h2>
            {others}
        </div>
        {is_empty.then(|| view! { <section class="card"><div class="body quiet">{words::nothing_on_it_for_you(l)}</div></section> })}
        <div class="widgets">{cards}</div>
    }
    .into_any()
}

/// A button for each: which one looked at last is remembered, so it is posted.
fn switch(mine: &[DashboardName], here: &DashboardName) -> AnyView {
    let l = lang();
    let buttons = mine.iter().map(|one| {
        let pressed = if one.id == here.id { "true" } else { "false" };
        view! { <button name="dashboard" value=one.id.to_string() aria-pressed=pressed dir="auto">{say::dashboard(l, one)}</button> }
    });
    view! {
        <form method="post" action=ChooseDashboard::url()>
            <div class="switch" role="group" aria-label=words::your_dashboards(l)>{buttons.collect_view()}</div>
        </form>
    }
    .into_any()
}
