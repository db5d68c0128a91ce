//! Offices and teams: the parts of an organisation. A user may be bound to one office, and belongs to teams (CS-02, S16).

use serde::{Deserialize, Serialize};

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
        /// The office it sits in; empty for none.
        office,
    }
}

form! {
    /// Closes an office, once nobody and no team is in it.
    CloseOffice shown at |form| page("/offices", &form.office, "/close");
    text {
        /// The office.
        office,
        /// Where its people and teams go: another office, or nothing for none.
        instead,
    }
}

form! {
    /// Closes a team, once nobody belongs to it.
    CloseTeam shown at |form| page("/teams", &form.team, "/close");
    text {
        /// The team.
        team,
        /// Where its members go: another team, or nothing for none.
        instead,
    }
}

form! {
    /// Puts a person into a team, or takes them out.
    ChangeMember shown at |form| page("/teams", &form.team, "/members");
    text {
        /// The team.
        team,
        /// The user.
        user,
    }
}

/// An address below a unit's page. An id from a form is untrusted text until it parses.
fn page(list: &str, id: &str, rest: &str) -> String {
    match id.parse::<OfficeId>() {
        Ok(id) => format!("{list}/{id}{rest}"),
        Err(_) => format!("{list}/new"),
    }
}

/// What is done to a unit: making it, or changing it as it was at a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditTarget<Id> {
    /// A new one, made once per key.
    New(IdempotencyKey),
    /// A known one, at the version the page showed.
    Known(Id, i32),
}

pub(crate) fn edit_target<Id: std::str::FromStr>(checks: &mut Checks, id: &str, version: &str, key: &str) -> Option<EditTarget<Id>> {
    if id.is_empty() {
        return checks.take(Field::Form, key.parse().map_err(|_| Problem::Wrong)).map(EditTarget::New);
    }
    let id = checks.take(Field::Form, id.parse::<Id>().map_err(|_| Problem::Wrong));
    let version = checks.take(Field::Form, version.parse::<i32>().map_err(|_| Problem::Wrong));
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
    /// What to create or edit, its name, and the office it sits in.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<(EditTarget<TeamId>, String, Option<OfficeId>), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.team, &self.version, &self.key);
        let office = checks.optional(Field::Office, &self.office, |id| id.parse().map_err(|_| Problem::Wrong));
        match (target, name(&mut checks, &self.unit_name)) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((target, name, office)),
            _ => Err(checks.into_invalid()),
        }
    }
}

/// An office by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeName {
    /// The office's id.
    pub id: OfficeId,
    /// The name given by the organisation.
    pub name: String,
}

/// A team by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamName {
    /// The team's id.
    pub id: TeamId,
    /// The name given by the organisation.
    pub name: String,
    /// The office it sits in.
    pub office: Option<OfficeName>,
}

/// One office, as `/offices` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeRow {
    /// The office.
    pub office: OfficeName,
    /// How many people are bound to it.
    pub people: u32,
    /// How many teams sit in it.
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
    /// The office, with what is in it.
    pub row: OfficeRow,
    /// The teams that sit in it.
    pub teams: Vec<TeamRow>,
    /// Whether the actor may rename and close it.
    pub may_change: bool,
}

/// One team, as `/teams` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamRow {
    /// The team.
    pub team: TeamName,
    /// How many people belong to it.
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
    /// The team, with how many belong to it.
    pub row: TeamRow,
    /// Who belongs to it: the first of them.
    pub members: Vec<Row>,
    /// Who covers it, now and later.
    pub covered_by: Vec<Cover>,
    /// What its members cover, now and later.
    pub covers: Vec<Cover>,
    /// Whether the actor may change it.
    pub may_change: bool,
}

/// The page that creates or edits an office.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditOfficePage {
    /// The current state, or the saved draft.
    pub form: EditOffice,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page that creates or edits a team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditTeamPage {
    /// The current state, or the saved draft.
    pub form: EditTeam,
    /// The offices it may sit in.
    pub offices: Vec<OfficeName>,
    /// Whether it must sit in one.
    pub office_required: bool,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page that closes an office or a team: who and what is in it, and where they may go instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClosePage<U, O> {
    /// Which, with what is in it.
    pub unit: U,
    /// Where its people may go.
    pub others: Vec<O>,
    /// Whether they must go somewhere.
    pub must_move: bool,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

/// The page of a team's members: who belongs to it, and who was looked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MembersPage {
    /// The team, with how many belong to it.
    pub row: TeamRow,
    /// Who belongs to it, each with whether the actor may take them out.
    pub members: Vec<(UserId, String, bool)>,
    /// The search words.
    pub q: String,
    /// Who was found and does not belong to it.
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
        let new = EditOffice { key: ID.to_owned(), unit_name: " Norr ".to_owned(), ..EditOffice::default() };
        assert_eq!(new.parse(), Ok((EditTarget::New(ID.parse().expect("a key")), "Norr".to_owned())));
        assert_eq!(new.page(), "/offices/new");
        let known = EditOffice { office: ID.to_owned(), version: "3".to_owned(), unit_name: "Norr".to_owned(), ..EditOffice::default() };
        assert_eq!(known.parse(), Ok((EditTarget::Known(ID.parse().expect("an id"), 3), "Norr".to_owned())));
        assert_eq!(known.page(), format!("/offices/{ID}/edit"));
        let neither = EditOffice::default().parse().expect_err("neither");
        assert_eq!(neither.at(Field::UnitName), Some(&Problem::Missing));
        assert_eq!(neither.at(Field::Form), Some(&Problem::Wrong));
    }

    #[test]
    fn a_teams_office_may_be_left_out_and_is_an_id_otherwise() {
        let team = EditTeam { key: ID.to_owned(), unit_name: "Natt".to_owned(), ..EditTeam::default() };
        assert_eq!(team.parse().map(|(.., office)| office), Ok(None));
        let wrong = EditTeam { office: "norr".to_owned(), ..team };
        assert_eq!(wrong.parse().expect_err("no id").at(Field::Office), Some(&Problem::Wrong));
    }
}
