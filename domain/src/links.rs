//! Single-use links: an invitation, the confirmation of an e-mail address, and the set-up of the
//! installation.
//!
//! Invariant: a token is random, stored as its hash, bound to one purpose, and consumed by the POST
//! alone (decision 0007). Every problem with a link gives the same refusal.

use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde_json::json;
use usher_types::audit::{Change, Event};
use usher_types::login_name::LoginName;
use usher_types::mail::Mail;
use usher_types::profile::ConfirmEmail;
use usher_types::session::{SetPassword, SetPasswordPage};
use usher_types::{Field, OrganisationId, Permission, Refusal, UserId, durations};

use crate::entity::users;
use crate::foundation::limits::Limit;
use crate::foundation::sealing::Token;
use crate::infrastructure::{outbox, throttles};
use crate::scope::{Tx, Write};
use crate::{Error, Result, Scope, credentials, sessions};

const INVITATION: &str = "invitation";
const EMAIL_CHANGE: &str = "email_change";

struct Link {
    organisation: OrganisationId,
    user: UserId,
    data: serde_json::Value,
}

/// Creates the token of a mail with a link, for this delivery attempt; earlier tokens stay valid
/// (decision 0019).
pub(crate) async fn mint(
    tx: &Write<'_>,
    person: &users::Model,
    mail: &Mail,
) -> Result<Option<Token>> {
    let (purpose, data, life) = match mail {
        Mail::Invitation => (INVITATION, json!({}), durations::INVITATION),
        Mail::ConfirmEmail { to } => (
            EMAIL_CHANGE,
            json!({ "email": to }),
            durations::EMAIL_CONFIRMATION,
        ),
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
    let values = [
        token.hash().into(),
        purpose.into(),
        person.organisation_id.into(),
        person.id.into(),
        data.into(),
        until.into(),
    ];
    tx.execute("SELECT token_add($1, $2, $3, $4, $5, $6)", values)
        .await?;
    Ok(Some(token))
}

/// Withdraws a person's mails of one kind, together with their links.
pub(crate) async fn withdraw(tx: &Write<'_>, user: UserId, mail: &Mail) -> Result<()> {
    // before the links: a mail that still waits could create another link after they were revoked
    outbox::supersede(tx, user, mail).await?;
    if matches!(mail, Mail::Invitation) {
        revoke(tx, user, INVITATION).await?;
    }
    if matches!(mail, Mail::ConfirmEmail { .. }) {
        revoke(tx, user, EMAIL_CHANGE).await?;
    }
    Ok(())
}

/// Revokes a person's invitation links, but not a mail that still waits.
pub(crate) async fn revoke_invitations(tx: &Write<'_>, user: UserId) -> Result<()> {
    revoke(tx, user, INVITATION).await
}

/// Revokes every link of one purpose that a person has.
async fn revoke(tx: &Write<'_>, user: UserId, purpose: &str) -> Result<()> {
    tx.execute(
        "SELECT tokens_revoke($1, $2, $3)",
        [tx.organisation()?.0.into(), user.0.into(), purpose.into()],
    )
    .await?;
    Ok(())
}

/// A mail that confirms any address, for withdrawing such mails.
pub(crate) fn any_confirmation() -> Mail {
    Mail::ConfirmEmail { to: String::new() }
}

/// The account that an invitation's link is for.
///
/// # Errors
/// [`Refusal::DeadLink`].
pub async fn invitation(visitor: &Scope, token: &Token) -> Result<SetPasswordPage> {
    let link = find(visitor, token, INVITATION).await?;
    let in_organisation = visitor.for_organisation(link.organisation);
    let tx = in_organisation.read(Permission::FollowLink).await?;
    let (person, organisation) = person(&tx, link.user).await?;
    Ok(SetPasswordPage {
        name: person.display_name(),
        words: person.password_words(&organisation),
        login_name: person.login_name,
        organisation,
    })
}

/// Accepts an invitation: sets the password and ends all existing links and sessions. The person
/// signs in afterwards.
///
/// # Errors
/// [`Refusal::DeadLink`]; [`Refusal::Invalid`] for a password that is not strong, [`Refusal::Slow`]
/// beyond the limit. The link stays valid in these two cases.
pub async fn accept(visitor: &Scope, token: &Token, form: &SetPassword) -> Result<()> {
    let asked = find(visitor, token, INVITATION).await?.user.to_string();
    throttles::require(visitor, &[(Limit::OwnPasswords, &asked)]).await?;
    let page = invitation(visitor, token).await?;
    let typed = form.clone();
    let password = visitor
        .hashing()
        .check_form(move || typed.parse(&page.words))
        .await??;
    let hash = visitor.hashing().hash(&password).await?;
    let link = find(visitor, token, INVITATION).await?;
    let in_organisation = visitor.for_organisation(link.organisation);
    let tx = in_organisation.write(Permission::FollowLink).await?;
    // the person is locked before the link, as everywhere, to avoid a deadlock
    let person = tx.lock_user(link.user).await?;
    use_up(&tx, token, INVITATION).await?;
    if person.archived_at.is_some() {
        return Err(Refusal::DeadLink.into());
    }
    let had_email = person.email.is_some();
    let mut person = person.into_active_model();
    person.way_in = Set(users::SignIn::Password);
    person.last_active_at = Set(Some(tx.scope().now()));
    if had_email {
        // the link was sent only to this address, so following it confirms the address
        person.email_verified_at = Set(Some(tx.scope().now()));
    }
    person.update(tx.conn()).await?;
    credentials::keep_password(&tx, link.user, hash, None).await?;
    withdraw(&tx, link.user, &Mail::Invitation).await?;
    sessions::end_all(&tx, link.user, None).await?;
    credentials::distrust(&tx, link.user).await?;
    tx.record(Event::InvitationAccepted { user: link.user })
        .await?;
    tx.commit().await
}

/// The address that a link confirms, if the link is still valid.
///
/// # Errors
/// [`Refusal::DeadLink`].
pub async fn email_change(visitor: &Scope, token: &Token) -> Result<String> {
    let link = find(visitor, token, EMAIL_CHANGE).await?;
    Ok(link.data["email"].as_str().unwrap_or_default().to_owned())
}

/// Applies the confirmed address and notifies the old one. A login name that was the old address
/// changes with it (decision 0022).
///
/// # Errors
/// [`Refusal::DeadLink`], also if somebody else took the address in the meantime;
/// [`Refusal::Invalid`] at the login name if that is taken. The link stays valid then.
pub async fn confirm_email(visitor: &Scope, token: &Token, form: &ConfirmEmail) -> Result<()> {
    let mut checks = usher_types::form::Checks::default();
    checks.nothing_unexpected(form);
    if !checks.is_clean() {
        return Err(checks.into_invalid().into());
    }
    let link = find(visitor, token, EMAIL_CHANGE).await?;
    let new = link.data["email"].as_str().unwrap_or_default().to_owned();
    let counted = throttles::count_mail(
        visitor,
        &Mail::EmailChanged { to: String::new() },
        Some(link.user),
        &[],
    )
    .await?;
    let in_organisation = visitor.for_organisation(link.organisation);
    let tx = in_organisation.write(Permission::FollowLink).await?;
    let person = tx.lock_user(link.user).await?;
    use_up(&tx, token, EMAIL_CHANGE).await?;
    if person.archived_at.is_some() {
        return Err(Refusal::DeadLink.into());
    }
    let follows = person.login_name_following(&new);
    let mut row = person.clone().into_active_model();
    row.email = Set(Some(new.clone()));
    row.email_verified_at = Set(Some(tx.scope().now()));
    row.version = Set(person.version + 1);
    if let Some(login_name) = &follows {
        row.login_name = Set(login_name.as_str().to_owned());
    }
    row.reindex();
    if let Err(error) = apply(&tx, row, link.user, follows.as_ref()).await {
        return Err(if error.violates("users_email_key") {
            Refusal::DeadLink.into()
        } else {
            Error::name_taken(error)
        });
    }
    if let Some(old) = &person.email {
        outbox::enqueue(
            &tx,
            link.user,
            &Mail::EmailChanged { to: old.clone() },
            &counted,
        )
        .await?;
    }
    withdraw(&tx, link.user, &any_confirmation()).await?;
    let mut changes = vec![Change {
        field: Field::Email,
        before: person.email,
        after: Some(new),
    }];
    changes.extend(follows.map(|name| Change {
        field: Field::LoginName,
        before: Some(person.login_name),
        after: Some(name.as_str().to_owned()),
    }));
    tx.record_with_changes(Event::EmailChanged { user: link.user }, &changes)
        .await?;
    tx.commit().await
}

async fn apply(
    tx: &Write<'_>,
    row: users::ActiveModel,
    user: UserId,
    login_name: Option<&LoginName>,
) -> Result<()> {
    row.update(tx.conn()).await?;
    match login_name {
        Some(login_name) => credentials::replace_login_name(tx, user, login_name).await,
        None => Ok(()),
    }
}

async fn find(visitor: &Scope, token: &Token, purpose: &str) -> Result<Link> {
    let tx = visitor.read(Permission::FollowLink).await?;
    let values = [token.hash().into(), purpose.into(), visitor.now().into()];
    let row = tx
        .one("SELECT * FROM token_find($1, $2, $3)", values)
        .await?
        .ok_or(Refusal::DeadLink)?;
    Ok(Link {
        organisation: OrganisationId(row.try_get("", "organisation_id")?),
        user: UserId(row.try_get("", "user_id")?),
        data: row.try_get("", "data")?,
    })
}

/// Consumes a link within the transaction that uses it: if that fails the link stays valid, and of
/// two at the same time only one succeeds.
async fn use_up(tx: &Write<'_>, token: &Token, purpose: &str) -> Result<()> {
    let values = [token.hash().into(), purpose.into(), tx.scope().now().into()];
    let used = tx
        .one("SELECT * FROM token_use($1, $2, $3)", values)
        .await?;
    used.map(|_| ()).ok_or_else(|| Refusal::DeadLink.into())
}

async fn person(tx: &Tx<'_>, user: UserId) -> Result<(users::Model, String)> {
    let person = tx.user(user).await?;
    if person.archived_at.is_some() {
        return Err(Refusal::DeadLink.into());
    }
    Ok((person, tx.home().await?.name))
}

/// Creates a set-up token and invalidates earlier ones. Only possible while no account exists.
///
/// # Errors
/// When the database fails.
pub async fn mint_set_up(visitor: &Scope) -> Result<Token> {
    let tx = visitor.write(Permission::SetUp).await?;
    let token = Token::new()?;
    tx.execute("SELECT tokens_revoke(NULL, NULL, 'set_up')", [])
        .await?;
    let until = visitor.now() + durations::SET_UP;
    tx.execute(
        "SELECT token_add($1, 'set_up', NULL, NULL, '{}', $2)",
        [token.hash().into(), until.into()],
    )
    .await?;
    tx.commit_without_event().await?;
    Ok(token)
}

/// Whether the set-up link can be used.
///
/// # Errors
/// [`Refusal::DeadLink`].
pub async fn check_set_up(visitor: &Scope, token: &Token) -> Result<()> {
    let tx = visitor.read(Permission::SetUp).await?;
    let found = tx
        .one(
            "SELECT * FROM token_find($1, 'set_up', $2)",
            [token.hash().into(), visitor.now().into()],
        )
        .await?;
    if found.is_some() {
        Ok(())
    } else {
        Err(Refusal::DeadLink.into())
    }
}
