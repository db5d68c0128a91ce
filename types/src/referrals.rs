//! Referrals: a client is referred to a resource, or to another organisation (OG-05, OG-10). One to another organisation is a row of
//! each, and what one side does reaches the other a moment later.

use serde::{Deserialize, Serialize};

use crate::When;
use crate::form::{Checks, form, paragraph};
use crate::ids::{ClientId, IdempotencyKey, OrganisationId, ReferralId, ResourceId};
use crate::paging::{Cursor, Ignored, Pages};
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::resources::{Offered, ResourceRow};
use crate::users::{Override, TEXT, overriding};

/// Where [`NewReferral::step`] leads to the page that shows what goes.
pub const REVIEW: &str = "review";

form! {
    /// Refers a client.
    NewReferral shown at |form| form.shown();
    text {
        /// The client.
        client,
        /// To which resource; empty for another organisation as such.
        resource,
        /// Whose the resource is, or to which organisation; empty for the actor's own.
        at,
        /// The idempotency key, created by the server.
        key,
        /// Why, for who reads it there.
        why,
        /// Ticked where the client's contact details go along.
        with_contact,
        /// What the sender was shown before it goes: [`ReferralPreview::seen`].
        seen,
        /// [`REVIEW`] on the way to the page that shows what goes.
        step,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

form! {
    /// Answers a referral, or takes it further.
    ActOnReferral shown at |form| page(&form.referral);
    text {
        /// The referral.
        referral,
        /// The version the page showed.
        version,
        /// What is done: a [`Step`] by its code.
        act,
        /// What is said with it.
        note,
        /// Ticked to override warnings.
        override_warnings,
        /// The reason for overriding warnings.
        reason,
    }
}

/// A referral's address. An id from a form is untrusted text until it parses.
fn page(referral: &str) -> String {
    referral.parse::<ReferralId>().map_or_else(|_| "/referrals".to_owned(), |id| format!("/referrals/{id}"))
}

/// The address of the form that refers somebody somewhere, as far as both are chosen.
pub fn address(client: &str, resource: &str, at: &str) -> String {
    let mut address = "/referrals/new".to_owned();
    for (name, id) in [("client", client), ("resource", resource), ("at", at)] {
        // whatever the noun, an id is one
        if let Ok(id) = id.parse::<ReferralId>() {
            let mark = if address.contains('?') { '&' } else { '?' };
            address.push_str(&format!("{mark}{name}={id}"));
        }
    }
    address
}

/// Where somebody is referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A resource of the actor's own organisation.
    Own(ResourceId),
    /// A resource another organisation shares.
    Shared(OrganisationId, ResourceId),
    /// Another organisation as such.
    Organisation(OrganisationId),
}

impl Destination {
    /// What the two ids of an address or a form name together.
    pub fn parse(resource: &str, at: &str) -> Option<Self> {
        match (resource, at) {
            ("", at) => at.parse().ok().map(Self::Organisation),
            (resource, "") => resource.parse().ok().map(Self::Own),
            (resource, at) => Some(Self::Shared(at.parse().ok()?, resource.parse().ok()?)),
        }
    }
}

/// A referral to be made: created only by [`NewReferral::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct New {
    /// Made once per key.
    pub key: IdempotencyKey,
    /// The client.
    pub client: ClientId,
    /// Where to.
    pub destination: Destination,
    /// The reason.
    pub why: String,
    /// Whether the client's contact details go along.
    pub with_contact: bool,
    /// Overridden warnings, and the reason.
    pub passed: Override,
}

impl NewReferral {
    /// Whom to refer, where to, and what to say.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<New, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let wrong = |_| Problem::Wrong;
        let key = checks.take(Field::Form, self.key.parse().map_err(wrong));
        let client = checks.take(Field::Form, self.client.parse().map_err(wrong));
        let destination = checks.take(Field::Destination, Destination::parse(&self.resource, &self.at).ok_or(Problem::Wrong));
        let why = checks.take(Field::Why, paragraph(&self.why, TEXT));
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (key, client, destination, why) {
            (Some(key), Some(client), Some(destination), Some(why)) if checks.is_clean() => {
                Ok(New { key, client, destination, why, with_contact: !self.with_contact.is_empty(), passed })
            }
            _ => Err(checks.into_invalid()),
        }
    }

    fn shown(&self) -> String {
        if self.step == REVIEW { "/referrals/review".to_owned() } else { address(&self.client, &self.resource, &self.at) }
    }
}

impl ActOnReferral {
    /// Which referral at which version, what is done, what is said with it, and warnings passed.
    ///
    /// # Errors
    /// [`Problem::Missing`] where it cannot be done without a word; [`Problem::Wrong`].
    pub fn parse(&self) -> Result<(ReferralId, i32, Step, String, Override), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let referral = checks.take(Field::Form, self.referral.parse().map_err(|_| Problem::Wrong));
        let version = checks.take(Field::Form, self.version.parse().map_err(|_| Problem::Wrong));
        let act = Step::ACTS.into_iter().find(|step| step.code() == self.act);
        let act = checks.take(Field::Form, act.ok_or(Problem::Wrong));
        let is_said = !self.note.trim().is_empty() || act.is_some_and(Step::needs_note);
        let note = if is_said { checks.take(Field::Note, paragraph(&self.note, TEXT)) } else { Some(String::new()) };
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (referral, version, act, note) {
            (Some(referral), Some(version), Some(act), Some(note)) if checks.is_clean() => Ok((referral, version, act, note, passed)),
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

            /// As the database and addresses hold it.
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
    /// Which way a referral goes, seen from the organisation whose row it is.
    Direction {
        /// To a resource of its own.
        Internal = "internal",
        /// To another organisation.
        Sent = "sent",
        /// From another organisation.
        Received = "received",
    }
}

codes! {
    /// Where a referral stands.
    Status {
        /// Waits for an answer.
        Sent = "sent",
        /// Waits for what was asked.
        Asked = "asked",
        /// Accepted: a place is taken.
        Accepted = "accepted",
        /// Declined.
        Declined = "declined",
        /// Withdrawn by who sent it.
        Withdrawn = "withdrawn",
        /// Was accepted, and is over.
        Ended = "ended",
    }
}

codes! {
    /// What happened to a referral.
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
        /// It did not reach the receiver, who takes no referrals now.
        Undelivered = "undelivered",
    }
}

/// A side of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who referred.
    Sender,
    /// Who is to answer.
    Receiver,
}

impl Direction {
    /// The sides the organisation is on.
    pub fn is_on(self, side: Side) -> bool {
        match side {
            Side::Sender => self != Self::Received,
            Side::Receiver => self != Self::Sent,
        }
    }
}

impl Status {
    /// Whether somebody is still to do something about it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Asked)
    }
}

impl Step {
    /// Those that people do on a referral that is there, in the order a page offers them.
    pub const ACTS: [Self; 6] = [Self::Accepted, Self::Declined, Self::Asked, Self::Replied, Self::Withdrawn, Self::Ended];

    /// Whether this side may do it.
    pub fn is_of(self, side: Side) -> bool {
        match self {
            Self::Accepted | Self::Declined | Self::Asked => side == Side::Receiver,
            Self::Sent | Self::Replied | Self::Withdrawn => side == Side::Sender,
            Self::Ended => true,
            Self::Undelivered => false,
        }
    }

    /// Whether it cannot be done without a word.
    pub fn needs_note(self) -> bool {
        matches!(self, Self::Declined | Self::Asked | Self::Replied)
    }

    /// Where it leads from here; `None` where it cannot be done.
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

    /// Where it leads when it comes from the other side, which may not have known where the referral stands here. Withdrawn is
    /// withdrawn, whatever was answered meanwhile; everything else changes only what it could have changed. Thus both sides come to
    /// the same, in whatever order the two hear of each other.
    pub fn status_on_arrival(self, at: Status) -> Status {
        if self == Self::Withdrawn { Status::Withdrawn } else { self.next_status(at).unwrap_or(at) }
    }
}

/// A client by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferredClient {
    /// The client's id.
    pub id: ClientId,
    /// As displayed.
    pub name: String,
    /// What tells two of one name apart: the number; may be empty.
    pub number: String,
}

/// Where somebody is referred to, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The resource; empty for an organisation as such.
    pub resource: String,
    /// The other organisation; `None` for the actor's own.
    pub organisation: Option<String>,
    /// Whether every place is taken.
    pub is_full: bool,
}

/// What goes, and nothing else: the sender sees it before it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralPreview {
    /// The client's name.
    pub client_name: String,
    /// Their contact details; empty where they do not go along, or there are none.
    pub contact: String,
    /// Who refers them.
    pub sender: String,
    /// For which organisation.
    pub organisation: String,
}

impl ReferralPreview {
    /// What of it comes from the client's record, in one line: what was shown is what goes, or nothing does.
    pub fn seen(&self) -> String {
        format!("{} / {}", self.client_name, self.contact)
    }
}

/// One referral, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralRow {
    /// The referral's id.
    pub id: ReferralId,
    /// Which way it goes.
    pub direction: Direction,
    /// Where it stands.
    pub status: Status,
    /// The client's name.
    pub client_name: String,
    /// To which resource; empty for an organisation as such.
    pub resource_name: String,
    /// The other organisation; empty where there is none.
    pub other_name: String,
    /// When it was sent.
    pub created: When,
}

/// In place of a [`Direction`], a list's filter for what is for the organisation to answer, wherever it comes from.
pub const TO_US: &str = "to_us";
/// In place of a [`Status`], a list's filter for what [is open](Status::is_open).
pub const OPEN: &str = "open";

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// A [`Direction`] by its code, [`TO_US`], or nothing.
    pub direction: String,
    /// A [`Status`] by its code, [`OPEN`], or nothing.
    pub status: String,
    /// Which page.
    pub cursor: Cursor,
}

/// The referrals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralList {
    /// Those within reach, newest first: one page.
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

/// One line of a referral's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The time.
    pub when: When,
    /// The step.
    pub step: Step,
    /// Who did it; `None` for the system.
    pub who: Option<String>,
    /// Their organisation, where it is the other one.
    pub organisation: Option<String>,
    /// What was said with it.
    pub note: String,
}

/// A referral's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReferralPage {
    /// The referral.
    pub row: ReferralRow,
    /// Whose page to open, if the actor may see clients; never the receiver's.
    pub client: Option<ClientId>,
    /// The resource's page, where it is the organisation's own.
    pub resource: Option<ResourceId>,
    /// The client's contact details, where they went along.
    pub contact: String,
    /// The reason.
    pub why: String,
    /// What happened, newest first.
    pub history: Vec<Entry>,
    /// What the actor may do about it now.
    pub may: Vec<Step>,
    /// Whether something of it has not reached the other organisation yet.
    pub is_under_way: bool,
    /// An empty form, or the saved draft.
    pub form: ActOnReferral,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// What the page that refers a client is asked for: the state in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewReferralParams {
    /// Whom, once chosen.
    pub client: String,
    /// The resource, once chosen.
    pub resource: String,
    /// Whose it is, or the organisation as such, once chosen.
    pub at: String,
    /// What is looked for.
    pub q: String,
}

/// The page that refers a client, as far as it has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NewReferralPage {
    /// Whom is not chosen yet.
    Client {
        /// The search words.
        q: String,
        /// The people found.
        found: Vec<ReferredClient>,
        /// The resource that is chosen already.
        resource: String,
        /// The organisation that is chosen already.
        at: String,
    },
    /// Where to is not chosen yet, or is not to be chosen any more.
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
        /// Whether what was chosen before is not to be chosen any more.
        is_gone: bool,
        /// What was typed and kept already.
        draft: Option<String>,
    },
    /// Both are chosen: what is to be said.
    Words {
        /// The client.
        client: ReferredClient,
        /// Where to.
        target: Target,
        /// The contact details that could go along; may be empty.
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
    /// Where to.
    pub target: Target,
    /// What goes.
    #[serde(rename = "parcel")]
    pub preview: ReferralPreview,
    /// The form that is sent then.
    pub form: NewReferral,
    /// Back to what was typed.
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
        NewReferral { client, resource, key, why: " Needs a day activity ".to_owned(), ..NewReferral::default() }
    }

    #[test]
    fn a_resource_without_an_organisation_is_ones_own_and_an_organisation_without_a_resource_is_itself() {
        let (id, other) = (ID.parse().expect("an id"), OTHER.parse().expect("an id"));
        assert_eq!(Destination::parse(ID, ""), Some(Destination::Own(id)));
        assert_eq!(Destination::parse(ID, OTHER), Some(Destination::Shared(other, id)));
        assert_eq!(Destination::parse("", OTHER), Some(Destination::Organisation(other)));
        for (resource, at) in [("", ""), ("x", ""), (ID, "x"), ("x", OTHER), ("", "x")] {
            assert_eq!(Destination::parse(resource, at), None, "{resource:?} {at:?}");
        }
    }

    #[test]
    fn a_referral_needs_somebody_somewhere_to_go_and_a_reason() {
        let new = typed().parse().expect("good");
        assert_eq!((new.why.as_str(), new.with_contact), ("Needs a day activity", false));
        let empty = NewReferral::default().parse().expect_err("empty");
        assert_eq!(empty.at(Field::Why), Some(&Problem::Missing));
        assert_eq!(empty.at(Field::Destination), Some(&Problem::Wrong));
        assert_eq!(empty.at(Field::Form), Some(&Problem::Wrong));
    }

    #[test]
    fn a_refused_referral_is_shown_again_with_whom_and_where_to_and_a_reviewed_one_on_its_own_page() {
        assert_eq!(typed().page(), format!("/referrals/new?client={ID}&resource={ID}"));
        assert_eq!(NewReferral { resource: "\"><b>".to_owned(), ..typed() }.page(), format!("/referrals/new?client={ID}"));
        assert_eq!(NewReferral { step: REVIEW.to_owned(), ..typed() }.page(), "/referrals/review");
        assert_eq!(ActOnReferral::default().page(), "/referrals");
    }

    #[test]
    fn declining_asking_and_replying_need_words_and_the_rest_may_have_some() {
        for step in Step::ACTS {
            let form =
                ActOnReferral { referral: ID.to_owned(), version: "1".to_owned(), act: step.code().to_owned(), ..Default::default() };
            match form.parse() {
                Err(invalid) => assert!(step.needs_note() && invalid.at(Field::Note) == Some(&Problem::Missing), "{step:?}"),
                Ok(_) => assert!(!step.needs_note(), "{step:?}"),
            }
            let said = ActOnReferral { note: " Said ".to_owned(), ..form };
            assert_eq!(said.parse().map(|(_, _, act, note, _)| (act, note)), Ok((step, "Said".to_owned())));
        }
    }

    #[test]
    fn nobody_sends_what_is_there_or_says_that_it_was_not_delivered() {
        for act in ["sent", "undelivered", "", "Accepted"] {
            let form = ActOnReferral { referral: ID.to_owned(), version: "1".to_owned(), act: act.to_owned(), ..Default::default() };
            assert_eq!(form.parse().expect_err(act).at(Field::Form), Some(&Problem::Wrong));
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        for over in [Status::Declined, Status::Withdrawn, Status::Ended] {
            assert!(Step::ALL.iter().all(|step| step.next_status(over).is_none()), "{over:?}");
        }
    }

    /// Both sides act at will on their own row, and hear of each other as late as can be.
    #[test]
    fn both_sides_come_to_the_same_in_whatever_order_they_hear_of_each_other() {
        fn walk(sender: Status, receiver: Status, to_receiver: &[Step], to_sender: &[Step], left: u32, seen: &mut u32) {
            let arrived = |status: Status, steps: &[Step]| steps.iter().fold(status, |status, step| step.status_on_arrival(status));
            assert_eq!(arrived(receiver, to_receiver), arrived(sender, to_sender), "{to_receiver:?} {to_sender:?}");
            *seen += 1;
            if left == 0 {
                return;
            }
            for step in Step::ACTS {
                for (side, at) in [(Side::Sender, sender), (Side::Receiver, receiver)] {
                    let Some(next) = step.next_status(at).filter(|_| step.is_of(side)) else { continue };
                    let (mine, theirs) = ([to_receiver, &[step]].concat(), [to_sender, &[step]].concat());
                    match side {
                        Side::Sender => walk(next, receiver, &mine, to_sender, left - 1, seen),
                        Side::Receiver => walk(sender, next, to_receiver, &theirs, left - 1, seen),
                    }
                }
            }
            if let [first, rest @ ..] = to_receiver {
                walk(sender, first.status_on_arrival(receiver), rest, to_sender, left - 1, seen);
            }
            if let [first, rest @ ..] = to_sender {
                walk(first.status_on_arrival(sender), receiver, to_receiver, rest, left - 1, seen);
            }
        }
        let mut seen = 0;
        walk(Status::Sent, Status::Sent, &[], &[], 9, &mut seen);
        assert!(seen > 1_000, "too little was walked: {seen}");
    }
}
