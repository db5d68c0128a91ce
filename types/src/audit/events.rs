//! The events.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::primitives::actions::{AdministratorAct, ReferralStep, SignInSetup};
use crate::primitives::coded::coded;
use crate::primitives::ids::{
    ClientId, ContractId, CustomerId, DashboardId, ListId, NoticeId, OfficeId, OrganisationId,
    ReferralId, ResourceId, RoleId, TeamId, UserId,
};
use crate::primitives::permission::GrantChange;
use crate::refusal::Field;

/// An event, in the past tense. Personal values are [`Change`]s, stored separately (decision 0018).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "an id is named after what it identifies")]
pub enum Event {
    /// The organisation was created.
    OrganisationCreated,
    /// The organisation's name or its licence agreement was changed.
    OrganisationEdited {
        organisation: OrganisationId,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// The organisation was suspended: all sessions ended, and nobody can sign in.
    OrganisationSuspended { organisation: OrganisationId },
    /// The organisation was resumed.
    OrganisationResumed { organisation: OrganisationId },
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
    SettingsChanged { organisation: OrganisationId },
    /// A notice to the vendor was drafted.
    NoticeDrafted { notice: NoticeId },
    /// A notice to the vendor was sent.
    NoticeSent { notice: NoticeId },
    /// A person's account was created.
    UserCreated {
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
        role: RoleId,
    },
    /// A role was removed.
    RoleRemoved {
        user: UserId,
        role: RoleId,
        /// Codes of the warnings that were overridden (S8).
        #[serde(default)]
        overridden: Vec<String>,
    },
    /// A custom role was created.
    RoleMade { role: RoleId },
    /// A custom role was edited.
    RoleEdited {
        role: RoleId,
        /// The changes of its grants.
        shifts: Vec<GrantChange<RoleId>>,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// A custom role was deactivated and removed from everybody.
    RoleRetired {
        role: RoleId,
        /// The replacement that its holders got.
        instead: Option<RoleId>,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// An administrator set a temporary password.
    TemporaryPasswordSet { user: UserId },
    /// An invitation was queued.
    Invited { user: UserId },
    /// The person followed the invitation and set a password.
    InvitationAccepted { user: UserId },
    /// The person changed their own password.
    PasswordChanged { user: UserId },
    /// The person changed their own details.
    ProfileEdited {
        user: UserId,
        /// The changed fields.
        fields: Vec<Field>,
    },
    /// The person asked for another address; it waits for verification.
    EmailChangeAsked { user: UserId },
    /// The person confirmed their new address.
    EmailChanged { user: UserId },
    /// Archived.
    UserArchived {
        user: UserId,
        /// Codes of the warnings that were overridden (S8).
        #[serde(default)]
        overridden: Vec<String>,
    },
    /// Restored from the user bank.
    UserRestored { user: UserId },
    /// Signed in.
    SignedIn { user: UserId },
    /// Signed out.
    SignedOut { user: UserId },
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
    OfficeMade { office: OfficeId },
    /// An office was renamed.
    OfficeRenamed { office: OfficeId },
    /// An office was closed.
    OfficeClosed { office: OfficeId },
    /// A team was created.
    TeamMade { team: TeamId },
    /// A team was renamed, or put into another office.
    TeamEdited { team: TeamId },
    /// A team was closed.
    TeamClosed { team: TeamId },
    /// A person was moved to another office, or to none, because theirs was closed.
    OfficeChanged {
        user: UserId,
        /// The new office.
        office: Option<OfficeId>,
    },
    /// A person was added to a team.
    MemberAdded { user: UserId, team: TeamId },
    /// A person was removed from a team.
    MemberRemoved { user: UserId, team: TeamId },
    /// A person was assigned to cover a team.
    CoverGiven { user: UserId, team: TeamId },
    /// A cover was ended.
    CoverEnded { user: UserId, team: TeamId },
    /// A list was created.
    ListMade { list: ListId },
    /// A list was renamed.
    ListRenamed { list: ListId },
    /// A list was closed.
    ListClosed { list: ListId },
    /// A person was removed from a list, because it was closed.
    ListLeft { user: UserId, list: ListId },
    /// A customer was created.
    CustomerMade { customer: CustomerId },
    /// A customer was renamed.
    CustomerRenamed { customer: CustomerId },
    /// A customer was closed, with its contracts.
    CustomerClosed { customer: CustomerId },
    /// A contract was created.
    ContractMade {
        customer: CustomerId,
        contract: ContractId,
    },
    /// A contract was renamed, or names another config.
    ContractEdited {
        customer: CustomerId,
        contract: ContractId,
    },
    /// A contract was closed.
    ContractClosed {
        customer: CustomerId,
        contract: ContractId,
    },
    /// A customer was removed from a person, because it was closed.
    CustomerLeft { user: UserId, customer: CustomerId },
    /// The config of a contract was removed from a person, because the contract was closed.
    ConfigLeft { user: UserId, contract: ContractId },
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
    LinkAsked { user: UserId },
    /// A System administrator answered the request.
    LinkAnswered {
        user: UserId,
        /// Whether they were linked.
        linked: bool,
    },
    /// A client was created.
    ClientCreated { client: ClientId },
    /// A client's details, or the people who work with them, were changed.
    ClientEdited {
        client: ClientId,
        /// The changed fields.
        fields: Vec<Field>,
        /// The team that the actor covered, if only that cover allowed the change (IZ-09).
        covering: Option<TeamId>,
    },
    /// A client got another responsible person, or waits in the team's queue.
    ClientMoved {
        client: ClientId,
        /// The new responsible person.
        to: Option<UserId>,
        /// The team that the actor covered, if only that cover allowed the change (IZ-09).
        covering: Option<TeamId>,
    },
    /// A client was archived.
    ClientArchived { client: ClientId },
    /// A client was restored.
    ClientRestored { client: ClientId },
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
        user: UserId,
        /// The number of clients.
        clients: u32,
    },
    /// A person no longer assists clients, because the role that required it was removed.
    ClientsUnlinked {
        user: UserId,
        /// The number of clients.
        clients: u32,
    },
    /// A dashboard was created.
    DashboardMade { dashboard: DashboardId },
    /// A dashboard was changed: its name, what it shows, or which roles bring it.
    DashboardEdited { dashboard: DashboardId },
    /// A dashboard was closed.
    DashboardClosed { dashboard: DashboardId },
    /// A person's dashboards were changed.
    DashboardsAssigned { user: UserId },
    /// A report was exported.
    ReportExported,
    /// A resource was created.
    ResourceMade { resource: ResourceId },
    /// A resource was changed.
    ResourceEdited { resource: ResourceId },
    /// A resource was closed.
    ResourceClosed { resource: ResourceId },
    /// Something happened to a referral, here or at the other organisation.
    ReferralMoved {
        referral: ReferralId,
        /// The client; unknown to the receiver.
        client: Option<ClientId>,
        step: ReferralStep,
        /// Codes of the warnings that were overridden (S8).
        overridden: Vec<String>,
    },
    /// A password was not tried, because of too many wrong ones before.
    Throttled { user: UserId },
    /// A signed-in person entered a wrong current password.
    PasswordRefused { user: UserId },
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

coded! {
    /// Events that a person can cause at will: the first ones are written individually, the rest as one
    /// [`Event::Repeated`].
    Repeatable {
        /// [`Event::Refused`].
        Refused = "refused",
        /// [`Event::ProfileEdited`].
        ProfileEdited = "profile_edited",
        /// [`Event::SignInFailed`].
        SignInFailed = "sign_in_failed",
        /// [`Event::Throttled`].
        Throttled = "throttled",
        /// [`Event::PasswordRefused`].
        PasswordRefused = "password_refused",
    }
}

impl Repeatable {
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
