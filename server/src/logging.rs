//! The log: on standard error, in UTC, one line for each event. It contains ids and codes, never
//! typed input (ASVS 16.2.5).

use std::io::{self, IsTerminal};
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{Config, LogFormat};

/// The default level; below `warn`, some crates log at every start what already exists.
const DEFAULT_FILTER: &str = "info,sqlx=warn,sea_orm_migration=warn";

/// Starts the log. A panic is also logged as a line.
pub fn start(config: &Config) {
    let filter = EnvFilter::try_new(format!("{DEFAULT_FILTER},{}", config.log_level))
        .unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let builder = fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    let started = match config.log_format {
        LogFormat::Human => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Err(error) = started {
        eprintln!("usher: the log is already started: {error}");
    }
    panic::set_hook(Box::new(|panic| {
        let location = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let payload = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(location, payload, "panicked");
    }));
}
