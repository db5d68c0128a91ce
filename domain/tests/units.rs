//! Offices and teams: who is assigned to which, and who sees whom (CS-02, S16, decision 0016).

use usher_domain::{Scope, offices, teams, users};
use usher_types::audit::Event;
use usher_types::refusal::{Closable, Done, Taken};
use usher_types::units::{ChangeMember, CloseOffice, CloseTeam, EditOffice, EditTeam};
use usher_types::users::{
    Archive, Availability, ChangeRole, EditUser, ListQuery, NewUser, Restore,
};
use usher_types::{BuiltInRole, Field, OfficeId, Problem, Refusal, TeamId, UserId};

use crate::support::{World, new_user, problem, refusal, role_of, run};

pub(crate) async fn office(scope: &Scope, name: &str) -> OfficeId {
    let page = offices::form(scope, "", None).await.expect("a form");
    offices::edit(
        scope,
        &EditOffice {
            unit_name: name.to_owned(),
            ..page.form
        },
    )
    .await
    .expect("an office")
}

pub(crate) async fn team(scope: &Scope, name: &str, office: Option<OfficeId>) -> TeamId {
    let page = teams::form(scope, "", None).await.expect("a form");
    let office = office.map(|office| office.to_string()).unwrap_or_default();
    teams::edit(
        scope,
        &EditTeam {
            unit_name: name.to_owned(),
            office,
            ..page.form
        },
    )
    .await
    .expect("a team")
}

pub(crate) async fn joins(scope: &Scope, team: TeamId, user: UserId) {
    let form = ChangeMember {
        team: team.to_string(),
        user: user.to_string(),
        ..ChangeMember::default()
    };
    teams::assign_member(scope, &form).await.expect("joined");
}

/// Changes a user's office and teams through the form, as the page does.
async fn put(
    scope: &Scope,
    user: UserId,
    change: impl FnOnce(EditUser) -> EditUser,
) -> usher_domain::Result<UserId> {
    let form = users::edit_user_form(scope, user, None).await?.form;
    users::edit(scope, change(form)).await
}

pub(crate) async fn bind(scope: &Scope, user: UserId, office: OfficeId) {
    put(scope, user, |form| EditUser {
        office: office.to_string(),
        ..form
    })
    .await
    .expect("bound");
}

/// Sets the reach of a built-in role's permissions in the database, because no page can edit
/// built-in roles.
async fn reaches(world: &World<'_>, role: BuiltInRole, permissions: &[&str], reach: &str) {
    for permission in permissions {
        world
            .owner_runs(&format!(
                "INSERT INTO role_permissions (organisation_id, role_id, permission, reach)
                    SELECT organisation_id, id, '{permission}', '{reach}' FROM roles WHERE key = '{}'
                    ON CONFLICT (organisation_id, role_id, permission) DO UPDATE SET reach = '{reach}'",
                role.code()
            ))
            .await;
    }
}

/// Lets holders of the role manage users who hold only User.
async fn manages_user(world: &World<'_>, role: BuiltInRole) {
    for (table, column) in [("role_gives", "gives_id"), ("role_manages", "manages_id")] {
        world
            .owner_runs(&format!(
                "INSERT INTO {table} (organisation_id, role_id, {column}) SELECT r.organisation_id, r.id, base.id FROM roles r
                    JOIN roles base ON base.organisation_id = r.organisation_id AND base.key = 'user' WHERE r.key = '{}'",
                role.code()
            ))
            .await;
    }
}

async fn seen(scope: &Scope, q: &str) -> Vec<String> {
    let list = users::list(
        scope,
        ListQuery {
            q: q.to_owned(),
            ..ListQuery::default()
        },
    )
    .await
    .expect("a list");
    assert_eq!(
        list.pages.total as usize,
        list.rows.len(),
        "{q:?}: what is counted is what is seen"
    );
    list.rows.into_iter().map(|row| row.name).collect()
}

/// The refusal when a colleague has closed the record.
fn closed(what: Closable) -> Refusal {
    Done::Closed { what }.into()
}

#[test]
fn an_office_is_created_once_with_a_unique_name() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let page = offices::form(&maria, "", None).await.expect("a form");
        let form = EditOffice {
            unit_name: "Norr".to_owned(),
            ..page.form
        };
        let first = offices::edit(&maria, &form).await.expect("made");
        assert_eq!(
            offices::edit(&maria, &form).await.expect("the same"),
            first,
            "a double submit is one act"
        );
        let again = EditOffice {
            unit_name: " NORR ".to_owned(),
            ..offices::form(&maria, "", None).await.expect("a form").form
        };
        assert_eq!(
            problem(offices::edit(&maria, &again).await, Field::UnitName),
            Problem::SameName
        );
        let old = offices::form(&maria, &first.to_string(), None)
            .await
            .expect("a form")
            .form;
        offices::edit(
            &maria,
            &EditOffice {
                unit_name: "Norra".to_owned(),
                ..old.clone()
            },
        )
        .await
        .expect("renamed");
        let stale = EditOffice {
            unit_name: "Nord".to_owned(),
            ..old
        };
        assert_eq!(
            refusal(offices::edit(&maria, &stale).await),
            Refusal::Conflict
        );
        let rows = offices::list(&maria).await.expect("a list").rows;
        assert_eq!(
            rows.iter()
                .map(|row| row.office.name.as_str())
                .collect::<Vec<_>>(),
            ["Norra"]
        );
        assert!(
            offices::list(&world.as_("birgit").await)
                .await
                .expect("a list")
                .rows
                .is_empty(),
            "the other organisation has none"
        );
    });
}

#[test]
fn names_of_every_kind_are_kept_as_typed() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for name in [
            "Å Ö-kontoret",
            "מרכז",
            "</textarea><script>",
            "李",
            &"x".repeat(200),
        ] {
            let made = team(&maria, name, None).await;
            assert_eq!(
                teams::page(&maria, &made.to_string())
                    .await
                    .expect("a page")
                    .row
                    .team
                    .name,
                name
            );
        }
        for (name, expected) in [
            ("", Problem::Missing),
            (&*"x".repeat(201), Problem::TooLong { most: 200 }),
            ("a\r\nb", Problem::Control),
            ("a\0b", Problem::Control),
        ] {
            let form = EditTeam {
                unit_name: name.to_owned(),
                ..teams::form(&maria, "", None).await.expect("a form").form
            };
            assert_eq!(
                problem(teams::edit(&maria, &form).await, Field::UnitName),
                expected,
                "{name:?}"
            );
        }
    });
}

#[test]
fn a_user_of_an_office_sees_nothing_of_other_offices() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (north, south) = (office(&maria, "Norr").await, office(&maria, "Söder").await);
        team(&maria, "Norr natt", Some(north)).await;
        let elsewhere = team(&maria, "Söder natt", Some(south)).await;
        bind(&maria, world.id("sven"), north).await;
        bind(&maria, world.id("karin"), north).await;
        bind(&maria, world.id("vera"), south).await;
        joins(&maria, elsewhere, world.id("karin")).await;
        let sven = world.as_("sven").await;
        assert_eq!(seen(&sven, "").await, ["Karin Ek", "Sven Holm"]);
        for q in ["Vera", "vera.stahl", "Ståhl", "v", "Maria", "Berg"] {
            assert_eq!(seen(&sven, q).await, [""; 0], "{q}");
        }
        assert_eq!(
            refusal(users::page(&sven, world.id("vera")).await),
            Refusal::NotFound
        );
        assert_eq!(
            refusal(users::page(&sven, UserId(world.db.new_id())).await),
            Refusal::NotFound,
            "as a missing one"
        );
        let offices = offices::list(&sven).await.expect("a list").rows;
        assert_eq!(
            offices
                .iter()
                .map(|row| (row.office.name.as_str(), row.people))
                .collect::<Vec<_>>(),
            [("Norr", 2)]
        );
        assert_eq!(
            refusal(offices::page(&sven, &south.to_string()).await),
            Refusal::NotFound
        );
        assert_eq!(
            refusal(teams::page(&sven, &elsewhere.to_string()).await),
            Refusal::NotFound
        );
        let there = ListQuery {
            office: south.to_string(),
            ..ListQuery::default()
        };
        let shown = users::list(&sven, there).await.expect("a list");
        assert_eq!(
            shown.ignored.0,
            [("office".to_owned(), south.to_string())],
            "an address typed by hand is left out, and said so"
        );
        assert_eq!(
            shown
                .rows
                .into_iter()
                .map(|row| row.name)
                .collect::<Vec<_>>(),
            ["Karin Ek", "Sven Holm"],
            "only who is here"
        );
        let there = ListQuery {
            team: elsewhere.to_string(),
            ..ListQuery::default()
        };
        let names: Vec<_> = users::list(&sven, there)
            .await
            .expect("a list")
            .rows
            .into_iter()
            .map(|row| row.name)
            .collect();
        assert!(
            names
                .iter()
                .all(|name| ["Karin Ek", "Sven Holm"].contains(&name.as_str())),
            "only who is here: {names:?}"
        );
    });
}

#[test]
fn a_user_of_an_office_creates_there_and_learns_no_other_office() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (north, south) = (office(&maria, "Norr").await, office(&maria, "Söder").await);
        bind(&maria, world.id("vera"), south).await;
        reaches(
            world,
            BuiltInRole::Supervisor,
            &["create_users", "edit_users"],
            "organisation",
        )
        .await;
        manages_user(world, BuiltInRole::Supervisor).await;
        bind(&maria, world.id("sven"), north).await;
        let sven = world.as_("sven").await;
        let form = new_user(&sven, "Ida", "Wik").await;
        assert_eq!(form.office, north.to_string(), "it is inherited");
        let there = NewUser {
            office: south.to_string(),
            ..form.clone()
        };
        assert_eq!(
            problem(users::create(&sven, there).await, Field::Office),
            Problem::Wrong
        );
        let made = users::create(
            &sven,
            NewUser {
                office: String::new(),
                ..form
            },
        )
        .await
        .expect("created");
        assert_eq!(
            users::page(&sven, made)
                .await
                .expect("a page")
                .details
                .office
                .expect("an office")
                .id,
            north
        );
        let email = users::edit_user_form(&maria, world.id("vera"), None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                email: "vera@example.org".to_owned(),
                ..email
            },
        )
        .await
        .expect("edited");
        let theirs = NewUser {
            office: north.to_string(),
            email: "vera@example.org".to_owned(),
            ..new_user(&sven, "Ylva", "Wik").await
        };
        let elsewhere = Problem::EmailTaken(Taken::Elsewhere { free: vec![] });
        assert_eq!(
            problem(users::create(&sven, theirs).await, Field::Email),
            elsewhere,
            "and not a fault"
        );
        let taken = users::availability(&sven, "vera.stahl", None)
            .await
            .expect("an answer");
        assert!(
            matches!(taken, Availability::Taken(Taken::Elsewhere { .. })),
            "{taken:?}"
        );
        let moves = put(&sven, made, |form| EditUser {
            office: String::new(),
            ..form
        })
        .await;
        assert_eq!(
            problem(moves, Field::Office),
            Problem::NeedsOffice,
            "nobody is moved out of sight"
        );
    });
}

#[test]
fn reach_team_is_the_people_who_share_a_team() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (day, night) = (
            team(&maria, "Dag", None).await,
            team(&maria, "Natt", None).await,
        );
        joins(&maria, day, world.id("sven")).await;
        joins(&maria, day, world.id("karin")).await;
        joins(&maria, night, world.id("vera")).await;
        reaches(
            world,
            BuiltInRole::Supervisor,
            &["view_users", "create_users", "edit_users", "manage_teams"],
            "team",
        )
        .await;
        manages_user(world, BuiltInRole::Supervisor).await;
        let sven = world.as_("sven").await;
        assert_eq!(seen(&sven, "").await, ["Karin Ek", "Sven Holm"]);
        assert_eq!(seen(&sven, "Karin").await, ["Karin Ek"]);
        assert_eq!(seen(&sven, "Vera").await, [""; 0]);
        assert_eq!(
            refusal(users::page(&sven, world.id("vera")).await),
            Refusal::NotFound
        );
        let form = new_user(&sven, "Ida", "Wik").await;
        assert_eq!(
            problem(users::create(&sven, form.clone()).await, Field::Teams),
            Problem::NeedsTeam
        );
        let there = NewUser {
            teams: vec![night.to_string()],
            ..form.clone()
        };
        assert_eq!(
            problem(users::create(&sven, there).await, Field::Teams),
            Problem::Wrong,
            "not one of one's own"
        );
        let made = users::create(
            &sven,
            NewUser {
                teams: vec![day.to_string()],
                ..form
            },
        )
        .await
        .expect("created");
        assert_eq!(seen(&sven, "").await, ["Karin Ek", "Sven Holm", "Ida Wik"]);
        // memberships beyond the actor's reach stay unchanged
        joins(&maria, night, made).await;
        put(&sven, made, |form| EditUser {
            job_title: "Nurse".to_owned(),
            ..form
        })
        .await
        .expect("edited");
        let teams = users::page(&maria, made)
            .await
            .expect("a page")
            .details
            .teams;
        assert_eq!(
            teams
                .iter()
                .map(|team| team.name.as_str())
                .collect::<Vec<_>>(),
            ["Dag", "Natt"]
        );
        assert_eq!(
            refusal(teams::form(&sven, "", None).await),
            Refusal::Forbidden,
            "makes none"
        );
        assert_eq!(
            refusal(teams::members(&sven, &night.to_string(), String::new(), None).await),
            Refusal::NotFound
        );
    });
}

#[test]
fn reach_office_is_the_own_office_and_teams_and_nothing_without_an_office() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let north = office(&maria, "Norr").await;
        reaches(world, BuiltInRole::Supervisor, &["view_users"], "office").await;
        let sven = world.as_("sven").await;
        assert_eq!(
            seen(&sven, "").await,
            ["Sven Holm"],
            "who has no office reaches none"
        );
        let both = team(&maria, "Båda", None).await;
        joins(&maria, both, world.id("sven")).await;
        joins(&maria, both, world.id("vera")).await;
        assert_eq!(
            seen(&world.as_("sven").await, "").await,
            ["Sven Holm", "Vera Ståhl"]
        );
        bind(&maria, world.id("sven"), north).await;
        bind(&maria, world.id("karin"), north).await;
        assert_eq!(
            seen(&world.as_("sven").await, "").await,
            ["Karin Ek", "Sven Holm"],
            "bound, a team opens nothing beyond the office"
        );
    });
}

#[test]
fn a_changed_office_or_team_applies_at_the_next_request() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let north = office(&maria, "Norr").await;
        assert_eq!(seen(&world.as_("vera").await, "").await.len(), 5);
        bind(&maria, world.id("vera"), north).await;
        assert_eq!(
            seen(&world.as_("vera").await, "").await,
            ["Vera Ståhl"],
            "the same session"
        );
    });
}

#[test]
fn closing_an_office_moves_its_people_and_teams_first() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (north, south) = (office(&maria, "Norr").await, office(&maria, "Söder").await);
        let night = team(&maria, "Natt", Some(north)).await;
        bind(&maria, world.id("karin"), north).await;
        bind(&maria, world.id("vera"), north).await;
        let gone = Archive {
            user: world.id("vera").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&maria, &gone).await.expect("archived");
        let page = offices::close_page(&maria, &north.to_string(), None)
            .await
            .expect("a page");
        assert_eq!(
            (page.unit.people, page.unit.teams, page.must_move),
            (1, 1, false)
        );
        let form = CloseOffice {
            office: north.to_string(),
            instead: north.to_string(),
            ..CloseOffice::default()
        };
        assert_eq!(
            problem(offices::close(&maria, &form).await, Field::Instead),
            Problem::Wrong,
            "not into itself"
        );
        let form = CloseOffice {
            instead: south.to_string(),
            ..form
        };
        offices::close(&maria, &form).await.expect("closed");
        assert_eq!(
            refusal(offices::close(&maria, &form).await),
            closed(Closable::Office),
            "once"
        );
        let karin = users::page(&maria, world.id("karin"))
            .await
            .expect("a page");
        assert_eq!(karin.details.office.expect("an office").id, south);
        assert!(
            matches!(karin.activity[0].event, Event::OfficeChanged { office: Some(now), .. } if now == south)
        );
        assert_eq!(
            teams::page(&maria, &night.to_string())
                .await
                .expect("a page")
                .row
                .team
                .office
                .expect("an office")
                .id,
            south
        );
        let back = Restore {
            user: world.id("vera").to_string(),
            ..Restore::default()
        };
        users::restore(&maria, &back).await.expect("restored");
        let vera = users::page(&maria, world.id("vera")).await.expect("a page");
        assert_eq!(
            vera.details.office.expect("an office").id,
            south,
            "nobody comes back into a closed office"
        );
        office(&maria, "Norr").await;
    });
}

#[test]
fn closing_an_office_while_somebody_is_created_in_it_leaves_nobody_there() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for round in 0..4 {
            let north = office(&maria, &format!("Norr {round}")).await;
            let form = NewUser {
                office: north.to_string(),
                ..new_user(
                    &maria,
                    "Ida",
                    &format!("Wik{}", ["a", "b", "c", "d"][round]),
                )
                .await
            };
            let close = CloseOffice {
                office: north.to_string(),
                ..CloseOffice::default()
            };
            let (created, closed) =
                tokio::join!(users::create(&maria, form), offices::close(&maria, &close));
            closed.expect("closed");
            if let Err(error) = created {
                assert_eq!(problem::<()>(Err(error), Field::Office), Problem::Wrong);
            }
            let left: i64 = world
                .one(&format!(
                    "SELECT count(*) FROM users WHERE office_id = '{north}'"
                ))
                .await;
            assert_eq!(left, 0);
        }
    });
}

#[test]
fn closing_a_team_moves_its_members() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (day, night) = (
            team(&maria, "Dag", None).await,
            team(&maria, "Natt", None).await,
        );
        joins(&maria, day, world.id("karin")).await;
        joins(&maria, night, world.id("karin")).await;
        joins(&maria, night, world.id("vera")).await;
        let form = CloseTeam {
            team: night.to_string(),
            instead: day.to_string(),
            ..CloseTeam::default()
        };
        teams::close(&maria, &form).await.expect("closed");
        let page = teams::page(&maria, &day.to_string()).await.expect("a page");
        assert_eq!(
            page.members
                .iter()
                .map(|row| row.name.as_str())
                .collect::<Vec<_>>(),
            ["Karin Ek", "Vera Ståhl"]
        );
        assert_eq!(
            refusal(teams::page(&maria, &night.to_string()).await),
            closed(Closable::Team)
        );
        let said = users::page(&maria, world.id("vera"))
            .await
            .expect("a page")
            .activity;
        assert_eq!(said[0].unit.as_deref(), Some("Dag"));
        assert_eq!(
            said[1].unit.as_deref(),
            Some("Natt"),
            "a closed team keeps its name"
        );
    });
}

#[test]
fn a_form_that_was_open_when_a_team_changed_does_not_undo_it() {
    run(async |world| {
        let (maria, karin) = (world.as_("maria").await, world.id("karin"));
        let (day, night) = (
            team(&maria, "Dag", None).await,
            team(&maria, "Natt", None).await,
        );
        let open = users::edit_user_form(&maria, karin, None)
            .await
            .expect("a form")
            .form;
        joins(&maria, night, karin).await;
        assert_eq!(refusal(users::edit(&maria, open).await), Refusal::Conflict);
        let open = users::edit_user_form(&maria, karin, None)
            .await
            .expect("a form")
            .form;
        let close = CloseTeam {
            team: night.to_string(),
            instead: day.to_string(),
            ..CloseTeam::default()
        };
        teams::close(&maria, &close).await.expect("closed");
        let gone = refusal(users::edit(&maria, open.clone()).await);
        assert!(
            matches!(gone, Refusal::Invalid(invalid) if invalid.at(Field::Teams).is_some()),
            "it names a team that is closed"
        );
        let without = EditUser {
            teams: Vec::new(),
            ..open
        };
        assert_eq!(
            refusal(users::edit(&maria, without).await),
            Refusal::Conflict
        );
    });
}

#[test]
fn a_role_that_requires_an_office_is_not_assigned_without_one() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let staff = role_of(&maria, BuiltInRole::Staff).await.to_string();
        let karin = world.id("karin");
        let give = ChangeRole {
            user: karin.to_string(),
            role: staff.clone(),
            ..ChangeRole::default()
        };
        users::change_role(&maria, &give, true)
            .await
            .expect("no offices are used yet");
        users::change_role(&maria, &give, false)
            .await
            .expect("taken");
        let north = office(&maria, "Norr").await;
        assert_eq!(
            problem(users::change_role(&maria, &give, true).await, Field::Role),
            Problem::NeedsOffice
        );
        let form = NewUser {
            roles: vec![staff],
            ..new_user(&maria, "Ida", "Wik").await
        };
        assert_eq!(
            problem(users::create(&maria, form.clone()).await, Field::Office),
            Problem::NeedsOffice
        );
        users::create(
            &maria,
            NewUser {
                office: north.to_string(),
                ..form
            },
        )
        .await
        .expect("created");
        bind(&maria, karin, north).await;
        users::change_role(&maria, &give, true)
            .await
            .expect("given");
        let without = put(&maria, karin, |form| EditUser {
            office: String::new(),
            ..form
        })
        .await;
        assert_eq!(problem(without, Field::Office), Problem::NeedsOffice);
        office(&maria, "Söder").await;
        let close = CloseOffice {
            office: north.to_string(),
            ..CloseOffice::default()
        };
        assert_eq!(
            problem(offices::close(&maria, &close).await, Field::Instead),
            Problem::NeedsOffice
        );
    });
}

#[test]
fn another_organisations_office_and_team_are_not_there() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let (north, night) = (
            office(&birgit, "Norr").await,
            team(&birgit, "Natt", None).await,
        );
        office(&maria, "Väst").await;
        for id in [
            north.to_string().as_str(),
            "0197a4d2-0000-7000-8000-000000000009",
            "nonsense",
            "cas\0e",
        ] {
            assert_eq!(
                refusal(offices::page(&maria, id).await),
                Refusal::NotFound,
                "{id:?}"
            );
            assert_eq!(
                refusal(offices::close_page(&maria, id, None).await),
                Refusal::NotFound,
                "{id:?}"
            );
        }
        let form = new_user(&maria, "Ida", "Wik").await;
        let there = NewUser {
            office: north.to_string(),
            ..form.clone()
        };
        assert_eq!(
            problem(users::create(&maria, there).await, Field::Office),
            Problem::Wrong
        );
        let there = NewUser {
            teams: vec![night.to_string()],
            ..form
        };
        assert_eq!(
            problem(users::create(&maria, there).await, Field::Teams),
            Problem::Wrong
        );
        let joins = ChangeMember {
            team: night.to_string(),
            user: world.id("karin").to_string(),
            ..ChangeMember::default()
        };
        assert_eq!(
            refusal(teams::assign_member(&maria, &joins).await),
            Refusal::NotFound
        );
        let theirs = ChangeMember {
            team: team(&maria, "Dag", None).await.to_string(),
            user: world.id("bea").to_string(),
            ..joins
        };
        assert_eq!(
            refusal(teams::assign_member(&maria, &theirs).await),
            Refusal::NotFound
        );
        let shown = users::list(
            &maria,
            ListQuery {
                team: night.to_string(),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a list");
        assert_eq!(shown.ignored.0, [("team".to_owned(), night.to_string())]);
        assert_eq!(
            shown.rows,
            users::list(&maria, ListQuery::default())
                .await
                .expect("a list")
                .rows
        );
    });
}

#[test]
fn the_last_full_administrator_cannot_be_moved_to_an_office() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let north = office(&sofia, "Norr").await;
        bind(&sofia, world.id("maria"), north).await;
        let itself = put(&sofia, world.id("sofia"), |form| EditUser {
            office: north.to_string(),
            ..form
        })
        .await;
        assert_eq!(refusal(itself), Refusal::WouldLockOut);
        let maria = world.as_("maria").await;
        assert_eq!(
            refusal(offices::form(&maria, "", None).await),
            Refusal::Forbidden,
            "who is bound makes no office"
        );
        let own = team(&maria, "Natt", Some(north)).await;
        assert_eq!(
            teams::page(&maria, &own.to_string())
                .await
                .expect("a page")
                .row
                .team
                .office
                .expect("an office")
                .id,
            north
        );
    });
}

#[test]
fn a_caller_without_the_permission_is_refused() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (north, night) = (
            office(&maria, "Norr").await,
            team(&maria, "Natt", None).await,
        );
        for who in ["sven", "karin", "vera"] {
            let scope = world.as_(who).await;
            let form = EditOffice {
                office: north.to_string(),
                version: "1".to_owned(),
                unit_name: "X".to_owned(),
                ..EditOffice::default()
            };
            assert_eq!(
                refusal(offices::edit(&scope, &form).await),
                Refusal::Forbidden,
                "{who}"
            );
            let form = CloseTeam {
                team: night.to_string(),
                ..CloseTeam::default()
            };
            assert_eq!(
                refusal(teams::close(&scope, &form).await),
                Refusal::Forbidden,
                "{who}"
            );
            let form = ChangeMember {
                team: night.to_string(),
                user: world.id(who).to_string(),
                ..ChangeMember::default()
            };
            assert_eq!(
                refusal(teams::assign_member(&scope, &form).await),
                Refusal::Forbidden,
                "{who}"
            );
        }
        let sofia = ChangeMember {
            team: night.to_string(),
            user: world.id("sofia").to_string(),
            ..ChangeMember::default()
        };
        assert_eq!(
            refusal(teams::assign_member(&maria, &sofia).await),
            Refusal::Forbidden,
            "not one she may manage"
        );
    });
}

#[test]
fn what_a_colleague_closed_was_reported_as_not_found() {
    run(async |world| {
        let (maria, sofia) = (world.as_("maria").await, world.as_("sofia").await);
        let (north, night) = (
            office(&maria, "Norr").await,
            team(&maria, "Natt", None).await,
        );
        let form = offices::form(&maria, &north.to_string(), None)
            .await
            .expect("opened before")
            .form;
        let close = CloseOffice {
            office: north.to_string(),
            ..CloseOffice::default()
        };
        let close_team = CloseTeam {
            team: night.to_string(),
            ..CloseTeam::default()
        };
        offices::close(&sofia, &close)
            .await
            .expect("closed by a colleague");
        teams::close(&sofia, &close_team)
            .await
            .expect("closed by a colleague");
        assert_eq!(
            refusal(offices::close_page(&maria, &north.to_string(), None).await),
            closed(Closable::Office)
        );
        assert_eq!(
            refusal(
                offices::edit(
                    &maria,
                    &EditOffice {
                        unit_name: "Nord".to_owned(),
                        ..form
                    }
                )
                .await
            ),
            closed(Closable::Office)
        );
        let joins = ChangeMember {
            team: night.to_string(),
            user: world.id("karin").to_string(),
            ..ChangeMember::default()
        };
        assert_eq!(
            refusal(teams::assign_member(&maria, &joins).await),
            closed(Closable::Team)
        );
        assert_eq!(
            refusal(teams::close(&maria, &close_team).await),
            closed(Closable::Team)
        );
        let birgit = world.as_("birgit").await;
        assert_eq!(
            refusal(offices::close(&birgit, &close).await),
            Refusal::NotFound,
            "told to nobody of another organisation"
        );
        assert_eq!(
            refusal(teams::close(&birgit, &close_team).await),
            Refusal::NotFound
        );
    });
}
