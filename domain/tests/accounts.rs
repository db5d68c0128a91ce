//! Accounts of one person in several organisations (OG-82): who may link them, and who may switch.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use usher_domain::scope::Authenticated;
use usher_domain::sealing::Token;
use usher_domain::{Db, Scope, accounts, audit, outbox, profile, sessions, users};
use usher_types::accounts::{AskLink, DeclineLink, Found, LinkAccounts, LinksPage, Sought, State, UnlinkAccount};
use usher_types::audit::Event;
use usher_types::form::Secret;
use usher_types::profile::ChangePassword;
use usher_types::users::{Archive, Invite, Restore, SetTemporaryPassword};
use usher_types::{Field, OrganisationId, Permission, Problem, Refusal, UserId};

use crate::support::{ADDRESS, PASSWORD, TEMPORARY, World, problem, refusal, run, statement};

/// Karin of Northfield Care and Bea of Södra Omsorg are the same person.
async fn linked(world: &World<'_>) {
    // both have passwords of their own
    world.token("bea").await;
    world.token("karin").await;
    accounts::link(&world.as_("sofia").await, &these("karin.ek", "bea.noren")).await.expect("linked");
}

fn these(one: &str, other: &str) -> LinkAccounts {
    LinkAccounts { one: one.to_owned(), other: other.to_owned(), ..LinkAccounts::default() }
}

fn unlink(organisation: OrganisationId, user: UserId) -> UnlinkAccount {
    UnlinkAccount { of: organisation.to_string(), user: user.to_string(), ..UnlinkAccount::default() }
}

async fn who(db: &Db, token: &Token) -> Option<Authenticated> {
    db.authenticate(token, db.new_id()).await.expect("the database answers")
}

/// Goes on elsewhere with a session.
async fn switches(db: &Db, token: &Token, to: OrganisationId) -> usher_domain::Result<Token> {
    let found = who(db, token).await.expect("signed in");
    accounts::switch(&found.scope, token, &to.to_string()).await
}

async fn looks(scope: &Scope, one: &str, other: &str) -> LinksPage {
    let sought = Sought { one: one.to_owned(), other: other.to_owned(), ..Sought::default() };
    accounts::page(scope, sought, String::new(), None).await.expect("a page")
}

async fn events(world: &World<'_>, user: UserId, kind: &str) -> i64 {
    world.one(&format!("SELECT count(*) FROM audit_events WHERE subject_id = '{user}' AND event ->> 'kind' = '{kind}'")).await
}

#[test]
fn who_has_linked_accounts_switches_without_signing_in_again_and_each_keeps_its_own_roles() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let here = who(&world.db, &karin).await.expect("signed in");
        assert_eq!(here.me.elsewhere, [(world.sodra, "Södra Omsorg".to_owned())]);
        let page = accounts::own(&here.scope, String::new(), None).await.expect("a page");
        assert_eq!(
            page.accounts.iter().map(|account| (account.organisation, account.state)).collect::<Vec<_>>(),
            [(world.sodra, State::Ready)]
        );
        let bea = switches(&world.db, &karin, world.sodra).await.expect("switched");
        let there = who(&world.db, &bea).await.expect("signed in");
        assert_eq!((there.me.user, there.me.organisation), (world.id("bea"), world.sodra));
        assert_eq!(there.me.elsewhere, [(world.northfield, "Northfield Care".to_owned())]);
        assert!(who(&world.db, &karin).await.is_none(), "one browser, one session: the new one takes the place of the old");
        assert!(users::page(&there.scope, world.id("karin")).await.is_err(), "nothing of one is reached by the other");
        let back = switches(&world.db, &bea, world.northfield).await.expect("switched back");
        assert_eq!(who(&world.db, &back).await.expect("signed in").me.user, world.id("karin"));
    });
}

#[test]
fn switching_is_in_the_audits_of_both_organisations() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        switches(&world.db, &karin, world.sodra).await.expect("switched");
        for (user, kind) in [("karin", "account_linked"), ("bea", "account_linked"), ("karin", "switched_away"), ("bea", "switched_here")] {
            assert_eq!(events(world, world.id(user), kind).await, 1, "{user} {kind}");
        }
        let of: Vec<String> = world
            .all(&format!(
                "SELECT concat_ws(' ', organisation_id, actor_id, actor_organisation_id) FROM audit_events WHERE event ->> 'kind' IN ('account_linked', 'switched_here')
                    AND organisation_id = '{}' ORDER BY id",
                world.sodra
            ))
            .await;
        let (sodra, sofia, bea) = (world.sodra, world.id("sofia"), world.id("bea"));
        assert_eq!(of, [format!("{sodra} {sofia} {}", world.northfield), format!("{sodra} {bea} {sodra}")]);
        let lines = users::page(&world.as_("birgit").await, bea).await.expect("a page").activity;
        let line = lines.iter().find(|line| matches!(line.event, Event::AccountLinked { .. })).expect("a line");
        assert_eq!((&line.who, line.unit.as_deref()), (&usher_types::audit::Who::Operator, Some("Northfield Care")));
    });
}

#[test]
fn a_switched_session_ends_when_the_one_that_was_signed_in_to_would_have() {
    run(async |world| {
        linked(world).await;
        let mut token = world.signs_in("karin.ek", PASSWORD).await;
        let mut to = [world.sodra, world.northfield].into_iter().cycle();
        // never idle, switching every half hour
        for half_hours in 1..24 {
            let db = world.later(TimeDelta::minutes(30 * half_hours));
            token = switches(&db, &token, to.next().expect("one")).await.expect("switched");
        }
        assert!(who(&world.later(TimeDelta::minutes(12 * 60 - 1)), &token).await.is_some());
        assert!(who(&world.later(TimeDelta::hours(12)), &token).await.is_none());
    });
}

#[test]
fn a_session_that_was_replaced_or_is_over_begins_nothing() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let scope = who(&world.db, &karin).await.expect("signed in").scope;
        sessions::sign_out(&scope, &karin).await.expect("signed out");
        let to = world.sodra.to_string();
        assert_eq!(refusal(accounts::switch(&scope, &karin, &to).await), Refusal::NotFound);
        let other = world.token("vera").await;
        assert_eq!(refusal(accounts::switch(&world.as_("vera").await, &other, &to).await), Refusal::NotFound, "not linked");
        assert_eq!(refusal(accounts::switch(&world.as_("vera").await, &other, "nonsense").await), Refusal::NotFound);
    });
}

#[test]
fn unlinking_ends_what_was_switched_at_once() {
    run(async |world| {
        linked(world).await;
        let (karin, bea) = (world.signs_in("karin.ek", PASSWORD).await, world.signs_in("bea.noren", PASSWORD).await);
        let switched = switches(&world.db, &karin, world.sodra).await.expect("switched");
        let form = unlink(world.northfield, world.id("karin"));
        accounts::unlink(&world.as_("sofia").await, &form).await.expect("unlinked");
        assert!(who(&world.db, &switched).await.is_none(), "switched from the unlinked account");
        assert!(who(&world.db, &bea).await.expect("signed in there itself").me.elsewhere.is_empty());
        assert_eq!(refusal(accounts::unlink(&world.as_("sofia").await, &form).await), Refusal::NotFound);
        for user in ["karin", "bea"] {
            assert_eq!(events(world, world.id(user), "account_unlinked").await, 1, "{user}");
        }
        assert_eq!(world.one::<i64>("SELECT count(*) FROM linked_accounts").await, 0, "nobody is linked with nobody");
    });
}

#[test]
fn what_ends_the_sessions_of_the_account_that_signed_in_ends_the_switched_one() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let switched = switches(&world.db, &karin, world.sodra).await.expect("switched");
        let archive = Archive { user: world.id("karin").to_string(), reason: "Left".to_owned(), ..Archive::default() };
        users::archive(&world.as_("maria").await, &archive).await.expect("archived");
        assert!(who(&world.db, &switched).await.is_none());
    });
}

#[test]
fn an_account_that_cannot_be_used_cannot_be_switched_to_and_the_page_says_why() {
    run(async |world| {
        linked(world).await;
        world.owner_runs("ALTER TABLE organisations ADD COLUMN IF NOT EXISTS suspended_at timestamptz").await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let birgit = world.as_("birgit").await;
        let bea = world.id("bea").to_string();
        let stands = async |expected: State| {
            let scope = who(&world.db, &karin).await.expect("signed in").scope;
            let page = accounts::own(&scope, String::new(), None).await.expect("a page");
            assert_eq!(page.accounts[0].state, expected);
            assert_eq!(refusal(switches(&world.db, &karin, world.sodra).await), Refusal::CannotSwitch, "{expected:?}");
        };
        let temporary = SetTemporaryPassword { user: bea.clone(), temporary_password: Secret::new(TEMPORARY), ..Default::default() };
        users::set_temporary_password(&birgit, &temporary).await.expect("set");
        stands(State::Temporary).await;
        users::archive(&birgit, &Archive { user: bea.clone(), reason: "Left".to_owned(), ..Archive::default() }).await.expect("archived");
        stands(State::Archived).await;
        users::restore(&birgit, &Restore { user: bea.clone(), ..Restore::default() }).await.expect("restored");
        stands(State::NoWayIn).await;
        world.owner_runs(&format!("UPDATE users SET email = 'bea@example.org' WHERE id = '{bea}'")).await;
        users::invite(&birgit, &Invite { user: bea.clone(), ..Invite::default() }).await.expect("invited");
        stands(State::Invited).await;
        world.owner_runs(&format!("UPDATE organisations SET suspended_at = now() WHERE id = '{}'", world.sodra)).await;
        stands(State::Suspended).await;
    });
}

#[test]
fn who_resets_an_account_here_does_not_get_into_the_one_elsewhere() {
    run(async |world| {
        linked(world).await;
        // an administrator gives karin another password, and signs in as her
        let temporary = SetTemporaryPassword {
            user: world.id("karin").to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..SetTemporaryPassword::default()
        };
        users::set_temporary_password(&world.as_("maria").await, &temporary).await.expect("set");
        let karin = world.signs_in("karin.ek", TEMPORARY).await;
        assert_eq!(refusal(switches(&world.db, &karin, world.sodra).await), Refusal::CannotSwitch);
        let scope = who(&world.db, &karin).await.expect("signed in").scope;
        let form = ChangePassword { current_password: Secret::new(TEMPORARY), new_password: Secret::new(PASSWORD), ..Default::default() };
        let karin = profile::change_password(&scope, &form, ADDRESS).await.expect("changed").session;
        assert_eq!(refusal(switches(&world.db, &karin, world.sodra).await), Refusal::CannotSwitch, "changed by whoever has it");
        let scope = who(&world.db, &karin).await.expect("signed in").scope;
        assert_eq!(accounts::own(&scope, String::new(), None).await.expect("a page").accounts[0].state, State::Reset);
        let sofia = world.as_("sofia").await;
        assert!(looks(&sofia, "", "").await.people[0].iter().any(|(account, is_trusted)| account.login_name == "karin.ek" && !is_trusted));
        accounts::link(&sofia, &these("karin.ek", "bea.noren")).await.expect("linked again");
        switches(&world.db, &karin, world.sodra).await.expect("trusted again");
    });
}

#[test]
fn nobody_but_the_operators_system_administrator_links_unlinks_or_sees_requests() {
    run(async |world| {
        for who in ["maria", "birgit", "karin"] {
            let scope = world.as_(who).await;
            let user = unlink(world.northfield, world.id("karin"));
            assert_eq!(refusal(accounts::link(&scope, &these("karin.ek", "bea.noren")).await), Refusal::Forbidden, "{who}");
            assert_eq!(refusal(accounts::unlink(&scope, &user).await), Refusal::Forbidden, "{who}");
            assert_eq!(refusal(accounts::decline(&scope, &DeclineLink::default()).await), Refusal::Forbidden, "{who}");
            assert_eq!(refusal(accounts::page(&scope, Sought::default(), String::new(), None).await), Refusal::Forbidden, "{who}");
        }
        // the database asks itself: a permission that slipped in elsewhere opens nothing
        world
            .owner_runs(&format!(
                "INSERT INTO role_permissions SELECT organisation_id, id, 'link_accounts', 'organisation' FROM roles
                    WHERE organisation_id = '{}' AND key = 'organisation_administrator'",
                world.sodra
            ))
            .await;
        let birgit = world.authenticated(&world.token("birgit").await).await.expect("signed in").scope;
        assert!(!birgit.grants().beyond_own(Permission::LinkAccounts));
        assert_eq!(refusal(accounts::link(&birgit, &these("karin.ek", "bea.noren")).await), Refusal::Forbidden);
        // and the server's role, acting for that organisation, is told nothing and links nothing
        let server = world.app().await;
        server.execute_unprepared(&format!("SELECT set_config('app.organisation', '{}', false)", world.sodra)).await.expect("set");
        let found = server.query_all_raw(statement("SELECT * FROM accounts_named('karin.ek')")).await.expect("answers");
        assert!(found.is_empty());
        let (karin, bea) = (world.id("karin"), world.id("bea"));
        let link = format!("SELECT account_link('{}', '{karin}', '{}', '{bea}', '{bea}', now())", world.northfield, world.sodra);
        for sql in [link, format!("SELECT account_unlink('{}', '{karin}')", world.northfield)] {
            let denied = server.execute_unprepared(&sql).await.expect_err("denied").to_string();
            assert!(denied.contains("insufficient_privilege"), "{denied}");
        }
    });
}

#[test]
fn two_accounts_of_one_organisation_are_never_one_persons() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        assert_eq!(problem(accounts::link(&sofia, &these("karin.ek", "vera.stahl")).await, Field::Form), Problem::TwoThere);
        linked(world).await;
        for (one, other) in [("vera.stahl", "bea.noren"), ("bea.noren", "vera.stahl"), ("karin.ek", "bjorn.dahl")] {
            assert_eq!(problem(accounts::link(&sofia, &these(one, other)).await, Field::Form), Problem::TwoThere, "{one} {other}");
        }
        assert_eq!(refusal(accounts::link(&sofia, &these("karin.ek", "nobody.here")).await), Refusal::NotFound);
        assert_eq!(world.one::<i64>("SELECT count(*) FROM linked_accounts").await, 2);
    });
}

#[test]
fn accounts_are_found_by_login_name_or_by_an_address_that_both_have() {
    run(async |world| {
        world.owner_runs("UPDATE users SET email = 'karin@example.org' WHERE login_name IN ('karin.ek', 'bea.noren')").await;
        let sofia = world.as_("sofia").await;
        for (one, other) in [("karin.ek", "bea.noren"), ("Karin@Example.org", ""), ("", "karin@example.org"), (" KARIN.EK ", "bea.noren")] {
            assert!(matches!(looks(&sofia, one, other).await.found, Found::Pair(_)), "{one:?} {other:?}");
        }
        for (one, other) in [("karin.ek", ""), ("karin.ek", "vera.stahl"), ("karin.ek", "nobody"), ("karin@example.org", "bea.noren")] {
            assert!(matches!(looks(&sofia, one, other).await.found, Found::Unclear(..)), "{one:?} {other:?}");
        }
    });
}

#[test]
fn asking_for_a_login_name_that_is_nowhere_looks_like_asking_for_one_that_is() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let user = world.id("karin");
        let ask = |other: &str| AskLink {
            user: user.to_string(),
            other_login: other.to_owned(),
            reason: "She works nights there".to_owned(),
            ..AskLink::default()
        };
        for other in ["bea.noren", "nobody.at.all"] {
            accounts::ask(&maria, &ask(other)).await.expect("asked");
            assert_eq!(problem(accounts::ask(&maria, &ask(other)).await, Field::OtherLogin), Problem::AskedAlready, "{other}");
        }
        let page = accounts::ask_page(&maria, user, None).await.expect("a page");
        let shown: Vec<_> = page.requests.iter().map(|request| (request.reason.as_str(), request.answer.is_none())).collect();
        assert_eq!(shown, [("She works nights there", true); 2]);
        assert!(page.accounts.is_empty());
    });
}

#[test]
fn a_request_is_answered_and_who_asked_is_told() {
    run(async |world| {
        let (maria, sofia) = (world.as_("maria").await, world.as_("sofia").await);
        world.owner_runs(&format!("UPDATE users SET email = 'maria@example.org' WHERE id = '{}'", world.id("maria"))).await;
        world.token("bea").await;
        let user = world.id("karin");
        let ask = |other: &str| AskLink {
            user: user.to_string(),
            other_login: other.to_owned(),
            reason: "Nights".to_owned(),
            ..AskLink::default()
        };
        accounts::ask(&maria, &ask("bea.noren")).await.expect("asked");
        accounts::ask(&maria, &ask("nobody.at.all")).await.expect("asked");
        let waiting = looks(&sofia, "", "").await.waiting;
        assert_eq!(waiting.iter().map(|waiting| waiting.asker.login_name.as_str()).collect::<Vec<_>>(), ["maria.berg"; 2]);
        let [first, second] = &waiting[..] else { panic!("two requests") };
        let sought = Sought { request: first.id.to_string(), ..Sought::default() };
        let page = accounts::page(&sofia, sought, String::new(), None).await.expect("a page");
        assert!(matches!(page.found, Found::Pair(_)), "a request fills the search");
        accounts::link(&sofia, &LinkAccounts { request: first.id.to_string(), ..these("karin.ek", "bea.noren") }).await.expect("linked");
        let decline =
            DeclineLink { request: second.id.to_string(), reason: "I cannot tell who that is".to_owned(), ..DeclineLink::default() };
        accounts::decline(&sofia, &decline).await.expect("declined");
        assert_eq!(refusal(accounts::decline(&sofia, &decline).await), Refusal::NotFound, "answered once");
        let page = accounts::ask_page(&maria, user, None).await.expect("a page");
        let mut answers: Vec<_> =
            page.requests.into_iter().filter_map(|request| request.answer.map(|(_, linked, why)| (linked, why))).collect();
        answers.sort();
        assert_eq!(answers, [(false, "I cannot tell who that is".to_owned()), (true, String::new())]);
        let mails = outbox::claim(&world.db, 10).await.expect("claims");
        assert_eq!(mails.iter().filter(|mail| mail.address.as_deref() == Some("maria@example.org")).count(), 2);
        assert_eq!(events(world, user, "link_answered").await, 2);
        assert!(looks(&sofia, "", "").await.waiting.is_empty());
    });
}

#[test]
fn linked_accounts_are_shown_to_who_may_manage_the_person_and_to_nobody_else() {
    run(async |world| {
        linked(world).await;
        let shown = async |who: &str| users::page(&world.as_(who).await, world.id("karin")).await.expect("a page").accounts.len();
        assert_eq!((shown("maria").await, shown("sofia").await), (1, 1));
        assert_eq!((shown("sven").await, shown("vera").await), (0, 0), "who only sees people");
        let bjorn = users::page(&world.as_("birgit").await, world.id("bea")).await.expect("a page");
        assert_eq!(bjorn.accounts[0].organisation, world.northfield);
    });
}

#[test]
fn a_refusal_is_kept_in_the_organisation_one_acts_for_alone() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let bea = switches(&world.db, &karin, world.sodra).await.expect("switched");
        let scope = who(&world.db, &bea).await.expect("signed in").scope;
        audit::refused(&scope, "/users", "forbidden").await.expect("kept");
        let kept: Vec<String> = world.all("SELECT organisation_id::text FROM audit_events WHERE event ->> 'kind' = 'refused'").await;
        assert_eq!(kept, [world.sodra.to_string()]);
    });
}
