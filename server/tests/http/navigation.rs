//! Where forms lead: to create a missing role and back without losing input, and to pages that the
//! user may see.

use usher_domain::sealing::Token;
use usher_domain::{Scope, clients, lists, offices, roles, teams, users};
use usher_types::clients::EditClient;
use usher_types::lists::CloseList;
use usher_types::roles::{EditRole, allowed};
use usher_types::units::{EditOffice, EditTeam};
use usher_types::users::{Archive, ChangeRole, EditUser, Restore};
use usher_types::{BuiltInRole, OfficeId, Permission};

use crate::client::{Answer, TestServer, session};
use crate::support::{World, role_of, run};

/// Posts a form as a browser without wasm does.
async fn posts(
    server: &TestServer,
    token: &Token,
    browser: &str,
    call: &str,
    body: &str,
) -> Answer {
    let cookie = format!("{}; {browser}", session(token));
    server
        .post(
            &format!("/api/usher_app/{call}"),
            &[("cookie", &cookie), ("accept", "text/html")],
            body,
        )
        .await
}

/// Opens a page with the cookie that drafts are bound to.
async fn opens(server: &TestServer, token: &Token, browser: &str, path: &str) -> Answer {
    server
        .get_with(
            path,
            &[("cookie", &format!("{}; {browser}", session(token)))],
        )
        .await
}

/// The `browser=…` cookie that the response sets.
fn browser(answer: &Answer) -> String {
    let cookie = answer
        .cookies()
        .into_iter()
        .find(|cookie| cookie.starts_with("browser="))
        .expect("a draft is bound to the browser");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

async fn gives(world: &World<'_>, who: &str, role: &str) {
    let form = ChangeRole {
        user: world.id(who).to_string(),
        role: role.to_owned(),
        ..ChangeRole::default()
    };
    users::change_role(&world.as_("maria").await, &form, true)
        .await
        .expect("given");
}

#[test]
fn creating_a_missing_role_returns_to_the_half_filled_form() {
    run(async |world| {
        let (server, token) = (TestServer::new(&world.db), world.token("maria").await);
        let key = world.db.new_id();
        let typed = format!(
            "key={key}&first_name=%22Ida%22&last_name=&email=nonsense&way_in=temporary_password&temporary_password=hush+hush"
        );
        let left = posts(&server, &token, "", "users/api/make_role_first", &typed).await;
        assert_eq!(left.status, 302, "{}", left.body);
        let to = left.header("location").to_owned();
        assert!(
            to.starts_with("/roles/new?next=/users/new%3Fdraft%3D"),
            "{to}"
        );
        let browser = browser(&left);
        let page = opens(&server, &token, &browser, &to).await;
        assert_eq!(page.status, 200);
        let next = to
            .trim_start_matches("/roles/new?next=")
            .replace("%3F", "?")
            .replace("%3D", "=");
        assert!(
            page.body.contains(&format!("href=\"{next}\"")),
            "Cancel leads back to the form"
        );
        let made = format!(
            "key={}&name=Reception&next={}",
            world.db.new_id(),
            to.trim_start_matches("/roles/new?next=")
        );
        let made = posts(&server, &token, &browser, "roles/api/edit_role", &made).await;
        let to = made.header("location").to_owned();
        let (again, role) = to.split_once("&role=").expect("it is told which role");
        assert_eq!((made.status.as_u16(), again), (302, next.as_str()), "{to}");
        let page = opens(&server, &token, &browser, &to).await;
        assert!(
            page.body.contains("&quot;Ida&quot;") && page.body.contains("nonsense"),
            "nothing typed is lost"
        );
        assert!(!page.body.contains("hush"), "but the secret is");
        assert!(
            !page.body.contains("There is a problem"),
            "nothing was refused"
        );
        let tick = page
            .body
            .split("<input")
            .find(|input| input.contains(&format!("value=\"{role}\"")))
            .expect("a tick");
        assert!(
            tick.split('>')
                .next()
                .unwrap_or_default()
                .contains("checked"),
            "{tick}"
        );
        let stranger = opens(&server, &world.token("sofia").await, "browser=another", &to).await;
        assert!(
            !stranger.body.contains("&quot;Ida&quot;"),
            "another browser's draft is nobody's"
        );
    });
}

#[test]
fn a_colleague_of_another_office_was_refused_without_a_reason_and_the_search_was_lost() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (server, token) = (TestServer::new(&world.db), world.token("maria").await);
        let (office, other) = (
            made_office(&maria, "Norr").await,
            made_office(&maria, "Syd").await,
        );
        world
            .owner_runs(&format!(
                "UPDATE users SET office_id = '{other}' WHERE id = '{}'",
                world.id("vera")
            ))
            .await;
        let night = teams::form(&maria, "", None).await.expect("a form").form;
        let night = EditTeam {
            unit_name: "Natt".to_owned(),
            office: office.to_string(),
            ..night
        };
        let night = teams::edit(&maria, &night)
            .await
            .expect("a team")
            .to_string();
        let elsa = clients::form(&maria, "", None).await.expect("a form").form;
        let elsa = EditClient {
            first_name: "Elsa".to_owned(),
            last_name: "Björk".to_owned(),
            team: night,
            ..elsa
        };
        let elsa = clients::edit(&maria, &elsa).await.expect("a client");
        let body = format!(
            "client={elsa}&q=st%C3%A5hl&user={}&part=access",
            world.id("vera")
        );
        let refused = posts(&server, &token, "", "clients/api/put_to_client", &body).await;
        let to = refused.header("location").to_owned();
        assert!(
            to.starts_with(&format!("/clients/{elsa}/people?q=st%C3%A5hl&draft=")),
            "{to}"
        );
        let page = opens(&server, &token, &browser(&refused), &to).await;
        assert!(
            page.body
                .contains("This colleague belongs to a different office from the client’s team"),
            "the sentence there is for it"
        );
        assert!(
            page.body.contains("value=\"ståhl\""),
            "and what was looked for"
        );
    });
}

async fn made_office(scope: &Scope, name: &str) -> OfficeId {
    let page = offices::form(scope, "", None).await.expect("a form");
    offices::edit(
        scope,
        &EditOffice {
            unit_name: name.to_owned(),
            ..page.form
        },
    )
    .await
    .expect("an office")
}

#[test]
fn remove_is_next_to_the_name_and_the_edit_form_shows_its_organisation() {
    run(async |world| {
        let (server, token) = (TestServer::new(&world.db), world.token("maria").await);
        let karin = world.id("karin");
        let list = server.get_as(&token, "/users").await;
        assert!(
            list.body.contains(&format!(
                "href=\"/users/{karin}/archive\" aria-label=\"Remove Karin Ek\""
            )),
            "OG-44"
        );
        assert!(
            !list
                .body
                .contains(&format!("/users/{}/archive", world.id("sofia"))),
            "not where it would be refused"
        );
        let form = server.get_as(&token, &format!("/users/{karin}/edit")).await;
        let organisation = form
            .body
            .split("<input")
            .find(|input| input.contains("id=\"own_organisation\""))
            .expect("OG-36");
        assert!(
            organisation.contains("value=\"Northfield Care\"") && organisation.contains("readonly"),
            "{organisation}"
        );
    });
}

#[test]
fn the_profile_listed_the_email_twice() {
    run(async |world| {
        let (server, token) = (TestServer::new(&world.db), world.token("sofia").await);
        let profile = server.get_as(&token, "/profile").await;
        assert_eq!(
            profile.body.matches("sofia.lind@example.org").count(),
            1,
            "{}",
            profile.body
        );
    });
}

#[test]
fn a_users_page_links_to_all_activity_and_to_a_caseworkers_caseload() {
    run(async |world| {
        let server = TestServer::new(&world.db);
        let (maria, karin) = (world.token("maria").await, world.token("karin").await);
        let id = world.id("karin");
        let page = server.get_as(&maria, &format!("/users/{id}")).await;
        assert!(
            page.body.contains(&format!("href=\"/users/{id}/history\"")),
            "the card leads to all of it"
        );
        let all = server
            .get_as(&maria, &format!("/users/{id}/history?group=access"))
            .await;
        assert!(
            all.body.contains("All activity: Karin Ek")
                && all.body.contains("created the account as Caseworker"),
            "{}",
            all.body
        );
        let own = server.get_as(&karin, "/").await;
        assert!(
            own.body.contains(&format!("href=\"/users/{id}/caseload\"")),
            "{}",
            own.body
        );
        let caseload = server
            .get_as(&karin, &format!("/users/{id}/caseload"))
            .await;
        assert!(
            caseload.status == 200
                && !caseload
                    .body
                    .contains("<p class=\"crumb\"><a href=\"/users\">"),
            "no way to what is not hers"
        );
        let viewer = server.get_as(&world.token("vera").await, "/").await;
        assert!(
            !viewer.body.contains("/caseload\""),
            "who answers for nobody has no caseload"
        );
    });
}

#[test]
fn only_50_caseworkers_were_offered_and_the_system_administrator_could_not_choose_the_own_organisation()
 {
    run(async |world| {
        let (server, sofia) = (TestServer::new(&world.db), world.token("sofia").await);
        world
            .owner_runs(&format!(
                "WITH made AS (INSERT INTO users (organisation_id, id, form_key, first_name, last_name, login_name, sort_name, search_text,
                        same_name, way_in, created_at)
                    SELECT '{0}', gen_random_uuid(), gen_random_uuid(), 'Nova', n::text, 'nova.' || n, lpad(n::text, 3, '0'), ' ', ' ',
                        'password', now() FROM generate_series(1, 60) AS n RETURNING organisation_id, id)
                INSERT INTO user_roles (organisation_id, user_id, role_id, given_at)
                    SELECT made.organisation_id, made.id, r.id, now() FROM made JOIN roles r USING (organisation_id) WHERE r.key = 'caseworker'",
                world.northfield
            ))
            .await;
        let list = server.get_as(&sofia, "/organisations").await;
        assert!(
            list.body
                .contains("href=\"/organisation\" dir=\"auto\">Northfield Care"),
            "picking one's own leads to its caseworkers (IZ-03)"
        );
        assert!(
            list.body
                .contains(&format!("href=\"/organisations/{}\"", world.sodra)),
            "and another's to what is the operator's business"
        );
        let own = server.get_as(&sofia, "/organisation").await;
        assert!(
            own.body.contains("60 people") && own.body.contains("href=\"/organisation?after="),
            "how many, and the way to the rest"
        );
        let menu = own
            .body
            .split("class=\"side\"")
            .nth(1)
            .and_then(|rest| rest.split("</nav>").next())
            .expect("a left-hand menu");
        assert!(
            menu.contains("href=\"/users/new?role=caseworker\""),
            "IZ-05: {menu}"
        );
        let next = own
            .body
            .split("href=\"/organisation?after=")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a next page");
        let rest = server
            .get_as(&sofia, &format!("/organisation?after={next}"))
            .await;
        assert!(
            rest.body.contains("Nova 60") && !rest.body.contains("Nova 10<"),
            "{}",
            rest.body
        );
    });
}

#[test]
fn an_unknown_filter_in_the_address_is_reported_on_the_page() {
    run(async |world| {
        let (server, token) = (TestServer::new(&world.db), world.token("maria").await);
        for (path, said) in [
            (
                "/users?watch=%3Cnever%3E".to_owned(),
                "The filter To follow up has an unknown value, “&lt;never&gt;”, and was left out.",
            ),
            (
                "/clients?team=night".to_owned(),
                "The filter Team has an unknown value, “night”, and was left out.",
            ),
            (
                "/referrals?status=lost".to_owned(),
                "The filter Status has an unknown value, “lost”, and was left out.",
            ),
            (
                format!("/users/{}/restore", world.id("karin")),
                "Karin Ek is not archived, so there is nothing to restore.",
            ),
        ] {
            let page = server.get_as(&token, &path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.body.contains(said), "{path}: {}", page.body);
        }
        let page = server
            .get_as(&token, "/users?watch=untold&status=active")
            .await;
        assert!(
            !page.body.contains("unknown value"),
            "what is known is not told"
        );
    });
}

#[test]
fn closing_something_closed_is_refused_with_a_link_to_the_list() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (server, token) = (TestServer::new(&world.db), world.token("maria").await);
        let list = lists::list(&maria).await.expect("the lists").rows[0]
            .list
            .id;
        let close = CloseList {
            list: list.to_string(),
            ..CloseList::default()
        };
        lists::close(&world.as_("sofia").await, &close)
            .await
            .expect("closed");
        let refused = posts(
            &server,
            &token,
            "",
            "lists/api/close_list",
            &format!("list={list}"),
        )
        .await;
        let to = refused.header("location").to_owned();
        let page = opens(&server, &token, &browser(&refused), &to).await;
        assert_eq!(page.status, 409);
        assert!(
            page.body.contains("This has already been closed")
                && page.body.contains("href=\"/lists\""),
            "{}",
            page.body
        );
    });
}

#[test]
fn editing_a_user_who_was_archived_is_refused_with_a_link_to_restore() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (server, token) = (TestServer::new(&world.db), world.token("maria").await);
        let karin = world.id("karin");
        let form = users::edit_user_form(&maria, karin, None)
            .await
            .expect("a form")
            .form;
        let body = format!(
            "user={karin}&version={}&first_name=Karin&last_name=Ek&login_name={}&job_title=Night+nurse",
            form.version, form.login_name
        );
        let archive = Archive {
            user: karin.to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&world.as_("sofia").await, &archive)
            .await
            .expect("archived");
        let live = server
            .post(
                "/api/usher_app/users/api/edit_user",
                &[("cookie", &session(&token))],
                &body,
            )
            .await;
        assert_eq!(
            (live.status.as_u16(), live.body),
            (
                409,
                format!("{{\"already_done\":{{\"user_archived\":{{\"user\":\"{karin}\"}}}}}}")
            )
        );
        let refused = posts(&server, &token, "", "users/api/edit_user", &body).await;
        let to = refused.header("location").to_owned();
        let page = opens(&server, &token, &browser(&refused), &to).await;
        assert_eq!(page.status, 409);
        assert!(
            page.body
                .contains("This person is archived, so nothing was changed"),
            "what happened"
        );
        assert!(
            page.body
                .contains(&format!("href=\"/users/{karin}/restore\"")),
            "and what can be done"
        );
        assert!(!page.body.contains("You don’t have permission"));
        let restore = Restore {
            user: karin.to_string(),
            ..Restore::default()
        };
        users::restore(&maria, &restore).await.expect("restored");
        let page = opens(&server, &token, &browser(&refused), &to).await;
        assert!(
            page.status == 200 && page.body.contains("Night nurse"),
            "what was typed is still there"
        );
    });
}

#[test]
fn a_custom_role_cannot_have_the_name_of_a_built_in_one_in_either_language() {
    run(async |world| {
        let (server, maria) = (
            TestServer::new(&world.db),
            session(&world.token("maria").await),
        );
        for name in [
            "Caseworker",
            " caseWORKER ",
            "Handl%C3%A4ggare",
            "System+administrator",
        ] {
            let body = format!("key={}&name={name}", world.db.new_id());
            let answer = server
                .post(
                    "/api/usher_app/roles/api/edit_role",
                    &[("cookie", &maria)],
                    &body,
                )
                .await;
            assert_eq!(answer.status, 422, "{name}: {}", answer.body);
            assert!(answer.body.contains("same_name"), "{name}: {}", answer.body);
        }
    });
}

#[test]
fn a_built_in_list_is_found_by_its_name_in_either_language() {
    run(async |world| {
        let (server, token) = (TestServer::new(&world.db), world.token("maria").await);
        let maria = world.as_("maria").await;
        let row =
            |rows: Vec<usher_types::lists::ListRow>| rows.into_iter().next().expect("a list").list;
        let list = row(lists::list(&maria).await.expect("the lists").rows);
        // saving unchanged values does not increase the version
        for (version, name, key) in [
            (1, "V%C3%A5rdsamordnare", true),
            (1, "Samordning", false),
            (2, "care+coordinators", true),
        ] {
            let body = format!("list={}&version={version}&unit_name={name}", list.id);
            let answer = posts(&server, &token, "", "lists/api/edit_list", &body).await;
            assert_eq!(answer.header("location"), "/lists", "{}", answer.body);
            let rows = lists::list(&maria).await.expect("the lists").rows;
            let now = rows
                .into_iter()
                .find(|row| row.list.id == list.id)
                .expect("it")
                .list;
            assert_eq!(now.built_in.is_some(), key, "{name}");
        }
    });
}

#[test]
fn a_role_creator_without_view_roles_is_led_to_an_open_page() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = EditRole {
            key: world.db.new_id().to_string(),
            name: "Maker".to_owned(),
            allows: vec![allowed(
                Permission::EditRoles,
                usher_types::Reach::Organisation,
            )],
            ..EditRole::default()
        };
        let role = roles::edit(&maria, &form)
            .await
            .expect("a role")
            .to_string();
        gives(world, "karin", &role).await;
        let (server, token) = (TestServer::new(&world.db), world.token("karin").await);
        let page = server.get_as(&token, "/roles/new").await;
        assert_eq!(page.status, 200);
        assert!(
            !page.body.contains("href=\"/roles\""),
            "no way to a page they may not see"
        );
        let made = posts(
            &server,
            &token,
            "",
            "roles/api/edit_role",
            &format!("key={}&name=Errand", world.db.new_id()),
        )
        .await;
        assert_eq!(
            (made.status.as_u16(), made.header("location")),
            (302, "/"),
            "{}",
            made.body
        );
    });
}

#[test]
fn staff_add_staff_from_the_home_page_and_see_no_administration() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let office = EditOffice {
            key: world.db.new_id().to_string(),
            unit_name: "Norr".to_owned(),
            ..EditOffice::default()
        };
        let office = offices::edit(&maria, &office)
            .await
            .expect("an office")
            .to_string();
        let bound = users::edit_user_form(&maria, world.id("karin"), None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                office: office.clone(),
                ..bound
            },
        )
        .await
        .expect("bound");
        gives(
            world,
            "karin",
            &role_of(&maria, BuiltInRole::Staff).await.to_string(),
        )
        .await;
        let (server, token) = (TestServer::new(&world.db), world.token("karin").await);
        let home = server.get_as(&token, "/").await.body;
        assert!(home.contains("Add New Staff") && home.contains("href=\"/staff/new\""));
        for path in ["/", "/staff/new", "/users/new"] {
            let page = server.get_as(&token, path).await;
            assert_eq!(page.status, 200, "{path}");
            for hidden in [
                "href=\"/users\"",
                "href=\"/users/new\"",
                "href=\"/roles",
                "href=\"/offices",
                "href=\"/lists",
                "href=\"/organisation\"",
            ] {
                assert!(!page.body.contains(hidden), "{path} has {hidden}");
            }
        }
        assert!(
            server
                .get_as(&token, "/staff/new")
                .await
                .body
                .contains("Other staff details")
        );
        let wrong = posts(
            &server,
            &token,
            "",
            "users/api/create_user",
            &format!("key={}&staff=on&way_in=invitation", world.db.new_id()),
        )
        .await;
        let again = wrong.header("location").to_owned();
        assert!(again.starts_with("/staff/new?draft="), "{again}");
        let page = opens(&server, &token, &browser(&wrong), &again).await.body;
        for field in ["first_name", "last_name", "email", "login_name"] {
            let input = page
                .split("<input")
                .find(|input| input.contains(&format!("id=\"{field}\"")))
                .expect("a field");
            let input = input.split('>').next().unwrap_or_default();
            assert!(
                input.contains("aria-invalid=\"true\""),
                "{field} is highlighted: {input}"
            );
        }
        let staff = role_of(&maria, BuiltInRole::Staff).await;
        let good = format!(
            "key={}&staff=on&first_name=Ida&last_name=Wik&login_name=ida.wik&email=ida@example.org&way_in=invitation&roles[]={staff}",
            world.db.new_id()
        );
        let made = posts(&server, &token, "", "users/api/create_user", &good).await;
        assert_eq!(
            (made.status.as_u16(), made.header("location")),
            (302, "/"),
            "{}",
            made.body
        );
        assert!(
            made.cookies()
                .iter()
                .any(|cookie| cookie.starts_with("notice=created:invitation:::Ida%20Wik")),
            "{:?}",
            made.cookies()
        );
        let placed: String = world
            .one("SELECT office_id::text FROM users WHERE login_name = 'ida.wik'")
            .await;
        assert_eq!(
            placed, office,
            "in the maker's office, though the post named none"
        );
        let mails: i64 = world.one("SELECT count(*) FROM outbox").await;
        assert_eq!(mails, 1, "and the invitation is on its way");
    });
}
