//! Referrals: a client is referred to a resource, or to another organisation (OG-05, OG-10). A
//! referral to another organisation has a row in each, and each side's actions are delivered to the
//! other.

use serde::{Deserialize, Serialize};

use crate::When;
use crate::form::{Checks, form, paragraph};
use crate::ids::{ClientId, IdempotencyKey, OrganisationId, ReferralId, ResourceId};
use crate::paging::{Cursor, Ignored, Pages};
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::resources::{Offered, ResourceRow};
use crate::users::{Override, TEXT, overriding};

/// The value of [`NewReferral::step`] that leads to the review page.
pub const REVIEW: &str = "review";

form! {
    /// Refers a client.
    NewReferral shown at |form| form.shown();
    text {
        /// The client.
        client,
        /// The resource; empty for another organisation as a whole.
        resource,
        /// The organisation of the resource, or the organisation as a whole; empty for the sender's
        /// own.
        at,
        /// The idempotency key, created by the server.
        key,
        /// The reason, for the receiver.
        why,
        /// Ticked to include the client's contact details.
        with_contact,
        /// What the sender was shown on the review page: [`ReferralPreview::seen`].
        seen,
        /// [`REVIEW`] on the way to the review page.
        step,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

form! {
    /// Takes a step of a referral.
    ActOnReferral shown at |form| page(&form.referral);
    text {
        /// The referral.
        referral,
        /// The version the page showed.
        version,
        /// The code of a [`Step`].
        act,
        /// The note.
        note,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

/// A referral's address. An id from a form is untrusted text until it parses.
fn page(referral: &str) -> String {
    referral
        .parse::<ReferralId>()
        .map_or_else(|_| "/referrals".to_owned(), |id| format!("/referrals/{id}"))
}

/// The address of the form of a new referral, with the client and the destination as far as they
/// are chosen.
pub fn address(client: &str, resource: &str, at: &str) -> String {
    let mut address = "/referrals/new".to_owned();
    for (name, id) in [("client", client), ("resource", resource), ("at", at)] {
        // ids of both kinds parse alike
        if let Ok(id) = id.parse::<ReferralId>() {
            let mark = if address.contains('?') { '&' } else { '?' };
            address.push_str(&format!("{mark}{name}={id}"));
        }
    }
    address
}

/// The destination of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A resource of the actor's own organisation.
    Own(ResourceId),
    /// A resource another organisation shares.
    Shared(OrganisationId, ResourceId),
    /// Another organisation as a whole.
    Organisation(OrganisationId),
}

impl Destination {
    /// The destination given by the two ids of an address or a form.
    pub fn parse(resource: &str, at: &str) -> Option<Self> {
        match (resource, at) {
            ("", at) => at.parse().ok().map(Self::Organisation),
            (resource, "") => resource.parse().ok().map(Self::Own),
            (resource, at) => Some(Self::Shared(at.parse().ok()?, resource.parse().ok()?)),
        }
    }
}

/// A referral to create: created only by [`NewReferral::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct New {
    /// The idempotency key.
    pub key: IdempotencyKey,
    /// The client.
    pub client: ClientId,
    /// The destination.
    pub destination: Destination,
    /// The reason.
    pub why: String,
    /// Whether the client's contact details are included.
    pub with_contact: bool,
    /// Overridden warnings, and the reason.
    pub passed: Override,
}

impl NewReferral {
    /// The client, the destination, and the message.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<New, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let wrong = |_| Problem::Wrong;
        let key = checks.take(Field::Form, self.key.parse().map_err(wrong));
        let client = checks.take(Field::Form, self.client.parse().map_err(wrong));
        let destination = checks.take(
            Field::Destination,
            Destination::parse(&self.resource, &self.at).ok_or(Problem::Wrong),
        );
        let why = checks.take(Field::Why, paragraph(&self.why, TEXT));
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (key, client, destination, why) {
            (Some(key), Some(client), Some(destination), Some(why)) if checks.is_clean() => {
                Ok(New {
                    key,
                    client,
                    destination,
                    why,
                    with_contact: !self.with_contact.is_empty(),
                    passed,
                })
            }
            _ => Err(checks.into_invalid()),
        }
    }

    fn shown(&self) -> String {
        if self.step == REVIEW {
            "/referrals/review".to_owned()
        } else {
            address(&self.client, &self.resource, &self.at)
        }
    }
}

impl ActOnReferral {
    /// The referral, its version, the step, the note, and overridden warnings.
    ///
    /// # Errors
    /// [`Problem::Missing`] if the step requires a note; [`Problem::Wrong`].
    pub fn parse(&self) -> Result<(ReferralId, i32, Step, String, Override), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let referral = checks.take(
            Field::Form,
            self.referral.parse().map_err(|_| Problem::Wrong),
        );
        let version = checks.take(
            Field::Form,
            self.version.parse().map_err(|_| Problem::Wrong),
        );
        let act = Step::ACTS.into_iter().find(|step| step.code() == self.act);
        let act = checks.take(Field::Form, act.ok_or(Problem::Wrong));
        let is_said = !self.note.trim().is_empty() || act.is_some_and(Step::needs_note);
        let note = if is_said {
            checks.take(Field::Note, paragraph(&self.note, TEXT))
        } else {
            Some(String::new())
        };
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (referral, version, act, note) {
            (Some(referral), Some(version), Some(act), Some(note)) if checks.is_clean() => {
                Ok((referral, version, act, note, passed))
            }
            _ => Err(checks.into_invalid()),
        }
    }
}

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $code)] $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code in the database and in addresses.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The one with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }
        }
    };
}

codes! {
    /// The direction of a referral, seen from the organisation of the row.
    Direction {
        /// To one of its own resources.
        Internal = "internal",
        /// To another organisation.
        Sent = "sent",
        /// From another organisation.
        Received = "received",
    }
}

codes! {
    /// The status of a referral.
    Status {
        /// Waits for an answer.
        Sent = "sent",
        /// Waits for a reply to a question.
        Asked = "asked",
        /// Accepted: a place is taken.
        Accepted = "accepted",
        /// Declined.
        Declined = "declined",
        /// Withdrawn by the sender.
        Withdrawn = "withdrawn",
        /// Ended after it was accepted.
        Ended = "ended",
    }
}

codes! {
    /// A step of a referral.
    Step {
        /// It was sent.
        Sent = "sent",
        /// The receiver asked something.
        Asked = "asked",
        /// The sender replied.
        Replied = "replied",
        /// The receiver accepted it.
        Accepted = "accepted",
        /// The receiver declined it.
        Declined = "declined",
        /// The sender withdrew it.
        Withdrawn = "withdrawn",
        /// Either side ended it.
        Ended = "ended",
        /// It could not be delivered, because the receiver takes no referrals now.
        Undelivered = "undelivered",
    }
}

/// A side of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The sender.
    Sender,
    /// The receiver.
    Receiver,
}

impl Direction {
    /// Whether the organisation is on this side.
    pub fn is_on(self, side: Side) -> bool {
        match side {
            Side::Sender => self != Self::Received,
            Side::Receiver => self != Self::Sent,
        }
    }
}

impl Status {
    /// Whether the referral is still open.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Asked)
    }
}

impl Step {
    /// The steps that people take on an existing referral, in the order a page offers them.
    pub const ACTS: [Self; 6] = [
        Self::Accepted,
        Self::Declined,
        Self::Asked,
        Self::Replied,
        Self::Withdrawn,
        Self::Ended,
    ];

    /// Whether this side may take it.
    pub fn is_of(self, side: Side) -> bool {
        match self {
            Self::Accepted | Self::Declined | Self::Asked => side == Side::Receiver,
            Self::Sent | Self::Replied | Self::Withdrawn => side == Side::Sender,
            Self::Ended => true,
            Self::Undelivered => false,
        }
    }

    /// Whether it requires a note.
    pub fn needs_note(self) -> bool {
        matches!(self, Self::Declined | Self::Asked | Self::Replied)
    }

    /// The status it leads to; `None` if it cannot be taken.
    pub fn next_status(self, from: Status) -> Option<Status> {
        match (self, from) {
            (Self::Accepted, Status::Sent | Status::Asked) => Some(Status::Accepted),
            (Self::Declined, Status::Sent | Status::Asked) => Some(Status::Declined),
            (Self::Asked, Status::Sent) => Some(Status::Asked),
            (Self::Replied, Status::Asked) => Some(Status::Sent),
            (Self::Withdrawn, Status::Sent | Status::Asked) => Some(Status::Withdrawn),
            (Self::Ended, Status::Accepted) => Some(Status::Ended),
            _ => None,
        }
    }

    /// The status it leads to when it is delivered from the other side, which may not have known
    /// the current status. Withdrawing always takes effect; any other step only takes effect if it
    /// could have been taken. So both sides reach the same status, in whatever order steps are
    /// delivered.
    pub fn status_on_arrival(self, at: Status) -> Status {
        if self == Self::Withdrawn {
            Status::Withdrawn
        } else {
            self.next_status(at).unwrap_or(at)
        }
    }
}

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

/// One referral, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralRow {
    /// The referral's id.
    pub id: ReferralId,
    /// The direction.
    pub direction: Direction,
    /// The status.
    pub status: Status,
    /// The client's name.
    pub client_name: String,
    /// The resource; empty for an organisation as a whole.
    pub resource_name: String,
    /// The other organisation; empty if there is none.
    pub other_name: String,
    /// When it was sent.
    pub created: When,
}

/// Instead of a [`Direction`], a list's filter for referrals that the organisation is to answer,
/// from any sender.
pub const TO_US: &str = "to_us";
/// Instead of a [`Status`], a list's filter for [open](Status::is_open) referrals.
pub const OPEN: &str = "open";

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// A [`Direction`] by its code, [`TO_US`], or nothing.
    pub direction: String,
    /// A [`Status`] by its code, [`OPEN`], or nothing.
    pub status: String,
    /// The position of the page.
    pub cursor: Cursor,
}

/// The referrals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralList {
    /// One page of referrals within reach, newest first.
    pub rows: Vec<ReferralRow>,
    /// The total number, and the cursors of the other pages.
    pub pages: Pages,
    /// The parameters, without ignored ones.
    pub query: ListQuery,
    /// Filters with unknown values, which are ignored.
    pub ignored: Ignored,
    /// Whether the actor may refer clients.
    pub may_refer: bool,
}

/// One entry of a referral's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The time.
    pub when: When,
    /// The step.
    pub step: Step,
    /// Who did it; `None` for the system.
    pub who: Option<String>,
    /// Their organisation, if it is the other one.
    pub organisation: Option<String>,
    /// The note.
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
    pub may: Vec<Step>,
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
        /// The client.
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
        /// The client.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    const ID: &str = "0197a4d2-0000-7000-8000-000000000001";
    const OTHER: &str = "0197a4d2-0000-7000-8000-000000000002";

    fn typed() -> NewReferral {
        let (client, resource, key) = (ID.to_owned(), ID.to_owned(), ID.to_owned());
        NewReferral {
            client,
            resource,
            key,
            why: " Needs a day activity ".to_owned(),
            ..NewReferral::default()
        }
    }

    #[test]
    fn a_resource_without_an_organisation_is_ones_own_and_an_organisation_without_a_resource_is_itself()
     {
        let (id, other) = (ID.parse().expect("an id"), OTHER.parse().expect("an id"));
        assert_eq!(Destination::parse(ID, ""), Some(Destination::Own(id)));
        assert_eq!(
            Destination::parse(ID, OTHER),
            Some(Destination::Shared(other, id))
        );
        assert_eq!(
            Destination::parse("", OTHER),
            Some(Destination::Organisation(other))
        );
        for (resource, at) in [("", ""), ("x", ""), (ID, "x"), ("x", OTHER), ("", "x")] {
            assert_eq!(
                Destination::parse(resource, at),
                None,
                "{resource:?} {at:?}"
            );
        }
    }

    #[test]
    fn a_referral_needs_somebody_somewhere_to_go_and_a_reason() {
        let new = typed().parse().expect("good");
        assert_eq!(
            (new.why.as_str(), new.with_contact),
            ("Needs a day activity", false)
        );
        let empty = NewReferral::default().parse().expect_err("empty");
        assert_eq!(empty.at(Field::Why), Some(&Problem::Missing));
        assert_eq!(empty.at(Field::Destination), Some(&Problem::Wrong));
        assert_eq!(empty.at(Field::Form), Some(&Problem::Wrong));
    }

    #[test]
    fn a_refused_referral_is_shown_again_with_whom_and_where_to_and_a_reviewed_one_on_its_own_page()
    {
        assert_eq!(
            typed().page(),
            format!("/referrals/new?client={ID}&resource={ID}")
        );
        assert_eq!(
            NewReferral {
                resource: "\"><b>".to_owned(),
                ..typed()
            }
            .page(),
            format!("/referrals/new?client={ID}")
        );
        assert_eq!(
            NewReferral {
                step: REVIEW.to_owned(),
                ..typed()
            }
            .page(),
            "/referrals/review"
        );
        assert_eq!(ActOnReferral::default().page(), "/referrals");
    }

    #[test]
    fn declining_asking_and_replying_need_words_and_the_rest_may_have_some() {
        for step in Step::ACTS {
            let form = ActOnReferral {
                referral: ID.to_owned(),
                version: "1".to_owned(),
                act: step.code().to_owned(),
                ..Default::default()
            };
            match form.parse() {
                Err(invalid) => assert!(
                    step.needs_note() && invalid.at(Field::Note) == Some(&Problem::Missing),
                    "{step:?}"
                ),
                Ok(_) => assert!(!step.needs_note(), "{step:?}"),
            }
            let said = ActOnReferral {
                note: " Said ".to_owned(),
                ..form
            };
            assert_eq!(
                said.parse().map(|(_, _, act, note, _)| (act, note)),
                Ok((step, "Said".to_owned()))
            );
        }
    }

    #[test]
    fn nobody_sends_what_is_there_or_says_that_it_was_not_delivered() {
        for act in ["sent", "undelivered", "", "Accepted"] {
            let form = ActOnReferral {
                referral: ID.to_owned(),
                version: "1".to_owned(),
                act: act.to_owned(),
                ..Default::default()
            };
            assert_eq!(
                form.parse().expect_err(act).at(Field::Form),
                Some(&Problem::Wrong)
            );
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        for over in [Status::Declined, Status::Withdrawn, Status::Ended] {
            assert!(
                Step::ALL
                    .iter()
                    .all(|step| step.next_status(over).is_none()),
                "{over:?}"
            );
        }
    }

    /// Both sides act on their own row at will, and deliveries are as late as possible.
    #[test]
    fn both_sides_come_to_the_same_in_whatever_order_they_hear_of_each_other() {
        fn walk(
            sender: Status,
            receiver: Status,
            to_receiver: &[Step],
            to_sender: &[Step],
            left: u32,
            seen: &mut u32,
        ) {
            let arrived = |status: Status, steps: &[Step]| {
                steps
                    .iter()
                    .fold(status, |status, step| step.status_on_arrival(status))
            };
            assert_eq!(
                arrived(receiver, to_receiver),
                arrived(sender, to_sender),
                "{to_receiver:?} {to_sender:?}"
            );
            *seen += 1;
            if left == 0 {
                return;
            }
            for step in Step::ACTS {
                for (side, at) in [(Side::Sender, sender), (Side::Receiver, receiver)] {
                    let Some(next) = step.next_status(at).filter(|_| step.is_of(side)) else {
                        continue;
                    };
                    let (mine, theirs) = (
                        [to_receiver, &[step]].concat(),
                        [to_sender, &[step]].concat(),
                    );
                    match side {
                        Side::Sender => walk(next, receiver, &mine, to_sender, left - 1, seen),
                        Side::Receiver => walk(sender, next, to_receiver, &theirs, left - 1, seen),
                    }
                }
            }
            if let [first, rest @ ..] = to_receiver {
                walk(
                    sender,
                    first.status_on_arrival(receiver),
                    rest,
                    to_sender,
                    left - 1,
                    seen,
                );
            }
            if let [first, rest @ ..] = to_sender {
                walk(
                    first.status_on_arrival(sender),
                    receiver,
                    to_receiver,
                    rest,
                    left - 1,
                    seen,
                );
            }
        }
        let mut seen = 0;
        walk(Status::Sent, Status::Sent, &[], &[], 9, &mut seen);
        assert!(seen > 1_000, "too little was walked: {seen}");
    }
}
