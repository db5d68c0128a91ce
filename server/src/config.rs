//! The settings, from a TOML file, then the environment, then flags; later sources win. All are
//! validated before anything starts.
//!
//! Invariant: an unknown setting or an invalid value is an error that names the setting. A secret
//! is never shown, and never taken from a flag, which every process of the machine could read.

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::Uri;
use clap::{Args, ValueEnum};
use config::{File, FileFormat};
use lettre::message::Mailbox;
use nix::unistd::{User, geteuid};
use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};
use secrecy::SecretString;
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

/// The settings file that is read from the current folder if no other is named.
const FILE: &str = "usher.toml";
/// Variables with our prefix that belong to the build and the tests, and are not settings.
const OTHER_VARIABLES: &[&str] = &["USHER_ROOT", "USHER_TOOLS", "USHER_STEPS", "USHER_CONFIG"];
const OTHER_PREFIX: &str = "USHER_TEST_";

/// The flags of every command.
#[derive(Args, Clone, Debug, Default)]
pub struct Flags {
    /// The settings file [default: `usher.toml` in the current folder, if it exists]
    #[arg(long, global = true, env = "USHER_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The address to listen at [default: 127.0.0.1:3000]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// The folder for the private database, keys and mails
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data: Option<String>,
    /// The address at which people reach this installation, such as https://usher.example.org
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// The number of your proxies in front that add to X-Forwarded-For [default: 0]
    #[arg(long, global = true, value_name = "COUNT")]
    pub trusted_proxies: Option<String>,
    /// The log's format: human or json
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// The log's level, such as `info` or `debug`
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log_level: Option<String>,
}

/// The log's format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A readable line for each event.
    #[default]
    Human,
    /// A JSON object on a line for each event.
    Json,
}

/// The address at which people reach the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// The origin as a browser sends it: scheme, host, and the port if it is not the scheme's
    /// default.
    pub origin: String,
    /// Whether only this machine can reach it.
    pub is_loopback: bool,
    /// Whether the scheme is https.
    pub is_https: bool,
}

/// All settings, validated.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen at.
    pub listen: SocketAddr,
    /// The folder of the private database, the keys and the mails.
    pub data: PathBuf,
    /// The address at which people reach the installation.
    pub public_url: PublicUrl,
    /// The database's URL for the server's role; without it Usher runs a private Postgres.
    pub database_url: Option<SecretString>,
    /// The database's URL for the owner's role, for migrations.
    pub owner_database_url: Option<SecretString>,
    /// The mail server; without it each mail is written to a file.
    pub smtp: Option<Smtp>,
    /// The sender of mails.
    pub mail_from: Mailbox,
    /// The master key; without it a key is kept in the data folder.
    pub key: Option<SecretString>,
    /// The log's format.
    pub log_format: LogFormat,
    /// The log's level.
    pub log_level: String,
    /// The number of trusted proxies in front.
    pub trusted_proxies: usize,
    /// The maximum number of connections to the database.
    pub connections: u32,
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// The URL in lettre's format.
    pub url: SecretString,
    /// The host name, for the log.
    pub host: String,
}

/// The reason why the settings are refused. Each message is one line.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read, or contains an unknown setting.
    #[error("{}: {why}", file.display())]
    File {
        /// The path of the file.
        file: PathBuf,
        /// The problem.
        why: String,
    },
    /// A variable with our prefix that is not a setting.
    #[error("{0} is not a setting of Usher: `usher serve --help` and the README list the settings")]
    Unknown(String),
    /// An invalid value.
    #[error("{setting} {why}")]
    Value {
        /// The setting's name.
        setting: &'static str,
        /// The problem, and the expected value.
        why: String,
    },
}

macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident = $variable:literal),* $(,)?) => {
        #[derive(Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            $($(#[$meta])* #[serde(default)] $name: Option<String>,)*
        }

        /// The settings with their variables.
        const SETTINGS: &[(&str, &str)] = &[$((stringify!($name), $variable)),*];
    };
}

settings! {
    listen = "USHER_LISTEN",
    data = "USHER_DATA",
    public_url = "USHER_PUBLIC_URL",
    database_url = "DATABASE_URL",
    owner_database_url = "USHER_OWNER_DATABASE_URL",
    smtp_url = "USHER_SMTP_URL",
    mail_from = "USHER_MAIL_FROM",
    key = "USHER_KEY",
    log_format = "USHER_LOG_FORMAT",
    log_level = "USHER_LOG_LEVEL",
    trusted_proxies = "USHER_TRUSTED_PROXIES",
    connections = "USHER_CONNECTIONS",
}

impl Config {
    /// Reads the file, the environment and the flags.
    ///
    /// # Errors
    /// The first invalid setting.
    pub fn load(flags: &Flags) -> Result<Self, Error> {
        Self::from_sources(
            flags,
            env::vars_os().filter_map(|(name, value)| {
                Some((name.into_string().ok()?, value.into_string().ok()?))
            }),
        )
    }

    /// Like [`Config::load`], with a given environment.
    ///
    /// # Errors
    /// The first invalid setting.
    pub fn from_sources(
        flags: &Flags,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Error> {
        let file = flags
            .config
            .clone()
            .or_else(|| Some(PathBuf::from(FILE)).filter(|file| file.exists()));
        let in_file = |why: config::ConfigError| {
            // TOML's message has several lines
            let why = why
                .to_string()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            Error::File {
                file: file.clone().unwrap_or_default(),
                why,
            }
        };
        let mut builder = config::Config::builder();
        if let Some(file) = &file {
            builder = builder.add_source(
                File::from(file.as_path())
                    .format(FileFormat::Toml)
                    .required(true),
            );
        }
        for (name, value) in environment {
            let is_ours = name.starts_with("USHER_")
                && !name.starts_with(OTHER_PREFIX)
                && !OTHER_VARIABLES.contains(&name.as_str());
            match SETTINGS.iter().find(|(_, variable)| *variable == name) {
                Some((setting, _)) if !value.is_empty() => {
                    builder = builder.set_override(*setting, value).map_err(in_file)?
                }
                None if is_ours => return Err(Error::Unknown(name)),
                _ => {}
            }
        }
        let values = [
            ("listen", &flags.listen),
            ("data", &flags.data),
            ("public_url", &flags.public_url),
            ("trusted_proxies", &flags.trusted_proxies),
            ("log_format", &flags.log_format),
            ("log_level", &flags.log_level),
        ];
        for (setting, value) in values {
            builder = builder
                .set_override_option(setting, value.clone())
                .map_err(in_file)?;
        }
        builder
            .build()
            .and_then(config::Config::try_deserialize::<Raw>)
            .map_err(in_file)?
            .check()
    }
}

impl Raw {
    fn check(self) -> Result<Config, Error> {
        let listen = match &self.listen {
            Some(text) => text.parse().map_err(|_| {
                invalid(
                    "listen",
                    format!("is `{text}`, not an address with a port such as 127.0.0.1:3000"),
                )
            })?,
            None => SocketAddr::from(([127, 0, 0, 1], 3000)),
        };
        let public_url = public_url(self.public_url.as_deref(), listen)?;
        // Usher speaks plain http, so https implies a proxy. If the proxy is not trusted, all
        // clients seem to have its address and share its limits.
        if public_url.is_https && self.trusted_proxies.is_none() {
            let why = "is missing: with an https public_url, set the number of proxies in front that add to X-Forwarded-For, such as 1 (0 if none does)";
            return Err(invalid("trusted_proxies", why));
        }
        let trusted_proxies = number("trusted_proxies", self.trusted_proxies, 0..=16, 0)?;
        let smtp = self.smtp_url.map(|url| smtp(&url)).transpose()?;
        let log_level = self.log_level.unwrap_or_else(|| "info".to_owned());
        if EnvFilter::try_new(&log_level).is_err() {
            return Err(invalid(
                "log_level",
                format!("is `{log_level}`, not a level such as `info` or `debug`"),
            ));
        }
        Ok(Config {
            listen,
            data: self.data.map_or_else(default_data_folder, PathBuf::from),
            mail_from: mail_from(self.mail_from, smtp.is_some())?,
            public_url,
            database_url: self
                .database_url
                .map(|url| postgres("database_url", url))
                .transpose()?,
            owner_database_url: self
                .owner_database_url
                .map(|url| postgres("owner_database_url", url))
                .transpose()?,
            smtp,
            key: self.key.map(SecretString::from),
            log_format: log_format(self.log_format)?,
            log_level,
            trusted_proxies,
            connections: number("connections", self.connections, 2..=1_000, 20)? as u32,
        })
    }
}

/// The default data folder: `/var/lib/usher` for root, or else a folder of the user.
fn default_data_folder() -> PathBuf {
    if geteuid().is_root() {
        return PathBuf::from("/var/lib/usher");
    }
    let named = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let home = || {
        named("HOME").or_else(|| {
            User::from_uid(geteuid())
                .ok()
                .flatten()
                .map(|user| user.dir)
        })
    };
    named("XDG_DATA_HOME")
        .or_else(|| home().map(|home| home.join(".local/share")))
        .unwrap_or_default()
        .join("usher")
}

fn invalid(setting: &'static str, why: impl Into<String>) -> Error {
    Error::Value {
        setting,
        why: why.into(),
    }
}

fn log_format(text: Option<String>) -> Result<LogFormat, Error> {
    let Some(text) = text else {
        return Ok(LogFormat::default());
    };
    LogFormat::from_str(&text, true).map_err(|_| {
        invalid(
            "log_format",
            format!("is `{text}`, neither `human` nor `json`"),
        )
    })
}

fn number(
    setting: &'static str,
    text: Option<String>,
    range: std::ops::RangeInclusive<usize>,
    otherwise: usize,
) -> Result<usize, Error> {
    let Some(text) = text else {
        return Ok(otherwise);
    };
    let (least, most) = (range.start(), range.end());
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        invalid(
            setting,
            format!("is `{text}`, not a number from {least} to {most}"),
        )
    })
}

/// Whether a host name or address refers to this machine.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn public_url(text: Option<&str>, listen: SocketAddr) -> Result<PublicUrl, Error> {
    let Some(text) = text else {
        if listen.ip().is_loopback() {
            return Ok(PublicUrl {
                origin: format!("http://{listen}"),
                is_loopback: true,
                is_https: false,
            });
        }
        let why = format!(
            "is missing: with listen = {listen}, set the address at which people reach Usher, such as https://usher.example.org"
        );
        return Err(invalid("public_url", why));
    };
    let expected = || {
        invalid(
            "public_url",
            format!(
                "is `{text}`, not an address such as https://usher.example.org, without a path"
            ),
        )
    };
    let uri: Uri = text.parse().map_err(|_| expected())?;
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err(expected());
    };
    let is_plain = uri.path() == "/" && uri.query().is_none() && !text.contains(['@', '#']);
    if !is_plain || !matches!(scheme, "http" | "https") {
        return Err(expected());
    }
    let (is_https, is_loopback) = (scheme == "https", is_loopback(host));
    if !is_https && !is_loopback {
        return Err(invalid(
            "public_url",
            format!(
                "is `{text}`: only https protects passwords in transit; plain http is for 127.0.0.1 and localhost"
            ),
        ));
    }
    let default_port = if is_https { 443 } else { 80 };
    let port = uri
        .port_u16()
        .filter(|port| *port != default_port)
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    Ok(PublicUrl {
        origin: format!("{scheme}://{}{port}", host.to_ascii_lowercase()),
        is_loopback,
        is_https,
    })
}

/// Requires TLS with a verified certificate, except for a database on this machine (ASVS 12.3.1).
fn postgres(setting: &'static str, url: String) -> Result<SecretString, Error> {
    let options = PgConnectOptions::from_str(&url)
        .ok()
        .filter(|_| url.starts_with("postgres://") || url.starts_with("postgresql://"));
    let Some(options) = options else {
        return Err(invalid(
            setting,
            "is not a postgres:// address (it is not shown, because it may contain a password)",
        ));
    };
    let host = options.get_host();
    let is_local = options.get_socket().is_some() || host.starts_with('/') || is_loopback(host);
    if !is_local && !matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
        let why = format!(
            "connects to {host} without verifying its certificate: add ?sslmode=verify-full (and &sslrootcert=… for a CA of your own)"
        );
        return Err(invalid(setting, why));
    }
    Ok(url.into())
}

/// Requires TLS, from the first byte or by STARTTLS before anything else is sent, except for a mail
/// server on this machine (ASVS 12.2.1).
fn smtp(url: &str) -> Result<Smtp, Error> {
    let expected = || {
        invalid(
            "smtp_url",
            "is not smtps://user:password@host or smtp://user:password@host?tls=required (it is not shown, because it may contain a password)",
        )
    };
    let uri: Uri = url.parse().map_err(|_| expected())?;
    let host = uri.host().ok_or_else(expected)?.to_owned();
    let base = url.split('?').next().unwrap_or_default();
    let url = match (uri.scheme_str(), uri.query()) {
        (Some("smtps"), None) => base.to_owned(),
        (Some("smtp"), None | Some("tls=required")) => format!("{base}?tls=required"),
        (Some("smtp"), Some("tls=none")) if is_loopback(&host) => base.to_owned(),
        (Some("smtp"), Some("tls=none")) => {
            return Err(invalid(
                "smtp_url",
                format!("has tls=none, which is only for this machine, not for {host}"),
            ));
        }
        _ => return Err(expected()),
    };
    Ok(Smtp {
        url: url.into(),
        host,
    })
}

fn mail_from(text: Option<String>, is_sent: bool) -> Result<Mailbox, Error> {
    let text = match text {
        Some(text) => text,
        None if is_sent => {
            return Err(invalid(
                "mail_from",
                "is missing: with smtp_url, set the sender of mails, such as `Usher <no-reply@example.org>`",
            ));
        }
        None => "Usher <usher@localhost>".to_owned(),
    };
    text.parse().map_err(|_| {
        invalid(
            "mail_from",
            format!("is `{text}`, not an address such as `Usher <no-reply@example.org>`"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(pairs: &[(&str, &str)]) -> Result<Config, Error> {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::from_sources(&Flags::default(), pairs)
    }

    fn refusal(pairs: &[(&str, &str)]) -> String {
        load(pairs)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn without_settings_only_this_machine_reaches_the_server() -> Result<(), Error> {
        let config = load(&[])?;
        assert_eq!(config.public_url.origin, "http://127.0.0.1:3000");
        assert!(config.database_url.is_none() && config.smtp.is_none());
        Ok(())
    }

    #[test]
    fn the_default_data_folder_of_root_is_in_var_lib() {
        if geteuid().is_root() {
            assert_eq!(default_data_folder(), PathBuf::from("/var/lib/usher"));
        }
    }

    #[test]
    fn an_error_names_the_setting() {
        assert!(refusal(&[("USHER_LISSEN", "1")]).starts_with("USHER_LISSEN is not a setting"));
        assert!(refusal(&[("USHER_LISTEN", "here")]).starts_with("listen is `here`"));
        assert!(refusal(&[("USHER_LISTEN", "0.0.0.0:80")]).starts_with("public_url is missing"));
        assert!(
            refusal(&[("USHER_PUBLIC_URL", "http://usher.example.org")]).contains("only https")
        );
        assert!(
            refusal(&[("USHER_PUBLIC_URL", "https://usher.example.org/sub")])
                .contains("without a path")
        );
        assert!(
            refusal(&[("USHER_TRUSTED_PROXIES", "many")]).starts_with("trusted_proxies is `many`")
        );
        assert!(
            refusal(&[("USHER_PUBLIC_URL", "https://usher.example.org")])
                .starts_with("trusted_proxies is missing")
        );
        assert!(
            refusal(&[("USHER_SMTP_URL", "smtp://mail.example.org?tls=none")])
                .contains("only for this machine")
        );
        assert!(
            refusal(&[("USHER_SMTP_URL", "smtps://mail.example.org")])
                .starts_with("mail_from is missing")
        );
    }

    #[test]
    fn an_invalid_secret_is_not_shown() {
        for name in ["DATABASE_URL", "USHER_OWNER_DATABASE_URL", "USHER_SMTP_URL"] {
            let message = refusal(&[(name, "hunter2 is not an address")]);
            assert!(
                !message.is_empty() && !message.contains("hunter2"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_remote_database_was_reached_without_tls() {
        for url in [
            "postgres://a:b@db.example.org/usher",
            "postgres://a:b@10.0.0.5/usher?sslmode=require",
        ] {
            assert!(
                refusal(&[("DATABASE_URL", url)]).contains("sslmode=verify-full"),
                "{url}"
            );
            assert!(
                refusal(&[("USHER_OWNER_DATABASE_URL", url)]).contains("sslmode=verify-full"),
                "{url}"
            );
        }
        for url in [
            "postgres://a:b@db.example.org/usher?sslmode=verify-full",
            "postgres://a:b@127.0.0.1/usher",
            "postgres://a:b@localhost/usher",
            "postgres://a@localhost/usher?host=%2Fvar%2Frun%2Fpostgresql",
        ] {
            assert_eq!(refusal(&[("DATABASE_URL", url)]), "", "{url}");
        }
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() -> Result<(), Error> {
        let https = [
            ("USHER_PUBLIC_URL", "https://Usher.Example.org:443/"),
            ("USHER_TRUSTED_PROXIES", "1"),
        ];
        assert_eq!(load(&https)?.public_url.origin, "https://usher.example.org");
        assert_eq!(
            load(&[("USHER_PUBLIC_URL", "http://localhost:8080")])?
                .public_url
                .origin,
            "http://localhost:8080"
        );
        Ok(())
    }

    #[test]
    fn variables_of_the_build_are_ignored() {
        assert_eq!(
            refusal(&[
                ("USHER_TEST_OWNER_URL", "x"),
                ("USHER_ROOT", "/"),
                ("USHER_SMTP_URL", "")
            ]),
            ""
        );
    }
}
