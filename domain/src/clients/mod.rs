//! Clients: the people served, and who works with them.
//!
//! Invariant: a client has a responsible person, or waits in the queue of a team; and the
//! responsible person can see the client. A person is locked while they are linked to a client, and
//! archiving that person waits for the lock.

mod caseload;
mod edit;
mod link;
mod list;
mod people;

pub(crate) use caseload::{count as caseload_of, hand_over};
pub use caseload::{give_back, move_on, page as caseload};
pub use edit::{archive, archive_page, edit, form, restore};
pub use link::find_linkable;
pub(crate) use link::{attach, link, linkable, unlink_all};
pub use list::list;
pub(crate) use list::to_rows;
pub use people::{assign as assign_person, page as people_page, remove as remove_person};

use std::collections::BTreeMap;

use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use usher_types::audit::Event;
use usher_types::clients::{ClientPage, Colleague, Part, Shown};
use usher_types::{
    ClientId, ClientName, Field, Invalid, Permission, Problem, TeamId, TeamName, UserId,
};
use uuid::Uuid;

use crate::audit::ActivitySubject;
use crate::entity::{clients, users};
use crate::infrastructure::directory;
use crate::scope::{ClientBounds, Tx, Write};
use crate::{Result, Scope, audit, referrals, units};

/// The largest number of colleagues or clients that a page offers to choose from.
const OFFERED: u64 = 500;
/// Up to this many holders, a permission counts as held by few.
const FEW: usize = 1_000;
/// The people who hold the permission `$1`, once for each role that gives it.
const HOLDERS: &str = "SELECT h.user_id FROM user_roles h JOIN role_permissions p
    ON (p.organisation_id, p.role_id) = (h.organisation_id, h.role_id) WHERE p.permission = $1";
/// The number of people or clients that a search within a form shows.
const FOUND: u64 = 20;

/// The page of one client, limited to what the reader may see: a client does not see the note about
/// themselves.
///
/// # Errors
/// [`usher_types::Refusal::NotFound`], the same for a client of another organisation, out of reach,
/// or missing (decision 0008).
pub async fn page(scope: &Scope, client: &str) -> Result<ClientPage> {
    let tx = scope.read(Permission::ViewClients).await?;
    let client = tx.client(units::id(client)?).await?;
    let is_self = client.user_id.is_some() && client.user_id == scope.actor().map(|me| me.0);
    let may_edit = may_edit(&tx, &client).await?;
    let holds = |permission| scope.grants().reaches_others(permission);
    let mut linked = linked(&tx, client.id).await?;
    let mut those = |part: Part| {
        linked
            .extract_if(.., |(known, _)| *known == part)
            .map(|(_, person)| person)
            .collect()
    };
    let mut shown = shown(&tx, &client).await?;
    if is_self {
        shown.note.clear();
    }
    let account = client
        .user_id
        .map(|user| holds(Permission::ViewUsers).then_some(UserId(user)));
    let sees_activity = !is_self && (may_edit || holds(Permission::ViewActivity));
    Ok(ClientPage {
        id: ClientId(client.id),
        name: client.display_name(),
        initials: client.initials(),
        is_able: match client.responsible_id {
            Some(person) if !is_self => is_able(&tx, UserId(person)).await?,
            _ => true,
        },
        assistants: those(Part::Assistant),
        access: if is_self {
            Vec::new()
        } else {
            those(Part::Access)
        },
        covering: match may_edit {
            true => team_of(&tx, covering(&tx, &client).await?.map(|team| team.0)).await?,
            false => None,
        },
        created: scope.day(client.created_at),
        archived: client.archived_at.map(|at| {
            (
                scope.day(at),
                client.archived_reason.clone().unwrap_or_default(),
            )
        }),
        may_give_account: may_edit
            && account.is_none()
            && client.archived_at.is_none()
            && holds(Permission::CreateUsers),
        may_refer: client.archived_at.is_none()
            && is_visible_for(&tx, Permission::CreateReferrals, &client).await?,
        referrals: if is_self {
            Vec::new()
        } else {
            referrals::of_client(&tx, ClientId(client.id)).await?
        },
        activity: if sees_activity {
            audit::lines(&tx, client.id).await?
        } else {
            Vec::new()
        },
        account,
        is_self,
        may_edit,
        shown,
    })
}

/// A client whose activity the reader may see. A client does not see activity about themselves.
///
/// # Errors
/// [`Refusal::NotFound`](usher_types::Refusal::NotFound),
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden).
pub(crate) async fn with_activity(tx: &Tx<'_>, client: &str) -> Result<ActivitySubject> {
    let client = tx.client(units::id(client)?).await?;
    let is_self = client.user_id.is_some() && client.user_id == tx.scope().actor().map(|me| me.0);
    if is_self
        || !(may_edit(tx, &client).await?
            || tx.scope().grants().reaches_others(Permission::ViewActivity))
    {
        return Err(usher_types::Refusal::Forbidden.into());
    }
    Ok(ActivitySubject {
        id: client.id,
        name: client.display_name(),
        role: None,
    })
}

/// The client's id if the actor may open their page: after handing a client over, the actor may no
/// longer see them.
///
/// # Errors
/// When the database fails.
pub async fn visible_client(scope: &Scope, client: ClientId) -> Result<Option<ClientId>> {
    Ok(is_visible(scope, Permission::ViewClients, client)
        .await?
        .then_some(client))
}

/// Whether the actor may still edit a client.
///
/// # Errors
/// When the database fails.
pub async fn is_editable(scope: &Scope, client: ClientId) -> Result<bool> {
    is_visible(scope, Permission::EditClients, client).await
}

async fn is_visible(scope: &Scope, permission: Permission, client: ClientId) -> Result<bool> {
    if !scope.grants().has(permission) {
        return Ok(false);
    }
    let tx = scope.read(permission).await?;
    Ok(tx
        .clients()?
        .filter(clients::Column::Id.eq(client.0))
        .one(tx.conn())
        .await?
        .is_some())
}

/// Refuses the search for clients to link unless the actor may assign roles and edit clients.
///
/// # Errors
/// [`usher_types::Refusal::Forbidden`].
pub fn ensure_may_link(scope: &Scope, giving: Permission) -> Result<()> {
    scope.require(giving)?;
    scope.require(Permission::EditClients)?;
    Ok(())
}

/// Whether the actor may edit a client that they see.
async fn may_edit(tx: &Tx<'_>, client: &clients::Model) -> Result<bool> {
    is_visible_for(tx, Permission::EditClients, client).await
}

async fn is_visible_for(
    tx: &Tx<'_>,
    permission: Permission,
    client: &clients::Model,
) -> Result<bool> {
    if !tx.scope().grants().has(permission) {
        return Ok(false);
    }
    let mine = tx
        .clients_for(permission)?
        .filter(clients::Column::Id.eq(client.id));
    Ok(mine.one(tx.conn()).await?.is_some())
}

/// The team that the actor covers, if only that cover lets them edit a client (IZ-09).
async fn covering(tx: &Tx<'_>, client: &clients::Model) -> Result<Option<TeamId>> {
    Ok(covered_among(tx, std::slice::from_ref(client))
        .await?
        .remove(&client.id))
}

/// The same for many clients at once.
async fn covered_among(tx: &Tx<'_>, clients: &[clients::Model]) -> Result<BTreeMap<Uuid, TeamId>> {
    let team = |client: &clients::Model| {
        client
            .team_id
            .map(TeamId)
            .filter(|team| tx.scope().covered().contains(team))
    };
    let mut covered: BTreeMap<Uuid, TeamId> = clients
        .iter()
        .filter_map(|client| Some((client.id, team(client)?)))
        .collect();
    if covered.is_empty() {
        return Ok(covered);
    }
    let alone = ClientBounds {
        covered: Vec::new(),
        ..tx.client_bounds(Permission::EditClients)?
    };
    let ids: Vec<Uuid> = covered.keys().copied().collect();
    for mine in alone
        .clients(tx.organisation()?)
        .filter(clients::Column::Id.is_in(ids))
        .all(tx.conn())
        .await?
    {
        covered.remove(&mine.id);
    }
    Ok(covered)
}

/// The first clients the actor may see whose names contain all of these words.
pub(crate) async fn find(tx: &Tx<'_>, words: &str) -> Result<Vec<ClientName>> {
    if words.trim().is_empty() {
        return Ok(Vec::new());
    }
    Ok(
        directory::first_clients(tx, Permission::ViewClients, words, FOUND)
            .await?
            .iter()
            .map(clients::Model::client_name)
            .collect(),
    )
}

async fn person(tx: &Tx<'_>, user: Option<Uuid>) -> Result<Option<Colleague>> {
    let Some(user) = user.map(UserId) else {
        return Ok(None);
    };
    let name = directory::names_of_people(tx, [user])
        .await?
        .remove(&user.0);
    Ok(name.map(|name| Colleague { user, name }))
}

async fn team_of(tx: &Tx<'_>, team: Option<Uuid>) -> Result<Option<TeamName>> {
    let Some(team) = team else { return Ok(None) };
    let name = directory::names_of_units(tx, [team]).await?.remove(&team);
    Ok(name.map(|name| TeamName {
        id: TeamId(team),
        name,
        office: None,
    }))
}

async fn shown(tx: &Tx<'_>, client: &clients::Model) -> Result<Shown> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Ok(Shown {
        first_name: client.first_name.clone(),
        last_name: client.last_name.clone(),
        number: text(&client.number),
        email: text(&client.email),
        phone: text(&client.phone),
        note: client.note.clone(),
        team: team_of(tx, client.team_id).await?,
        responsible: person(tx, client.responsible_id).await?,
    })
}

/// The people linked to a client, without archived ones.
async fn linked(tx: &Tx<'_>, client: Uuid) -> Result<Vec<(Part, Colleague)>> {
    let sql = "SELECT l.kind, u.id, concat_ws(' ', u.first_name, nullif(u.last_name, '')) AS name FROM client_links l
        JOIN users u ON (u.organisation_id, u.id) = (l.organisation_id, l.user_id)
        WHERE l.client_id = $1 AND u.archived_at IS NULL ORDER BY l.kind, u.sort_name, u.id LIMIT $2";
    let rows = tx
        .all(sql, [client.into(), (OFFERED as i64).into()])
        .await?;
    let mut linked = Vec::with_capacity(rows.len());
    for row in rows {
        let person = Colleague {
            user: UserId(row.try_get("", "id")?),
            name: row.try_get("", "name")?,
        };
        linked.push((row.try_get("", "kind")?, person));
    }
    Ok(linked)
}

/// The people who can be made responsible for a client: the first by name, without the current
/// ones.
async fn colleagues(tx: &Tx<'_>) -> Result<Vec<Colleague>> {
    let holders = tx
        .all(
            &format!("{HOLDERS} LIMIT $2"),
            [
                Permission::EditClients.code().into(),
                (FEW as i64 + 1).into(),
            ],
        )
        .await?;
    let few: Vec<Uuid> = holders
        .iter()
        .map(|row| row.try_get("", "user_id"))
        .collect::<std::result::Result<_, _>>()?;
    // if many people hold it, scanning people by name finds the first ones fastest
    let found = if few.len() > FEW {
        tx.colleagues(Permission::EditClients)
    } else {
        tx.colleagues_among(few)
    };
    let found = found.filter(users::Column::WayIn.ne("none"));
    let found = found
        .order_by_asc(users::Column::SortName)
        .order_by_asc(users::Column::Id);
    Ok(found
        .limit(OFFERED)
        .all(tx.conn())
        .await?
        .iter()
        .map(colleague)
        .collect())
}

/// The colleagues who can take over a person's clients.
pub(crate) async fn others(tx: &Tx<'_>, user: UserId) -> Result<Vec<Colleague>> {
    let mut others = colleagues(tx).await?;
    others.retain(|other| other.user != user);
    Ok(others)
}

/// Whether a person's roles let them edit clients.
pub(crate) async fn changes_clients(tx: &Tx<'_>, user: UserId) -> Result<bool> {
    let sql = format!("{HOLDERS} AND h.user_id = $2 LIMIT 1");
    Ok(tx
        .one(&sql, [Permission::EditClients.code().into(), user.0.into()])
        .await?
        .is_some())
}

/// Whether a person can work with clients: they may edit them and can sign in. Only such a person
/// is made responsible for a client; a responsible person may later lose either.
async fn is_able(tx: &Tx<'_>, user: UserId) -> Result<bool> {
    let sql = "SELECT 1 FROM users WHERE id = $1 AND archived_at IS NULL AND way_in <> 'none'";
    Ok(tx.one(sql, [user.0.into()]).await?.is_some() && changes_clients(tx, user).await?)
}

/// The number of clients whose responsible person, among these people, may no longer edit clients,
/// within this transaction.
pub(crate) async fn left_unable(tx: &Tx<'_>, people: &[UserId]) -> Result<u32> {
    let sql = format!(
        "SELECT count(*) AS n FROM clients c WHERE c.archived_at IS NULL AND c.responsible_id = ANY ($2)
            AND NOT EXISTS ({HOLDERS} AND h.user_id = c.responsible_id)"
    );
    let people: Vec<Uuid> = people.iter().map(|user| user.0).collect();
    let row = tx
        .one(&sql, [Permission::EditClients.code().into(), people.into()])
        .await?;
    Ok(row
        .map(|row| row.try_get::<i64>("", "n"))
        .transpose()?
        .unwrap_or_default()
        .unsigned_abs() as u32)
}

fn colleague(person: &users::Model) -> Colleague {
    Colleague {
        user: UserId(person.id),
        name: person.display_name(),
    }
}

/// Moves the clients of a team that is being closed to another team, or to none.
///
/// # Errors
/// [`Problem::NobodysClients`] if clients wait in its queue and no other team is chosen.
pub(crate) async fn leave_team(
    tx: &Write<'_>,
    team: TeamId,
    instead: Option<TeamId>,
) -> Result<()> {
    let goes = instead.map(|team| team.0);
    let left =
        "UPDATE clients SET team_id = $1, version = version + 1 WHERE team_id = $2 AND ($1::uuid IS NOT NULL OR responsible_id IS NOT NULL)
        RETURNING id";
    let left = tx.all(left, [goes.into(), team.0.into()]).await?;
    let row = tx
        .one(
            "SELECT count(*) AS n FROM clients WHERE team_id = $1",
            [team.0.into()],
        )
        .await?;
    let queued = row
        .map(|row| row.try_get::<i64>("", "n"))
        .transpose()?
        .unwrap_or_default();
    if queued > 0 {
        return Err(Invalid::one(
            Field::Instead,
            Problem::NobodysClients {
                clients: queued as u32,
            },
        )
        .into());
    }
    let event = |client: Uuid| Event::ClientEdited {
        client: ClientId(client),
        fields: vec![Field::Team],
        covering: None,
    };
    let events = left
        .iter()
        .map(|row| Ok(event(row.try_get("", "id")?)))
        .collect::<Result<Vec<_>>>()?;
    tx.record_all(&events).await
}

/// Locks a person before one of their clients is locked, in the same order as archiving the person,
/// to avoid a deadlock. `alone` takes an exclusive lock, for callers that count the person's links.
async fn lock_person(tx: &Write<'_>, user: UserId, alone: bool) -> Result<()> {
    let lock = if alone { "NO KEY UPDATE" } else { "SHARE" };
    tx.execute(
        &format!("SELECT 1 FROM users WHERE id = $1 FOR {lock}"),
        [user.0.into()],
    )
    .await?;
    Ok(())
}

/// A colleague who holds a permission about clients, locked until the transaction ends, for a
/// client of a team. A responsible person must be able to sign in.
///
/// # Errors
/// [`Problem::NoColleague`], [`Problem::CannotSignIn`], [`Problem::OtherOffice`] at `field`.
async fn lock_colleague(
    tx: &Write<'_>,
    user: UserId,
    permission: Permission,
    team: Option<Uuid>,
    field: Field,
) -> Result<Colleague> {
    let found = tx
        .colleagues(permission)
        .filter(users::Column::Id.eq(user.0))
        .lock(LockType::Share)
        .one(tx.conn())
        .await?;
    let Some(found) = found else {
        return Err(Invalid::one(field, Problem::NoColleague).into());
    };
    if permission == Permission::EditClients && found.way_in == users::SignIn::NotSetUp {
        return Err(Invalid::one(field, Problem::CannotSignIn).into());
    }
    if let (Some(office), Some(team)) = (found.office_id, team) {
        let elsewhere = "SELECT 1 FROM teams WHERE id = $1 AND office_id <> $2";
        if tx
            .one(elsewhere, [team.into(), office.into()])
            .await?
            .is_some()
        {
            return Err(Invalid::one(field, Problem::OtherOffice).into());
        }
    }
    Ok(colleague(&found))
}
