//! Signing in, by many users at once from many addresses, alternating with the bare argon2 that it
//! contains.

use std::time::{Duration, Instant};

use color_eyre::eyre::{Result, eyre};
use tokio::task::{JoinSet, block_in_place};

use crate::figures::{Rates, Times};
use crate::fill::{ADMINISTRATOR, CLIENTS, PASSWORD, World};
use crate::http::{Answer, Client};
use crate::report::{Bar, Report, Unit, step};
use crate::usher::{Usher, used};
use crate::{Effort, argon};

/// A client with the administrator's session.
pub async fn administrator(server: &Usher) -> Result<Client> {
    let mut client = Client::connect(server.address).await?;
    let answer = sign_in(&mut client, ADMINISTRATOR).await?;
    let cookie = answer
        .header("set-cookie")
        .find(|cookie| cookie.starts_with("session="))
        .and_then(|cookie| cookie.split(';').next());
    client.always(
        "Cookie",
        cookie.ok_or_else(|| eyre!("signing in set no session"))?,
    );
    Ok(client)
}

async fn sign_in(client: &mut Client, login_name: &str) -> Result<Answer> {
    let fields = [("login_name", login_name), ("password", PASSWORD)];
    client
        .call("session/api/sign_in", &fields)
        .await?
        .expect(200, "signing in")
}

/// The number of sign-ins per second.
pub async fn rate(
    server: &Usher,
    world: &World,
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
    step(&format!(
        "signing in, {CLIENTS} clients, in turns with bare argon2 (about {:.0} s)",
        2.0 * effort.seconds * (effort.rounds + 1) as f64
    ));
    let (mut bare, mut ours, mut times) = (Rates::default(), Rates::default(), Times::default());
    block_in_place(|| {
        argon::all_cores(&world.password_hash, effort.seconds, &mut Rates::default())
    })?;
    let mut shares = Vec::new();
    for round in 0..=effort.rounds {
        let before = (server.used(), used("self"));
        let (done, in_time, latencies) = sign_ins(server, world, effort.seconds).await?;
        // the first round warms up
        if round == 0 {
            continue;
        }
        if let ((Some(server_before), Some(ours_before)), (Some(server_after), Some(ours_after))) =
            (before, (server.used(), used("self")))
        {
            shares.push((
                server_after - server_before,
                ours_after - ours_before,
                in_time.as_secs_f64(),
            ));
        }
        ours.push(done, in_time);
        times.extend(latencies);
        block_in_place(|| argon::all_cores(&world.password_hash, effort.seconds, &mut bare))?;
    }
    let cores = std::thread::available_parallelism()?.get() as f64;
    println!(
        "bare argon2 on all cores {:.1}/s ({}), one core {:.1}/s",
        bare.median(),
        bare.spread(),
        bare.median() / cores
    );
    println!(
        "sign-ins {:.1}/s ({}), p50 {:.0} ms, p99 {:.0} ms",
        ours.median(),
        ours.spread(),
        times.p50(),
        times.p99()
    );
    let seconds: f64 = shares.iter().map(|(_, _, seconds)| seconds).sum();
    if seconds > 0.0 {
        let share = |of: f64| 100.0 * of / seconds / cores;
        println!(
            "of all cores the server took {:.0} %, the clients {:.0} %; the rest is Postgres and whoever else is at work here",
            share(shares.iter().map(|(server, _, _)| server).sum()),
            share(shares.iter().map(|(_, clients, _)| clients).sum())
        );
    }
    let ratio = ours.median() / bare.median();
    report.record(
        "",
        "bare argon2 with the same parameters, all cores",
        Bar::None,
        bare.median(),
        Unit::PerSecond,
    );
    report.record(
        "",
        format!("sign-ins, {CLIENTS} clients"),
        Bar::None,
        ours.median(),
        Unit::PerSecond,
    );
    report.record(
        "P1",
        "sign-ins as a part of bare argon2",
        Bar::AtLeast(0.85),
        ratio,
        Unit::Times,
    );
    report.record(
        "P1",
        "sign-ins per core (3 × Keycloak's 15)",
        Bar::AtLeast(45.0),
        ours.median() / cores,
        Unit::PerSecond,
    );
    Ok(())
}

async fn sign_ins(server: &Usher, world: &World, seconds: f64) -> Result<(usize, Duration, Times)> {
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let mut client = Client::connect(server.address).await?;
        // each client has its own address, as in reality
        client.always("X-Forwarded-For", &format!("198.51.100.{}", number + 1));
        let names: Vec<_> = world
            .active
            .iter()
            .skip(number)
            .step_by(CLIENTS)
            .cloned()
            .collect();
        clients.spawn(async move {
            let mut times = Times::default();
            for name in names.iter().cycle() {
                if start.elapsed().as_secs_f64() >= seconds {
                    break;
                }
                times.push(sign_in(&mut client, name).await?.time);
            }
            Ok::<_, color_eyre::Report>(times)
        });
    }
    let mut times = Times::default();
    while let Some(client) = clients.join_next().await {
        times.extend(client??);
    }
    Ok((times.len(), start.elapsed(), times))
}
