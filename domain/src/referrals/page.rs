//! One referral: its content, its history, and the steps the actor may take.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use usher_types::audit::Event;
use usher_types::form::SavedDraft;
use usher_types::mail::Mail;
use usher_types::referrals::{ActOnReferral, Entry, ReferralPage, Side, TakenStep};
use usher_types::{
    ClientId, Permission, ReferralId, ReferralStep, Refusal, ResourceId, UserId, Warning,
};
use uuid::Uuid;

use super::{ReferralChange, notify, row, sees};
use crate::entity::{referral_crossings, referral_events, referrals};
use crate::infrastructure::{directory, throttles};
use crate::scope::{Tx, Write};
use crate::units::id;
use crate::{Error, Result, Scope, resources};

/// The number of history entries that a page shows.
const NEWEST: u64 = 200;

/// One referral within reach.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for one of another organisation, out of
/// reach, or missing.
pub async fn page(
    scope: &Scope,
    referral: &str,
    draft: Option<SavedDraft<ActOnReferral>>,
) -> Result<ReferralPage> {
    let tx = scope.read(sees(scope)).await?;
    let found = tx.referral(id(referral)?).await?;
    let fresh = ActOnReferral {
        organisation: tx.organisation()?.to_string(),
        referral: found.id.to_string(),
        version: found.version.to_string(),
        ..ActOnReferral::default()
    };
    // a draft of another referral's form does not belong here; and somebody who acts again has seen
    // the current status
    let draft = draft.filter(|draft| draft.form.referral == fresh.referral);
    let (form, refusal) = draft.map_or((fresh.clone(), None), |draft| {
        (
            ActOnReferral {
                version: fresh.version,
                ..draft.form
            },
            draft.refusal,
        )
    });
    let waits = tx
        .find::<referral_crossings::Entity>()
        .filter(referral_crossings::Column::ReferralId.eq(found.id))
        .limit(1);
    let is_under_way = waits.one(tx.conn()).await?.is_some();
    Ok(ReferralPage {
        client: found
            .client_id
            .filter(|_| scope.grants().has(Permission::ViewClients))
            .map(ClientId),
        resource: found
            .resource_id
            .filter(|_| scope.grants().has(Permission::ViewResources))
            .map(ResourceId),
        contact: found.client_contact.clone(),
        why: found.reason.clone(),
        history: history(&tx, &found).await?,
        may: may(&tx, &found).await?,
        is_under_way,
        row: row(scope, found),
        form,
        refusal,
    })
}

async fn history(tx: &Tx<'_>, referral: &referrals::Model) -> Result<Vec<Entry>> {
    let events = tx
        .find::<referral_events::Entity>()
        .filter(referral_events::Column::ReferralId.eq(referral.id));
    let events = events
        .order_by_desc(referral_events::Column::At)
        .order_by_desc(referral_events::Column::Id);
    let events = events.limit(NEWEST).all(tx.conn()).await?;
    let names: BTreeMap<Uuid, String> = directory::names_of_people(
        tx,
        events.iter().filter_map(|event| event.actor_id).map(UserId),
    )
    .await?;
    let entries = events.into_iter().map(|event| {
        let who = if event.is_theirs {
            Some(event.actor_name)
        } else {
            event.actor_id.and_then(|id| names.get(&id).cloned())
        };
        Entry {
            when: tx.scope().moment(event.at),
            step: event.step,
            who,
            organisation: event.is_theirs.then(|| referral.other_name.clone()),
            note: event.note,
        }
    });
    Ok(entries.collect())
}

/// The steps the actor may take now.
async fn may(tx: &Tx<'_>, found: &referrals::Model) -> Result<Vec<ReferralStep>> {
    let (at, way, grants) = (found.status, found.direction, tx.scope().grants());
    let answers = way.is_on(Side::Receiver) && grants.has(Permission::AnswerReferrals);
    let mut sends = way.is_on(Side::Sender) && grants.has(Permission::CreateReferrals);
    if sends {
        let own = tx
            .referrals_for(Permission::CreateReferrals)?
            .filter(referrals::Column::Id.eq(found.id));
        sends = own.one(tx.conn()).await?.is_some();
    }
    let may = |step: &ReferralStep| {
        step.next_status(at).is_some()
            && ((answers && step.is_of(Side::Receiver)) || (sends && step.is_of(Side::Sender)))
    };
    Ok(ReferralStep::ACTS.into_iter().filter(may).collect())
}

/// Takes a step of a referral. If two people do so at the same time one succeeds, and the other is
/// shown the result.
///
/// # Errors
/// [`Refusal::Invalid`] if a required note is missing; [`Refusal::Conflict`] if the status has
/// changed; [`Refusal::Warned`] if the resource is full; [`Refusal::Forbidden`],
/// [`Refusal::NotFound`].
pub async fn act(scope: &Scope, form: &ActOnReferral) -> Result<ReferralId> {
    let TakenStep {
        referral,
        version,
        step,
        note,
        passed,
    } = form.parse()?;
    let (permission, by) = acts_as(scope, referral, step).await?;
    scope.require(permission)?;
    let counted =
        throttles::count_mail(scope, &Mail::ReferralMoved { referral }, None, &[]).await?;
    let tx = scope.write(permission).await?;
    let found = tx.lock_referral(referral).await?;
    let next = step
        .next_status(found.status)
        .filter(|_| found.version == version)
        .ok_or(Refusal::Conflict)?;
    let warnings = if step == ReferralStep::Accepted {
        full(&tx, &found).await?
    } else {
        Vec::new()
    };
    let why = passed.passes(&warnings)?;
    let client = found.client_id.map(ClientId);
    let change = ReferralChange {
        id: tx.id(),
        at: scope.now(),
        step,
        note: &note,
        theirs: None,
    };
    let moved = change.apply(&tx, found, next).await?;
    change.append_history(&tx, &moved).await?;
    change.queue_delivery(&tx, &moved, None).await?;
    if moved.other_id.is_none() {
        notify(&tx, &moved, step, by, &counted).await?;
    }
    tx.record_with_changes(
        Event::ReferralMoved {
            referral,
            client,
            step,
            overridden: Warning::codes(&warnings),
        },
        &why,
    )
    .await?;
    tx.commit().await?;
    Ok(referral)
}

/// The permission and the side under which the actor takes a step. A step open to both sides is
/// taken as the actor's own side, or as the sender if the actor is on both.
async fn acts_as(
    scope: &Scope,
    referral: ReferralId,
    step: ReferralStep,
) -> Result<(Permission, Side)> {
    let is_receiver = if step.is_of(Side::Sender) && step.is_of(Side::Receiver) {
        let tx = scope.read(sees(scope)).await?;
        let found = tx.referral(referral).await?;
        let made_it =
            found.created_by.is_some() && found.created_by == scope.actor().map(|user| user.0);
        found.direction.is_on(Side::Receiver)
            && !made_it
            && scope.grants().has(Permission::AnswerReferrals)
    } else {
        step.is_of(Side::Receiver)
    };
    Ok(if is_receiver {
        (Permission::AnswerReferrals, Side::Receiver)
    } else {
        (Permission::CreateReferrals, Side::Sender)
    })
}

/// A warning if the resource is full. Its row is locked until the transaction ends, so that nobody
/// else takes a place.
async fn full(tx: &Write<'_>, found: &referrals::Model) -> Result<Vec<Warning>> {
    let Some(resource) = found.resource_id else {
        return Ok(Vec::new());
    };
    tx.execute(
        "SELECT 1 FROM resources WHERE id = $1 FOR NO KEY UPDATE",
        [resource.into()],
    )
    .await?;
    let row = match resources::open(tx, ResourceId(resource)).await {
        Ok(open) => resources::row(tx, open).await?,
        // the resource was closed in the meantime: accepting is still possible
        Err(Error::Refused(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(row.is_full().then_some(Warning::Full).into_iter().collect())
}
