//! Every server function with its access class (decision 0025). A new function without an entry
//! here fails the first test.

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use usher_domain::sealing::Token;
use usher_domain::{
    Scope, clients, customers, lists, offices, referrals, resources, roles, teams, users,
};
use usher_types::clients::EditClient;
use usher_types::customers::{EditContract, EditCustomer};
use usher_types::referrals::NewReferral;
use usher_types::resources::EditResource;
use usher_types::roles::EditRole;
use usher_types::units::{EditOffice, EditTeam};
use usher_types::users::SetTemporaryPassword;
use usher_types::{Secret, UserId};

use crate::client::{Answer, TestServer, session};
use crate::support::{TEMPORARY, World, run};

/// Who may call a function.
#[derive(Clone, Copy, PartialEq)]
pub enum Class {
    /// Visitors; the status is the answer if the body refers to nothing that exists.
    Public(u16),
    /// Every signed-in user, about themselves.
    Own,
    /// Users with a permission.
    Permission,
    /// The operator's System administrators; the status is the answer to them. `{organisation}` in
    /// the body is another organisation, `{administrator}` its administrator.
    Operator(u16),
    /// Users with a permission, about a user or a record within their reach: `{user}`, `{role}`,
    /// `{office}`, `{team}`, `{list}`, `{client}`, `{customer}`, `{contract}`, `{dashboard}`,
    /// `{resource}`, `{referral}` in the body.
    Object,
}

use Class::{Object, Operator, Own, Permission, Public};

/// Each function with a body that it can parse.
pub const CALLS: &[(&str, Class, &str)] = &[
    ("session/api/choose_look", Public(200), "theme=dark&next=/"),
    ("session/api/confirm_email", Public(410), ""),
    ("session/api/confirm_email_page", Public(410), ""),
    (
        "session/api/set_password",
        Public(410),
        "new_password=violet+kettle+under+47+pines",
    ),
    ("session/api/set_password_page", Public(410), ""),
    ("session/api/set_up", Public(410), "organisation_name=A"),
    ("session/api/set_up_page", Public(410), ""),
    (
        "session/api/sign_in",
        Public(401),
        "login_name=nobody&password=wrong",
    ),
    ("session/api/sign_in_page", Public(200), ""),
    ("session/api/sign_out_now", Public(200), ""),
    (
        "customers/api/close_contract",
        Object,
        "contract={contract}",
    ),
    (
        "customers/api/close_contract_page",
        Object,
        "contract={contract}",
    ),
    (
        "customers/api/close_customer",
        Object,
        "customer={customer}",
    ),
    (
        "customers/api/close_customer_page",
        Object,
        "customer={customer}",
    ),
    ("customers/api/customer_list", Permission, "query[q]="),
    ("customers/api/customer_page", Object, "customer={customer}"),
    (
        "customers/api/edit_contract",
        Object,
        "customer={customer}&key=0197a4d2-0000-7000-8000-000000000001&unit_name=2027&config=Day",
    ),
    (
        "customers/api/edit_contract",
        Object,
        "contract={contract}&version=1&unit_name=Robbed&config=Day",
    ),
    (
        "customers/api/edit_contract_page",
        Object,
        "contract={contract}",
    ),
    (
        "customers/api/edit_customer",
        Permission,
        "key=0197a4d2-0000-7000-8000-000000000001&unit_name=Acme",
    ),
    (
        "customers/api/edit_customer",
        Object,
        "customer={customer}&version=1&unit_name=Robbed",
    ),
    ("customers/api/edit_customer_page", Permission, "customer="),
    (
        "customers/api/edit_customer_page",
        Object,
        "customer={customer}",
    ),
    (
        "customers/api/find_customers",
        Permission,
        "q=acme&ticked[0]=",
    ),
    ("customers/api/import_to_edited", Object, "user={user}"),
    ("customers/api/import_to_new", Permission, "first_name=Ida"),
    (
        "customers/api/new_contract_page",
        Object,
        "customer={customer}",
    ),
    ("lists/api/all_lists", Permission, ""),
    ("lists/api/close_list", Object, "list={list}"),
    ("lists/api/close_list_page", Object, "list={list}"),
    (
        "lists/api/edit_list",
        Permission,
        "key=0197a4d2-0000-7000-8000-000000000001&unit_name=Jour",
    ),
    (
        "lists/api/edit_list",
        Object,
        "list={list}&version=1&unit_name=Robbed",
    ),
    ("lists/api/edit_list_page", Permission, "list="),
    ("lists/api/edit_list_page", Object, "list={list}"),
    ("dashboards/api/all_dashboards", Permission, ""),
    (
        "dashboards/api/assign_dashboards",
        Object,
        "user={user}&version=&dashboards[]={dashboard}",
    ),
    ("dashboards/api/assign_page", Object, "id={user}"),
    (
        "dashboards/api/choose_dashboard",
        Own,
        "dashboard={brought}",
    ),
    (
        "dashboards/api/close_dashboard",
        Object,
        "dashboard={dashboard}",
    ),
    (
        "dashboards/api/close_dashboard_page",
        Object,
        "dashboard={dashboard}",
    ),
    (
        "dashboards/api/edit_dashboard",
        Permission,
        "key=0197a4d2-0000-7000-8000-000000000001&unit_name=Jour&widgets[]=untold:1",
    ),
    (
        "dashboards/api/edit_dashboard",
        Object,
        "dashboard={dashboard}&version=1&unit_name=Robbed&widgets[]=untold:1",
    ),
    (
        "dashboards/api/edit_dashboard_page",
        Permission,
        "dashboard=",
    ),
    (
        "dashboards/api/edit_dashboard_page",
        Object,
        "dashboard={dashboard}",
    ),
    ("dashboards/api/home_page", Own, ""),
    (
        "reports/api/activity_page",
        Object,
        "id={user}&query[after]=",
    ),
    (
        "reports/api/history_page",
        Object,
        "of=user&id={user}&query[group]=&query[after]=",
    ),
    (
        "reports/api/history_page",
        Object,
        "of=client&id={client}&query[group]=&query[after]=",
    ),
    (
        "reports/api/history_page",
        Object,
        "of=customer&id={customer}&query[group]=&query[after]=",
    ),
    (
        "reports/api/history_page",
        Object,
        "of=resource&id={resource}&query[group]=&query[after]=",
    ),
    (
        "reports/api/history_page",
        Object,
        "of=role&id={role}&query[group]=&query[after]=",
    ),
    (
        "reports/api/history_page",
        Permission,
        "of=settings&id=&query[group]=&query[after]=",
    ),
    (
        "reports/api/history_page",
        Operator(200),
        "of=organisation&id={organisation}&query[group]=&query[after]=",
    ),
    (
        "reports/api/report_page",
        Permission,
        "query[from]=&query[until]=",
    ),
    ("accounts/api/accounts_page", Own, "next="),
    ("accounts/api/switch_account", Own, "to={own}&next=/users"),
    (
        "accounts/api/links_page",
        Operator(200),
        "sought[one]=karin.ek&sought[other]=&sought[request]=",
    ),
    (
        "accounts/api/propose_link",
        Operator(200),
        "one=karin.ek&other=bea.noren",
    ),
    (
        "accounts/api/withdraw_proposal",
        Operator(422),
        "proposal=0197a4d2-0000-7000-8000-000000000004",
    ),
    (
        "accounts/api/agree_to_link",
        Own,
        "proposal=0197a4d2-0000-7000-8000-000000000004",
    ),
    (
        "accounts/api/decline_proposal",
        Own,
        "proposal=0197a4d2-0000-7000-8000-000000000004",
    ),
    ("accounts/api/leave_link", Own, ""),
    (
        "accounts/api/unlink_account",
        Operator(404),
        "of={own}&user={user}",
    ),
    (
        "accounts/api/decline_link",
        Operator(404),
        "request=0197a4d2-0000-7000-8000-000000000004&reason=unknown",
    ),
    ("accounts/api/ask_link_page", Object, "id={user}"),
    (
        "accounts/api/ask_link",
        Object,
        "user={user}&other_login=karin.elsewhere&reason=nights",
    ),
    ("help/api/access_help", Own, "question[q]="),
    ("help/api/access_help", Object, "question[person]={user}"),
    (
        "profile/api/change_email",
        Own,
        "email=new@example.org&current_password=wrong",
    ),
    (
        "profile/api/change_password",
        Own,
        "current_password=wrong&new_password=marble+lantern+over+12+oaks",
    ),
    (
        "profile/api/edit_profile",
        Own,
        "phone=&language=&theme=dark",
    ),
    ("profile/api/profile_page", Own, ""),
    (
        "organisations/api/act_on_administrator",
        Operator(200),
        "id={organisation}&user={administrator}&act=invite",
    ),
    (
        "organisations/api/add_organisation",
        Operator(200),
        "key=0197a4d2-0000-7000-8000-000000000004&organisation_name=V&language=sv&first_name=W&last_name=E&email=w@v.example",
    ),
    ("organisations/api/add_organisation_page", Operator(200), ""),
    (
        "organisations/api/administrator_page",
        Operator(200),
        "id={organisation}&user={administrator}&act=archive",
    ),
    (
        "organisations/api/edit_organisation",
        Operator(200),
        "id={organisation}&version=1&organisation_name=Renamed",
    ),
    (
        "organisations/api/edit_organisation_page",
        Operator(200),
        "id={organisation}",
    ),
    (
        "organisations/api/organisation_list",
        Operator(200),
        "query[q]=&query[cursor][after]=",
    ),
    (
        "organisations/api/organisation_page",
        Operator(200),
        "id={organisation}",
    ),
    (
        "organisations/api/resume_organisation",
        Operator(200),
        "id={organisation}",
    ),
    (
        "organisations/api/suspend_organisation",
        Operator(200),
        "id={organisation}&reason=gone",
    ),
    (
        "organisations/api/suspend_organisation_page",
        Operator(200),
        "id={organisation}",
    ),
    (
        "settings/api/edit_settings",
        Permission,
        "version=1&language=en&languages[]=en&time_zone=Europe/Stockholm&login_name_format=first.last",
    ),
    ("settings/api/licence_page", Permission, ""),
    (
        "settings/api/send_notice",
        Object,
        "notice=0197a4d2-0000-7000-8000-000000000002",
    ),
    ("settings/api/settings_page", Permission, ""),
    (
        "roles/api/edit_role",
        Permission,
        "key=0197a4d2-0000-7000-8000-000000000003&name=Reception&allows[]=view_users:organisation",
    ),
    (
        "roles/api/edit_role",
        Object,
        "role={role}&version=1&name=Robbed",
    ),
    ("roles/api/edit_role_page", Permission, ""),
    ("roles/api/edit_role_page", Object, "code={role}"),
    (
        "roles/api/retire_role",
        Object,
        "role={role}&instead=nothing",
    ),
    ("roles/api/retire_role_page", Object, "code={role}"),
    ("roles/api/role_list", Permission, ""),
    ("roles/api/role_page", Permission, "code=caseworker"),
    ("roles/api/role_page", Object, "code={role}"),
    (
        "resources/api/resource_list",
        Permission,
        "query[q]=&query[cursor][after]=",
    ),
    ("resources/api/resource_page", Object, "resource={resource}"),
    (
        "resources/api/edit_resource",
        Permission,
        "key=0197a4d2-0000-7000-8000-000000000001&unit_name=Course",
    ),
    (
        "resources/api/edit_resource",
        Object,
        "resource={resource}&version=1&unit_name=Robbed",
    ),
    ("resources/api/edit_resource_page", Permission, "resource="),
    (
        "resources/api/edit_resource_page",
        Object,
        "resource={resource}",
    ),
    (
        "resources/api/close_resource",
        Object,
        "resource={resource}",
    ),
    (
        "resources/api/close_resource_page",
        Object,
        "resource={resource}",
    ),
    (
        "referrals/api/referral_list",
        Permission,
        "query[direction]=&query[status]=&query[cursor][after]=",
    ),
    ("referrals/api/referral_page", Object, "referral={referral}"),
    (
        "referrals/api/new_referral_page",
        Permission,
        "asked[client]=&asked[q]=",
    ),
    (
        "referrals/api/new_referral_page",
        Object,
        "asked[client]={client}&asked[q]=",
    ),
    (
        "referrals/api/review_referral",
        Object,
        "key=0197a4d2-0000-7000-8000-000000000001&client={client}&resource={resource}&why=nights",
    ),
    (
        "referrals/api/review_referral_page",
        Object,
        "draft={referral}",
    ),
    (
        "referrals/api/create_referral",
        Object,
        "key=0197a4d2-0000-7000-8000-000000000001&client={client}&resource={resource}&why=nights",
    ),
    (
        "referrals/api/act_on_referral",
        Object,
        "referral={referral}&version=1&act=accepted",
    ),
    (
        "referrals/api/act_on_referral",
        Object,
        "referral={referral}&version=1&act=ended",
    ),
    (
        "units/api/edit_office",
        Permission,
        "key=0197a4d2-0000-7000-8000-000000000001&unit_name=Norr",
    ),
    ("units/api/edit_office_page", Permission, "office="),
    (
        "units/api/edit_team",
        Permission,
        "key=0197a4d2-0000-7000-8000-000000000001&unit_name=Natt",
    ),
    ("units/api/edit_team_page", Permission, "team="),
    ("units/api/office_list", Permission, ""),
    ("units/api/team_list", Permission, ""),
    ("units/api/add_member", Object, "team={team}&user={user}"),
    ("units/api/close_office", Object, "office={office}"),
    ("units/api/close_office_page", Object, "office={office}"),
    ("units/api/close_team", Object, "team={team}"),
    ("units/api/close_team_page", Object, "team={team}"),
    ("units/api/members_page", Object, "team={team}&q="),
    ("units/api/office_page", Object, "office={office}"),
    ("units/api/remove_member", Object, "team={team}&user={user}"),
    ("units/api/team_page", Object, "team={team}"),
    (
        "users/api/create_user",
        Permission,
        "key=0197a4d2-0000-7000-8000-000000000001&first_name=Ida&last_name=Wik&login_name=ida.wik&way_in=only_add",
    ),
    ("users/api/make_role_first", Permission, "first_name=Ida"),
    (
        "users/api/find_clients_for_new",
        Permission,
        "first_name=Ida&client_q=elsa",
    ),
    (
        "users/api/find_clients_for_role",
        Permission,
        "user={user}&client_q=elsa",
    ),
    (
        "clients/api/client_list",
        Permission,
        "query[q]=&query[whose]=&query[cursor][last]=false",
    ),
    ("clients/api/client_page", Object, "client={client}"),
    (
        "clients/api/edit_client",
        Permission,
        "key=0197a4d2-0000-7000-8000-000000000001&first_name=Ida&last_name=Wik&responsible={user}",
    ),
    (
        "clients/api/edit_client",
        Object,
        "client={client}&version=1&first_name=Mallory&last_name=Wik&responsible={user}",
    ),
    ("clients/api/edit_client_page", Permission, "client="),
    ("clients/api/edit_client_page", Object, "client={client}"),
    (
        "clients/api/client_people_page",
        Object,
        "client={client}&q=",
    ),
    ("clients/api/linkable_clients", Permission, "q=eva"),
    (
        "clients/api/put_to_client",
        Object,
        "client={client}&user={user}&part=access",
    ),
    (
        "clients/api/take_off_client",
        Object,
        "client={client}&user={user}&part=access",
    ),
    (
        "clients/api/archive_client",
        Object,
        "client={client}&reason=gone",
    ),
    ("clients/api/archive_client_page", Object, "client={client}"),
    ("clients/api/restore_client", Object, "client={client}"),
    (
        "clients/api/caseload_page",
        Object,
        "id={user}&query[q]=&query[cursor][last]=false",
    ),
    ("clients/api/move_caseload", Object, "user={user}&all=on"),
    (
        "clients/api/return_caseload",
        Object,
        "user={user}&moved=0197a4d2-0000-7000-8000-000000000002",
    ),
    ("search/api/find_everything", Own, "words=maria"),
    (
        "users/api/access_preview",
        Permission,
        "choices[roles][0]=&choices[office]=&choices[teams][0]=",
    ),
    (
        "users/api/login_name_availability",
        Permission,
        "login_name=ida.wik",
    ),
    ("users/api/new_user_page", Permission, "staff=false"),
    (
        "users/api/user_list",
        Permission,
        "query[q]=&query[status]=&query[cursor][after]=&query[cursor][last]=false",
    ),
    ("users/api/act_page", Object, "id={user}&act=archive"),
    ("users/api/archive_user", Object, "user={user}&reason=gone"),
    ("users/api/coverage_page", Object, "id={user}"),
    (
        "users/api/end_cover",
        Object,
        "user={user}&cover=0197a4d2-0000-7000-8000-000000000002",
    ),
    (
        "users/api/give_cover",
        Object,
        "user={user}&cover_teams[]={team}",
    ),
    (
        "users/api/edit_user",
        Object,
        "user={user}&version=1&first_name=Karin&last_name=Ek&login_name=karin.ek",
    ),
    ("users/api/edit_user_page", Object, "id={user}"),
    (
        "users/api/give_role",
        Object,
        "user={user}&role=0197a4d2-0000-7000-8000-000000000002",
    ),
    ("users/api/invite_user", Object, "user={user}"),
    (
        "users/api/remove_role",
        Object,
        "user={user}&role=0197a4d2-0000-7000-8000-000000000002",
    ),
    ("users/api/restore_user", Object, "user={user}"),
    (
        "users/api/set_temporary_password",
        Object,
        "user={user}&temporary_password=marble+lantern+over+12+oaks",
    ),
    ("users/api/user_access", Object, "id={user}"),
    ("users/api/user_page", Object, "id={user}"),
];

/// The address of a function.
pub fn path(call: &str) -> String {
    format!("/api/usher_app/{call}")
}

/// An office, a team, a list, a client, a resource and a referral of karin's organisation.
async fn units(world: &World<'_>) -> [(&'static str, String); 6] {
    let maria = world.as_("maria").await;
    let office = EditOffice {
        key: world.db.new_id().to_string(),
        unit_name: "Öster".to_owned(),
        ..EditOffice::default()
    };
    let team = EditTeam {
        key: world.db.new_id().to_string(),
        unit_name: "Dag".to_owned(),
        ..EditTeam::default()
    };
    let office = offices::edit(&maria, &office).await.expect("an office");
    let team = teams::edit(&maria, &team).await.expect("a team");
    let list = lists::list(&maria).await.expect("the lists").rows[0]
        .list
        .id;
    let client = client(world, &maria, world.id("karin")).await;
    let resource = resource(world, &maria).await;
    let referral = referral(world, &maria, &client, &resource).await;
    [
        ("{office}", office.to_string()),
        ("{team}", team.to_string()),
        ("{list}", list.to_string()),
        ("{client}", client),
        ("{resource}", resource),
        ("{referral}", referral),
    ]
}

/// A client with a responsible person.
pub async fn client(world: &World<'_>, scope: &Scope, responsible: UserId) -> String {
    for who in ["karin", "bea"] {
        if world.id(who) == responsible {
            // signing in makes the user eligible as a responsible person
            world.token(who).await;
        }
    }
    let form = EditClient {
        key: world.db.new_id().to_string(),
        first_name: "Elsa".to_owned(),
        last_name: "Björk".to_owned(),
        responsible: responsible.to_string(),
        ..EditClient::default()
    };
    clients::edit(scope, &form)
        .await
        .expect("a client")
        .to_string()
}

/// A resource of the scope's organisation.
pub async fn resource(world: &World<'_>, scope: &Scope) -> String {
    let form = EditResource {
        key: world.db.new_id().to_string(),
        unit_name: "Day activity".to_owned(),
        ..EditResource::default()
    };
    resources::edit(scope, &form)
        .await
        .expect("a resource")
        .to_string()
}

/// A client's referral to a resource.
pub async fn referral(world: &World<'_>, scope: &Scope, client: &str, resource: &str) -> String {
    let form = NewReferral {
        key: world.db.new_id().to_string(),
        client: client.to_owned(),
        resource: resource.to_owned(),
        why: "nights".to_owned(),
        seen: "Elsa Björk / ".to_owned(),
        ..NewReferral::default()
    };
    referrals::create(scope, &form)
        .await
        .expect("a referral")
        .to_string()
}

/// The session of a user who holds only User.
pub async fn plain(world: &World<'_>) -> Token {
    let sofia = world.as_("sofia").await;
    world.enters(&sofia, "Ulla", &[]).await.1
}

/// Calls a function about karin, with a session or without one.
async fn call(
    server: &TestServer,
    world: &World<'_>,
    things: &[(&'static str, String)],
    who: Option<&Token>,
    (call, _, body): (&str, Class, &str),
) -> Answer {
    let cookie = who.map(session).unwrap_or_default();
    let mut body = body.replace("{user}", &world.id("karin").to_string());
    body = body
        .replace("{organisation}", &world.sodra.to_string())
        .replace("{own}", &world.northfield.to_string());
    body = body.replace("{administrator}", &world.id("birgit").to_string());
    body = things
        .iter()
        .fold(body, |body, (name, id)| body.replace(name, id));
    if body.contains("{dashboard}") || body.contains("{brought}") {
        body = body
            .replace("{dashboard}", &dashboard(world, "administrators").await)
            .replace("{brought}", &dashboard(world, "caseworkers").await);
    }
    if body.contains("{role}") {
        body = body.replace("{role}", &role(world).await);
    }
    if body.contains("{customer}") || body.contains("{contract}") {
        let (customer, contract) =
            customer(&world.as_("maria").await, world.northfield.to_string()).await;
        body = body
            .replace("{customer}", &customer)
            .replace("{contract}", &contract);
    }
    server
        .post(&path(call), &[("cookie", &cookie)], &body)
        .await
}

/// Creates a customer of the scope's organisation, and a contract of it. The idempotency key makes
/// repeated calls return the same.
pub async fn customer(scope: &Scope, key: String) -> (String, String) {
    let form = EditCustomer {
        key: key.clone(),
        unit_name: "Beck".to_owned(),
        ..EditCustomer::default()
    };
    let customer = customers::edit(scope, &form)
        .await
        .expect("a customer")
        .to_string();
    let form = EditContract {
        key,
        customer: customer.clone(),
        unit_name: "2026".to_owned(),
        config: "Day".to_owned(),
        ..EditContract::default()
    };
    customers::edit_contract(scope, &form)
        .await
        .expect("a contract");
    let contract = customers::page(scope, &customer)
        .await
        .expect("a page")
        .contracts[0]
        .0
        .id
        .to_string();
    (customer, contract)
}

/// A custom role of karin's organisation. The idempotency key makes repeated calls return the same.
async fn role(world: &World<'_>) -> String {
    let form = EditRole {
        key: world.northfield.to_string(),
        name: "Intake".to_owned(),
        ..EditRole::default()
    };
    roles::edit(&world.as_("sofia").await, &form)
        .await
        .expect("a role")
        .to_string()
}

/// A built-in dashboard of karin's organisation.
async fn dashboard(world: &World<'_>, key: &str) -> String {
    world
        .one(&format!(
            "SELECT id::text FROM dashboards WHERE organisation_id = '{}' AND key = '{key}'",
            world.northfield
        ))
        .await
}

#[test]
fn every_server_function_is_declared() {
    let declared: BTreeSet<String> = CALLS.iter().map(|(call, ..)| path(call)).collect();
    let known: BTreeSet<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(
        declared, known,
        "If you're here because you added a server function: say in CALLS who may call it."
    );
}

#[test]
fn a_visitor_calls_only_public_functions() {
    run(async |world| {
        let (server, units) = (TestServer::new(&world.db), units(world).await);
        for declared in CALLS.iter().copied() {
            let answer = call(&server, world, &units, None, declared).await;
            match declared.1 {
                Public(status) => assert_eq!(
                    answer.status.as_u16(),
                    status,
                    "{}: {}",
                    declared.0,
                    answer.body
                ),
                _ => assert_eq!(
                    (answer.status.as_u16(), answer.body.as_str()),
                    (401, "\"sign_in\""),
                    "{}",
                    declared.0
                ),
            }
        }
    });
}

#[test]
fn any_id_asks_a_visitor_to_sign_in() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let karin = world.id("karin").to_string();
        for id in [
            karin.as_str(),
            "0197a4d2-0000-7000-8000-000000000009",
            "nonsense",
            "",
        ] {
            for body in [format!("id={id}"), format!("id={id}&act=archive")] {
                for page in ["user_page", "edit_user_page", "act_page"]
                    .iter()
                    .filter(|page| body.contains("act=") == (**page == "act_page"))
                {
                    let answer = server
                        .post(&path(&format!("users/api/{page}")), &[], &body)
                        .await;
                    assert_eq!(
                        (answer.status.as_u16(), answer.body.as_str()),
                        (401, "\"sign_in\""),
                        "{page} of {id:?}"
                    );
                }
            }
        }
    });
}

#[test]
fn a_missing_permission_is_refused() {
    run(async |world| {
        let (server, units, ulla) = (
            TestServer::new(&world.db),
            units(world).await,
            plain(world).await,
        );
        let karin = world.token("karin").await;
        for declared in CALLS.iter().copied() {
            // signing out would end the session that the next calls need
            if let Public(_) = declared.1 {
                continue;
            }
            let who = if declared.1 == Own { &karin } else { &ulla };
            let answer = call(&server, world, &units, Some(who), declared).await;
            if declared.1 == Own {
                assert!(
                    [200, 422].contains(&answer.status.as_u16()),
                    "{}: {} {}",
                    declared.0,
                    answer.status,
                    answer.body
                );
            } else {
                assert_eq!(
                    (answer.status.as_u16(), answer.body.as_str()),
                    (403, "\"forbidden\""),
                    "{}",
                    declared.0
                );
            }
        }
    });
}

#[test]
fn a_temporary_password_opened_the_functions_of_the_profile() {
    run(async |world| {
        let (server, units, maria) = (
            TestServer::new(&world.db),
            units(world).await,
            world.as_("maria").await,
        );
        let form = SetTemporaryPassword {
            user: world.id("karin").to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..Default::default()
        };
        users::set_temporary_password(&maria, &form)
            .await
            .expect("set");
        let karin = world.signs_in("karin.ek", TEMPORARY).await;
        for declared in CALLS
            .iter()
            .copied()
            .filter(|declared| !matches!(declared.1, Public(_)))
        {
            let answer = call(&server, world, &units, Some(&karin), declared).await;
            if declared.0 == "profile/api/change_password" {
                assert_ne!(answer.status, 403, "{}", answer.body);
            } else {
                assert_eq!(
                    (answer.status.as_u16(), answer.body.as_str()),
                    (403, "\"forbidden\""),
                    "{}",
                    declared.0
                );
            }
        }
    });
}

#[test]
fn a_user_of_another_organisation_is_not_found() {
    run(async |world| {
        let (server, units) = (TestServer::new(&world.db), units(world).await);
        for declared in CALLS
            .iter()
            .copied()
            .filter(|declared| declared.1 == Object)
        {
            let answer = call(
                &server,
                world,
                &units,
                Some(&world.token("birgit").await),
                declared,
            )
            .await;
            assert_eq!(
                (answer.status.as_u16(), answer.body.as_str()),
                (404, "\"not_found\""),
                "{}",
                declared.0
            );
        }
    });
}

#[test]
fn a_caller_with_the_permission_passes() {
    run(async |world| {
        let (server, units) = (TestServer::new(&world.db), units(world).await);
        for declared in CALLS
            .iter()
            .copied()
            .filter(|declared| declared.1 == Permission)
        {
            let answer = call(
                &server,
                world,
                &units,
                Some(&world.token("maria").await),
                declared,
            )
            .await;
            assert_eq!(answer.status, 200, "{}: {}", declared.0, answer.body);
        }
    });
}

#[test]
fn only_system_administrators_of_the_operator_act_on_organisations() {
    run(async |world| {
        let (server, units) = (TestServer::new(&world.db), units(world).await);
        for declared in CALLS
            .iter()
            .copied()
            .filter(|declared| matches!(declared.1, Operator(_)))
        {
            for who in ["maria", "birgit"] {
                let answer = call(
                    &server,
                    world,
                    &units,
                    Some(&world.token(who).await),
                    declared,
                )
                .await;
                assert_eq!(
                    (answer.status.as_u16(), answer.body.as_str()),
                    (403, "\"forbidden\""),
                    "{} as {who}",
                    declared.0
                );
            }
        }
        // one of the functions suspends birgit's organisation
        for declared in CALLS.iter().copied() {
            let Operator(status) = declared.1 else {
                continue;
            };
            let answer = call(
                &server,
                world,
                &units,
                Some(&world.token("sofia").await),
                declared,
            )
            .await;
            assert_eq!(
                answer.status.as_u16(),
                status,
                "{}: {}",
                declared.0,
                answer.body
            );
        }
    });
}

#[test]
fn a_page_of_another_site_calls_no_function() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let maria = session(&world.token("maria").await);
        for (call, _, body) in CALLS {
            let headers = [
                ("cookie", maria.as_str()),
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "cross-site"),
            ];
            assert_eq!(
                server.post(&path(call), &headers, body).await.status,
                403,
                "{call}"
            );
        }
    });
}
