//! Users: the forms that create and change them, and what the pages about them show.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::Preview;
use crate::accounts::Account;
use crate::audit::{ActivityEntry, Change};
use crate::clients::{self, Colleague, Linkable};
use crate::conflict::versioned;
use crate::covers::{Cover, CoverTexts, Covering};
use crate::customers::{Chosen, Customer};
use crate::email::{self, Email};
use crate::form::{Checks, Form, Secret, checkbox_value, form, known, line, paragraph};
use crate::identity_number::{Date, IdentityNumber};
use crate::ids::{ClientId, ContractId, IdempotencyKey, ListId, OfficeId, RoleId, TeamId, UserId};
use crate::invisible::is_blank;
use crate::lists::{ListName, Listed, Listing};
use crate::login_name::{self, LoginName, LoginNameFormat};
use crate::mail::Delivery;
use crate::names::PersonName;
use crate::paging::{Cursor, Ignored, Pages};
use crate::password;
use crate::phone::Phone;
use crate::refusal::{Field, Invalid, Problem, Refusal, Warning};
use crate::roles::RoleName;
use crate::session::encode;
use crate::settings::Seats;
use crate::units::{OfficeName, TeamName};
use crate::{Language, When};

/// The largest number of characters of a free text.
pub const TEXT: u32 = 2_000;
/// The largest number of characters of a job title.
pub const TITLE: u32 = 100;

/// How a new person's sign-in is set up (S4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInSetup {
    /// A mail with a single-use link.
    Invitation,
    /// Not set up yet; the person is invited later (SV-13).
    OnlyAdd,
    /// A password that the administrator hands over, which must be changed at first sign-in.
    TemporaryPassword,
}

impl SignInSetup {
    /// All, in the order a page offers them.
    pub const ALL: [Self; 3] = [Self::Invitation, Self::OnlyAdd, Self::TemporaryPassword];

    /// The value in the form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::OnlyAdd => "only_add",
            Self::TemporaryPassword => "temporary_password",
        }
    }

    /// Whether it takes a seat (S17): a person who is only added has none yet.
    pub fn takes_seat(self) -> bool {
        self != Self::OnlyAdd
    }

    /// The setup with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// A person who was just created, for the message on the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Their id; `None` if the reader may not open their page.
    pub user: Option<UserId>,
    /// How their sign-in was set up.
    pub way_in: SignInSetup,
    /// The id under which the temporary password is saved to be shown once.
    pub password: Option<Uuid>,
    /// Their name.
    pub name: String,
}

impl Created {
    /// The value of the cookie.
    pub fn code(&self) -> String {
        let user = self.user.map(|user| user.to_string()).unwrap_or_default();
        let password = self
            .password
            .map(|password| password.to_string())
            .unwrap_or_default();
        format!(
            "created:{}:{user}:{password}:{}",
            self.way_in.code(),
            encode(&self.name)
        )
    }

    /// Parses the value of the cookie; `None` if it is about something else, or invalid.
    pub fn from_code(code: &str) -> Option<Self> {
        let mut parts = code.strip_prefix("created:")?.splitn(4, ':');
        let way_in = SignInSetup::from_code(parts.next()?)?;
        let (user, password) = (parts.next()?, parts.next()?);
        let name = percent_decode_str(parts.next()?)
            .decode_utf8()
            .ok()?
            .into_owned();
        Some(Self {
            user: user.parse().ok(),
            way_in,
            password: password.parse().ok(),
            name,
        })
    }
}

/// A person's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Has a password.
    Active,
    /// Has an invitation and has not followed it.
    Invited,
    /// Has neither.
    NoWayIn,
    /// In the user bank.
    Archived,
}

impl Status {
    /// The statuses the list filters by, in order. Archived people are in the user bank (S15).
    pub const LISTED: [Self; 3] = [Self::Active, Self::Invited, Self::NoWayIn];

    /// The code an address holds.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::NoWayIn => "no_way_in",
            Self::Archived => "archived",
        }
    }

    /// The status of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Active, Self::Invited, Self::NoWayIn, Self::Archived]
            .into_iter()
            .find(|status| status.code() == code)
    }
}

/// People who need an administrator's attention: a filter of the list, and counts of a dashboard
/// (OG-87).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttentionFilter {
    /// Has not been notified: was created and no mail reached them, or has an unused temporary
    /// password.
    #[serde(rename = "untold")]
    NotNotified,
    /// Can sign in, and has not done so.
    NeverSignedIn,
    /// Was inactive for [`AttentionFilter::DAYS`].
    Inactive,
    /// Has an invitation or a temporary password that expires within
    /// [`AttentionFilter::ENDS_WITHIN`] days.
    Expiring,
    /// Has an invitation or a temporary password that has expired.
    Expired,
    /// Has a login name that is another person's e-mail address, stored before such names were
    /// refused.
    NotOwnAddress,
}

impl AttentionFilter {
    /// All, in the order the list filters by.
    pub const ALL: [Self; 6] = [
        Self::NotNotified,
        Self::NeverSignedIn,
        Self::Inactive,
        Self::Expiring,
        Self::Expired,
        Self::NotOwnAddress,
    ];
    /// Days of inactivity.
    pub const DAYS: i64 = 30;
    /// Days before its expiry in which an invitation or a temporary password is shown.
    pub const ENDS_WITHIN: i64 = 3;

    /// The code an address holds.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotNotified => "untold",
            Self::NeverSignedIn => "never_signed_in",
            Self::Inactive => "inactive",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::NotOwnAddress => "not_own_address",
        }
    }

    /// The one of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|watch| watch.code() == code)
    }
}

/// The context that `parse` needs besides the form. It is sent with the page, so that browser and
/// server agree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserFormContext {
    /// The organisation's current day.
    pub today: Date,
    /// The organisation's name.
    pub organisation: String,
    /// How login names are made here.
    pub format: LoginNameFormat,
    /// The roles the actor may assign, besides User.
    pub may_give: Vec<RoleId>,
    /// Whether a new person needs one of them, because the actor may not manage people who only
    /// hold User (decision 0004).
    pub role_required: bool,
    /// The offices and teams a person can be put into.
    pub units: Units,
    /// The languages that can be chosen.
    pub languages: Vec<Language>,
    /// The optional fields that this organisation requires.
    pub required: Vec<Field>,
    /// The organisation's own e-mail domains; any domain if there is none.
    pub own_domains: Vec<String>,
    /// The agreed and used seats; `None` if there is no limit.
    pub seats: Option<Seats>,
    /// The lists a person may appear on.
    pub listing: Listing,
    /// The customers in the form, with the choices of each.
    pub customers: Vec<Customer>,
    /// Whether the actor may choose customers for people.
    pub imports_customers: bool,
    /// The roles that require a client to assist (SV-05), and those for clients themselves (SV-02).
    pub linking: Linking,
}

/// What roles require about clients.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linking {
    /// The roles whose holders assist a client (SV-05).
    pub asks_client: Vec<RoleId>,
    /// The roles whose holders are clients themselves (SV-02).
    pub asks_record: Vec<RoleId>,
}

impl UserFormContext {
    /// Whether an optional field is required.
    pub fn requires(&self, field: Field) -> bool {
        self.required.contains(&field)
    }
}

/// The offices and teams the actor may put a person into, and what the choice requires.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Units {
    /// The offices; none if the organisation does not use them.
    pub offices: Vec<OfficeName>,
    /// The teams.
    pub teams: Vec<TeamName>,
    /// Whether a person must have one of the offices: the organisation requires it, or the actor's
    /// reach is no wider (decision 0016).
    pub office_required: bool,
    /// Whether a person must have one of the teams: the actor's reach is no wider (decision 0016).
    pub team_required: bool,
    /// The roles that require an office (S16).
    pub roles_requiring: Vec<RoleId>,
    /// The actor's office, if they are bound to one: they add people to it (S16).
    pub inherited: Option<OfficeId>,
}

form! {
    /// Creates a person (`/users/new`, and `/staff/new` from the front of the application).
    NewUser shown at |form| if form.staff.is_empty() { "/users/new".to_owned() } else { "/staff/new".to_owned() };
    text {
        /// The idempotency key, created by the server.
        key,
        /// Ticked where the page is `/staff/new`.
        staff,
        /// Given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the person has one name only.
        single_name,
        /// E-mail; optional.
        email,
        /// Phone; optional.
        phone,
        /// Job title; optional.
        job_title,
        /// `en`, `sv`, or nothing for the organisation's.
        language,
        /// Personnummer or samordningsnummer; optional.
        identity_number,
        /// The login name.
        login_name,
        /// The office the person is bound to; empty for none.
        office,
        /// Ticked where the person manages the LMS (CS-12).
        lms_manager,
        /// The start of covering other teams; now if empty.
        cover_from,
        /// The end; no end if empty.
        cover_until,
        /// The reason; optional.
        cover_reason,
        /// Search words for clients to assist.
        client_q,
        /// The client for whom the account is (SV-02); empty for other people.
        record,
        /// The contract whose config the person has; empty for none.
        config,
        /// A [`SignInSetup::code`].
        way_in,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
    list {
        /// Ids of the roles beside User.
        roles,
        /// Ids of the teams the person belongs to.
        teams,
        /// Ids of other teams whose work the person covers.
        cover_teams,
        /// Ids of the lists the person is on.
        lists,
        /// Ids of the clients the person assists, if a chosen role requires one (SV-05).
        linked_clients,
        /// Ids of the person's customers.
        customers,
    }
    secret {
        /// For [`SignInSetup::TemporaryPassword`].
        temporary_password,
    }
}

form! {
    /// Changes a person's details (`/users/:id/edit`).
    EditUser shown at |form| user_page(&form.user, "/edit");
    text {
        /// The user.
        user,
        /// The version the page showed.
        version,
        /// Given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the person has one name only.
        single_name,
        /// E-mail; optional.
        email,
        /// Phone; optional.
        phone,
        /// Job title; optional.
        job_title,
        /// `en`, `sv`, or nothing for the organisation's.
        language,
        /// Ticked to remove the identity number, which the page shows masked.
        identity_remove,
        /// Personnummer or samordningsnummer; the stored one stays if this is empty.
        identity_number,
        /// The login name.
        login_name,
        /// The office the person is bound to; empty for none.
        office,
        /// Ticked where the person manages the LMS (CS-12).
        lms_manager,
        /// The start of covering other teams; now if empty.
        cover_from,
        /// The end; no end if empty.
        cover_until,
        /// The reason; optional.
        cover_reason,
        /// The contract whose config the person has; empty for none.
        config,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
    list {
        /// Ids of the teams the person belongs to, of those the actor may choose.
        teams,
        /// Ids of further teams whose work the person covers.
        cover_teams,
        /// Ids of the lists the person is on.
        lists,
        /// Ids of the person's customers.
        customers,
    }
}

form! {
    /// Assigns or removes one role.
    ChangeRole shown at |form| user_page(&form.user, "/roles");
    text {
        /// The user.
        user,
        /// The role.
        role,
        /// The receiver of the person's clients, if the removed role is the one they work with
        /// clients by; read by [`Receiver::parse`].
        to,
        /// Search words for clients to assist.
        client_q,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
    list {
        /// Ids of clients the person is to assist, if the role requires one (SV-05).
        linked_clients,
    }
}

form! {
    /// Sets a temporary password.
    SetTemporaryPassword shown at |form| user_page(&form.user, "/password");
    text {
        /// The user.
        user,
    }
    secret {
        /// The password, which the administrator hands over.
        temporary_password,
    }
}

form! {
    /// Sends, or resends, the invitation.
    Invite shown at |form| user_page(&form.user, "/invite");
    text {
        /// The user.
        user,
    }
}

form! {
    /// Archives a person.
    Archive shown at |form| user_page(&form.user, "/archive");
    text {
        /// The user.
        user,
        /// The receiver of their clients; empty for the queues of the clients' teams.
        to,
        /// Ticked to notify their colleagues by e-mail (OG-64).
        tell,
        /// One of the organisation's reasons for archiving, if it has any.
        archive_reason,
        /// The reason, or details of it; stored, and shown in the user bank.
        reason,
        /// Ticked to override warnings, for that reason.
        override_warnings,
    }
}

form! {
    /// Restores a person from the user bank.
    Restore shown at |form| user_page(&form.user, "/restore");
    text {
        /// The user.
        user,
    }
}

versioned!(EditUser);

/// An address below a person's page. An id from a form is untrusted text until it parses.
fn user_page(user: &str, rest: &str) -> String {
    user.parse::<UserId>().map_or_else(
        |_| "/users".to_owned(),
        |user| format!("/users/{user}{rest}"),
    )
}

/// A person's details, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// The name.
    pub name: PersonName,
    /// The address.
    pub email: Option<Email>,
    /// The phone.
    pub phone: Option<Phone>,
    /// The job title.
    pub job_title: Option<String>,
    /// The language.
    pub language: Option<Language>,
    /// The login name.
    pub login_name: LoginName,
}

/// A person to create: created only by [`NewUser::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct New {
    /// The form's key.
    pub key: IdempotencyKey,
    /// The details.
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
    /// The user.
    pub user: UserId,
    /// The version the page showed.
    pub version: i32,
    /// The details.
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

/// A person's office and teams, all of which the actor may choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The office.
    pub office: Option<OfficeId>,
    /// The teams.
    pub teams: Vec<TeamId>,
}

impl Units {
    /// Reads the choice of office and teams. `roles` are those the person will hold.
    fn parse(&self, checks: &mut Checks, typed: &str, teams: &[String], roles: &[RoleId]) -> Place {
        let known = |id: &OfficeId| self.offices.iter().any(|office| office.id == *id);
        let office = checks.optional(Field::Office, typed, |id| {
            id.parse().ok().filter(known).ok_or(Problem::Wrong)
        });
        let asked =
            self.office_required || roles.iter().any(|role| self.roles_requiring.contains(role));
        if asked && typed.trim().is_empty() {
            checks.wrong(Field::Office, Problem::NeedsOffice);
        }
        let mut chosen = Vec::new();
        for team in teams {
            match team.parse::<TeamId>() {
                Ok(team) if self.teams.iter().any(|known| known.id == team) => chosen.push(team),
                _ => checks.wrong(Field::Teams, Problem::Wrong),
            }
        }
        if chosen.is_empty() && self.team_required {
            checks.wrong(Field::Teams, Problem::NeedsTeam);
        }
        chosen.sort_unstable();
        chosen.dedup();
        Place {
            office,
            teams: chosen,
        }
    }
}

impl Listing {
    /// Reads the choice of lists, and the LMS checkbox if there is one.
    fn parse(&self, checks: &mut Checks, lists: &[String], lms_manager: &str) -> Listed {
        let mut chosen = Vec::new();
        for list in lists {
            match list.parse::<ListId>() {
                Ok(list) if self.lists.iter().any(|known| known.id == list) => chosen.push(list),
                _ => checks.wrong(Field::Lists, Problem::Wrong),
            }
        }
        chosen.sort_unstable();
        chosen.dedup();
        Listed {
            lists: chosen,
            lms_manager: self.uses_lms.then_some(!lms_manager.is_empty()),
        }
    }
}

impl Linking {
    /// Reads the clients that roles require; others are ignored.
    fn parse(
        &self,
        checks: &mut Checks,
        form: &NewUser,
        roles: &[RoleId],
    ) -> (Vec<ClientId>, Option<ClientId>) {
        let asked = |requiring: &[RoleId]| roles.iter().any(|role| requiring.contains(role));
        let mut linked = Vec::new();
        if asked(&self.asks_client) {
            linked = clients::clients(checks, Field::LinkedClients, &form.linked_clients);
            if form.linked_clients.is_empty() {
                checks.wrong(Field::LinkedClients, Problem::NeedsClient);
            }
        }
        let record = form.record.parse().ok();
        if asked(&self.asks_record) && record.is_none() {
            checks.wrong(Field::Roles, Problem::NeedsRecord);
        }
        (linked, record.filter(|_| asked(&self.asks_record)))
    }
}

/// Overridden warnings, and the reason (S8).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Override {
    /// The reason; `None` if nothing is overridden.
    pub reason: Option<String>,
}

impl Override {
    /// Refuses an action with warnings, unless they are overridden; then returns the reason for the
    /// audit.
    ///
    /// # Errors
    /// [`Refusal::Warned`].
    pub fn passes(&self, warnings: &[Warning]) -> Result<Vec<Change>, Refusal> {
        match &self.reason {
            _ if warnings.is_empty() => Ok(Vec::new()),
            Some(reason) => Ok(vec![Change {
                field: Field::Reason,
                before: None,
                after: Some(reason.clone()),
            }]),
            None => Err(Refusal::Warned(warnings.to_vec())),
        }
    }
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

/// Reads a language among those that can be chosen.
pub(crate) fn language(checks: &mut Checks, code: &str, offered: &[Language]) -> Option<Language> {
    let known = |language: &Language| offered.contains(language);
    checks.optional(Field::Language, code, |code| {
        Language::from_code(code)
            .filter(known)
            .ok_or(Problem::Wrong)
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

/// Reads the checkbox and the reason. Overriding without a reason is an error at the reason.
pub(crate) fn overriding(checks: &mut Checks, tick: &str, reason: &str) -> Override {
    if tick.is_empty() {
        return Override::default();
    }
    Override {
        reason: checks.take(Field::Reason, paragraph(reason, TEXT)),
    }
}

/// The check of a form's password. It is a parameter, so that the browser's main bundle does not
/// contain the estimate (decision 0021).
pub type PasswordCheck = fn(&Secret, &[String]) -> Result<(), Problem>;

/// The full check, which is binding, on the server.
///
/// # Errors
/// [`Problem::Missing`], [`Problem::Weak`].
pub fn check_strength(typed: &Secret, words: &[String]) -> Result<(), Problem> {
    if typed.expose().is_empty() {
        return Err(Problem::Missing);
    }
    let quick = password::without_estimate(typed.expose(), words, password::MIN_LENGTH);
    let verdict = if quick.needs_estimate() {
        password::judge(typed.expose(), words, password::MIN_LENGTH)
    } else {
        quick
    };
    if verdict.is_strong() {
        Ok(())
    } else {
        Err(Problem::Weak(verdict))
    }
}

/// The browser's quick check of the length; the bar beside the field shows the rest.
///
/// # Errors
/// [`Problem::Missing`], [`Problem::TooShort`], [`Problem::TooLong`].
pub fn check_length(typed: &Secret, _words: &[String]) -> Result<(), Problem> {
    match typed.normalised().expose().chars().count() {
        0 => Err(Problem::Missing),
        length if length < password::MIN_LENGTH => Err(Problem::TooShort {
            least: password::MIN_LENGTH as u32,
        }),
        length if length > password::MAX_LENGTH => Err(Problem::TooLong {
            most: password::MAX_LENGTH as u32,
        }),
        _ => Ok(()),
    }
}

/// Checks a password a person will sign in with.
pub(crate) fn strong(
    checks: &mut Checks,
    field: Field,
    typed: &Secret,
    words: &[String],
    check: PasswordCheck,
) -> Option<Secret> {
    checks.take(field, check(typed, words).map(|()| typed.clone()))
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
    ) -> Result<(New, Override, Vec<Warning>), Invalid> {
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
                Ok((new, passed, warnings))
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
    pub fn parse(
        &self,
        facts: &UserFormContext,
    ) -> Result<(Edit, Override, Vec<Warning>), Invalid> {
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
                Ok((
                    Edit {
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
                ))
            }
            _ => Err(checks.into_invalid()),
        }
    }

    /// The form filled with an existing person.
    pub fn of(current: &UserDetails) -> Self {
        Self {
            user: current.user.to_string(),
            version: current.version.to_string(),
            first_name: current.first_name.clone(),
            last_name: current.last_name.clone(),
            single_name: checkbox_value(current.last_name.is_empty()),
            email: current.email.clone(),
            phone: current.phone.clone(),
            job_title: current.job_title.clone(),
            language: current.language.clone(),
            login_name: current.login_name.clone(),
            office: current
                .office
                .as_ref()
                .map(|office| office.id.to_string())
                .unwrap_or_default(),
            teams: current
                .teams
                .iter()
                .map(|team| team.id.to_string())
                .collect(),
            lists: current
                .lists
                .iter()
                .map(|list| list.id.to_string())
                .collect(),
            lms_manager: checkbox_value(current.lms_manager == Some(true)),
            customers: current
                .customers
                .iter()
                .map(|customer| customer.id.to_string())
                .collect(),
            config: current
                .contract
                .map(|contract| contract.to_string())
                .unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Reads the one id of a small form about a person.
///
/// # Errors
/// [`Refusal::Invalid`] for a field the form does not know; [`Refusal::NotFound`] for an invalid
/// id.
pub fn subject(form: &impl Form, user: &str) -> Result<UserId, Refusal> {
    known(form)?;
    user.parse().map_err(|_| Refusal::NotFound)
}

/// A person to archive: created only by [`Archive::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct Archiving {
    /// The user.
    pub user: UserId,
    /// The reason.
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
    /// The user.
    pub user: UserId,
    /// The role.
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

/// A person's details as stored now; also those that somebody else saved in the meantime (decision
/// 0011).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDetails {
    /// The user.
    pub user: UserId,
    /// The current version.
    pub version: i32,
    /// Given name.
    pub first_name: String,
    /// Family name, empty for a single-name person.
    pub last_name: String,
    /// E-mail, empty where none.
    pub email: String,
    /// Phone, empty where none.
    pub phone: String,
    /// Job title, empty where none.
    pub job_title: String,
    /// Language code, empty where none.
    pub language: String,
    /// Login name.
    pub login_name: String,
    /// The office the person is bound to.
    pub office: Option<OfficeName>,
    /// The teams the person belongs to, as far as the actor may see them.
    pub teams: Vec<TeamName>,
    /// The lists the person is on.
    pub lists: Vec<ListName>,
    /// Whether the person manages the LMS; `None` where the organisation uses none.
    pub lms_manager: Option<bool>,
    /// The person's customers.
    pub customers: Vec<Customer>,
    /// The contract of one of them whose config the person has.
    pub contract: Option<ContractId>,
}

/// A saved draft of a form, with the refusal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedDraft<F> {
    /// The form as typed, without secrets.
    pub form: F,
    /// The refusal; `None` if the form was left for another page, to come back to.
    pub refusal: Option<Refusal>,
}

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Search words, all of which must match.
    pub q: String,
    /// A [`Status::code`], or nothing.
    pub status: String,
    /// A [`RoleName::code`], or nothing.
    pub role: String,
    /// An office's id, or nothing.
    pub office: String,
    /// A team's id, or nothing.
    pub team: String,
    /// A list's id, or nothing.
    pub list: String,
    /// Not empty to list only people who manage the LMS.
    pub lms: String,
    /// A [`AttentionFilter::code`], or nothing.
    pub watch: String,
    /// The position of the page.
    pub cursor: Cursor,
}

/// One person in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The user's id.
    pub id: UserId,
    /// The displayed name.
    pub name: String,
    /// The initials for the avatar.
    pub initials: String,
    /// The address.
    pub email: Option<String>,
    /// The login name.
    pub login_name: String,
    /// Roles besides User, or User alone.
    pub roles: Vec<RoleName>,
    /// The state of the account.
    pub status: Status,
    /// When the account was created.
    pub created: When,
    /// When the person was last active.
    pub last_activity: Option<When>,
    /// Whether the actor may edit this person.
    pub may_edit: bool,
    /// Whether the actor may archive this person (OG-44).
    pub may_archive: bool,
    /// Whether the actor may restore this archived person.
    pub may_restore: bool,
}

/// The list of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserList {
    /// The parameters, without ignored ones.
    pub query: ListQuery,
    /// Filters with unknown values, which are ignored.
    pub ignored: Ignored,
    /// One page.
    pub rows: Vec<Row>,
    /// The total number, and the cursors of the other pages.
    pub pages: Pages,
    /// The number of people who were created, and neither invited nor given a password.
    pub untold: u32,
    /// The organisation's roles, to filter by.
    pub roles: Vec<RoleName>,
    /// The offices within reach, to filter by.
    pub offices: Vec<OfficeName>,
    /// The teams within reach, to filter by.
    pub teams: Vec<TeamName>,
    /// The lists, and whether there is an LMS, to filter by.
    pub listing: Listing,
}

/// A role that the actor may assign, as the form offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChoice {
    /// The role.
    pub role: RoleName,
    /// The people it is for, in the organisation's words; for built-in roles `app` has the text.
    pub whom: String,
}

/// The page that creates a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewUserPage {
    /// The context that `parse` needs.
    pub facts: UserFormContext,
    /// The roles the actor may assign.
    pub roles: Vec<RoleChoice>,
    /// Whether the actor may create a missing role (CP-06).
    pub may_make_roles: bool,
    /// The clients an assistant can be linked to, and the client for whom the account is; `None` if
    /// the actor may not link any.
    pub linkable: Option<Linkable>,
    /// An empty form, or the saved draft.
    pub form: NewUser,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// What is still missing before a person can work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No role besides User (IZ-10).
    Role,
    /// Sign-in is not set up.
    WayIn,
    /// No address, so no invitation and no "Forgot password".
    Email,
}

/// The actions that the actor may take on a person, decided by the server, so that the page only
/// shows those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct May {
    /// Edit details.
    pub edit: bool,
    /// Add or remove roles.
    pub roles: bool,
    /// Set a temporary password, send an invitation.
    pub way_in: bool,
    /// Archive.
    pub archive: bool,
    /// Restore.
    pub restore: bool,
}

/// A person's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserPage {
    /// The details.
    pub details: UserDetails,
    /// The displayed name.
    pub name: String,
    /// The initials for the avatar.
    pub initials: String,
    /// Whether the person confirmed the address.
    pub email_verified: bool,
    /// The identity number, masked (S11).
    pub identity_number: Option<String>,
    /// All roles, User first.
    pub roles: Vec<RoleName>,
    /// The state of the account.
    pub status: Status,
    /// The expiry of an unused temporary password.
    pub temporary_until: Option<When>,
    /// The reason for archiving.
    pub archived_reason: Option<String>,
    /// When the account was created.
    pub created: When,
    /// The name of the person who created the account.
    pub created_by: Option<String>,
    /// When the person was last active.
    pub last_activity: Option<When>,
    /// The delivery state of the last invitation.
    pub delivery: Option<Delivery>,
    /// What is still missing.
    pub missing: Vec<Missing>,
    /// The person's covers, current and upcoming.
    pub covers: Vec<Cover>,
    /// Linked accounts in other organisations, if the actor may manage them.
    pub accounts: Vec<Account>,
    /// Their permissions.
    pub may: May,
    /// The newest events, if the actor may see them.
    pub activity: Vec<ActivityEntry>,
    /// Whether the person is the reader.
    pub is_self: bool,
}

/// The page that changes a person's details.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditUserPage {
    /// The context that `parse` needs.
    pub facts: UserFormContext,
    /// The displayed name.
    pub name: String,
    /// The identity number, masked.
    pub identity_number: Option<String>,
    /// The current details, or the saved draft.
    pub form: EditUser,
    /// The current details, to compare with after a conflict.
    pub now: UserDetails,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The fields of a refused form of an action page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The reason.
    pub reason: String,
    /// The reason for archiving that was chosen.
    pub archive_reason: String,
    /// The role.
    pub role: String,
    /// Search words for clients to assist.
    pub client_q: String,
    /// Ids of the clients to assist.
    pub linked_clients: Vec<String>,
    /// The receiver of the person's clients.
    pub to: String,
    /// Ticked to notify the person's colleagues.
    pub tell: String,
}

/// The page of one action on a person: roles, password, invitation, archive, restore.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActPage {
    /// The user.
    pub user: UserId,
    /// The displayed name.
    pub name: String,
    /// The login name.
    pub login_name: String,
    /// The address.
    pub email: Option<String>,
    /// The state of the account.
    pub status: Status,
    /// The person's roles, each with whether the actor may remove it.
    pub roles: Vec<(RoleName, bool)>,
    /// Roles that the actor may assign and the person does not have.
    pub givable: Vec<RoleChoice>,
    /// What assigning or removing each of these would change.
    pub previews: Vec<(RoleId, Preview)>,
    /// The words a password must not contain.
    pub words: Vec<String>,
    /// When the person was last active.
    pub last_activity: Option<When>,
    /// The reason for archiving.
    pub archived_reason: Option<String>,
    /// The organisation's reasons for archiving.
    pub archive_reasons: Vec<String>,
    /// The number of the person's clients, and the colleagues who can receive them; set if the
    /// person is being archived, or could lose the role they work with clients by.
    pub caseload: Option<(u32, Vec<Colleague>)>,
    /// The only role by which the person works with these clients: without it, somebody else must
    /// receive them.
    pub works_by: Option<RoleId>,
    /// The clients that can be assisted, if an assignable role requires one.
    pub linkable: Option<Linkable>,
    /// The fields of the saved draft.
    pub typed: Typed,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// Whether a login name is free, for the form in which it is being typed (S6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Free.
    Free,
    /// Not valid.
    Wrong(Problem),
    /// Taken.
    Taken(Taken),
}

pub use crate::refusal::Taken;

/// The changes between two states of the details, for the audit.
pub fn changes(before: &UserDetails, after: &UserDetails) -> Vec<Change> {
    let (before, after) = (texts(before), texts(after));
    let pairs = before
        .into_iter()
        .zip(after)
        .filter(|(before, after)| before != after);
    let kept = |text: String| (!text.is_empty()).then_some(text);
    pairs
        .map(|((field, before), (_, after))| Change {
            field,
            before: kept(before),
            after: kept(after),
        })
        .collect()
}

/// The details as texts for the audit.
fn texts(theirs: &UserDetails) -> [(Field, String); 13] {
    let lms = theirs
        .lms_manager
        .map(|is_on| if is_on { "✓" } else { "–" });
    [
        (Field::FirstName, theirs.first_name.clone()),
        (Field::LastName, theirs.last_name.clone()),
        (Field::Email, theirs.email.clone()),
        (Field::Phone, theirs.phone.clone()),
        (Field::JobTitle, theirs.job_title.clone()),
        (Field::Language, theirs.language.clone()),
        (Field::LoginName, theirs.login_name.clone()),
        (
            Field::Office,
            theirs
                .office
                .as_ref()
                .map(|office| office.name.clone())
                .unwrap_or_default(),
        ),
        (
            Field::Teams,
            joined(theirs.teams.iter().map(|team| team.name.as_str())),
        ),
        (
            Field::Lists,
            joined(theirs.lists.iter().map(ListName::code)),
        ),
        (Field::LmsManager, lms.unwrap_or_default().to_owned()),
        (
            Field::Customers,
            joined(
                theirs
                    .customers
                    .iter()
                    .map(|customer| customer.name.as_str()),
            ),
        ),
        (
            Field::Config,
            theirs
                .contract
                .and_then(|id| Customer::config(&theirs.customers, id))
                .unwrap_or_default(),
        ),
    ]
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_created_user_is_the_same_after_the_cookie() {
        let user = UserId(Uuid::from_u128(7));
        for (user, password, name) in [
            (
                Some(user),
                Some(Uuid::from_u128(9)),
                "Åsa Öberg: 李;\"x\\\", y",
            ),
            (None, None, ""),
        ] {
            let created = Created {
                user,
                way_in: SignInSetup::TemporaryPassword,
                password,
                name: name.to_owned(),
            };
            let code = created.code();
            assert!(
                code.bytes()
                    .all(|byte| byte.is_ascii_graphic()
                        && !matches!(byte, b';' | b',' | b'"' | b'\\')),
                "{code}"
            );
            assert_eq!(Created::from_code(&code), Some(created));
        }
        assert_eq!(Created::from_code("saved"), None);
        assert_eq!(Created::from_code("created:nothing:::x"), None);
    }
}
