//! Tests of roles.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::primitives::built_in::BuiltInRole;
use crate::primitives::ids::RoleId;
use crate::primitives::permission::{Grants, Permission, Reach};
use crate::refusal::{Field, Problem};

#[test]
fn a_managed_role_must_be_assignable() {
    for role in BuiltInRole::ALL {
        for managed in role.may_manage() {
            assert!(
                role.may_give().contains(managed),
                "{role:?} manages {managed:?} and may not give it"
            );
        }
    }
}

#[test]
fn an_organisation_administrator_can_assign_the_own_role_and_not_manage_it() {
    let role = BuiltInRole::OrganisationAdministrator;
    assert!(role.may_give().contains(&role));
    assert!(!role.may_manage().contains(&role));
}

fn role(n: u128) -> RoleId {
    RoleId(uuid::Uuid::from_u128(n))
}

fn grants(allows: &[Permission], gives: &[u128]) -> RoleGrants {
    let gives: BTreeSet<_> = gives.iter().map(|n| role(*n)).collect();
    RoleGrants {
        allows: Grants::union(
            allows
                .iter()
                .map(|permission| (*permission, Reach::Organisation)),
        ),
        manages: gives.clone(),
        gives,
    }
}

/// 1 is the administrator of the system, 2 of the organisation; 3 is built in and grants
/// nothing.
fn by_role() -> GrantsByRole {
    use Permission::{EditRoles, EditUsers, ViewUsers};
    BTreeMap::from([
        (
            role(1),
            grants(&[EditRoles, EditUsers, ViewUsers], &[1, 2, 3]),
        ),
        (role(2), grants(&[EditRoles, ViewUsers], &[2, 3])),
        (role(3), grants(&[], &[])),
    ])
}

fn givers(by_role: &GrantsByRole, given: u128) -> Vec<u128> {
    by_role
        .iter()
        .filter(|(_, grants)| grants.gives.contains(&role(given)))
        .map(|(role, _)| role.0.as_u128())
        .collect()
}

#[test]
fn a_custom_role_is_assigned_only_by_users_who_create_roles_and_have_its_permissions() {
    let (mut by_role, own) = (by_role(), BTreeSet::from([role(8)]));
    by_role.insert(role(8), grants(&[Permission::ViewUsers], &[3]));
    recompute_grantors(&mut by_role, &own, role(8));
    assert_eq!(givers(&by_role, 8), [1, 2]);
    assert!(by_role[&role(2)].manages.contains(&role(8)), "and managed");
    by_role.insert(role(8), grants(&[Permission::EditUsers], &[]));
    recompute_grantors(&mut by_role, &own, role(8));
    assert_eq!(
        givers(&by_role, 8),
        [1],
        "nobody gives what allows more than their own role"
    );
    by_role.insert(role(8), grants(&[Permission::ViewUsers], &[]));
    recompute_grantors(&mut by_role, &own, role(8));
    assert_eq!(givers(&by_role, 8), [1, 2], "again");
    by_role.insert(role(8), grants(&[Permission::UserBank], &[]));
    recompute_grantors(&mut by_role, &own, role(8));
    assert_eq!(givers(&by_role, 8), [0_u128; 0]);
}

#[test]
fn what_goes_from_one_role_goes_from_all_that_stood_on_it() {
    use Permission::{EditRoles, EditUsers, ViewUsers};
    let (mut by_role, own) = (by_role(), BTreeSet::from([role(7), role(8), role(9)]));
    by_role.insert(role(7), grants(&[ViewUsers], &[]));
    recompute_grantors(&mut by_role, &own, role(7));
    by_role.insert(role(8), grants(&[], &[7]));
    recompute_grantors(&mut by_role, &own, role(8));
    by_role.insert(role(9), grants(&[EditRoles, ViewUsers], &[3, 7, 8]));
    recompute_grantors(&mut by_role, &own, role(9));
    assert_eq!(givers(&by_role, 8), [1, 2, 9]);
    assert_eq!(givers(&by_role, 9), [1, 2]);
    by_role.insert(role(7), grants(&[EditUsers], &[]));
    recompute_grantors(&mut by_role, &own, role(7));
    assert_eq!(
        givers(&by_role, 7),
        [1, 8],
        "8 makes no roles: what it gives was put in by hand"
    );
    assert_eq!(
        givers(&by_role, 8),
        [1],
        "it gives 7, which 2 and 9 give no more"
    );
    assert_eq!(givers(&by_role, 9), [1, 2]);
}

#[test]
fn a_custom_role_cannot_assign_one_that_leads_back_to_it() {
    use Permission::{EditRoles, ViewUsers};
    let (mut by_role, own) = (by_role(), BTreeSet::from([role(8), role(9)]));
    by_role.insert(role(8), grants(&[EditRoles, ViewUsers], &[3]));
    recompute_grantors(&mut by_role, &own, role(8));
    by_role.insert(role(9), grants(&[EditRoles, ViewUsers], &[3]));
    recompute_grantors(&mut by_role, &own, role(9));
    assert_eq!(
        (
            find_grant_cycle(&by_role, role(8)),
            find_grant_cycle(&by_role, role(9))
        ),
        (None, None),
        "twins: the older gives the newer"
    );
    by_role.insert(role(9), grants(&[], &[8]));
    recompute_grantors(&mut by_role, &own, role(9));
    assert_eq!(
        find_grant_cycle(&by_role, role(9)),
        None,
        "8 does not allow to give itself"
    );
    by_role.insert(role(9), grants(&[], &[2]));
    recompute_grantors(&mut by_role, &own, role(9));
    assert_eq!(find_grant_cycle(&by_role, role(9)), Some(role(2)));
    by_role.insert(role(9), grants(&[], &[3, 9]));
    assert_eq!(find_grant_cycle(&by_role, role(9)), Some(role(9)), "itself");
}

#[test]
fn what_a_form_holds_is_read_back() {
    let may = by_role().remove(&role(1)).expect("a role");
    let form = EditRole {
        key: uuid::Uuid::from_u128(5).to_string(),
        name: "  Åsas   roll ".to_owned(),
        ..EditRole::of(&may)
    };
    let (edited, passed) = form.parse(&may).expect("good");
    assert_eq!(
        (edited.name.as_str(), edited.purpose.as_str()),
        ("Åsas roll", "")
    );
    assert_eq!((edited.grants, passed.reason), (may, None));
}

#[test]
fn a_role_cannot_allow_more_than_its_author_has() {
    let by_role = by_role();
    let key = uuid::Uuid::from_u128(5).to_string();
    let form = EditRole {
        key,
        name: "A".to_owned(),
        ..EditRole::of(&by_role[&role(1)])
    };
    let invalid = form
        .parse(&by_role[&role(2)])
        .expect_err("more than one has");
    for field in [Field::Allows, Field::Gives, Field::Manages] {
        assert_eq!(invalid.at(field), Some(&Problem::MayNotGive), "{field:?}");
    }
    for own in [
        "own_profile:own",
        "own_profile:organisation",
        "tend:organisation",
        "view_users:own",
        "view_users",
        "view_users:planet",
    ] {
        let form = EditRole {
            allows: vec![own.to_owned()],
            ..form.clone()
        };
        assert_eq!(
            form.parse(&by_role[&role(1)])
                .expect_err(own)
                .at(Field::Allows),
            Some(&Problem::Wrong),
            "{own}"
        );
    }
}

#[test]
fn only_assignable_roles_can_be_managed() {
    let may = by_role().remove(&role(1)).expect("a role");
    let key = uuid::Uuid::from_u128(5).to_string();
    let form = EditRole {
        key,
        name: "A".to_owned(),
        manages: vec![role(3).to_string()],
        ..EditRole::default()
    };
    assert_eq!(
        form.parse(&may).expect_err("not given").at(Field::Manages),
        Some(&Problem::NotGiven)
    );
}

#[test]
fn a_role_of_two_hundred_characters_fits_and_a_broken_line_does_not() {
    let key = uuid::Uuid::from_u128(5).to_string();
    let named = |name: &str| {
        EditRole {
            key: key.clone(),
            name: name.to_owned(),
            ..EditRole::default()
        }
        .parse(&RoleGrants::default())
    };
    for good in [
        "å".repeat(200).as_str(),
        "مشرف",
        "</textarea><script>alert(1)</script>",
    ] {
        assert_eq!(named(good).expect(good).0.name, good);
    }
    for (bad, problem) in [
        ("", Problem::Missing),
        ("\u{200B}", Problem::Missing),
        ("a\0b", Problem::Control),
        ("a\r\nb", Problem::Control),
        ("a\u{202E}b", Problem::BidiControl { found: '\u{202E}' }),
        ("x".repeat(201).as_str(), Problem::TooLong { most: 200 }),
    ] {
        assert_eq!(
            named(bad).expect_err("bad").at(Field::RoleName),
            Some(&problem),
            "{bad:?}"
        );
    }
}
