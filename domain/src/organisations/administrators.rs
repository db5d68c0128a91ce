//! What the operator may do with the administrators of another organisation: archive one who
//! leaves, remove a role assigned by mistake, and send a new link to the stored address of one who
//! cannot sign in. The operator cannot set a password or change an address, because either would
//! give access to the account.
//!
//! Invariant: each action is recorded in the audits of both organisations with its actor, and the
//! organisation's other administrators are notified.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use usher_types::audit::Event;
use usher_types::form::SavedDraft;
use usher_types::mail::Mail;
use usher_types::organisations::{
    ActOnAdministrator, Administrator, AdministratorChange, AdministratorPage,
};
use usher_types::overrides::Override;
use usher_types::refusal::Done;
use usher_types::users::{Receiver, Status};
use usher_types::{
    AdministratorAct, BuiltInRole, Field, OrganisationId, Permission, Refusal, RoleId, UserId,
};

use super::one;
use crate::entity::users;
use crate::infrastructure::throttles::{self, MailCounted};
use crate::infrastructure::{directory, outbox};
use crate::scope::{Tx, Write};
use crate::{Result, Scope, clients, licence, units};

/// The largest number of administrators that a page lists.
const MOST: u64 = 200;
/// The largest number of administrators who are notified of an action on one of them.
const MOST_NOTIFIED: u64 = 50;

/// The administrators of the organisation that is acted on, archived ones last.
pub(super) async fn list(tx: &Tx<'_>) -> Result<Vec<Administrator>> {
    if !tx.scope().is_acting_on_another() {
        return Ok(Vec::new());
    }
    let found = holders(tx)
        .order_by_asc(users::Column::SortName)
        .order_by_asc(users::Column::Id)
        .limit(MOST)
        .all(tx.conn())
        .await?;
    let (here, archived): (Vec<_>, Vec<_>) = found
        .iter()
        .map(|person| shown(tx, person))
        .partition(|person| person.status != Status::Archived);
    Ok([here, archived].concat())
}

/// The people who hold the role Organisation administrator, including archived ones.
fn holders(tx: &Tx<'_>) -> Select<users::Entity> {
    let holds = "users.id IN (SELECT h.user_id FROM user_roles h JOIN roles r ON (r.organisation_id, r.id) = (h.organisation_id, h.role_id)
        WHERE r.key = $1)";
    tx.users().filter(Expr::cust_with_values(
        holds,
        [BuiltInRole::OrganisationAdministrator],
    ))
}

fn shown(tx: &Tx<'_>, person: &users::Model) -> Administrator {
    Administrator {
        user: UserId(person.id),
        name: person.display_name(),
        login_name: person.login_name.clone(),
        email: person.email.clone(),
        status: person.status(),
        last_activity: person.last_active_at.map(|at| tx.scope().moment(at)),
        archived_reason: person.archived_reason.clone(),
    }
}

/// Refuses an action on a person who is not an administrator of the organisation, and one that a
/// colleague already did.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Done::Administrator`].
async fn ensure_administrator(
    tx: &Tx<'_>,
    person: &users::Model,
    act: AdministratorAct,
) -> Result<()> {
    let organisation = tx.organisation()?;
    // the operator's own administrators are managed on their own pages
    let (_, own) = tx.scope().operator().ok_or(Refusal::NotFound)?;
    let done = |act| Err(Refusal::from(Done::Administrator { organisation, act }).into());
    if !tx.may_manage(&tx.roles_of(UserId(person.id)).await?) {
        let removed = "SELECT 1 FROM audit_events WHERE subject_id = $1 AND kind = 'role_removed' AND event ->> 'role' = $2
            AND actor_organisation_id = $3 LIMIT 1";
        let role = directory::built_in_role(tx, BuiltInRole::OrganisationAdministrator)
            .await?
            .id
            .to_string();
        let was_removed = tx
            .one(removed, [person.id.into(), role.into(), own.0.into()])
            .await?
            .is_some();
        return if was_removed {
            done(AdministratorAct::RemoveRole)
        } else {
            Err(Refusal::NotFound.into())
        };
    }
    match person.status() {
        status if act.suits(status) => Ok(()),
        Status::Archived => done(AdministratorAct::Archive),
        _ => done(AdministratorAct::Restore),
    }
}

/// The page of one action on an administrator.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], also for the operator's own;
/// [`Refusal::AlreadyDone`] for an action that a colleague already did.
pub async fn page(
    scope: &Scope,
    id: &str,
    user: &str,
    act: &str,
    draft: Option<SavedDraft<ActOnAdministrator>>,
) -> Result<AdministratorPage> {
    let (organisation, user) = (units::id::<OrganisationId>(id)?, units::id::<UserId>(user)?);
    let acting = scope.acting_on(organisation);
    let tx = acting.read(Permission::ManageOrganisations).await?;
    let act = AdministratorAct::from_code(act).ok_or(Refusal::NotFound)?;
    let found = one(&tx, organisation).await?;
    let person = tx.user(user).await?;
    ensure_administrator(&tx, &person, act).await?;
    let others = list(&tx).await?;
    let fresh = ActOnAdministrator {
        id: organisation.to_string(),
        user: user.to_string(),
        act: act.code().to_owned(),
        ..ActOnAdministrator::default()
    };
    // a draft of another action's form does not belong here
    let draft =
        draft.filter(|draft| (&draft.form.user, &draft.form.act) == (&fresh.user, &fresh.act));
    let (form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    Ok(AdministratorPage {
        organisation,
        organisation_name: found.name,
        administrator: shown(&tx, &person),
        act,
        clients: clients::caseload_of(&tx, user).await?,
        is_last: !others
            .iter()
            .any(|other| other.user != user && other.status == Status::Active),
        form,
        refusal,
    })
}

/// Acts on an administrator of another organisation.
///
/// # Errors
/// As [`page`]; [`Refusal::WouldLockOut`] for the last person who can administer the organisation,
/// [`Refusal::Warned`] for the last but one; [`Refusal::Invalid`] without a reason or an address,
/// beyond the seat limit, and if clients would be left without a responsible person;
/// [`Refusal::Slow`] for too many mails.
pub async fn act(scope: &Scope, form: &ActOnAdministrator) -> Result<OrganisationId> {
    let AdministratorChange {
        organisation,
        user,
        act,
        reason,
        passed,
    } = form.parse()?;
    let acting = scope.acting_on(organisation);
    let to = {
        let tx = acting.read(Permission::ManageOrganisations).await?;
        let person = tx.user(user).await?;
        ensure_administrator(&tx, &person, act).await?;
        person.email
    };
    let news = Mail::AdministratorManaged {
        user,
        act,
        by: scope.me()?,
    };
    let counted = match act {
        // counted against the limits of the notification, and more
        AdministratorAct::Invite => {
            throttles::count_mail(
                &acting,
                &Mail::Invitation,
                Some(user),
                to.as_deref().as_slice(),
            )
            .await?
        }
        _ => throttles::count_mail(&acting, &news, None, &[]).await?,
    };
    let tx = acting.write(Permission::ManageOrganisations).await?;
    if let Err(error) = act_in_tx(&tx, user, act, reason, &passed, &counted).await {
        drop(tx);
        return Err(licence::to_refusal(
            &acting,
            Permission::ManageOrganisations,
            Field::Form,
            error,
        )
        .await);
    }
    let (_, own) = acting.operator().ok_or(Refusal::NotFound)?;
    tx.record_in(
        own,
        Event::AdministratorManaged {
            with: organisation,
            user,
            act,
        },
    )
    .await?;
    notify(&tx, user, &news, &counted).await?;
    tx.commit().await?;
    Ok(organisation)
}

async fn act_in_tx(
    tx: &Write<'_>,
    user: UserId,
    act: AdministratorAct,
    reason: String,
    passed: &Override,
    counted: &MailCounted,
) -> Result<()> {
    let administrators = tx.lock_administration().await?;
    ensure_administrator(tx, &tx.lock_user(user).await?, act).await?;
    match act {
        AdministratorAct::Invite => crate::users::invite_in_tx(tx, user, counted).await,
        AdministratorAct::RemoveRole => {
            let role = RoleId(
                directory::built_in_role(tx, BuiltInRole::OrganisationAdministrator)
                    .await?
                    .id,
            );
            crate::users::remove_role_in_tx(
                tx,
                administrators,
                user,
                role,
                Some(Receiver::Queues),
                passed,
            )
            .await
            .map(|_| ())
        }
        AdministratorAct::Archive => {
            crate::users::archive_in_tx(tx, administrators, user, reason, None, passed)
                .await
                .map(|_| ())
        }
        AdministratorAct::Restore => crate::users::restore_in_tx(tx, user).await,
    }
}

/// Notifies the organisation's other administrators by mail.
async fn notify(tx: &Write<'_>, user: UserId, news: &Mail, counted: &MailCounted) -> Result<()> {
    let others = holders(tx)
        .filter(users::Column::Id.ne(user.0))
        .filter(users::Column::ArchivedAt.is_null())
        .filter(users::Column::WayIn.eq("password"))
        .filter(users::Column::Email.is_not_null());
    for other in others
        .order_by_asc(users::Column::Id)
        .limit(MOST_NOTIFIED)
        .all(tx.conn())
        .await?
    {
        outbox::enqueue(tx, UserId(other.id), news, counted).await?;
    }
    Ok(())
}
