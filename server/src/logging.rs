//! The log: on standard error, in UTC, one line an event. Holds ids and codes, never what somebody typed (ASVS 16.2.5).

use std::io::{self, IsTerminal};
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{Config, LogFormat};

/// They tell at every start what is already there.
const QUIET: &str = "info,sqlx=warn,sea_orm_migration=warn";

/// Starts the log. A panic is a line in it, too.
pub fn start(config: &Config) {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", config.log_level)).unwrap_or_else(|_| EnvFilter::new(QUIET));
    let builder = fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let started = match config.log_format {
        LogFormat::Human => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Err(error) = started {
        eprintln!("usher: the log is already started: {error}");
    }
    panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        let said = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(location, said, "a panic");
    }));
}
