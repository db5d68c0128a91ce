//! Dashboards: creating and assigning them, getting them through roles, and the content of each
//! widget.

use chrono::TimeDelta;
use usher_domain::sealing::Keys;
use usher_domain::{Db, Scope, covers, dashboards, offices, roles, teams, users};
use usher_types::audit::{Change, Event};
use usher_types::covers::GiveCover;
use usher_types::dashboards::{
    About, Anomaly, AssignDashboards, ChooseDashboard, CloseDashboard, Content, Count,
    DashboardRow, EditDashboard, Entry, HomePage, Note, Shown, Widget, placed,
};
use usher_types::refusal::{Closable, Done};
use usher_types::roles::EditRole;
use usher_types::units::{ChangeMember, EditOffice, EditTeam};
use usher_types::users::{
    Archive, AttentionFilter, ChangeRole, Invite, ListQuery, NewUser, Restore, SetTemporaryPassword,
};
use usher_types::{
    BuiltInDashboard, BuiltInRole, DashboardId, Field, Problem, Refusal, Secret, TeamId, UserId,
};

use crate::support::{PASSWORD, TEMPORARY, World, new_user, problem, refusal, role_of, run, tries};

async fn made(scope: &Scope, name: &str, widgets: &[Widget]) -> DashboardId {
    let page = dashboards::form(scope, "", None).await.expect("a form");
    let form = EditDashboard {
        unit_name: name.to_owned(),
        widgets: EditDashboard::places(widgets),
        ..page.form
    };
    dashboards::edit(scope, &form, None)
        .await
        .expect("a dashboard")
}

async fn form(scope: &Scope, dashboard: DashboardId) -> EditDashboard {
    dashboards::form(scope, &dashboard.to_string(), None)
        .await
        .expect("a form")
        .form
}

async fn listed(scope: &Scope) -> Vec<DashboardRow> {
    dashboards::list(scope).await.expect("the dashboards")
}

async fn built_in(scope: &Scope, dashboard: BuiltInDashboard) -> DashboardId {
    listed(scope)
        .await
        .into_iter()
        .find(|row| row.dashboard.built_in == Some(dashboard))
        .expect("it is shipped")
        .dashboard
        .id
}

async fn assign(
    scope: &Scope,
    user: UserId,
    chosen: &[DashboardId],
) -> usher_domain::Result<UserId> {
    let form = dashboards::assign_page(scope, user, None).await?.form;
    dashboards::assign(
        scope,
        &AssignDashboards {
            dashboards: chosen.iter().map(ToString::to_string).collect(),
            ..form
        },
    )
    .await
}

async fn home(scope: &Scope) -> HomePage {
    dashboards::home(scope, None).await.expect("a home")
}

fn named(home: &HomePage) -> Vec<&str> {
    home.mine.iter().map(|one| one.code()).collect()
}

/// The content of a widget for a user who has a dashboard with only this widget.
async fn content(
    world: &World<'_>,
    who: &str,
    widget: Widget,
    later: TimeDelta,
) -> Option<Content> {
    let maria = world.as_("sofia").await;
    let found = listed(&maria)
        .await
        .into_iter()
        .find(|row| row.dashboard.name == widget.code());
    let dashboard = match found {
        Some(row) => row.dashboard.id,
        None => made(&maria, widget.code(), &[widget]).await,
    };
    world
        .owner_runs(&format!(
            "DELETE FROM user_dashboards WHERE user_id = '{0}'; INSERT INTO user_dashboards VALUES ('{1}', '{0}', '{dashboard}')",
            world.id(who),
            world.northfield
        ))
        .await;
    let token = world.token(who).await;
    let scope = world
        .later(later)
        .authenticate(&token, world.db.new_id())
        .await
        .expect("answers")
        .expect("still signed in")
        .scope;
    home(&scope)
        .await
        .widgets
        .into_iter()
        .next()
        .and_then(|shown| shown.content)
}

async fn entries(world: &World<'_>, who: &str, widget: Widget) -> (u32, Option<u32>, Vec<Entry>) {
    match content(world, who, widget, TimeDelta::zero()).await {
        Some(Content::Entries {
            count,
            also,
            entries,
        }) => (count.count, also.map(|also| also.count), entries),
        other => panic!("{widget:?}: {other:?}"),
    }
}

fn names(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.name.as_str()).collect()
}

async fn team(scope: &Scope, name: &str) -> TeamId {
    let page = teams::form(scope, "", None).await.expect("a form");
    teams::edit(
        scope,
        &EditTeam {
            unit_name: name.to_owned(),
            ..page.form
        },
    )
    .await
    .expect("a team")
}

async fn joins(world: &World<'_>, who: &str, team: TeamId) {
    let form = ChangeMember {
        team: team.to_string(),
        user: world.id(who).to_string(),
        ..ChangeMember::default()
    };
    teams::assign_member(&world.as_("maria").await, &form)
        .await
        .expect("joined");
}

/// A client that was created a number of days ago.
async fn client(
    world: &World<'_>,
    first: &str,
    responsible: Option<&str>,
    team: Option<TeamId>,
    days: u32,
) -> String {
    let id = world.db.new_id().to_string();
    let responsible = responsible.map_or("NULL".to_owned(), |who| format!("'{}'", world.id(who)));
    let team = team.map_or("NULL".to_owned(), |team| format!("'{team}'"));
    world
        .owner_runs(&format!(
            "INSERT INTO clients (organisation_id, id, first_name, last_name, responsible_id, team_id, created_at, form_key, sort_name, search_text)
                VALUES ('{}', '{id}', '{first}', 'Ahl', {responsible}, {team}, '{}'::timestamptz - interval '{days} days', '{id}', lower('{first}'), '')",
            world.northfield,
            World::morning().to_rfc3339()
        ))
        .await;
    id
}

async fn referral(world: &World<'_>, client: &str, who: &str, direction: &str, status: &str) {
    let id = world.db.new_id();
    let (client, other) = match direction {
        "received" => (
            "NULL".to_owned(),
            format!("'{}', 'Södra Omsorg'", world.sodra),
        ),
        "sent" => (
            format!("'{client}'"),
            format!("'{}', 'Södra Omsorg'", world.sodra),
        ),
        _ => (format!("'{client}'"), "NULL, ''".to_owned()),
    };
    world
        .owner_runs(&format!(
            "INSERT INTO referrals (organisation_id, id, direction, status, client_id, other_id, other_name, client_name, reason, resource_name, created_by,
                    created_at, changed_at, form_key)
                VALUES ('{}', '{id}', '{direction}', '{status}', {client}, {other}, '{status}', 'Help', 'Housing', '{}', '{at}', '{at}', '{id}')",
            world.northfield,
            world.id(who),
            at = World::morning().to_rfc3339()
        ))
        .await;
}

#[test]
fn a_new_organisation_has_three_dashboards_with_their_roles() {
    run(async |world| {
        for who in ["maria", "birgit"] {
            let rows = listed(&world.as_(who).await).await;
            let shown: Vec<_> = rows
                .iter()
                .map(|row| {
                    (
                        row.dashboard.built_in.expect("shipped"),
                        row.widgets.as_slice(),
                    )
                })
                .collect();
            let all = [
                BuiltInDashboard::Administrators,
                BuiltInDashboard::Caseworkers,
                BuiltInDashboard::Supervisors,
            ];
            assert_eq!(shown, all.map(|one| (one, one.widgets())), "{who}");
        }
        for (who, brings) in [
            ("sofia", "administrators"),
            ("maria", "administrators"),
            ("sven", "supervisors"),
            ("karin", "caseworkers"),
        ] {
            assert_eq!(named(&home(&world.as_(who).await).await), [brings], "{who}");
        }
        let vera = home(&world.as_("vera").await).await;
        assert_eq!(
            vera,
            HomePage::default(),
            "no role of hers brings one: a plain start page"
        );
    });
}

#[test]
fn a_person_has_what_is_assigned_and_otherwise_what_their_roles_bring_and_the_last_choice_is_remembered()
 {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.as_("karin").await);
        let own = made(
            &maria,
            "Reception",
            &[Widget::MyReferrals, Widget::MyClients],
        )
        .await;
        let cases = built_in(&maria, BuiltInDashboard::Caseworkers).await;
        assign(&maria, world.id("karin"), &[own])
            .await
            .expect("assigned");
        let here = home(&karin).await;
        assert_eq!(
            (named(&here), here.shown),
            (vec!["Reception"], Some(own)),
            "in place of what her role brings"
        );
        assert_eq!(
            here.widgets
                .iter()
                .map(|shown| shown.widget)
                .collect::<Vec<_>>(),
            [Widget::MyReferrals, Widget::MyClients],
            "in order"
        );
        let activity = users::page(&maria, world.id("karin"))
            .await
            .expect("a page")
            .activity;
        let change = Change {
            field: Field::Dashboards,
            before: None,
            after: Some("Reception".to_owned()),
        };
        assert_eq!(
            (&activity[0].event, activity[0].changes.as_slice()),
            (
                &Event::DashboardsAssigned {
                    user: world.id("karin")
                },
                &[change][..]
            )
        );
        assign(&maria, world.id("karin"), &[own, cases])
            .await
            .expect("assigned");
        assert_eq!(home(&karin).await.shown, Some(cases), "the first");
        let choose = |id: DashboardId| ChooseDashboard {
            dashboard: id.to_string(),
            ..ChooseDashboard::default()
        };
        dashboards::choose(&karin, &choose(own))
            .await
            .expect("chosen");
        assert_eq!(
            home(&karin).await.shown,
            Some(own),
            "the one she looked at last"
        );
        let asked = dashboards::home(&karin, Some(&cases.to_string()))
            .await
            .expect("a home");
        assert_eq!(asked.shown, Some(cases), "the one the address names");
        assign(&maria, world.id("karin"), &[])
            .await
            .expect("assigned");
        assert_eq!(
            named(&home(&karin).await),
            ["caseworkers"],
            "none assigned: what the role brings"
        );
        assert_eq!(
            refusal(dashboards::choose(&karin, &choose(own)).await),
            Refusal::NotFound,
            "it is not hers any more"
        );
    });
}

#[test]
fn a_dashboard_is_created_once_with_a_unique_name_and_a_stale_edit_is_refused() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let page = dashboards::form(&maria, "", None).await.expect("a form");
        let viewer = role_of(&maria, BuiltInRole::Viewer).await;
        let typed = EditDashboard {
            unit_name: "Reception".to_owned(),
            widgets: vec![placed(Widget::Seats, 2), placed(Widget::NotNotified, 1)],
            brought_by: vec![viewer.to_string()],
            ..page.form
        };
        let id = dashboards::edit(&maria, &typed, None).await.expect("made");
        assert_eq!(
            dashboards::edit(&maria, &typed, None)
                .await
                .expect("the same"),
            id,
            "a double submit is one act"
        );
        assert_eq!(
            named(&home(&world.as_("vera").await).await),
            ["Reception"],
            "her role brings it now"
        );
        let again = EditDashboard {
            key: world.db.new_id().to_string(),
            unit_name: " RECEPTION ".to_owned(),
            ..typed.clone()
        };
        assert_eq!(
            problem(
                dashboards::edit(&maria, &again, None).await,
                Field::UnitName
            ),
            Problem::SameName
        );
        let old = form(&maria, id).await;
        assert_eq!(
            (
                old.place(Widget::NotNotified),
                old.place(Widget::Seats),
                old.place(Widget::Inactive)
            ),
            ("1", "2", "")
        );
        let swapped = EditDashboard {
            widgets: vec![placed(Widget::NotNotified, 2), placed(Widget::Seats, 1)],
            ..old.clone()
        };
        dashboards::edit(&maria, &swapped, None)
            .await
            .expect("changed");
        assert_eq!(
            refusal(dashboards::edit(&maria, &old, None).await),
            Refusal::Conflict
        );
        let row = listed(&maria)
            .await
            .into_iter()
            .find(|row| row.dashboard.id == id)
            .expect("it is there");
        assert_eq!(row.widgets, [Widget::Seats, Widget::NotNotified]);
        let kept: String = world
            .one("SELECT changes::text FROM audit_details d JOIN audit_events e ON e.id = d.event_id WHERE e.kind = 'dashboard_edited'")
            .await;
        assert!(
            kept.contains("untold, seats") && kept.contains("seats, untold"),
            "before and after: {kept}"
        );
        let shipped_name = EditDashboard {
            unit_name: "Handläggare".to_owned(),
            key: world.db.new_id().to_string(),
            ..typed
        };
        let means = Some(BuiltInDashboard::Caseworkers);
        assert_eq!(
            problem(
                dashboards::edit(&maria, &shipped_name, means).await,
                Field::UnitName
            ),
            Problem::SameName,
            "there is one"
        );
    });
}

#[test]
fn a_tampered_dashboard_is_refused_and_nothing_is_saved() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let fresh = dashboards::form(&maria, "", None)
            .await
            .expect("a form")
            .form;
        let theirs = role_of(&world.as_("birgit").await, BuiltInRole::Viewer).await;
        let good = EditDashboard {
            unit_name: "Reception".to_owned(),
            widgets: vec!["untold:1".to_owned()],
            ..fresh
        };
        for (form, field) in [
            (
                EditDashboard {
                    widgets: vec!["drop_table:1".to_owned()],
                    ..good.clone()
                },
                Field::Widgets,
            ),
            (
                EditDashboard {
                    widgets: vec!["untold:1".to_owned(), "untold:2".to_owned()],
                    ..good.clone()
                },
                Field::Widgets,
            ),
            (
                EditDashboard {
                    brought_by: vec![theirs.to_string()],
                    ..good.clone()
                },
                Field::BroughtBy,
            ),
            (
                EditDashboard {
                    brought_by: vec!["nobody".to_owned()],
                    ..good.clone()
                },
                Field::BroughtBy,
            ),
        ] {
            assert_eq!(
                problem(dashboards::edit(&maria, &form, None).await, field),
                Problem::Wrong,
                "{form:?}"
            );
        }
        assert_eq!(listed(&maria).await.len(), 3);
    });
}

#[test]
fn another_organisations_dashboard_is_not_there() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let theirs = made(&birgit, "Reception", &[Widget::NotNotified]).await;
        for id in [
            theirs.to_string().as_str(),
            "0197a4d2-0000-7000-8000-000000000009",
            "nonsense",
            "a\0e",
        ] {
            assert_eq!(
                refusal(dashboards::form(&maria, id, None).await),
                Refusal::NotFound,
                "{id:?}"
            );
            assert_eq!(
                refusal(dashboards::close_page(&maria, id, None).await),
                Refusal::NotFound,
                "{id:?}"
            );
            let close = CloseDashboard {
                dashboard: id.to_owned(),
                ..CloseDashboard::default()
            };
            assert_eq!(
                refusal(dashboards::close(&maria, &close).await),
                Refusal::NotFound,
                "{id:?}"
            );
            let choose = ChooseDashboard {
                dashboard: id.to_owned(),
                ..ChooseDashboard::default()
            };
            assert_eq!(
                refusal(dashboards::choose(&maria, &choose).await),
                Refusal::NotFound,
                "{id:?}"
            );
            let asked = dashboards::home(&maria, Some(id)).await.expect("a home");
            assert_eq!(
                named(&asked),
                ["administrators"],
                "{id:?}: as if nothing had been asked for"
            );
        }
        let stolen = EditDashboard {
            dashboard: theirs.to_string(),
            version: "1".to_owned(),
            key: String::new(),
            ..form(&birgit, theirs).await
        };
        assert_eq!(
            refusal(dashboards::edit(&maria, &stolen, None).await),
            Refusal::NotFound
        );
        assert_eq!(
            problem(
                assign(&maria, world.id("karin"), &[theirs]).await,
                Field::Dashboards
            ),
            Problem::Wrong
        );
        assert_eq!(
            refusal(assign(&birgit, world.id("karin"), &[theirs]).await),
            Refusal::NotFound,
            "nor is the person"
        );
    });
}

#[test]
fn only_managers_of_a_person_choose_their_dashboards() {
    run(async |world| {
        let (sofia, maria, sven) = (
            world.as_("sofia").await,
            world.as_("maria").await,
            world.as_("sven").await,
        );
        let cases = built_in(&maria, BuiltInDashboard::Caseworkers).await;
        let typed = |user: UserId| AssignDashboards {
            user: user.to_string(),
            dashboards: vec![cases.to_string()],
            ..AssignDashboards::default()
        };
        assert_eq!(
            refusal(dashboards::assign(&sven, &typed(world.id("karin"))).await),
            Refusal::Forbidden,
            "edits nobody"
        );
        assert_eq!(
            refusal(dashboards::assign(&maria, &typed(world.id("sofia"))).await),
            Refusal::Forbidden,
            "manages no System administrator"
        );
        assert_eq!(
            refusal(dashboards::assign_page(&maria, world.id("sofia"), None).await),
            Refusal::Forbidden
        );
        let gone = users::create(&maria, new_user(&maria, "Ida", "Wik").await)
            .await
            .expect("created");
        users::archive(
            &maria,
            &Archive {
                user: gone.to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        let archived = Refusal::AlreadyDone(Done::UserArchived { user: gone });
        assert_eq!(
            refusal(dashboards::assign(&maria, &typed(gone)).await),
            archived,
            "who is archived has none"
        );
        let open = dashboards::assign_page(&maria, world.id("karin"), None)
            .await
            .expect("a page")
            .form;
        assign(&sofia, world.id("karin"), &[cases])
            .await
            .expect("assigned");
        let late = AssignDashboards {
            dashboards: Vec::new(),
            ..open
        };
        assert_eq!(
            refusal(dashboards::assign(&maria, &late).await),
            Refusal::Conflict,
            "what was chosen meanwhile is not lost"
        );
        for who in ["sven", "karin", "vera"] {
            assert_eq!(
                refusal(dashboards::list(&world.as_(who).await).await),
                Refusal::Forbidden,
                "{who}"
            );
        }
    });
}

#[test]
fn a_role_shows_its_dashboards_and_a_copy_has_the_same() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (own, theirs) = (
            made(&maria, "Reception", &[Widget::NoWayIn]).await,
            made(&world.as_("birgit").await, "Jour", &[Widget::NoWayIn]).await,
        );
        let cases = built_in(&maria, BuiltInDashboard::Caseworkers).await;
        let copy = roles::form(&maria, None, Some("caseworker"), "", None)
            .await
            .expect("a form")
            .form;
        assert_eq!(copy.dashboards, [cases.to_string()]);
        let form = EditRole {
            name: "Intake".to_owned(),
            dashboards: vec![own.to_string()],
            ..copy
        };
        let stolen = EditRole {
            dashboards: vec![theirs.to_string()],
            ..form.clone()
        };
        assert_eq!(
            problem(roles::edit(&maria, &stolen).await, Field::Dashboards),
            Problem::Wrong
        );
        let role = roles::edit(&maria, &form).await.expect("a role");
        // after a new sign-in she also assigns the new role
        let maria = world.as_("maria").await;
        users::change_role(
            &maria,
            &ChangeRole {
                user: world.id("vera").to_string(),
                role: role.to_string(),
                ..crate::support::without_warnings()
            },
            true,
        )
        .await
        .expect("given");
        assert_eq!(named(&home(&world.as_("vera").await).await), ["Reception"]);
        let again = roles::form(&maria, Some(&role.to_string()), None, "", None)
            .await
            .expect("a form")
            .form;
        assert_eq!(again.dashboards, [own.to_string()]);
        let brings = roles::page(&maria, &role.to_string())
            .await
            .expect("a page")
            .brings;
        assert_eq!(brings.iter().map(|one| one.id).collect::<Vec<_>>(), [own]);
        roles::edit(
            &maria,
            &EditRole {
                dashboards: Vec::new(),
                ..again
            },
        )
        .await
        .expect("changed");
        assert_eq!(home(&world.as_("vera").await).await, HomePage::default());
        let kept: String = world
            .one("SELECT changes::text FROM audit_details d JOIN audit_events e ON e.id = d.event_id WHERE e.kind = 'role_edited'")
            .await;
        assert!(kept.contains("Reception"), "{kept}");
    });
}

#[test]
fn the_list_of_people_holds_exactly_whom_a_widget_counts() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for who in ["sofia", "karin", "sven"] {
            world.token(who).await;
        }
        let form = NewUser {
            way_in: "invitation".to_owned(),
            email: "nils@example.org".to_owned(),
            ..new_user(&maria, "Nils", "Ahl").await
        };
        users::create(&maria, form).await.expect("created");
        world
            .owner_runs(&format!(
                "UPDATE users SET last_active_at = last_active_at - interval '31 days' WHERE id = '{}'",
                world.id("karin")
            ))
            .await;
        for (watch, widget, expected) in [
            (
                AttentionFilter::NotNotified,
                Widget::NotNotified,
                &["Nils Ahl", "Vera Ståhl"] as &[&str],
            ),
            (
                AttentionFilter::NeverSignedIn,
                Widget::NeverSignedIn,
                &["Nils Ahl"],
            ),
            (AttentionFilter::Inactive, Widget::Inactive, &["Karin Ek"]),
        ] {
            let list = users::list(
                &maria,
                ListQuery {
                    watch: watch.code().to_owned(),
                    ..ListQuery::default()
                },
            )
            .await
            .expect("a list");
            let found: Vec<_> = list.rows.iter().map(|row| row.name.as_str()).collect();
            assert_eq!(found, expected, "{watch:?}");
            assert_eq!(
                (list.pages.total, entries(world, "maria", widget).await.0),
                (expected.len() as u32, expected.len() as u32),
                "{watch:?}"
            );
        }
        let all = users::list(
            &maria,
            ListQuery {
                watch: "nonsense".to_owned(),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(all.pages.total, 6);
        assert_eq!(
            all.ignored.0,
            [("watch".to_owned(), "nonsense".to_owned())],
            "and says that it shows everybody"
        );
    });
}

#[test]
fn removing_a_dashboard_also_reaches_a_user_it_is_assigned_to_at_that_moment() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for round in 0..4 {
            let id = made(
                &maria,
                &format!("Reception {round}"),
                &[Widget::NotNotified],
            )
            .await;
            assign(&maria, world.id("vera"), &[id])
                .await
                .expect("assigned");
            dashboards::choose(
                &world.as_("vera").await,
                &ChooseDashboard {
                    dashboard: id.to_string(),
                    ..ChooseDashboard::default()
                },
            )
            .await
            .expect("chosen");
            assert_eq!(
                listed(&maria)
                    .await
                    .iter()
                    .find(|row| row.dashboard.id == id)
                    .map(|row| row.people),
                Some(1)
            );
            let close = CloseDashboard {
                dashboard: id.to_string(),
                ..CloseDashboard::default()
            };
            let chosen = [id];
            let (assigned, closed) = tokio::join!(
                assign(&maria, world.id("karin"), &chosen),
                dashboards::close(&maria, &close)
            );
            closed.expect("closed");
            if let Err(error) = assigned {
                assert_eq!(problem::<()>(Err(error), Field::Dashboards), Problem::Wrong);
            }
            let left: i64 = world
                .one(&format!(
                    "SELECT count(*) FROM user_dashboards WHERE dashboard_id = '{id}'"
                ))
                .await;
            assert_eq!(left, 0);
            assert_eq!(home(&world.as_("vera").await).await, HomePage::default());
            let closed = Refusal::AlreadyDone(Done::Closed {
                what: Closable::Dashboard,
            });
            assert_eq!(
                refusal(dashboards::close(&maria, &close).await),
                closed,
                "once"
            );
        }
    });
}

#[test]
fn closing_a_dashboard_and_assigning_it_do_not_wait_for_each_other() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        let id = made(&maria, "Reception", &[Widget::NotNotified]).await;
        let dashboard = format!("SELECT 1 FROM dashboards WHERE id = '{id}' FOR UPDATE");
        let person = format!("SELECT 1 FROM users WHERE id = '{karin}' FOR UPDATE");
        world
            .in_the_way(&dashboard, &person, assign(&maria, karin, &[id]))
            .await
            .expect("assigned");
    });
}

#[test]
fn a_widget_needs_its_permission() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let all = made(&maria, "All", &Widget::ALL).await;
        assign(&maria, world.id("karin"), &[all])
            .await
            .expect("assigned");
        let shown: Vec<_> = home(&world.as_("karin").await)
            .await
            .widgets
            .into_iter()
            .map(|shown| shown.widget)
            .collect();
        assert_eq!(
            shown,
            [Widget::MyClients, Widget::TeamQueue, Widget::MyReferrals]
        );
        assign(&world.as_("sofia").await, world.id("maria"), &[all])
            .await
            .expect("assigned");
        let shown: Vec<_> = home(&maria)
            .await
            .widgets
            .into_iter()
            .map(|shown| shown.widget)
            .collect();
        assert_eq!(shown, Widget::ALL);
    });
}

#[test]
fn a_widget_that_fails_says_so_and_the_others_are_shown() {
    run(async |world| {
        world
            .owner_runs("REVOKE SELECT ON referrals FROM usher_app")
            .await;
        let karin = home(&world.as_("karin").await).await;
        let failed = |shown: &Shown| (shown.widget, shown.content.is_none());
        let expected = [
            (Widget::MyClients, false),
            (Widget::TeamQueue, false),
            (Widget::MyReferrals, true),
        ];
        assert_eq!(
            karin.widgets.iter().map(failed).collect::<Vec<_>>(),
            expected
        );
    });
}

#[test]
fn the_dashboard_of_administrators_names_each_person_once() {
    run(async |world| {
        let maria = world.as_("maria").await;
        world.token("karin").await;
        let ida = users::create(&maria, new_user(&maria, "Ida", "Wik").await)
            .await
            .expect("created");
        let form = NewUser {
            way_in: "temporary_password".to_owned(),
            temporary_password: Secret::new(TEMPORARY),
            ..new_user(&maria, "Nils", "Ahl").await
        };
        let nils = users::create(&maria, form).await.expect("created");
        world
            .owner_runs(&format!(
                "UPDATE users SET sign_in_ends_at = sign_in_ends_at - interval '5 days' WHERE id = '{nils}';
                UPDATE users SET last_active_at = last_active_at - interval '31 days' WHERE id = '{}'",
                world.id("karin")
            ))
            .await;
        let mut people: Vec<UserId> = Vec::new();
        for Shown { content, .. } in home(&maria).await.widgets {
            if let Some(Content::Entries { entries, .. }) = content {
                people.extend(entries.iter().filter_map(|entry| match entry.about {
                    About::User(user) => Some(user),
                    _ => None,
                }));
            }
        }
        let once: std::collections::BTreeSet<UserId> = people.iter().copied().collect();
        assert_eq!(once.len(), people.len(), "{people:?}");
        assert!(
            [ida, nils, world.id("karin")]
                .iter()
                .all(|user| once.contains(user)),
            "{people:?}"
        );
    });
}

#[test]
fn the_widgets_about_people_hold_who_they_say() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for who in ["sofia", "maria", "karin", "sven", "vera"] {
            world.token(who).await;
        }
        let ida = users::create(&maria, new_user(&maria, "Ida", "Wik").await)
            .await
            .expect("created");
        let form = NewUser {
            way_in: "invitation".to_owned(),
            email: "nils@example.org".to_owned(),
            ..new_user(&maria, "Nils", "Ahl").await
        };
        let nils = users::create(&maria, form).await.expect("created");
        let (count, also, found) = entries(world, "maria", Widget::NotNotified).await;
        assert_eq!(
            (count, also, names(&found)),
            (2, None, vec!["Ida Wik", "Nils Ahl"]),
            "the mail has not left"
        );
        assert_eq!(
            (&found[0].about, matches!(found[0].note, Note::Created(_))),
            (&About::User(ida), true)
        );
        assert_eq!(
            names(&entries(world, "maria", Widget::NoWayIn).await.2),
            ["Ida Wik"]
        );
        assert_eq!(
            names(&entries(world, "maria", Widget::NeverSignedIn).await.2),
            ["Nils Ahl"]
        );
        for mail in usher_domain::delivery::claim(&world.db, 9)
            .await
            .expect("claims")
        {
            usher_domain::delivery::finish(&world.db, &mail, Ok(()))
                .await
                .expect("finished");
        }
        assert_eq!(
            names(&entries(world, "maria", Widget::NotNotified).await.2),
            ["Ida Wik"],
            "Nils was told"
        );
        assert_eq!(
            entries(world, "maria", Widget::Expiring).await.0,
            0,
            "seven days are left"
        );
        let ends_sooner = async |user: UserId, days: u32| {
            let sql = format!(
                "UPDATE users SET sign_in_ends_at = sign_in_ends_at - interval '{days} days' WHERE id = '{user}'"
            );
            world.owner_runs(&sql).await;
        };
        ends_sooner(nils, 5).await;
        let password = SetTemporaryPassword {
            user: ida.to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..Default::default()
        };
        users::set_temporary_password(&maria, &password)
            .await
            .expect("set");
        ends_sooner(ida, 8).await;
        let (count, ended, found) = entries(world, "maria", Widget::Expiring).await;
        assert_eq!(
            (count, ended, names(&found)),
            (1, Some(1), vec!["Nils Ahl"]),
            "what ended is counted beside it"
        );
        assert!(matches!(&found[0].note, Note::Invitation(_)), "{found:?}");
        users::invite(
            &maria,
            &Invite {
                user: nils.to_string(),
                ..Invite::default()
            },
        )
        .await
        .expect("invited again");
        world
            .owner_runs(&format!(
                "UPDATE users SET last_active_at = last_active_at - interval '40 days' WHERE id = '{}'",
                world.id("karin")
            ))
            .await;
        world
            .owner_runs(&format!("UPDATE users SET last_active_at = last_active_at - interval '91 days' WHERE id = '{}'", world.id("sven")))
            .await;
        let (count, long, found) = entries(world, "maria", Widget::Inactive).await;
        assert_eq!(
            (count, long, names(&found)),
            (2, Some(1), vec!["Sven Holm", "Karin Ek"]),
            "the longest first"
        );
        users::archive(
            &maria,
            &Archive {
                user: ida.to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        assert_eq!(
            entries(world, "maria", Widget::NoWayIn).await.0,
            0,
            "who is archived is nobody's work"
        );
        assert_eq!(
            names(&entries(world, "maria", Widget::Expiring).await.2),
            ["Nils Ahl"]
        );
    });
}

#[test]
fn a_user_with_an_unused_temporary_password_was_counted_as_notified() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for who in ["sofia", "karin", "sven", "vera"] {
            world.token(who).await;
        }
        let told = async || {
            let query = ListQuery {
                watch: AttentionFilter::NotNotified.code().to_owned(),
                ..ListQuery::default()
            };
            let list = users::list(&maria, query).await.expect("a list");
            let (count, _, found) = entries(world, "maria", Widget::NotNotified).await;
            let listed: Vec<_> = list.rows.into_iter().map(|row| row.name).collect();
            assert_eq!(
                (count as usize, names(&found)),
                (
                    listed.len(),
                    listed.iter().map(String::as_str).collect::<Vec<_>>()
                )
            );
            listed
        };
        assert!(told().await.is_empty());
        let form = NewUser {
            way_in: "temporary_password".to_owned(),
            temporary_password: Secret::new(TEMPORARY),
            ..new_user(&maria, "Ida", "Wik").await
        };
        let ida = users::create(&maria, form).await.expect("created");
        assert_eq!(
            told().await,
            ["Ida Wik"],
            "the password is still with who set it"
        );
        let reset = SetTemporaryPassword {
            user: world.id("vera").to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..SetTemporaryPassword::default()
        };
        users::set_temporary_password(&maria, &reset)
            .await
            .expect("set");
        assert_eq!(
            told().await,
            ["Vera Ståhl", "Ida Wik"],
            "and so is one that was set anew"
        );
        world.settles(ida, "ida.wik").await;
        assert_eq!(
            told().await,
            ["Vera Ståhl"],
            "who has a password of their own was told"
        );
    });
}

#[test]
fn about_to_expire_held_what_had_ended_months_ago() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let mut people = Vec::new();
        for (first, days) in [
            ("Ida", -150),
            ("Nils", -1),
            ("Olle", 1),
            ("Rut", 2),
            ("Siv", 4),
        ] {
            let user = users::create(&maria, new_user(&maria, first, "Wik").await)
                .await
                .expect("created");
            let form = SetTemporaryPassword {
                user: user.to_string(),
                temporary_password: Secret::new(TEMPORARY),
                ..Default::default()
            };
            users::set_temporary_password(&maria, &form)
                .await
                .expect("set");
            let at = World::morning() + TimeDelta::days(days);
            world
                .owner_runs(&format!(
                    "UPDATE users SET sign_in_ends_at = '{}' WHERE id = '{user}'",
                    at.to_rfc3339()
                ))
                .await;
            people.push(user);
        }
        let (count, ended, found) = entries(world, "maria", Widget::Expiring).await;
        assert_eq!(
            (count, ended, names(&found)),
            (2, Some(2), vec!["Olle Wik", "Rut Wik"]),
            "what can still be saved"
        );
        for (watch, expected) in [
            (AttentionFilter::Expiring, ["Olle Wik", "Rut Wik"]),
            (AttentionFilter::Expired, ["Ida Wik", "Nils Wik"]),
        ] {
            let query = ListQuery {
                watch: watch.code().to_owned(),
                ..ListQuery::default()
            };
            let list = users::list(&maria, query).await.expect("a list");
            assert_eq!(
                list.rows
                    .into_iter()
                    .map(|row| row.name)
                    .collect::<Vec<_>>(),
                expected,
                "{watch:?}"
            );
        }
        users::archive(
            &maria,
            &Archive {
                user: people[0].to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        assert_eq!(
            entries(world, "maria", Widget::Expiring).await.1,
            Some(1),
            "who is archived is nobody's work"
        );
        users::restore(
            &maria,
            &Restore {
                user: people[0].to_string(),
                ..Restore::default()
            },
        )
        .await
        .expect("restored");
        assert_eq!(
            entries(world, "maria", Widget::Expiring).await.1,
            Some(1),
            "and who has no way in yet has nothing that ends"
        );
    });
}

/// Invited users, created one second apart before the morning, whose mails were delivered six days
/// ago.
async fn invited(world: &World<'_>, people: u32) {
    let (organisation, morning) = (world.northfield, World::morning().to_rfc3339());
    world
        .owner_runs(&format!(
            "INSERT INTO users (organisation_id, id, form_key, first_name, last_name, login_name, email, sort_name, search_text, same_name, way_in,
                    created_at, told_at, sign_in_ends_at)
                SELECT '{organisation}', gen_random_uuid(), gen_random_uuid(), 'Nova', n::text, 'nova.' || n, 'nova.' || n || '@example.org',
                    lpad(n::text, 6, '0'), ' nova ' || n || ' ', 'nova ' || n, 'invited', '{morning}'::timestamptz - n * interval '1 second',
                    '{morning}'::timestamptz - interval '6 days', '{morning}'::timestamptz + interval '1 day' - n * interval '1 second'
                FROM generate_series(1, {people}) AS n"
        ))
        .await;
    world
        .owner_runs(
            "INSERT INTO outbox (organisation_id, id, user_id, mail, state, attempts, next_at, created_at, finished_at)
                SELECT organisation_id, gen_random_uuid(), id, '{\"kind\": \"invitation\"}', 'sent', 1, told_at, told_at, told_at
                FROM users WHERE first_name = 'Nova'",
        )
        .await;
    world.owner_runs("VACUUM ANALYZE users").await;
    world.owner_runs("VACUUM ANALYZE outbox").await;
}

/// The rows of a table that were read since the database was created, as reported by sessions that
/// have ended.
async fn rows_read(world: &World<'_>, table: &str) -> i64 {
    let sql = "SELECT (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint FROM pg_stat_user_tables WHERE relname =";
    world.one(&format!("{sql} '{table}'")).await
}

/// How often the start page is opened in the session whose reads are counted.
const HOMES: i64 = 40;

#[test]
fn home_read_every_invited_person_and_their_mails() {
    run(async |world| {
        let maria = world.token("maria").await;
        invited(world, 5_000).await;
        let ours = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'usher_app' AND datname = current_database()";
        // a session reports its reads when it ends
        let others: i64 = world.one(ours).await;
        let before = (
            rows_read(world, "users").await,
            rows_read(world, "outbox").await,
        );
        let db = Db::connect(&world.app_url, Keys::from_master(&[7; 32]), 1)
            .await
            .expect("connects")
            .at(World::morning());
        let scope = db
            .authenticate(&maria, db.new_id())
            .await
            .expect("answers")
            .expect("signed in")
            .scope;
        let shown = home(&scope).await.widgets;
        for _ in 1..HOMES {
            home(&scope).await;
        }
        drop(scope);
        db.close().await;
        while world.one::<i64>(ours).await > others {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let counted = |widget: Widget| match shown
            .iter()
            .find(|shown| shown.widget == widget)
            .and_then(|shown| shown.content.as_ref())
        {
            Some(Content::Entries { count, entries, .. }) => (count.count, entries.len()),
            other => panic!("{widget:?}: {other:?}"),
        };
        assert_eq!(counted(Widget::Expiring), (5_000, 5));
        let (people, mails) = (
            rows_read(world, "users").await - before.0,
            rows_read(world, "outbox").await - before.1,
        );
        assert_eq!(
            mails, 0,
            "If you're here because a widget reads the outbox: when a sign-in ends stands at the person"
        );
        // one widget counts them: it scans its index once, and may visit each row where the
        // visibility map is behind; sessions that created these users may report late, about two
        // rows for each of them
        assert!(
            people < HOMES * 5_010 + 15_000,
            "If you're here because a widget reads people more than once ({people} rows in {HOMES} times): give its condition an index"
        );
    });
}

#[test]
fn seats_cover_and_sign_ins_are_counted() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let seats = content(world, "maria", Widget::Seats, TimeDelta::zero()).await;
        let used: i64 = world
            .one(&format!(
                "SELECT count(*) FROM users WHERE organisation_id = '{}' AND way_in = 'password'",
                world.northfield
            ))
            .await;
        assert_eq!(
            seats,
            Some(Content::Seats {
                used: used as u32,
                agreed: None
            })
        );
        let (day, night) = (team(&maria, "Dag").await, team(&maria, "Natt").await);
        for (who, team, until) in [
            ("karin", night, "2026-12-07T09:00"),
            ("sven", day, "2026-12-08T12:00"),
            ("vera", day, ""),
        ] {
            let form = GiveCover {
                user: world.id(who).to_string(),
                cover_teams: vec![team.to_string()],
                cover_until: until.to_owned(),
                ..GiveCover::default()
            };
            covers::assign(&maria, &form).await.expect("covers");
        }
        let (count, _, found) = entries(world, "maria", Widget::CoverEnding).await;
        assert_eq!(
            (count, names(&found)),
            (1, vec!["Karin Ek"]),
            "the others end later, and not at all"
        );
        assert!(matches!(&found[0].note, Note::Covers { team, .. } if team == "Natt"));
        let before: i64 = world
            .one(&format!("SELECT count(*) FROM audit_events WHERE organisation_id = '{}' AND kind = 'signed_in'", world.northfield))
            .await;
        let Some(Content::Weeks(weeks)) =
            content(world, "maria", Widget::SignIns, TimeDelta::zero()).await
        else {
            panic!("weeks")
        };
        assert_eq!(
            (
                weeks.len(),
                weeks[11].0.text.as_str(),
                i64::from(weeks[11].1)
            ),
            (12, "23\u{a0}Nov\u{a0}2026", before)
        );
        assert_eq!(weeks[..11].iter().map(|(_, n)| n).sum::<u32>(), 0);
        world
            .owner_runs(
                "UPDATE audit_events SET at = at - interval '10 days' WHERE kind = 'signed_in'",
            )
            .await;
        let Some(Content::Weeks(weeks)) =
            content(world, "maria", Widget::SignIns, TimeDelta::zero()).await
        else {
            panic!("weeks")
        };
        assert_eq!(
            (weeks[9].0.text.as_str(), i64::from(weeks[9].1), weeks[11].1),
            ("9\u{a0}Nov\u{a0}2026", before, 0)
        );
    });
}

#[test]
fn unusual_activity_is_counted_by_its_description() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let karin = world.id("karin");
        assert_eq!(entries(world, "maria", Widget::Unusual).await.0, 0);
        for _ in 0..Anomaly::RefusedSignIns.least() {
            assert!(
                tries(
                    &world.db,
                    "karin.ek",
                    "not her password at all",
                    "198.51.100.9"
                )
                .await
                .is_err()
            );
        }
        let (count, _, found) = entries(world, "maria", Widget::Unusual).await;
        assert_eq!(
            (count, &found[0].about, &found[0].note),
            (
                1,
                &About::Activity(karin),
                &Note::Anomalies(vec![(Anomaly::RefusedSignIns, 5)])
            )
        );
        // four refused sign-ins are below the threshold of five
        world.owner_runs("DELETE FROM audit_events WHERE id = (SELECT id FROM audit_events WHERE kind = 'sign_in_failed' LIMIT 1)").await;
        assert_eq!(entries(world, "maria", Widget::Unusual).await.0, 0);
        // 03:30 in Stockholm is 02:30 in UTC, and 05:00 no longer counts as night
        for (hour, nights) in [("02:30", 1), ("04:00", 0)] {
            world
                .owner_runs(&format!(
                    "INSERT INTO audit_events (organisation_id, id, at, subject_id, actor_id, event, request_id) SELECT '{}', gen_random_uuid(),
                        ('2026-11-2' || n || 'T{hour}:00Z')::timestamptz, '{1}', '{1}', '{{\"kind\": \"signed_in\", \"user\": \"{1}\"}}', gen_random_uuid()
                    FROM generate_series(0, 2) AS n",
                    world.northfield,
                    world.id("vera")
                ))
                .await;
            let (count, _, found) = entries(world, "maria", Widget::Unusual).await;
            assert_eq!(
                (count, &found[0].note),
                (1, &Note::Anomalies(vec![(Anomaly::AtNight, 3)])),
                "{hour}: {nights}"
            );
        }
        for _ in 0..Anomaly::Refusals.least() {
            usher_domain::audit::refused(&world.as_("sven").await, "/settings", "forbidden")
                .await
                .expect("kept");
        }
        let (count, _, found) = entries(world, "maria", Widget::Unusual).await;
        assert_eq!(
            (count, names(&found)),
            (2, vec!["Sven Holm", "Vera Ståhl"]),
            "the most first"
        );
        assert_eq!(
            assign(&maria, world.id("sven"), &[])
                .await
                .expect("assigned"),
            world.id("sven")
        );
    });
}

#[test]
fn widgets_count_the_readers_clients_referrals_and_queues() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (day, night) = (team(&maria, "Dag").await, team(&maria, "Natt").await);
        joins(world, "karin", day).await;
        let anna = client(world, "Anna", Some("karin"), None, 3).await;
        let bo = client(world, "Bo", Some("sven"), Some(day), 3).await;
        client(world, "Cia", None, Some(day), 1).await;
        client(world, "Dan", None, Some(night), 9).await;
        let (count, waiting, found) = entries(world, "karin", Widget::MyClients).await;
        assert_eq!(
            (count, waiting, names(&found)),
            (1, Some(1), vec!["Anna Ahl"])
        );
        assert_eq!(
            names(&entries(world, "karin", Widget::TeamQueue).await.2),
            ["Cia Ahl"]
        );
        let cover = GiveCover {
            user: world.id("karin").to_string(),
            cover_teams: vec![night.to_string()],
            ..GiveCover::default()
        };
        covers::assign(&maria, &cover).await.expect("covers");
        let (_, _, found) = entries(world, "karin", Widget::TeamQueue).await;
        assert_eq!(
            names(&found),
            ["Dan Ahl", "Cia Ahl"],
            "the covered team’s, too; longest waiting first"
        );
        assert!(
            matches!(&found[0].note, Note::Waits { team, since } if team == "Natt" && since.text == "14\u{a0}Nov\u{a0}2026")
        );
        referral(world, &anna, "sven", "internal", "sent").await;
        referral(world, &bo, "karin", "sent", "asked").await;
        referral(world, &bo, "sven", "internal", "sent").await;
        referral(world, &anna, "karin", "internal", "accepted").await;
        let (count, asked, found) = entries(world, "karin", Widget::MyReferrals).await;
        assert_eq!(
            (count, asked),
            (2, Some(1)),
            "made by her, or about her client, and open: {found:?}"
        );
        referral(world, "", "sven", "received", "sent").await;
        referral(world, "", "sven", "received", "declined").await;
        assert_eq!(
            entries(world, "maria", Widget::ReferralsToAnswer).await.0,
            3,
            "two to our own resources, one from elsewhere"
        );
    });
}

#[test]
fn a_widget_reaches_no_further_than_its_permission() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let office = EditOffice {
            key: world.db.new_id().to_string(),
            unit_name: "Norr".to_owned(),
            ..EditOffice::default()
        };
        let office = offices::edit(&sofia, &office)
            .await
            .expect("an office")
            .to_string();
        users::create(&sofia, new_user(&sofia, "Ida", "Wik").await)
            .await
            .expect("created");
        let here = NewUser {
            office: office.clone(),
            ..new_user(&sofia, "Nora", "Norr").await
        };
        users::create(&sofia, here).await.expect("created");
        let admin = role_of(&sofia, BuiltInRole::OrganisationAdministrator).await;
        let nils = NewUser {
            roles: vec![admin.to_string()],
            office,
            ..new_user(&sofia, "Nils", "Ahl").await
        };
        let login_name = nils.login_name.clone();
        let id = users::create(&sofia, nils).await.expect("created");
        let all = made(&sofia, "All", &[Widget::NoWayIn, Widget::Seats]).await;
        assign(&sofia, id, &[all]).await.expect("assigned");
        let token = world.settles(id, &login_name).await;
        let scope = world.authenticated(&token).await.expect("signed in").scope;
        let shown = home(&scope).await.widgets;
        assert_eq!(
            shown.len(),
            1,
            "who is bound to an office settles nothing for the organisation: {shown:?}"
        );
        let Some(Content::Entries { count, entries, .. }) = &shown[0].content else {
            panic!("{shown:?}")
        };
        assert_eq!(
            (*count, names(entries)),
            (
                Count {
                    count: 1,
                    more: false
                },
                vec!["Nora Norr"]
            )
        );
        assert_eq!(
            entries_of(&world.as_("birgit").await, Widget::NoWayIn).await,
            3,
            "Bo, Bea and Björn, who are her own"
        );
        let own = roles::list(&scope).await;
        assert!(own.is_ok(), "the bound administrator is one");
        assert!(
            tries(&world.db, &login_name, PASSWORD, "192.0.2.7")
                .await
                .is_ok()
        );
        let taken = ChangeRole {
            user: id.to_string(),
            role: admin.to_string(),
            ..crate::support::without_warnings()
        };
        users::change_role(&sofia, &taken, false)
            .await
            .expect("taken");
        let scope = world.authenticated(&token).await.expect("signed in").scope;
        assert!(
            home(&scope).await.widgets.is_empty(),
            "a dashboard opens nothing"
        );
    });
}

async fn entries_of(scope: &Scope, widget: Widget) -> u32 {
    let home = home(scope).await;
    let found = home
        .widgets
        .into_iter()
        .find(|shown| shown.widget == widget)
        .and_then(|shown| shown.content);
    match found {
        Some(Content::Entries { count, .. }) => count.count,
        other => panic!("{widget:?}: {other:?}"),
    }
}
