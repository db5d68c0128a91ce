//! Referrals: who may refer a client where, what is delivered, who answers, and what both
//! organisations see (OG-05, OG-10).

use chrono::TimeDelta;
use usher_domain::{Scope, delivery, referrals, teams};
use usher_types::audit::Event;
use usher_types::form::SavedDraft;
use usher_types::mail::Mail;
use usher_types::paging::Cursor;
use usher_types::referrals::{
    ActOnReferral, ListQuery, NewReferral, NewReferralPage, NewReferralParams, ReferralPage, Status,
};
use usher_types::{
    BuiltInRole, Field, OrganisationId, Permission, Problem, ReferralId, ReferralStep, Refusal,
    UserId, Warning,
};

use crate::resources::{offers, takes};
use crate::support::{World, problem, refusal, role_of, run};

/// A client with contact details and a responsible person.
pub async fn client(
    world: &World<'_>,
    organisation: OrganisationId,
    responsible: UserId,
    name: &str,
) -> String {
    let (id, key) = (world.db.new_id().to_string(), world.db.new_id());
    let sql = format!(
        "INSERT INTO clients (organisation_id, id, first_name, email, phone, responsible_id, created_at, form_key, sort_name, search_text)
            VALUES ('{organisation}', '{id}', '{name}', 'client@example.org', '+46701234567', '{responsible}', now(), '{key}', lower('{name}'), ' ' || lower('{name}') || ' ')"
    );
    world.owner_runs(&sql).await;
    id
}

/// Posts the form as the review page sends it.
async fn reviewed(
    scope: &Scope,
    client: &str,
    resource: &str,
    at: &str,
    why: &str,
) -> usher_domain::Result<NewReferral> {
    let asked = NewReferralParams {
        client: client.to_owned(),
        resource: resource.to_owned(),
        at: at.to_owned(),
        q: String::new(),
    };
    let page = referrals::form(scope, asked, None, None).await?;
    let form = match page {
        NewReferralPage::Words { form, .. } => NewReferral {
            why: why.to_owned(),
            with_contact: "on".to_owned(),
            ..*form
        },
        // a tampered post that no page would send
        _ => NewReferral {
            client: client.to_owned(),
            resource: resource.to_owned(),
            at: at.to_owned(),
            key: client.to_owned(),
            why: why.to_owned(),
            ..NewReferral::default()
        },
    };
    referrals::review(scope, &form).await?;
    Ok(referrals::review_page(
        scope,
        String::new(),
        Some(SavedDraft {
            form,
            refusal: None,
        }),
    )
    .await?
    .form)
}

/// Refers a client as the pages do.
pub async fn refers(scope: &Scope, client: &str, resource: &str, at: &str) -> ReferralId {
    let form = reviewed(scope, client, resource, at, "Needs a day activity")
        .await
        .expect("good");
    referrals::create(scope, &form).await.expect("referred")
}

async fn page(scope: &Scope, referral: ReferralId) -> ReferralPage {
    referrals::page(scope, &referral.to_string(), None)
        .await
        .expect("a page")
}

async fn acts(
    scope: &Scope,
    referral: ReferralId,
    step: ReferralStep,
    note: &str,
) -> usher_domain::Result<ReferralId> {
    let form = page(scope, referral).await.form;
    referrals::act(
        scope,
        &ActOnReferral {
            act: step.code().to_owned(),
            note: note.to_owned(),
            ..form
        },
    )
    .await
}

async fn crosses(world: &World<'_>) -> usize {
    let mut brought = 0;
    loop {
        match referrals::cross(&world.db, 20).await.expect("the job runs") {
            0 => return brought,
            more => brought += more,
        }
    }
}

fn steps(page: &ReferralPage) -> Vec<(ReferralStep, Option<&str>, Option<&str>, &str)> {
    let entries = page.history.iter().rev();
    entries
        .map(|entry| {
            (
                entry.step,
                entry.who.as_deref(),
                entry.organisation.as_deref(),
                entry.note.as_str(),
            )
        })
        .collect()
}

/// Karin's client and their referral to Södra Omsorg, which accepts referrals.
async fn sent(world: &World<'_>) -> ReferralId {
    takes(&world.as_("birgit").await, true).await;
    let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
    refers(
        &world.as_("karin").await,
        &eva,
        "",
        &world.sodra.to_string(),
    )
    .await
}

#[test]
fn a_client_is_referred_to_a_resource_answered_and_a_place_is_taken_until_it_ends() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let day = offers(&maria, "Day activity", "1", false).await;
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let referral = refers(&karin, &eva, &day.to_string(), "").await;
        let theirs = page(&karin, referral).await;
        assert_eq!(
            (theirs.row.status, theirs.may),
            (Status::Sent, vec![ReferralStep::Withdrawn])
        );
        assert_eq!(theirs.contact, "client@example.org · +46701234567");
        assert_eq!(
            page(&maria, referral).await.may,
            [
                ReferralStep::Accepted,
                ReferralStep::Declined,
                ReferralStep::Asked,
                ReferralStep::Withdrawn
            ]
        );
        acts(&maria, referral, ReferralStep::Asked, "Which days?")
            .await
            .expect("asked");
        assert_eq!(
            page(&karin, referral).await.may,
            [ReferralStep::Replied, ReferralStep::Withdrawn]
        );
        acts(&karin, referral, ReferralStep::Replied, "Mondays")
            .await
            .expect("replied");
        acts(&maria, referral, ReferralStep::Accepted, "")
            .await
            .expect("accepted");
        let row = async || {
            usher_domain::resources::page(&karin, &day.to_string())
                .await
                .expect("a page")
                .row
        };
        assert!(row().await.is_full());
        let expected = [
            (ReferralStep::Sent, Some("Karin Ek"), None, ""),
            (ReferralStep::Asked, Some("Maria Berg"), None, "Which days?"),
            (ReferralStep::Replied, Some("Karin Ek"), None, "Mondays"),
            (ReferralStep::Accepted, Some("Maria Berg"), None, ""),
        ];
        assert_eq!(steps(&page(&karin, referral).await), expected);
        acts(&karin, referral, ReferralStep::Ended, "Moved away")
            .await
            .expect("ended");
        assert_eq!(
            (row().await.taken, page(&maria, referral).await.may),
            (0, Vec::new())
        );
        assert_eq!(
            crosses(world).await,
            0,
            "nothing of it leaves the organisation"
        );
        let kinds: i64 = world
            .one("SELECT count(*) FROM audit_events WHERE event ->> 'kind' = 'referral_moved'")
            .await;
        assert_eq!(kinds, 5);
    });
}

#[test]
fn a_full_resource_is_a_warning_that_a_reason_passes() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let day = offers(&maria, "Day activity", "1", false).await.to_string();
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let adam = client(world, world.northfield, world.id("karin"), "Adam").await;
        let waiting = refers(&karin, &adam, &day, "").await;
        let first = refers(&karin, &eva, &day, "").await;
        acts(&maria, first, ReferralStep::Accepted, "")
            .await
            .expect("accepted");
        let full = Refusal::Warned(vec![Warning::Full]);
        assert_eq!(
            refusal(reviewed(&karin, &eva, &day, "", "Again").await),
            full
        );
        assert_eq!(
            refusal(acts(&maria, waiting, ReferralStep::Accepted, "").await),
            full,
            "and for who accepts"
        );
        let form = page(&maria, waiting).await.form;
        let passed = ActOnReferral {
            act: ReferralStep::Accepted.code().to_owned(),
            override_warnings: "on".to_owned(),
            reason: "A bed in the hall".to_owned(),
            ..form
        };
        referrals::act(&maria, &passed).await.expect("passed");
        let kept: String = world
            .one("SELECT changes::text || (e.event ->> 'overridden') FROM audit_details d JOIN audit_events e ON e.id = d.event_id WHERE e.event ->> 'kind' = 'referral_moved'")
            .await;
        assert!(
            kept.contains("A bed in the hall") && kept.contains("full"),
            "{kept}"
        );
    });
}

#[test]
fn a_referral_to_another_organisation_is_a_row_of_each_and_both_see_the_whole_history() {
    run(async |world| {
        let (karin, birgit) = (world.as_("karin").await, world.as_("birgit").await);
        let referral = sent(world).await;
        assert_eq!(
            refusal(referrals::page(&birgit, &referral.to_string(), None).await),
            Refusal::NotFound,
            "not before it crossed"
        );
        assert!(page(&karin, referral).await.is_under_way);
        assert_eq!(crosses(world).await, 1);
        assert!(!page(&karin, referral).await.is_under_way);
        let there = page(&birgit, referral).await;
        assert_eq!(
            (
                there.row.client_name.as_str(),
                there.row.other_name.as_str(),
                there.client
            ),
            ("Eva", "Northfield Care", None)
        );
        assert_eq!(
            (there.why.as_str(), there.contact.as_str()),
            ("Needs a day activity", "client@example.org · +46701234567")
        );
        assert_eq!(
            there.may,
            [
                ReferralStep::Accepted,
                ReferralStep::Declined,
                ReferralStep::Asked
            ]
        );
        acts(&birgit, referral, ReferralStep::Asked, "Since when?")
            .await
            .expect("asked");
        assert_eq!(
            page(&karin, referral).await.row.status,
            Status::Sent,
            "it has not crossed yet"
        );
        crosses(world).await;
        acts(&karin, referral, ReferralStep::Replied, "Since May")
            .await
            .expect("replied");
        crosses(world).await;
        acts(&birgit, referral, ReferralStep::Accepted, "Welcome")
            .await
            .expect("accepted");
        crosses(world).await;
        let (ours, theirs) = (Some("Northfield Care"), Some("Södra Omsorg"));
        let said = ["", "Since when?", "Since May", "Welcome"];
        let expected = |ours, theirs| {
            [
                (ReferralStep::Sent, Some("Karin Ek"), ours, said[0]),
                (ReferralStep::Asked, Some("Birgit Åkesson"), theirs, said[1]),
                (ReferralStep::Replied, Some("Karin Ek"), ours, said[2]),
                (
                    ReferralStep::Accepted,
                    Some("Birgit Åkesson"),
                    theirs,
                    said[3],
                ),
            ]
        };
        assert_eq!(steps(&page(&karin, referral).await), expected(None, theirs));
        assert_eq!(steps(&page(&birgit, referral).await), expected(ours, None));
        acts(&birgit, referral, ReferralStep::Ended, "")
            .await
            .expect("ended");
        crosses(world).await;
        assert_eq!(page(&karin, referral).await.row.status, Status::Ended);
        let answered: (Option<String>, bool) = (
            world
                .one(&format!(
                    "SELECT answered_by::text FROM referrals WHERE organisation_id = '{}'",
                    world.northfield
                ))
                .await,
            world
                .one(&format!(
                    "SELECT answered_at IS NOT NULL FROM referrals WHERE organisation_id = '{}'",
                    world.northfield
                ))
                .await,
        );
        assert_eq!(
            answered,
            (None, true),
            "who answered is no person of this organisation"
        );
    });
}

#[test]
fn only_what_the_referral_says_crosses() {
    run(async |world| {
        let karin = world.as_("karin").await;
        takes(&world.as_("birgit").await, true).await;
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let form = reviewed(
            &karin,
            &eva,
            "",
            &world.sodra.to_string(),
            "Needs a day activity",
        )
        .await
        .expect("good");
        let preview = NewReferral {
            with_contact: String::new(),
            seen: "Eva / ".to_owned(),
            ..form
        };
        referrals::create(&karin, &preview).await.expect("referred");
        crosses(world).await;
        for table in ["referrals", "referral_events", "outbox", "audit_events"] {
            let rows: Vec<String> = world
                .all(&format!(
                    "SELECT to_jsonb({table})::text FROM {table} WHERE organisation_id = '{}'",
                    world.sodra
                ))
                .await;
            for secret in [
                eva.as_str(),
                "client@example.org",
                "+46701234567",
                &world.id("karin").to_string(),
            ] {
                assert!(
                    !rows.iter().any(|row| row.contains(secret)),
                    "{secret} crossed into {table}: {rows:?}"
                );
            }
        }
    });
}

#[test]
fn a_referral_that_was_not_reviewed_is_not_sent() {
    run(async |world| {
        let karin = world.as_("karin").await;
        takes(&world.as_("birgit").await, true).await;
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let form = reviewed(
            &karin,
            &eva,
            "",
            &world.sodra.to_string(),
            "Needs a day activity",
        )
        .await
        .expect("good");
        let unseen = NewReferral {
            seen: String::new(),
            ..form.clone()
        };
        assert_eq!(
            refusal(referrals::create(&karin, &unseen).await),
            Refusal::Conflict
        );
        world
            .owner_runs("UPDATE clients SET phone = '+46709999999'")
            .await;
        assert_eq!(
            refusal(referrals::create(&karin, &form).await),
            Refusal::Conflict,
            "the record changed since"
        );
        let referrals: i64 = world.one("SELECT count(*) FROM referrals").await;
        assert_eq!(referrals, 0);
    });
}

#[test]
fn a_client_of_another_organisation_or_out_of_reach_is_not_there() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let day = offers(&maria, "Day activity", "", false).await.to_string();
        let stranger = client(world, world.sodra, world.id("bea"), "Sara").await;
        let colleagues = client(world, world.northfield, world.id("sven"), "Nils").await;
        let own = client(world, world.northfield, world.id("karin"), "Eva").await;
        let good = reviewed(&karin, &own, &day, "", "Why").await.expect("good");
        for id in [&stranger, &colleagues, &world.db.new_id().to_string()] {
            let tampered = NewReferral {
                client: id.clone(),
                ..good.clone()
            };
            assert_eq!(
                refusal(referrals::create(&karin, &tampered).await),
                Refusal::NotFound
            );
            assert_eq!(
                refusal(referrals::review(&karin, &tampered).await),
                Refusal::NotFound
            );
            let asked = NewReferralParams {
                client: id.clone(),
                resource: day.clone(),
                ..NewReferralParams::default()
            };
            assert_eq!(
                refusal(referrals::form(&karin, asked, None, None).await),
                Refusal::NotFound
            );
        }
        world
            .owner_runs(&format!(
                "UPDATE clients SET archived_at = now() WHERE id = '{own}'"
            ))
            .await;
        assert_eq!(
            refusal(referrals::create(&karin, &good).await),
            Refusal::NotFound,
            "archived meanwhile"
        );
        assert_eq!(
            refusal(referrals::create(&world.as_("vera").await, &good).await),
            Refusal::Forbidden
        );
        let asked = NewReferralParams {
            q: "nils".to_owned(),
            ..NewReferralParams::default()
        };
        let NewReferralPage::Client { found, .. } =
            referrals::form(&karin, asked.clone(), None, None)
                .await
                .expect("a page")
        else {
            panic!("a client was chosen")
        };
        assert!(found.is_empty(), "a colleague's client is not offered");
        let NewReferralPage::Client { found, .. } = referrals::form(&maria, asked, None, None)
            .await
            .expect("a page")
        else {
            panic!("a client was chosen")
        };
        assert_eq!(
            found
                .iter()
                .map(|client| client.name.as_str())
                .collect::<Vec<_>>(),
            ["Nils"]
        );
    });
}

#[test]
fn only_shared_resources_of_organisations_that_take_referrals_can_be_chosen() {
    run(async |world| {
        let (karin, birgit) = (world.as_("karin").await, world.as_("birgit").await);
        let sodra = world.sodra.to_string();
        let (shared, unshared) = (
            offers(&birgit, "Course", "", true).await.to_string(),
            offers(&birgit, "Ours", "", false).await.to_string(),
        );
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let tries = async |resource: &str, at: &str| {
            problem(
                reviewed(&karin, &eva, resource, at, "Why").await,
                Field::Destination,
            )
        };
        assert_eq!(tries("", &sodra).await, Problem::Wrong, "takes none");
        assert_eq!(tries(&shared, &sodra).await, Problem::Wrong, "takes none");
        takes(&birgit, true).await;
        reviewed(&karin, &eva, &shared, &sodra, "Why")
            .await
            .expect("it is shared");
        for (resource, at) in [
            (unshared.as_str(), sodra.as_str()),
            (&shared, ""),
            (&shared, &world.northfield.to_string()),
            ("", &world.northfield.to_string()),
        ] {
            assert_eq!(
                tries(resource, at).await,
                Problem::Wrong,
                "{resource} at {at}"
            );
        }
        let stale = reviewed(&karin, &eva, &shared, &sodra, "Why")
            .await
            .expect("good");
        takes(&birgit, false).await;
        assert_eq!(
            problem(referrals::create(&karin, &stale).await, Field::Destination),
            Problem::Wrong
        );
    });
}

#[test]
fn a_referral_answered_twice_at_once_is_answered_once() {
    run(async |world| {
        let (maria, sofia, karin) = (
            world.as_("maria").await,
            world.as_("sofia").await,
            world.as_("karin").await,
        );
        let day = offers(&maria, "Day activity", "", false).await.to_string();
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let referral = refers(&karin, &eva, &day, "").await;
        let form = page(&maria, referral).await.form;
        let accept = ActOnReferral {
            act: ReferralStep::Accepted.code().to_owned(),
            ..form.clone()
        };
        let decline = ActOnReferral {
            act: ReferralStep::Declined.code().to_owned(),
            note: "No room".to_owned(),
            ..form
        };
        let (one, two) = tokio::join!(
            referrals::act(&maria, &accept),
            referrals::act(&sofia, &decline)
        );
        assert!(
            one.is_ok() != two.is_ok(),
            "one of them answers: {one:?} {two:?}"
        );
        let lost = if one.is_ok() {
            refusal(two)
        } else {
            refusal(one)
        };
        assert_eq!(lost, Refusal::Conflict);
        let kept = SavedDraft {
            form: decline,
            refusal: Some(Refusal::Conflict),
        };
        let shown = referrals::page(&sofia, &referral.to_string(), Some(kept))
            .await
            .expect("a page");
        assert_eq!(shown.form.note, "No room", "what was typed stays");
        assert_eq!(shown.history.len(), 2, "and what was answered is shown");
    });
}

#[test]
fn a_withdrawn_referral_is_not_answered() {
    run(async |world| {
        let (karin, birgit) = (world.as_("karin").await, world.as_("birgit").await);
        let referral = sent(world).await;
        crosses(world).await;
        let form = ActOnReferral {
            act: ReferralStep::Accepted.code().to_owned(),
            ..page(&birgit, referral).await.form
        };
        acts(
            &karin,
            referral,
            ReferralStep::Withdrawn,
            "Found something nearer",
        )
        .await
        .expect("withdrawn");
        crosses(world).await;
        assert_eq!(
            refusal(referrals::act(&birgit, &form).await),
            Refusal::Conflict
        );
        let current = ActOnReferral {
            version: page(&birgit, referral).await.form.version,
            ..form
        };
        assert_eq!(
            refusal(referrals::act(&birgit, &current).await),
            Refusal::Conflict,
            "nor by who has seen it"
        );
        assert_eq!(page(&birgit, referral).await.may, []);
    });
}

#[test]
fn a_withdrawal_before_the_answer_arrives_holds_on_both_sides() {
    run(async |world| {
        let (karin, birgit) = (world.as_("karin").await, world.as_("birgit").await);
        let course = offers(&birgit, "Course", "1", true).await;
        takes(&birgit, true).await;
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let referral = refers(&karin, &eva, &course.to_string(), &world.sodra.to_string()).await;
        crosses(world).await;
        acts(&birgit, referral, ReferralStep::Accepted, "")
            .await
            .expect("accepted");
        acts(&karin, referral, ReferralStep::Withdrawn, "")
            .await
            .expect("withdrawn");
        crosses(world).await;
        for scope in [&karin, &birgit] {
            let page = page(scope, referral).await;
            assert_eq!(
                (page.row.status, page.history.len()),
                (Status::Withdrawn, 3)
            );
        }
        assert_eq!(
            usher_domain::resources::page(&birgit, &course.to_string())
                .await
                .expect("a page")
                .row
                .taken,
            0,
            "the place is free"
        );
    });
}

#[test]
fn a_referral_withdrawn_before_delivery_never_arrives() {
    run(async |world| {
        let (karin, birgit) = (world.as_("karin").await, world.as_("birgit").await);
        let referral = sent(world).await;
        acts(&karin, referral, ReferralStep::Withdrawn, "")
            .await
            .expect("withdrawn");
        crosses(world).await;
        assert_eq!(
            refusal(referrals::page(&birgit, &referral.to_string(), None).await),
            Refusal::NotFound
        );
        let crossed: i64 = world
            .one(&format!(
                "SELECT count(*) FROM referral_events WHERE organisation_id = '{}'",
                world.sodra
            ))
            .await;
        assert_eq!(crossed, 0);
        assert!(!page(&karin, referral).await.is_under_way);
    });
}

#[test]
fn a_crossing_is_delivered_once_however_often_the_job_runs() {
    run(async |world| {
        let referral = sent(world).await;
        let backup = "CREATE TABLE backup AS SELECT * FROM referral_crossings";
        world.owner_runs(backup).await;
        let (one, two) = tokio::join!(
            referrals::cross(&world.db, 20),
            referrals::cross(&world.db, 20)
        );
        assert_eq!(
            one.expect("runs") + two.expect("runs"),
            1,
            "one worker claims it"
        );
        // simulates a server that died after the delivery and before it recorded the delivery
        world
            .owner_runs("INSERT INTO referral_crossings SELECT * FROM backup")
            .await;
        assert_eq!(crosses(world).await, 1);
        let birgit = world.as_("birgit").await;
        assert_eq!(steps(&page(&birgit, referral).await).len(), 1);
        let arrived: i64 = world
            .one(&format!(
                "SELECT count(*) FROM referrals WHERE organisation_id = '{}'",
                world.sodra
            ))
            .await;
        let told: i64 = world
            .one("SELECT count(*) FROM outbox WHERE mail ->> 'kind' = 'referral_arrived'")
            .await;
        assert_eq!((arrived, told), (1, 1), "and people are told once");
        acts(&birgit, referral, ReferralStep::Accepted, "")
            .await
            .expect("accepted");
        world
            .owner_runs("DELETE FROM backup; INSERT INTO backup SELECT * FROM referral_crossings")
            .await;
        crosses(world).await;
        world
            .owner_runs("INSERT INTO referral_crossings SELECT * FROM backup")
            .await;
        crosses(world).await;
        assert_eq!(
            steps(&page(&world.as_("karin").await, referral).await).len(),
            2
        );
    });
}

#[test]
fn a_claimed_crossing_is_another_workers_when_its_time_is_over_and_what_came_later_waits() {
    run(async |world| {
        let referral = sent(world).await;
        acts(
            &world.as_("karin").await,
            referral,
            ReferralStep::Withdrawn,
            "",
        )
        .await
        .expect("withdrawn");
        let claimed = "SELECT count(*) FROM referral_crossings_claim('2026-11-23T09:00:00Z', interval '1 minute', 20)";
        let count: i64 = world.one(claimed).await;
        assert_eq!(count, 1, "the first of the two");
        assert_eq!(
            referrals::cross(&world.db, 20).await.expect("runs"),
            0,
            "it is somebody's, and the second waits for it"
        );
        assert_eq!(
            referrals::cross(&world.later(TimeDelta::minutes(2)), 20)
                .await
                .expect("runs"),
            1
        );
        assert_eq!(
            referrals::cross(&world.later(TimeDelta::minutes(2)), 20)
                .await
                .expect("runs"),
            1
        );
        let left: i64 = world.one("SELECT count(*) FROM referral_crossings").await;
        assert_eq!(left, 0);
    });
}

#[test]
fn a_referral_that_cannot_be_delivered_returns_and_can_be_withdrawn() {
    run(async |world| {
        let (karin, birgit) = (world.as_("karin").await, world.as_("birgit").await);
        let course = offers(&birgit, "Course", "", true).await;
        takes(&birgit, true).await;
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let sodra = world.sodra.to_string();
        let to_us = refers(&karin, &eva, "", &sodra).await;
        world
            .owner_runs(&format!(
                "UPDATE organisations SET suspended_at = now() WHERE id = '{sodra}'"
            ))
            .await;
        crosses(world).await;
        world
            .owner_runs(&format!(
                "UPDATE organisations SET suspended_at = NULL WHERE id = '{sodra}'"
            ))
            .await;
        let untaken = refers(&karin, &eva, "", &sodra).await;
        takes(&birgit, false).await;
        crosses(world).await;
        takes(&birgit, true).await;
        let to_course = refers(&karin, &eva, &course.to_string(), &sodra).await;
        world
            .owner_runs("UPDATE resources SET is_shared = false")
            .await;
        crosses(world).await;
        for referral in [to_us, untaken, to_course] {
            let back = page(&karin, referral).await;
            let came: Vec<_> = steps(&back)
                .into_iter()
                .map(|(step, who, ..)| (step, who))
                .collect();
            assert_eq!(
                came,
                [
                    (ReferralStep::Sent, Some("Karin Ek")),
                    (ReferralStep::Undelivered, None)
                ]
            );
            assert_eq!(
                (back.row.status, back.may.as_slice(), back.is_under_way),
                (Status::Sent, &[ReferralStep::Withdrawn][..], false)
            );
            assert_eq!(
                refusal(referrals::page(&birgit, &referral.to_string(), None).await),
                Refusal::NotFound
            );
            acts(&karin, referral, ReferralStep::Withdrawn, "")
                .await
                .expect("withdrawn");
        }
        crosses(world).await;
        let arrived: i64 = world
            .one(&format!(
                "SELECT count(*) FROM referrals WHERE organisation_id = '{sodra}'"
            ))
            .await;
        assert_eq!(arrived, 0);
    });
}

#[test]
fn updates_of_a_referral_reach_a_receiver_that_takes_no_new_ones() {
    run(async |world| {
        let (karin, birgit) = (world.as_("karin").await, world.as_("birgit").await);
        let referral = sent(world).await;
        crosses(world).await;
        takes(&birgit, false).await;
        acts(&karin, referral, ReferralStep::Withdrawn, "")
            .await
            .expect("withdrawn");
        crosses(world).await;
        assert_eq!(
            page(&birgit, referral).await.row.status,
            Status::Withdrawn,
            "or the two would say different things for ever"
        );
    });
}

#[test]
fn a_referral_is_visible_to_its_author_its_clients_staff_and_its_answerers() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let caseworker = role_of(&maria, BuiltInRole::Caseworker).await;
        let (_, other) = world.joins(&maria, "Olle", &[caseworker]).await;
        let referral = sent(world).await;
        crosses(world).await;
        let id = referral.to_string();
        let listed = async |scope: &Scope| {
            referrals::list(scope, ListQuery::default())
                .await
                .expect("a list")
                .rows
                .len()
        };
        assert_eq!(
            (
                listed(&karin).await,
                listed(&maria).await,
                listed(&world.as_("sven").await).await
            ),
            (1, 1, 1)
        );
        assert_eq!(listed(&other).await, 0, "a colleague's is not one's own");
        assert_eq!(
            refusal(referrals::page(&other, &id, None).await),
            Refusal::NotFound
        );
        assert_eq!(
            refusal(referrals::list(&world.as_("vera").await, ListQuery::default()).await),
            Refusal::Forbidden
        );
        assert_eq!(
            (
                listed(&world.as_("birgit").await).await,
                listed(&world.as_("bo").await).await
            ),
            (1, 1)
        );
        let bea = world.as_("bea").await;
        assert_eq!(
            listed(&bea).await,
            0,
            "a caseworker there has nothing to do with it"
        );
        assert_eq!(
            refusal(referrals::page(&bea, &id, None).await),
            Refusal::NotFound
        );
        // the client gets a new responsible person, who sees the referral and may withdraw it
        world
            .owner_runs(&format!(
                "UPDATE clients SET responsible_id = (SELECT id FROM users WHERE first_name = 'Olle') WHERE organisation_id = '{}'",
                world.northfield
            ))
            .await;
        assert_eq!((listed(&other).await, listed(&karin).await), (1, 1));
        assert_eq!(page(&other, referral).await.may, [ReferralStep::Withdrawn]);
        let sven = world.as_("sven").await;
        assert!(
            sven.grants().has(Permission::CreateReferrals),
            "of the own team"
        );
        assert_eq!(
            page(&sven, referral).await.may,
            [],
            "who sees it does not yet change it"
        );
        assert_eq!(
            refusal(acts(&sven, referral, ReferralStep::Withdrawn, "").await),
            Refusal::NotFound
        );
    });
}

#[test]
fn a_cover_gives_access_to_the_teams_referrals_until_it_ends() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let day = offers(&maria, "Day activity", "", false).await.to_string();
        let eva = client(world, world.northfield, world.id("sven"), "Eva").await;
        let referral = refers(&maria, &eva, &day, "").await;
        assert_eq!(
            refusal(referrals::page(&karin, &referral.to_string(), None).await),
            Refusal::NotFound
        );
        let team = usher_types::units::EditTeam {
            key: world.db.new_id().to_string(),
            unit_name: "Natt".to_owned(),
            ..Default::default()
        };
        let team = teams::edit(&maria, &team).await.expect("a team");
        world
            .owner_runs(&format!(
                "UPDATE clients SET team_id = '{team}' WHERE id = '{eva}'"
            ))
            .await;
        let cover = usher_types::covers::GiveCover {
            user: world.id("karin").to_string(),
            cover_teams: vec![team.to_string()],
            cover_until: "2026-11-24T09:00".to_owned(),
            ..Default::default()
        };
        usher_domain::covers::assign(&maria, &cover)
            .await
            .expect("covers");
        let karin = world.as_("karin").await;
        assert_eq!(page(&karin, referral).await.may, [ReferralStep::Withdrawn]);
        refers(&karin, &eva, &day, "").await;
        let tomorrow = world.later(TimeDelta::hours(30));
        let token = crate::support::tries(
            &tomorrow,
            "karin.ek",
            crate::support::PASSWORD,
            crate::support::ADDRESS,
        )
        .await
        .expect("signed in");
        let karin = tomorrow
            .authenticate(&token, world.db.new_id())
            .await
            .expect("answers")
            .expect("signed in")
            .scope;
        assert_eq!(
            refusal(referrals::page(&karin, &referral.to_string(), None).await),
            Refusal::NotFound,
            "the cover is over"
        );
        let own = referrals::list(&karin, ListQuery::default())
            .await
            .expect("a list");
        assert_eq!(own.rows.len(), 1, "what one made oneself stays one's own");
    });
}

#[test]
fn markup_in_a_reason_is_text_on_both_sides() {
    run(async |world| {
        let (karin, birgit) = (world.as_("karin").await, world.as_("birgit").await);
        takes(&birgit, true).await;
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let why = "</textarea><script>alert(1)</script>\n<b>bold</b> & more";
        let form = reviewed(&karin, &eva, "", &world.sodra.to_string(), why)
            .await
            .expect("good");
        let referral = referrals::create(&karin, &form).await.expect("referred");
        crosses(world).await;
        for scope in [&karin, &birgit] {
            assert_eq!(
                page(scope, referral).await.why,
                why,
                "as it was written: the page escapes it"
            );
        }
    });
}

#[test]
fn a_double_submit_is_one_referral() {
    run(async |world| {
        let karin = world.as_("karin").await;
        takes(&world.as_("birgit").await, true).await;
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let form = reviewed(&karin, &eva, "", &world.sodra.to_string(), "Why")
            .await
            .expect("good");
        let (one, two) = tokio::join!(
            referrals::create(&karin, &form),
            referrals::create(&karin, &form)
        );
        assert_eq!(one.expect("referred"), two.expect("the same"));
        let other = NewReferral {
            why: "Something else".to_owned(),
            ..form
        };
        referrals::create(&karin, &other)
            .await
            .expect("who goes back and types something else refers again");
        let made: i64 = world.one("SELECT count(*) FROM referrals").await;
        assert_eq!(made, 2);
    });
}

#[test]
fn a_referral_notifies_its_people_by_mail_without_the_clients_name() {
    run(async |world| {
        let (karin, birgit) = (world.as_("karin").await, world.as_("birgit").await);
        world
            .owner_runs("UPDATE users SET email = login_name || '@example.org' WHERE email IS NULL")
            .await;
        let referral = sent(world).await;
        let told = async || -> Vec<String> {
            world.all("SELECT u.first_name || ' ' || (o.mail ->> 'kind') FROM outbox o JOIN users u ON u.id = o.user_id WHERE o.mail ->> 'kind' LIKE 'referral%' ORDER BY o.id").await
        };
        assert_eq!(
            told().await,
            Vec::<String>::new(),
            "nobody before it arrived"
        );
        crosses(world).await;
        assert_eq!(
            told().await,
            ["Birgit referral_arrived"],
            "who may answer it there"
        );
        acts(&birgit, referral, ReferralStep::Asked, "Since when?")
            .await
            .expect("asked");
        crosses(world).await;
        acts(&karin, referral, ReferralStep::Replied, "Since May")
            .await
            .expect("replied");
        crosses(world).await;
        acts(&birgit, referral, ReferralStep::Accepted, "")
            .await
            .expect("accepted");
        crosses(world).await;
        assert_eq!(
            told().await[1..],
            [
                "Karin referral_moved",
                "Birgit referral_moved",
                "Karin referral_moved"
            ]
        );
        let claimed = delivery::claim(&world.db, 20).await.expect("claimed");
        let mail = claimed
            .iter()
            .find(|mail| mail.mail == Mail::ReferralArrived { referral })
            .expect("it leaves");
        assert_eq!(
            (mail.address.as_deref(), mail.token.is_none()),
            (Some("birgit.akesson@example.org"), true)
        );
        let mails: String = world
            .one("SELECT string_agg(mail::text, ' ') FROM outbox")
            .await;
        assert!(!mails.contains("Eva"), "{mails}");
    });
}

#[test]
fn the_audit_of_each_side_tells_what_happened_there() {
    run(async |world| {
        let referral = sent(world).await;
        crosses(world).await;
        let of = async |organisation: OrganisationId| -> Vec<String> {
            world.all(&format!("SELECT event::text FROM audit_events WHERE organisation_id = '{organisation}' AND event ->> 'kind' = 'referral_moved' ORDER BY id")).await
        };
        let (ours, theirs) = (of(world.northfield).await, of(world.sodra).await);
        let event = |text: &String| serde_json::from_str::<Event>(text).expect("an event");
        let Event::ReferralMoved {
            referral: which,
            client,
            step: ReferralStep::Sent,
            ..
        } = event(&ours[0])
        else {
            panic!("{ours:?}")
        };
        assert_eq!((which, client.is_some(), ours.len()), (referral, true, 1));
        let arrived = Event::ReferralMoved {
            referral,
            client: None,
            step: ReferralStep::Sent,
            overridden: Vec::new(),
        };
        assert_eq!(theirs.iter().map(event).collect::<Vec<_>>(), [arrived]);
    });
}

#[test]
fn referrals_of_a_client_and_of_a_user_are_listed_within_the_readers_reach() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let day = offers(&maria, "Day activity", "", false).await.to_string();
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let (waits, over) = (
            refers(&karin, &eva, &day, "").await,
            refers(&karin, &eva, &day, "").await,
        );
        acts(&maria, over, ReferralStep::Accepted, "")
            .await
            .expect("accepted");
        let rows = async |scope: &Scope, of_client: bool| {
            let tx = scope
                .read(Permission::ViewClients)
                .await
                .expect("sees clients");
            let (client, user) = (eva.parse().expect("an id"), world.id("karin"));
            let rows = if of_client {
                referrals::of_client(&tx, client).await
            } else {
                referrals::open_of(&tx, user).await
            };
            rows.expect("rows")
                .into_iter()
                .map(|row| row.id)
                .collect::<Vec<_>>()
        };
        assert_eq!(rows(&maria, true).await, [over, waits]);
        assert_eq!(rows(&karin, false).await, [waits]);
        assert_eq!(
            rows(&world.as_("vera").await, true).await,
            [],
            "who sees clients sees no referrals by that"
        );
    });
}

#[test]
fn a_long_list_of_referrals_is_filtered_and_paged() {
    run(async |world| {
        let karin = world.as_("karin").await;
        let eva = client(world, world.northfield, world.id("karin"), "Eva").await;
        let referral = sent(world).await;
        world
            .owner_runs(&format!(
                "INSERT INTO referrals (organisation_id, id, direction, status, client_id, client_name, reason, created_by, created_at, changed_at, form_key)
                SELECT organisation_id, gen_random_uuid(), 'internal', 'declined', '{eva}', client_name, reason,
                    created_by, created_at - n * interval '1 hour', changed_at, gen_random_uuid() FROM referrals, generate_series(1, 60) AS n"
            ))
            .await;
        let list = async |direction: &str, status: &str, after: &str| {
            let query = ListQuery {
                direction: direction.to_owned(),
                status: status.to_owned(),
                cursor: Cursor::after(after),
            };
            referrals::list(&karin, query).await.expect("a list")
        };
        let first = list("", "", "").await;
        assert_eq!(
            (first.rows.len(), first.rows[0].id),
            (50, referral),
            "newest first"
        );
        let second = list("", "", &first.pages.next.clone().expect("there are more")).await;
        assert_eq!((second.rows.len(), second.pages.next.clone()), (11, None));
        assert!(second.rows.iter().all(|row| !first.rows.contains(row)));
        let cursor = Cursor::before(second.pages.previous.expect("one before"));
        let back = referrals::list(
            &karin,
            ListQuery {
                cursor,
                ..ListQuery::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(
            (back.rows, back.pages),
            (first.rows, first.pages),
            "and back again"
        );
        let last = referrals::list(
            &karin,
            ListQuery {
                cursor: Cursor::last(),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(
            (last.rows.len(), last.pages.total, last.pages.next),
            (50, 61, None)
        );
        assert_eq!(list("sent", "", "").await.rows.len(), 1);
        assert_eq!(list("internal", "sent", "").await.rows.len(), 0);
        assert_eq!(list("", "declined", "").await.pages.total, 60);
        assert_eq!(
            list("", "open", "").await.pages.total,
            1,
            "what was sent waits"
        );
        assert_eq!(
            list("to_us", "", "").await.pages.total,
            60,
            "what was sent to others is for them to answer"
        );
        assert_eq!(list("to_us", "open", "").await.pages.total, 0);
    });
}
