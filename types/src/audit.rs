//! Audit events, as ids and codes: an enum, so that each event has one spelling and pages can match
//! it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::When;
use crate::ids::{
    ClientId, ContractId, CustomerId, DashboardId, ListId, NoticeId, OfficeId, OrganisationId,
    ReferralId, ResourceId, RoleId, TeamId, UserId,
};
use crate::lists::ListName;
use crate::organisations::AdministratorAct;
use crate::paging::Ignored;
use crate::referrals::Step;
use crate::refusal::Field;
use crate::roles::{GrantChange, RoleName};
use crate::users::SignInSetup;

/// An event, in the past tense. Personal values are [`Change`]s, stored separately (decision 0018).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The organisation was created.
    OrganisationCreated,
    /// The organisation's name or its licence agreement was changed.
    OrganisationEdited {
        /// The organisation.
        organisation: OrganisationId,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// The organisation was suspended: all sessions ended, and nobody can sign in.
    OrganisationSuspended {
        /// The organisation.
        organisation: OrganisationId,
    },
    /// The organisation was resumed.
    OrganisationResumed {
        /// The organisation.
        organisation: OrganisationId,
    },
    /// A System administrator acted on an administrator of another organisation, whose audit has a
    /// separate event.
    AdministratorManaged {
        /// The other organisation.
        with: OrganisationId,
        /// The administrator there.
        user: UserId,
        /// The action.
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
    /// A person's account was created.
    UserCreated {
        /// The user.
        user: UserId,
        /// The roles besides User.
        roles: Vec<RoleId>,
        /// How sign-in was set up.
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
    /// A role was assigned.
    RoleGiven {
        /// The person.
        user: UserId,
        /// The role.
        role: RoleId,
    },
    /// A role was removed.
    RoleRemoved {
        /// The user.
        user: UserId,
        /// The role.
        role: RoleId,
        /// Codes of the warnings that were overridden (S8).
        #[serde(default)]
        overridden: Vec<String>,
    },
    /// A custom role was created.
    RoleMade {
        /// The role.
        role: RoleId,
    },
    /// A custom role was edited.
    RoleEdited {
        /// The role.
        role: RoleId,
        /// The changes of its grants.
        shifts: Vec<GrantChange<RoleId>>,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// A custom role was deactivated and removed from everybody.
    RoleRetired {
        /// The role.
        role: RoleId,
        /// The replacement that its holders got.
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
    /// A mail was delivered, or given up.
    MailFinished {
        /// The recipient.
        user: UserId,
        /// Whether it was delivered to the mail server.
        sent: bool,
    },
    /// An office was created.
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
    /// A team was created.
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
    /// A person was moved to another office, or to none, because theirs was closed.
    OfficeChanged {
        /// The user.
        user: UserId,
        /// The new office.
        office: Option<OfficeId>,
    },
    /// A person was added to a team.
    MemberAdded {
        /// The user.
        user: UserId,
        /// The team.
        team: TeamId,
    },
    /// A person was removed from a team.
    MemberRemoved {
        /// The user.
        user: UserId,
        /// The team.
        team: TeamId,
    },
    /// A person was assigned to cover a team.
    CoverGiven {
        /// The user.
        user: UserId,
        /// The team.
        team: TeamId,
    },
    /// A cover was ended.
    CoverEnded {
        /// The user.
        user: UserId,
        /// The team.
        team: TeamId,
    },
    /// A list was created.
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
    /// A person was removed from a list, because it was closed.
    ListLeft {
        /// The user.
        user: UserId,
        /// The list.
        list: ListId,
    },
    /// A customer was created.
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
    /// A contract was created.
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
    /// A customer was removed from a person, because it was closed.
    CustomerLeft {
        /// The user.
        user: UserId,
        /// The customer.
        customer: CustomerId,
    },
    /// The config of a contract was removed from a person, because the contract was closed.
    ConfigLeft {
        /// The user.
        user: UserId,
        /// The contract.
        contract: ContractId,
    },
    /// A System administrator proposed to link the account with one in another organisation: both
    /// holders are asked.
    LinkProposed {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// The holder of one of the accounts agreed to the proposal.
    LinkAgreed {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
        /// Whether it was the last agreement, so that the accounts are linked.
        linked: bool,
    },
    /// The holder of one of the accounts declined the proposal.
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
    /// A System administrator linked the account with one in another organisation. Only recorded by
    /// earlier versions, which did not ask the holders.
    AccountLinked {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// A System administrator, or a holder, unlinked two accounts.
    AccountUnlinked {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
        /// Whether a holder did it.
        #[serde(default)]
        by_holder: bool,
    },
    /// The person switched to an account in another organisation.
    SwitchedAway {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// The person switched here from an account in another organisation.
    SwitchedHere {
        /// Whose account here.
        user: UserId,
        /// The other organisation.
        with: OrganisationId,
    },
    /// An administrator requested a link with an account in another organisation.
    LinkAsked {
        /// The user.
        user: UserId,
    },
    /// A System administrator answered the request.
    LinkAnswered {
        /// The user.
        user: UserId,
        /// Whether they were linked.
        linked: bool,
    },
    /// A client was created.
    ClientCreated {
        /// The client.
        client: ClientId,
    },
    /// A client's details, or the people who work with them, were changed.
    ClientEdited {
        /// The client.
        client: ClientId,
        /// The changed fields.
        fields: Vec<Field>,
        /// The team that the actor covered, if only that cover allowed the change (IZ-09).
        covering: Option<TeamId>,
    },
    /// A client got another responsible person, or waits in the team's queue.
    ClientMoved {
        /// The client.
        client: ClientId,
        /// The new responsible person.
        to: Option<UserId>,
        /// The team that the actor covered, if only that cover allowed the change (IZ-09).
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
        /// The person they were moved from.
        user: UserId,
        /// The colleague; `None` for the queues.
        to: Option<UserId>,
        /// The number of clients.
        clients: u32,
    },
    /// Moved clients were returned.
    CaseloadReturned {
        /// The person they were returned to.
        user: UserId,
        /// The number of clients.
        clients: u32,
    },
    /// A person was linked to clients, as their assistant.
    ClientsLinked {
        /// The user.
        user: UserId,
        /// The number of clients.
        clients: u32,
    },
    /// A person no longer assists clients, because the role that required it was removed.
    ClientsUnlinked {
        /// The user.
        user: UserId,
        /// The number of clients.
        clients: u32,
    },
    /// A dashboard was created.
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
    /// A person's dashboards were changed.
    DashboardsAssigned {
        /// The user.
        user: UserId,
    },
    /// A report was exported.
    ReportExported,
    /// A resource was created.
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
        /// The client; unknown to the receiver.
        client: Option<ClientId>,
        /// The step.
        step: Step,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// A password was not tried, because of too many wrong ones before.
    Throttled {
        /// The user.
        user: UserId,
    },
    /// A signed-in person entered a wrong current password.
    PasswordRefused {
        /// The user.
        user: UserId,
    },
    /// Events of one kind that were only counted, because there were too many to write individually
    /// (docs/limits.md).
    Repeated {
        /// The person who caused them, or whom they are about.
        user: UserId,
        /// The kind of event.
        of: Repeatable,
        /// The number of events that were not written.
        times: u32,
    },
    /// A page or an action was refused.
    Refused {
        /// The person it was refused to.
        user: Option<UserId>,
        /// The requested path, without its query.
        path: String,
        /// The reason: forbidden, not_found, unexpected_fields.
        why: String,
    },
}

impl Event {
    /// The subject of the event (a person, a role, …), on whose page it is listed.
    pub fn subject(&self) -> Option<Uuid> {
        match self {
            Self::OrganisationCreated | Self::ReportExported => None,
            Self::DashboardMade { dashboard }
            | Self::DashboardEdited { dashboard }
            | Self::DashboardClosed { dashboard } => Some(dashboard.0),
            Self::OrganisationEdited { organisation, .. }
            | Self::OrganisationSuspended { organisation }
            | Self::OrganisationResumed { organisation }
            | Self::SettingsChanged { organisation } => Some(organisation.0),
            Self::AdministratorManaged { with, .. } => Some(with.0),
            Self::NoticeDrafted { notice } | Self::NoticeSent { notice } => Some(notice.0),
            Self::RoleMade { role }
            | Self::RoleEdited { role, .. }
            | Self::RoleRetired { role, .. } => Some(role.0),
            Self::OfficeMade { office }
            | Self::OfficeRenamed { office }
            | Self::OfficeClosed { office } => Some(office.0),
            Self::TeamMade { team } | Self::TeamEdited { team } | Self::TeamClosed { team } => {
                Some(team.0)
            }
            Self::ListMade { list } | Self::ListRenamed { list } | Self::ListClosed { list } => {
                Some(list.0)
            }
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
            Self::ResourceMade { resource }
            | Self::ResourceEdited { resource }
            | Self::ResourceClosed { resource } => Some(resource.0),
            Self::ReferralMoved {
                referral, client, ..
            } => Some(client.map_or(referral.0, |client| client.0)),
            Self::Refused { user, .. } => user.map(|user| user.0),
        }
    }

    /// The other person it mentions: the receiver of clients.
    pub fn other(&self) -> Option<UserId> {
        match self {
            Self::ClientMoved { to, .. } | Self::CaseloadMoved { to, .. } => *to,
            _ => None,
        }
    }

    /// The other organisation it mentions.
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

    /// Whether it is an action of the holder of several accounts, which is recorded for each
    /// account.
    pub const fn is_of_a_holder(&self) -> bool {
        matches!(
            self,
            Self::LinkAgreed { .. }
                | Self::LinkDeclined { .. }
                | Self::AccountUnlinked {
                    by_holder: true,
                    ..
                }
        )
    }

    /// The roles it mentions.
    pub fn roles(&self) -> Vec<RoleId> {
        match self {
            Self::RoleGiven { role, .. } | Self::RoleRemoved { role, .. } => vec![*role],
            Self::UserCreated { roles, .. } => roles.clone(),
            Self::RoleEdited { shifts, .. } => shifts
                .iter()
                .filter_map(|shift| shift.role().copied())
                .collect(),
            Self::RoleRetired { instead, .. } => instead.iter().copied().collect(),
            _ => Vec::new(),
        }
    }
}

/// Events that a person can cause at will: the first ones are written individually, the rest as one
/// [`Event::Repeated`].
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
    pub const ALL: [Self; 5] = [
        Self::Refused,
        Self::ProfileEdited,
        Self::SignInFailed,
        Self::Throttled,
        Self::PasswordRefused,
    ];

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

    /// The kind of an event, and its person, if it is one of these.
    #[must_use]
    pub const fn of(event: &Event) -> Option<(Self, UserId)> {
        match event {
            Event::Refused {
                user: Some(user), ..
            } => Some((Self::Refused, *user)),
            Event::ProfileEdited { user, .. } => Some((Self::ProfileEdited, *user)),
            Event::SignInFailed { user } => Some((Self::SignInFailed, *user)),
            Event::Throttled { user } => Some((Self::Throttled, *user)),
            Event::PasswordRefused { user } => Some((Self::PasswordRefused, *user)),
            _ => None,
        }
    }
}

/// The kind of subject of an activity, as in its address.
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
    /// The actor's own organisation's settings.
    Settings,
    /// Another organisation, as the operator sees it.
    Organisation,
}

impl Subject {
    /// Its page. `id` is what stands in the address: a built-in role's is its key.
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

    /// The filters of its activity; none if all events are of one kind.
    pub fn groups(self) -> &'static [EventGroup] {
        match self {
            Self::User => &EventGroup::ALL,
            Self::Client => &[EventGroup::Details, EventGroup::Clients],
            Self::Customer | Self::Resource | Self::Role | Self::Settings | Self::Organisation => {
                &[]
            }
        }
    }
}

/// The groups of events by which an activity is filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventGroup {
    /// The account, its sign-in, and its roles (OG-60).
    Access,
    /// Details, and memberships.
    Details,
    /// Signing in and out, and refusals.
    SignIns,
    /// Clients, referrals and cover.
    Clients,
    /// Mails.
    Mails,
}

impl EventGroup {
    /// All, in the order a page offers them.
    pub const ALL: [Self; 5] = [
        Self::Access,
        Self::Details,
        Self::SignIns,
        Self::Clients,
        Self::Mails,
    ];

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

/// The parameters of an activity page, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    /// An [`EventGroup::code`], or nothing.
    pub group: String,
    /// Starts after this event; newest first.
    pub after: String,
}

/// One page of a subject's activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// The kind of subject.
    pub of: Subject,
    /// The subject's id in the address.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Set for a role: built-in ones are named in the reader's language.
    pub role: Option<RoleName>,
    /// The parameters, without ignored ones.
    pub query: HistoryQuery,
    /// Filters with unknown values, which are ignored.
    pub ignored: Ignored,
    /// The events, newest first.
    pub lines: Vec<ActivityEntry>,
    /// The cursor of the next page.
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

impl Change {
    /// The change of a text, if it changed; an empty text is stored as none.
    pub fn between(field: Field, before: &str, after: &str) -> Option<Self> {
        let stored = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (before != after).then(|| Self {
            field,
            before: stored(before),
            after: stored(after),
        })
    }
}

/// The actor of an event, as far as the reader may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person within the reader's reach, by name.
    Named(String),
    /// A person out of the reader's reach.
    #[serde(rename = "somebody")]
    Hidden,
    /// A person of the operator's organisation, by their name and the organisation's.
    Operator(Option<String>),
    /// The holder of an account in another organisation that was to be linked.
    Holder,
    /// No person: the system, or a visitor.
    #[serde(rename = "nobody")]
    System,
}

/// The account that signed in, if the session was switched to another account of the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Through {
    /// The person's name.
    pub name: String,
    /// The name of its organisation.
    pub organisation: String,
}

/// One entry of a subject's activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityEntry {
    /// The time.
    pub when: When,
    /// The actor.
    pub who: Actor,
    /// The account they signed in with, if it is another one.
    pub through: Option<Through>,
    /// The event.
    pub event: Event,
    /// The roles the event mentions.
    pub roles: Vec<RoleName>,
    /// The name of the office, the team, the customer, the contract or the other organisation the
    /// event mentions.
    pub unit: Option<String>,
    /// The name of the other person the event mentions.
    pub other: Option<String>,
    /// The list the event mentions.
    pub list: Option<ListName>,
    /// Personal values, if the actor may see them.
    pub changes: Vec<Change>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The kinds of all events, read from where they are declared.
    fn declared() -> Vec<String> {
        let source = include_str!("audit.rs");
        let body = source
            .split("pub enum Event {")
            .nth(1)
            .and_then(|rest| rest.split("\n}").next())
            .unwrap_or_default();
        let variants = body
            .lines()
            .filter_map(|line| line.strip_prefix("    "))
            .filter(|line| line.starts_with(char::is_uppercase));
        variants
            .map(|line| snake(line.trim_end_matches([' ', '{', ','])))
            .collect()
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
        assert_eq!(
            declared, grouped,
            "If you're here because you added an event: say in EventGroup::kinds by which filter it is found."
        );
    }

    #[test]
    fn every_group_has_a_code_of_its_own() {
        for group in EventGroup::ALL {
            assert_eq!(EventGroup::from_code(group.code()), Some(group));
        }
    }
}
