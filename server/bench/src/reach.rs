//! The cost of authentication, and of a narrower reach: authentication with a thousand roles in the
//! organisation, and the list and its search within an office and a team, alternating with the same
//! pages without a restriction.

use std::time::Instant;

use color_eyre::eyre::{Result, bail, eyre};
use sea_orm::sqlx::{self, AssertSqlSafe};
use usher_domain::sealing::Token;
use usher_domain::{Scope, sessions, users};
use usher_types::Secret;
use usher_types::session::SignIn;
use usher_types::users::ListQuery;

use crate::Effort;
use crate::figures::Times;
use crate::fill::{PASSWORD, World};
use crate::postgres::Postgres;
use crate::report::{Bar, Report, Unit, step};

/// Ten offices with twenty teams each; every user is in one office and one team. A thousand roles,
/// of which one user holds fifty, and the roles of the two readers with a narrower reach. The
/// administrator is in no office, and so sees everybody.
const PLACES: [&str; 10] = [
    "INSERT INTO offices (organisation_id, id, name, name_key, form_key, created_at)
        SELECT $1, gen_random_uuid(), 'Office ' || n, 'office ' || n, gen_random_uuid(), now() FROM generate_series(0, 9) AS n",
    "INSERT INTO teams (organisation_id, id, name, name_key, office_id, form_key, created_at)
        SELECT $1, gen_random_uuid(), o.name || ' team ' || n, o.name_key || ' team ' || n, o.id, gen_random_uuid(), now()
        FROM offices o CROSS JOIN generate_series(0, 19) AS n WHERE o.organisation_id = $1",
    "UPDATE users u SET office_id = o.id FROM (SELECT id, row_number() OVER (ORDER BY name_key) - 1 AS n FROM offices WHERE organisation_id = $1) o
        WHERE u.organisation_id = $1 AND u.email IS NOT NULL AND abs(hashtext(u.id::text)) % 10 = o.n",
    "INSERT INTO team_members (organisation_id, team_id, user_id)
        SELECT $1, t.id, u.id FROM users u JOIN (SELECT id, office_id, row_number() OVER (PARTITION BY office_id ORDER BY name_key) - 1 AS n
            FROM teams WHERE organisation_id = $1) t ON t.office_id = u.office_id AND abs(hashtext(u.id::text || 't')) % 20 = t.n
        WHERE u.organisation_id = $1",
    "INSERT INTO roles (organisation_id, id, name, position, name_key)
        SELECT $1, gen_random_uuid(), 'Role ' || n, 1000, 'role ' || n FROM generate_series(1, 1000) AS n",
    "INSERT INTO role_permissions (organisation_id, role_id, permission, reach)
        SELECT $1, r.id, p, 'organisation' FROM roles r CROSS JOIN unnest(ARRAY['view_users', 'create_users', 'edit_users', 'view_activity']) AS p
        WHERE r.organisation_id = $1 AND r.name_key LIKE 'role %'",
    "INSERT INTO role_gives (organisation_id, role_id, gives_id)
        SELECT $1, r.id, g.id FROM roles r CROSS JOIN (SELECT id FROM roles WHERE organisation_id = $1 AND name_key LIKE 'role %' LIMIT 5) g
        WHERE r.organisation_id = $1 AND r.name_key LIKE 'role %' AND r.id <> g.id",
    "INSERT INTO user_roles (organisation_id, user_id, role_id, given_at)
        SELECT $1, l.user_id, r.id, now() FROM login_names l CROSS JOIN (SELECT id FROM roles WHERE organisation_id = $1 AND name_key LIKE 'role %' LIMIT 50) r
        WHERE l.organisation_id = $1 AND l.key = lower('$many')",
    "WITH made AS (INSERT INTO roles (organisation_id, id, name, position, name_key)
            SELECT $1, gen_random_uuid(), reach, 1000, reach FROM unnest(ARRAY['office', 'team']) AS reach RETURNING id, name),
        allowed AS (INSERT INTO role_permissions SELECT $1, id, 'view_users', name FROM made)
        INSERT INTO user_roles (organisation_id, user_id, role_id, given_at)
        SELECT $1, l.user_id, made.id, now() FROM login_names l JOIN made ON l.key = CASE made.name WHEN 'office' THEN lower('$office') ELSE lower('$team') END
        WHERE l.organisation_id = $1",
    "ANALYZE",
];

/// Measures authentication and reach.
pub async fn all(
    postgres: &Postgres,
    world: &World,
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
    step("who is asking, and within which reach (about 1 min)");
    let [many, office, team] = &world.active[..3] else {
        bail!("there are not enough people who can sign in")
    };
    for sql in PLACES {
        let sql = sql
            .replace("$many", many)
            .replace("$office", office)
            .replace("$team", team);
        let sql = sql.replace("$1", &format!("'{}'", world.organisation));
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&postgres.owner)
            .await?;
    }
    asking(postgres, world, many, effort, report).await?;
    let everybody = world.administrator().await?;
    let (office, team) = (scope(world, office).await?, scope(world, team).await?);
    println!(
        "{:<34} {:>10} {:>10} {:>10} {:>10}",
        "", "rows", "p50", "p99", "of all"
    );
    for (what, q) in [
        ("list, first page", ""),
        ("search, a common name", "lind"),
        ("search, one letter", "a"),
    ] {
        lists(what, q, [&everybody, &office, &team], effort, report).await?;
    }
    Ok(())
}

/// A user's session.
pub async fn token(world: &World, login_name: &str) -> Result<Token> {
    let db = &world.db;
    let form = SignIn {
        login_name: login_name.to_owned(),
        password: Secret::new(PASSWORD),
        ..SignIn::default()
    };
    Ok(
        sessions::sign_in(&db.visitor(db.new_id()), &form, "bench", &[])
            .await?
            .session,
    )
}

async fn scope(world: &World, login_name: &str) -> Result<Scope> {
    let found = world
        .db
        .authenticate(&token(world, login_name).await?, world.db.new_id())
        .await?;
    found
        .map(|found| found.scope)
        .ok_or_else(|| eyre!("{login_name} is signed in and is not"))
}

/// Authentication with all permissions: a single statement, compared with the minimum that a
/// statement takes.
async fn asking(
    postgres: &Postgres,
    world: &World,
    login_name: &str,
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
    let token = token(world, login_name).await?;
    let (mut ours, mut bare) = (Times::default(), Times::default());
    let mut connection = postgres.owner.acquire().await?;
    for round in 0..=effort.rounds {
        for _ in 0..effort.requests * 5 {
            let start = Instant::now();
            let found = world.db.authenticate(&token, world.db.new_id()).await?;
            let time = start.elapsed();
            if found.is_none() {
                bail!("{login_name} is signed in and is not");
            }
            let start = Instant::now();
            sqlx::query("SELECT 1").execute(&mut *connection).await?;
            // the first round warms up
            if round > 0 {
                ours.push(time);
                bare.push(start.elapsed());
            }
        }
    }
    println!(
        "who is asking, with 50 of 1 000 roles: p50 {:.2} ms, p99 {:.2} ms; SELECT 1 {:.2} ms",
        ours.p50(),
        ours.p99(),
        bare.p50()
    );
    let what = format!(
        "who is asking, 50 roles of 1 000, p50 (SELECT 1: {:.2} ms)",
        bare.p50()
    );
    report.record("", what, Bar::None, ours.p50(), Unit::Ms);
    report.record(
        "",
        "who is asking, 50 roles of 1 000, p99",
        Bar::None,
        ours.p99(),
        Unit::Ms,
    );
    Ok(())
}

async fn lists(
    what: &str,
    q: &str,
    scopes: [&Scope; 3],
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
    let mut times = [Times::default(), Times::default(), Times::default()];
    let mut rows = [0; 3];
    for round in 0..=effort.rounds {
        for _ in 0..effort.requests {
            for ((scope, times), rows) in scopes.iter().zip(&mut times).zip(&mut rows) {
                let start = Instant::now();
                let page = users::list(
                    scope,
                    ListQuery {
                        q: q.to_owned(),
                        ..ListQuery::default()
                    },
                )
                .await?;
                if round > 0 {
                    times.push(start.elapsed());
                }
                *rows = page.rows.len();
            }
        }
    }
    for ((within, times_within), rows) in ["everybody", "an office", "a team"]
        .iter()
        .zip(&times)
        .zip(rows)
    {
        let ratio = times_within.p50() / times[0].p50();
        println!(
            "{:<34} {rows:>10} {:>7.2} ms {:>7.2} ms {ratio:>9.2} ×",
            format!("{what}, {within}"),
            times_within.p50(),
            times_within.p99()
        );
        if *within != "everybody" {
            report.record(
                "",
                format!("{what}, within {within}, of the same without reach"),
                Bar::None,
                ratio,
                Unit::Times,
            );
        }
    }
    Ok(())
}
