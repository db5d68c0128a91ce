//! Activity reports (OG-83 to OG-87): the actions of one person, of teams and of the organisation
//! over a period of days in the organisation's time zone.
//!
//! Sign-ins, accounts made and archived, and resources managed are counted from the audit; clients
//! and referrals from their tables.

mod queries;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Value};
use usher_types::audit::{Change, Event};
use usher_types::reports::{
    ActivityPage, ActivityQuery, Figures, Period, PeriodQuery, ReportPage, TeamFigures,
};
use usher_types::{Field, Permission, Reach, UserId};
use uuid::Uuid;

use crate::dashboards::{midnight, weeks};
use crate::entity::teams;
use crate::foundation::limits::Limit;
use crate::foundation::time;
use crate::infrastructure::throttles;
use crate::scope::Tx;
use crate::units::MOST;
use crate::{Result, Scope, audit};

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
    let members = queries::members(tx, &ids).await?;
    let teams = open.into_iter().map(|team| TeamFigures {
        id: team.id,
        members: members.get(&team.id.0).copied().unwrap_or_default(),
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
    let mut counted: BTreeMap<Option<Uuid>, Figures> = BTreeMap::new();
    for row in queries::done(tx, span, teams).await? {
        let figures = counted.entry(row.team).or_default();
        let n = number(row.n);
        match row.what.as_str() {
            "signed_in" => (figures.sign_ins, figures.active) = (n, number(row.people)),
            "user_created" => figures.created = n,
            "user_archived" => figures.archived = n,
            "managed" => figures.resources = n,
            "referred" => figures.referred = n,
            _ => figures.answered = n,
        }
    }
    Ok(counted)
}

fn number(counted: i64) -> u32 {
    counted.unsigned_abs() as u32
}

/// New clients: by their current team, and all those of a team or person within reach.
async fn taken_on(
    tx: &Tx<'_>,
    span: &Span,
    teams: &[Uuid],
    counted: &mut BTreeMap<Option<Uuid>, Figures>,
) -> Result<()> {
    for row in queries::new_clients(tx, span, teams, is_whole(tx)).await? {
        let n = number(row.n);
        counted.entry(None).or_default().clients += n;
        if row.team.is_some() {
            counted.entry(row.team).or_default().clients = n;
        }
    }
    Ok(())
}

/// The actions of a person over a period.
///
/// # Errors
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden);
/// [`Refusal::NotFound`](usher_types::Refusal::NotFound), also for an archived person if the actor
/// may not see the user bank (S15). An invalid period is reported on the page.
pub async fn activity(scope: &Scope, user: UserId, query: ActivityQuery) -> Result<ActivityPage> {
    let tx = scope.read(Permission::ViewActivity).await?;
    let person = tx.visible_user(user).await?;
    let last = queries::last_sign_in(&tx, user).await?;
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
    let Some(row) = queries::of_person(tx, user, span).await? else {
        return Ok(Figures::default());
    };
    let sign_ins = number(row.sign_ins);
    Ok(Figures {
        active: sign_ins.min(1),
        sign_ins,
        created: number(row.created),
        archived: number(row.archived),
        clients: number(row.clients),
        referred: number(row.referred),
        answered: number(row.answered),
        resources: number(row.resources),
    })
}
