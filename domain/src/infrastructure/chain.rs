//! The hash chain over the audit rows (decision 0018, ASVS 16.4.2): one for each organisation,
//! built row by row after the rows are written.
//!
//! Invariant: a seal's hash is keyed and covers the one before it, its place, and everything the
//! audit row holds. Somebody who can write to the database but lacks the key cannot change, remove
//! or move a sealed row without [`verify`] reporting where. A chain cannot detect that its end was
//! cut off together with its seals; for that, a [`Head`] is stored outside the database.

use std::fmt;
use std::str::FromStr;

use sea_orm::{EntityTrait, QueryOrder, QueryResult, Set};
use usher_types::{OrganisationId, Permission};
use uuid::Uuid;

use crate::entity::{audit_seals, organisations};
use crate::foundation::sealing::Keys;
use crate::scope::{Db, Tx};
use crate::{Error, Result};

/// A row's id is created before its transaction commits, so a row can appear behind one that is
/// already sealed, by at most this long.
const LATE_MS: u128 = 10 * 60 * 1000;
/// The number of rows sealed, and of seals verified, in one batch.
const BATCH: i64 = 500;
/// The previous hash of the first seal.
const NOTHING: [u8; 32] = [0; 32];

/// The end of a chain. Stored outside the database, it later proves that nothing was cut off.
/// Written as `organisation:position:hash`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The organisation of the chain.
    pub organisation: OrganisationId,
    /// The place of the last seal; the first is 1.
    pub position: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.organisation, self.position)?;
        self.hash
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Head {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let mut parts = text.splitn(3, ':');
            let (organisation, position, digits) = (
                parts.next()?.parse().ok()?,
                parts.next()?.parse().ok()?,
                parts.next()?,
            );
            let mut hash = [0; 32];
            let is_hex =
                digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            for (byte, pair) in hash
                .iter_mut()
                .zip(digits.as_bytes().chunks(2))
                .take_while(|_| is_hex)
            {
                *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
            }
            is_hex.then_some(Self {
                organisation,
                position,
                hash,
            })
        };
        parse().ok_or_else(|| {
            "not written organisation:position:hash, as `usher audit verify` prints it".to_owned()
        })
    }
}

/// The result of verifying one organisation's audit.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub name: String,
    /// The last valid seal.
    pub head: Option<Head>,
    /// The number of rows that are too recent to be sealed yet.
    pub waiting: u64,
    /// The first invalid place, if any.
    pub broken: Option<Broken>,
}

/// The first place where the audit differs from what was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// There is no seal at this position, but there are later ones.
    SealMissing {
        /// Which place.
        position: i64,
    },
    /// The row is gone.
    RowMissing {
        /// Its place.
        position: i64,
        /// Which row.
        event: Uuid,
    },
    /// The row, its personal values, its place or its seal were changed.
    Changed {
        /// Its place.
        position: i64,
        /// Which row.
        event: Uuid,
    },
    /// The row is not sealed, although it lies where all rows are sealed.
    Unsealed {
        /// Which row.
        event: Uuid,
    },
    /// A stored head is not in the chain: the end of the chain was cut off or rebuilt.
    CutOff {
        /// The position that the chain had reached.
        position: i64,
    },
}

/// Seals the audit rows that are not sealed yet, in every organisation: at most one batch each, and
/// not where another server is sealing. Returns the heads that moved, and whether there may be more
/// rows.
///
/// # Errors
/// When the database fails.
pub async fn seal(db: &Db) -> Result<(Vec<Head>, bool)> {
    let scope = db.system(None);
    let tx = scope.read(Permission::RunMaintenance).await?;
    let late = [(LATE_MS as f64 / 1000.0).into()];
    let behind = tx
        .all(
            "SELECT * FROM audit_behind(make_interval(secs => $1)) AS behind (id)",
            late,
        )
        .await?;
    drop(tx);
    let (mut heads, mut more) = (Vec::new(), false);
    for row in behind {
        let organisation = OrganisationId(row.try_get("", "id")?);
        if let Some((head, sealed)) = seal_one(db, organisation).await? {
            heads.push(head);
            more |= sealed == BATCH as usize;
        }
    }
    Ok((heads, more))
}

async fn seal_one(db: &Db, organisation: OrganisationId) -> Result<Option<(Head, usize)>> {
    let scope = db.system(Some(organisation));
    let tx = scope.write(Permission::RunMaintenance).await?;
    let lock =
        "SELECT pg_try_advisory_xact_lock(hashtextextended('audit ' || $1::text, 0)) AS is_ours";
    let is_ours: bool = tx
        .one(lock, [organisation.0.into()])
        .await?
        .map(|row| row.try_get("", "is_ours"))
        .transpose()?
        .unwrap_or_default();
    if !is_ours {
        return Ok(None);
    }
    let last = tx
        .find::<audit_seals::Entity>()
        .order_by_desc(audit_seals::Column::Position)
        .one(tx.conn())
        .await?;
    let (mut position, mut previous) = match last {
        Some(last) => (last.position, last.hash),
        None => (0, NOTHING.to_vec()),
    };
    let rows = unsealed(&tx, newest(&tx).await?.map(|id| before(id, LATE_MS))).await?;
    let mut seals = Vec::with_capacity(rows.len());
    for row in &rows {
        position += 1;
        let details = row.details(scope.keys());
        let hash = row.hash(
            scope.keys(),
            &previous,
            organisation,
            position,
            details.as_ref(),
        );
        previous = hash.to_vec();
        seals.push(audit_seals::ActiveModel {
            organisation_id: Set(organisation.0),
            position: Set(position),
            event_id: Set(row.id),
            details: Set(details.map(|details| details.to_vec())),
            hash: Set(previous.clone()),
            sealed_at: Set(scope.now()),
        });
    }
    let Ok(hash) = previous.try_into() else {
        return Err(Error::Broken(
            "a seal has a hash of another length".to_owned(),
        ));
    };
    let sealed = seals.len();
    if sealed == 0 {
        return Ok(None);
    }
    audit_seals::Entity::insert_many(seals)
        .exec_without_returning(tx.conn())
        .await?;
    tx.commit_without_event().await?;
    Ok(Some((
        Head {
            organisation,
            position,
            hash,
        },
        sealed,
    )))
}

/// Verifies every chain from its beginning. `kept` are heads that were stored earlier; each must
/// still be in its chain.
///
/// # Errors
/// When the database fails. A broken chain is a result, not an error.
pub async fn verify(db: &Db, kept: &[Head]) -> Result<Vec<Chain>> {
    let scope = db.system(None);
    let tx = scope.read(Permission::RunMaintenance).await?;
    let all = tx
        .find::<organisations::Entity>()
        .order_by_asc(organisations::Column::Id)
        .all(tx.conn())
        .await?;
    drop(tx);
    let mut chains = Vec::with_capacity(all.len());
    for organisation in all {
        chains
            .push(verify_one(db, OrganisationId(organisation.id), organisation.name, kept).await?);
    }
    Ok(chains)
}

async fn verify_one(
    db: &Db,
    organisation: OrganisationId,
    name: String,
    kept: &[Head],
) -> Result<Chain> {
    let scope = db.system(Some(organisation));
    let tx = scope.read(Permission::RunMaintenance).await?;
    let mut chain = Chain {
        organisation,
        name,
        head: None,
        waiting: 0,
        broken: None,
    };
    // read first, so that rows sealed in the meantime can only be added
    let newest = newest(&tx).await?;
    let kept: Vec<&Head> = kept
        .iter()
        .filter(|head| head.organisation == organisation)
        .collect();
    loop {
        let (position, previous) = chain
            .head
            .map_or((0, NOTHING), |head| (head.position, head.hash));
        let seals = seals(&tx, position).await?;
        if seals.is_empty() {
            break;
        }
        let mut head = Head {
            organisation,
            position,
            hash: previous,
        };
        for seal in &seals {
            match holds(scope.keys(), head, seal)? {
                Ok(next) => head = next,
                Err(broken) => {
                    return Ok(Chain {
                        broken: Some(broken),
                        ..chain
                    });
                }
            }
            if let Some(kept) = kept
                .iter()
                .find(|kept| kept.position == head.position && kept.hash != head.hash)
            {
                return Ok(Chain {
                    broken: Some(Broken::CutOff {
                        position: kept.position,
                    }),
                    ..chain
                });
            }
            chain.head = Some(head);
        }
    }
    let reached = chain.head.map_or(0, |head| head.position);
    if let Some(cut) = kept.iter().find(|kept| kept.position > reached) {
        chain.broken = Some(Broken::CutOff {
            position: cut.position,
        });
        return Ok(chain);
    }
    if let Some(newest) = newest {
        let sql = format!(
            "SELECT e.id FROM audit_events e WHERE e.id <= $1 AND {NOT_SEALED} ORDER BY e.id LIMIT 1"
        );
        let never = tx.one(&sql, [before(newest, LATE_MS).into()]).await?;
        chain.broken = never
            .map(|row| row.try_get("", "id"))
            .transpose()?
            .map(|event| Broken::Unsealed { event });
    }
    let waiting = tx
        .one(
            &format!("SELECT count(*) AS waiting FROM audit_events e WHERE {NOT_SEALED}"),
            [],
        )
        .await?;
    chain.waiting = waiting
        .map(|row| row.try_get::<i64>("", "waiting"))
        .transpose()?
        .unwrap_or_default()
        .unsigned_abs();
    Ok(chain)
}

/// The seal after `head`, if it is valid.
fn holds(keys: &Keys, head: Head, seal: &QueryResult) -> Result<Result<Head, Broken>> {
    let (position, event): (i64, Uuid) =
        (seal.try_get("", "position")?, seal.try_get("", "event_id")?);
    if position != head.position + 1 {
        return Ok(Err(Broken::SealMissing {
            position: head.position + 1,
        }));
    }
    if seal.try_get::<Option<Uuid>>("", "id")?.is_none() {
        return Ok(Err(Broken::RowMissing { position, event }));
    }
    let row = Row::of(seal)?;
    // nothing may clear personal values yet; erasing a person will have to be recorded in the chain
    // and accepted here
    let details = row.details(keys);
    let sealed: Option<Vec<u8>> = seal.try_get("", "sealed_details")?;
    let hash = row.hash(
        keys,
        &head.hash,
        head.organisation,
        position,
        details.as_ref(),
    );
    let is_as_sealed = details.as_ref().map(|details| &details[..]) == sealed.as_deref()
        && seal.try_get::<Vec<u8>>("", "hash")? == hash;
    Ok(if is_as_sealed {
        Ok(Head {
            position,
            hash,
            ..head
        })
    } else {
        Err(Broken::Changed { position, event })
    })
}

/// The content of an audit row as Postgres formats it: the text of `jsonb` does not depend on how
/// it was written.
const HELD: &str = "e.id, (extract(epoch FROM e.at) * 1000000)::bigint AS at, e.actor_id, e.actor_organisation_id, e.subject_id,
    e.request_id, e.event::text AS event, e.through_id, e.through_organisation_id, d.changes::text AS changes";
const DETAILS: &str =
    "LEFT JOIN audit_details d ON (d.organisation_id, d.event_id) = (e.organisation_id, e.id)";
const NOT_SEALED: &str = "NOT EXISTS (SELECT FROM audit_seals s WHERE (s.organisation_id, s.event_id) = (e.organisation_id, e.id))";

async fn seals(tx: &Tx<'_>, after: i64) -> Result<Vec<QueryResult>> {
    let sql = format!(
        "SELECT s.position, s.event_id, s.details AS sealed_details, s.hash, {HELD} FROM audit_seals s
            LEFT JOIN audit_events e ON (e.organisation_id, e.id) = (s.organisation_id, s.event_id) {DETAILS}
            WHERE s.position > $1 ORDER BY s.position LIMIT $2"
    );
    tx.all(&sql, [after.into(), BATCH.into()]).await
}

async fn unsealed(tx: &Tx<'_>, after: Option<Uuid>) -> Result<Vec<Row>> {
    let sql = format!(
        "SELECT {HELD} FROM audit_events e {DETAILS} WHERE e.id > $1 AND {NOT_SEALED} ORDER BY e.id LIMIT $2"
    );
    let rows = tx
        .all(&sql, [after.unwrap_or_default().into(), BATCH.into()])
        .await?;
    rows.iter().map(Row::of).collect()
}

/// The latest sealed row, by creation time.
async fn newest(tx: &Tx<'_>) -> Result<Option<Uuid>> {
    let newest = tx
        .find::<audit_seals::Entity>()
        .order_by_desc(audit_seals::Column::EventId)
        .one(tx.conn())
        .await?;
    Ok(newest.map(|seal| seal.event_id))
}

/// The smallest id that could have been created this long before another: ids begin with their time
/// in milliseconds.
fn before(id: Uuid, ms: u128) -> Uuid {
    Uuid::from_u128((id.as_u128() >> 80).saturating_sub(ms) << 80)
}

struct Row {
    id: Uuid,
    at: i64,
    actor: Option<Uuid>,
    actor_organisation: Option<Uuid>,
    subject: Option<Uuid>,
    request: Uuid,
    event: String,
    through: [Option<Uuid>; 2],
    changes: Option<String>,
}

impl Row {
    fn of(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            id: row.try_get("", "id")?,
            at: row.try_get("", "at")?,
            actor: row.try_get("", "actor_id")?,
            actor_organisation: row.try_get("", "actor_organisation_id")?,
            subject: row.try_get("", "subject_id")?,
            request: row.try_get("", "request_id")?,
            event: row.try_get("", "event")?,
            through: [
                row.try_get("", "through_id")?,
                row.try_get("", "through_organisation_id")?,
            ],
            changes: row.try_get("", "changes")?,
        })
    }

    /// A keyed hash of the personal values, stored in the seal, so that the values can be erased
    /// one day and the chain stays valid.
    fn details(&self, keys: &Keys) -> Option<[u8; 32]> {
        let changes = self.changes.as_ref()?;
        Some(keys.link(&[b"details", &self.id.as_bytes()[..], changes.as_bytes()].concat()))
    }

    fn hash(
        &self,
        keys: &Keys,
        previous: &[u8],
        organisation: OrganisationId,
        position: i64,
        details: Option<&[u8; 32]>,
    ) -> [u8; 32] {
        let mut bytes = b"seal".to_vec();
        bytes.extend(previous);
        bytes.extend(organisation.0.as_bytes());
        bytes.extend(position.to_be_bytes());
        bytes.extend(self.id.as_bytes());
        bytes.extend(self.at.to_be_bytes());
        for id in [self.actor, self.actor_organisation, self.subject] {
            // a flag before each, or a missing value could be confused with the next one
            bytes.push(u8::from(id.is_some()));
            bytes.extend(id.unwrap_or_default().as_bytes());
        }
        bytes.extend(self.request.as_bytes());
        bytes.push(u8::from(details.is_some()));
        bytes.extend(details.unwrap_or(&NOTHING));
        bytes.extend(self.event.as_bytes());
        if self.through != [None, None] {
            // JSON contains no NUL, so no event alone equals an event with this; rows without it
            // are sealed as before this field existed
            bytes.push(0);
            for id in self.through {
                bytes.push(u8::from(id.is_some()));
                bytes.extend(id.unwrap_or_default().as_bytes());
            }
        }
        keys.link(&bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_an_account_it_was_caused_through_is_sealed_as_before_there_was_one() {
        let id = |number: u128| Uuid::from_u128(number);
        let row = |through| Row {
            id: id(2),
            at: 1_700_000_000_000_000,
            actor: Some(id(4)),
            actor_organisation: Some(id(5)),
            subject: None,
            request: id(6),
            event: r#"{"kind": "signed_in"}"#.to_owned(),
            through,
            changes: None,
        };
        let sealed = |through| {
            let hash = row(through).hash(
                &Keys::from_master(&[7; 32]),
                &NOTHING,
                OrganisationId(id(1)),
                3,
                None,
            );
            Head {
                organisation: OrganisationId(id(1)),
                position: 3,
                hash,
            }
            .to_string()
        };
        // computed by hand from the fields that a seal covered before
        let before = "9a979d5ab4a6c8f9f24d0ad00f2f526afbc7c0f0c37928f90086b0820901b079";
        assert!(sealed([None, None]).ends_with(before));
        assert!(!sealed([Some(id(8)), Some(id(9))]).ends_with(before));
    }
}
