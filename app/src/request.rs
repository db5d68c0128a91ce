//! What stands between a server function and the domain: the caller of a request, its answer, and
//! the draft of a refused form.
//!
//! Invariant: a server function is one call of [`serve`] or [`submit`]. Only the server function of
//! the page itself sets the status of the response, and a refusal is logged once, here.

use std::future::Future;

use axum::http::header::{ACCEPT, RETRY_AFTER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;
use usher_domain::drafts::{self, Browser, Mark, Sender};
use usher_domain::scope::Authenticated;
use usher_domain::sealing::Token;
use usher_domain::{Db, Error, Scope, accounts, audit};
use usher_types::form::{Form, SavedDraft};
use usher_types::session::{Me, PageContext};
use usher_types::url::encode;
use usher_types::{Field, Invalid, Language, Problem, Refusal, Secret, Theme, UserId};
use uuid::Uuid;

use crate::error::AppError;
use crate::notice::Notice;

/// How many people one browser can be known to. Colleagues share a browser.
const MAX_KNOWN_BROWSERS: usize = 10;
/// Length in characters at which a path is cut for the log and the audit. All paths of the product
/// are shorter.
const MAX_PATH_LENGTH: usize = 200;
/// Seconds for `Retry-After` if the database is unavailable or the server is busy.
pub const RETRY_AFTER_SECONDS: u32 = 5;

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

/// The cookies of the product.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The session's token.
    Session,
    /// The token of a link from a mail.
    Link,
    /// The browser that drafts belong to, and who was signed in with it last.
    Browser,
    /// The tokens by which people who signed in with this browser know it.
    Known,
    /// The flash message for the next page.
    Notice,
    /// The chosen language.
    Language,
    /// The chosen theme.
    Theme,
}

impl Cookie {
    /// The name of the cookie.
    pub fn name(self, secure: bool) -> String {
        let name = match self {
            Self::Session => "session",
            Self::Link => "link",
            Self::Browser => "browser",
            Self::Known => "known",
            Self::Notice => "notice",
            Self::Language => "language",
            Self::Theme => "theme",
        };
        if secure {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        }
    }

    /// The lifetime in seconds. `None` means until the browser is closed.
    fn seconds(self) -> Option<u32> {
        match self {
            Self::Session => None,
            Self::Link => Some(1_800),
            // longer than a session and a draft together, so that a form sent the next morning
            // still has an owner
            Self::Browser => Some(604_800),
            // as long as the server stores it
            Self::Known => Some(7_776_000),
            Self::Notice => Some(60),
            Self::Language | Self::Theme => Some(31_536_000),
        }
    }

    /// The header that sets the cookie. An empty value deletes it.
    pub fn header(self, value: &str, secure: bool) -> HeaderValue {
        let life = match (value.is_empty(), self.seconds()) {
            (true, _) => "; Max-Age=0".to_owned(),
            (false, Some(seconds)) => format!("; Max-Age={seconds}"),
            (false, None) => String::new(),
        };
        let secured = if secure { "; Secure" } else { "" };
        let text = format!(
            "{}={value}; Path=/; HttpOnly; SameSite=Lax{life}{secured}",
            self.name(secure)
        );
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
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
    fn drafts_browser(&self) -> Result<Browser, Error> {
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

/// Parses the cookie that [`Caller::remember_browser`] writes. Invalid tokens are ignored.
pub fn parse_known_browsers(cookie: &str) -> Vec<Token> {
    let is_token = |text: &&str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    cookie
        .split('.')
        .filter(is_token)
        .take(MAX_KNOWN_BROWSERS)
        .map(Token::from_text)
        .collect()
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

/// Answers a page with the data that `work` reads.
///
/// # Errors
/// As `work`. The status of the response is that of the refusal.
pub async fn serve<T, W, F>(work: W) -> Result<T, AppError>
where
    W: FnOnce(Caller) -> F,
    F: Future<Output = Result<T, Error>>,
{
    let caller = caller()?;
    match work(caller.clone()).await {
        Ok(view) => Ok(view),
        Err(error) => {
            let refusal = to_refusal(&caller, error);
            if refusal == Refusal::Forbidden {
                record_refusal(&caller, "forbidden").await;
            }
            set_status(&refusal);
            Err(AppError(refusal))
        }
    }
}

/// Runs `work` for a posted form and redirects to the page that it returns. A refusal is returned
/// directly if the wasm sent the form. If the form was posted without wasm, it is saved as a draft
/// (decision 0009).
///
/// # Errors
/// As `work`.
pub async fn submit<T, W, F>(form: T, work: W) -> Result<(), AppError>
where
    T: Form,
    W: FnOnce(Caller, T) -> F,
    F: Future<Output = Result<String, Error>>,
{
    let caller = caller()?;
    let done = match ensure_organisation(&caller, &form) {
        Ok(()) => work(caller.clone(), form.clone()).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(next) => {
            leptos_axum::redirect(&next);
            Ok(())
        }
        Err(error) => {
            let refusal = to_refusal(&caller, error);
            let draft =
                posted_without_wasm().then(|| PendingDraft::new(form, Some(refusal.clone())));
            Err(refuse(&caller, refusal, draft).await)
        }
    }
}

/// Answers a refused form: redirects to the page that shows its draft, or sets the status if there
/// is no draft.
async fn refuse(
    caller: &Caller,
    refusal: Refusal,
    draft: Option<Result<PendingDraft, Error>>,
) -> AppError {
    if let Some(why) = audit_reason(&refusal) {
        record_refusal(caller, why).await;
    }
    let Some(draft) = draft else {
        set_status(&refusal);
        return AppError(refusal);
    };
    let next = match draft {
        Ok(draft) => draft.save(caller).await,
        Err(error) => Err(error),
    };
    match next {
        Ok(next) => {
            leptos_axum::redirect(&next);
            AppError(refusal)
        }
        Err(error) => {
            // the draft cannot be saved: the server shows the form in its response
            let refusal = to_refusal(caller, error);
            set_status(&refusal);
            AppError(refusal)
        }
    }
}

/// Ensures that a form from another tab acts for the organisation that its page was rendered for
/// (decision 0015).
fn ensure_organisation(caller: &Caller, form: &impl Form) -> Result<(), Refusal> {
    let made_for = form.organisation();
    match &caller.me {
        _ if made_for.is_empty() => Ok(()),
        Some(me) if me.organisation.to_string() == made_for => Ok(()),
        Some(_) => Err(Refusal::OtherOrganisation),
        None => Err(Refusal::SignIn),
    }
}

fn posted_without_wasm() -> bool {
    with_context::<Parts, _>(|parts| {
        parts
            .headers
            .get(ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
    })
    .unwrap_or(false)
}

fn set_status(refusal: &Refusal) {
    let Some(options) = use_context::<ResponseOptions>() else {
        return;
    };
    options.set_status(
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    );
    let seconds = match refusal {
        Refusal::Slow { seconds } => *seconds,
        Refusal::Busy | Refusal::Unavailable => RETRY_AFTER_SECONDS,
        _ => return,
    };
    options.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
}

/// Turns an error into a refusal. A fault is logged under the id of the request, and the user only
/// sees that id.
fn to_refusal(caller: &Caller, error: Error) -> Refusal {
    match error {
        Error::Refused(refusal) => refusal,
        Error::Busy => Refusal::Busy,
        error if error.is_unavailable() => {
            tracing::error!(%error, request = %caller.request, "the database cannot be used");
            Refusal::Unavailable
        }
        error => {
            tracing::error!(%error, request = %caller.request, "a request failed");
            Refusal::Fault {
                reference: caller.request,
            }
        }
    }
}

/// The reason to record for a refusal that the pages themselves never cause.
fn audit_reason(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::Forbidden => Some("forbidden"),
        Refusal::NotFound => Some("not_found"),
        Refusal::Invalid(Invalid(fields)) if has_unexpected(fields) => Some("unexpected_fields"),
        _ => None,
    }
}

/// Records a refusal in the audit log (decision 0018).
async fn record_refusal(caller: &Caller, why: &str) {
    if caller.me.is_none() {
        return;
    }
    let path =
        with_context::<Parts, _>(|parts| loggable_path(parts.uri.path())).unwrap_or_default();
    tracing::warn!(request = %caller.request, why, path, "refused");
    if let Err(error) = audit::refused(&caller.scope, &path, why).await {
        tracing::error!(%error, request = %caller.request, "a refusal was not kept");
    }
}

/// A path for the log and the audit: cut to a maximal length, and without the token of a link.
pub fn loggable_path(path: &str) -> String {
    if path.starts_with("/link/") {
        "/link/…".to_owned()
    } else {
        path.chars().take(MAX_PATH_LENGTH).collect()
    }
}

fn has_unexpected(fields: &[(Field, Problem)]) -> bool {
    fields
        .iter()
        .any(|(_, problem)| matches!(problem, Problem::Unexpected { .. }))
}

/// A form that is about to be saved as a draft, with the page that shows it.
struct PendingDraft {
    page: String,
    made_for: Option<String>,
    signed_out: bool,
    body: drafts::Body,
}

impl PendingDraft {
    fn new<T: Form>(form: T, refusal: Option<Refusal>) -> Result<Self, Error> {
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
    async fn save(self, caller: &Caller) -> Result<String, Error> {
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
        if crate::PUBLIC.contains(&path) {
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
