//! Referrals: creating and answering them, and delivering changes to the other organisation (OG-05,
//! OG-10).
//!
//! Invariant: each organisation writes only its own rows. An action of one side is an entry of its
//! history and, if there is another side, a crossing in the same transaction, which the worker
//! delivers; only the referral's content is sent.

mod create;
mod cross;
mod list;
mod page;

pub use create::{create, form, review, review_page};
pub use cross::cross;
pub use list::{list, of_client, open_of};
pub use page::{act, page};

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use usher_types::mail::Mail;
use usher_types::referrals::{ReferralRow, Side, Status};
use usher_types::{Permission, ReferralId, ReferralStep, UserId};
use uuid::Uuid;

use crate::entity::{referral_crossings, referral_events, referrals};
use crate::infrastructure::outbox;
use crate::infrastructure::throttles::MailCounted;
use crate::scope::Write;
use crate::{Result, Scope};

/// The largest number of people who are notified of one referral by mail.
const MOST_NOTIFIED: i32 = 50;

/// The permission under which the actor reads referrals: somebody who creates or answers referrals
/// sees those.
fn sees(scope: &Scope) -> Permission {
    let any = [
        Permission::ViewReferrals,
        Permission::AnswerReferrals,
        Permission::CreateReferrals,
    ];
    any.into_iter()
        .find(|permission| scope.grants().has(*permission))
        .unwrap_or(Permission::ViewReferrals)
}

fn row(scope: &Scope, found: referrals::Model) -> ReferralRow {
    ReferralRow {
        id: ReferralId(found.id),
        direction: found.direction,
        status: found.status,
        created: scope.moment(found.created_at),
        client_name: found.client_name,
        resource_name: found.resource_name,
        other_name: found.other_name,
    }
}

/// A change of a referral.
struct ReferralChange<'a> {
    id: Uuid,
    at: DateTime<Utc>,
    step: ReferralStep,
    note: &'a str,
    /// The name of the actor, if it happened at the other organisation.
    theirs: Option<&'a str>,
}

impl ReferralChange<'_> {
    /// Sets the referral's status to the one this change leads to.
    async fn apply(
        &self,
        tx: &Write<'_>,
        found: referrals::Model,
        to: Status,
    ) -> Result<referrals::Model> {
        let version = found.version;
        let mut row = found.into_active_model();
        if matches!(self.step, ReferralStep::Accepted | ReferralStep::Declined)
            && *row.status.as_ref() != to
        {
            row.answered_at = Set(Some(self.at));
            row.answered_by = Set(tx.scope().actor().map(|user| user.0));
        }
        row.status = Set(to);
        row.changed_at = Set(self.at);
        row.version = Set(version + 1);
        Ok(row.update(tx.conn()).await?)
    }

    /// Appends the change to the referral's history.
    async fn append_history(&self, tx: &Write<'_>, referral: &referrals::Model) -> Result<()> {
        tx.insert(referral_events::ActiveModel {
            organisation_id: Set(referral.organisation_id),
            id: Set(self.id),
            referral_id: Set(referral.id),
            at: Set(self.at),
            step: Set(self.step),
            actor_id: Set(tx.scope().actor().map(|user| user.0)),
            is_theirs: Set(self.theirs.is_some()),
            actor_name: Set(self.theirs.unwrap_or_default().to_owned()),
            note: Set(self.note.to_owned()),
        })
        .await?;
        Ok(())
    }

    /// Queues the change for delivery to the other side, if there is one. `resource` is the other
    /// side's resource that the referral is for.
    async fn queue_delivery(
        &self,
        tx: &Write<'_>,
        referral: &referrals::Model,
        resource: Option<Uuid>,
    ) -> Result<()> {
        if referral.other_id.is_none() {
            return Ok(());
        }
        tx.insert(referral_crossings::ActiveModel {
            organisation_id: Set(referral.organisation_id),
            id: Set(self.id),
            referral_id: Set(referral.id),
            number: Set(referral.version),
            resource_id: Set(resource),
            attempts: Set(0),
            next_at: Set(self.at),
        })
        .await?;
        Ok(())
    }
}

/// Notifies people by mail of a side's action: those who answer referrals, of a new one; its
/// creator, of the receiver's actions; and the person who asked or answered last, of the sender's
/// actions. Nobody is notified of their own action.
async fn notify(
    tx: &Write<'_>,
    referral: &referrals::Model,
    step: ReferralStep,
    by: Side,
    counted: &MailCounted,
) -> Result<()> {
    let me = tx.scope().actor().map(|user| user.0);
    let id = ReferralId(referral.id);
    let (mail, people) = match (step, by) {
        (ReferralStep::Sent, _) => {
            // people bound to an office do not answer referrals (CS-02)
            let sql = "SELECT DISTINCT u.id FROM role_permissions p
                JOIN user_roles r ON (r.organisation_id, r.role_id) = (p.organisation_id, p.role_id)
                JOIN users u ON (u.organisation_id, u.id) = (r.organisation_id, r.user_id)
                WHERE p.permission = $1 AND u.archived_at IS NULL AND u.way_in = 'password' AND u.office_id IS NULL AND u.email IS NOT NULL
                    AND u.id IS DISTINCT FROM $2 ORDER BY u.id LIMIT $3";
            let values = [
                Permission::AnswerReferrals.code().into(),
                me.into(),
                MOST_NOTIFIED.into(),
            ];
            (
                Mail::ReferralArrived { referral: id },
                tx.all(sql, values).await?,
            )
        }
        (_, Side::Receiver) => {
            let sql = "SELECT id FROM users WHERE id = $1 AND archived_at IS NULL AND way_in = 'password' AND email IS NOT NULL
                AND id IS DISTINCT FROM $2";
            (
                Mail::ReferralMoved { referral: id },
                tx.all(sql, [referral.created_by.into(), me.into()]).await?,
            )
        }
        (_, Side::Sender) => {
            let sql = "SELECT u.id FROM (SELECT actor_id FROM referral_events WHERE referral_id = $1 AND actor_id IS NOT NULL
                    AND step IN ('asked', 'accepted') ORDER BY at DESC, id DESC LIMIT 1) AS last
                JOIN users u ON u.id = last.actor_id
                WHERE u.archived_at IS NULL AND u.way_in = 'password' AND u.email IS NOT NULL AND u.id IS DISTINCT FROM $2";
            (
                Mail::ReferralMoved { referral: id },
                tx.all(sql, [referral.id.into(), me.into()]).await?,
            )
        }
    };
    for row in people {
        outbox::enqueue(tx, UserId(row.try_get("", "id")?), &mail, counted).await?;
    }
    Ok(())
}
