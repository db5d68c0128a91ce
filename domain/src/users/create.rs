//! Creating a person: everything in one transaction, with uniqueness enforced by the database
//! (decision 0006).

use sea_orm::{ActiveModelTrait, Set};
use usher_types::audit::{Change, Event};
use usher_types::form::{check_length, check_strength};
use usher_types::identity_number::IdentityNumber;
use usher_types::mail::Mail;
use usher_types::overrides::Override;
use usher_types::users::{Details, New, NewUser, Parsed, Place, UserFormContext};
use usher_types::{
    Customer, Field, Permission, Problem, Refusal, RoleId, SignInSetup, UserId, Warning, durations,
};
use uuid::Uuid;

use super::new_form::form_context;
use super::taken::{same_name, throttle_if_taken_elsewhere, to_refusal};
use crate::entity::users;
use crate::foundation::idempotency;
use crate::foundation::limits::Limit;
use crate::infrastructure::throttles::{self, MailCounted};
use crate::infrastructure::{directory, outbox};
use crate::scope::{Tx, Write};
use crate::{Result, Scope, clients, covers, credentials, customers, licence, lists, roles, units};

/// Creates a person. Posting the same form again returns the person that the first post created.
///
/// # Errors
/// [`Refusal::Invalid`], [`Refusal::Warned`], [`Refusal::Forbidden`]; [`Refusal::Slow`] for too
/// many mails or passwords.
pub async fn create(scope: &Scope, form: NewUser) -> Result<UserId> {
    let facts = {
        let tx = scope.read(Permission::CreateUsers).await?;
        let home = tx.home().await?;
        form_context(&tx, &home, &form.customers).await?
    };
    let gives_more = form.roles.iter().any(|role| {
        role.parse::<RoleId>()
            .is_ok_and(|role| !facts.may_give.contains(&role))
    });
    if gives_more || (!facts.imports_customers && !form.customers.is_empty()) {
        // the page never offers these, so the form was made by hand and is refused as a whole
        return Err(Refusal::Forbidden.into());
    }
    let parsed = if form.way_in == SignInSetup::TemporaryPassword.code() {
        throttles::require(
            scope,
            &[(Limit::TemporaryPasswords, &scope.me()?.to_string())],
        )
        .await?;
        let (typed, facts) = (form.clone(), facts.clone());
        scope
            .hashing()
            .check_form(move || typed.parse(&facts, check_strength))
            .await?
    } else {
        // without a password there is nothing to estimate
        form.parse(&facts, check_length)
    };
    if let Err(invalid) = &parsed
        && matches!(invalid.at(Field::WayIn), Some(Problem::NoSeat { .. }))
        && let Some(user) = user_of_retry(scope, &form, &facts).await?
    {
        return Ok(user);
    }
    let Parsed {
        input: new,
        passed,
        mut warnings,
    } = parsed?;
    let hash = credentials::hash(scope, new.temporary_password.as_ref()).await?;
    let counted = match new.way_in {
        SignInSetup::Invitation => {
            let to = new.details.email.as_ref().map(|email| email.as_str());
            Some(
                throttles::count_mail_once(
                    scope,
                    idempotency_key(&new),
                    &Mail::Invitation,
                    to.as_slice(),
                )
                .await?,
            )
        }
        SignInSetup::OnlyAdd | SignInSetup::TemporaryPassword => None,
    };
    let tx = scope.write(Permission::CreateUsers).await?;
    tx.lock_idempotency_key(idempotency_key(&new)).await?;
    if let Some(user) = find_by_idempotency_key(&tx, &new).await? {
        return Ok(user);
    }
    if new.way_in.takes_seat() && facts.seats.is_some() {
        licence::lock_seats(&tx).await?;
    }
    warnings.extend(same_name(&tx, &new.details, None).await?);
    // errors are reported before warnings: warnings are asked about once everything could be
    // written
    let way_in = Prepared { hash, counted };
    let written = write(&tx, &new, &facts, way_in, &passed, &warnings).await;
    match written {
        Ok(user) => {
            tx.commit().await?;
            Ok(user)
        }
        Err(error) => {
            drop(tx);
            let error =
                licence::to_refusal(scope, Permission::CreateUsers, Field::WayIn, error).await;
            let tx = scope.read(Permission::CreateUsers).await?;
            let error = to_refusal(&tx, &new.details, error, None).await;
            drop(tx);
            Err(throttle_if_taken_elsewhere(scope, error).await)
        }
    }
}

/// The person that the first post of this form created by taking the last seat, so that its retry
/// is not refused for lack of seats.
async fn user_of_retry(
    scope: &Scope,
    form: &NewUser,
    facts: &UserFormContext,
) -> Result<Option<UserId>> {
    let Ok(Parsed { input: new, .. }) = form.parse(
        &UserFormContext {
            seats: None,
            ..facts.clone()
        },
        check_length,
    ) else {
        return Ok(None);
    };
    find_by_idempotency_key(&*scope.read(Permission::CreateUsers).await?, &new).await
}

/// What a new person's sign-in needs, prepared before the transaction.
struct Prepared {
    /// The hash of the temporary password.
    hash: Option<String>,
    /// The count of the invitation's mail.
    counted: Option<MailCounted>,
}

async fn write(
    tx: &Write<'_>,
    new: &New,
    facts: &UserFormContext,
    way_in: Prepared,
    passed: &Override,
    warnings: &[Warning],
) -> Result<UserId> {
    tx.ensure_may_assign(&new.roles)?;
    lists::lock_open(tx, &new.listed).await?;
    customers::lock_open(tx, &new.chosen, &facts.customers).await?;
    let user = UserId(tx.id());
    insert(
        tx,
        user,
        idempotency_key(new),
        &new.details,
        new.identity_number.as_ref(),
        new.way_in,
    )
    .await?;
    if new.listed.lms_manager == Some(true) {
        tx.execute(
            "UPDATE users SET lms_manager = true WHERE id = $1",
            [user.0.into()],
        )
        .await?;
    }
    if new.place != Place::default() {
        units::replace_memberships(tx, user, &new.place, &facts.units).await?;
    }
    clients::link(tx, user, &new.linked).await?;
    if let Some(record) = new.record {
        clients::attach(tx, user, record).await?;
    }
    assign_first(tx, user, &new.roles).await?;
    covers::add(tx, user, &new.covering).await?;
    lists::replace_memberships(tx, user, &new.listed).await?;
    customers::replace_assignments(tx, user, &new.chosen).await?;
    if let Some(hash) = way_in.hash {
        credentials::keep_password(
            tx,
            user,
            hash,
            Some(tx.scope().now() + durations::TEMPORARY_PASSWORD),
        )
        .await?;
    }
    if let Some(counted) = way_in.counted {
        outbox::enqueue(tx, user, &Mail::Invitation, &counted).await?;
    }
    if new.way_in.takes_seat() && facts.seats.is_some() {
        licence::draft_notice_if_due(tx).await?;
    }
    let mut changes = listed(new, facts);
    changes.extend(passed.passes(warnings)?);
    let overridden = Warning::codes(warnings);
    tx.record_with_changes(
        Event::UserCreated {
            user,
            roles: new.roles.clone(),
            way_in: new.way_in,
            overridden,
        },
        &changes,
    )
    .await?;
    Ok(user)
}

/// A new person's lists and customers, as changes for the audit.
fn listed(new: &New, facts: &UserFormContext) -> Vec<Change> {
    let on = facts
        .listing
        .lists
        .iter()
        .filter(|list| new.listed.lists.contains(&list.id));
    let on = on.map(|list| list.code()).collect::<Vec<_>>().join(", ");
    let lms = Change {
        field: Field::LmsManager,
        before: None,
        after: Some("✓".to_owned()),
    };
    let named = |field: Field, text: String| {
        (!text.is_empty()).then_some(Change {
            field,
            before: None,
            after: Some(text),
        })
    };
    let customers = facts
        .customers
        .iter()
        .filter(|customer| new.chosen.customers.contains(&customer.id));
    let customers = named(
        Field::Customers,
        customers
            .map(|customer| customer.name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    );
    let config = new
        .chosen
        .contract
        .and_then(|contract| Customer::config(&facts.customers, contract))
        .unwrap_or_default();
    let lms = (new.listed.lms_manager == Some(true)).then_some(lms);
    let lists = named(Field::Lists, on);
    lists
        .into_iter()
        .chain(lms)
        .chain(customers)
        .chain(named(Field::Config, config))
        .collect()
}

/// Writes the rows of a new person: the account and its login name.
pub(crate) async fn insert(
    tx: &Write<'_>,
    user: UserId,
    key: Uuid,
    details: &Details,
    identity: Option<&IdentityNumber>,
    way_in: SignInSetup,
) -> Result<()> {
    let (organisation, now) = (tx.organisation()?.0, tx.scope().now());
    let way = match way_in {
        SignInSetup::Invitation => users::SignIn::Invited,
        SignInSetup::OnlyAdd => users::SignIn::NotSetUp,
        SignInSetup::TemporaryPassword => users::SignIn::Password,
    };
    let mut row = users::ActiveModel {
        organisation_id: Set(organisation),
        id: Set(user.0),
        way_in: Set(way),
        created_at: Set(now),
        created_by: Set(tx.scope().actor().map(|id| id.0)),
        version: Set(1),
        form_key: Set(key),
        ..Default::default()
    };
    set_details(&mut row, details);
    set_identity(tx, &mut row, user, identity)?;
    row.insert(tx.conn()).await?;
    credentials::claim_login_name(tx, user, &details.login_name).await
}

/// Assigns the role User and the given roles to a new person.
pub(crate) async fn assign_first(tx: &Write<'_>, user: UserId, given: &[RoleId]) -> Result<()> {
    let base = directory::base_role(tx).await?;
    let held: Vec<_> = std::iter::once(base).chain(given.iter().copied()).collect();
    roles::assign(tx, &[user], &held, Field::Roles).await?;
    Ok(())
}

pub(super) fn set_details(row: &mut users::ActiveModel, details: &Details) {
    row.first_name = Set(details.name.first().to_owned());
    row.last_name = Set(details.name.last().unwrap_or_default().to_owned());
    row.email = Set(details
        .email
        .as_ref()
        .map(|email| email.as_str().to_owned()));
    row.login_name = Set(details.login_name.as_str().to_owned());
    row.phone = Set(details
        .phone
        .as_ref()
        .map(|phone| phone.as_str().to_owned()));
    row.job_title = Set(details.job_title.clone());
    row.language = Set(details.language);
    row.reindex();
}

pub(super) fn set_identity(
    tx: &Tx<'_>,
    row: &mut users::ActiveModel,
    user: UserId,
    number: Option<&IdentityNumber>,
) -> Result<()> {
    let keys = tx.scope().keys();
    row.identity_kind = Set(number.map(IdentityNumber::kind));
    row.identity_sealed = Set(number
        .map(|number| keys.seal(number.digits(), user.0.as_bytes()))
        .transpose()?);
    row.identity_hash = Set(number.map(|number| keys.index(number.digits())));
    Ok(())
}

async fn find_by_idempotency_key(tx: &Tx<'_>, new: &New) -> Result<Option<UserId>> {
    // limited to the actor's own posts, whether or not the actor may see the created person
    let sql = "SELECT id FROM users WHERE form_key = $1 AND created_by IS NOT DISTINCT FROM $2";
    let made = tx
        .one(
            sql,
            [
                idempotency_key(new).into(),
                tx.scope().actor().map(|actor| actor.0).into(),
            ],
        )
        .await?;
    made.map(|row| Ok(UserId(row.try_get("", "id")?)))
        .transpose()
}

fn idempotency_key(new: &New) -> Uuid {
    idempotency::key(new.key, &new.details.login_name.key())
}
