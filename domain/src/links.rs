//! Links that are used once: an invitation's, an address's confirmation, the installation's set-up.
//!
//! Invariant: a token is random, stored as its hash, bound to one purpose, and consumed by the POST alone (design rule 7).
//! Whatever is wrong with one is told by one refusal.

use chrono::Duration;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;
use usher_types::audit::{Change, Event};
use usher_types::form::Secret;
use usher_types::login_name::LoginName;
use usher_types::mail::Mail;
use usher_types::profile::ConfirmEmail;
use usher_types::refusal::Taken;
use usher_types::session::{SetPassword, SetPasswordPage};
use usher_types::{Field, Invalid, OrganisationId, Permission, Problem, Refusal, UserId};

use crate::entity::{credentials, users};
use crate::scope::{Tx, Write};
use crate::sealing::Token;
use crate::settings::home;
use crate::throttles::{self, Limit};
use crate::{Result, Scope, accounts, outbox, sessions};

/// Days an invitation's link lasts from when its mail left (design §5).
pub(crate) const INVITATION_DAYS: i64 = 7;

const INVITATION: &str = "invitation";
const EMAIL_CHANGE: &str = "email_change";

struct Link {
    organisation: OrganisationId,
    user: UserId,
    data: serde_json::Value,
}

/// Mints the token of a mail that carries a link, for this try; earlier ones stay good (design 5.7).
pub(crate) async fn mint(tx: &Write<'_>, person: &users::Model, mail: &Mail) -> Result<Option<Token>> {
    let (purpose, data, life) = match mail {
        Mail::Invitation => (INVITATION, json!({}), Duration::days(INVITATION_DAYS)),
        Mail::ConfirmEmail { to } => (EMAIL_CHANGE, json!({ "email": to }), Duration::hours(24)),
        Mail::EmailChanged { .. }
        | Mail::PasswordChanged
        | Mail::VendorNotice { .. }
        | Mail::LinkAnswered { .. }
        | Mail::LinkProposed { .. }
        | Mail::AccountsLinked { .. }
        | Mail::AccountUnlinked { .. }
        | Mail::SwitchedTo { .. }
        | Mail::ColleagueArchived { .. }
        | Mail::AdministratorManaged { .. }
        | Mail::ReferralArrived { .. }
        | Mail::ReferralMoved { .. } => return Ok(None),
    };
    let token = Token::new()?;
    let until = tx.scope().now() + life;
    let values = [token.hash().into(), purpose.into(), person.organisation_id.into(), person.id.into(), data.into(), until.into()];
    tx.execute("SELECT token_add($1, $2, $3, $4, $5, $6)", values).await?;
    Ok(Some(token))
}

/// Withdraws a person's mails of one kind with every link they carried.
pub(crate) async fn withdraw(tx: &Write<'_>, user: UserId, mail: &Mail) -> Result<()> {
    // before the links: a mail that still waited could mint one more after they were revoked
    outbox::supersede(tx, user, mail).await?;
    if matches!(mail, Mail::Invitation) {
        revoke(tx, user, INVITATION).await?;
    }
    if matches!(mail, Mail::ConfirmEmail { .. }) {
        revoke(tx, user, EMAIL_CHANGE).await?;
    }
    Ok(())
}

/// Revokes a person's invitations, and leaves a mail that still waits.
pub(crate) async fn revoke_invitations(tx: &Write<'_>, user: UserId) -> Result<()> {
    revoke(tx, user, INVITATION).await
}

/// Revokes every link of one purpose that a person has.
async fn revoke(tx: &Write<'_>, user: UserId, purpose: &str) -> Result<()> {
    tx.execute("SELECT tokens_revoke($1, $2, $3)", [tx.organisation()?.0.into(), user.0.into(), purpose.into()]).await?;
    Ok(())
}

/// The mail that asks for an address to be confirmed, whichever it is, to withdraw it.
pub(crate) fn any_confirmation() -> Mail {
    Mail::ConfirmEmail { to: String::new() }
}

/// Whose account an invitation's link is for.
///
/// # Errors
/// [`Refusal::DeadLink`].
pub async fn invitation(visitor: &Scope, token: &Token) -> Result<SetPasswordPage> {
    let link = find(visitor, token, INVITATION).await?;
    let in_organisation = visitor.for_organisation(link.organisation);
    let tx = in_organisation.read(Permission::FollowLink).await?;
    let (person, organisation) = person(&tx, link.user).await?;
    Ok(SetPasswordPage {
        name: crate::users::display(&person),
        words: crate::users::words(&person, &organisation),
        login_name: person.login_name,
        organisation,
    })
}

/// Sets the password an invitation leads to, ends every link and session there was; the person then signs in.
///
/// # Errors
/// [`Refusal::DeadLink`]; [`Refusal::Invalid`] for a password that is not strong, [`Refusal::Slow`] beyond the limit: the link stays
/// good then.
pub async fn accept(visitor: &Scope, token: &Token, form: &SetPassword) -> Result<()> {
    let asked = find(visitor, token, INVITATION).await?.user.to_string();
    throttles::require(visitor, &[(Limit::OwnPasswords, &asked)]).await?;
    let page = invitation(visitor, token).await?;
    let typed = form.clone();
    let password = visitor.hashing().check_form(move || typed.parse(&page.words)).await??;
    let hash = visitor.hashing().hash(&password).await?;
    let link = find(visitor, token, INVITATION).await?;
    let in_organisation = visitor.for_organisation(link.organisation);
    let tx = in_organisation.write(Permission::FollowLink).await?;
    // the person before the link, as everywhere, or two could wait for each other
    let person = tx.lock_user(link.user).await?;
    use_up(&tx, token, INVITATION).await?;
    if person.archived_at.is_some() {
        return Err(Refusal::DeadLink.into());
    }
    let had_email = person.email.is_some();
    let mut person = person.into_active_model();
    person.way_in = Set("password".to_owned());
    person.last_active_at = Set(Some(tx.scope().now()));
    if had_email {
        // the link went to this address alone, so who followed it reads it
        person.email_verified_at = Set(Some(tx.scope().now()));
    }
    person.update(tx.conn()).await?;
    keep_password(&tx, link.user, hash, None).await?;
    withdraw(&tx, link.user, &Mail::Invitation).await?;
    sessions::end_all(&tx, link.user, None).await?;
    accounts::distrust(&tx, link.user).await?;
    tx.record(Event::InvitationAccepted { user: link.user }).await?;
    tx.commit().await
}

/// Whether a link that confirms an address still can; the address it confirms.
///
/// # Errors
/// [`Refusal::DeadLink`].
pub async fn email_change(visitor: &Scope, token: &Token) -> Result<String> {
    let link = find(visitor, token, EMAIL_CHANGE).await?;
    Ok(link.data["email"].as_str().unwrap_or_default().to_owned())
}

/// Applies the confirmed address; the old one is told. A login name that was the old address follows (design 5.10).
///
/// # Errors
/// [`Refusal::DeadLink`], also where somebody else took the address meanwhile; [`Refusal::Invalid`] at the login name where
/// that is what is taken. The link stays good then.
pub async fn confirm_email(visitor: &Scope, token: &Token, form: &ConfirmEmail) -> Result<()> {
    let mut checks = usher_types::form::Checks::default();
    checks.nothing_unexpected(form);
    if !checks.is_clean() {
        return Err(checks.into_invalid().into());
    }
    let link = find(visitor, token, EMAIL_CHANGE).await?;
    let new = link.data["email"].as_str().unwrap_or_default().to_owned();
    let counted = throttles::count_mail(visitor, &Mail::EmailChanged { to: String::new() }, Some(link.user), &[]).await?;
    let in_organisation = visitor.for_organisation(link.organisation);
    let tx = in_organisation.write(Permission::FollowLink).await?;
    let person = tx.lock_user(link.user).await?;
    use_up(&tx, token, EMAIL_CHANGE).await?;
    if person.archived_at.is_some() {
        return Err(Refusal::DeadLink.into());
    }
    let follows = crate::users::following(&person, &new);
    let mut row = person.clone().into_active_model();
    row.email = Set(Some(new.clone()));
    row.email_verified_at = Set(Some(tx.scope().now()));
    row.version = Set(person.version + 1);
    if let Some(login_name) = &follows {
        row.login_name = Set(login_name.as_str().to_owned());
    }
    crate::users::reindex(&mut row);
    if let Err(error) = apply(&tx, row, link.user, follows.as_ref()).await {
        return Err(if error.violates("users_email_key") {
            Refusal::DeadLink.into()
        } else if error.violates("login_name_key") {
            // whose it is, is not said (S6)
            Invalid::one(Field::LoginName, Problem::NameTaken(Taken::Elsewhere { free: Vec::new() })).into()
        } else {
            error
        });
    }
    if let Some(old) = &person.email {
        outbox::enqueue(&tx, link.user, &Mail::EmailChanged { to: old.clone() }, &counted).await?;
    }
    withdraw(&tx, link.user, &any_confirmation()).await?;
    let mut changes = vec![Change { field: Field::Email, before: person.email, after: Some(new) }];
    changes.extend(follows.map(|name| Change {
        field: Field::LoginName,
        before: Some(person.login_name),
        after: Some(name.as_str().to_owned()),
    }));
    tx.record_with_changes(Event::EmailChanged { user: link.user }, &changes).await?;
    tx.commit().await
}

async fn apply(tx: &Write<'_>, row: users::ActiveModel, user: UserId, login_name: Option<&LoginName>) -> Result<()> {
    row.update(tx.conn()).await?;
    match login_name {
        Some(login_name) => crate::users::rename(tx, user, login_name).await,
        None => Ok(()),
    }
}

/// Replaces a person's password hash. `expires_at` makes it a temporary one.
pub(crate) async fn keep_password(
    tx: &Write<'_>,
    user: UserId,
    hash: String,
    expires_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<()> {
    let row = credentials::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        user_id: Set(user.0),
        password_hash: Set(hash),
        is_temporary: Set(expires_at.is_some()),
        expires_at: Set(expires_at),
        set_at: Set(tx.scope().now()),
    };
    let replace = sea_orm::sea_query::OnConflict::columns([credentials::Column::OrganisationId, credentials::Column::UserId])
        .update_columns([
            credentials::Column::PasswordHash,
            credentials::Column::IsTemporary,
            credentials::Column::ExpiresAt,
            credentials::Column::SetAt,
        ])
        .to_owned();
    credentials::Entity::insert(row).on_conflict(replace).exec_without_returning(tx.conn()).await?;
    let ends = "UPDATE users SET sign_in_ends_at = $2 WHERE id = $1 AND sign_in_ends_at IS DISTINCT FROM $2";
    tx.execute(ends, [user.0.into(), expires_at.into()]).await?;
    Ok(())
}

async fn find(visitor: &Scope, token: &Token, purpose: &str) -> Result<Link> {
    let tx = visitor.read(Permission::FollowLink).await?;
    let values = [token.hash().into(), purpose.into(), visitor.now().into()];
    let row = tx.one("SELECT * FROM token_find($1, $2, $3)", values).await?.ok_or(Refusal::DeadLink)?;
    Ok(Link {
        organisation: OrganisationId(row.try_get("", "organisation_id")?),
        user: UserId(row.try_get("", "user_id")?),
        data: row.try_get("", "data")?,
    })
}

/// Uses a link up in the transaction it is for: where that fails the link stays good, and of two at once one finds it gone.
async fn use_up(tx: &Write<'_>, token: &Token, purpose: &str) -> Result<()> {
    let values = [token.hash().into(), purpose.into(), tx.scope().now().into()];
    let used = tx.one("SELECT * FROM token_use($1, $2, $3)", values).await?;
    used.map(|_| ()).ok_or_else(|| Refusal::DeadLink.into())
}

async fn person(tx: &Tx<'_>, user: UserId) -> Result<(users::Model, String)> {
    let person = tx.user(user).await?;
    if person.archived_at.is_some() {
        return Err(Refusal::DeadLink.into());
    }
    Ok((person, home(tx).await?.name))
}

/// A fresh set-up token; earlier ones die. Only while nobody exists.
///
/// # Errors
/// When the database fails.
pub async fn mint_set_up(visitor: &Scope) -> Result<Token> {
    let tx = visitor.write(Permission::SetUp).await?;
    let token = Token::new()?;
    tx.execute("SELECT tokens_revoke(NULL, NULL, 'set_up')", []).await?;
    let until = visitor.now() + Duration::hours(24);
    tx.execute("SELECT token_add($1, 'set_up', NULL, NULL, '{}', $2)", [token.hash().into(), until.into()]).await?;
    tx.commit_without_event().await?;
    Ok(token)
}

/// Whether the set-up link can be used.
///
/// # Errors
/// [`Refusal::DeadLink`].
pub async fn check_set_up(visitor: &Scope, token: &Token) -> Result<()> {
    let tx = visitor.read(Permission::SetUp).await?;
    let found = tx.one("SELECT * FROM token_find($1, 'set_up', $2)", [token.hash().into(), visitor.now().into()]).await?;
    if found.is_some() { Ok(()) } else { Err(Refusal::DeadLink.into()) }
}

/// A password judged and hashed before a transaction opens (design rule 11).
pub(crate) async fn hash(scope: &Scope, password: Option<&Secret>) -> Result<Option<String>> {
    match password {
        Some(password) => Ok(Some(scope.hashing().hash(password).await?)),
        None => Ok(None),
    }
}
