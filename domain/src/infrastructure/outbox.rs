//! The outbox: a mail is a row written in the transaction that caused it, so it exists exactly if
//! that transaction committed (decision 0019). [`delivery`](crate::delivery) sends it.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, Set};
use usher_types::mail::{Delivery, Mail};
use usher_types::{MailId, OrganisationId, UserId};

use crate::entity::outbox;
use crate::infrastructure::drafts::json;
use crate::infrastructure::throttles::MailCounted;
use crate::scope::{Tx, Write};
use crate::{Error, Result};

/// Queues a mail. It must have been counted against its limits before the transaction began.
pub(crate) async fn enqueue(
    tx: &Write<'_>,
    user: UserId,
    mail: &Mail,
    counted: &MailCounted,
) -> Result<MailId> {
    ensure_counted(mail, counted)?;
    let (id, now) = (tx.id(), tx.scope().now());
    tx.insert(outbox::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        id: Set(id),
        user_id: Set(user.0),
        mail: Set(json(mail)?),
        state: Set(outbox::State::Waiting),
        attempts: Set(0),
        next_at: Set(now),
        error: Set(None),
        created_at: Set(now),
        finished_at: Set(None),
    })
    .await?;
    Ok(MailId(id))
}

fn ensure_counted(mail: &Mail, counted: &MailCounted) -> Result<()> {
    if counted.covers(mail) {
        Ok(())
    } else {
        Err(Error::Broken(format!(
            "counted as another kind of mail: {mail:?}"
        )))
    }
}

/// Queues a mail to a person of another organisation whom an action concerns, if they have an
/// address and are not archived.
pub(crate) async fn enqueue_at(
    tx: &Write<'_>,
    organisation: OrganisationId,
    user: UserId,
    mail: &Mail,
    counted: &MailCounted,
) -> Result<()> {
    ensure_counted(mail, counted)?;
    let sql = "INSERT INTO outbox (organisation_id, id, user_id, mail, next_at, created_at)
        SELECT u.organisation_id, $2, u.id, $3, $4, $4 FROM users u WHERE u.id = $1 AND u.email IS NOT NULL AND u.archived_at IS NULL";
    tx.execute_at(
        organisation,
        sql,
        [
            user.0.into(),
            tx.id().into(),
            json(mail)?.into(),
            tx.scope().now().into(),
        ],
    )
    .await
}

/// Withdraws a person's waiting mails of one kind, because a new one replaces them.
pub(crate) async fn supersede(tx: &Write<'_>, user: UserId, mail: &Mail) -> Result<()> {
    let sql = "UPDATE outbox SET state = 'superseded', finished_at = $3 WHERE user_id = $1 AND state = 'waiting' AND mail ->> 'kind' = $2::jsonb ->> 'kind'";
    tx.execute(
        sql,
        [user.0.into(), json(mail)?.into(), tx.scope().now().into()],
    )
    .await?;
    Ok(())
}

/// The delivery state of a person's newest invitation.
pub(crate) async fn delivery(tx: &Tx<'_>, user: UserId) -> Result<Option<Delivery>> {
    let row = tx
        .find::<outbox::Entity>()
        .filter(outbox::Column::UserId.eq(user.0))
        .filter(sea_orm::sea_query::Expr::cust(
            "mail ->> 'kind' = 'invitation'",
        ))
        .order_by_desc(outbox::Column::Id)
        .one(tx.conn())
        .await?;
    Ok(row.and_then(|row| state(tx, &row)))
}

/// The delivery state of a mail; `None` if it was withdrawn.
pub(crate) fn state(tx: &Tx<'_>, row: &outbox::Model) -> Option<Delivery> {
    let moment = |at: Option<_>| tx.scope().moment(at.unwrap_or_else(|| tx.scope().now()));
    match row.state {
        // the first attempt counts once it has failed; until then the mail is on its way
        outbox::State::Waiting => Some(Delivery::Waiting {
            attempts: row
                .error
                .as_ref()
                .map_or(0, |_| row.attempts.unsigned_abs()),
        }),
        outbox::State::Sent => Some(Delivery::Sent {
            at: moment(row.finished_at),
        }),
        outbox::State::Failed => Some(Delivery::Failed {
            at: moment(row.finished_at),
        }),
        outbox::State::Superseded => None,
    }
}
