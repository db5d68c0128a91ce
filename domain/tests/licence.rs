//! Seats and the vendor (S17, IZ-20).

use chrono::TimeDelta;
use tokio::task::JoinSet;
use usher_domain::{Scope, delivery, licence, organisations, users};
use usher_types::mail::Mail;
use usher_types::organisations::EditOrganisation;
use usher_types::settings::{Due, SendNotice};
use usher_types::users::{Archive, Invite, NewUser, Restore, SetTemporaryPassword};
use usher_types::{Field, Problem, Refusal, Secret, SignInSetup, UserId, Warning};

use crate::support::{TEMPORARY, World, new_user, problem, refusal, run};

const VENDOR: &str = "licences@vendor.example";

/// Records an agreement of Södra Omsorg on a number of seats.
async fn agree(world: &World<'_>, seats: u32) {
    let sofia = world.as_("sofia").await;
    let page = organisations::edit_form(&sofia, &world.sodra.to_string(), None)
        .await
        .expect("a form");
    let form = EditOrganisation {
        seats: seats.to_string(),
        vendor_address: VENDOR.to_owned(),
        override_warnings: "on".to_owned(),
        reason: "Agreed".to_owned(),
        ..page.form
    };
    organisations::edit(&sofia, &form).await.expect("agreed");
}

/// The number of seats of Södra Omsorg that are taken.
async fn used(world: &World<'_>) -> u32 {
    let page = organisations::page(&world.as_("sofia").await, &world.sodra.to_string())
        .await
        .expect("a page");
    page.row.used
}

async fn invited(scope: &Scope, first: &str) -> NewUser {
    let form = new_user(scope, first, "Ahl").await;
    NewUser {
        email: format!("{}.ahl@example.org", first.to_lowercase()),
        way_in: SignInSetup::Invitation.code().to_owned(),
        override_warnings: "on".to_owned(),
        reason: "Needed".to_owned(),
        ..form
    }
}

async fn only_added(scope: &Scope, first: &str) -> UserId {
    let form = NewUser {
        way_in: SignInSetup::OnlyAdd.code().to_owned(),
        ..invited(scope, first).await
    };
    users::create(scope, form).await.expect("only added")
}

#[test]
fn of_fifty_at_once_one_gets_the_last_seat() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let mut forms = Vec::new();
        for number in 0..50_u8 {
            let name = format!(
                "Last{}{}",
                char::from(b'a' + number / 26),
                char::from(b'a' + number % 26)
            );
            forms.push(invited(&birgit, &name).await);
        }
        agree(world, used(world).await + 1).await;
        let again = forms.clone();
        let mut creating = JoinSet::new();
        for form in forms {
            let birgit = birgit.clone();
            creating.spawn(async move { users::create(&birgit, form).await });
        }
        let answers = creating.join_all().await;
        let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 1);
        let made = made.into_iter().next().expect("one").expect("made");
        let name: String = world
            .one(&format!("SELECT first_name FROM users WHERE id = '{made}'"))
            .await;
        let again = again
            .into_iter()
            .find(|form| form.first_name == name)
            .expect("its form");
        assert_eq!(
            users::create(&birgit, again)
                .await
                .expect("a double submit is one act"),
            made
        );
        for answer in refused {
            assert!(matches!(
                problem(answer, Field::WayIn),
                Problem::NoSeat { .. }
            ));
        }
        let people: i64 = world
            .one("SELECT count(*) FROM users WHERE first_name LIKE 'Last%'")
            .await;
        assert_eq!(people, 1, "nothing half-written stays");
        assert_eq!(
            world.one::<i64>("SELECT count(*) FROM outbox o JOIN users u ON u.id = o.user_id WHERE first_name LIKE 'Last%'").await,
            1
        );
    });
}

#[test]
fn at_the_seat_limit_only_adding_without_inviting_works() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let waiting = only_added(&birgit, "Waits").await;
        let seated = users::create(&birgit, invited(&birgit, "Seated").await)
            .await
            .expect("invited");
        let taken = used(world).await;
        agree(world, taken).await;
        let told = problem(
            users::create(&birgit, invited(&birgit, "Anna").await).await,
            Field::WayIn,
        );
        assert_eq!(told, Problem::NoSeat { agreed: taken });
        only_added(&birgit, "Free").await;
        let invite = Invite {
            user: waiting.to_string(),
            ..Invite::default()
        };
        assert_eq!(
            problem(users::invite(&birgit, &invite).await, Field::Form),
            Problem::NoSeat { agreed: taken }
        );
        let password = || SetTemporaryPassword {
            user: waiting.to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..SetTemporaryPassword::default()
        };
        assert_eq!(
            problem(
                users::set_temporary_password(&birgit, &password()).await,
                Field::Form
            ),
            Problem::NoSeat { agreed: taken }
        );
        assert_eq!(
            world.one::<i64>("SELECT count(*) FROM credentials c JOIN users u ON u.id = c.user_id WHERE first_name = 'Waits'").await,
            0
        );
        // a user who has a seat keeps it: another sign-in method does not take a second seat
        let again = SetTemporaryPassword {
            user: seated.to_string(),
            ..password()
        };
        users::set_temporary_password(&birgit, &again)
            .await
            .expect("a seat of one's own");
        let archived = Archive {
            user: seated.to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&birgit, &archived).await.expect("archived");
        users::invite(&birgit, &invite)
            .await
            .expect("the seat is free");
        users::restore(
            &birgit,
            &Restore {
                user: seated.to_string(),
                ..Restore::default()
            },
        )
        .await
        .expect("restored");
        assert_eq!(
            used(world).await,
            taken,
            "who comes back has no way in yet, and no seat"
        );
    });
}

#[test]
fn the_last_seat_is_a_warning_and_seats_of_others_do_not_count() {
    run(async |world| {
        let (birgit, maria) = (world.as_("birgit").await, world.as_("maria").await);
        let taken = used(world).await;
        agree(world, taken + 1).await;
        let form = NewUser {
            override_warnings: String::new(),
            ..invited(&birgit, "Anna").await
        };
        assert!(
            matches!(refusal(users::create(&birgit, form.clone()).await), Refusal::Warned(warnings) if warnings == [Warning::LastSeat { agreed: taken + 1 }])
        );
        let page = users::new_user_form(&birgit, None, users::NewUserParams::default())
            .await
            .expect("a form");
        assert_eq!(page.facts.seats.map(|seats| seats.left()), Some(1));
        let theirs = users::new_user_form(&maria, None, users::NewUserParams::default())
            .await
            .expect("a form");
        assert_eq!(
            theirs.facts.seats, None,
            "another organisation has no limit"
        );
        users::create(&maria, invited(&maria, "Anna").await)
            .await
            .expect("and fills nobody else's");
        assert_eq!(used(world).await, taken);
    });
}

#[test]
fn fewer_seats_than_are_taken_is_a_warning() {
    run(async |world| {
        let (sofia, _) = (world.as_("sofia").await, world.as_("maria").await);
        let page = organisations::edit_form(&sofia, &world.northfield.to_string(), None)
            .await
            .expect("a form");
        let form = EditOrganisation {
            seats: "1".to_owned(),
            ..page.form
        };
        let Refusal::Warned(warnings) = refusal(organisations::edit(&sofia, &form).await) else {
            panic!("warned")
        };
        assert!(matches!(warnings[..], [Warning::SeatsTaken { used }] if used > 1));
    });
}

#[test]
fn vendor_notices_are_drafted_at_once_near_the_seat_limit_and_daily_otherwise() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        agree(world, used(world).await + 1).await;
        assert_eq!(
            licence::page(&birgit, None).await.expect("a page").notices,
            []
        );
        users::create(&birgit, invited(&birgit, "Anna").await)
            .await
            .expect("the last seat");
        let notices = licence::page(&birgit, None).await.expect("a page").notices;
        assert_eq!(
            (notices.len(), notices[0].figures.due),
            (1, Due::NearlyUsed)
        );
        assert_eq!(
            (notices[0].figures.used, notices[0].figures.seats),
            (used(world).await, Some(used(world).await))
        );
        let later = world.later(TimeDelta::minutes(30));
        let authenticated = later
            .authenticate(&world.token("birgit").await, later.new_id())
            .await
            .expect("answers");
        only_added(&authenticated.expect("signed in").scope, "Free").await;
        assert_eq!(
            licence::draft_daily(&world.db).await.expect("drafts"),
            0,
            "the day is not over"
        );
        let tomorrow = world.later(TimeDelta::hours(24));
        let (one, other) = tokio::join!(
            licence::draft_daily(&tomorrow),
            licence::draft_daily(&tomorrow)
        );
        assert_eq!(
            one.expect("drafts") + other.expect("drafts"),
            1,
            "by whichever server"
        );
        assert_eq!(
            licence::draft_daily(&world.later(TimeDelta::hours(48)))
                .await
                .expect("drafts"),
            0,
            "nobody came since"
        );
        let notices = licence::page(&birgit, None).await.expect("a page").notices;
        assert_eq!(
            (
                notices.len(),
                notices[0].figures.due,
                notices[0].figures.accounts
            ),
            (2, Due::Daily, 1),
            "Anna was told of already"
        );
        let maria = world.as_("maria").await;
        assert_eq!(
            licence::page(&maria, None).await.expect("a page").notices,
            [],
            "another organisation sees nothing"
        );
        let theirs = SendNotice {
            notice: notices[0].id.to_string(),
            ..SendNotice::default()
        };
        assert_eq!(
            refusal(licence::send(&maria, &theirs).await),
            Refusal::NotFound
        );
    });
}

#[test]
fn a_notice_is_sent_once_through_the_outbox_and_kept() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        agree(world, used(world).await + 1).await;
        users::create(&birgit, invited(&birgit, "Anna").await)
            .await
            .expect("the last seat");
        let drafted = licence::page(&birgit, None).await.expect("a page").notices;
        let form = SendNotice {
            notice: drafted[0].id.to_string(),
            ..SendNotice::default()
        };
        let (one, other) =
            tokio::join!(licence::send(&birgit, &form), licence::send(&birgit, &form));
        one.and(other).expect("a double click is one act");
        let claimed = delivery::claim(&world.db, 50).await.expect("claims");
        let notices: Vec<_> = claimed
            .iter()
            .filter(|mail| matches!(mail.mail, Mail::VendorNotice { .. }))
            .collect();
        assert_eq!(notices.len(), 1);
        assert_eq!(
            (notices[0].address.as_deref(), notices[0].organisation),
            (Some(VENDOR), world.sodra)
        );
        assert_eq!(notices[0].figures.as_ref(), Some(&drafted[0].figures));
        delivery::finish(&world.db, notices[0], Ok(()))
            .await
            .expect("kept");
        let sent = licence::page(&birgit, None)
            .await
            .expect("a page")
            .notices
            .remove(0)
            .sent
            .expect("sent");
        assert_eq!(
            (sent.to.as_str(), sent.by.as_deref()),
            (VENDOR, Some("Birgit Åkesson"))
        );
    });
}
