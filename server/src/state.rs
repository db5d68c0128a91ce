//! What every handler and middleware shares.

use std::sync::{Arc, Once};
use std::time::Duration;

use axum::http::uri::Authority;
use usher_domain::Db;

use crate::config::{self, Config};
use crate::rate_limit::RateLimit;
use crate::site::Site;

/// The number of browsers' reports that are logged per minute: every user of a broken page reports
/// it, and a single report is enough.
const CSP_REPORTS_PER_MINUTE: u32 = 20;

/// The state of every handler.
#[derive(Clone)]
pub struct Server {
    /// The database.
    pub db: Db,
    /// The built site.
    pub site: Arc<Site>,
    /// The origin of the public address.
    pub origin: Arc<str>,
    /// Whether cookies have `Secure` and `__Host-`: always, except for plain http on this machine.
    pub is_secure: bool,
    /// The number of trusted proxies in front.
    pub trusted_proxies: usize,
    /// Limits the log lines about browsers' reports.
    pub csp_reports: Arc<RateLimit>,
    is_loopback: bool,
    foreign_host: Arc<Once>,
    untrusted_proxy: Arc<Once>,
}

impl Server {
    /// Creates the state from the settings.
    pub fn new(db: Db, site: Site, config: &Config) -> Self {
        Self {
            db,
            site: Arc::new(site),
            origin: config.public_url.origin.as_str().into(),
            is_secure: config.public_url.is_https,
            trusted_proxies: config.trusted_proxies,
            csp_reports: Arc::new(RateLimit::new(
                CSP_REPORTS_PER_MINUTE,
                Duration::from_secs(60),
            )),
            is_loopback: config.public_url.is_loopback,
            foreign_host: Arc::new(Once::new()),
            untrusted_proxy: Arc::new(Once::new()),
        }
    }

    /// Logs once that a proxy sends the client's address but is not trusted.
    pub fn warn_of_untrusted_proxy(&self) {
        self.untrusted_proxy.call_once(|| {
            tracing::warn!(
                "a request had X-Forwarded-For, but trusted_proxies is 0, so all users behind the proxy share their limits; set trusted_proxies \
                 to the number of your proxies, or let them remove the header"
            );
        });
    }

    /// Logs once that a request named another host.
    pub fn warn_of_foreign_host(&self) {
        self.foreign_host.call_once(|| {
            tracing::warn!(
                "refused a request whose Host header is not the host of public_url; a proxy in front must pass the Host header on"
            );
        });
    }

    /// Whether a Host header names this installation. On a loopback address, each name of this
    /// machine does.
    pub fn is_own_host(&self, host: &str) -> bool {
        let own = self
            .origin
            .split_once("://")
            .map_or(&*self.origin, |(_, authority)| authority);
        host.eq_ignore_ascii_case(own)
            || (self.is_loopback
                && host
                    .parse::<Authority>()
                    .is_ok_and(|host| config::is_loopback(host.host())))
    }
}
