//! `make bench`: what the release in `dist/` weighs, how long it takes and how much it gets done, each beside what the same
//! machine does bare in the same run, and beside its bar. It measures; a missed bar is said and fails nothing.
//!
//! `tools/bench` starts it, with a Postgres that is thrown away.

mod argon;
mod bytes;
#[path = "../../tests/http/counting.rs"]
mod counting;
mod create;
mod figures;
mod fill;
mod http;
mod pages;
mod people;
mod postgres;
mod reach;
mod report;
mod served;
mod sign_in;
mod starts;
mod usher;

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Instant;

use clap::Parser;
use color_eyre::eyre::{Result, eyre};
use tokio::signal::unix::{SignalKind, signal};

use crate::fill::World;
use crate::postgres::Postgres;
use crate::report::Report;
use crate::usher::Release;

/// Measures the release in dist/; started by tools/bench
#[derive(Parser)]
struct Arguments {
    /// A tenth of the repetitions: for work on the bench itself
    #[arg(long)]
    quick: bool,
    /// Only what needs no running server: who is asking, reach, and the people served
    #[arg(long)]
    domain: bool,
    /// The release to measure
    #[arg(long, default_value = "dist", value_name = "FOLDER")]
    dist: PathBuf,
    /// Where it may write; emptied by who made it
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
}

/// How often everything is repeated.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Rounds in which ours and the bare work take turns.
    pub rounds: usize,
    /// Requests of one kind in a round.
    pub requests: usize,
    /// Seconds of full load in a round.
    pub seconds: f64,
    /// Starts of the server.
    pub starts: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = tokio::select! {
        done = run(Arguments::parse()) => done,
        // what was started is ended by being dropped
        () = told_to_stop() => Err(eyre!("stopped")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(report) => {
            eprintln!("bench: {report:#}");
            ExitCode::FAILURE
        }
    }
}

async fn told_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let begun = Instant::now();
    let release = Release::new(&arguments.dist, &arguments.folder)?;
    let effort = if arguments.quick {
        Effort { rounds: 2, requests: 15, seconds: 0.5, starts: 3 }
    } else {
        Effort { rounds: 5, requests: 60, seconds: 2.5, starts: 10 }
    };
    let postgres = Postgres::begin().await?;
    println!("{}", where_and_when(&postgres).await?);
    if arguments.quick {
        println!("--quick: too few repetitions to say anything about a bar");
    }

    let mut report = Report::default();
    release.migrate(&postgres)?;
    let world = World::fill(&postgres).await?;
    postgres.make_durable().await?;

    if !arguments.domain {
        with_server(&release, &postgres, &world, effort, &mut report).await?;
    }
    reach::all(&postgres, &world, effort, &mut report).await?;
    served::all(&postgres, &world, &arguments.folder, effort, &mut report).await?;
    if !arguments.domain {
        starts::private_postgres(&release, &mut report).await?;
    }

    println!("\n{report}\nall of it took {} s; load at the end {}", begun.elapsed().as_secs(), load());
    Ok(())
}

async fn with_server(release: &Release, postgres: &Postgres, world: &World, effort: Effort, report: &mut Report) -> Result<()> {
    let server = starts::cold(release, postgres, effort, report).await?;
    starts::idle(&server, report).await;
    let mut administrator = sign_in::administrator(&server).await?;
    bytes::first_visits(&server, &mut administrator, report).await?;
    pages::lists(&server, postgres, world, &mut administrator, effort, report).await?;
    sign_in::rate(&server, world, effort, report).await?;
    create::over_http(postgres, world, &mut administrator, effort, report).await?;
    starts::after_all(&server, report);
    drop(server);
    // without the server, whose worker would send the invitations meanwhile
    create::in_the_domain(postgres, world, effort, report).await
}

async fn where_and_when(postgres: &Postgres) -> Result<String> {
    let cores = std::thread::available_parallelism()?;
    let version = postgres.version().await?;
    Ok(format!(
        "usher {}, {}, Postgres {version}, {cores} cores, load at the beginning {}",
        said("git", &["describe", "--always", "--dirty"]),
        said("rustc", &["--version"]),
        load()
    ))
}

/// Of the last minute, five and fifteen. Where others are at work, too, a time is one at most and a rate one at least.
fn load() -> String {
    said("uptime", &[]).rsplit_once(": ").map_or("unknown", |(_, load)| load).to_owned()
}

/// What a program prints.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(|_| "unknown".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
