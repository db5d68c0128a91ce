//! Editing a person's details, with an optimistic lock (the version), so that nobody overwrites
//! another person's change unnoticed (decision 0011).

use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, Set};
use usher_types::audit::{Change, Event};
use usher_types::conflict::EditState;
use usher_types::form::SavedDraft;
use usher_types::login_name::ensure_own_address;
use usher_types::mail::Mail;
use usher_types::users::{Edit, EditUser, EditUserPage, Parsed, Place, UserFormContext, changes};
use usher_types::{Field, Invalid, Permission, Problem, Refusal, RoleId, UserId, Warning};

use super::create::{set_details, set_identity};
use super::taken::{same_name, throttle_if_taken_elsewhere, to_refusal};
use crate::entity::users;
use crate::infrastructure::outbox;
use crate::infrastructure::throttles::{self, MailCounted};
use crate::links;
use crate::scope::Write;
use crate::{Result, Scope, covers, credentials, customers, lists, units};

/// The page that edits a person's details: the current state, or the saved draft.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn form(
    scope: &Scope,
    id: UserId,
    draft: Option<SavedDraft<EditUser>>,
) -> Result<EditUserPage> {
    let tx = scope.read(Permission::EditUsers).await?;
    let (person, held) = tx.editable_user(id).await?;
    let home = tx.home().await?;
    let now = super::current(&tx, &person).await?;
    let current = EditUser {
        organisation: home.id.to_string(),
        ..EditUser::of(&now)
    };
    let EditState { form, refusal, .. } = EditState::new(current, draft);
    let mut facts = super::form_context(&tx, &home, &form.customers).await?;
    facts.units.office_required |= held
        .iter()
        .any(|role| facts.units.roles_requiring.contains(&RoleId(role.id)));
    Ok(EditUserPage {
        facts,
        name: person.display_name(),
        identity_number: super::page::masked(&tx, &person)?,
        form,
        now,
        refusal,
    })
}

/// Edits a person's details.
///
/// # Errors
/// [`Refusal::Conflict`] if somebody else saved in the meantime, [`Refusal::Invalid`],
/// [`Refusal::Warned`], [`Refusal::NotFound`], [`Refusal::Forbidden`], [`Refusal::Slow`] for too
/// many mails.
pub async fn edit(scope: &Scope, form: EditUser) -> Result<UserId> {
    let (facts, known) = {
        let tx = scope.read(Permission::EditUsers).await?;
        let home = tx.home().await?;
        let user: uuid::Uuid = form.user.parse().unwrap_or_default();
        let known = tx
            .users()
            .filter(users::Column::Id.eq(user))
            .one(tx.conn())
            .await?;
        (
            super::form_context(&tx, &home, &form.customers).await?,
            known.and_then(|known| known.email),
        )
    };
    let Parsed {
        input: mut edit,
        passed,
        mut warnings,
    } = form.parse(&facts)?;
    let to = edit
        .details
        .email
        .as_ref()
        .map(|email| email.as_str().to_owned());
    let mails = if to == known {
        None
    } else {
        let both: Vec<&str> = [known.as_deref(), to.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        Some(
            throttles::count_mail(
                scope,
                &Mail::EmailChanged { to: String::new() },
                Some(edit.user),
                &both,
            )
            .await?,
        )
    };
    let tx = scope.write(Permission::EditUsers).await?;
    // locked first, but a refusal is returned only after the person was found to be within reach
    let held = [
        lists::lock_open(&tx, &edit.listed).await,
        customers::lock_open(&tx, &edit.chosen, &facts.customers).await,
    ];
    // a person bound to an office can no longer administer the organisation
    let administrators = match edit.place.office {
        Some(_) => Some(tx.lock_administration().await?),
        None => None,
    };
    let person = tx.manage_present(edit.user).await?;
    for held in held {
        held?;
    }
    let before = super::current(&tx, &person).await?;
    if person.version != edit.version {
        return Err(Refusal::Conflict.into());
    }
    keep_new(&mut warnings, &before, &edit.details);
    if edit.details.login_name.as_str() != person.login_name {
        // an old login name that would be refused today is left unchanged
        ensure_own_address(&edit.details.login_name, edit.details.email.as_ref())
            .map_err(|wrong| Invalid::one(Field::LoginName, wrong.into()))?;
    }
    if edit.details.login_name.as_str() == person.login_name
        && let Some(email) = &edit.details.email
        && let Some(follows) = person.login_name_following(email.as_str())
    {
        edit.details.login_name = follows;
    }
    let mut row = person.clone().into_active_model();
    set_details(&mut row, &edit.details);
    row.version = Set(person.version + 1);
    if let Some(lms_manager) = edit.listed.lms_manager {
        row.lms_manager = Set(lms_manager);
    }
    let email = edit
        .details
        .email
        .as_ref()
        .map(|email| email.as_str().to_owned());
    if email != person.email {
        row.email_verified_at = Set(None);
    }
    if let Some(number) = &edit.identity_number {
        set_identity(&tx, &mut row, edit.user, number.as_ref())?;
    }
    let renamed = (before.first_name.as_str(), before.last_name.as_str())
        != (
            edit.details.name.first(),
            edit.details.name.last().unwrap_or_default(),
        );
    if renamed {
        warnings.extend(same_name(&tx, &edit.details, Some(edit.user)).await?);
    }
    let place = place(&tx, &person, &edit, &facts).await?;
    let saved = save(&tx, &person, row, &edit.details).await;
    let saved = match saved {
        Ok(saved) => saved,
        Err(error) => {
            drop(tx);
            let tx = scope.read(Permission::EditUsers).await?;
            let error = to_refusal(&tx, &edit.details, error, Some(edit.user)).await;
            drop(tx);
            return Err(throttle_if_taken_elsewhere(scope, error).await);
        }
    };
    units::replace_memberships(&tx, edit.user, &place, &facts.units).await?;
    covers::add(&tx, edit.user, &edit.covering).await?;
    lists::replace_memberships(&tx, edit.user, &edit.listed).await?;
    customers::replace_assignments(&tx, edit.user, &edit.chosen).await?;
    if let Some(administrators) = administrators.filter(|_| person.office_id.is_none())
        && let Some(few) = tx.ensure_administered(administrators).await?
    {
        warnings.push(few);
    }
    // errors are reported before warnings: warnings are asked about once everything could be
    // written
    let why = passed.passes(&warnings)?;
    let moved = users::Model {
        office_id: place.office,
        contract_id: edit.chosen.contract,
        ..saved
    };
    let mut changed = changes(&before, &super::current(&tx, &moved).await?);
    if edit.identity_number.is_some() {
        // the number itself is not written to the audit
        changed.push(Change {
            field: Field::IdentityNumber,
            before: None,
            after: None,
        });
    }
    let fields: Vec<_> = changed.iter().map(|change| change.field).collect();
    changed.extend(why);
    let mails = if email == person.email {
        None
    } else {
        Some(mails.ok_or(Refusal::Stale)?)
    };
    if let Some(counted) = &mails {
        notify_of_email(
            &tx,
            edit.user,
            [person.email.as_deref(), email.as_deref()],
            counted,
        )
        .await?;
    }
    if !fields.is_empty() {
        tx.record_with_changes(
            Event::UserEdited {
                user: edit.user,
                fields,
                overridden: Warning::codes(&warnings),
            },
            &changed,
        )
        .await?;
    }
    if let Some(counted) = &mails {
        invite_there(&tx, &person, email.is_some(), counted).await?;
    }
    tx.commit_if_recorded().await?;
    Ok(edit.user)
}

/// The person's new office and teams: the office stays if offices are not used, and is required if
/// one of their roles requires it (S16).
async fn place(
    tx: &Write<'_>,
    person: &users::Model,
    edit: &Edit,
    facts: &UserFormContext,
) -> Result<Place> {
    let office = if facts.units.offices.is_empty() {
        person.office_id
    } else {
        edit.place.office
    };
    let held = tx.roles_of(edit.user).await?;
    if office.is_none()
        && held
            .iter()
            .any(|role| facts.units.roles_requiring.contains(&RoleId(role.id)))
    {
        return Err(Invalid::one(Field::Office, Problem::NeedsOffice).into());
    }
    Ok(Place {
        office,
        ..edit.place.clone()
    })
}

/// Drops warnings about values that did not change.
fn keep_new(
    warnings: &mut Vec<Warning>,
    before: &usher_types::users::UserDetails,
    details: &usher_types::users::Details,
) {
    let email = details.email.as_ref().map_or("", |email| email.as_str());
    warnings.retain(|warning| match warning {
        Warning::Format { .. } => details.login_name.as_str() != before.login_name,
        Warning::EmailTypo { .. } => email != before.email,
        _ => true,
    });
}

async fn save(
    tx: &Write<'_>,
    person: &users::Model,
    row: users::ActiveModel,
    details: &usher_types::users::Details,
) -> Result<users::Model> {
    let saved = row.update(tx.conn()).await?;
    if details.login_name.as_str() != person.login_name {
        credentials::replace_login_name(tx, UserId(person.id), &details.login_name).await?;
    }
    Ok(saved)
}

/// Invalidates an invitation sent to the old address, and invites a person without a password at
/// the new one.
async fn invite_there(
    tx: &Write<'_>,
    person: &users::Model,
    is_somewhere: bool,
    counted: &MailCounted,
) -> Result<()> {
    let user = UserId(person.id);
    if !is_somewhere {
        // a waiting mail is left to fail, so that the page shows why it was not delivered
        return links::revoke_invitations(tx, user).await;
    }
    links::withdraw(tx, user, &Mail::Invitation).await?;
    if person.way_in == users::SignIn::Invited {
        outbox::enqueue(tx, user, &Mail::Invitation, counted).await?;
        tx.record(Event::Invited { user }).await?;
    }
    Ok(())
}

/// Notifies both addresses, and withdraws mails that would have confirmed another address (S2).
async fn notify_of_email(
    tx: &Write<'_>,
    user: UserId,
    addresses: [Option<&str>; 2],
    counted: &MailCounted,
) -> Result<()> {
    links::withdraw(tx, user, &links::any_confirmation()).await?;
    for address in addresses.into_iter().flatten() {
        outbox::enqueue(
            tx,
            user,
            &Mail::EmailChanged {
                to: address.to_owned(),
            },
            counted,
        )
        .await?;
    }
    Ok(())
}
