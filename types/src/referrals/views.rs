//! What the pages about referrals receive.

use serde::{Deserialize, Serialize};

use super::forms::{ActOnReferral, NewReferral};
use super::list::ReferralRow;
use crate::primitives::actions::ReferralStep;
use crate::primitives::date::When;
use crate::primitives::ids::{ClientId, OrganisationId, ResourceId};
use crate::refusal::Refusal;
use crate::resources::{Offered, ResourceRow};

/// The name of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferredClient {
    /// The client's id.
    pub id: ClientId,
    /// The displayed name.
    pub name: String,
    /// The client's number, to tell apart two of the same name; may be empty.
    pub number: String,
}

/// The names of a destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The resource; empty for an organisation as a whole.
    pub resource: String,
    /// The other organisation; `None` for the sender's own.
    pub organisation: Option<String>,
    /// Whether all places are taken.
    pub is_full: bool,
}

/// Exactly the data that is sent, which the sender reviews first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralPreview {
    /// The client's name.
    pub client_name: String,
    /// Their contact details; empty if they are not included, or there are none.
    pub contact: String,
    /// The sender's name.
    pub sender: String,
    /// The sender's organisation.
    pub organisation: String,
}

impl ReferralPreview {
    /// The data from the client's record in one line, by which a change since the review is
    /// detected.
    pub fn seen(&self) -> String {
        format!("{} / {}", self.client_name, self.contact)
    }
}

/// One entry of a referral's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The time.
    pub when: When,
    /// What was done.
    pub step: ReferralStep,
    /// Who did it; `None` for the system.
    pub who: Option<String>,
    /// Their organisation, if it is the other one.
    pub organisation: Option<String>,
    /// May be empty.
    pub note: String,
}

/// A referral's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferralPage {
    /// The referral.
    pub row: ReferralRow,
    /// The client's id, if the reader may see clients; never for the receiver.
    pub client: Option<ClientId>,
    /// The resource's id, if it is the organisation's own.
    pub resource: Option<ResourceId>,
    /// The client's contact details, if they were included.
    pub contact: String,
    /// The reason.
    pub why: String,
    /// The history, newest first.
    pub history: Vec<Entry>,
    /// The steps the actor may take now.
    pub may: Vec<ReferralStep>,
    /// Whether a step has not been delivered to the other organisation yet.
    pub is_under_way: bool,
    /// An empty form, or the saved draft.
    pub form: ActOnReferral,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The parameters of the page that creates a referral, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewReferralParams {
    /// The client, once chosen.
    pub client: String,
    /// The resource, once chosen.
    pub resource: String,
    /// The organisation of the resource, or the organisation as a whole, once chosen.
    pub at: String,
    /// The search words.
    pub q: String,
}

/// The page that creates a referral, at its current step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NewReferralPage {
    /// The client is not chosen yet.
    Client {
        /// The search words.
        q: String,
        /// The people found.
        found: Vec<ReferredClient>,
        /// The resource, if already chosen.
        resource: String,
        /// The organisation, if already chosen.
        at: String,
    },
    /// The destination is not chosen yet, or no longer available.
    Destination {
        /// Who is referred.
        client: ReferredClient,
        /// The search words.
        q: String,
        /// Resources of the organisation.
        own: Vec<ResourceRow>,
        /// Resources that others share.
        offered: Vec<Offered>,
        /// Organisations that take referrals.
        organisations: Vec<(OrganisationId, String)>,
        /// Whether the chosen destination is no longer available.
        is_gone: bool,
        /// The id of the saved draft.
        draft: Option<String>,
    },
    /// Client and destination are chosen; the message is missing.
    Words {
        /// Who is referred.
        client: ReferredClient,
        /// The destination.
        target: Target,
        /// The contact details that can be included; may be empty.
        contact: String,
        /// An empty form, or the saved draft.
        form: Box<NewReferral>,
        /// The refusal of the saved draft, if any.
        refusal: Option<Refusal>,
    },
}

/// The review page: what is sent, before it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewPage {
    /// The destination.
    pub target: Target,
    /// The data that is sent.
    #[serde(rename = "parcel")]
    pub preview: ReferralPreview,
    /// The form that is posted next.
    pub form: NewReferral,
    /// The id of the draft to go back to.
    pub draft: String,
}
