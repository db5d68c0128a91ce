//! Parses the operator's forms.

use super::forms::{ActOnAdministrator, AddOrganisation, EditOrganisation, SuspendOrganisation};
use crate::form::{Checks, TEXT, paragraph, subject};
use crate::overrides::{Override, overriding};
use crate::primitives::actions::AdministratorAct;
use crate::primitives::date::Date;
use crate::primitives::email::Email;
use crate::primitives::ids::{IdempotencyKey, OrganisationId, UserId};
use crate::primitives::invisible::{is_blank, visible};
use crate::primitives::login_name::{LoginName, ensure_own_address};
use crate::primitives::names::{PersonName, parse_part};
use crate::primitives::preferences::Language;
use crate::primitives::secret::Secret;
use crate::refusal::{Field, Invalid, Problem, Refusal, Warning};
use crate::settings::Licence;

/// The largest number of seats of an agreement, so that a typing error is noticed.
const SEATS: u32 = 1_000_000;

/// An organisation's name: one line, not empty.
pub(crate) fn name(checks: &mut Checks, typed: &str) -> Option<String> {
    checks.take(Field::Organisation, parse_part(typed))
}

/// An organisation to create: created only by [`AddOrganisation::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct New {
    /// The idempotency key.
    pub key: IdempotencyKey,
    /// The organisation's name and its first administrator.
    pub first: FirstRun,
    /// The organisation's language.
    pub language: Language,
}

impl AddOrganisation {
    /// What to create. The first administrator is invited, so an address is required.
    ///
    /// # Errors
    /// All invalid fields at once.
    pub fn parse(&self) -> Result<New, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let key = checks.take(
            Field::Form,
            self.key
                .parse::<IdempotencyKey>()
                .map_err(|_| Problem::Wrong),
        );
        let organisation = name(&mut checks, &self.organisation_name);
        let language = checks.take(
            Field::Language,
            Language::from_code(&self.language).ok_or(Problem::Missing),
        );
        let person = PersonName::parse(
            &self.first_name,
            &self.last_name,
            !self.single_name.is_empty(),
        );
        let person = checks.name(person);
        let email = if is_blank(&self.email) {
            Err(Problem::Missing)
        } else {
            Email::parse(&self.email).map_err(Problem::from)
        };
        let email = checks.take(Field::Email, email);
        let named = match &email {
            Some(email) if is_blank(&self.login_name) => Some(email.as_str()),
            _ => Some(self.login_name.as_str()).filter(|typed| !is_blank(typed)),
        };
        let login_name =
            named.and_then(|named| checks.take(Field::LoginName, LoginName::parse(named)));
        if let Some(login_name) = &login_name {
            checks.take(
                Field::LoginName,
                ensure_own_address(login_name, email.as_ref()),
            );
        }
        match (key, organisation, language, person, email, login_name) {
            (
                Some(key),
                Some(organisation),
                Some(language),
                Some(name),
                Some(email),
                Some(login_name),
            ) if checks.is_clean() => Ok(New {
                key,
                first: FirstRun {
                    organisation,
                    name,
                    email: Some(email),
                    login_name,
                    password: None,
                },
                language,
            }),
            _ => Err(checks.into_invalid()),
        }
    }
}

/// A change of an organisation: created only by [`EditOrganisation::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The organisation's id.
    pub id: OrganisationId,
    /// The version the page showed.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// The agreed number of seats.
    pub seats: Option<u32>,
    /// The first day.
    pub from: Option<Date>,
    /// The last day (inclusive).
    pub until: Option<Date>,
    /// The vendor's address for notices.
    pub vendor: Option<Email>,
}

impl EditOrganisation {
    /// What to edit, and whether warnings are overridden.
    ///
    /// # Errors
    /// All invalid fields at once.
    pub fn parse(&self) -> Result<(Edit, Override), Refusal> {
        let id = subject(self, &self.id)?;
        let mut checks = Checks::default();
        let version = checks.take(
            Field::Form,
            self.version.parse::<i32>().map_err(|_| Problem::Wrong),
        );
        let name = name(&mut checks, &self.organisation_name);
        let seats = checks.optional(Field::Seats, &self.seats, |text| {
            match visible(text).trim().parse::<u32>() {
                Ok(seats) if (1..=SEATS).contains(&seats) => Ok(seats),
                _ => Err(Problem::Wrong),
            }
        });
        let from = checks.optional(Field::LicenceFrom, &self.licence_from, str::parse::<Date>);
        let until = checks.optional(Field::LicenceUntil, &self.licence_until, str::parse::<Date>);
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            checks.wrong(Field::LicenceUntil, Problem::BeforeStart);
        }
        let vendor = checks.optional(Field::VendorAddress, &self.vendor_address, Email::parse);
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (version, name) {
            (Some(version), Some(name)) if checks.is_clean() => Ok((
                Edit {
                    id,
                    version,
                    name,
                    seats,
                    from,
                    until,
                    vendor,
                },
                passed,
            )),
            _ => Err(checks.into_invalid().into()),
        }
    }

    /// The form filled with an organisation's current state.
    pub fn of(id: OrganisationId, version: i32, name: &str, licence: &Licence) -> Self {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            id: id.to_string(),
            version: version.to_string(),
            organisation_name: name.to_owned(),
            seats: licence
                .seats
                .map(|seats| seats.agreed.to_string())
                .unwrap_or_default(),
            licence_from: day(licence.from),
            licence_until: day(licence.until),
            vendor_address: licence.vendor.clone().unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl Edit {
    /// Warns about fewer seats than are in use; nobody loses their seat (S17).
    pub fn warnings(&self, used: u32) -> Vec<Warning> {
        let few = self.seats.filter(|seats| *seats < used);
        few.map(|_| Warning::SeatsTaken { used })
            .into_iter()
            .collect()
    }
}

impl SuspendOrganisation {
    /// The organisation, for resuming it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an invalid id; [`Refusal::Invalid`] for a field the form does not
    /// know.
    pub fn subject(&self) -> Result<OrganisationId, Refusal> {
        subject(self, &self.id)
    }

    /// The organisation, and the reason.
    ///
    /// # Errors
    /// A missing or too long reason; [`Refusal::NotFound`] for an invalid id.
    pub fn parse(&self) -> Result<(OrganisationId, String), Refusal> {
        let id = self.subject()?;
        let reason = paragraph(&self.reason, TEXT)
            .map_err(|problem| Invalid::one(Field::Reason, problem))?;
        Ok((id, reason))
    }
}

/// An action on an administrator: created only by [`ActOnAdministrator::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct AdministratorChange {
    /// The organisation that is acted on.
    pub organisation: OrganisationId,
    /// The administrator.
    pub user: UserId,
    /// The action.
    pub act: AdministratorAct,
    /// The reason for archiving; empty for other actions.
    pub reason: String,
    /// Whether warnings are overridden, and why.
    pub passed: Override,
}

impl ActOnAdministrator {
    /// The action, and the administrator.
    ///
    /// # Errors
    /// A missing or too long reason; [`Refusal::NotFound`] for an invalid id or action.
    pub fn parse(&self) -> Result<AdministratorChange, Refusal> {
        let organisation = subject(self, &self.id)?;
        let user = self.user.parse().map_err(|_| Refusal::NotFound)?;
        let act = AdministratorAct::from_code(&self.act).ok_or(Refusal::NotFound)?;
        if act == AdministratorAct::Archive {
            let reason = paragraph(&self.reason, TEXT)
                .map_err(|problem| Invalid::one(Field::Reason, problem))?;
            let passed = Override {
                reason: (!self.override_warnings.is_empty()).then(|| reason.clone()),
            };
            return Ok(AdministratorChange {
                organisation,
                user,
                act,
                reason,
                passed,
            });
        }
        let mut checks = Checks::default();
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        if checks.is_clean() {
            Ok(AdministratorChange {
                organisation,
                user,
                act,
                reason: String::new(),
                passed,
            })
        } else {
            Err(checks.into_invalid().into())
        }
    }
}

/// The operator organisation and its first person: created only by [`SetUp::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct FirstRun {
    /// The organisation's name.
    pub organisation: String,
    /// The person's name.
    pub name: PersonName,
    /// The address.
    pub email: Option<Email>,
    /// The login name.
    pub login_name: LoginName,
    /// The strong password; `None` if the person is invited.
    pub password: Option<Secret>,
}
