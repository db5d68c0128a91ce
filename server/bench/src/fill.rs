//! Two organisations, which the product creates, with users inserted by SQL in the form in which
//! the product stores them.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use color_eyre::eyre::{Result, eyre};
use sea_orm::sqlx;
use usher_domain::organisations::{self, Beginning};
use usher_domain::sealing::Keys;
use usher_domain::{Db, Scope, sessions};
use usher_types::names::{PersonName, fold};
use usher_types::session::{SetUp, SignIn};
use usher_types::{BuiltInRole, Language, OrganisationId, RoleId, Secret};
use uuid::Uuid;

use crate::people;
use crate::postgres::Postgres;
use crate::report::step;

/// The password of every user.
pub const PASSWORD: &str = "violet kettle under 47 pines";
/// The administrator's login name.
pub const ADMINISTRATOR: &str = "sofia.lind";
/// The number of concurrent clients in measurements under load.
pub const CLIENTS: usize = 8;
const PEOPLE: usize = 100_000;
const STRANGERS: usize = 20_000;
const BATCH: usize = 5_000;

/// Disables the limits: a single administrator does here in seconds what takes a thousand of them a
/// day. The product still counts, but each counter stays at zero.
const UNLIMITED: &str = "CREATE FUNCTION unlimited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.failures := 0; RETURN NEW; END $$;
    CREATE TRIGGER unlimited BEFORE INSERT OR UPDATE ON throttles FOR EACH ROW EXECUTE FUNCTION unlimited()";

/// The contents of the database.
pub struct World {
    /// A connection with the server's role.
    pub db: Db,
    /// The organisation that is measured.
    pub organisation: OrganisationId,
    /// Its role Caseworker.
    pub caseworker: RoleId,
    /// The hash of [`PASSWORD`], created by the product.
    pub password_hash: String,
    /// Login names of users who can sign in.
    pub active: Vec<String>,
}

impl World {
    /// Creates two organisations and fills them.
    pub async fn fill(postgres: &Postgres) -> Result<Self> {
        step(&format!(
            "filling {PEOPLE} users and {STRANGERS} of another organisation (about 30 s)"
        ));
        let db = Db::connect(
            &postgres.app_url,
            Keys::from_master(&[7; 32]),
            CLIENTS as u32,
        )
        .await?;
        let mut taken = HashMap::new();
        let organisation =
            begin(&db, "Northfield Care", "Sofia", "Lind", ADMINISTRATOR, true).await?;
        let strangers = begin(
            &db,
            "Södra Omsorg",
            "Birgit",
            "Åkesson",
            "birgit.akesson",
            false,
        )
        .await?;
        add(
            &db,
            postgres,
            organisation,
            "northfield.example",
            0..PEOPLE,
            &mut taken,
        )
        .await?;
        add(
            &db,
            postgres,
            strangers,
            "sodra.example",
            PEOPLE..PEOPLE + STRANGERS,
            &mut taken,
        )
        .await?;
        sqlx::raw_sql(UNLIMITED).execute(&postgres.owner).await?;
        let caseworker = "SELECT id FROM roles WHERE organisation_id = $1 AND key = $2";
        let active =
            "SELECT login_name FROM users WHERE organisation_id = $1 AND way_in = 'password' AND archived_at IS NULL AND login_name <> $2
            ORDER BY form_key LIMIT 64";
        Ok(Self {
            db,
            organisation,
            caseworker: RoleId(
                sqlx::query_scalar(caseworker)
                    .bind(organisation.0)
                    .bind(BuiltInRole::Caseworker.code())
                    .fetch_one(&postgres.owner)
                    .await?,
            ),
            password_hash: password_hash(postgres).await?,
            active: sqlx::query_scalar(active)
                .bind(organisation.0)
                .bind(ADMINISTRATOR)
                .fetch_all(&postgres.owner)
                .await?,
        })
    }

    /// The administrator's scope, signed in.
    pub async fn administrator(&self) -> Result<Scope> {
        let db = &self.db;
        let form = SignIn {
            login_name: ADMINISTRATOR.to_owned(),
            password: Secret::new(PASSWORD),
            ..SignIn::default()
        };
        let token = sessions::sign_in(&db.visitor(db.new_id()), &form, "bench", &[])
            .await?
            .session;
        let found = db.authenticate(&token, db.new_id()).await?;
        found
            .map(|found| found.scope)
            .ok_or_else(|| eyre!("{ADMINISTRATOR} is signed in and is not"))
    }
}

async fn begin(
    db: &Db,
    organisation: &str,
    first: &str,
    last: &str,
    login_name: &str,
    is_operator: bool,
) -> Result<OrganisationId> {
    let form = SetUp {
        organisation_name: organisation.to_owned(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        login_name: login_name.to_owned(),
        new_password: Secret::new(PASSWORD),
        ..SetUp::default()
    };
    let first = form
        .parse()
        .map_err(|invalid| eyre!("{login_name}: {invalid:?}"))?;
    Ok(organisations::begin(
        db,
        Beginning {
            first,
            language: Language::En,
            is_operator,
        },
        None,
    )
    .await?
    .0)
}

async fn password_hash(postgres: &Postgres) -> Result<String> {
    let sql = "SELECT password_hash FROM credentials JOIN users u ON u.id = user_id WHERE u.login_name = $1";
    Ok(sqlx::query_scalar(sql)
        .bind(ADMINISTRATOR)
        .fetch_one(&postgres.owner)
        .await?)
}

/// A batch of users, as columns.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    keys: Vec<Uuid>,
    firsts: Vec<String>,
    lasts: Vec<String>,
    login_names: Vec<String>,
    emails: Vec<String>,
    sort_names: Vec<String>,
    search_texts: Vec<String>,
    same_names: Vec<String>,
    numbers: Vec<i32>,
}

impl Columns {
    fn push(
        &mut self,
        db: &Db,
        number: usize,
        domain: &str,
        taken: &mut HashMap<String, u32>,
    ) -> Result<()> {
        let person = people::nth(number);
        let times = taken
            .entry(person.login_name.clone())
            .and_modify(|times| *times += 1)
            .or_insert(1);
        let login_name = if *times == 1 {
            person.login_name
        } else {
            format!("{}{times}", person.login_name)
        };
        let name = PersonName::parse(&person.first, &person.last, false)
            .map_err(|error| eyre!("{login_name}: {error:?}"))?;
        let email = format!("{login_name}@{domain}");
        self.ids.push(db.new_id());
        self.keys
            .push(Uuid::from_u128(people::mixed(number).into()));
        self.sort_names.push(name.sort_key());
        self.search_texts.push(format!(
            " {} ",
            fold(&format!(
                "{} {} {login_name} {email}",
                person.first, person.last
            ))
        ));
        self.same_names
            .push(fold(&format!("{} {}", person.first, person.last)));
        self.numbers.push(i32::try_from(number)?);
        self.firsts.push(person.first);
        self.lasts.push(person.last);
        self.login_names.push(login_name);
        self.emails.push(email);
        Ok(())
    }
}

/// Of 100 users, 85 have a password, 8 are invited, 4 cannot sign in yet, and 3 are archived.
const USERS: &str = "
INSERT INTO users (organisation_id, id, form_key, first_name, last_name, login_name, email, sort_name, search_text, same_name,
    way_in, created_at, last_active_at, archived_at, archived_reason)
SELECT $1, p.id, p.form_key, p.first_name, p.last_name, p.login_name, p.email, p.sort_name, p.search_text, p.same_name,
    CASE WHEN n % 100 < 88 THEN 'password' WHEN n % 100 < 96 THEN 'invited' ELSE 'none' END,
    $2 - n % 1000 * interval '1 day',
    CASE WHEN n % 100 < 88 THEN $2 - n % 90 * interval '1 hour' END,
    CASE WHEN n % 100 < 3 THEN $2 - interval '1 hour' END,
    CASE WHEN n % 100 < 3 THEN 'Works elsewhere now.' END
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::int[])
    AS p (id, form_key, first_name, last_name, login_name, email, sort_name, search_text, same_name, n)";

/// The related rows of all users who have none yet. Of 100 users, 70 are caseworkers, 20 staff, 5
/// supervisors, 3 viewers.
const WITH_USERS: [&str; 5] = [
    "INSERT INTO login_names SELECT lower(login_name), organisation_id, id FROM users WHERE organisation_id = $1 ON CONFLICT DO NOTHING",
    "INSERT INTO user_roles (organisation_id, user_id, role_id, given_at)
        SELECT u.organisation_id, u.id, r.id, u.created_at FROM users u JOIN roles r USING (organisation_id)
        WHERE organisation_id = $1 AND r.key = 'user' ON CONFLICT DO NOTHING",
    "INSERT INTO user_roles (organisation_id, user_id, role_id, given_at)
        SELECT u.organisation_id, u.id, r.id, u.created_at
        FROM (SELECT *, abs(hashtext(id::text)) % 100 AS lot FROM users WHERE email IS NOT NULL) u
        JOIN roles r USING (organisation_id)
        WHERE organisation_id = $1 AND r.key = CASE WHEN lot < 70 THEN 'caseworker' WHEN lot < 90 THEN 'staff'
            WHEN lot < 95 THEN 'supervisor' WHEN lot < 98 THEN 'viewer' END ON CONFLICT DO NOTHING",
    "INSERT INTO credentials (organisation_id, user_id, password_hash, set_at)
        SELECT u.organisation_id, u.id, c.password_hash, u.created_at
        FROM users u, (SELECT password_hash FROM credentials WHERE organisation_id = $1 LIMIT 1) c
        WHERE u.organisation_id = $1 AND u.way_in = 'password' ON CONFLICT DO NOTHING",
    "INSERT INTO audit_events (organisation_id, id, at, subject_id, event, request_id)
        SELECT organisation_id, gen_random_uuid(), created_at, id, jsonb_build_object('kind', 'user_created', 'user', id,
            'roles', jsonb_build_array(), 'way_in', 'invitation', 'overridden', jsonb_build_array()), gen_random_uuid()
        FROM users WHERE organisation_id = $1 AND email IS NOT NULL",
];

async fn add(
    db: &Db,
    postgres: &Postgres,
    organisation: OrganisationId,
    domain: &str,
    mut numbers: std::ops::Range<usize>,
    taken: &mut HashMap<String, u32>,
) -> Result<()> {
    let now: DateTime<Utc> = db.system(None).now() - TimeDelta::days(1);
    while !numbers.is_empty() {
        let mut columns = Columns::default();
        for number in numbers.by_ref().take(BATCH) {
            columns.push(db, number, domain, taken)?;
        }
        let Columns {
            ids,
            keys,
            firsts,
            lasts,
            login_names,
            emails,
            sort_names,
            search_texts,
            same_names,
            numbers,
        } = columns;
        let statement = sqlx::query(USERS)
            .bind(organisation.0)
            .bind(now)
            .bind(ids)
            .bind(keys)
            .bind(firsts)
            .bind(lasts)
            .bind(login_names);
        let statement = statement
            .bind(emails)
            .bind(sort_names)
            .bind(search_texts)
            .bind(same_names)
            .bind(numbers);
        statement.execute(&postgres.owner).await?;
    }
    for sql in WITH_USERS {
        sqlx::query(sql)
            .bind(organisation.0)
            .execute(&postgres.owner)
            .await?;
    }
    Ok(())
}
