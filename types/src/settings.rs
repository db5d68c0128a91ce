//! An organisation's settings (`/settings`), and the seats it agreed on with the vendor (S17,
//! IZ-20).

use serde::{Deserialize, Serialize};

use crate::audit::ActivityEntry;
use crate::conflict::{Conflict, versioned};
use crate::email::Email;
use crate::form::{Checks, checkbox_value, form, known, line};
use crate::identity_number::Date;
use crate::ids::NoticeId;
use crate::invisible::visible;
use crate::login_name::LoginNameFormat;
use crate::mail::Delivery;
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::users::TITLE;
use crate::{Language, When};

/// The largest number of characters of a support contact.
const CONTACT: u32 = 200;
/// Own domains, and reasons for archiving, an organisation may have at most.
const MOST: usize = 50;
/// The percentage of used seats from which a notice is due at once (S17).
const NEARLY: u32 = 90;

form! {
    /// Edits the organisation's settings.
    EditSettings shown at |_form| "/settings".to_owned();
    text {
        /// The version the page showed.
        version,
        /// The default language, for people who have not chosen a language.
        language,
        /// An IANA time zone.
        time_zone,
        /// How login names are made: a [`LoginNameFormat`].
        login_name_format,
        /// The organisation's own e-mail domains, one per line.
        own_domains,
        /// Ticked where everybody must be bound to an office.
        requires_office,
        /// Ticked where the organisation uses a learning management system (CS-12).
        uses_lms,
        /// Ticked where the organisation uses the customer portal, and its roles are given (CP-01
        /// to CP-05).
        uses_portal,
        /// Ticked where other organisations may refer clients.
        takes_referrals,
        /// Reasons for archiving, one per line.
        archive_reasons,
        /// The organisation's support contact: an address, a number, a page.
        support_contact,
    }
    list {
        /// The languages that the organisation's people may choose.
        languages,
        /// Optional fields of a person that must be filled here: [`OPTIONAL`] by name.
        required_fields,
    }
}

versioned!(EditSettings);

form! {
    /// Sends a notice to the vendor.
    SendNotice shown at |_form| "/settings/licence".to_owned();
    text {
        /// The notice.
        notice,
    }
}

/// The fields of a person an organisation may require.
pub const OPTIONAL: [Field; 4] = [
    Field::Email,
    Field::Phone,
    Field::JobTitle,
    Field::IdentityNumber,
];

/// An organisation's settings: created only by [`EditSettings::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The version the page showed.
    pub version: i32,
    /// The default language, for people who have not chosen a language.
    pub language: Language,
    /// The languages its people may choose, including the default.
    pub languages: Vec<Language>,
    /// An IANA time zone.
    pub time_zone: String,
    /// How login names are made.
    pub format: LoginNameFormat,
    /// Its own e-mail domains, lower-case.
    pub own_domains: Vec<String>,
    /// The optional fields that must be filled.
    pub required: Vec<Field>,
    /// Whether everybody must be bound to an office.
    pub requires_office: bool,
    /// Whether the organisation uses a learning management system.
    pub uses_lms: bool,
    /// Whether the roles of the customer portal are given.
    pub uses_portal: bool,
    /// Whether other organisations may refer clients, and see what is shared.
    pub takes_referrals: bool,
    /// Reasons for archiving.
    pub archive_reasons: Vec<String>,
    /// The organisation's support contact; may be empty.
    pub support_contact: String,
}

impl EditSettings {
    /// Checks the form; `zones` are the known time zones.
    ///
    /// # Errors
    /// All invalid fields at once.
    pub fn parse(&self, zones: &[String]) -> Result<Settings, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let version = checks.take(
            Field::Form,
            self.version.parse::<i32>().map_err(|_| Problem::Wrong),
        );
        let language = checks.take(
            Field::Language,
            Language::from_code(&self.language).ok_or(Problem::Missing),
        );
        let mut languages = Vec::new();
        for code in &self.languages {
            match Language::from_code(code) {
                Some(language) if !languages.contains(&language) => languages.push(language),
                Some(_) => {}
                None => checks.wrong(Field::Languages, Problem::Wrong),
            }
        }
        if language.is_some_and(|language| !languages.contains(&language)) {
            checks.wrong(Field::Languages, Problem::NotOffered);
        }
        languages.sort_by_key(|language| language.code());
        let zone = zones.iter().find(|zone| **zone == self.time_zone).cloned();
        let time_zone = checks.take(Field::TimeZone, zone.ok_or(Problem::Missing));
        let format = checks.take(
            Field::LoginNameFormat,
            self.login_name_format.parse().map_err(|_| Problem::Missing),
        );
        let own_domains = lines(&mut checks, Field::OwnDomains, &self.own_domains, domain);
        let archive_reasons = lines(
            &mut checks,
            Field::ArchiveReasons,
            &self.archive_reasons,
            |text| line(text, TITLE),
        );
        let mut required = Vec::new();
        for name in &self.required_fields {
            match OPTIONAL.into_iter().find(|field| field.name() == name) {
                Some(field) if !required.contains(&field) => required.push(field),
                Some(_) => {}
                None => checks.wrong(Field::RequiredFields, Problem::Wrong),
            }
        }
        let support_contact =
            checks.take(Field::SupportContact, line(&self.support_contact, CONTACT));
        match (version, language, time_zone, format, support_contact) {
            (
                Some(version),
                Some(language),
                Some(time_zone),
                Some(format),
                Some(support_contact),
            ) if checks.is_clean() => Ok(Settings {
                version,
                language,
                languages,
                time_zone,
                format,
                own_domains,
                required,
                requires_office: !self.requires_office.is_empty(),
                uses_lms: !self.uses_lms.is_empty(),
                uses_portal: !self.uses_portal.is_empty(),
                takes_referrals: !self.takes_referrals.is_empty(),
                archive_reasons,
                support_contact,
            }),
            _ => Err(checks.into_invalid()),
        }
    }

    /// The form filled with the current settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            version: settings.version.to_string(),
            language: settings.language.code().to_owned(),
            languages: settings
                .languages
                .iter()
                .map(|language| language.code().to_owned())
                .collect(),
            time_zone: settings.time_zone.clone(),
            login_name_format: settings.format.as_str().to_owned(),
            own_domains: settings.own_domains.join("\n"),
            required_fields: settings
                .required
                .iter()
                .map(|field| field.name().to_owned())
                .collect(),
            requires_office: checkbox_value(settings.requires_office),
            uses_lms: checkbox_value(settings.uses_lms),
            uses_portal: checkbox_value(settings.uses_portal),
            takes_referrals: checkbox_value(settings.takes_referrals),
            archive_reasons: settings.archive_reasons.join("\n"),
            support_contact: settings.support_contact.clone(),
            ..Self::default()
        }
    }
}

/// The non-empty lines of a text, each once.
fn lines(
    checks: &mut Checks,
    field: Field,
    text: &str,
    parse: impl Fn(&str) -> Result<String, Problem>,
) -> Vec<String> {
    let mut read: Vec<String> = Vec::new();
    for text in text.lines().filter(|text| !text.trim().is_empty()) {
        match parse(text) {
            Ok(line) if !read.contains(&line) => read.push(line),
            Ok(_) => {}
            Err(problem) => {
                checks.wrong(field, problem);
                break;
            }
        }
    }
    if read.len() > MOST {
        checks.wrong(field, Problem::TooMany { most: MOST as u32 });
    }
    read
}

/// A domain of e-mail addresses, typed with or without the `@`.
fn domain(text: &str) -> Result<String, Problem> {
    let text = visible(text);
    let typed = text.trim().trim_start_matches('@');
    let address = Email::parse(&format!("a@{typed}")).map_err(|_| Problem::NoDomain {
        found: typed.chars().take(100).collect(),
    })?;
    Ok(address.domain().to_owned())
}

impl SendNotice {
    /// Which notice.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an invalid id; [`Refusal::Invalid`] for a field the form does not
    /// know.
    pub fn parse(&self) -> Result<NoticeId, Refusal> {
        known(self)?;
        self.notice.parse().map_err(|_| Refusal::NotFound)
    }
}

/// The agreed and the used seats of an organisation (S17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seats {
    /// The agreed number.
    pub agreed: u32,
    /// The number of seats in use: everybody whose sign-in is set up.
    pub used: u32,
}

impl Seats {
    /// The number of free seats.
    pub fn left(self) -> u32 {
        self.agreed.saturating_sub(self.used)
    }

    /// Whether the vendor is to be notified at once.
    pub fn are_nearly_used(self) -> bool {
        u64::from(self.used) * 100 >= u64::from(self.agreed) * u64::from(NEARLY)
    }
}

/// The page `/settings`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsPage {
    /// The form.
    pub form: EditSettings,
    /// The time zones to choose from.
    pub zones: Vec<String>,
    /// Whether the organisation has an office; only then can an office be required.
    pub has_offices: bool,
    /// The activity.
    pub activity: Vec<ActivityEntry>,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditSettings>>,
    /// The refusal, if any.
    pub refusal: Option<Refusal>,
}

/// When a notice to the vendor is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Accounts were created since the last one.
    Daily,
    /// The seats are nearly used.
    NearlyUsed,
}

impl Due {
    /// The code the database holds.
    pub fn code(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::NearlyUsed => "nearly_used",
        }
    }

    /// The cause with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Daily, Self::NearlyUsed]
            .into_iter()
            .find(|due| due.code() == code)
    }
}

/// The content of a notice to the vendor (IZ-20): figures, without names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Why it is due.
    pub due: Due,
    /// The time from which accounts are counted.
    pub since: When,
    /// Accounts created since then.
    pub accounts: u32,
    /// Seats in use when it was drafted.
    pub used: u32,
    /// Agreed seats at that time.
    pub seats: Option<u32>,
}

/// A notice to the vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The notice's id.
    pub id: NoticeId,
    /// Its content.
    pub figures: Figures,
    /// When it was drafted.
    pub drafted: When,
    /// How it was sent; `None` while it is a draft.
    pub sent: Option<Sent>,
}

/// The sending of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The time.
    pub at: When,
    /// The address.
    pub to: String,
    /// The person who sent it, if the reader may know.
    pub by: Option<String>,
    /// The delivery state.
    pub delivery: Option<Delivery>,
}

/// The licence agreement, as shown to both sides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Licence {
    /// The seats; `None` where there is no limit.
    pub seats: Option<Seats>,
    /// The first day.
    pub from: Option<Date>,
    /// The last day (inclusive).
    pub until: Option<Date>,
    /// Whether the agreement has expired.
    pub has_ended: bool,
    /// The vendor's address.
    pub vendor: Option<String>,
}

/// The page `/settings/licence`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LicencePage {
    /// The organisation's name.
    pub organisation: String,
    /// The terms of the agreement.
    pub licence: Licence,
    /// The newest notices first.
    pub notices: Vec<Notice>,
    /// The notice that was refused to be sent, and the refusal.
    pub refusal: Option<(NoticeId, Refusal)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones() -> Vec<String> {
        vec!["Europe/Stockholm".to_owned()]
    }

    fn form() -> EditSettings {
        EditSettings {
            version: "1".to_owned(),
            language: "sv".to_owned(),
            languages: vec!["sv".to_owned(), "en".to_owned()],
            time_zone: "Europe/Stockholm".to_owned(),
            login_name_format: "email".to_owned(),
            ..EditSettings::default()
        }
    }

    fn wrong(form: &EditSettings, field: Field) -> Problem {
        form.parse(&zones())
            .expect_err("wrong")
            .at(field)
            .cloned()
            .expect("said at that field")
    }

    #[test]
    fn domains_are_read_a_line_each_with_or_without_the_at() {
        let form = EditSettings {
            own_domains: "@Example.org\r\n\nexample.org\nvård.se ".to_owned(),
            ..form()
        };
        let read = form.parse(&zones()).expect("settings").own_domains;
        assert_eq!(read[0], "example.org");
        assert_eq!(read.len(), 2, "{read:?}");
        let wrong = wrong(
            &EditSettings {
                own_domains: "example org".to_owned(),
                ..form
            },
            Field::OwnDomains,
        );
        assert_eq!(
            wrong,
            Problem::NoDomain {
                found: "example org".to_owned()
            }
        );
    }

    #[test]
    fn the_default_language_is_one_of_the_languages_offered() {
        let form = EditSettings {
            languages: vec!["en".to_owned()],
            ..form()
        };
        assert_eq!(wrong(&form, Field::Languages), Problem::NotOffered);
    }

    #[test]
    fn an_unknown_time_zone_and_a_field_that_cannot_be_required_are_refused() {
        assert_eq!(
            wrong(
                &EditSettings {
                    time_zone: "Mars/Olympus".to_owned(),
                    ..form()
                },
                Field::TimeZone
            ),
            Problem::Missing
        );
        let form = EditSettings {
            required_fields: vec!["login_name".to_owned()],
            ..form()
        };
        assert_eq!(wrong(&form, Field::RequiredFields), Problem::Wrong);
    }

    #[test]
    fn settings_survive_their_form() {
        let settings = EditSettings {
            own_domains: "example.org".to_owned(),
            archive_reasons: "Left\nOn leave".to_owned(),
            required_fields: vec!["phone".to_owned()],
            requires_office: "on".to_owned(),
            uses_lms: "on".to_owned(),
            uses_portal: "on".to_owned(),
            support_contact: "help@example.org".to_owned(),
            ..form()
        };
        let read = settings.parse(&zones()).expect("settings");
        assert_eq!(EditSettings::of(&read).parse(&zones()), Ok(read));
    }

    #[test]
    fn seats_are_nearly_used_from_nine_of_ten() {
        let seats = |used, agreed| Seats { agreed, used };
        assert!(
            !seats(8, 10).are_nearly_used()
                && seats(9, 10).are_nearly_used()
                && seats(3, 3).are_nearly_used()
        );
        assert_eq!(
            (seats(3, 3).left(), seats(5, 3).left(), seats(1, 3).left()),
            (0, 0, 2)
        );
    }
}
