//! The customers of the demo's organisations, their contracts, and the caseworkers who work for
//! them.

use color_eyre::eyre::Result;
use usher_domain::{Scope, customers, users};
use usher_types::customers::{CloseCustomer, EditContract, EditCustomer};
use usher_types::users::{EditUser, ListQuery};
use usher_types::{CustomerId, Language};

/// A customer with its contracts: the name of each, and its organisation config.
type DemoCustomer = (&'static str, &'static [(&'static str, &'static str)]);

const EN: [DemoCustomer; 6] = [
    (
        "Leeds City Council",
        &[
            ("Home care 2026", "Home care, days"),
            ("Night patrol 2026", "Home care, nights"),
        ],
    ),
    (
        "City of York Council",
        &[("Outreach 2025–2027", "Outreach")],
    ),
    (
        "Harrogate Housing Trust",
        &[("Supported housing", "Supported housing")],
    ),
    (
        "Calder Valley NHS Trust",
        &[
            ("Discharge support", "Short-term"),
            ("Intake pilot", "Intake"),
        ],
    ),
    (
        "Brook & Sons Insurance",
        &[("Return to work 2026", "Short-term")],
    ),
    ("Wharfedale Parish Fund", &[]),
];
const SV: [DemoCustomer; 6] = [
    (
        "Malmö stad",
        &[
            ("Hemtjänst 2026", "Hemtjänst dag"),
            ("Nattpatrull 2026", "Hemtjänst natt"),
        ],
    ),
    ("Lunds kommun", &[("Boendestöd 2025–2027", "Boendestöd")]),
    (
        "Region Skåne",
        &[("Hemgång", "Korttid"), ("Mottagning", "Mottagning")],
    ),
    ("Svedala kommun", &[("Avlösning 2026", "Korttid")]),
    ("Öresunds Försäkring", &[("Åter i arbete", "Korttid")]),
    ("Lomma församling", &[]),
];
/// Every n-th caseworker works for a customer.
const EVERY: usize = 3;

/// Creates the customers of an organisation and assigns them to some of its caseworkers; one
/// customer has been closed since.
///
/// # Errors
/// If the demo's own data is refused.
pub async fn fill(scope: &Scope, language: Language) -> Result<()> {
    let (served, left) = match language {
        Language::En => (EN, "Ripon Day Centre"),
        Language::Sv => (SV, "Staffanstorps dagverksamhet"),
    };
    let mut created = Vec::new();
    for (name, contracts) in served {
        let customer = add(scope, name).await?;
        for (name, config) in contracts {
            let form = customers::new_contract_form(scope, &customer.to_string(), None)
                .await?
                .form;
            let form = EditContract {
                unit_name: (*name).to_owned(),
                config: (*config).to_owned(),
                ..form
            };
            customers::edit_contract(scope, &form).await?;
        }
        let contracts = customers::page(scope, &customer.to_string())
            .await?
            .contracts;
        created.push((
            customer,
            contracts
                .into_iter()
                .map(|(contract, _)| contract.id)
                .collect::<Vec<_>>(),
        ));
    }
    let caseworkers = users::list(
        scope,
        ListQuery {
            role: "caseworker".to_owned(),
            ..ListQuery::default()
        },
    )
    .await?
    .rows;
    for (number, person) in caseworkers
        .iter()
        .filter(|row| row.may.edit)
        .step_by(EVERY)
        .enumerate()
    {
        let (customer, contracts) = &created[number % created.len()];
        let (second, _) = &created[(number + 2) % created.len()];
        // a caseworker of a customer without contracts also works for a customer with contracts
        let config = contracts
            .get(number % contracts.len().max(1))
            .or_else(|| created[(number + 2) % created.len()].1.first());
        let form = users::edit_user_form(scope, person.id, None).await?.form;
        let form = EditUser {
            customers: [customer, second].map(ToString::to_string).to_vec(),
            config: config.map(ToString::to_string).unwrap_or_default(),
            ..form
        };
        users::edit(scope, form).await?;
    }
    let left = add(scope, left).await?;
    customers::close(
        scope,
        &CloseCustomer {
            customer: left.to_string(),
            ..CloseCustomer::default()
        },
    )
    .await?;
    Ok(())
}

async fn add(scope: &Scope, name: &str) -> Result<CustomerId> {
    let form = customers::form(scope, "", None).await?.form;
    Ok(customers::edit(
        scope,
        &EditCustomer {
            unit_name: name.to_owned(),
            ..form
        },
    )
    .await?)
}
