//! Effective access: a person's permissions, their reach, and where they come from.

use usher_domain::{offices, teams, users};
use usher_types::access::{Choices, Counted, Sight};
use usher_types::units::{ChangeMember, EditOffice, EditTeam};
use usher_types::users::{ChangeRole, EditUser};
use usher_types::{BuiltInRole, Permission, Reach, Refusal};

use crate::support::{refusal, role_of, run};

#[test]
fn each_permission_names_the_roles_that_give_it_and_the_widest_reach_counts() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let sven = world.id("sven");
        let viewer = role_of(&maria, BuiltInRole::Viewer).await;
        let give = ChangeRole {
            user: sven.to_string(),
            role: viewer.to_string(),
            ..ChangeRole::default()
        };
        users::change_role(&maria, &give, true)
            .await
            .expect("given");
        world.owner_runs("UPDATE role_permissions p SET reach = 'team' FROM roles r WHERE r.id = p.role_id AND r.key = 'viewer'").await;
        let page = users::access_page(&maria, sven).await.expect("a page");
        let line = page
            .lines
            .iter()
            .find(|line| line.permission == Permission::ViewUsers)
            .expect("a line");
        assert_eq!(line.reach, Reach::Organisation);
        let why: Vec<_> = line
            .why
            .iter()
            .map(|(role, reach)| (role.built_in, *reach))
            .collect();
        assert!(
            why.contains(&(Some(BuiltInRole::Viewer), Reach::Team))
                && why.contains(&(Some(BuiltInRole::Supervisor), Reach::Organisation))
        );
        assert!(
            page.lines
                .iter()
                .any(|line| line.permission == Permission::OwnProfile),
            "User counts, too"
        );
        assert_eq!(
            page.sight,
            Sight {
                people: Counted {
                    count: 5,
                    more: false
                },
                clients: Counted::default()
            }
        );
        let karin = users::access_page(&maria, world.id("karin"))
            .await
            .expect("a page");
        assert_eq!(karin.sight, Sight::default(), "a caseworker sees nobody");
    });
}

#[test]
fn office_and_teams_cut_what_is_seen() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let key = || world.db.new_id().to_string();
        let office = EditOffice {
            key: key(),
            unit_name: "Norr".to_owned(),
            ..EditOffice::default()
        };
        let north = offices::edit(&maria, &office).await.expect("an office");
        for who in ["sven", "karin"] {
            let form = users::edit_user_form(&maria, world.id(who), None)
                .await
                .expect("a form")
                .form;
            users::edit(
                &maria,
                EditUser {
                    office: north.to_string(),
                    ..form
                },
            )
            .await
            .expect("bound");
        }
        let page = users::access_page(&maria, world.id("sven"))
            .await
            .expect("a page");
        assert_eq!(
            (
                page.sight.people.count,
                page.office.expect("an office").name.as_str()
            ),
            (2, "Norr")
        );
        let team = EditTeam {
            key: key(),
            unit_name: "Natt".to_owned(),
            ..EditTeam::default()
        };
        let night = teams::edit(&maria, &team).await.expect("a team");
        for who in ["vera", "karin"] {
            let joins = ChangeMember {
                team: night.to_string(),
                user: world.id(who).to_string(),
                ..ChangeMember::default()
            };
            teams::assign_member(&maria, &joins).await.expect("joined");
        }
        world.owner_runs("UPDATE role_permissions p SET reach = 'team' FROM roles r WHERE r.id = p.role_id AND r.key = 'viewer'").await;
        let vera = users::access_page(&maria, world.id("vera"))
            .await
            .expect("a page");
        assert_eq!(
            (vera.sight.people.count, vera.teams[0].name.as_str()),
            (2, "Natt")
        );
    });
}

#[test]
fn access_is_shown_only_to_people_who_can_view_users_and_roles() {
    run(async |world| {
        let karin = world.id("karin");
        for who in ["sven", "vera", "karin"] {
            assert_eq!(
                refusal(users::access_page(&world.as_(who).await, karin).await),
                Refusal::Forbidden,
                "{who}"
            );
        }
        assert_eq!(
            refusal(users::access_page(&world.as_("birgit").await, karin).await),
            Refusal::NotFound
        );
    });
}

#[test]
fn the_preview_shows_what_assigning_or_removing_a_role_changes() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let page = users::act_page(&maria, Permission::GiveRoles, world.id("karin"), None)
            .await
            .expect("a page");
        let role = |wanted: BuiltInRole| {
            page.givable
                .iter()
                .find(|choice| choice.role.built_in == Some(wanted))
                .expect("givable")
                .role
                .id
        };
        let preview = |id| {
            &page
                .previews
                .iter()
                .find(|(role, _)| *role == id)
                .expect("a preview")
                .1
        };
        let supervisor = preview(role(BuiltInRole::Supervisor));
        assert!(
            supervisor
                .gains
                .contains(&(Permission::ViewUsers, Reach::Organisation))
                && supervisor.loses.is_empty()
        );
        assert_eq!(
            (
                supervisor.before.people.count,
                supervisor.after.people.count
            ),
            (0, 5)
        );
        assert_eq!(
            preview(role(BuiltInRole::Staff)).gains,
            [(Permission::CreateUsers, Reach::Office)]
        );
        let page = users::act_page(&maria, Permission::GiveRoles, world.id("sven"), None)
            .await
            .expect("a page");
        let held = page
            .roles
            .iter()
            .find(|(role, _)| role.built_in == Some(BuiltInRole::Supervisor))
            .expect("held")
            .0
            .id;
        let (_, taken) = page
            .previews
            .iter()
            .find(|(role, _)| *role == held)
            .expect("a preview");
        assert_eq!(
            (
                taken.before.people.count,
                taken.after.people.count,
                taken.gains.len()
            ),
            (5, 0, 0)
        );
        assert!(
            taken
                .loses
                .contains(&(Permission::ViewUsers, Reach::Organisation))
        );
    });
}

#[test]
fn the_preview_shows_what_a_new_user_will_see() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let viewer = role_of(&maria, BuiltInRole::Viewer).await.to_string();
        let choices = Choices {
            roles: vec![viewer.clone()],
            ..Choices::default()
        };
        let preview = users::preview(&maria, &choices).await.expect("a preview");
        assert_eq!((preview.after.people.count, preview.gains.len()), (5, 3));
        let office = EditOffice {
            key: world.db.new_id().to_string(),
            unit_name: "Norr".to_owned(),
            ..EditOffice::default()
        };
        let north = offices::edit(&maria, &office)
            .await
            .expect("an office")
            .to_string();
        let there = users::preview(
            &maria,
            &Choices {
                office: north,
                ..choices
            },
        )
        .await
        .expect("a preview");
        assert_eq!(there.after.people.count, 0, "nobody is there yet");
        // a permission counts for nothing if the actor may not assign it
        let sofia = world.as_("sofia").await;
        let chief = role_of(&sofia, BuiltInRole::SystemAdministrator)
            .await
            .to_string();
        let beyond = users::preview(
            &maria,
            &Choices {
                roles: vec![chief, "nonsense".to_owned()],
                ..Choices::default()
            },
        )
        .await;
        assert!(beyond.expect("a preview").gains.is_empty());
        assert_eq!(
            refusal(users::preview(&world.as_("karin").await, &Choices::default()).await),
            Refusal::Forbidden
        );
    });
}
