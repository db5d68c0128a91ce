//! How pages and events name a row of another context: its id and its name.

use serde::{Deserialize, Serialize};

use crate::primitives::built_in::{BuiltInDashboard, BuiltInList, BuiltInRole};
use crate::primitives::ids::{
    ClientId, ContractId, CustomerId, DashboardId, ListId, OfficeId, RoleId, TeamId, UserId,
};

/// A person in the results of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundUser {
    /// The person's id.
    pub user: UserId,
    /// The displayed name.
    pub name: String,
    /// The login name, which tells people of the same name apart.
    pub login_name: String,
}

/// The name of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientName {
    /// The client's id.
    pub id: ClientId,
    /// The displayed name, with the organisation's number, if there is one.
    pub name: String,
}

/// A contract's name, and its organisation config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// The contract's id.
    pub id: ContractId,
    /// The name given by the organisation.
    pub name: String,
    /// The organisation config.
    pub config: String,
}

/// A customer with its open contracts, as a person's form offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The customer's id.
    pub id: CustomerId,
    /// The name given by the organisation.
    pub name: String,
    /// Whether it was closed since the form named it.
    pub is_closed: bool,
    /// The open contracts, by name; none of a closed customer.
    pub contracts: Vec<Contract>,
}

impl Customer {
    /// The config of this contract as [`Contract::of`] names it, if it belongs to one of these
    /// customers.
    pub fn config(customers: &[Self], id: ContractId) -> Option<String> {
        Self::with_contract(customers, id).map(|(customer, contract)| contract.of(&customer.name))
    }

    /// The contract of this id, if it belongs to one of these customers.
    pub fn with_contract(customers: &[Self], id: ContractId) -> Option<(&Self, &Contract)> {
        customers.iter().find_map(|customer| {
            Some((
                customer,
                customer
                    .contracts
                    .iter()
                    .find(|contract| contract.id == id)?,
            ))
        })
    }
}

impl Contract {
    /// The config with the name of its customer, as shown on pages and in the audit.
    pub fn of(&self, customer: &str) -> String {
        format!("{} ({customer}, {})", self.config, self.name)
    }
}

/// A dashboard as a page names it: built-in ones in the reader's language, others by their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardName {
    /// The dashboard's id.
    pub id: DashboardId,
    /// Set for a built-in one that has no name of its own.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInDashboard>,
    /// The name given by the organisation.
    pub name: String,
}

impl DashboardName {
    /// The value for the audit: the key of a built-in dashboard, the name of a custom one.
    pub fn code(&self) -> &str {
        self.built_in
            .map_or(self.name.as_str(), |built_in| built_in.code())
    }
}

/// A list as a page names it: built-in ones in the reader's language, others by their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListName {
    /// The list's id.
    pub id: ListId,
    /// Set for a built-in one that has no name of its own.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInList>,
    /// The name given by the organisation.
    pub name: String,
}

impl ListName {
    /// The value for the audit: the key of a built-in list, the name of a custom one.
    pub fn code(&self) -> &str {
        self.built_in
            .map_or(self.name.as_str(), |built_in| built_in.code())
    }
}

/// A role as a page names it: built-in ones by their key in the reader's language, custom ones by
/// their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleName {
    /// The role's id.
    pub id: RoleId,
    /// The built-in role, if it is one.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInRole>,
    /// The name of a custom role.
    pub name: String,
}

impl RoleName {
    /// The role's code in addresses: a built-in role's key, a custom role's id.
    pub fn code(&self) -> String {
        self.built_in.map_or_else(
            || self.id.to_string(),
            |built_in| built_in.code().to_owned(),
        )
    }
}

/// An office's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeName {
    /// The office's id.
    pub id: OfficeId,
    /// The name given by the organisation.
    pub name: String,
}

/// A team's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamName {
    /// The team's id.
    pub id: TeamId,
    /// The name given by the organisation.
    pub name: String,
    /// The office it belongs to.
    pub office: Option<OfficeName>,
}
