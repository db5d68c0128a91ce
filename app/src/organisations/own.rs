//! `/organisation`: the user's own organisation, its active caseworkers, and a link that adds one
//! (IZ-03 to IZ-05).

use leptos::prelude::*;
use usher_types::Permission;
use usher_types::users::{ListQuery, Status, UserList};

use crate::people::table;
use crate::ui::{
    Card, Filters, PageBody, PageHeader, SideMenu, lang, load, loaded, may, page_context, pager,
    query_params, quiet_text,
};
use crate::users::user_list;
use crate::{labels, messages};

/// `/organisation`.
#[component]
pub fn OrganisationPage() -> impl IntoView {
    let query = query_params(|query| ListQuery {
        status: Status::Active.code().to_owned(),
        role: "caseworker".to_owned(),
        cursor: query.cursor(),
        ..ListQuery::default()
    });
    let list = load(move || query.get(), user_list);
    let l = lang();
    let me = page_context().me;
    let add = may(Permission::CreateUsers)
        .then(|| view! { <a href="/users/new?role=caseworker">{messages::add_caseworker(l)}</a> });
    let details = me
        .as_ref()
        .filter(|_| may(Permission::ManageOrganisations))
        .map(|me| view! { <a href=format!("/organisations/{}", me.organisation)>{messages::name_and_agreement(l)}</a> });
    let name = me.map(|me| me.organisation_name).unwrap_or_default();
    let menu = view! {
        <SideMenu>
            {add}
            <a href="/users">{messages::users(l)}</a>
            {details}
        </SideMenu>
    };
    view! {
        <PageHeader title=name lead=messages::organisation(l) />
        <PageBody menu=Some(menu.into_any())>
            <Card title=messages::active_caseworkers(l)>{loaded(list, caseworkers)}</Card>
        </PageBody>
    }
    .into_any()
}

fn caseworkers(list: UserList) -> AnyView {
    let l = lang();
    if list.rows.is_empty() {
        return quiet_text(messages::no_caseworkers(l));
    }
    let people = labels::people(l, list.pages.total, list.pages.more);
    let pager = pager(&Filters::new("/organisation"), people, &list.pages);
    view! { {table(list.rows)} {pager} }.into_any()
}
