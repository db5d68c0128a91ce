//! Parses the forms of a referral.

use super::forms::{ActOnReferral, NewReferral};
use crate::form::{Checks, TEXT, paragraph};
use crate::overrides::{Override, overriding};
use crate::primitives::actions::ReferralStep;
use crate::primitives::ids::{ClientId, IdempotencyKey, OrganisationId, ReferralId, ResourceId};
use crate::refusal::{Field, Invalid, Problem};

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
    /// Who is referred.
    pub client: ClientId,
    /// Where the client is referred to.
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
}

/// A step of a referral to take: created only by [`ActOnReferral::parse`].
#[derive(Clone, Debug, PartialEq)]
pub struct TakenStep {
    /// The referral.
    pub referral: ReferralId,
    /// The version the page showed.
    pub version: i32,
    /// The step.
    pub step: ReferralStep,
    /// The note; empty where none was entered.
    pub note: String,
    /// Overridden warnings, and the reason.
    pub passed: Override,
}

impl ActOnReferral {
    /// The step, and the referral.
    ///
    /// # Errors
    /// [`Problem::Missing`] if the step requires a note; [`Problem::Wrong`].
    pub fn parse(&self) -> Result<TakenStep, Invalid> {
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
        let step = ReferralStep::ACTS
            .into_iter()
            .find(|step| step.code() == self.act);
        let step = checks.take(Field::Form, step.ok_or(Problem::Wrong));
        let is_said = !self.note.trim().is_empty() || step.is_some_and(ReferralStep::needs_note);
        let note = if is_said {
            checks.take(Field::Note, paragraph(&self.note, TEXT))
        } else {
            Some(String::new())
        };
        let passed = overriding(&mut checks, &self.override_warnings, &self.reason);
        match (referral, version, step, note) {
            (Some(referral), Some(version), Some(step), Some(note)) if checks.is_clean() => {
                Ok(TakenStep {
                    referral,
                    version,
                    step,
                    note,
                    passed,
                })
            }
            _ => Err(checks.into_invalid()),
        }
    }
}
