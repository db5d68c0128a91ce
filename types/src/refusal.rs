//! Why something was not done, as codes and ids: no values, no sentences (design 5.12). `app` puts them into words.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::email::EmailError;
use crate::identity_number::IdentityNumberError;
use crate::ids::{ClientId, OrganisationId, UserId};
use crate::login_name::LoginNameError;
use crate::names::NameError;
use crate::organisations::AdministratorAct;
use crate::password::Verdict;
use crate::phone::PhoneError;
use crate::roles::{RoleName, GrantChange};
use crate::users::UserDetails;

macro_rules! fields {
    ($($name:ident = $code:literal),* $(,)?) => {
        /// A field of some form; its name in the markup is [`Field::name`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each is the field it names")]
        pub enum Field {
            $(#[serde(rename = $code)] $name,)*
        }

        impl Field {
            /// The name of the input that holds it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The field an input of that name holds.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

fields! {
    Form = "form",
    FirstName = "first_name",
    LastName = "last_name",
    SingleName = "single_name",
    Email = "email",
    Phone = "phone",
    JobTitle = "job_title",
    Language = "language",
    Theme = "theme",
    IdentityNumber = "identity_number",
    LoginName = "login_name",
    Organisation = "organisation_name",
    Roles = "roles",
    WayIn = "way_in",
    TemporaryPassword = "temporary_password",
    Password = "password",
    NewPassword = "new_password",
    CurrentPassword = "current_password",
    Reason = "reason",
    OtherLogin = "other_login",
    Role = "role",
    UnitName = "unit_name",
    Office = "office",
    Teams = "teams",
    Instead = "instead",
    CoverTeams = "cover_teams",
    CoverFrom = "cover_from",
    CoverUntil = "cover_until",
    CoverReason = "cover_reason",
    RoleName = "name",
    Whom = "whom",
    Allows = "allows",
    Gives = "gives",
    Manages = "manages",
    RequiresOffice = "requires_office",
    RequiresClient = "requires_client",
    ArchiveReason = "archive_reason",
    Languages = "languages",
    TimeZone = "time_zone",
    LoginNameFormat = "login_name_format",
    OwnDomains = "own_domains",
    RequiredFields = "required_fields",
    ArchiveReasons = "archive_reasons",
    SupportContact = "support_contact",
    UsesLms = "uses_lms",
    UsesPortal = "uses_portal",
    Seats = "seats",
    LicenceFrom = "licence_from",
    LicenceUntil = "licence_until",
    VendorAddress = "vendor_address",
    Lists = "lists",
    LmsManager = "lms_manager",
    ClientNumber = "client_number",
    ClientNote = "client_note",
    Team = "team",
    Responsible = "responsible",
    Assistants = "assistants",
    ClientAccess = "client_access",
    LinkedClients = "linked_clients",
    Clients = "clients",
    To = "to",
    Customers = "customers",
    Config = "config",
    Dashboards = "dashboards",
    Widgets = "widgets",
    BroughtBy = "brought_by",
    From = "from",
    Until = "until",
    // resources and referrals
    Description = "description",
    Capacity = "capacity",
    Contact = "contact",
    Opening = "opening",
    IsShared = "is_shared",
    TakesReferrals = "takes_referrals",
    Destination = "destination",
    Why = "why",
    Note = "note",
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Nothing was entered, or nothing chosen.
    Missing,
    /// Fewer characters than `least`.
    TooShort {
        /// Characters at least.
        least: u32,
    },
    /// More characters than `most`.
    TooLong {
        /// Characters at most.
        most: u32,
    },
    /// A character that cannot stand there.
    Character {
        /// The first such one.
        found: char,
    },
    /// A control character: a line break, NUL.
    Control,
    /// An invisible character that changes the direction of the text around it.
    BidiControl {
        /// The first such one.
        found: char,
    },
    /// Not of the expected form.
    Wrong,
    /// An address without `@`.
    NoAt,
    /// An address with spaces.
    Spaces,
    /// An interim number, which is no identity number.
    Interim,
    /// An identity number with no such day.
    Date,
    /// An identity number whose last digit does not fit.
    Checksum,
    /// A day that lies ahead.
    Future,
    /// The chosen way in needs an address (S2).
    NeedsEmail,
    /// The actor's own roles may not give this one (design rule 4).
    MayNotGive,
    /// A role that was chosen, or the organisation, asks for an office (S16).
    NeedsOffice,
    /// A customer that was chosen has contracts: the config of one is asked for (CP-16).
    NeedsConfig,
    /// One creates people within the actor's own teams alone (design 5.4).
    NeedsTeam,
    /// Another one has this name.
    SameName,
    /// A client without a responsible person, and without a team whose queue they could wait in.
    NeedsResponsible,
    /// A client one could not change after creating them: who reaches their own alone is responsible, or covers the team.
    BeyondReach,
    /// Somebody who is bound to another office than the client's team sits in (CS-02).
    OtherOffice,
    /// Somebody who does not work with clients, or no longer.
    NoColleague,
    /// Somebody who has neither a password nor an invitation, and so could not work with a client.
    CannotSignIn,
    /// A role that was chosen asks for a client to assist (SV-05, S14).
    NeedsClient,
    /// A role that was chosen is a client's own: it is given from their page (SV-02).
    NeedsRecord,
    /// The client has an account already.
    HasAccount,
    /// The last client of somebody who holds a role that asks for one (S14).
    LastClient,
    /// Clients without a team, who would be nobody's.
    NobodysClients {
        /// How many.
        clients: u32,
    },
    /// A team the actor belongs to needs no cover by the actor.
    OwnTeam,
    /// An end that does not lie after its start.
    BeforeStart,
    /// A moment that has passed.
    Past,
    /// The person covers this team already in that time.
    CoveredAlready,
    /// The same was asked for already, and waits for an answer.
    AskedAlready,
    /// Two accounts of one organisation are never one person's.
    TwoThere,
    /// Nobody links their own account.
    OwnAccount,
    /// Holders are being asked about one of these accounts already.
    ProposedAlready,
    /// The proposal was answered, withdrawn or not answered in time.
    ProposalGone,
    /// Somebody else saved in the meantime.
    Meanwhile {
        /// What it is now.
        now: String,
    },
    /// A role that is to be managed and not given.
    NotGiven,
    /// A role that would lead back to the one that gives it: whose holders could give it to each other for ever.
    Loop {
        /// The role that leads back.
        role: RoleName,
    },
    /// An own role that allows more than the role that is to give it, which may make roles.
    Beyond {
        /// The role that allows more.
        role: RoleName,
    },
    /// No role whose holders may make roles allows as much, so that nobody could give it.
    NobodyGives,
    /// A language that is not among those that can be chosen.
    NotOffered,
    /// A line that is no domain.
    NoDomain {
        /// As typed, cut at 100 characters.
        found: String,
    },
    /// More lines, or choices, than `most`.
    TooMany {
        /// How many at most.
        most: u32,
    },
    /// A period of more days than `most`.
    LongPeriod {
        /// How many at most.
        most: u32,
    },
    /// People hold the roles that would go, including archived ones.
    StillHeld {
        /// How many.
        people: u32,
    },
    /// All seats that were agreed on are taken (S17).
    NoSeat {
        /// How many were agreed on.
        agreed: u32,
    },
    /// What was chosen was closed in the meantime.
    Closed {
        /// Its name.
        name: String,
    },
    /// The login name is taken (S6).
    NameTaken(Taken),
    /// A login name that is an e-mail address other than the person's own.
    NotOwnAddress,
    /// The address is taken (S6).
    EmailTaken(Taken),
    /// Somebody here has this identity number.
    IdentityTaken,
    /// Something was entered, and ticked to be removed.
    RemovedToo,
    /// A password that is not strong (S5).
    Weak(Verdict),
    /// Not the current password.
    WrongPassword,
    /// The same as before.
    Same,
    /// The form knows no such field.
    Unexpected {
        /// As posted, cut at 100 characters.
        name: String,
    },
}

/// Who has a login name or an address already (S6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// Somebody of this organisation within reach.
    Here {
        /// Whose page to open, if the actor may see people.
        user: Option<UserId>,
    },
    /// An archived person of this organisation; the id only if the actor may see the user bank.
    Bank {
        /// Whose page to open.
        user: Option<UserId>,
        /// Names that are free.
        free: Vec<String>,
    },
    /// Somewhere else in the system, and nothing more (SV-07).
    Elsewhere {
        /// Names that are free.
        free: Vec<String>,
    },
}

/// Everything wrong with a form, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid(pub Vec<(Field, Problem)>);

impl Invalid {
    /// One problem at one field.
    pub fn one(field: Field, problem: Problem) -> Self {
        Self(vec![(field, problem)])
    }

    /// The first problem of a field.
    pub fn at(&self, field: Field) -> Option<&Problem> {
        self.0.iter().find(|(at, _)| *at == field).map(|(_, problem)| problem)
    }
}

/// Something to look at twice, which may be overridden with a reason (S8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// People of that name exist here.
    SameName {
        /// How many.
        people: u32,
        /// One of them, if the actor may see people.
        user: Option<UserId>,
    },
    /// The organisation's format of login names is not followed (CS-09).
    Format {
        /// What would follow it.
        proposal: String,
    },
    /// The address is one letter away from a common one.
    EmailTypo {
        /// The likely one.
        suggestion: String,
    },
    /// People who would be able to do more, or less, than before.
    Holders {
        /// How many.
        people: u32,
        /// What they would gain or lose.
        shift: GrantChange<RoleName>,
    },
    /// People who hold a role that is to ask for an office, and have none (S16).
    WithoutOffice {
        /// How many.
        people: u32,
    },
    /// People who hold a role that is to ask for a client to assist, and assist none (S14).
    WithoutClient {
        /// How many.
        people: u32,
    },
    /// Clients whose responsible person could change clients no longer.
    ClientsUnable {
        /// How many.
        clients: u32,
    },
    /// Only one person would be left who can administer the organisation.
    FewAdministrators,
    /// The address is of none of the organisation's own domains.
    ForeignDomain {
        /// Its domain.
        domain: String,
    },
    /// The last seat would be taken (S17).
    LastSeat {
        /// How many were agreed on.
        agreed: u32,
    },
    /// Every place of the resource is taken.
    Full,
    /// Fewer seats than are taken: nobody loses theirs, and nobody else gets one.
    SeatsTaken {
        /// How many are taken.
        used: u32,
    },
}

impl Warning {
    /// The code the audit keeps.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SameName { .. } => "same_name",
            Self::Format { .. } => "format",
            Self::EmailTypo { .. } => "email_typo",
            Self::Holders { shift, .. } if shift.is_gain() => "holders_gain",
            Self::Holders { .. } => "holders_lose",
            Self::WithoutOffice { .. } => "without_office",
            Self::WithoutClient { .. } => "without_client",
            Self::ClientsUnable { .. } => "clients_unable",
            Self::FewAdministrators => "few_administrators",
            Self::ForeignDomain { .. } => "foreign_domain",
            Self::LastSeat { .. } => "last_seat",
            Self::Full => "full",
            Self::SeatsTaken { .. } => "seats_taken",
        }
    }

    /// The codes the audit keeps, each once.
    pub fn codes(warnings: &[Self]) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for warning in warnings {
            if !codes.iter().any(|code| code == warning.code()) {
                codes.push(warning.code().to_owned());
            }
        }
        codes
    }
}

/// How somebody or something stands already, by an act of a colleague or by the actor's own in another window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// The person is archived, and is restored before anything else.
    UserArchived {
        /// The user.
        user: UserId,
    },
    /// The person is not archived.
    UserRestored {
        /// The user.
        user: UserId,
    },
    /// The client is archived, and is restored before anything else.
    ClientArchived {
        /// The client.
        client: ClientId,
    },
    /// The client is not archived.
    ClientRestored {
        /// The client.
        client: ClientId,
    },
    /// Closed, and never open again.
    Closed {
        /// What kind of thing.
        what: Closable,
    },
    /// The cover has ended, or was taken back before it began.
    CoverEnded {
        /// The user.
        user: UserId,
    },
    /// An administrator of another organisation is as this act would have left them.
    Administrator {
        /// The organisation.
        organisation: OrganisationId,
        /// The action.
        act: AdministratorAct,
    },
    /// The clients that were moved from a person are theirs again.
    CaseloadReturned {
        /// The user.
        user: UserId,
    },
}

/// What an organisation closes when it is used no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closable {
    /// An office.
    Office,
    /// A team.
    Team,
    /// A list.
    List,
    /// A customer.
    Customer,
    /// A contract of a customer.
    Contract,
    /// A dashboard.
    Dashboard,
    /// A resource.
    Resource,
}

impl From<Done> for Refusal {
    fn from(done: Done) -> Self {
        Self::AlreadyDone(done)
    }
}

/// Why an act was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nobody is signed in, or no longer.
    SignIn,
    /// The login name or the password is wrong; which, nobody learns (ASVS 6.3.8).
    WrongLogin,
    /// A temporary password must be changed before anything else (OG-22).
    ChangePasswordFirst,
    /// Signed in, and not allowed.
    Forbidden,
    /// The actor's reach is an office or teams (design 5.4), and one is of none: there is nowhere one could add anybody.
    Nowhere,
    /// Not there, or not yours (design rule 8).
    NotFound,
    /// Fields are wrong.
    Invalid(Invalid),
    /// Warnings stand in the way (S8).
    Warned(Vec<Warning>),
    /// Somebody else saved in the meantime.
    Conflict(Box<UserDetails>),
    /// Somebody else saved in the meantime; the page shows what.
    Overtaken,
    /// What this is about is not as it was shown any more; the page shows how it is.
    Moved,
    /// Somebody did first what leaves nothing to do: no lack of rights.
    AlreadyDone(Done),
    /// People hold the role whom the actor may not manage, so that they cannot be moved.
    CannotMove {
        /// How many.
        people: u32,
    },
    /// Nobody may be locked out: the actor, or the last who can administer (design rule 5).
    WouldLockOut,
    /// The page was made for another organisation (two tabs).
    OtherOrganisation,
    /// The organisation is suspended: told to who gave the right password alone.
    Suspended,
    /// The account cannot be switched to now; the page says why and what to do.
    CannotSwitch,
    /// A link that cannot be used; why, nobody learns.
    DeadLink,
    /// Too many attempts.
    Slow {
        /// Seconds until the next is taken.
        seconds: u32,
    },
    /// The page is older than the server.
    Stale,
    /// Too many wait already; nothing was tried.
    Busy,
    /// The database does not answer, or takes nothing at the moment.
    Unavailable,
    /// Something broke; the log holds it under this reference.
    Fault {
        /// The request's id.
        reference: Uuid,
    },
}

impl Refusal {
    /// The HTTP status it is answered with.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignIn | Self::WrongLogin => 401,
            Self::Forbidden | Self::Nowhere | Self::ChangePasswordFirst | Self::Suspended => 403,
            Self::NotFound => 404,
            Self::Conflict(_)
            | Self::Overtaken
            | Self::Moved
            | Self::AlreadyDone(_)
            | Self::CannotMove { .. }
            | Self::OtherOrganisation
            | Self::CannotSwitch
            | Self::WouldLockOut => 409,
            Self::DeadLink => 410,
            Self::Invalid(_) | Self::Warned(_) => 422,
            Self::Slow { .. } => 429,
            Self::Stale => 400,
            Self::Busy | Self::Unavailable => 503,
            Self::Fault { .. } => 500,
        }
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<NameError> for Problem {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Missing => Self::Missing,
            NameError::TooLong => Self::TooLong { most: 200 },
            NameError::Control => Self::Control,
            NameError::BidiControl(found) => Self::BidiControl { found },
        }
    }
}

impl From<EmailError> for Problem {
    fn from(error: EmailError) -> Self {
        match error {
            EmailError::TooLong => Self::TooLong { most: 254 },
            EmailError::NoAt => Self::NoAt,
            EmailError::Spaces => Self::Spaces,
            EmailError::Wrong => Self::Wrong,
        }
    }
}

impl From<LoginNameError> for Problem {
    fn from(error: LoginNameError) -> Self {
        match error {
            LoginNameError::Missing => Self::Missing,
            LoginNameError::TooShort => Self::TooShort { least: 3 },
            LoginNameError::TooLong => Self::TooLong { most: 254 },
            LoginNameError::Character(found) => Self::Character { found },
        }
    }
}

impl From<PhoneError> for Problem {
    fn from(error: PhoneError) -> Self {
        match error {
            PhoneError::TooShort => Self::TooShort { least: 6 },
            PhoneError::TooLong => Self::TooLong { most: 32 },
            PhoneError::Character(found) => Self::Character { found },
        }
    }
}

impl From<IdentityNumberError> for Problem {
    fn from(error: IdentityNumberError) -> Self {
        match error {
            IdentityNumberError::Length => Self::Wrong,
            IdentityNumberError::Character => Self::Wrong,
            IdentityNumberError::Interim => Self::Interim,
            IdentityNumberError::Date => Self::Date,
            IdentityNumberError::Checksum => Self::Checksum,
            IdentityNumberError::Future => Self::Future,
        }
    }
}
