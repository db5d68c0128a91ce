//! The first organisation, and the set-up link that makes it (issue 2, C).

use chrono::TimeDelta;
use tokio::task::JoinSet;
use usher_domain::organisations::{self, Beginning};
use usher_domain::{links, outbox, sealing::Token, settings, users};
use usher_types::audit::Who;
use usher_types::form::Secret;
use usher_types::organisations::{self as organisations_types, AddOrganisation, EditOrganisation, SuspendOrganisation};
use usher_types::session::{SetPassword, SetUp};
use usher_types::settings::EditSettings;
use usher_types::users::{Kept, ListQuery};
use usher_types::{Field, Language, Problem, Refusal};

use crate::support::{PASSWORD, World, problem, refusal, run, run_bare, tries};

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
        assert_eq!(refusal(links::check_set_up(&visitor, &old).await), Refusal::DeadLink, "the newest counts");
        links::check_set_up(&visitor, &link).await.expect("good");
        let weak = SetUp { new_password: Secret::new("northfield care 1234"), ..form("Northfield Care", "sofia.lind") };
        let said = problem(organisations::set_up(&db, &visitor, &link, &weak, Language::Sv).await, Field::NewPassword);
        assert!(matches!(said, Problem::Weak(_)));
        let mut at_once = JoinSet::new();
        for number in 0..5 {
            let (db, visitor, link) = (db.clone(), visitor.clone(), link.clone());
            at_once.spawn(async move {
                organisations::set_up(&db, &visitor, &link, &form("Northfield Care", &format!("sofia.lind{number}")), Language::Sv).await
            });
        }
        let (made, refused): (Vec<_>, Vec<_>) = at_once.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!(made.len(), 1);
        assert!(refused.into_iter().all(|refused| refusal(refused) == Refusal::DeadLink));
        assert!(organisations::somebody_exists(&db).await.expect("answers"));
        let name: String = database.one("SELECT login_name FROM users").await;
        tries(&db, &name, PASSWORD, "192.0.2.1").await.expect("signs in");
    });
}

#[test]
fn a_set_up_link_dies_after_a_day_or_when_somebody_was_made_from_the_terminal() {
    run_bare(async |database| {
        let db = database.db.at(World::morning());
        let visitor = db.visitor(db.new_id());
        let link = links::mint_set_up(&visitor).await.expect("a link");
        let tomorrow = database.db.at(World::morning() + TimeDelta::hours(24));
        assert_eq!(refusal(links::check_set_up(&tomorrow.visitor(db.new_id()), &link).await), Refusal::DeadLink);
        assert_eq!(refusal(links::check_set_up(&visitor, &Token::from_text("guess")).await), Refusal::DeadLink);
        let first = form("Northfield Care", "sofia.lind").parse().expect("a good form");
        organisations::begin(&db, Beginning { first, language: Language::En, is_operator: true }, None).await.expect("made");
        let late = organisations::set_up(&db, &visitor, &link, &form("Mallory AB", "mallory.m"), Language::En).await;
        assert_eq!(refusal(late), Refusal::DeadLink);
        assert_eq!(database.one::<i64>("SELECT count(*) FROM organisations").await, 1);
    });
}

#[test]
fn another_organisation_with_a_login_name_that_is_taken_says_so() {
    run(async |world| {
        let first = form("Tredje Omsorg", "karin.ek").parse().expect("a good form");
        let begun = organisations::begin(&world.db, Beginning { first, language: Language::Sv, is_operator: false }, None).await;
        assert!(matches!(problem(begun, Field::LoginName), Problem::NameTaken(_)));
        assert_eq!(world.one::<i64>("SELECT count(*) FROM organisations").await, 2);
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
        let key = organisations::add_form(&sofia, None).await.expect("a form").form.key;
        let form = AddOrganisation { key, ..another() };
        let (one, other) = tokio::join!(organisations::add(&sofia, &form), organisations::add(&sofia, &form));
        let made = one.expect("made");
        assert_eq!(made, other.expect("the same"), "a double submit is one act");
        let mail = outbox::claim(&world.db, 10).await.expect("claims").into_iter().find(|mail| mail.organisation == made).expect("invited");
        assert_eq!((mail.login_name.as_str(), mail.language), ("wilma@vast.example", Language::Sv));
        let page = organisations::page(&sofia, &made.to_string()).await.expect("a page");
        assert_eq!((page.row.name.as_str(), page.row.people, page.row.used), ("Väst Omsorg", 1, 1));
        let password = SetPassword { new_password: Secret::new(PASSWORD), ..SetPassword::default() };
        links::accept(&world.visitor(), &mail.token.expect("a link"), &password).await.expect("set");
        let wilma = world.authenticated(&world.signs_in("wilma@vast.example", PASSWORD).await).await.expect("signed in");
        let people = users::list(&wilma.scope, ListQuery::default()).await.expect("a list");
        assert_eq!(people.rows.len(), 1, "nobody of the others");
        let actors: Vec<bool> = world
            .all(&format!("SELECT actor_organisation_id = '{}' FROM audit_events WHERE organisation_id = '{made}' AND event ->> 'kind' = 'organisation_created'", world.northfield))
            .await;
        assert_eq!(actors, [true], "its audit says whose act it was");
    });
}

#[test]
fn a_login_name_that_is_taken_makes_no_organisation() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let key = organisations::add_form(&sofia, None).await.expect("a form").form.key;
        let form = AddOrganisation { key, login_name: "bea.noren".to_owned(), ..another() };
        assert!(matches!(problem(organisations::add(&sofia, &form).await, Field::LoginName), Problem::NameTaken(_)));
        assert_eq!(world.one::<i64>("SELECT count(*) FROM organisations").await, 2);
    });
}

#[test]
fn only_the_operators_system_administrator_keeps_organisations() {
    run(async |world| {
        let id = world.sodra.to_string();
        for who in ["maria", "sven", "birgit"] {
            let scope = world.as_(who).await;
            let none = organisations::list(&scope, organisations_types::ListQuery::default()).await.map(|_| ());
            let page = organisations::page(&scope, &id).await.map(|_| ());
            let suspended = SuspendOrganisation { id: id.clone(), reason: "Gone".to_owned(), ..SuspendOrganisation::default() };
            for answer in [none, page, organisations::suspend(&scope, &suspended).await.map(|_| ())] {
                assert_eq!(refusal(answer), Refusal::Forbidden, "{who}");
            }
        }
        // whatever a row in the database says: the permission is the operator's alone
        world
            .owner_runs(
                "INSERT INTO role_permissions SELECT organisation_id, id, 'manage_organisations', 'organisation' FROM roles
                    WHERE key = 'organisation_administrator'",
            )
            .await;
        let birgit = world.authenticated(&world.token("birgit").await).await.expect("signed in").scope;
        assert_eq!(refusal(organisations::page(&birgit, &id).await), Refusal::Forbidden);
    });
}

#[test]
fn a_suspended_organisation_is_signed_out_and_comes_back_as_it_was() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let (token, theirs) = (world.token("birgit").await, world.token("maria").await);
        let form = SuspendOrganisation { id: world.sodra.to_string(), reason: "Unpaid".to_owned(), ..SuspendOrganisation::default() };
        organisations::suspend(&sofia, &form).await.expect("suspended");
        assert!(world.authenticated(&token).await.is_none(), "every session ended");
        assert!(world.authenticated(&theirs).await.is_some(), "and nobody else's");
        assert_eq!(refusal(world.tries("birgit.akesson", PASSWORD).await), Refusal::Suspended);
        assert_eq!(
            refusal(world.tries("birgit.akesson", "violet kettle under 48 pines").await),
            Refusal::WrongLogin,
            "told to nobody else"
        );
        organisations::resume(&sofia, &form).await.expect("resumed");
        assert!(world.authenticated(&token).await.is_none(), "an old session does not come back to life");
        let birgit = world.authenticated(&world.signs_in("birgit.akesson", PASSWORD).await).await.expect("signed in");
        assert_eq!(users::list(&birgit.scope, ListQuery::default()).await.expect("a list").rows.len(), 4, "nothing is lost");
        let activity = organisations::page(&sofia, &world.sodra.to_string()).await.expect("a page").activity;
        assert_eq!(activity.len(), 2);
        assert!(activity.iter().all(|line| line.who == Who::Operator));
    });
}

#[test]
fn the_operator_itself_is_never_suspended() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let form = SuspendOrganisation { id: world.northfield.to_string(), reason: "Oops".to_owned(), ..SuspendOrganisation::default() };
        assert_eq!(refusal(organisations::suspend(&sofia, &form).await), Refusal::WouldLockOut);
    });
}

#[test]
fn two_who_change_an_agreement_at_once_are_told_of_each_other() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let open = organisations::edit_form(&sofia, &world.sodra.to_string(), None).await.expect("a form").form;
        let first = EditOrganisation { organisation_name: "Södra Vård".to_owned(), ..open.clone() };
        organisations::edit(&sofia, &first).await.expect("renamed");
        let second = EditOrganisation { seats: "20".to_owned(), ..open };
        assert_eq!(refusal(organisations::edit(&sofia, &second).await), Refusal::Overtaken);
        let kept = Kept { form: second, refusal: Some(Refusal::Overtaken) };
        let page = organisations::edit_form(&sofia, &world.sodra.to_string(), Some(kept)).await.expect("a form");
        assert_eq!((page.page.row.name.as_str(), page.form.seats.as_str()), ("Södra Vård", "20"));
        organisations::edit(&sofia, &page.form).await.expect("saved knowingly");
        let found = organisations::list(&sofia, organisations_types::ListQuery { q: "sodra".to_owned(), ..Default::default() })
            .await
            .expect("a list");
        assert_eq!((found.rows.len(), found.rows[0].seats), (1, Some(20)));
    });
}

#[test]
fn who_is_at_work_in_another_organisation_is_not_named_to_the_operator() {
    run(async |world| {
        let birgit = world.as_("birgit").await;
        let form = settings::page(&birgit, None).await.expect("a page").form;
        settings::edit(&birgit, &EditSettings { support_contact: "Bo".to_owned(), ..form }).await.expect("settled");
        let activity = organisations::page(&world.as_("sofia").await, &world.sodra.to_string()).await.expect("a page").activity;
        assert_eq!(activity[0].who, Who::Somebody);
    });
}
