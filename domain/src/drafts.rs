//! Drafts: a form that was refused, or left for another page, kept for the browser that sent it, so that nothing typed is lost
//! (design rule 9).
//!
//! Invariant: a draft is sealed with a key that only the browser's token gives, and opens for the person it was typed by. It is bounded
//! in size, for each browser and person, and in all; it is gone after a day, and when the person signs out or switches.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use usher_types::form::{Form, Secret};
use usher_types::users::SavedDraft;
use usher_types::{Permission, Refusal, UserId};
use uuid::Uuid;

use crate::scope::Db;
use crate::sealing::Token;
use crate::throttles::{self, Limit};
use crate::{Error, Result};

/// Bytes of a person's draft at most: several times what our longest form can hold, and far less than what anybody may post.
const LARGEST: usize = 64 * 1024;
/// Bytes of a visitor's: the forms that need no session are short.
const LARGEST_OF_VISITORS: usize = 8 * 1024;
/// Drafts of one browser; the oldest goes when one more is kept.
pub const OF_BROWSER: i32 = 20;
/// Drafts of one person, in whatever browsers.
pub const OF_PERSON: i32 = 40;
/// Drafts of all visitors together; the oldest goes when one more is kept.
pub const OF_VISITORS: i32 = 2_000;
/// Drafts of everybody; the oldest goes when one more is kept.
pub const OF_ALL: i32 = 10_000;

/// A person, as a draft and a browser's cookie name them: a keyed hash, of which nobody else can tell whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(Vec<u8>);

impl Mark {
    /// A person's.
    pub fn of(db: &Db, user: UserId) -> Self {
        Self(db.keys().index(&format!("draft {user}")))
    }

    fn from_text(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == 32).map(Self)
    }
}

/// A browser, from its cookie: the token its drafts are sealed with, and who was signed in there last.
#[derive(Clone)]
pub struct Browser {
    token: Token,
    last: Option<Mark>,
}

impl Browser {
    /// One that had no cookie.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn new() -> Result<Self> {
        Ok(Self { token: Token::new()?, last: None })
    }

    /// The one a cookie names.
    pub fn from_text(text: &str) -> Self {
        let (token, last) = text.split_once('.').unwrap_or((text, ""));
        Self { token: Token::from_text(token), last: Mark::from_text(last) }
    }

    /// What its cookie holds.
    pub fn expose(&self) -> String {
        match &self.last {
            Some(Mark(last)) => format!("{}.{}", self.token.expose(), URL_SAFE_NO_PAD.encode(last)),
            None => self.token.expose().to_owned(),
        }
    }

    /// The same browser, where this person is signed in now.
    #[must_use]
    pub fn used_by(self, mark: Mark) -> Self {
        Self { last: Some(mark), ..self }
    }

    /// Who was signed in there last.
    pub fn last(&self) -> Option<&Mark> {
        self.last.as_ref()
    }
}

/// Who sent a form that is to be kept.
pub enum Sender {
    /// Somebody signed in.
    Person(Mark),
    /// Somebody whose session has ended meanwhile, as their browser says, and from which address.
    SignedOut(Mark, String),
    /// A visitor, from an address.
    Visitor(String),
}

/// A form without its secrets, and why it was refused, if it was: as text, as a NUL that was typed is text in JSON, and none in Postgres's.
pub struct Body(String);

impl Body {
    /// The form as it is kept.
    ///
    /// # Errors
    /// When the form is no JSON.
    pub fn of<F: Form>(mut form: F, refusal: Option<Refusal>) -> Result<Self> {
        form.forget_secrets();
        Ok(Self(json(&SavedDraft { form, refusal })?.to_string()))
    }

    /// A password that is to be shown once more, by [`take_secret`].
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn of_secret(secret: &Secret) -> Result<Self> {
        Ok(Self(json(&secret.expose())?.to_string()))
    }
}

/// Keeps a form. Readable in the same browser, by the same person, for 24 hours. `None` where it is not kept: it is larger than any
/// form of ours, or too many were kept lately.
///
/// # Errors
/// When the database fails.
pub async fn save(db: &Db, browser: &Browser, sender: Sender, Body(body): Body) -> Result<Option<Uuid>> {
    let scope = db.visitor(db.new_id());
    let (whose, limit, who, largest) = match sender {
        Sender::Person(Mark(mark)) => {
            let who = URL_SAFE_NO_PAD.encode(&mark);
            (Some(mark), Limit::Drafts, who, LARGEST)
        }
        // a cookie says what its sender likes: only the address counts
        Sender::SignedOut(Mark(mark), address) => (Some(mark), Limit::DraftsOfVisitors, address, LARGEST),
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
    tx.execute("SELECT draft_keep($1, $2, $3, $4, $5, $6, $7, $8, $9)", values).await?;
    tx.commit_without_event().await?;
    Ok(Some(id))
}

/// The kept form; `None` where it expired, belongs to another browser or another person, or is a draft of another form. A visitor's may
/// be read by whoever signed in meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn find<F: DeserializeOwned>(db: &Db, browser: &Browser, reader: Option<&Mark>, id: Uuid) -> Result<Option<SavedDraft<F>>> {
    Ok(body(db, browser, reader, id).await?.and_then(|body| serde_json::from_str(&body).ok()))
}

async fn body(db: &Db, browser: &Browser, reader: Option<&Mark>, id: Uuid) -> Result<Option<String>> {
    let scope = db.visitor(db.new_id());
    let tx = scope.read(Permission::SignIn).await?;
    let values: [Value; 3] = [id.into(), browser.token.hash().into(), scope.now().into()];
    let Some(row) = tx.one("SELECT * FROM draft_find($1, $2, $3)", values).await? else { return Ok(None) };
    let (whose, sealed): (Option<Vec<u8>>, Vec<u8>) = (row.try_get("", "person")?, row.try_get("", "sealed")?);
    if whose.is_some() && whose.as_deref() != reader.map(|Mark(mark)| mark.as_slice()) {
        return Ok(None);
    }
    // bound to whose it is: a row that was given to somebody else does not open
    browser.token.open(&sealed, &bound_to(id, whose.as_deref())).map(Some)
}

/// A secret that was kept for this person in this browser within the last ten minutes. It is deleted as it is read.
///
/// # Errors
/// When the database fails.
pub async fn take_secret(db: &Db, browser: &Browser, reader: &Mark, id: Uuid) -> Result<Option<String>> {
    let scope = db.visitor(db.new_id());
    let tx = scope.write(Permission::SignIn).await?;
    let values: [Value; 4] = [id.into(), browser.token.hash().into(), reader.0.clone().into(), scope.now().into()];
    let found = tx.one("SELECT draft_take($1, $2, $3, $4) AS sealed", values).await?;
    let sealed = found.map(|row| row.try_get::<Option<Vec<u8>>>("", "sealed")).transpose()?.flatten();
    tx.commit_without_event().await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let body = browser.token.open(&sealed, &bound_to(id, Some(&reader.0)))?;
    Ok(serde_json::from_str(&body).ok())
}

/// Deletes a browser's drafts: all of them when somebody signs out there; of one person when they go on as another.
///
/// # Errors
/// When the database fails.
pub async fn delete(db: &Db, browser: &Browser, of: Option<&Mark>) -> Result<()> {
    let scope = db.visitor(db.new_id());
    let tx = scope.write(Permission::SignIn).await?;
    tx.execute("SELECT drafts_delete($1, $2)", [browser.token.hash().into(), of.map(|Mark(mark)| mark.clone()).into()]).await?;
    tx.commit_without_event().await
}

fn bound_to(id: Uuid, whose: Option<&[u8]>) -> Vec<u8> {
    [id.as_bytes(), whose.unwrap_or_default()].concat()
}

pub(crate) fn json(value: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| Error::Broken(error.to_string()))
}
