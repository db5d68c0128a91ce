//! Explanations of why a user cannot sign in, see a person, or add a person match what happens
//! (OG-88 to OG-90).

use chrono::TimeDelta;
use usher_domain::{Scope, explanations, offices, teams, users};
use usher_types::explanations::{Answer, Check, Explained, Question, Way, What, passes};
use usher_types::refusal::Taken;
use usher_types::units::{ChangeMember, EditOffice, EditTeam};
use usher_types::users::{Archive, Availability, EditUser, SetTemporaryPassword};
use usher_types::{BuiltInRole, ClientId, Permission, Reach, Refusal, Secret, UserId};

use crate::clients::{assistant, client, covers_now};
use crate::support::{TEMPORARY, World, new_user, refusal, role_of, run, tries};
use crate::units::team;

fn about(person: UserId) -> Question {
    Question {
        person: person.to_string(),
        ..Question::default()
    }
}

async fn explained(scope: &Scope, question: Question) -> Explained {
    explanations::page(scope, question)
        .await
        .expect("a page")
        .explained
        .expect("explained")
}

fn stands_in_the_way(checks: &[Check]) -> Vec<&What> {
    checks
        .iter()
        .filter(|check| check.answer == Answer::No)
        .map(|check| &check.what)
        .collect()
}

#[test]
fn each_reason_for_not_signing_in_is_explained() {
    run(async |world| {
        let maria = world.as_("maria").await;
        world.token("karin").await;
        let karin = world.id("karin");
        let good = explained(&maria, about(karin)).await.sign_in;
        assert!(
            passes(&good)
                && good
                    .iter()
                    .any(|check| check.what == What::WayIn(Way::Password)),
            "{good:?}"
        );
        assert!(
            good.iter()
                .any(|check| matches!(check.what, What::LastSignIn(Some(_))))
        );
        for _ in 0..6 {
            let _ = tries(&world.db, "karin.ek", "wrong wrong wrong", "192.0.2.77").await;
        }
        let slowed = explained(&maria, about(karin)).await.sign_in;
        assert!(
            matches!(stands_in_the_way(&slowed)[..], [What::NotSlowed(Some(_))]),
            "{slowed:?}"
        );
        assert!(
            slowed
                .iter()
                .any(|check| matches!(check.what, What::LastFailure(_)))
        );
        let temporary = SetTemporaryPassword {
            user: karin.to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..Default::default()
        };
        users::set_temporary_password(&maria, &temporary)
            .await
            .expect("set");
        let ways = explained(&maria, about(karin)).await.sign_in;
        assert!(
            ways.iter()
                .any(|check| matches!(check.what, What::WayIn(Way::Temporary(_)))
                    && check.answer == Answer::Yes)
        );
        let later = world.later(TimeDelta::days(8));
        world.owner_runs("UPDATE sessions SET ends_at = ends_at + interval '9 days', seen_at = seen_at + interval '8 days'").await;
        let scope = later
            .authenticate(&world.token("maria").await, later.new_id())
            .await
            .expect("answers")
            .expect("signed in")
            .scope;
        assert!(matches!(
            stands_in_the_way(&explained(&scope, about(karin)).await.sign_in)[..],
            [What::WayIn(Way::Expired(_))]
        ));
        users::archive(
            &maria,
            &Archive {
                user: karin.to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        let archived = explained(&maria, about(karin)).await;
        assert!(
            stands_in_the_way(&archived.sign_in)
                .contains(&&What::NotArchived(Some("Left".to_owned())))
        );
        assert!(
            archived.may.restore,
            "and it leads to the page that mends it"
        );
        let plain = users::create(&maria, new_user(&maria, "Plain", "Ahl").await)
            .await
            .expect("created");
        assert_eq!(
            stands_in_the_way(&explained(&maria, about(plain)).await.sign_in),
            [&What::WayIn(Way::None)]
        );
        world
            .owner_runs(
                "ALTER TABLE organisations ADD COLUMN IF NOT EXISTS suspended_at timestamptz",
            )
            .await;
        world
            .owner_runs("UPDATE organisations SET suspended_at = now()")
            .await;
        assert!(
            stands_in_the_way(&explained(&maria, about(plain)).await.sign_in)
                .contains(&&What::NotSuspended)
        );
    });
}

#[test]
fn the_explanation_agrees_with_what_a_user_really_sees() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let key = || world.db.new_id().to_string();
        let office = async |name: &str| {
            let form = EditOffice {
                key: key(),
                unit_name: name.to_owned(),
                ..EditOffice::default()
            };
            offices::edit(&maria, &form).await.expect("an office")
        };
        let (north, south) = (office("Norr").await, office("Söder").await);
        let form = EditTeam {
            key: key(),
            unit_name: "Dag".to_owned(),
            ..EditTeam::default()
        };
        let team = teams::edit(&maria, &form).await.expect("a team");
        for who in ["sven", "karin"] {
            let joins = ChangeMember {
                team: team.to_string(),
                user: world.id(who).to_string(),
                ..ChangeMember::default()
            };
            teams::assign_member(&maria, &joins).await.expect("joined");
        }
        for (sven, karin, vera) in [
            (None, None, None),
            (Some(north), Some(north), Some(south)),
            (Some(north), Some(south), Some(north)),
        ] {
            for (who, at) in [("sven", sven), ("karin", karin), ("vera", vera)] {
                let form = users::edit_user_form(&maria, world.id(who), None)
                    .await
                    .expect("a form")
                    .form;
                let office = at.map(|at| at.to_string()).unwrap_or_default();
                users::edit(&maria, EditUser { office, ..form })
                    .await
                    .expect("bound");
            }
            for reach in [
                Some(Reach::Team),
                Some(Reach::Office),
                Some(Reach::Organisation),
                None,
            ] {
                let role = BuiltInRole::Supervisor.code();
                world
                    .owner_runs(&format!(
                        "DELETE FROM role_permissions p USING roles r WHERE r.id = p.role_id AND r.key = '{role}' AND permission = 'view_users'"
                    ))
                    .await;
                if let Some(reach) = reach {
                    world
                        .owner_runs(&format!(
                            "INSERT INTO role_permissions SELECT organisation_id, id, 'view_users', '{}' FROM roles WHERE key = '{role}'",
                            reach.code()
                        ))
                        .await;
                }
                let scope = world.as_("sven").await;
                for other in ["karin", "vera", "maria", "sven"] {
                    let really = users::page(&scope, world.id(other)).await.is_ok();
                    let question = Question {
                        other: world.id(other).to_string(),
                        ..about(world.id("sven"))
                    };
                    let (_, checks) = explained(&maria, question).await.other.expect("looked at");
                    assert_eq!(
                        passes(&checks),
                        really,
                        "sven at {sven:?}, {reach:?}, {other}: {checks:?}"
                    );
                }
            }
        }
    });
}

#[test]
fn each_reason_for_not_adding_a_user_is_explained() {
    run(async |world| {
        let (sofia, maria) = (world.as_("sofia").await, world.as_("maria").await);
        let adds = async |person: UserId, typed: &str| {
            let question = Question {
                typed: typed.to_owned(),
                ..about(person)
            };
            explained(&maria, question).await.adds
        };
        assert_eq!(
            stands_in_the_way(&adds(world.id("karin"), "").await),
            [&What::AddsPeople(None)]
        );
        let own = adds(world.id("maria"), "").await;
        assert!(
            passes(&own) && !own.iter().any(|check| check.what == What::RoleNeeded),
            "{own:?}"
        );
        let (stina, _) = world
            .joins(
                &sofia,
                "Stina",
                &[role_of(&sofia, BuiltInRole::SecurityAdministrator).await],
            )
            .await;
        let security = adds(stina, "").await;
        assert!(
            passes(&security) && security.contains(&Check::note(What::RoleNeeded)),
            "{security:?}"
        );
        let gives = security.iter().find_map(|check| {
            if let What::Gives(roles) = &check.what {
                Some(roles.len())
            } else {
                None
            }
        });
        assert_eq!(gives, Some(2));
        let taken = adds(world.id("maria"), "karin.ek").await;
        let here = Availability::Taken(Taken::Here {
            user: Some(world.id("karin")),
        });
        assert_eq!(stands_in_the_way(&taken), [&What::NameFree(here)]);
        let elsewhere = adds(world.id("maria"), "bea.noren").await;
        assert!(matches!(
            stands_in_the_way(&elsewhere)[..],
            [What::NameFree(Availability::Taken(Taken::Elsewhere { .. }))]
        ));
        let address = adds(world.id("maria"), "Sofia.Lind@example.org").await;
        assert_eq!(stands_in_the_way(&address), [&What::AddressFree]);
    });
}

#[test]
fn asking_about_others_needs_edit_users_and_their_reach() {
    run(async |world| {
        for who in ["karin", "vera", "sven"] {
            let scope = world.as_(who).await;
            assert_eq!(
                refusal(explanations::page(&scope, about(world.id("maria"))).await),
                Refusal::Forbidden,
                "{who}"
            );
            let search = Question {
                q: "maria".to_owned(),
                ..Question::default()
            };
            assert_eq!(
                refusal(explanations::page(&scope, search).await),
                Refusal::Forbidden,
                "{who}"
            );
            assert!(
                !explanations::page(&scope, Question::default())
                    .await
                    .expect("their own")
                    .may_look
            );
        }
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        for id in [world.id("karin"), UserId(world.db.new_id())] {
            assert_eq!(
                refusal(explanations::page(&birgit, about(id)).await),
                Refusal::NotFound
            );
            let other = Question {
                other: id.to_string(),
                ..about(world.id("bea"))
            };
            assert_eq!(
                refusal(explanations::page(&birgit, other).await),
                Refusal::NotFound
            );
        }
        let search = Question {
            q: "lund".to_owned(),
            ..Question::default()
        };
        assert!(
            explanations::page(&maria, search.clone())
                .await
                .expect("a page")
                .found
                .is_empty(),
            "somebody of Södra Omsorg"
        );
        assert_eq!(
            explanations::page(&birgit, search)
                .await
                .expect("a page")
                .found
                .len(),
            1
        );
        assert!(maria.grants().reaches_others(Permission::EditUsers));
    });
}

#[test]
fn the_support_contact_is_shown_where_the_organisation_has_one() {
    run(async |world| {
        let support = async |world: &World<'_>| {
            explanations::page(&world.as_("karin").await, Question::default())
                .await
                .expect("a page")
                .support
        };
        assert_eq!(support(world).await, "");
        world.owner_runs("ALTER TABLE organisations ADD COLUMN IF NOT EXISTS support_contact text NOT NULL DEFAULT ''").await;
        world
            .owner_runs("UPDATE organisations SET support_contact = 'Call 0123'")
            .await;
        assert_eq!(support(world).await, "Call 0123");
    });
}

#[test]
fn each_reason_for_not_seeing_a_client_is_explained() {
    run(async |world| {
        for who in ["karin", "sven", "bo"] {
            world.token(who).await;
        }
        let maria = world.as_("maria").await;
        let night = team(&maria, "Natt", None).await;
        let elsa = client(&maria, "Elsa", Some(world.id("sven")), Some(night)).await;
        let other = client(&maria, "Olle", Some(world.id("sven")), None).await;
        let (anna, _) = assistant(world, &maria, "Anna", &[other]).await;
        let asked = |person: UserId, client: ClientId| Question {
            client: client.to_string(),
            client_q: "elsa".to_owned(),
            ..about(person)
        };
        let told = explained(&maria, asked(anna, elsa)).await;
        assert_eq!(
            told.clients
                .iter()
                .map(|client| client.id)
                .collect::<Vec<_>>(),
            [elsa]
        );
        let (_, checks) = told.client.expect("a client");
        assert!(
            matches!(
                stands_in_the_way(&checks)[..],
                [What::ClientNear(Reach::Own)]
            ),
            "{checks:?}"
        );
        let (_, checks) = explained(&maria, asked(anna, other))
            .await
            .client
            .expect("a client");
        assert!(passes(&checks), "linked: {checks:?}");
        covers_now(&maria, anna, night, "").await;
        let (_, checks) = explained(&maria, asked(anna, elsa))
            .await
            .client
            .expect("a client");
        assert!(
            passes(&checks) && checks.iter().any(|check| check.what == What::CoversClient),
            "{checks:?}"
        );
        let (_, checks) = explained(&maria, asked(world.id("karin"), elsa))
            .await
            .client
            .expect("a client");
        assert!(passes(&checks), "a caseworker views everybody's");
        let bea = client(
            &world.as_("birgit").await,
            "Bea",
            Some(world.id("bo")),
            None,
        )
        .await;
        assert_eq!(
            refusal(explanations::page(&maria, asked(anna, bea)).await),
            Refusal::NotFound
        );
    });
}
