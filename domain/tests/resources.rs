//! Resources, and which of them organisations show each other (OG-03, OG-13).

use usher_domain::{Scope, resources, settings};
use usher_types::form::checkbox_value;
use usher_types::paging::Cursor;
use usher_types::refusal::{Closable, Done};
use usher_types::resources::{CloseResource, EditResource, ListQuery, Offered};
use usher_types::settings::EditSettings;
use usher_types::{Field, Permission, Problem, Refusal, ResourceId};

use crate::support::{World, problem, refusal, run};

/// Creates a resource; returns its id.
pub async fn offers(scope: &Scope, name: &str, capacity: &str, is_shared: bool) -> ResourceId {
    let form = resources::form(scope, "", None).await.expect("a form").form;
    let (unit_name, capacity) = (name.to_owned(), capacity.to_owned());
    resources::edit(
        scope,
        &EditResource {
            unit_name,
            capacity,
            is_shared: checkbox_value(is_shared),
            ..form
        },
    )
    .await
    .expect("a resource")
}

/// Switches whether the scope's organisation accepts referrals.
pub async fn takes(scope: &Scope, takes: bool) {
    let form = settings::page(scope, None)
        .await
        .expect("the settings")
        .form;
    settings::edit(
        scope,
        &EditSettings {
            takes_referrals: checkbox_value(takes),
            ..form
        },
    )
    .await
    .expect("settled");
}

async fn shown(scope: &Scope, q: &str) -> (Vec<String>, Vec<Offered>) {
    let list = resources::list(
        scope,
        ListQuery {
            q: q.to_owned(),
            ..ListQuery::default()
        },
    )
    .await
    .expect("a list");
    (
        list.rows.into_iter().map(|row| row.name).collect(),
        list.offered,
    )
}

#[test]
fn a_resource_is_created_once_edited_and_closed_and_a_stale_edit_shows_both() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = resources::form(&maria, "", None)
            .await
            .expect("a form")
            .form;
        let form = EditResource {
            unit_name: "Day activity".to_owned(),
            capacity: "2".to_owned(),
            ..form
        };
        let day = resources::edit(&maria, &form).await.expect("made");
        assert_eq!(
            resources::edit(&maria, &form).await.expect("the same"),
            day,
            "a double submit is one act"
        );
        let other = EditResource {
            unit_name: " DAY ACTIVITY".to_owned(),
            ..resources::form(&maria, "", None)
                .await
                .expect("a form")
                .form
        };
        assert_eq!(
            problem(resources::edit(&maria, &other).await, Field::UnitName),
            Problem::SameName
        );
        let known = resources::form(&maria, &day.to_string(), None)
            .await
            .expect("a form")
            .form;
        let theirs = EditResource {
            opening: "Mon–Fri".to_owned(),
            ..known.clone()
        };
        resources::edit(&maria, &theirs).await.expect("changed");
        let mine = EditResource {
            contact: "Ask Eva".to_owned(),
            ..known
        };
        assert_eq!(
            refusal(resources::edit(&maria, &mine).await),
            Refusal::Conflict
        );
        let kept = usher_types::form::SavedDraft {
            form: mine,
            refusal: Some(Refusal::Conflict),
        };
        let page = resources::form(&maria, &day.to_string(), Some(kept))
            .await
            .expect("both");
        assert_eq!(
            (
                page.form.contact.as_str(),
                page.conflict.expect("theirs").now.opening.as_str()
            ),
            ("Ask Eva", "Mon–Fri")
        );
        resources::edit(&maria, &page.form)
            .await
            .expect("who saves again has seen it");
        let page = resources::page(&maria, &day.to_string())
            .await
            .expect("a page");
        assert_eq!(
            (
                page.row.contact.as_str(),
                page.row.opening.as_str(),
                page.row.capacity
            ),
            ("Ask Eva", "", Some(2))
        );
        assert_eq!(page.activity.len(), 3, "{:?}", page.activity);
        let close = CloseResource {
            resource: day.to_string(),
            ..CloseResource::default()
        };
        resources::close(&maria, &close).await.expect("closed");
        let closed = Refusal::AlreadyDone(Done::Closed {
            what: Closable::Resource,
        });
        assert_eq!(
            refusal(resources::close(&maria, &close).await),
            closed,
            "once"
        );
        assert_eq!(
            refusal(resources::page(&maria, &day.to_string()).await),
            closed
        );
        offers(&maria, "Day activity", "", false).await;
    });
}

#[test]
fn saving_what_is_there_already_says_nothing() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let day = offers(&maria, "Day activity", "2", true).await;
        let form = resources::form(&maria, &day.to_string(), None)
            .await
            .expect("a form")
            .form;
        resources::edit(&maria, &form).await.expect("nothing to do");
        assert_eq!(
            resources::page(&maria, &day.to_string())
                .await
                .expect("a page")
                .activity
                .len(),
            1
        );
    });
}

#[test]
fn a_caseworker_searches_resources_and_changes_none() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let day = offers(&maria, "Dagverksamhet Åsen", "", false).await;
        offers(&maria, "Night shelter", "", false).await;
        assert_eq!(shown(&karin, "åsen DAG").await.0, ["Dagverksamhet Åsen"]);
        assert_eq!(
            shown(&karin, "%").await.0,
            Vec::<String>::new(),
            "what was typed is no pattern"
        );
        assert_eq!(
            shown(&karin, "").await.0,
            ["Dagverksamhet Åsen", "Night shelter"]
        );
        assert!(
            !resources::page(&karin, &day.to_string())
                .await
                .expect("a page")
                .may_manage
        );
        assert_eq!(
            refusal(resources::form(&karin, "", None).await),
            Refusal::Forbidden
        );
        let close = CloseResource {
            resource: day.to_string(),
            ..CloseResource::default()
        };
        assert_eq!(
            refusal(resources::close(&karin, &close).await),
            Refusal::Forbidden
        );
        assert!(
            karin.grants().has(Permission::ViewResources)
                && !karin.grants().has(Permission::ManageResources)
        );
    });
}

#[test]
fn another_organisations_resource_is_not_there() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let day = offers(&maria, "Day activity", "", true).await.to_string();
        takes(&maria, true).await;
        for answer in [
            refusal(resources::page(&birgit, &day).await),
            refusal(resources::form(&birgit, &day, None).await),
            refusal(
                resources::close(
                    &birgit,
                    &CloseResource {
                        resource: day.clone(),
                        ..CloseResource::default()
                    },
                )
                .await,
            ),
        ] {
            assert_eq!(answer, Refusal::NotFound);
        }
        let robbed = EditResource {
            resource: day.clone(),
            version: "1".to_owned(),
            unit_name: "Robbed".to_owned(),
            ..EditResource::default()
        };
        assert_eq!(
            refusal(resources::edit(&birgit, &robbed).await),
            Refusal::NotFound
        );
        let after = resources::list(
            &birgit,
            ListQuery {
                cursor: Cursor::after(day),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a list");
        assert!(after.rows.is_empty());
    });
}

#[test]
fn others_see_shared_resources_of_active_organisations_that_take_referrals() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        offers(&maria, "Ours alone", "", false).await;
        let day = offers(&maria, "Day activity", "1", true).await;
        let names = async |scope: &Scope| {
            shown(scope, "")
                .await
                .1
                .into_iter()
                .map(|offered| offered.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(&birgit).await,
            Vec::<String>::new(),
            "the organisation takes none"
        );
        takes(&maria, true).await;
        let (own, offered) = shown(&birgit, "").await;
        assert!(own.is_empty());
        let expected = Offered {
            resource: day,
            organisation: world.northfield,
            organisation_name: "Northfield Care".to_owned(),
            name: "Day activity".to_owned(),
            description: String::new(),
            contact: String::new(),
            opening: String::new(),
            is_full: false,
        };
        assert_eq!(offered, [expected]);
        assert!(
            shown(&birgit, "zzz").await.1.is_empty(),
            "what is shared is searched, too"
        );
        assert!(
            names(&maria).await.is_empty(),
            "one's own are not offered by others"
        );
        suspends(world, true).await;
        assert_eq!(names(&birgit).await, Vec::<String>::new());
        suspends(world, false).await;
        assert_eq!(names(&birgit).await, ["Day activity"]);
        let close = CloseResource {
            resource: day.to_string(),
            ..CloseResource::default()
        };
        resources::close(&maria, &close).await.expect("closed");
        assert_eq!(names(&birgit).await, Vec::<String>::new());
    });
}

/// Suspends or resumes the operator's organisation, which no page can do.
async fn suspends(world: &World<'_>, is_suspended: bool) {
    let at = if is_suspended { "now()" } else { "NULL" };
    world
        .owner_runs(&format!(
            "UPDATE organisations SET suspended_at = {at} WHERE id = '{}'",
            world.northfield
        ))
        .await;
}

#[test]
fn a_long_list_of_resources_is_paged_by_name() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for number in 0..53 {
            offers(&maria, &format!("Resource {number:02}"), "", false).await;
        }
        let first = resources::list(&maria, ListQuery::default())
            .await
            .expect("a page");
        let after = first.pages.next.clone().expect("there are more");
        assert_eq!(
            (first.rows.len(), first.rows[49].name.as_str()),
            (50, "Resource 49")
        );
        let second = resources::list(
            &maria,
            ListQuery {
                cursor: Cursor::after(after),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a page");
        let names: Vec<_> = second.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(
            (names, &second.pages.next, second.pages.total),
            (vec!["Resource 50", "Resource 51", "Resource 52"], &None, 53)
        );
        let cursor = Cursor::before(second.pages.previous.expect("one before"));
        let back = resources::list(
            &maria,
            ListQuery {
                cursor,
                ..ListQuery::default()
            },
        )
        .await
        .expect("a page");
        assert_eq!(
            (back.rows, back.pages),
            (first.rows, first.pages),
            "and back again"
        );
        let last = resources::list(
            &maria,
            ListQuery {
                cursor: Cursor::last(),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a page");
        assert_eq!(
            (last.rows.len(), last.rows[0].name.as_str(), last.pages.next),
            (50, "Resource 03", None)
        );
    });
}
