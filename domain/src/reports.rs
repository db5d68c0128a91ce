//! Activity reports (OG-83 to OG-87): the actions of one person, of teams and of the organisation
//! over a period of days in the organisation's time zone.
//!
//! Sign-ins, accounts made and archived, and resources managed are counted from the audit; clients
//! and referrals from their tables.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, Value};
use usher_types::audit::{Change, Event};
use usher_types::reports::{
    ActivityPage, ActivityQuery, Figures, Period, PeriodQuery, ReportPage, TeamFigures,
};
use usher_types::{Field, Permission, Reach, UserId};
use uuid::Uuid;

use crate::dashboards::{midnight, weeks};
use crate::entity::teams;
use crate::foundation::time;
use crate::infrastructure::throttles::{self, Limit};
use crate::scope::{Bounds, Tx};
use crate::units::MOST;
use crate::users::visible;
use crate::{Result, Scope, audit};

/// The event codes of managing resources (OG-86).
const MANAGES: &str = "('resource_made', 'resource_edited', 'resource_closed')";
/// The event codes that begin a session.
const SIGNS_IN: &str = "('signed_in', 'switched_here')";

/// A period of calendar days, and the instants at which it begins and ends.
struct Span {
    first: NaiveDate,
    last: NaiveDate,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Span {
    fn of(tx: &Tx<'_>, period: Period) -> Self {
        let [first, last] =
            [period.from(), period.until()].map(|day| time::calendar(day).unwrap_or_default());
        Self {
            first,
            last,
            from: midnight(tx, first),
            until: midnight(tx, last + TimeDelta::days(1)),
        }
    }

    fn values(&self) -> [Value; 2] {
        [self.from.into(), self.until.into()]
    }
}

/// The figures of each team within reach, and of everybody within reach.
///
/// # Errors
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden). An invalid period is reported on the
/// page.
pub async fn page(scope: &Scope, query: PeriodQuery) -> Result<ReportPage> {
    require_report(scope).await?;
    let tx = scope.read(Permission::ViewReports).await?;
    match query.parse(scope.today()) {
        Ok(period) => report(&tx, period).await,
        Err(problem) => {
            let is_whole = is_whole(&tx);
            Ok(ReportPage {
                query,
                problem: Some(problem),
                teams: Vec::new(),
                all: Figures::default(),
                is_whole,
                weeks: Vec::new(),
            })
        }
    }
}

/// The same figures for export, which is recorded in the audit.
///
/// # Errors
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden);
/// [`Refusal::Invalid`](usher_types::Refusal::Invalid) for an invalid period.
pub async fn export(scope: &Scope, query: &PeriodQuery) -> Result<ReportPage> {
    require_report(scope).await?;
    let tx = scope.write(Permission::ViewReports).await?;
    let report = report(&tx, query.parse(scope.today())?).await?;
    let days = [
        (Field::From, &report.query.from),
        (Field::Until, &report.query.until),
    ];
    let days = days.map(|(field, day)| Change {
        field,
        before: None,
        after: Some(day.clone()),
    });
    tx.record_with_changes(Event::ReportExported, &days).await?;
    tx.commit().await?;
    Ok(report)
}

/// Requires the permission, and counts the report against a limit, because a report reads every
/// event of its period.
async fn require_report(scope: &Scope) -> Result<()> {
    scope.require(Permission::ViewReports)?;
    throttles::require(scope, &[(Limit::Reports, &scope.me()?.to_string())]).await
}

fn is_whole(tx: &Tx<'_>) -> bool {
    tx.reach() == Reach::Organisation && tx.scope().office().is_none()
}

async fn report(tx: &Tx<'_>, period: Period) -> Result<ReportPage> {
    let span = Span::of(tx, period);
    let open = tx
        .teams()
        .filter(teams::Column::ClosedAt.is_null())
        .order_by_asc(teams::Column::Name)
        .limit(MOST)
        .all(tx.conn())
        .await?;
    let ids: Vec<Uuid> = open.iter().map(|team| team.id.0).collect();
    let mut counted = done(tx, &span, &ids).await?;
    taken_on(tx, &span, &ids, &mut counted).await?;
    let members = members(tx, &ids).await?;
    let teams = open.into_iter().map(|team| TeamFigures {
        id: team.id,
        members: members.get(&team.id.0).copied().unwrap_or_default() as u32,
        figures: counted.get(&Some(team.id.0)).copied().unwrap_or_default(),
        name: team.name,
    });
    Ok(ReportPage {
        query: PeriodQuery::of(period),
        problem: None,
        teams: teams.collect(),
        all: counted.get(&None).copied().unwrap_or_default(),
        is_whole: is_whole(tx),
        weeks: weeks(tx, span.first, span.last).await?,
    })
}

/// The figures of each team's people and of all; `None` is everybody within reach, each counted
/// once.
async fn done(tx: &Tx<'_>, span: &Span, teams: &[Uuid]) -> Result<BTreeMap<Option<Uuid>, Figures>> {
    let within = Bounds::WITHIN;
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
    let values = tx
        .bounds()
        .values()
        .into_iter()
        .chain(span.values())
        .chain([teams.to_vec().into()]);
    let mut counted: BTreeMap<Option<Uuid>, Figures> = BTreeMap::new();
    for row in tx.all(&sql, values).await? {
        let figures = counted.entry(row.try_get("", "team")?).or_default();
        let (what, n) = (row.try_get::<String>("", "what")?, number(&row, "n")?);
        match what.as_str() {
            "signed_in" => (figures.sign_ins, figures.active) = (n, number(&row, "people")?),
            "user_created" => figures.created = n,
            "user_archived" => figures.archived = n,
            "managed" => figures.resources = n,
            "referred" => figures.referred = n,
            _ => figures.answered = n,
        }
    }
    Ok(counted)
}

fn number(row: &QueryResult, column: &str) -> Result<u32> {
    Ok(row.try_get::<i64>("", column)?.unsigned_abs() as u32)
}

/// New clients: by their current team, and all those of a team or person within reach.
async fn taken_on(
    tx: &Tx<'_>,
    span: &Span,
    teams: &[Uuid],
    counted: &mut BTreeMap<Option<Uuid>, Figures>,
) -> Result<()> {
    let sql = format!(
        "SELECT c.team_id AS team, count(*) AS n FROM clients c WHERE c.created_at >= $6 AND c.created_at < $7
            AND ($9 OR c.team_id = ANY ($8) OR c.responsible_id IN (SELECT u.id FROM users u WHERE {})) GROUP BY 1",
        Bounds::WITHIN
    );
    let own: [Value; 2] = [teams.to_vec().into(), is_whole(tx).into()];
    for row in tx
        .all(
            &sql,
            tx.bounds()
                .values()
                .into_iter()
                .chain(span.values())
                .chain(own),
        )
        .await?
    {
        let (team, n) = (row.try_get::<Option<Uuid>>("", "team")?, number(&row, "n")?);
        counted.entry(None).or_default().clients += n;
        if team.is_some() {
            counted.entry(team).or_default().clients = n;
        }
    }
    Ok(())
}

async fn members(tx: &Tx<'_>, teams: &[Uuid]) -> Result<BTreeMap<Uuid, i64>> {
    let sql = format!(
        "SELECT m.team_id AS team, count(*) AS n FROM team_members m JOIN users u ON (u.organisation_id, u.id) = (m.organisation_id, m.user_id)
            WHERE m.team_id = ANY ($6) AND u.archived_at IS NULL AND {} GROUP BY 1",
        Bounds::WITHIN
    );
    let rows = tx
        .all(
            &sql,
            tx.bounds()
                .values()
                .into_iter()
                .chain([teams.to_vec().into()]),
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "team")?, row.try_get("", "n")?)))
        .collect()
}

/// The actions of a person over a period.
///
/// # Errors
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden);
/// [`Refusal::NotFound`](usher_types::Refusal::NotFound), also for an archived person if the actor
/// may not see the user bank (S15). An invalid period is reported on the page.
pub async fn activity(scope: &Scope, user: UserId, query: ActivityQuery) -> Result<ActivityPage> {
    let tx = scope.read(Permission::ViewActivity).await?;
    let person = visible(&tx, user).await?;
    let last = format!(
        "SELECT at FROM audit_events WHERE actor_id = $1 AND kind IN {SIGNS_IN} ORDER BY at DESC LIMIT 1"
    );
    let last = tx
        .one(&last, [user.0.into()])
        .await?
        .map(|row| row.try_get::<DateTime<Utc>>("", "at"))
        .transpose()?;
    let mut page = ActivityPage {
        user,
        name: person.display_name(),
        query: query.period.clone(),
        problem: None,
        last_sign_in: last.map(|at| scope.moment(at)),
        figures: Figures::default(),
        acts: Vec::new(),
        next: None,
        is_first: query.after.is_empty(),
    };
    match query.period.parse(scope.today()) {
        Ok(period) => {
            let span = Span::of(&tx, period);
            page.query = PeriodQuery::of(period);
            page.figures = of_person(&tx, user, &span).await?;
            (page.acts, page.next) =
                audit::acts(&tx, user, (span.from, span.until), &query.after).await?;
        }
        Err(problem) => page.problem = Some(problem),
    }
    Ok(page)
}

/// The figures of one person.
async fn of_person(tx: &Tx<'_>, user: UserId, span: &Span) -> Result<Figures> {
    let sql = format!(
        "SELECT count(*) FILTER (WHERE kind IN {SIGNS_IN}) AS sign_ins, count(*) FILTER (WHERE kind = 'user_created') AS created,
            count(*) FILTER (WHERE kind = 'user_archived') AS archived, count(*) FILTER (WHERE kind IN {MANAGES}) AS resources,
            (SELECT count(*) FROM clients WHERE created_by = $1 AND created_at >= $2 AND created_at < $3) AS clients,
            (SELECT count(*) FROM referrals WHERE created_by = $1 AND direction <> 'received' AND created_at >= $2 AND created_at < $3) AS referred,
            (SELECT count(*) FROM referrals WHERE answered_by = $1 AND answered_at >= $2 AND answered_at < $3) AS answered
        FROM audit_events WHERE actor_id = $1 AND at >= $2 AND at < $3"
    );
    let [from, until] = span.values();
    let Some(row) = tx.one(&sql, [user.0.into(), from, until]).await? else {
        return Ok(Figures::default());
    };
    let sign_ins = number(&row, "sign_ins")?;
    Ok(Figures {
        active: sign_ins.min(1),
        sign_ins,
        created: number(&row, "created")?,
        archived: number(&row, "archived")?,
        clients: number(&row, "clients")?,
        referred: number(&row, "referred")?,
        answered: number(&row, "answered")?,
        resources: number(&row, "resources")?,
    })
}
