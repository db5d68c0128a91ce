//! Limits, in Postgres: shared by all servers, and counted in a transaction of their own, so that
//! they survive restarts and rollbacks (ASVS 2.4.1, 6.3.1). Every costly operation is counted
//! before it is done, so that parallel requests gain nothing.

use std::time::Duration;

use chrono::{DateTime, Utc};
use usher_types::login_name::LoginName;
use usher_types::mail::Mail;
use usher_types::{Permission, Refusal, Secret, UserId};
use uuid::Uuid;

use crate::foundation::limits::{Limit, limits_of_mail};
use crate::scope::{Tx, Write};
use crate::{Error, Result, Scope};

const LONGEST_S: i32 = 900;
/// The longest delay of an attempt from a slowed address.
const LONGEST_DELAY: Duration = Duration::from_secs(5);
/// Counts one failure: the period starts at the latest failure if the fourth parameter says so,
/// else at the first.
const COUNT: &str = "INSERT INTO throttles AS t (key, failures, since) VALUES ($1, 1, $2)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN t.blocked_until > $2 THEN t.failures WHEN t.since < $2 - make_interval(secs => $3) THEN 1 ELSE t.failures + 1 END,
        since = CASE WHEN $4 OR t.since < $2 - make_interval(secs => $3) THEN greatest(t.since, $2) ELSE t.since END
    RETURNING failures, ceil(extract(epoch FROM t.blocked_until - $2))::int AS wait";

/// The attempt of one client at one account.
pub(crate) struct Attempt {
    /// The second key it is counted under, besides the address: the account, or a known browser of
    /// it.
    account: String,
    /// Whether it exceeded the account's limit.
    is_last: bool,
    address: String,
    /// The number of attempts of the address beyond its limit.
    beyond: u32,
}

impl Attempt {
    /// Counts an attempt, for the account or a known browser of it, and for the address. Beyond its
    /// limit an address is slowed down and not refused, because many people may share it (ASVS
    /// 6.3.1).
    ///
    /// # Errors
    /// [`Refusal::Slow`] while the account is blocked; a blocked attempt does not prolong the
    /// block.
    pub(crate) async fn begin(
        scope: &Scope,
        (of_account, account): (Limit, &str),
        address: &str,
    ) -> Result<Self> {
        let of_address = Limit::WrongPasswordsFromAddress;
        let (account, from) = (of_account.key(account), of_address.key(address));
        let tx = scope.write(Permission::SignIn).await?;
        // addresses and accounts are always locked in this order, to avoid a deadlock of two
        // attempts
        let (from_address, _) = count_failure(&tx, of_address, &from).await?;
        let (failures, wait) = count_failure(&tx, of_account, &account).await?;
        if let Some(seconds) = wait {
            // rolled back: a blocked attempt is counted neither for the account nor for the address
            return Err(Refusal::Slow { seconds }.into());
        }
        let is_last = failures >= of_account.most();
        if is_last {
            // after ten doublings the longest wait is reached anyway
            let seconds = (1 << (failures - of_account.most()).min(10)).min(LONGEST_S);
            let sql = "UPDATE throttles SET blocked_until = $2 + make_interval(secs => $3) WHERE key = $1";
            tx.execute(
                sql,
                [
                    account.as_str().into(),
                    scope.now().into(),
                    f64::from(seconds).into(),
                ],
            )
            .await?;
        }
        let beyond = u32::try_from(from_address - of_address.most()).unwrap_or_default();
        if beyond == 1 {
            tx.record_security_event("address_slowed", &from, address)
                .await?;
        }
        tx.commit_without_event().await?;
        Ok(Self {
            account,
            is_last,
            address: from,
            beyond,
        })
    }

    /// Whether the password has this hash. Beyond the address's limit it waits for its turn first.
    ///
    /// # Errors
    /// [`Error::Busy`] if too many wait already; the password is not tried then, and the attempt is
    /// not counted.
    pub(crate) async fn verify(
        &self,
        scope: &Scope,
        password: &Secret,
        hash: Option<&str>,
    ) -> Result<bool> {
        let verified = self.verify_in_turn(scope, password, hash).await;
        if matches!(verified, Err(Error::Busy)) {
            self.undo(scope).await?;
        }
        verified
    }

    async fn verify_in_turn(
        &self,
        scope: &Scope,
        password: &Secret,
        hash: Option<&str>,
    ) -> Result<bool> {
        let _turn = match self.beyond {
            0 => None,
            beyond => Some(scope.turns().take(&self.address, delay(beyond)).await?),
        };
        scope.hashing().verify(password, hash).await
    }

    /// The password was right: resets the account's count, and takes the attempt back from the
    /// address's.
    pub(crate) async fn succeeded(self, scope: &Scope) -> Result<()> {
        let tx = scope.write(Permission::SignIn).await?;
        tx.execute(
            "UPDATE throttles SET failures = greatest(failures - 1, 0) WHERE key = $1",
            [self.address.into()],
        )
        .await?;
        tx.execute(
            "DELETE FROM throttles WHERE key = $1",
            [self.account.into()],
        )
        .await?;
        tx.commit_without_event().await
    }

    /// The password was not tried: takes the attempt back from both counts, and removes the block
    /// it caused.
    async fn undo(&self, scope: &Scope) -> Result<()> {
        let tx = scope.write(Permission::SignIn).await?;
        let sql = "UPDATE throttles SET failures = greatest(failures - 1, 0), blocked_until = CASE WHEN NOT $2 THEN blocked_until END
            WHERE key = $1";
        for (key, is_last) in [(&self.address, false), (&self.account, self.is_last)] {
            tx.execute(sql, [key.as_str().into(), is_last.into()])
                .await?;
        }
        tx.commit_without_event().await
    }
}

/// Counts one failure. Returns the count, and the seconds until the current block ends, if there is
/// one.
async fn count_failure(tx: &Write<'_>, limit: Limit, key: &str) -> Result<(i32, Option<u32>)> {
    let from_latest = limit != Limit::WrongPasswordsFromAddress;
    let row = tx
        .one(
            COUNT,
            [
                key.into(),
                tx.scope().now().into(),
                f64::from(limit.seconds()).into(),
                from_latest.into(),
            ],
        )
        .await?;
    let row = row.ok_or_else(|| Error::Broken("nothing was counted".to_owned()))?;
    let wait: Option<i32> = row.try_get("", "wait")?;
    Ok((
        row.try_get("", "failures")?,
        wait.and_then(|wait| u32::try_from(wait).ok())
            .filter(|wait| *wait > 0),
    ))
}

/// The delay of an attempt: a tenth of a second for the first beyond the limit, doubled for each
/// further one.
fn delay(beyond: u32) -> Duration {
    Duration::from_millis(100 << beyond.saturating_sub(1).min(10)).min(LONGEST_DELAY)
}

/// Proof that the mails of an action were counted before its transaction began;
/// [`crate::infrastructure::outbox::enqueue`] requires it.
#[derive(Debug)]
pub(crate) struct MailCounted(Option<&'static [Limit]>);

impl MailCounted {
    /// For the system, which carries out a person's action that was already counted, or runs in a
    /// terminal.
    pub(crate) const fn by_system() -> Self {
        Self(None)
    }

    /// Whether a mail was counted as its kind requires.
    pub(crate) fn covers(&self, mail: &Mail) -> bool {
        self.0.is_none_or(|counted| {
            limits_of_mail(mail)
                .iter()
                .all(|limit| counted.contains(limit))
        })
    }
}

/// Counts the mails of an action against the limits of their kind: those of the actor, of the
/// person they are about, and of the addresses they go to.
///
/// # Errors
/// [`Refusal::Slow`] where one is exceeded.
pub(crate) async fn count_mail(
    scope: &Scope,
    mail: &Mail,
    about: Option<UserId>,
    to: &[&str],
) -> Result<MailCounted> {
    count_mail_of(scope, None, mail, about, to).await
}

/// Counts the mails of a form that may be posted twice: posts with the same idempotency key are
/// counted once.
///
/// # Errors
/// As [`count_mail`].
pub(crate) async fn count_mail_once(
    scope: &Scope,
    key: Uuid,
    mail: &Mail,
    to: &[&str],
) -> Result<MailCounted> {
    count_mail_of(scope, Some(&key.to_string()), mail, None, to).await
}

async fn count_mail_of(
    scope: &Scope,
    key: Option<&str>,
    mail: &Mail,
    about: Option<UserId>,
    to: &[&str],
) -> Result<MailCounted> {
    let limits = limits_of_mail(mail);
    let (actor, about) = (
        scope.person().map(|person| person.to_string()),
        about.map(|about| about.to_string()),
    );
    let mut counted: Vec<(Limit, &str)> = key.map(|key| (Limit::Acts, key)).into_iter().collect();
    for limit in limits {
        match limit {
            Limit::MailsAboutPerson | Limit::SwitchMails => {
                counted.extend(about.as_deref().map(|about| (*limit, about)))
            }
            Limit::MailsToAddress => counted.extend(to.iter().map(|to| (*limit, *to))),
            _ => counted.extend(actor.as_deref().map(|actor| (*limit, actor))),
        }
    }
    match exceeded(scope, &counted).await? {
        Some((limit, seconds)) if limit != Limit::Acts => Err(Refusal::Slow { seconds }.into()),
        _ => Ok(MailCounted(Some(limits))),
    }
}

/// Counts one against each of these limits, in this order, until one is exceeded. The earlier ones
/// keep their count. Later ones are not counted, so that a caller who exceeds their own limit does
/// not use up that of somebody else.
///
/// # Errors
/// [`Refusal::Slow`] where one is exceeded.
pub(crate) async fn require(scope: &Scope, counted: &[(Limit, &str)]) -> Result<()> {
    match exceeded(scope, counted).await? {
        Some((_, seconds)) => Err(Refusal::Slow { seconds }.into()),
        None => Ok(()),
    }
}

/// Counts one against a limit, and returns whether the limit is not exceeded.
pub(crate) async fn is_below_limit(scope: &Scope, limit: Limit, who: &str) -> Result<bool> {
    Ok(exceeded(scope, &[(limit, who)]).await?.is_none())
}

/// Counts, and returns the first exceeded limit with the seconds to wait.
async fn exceeded(scope: &Scope, counted: &[(Limit, &str)]) -> Result<Option<(Limit, u32)>> {
    let keys = counted.iter().map(|(limit, who)| limit.key(who)).collect();
    let most = counted.iter().map(|(limit, _)| limit.most()).collect();
    let seconds = counted.iter().map(|(limit, _)| limit.seconds()).collect();
    let exceeded = scope.count(keys, most, seconds).await?;
    Ok(exceeded.and_then(|(place, wait)| Some((counted.get(place)?.0, wait))))
}

/// Until when sign-in with a login name is blocked, except from a known browser, because of too
/// many attempts.
pub(crate) async fn slowed(tx: &Tx<'_>, login_name: &str) -> Result<Option<DateTime<Utc>>> {
    let name =
        LoginName::parse(login_name).map_or_else(|_| login_name.to_lowercase(), |name| name.key());
    let sql = "SELECT blocked_until FROM throttles WHERE key = $1 AND blocked_until > $2";
    let row = tx
        .one(
            sql,
            [
                Limit::WrongPasswords.key(&name).into(),
                tx.scope().now().into(),
            ],
        )
        .await?;
    Ok(row
        .map(|row| row.try_get("", "blocked_until"))
        .transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_five_seconds() {
        let delays = [1, 2, 3, 6, 7, 8, 1_000, u32::MAX].map(|beyond| delay(beyond).as_millis());
        assert_eq!(delays, [100, 200, 400, 3_200, 5_000, 5_000, 5_000, 5_000]);
    }
}
