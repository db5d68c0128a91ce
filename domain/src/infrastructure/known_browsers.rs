//! Browsers that a person has signed in with before. Attempts from them are counted separately, so
//! that a person cannot be locked out by somebody who only knows their login name (ASVS 6.3.1;
//! OWASP calls them device cookies).
//!
//! Invariant: a token is random, stored as its hash, and good for one account. It grants no access;
//! it only decides under which key an attempt is counted. Ending all of a person's sessions also
//! forgets their browsers.

use usher_types::UserId;

use crate::Result;
use crate::foundation::sealing::Token;
use crate::scope::{Tx, Write};

/// The largest number of known browsers of one person; adding one more forgets the least recently
/// used.
pub const MOST: i32 = 20;

/// The token, among those a browser sends, that is known for this person.
pub(crate) async fn find(tx: &Tx<'_>, user: UserId, brought: &[Token]) -> Result<Option<Token>> {
    if brought.is_empty() {
        return Ok(None);
    }
    let hashes: Vec<Vec<u8>> = brought.iter().map(Token::hash).collect();
    let sql = "SELECT token_hash FROM known_browsers WHERE user_id = $1 AND token_hash = ANY ($2) LIMIT 1";
    let row = tx.one(sql, [user.0.into(), hashes.into()]).await?;
    let known: Option<Vec<u8>> = row.map(|row| row.try_get("", "token_hash")).transpose()?;
    Ok(brought
        .iter()
        .find(|token| Some(token.hash()) == known)
        .cloned())
}

/// Remembers a browser for a person whose row is locked, or records that a known one was used.
/// Returns its token.
pub(crate) async fn remember(tx: &Write<'_>, user: UserId, known: Option<Token>) -> Result<Token> {
    let token = match known {
        Some(known) => known,
        None => Token::new()?,
    };
    let used = "INSERT INTO known_browsers VALUES ($1, $2, $3, $4)
        ON CONFLICT (organisation_id, user_id, token_hash) DO UPDATE SET seen_at = excluded.seen_at";
    tx.execute(
        used,
        [
            tx.organisation()?.0.into(),
            user.0.into(),
            token.hash().into(),
            tx.scope().now().into(),
        ],
    )
    .await?;
    let bound = "DELETE FROM known_browsers WHERE user_id = $1 AND token_hash IN (SELECT token_hash FROM known_browsers
        WHERE user_id = $1 AND token_hash <> $2 ORDER BY seen_at DESC OFFSET $3)";
    tx.execute(
        bound,
        [user.0.into(), token.hash().into(), (MOST - 1).into()],
    )
    .await?;
    Ok(token)
}

/// Forgets all browsers of a person.
pub(crate) async fn forget(tx: &Write<'_>, user: UserId) -> Result<()> {
    tx.execute(
        "DELETE FROM known_browsers WHERE user_id = $1",
        [user.0.into()],
    )
    .await?;
    Ok(())
}
