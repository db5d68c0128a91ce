//! Refusals, as codes and ids without values or sentences (decision 0024). `app` translates them.

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
use crate::roles::{GrantChange, RoleName};
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

/// A problem of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// Nothing was entered, or nothing chosen.
    Missing,
    /// Fewer characters than `least`.
    TooShort {
        /// The smallest number of characters.
        least: u32,
    },
    /// More characters than `most`.
    TooLong {
        /// The largest number of characters.
        most: u32,
    },
    /// A character that is not allowed.
    Character {
        /// The first such character.
        found: char,
    },
    /// A control character: a line break, NUL.
    Control,
    /// An invisible character that changes the direction of the text around it.
    BidiControl {
        /// The first such character.
        found: char,
    },
    /// Not valid.
    Wrong,
    /// An address without `@`.
    NoAt,
    /// An address with spaces.
    Spaces,
    /// An interim number, which is not an identity number.
    Interim,
    /// An identity number whose date does not exist.
    Date,
    /// An identity number with a wrong check digit.
    Checksum,
    /// A day in the future.
    Future,
    /// The chosen sign-in requires an address (S2).
    NeedsEmail,
    /// The actor may not assign this role (decision 0004).
    MayNotGive,
    /// A chosen role, or the organisation, requires an office (S16).
    NeedsOffice,
    /// A chosen customer has contracts, so the config of one is required (CP-16).
    NeedsConfig,
    /// The actor may only create people in their own teams (decision 0016).
    NeedsTeam,
    /// The name is taken.
    SameName,
    /// A client without a responsible person, and without a team whose queue they could wait in.
    NeedsResponsible,
    /// A client that the actor could not edit after creating them: with own reach, the actor must
    /// be responsible or cover the team.
    BeyondReach,
    /// A person bound to another office than the client's team belongs to (CS-02).
    OtherOffice,
    /// A person who does not, or no longer, work with clients.
    NoColleague,
    /// A person who has neither a password nor an invitation, and so cannot work with a client.
    CannotSignIn,
    /// A chosen role requires a client to assist (SV-05, S14).
    NeedsClient,
    /// A chosen role is for clients themselves, and is assigned from the client's page (SV-02).
    NeedsRecord,
    /// The client already has an account.
    HasAccount,
    /// The last client of a person whose role requires one (S14).
    LastClient,
    /// Clients without a team, who would be left without a responsible person and a queue.
    NobodysClients {
        /// The number of clients.
        clients: u32,
    },
    /// A person cannot cover their own team.
    OwnTeam,
    /// An end that is not after its start.
    BeforeStart,
    /// A moment that has passed.
    Past,
    /// The person already covers this team in that period.
    CoveredAlready,
    /// The same request already waits for an answer.
    AskedAlready,
    /// Two accounts of one organisation cannot be linked.
    TwoThere,
    /// The actor cannot link their own account.
    OwnAccount,
    /// One of these accounts is already in a proposal.
    ProposedAlready,
    /// The proposal was answered, withdrawn or not answered in time.
    ProposalGone,
    /// Somebody else saved in the meantime.
    Meanwhile {
        /// The current value.
        now: String,
    },
    /// A role chosen as manageable but not as assignable.
    NotGiven,
    /// A role that can assign the edited role, directly or through others: holders could assign it
    /// to each other without end.
    Loop {
        /// The role that closes the cycle.
        role: RoleName,
    },
    /// A custom role that grants more than the edited role, which is to assign it and may edit
    /// roles.
    Beyond {
        /// The role that grants more.
        role: RoleName,
    },
    /// No role whose holders may edit roles grants as much, so nobody could assign it.
    NobodyGives,
    /// A language that is not among those that can be chosen.
    NotOffered,
    /// A line that is not a valid domain.
    NoDomain {
        /// The input, cut at 100 characters.
        found: String,
    },
    /// More lines, or choices, than `most`.
    TooMany {
        /// The largest number.
        most: u32,
    },
    /// A period of more days than `most`.
    LongPeriod {
        /// The largest number.
        most: u32,
    },
    /// People, including archived ones, hold the roles that would be deactivated.
    StillHeld {
        /// The number of people.
        people: u32,
    },
    /// All agreed seats are in use (S17).
    NoSeat {
        /// The agreed number.
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
    /// A person of this organisation has this identity number.
    IdentityTaken,
    /// A value was both entered and ticked to be removed.
    RemovedToo,
    /// A password that is not strong (S5).
    Weak(Verdict),
    /// A wrong current password.
    WrongPassword,
    /// The same as before.
    Same,
    /// The form has no such field.
    Unexpected {
        /// The posted name, cut at 100 characters.
        name: String,
    },
}

/// Who has taken a login name or an address (S6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// A person of this organisation within reach.
    Here {
        /// Their id, if the actor may see people.
        user: Option<UserId>,
    },
    /// An archived person of this organisation; the id only if the actor may see the user bank.
    Bank {
        /// Their id.
        user: Option<UserId>,
        /// Free names to propose.
        free: Vec<String>,
    },
    /// Somebody out of reach or in another organisation; nothing more is revealed (SV-07).
    Elsewhere {
        /// Free names to propose.
        free: Vec<String>,
    },
}

/// All problems of a form, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invalid(pub Vec<(Field, Problem)>);

impl Invalid {
    /// One problem at one field.
    pub fn one(field: Field, problem: Problem) -> Self {
        Self(vec![(field, problem)])
    }

    /// The first problem of a field.
    pub fn at(&self, field: Field) -> Option<&Problem> {
        self.0
            .iter()
            .find(|(at, _)| *at == field)
            .map(|(_, problem)| problem)
    }
}

/// A warning, which can be overridden with a reason (S8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Other people have the same name.
    SameName {
        /// The number of people.
        people: u32,
        /// The id of one of them, if the actor may see people.
        user: Option<UserId>,
    },
    /// The login name does not follow the organisation's format (CS-09).
    Format {
        /// A proposal that does.
        proposal: String,
    },
    /// The address is one letter away from a common one.
    EmailTypo {
        /// The likely address.
        suggestion: String,
    },
    /// People who would gain or lose a grant.
    Holders {
        /// The number of people.
        people: u32,
        /// The gained or lost grant.
        shift: GrantChange<RoleName>,
    },
    /// Holders without an office of a role that will require one (S16).
    WithoutOffice {
        /// The number of people.
        people: u32,
    },
    /// Holders without a client of a role that will require one (S14).
    WithoutClient {
        /// The number of people.
        people: u32,
    },
    /// Clients whose responsible person could no longer edit clients.
    ClientsUnable {
        /// The number of clients.
        clients: u32,
    },
    /// Only one administrator of the organisation would be left.
    FewAdministrators,
    /// The address is not in one of the organisation's own domains.
    ForeignDomain {
        /// Its domain.
        domain: String,
    },
    /// The last seat would be taken (S17).
    LastSeat {
        /// The agreed number.
        agreed: u32,
    },
    /// All places of the resource are taken.
    Full,
    /// Fewer seats than are in use: nobody loses their seat, but nobody gets a new one.
    SeatsTaken {
        /// The number in use.
        used: u32,
    },
}

impl Warning {
    /// The code in the audit.
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

    /// The codes in the audit, each once.
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

/// A state that an action would lead to and that already exists, because a colleague, or the actor
/// in another window, was first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// The person is archived, and must be restored first.
    UserArchived {
        /// The user.
        user: UserId,
    },
    /// The person is not archived.
    UserRestored {
        /// The user.
        user: UserId,
    },
    /// The client is archived, and must be restored first.
    ClientArchived {
        /// The client.
        client: ClientId,
    },
    /// The client is not archived.
    ClientRestored {
        /// The client.
        client: ClientId,
    },
    /// Closed, which is final.
    Closed {
        /// The kind of thing.
        what: Closable,
    },
    /// The cover has ended, or was removed before it began.
    CoverEnded {
        /// The user.
        user: UserId,
    },
    /// An administrator of another organisation is already as this action would leave them.
    Administrator {
        /// The organisation.
        organisation: OrganisationId,
        /// The action.
        act: AdministratorAct,
    },
    /// The moved clients were already returned to the person.
    CaseloadReturned {
        /// The user.
        user: UserId,
    },
}

/// Things that an organisation can close.
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

/// Why an action was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nobody is signed in, or no longer.
    SignIn,
    /// The login name or the password is wrong; which one is not revealed (ASVS 6.3.8).
    WrongLogin,
    /// A temporary password must be changed before anything else (OG-22).
    ChangePasswordFirst,
    /// Signed in, and not allowed.
    Forbidden,
    /// The actor's reach is an office or teams (decision 0016) but the actor has none, so they
    /// cannot add anybody.
    Nowhere,
    /// Missing or out of reach (decision 0008).
    NotFound,
    /// Invalid fields.
    Invalid(Invalid),
    /// Warnings that must be overridden (S8).
    Warned(Vec<Warning>),
    /// Somebody else saved in the meantime.
    Conflict(Box<UserDetails>),
    /// Somebody else saved in the meantime; the page shows what.
    Overtaken,
    /// The state has changed since it was shown; the page shows the current one.
    Moved,
    /// Somebody else was first, and nothing is left to do; the actor does not lack a permission.
    AlreadyDone(Done),
    /// Some holders of the role cannot be moved, because the actor may not manage them.
    CannotMove {
        /// The number of people.
        people: u32,
    },
    /// The action would lock out the actor, or the last administrator (decision 0005).
    WouldLockOut,
    /// The page was made for another organisation (two tabs).
    OtherOrganisation,
    /// The organisation is suspended; only shown after the right password.
    Suspended,
    /// The account cannot be switched to now; the page says why and what to do.
    CannotSwitch,
    /// An invalid link; the reason is not revealed.
    DeadLink,
    /// Too many attempts.
    Slow {
        /// Seconds until the next attempt.
        seconds: u32,
    },
    /// The page is older than the server.
    Stale,
    /// Too many requests wait; nothing was done.
    Busy,
    /// The database does not answer, or accepts no writes at the moment.
    Unavailable,
    /// An internal error, logged under this reference.
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
