//! Actions on a person: roles, sign-in, archive and restore.

use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use usher_types::audit::{Change, Event};
use usher_types::form::subject;
use usher_types::mail::Mail;
use usher_types::overrides::Override;
use usher_types::refusal::Done;
use usher_types::users::{
    Archive, Archiving, ChangeRole, Invite, Receiver, Restore, RoleChange, SetTemporaryPassword,
};
use usher_types::{
    Field, Invalid, Permission, Problem, Refusal, RoleId, UserId, Warning, durations,
};

use crate::entity::{credentials, roles as role_rows, user_roles, users};
use crate::foundation::limits::Limit;
use crate::infrastructure::throttles::{self, MailCounted};
use crate::infrastructure::{directory, outbox};
use crate::links::{any_confirmation, withdraw};
use crate::scope::{Administrators, Write};
use crate::{Error, Result, Scope, clients, licence, roles, sessions};

/// The largest number of colleagues who are notified that somebody was archived.
const MOST_NOTIFIED: i64 = 50;

/// Assigns (`given`) or removes one role. If the person can no longer work with clients, their
/// clients are handed over, as in archiving.
///
/// # Errors
/// [`Refusal::Forbidden`] for a role that the actor may not assign, and for User;
/// [`Refusal::WouldLockOut`] for the actor's own or the last administrator role;
/// [`Refusal::Warned`] for the last but one; [`Refusal::Invalid`] if no receiver of the person's
/// clients was chosen.
pub async fn change_role(scope: &Scope, form: &ChangeRole, given: bool) -> Result<RoleChanged> {
    let RoleChange {
        user,
        role,
        linked,
        receiver,
        passed,
    } = form.parse()?;
    let tx = scope.write(Permission::GiveRoles).await?;
    let administrators = tx.lock_administration().await?;
    tx.manage_present(user).await?;
    if role == directory::base_role(&tx).await? {
        return Err(Refusal::Forbidden.into());
    }
    if given {
        tx.ensure_may_assign(&[role])?;
        if roles::linking(&tx).await?.asks_client.contains(&role) {
            clients::link(&tx, user, &linked).await?;
        }
        if roles::assign(&tx, &[user], &[role], Field::Role)
            .await?
            .is_empty()
        {
            // already held: nothing changes, and no event is recorded
            return Ok(RoleChanged {
                user,
                is_new: false,
            });
        }
        tx.record(Event::RoleGiven { user, role }).await?;
    } else {
        if !remove_role_in_tx(&tx, administrators, user, role, receiver, &passed).await? {
            // a colleague already removed it
            return Ok(RoleChanged {
                user,
                is_new: false,
            });
        }
    }
    tx.commit().await?;
    Ok(RoleChanged { user, is_new: true })
}

/// Removes a role from a locked person, in a transaction that locked the administration. Returns
/// whether they held it.
///
/// # Errors
/// As [`change_role`].
pub(crate) async fn remove_role_in_tx(
    tx: &Write<'_>,
    administrators: Administrators,
    user: UserId,
    role: RoleId,
    receiver: Option<Receiver>,
    passed: &Override,
) -> Result<bool> {
    let worked = clients::changes_clients(tx, user).await?;
    if !delete_user_role(tx, user, role).await? {
        return Ok(false);
    }
    clients::unlink_all(tx, user).await?;
    if worked
        && !clients::changes_clients(tx, user).await?
        && clients::caseload_of(tx, user).await? > 0
    {
        let receiver = receiver.ok_or_else(|| Invalid::one(Field::To, Problem::Missing))?;
        clients::hand_over(tx, user, receiver.colleague()).await?;
    }
    let warnings: Vec<_> = tx
        .ensure_administered(administrators)
        .await?
        .into_iter()
        .collect();
    let why = passed.passes(&warnings)?;
    tx.record_with_changes(
        Event::RoleRemoved {
            user,
            role,
            overridden: Warning::codes(&warnings),
        },
        &why,
    )
    .await?;
    Ok(true)
}

/// The result of assigning or removing a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleChanged {
    /// Whose roles.
    pub user: UserId,
    /// Whether anything changed.
    pub is_new: bool,
}

/// Deletes the row of a person's role. Returns whether they held it.
///
/// # Errors
/// [`Refusal::NotFound`] for a role that does not exist; [`Refusal::WouldLockOut`].
async fn delete_user_role(tx: &Write<'_>, user: UserId, role: RoleId) -> Result<bool> {
    let held = user_roles::Column::UserId
        .eq(user.0)
        .and(user_roles::Column::RoleId.eq(role.0));
    let taken = user_roles::Entity::delete_many()
        .filter(held)
        .exec(tx.conn())
        .await?;
    if taken.rows_affected == 0 {
        let known = tx
            .find::<role_rows::Entity>()
            .filter(role_rows::Column::Id.eq(role.0))
            .one(tx.conn())
            .await?;
        return known.map(|_| false).ok_or_else(|| Refusal::NotFound.into());
    }
    tx.ensure_actor_administers().await?;
    Ok(true)
}

/// Sets a temporary password, which expires and must be changed at first sign-in. Ends all sessions
/// (S4).
///
/// # Errors
/// [`Refusal::Invalid`] for a password that is not strong; [`Refusal::Forbidden`], also for the
/// actor's own account; [`Refusal::Slow`] beyond the limit.
pub async fn set_temporary_password(scope: &Scope, form: &SetTemporaryPassword) -> Result<UserId> {
    let user = subject(form, &form.user)?;
    let words = {
        let tx = scope.read(Permission::ManageSignIn).await?;
        let home = tx.home().await?;
        tx.user(user).await?.password_words(&home.name)
    };
    throttles::require(
        scope,
        &[(Limit::TemporaryPasswords, &scope.me()?.to_string())],
    )
    .await?;
    let typed = form.clone();
    let password = scope
        .hashing()
        .check_form(move || typed.parse(&words))
        .await??;
    let hash = scope.hashing().hash(&password).await?;
    let tx = scope.write(Permission::ManageSignIn).await?;
    licence::lock_seats(&tx).await?;
    let person = manage_other(&tx, user).await?;
    crate::credentials::keep_password(
        &tx,
        user,
        hash,
        Some(scope.now() + durations::TEMPORARY_PASSWORD),
    )
    .await?;
    if let Err(error) = set_way_in(&tx, person, users::SignIn::Password).await {
        return Err(no_seat(scope, tx, error).await);
    }
    withdraw(&tx, user, &Mail::Invitation).await?;
    sessions::end_all(&tx, user, None).await?;
    crate::credentials::distrust(&tx, user).await?;
    tx.record(Event::TemporaryPasswordSet { user }).await?;
    tx.commit().await?;
    Ok(user)
}

/// Sends an invitation and invalidates earlier links. An existing password stays valid until the
/// link is followed.
///
/// # Errors
/// [`Refusal::Invalid`] at the e-mail if there is none (S2); [`Refusal::Slow`] for too many mails.
pub async fn invite(scope: &Scope, form: &Invite) -> Result<UserId> {
    let user = subject(form, &form.user)?;
    let to = scope
        .read(Permission::ManageSignIn)
        .await?
        .user(user)
        .await?
        .email;
    let counted = throttles::count_mail(
        scope,
        &Mail::Invitation,
        Some(user),
        to.as_deref().as_slice(),
    )
    .await?;
    let tx = scope.write(Permission::ManageSignIn).await?;
    licence::lock_seats(&tx).await?;
    if let Err(error) = invite_in_tx(&tx, user, &counted).await {
        return Err(no_seat(scope, tx, error).await);
    }
    tx.commit().await?;
    Ok(user)
}

/// Queues the invitation, in a transaction that locked the seats ([`licence::lock_seats`]).
///
/// # Errors
/// As [`invite`], with the violated seat limit as a database error.
pub(crate) async fn invite_in_tx(
    tx: &Write<'_>,
    user: UserId,
    counted: &MailCounted,
) -> Result<()> {
    let person = manage_other(tx, user).await?;
    if person.email.is_none() {
        return Err(Invalid::one(Field::Email, Problem::NeedsEmail).into());
    }
    if person.way_in == users::SignIn::NotSetUp {
        set_way_in(tx, person, users::SignIn::Invited).await?;
    }
    withdraw(tx, user, &Mail::Invitation).await?;
    outbox::enqueue(tx, user, &Mail::Invitation, counted).await?;
    tx.record(Event::Invited { user }).await
}

/// Archives a person: removes them from lists of people and ends all sessions and links. No data is
/// lost.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason, and if clients would be left without a responsible
/// person; [`Refusal::WouldLockOut`] for the actor's own account or the last administrator;
/// [`Refusal::Warned`] for the last but one.
pub async fn archive(scope: &Scope, form: &Archive) -> Result<UserId> {
    let Archiving {
        user,
        reason,
        to,
        tells,
        passed,
    } = form.parse()?;
    let counted = match tells {
        true => Some(
            throttles::count_mail(
                scope,
                &Mail::ColleagueArchived { user, clients: 0 },
                None,
                &[],
            )
            .await?,
        ),
        false => None,
    };
    let tx = scope.write(Permission::ArchiveUsers).await?;
    let administrators = tx.lock_administration().await?;
    if scope.actor() == Some(user) {
        return Err(Refusal::WouldLockOut.into());
    }
    let moved = archive_in_tx(&tx, administrators, user, reason, to, &passed).await?;
    if let Some(counted) = counted {
        notify_colleagues(&tx, user, to.map(|to| (to, moved)), &counted).await?;
    }
    tx.commit().await?;
    Ok(user)
}

/// Archives a person in a transaction that locked the administration. Returns the number of clients
/// handed over to `to` or the queues.
///
/// # Errors
/// As [`archive`].
pub(crate) async fn archive_in_tx(
    tx: &Write<'_>,
    administrators: Administrators,
    user: UserId,
    reason: String,
    to: Option<UserId>,
    passed: &Override,
) -> Result<u32> {
    let person = tx.manage_present(user).await?;
    let version = person.version;
    let mut row = person.into_active_model();
    row.archived_at = Set(Some(tx.scope().now()));
    row.archived_reason = Set(Some(reason.clone()));
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    let moved = clients::hand_over(tx, user, to).await?;
    // errors are reported before warnings
    let warnings: Vec<_> = tx
        .ensure_administered(administrators)
        .await?
        .into_iter()
        .collect();
    passed.passes(&warnings)?;
    withdraw(tx, user, &Mail::Invitation).await?;
    withdraw(tx, user, &any_confirmation()).await?;
    sessions::end_all(tx, user, None).await?;
    let why = Change {
        field: Field::Reason,
        before: None,
        after: Some(reason),
    };
    tx.record_with_changes(
        Event::UserArchived {
            user,
            overridden: Warning::codes(&warnings),
        },
        &[why],
    )
    .await?;
    Ok(moved)
}

/// Notifies the team colleagues of an archived person, and the receiver of their clients, by mail
/// (OG-64). Nobody is notified of their own action.
async fn notify_colleagues(
    tx: &Write<'_>,
    user: UserId,
    receiver: Option<(UserId, u32)>,
    counted: &MailCounted,
) -> Result<()> {
    let sql = "SELECT u.id FROM users u WHERE u.archived_at IS NULL AND u.way_in = 'password' AND u.email IS NOT NULL
            AND u.id <> $1 AND u.id IS DISTINCT FROM $2 AND (u.id = $3 OR u.id IN (SELECT other.user_id FROM team_members own
                JOIN team_members other ON (other.organisation_id, other.team_id) = (own.organisation_id, own.team_id) WHERE own.user_id = $1))
        ORDER BY u.id LIMIT $4";
    let (me, to) = (
        tx.scope().actor().map(|me| me.0),
        receiver.map(|(to, _)| to.0),
    );
    for row in tx
        .all(
            sql,
            [user.0.into(), me.into(), to.into(), MOST_NOTIFIED.into()],
        )
        .await?
    {
        let colleague = UserId(row.try_get("", "id")?);
        let clients = receiver
            .filter(|(to, _)| *to == colleague)
            .map_or(0, |(_, moved)| moved);
        outbox::enqueue(
            tx,
            colleague,
            &Mail::ColleagueArchived { user, clients },
            counted,
        )
        .await?;
    }
    Ok(())
}

/// Restores a person with their roles. Sign-in must be set up again: an old password does not
/// become valid again.
///
/// # Errors
/// [`Done::UserRestored`] if the person is not archived.
pub async fn restore(scope: &Scope, form: &Restore) -> Result<UserId> {
    let user = subject(form, &form.user)?;
    let tx = scope.write(Permission::UserBank).await?;
    restore_in_tx(&tx, user).await?;
    tx.commit().await?;
    Ok(user)
}

/// Restores a person within the caller's transaction.
///
/// # Errors
/// As [`restore`].
pub(crate) async fn restore_in_tx(tx: &Write<'_>, user: UserId) -> Result<()> {
    let person = tx.manage(user).await?;
    if person.archived_at.is_none() {
        return Err(Refusal::from(Done::UserRestored { user }).into());
    }
    let version = person.version;
    let mut row = person.into_active_model();
    row.archived_at = Set(None);
    row.archived_reason = Set(None);
    row.way_in = Set(users::SignIn::NotSetUp);
    row.sign_in_ends_at = Set(None);
    row.version = Set(version + 1);
    row.update(tx.conn()).await?;
    credentials::Entity::delete_many()
        .filter(credentials::Column::UserId.eq(user.0))
        .exec(tx.conn())
        .await?;
    tx.record(Event::UserRestored { user }).await
}

/// Another person, not archived, whom the actor may manage. The actor's own password is changed on
/// the profile.
async fn manage_other(tx: &Write<'_>, user: UserId) -> Result<users::Model> {
    let person = tx.manage_present(user).await?;
    if tx.scope().actor() == Some(user) {
        Err(Refusal::Forbidden.into())
    } else {
        Ok(person)
    }
}

async fn set_way_in(tx: &Write<'_>, person: users::Model, way_in: users::SignIn) -> Result<()> {
    let had_none = person.way_in == users::SignIn::NotSetUp;
    let mut row = person.into_active_model();
    row.way_in = Set(way_in);
    row.update(tx.conn()).await?;
    if had_none {
        licence::draft_notice_if_due(tx).await
    } else {
        Ok(())
    }
}

/// Rolls back and turns the violated seat limit into a refusal of the form.
async fn no_seat(scope: &Scope, tx: Write<'_>, error: Error) -> Error {
    drop(tx);
    licence::to_refusal(scope, Permission::ManageSignIn, Field::Form, error).await
}
