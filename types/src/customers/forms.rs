//! The forms about customers and contracts.

use crate::conflict::versioned;
use crate::form::form;
use crate::primitives::ids::{ContractId, CustomerId};

form! {
    /// Creates or renames a customer.
    EditCustomer shown at |form| below("/customers", &form.customer, "/edit");
    text {
        /// The customer; empty for a new one.
        customer,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
    }
}

form! {
    /// Closes a customer with its contracts, and removes it from all people.
    CloseCustomer shown at |form| below("/customers", &form.customer, "/close");
    text {
        customer,
    }
}

form! {
    /// Creates or edits a contract of a customer.
    EditContract shown at |form| match form.contract.parse::<ContractId>() {
        Ok(contract) => format!("/contracts/{contract}/edit"),
        Err(_) => below("/customers", &form.customer, "/contracts/new"),
    };
    text {
        /// The contract; empty for a new one.
        contract,
        /// The customer of a new contract.
        customer,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
        /// The organisation config it names.
        config,
    }
}

form! {
    /// Closes a contract, and removes its config from all people.
    CloseContract shown at |form| below("/contracts", &form.contract, "/close");
    text {
        contract,
    }
}

versioned!(EditCustomer, EditContract);

/// An address below a customer or a contract. An id from a form is untrusted text until it parses.
fn below(list: &str, id: &str, rest: &str) -> String {
    id.parse::<CustomerId>().map_or_else(
        |_| "/customers/new".to_owned(),
        |id| format!("{list}/{id}{rest}"),
    )
}
