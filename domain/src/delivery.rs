//! Delivering the outbox: the worker claims due mails, creates their links only then, and records
//! the result of each attempt (decision 0019).

use chrono::Duration;
use sea_orm::sea_query::LockType;
use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
};
use usher_types::audit::Event;
use usher_types::mail::Mail;
use usher_types::settings::Figures;
use usher_types::{Language, MailId, OrganisationId, Permission, UserId, durations};

use crate::entity::{organisations, outbox, users};
use crate::foundation::sealing::Token;
use crate::infrastructure::directory;
use crate::scope::{Db, Write};
use crate::{Error, Result, licence, links};

/// The channel on which a database trigger notifies that mail was queued.
const CHANNEL: &str = "usher_outbox";

/// Listens for queued mail, from any server.
pub struct MailListener(PgListener);

impl MailListener {
    /// Subscribes to notifications of queued mail.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn subscribe(db: &Db) -> Result<Self> {
        db.listen(CHANNEL).await.map(Self)
    }

    /// Waits until mail was queued since the last call. Also returns when a lost connection was
    /// re-established, because notifications in between are lost.
    ///
    /// # Errors
    /// When the database cannot be reached any more.
    pub async fn notified(&mut self) -> Result<()> {
        self.0
            .try_recv()
            .await
            .map_err(|error| Error::Broken(format!("cannot listen: {error}")))?;
        // many notifications at once are handled as one
        while self.0.next_buffered().is_some() {}
        Ok(())
    }
}

/// The number of delivery attempts before a mail is given up; the waits between them double from
/// one minute and add up to about a day and a half.
const TRIES: i32 = 12;
/// The lease of a claimed mail; afterwards another worker can claim it.
const LEASE: Duration = Duration::minutes(5);

/// Why a mail was not delivered, in a few words without the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// A temporary failure: the delivery is retried.
    ForNow(String),
    /// A permanent failure: the mail is given up at once.
    ForGood(String),
}

/// A mail that the worker has claimed, with the data its text needs.
pub struct Claimed {
    /// The mail's id.
    pub id: MailId,
    /// The organisation of the recipient.
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub organisation_name: String,
    /// The recipient.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their login name.
    pub login_name: String,
    /// The recipient's address; `None` if there is none any more.
    pub address: Option<String>,
    /// The language it is written in.
    pub language: Language,
    /// The kind of mail.
    pub mail: Mail,
    /// The single-use link's token, created for this attempt.
    pub token: Option<Token>,
    /// The figures of a notice to the vendor.
    pub figures: Option<Figures>,
    /// The other person the mail is about, if they still exist; or the names of the other
    /// organisations it mentions.
    pub about: Option<String>,
    /// The person of the operator's organisation who acted, if it was one of them.
    pub by: Option<String>,
    /// The organisation's support contact.
    pub support_contact: String,
    attempts: i32,
}

/// Claims up to `most` due mails of all organisations, for five minutes. A mail that cannot be
/// prepared does not affect the others.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: &Db, most: i32) -> Result<Vec<Claimed>> {
    let scope = db.system(None);
    let tx = scope.write(Permission::SendMail).await?;
    let values = [
        scope.now().into(),
        (LEASE.num_seconds() as i32).into(),
        most.into(),
    ];
    let rows = tx
        .all(
            "SELECT * FROM outbox_claim($1, make_interval(secs => $2), $3)",
            values,
        )
        .await?;
    tx.commit_without_event().await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        let (organisation, id) = (
            OrganisationId(row.try_get("", "organisation_id")?),
            MailId(row.try_get("", "id")?),
        );
        match prepare(db, organisation, id).await {
            Ok(mail) => claimed.extend(mail),
            // the database failed, not the mail: it can be claimed again when the lease is over
            Err(Error::Database(error)) => {
                tracing::error!(%error, mail = %id, "cannot prepare a claimed mail")
            }
            Err(error) => {
                tracing::error!(%error, mail = %id, "gave up a mail that cannot be prepared");
                give_up(db, organisation, id).await?;
            }
        }
    }
    Ok(claimed)
}

/// A waiting mail, locked until the transaction ends: a transaction that withdraws it waits for its
/// link and then revokes that.
async fn waiting(tx: &Write<'_>, id: MailId) -> Result<Option<outbox::Model>> {
    let row = tx
        .find::<outbox::Entity>()
        .filter(outbox::Column::Id.eq(id.0))
        .lock(LockType::NoKeyUpdate)
        .one(tx.conn())
        .await?;
    Ok(row.filter(|row| row.state == outbox::State::Waiting))
}

/// The data that a claimed mail's text needs; `None` if it was withdrawn since.
async fn prepare(db: &Db, organisation: OrganisationId, id: MailId) -> Result<Option<Claimed>> {
    let scope = db.system(Some(organisation));
    let tx = scope.write(Permission::SendMail).await?;
    let Some(row) = waiting(&tx, id).await? else {
        return Ok(None);
    };
    let person = tx.user(UserId(row.user_id)).await?;
    let home = tx.home().await?;
    let mail: Mail =
        serde_json::from_value(row.mail).map_err(|error| Error::Broken(error.to_string()))?;
    let token = links::mint(&tx, &person, &mail).await?;
    let own = person
        .language
        .filter(|_| !matches!(mail, Mail::VendorNotice { .. }));
    let language = own.unwrap_or(home.language);
    let address = match &mail {
        Mail::ConfirmEmail { to } | Mail::EmailChanged { to } | Mail::VendorNotice { to, .. } => {
            Some(to.clone())
        }
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
        Mail::VendorNotice { notice, .. } => {
            Some(licence::figures_of_notice(&tx, *notice, &home, language).await?)
        }
        _ => None,
    };
    let about = match &mail {
        Mail::ColleagueArchived { user, .. } | Mail::AdministratorManaged { user, .. } => {
            let about = tx
                .users()
                .filter(users::Column::Id.eq(user.0))
                .one(tx.conn())
                .await?;
            about.map(|person| person.display_name())
        }
        _ if !mail.elsewhere().is_empty() => {
            let others = mail.elsewhere().iter().map(|other| other.0);
            let others = tx
                .find::<organisations::Entity>()
                .filter(organisations::Column::Id.is_in(others));
            let others = others
                .order_by_asc(organisations::Column::Name)
                .all(tx.conn())
                .await?;
            Some(
                others
                    .into_iter()
                    .map(|other| other.name)
                    .collect::<Vec<_>>()
                    .join(", "),
            )
        }
        _ => None,
    };
    let by = match &mail {
        Mail::AdministratorManaged { by, .. } => directory::names_of_operators(&tx, vec![by.0])
            .await?
            .into_values()
            .next(),
        _ => None,
    };
    tx.commit_without_event().await?;
    Ok(Some(Claimed {
        id,
        organisation,
        organisation_name: home.name,
        user: UserId(person.id),
        name: person.display_name(),
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
    let Some(row) = waiting(&tx, id).await? else {
        return Ok(());
    };
    let user = UserId(row.user_id);
    let mut row = row.into_active_model();
    row.state = Set(outbox::State::Failed);
    row.error = Set(Some("the mail could not be prepared".to_owned()));
    row.finished_at = Set(Some(scope.now()));
    row.update(tx.conn()).await?;
    tx.record(Event::MailFinished { user, sent: false }).await?;
    tx.commit().await
}

/// Records the result of a delivery. A failed attempt is retried with growing delays until the mail
/// is given up; a permanent failure is given up at once.
///
/// # Errors
/// When the database fails.
pub async fn finish(db: &Db, claimed: &Claimed, outcome: Result<(), Undelivered>) -> Result<()> {
    let scope = db.system(Some(claimed.organisation));
    let tx = scope.write(Permission::SendMail).await?;
    // the person is locked before their mail, as everywhere, to avoid a deadlock
    tx.lock_user(claimed.user).await?;
    let Some(row) = waiting(&tx, claimed.id).await? else {
        return Ok(());
    };
    let now = scope.now();
    let mut row = row.into_active_model();
    let sent = match outcome {
        Ok(()) => {
            row.state = Set(outbox::State::Sent);
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
            row.state = Set(outbox::State::Failed);
            Some(false)
        }
    };
    row.finished_at = Set(sent.map(|_| now));
    row.update(tx.conn()).await?;
    match sent {
        Some(sent) => {
            if sent && claimed.mail == Mail::Invitation {
                let ends = now + durations::INVITATION;
                // an existing password, and its expiry, stay valid until the link is followed
                let told = "UPDATE users SET told_at = $2, sign_in_ends_at = CASE WHEN way_in = 'invited' THEN $3 ELSE sign_in_ends_at END
                    WHERE id = $1";
                tx.execute(told, [claimed.user.0.into(), now.into(), ends.into()])
                    .await?;
            }
            tx.record(Event::MailFinished {
                user: claimed.user,
                sent,
            })
            .await?;
            tx.commit().await
        }
        None => tx.commit_without_event().await,
    }
}
