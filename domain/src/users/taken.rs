//! What is taken: login names, e-mail addresses and identity numbers are unique, and the answer says
//! what the actor may know about the person who has one (S6).

use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};
use usher_types::login_name::{LoginName, alternatives};
use usher_types::names::fold;
use usher_types::refusal::Taken;
use usher_types::users::{Availability, Details};
use usher_types::{Field, Invalid, Permission, Problem, Refusal, UserId, Warning};

use crate::entity::{login_names, users};
use crate::foundation::limits::Limit;
use crate::infrastructure::throttles;
use crate::scope::Tx;
use crate::{Error, Result, Scope};

/// The number of free names that are proposed if a name is taken.
const PROPOSALS: usize = 3;

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
    tx.record_security_event("taken_elsewhere", &who, "")
        .await?;
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
    let may = tx.scope().sees_user_bank();
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
