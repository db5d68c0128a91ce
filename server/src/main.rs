//! The `usher` binary: reads the settings and runs a command. An error is a one-line message that
//! says what to do.
// each page is a single type, nested as deeply as the page
#![recursion_limit = "512"]

use std::net::TcpListener;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use color_eyre::eyre::{OptionExt, Result};
use usher_server::admin::{self, Create};
use usher_server::audit::Verify;
use usher_server::config::{Config, Flags};
use usher_server::database::{Database, Opener, migrate_only};
use usher_server::site::Site;
use usher_server::{audit, demo, logging, privileges, serve};

/// Usher: access management for care organisations
#[derive(Parser)]
#[command(name = "usher", version, after_help = SETTINGS)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

const SETTINGS: &str = "Settings come from a TOML file, then the environment, then flags; later wins.
Environment only, or the file: DATABASE_URL, USHER_OWNER_DATABASE_URL, USHER_SMTP_URL, USHER_MAIL_FROM, USHER_KEY, USHER_CONNECTIONS.
Without DATABASE_URL Usher runs a private Postgres in the data folder; without USHER_SMTP_URL each mail is a file there.";

#[derive(Subcommand)]
enum Command {
    /// Serve; the default command
    Serve,
    /// Migrate the database's schema to this version
    Migrate,
    /// Manage users from the terminal
    #[command(subcommand)]
    Admin(Admin),
    /// Check the audit log from the terminal
    #[command(subcommand)]
    Audit(Audit),
    /// Create two fictional organisations, and print who can sign in
    Demo,
}

#[derive(Subcommand)]
enum Admin {
    /// Create the first organisation and its System administrator
    Create(Create),
}

#[derive(Subcommand)]
enum Audit {
    /// Verify every organisation's audit log, and print the first altered row
    Verify(Verify),
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            eprintln!("usher: {report:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let config = Config::load(&arguments.flags)?;
    logging::start(&config);
    let command = arguments.command.unwrap_or(Command::Serve);
    // while the process is still root and may listen at any port
    let listener = matches!(command, Command::Serve)
        .then(|| serve::listen(config.listen))
        .transpose()?;
    privileges::drop_root(&config.data, &Site::find().root)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let result = runtime.block_on(run_command(&config, command, listener));
    // with a time limit, because a password hash may still run for a disconnected client
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    result
}

async fn run_command(
    config: &Config,
    command: Command,
    listener: Option<TcpListener>,
) -> Result<()> {
    match command {
        Command::Serve => {
            serve::serve(config, listener.ok_or_eyre("no address to listen at")?).await
        }
        Command::Migrate => migrate_only(config).await,
        Command::Admin(Admin::Create(arguments)) => {
            let database = Database::open(config, Opener::Command).await?;
            let result = admin::create(&database.db, &arguments).await;
            database.close().await;
            result
        }
        Command::Audit(Audit::Verify(arguments)) => {
            let database = Database::open(config, Opener::Command).await?;
            let result = audit::verify(&database.db, &arguments).await;
            database.close().await;
            result
        }
        Command::Demo => {
            demo::check(config)?;
            // as the only server, because a running server would send the invitations that the demo
            // accepts
            let database = Database::open(config, Opener::Server).await?;
            let result = demo::fill(&database.db, config).await;
            database.close().await;
            result
        }
    }
}
