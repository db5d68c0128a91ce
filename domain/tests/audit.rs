//! The audit log is complete, and callers cannot flood it (ASVS 16.2.1, 16.3.2).

use chrono::TimeDelta;
use serde_json::{Value, json};
use usher_domain::limits::Limit;
use usher_domain::{Db, audit, customers, lists, offices, profile, roles, teams, users};
use usher_types::customers::EditCustomer;
use usher_types::lists::EditList;
use usher_types::profile::EditProfile;
use usher_types::roles::EditRole;
use usher_types::units::{EditOffice, EditTeam};
use usher_types::{Language, Theme};

use crate::support::{World, run};

async fn kept(world: &World<'_>, kind: &str) -> i64 {
    world
        .one(&format!(
            "SELECT count(*) FROM audit_events WHERE event ->> 'kind' = '{kind}'"
        ))
        .await
}

async fn written(world: &World<'_>) -> Vec<Value> {
    world.all("SELECT event FROM audit_events WHERE event ->> 'kind' = 'repeated' ORDER BY event ->> 'of'").await
}

async fn later(world: &World<'_>) -> Db {
    world.later(TimeDelta::seconds(i64::from(
        Limit::RepeatedEvents.seconds(),
    )))
}

#[test]
fn six_hundred_refused_pages_were_six_hundred_rows_for_good() {
    run(async |world| {
        let (vera, bo) = (world.as_("vera").await, world.as_("bo").await);
        for _ in 0..100 {
            audit::refused(&vera, "/settings", "forbidden")
                .await
                .expect("kept");
        }
        audit::refused(&bo, "/settings", "forbidden")
            .await
            .expect("kept");
        let most = i64::from(Limit::RepeatedEvents.most());
        assert_eq!(
            kept(world, "refused").await,
            most + 1,
            "so many of one person, and everybody else's"
        );
        audit::write_repeated(&world.db)
            .await
            .expect("nothing is due");
        assert_eq!(written(world).await, Vec::<Value>::new());
        audit::write_repeated(&later(world).await)
            .await
            .expect("written");
        audit::write_repeated(&later(world).await)
            .await
            .expect("once");
        let vera_id = world.id("vera");
        assert_eq!(
            written(world).await,
            [json!({"kind": "repeated", "user": vera_id, "of": "refused", "times": 100 - most})]
        );
        let whose: String =
            world.one("SELECT concat_ws(' ', actor_id, subject_id) FROM audit_events WHERE event ->> 'kind' = 'repeated'").await;
        assert_eq!(whose, format!("{vera_id} {vera_id}"));
        audit::refused(&vera, "/settings", "forbidden")
            .await
            .expect("kept");
        assert_eq!(
            kept(world, "refused").await,
            most + 2,
            "and then it begins anew"
        );
    });
}

#[test]
fn a_hundred_refusals_at_once_write_no_more_than_the_bound() {
    run(async |world| {
        let vera = world.as_("vera").await;
        let mut at_once = tokio::task::JoinSet::new();
        for _ in 0..60 {
            let vera = vera.clone();
            at_once.spawn(async move {
                audit::refused(&vera, "/settings", "forbidden")
                    .await
                    .expect("kept")
            });
        }
        at_once.join_all().await;
        assert_eq!(
            kept(world, "refused").await,
            i64::from(Limit::RepeatedEvents.most())
        );
    });
}

#[test]
fn choosing_the_current_theme_was_recorded_as_an_event() {
    run(async |world| {
        let vera = world.as_("vera").await;
        for _ in 0..3 {
            profile::choose(&vera, None, Some(Theme::Device))
                .await
                .expect("chosen");
            profile::choose(&vera, None, Some(Theme::Dark))
                .await
                .expect("chosen");
            profile::choose(&vera, Some(Language::En), Some(Theme::Dark))
                .await
                .expect("chosen");
            profile::choose(&vera, Some(Language::En), Some(Theme::Dark))
                .await
                .expect("chosen");
        }
        // dark; the language; then device and dark again, twice
        assert_eq!(kept(world, "profile_edited").await, 6);
        for _ in 0..20 {
            profile::choose(&vera, None, Some(Theme::Light))
                .await
                .expect("chosen");
            profile::choose(&vera, None, Some(Theme::Dark))
                .await
                .expect("chosen");
        }
        assert_eq!(
            kept(world, "profile_edited").await,
            i64::from(Limit::RepeatedEvents.most()),
            "nor is to and fro"
        );
        audit::write_repeated(&later(world).await)
            .await
            .expect("written");
        assert_eq!(
            written(world).await[0]["times"],
            json!(46 - Limit::RepeatedEvents.most()),
            "and none is hidden"
        );
    });
}

#[test]
fn saving_what_is_there_already_was_an_event() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let key = || world.db.new_id().to_string();
        let office = EditOffice {
            key: key(),
            unit_name: "Norr".to_owned(),
            ..EditOffice::default()
        };
        let office = offices::edit(&maria, &office).await.expect("an office");
        let team = EditTeam {
            key: key(),
            unit_name: "Dag".to_owned(),
            ..EditTeam::default()
        };
        let team = teams::edit(&maria, &team).await.expect("a team");
        let customer = EditCustomer {
            key: key(),
            unit_name: "Beck".to_owned(),
            ..EditCustomer::default()
        };
        let customer = customers::edit(&maria, &customer)
            .await
            .expect("a customer");
        let list = EditList {
            key: key(),
            unit_name: "Jour".to_owned(),
            ..EditList::default()
        };
        let list = lists::edit(&maria, &list, None).await.expect("a list");
        let role = EditRole {
            key: key(),
            name: "Intake".to_owned(),
            ..EditRole::default()
        };
        let role = roles::edit(&maria, &role).await.expect("a role");
        let events = "SELECT count(*) FROM audit_events";
        // the creator of the role manages it from the next request on
        let maria = world.as_("maria").await;
        let before: i64 = world.one(events).await;
        let version = || "1".to_owned();
        let same = EditOffice {
            office: office.to_string(),
            version: version(),
            unit_name: "Norr".to_owned(),
            ..EditOffice::default()
        };
        offices::edit(&maria, &same).await.expect("saved");
        let same = EditTeam {
            team: team.to_string(),
            version: version(),
            unit_name: "Dag".to_owned(),
            ..EditTeam::default()
        };
        teams::edit(&maria, &same).await.expect("saved");
        let same = EditCustomer {
            customer: customer.to_string(),
            version: version(),
            unit_name: "Beck".to_owned(),
            ..EditCustomer::default()
        };
        customers::edit(&maria, &same).await.expect("saved");
        let same = EditList {
            list: list.to_string(),
            version: version(),
            unit_name: "Jour".to_owned(),
            ..EditList::default()
        };
        lists::edit(&maria, &same, None).await.expect("saved");
        let same = EditRole {
            role: role.to_string(),
            version: version(),
            name: "Intake".to_owned(),
            ..EditRole::default()
        };
        roles::edit(&maria, &same).await.expect("saved");
        let form = users::edit_user_form(&maria, world.id("karin"), None)
            .await
            .expect("a form")
            .form;
        users::edit(&maria, form).await.expect("saved");
        let form = profile::page(&maria).await.expect("a page").form;
        profile::edit(&maria, &EditProfile { ..form })
            .await
            .expect("saved");
        assert_eq!(
            world.one::<i64>(events).await,
            before,
            "If you're here because an edit writes an event: commit_changes where nothing changed."
        );
        let versions: Vec<i32> =
            world.all("SELECT version FROM offices UNION SELECT version FROM teams UNION SELECT version FROM customers").await;
        assert_eq!(versions, [1], "and nobody else's page is out of date");
    });
}
