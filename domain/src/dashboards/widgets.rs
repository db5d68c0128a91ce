//! The content of each widget: one bounded statement, within the reach of the permission it is read
//! under, in its own transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, Value,
};
use usher_types::covers::Minute;
use usher_types::dashboards::{About, Anomaly, Content, Count, Entry, Note, Shown, Widget};
use usher_types::users::AttentionFilter;
use usher_types::{ClientId, UserId, When, durations};
use uuid::Uuid;

use crate::entity::clients;
use crate::entity::users::SignIn;
use crate::foundation::paging::COUNTED;
use crate::foundation::time;
use crate::infrastructure::directory;
use crate::scope::{Read, Tx};
use crate::{Result, Scope, licence};

/// The number of entries that a widget shows.
const SHOWN: u64 = 5;
/// The number of weeks of sign-ins.
const WEEKS: i64 = 12;

/// A person's name as a statement writes it.
const NAME: &str = "concat_ws(' ', u.first_name, nullif(u.last_name, ''))";

/// One widget. A failure is logged and affects only this widget.
pub(super) async fn read(scope: &Scope, widget: Widget) -> Shown {
    let content = content(scope, widget).await;
    if let Err(error) = &content {
        tracing::error!(%error, widget = widget.code(), request = %scope.request(), "cannot read a widget");
    }
    Shown {
        widget,
        content: content.ok(),
    }
}

async fn content(scope: &Scope, widget: Widget) -> Result<Content> {
    let tx = scope.read(widget.permission()).await?;
    match widget {
        Widget::MyClients => my_clients(&tx).await,
        Widget::TeamQueue => team_queue(&tx).await,
        Widget::MyReferrals => my_referrals(&tx).await,
        Widget::ReferralsToAnswer => referrals_to_answer(&tx).await,
        Widget::NotNotified => added(&tx, directory::NOT_NOTIFIED).await,
        Widget::NoWayIn => added(&tx, "u.way_in = 'none'").await,
        Widget::NeverSignedIn => {
            added(&tx, "u.way_in <> 'none' AND u.last_active_at IS NULL").await
        }
        Widget::Inactive => inactive(&tx).await,
        Widget::Expiring => expiring(&tx).await,
        Widget::Seats => seats(&tx).await,
        Widget::CoverEnding => cover_ending(&tx).await,
        Widget::SignIns => sign_ins(&tx).await,
        Widget::Unusual => unusual(&tx).await,
    }
}

/// The parts of the statement that lists a widget's entries: rows, their order, and the note beside
/// each name. All of it is SQL written here.
#[derive(Clone, Copy)]
struct Listing<'a> {
    /// A common table expression that `from` uses, computed once for the count and the entries;
    /// empty for none.
    with: &'a str,
    /// The FROM clause, with every condition.
    from: &'a str,
    /// The row's id.
    id: &'a str,
    /// Its name.
    name: &'a str,
    /// The column the entries are ordered by, before the id.
    place: &'a str,
    /// When it happened.
    at: &'a str,
    /// The condition for entries that are counted separately.
    also: &'a str,
    /// Further columns for the note beside the name.
    what: &'a str,
}

impl Listing<'static> {
    /// People, the earliest created first.
    const PEOPLE: Self = Self {
        with: "",
        from: "",
        id: "u.id",
        name: NAME,
        place: "u.id",
        at: "u.created_at",
        also: "false",
        what: "''",
    };
}

/// The first entries of a listing, the total number, and how many of those meet the condition
/// `also`. Rows beyond the first entries are only counted, up to [`COUNTED`], which an index with
/// the condition and the order answers without reading them.
async fn entries(
    tx: &Tx<'_>,
    listing: Listing<'_>,
    values: impl IntoIterator<Item = Value>,
    entry: impl Fn(&QueryResult) -> Result<Entry>,
) -> Result<(Count, Count, Vec<Entry>)> {
    let Listing {
        with,
        from,
        id,
        name,
        place,
        at,
        also,
        what,
    } = listing;
    // entries that are counted separately come first, so that they are counted even if not all are
    let order = if also == "false" {
        String::new()
    } else {
        format!("ORDER BY {place}, {id}")
    };
    let most = COUNTED + 1;
    let sql = format!(
        "{with} SELECT found.*, counted.* FROM
            (SELECT count(*) AS all_of_them, count(*) FILTER (WHERE also) AS some_of_them
                FROM (SELECT {also} AS also FROM {from} {order} LIMIT {most}) AS bounded) AS counted,
            (SELECT {id} AS id, {name} AS name, {place} AS place, {at} AS at, {what} AS what FROM {from} ORDER BY {place}, {id} LIMIT {SHOWN}) AS found
        ORDER BY found.place, found.id"
    );
    let rows = tx.all(&sql, values).await?;
    let counted = |column: &str| {
        rows.first().map_or(Ok(Count::default()), |row| {
            Ok::<_, crate::Error>(count(row.try_get::<i64>("", column)?.unsigned_abs()))
        })
    };
    Ok((
        counted("all_of_them")?,
        counted("some_of_them")?,
        rows.iter().map(entry).collect::<Result<_>>()?,
    ))
}

fn count(found: u64) -> Count {
    Count {
        count: found.min(COUNTED) as u32,
        more: found > COUNTED,
    }
}

/// The same for people within reach who are not archived.
async fn people(
    tx: &Tx<'_>,
    listing: Listing<'_>,
    own: Vec<Value>,
    note: impl Fn(&QueryResult, When) -> Result<Note>,
) -> Result<(Count, Count, Vec<Entry>)> {
    let bounds = tx.bounds();
    let from = format!(
        "{} AND u.archived_at IS NULL AND {}",
        listing.from,
        bounds.condition("u")
    );
    entries(
        tx,
        Listing {
            from: &from,
            ..listing
        },
        bounds.values().into_iter().chain(own),
        |row| {
            let note = note(row, moment(tx, row, "at")?)?;
            Ok(Entry {
                about: About::User(UserId(row.try_get("", "id")?)),
                name: row.try_get("", "name")?,
                note,
            })
        },
    )
    .await
}

fn moment(tx: &Tx<'_>, row: &QueryResult, column: &str) -> Result<When> {
    Ok(tx.scope().day(row.try_get("", column)?))
}

fn only((count, _, entries): (Count, Count, Vec<Entry>)) -> Content {
    Content::Entries {
        count,
        also: None,
        entries,
    }
}

fn both((count, also, entries): (Count, Count, Vec<Entry>)) -> Content {
    Content::Entries {
        count,
        also: Some(also),
        entries,
    }
}

/// The actor's clients, and the number of clients that wait in the queues of the actor's teams.
async fn my_clients(tx: &Read<'_>) -> Result<Content> {
    let theirs = Listing {
        from: "clients c WHERE c.responsible_id = $1 AND c.archived_at IS NULL",
        id: "c.id",
        name: "concat_ws(' ', c.first_name, nullif(c.last_name, ''))",
        place: "c.sort_name",
        at: "c.created_at",
        ..Listing::PEOPLE
    };
    let (count, _, entries) = entries(tx, theirs, [me(tx)?], |row| {
        Ok(Entry {
            about: About::Client(ClientId(row.try_get("", "id")?)),
            name: row.try_get("", "name")?,
            note: Note::Nothing,
        })
    })
    .await?;
    let waiting = queue(tx)?.limit(COUNTED + 1).count(tx.conn()).await?;
    Ok(Content::Entries {
        count,
        also: Some(self::count(waiting)),
        entries,
    })
}

fn me(tx: &Tx<'_>) -> Result<Value> {
    Ok(tx.scope().me()?.0.into())
}

/// Clients within reach without a responsible person, in the queues of the actor's teams.
fn queue(tx: &Tx<'_>) -> Result<sea_orm::Select<clients::Entity>> {
    let teams: Vec<Uuid> = tx.scope().works_for().map(|team| team.0).collect();
    let waiting = tx
        .clients()?
        .filter(clients::Column::ResponsibleId.is_null())
        .filter(clients::Column::ArchivedAt.is_null());
    Ok(waiting.filter(clients::Column::TeamId.is_in(teams)))
}

async fn team_queue(tx: &Read<'_>) -> Result<Content> {
    let first = queue(tx)?
        .order_by_asc(clients::Column::CreatedAt)
        .order_by_asc(clients::Column::Id)
        .limit(SHOWN)
        .all(tx.conn())
        .await?;
    let waiting = queue(tx)?.limit(COUNTED + 1).count(tx.conn()).await?;
    let teams =
        directory::names_of_units(tx, first.iter().filter_map(|client| client.team_id)).await?;
    let entries = first.into_iter().map(|client| {
        let team = client
            .team_id
            .and_then(|team| teams.get(&team).cloned())
            .unwrap_or_default();
        let note = Note::Waits {
            since: tx.scope().day(client.created_at),
            team,
        };
        Entry {
            about: About::Client(ClientId(client.id)),
            name: client.display_name(),
            note,
        }
    });
    Ok(Content::Entries {
        count: count(waiting),
        also: None,
        entries: entries.collect(),
    })
}

/// Referrals, longest waiting first, each with where it goes to or comes from.
const REFERRALS: Listing<'static> = Listing {
    id: "r.id",
    name: "r.client_name",
    place: "r.created_at",
    at: "r.created_at",
    what: "coalesce(nullif(r.other_name, ''), r.resource_name)",
    ..Listing::PEOPLE
};

/// Those with a question from the receiver are counted separately.
async fn my_referrals(tx: &Read<'_>) -> Result<Content> {
    let from = "referrals r WHERE r.status IN ('sent', 'asked') AND r.direction <> 'received' AND r.id IN (
        SELECT id FROM referrals WHERE created_by = $1
        UNION ALL SELECT t.id FROM clients c JOIN referrals t ON (t.organisation_id, t.client_id) = (c.organisation_id, c.id) WHERE c.responsible_id = $1)";
    let mine = Listing {
        from,
        also: "r.status = 'asked'",
        ..REFERRALS
    };
    Ok(both(
        entries(tx, mine, [me(tx)?], |row| referral(tx, row)).await?,
    ))
}

async fn referrals_to_answer(tx: &Read<'_>) -> Result<Content> {
    let waiting = Listing {
        from: "referrals r WHERE r.status = 'sent' AND r.direction <> 'sent'",
        ..REFERRALS
    };
    Ok(only(
        entries(tx, waiting, [], |row| referral(tx, row)).await?,
    ))
}

fn referral(tx: &Tx<'_>, row: &QueryResult) -> Result<Entry> {
    let note = Note::Referred {
        with: row.try_get("", "what")?,
        at: moment(tx, row, "at")?,
    };
    Ok(Entry {
        about: About::Referral(row.try_get("", "id")?),
        name: row.try_get("", "name")?,
        note,
    })
}

/// People who meet a condition since they were added.
async fn added(tx: &Read<'_>, condition: &str) -> Result<Content> {
    let from = format!("users u WHERE {condition}");
    Ok(only(
        people(
            tx,
            Listing {
                from: &from,
                ..Listing::PEOPLE
            },
            Vec::new(),
            |_, at| Ok(Note::Created(at)),
        )
        .await?,
    ))
}

async fn inactive(tx: &Read<'_>) -> Result<Content> {
    let now = tx.scope().now();
    let shown = Value::from(now - TimeDelta::days(AttentionFilter::DAYS));
    let worse = Value::from(now - durations::LONG_INACTIVE);
    let unseen = Listing {
        from: "users u WHERE u.way_in = 'password' AND u.last_active_at < $6",
        place: "u.last_active_at",
        at: "u.last_active_at",
        also: "u.last_active_at < $7",
        ..Listing::PEOPLE
    };
    Ok(both(
        people(tx, unseen, vec![shown, worse], |_, at| Ok(Note::Seen(at))).await?,
    ))
}

/// Delivered invitations and temporary passwords. A token is created when its mail is sent, and the
/// invitation's validity starts then.
async fn expiring(tx: &Read<'_>) -> Result<Content> {
    let now = tx.scope().now();
    let ending = Listing {
        from: "users u WHERE u.sign_in_ends_at > $6 AND u.sign_in_ends_at < $7",
        place: "u.sign_in_ends_at",
        at: "u.sign_in_ends_at",
        what: "u.way_in",
        ..Listing::PEOPLE
    };
    let own = vec![
        now.into(),
        (now + TimeDelta::days(AttentionFilter::ENDS_WITHIN)).into(),
    ];
    let found = people(tx, ending, own, |row, at| {
        let way_in: SignIn = row.try_get("", "what")?;
        Ok(if way_in == SignIn::Password {
            Note::Temporary(at)
        } else {
            Note::Invitation(at)
        })
    });
    let (count, _, entries) = found.await?;
    // expired ones are only counted; the list of people shows them
    let bounds = tx.bounds();
    let sql = format!(
        "SELECT count(*) AS ended FROM (SELECT 1 FROM users u WHERE u.sign_in_ends_at <= $6 AND u.archived_at IS NULL AND {} LIMIT {}) AS bounded",
        bounds.condition("u"),
        COUNTED + 1
    );
    let row = tx
        .one(&sql, bounds.values().into_iter().chain([now.into()]))
        .await?;
    let ended = row
        .map(|row| row.try_get::<i64>("", "ended"))
        .transpose()?
        .unwrap_or_default();
    Ok(Content::Entries {
        count,
        also: Some(self::count(ended.unsigned_abs())),
        entries,
    })
}

async fn seats(tx: &Read<'_>) -> Result<Content> {
    let used = licence::used(tx).await?;
    let agreement = licence::agreement(&tx.home().await?, used, tx.scope().today());
    Ok(Content::Seats {
        used,
        agreed: agreement.seats,
    })
}

async fn cover_ending(tx: &Read<'_>) -> Result<Content> {
    let now = tx.scope().now();
    let from = "covers v JOIN users u ON (u.organisation_id, u.id) = (v.organisation_id, v.user_id)
        JOIN teams t ON (t.organisation_id, t.id) = (v.organisation_id, v.team_id) WHERE v.starts_at <= $6 AND v.ends_at > $6 AND v.ends_at <= $7";
    let ending = Listing {
        from,
        place: "v.ends_at",
        at: "v.ends_at",
        what: "t.name",
        ..Listing::PEOPLE
    };
    let own = vec![now.into(), (now + durations::COVER_ENDING).into()];
    let found = people(tx, ending, own, |row, until| {
        Ok(Note::Covers {
            team: row.try_get("", "what")?,
            until,
        })
    });
    Ok(only(found.await?))
}

/// The latest weeks, including the current one, each by its first day.
async fn sign_ins(tx: &Read<'_>) -> Result<Content> {
    let today = time::calendar(tx.scope().today()).unwrap_or_default();
    let this = monday(today);
    let first = this - TimeDelta::weeks(WEEKS - 1);
    Ok(Content::Weeks(weeks(tx, first, today).await?))
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - TimeDelta::days(day.weekday().num_days_from_monday().into())
}

/// Sign-ins of everybody within reach by week, from one day to another; the first and the last week
/// may be partial.
pub(crate) async fn weeks(
    tx: &Tx<'_>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<(When, u32)>> {
    let bounds = tx.bounds();
    // everybody who signed in belongs to the organisation: the person is only checked if not
    // everybody is within reach
    let people = if bounds.reaches_everybody() {
        ""
    } else {
        "JOIN users u ON (u.organisation_id, u.id) = (e.organisation_id, e.subject_id)"
    };
    let sql = format!(
        "SELECT date_trunc('week', e.at AT TIME ZONE $6)::date AS week, count(*) AS n FROM audit_events e {people}
            WHERE e.kind IN ('signed_in', 'switched_here') AND e.at >= $7 AND e.at < $8 AND {} GROUP BY 1",
        bounds.condition("u")
    );
    let own: [Value; 3] = [
        tx.scope().zone().into(),
        midnight(tx, from).into(),
        midnight(tx, until + TimeDelta::days(1)).into(),
    ];
    let mut counted: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    for row in tx.all(&sql, bounds.values().into_iter().chain(own)).await? {
        counted.insert(row.try_get("", "week")?, row.try_get("", "n")?);
    }
    let mondays = monday(from).iter_weeks().take_while(|week| *week <= until);
    let weeks = mondays.map(|week| {
        let n = counted.get(&week).copied().unwrap_or_default();
        (
            tx.scope().day(midnight(tx, week.max(from))),
            n.unsigned_abs() as u32,
        )
    });
    Ok(weeks.collect())
}

/// When a day of the organisation begins.
pub(crate) fn midnight(tx: &Tx<'_>, day: NaiveDate) -> DateTime<Utc> {
    let minute = Minute {
        year: day.year(),
        month: day.month() as u8,
        day: day.day() as u8,
        hour: 0,
        minute: 0,
    };
    tx.scope()
        .instant(minute)
        .unwrap_or_else(|| tx.scope().now())
}

/// Accounts with more events of a kind within [`durations::ANOMALIES`] than is usual: see [`Anomaly::least`].
async fn unusual(tx: &Read<'_>) -> Result<Content> {
    let since = tx.scope().now() - durations::ANOMALIES;
    let [refused, night, refusals] = Anomaly::ALL.map(Anomaly::least);
    // events that were only counted are included by their count
    let more = |of: &str| {
        format!(
            "coalesce(sum((e.event ->> 'times')::int) FILTER (WHERE e.event ->> 'of' = '{of}'), 0)"
        )
    };
    let (failed, refused_more) = (more("sign_in_failed"), more("refused"));
    let from = format!(
        "odd JOIN users u ON u.id = odd.subject_id WHERE (odd.refused >= {refused} OR odd.night >= {night} OR odd.refusals >= {refusals})"
    );
    let with = format!(
        "WITH odd AS MATERIALIZED (SELECT e.subject_id, count(*) FILTER (WHERE e.kind = 'sign_in_failed') + {failed} AS refused,
                count(*) FILTER (WHERE e.kind = 'signed_in' AND extract(hour FROM e.at AT TIME ZONE $6) < 5) AS night,
                count(*) FILTER (WHERE e.kind = 'refused') + {refused_more} AS refusals, max(e.at) AS at
            FROM audit_events e WHERE e.kind IN ('sign_in_failed', 'signed_in', 'refused', 'repeated') AND e.at >= $7 GROUP BY 1)"
    );
    let odd = Listing {
        with: &with,
        from: &from,
        place: "-(odd.refused + odd.night + odd.refusals)",
        at: "odd.at",
        what: "ARRAY[odd.refused, odd.night, odd.refusals]",
        ..Listing::PEOPLE
    };
    let (count, _, mut entries) = people(
        tx,
        odd,
        vec![tx.scope().zone().into(), since.into()],
        |row, _| {
            let counted: Vec<i64> = row.try_get("", "what")?;
            let odd = Anomaly::ALL
                .into_iter()
                .zip(counted)
                .map(|(odd, n)| (odd, n.unsigned_abs() as u32));
            Ok(Note::Anomalies(
                odd.filter(|(odd, n)| *n >= odd.least()).collect(),
            ))
        },
    )
    .await?;
    for entry in &mut entries {
        if let About::User(user) = entry.about {
            entry.about = About::Activity(user);
        }
    }
    Ok(Content::Entries {
        count,
        also: None,
        entries,
    })
}
