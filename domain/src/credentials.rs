//! What a person signs in with: a login name, unique in the installation, and a password hash.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};
use usher_types::login_name::LoginName;
use usher_types::{Secret, UserId};

use crate::entity::{credentials, login_names};
use crate::scope::Write;
use crate::{Result, Scope};

/// Claims a login name for a person. The primary key refuses a name that is taken.
pub(crate) async fn claim_login_name(
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

/// Changes a person's login name; the old one becomes free.
pub(crate) async fn replace_login_name(
    tx: &Write<'_>,
    user: UserId,
    login_name: &LoginName,
) -> Result<()> {
    login_names::Entity::delete_many()
        .filter(login_names::Column::UserId.eq(user.0))
        .exec(tx.conn())
        .await?;
    claim_login_name(tx, user, login_name).await
}

/// Hashes a password before a transaction opens (decision 0013).
pub(crate) async fn hash(scope: &Scope, password: Option<&Secret>) -> Result<Option<String>> {
    match password {
        Some(password) => Ok(Some(scope.hashing().hash(password).await?)),
        None => Ok(None),
    }
}

/// Replaces a person's password hash. `expires_at` makes it a temporary one.
pub(crate) async fn keep_password(
    tx: &Write<'_>,
    user: UserId,
    hash: String,
    expires_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let row = credentials::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        user_id: Set(user.0),
        password_hash: Set(hash),
        is_temporary: Set(expires_at.is_some()),
        expires_at: Set(expires_at),
        set_at: Set(tx.scope().now()),
    };
    let replace = OnConflict::columns([
        credentials::Column::OrganisationId,
        credentials::Column::UserId,
    ])
    .update_columns([
        credentials::Column::PasswordHash,
        credentials::Column::IsTemporary,
        credentials::Column::ExpiresAt,
        credentials::Column::SetAt,
    ])
    .to_owned();
    credentials::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await?;
    let ends = "UPDATE users SET sign_in_ends_at = $2 WHERE id = $1 AND sign_in_ends_at IS DISTINCT FROM $2";
    tx.execute(ends, [user.0.into(), expires_at.into()]).await?;
    Ok(())
}

/// Marks the account as no longer trusted for switching: its password or link now comes from an
/// administrator, so signing in does not prove who the person is in other organisations.
pub(crate) async fn distrust(tx: &Write<'_>, user: UserId) -> Result<()> {
    tx.execute("SELECT account_distrust($1)", [user.0.into()])
        .await?;
    Ok(())
}
