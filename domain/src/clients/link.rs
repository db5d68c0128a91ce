//! What roles require about clients when they are assigned: an assistant is linked to clients
//! (SV-05, S14), a client's own account to their record (SV-02). Both are written before the role
//! is assigned, and assigning it checks them.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use usher_types::audit::Event;
use usher_types::clients::{Linkable, Part};
use usher_types::{ClientId, ClientName, Field, Invalid, Permission, Problem, UserId};
use uuid::Uuid;

use super::FOUND;
use crate::entity::clients;
use crate::infrastructure::directory;
use crate::scope::{Tx, Write};
use crate::{Result, Scope};

/// The first clients that a person could be linked to whose names contain all of these words.
///
/// # Errors
/// [`Refusal::Forbidden`](usher_types::Refusal::Forbidden) if the actor may not edit any client.
pub async fn find_linkable(scope: &Scope, q: &str) -> Result<Vec<ClientName>> {
    let tx = scope.read(Permission::EditClients).await?;
    Ok(
        directory::first_clients(&tx, Permission::EditClients, q, FOUND)
            .await?
            .iter()
            .map(clients::Model::client_name)
            .collect(),
    )
}

/// The clients somebody could be linked to: those chosen, those found; `None` if the actor may not
/// edit any client.
pub(crate) async fn linkable(
    tx: &Tx<'_>,
    chosen: &[String],
    q: &str,
    record: &str,
) -> Result<Option<Linkable>> {
    if !tx.scope().grants().has(Permission::EditClients) {
        return Ok(None);
    }
    let ids: Vec<Uuid> = chosen
        .iter()
        .take(usher_types::clients::NAMED)
        .filter_map(|id| id.parse().ok())
        .collect();
    let chosen: Vec<ClientName> = if ids.is_empty() {
        Vec::new()
    } else {
        open(tx, &ids)
            .await?
            .iter()
            .map(clients::Model::client_name)
            .collect()
    };
    let found = directory::first_clients(tx, Permission::EditClients, q, FOUND).await?;
    let found = found
        .iter()
        .map(clients::Model::client_name)
        .filter(|client| !chosen.contains(client))
        .collect();
    let record = match record.parse::<ClientId>() {
        Ok(record) => open(tx, &[record.0])
            .await?
            .iter()
            .find(|client| client.user_id.is_none())
            .map(clients::Model::client_name),
        Err(_) => None,
    };
    Ok(Some(Linkable {
        chosen,
        found,
        record,
    }))
}

/// Those of the clients that the actor may edit, without archived ones.
async fn open(tx: &Tx<'_>, ids: &[Uuid]) -> Result<Vec<clients::Model>> {
    let mine = tx
        .clients_for(Permission::EditClients)?
        .filter(clients::Column::ArchivedAt.is_null());
    let mine = mine.filter(clients::Column::Id.is_in(ids.iter().copied()));
    Ok(mine
        .order_by_asc(clients::Column::SortName)
        .order_by_asc(clients::Column::Id)
        .all(tx.conn())
        .await?)
}

/// Links a person to clients as their assistant.
///
/// # Errors
/// [`Problem::Wrong`] at the linked clients, for any that is archived, another organisation's or
/// out of the actor's reach, alike.
pub(crate) async fn link(tx: &Write<'_>, user: UserId, clients: &[ClientId]) -> Result<()> {
    if clients.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = clients.iter().map(|client| client.0).collect();
    let may = tx.scope().grants().has(Permission::EditClients);
    if !may || open(tx, &ids).await?.len() < ids.len() {
        return Err(Invalid::one(Field::LinkedClients, Problem::Wrong).into());
    }
    let linked = insert(tx, user, &ids, Part::Assistant).await?;
    if linked > 0 {
        tx.record(Event::ClientsLinked {
            user,
            clients: linked as u32,
        })
        .await?;
    }
    Ok(())
}

/// Writes links and returns how many are new.
pub(super) async fn insert(
    tx: &Write<'_>,
    user: UserId,
    clients: &[Uuid],
    part: Part,
) -> Result<u64> {
    let sql = "INSERT INTO client_links (organisation_id, client_id, user_id, kind, linked_at)
        SELECT $1, unnest($2::uuid[]), $3, $4, $5 ON CONFLICT DO NOTHING";
    let values = [
        tx.organisation()?.0.into(),
        clients.to_vec().into(),
        user.0.into(),
        part.into(),
        tx.scope().now().into(),
    ];
    tx.execute(sql, values).await
}

/// Removes the links that a role required, when the role is removed: a person without a role that
/// requires a client assists none.
pub(crate) async fn unlink_all(tx: &Write<'_>, user: UserId) -> Result<()> {
    let sql = "DELETE FROM client_links WHERE user_id = $1 AND kind = 'assistant' AND NOT EXISTS (
        SELECT FROM user_roles h JOIN roles r ON (r.organisation_id, r.id) = (h.organisation_id, h.role_id)
        WHERE h.user_id = $1 AND r.requires_client)";
    let clients = tx.execute(sql, [user.0.into()]).await? as u32;
    if clients > 0 {
        tx.record(Event::ClientsUnlinked { user, clients }).await?;
    }
    Ok(())
}

/// Links an account to a client as the client's own (SV-02).
///
/// # Errors
/// [`Problem::HasAccount`] if the client has an account; [`Problem::NeedsRecord`] for a client that
/// the actor may not edit.
pub(crate) async fn attach(tx: &Write<'_>, user: UserId, client: ClientId) -> Result<()> {
    let may = tx.scope().grants().has(Permission::EditClients);
    if !may || open(tx, &[client.0]).await?.is_empty() {
        return Err(Invalid::one(Field::Roles, Problem::NeedsRecord).into());
    }
    let sql =
        "UPDATE clients SET user_id = $1, version = version + 1 WHERE id = $2 AND user_id IS NULL";
    if tx.execute(sql, [user.0.into(), client.0.into()]).await? == 0 {
        return Err(Invalid::one(Field::Roles, Problem::HasAccount).into());
    }
    tx.record(Event::ClientEdited {
        client,
        fields: vec![Field::LoginName],
        covering: None,
    })
    .await
}
