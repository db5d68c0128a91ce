//! The people who work with a client: the responsible person, assistants (SV-05), and people with
//! access (SV-03).

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use usher_types::audit::Event;
use usher_types::clients::{Candidate, ChangePerson, Colleague, Part, PeoplePage, PersonChange};
use usher_types::{
    ClientId, Field, Invalid, OfficeId, Permission, Problem, Refusal, TeamId, UserId,
};
use uuid::Uuid;

use super::edit::{person_change, unarchived};
use super::{
    FOUND, OFFERED, colleague, covering, linked, lock_colleague, lock_person, person, team_of,
};
use crate::entity::{client_links, clients, users};
use crate::infrastructure::directory;
use crate::scope::{Tx, Write};
use crate::{Result, Scope, units};

/// The permission that a part in a client's care requires: editing for the responsible person,
/// viewing for the others.
fn asked(part: Part) -> Permission {
    match part {
        Part::Responsible => Permission::EditClients,
        Part::Assistant | Part::Access => Permission::ViewClients,
    }
}

/// The people who work with a client, and the result of a search for more.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn page(
    scope: &Scope,
    client: &str,
    q: String,
    refusal: Option<Refusal>,
) -> Result<PeoplePage> {
    let tx = scope.read(Permission::EditClients).await?;
    let client = unarchived(tx.client(units::id(client)?).await?)?;
    let mut people: Vec<(Part, Colleague)> = Vec::new();
    people.extend(
        person(&tx, client.responsible_id)
            .await?
            .map(|person| (Part::Responsible, person)),
    );
    people.extend(linked(&tx, client.id).await?);
    let mut found = found(&tx, &q, client.team_id).await?;
    for Candidate { person, parts, .. } in &mut found {
        parts.retain(|part| {
            !people
                .iter()
                .any(|(known, other)| known == part && other.user == person.user)
        });
    }
    Ok(PeoplePage {
        client: client.client_name(),
        team: team_of(&tx, client.team_id).await?,
        people,
        q,
        found,
        refusal,
    })
}

/// The first colleagues whose names contain these words, with the parts each can take for a client
/// of a team: a part that [`lock_colleague`] would refuse is not offered.
async fn found(tx: &Tx<'_>, q: &str, team: Option<Uuid>) -> Result<Vec<Candidate>> {
    let mut colleagues = tx.colleagues(Permission::ViewClients);
    if let Some(named) = directory::named(tx, q, OFFERED).await? {
        colleagues = colleagues.filter(users::Column::Id.is_in(named));
    }
    let colleagues = colleagues
        .order_by_asc(users::Column::SortName)
        .order_by_asc(users::Column::Id)
        .limit(FOUND)
        .all(tx.conn())
        .await?;
    let ids = colleagues.iter().map(|person| person.id);
    let answer = tx
        .colleagues(Permission::EditClients)
        .filter(users::Column::Id.is_in(ids))
        .all(tx.conn())
        .await?;
    let answer: BTreeSet<Uuid> = answer.into_iter().map(|person| person.id).collect();
    let office = match team {
        Some(team) => {
            tx.one("SELECT office_id FROM teams WHERE id = $1", [team.into()])
                .await?
        }
        None => None,
    };
    let office: Option<OfficeId> = office
        .map(|row| row.try_get("", "office_id"))
        .transpose()?
        .flatten();
    let candidates = colleagues.iter().map(|person| {
        let is_elsewhere = person
            .office_id
            .zip(office)
            .is_some_and(|(own, other)| own != other);
        let (answers, signs_in) = (
            answer.contains(&person.id),
            person.way_in != users::SignIn::NotSetUp,
        );
        let why_not = match (is_elsewhere, answers && !signs_in) {
            (true, _) => Some(Problem::OtherOffice),
            (_, true) => Some(Problem::CannotSignIn),
            _ => None,
        };
        let can =
            |part: &Part| !is_elsewhere && (*part != Part::Responsible || (answers && signs_in));
        Candidate {
            person: colleague(person),
            parts: Part::ALL.into_iter().filter(can).collect(),
            why_not,
        }
    });
    Ok(candidates.collect())
}

/// Assigns a person a part in a client's care.
///
/// # Errors
/// [`Problem::NoColleague`], [`Problem::OtherOffice`]; [`Refusal::NotFound`],
/// [`Refusal::Forbidden`].
pub async fn assign(scope: &Scope, form: &ChangePerson) -> Result<ClientId> {
    let PersonChange { client, user, part } = form.parse()?;
    let tx = scope.write(Permission::EditClients).await?;
    lock_person(&tx, user, false).await?;
    let found = unarchived(tx.lock_client(client).await?)?;
    let covering = covering(&tx, &found).await?;
    let change = match part {
        Part::Responsible => assign_responsible(&tx, found, user).await?,
        Part::Assistant | Part::Access => link(&tx, &found, user, part).await?,
    };
    record_and_commit(tx, client, part, covering, change).await
}

/// Removes a person's part in a client's care.
///
/// # Errors
/// [`Problem::NeedsResponsible`] if nobody would be responsible for the client;
/// [`Problem::LastClient`] for the last client of somebody whose role asks for one (S14);
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn remove(scope: &Scope, form: &ChangePerson) -> Result<ClientId> {
    let PersonChange { client, user, part } = form.parse()?;
    let tx = scope.write(Permission::EditClients).await?;
    // two transactions that unlink the last two clients of one assistant wait for each other here
    lock_person(&tx, user, part == Part::Assistant).await?;
    let found = unarchived(tx.lock_client(client).await?)?;
    let covering = covering(&tx, &found).await?;
    let change = match part {
        Part::Responsible => remove_responsible(&tx, found, user).await?,
        Part::Assistant | Part::Access => unlink(&tx, &found, user, part).await?,
    };
    record_and_commit(tx, client, part, covering, change).await
}

/// The person before and after; `None` if nothing changes.
type Changed = Option<(Option<Colleague>, Option<Colleague>)>;

/// Records the change and commits it. Does neither if nothing changed.
async fn record_and_commit(
    tx: Write<'_>,
    client: ClientId,
    part: Part,
    covering: Option<TeamId>,
    change: Changed,
) -> Result<ClientId> {
    let Some((before, after)) = change else {
        return Ok(client);
    };
    let change = person_change(part.field(), before, after);
    tx.record_with_changes(
        Event::ClientEdited {
            client,
            fields: vec![part.field()],
            covering,
        },
        &[change],
    )
    .await?;
    tx.commit().await?;
    Ok(client)
}

async fn assign_responsible(
    tx: &Write<'_>,
    client: clients::Model,
    user: UserId,
) -> Result<Changed> {
    if client.responsible_id == Some(user.0) {
        return Ok(None);
    }
    let before = person(tx, client.responsible_id).await?;
    let (may, at) = (Permission::EditClients, Field::Responsible);
    let after = lock_colleague(tx, user, may, client.team_id, at).await?;
    set_responsible(tx, client, Some(user)).await?;
    Ok(Some((before, Some(after))))
}

async fn remove_responsible(
    tx: &Write<'_>,
    client: clients::Model,
    user: UserId,
) -> Result<Changed> {
    if client.responsible_id != Some(user.0) {
        return Ok(None);
    }
    if client.team_id.is_none() {
        return Err(Invalid::one(Field::Responsible, Problem::NeedsResponsible).into());
    }
    let before = person(tx, client.responsible_id).await?;
    set_responsible(tx, client, None).await?;
    Ok(Some((before, None)))
}

async fn set_responsible(
    tx: &Write<'_>,
    client: clients::Model,
    user: Option<UserId>,
) -> Result<()> {
    let version = client.version;
    let mut row = client.into_active_model();
    row.responsible_id = Set(user.map(|user| user.0));
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    Ok(())
}

async fn link(
    tx: &Write<'_>,
    client: &clients::Model,
    user: UserId,
    part: Part,
) -> Result<Changed> {
    if is_linked(tx, client, user, part).await? {
        return Ok(None);
    }
    let person = lock_colleague(tx, user, asked(part), client.team_id, part.field()).await?;
    super::link::insert(tx, user, &[client.id], part).await?;
    Ok(Some((None, Some(person))))
}

async fn unlink(
    tx: &Write<'_>,
    client: &clients::Model,
    user: UserId,
    part: Part,
) -> Result<Changed> {
    if !is_linked(tx, client, user, part).await? {
        return Ok(None);
    }
    let person = person(tx, Some(user.0)).await?;
    client_links::Entity::delete_many()
        .filter(link_of(client, user, part))
        .exec(tx.conn())
        .await?;
    let bare = "SELECT 1 FROM user_roles h JOIN roles r ON (r.organisation_id, r.id) = (h.organisation_id, h.role_id)
        WHERE h.user_id = $1 AND r.requires_client
            AND NOT EXISTS (SELECT FROM client_links l WHERE l.user_id = $1 AND l.kind = 'assistant') LIMIT 1";
    if part == Part::Assistant && tx.one(bare, [user.0.into()]).await?.is_some() {
        return Err(Invalid::one(part.field(), Problem::LastClient).into());
    }
    Ok(Some((person, None)))
}

async fn is_linked(tx: &Tx<'_>, client: &clients::Model, user: UserId, part: Part) -> Result<bool> {
    let found = tx
        .find::<client_links::Entity>()
        .filter(link_of(client, user, part));
    Ok(found.one(tx.conn()).await?.is_some())
}

fn link_of(client: &clients::Model, user: UserId, part: Part) -> Expr {
    let of = client_links::Column::ClientId.eq(client.id);
    of.and(client_links::Column::UserId.eq(user.0))
        .and(client_links::Column::Kind.eq(part))
}
