//! Deletes expired data with a periodic sweep (ASVS 14.2.7).

use usher_types::{Permission, durations};

use crate::Result;
use crate::scope::Db;

/// Deletes ended and idle sessions, invalid links, expired limit counters, drafts after
/// [`durations::DRAFT`], caseload moves after [`durations::CASELOAD_RETURN`], and browsers that
/// nobody has signed in with for [`durations::KNOWN_BROWSER`]: at most `most` of each, so that no
/// sweep locks many rows. Returns whether there may be more.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired(db: &Db, most: i32) -> Result<bool> {
    let scope = db.system(None);
    let tx = scope.write(Permission::RunMaintenance).await?;
    let values = [
        scope.now().into(),
        (durations::minutes(durations::IDLE_SESSION) as i32).into(),
        most.into(),
    ];
    let row = tx
        .one(
            "SELECT sweep($1, make_interval(mins => $2), $3) AS most",
            values,
        )
        .await?;
    tx.commit_without_event().await?;
    let most_of_one: i64 = row
        .map(|row| row.try_get("", "most"))
        .transpose()?
        .unwrap_or_default();
    Ok(most_of_one >= i64::from(most))
}
