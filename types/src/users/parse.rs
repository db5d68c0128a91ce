//! Parses the forms that create and change people.

use uuid::Uuid;

use super::context::{Chosen, Place, UserFormContext};
use super::forms::{Archive, ChangeRole, EditUser, NewUser, SetTemporaryPassword};
use super::views::Created;
use crate::clients;
use crate::covers::{CoverTexts, Covering};
use crate::form::{
    Checks, PasswordCheck, TEXT, TITLE, check_strength, language, line, paragraph, strong, subject,
};
use crate::lists::Listed;
use crate::overrides::{Override, overriding};
use crate::primitives::actions::SignInSetup;
use crate::primitives::email::{self, Email};
use crate::primitives::identity_number::IdentityNumber;
use crate::primitives::ids::{ClientId, IdempotencyKey, RoleId, UserId};
use crate::primitives::invisible::is_blank;
use crate::primitives::login_name::{self, LoginName};
use crate::primitives::names::PersonName;
use crate::primitives::password;
use crate::primitives::phone::Phone;
use crate::primitives::preferences::Language;
use crate::primitives::secret::Secret;
use crate::refusal::{Field, Invalid, Problem, Refusal, Warning};

/// A person's details, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// One name, or given and family name.
    pub name: PersonName,
    /// The address.
    pub email: Option<Email>,
    /// `None` where none was entered.
    pub phone: Option<Phone>,
    /// The job title.
    pub job_title: Option<String>,
    /// `None` for the organisation's.
    pub language: Option<Language>,
    /// The login name.
    pub login_name: LoginName,
}

/// A person to create: created only by [`NewUser::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct New {
    /// The form's key.
    pub key: IdempotencyKey,
    /// What the form says about the person.
    pub details: Details,
    /// The identity number.
    pub identity_number: Option<IdentityNumber>,
    /// The roles besides User, all of which the actor may assign.
    pub roles: Vec<RoleId>,
    /// The person's office and teams.
    pub place: Place,
    /// The teams the person covers.
    pub covering: Covering,
    /// The lists the person is on.
    pub listed: Listed,
    /// The clients the person assists: at least one if a role requires it, none otherwise.
    pub linked: Vec<ClientId>,
    /// The client for whom the account is, if a role requires it.
    pub record: Option<ClientId>,
    /// The person's customers, and the config.
    pub chosen: Chosen,
    /// The sign-in setup.
    pub way_in: SignInSetup,
    /// A strong password; set exactly if sign-in is set up by a temporary password.
    pub temporary_password: Option<Secret>,
}

/// A change of details: created only by [`EditUser::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// Who is edited.
    pub user: UserId,
    /// The version the page showed.
    pub version: i32,
    /// What the form says about the person.
    pub details: Details,
    /// `Some(None)` clears it, `None` leaves it.
    pub identity_number: Option<Option<IdentityNumber>>,
    /// The person's office and teams, as far as the actor may choose.
    pub place: Place,
    /// The teams the person covers besides those already covered.
    pub covering: Covering,
    /// The lists the person is on.
    pub listed: Listed,
    /// The person's customers, and the config.
    pub chosen: Chosen,
}

/// A parsed form, and the warnings that follow from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<T> {
    /// What the form says.
    pub input: T,
    /// Overridden warnings, and the reason.
    pub passed: Override,
    /// The warnings that the form alone shows.
    pub warnings: Vec<Warning>,
}

struct DetailTexts<'a> {
    first_name: &'a str,
    last_name: &'a str,
    single_name: &'a str,
    email: &'a str,
    phone: &'a str,
    job_title: &'a str,
    language: &'a str,
    login_name: &'a str,
    identity_number: Option<&'a str>,
}

fn details(
    checks: &mut Checks,
    texts: &DetailTexts<'_>,
    facts: &UserFormContext,
) -> Option<Details> {
    let name = checks.name(PersonName::parse(
        texts.first_name,
        texts.last_name,
        !texts.single_name.is_empty(),
    ));
    let email = checks.optional(Field::Email, texts.email, Email::parse);
    let phone = checks.optional(Field::Phone, texts.phone, Phone::parse);
    let job_title = checks.optional(Field::JobTitle, texts.job_title, |text| line(text, TITLE));
    let language = language(checks, texts.language, &facts.languages);
    let login_name = checks.take(Field::LoginName, LoginName::parse(texts.login_name));
    let optional = [
        (Field::Email, Some(texts.email)),
        (Field::Phone, Some(texts.phone)),
        (Field::JobTitle, Some(texts.job_title)),
        (Field::IdentityNumber, texts.identity_number),
    ];
    for (field, text) in optional {
        if facts.requires(field) && text.is_some_and(is_blank) {
            checks.wrong(field, Problem::Missing);
        }
    }
    Some(Details {
        name: name?,
        email,
        phone,
        job_title,
        language,
        login_name: login_name?,
    })
}

/// The warnings that follow from the form alone; the database adds people of the same name.
fn warnings(details: &Details, facts: &UserFormContext) -> Vec<Warning> {
    let format = facts.format;
    let (first, last) = (
        details.name.first(),
        details.name.last().unwrap_or_default(),
    );
    let address = details.email.as_ref().map_or("", Email::as_str);
    let mut warnings = Vec::new();
    if !login_name::follows(format, &details.login_name, first, last, address)
        && let Some(proposal) = login_name::propose(format, first, last, address)
    {
        warnings.push(Warning::Format { proposal });
    }
    if let Some(suggestion) = details.email.as_ref().and_then(email::likely_typo) {
        warnings.push(Warning::EmailTypo { suggestion });
    }
    if let Some(email) = &details.email
        && !facts.own_domains.is_empty()
        && !facts.own_domains.iter().any(|own| own == email.domain())
    {
        warnings.push(Warning::ForeignDomain {
            domain: email.domain().to_owned(),
        });
    }
    warnings
}

impl NewUser {
    /// The temporary password, if sign-in is set up by one.
    pub fn temporary(&self) -> Option<&Secret> {
        (self.way_in == SignInSetup::TemporaryPassword.code()).then_some(&self.temporary_password)
    }

    /// The person created by this form, for the next page.
    pub fn created(&self, user: Option<UserId>, password: Option<Uuid>) -> Created {
        let name = format!("{} {}", self.first_name.trim(), self.last_name.trim());
        let way_in = SignInSetup::from_code(&self.way_in).unwrap_or(SignInSetup::OnlyAdd);
        Created {
            user,
            way_in,
            password,
            name: name.trim().to_owned(),
        }
    }

    /// The words a password of this person must not contain.
    pub fn words(&self, organisation: &str) -> Vec<String> {
        password::words_of(
            &self.first_name,
            &self.last_name,
            &self.login_name,
            &self.email,
            organisation,
        )
    }

    /// Checks everything that the form alone can show.
    ///
    /// # Errors
    /// All invalid fields at once (CS-21).
    pub fn parse(
        &self,
        facts: &UserFormContext,
        check: PasswordCheck,
    ) -> Result<Parsed<New>, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let key = checks.take(
            Field::Form,
            self.key
                .parse::<IdempotencyKey>()
                .map_err(|_| Problem::Wrong),
        );
        let details = details(
            &mut checks,
            &DetailTexts {
                first_name: &self.first_name,
                last_name: &self.last_name,
                single_name: &self.single_name,
                email: &self.email,
                phone: &self.phone,
                job_title: &self.job_title,
                language: &self.language,
                login_name: &self.login_name,
                identity_number: Some(&self.identity_number),
            },
            facts,
        );
        if let Some(details) = &details {
            checks.take(
                Field::LoginName,
                login_name::ensure_own_address(&details.login_name, details.email.as_ref()),
            );
        }
        let identity_number =
            checks.optional(Field::IdentityNumber, &self.identity_number, |text| {
                IdentityNumber::parse(text, facts.today)
            });
        let mut roles = Vec::new();
        for role in &self.roles {
            match role.parse::<RoleId>() {
                Ok(role) if facts.may_give.contains(&role) => roles.push(role),
                _ => checks.wrong(Field::Roles, Problem::MayNotGive),
            }
        }
        roles.sort_unstable();
        roles.dedup();
        if facts.role_required && self.roles.is_empty() {
            checks.wrong(Field::Roles, Problem::Missing);
        }
        let way_in = checks.take(
            Field::WayIn,
            SignInSetup::from_code(&self.way_in).ok_or(Problem::Missing),
        );
        if way_in == Some(SignInSetup::Invitation)
            && is_blank(&self.email)
            && !facts.requires(Field::Email)
        {
            checks.wrong(Field::Email, Problem::NeedsEmail);
        }
        let takes_seat = way_in.is_some_and(SignInSetup::takes_seat);
        if let Some(seats) = facts.seats.filter(|seats| takes_seat && seats.left() == 0) {
            checks.wrong(
                Field::WayIn,
                Problem::NoSeat {
                    agreed: seats.agreed,
                },
            );
        }
        let temporary_password = if way_in == Some(SignInSetup::TemporaryPassword) {
            strong(
                &mut checks,
                Field::TemporaryPassword,
                &self.temporary_password,
                &self.words(&facts.organisation),
                check,
            )
        } else {
            None
        };
        // an actor bound to an office adds people to it, even if the post leaves the office out
        let inherited = facts
            .units
            .inherited
            .filter(|_| self.office.trim().is_empty())
            .map(|office| office.to_string());
        let place = facts.units.parse(
            &mut checks,
            inherited.as_ref().unwrap_or(&self.office),
            &self.teams,
            &roles,
        );
        let listed = facts
            .listing
            .parse(&mut checks, &self.lists, &self.lms_manager);
        let covers = CoverTexts {
            teams: &self.cover_teams,
            from: &self.cover_from,
            until: &self.cover_until,
            reason: &self.cover_reason,
        };
        let covering = Covering::parse(&mut checks, &covers, &facts.units.teams, &place.teams);
        let (linked, record) = facts.linking.parse(&mut checks, self, &roles);
        let chosen = Chosen::parse(&mut checks, &facts.customers, &self.customers, &self.config);
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (key, details, way_in) {
            (Some(key), Some(details), Some(way_in)) if checks.is_clean() => {
                let mut warnings = warnings(&details, facts);
                let last = facts.seats.filter(|seats| takes_seat && seats.left() == 1);
                warnings.extend(last.map(|seats| Warning::LastSeat {
                    agreed: seats.agreed,
                }));
                let new = New {
                    key,
                    details,
                    identity_number,
                    roles,
                    place,
                    covering,
                    listed,
                    linked,
                    record,
                    chosen,
                    way_in,
                    temporary_password,
                };
                Ok(Parsed {
                    input: new,
                    passed,
                    warnings,
                })
            }
            _ => Err(checks.into_invalid()),
        }
    }
}

impl EditUser {
    /// Checks everything that the form alone can show.
    ///
    /// # Errors
    /// All invalid fields at once (CS-21).
    pub fn parse(&self, facts: &UserFormContext) -> Result<Parsed<Edit>, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let user = checks.take(
            Field::Form,
            self.user.parse::<UserId>().map_err(|_| Problem::Wrong),
        );
        let version = checks.take(
            Field::Form,
            self.version.parse::<i32>().map_err(|_| Problem::Wrong),
        );
        let details = details(
            &mut checks,
            &DetailTexts {
                first_name: &self.first_name,
                last_name: &self.last_name,
                single_name: &self.single_name,
                email: &self.email,
                phone: &self.phone,
                job_title: &self.job_title,
                language: &self.language,
                login_name: &self.login_name,
                // the stored number is not part of the form, so an empty field means no change
                // unless removal is ticked
                identity_number: (!self.identity_remove.is_empty())
                    .then_some(self.identity_number.as_str()),
            },
            facts,
        );
        let entered = checks.optional(Field::IdentityNumber, &self.identity_number, |text| {
            IdentityNumber::parse(text, facts.today)
        });
        let is_entered = !self.identity_number.trim().is_empty();
        if is_entered && !self.identity_remove.is_empty() {
            checks.wrong(Field::IdentityNumber, Problem::RemovedToo);
        }
        let identity_number = if is_entered {
            entered.map(Some)
        } else {
            (!self.identity_remove.is_empty()).then_some(None)
        };
        let place = facts
            .units
            .parse(&mut checks, &self.office, &self.teams, &[]);
        let listed = facts
            .listing
            .parse(&mut checks, &self.lists, &self.lms_manager);
        let covers = CoverTexts {
            teams: &self.cover_teams,
            from: &self.cover_from,
            until: &self.cover_until,
            reason: &self.cover_reason,
        };
        let covering = Covering::parse(&mut checks, &covers, &facts.units.teams, &place.teams);
        let chosen = Chosen::parse(&mut checks, &facts.customers, &self.customers, &self.config);
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (user, version, details) {
            (Some(user), Some(version), Some(details)) if checks.is_clean() => {
                let warnings = warnings(&details, facts);
                Ok(Parsed {
                    input: Edit {
                        user,
                        version,
                        details,
                        identity_number,
                        place,
                        covering,
                        listed,
                        chosen,
                    },
                    passed,
                    warnings,
                })
            }
            _ => Err(checks.into_invalid()),
        }
    }
}

/// A person to archive: created only by [`Archive::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Archiving {
    /// Who is archived.
    pub user: UserId,
    /// Stored, and shown in the user bank.
    pub reason: String,
    /// The receiver of their clients; `None` for the queues of the clients' teams.
    pub to: Option<UserId>,
    /// Whether their colleagues are notified.
    pub tells: bool,
    /// Whether warnings are overridden, and why.
    pub passed: Override,
}

impl Archive {
    /// Reads the person, the reason, and the receiver of their clients.
    ///
    /// # Errors
    /// A missing or too long reason; see [`subject`].
    pub fn parse(&self) -> Result<Archiving, Refusal> {
        let user = subject(self, &self.user)?;
        let mut checks = Checks::default();
        let to = checks.optional(Field::To, &self.to, |id| {
            id.parse::<UserId>().map_err(|_| Problem::Wrong)
        });
        if !checks.is_clean() {
            return Err(checks.into_invalid().into());
        }
        let mut reason = paragraph(&self.archive_reason, TEXT).unwrap_or_default();
        if reason.is_empty() || !is_blank(&self.reason) {
            let more = paragraph(&self.reason, TEXT)
                .map_err(|problem| Invalid::one(Field::Reason, problem))?;
            reason = if reason.is_empty() {
                more
            } else {
                format!("{reason}: {more}")
            };
        }
        let passed = Override {
            reason: (!self.override_warnings.is_empty()).then(|| reason.clone()),
        };
        Ok(Archiving {
            user,
            reason,
            to,
            tells: !self.tell.is_empty(),
            passed,
        })
    }
}

/// The receiver of the clients of a person who can no longer work with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// The queues of the clients' teams.
    Queues,
    /// A colleague.
    Colleague(UserId),
}

impl Receiver {
    /// The value in forms for the queues.
    pub const QUEUES: &'static str = "queues";

    /// Parses the value of a form.
    ///
    /// # Errors
    /// [`Problem::Wrong`] for an invalid value.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text == Self::QUEUES {
            Ok(Self::Queues)
        } else {
            text.parse()
                .map(Self::Colleague)
                .map_err(|_| Problem::Wrong)
        }
    }

    /// The colleague; `None` for the queues.
    pub fn colleague(self) -> Option<UserId> {
        match self {
            Self::Queues => None,
            Self::Colleague(user) => Some(user),
        }
    }
}

/// A role to assign or remove: created only by [`ChangeRole::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct RoleChange {
    /// Who gets or loses the role.
    pub user: UserId,
    /// The role that is assigned or removed.
    pub role: RoleId,
    /// The clients to assist.
    pub linked: Vec<ClientId>,
    /// The receiver of the person's clients; `None` if none was chosen.
    pub receiver: Option<Receiver>,
    /// Whether warnings are overridden, and why.
    pub passed: Override,
}

impl ChangeRole {
    /// Reads the change.
    ///
    /// # Errors
    /// [`Problem::Missing`] if no role was chosen; see [`subject`].
    pub fn parse(&self) -> Result<RoleChange, Refusal> {
        let user = subject(self, &self.user)?;
        let mut checks = Checks::default();
        let role = checks.take(
            Field::Role,
            self.role.parse::<RoleId>().map_err(|_| Problem::Missing),
        );
        let linked = clients::clients(&mut checks, Field::LinkedClients, &self.linked_clients);
        let receiver = checks.optional(Field::To, &self.to, Receiver::parse);
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match role {
            Some(role) if checks.is_clean() => Ok(RoleChange {
                user,
                role,
                linked,
                receiver,
                passed,
            }),
            _ => Err(checks.into_invalid().into()),
        }
    }
}

impl SetTemporaryPassword {
    /// The password, judged against the person's words.
    ///
    /// # Errors
    /// [`Problem::Missing`], [`Problem::Weak`].
    pub fn parse(&self, words: &[String]) -> Result<Secret, Invalid> {
        let mut checks = Checks::default();
        strong(
            &mut checks,
            Field::TemporaryPassword,
            &self.temporary_password,
            words,
            check_strength,
        )
        .ok_or_else(|| checks.into_invalid())
    }
}
