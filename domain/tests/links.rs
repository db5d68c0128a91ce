//! Single-use links (decision 0007).

use chrono::TimeDelta;
use tokio::task::JoinSet;
use usher_domain::sealing::Token;
use usher_domain::{delivery, links, users};
use usher_types::session::SetPassword;
use usher_types::users::{Invite, NewUser, Status};
use usher_types::{Field, Problem, Refusal, Secret, UserId};

use crate::support::{PASSWORD, World, new_user, problem, refusal, run};

async fn invited(world: &World<'_>) -> (UserId, Token) {
    let maria = world.as_("maria").await;
    let form = NewUser {
        email: "anna@example.org".to_owned(),
        way_in: "invitation".to_owned(),
        ..new_user(&maria, "Anna", "Ahl").await
    };
    (
        users::create(&maria, form).await.expect("created"),
        send(world).await,
    )
}

async fn send(world: &World<'_>) -> Token {
    let mut mails = delivery::claim(&world.db, 1).await.expect("claims");
    let mail = mails.pop().expect("a mail waits");
    delivery::finish(&world.db, &mail, Ok(()))
        .await
        .expect("sent");
    mail.token.expect("a link")
}

fn password(text: &str) -> SetPassword {
    SetPassword {
        new_password: Secret::new(text),
        ..SetPassword::default()
    }
}

#[test]
fn an_invitation_sets_the_password_once() {
    run(async |world| {
        let (anna, link) = invited(world).await;
        let page = links::invitation(&world.visitor(), &link)
            .await
            .expect("a page");
        assert_eq!(
            (
                page.name.as_str(),
                page.login_name.as_str(),
                page.organisation.as_str()
            ),
            ("Anna Ahl", "anna.ahl", "Northfield Care")
        );
        links::invitation(&world.visitor(), &link)
            .await
            .expect("looking does not use it up");
        links::accept(&world.visitor(), &link, &password(PASSWORD))
            .await
            .expect("accepted");
        let page = world.page(anna).await;
        assert_eq!((page.status, page.email_verified), (Status::Active, true));
        world.signs_in("anna.ahl", PASSWORD).await;
        let another = links::accept(
            &world.visitor(),
            &link,
            &password("seven herons waiting at noon 22"),
        )
        .await;
        assert_eq!(refusal(another), Refusal::DeadLink);
        assert_eq!(
            refusal(links::invitation(&world.visitor(), &link).await),
            Refusal::DeadLink
        );
        world.signs_in("anna.ahl", PASSWORD).await;
        assert_eq!(
            world
                .one::<i64>(&format!(
                    "SELECT count(*) FROM tokens WHERE user_id = '{anna}'"
                ))
                .await,
            0
        );
    });
}

#[test]
fn accepting_an_invitation_counts_as_activity() {
    run(async |world| {
        let (anna, link) = invited(world).await;
        assert_eq!(world.page(anna).await.last_activity, None);
        let noon = world.later(TimeDelta::hours(3)).visitor(world.db.new_id());
        links::accept(&noon, &link, &password(PASSWORD))
            .await
            .expect("accepted");
        assert_eq!(
            world
                .page(anna)
                .await
                .last_activity
                .map(|when| when.iso)
                .as_deref(),
            Some("2026-11-23T12:00:00Z")
        );
    });
}

#[test]
fn a_queued_invitation_is_not_sent_after_another_was_accepted() {
    run(async |world| {
        let (anna, link) = invited(world).await;
        world
            .owner_runs("UPDATE outbox SET state = 'waiting', finished_at = NULL")
            .await;
        links::accept(&world.visitor(), &link, &password(PASSWORD))
            .await
            .expect("accepted");
        assert!(
            delivery::claim(&world.later(TimeDelta::hours(1)), 10)
                .await
                .expect("claims")
                .is_empty()
        );
        assert_eq!(
            world
                .one::<i64>(&format!(
                    "SELECT count(*) FROM tokens WHERE user_id = '{anna}'"
                ))
                .await,
            0
        );
    });
}

#[test]
fn ten_who_follow_one_link_at_once_are_one() {
    run(async |world| {
        let (_, link) = invited(world).await;
        let mut tries = JoinSet::new();
        for number in 0..10 {
            let (visitor, link) = (world.visitor(), link.clone());
            tries.spawn(async move {
                links::accept(
                    &visitor,
                    &link,
                    &password(&format!("seven herons waiting at noon {number}{number}")),
                )
                .await
            });
        }
        let accepted = tries
            .join_all()
            .await
            .into_iter()
            .filter(Result::is_ok)
            .count();
        assert_eq!(accepted, 1);
    });
}

#[test]
fn an_invitation_expires_after_seven_days() {
    run(async |world| {
        let (_, link) = invited(world).await;
        let at = |by: TimeDelta| world.later(by).visitor(world.db.new_id());
        let almost = at(TimeDelta::days(7) - TimeDelta::seconds(1));
        links::invitation(&almost, &link).await.expect("a page");
        let then = at(TimeDelta::days(7));
        assert_eq!(
            refusal(links::invitation(&then, &link).await),
            Refusal::DeadLink
        );
        assert_eq!(
            refusal(links::accept(&then, &link, &password(PASSWORD)).await),
            Refusal::DeadLink
        );
    });
}

#[test]
fn a_resend_replaces_the_link() {
    run(async |world| {
        let (anna, first) = invited(world).await;
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
        assert_eq!(
            refusal(links::invitation(&world.visitor(), &first).await),
            Refusal::DeadLink
        );
        let second = send(world).await;
        links::accept(&world.visitor(), &second, &password(PASSWORD))
            .await
            .expect("accepted");
    });
}

#[test]
fn a_link_made_up_or_for_another_purpose_is_dead() {
    run(async |world| {
        let (_, link) = invited(world).await;
        let visitor = world.visitor();
        for made_up in [
            Token::new().expect("randomness"),
            Token::from_text(""),
            Token::from_text("\0"),
            Token::from_text(&link.expose()[1..]),
        ] {
            assert_eq!(
                refusal(links::invitation(&visitor, &made_up).await),
                Refusal::DeadLink
            );
            assert_eq!(
                refusal(links::accept(&visitor, &made_up, &password(PASSWORD)).await),
                Refusal::DeadLink
            );
        }
        assert_eq!(
            refusal(links::email_change(&visitor, &link).await),
            Refusal::DeadLink
        );
        assert_eq!(
            refusal(links::confirm_email(&visitor, &link, &Default::default()).await),
            Refusal::DeadLink
        );
        assert_eq!(
            refusal(links::check_set_up(&visitor, &link).await),
            Refusal::DeadLink
        );
        links::accept(&visitor, &link, &password(PASSWORD))
            .await
            .expect("it is still good for what it is for");
    });
}

#[test]
fn a_weak_password_leaves_the_link_good() {
    run(async |world| {
        let (_, link) = invited(world).await;
        for weak in [
            "",
            "hunter2",
            "anna ahl anna ahl 1",
            "passwordpassword",
            &"x1 y2 ".repeat(22),
        ] {
            let said = problem(
                links::accept(&world.visitor(), &link, &password(weak)).await,
                Field::NewPassword,
            );
            assert!(
                matches!(said, Problem::Missing | Problem::Weak(_)),
                "{said:?}"
            );
        }
        let mut odd = password(PASSWORD);
        odd.unexpected
            .insert("user".to_owned(), serde_json::json!(world.id("sofia")));
        assert!(matches!(
            problem(
                links::accept(&world.visitor(), &link, &odd).await,
                Field::Form
            ),
            Problem::Unexpected { .. }
        ));
        links::accept(&world.visitor(), &link, &password(PASSWORD))
            .await
            .expect("accepted");
    });
}

#[test]
fn the_link_is_stored_as_its_hash() {
    run(async |world| {
        let (_, link) = invited(world).await;
        let kept: Vec<String> = world
            .all("SELECT t::text FROM tokens t UNION ALL SELECT o::text FROM outbox o UNION ALL SELECT e::text FROM audit_events e")
            .await;
        assert!(kept.iter().all(|row| !row.contains(link.expose())));
    });
}
