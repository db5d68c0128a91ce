//! The first organisation, and the set-up link that makes it (issue 2, C).

use chrono::TimeDelta;
use tokio::task::JoinSet;
use usher_domain::organisations::{self, Beginning};
use usher_domain::{links, sealing::Token};
use usher_types::form::Secret;
use usher_types::session::SetUp;
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
