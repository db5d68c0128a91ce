//! What happened, as ids and codes: an enum, so that no act can be spelled two ways and the page can match it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::When;
use crate::ids::{
    ClientId, ContractId, CustomerId, DashboardId, ListId, NoticeId, OfficeId, OrganisationId, ReferralId, ResourceId, RoleId, TeamId,
    UserId,
};
use crate::lists::ListName;
use crate::organisations::AdministratorAct;
use crate::paging::Ignored;
use crate::referrals::Step;
use crate::refusal::Field;
use crate::roles::{RoleName, GrantChange};
use crate::users::SignInSetup;

/// An act, in the past tense. Personal values are in [`Change`]s, kept apart (design 5.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The organisation was made.
    OrganisationCreated,
    /// The organisation's name or its licence agreement was changed.
    OrganisationEdited {
        /// The organisation.
        organisation: OrganisationId,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// Suspended: every session ended, nobody signs in.
    OrganisationSuspended {
        /// The organisation.
        organisation: OrganisationId,
    },
    /// No longer suspended.
    OrganisationResumed {
        /// The organisation.
        organisation: OrganisationId,
    },
    /// A System administrator acted on an administrator of another organisation, whose audit has it as its own event, too.
    AdministratorManaged {
        /// The other organisation.
        with: OrganisationId,
        /// The administrator there.
        user: UserId,
        /// What was done.
        act: AdministratorAct,
    },
    /// The organisation's settings were changed.
    SettingsChanged {
        /// The organisation.
        organisation: OrganisationId,
    },
    /// A notice to the vendor was drafted.
    NoticeDrafted {
        /// The notice.
        notice: NoticeId,
    },
    /// A notice to the vendor was sent.
    NoticeSent {
        /// The notice.
        notice: NoticeId,
    },
    /// A person's account was made.
    UserCreated {
        /// The user.
        user: UserId,
        /// With which roles beside User.
        roles: Vec<RoleId>,
        /// With which way in.
        way_in: SignInSetup,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// Details were changed.
    UserEdited {
        /// The user.
        user: UserId,
        /// The changed fields.
        fields: Vec<Field>,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// A role was given.
    RoleGiven {
        /// The person.
        user: UserId,
        /// The role.
        role: RoleId,
    },
    /// A role was taken.
    RoleRemoved {
        /// The user.
        user: UserId,
        /// The role.
        role: RoleId,
        /// Codes of the warnings that were overridden (S8).
        #[serde(default)]
        overridden: Vec<String>,
    },
    /// A role of the organisation's own was made.
    RoleMade {
        /// The role.
        role: RoleId,
    },
    /// A role of the organisation's own was changed.
    RoleEdited {
        /// The role.
        role: RoleId,
        /// What it allows, gives and manages otherwise than before.
        shifts: Vec<GrantChange<RoleId>>,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// A role of the organisation's own was taken from everybody, and can be given no more.
    RoleRetired {
        /// The role.
        role: RoleId,
        /// What its holders got instead.
        instead: Option<RoleId>,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// An administrator set a temporary password.
    TemporaryPasswordSet {
        /// The user.
        user: UserId,
    },
    /// An invitation was queued.
    Invited {
        /// The user.
        user: UserId,
    },
    /// The person followed the invitation and set a password.
    InvitationAccepted {
        /// The user.
        user: UserId,
    },
    /// The person changed their own password.
    PasswordChanged {
        /// The user.
        user: UserId,
    },
    /// The person changed their own details.
    ProfileEdited {
        /// The user.
        user: UserId,
        /// The changed fields.
        fields: Vec<Field>,
    },
    /// The person asked for another address; it waits for verification.
    EmailChangeAsked {
        /// The user.
        user: UserId,
    },
    /// The person confirmed their new address.
    EmailChanged {
        /// The user.
        user: UserId,
    },
    /// Archived.
    UserArchived {
        /// The user.
        user: UserId,
        /// Codes of the warnings that were overridden (S8).
        #[serde(default)]
        overridden: Vec<String>,
    },
    /// Restored from the user bank.
    UserRestored {
        /// The user.
        user: UserId,
    },
    /// Signed in.
    SignedIn {
        /// The user.
        user: UserId,
    },
    /// Signed out.
    SignedOut {
        /// The user.
        user: UserId,
    },
    /// A sign-in failed.
    SignInFailed {
        /// Whose account was tried.
        user: UserId,
    },
    /// A mail left, or could not.
    MailFinished {
        /// The recipient.
        user: UserId,
        /// Whether it was delivered to the mail server.
        sent: bool,
    },
    /// An office was made.
    OfficeMade {
        /// The office.
        office: OfficeId,
    },
    /// An office was renamed.
    OfficeRenamed {
        /// The office.
        office: OfficeId,
    },
    /// An office was closed.
    OfficeClosed {
        /// The office.
        office: OfficeId,
    },
    /// A team was made.
    TeamMade {
        /// The team.
        team: TeamId,
    },
    /// A team was renamed, or put into another office.
    TeamEdited {
        /// The team.
        team: TeamId,
    },
    /// A team was closed.
    TeamClosed {
        /// The team.
        team: TeamId,
    },
    /// A person was bound to another office, or to none, because theirs was closed.
    OfficeChanged {
        /// The user.
        user: UserId,
        /// Where they are now.
        office: Option<OfficeId>,
    },
    /// A person was put into a team.
    MemberAdded {
        /// The user.
        user: UserId,
        /// The team.
        team: TeamId,
    },
    /// A person was taken out of a team.
    MemberRemoved {
        /// The user.
        user: UserId,
        /// The team.
        team: TeamId,
    },
    /// A person was asked to cover a team.
    CoverGiven {
        /// The user.
        user: UserId,
        /// The team.
        team: TeamId,
    },
    /// A cover was ended before its time.
    CoverEnded {
        /// The user.
        user: UserId,
        /// The team.
        team: TeamId,
    },
    /// A list was made.
    ListMade {
        /// The list.
        list: ListId,
    },
    /// A list was renamed.
    ListRenamed {
        /// The list.
        list: ListId,
    },
    /// A list was closed.
    ListClosed {
        /// The list.
        list: ListId,
    },
    /// A person was taken off a list, because it was closed.
    ListLeft {
        /// The user.
        user: UserId,
        /// The list.
        list: ListId,
    },
    /// A customer was made.
    CustomerMade {
        /// The customer.
        customer: CustomerId,
    },
    /// A customer was renamed.
    CustomerRenamed {
        /// The customer.
        customer: CustomerId,
    },
    /// A customer was closed, with its contracts.
    CustomerClosed {
        /// The customer.
        customer: CustomerId,
    },
    /// A contract was made.
    ContractMade {
        /// The customer.
        customer: CustomerId,
        /// The contract.
        contract: ContractId,
    },
    /// A contract was renamed, or names another config.
    ContractEdited {
        /// The customer.
        customer: CustomerId,
        /// The contract.
        contract: ContractId,
    },
    /// A contract was closed.
    ContractClosed {
        /// The customer.
        customer: CustomerId,
        /// The contract.
        contract: ContractId,
    },
    /// A customer was taken from a person, because it was closed.
    CustomerLeft {
        /// The user.
        user: UserId,
        /// The customer.
        customer: CustomerId,
    },
    /// The config of a contract was taken from a person, because the contract was closed.
    ConfigLeft {
        /// The user.
        user: UserId,
        /// Of which contract.
        contract: ContractId,
    },
    /// A System administrator proposed to link the account with one elsewhere: both holders are asked.
    LinkProposed {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// The holder of one of the accounts agreed to that.
    LinkAgreed {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
        /// Whether they were the last, so that the accounts are linked.
        linked: bool,
    },
    /// The holder of one of the accounts did not agree to that.
    LinkDeclined {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// A System administrator withdrew the proposal.
    LinkWithdrawn {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// A System administrator linked the account with one of the same person elsewhere. Written while nobody was asked.
    AccountLinked {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// A System administrator, or the holder of one of them, said that the two are not to be one person's any more.
    AccountUnlinked {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
        /// Whether a holder said so.
        #[serde(default)]
        by_holder: bool,
    },
    /// The person went on with an account elsewhere.
    SwitchedAway {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// The person came from an account elsewhere, without signing in again.
    SwitchedHere {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// An administrator asked for the account to be linked with one elsewhere.
    LinkAsked {
        /// The user.
        user: UserId,
    },
    /// A System administrator answered that.
    LinkAnswered {
        /// The user.
        user: UserId,
        /// Whether they were linked.
        linked: bool,
    },
    /// A client's record was made.
    ClientCreated {
        /// The client.
        client: ClientId,
    },
    /// A client's details were changed, or who works with them.
    ClientEdited {
        /// The client.
        client: ClientId,
        /// The changed fields.
        fields: Vec<Field>,
        /// The team for which somebody covered, where that alone let them (IZ-09).
        covering: Option<TeamId>,
    },
    /// Another one became responsible for a client, or nobody: the client waits in the team's queue.
    ClientMoved {
        /// The client.
        client: ClientId,
        /// Who is responsible now.
        to: Option<UserId>,
        /// The team for which somebody covered, where that alone let them (IZ-09).
        covering: Option<TeamId>,
    },
    /// A client was archived.
    ClientArchived {
        /// The client.
        client: ClientId,
    },
    /// A client was restored.
    ClientRestored {
        /// The client.
        client: ClientId,
    },
    /// Clients of a person were moved to a colleague, or into the queues of their teams.
    CaseloadMoved {
        /// Whose they were.
        user: UserId,
        /// The colleague; `None` for the queues.
        to: Option<UserId>,
        /// How many.
        clients: u32,
    },
    /// Moved clients were given back.
    CaseloadReturned {
        /// Whose they are again.
        user: UserId,
        /// How many.
        clients: u32,
    },
    /// A person was linked to clients, as their assistant.
    ClientsLinked {
        /// The user.
        user: UserId,
        /// How many.
        clients: u32,
    },
    /// A person assists no client any more: the role that asked for it was taken.
    ClientsUnlinked {
        /// The user.
        user: UserId,
        /// How many they were.
        clients: u32,
    },
    /// A dashboard was made.
    DashboardMade {
        /// The dashboard.
        dashboard: DashboardId,
    },
    /// A dashboard was changed: its name, what it shows, or which roles bring it.
    DashboardEdited {
        /// The dashboard.
        dashboard: DashboardId,
    },
    /// A dashboard was closed.
    DashboardClosed {
        /// The dashboard.
        dashboard: DashboardId,
    },
    /// A person was given other dashboards than before.
    DashboardsAssigned {
        /// The user.
        user: UserId,
    },
    /// A report was taken out of the system.
    ReportExported,
    /// A resource was made.
    ResourceMade {
        /// The resource.
        resource: ResourceId,
    },
    /// A resource was changed.
    ResourceEdited {
        /// The resource.
        resource: ResourceId,
    },
    /// A resource was closed.
    ResourceClosed {
        /// The resource.
        resource: ResourceId,
    },
    /// Something happened to a referral, here or at the other organisation.
    ReferralMoved {
        /// The referral.
        referral: ReferralId,
        /// Whom it is about; the receiver does not know.
        client: Option<ClientId>,
        /// The step.
        step: Step,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// A password was not tried, because too many before it were wrong.
    Throttled {
        /// The user.
        user: UserId,
    },
    /// A person did not know the current password of the account they are signed in to.
    PasswordRefused {
        /// The user.
        user: UserId,
    },
    /// Events of one kind that were counted and not written one by one, because there were so many (docs/limits.md).
    Repeated {
        /// Whose, or about whom.
        user: UserId,
        /// The kind of event.
        of: Repeatable,
        /// How many more than were written.
        times: u32,
    },
    /// Something was refused.
    Refused {
        /// To whom, or about whom.
        user: Option<UserId>,
        /// The address that was asked for, without its query.
        path: String,
        /// Why: forbidden, not_found, unexpected_fields.
        why: String,
    },
}

impl Event {
    /// The person, or the role, the event is about: on whose page it is listed.
    pub fn subject(&self) -> Option<Uuid> {
        match self {
            Self::OrganisationCreated | Self::ReportExported => None,
            Self::DashboardMade { dashboard } | Self::DashboardEdited { dashboard } | Self::DashboardClosed { dashboard } => {
                Some(dashboard.0)
            }
            Self::OrganisationEdited { organisation, .. }
            | Self::OrganisationSuspended { organisation }
            | Self::OrganisationResumed { organisation }
            | Self::SettingsChanged { organisation } => Some(organisation.0),
            Self::AdministratorManaged { with, .. } => Some(with.0),
            Self::NoticeDrafted { notice } | Self::NoticeSent { notice } => Some(notice.0),
            Self::RoleMade { role } | Self::RoleEdited { role, .. } | Self::RoleRetired { role, .. } => Some(role.0),
            Self::OfficeMade { office } | Self::OfficeRenamed { office } | Self::OfficeClosed { office } => Some(office.0),
            Self::TeamMade { team } | Self::TeamEdited { team } | Self::TeamClosed { team } => Some(team.0),
            Self::ListMade { list } | Self::ListRenamed { list } | Self::ListClosed { list } => Some(list.0),
            Self::CustomerMade { customer }
            | Self::CustomerRenamed { customer }
            | Self::CustomerClosed { customer }
            | Self::ContractMade { customer, .. }
            | Self::ContractEdited { customer, .. }
            | Self::ContractClosed { customer, .. } => Some(customer.0),
            Self::UserCreated { user, .. }
            | Self::UserEdited { user, .. }
            | Self::RoleGiven { user, .. }
            | Self::RoleRemoved { user, .. }
            | Self::TemporaryPasswordSet { user }
            | Self::Invited { user }
            | Self::InvitationAccepted { user }
            | Self::PasswordChanged { user }
            | Self::ProfileEdited { user, .. }
            | Self::EmailChangeAsked { user }
            | Self::EmailChanged { user }
            | Self::UserArchived { user, .. }
            | Self::UserRestored { user }
            | Self::SignedIn { user }
            | Self::SignedOut { user }
            | Self::SignInFailed { user }
            | Self::OfficeChanged { user, .. }
            | Self::MemberAdded { user, .. }
            | Self::MemberRemoved { user, .. }
            | Self::CoverGiven { user, .. }
            | Self::CoverEnded { user, .. }
            | Self::ListLeft { user, .. }
            | Self::CustomerLeft { user, .. }
            | Self::ConfigLeft { user, .. }
            | Self::LinkProposed { user, .. }
            | Self::LinkAgreed { user, .. }
            | Self::LinkDeclined { user, .. }
            | Self::LinkWithdrawn { user, .. }
            | Self::AccountLinked { user, .. }
            | Self::AccountUnlinked { user, .. }
            | Self::SwitchedAway { user, .. }
            | Self::SwitchedHere { user, .. }
            | Self::LinkAsked { user }
            | Self::DashboardsAssigned { user }
            | Self::LinkAnswered { user, .. }
            | Self::Throttled { user }
            | Self::PasswordRefused { user }
            | Self::Repeated { user, .. }
            | Self::MailFinished { user, .. } => Some(user.0),
            Self::ClientCreated { client }
            | Self::ClientEdited { client, .. }
            | Self::ClientMoved { client, .. }
            | Self::ClientArchived { client }
            | Self::ClientRestored { client } => Some(client.0),
            Self::CaseloadMoved { user, .. }
            | Self::CaseloadReturned { user, .. }
            | Self::ClientsLinked { user, .. }
            | Self::ClientsUnlinked { user, .. } => Some(user.0),
            Self::ResourceMade { resource } | Self::ResourceEdited { resource } | Self::ResourceClosed { resource } => Some(resource.0),
            Self::ReferralMoved { referral, client, .. } => Some(client.map_or(referral.0, |client| client.0)),
            Self::Refused { user, .. } => user.map(|user| user.0),
        }
    }

    /// The other person it names: to whom clients went.
    pub fn other(&self) -> Option<UserId> {
        match self {
            Self::ClientMoved { to, .. } | Self::CaseloadMoved { to, .. } => *to,
            _ => None,
        }
    }

    /// The other organisation it names.
    pub fn elsewhere(&self) -> Option<OrganisationId> {
        match self {
            Self::LinkProposed { with, .. }
            | Self::LinkAgreed { with, .. }
            | Self::LinkDeclined { with, .. }
            | Self::LinkWithdrawn { with, .. }
            | Self::AccountLinked { with, .. }
            | Self::AccountUnlinked { with, .. }
            | Self::AdministratorManaged { with, .. }
            | Self::SwitchedAway { with, .. }
            | Self::SwitchedHere { with, .. } => Some(*with),
            _ => None,
        }
    }

    /// Whether it is the act of a holder of one of several accounts, and recorded for each.
    pub const fn is_of_a_holder(&self) -> bool {
        matches!(self, Self::LinkAgreed { .. } | Self::LinkDeclined { .. } | Self::AccountUnlinked { by_holder: true, .. })
    }

    /// The roles it names.
    pub fn roles(&self) -> Vec<RoleId> {
        match self {
            Self::RoleGiven { role, .. } | Self::RoleRemoved { role, .. } => vec![*role],
            Self::UserCreated { roles, .. } => roles.clone(),
            Self::RoleEdited { shifts, .. } => shifts.iter().filter_map(|shift| shift.role().copied()).collect(),
            Self::RoleRetired { instead, .. } => instead.iter().copied().collect(),
            _ => Vec::new(),
        }
    }
}

/// What somebody can make happen as often as they like: so many are written one by one, the rest as one [`Event::Repeated`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeatable {
    /// [`Event::Refused`].
    Refused,
    /// [`Event::ProfileEdited`].
    ProfileEdited,
    /// [`Event::SignInFailed`].
    SignInFailed,
    /// [`Event::Throttled`].
    Throttled,
    /// [`Event::PasswordRefused`].
    PasswordRefused,
}

impl Repeatable {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Refused, Self::ProfileEdited, Self::SignInFailed, Self::Throttled, Self::PasswordRefused];

    /// The kind of its event.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::ProfileEdited => "profile_edited",
            Self::SignInFailed => "sign_in_failed",
            Self::Throttled => "throttled",
            Self::PasswordRefused => "password_refused",
        }
    }

    /// The one of that kind.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Which one an event is, and whose.
    #[must_use]
    pub const fn of(event: &Event) -> Option<(Self, UserId)> {
        match event {
            Event::Refused { user: Some(user), .. } => Some((Self::Refused, *user)),
            Event::ProfileEdited { user, .. } => Some((Self::ProfileEdited, *user)),
            Event::SignInFailed { user } => Some((Self::SignInFailed, *user)),
            Event::Throttled { user } => Some((Self::Throttled, *user)),
            Event::PasswordRefused { user } => Some((Self::PasswordRefused, *user)),
            _ => None,
        }
    }
}

/// What an activity is about, as an address names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A person.
    User,
    /// A client.
    Client,
    /// A customer, with its contracts.
    Customer,
    /// A resource.
    Resource,
    /// A role.
    Role,
    /// One's own organisation's settings.
    Settings,
    /// Another organisation, as the operator sees it.
    Organisation,
}

impl Subject {
    /// Its page. `id` is what stands in the address: a shipped role's is its key.
    pub fn page(self, id: &str) -> String {
        match self {
            Self::User => format!("/users/{id}"),
            Self::Client => format!("/clients/{id}"),
            Self::Customer => format!("/customers/{id}"),
            Self::Resource => format!("/resources/{id}"),
            Self::Role => format!("/roles/{id}"),
            Self::Settings => "/settings".to_owned(),
            Self::Organisation => format!("/organisations/{id}"),
        }
    }

    /// The page of all its activity.
    pub fn history(self, id: &str) -> String {
        format!("{}/history", self.page(id))
    }

    /// What its activity can be filtered by; nothing where all of it is of one kind.
    pub fn groups(self) -> &'static [EventGroup] {
        match self {
            Self::User => &EventGroup::ALL,
            Self::Client => &[EventGroup::Details, EventGroup::Clients],
            Self::Customer | Self::Resource | Self::Role | Self::Settings | Self::Organisation => &[],
        }
    }
}

/// What events are about: how an activity is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventGroup {
    /// The account, how it is signed in to, and its roles: who gave what to whom (OG-60).
    Access,
    /// Details, and where somebody or something belongs.
    Details,
    /// Coming and going, and what was refused.
    SignIns,
    /// Clients, referrals and cover.
    Clients,
    /// What was mailed.
    Mails,
}

impl EventGroup {
    /// All, in the order a page offers them.
    pub const ALL: [Self; 5] = [Self::Access, Self::Details, Self::SignIns, Self::Clients, Self::Mails];

    /// The code an address holds.
    pub fn code(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Details => "details",
            Self::SignIns => "sign_ins",
            Self::Clients => "clients",
            Self::Mails => "mails",
        }
    }

    /// The group of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }

    /// The kinds of its events, as the database holds them.
    pub fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Access => &[
                "user_created",
                "user_archived",
                "user_restored",
                "role_given",
                "role_removed",
                "role_made",
                "role_edited",
                "role_retired",
                "temporary_password_set",
                "invited",
                "invitation_accepted",
                "password_changed",
                "link_proposed",
                "link_agreed",
                "link_declined",
                "link_withdrawn",
                "account_linked",
                "account_unlinked",
                "link_asked",
                "link_answered",
                "administrator_managed",
            ],
            Self::Details => &[
                "organisation_created",
                "organisation_edited",
                "organisation_suspended",
                "organisation_resumed",
                "settings_changed",
                "user_edited",
                "profile_edited",
                "email_change_asked",
                "email_changed",
                "office_made",
                "office_renamed",
                "office_closed",
                "team_made",
                "team_edited",
                "team_closed",
                "office_changed",
                "member_added",
                "member_removed",
                "list_made",
                "list_renamed",
                "list_closed",
                "list_left",
                "customer_made",
                "customer_renamed",
                "customer_closed",
                "contract_made",
                "contract_edited",
                "contract_closed",
                "customer_left",
                "config_left",
                "client_created",
                "client_edited",
                "client_archived",
                "client_restored",
                "dashboard_made",
                "dashboard_edited",
                "dashboard_closed",
                "dashboards_assigned",
                "resource_made",
                "resource_edited",
                "resource_closed",
            ],
            Self::SignIns => &[
                "signed_in",
                "signed_out",
                "sign_in_failed",
                "switched_away",
                "switched_here",
                "refused",
                "report_exported",
                "throttled",
                "password_refused",
                "repeated",
            ],
            Self::Clients => &[
                "client_moved",
                "caseload_moved",
                "caseload_returned",
                "clients_linked",
                "clients_unlinked",
                "cover_given",
                "cover_ended",
                "referral_moved",
            ],
            Self::Mails => &["mail_finished", "notice_drafted", "notice_sent"],
        }
    }
}

/// What of an activity is asked for: the state in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    /// An [`EventGroup::code`], or nothing.
    pub group: String,
    /// Begins after this event: newest first.
    pub after: String,
}

/// One page of all that happened to somebody or something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// What kind of thing it is about.
    pub of: Subject,
    /// Which, as it stands in the address.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Set for a role: shipped ones are named in the reader's language.
    pub role: Option<RoleName>,
    /// As asked for, without what is ignored.
    pub query: HistoryQuery,
    /// Filters that mean nothing here.
    pub ignored: Ignored,
    /// The events, newest first.
    pub lines: Vec<ActivityEntry>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A personal value before and after; only `erase_person` can clear it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which field.
    pub field: Field,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// Who did something, as far as the reader may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody within reach, by their name.
    Named(String),
    /// Somebody out of reach.
    #[serde(rename = "somebody")]
    Hidden,
    /// Somebody of the operator's organisation, by their name and its.
    Operator(Option<String>),
    /// The holder of an account elsewhere that was to be linked.
    Holder,
    /// No person: the system, or a visitor.
    #[serde(rename = "nobody")]
    System,
}

/// The account that signed in, where the session was switched to another of the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Through {
    /// The name it has.
    pub name: String,
    /// The name of its organisation.
    pub organisation: String,
}

/// One line of a person's activity, or a role's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityEntry {
    /// The time.
    pub when: When,
    /// Who did it.
    pub who: Actor,
    /// The account they had signed in to, where it is another one.
    pub through: Option<Through>,
    /// The event.
    pub event: Event,
    /// The roles the event names.
    pub roles: Vec<RoleName>,
    /// The name of the office, the team, the customer, the contract or the other organisation the event names.
    pub unit: Option<String>,
    /// The name of the other person the event names.
    pub other: Option<String>,
    /// The list the event names.
    pub list: Option<ListName>,
    /// Personal values, for who may see them.
    pub changes: Vec<Change>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The kinds of all events, read from where they are declared.
    fn declared() -> Vec<String> {
        let source = include_str!("audit.rs");
        let body = source.split("pub enum Event {").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or_default();
        let variants = body.lines().filter_map(|line| line.strip_prefix("    ")).filter(|line| line.starts_with(char::is_uppercase));
        variants.map(|line| snake(line.trim_end_matches([' ', '{', ',']))).collect()
    }

    fn snake(name: &str) -> String {
        let letters = name.chars().enumerate().flat_map(|(at, letter)| {
            let gap = (at > 0 && letter.is_uppercase()).then_some('_');
            gap.into_iter().chain(letter.to_lowercase())
        });
        letters.collect()
    }

    #[test]
    fn every_event_is_found_by_one_filter() {
        let mut times: BTreeMap<&str, u32> = BTreeMap::new();
        for kind in EventGroup::ALL.into_iter().flat_map(EventGroup::kinds) {
            *times.entry(kind).or_default() += 1;
        }
        assert!(times.values().all(|times| *times == 1), "{times:?}");
        let mut declared = declared();
        declared.sort();
        let grouped: Vec<_> = times.into_keys().map(str::to_owned).collect();
        assert_eq!(declared, grouped, "If you're here because you added an event: say in EventGroup::kinds by which filter it is found.");
    }

    #[test]
    fn every_group_has_a_code_of_its_own() {
        for group in EventGroup::ALL {
            assert_eq!(EventGroup::from_code(group.code()), Some(group));
        }
    }
}
