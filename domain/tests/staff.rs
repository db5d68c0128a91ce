//! Other staff, added from the front of the application by users who are not administrators (CS-17
//! to CS-22, S16).

use usher_domain::{Scope, customers, offices, roles, users};
use usher_types::customers::EditCustomer;
use usher_types::refusal::Taken;
use usher_types::roles::EditRole;
use usher_types::units::EditOffice;
use usher_types::users::{EditUser, NewUser};
use usher_types::{
    BuiltInRole, Field, OfficeId, Permission, Problem, Reach, Refusal, UserId, Warning,
};

use crate::support::{World, new_user, problem, refusal, role_of, run};

async fn office(scope: &Scope, name: &str) -> OfficeId {
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

/// Karin with the role Staff, and bound to an office if there is one.
async fn staff(world: &World<'_>, bound: Option<OfficeId>) -> Scope {
    let maria = world.as_("maria").await;
    let role = role_of(&maria, BuiltInRole::Staff).await;
    if let Some(office) = bound {
        let form = users::edit_user_form(&maria, world.id("karin"), None)
            .await
            .expect("a form")
            .form;
        users::edit(
            &maria,
            EditUser {
                office: office.to_string(),
                ..form
            },
        )
        .await
        .expect("bound");
    }
    let give = usher_types::users::ChangeRole {
        user: world.id("karin").to_string(),
        role: role.to_string(),
        ..usher_types::users::ChangeRole::default()
    };
    users::change_role(&maria, &give, true)
        .await
        .expect("given");
    world.as_("karin").await
}

async fn office_of(world: &World<'_>, user: UserId) -> Option<OfficeId> {
    world
        .page(user)
        .await
        .details
        .office
        .map(|office| office.id)
}

#[test]
fn staff_add_only_staff_to_their_own_office() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (north, south) = (office(&maria, "Norr").await, office(&maria, "Söder").await);
        let (staff_role, viewer) = (
            role_of(&maria, BuiltInRole::Staff).await,
            role_of(&maria, BuiltInRole::Viewer).await,
        );
        let karin = staff(world, Some(north)).await;
        assert_eq!(
            karin.grants().reach(Permission::CreateUsers),
            Some(Reach::Office)
        );
        assert!(karin.grants().adds_staff());
        let page = users::new_user_form(&karin, None, users::NewUserParams::default())
            .await
            .expect("a form");
        assert_eq!(page.form.staff, "on", "whatever the address");
        assert_eq!(
            page.roles
                .iter()
                .map(|choice| choice.role.id)
                .collect::<Vec<_>>(),
            [staff_role]
        );
        assert_eq!(page.form.roles, [staff_role.to_string()], "the only one");
        assert_eq!(page.form.office, north.to_string());
        assert_eq!(
            page.facts
                .units
                .offices
                .iter()
                .map(|office| office.id)
                .collect::<Vec<_>>(),
            [north],
            "and learns of no other"
        );
        assert!(!page.may_make_roles);
        let form = new_user(&karin, "Ida", "Wik").await;
        let made = users::create(&karin, form.clone()).await.expect("created");
        assert_eq!(
            users::create(&karin, form).await.expect("the same"),
            made,
            "a double submit is one act"
        );
        assert_eq!(office_of(world, made).await, Some(north));
        let left_out = NewUser {
            office: String::new(),
            ..new_user(&karin, "Ylva", "Wik").await
        };
        let made = users::create(&karin, left_out).await.expect("created");
        assert_eq!(
            office_of(world, made).await,
            Some(north),
            "a post made by hand ends there, too"
        );
        let elsewhere = NewUser {
            office: south.to_string(),
            ..new_user(&karin, "Olle", "Wik").await
        };
        assert_eq!(
            problem(users::create(&karin, elsewhere).await, Field::Office),
            Problem::Wrong
        );
        let more = NewUser {
            roles: vec![viewer.to_string()],
            ..new_user(&karin, "Olle", "Wik").await
        };
        assert_eq!(
            refusal(users::create(&karin, more).await),
            Refusal::Forbidden
        );
        assert!(!users::can_open(&karin, made).await.expect("an answer"));
        assert!(users::can_open(&maria, made).await.expect("an answer"));
        assert_eq!(refusal(users::page(&karin, made).await), Refusal::Forbidden);
        assert_eq!(
            refusal(users::edit_user_form(&karin, made, None).await),
            Refusal::Forbidden
        );
    });
}

#[test]
fn staff_saw_and_imported_customers_that_their_menu_does_not_show() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let page = customers::form(&maria, "", None).await.expect("a form");
        let acme = customers::edit(
            &maria,
            &EditCustomer {
                unit_name: "Acme".into(),
                ..page.form
            },
        )
        .await
        .expect("a customer");
        let karin = staff(world, Some(office(&maria, "Norr").await)).await;
        let page = users::new_user_form(&karin, None, users::NewUserParams::default())
            .await
            .expect("a form");
        assert!(!page.facts.imports_customers);
        assert_eq!(
            refusal(customers::find(&karin, "", &[]).await),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(customers::find(&karin, "", &[acme.to_string()]).await),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(customers::ensure_may_import(&karin, None).await),
            Refusal::Forbidden
        );
        let form = NewUser {
            customers: vec![acme.to_string()],
            ..new_user(&karin, "Ida", "Wik").await
        };
        assert_eq!(
            refusal(users::create(&karin, form).await),
            Refusal::Forbidden,
            "nor by a post made by hand"
        );
        let (_, security) = world
            .joins(
                &world.as_("sofia").await,
                "Stina",
                &[role_of(
                    &world.as_("sofia").await,
                    BuiltInRole::SecurityAdministrator,
                )
                .await],
            )
            .await;
        assert_eq!(
            customers::find(&security, "", &[])
                .await
                .expect("found")
                .customers
                .len(),
            1,
            "who runs portals does (CP-13)"
        );
    });
}

#[test]
fn adding_staff_reports_a_namesake_and_a_taken_name_without_links() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let karin = staff(world, Some(office(&maria, "Norr").await)).await;
        let ida = new_user(&karin, "Ida", "Wik").await;
        users::create(&karin, ida.clone()).await.expect("created");
        let again = NewUser {
            key: world.db.new_id().to_string(),
            override_warnings: "on".into(),
            reason: "Two".into(),
            ..ida
        };
        let taken = problem(users::create(&karin, again.clone()).await, Field::LoginName);
        assert_eq!(taken, Problem::NameTaken(Taken::Here { user: None }));
        let namesake = NewUser {
            login_name: "ida.wik2".into(),
            override_warnings: String::new(),
            ..again
        };
        let Refusal::Warned(warnings) = refusal(users::create(&karin, namesake).await) else {
            panic!("no warning")
        };
        assert!(
            warnings.contains(&Warning::SameName {
                people: 1,
                user: None
            }),
            "{warnings:?}"
        );
    });
}

#[test]
fn a_user_without_an_office_adds_nobody_where_offices_are_used() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let karin = staff(world, None).await;
        let form = new_user(&karin, "Ida", "Wik").await;
        let made = users::create(&karin, form.clone())
            .await
            .expect("created: no offices are used yet");
        assert_eq!(
            users::create(&karin, form).await.expect("the same"),
            made,
            "also beyond one's sight"
        );
        assert_eq!(office_of(world, made).await, None);
        let form = new_user(&karin, "Ylva", "Wik").await;
        office(&maria, "Norr").await;
        assert_eq!(
            refusal(
                users::new_user_form(
                    &karin,
                    None,
                    users::NewUserParams {
                        staff: true,
                        ..Default::default()
                    }
                )
                .await
            ),
            Refusal::Nowhere
        );
        assert_eq!(refusal(users::create(&karin, form).await), Refusal::Nowhere);
    });
}

#[test]
fn a_role_created_on_the_way_is_selected_in_the_form() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let typed = NewUser {
            first_name: "Ida".into(),
            roles: vec!["x".into()],
            ..new_user(&maria, "", "").await
        };
        users::ensure_may_make_role(&maria).expect("may");
        let role = EditRole {
            name: "Reception".into(),
            ..roles::form(&maria, None, None, "", None)
                .await
                .expect("a form")
                .form
        };
        let role = roles::edit(&maria, &role).await.expect("made").to_string();
        let kept = usher_types::form::SavedDraft {
            form: NewUser {
                first_name: "Ida".into(),
                ..typed
            },
            refusal: None,
        };
        let maria = world.as_("maria").await;
        let page = users::new_user_form(
            &maria,
            Some(kept),
            users::NewUserParams {
                role: Some(&role),
                ..Default::default()
            },
        )
        .await
        .expect("a form");
        assert_eq!((page.form.first_name.as_str(), page.refusal), ("Ida", None));
        assert_eq!(page.form.roles, ["x".to_owned(), role]);
        let page = users::new_user_form(
            &maria,
            None,
            users::NewUserParams {
                role: Some("nonsense"),
                ..Default::default()
            },
        )
        .await
        .expect("a form");
        assert!(page.form.roles.is_empty());
        let karin = staff(world, None).await;
        assert_eq!(
            refusal(users::ensure_may_make_role(&karin)),
            Refusal::Forbidden
        );
    });
}
