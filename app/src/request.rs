//! Between a server function and the domain: who calls, what is answered, and how a refused form survives.
//!
//! Invariant: a server function is one line, a call of [`serve`] or [`submit`]. Only the page's own function sets its status;
//! a refusal is logged once, here.

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
use usher_types::form::{Form, Secret};
use usher_types::session::{Me, PageContext, encode};
use usher_types::users::{Created, SavedDraft};
use usher_types::{Field, Invalid, Language, Problem, Refusal, Theme, UserId};
use uuid::Uuid;

use crate::error::AppError;

/// People whose known browser one browser can be: colleagues share one.
const MOST_KNOWN: usize = 10;
/// Characters of a path that are kept; ours are shorter.
const LONGEST_PATH: usize = 200;
/// Seconds until it is worth trying again what the database did not take, or what too many waited for.
pub const UNAVAILABLE: u32 = 5;

/// Who calls. Made once per request by the server's middleware and provided as context.
#[derive(Clone)]
pub struct Caller {
    /// The database.
    pub db: Db,
    /// The person's scope, or a visitor's.
    pub scope: Scope,
    /// Who is signed in.
    pub me: Option<Me>,
    /// The language of the answer.
    pub language: Language,
    /// The colours of the page.
    pub theme: Theme,
    /// The session's token.
    pub session: Option<Token>,
    /// The token of a link that was followed, from its short-lived cookie.
    pub link: Option<Token>,
    /// The browser drafts are bound to.
    pub browser: Option<Browser>,
    /// What people who signed in with this browser before made it known by.
    pub known: Vec<Token>,
    /// The client's address, for the guessing limits.
    pub address: String,
    /// The request's id.
    pub request: Uuid,
    /// Whether cookies may say `__Host-` and `Secure`: everywhere but plain http on loopback.
    pub secure: bool,
    /// What the last act left to be said on this page: a code.
    pub notice: Option<String>,
    /// A temporary password that the last act left to be shown on this page.
    pub handed_on: Option<String>,
}

/// The cookies, by what they hold.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The session's token.
    Session,
    /// The token of a followed link.
    Link,
    /// The browser drafts are bound to, and who was signed in there last.
    Browser,
    /// What the people who signed in with this browser made it known by.
    Known,
    /// What is to be said on the next page.
    Notice,
    /// The chosen language.
    Language,
    /// The chosen colours.
    Theme,
}

impl Cookie {
    /// Its name.
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
        if secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// How long the browser keeps it; `None` until it is closed.
    fn seconds(self) -> Option<u32> {
        match self {
            Self::Session => None,
            Self::Link => Some(1_800),
            // longer than a session and a draft together: a form that is sent after a night is still somebody's
            Self::Browser => Some(604_800),
            // as long as the server remembers it
            Self::Known => Some(7_776_000),
            Self::Notice => Some(60),
            Self::Language | Self::Theme => Some(31_536_000),
        }
    }

    /// The header that sets it; an empty value clears it.
    pub fn header(self, value: &str, secure: bool) -> HeaderValue {
        let life = match (value.is_empty(), self.seconds()) {
            (true, _) => "; Max-Age=0".to_owned(),
            (false, Some(seconds)) => format!("; Max-Age={seconds}"),
            (false, None) => String::new(),
        };
        let secured = if secure { "; Secure" } else { "" };
        let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{life}{secured}", self.name(secure));
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

impl Caller {
    /// A person's, from their session.
    pub fn signed_in(mut self, found: Authenticated, token: Token) -> Self {
        self.language = found.language;
        self.theme = found.theme.unwrap_or(self.theme);
        self.scope = found.scope.with_language(self.language);
        self.me = Some(found.me);
        self.session = Some(token);
        self
    }

    /// What every page knows before it asks anything.
    pub fn visit(&self) -> PageContext {
        PageContext { me: self.me.clone(), language: self.language, theme: self.theme }
    }

    /// Sets a cookie with the answer.
    pub fn set(&self, cookie: Cookie, value: &str) {
        if let Some(options) = use_context::<ResponseOptions>() {
            options.append_header(SET_COOKIE, cookie.header(value, self.secure));
        }
    }

    /// Empties what the browser keeps of these pages (ASVS 14.3.1). Not its cookies: the notice is one.
    pub fn forget_everything(&self) {
        if let Some(options) = use_context::<ResponseOptions>() {
            options.insert_header(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
        }
    }

    /// The person an address names. What is no id is nobody's; whoever is not signed in learns that first, whatever they asked for.
    ///
    /// # Errors
    /// [`Refusal::SignIn`], [`Refusal::NotFound`].
    pub fn user(&self, id: &str) -> Result<UserId, Error> {
        if self.me.is_none() {
            return Err(Refusal::SignIn.into());
        }
        id.parse().map_err(|_| Refusal::NotFound.into())
    }

    /// Begins a session in this browser, which from now on is its person's: whoever was signed in before leaves no draft.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_session(&self, token: &Token) -> Result<(), Error> {
        self.set(Cookie::Session, token.expose());
        let Some(found) = self.db.authenticate(token, self.request).await? else { return Ok(()) };
        let mark = Mark::of(&self.db, found.me.user);
        let browser = match &self.browser {
            Some(browser) => browser.clone(),
            None => Browser::new()?,
        };
        let former = self.me.as_ref().map(|me| Mark::of(&self.db, me.user)).or_else(|| browser.last().cloned());
        if let Some(former) = former.filter(|former| *former != mark) {
            drafts::delete(&self.db, &browser, Some(&former)).await?;
        }
        self.set(Cookie::Browser, &browser.used_by(mark).expose());
        Ok(())
    }

    /// Ends what this browser keeps of a session: its cookie and every draft.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self) -> Result<(), Error> {
        self.set(Cookie::Session, "");
        if let Some(browser) = &self.browser {
            drafts::delete(&self.db, browser, None).await?;
            self.set(Cookie::Browser, "");
        }
        Ok(())
    }

    /// Makes this browser known to the person who signed in: its failed attempts are counted separately from now on. Signing out keeps it known.
    pub fn remember(&self, browser: &Token) {
        let others = self.known.iter().filter(|other| other.expose() != browser.expose());
        let all: Vec<_> = std::iter::once(browser).chain(others).take(MOST_KNOWN).map(Token::expose).collect();
        self.set(Cookie::Known, &all.join("."));
    }

    /// Leaves something to be said on the next page.
    pub fn say(&self, notice: &str) {
        self.set(Cookie::Notice, notice);
    }

    /// Leaves a temporary password to be shown on the next page, once and to this person in this browser. `None` where it was not kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hand_on(&self, password: &Secret) -> Result<Option<Uuid>, Error> {
        let Some(me) = &self.me else { return Ok(None) };
        let sender = Sender::Person(Mark::of(&self.db, me.user));
        drafts::save(&self.db, &self.drafts_browser()?, sender, drafts::Body::of_secret(password)?).await
    }

    /// Takes the temporary password that the notice names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_handed_on(&mut self) -> Result<(), Error> {
        let created = self.notice.as_deref().and_then(Created::from_code);
        let (Some(id), Some(browser), Some(me)) = (created.and_then(|created| created.password), &self.browser, &self.me) else {
            return Ok(());
        };
        self.handed_on = drafts::take_secret(&self.db, browser, &Mark::of(&self.db, me.user), id).await?;
        Ok(())
    }

    /// The browser drafts are bound to; one without a cookie gets it.
    fn drafts_browser(&self) -> Result<Browser, Error> {
        if let Some(browser) = &self.browser {
            return Ok(browser.clone());
        }
        let fresh = match &self.me {
            Some(me) => Browser::new()?.used_by(Mark::of(&self.db, me.user)),
            None => Browser::new()?,
        };
        self.set(Cookie::Browser, &fresh.expose());
        Ok(fresh)
    }
}

/// The tokens that [`Caller::remember`] wrote into its cookie. What is no token of ours is left out.
pub fn known(cookie: &str) -> Vec<Token> {
    let is_token = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    cookie.split('.').filter(is_token).take(MOST_KNOWN).map(Token::from_text).collect()
}

/// The caller of this request.
///
/// # Errors
/// [`Refusal::Fault`] outside a request.
pub fn caller() -> Result<Caller, AppError> {
    use_context::<Caller>().ok_or(AppError(Refusal::Fault { reference: Uuid::nil() }))
}

/// Answers a page with what `work` reads.
///
/// # Errors
/// As `work`; the page's status is set to the refusal's.
pub async fn serve<T, W, F>(work: W) -> Result<T, AppError>
where
    W: FnOnce(Caller) -> F,
    F: Future<Output = Result<T, Error>>,
{
    let caller = caller()?;
    match work(caller.clone()).await {
        Ok(view) => Ok(view),
        Err(error) => {
            let refusal = told(&caller, error);
            if refusal == Refusal::Forbidden {
                keep_refused(&caller, "forbidden").await;
            }
            status(&refusal);
            Err(AppError(refusal))
        }
    }
}

/// Does what a form asks and leads to the page it returns. A refused form is answered directly where the browser's wasm
/// asked, and kept as a draft where the form was posted without it (design rule 9).
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
    let done = match acts_for(&caller, &form) {
        Ok(()) => work(caller.clone(), form.clone()).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(next) => {
            leptos_axum::redirect(&next);
            Ok(())
        }
        Err(error) => {
            let refusal = told(&caller, error);
            let draft = posted_without_wasm().then(|| Draft::of(form, Some(refusal.clone())));
            Err(refuse(&caller, refusal, draft).await)
        }
    }
}

/// Tells why a form was refused: by the page that shows it again where it was kept, and by the status where it was not.
async fn refuse(caller: &Caller, refusal: Refusal, draft: Option<Result<Draft, Error>>) -> AppError {
    if let Some(why) = worth_keeping(&refusal) {
        keep_refused(caller, why).await;
    }
    let Some(draft) = draft else {
        status(&refusal);
        return AppError(refusal);
    };
    let next = match draft {
        Ok(draft) => draft.keep(caller).await,
        Err(error) => Err(error),
    };
    match next {
        Ok(next) => {
            leptos_axum::redirect(&next);
            AppError(refusal)
        }
        Err(error) => {
            // nothing can be kept: the server shows what was typed in its answer
            let refusal = told(caller, error);
            status(&refusal);
            AppError(refusal)
        }
    }
}

/// Two tabs acting for two organisations: what the page was made for is what it acts for (design 5.3).
fn acts_for(caller: &Caller, form: &impl Form) -> Result<(), Refusal> {
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
        parts.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
    })
    .unwrap_or(false)
}

fn status(refusal: &Refusal) {
    let Some(options) = use_context::<ResponseOptions>() else { return };
    options.set_status(StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    let seconds = match refusal {
        Refusal::Slow { seconds } => *seconds,
        Refusal::Busy | Refusal::Unavailable => UNAVAILABLE,
        _ => return,
    };
    options.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
}

/// Logs a fault under the request's id, and tells the person no more than that.
fn told(caller: &Caller, error: Error) -> Refusal {
    match error {
        Error::Refused(refusal) => refusal,
        Error::Busy => Refusal::Busy,
        error if error.is_unavailable() => {
            tracing::error!(%error, request = %caller.request, "the database cannot be used");
            Refusal::Unavailable
        }
        error => {
            tracing::error!(%error, request = %caller.request, "a request failed");
            Refusal::Fault { reference: caller.request }
        }
    }
}

/// What an act may be refused for that nobody meets who uses the pages as they are.
fn worth_keeping(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::Forbidden => Some("forbidden"),
        Refusal::NotFound => Some("not_found"),
        Refusal::Invalid(Invalid(fields)) if has_unexpected(fields) => Some("unexpected_fields"),
        _ => None,
    }
}

/// What was refused to somebody is an event too (design 5.6).
async fn keep_refused(caller: &Caller, why: &str) {
    if caller.me.is_none() {
        return;
    }
    let path = with_context::<Parts, _>(|parts| told_path(parts.uri.path())).unwrap_or_default();
    tracing::warn!(request = %caller.request, why, path, "refused");
    if let Err(error) = audit::refused(&caller.scope, &path, why).await {
        tracing::error!(%error, request = %caller.request, "a refusal was not kept");
    }
}

/// A path as logs and the audit keep it: not longer than ours are, and without a link's token.
pub fn told_path(path: &str) -> String {
    if path.starts_with("/link/") { "/link/…".to_owned() } else { path.chars().take(LONGEST_PATH).collect() }
}

fn has_unexpected(fields: &[(Field, Problem)]) -> bool {
    fields.iter().any(|(_, problem)| matches!(problem, Problem::Unexpected { .. }))
}

/// A form on the way to being kept: the page that shows it, and the way there where it is not shown at once.
struct Draft {
    page: String,
    made_for: Option<String>,
    signed_out: bool,
    body: drafts::Body,
}

impl Draft {
    fn of<T: Form>(form: T, refusal: Option<Refusal>) -> Result<Self, Error> {
        Ok(Self {
            page: form.page(),
            made_for: (refusal == Some(Refusal::OtherOrganisation)).then(|| form.organisation().to_owned()),
            signed_out: refusal == Some(Refusal::SignIn),
            body: drafts::Body::of(form, refusal)?,
        })
    }

    /// Keeps the form and returns the address that shows it again; by way of sign-in where that is what is missing. One that is not
    /// kept is shown empty, and the page says so.
    async fn keep(self, caller: &Caller) -> Result<String, Error> {
        let again = match self.sender(caller).await? {
            Some(sender) => {
                let browser = caller.drafts_browser()?;
                match drafts::save(&caller.db, &browser, sender, self.body).await? {
                    Some(id) => {
                        let mark = if self.page.contains('?') { '&' } else { '?' };
                        format!("{}{mark}draft={id}", self.page)
                    }
                    None => {
                        caller.say("not_kept");
                        self.page
                    }
                }
            }
            None => self.page,
        };
        Ok(match self.made_for {
            Some(made_for) => format!("/profile/accounts?made_for={}&next={}", encode(&made_for), encode(&again)),
            None if self.signed_out => format!("/sign-in?next={}", encode(&again)),
            None => again,
        })
    }

    /// Whose draft it is: of the person who is signed in, or was when the page was opened; a visitor's where the page needs no session.
    /// Nothing else that a visitor posts is kept.
    async fn sender(&self, caller: &Caller) -> Result<Option<Sender>, Error> {
        if let Some(me) = &caller.me {
            // the page belongs to another organisation: it is shown again to the account this person switches back to
            let there = match &self.made_for {
                Some(made_for) => accounts::account_in(&caller.scope, made_for).await?,
                None => None,
            };
            return Ok(Some(Sender::Person(Mark::of(&caller.db, there.unwrap_or(me.user)))));
        }
        let path = self.page.split('?').next().unwrap_or_default();
        if crate::PUBLIC.contains(&path) {
            return Ok(Some(Sender::Visitor(caller.address.clone())));
        }
        let last = caller.browser.as_ref().and_then(Browser::last).cloned();
        Ok(last.map(|mark| Sender::SignedOut(mark, caller.address.clone())))
    }
}

/// Keeps a form that is left for another page, and returns the address that shows it as it was typed; secrets are not kept.
///
/// # Errors
/// When the database fails.
pub async fn set_aside<T: Form>(caller: &Caller, form: T) -> Result<String, Error> {
    Draft::of(form, None)?.keep(caller).await
}

/// The form a `?draft=` names, where this person may see it in this browser, and where it was made for the organisation acted for.
///
/// # Errors
/// When the database fails.
pub async fn kept<T: DeserializeOwned>(caller: &Caller, draft: Option<String>) -> Result<Option<SavedDraft<T>>, Error> {
    let (Some(browser), Some(id)) = (&caller.browser, draft.and_then(|id| id.parse::<Uuid>().ok())) else { return Ok(None) };
    let reader = caller.me.as_ref().map(|me| Mark::of(&caller.db, me.user));
    let found = drafts::find::<serde_json::Value>(&caller.db, browser, reader.as_ref(), id).await?;
    let Some(SavedDraft { form, refusal }) = found else { return Ok(None) };
    let made_for = form["organisation"].as_str().unwrap_or_default();
    if caller.me.as_ref().is_some_and(|me| !made_for.is_empty() && made_for != me.organisation.to_string()) {
        return Ok(None);
    }
    Ok(serde_json::from_value(form).ok().map(|form| SavedDraft { form, refusal }))
}
