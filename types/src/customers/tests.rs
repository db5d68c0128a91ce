//! Tests of customers.

use super::*;
use crate::form::{EditTarget, Form};
use crate::refusal::{Field, Problem};

const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

#[test]
fn a_new_customer_or_contract_needs_a_key_and_a_known_one_its_version() {
    let new = EditCustomer {
        key: ID.to_owned(),
        unit_name: " Acme ".to_owned(),
        ..EditCustomer::default()
    };
    assert_eq!(
        new.parse(),
        Ok((
            EditTarget::New(ID.parse().expect("a key")),
            "Acme".to_owned()
        ))
    );
    assert_eq!(new.page(), "/customers/new");
    let contract = EditContract {
        customer: ID.to_owned(),
        key: ID.to_owned(),
        ..EditContract::default()
    };
    let wrong = contract.parse().expect_err("neither a name nor a config");
    assert_eq!(
        (wrong.at(Field::UnitName), wrong.at(Field::Config)),
        (Some(&Problem::Missing), Some(&Problem::Missing))
    );
    assert_eq!(contract.page(), format!("/customers/{ID}/contracts/new"));
    let known = EditContract {
        contract: ID.to_owned(),
        version: "2".to_owned(),
        unit_name: "2026".to_owned(),
        config: " Day care ".to_owned(),
        ..EditContract::default()
    };
    assert_eq!(
        known.parse(),
        Ok(ContractEdit {
            target: EditTarget::Known(ID.parse().expect("an id"), 2),
            name: "2026".to_owned(),
            config: "Day care".to_owned()
        })
    );
    assert_eq!(known.page(), format!("/contracts/{ID}/edit"));
}
