//! What has expired goes: nothing dead is kept longer than it takes to sweep (ASVS 14.2.7).

use usher_types::Permission;

use crate::Result;
use crate::scope::{Db, IDLE_MINUTES};

/// Deletes ended and idle sessions, dead links, guessing counters that count no more, and drafts and moves of a caseload a day
/// old, which is how long a move can be undone, and forgets browsers that nobody has signed in with for 90 days: at most `most` of each, so that no sweep holds many rows. Whether there may be more.
///
/// # Errors
/// When the database fails.
pub async fn delete_expired(db: &Db, most: i32) -> Result<bool> {
    let scope = db.system(None);
    let tx = scope.write(Permission::RunMaintenance).await?;
    let values = [scope.now().into(), (IDLE_MINUTES as i32).into(), most.into()];
    let row = tx.one("SELECT sweep($1, make_interval(mins => $2), $3) AS most", values).await?;
    tx.commit_without_event().await?;
    let most_of_one: i64 = row.map(|row| row.try_get("", "most")).transpose()?.unwrap_or_default();
    Ok(most_of_one >= i64::from(most))
}
