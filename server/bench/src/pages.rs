//! The list of users and its search, as whole pages, alternating with the bare statement that finds
//! the same rows.

use std::collections::BTreeSet;
use std::time::Instant;

use color_eyre::eyre::{Result, bail};
use sea_orm::sqlx::{self, AssertSqlSafe};
use usher_types::url::encode;
use uuid::Uuid;

use crate::Effort;
use crate::figures::Times;
use crate::fill::World;
use crate::http::Client;
use crate::people::RARE;
use crate::postgres::Postgres;
use crate::report::{Bar, Report, Unit, step};
use crate::usher::Usher;

/// A page, and the statement that finds its rows.
struct Page {
    what: String,
    path: String,
    sql: String,
    id: &'static str,
    p50: Bar,
    p99: Bar,
}

/// The first page, a page in the middle of the list, and searches with few, many and no results.
pub async fn lists(
    server: &Usher,
    postgres: &Postgres,
    world: &World,
    administrator: &mut Client,
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
    step("the list of users and its search, one client (about 1 min)");
    let listed = format!(
        "SELECT * FROM users WHERE organisation_id = '{}' AND archived_at IS NULL",
        world.organisation
    );
    let order = "ORDER BY sort_name, id LIMIT 51";
    let (name, id) = middle(postgres, world).await?;
    let mut pages = vec![
        page(
            "list, first page",
            "/users".to_owned(),
            format!("{listed} {order}"),
        ),
        page(
            "list, after the 50 000th",
            format!("/users?after={id}"),
            format!("{listed} AND (sort_name, id) > ('{name}', '{id}') {order}"),
        ),
    ];
    for (what, typed, pattern) in [
        ("a rare name", RARE, format!("%{}%", RARE.to_lowercase())),
        ("a common name", "lind", "%lind%".to_owned()),
        ("one letter", "a", "% a%".to_owned()),
        ("an accented name", "Åsa", "%asa%".to_owned()),
        ("nobody", "zzyzx", "%zzyzx%".to_owned()),
    ] {
        let sql = format!("{listed} AND search_text LIKE '{pattern}' {order}");
        let found = page(
            &format!("search, {what}"),
            format!("/users?q={}", encode(typed)),
            sql,
        );
        pages.push(Page {
            id: "P4",
            p50: Bar::None,
            p99: Bar::AtMost(30.0),
            ..found
        });
    }
    println!(
        "{:<26} {:>6} {:>10} {:>10} {:>10} {:>12} {:>12} {:>10}",
        "", "rows", "p50", "p99", "server CPU", "bare p50", "bare p99", "of bare"
    );
    for page in pages {
        measure(server, postgres, administrator, &page, effort, report).await?;
    }
    Ok(())
}

fn page(what: &str, path: String, sql: String) -> Page {
    Page {
        what: what.to_owned(),
        path,
        sql,
        id: "P3",
        p50: Bar::AtMost(5.0),
        p99: Bar::AtMost(20.0),
    }
}

/// The number of users whose page a page links to; the link to the reader's own caseload in the
/// menu does not count.
fn people_in(html: &str) -> usize {
    let ids = html
        .split("\"/users/")
        .filter_map(|link| link.split_once('"')?.0.parse::<Uuid>().ok());
    ids.collect::<BTreeSet<_>>().len()
}

async fn middle(postgres: &Postgres, world: &World) -> Result<(String, Uuid)> {
    let sql = "SELECT sort_name, id FROM users WHERE organisation_id = $1 AND archived_at IS NULL ORDER BY sort_name, id OFFSET 50000 LIMIT 1";
    Ok(sqlx::query_as(sql)
        .bind(world.organisation.0)
        .fetch_one(&postgres.owner)
        .await?)
}

async fn measure(
    server: &Usher,
    postgres: &Postgres,
    client: &mut Client,
    page: &Page,
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
    let mut connection = postgres.owner.acquire().await?;
    let (mut whole, mut bare) = (Times::default(), Times::default());
    let expected = sqlx::query(AssertSqlSafe(page.sql.clone()))
        .fetch_all(&mut *connection)
        .await?
        .len()
        .min(50);
    let html = client
        .get_plain(&page.path)
        .await?
        .expect(200, &page.path)?
        .text();
    let rows = people_in(&html);
    if rows != expected {
        bail!(
            "{} shows {rows} rows, not the {expected} that the statement finds",
            page.path
        );
    }
    let mut used = 0.0;
    for round in 0..=effort.rounds {
        let (mut pages, mut statements) = (Times::default(), Times::default());
        let before = server.used().unwrap_or(f64::NAN);
        for _ in 0..effort.requests {
            pages.push(client.get(&page.path).await?.expect(200, &page.path)?.time);
        }
        let after = server.used().unwrap_or(f64::NAN);
        for _ in 0..effort.requests {
            let start = Instant::now();
            sqlx::query(AssertSqlSafe(page.sql.clone()))
                .persistent(false)
                .fetch_all(&mut *connection)
                .await?;
            statements.push(start.elapsed());
        }
        // the first round warms up
        if round > 0 {
            whole.extend(pages);
            bare.extend(statements);
            used += after - before;
        }
    }
    println!(
        "{:<26} {rows:>6} {:>7.1} ms {:>7.1} ms {:>7.1} ms {:>9.2} ms {:>9.2} ms {:>8.1} ×",
        page.what,
        whole.p50(),
        whole.p99(),
        1_000.0 * used / whole.len() as f64,
        bare.p50(),
        bare.p99(),
        whole.p50() / bare.p50()
    );
    report.record(
        page.id,
        format!("{}, p50 (bare {:.2} ms)", page.what, bare.p50()),
        page.p50,
        whole.p50(),
        Unit::Ms,
    );
    report.record(
        page.id,
        format!("{}, p99 (bare {:.2} ms)", page.what, bare.p99()),
        page.p99,
        whole.p99(),
        Unit::Ms,
    );
    Ok(())
}
