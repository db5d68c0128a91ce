//! Clients: who sees them, who is responsible for them, and what an assistant must be linked to
//! (SV-02 to SV-05, OG-10 to OG-14, S14, S16).

use chrono::TimeDelta;
use usher_domain::{Scope, clients, covers, dashboards, teams, users};
use usher_types::audit::Event;
use usher_types::clients::{
    ArchiveClient, ChangePerson, ClientQuery, EditClient, MoveCaseload, Part, RestoreClient,
    ReturnCaseload,
};
use usher_types::covers::GiveCover;
use usher_types::paging::Cursor;
use usher_types::refusal::Done;
use usher_types::units::CloseTeam;
use usher_types::users::{Archive, ChangeRole, Invite, NewUser};
use usher_types::{BuiltInRole, ClientId, Field, Permission, Problem, Refusal, TeamId, UserId};

use crate::support::{World, new_user, problem, refusal, role_of, run, without_warnings};
use crate::units::{bind, joins, office, team};

/// A form that creates a client, as the page fills it.
async fn form(scope: &Scope, first: &str) -> EditClient {
    let page = clients::form(scope, "", None).await.expect("a form");
    EditClient {
        first_name: first.to_owned(),
        last_name: "Björk".to_owned(),
        ..page.form
    }
}

/// A client of a responsible person, of a team, or in a team's queue.
pub(crate) async fn client(
    scope: &Scope,
    first: &str,
    responsible: Option<UserId>,
    team: Option<TeamId>,
) -> ClientId {
    let text = |id: Option<String>| id.unwrap_or_default();
    let form = EditClient {
        responsible: text(responsible.map(|user| user.to_string())),
        team: text(team.map(|team| team.to_string())),
        ..form(scope, first).await
    };
    clients::edit(scope, &form)
        .await
        .unwrap_or_else(|error| panic!("{first}: {error:?}"))
}

async fn seen(scope: &Scope, query: ClientQuery) -> Vec<String> {
    let list = clients::list(scope, query).await.expect("a list");
    assert_eq!(
        list.pages.total as usize,
        list.rows.len(),
        "what is counted is what is seen"
    );
    list.rows
        .into_iter()
        .map(|row| row.name.split(' ').next().unwrap_or_default().to_owned())
        .collect()
}

async fn all(scope: &Scope) -> Vec<String> {
    seen(scope, ClientQuery::default()).await
}

async fn searched(scope: &Scope, q: &str) -> Vec<String> {
    seen(
        scope,
        ClientQuery {
            q: q.to_owned(),
            ..ClientQuery::default()
        },
    )
    .await
}

/// Saves a client unchanged, which succeeds only for users who may edit the client.
async fn saves(scope: &Scope, client: ClientId) -> usher_domain::Result<ClientId> {
    let form = clients::form(scope, &client.to_string(), None).await?.form;
    clients::edit(
        scope,
        &EditClient {
            phone: "070-123 45 67".to_owned(),
            ..form
        },
    )
    .await
}

async fn responsible(scope: &Scope, client: ClientId) -> Option<UserId> {
    clients::page(scope, &client.to_string())
        .await
        .expect("a page")
        .shown
        .responsible
        .map(|person| person.user)
}

pub(crate) async fn covers_now(scope: &Scope, user: UserId, team: TeamId, until: &str) {
    let form = GiveCover {
        user: user.to_string(),
        cover_teams: vec![team.to_string()],
        cover_until: until.to_owned(),
        ..GiveCover::default()
    };
    covers::assign(scope, &form).await.expect("covers");
}

async fn again(world: &World<'_>, who: &str, by: TimeDelta) -> Scope {
    let found = world
        .later(by)
        .authenticate(&world.token(who).await, world.db.new_id())
        .await
        .expect("the database answers");
    found.expect("still signed in").scope
}

/// A new user with a role that requires linked clients, signed in.
pub(crate) async fn assistant(
    world: &World<'_>,
    giver: &Scope,
    first: &str,
    linked: &[ClientId],
) -> (UserId, Scope) {
    let form = NewUser {
        roles: vec![role_of(giver, BuiltInRole::Assistant).await.to_string()],
        linked_clients: linked.iter().map(ClientId::to_string).collect(),
        ..new_user(giver, first, "Ahl").await
    };
    let login_name = form.login_name.clone();
    let id = users::create(giver, form)
        .await
        .unwrap_or_else(|error| panic!("{first}: {error:?}"));
    let token = world.settles(id, &login_name).await;
    (
        id,
        world.authenticated(&token).await.expect("signed in").scope,
    )
}

fn part(client: ClientId, user: UserId, part: Part) -> ChangePerson {
    ChangePerson {
        client: client.to_string(),
        user: user.to_string(),
        part: part.code().to_owned(),
        ..ChangePerson::default()
    }
}

#[test]
fn a_user_who_can_no_longer_edit_clients_must_hand_them_over() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        world.token("karin").await;
        let eva = client(&maria, "Eva", Some(karin), None).await;
        let told = async || {
            let caseload = clients::caseload(&maria, karin, ClientQuery::default(), None)
                .await
                .expect("a page");
            let page = clients::page(&maria, &eva.to_string())
                .await
                .expect("a page");
            [caseload.is_able, page.is_able]
        };
        assert_eq!(told().await, [true, true]);
        // the same effect as a change of the role's permissions
        world
            .owner_runs(
                "DELETE FROM role_permissions WHERE permission = 'edit_clients' AND reach = 'own'",
            )
            .await;
        assert_eq!(told().await, [false, false]);
        let queued = client(&maria, "Olle", None, Some(team(&maria, "Natt", None).await)).await;
        assert!(
            clients::page(&maria, &queued.to_string())
                .await
                .expect("a page")
                .is_able,
            "nobody is told of nobody"
        );
    });
}

#[test]
fn a_role_was_removed_from_a_user_with_clients_without_asking() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        for who in ["karin", "sven"] {
            world.token(who).await;
        }
        let night = team(&maria, "Natt", None).await;
        let (eva, olle) = (
            client(&maria, "Eva", Some(karin), None).await,
            client(&maria, "Olle", Some(karin), Some(night)).await,
        );
        let caseworker = role_of(&maria, BuiltInRole::Caseworker).await;
        let page = users::act_page(&maria, Permission::GiveRoles, karin, None)
            .await
            .expect("a page");
        assert_eq!(
            page.works_by,
            Some(caseworker),
            "the page asks before it is tried"
        );
        let (count, others) = page.caseload.expect("a caseload");
        assert!(
            count == 2 && others.iter().any(|other| other.user == world.id("sven")),
            "{others:?}"
        );
        let take = |to: &str| ChangeRole {
            user: karin.to_string(),
            role: caseworker.to_string(),
            to: to.to_owned(),
            ..without_warnings()
        };
        let refused = async |to: &str| {
            problem(
                users::change_role(&maria, &take(to), false).await,
                Field::To,
            )
        };
        assert_eq!(refused("").await, Problem::Missing);
        assert_eq!(
            refused("queues").await,
            Problem::NobodysClients { clients: 1 }
        );
        assert_eq!(
            refused(&world.id("vera").to_string()).await,
            Problem::NoColleague
        );
        assert_eq!(refused("nonsense").await, Problem::Wrong);
        assert_eq!(
            responsible(&maria, eva).await,
            Some(karin),
            "nothing half-done stays"
        );
        users::change_role(&maria, &take(&world.id("sven").to_string()), false)
            .await
            .expect("taken");
        assert_eq!(
            (
                responsible(&maria, eva).await,
                responsible(&maria, olle).await
            ),
            (Some(world.id("sven")), Some(world.id("sven")))
        );
        let moved = clients::caseload(&maria, karin, ClientQuery::default(), None)
            .await
            .expect("a page")
            .moves;
        assert_eq!(
            moved.iter().map(|made| made.clients).collect::<Vec<_>>(),
            [2],
            "as in archiving"
        );
        // users with another working role, or without clients, are not asked
        let supervisor = role_of(&maria, BuiltInRole::Supervisor).await.to_string();
        let own = client(&maria, "Åke", Some(world.id("sven")), None).await;
        let give = ChangeRole {
            user: world.id("sven").to_string(),
            role: caseworker.to_string(),
            ..ChangeRole::default()
        };
        users::change_role(&maria, &give, true)
            .await
            .expect("given");
        users::change_role(
            &maria,
            &ChangeRole {
                role: supervisor,
                ..give
            },
            false,
        )
        .await
        .expect("taken");
        assert_eq!(responsible(&maria, own).await, Some(world.id("sven")));
    });
}

#[test]
fn a_user_who_cannot_sign_in_became_responsible_for_clients() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let karin = world.id("karin");
        world.token("karin").await;
        let roles = vec![role_of(&maria, BuiltInRole::Caseworker).await.to_string()];
        let nils = NewUser {
            roles,
            email: "nils@example.org".to_owned(),
            ..new_user(&maria, "Nils", "Ahl").await
        };
        let nils = users::create(&maria, nils).await.expect("created");
        let eva = client(&maria, "Eva", Some(karin), None).await;
        let page = clients::form(&maria, "", None).await.expect("a form");
        assert!(
            page.colleagues.iter().all(|one| one.user != nils),
            "nobody is offered who could not work with the client"
        );
        let to_nils = EditClient {
            responsible: nils.to_string(),
            ..form(&maria, "Olle").await
        };
        assert_eq!(
            problem(clients::edit(&maria, &to_nils).await, Field::Responsible),
            Problem::CannotSignIn
        );
        let put = part(eva, nils, Part::Responsible);
        assert_eq!(
            problem(
                clients::assign_person(&maria, &put).await,
                Field::Responsible
            ),
            Problem::CannotSignIn
        );
        let found = clients::people_page(&maria, &eva.to_string(), "nils".to_owned(), None)
            .await
            .expect("a page")
            .found;
        let found: Vec<_> = found
            .into_iter()
            .map(|one| (one.parts, one.why_not))
            .collect();
        assert_eq!(
            found,
            [(
                vec![Part::Assistant, Part::Access],
                Some(Problem::CannotSignIn)
            )]
        );
        let all = MoveCaseload {
            user: karin.to_string(),
            to: nils.to_string(),
            all: "on".to_owned(),
            ..MoveCaseload::default()
        };
        assert_eq!(
            problem(clients::move_on(&maria, &all).await, Field::To),
            Problem::CannotSignIn
        );
        let leaves = Archive {
            user: karin.to_string(),
            to: nils.to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        assert_eq!(
            problem(users::archive(&maria, &leaves).await, Field::To),
            Problem::CannotSignIn
        );
        let invite = Invite {
            user: nils.to_string(),
            ..Invite::default()
        };
        users::invite(&maria, &invite).await.expect("invited");
        clients::move_on(&maria, &all)
            .await
            .expect("whoever is invited can begin with clients");
        assert_eq!(responsible(&maria, eva).await, Some(nils));
    });
}

#[test]
fn a_caseworker_creates_their_own_and_views_everybodys() {
    run(async |world| {
        for who in ["karin", "sven"] {
            world.token(who).await;
        }
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let new = form(&karin, "Elsa").await;
        assert_eq!(
            new.responsible,
            world.id("karin").to_string(),
            "a caseload begins with oneself"
        );
        let elsa = clients::edit(&karin, &new).await.expect("created");
        assert_eq!(
            clients::edit(&karin, &new).await.expect("the same"),
            elsa,
            "a double submit is one act"
        );
        let sven = client(&maria, "Olle", Some(world.id("sven")), None).await;
        assert_eq!(all(&karin).await, ["Elsa", "Olle"]);
        assert_eq!(
            seen(
                &karin,
                ClientQuery {
                    whose: "mine".to_owned(),
                    ..ClientQuery::default()
                }
            )
            .await,
            ["Elsa"]
        );
        assert!(
            clients::page(&karin, &elsa.to_string())
                .await
                .expect("a page")
                .may_edit
        );
        assert!(
            !clients::page(&karin, &sven.to_string())
                .await
                .expect("a page")
                .may_edit
        );
        saves(&karin, elsa).await.expect("hers");
        assert_eq!(
            refusal(saves(&karin, sven).await),
            Refusal::NotFound,
            "a colleague's is not hers to change"
        );
        let vera = world.as_("vera").await;
        assert_eq!(all(&vera).await.len(), 2, "a viewer views");
        assert_eq!(
            refusal(clients::form(&vera, "", None).await),
            Refusal::Forbidden
        );
        let given_away = EditClient {
            responsible: world.id("sven").to_string(),
            ..form(&karin, "Åke").await
        };
        assert_eq!(
            problem(clients::edit(&karin, &given_away).await, Field::Responsible),
            Problem::BeyondReach
        );
        assert_eq!(all(&maria).await.len(), 2, "nothing half-written stays");
    });
}

#[test]
fn another_organisation_sees_nothing_of_a_client() {
    run(async |world| {
        for who in ["karin", "bo"] {
            world.token(who).await;
        }
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let elsa = client(&maria, "Elsa", Some(world.id("karin")), None).await;
        let id = elsa.to_string();
        assert!(all(&birgit).await.is_empty() && searched(&birgit, "elsa").await.is_empty());
        let of_karin = ClientQuery {
            whose: world.id("karin").to_string(),
            cursor: Cursor::after(&id),
            ..ClientQuery::default()
        };
        let list = clients::list(&birgit, of_karin).await.expect("a list");
        assert!(list.rows.is_empty() && list.of.is_none() && list.queued == 0);
        for answer in [
            refusal(clients::page(&birgit, &id).await),
            refusal(clients::form(&birgit, &id, None).await),
            refusal(clients::people_page(&birgit, &id, String::new(), None).await),
            refusal(clients::archive_page(&birgit, &id, None).await),
            refusal(
                clients::archive(
                    &birgit,
                    &ArchiveClient {
                        client: id.clone(),
                        reason: "Mine".to_owned(),
                        ..Default::default()
                    },
                )
                .await,
            ),
            refusal(
                clients::restore(
                    &birgit,
                    &RestoreClient {
                        client: id.clone(),
                        ..Default::default()
                    },
                )
                .await,
            ),
            refusal(
                clients::assign_person(&birgit, &part(elsa, world.id("bo"), Part::Responsible))
                    .await,
            ),
            refusal(
                clients::caseload(&birgit, world.id("karin"), ClientQuery::default(), None).await,
            ),
        ] {
            assert_eq!(answer, Refusal::NotFound);
        }
        let theirs = EditClient {
            responsible: world.id("karin").to_string(),
            ..form(&birgit, "Mallory").await
        };
        assert_eq!(
            problem(clients::edit(&birgit, &theirs).await, Field::Responsible),
            Problem::NoColleague
        );
    });
}

#[test]
fn cover_opens_the_teams_clients_and_ends_by_itself() {
    run(async |world| {
        for who in ["karin", "sven"] {
            world.token(who).await;
        }
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        let night = team(&maria, "Natt", None).await;
        let elsa = client(&maria, "Elsa", Some(world.id("sven")), Some(night)).await;
        assert_eq!(
            refusal(saves(&world.as_("karin").await, elsa).await),
            Refusal::NotFound
        );
        // 09:00 UTC is 10:00 in Stockholm
        covers_now(&maria, karin, night, "2026-11-23T10:30").await;
        let covering = world.as_("karin").await;
        let page = clients::page(&covering, &elsa.to_string())
            .await
            .expect("a page");
        assert_eq!(
            (
                page.may_edit,
                page.covering.map(|team| team.name).as_deref()
            ),
            (true, Some("Natt"))
        );
        saves(&covering, elsa).await.expect("covered");
        let lines = clients::page(&maria, &elsa.to_string())
            .await
            .expect("a page")
            .activity;
        assert!(
            matches!(lines[0].event, Event::ClientEdited { covering: Some(team), .. } if team == night),
            "the audit says so"
        );
        assert_eq!(lines[0].unit.as_deref(), Some("Natt"));
        let later = again(world, "karin", TimeDelta::minutes(30)).await;
        assert_eq!(
            refusal(saves(&later, elsa).await),
            Refusal::NotFound,
            "nothing had to run"
        );
    });
}

#[test]
fn a_user_of_an_office_sees_clients_of_its_teams_and_of_covered_teams() {
    run(async |world| {
        for who in ["karin", "sven"] {
            world.token(who).await;
        }
        let maria = world.as_("maria").await;
        let (norr, syd) = (office(&maria, "Norr").await, office(&maria, "Syd").await);
        let (here, there) = (
            team(&maria, "Här", Some(norr)).await,
            team(&maria, "Där", Some(syd)).await,
        );
        client(&maria, "Elsa", None, Some(here)).await;
        let olle = client(&maria, "Olle", None, Some(there)).await;
        client(&maria, "Åke", Some(world.id("sven")), None).await;
        bind(&maria, world.id("karin"), norr).await;
        let karin = world.as_("karin").await;
        assert_eq!(
            all(&karin).await,
            ["Elsa"],
            "neither the other office's nor who is of none"
        );
        assert!(searched(&karin, "olle").await.is_empty());
        assert_eq!(
            clients::list(&karin, ClientQuery::default())
                .await
                .expect("a list")
                .queued,
            1
        );
        assert_eq!(
            refusal(clients::page(&karin, &olle.to_string()).await),
            Refusal::NotFound
        );
        let there_too = part(olle, world.id("karin"), Part::Responsible);
        assert_eq!(
            problem(
                clients::assign_person(&maria, &there_too).await,
                Field::Responsible
            ),
            Problem::OtherOffice
        );
        covers_now(&maria, world.id("karin"), there, "").await;
        let karin = world.as_("karin").await;
        assert_eq!(
            all(&karin).await,
            ["Elsa", "Olle"],
            "cover alone opens more (S16)"
        );
        assert_eq!(searched(&karin, "olle").await, ["Olle"]);
    });
}

#[test]
fn an_assistant_sees_the_clients_they_are_linked_to() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let (elsa, olle) = (
            client(&maria, "Elsa", Some(world.id("karin")), None).await,
            client(&maria, "Olle", Some(world.id("karin")), None).await,
        );
        let (anna, scope) = assistant(world, &maria, "Anna", &[elsa]).await;
        assert_eq!(all(&scope).await, ["Elsa"]);
        assert_eq!(searched(&scope, "björk").await, ["Elsa"]);
        assert_eq!(
            refusal(clients::page(&scope, &olle.to_string()).await),
            Refusal::NotFound
        );
        assert_eq!(
            refusal(saves(&scope, elsa).await),
            Refusal::Forbidden,
            "sees, and changes nothing"
        );
        let page = clients::page(&maria, &elsa.to_string())
            .await
            .expect("a page");
        assert_eq!(
            page.assistants
                .iter()
                .map(|person| person.user)
                .collect::<Vec<_>>(),
            [anna]
        );
        let caseload = clients::caseload(&maria, anna, ClientQuery::default(), None)
            .await
            .expect("a page");
        assert_eq!(
            caseload
                .assists
                .iter()
                .map(|client| client.id)
                .collect::<Vec<_>>(),
            [elsa]
        );
    });
}

#[test]
fn every_way_to_the_role_assistant_asks_for_a_client() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let role = role_of(&maria, BuiltInRole::Assistant).await;
        let elsa = client(&maria, "Elsa", Some(world.id("karin")), None).await;
        let bare = NewUser {
            roles: vec![role.to_string()],
            ..new_user(&maria, "Anna", "Ahl").await
        };
        assert_eq!(
            problem(
                users::create(&maria, bare.clone()).await,
                Field::LinkedClients
            ),
            Problem::NeedsClient
        );
        users::create(
            &maria,
            NewUser {
                linked_clients: vec![elsa.to_string()],
                ..bare
            },
        )
        .await
        .expect("created");
        let vera = ChangeRole {
            user: world.id("vera").to_string(),
            role: role.to_string(),
            ..ChangeRole::default()
        };
        assert_eq!(
            problem(
                users::change_role(&maria, &vera, true).await,
                Field::LinkedClients
            ),
            Problem::NeedsClient
        );
        users::change_role(
            &maria,
            &ChangeRole {
                linked_clients: vec![elsa.to_string()],
                ..vera.clone()
            },
            true,
        )
        .await
        .expect("given");
        let caseload = clients::caseload(&maria, world.id("vera"), ClientQuery::default(), None)
            .await
            .expect("a page");
        assert_eq!(caseload.assists.len(), 1);
        users::change_role(&maria, &vera, false)
            .await
            .expect("taken");
        let caseload = clients::caseload(&maria, world.id("vera"), ClientQuery::default(), None)
            .await
            .expect("a page");
        assert!(
            caseload.assists.is_empty(),
            "what the role asked for ends with it"
        );
    });
}

#[test]
fn a_client_out_of_reach_is_linked_by_no_tampered_post() {
    run(async |world| {
        for who in ["karin", "bo"] {
            world.token(who).await;
        }
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let foreign = client(&birgit, "Elsa", Some(world.id("bo")), None).await;
        let own = client(&maria, "Olle", Some(world.id("karin")), None).await;
        let gone = client(&maria, "Åke", Some(world.id("karin")), None).await;
        clients::archive(
            &maria,
            &ArchiveClient {
                client: gone.to_string(),
                reason: "Moved".to_owned(),
                ..Default::default()
            },
        )
        .await
        .expect("archived");
        let found = clients::find_linkable(&maria, "").await.expect("found");
        assert_eq!(
            found.iter().map(|client| client.id).collect::<Vec<_>>(),
            [own]
        );
        assert_eq!(
            refusal(clients::find_linkable(&world.as_("vera").await, "olle").await),
            Refusal::Forbidden
        );
        let role = role_of(&maria, BuiltInRole::Assistant).await.to_string();
        for linked in [foreign, gone, ClientId(world.db.new_id())] {
            let form = NewUser {
                roles: vec![role.clone()],
                linked_clients: vec![own.to_string(), linked.to_string()],
                ..new_user(&maria, "Anna", "Ahl").await
            };
            assert_eq!(
                problem(users::create(&maria, form).await, Field::LinkedClients),
                Problem::Wrong
            );
        }
        let nobody: i64 = world.one("SELECT count(*) FROM client_links").await;
        assert_eq!(nobody, 0, "all or none");
        let many = NewUser {
            linked_clients: vec![own.to_string(); 201],
            roles: vec![role],
            ..new_user(&maria, "Anna", "Ahl").await
        };
        assert_eq!(
            problem(users::create(&maria, many).await, Field::LinkedClients),
            Problem::TooMany { most: 200 }
        );
    });
}

#[test]
fn the_last_client_of_an_assistant_stays_also_when_two_unlink_at_once() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let (elsa, olle) = (
            client(&maria, "Elsa", Some(world.id("karin")), None).await,
            client(&maria, "Olle", Some(world.id("karin")), None).await,
        );
        let (anna, _) = assistant(world, &maria, "Anna", &[elsa, olle]).await;
        let (one, other) = (
            part(elsa, anna, Part::Assistant),
            part(olle, anna, Part::Assistant),
        );
        let (one, other) = tokio::join!(
            clients::remove_person(&maria, &one),
            clients::remove_person(&maria, &other)
        );
        let refused: Vec<_> = [one, other]
            .into_iter()
            .filter(|result| result.is_err())
            .collect();
        assert_eq!(refused.len(), 1, "one of the two");
        for result in refused {
            assert_eq!(problem(result, Field::Assistants), Problem::LastClient);
        }
        let left: i64 = world.one("SELECT count(*) FROM client_links").await;
        assert_eq!(left, 1);
    });
}

#[test]
fn a_clients_account_sees_only_its_own_page() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let elsa = clients::edit(
            &maria,
            &EditClient {
                responsible: world.id("karin").to_string(),
                client_note: "Afraid of dogs".to_owned(),
                email: "elsa@example.org".to_owned(),
                ..form(&maria, "Elsa").await
            },
        )
        .await
        .expect("created");
        client(&maria, "Olle", Some(world.id("karin")), None).await;
        let id = elsa.to_string();
        let asked = users::NewUserParams {
            client: Some(&id),
            ..users::NewUserParams::default()
        };
        let page = users::new_user_form(&maria, None, asked)
            .await
            .expect("a form");
        assert_eq!(
            (page.form.first_name.as_str(), page.form.email.as_str()),
            ("Elsa", "elsa@example.org")
        );
        assert!(
            page.roles
                .iter()
                .any(|choice| choice.role.built_in == Some(BuiltInRole::Client))
        );
        let plain = users::new_user_form(&maria, None, users::NewUserParams::default())
            .await
            .expect("a form");
        assert!(
            plain
                .roles
                .iter()
                .all(|choice| choice.role.built_in != Some(BuiltInRole::Client)),
            "given from a client's page alone"
        );
        let account = NewUser {
            login_name: "elsa.bjork".to_owned(),
            way_in: "only_add".to_owned(),
            ..page.form.clone()
        };
        let user = users::create(&maria, account).await.expect("created");
        let token = world.settles(user, "elsa.bjork").await;
        let own = world.authenticated(&token).await.expect("signed in").scope;
        assert_eq!(all(&own).await, ["Elsa"]);
        let seen = clients::page(&own, &id).await.expect("their own page");
        assert!(
            seen.is_self
                && seen.shown.note.is_empty()
                && !seen.may_edit
                && seen.activity.is_empty()
        );
        let second = NewUser {
            login_name: "elsa.b".to_owned(),
            email: String::new(),
            way_in: "only_add".to_owned(),
            ..page.form.clone()
        };
        let second = NewUser {
            key: world.db.new_id().to_string(),
            override_warnings: "on".to_owned(),
            reason: "Test".to_owned(),
            ..second
        };
        assert_eq!(
            problem(users::create(&maria, second).await, Field::Roles),
            Problem::HasAccount,
            "one account each"
        );
        assert_eq!(
            refusal(users::new_user_form(&maria, None, asked).await),
            Refusal::NotFound
        );
        let role = NewUser {
            roles: page.form.roles,
            ..new_user(&maria, "Anna", "Ahl").await
        };
        assert_eq!(
            problem(users::create(&maria, role).await, Field::Roles),
            Problem::NeedsRecord,
            "nobody else's role"
        );
    });
}

#[test]
fn access_is_given_to_one_client_at_a_time() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let norr = office(&maria, "Norr").await;
        bind(&maria, world.id("vera"), norr).await;
        let elsa = client(&maria, "Elsa", Some(world.id("karin")), None).await;
        assert!(all(&world.as_("vera").await).await.is_empty());
        clients::assign_person(&maria, &part(elsa, world.id("vera"), Part::Access))
            .await
            .expect("given");
        assert_eq!(all(&world.as_("vera").await).await, ["Elsa"]);
        clients::remove_person(&maria, &part(elsa, world.id("vera"), Part::Access))
            .await
            .expect("taken");
        assert!(all(&world.as_("vera").await).await.is_empty());
        let to_vera = part(elsa, world.id("vera"), Part::Responsible);
        assert_eq!(
            problem(
                clients::assign_person(&maria, &to_vera).await,
                Field::Responsible
            ),
            Problem::NoColleague,
            "she changes none"
        );
    });
}

#[test]
fn a_client_without_a_team_always_has_a_responsible_person() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let night = team(&maria, "Natt", None).await;
        let nobodys = EditClient {
            responsible: String::new(),
            team: String::new(),
            ..form(&maria, "Elsa").await
        };
        assert_eq!(
            problem(clients::edit(&maria, &nobodys).await, Field::Responsible),
            Problem::NeedsResponsible
        );
        let elsa = client(&maria, "Elsa", Some(world.id("karin")), None).await;
        let off = part(elsa, world.id("karin"), Part::Responsible);
        assert_eq!(
            problem(
                clients::remove_person(&maria, &off).await,
                Field::Responsible
            ),
            Problem::NeedsResponsible
        );
        let olle = client(&maria, "Olle", Some(world.id("karin")), Some(night)).await;
        clients::remove_person(&maria, &part(olle, world.id("karin"), Part::Responsible))
            .await
            .expect("queued");
        let list = clients::list(
            &maria,
            ClientQuery {
                whose: "queue".to_owned(),
                ..ClientQuery::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(
            (list.queued, list.rows.len(), list.rows[0].id),
            (1, 1, olle)
        );
    });
}

#[test]
fn the_list_of_clients_says_which_filters_it_left_out() {
    run(async |world| {
        let maria = world.as_("maria").await;
        client(&maria, "Elsa", Some(world.id("maria")), None).await;
        let query = ClientQuery {
            whose: "hers".to_owned(),
            team: "night".to_owned(),
            status: "gone".to_owned(),
            ..ClientQuery::default()
        };
        let list = clients::list(&maria, query).await.expect("a list");
        let named: Vec<_> = list
            .ignored
            .0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            (named, list.rows.len()),
            (
                vec![("whose", "hers"), ("team", "night"), ("status", "gone")],
                1
            )
        );
    });
}

#[test]
fn adding_a_client_refused_its_own_default() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let fresh = form(&maria, "Elsa").await;
        assert_eq!(
            (fresh.responsible.as_str(), fresh.team.as_str()),
            (world.id("maria").to_string().as_str(), ""),
            "there is no queue yet"
        );
        let elsa = clients::edit(&maria, &fresh)
            .await
            .expect("the form as it was opened");
        assert_eq!(responsible(&maria, elsa).await, Some(world.id("maria")));
        let night = team(&maria, "Natt", None).await;
        let fresh = form(&maria, "Olle").await;
        assert_eq!(
            (fresh.responsible.as_str(), fresh.team),
            ("", night.to_string()),
            "the one queue there is"
        );
        let olle = clients::edit(&maria, &form(&maria, "Olle").await)
            .await
            .expect("the form as it was opened");
        assert_eq!(responsible(&maria, olle).await, None, "waits in the queue");
        team(&maria, "Dag", None).await;
        let fresh = form(&maria, "Åke").await;
        assert_eq!(
            (fresh.responsible, fresh.team),
            (String::new(), String::new()),
            "of two nobody knows which"
        );
    });
}

#[test]
fn the_people_of_a_client_offered_refused_choices_and_clients_as_assistants() {
    run(async |world| {
        world.token("karin").await;
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let (norr, syd) = (office(&maria, "Norr").await, office(&maria, "Syd").await);
        bind(&maria, world.id("vera"), syd).await;
        let night = team(&maria, "Natt", Some(norr)).await;
        let elsa = client(&maria, "Elsa", Some(world.id("karin")), Some(night)).await;
        let (user, _) = own_account(world, &maria, elsa, "elsa.bjork").await;
        let found = async |q: &str| {
            let page = clients::people_page(&maria, &elsa.to_string(), q.to_owned(), None)
                .await
                .expect("a page");
            page.found
                .into_iter()
                .map(|one| (one.person.user, one.parts, one.why_not))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found("Vera").await,
            [(world.id("vera"), vec![], Some(Problem::OtherOffice))],
            "said before it is tried"
        );
        for (part_of, field) in [
            (Part::Access, Field::ClientAccess),
            (Part::Assistant, Field::Assistants),
        ] {
            let refused =
                clients::assign_person(&maria, &part(elsa, world.id("vera"), part_of)).await;
            assert_eq!(problem(refused, field), Problem::OtherOffice);
        }
        assert_eq!(
            found("Karin").await,
            [(world.id("karin"), vec![Part::Assistant, Part::Access], None)]
        );
        assert!(
            found("Elsa").await.is_empty(),
            "a client is nobody’s colleague"
        );
        let refused = clients::assign_person(&maria, &part(elsa, user, Part::Assistant)).await;
        assert_eq!(problem(refused, Field::Assistants), Problem::NoColleague);
        drop(karin);
    });
}

/// A client's own account, signed in.
async fn own_account(
    world: &World<'_>,
    giver: &Scope,
    client: ClientId,
    login_name: &str,
) -> (UserId, Scope) {
    let id = client.to_string();
    let asked = users::NewUserParams {
        client: Some(&id),
        ..users::NewUserParams::default()
    };
    let page = users::new_user_form(giver, None, asked)
        .await
        .expect("a form");
    let account = NewUser {
        login_name: login_name.to_owned(),
        way_in: "only_add".to_owned(),
        ..page.form
    };
    let user = users::create(giver, account).await.expect("created");
    let token = world.settles(user, login_name).await;
    (
        user,
        world.authenticated(&token).await.expect("signed in").scope,
    )
}

#[test]
fn a_closed_teams_clients_go_with_its_work() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let (day, night) = (
            team(&maria, "Dag", None).await,
            team(&maria, "Natt", None).await,
        );
        let queued = client(&maria, "Elsa", None, Some(night)).await;
        let held = client(&maria, "Olle", Some(world.id("karin")), Some(night)).await;
        let close = CloseTeam {
            team: night.to_string(),
            ..CloseTeam::default()
        };
        assert_eq!(
            problem(teams::close(&maria, &close).await, Field::Instead),
            Problem::NobodysClients { clients: 1 }
        );
        teams::close(
            &maria,
            &CloseTeam {
                instead: day.to_string(),
                ..close
            },
        )
        .await
        .expect("closed");
        for client in [queued, held] {
            let team = clients::page(&maria, &client.to_string())
                .await
                .expect("a page")
                .shown
                .team;
            assert_eq!(team.map(|team| team.id), Some(day));
        }
    });
}

#[test]
fn a_stale_change_of_a_client_shows_both_and_overwrites_nothing() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let elsa = client(&maria, "Elsa", Some(world.id("karin")), None).await;
        let stale = clients::form(&maria, &elsa.to_string(), None)
            .await
            .expect("a form")
            .form;
        let first = EditClient {
            phone: "0701234567".to_owned(),
            ..stale.clone()
        };
        clients::edit(&maria, &first).await.expect("saved");
        let second = EditClient {
            phone: "0709999999".to_owned(),
            ..stale
        };
        assert_eq!(
            refusal(clients::edit(&maria, &second).await),
            Refusal::Conflict
        );
        let kept = usher_types::form::SavedDraft {
            form: second.clone(),
            refusal: Some(Refusal::Conflict),
        };
        let page = clients::form(&maria, &elsa.to_string(), Some(kept))
            .await
            .expect("a form");
        assert_eq!(
            (
                page.form.phone.as_str(),
                page.conflict.expect("theirs").now.phone.as_str()
            ),
            ("0709999999", "0701234567")
        );
        clients::edit(&maria, &page.form)
            .await
            .expect("knowing both");
    });
}

#[test]
fn no_client_is_found_by_their_phone_number() {
    run(async |world| {
        let maria = world.as_("maria").await;
        // signing in makes karin eligible as a responsible person
        world.token("karin").await;
        let form = EditClient {
            responsible: world.id("karin").to_string(),
            phone: "08-12 34 56".to_owned(),
            client_number: "2024-117".to_owned(),
            ..form(&maria, "Elsa").await
        };
        clients::edit(&maria, &form).await.expect("created");
        for q in [
            "08-12 34 56",
            "+46 8 12 34 56",
            "123456",
            "elsa 08.12.34",
            "2024-117",
            "2024 117",
            "2024117",
        ] {
            assert_eq!(searched(&maria, q).await, ["Elsa"], "{q}");
        }
        assert!(searched(&maria, "08-12 34 57").await.is_empty());
    });
}

#[test]
fn a_client_number_is_unique() {
    run(async |world| {
        for who in ["karin", "bo"] {
            world.token(who).await;
        }
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let numbered = |form: EditClient| EditClient {
            client_number: "B-17".to_owned(),
            ..form
        };
        let mine = |form: EditClient, user: UserId| EditClient {
            responsible: user.to_string(),
            ..form
        };
        clients::edit(
            &maria,
            &numbered(mine(form(&maria, "Elsa").await, world.id("karin"))),
        )
        .await
        .expect("created");
        let again = numbered(mine(form(&maria, "Olle").await, world.id("karin")));
        assert_eq!(
            problem(clients::edit(&maria, &again).await, Field::ClientNumber),
            Problem::SameName
        );
        clients::edit(
            &birgit,
            &numbered(mine(form(&birgit, "Olle").await, world.id("bo"))),
        )
        .await
        .expect("another organisation's");
        assert_eq!(searched(&maria, "b-17").await, ["Elsa"]);
        for pattern in ["%", "_", "' OR 1=1"] {
            assert!(
                searched(&maria, pattern).await.is_empty(),
                "{pattern:?} is no pattern"
            );
        }
        assert_eq!(searched(&maria, "\0").await, ["Elsa"], "no word at all");
    });
}

#[test]
fn archiving_hands_over_every_client() {
    run(async |world| {
        for who in ["karin", "sven", "bo"] {
            world.token(who).await;
        }
        let maria = world.as_("maria").await;
        let night = team(&maria, "Natt", None).await;
        let elsa = client(&maria, "Elsa", Some(world.id("karin")), None).await;
        let olle = client(&maria, "Olle", Some(world.id("karin")), Some(night)).await;
        let leave = |who: &str, to: Option<UserId>| Archive {
            user: world.id(who).to_string(),
            to: to.map(|to| to.to_string()).unwrap_or_default(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        assert_eq!(
            problem(
                users::archive(&maria, &leave("karin", None)).await,
                Field::To
            ),
            Problem::NobodysClients { clients: 1 }
        );
        assert_eq!(
            problem(
                users::archive(&maria, &leave("karin", Some(world.id("vera")))).await,
                Field::To
            ),
            Problem::NoColleague
        );
        let bo = leave("karin", Some(world.id("bo")));
        assert_eq!(
            problem(users::archive(&maria, &bo).await, Field::To),
            Problem::NoColleague,
            "another organisation's"
        );
        assert_eq!(
            responsible(&maria, elsa).await,
            Some(world.id("karin")),
            "nothing half-done stays"
        );
        users::archive(&maria, &leave("karin", Some(world.id("sven"))))
            .await
            .expect("archived");
        assert_eq!(
            (
                responsible(&maria, elsa).await,
                responsible(&maria, olle).await
            ),
            (Some(world.id("sven")), Some(world.id("sven")))
        );
        let off = EditClient {
            team: night.to_string(),
            ..clients::form(&maria, &elsa.to_string(), None)
                .await
                .expect("a form")
                .form
        };
        clients::edit(&maria, &off).await.expect("of the team");
        users::archive(&maria, &leave("sven", None))
            .await
            .expect("archived");
        assert_eq!(
            clients::list(&maria, ClientQuery::default())
                .await
                .expect("a list")
                .queued,
            2,
            "the team's queue takes them"
        );
    });
}

#[test]
fn clients_move_to_a_colleague_and_come_back_for_a_while() {
    run(async |world| {
        for who in ["karin", "sven"] {
            world.token(who).await;
        }
        let (maria, karin, sven) = (
            world.as_("maria").await,
            world.id("karin"),
            world.id("sven"),
        );
        let elsa = client(&maria, "Elsa", Some(karin), None).await;
        let olle = client(&maria, "Olle", Some(karin), None).await;
        let moves = |clients: &[ClientId], to: UserId| MoveCaseload {
            user: karin.to_string(),
            clients: clients.iter().map(ClientId::to_string).collect(),
            to: to.to_string(),
            ..MoveCaseload::default()
        };
        assert_eq!(
            problem(
                clients::move_on(&maria, &moves(&[elsa], world.id("vera"))).await,
                Field::To
            ),
            Problem::NoColleague
        );
        let foreign = ClientId(world.db.new_id());
        assert_eq!(
            problem(
                clients::move_on(&maria, &moves(&[elsa, foreign], sven)).await,
                Field::Clients
            ),
            Problem::Wrong
        );
        assert_eq!(responsible(&maria, elsa).await, Some(karin), "all or none");
        assert_eq!(
            clients::move_on(&maria, &moves(&[elsa, olle], sven))
                .await
                .expect("moved"),
            (karin, 2)
        );
        assert_eq!(
            problem(
                clients::move_on(&maria, &moves(&[elsa], sven)).await,
                Field::Clients
            ),
            Problem::Wrong,
            "not hers any more"
        );
        clients::assign_person(&maria, &part(olle, world.id("maria"), Part::Responsible))
            .await
            .expect("moved on");
        let page = clients::caseload(&maria, karin, ClientQuery::default(), None)
            .await
            .expect("a page");
        let undo = ReturnCaseload {
            user: karin.to_string(),
            moved: page.moves[0].id.to_string(),
            ..ReturnCaseload::default()
        };
        let stranger = world.as_("birgit").await;
        assert_eq!(
            refusal(clients::give_back(&stranger, &undo).await),
            Refusal::NotFound
        );
        assert_eq!(
            clients::give_back(&maria, &undo).await.expect("back"),
            (karin, 1),
            "what was moved on stays there"
        );
        assert_eq!(
            (
                responsible(&maria, elsa).await,
                responsible(&maria, olle).await
            ),
            (Some(karin), Some(world.id("maria")))
        );
        let returned = Refusal::AlreadyDone(Done::CaseloadReturned { user: karin });
        assert_eq!(
            refusal(clients::give_back(&maria, &undo).await),
            returned,
            "once"
        );
        assert_eq!(
            refusal(clients::give_back(&stranger, &undo).await),
            Refusal::NotFound,
            "told to nobody else"
        );
        assert_eq!(
            refusal(clients::give_back(&world.as_("karin").await, &undo).await),
            Refusal::NotFound,
            "nor to who did not move them"
        );
    });
}

#[test]
fn a_caseworker_hands_over_their_own_and_undoes_it_until_the_next_day() {
    run(async |world| {
        for who in ["karin", "sven"] {
            world.token(who).await;
        }
        let (karin, sven) = (world.as_("karin").await, world.id("sven"));
        let elsa = client(&karin, "Elsa", Some(world.id("karin")), None).await;
        let form = MoveCaseload {
            user: world.id("karin").to_string(),
            all: "on".to_owned(),
            to: sven.to_string(),
            ..MoveCaseload::default()
        };
        assert_eq!(clients::move_on(&karin, &form).await.expect("moved").1, 1);
        let of_sven = MoveCaseload {
            user: sven.to_string(),
            to: world.id("karin").to_string(),
            ..form
        };
        assert_eq!(
            refusal(clients::move_on(&karin, &of_sven).await),
            Refusal::NotFound,
            "nobody takes a colleague's"
        );
        let page = clients::caseload(&karin, world.id("karin"), ClientQuery::default(), None)
            .await
            .expect("her own");
        let undo = ReturnCaseload {
            user: world.id("karin").to_string(),
            moved: page.moves[0].id.to_string(),
            ..ReturnCaseload::default()
        };
        world
            .owner_runs("UPDATE caseload_moves SET moved_at = moved_at - interval '25 hours'")
            .await;
        assert_eq!(
            refusal(clients::give_back(&karin, &undo).await),
            Refusal::NotFound,
            "too late"
        );
        world
            .owner_runs("UPDATE caseload_moves SET moved_at = moved_at + interval '25 hours'")
            .await;
        clients::give_back(&karin, &undo).await.expect("back");
        assert_eq!(responsible(&karin, elsa).await, Some(world.id("karin")));
    });
}

#[test]
fn ten_thousand_clients_of_one_caseworker_are_paged_and_moved_at_once() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        world.token("sven").await;
        world
            .owner_runs(&format!(
                "INSERT INTO clients (organisation_id, id, first_name, last_name, responsible_id, created_at, form_key, sort_name, search_text)
                    SELECT '{}', gen_random_uuid(), 'Client', n::text, '{karin}', now(), gen_random_uuid(), lpad(n::text, 6, '0'), ' client ' || n || ' '
                    FROM generate_series(1, 10001) AS n",
                world.northfield
            ))
            .await;
        let page = clients::caseload(&maria, karin, ClientQuery::default(), None)
            .await
            .expect("a page");
        assert_eq!(
            (
                page.clients.rows.len(),
                page.clients.pages.total,
                page.clients.pages.more
            ),
            (50, 10_000, true)
        );
        let next = ClientQuery {
            cursor: Cursor::after(page.clients.pages.next.expect("a next page")),
            ..ClientQuery::default()
        };
        let next = clients::caseload(&maria, karin, next, None)
            .await
            .expect("a page");
        assert_eq!(next.clients.rows[0].name, "Client 51");
        let all = MoveCaseload {
            user: karin.to_string(),
            all: "on".to_owned(),
            to: world.id("sven").to_string(),
            ..MoveCaseload::default()
        };
        assert_eq!(
            clients::move_on(&maria, &all).await.expect("moved").1,
            10_001
        );
    });
}

#[test]
fn an_archived_client_comes_back_to_somebody_who_is_there() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let night = team(&maria, "Natt", None).await;
        joins(&maria, night, world.id("karin")).await;
        let elsa = client(&maria, "Elsa", Some(world.id("karin")), Some(night)).await;
        let archive = ArchiveClient {
            client: elsa.to_string(),
            reason: "Moved".to_owned(),
            ..ArchiveClient::default()
        };
        assert!(
            problem(
                clients::archive(
                    &maria,
                    &ArchiveClient {
                        reason: " ".to_owned(),
                        ..archive.clone()
                    }
                )
                .await,
                Field::Reason
            ) == Problem::Missing
        );
        clients::archive(&maria, &archive).await.expect("archived");
        assert!(all(&maria).await.is_empty());
        assert_eq!(
            seen(
                &maria,
                ClientQuery {
                    status: "archived".to_owned(),
                    ..ClientQuery::default()
                }
            )
            .await,
            ["Elsa"]
        );
        let archived = Refusal::AlreadyDone(Done::ClientArchived { client: elsa });
        assert_eq!(
            refusal(saves(&maria, elsa).await),
            archived,
            "which is no lack of rights"
        );
        assert_eq!(
            refusal(clients::archive(&maria, &archive).await),
            archived,
            "twice"
        );
        assert_eq!(
            refusal(clients::people_page(&maria, &elsa.to_string(), String::new(), None).await),
            archived
        );
        let leaves = Archive {
            user: world.id("karin").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&maria, &leaves)
            .await
            .expect("no client in the way");
        clients::restore(
            &maria,
            &RestoreClient {
                client: elsa.to_string(),
                ..RestoreClient::default()
            },
        )
        .await
        .expect("restored");
        let again = clients::restore(
            &maria,
            &RestoreClient {
                client: elsa.to_string(),
                ..RestoreClient::default()
            },
        )
        .await;
        assert_eq!(
            refusal(again),
            Refusal::AlreadyDone(Done::ClientRestored { client: elsa })
        );
        assert_eq!(
            responsible(&maria, elsa).await,
            None,
            "who is gone answers for nobody"
        );
        assert_eq!(
            clients::list(&maria, ClientQuery::default())
                .await
                .expect("a list")
                .queued,
            1
        );
    });
}

#[test]
fn a_user_without_clients_is_refused_and_not_sent_to_sign_in() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let (_, outsider) = world
            .joins(
                &sofia,
                "Olga",
                &[role_of(&sofia, BuiltInRole::SuperUser).await],
            )
            .await;
        assert_eq!(
            refusal(clients::list(&outsider, ClientQuery::default()).await),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(clients::list(&world.visitor(), ClientQuery::default()).await),
            Refusal::SignIn
        );
        assert_eq!(
            refusal(clients::page(&world.visitor(), "nonsense").await),
            Refusal::SignIn
        );
    });
}

#[test]
fn a_preview_counts_the_clients_somebody_will_see() {
    run(async |world| {
        world.token("karin").await;
        let maria = world.as_("maria").await;
        let night = team(&maria, "Natt", None).await;
        client(&maria, "Elsa", Some(world.id("karin")), Some(night)).await;
        client(&maria, "Olle", Some(world.id("karin")), None).await;
        let choices = |role: usher_types::RoleId| usher_types::access::Choices {
            roles: vec![role.to_string()],
            ..Default::default()
        };
        let caseworker = users::preview(
            &maria,
            &choices(role_of(&maria, BuiltInRole::Caseworker).await),
        )
        .await
        .expect("a preview");
        assert_eq!(
            (
                caseworker.after.people.count,
                caseworker.after.clients.count
            ),
            (0, 2)
        );
        let assistant = users::preview(
            &maria,
            &choices(role_of(&maria, BuiltInRole::Assistant).await),
        )
        .await
        .expect("a preview");
        assert_eq!(
            assistant.after.clients.count, 0,
            "none but those they will be linked to"
        );
    });
}

#[test]
fn an_organisation_without_clients_is_led_to_add_them_first() {
    run(async |world| {
        for who in ["karin", "bo"] {
            world.token(who).await;
        }
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let begins = async |scope: &Scope| {
            dashboards::home(scope, None)
                .await
                .expect("a home")
                .begins_with_clients
        };
        client(
            &world.as_("birgit").await,
            "Bea",
            Some(world.id("bo")),
            None,
        )
        .await;
        assert!(
            begins(&maria).await && !begins(&karin).await,
            "who looks after everybody's"
        );
        client(&maria, "Elsa", Some(world.id("karin")), None).await;
        assert!(!begins(&maria).await);
    });
}
