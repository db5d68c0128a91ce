//! Signing in and out. Sessions are accessed only through database functions that take the token's
//! hash.

use sea_orm::{ColumnTrait, QueryFilter};
use usher_types::audit::Event;
use usher_types::form::Checks;
use usher_types::login_name::LoginName;
use usher_types::session::SignIn;
use usher_types::{Field, OrganisationId, Permission, Problem, Refusal, UserId, durations};

use crate::entity::{credentials, login_names, users};
use crate::foundation::limits::Limit;
use crate::foundation::sealing::Token;
use crate::infrastructure::known_browsers;
use crate::infrastructure::throttles::{self, Attempt};
use crate::scope::Write;
use crate::{Error, Result, Scope};

/// The largest number of sessions of one person; starting one more ends the least recently used.
pub const MOST: i32 = 20;

/// The tokens that a browser gets after signing in.
pub struct SignedIn {
    /// The session's token.
    pub session: Token,
    /// The token by which the browser is known for this person from now on.
    pub browser: Token,
}

struct Account {
    user: users::Model,
    credentials: Option<credentials::Model>,
    known: Option<Token>,
}

/// Signs a visitor in. `address` is the client's, for the limits, and `brought` are the tokens of
/// people who have signed in with this browser before.
///
/// # Errors
/// [`Refusal::WrongLogin`] for every cause alike, [`Refusal::Slow`], [`Refusal::Invalid`] for an
/// empty field; [`Refusal::Suspended`] after the right password;
/// [`Error::Busy`](crate::Error::Busy) where too many wait.
pub async fn sign_in(
    visitor: &Scope,
    form: &SignIn,
    address: &str,
    brought: &[Token],
) -> Result<SignedIn> {
    let mut checks = Checks::default();
    checks.nothing_unexpected(form);
    if form.login_name.trim().is_empty() {
        checks.wrong(Field::LoginName, Problem::Missing);
    }
    if form.password.expose().is_empty() {
        checks.wrong(Field::Password, Problem::Missing);
    }
    if !checks.is_clean() {
        return Err(checks.into_invalid().into());
    }
    // an invalid login name belongs to nobody, and is handled in the same way
    let named = LoginName::parse(&form.login_name)
        .ok()
        .map(|name| name.key());
    let key = named
        .clone()
        .unwrap_or_else(|| form.login_name.trim().to_lowercase());
    let named = named.unwrap_or_default();
    let account = find(visitor, &named, brought).await?;
    let known = account.as_ref().and_then(|account| account.known.clone());
    let counted = match &known {
        Some(browser) => (Limit::WrongPasswordsFromKnownBrowser, browser.expose()),
        None => (Limit::WrongPasswords, key.as_str()),
    };
    let attempt = match Attempt::begin(visitor, counted, address).await {
        Err(error) if error.is_slow() => {
            record_throttled(visitor, account, &key, address).await?;
            return Err(error);
        }
        attempt => attempt?,
    };
    let credentials = account
        .as_ref()
        .and_then(|account| account.credentials.as_ref());
    let hash = credentials.map(|credentials| credentials.password_hash.as_str());
    let fits = attempt.verify(visitor, &form.password, hash).await?;
    let is_expired = credentials
        .and_then(|credentials| credentials.expires_at)
        .is_some_and(|until| until <= visitor.now());
    if !fits || is_expired {
        refused(visitor, account.map(|account| account.user), &key, address).await?;
        return Err(Refusal::WrongLogin.into());
    }
    attempt.succeeded(visitor).await?;
    let Some(account) = account else {
        return Err(Refusal::WrongLogin.into());
    };
    let user = UserId(account.user.id);
    let scope = visitor.for_organisation(OrganisationId(account.user.organisation_id));
    let tx = scope.write(Permission::SignIn).await?;
    if !is_unchanged(&tx, user, account.credentials.as_ref()).await? {
        return Err(Refusal::WrongLogin.into());
    }
    let session = start(&tx, tx.organisation()?, user, None).await?;
    let browser = known_browsers::remember(&tx, user, known).await?;
    tx.record(Event::SignedIn { user }).await?;
    tx.commit().await?;
    Ok(SignedIn { session, browser })
}

/// Ends the session.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(scope: &Scope, token: &Token) -> Result<()> {
    let tx = scope.write(Permission::OwnProfile).await?;
    tx.execute("SELECT session_end($1)", [token.hash().into()])
        .await?;
    tx.record(Event::SignedOut { user: scope.me()? }).await?;
    tx.commit().await
}

/// Ends the session that a browser had before somebody signed in or set a password there (ASVS
/// 7.2.4).
///
/// # Errors
/// When the database fails.
pub async fn end_former(visitor: &Scope, former: &Token) -> Result<()> {
    let tx = visitor.read(Permission::SignIn).await?;
    let row = tx
        .one(
            "SELECT session_through($1) AS through",
            [former.hash().into()],
        )
        .await?;
    let through = row
        .map(|row| row.try_get::<Option<serde_json::Value>>("", "through"))
        .transpose()?
        .flatten();
    let through = through
        .map(serde_json::from_value)
        .transpose()
        .map_err(|error| Error::Broken(error.to_string()))?;
    drop(tx);
    let visitor = visitor.clone().with_through(through);
    let tx = visitor.write(Permission::SignIn).await?;
    let Some(row) = tx
        .one("SELECT * FROM session_end($1)", [former.hash().into()])
        .await?
    else {
        return Ok(());
    };
    let (organisation, user) = (
        OrganisationId(row.try_get("", "organisation_id")?),
        UserId(row.try_get("", "user_id")?),
    );
    tx.record_in(organisation, Event::SignedOut { user })
        .await?;
    tx.commit().await
}

/// Starts a session for a person in this transaction. A session that replaces another ends no later
/// than that one would have, and together with the session that originally signed in.
///
/// # Errors
/// [`Refusal::SignIn`] if the session it replaces is over.
pub(crate) async fn start(
    tx: &Write<'_>,
    organisation: OrganisationId,
    user: UserId,
    replaces: Option<&Token>,
) -> Result<Token> {
    let (token, now) = (Token::new()?, tx.scope().now());
    let until = now + durations::SESSION;
    let replaces = replaces.map(Token::hash).into();
    let values = [
        token.hash().into(),
        organisation.0.into(),
        user.0.into(),
        now.into(),
        until.into(),
        replaces,
        MOST.into(),
    ];
    let row = match tx
        .one(
            "SELECT session_start($1, $2, $3, $4, $5, $6, $7) AS begun",
            values,
        )
        .await
    {
        Err(error) if error.violates("organisations_suspended") => {
            return Err(Refusal::Suspended.into());
        }
        answer => answer?,
    };
    let begun = row
        .map(|row| row.try_get::<Option<bool>>("", "begun"))
        .transpose()?
        .flatten();
    if begun == Some(true) {
        Ok(token)
    } else {
        Err(Refusal::SignIn.into())
    }
}

/// Ends a person's sessions and those switched from them, except `but`. Also forgets their known
/// browsers, because somebody else may have used the old password there.
pub(crate) async fn end_all(tx: &Write<'_>, user: UserId, but: Option<&Token>) -> Result<()> {
    let values = [
        tx.organisation()?.0.into(),
        user.0.into(),
        but.map(Token::hash).into(),
    ];
    tx.execute("SELECT sessions_end_of($1, $2, $3)", values)
        .await?;
    known_browsers::forget(tx, user).await
}

async fn find(visitor: &Scope, key: &str, brought: &[Token]) -> Result<Option<Account>> {
    let tx = visitor.read(Permission::SignIn).await?;
    let named = tx
        .find::<login_names::Entity>()
        .filter(login_names::Column::Key.eq(key))
        .one(tx.conn())
        .await?;
    // a missing account takes the same path with an empty organisation, so that both take equally
    // long (ASVS 6.3.8)
    let (organisation, user) = named
        .map(|named| (named.organisation_id, named.user_id))
        .unwrap_or_default();
    drop(tx);
    let in_organisation = visitor.for_organisation(OrganisationId(organisation));
    let tx = in_organisation.read(Permission::SignIn).await?;
    let person = tx
        .users()
        .filter(users::Column::Id.eq(user))
        .filter(users::Column::ArchivedAt.is_null())
        .one(tx.conn())
        .await?;
    let credentials = tx
        .find::<credentials::Entity>()
        .filter(credentials::Column::UserId.eq(user))
        .one(tx.conn())
        .await?;
    let known = known_browsers::find(&tx, UserId(user), brought).await?;
    Ok(person.map(|user| Account {
        user,
        credentials,
        known,
    }))
}

/// Whether the verified credentials are unchanged, under the person's lock: a person who was
/// archived or got another password in the meantime has had all sessions ended, and no new session
/// may begin.
async fn is_unchanged(
    tx: &Write<'_>,
    user: UserId,
    verified: Option<&credentials::Model>,
) -> Result<bool> {
    let person = tx.lock_user(user).await?;
    let held = tx
        .find::<credentials::Entity>()
        .filter(credentials::Column::UserId.eq(user.0))
        .one(tx.conn())
        .await?;
    Ok(person.archived_at.is_none() && held.as_ref() == verified)
}

/// Records a failed attempt: at the account if it exists, else as a security event.
async fn refused(
    visitor: &Scope,
    user: Option<users::Model>,
    key: &str,
    address: &str,
) -> Result<()> {
    let organisation = user
        .as_ref()
        .map(|user| OrganisationId(user.organisation_id));
    let scope = organisation.map_or_else(
        || visitor.clone(),
        |organisation| visitor.for_organisation(organisation),
    );
    let tx = scope.write(Permission::SignIn).await?;
    let Some(user) = user else {
        tx.record_security_event("sign_in_failed", &Limit::WrongPasswords.key(key), address)
            .await?;
        return tx.commit_without_event().await;
    };
    tx.record_repeatable(
        Event::SignInFailed {
            user: UserId(user.id),
        },
        &[],
    )
    .await?;
    tx.commit().await
}

/// Records an attempt that was blocked without trying the password (ASVS 16.3.3): at the account if
/// it exists, else as a security event.
async fn record_throttled(
    visitor: &Scope,
    account: Option<Account>,
    key: &str,
    address: &str,
) -> Result<()> {
    let Some(Account { user, .. }) = account else {
        if throttles::is_below_limit(visitor, Limit::ThrottledSignIns, address).await? {
            let tx = visitor.write(Permission::SignIn).await?;
            tx.record_security_event(
                "sign_in_throttled",
                &Limit::WrongPasswords.key(key),
                address,
            )
            .await?;
            tx.commit_without_event().await?;
        }
        return Ok(());
    };
    let scope = visitor.for_organisation(OrganisationId(user.organisation_id));
    let tx = scope.write(Permission::SignIn).await?;
    tx.record_repeatable(
        Event::Throttled {
            user: UserId(user.id),
        },
        &[],
    )
    .await?;
    tx.commit().await
}
