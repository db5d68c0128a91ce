//! The statements of the reports, and their rows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, Value};
use usher_types::UserId;
use uuid::Uuid;

use super::Span;
use crate::Result;
use crate::scope::Tx;

/// The event codes of managing resources (OG-86).
const MANAGES: &str = "('resource_made', 'resource_edited', 'resource_closed')";
/// The event codes that begin a session.
const SIGNS_IN: &str = "('signed_in', 'switched_here')";

/// How often the people of a team did something; without a team, everybody within reach, each
/// counted once.
#[derive(FromQueryResult)]
pub(super) struct Done {
    pub team: Option<Uuid>,
    pub what: String,
    pub n: i64,
    pub people: i64,
}

/// What the people of each team and of all did in a period.
pub(super) async fn done(tx: &Tx<'_>, span: &Span, teams: &[Uuid]) -> Result<Vec<Done>> {
    let bounds = tx.bounds();
    let within = bounds.condition("u");
    let sql = format!(
        "WITH done AS (
            SELECT subject_id AS person, CASE WHEN kind IN {SIGNS_IN} THEN 'signed_in' ELSE kind END AS what, count(*) AS n FROM audit_events
                WHERE kind IN ('signed_in', 'switched_here', 'user_created', 'user_archived') AND at >= $6 AND at < $7 GROUP BY 1, 2
            UNION ALL SELECT actor_id, 'managed', count(*) FROM audit_events WHERE kind IN {MANAGES} AND at >= $6 AND at < $7 GROUP BY 1
            UNION ALL SELECT created_by, 'referred', count(*) FROM referrals
                WHERE direction <> 'received' AND created_at >= $6 AND created_at < $7 GROUP BY 1
            UNION ALL SELECT answered_by, 'answered', count(*) FROM referrals WHERE answered_at >= $6 AND answered_at < $7 GROUP BY 1),
        theirs AS MATERIALIZED (SELECT done.* FROM done JOIN users u ON u.id = done.person WHERE {within})
        SELECT NULL::uuid AS team, what, sum(n)::bigint AS n, count(*) AS people FROM theirs GROUP BY 2
        UNION ALL SELECT m.team_id, what, sum(n)::bigint, count(*) FROM theirs
            JOIN team_members m ON m.user_id = theirs.person WHERE m.team_id = ANY ($8) GROUP BY 1, 2"
    );
    let own: [Value; 1] = [teams.to_vec().into()];
    let values = bounds.values().into_iter().chain(span.values()).chain(own);
    tx.rows(&sql, values).await
}

/// New clients of a team; without a team, those who wait in no team's queue.
#[derive(FromQueryResult)]
pub(super) struct NewClients {
    pub team: Option<Uuid>,
    pub n: i64,
}

/// New clients by their current team: all of them, or those of these teams and of people within
/// reach.
pub(super) async fn new_clients(
    tx: &Tx<'_>,
    span: &Span,
    teams: &[Uuid],
    is_whole: bool,
) -> Result<Vec<NewClients>> {
    let bounds = tx.bounds();
    let sql = format!(
        "SELECT c.team_id AS team, count(*) AS n FROM clients c WHERE c.created_at >= $6 AND c.created_at < $7
            AND ($9 OR c.team_id = ANY ($8) OR c.responsible_id IN (SELECT u.id FROM users u WHERE {})) GROUP BY 1",
        bounds.condition("u")
    );
    let own: [Value; 2] = [teams.to_vec().into(), is_whole.into()];
    let values = bounds.values().into_iter().chain(span.values()).chain(own);
    tx.rows(&sql, values).await
}

#[derive(FromQueryResult)]
struct Members {
    team: Uuid,
    n: i64,
}

/// The number of members within reach of each team, without archived people.
pub(super) async fn members(tx: &Tx<'_>, teams: &[Uuid]) -> Result<BTreeMap<Uuid, u32>> {
    let bounds = tx.bounds();
    let sql = format!(
        "SELECT m.team_id AS team, count(*) AS n FROM team_members m JOIN users u ON (u.organisation_id, u.id) = (m.organisation_id, m.user_id)
            WHERE m.team_id = ANY ($6) AND u.archived_at IS NULL AND {} GROUP BY 1",
        bounds.condition("u")
    );
    let own: [Value; 1] = [teams.to_vec().into()];
    let rows: Vec<Members> = tx
        .rows(&sql, bounds.values().into_iter().chain(own))
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.team, row.n.unsigned_abs() as u32))
        .collect())
}

/// How often one person did what.
#[derive(FromQueryResult)]
pub(super) struct OfPerson {
    pub sign_ins: i64,
    pub created: i64,
    pub archived: i64,
    pub resources: i64,
    pub clients: i64,
    pub referred: i64,
    pub answered: i64,
}

/// What one person did in a period.
pub(super) async fn of_person(tx: &Tx<'_>, user: UserId, span: &Span) -> Result<Option<OfPerson>> {
    let sql = format!(
        "SELECT count(*) FILTER (WHERE kind IN {SIGNS_IN}) AS sign_ins, count(*) FILTER (WHERE kind = 'user_created') AS created,
            count(*) FILTER (WHERE kind = 'user_archived') AS archived, count(*) FILTER (WHERE kind IN {MANAGES}) AS resources,
            (SELECT count(*) FROM clients WHERE created_by = $1 AND created_at >= $2 AND created_at < $3) AS clients,
            (SELECT count(*) FROM referrals WHERE created_by = $1 AND direction <> 'received' AND created_at >= $2 AND created_at < $3) AS referred,
            (SELECT count(*) FROM referrals WHERE answered_by = $1 AND answered_at >= $2 AND answered_at < $3) AS answered
        FROM audit_events WHERE actor_id = $1 AND at >= $2 AND at < $3"
    );
    let [from, until] = span.values();
    tx.row(&sql, [user.0.into(), from, until]).await
}

#[derive(FromQueryResult)]
struct At {
    at: DateTime<Utc>,
}

/// When a person last signed in.
pub(super) async fn last_sign_in(tx: &Tx<'_>, user: UserId) -> Result<Option<DateTime<Utc>>> {
    let sql = format!(
        "SELECT at FROM audit_events WHERE actor_id = $1 AND kind IN {SIGNS_IN} ORDER BY at DESC LIMIT 1"
    );
    let last: Option<At> = tx.row(&sql, [user.0.into()]).await?;
    Ok(last.map(|row| row.at))
}
