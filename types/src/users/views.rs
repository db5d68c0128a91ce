//! What the pages about people receive.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::context::UserFormContext;
use super::forms::{EditUser, NewUser};
use super::list::{May, Status};
use crate::access::Preview;
use crate::accounts::Account;
use crate::audit::{ActivityEntry, Change};
use crate::clients::{Colleague, Linkable};
use crate::covers::Cover;
use crate::form::checkbox_value;
use crate::mail::Delivery;
use crate::primitives::actions::SignInSetup;
use crate::primitives::date::When;
use crate::primitives::ids::{ContractId, RoleId, UserId};
use crate::primitives::references::{Customer, ListName, OfficeName, RoleName, TeamName};
use crate::primitives::url::encode;
use crate::refusal::{Field, Problem, Refusal, Taken};
use crate::roles::RoleChoice;

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

/// A person's details as stored now; also those that somebody else saved in the meantime (decision
/// 0011).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDetails {
    /// Whose details they are.
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

/// A person's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserPage {
    /// What the edit form can change.
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
    /// Why the action is taken.
    pub reason: String,
    /// The reason for archiving that was chosen.
    pub archive_reason: String,
    /// Id of the chosen role.
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
    /// Whom the action is about.
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

impl EditUser {
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
