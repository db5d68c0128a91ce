//! Signing in and out.

use chrono::TimeDelta;
use usher_domain::sealing::Token;
use usher_domain::{profile, sessions, users};
use usher_types::profile::ChangePassword;
use usher_types::session::SignIn;
use usher_types::users::{Archive, ChangeRole, ListQuery, NewUser, SetTemporaryPassword};
use usher_types::{
    BuiltInRole, Field, Language, Permission, Problem, Reach, Refusal, Secret, SignInSetup,
};

use crate::support::{
    ADDRESS, PASSWORD, TEMPORARY, World, new_user, problem, refusal, role_of, run, tries,
    without_warnings,
};

const ANOTHER: &str = "seven herons waiting at noon 22";

#[test]
fn the_right_password_signs_in() {
    run(async |world| {
        let token = world.signs_in("  SOFIA.Lind ", PASSWORD).await;
        let signed_in = world.authenticated(&token).await.expect("signed in");
        assert_eq!(
            (signed_in.me.user, signed_in.me.organisation),
            (world.id("sofia"), world.northfield)
        );
        assert_eq!(
            (
                signed_in.me.name.as_str(),
                signed_in.me.organisation_name.as_str()
            ),
            ("Sofia Lind", "Northfield Care")
        );
        assert_eq!((signed_in.language, signed_in.theme), (Language::En, None));
        assert_eq!(
            signed_in.me.grants.reach(Permission::CreateUsers),
            Some(Reach::Organisation)
        );
        assert_eq!(signed_in.me.grants.reach(Permission::SignIn), None);
        assert!(!signed_in.me.must_change_password);
    });
}

#[test]
fn every_wrong_way_gets_the_same_answer() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        world.as_("karin").await;
        let archived = Archive {
            user: world.id("karin").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&sofia, &archived).await.expect("archived");
        let temporary = NewUser {
            way_in: SignInSetup::TemporaryPassword.code().to_owned(),
            temporary_password: Secret::new(TEMPORARY),
            ..new_user(&sofia, "Tom", "Ek").await
        };
        users::create(&sofia, temporary).await.expect("created");
        let next_week = world.later(TimeDelta::days(7));
        for (what, db, login_name, password) in [
            ("unknown", &world.db, "nobody.here", PASSWORD),
            ("wrong", &world.db, "sofia.lind", ANOTHER),
            (
                "a password with a blank more",
                &world.db,
                "sofia.lind",
                "violet kettle under 47 pines ",
            ),
            ("archived", &world.db, "karin.ek", PASSWORD),
            ("expired", &next_week, "tom.ek", TEMPORARY),
            ("without a way in", &world.db, "sven.holm", PASSWORD),
            (
                "nothing a login name can be",
                &world.db,
                "sofia lind'; --",
                PASSWORD,
            ),
            ("NUL", &world.db, "sofia.lind\0", PASSWORD),
            ("NUL in the password", &world.db, "vera.stahl", "\0"),
        ] {
            assert_eq!(
                refusal(tries(db, login_name, password, "192.0.2.9").await),
                Refusal::WrongLogin,
                "{what}"
            );
        }
    });
}

#[test]
fn an_empty_field_is_reported_as_missing() {
    run(async |world| {
        let form = SignIn::default();
        let asked = sessions::sign_in(&world.visitor(), &form, ADDRESS, &[]).await;
        assert_eq!(problem(asked, Field::LoginName), Problem::Missing);
        let asked = sessions::sign_in(&world.visitor(), &form, ADDRESS, &[]).await;
        assert_eq!(problem(asked, Field::Password), Problem::Missing);
        assert_eq!(
            world
                .one::<i64>("SELECT sum(failures) FROM throttles")
                .await,
            0
        );
    });
}

#[test]
fn each_sign_in_is_a_new_session() {
    run(async |world| {
        let (first, second) = (
            world.signs_in("sofia.lind", PASSWORD).await,
            world.signs_in("sofia.lind", PASSWORD).await,
        );
        assert_ne!(first.expose(), second.expose());
        assert!(first.expose().len() >= 43, "256 bits");
        assert!(
            world.authenticated(&first).await.is_some(),
            "the other browser stays signed in"
        );
        let sofia = world.authenticated(&second).await.expect("signed in").scope;
        sessions::sign_out(&sofia, &second)
            .await
            .expect("signed out");
        assert!(world.authenticated(&second).await.is_none());
        assert!(world.authenticated(&first).await.is_some());
    });
}

#[test]
fn a_made_up_token_belongs_to_no_session() {
    run(async |world| {
        let real = world.token("sofia").await;
        for token in [
            "",
            "x",
            "\0",
            &real.expose().to_lowercase(),
            &format!("{} ", real.expose()),
        ] {
            assert!(
                world
                    .authenticated(&Token::from_text(token))
                    .await
                    .is_none(),
                "{token:?}"
            );
        }
        let stored: i64 = world
            .one(&format!(
                "SELECT count(*) FROM sessions s WHERE s::text LIKE '%{}%' OR s.token_hash = convert_to('{0}', 'UTF8')",
                real.expose()
            ))
            .await;
        assert_eq!(stored, 0, "a token is stored as its hash alone");
    });
}

#[test]
fn a_session_idle_for_an_hour_has_ended() {
    run(async |world| {
        let token = world.token("sofia").await;
        let at = async |minutes| {
            world
                .later(TimeDelta::minutes(minutes))
                .authenticate(&token, world.db.new_id())
                .await
                .expect("answers")
                .is_some()
        };
        assert!(at(59).await);
        assert!(at(118).await, "it was used in between");
        assert!(!at(178).await);
        assert!(!at(179).await, "asking does not bring it back");
    });
}

#[test]
fn a_session_ends_after_twelve_hours_however_busy() {
    run(async |world| {
        let token = world.token("sofia").await;
        for minutes in (30..720).step_by(30) {
            let there = world
                .later(TimeDelta::minutes(minutes))
                .authenticate(&token, world.db.new_id())
                .await
                .expect("answers");
            assert!(there.is_some(), "after {minutes} minutes");
        }
        let ended = world
            .later(TimeDelta::hours(12))
            .authenticate(&token, world.db.new_id())
            .await
            .expect("answers");
        assert!(ended.is_none());
    });
}

#[test]
fn archiving_somebody_ends_their_sessions() {
    run(async |world| {
        let (karin, sofia) = (world.token("karin").await, world.as_("sofia").await);
        let form = Archive {
            user: world.id("karin").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&sofia, &form).await.expect("archived");
        assert!(world.authenticated(&karin).await.is_none());
        assert_eq!(
            world
                .one::<i64>(&format!(
                    "SELECT count(*) FROM sessions WHERE user_id = '{}'",
                    world.id("karin")
                ))
                .await,
            0
        );
    });
}

#[test]
fn changing_the_password_ends_every_session_but_the_new_one() {
    run(async |world| {
        let (here, there) = (
            world.token("sofia").await,
            world.signs_in("sofia.lind", PASSWORD).await,
        );
        let sofia = world.as_("sofia").await;
        let form = ChangePassword {
            current_password: Secret::new(PASSWORD),
            new_password: Secret::new(ANOTHER),
            ..Default::default()
        };
        let new = profile::change_password(&sofia, &form, ADDRESS)
            .await
            .expect("changed")
            .session;
        assert!(world.authenticated(&here).await.is_none());
        assert!(world.authenticated(&there).await.is_none());
        assert!(world.authenticated(&new).await.is_some());
        assert_eq!(
            refusal(world.tries("sofia.lind", PASSWORD).await),
            Refusal::WrongLogin
        );
        world.signs_in("sofia.lind", ANOTHER).await;
    });
}

#[test]
fn a_temporary_password_set_ends_their_sessions() {
    run(async |world| {
        let (karin, sofia) = (world.token("karin").await, world.as_("sofia").await);
        let form = SetTemporaryPassword {
            user: world.id("karin").to_string(),
            temporary_password: Secret::new(ANOTHER),
            ..Default::default()
        };
        users::set_temporary_password(&sofia, &form)
            .await
            .expect("set");
        assert!(world.authenticated(&karin).await.is_none());
    });
}

#[test]
fn a_user_with_a_temporary_password_can_only_change_it() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let form = NewUser {
            way_in: SignInSetup::TemporaryPassword.code().to_owned(),
            temporary_password: Secret::new(TEMPORARY),
            roles: vec![
                role_of(&sofia, BuiltInRole::OrganisationAdministrator)
                    .await
                    .to_string(),
            ],
            ..new_user(&sofia, "Ada", "Ek").await
        };
        users::create(&sofia, form).await.expect("created");
        let token = world.signs_in("ada.ek", TEMPORARY).await;
        let signed_in = world.authenticated(&token).await.expect("signed in");
        assert!(signed_in.me.must_change_password);
        for permission in Permission::ALL {
            let expected = (permission == Permission::OwnProfile).then_some(Reach::Own);
            assert_eq!(
                signed_in.me.grants.reach(permission),
                expected,
                "{permission:?}"
            );
        }
        let ada = signed_in.scope;
        assert_eq!(
            refusal(users::list(&ada, ListQuery::default()).await),
            Refusal::Forbidden
        );
        let same = ChangePassword {
            current_password: Secret::new(TEMPORARY),
            new_password: Secret::new(TEMPORARY),
            ..Default::default()
        };
        assert_eq!(
            problem(
                profile::change_password(&ada, &same, ADDRESS).await,
                Field::NewPassword
            ),
            Problem::Same
        );
        let form = ChangePassword {
            current_password: Secret::new(TEMPORARY),
            new_password: Secret::new(PASSWORD),
            ..Default::default()
        };
        let token = profile::change_password(&ada, &form, ADDRESS)
            .await
            .expect("changed")
            .session;
        let ada = world.authenticated(&token).await.expect("signed in");
        assert!(!ada.me.must_change_password);
        users::list(&ada.scope, ListQuery::default())
            .await
            .expect("a list");
    });
}

#[test]
fn a_removed_role_ends_at_the_next_request() {
    run(async |world| {
        let (sofia, maria) = (world.as_("sofia").await, world.token("maria").await);
        let role = role_of(&sofia, BuiltInRole::OrganisationAdministrator).await;
        let form = ChangeRole {
            user: world.id("maria").to_string(),
            role: role.to_string(),
            ..without_warnings()
        };
        users::change_role(&sofia, &form, false)
            .await
            .expect("taken");
        let maria = world.authenticated(&maria).await.expect("still signed in");
        assert_eq!(maria.me.grants.reach(Permission::CreateUsers), None);
        assert_eq!(
            maria.me.grants.reach(Permission::OwnProfile),
            Some(Reach::Own)
        );
    });
}

#[test]
fn signing_in_and_failing_to_are_kept() {
    run(async |world| {
        world.token("sofia").await;
        refusal(world.tries("sofia.lind", ANOTHER).await);
        refusal(world.tries("nobody.here", ANOTHER).await);
        let events = kinds(world, "sofia").await;
        assert!(
            events.contains(&"signed_in".to_owned())
                && events.contains(&"sign_in_failed".to_owned()),
            "{events:?}"
        );
        let kept: Vec<String> = world
            .all("SELECT kind || ' ' || subject FROM security_events")
            .await;
        assert_eq!(kept.len(), 1);
        assert!(
            !kept[0].contains("nobody"),
            "what was typed may be a password: {kept:?}"
        );
        let sofia = world.as_("sofia").await;
        sessions::sign_out(&sofia, &world.token("sofia").await)
            .await
            .expect("signed out");
        assert!(
            kinds(world, "sofia")
                .await
                .contains(&"signed_out".to_owned())
        );
    });
}

#[test]
fn last_activity_is_the_last_request() {
    run(async |world| {
        let (sofia, karin) = (world.as_("sofia").await, world.token("karin").await);
        let seen = async || {
            users::page(&sofia, world.id("karin"))
                .await
                .expect("a page")
                .last_activity
                .expect("was here")
                .iso
        };
        assert_eq!(seen().await, "2026-11-23T09:00:00Z");
        world
            .later(TimeDelta::minutes(10))
            .authenticate(&karin, world.db.new_id())
            .await
            .expect("answers");
        assert_eq!(seen().await, "2026-11-23T09:10:00Z");
        assert_eq!(
            users::page(&sofia, world.id("vera"))
                .await
                .expect("a page")
                .last_activity,
            None
        );
    });
}

async fn kinds(world: &World<'_>, who: &str) -> Vec<String> {
    world
        .all(&format!(
            "SELECT event ->> 'kind' FROM audit_events WHERE subject_id = '{}'",
            world.id(who)
        ))
        .await
}

#[test]
fn archiving_during_sign_in_leaves_no_session_after_restoring() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        world.as_("karin").await;
        let form = Archive {
            user: world.id("karin").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        let (signing_in, archived) = tokio::join!(world.tries("karin.ek", PASSWORD), async {
            // during the hashing of the password
            tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            users::archive(&sofia, &form).await
        });
        archived.expect("archived");
        let restore = usher_types::users::Restore {
            user: world.id("karin").to_string(),
            ..Default::default()
        };
        users::restore(&sofia, &restore).await.expect("restored");
        if let Ok(token) = signing_in {
            assert!(world.authenticated(&token).await.is_none());
        }
        assert_eq!(
            world
                .one::<i64>(&format!(
                    "SELECT count(*) FROM sessions WHERE user_id = '{}'",
                    world.id("karin")
                ))
                .await,
            0
        );
    });
}

#[test]
fn a_sign_in_over_a_session_left_the_former_one_alive() {
    run(async |world| {
        let former = world.signs_in("sofia.lind", PASSWORD).await;
        let elsewhere = world.signs_in("sofia.lind", PASSWORD).await;
        sessions::end_former(&world.visitor(), &former)
            .await
            .expect("ended");
        assert!(world.authenticated(&former).await.is_none());
        assert!(
            world.authenticated(&elsewhere).await.is_some(),
            "the other browser stays signed in"
        );
        sessions::end_former(&world.visitor(), &former)
            .await
            .expect("over already");
        assert_eq!(
            kinds(world, "sofia")
                .await
                .iter()
                .filter(|kind| *kind == "signed_out")
                .count(),
            1
        );
        let actor: String = world
            .one("SELECT actor_id::text FROM audit_events WHERE event ->> 'kind' = 'signed_out'")
            .await;
        assert_eq!(actor, world.id("sofia").to_string());
    });
}

#[test]
fn sixty_sessions_of_one_person_were_all_alive() {
    run(async |world| {
        let first = world.signs_in("sofia.lind", PASSWORD).await;
        let used = tries(
            &world.later(TimeDelta::seconds(1)),
            "sofia.lind",
            PASSWORD,
            ADDRESS,
        )
        .await
        .expect("signs in");
        for second in 2..20 {
            tries(
                &world.later(TimeDelta::seconds(second)),
                "sofia.lind",
                PASSWORD,
                ADDRESS,
            )
            .await
            .expect("signs in");
        }
        // a session that is in use stays, whatever its age
        let now = world.later(TimeDelta::minutes(2));
        assert!(
            now.authenticate(&used, now.new_id())
                .await
                .expect("answers")
                .is_some()
        );
        let last = tries(&now, "sofia.lind", PASSWORD, ADDRESS)
            .await
            .expect("signs in");
        for (token, is_alive) in [(&first, false), (&used, true), (&last, true)] {
            assert_eq!(
                now.authenticate(token, now.new_id())
                    .await
                    .expect("answers")
                    .is_some(),
                is_alive
            );
        }
        let count = format!(
            "SELECT count(*) FROM sessions WHERE user_id = '{}'",
            world.id("sofia")
        );
        assert_eq!(world.one::<i64>(&count).await, i64::from(sessions::MOST));
    });
}
