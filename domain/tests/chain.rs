//! The audit log is tamper-evident, also against the owner of the tables (decision 0018, ASVS
//! 16.4.2).

use tokio::task::JoinSet;
use usher_domain::Db;
use usher_domain::chain::{self, Broken, Head};
use usher_domain::sealing::Keys;
use usher_types::OrganisationId;
use uuid::Uuid;

use crate::support::{World, run};

async fn seal(db: &Db) {
    while chain::seal(db).await.expect("seals").1 {}
}

/// The result of verifying Northfield's chain.
async fn found(world: &World<'_>, kept: &[Head]) -> (Option<Head>, Option<Broken>) {
    let chains = chain::verify(&world.db, kept).await.expect("verifies");
    let theirs = chains
        .iter()
        .find(|chain| chain.organisation == world.sodra)
        .expect("a chain");
    assert_eq!(
        theirs.broken, None,
        "what happens in one organisation is not the other's"
    );
    let ours = chains
        .iter()
        .find(|chain| chain.organisation == world.northfield)
        .expect("a chain");
    (ours.head, ours.broken)
}

async fn broken(world: &World<'_>) -> Broken {
    found(world, &[])
        .await
        .1
        .expect("this should have been found")
}

/// The sealed rows of Northfield in order, starting at 1.
async fn rows(world: &World<'_>) -> Vec<Uuid> {
    world
        .all(&format!(
            "SELECT event_id FROM audit_seals WHERE organisation_id = '{}' ORDER BY position",
            world.northfield
        ))
        .await
}

async fn sealed(world: &World<'_>) -> Vec<Uuid> {
    for who in ["maria", "karin", "birgit", "bea"] {
        world.token(who).await;
    }
    seal(&world.db).await;
    let rows = rows(world).await;
    assert!(rows.len() > 10);
    rows
}

/// Drops the constraints, as an attacker with the owner's role could.
async fn unbind(world: &World<'_>) {
    world
        .owner_runs(
            "ALTER TABLE audit_seals DROP CONSTRAINT audit_seals_organisation_id_event_id_fkey;
            ALTER TABLE audit_details DROP CONSTRAINT audit_details_organisation_id_event_id_fkey",
        )
        .await;
}

#[test]
fn every_row_is_sealed_once_in_the_order_it_was_made() {
    run(async |world| {
        let sealed = sealed(world).await;
        let made: Vec<Uuid> = world
            .all(&format!(
                "SELECT id FROM audit_events WHERE organisation_id = '{}' ORDER BY id",
                world.northfield
            ))
            .await;
        assert_eq!(sealed, made);
        let (head, broken) = found(world, &[]).await;
        assert_eq!(
            (head.map(|head| head.position), broken),
            (Some(made.len() as i64), None)
        );
        assert_eq!(
            chain::seal(&world.db).await.expect("seals"),
            (vec![], false),
            "there is nothing more"
        );
        world.signs_in("sofia.lind", crate::support::PASSWORD).await;
        let chains = chain::verify(&world.db, &[]).await.expect("verifies");
        assert_eq!(chains.iter().map(|chain| chain.waiting).sum::<u64>(), 1);
        seal(&world.db).await;
        let (later, broken) = found(world, head.as_slice()).await;
        assert_eq!(
            (later.map(|head| head.position), broken),
            (head.map(|head| head.position + 1), None)
        );
    });
}

#[test]
fn a_changed_row_is_found_whatever_was_changed() {
    run(async |world| {
        let rows = sealed(world).await;
        let row = rows[4];
        for change in [
            "event = event || '{\"user\": \"00000000-0000-0000-0000-000000000001\"}'",
            "at = at + interval '1 microsecond'",
            "actor_id = gen_random_uuid()",
            "actor_organisation_id = gen_random_uuid()",
            "subject_id = gen_random_uuid()",
            "request_id = gen_random_uuid()",
            "through_id = gen_random_uuid()",
            "through_organisation_id = gen_random_uuid()",
        ] {
            world
                .owner_runs(&format!(
                    "CREATE TABLE before AS SELECT * FROM audit_events WHERE id = '{row}'"
                ))
                .await;
            world
                .owner_runs(&format!(
                    "UPDATE audit_events SET {change} WHERE id = '{row}'"
                ))
                .await;
            assert_eq!(
                broken(world).await,
                Broken::Changed {
                    position: 5,
                    event: row
                },
                "{change}"
            );
            world
                .owner_runs(
                    "UPDATE audit_events e SET event = b.event, at = b.at, actor_id = b.actor_id, subject_id = b.subject_id,
                        actor_organisation_id = b.actor_organisation_id, request_id = b.request_id,
                        through_id = b.through_id, through_organisation_id = b.through_organisation_id FROM before b WHERE b.id = e.id;
                    DROP TABLE before",
                )
                .await;
            assert_eq!(found(world, &[]).await.1, None);
        }
    });
}

#[test]
fn personal_values_changed_removed_or_added_are_found() {
    run(async |world| {
        let karin = world.as_("karin").await;
        let form = usher_types::profile::EditProfile {
            phone: "070-123 45 67".to_owned(),
            ..Default::default()
        };
        usher_domain::profile::edit(&karin, &form)
            .await
            .expect("saved");
        let rows = sealed(world).await;
        let row: Uuid = world.one("SELECT event_id FROM audit_details").await;
        let position = rows
            .iter()
            .position(|sealed| *sealed == row)
            .expect("sealed") as i64
            + 1;
        world
            .owner_runs("UPDATE audit_details SET changes = '[]'")
            .await;
        assert_eq!(
            broken(world).await,
            Broken::Changed {
                position,
                event: row
            }
        );
        world.owner_runs("DELETE FROM audit_details").await;
        assert_eq!(
            broken(world).await,
            Broken::Changed {
                position,
                event: row
            }
        );
        world
            .owner_runs(&format!(
                "INSERT INTO audit_details VALUES ('{}', '{}', '[]')",
                world.northfield, rows[1]
            ))
            .await;
        assert_eq!(
            broken(world).await,
            Broken::Changed {
                position: 2,
                event: rows[1]
            }
        );
    });
}

#[test]
fn a_row_deleted_in_the_middle_is_found() {
    run(async |world| {
        let rows = sealed(world).await;
        unbind(world).await;
        world
            .owner_runs(&format!(
                "DELETE FROM audit_events WHERE id = '{}'",
                rows[6]
            ))
            .await;
        assert_eq!(
            broken(world).await,
            Broken::RowMissing {
                position: 7,
                event: rows[6]
            }
        );
        world
            .owner_runs(&format!(
                "DELETE FROM audit_seals WHERE event_id = '{}'",
                rows[6]
            ))
            .await;
        assert_eq!(
            broken(world).await,
            Broken::SealMissing { position: 7 },
            "with its seal, too"
        );
        let north = world.northfield;
        // one by one from the lowest, so that two rows never have the same position
        for position in 8..=rows.len() {
            let sql = format!(
                "UPDATE audit_seals SET position = position - 1 WHERE organisation_id = '{north}' AND position = {position}"
            );
            world.owner_runs(&sql).await;
        }
        assert_eq!(
            broken(world).await,
            Broken::Changed {
                position: 7,
                event: rows[7]
            },
            "also where the gap was closed"
        );
    });
}

#[test]
fn a_row_deleted_at_the_end_is_found_unless_its_seal_goes_too_and_no_head_was_kept() {
    run(async |world| {
        let rows = sealed(world).await;
        let (head, last) = (
            found(world, &[]).await.0.expect("a head"),
            rows[rows.len() - 1],
        );
        unbind(world).await;
        world
            .owner_runs(&format!("DELETE FROM audit_events WHERE id = '{last}'"))
            .await;
        assert_eq!(
            broken(world).await,
            Broken::RowMissing {
                position: head.position,
                event: last
            }
        );
        world
            .owner_runs(&format!(
                "DELETE FROM audit_seals WHERE event_id = '{last}'"
            ))
            .await;
        assert_eq!(
            found(world, &[]).await.1,
            None,
            "the database alone cannot know"
        );
        let kept: Head = head.to_string().parse().expect("as it was printed");
        assert_eq!(kept, head);
        assert_eq!(
            found(world, &[kept]).await.1,
            Some(Broken::CutOff {
                position: head.position
            })
        );
        world.signs_in("sofia.lind", crate::support::PASSWORD).await;
        seal(&world.db).await;
        assert_eq!(
            found(world, &[kept]).await.1,
            Some(Broken::CutOff {
                position: head.position
            }),
            "also where it grew again"
        );
    });
}

#[test]
fn rows_that_changed_places_are_found() {
    run(async |world| {
        let rows = sealed(world).await;
        let swap = format!(
            "ALTER TABLE audit_seals DROP CONSTRAINT audit_seals_event;
            UPDATE audit_seals SET event_id = CASE WHEN event_id = '{0}' THEN '{1}'::uuid ELSE '{0}'::uuid END WHERE event_id IN ('{0}', '{1}')",
            rows[2], rows[8]
        );
        world.owner_runs(&swap).await;
        assert_eq!(
            broken(world).await,
            Broken::Changed {
                position: 3,
                event: rows[8]
            }
        );
    });
}

#[test]
fn a_seal_cannot_be_forged_without_the_key() {
    run(async |world| {
        let rows = sealed(world).await;
        let head = found(world, &[]).await.0.expect("a head");
        let north = world.northfield;
        world
            .owner_runs(&format!(
                "DELETE FROM audit_seals WHERE organisation_id = '{north}'"
            ))
            .await;
        world
            .owner_runs(&format!(
                "UPDATE audit_events SET at = at - interval '1 day' WHERE id = '{}'",
                rows[0]
            ))
            .await;
        let forger = Db::connect(&world.app_url, Keys::from_master(&[9; 32]), 2)
            .await
            .expect("connects");
        seal(&forger).await;
        forger.close().await;
        assert_eq!(
            broken(world).await,
            Broken::Changed {
                position: 1,
                event: rows[0]
            }
        );
        assert_eq!(
            found(world, &[head]).await.1,
            Some(Broken::Changed {
                position: 1,
                event: rows[0]
            })
        );
    });
}

#[test]
fn a_row_put_in_afterwards_is_found() {
    run(async |world| {
        let rows = sealed(world).await;
        let forged = Uuid::from_u128(rows[3].as_u128() - (3_600_000 << 80));
        let forge = format!(
            "INSERT INTO audit_events (organisation_id, id, at, actor_id, actor_organisation_id, subject_id, event, request_id)
                SELECT organisation_id, '{forged}', at, actor_id, actor_organisation_id, subject_id, event, request_id
                FROM audit_events WHERE id = '{}'",
            rows[3]
        );
        world.owner_runs(&forge).await;
        seal(&world.db).await;
        assert_eq!(broken(world).await, Broken::Unsealed { event: forged });
    });
}

#[test]
fn a_row_that_was_committed_late_is_still_sealed() {
    run(async |world| {
        let rows = sealed(world).await;
        let late = Uuid::from_u128(rows[rows.len() - 1].as_u128() - (60_000 << 80));
        let commit = format!(
            "INSERT INTO audit_events (organisation_id, id, at, actor_id, actor_organisation_id, subject_id, event, request_id)
                SELECT organisation_id, '{late}', at, actor_id, actor_organisation_id, subject_id, event, request_id
                FROM audit_events WHERE id = '{}'",
            rows[3]
        );
        world.owner_runs(&commit).await;
        seal(&world.db).await;
        assert_eq!(self::rows(world).await.last(), Some(&late));
        assert_eq!(found(world, &[]).await.1, None);
    });
}

#[test]
fn ten_servers_seal_one_chain() {
    run(async |world| {
        fill(world, world.northfield, 1_200).await;
        let mut servers = JoinSet::new();
        for _ in 0..10 {
            let db = world.db.clone();
            servers.spawn(async move { seal(&db).await });
        }
        servers.join_all().await;
        // concurrent calls leave the rows to the call that holds the lock, so some rows may still
        // wait
        seal(&world.db).await;
        let (head, broken) = found(world, &[]).await;
        assert!(
            head.is_some_and(|head| head.position > 1_200) && broken.is_none(),
            "{head:?} {broken:?}"
        );
        assert_eq!(
            chain::verify(&world.db, &[])
                .await
                .expect("verifies")
                .iter()
                .map(|chain| chain.waiting)
                .sum::<u64>(),
            0
        );
    });
}

async fn fill(world: &World<'_>, organisation: OrganisationId, rows: u32) {
    let sql = format!(
        "INSERT INTO audit_events (organisation_id, id, at, event, request_id)
            SELECT '{organisation}', (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
                now(), '{{\"kind\": \"organisation_created\"}}', gen_random_uuid() FROM generate_series(1, {rows}) n"
    );
    world.owner_runs(&sql).await;
}

#[test]
fn a_head_is_read_as_it_is_written_and_nothing_else_is() {
    let head = Head {
        organisation: OrganisationId(Uuid::from_u128(7)),
        position: 12,
        hash: [0xa5; 32],
    };
    assert_eq!(head.to_string().parse(), Ok(head));
    for wrong in [
        "",
        "a:b:c",
        &head.to_string()[1..],
        &format!("{head}0"),
        &head.to_string().replace("a5", "g5"),
        &format!("{head}:"),
    ] {
        assert!(wrong.parse::<Head>().is_err(), "{wrong}");
    }
}
