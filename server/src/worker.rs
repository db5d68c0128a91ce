//! Background work: sends mails, delivers referral changes to other organisations, seals the audit
//! log, and sweeps expired rows. Several servers can work at the same time: each mail and each
//! delivery is claimed by one server, and each chain is sealed by one server at a time (decisions
//! 0018 and 0019).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tokio::time::sleep;
use usher_domain::chain::{self, Head};
use usher_domain::delivery::{self, Claimed, MailListener, Undelivered};
use usher_domain::{Db, audit, licence, referrals, sweep};
use usher_types::OrganisationId;

use crate::mailer::Mailer;
use crate::shutdown::Shutdown;

/// The maximum number of mails or deliveries that are claimed at once.
const BATCH: i32 = 20;
/// The pause between checks for due mails. A queued mail wakes the worker at once; the checks are
/// for retries and for a lost listener.
const PAUSE: Duration = Duration::from_secs(10);
/// The pause after an error of the database.
const ERROR_PAUSE: Duration = Duration::from_secs(5);
/// The pause between checks for events to seal (decision 0018).
const SEAL_PAUSE: Duration = Duration::from_secs(1);
/// How often the heads of the chains are logged: stored elsewhere, the log shows that no chain was
/// truncated (ASVS 16.4.3).
const HEAD_LOG_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// The pause between checks for changes to deliver to another organisation, where a person may wait
/// for them.
const DELIVERY_PAUSE: Duration = Duration::from_secs(1);
const SWEEP_PAUSE: Duration = Duration::from_secs(5 * 60);
/// The maximum number of rows of each kind that a sweep deletes.
const SWEEP_ROWS: i32 = 1_000;

/// Sends mails until the shutdown; completes the mails that it has claimed.
pub async fn send_mails(db: Db, mailer: Mailer, public_url: String, shutdown: Shutdown) {
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
                tracing::error!(%error, "cannot send queued mails");
                ERROR_PAUSE
            }
        };
        tokio::select! {
            biased;
            () = shutdown.begun() => return,
            is_alive = notified(&mut listener), if pause == PAUSE => if !is_alive { listener = None },
            () = sleep(pause) => {}
        }
    }
}

async fn subscribe(db: &Db) -> Option<MailListener> {
    match MailListener::subscribe(db).await {
        Ok(listener) => Some(listener),
        Err(error) => {
            tracing::warn!(%error, "queued mails do not wake the worker, which checks every 10 seconds");
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
            .inspect_err(
                |error| tracing::warn!(%error, "queued mails do not wake the worker any more"),
            )
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
        Undelivered::ForGood(format!("the mail could not be rendered: {error}"))
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
pub async fn seal_audit(db: Db, shutdown: Shutdown) {
    let mut heads: BTreeMap<OrganisationId, Head> = BTreeMap::new();
    let mut logged = Instant::now();
    loop {
        let pause = match chain::seal(&db).await {
            Ok((moved, more)) => {
                heads.extend(moved.into_iter().map(|head| (head.organisation, head)));
                if more { Duration::ZERO } else { SEAL_PAUSE }
            }
            Err(error) => {
                tracing::error!(%error, "cannot seal the audit log");
                ERROR_PAUSE
            }
        };
        let is_over = shutdown.interrupts(pause).await;
        if is_over || logged.elapsed() > HEAD_LOG_INTERVAL {
            for head in std::mem::take(&mut heads).into_values() {
                tracing::info!(%head, "sealed the audit log up to this head");
            }
            logged = Instant::now();
        }
        if is_over {
            return;
        }
    }
}

/// Delivers referral changes to the other organisation until the shutdown.
pub async fn deliver_referrals(db: Db, shutdown: Shutdown) {
    loop {
        let pause = match referrals::cross(&db, BATCH).await {
            Ok(0) => DELIVERY_PAUSE,
            // there may be more changes
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::error!(%error, "cannot deliver referral changes to the other organisation");
                ERROR_PAUSE
            }
        };
        if shutdown.interrupts(pause).await {
            return;
        }
    }
}

/// Deletes expired rows, writes repeated events that were only counted, and drafts due notices once
/// a day, until the shutdown.
pub async fn sweep_expired(db: Db, shutdown: Shutdown) {
    loop {
        let pause = match sweep::delete_expired(&db, SWEEP_ROWS).await {
            Ok(true) => Duration::from_millis(100),
            Ok(false) => SWEEP_PAUSE,
            Err(error) => {
                tracing::error!(%error, "cannot delete expired rows");
                SWEEP_PAUSE
            }
        };
        // after the last batch of a sweep, not between batches
        if pause == SWEEP_PAUSE
            && let Err(error) = licence::draft_daily(&db).await
        {
            tracing::error!(%error, "cannot draft notices to vendors");
        }
        if pause == SWEEP_PAUSE
            && let Err(error) = audit::write_repeated(&db).await
        {
            tracing::error!(%error, "cannot write counted events to the audit log");
        }
        if shutdown.interrupts(pause).await {
            return;
        }
    }
}
