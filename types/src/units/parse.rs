//! Parses the forms about offices and teams.

use super::forms::{EditOffice, EditTeam};
use crate::form::{Checks, EditTarget, edit_target, name};
use crate::primitives::ids::{OfficeId, TeamId};
use crate::refusal::{Field, Invalid, Problem};

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

/// A team to create or edit: created only by [`EditTeam::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamEdit {
    /// The team to create or edit.
    pub target: EditTarget<TeamId>,
    /// Its name.
    pub name: String,
    /// Its office.
    pub office: Option<OfficeId>,
}

impl EditTeam {
    /// What to create or edit, its name, and its office.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<TeamEdit, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.team, &self.version, &self.key);
        let office = checks.optional(Field::Office, &self.office, |id| {
            id.parse().map_err(|_| Problem::Wrong)
        });
        match (target, name(&mut checks, &self.unit_name)) {
            (Some(target), Some(name)) if checks.is_clean() => Ok(TeamEdit {
                target,
                name,
                office,
            }),
            _ => Err(checks.into_invalid()),
        }
    }
}
