//! Effective access: a person's permissions with their reach and the roles they come from, and what
//! a change would add and remove.

use serde::{Deserialize, Serialize};

use crate::covers::Cover;
use crate::primitives::ids::{RoleId, UserId};
use crate::primitives::permission::{Grants, Permission, Reach};
use crate::primitives::references::{OfficeName, RoleName, TeamName};

/// A count with an upper limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Exact to 10 000.
    pub count: u32,
    /// Whether there are more.
    pub more: bool,
}

/// The number of people and clients that a person sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// People, including themselves.
    pub people: Counted,
    /// Clients, including those of teams they cover.
    pub clients: Counted,
}

/// One permission a person has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLine {
    /// What the person may do.
    pub permission: Permission,
    /// The widest reach that the roles give.
    pub reach: Reach,
    /// The roles that give it, each with its reach.
    pub why: Vec<(RoleName, Reach)>,
}

/// A person's effective access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPage {
    /// Whose access it is.
    pub user: UserId,
    /// Their displayed name.
    pub name: String,
    /// Each permission, in the order a page lists them.
    pub lines: Vec<AccessLine>,
    /// How many people and clients they see.
    pub sight: Sight,
    /// The office they are bound to, which limits all reaches.
    pub office: Option<OfficeName>,
    /// Their teams.
    pub teams: Vec<TeamName>,
    /// The teams they cover, now and later.
    pub covers: Vec<Cover>,
    /// The roles they may give.
    pub gives: Vec<RoleName>,
    /// The roles whose holders they may manage.
    pub manages: Vec<RoleName>,
}

/// What a change would add and remove.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Permissions that are added, or reach further than before.
    pub gains: Vec<(Permission, Reach)>,
    /// Permissions that are removed, or reach less far, with their previous reach.
    pub loses: Vec<(Permission, Reach)>,
    /// The visible people and clients before the change.
    pub before: Sight,
    /// The visible people and clients after the change.
    pub after: Sight,
}

impl Preview {
    /// The difference between two sets of grants.
    pub fn between(before: &Grants, after: &Grants) -> Self {
        let wider = |these: &Grants, those: &Grants| {
            let wider = these.pairs().filter(|(permission, reach)| {
                those.reach(*permission).is_none_or(|other| other < *reach)
            });
            wider.collect()
        };
        Self {
            gains: wider(after, before),
            loses: wider(before, after),
            ..Self::default()
        }
    }
}

/// The input of a preview: the choices of the form that creates a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Ids of the roles beside User.
    pub roles: Vec<String>,
    /// The office, or nothing.
    pub office: String,
    /// Ids of the teams.
    pub teams: Vec<String>,
}

impl Choices {
    /// The chosen roles; invalid ids are ignored.
    pub fn roles(&self) -> Vec<RoleId> {
        self.roles.iter().filter_map(|id| id.parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_reach_is_gained_and_the_one_it_had_is_lost() {
        let narrow = Grants::union([
            (Permission::ViewUsers, Reach::Team),
            (Permission::UserBank, Reach::Organisation),
        ]);
        let wide = Grants::union([(Permission::ViewUsers, Reach::Organisation)]);
        let preview = Preview::between(&narrow, &wide);
        assert_eq!(
            preview.gains,
            [(Permission::ViewUsers, Reach::Organisation)]
        );
        assert_eq!(preview.loses, [(Permission::UserBank, Reach::Organisation)]);
        assert_eq!(
            Preview::between(&wide, &narrow).loses,
            [(Permission::ViewUsers, Reach::Organisation)]
        );
    }
}
