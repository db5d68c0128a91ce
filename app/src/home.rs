//! `/`: where one begins.

use leptos::prelude::*;
use leptos_meta::Title;
use usher_types::Permission;

use crate::ui::{lang, visit};
use crate::words;

/// The start page: ways to what one may do.
#[component]
pub fn Home() -> impl IntoView {
    let l = lang();
    let me = visit().me;
    let name = me.as_ref().map(|me| me.name.clone()).unwrap_or_default();
    let adds_staff = me.as_ref().is_some_and(|me| me.grants.adds_staff());
    let sees_clients = me.as_ref().is_some_and(|me| me.grants.has(Permission::ViewClients));
    let may = move |permission| me.as_ref().is_some_and(|me| me.grants.beyond_own(permission));
    let tile = |to: &'static str, title: String, text: String| view! { <a class="tile" href=to><b>{title}</b><span class="quiet small">{text}</span></a> };
    view! {
        <Title text=words::home(l) />
        <div class="head">
            <div><h1 dir="auto">{words::welcome(l, name)}</h1></div>
            {adds_staff.then(|| view! { <a class="button main" href="/staff/new">{words::add_new_staff(l)}</a> })}
        </div>
        <div class="tiles">
            {may(Permission::ViewUsers).then(|| tile("/users", words::users(l), words::tile_users(l)))}
            {(may(Permission::CreateUsers) && !adds_staff).then(|| tile("/users/new", words::add_user(l), words::tile_add(l)))}
            {sees_clients.then(|| tile("/clients", words::clients(l), words::tile_clients(l)))}
            {tile("/profile", words::your_profile(l), words::tile_profile(l))}
        </div>
    }
    .into_any()
}
