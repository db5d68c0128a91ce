//! Records of other organisations and records out of reach look like missing ones (decision 0008):
//! the same body, by the same number of statements. Also, who may open each page.

use std::collections::BTreeSet;

use usher_domain::{Scope, dashboards, lists, offices, roles, teams, users};
use usher_types::lists::EditList;
use usher_types::roles::EditRole;
use usher_types::units::{EditOffice, EditTeam};
use usher_types::users::NewUser;
use usher_types::{BuiltInRole, UserId};

use crate::client::{TestServer, session};
use crate::server_functions::{CALLS, Class, client, customer, path, plain, referral, resource};
use crate::statements::Counted;
use crate::support::{World, new_user, role_of, run};

/// The ids that a call or an address may contain.
#[derive(Clone)]
struct Ids {
    organisation: String,
    administrator: String,
    user: String,
    office: String,
    team: String,
    list: String,
    role: String,
    client: String,
    customer: String,
    contract: String,
    dashboard: String,
    resource: String,
    referral: String,
}

impl Ids {
    fn missing(world: &World<'_>) -> Self {
        let id = || world.db.new_id().to_string();
        Self {
            organisation: id(),
            administrator: id(),
            user: id(),
            office: id(),
            team: id(),
            list: id(),
            role: id(),
            client: id(),
            customer: id(),
            contract: id(),
            dashboard: id(),
            resource: id(),
            referral: id(),
        }
    }

    fn into(&self, text: &str, world: &World<'_>) -> String {
        text.replace("{user}", &self.user)
            .replace("{office}", &self.office)
            .replace("{team}", &self.team)
            .replace("{role}", &self.role)
            .replace("{list}", &self.list)
            .replace("{client}", &self.client)
            .replace("{customer}", &self.customer)
            .replace("{contract}", &self.contract)
            .replace("{dashboard}", &self.dashboard)
            .replace("{resource}", &self.resource)
            .replace("{referral}", &self.referral)
            .replace("{organisation}", &world.sodra.to_string())
            .replace("{own}", &world.northfield.to_string())
    }

    fn masked(&self, text: &str) -> String {
        let ids = [
            &self.user,
            &self.office,
            &self.team,
            &self.list,
            &self.role,
            &self.client,
            &self.customer,
            &self.contract,
            &self.dashboard,
            &self.resource,
            &self.referral,
        ];
        ids.into_iter()
            .fold(text.to_owned(), |text, id| text.replace(id, "id"))
    }
}

/// A record of each kind in the scope's organisation, with a user.
async fn things(world: &World<'_>, scope: &Scope, user: UserId) -> Ids {
    let key = || world.db.new_id().to_string();
    let office = EditOffice {
        key: key(),
        unit_name: "Öster".to_owned(),
        ..EditOffice::default()
    };
    let team = EditTeam {
        key: key(),
        unit_name: "Dag".to_owned(),
        ..EditTeam::default()
    };
    let list = EditList {
        key: key(),
        unit_name: "Jour".to_owned(),
        ..EditList::default()
    };
    let role = EditRole {
        key: key(),
        name: "Intake".to_owned(),
        ..EditRole::default()
    };
    let (customer, contract) = customer(scope, key()).await;
    let (client, resource) = (
        client(world, scope, user).await,
        resource(world, scope).await,
    );
    Ids {
        organisation: world.sodra.to_string(),
        administrator: world.id("birgit").to_string(),
        user: user.to_string(),
        office: offices::edit(scope, &office)
            .await
            .expect("an office")
            .to_string(),
        team: teams::edit(scope, &team).await.expect("a team").to_string(),
        list: lists::edit(scope, &list, None)
            .await
            .expect("a list")
            .to_string(),
        role: roles::edit(scope, &role).await.expect("a role").to_string(),
        referral: referral(world, scope, &client, &resource).await,
        client,
        resource,
        customer,
        contract,
        dashboard: dashboards::list(scope).await.expect("the dashboards")[0]
            .dashboard
            .id
            .to_string(),
    }
}

/// An administrator who is bound to an office, so that no user of the world is within reach.
async fn bound(world: &World<'_>) -> usher_domain::sealing::Token {
    let sofia = world.as_("sofia").await;
    let north = EditOffice {
        key: world.db.new_id().to_string(),
        unit_name: "Norr".to_owned(),
        ..EditOffice::default()
    };
    let north = offices::edit(&sofia, &north)
        .await
        .expect("an office")
        .to_string();
    let role = role_of(&sofia, BuiltInRole::OrganisationAdministrator)
        .await
        .to_string();
    let form = NewUser {
        roles: vec![role],
        office: north,
        ..new_user(&sofia, "Nils", "Ahl").await
    };
    let login_name = form.login_name.clone();
    let id = users::create(&sofia, form).await.expect("created");
    world.settles(id, &login_name).await
}

#[test]
fn a_page_out_of_reach_answers_like_a_missing_one_with_as_many_statements() {
    run(async |world| {
        let theirs = things(world, &world.as_("birgit").await, world.id("bea")).await;
        let beyond = things(world, &world.as_("maria").await, world.id("karin")).await;
        let missing = Ids::missing(world);
        let (maria, nils) = (
            session(&world.token("maria").await),
            session(&bound(world).await),
        );
        let folder = tempfile::tempdir().expect("a folder");
        let counted = Counted::begin(&world.app_url, folder.path()).await;
        let server = TestServer::new(&counted.db.at(World::morning()));
        let ask = async |cookie: &str, call: &str, body: &str, ids: &Ids| {
            // above a number of refusals they would be counted instead of written one by one
            world.owner_runs("DELETE FROM repeated_events").await;
            counted.taken();
            let answer = server
                .post(&path(call), &[("cookie", cookie)], &ids.into(body, world))
                .await;
            (
                answer.status.as_u16(),
                ids.masked(&answer.body),
                counted.taken(),
            )
        };
        let mut compared = (0, 0);
        for (call, _, body) in CALLS
            .iter()
            .copied()
            .filter(|declared| declared.1 == Class::Object)
        {
            let expected = ask(&maria, call, body, &missing).await;
            assert_eq!(
                (expected.0, expected.1.as_str()),
                (404, "\"not_found\""),
                "{call} {body}"
            );
            assert!(
                expected.2 > 1,
                "If you're here because {call} asks the database nothing: the counter does not count."
            );
            assert_eq!(
                ask(&maria, call, body, &theirs).await,
                expected,
                "If you're here because {call} tells another organisation's row from a missing one, by its answer or its work: look it up first, by tx.user(id) and its like."
            );
            compared.0 += 1;
            let expected = ask(&nils, call, body, &missing).await;
            if expected.0 == 403 || body.contains("{role}") || body.contains("{resource}") {
                // users who are bound to an office lack the permission; roles and resources belong
                // to the whole organisation
                continue;
            }
            // 422 if the form itself is invalid, whatever its subject: users who are bound to an
            // office must choose an office
            assert!(
                [404, 422].contains(&expected.0),
                "{call} {body}: {expected:?}"
            );
            for (whose, ids) in [
                ("another organisation's", &theirs),
                ("one out of reach", &beyond),
            ] {
                assert_eq!(
                    ask(&nils, call, body, ids).await,
                    expected,
                    "If you're here because {call} tells {whose} from a missing one."
                );
            }
            compared.1 += usize::from(expected.0 == 404);
        }
        assert!(
            compared.0 >= 30 && compared.1 >= 20,
            "too few were compared: {compared:?}"
        );
    });
}

/// Who may open a page.
#[derive(Clone, Copy, PartialEq)]
enum Page {
    /// Visitors.
    Public,
    /// Every signed-in user.
    Own,
    /// Users with a permission.
    Permission,
    /// The operator's System administrators.
    Operator,
    /// Users with a permission and a draft that the page shows.
    Kept,
    /// Users with a permission, about a record within reach. The status is the answer to an
    /// administrator who is bound to another office: 404, or 403 if users who are bound to an
    /// office may not do this at all, or 200 for records of the whole organisation.
    Object(u16),
}

use Page::{Kept, Object, Operator, Own, Permission, Public};

/// Each page, by its address in the router.
const PAGES: &[(&str, Page)] = &[
    ("/sign-in", Public),
    ("/set-password", Public),
    ("/setup", Public),
    ("/confirm-email", Public),
    ("/link-cannot-be-used", Public),
    ("/", Own),
    ("/help/access", Own),
    ("/search", Own),
    ("/profile", Own),
    ("/profile/accounts", Own),
    ("/profile/email", Own),
    ("/profile/password", Own),
    ("/organisation", Permission),
    ("/organisations", Operator),
    ("/organisations/new", Operator),
    ("/organisations/links", Operator),
    ("/organisations/{id}", Operator),
    ("/organisations/{id}/history", Operator),
    ("/organisations/{id}/edit", Operator),
    ("/organisations/{id}/suspend", Operator),
    ("/organisations/{id}/administrators/{user}/{act}", Operator),
    ("/settings", Permission),
    ("/settings/history", Permission),
    ("/settings/licence", Permission),
    ("/clients", Permission),
    ("/clients/new", Permission),
    ("/clients/{id}", Object(404)),
    ("/clients/{id}/history", Object(404)),
    ("/clients/{id}/edit", Object(404)),
    ("/clients/{id}/people", Object(404)),
    ("/clients/{id}/archive", Object(404)),
    ("/users/{id}/caseload", Object(404)),
    ("/users", Permission),
    ("/users/new", Permission),
    ("/staff/new", Permission),
    ("/users/{id}", Object(404)),
    ("/users/{id}/history", Object(404)),
    ("/users/{id}/access", Object(404)),
    ("/users/{id}/edit", Object(404)),
    ("/users/{id}/roles", Object(404)),
    ("/users/{id}/links", Object(404)),
    ("/users/{id}/coverage", Object(404)),
    ("/users/{id}/password", Object(404)),
    ("/users/{id}/invite", Object(404)),
    ("/users/{id}/archive", Object(404)),
    ("/users/{id}/restore", Object(404)),
    ("/customers", Permission),
    ("/customers/new", Permission),
    ("/customers/import", Permission),
    ("/customers/{id}", Object(403)),
    ("/customers/{id}/history", Object(403)),
    ("/customers/{id}/edit", Object(403)),
    ("/customers/{id}/close", Object(403)),
    ("/customers/{id}/contracts/new", Object(403)),
    ("/contracts/{id}/edit", Object(403)),
    ("/contracts/{id}/close", Object(403)),
    ("/offices", Permission),
    ("/offices/new", Permission),
    ("/offices/{id}", Object(404)),
    ("/offices/{id}/edit", Object(403)),
    ("/offices/{id}/close", Object(403)),
    ("/teams", Permission),
    ("/teams/new", Permission),
    ("/teams/{id}", Object(404)),
    ("/teams/{id}/edit", Object(404)),
    ("/teams/{id}/members", Object(404)),
    ("/teams/{id}/close", Object(404)),
    ("/lists", Permission),
    ("/lists/new", Permission),
    ("/lists/{id}/edit", Object(403)),
    ("/lists/{id}/close", Object(403)),
    ("/dashboards", Permission),
    ("/dashboards/new", Permission),
    ("/dashboards/{id}", Object(403)),
    ("/dashboards/{id}/close", Object(403)),
    ("/users/{id}/dashboards", Object(404)),
    ("/users/{id}/activity", Object(404)),
    ("/reports", Permission),
    ("/resources", Permission),
    ("/resources/new", Permission),
    ("/resources/{id}", Object(200)),
    ("/resources/{id}/history", Object(200)),
    ("/resources/{id}/edit", Object(200)),
    ("/resources/{id}/close", Object(200)),
    ("/referrals", Permission),
    ("/referrals/new", Permission),
    ("/referrals/review", Kept),
    ("/referrals/{id}", Object(404)),
    ("/roles", Permission),
    ("/roles/new", Permission),
    ("/roles/{code}", Object(200)),
    ("/roles/{code}/history", Object(200)),
    ("/roles/{code}/edit", Object(403)),
    ("/roles/{code}/retire", Object(403)),
];

/// The address with the ids of its subject.
fn address(page: &str, ids: &Ids) -> String {
    let id = match page.split('/').nth(1) {
        Some("offices") => &ids.office,
        Some("teams") => &ids.team,
        Some("lists") => &ids.list,
        Some("clients") => &ids.client,
        Some("customers") => &ids.customer,
        Some("contracts") => &ids.contract,
        Some("dashboards") => &ids.dashboard,
        Some("resources") => &ids.resource,
        Some("referrals") => &ids.referral,
        Some("organisations") => &ids.organisation,
        _ => &ids.user,
    };
    page.replace("{id}", id)
        .replace("{code}", &ids.role)
        .replace("{user}", &ids.administrator)
        .replace("{act}", "archive")
}

#[test]
fn every_page_is_declared() {
    let declared: BTreeSet<String> = PAGES.iter().map(|(page, _)| (*page).to_owned()).collect();
    let known: BTreeSet<String> = usher_app::paths().into_iter().collect();
    assert_eq!(
        declared, known,
        "If you're here because you added a page: say in PAGES who may open it."
    );
    let public: BTreeSet<&str> = PAGES
        .iter()
        .filter(|(_, who)| *who == Public)
        .map(|(page, _)| *page)
        .collect();
    assert_eq!(public, usher_app::PUBLIC.iter().copied().collect());
}

#[test]
fn every_page_opens_only_with_its_permission() {
    run(async |world| {
        let ours = things(world, &world.as_("maria").await, world.id("karin")).await;
        let missing = Ids::missing(world);
        let nils = bound(world).await;
        let (ulla, maria) = (plain(world).await, world.token("maria").await);
        let (birgit, sofia) = (world.token("birgit").await, world.token("sofia").await);
        let server = TestServer::new(&world.db);
        for (page, who) in PAGES.iter().copied() {
            let path = address(page, &ours);
            let status = async |token| server.get_as(token, &path).await.status.as_u16();
            let nobody = server.get(&path).await;
            if who == Public {
                assert_ne!(nobody.status.as_u16(), 303, "{page}: a visitor");
                continue;
            }
            assert_eq!(nobody.status.as_u16(), 303, "{page}: a visitor");
            assert!(
                nobody.header("location").starts_with("/sign-in"),
                "{page}: {}",
                nobody.header("location")
            );
            if who == Kept {
                assert_eq!(
                    (status(&ulla).await, status(&sofia).await),
                    (403, 404),
                    "{page}: without what was kept"
                );
                continue;
            }
            assert_eq!(
                status(&sofia).await,
                200,
                "{page}: the System administrator"
            );
            assert_eq!(
                status(&ulla).await,
                if who == Own { 200 } else { 403 },
                "{page}: without the permission"
            );
            assert_eq!(
                status(&maria).await,
                if who == Operator { 403 } else { 200 },
                "{page}: an Organisation administrator"
            );
            if let Object(out_of_reach) = who {
                assert_eq!(
                    status(&birgit).await,
                    404,
                    "{page}: of another organisation"
                );
                assert_eq!(status(&nils).await, out_of_reach, "{page}: out of reach");
                let path = address(page, &missing);
                assert_eq!(
                    server.get_as(&maria, &path).await.status,
                    404,
                    "{page}: nothing there"
                );
            }
        }
    });
}

#[test]
fn the_page_of_a_record_out_of_reach_is_that_of_a_missing_one() {
    run(async |world| {
        let theirs = things(world, &world.as_("birgit").await, world.id("bea")).await;
        let beyond = things(world, &world.as_("maria").await, world.id("karin")).await;
        let missing = Ids::missing(world);
        let nils = bound(world).await;
        let folder = tempfile::tempdir().expect("a folder");
        let counted = Counted::begin(&world.app_url, folder.path()).await;
        let server = TestServer::new(&counted.db.at(World::morning()));
        for (page, _) in PAGES.iter().filter(|(_, who)| *who == Object(404)) {
            let open = async |ids: &Ids| {
                counted.taken();
                let answer = server.get_as(&nils, &address(page, ids)).await;
                let nonce = answer
                    .header("content-security-policy")
                    .split("'nonce-")
                    .nth(1)
                    .and_then(|rest| rest.split('\'').next());
                let body = ids
                    .masked(&answer.body)
                    .replace(nonce.unwrap_or("no nonce"), "nonce");
                (answer.status.as_u16(), body, counted.taken())
            };
            let expected = open(&missing).await;
            assert_eq!(expected.0, 404, "{page}");
            for (whose, ids) in [
                ("another organisation's", &theirs),
                ("one out of reach", &beyond),
            ] {
                assert_eq!(open(ids).await, expected, "{page}: {whose}");
            }
        }
    });
}
