//! The outbox: a mail is a row in the transaction that caused it, and exists exactly when that committed (design 5.7).
//! The worker claims what is due, mints links only then, and keeps how each delivery went.

use chrono::Duration;
use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, Set};
use usher_types::audit::Event;
use usher_types::mail::{Delivery, Mail};
use usher_types::{Language, MailId, OrganisationId, Permission, UserId};

use crate::drafts::json;
use crate::entity::{organisations, outbox};
use crate::links;
use crate::scope::{Db, Tx, Write};
use crate::sealing::Token;
use crate::{Error, Result};

/// Tries before a mail is given up; the waits between them double from a minute and add up to about a day and a half.
const TRIES: i32 = 12;
/// A claimed mail is another worker's again after this long.
const LEASE: Duration = Duration::minutes(5);

/// A mail the worker holds, with what its words need.
pub struct Claimed {
    /// Which.
    pub id: MailId,
    /// Whose organisation.
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub organisation_name: String,
    /// To whom.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their login name.
    pub login_name: String,
    /// The address it goes to; `None` where there is none any more.
    pub address: Option<String>,
    /// The language it is written in.
    pub language: Language,
    /// What kind.
    pub mail: Mail,
    /// The single-use link's token, minted for this try.
    pub token: Option<Token>,
    attempts: i32,
}

/// Queues a mail.
pub(crate) async fn enqueue(tx: &Write<'_>, user: UserId, mail: &Mail) -> Result<()> {
    let now = tx.scope().now();
    tx.insert(outbox::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        id: Set(tx.id()),
        user_id: Set(user.0),
        mail: Set(json(mail)?),
        state: Set("waiting".to_owned()),
        attempts: Set(0),
        next_at: Set(now),
        error: Set(None),
        created_at: Set(now),
        finished_at: Set(None),
    })
    .await?;
    Ok(())
}

/// Withdraws waiting mails of one kind to a person: a resend replaces them.
pub(crate) async fn supersede(tx: &Write<'_>, user: UserId, mail: &Mail) -> Result<()> {
    let sql = "UPDATE outbox SET state = 'superseded', finished_at = $3 WHERE user_id = $1 AND state = 'waiting' AND mail ->> 'kind' = $2::jsonb ->> 'kind'";
    tx.execute(sql, [user.0.into(), json(mail)?.into(), tx.scope().now().into()]).await?;
    Ok(())
}

/// Claims up to `most` due mails of all organisations, for five minutes.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: &Db, most: i32) -> Result<Vec<Claimed>> {
    let scope = db.system(None);
    let tx = scope.write(Permission::SendMail).await?;
    let values = [scope.now().into(), (LEASE.num_seconds() as i32).into(), most.into()];
    let rows = tx.all("SELECT * FROM outbox_claim($1, make_interval(secs => $2), $3)", values).await?;
    tx.commit_unsaid().await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        let organisation = OrganisationId(row.try_get("", "organisation_id")?);
        claimed.push(prepare(db, organisation, MailId(row.try_get("", "id")?)).await?);
    }
    Ok(claimed)
}

async fn prepare(db: &Db, organisation: OrganisationId, id: MailId) -> Result<Claimed> {
    let scope = db.system(Some(organisation));
    let tx = scope.write(Permission::SendMail).await?;
    let missing = || Error::Broken("a claimed mail is gone".to_owned());
    let row = tx.find::<outbox::Entity>().filter(outbox::Column::Id.eq(id.0)).one(tx.on()).await?.ok_or_else(missing)?;
    let person = tx.user(UserId(row.user_id)).await?;
    let home =
        tx.find::<organisations::Entity>().filter(organisations::Column::Id.eq(organisation.0)).one(tx.on()).await?.ok_or_else(missing)?;
    let mail: Mail = serde_json::from_value(row.mail).map_err(|error| Error::Broken(error.to_string()))?;
    let token = links::mint(&tx, &person, &mail).await?;
    let language = person.language.as_deref().or(Some(&home.language)).and_then(Language::from_code).unwrap_or_default();
    let address = match &mail {
        Mail::ConfirmEmail { to } | Mail::EmailChanged { to } => Some(to.clone()),
        Mail::Invitation | Mail::PasswordChanged => person.email.clone(),
    };
    tx.commit_unsaid().await?;
    Ok(Claimed {
        id,
        organisation,
        organisation_name: home.name,
        user: UserId(person.id),
        name: crate::users::display(&person),
        login_name: person.login_name,
        address,
        language,
        mail,
        token,
        attempts: row.attempts,
    })
}

/// Keeps how the delivery went. A failed try is made again, later each time, until it is given up.
///
/// # Errors
/// When the database fails.
pub async fn finish(db: &Db, claimed: &Claimed, outcome: Result<(), String>) -> Result<()> {
    let scope = db.system(Some(claimed.organisation));
    let tx = scope.write(Permission::SendMail).await?;
    let found = tx.find::<outbox::Entity>().filter(outbox::Column::Id.eq(claimed.id.0)).one(tx.on()).await?;
    let Some(row) = found.filter(|row| row.state == "waiting") else { return Ok(()) };
    let now = scope.now();
    let mut row = row.into_active_model();
    let sent = match outcome {
        Ok(()) => {
            row.state = Set("sent".to_owned());
            row.error = Set(None);
            Some(true)
        }
        Err(error) => {
            row.error = Set(Some(error));
            if claimed.attempts >= TRIES || claimed.address.is_none() {
                row.state = Set("failed".to_owned());
                Some(false)
            } else {
                row.next_at = Set(now + Duration::seconds(30 << claimed.attempts.clamp(1, 12)));
                None
            }
        }
    };
    row.finished_at = Set(sent.map(|_| now));
    row.update(tx.on()).await?;
    match sent {
        Some(sent) => {
            if sent && claimed.mail == Mail::Invitation {
                tx.execute("UPDATE users SET told_at = $2 WHERE id = $1", [claimed.user.0.into(), now.into()]).await?;
            }
            tx.happened(Event::MailFinished { user: claimed.user, sent }).await?;
            tx.commit().await
        }
        None => tx.commit_unsaid().await,
    }
}

/// How the newest invitation to a person went.
pub(crate) async fn delivery(tx: &Tx<'_>, user: UserId) -> Result<Option<Delivery>> {
    let row = tx
        .find::<outbox::Entity>()
        .filter(outbox::Column::UserId.eq(user.0))
        .filter(sea_orm::sea_query::Expr::cust("mail ->> 'kind' = 'invitation'"))
        .order_by_desc(outbox::Column::Id)
        .one(tx.on())
        .await?;
    let moment = |at: Option<_>| tx.scope().moment(at.unwrap_or_else(|| tx.scope().now()));
    Ok(row.and_then(|row| match row.state.as_str() {
        "waiting" => Some(Delivery::Waiting { attempts: row.attempts.unsigned_abs() }),
        "sent" => Some(Delivery::Sent { at: moment(row.finished_at) }),
        "failed" => Some(Delivery::Failed { at: moment(row.finished_at) }),
        _ => None,
    }))
}
