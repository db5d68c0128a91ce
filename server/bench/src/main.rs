//! `make bench`: measures the size, the latency and the throughput of the release in `dist/`. Each
//! figure is printed beside that of the bare work on the same machine in the same run, and beside
//! its bar. A missed bar is reported and does not fail the run.
//!
//! `tools/bench` starts it, with a throwaway Postgres.

mod argon;
mod bytes;
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
#[path = "../../tests/http/statements.rs"]
mod statements;
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
    /// Do a tenth of the repetitions, for work on the bench itself
    #[arg(long)]
    quick: bool,
    /// Measure only what needs no running server: authentication, reach, and the pages about
    /// clients
    #[arg(long)]
    domain: bool,
    /// The release to measure
    #[arg(long, default_value = "dist", value_name = "FOLDER")]
    dist: PathBuf,
    /// The folder for data; tools/bench empties it
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
}

/// The numbers of repetitions.
#[derive(Clone, Copy)]
pub struct Effort {
    /// Rounds in which the product and the bare work alternate.
    pub rounds: usize,
    /// Requests of one kind in a round.
    pub requests: usize,
    /// Seconds of full load in a round.
    pub seconds: f64,
    /// Number of server starts.
    pub starts: usize,
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = tokio::select! {
        done = run(Arguments::parse()) => done,
        // dropping the future stops the child processes
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
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let start = Instant::now();
    let release = Release::new(&arguments.dist, &arguments.folder)?;
    let effort = if arguments.quick {
        Effort {
            rounds: 2,
            requests: 15,
            seconds: 0.5,
            starts: 3,
        }
    } else {
        Effort {
            rounds: 5,
            requests: 60,
            seconds: 2.5,
            starts: 10,
        }
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

    println!(
        "\n{report}\nall of it took {} s; load at the end {}",
        start.elapsed().as_secs(),
        load()
    );
    Ok(())
}

async fn with_server(
    release: &Release,
    postgres: &Postgres,
    world: &World,
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
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
        output_of("git", &["describe", "--always", "--dirty"]),
        output_of("rustc", &["--version"]),
        load()
    ))
}

/// The load averages of the last one, five and fifteen minutes. If other processes are busy, too,
/// times are upper bounds and rates are lower bounds.
fn load() -> String {
    output_of("uptime", &[])
        .rsplit_once(": ")
        .map_or("unknown", |(_, load)| load)
        .to_owned()
}

/// The output of a program.
fn output_of(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
