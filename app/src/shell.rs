//! The HTML document, the routes, and the layout of every page after sign-in.

use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::nested_router::Outlet;
use leptos_router::{SsrMode, path};
use usher_types::audit::Subject;
use usher_types::names::initials_of_organisation;
use usher_types::session::{Me, PageContext};
use usher_types::{Permission, Theme};

use crate::navigation::{Place, creation_links, navigation};
use crate::search::SearchLink;
use crate::ui::{FrameScript, Icon, NoticeBanner, page_context};
use crate::{
    accounts, clients, customers, dashboards, help, labels, lists, messages, organisations,
    profile, referrals, reports, resources, roles, search, session, settings, ui, units, users,
};

/// The whole HTML document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    if let Some(shared) = Owner::current_shared_context() {
        // the data of a page stays on the server: only the props of islands are sent
        shared.set_is_hydrating(false);
    }
    provide_context(options.clone());
    let context = page_context();
    let theme = match context.theme {
        Theme::Device => None,
        chosen => Some(chosen.code()),
    };
    view! {
        <!DOCTYPE html>
        <html lang=context.language.code() translate="no" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <HashedStylesheet options=options.clone() />
                <AutoReload options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
    .into_any()
}

/// The paths of all pages, in the syntax of the server's router.
#[cfg(feature = "ssr")]
pub fn paths() -> Vec<String> {
    leptos_axum::generate_route_list(App)
        .iter()
        .map(|route| route.path().to_owned())
        .collect()
}

/// Renders the page of a request completely. It is not generic, so that the pages are compiled in
/// this crate. In the server's crate they took four minutes of the optimised build, and were
/// compiled again whenever one of them changed.
#[cfg(feature = "ssr")]
pub async fn render(
    options: LeptosOptions,
    context: std::sync::Arc<dyn Fn() + Send + Sync>,
    request: axum::extract::Request,
) -> axum::response::Response {
    leptos_axum::render_app_async_with_context(move || context(), move || shell(options.clone()))(
        request,
    )
    .await
}

/// The routes of all pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    ui::provide_page_context();
    view! {
        <Router>
            <Title formatter=ui::titled />
            <Routes fallback=ui::NotFound>
                <Route path=path!("/sign-in") view=session::SignInPage ssr=SsrMode::Async />
                <Route path=path!("/set-password") view=session::SetPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/setup") view=session::SetUpPage ssr=SsrMode::Async />
                <Route path=path!("/confirm-email") view=session::ConfirmEmailPage ssr=SsrMode::Async />
                <Route path=path!("/link-cannot-be-used") view=session::DeadLinkPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=AppLayout ssr=SsrMode::Async>
                    <Route path=path!("/") view=dashboards::Home />
                    <Route path=path!("/clients") view=clients::ClientListPage />
                    <Route path=path!("/clients/new") view=clients::ClientEditPage />
                    <Route path=path!("/clients/:id") view=clients::ClientDetailPage />
                    <Route path=path!("/clients/:id/history") view=|| view! { <reports::HistoryPage of=Subject::Client /> } />
                    <Route path=path!("/clients/:id/edit") view=clients::ClientEditPage />
                    <Route path=path!("/clients/:id/people") view=clients::ClientPeoplePage />
                    <Route path=path!("/clients/:id/archive") view=clients::ClientArchivePage />
                    <Route path=path!("/organisation") view=organisations::OrganisationPage />
                    <Route path=path!("/organisations") view=organisations::OrganisationListPage />
                    <Route path=path!("/organisations/links") view=accounts::LinksPage />
                    <Route path=path!("/organisations/new") view=organisations::OrganisationAddPage />
                    <Route path=path!("/organisations/:id") view=organisations::OrganisationDetailPage />
                    <Route path=path!("/organisations/:id/history") view=|| view! { <reports::HistoryPage of=Subject::Organisation /> } />
                    <Route path=path!("/organisations/:id/edit") view=organisations::OrganisationEditPage />
                    <Route path=path!("/organisations/:id/suspend") view=organisations::OrganisationSuspendPage />
                    <Route path=path!("/organisations/:id/administrators/:user/:act") view=organisations::AdministratorPage />
                    <Route path=path!("/settings") view=settings::SettingsPage />
                    <Route path=path!("/settings/history") view=|| view! { <reports::HistoryPage of=Subject::Settings /> } />
                    <Route path=path!("/settings/licence") view=settings::LicencePage />
                    <Route path=path!("/help/access") view=help::AccessHelpPage />
                    <Route path=path!("/search") view=search::SearchPage />
                    <Route path=path!("/users") view=users::UserListPage />
                    <Route path=path!("/users/new") view=users::UserNewPage />
                    <Route path=path!("/staff/new") view=users::StaffNewPage />
                    <Route path=path!("/users/:id") view=users::UserDetailPage />
                    <Route path=path!("/users/:id/history") view=|| view! { <reports::HistoryPage of=Subject::User /> } />
                    <Route path=path!("/users/:id/access") view=users::UserAccessPage />
                    <Route path=path!("/users/:id/caseload") view=clients::CaseloadPage />
                    <Route path=path!("/users/:id/edit") view=users::UserEditPage />
                    <Route path=path!("/users/:id/roles") view=users::RolesPage />
                    <Route path=path!("/users/:id/links") view=accounts::AskLinkPage />
                    <Route path=path!("/users/:id/coverage") view=users::UserCoveragePage />
                    <Route path=path!("/users/:id/password") view=users::TemporaryPasswordPage />
                    <Route path=path!("/users/:id/invite") view=users::InvitePage />
                    <Route path=path!("/users/:id/archive") view=users::ArchivePage />
                    <Route path=path!("/users/:id/restore") view=users::RestorePage />
                    <Route path=path!("/customers") view=customers::CustomerListPage />
                    <Route path=path!("/customers/new") view=customers::CustomerEditPage />
                    <Route path=path!("/customers/import") view=customers::ImportCustomersPage />
                    <Route path=path!("/customers/:id") view=customers::CustomerDetailPage />
                    <Route path=path!("/customers/:id/history") view=|| view! { <reports::HistoryPage of=Subject::Customer /> } />
                    <Route path=path!("/customers/:id/edit") view=customers::CustomerEditPage />
                    <Route path=path!("/customers/:id/close") view=customers::CustomerClosePage />
                    <Route path=path!("/customers/:id/contracts/new") view=customers::ContractNewPage />
                    <Route path=path!("/contracts/:id/edit") view=customers::ContractEditPage />
                    <Route path=path!("/contracts/:id/close") view=customers::ContractClosePage />
                    <Route path=path!("/offices") view=units::OfficeListPage />
                    <Route path=path!("/offices/new") view=units::OfficeEditPage />
                    <Route path=path!("/offices/:id") view=units::OfficeDetailPage />
                    <Route path=path!("/offices/:id/edit") view=units::OfficeEditPage />
                    <Route path=path!("/offices/:id/close") view=units::OfficeClosePage />
                    <Route path=path!("/teams") view=units::TeamListPage />
                    <Route path=path!("/teams/new") view=units::TeamEditPage />
                    <Route path=path!("/teams/:id") view=units::TeamDetailPage />
                    <Route path=path!("/teams/:id/edit") view=units::TeamEditPage />
                    <Route path=path!("/teams/:id/members") view=units::TeamMembersPage />
                    <Route path=path!("/teams/:id/close") view=units::TeamClosePage />
                    <Route path=path!("/lists") view=lists::ListsPage />
                    <Route path=path!("/lists/new") view=lists::ListEditPage />
                    <Route path=path!("/lists/:id/edit") view=lists::ListEditPage />
                    <Route path=path!("/lists/:id/close") view=lists::ListClosePage />
                    <Route path=path!("/dashboards") view=dashboards::DashboardListPage />
                    <Route path=path!("/dashboards/new") view=dashboards::DashboardEditPage />
                    <Route path=path!("/dashboards/:id") view=dashboards::DashboardEditPage />
                    <Route path=path!("/dashboards/:id/close") view=dashboards::DashboardClosePage />
                    <Route path=path!("/users/:id/dashboards") view=dashboards::UserDashboardsPage />
                    <Route path=path!("/users/:id/activity") view=reports::UserActivityPage />
                    <Route path=path!("/reports") view=reports::ReportPage />
                    <Route path=path!("/resources") view=resources::ResourceListPage />
                    <Route path=path!("/resources/new") view=resources::ResourceEditPage />
                    <Route path=path!("/resources/:id") view=resources::ResourceDetailPage />
                    <Route path=path!("/resources/:id/history") view=|| view! { <reports::HistoryPage of=Subject::Resource /> } />
                    <Route path=path!("/resources/:id/edit") view=resources::ResourceEditPage />
                    <Route path=path!("/resources/:id/close") view=resources::ResourceClosePage />
                    <Route path=path!("/referrals") view=referrals::ReferralListPage />
                    <Route path=path!("/referrals/new") view=referrals::ReferralNewPage />
                    <Route path=path!("/referrals/review") view=referrals::ReferralReviewPage />
                    <Route path=path!("/referrals/:id") view=referrals::ReferralDetailPage />
                    <Route path=path!("/roles") view=roles::RoleListPage />
                    <Route path=path!("/roles/new") view=roles::RoleNewPage />
                    <Route path=path!("/roles/:code") view=roles::RoleDetailPage />
                    <Route path=path!("/roles/:code/history") view=|| view! { <reports::HistoryPage of=Subject::Role /> } />
                    <Route path=path!("/roles/:code/edit") view=roles::RoleEditPage />
                    <Route path=path!("/roles/:code/retire") view=roles::RoleRetirePage />
                    <Route path=path!("/profile") view=profile::ProfilePage />
                    <Route path=path!("/profile/accounts") view=accounts::AccountsPage />
                    <Route path=path!("/profile/email") view=profile::EmailPage />
                    <Route path=path!("/profile/password") view=profile::PasswordPage />
                </ParentRoute>
            </Routes>
        </Router>
    }
    .into_any()
}

/// The layout of every page after sign-in: header, navigation, flash message, page.
#[component]
fn AppLayout() -> impl IntoView {
    let context = page_context();
    let l = context.language;
    let Some(me) = context.me.clone() else {
        return view! { <Outlet /> }.into_any();
    };
    let path = use_location().pathname.get_untracked();
    let [links, menu_links] =
        [Place::Side, Place::Menu].map(|place| navigation(&me, l, &path, place));
    let sign = initials_of_organisation(&me.organisation_name);
    let creations = creation_links(&me, l);
    let may_create = creations.is_some();
    let create_again = creation_links(&me, l);
    let may_manage_settings = me.grants.reaches_others(Permission::ManageSettings);
    view! {
        <a class="skip" href="#main">{messages::skip(l)}</a>
        <div class="shell">
            <nav class="nav" aria-label=messages::main_navigation(l)>
                <a class="brand" href="/">"Usher"</a>
                <p class="org"><span class="sign" aria-hidden="true">{sign.clone()}</span><span dir="auto">{me.organisation_name.clone()}</span></p>
                {links}
            </nav>
            <header class="bar">
                <a class="brand" href="/">"Usher"</a>
                <SearchLink />
                <span class="grow"></span>
                {creations
                    .map(|links| {
                        view! {
                            <details class="dropdown wide" name="bar">
                                <summary class="button slim"><Icon id="plus" />{messages::create(l)}</summary>
                                <div class="panel">{links}</div>
                            </details>
                        }
                    })}
                <a class="button slim icon-only wide" href="/help/access" aria-label=messages::what_may_i_do(l) title=messages::what_may_i_do(l)><Icon id="help" /></a>
                {may_manage_settings
                    .then(|| {
                        view! { <a class="button slim icon-only wide" href="/settings" aria-label=messages::settings(l) title=messages::settings(l)><Icon id="settings" /></a> }
                    })}
                <UserMenu me=me.clone() context=context.clone() />
                <details class="menu" name="bar">
                    <summary class="button slim"><Icon id="menu" />{messages::menu(l)}</summary>
                    <nav class="panel" aria-label=messages::menu(l)>
                        <p class="org"><span class="sign" aria-hidden="true">{sign}</span><span dir="auto">{me.organisation_name.clone()}</span></p>
                        {may_create
                            .then(|| view! { <h2>{messages::create(l)}</h2>{create_again}<h2>{messages::go_to(l)}</h2> })}
                        {menu_links}
                    </nav>
                </details>
            </header>
            <main id="main" tabindex="-1">
                <NoticeBanner />
                <Outlet />
            </main>
        </div>
        <FrameScript />
    }
    .into_any()
}

/// The menu of the signed-in user: profile, organisations, theme, language, sign out.
#[component]
fn UserMenu(me: Me, context: PageContext) -> impl IntoView {
    let l = context.language;
    let here = use_location();
    let (path, query) = (here.pathname.get_untracked(), here.search.get_untracked());
    let next = if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    };
    let themes = Theme::ALL.map(|theme| {
        let pressed = if theme == context.theme { "true" } else { "false" };
        view! { <button name="theme" value=theme.code() aria-pressed=pressed>{labels::theme(l, theme)}</button> }
    });
    let languages = me.languages.iter().copied().map(|language| {
        let pressed = if language == l { "true" } else { "false" };
        view! { <button name="language" value=language.code() lang=language.code() aria-pressed=pressed>{labels::language(language)}</button> }
    });
    let languages: Vec<_> = languages.collect();
    let others = me.elsewhere.iter().map(|(organisation, name)| {
        view! {
            <form method="post" action=accounts::switch_url()>
                <input type="hidden" name="to" value=organisation.to_string() />
                <button dir="auto">{messages::switch_to(l, name)}</button>
            </form>
        }
    });
    let others = (!me.elsewhere.is_empty()).then(|| {
        view! { <hr /><a href="/profile/accounts">{messages::your_organisations(l)}</a>{others.collect_view()}<hr /> }
    });
    view! {
        <details class="dropdown" name="bar">
            // the accessible name contains the visible initials, for speech input (WCAG 2.5.3)
            <summary aria-label=format!("{} {}", me.initials, messages::your_menu(l, &me.name))>
                <span class="face" aria-hidden="true">{me.initials.clone()}</span>
            </summary>
            <div class="panel">
                <p class="who"><b dir="auto">{me.name.clone()}</b><span class="quiet small" dir="auto">{me.organisation_name.clone()}</span></p>
                <hr />
                <a href="/profile">{messages::profile(l)}</a>
                <a href="/help/access">{messages::what_may_i_do(l)}</a>
                {others}
                <p class="group" id="menu-theme">{messages::theme(l)}</p>
                <form method="post" action=session::choose_url()>
                    <input type="hidden" name="next" value=next.clone() />
                    <div class="switch" role="group" aria-labelledby="menu-theme">{themes}</div>
                </form>
                {(languages.len() > 1)
                    .then(|| {
                        view! {
                            <p class="group" id="menu-language">{messages::language(l)}</p>
                            <form method="post" action=session::choose_url()>
                                <input type="hidden" name="next" value=next />
                                <div class="switch" role="group" aria-labelledby="menu-language">{languages}</div>
                            </form>
                        }
                    })}
                <hr />
                <form method="post" action=session::sign_out_url()>
                    <button>{messages::sign_out(l)}</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}
