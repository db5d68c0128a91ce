//! What each widget holds: one statement, bounded, within the reach of the permission it is read under, in a transaction of its own.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, Value};
use usher_types::covers::Minute;
use usher_types::dashboards::{About, Content, Count, Entry, Note, Odd, Shown, Widget};
use usher_types::users::Watch;
use usher_types::{ClientId, UserId, When};
use uuid::Uuid;

use crate::entity::clients;
use crate::paging::COUNTED;
use crate::scope::{Bounds, Read, Tx};
use crate::settings::home;
use crate::{Result, Scope, licence, time, units};

/// Lines a widget shows.
const SHOWN: u64 = 5;
/// Weeks of sign-ins.
const WEEKS: i64 = 12;
/// Days without a sign of somebody after which they are shown, and after which they are told apart (OG-87).
const INACTIVE: [i64; 2] = [Watch::DAYS, 90];
/// Days before its end that a cover is shown.
const COVER: i64 = 14;
/// Days before its end that a way in is shown.
const ENDING: i64 = 3;
/// Days an invitation lasts from when it was sent.
const INVITATION: i64 = 7;
/// Days in which something unusual counts.
const UNUSUAL: i64 = 7;

/// A person's name as a statement writes it.
const NAME: &str = "concat_ws(' ', u.first_name, nullif(u.last_name, '')) AS name";

/// One widget. What breaks breaks here alone, and is told in the log.
pub(super) async fn read(scope: &Scope, widget: Widget) -> Shown {
    let content = content(scope, widget).await;
    if let Err(error) = &content {
        tracing::error!(%error, widget = widget.code(), request = %scope.request(), "a widget could not be read");
    }
    Shown { widget, content: content.ok() }
}

async fn content(scope: &Scope, widget: Widget) -> Result<Content> {
    let tx = scope.read(widget.permission()).await?;
    match widget {
        Widget::MyClients => my_clients(&tx).await,
        Widget::TeamQueue => team_queue(&tx).await,
        Widget::MyReferrals => my_referrals(&tx).await,
        Widget::ReferralsToAnswer => referrals_to_answer(&tx).await,
        Widget::Untold => added(&tx, "u.told_at IS NULL AND u.way_in <> 'password'").await,
        Widget::NoWayIn => added(&tx, "u.way_in = 'none'").await,
        Widget::NeverSignedIn => added(&tx, "u.way_in <> 'none' AND u.last_active_at IS NULL").await,
        Widget::Inactive => inactive(&tx).await,
        Widget::Expiring => expiring(&tx).await,
        Widget::Seats => seats(&tx).await,
        Widget::CoverEnding => cover_ending(&tx).await,
        Widget::SignIns => sign_ins(&tx).await,
        Widget::Unusual => unusual(&tx).await,
    }
}

/// The first lines of what a statement finds, in order of its columns `place` and `id`, with how many there are, and of those how many
/// are `also` something.
async fn entries(
    tx: &Tx<'_>,
    select: &str,
    values: impl IntoIterator<Item = Value>,
    entry: impl Fn(&QueryResult) -> Result<Entry>,
) -> Result<(Count, Count, Vec<Entry>)> {
    let sql = format!(
        "SELECT found.*, count(*) OVER () AS all_of_them, count(*) FILTER (WHERE also) OVER () AS some_of_them
            FROM ({select} ORDER BY place, id LIMIT {}) AS found ORDER BY place, id LIMIT {SHOWN}",
        COUNTED + 1
    );
    let rows = tx.all(&sql, values).await?;
    let counted = |column: &str| {
        rows.first().map_or(Ok(Count::default()), |row| Ok::<_, crate::Error>(count(row.try_get::<i64>("", column)?.unsigned_abs())))
    };
    Ok((counted("all_of_them")?, counted("some_of_them")?, rows.iter().map(entry).collect::<Result<_>>()?))
}

fn count(found: u64) -> Count {
    Count { count: found.min(COUNTED) as u32, more: found > COUNTED }
}

/// The same about people within reach who are not archived: `what` they are, their `place` in order, and when it happened.
async fn people(
    tx: &Tx<'_>,
    from: &str,
    (what, place, at, also): (&str, &str, &str, &str),
    own: Vec<Value>,
    note: impl Fn(&QueryResult, When) -> Result<Note>,
) -> Result<(Count, Count, Vec<Entry>)> {
    let within = Bounds::WITHIN;
    let sql = format!(
        "SELECT u.id, {NAME}, {place} AS place, {at} AS at, {also} AS also, {what} AS what FROM {from} AND u.archived_at IS NULL AND {within}"
    );
    entries(tx, &sql, tx.bounds().values().into_iter().chain(own), |row| {
        let note = note(row, moment(tx, row, "at")?)?;
        Ok(Entry { about: About::User(UserId(row.try_get("", "id")?)), name: row.try_get("", "name")?, note })
    })
    .await
}

fn moment(tx: &Tx<'_>, row: &QueryResult, column: &str) -> Result<When> {
    Ok(tx.scope().day(row.try_get("", column)?))
}

fn only((count, _, entries): (Count, Count, Vec<Entry>)) -> Content {
    Content::Entries { count, also: None, entries }
}

fn both((count, also, entries): (Count, Count, Vec<Entry>)) -> Content {
    Content::Entries { count, also: Some(also), entries }
}

/// The actor's clients, and how many wait in the queues they work for.
async fn my_clients(tx: &Read<'_>) -> Result<Content> {
    let sql = "SELECT id, concat_ws(' ', first_name, nullif(last_name, '')) AS name, sort_name AS place, false AS also
        FROM clients WHERE responsible_id = $1 AND archived_at IS NULL";
    let (count, _, entries) = entries(tx, sql, [me(tx)?], |row| {
        Ok(Entry { about: About::Client(ClientId(row.try_get("", "id")?)), name: row.try_get("", "name")?, note: Note::Nothing })
    })
    .await?;
    let waiting = queue(tx)?.limit(COUNTED + 1).count(tx.on()).await?;
    Ok(Content::Entries { count, also: Some(self::count(waiting)), entries })
}

fn me(tx: &Tx<'_>) -> Result<Value> {
    Ok(tx.scope().me()?.0.into())
}

/// Clients within reach whom nobody is responsible for, in the queues the actor works for.
fn queue(tx: &Tx<'_>) -> Result<sea_orm::Select<clients::Entity>> {
    let teams: Vec<Uuid> = tx.scope().works_for().map(|team| team.0).collect();
    let waiting = tx.clients()?.filter(clients::Column::ResponsibleId.is_null()).filter(clients::Column::ArchivedAt.is_null());
    Ok(waiting.filter(clients::Column::TeamId.is_in(teams)))
}

async fn team_queue(tx: &Read<'_>) -> Result<Content> {
    let first = queue(tx)?.order_by_asc(clients::Column::CreatedAt).order_by_asc(clients::Column::Id).limit(SHOWN).all(tx.on()).await?;
    let waiting = queue(tx)?.limit(COUNTED + 1).count(tx.on()).await?;
    let teams = units::names_of(tx, first.iter().filter_map(|client| client.team_id)).await?;
    let entries = first.into_iter().map(|client| {
        let team = client.team_id.and_then(|team| teams.get(&team).cloned()).unwrap_or_default();
        let note = Note::Waits { since: tx.scope().day(client.created_at), team };
        Entry { about: About::Client(ClientId(client.id)), name: crate::clients::display(&client), note }
    });
    Ok(Content::Entries { count: count(waiting), also: None, entries: entries.collect() })
}

/// Those that wait longest first; how many of them the receiver asks something about.
async fn my_referrals(tx: &Read<'_>) -> Result<Content> {
    let sql = "SELECT id, client_name AS name, created_at AS place, status = 'asked' AS also, coalesce(nullif(other_name, ''), resource_name) AS what
        FROM referrals WHERE status IN ('sent', 'asked') AND direction <> 'received' AND id IN (
            SELECT id FROM referrals WHERE created_by = $1
            UNION ALL SELECT r.id FROM clients c JOIN referrals r ON (r.organisation_id, r.client_id) = (c.organisation_id, c.id) WHERE c.responsible_id = $1)";
    Ok(both(entries(tx, sql, [me(tx)?], |row| referral(tx, row)).await?))
}

async fn referrals_to_answer(tx: &Read<'_>) -> Result<Content> {
    let sql = "SELECT id, client_name AS name, created_at AS place, false AS also, coalesce(nullif(other_name, ''), resource_name) AS what
        FROM referrals WHERE status = 'sent' AND direction <> 'sent'";
    Ok(only(entries(tx, sql, [], |row| referral(tx, row)).await?))
}

fn referral(tx: &Tx<'_>, row: &QueryResult) -> Result<Entry> {
    let note = Note::Referred { with: row.try_get("", "what")?, at: moment(tx, row, "place")? };
    Ok(Entry { about: About::Referral(row.try_get("", "id")?), name: row.try_get("", "name")?, note })
}

/// People of whom something is so since they were added.
async fn added(tx: &Read<'_>, condition: &str) -> Result<Content> {
    let from = format!("users u WHERE {condition}");
    let columns = ("''", "u.id", "u.created_at", "false");
    Ok(only(people(tx, &from, columns, Vec::new(), |_, at| Ok(Note::Created(at))).await?))
}

async fn inactive(tx: &Read<'_>) -> Result<Content> {
    let now = tx.scope().now();
    let [shown, worse] = INACTIVE.map(|days| Value::from(now - TimeDelta::days(days)));
    let from = "users u WHERE u.way_in = 'password' AND u.last_active_at < $6";
    let columns = ("''", "u.last_active_at", "u.last_active_at", "u.last_active_at < $7");
    Ok(both(people(tx, from, columns, vec![shown, worse], |_, at| Ok(Note::Seen(at))).await?))
}

/// A token is minted as its mail leaves, so that is when an invitation begins to run.
async fn expiring(tx: &Read<'_>) -> Result<Content> {
    let now = tx.scope().now();
    let from = format!(
        "(SELECT user_id, expires_at AS at, 'temporary' AS what FROM credentials WHERE is_temporary AND expires_at < $7
            UNION ALL SELECT i.id, (SELECT max(o.finished_at) FROM outbox o WHERE o.organisation_id = i.organisation_id AND o.user_id = i.id
                AND o.state = 'sent' AND o.mail ->> 'kind' = 'invitation') + interval '{INVITATION} days', 'invitation'
            FROM users i WHERE i.way_in = 'invited' AND i.archived_at IS NULL) AS ending
        JOIN users u ON u.id = ending.user_id WHERE ending.at < $7"
    );
    let columns = ("ending.what", "ending.at", "ending.at", "ending.at <= $6");
    let own = vec![now.into(), (now + TimeDelta::days(ENDING)).into()];
    let found = people(tx, &from, columns, own, |row, at| {
        let what: String = row.try_get("", "what")?;
        Ok(if what == "temporary" { Note::Temporary(at) } else { Note::Invitation(at) })
    });
    Ok(both(found.await?))
}

async fn seats(tx: &Read<'_>) -> Result<Content> {
    let used = licence::used(tx).await?;
    let agreement = licence::agreement(&home(tx).await?, used, tx.scope().today());
    Ok(Content::Seats { used, agreed: agreement.seats })
}

async fn cover_ending(tx: &Read<'_>) -> Result<Content> {
    let now = tx.scope().now();
    let from = "covers v JOIN users u ON (u.organisation_id, u.id) = (v.organisation_id, v.user_id)
        JOIN teams t ON (t.organisation_id, t.id) = (v.organisation_id, v.team_id) WHERE v.starts_at <= $6 AND v.ends_at > $6 AND v.ends_at <= $7";
    let own = vec![now.into(), (now + TimeDelta::days(COVER)).into()];
    let found = people(tx, from, ("t.name", "v.ends_at", "v.ends_at", "false"), own, |row, until| {
        Ok(Note::Covers { team: row.try_get("", "what")?, until })
    });
    Ok(only(found.await?))
}

/// The weeks that end with the one it is, each by its first day.
async fn sign_ins(tx: &Read<'_>) -> Result<Content> {
    let today = time::calendar(tx.scope().today()).unwrap_or_default();
    let this = monday(today);
    let first = this - TimeDelta::weeks(WEEKS - 1);
    Ok(Content::Weeks(weeks(tx, first, today).await?))
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - TimeDelta::days(day.weekday().num_days_from_monday().into())
}

/// Sign-ins of everybody within reach, week by week, from one day to another; the first and the last week may be parts.
pub(crate) async fn weeks(tx: &Tx<'_>, from: NaiveDate, until: NaiveDate) -> Result<Vec<(When, u32)>> {
    let sql = format!(
        "SELECT date_trunc('week', e.at AT TIME ZONE $6)::date AS week, count(*) AS n
            FROM audit_events e JOIN users u ON (u.organisation_id, u.id) = (e.organisation_id, e.subject_id)
            WHERE e.kind IN ('signed_in', 'switched_here') AND e.at >= $7 AND e.at < $8 AND {} GROUP BY 1",
        Bounds::WITHIN
    );
    let own: [Value; 3] = [tx.scope().zone().into(), midnight(tx, from).into(), midnight(tx, until + TimeDelta::days(1)).into()];
    let mut counted: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for row in tx.all(&sql, tx.bounds().values().into_iter().chain(own)).await? {
        counted.insert(row.try_get("", "week")?, row.try_get("", "n")?);
    }
    let mondays = monday(from).iter_weeks().take_while(|week| *week <= until);
    let weeks = mondays.map(|week| {
        let n = counted.get(&week).copied().unwrap_or_default();
        (tx.scope().day(midnight(tx, week.max(from))), n.unsigned_abs() as u32)
    });
    Ok(weeks.collect())
}

/// When a day of the organisation begins.
pub(crate) fn midnight(tx: &Tx<'_>, day: NaiveDate) -> DateTime<Utc> {
    let minute = Minute { year: day.year(), month: day.month() as u8, day: day.day() as u8, hour: 0, minute: 0 };
    tx.scope().instant(minute).unwrap_or_else(|| tx.scope().now())
}

/// Accounts with more of something within seven days than is usual: see [`Odd::least`].
async fn unusual(tx: &Read<'_>) -> Result<Content> {
    let since = tx.scope().now() - TimeDelta::days(UNUSUAL);
    let [refused, night, refusals] = Odd::ALL.map(Odd::least);
    // what was only counted counts as often
    let more = |of: &str| format!("coalesce(sum((e.event ->> 'times')::int) FILTER (WHERE e.event ->> 'of' = '{of}'), 0)");
    let (failed, refused_more) = (more("sign_in_failed"), more("refused"));
    let from = format!(
        "(SELECT e.subject_id, count(*) FILTER (WHERE e.kind = 'sign_in_failed') + {failed} AS refused,
                count(*) FILTER (WHERE e.kind = 'signed_in' AND extract(hour FROM e.at AT TIME ZONE $6) < 5) AS night,
                count(*) FILTER (WHERE e.kind = 'refused') + {refused_more} AS refusals, max(e.at) AS at
            FROM audit_events e WHERE e.kind IN ('sign_in_failed', 'signed_in', 'refused', 'repeated') AND e.at >= $7 GROUP BY 1) AS odd
        JOIN users u ON u.id = odd.subject_id WHERE (odd.refused >= {refused} OR odd.night >= {night} OR odd.refusals >= {refusals})"
    );
    let columns = ("ARRAY[odd.refused, odd.night, odd.refusals]", "-(odd.refused + odd.night + odd.refusals)", "odd.at", "false");
    let (count, _, mut entries) = people(tx, &from, columns, vec![tx.scope().zone().into(), since.into()], |row, _| {
        let counted: Vec<i64> = row.try_get("", "what")?;
        let odd = Odd::ALL.into_iter().zip(counted).map(|(odd, n)| (odd, n.unsigned_abs() as u32));
        Ok(Note::Odd(odd.filter(|(odd, n)| *n >= odd.least()).collect()))
    })
    .await?;
    for entry in &mut entries {
        if let About::User(user) = entry.about {
            entry.about = About::Activity(user);
        }
    }
    Ok(Content::Entries { count, also: None, entries })
}
