//! Lists of people, and users who manage the LMS (CS-11, CS-12, S10).

use usher_domain::{Scope, lists, users};
use usher_types::audit::{Change, Event};
use usher_types::form::SavedDraft;
use usher_types::lists::{CloseList, EditList};
use usher_types::refusal::{Closable, Done};
use usher_types::users::{Archive, EditUser, ListQuery, NewUser};
use usher_types::{BuiltInList, Field, ListId, ListName, Problem, Refusal, UserId};

use crate::support::{World, new_user, problem, refusal, run};

async fn made(scope: &Scope, name: &str) -> ListId {
    let page = lists::form(scope, "", None).await.expect("a form");
    lists::edit(
        scope,
        &EditList {
            unit_name: name.to_owned(),
            ..page.form
        },
        None,
    )
    .await
    .expect("a list")
}

async fn form(scope: &Scope, list: ListId) -> EditList {
    lists::form(scope, &list.to_string(), None)
        .await
        .expect("a form")
        .form
}

async fn built_in(scope: &Scope, list: BuiltInList) -> ListId {
    let rows = lists::list(scope).await.expect("the lists").rows;
    rows.iter()
        .find(|row| row.list.built_in == Some(list))
        .expect("it is shipped")
        .list
        .id
}

async fn shown(scope: &Scope) -> Vec<(String, u32)> {
    let rows = lists::list(scope).await.expect("the lists").rows;
    rows.into_iter()
        .map(|row| (row.list.code().to_owned(), row.people))
        .collect()
}

async fn put(scope: &Scope, user: UserId, on: &[ListId]) -> usher_domain::Result<UserId> {
    let form = users::edit_user_form(scope, user, None).await?.form;
    users::edit(
        scope,
        EditUser {
            lists: on.iter().map(ToString::to_string).collect(),
            ..form
        },
    )
    .await
}

async fn found(scope: &Scope, query: ListQuery) -> Vec<String> {
    let list = users::list(scope, query).await.expect("a list");
    assert_eq!(list.pages.total as usize, list.rows.len());
    list.rows.into_iter().map(|row| row.name).collect()
}

async fn uses_lms(world: &World<'_>) {
    world
        .owner_runs(&format!(
            "UPDATE organisations SET uses_lms = true WHERE id = '{}'",
            world.northfield
        ))
        .await;
}

fn count(rows: &[(&str, u32)]) -> Vec<(String, u32)> {
    rows.iter()
        .map(|(name, people)| ((*name).to_owned(), *people))
        .collect()
}

#[test]
fn a_new_organisation_has_two_lists() {
    run(async |world| {
        for who in ["maria", "birgit"] {
            assert_eq!(
                shown(&world.as_(who).await).await,
                count(&[("care_coordinators", 0), ("supervisors", 0)])
            );
        }
    });
}

#[test]
fn a_list_is_created_once_with_a_unique_name() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let page = lists::form(&maria, "", None).await.expect("a form");
        let form_of = EditList {
            unit_name: "Jour".to_owned(),
            ..page.form
        };
        let jour = lists::edit(&maria, &form_of, None).await.expect("made");
        assert_eq!(
            lists::edit(&maria, &form_of, None).await.expect("the same"),
            jour,
            "a double submit is one act"
        );
        let again = EditList {
            unit_name: " JOUR ".to_owned(),
            ..lists::form(&maria, "", None).await.expect("a form").form
        };
        assert_eq!(
            problem(lists::edit(&maria, &again, None).await, Field::UnitName),
            Problem::SameName
        );
        let old = form(&maria, jour).await;
        lists::edit(
            &maria,
            &EditList {
                unit_name: "Natt".to_owned(),
                ..old.clone()
            },
            None,
        )
        .await
        .expect("renamed");
        let late = EditList {
            unit_name: "Dag".to_owned(),
            ..old
        };
        assert_eq!(
            refusal(lists::edit(&maria, &late, None).await),
            Refusal::Conflict
        );
        let kept = SavedDraft {
            form: late,
            refusal: Some(Refusal::Conflict),
        };
        let page = lists::form(&maria, &jour.to_string(), Some(kept))
            .await
            .expect("a form");
        let now = page.conflict.expect("both are shown").now;
        assert_eq!(
            (page.form.unit_name.as_str(), now.unit_name.as_str()),
            ("Dag", "Natt")
        );
        assert_eq!(page.form.version, now.version, "saving again is a choice");
        assert_eq!(
            shown(&maria).await,
            count(&[("care_coordinators", 0), ("supervisors", 0), ("Natt", 0)])
        );
        let kept: String = world
            .one("SELECT changes::text FROM audit_details d JOIN audit_events e ON e.id = d.event_id WHERE e.event ->> 'kind' = 'list_renamed'")
            .await;
        assert!(
            kept.contains("Jour") && kept.contains("Natt"),
            "before and after: {kept}"
        );
        for (name, why) in [
            ("", Problem::Missing),
            (&*"x".repeat(201), Problem::TooLong { most: 200 }),
            ("a\0b", Problem::Control),
        ] {
            let form = EditList {
                unit_name: name.to_owned(),
                ..lists::form(&maria, "", None).await.expect("a form").form
            };
            assert_eq!(
                problem(lists::edit(&maria, &form, None).await, Field::UnitName),
                why,
                "{name:?}"
            );
        }
    });
}

#[test]
fn a_built_in_list_is_translated_until_it_is_renamed_and_again_when_renamed_back() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let supervisors = built_in(&maria, BuiltInList::Supervisors).await;
        let unchanged = EditList {
            unit_name: "Arbetsledare".to_owned(),
            ..form(&maria, supervisors).await
        };
        lists::edit(&maria, &unchanged, Some(BuiltInList::Supervisors))
            .await
            .expect("saved");
        let row = |rows: Vec<usher_types::lists::ListRow>| {
            rows.into_iter()
                .find(|row| row.list.id == supervisors)
                .expect("it")
                .list
        };
        assert_eq!(
            row(lists::list(&maria).await.expect("the lists").rows).built_in,
            Some(BuiltInList::Supervisors)
        );
        let renamed = EditList {
            unit_name: "Chefer".to_owned(),
            ..form(&maria, supervisors).await
        };
        lists::edit(&maria, &renamed, None).await.expect("renamed");
        let own = ListName {
            id: supervisors,
            built_in: None,
            name: "Chefer".to_owned(),
        };
        assert_eq!(row(lists::list(&maria).await.expect("the lists").rows), own);
        let back = EditList {
            unit_name: "Supervisors".to_owned(),
            ..form(&maria, supervisors).await
        };
        lists::edit(&maria, &back, Some(BuiltInList::Supervisors))
            .await
            .expect("renamed back");
        assert_eq!(
            row(lists::list(&maria).await.expect("the lists").rows).built_in,
            Some(BuiltInList::Supervisors)
        );
        let second = EditList {
            unit_name: "Supervisors".to_owned(),
            ..lists::form(&maria, "", None).await.expect("a form").form
        };
        let second = lists::edit(&maria, &second, Some(BuiltInList::Supervisors)).await;
        assert_eq!(
            problem(second, Field::UnitName),
            Problem::SameName,
            "there is one"
        );
    });
}

#[test]
fn a_person_is_put_on_lists_when_created_and_edited_and_the_audit_tells_before_and_after() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (coordinators, jour) = (
            built_in(&maria, BuiltInList::CareCoordinators).await,
            made(&maria, "Jour").await,
        );
        let form = NewUser {
            lists: vec![coordinators.to_string()],
            ..new_user(&maria, "Ida", "Wik").await
        };
        let ida = users::create(&maria, form).await.expect("created");
        let page = users::page(&maria, ida).await.expect("a page");
        assert_eq!(
            page.details
                .lists
                .iter()
                .map(|list| list.id)
                .collect::<Vec<_>>(),
            [coordinators]
        );
        let created = Change {
            field: Field::Lists,
            before: None,
            after: Some("care_coordinators".to_owned()),
        };
        assert_eq!(page.activity[0].changes, [created]);
        put(&maria, ida, &[jour]).await.expect("edited");
        let page = users::page(&maria, ida).await.expect("a page");
        assert_eq!(
            page.details
                .lists
                .iter()
                .map(|list| list.id)
                .collect::<Vec<_>>(),
            [jour]
        );
        let edited = Change {
            field: Field::Lists,
            before: Some("care_coordinators".to_owned()),
            after: Some("Jour".to_owned()),
        };
        assert_eq!(page.activity[0].changes, [edited]);
        put(&maria, world.id("karin"), &[jour, coordinators])
            .await
            .expect("edited");
        let on = |list: ListId| ListQuery {
            list: list.to_string(),
            ..ListQuery::default()
        };
        assert_eq!(found(&maria, on(jour)).await, ["Karin Ek", "Ida Wik"]);
        assert_eq!(
            found(
                &maria,
                ListQuery {
                    q: "ida".to_owned(),
                    ..on(jour)
                }
            )
            .await,
            ["Ida Wik"]
        );
        assert_eq!(found(&maria, on(coordinators)).await, ["Karin Ek"]);
        assert_eq!(
            shown(&maria).await,
            count(&[("care_coordinators", 1), ("supervisors", 0), ("Jour", 2)])
        );
    });
}

#[test]
fn closing_a_list_and_editing_somebody_on_it_do_not_wait_for_each_other() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (jour, karin) = (made(&maria, "Jour").await, world.id("karin"));
        put(&maria, karin, &[jour]).await.expect("edited");
        let list = format!("SELECT 1 FROM lists WHERE id = '{jour}' FOR UPDATE");
        let person = format!("SELECT 1 FROM users WHERE id = '{karin}' FOR UPDATE");
        world
            .in_the_way(&list, &person, put(&maria, karin, &[jour]))
            .await
            .expect("edited");
    });
}

#[test]
fn the_lms_manager_is_chosen_only_where_there_is_an_lms() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let karin = world.id("karin");
        let form = users::edit_user_form(&maria, karin, None)
            .await
            .expect("a form");
        assert!(!form.facts.listing.uses_lms);
        users::edit(
            &maria,
            EditUser {
                lms_manager: "on".to_owned(),
                ..form.form
            },
        )
        .await
        .expect("edited");
        assert_eq!(
            users::page(&maria, karin)
                .await
                .expect("a page")
                .details
                .lms_manager,
            None,
            "a post made by hand changes nothing"
        );
        uses_lms(world).await;
        let form = users::edit_user_form(&maria, karin, None)
            .await
            .expect("a form")
            .form;
        assert_eq!(form.lms_manager, "");
        users::edit(
            &maria,
            EditUser {
                lms_manager: "on".to_owned(),
                ..form
            },
        )
        .await
        .expect("edited");
        let page = users::page(&maria, karin).await.expect("a page");
        assert_eq!(page.details.lms_manager, Some(true));
        let change = Change {
            field: Field::LmsManager,
            before: Some("–".to_owned()),
            after: Some("✓".to_owned()),
        };
        assert_eq!(page.activity[0].changes, [change]);
        let form = NewUser {
            lms_manager: "on".to_owned(),
            ..new_user(&maria, "Ida", "Wik").await
        };
        users::create(&maria, form).await.expect("created");
        let managers = ListQuery {
            lms: "yes".to_owned(),
            ..ListQuery::default()
        };
        assert_eq!(
            found(&maria, managers.clone()).await,
            ["Karin Ek", "Ida Wik"]
        );
        assert_eq!(found(&world.as_("birgit").await, managers).await, [""; 0]);
        world
            .owner_runs("UPDATE organisations SET uses_lms = false")
            .await;
        put(&maria, karin, &[]).await.expect("edited");
        uses_lms(world).await;
        assert_eq!(
            users::page(&maria, karin)
                .await
                .expect("a page")
                .details
                .lms_manager,
            Some(true),
            "what is not shown is not taken"
        );
    });
}

#[test]
fn removing_a_list_clears_it_and_an_open_form_reports_it() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (jour, karin, vera) = (
            made(&maria, "Jour").await,
            world.id("karin"),
            world.id("vera"),
        );
        put(&maria, karin, &[jour]).await.expect("edited");
        put(&maria, vera, &[jour]).await.expect("edited");
        users::archive(
            &maria,
            &Archive {
                user: vera.to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        let open = users::edit_user_form(&maria, karin, None)
            .await
            .expect("a form")
            .form;
        let page = lists::close_page(&maria, &jour.to_string(), None)
            .await
            .expect("a page");
        assert_eq!((page.row.list.name.as_str(), page.row.people), ("Jour", 1));
        let close = CloseList {
            list: jour.to_string(),
            ..CloseList::default()
        };
        lists::close(&maria, &close).await.expect("closed");
        let closed = Refusal::AlreadyDone(Done::Closed {
            what: Closable::List,
        });
        assert_eq!(refusal(lists::close(&maria, &close).await), closed, "once");
        let left: i64 = world.one("SELECT count(*) FROM list_members").await;
        assert_eq!(left, 0, "archived people, too");
        let page = users::page(&maria, karin).await.expect("a page");
        assert!(page.details.lists.is_empty());
        assert!(matches!(page.activity[0].event, Event::ListLeft { list, .. } if list == jour));
        assert_eq!(
            page.activity[0]
                .list
                .as_ref()
                .map(|list| list.name.as_str()),
            Some("Jour"),
            "a closed list keeps its name"
        );
        assert_eq!(
            problem(users::edit(&maria, open.clone()).await, Field::Lists),
            Problem::Wrong,
            "it names a list that is closed"
        );
        let theirs = refusal(
            users::edit(
                &maria,
                EditUser {
                    lists: Vec::new(),
                    ..open
                },
            )
            .await,
        );
        assert_eq!(theirs, Refusal::Conflict);
        made(&maria, "Jour").await;
    });
}

#[test]
fn closing_a_list_while_somebody_is_put_on_it_leaves_nobody_there() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for round in ["a", "b", "c", "d"] {
            let list = made(&maria, &format!("Jour {round}")).await;
            let form = NewUser {
                lists: vec![list.to_string()],
                ..new_user(&maria, "Ida", &format!("Wik{round}")).await
            };
            let close = CloseList {
                list: list.to_string(),
                ..CloseList::default()
            };
            let (created, closed) =
                tokio::join!(users::create(&maria, form), lists::close(&maria, &close));
            closed.expect("closed");
            if let Err(error) = created {
                assert_eq!(problem::<()>(Err(error), Field::Lists), Problem::Wrong);
            }
            let left: i64 = world
                .one(&format!(
                    "SELECT count(*) FROM list_members WHERE list_id = '{list}'"
                ))
                .await;
            assert_eq!(left, 0);
        }
    });
}

#[test]
fn another_organisations_list_is_not_there() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let theirs = made(&birgit, "Jour").await;
        for id in [
            theirs.to_string().as_str(),
            "0197a4d2-0000-7000-8000-000000000009",
            "nonsense",
            "a\0e",
        ] {
            assert_eq!(
                refusal(lists::form(&maria, id, None).await),
                Refusal::NotFound,
                "{id:?}"
            );
            assert_eq!(
                refusal(lists::close_page(&maria, id, None).await),
                Refusal::NotFound,
                "{id:?}"
            );
            let close = CloseList {
                list: id.to_owned(),
                ..CloseList::default()
            };
            assert_eq!(
                refusal(lists::close(&maria, &close).await),
                Refusal::NotFound,
                "{id:?}"
            );
        }
        assert_eq!(
            problem(
                put(&maria, world.id("karin"), &[theirs]).await,
                Field::Lists
            ),
            Problem::Wrong
        );
        let form = NewUser {
            lists: vec![theirs.to_string()],
            ..new_user(&maria, "Ida", "Wik").await
        };
        assert_eq!(
            problem(users::create(&maria, form).await, Field::Lists),
            Problem::Wrong
        );
        // ignored, and reported like a list that never existed
        for id in [
            theirs.to_string(),
            "0197a4d2-0000-7000-8000-000000000009".to_owned(),
        ] {
            let shown = users::list(
                &maria,
                ListQuery {
                    list: id.clone(),
                    ..ListQuery::default()
                },
            )
            .await
            .expect("a list");
            assert_eq!(
                shown.ignored.0,
                [("list".to_owned(), id.chars().take(40).collect())]
            );
            assert_eq!(
                shown.rows,
                users::list(&maria, ListQuery::default())
                    .await
                    .expect("a list")
                    .rows
            );
        }
        assert_eq!(shown(&maria).await.len(), 2);
    });
}

#[test]
fn a_caller_without_the_permission_is_refused() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let jour = made(&maria, "Jour").await;
        for who in ["sven", "karin", "vera"] {
            let scope = world.as_(who).await;
            let edit = EditList {
                list: jour.to_string(),
                version: "1".to_owned(),
                unit_name: "X".to_owned(),
                ..EditList::default()
            };
            assert_eq!(
                refusal(lists::edit(&scope, &edit, None).await),
                Refusal::Forbidden,
                "{who}"
            );
            let close = CloseList {
                list: jour.to_string(),
                ..CloseList::default()
            };
            assert_eq!(
                refusal(lists::close(&scope, &close).await),
                Refusal::Forbidden,
                "{who}"
            );
        }
        assert!(
            !lists::list(&world.as_("sven").await)
                .await
                .expect("seen")
                .may_change
        );
        assert_eq!(
            refusal(lists::list(&world.as_("karin").await).await),
            Refusal::Forbidden
        );
    });
}
