//! Two posts of one form at the same time, such as a double click (decision 0010).

use std::fmt::Debug;

use usher_domain::{
    Result, clients, customers, dashboards, lists, offices, resources, roles, teams, users,
};
use usher_types::clients::EditClient;
use usher_types::customers::{EditContract, EditCustomer};
use usher_types::dashboards::{EditDashboard, Widget, placed};
use usher_types::lists::EditList;
use usher_types::resources::EditResource;
use usher_types::roles::EditRole;
use usher_types::units::{EditOffice, EditTeam};

use crate::support::{new_user, run};

/// The one answer that both posts must give.
async fn both<T: PartialEq + Debug>(
    one: impl Future<Output = Result<T>>,
    other: impl Future<Output = Result<T>>,
) -> T {
    let (one, other) = tokio::join!(one, other);
    let created = one.expect("one post creates the row");
    assert_eq!(
        other.expect("the other post finds the row"),
        created,
        "If you're here because of a new form: call `lock_idempotency_key` before it looks for the row of an earlier post."
    );
    created
}

#[test]
fn the_second_of_two_posts_at_once_failed_instead_of_answering_as_the_first() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for round in 0..3 {
            let name = format!("Norr {round}");

            let form = EditOffice {
                unit_name: name.clone(),
                ..offices::form(&maria, "", None).await.expect("a form").form
            };
            let office = both(offices::edit(&maria, &form), offices::edit(&maria, &form)).await;

            let form = EditTeam {
                unit_name: name.clone(),
                office: office.to_string(),
                ..teams::form(&maria, "", None).await.expect("a form").form
            };
            both(teams::edit(&maria, &form), teams::edit(&maria, &form)).await;

            let form = EditList {
                unit_name: name.clone(),
                ..lists::form(&maria, "", None).await.expect("a form").form
            };
            let post = || lists::edit(&maria, &form, None);
            both(post(), post()).await;

            let form = EditCustomer {
                unit_name: name.clone(),
                ..customers::form(&maria, "", None)
                    .await
                    .expect("a form")
                    .form
            };
            let post = || customers::edit(&maria, &form);
            let customer = both(post(), post()).await.to_string();

            let page = customers::new_contract_form(&maria, &customer, None);
            let form = EditContract {
                unit_name: name.clone(),
                config: "Day".to_owned(),
                ..page.await.expect("a form").form
            };
            let post = || customers::edit_contract(&maria, &form);
            both(post(), post()).await;

            let page = dashboards::form(&maria, "", None).await.expect("a form");
            let form = EditDashboard {
                unit_name: name.clone(),
                widgets: vec![placed(Widget::Seats, 1)],
                ..page.form
            };
            let post = || dashboards::edit(&maria, &form, None);
            both(post(), post()).await;

            let page = resources::form(&maria, "", None).await.expect("a form");
            let form = EditResource {
                unit_name: name.clone(),
                ..page.form
            };
            let post = || resources::edit(&maria, &form);
            both(post(), post()).await;

            let page = clients::form(&maria, "", None).await.expect("a form");
            let form = EditClient {
                first_name: name.clone(),
                last_name: "Björk".to_owned(),
                client_number: round.to_string(),
                responsible: world.id("maria").to_string(),
                ..page.form
            };
            let post = || clients::edit(&maria, &form);
            both(post(), post()).await;

            let page = roles::form(&maria, None, None, "", None)
                .await
                .expect("a form");
            let form = EditRole {
                name: name.clone(),
                ..page.form
            };
            let post = || roles::edit(&maria, &form);
            both(post(), post()).await;

            let form = new_user(&maria, "Ida", ["Ek", "Al", "Asp"][round]).await;
            let post = || users::create(&maria, form.clone());
            both(post(), post()).await;
        }
        for table in [
            "offices",
            "teams",
            "lists",
            "customers",
            "contracts",
            "dashboards",
            "resources",
            "roles",
        ] {
            let rows: i64 = world
                .one(&format!(
                    "SELECT count(*) FROM {table} WHERE name LIKE 'Norr %'"
                ))
                .await;
            assert_eq!(rows, 3, "{table}");
        }
        let events: i64 = world
            .one("SELECT count(*) FROM audit_events WHERE event ->> 'kind' = 'client_created'")
            .await;
        assert_eq!(events, 3, "one event for each client");
    });
}
