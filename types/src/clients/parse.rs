//! Parses the forms about clients and caseloads.

use super::forms::{ArchiveClient, ChangePerson, EditClient, MoveCaseload, Part};
use crate::form::{Checks, EditTarget, TEXT, edit_target, known, line, paragraph, subject};
use crate::primitives::email::Email;
use crate::primitives::ids::{ClientId, TeamId, UserId};
use crate::primitives::invisible::visible;
use crate::primitives::names::PersonName;
use crate::primitives::phone::Phone;
use crate::refusal::{Field, Invalid, Problem, Refusal};

/// The largest number of characters of a client's number.
const NUMBER: u32 = 32;

/// The largest number of clients in one form.
pub const NAMED: usize = 200;

/// A client's details, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// One name, or given and family name.
    pub name: PersonName,
    /// The organisation's own number.
    pub number: Option<String>,
    /// The address.
    pub email: Option<Email>,
    /// `None` where none was entered.
    pub phone: Option<Phone>,
    /// Notes for the people who work with the client.
    pub note: String,
    /// The team in whose queue the client waits without a responsible person.
    pub team: Option<TeamId>,
    /// The responsible person; either this or the team is set.
    pub responsible: Option<UserId>,
}

impl EditClient {
    /// What to create or edit, and the details.
    ///
    /// # Errors
    /// All invalid fields; [`Problem::NeedsResponsible`] if there is neither a responsible person
    /// nor a team whose queue the client could wait in.
    pub fn parse(&self) -> Result<(EditTarget<ClientId>, Details), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.client, &self.version, &self.key);
        let name = checks.name(PersonName::parse(
            &self.first_name,
            &self.last_name,
            !self.single_name.is_empty(),
        ));
        let number = checks.optional(Field::ClientNumber, &self.client_number, |text| {
            line(&visible(text), NUMBER)
        });
        let email = checks.optional(Field::Email, &self.email, Email::parse);
        let phone = checks.optional(Field::Phone, &self.phone, Phone::parse);
        let note = checks
            .optional(Field::ClientNote, &self.client_note, |text| {
                paragraph(text, TEXT)
            })
            .unwrap_or_default();
        let team = checks.optional(Field::Team, &self.team, |id| {
            id.parse::<TeamId>().map_err(|_| Problem::Wrong)
        });
        let responsible = checks.optional(Field::Responsible, &self.responsible, |id| {
            id.parse::<UserId>().map_err(|_| Problem::Wrong)
        });
        if self.team.trim().is_empty() && self.responsible.trim().is_empty() {
            checks.wrong(Field::Responsible, Problem::NeedsResponsible);
        }
        match (target, name) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((
                target,
                Details {
                    name,
                    number,
                    email,
                    phone,
                    note,
                    team,
                    responsible,
                },
            )),
            _ => Err(checks.into_invalid()),
        }
    }
}

/// The part of a person in a client's care, to be assigned or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonChange {
    /// The client.
    pub client: ClientId,
    /// The person who works with the client.
    pub user: UserId,
    /// The person's part.
    pub part: Part,
}

impl ChangePerson {
    /// The client, the person, and their part.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an invalid id; [`Problem::Wrong`] for an unknown part.
    pub fn parse(&self) -> Result<PersonChange, Refusal> {
        let client = subject(self, &self.client)?;
        let user = self.user.parse().map_err(|_| Refusal::NotFound)?;
        let part =
            Part::from_code(&self.part).ok_or_else(|| Invalid::one(Field::Form, Problem::Wrong))?;
        Ok(PersonChange { client, user, part })
    }
}

impl ArchiveClient {
    /// The client, and the reason.
    ///
    /// # Errors
    /// A missing or too long reason; see [`subject`].
    pub fn parse(&self) -> Result<(ClientId, String), Refusal> {
        let client = subject(self, &self.client)?;
        let reason = paragraph(&self.reason, TEXT)
            .map_err(|problem| Invalid::one(Field::Reason, problem))?;
        Ok((client, reason))
    }
}

/// The clients that are moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// All of the person's clients within reach.
    All,
    /// These.
    These(Vec<ClientId>),
}

/// A move of clients from one person to another, or to their teams' queues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseloadMove {
    /// The person who is responsible for the clients.
    pub user: UserId,
    /// The clients.
    pub moved: Moved,
    /// The person who becomes responsible; `None` for the teams' queues.
    pub to: Option<UserId>,
}

impl MoveCaseload {
    /// The person, the clients, and the receiver.
    ///
    /// # Errors
    /// [`Problem::Missing`] at the clients if none is chosen, [`Problem::TooMany`];
    /// [`Refusal::NotFound`] for an invalid id.
    pub fn parse(&self) -> Result<CaseloadMove, Refusal> {
        known(self)?;
        let user = self.user.parse().map_err(|_| Refusal::NotFound)?;
        let mut checks = Checks::default();
        let to = checks.optional(Field::To, &self.to, |id| {
            id.parse::<UserId>().map_err(|_| Problem::Wrong)
        });
        let moved = if self.all.is_empty() {
            Moved::These(clients(&mut checks, Field::Clients, &self.clients))
        } else {
            Moved::All
        };
        if moved == Moved::These(Vec::new()) {
            checks.wrong(Field::Clients, Problem::Missing);
        }
        if checks.is_clean() {
            Ok(CaseloadMove { user, moved, to })
        } else {
            Err(checks.into_invalid().into())
        }
    }
}

/// Reads the clients a form names, each once.
pub(crate) fn clients(checks: &mut Checks, field: Field, typed: &[String]) -> Vec<ClientId> {
    if typed.len() > NAMED {
        checks.wrong(field, Problem::TooMany { most: NAMED as u32 });
        return Vec::new();
    }
    let read = typed
        .iter()
        .filter_map(|id| checks.take(field, id.parse::<ClientId>().map_err(|_| Problem::Wrong)));
    let mut read: Vec<_> = read.collect();
    read.sort_unstable();
    read.dedup();
    read
}
