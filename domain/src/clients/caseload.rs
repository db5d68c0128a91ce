//! A person's caseload (the clients they are responsible for): moving it to a colleague or to the
//! teams' queues, and returning it for a limited time (OG-12, OG-79).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ColumnTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Value,
};
use usher_types::audit::Event;
use usher_types::clients::{
    CaseloadMove, CaseloadPage, ClientQuery, Colleague, Move, MoveCaseload, Moved, ReturnCaseload,
};
use usher_types::form::{SavedDraft, known};
use usher_types::refusal::Done;
use usher_types::{
    ClientId, ClientName, Field, Invalid, MoveId, Permission, Problem, Refusal, UserId, durations,
};
use uuid::Uuid;

use super::{OFFERED, colleague, covered_among, is_able, list, lock_colleague, others};
use crate::entity::clients;
use crate::infrastructure::directory;
use crate::scope::{ClientBounds, Read, Tx, Write};
use crate::{Result, Scope, covers, referrals, units};

/// The moves of a person's clients that the actor may return, including those already returned.
const RETURNABLE: &str = "from_id = $1 AND moved_at > $2 AND (moved_by = $3 OR $4)";
/// The number of moves that a page offers to return.
const MOVES: i64 = 10;

/// The caseload of a person: the actor, or a person the actor may see.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn page(
    scope: &Scope,
    user: UserId,
    query: ClientQuery,
    draft: Option<SavedDraft<MoveCaseload>>,
) -> Result<CaseloadPage> {
    scope.require(Permission::ViewClients)?;
    let (tx, person) = whose(scope, user).await?;
    let covers = covers::of_user(&tx, user).await?;
    let covered_by = covers::of_teams(&tx, &covers::teams_of(&tx, user).await?).await?;
    drop(tx);
    let tx = scope.read(Permission::ViewClients).await?;
    let clients = list::visible_list(
        &tx,
        ClientQuery {
            whose: user.to_string(),
            ..query
        },
    )
    .await?;
    let may_move = scope.grants().has(Permission::EditClients);
    let fresh = MoveCaseload {
        organisation: tx.organisation()?.to_string(),
        user: user.to_string(),
        ..MoveCaseload::default()
    };
    let (form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    let colleagues = if may_move {
        others(&tx, user).await?
    } else {
        Vec::new()
    };
    Ok(CaseloadPage {
        is_able: is_able(&tx, user).await?,
        assists: assists(&tx, user).await?,
        referrals: referrals::open_of(&tx, user).await?,
        moves: if may_move {
            moves(&tx, user).await?
        } else {
            Vec::new()
        },
        person,
        clients,
        covers,
        covered_by,
        may_move,
        colleagues,
        form,
        refusal,
    })
}

/// Opens a transaction in which the person of the caseload is visible, and returns that person: the
/// actor, or a person the actor may see.
async fn whose(scope: &Scope, user: UserId) -> Result<(Read<'_>, Colleague)> {
    let sees = scope.grants().reaches_others(Permission::ViewUsers);
    let tx = scope
        .read(if sees {
            Permission::ViewUsers
        } else {
            Permission::OwnProfile
        })
        .await?;
    let person = tx.visible_user(user).await?;
    Ok((tx, colleague(&person)))
}

/// The clients within reach that a person assists.
async fn assists(tx: &Tx<'_>, user: UserId) -> Result<Vec<ClientName>> {
    use crate::entity::client_links;
    let links = tx
        .find::<client_links::Entity>()
        .filter(client_links::Column::UserId.eq(user.0));
    let links = links
        .filter(client_links::Column::Kind.eq("assistant"))
        .select_only()
        .column(client_links::Column::ClientId)
        .into_query();
    let found = tx
        .clients()?
        .filter(clients::Column::ArchivedAt.is_null())
        .filter(clients::Column::Id.in_subquery(links));
    let found = found
        .order_by_asc(clients::Column::SortName)
        .order_by_asc(clients::Column::Id);
    Ok(found
        .limit(OFFERED)
        .all(tx.conn())
        .await?
        .iter()
        .map(clients::Model::client_name)
        .collect())
}

/// The parameters of [`RETURNABLE`].
fn returnable_by(tx: &Tx<'_>, user: UserId) -> Result<[Value; 4]> {
    let scope = tx.scope();
    let everybody = tx.client_bounds(Permission::EditClients)?.everybody;
    Ok([
        user.0.into(),
        (scope.now() - durations::CASELOAD_RETURN).into(),
        scope.me()?.0.into(),
        everybody.into(),
    ])
}

/// A row of [`moves`].
#[derive(FromQueryResult)]
struct MoveRow {
    id: Uuid,
    to_id: Option<Uuid>,
    moved_by: Option<Uuid>,
    moved_at: DateTime<Utc>,
    clients: i32,
}

/// The recent moves that can be returned, by the person who made them or by somebody who reaches
/// the whole organisation.
async fn moves(tx: &Tx<'_>, user: UserId) -> Result<Vec<Move>> {
    let sql = format!(
        "SELECT id, to_id, moved_by, moved_at, clients FROM caseload_moves
            WHERE {RETURNABLE} AND returned_at IS NULL ORDER BY moved_at DESC LIMIT $5"
    );
    let values = returnable_by(tx, user)?.into_iter().chain([MOVES.into()]);
    let rows: Vec<MoveRow> = tx.rows(&sql, values).await?;
    let named: Vec<UserId> = rows
        .iter()
        .flat_map(|row| [row.to_id, row.moved_by])
        .flatten()
        .map(UserId)
        .collect();
    let names = directory::names_of_people(tx, named).await?;
    let named = |id: Option<Uuid>| {
        id.and_then(|id| {
            Some(Colleague {
                user: UserId(id),
                name: names.get(&id)?.clone(),
            })
        })
    };
    let moves = rows.into_iter().map(|row| Move {
        id: MoveId(row.id),
        when: tx.scope().moment(row.moved_at),
        clients: row.clients.unsigned_abs(),
        to: named(row.to_id),
        by: named(row.moved_by),
    });
    Ok(moves.collect())
}

/// Moves clients of one person to a colleague, or into the queues of their teams. All or none.
///
/// # Errors
/// [`Problem::NoColleague`], [`Problem::OtherOffice`], [`Problem::NobodysClients`] at the
/// colleague; [`Problem::Wrong`] for clients who are no longer theirs and for clients out of reach,
/// without telling which; [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn move_on(scope: &Scope, form: &MoveCaseload) -> Result<(UserId, u32)> {
    let CaseloadMove { user, moved, to } = form.parse()?;
    scope.require(Permission::EditClients)?;
    drop(whose(scope, user).await?);
    let tx = scope.write(Permission::EditClients).await?;
    if to == Some(user) {
        return Err(Invalid::one(Field::To, Problem::Same).into());
    }
    let mut theirs = tx
        .clients()?
        .filter(clients::Column::ResponsibleId.eq(user.0))
        .filter(clients::Column::ArchivedAt.is_null());
    if let Moved::These(named) = &moved {
        theirs = theirs.filter(clients::Column::Id.is_in(named.iter().map(|client| client.0)));
    }
    let theirs = theirs.lock(LockType::NoKeyUpdate).all(tx.conn()).await?;
    let named = match &moved {
        Moved::These(named) => named.len(),
        Moved::All => theirs.len().max(1),
    };
    if theirs.len() < named {
        return Err(Invalid::one(Field::Clients, Problem::Wrong).into());
    }
    let clients = write(&tx, user, &theirs, to).await?;
    tx.commit().await?;
    Ok((user, clients))
}

/// The number of clients a person is responsible for, without archived ones and regardless of the
/// actor's reach: each needs a new responsible person.
pub(crate) async fn count(tx: &Tx<'_>, user: UserId) -> Result<u32> {
    let row = tx
        .one(
            "SELECT count(*) AS n FROM clients WHERE responsible_id = $1 AND archived_at IS NULL",
            [user.0.into()],
        )
        .await?;
    Ok(row
        .map(|row| row.try_get::<i64>("", "n"))
        .transpose()?
        .unwrap_or_default()
        .unsigned_abs() as u32)
}

/// Hands over all clients of a person who leaves, also those out of the actor's reach, so that no
/// client stays with somebody who is gone. Returns the number of clients.
///
/// # Errors
/// As [`move_on`].
pub(crate) async fn hand_over(tx: &Write<'_>, user: UserId, to: Option<UserId>) -> Result<u32> {
    let all = ClientBounds::all().clients(tx.organisation()?);
    let theirs = all
        .filter(clients::Column::ResponsibleId.eq(user.0))
        .filter(clients::Column::ArchivedAt.is_null());
    let theirs = theirs.lock(LockType::NoKeyUpdate).all(tx.conn()).await?;
    if theirs.is_empty() {
        Ok(0)
    } else {
        write(tx, user, &theirs, to).await
    }
}

async fn write(
    tx: &Write<'_>,
    user: UserId,
    theirs: &[clients::Model],
    to: Option<UserId>,
) -> Result<u32> {
    let scope = tx.scope();
    match to {
        Some(to) => {
            lock_colleague(tx, to, Permission::EditClients, None, Field::To).await?;
            let elsewhere = "SELECT 1 FROM users u JOIN teams t ON t.office_id <> u.office_id WHERE u.id = $1 AND t.id = ANY ($2) LIMIT 1";
            let teams: Vec<Uuid> = theirs.iter().filter_map(|client| client.team_id).collect();
            if tx
                .one(elsewhere, [to.0.into(), teams.into()])
                .await?
                .is_some()
            {
                return Err(Invalid::one(Field::To, Problem::OtherOffice).into());
            }
        }
        None => {
            let nobodys = theirs
                .iter()
                .filter(|client| client.team_id.is_none())
                .count() as u32;
            if nobodys > 0 {
                return Err(
                    Invalid::one(Field::To, Problem::NobodysClients { clients: nobodys }).into(),
                );
            }
        }
    }
    let (organisation, id, clients) = (tx.organisation()?.0, tx.id(), theirs.len() as u32);
    let ids: Vec<Uuid> = theirs.iter().map(|client| client.id).collect();
    let goes = to.map(|to| to.0);
    tx.execute(
        "UPDATE clients SET responsible_id = $1, version = version + 1 WHERE id = ANY ($2)",
        [goes.into(), ids.clone().into()],
    )
    .await?;
    let made = "INSERT INTO caseload_moves (organisation_id, id, from_id, to_id, moved_by, moved_at, clients) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let by = scope.actor().map(|me| me.0);
    let values = [
        organisation.into(),
        id.into(),
        user.0.into(),
        goes.into(),
        by.into(),
        scope.now().into(),
        (clients as i32).into(),
    ];
    tx.execute(made, values).await?;
    let each = "INSERT INTO caseload_moved (organisation_id, move_id, client_id) SELECT $1, $2, unnest($3::uuid[])";
    tx.execute(each, [organisation.into(), id.into(), ids.into()])
        .await?;
    let covering = if scope.grants().has(Permission::EditClients) {
        covered_among(tx, theirs).await?
    } else {
        BTreeMap::new()
    };
    let each = theirs.iter().map(|client| Event::ClientMoved {
        client: ClientId(client.id),
        to,
        covering: covering.get(&client.id).copied(),
    });
    tx.record_all(&each.collect::<Vec<_>>()).await?;
    tx.record(Event::CaseloadMoved { user, to, clients })
        .await?;
    Ok(clients)
}

/// Returns moved clients that are still where they were moved to. Clients moved again since then
/// stay.
///
/// # Errors
/// [`Done::CaseloadReturned`] for a move that was already returned; [`Refusal::NotFound`] for one
/// that does not exist, is too old, or may not be returned by the actor; [`Problem::NoColleague`]
/// where the person is gone.
pub async fn give_back(scope: &Scope, form: &ReturnCaseload) -> Result<(UserId, u32)> {
    known(form)?;
    let user: UserId = units::id(&form.user)?;
    let id: MoveId = units::id(&form.moved)?;
    let tx = scope.write(Permission::EditClients).await?;
    let returnable = format!("SELECT 1 FROM caseload_moves WHERE {RETURNABLE} AND id = $5");
    let values = returnable_by(&tx, user)?.into_iter().chain([id.0.into()]);
    tx.one(&returnable, values)
        .await?
        .ok_or(Refusal::NotFound)?;
    let taken = "UPDATE caseload_moves SET returned_at = $1 WHERE id = $2 AND returned_at IS NULL";
    if tx.execute(taken, [scope.now().into(), id.0.into()]).await? == 0 {
        return Err(Refusal::from(Done::CaseloadReturned { user }).into());
    }
    lock_colleague(&tx, user, Permission::EditClients, None, Field::Form).await?;
    let back = "UPDATE clients c SET responsible_id = $1, version = c.version + 1 FROM caseload_moves m
        JOIN caseload_moved d ON (d.organisation_id, d.move_id) = (m.organisation_id, m.id)
        WHERE m.id = $2 AND (c.organisation_id, c.id) = (d.organisation_id, d.client_id) AND c.archived_at IS NULL
            AND c.responsible_id IS NOT DISTINCT FROM m.to_id RETURNING c.id";
    let rows = tx.all(back, [user.0.into(), id.0.into()]).await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in &rows {
        events.push(Event::ClientMoved {
            client: ClientId(row.try_get("", "id")?),
            to: Some(user),
            covering: None,
        });
    }
    let clients = rows.len() as u32;
    tx.record_all(&events).await?;
    tx.record(Event::CaseloadReturned { user, clients }).await?;
    tx.commit().await?;
    Ok((user, clients))
}
