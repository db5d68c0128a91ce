//! The outbox: a mail is a row in the transaction that caused it, and exists exactly when that committed (design 5.7).
//! The worker claims what is due, mints links only then, and keeps how each delivery went.

use chrono::Duration;
use sea_orm::sea_query::LockType;
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set};
use usher_types::audit::Event;
use usher_types::mail::{Delivery, Mail};
use usher_types::settings::Figures;
use usher_types::{Language, MailId, OrganisationId, Permission, UserId};

use crate::drafts::json;
use crate::entity::{organisations, outbox, users};
use crate::scope::{Db, Tx, Write};
use crate::sealing::Token;
use crate::settings::home;
use crate::throttles::MailCounted;
use crate::{Error, Result};
use crate::{audit, licence, links};

/// Tries before a mail is given up; the waits between them double from a minute and add up to about a day and a half.
const TRIES: i32 = 12;
/// A claimed mail is another worker's again after this long.
const LEASE: Duration = Duration::minutes(5);

/// Where the database tells that mail was queued; its trigger names it, too.
const CHANNEL: &str = "usher_outbox";

/// Why a mail did not leave, in a few words without the address it was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It may leave later: tried again.
    ForNow(String),
    /// It never will: given up at once.
    ForGood(String),
}

/// Rings when mail was queued, by whichever server.
pub struct MailListener(PgListener);

impl MailListener {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn subscribe(db: &Db) -> Result<Self> {
        db.listen(CHANNEL).await.map(Self)
    }

    /// Waits until mail was queued since it last rang. A lost connection is made anew, and rings too: what was told meanwhile
    /// is lost.
    ///
    /// # Errors
    /// When the database cannot be reached any more.
    pub async fn notified(&mut self) -> Result<()> {
        self.0.try_recv().await.map_err(|error| Error::Broken(format!("cannot listen: {error}")))?;
        // many at once are one reason to look
        while self.0.next_buffered().is_some() {}
        Ok(())
    }
}

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
    /// What a notice to the vendor tells.
    pub figures: Option<Figures>,
    /// Whom it is about beside the reader, where it is about somebody who is still there; or the other organisations it names.
    pub about: Option<String>,
    /// Who of the operator's organisation did it, where it was one of them.
    pub by: Option<String>,
    /// Whom the organisation's people ask.
    pub support_contact: String,
    attempts: i32,
}

/// Queues a mail, which must have been counted before the transaction began.
pub(crate) async fn enqueue(tx: &Write<'_>, user: UserId, mail: &Mail, counted: &MailCounted) -> Result<MailId> {
    debug_assert!(counted.covers(mail), "counted as another kind of mail: {mail:?}");
    let (id, now) = (tx.id(), tx.scope().now());
    tx.insert(outbox::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        id: Set(id),
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
    Ok(MailId(id))
}

/// The same to a person of another organisation whom an act concerns, where they have an address and are not archived.
pub(crate) async fn enqueue_at(
    tx: &Write<'_>,
    organisation: OrganisationId,
    user: UserId,
    mail: &Mail,
    counted: &MailCounted,
) -> Result<()> {
    debug_assert!(counted.covers(mail), "counted as another kind of mail: {mail:?}");
    let sql = "INSERT INTO outbox (organisation_id, id, user_id, mail, next_at, created_at)
        SELECT u.organisation_id, $2, u.id, $3, $4, $4 FROM users u WHERE u.id = $1 AND u.email IS NOT NULL AND u.archived_at IS NULL";
    tx.execute_at(organisation, sql, [user.0.into(), tx.id().into(), json(mail)?.into(), tx.scope().now().into()]).await
}

/// Withdraws waiting mails of one kind to a person: a resend replaces them.
pub(crate) async fn supersede(tx: &Write<'_>, user: UserId, mail: &Mail) -> Result<()> {
    let sql = "UPDATE outbox SET state = 'superseded', finished_at = $3 WHERE user_id = $1 AND state = 'waiting' AND mail ->> 'kind' = $2::jsonb ->> 'kind'";
    tx.execute(sql, [user.0.into(), json(mail)?.into(), tx.scope().now().into()]).await?;
    Ok(())
}

/// Claims up to `most` due mails of all organisations, for five minutes. One that cannot be prepared fails alone.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: &Db, most: i32) -> Result<Vec<Claimed>> {
    let scope = db.system(None);
    let tx = scope.write(Permission::SendMail).await?;
    let values = [scope.now().into(), (LEASE.num_seconds() as i32).into(), most.into()];
    let rows = tx.all("SELECT * FROM outbox_claim($1, make_interval(secs => $2), $3)", values).await?;
    tx.commit_without_event().await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        let (organisation, id) = (OrganisationId(row.try_get("", "organisation_id")?), MailId(row.try_get("", "id")?));
        match prepare(db, organisation, id).await {
            Ok(mail) => claimed.extend(mail),
            // the database, not the mail: when the lease is over it is somebody's again
            Err(Error::Database(error)) => tracing::error!(%error, mail = %id, "a claimed mail was not prepared"),
            Err(error) => {
                tracing::error!(%error, mail = %id, "a mail that cannot be prepared is given up");
                give_up(db, organisation, id).await?;
            }
        }
    }
    Ok(claimed)
}

/// A mail that still waits, locked until the end: who withdraws it waits for its link, and revokes that then.
async fn waiting(tx: &Write<'_>, id: MailId) -> Result<Option<outbox::Model>> {
    let row = tx.find::<outbox::Entity>().filter(outbox::Column::Id.eq(id.0)).lock(LockType::NoKeyUpdate).one(tx.conn()).await?;
    Ok(row.filter(|row| row.state == "waiting"))
}

/// What a claimed mail's words need; `None` where it was withdrawn since.
async fn prepare(db: &Db, organisation: OrganisationId, id: MailId) -> Result<Option<Claimed>> {
    let scope = db.system(Some(organisation));
    let tx = scope.write(Permission::SendMail).await?;
    let Some(row) = waiting(&tx, id).await? else { return Ok(None) };
    let person = tx.user(UserId(row.user_id)).await?;
    let home = home(&tx).await?;
    let mail: Mail = serde_json::from_value(row.mail).map_err(|error| Error::Broken(error.to_string()))?;
    let token = links::mint(&tx, &person, &mail).await?;
    let own = person.language.as_deref().filter(|_| !matches!(mail, Mail::VendorNotice { .. }));
    let language = own.or(Some(&home.language)).and_then(Language::from_code).unwrap_or_default();
    let address = match &mail {
        Mail::ConfirmEmail { to } | Mail::EmailChanged { to } | Mail::VendorNotice { to, .. } => Some(to.clone()),
        Mail::Invitation
        | Mail::PasswordChanged
        | Mail::LinkAnswered { .. }
        | Mail::LinkProposed { .. }
        | Mail::AccountsLinked { .. }
        | Mail::AccountUnlinked { .. }
        | Mail::SwitchedTo { .. }
        | Mail::ColleagueArchived { .. }
        | Mail::AdministratorManaged { .. }
        | Mail::ReferralArrived { .. }
        | Mail::ReferralMoved { .. } => person.email.clone(),
    };
    let figures = match &mail {
        Mail::VendorNotice { notice, .. } => Some(licence::figures_of_notice(&tx, *notice, &home, language).await?),
        _ => None,
    };
    let about = match &mail {
        Mail::ColleagueArchived { user, .. } | Mail::AdministratorManaged { user, .. } => {
            let about = tx.users().filter(users::Column::Id.eq(user.0)).one(tx.conn()).await?;
            about.map(|person| crate::users::display(&person))
        }
        _ if !mail.elsewhere().is_empty() => {
            let others = mail.elsewhere().iter().map(|other| other.0);
            let others = tx.find::<organisations::Entity>().filter(organisations::Column::Id.is_in(others));
            let others = others.order_by_asc(organisations::Column::Name).all(tx.conn()).await?;
            Some(others.into_iter().map(|other| other.name).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    };
    let by = match &mail {
        Mail::AdministratorManaged { by, .. } => audit::operators_here(&tx, vec![by.0]).await?.into_values().next(),
        _ => None,
    };
    tx.commit_without_event().await?;
    Ok(Some(Claimed {
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
        figures,
        about,
        by,
        support_contact: home.support_contact,
        attempts: row.attempts,
    }))
}

async fn give_up(db: &Db, organisation: OrganisationId, id: MailId) -> Result<()> {
    let scope = db.system(Some(organisation));
    let tx = scope.write(Permission::SendMail).await?;
    let Some(row) = waiting(&tx, id).await? else { return Ok(()) };
    let user = UserId(row.user_id);
    let mut row = row.into_active_model();
    row.state = Set("failed".to_owned());
    row.error = Set(Some("the mail could not be prepared".to_owned()));
    row.finished_at = Set(Some(scope.now()));
    row.update(tx.conn()).await?;
    tx.record(Event::MailFinished { user, sent: false }).await?;
    tx.commit().await
}

/// Keeps how the delivery went. A failed try is made again, later each time, until it is given up; one that failed for good is
/// given up at once.
///
/// # Errors
/// When the database fails.
pub async fn finish(db: &Db, claimed: &Claimed, outcome: Result<(), Undelivered>) -> Result<()> {
    let scope = db.system(Some(claimed.organisation));
    let tx = scope.write(Permission::SendMail).await?;
    // the person before their mail, as everywhere, or two could wait for each other
    tx.lock_user(claimed.user).await?;
    let Some(row) = waiting(&tx, claimed.id).await? else { return Ok(()) };
    let now = scope.now();
    let mut row = row.into_active_model();
    let sent = match outcome {
        Ok(()) => {
            row.state = Set("sent".to_owned());
            row.error = Set(None);
            Some(true)
        }
        Err(Undelivered::ForNow(error)) if claimed.attempts < TRIES => {
            row.error = Set(Some(error));
            row.next_at = Set(now + Duration::seconds(30 << claimed.attempts.clamp(1, 12)));
            None
        }
        Err(Undelivered::ForNow(error) | Undelivered::ForGood(error)) => {
            row.error = Set(Some(error));
            row.state = Set("failed".to_owned());
            Some(false)
        }
    };
    row.finished_at = Set(sent.map(|_| now));
    row.update(tx.conn()).await?;
    match sent {
        Some(sent) => {
            if sent && claimed.mail == Mail::Invitation {
                let ends = now + Duration::days(links::INVITATION_DAYS);
                // somebody who has a password keeps it, and when it ends, until the link is followed
                let told = "UPDATE users SET told_at = $2, sign_in_ends_at = CASE WHEN way_in = 'invited' THEN $3 ELSE sign_in_ends_at END
                    WHERE id = $1";
                tx.execute(told, [claimed.user.0.into(), now.into(), ends.into()]).await?;
            }
            tx.record(Event::MailFinished { user: claimed.user, sent }).await?;
            tx.commit().await
        }
        None => tx.commit_without_event().await,
    }
}

/// How the newest invitation to a person went.
pub(crate) async fn delivery(tx: &Tx<'_>, user: UserId) -> Result<Option<Delivery>> {
    let row = tx
        .find::<outbox::Entity>()
        .filter(outbox::Column::UserId.eq(user.0))
        .filter(sea_orm::sea_query::Expr::cust("mail ->> 'kind' = 'invitation'"))
        .order_by_desc(outbox::Column::Id)
        .one(tx.conn())
        .await?;
    Ok(row.and_then(|row| state(tx, &row)))
}

/// Where a mail stands; `None` for one that was withdrawn.
pub(crate) fn state(tx: &Tx<'_>, row: &outbox::Model) -> Option<Delivery> {
    let moment = |at: Option<_>| tx.scope().moment(at.unwrap_or_else(|| tx.scope().now()));
    match row.state.as_str() {
        // the first try counts once it has failed: until then it is under way
        "waiting" => Some(Delivery::Waiting { attempts: row.error.as_ref().map_or(0, |_| row.attempts.unsigned_abs()) }),
        "sent" => Some(Delivery::Sent { at: moment(row.finished_at) }),
        "failed" => Some(Delivery::Failed { at: moment(row.finished_at) }),
        _ => None,
    }
}
