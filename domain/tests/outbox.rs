//! Mail leaves when what caused it was kept, and once (design 5.7).

use std::collections::BTreeSet;

use chrono::TimeDelta;
use tokio::task::JoinSet;
use usher_domain::{links, outbox, users};
use usher_types::mail::{Delivery, Mail};
use usher_types::users::{EditUser, Invite, NewUser};
use usher_types::{Language, UserId};

use crate::support::{World, new_user, run};

async fn invite(world: &World<'_>, first: &str) -> UserId {
    let maria = world.as_("maria").await;
    let form = NewUser {
        email: format!("{}@example.org", first.to_lowercase()),
        way_in: "invitation".to_owned(),
        language: "sv".to_owned(),
        ..new_user(&maria, first, "Ahl").await
    };
    users::create(&maria, form).await.expect("created")
}

async fn state(world: &World<'_>, user: UserId) -> Vec<String> {
    world.all(&format!("SELECT state || ' ' || attempts FROM outbox WHERE user_id = '{user}' ORDER BY id")).await
}

#[test]
fn a_claimed_mail_holds_what_its_words_need() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let [mail] = &outbox::claim(&world.db, 10).await.expect("claims")[..] else { panic!("one mail") };
        assert_eq!((mail.user, mail.organisation, &mail.mail), (anna, world.northfield, &Mail::Invitation));
        assert_eq!(
            (mail.name.as_str(), mail.login_name.as_str(), mail.organisation_name.as_str()),
            ("Anna Ahl", "anna.ahl", "Northfield Care")
        );
        assert_eq!((mail.address.as_deref(), mail.language), (Some("anna@example.org"), Language::Sv));
        assert!(mail.token.is_some());
    });
}

#[test]
fn ten_workers_claim_each_mail_once() {
    run(async |world| {
        for number in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
            invite(world, &format!("Anna{number}")).await;
        }
        let mut workers = JoinSet::new();
        for _ in 0..10 {
            let db = world.db.clone();
            workers.spawn(async move { outbox::claim(&db, 2).await.expect("claims").into_iter().map(|mail| mail.id).collect::<Vec<_>>() });
        }
        let claimed = workers.join_all().await.concat();
        assert_eq!(claimed.len(), 12);
        assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 12);
    });
}

#[test]
fn a_worker_that_died_holds_a_mail_for_five_minutes() {
    run(async |world| {
        invite(world, "Anna").await;
        let first = outbox::claim(&world.db, 10).await.expect("claims").pop().expect("a mail");
        let at = |seconds| world.later(TimeDelta::seconds(seconds));
        assert!(outbox::claim(&at(299), 10).await.expect("claims").is_empty());
        let second = outbox::claim(&at(300), 10).await.expect("claims").pop().expect("another worker's now");
        assert_eq!(second.id, first.id);
        for link in [&first, &second].map(|mail| mail.token.as_ref().expect("a link")) {
            links::invitation(&world.visitor(), link).await.expect("a retry revokes nothing: the first may have arrived");
        }
        outbox::finish(&at(301), &second, Ok(())).await.expect("sent");
        outbox::finish(&at(302), &first, Err("too late".to_owned())).await.expect("told");
        assert!(outbox::claim(&at(86_400), 10).await.expect("claims").is_empty(), "what was sent stays sent");
    });
}

#[test]
fn a_failed_mail_is_tried_again_later_each_time_until_it_is_given_up() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let mut now = TimeDelta::zero();
        let mut waits = Vec::new();
        for attempt in 1..=12 {
            let mail = outbox::claim(&world.later(now), 10).await.expect("claims").pop().unwrap_or_else(|| panic!("attempt {attempt}"));
            outbox::finish(&world.later(now), &mail, Err("451 busy".to_owned())).await.expect("told");
            if attempt < 12 {
                assert_eq!(state(world, anna).await, [format!("waiting {attempt}")]);
                let wait: i64 = world
                    .one(&format!("SELECT extract(epoch FROM next_at - '{}')::bigint FROM outbox", (World::morning() + now).to_rfc3339()))
                    .await;
                assert!(outbox::claim(&world.later(now + TimeDelta::seconds(wait - 1)), 10).await.expect("claims").is_empty());
                now += TimeDelta::seconds(wait);
                waits.push(wait);
            }
        }
        assert_eq!(waits[..4], [60, 120, 240, 480]);
        assert!(waits.is_sorted());
        assert_eq!(state(world, anna).await, ["failed 12"]);
        assert!(matches!(world.page(anna).await.delivery, Some(Delivery::Failed { .. })));
        assert!(outbox::claim(&world.later(now + TimeDelta::days(30)), 10).await.expect("claims").is_empty());
        let told: Option<String> = world.one(&format!("SELECT told_at::text FROM users WHERE id = '{anna}'")).await;
        assert_eq!(told, None);
    });
}

#[test]
fn when_the_invitation_left_is_kept_at_the_person() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let mail = outbox::claim(&world.db, 10).await.expect("claims").pop().expect("a mail");
        outbox::finish(&world.later(TimeDelta::minutes(1)), &mail, Ok(())).await.expect("sent");
        assert_eq!(state(world, anna).await, ["sent 1"]);
        let Some(Delivery::Sent { at }) = world.page(anna).await.delivery else { panic!("not sent") };
        assert_eq!(at.iso, "2026-11-23T09:01:00Z");
        let told: bool = world.one(&format!("SELECT told_at = '2026-11-23T09:01:00Z' FROM users WHERE id = '{anna}'")).await;
        assert!(told);
        let event: String = world
            .one(&format!("SELECT event ->> 'sent' FROM audit_events WHERE subject_id = '{anna}' AND event ->> 'kind' = 'mail_finished'"))
            .await;
        assert_eq!(event, "true");
    });
}

#[test]
fn a_resend_supersedes_what_still_waits() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let maria = world.as_("maria").await;
        users::invite(&maria, &Invite { user: anna.to_string(), ..Invite::default() }).await.expect("again");
        assert_eq!(state(world, anna).await, ["superseded 0", "waiting 0"]);
        assert_eq!(outbox::claim(&world.db, 10).await.expect("claims").len(), 1);
    });
}

#[test]
fn a_mail_superseded_while_a_worker_holds_it_is_not_finished_anew() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let held = outbox::claim(&world.db, 10).await.expect("claims").pop().expect("a mail");
        let maria = world.as_("maria").await;
        users::invite(&maria, &Invite { user: anna.to_string(), ..Invite::default() }).await.expect("again");
        outbox::finish(&world.db, &held, Err("451 busy".to_owned())).await.expect("told");
        assert_eq!(state(world, anna).await, ["superseded 1", "waiting 0"]);
    });
}

#[test]
fn a_mail_to_somebody_without_an_address_is_given_up_at_once() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let maria = world.as_("maria").await;
        let form = users::edit_user_form(&maria, anna, None).await.expect("a form").form;
        users::edit(&maria, EditUser { email: String::new(), ..form }).await.expect("saved");
        let mails = outbox::claim(&world.db, 10).await.expect("claims");
        let invitation = mails.iter().find(|mail| mail.mail == Mail::Invitation).expect("it waits");
        assert_eq!(invitation.address, None);
        outbox::finish(&world.db, invitation, Err("no address".to_owned())).await.expect("told");
        assert!(matches!(world.page(anna).await.delivery, Some(Delivery::Failed { .. })));
    });
}

#[test]
fn mails_of_all_organisations_are_claimed_and_each_stays_with_its_own() {
    run(async |world| {
        invite(world, "Anna").await;
        let birgit = world.as_("birgit").await;
        let form =
            NewUser { email: "anna@example.org".to_owned(), way_in: "invitation".to_owned(), ..new_user(&birgit, "Anna", "Alm").await };
        users::create(&birgit, form).await.expect("created");
        let mails = outbox::claim(&world.db, 10).await.expect("claims");
        let names: BTreeSet<_> = mails.iter().map(|mail| mail.organisation_name.as_str()).collect();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["Northfield Care", "Södra Omsorg"]);
        assert_eq!(
            mails.iter().find(|mail| mail.name == "Anna Alm").map(|mail| mail.language),
            Some(Language::En),
            "the organisation's where they chose none"
        );
    });
}
