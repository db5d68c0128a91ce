//! Parses the forms about customers and contracts.

use super::forms::{EditContract, EditCustomer};
use crate::form::{Checks, EditTarget, edit_target, line, name};
use crate::primitives::ids::{ContractId, CustomerId, IdempotencyKey};
use crate::refusal::{Field, Invalid, Problem};

/// The largest number of characters of an organisation config.
const CONFIG: u32 = 200;

impl EditCustomer {
    /// What to create or rename, and its name.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<(EditTarget<CustomerId>, String), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.customer, &self.version, &self.key);
        match (target, name(&mut checks, &self.unit_name)) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((target, name)),
            _ => Err(checks.into_invalid()),
        }
    }

    /// An empty form for creating one.
    pub fn fresh(organisation: String, key: IdempotencyKey) -> Self {
        Self {
            organisation,
            key: key.to_string(),
            ..Self::default()
        }
    }
}

/// A contract to create or edit: created only by [`EditContract::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractEdit {
    /// The contract to create or edit.
    pub target: EditTarget<ContractId>,
    /// Its name.
    pub name: String,
    /// The organisation config that it names.
    pub config: String,
}

impl EditContract {
    /// What to create or edit, its name, and the config it names.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<ContractEdit, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.contract, &self.version, &self.key);
        let name = name(&mut checks, &self.unit_name);
        let config = line(&self.config, CONFIG).and_then(|config| {
            if config.is_empty() {
                Err(Problem::Missing)
            } else {
                Ok(config)
            }
        });
        let config = checks.take(Field::Config, config);
        match (target, name, config) {
            (Some(target), Some(name), Some(config)) if checks.is_clean() => Ok(ContractEdit {
                target,
                name,
                config,
            }),
            _ => Err(checks.into_invalid()),
        }
    }
}
