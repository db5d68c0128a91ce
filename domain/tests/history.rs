//! The complete history of a person or a record, page by page (OG-60).

use usher_domain::{Scope, history, users};
use usher_types::audit::{Event, EventGroup, HistoryPage, HistoryQuery, Subject};
use usher_types::users::ChangeRole;
use usher_types::{BuiltInRole, Refusal, UserId};

use crate::clients::client;
use crate::support::{World, refusal, role_of, run};

async fn of_user(scope: &Scope, user: UserId, group: &str, after: &str) -> HistoryPage {
    let query = HistoryQuery {
        group: group.to_owned(),
        after: after.to_owned(),
    };
    history::page(scope, Subject::User, &user.to_string(), query)
        .await
        .expect("a page")
}

/// Records sign-ins of a user, one a minute, after all existing events.
async fn signs_in(world: &World<'_>, user: UserId, times: u32) {
    for _ in 0..times {
        let id = world.db.new_id();
        world
            .owner_runs(&format!(
                "INSERT INTO audit_events (organisation_id, id, at, subject_id, actor_id, event, request_id)
                    VALUES ('{}', '{id}', '{}', '{user}', '{user}', '{{\"kind\": \"signed_in\", \"user\": \"{user}\"}}', '{id}')",
                world.northfield,
                World::morning().to_rfc3339()
            ))
            .await;
    }
}

#[test]
fn the_activity_of_a_person_ended_after_50_lines() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let karin = world.id("karin");
        let give = ChangeRole {
            user: karin.to_string(),
            role: role_of(&maria, BuiltInRole::Viewer).await.to_string(),
            ..ChangeRole::default()
        };
        users::change_role(&maria, &give, true)
            .await
            .expect("given");
        signs_in(world, karin, 120).await;
        let shown = users::page(&maria, karin).await.expect("a page").activity;
        assert!(
            shown.len() == 50
                && shown
                    .iter()
                    .all(|line| matches!(line.event, Event::SignedIn { .. })),
            "who gave what is out of sight"
        );
        let (mut after, mut seen, mut pages) = (String::new(), Vec::new(), 0);
        loop {
            let page = of_user(&maria, karin, "", &after).await;
            assert_eq!(
                (page.of, page.name.as_str(), page.query.after.as_str()),
                (Subject::User, "Karin Ek", after.as_str())
            );
            seen.extend(page.lines.into_iter().map(|line| line.event));
            pages += 1;
            let Some(next) = page.next else { break };
            after = next;
        }
        let kept: i64 = world
            .one(&format!(
                "SELECT count(*) FROM audit_events WHERE subject_id = '{karin}'"
            ))
            .await;
        assert_eq!((seen.len() as i64, pages), (kept, 3), "all of it, once");
        assert!(
            matches!(seen.last(), Some(Event::UserCreated { .. })),
            "down to the first"
        );
        let access = of_user(&maria, karin, EventGroup::Access.code(), "").await;
        assert!(
            matches!(access.lines[0].event, Event::RoleGiven { .. }),
            "who gave which role is at hand: {:?}",
            access.lines
        );
        assert!(
            access
                .lines
                .iter()
                .all(|line| !matches!(line.event, Event::SignedIn { .. }))
                && access.next.is_none()
        );
        let unknown = of_user(&maria, karin, "nonsense", "").await;
        assert_eq!(
            (unknown.ignored.0.len(), unknown.lines.len()),
            (1, 50),
            "and says that it shows everything"
        );
    });
}

#[test]
fn the_activity_of_a_subject_is_visible_with_its_page() {
    run(async |world| {
        let (maria, sven) = (world.as_("maria").await, world.as_("sven").await);
        let elsa = client(&maria, "Elsa", Some(world.id("maria")), None)
            .await
            .to_string();
        let page = async |scope: &Scope, of: Subject, id: &str| {
            history::page(scope, of, id, HistoryQuery::default()).await
        };
        let karin = world.id("karin").to_string();
        for (of, id) in [
            (Subject::User, karin.as_str()),
            (Subject::Client, &elsa),
            (Subject::Role, "caseworker"),
            (Subject::Settings, ""),
        ] {
            page(&maria, of, id)
                .await
                .unwrap_or_else(|error| panic!("{of:?}: {error:?}"));
        }
        page(&sven, Subject::User, &karin)
            .await
            .expect("a Supervisor sees activity");
        page(&sven, Subject::Client, &elsa)
            .await
            .expect("and of clients");
        assert_eq!(
            refusal(page(&sven, Subject::Settings, "").await),
            Refusal::Forbidden
        );
        let vera = world.as_("vera").await;
        for (of, id) in [
            (Subject::User, karin.as_str()),
            (Subject::Client, &elsa),
            (Subject::Role, "caseworker"),
            (Subject::Settings, ""),
        ] {
            assert_eq!(
                refusal(page(&vera, of, id).await),
                Refusal::Forbidden,
                "{of:?}"
            );
        }
        let birgit = world.as_("birgit").await;
        for (of, id) in [
            (Subject::User, karin.as_str()),
            (Subject::Client, &elsa),
            (Subject::Customer, &elsa),
            (Subject::Resource, "x"),
        ] {
            assert_eq!(
                refusal(page(&birgit, of, id).await),
                Refusal::NotFound,
                "{of:?}"
            );
        }
        assert_eq!(
            refusal(page(&maria, Subject::Organisation, &world.sodra.to_string()).await),
            Refusal::Forbidden
        );
        let sofia = world.as_("sofia").await;
        assert_eq!(
            page(&sofia, Subject::Organisation, &world.sodra.to_string())
                .await
                .expect("a page")
                .name,
            "Södra Omsorg"
        );
        assert_eq!(
            refusal(page(&sofia, Subject::Organisation, &karin).await),
            Refusal::NotFound
        );
    });
}
