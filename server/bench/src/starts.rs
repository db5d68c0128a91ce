//! Starting the server: the time until the first page, and the memory of the idle server.

use std::time::Duration;

use color_eyre::eyre::Result;
use tokio::time::sleep;

use crate::Effort;
use crate::figures::Times;
use crate::postgres::Postgres;
use crate::report::{Bar, Report, Unit, step};
use crate::usher::{Release, Usher};

/// The time after which the server is idle.
const REST: Duration = Duration::from_secs(3);

/// Starts the server several times on a migrated database; returns the last one, still running.
pub async fn cold(
    release: &Release,
    postgres: &Postgres,
    effort: Effort,
    report: &mut Report,
) -> Result<Usher> {
    step(&format!("{} starts", effort.starts));
    let mut times = Times::default();
    // the first start warms up
    let mut server = release.start(Some(postgres)).await?;
    for _ in 0..effort.starts {
        drop(server);
        server = release.start(Some(postgres)).await?;
        times.push(server.started_in);
    }
    println!("p50 {:.0} ms, slowest {:.0} ms", times.p50(), times.p99());
    report.record(
        "P12",
        "start until the first page, p50",
        Bar::AtMost(300.0),
        times.p50(),
        Unit::Ms,
    );
    Ok(server)
}

/// The memory after the first page, when the server is idle.
pub async fn idle(server: &Usher, report: &mut Report) {
    sleep(REST).await;
    if let Some(bytes) = server.memory() {
        println!("at rest it takes up {:.1} MB", bytes / 1e6);
        report.record(
            "P7",
            "memory at rest",
            Bar::AtMost(40.0),
            bytes / 1e6,
            Unit::Mb,
        );
    }
}

/// The memory after all measurements.
pub fn after_all(server: &Usher, report: &mut Report) {
    if let Some(bytes) = server.memory() {
        println!("after all this the server takes up {:.1} MB", bytes / 1e6);
        report.record(
            "P7",
            "memory after this run (the bar is for an hour's)",
            Bar::AtMost(80.0),
            bytes / 1e6,
            Unit::Mb,
        );
    }
}

/// The first start creates the private Postgres, the second one finds it.
pub async fn private_postgres(release: &Release, report: &mut Report) -> Result<()> {
    step("starts with the private Postgres (about 10 s)");
    for what in [
        "start that makes the private Postgres first",
        "start with the private Postgres there",
    ] {
        let server = release.start(None).await?;
        report.record(
            "",
            what,
            Bar::None,
            server.started_in.as_secs_f64() * 1_000.0,
            Unit::Ms,
        );
    }
    Ok(())
}
