//! The draft of a form: saved when the form is refused, and shown again by its page (decision 0009).

use serde::de::DeserializeOwned;
use usher_domain::drafts::{self, Browser, Mark, Sender};
use usher_domain::{Error, accounts};
use usher_types::Refusal;
use usher_types::form::{Form, SavedDraft};
use usher_types::url::encode;
use uuid::Uuid;

use super::Caller;
use crate::notice::Notice;

/// A form that is about to be saved as a draft, with the page that shows it.
pub(super) struct PendingDraft {
    page: String,
    made_for: Option<String>,
    signed_out: bool,
    body: drafts::Body,
}

impl PendingDraft {
    pub fn new<T: Form>(form: T, refusal: Option<Refusal>) -> Result<Self, Error> {
        Ok(Self {
            page: form.page(),
            made_for: (refusal == Some(Refusal::OtherOrganisation))
                .then(|| form.organisation().to_owned()),
            signed_out: refusal == Some(Refusal::SignIn),
            body: drafts::Body::of(form, refusal)?,
        })
    }

    /// Saves the draft and returns the address that shows it, by way of sign-in if the user is
    /// signed out. If the draft is not saved, the form is shown empty, with a message.
    pub async fn save(self, caller: &Caller) -> Result<String, Error> {
        let again = match self.sender(caller).await? {
            Some(sender) => {
                let browser = caller.drafts_browser()?;
                match drafts::save(&caller.db, &browser, sender, self.body).await? {
                    Some(id) => {
                        let mark = if self.page.contains('?') { '&' } else { '?' };
                        format!("{}{mark}draft={id}", self.page)
                    }
                    None => {
                        caller.flash(&Notice::NotKept);
                        self.page
                    }
                }
            }
            None => self.page,
        };
        Ok(match self.made_for {
            Some(made_for) => format!(
                "/profile/accounts?made_for={}&next={}",
                encode(&made_for),
                encode(&again)
            ),
            None if self.signed_out => format!("/sign-in?next={}", encode(&again)),
            None => again,
        })
    }

    /// The owner of the draft: the signed-in user, the user who was signed in when the page was
    /// opened, or a visitor if the page needs no session. Other drafts of visitors are not saved.
    async fn sender(&self, caller: &Caller) -> Result<Option<Sender>, Error> {
        if let Some(me) = &caller.me {
            // the page belongs to another organisation: the draft belongs to the account that the
            // user switches back to
            let there = match &self.made_for {
                Some(made_for) => accounts::account_in(&caller.scope, made_for).await?,
                None => None,
            };
            return Ok(Some(Sender::Person(Mark::of(
                &caller.db,
                there.unwrap_or(me.user),
            ))));
        }
        let path = self.page.split('?').next().unwrap_or_default();
        if super::PUBLIC.contains(&path) {
            return Ok(Some(Sender::Visitor(caller.address.clone())));
        }
        let last = caller.browser.as_ref().and_then(Browser::last).cloned();
        Ok(last.map(|mark| Sender::SignedOut(mark, caller.address.clone())))
    }
}

/// Saves a form as a draft before the user goes to another page, and returns the address that shows
/// it. Secrets are not saved.
///
/// # Errors
/// When the database fails.
pub async fn save_draft<T: Form>(caller: &Caller, form: T) -> Result<String, Error> {
    PendingDraft::new(form, None)?.save(caller).await
}

/// Loads the draft that `?draft=` names, if it belongs to this user and browser and to the
/// organisation that the user acts for.
///
/// # Errors
/// When the database fails.
pub async fn load_draft<T: DeserializeOwned>(
    caller: &Caller,
    draft: Option<String>,
) -> Result<Option<SavedDraft<T>>, Error> {
    let (Some(browser), Some(id)) = (
        &caller.browser,
        draft.and_then(|id| id.parse::<Uuid>().ok()),
    ) else {
        return Ok(None);
    };
    let reader = caller.me.as_ref().map(|me| Mark::of(&caller.db, me.user));
    let found = drafts::find::<serde_json::Value>(&caller.db, browser, reader.as_ref(), id).await?;
    let Some(SavedDraft { form, refusal }) = found else {
        return Ok(None);
    };
    let made_for = form["organisation"].as_str().unwrap_or_default();
    if caller
        .me
        .as_ref()
        .is_some_and(|me| !made_for.is_empty() && made_for != me.organisation.to_string())
    {
        return Ok(None);
    }
    Ok(serde_json::from_value(form)
        .ok()
        .map(|form| SavedDraft { form, refusal }))
}
