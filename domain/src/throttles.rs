//! Guessing limits, in Postgres: shared by all servers, and counted in a transaction of their own, so that they survive
//! restarts and rollbacks (ASVS 6.3.1). An attempt is counted before it is tried, so that parallel ones gain nothing.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use usher_types::login_name::LoginName;
use usher_types::{Permission, Refusal};

use crate::scope::Tx;
use crate::{Result, Scope};

/// Free failures per account before delays begin; they double from one second to fifteen minutes.
const FREE: i32 = 5;
const LONGEST_S: i32 = 900;
/// Failures per address in ten minutes.
const PER_ADDRESS: i32 = 50;
const ADDRESS_WINDOW_S: i32 = 600;
/// A quiet day forgets an account's failures: counted from the latest, or who guesses slowly would begin afresh every day.
const ACCOUNT_WINDOW_S: i32 = 86_400;

/// Counts one: from the latest on where the fourth value says so, else from the first.
const COUNT: &str = "INSERT INTO throttles AS t (key, failures, since) VALUES ($1, 1, $2)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN t.blocked_until > $2 THEN t.failures WHEN t.since < $2 - make_interval(secs => $3) THEN 1 ELSE t.failures + 1 END,
        since = CASE WHEN $4 OR t.since < $2 - make_interval(secs => $3) THEN greatest(t.since, $2) ELSE t.since END
    RETURNING failures, ceil(extract(epoch FROM t.blocked_until - $2))::int AS wait";

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
        let now = scope.now();
        let mut longest = 0;
        // addresses and accounts are always locked in this order, so that two attempts cannot wait for each other
        for (key, window) in [(&attempt.address, ADDRESS_WINDOW_S), (&attempt.account, ACCOUNT_WINDOW_S)] {
            let is_account = key == &attempt.account;
            let row = tx.one(COUNT, [key.as_str().into(), now.into(), f64::from(window).into(), is_account.into()]).await?;
            let Some(row) = row else { continue };
            let (failures, wait): (i32, Option<i32>) = (row.try_get("", "failures")?, row.try_get("", "wait")?);
            if let Some(wait) = wait.filter(|wait| *wait > 0) {
                longest = longest.max(wait);
                continue;
            }
            let block = if is_account {
                // past ten doublings it is the longest anyway
                (failures >= FREE).then(|| (1 << (failures - FREE).min(10)).min(LONGEST_S))
            } else {
                (failures >= PER_ADDRESS).then_some(ADDRESS_WINDOW_S)
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
        // a block that others' failures earned stays
        let sql = "UPDATE throttles SET failures = greatest(failures - 1, 0),
            blocked_until = CASE WHEN failures > $2 THEN blocked_until END WHERE key = $1";
        tx.execute(sql, [self.address.into(), PER_ADDRESS.into()]).await?;
        tx.execute("DELETE FROM throttles WHERE key = $1", [self.account.into()]).await?;
        tx.commit_unsaid().await
    }
}

/// Counts something else that may be done so often in ten minutes; whether this one still may.
pub(crate) async fn within(visitor: &Scope, kind: &str, who: &str, most: i32) -> Result<bool> {
    let tx = visitor.write(Permission::SignIn).await?;
    let values = [key(kind, who).into(), visitor.now().into(), f64::from(ADDRESS_WINDOW_S).into(), false.into()];
    let row = tx.one(COUNT, values).await?;
    tx.commit_unsaid().await?;
    let counted: i32 = row.map(|row| row.try_get("", "failures")).transpose()?.unwrap_or_default();
    Ok(counted <= most)
}

/// Until when nobody can sign in with a login name, because too many tried.
pub(crate) async fn slowed(tx: &Tx<'_>, login_name: &str) -> Result<Option<DateTime<Utc>>> {
    let name = LoginName::parse(login_name).map_or_else(|_| login_name.to_lowercase(), |name| name.key());
    let sql = "SELECT blocked_until FROM throttles WHERE key = $1 AND blocked_until > $2";
    let row = tx.one(sql, [key("account", &name).into(), tx.scope().now().into()]).await?;
    Ok(row.map(|row| row.try_get("", "blocked_until")).transpose()?)
}

/// Keys are hashed: what was typed as a login name may be a password.
pub(crate) fn key(kind: &str, value: &str) -> String {
    use base64::Engine;
    let digest = Sha256::digest(format!("{kind}:{value}").as_bytes());
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(digest)
}
