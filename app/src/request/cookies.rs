//! The cookies of the product.

use axum::http::HeaderValue;
use usher_domain::sealing::Token;
use usher_types::durations;

/// How many people one browser can be known to. Colleagues share a browser.
pub(super) const MAX_KNOWN_BROWSERS: usize = 10;

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
            Self::Known => Some(durations::KNOWN_BROWSER.as_secs() as u32),
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

/// Parses the cookie that [`Caller::remember_browser`](super::Caller::remember_browser) writes. Invalid tokens are ignored.
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
