//! The first organisation, and the set-up link that creates it (decision 0027).

use chrono::TimeDelta;
use tokio::task::JoinSet;
use usher_domain::organisations::{self, Beginning};
use usher_domain::{Result, Scope, delivery, links, profile, sealing::Token, settings, users};
use usher_types::audit::Actor;
use usher_types::form::SavedDraft;
use usher_types::mail::Mail;
use usher_types::organisations::{
    self as organisations_types, ActOnAdministrator, AddOrganisation, EditOrganisation,
    SuspendOrganisation,
};
use usher_types::profile::ChangePassword;
use usher_types::refusal::Done;
use usher_types::session::{SetPassword, SetUp};
use usher_types::settings::EditSettings;
use usher_types::users::{Archive, ListQuery, NewUser, Status};
use usher_types::{
    AdministratorAct, BuiltInRole, Field, Language, OrganisationId, Problem, Refusal, Secret,
    SignInSetup, UserId, Warning,
};

use crate::support::{
    ADDRESS, PASSWORD, TEMPORARY, World, new_user, problem, refusal, role_of, run, run_bare, tries,
};

fn form(organisation: &str, login_name: &str) -> SetUp {
    SetUp {
        organisation_name: organisation.to_owned(),
        first_name: "Sofia".to_owned(),
        last_name: "Lind".to_owned(),
        login_name: login_name.to_owned(),
        new_password: Secret::new(PASSWORD),
        ..SetUp::default()
    }
}

#[test]
fn the_set_up_link_makes_the_first_organisation_once() {
    run_bare(async |database| {
        let db = database.db.at(World::morning());
        let visitor = db.visitor(db.new_id());
        assert!(!organisations::somebody_exists(&db).await.expect("answers"));
        let old = links::mint_set_up(&visitor).await.expect("a link");
        let link = links::mint_set_up(&visitor).await.expect("a link");
        assert_eq!(
            refusal(links::check_set_up(&visitor, &old).await),
            Refusal::DeadLink,
            "the newest counts"
        );
        links::check_set_up(&visitor, &link).await.expect("good");
        let weak = SetUp {
            new_password: Secret::new("northfield care 1234"),
            ..form("Northfield Care", "sofia.lind")
        };
        let said = problem(
            organisations::set_up(&db, &visitor, &link, &weak, Language::Sv).await,
            Field::NewPassword,
        );
        assert!(matches!(said, Problem::Weak(_)));
        let mut at_once = JoinSet::new();
        for number in 0..5 {
            let (db, visitor, link) = (db.clone(), visitor.clone(), link.clone());
            at_once.spawn(async move {
                organisations::set_up(
                    &db,
                    &visitor,
                    &link,
                    &form("Northfield Care", &format!("sofia.lind{number}")),
                    Language::Sv,
                )
                .await
            });
        }
        let (made, refused): (Vec<_>, Vec<_>) = at_once
            .join_all()
            .await
            .into_iter()
            .partition(Result::is_ok);
        assert_eq!(made.len(), 1);
        assert!(
            refused
                .into_iter()
                .all(|refused| refusal(refused) == Refusal::DeadLink)
        );
        assert!(organisations::somebody_exists(&db).await.expect("answers"));
        let name: String = database.one("SELECT login_name FROM users").await;
        tries(&db, &name, PASSWORD, "192.0.2.1")
            .await
            .expect("signs in");
    });
}

#[test]
fn a_set_up_link_expires_after_a_day_or_when_a_user_was_created_from_the_terminal() {
    run_bare(async |database| {
        let db = database.db.at(World::morning());
        let visitor = db.visitor(db.new_id());
        let link = links::mint_set_up(&visitor).await.expect("a link");
        let tomorrow = database.db.at(World::morning() + TimeDelta::hours(24));
        assert_eq!(
            refusal(links::check_set_up(&tomorrow.visitor(db.new_id()), &link).await),
            Refusal::DeadLink
        );
        assert_eq!(
            refusal(links::check_set_up(&visitor, &Token::from_text("guess")).await),
            Refusal::DeadLink
        );
        let first = form("Northfield Care", "sofia.lind")
            .parse()
            .expect("a good form");
        organisations::begin(
            &db,
            Beginning {
                first,
                language: Language::En,
                is_operator: true,
            },
            None,
        )
        .await
        .expect("made");
        let late = organisations::set_up(
            &db,
            &visitor,
            &link,
            &form("Mallory AB", "mallory.m"),
            Language::En,
        )
        .await;
        assert_eq!(refusal(late), Refusal::DeadLink);
        assert_eq!(
            database
                .one::<i64>("SELECT count(*) FROM organisations")
                .await,
            1
        );
    });
}

#[test]
fn another_organisation_with_a_login_name_that_is_taken_says_so() {
    run(async |world| {
        let first = form("Tredje Omsorg", "karin.ek")
            .parse()
            .expect("a good form");
        let begun = organisations::begin(
            &world.db,
            Beginning {
                first,
                language: Language::Sv,
                is_operator: false,
            },
            None,
        )
        .await;
        assert!(matches!(
            problem(begun, Field::LoginName),
            Problem::NameTaken(_)
        ));
        assert_eq!(
            world.one::<i64>("SELECT count(*) FROM organisations").await,
            2
        );
    });
}

fn another() -> AddOrganisation {
    AddOrganisation {
        organisation_name: "Väst Omsorg".to_owned(),
        language: "sv".to_owned(),
        first_name: "Wilma".to_owned(),
        last_name: "Ek".to_owned(),
        email: "wilma@vast.example".to_owned(),
        ..AddOrganisation::default()
    }
}

#[test]
fn the_operator_makes_an_organisation_once_and_its_administrator_is_invited() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let key = organisations::add_form(&sofia, None)
            .expect("a form")
            .form
            .key;
        let form = AddOrganisation { key, ..another() };
        let (one, other) = tokio::join!(
            organisations::add(&sofia, &form),
            organisations::add(&sofia, &form)
        );
        let made = one.expect("made");
        assert_eq!(made, other.expect("the same"), "a double submit is one act");
        let mail = delivery::claim(&world.db, 10)
            .await
            .expect("claims")
            .into_iter()
            .find(|mail| mail.organisation == made)
            .expect("invited");
        assert_eq!(
            (mail.login_name.as_str(), mail.language),
            ("wilma@vast.example", Language::Sv)
        );
        let page = organisations::page(&sofia, &made.to_string())
            .await
            .expect("a page");
        assert_eq!(
            (page.row.name.as_str(), page.row.people, page.row.used),
            ("Väst Omsorg", 1, 1)
        );
        let password = SetPassword {
            new_password: Secret::new(PASSWORD),
            ..SetPassword::default()
        };
        links::accept(&world.visitor(), &mail.token.expect("a link"), &password)
            .await
            .expect("set");
        let wilma = world
            .authenticated(&world.signs_in("wilma@vast.example", PASSWORD).await)
            .await
            .expect("signed in");
        let people = users::list(&wilma.scope, ListQuery::default())
            .await
            .expect("a list");
        assert_eq!(people.rows.len(), 1, "nobody of the others");
        let actors: Vec<bool> = world
            .all(&format!("SELECT actor_organisation_id = '{}' FROM audit_events WHERE organisation_id = '{made}' AND event ->> 'kind' = 'organisation_created'", world.northfield))
            .await;
        assert_eq!(actors, [true], "its audit says whose act it was");
    });
}

#[test]
fn a_taken_login_name_creates_no_organisation() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let key = organisations::add_form(&sofia, None)
            .expect("a form")
            .form
            .key;
        let form = AddOrganisation {
            key,
            login_name: "bea.noren".to_owned(),
            ..another()
        };
        assert!(matches!(
            problem(organisations::add(&sofia, &form).await, Field::LoginName),
            Problem::NameTaken(_)
        ));
        assert_eq!(
            world.one::<i64>("SELECT count(*) FROM organisations").await,
            2
        );
    });
}

#[test]
fn only_the_operators_system_administrator_keeps_organisations() {
    run(async |world| {
        let id = world.sodra.to_string();
        for who in ["maria", "sven", "birgit"] {
            let scope = world.as_(who).await;
            let none = organisations::list(&scope, organisations_types::ListQuery::default())
                .await
                .map(|_| ());
            let page = organisations::page(&scope, &id).await.map(|_| ());
            let suspended = SuspendOrganisation {
                id: id.clone(),
                reason: "Gone".to_owned(),
                ..SuspendOrganisation::default()
            };
            for answer in [
                none,
                page,
                organisations::suspend(&scope, &suspended).await.map(|_| ()),
            ] {
                assert_eq!(refusal(answer), Refusal::Forbidden, "{who}");
            }
        }
        // only the operator has the permission, whatever a row in the database says
        world
            .owner_runs(
                "INSERT INTO role_permissions SELECT organisation_id, id, 'manage_organisations', 'organisation' FROM roles
                    WHERE key = 'organisation_administrator'",
            )
            .await;
        let birgit = world
            .authenticated(&world.token("birgit").await)
            .await
            .expect("signed in")
            .scope;
        assert_eq!(
            refusal(organisations::page(&birgit, &id).await),
            Refusal::Forbidden
        );
    });
}

#[test]
fn a_suspended_organisation_is_signed_out_and_comes_back_as_it_was() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let (token, theirs) = (world.token("birgit").await, world.token("maria").await);
        let form = SuspendOrganisation {
            id: world.sodra.to_string(),
            reason: "Unpaid".to_owned(),
            ..SuspendOrganisation::default()
        };
        organisations::suspend(&sofia, &form)
            .await
            .expect("suspended");
        assert!(
            world.authenticated(&token).await.is_none(),
            "every session ended"
        );
        assert!(
            world.authenticated(&theirs).await.is_some(),
            "and nobody else's"
        );
        assert_eq!(
            refusal(world.tries("birgit.akesson", PASSWORD).await),
            Refusal::Suspended
        );
        assert_eq!(
            refusal(
                world
                    .tries("birgit.akesson", "violet kettle under 48 pines")
                    .await
            ),
            Refusal::WrongLogin,
            "told to nobody else"
        );
        organisations::resume(&sofia, &form).await.expect("resumed");
        assert!(
            world.authenticated(&token).await.is_none(),
            "an old session does not come back to life"
        );
        let birgit = world
            .authenticated(&world.signs_in("birgit.akesson", PASSWORD).await)
            .await
            .expect("signed in");
        assert_eq!(
            users::list(&birgit.scope, ListQuery::default())
                .await
                .expect("a list")
                .rows
                .len(),
            4,
            "nothing is lost"
        );
        let activity = organisations::page(&sofia, &world.sodra.to_string())
            .await
            .expect("a page")
            .activity;
        assert_eq!(activity.len(), 2);
        let sofia = Actor::Operator(Some("Sofia Lind (Northfield Care)".to_owned()));
        assert!(
            activity.iter().all(|line| line.who == sofia),
            "what is done across organisations has a name"
        );
    });
}

#[test]
fn the_operator_itself_is_never_suspended() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let form = SuspendOrganisation {
            id: world.northfield.to_string(),
            reason: "A mistake".to_owned(),
            ..SuspendOrganisation::default()
        };
        assert_eq!(
            refusal(organisations::suspend(&sofia, &form).await),
            Refusal::WouldLockOut
        );
    });
}

#[test]
fn concurrent_changes_of_an_agreement_conflict() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let open = organisations::edit_form(&sofia, &world.sodra.to_string(), None)
            .await
            .expect("a form")
            .form;
        let first = EditOrganisation {
            organisation_name: "Södra Vård".to_owned(),
            ..open.clone()
        };
        organisations::edit(&sofia, &first).await.expect("renamed");
        let second = EditOrganisation {
            seats: "20".to_owned(),
            ..open
        };
        assert_eq!(
            refusal(organisations::edit(&sofia, &second).await),
            Refusal::Conflict
        );
        let kept = SavedDraft {
            form: second,
            refusal: Some(Refusal::Conflict),
        };
        let page = organisations::edit_form(&sofia, &world.sodra.to_string(), Some(kept))
            .await
            .expect("a form");
        assert_eq!(
            (page.page.row.name.as_str(), page.form.seats.as_str()),
            ("Södra Vård", "20")
        );
        organisations::edit(&sofia, &page.form)
            .await
            .expect("saved knowingly");
        let found = organisations::list(
            &sofia,
            organisations_types::ListQuery {
                q: "sodra".to_owned(),
                ..Default::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!((found.rows.len(), found.rows[0].seats), (1, Some(20)));
    });
}

#[test]
fn the_operator_does_not_see_who_works_in_an_organisation() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let form = settings::page(&birgit, None).await.expect("a page").form;
        settings::edit(
            &birgit,
            &EditSettings {
                support_contact: "Bo".to_owned(),
                ..form
            },
        )
        .await
        .expect("settled");
        let activity = organisations::page(&world.as_("sofia").await, &world.sodra.to_string())
            .await
            .expect("a page")
            .activity;
        assert_eq!(activity[0].who, Actor::Hidden);
    });
}

/// A second administrator of Södra Omsorg, who can sign in and has an e-mail address.
async fn bengt(world: &World<'_>) -> (UserId, Scope) {
    let birgit = world.as_("birgit").await;
    let form = NewUser {
        roles: vec![
            role_of(&birgit, BuiltInRole::OrganisationAdministrator)
                .await
                .to_string(),
        ],
        way_in: SignInSetup::TemporaryPassword.code().to_owned(),
        temporary_password: Secret::new(TEMPORARY),
        ..new_user(&birgit, "Bengt", "Ahl").await
    };
    let bengt = users::create(&birgit, form).await.expect("created");
    let first = world
        .authenticated(&world.signs_in("bengt.ahl", TEMPORARY).await)
        .await
        .expect("signed in")
        .scope;
    let form = ChangePassword {
        current_password: Secret::new(TEMPORARY),
        new_password: Secret::new(PASSWORD),
        ..ChangePassword::default()
    };
    let changed = profile::change_password(&first, &form, ADDRESS)
        .await
        .expect("a password of his own");
    let scope = world
        .authenticated(&changed.session)
        .await
        .expect("signed in")
        .scope;
    world
        .owner_runs(&format!(
            "UPDATE users SET email = 'bengt@example.org' WHERE id = '{bengt}'"
        ))
        .await;
    (bengt, scope)
}

async fn acts(world: &World<'_>, user: UserId, act: AdministratorAct) -> Result<OrganisationId> {
    let form = ActOnAdministrator {
        id: world.sodra.to_string(),
        user: user.to_string(),
        act: act.code().to_owned(),
        reason: "Left in October".to_owned(),
        override_warnings: "on".to_owned(),
        ..ActOnAdministrator::default()
    };
    organisations::act_on_administrator(&world.as_("sofia").await, &form).await
}

async fn listed(world: &World<'_>) -> Vec<(String, Status)> {
    let page = organisations::page(&world.as_("sofia").await, &world.sodra.to_string())
        .await
        .expect("a page");
    page.administrators
        .into_iter()
        .map(|administrator| (administrator.name, administrator.status))
        .collect()
}

/// The recipients of mails about an action on an administrator, with the action and the actor.
async fn told(
    world: &World<'_>,
) -> Vec<(String, AdministratorAct, Option<String>, Option<String>)> {
    let claimed = delivery::claim(&world.db, 20).await.expect("claims");
    let told = claimed.into_iter().filter_map(|mail| match mail.mail {
        Mail::AdministratorManaged { act, .. } => Some((mail.name, act, mail.about, mail.by)),
        _ => None,
    });
    told.collect()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn an_administrator_who_left_kept_their_access_because_nobody_could_archive_them() {
    run(async |world| {
        let (bengt, _) = bengt(world).await;
        let birgit = world.as_("birgit").await;
        let archive = Archive {
            user: bengt.to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        assert_eq!(
            refusal(users::archive(&birgit, &archive).await),
            Refusal::Forbidden,
            "as before: not by another one (OG-37)"
        );
        let both = ["Bengt Ahl", "Birgit Åkesson"].map(|name| (name.to_owned(), Status::Active));
        assert_eq!(listed(world).await, both);
        acts(world, bengt, AdministratorAct::Archive)
            .await
            .expect("archived");
        assert_eq!(
            refusal(world.tries("bengt.ahl", PASSWORD).await),
            Refusal::WrongLogin
        );
        assert_eq!(
            listed(world).await[1],
            ("Bengt Ahl".to_owned(), Status::Archived),
            "still there to be restored"
        );
        let page = users::page(&birgit, bengt).await.expect("a page");
        let sofia = Actor::Operator(some("Sofia Lind (Northfield Care)"));
        assert_eq!(
            (
                page.activity[0].who.clone(),
                page.archived_reason.as_deref()
            ),
            (sofia, Some("Left in October"))
        );
        let news = (
            ("Birgit Åkesson").to_owned(),
            AdministratorAct::Archive,
            some("Bengt Ahl"),
            some("Sofia Lind (Northfield Care)"),
        );
        assert_eq!(told(world).await, [news]);
        let own: Vec<String> = world
            .all(&format!(
                "SELECT concat_ws(' ', event ->> 'with', event ->> 'user', event ->> 'act') FROM audit_events
                    WHERE organisation_id = '{}' AND actor_id = '{}' AND kind = 'administrator_managed'",
                world.northfield,
                world.id("sofia")
            ))
            .await;
        assert_eq!(
            own,
            [format!("{} {bengt} archive", world.sodra)],
            "the operator's audit says for which organisation"
        );
        acts(world, bengt, AdministratorAct::Restore)
            .await
            .expect("restored");
        assert_eq!(
            listed(world).await[0],
            ("Bengt Ahl".to_owned(), Status::NoWayIn)
        );
        assert_eq!(
            refusal(world.tries("bengt.ahl", PASSWORD).await),
            Refusal::WrongLogin,
            "the old password stays dead"
        );
    });
}

#[test]
fn an_administrator_created_by_mistake_could_not_be_removed() {
    run(async |world| {
        let (bengt, scope) = bengt(world).await;
        users::list(&scope, ListQuery::default())
            .await
            .expect("he administers");
        acts(world, bengt, AdministratorAct::RemoveRole)
            .await
            .expect("removed");
        assert_eq!(
            listed(world).await,
            [("Birgit Åkesson".to_owned(), Status::Active)]
        );
        assert_eq!(told(world).await.len(), 1);
        let birgit = world.as_("birgit").await;
        let archive = Archive {
            user: bengt.to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&birgit, &archive)
            .await
            .expect("from now on he is managed by his own administrators");
        let removed = Done::Administrator {
            organisation: world.sodra,
            act: AdministratorAct::RemoveRole,
        };
        assert_eq!(
            refusal(acts(world, bengt, AdministratorAct::Archive).await),
            Refusal::AlreadyDone(removed),
            "and by nobody else"
        );
    });
}

#[test]
fn an_administrators_new_link_goes_only_to_the_stored_address() {
    run(async |world| {
        let (bengt, _) = bengt(world).await;
        acts(world, bengt, AdministratorAct::Invite)
            .await
            .expect("sent");
        let mails = delivery::claim(&world.db, 20).await.expect("claims");
        let link = mails
            .iter()
            .find(|mail| mail.mail == Mail::Invitation)
            .expect("a link");
        assert_eq!(
            (link.user, link.address.as_deref()),
            (bengt, Some("bengt@example.org"))
        );
        assert_eq!(
            mails
                .iter()
                .filter(|mail| matches!(mail.mail, Mail::AdministratorManaged { .. }))
                .count(),
            1
        );
        world.signs_in("bengt.ahl", PASSWORD).await;
        let password = SetPassword {
            new_password: Secret::new("violet kettle under 48 pines"),
            ..SetPassword::default()
        };
        links::accept(
            &world.visitor(),
            link.token.as_ref().expect("a token"),
            &password,
        )
        .await
        .expect("set");
        world
            .signs_in("bengt.ahl", "violet kettle under 48 pines")
            .await;
        world
            .owner_runs(&format!(
                "UPDATE users SET email = NULL WHERE id = '{bengt}'"
            ))
            .await;
        assert_eq!(
            problem(
                acts(world, bengt, AdministratorAct::Invite).await,
                Field::Email
            ),
            Problem::NeedsEmail
        );
    });
}

#[test]
fn nobody_removes_the_last_administrator_of_an_organisation() {
    run(async |world| {
        let birgit = world.id("birgit");
        let sofia = world.as_("sofia").await;
        for act in [AdministratorAct::Archive, AdministratorAct::RemoveRole] {
            let page = organisations::administrator_page(
                &sofia,
                &world.sodra.to_string(),
                &birgit.to_string(),
                act.code(),
                None,
            )
            .await;
            assert!(page.expect("a page").is_last);
            assert_eq!(
                refusal(acts(world, birgit, act).await),
                Refusal::WouldLockOut
            );
        }
        let (bengt, _) = bengt(world).await;
        let form = ActOnAdministrator {
            id: world.sodra.to_string(),
            user: bengt.to_string(),
            act: "remove-role".to_owned(),
            ..ActOnAdministrator::default()
        };
        let warned = organisations::act_on_administrator(&sofia, &form).await;
        assert_eq!(
            refusal(warned),
            Refusal::Warned(vec![Warning::FewAdministrators]),
            "the last but one is warned of"
        );
        assert_eq!(
            delivery::claim(&world.db, 20).await.expect("claims").len(),
            0,
            "and nobody is told of what was not done"
        );
    });
}

#[test]
fn the_operator_acts_only_on_administrators_of_another_organisation() {
    run(async |world| {
        let (bengt, scope) = bengt(world).await;
        for who in ["bo", "bea", "maria"] {
            for act in AdministratorAct::ALL {
                assert_eq!(
                    refusal(acts(world, world.id(who), act).await),
                    Refusal::NotFound,
                    "{who} {act:?}"
                );
            }
        }
        let sofia = world.as_("sofia").await;
        let own = ActOnAdministrator {
            id: world.northfield.to_string(),
            user: world.id("maria").to_string(),
            act: "invite".to_owned(),
            ..ActOnAdministrator::default()
        };
        assert_eq!(
            refusal(organisations::act_on_administrator(&sofia, &own).await),
            Refusal::NotFound,
            "the own are managed on their pages"
        );
        let theirs = ActOnAdministrator {
            id: world.sodra.to_string(),
            user: bengt.to_string(),
            ..own
        };
        for other in [&scope, &world.as_("maria").await] {
            assert_eq!(
                refusal(organisations::act_on_administrator(other, &theirs).await),
                Refusal::Forbidden
            );
        }
        let held: i64 = world
            .one("SELECT count(*) FROM audit_events WHERE kind = 'administrator_managed'")
            .await;
        assert_eq!(held, 0);
    });
}

#[test]
fn two_system_administrators_on_one_administrator_learn_of_each_other() {
    run(async |world| {
        let (bengt, _) = bengt(world).await;
        let done = |act| {
            Refusal::AlreadyDone(Done::Administrator {
                organisation: world.sodra,
                act,
            })
        };
        assert_eq!(
            refusal(acts(world, bengt, AdministratorAct::Restore).await),
            done(AdministratorAct::Restore)
        );
        acts(world, bengt, AdministratorAct::Archive)
            .await
            .expect("archived");
        for act in [
            AdministratorAct::Archive,
            AdministratorAct::RemoveRole,
            AdministratorAct::Invite,
        ] {
            assert_eq!(
                refusal(acts(world, bengt, act).await),
                done(AdministratorAct::Archive)
            );
        }
        assert_eq!(
            told(world).await.len(),
            1,
            "what was done once is told once"
        );
    });
}
