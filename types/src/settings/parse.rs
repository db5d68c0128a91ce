//! Parses the settings.

use super::forms::{EditSettings, SendNotice};
use crate::form::{Checks, TITLE, checkbox_value, known, line};
use crate::primitives::email::Email;
use crate::primitives::ids::NoticeId;
use crate::primitives::invisible::visible;
use crate::primitives::login_name::LoginNameFormat;
use crate::primitives::preferences::Language;
use crate::refusal::{Field, Invalid, Problem, Refusal};

/// The largest number of characters of a support contact.
const CONTACT: u32 = 200;

/// Own domains, and reasons for archiving, an organisation may have at most.
const MOST: usize = 50;

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
            login_name_format: settings.format.code().to_owned(),
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
