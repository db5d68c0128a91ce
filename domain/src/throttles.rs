//! Guessing limits, in Postgres: shared by all servers, and counted in a transaction of their own, so that they survive
//! restarts and rollbacks (ASVS 6.3.1). An attempt is counted before it is tried, so that parallel ones gain nothing.

use sha2::{Digest, Sha256};
use usher_types::{Permission, Refusal};

use crate::{Result, Scope};

/// Free failures per account before delays begin; they double from one second to fifteen minutes.
const FREE: i32 = 5;
const LONGEST_S: i32 = 900;
/// Failures per address in ten minutes.
const PER_ADDRESS: i32 = 50;
const ADDRESS_WINDOW_S: i32 = 600;
/// A quiet day forgets an account's failures.
const ACCOUNT_WINDOW_S: i32 = 86_400;

/// The attempt of one client at one account.
pub(crate) struct Attempt {
    account: String,
    address: String,
}

impl Attempt {
    /// Counts it.
    ///
    /// # Errors
    /// [`Refusal::Slow`] while either is blocked; a blocked attempt does not prolong the block.
    pub(crate) async fn begin(scope: &Scope, account: &str, address: &str) -> Result<Self> {
        let attempt = Self { account: key("account", account), address: key("address", address) };
        let tx = scope.write(Permission::SignIn).await?;
        let sql = "INSERT INTO throttles AS t (key, failures, first_at) VALUES ($1, 1, $2)
            ON CONFLICT (key) DO UPDATE SET
                failures = CASE WHEN t.blocked_until > $2 THEN t.failures WHEN t.first_at < $2 - make_interval(secs => $3) THEN 1 ELSE t.failures + 1 END,
                first_at = CASE WHEN t.first_at < $2 - make_interval(secs => $3) THEN $2 ELSE t.first_at END
            RETURNING failures, ceil(extract(epoch FROM t.blocked_until - $2))::int AS wait";
        let now = scope.now();
        let mut longest = 0;
        // addresses and accounts are always locked in this order, so that two attempts cannot wait for each other
        for (key, window) in [(&attempt.address, ADDRESS_WINDOW_S), (&attempt.account, ACCOUNT_WINDOW_S)] {
            let row = tx.one(sql, [key.as_str().into(), now.into(), f64::from(window).into()]).await?;
            let Some(row) = row else { continue };
            let (failures, wait): (i32, Option<i32>) = (row.try_get("", "failures")?, row.try_get("", "wait")?);
            if let Some(wait) = wait.filter(|wait| *wait > 0) {
                longest = longest.max(wait);
                continue;
            }
            let block = if key == &attempt.address {
                (failures >= PER_ADDRESS).then_some(ADDRESS_WINDOW_S)
            } else {
                (failures >= FREE).then(|| 1_i32.checked_shl((failures - FREE) as u32).map_or(LONGEST_S, |delay| delay.clamp(1, LONGEST_S)))
            };
            if let Some(seconds) = block {
                let sql = "UPDATE throttles SET blocked_until = $2 + make_interval(secs => $3) WHERE key = $1";
                tx.execute(sql, [key.as_str().into(), now.into(), f64::from(seconds).into()]).await?;
            }
        }
        if longest > 0 {
            // rolled back: a blocked attempt counts neither at the account nor at the address
            return Err(Refusal::Slow { seconds: longest as u32 }.into());
        }
        tx.commit_unsaid().await?;
        Ok(attempt)
    }

    /// It was right: the account starts afresh, and the address gets its attempt back.
    pub(crate) async fn succeeded(self, scope: &Scope) -> Result<()> {
        let tx = scope.write(Permission::SignIn).await?;
        let sql = "UPDATE throttles SET failures = greatest(failures - 1, 0), blocked_until = NULL WHERE key = $1";
        tx.execute(sql, [self.address.into()]).await?;
        tx.execute("DELETE FROM throttles WHERE key = $1", [self.account.into()]).await?;
        tx.execute(
            "DELETE FROM throttles WHERE key IN (SELECT key FROM throttles WHERE first_at < $1 - interval '2 days' LIMIT 100)",
            [scope.now().into()],
        )
        .await?;
        tx.commit_unsaid().await
    }
}

/// Keys are hashed: what was typed as a login name may be a password.
pub(crate) fn key(kind: &str, value: &str) -> String {
    use base64::Engine;
    let digest = Sha256::digest(format!("{kind}:{value}").as_bytes());
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(digest)
}
