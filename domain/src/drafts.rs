//! A form that was refused, or left for another page, kept for the browser that sent it, so that nothing typed is lost (design rule 9).

use sea_orm::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;
use usher_types::Permission;
use usher_types::Refusal;
use usher_types::form::Form;
use usher_types::users::Kept;
use uuid::Uuid;

use crate::scope::Db;
use crate::sealing::Token;
use crate::{Error, Result};

/// Bytes of a draft at most: several times what our longest form can hold, and far less than what anybody may post.
const LARGEST: usize = 64 * 1024;

/// A form without its secrets, and why it was refused, if it was: as text, as a NUL that was typed is text in JSON, and none in Postgres's.
pub struct Body(String);

impl Body {
    /// The form as it is kept.
    ///
    /// # Errors
    /// When the form is no JSON.
    pub fn of<F: Form>(mut form: F, refusal: Option<Refusal>) -> Result<Self> {
        form.forget_secrets();
        Ok(Self(json(&Kept { form, refusal })?.to_string()))
    }
}

/// Keeps a form. Readable with the same browser token for 24 hours. One that is larger than any of ours is not kept: its page comes back
/// empty.
///
/// # Errors
/// When the database fails.
pub async fn keep(db: &Db, browser: &Token, Body(body): Body) -> Result<Uuid> {
    let scope = db.visitor(db.new_id());
    let tx = scope.write(Permission::SignIn).await?;
    let id = tx.id();
    if body.len() > LARGEST {
        return Ok(id);
    }
    let values: [Value; 4] = [id.into(), browser.hash().into(), body.into(), scope.now().into()];
    tx.execute("SELECT draft_keep($1, $2, $3, $4)", values).await?;
    tx.commit_unsaid().await?;
    Ok(id)
}

/// The kept form; `None` where it expired, belongs to another browser, or is a draft of another form.
///
/// # Errors
/// When the database fails.
pub async fn find<F: DeserializeOwned>(db: &Db, browser: &Token, id: Uuid) -> Result<Option<Kept<F>>> {
    Ok(body(db, browser, id).await?.and_then(|body| serde_json::from_str(&body).ok()))
}

async fn body(db: &Db, browser: &Token, id: Uuid) -> Result<Option<String>> {
    let scope = db.visitor(db.new_id());
    let tx = scope.read(Permission::SignIn).await?;
    let values: [Value; 3] = [id.into(), browser.hash().into(), scope.now().into()];
    let row = tx.one("SELECT draft_find($1, $2, $3) AS body", values).await?;
    Ok(row.map(|row| row.try_get::<Option<String>>("", "body")).transpose()?.flatten())
}

pub(crate) fn json(value: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(|error| Error::Broken(error.to_string()))
}
