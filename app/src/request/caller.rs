//! The caller of a request: the session, the language, the browser, and the cookies of the response.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, HeaderValue};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use usher_domain::drafts::{self, Browser, Mark, Sender};
use usher_domain::scope::Authenticated;
use usher_domain::sealing::Token;
use usher_domain::{Db, Error, Scope};
use usher_types::session::{Me, PageContext};
use usher_types::{Language, Refusal, Secret, Theme, UserId};
use uuid::Uuid;

use super::cookies::{Cookie, MAX_KNOWN_BROWSERS};
use crate::error::AppError;
use crate::notice::Notice;

/// The caller of a request. The server's middleware creates it once per request and provides it as
/// context.
#[derive(Clone)]
pub struct Caller {
    /// The database.
    pub db: Db,
    /// The scope of the signed-in user, or of a visitor.
    pub scope: Scope,
    /// The signed-in user.
    pub me: Option<Me>,
    /// The language of the response.
    pub language: Language,
    /// The theme of the page.
    pub theme: Theme,
    /// The session's token.
    pub session: Option<Token>,
    /// The token of a link from a mail, from its short-lived cookie.
    pub link: Option<Token>,
    /// The browser that drafts belong to.
    pub browser: Option<Browser>,
    /// The tokens by which people who signed in before know this browser.
    pub known_browsers: Vec<Token>,
    /// The network address of the client, for the limits on failed sign-ins.
    pub address: String,
    /// The request's id.
    pub request: Uuid,
    /// Whether cookies are `Secure` and named `__Host-…`: always, except over plain http on
    /// loopback.
    pub secure: bool,
    /// The flash message for this page.
    pub notice: Option<Notice>,
    /// The temporary password for this page, shown once.
    pub flashed_password: Option<String>,
}

impl Caller {
    /// The caller after sign-in, from the user that the session belongs to.
    pub fn signed_in(mut self, found: Authenticated, token: Token) -> Self {
        self.language = found.language;
        self.theme = found.theme.unwrap_or(self.theme);
        self.scope = found.scope.with_language(self.language);
        self.me = Some(found.me);
        self.session = Some(token);
        self
    }

    /// The context that every page has before it loads any data.
    pub fn page_context(&self) -> PageContext {
        PageContext {
            me: self.me.clone(),
            language: self.language,
            theme: self.theme,
        }
    }

    /// Sets a cookie with the response.
    pub fn set_cookie(&self, cookie: Cookie, value: &str) {
        if let Some(options) = use_context::<ResponseOptions>() {
            options.append_header(SET_COOKIE, cookie.header(value, self.secure));
        }
    }

    /// Clears the cache and the storage of the browser (ASVS 14.3.1), but not its cookies: the
    /// flash message is one.
    pub fn clear_site_data(&self) {
        if let Some(options) = use_context::<ResponseOptions>() {
            options.insert_header(
                HeaderName::from_static("clear-site-data"),
                HeaderValue::from_static("\"cache\", \"storage\""),
            );
        }
    }

    /// Parses the user id of an address. An invalid id is not found. A visitor gets
    /// [`Refusal::SignIn`] for any id.
    ///
    /// # Errors
    /// [`Refusal::SignIn`], [`Refusal::NotFound`].
    pub fn user(&self, id: &str) -> Result<UserId, Error> {
        if self.me.is_none() {
            return Err(Refusal::SignIn.into());
        }
        id.parse().map_err(|_| Refusal::NotFound.into())
    }

    /// Begins a session in this browser, and deletes the drafts of the person who used it before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_session(&self, token: &Token) -> Result<(), Error> {
        self.set_cookie(Cookie::Session, token.expose());
        let Some(found) = self.db.authenticate(token, self.request).await? else {
            return Ok(());
        };
        let mark = Mark::of(&self.db, found.me.user);
        let browser = match &self.browser {
            Some(browser) => browser.clone(),
            None => Browser::new()?,
        };
        let former = self
            .me
            .as_ref()
            .map(|me| Mark::of(&self.db, me.user))
            .or_else(|| browser.last().cloned());
        if let Some(former) = former.filter(|former| *former != mark) {
            drafts::delete(&self.db, &browser, Some(&former)).await?;
        }
        self.set_cookie(Cookie::Browser, &browser.used_by(mark).expose());
        Ok(())
    }

    /// Ends the session in this browser: deletes its cookie and every draft.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self) -> Result<(), Error> {
        self.set_cookie(Cookie::Session, "");
        if let Some(browser) = &self.browser {
            drafts::delete(&self.db, browser, None).await?;
            self.set_cookie(Cookie::Browser, "");
        }
        Ok(())
    }

    /// Makes this browser known to the user who signed in. Failed sign-ins from known browsers are
    /// counted separately. It stays known after signing out.
    pub fn remember_browser(&self, browser: &Token) {
        let others = self
            .known_browsers
            .iter()
            .filter(|other| other.expose() != browser.expose());
        let all: Vec<_> = std::iter::once(browser)
            .chain(others)
            .take(MAX_KNOWN_BROWSERS)
            .map(Token::expose)
            .collect();
        self.set_cookie(Cookie::Known, &all.join("."));
    }

    /// Sets the flash message for the next page.
    pub fn flash(&self, notice: &Notice) {
        self.set_cookie(Cookie::Notice, &notice.code());
    }

    /// Stores a temporary password for the next page, where this user sees it once in this browser.
    /// `None` if it was not stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn flash_password(&self, password: &Secret) -> Result<Option<Uuid>, Error> {
        let Some(me) = &self.me else { return Ok(None) };
        let sender = Sender::Person(Mark::of(&self.db, me.user));
        drafts::save(
            &self.db,
            &self.drafts_browser()?,
            sender,
            drafts::Body::of_secret(password)?,
        )
        .await
    }

    /// Loads and deletes the temporary password that the flash message names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_flashed_password(&mut self) -> Result<(), Error> {
        let id = match &self.notice {
            Some(Notice::Created(created)) => created.password,
            _ => None,
        };
        let (Some(id), Some(browser), Some(me)) = (id, &self.browser, &self.me) else {
            return Ok(());
        };
        self.flashed_password =
            drafts::take_secret(&self.db, browser, &Mark::of(&self.db, me.user), id).await?;
        Ok(())
    }

    /// The browser that drafts belong to. Sets its cookie if the browser has none.
    pub(super) fn drafts_browser(&self) -> Result<Browser, Error> {
        if let Some(browser) = &self.browser {
            return Ok(browser.clone());
        }
        let fresh = match &self.me {
            Some(me) => Browser::new()?.used_by(Mark::of(&self.db, me.user)),
            None => Browser::new()?,
        };
        self.set_cookie(Cookie::Browser, &fresh.expose());
        Ok(fresh)
    }
}

/// The caller of this request.
///
/// # Errors
/// [`Refusal::Fault`] outside a request.
pub fn caller() -> Result<Caller, AppError> {
    use_context::<Caller>().ok_or(AppError(Refusal::Fault {
        reference: Uuid::nil(),
    }))
}
