//! Password guessing is throttled in Postgres, for all servers together (decision 0026).

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use tokio::task::JoinSet;
use usher_domain::limits::Limit;
use usher_domain::sealing::Token;
use usher_domain::sessions::{self, SignedIn};
use usher_domain::{Db, Error, Result, audit, known_browsers, profile, users};
use usher_types::profile::{ChangeEmail, ChangePassword};
use usher_types::session::SignIn;
use usher_types::users::{Archive, Restore, SetTemporaryPassword};
use usher_types::{Refusal, Secret};

use crate::support::{ADDRESS, PASSWORD, World, refusal, run, tries};

const WRONG: &str = "not the password at all 11";

async fn guess(world: &World<'_>, after: TimeDelta, login_name: &str, address: &str) -> Refusal {
    refusal(tries(&world.later(after), login_name, WRONG, address).await)
}

#[test]
fn after_five_failures_each_costs_twice_the_wait_up_to_a_quarter_of_an_hour() {
    run(async |world| {
        for login_name in ["sofia.lind", "nobody.here"] {
            let mut now = TimeDelta::zero();
            for failure in 1..=5 {
                assert_eq!(
                    guess(world, now, login_name, "192.0.2.1").await,
                    Refusal::WrongLogin,
                    "failure {failure}"
                );
            }
            for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
                assert_eq!(
                    guess(world, now, login_name, "192.0.2.1").await,
                    Refusal::Slow { seconds },
                    "{login_name}"
                );
                assert_eq!(
                    guess(world, now, login_name, "192.0.2.1").await,
                    Refusal::Slow { seconds },
                    "a blocked try prolongs nothing"
                );
                now += TimeDelta::seconds(i64::from(seconds));
                assert_eq!(
                    guess(world, now, login_name, "192.0.2.1").await,
                    Refusal::WrongLogin,
                    "{login_name} after {seconds} s"
                );
            }
        }
    });
}

#[test]
fn the_right_password_waits_too_and_then_begins_afresh() {
    run(async |world| {
        for _ in 0..5 {
            guess(world, TimeDelta::zero(), "sofia.lind", "192.0.2.1").await;
        }
        assert_eq!(
            refusal(tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1").await),
            Refusal::Slow { seconds: 1 }
        );
        let later = TimeDelta::seconds(1);
        tries(&world.later(later), "Sofia.Lind", PASSWORD, "192.0.2.1")
            .await
            .expect("signs in");
        for failure in 1..=5 {
            assert_eq!(
                guess(world, later, "sofia.lind", "192.0.2.1").await,
                Refusal::WrongLogin,
                "failure {failure}"
            );
        }
        assert!(matches!(
            guess(world, later, "sofia.lind", "192.0.2.1").await,
            Refusal::Slow { .. }
        ));
    });
}

#[test]
fn occasional_mistakes_are_never_throttled() {
    run(async |world| {
        for _ in 0..5 {
            for _ in 0..4 {
                assert_eq!(
                    guess(world, TimeDelta::zero(), "sofia.lind", "192.0.2.1").await,
                    Refusal::WrongLogin
                );
            }
            tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1")
                .await
                .expect("signs in");
        }
    });
}

#[test]
fn fifty_guesses_at_once_gain_nothing() {
    run(async |world| {
        let mut guesses = JoinSet::new();
        for number in 0..50 {
            let db = world.db.clone();
            guesses.spawn(async move {
                refusal(tries(&db, "sofia.lind", WRONG, &format!("192.0.2.{number}")).await)
            });
        }
        let answers = guesses.join_all().await;
        let verified = answers
            .iter()
            .filter(|answer| **answer == Refusal::WrongLogin)
            .count();
        assert_eq!(
            verified, 5,
            "If you're here because more were tried: count an attempt before it is verified (Attempt::begin), under the row's lock."
        );
        assert!(
            answers
                .iter()
                .all(|answer| matches!(answer, Refusal::WrongLogin | Refusal::Slow { seconds: 1 }))
        );
    });
}

#[test]
fn fifty_guesses_at_once_from_one_address_do_not_stand_in_each_others_way() {
    run(async |world| {
        let mut guesses = JoinSet::new();
        for number in 0..50 {
            let db = world.db.clone();
            let login_name = format!("guess.{}", number % 25);
            guesses
                .spawn(async move { refusal(tries(&db, &login_name, WRONG, "192.0.2.1").await) });
        }
        assert!(
            guesses
                .join_all()
                .await
                .iter()
                .all(|answer| *answer == Refusal::WrongLogin)
        );
    });
}

#[test]
fn the_count_outlives_the_server() {
    run(async |world| {
        for _ in 0..5 {
            guess(world, TimeDelta::zero(), "sofia.lind", "192.0.2.1").await;
        }
        let keys = usher_domain::sealing::Keys::from_master(&[7; 32]);
        let restarted = usher_domain::Db::connect(&world.app_url, keys, 2)
            .await
            .expect("connects")
            .at(World::morning());
        assert_eq!(
            refusal(tries(&restarted, "sofia.lind", WRONG, "192.0.2.2").await),
            Refusal::Slow { seconds: 1 }
        );
        restarted.close().await;
    });
}

/// Sets the number of failures of an address.
async fn has_failed(world: &World<'_>, address: &str, failures: i32) {
    let key = Limit::WrongPasswordsFromAddress.key(address);
    let again =
        "ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, since = excluded.since";
    world
        .owner_runs(&format!(
            "INSERT INTO throttles VALUES ('{key}', {failures}, '2026-11-23T09:00:00Z') {again}"
        ))
        .await;
}

/// The number of failures of an address or an account.
async fn failures(world: &World<'_>, limit: Limit, who: &str) -> i64 {
    world
        .one(&format!(
            "SELECT coalesce(sum(failures), 0) FROM throttles WHERE key = '{}'",
            limit.key(who)
        ))
        .await
}

#[test]
fn fifty_mistakes_from_one_address_locked_out_every_user_of_it() {
    run(async |world| {
        for number in 0..50 {
            assert_eq!(
                guess(
                    world,
                    TimeDelta::zero(),
                    &format!("guess.{number}"),
                    "192.0.2.1"
                )
                .await,
                Refusal::WrongLogin
            );
        }
        let slowed = "SELECT count(*) FROM security_events WHERE kind = 'address_slowed'";
        assert_eq!(world.one::<i64>(slowed).await, 0);
        for (number, least) in [100, 200].into_iter().enumerate() {
            let begun = Instant::now();
            assert_eq!(
                guess(
                    world,
                    TimeDelta::zero(),
                    &format!("more.{number}"),
                    "192.0.2.1"
                )
                .await,
                Refusal::WrongLogin
            );
            assert!(
                begun.elapsed() >= Duration::from_millis(least),
                "each waits longer than the one before"
            );
        }
        assert_eq!(
            world.one::<i64>(slowed).await,
            1,
            "one event, when it begins"
        );
        let begun = Instant::now();
        tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1")
            .await
            .expect("the right password signs in");
        assert!(
            begun.elapsed() >= Duration::from_millis(400),
            "after a while"
        );
        assert_eq!(
            failures(world, Limit::WrongPasswordsFromAddress, "192.0.2.1").await,
            52,
            "and makes it no longer for the next"
        );
        let karin = world.as_("karin").await;
        has_failed(world, ADDRESS, 50).await;
        let form = ChangeEmail {
            email: "karin@new.example".to_owned(),
            current_password: Secret::new(PASSWORD),
            ..ChangeEmail::default()
        };
        profile::change_email(&karin, &form, ADDRESS)
            .await
            .expect("nor is a right current password refused");
        assert_eq!(
            guess(world, TimeDelta::seconds(601), "guess.53", "192.0.2.1").await,
            Refusal::WrongLogin
        );
        assert_eq!(
            failures(world, Limit::WrongPasswordsFromAddress, "192.0.2.1").await,
            1,
            "ten minutes later it begins afresh"
        );
    });
}

#[test]
fn a_full_queue_of_an_address_was_counted_as_a_wrong_password() {
    run(async |world| {
        has_failed(world, "192.0.2.1", 55).await;
        let mut guesses = JoinSet::new();
        for number in 0..8 {
            let db = world.db.clone();
            guesses.spawn(async move {
                (
                    number,
                    tries(&db, &format!("guess.{number}"), WRONG, "192.0.2.1").await,
                )
            });
        }
        // five attempts take turns, and the first of them waits for more than three seconds
        for _ in 0..3 {
            let (number, answer) = guesses
                .join_next()
                .await
                .expect("an answer")
                .expect("no panic");
            assert!(
                matches!(answer, Err(Error::Busy)),
                "guess.{number}: {:?}",
                answer.err()
            );
            assert_eq!(
                failures(world, Limit::WrongPasswords, &format!("guess.{number}")).await,
                0,
                "guess.{number}"
            );
        }
        assert_eq!(
            failures(world, Limit::WrongPasswordsFromAddress, "192.0.2.1").await,
            60
        );
        assert_eq!(
            guess(world, TimeDelta::zero(), "guess.8", "192.0.2.2").await,
            Refusal::WrongLogin,
            "another address does not wait"
        );
        // an attempt whose client disconnects gives up its place
        guesses.shutdown().await;
        has_failed(world, "192.0.2.1", 50).await;
        tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1")
            .await
            .expect("signs in");
    });
}

#[test]
fn a_blocked_account_does_not_count_against_the_address() {
    run(async |world| {
        for _ in 0..100 {
            guess(world, TimeDelta::zero(), "sofia.lind", "192.0.2.1").await;
        }
        assert_eq!(
            guess(world, TimeDelta::zero(), "nobody.here", "192.0.2.1").await,
            Refusal::WrongLogin
        );
    });
}

#[test]
fn people_who_sign_in_do_not_use_up_their_address() {
    run(async |world| {
        for _ in 0..60 {
            tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1")
                .await
                .expect("signs in");
        }
    });
}

#[test]
fn a_draft_is_not_stored_in_readable_form() {
    run(async |world| {
        guess(
            world,
            TimeDelta::zero(),
            "my secret typed in the wrong field",
            "192.0.2.1",
        )
        .await;
        let kept: Vec<String> = world.all("SELECT t::text FROM throttles t").await;
        assert!(
            !kept.is_empty()
                && kept
                    .iter()
                    .all(|row| !row.contains("secret") && !row.contains("192.0.2.1")),
            "{kept:?}"
        );
    });
}

#[test]
fn daily_guessing_is_not_forgotten_after_the_first_day() {
    run(async |world| {
        let mut now = TimeDelta::zero();
        for _ in 0..12 {
            assert_eq!(
                guess(world, now, "sofia.lind", "192.0.2.1").await,
                Refusal::WrongLogin
            );
            now += TimeDelta::hours(5);
        }
        // two and a half days after the first failure, five hours after the latest
        assert_eq!(
            guess(world, now, "sofia.lind", "192.0.2.1").await,
            Refusal::WrongLogin
        );
        assert!(matches!(
            guess(world, now, "sofia.lind", "192.0.2.1").await,
            Refusal::Slow { seconds: 256 }
        ));
        let quiet = now + TimeDelta::hours(24) + TimeDelta::seconds(1);
        for failure in 1..=5 {
            assert_eq!(
                guess(world, quiet, "sofia.lind", "192.0.2.1").await,
                Refusal::WrongLogin,
                "a quiet day forgets: {failure}"
            );
        }
    });
}

#[test]
fn the_wait_stays_the_longest_however_often_it_fails() {
    run(async |world| {
        let mut now = TimeDelta::zero();
        for _ in 0..45 {
            assert_eq!(
                guess(world, now, "sofia.lind", "192.0.2.1").await,
                Refusal::WrongLogin
            );
            now += TimeDelta::seconds(900);
        }
        now -= TimeDelta::seconds(900);
        assert_eq!(
            guess(world, now, "sofia.lind", "192.0.2.1").await,
            Refusal::Slow { seconds: 900 }
        );
    });
}

#[test]
fn a_right_password_does_not_undo_the_failures_of_others() {
    run(async |world| {
        has_failed(world, "192.0.2.1", 51).await;
        tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1")
            .await
            .expect("signs in");
        assert_eq!(
            failures(world, Limit::WrongPasswordsFromAddress, "192.0.2.1").await,
            51
        );
    });
}

#[test]
fn throttled_sign_ins_left_no_event() {
    run(async |world| {
        for _ in 0..40 {
            guess(world, TimeDelta::zero(), "sofia.lind", "192.0.2.1").await;
            guess(world, TimeDelta::zero(), "nobody.here", "192.0.2.2").await;
        }
        let kinds = "SELECT event ->> 'kind' || ' ' || count(*) FROM audit_events WHERE event ->> 'kind' IN ('sign_in_failed', 'throttled') AND subject_id =";
        let kinds = format!(
            "{kinds} '{}' GROUP BY event ->> 'kind' ORDER BY 1",
            world.id("sofia")
        );
        let most = Limit::ThrottledSignIns.most();
        assert_eq!(
            world.all::<String>(&kinds).await,
            ["sign_in_failed 5".to_owned(), format!("throttled {most}")]
        );
        let events = "SELECT kind || ' ' || count(*) FROM security_events GROUP BY kind ORDER BY 1";
        assert_eq!(
            world.all::<String>(events).await,
            [
                "sign_in_failed 5".to_owned(),
                format!("sign_in_throttled {most}")
            ]
        );
        audit::write_repeated(&world.later(TimeDelta::minutes(10)))
            .await
            .expect("written");
        let rest: String = world
            .one("SELECT event ->> 'times' FROM audit_events WHERE event ->> 'of' = 'throttled'")
            .await;
        assert_eq!(rest, (35 - most).to_string(), "and none is hidden");
    });
}

#[test]
fn a_busy_hashing_pool_counted_as_a_failed_guess() {
    run(async |world| {
        let mut guesses = JoinSet::new();
        for number in 0..150 {
            let db = world.db.clone();
            guesses.spawn(async move {
                let answer = tries(
                    &db,
                    &format!("guess.{number}"),
                    WRONG,
                    &format!("192.0.2.{number}"),
                )
                .await;
                (number, matches!(answer, Err(Error::Busy)))
            });
        }
        let answers = guesses.join_all().await;
        let (busy, tried): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|(_, is_busy)| *is_busy);
        assert!(
            !busy.is_empty() && !tried.is_empty(),
            "{} busy, {} tried",
            busy.len(),
            tried.len()
        );
        for (number, is_busy) in busy.into_iter().chain(tried) {
            let of_account =
                failures(world, Limit::WrongPasswords, &format!("guess.{number}")).await;
            let of_address = failures(
                world,
                Limit::WrongPasswordsFromAddress,
                &format!("192.0.2.{number}"),
            )
            .await;
            let counted = i64::from(!is_busy);
            assert_eq!(
                (of_account, of_address),
                (counted, counted),
                "guess.{number}"
            );
        }
    });
}

/// Tries to sign in with a browser that sends these tokens.
async fn tries_with(
    db: &Db,
    brought: &[&Token],
    login_name: &str,
    password: &str,
) -> Result<SignedIn> {
    let form = SignIn {
        login_name: login_name.to_owned(),
        password: Secret::new(password),
        ..SignIn::default()
    };
    let brought: Vec<Token> = brought.iter().map(|token| (*token).clone()).collect();
    sessions::sign_in(&db.visitor(db.new_id()), &form, "192.0.2.1", &brought).await
}

/// The token of a browser that the user has signed in with.
async fn known(db: &Db, login_name: &str) -> Token {
    tries_with(db, &[], login_name, PASSWORD)
        .await
        .unwrap_or_else(|error| panic!("{login_name}: {error:?}"))
        .browser
}

/// Fails sign-ins from other addresses until an account is blocked for 15 minutes; returns the
/// database at that time.
async fn blocks(world: &World<'_>, login_name: &str) -> Db {
    let key = Limit::WrongPasswords.key(login_name);
    world
        .owner_runs(&format!(
            "INSERT INTO throttles VALUES ('{key}', 17, '2026-11-23T09:00:00Z', NULL)"
        ))
        .await;
    assert_eq!(
        guess(world, TimeDelta::zero(), login_name, "192.0.2.66").await,
        Refusal::WrongLogin
    );
    let db = world.later(TimeDelta::minutes(1));
    assert_eq!(
        refusal(tries(&db, login_name, PASSWORD, ADDRESS).await),
        Refusal::Slow { seconds: 840 }
    );
    db
}

#[test]
fn knowing_a_login_name_was_enough_to_lock_its_user_out() {
    run(async |world| {
        let browser = known(&world.db, "sofia.lind").await;
        let db = blocks(world, "sofia.lind").await;
        let again = tries_with(&db, &[&browser], "Sofia.Lind", PASSWORD)
            .await
            .expect("the browser she signed in with before");
        assert_eq!(again.browser.expose(), browser.expose(), "it stays known");
        assert_eq!(
            refusal(tries(&db, "sofia.lind", PASSWORD, ADDRESS).await),
            Refusal::Slow { seconds: 840 },
            "and the others wait on"
        );
        let stored = format!(
            "SELECT count(*) FROM known_browsers WHERE token_hash = sha256('{}')",
            browser.expose()
        );
        assert_eq!(world.one::<i64>(&stored).await, 1, "as its hash alone");
    });
}

#[test]
fn guesses_from_a_known_browser_are_counted_on_their_own() {
    run(async |world| {
        let (here, there) = (
            known(&world.db, "sofia.lind").await,
            known(&world.db, "sofia.lind").await,
        );
        for failure in 1..=5 {
            let answer = tries_with(&world.db, &[&here], "sofia.lind", WRONG).await;
            assert_eq!(refusal(answer), Refusal::WrongLogin, "failure {failure}");
        }
        assert_eq!(
            refusal(tries_with(&world.db, &[&here], "sofia.lind", PASSWORD).await),
            Refusal::Slow { seconds: 1 }
        );
        assert_eq!(
            failures(world, Limit::WrongPasswords, "sofia.lind").await,
            0
        );
        assert_eq!(
            failures(world, Limit::WrongPasswordsFromAddress, "192.0.2.1").await,
            5,
            "but at the address they are"
        );
        tries_with(&world.db, &[&there], "sofia.lind", PASSWORD)
            .await
            .expect("the other known browser");
        let later = world.later(TimeDelta::seconds(1));
        tries_with(&later, &[&here], "sofia.lind", PASSWORD)
            .await
            .expect("after the wait");
        assert_eq!(
            failures(world, Limit::WrongPasswordsFromKnownBrowser, here.expose()).await,
            0,
            "it begins afresh"
        );
    });
}

#[test]
fn a_browser_known_to_one_user_is_unknown_to_others() {
    run(async |world| {
        world.token("karin").await;
        let (sofias, karins) = (
            known(&world.db, "sofia.lind").await,
            known(&world.db, "karin.ek").await,
        );
        let db = blocks(world, "sofia.lind").await;
        let made_up = Token::from_text("made-up");
        for brought in [&[&karins][..], &[&made_up], &[&karins, &made_up]] {
            let answer = tries_with(&db, brought, "sofia.lind", PASSWORD).await;
            assert_eq!(refusal(answer.map(|_| ())), Refusal::Slow { seconds: 840 });
        }
        for login_name in ["nobody.here", "sofia lind'; --"] {
            let answer = tries_with(&db, &[&sofias, &karins], login_name, PASSWORD).await;
            assert_eq!(refusal(answer.map(|_| ())), Refusal::WrongLogin);
            assert_eq!(
                failures(world, Limit::WrongPasswords, login_name).await,
                1,
                "whether a name exists is told by nothing"
            );
        }
        // colleagues share a browser
        tries_with(&db, &[&karins, &sofias], "sofia.lind", PASSWORD)
            .await
            .expect("signs in");
        tries_with(&db, &[&sofias, &karins], "karin.ek", PASSWORD)
            .await
            .expect("signs in");
    });
}

#[test]
fn a_new_password_and_archiving_forget_the_known_browsers() {
    run(async |world| {
        world.token("karin").await;
        let sofia = world.as_("sofia").await;
        let user = world.id("karin").to_string();
        let count = format!("SELECT count(*) FROM known_browsers WHERE user_id = '{user}'");
        let form = SetTemporaryPassword {
            user: user.clone(),
            temporary_password: Secret::new("borrowed umbrella, quay 9 east"),
            ..Default::default()
        };
        let before = known(&world.db, "karin.ek").await;
        users::set_temporary_password(&sofia, &form)
            .await
            .expect("set");
        assert_eq!(world.one::<i64>(&count).await, 0);
        let temporary = tries_with(
            &world.db,
            &[&before],
            "karin.ek",
            "borrowed umbrella, quay 9 east",
        )
        .await
        .expect("signs in");
        assert_ne!(temporary.browser.expose(), before.expose());
        let karin = world
            .authenticated(&temporary.session)
            .await
            .expect("signed in")
            .scope;
        let form = ChangePassword {
            current_password: Secret::new("borrowed umbrella, quay 9 east"),
            new_password: Secret::new(PASSWORD),
            ..Default::default()
        };
        let own = profile::change_password(&karin, &form, ADDRESS)
            .await
            .expect("changed")
            .browser;
        assert_eq!(
            world.one::<i64>(&count).await,
            1,
            "the browser it was changed with, and no other"
        );
        let db = blocks(world, "karin.ek").await;
        tries_with(&db, &[&temporary.browser, &own], "karin.ek", PASSWORD)
            .await
            .expect("signs in");
        let form = Archive {
            user: user.clone(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&sofia, &form).await.expect("archived");
        users::restore(
            &sofia,
            &Restore {
                user,
                ..Restore::default()
            },
        )
        .await
        .expect("restored");
        assert_eq!(world.one::<i64>(&count).await, 0);
    });
}

#[test]
fn the_browsers_known_of_one_person_are_bounded() {
    run(async |world| {
        let first = known(&world.db, "sofia.lind").await;
        let used = known(&world.later(TimeDelta::seconds(1)), "sofia.lind").await;
        for second in 2..i64::from(known_browsers::MOST) {
            known(&world.later(TimeDelta::seconds(second)), "sofia.lind").await;
        }
        tries_with(
            &world.later(TimeDelta::minutes(1)),
            &[&used],
            "sofia.lind",
            PASSWORD,
        )
        .await
        .expect("signs in");
        let last = known(&world.later(TimeDelta::minutes(2)), "sofia.lind").await;
        let count = async |token: &Token| {
            let sql = format!(
                "SELECT count(*) FROM known_browsers WHERE token_hash = sha256('{}')",
                token.expose()
            );
            world.one::<i64>(&sql).await
        };
        assert_eq!(
            (count(&first).await, count(&used).await, count(&last).await),
            (0, 1, 1),
            "the one used least lately is forgotten"
        );
        let all = format!(
            "SELECT count(*) FROM known_browsers WHERE user_id = '{}'",
            world.id("sofia")
        );
        assert_eq!(
            world.one::<i64>(&all).await,
            i64::from(known_browsers::MOST)
        );
    });
}
