//! Offices and teams: the parts of an organisation. A user may be bound to one office, and belongs
//! to teams (CS-02, S16).

use serde::{Deserialize, Serialize};

use crate::conflict::{Conflict, versioned};
use crate::covers::Cover;
use crate::form::{Checks, form};
use crate::ids::{IdempotencyKey, OfficeId, TeamId, UserId};
use crate::names::parse_part;
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::users::Row;

form! {
    /// Creates or renames an office.
    EditOffice shown at |form| page("/offices", &form.office, "/edit");
    text {
        /// The office; empty for a new one.
        office,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
    }
}

form! {
    /// Creates or edits a team.
    EditTeam shown at |form| page("/teams", &form.team, "/edit");
    text {
        /// The team; empty for a new one.
        team,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
        /// The office it belongs to; empty for none.
        office,
    }
}

form! {
    /// Closes an office, after moving its people and teams.
    CloseOffice shown at |form| page("/offices", &form.office, "/close");
    text {
        /// The office.
        office,
        /// The office that its people and teams move to, or nothing for none.
        instead,
    }
}

form! {
    /// Closes a team, after moving its members.
    CloseTeam shown at |form| page("/teams", &form.team, "/close");
    text {
        /// The team.
        team,
        /// The team that its members move to, or nothing for none.
        instead,
    }
}

form! {
    /// Adds a person to a team, or removes them.
    ChangeMember shown at |form| page("/teams", &form.team, "/members");
    text {
        /// The team.
        team,
        /// The user.
        user,
    }
}

versioned!(EditOffice, EditTeam);

/// An address below a unit's page. An id from a form is untrusted text until it parses.
fn page(list: &str, id: &str, rest: &str) -> String {
    match id.parse::<OfficeId>() {
        Ok(id) => format!("{list}/{id}{rest}"),
        Err(_) => format!("{list}/new"),
    }
}

/// What a form edits: a new row, or an existing one at a version (optimistic lock).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditTarget<Id> {
    /// A new row, created once per idempotency key.
    New(IdempotencyKey),
    /// An existing row, at the version the page showed.
    Known(Id, i32),
}

pub(crate) fn edit_target<Id: std::str::FromStr>(
    checks: &mut Checks,
    id: &str,
    version: &str,
    key: &str,
) -> Option<EditTarget<Id>> {
    if id.is_empty() {
        return checks
            .take(Field::Form, key.parse().map_err(|_| Problem::Wrong))
            .map(EditTarget::New);
    }
    let id = checks.take(Field::Form, id.parse::<Id>().map_err(|_| Problem::Wrong));
    let version = checks.take(
        Field::Form,
        version.parse::<i32>().map_err(|_| Problem::Wrong),
    );
    Some(EditTarget::Known(id?, version?))
}

pub(crate) fn name(checks: &mut Checks, typed: &str) -> Option<String> {
    checks.take(Field::UnitName, parse_part(typed))
}

impl EditOffice {
    /// What to create or rename, and its name.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<(EditTarget<OfficeId>, String), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.office, &self.version, &self.key);
        match (target, name(&mut checks, &self.unit_name)) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((target, name)),
            _ => Err(checks.into_invalid()),
        }
    }
}

impl EditTeam {
    /// What to create or edit, its name, and its office.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<(EditTarget<TeamId>, String, Option<OfficeId>), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.team, &self.version, &self.key);
        let office = checks.optional(Field::Office, &self.office, |id| {
            id.parse().map_err(|_| Problem::Wrong)
        });
        match (target, name(&mut checks, &self.unit_name)) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((target, name, office)),
            _ => Err(checks.into_invalid()),
        }
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

/// One office, as `/offices` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeRow {
    /// The office.
    pub office: OfficeName,
    /// The number of people bound to it.
    pub people: u32,
    /// The number of its teams.
    pub teams: u32,
}

/// The offices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeList {
    /// Those within reach.
    pub rows: Vec<OfficeRow>,
    /// Whether the actor may create one.
    pub may_make: bool,
}

/// An office's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficePage {
    /// The office, with its counts.
    pub row: OfficeRow,
    /// Its teams.
    pub teams: Vec<TeamRow>,
    /// Whether the actor may rename and close it.
    pub may_change: bool,
}

/// One team, as `/teams` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRow {
    /// The team.
    pub team: TeamName,
    /// The number of members.
    pub members: u32,
}

/// The teams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamList {
    /// Those within reach.
    pub rows: Vec<TeamRow>,
    /// Whether the actor may create one.
    pub may_make: bool,
}

/// A team's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamPage {
    /// The team, with its number of members.
    pub row: TeamRow,
    /// The first members.
    pub members: Vec<Row>,
    /// Its covers, current and upcoming.
    pub covered_by: Vec<Cover>,
    /// The covers of its members, current and upcoming.
    pub covers: Vec<Cover>,
    /// Whether the actor may change it.
    pub may_change: bool,
}

/// The page that creates or edits a team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditTeamPage {
    /// The current state, or the saved draft.
    pub form: EditTeam,
    /// The offices it can belong to.
    pub offices: Vec<OfficeName>,
    /// Whether it must belong to an office.
    pub office_required: bool,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditTeam>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page that closes an office or a team: what is in it, and where that can move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosePage<U, O> {
    /// The unit, with its counts.
    pub unit: U,
    /// The units its people can move to.
    pub others: Vec<O>,
    /// Whether a replacement must be chosen.
    pub must_move: bool,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

/// The page of a team's members, with a search for people to add.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MembersPage {
    /// The team, with its number of members.
    pub row: TeamRow,
    /// The members, each with whether the actor may remove them.
    pub members: Vec<(UserId, String, bool)>,
    /// The search words.
    pub q: String,
    /// The people found who are not members.
    pub found: Vec<(UserId, String, String)>,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

    #[test]
    fn a_new_unit_needs_a_key_and_a_known_one_its_version() {
        let new = EditOffice {
            key: ID.to_owned(),
            unit_name: " Norr ".to_owned(),
            ..EditOffice::default()
        };
        assert_eq!(
            new.parse(),
            Ok((
                EditTarget::New(ID.parse().expect("a key")),
                "Norr".to_owned()
            ))
        );
        assert_eq!(new.page(), "/offices/new");
        let known = EditOffice {
            office: ID.to_owned(),
            version: "3".to_owned(),
            unit_name: "Norr".to_owned(),
            ..EditOffice::default()
        };
        assert_eq!(
            known.parse(),
            Ok((
                EditTarget::Known(ID.parse().expect("an id"), 3),
                "Norr".to_owned()
            ))
        );
        assert_eq!(known.page(), format!("/offices/{ID}/edit"));
        let neither = EditOffice::default().parse().expect_err("neither");
        assert_eq!(neither.at(Field::UnitName), Some(&Problem::Missing));
        assert_eq!(neither.at(Field::Form), Some(&Problem::Wrong));
    }

    #[test]
    fn a_teams_office_may_be_left_out_and_is_an_id_otherwise() {
        let team = EditTeam {
            key: ID.to_owned(),
            unit_name: "Natt".to_owned(),
            ..EditTeam::default()
        };
        assert_eq!(team.parse().map(|(.., office)| office), Ok(None));
        let wrong = EditTeam {
            office: "norr".to_owned(),
            ..team
        };
        assert_eq!(
            wrong.parse().expect_err("no id").at(Field::Office),
            Some(&Problem::Wrong)
        );
    }
}
