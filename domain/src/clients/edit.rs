//! Creating, changing, archiving and restoring a client.

use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, Set};
use usher_types::audit::{Change, Event};
use usher_types::clients::{
    ArchiveClient, ArchiveClientPage, Colleague, Details, EditClient, EditClientPage,
    RestoreClient, Shown,
};
use usher_types::conflict::EditState;
use usher_types::form::{EditTarget, SavedDraft, subject};
use usher_types::names::name_key;
use usher_types::phone::Phone;
use usher_types::refusal::Done;
use usher_types::{
    ClientId, Field, Invalid, Permission, Problem, Reach, Refusal, TeamName, UserId,
};
use uuid::Uuid;

use super::{colleagues, covering, is_able, lock_colleague, lock_person, person, shown, team_of};
use crate::entity::clients;
use crate::foundation::idempotency;
use crate::foundation::search::search_text;
use crate::scope::{Tx, Write};
use crate::{Error, Result, Scope, units};

/// The page that creates a client, or changes one: as it is, or the saved draft.
///
/// # Errors
/// [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn form(
    scope: &Scope,
    client: &str,
    draft: Option<SavedDraft<EditClient>>,
) -> Result<EditClientPage> {
    let tx = scope.read(Permission::EditClients).await?;
    let organisation = tx.organisation()?.to_string();
    let mut colleagues = colleagues(&tx).await?;
    let mut teams = choosable(&tx).await?;
    let current = if client.is_empty() {
        let me = scope.me()?;
        if !colleagues.iter().any(|known| known.user == me) && is_able(&tx, me).await? {
            colleagues.extend(person(&tx, Some(me.0)).await?);
        }
        // a person with a caseload becomes responsible by default; an administrator of all
        // caseloads chooses, unless there are no teams: without a team there is no queue either
        let mine = scope.grants().reach(Permission::EditClients) < Some(Reach::Organisation)
            || teams.is_empty();
        let responsible = colleagues
            .iter()
            .find(|known| mine && known.user == me)
            .map(|known| known.user.to_string());
        let team = match teams.as_slice() {
            [only] if responsible.is_none() => only.id.to_string(),
            _ => String::new(),
        };
        EditClient {
            key: scope.new_key().to_string(),
            responsible: responsible.unwrap_or_default(),
            team,
            ..EditClient::default()
        }
    } else {
        let found = unarchived(tx.client(units::id(client)?).await?)?;
        let shown = shown(&tx, &found).await?;
        // the current values stay available, even to somebody who could not choose them again
        teams.extend(
            shown
                .team
                .clone()
                .filter(|team| !teams.iter().any(|known| known.id == team.id)),
        );
        colleagues.extend(
            shown
                .responsible
                .clone()
                .filter(|person| !colleagues.iter().any(|known| known.user == person.user)),
        );
        EditClient::of(ClientId(found.id), found.version, &shown)
    };
    let current = EditClient {
        organisation,
        ..current
    };
    let EditState {
        form,
        conflict,
        refusal,
    } = EditState::new(current, draft);
    Ok(EditClientPage {
        form,
        teams,
        colleagues,
        conflict,
        refusal,
    })
}

/// The teams that a client can be assigned to: those within reach, and those the actor covers.
async fn choosable(tx: &Tx<'_>) -> Result<Vec<TeamName>> {
    let mut teams = units::team_names(tx).await?;
    for team in tx.scope().covered() {
        if !teams.iter().any(|known| known.id == *team) {
            teams.extend(team_of(tx, Some(team.0)).await?);
        }
    }
    Ok(teams)
}

/// A client who is not archived.
///
/// # Errors
/// [`Done::ClientArchived`]: that is no lack of rights.
pub(super) fn unarchived(client: clients::Model) -> Result<clients::Model> {
    if client.archived_at.is_some() {
        Err(Refusal::from(Done::ClientArchived {
            client: ClientId(client.id),
        })
        .into())
    } else {
        Ok(client)
    }
}

/// Creates or edits a client. A second post of the form that created one answers with that one.
///
/// # Errors
/// [`Refusal::Invalid`], [`Refusal::Conflict`] if somebody else saved in the meantime,
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn edit(scope: &Scope, form: &EditClient) -> Result<ClientId> {
    let (target, details) = form.parse()?;
    let tx = scope.write(Permission::EditClients).await?;
    let client = match target {
        EditTarget::New(key) => {
            let key = idempotency::key(key, &name_key(&details.name.display()));
            tx.lock_idempotency_key(key).await?;
            let made = "SELECT id FROM clients WHERE form_key = $1 AND created_by = $2";
            if let Some(made) = tx.one(made, [key.into(), scope.me()?.0.into()]).await? {
                return Ok(ClientId(made.try_get("", "id")?));
            }
            create(&tx, key, &details).await?
        }
        EditTarget::Known(client, version) => update(&tx, client, version, &details).await?,
    };
    tx.commit_if_recorded().await?;
    Ok(client)
}

async fn create(tx: &Write<'_>, key: Uuid, details: &Details) -> Result<ClientId> {
    let client = ClientId(tx.id());
    lock_team_and_responsible(tx, None, details).await?;
    let mut row = clients::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        id: Set(client.0),
        created_at: Set(tx.scope().now()),
        created_by: Set(tx.scope().actor().map(|id| id.0)),
        version: Set(1),
        form_key: Set(key),
        ..Default::default()
    };
    set(&mut row, details);
    tx.insert(row).await?;
    let kept = tx
        .clients()?
        .filter(clients::Column::Id.eq(client.0))
        .one(tx.conn())
        .await?;
    if kept.is_none() {
        return Err(Invalid::one(Field::Responsible, Problem::BeyondReach).into());
    }
    tx.record(Event::ClientCreated { client }).await?;
    Ok(client)
}

async fn update(
    tx: &Write<'_>,
    client: ClientId,
    version: i32,
    details: &Details,
) -> Result<ClientId> {
    if let Some(user) = details.responsible {
        lock_person(tx, user, false).await?;
    }
    let found = unarchived(tx.lock_client(client).await?)?;
    if found.version != version {
        return Err(Refusal::Conflict.into());
    }
    let before = shown(tx, &found).await?;
    let covering = covering(tx, &found).await?;
    lock_team_and_responsible(tx, Some(&found), details).await?;
    let mut row = found.into_active_model();
    set(&mut row, details);
    row.version = Set(version + 1);
    let saved = row.update(tx.conn()).await?;
    let changes = changes(&before, &shown(tx, &saved).await?);
    let fields: Vec<_> = changes.iter().map(|change| change.field).collect();
    if !fields.is_empty() {
        tx.record_with_changes(
            Event::ClientEdited {
                client,
                fields,
                covering,
            },
            &changes,
        )
        .await?;
    }
    Ok(client)
}

/// Locks the team as open and the responsible person as present until the transaction ends. Values
/// that do not change are not checked.
async fn lock_team_and_responsible(
    tx: &Write<'_>,
    before: Option<&clients::Model>,
    details: &Details,
) -> Result<()> {
    let (team, responsible) = (
        details.team.map(|team| team.0),
        details.responsible.map(|user| user.0),
    );
    let moved = before.is_none_or(|before| before.team_id != team);
    if let Some(team) = details.team.filter(|_| moved) {
        let offered = choosable(tx).await?.iter().any(|known| known.id == team);
        if !offered || !units::lock_open_team(tx, team).await? {
            return Err(Invalid::one(Field::Team, Problem::Wrong).into());
        }
    }
    if let Some(user) = responsible
        .filter(|_| moved || before.is_none_or(|before| before.responsible_id != responsible))
    {
        lock_colleague(
            tx,
            UserId(user),
            Permission::EditClients,
            team,
            Field::Responsible,
        )
        .await?;
    }
    Ok(())
}

fn set(row: &mut clients::ActiveModel, details: &Details) {
    let Details {
        name,
        number,
        email,
        phone,
        note,
        team,
        responsible,
    } = details;
    row.first_name = Set(name.first().to_owned());
    row.last_name = Set(name.last().unwrap_or_default().to_owned());
    row.number = Set(number.clone());
    row.email = Set(email.as_ref().map(|email| email.as_str().to_owned()));
    row.phone = Set(phone.as_ref().map(|phone| phone.as_str().to_owned()));
    row.note = Set(note.clone());
    row.team_id = Set(team.map(|team| team.0));
    row.responsible_id = Set(responsible.map(|user| user.0));
    row.sort_name = Set(name.sort_key());
    // a number of several parts is searched by its digits, like a phone number
    let number = number.as_deref().unwrap_or_default();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    row.search_text = Set(search_text(
        &format!("{} {number} {digits}", name.display()),
        phone.as_ref().map(Phone::as_str),
    ));
}

/// The changes between two states of the details, for the audit.
fn changes(before: &Shown, after: &Shown) -> Vec<Change> {
    let team = |shown: &Shown| {
        shown
            .team
            .as_ref()
            .map(|team| team.name.clone())
            .unwrap_or_default()
    };
    let responsible = |shown: &Shown| {
        shown
            .responsible
            .as_ref()
            .map(|person| person.name.clone())
            .unwrap_or_default()
    };
    let pairs = [
        (
            Field::FirstName,
            before.first_name.clone(),
            after.first_name.clone(),
        ),
        (
            Field::LastName,
            before.last_name.clone(),
            after.last_name.clone(),
        ),
        (
            Field::ClientNumber,
            before.number.clone(),
            after.number.clone(),
        ),
        (Field::Email, before.email.clone(), after.email.clone()),
        (Field::Phone, before.phone.clone(), after.phone.clone()),
        (Field::ClientNote, before.note.clone(), after.note.clone()),
        (Field::Team, team(before), team(after)),
        (Field::Responsible, responsible(before), responsible(after)),
    ];
    let kept = |text: String| (!text.is_empty()).then_some(text);
    let changed = pairs
        .into_iter()
        .filter(|(_, before, after)| before != after);
    changed
        .map(|(field, before, after)| Change {
            field,
            before: kept(before),
            after: kept(after),
        })
        .collect()
}

/// The change of a person's part in a client's care, for the audit.
pub(super) fn person_change(
    field: Field,
    before: Option<Colleague>,
    after: Option<Colleague>,
) -> Change {
    Change {
        field,
        before: before.map(|person| person.name),
        after: after.map(|person| person.name),
    }
}

/// The page that archives a client.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn archive_page(
    scope: &Scope,
    client: &str,
    draft: Option<SavedDraft<ArchiveClient>>,
) -> Result<ArchiveClientPage> {
    let tx = scope.read(Permission::EditClients).await?;
    let client = unarchived(tx.client(units::id(client)?).await?)?;
    let (reason, refusal) =
        draft.map_or_else(Default::default, |draft| (draft.form.reason, draft.refusal));
    Ok(ArchiveClientPage {
        client: client.client_name(),
        reason,
        refusal,
    })
}

/// Archives a client: out of the lists and the caseloads, nothing lost.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn archive(scope: &Scope, form: &ArchiveClient) -> Result<ClientId> {
    let (client, reason) = form.parse()?;
    let tx = scope.write(Permission::EditClients).await?;
    let found = unarchived(tx.lock_client(client).await?)?;
    let version = found.version;
    let mut row = found.into_active_model();
    row.archived_at = Set(Some(scope.now()));
    row.archived_reason = Set(Some(reason.clone()));
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    let why = Change {
        field: Field::Reason,
        before: None,
        after: Some(reason),
    };
    tx.record_with_changes(Event::ClientArchived { client }, &[why])
        .await?;
    tx.commit().await?;
    Ok(client)
}

/// Restores a client. If the responsible person has left in the meantime, the client waits in the
/// queue of their team.
///
/// # Errors
/// [`Done::ClientRestored`] if the client is not archived; [`Refusal::Invalid`] where there is no
/// team whose queue could take them.
pub async fn restore(scope: &Scope, form: &RestoreClient) -> Result<ClientId> {
    let client = subject(form, &form.client)?;
    let tx = scope.write(Permission::EditClients).await?;
    let found = tx.lock_client(client).await?;
    if found.archived_at.is_none() {
        return Err(Refusal::from(Done::ClientRestored { client }).into());
    }
    let (version, team) = (found.version, found.team_id);
    let mut responsible = found.responsible_id;
    if let Some(user) = responsible {
        match lock_colleague(
            &tx,
            UserId(user),
            Permission::EditClients,
            team,
            Field::Responsible,
        )
        .await
        {
            Ok(_) => {}
            Err(Error::Refused(Refusal::Invalid(_))) if team.is_some() => responsible = None,
            Err(error) => return Err(error),
        }
    }
    let mut row = found.into_active_model();
    row.archived_at = Set(None);
    row.archived_reason = Set(None);
    row.responsible_id = Set(responsible);
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    tx.record(Event::ClientRestored { client }).await?;
    tx.commit().await?;
    Ok(client)
}
