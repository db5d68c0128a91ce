//! Linked accounts of a person in several organisations (OG-82): who may propose a link, who has to
//! agree, and who may switch.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use usher_domain::limits::Limit;
use usher_domain::organisations::{self, Beginning};
use usher_domain::scope::Authenticated;
use usher_domain::sealing::Token;
use usher_domain::{Db, Scope, accounts, audit, delivery, history, profile, sessions, users};
use usher_types::accounts::{
    AnswerProposal, AskLink, DeclineLink, Found, LeaveLink, LinksPage, Party, Proposal,
    ProposeLink, Sought, State, UnlinkAccount, WithdrawProposal,
};
use usher_types::audit::{Actor, Event, HistoryQuery, Subject, Through};
use usher_types::profile::{ChangePassword, EditProfile};
use usher_types::session::SetUp;
use usher_types::users::{Archive, Invite, Restore, SetTemporaryPassword};
use usher_types::{Field, Language, OrganisationId, Permission, Problem, Refusal, Secret, UserId};

use crate::support::{
    ADDRESS, PASSWORD, TEMPORARY, World, problem, refusal, run, statement, tries,
};

/// Links the accounts of Karin of Northfield Care and Bea of Södra Omsorg.
async fn linked(world: &World<'_>) {
    // both sign in, so both have passwords of their own
    world.token("bea").await;
    world.token("karin").await;
    proposed(world, "karin.ek", "bea.noren").await;
    for holder in ["karin", "bea"] {
        agrees(&signs_in(world, holder).await)
            .await
            .expect("agreed");
    }
}

/// A System administrator proposes to link two accounts.
async fn proposed(world: &World<'_>, one: &str, other: &str) {
    accounts::propose(&world.as_("sofia").await, &these(one, other))
        .await
        .expect("proposed");
}

/// Acts as a user in a new session, so that ending the user's other sessions does not affect it.
async fn signs_in(world: &World<'_>, user: &str) -> Scope {
    let login_name = match user {
        "karin" => "karin.ek",
        "bea" => "bea.noren",
        "vera" => "vera.stahl",
        other => panic!("{other} has no login name here"),
    };
    who(&world.db, &world.signs_in(login_name, PASSWORD).await)
        .await
        .expect("signed in")
        .scope
}

/// Acts as the first user of a third organisation.
async fn third(world: &World<'_>) -> Scope {
    let form = SetUp {
        organisation_name: "Third".to_owned(),
        first_name: "Tove".to_owned(),
        last_name: "Third".to_owned(),
        login_name: "tove.third".to_owned(),
        new_password: Secret::new(PASSWORD),
        ..SetUp::default()
    };
    let beginning = Beginning {
        first: form.parse().expect("a good form"),
        language: Language::En,
        is_operator: false,
    };
    organisations::begin(&world.db, beginning, None)
        .await
        .expect("an organisation");
    who(&world.db, &world.signs_in("tove.third", PASSWORD).await)
        .await
        .expect("signed in")
        .scope
}

/// The proposal that a user is asked to agree to.
async fn asked(scope: &Scope) -> Option<Proposal> {
    accounts::own(scope, String::new(), None)
        .await
        .expect("a page")
        .proposal
}

fn answers(proposal: &Proposal) -> AnswerProposal {
    AnswerProposal {
        proposal: proposal.id.to_string(),
        ..AnswerProposal::default()
    }
}

async fn agrees(scope: &Scope) -> usher_domain::Result<()> {
    accounts::agree(scope, &answers(&asked(scope).await.expect("a proposal"))).await
}

fn these(one: &str, other: &str) -> ProposeLink {
    ProposeLink {
        one: one.to_owned(),
        other: other.to_owned(),
        ..ProposeLink::default()
    }
}

async fn linked_ones(world: &World<'_>) -> i64 {
    world.one("SELECT count(*) FROM linked_accounts").await
}

fn unlink(organisation: OrganisationId, user: UserId) -> UnlinkAccount {
    UnlinkAccount {
        of: organisation.to_string(),
        user: user.to_string(),
        ..UnlinkAccount::default()
    }
}

async fn who(db: &Db, token: &Token) -> Option<Authenticated> {
    db.authenticate(token, db.new_id())
        .await
        .expect("the database answers")
}

/// Switches to the linked account in another organisation; the new session.
async fn switches(db: &Db, token: &Token, to: OrganisationId) -> usher_domain::Result<Token> {
    let found = who(db, token).await.expect("signed in");
    accounts::switch(&found.scope, token, &to.to_string()).await
}

async fn looks(scope: &Scope, one: &str, other: &str) -> LinksPage {
    let sought = Sought {
        one: one.to_owned(),
        other: other.to_owned(),
        ..Sought::default()
    };
    accounts::page(scope, sought, String::new(), None)
        .await
        .expect("a page")
}

async fn events(world: &World<'_>, user: UserId, kind: &str) -> i64 {
    world.one(&format!("SELECT count(*) FROM audit_events WHERE subject_id = '{user}' AND event ->> 'kind' = '{kind}'")).await
}

#[test]
fn linked_accounts_switch_without_signing_in_and_keep_their_roles() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let here = who(&world.db, &karin).await.expect("signed in");
        assert_eq!(
            here.me.elsewhere,
            [(world.sodra, "Södra Omsorg".to_owned())]
        );
        let page = accounts::own(&here.scope, String::new(), None)
            .await
            .expect("a page");
        assert_eq!(
            page.accounts
                .iter()
                .map(|account| (account.organisation, account.state))
                .collect::<Vec<_>>(),
            [(world.sodra, State::Ready)]
        );
        let bea = switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        let there = who(&world.db, &bea).await.expect("signed in");
        assert_eq!(
            (there.me.user, there.me.organisation),
            (world.id("bea"), world.sodra)
        );
        assert_eq!(
            there.me.elsewhere,
            [(world.northfield, "Northfield Care".to_owned())]
        );
        assert!(
            who(&world.db, &karin).await.is_none(),
            "one browser, one session: the new one takes the place of the old"
        );
        assert!(
            users::page(&there.scope, world.id("karin")).await.is_err(),
            "nothing of one is reached by the other"
        );
        let back = switches(&world.db, &bea, world.northfield)
            .await
            .expect("switched back");
        assert_eq!(
            who(&world.db, &back).await.expect("signed in").me.user,
            world.id("karin")
        );
    });
}

#[test]
fn switching_is_in_the_audits_of_both_organisations() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        for (user, kind, times) in [
            ("karin", "link_proposed", 1),
            ("bea", "link_proposed", 1),
            // the agreement of each holder, in both organisations
            ("karin", "link_agreed", 2),
            ("bea", "link_agreed", 2),
            ("karin", "switched_away", 1),
            ("bea", "switched_here", 1),
        ] {
            assert_eq!(
                events(world, world.id(user), kind).await,
                times,
                "{user} {kind}"
            );
        }
        let of: Vec<String> = world
            .all(&format!(
                "SELECT concat_ws(' ', organisation_id, actor_id, actor_organisation_id) FROM audit_events WHERE event ->> 'kind' IN ('link_proposed', 'link_agreed', 'switched_here')
                    AND organisation_id = '{}' ORDER BY id",
                world.sodra
            ))
            .await;
        let (sodra, north, bea) = (world.sodra, world.northfield, world.id("bea"));
        let of_north = |who: &str| format!("{sodra} {} {north}", world.id(who));
        let own = format!("{sodra} {bea} {sodra}");
        assert_eq!(of, [of_north("sofia"), of_north("karin"), own.clone(), own]);
        let lines = users::page(&world.as_("birgit").await, bea)
            .await
            .expect("a page")
            .activity;
        let told = |kind: fn(&Event) -> bool| {
            let line = lines.iter().find(|line| kind(&line.event)).expect("a line");
            assert_eq!(line.unit.as_deref(), Some("Northfield Care"));
            line.who.clone()
        };
        assert_eq!(
            told(|event| matches!(event, Event::LinkProposed { .. })),
            Actor::Operator(Some("Sofia Lind (Northfield Care)".to_owned()))
        );
        assert_eq!(
            told(|event| matches!(event, Event::LinkAgreed { linked: false, .. })),
            Actor::Holder,
            "who, is not told here"
        );
        assert_eq!(
            told(|event| matches!(event, Event::LinkAgreed { linked: true, .. })),
            Actor::Named("Bea Norén".to_owned())
        );
    });
}

#[test]
fn a_switched_session_ends_with_the_limit_of_the_original_one() {
    run(async |world| {
        linked(world).await;
        let mut token = world.signs_in("karin.ek", PASSWORD).await;
        let mut to = [world.sodra, world.northfield].into_iter().cycle();
        // the session switches every half hour, so it is never idle
        for half_hours in 1..24 {
            let db = world.later(TimeDelta::minutes(30 * half_hours));
            token = switches(&db, &token, to.next().expect("one"))
                .await
                .expect("switched");
        }
        assert!(
            who(&world.later(TimeDelta::minutes(12 * 60 - 1)), &token)
                .await
                .is_some()
        );
        assert!(
            who(&world.later(TimeDelta::hours(12)), &token)
                .await
                .is_none()
        );
    });
}

#[test]
fn a_session_that_was_replaced_or_is_over_begins_nothing() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let scope = who(&world.db, &karin).await.expect("signed in").scope;
        sessions::sign_out(&scope, &karin)
            .await
            .expect("signed out");
        let to = world.sodra.to_string();
        assert_eq!(
            refusal(accounts::switch(&scope, &karin, &to).await),
            Refusal::NotFound
        );
        let other = world.token("vera").await;
        assert_eq!(
            refusal(accounts::switch(&world.as_("vera").await, &other, &to).await),
            Refusal::NotFound,
            "not linked"
        );
        assert_eq!(
            refusal(accounts::switch(&world.as_("vera").await, &other, "nonsense").await),
            Refusal::NotFound
        );
    });
}

#[test]
fn unlinking_ends_what_was_switched_at_once() {
    run(async |world| {
        linked(world).await;
        let (karin, bea) = (
            world.signs_in("karin.ek", PASSWORD).await,
            world.signs_in("bea.noren", PASSWORD).await,
        );
        let switched = switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        let form = unlink(world.northfield, world.id("karin"));
        accounts::unlink(&world.as_("sofia").await, &form)
            .await
            .expect("unlinked");
        assert!(
            who(&world.db, &switched).await.is_none(),
            "switched from the unlinked account"
        );
        assert!(
            who(&world.db, &bea)
                .await
                .expect("signed in there itself")
                .me
                .elsewhere
                .is_empty()
        );
        assert_eq!(
            refusal(accounts::unlink(&world.as_("sofia").await, &form).await),
            Refusal::NotFound
        );
        for user in ["karin", "bea"] {
            assert_eq!(
                events(world, world.id(user), "account_unlinked").await,
                1,
                "{user}"
            );
        }
        assert_eq!(
            world
                .one::<i64>("SELECT count(*) FROM linked_accounts")
                .await,
            0,
            "nobody is linked with nobody"
        );
    });
}

#[test]
fn ending_the_sessions_of_the_original_account_ends_the_switched_one() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let switched = switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        let archive = Archive {
            user: world.id("karin").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&world.as_("maria").await, &archive)
            .await
            .expect("archived");
        assert!(who(&world.db, &switched).await.is_none());
    });
}

#[test]
fn an_account_that_cannot_be_used_cannot_be_switched_to_and_the_page_says_why() {
    run(async |world| {
        linked(world).await;
        world
            .owner_runs(
                "ALTER TABLE organisations ADD COLUMN IF NOT EXISTS suspended_at timestamptz",
            )
            .await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let birgit = world.as_("birgit").await;
        let bea = world.id("bea").to_string();
        let stands = async |expected: State| {
            let scope = who(&world.db, &karin).await.expect("signed in").scope;
            let page = accounts::own(&scope, String::new(), None)
                .await
                .expect("a page");
            assert_eq!(page.accounts[0].state, expected);
            assert_eq!(
                refusal(switches(&world.db, &karin, world.sodra).await),
                Refusal::CannotSwitch,
                "{expected:?}"
            );
        };
        let temporary = SetTemporaryPassword {
            user: bea.clone(),
            temporary_password: Secret::new(TEMPORARY),
            ..Default::default()
        };
        users::set_temporary_password(&birgit, &temporary)
            .await
            .expect("set");
        stands(State::Temporary).await;
        users::archive(
            &birgit,
            &Archive {
                user: bea.clone(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        stands(State::Archived).await;
        users::restore(
            &birgit,
            &Restore {
                user: bea.clone(),
                ..Restore::default()
            },
        )
        .await
        .expect("restored");
        stands(State::NoWayIn).await;
        world
            .owner_runs(&format!(
                "UPDATE users SET email = 'bea@example.org' WHERE id = '{bea}'"
            ))
            .await;
        users::invite(
            &birgit,
            &Invite {
                user: bea.clone(),
                ..Invite::default()
            },
        )
        .await
        .expect("invited");
        stands(State::Invited).await;
        world
            .owner_runs(&format!(
                "UPDATE organisations SET suspended_at = now() WHERE id = '{}'",
                world.sodra
            ))
            .await;
        stands(State::Suspended).await;
    });
}

#[test]
fn resetting_an_account_gives_no_access_to_its_linked_accounts() {
    run(async |world| {
        linked(world).await;
        // an administrator sets a password for karin, and signs in with it
        let temporary = SetTemporaryPassword {
            user: world.id("karin").to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..SetTemporaryPassword::default()
        };
        users::set_temporary_password(&world.as_("maria").await, &temporary)
            .await
            .expect("set");
        let karin = world.signs_in("karin.ek", TEMPORARY).await;
        assert_eq!(
            refusal(switches(&world.db, &karin, world.sodra).await),
            Refusal::CannotSwitch
        );
        let scope = who(&world.db, &karin).await.expect("signed in").scope;
        let form = ChangePassword {
            current_password: Secret::new(TEMPORARY),
            new_password: Secret::new(PASSWORD),
            ..Default::default()
        };
        let karin = profile::change_password(&scope, &form, ADDRESS)
            .await
            .expect("changed")
            .session;
        assert_eq!(
            refusal(switches(&world.db, &karin, world.sodra).await),
            Refusal::CannotSwitch,
            "changed by whoever has it"
        );
        let scope = who(&world.db, &karin).await.expect("signed in").scope;
        assert_eq!(
            accounts::own(&scope, String::new(), None)
                .await
                .expect("a page")
                .accounts[0]
                .state,
            State::Reset
        );
        let sofia = world.as_("sofia").await;
        assert!(
            looks(&sofia, "", "").await.people[0]
                .iter()
                .any(|(account, is_trusted)| account.login_name == "karin.ek" && !is_trusted)
        );
        accounts::propose(&sofia, &these("karin.ek", "bea.noren"))
            .await
            .expect("proposed again");
        agrees(&scope).await.expect("agreed");
        agrees(&signs_in(world, "bea").await).await.expect("agreed");
        switches(&world.db, &karin, world.sodra)
            .await
            .expect("trusted again");
    });
}

#[test]
fn only_the_operators_system_administrators_link_unlink_and_see_requests() {
    run(async |world| {
        for who in ["maria", "birgit", "karin"] {
            let scope = world.as_(who).await;
            let user = unlink(world.northfield, world.id("karin"));
            assert_eq!(
                refusal(accounts::propose(&scope, &these("karin.ek", "bea.noren")).await),
                Refusal::Forbidden,
                "{who}"
            );
            assert_eq!(
                refusal(accounts::withdraw(&scope, &WithdrawProposal::default()).await),
                Refusal::Forbidden,
                "{who}"
            );
            assert_eq!(
                refusal(accounts::unlink(&scope, &user).await),
                Refusal::Forbidden,
                "{who}"
            );
            assert_eq!(
                refusal(accounts::decline(&scope, &DeclineLink::default()).await),
                Refusal::Forbidden,
                "{who}"
            );
            assert_eq!(
                refusal(accounts::page(&scope, Sought::default(), String::new(), None).await),
                Refusal::Forbidden,
                "{who}"
            );
        }
        // the database checks for itself: a permission that another organisation's role got grants
        // nothing
        world
            .owner_runs(&format!(
                "INSERT INTO role_permissions SELECT organisation_id, id, 'link_accounts', 'organisation' FROM roles
                    WHERE organisation_id = '{}' AND key = 'organisation_administrator'",
                world.sodra
            ))
            .await;
        let birgit = world
            .authenticated(&world.token("birgit").await)
            .await
            .expect("signed in")
            .scope;
        assert!(!birgit.grants().reaches_others(Permission::LinkAccounts));
        assert_eq!(
            refusal(accounts::propose(&birgit, &these("karin.ek", "bea.noren")).await),
            Refusal::Forbidden
        );
        // the server's role, with that organisation as its tenant, reads nothing and links nothing
        let server = world.app().await;
        server
            .execute_unprepared(&format!(
                "SELECT set_config('app.organisation', '{}', false)",
                world.sodra
            ))
            .await
            .expect("set");
        let found = server
            .query_all_raw(statement("SELECT * FROM accounts_named('karin.ek')"))
            .await
            .expect("answers");
        assert!(found.is_empty());
        let (karin, bea) = (world.id("karin"), world.id("bea"));
        let propose = format!(
            "SELECT link_propose('{}', '{karin}', '{}', '{bea}', '{bea}', '{bea}', now(), now() + interval '1 day')",
            world.northfield, world.sodra
        );
        for sql in [
            propose,
            format!("SELECT account_unlink('{}', '{karin}')", world.northfield),
        ] {
            let denied = server
                .execute_unprepared(&sql)
                .await
                .expect_err("denied")
                .to_string();
            assert!(denied.contains("insufficient_privilege"), "{denied}");
        }
    });
}

#[test]
fn two_accounts_of_one_organisation_cannot_be_linked() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        assert_eq!(
            problem(
                accounts::propose(&sofia, &these("karin.ek", "vera.stahl")).await,
                Field::Form
            ),
            Problem::TwoThere
        );
        linked(world).await;
        for (one, other) in [
            ("vera.stahl", "bea.noren"),
            ("bea.noren", "vera.stahl"),
            ("karin.ek", "bjorn.dahl"),
        ] {
            assert_eq!(
                problem(
                    accounts::propose(&sofia, &these(one, other)).await,
                    Field::Form
                ),
                Problem::TwoThere,
                "{one} {other}"
            );
        }
        assert_eq!(
            refusal(accounts::propose(&sofia, &these("karin.ek", "nobody.here")).await),
            Refusal::NotFound
        );
        assert_eq!(linked_ones(world).await, 2);
    });
}

#[test]
fn accounts_are_found_by_login_name_or_by_an_address_that_both_have() {
    run(async |world| {
        world.owner_runs("UPDATE users SET email = 'karin@example.org' WHERE login_name IN ('karin.ek', 'bea.noren')").await;
        let sofia = world.as_("sofia").await;
        for (one, other) in [
            ("karin.ek", "bea.noren"),
            ("Karin@Example.org", ""),
            ("", "karin@example.org"),
            (" KARIN.EK ", "bea.noren"),
        ] {
            assert!(
                matches!(looks(&sofia, one, other).await.found, Found::Pair(_)),
                "{one:?} {other:?}"
            );
        }
        for (one, other) in [
            ("karin.ek", ""),
            ("karin.ek", "vera.stahl"),
            ("karin.ek", "nobody"),
            ("karin@example.org", "bea.noren"),
        ] {
            assert!(
                matches!(looks(&sofia, one, other).await.found, Found::Unclear(..)),
                "{one:?} {other:?}"
            );
        }
    });
}

#[test]
fn requesting_a_link_to_an_unknown_login_name_looks_like_a_known_one() {
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
            assert_eq!(
                problem(accounts::ask(&maria, &ask(other)).await, Field::OtherLogin),
                Problem::AskedAlready,
                "{other}"
            );
        }
        let page = accounts::ask_page(&maria, user, None)
            .await
            .expect("a page");
        let shown: Vec<_> = page
            .requests
            .iter()
            .map(|request| (request.reason.as_str(), request.answer.is_none()))
            .collect();
        assert_eq!(shown, [("She works nights there", true); 2]);
        assert!(page.accounts.is_empty());
    });
}

#[test]
fn a_request_is_answered_and_its_sender_is_notified() {
    run(async |world| {
        let (maria, sofia) = (world.as_("maria").await, world.as_("sofia").await);
        world
            .owner_runs(&format!(
                "UPDATE users SET email = 'maria@example.org' WHERE id = '{}'",
                world.id("maria")
            ))
            .await;
        world.token("bea").await;
        let user = world.id("karin");
        let ask = |other: &str| AskLink {
            user: user.to_string(),
            other_login: other.to_owned(),
            reason: "Nights".to_owned(),
            ..AskLink::default()
        };
        accounts::ask(&maria, &ask("bea.noren"))
            .await
            .expect("asked");
        accounts::ask(&maria, &ask("nobody.at.all"))
            .await
            .expect("asked");
        let waiting = looks(&sofia, "", "").await.waiting;
        assert_eq!(
            waiting
                .iter()
                .map(|waiting| waiting.asker.login_name.as_str())
                .collect::<Vec<_>>(),
            ["maria.berg"; 2]
        );
        let [first, second] = &waiting[..] else {
            panic!("two requests")
        };
        let sought = Sought {
            request: first.id.to_string(),
            ..Sought::default()
        };
        let page = accounts::page(&sofia, sought, String::new(), None)
            .await
            .expect("a page");
        assert!(
            matches!(page.found, Found::Pair(_)),
            "a request fills the search"
        );
        let propose = ProposeLink {
            request: first.id.to_string(),
            ..these("karin.ek", "bea.noren")
        };
        accounts::propose(&sofia, &propose).await.expect("proposed");
        let decline = DeclineLink {
            request: second.id.to_string(),
            reason: "I cannot tell who that is".to_owned(),
            ..DeclineLink::default()
        };
        accounts::decline(&sofia, &decline).await.expect("declined");
        assert_eq!(
            refusal(accounts::decline(&sofia, &decline).await),
            Refusal::NotFound,
            "answered once"
        );
        let page = accounts::ask_page(&maria, user, None)
            .await
            .expect("a page");
        let mut answers: Vec<_> = page
            .requests
            .into_iter()
            .filter_map(|request| {
                request
                    .answer
                    .map(|answer| (answer.is_proposed, answer.why))
            })
            .collect();
        answers.sort();
        assert_eq!(
            answers,
            [
                (false, "I cannot tell who that is".to_owned()),
                (true, String::new())
            ]
        );
        let mails = delivery::claim(&world.db, 10).await.expect("claims");
        assert_eq!(
            mails
                .iter()
                .filter(|mail| mail.address.as_deref() == Some("maria@example.org"))
                .count(),
            2
        );
        assert_eq!(events(world, user, "link_answered").await, 2);
        assert!(looks(&sofia, "", "").await.waiting.is_empty());
    });
}

#[test]
fn linked_accounts_are_shown_only_to_managers_of_the_person() {
    run(async |world| {
        linked(world).await;
        let shown = async |who: &str| {
            users::page(&world.as_(who).await, world.id("karin"))
                .await
                .expect("a page")
                .accounts
                .len()
        };
        assert_eq!((shown("maria").await, shown("sofia").await), (1, 1));
        assert_eq!(
            (shown("sven").await, shown("vera").await),
            (0, 0),
            "who only sees people"
        );
        let bjorn = users::page(&world.as_("birgit").await, world.id("bea"))
            .await
            .expect("a page");
        assert_eq!(bjorn.accounts[0].organisation, world.northfield);
    });
}

#[test]
fn a_refusal_is_recorded_only_in_the_organisation_acted_for() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let bea = switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        let scope = who(&world.db, &bea).await.expect("signed in").scope;
        audit::refused(&scope, "/users", "forbidden")
            .await
            .expect("kept");
        let kept: Vec<String> = world
            .all(
                "SELECT organisation_id::text FROM audit_events WHERE event ->> 'kind' = 'refused'",
            )
            .await;
        assert_eq!(kept, [world.sodra.to_string()]);
    });
}

/// The accounts through which events of a kind were caused, as `user organisation`; empty for none.
async fn through(world: &World<'_>, kind: &str) -> Vec<String> {
    let sql = format!(
        "SELECT concat_ws(' ', through_id, through_organisation_id) FROM audit_events WHERE kind = '{kind}' ORDER BY id"
    );
    world.all(&sql).await
}

#[test]
fn events_of_a_switched_session_named_only_the_account_switched_to() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let switched = switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        let bea = who(&world.db, &switched).await.expect("signed in").scope;
        let form = EditProfile {
            phone: "070-123 45 67".to_owned(),
            ..EditProfile::default()
        };
        profile::edit(&bea, &form).await.expect("saved");
        audit::refused(&bea, "/users", "forbidden")
            .await
            .expect("kept");
        let back = switches(&world.db, &switched, world.northfield)
            .await
            .expect("switched back");
        let karin = who(&world.db, &back).await.expect("signed in").scope;
        profile::edit(&karin, &form).await.expect("saved");
        let root = format!("{} {}", world.id("karin"), world.northfield);
        let none = String::new();
        assert_eq!(
            through(world, "profile_edited").await,
            [root.clone(), none.clone()],
            "there, and not at home again"
        );
        assert_eq!(through(world, "refused").await, [root.as_str()]);
        assert_eq!(
            through(world, "switched_here").await,
            [root.clone(), none.clone()],
            "the first act there, too"
        );
        assert_eq!(
            through(world, "switched_away").await,
            [none, root],
            "and the last"
        );
        let lines = users::page(&world.as_("birgit").await, world.id("bea"))
            .await
            .expect("a page")
            .activity;
        let line = lines
            .iter()
            .find(|line| matches!(line.event, Event::ProfileEdited { .. }))
            .expect("a line");
        let account = Through {
            name: "Karin Ek".to_owned(),
            organisation: "Northfield Care".to_owned(),
        };
        assert_eq!(
            (&line.who, &line.through),
            (&Actor::Named("Bea Norén".to_owned()), &Some(account))
        );
        let (birgit, bea) = (world.as_("birgit").await, world.id("bea").to_string());
        let all = history::page(&birgit, Subject::User, &bea, HistoryQuery::default())
            .await
            .expect("a page");
        assert!(all.lines.contains(line), "on the page of all of it, too");
    });
}

#[test]
fn the_end_of_a_switched_session_named_only_the_account_switched_to() {
    run(async |world| {
        linked(world).await;
        let root = format!("{} {}", world.id("karin"), world.northfield);
        for by_itself in [true, false] {
            let karin = world.signs_in("karin.ek", PASSWORD).await;
            let switched = switches(&world.db, &karin, world.sodra)
                .await
                .expect("switched");
            if by_itself {
                let bea = who(&world.db, &switched).await.expect("signed in").scope;
                sessions::sign_out(&bea, &switched)
                    .await
                    .expect("signed out");
            } else {
                // another user signs in over the session
                sessions::end_former(&world.db.visitor(world.db.new_id()), &switched)
                    .await
                    .expect("ended");
            }
        }
        assert_eq!(
            through(world, "signed_out").await,
            [root.as_str(), root.as_str()]
        );
    });
}

#[test]
fn counted_events_of_a_switched_session_were_recorded_as_the_accounts_own() {
    run(async |world| {
        linked(world).await;
        let most = Limit::RepeatedEvents.most();
        let own = who(&world.db, &world.signs_in("bea.noren", PASSWORD).await)
            .await
            .expect("signed in")
            .scope;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let switched = switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        let switched = who(&world.db, &switched).await.expect("signed in").scope;
        for scope in [&own, &switched] {
            for _ in 0..=most {
                audit::refused(scope, "/users", "forbidden")
                    .await
                    .expect("counted");
            }
        }
        audit::write_repeated(&world.later(TimeDelta::hours(1)))
            .await
            .expect("written");
        let root = format!("{} {}", world.id("karin"), world.northfield);
        let mut written = through(world, "repeated").await;
        written.sort();
        assert_eq!(
            written,
            [String::new(), root],
            "each by the account that signed in"
        );
    });
}

#[test]
fn an_organisation_sees_only_linked_accounts_that_acted_in_it() {
    run(async |world| {
        linked(world).await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        let server = world.app().await;
        let asked = "SELECT name FROM audit_through(ARRAY(SELECT id FROM audit_events))";
        for (organisation, names) in [(world.sodra, 1), (world.northfield, 0)] {
            server
                .execute_unprepared(&format!(
                    "SELECT set_config('app.organisation', '{organisation}', false)"
                ))
                .await
                .expect("set");
            assert_eq!(
                server
                    .query_all_raw(statement(asked))
                    .await
                    .expect("answers")
                    .len(),
                names
            );
        }
        let named: Vec<String> = world
            .all("SELECT id::text FROM audit_events WHERE through_id IS NOT NULL")
            .await;
        let asked = format!(
            "SELECT name FROM audit_through(ARRAY['{}'::uuid])",
            named[0]
        );
        assert!(
            server
                .query_all_raw(statement(&asked))
                .await
                .expect("answers")
                .is_empty(),
            "nor by guessing an event"
        );
    });
}

#[test]
fn a_system_administrator_linked_their_own_account_with_a_tenants_administrator() {
    run(async |world| {
        world.token("birgit").await;
        let sofia = world.as_("sofia").await;
        let own = these("sofia.lind", "birgit.akesson");
        assert_eq!(
            problem(accounts::propose(&sofia, &own).await, Field::Form),
            Problem::OwnAccount
        );
        // nor an account that is linked with another one
        third(world).await;
        world
            .owner_runs(&format!(
                "INSERT INTO linked_accounts (organisation_id, user_id, person_id, linked_at)
                    SELECT organisation_id, id, '{0}', now() FROM users WHERE id IN ('{0}', '{1}')",
                world.id("sofia"),
                world.id("bea")
            ))
            .await;
        assert_eq!(
            problem(
                accounts::propose(&sofia, &these("bea.noren", "tove.third")).await,
                Field::Form
            ),
            Problem::OwnAccount
        );
        assert_eq!(linked_ones(world).await, 2, "and nothing was linked");
        assert_eq!(
            world
                .one::<i64>("SELECT count(*) FROM link_proposals")
                .await,
            0
        );
    });
}

#[test]
fn accounts_were_linked_without_asking_their_holders() {
    run(async |world| {
        world.token("bea").await;
        world.token("karin").await;
        proposed(world, "karin.ek", "bea.noren").await;
        let token = world.signs_in("karin.ek", PASSWORD).await;
        let karin = who(&world.db, &token).await.expect("signed in").scope;
        let page = accounts::own(&karin, String::new(), None)
            .await
            .expect("a page");
        let proposal = page.proposal.expect("a proposal");
        let bea = Party {
            name: "Bea Norén".to_owned(),
            organisation_name: "Södra Omsorg".to_owned(),
            has_agreed: false,
        };
        assert_eq!(
            (proposal.others.as_slice(), proposal.has_agreed),
            (&[bea][..], false)
        );
        assert!(page.accounts.is_empty());
        accounts::agree(&karin, &answers(&proposal))
            .await
            .expect("agreed");
        assert_eq!(
            problem(
                accounts::agree(&karin, &answers(&proposal)).await,
                Field::Form
            ),
            Problem::ProposalGone,
            "once"
        );
        assert!(asked(&karin).await.expect("it still waits").has_agreed);
        assert_eq!(linked_ones(world).await, 0, "one of two is not enough");
        assert_eq!(
            refusal(switches(&world.db, &token, world.sodra).await),
            Refusal::NotFound
        );
        // no other user can answer for the other holder
        let stranger = world.as_("bo").await;
        assert_eq!(
            problem(
                accounts::agree(&stranger, &answers(&proposal)).await,
                Field::Form
            ),
            Problem::ProposalGone
        );
        let bea = signs_in(world, "bea").await;
        assert!(asked(&bea).await.expect("a proposal").others[0].has_agreed);
        agrees(&bea).await.expect("agreed");
        assert!(asked(&bea).await.is_none(), "answered");
        switches(&world.db, &token, world.sodra)
            .await
            .expect("switched");
    });
}

#[test]
fn a_proposal_ends_when_it_is_declined_withdrawn_or_expires() {
    run(async |world| {
        world.token("bea").await;
        world.token("karin").await;
        let (sofia, bea) = (world.as_("sofia").await, signs_in(world, "bea").await);
        let karin = signs_in(world, "karin").await;
        proposed(world, "karin.ek", "bea.noren").await;
        let twice = accounts::propose(&sofia, &these("karin.ek", "bea.noren")).await;
        assert_eq!(problem(twice, Field::Form), Problem::ProposedAlready);
        agrees(&karin).await.expect("agreed");
        let [waits] = &looks(&sofia, "", "").await.proposals[..] else {
            panic!("one proposal")
        };
        let agreed: Vec<_> = waits
            .accounts
            .iter()
            .map(|(account, agreed)| (account.login_name.as_str(), *agreed))
            .collect();
        assert_eq!(agreed, [("karin.ek", true), ("bea.noren", false)]);
        let first = asked(&bea).await.expect("a proposal");
        accounts::decline_proposal(&bea, &answers(&first))
            .await
            .expect("declined");
        assert!(asked(&karin).await.is_none(), "over for both");
        for user in ["karin", "bea"] {
            assert_eq!(
                events(world, world.id(user), "link_declined").await,
                1,
                "{user}"
            );
        }

        proposed(world, "karin.ek", "bea.noren").await;
        let withdraw = WithdrawProposal {
            proposal: asked(&bea).await.expect("a proposal").id.to_string(),
            ..WithdrawProposal::default()
        };
        accounts::withdraw(&sofia, &withdraw)
            .await
            .expect("withdrawn");
        assert_eq!(
            problem(accounts::withdraw(&sofia, &withdraw).await, Field::Form),
            Problem::ProposalGone
        );
        assert!(asked(&bea).await.is_none() && looks(&sofia, "", "").await.proposals.is_empty());
        assert_eq!(events(world, world.id("bea"), "link_withdrawn").await, 1);

        proposed(world, "karin.ek", "bea.noren").await;
        let last = answers(&asked(&bea).await.expect("a proposal"));
        let later = world.later(TimeDelta::days(7));
        let bea = who(
            &later,
            &tries(&later, "bea.noren", PASSWORD, ADDRESS)
                .await
                .expect("signed in"),
        )
        .await;
        let bea = bea.expect("signed in").scope;
        assert!(asked(&bea).await.is_none());
        assert_eq!(
            problem(accounts::agree(&bea, &last).await, Field::Form),
            Problem::ProposalGone
        );
        assert_eq!(linked_ones(world).await, 0);
        // an expired proposal that is not swept yet does not block anything
        let sofia = tries(&later, "sofia.lind", PASSWORD, ADDRESS)
            .await
            .expect("signed in");
        let sofia = who(&later, &sofia).await.expect("signed in").scope;
        accounts::propose(&sofia, &these("karin.ek", "bea.noren"))
            .await
            .expect("proposed again");
    });
}

#[test]
fn a_switched_session_cannot_agree_for_the_account_it_switched_to() {
    run(async |world| {
        linked(world).await;
        let tove = third(world).await;
        proposed(world, "bea.noren", "tove.third").await;
        let karin = world.signs_in("karin.ek", PASSWORD).await;
        let scope = who(&world.db, &karin).await.expect("signed in").scope;
        assert_eq!(
            asked(&scope)
                .await
                .expect("karin is linked with bea, and asked as well")
                .others
                .len(),
            2
        );
        let switched = switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        let bea = who(&world.db, &switched).await.expect("signed in").scope;
        let page = accounts::own(&bea, String::new(), None)
            .await
            .expect("a page");
        assert!(page.is_switched);
        let form = answers(&page.proposal.expect("a proposal"));
        assert_eq!(
            refusal(accounts::agree(&bea, &form).await),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(accounts::decline_proposal(&bea, &form).await),
            Refusal::Forbidden
        );
        // karin could switch to tove's account, too, so all three holders must agree
        for holder in [&tove, &signs_in(world, "bea").await] {
            agrees(holder).await.expect("agreed");
            assert_eq!(linked_ones(world).await, 2);
        }
        agrees(&signs_in(world, "karin").await)
            .await
            .expect("agreed");
        assert_eq!(linked_ones(world).await, 3);
    });
}

#[test]
fn resetting_an_account_cannot_agree_to_a_link_in_its_name() {
    run(async |world| {
        world.token("bea").await;
        world.token("karin").await;
        proposed(world, "karin.ek", "bea.noren").await;
        let bea = signs_in(world, "bea").await;
        agrees(&bea).await.expect("agreed");
        let temporary = SetTemporaryPassword {
            user: world.id("karin").to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..SetTemporaryPassword::default()
        };
        users::set_temporary_password(&world.as_("maria").await, &temporary)
            .await
            .expect("set");
        assert!(asked(&bea).await.is_none(), "what bea agreed to is over");
        // after a new proposal, a user with a temporary password must first choose a password
        proposed(world, "karin.ek", "bea.noren").await;
        let id = asked(&bea).await.expect("a proposal");
        let karin = who(&world.db, &world.signs_in("karin.ek", TEMPORARY).await)
            .await
            .expect("signed in")
            .scope;
        assert_eq!(
            problem(accounts::agree(&karin, &answers(&id)).await, Field::Form),
            Problem::ProposalGone
        );
    });
}

/// The recipients of mails of a kind, and what the mails name.
async fn mails(world: &World<'_>, kind: &str) -> Vec<(String, String)> {
    let claimed = delivery::claim(&world.db, 50).await.expect("claims");
    let of = claimed
        .into_iter()
        .filter(|mail| serde_json::to_value(&mail.mail).expect("JSON")["kind"] == kind);
    let mut of: Vec<_> = of
        .map(|mail| {
            (
                mail.address.unwrap_or_default(),
                mail.about.unwrap_or_default(),
            )
        })
        .collect();
    of.sort();
    of
}

#[test]
fn linking_switching_and_unlinking_notified_nobody() {
    run(async |world| {
        world.owner_runs("UPDATE users SET email = login_name || '@example.org' WHERE login_name IN ('karin.ek', 'bea.noren')").await;
        let both = [
            ("bea.noren@example.org", "Northfield Care"),
            ("karin.ek@example.org", "Södra Omsorg"),
        ];
        let both: Vec<_> = both
            .map(|(to, other)| (to.to_owned(), other.to_owned()))
            .into();
        world.token("bea").await;
        world.token("karin").await;
        proposed(world, "karin.ek", "bea.noren").await;
        assert_eq!(mails(world, "link_proposed").await, both);
        agrees(&signs_in(world, "karin").await)
            .await
            .expect("agreed");
        assert!(
            mails(world, "accounts_linked").await.is_empty(),
            "not before both have agreed"
        );
        agrees(&signs_in(world, "bea").await).await.expect("agreed");
        assert_eq!(mails(world, "accounts_linked").await, both);
        let mut told = 0;
        for _ in 0..Limit::SwitchMails.most() + 2 {
            let karin = world.signs_in("karin.ek", PASSWORD).await;
            let switched = switches(&world.db, &karin, world.sodra)
                .await
                .expect("switched");
            switches(&world.db, &switched, world.northfield)
                .await
                .expect("switched back");
            let mails = mails(world, "switched_to").await;
            assert!(
                mails.iter().all(|mail| *mail == both[0]),
                "karin signed in herself: {mails:?}"
            );
            told += mails.len();
        }
        assert_eq!(
            told,
            Limit::SwitchMails.most() as usize,
            "switching back and forth floods no mailbox"
        );
        accounts::unlink(
            &world.as_("sofia").await,
            &unlink(world.northfield, world.id("karin")),
        )
        .await
        .expect("unlinked");
        assert_eq!(mails(world, "account_unlinked").await, both);
    });
}

#[test]
fn an_agreement_to_link_could_not_be_withdrawn() {
    run(async |world| {
        linked(world).await;
        let (karin, bea) = (
            world.signs_in("karin.ek", PASSWORD).await,
            signs_in(world, "bea").await,
        );
        let switched = switches(&world.db, &karin, world.sodra)
            .await
            .expect("switched");
        let by_switching = who(&world.db, &switched).await.expect("signed in").scope;
        assert_eq!(
            refusal(accounts::leave(&by_switching, &LeaveLink::default()).await),
            Refusal::Forbidden
        );
        accounts::leave(&bea, &LeaveLink::default())
            .await
            .expect("left");
        assert_eq!(linked_ones(world).await, 0);
        assert!(
            who(&world.db, &switched).await.is_none(),
            "what was switched ended at once"
        );
        accounts::leave(&bea, &LeaveLink::default())
            .await
            .expect("there is nothing to leave");
        for user in ["karin", "bea"] {
            assert_eq!(
                events(world, world.id(user), "account_unlinked").await,
                1,
                "{user}"
            );
        }
        let lines = users::page(&world.as_("maria").await, world.id("karin"))
            .await
            .expect("a page")
            .activity;
        let line = lines
            .iter()
            .find(|line| matches!(line.event, Event::AccountUnlinked { .. }))
            .expect("a line");
        assert_eq!(line.who, Actor::Holder);
        // a proposal also ends when an account leaves the link that the proposal builds on
        third(world).await;
        linked(world).await;
        proposed(world, "bea.noren", "tove.third").await;
        agrees(&bea).await.expect("agreed");
        accounts::leave(&bea, &LeaveLink::default())
            .await
            .expect("left");
        assert!(asked(&bea).await.is_none());
    });
}
