//! Customers, their contracts, and the organisation config that a user works under (CP-13 to
//! CP-16).

use usher_domain::{Result, Scope, customers, users};
use usher_types::audit::{Change, Event};
use usher_types::customers::{CloseContract, CloseCustomer, EditContract, EditCustomer, ListQuery};
use usher_types::paging::Cursor;
use usher_types::refusal::{Closable, Done};
use usher_types::roles::EditRole;
use usher_types::users::{Archive, EditUser, NewUser, UserPage};
use usher_types::{BuiltInRole, CustomerId, Field, Problem, Reach, Refusal, UserId};

use crate::support::{new_user, problem, refusal, role_of, run};

async fn made(scope: &Scope, name: &str) -> CustomerId {
    let page = customers::form(scope, "", None).await.expect("a form");
    customers::edit(
        scope,
        &EditCustomer {
            unit_name: name.to_owned(),
            ..page.form
        },
    )
    .await
    .expect("a customer")
}

/// Creates a contract of a customer; returns its id.
async fn contract(scope: &Scope, customer: CustomerId, name: &str, config: &str) -> String {
    let page = customers::new_contract_form(scope, &customer.to_string(), None)
        .await
        .expect("a form");
    let form = EditContract {
        unit_name: name.to_owned(),
        config: config.to_owned(),
        ..page.form
    };
    customers::edit_contract(scope, &form)
        .await
        .expect("a contract");
    let page = customers::page(scope, &customer.to_string())
        .await
        .expect("a page");
    page.contracts
        .iter()
        .find(|(contract, _)| contract.name == name)
        .expect("it")
        .0
        .id
        .to_string()
}

async fn close(scope: &Scope, customer: CustomerId) -> Result<()> {
    customers::close(
        scope,
        &CloseCustomer {
            customer: customer.to_string(),
            ..CloseCustomer::default()
        },
    )
    .await
}

async fn close_contract(scope: &Scope, contract: &str) -> Result<CustomerId> {
    customers::close_contract(
        scope,
        &CloseContract {
            contract: contract.to_owned(),
            ..CloseContract::default()
        },
    )
    .await
}

/// Creates a user with these customers and this config.
async fn adds(scope: &Scope, first: &str, of: &[CustomerId], config: &str) -> Result<UserId> {
    let customers = of.iter().map(ToString::to_string).collect();
    users::create(
        scope,
        NewUser {
            customers,
            config: config.to_owned(),
            ..new_user(scope, first, "Wik").await
        },
    )
    .await
}

async fn edits(scope: &Scope, user: UserId, of: &[CustomerId], config: &str) -> Result<UserId> {
    let form = users::edit_user_form(scope, user, None).await?.form;
    let customers = of.iter().map(ToString::to_string).collect();
    users::edit(
        scope,
        EditUser {
            customers,
            config: config.to_owned(),
            ..form
        },
    )
    .await
}

fn has(page: &UserPage) -> (Vec<&str>, Option<String>) {
    let customers = page
        .details
        .customers
        .iter()
        .map(|customer| customer.name.as_str())
        .collect();
    (
        customers,
        page.details.contract.map(|contract| contract.to_string()),
    )
}

fn change(field: Field, before: Option<&str>, after: Option<&str>) -> Change {
    Change {
        field,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}

/// The refusal when a colleague has closed the record.
fn closed(what: Closable) -> Refusal {
    Done::Closed { what }.into()
}

#[test]
fn a_customer_is_created_once_with_a_unique_name_that_is_free_again_when_closed() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = customers::form(&maria, "", None)
            .await
            .expect("a form")
            .form;
        let form = EditCustomer {
            unit_name: "Acme".to_owned(),
            ..form
        };
        let acme = customers::edit(&maria, &form).await.expect("made");
        assert_eq!(
            customers::edit(&maria, &form).await.expect("the same"),
            acme,
            "a double submit is one act"
        );
        let again = EditCustomer {
            unit_name: " ACME ".to_owned(),
            ..customers::form(&maria, "", None)
                .await
                .expect("a form")
                .form
        };
        assert_eq!(
            problem(customers::edit(&maria, &again).await, Field::UnitName),
            Problem::SameName
        );
        let old = customers::form(&maria, &acme.to_string(), None)
            .await
            .expect("a form")
            .form;
        let renamed = EditCustomer {
            unit_name: "Acme <b>AB</b>".to_owned(),
            ..old.clone()
        };
        customers::edit(&maria, &renamed).await.expect("renamed");
        let second = customers::edit(
            &maria,
            &EditCustomer {
                unit_name: "Acme Ltd".to_owned(),
                ..old
            },
        )
        .await;
        assert_eq!(refusal(second), Refusal::Conflict);
        let told = customers::page(&maria, &acme.to_string())
            .await
            .expect("a page")
            .activity;
        assert_eq!(
            told[0].changes,
            [change(
                Field::UnitName,
                Some("Acme"),
                Some("Acme <b>AB</b>")
            )]
        );
        close(&maria, acme).await.expect("closed");
        assert_eq!(
            refusal(customers::page(&maria, &acme.to_string()).await),
            closed(Closable::Customer)
        );
        assert_eq!(
            refusal(close(&maria, acme).await),
            closed(Closable::Customer),
            "closed once"
        );
        assert_ne!(made(&maria, "Acme <b>AB</b>").await, acme);
    });
}

#[test]
fn a_contract_is_named_once_of_its_customer_and_a_stale_change_of_it_shows_what_differs() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (acme, beck) = (made(&maria, "Acme").await, made(&maria, "Beck").await);
        let day = contract(&maria, acme, "2026", "Day").await;
        contract(&maria, beck, "2026", "Day").await;
        let page = customers::new_contract_form(&maria, &acme.to_string(), None)
            .await
            .expect("a form");
        assert_eq!(
            page.configs,
            ["Day"],
            "those in use are proposed, each once"
        );
        let twice = EditContract {
            unit_name: "2026".to_owned(),
            config: "Night".to_owned(),
            ..page.form
        };
        assert_eq!(
            problem(
                customers::edit_contract(&maria, &twice).await,
                Field::UnitName
            ),
            Problem::SameName
        );
        let old = customers::edit_contract_form(&maria, &day, None)
            .await
            .expect("a form")
            .form;
        customers::edit_contract(
            &maria,
            &EditContract {
                config: "Night".to_owned(),
                ..old.clone()
            },
        )
        .await
        .expect("changed");
        let stale = customers::edit_contract(
            &maria,
            &EditContract {
                config: "Dawn".to_owned(),
                ..old.clone()
            },
        )
        .await;
        assert_eq!(refusal(stale), Refusal::Conflict);
        let same = EditContract {
            config: "Night".to_owned(),
            ..old
        };
        assert_eq!(
            customers::edit_contract(&maria, &same)
                .await
                .expect("nothing to overwrite"),
            acme
        );
        let told = customers::page(&maria, &acme.to_string())
            .await
            .expect("a page")
            .activity;
        assert_eq!(
            (told[0].changes.clone(), told[0].unit.as_deref()),
            (
                vec![change(Field::Config, Some("Day"), Some("Night"))],
                Some("2026")
            )
        );
        close(&maria, beck).await.expect("closed");
        assert_eq!(
            refusal(customers::new_contract_form(&maria, &beck.to_string(), None).await),
            closed(Closable::Customer)
        );
    });
}

#[test]
fn a_person_gets_customers_and_a_config_when_created_and_edited_and_the_audit_tells_before_and_after()
 {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (acme, beck) = (made(&maria, "Acme").await, made(&maria, "Beck").await);
        let (day, night) = (
            contract(&maria, acme, "2026", "Day").await,
            contract(&maria, beck, "2027", "Night").await,
        );
        let ida = adds(&maria, "Ida", &[beck, acme], &day)
            .await
            .expect("created");
        let page = users::page(&maria, ida).await.expect("a page");
        assert_eq!(has(&page), (vec!["Acme", "Beck"], Some(day)));
        let created = [
            change(Field::Customers, None, Some("Acme, Beck")),
            change(Field::Config, None, Some("Day (Acme, 2026)")),
        ];
        assert_eq!(page.activity[0].changes, created);
        edits(&maria, ida, &[beck], &night).await.expect("edited");
        let page = users::page(&maria, ida).await.expect("a page");
        assert_eq!(has(&page), (vec!["Beck"], Some(night)));
        let edited = [
            change(Field::Customers, Some("Acme, Beck"), Some("Beck")),
            change(
                Field::Config,
                Some("Day (Acme, 2026)"),
                Some("Night (Beck, 2027)"),
            ),
        ];
        assert_eq!(page.activity[0].changes, edited);
        edits(&maria, ida, &[], "").await.expect("edited");
        assert_eq!(
            has(&users::page(&maria, ida).await.expect("a page")),
            (vec![], None)
        );
    });
}

#[test]
fn a_config_is_required_where_there_is_one_and_belongs_to_a_chosen_customer() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (acme, beck) = (made(&maria, "Acme").await, made(&maria, "Beck").await);
        let day = contract(&maria, acme, "2026", "Day").await;
        assert_eq!(
            problem(adds(&maria, "Ida", &[acme], "").await, Field::Config),
            Problem::NeedsConfig
        );
        adds(&maria, "Ida", &[beck], "")
            .await
            .expect("Beck has no contract yet");
        assert_eq!(
            problem(adds(&maria, "Eva", &[beck], &day).await, Field::Config),
            Problem::Wrong,
            "Acme was not imported"
        );
        assert_eq!(
            problem(adds(&maria, "Eva", &[], &day).await, Field::Config),
            Problem::Wrong
        );
        let eva = adds(&maria, "Eva", &[acme], &day).await.expect("created");
        assert_eq!(
            problem(edits(&maria, eva, &[beck], &day).await, Field::Config),
            Problem::Wrong,
            "Acme was removed"
        );
    });
}

#[test]
fn another_organisations_customer_and_contract_are_not_there() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        let (ours, theirs) = (made(&maria, "Acme").await, made(&birgit, "Acme").await);
        let (own, foreign) = (
            contract(&maria, ours, "2026", "Day").await,
            contract(&birgit, theirs, "2026", "Day").await,
        );
        assert_eq!(
            problem(adds(&maria, "Ida", &[theirs], "").await, Field::Customers),
            Problem::Wrong
        );
        assert_eq!(
            problem(adds(&maria, "Ida", &[ours], &foreign).await, Field::Config),
            Problem::Wrong
        );
        assert_eq!(
            problem(
                adds(&maria, "Ida", &[ours, theirs], &foreign).await,
                Field::Config
            ),
            Problem::Wrong
        );
        let karin = world.id("karin");
        assert_eq!(
            problem(edits(&maria, karin, &[theirs], "").await, Field::Customers),
            Problem::Wrong
        );
        assert_eq!(
            has(&users::page(&maria, karin).await.expect("a page")),
            (vec![], None)
        );
        let found = customers::find(&maria, "", &[theirs.to_string()])
            .await
            .expect("found");
        assert_eq!(
            (
                found.ticked.len(),
                found
                    .customers
                    .iter()
                    .map(|found| found.id)
                    .collect::<Vec<_>>()
            ),
            (0, vec![ours])
        );
        for scope in [&birgit, &maria] {
            let (customer, contract) = if std::ptr::eq(scope, &birgit) {
                (ours, &own)
            } else {
                (theirs, &foreign)
            };
            assert_eq!(
                refusal(customers::page(scope, &customer.to_string()).await),
                Refusal::NotFound
            );
            assert_eq!(
                refusal(customers::close_page(scope, &customer.to_string(), None).await),
                Refusal::NotFound
            );
            assert_eq!(refusal(close(scope, customer).await), Refusal::NotFound);
            assert_eq!(
                refusal(customers::edit_contract_form(scope, contract, None).await),
                Refusal::NotFound
            );
            assert_eq!(
                refusal(close_contract(scope, contract).await),
                Refusal::NotFound
            );
        }
    });
}

#[test]
fn a_customer_that_was_closed_meanwhile_is_named_and_everything_typed_stays_choosable() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (acme, beck) = (made(&maria, "Acme").await, made(&maria, "Beck").await);
        let (day, night) = (
            contract(&maria, acme, "2026", "Day").await,
            contract(&maria, beck, "2026", "Night").await,
        );
        let form = NewUser {
            customers: vec![acme.to_string(), beck.to_string()],
            config: day.clone(),
            ..new_user(&maria, "Ida", "Wik").await
        };
        close(&maria, acme).await.expect("closed by somebody else");
        let refused = users::create(&maria, form.clone()).await;
        assert_eq!(
            problem(refused, Field::Customers),
            Problem::Closed {
                name: "Acme".to_owned()
            }
        );
        let kept = usher_types::form::SavedDraft {
            form: form.clone(),
            refusal: None,
        };
        let page = users::new_user_form(&maria, Some(kept), users::NewUserParams::default())
            .await
            .expect("the form again");
        let shown: Vec<_> = page
            .facts
            .customers
            .iter()
            .map(|customer| (customer.name.as_str(), customer.is_closed))
            .collect();
        assert_eq!(
            shown,
            [("Acme", true), ("Beck", false)],
            "named, so that it can be taken out"
        );
        let mended = NewUser {
            customers: vec![beck.to_string()],
            config: night.clone(),
            ..form
        };
        users::create(&maria, mended).await.expect("created");
        let form = NewUser {
            customers: vec![beck.to_string()],
            config: night.clone(),
            ..new_user(&maria, "Eva", "Wik").await
        };
        close_contract(&maria, &night)
            .await
            .expect("closed by somebody else");
        assert_eq!(
            problem(users::create(&maria, form).await, Field::Config),
            Problem::Wrong
        );
    });
}

#[test]
fn closing_a_customer_lists_its_users_and_removes_it_and_its_config_from_each() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (acme, beck) = (made(&maria, "Acme").await, made(&maria, "Beck").await);
        let (day, night) = (
            contract(&maria, acme, "2026", "Day").await,
            contract(&maria, beck, "2026", "Night").await,
        );
        let ida = adds(&maria, "Ida", &[acme, beck], &day)
            .await
            .expect("created");
        let eva = adds(&maria, "Eva", &[acme, beck], &night)
            .await
            .expect("created");
        let ola = adds(&maria, "Ola", &[acme], &day).await.expect("created");
        users::archive(
            &maria,
            &Archive {
                user: ola.to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            },
        )
        .await
        .expect("archived");
        let page = customers::close_page(&maria, &acme.to_string(), None)
            .await
            .expect("a page");
        let names: Vec<_> = page.people.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(
            (page.count, page.contracts, names),
            (2, 1, vec!["Eva Wik", "Ida Wik"])
        );
        let stale = users::edit_user_form(&maria, ida, None)
            .await
            .expect("a form")
            .form;
        close(&maria, acme).await.expect("closed");
        let page = users::page(&maria, ida).await.expect("a page");
        assert_eq!(has(&page), (vec!["Beck"], None));
        let told: Vec<_> = page
            .activity
            .iter()
            .take(2)
            .map(|line| (line.event.clone(), line.unit.clone().unwrap_or_default()))
            .collect();
        assert!(
            told.contains(&(
                Event::CustomerLeft {
                    user: ida,
                    customer: acme
                },
                "Acme".to_owned()
            )),
            "{told:?}"
        );
        let contract = day.parse().expect("an id");
        assert!(
            told.contains(&(
                Event::ConfigLeft {
                    user: ida,
                    contract
                },
                "2026".to_owned()
            )),
            "{told:?}"
        );
        assert_eq!(
            has(&users::page(&maria, eva).await.expect("a page")),
            (vec!["Beck"], Some(night.clone())),
            "keeps the other's config"
        );
        assert_eq!(
            has(&users::page(&maria, ola).await.expect("a page")),
            (vec![], None),
            "an archived person, too"
        );
        let overtaken = EditUser {
            customers: vec![beck.to_string()],
            config: night,
            ..stale
        };
        assert!(
            matches!(
                refusal(users::edit(&maria, overtaken).await),
                Refusal::Conflict
            ),
            "who had the form open is told"
        );
    });
}

#[test]
fn closing_a_contract_takes_its_config_and_leaves_the_customer() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let acme = made(&maria, "Acme").await;
        let (day, night) = (
            contract(&maria, acme, "2026", "Day").await,
            contract(&maria, acme, "2027", "Night").await,
        );
        let ida = adds(&maria, "Ida", &[acme], &day).await.expect("created");
        let eva = adds(&maria, "Eva", &[acme], &night).await.expect("created");
        let page = customers::close_contract_page(&maria, &day, None)
            .await
            .expect("a page");
        assert_eq!(
            (page.count, page.people),
            (1, vec![(ida, "Ida Wik".to_owned())])
        );
        assert_eq!(close_contract(&maria, &day).await.expect("closed"), acme);
        assert_eq!(
            has(&users::page(&maria, ida).await.expect("a page")),
            (vec!["Acme"], None)
        );
        assert_eq!(
            has(&users::page(&maria, eva).await.expect("a page")),
            (vec!["Acme"], Some(night))
        );
        assert_eq!(
            refusal(close_contract(&maria, &day).await),
            closed(Closable::Contract)
        );
    });
}

#[test]
fn two_tabs_that_choose_customers_show_the_second_what_the_first_saved() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (acme, beck) = (made(&maria, "Acme").await, made(&maria, "Beck").await);
        let day = contract(&maria, acme, "2026", "Day").await;
        let karin = world.id("karin");
        let second = users::edit_user_form(&maria, karin, None)
            .await
            .expect("a form")
            .form;
        edits(&maria, karin, &[acme], &day)
            .await
            .expect("the first");
        let second = users::edit(
            &maria,
            EditUser {
                customers: vec![beck.to_string()],
                ..second
            },
        )
        .await;
        assert_eq!(refusal(second), Refusal::Conflict);
        let theirs = users::edit_user_form(&maria, karin, None)
            .await
            .expect("a form")
            .now;
        assert_eq!(
            theirs
                .customers
                .iter()
                .map(|customer| customer.id)
                .collect::<Vec<_>>(),
            [acme]
        );
        assert_eq!(
            theirs.contract.map(|contract| contract.to_string()),
            Some(day)
        );
    });
}

#[test]
fn closing_and_choosing_at_once_end_with_nobody_at_a_closed_customer() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for round in 0..5 {
            let acme = made(&maria, &format!("Acme {round}")).await;
            let day = contract(&maria, acme, "2026", "Day").await;
            let karin = world.id("karin");
            edits(&maria, karin, &[acme], &day).await.expect("has it");
            let chosen = [acme];
            let (closing, choosing) =
                tokio::join!(close(&maria, acme), edits(&maria, karin, &chosen, &day));
            closing.expect("closed");
            if let Err(error) = choosing {
                assert!(
                    matches!(error, usher_domain::Error::Refused(_)),
                    "refused in words, never by the database: {error:?}"
                );
            }
            assert_eq!(
                has(&users::page(&maria, karin).await.expect("a page")),
                (vec![], None)
            );
        }
    });
}

#[test]
fn closing_a_customer_names_only_visible_users() {
    run(async |world| {
        let (maria, sofia) = (world.as_("maria").await, world.as_("sofia").await);
        let acme = made(&maria, "Acme").await;
        adds(&maria, "Ida", &[acme], "").await.expect("created");
        let allows = vec![usher_types::roles::allowed(
            usher_types::Permission::ManageCustomers,
            Reach::Organisation,
        )];
        let form = EditRole {
            key: world.db.new_id().to_string(),
            name: "Sales".to_owned(),
            allows,
            ..EditRole::default()
        };
        let sales = usher_domain::roles::edit(&sofia, &form)
            .await
            .expect("a role");
        let sofia = world.as_("sofia").await;
        let (_, siv) = world.joins(&sofia, "Siv", &[sales]).await;
        let page = customers::close_page(&siv, &acme.to_string(), None)
            .await
            .expect("a page");
        assert_eq!(
            (page.count, page.people),
            (1, vec![]),
            "how many, and nobody's name"
        );
        assert!(
            customers::page(&siv, &acme.to_string())
                .await
                .expect("a page")
                .people
                .is_empty()
        );
        assert_eq!(
            refusal(customers::find(&siv, "", &[]).await),
            Refusal::Forbidden,
            "who neither creates nor edits people imports nothing"
        );
        let (_, vera) = world
            .joins(
                &sofia,
                "Vera",
                &[role_of(&sofia, BuiltInRole::Supervisor).await],
            )
            .await;
        assert_eq!(
            refusal(customers::list(&vera, ListQuery::default()).await),
            Refusal::Forbidden
        );
    });
}

#[test]
fn ten_thousand_customers_are_paged_and_a_search_shows_the_first_twenty() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let organisation = world.northfield;
        world
            .owner_runs(&format!(
                "INSERT INTO customers (organisation_id, id, name, name_key, search_text, form_key, created_at)
                    SELECT '{organisation}', gen_random_uuid(), 'Firm ' || n, 'firm ' || n, ' firm ' || n || ' ', gen_random_uuid(), now()
                    FROM (SELECT lpad(i::text, 5, '0') AS n FROM generate_series(1, 10001) AS i) AS numbered"
            ))
            .await;
        let found = customers::find(&maria, "", &[]).await.expect("found");
        assert_eq!((found.customers.len(), found.more), (20, true));
        let found = customers::find(&maria, "fi 10001", &[])
            .await
            .expect("found");
        assert_eq!(
            (
                found.customers.len(),
                found.customers[0].name.as_str(),
                found.more
            ),
            (1, "Firm 10001", false)
        );
        for none in ["%", "_", "\\", "firm%1"] {
            let found = customers::find(&maria, none, &[]).await.expect("found");
            assert!(
                found.customers.is_empty(),
                "{none:?} is no pattern: {}",
                found.customers.len()
            );
        }
        let first = customers::list(&maria, ListQuery::default())
            .await
            .expect("a page");
        assert_eq!(
            (
                first.rows.len(),
                first.pages.total,
                first.pages.more,
                first.pages.previous
            ),
            (50, 10_000, true, None)
        );
        let next = customers::list(
            &maria,
            ListQuery {
                cursor: Cursor::after(first.pages.next.expect("more")),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a page");
        assert_eq!(next.rows[0].name, "Firm 00051");
        let back = customers::list(
            &maria,
            ListQuery {
                cursor: Cursor::before(next.pages.previous.expect("one before")),
                ..ListQuery::default()
            },
        )
        .await;
        assert_eq!(back.expect("a page").rows[0].name, "Firm 00001");
        let last = customers::list(
            &maria,
            ListQuery {
                cursor: Cursor::last(),
                ..ListQuery::default()
            },
        )
        .await
        .expect("a page");
        assert_eq!(
            (
                last.rows.last().map(|row| row.name.as_str()),
                last.pages.next
            ),
            (Some("Firm 10001"), None)
        );
        let many = (0..101).map(|_| world.db.new_id().to_string()).collect();
        let form = NewUser {
            customers: many,
            ..new_user(&maria, "Ida", "Wik").await
        };
        assert_eq!(
            problem(users::create(&maria, form).await, Field::Customers),
            Problem::TooMany { most: 100 }
        );
    });
}
