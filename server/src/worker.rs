//! Background work: sends mails, delivers referral changes to other organisations, seals the audit
//! log, and sweeps expired rows. Several servers can work at the same time: each mail and each
//! delivery is claimed by one server, and each chain is sealed by one server at a time (decisions
//! 0018 and 0019).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::sleep;
use usher_domain::chain::{self, Head};
use usher_domain::delivery::{self, Claimed, MailListener, Undelivered};
use usher_domain::{Db, audit, licence, referrals, sweep};
use usher_types::OrganisationId;

use crate::mailer::Mailer;
use crate::serve::until;

const BATCH: i32 = 20;
/// The pause between checks for due mails. A queued mail wakes the worker at once; the checks are
/// for retries and for a lost listener.
const PAUSE: Duration = Duration::from_secs(10);
/// The pause after an error of the database.
const LONG_PAUSE: Duration = Duration::from_secs(5);
/// The pause between checks for events to seal (decision 0018).
const SEALING: Duration = Duration::from_secs(1);
/// How often the heads of the chains are logged: stored elsewhere, the log shows that no chain was
/// truncated (ASVS 16.4.3).
const TELLING: Duration = Duration::from_secs(60 * 60);
/// The pause between checks for changes to deliver to another organisation, where a person may wait
/// for them.
const CROSSING: Duration = Duration::from_secs(1);
const SWEEPING: Duration = Duration::from_secs(5 * 60);
/// The maximum number of rows of each kind that a sweep deletes.
const SWEPT: i32 = 1_000;

/// Sends mails until the shutdown; completes the mails that it has claimed.
pub async fn run(db: Db, mailer: Mailer, public_url: String, stopped: watch::Receiver<()>) {
    let mut listener = None;
    loop {
        // before the first check, or a mail that is queued in between would wait
        if listener.is_none() {
            listener = subscribe(&db).await;
        }
        let pause = match batch(&db, &mailer, &public_url).await {
            Ok(0) => PAUSE,
            // there may be more mails
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be worked on");
                LONG_PAUSE
            }
        };
        tokio::select! {
            biased;
            () = until(stopped.clone()) => return,
            is_heard = notified(&mut listener), if pause == PAUSE => if !is_heard { listener = None },
            () = sleep(pause) => {}
        }
    }
}

async fn subscribe(db: &Db) -> Option<MailListener> {
    match MailListener::subscribe(db).await {
        Ok(listener) => Some(listener),
        Err(error) => {
            tracing::warn!(%error, "queued mails do not wake the worker: it looks every 10 seconds");
            None
        }
    }
}

/// Resolves on a notification, with whether the listener still works; never without a listener.
async fn notified(listener: &mut Option<MailListener>) -> bool {
    match listener {
        Some(listener) => listener
            .notified()
            .await
            .inspect_err(|error| tracing::warn!(%error, "the worker is not woken any more"))
            .is_ok(),
        None => std::future::pending().await,
    }
}

/// Sends a batch of due mails; returns their number.
///
/// # Errors
/// If the database fails.
pub async fn batch(db: &Db, mailer: &Mailer, public_url: &str) -> usher_domain::Result<usize> {
    let claimed = delivery::claim(db, BATCH).await?;
    for mail in &claimed {
        let outcome = send(mailer, mail, public_url).await;
        match &outcome {
            Ok(()) => tracing::info!(mail = %mail.id, "sent a mail"),
            Err(Undelivered::ForNow(why)) => {
                tracing::warn!(mail = %mail.id, why, "a mail was not sent")
            }
            Err(Undelivered::ForGood(why)) => {
                tracing::warn!(mail = %mail.id, why, "a mail cannot be sent")
            }
        }
        delivery::finish(db, mail, outcome).await?;
    }
    Ok(claimed.len())
}

async fn send(mailer: &Mailer, mail: &Claimed, public_url: &str) -> Result<(), Undelivered> {
    let for_good = |why: &str| Undelivered::ForGood(why.to_owned());
    let address = mail
        .address
        .as_deref()
        .ok_or_else(|| for_good("there is no address"))?;
    let rendered = usher_app::mail::render(mail, public_url).map_err(|error| {
        Undelivered::ForGood(format!("the mail could not be put into words: {error}"))
    })?;
    // the vendor's name is unknown; the person of the mail is its sender
    let name = if mail.figures.is_some() {
        ""
    } else {
        &mail.name
    };
    mailer.send(mail.id, name, address, rendered).await
}

/// Seals the audit log until the shutdown.
pub async fn seal(db: Db, stopped: watch::Receiver<()>) {
    let mut heads: BTreeMap<OrganisationId, Head> = BTreeMap::new();
    let mut told = Instant::now();
    loop {
        let pause = match chain::seal(&db).await {
            Ok((moved, more)) => {
                heads.extend(moved.into_iter().map(|head| (head.organisation, head)));
                if more { Duration::ZERO } else { SEALING }
            }
            Err(error) => {
                tracing::error!(%error, "the audit cannot be sealed");
                LONG_PAUSE
            }
        };
        let is_over = wait(pause, &stopped).await;
        if is_over || told.elapsed() > TELLING {
            for head in std::mem::take(&mut heads).into_values() {
                tracing::info!(%head, "the audit is sealed up to here");
            }
            told = Instant::now();
        }
        if is_over {
            return;
        }
    }
}

/// Delivers referral changes to the other organisation until the shutdown.
pub async fn cross(db: Db, stopped: watch::Receiver<()>) {
    loop {
        let pause = match referrals::cross(&db, BATCH).await {
            Ok(0) => CROSSING,
            // there may be more changes
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::error!(%error, "what happened to referrals cannot be brought to the other organisation");
                LONG_PAUSE
            }
        };
        if wait(pause, &stopped).await {
            return;
        }
    }
}

/// Deletes expired rows, writes repeated events that were only counted, and drafts due notices once
/// a day, until the shutdown.
pub async fn sweep(db: Db, stopped: watch::Receiver<()>) {
    loop {
        let pause = match sweep::delete_expired(&db, SWEPT).await {
            Ok(true) => Duration::from_millis(100),
            Ok(false) => SWEEPING,
            Err(error) => {
                tracing::error!(%error, "what has expired cannot be swept away");
                SWEEPING
            }
        };
        // after the last batch of a sweep, not between batches
        if pause == SWEEPING
            && let Err(error) = licence::draft_daily(&db).await
        {
            tracing::error!(%error, "notices to vendors cannot be drafted");
        }
        if pause == SWEEPING
            && let Err(error) = audit::write_repeated(&db).await
        {
            tracing::error!(%error, "what was counted cannot be written to the audit");
        }
        if wait(pause, &stopped).await {
            return;
        }
    }
}

/// Waits, or returns early at the shutdown; whether the shutdown has begun.
async fn wait(pause: Duration, stopped: &watch::Receiver<()>) -> bool {
    tokio::select! {
        biased;
        () = until(stopped.clone()) => true,
        () = sleep(pause) => false,
    }
}
