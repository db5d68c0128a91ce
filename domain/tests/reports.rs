//! Activity of people, teams and the organisation (OG-83 to OG-87).

use usher_domain::{Scope, offices, reports, teams, users};
use usher_types::audit::Event;
use usher_types::reports::{ActivityPage, ActivityQuery, Figures, PeriodQuery, ReportPage};
use usher_types::units::{ChangeMember, EditOffice, EditTeam};
use usher_types::users::{Archive, EditUser, NewUser};
use usher_types::{BuiltInRole, Field, Problem, Refusal, TeamId, UserId};

use crate::support::{World, new_user, problem, refusal, role_of, run};

fn days(from: &str, until: &str) -> PeriodQuery {
    PeriodQuery {
        from: from.to_owned(),
        until: until.to_owned(),
    }
}

async fn report(scope: &Scope, query: PeriodQuery) -> ReportPage {
    reports::page(scope, query).await.expect("a report")
}

async fn activity(scope: &Scope, user: UserId, query: ActivityQuery) -> ActivityPage {
    reports::activity(scope, user, query).await.expect("a page")
}

async fn team(scope: &Scope, name: &str, office: &str) -> TeamId {
    let page = teams::form(scope, "", None).await.expect("a form");
    let form = EditTeam {
        unit_name: name.to_owned(),
        office: office.to_owned(),
        ..page.form
    };
    teams::edit(scope, &form).await.expect("a team")
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

/// An event that a user caused at a given time.
async fn event(world: &World<'_>, kind: &str, who: &str, at: &str) {
    let user = world.id(who);
    world
        .owner_runs(&format!(
            "INSERT INTO audit_events (organisation_id, id, at, subject_id, actor_id, actor_organisation_id, event, request_id)
                VALUES ('{0}', gen_random_uuid(), '{at}', '{user}', '{user}', '{0}', '{{\"kind\": \"{kind}\", \"user\": \"{user}\"}}', gen_random_uuid())",
            world.northfield
        ))
        .await;
}

async fn client(world: &World<'_>, team: Option<TeamId>, responsible: &str, at: &str) -> String {
    let id = world.db.new_id();
    let team = team.map_or("NULL".to_owned(), |team| format!("'{team}'"));
    world
        .owner_runs(&format!(
            "INSERT INTO clients (organisation_id, id, first_name, responsible_id, team_id, created_at, created_by, form_key, sort_name, search_text)
                VALUES ('{0}', '{id}', 'Anna', '{1}', {team}, '{at}', '{1}', '{id}', 'anna', '')",
            world.northfield,
            world.id(responsible)
        ))
        .await;
    id.to_string()
}

async fn referral(
    world: &World<'_>,
    client: &str,
    made_by: &str,
    at: &str,
    answered: Option<(&str, &str)>,
) {
    let id = world.db.new_id();
    let answered = answered.map_or("NULL, NULL".to_owned(), |(who, at)| {
        format!("'{}', '{at}'", world.id(who))
    });
    world
        .owner_runs(&format!(
            "INSERT INTO referrals (organisation_id, id, direction, status, client_id, client_name, reason, created_by, created_at, changed_at, form_key,
                    answered_by, answered_at)
                VALUES ('{}', '{id}', 'internal', 'sent', '{client}', 'Anna', 'Help', '{}', '{at}', '{at}', '{id}', {answered})",
            world.northfield,
            world.id(made_by)
        ))
        .await;
}

#[test]
fn a_report_counts_each_team_and_everybody_once_in_the_organisations_days() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (day, night) = (
            team(&maria, "Dag", "").await,
            team(&maria, "Natt", "").await,
        );
        joins(world, "karin", day).await;
        joins(world, "karin", night).await;
        joins(world, "sven", day).await;
        // midnight in Stockholm is 22:00 UTC in June, and 23:00 in January
        for at in [
            "2026-06-09T21:59:59Z",
            "2026-06-09T22:00:00Z",
            "2026-06-10T21:59:59Z",
            "2026-06-10T22:00:00Z",
        ] {
            event(world, "signed_in", "karin", at).await;
        }
        event(world, "switched_here", "sven", "2026-06-10T09:00:00Z").await;
        event(world, "resource_edited", "sven", "2026-06-10T10:00:00Z").await;
        event(world, "user_created", "vera", "2026-06-10T10:00:00Z").await;
        event(world, "user_archived", "vera", "2026-06-10T11:00:00Z").await;
        let anna = client(world, Some(day), "karin", "2026-06-10T09:00:00Z").await;
        client(world, None, "vera", "2026-06-10T09:00:00Z").await;
        referral(
            world,
            &anna,
            "karin",
            "2026-06-10T09:00:00Z",
            Some(("sven", "2026-06-11T09:00:00Z")),
        )
        .await;
        let one = report(&maria, days("2026-06-10", "2026-06-10")).await;
        assert_eq!(
            one.teams
                .iter()
                .map(|team| (team.name.as_str(), team.members))
                .collect::<Vec<_>>(),
            [("Dag", 2), ("Natt", 1)]
        );
        let of_day = Figures {
            active: 2,
            sign_ins: 3,
            clients: 1,
            referred: 1,
            resources: 1,
            ..Figures::default()
        };
        assert_eq!(one.teams[0].figures, of_day);
        assert_eq!(
            one.teams[1].figures,
            Figures {
                active: 1,
                sign_ins: 2,
                referred: 1,
                ..Figures::default()
            }
        );
        let all = Figures {
            created: 1,
            archived: 1,
            clients: 2,
            ..of_day
        };
        assert_eq!(
            (one.all, one.is_whole),
            (all, true),
            "who is in two teams counts once"
        );
        assert_eq!(
            report(&maria, days("2026-06-10", "2026-06-11")).await.all,
            Figures {
                sign_ins: 4,
                answered: 1,
                ..all
            }
        );
        let weeks: Vec<_> = report(&maria, days("2026-06-03", "2026-06-10")).await.weeks;
        let weeks: Vec<_> = weeks
            .iter()
            .map(|(week, n)| (week.text.as_str(), *n))
            .collect();
        assert_eq!(
            weeks,
            [("3\u{a0}Jun\u{a0}2026", 0), ("8\u{a0}Jun\u{a0}2026", 4)],
            "the first is a part of a week"
        );
    });
}

#[test]
fn a_report_reaches_as_far_as_its_permission() {
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
        let (there, elsewhere) = (
            team(&sofia, "Norra", &office).await,
            team(&sofia, "Dag", "").await,
        );
        joins(world, "karin", elsewhere).await;
        client(world, Some(there), "karin", "2026-11-20T09:00:00Z").await;
        client(world, Some(elsewhere), "karin", "2026-11-20T09:00:00Z").await;
        let role = role_of(&sofia, BuiltInRole::Supervisor).await.to_string();
        let form = NewUser {
            roles: vec![role],
            office,
            ..new_user(&sofia, "Nils", "Ahl").await
        };
        let login_name = form.login_name.clone();
        let nils = users::create(&sofia, form).await.expect("created");
        let token = world.settles(nils, &login_name).await;
        let scope = world.authenticated(&token).await.expect("signed in").scope;
        let found = report(&scope, PeriodQuery::default()).await;
        assert_eq!(
            found
                .teams
                .iter()
                .map(|team| team.name.as_str())
                .collect::<Vec<_>>(),
            ["Norra"]
        );
        assert!(!found.is_whole);
        let theirs = Figures {
            active: 1,
            sign_ins: 1,
            created: 1,
            clients: 1,
            ..Figures::default()
        };
        assert_eq!(
            found.all, theirs,
            "he himself, and the client of the team of his office"
        );
        let exported = reports::export(&scope, &PeriodQuery::default())
            .await
            .expect("exported");
        assert_eq!(
            (exported.teams, exported.all),
            (found.teams, found.all),
            "the file reaches no further"
        );
        let birgit = report(&world.as_("birgit").await, PeriodQuery::default()).await;
        assert_eq!((birgit.teams.len(), birgit.all.clients), (0, 0));
        for who in ["karin", "vera"] {
            assert_eq!(
                refusal(reports::page(&world.as_(who).await, PeriodQuery::default()).await),
                Refusal::Forbidden,
                "{who}"
            );
            assert_eq!(
                refusal(reports::export(&world.as_(who).await, &PeriodQuery::default()).await),
                Refusal::Forbidden,
                "{who}"
            );
        }
    });
}

#[test]
fn an_impossible_period_is_refused_and_nothing_is_counted_or_exported() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for (query, field, why) in [
            (
                days("2026-11-02", "2026-11-01"),
                Field::Until,
                Problem::BeforeStart,
            ),
            (
                days("2025-01-01", "2026-11-01"),
                Field::From,
                Problem::LongPeriod { most: 366 },
            ),
            (days("'; DROP TABLE users", ""), Field::From, Problem::Wrong),
        ] {
            let page = report(&maria, query.clone()).await;
            assert_eq!(
                page.problem.as_ref().and_then(|problem| problem.at(field)),
                Some(&why),
                "{query:?}"
            );
            assert_eq!(
                (page.query, page.weeks.len(), page.all),
                (query.clone(), 0, Figures::default()),
                "what was typed stays"
            );
            assert_eq!(problem(reports::export(&maria, &query).await, field), why);
            let theirs = activity(
                &maria,
                world.id("karin"),
                ActivityQuery {
                    period: query,
                    ..ActivityQuery::default()
                },
            )
            .await;
            assert_eq!((theirs.problem.is_some(), theirs.acts.len()), (true, 0));
        }
        let kept: i64 = world
            .one("SELECT count(*) FROM audit_events WHERE kind = 'report_exported'")
            .await;
        assert_eq!(kept, 0);
        reports::export(&maria, &days("2026-11-01", "2026-11-02"))
            .await
            .expect("exported");
        let kept: String = world
            .one("SELECT d.changes::text FROM audit_details d JOIN audit_events e ON e.id = d.event_id WHERE e.kind = 'report_exported'")
            .await;
        assert!(
            kept.contains("2026-11-01") && kept.contains("2026-11-02"),
            "{kept}"
        );
    });
}

#[test]
fn a_persons_activity_is_what_they_did_page_by_page_newest_first() {
    run(async |world| {
        let maria = world.as_("maria").await;
        world.token("karin").await;
        let anna = client(world, None, "karin", "2026-11-20T09:00:00Z").await;
        referral(world, &anna, "karin", "2026-11-20T09:00:00Z", None).await;
        for at in 0..120 {
            event(
                world,
                "signed_out",
                "karin",
                &format!("2026-11-0{}T{:02}:00:00Z", 1 + at / 24, at % 24),
            )
            .await;
        }
        let first = activity(&maria, world.id("karin"), ActivityQuery::default()).await;
        assert_eq!(
            (
                first.figures.referred,
                first.figures.clients,
                first.is_first
            ),
            (1, 1, true)
        );
        assert!(first.last_sign_in.is_some());
        let (mut all, mut next) = (first.acts.clone(), first.next.clone());
        let mut pages = 1;
        while let Some(after) = next {
            let page = activity(
                &maria,
                world.id("karin"),
                ActivityQuery {
                    after,
                    ..ActivityQuery::default()
                },
            )
            .await;
            all.extend(page.acts);
            (next, pages) = (page.next, pages + 1);
        }
        let whole: i64 = world
            .one(&format!(
                "SELECT count(*) FROM audit_events WHERE actor_id = '{}'",
                world.id("karin")
            ))
            .await;
        assert_eq!((pages, all.len() as i64), (3, whole), "each act once");
        assert!(all.is_sorted_by(|one, other| one.line.when.iso >= other.line.when.iso));
        let one_day = ActivityQuery {
            period: days("2026-11-02", "2026-11-02"),
            ..ActivityQuery::default()
        };
        assert_eq!(
            activity(&maria, world.id("karin"), one_day)
                .await
                .acts
                .len(),
            24
        );
        let stale = ActivityQuery {
            after: world.db.new_id().to_string(),
            ..ActivityQuery::default()
        };
        assert_eq!(
            activity(&maria, world.id("karin"), stale).await.acts,
            first.acts,
            "a cursor that is gone is the first page"
        );
    });
}

#[test]
fn changed_values_are_shown_only_to_people_who_can_see_the_user() {
    run(async |world| {
        let (sofia, maria) = (world.as_("sofia").await, world.as_("maria").await);
        let form = users::edit_user_form(&maria, world.id("karin"), None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                phone: "+46 70 123 45 67".to_owned(),
                ..form
            },
        )
        .await
        .expect("edited");
        let acts = activity(&sofia, world.id("maria"), ActivityQuery::default())
            .await
            .acts;
        let edited = acts
            .iter()
            .find(|act| matches!(act.line.event, Event::UserEdited { .. }))
            .expect("the act");
        assert_eq!(edited.to, Some((world.id("karin"), "Karin Ek".to_owned())));
        assert_eq!(edited.line.changes.len(), 1);
        users::archive(
            &maria,
            &Archive {
                user: world.id("karin").to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        // a supervisor sees activity, but not the user bank
        let acts = activity(
            &world.as_("sven").await,
            world.id("maria"),
            ActivityQuery::default(),
        )
        .await
        .acts;
        let edited = acts
            .iter()
            .find(|act| matches!(act.line.event, Event::UserEdited { .. }))
            .expect("the act");
        assert_eq!((&edited.to, edited.line.changes.len()), (&None, 0));
        for (who, user, answer) in [
            ("vera", world.id("maria"), Refusal::Forbidden),
            ("birgit", world.id("maria"), Refusal::NotFound),
            ("sven", world.id("karin"), Refusal::NotFound),
        ] {
            assert_eq!(
                refusal(
                    reports::activity(&world.as_(who).await, user, ActivityQuery::default()).await
                ),
                answer,
                "{who}"
            );
        }
    });
}

#[test]
fn lookups_use_an_index() {
    run(async |world| {
        let karin = world.id("karin");
        world
            .owner_runs(&format!(
                "INSERT INTO audit_events (organisation_id, id, at, subject_id, actor_id, event, request_id)
                    SELECT '{}', gen_random_uuid(), '2026-11-23T09:00:00Z'::timestamptz - n * interval '1 minute', person, person,
                        jsonb_build_object('kind', CASE WHEN n % 40 = 0 THEN 'signed_in' ELSE 'mail_finished' END, 'user', person), gen_random_uuid()
                    FROM generate_series(1, 60000) AS n CROSS JOIN LATERAL (SELECT CASE WHEN n % 200 = 0 THEN '{karin}'::uuid ELSE gen_random_uuid() END) AS who (person);
                ANALYZE audit_events",
                world.northfield
            ))
            .await;
        let app = world.app().await;
        let explain = async |sql: &str| -> String {
            use sea_orm::ConnectionTrait;
            app.execute_unprepared(&format!(
                "SELECT set_config('app.organisation', '{}', false)",
                world.northfield
            ))
            .await
            .expect("set");
            let rows = app
                .query_all_raw(crate::support::statement(&format!("EXPLAIN {sql}")))
                .await
                .expect("explains");
            rows.iter()
                .map(|row| row.try_get_by_index::<String>(0).expect("a line"))
                .collect::<Vec<_>>()
                .join("\n")
        };
        for (sql, index) in [
            (
                format!("SELECT id FROM audit_events WHERE actor_id = '{karin}' AND at >= '2026-10-25' AND at < '2026-11-24' ORDER BY at DESC, id DESC LIMIT 51"),
                "audit_events_actor",
            ),
            (
                "SELECT subject_id, count(*) FROM audit_events WHERE kind IN ('signed_in', 'switched_here') AND at >= '2026-11-20' AND at < '2026-11-24' GROUP BY 1"
                    .to_owned(),
                "audit_events_kind",
            ),
        ] {
            let plan = explain(&sql).await;
            assert!(plan.contains(index) && !plan.contains("Seq Scan"), "{sql}\n{plan}");
        }
    });
}
