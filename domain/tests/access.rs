//! Effective access: what a person may do, how far, and why.

use usher_domain::{units, users};
use usher_types::access::Sight;
use usher_types::roles::Shipped;
use usher_types::units::{ChangeMember, EditOffice, EditTeam};
use usher_types::users::{ChangeRole, EditUser};
use usher_types::{Permission, Reach, Refusal};

use crate::support::{refusal, role_of, run};

#[test]
fn each_permission_names_the_roles_that_give_it_and_the_widest_reach_counts() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let sven = world.id("sven");
        let viewer = role_of(&maria, Shipped::Viewer).await;
        let give = ChangeRole { user: sven.to_string(), role: viewer.to_string(), ..ChangeRole::default() };
        users::change_role(&maria, &give, true).await.expect("given");
        world.owner_runs("UPDATE role_permissions p SET reach = 'team' FROM roles r WHERE r.id = p.role_id AND r.key = 'viewer'").await;
        let page = users::access_page(&maria, sven).await.expect("a page");
        let line = page.lines.iter().find(|line| line.permission == Permission::ViewUsers).expect("a line");
        assert_eq!(line.reach, Reach::Organisation);
        let why: Vec<_> = line.why.iter().map(|(role, reach)| (role.shipped, *reach)).collect();
        assert!(why.contains(&(Some(Shipped::Viewer), Reach::Team)) && why.contains(&(Some(Shipped::Supervisor), Reach::Organisation)));
        assert!(page.lines.iter().any(|line| line.permission == Permission::OwnProfile), "User counts, too");
        assert_eq!(page.sight, Sight { people: 5, more: false });
        let karin = users::access_page(&maria, world.id("karin")).await.expect("a page");
        assert_eq!(karin.sight, Sight::default(), "a caseworker sees nobody");
    });
}

#[test]
fn office_and_teams_cut_what_is_seen() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let key = || world.db.new_id().to_string();
        let office = EditOffice { key: key(), unit_name: "Norr".to_owned(), ..EditOffice::default() };
        let north = units::edit_office(&maria, &office).await.expect("an office");
        for who in ["sven", "karin"] {
            let form = users::edit_user_form(&maria, world.id(who), None).await.expect("a form").form;
            users::edit(&maria, EditUser { office: north.to_string(), ..form }).await.expect("bound");
        }
        let page = users::access_page(&maria, world.id("sven")).await.expect("a page");
        assert_eq!((page.sight.people, page.office.expect("an office").name.as_str()), (2, "Norr"));
        let team = EditTeam { key: key(), unit_name: "Natt".to_owned(), ..EditTeam::default() };
        let night = units::edit_team(&maria, &team).await.expect("a team");
        for who in ["vera", "karin"] {
            let joins = ChangeMember { team: night.to_string(), user: world.id(who).to_string(), ..ChangeMember::default() };
            units::change_member(&maria, &joins, true).await.expect("joined");
        }
        world.owner_runs("UPDATE role_permissions p SET reach = 'team' FROM roles r WHERE r.id = p.role_id AND r.key = 'viewer'").await;
        let vera = users::access_page(&maria, world.id("vera")).await.expect("a page");
        assert_eq!((vera.sight.people, vera.teams[0].name.as_str()), (2, "Natt"));
    });
}

#[test]
fn access_is_shown_to_who_sees_people_and_roles() {
    run(async |world| {
        let karin = world.id("karin");
        for who in ["sven", "vera", "karin"] {
            assert_eq!(refusal(users::access_page(&world.as_(who).await, karin).await), Refusal::Forbidden, "{who}");
        }
        assert_eq!(refusal(users::access_page(&world.as_("birgit").await, karin).await), Refusal::NotFound);
    });
}
