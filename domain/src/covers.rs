//! Team coverage: other teams whose work a person covers for a limited time (IZ-08, IZ-09). A cover
//! gives access to the team's clients and caseload, never to its people. It ends by comparison with
//! the time of the request (decision 0016), so no job has to run.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Set,
};
use usher_types::audit::{Change, Event};
use usher_types::covers::{Cover, CoveragePage, Covering, EndCover, GiveCover};
use usher_types::form::{SavedDraft, subject};
use usher_types::refusal::Done;
use usher_types::{
    CoverId, Field, Invalid, Permission, Problem, Refusal, TeamId, TeamName, UserId,
};
use uuid::Uuid;

use crate::entity::{covers, team_members, users};
use crate::infrastructure::directory;
use crate::scope::{Tx, Write};
use crate::{Result, Scope, units};

/// The largest number of covers that a page lists.
const MOST: u64 = 200;

/// A person's covers, and the form that adds one.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn page(
    scope: &Scope,
    user: UserId,
    draft: Option<SavedDraft<GiveCover>>,
) -> Result<CoveragePage> {
    let tx = scope.read(Permission::EditUsers).await?;
    let (person, _) = tx.editable_user(user).await?;
    let own = teams_of(&tx, user).await?;
    let mut teams = units::team_names(&tx).await?;
    teams.retain(|team| !own.contains(&team.id));
    let fresh = GiveCover {
        organisation: tx.organisation()?.to_string(),
        user: user.to_string(),
        ..GiveCover::default()
    };
    let (form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    Ok(CoveragePage {
        user,
        name: person.display_name(),
        covers: of_user(&tx, user).await?,
        teams,
        form,
        refusal,
    })
}

/// Assigns a person to cover teams.
///
/// # Errors
/// [`Refusal::Invalid`], also for a team covered already in that time; [`Refusal::NotFound`],
/// [`Refusal::Forbidden`].
pub async fn assign(scope: &Scope, form: &GiveCover) -> Result<UserId> {
    let user = form.user.parse::<UserId>().map_err(|_| Refusal::NotFound)?;
    let tx = scope.write(Permission::EditUsers).await?;
    tx.manage_present(user).await?;
    let covering = form.parse(&units::team_names(&tx).await?, &teams_of(&tx, user).await?)?;
    add(&tx, user, &covering).await?;
    tx.commit().await?;
    Ok(user)
}

/// Writes covers of a person who is locked.
pub(crate) async fn add(tx: &Write<'_>, user: UserId, covering: &Covering) -> Result<()> {
    let now = tx.scope().now();
    let instant = |field, minute: usher_types::covers::Minute| {
        tx.scope()
            .instant(minute)
            .ok_or_else(|| crate::Error::from(Invalid::one(field, Problem::Wrong)))
    };
    let from = covering
        .from
        .map(|from| instant(Field::CoverFrom, from))
        .transpose()?
        .unwrap_or(now);
    let until = covering
        .until
        .map(|until| instant(Field::CoverUntil, until))
        .transpose()?;
    if until.is_some_and(|until| until <= now) {
        return Err(Invalid::one(Field::CoverUntil, Problem::Past).into());
    }
    if until.is_some_and(|until| until <= from) {
        return Err(Invalid::one(Field::CoverUntil, Problem::BeforeStart).into());
    }
    for team in &covering.teams {
        if !units::lock_open_team(tx, *team).await? {
            return Err(Invalid::one(Field::CoverTeams, Problem::Wrong).into());
        }
        if overlaps(tx, user, *team, from, until).await? {
            return Err(Invalid::one(Field::CoverTeams, Problem::CoveredAlready).into());
        }
        tx.insert(covers::ActiveModel {
            organisation_id: Set(tx.organisation()?.0),
            id: Set(tx.id()),
            user_id: Set(user.0),
            team_id: Set(team.0),
            starts_at: Set(from),
            ends_at: Set(until),
            reason: Set(covering.reason.clone()),
            created_at: Set(now),
        })
        .await?;
        let when = [(Field::CoverFrom, Some(from)), (Field::CoverUntil, until)]
            .into_iter()
            .filter_map(|(field, at)| {
                let after = tx.scope().moment(at?).text;
                Some(Change {
                    field,
                    before: None,
                    after: Some(after),
                })
            });
        let why = (!covering.reason.is_empty()).then(|| Change {
            field: Field::CoverReason,
            before: None,
            after: Some(covering.reason.clone()),
        });
        tx.record_with_changes(
            Event::CoverGiven { user, team: *team },
            &when.chain(why).collect::<Vec<_>>(),
        )
        .await?;
    }
    Ok(())
}

async fn overlaps(
    tx: &Tx<'_>,
    user: UserId,
    team: TeamId,
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
) -> Result<bool> {
    let of = covers::Column::UserId
        .eq(user.0)
        .and(covers::Column::TeamId.eq(team.0));
    let still = covers::Column::EndsAt
        .is_null()
        .or(covers::Column::EndsAt.gt(from));
    let mut found = tx.find::<covers::Entity>().filter(of).filter(still);
    if let Some(until) = until {
        found = found.filter(covers::Column::StartsAt.lt(until));
    }
    Ok(found.one(tx.conn()).await?.is_some())
}

/// Ends a cover now; a cover that has not begun is deleted.
///
/// # Errors
/// [`Done::CoverEnded`] for one that is over or no longer exists: a cover that had not begun was
/// deleted.
pub async fn end(scope: &Scope, form: &EndCover) -> Result<UserId> {
    let user = subject(form, &form.user)?;
    let cover: CoverId = units::id(&form.cover)?;
    let tx = scope.write(Permission::EditUsers).await?;
    tx.manage(user).await?;
    let found = tx
        .find::<covers::Entity>()
        .filter(covers::Column::Id.eq(cover.0))
        .filter(covers::Column::UserId.eq(user.0));
    let found = found
        .filter(lasting(scope.now()))
        .one(tx.conn())
        .await?
        .ok_or(Refusal::from(Done::CoverEnded { user }))?;
    let team = TeamId(found.team_id);
    let (now, has_begun) = (scope.now(), found.starts_at < scope.now());
    let mut row = found.into_active_model();
    if has_begun {
        row.ends_at = Set(Some(now));
        row.update(tx.conn()).await?;
    } else {
        row.delete(tx.conn()).await?;
    }
    tx.record(Event::CoverEnded { user, team }).await?;
    tx.commit().await?;
    Ok(user)
}

/// Ends every cover of a team, as [`end`] ends one.
pub(crate) async fn end_of_team(tx: &Write<'_>, team: TeamId) -> Result<()> {
    let values = || [team.0.into(), tx.scope().now().into()];
    tx.execute(
        "DELETE FROM covers WHERE team_id = $1 AND starts_at >= $2",
        values(),
    )
    .await?;
    tx.execute(
        "UPDATE covers SET ends_at = $2 WHERE team_id = $1 AND (ends_at IS NULL OR ends_at > $2)",
        values(),
    )
    .await?;
    Ok(())
}

/// The condition for covers that are not over at `now`.
fn lasting(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(covers::Column::EndsAt.is_null())
        .add(covers::Column::EndsAt.gt(now))
}

/// The covers of a person, current and upcoming.
pub(crate) async fn of_user(tx: &Tx<'_>, user: UserId) -> Result<Vec<Cover>> {
    shown(tx, covers::Column::UserId.eq(user.0).into()).await
}

/// The people who cover a team, current and upcoming; and the covers of its members.
pub(crate) async fn of_team(tx: &Tx<'_>, team: TeamId) -> Result<(Vec<Cover>, Vec<Cover>)> {
    let theirs = of_teams(tx, &[team]).await?;
    let members = tx
        .find::<team_members::Entity>()
        .filter(team_members::Column::TeamId.eq(team))
        .select_only();
    let members = members.column(team_members::Column::UserId).into_query();
    Ok((
        theirs,
        shown(tx, covers::Column::UserId.in_subquery(members).into()).await?,
    ))
}

/// The people who cover any of these teams, current and upcoming.
pub(crate) async fn of_teams(tx: &Tx<'_>, teams: &[TeamId]) -> Result<Vec<Cover>> {
    shown(
        tx,
        covers::Column::TeamId
            .is_in(teams.iter().map(|team| team.0))
            .into(),
    )
    .await
}

/// Covers of people within reach.
async fn shown(tx: &Tx<'_>, which: Condition) -> Result<Vec<Cover>> {
    let found = tx
        .find::<covers::Entity>()
        .filter(which)
        .filter(lasting(tx.scope().now()));
    let found = found
        .order_by_asc(covers::Column::StartsAt)
        .order_by_asc(covers::Column::Id)
        .limit(MOST)
        .all(tx.conn())
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let people = tx
        .users()
        .filter(users::Column::Id.is_in(found.iter().map(|cover| cover.user_id)))
        .all(tx.conn())
        .await?;
    let teams = directory::names_of_units(tx, found.iter().map(|cover| cover.team_id)).await?;
    let covers = found.into_iter().filter_map(|cover| {
        let person = people
            .iter()
            .find(|person| person.id == cover.user_id && person.archived_at.is_none())?;
        Some(Cover {
            id: CoverId(cover.id),
            team: TeamName {
                id: TeamId(cover.team_id),
                name: teams.get(&cover.team_id)?.clone(),
                office: None,
            },
            user: UserId(person.id),
            name: person.display_name(),
            from: tx.scope().moment(cover.starts_at),
            until: cover.ends_at.map(|at| tx.scope().moment(at)),
            has_begun: cover.starts_at <= tx.scope().now(),
            reason: cover.reason,
        })
    });
    Ok(covers.collect())
}

/// The teams a person covers now, regardless of the actor's reach.
pub(crate) async fn now(tx: &Tx<'_>, user: UserId) -> Result<Vec<Uuid>> {
    let rows = tx
        .find::<covers::Entity>()
        .filter(covers::Column::UserId.eq(user.0))
        .filter(lasting(tx.scope().now()));
    let rows = rows
        .filter(covers::Column::StartsAt.lte(tx.scope().now()))
        .all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| row.team_id).collect())
}

/// The teams a person belongs to, regardless of the actor's reach.
pub(crate) async fn teams_of(tx: &Tx<'_>, user: UserId) -> Result<Vec<TeamId>> {
    let rows = tx
        .find::<team_members::Entity>()
        .filter(team_members::Column::UserId.eq(user.0))
        .all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|row| TeamId(row.team_id)).collect())
}
