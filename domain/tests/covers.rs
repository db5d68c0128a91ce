//! Team coverage (IZ-08, IZ-09): who covers which team, from when, until when.

use chrono::TimeDelta;
use usher_domain::{Scope, covers, teams, users};
use usher_types::audit::Event;
use usher_types::covers::{Cover, EndCover, GiveCover};
use usher_types::refusal::Done;
use usher_types::units::{ChangeMember, CloseTeam, EditTeam};
use usher_types::users::{EditUser, ListQuery, NewUser};
use usher_types::{Field, Problem, Refusal, TeamId, UserId};

use crate::support::{World, new_user, problem, refusal, run};

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

fn cover(user: UserId, team: TeamId, from: &str, until: &str) -> GiveCover {
    GiveCover {
        user: user.to_string(),
        cover_teams: vec![team.to_string()],
        cover_from: from.to_owned(),
        cover_until: until.to_owned(),
        cover_reason: "Holiday".to_owned(),
        ..GiveCover::default()
    }
}

async fn covered(world: &World<'_>, user: UserId, later: TimeDelta) -> Vec<Cover> {
    let found = world
        .later(later)
        .authenticate(&world.token("maria").await, world.db.new_id())
        .await
        .expect("the database answers");
    users::page(&found.expect("still signed in").scope, user)
        .await
        .expect("a page")
        .covers
}

#[test]
fn a_cover_begins_and_ends_by_itself_at_the_minute() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        let night = team(&maria, "Natt").await;
        // 09:00 UTC is 10:00 in Stockholm
        covers::assign(
            &maria,
            &cover(karin, night, "2026-11-23T10:10", "2026-11-23T10:30"),
        )
        .await
        .expect("given");
        let now = covered(world, karin, TimeDelta::zero()).await;
        assert_eq!((now.len(), now[0].has_begun), (1, false));
        let then = covered(world, karin, TimeDelta::minutes(10)).await;
        assert_eq!((then.len(), then[0].has_begun), (1, true));
        assert_eq!(
            covered(world, karin, TimeDelta::seconds(29 * 60 + 59))
                .await
                .len(),
            1
        );
        assert_eq!(
            covered(world, karin, TimeDelta::minutes(30)).await.len(),
            0,
            "nothing had to run"
        );
    });
}

#[test]
fn both_team_pages_and_the_activity_show_the_cover() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        let (day, night) = (team(&maria, "Dag").await, team(&maria, "Natt").await);
        let joins = ChangeMember {
            team: day.to_string(),
            user: karin.to_string(),
            ..ChangeMember::default()
        };
        teams::assign_member(&maria, &joins).await.expect("joined");
        covers::assign(&maria, &cover(karin, night, "", "2026-12-24T12:00"))
            .await
            .expect("given");
        let (theirs, own) = (
            teams::page(&maria, &night.to_string()).await,
            teams::page(&maria, &day.to_string()).await,
        );
        let (theirs, own) = (theirs.expect("a page"), own.expect("a page"));
        assert_eq!(
            theirs
                .covered_by
                .iter()
                .map(|cover| cover.name.as_str())
                .collect::<Vec<_>>(),
            ["Karin Ek"]
        );
        assert_eq!(
            own.covers
                .iter()
                .map(|cover| cover.team.name.as_str())
                .collect::<Vec<_>>(),
            ["Natt"]
        );
        assert_eq!(
            theirs.members.len(),
            0,
            "who covers a team does not belong to it"
        );
        let said = &users::page(&maria, karin).await.expect("a page").activity[0];
        assert!(matches!(said.event, Event::CoverGiven { .. }));
        assert_eq!(said.unit.as_deref(), Some("Natt"));
        assert!(
            said.changes
                .iter()
                .any(|change| change.after.as_deref() == Some("Holiday"))
        );
    });
}

#[test]
fn cover_opens_no_people() {
    run(async |world| {
        let (maria, sven) = (world.as_("maria").await, world.id("sven"));
        let night = team(&maria, "Natt").await;
        let joins = ChangeMember {
            team: night.to_string(),
            user: world.id("vera").to_string(),
            ..ChangeMember::default()
        };
        teams::assign_member(&maria, &joins).await.expect("joined");
        world.owner_runs("UPDATE role_permissions SET reach = 'team' FROM roles r WHERE r.id = role_id AND r.key = 'supervisor'").await;
        covers::assign(&maria, &cover(sven, night, "", ""))
            .await
            .expect("given");
        let seen = users::list(&world.as_("sven").await, ListQuery::default())
            .await
            .expect("a list");
        assert_eq!(
            seen.rows
                .iter()
                .map(|row| row.name.as_str())
                .collect::<Vec<_>>(),
            ["Sven Holm"]
        );
    });
}

#[test]
fn a_cover_ends_early_and_a_future_one_leaves_no_trace() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        let night = team(&maria, "Natt").await;
        covers::assign(&maria, &cover(karin, night, "2026-11-23T09:00", ""))
            .await
            .expect("one that has begun");
        let lasting = covers::page(&maria, karin, None)
            .await
            .expect("a page")
            .covers[0]
            .id;
        let end = EndCover {
            user: karin.to_string(),
            cover: lasting.to_string(),
            ..EndCover::default()
        };
        covers::end(&maria, &end).await.expect("ended");
        let ended = Refusal::AlreadyDone(Done::CoverEnded { user: karin });
        assert_eq!(refusal(covers::end(&maria, &end).await), ended, "once");
        covers::assign(&maria, &cover(karin, night, "2026-12-01T09:00", ""))
            .await
            .expect("one to come");
        let coming = covers::page(&maria, karin, None)
            .await
            .expect("a page")
            .covers[0]
            .id;
        let end = EndCover {
            cover: coming.to_string(),
            ..end
        };
        covers::end(&maria, &end).await.expect("ended");
        assert_eq!(
            refusal(covers::end(&maria, &end).await),
            ended,
            "once, though nothing is left of it"
        );
        assert_eq!(
            refusal(covers::end(&world.as_("birgit").await, &end).await),
            Refusal::NotFound,
            "not hers"
        );
        let left: i64 = world.one("SELECT count(*) FROM covers").await;
        assert_eq!(left, 1, "what was is kept");
    });
}

#[test]
fn a_wrong_cover_is_reported_at_its_field() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        let (day, night) = (team(&maria, "Dag").await, team(&maria, "Natt").await);
        let joins = ChangeMember {
            team: day.to_string(),
            user: karin.to_string(),
            ..ChangeMember::default()
        };
        teams::assign_member(&maria, &joins).await.expect("joined");
        let theirs = team(&world.as_("birgit").await, "Natt").await;
        for (form, field, expected) in [
            (
                cover(karin, night, "2026-12-02T09:00", "2026-12-01T09:00"),
                Field::CoverUntil,
                Problem::BeforeStart,
            ),
            (
                cover(karin, night, "", "2026-11-23T09:59"),
                Field::CoverUntil,
                Problem::Past,
            ),
            (
                cover(karin, night, "yesterday", ""),
                Field::CoverFrom,
                Problem::Wrong,
            ),
            (
                cover(karin, day, "", ""),
                Field::CoverTeams,
                Problem::OwnTeam,
            ),
            (
                cover(karin, theirs, "", ""),
                Field::CoverTeams,
                Problem::Wrong,
            ),
            (
                GiveCover {
                    cover_teams: vec![],
                    ..cover(karin, night, "", "")
                },
                Field::CoverTeams,
                Problem::Missing,
            ),
        ] {
            assert_eq!(
                problem(covers::assign(&maria, &form).await, field),
                expected,
                "{form:?}"
            );
        }
        covers::assign(
            &maria,
            &cover(karin, night, "2026-12-01T09:00", "2026-12-08T09:00"),
        )
        .await
        .expect("given");
        let overlaps = cover(karin, night, "2026-12-07T09:00", "");
        assert_eq!(
            problem(covers::assign(&maria, &overlaps).await, Field::CoverTeams),
            Problem::CoveredAlready
        );
        covers::assign(&maria, &cover(karin, night, "2026-12-08T09:00", ""))
            .await
            .expect("right after");
    });
}

#[test]
fn cover_is_given_when_a_person_is_created_and_when_one_is_edited() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (day, night) = (team(&maria, "Dag").await, team(&maria, "Natt").await);
        let form = NewUser {
            teams: vec![day.to_string()],
            cover_teams: vec![night.to_string()],
            cover_until: "2026-12-24T12:00".to_owned(),
            ..new_user(&maria, "Ida", "Wik").await
        };
        let own = NewUser {
            cover_teams: vec![day.to_string()],
            ..form.clone()
        };
        assert_eq!(
            problem(users::create(&maria, own).await, Field::CoverTeams),
            Problem::OwnTeam
        );
        let ida = users::create(&maria, form).await.expect("created");
        assert_eq!(
            users::page(&maria, ida).await.expect("a page").covers.len(),
            1
        );
        let edit = users::edit_user_form(&maria, world.id("karin"), None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                cover_teams: vec![day.to_string()],
                ..edit
            },
        )
        .await
        .expect("edited");
        assert_eq!(
            users::page(&maria, world.id("karin"))
                .await
                .expect("a page")
                .covers[0]
                .team
                .name,
            "Dag"
        );
    });
}

#[test]
fn closing_a_team_ends_its_covers() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        let night = team(&maria, "Natt").await;
        covers::assign(&maria, &cover(karin, night, "", ""))
            .await
            .expect("given");
        teams::close(
            &maria,
            &CloseTeam {
                team: night.to_string(),
                ..CloseTeam::default()
            },
        )
        .await
        .expect("closed");
        assert!(
            users::page(&maria, karin)
                .await
                .expect("a page")
                .covers
                .is_empty()
        );
    });
}

#[test]
fn assigning_cover_needs_edit_users() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let night = team(&maria, "Natt").await;
        let form = cover(world.id("karin"), night, "", "");
        assert_eq!(
            refusal(covers::assign(&world.as_("sven").await, &form).await),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(covers::assign(&world.as_("birgit").await, &form).await),
            Refusal::NotFound
        );
        let chief = cover(world.id("sofia"), night, "", "");
        assert_eq!(
            refusal(covers::assign(&maria, &chief).await),
            Refusal::Forbidden
        );
    });
}
