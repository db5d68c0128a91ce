//! Acts on a person: roles, ways in, archive and restore.

use chrono::Duration;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use usher_types::audit::{Change, Event};
use usher_types::mail::Mail;
use usher_types::users::{Archive, ChangeRole, Invite, Restore, RoleChange, SetTemporaryPassword, subject};
use usher_types::{Field, Invalid, Permission, Problem, Refusal, RoleId, UserId, Warning};

use crate::entity::{credentials, user_roles, users};
use crate::links::{self, any_confirmation, withdraw};
use crate::scope::Write;
use crate::settings::home;
use crate::users::create::TEMPORARY_DAYS;
use crate::{Error, Result, Scope, accounts, clients, licence, outbox, roles, sessions};

/// Gives (`given`) or takes one role. Who loses the role they work with clients by leaves them to somebody, as in archiving.
///
/// # Errors
/// [`Refusal::Forbidden`] for a role one may not give, or User; [`Refusal::WouldLockOut`] for one's own or the last
/// administrating role; [`Refusal::Warned`] for the last but one; [`Refusal::Invalid`] where it was not said who takes the person's
/// clients.
pub async fn change_role(scope: &Scope, form: &ChangeRole, given: bool) -> Result<UserId> {
    let RoleChange { user, role, linked, receiver, passed } = form.parse()?;
    let tx = scope.write(Permission::GiveRoles).await?;
    let administrators = tx.lock_administration().await?;
    not_archived(&tx.manage(user).await?)?;
    if role == super::base_role(&tx).await? {
        return Err(Refusal::Forbidden.into());
    }
    if given {
        tx.may_give(&[role])?;
        if roles::linking(&tx).await?.asks_client.contains(&role) {
            clients::link(&tx, user, &linked).await?;
        }
        if roles::give(&tx, &[user], &[role], Field::Role).await?.is_empty() {
            // held already: nothing happened, and nothing is said to have
            return Ok(user);
        }
        tx.happened(Event::RoleGiven { user, role }).await?;
    } else {
        let worked = clients::changes_clients(&tx, user).await?;
        take(&tx, user, role).await?;
        clients::unlink_all(&tx, user).await?;
        if worked && !clients::changes_clients(&tx, user).await? && clients::caseload_of(&tx, user).await? > 0 {
            let receiver = receiver.ok_or_else(|| Invalid::one(Field::To, Problem::Missing))?;
            clients::hand_over(&tx, user, receiver.colleague()).await?;
        }
        let warnings: Vec<_> = tx.still_administered(administrators).await?.into_iter().collect();
        let why = passed.passes(&warnings)?;
        tx.happened_with(Event::RoleRemoved { user, role, overridden: Warning::codes(&warnings) }, &why).await?;
    }
    tx.commit().await?;
    Ok(user)
}

async fn take(tx: &Write<'_>, user: UserId, role: RoleId) -> Result<()> {
    let held = user_roles::Column::UserId.eq(user.0).and(user_roles::Column::RoleId.eq(role.0));
    let taken = user_roles::Entity::delete_many().filter(held).exec(tx.on()).await?;
    if taken.rows_affected == 0 {
        return Err(Refusal::NotFound.into());
    }
    tx.still_able().await
}

/// Sets a temporary password: changed at first sign-in, expires, ends every session (S4).
///
/// # Errors
/// [`Refusal::Invalid`] for a password that is not strong; [`Refusal::Forbidden`], also for oneself.
pub async fn set_temporary_password(scope: &Scope, form: &SetTemporaryPassword) -> Result<UserId> {
    let user = subject(form, &form.user)?;
    let words = {
        let tx = scope.read(Permission::GiveWayIn).await?;
        let home = home(&tx).await?;
        super::words(&tx.user(user).await?, &home.name)
    };
    let password = form.parse(&words)?;
    let hash = scope.hashing().hash(&password).await?;
    let tx = scope.write(Permission::GiveWayIn).await?;
    licence::hold(&tx).await?;
    let person = manage_other(&tx, user).await?;
    links::keep_password(&tx, user, hash, Some(scope.now() + Duration::days(TEMPORARY_DAYS))).await?;
    if let Err(error) = set_way_in(&tx, person, "password").await {
        return Err(no_seat(scope, tx, error).await);
    }
    withdraw(&tx, user, &Mail::Invitation).await?;
    sessions::end_all(&tx, user, None).await?;
    accounts::distrust(&tx, user).await?;
    tx.happened(Event::TemporaryPasswordSet { user }).await?;
    tx.commit().await?;
    Ok(user)
}

/// Sends the invitation; every earlier link dies. Somebody who has a password keeps it until the link is followed.
///
/// # Errors
/// [`Refusal::Invalid`] at the e-mail where there is none (S2).
pub async fn invite(scope: &Scope, form: &Invite) -> Result<UserId> {
    let user = subject(form, &form.user)?;
    let tx = scope.write(Permission::GiveWayIn).await?;
    licence::hold(&tx).await?;
    let person = manage_other(&tx, user).await?;
    if person.email.is_none() {
        return Err(Invalid::one(Field::Email, Problem::NeedsEmail).into());
    }
    if person.way_in == "none"
        && let Err(error) = set_way_in(&tx, person, "invited").await
    {
        return Err(no_seat(scope, tx, error).await);
    }
    withdraw(&tx, user, &Mail::Invitation).await?;
    outbox::enqueue(&tx, user, &Mail::Invitation).await?;
    tx.happened(Event::Invited { user }).await?;
    tx.commit().await?;
    Ok(user)
}

/// Archives a person: out of the lists, every session and link ended, nothing lost.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason, and where clients would be nobody's; [`Refusal::WouldLockOut`] for oneself or the last who can administer;
/// [`Refusal::Warned`] for the last but one.
pub async fn archive(scope: &Scope, form: &Archive) -> Result<UserId> {
    let (user, reason, to, passed) = form.parse()?;
    let tx = scope.write(Permission::ArchiveUsers).await?;
    let administrators = tx.lock_administration().await?;
    if scope.actor() == Some(user) {
        return Err(Refusal::WouldLockOut.into());
    }
    let person = tx.manage(user).await?;
    not_archived(&person)?;
    let version = person.version;
    let mut row = person.into_active_model();
    row.archived_at = Set(Some(scope.now()));
    row.archived_reason = Set(Some(reason.clone()));
    row.version = Set(version + 1);
    row.update(tx.on()).await?;
    let warnings: Vec<_> = tx.still_administered(administrators).await?.into_iter().collect();
    passed.passes(&warnings)?;
    clients::hand_over(&tx, user, to).await?;
    withdraw(&tx, user, &Mail::Invitation).await?;
    withdraw(&tx, user, &any_confirmation()).await?;
    sessions::end_all(&tx, user, None).await?;
    let why = Change { field: Field::Reason, before: None, after: Some(reason) };
    tx.happened_with(Event::UserArchived { user, overridden: Warning::codes(&warnings) }, &[why]).await?;
    tx.commit().await?;
    Ok(user)
}

/// Restores a person with their roles. The way in begins anew: an old password does not come back to life.
///
/// # Errors
/// [`Refusal::NotFound`] where the person is not archived.
pub async fn restore(scope: &Scope, form: &Restore) -> Result<UserId> {
    let user = subject(form, &form.user)?;
    let tx = scope.write(Permission::UserBank).await?;
    let person = tx.manage(user).await?;
    if person.archived_at.is_none() {
        return Err(Refusal::NotFound.into());
    }
    let version = person.version;
    let mut row = person.into_active_model();
    row.archived_at = Set(None);
    row.archived_reason = Set(None);
    row.way_in = Set("none".to_owned());
    row.sign_in_ends_at = Set(None);
    row.version = Set(version + 1);
    row.update(tx.on()).await?;
    credentials::Entity::delete_many().filter(credentials::Column::UserId.eq(user.0)).exec(tx.on()).await?;
    tx.happened(Event::UserRestored { user }).await?;
    tx.commit().await?;
    Ok(user)
}

/// Somebody else the actor may manage, who is not archived: one's own password is changed on the profile.
async fn manage_other(tx: &Write<'_>, user: UserId) -> Result<users::Model> {
    let person = tx.manage(user).await?;
    not_archived(&person)?;
    if tx.scope().actor() == Some(user) { Err(Refusal::Forbidden.into()) } else { Ok(person) }
}

fn not_archived(person: &users::Model) -> Result<()> {
    if person.archived_at.is_some() { Err(Refusal::Forbidden.into()) } else { Ok(()) }
}

async fn set_way_in(tx: &Write<'_>, person: users::Model, way_in: &str) -> Result<()> {
    let had_none = person.way_in == "none";
    let mut row = person.into_active_model();
    row.way_in = Set(way_in.to_owned());
    row.update(tx.on()).await?;
    if had_none { licence::taken(tx).await } else { Ok(()) }
}

/// The seat too many, in words of the form; what was written is undone first.
async fn no_seat(scope: &Scope, tx: Write<'_>, error: Error) -> Error {
    drop(tx);
    licence::told(scope, Permission::GiveWayIn, Field::Form, error).await
}
