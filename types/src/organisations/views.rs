//! What the pages about organisations receive.

use serde::{Deserialize, Serialize};

use super::forms::{ActOnAdministrator, AddOrganisation};
use super::list::Row;
use crate::audit::ActivityEntry;
use crate::conflict::Conflict;
use crate::primitives::actions::AdministratorAct;
use crate::primitives::date::When;
use crate::primitives::ids::{OrganisationId, UserId};
use crate::primitives::preferences::Language;
use crate::refusal::Refusal;
use crate::settings::Licence;
use crate::users::Status;

/// The page `/organisations/new`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddPage {
    /// An empty form, or the saved draft.
    pub form: AddOrganisation,
    /// The refusal, if any.
    pub refusal: Option<Refusal>,
}

/// The page of one organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrganisationPage {
    /// What the list shows.
    pub row: Row,
    /// Its version.
    pub version: i32,
    /// When it was created.
    pub created: When,
    /// Its language.
    pub language: Language,
    /// Its time zone.
    pub time_zone: String,
    /// The organisation's support contact.
    pub support_contact: String,
    /// The terms of the agreement.
    pub licence: Licence,
    /// The reason for the suspension.
    pub suspended_reason: String,
    /// Its administrators, archived ones last; none for the operator's own organisation, where they
    /// are managed like everybody else.
    pub administrators: Vec<Administrator>,
    /// Its activity.
    pub activity: Vec<ActivityEntry>,
}

/// An Organisation administrator of another organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Administrator {
    /// The user's id.
    pub user: UserId,
    /// The displayed name.
    pub name: String,
    /// The login name.
    pub login_name: String,
    /// The stored address, to which links are sent.
    pub email: Option<String>,
    /// Whether they can sign in.
    pub status: Status,
    /// When they were last active.
    pub last_activity: Option<When>,
    /// The reason for archiving.
    pub archived_reason: Option<String>,
}

/// The page of one action on an administrator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdministratorPage {
    /// The organisation that is acted on.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// Who is acted on.
    pub administrator: Administrator,
    /// The action.
    pub act: AdministratorAct,
    /// The number of clients the administrator is responsible for.
    pub clients: u32,
    /// Whether no other administrator of the organisation can sign in.
    pub is_last: bool,
    /// An empty form, or the saved draft.
    pub form: ActOnAdministrator,
    /// The refusal, if any.
    pub refusal: Option<Refusal>,
}

/// The pages that edit one organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditPage<F> {
    /// The organisation.
    pub page: OrganisationPage,
    /// The current state, or the saved draft.
    pub form: F,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<F>>,
    /// The refusal, if any.
    pub refusal: Option<Refusal>,
}

impl AdministratorAct {
    /// Whether it applies to a person with this status (archived or not).
    pub fn suits(self, status: Status) -> bool {
        (self == Self::Restore) == (status == Status::Archived)
    }
}
