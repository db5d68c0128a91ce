//! Drafts: a form that was refused, or left for another page, is stored for the browser that sent
//! it, so that no input is lost (decision 0009).
//!
//! Invariant: a draft is encrypted with a key derived from the browser's token, and only the person
//! who typed it can open it. Drafts are limited in size, per browser, per person and in total; a
//! draft is deleted after a day, and when the person signs out or switches accounts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use usher_types::form::{Form, SavedDraft};
use usher_types::{Permission, Refusal, Secret, UserId};
use uuid::Uuid;

use crate::foundation::limits::Limit;
use crate::foundation::sealing::Token;
use crate::infrastructure::throttles;
use crate::scope::Db;
use crate::{Error, Result};

/// The largest size of a person's draft in bytes: several times our longest form, and far below the
/// limit of a request body.
const LARGEST: usize = 64 * 1024;
/// The largest size of a visitor's draft in bytes: the forms that need no session are short.
const LARGEST_OF_VISITORS: usize = 8 * 1024;
/// The largest number of drafts of one browser; saving one more deletes the oldest.
pub const OF_BROWSER: i32 = 20;
/// The largest number of drafts of one person, in all browsers.
pub const OF_PERSON: i32 = 40;
/// The largest number of drafts of all visitors together; saving one more deletes the oldest.
pub const OF_VISITORS: i32 = 2_000;
/// The largest number of drafts in total; saving one more deletes the oldest.
pub const OF_ALL: i32 = 10_000;

/// A person, as stored in a draft and in a browser's cookie: a keyed hash that does not reveal the
/// person to anybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(Vec<u8>);

impl Mark {
    /// A person's.
    pub fn of(db: &Db, user: UserId) -> Self {
        Self(db.keys().index(&format!("draft {user}")))
    }

    fn from_text(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .filter(|bytes| bytes.len() == 32)
            .map(Self)
    }
}

/// A browser, from its cookie: the token that encrypts its drafts, and the person who was signed in
/// last.
#[derive(Clone)]
pub struct Browser {
    token: Token,
    last: Option<Mark>,
}

impl Browser {
    /// A new token, for a browser without a cookie.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn new() -> Result<Self> {
        Ok(Self {
            token: Token::new()?,
            last: None,
        })
    }

    /// The one a cookie names.
    pub fn from_text(text: &str) -> Self {
        let (token, last) = text.split_once('.').unwrap_or((text, ""));
        Self {
            token: Token::from_text(token),
            last: Mark::from_text(last),
        }
    }

    /// What its cookie holds.
    pub fn expose(&self) -> String {
        match &self.last {
            Some(Mark(last)) => format!("{}.{}", self.token.expose(), URL_SAFE_NO_PAD.encode(last)),
            None => self.token.expose().to_owned(),
        }
    }

    /// The same browser, with this person signed in.
    #[must_use]
    pub fn used_by(self, mark: Mark) -> Self {
        Self {
            last: Some(mark),
            ..self
        }
    }

    /// The person who was signed in there last.
    pub fn last(&self) -> Option<&Mark> {
        self.last.as_ref()
    }
}

/// The sender of a form that is to be saved.
pub enum Sender {
    /// Somebody signed in.
    Person(Mark),
    /// A person whose session has ended in the meantime, according to the browser's cookie, and
    /// their address.
    SignedOut(Mark, String),
    /// A visitor's address.
    Visitor(String),
}

/// A form without its secrets, and the refusal, if any, as JSON text: Postgres's JSON type cannot
/// hold a NUL that somebody typed.
pub struct Body(String);

impl Body {
    /// The form as it is stored.
    ///
    /// # Errors
    /// When the form is no JSON.
    pub fn of<F: Form>(mut form: F, refusal: Option<Refusal>) -> Result<Self> {
        form.forget_secrets();
        Ok(Self(json(&SavedDraft { form, refusal })?.to_string()))
    }

    /// A password that is to be shown once, by [`take_secret`].
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn of_secret(secret: &Secret) -> Result<Self> {
        Ok(Self(json(&secret.expose())?.to_string()))
    }
}

/// Saves a form. It can be read in the same browser, by the same person, for [`usher_types::durations::DRAFT`]. `None` if it
/// is not saved: it is larger than any of our forms, or too many were saved recently.
///
/// # Errors
/// When the database fails.
pub async fn save(
    db: &Db,
    browser: &Browser,
    sender: Sender,
    Body(body): Body,
) -> Result<Option<Uuid>> {
    let scope = db.visitor(db.new_id());
    let (whose, limit, who, largest) = match sender {
        Sender::Person(Mark(mark)) => {
            let who = URL_SAFE_NO_PAD.encode(&mark);
            (Some(mark), Limit::Drafts, who, LARGEST)
        }
        // the cookie could be forged, so only the address is counted
        Sender::SignedOut(Mark(mark), address) => {
            (Some(mark), Limit::DraftsOfVisitors, address, LARGEST)
        }
        Sender::Visitor(address) => (None, Limit::DraftsOfVisitors, address, LARGEST_OF_VISITORS),
    };
    if body.len() > largest || !throttles::is_below_limit(&scope, limit, &who).await? {
        return Ok(None);
    }
    let tx = scope.write(Permission::SignIn).await?;
    let id = tx.id();
    let sealed = browser.token.seal(&body, &bound_to(id, whose.as_deref()))?;
    let values: [Value; 9] = [
        id.into(),
        browser.token.hash().into(),
        whose.into(),
        sealed.into(),
        scope.now().into(),
        OF_BROWSER.into(),
        OF_PERSON.into(),
        OF_VISITORS.into(),
        OF_ALL.into(),
    ];
    tx.execute(
        "SELECT draft_keep($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values,
    )
    .await?;
    tx.commit_without_event().await?;
    Ok(Some(id))
}

/// The saved draft; `None` if it expired, belongs to another browser or person, or is a draft of
/// another form. A visitor's draft can be read by the person who has signed in since.
///
/// # Errors
/// When the database fails.
pub async fn find<F: DeserializeOwned>(
    db: &Db,
    browser: &Browser,
    reader: Option<&Mark>,
    id: Uuid,
) -> Result<Option<SavedDraft<F>>> {
    Ok(body(db, browser, reader, id)
        .await?
        .and_then(|body| serde_json::from_str(&body).ok()))
}

async fn body(
    db: &Db,
    browser: &Browser,
    reader: Option<&Mark>,
    id: Uuid,
) -> Result<Option<String>> {
    let scope = db.visitor(db.new_id());
    let tx = scope.read(Permission::SignIn).await?;
    let values: [Value; 3] = [id.into(), browser.token.hash().into(), scope.now().into()];
    let Some(row) = tx
        .one("SELECT * FROM draft_find($1, $2, $3)", values)
        .await?
    else {
        return Ok(None);
    };
    let (whose, sealed): (Option<Vec<u8>>, Vec<u8>) =
        (row.try_get("", "person")?, row.try_get("", "sealed")?);
    if whose.is_some() && whose.as_deref() != reader.map(|Mark(mark)| mark.as_slice()) {
        return Ok(None);
    }
    // bound to the person: a row that was moved to somebody else cannot be decrypted
    browser
        .token
        .open(&sealed, &bound_to(id, whose.as_deref()))
        .map(Some)
}

/// A secret that was saved for this person in this browser within [`usher_types::durations::SHOWN_SECRET`]. Reading
/// it deletes it.
///
/// # Errors
/// When the database fails.
pub async fn take_secret(
    db: &Db,
    browser: &Browser,
    reader: &Mark,
    id: Uuid,
) -> Result<Option<String>> {
    let scope = db.visitor(db.new_id());
    let tx = scope.write(Permission::SignIn).await?;
    let values: [Value; 4] = [
        id.into(),
        browser.token.hash().into(),
        reader.0.clone().into(),
        scope.now().into(),
    ];
    let found = tx
        .one("SELECT draft_take($1, $2, $3, $4) AS sealed", values)
        .await?;
    let sealed = found
        .map(|row| row.try_get::<Option<Vec<u8>>>("", "sealed"))
        .transpose()?
        .flatten();
    tx.commit_without_event().await?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let body = browser
        .token
        .open(&sealed, &bound_to(id, Some(&reader.0)))?;
    Ok(serde_json::from_str(&body).ok())
}

/// Deletes a browser's drafts: all of them on sign-out, one person's when they switch to another
/// account.
///
/// # Errors
/// When the database fails.
pub async fn delete(db: &Db, browser: &Browser, of: Option<&Mark>) -> Result<()> {
    let scope = db.visitor(db.new_id());
    let tx = scope.write(Permission::SignIn).await?;
    tx.execute(
        "SELECT drafts_delete($1, $2)",
        [
            browser.token.hash().into(),
            of.map(|Mark(mark)| mark.clone()).into(),
        ],
    )
    .await?;
    tx.commit_without_event().await
}

fn bound_to(id: Uuid, whose: Option<&[u8]>) -> Vec<u8> {
    [id.as_bytes(), whose.unwrap_or_default()].concat()
}

pub(crate) fn json(value: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| Error::Broken(error.to_string()))
}
