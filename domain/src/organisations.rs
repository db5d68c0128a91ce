//! Organisations: the first one, made by the set-up link or from a terminal, and others for the demo.

use chrono::Utc;
use sea_orm::{EntityTrait, Set};
use usher_types::audit::Event;
use usher_types::refusal::Taken;
use usher_types::roles::Shipped;
use usher_types::session::{FirstRun, SetUp};
use usher_types::users::{Details, WayIn};
use usher_types::{Field, Invalid, Language, OrganisationId, Permission, Problem, Refusal, UserId};

use crate::entity::organisations;
use crate::scope::{Db, Write};
use crate::sealing::Token;
use crate::{Result, Scope, links, lists, roles, users};

/// What an organisation begins with.
pub struct Beginning {
    /// Its name and its first person.
    pub first: FirstRun,
    /// Its language.
    pub language: Language,
    /// Whether it runs the installation; the first person is System administrator then.
    pub is_operator: bool,
}

/// Whether anybody has an account: until then the set-up link is offered.
///
/// # Errors
/// When the database fails.
pub async fn somebody_exists(db: &Db) -> Result<bool> {
    let scope = db.visitor(db.new_id());
    let tx = scope.read(Permission::SetUp).await?;
    Ok(tx.find::<organisations::Entity>().one(tx.on()).await?.is_some())
}

/// Makes the operator organisation and its System administrator; the link is dead then.
///
/// # Errors
/// [`Refusal::DeadLink`] where the link was used or somebody exists already; [`Refusal::Invalid`].
pub async fn set_up(db: &Db, visitor: &Scope, token: &Token, form: &SetUp, language: Language) -> Result<()> {
    links::check_set_up(visitor, token).await?;
    let first = form.parse()?;
    let begun = begin(db, Beginning { first, language, is_operator: true }, Some(token)).await;
    // the one operator there can be was made in between
    if begun.as_ref().is_err_and(|error| error.violates("organisations_one_operator")) {
        return Err(Refusal::DeadLink.into());
    }
    begun.map(|_| ())
}

/// Makes an organisation with its first administrator, from the terminal or the set-up link.
///
/// # Errors
/// [`Refusal::Invalid`] where the login name is taken.
pub async fn begin(db: &Db, beginning: Beginning, token: Option<&Token>) -> Result<(OrganisationId, UserId)> {
    let id = OrganisationId(db.new_id());
    let scope = db.system(Some(id));
    let hash = links::hash(&scope, Some(&beginning.first.password)).await?;
    let tx = scope.write(Permission::SetUp).await?;
    if let Some(token) = token {
        let used = tx.one("SELECT * FROM token_use($1, 'set_up', $2)", [token_hash(token), scope.now().into()]).await?;
        used.ok_or(Refusal::DeadLink)?;
    }
    let written = write(&tx, id, &beginning, scope.now(), hash).await;
    if written.as_ref().is_err_and(|error| error.violates("login_name_key")) {
        return Err(Invalid::one(Field::LoginName, Problem::NameTaken(Taken::Elsewhere { free: Vec::new() })).into());
    }
    let user = written?;
    tx.commit().await?;
    Ok((id, user))
}

fn token_hash(token: &Token) -> sea_orm::Value {
    token.hash().into()
}

async fn write(
    tx: &Write<'_>,
    id: OrganisationId,
    beginning: &Beginning,
    now: chrono::DateTime<Utc>,
    hash: Option<String>,
) -> Result<UserId> {
    let Beginning { first, language, is_operator } = beginning;
    let row = organisations::ActiveModel {
        id: Set(id.0),
        name: Set(first.organisation.clone()),
        is_operator: Set(*is_operator),
        login_name_format: Set("first.last".to_owned()),
        language: Set(language.code().to_owned()),
        time_zone: Set("Europe/Stockholm".to_owned()),
        requires_office: Set(false),
        uses_lms: Set(false),
        created_at: Set(now),
    };
    organisations::Entity::insert(row).exec_without_returning(tx.on()).await?;
    let shipped = roles::ship(tx, id, *is_operator).await?;
    lists::ship(tx, id).await?;
    tx.happened(Event::OrganisationCreated).await?;
    let role = if *is_operator { Shipped::SystemAdministrator } else { Shipped::OrganisationAdministrator };
    let details = Details {
        name: first.name.clone(),
        email: first.email.clone(),
        phone: None,
        job_title: None,
        language: Some(*language),
        login_name: first.login_name.clone(),
    };
    let user = UserId(tx.id());
    let given = [shipped[role.key()]];
    users::insert(tx, user, tx.id(), &details, None, WayIn::TemporaryPassword).await?;
    users::give_first(tx, user, &given).await?;
    if let Some(hash) = hash {
        links::keep_password(tx, user, hash, None).await?;
    }
    tx.happened(Event::UserCreated { user, roles: given.to_vec(), way_in: WayIn::TemporaryPassword, overridden: vec![] }).await?;
    Ok(user)
}
