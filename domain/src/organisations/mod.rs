//! Organisations: the first one, created by the set-up link or from a terminal, and those that the
//! operator creates and manages.

mod administrators;
mod manage;

pub use administrators::{act as act_on_administrator, page as administrator_page};
pub(crate) use manage::with_activity;
pub use manage::{add, add_form, edit, edit_form, list, page, resume, suspend, suspend_form};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use usher_types::audit::Event;
use usher_types::login_name::LoginNameFormat;
use usher_types::mail::Mail;
use usher_types::names::fold;
use usher_types::organisations::FirstRun;
use usher_types::session::SetUp;
use usher_types::users::Details;
use usher_types::{
    BuiltInRole, Language, OrganisationId, Permission, Refusal, SignInSetup, UserId,
};
use uuid::Uuid;

use crate::entity::organisations;
use crate::foundation::limits::Limit;
use crate::foundation::sealing::Token;
use crate::infrastructure::outbox;
use crate::infrastructure::throttles::{self, MailCounted};
use crate::scope::{Db, Tx, Write};
use crate::{Error, Result, Scope, credentials, dashboards, links, lists, roles, users};

/// The initial data of an organisation.
pub struct Beginning {
    /// Its name and its first person.
    pub first: FirstRun,
    /// Its language.
    pub language: Language,
    /// Whether it is the operator of the installation, whose first person is a System
    /// administrator.
    pub is_operator: bool,
}

/// Whether any account exists. Until then the set-up link is offered.
///
/// # Errors
/// When the database fails.
pub async fn somebody_exists(db: &Db) -> Result<bool> {
    let scope = db.visitor(db.new_id());
    let tx = scope.read(Permission::SetUp).await?;
    Ok(tx
        .find::<organisations::Entity>()
        .one(tx.conn())
        .await?
        .is_some())
}

/// Creates the operator organisation and its System administrator, which consumes the link.
///
/// # Errors
/// [`Refusal::DeadLink`] if the link was used or an account exists; [`Refusal::Invalid`].
pub async fn set_up(
    db: &Db,
    visitor: &Scope,
    token: &Token,
    form: &SetUp,
    language: Language,
) -> Result<()> {
    links::check_set_up(visitor, token).await?;
    // there is no account yet, so one counter serves the whole installation
    throttles::require(visitor, &[(Limit::OwnPasswords, "set-up")]).await?;
    let typed = form.clone();
    let first = visitor
        .hashing()
        .check_form(move || typed.parse())
        .await??;
    let begun = begin(
        db,
        Beginning {
            first,
            language,
            is_operator: true,
        },
        Some(token),
    )
    .await;
    // the operator organisation was created in the meantime
    if begun
        .as_ref()
        .is_err_and(|error| error.violates("organisations_one_operator"))
    {
        return Err(Refusal::DeadLink.into());
    }
    begun.map(|_| ())
}

/// Creates an organisation with its first administrator, from the terminal or the set-up link.
///
/// # Errors
/// [`Refusal::Invalid`] where the login name is taken.
pub async fn begin(
    db: &Db,
    beginning: Beginning,
    token: Option<&Token>,
) -> Result<(OrganisationId, UserId)> {
    let id = OrganisationId(db.new_id());
    let scope = db.system(Some(id));
    let hash = credentials::hash(&scope, beginning.first.password.as_ref()).await?;
    let tx = scope.write(Permission::SetUp).await?;
    if let Some(token) = token {
        let used = tx
            .one(
                "SELECT * FROM token_use($1, 'set_up', $2)",
                [token_hash(token), scope.now().into()],
            )
            .await?;
        used.ok_or(Refusal::DeadLink)?;
    }
    let user = write(&tx, &beginning, None, hash, &MailCounted::by_system())
        .await
        .map_err(Error::name_taken)?;
    tx.commit().await?;
    Ok((id, user))
}

async fn one(tx: &Tx<'_>, id: OrganisationId) -> Result<organisations::Model> {
    let found = tx
        .find::<organisations::Entity>()
        .filter(organisations::Column::Id.eq(id.0))
        .one(tx.conn())
        .await?;
    found.ok_or_else(|| Refusal::NotFound.into())
}

fn token_hash(token: &Token) -> sea_orm::Value {
    token.hash().into()
}

/// Writes an organisation, its built-in roles and its first administrator, who is invited if there
/// is no password.
async fn write(
    tx: &Write<'_>,
    beginning: &Beginning,
    key: Option<Uuid>,
    hash: Option<String>,
    counted: &MailCounted,
) -> Result<UserId> {
    let (id, now) = (tx.organisation()?, tx.scope().now());
    let Beginning {
        first,
        language,
        is_operator,
    } = beginning;
    let row = organisations::ActiveModel {
        id: Set(id.0),
        name: Set(first.organisation.clone()),
        is_operator: Set(*is_operator),
        login_name_format: Set(LoginNameFormat::FirstDotLast),
        language: Set(*language),
        time_zone: Set("Europe/Stockholm".to_owned()),
        requires_office: Set(false),
        uses_lms: Set(false),
        uses_portal: Set(false),
        created_at: Set(now),
        form_key: Set(key),
        name_key: Set(fold(&first.organisation)),
        ..Default::default()
    };
    organisations::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    let built_in = roles::create_built_in(tx, id, *is_operator).await?;
    lists::create_built_in(tx, id).await?;
    dashboards::create_built_in(tx, id, &built_in).await?;
    // after the dashboards that the roles bring exist
    roles::switch_portal(tx, false).await?;
    tx.record(Event::OrganisationCreated).await?;
    let role = if *is_operator {
        BuiltInRole::SystemAdministrator
    } else {
        BuiltInRole::OrganisationAdministrator
    };
    let details = Details {
        name: first.name.clone(),
        email: first.email.clone(),
        phone: None,
        job_title: None,
        language: Some(*language),
        login_name: first.login_name.clone(),
    };
    let user = UserId(tx.id());
    let given = [built_in[&role]];
    let way_in = if hash.is_some() {
        SignInSetup::TemporaryPassword
    } else {
        SignInSetup::Invitation
    };
    users::insert(tx, user, tx.id(), &details, None, way_in).await?;
    users::assign_first(tx, user, &given).await?;
    match hash {
        Some(hash) => credentials::keep_password(tx, user, hash, None).await?,
        None => drop(outbox::enqueue(tx, user, &Mail::Invitation, counted).await?),
    }
    tx.record(Event::UserCreated {
        user,
        roles: given.to_vec(),
        way_in,
        overridden: vec![],
    })
    .await?;
    Ok(user)
}
