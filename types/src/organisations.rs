//! Organisations, as the operator keeps them: making one with its first administrator, its name and licence agreement, and
//! suspending it (`/organisations`).

use serde::{Deserialize, Serialize};

use crate::audit::Line;
use crate::email::Email;
use crate::form::{Checks, Form, form, known, paragraph};
use crate::identity_number::Date;
use crate::ids::{FormKey, OrganisationId};
use crate::invisible::{is_blank, visible};
use crate::login_name::{LoginName, ensure_own_address};
use crate::names::{PersonName, parse_part};
use crate::paging::{Cursor, Pages};
use crate::refusal::{Field, Invalid, Problem, Refusal, Warning};
use crate::session::FirstRun;
use crate::settings::Licence;
use crate::users::{Override, TEXT, overriding};
use crate::{Language, When};

/// Seats an agreement may have at most: a slip of the key is told, not agreed on.
const SEATS: u32 = 1_000_000;

form! {
    /// Makes an organisation with its first administrator, who is invited (`/organisations/new`).
    AddOrganisation shown at |_form| "/organisations/new".to_owned();
    text {
        /// Minted by the server: a double submit is one act.
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
        /// Where the invitation goes.
        email,
        /// What the administrator signs in with; the address where it is empty.
        login_name,
    }
}

form! {
    /// Changes an organisation's name and its licence agreement (`/organisations/:id/edit`).
    EditOrganisation shown at |form| page(&form.id, "/edit");
    text {
        /// Which.
        id,
        /// The version the page showed.
        version,
        /// Its name.
        organisation_name,
        /// Seats agreed on; no limit where empty.
        seats,
        /// From which day; optional.
        licence_from,
        /// To which day, that one included; optional.
        licence_until,
        /// Where the vendor reads notices; none are drafted where empty.
        vendor_address,
        /// Ticked to pass warnings.
        override_warnings,
        /// Why warnings are passed.
        reason,
    }
}

form! {
    /// Suspends an organisation, or resumes it (`/organisations/:id/suspend`).
    SuspendOrganisation shown at |form| page(&form.id, "/suspend");
    text {
        /// Which.
        id,
        /// Why; shown to the operator alone.
        reason,
    }
}

/// An address below an organisation's page. What is posted as an id is a stranger's text until it parses.
fn page(id: &str, rest: &str) -> String {
    id.parse::<OrganisationId>().map_or_else(|_| "/organisations".to_owned(), |id| format!("/organisations/{id}{rest}"))
}

/// An organisation's name: one line, not empty.
pub(crate) fn name(checks: &mut Checks, typed: &str) -> Option<String> {
    checks.take(Field::Organisation, parse_part(typed))
}

impl AddOrganisation {
    /// What to make. The first administrator is invited, so an address is needed.
    ///
    /// # Errors
    /// Every field that is wrong, at once.
    pub fn parse(&self) -> Result<(FormKey, FirstRun, Language), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let key = checks.take(Field::Form, self.key.parse::<FormKey>().map_err(|_| Problem::Wrong));
        let organisation = name(&mut checks, &self.organisation_name);
        let language = checks.take(Field::Language, Language::from_code(&self.language).ok_or(Problem::Missing));
        let person = PersonName::parse(&self.first_name, &self.last_name, !self.single_name.is_empty());
        let person = checks.name(person);
        let email = if is_blank(&self.email) { Err(Problem::Missing) } else { Email::parse(&self.email).map_err(Problem::from) };
        let email = checks.take(Field::Email, email);
        let named = match &email {
            Some(email) if is_blank(&self.login_name) => Some(email.as_str()),
            _ => Some(self.login_name.as_str()).filter(|typed| !is_blank(typed)),
        };
        let login_name = named.and_then(|named| checks.take(Field::LoginName, LoginName::parse(named)));
        if let Some(login_name) = &login_name {
            checks.take(Field::LoginName, ensure_own_address(login_name, email.as_ref()));
        }
        match (key, organisation, language, person, email, login_name) {
            (Some(key), Some(organisation), Some(language), Some(name), Some(email), Some(login_name)) if checks.is_clean() => {
                Ok((key, FirstRun { organisation, name, email: Some(email), login_name, password: None }, language))
            }
            _ => Err(checks.into_invalid()),
        }
    }
}

/// A change of an organisation: made by [`EditOrganisation::parse`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which.
    pub id: OrganisationId,
    /// The version the page showed.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// Seats agreed on.
    pub seats: Option<u32>,
    /// From which day.
    pub from: Option<Date>,
    /// To which day, that one included.
    pub until: Option<Date>,
    /// Where the vendor reads notices.
    pub vendor: Option<Email>,
}

impl EditOrganisation {
    /// What to change, and whether warnings are passed.
    ///
    /// # Errors
    /// Every field that is wrong, at once.
    pub fn parse(&self) -> Result<(Edit, Override), Refusal> {
        let id = subject(self, &self.id)?;
        let mut checks = Checks::default();
        let version = checks.take(Field::Form, self.version.parse::<i32>().map_err(|_| Problem::Wrong));
        let name = name(&mut checks, &self.organisation_name);
        let seats = checks.optional(Field::Seats, &self.seats, |text| match visible(text).trim().parse::<u32>() {
            Ok(seats) if (1..=SEATS).contains(&seats) => Ok(seats),
            _ => Err(Problem::Wrong),
        });
        let from = checks.optional(Field::LicenceFrom, &self.licence_from, str::parse::<Date>);
        let until = checks.optional(Field::LicenceUntil, &self.licence_until, str::parse::<Date>);
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            checks.wrong(Field::LicenceUntil, Problem::BeforeStart);
        }
        let vendor = checks.optional(Field::VendorAddress, &self.vendor_address, Email::parse);
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (version, name) {
            (Some(version), Some(name)) if checks.is_clean() => Ok((Edit { id, version, name, seats, from, until, vendor }, passed)),
            _ => Err(checks.into_invalid().into()),
        }
    }

    /// The form as it stands for an organisation.
    pub fn of(id: OrganisationId, version: i32, name: &str, licence: &Licence) -> Self {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            id: id.to_string(),
            version: version.to_string(),
            organisation_name: name.to_owned(),
            seats: licence.seats.map(|seats| seats.agreed.to_string()).unwrap_or_default(),
            licence_from: day(licence.from),
            licence_until: day(licence.until),
            vendor_address: licence.vendor.clone().unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl Edit {
    /// Fewer seats than are taken is a warning: nobody loses theirs (S17).
    pub fn warnings(&self, used: u32) -> Vec<Warning> {
        let few = self.seats.filter(|seats| *seats < used);
        few.map(|_| Warning::SeatsTaken { used }).into_iter().collect()
    }
}

impl SuspendOrganisation {
    /// Which, to resume it.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for what is no id; [`Refusal::Invalid`] for a field the form does not know.
    pub fn subject(&self) -> Result<OrganisationId, Refusal> {
        subject(self, &self.id)
    }

    /// Which, and why.
    ///
    /// # Errors
    /// A missing or too long reason; [`Refusal::NotFound`] for what is no id.
    pub fn parse(&self) -> Result<(OrganisationId, String), Refusal> {
        let id = self.subject()?;
        let reason = paragraph(&self.reason, TEXT).map_err(|problem| Invalid::one(Field::Reason, problem))?;
        Ok((id, reason))
    }
}

fn subject(form: &impl Form, id: &str) -> Result<OrganisationId, Refusal> {
    known(form)?;
    id.parse().map_err(|_| Refusal::NotFound)
}

/// What the list is asked for: the state in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// A part of the name.
    pub q: String,
    /// Which page.
    pub cursor: Cursor,
}

/// One organisation in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Which.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Whether it runs the installation.
    pub is_operator: bool,
    /// Since when it is suspended.
    pub suspended: Option<When>,
    /// People, archived ones not counted.
    pub people: u32,
    /// Those with a way in.
    pub used: u32,
    /// Seats agreed on.
    pub seats: Option<u32>,
}

/// The page `/organisations`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganisationList {
    /// By name.
    pub rows: Vec<Row>,
    /// What was asked for.
    pub query: ListQuery,
    /// How many in all, and the other pages.
    pub pages: Pages,
}

/// The page `/organisations/new`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddPage {
    /// A fresh form, or the kept one.
    pub form: AddOrganisation,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
}

/// The page of one organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganisationPage {
    /// What the list shows.
    pub row: Row,
    /// Its version.
    pub version: i32,
    /// When it was made.
    pub created: When,
    /// Its language.
    pub language: Language,
    /// Its time zone.
    pub time_zone: String,
    /// Whom its people ask.
    pub support_contact: String,
    /// What was agreed.
    pub licence: Licence,
    /// Why it is suspended.
    pub suspended_reason: String,
    /// What happened to it.
    pub activity: Vec<Line>,
}

/// The pages that change one organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditPage<F> {
    /// The organisation.
    pub page: OrganisationPage,
    /// The form as it stands, or the kept one.
    pub form: F,
    /// Why it was refused.
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
            (first.login_name.as_str(), first.organisation.as_str(), language),
            ("birgit@sodra.example", "Södra Omsorg", Language::Sv)
        );
        let wrong = AddOrganisation { email: String::new(), ..form }.parse().expect_err("nowhere to send the invitation");
        assert_eq!(wrong.0, [(Field::Email, Problem::Missing)], "and the login name is not told as well");
    }

    fn edit(change: impl FnOnce(&mut EditOrganisation)) -> Result<(Edit, Override), Refusal> {
        let mut form =
            EditOrganisation { id: id(), version: "1".to_owned(), organisation_name: "Södra".to_owned(), ..EditOrganisation::default() };
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
        let Err(Refusal::Invalid(wrong)) = wrong else { panic!("this is wrong: {wrong:?}") };
        assert_eq!(wrong.0, [(Field::Seats, Problem::Wrong), (Field::LicenceUntil, Problem::BeforeStart)]);
    }

    #[test]
    fn an_agreement_survives_its_form() {
        let licence = Licence {
            seats: Some(Seats { agreed: 20, used: 3 }),
            from: "2026-05-01".parse().ok(),
            until: "2027-04-30".parse().ok(),
            has_ended: false,
            vendor: Some("licences@vendor.example".to_owned()),
        };
        let id = id().parse().expect("an id");
        let (edit, _) = EditOrganisation::of(id, 7, "Södra", &licence).parse().expect("a change");
        assert_eq!((edit.seats, edit.from, edit.until, edit.version), (Some(20), licence.from, licence.until, 7));
        assert_eq!(edit.warnings(20), []);
        assert_eq!(edit.warnings(21), [Warning::SeatsTaken { used: 21 }]);
    }
}
