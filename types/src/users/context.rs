//! What a form of a person depends on besides its fields, and the choices read against it: office
//! and teams, clients, customers.

use serde::{Deserialize, Serialize};

use super::forms::NewUser;
use crate::clients;
use crate::form::Checks;
use crate::lists::Listing;
use crate::primitives::date::Date;
use crate::primitives::ids::{ClientId, ContractId, CustomerId, OfficeId, RoleId, TeamId};
use crate::primitives::login_name::LoginNameFormat;
use crate::primitives::preferences::Language;
use crate::primitives::references::{Customer, OfficeName, TeamName};
use crate::refusal::{Field, Problem};
use crate::settings::Seats;

/// The largest number of customers of a person.
pub const MOST_CUSTOMERS: u32 = 100;

/// The customers of a person, and the contract whose config was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Each customer once.
    pub customers: Vec<CustomerId>,
    /// A contract of one of these customers.
    pub contract: Option<ContractId>,
}

impl Chosen {
    /// Reads the choice of customers, each of `known` and open, and of the config: of one of their
    /// contracts, and of one at all where they have some (CP-16).
    pub(crate) fn parse(
        checks: &mut Checks,
        known: &[Customer],
        customers: &[String],
        config: &str,
    ) -> Self {
        if customers.len() > MOST_CUSTOMERS as usize {
            checks.wrong(
                Field::Customers,
                Problem::TooMany {
                    most: MOST_CUSTOMERS,
                },
            );
            return Self::default();
        }
        let mut chosen = Vec::new();
        for id in customers {
            match id
                .parse()
                .ok()
                .and_then(|id: CustomerId| known.iter().find(|known| known.id == id))
            {
                Some(customer) if customer.is_closed => checks.wrong(
                    Field::Customers,
                    Problem::Closed {
                        name: customer.name.clone(),
                    },
                ),
                Some(customer) => chosen.push(customer.clone()),
                None => checks.wrong(Field::Customers, Problem::Wrong),
            }
        }
        let config = config.trim();
        let contract = if config.is_empty() {
            if chosen.iter().any(|customer| !customer.contracts.is_empty()) {
                checks.wrong(Field::Config, Problem::NeedsConfig);
            }
            None
        } else {
            let found = config
                .parse()
                .ok()
                .filter(|id| Customer::with_contract(&chosen, *id).is_some());
            checks.take(Field::Config, found.ok_or(Problem::Wrong))
        };
        let mut customers: Vec<_> = chosen.into_iter().map(|customer| customer.id).collect();
        customers.sort_unstable();
        customers.dedup();
        Self {
            customers,
            contract,
        }
    }
}

/// The context that `parse` needs besides the form. It is sent with the page, so that browser and
/// server agree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserFormContext {
    /// The organisation's current day.
    pub today: Date,
    /// The organisation's name.
    pub organisation: String,
    /// How login names are made here.
    pub format: LoginNameFormat,
    /// The roles the actor may assign, besides User.
    pub may_give: Vec<RoleId>,
    /// Whether a new person needs one of them, because the actor may not manage people who only
    /// hold User (decision 0004).
    pub role_required: bool,
    /// The offices and teams a person can be put into.
    pub units: Units,
    /// The languages that can be chosen.
    pub languages: Vec<Language>,
    /// The optional fields that this organisation requires.
    pub required: Vec<Field>,
    /// The organisation's own e-mail domains; any domain if there is none.
    pub own_domains: Vec<String>,
    /// The agreed and used seats; `None` if there is no limit.
    pub seats: Option<Seats>,
    /// The lists a person may appear on.
    pub listing: Listing,
    /// The customers in the form, with the choices of each.
    pub customers: Vec<Customer>,
    /// Whether the actor may choose customers for people.
    pub imports_customers: bool,
    /// The roles that require a client to assist (SV-05), and those for clients themselves (SV-02).
    pub linking: Linking,
}

/// What roles require about clients.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linking {
    /// The roles whose holders assist a client (SV-05).
    pub asks_client: Vec<RoleId>,
    /// The roles whose holders are clients themselves (SV-02).
    pub asks_record: Vec<RoleId>,
}

impl UserFormContext {
    /// Whether an optional field is required.
    pub fn requires(&self, field: Field) -> bool {
        self.required.contains(&field)
    }
}

/// The offices and teams the actor may put a person into, and what the choice requires.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Units {
    /// The offices; none if the organisation does not use them.
    pub offices: Vec<OfficeName>,
    /// The teams within reach.
    pub teams: Vec<TeamName>,
    /// Whether a person must have one of the offices: the organisation requires it, or the actor's
    /// reach is no wider (decision 0016).
    pub office_required: bool,
    /// Whether a person must have one of the teams: the actor's reach is no wider (decision 0016).
    pub team_required: bool,
    /// The roles that require an office (S16).
    pub roles_requiring: Vec<RoleId>,
    /// The actor's office, if they are bound to one: they add people to it (S16).
    pub inherited: Option<OfficeId>,
}

/// A person's office and teams, all of which the actor may choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// `None` for a person who is bound to no office.
    pub office: Option<OfficeId>,
    /// Each team once.
    pub teams: Vec<TeamId>,
}

impl Units {
    /// Reads the choice of office and teams. `roles` are those the person will hold.
    pub(super) fn parse(
        &self,
        checks: &mut Checks,
        typed: &str,
        teams: &[String],
        roles: &[RoleId],
    ) -> Place {
        let known = |id: &OfficeId| self.offices.iter().any(|office| office.id == *id);
        let office = checks.optional(Field::Office, typed, |id| {
            id.parse().ok().filter(known).ok_or(Problem::Wrong)
        });
        let asked =
            self.office_required || roles.iter().any(|role| self.roles_requiring.contains(role));
        if asked && typed.trim().is_empty() {
            checks.wrong(Field::Office, Problem::NeedsOffice);
        }
        let mut chosen = Vec::new();
        for team in teams {
            match team.parse::<TeamId>() {
                Ok(team) if self.teams.iter().any(|known| known.id == team) => chosen.push(team),
                _ => checks.wrong(Field::Teams, Problem::Wrong),
            }
        }
        if chosen.is_empty() && self.team_required {
            checks.wrong(Field::Teams, Problem::NeedsTeam);
        }
        chosen.sort_unstable();
        chosen.dedup();
        Place {
            office,
            teams: chosen,
        }
    }
}

impl Linking {
    /// Reads the clients that roles require; others are ignored.
    pub(super) fn parse(
        &self,
        checks: &mut Checks,
        form: &NewUser,
        roles: &[RoleId],
    ) -> (Vec<ClientId>, Option<ClientId>) {
        let asked = |requiring: &[RoleId]| roles.iter().any(|role| requiring.contains(role));
        let mut linked = Vec::new();
        if asked(&self.asks_client) {
            linked = clients::clients(checks, Field::LinkedClients, &form.linked_clients);
            if form.linked_clients.is_empty() {
                checks.wrong(Field::LinkedClients, Problem::NeedsClient);
            }
        }
        let record = form.record.parse().ok();
        if asked(&self.asks_record) && record.is_none() {
            checks.wrong(Field::Roles, Problem::NeedsRecord);
        }
        (linked, record.filter(|_| asked(&self.asks_record)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::references::Contract;
    use crate::refusal::Invalid;

    fn id(last: u8) -> String {
        format!("0197a4d2-0000-7000-8000-0000000000{last:02}")
    }

    fn customer(last: u8, name: &str, contracts: &[u8]) -> Customer {
        let contract = |last: &u8| Contract {
            id: id(*last).parse().expect("an id"),
            name: "2026".to_owned(),
            config: "Day".to_owned(),
        };
        let contracts = contracts.iter().map(contract).collect();
        Customer {
            id: id(last).parse().expect("an id"),
            name: name.to_owned(),
            is_closed: false,
            contracts,
        }
    }

    fn parse(customers: &[u8], config: &str) -> Result<Chosen, Invalid> {
        let known = [
            customer(1, "Acme", &[11]),
            customer(2, "Beck", &[12]),
            customer(3, "Cero", &[]),
        ];
        let known = [
            &known[..],
            &[Customer {
                is_closed: true,
                ..customer(4, "Dunn", &[])
            }],
        ]
        .concat();
        let mut checks = Checks::default();
        let chosen = Chosen::parse(
            &mut checks,
            &known,
            &customers.iter().map(|last| id(*last)).collect::<Vec<_>>(),
            config,
        );
        if checks.is_clean() {
            Ok(chosen)
        } else {
            Err(checks.into_invalid())
        }
    }

    #[test]
    fn a_config_is_of_a_contract_of_a_chosen_customer_and_needed_where_there_is_one() {
        let chosen = parse(&[2, 1, 1], &id(11)).expect("Acme's");
        assert_eq!(
            (chosen.customers.len(), chosen.contract),
            (2, Some(id(11).parse().expect("an id")))
        );
        assert_eq!(parse(&[], ""), Ok(Chosen::default()));
        assert_eq!(
            parse(&[3], "").map(|chosen| chosen.contract),
            Ok(None),
            "no contract, nothing to choose"
        );
        assert_eq!(
            parse(&[1], "")
                .expect_err("one to choose")
                .at(Field::Config),
            Some(&Problem::NeedsConfig)
        );
        for (customers, config) in [
            (&[2][..], id(11)),
            (&[], id(11)),
            (&[1], "day".to_owned()),
            (&[1], id(99)),
        ] {
            assert_eq!(
                parse(customers, &config)
                    .expect_err("not theirs")
                    .at(Field::Config),
                Some(&Problem::Wrong),
                "{customers:?} {config}"
            );
        }
    }

    #[test]
    fn a_customer_is_known_and_open_and_there_are_not_too_many() {
        assert_eq!(
            parse(&[9], "").expect_err("unknown").at(Field::Customers),
            Some(&Problem::Wrong)
        );
        let closed = Problem::Closed {
            name: "Dunn".to_owned(),
        };
        assert_eq!(
            parse(&[1, 4], &id(11))
                .expect_err("closed")
                .at(Field::Customers),
            Some(&closed)
        );
        assert_eq!(
            parse(&[3; 101], "").expect_err("many").at(Field::Customers),
            Some(&Problem::TooMany {
                most: MOST_CUSTOMERS
            })
        );
    }
}
