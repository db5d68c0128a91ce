//! Creating users: over HTTP as the page does it, and in the domain without HTTP, each alternating
//! with the bare inserts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use color_eyre::eyre::Result;
use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{self, Connection};
use tokio::task::{JoinSet, block_in_place};
use tokio::time::sleep;
use usher_domain::{Db, Scope, users};
use usher_types::SignInSetup;
use usher_types::users::NewUser;
use uuid::Uuid;

use crate::figures::{Rates, Times};
use crate::fill::{CLIENTS, World};
use crate::http::Client;
use crate::people::{self, Person};
use crate::postgres::Postgres;
use crate::report::{Bar, Report, Unit, step};
use crate::{Effort, argon};

const TEMPORARY: &str = "borrowed umbrella, quay 9 east";

/// The number of the next person, so that nobody is created twice.
static NEXT: AtomicUsize = AtomicUsize::new(0);

fn somebody() -> Person {
    people::new(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The time that an administrator waits.
pub async fn over_http(
    postgres: &Postgres,
    world: &World,
    administrator: &mut Client,
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
    step("creating people over HTTP, one client (about 40 s)");
    let (mut invited, mut temporary, mut bare, mut hashes) = (
        Times::default(),
        Times::default(),
        Times::default(),
        Times::default(),
    );
    let mut connection = PgConnection::connect(&postgres.owner_url).await?;
    for round in 0..=effort.rounds {
        // the first round warms up
        let record = |times: &mut Times, time: Duration| {
            if round > 0 {
                times.push(time)
            }
        };
        for _ in 0..effort.requests {
            record(
                &mut invited,
                create(administrator, world, SignInSetup::Invitation).await?,
            );
        }
        delivered(postgres).await?;
        for _ in 0..effort.requests {
            let start = Instant::now();
            insert(&mut connection, &world.db, world.organisation.0).await?;
            record(&mut bare, start.elapsed());
        }
        for _ in 0..effort.requests.div_ceil(3) {
            record(
                &mut temporary,
                create(administrator, world, SignInSetup::TemporaryPassword).await?,
            );
            record(
                &mut hashes,
                block_in_place(|| argon::verify_once(&world.password_hash))?,
            );
        }
    }
    println!(
        "with an invitation p50 {:.1} ms, p99 {:.1} ms; bare rows p50 {:.1} ms",
        invited.p50(),
        invited.p99(),
        bare.p50()
    );
    println!(
        "with a temporary password p50 {:.1} ms, p99 {:.1} ms; the hash alone p50 {:.1} ms",
        temporary.p50(),
        temporary.p99(),
        hashes.p50()
    );
    report.record(
        "P5",
        format!(
            "create with an invitation, p50 (bare rows {:.1} ms)",
            bare.p50()
        ),
        Bar::AtMost(5.0),
        invited.p50(),
        Unit::Ms,
    );
    let what = format!(
        "create with a password, p50, less the hash ({:.1} ms)",
        hashes.p50()
    );
    report.record(
        "P5",
        what,
        Bar::AtMost(5.0),
        temporary.p50() - hashes.p50(),
        Unit::Ms,
    );
    Ok(())
}

/// Waits until the worker has sent all invitations, which would otherwise disturb the next
/// measurement.
async fn delivered(postgres: &Postgres) -> Result<()> {
    let waiting = "SELECT EXISTS (SELECT FROM outbox WHERE state = 'waiting')";
    while sqlx::query_scalar::<_, bool>(waiting)
        .fetch_one(&postgres.owner)
        .await?
    {
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

async fn create(client: &mut Client, world: &World, way_in: SignInSetup) -> Result<Duration> {
    let person = somebody();
    let (key, role, organisation) = (
        world.db.new_id().to_string(),
        world.caseworker.to_string(),
        world.organisation.to_string(),
    );
    let email = format!("{}@new.example", person.login_name);
    let mut fields = vec![
        ("organisation", organisation.as_str()),
        ("key", &key),
        ("first_name", &person.first),
        ("last_name", &person.last),
        ("email", &email),
        ("login_name", &person.login_name),
        ("roles[]", &role),
        ("way_in", way_in.code()),
    ];
    if way_in == SignInSetup::TemporaryPassword {
        fields.push(("temporary_password", TEMPORARY));
    }
    Ok(client
        .call("users/api/create_user", &fields)
        .await?
        .expect(200, "creating")?
        .time)
}

/// How many users per second concurrent clients create in the domain, without HTTP.
pub async fn in_the_domain(
    postgres: &Postgres,
    world: &World,
    effort: Effort,
    report: &mut Report,
) -> Result<()> {
    step(&format!(
        "creating people in the domain, {CLIENTS} clients, in turns with bare rows (about {:.0} s)",
        2.0 * effort.seconds * (effort.rounds + 1) as f64
    ));
    let scope = world.administrator().await?;
    let (mut ours, mut bare) = (Rates::default(), Rates::default());
    for round in 0..=effort.rounds {
        let start = Instant::now();
        let is_over = move || start.elapsed().as_secs_f64() >= effort.seconds;
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let (db, scope, form) = (world.db.clone(), scope.clone(), form(world));
            clients.spawn(async move { invite_until(is_over, &db, &scope, &form).await });
        }
        let (created, created_in) = (all(clients).await?, start.elapsed());

        let start = Instant::now();
        let is_over = move || start.elapsed().as_secs_f64() >= effort.seconds;
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let (url, db, organisation) = (
                postgres.owner_url.clone(),
                world.db.clone(),
                world.organisation.0,
            );
            clients.spawn(async move { insert_until(is_over, &url, &db, organisation).await });
        }
        let (inserted, inserted_in) = (all(clients).await?, start.elapsed());
        // the first round warms up
        if round > 0 {
            ours.push(created, created_in);
            bare.push(inserted, inserted_in);
        }
    }
    println!(
        "created {:.0}/s ({}), bare rows {:.0}/s ({})",
        ours.median(),
        ours.spread(),
        bare.median(),
        bare.spread()
    );
    report.record(
        "",
        format!("bare rows of a user and its audit event, {CLIENTS} clients"),
        Bar::None,
        bare.median(),
        Unit::PerSecond,
    );
    report.record(
        "P5",
        format!("create with an invitation in the domain, {CLIENTS} clients"),
        Bar::AtLeast(1_500.0),
        ours.median(),
        Unit::PerSecond,
    );
    report.record(
        "P5",
        "the same as a part of bare rows",
        Bar::AtLeast(0.5),
        ours.median() / bare.median(),
        Unit::Times,
    );
    Ok(())
}

fn form(world: &World) -> NewUser {
    NewUser {
        organisation: world.organisation.to_string(),
        way_in: SignInSetup::Invitation.code().to_owned(),
        roles: vec![world.caseworker.to_string()],
        ..NewUser::default()
    }
}

async fn invite_until(
    is_over: impl Fn() -> bool,
    db: &Db,
    scope: &Scope,
    form: &NewUser,
) -> Result<usize> {
    let mut done = 0;
    while !is_over() {
        let Person {
            first,
            last,
            login_name,
        } = somebody();
        let email = format!("{login_name}@new.example");
        let key = db.new_id().to_string();
        users::create(
            scope,
            NewUser {
                key,
                first_name: first,
                last_name: last,
                login_name,
                email,
                ..form.clone()
            },
        )
        .await?;
        done += 1;
    }
    Ok(done)
}

async fn insert_until(
    is_over: impl Fn() -> bool,
    url: &str,
    db: &Db,
    organisation: Uuid,
) -> Result<usize> {
    let mut connection = PgConnection::connect(url).await?;
    let mut done = 0;
    while !is_over() {
        insert(&mut connection, db, organisation).await?;
        done += 1;
    }
    connection.close().await?;
    Ok(done)
}

/// The minimum that stores a user and the event of their creation: two rows in a transaction.
async fn insert(connection: &mut PgConnection, db: &Db, organisation: Uuid) -> Result<()> {
    let Person {
        first,
        last,
        login_name,
    } = somebody();
    let user = "INSERT INTO users (organisation_id, id, form_key, first_name, last_name, login_name, email, sort_name, search_text, same_name,
            way_in, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $6 || '@new.example', lower($5 || ' ' || $4), lower(concat(' ', $4, ' ', $5, ' ', $6, ' ', $6, '@new.example ')),
            lower($4 || ' ' || $5), 'invited', now())";
    let event = "INSERT INTO audit_events (organisation_id, id, at, subject_id, event, request_id)
        VALUES ($1, $2, now(), $3, jsonb_build_object('kind', 'user_created', 'user', $3), $2)";
    let id = db.new_id();
    let mut transaction = connection.begin().await?;
    let statement = sqlx::query(user)
        .bind(organisation)
        .bind(id)
        .bind(id)
        .bind(first)
        .bind(last)
        .bind(login_name);
    statement.execute(&mut *transaction).await?;
    sqlx::query(event)
        .bind(organisation)
        .bind(db.new_id())
        .bind(id)
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.commit().await?)
}

async fn all(mut clients: JoinSet<Result<usize>>) -> Result<usize> {
    let mut done = 0;
    while let Some(client) = clients.join_next().await {
        done += client??;
    }
    Ok(done)
}
