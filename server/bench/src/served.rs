//! The cost of pages about clients: the list of clients, a caseload and the dashboards, with 50 000
//! clients of 1 000 caseworkers and 200 000 referrals, each with the number of statements of its
//! page.

use std::path::Path;
use std::time::Instant;

use color_eyre::eyre::{Result, bail, eyre};
use sea_orm::sqlx::{self, AssertSqlSafe};
use usher_domain::{Scope, clients, dashboards};
use usher_types::clients::ClientQuery;

use crate::Effort;
use crate::figures::Times;
use crate::fill::World;
use crate::postgres::Postgres;
use crate::reach::token;
use crate::report::{Bar, Report, Unit, step};
use crate::statements::Counted;

/// A thousand caseworkers with fifty clients each, including the one who is measured; four
/// referrals for each client, of which most go to the organisation's own resources, and some go to
/// or come from another organisation.
const SERVED: [&str; 5] = [
    "CREATE TABLE bench_workers AS SELECT u.id, row_number() OVER (ORDER BY u.login_name <> '$worker', u.id) - 1 AS k FROM users u
        WHERE u.organisation_id = $1 AND u.way_in = 'password' AND u.archived_at IS NULL ORDER BY k LIMIT 1000",
    "INSERT INTO user_roles (organisation_id, user_id, role_id, given_at)
        SELECT $1, w.id, r.id, now() FROM bench_workers w JOIN roles r ON r.organisation_id = $1 AND r.key = 'caseworker' ON CONFLICT DO NOTHING",
    "INSERT INTO clients (organisation_id, id, first_name, last_name, team_id, responsible_id, created_at, form_key, sort_name, search_text)
        SELECT $1, gen_random_uuid(), 'Client', n::text, t.id, CASE WHEN n % 50 <> 7 THEN w.id END, now() - n * interval '1 minute',
            gen_random_uuid(), lpad(n::text, 6, '0'), ' client ' || n || ' '
        FROM generate_series(0, 49999) AS n JOIN bench_workers w ON w.k = n % 1000
        JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM teams WHERE organisation_id = $1) t
            ON t.k = n % (SELECT count(*) FROM teams WHERE organisation_id = $1)",
    "INSERT INTO referrals (organisation_id, id, direction, status, client_id, client_name, reason, other_id, other_name, created_by,
            created_at, changed_at, form_key)
        SELECT $1, gen_random_uuid(), CASE WHEN n = 0 THEN 'sent' WHEN n = 1 THEN 'received' ELSE 'internal' END,
            (ARRAY['sent', 'asked', 'accepted', 'declined', 'ended'])[1 + abs(hashtext(c.id::text || n)) % 5],
            CASE WHEN n <> 1 THEN c.id END, 'Client', 'Housing', CASE WHEN n < 2 THEN o.id END, CASE WHEN n < 2 THEN o.name ELSE '' END,
            CASE WHEN n <> 1 THEN c.responsible_id END, c.created_at, c.created_at, gen_random_uuid()
        FROM clients c CROSS JOIN generate_series(0, 3) AS n CROSS JOIN (SELECT id, name FROM organisations WHERE id <> $1 LIMIT 1) o
        WHERE c.organisation_id = $1",
    // as autovacuum leaves them: without a visibility map, an index-only scan reads every row
    "VACUUM (ANALYZE)",
];

/// Another twenty thousand invited users whose mails were delivered; some links have expired.
/// Inserted by SQL in the form in which the product stores them.
const INVITED: [&str; 4] = [
    "INSERT INTO users (organisation_id, id, form_key, first_name, last_name, login_name, email, sort_name, search_text, same_name, way_in,
            created_at, told_at, sign_in_ends_at)
        SELECT $1, gen_random_uuid(), gen_random_uuid(), 'Invited', n::text, 'invited.' || n, 'invited.' || n || '@invited.example',
            'invited ' || lpad(n::text, 6, '0'), ' invited ' || n || ' ', 'invited ' || n, 'invited', now() - n * interval '1 minute',
            now() - n * interval '1 minute', now() - n * interval '1 minute' + interval '7 days'
        FROM generate_series(1, 20000) AS n",
    "INSERT INTO outbox (organisation_id, id, user_id, mail, state, attempts, next_at, created_at, finished_at)
        SELECT $1, gen_random_uuid(), id, '{\"kind\": \"invitation\"}', 'sent', 1, told_at, told_at, told_at
        FROM users WHERE organisation_id = $1 AND first_name = 'Invited'",
    "VACUUM ANALYZE users",
    "VACUUM ANALYZE outbox",
];
/// The bar for the start page in the domain, for any number of invited users.
const HOME: Bar = Bar::AtMost(40.0);

/// Measures the pages.
pub async fn all(
    postgres: &Postgres,
    world: &World,
    folder: &Path,
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
    step("clients, a caseload, dashboards (about 1 min)");
    let Some(worker) = world.active.get(10) else {
        bail!("there are not enough people who can sign in")
    };
    for sql in SERVED {
        let sql = sql
            .replace("$worker", worker)
            .replace("$1", &format!("'{}'", world.organisation));
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&postgres.owner)
            .await?;
    }
    let counted = Counted::begin(&postgres.app_url, folder).await;
    let chief = scope(&counted, &token(world, crate::fill::ADMINISTRATOR).await?).await?;
    let worker = scope(&counted, &token(world, worker).await?).await?;
    let whose = worker
        .actor()
        .ok_or_else(|| eyre!("a caseworker is somebody"))?;
    println!(
        "{:<52} {:>10} {:>10} {:>11}",
        "", "p50", "p99", "statements"
    );
    let search = || ClientQuery {
        q: "4711".to_owned(),
        ..ClientQuery::default()
    };
    for (who, scope) in [("an administrator", &chief), ("a caseworker", &worker)] {
        let mut bench = Bench {
            counted: &counted,
            effort,
            report,
        };
        bench
            .page(&format!("clients, {who}"), Bar::None, async || {
                clients::list(scope, ClientQuery::default()).await.map(drop)
            })
            .await?;
        bench
            .page(&format!("clients, search, {who}"), Bar::None, async || {
                clients::list(scope, search()).await.map(drop)
            })
            .await?;
        bench
            .page(&format!("a caseload, {who}"), Bar::None, async || {
                clients::caseload(scope, whose, ClientQuery::default(), None)
                    .await
                    .map(drop)
            })
            .await?;
        bench
            .page(&format!("the dashboard, {who}"), HOME, async || {
                dashboards::home(scope, None).await.map(drop)
            })
            .await?;
    }
    for sql in INVITED {
        let sql = sql.replace("$1", &format!("'{}'", world.organisation));
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&postgres.owner)
            .await?;
    }
    let mut bench = Bench {
        counted: &counted,
        effort,
        report,
    };
    let what = "the dashboard, an administrator, 20 000 more invited";
    bench
        .page(what, HOME, async || {
            dashboards::home(&chief, None).await.map(drop)
        })
        .await
}

async fn scope(counted: &Counted, token: &usher_domain::sealing::Token) -> Result<Scope> {
    let found = counted.db.authenticate(token, counted.db.new_id()).await?;
    found
        .map(|found| found.scope)
        .ok_or_else(|| eyre!("who signed in is not signed in"))
}

struct Bench<'a> {
    counted: &'a Counted,
    effort: Effort,
    report: &'a mut Report,
}

impl Bench<'_> {
    async fn page(
        &mut self,
        what: &str,
        bar: Bar,
        asks: impl AsyncFn() -> usher_domain::Result<()>,
    ) -> Result<()> {
        asks().await?;
        self.counted.taken();
        asks().await?;
        let statements = self.counted.taken();
        let mut times = Times::default();
        for _ in 0..self.effort.rounds * self.effort.requests {
            let start = Instant::now();
            asks().await?;
            times.push(start.elapsed());
        }
        println!(
            "{what:<52} {:>7.2} ms {:>7.2} ms {statements:>11}",
            times.p50(),
            times.p99()
        );
        self.report.record(
            "",
            format!("{what}, p50 ({statements} statements)"),
            bar,
            times.p50(),
            Unit::Ms,
        );
        self.report
            .record("", format!("{what}, p99"), Bar::None, times.p99(), Unit::Ms);
        Ok(())
    }
}
