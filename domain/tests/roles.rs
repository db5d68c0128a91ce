//! Roles: the list, and a role's page.

use usher_domain::{roles, users};
use usher_types::roles::Holders;
use usher_types::users::Archive;
use usher_types::{BuiltInRole, Permission, Reach, Refusal, RoleName};

use crate::support::{refusal, role_of, run};

fn built_in(roles: &[RoleName]) -> Vec<BuiltInRole> {
    roles.iter().filter_map(|role| role.built_in).collect()
}

#[test]
fn every_role_of_the_organisation_is_listed_with_its_holders() {
    run(async |world| {
        let rows = roles::list(&world.as_("maria").await)
            .await
            .expect("a list")
            .rows;
        let listed: Vec<_> = rows
            .iter()
            .map(|row| (row.role.built_in.expect("shipped"), row.holders.count))
            .collect();
        let wanted = [
            (BuiltInRole::User, 5),
            (BuiltInRole::SystemAdministrator, 1),
            (BuiltInRole::OrganisationAdministrator, 1),
            (BuiltInRole::SecurityAdministrator, 0),
            (BuiltInRole::PortalAdministrator, 0),
            (BuiltInRole::SuperUser, 0),
            (BuiltInRole::Supervisor, 1),
            (BuiltInRole::Caseworker, 1),
            (BuiltInRole::Staff, 0),
            (BuiltInRole::Viewer, 1),
            (BuiltInRole::Assistant, 0),
            (BuiltInRole::Client, 0),
        ];
        assert_eq!(listed, wanted);
        let birgit = roles::list(&world.as_("birgit").await)
            .await
            .expect("a list")
            .rows;
        assert!(
            birgit
                .iter()
                .all(|row| row.role.built_in != Some(BuiltInRole::SystemAdministrator)),
            "the operator's alone"
        );
        assert!(
            birgit.iter().all(|row| row
                .role
                .built_in
                .is_none_or(|role| !BuiltInRole::PORTAL.contains(&role))),
            "not before the portal is switched on"
        );
        assert!(
            birgit
                .iter()
                .all(|row| !rows.iter().any(|other| other.role.id == row.role.id)),
            "each organisation has its own"
        );
    });
}

#[test]
fn an_archived_user_has_no_active_role() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let form = Archive {
            user: world.id("karin").to_string(),
            reason: "Moved away".to_owned(),
            ..Archive::default()
        };
        users::archive(&sofia, &form).await.expect("archived");
        let page = roles::page(&sofia, "caseworker").await.expect("a page");
        assert_eq!(
            page.row.holders,
            Holders {
                count: 0,
                more: false
            }
        );
    });
}

#[test]
fn a_role_says_what_it_allows_gives_and_manages() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let page = roles::page(&maria, "organisation_administrator")
            .await
            .expect("a page");
        assert!(
            page.allows
                .contains(&(Permission::CreateUsers, Reach::Organisation))
        );
        assert!(
            page.gives
                .iter()
                .any(|role| role.built_in == Some(BuiltInRole::OrganisationAdministrator))
        );
        let manages = [
            BuiltInRole::User,
            BuiltInRole::Supervisor,
            BuiltInRole::Caseworker,
            BuiltInRole::Staff,
            BuiltInRole::Viewer,
            BuiltInRole::Assistant,
            BuiltInRole::Client,
        ];
        assert_eq!(built_in(&page.manages), manages, "not its own kind (OG-37)");
        let user = roles::page(&maria, "user").await.expect("a page");
        assert_eq!(user.allows, [(Permission::OwnProfile, Reach::Own)]);
        assert!(user.gives.is_empty() && user.manages.is_empty());
    });
}

#[test]
fn roles_need_view_roles_and_those_of_others_are_not_found() {
    run(async |world| {
        for who in ["sven", "karin", "vera"] {
            let scope = world.as_(who).await;
            assert_eq!(
                refusal(roles::list(&scope).await),
                Refusal::Forbidden,
                "{who}"
            );
            assert_eq!(
                refusal(roles::page(&scope, "caseworker").await),
                Refusal::Forbidden,
                "{who}"
            );
        }
        let maria = world.as_("maria").await;
        let theirs = role_of(&world.as_("birgit").await, BuiltInRole::Caseworker).await;
        for code in [
            theirs.to_string().as_str(),
            "0197a4d2-0000-7000-8000-000000000009",
            "nonsense",
            "",
            "cas\0eworker",
        ] {
            assert_eq!(
                refusal(roles::page(&maria, code).await),
                Refusal::NotFound,
                "{code:?}"
            );
        }
        let birgit = world.as_("birgit").await;
        assert_eq!(
            refusal(roles::page(&birgit, "system_administrator").await),
            Refusal::NotFound,
            "none of theirs"
        );
    });
}
