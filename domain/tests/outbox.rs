//! Mail is sent after the commit of its transaction, and only once (decision 0019).

use std::collections::BTreeSet;

use chrono::TimeDelta;
use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};
use usher_domain::delivery::{MailListener, Undelivered};
use usher_domain::{delivery, links, users};
use usher_types::mail::{Delivery, Mail};
use usher_types::users::{Archive, EditUser, Invite, NewUser};
use usher_types::{Language, UserId};

use crate::support::{World, new_user, refusal, run};

fn for_now(why: &str) -> Result<(), Undelivered> {
    Err(Undelivered::ForNow(why.to_owned()))
}

fn for_good(why: &str) -> Result<(), Undelivered> {
    Err(Undelivered::ForGood(why.to_owned()))
}

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
    world
        .all(&format!(
            "SELECT state || ' ' || attempts FROM outbox WHERE user_id = '{user}' ORDER BY id"
        ))
        .await
}

#[test]
fn a_claimed_mail_holds_what_its_words_need() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let [mail] = &delivery::claim(&world.db, 10).await.expect("claims")[..] else {
            panic!("one mail")
        };
        assert_eq!(
            (mail.user, mail.organisation, &mail.mail),
            (anna, world.northfield, &Mail::Invitation)
        );
        assert_eq!(
            (
                mail.name.as_str(),
                mail.login_name.as_str(),
                mail.organisation_name.as_str()
            ),
            ("Anna Ahl", "anna.ahl", "Northfield Care")
        );
        assert_eq!(
            (mail.address.as_deref(), mail.language),
            (Some("anna@example.org"), Language::Sv)
        );
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
            workers.spawn(async move {
                delivery::claim(&db, 2)
                    .await
                    .expect("claims")
                    .into_iter()
                    .map(|mail| mail.id)
                    .collect::<Vec<_>>()
            });
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
        let first = delivery::claim(&world.db, 10)
            .await
            .expect("claims")
            .pop()
            .expect("a mail");
        let at = |seconds| world.later(TimeDelta::seconds(seconds));
        assert!(
            delivery::claim(&at(299), 10)
                .await
                .expect("claims")
                .is_empty()
        );
        let second = delivery::claim(&at(300), 10)
            .await
            .expect("claims")
            .pop()
            .expect("another worker's now");
        assert_eq!(second.id, first.id);
        for link in [&first, &second].map(|mail| mail.token.as_ref().expect("a link")) {
            links::invitation(&world.visitor(), link)
                .await
                .expect("a retry revokes nothing: the first may have arrived");
        }
        delivery::finish(&at(301), &second, Ok(()))
            .await
            .expect("sent");
        delivery::finish(&at(302), &first, for_now("too late"))
            .await
            .expect("told");
        assert!(
            delivery::claim(&at(86_400), 10)
                .await
                .expect("claims")
                .is_empty(),
            "what was sent stays sent"
        );
    });
}

#[test]
fn a_failed_mail_is_tried_again_later_each_time_until_it_is_given_up() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let mut now = TimeDelta::zero();
        let mut waits = Vec::new();
        for attempt in 1..=12 {
            let mail = delivery::claim(&world.later(now), 10)
                .await
                .expect("claims")
                .pop()
                .unwrap_or_else(|| panic!("attempt {attempt}"));
            delivery::finish(&world.later(now), &mail, for_now("451 busy"))
                .await
                .expect("told");
            if attempt < 12 {
                assert_eq!(state(world, anna).await, [format!("waiting {attempt}")]);
                let wait: i64 = world
                    .one(&format!(
                        "SELECT extract(epoch FROM next_at - '{}')::bigint FROM outbox",
                        (World::morning() + now).to_rfc3339()
                    ))
                    .await;
                assert!(
                    delivery::claim(&world.later(now + TimeDelta::seconds(wait - 1)), 10)
                        .await
                        .expect("claims")
                        .is_empty()
                );
                now += TimeDelta::seconds(wait);
                waits.push(wait);
            }
        }
        assert_eq!(waits[..4], [60, 120, 240, 480]);
        assert!(waits.is_sorted());
        assert_eq!(state(world, anna).await, ["failed 12"]);
        assert!(matches!(
            world.page(anna).await.delivery,
            Some(Delivery::Failed { .. })
        ));
        assert!(
            delivery::claim(&world.later(now + TimeDelta::days(30)), 10)
                .await
                .expect("claims")
                .is_empty()
        );
        let told: Option<String> = world
            .one(&format!(
                "SELECT told_at::text FROM users WHERE id = '{anna}'"
            ))
            .await;
        assert_eq!(told, None);
    });
}

#[test]
fn when_the_invitation_left_is_kept_at_the_person() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let mail = delivery::claim(&world.db, 10)
            .await
            .expect("claims")
            .pop()
            .expect("a mail");
        delivery::finish(&world.later(TimeDelta::minutes(1)), &mail, Ok(()))
            .await
            .expect("sent");
        assert_eq!(state(world, anna).await, ["sent 1"]);
        let Some(Delivery::Sent { at }) = world.page(anna).await.delivery else {
            panic!("not sent")
        };
        assert_eq!(at.iso, "2026-11-23T09:01:00Z");
        let told: bool = world
            .one(&format!(
                "SELECT told_at = '2026-11-23T09:01:00Z' FROM users WHERE id = '{anna}'"
            ))
            .await;
        assert!(told);
        let event: String = world
            .one(&format!("SELECT event ->> 'sent' FROM audit_events WHERE subject_id = '{anna}' AND event ->> 'kind' = 'mail_finished'"))
            .await;
        assert_eq!(event, "true");
    });
}

#[test]
fn a_mail_under_way_for_the_first_time_counted_as_a_try() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let mail = delivery::claim(&world.db, 10)
            .await
            .expect("claims")
            .pop()
            .expect("a mail");
        assert_eq!(
            world.page(anna).await.delivery,
            Some(Delivery::Waiting { attempts: 0 }),
            "nothing has failed yet"
        );
        delivery::finish(&world.db, &mail, for_now("451 busy"))
            .await
            .expect("told");
        assert_eq!(
            world.page(anna).await.delivery,
            Some(Delivery::Waiting { attempts: 1 })
        );
    });
}

#[test]
fn a_resend_supersedes_what_still_waits() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let maria = world.as_("maria").await;
        users::invite(
            &maria,
            &Invite {
                user: anna.to_string(),
                ..Invite::default()
            },
        )
        .await
        .expect("again");
        assert_eq!(state(world, anna).await, ["superseded 0", "waiting 0"]);
        assert_eq!(
            delivery::claim(&world.db, 10).await.expect("claims").len(),
            1
        );
    });
}

#[test]
fn a_mail_superseded_while_a_worker_sends_it_is_not_finished_again() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let held = delivery::claim(&world.db, 10)
            .await
            .expect("claims")
            .pop()
            .expect("a mail");
        let maria = world.as_("maria").await;
        users::invite(
            &maria,
            &Invite {
                user: anna.to_string(),
                ..Invite::default()
            },
        )
        .await
        .expect("again");
        delivery::finish(&world.db, &held, for_now("451 busy"))
            .await
            .expect("told");
        assert_eq!(state(world, anna).await, ["superseded 1", "waiting 0"]);
    });
}

#[test]
fn a_mail_to_somebody_without_an_address_is_given_up_at_once() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let maria = world.as_("maria").await;
        let form = users::edit_user_form(&maria, anna, None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                email: String::new(),
                ..form
            },
        )
        .await
        .expect("saved");
        let mails = delivery::claim(&world.db, 10).await.expect("claims");
        let invitation = mails
            .iter()
            .find(|mail| mail.mail == Mail::Invitation)
            .expect("it waits");
        assert_eq!(invitation.address, None);
        delivery::finish(&world.db, invitation, for_good("no address"))
            .await
            .expect("told");
        assert!(matches!(
            world.page(anna).await.delivery,
            Some(Delivery::Failed { .. })
        ));
    });
}

#[test]
fn mails_of_all_organisations_are_claimed_and_each_stays_with_its_own() {
    run(async |world| {
        invite(world, "Anna").await;
        let birgit = world.as_("birgit").await;
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            way_in: "invitation".to_owned(),
            ..new_user(&birgit, "Anna", "Alm").await
        };
        users::create(&birgit, form).await.expect("created");
        let mails = delivery::claim(&world.db, 10).await.expect("claims");
        let names: BTreeSet<_> = mails
            .iter()
            .map(|mail| mail.organisation_name.as_str())
            .collect();
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["Northfield Care", "Södra Omsorg"]
        );
        assert_eq!(
            mails
                .iter()
                .find(|mail| mail.name == "Anna Alm")
                .map(|mail| mail.language),
            Some(Language::En),
            "the organisation's where they chose none"
        );
    });
}

#[test]
fn a_mail_that_is_refused_for_good_is_given_up_at_once() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let mail = delivery::claim(&world.db, 10)
            .await
            .expect("claims")
            .pop()
            .expect("a mail");
        delivery::finish(
            &world.db,
            &mail,
            for_good("the mail server answered 550 no such user"),
        )
        .await
        .expect("told");
        assert_eq!(state(world, anna).await, ["failed 1"]);
        assert_eq!(
            world.one::<String>("SELECT error FROM outbox").await,
            "the mail server answered 550 no such user"
        );
        assert!(matches!(
            world.page(anna).await.delivery,
            Some(Delivery::Failed { .. })
        ));
    });
}

#[test]
fn a_mail_that_cannot_be_prepared_fails_alone() {
    run(async |world| {
        let (broken, whole) = (invite(world, "Anna").await, invite(world, "Bodil").await);
        world.owner_runs(&format!("UPDATE outbox SET mail = '{{\"kind\": \"of_tomorrow\"}}' WHERE user_id = '{broken}'")).await;
        let claimed = delivery::claim(&world.db, 10).await.expect("claims");
        assert_eq!(
            claimed.iter().map(|mail| mail.user).collect::<Vec<_>>(),
            [whole]
        );
        assert_eq!(
            (state(world, broken).await, state(world, whole).await),
            (vec!["failed 1".to_owned()], vec!["waiting 1".to_owned()])
        );
        let kept: i64 = world
            .one(&format!("SELECT count(*) FROM audit_events WHERE subject_id = '{broken}' AND event ->> 'kind' = 'mail_finished'"))
            .await;
        assert_eq!(kept, 1);
    });
}

#[test]
fn a_mail_withdrawn_between_claim_and_preparation_is_not_sent() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        // simulates a resend that withdraws the mail after the first statement of the claim
        world
            .owner_runs(
                "CREATE FUNCTION withdraw() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.state := 'superseded'; RETURN NEW; END $$",
            )
            .await;
        world
            .owner_runs("CREATE TRIGGER withdraw BEFORE UPDATE ON outbox FOR EACH ROW WHEN (NEW.attempts > OLD.attempts) EXECUTE FUNCTION withdraw()")
            .await;
        assert_eq!(
            delivery::claim(&world.db, 10).await.expect("claims").len(),
            0
        );
        assert_eq!(state(world, anna).await, ["superseded 1"]);
        assert_eq!(
            world.one::<i64>("SELECT count(*) FROM tokens").await,
            0,
            "and no link was made for it"
        );
    });
}

#[test]
fn a_queued_mail_wakes_the_worker_once_it_is_committed() {
    run(async |world| {
        // the listener of another server
        let mut listener = MailListener::subscribe(&world.db).await.expect("listens");
        assert!(
            timeout(Duration::from_millis(200), listener.notified())
                .await
                .is_err(),
            "nothing was queued yet"
        );
        invite(world, "Anna").await;
        invite(world, "Bodil").await;
        timeout(Duration::from_secs(5), listener.notified())
            .await
            .expect("in time")
            .expect("rung");
        assert_eq!(
            delivery::claim(&world.db, 10).await.expect("claims").len(),
            2
        );
    });
}

#[test]
fn an_archived_person_is_sent_no_link_any_more() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        world
            .owner_runs("INSERT INTO outbox (organisation_id, id, user_id, mail, next_at, created_at) SELECT organisation_id, gen_random_uuid(), user_id, '{\"kind\": \"confirm_email\", \"to\": \"a@example.org\"}', next_at, created_at FROM outbox")
            .await;
        let maria = world.as_("maria").await;
        users::archive(
            &maria,
            &Archive {
                user: anna.to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        assert_eq!(state(world, anna).await, ["superseded 0", "superseded 0"]);
    });
}

#[test]
fn a_changed_address_moves_the_invitation_and_invalidates_the_old_link() {
    run(async |world| {
        let anna = invite(world, "Anna").await;
        let maria = world.as_("maria").await;
        let first = delivery::claim(&world.db, 10)
            .await
            .expect("claims")
            .pop()
            .expect("a mail");
        delivery::finish(&world.db, &first, Ok(()))
            .await
            .expect("sent");
        let form = users::edit_user_form(&maria, anna, None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                email: "anna.new@example.org".to_owned(),
                ..form
            },
        )
        .await
        .expect("saved");
        let link = first.token.expect("a link");
        assert_eq!(
            refusal(links::invitation(&world.visitor(), &link).await),
            usher_types::Refusal::DeadLink
        );
        let mails = delivery::claim(&world.db, 10).await.expect("claims");
        let second = mails
            .iter()
            .find(|mail| mail.mail == Mail::Invitation)
            .expect("invited anew");
        assert_eq!(second.address.as_deref(), Some("anna.new@example.org"));
        links::invitation(&world.visitor(), second.token.as_ref().expect("a link"))
            .await
            .expect("good");
    });
}
