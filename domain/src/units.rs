//! Offices and teams as every context needs them: their names, and who belongs to them.
//! [`offices`](crate::offices) and [`teams`](crate::teams) create, edit and close them.
//!
//! Invariant: a closed office or team holds nobody. Closing locks the row, and putting a person
//! into it takes a shared lock on it.

use std::collections::BTreeMap;

use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use usher_types::users::{Place, Units};
use usher_types::{
    Field, Invalid, OfficeId, OfficeName, Problem, Reach, Refusal, RoleId, TeamId, TeamName, UserId,
};
use uuid::Uuid;

use crate::Result;
use crate::entity::{
    offices as offices_table, organisations, roles, team_members, teams as teams_table,
};
use crate::infrastructure::{directory, named_rows};
use crate::scope::{Tx, Write};

/// The largest number of units that a page offers or lists.
pub(crate) const MOST: u64 = 500;

/// The open offices within reach, by name.
pub(crate) async fn office_names(tx: &Tx<'_>) -> Result<Vec<OfficeName>> {
    let found = named_rows::all_open::<offices_table::Entity>(tx)
        .order_by_asc(offices_table::Column::Name)
        .limit(MOST)
        .all(tx.conn())
        .await?;
    Ok(found
        .into_iter()
        .map(|office| OfficeName {
            id: office.id,
            name: office.name,
        })
        .collect())
}

/// The open teams within reach, by name.
pub(crate) async fn team_names(tx: &Tx<'_>) -> Result<Vec<TeamName>> {
    names(tx, tx.teams()).await
}

async fn names(tx: &Tx<'_>, teams: Select<teams_table::Entity>) -> Result<Vec<TeamName>> {
    use teams_table::Column;
    let found = teams
        .filter(Column::ClosedAt.is_null())
        .order_by_asc(Column::Name)
        .limit(MOST)
        .all(tx.conn())
        .await?;
    let offices = directory::names_of_units(
        tx,
        found
            .iter()
            .filter_map(|team| team.office_id.map(|office| office.0)),
    )
    .await?;
    Ok(found
        .into_iter()
        .map(|team| named(team, &offices))
        .collect())
}

fn office_name(id: OfficeId, names: &BTreeMap<Uuid, String>) -> Option<OfficeName> {
    names.get(&id.0).map(|name| OfficeName {
        id,
        name: name.clone(),
    })
}

pub(crate) fn named(team: teams_table::Model, names: &BTreeMap<Uuid, String>) -> TeamName {
    TeamName {
        id: team.id,
        office: team.office_id.and_then(|id| office_name(id, names)),
        name: team.name,
    }
}

/// The offices and teams that the actor may put a person into, and what the choice requires
/// (decision 0016, S16).
pub(crate) async fn choices(tx: &Tx<'_>, home: &organisations::Model) -> Result<Units> {
    let teams = team_names(tx).await?;
    let bound = tx.scope().office();
    if !uses_offices(tx).await? {
        return Ok(Units {
            teams,
            team_required: tx.reach() == Reach::Team,
            ..Units::default()
        });
    }
    let requiring = tx
        .find::<roles::Entity>()
        .filter(roles::Column::RequiresOffice.eq(true))
        .all(tx.conn())
        .await?;
    Ok(Units {
        offices: office_names(tx).await?,
        teams,
        office_required: home.requires_office || bound.is_some(),
        // an actor whose reach is the office but who has no office only reaches their teams
        team_required: tx.reach() == Reach::Team
            || (tx.reach() == Reach::Office && bound.is_none()),
        inherited: bound,
        roles_requiring: requiring.iter().map(|role| RoleId(role.id)).collect(),
    })
}

/// An organisation uses offices while it has one.
pub(crate) async fn uses_offices(tx: &Tx<'_>) -> Result<bool> {
    Ok(tx
        .one("SELECT 1 FROM offices WHERE closed_at IS NULL LIMIT 1", [])
        .await?
        .is_some())
}

/// A person's office and teams, as far as the actor may see them.
pub(crate) async fn place(
    tx: &Tx<'_>,
    user: UserId,
    office: Option<OfficeId>,
) -> Result<(Option<OfficeName>, Vec<TeamName>)> {
    let office = match office {
        Some(id) => office_name(id, &directory::names_of_units(tx, [id.0]).await?),
        None => None,
    };
    let own = tx
        .find::<team_members::Entity>()
        .filter(team_members::Column::UserId.eq(user.0))
        .select_only();
    let own = own.column(team_members::Column::TeamId).into_query();
    Ok((
        office,
        names(
            tx,
            tx.teams().filter(teams_table::Column::Id.in_subquery(own)),
        )
        .await?,
    ))
}

/// Replaces a person's office and teams by the chosen ones. Teams that the actor could not have
/// chosen stay.
///
/// # Errors
/// [`Refusal::Invalid`] at what was closed in the meantime.
pub(crate) async fn replace_memberships(
    tx: &Write<'_>,
    user: UserId,
    place: &Place,
    units: &Units,
) -> Result<()> {
    if let Some(office) = place.office {
        named_rows::lock_open::<offices_table::Entity>(tx, &[office], Field::Office).await?;
    }
    let moved = "UPDATE users SET office_id = $1 WHERE id = $2 AND office_id IS DISTINCT FROM $1";
    tx.execute(moved, [place.office.into(), user.into()])
        .await?;
    join(tx, user, place, units).await
}

async fn join(tx: &Write<'_>, user: UserId, place: &Place, units: &Units) -> Result<()> {
    let (offered, chosen) = (units.teams.iter().map(|team| team.id), &place.teams);
    let left = team_members::Column::UserId
        .eq(user)
        .and(team_members::Column::TeamId.is_in(offered.filter(|id| !chosen.contains(id))));
    team_members::Entity::delete_many()
        .filter(left)
        .exec(tx.conn())
        .await?;
    if chosen.is_empty() {
        return Ok(());
    }
    if enter(tx, chosen, user).await? == chosen.len() as u64 {
        Ok(())
    } else {
        Err(Invalid::one(Field::Teams, Problem::Wrong).into())
    }
}

/// Locks a team as open until the transaction ends. Returns whether it is open.
pub(crate) async fn lock_open_team(tx: &Write<'_>, team: TeamId) -> Result<bool> {
    let open = named_rows::locked_open::<teams_table::Entity>(tx, &[team]).await?;
    Ok(!open.is_empty())
}

/// Adds a person to teams, and returns how many of the teams are open.
pub(crate) async fn enter(tx: &Write<'_>, teams: &[TeamId], user: UserId) -> Result<u64> {
    let sql = "WITH open AS MATERIALIZED (SELECT organisation_id, id FROM teams WHERE id = ANY ($1) AND closed_at IS NULL FOR KEY SHARE),
            entered AS (INSERT INTO team_members (organisation_id, team_id, user_id) SELECT organisation_id, id, $2 FROM open ON CONFLICT DO NOTHING)
        SELECT count(*) AS open FROM open";
    let row = tx.one(sql, [teams.to_vec().into(), user.into()]).await?;
    Ok(row
        .map(|row| row.try_get::<i64>("", "open"))
        .transpose()?
        .unwrap_or_default()
        .unsigned_abs())
}

/// Parses an id of an address or a form. An invalid one is refused like a missing row.
pub(crate) fn id<Id: std::str::FromStr>(text: &str) -> Result<Id, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}
