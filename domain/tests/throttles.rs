//! Guessing is slowed, in Postgres, for all servers together (design §5).

use chrono::TimeDelta;
use tokio::task::JoinSet;
use usher_domain::throttles::Limit;
use usher_domain::{Error, audit};
use usher_types::Refusal;

use crate::support::{PASSWORD, World, refusal, run, tries};

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
                assert_eq!(guess(world, now, login_name, "192.0.2.1").await, Refusal::WrongLogin, "failure {failure}");
            }
            for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
                assert_eq!(guess(world, now, login_name, "192.0.2.1").await, Refusal::Slow { seconds }, "{login_name}");
                assert_eq!(guess(world, now, login_name, "192.0.2.1").await, Refusal::Slow { seconds }, "a blocked try prolongs nothing");
                now += TimeDelta::seconds(i64::from(seconds));
                assert_eq!(guess(world, now, login_name, "192.0.2.1").await, Refusal::WrongLogin, "{login_name} after {seconds} s");
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
        assert_eq!(refusal(tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1").await), Refusal::Slow { seconds: 1 });
        let later = TimeDelta::seconds(1);
        tries(&world.later(later), "Sofia.Lind", PASSWORD, "192.0.2.1").await.expect("signs in");
        for failure in 1..=5 {
            assert_eq!(guess(world, later, "sofia.lind", "192.0.2.1").await, Refusal::WrongLogin, "failure {failure}");
        }
        assert!(matches!(guess(world, later, "sofia.lind", "192.0.2.1").await, Refusal::Slow { .. }));
    });
}

#[test]
fn who_mistypes_now_and_then_is_never_slowed() {
    run(async |world| {
        for _ in 0..5 {
            for _ in 0..4 {
                assert_eq!(guess(world, TimeDelta::zero(), "sofia.lind", "192.0.2.1").await, Refusal::WrongLogin);
            }
            tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1").await.expect("signs in");
        }
    });
}

#[test]
fn fifty_guesses_at_once_gain_nothing() {
    run(async |world| {
        let mut guesses = JoinSet::new();
        for number in 0..50 {
            let db = world.db.clone();
            guesses.spawn(async move { refusal(tries(&db, "sofia.lind", WRONG, &format!("192.0.2.{number}")).await) });
        }
        let answers = guesses.join_all().await;
        let verified = answers.iter().filter(|answer| **answer == Refusal::WrongLogin).count();
        assert_eq!(
            verified, 5,
            "If you're here because more were tried: count an attempt before it is verified (Attempt::begin), under the row's lock."
        );
        assert!(answers.iter().all(|answer| matches!(answer, Refusal::WrongLogin | Refusal::Slow { seconds: 1 })));
    });
}

#[test]
fn fifty_guesses_at_once_from_one_address_do_not_stand_in_each_others_way() {
    run(async |world| {
        let mut guesses = JoinSet::new();
        for number in 0..50 {
            let db = world.db.clone();
            let login_name = format!("guess.{}", number % 25);
            guesses.spawn(async move { refusal(tries(&db, &login_name, WRONG, "192.0.2.1").await) });
        }
        assert!(guesses.join_all().await.iter().all(|answer| *answer == Refusal::WrongLogin));
    });
}

#[test]
fn the_count_outlives_the_server() {
    run(async |world| {
        for _ in 0..5 {
            guess(world, TimeDelta::zero(), "sofia.lind", "192.0.2.1").await;
        }
        let keys = usher_domain::sealing::Keys::from_master(&[7; 32]);
        let restarted = usher_domain::Db::connect(&world.app_url, keys, 2).await.expect("connects").at(World::morning());
        assert_eq!(refusal(tries(&restarted, "sofia.lind", WRONG, "192.0.2.2").await), Refusal::Slow { seconds: 1 });
        restarted.close().await;
    });
}

#[test]
fn an_address_has_fifty_failures_in_ten_minutes() {
    run(async |world| {
        for number in 0..50 {
            assert_eq!(guess(world, TimeDelta::zero(), &format!("guess.{number}"), "192.0.2.1").await, Refusal::WrongLogin);
        }
        assert_eq!(guess(world, TimeDelta::zero(), "guess.50", "192.0.2.1").await, Refusal::Slow { seconds: 600 });
        assert_eq!(guess(world, TimeDelta::seconds(500), "guess.51", "192.0.2.1").await, Refusal::Slow { seconds: 100 });
        assert_eq!(guess(world, TimeDelta::zero(), "guess.52", "192.0.2.2").await, Refusal::WrongLogin, "another address is not slowed");
        assert_eq!(guess(world, TimeDelta::seconds(601), "guess.53", "192.0.2.1").await, Refusal::WrongLogin);
    });
}

#[test]
fn a_blocked_address_does_not_count_against_the_account() {
    run(async |world| {
        for number in 0..50 {
            guess(world, TimeDelta::zero(), &format!("guess.{number}"), "192.0.2.1").await;
        }
        for _ in 0..10 {
            assert!(matches!(guess(world, TimeDelta::zero(), "sofia.lind", "192.0.2.1").await, Refusal::Slow { .. }));
        }
        tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.2").await.expect("signs in from elsewhere");
    });
}

#[test]
fn a_blocked_account_does_not_count_against_the_address() {
    run(async |world| {
        for _ in 0..100 {
            guess(world, TimeDelta::zero(), "sofia.lind", "192.0.2.1").await;
        }
        assert_eq!(guess(world, TimeDelta::zero(), "nobody.here", "192.0.2.1").await, Refusal::WrongLogin);
    });
}

#[test]
fn people_who_sign_in_do_not_use_up_their_address() {
    run(async |world| {
        for _ in 0..60 {
            tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1").await.expect("signs in");
        }
    });
}

#[test]
fn what_was_typed_is_not_kept_readable() {
    run(async |world| {
        guess(world, TimeDelta::zero(), "my secret typed in the wrong field", "192.0.2.1").await;
        let kept: Vec<String> = world.all("SELECT t::text FROM throttles t").await;
        assert!(!kept.is_empty() && kept.iter().all(|row| !row.contains("secret") && !row.contains("192.0.2.1")), "{kept:?}");
    });
}

#[test]
fn who_guesses_on_every_day_is_not_forgotten_after_the_first() {
    run(async |world| {
        let mut now = TimeDelta::zero();
        for _ in 0..12 {
            assert_eq!(guess(world, now, "sofia.lind", "192.0.2.1").await, Refusal::WrongLogin);
            now += TimeDelta::hours(5);
        }
        // two days and a half after the first, five hours after the latest
        assert_eq!(guess(world, now, "sofia.lind", "192.0.2.1").await, Refusal::WrongLogin);
        assert!(matches!(guess(world, now, "sofia.lind", "192.0.2.1").await, Refusal::Slow { seconds: 256 }));
        let quiet = now + TimeDelta::hours(24) + TimeDelta::seconds(1);
        for failure in 1..=5 {
            assert_eq!(guess(world, quiet, "sofia.lind", "192.0.2.1").await, Refusal::WrongLogin, "a quiet day forgets: {failure}");
        }
    });
}

#[test]
fn the_wait_stays_the_longest_however_often_it_fails() {
    run(async |world| {
        let mut now = TimeDelta::zero();
        for _ in 0..45 {
            assert_eq!(guess(world, now, "sofia.lind", "192.0.2.1").await, Refusal::WrongLogin);
            now += TimeDelta::seconds(900);
        }
        now -= TimeDelta::seconds(900);
        assert_eq!(guess(world, now, "sofia.lind", "192.0.2.1").await, Refusal::Slow { seconds: 900 });
    });
}

#[test]
fn a_right_password_does_not_lift_the_block_others_earned() {
    run(async |world| {
        guess(world, TimeDelta::zero(), "guess.0", "192.0.2.1").await;
        world.owner_runs("UPDATE throttles SET failures = 55 WHERE failures = 1 AND blocked_until IS NULL").await;
        tries(&world.db, "sofia.lind", PASSWORD, "192.0.2.1").await.expect("signs in");
        assert!(matches!(guess(world, TimeDelta::zero(), "guess.1", "192.0.2.1").await, Refusal::Slow { .. }));
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
        let kinds = format!("{kinds} '{}' GROUP BY event ->> 'kind' ORDER BY 1", world.id("sofia"));
        let most = Limit::ThrottledSignIns.most();
        assert_eq!(world.all::<String>(&kinds).await, ["sign_in_failed 5".to_owned(), format!("throttled {most}")]);
        let events = "SELECT kind || ' ' || count(*) FROM security_events GROUP BY kind ORDER BY 1";
        assert_eq!(world.all::<String>(events).await, ["sign_in_failed 5".to_owned(), format!("sign_in_throttled {most}")]);
        audit::write_repeated(&world.later(TimeDelta::minutes(10))).await.expect("written");
        let rest: String = world.one("SELECT event ->> 'times' FROM audit_events WHERE event ->> 'of' = 'throttled'").await;
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
                let answer = tries(&db, &format!("guess.{number}"), WRONG, &format!("192.0.2.{number}")).await;
                (number, matches!(answer, Err(Error::Busy)))
            });
        }
        let answers = guesses.join_all().await;
        let (busy, tried): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, is_busy)| *is_busy);
        assert!(!busy.is_empty() && !tried.is_empty(), "{} busy, {} tried", busy.len(), tried.len());
        for (number, is_busy) in busy.into_iter().chain(tried) {
            let keys =
                [Limit::WrongPasswords.key(&format!("guess.{number}")), Limit::WrongPasswordsFromAddress.key(&format!("192.0.2.{number}"))];
            let failures: i64 =
                world.one(&format!("SELECT coalesce(sum(failures), 0) FROM throttles WHERE key IN ('{}', '{}')", keys[0], keys[1])).await;
            assert_eq!(failures, if is_busy { 0 } else { 2 }, "guess.{number}");
        }
    });
}
