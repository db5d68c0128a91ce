//! Whatever a caller can make cost something has a bound, and docs/limits.md says which (ASVS 2.4.1).

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use usher_domain::drafts::{self, Body, Browser, Mark, Sender};
use usher_domain::throttles::Limit;
use usher_domain::{Db, Result, Scope, audit, profile, reports, users};
use usher_types::form::Secret;
use usher_types::profile::ChangePassword;
use usher_types::reports::PeriodQuery;
use usher_types::session::SignIn;
use usher_types::users::SetTemporaryPassword;
use usher_types::{Field, Problem, Refusal};

use crate::support::{ADDRESS, PASSWORD, World, problem, refusal, run};

/// What took a core most of a second to estimate.
fn expensive() -> String {
    "4@8({[<369&#!1/|0$5+7%2".chars().cycle().take(100).collect()
}

fn new_password(new: &str) -> ChangePassword {
    ChangePassword { current_password: Secret::new("not my password 77"), new_password: Secret::new(new), ..ChangePassword::default() }
}

/// The rows of the document's table of limits: name to number and seconds.
fn documented() -> BTreeMap<String, (i32, i32)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/limits.md");
    let document = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = document.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
        let [name, most, seconds, ..] = cells[..] else { return None };
        Some((name.strip_prefix('`')?.strip_suffix('`')?.to_owned(), (most.parse().ok()?, seconds.parse().ok()?)))
    });
    rows.collect()
}

#[test]
fn every_limit_is_documented_with_its_numbers() {
    let limits: BTreeMap<String, (i32, i32)> =
        Limit::ALL.iter().map(|limit| (limit.code().to_owned(), (limit.most(), limit.seconds()))).collect();
    assert_eq!(documented(), limits, "If you're here because you changed a limit: change its row in docs/limits.md, too.");
}

/// Acts as this person at another time.
async fn acts(world: &World<'_>, who: &str, db: &Db) -> Scope {
    let token = world.token(who).await;
    db.authenticate(&token, db.new_id()).await.expect("answers").expect("signed in").scope
}

/// Whose count a limit is in [`once`]; `None` for the two that other tests go through attempt by attempt (throttles.rs).
async fn counted_for(world: &World<'_>, limit: Limit) -> Option<String> {
    Some(match limit {
        Limit::WrongPasswords | Limit::WrongPasswordsFromAddress => return None,
        Limit::OwnPasswords => world.id("karin").to_string(),
        Limit::TemporaryPasswords | Limit::Reports | Limit::TakenElsewhere => world.id("maria").to_string(),
        Limit::CrossSite | Limit::DraftsOfVisitors => ADDRESS.to_owned(),
        // a person is counted by the mark their drafts carry
        Limit::Drafts => Browser::new().expect("randomness").used_by(marias(world)).expose().split_once('.').expect("a mark").1.to_owned(),
    })
}

fn marias(world: &World<'_>) -> Mark {
    Mark::of(&world.db, world.id("maria"))
}

async fn keeps(db: &Db, sender: Sender) -> bool {
    let body = Body::of(SignIn::default(), Some(Refusal::WrongLogin)).expect("JSON");
    drafts::keep(db, &Browser::new().expect("randomness"), sender, body).await.expect("answers").is_some()
}

/// Does what a limit counts; whether it was done, or refused for something else than its being too often.
async fn once(world: &World<'_>, db: &Db, limit: Limit) -> bool {
    let is_slow = |result: Result<()>| matches!(result, Err(usher_domain::Error::Refused(Refusal::Slow { .. })));
    let maria = acts(world, "maria", db).await;
    let result = match limit {
        Limit::WrongPasswords | Limit::WrongPasswordsFromAddress => return true,
        Limit::OwnPasswords => {
            let karin = acts(world, "karin", db).await;
            profile::change_password(&karin, &new_password("short"), ADDRESS).await.map(|_| ())
        }
        Limit::TemporaryPasswords => {
            let form = SetTemporaryPassword {
                user: world.id("karin").to_string(),
                temporary_password: Secret::new("short"),
                ..SetTemporaryPassword::default()
            };
            users::set_temporary_password(&maria, &form).await.map(|_| ())
        }
        Limit::Reports => reports::page(&maria, PeriodQuery::default()).await.map(|_| ()),
        Limit::TakenElsewhere => users::availability(&maria, "bea.noren", None).await.map(|_| ()),
        Limit::Drafts => return keeps(db, Sender::Person(marias(world))).await,
        Limit::DraftsOfVisitors => return keeps(db, Sender::Visitor(ADDRESS.to_owned())).await,
        Limit::CrossSite => {
            let recorded = "SELECT count(*) FROM security_events WHERE kind = 'cross_site'";
            let before: i64 = world.one(recorded).await;
            audit::cross_site(&db.visitor(db.new_id()), "/api/x", ADDRESS).await.expect("answers");
            return world.one::<i64>(recorded).await > before;
        }
    };
    !is_slow(result)
}

#[test]
fn every_limit_refuses_the_one_too_many_and_lets_the_next_through_when_its_time_is_over() {
    run(async |world| {
        world.token("karin").await;
        world.token("maria").await;
        for limit in Limit::ALL.iter().copied() {
            let Some(who) = counted_for(world, limit).await else { continue };
            let name = limit.code();
            assert!(once(world, &world.db, limit).await, "{name}: the first");
            let (key, most) = (limit.key(&who), limit.most());
            let counted = format!("SELECT count(*) FROM throttles WHERE key = '{key}'");
            assert_eq!(world.one::<i64>(&counted).await, 1, "If you're here because {name} is counted for somebody else: say so in counted_for.");
            world.owner_runs(&format!("UPDATE throttles SET failures = {most} - 1 WHERE key = '{key}'")).await;
            assert!(once(world, &world.db, limit).await, "{name}: the last that is allowed");
            assert!(!once(world, &world.db, limit).await, "{name}: one more than {most}");
            let still = world.later(TimeDelta::seconds(i64::from(limit.seconds()) - 1));
            assert!(!once(world, &still, limit).await, "{name}: it waits");
            let then = world.later(TimeDelta::seconds(i64::from(limit.seconds())));
            assert!(once(world, &then, limit).await, "{name}: its time is over");
        }
    });
}

#[test]
fn a_hundred_characters_of_l33t_kept_the_async_threads_busy_before_anything_was_counted() {
    run(async |world| {
        let karin = world.as_("karin").await;
        let form = new_password(&expensive());
        let flood = async {
            let mut refused = 0;
            for _ in 0..Limit::OwnPasswords.most() + 10 {
                let answer = profile::change_password(&karin, &form, ADDRESS).await;
                refused += i32::from(matches!(refusal(answer), Refusal::Slow { .. }));
            }
            refused
        };
        // while it lasts, the runtime answers: the estimates are on other threads
        let mut slowest = Duration::ZERO;
        let mut flood = std::pin::pin!(flood);
        let refused = loop {
            let begun = Instant::now();
            tokio::select! {
                biased;
                refused = &mut flood => break refused,
                () = tokio::time::sleep(Duration::from_millis(5)) => slowest = slowest.max(begun.elapsed()),
            }
        };
        assert!(refused >= 10, "beyond the limit nothing is estimated");
        assert!(slowest < Duration::from_millis(500), "If you're here because {slowest:?} passed: an estimate runs on an async thread.");
    });
}

#[test]
fn a_weak_new_password_is_still_told_before_the_current_one_is_tried() {
    run(async |world| {
        let karin = world.as_("karin").await;
        let weak = ChangePassword { current_password: Secret::new(PASSWORD), new_password: Secret::new("karin ek at northfield"), ..Default::default() };
        assert!(matches!(problem(profile::change_password(&karin, &weak, ADDRESS).await, Field::NewPassword), Problem::Weak(_)));
    });
}
