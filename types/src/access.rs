//! Effective access: what a person may do, how far it reaches, and why; and what a change would give and take.

use serde::{Deserialize, Serialize};

use crate::covers::Cover;
use crate::ids::{RoleId, UserId};
use crate::permission::{Grants, Permission, Reach};
use crate::roles::RoleName;
use crate::units::{OfficeName, TeamName};

/// How many there are of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Exact to 10 000.
    pub count: u32,
    /// Whether there are more.
    pub more: bool,
}

/// How many people and clients somebody sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// People, themselves included.
    pub people: Counted,
    /// Clients, those of teams they cover included.
    pub clients: Counted,
}

/// One permission a person has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLine {
    /// What it allows.
    pub permission: Permission,
    /// How far: the widest of what the roles give.
    pub reach: Reach,
    /// The roles that give it, each with its reach.
    pub why: Vec<(RoleName, Reach)>,
}

/// A person's effective access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPage {
    /// The user.
    pub user: UserId,
    /// Their name as displayed.
    pub name: String,
    /// Each permission, in the order a page lists them.
    pub lines: Vec<AccessLine>,
    /// How many people and clients they see.
    pub sight: Sight,
    /// The office they are bound to: it cuts all of it.
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

/// What a change would give and take.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What is allowed then and was not, or not as far.
    pub gains: Vec<(Permission, Reach)>,
    /// What was allowed and is no longer, or not as far; with the reach it had.
    pub loses: Vec<(Permission, Reach)>,
    /// How many people and clients are seen before.
    pub before: Sight,
    /// How many people and clients are seen after.
    pub after: Sight,
}

impl Preview {
    /// Between what is allowed before and after.
    pub fn between(before: &Grants, after: &Grants) -> Self {
        let wider = |these: &Grants, those: &Grants| {
            let wider = these.pairs().filter(|(permission, reach)| those.reach(*permission).is_none_or(|other| other < *reach));
            wider.collect()
        };
        Self { gains: wider(after, before), loses: wider(before, after), ..Self::default() }
    }
}

/// What a page asks a preview for: the choices of the form that creates a person.
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
    /// The roles; what is no id is no role.
    pub fn roles(&self) -> Vec<RoleId> {
        self.roles.iter().filter_map(|id| id.parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_reach_is_gained_and_the_one_it_had_is_lost() {
        let narrow = Grants::union([(Permission::ViewUsers, Reach::Team), (Permission::UserBank, Reach::Organisation)]);
        let wide = Grants::union([(Permission::ViewUsers, Reach::Organisation)]);
        let preview = Preview::between(&narrow, &wide);
        assert_eq!(preview.gains, [(Permission::ViewUsers, Reach::Organisation)]);
        assert_eq!(preview.loses, [(Permission::UserBank, Reach::Organisation)]);
        assert_eq!(Preview::between(&wide, &narrow).loses, [(Permission::ViewUsers, Reach::Organisation)]);
    }
}
