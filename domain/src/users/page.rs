//! A person's page, and the pages of single actions.

use sea_orm::{ColumnTrait, QueryFilter};
use usher_types::access::Preview;
use usher_types::clients::Linkable;
use usher_types::form::SavedDraft;
use usher_types::refusal::Done;
use usher_types::roles::RoleChoice;
use usher_types::users::{ActPage, Missing, Status, Typed, UserPage};
use usher_types::{BuiltInRole, Permission, Refusal, RoleId, UserId};

use crate::entity::{credentials, role_permissions, roles, users};
use crate::infrastructure::{directory, outbox};
use crate::scope::Tx;
use crate::{Result, Scope, accounts, audit, clients, covers};

/// A person's page.
///
/// # Errors
/// [`Refusal::NotFound`], also for an archived person if the actor may not see the user bank (S15).
pub async fn page(scope: &Scope, id: UserId) -> Result<UserPage> {
    let tx = scope.read(Permission::ViewUsers).await?;
    let person = tx.visible_user(id).await?;
    let held = tx.roles_of(id).await?;
    let created_by = match person.created_by {
        Some(by) => tx
            .users()
            .filter(users::Column::Id.eq(by))
            .one(tx.conn())
            .await?
            .map(|by| by.display_name()),
        None => None,
    };
    let secret = tx
        .find::<credentials::Entity>()
        .filter(credentials::Column::UserId.eq(id.0))
        .one(tx.conn())
        .await?;
    let status = person.status();
    let sees_activity = scope.grants().reaches_others(Permission::ViewActivity);
    Ok(UserPage {
        name: person.display_name(),
        initials: person.initials(),
        email_verified: person.email_verified_at.is_some(),
        identity_number: masked(&tx, &person)?,
        roles: held.iter().map(roles::Model::role_name).collect(),
        status,
        temporary_until: secret
            .filter(|secret| secret.is_temporary)
            .and_then(|secret| secret.expires_at)
            .map(|at| scope.moment(at)),
        archived_reason: person.archived_reason.clone(),
        created: scope.day(person.created_at),
        created_by,
        last_activity: person.last_active_at.map(|at| scope.moment(at)),
        delivery: outbox::delivery(&tx, id).await?,
        covers: covers::of_user(&tx, id).await?,
        missing: missing(&person, &held, status),
        accounts: if tx.may_manage(&held) {
            accounts::linked(&tx, id).await?
        } else {
            Vec::new()
        },
        may: directory::may(&tx, id, &held, status),
        activity: if sees_activity {
            audit::lines(&tx, id.0).await?
        } else {
            Vec::new()
        },
        is_self: scope.actor() == Some(id),
        details: super::current(&tx, &person).await?,
    })
}

/// The page of one action, if the actor may do it.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Done::UserArchived`] for an archived person,
/// unless the action is to restore them.
pub async fn act_page(
    scope: &Scope,
    permission: Permission,
    id: UserId,
    draft: Option<SavedDraft<Typed>>,
) -> Result<ActPage> {
    let tx = scope.read(permission).await?;
    let person = tx.visible_user(id).await?;
    let held = tx.roles_of(id).await?;
    if !tx.may_manage(&held) {
        return Err(Refusal::Forbidden.into());
    }
    if person.archived_at.is_some() && permission != Permission::UserBank {
        return Err(Refusal::from(Done::UserArchived { user: id }).into());
    }
    let home = tx.home().await?;
    let (typed, refusal) = draft.map_or((Typed::default(), None), |draft| {
        (draft.form, draft.refusal)
    });
    let Assignable {
        givable,
        previews,
        linkable,
    } = match permission {
        Permission::GiveRoles => assignable(&tx, &person, &held, &typed).await?,
        _ => Default::default(),
    };
    let works_by = match permission {
        Permission::GiveRoles => works_by(&tx, &held).await?,
        _ => None,
    };
    let caseload = if permission == Permission::ArchiveUsers || works_by.is_some() {
        match clients::caseload_of(&tx, id).await? {
            0 => None,
            count => Some((count, clients::others(&tx, id).await?)),
        }
    } else {
        None
    };
    Ok(ActPage {
        user: id,
        name: person.display_name(),
        email: person.email.clone(),
        status: person.status(),
        roles: held
            .iter()
            .map(|role| (role.role_name(), role.key != Some(BuiltInRole::User)))
            .collect(),
        givable,
        previews,
        words: person.password_words(&home.name),
        last_activity: person.last_active_at.map(|at| scope.moment(at)),
        archived_reason: person.archived_reason.clone(),
        archive_reasons: home.archive_reasons,
        works_by: works_by.filter(|_| caseload.is_some()),
        caseload,
        linkable,
        login_name: person.login_name,
        typed,
        refusal,
    })
}

/// The role that lets a person edit clients, if it is only one.
async fn works_by(tx: &Tx<'_>, held: &[roles::Model]) -> Result<Option<RoleId>> {
    let allowing = tx
        .find::<role_permissions::Entity>()
        .filter(role_permissions::Column::RoleId.is_in(held.iter().map(|role| role.id)));
    let allowing = allowing
        .filter(role_permissions::Column::Permission.eq(Permission::EditClients.code()))
        .all(tx.conn())
        .await?;
    Ok(match allowing.as_slice() {
        [one] => Some(RoleId(one.role_id)),
        _ => None,
    })
}

/// What the page that assigns a role offers.
#[derive(Default)]
struct Assignable {
    givable: Vec<RoleChoice>,
    /// What each role would change.
    previews: Vec<(RoleId, Preview)>,
    /// The clients that can be linked, if one of the roles requires one.
    linkable: Option<Linkable>,
}

/// The roles that can be given to somebody beside those they hold, what each would change, and the
/// clients there are to link where one of them requires it.
async fn assignable(
    tx: &Tx<'_>,
    person: &users::Model,
    held: &[roles::Model],
    typed: &Typed,
) -> Result<Assignable> {
    let has = |id: RoleId| held.iter().any(|role| role.id == id.0);
    let linking = crate::roles::linking(tx).await?;
    let mut givable = crate::roles::assignable(tx).await?;
    // a client's own role is only assigned from the client's page
    givable.retain(|choice| !has(choice.role.id) && !linking.asks_record.contains(&choice.role.id));
    let previews = super::access::previews(tx, person, held, &givable).await?;
    let linkable = if givable
        .iter()
        .any(|choice| linking.asks_client.contains(&choice.role.id))
    {
        clients::linkable(tx, &typed.linked_clients, &typed.client_q, "").await?
    } else {
        None
    };
    Ok(Assignable {
        givable,
        previews,
        linkable,
    })
}

/// Whether the actor may open a person's page. People who only add staff may not (CS-18), and not
/// everybody sees the people they created.
///
/// # Errors
/// When the database fails.
pub async fn can_open(scope: &Scope, id: UserId) -> Result<bool> {
    if !scope.grants().reaches_others(Permission::ViewUsers) {
        return Ok(false);
    }
    let tx = scope.read(Permission::ViewUsers).await?;
    Ok(tx
        .users()
        .filter(users::Column::Id.eq(id.0))
        .one(tx.conn())
        .await?
        .is_some())
}

pub(crate) fn masked(tx: &Tx<'_>, person: &users::Model) -> Result<Option<String>> {
    let Some(sealed) = &person.identity_sealed else {
        return Ok(None);
    };
    let digits = tx.scope().keys().open(sealed, person.id.as_bytes())?;
    Ok(Some(format!("{}-••••", &digits[..8])))
}

fn missing(person: &users::Model, held: &[roles::Model], status: Status) -> Vec<Missing> {
    if status == Status::Archived {
        return Vec::new();
    }
    let lacks = [
        (held.len() < 2, Missing::Role),
        (status == Status::NoWayIn, Missing::WayIn),
        (person.email.is_none(), Missing::Email),
    ];
    lacks
        .into_iter()
        .filter(|(lacks, _)| *lacks)
        .map(|(_, what)| what)
        .collect()
}
