//! The actor's own profile. Fields that a person may not change themselves are not part of these
//! forms, and are refused when posted.

use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, Set};
use usher_types::audit::{Change, Event};
use usher_types::form::Checks;
use usher_types::mail::Mail;
use usher_types::profile::{ChangeEmail, ChangePassword, EditProfile, ProfilePage};
use usher_types::refusal::Taken;
use usher_types::users::changes;
use usher_types::{Field, Invalid, Language, Permission, Problem, Refusal, Secret, Theme};

use crate::entity::{credentials, login_names, roles};
use crate::foundation::limits::Limit;
use crate::infrastructure::throttles::{self, Attempt};
use crate::infrastructure::{known_browsers, outbox};
use crate::links::withdraw;
use crate::sessions::SignedIn;
use crate::{Result, Scope, sessions};

/// The actor's own page.
///
/// # Errors
/// [`Refusal::SignIn`].
pub async fn page(scope: &Scope) -> Result<ProfilePage> {
    let tx = scope.read(Permission::OwnProfile).await?;
    let person = tx.user(scope.me()?).await?;
    let home = tx.home().await?;
    let held = tx.roles_of(scope.me()?).await?;
    let form = EditProfile {
        organisation: home.id.to_string(),
        phone: person.phone.clone().unwrap_or_default(),
        language: person.language.map_or("", Language::code).to_owned(),
        theme: person.theme.unwrap_or_default().to_string(),
        ..EditProfile::default()
    };
    Ok(ProfilePage {
        name: person.display_name(),
        initials: person.initials(),
        email_verified: person.email_verified_at.is_some(),
        identity_number: crate::users::masked(&tx, &person)?,
        roles: held.iter().map(roles::Model::role_name).collect(),
        created: scope.day(person.created_at),
        words: person.password_words(&home.name),
        organisation: home.name,
        login_name: person.login_name,
        email: person.email,
        job_title: person.job_title,
        form,
        new_email: String::new(),
        refusal: None,
    })
}

/// Edits phone, language and theme.
///
/// # Errors
/// [`Refusal::Invalid`]; a form with a field that a person may not change themselves is refused.
pub async fn edit(scope: &Scope, form: &EditProfile) -> Result<()> {
    let tx = scope.write(Permission::OwnProfile).await?;
    let edit = form.parse(&tx.home().await?.languages)?;
    let user = scope.me()?;
    let person = tx.lock_user(user).await?;
    let before = crate::users::stored_details(&person);
    let mut row = person.clone().into_active_model();
    row.phone = Set(edit.phone.map(|phone| phone.as_str().to_owned()));
    row.reindex();
    row.language = Set(edit.language);
    row.theme = Set(Some(edit.theme).filter(|theme| *theme != Theme::Device));
    row.version = Set(person.version + 1);
    let saved = row.update(tx.conn()).await?;
    let changed = changes(&before, &crate::users::stored_details(&saved));
    let mut fields: Vec<_> = changed.iter().map(|change| change.field).collect();
    if saved.theme != person.theme {
        fields.push(Field::Theme);
    }
    if fields.is_empty() {
        return Ok(());
    }
    tx.record_repeatable(Event::ProfileEdited { user, fields }, &changed)
        .await?;
    tx.commit().await
}

/// Saves a language or theme chosen from a menu.
///
/// # Errors
/// When the database fails.
pub async fn choose(scope: &Scope, language: Option<Language>, theme: Option<Theme>) -> Result<()> {
    let tx = scope.write(Permission::OwnProfile).await?;
    let user = scope.me()?;
    let person = tx.lock_user(user).await?;
    let mut row = person.clone().into_active_model();
    let mut fields = Vec::new();
    if let Some(language) = language
        && person.language != Some(language)
        && tx.home().await?.languages.contains(&language)
    {
        row.language = Set(Some(language));
        fields.push(Field::Language);
    }
    if let Some(theme) = theme.map(|theme| Some(theme).filter(|theme| *theme != Theme::Device))
        && theme != person.theme
    {
        row.theme = Set(theme);
        fields.push(Field::Theme);
    }
    if fields.is_empty() {
        return Ok(());
    }
    // bumps the version: somebody who edits this person at the same time sees the old language
    row.version = Set(person.version + 1);
    row.update(tx.conn()).await?;
    tx.record_repeatable(Event::ProfileEdited { user, fields }, &[])
        .await?;
    tx.commit().await
}

/// Requests a change of the e-mail address. It is applied when the link sent to the new address is
/// followed; the old address is notified then (S2).
///
/// # Errors
/// [`Refusal::Invalid`] for a wrong address, one in use here, or a wrong password;
/// [`Refusal::Slow`] when guessing, and for too many mails.
pub async fn change_email(scope: &Scope, form: &ChangeEmail, address: &str) -> Result<()> {
    let (email, current) = form.parse()?;
    confirm(scope, &current, address).await?;
    let user = scope.me()?;
    let mail = Mail::ConfirmEmail {
        to: email.as_str().to_owned(),
    };
    let counted = throttles::count_mail(scope, &mail, Some(user), &[email.as_str()]).await?;
    let tx = scope.write(Permission::OwnProfile).await?;
    let person = tx.user(user).await?;
    if person.email.as_deref() == Some(email.as_str()) {
        return Err(Invalid::one(Field::Email, Problem::Same).into());
    }
    // limited by row-level security, because the person's own reach would not find the holder
    let held = tx
        .one(
            "SELECT 1 FROM users WHERE email = $1",
            [email.as_str().into()],
        )
        .await?;
    let follows = person
        .login_name_following(email.as_str())
        .map(|name| name.key());
    let named = tx
        .find::<login_names::Entity>()
        .filter(login_names::Column::Key.eq(follows.unwrap_or_default()))
        .one(tx.conn())
        .await?;
    if held.is_some() || named.is_some_and(|named| named.user_id != user.0) {
        drop(tx);
        crate::users::throttle_taken_elsewhere(scope).await?;
        return Err(Invalid::one(
            Field::Email,
            Problem::EmailTaken(Taken::Elsewhere { free: Vec::new() }),
        )
        .into());
    }
    withdraw(&tx, user, &mail).await?;
    outbox::enqueue(&tx, user, &mail, &counted).await?;
    let change = Change {
        field: Field::Email,
        before: person.email,
        after: Some(email.as_str().to_owned()),
    };
    tx.record_with_changes(Event::EmailChangeAsked { user }, &[change])
        .await?;
    tx.commit().await
}

/// Changes the actor's password. All sessions end, all known browsers are forgotten, and this
/// browser gets a new session and becomes known again (ASVS 7.2.4, 7.4.3).
///
/// # Errors
/// [`Refusal::Invalid`] for a wrong current or a weak new password; [`Refusal::Slow`] when
/// guessing, or beyond the limit.
pub async fn change_password(
    scope: &Scope,
    form: &ChangePassword,
    address: &str,
) -> Result<SignedIn> {
    throttles::require(scope, &[(Limit::OwnPasswords, &scope.me()?.to_string())]).await?;
    let words = page(scope).await?.words;
    let typed = form.clone();
    let (current, new) = scope
        .hashing()
        .check_form(move || typed.parse(&words))
        .await??;
    let confirmed = confirm(scope, &current, address).await?;
    let counted =
        throttles::count_mail(scope, &Mail::PasswordChanged, Some(scope.me()?), &[]).await?;
    let hash = scope.hashing().hash(&new).await?;
    let tx = scope.write(Permission::OwnProfile).await?;
    let user = scope.me()?;
    let person = tx.lock_user(user).await?;
    let held = tx
        .find::<credentials::Entity>()
        .filter(credentials::Column::UserId.eq(user.0))
        .one(tx.conn())
        .await?;
    if held.map(|held| held.password_hash) != confirmed || person.archived_at.is_some() {
        // an administrator changed it first, and that change wins
        return Err(Refusal::SignIn.into());
    }
    crate::credentials::keep_password(&tx, user, hash, None).await?;
    sessions::end_all(&tx, user, None).await?;
    let session = sessions::start(&tx, tx.organisation()?, user, None).await?;
    let browser = known_browsers::remember(&tx, user, None).await?;
    if person.email.is_some() {
        outbox::enqueue(&tx, user, &Mail::PasswordChanged, &counted).await?;
    }
    tx.record(Event::PasswordChanged { user }).await?;
    tx.commit().await?;
    Ok(SignedIn { session, browser })
}

/// Records an attempt against the actor's password, in a separate transaction (ASVS 16.3.1).
async fn record(scope: &Scope, event: Event) -> Result<()> {
    let tx = scope.write(Permission::OwnProfile).await?;
    tx.record_repeatable(event, &[]).await?;
    tx.commit().await
}

/// Checks the current password, under the same limits as sign-in, and returns the hash that it
/// matches.
async fn confirm(scope: &Scope, current: &Secret, address: &str) -> Result<Option<String>> {
    let user = scope.me()?;
    let visitor = scope.as_visitor();
    let attempt = match Attempt::begin(
        &visitor,
        (Limit::WrongPasswords, &user.to_string()),
        address,
    )
    .await
    {
        Err(error) if error.is_slow() => {
            record(scope, Event::Throttled { user }).await?;
            return Err(error);
        }
        attempt => attempt?,
    };
    let tx = scope.read(Permission::OwnProfile).await?;
    let held = tx
        .find::<credentials::Entity>()
        .filter(credentials::Column::UserId.eq(user.0))
        .one(tx.conn())
        .await?;
    drop(tx);
    let hash = held.map(|held| held.password_hash);
    if !attempt.verify(&visitor, current, hash.as_deref()).await? {
        record(scope, Event::PasswordRefused { user }).await?;
        let mut checks = Checks::default();
        checks.wrong(Field::CurrentPassword, Problem::WrongPassword);
        return Err(checks.into_invalid().into());
    }
    attempt.succeeded(&visitor).await?;
    Ok(hash)
}
