//! The main navigation: the pages that the user has permission for, in groups. The administration
//! is folded into groups of its own.

use leptos::prelude::*;
use usher_types::session::Me;
use usher_types::{Language, Permission, Reach};

use crate::messages;
use crate::ui::Icon;

/// A link of the navigation.
pub(crate) struct Entry {
    /// The address.
    pub to: String,
    /// The id of the icon.
    pub icon: &'static str,
    /// The text.
    pub label: String,
}

/// Entries that are folded below a heading.
struct Group {
    heading: String,
    entries: Vec<Entry>,
}

/// Where the navigation stands, which decides which groups are open at first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Beside the page: the first group is open.
    Side,
    /// In the menu of a narrow screen.
    Menu,
}

/// The links that the user has permission for. The group of the page at `path` is open.
pub fn navigation(me: &Me, l: Language, path: &str, place: Place) -> AnyView {
    let (work, admin) = (work(me, l), admin(me, l));
    let all = work
        .iter()
        .chain(admin.iter().flat_map(|group| &group.entries));
    let current = current(all.map(|entry| entry.to.as_str()), path).map(str::to_owned);
    let current = current.as_deref();
    let is_only = admin.len() == 1;
    let heading = (!admin.is_empty()).then(|| view! { <h2>{messages::admin(l)}</h2> });
    let groups = admin.into_iter().enumerate().map(|(at, group)| {
        let has_current = group
            .entries
            .iter()
            .any(|entry| Some(entry.to.as_str()) == current);
        let open = has_current || is_only || (at == 0 && place == Place::Side);
        view! {
            <details open=open>
                <summary>{group.heading}<Icon id="fold" /></summary>
                {links(group.entries, path, current)}
            </details>
        }
    });
    let groups = groups.collect_view();
    view! { {links(work, path, current)}{heading}{groups} }.into_any()
}

fn links(entries: Vec<Entry>, path: &str, current: Option<&str>) -> AnyView {
    let links = entries.into_iter().map(|Entry { to, icon, label }| {
        let mark =
            (Some(to.as_str()) == current).then_some(if to == path { "page" } else { "true" });
        view! { <li><a href=to aria-current=mark><Icon id=icon />{label}</a></li> }
    });
    view! { <ul>{links.collect_view()}</ul> }.into_any()
}

/// The entry that a page belongs to: the longest address that the path begins with.
fn current<'a>(entries: impl Iterator<Item = &'a str>, path: &str) -> Option<&'a str> {
    let contains_page = |to: &&str| match path.strip_prefix(*to) {
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    };
    entries.filter(contains_page).max_by_key(|to| to.len())
}

fn entry(allowed: bool, to: &str, icon: &'static str, label: String) -> Option<Entry> {
    allowed.then(|| Entry {
        to: to.to_owned(),
        icon,
        label,
    })
}

/// All pages of the navigation that the user has permission for.
#[cfg(feature = "ssr")]
pub(crate) fn pages(me: &Me, l: Language) -> Vec<Entry> {
    let admin = admin(me, l).into_iter().flat_map(|group| group.entries);
    work(me, l).into_iter().chain(admin).collect()
}

/// What the user can create.
pub(crate) fn creations(me: &Me, l: Language) -> Vec<Entry> {
    use Permission::*;
    let may = |permission| me.grants.reaches_others(permission);
    let user = if me.grants.adds_staff() {
        entry(
            may(CreateUsers),
            "/staff/new",
            "user",
            messages::add_new_staff(l),
        )
    } else {
        entry(may(CreateUsers), "/users/new", "user", messages::user(l))
    };
    [
        user,
        entry(
            me.grants.has(EditClients),
            "/clients/new",
            "client",
            messages::client(l),
        ),
        entry(
            me.grants.has(CreateReferrals),
            "/referrals/new",
            "referral",
            messages::referral(l),
        ),
        entry(
            me.grants.has(ManageResources),
            "/resources/new",
            "resource",
            messages::resource(l),
        ),
        entry(may(EditRoles), "/roles/new", "role", messages::role(l)),
        entry(
            me.grants.reach(ManageTeams) == Some(Reach::Organisation),
            "/teams/new",
            "team",
            messages::team(l),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The links to what the user can create; `None` if there is nothing.
pub(crate) fn creation_links(me: &Me, l: Language) -> Option<AnyView> {
    let entries = creations(me, l);
    let links = entries
        .into_iter()
        .map(|Entry { to, icon, label }| view! { <a href=to><Icon id=icon />{label}</a> });
    let links: Vec<_> = links.collect();
    (!links.is_empty()).then(|| links.into_any())
}

/// The pages of daily work.
fn work(me: &Me, l: Language) -> Vec<Entry> {
    use Permission::*;
    let has = |permission| me.grants.has(permission);
    let referrals = [ViewReferrals, AnswerReferrals, CreateReferrals];
    let caseload = format!("/users/{}/caseload", me.user);
    let reports = me.grants.reaches_others(ViewReports);
    [
        entry(true, "/", "home", messages::home(l)),
        entry(has(ViewClients), "/clients", "client", messages::clients(l)),
        entry(
            has(EditClients),
            &caseload,
            "caseload",
            messages::my_caseload(l),
        ),
        entry(
            referrals.into_iter().any(has),
            "/referrals",
            "referral",
            messages::referrals(l),
        ),
        entry(
            has(ViewResources),
            "/resources",
            "resource",
            messages::resources(l),
        ),
        entry(reports, "/reports", "report", messages::reports(l)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The groups of the administration, without empty ones.
fn admin(me: &Me, l: Language) -> Vec<Group> {
    use Permission::*;
    let may = |permission| me.grants.reaches_others(permission);
    let sees = may(ViewUsers);
    let people = [
        entry(sees, "/users", "users", messages::users(l)),
        entry(sees && may(ViewRoles), "/roles", "role", messages::roles(l)),
        entry(sees, "/teams", "team", messages::teams(l)),
        entry(sees, "/offices", "office", messages::offices(l)),
        entry(sees, "/lists", "list", messages::lists(l)),
    ];
    let (customers, dashboards) = (may(ManageCustomers), may(ManageDashboards));
    let organisation = [
        entry(
            sees,
            "/organisation",
            "organisation",
            messages::organisation(l),
        ),
        entry(customers, "/customers", "customer", messages::customers(l)),
        entry(
            dashboards,
            "/dashboards",
            "dashboard",
            messages::dashboards(l),
        ),
        entry(
            may(ManageSettings),
            "/settings",
            "settings",
            messages::settings(l),
        ),
        entry(
            sees && may(EditUsers),
            "/help/access",
            "support",
            messages::access_help(l),
        ),
    ];
    let (organisations, linked) = (may(ManageOrganisations), may(LinkAccounts));
    let installation = [
        entry(
            organisations,
            "/organisations",
            "globe",
            messages::organisations(l),
        ),
        entry(
            linked,
            "/organisations/links",
            "link",
            messages::link_accounts(l),
        ),
    ];
    [
        group(messages::people(l), people),
        group(messages::organisation(l), organisation),
        group(messages::installation(l), installation),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `None` without entries.
fn group(heading: String, entries: impl IntoIterator<Item = Option<Entry>>) -> Option<Group> {
    let entries: Vec<_> = entries.into_iter().flatten().collect();
    (!entries.is_empty()).then_some(Group { heading, entries })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_belongs_to_the_entry_whose_address_it_continues() {
        let entries = [
            "/",
            "/users",
            "/users/7/caseload",
            "/organisation",
            "/organisations",
            "/organisations/links",
        ];
        let of = |path| current(entries.into_iter(), path);
        assert_eq!(of("/"), Some("/"));
        assert_eq!(of("/users/7/edit"), Some("/users"));
        assert_eq!(of("/users/7/caseload"), Some("/users/7/caseload"));
        assert_eq!(of("/organisations/7"), Some("/organisations"));
        assert_eq!(of("/organisations/links"), Some("/organisations/links"));
        assert_eq!(of("/profile"), None, "nor does every page belong to Home");
    }
}
