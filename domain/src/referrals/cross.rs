//! Delivers changes of referrals to the other organisation: a crossing is claimed by one worker,
//! read in the sender's organisation, written in the receiver's, and deleted once it is written. A
//! failed delivery is retried; it takes effect once, because an entry of the history has one id on
//! both sides.

use chrono::Duration;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use usher_types::audit::Event;
use usher_types::referrals::{Direction, Side, Status};
use usher_types::{OrganisationId, Permission, ReferralId, ReferralStep, Refusal, UserId};
use uuid::Uuid;

use super::{ReferralChange, notify};
use crate::entity::{organisations, referral_crossings, referral_events, referrals, resources};
use crate::infrastructure::directory;
use crate::infrastructure::throttles::MailCounted;
use crate::scope::{Db, Write};
use crate::{Error, Result};

/// The lease of a claimed crossing, doubled with each attempt; afterwards another worker can claim
/// it.
const LEASE: Duration = Duration::minutes(1);

/// A change to deliver, and where it comes from.
struct Crossing {
    from: OrganisationId,
    from_name: String,
    to: OrganisationId,
    referral: referrals::Model,
    event: referral_events::Model,
    /// The actor.
    who: String,
    /// The receiver's resource that the referral is for.
    resource: Option<Uuid>,
}

/// Delivers up to `most` waiting changes and returns the number of attempts. A failed delivery is
/// retried later.
///
/// # Errors
/// When the database fails.
pub async fn cross(db: &Db, most: i32) -> Result<usize> {
    let scope = db.system(None);
    let tx = scope.write(Permission::RunMaintenance).await?;
    let values = [
        scope.now().into(),
        (LEASE.num_seconds() as i32).into(),
        most.into(),
    ];
    let rows = tx
        .all(
            "SELECT * FROM referral_crossings_claim($1, make_interval(secs => $2), $3)",
            values,
        )
        .await?;
    tx.commit_without_event().await?;
    for row in &rows {
        let (from, id): (Uuid, Uuid) =
            (row.try_get("", "organisation_id")?, row.try_get("", "id")?);
        if let Err(error) = deliver(db, OrganisationId(from), id).await {
            tracing::error!(%error, crossing = %id, "cannot deliver a change of a referral to the other organisation yet");
        }
    }
    Ok(rows.len())
}

async fn deliver(db: &Db, from: OrganisationId, id: Uuid) -> Result<()> {
    let Some(crossing) = read(db, from, id).await? else {
        return Ok(());
    };
    let is_there = match (crossing.event.step, crossing.referral.status) {
        // it was withdrawn before it was delivered, so nothing is delivered
        (ReferralStep::Sent, Status::Withdrawn) => true,
        (ReferralStep::Sent, _) => create_remote(db, &crossing).await?,
        _ => {
            update_remote(db, &crossing).await?;
            true
        }
    };
    finish(db, &crossing, is_there).await
}

/// The change to deliver; `None` if it was already delivered.
async fn read(db: &Db, from: OrganisationId, id: Uuid) -> Result<Option<Crossing>> {
    let scope = db.system(Some(from));
    let tx = scope.read(Permission::RunMaintenance).await?;
    let waits = tx
        .find::<referral_crossings::Entity>()
        .filter(referral_crossings::Column::Id.eq(id))
        .one(tx.conn())
        .await?;
    let event = tx
        .find::<referral_events::Entity>()
        .filter(referral_events::Column::Id.eq(id))
        .one(tx.conn())
        .await?;
    let (Some(waits), Some(event)) = (waits, event) else {
        return Ok(None);
    };
    let referral = tx.referral(ReferralId(waits.referral_id)).await?;
    let who = match event.actor_id {
        Some(actor) => directory::names_of_people(&tx, [UserId(actor)])
            .await?
            .remove(&actor)
            .unwrap_or_default(),
        None => String::new(),
    };
    Ok(Some(Crossing {
        from,
        from_name: tx.home().await?.name,
        to: referral
            .other_id
            .map(OrganisationId)
            .ok_or_else(|| Error::Broken("a crossing to nobody".to_owned()))?,
        who,
        resource: waits.resource_id,
        referral,
        event,
    }))
}

impl Crossing {
    fn change(&self) -> ReferralChange<'_> {
        ReferralChange {
            id: self.event.id,
            at: self.event.at,
            step: self.event.step,
            note: &self.event.note,
            theirs: Some(&self.who),
        }
    }

    fn audit_event(&self, client: Option<Uuid>, step: ReferralStep) -> Event {
        let client = client.map(usher_types::ClientId);
        Event::ReferralMoved {
            referral: ReferralId(self.referral.id),
            client,
            step,
            overridden: Vec::new(),
        }
    }
}

/// Creates the receiver's row. Returns whether the receiver takes referrals and offers the
/// resource.
async fn create_remote(db: &Db, crossing: &Crossing) -> Result<bool> {
    let scope = db.system(Some(crossing.to));
    let tx = scope.write(Permission::RunMaintenance).await?;
    let sent = &crossing.referral;
    if tx
        .referrals()?
        .filter(referrals::Column::Id.eq(sent.id))
        .one(tx.conn())
        .await?
        .is_some()
    {
        return Ok(true);
    }
    if !takes(&tx, crossing).await? {
        return Ok(false);
    }
    let row = referrals::ActiveModel {
        organisation_id: Set(crossing.to.0),
        id: Set(sent.id),
        direction: Set(Direction::Received),
        status: Set(Status::Sent),
        client_id: Set(None),
        client_name: Set(sent.client_name.clone()),
        client_contact: Set(sent.client_contact.clone()),
        reason: Set(sent.reason.clone()),
        resource_id: Set(crossing.resource),
        resource_name: Set(sent.resource_name.clone()),
        other_id: Set(Some(crossing.from.0)),
        other_name: Set(crossing.from_name.clone()),
        created_by: Set(None),
        created_at: Set(sent.created_at),
        answered_by: Set(None),
        answered_at: Set(None),
        changed_at: Set(sent.created_at),
        version: Set(1),
        form_key: Set(sent.id),
    };
    let only_once = OnConflict::columns([referrals::Column::OrganisationId, referrals::Column::Id])
        .do_nothing()
        .to_owned();
    if referrals::Entity::insert(row)
        .on_conflict(only_once)
        .exec_without_returning(tx.conn())
        .await?
        == 0
    {
        // another worker was faster
        return Ok(true);
    }
    let arrived = tx.referral(ReferralId(sent.id)).await?;
    crossing.change().append_history(&tx, &arrived).await?;
    notify(
        &tx,
        &arrived,
        ReferralStep::Sent,
        Side::Sender,
        &MailCounted::by_system(),
    )
    .await?;
    tx.record(crossing.audit_event(None, ReferralStep::Sent))
        .await?;
    tx.commit().await?;
    Ok(true)
}

async fn takes(tx: &Write<'_>, crossing: &Crossing) -> Result<bool> {
    let home = tx
        .find::<organisations::Entity>()
        .filter(organisations::Column::Id.eq(crossing.to.0))
        .one(tx.conn())
        .await?;
    if !home.is_some_and(|home| home.takes_referrals && home.suspended_at.is_none()) {
        return Ok(false);
    }
    let Some(resource) = crossing.resource else {
        return Ok(true);
    };
    let offered = tx
        .find::<resources::Entity>()
        .filter(resources::Column::Id.eq(resource));
    let offered = offered
        .filter(resources::Column::IsShared.eq(true))
        .filter(resources::Column::ClosedAt.is_null());
    Ok(offered.one(tx.conn()).await?.is_some())
}

/// Updates the other side's row. If there is none, the referral never arrived.
async fn update_remote(db: &Db, crossing: &Crossing) -> Result<()> {
    let scope = db.system(Some(crossing.to));
    let tx = scope.write(Permission::RunMaintenance).await?;
    let found = match tx.lock_referral(ReferralId(crossing.referral.id)).await {
        Ok(found) => found,
        Err(Error::Refused(Refusal::NotFound)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let known = tx
        .find::<referral_events::Entity>()
        .filter(referral_events::Column::Id.eq(crossing.event.id))
        .one(tx.conn())
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let by = if found.direction == Direction::Received {
        Side::Sender
    } else {
        Side::Receiver
    };
    let (client, next) = (
        found.client_id,
        crossing.event.step.status_on_arrival(found.status),
    );
    let change = crossing.change();
    let moved = change.apply(&tx, found, next).await?;
    change.append_history(&tx, &moved).await?;
    notify(
        &tx,
        &moved,
        crossing.event.step,
        by,
        &MailCounted::by_system(),
    )
    .await?;
    tx.record(crossing.audit_event(client, crossing.event.step))
        .await?;
    tx.commit().await
}

/// Deletes a delivered crossing. If the receiver did not take the referral, the sender is notified.
async fn finish(db: &Db, crossing: &Crossing, is_there: bool) -> Result<()> {
    let scope = db.system(Some(crossing.from));
    let tx = scope.write(Permission::RunMaintenance).await?;
    let found = tx.lock_referral(ReferralId(crossing.referral.id)).await?;
    let over = tx
        .execute(
            "DELETE FROM referral_crossings WHERE id = $1",
            [crossing.event.id.into()],
        )
        .await?;
    if is_there || over == 0 {
        return tx.commit_without_event().await;
    }
    let (client, at) = (found.client_id, found.status);
    let change = ReferralChange {
        id: tx.id(),
        at: scope.now(),
        step: ReferralStep::Undelivered,
        note: "",
        theirs: None,
    };
    let moved = change.apply(&tx, found, at).await?;
    change.append_history(&tx, &moved).await?;
    notify(
        &tx,
        &moved,
        ReferralStep::Undelivered,
        Side::Receiver,
        &MailCounted::by_system(),
    )
    .await?;
    tx.record(crossing.audit_event(client, ReferralStep::Undelivered))
        .await?;
    tx.commit().await
}
