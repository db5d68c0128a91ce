//! Creating a person: everything in one transaction, with uniqueness enforced by the database
//! (decision 0006).

use chrono::Duration;
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter, QuerySelect, Set};
use usher_types::audit::{Change, Event};
use usher_types::form::{SavedDraft, check_length, check_strength, checkbox_value};
use usher_types::identity_number::{IdentityNumber, Kind};
use usher_types::login_name::{LoginName, alternatives};
use usher_types::mail::Mail;
use usher_types::names::fold;
use usher_types::overrides::Override;
use usher_types::refusal::Taken;
use usher_types::roles::RoleChoice;
use usher_types::users::{
    Availability, Details, New, NewUser, NewUserPage, Place, UserFormContext,
};
use usher_types::{
    BuiltInRole, Customer, Field, Invalid, Permission, Problem, Refusal, RoleId, SignInSetup,
    UserId, Warning,
};
use uuid::Uuid;

use crate::entity::{clients as client_rows, login_names, organisations, users};
use crate::foundation::idempotency;
use crate::infrastructure::outbox;
use crate::infrastructure::throttles::{self, Limit, MailCounted};
use crate::scope::{Tx, Write};
use crate::settings::home;
use crate::{
    Error, Result, Scope, audit, clients, covers, customers, licence, links, lists, roles, units,
};

/// The validity of a temporary password in days (decision 0026).
pub(super) const TEMPORARY_DAYS: i64 = 7;
/// The number of free names that are proposed if a name is taken.
const PROPOSALS: usize = 3;

/// The parameters of the page that creates a person.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewUserParams<'a> {
    /// The code of a role that was just created and is selected, also in a saved draft.
    pub role: Option<&'a str>,
    /// The client for whom the account is created (SV-02).
    pub client: Option<&'a str>,
    /// Whether it is `/staff/new`.
    pub staff: bool,
}

/// The page that creates a person: an empty form with its idempotency key, or the saved draft.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Nowhere`]; [`Refusal::NotFound`] for a client to whom the
/// actor may not give an account.
pub async fn form(
    scope: &Scope,
    draft: Option<SavedDraft<NewUser>>,
    params: NewUserParams<'_>,
) -> Result<NewUserPage> {
    let tx = scope.read(Permission::CreateUsers).await?;
    let home = home(&tx).await?;
    let mut choices = roles::assignable(&tx).await?;
    let named = draft
        .as_ref()
        .map(|draft| draft.form.customers.clone())
        .unwrap_or_default();
    let facts = form_context(&tx, &home, &named).await?;
    let is_clients = params.client.is_some()
        || draft
            .as_ref()
            .is_some_and(|draft| !draft.form.record.is_empty());
    // a client's own role is only assigned from the client's page
    choices.retain(|choice| is_clients || !facts.linking.asks_record.contains(&choice.role.id));
    let staff = params.staff || scope.grants().adds_staff();
    let only = choices.first().filter(|_| staff && choices.len() == 1);
    let preselected = choices
        .iter()
        .find(|choice| params.role == Some(&choice.role.code()))
        .map(|choice| choice.role.id.to_string());
    let fresh = NewUser {
        organisation: home.id.to_string(),
        key: scope_key(scope),
        staff: checkbox_value(staff),
        roles: only
            .map(|choice| choice.role.id.to_string())
            .into_iter()
            .collect(),
        office: facts
            .units
            .inherited
            .map(|office| office.to_string())
            .unwrap_or_default(),
        way_in: SignInSetup::Invitation.code().to_owned(),
        ..NewUser::default()
    };
    let fresh = match params.client {
        Some(client) => of_client(&tx, client, &choices, fresh).await?,
        None => fresh,
    };
    let (mut form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    if let Some(role) = preselected.filter(|role| !form.roles.contains(role)) {
        form.roles.push(role);
    }
    let may_make_roles = scope.grants().reaches_others(Permission::EditRoles);
    let links = !facts.linking.asks_client.is_empty() || !form.record.is_empty();
    let linkable = if links {
        clients::linkable(&tx, &form.linked_clients, &form.client_q, &form.record).await?
    } else {
        None
    };
    Ok(NewUserPage {
        facts,
        roles: choices,
        may_make_roles,
        linkable,
        form,
        refusal,
    })
}

/// The form that gives a client an account, prefilled with the client's data.
async fn of_client(
    tx: &Tx<'_>,
    client: &str,
    choices: &[RoleChoice],
    fresh: NewUser,
) -> Result<NewUser> {
    let own = choices
        .iter()
        .find(|choice| choice.role.built_in == Some(BuiltInRole::Client))
        .ok_or(Refusal::Forbidden)?;
    let linkable = clients::linkable(tx, &[], "", client)
        .await?
        .and_then(|linkable| linkable.record);
    let record = linkable.ok_or(Refusal::NotFound)?.id;
    let known = tx
        .clients_for(Permission::EditClients)?
        .filter(client_rows::Column::Id.eq(record.0))
        .one(tx.conn())
        .await?;
    let known = known.ok_or(Refusal::NotFound)?;
    Ok(NewUser {
        record: record.to_string(),
        roles: vec![own.role.id.to_string()],
        single_name: checkbox_value(known.last_name.is_empty()),
        first_name: known.first_name,
        last_name: known.last_name,
        email: known.email.unwrap_or_default(),
        phone: known.phone.unwrap_or_default(),
        ..fresh
    })
}

/// The context that `parse` needs. Refuses if there is no team to put a person into.
async fn form_context(
    tx: &Tx<'_>,
    home: &organisations::Model,
    customers: &[String],
) -> Result<UserFormContext> {
    let facts = super::form_context(tx, home, customers).await?;
    if facts.units.team_required && facts.units.teams.is_empty() {
        Err(Refusal::Nowhere.into())
    } else {
        Ok(facts)
    }
}

/// Refuses to leave the form for the page that creates a role (CP-06), unless the actor may use
/// both.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn ensure_may_make_role(scope: &Scope) -> Result<()> {
    for permission in [Permission::CreateUsers, Permission::EditRoles] {
        scope.read(permission).await?;
    }
    Ok(())
}

fn scope_key(scope: &Scope) -> String {
    scope.new_key().to_string()
}

/// Creates a person. Posting the same form again returns the person that the first post created.
///
/// # Errors
/// [`Refusal::Invalid`], [`Refusal::Warned`], [`Refusal::Forbidden`]; [`Refusal::Slow`] for too
/// many mails or passwords.
pub async fn create(scope: &Scope, form: NewUser) -> Result<UserId> {
    let facts = {
        let tx = scope.read(Permission::CreateUsers).await?;
        let home = home(&tx).await?;
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
    let (new, passed, mut warnings) = parsed?;
    let hash = links::hash(scope, new.temporary_password.as_ref()).await?;
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
    if new.way_in.takes_seat() && facts.seats.is_some() {
        licence::lock_seats(&tx).await?;
    }
    // before the idempotency key is looked up: a first post that commits in between must not count
    // as a namesake
    warnings.extend(same_name(&tx, &new.details, None).await?);
    if let Some(user) = find_by_idempotency_key(&tx, &new).await? {
        return Ok(user);
    }
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
            retry_or_refusal(scope, &new, error).await
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
    let Ok((new, ..)) = form.parse(
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
        links::keep_password(
            tx,
            user,
            hash,
            Some(tx.scope().now() + Duration::days(TEMPORARY_DAYS)),
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
        SignInSetup::Invitation => "invited",
        SignInSetup::OnlyAdd => "none",
        SignInSetup::TemporaryPassword => "password",
    };
    let mut row = users::ActiveModel {
        organisation_id: Set(organisation),
        id: Set(user.0),
        way_in: Set(way.to_owned()),
        created_at: Set(now),
        created_by: Set(tx.scope().actor().map(|id| id.0)),
        version: Set(1),
        form_key: Set(key),
        ..Default::default()
    };
    set_details(&mut row, details);
    set_identity(tx, &mut row, user, identity)?;
    row.insert(tx.conn()).await?;
    claim_login_name(tx, user, &details.login_name).await
}

/// Assigns the role User and the given roles to a new person.
pub(crate) async fn assign_first(tx: &Write<'_>, user: UserId, given: &[RoleId]) -> Result<()> {
    let base = super::base_role(tx).await?;
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
    row.language = Set(details.language.map(|language| language.code().to_owned()));
    row.reindex();
}

pub(super) fn set_identity(
    tx: &Tx<'_>,
    row: &mut users::ActiveModel,
    user: UserId,
    number: Option<&IdentityNumber>,
) -> Result<()> {
    let keys = tx.scope().keys();
    let kind = number.map(|number| match number.kind() {
        Kind::Personnummer => "personnummer".to_owned(),
        Kind::Samordningsnummer => "samordningsnummer".to_owned(),
    });
    row.identity_kind = Set(kind);
    row.identity_sealed = Set(number
        .map(|number| keys.seal(number.digits(), user.0.as_bytes()))
        .transpose()?);
    row.identity_hash = Set(number.map(|number| keys.index(number.digits())));
    Ok(())
}

/// Claims a login name for a person. The primary key refuses a name that is taken.
pub(super) async fn claim_login_name(
    tx: &Write<'_>,
    user: UserId,
    login_name: &LoginName,
) -> Result<()> {
    let row = login_names::ActiveModel {
        key: Set(login_name.key()),
        organisation_id: Set(tx.organisation()?.0),
        user_id: Set(user.0),
    };
    row.insert(tx.conn()).await?;
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

/// A warning if other people (except `but`) have the same name (S8).
pub(super) async fn same_name(
    tx: &Tx<'_>,
    details: &Details,
    but: Option<UserId>,
) -> Result<Option<Warning>> {
    let folded = fold(&format!(
        "{} {}",
        details.name.first(),
        details.name.last().unwrap_or_default()
    ));
    let mut people = tx
        .users()
        .filter(users::Column::SameName.eq(folded))
        .limit(100)
        .all(tx.conn())
        .await?;
    people.retain(|person| but != Some(UserId(person.id)));
    Ok(people.first().map(|one| Warning::SameName {
        people: people.len() as u32,
        user: visible_user_id(tx, one),
    }))
}

/// Turns a violated constraint into the person that the first post of this form created, or into a
/// refusal at the field it is about.
async fn retry_or_refusal(scope: &Scope, new: &New, error: Error) -> Result<UserId> {
    let tx = scope.read(Permission::CreateUsers).await?;
    if ["users_form_key", "login_name_key", "users_email_key"]
        .iter()
        .any(|key| error.violates(key))
        && let Some(user) = find_by_idempotency_key(&tx, new).await?
    {
        return Ok(user);
    }
    let error = to_refusal(&tx, &new.details, error, None).await;
    drop(tx);
    Err(throttle_if_taken_elsewhere(scope, error).await)
}

/// "Taken elsewhere" is the only information that crosses organisations. Each such answer is
/// recorded and limited (S6).
pub(super) async fn throttle_if_taken_elsewhere(scope: &Scope, error: Error) -> Error {
    let Error::Refused(Refusal::Invalid(invalid)) = &error else {
        return error;
    };
    if !matches!(
        invalid.at(Field::LoginName),
        Some(Problem::NameTaken(Taken::Elsewhere { .. }))
    ) {
        return error;
    }
    throttle_taken_elsewhere(scope).await.err().unwrap_or(error)
}

/// Counts the answer that a name is taken elsewhere against its limit, and records it.
///
/// # Errors
/// [`Refusal::Slow`] beyond the limit.
pub(crate) async fn throttle_taken_elsewhere(scope: &Scope) -> Result<()> {
    let (visitor, who) = (scope.as_visitor(), scope.me()?.to_string());
    throttles::require(scope, &[(Limit::TakenElsewhere, &who)]).await?;
    let tx = visitor.write(Permission::SignIn).await?;
    audit::security_event(&tx, "taken_elsewhere", &who, "").await?;
    tx.commit_without_event().await
}

/// Turns a violated unique constraint into a refusal at its field. `but` is the person being
/// edited.
pub(super) async fn to_refusal(
    tx: &Tx<'_>,
    details: &Details,
    error: Error,
    but: Option<UserId>,
) -> Error {
    let mut invalid = Invalid::default();
    if error.violates("login_name_key") || error.violates("users_email_key") {
        // both fields are checked, because the database stops at the first
        match fields_taken(tx, details, but).await {
            Ok(causes) => invalid = causes,
            Err(error) => return error,
        }
        if error.violates("users_email_key") && invalid.at(Field::Email).is_none() {
            // it belongs to a person out of the actor's reach, and nothing more is revealed
            invalid.0.push((
                Field::Email,
                Problem::EmailTaken(Taken::Elsewhere { free: Vec::new() }),
            ));
        }
    }
    if invalid.0.is_empty() {
        error
    } else {
        invalid.into()
    }
}

async fn fields_taken(tx: &Tx<'_>, details: &Details, but: Option<UserId>) -> Result<Invalid> {
    let mut invalid = Invalid::default();
    if let Some(taken) = name_taken(tx, &details.login_name, but).await? {
        invalid
            .0
            .push((Field::LoginName, Problem::NameTaken(taken)));
    }
    if let Some(email) = &details.email {
        let holder = tx
            .users()
            .filter(users::Column::Email.eq(email.as_str()))
            .one(tx.conn())
            .await?;
        if let Some(holder) = holder.filter(|holder| but != Some(UserId(holder.id))) {
            invalid.0.push((
                Field::Email,
                Problem::EmailTaken(here(tx, &holder, Vec::new())),
            ));
        }
    }
    Ok(invalid)
}

/// Whether a login name is taken, with as much detail as S6 allows; `None` if it is free.
async fn name_taken(
    tx: &Tx<'_>,
    login_name: &LoginName,
    but: Option<UserId>,
) -> Result<Option<Taken>> {
    let held = tx
        .find::<login_names::Entity>()
        .filter(login_names::Column::Key.eq(login_name.key()))
        .one(tx.conn())
        .await?;
    let Some(held) = held.filter(|held| but != Some(UserId(held.user_id))) else {
        return Ok(None);
    };
    let free = free(tx, login_name).await?;
    let holder = tx
        .users()
        .filter(users::Column::Id.eq(held.user_id))
        .one(tx.conn())
        .await?;
    Ok(Some(match holder {
        Some(holder) => here(tx, &holder, free),
        None => Taken::Elsewhere { free },
    }))
}

/// A person's id for a link to their page; `None` if the actor may not see people.
fn visible_user_id(tx: &Tx<'_>, person: &users::Model) -> Option<UserId> {
    tx.scope()
        .grants()
        .reaches_others(Permission::ViewUsers)
        .then_some(UserId(person.id))
}

fn here(tx: &Tx<'_>, holder: &users::Model, free: Vec<String>) -> Taken {
    if holder.archived_at.is_none() {
        return Taken::Here {
            user: visible_user_id(tx, holder),
        };
    }
    let may = tx.scope().grants().reaches_others(Permission::UserBank);
    Taken::Bank {
        user: may.then_some(UserId(holder.id)),
        free,
    }
}

async fn free(tx: &Tx<'_>, taken: &LoginName) -> Result<Vec<String>> {
    let candidates = alternatives(taken);
    let held = tx
        .find::<login_names::Entity>()
        .filter(login_names::Column::Key.is_in(candidates.clone()))
        .all(tx.conn())
        .await?;
    let is_held = |candidate: &String| held.iter().any(|held| held.key == *candidate);
    Ok(candidates
        .into_iter()
        .filter(|candidate| !is_held(candidate))
        .take(PROPOSALS)
        .collect())
}

/// Whether a login name is free, for the form in which it is being typed.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Slow`] after too many answers about names that are taken
/// elsewhere.
pub async fn availability(scope: &Scope, typed: &str, but: Option<UserId>) -> Result<Availability> {
    let permission = if but.is_some() {
        Permission::EditUsers
    } else {
        Permission::CreateUsers
    };
    let tx = scope.read(permission).await?;
    let login_name = match LoginName::parse(typed) {
        Ok(login_name) => login_name,
        Err(error) => return Ok(Availability::Wrong(error.into())),
    };
    let taken = name_taken(&tx, &login_name, but).await?;
    drop(tx);
    if matches!(taken, Some(Taken::Elsewhere { .. })) {
        throttle_taken_elsewhere(scope).await?;
    }
    Ok(taken.map_or(Availability::Free, Availability::Taken))
}
