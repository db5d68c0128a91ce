//! The sweep deletes expired rows (ASVS 14.2.7).

use chrono::TimeDelta;
use usher_domain::drafts::{Body, Browser, Sender};
use usher_domain::{accounts, clients, delivery, drafts, sweep, users};
use usher_types::Refusal;
use usher_types::accounts::ProposeLink;
use usher_types::clients::MoveCaseload;
use usher_types::session::SignIn;
use usher_types::users::NewUser;

use crate::clients::client;
use crate::support::{PASSWORD, World, new_user, refusal, run, tries};

const TABLES: [&str; 7] = [
    "sessions",
    "tokens",
    "throttles",
    "drafts",
    "caseload_moves",
    "link_proposals",
    "known_browsers",
];

async fn counts(world: &World<'_>) -> [i64; 7] {
    let mut counts = [0; 7];
    for (count, table) in counts.iter_mut().zip(TABLES) {
        *count = world.one(&format!("SELECT count(*) FROM {table}")).await;
    }
    counts
}

/// Creates a live row in each table that the sweep deletes from.
async fn fill(world: &World<'_>) {
    let maria = world.as_("maria").await;
    for who in ["karin", "sven"] {
        world.token(who).await;
    }
    world
        .owner_runs("DELETE FROM sessions; DELETE FROM throttles; DELETE FROM known_browsers")
        .await;
    let sofia = world.signs_in("sofia.lind", PASSWORD).await;
    let sofia = world.authenticated(&sofia).await.expect("signed in").scope;
    let form = NewUser {
        email: "anna@example.org".to_owned(),
        way_in: "invitation".to_owned(),
        ..new_user(&maria, "Anna", "Ahl").await
    };
    users::create(&maria, form).await.expect("created");
    let (karin, sven) = (world.id("karin"), world.id("sven"));
    client(&maria, "Elsa", Some(karin), None).await;
    let moved = MoveCaseload {
        user: karin.to_string(),
        all: "on".to_owned(),
        to: sven.to_string(),
        ..MoveCaseload::default()
    };
    clients::move_on(&maria, &moved).await.expect("moved");
    delivery::claim(&world.db, 1).await.expect("claims");
    let proposed = ProposeLink {
        one: "karin.ek".to_owned(),
        other: "bea.noren".to_owned(),
        ..ProposeLink::default()
    };
    accounts::propose(&sofia, &proposed)
        .await
        .expect("proposed");
    let browser = Browser::new().expect("randomness");
    let body = Body::of(SignIn::default(), Some(Refusal::WrongLogin)).expect("JSON");
    drafts::save(
        &world.db,
        &browser,
        Sender::Visitor("192.0.2.2".to_owned()),
        body,
    )
    .await
    .expect("answers")
    .expect("kept");
    // the counters of these calls expire by the same rule
    world.owner_runs("DELETE FROM throttles").await;
    refusal(tries(&world.db, "nobody.here", PASSWORD, "192.0.2.1").await);
}

#[test]
fn the_sweep_deletes_expired_rows_and_keeps_valid_ones() {
    run(async |world| {
        fill(world).await;
        assert!(
            !sweep::delete_expired(&world.db, 1_000)
                .await
                .expect("sweeps")
        );
        assert_eq!(
            counts(world).await,
            [1, 1, 2, 1, 1, 2, 1],
            "the address and the account are counted"
        );
        for (after, left) in [
            (TimeDelta::minutes(59), [1, 1, 2, 1, 1, 2, 1]),
            (TimeDelta::minutes(60), [0, 1, 2, 1, 1, 2, 1]),
            (TimeDelta::hours(24), [0, 1, 2, 0, 0, 2, 1]),
            (
                TimeDelta::hours(24) + TimeDelta::seconds(1),
                [0, 1, 0, 0, 0, 2, 1],
            ),
            (TimeDelta::days(7), [0, 0, 0, 0, 0, 0, 1]),
            (
                TimeDelta::days(90) - TimeDelta::seconds(1),
                [0, 0, 0, 0, 0, 0, 1],
            ),
            (TimeDelta::days(90), [0; 7]),
        ] {
            sweep::delete_expired(&world.later(after), 1_000)
                .await
                .expect("sweeps");
            assert_eq!(counts(world).await, left, "after {after}");
        }
    });
}

#[test]
fn a_sweep_deletes_at_most_its_limit_and_reports_that_more_may_remain() {
    run(async |world| {
        let dead = "INSERT INTO throttles (key, failures, since) SELECT 'old ' || n, 1, '2020-01-01' FROM generate_series(1, 25) n;
            INSERT INTO sessions (token_hash, organisation_id, user_id, created_at, seen_at, ends_at)
                SELECT sha256(n::text::bytea), gen_random_uuid(), gen_random_uuid(), '2020-01-01', '2020-01-01', '2020-01-01' FROM generate_series(1, 7) n";
        world
            .owner_runs("DELETE FROM sessions; DELETE FROM throttles; DELETE FROM known_browsers")
            .await;
        world.owner_runs(dead).await;
        let mut sweeps = 1;
        while sweep::delete_expired(&world.db, 10).await.expect("sweeps") {
            assert_eq!(
                world.one::<i64>("SELECT count(*) FROM throttles").await,
                25 - 10 * sweeps
            );
            sweeps += 1;
        }
        assert_eq!((sweeps, counts(world).await), (3, [0; 7]));
    });
}
