//! Sends what is in the outbox. Any number of servers do it at once: each mail is claimed by one, for as long as sending may
//! take (design 5.7).

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use usher_domain::Db;
use usher_domain::outbox::{self, Claimed};

use crate::mailer::Mailer;
use crate::serve::until;

const BATCH: i32 = 20;
const PAUSE: Duration = Duration::from_secs(1);
/// After the database failed.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// Works until it is told to stop; what it has claimed it still finishes.
pub async fn run(db: Db, mailer: Mailer, public_url: String, stopped: watch::Receiver<()>) {
    loop {
        let pause = match batch(&db, &mailer, &public_url).await {
            // there may be more
            Ok(sent) if sent == BATCH as usize => Duration::ZERO,
            Ok(_) => PAUSE,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be worked on");
                LONG_PAUSE
            }
        };
        tokio::select! {
            biased;
            () = until(stopped.clone()) => return,
            () = sleep(pause) => {}
        }
    }
}

/// Sends what is due, up to a batch; how many there were.
///
/// # Errors
/// When the database fails.
pub async fn batch(db: &Db, mailer: &Mailer, public_url: &str) -> usher_domain::Result<usize> {
    let claimed = outbox::claim(db, BATCH).await?;
    for mail in &claimed {
        let outcome = send(mailer, mail, public_url).await;
        match &outcome {
            Ok(()) => tracing::info!(mail = %mail.id, "sent a mail"),
            Err(why) => tracing::warn!(mail = %mail.id, why, "a mail was not sent"),
        }
        outbox::finish(db, mail, outcome).await?;
    }
    Ok(claimed.len())
}

async fn send(mailer: &Mailer, mail: &Claimed, public_url: &str) -> Result<(), String> {
    let address = mail.address.as_deref().ok_or("there is no address")?;
    let rendered = usher_app::mail::render(mail, public_url).map_err(|error| format!("the mail could not be put into words: {error}"))?;
    mailer.send(mail.id, &mail.name, address, rendered).await
}
