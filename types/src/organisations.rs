//! Organisations, as managed by the operator: creating one with its first administrator, editing
//! its name and licence agreement, suspending it, and acting on its administrators
//! (`/organisations`).

use serde::{Deserialize, Serialize};

use crate::audit::ActivityEntry;
use crate::conflict::{Conflict, versioned};
use crate::email::Email;
use crate::form::{Checks, Form, form, known, paragraph};
use crate::identity_number::Date;
use crate::ids::{IdempotencyKey, OrganisationId, UserId};
use crate::invisible::{is_blank, visible};
use crate::login_name::{LoginName, ensure_own_address};
use crate::names::{PersonName, parse_part};
use crate::paging::{Cursor, Pages};
use crate::refusal::{Field, Invalid, Problem, Refusal, Warning};
use crate::session::FirstRun;
use crate::settings::Licence;
use crate::users::{Override, Status, TEXT, overriding};
use crate::{Language, When};

/// The largest number of seats of an agreement, so that a typing error is noticed.
const SEATS: u32 = 1_000_000;

form! {
    /// Creates an organisation and invites its first administrator (`/organisations/new`).
    AddOrganisation shown at |_form| "/organisations/new".to_owned();
    text {
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        organisation_name,
        /// Its language.
        language,
        /// The administrator's given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the person has one name only.
        single_name,
        /// The address of the invitation.
        email,
        /// The administrator's login name; the address if empty.
        login_name,
    }
}

form! {
    /// Changes an organisation's name and its licence agreement (`/organisations/:id/edit`).
    EditOrganisation shown at |form| page(&form.id, "/edit");
    text {
        /// The organisation's id.
        id,
        /// The version the page showed.
        version,
        /// Its name.
        organisation_name,
        /// The agreed number of seats; no limit if empty.
        seats,
        /// The first day; optional.
        licence_from,
        /// The last day (inclusive); optional.
        licence_until,
        /// The vendor's address for notices; none are drafted if empty.
        vendor_address,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

form! {
    /// Suspends an organisation, or resumes it (`/organisations/:id/suspend`).
    SuspendOrganisation shown at |form| page(&form.id, "/suspend");
    text {
        /// The organisation's id.
        id,
        /// The reason; only shown to the operator.
        reason,
    }
}

form! {
    /// Acts on an administrator of another organisation
    /// (`/organisations/:id/administrators/:user/:act`).
    ActOnAdministrator shown at |form| administrator_page(form);
    text {
        /// The organisation that is acted on.
        id,
        /// The administrator.
        user,
        /// An [`AdministratorAct::code`].
        act,
        /// The reason for archiving, or for overriding warnings.
        reason,
        /// Ticked to override warnings.
        override_warnings,
    }
}

fn administrator_page(form: &ActOnAdministrator) -> String {
    match (
        form.user.parse::<UserId>(),
        AdministratorAct::from_code(&form.act),
    ) {
        (Ok(user), Some(act)) => page(&form.id, &format!("/administrators/{user}/{}", act.code())),
        _ => page(&form.id, ""),
    }
}

/// What the operator may do with an administrator of another organisation. It does not include
/// setting a password or changing an e-mail address, because either would give access to the
/// account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdministratorAct {
    /// Sends a link to set a password, to the stored address.
    Invite,
    /// Removes the role Organisation administrator.
    RemoveRole,
    /// Archives the account.
    Archive,
    /// Restores the account.
    Restore,
}

impl AdministratorAct {
    /// All, in the order a page offers them.
    pub const ALL: [Self; 4] = [Self::Invite, Self::RemoveRole, Self::Archive, Self::Restore];

    /// The code an address holds.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::RemoveRole => "remove-role",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }

    /// The action with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }

    /// Whether it applies to a person with this status (archived or not).
    pub fn suits(self, status: Status) -> bool {
        (self == Self::Restore) == (status == Status::Archived)
    }

    /// Whether it leaves the organisation with one administrator fewer.
    pub fn takes_away(self) -> bool {
        matches!(self, Self::RemoveRole | Self::Archive)
    }
}

versioned!(EditOrganisation);

/// An address below an organisation's page. An id from a form is untrusted text until it parses.
fn page(id: &str, rest: &str) -> String {
    id.parse::<OrganisationId>().map_or_else(
        |_| "/organisations".to_owned(),
        |id| format!("/organisations/{id}{rest}"),
    )
}

/// An organisation's name: one line, not empty.
pub(crate) fn name(checks: &mut Checks, typed: &str) -> Option<String> {
    checks.take(Field::Organisation, parse_part(typed))
}

impl AddOrganisation {
    /// What to create. The first administrator is invited, so an address is required.
    ///
    /// # Errors
    /// All invalid fields at once.
    pub fn parse(&self) -> Result<(IdempotencyKey, FirstRun, Language), Invalid> {
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
            ) if checks.is_clean() => Ok((
                key,
                FirstRun {
                    organisation,
                    name,
                    email: Some(email),
                    login_name,
                    password: None,
                },
                language,
            )),
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

fn subject(form: &impl Form, id: &str) -> Result<OrganisationId, Refusal> {
    known(form)?;
    id.parse().map_err(|_| Refusal::NotFound)
}

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// A part of the name.
    pub q: String,
    /// The position of the page.
    pub cursor: Cursor,
}

/// One organisation in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The organisation's id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Whether it runs the installation.
    pub is_operator: bool,
    /// When it was suspended.
    pub suspended: Option<When>,
    /// People, without archived ones.
    pub people: u32,
    /// The people whose sign-in is set up.
    pub used: u32,
    /// The agreed number of seats.
    pub seats: Option<u32>,
}

/// The page `/organisations`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganisationList {
    /// By name.
    pub rows: Vec<Row>,
    /// The parameters.
    pub query: ListQuery,
    /// The total number, and the cursors of the other pages.
    pub pages: Pages,
}

/// The page `/organisations/new`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddPage {
    /// An empty form, or the saved draft.
    pub form: AddOrganisation,
    /// The refusal, if any.
    pub refusal: Option<Refusal>,
}

/// The page of one organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganisationPage {
    /// What the list shows.
    pub row: Row,
    /// Its version.
    pub version: i32,
    /// When it was created.
    pub created: When,
    /// Its language.
    pub language: Language,
    /// Its time zone.
    pub time_zone: String,
    /// The organisation's support contact.
    pub support_contact: String,
    /// The terms of the agreement.
    pub licence: Licence,
    /// The reason for the suspension.
    pub suspended_reason: String,
    /// Its administrators, archived ones last; none for the operator's own organisation, where they
    /// are managed like everybody else.
    pub administrators: Vec<Administrator>,
    /// Its activity.
    pub activity: Vec<ActivityEntry>,
}

/// An Organisation administrator of another organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Administrator {
    /// The user's id.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The login name.
    pub login_name: String,
    /// The stored address, to which links are sent.
    pub email: Option<String>,
    /// Whether they can sign in.
    pub status: Status,
    /// When they were last active.
    pub last_activity: Option<When>,
    /// The reason for archiving.
    pub archived_reason: Option<String>,
}

/// The page of one action on an administrator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdministratorPage {
    /// The organisation that is acted on.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// The administrator.
    pub administrator: Administrator,
    /// The action.
    pub act: AdministratorAct,
    /// The number of clients the administrator is responsible for.
    pub clients: u32,
    /// Whether no other administrator of the organisation can sign in.
    pub is_last: bool,
    /// An empty form, or the saved draft.
    pub form: ActOnAdministrator,
    /// The refusal, if any.
    pub refusal: Option<Refusal>,
}

/// The pages that edit one organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditPage<F> {
    /// The organisation.
    pub page: OrganisationPage,
    /// The current state, or the saved draft.
    pub form: F,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<F>>,
    /// The refusal, if any.
    pub refusal: Option<Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Seats;

    fn id() -> String {
        "0197a4d2-0000-7000-8000-000000000001".to_owned()
    }

    #[test]
    fn the_first_administrator_signs_in_with_the_address_where_no_name_was_typed() {
        let form = AddOrganisation {
            key: id(),
            organisation_name: " Södra Omsorg ".to_owned(),
            language: "sv".to_owned(),
            first_name: "Birgit".to_owned(),
            last_name: "Åkesson".to_owned(),
            email: "Birgit@Sodra.example".to_owned(),
            ..AddOrganisation::default()
        };
        let (_, first, language) = form.parse().expect("an organisation");
        assert_eq!(
            (
                first.login_name.as_str(),
                first.organisation.as_str(),
                language
            ),
            ("birgit@sodra.example", "Södra Omsorg", Language::Sv)
        );
        let wrong = AddOrganisation {
            email: String::new(),
            ..form
        }
        .parse()
        .expect_err("nowhere to send the invitation");
        assert_eq!(
            wrong.0,
            [(Field::Email, Problem::Missing)],
            "and the login name is not told as well"
        );
    }

    #[test]
    fn an_act_on_an_administrator_leads_back_to_its_own_page_alone() {
        let form = ActOnAdministrator {
            id: id(),
            user: id(),
            act: "remove-role".to_owned(),
            ..ActOnAdministrator::default()
        };
        assert_eq!(
            form.page(),
            format!("/organisations/{0}/administrators/{0}/remove-role", id())
        );
        assert_eq!(
            form.parse().expect("an act").act,
            AdministratorAct::RemoveRole
        );
        let made_by_hand = ActOnAdministrator {
            act: "//evil.example".to_owned(),
            ..form.clone()
        };
        assert_eq!(made_by_hand.page(), format!("/organisations/{}", id()));
        assert_eq!(made_by_hand.parse(), Err(Refusal::NotFound));
        let archive = ActOnAdministrator {
            act: "archive".to_owned(),
            override_warnings: "on".to_owned(),
            ..form
        };
        assert_eq!(
            archive.parse(),
            Err(Invalid::one(Field::Reason, Problem::Missing).into()),
            "archiving asks for a reason"
        );
    }

    fn edit(change: impl FnOnce(&mut EditOrganisation)) -> Result<(Edit, Override), Refusal> {
        let mut form = EditOrganisation {
            id: id(),
            version: "1".to_owned(),
            organisation_name: "Södra".to_owned(),
            ..EditOrganisation::default()
        };
        change(&mut form);
        form.parse()
    }

    #[test]
    fn an_agreement_ends_after_it_begins_and_has_a_seat_at_least() {
        let wrong = edit(|form| {
            form.seats = "0".to_owned();
            form.licence_from = "2026-05-01".to_owned();
            form.licence_until = "2026-04-30".to_owned();
        });
        let Err(Refusal::Invalid(wrong)) = wrong else {
            panic!("this is wrong: {wrong:?}")
        };
        assert_eq!(
            wrong.0,
            [
                (Field::Seats, Problem::Wrong),
                (Field::LicenceUntil, Problem::BeforeStart)
            ]
        );
    }

    #[test]
    fn an_agreement_survives_its_form() {
        let licence = Licence {
            seats: Some(Seats {
                agreed: 20,
                used: 3,
            }),
            from: "2026-05-01".parse().ok(),
            until: "2027-04-30".parse().ok(),
            has_ended: false,
            vendor: Some("licences@vendor.example".to_owned()),
        };
        let id = id().parse().expect("an id");
        let (edit, _) = EditOrganisation::of(id, 7, "Södra", &licence)
            .parse()
            .expect("a change");
        assert_eq!(
            (edit.seats, edit.from, edit.until, edit.version),
            (Some(20), licence.from, licence.until, 7)
        );
        assert_eq!(edit.warnings(20), []);
        assert_eq!(edit.warnings(21), [Warning::SeatsTaken { used: 21 }]);
    }
}
