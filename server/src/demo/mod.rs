//! `usher demo`: creates two fictional organisations through the same functions that people use,
//! with events spread over half a year. For demonstration only: all users have the same password,
//! which is printed.

mod clients;
mod customers;
mod dashboards;
mod people;
mod referrals;

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use color_eyre::eyre::{Result, bail, eyre};
use usher_domain::organisations::{self, Beginning};
use usher_domain::{
    Db, Scope, covers, delivery, licence, links, offices, sessions, settings, teams, users,
};
use usher_types::covers::GiveCover;
use usher_types::form::checkbox_value;
use usher_types::organisations::{EditOrganisation, ListQuery as OrganisationQuery};
use usher_types::session::{SetPassword, SetUp, SignIn};
use usher_types::settings::EditSettings;
use usher_types::units::{EditOffice, EditTeam};
use usher_types::users::{Archive, ListQuery, NewUser, NewUserPage};
use usher_types::{
    BuiltInList, BuiltInRole, Language, OfficeId, OrganisationId, RoleId, Secret, SignInSetup,
    TeamId, UserId,
};

use crate::config::Config;
use people::{DemoOrganisation, Person, Standing, belongs_to_an_office, demo_organisations};

/// The password of every user.
const PASSWORD: &str = "copper-kettle-79-marble-lantern";
/// The temporary password of the user who must change it.
const TEMPORARY: &str = "thistle-harbour-42-velvet-acorn";
/// The address under which the guessing limits count these sign-ins.
const ADDRESS: &str = "demo";
/// How long ago the organisations were created; users were added over the following weeks.
const AGE: Duration = Duration::weeks(26);
const WEEKS: usize = 24;
const MAIL_BATCH: i32 = 100;

/// Allows the demo only on this machine, because a printed password does not protect anything.
///
/// # Errors
/// If other machines can reach the installation.
pub fn check(config: &Config) -> Result<()> {
    if !config.public_url.is_loopback {
        bail!(
            "the demo has a password that everybody knows, so it is only for this machine, not for {}",
            config.public_url.origin
        );
    }
    Ok(())
}

/// Fills an empty database, and prints who can sign in.
///
/// # Errors
/// If the database has users already.
pub async fn fill(db: &Db, config: &Config) -> Result<()> {
    if organisations::somebody_exists(db).await? {
        bail!(
            "this database has organisations already, which the demo does not change: choose an empty data folder with --data"
        );
    }
    let now = db.system(None).now();
    let mut table = Vec::new();
    for demo in demo_organisations() {
        eprintln!("Filling {} (about ten seconds) …", demo.name);
        let seeder = Seeder::begin(db, &demo, now).await?;
        seeder.fill(&demo).await?;
        seeder.edit_settings(&demo).await?;
        let served = clients::fill(&seeder, &demo).await?;
        table.extend(sign_ins(&demo));
        let row = |(role, login_name): (&str, String)| {
            [
                demo.name.to_owned(),
                role.to_owned(),
                login_name,
                PASSWORD.to_owned(),
            ]
        };
        table.extend(served.into_iter().map(row));
    }
    let operator = demo_organisations()
        .into_iter()
        .find(|demo| demo.is_operator)
        .map(|demo| demo.first.login_name);
    record_agreements(db, operator.as_deref().unwrap_or_default(), now).await?;
    referrals::fill(db, &demo_organisations(), now).await?;
    print(config, &table);
    Ok(())
}

/// Records each organisation's agreement with the vendor, with sixty free seats for users that are
/// added while trying the demo.
async fn record_agreements(db: &Db, operator: &str, now: DateTime<Utc>) -> Result<()> {
    let scope = sign_in(db, operator, now - Duration::days(5)).await?;
    for row in organisations::list(&scope, OrganisationQuery::default())
        .await?
        .rows
    {
        let form = organisations::edit_form(&scope, &row.id.to_string(), None)
            .await?
            .form;
        let form = EditOrganisation {
            organisation: scope
                .organisation()
                .map(|own| own.to_string())
                .unwrap_or_default(),
            seats: ((row.used + 69) / 10 * 10).to_string(),
            licence_from: "2026-01-01".to_owned(),
            licence_until: "2027-12-31".to_owned(),
            vendor_address: "licences@vendor.example".to_owned(),
            ..form
        };
        organisations::edit(&scope, &form).await?;
    }
    licence::draft_daily(&db.at(now)).await?;
    Ok(())
}

/// An organisation during the creation of its data.
struct Seeder<'d> {
    db: &'d Db,
    administrator: String,
    organisation: OrganisationId,
    /// The offices with their teams.
    offices: Vec<(OfficeId, Vec<(&'static str, TeamId)>)>,
    now: DateTime<Utc>,
}

impl<'d> Seeder<'d> {
    async fn begin(db: &'d Db, demo: &DemoOrganisation, now: DateTime<Utc>) -> Result<Self> {
        let first = SetUp {
            organisation_name: demo.name.to_owned(),
            first_name: demo.first.first.clone(),
            last_name: demo.first.last.clone(),
            email: demo.first.email.clone(),
            login_name: demo.first.login_name.clone(),
            new_password: Secret::new(PASSWORD),
            ..SetUp::default()
        };
        let first = first
            .parse()
            .map_err(|invalid| eyre!("{}: {invalid:?}", demo.first.login_name))?;
        let beginning = Beginning {
            first,
            language: demo.language,
            is_operator: demo.is_operator,
        };
        let (organisation, _) = organisations::begin(&db.at(now - AGE), beginning, None).await?;
        let mut seeder = Self {
            db,
            administrator: demo.first.login_name.clone(),
            organisation,
            offices: Vec::new(),
            now,
        };
        let scope = seeder
            .sign_in(&seeder.administrator, now - AGE + Duration::hours(1))
            .await?;
        for (name, teams) in demo.offices {
            let office = EditOffice {
                key: db.new_id().to_string(),
                unit_name: (*name).to_owned(),
                ..EditOffice::default()
            };
            let office = offices::edit(&scope, &office).await?;
            let mut created = Vec::new();
            for name in *teams {
                let team = EditTeam {
                    key: db.new_id().to_string(),
                    unit_name: (*name).to_owned(),
                    office: office.to_string(),
                    ..EditTeam::default()
                };
                created.push((*name, teams::edit(&scope, &team).await?));
            }
            seeder.offices.push((office, created));
        }
        Ok(seeder)
    }

    async fn fill(&self, demo: &DemoOrganisation) -> Result<()> {
        let people = &demo.people;
        let per_week = people.len().div_ceil(WEEKS);
        let (mut active, mut archived) = (Vec::new(), Vec::new());
        for (week, group) in people.chunks(per_week).enumerate() {
            let at = self.now - AGE + Duration::weeks(week as i64) + Duration::hours(2);
            for (user, person) in self.add(group, at).await? {
                match person.standing {
                    // not before the invitation was accepted
                    Standing::Active(Some(hours)) => {
                        let seen = self.now - Duration::hours(i64::from(hours));
                        active.push((person.login_name.clone(), seen.max(at + Duration::days(3))));
                    }
                    Standing::Archived(reason) => archived.push((user, reason)),
                    _ => {}
                }
            }
        }
        // in chronological order
        active.sort_by_key(|(_, at)| *at);
        for (login_name, at) in active {
            self.sign_in(&login_name, at).await?;
        }
        let scope = self
            .sign_in(&self.administrator, self.now - Duration::days(6))
            .await?;
        for (user, reason) in archived {
            let form = Archive {
                organisation: self.organisation.to_string(),
                user: user.to_string(),
                reason: reason.to_owned(),
                ..Archive::default()
            };
            users::archive(&scope, &form).await?;
        }
        let scope = self
            .sign_in(&self.administrator, self.now - Duration::hours(2))
            .await?;
        for (login_name, team, why) in demo.covers {
            self.cover(&scope, login_name, team, why).await?;
        }
        customers::fill(&scope, demo.language).await
    }

    async fn cover(&self, scope: &Scope, login_name: &str, team: &str, why: &str) -> Result<()> {
        let found = users::list(
            scope,
            ListQuery {
                q: login_name.to_owned(),
                ..ListQuery::default()
            },
        )
        .await?;
        let user = found
            .rows
            .iter()
            .find(|row| row.login_name == login_name)
            .ok_or_else(|| eyre!("no user has the login name {login_name}"))?
            .id;
        let teams = self.offices.iter().flat_map(|(_, teams)| teams);
        let (_, team) = teams
            .into_iter()
            .find(|(name, _)| *name == team)
            .ok_or_else(|| eyre!("there is no team {team}"))?;
        let form = GiveCover {
            user: user.to_string(),
            cover_teams: vec![team.to_string()],
            cover_until: (self.now + Duration::weeks(3))
                .format("%Y-%m-%dT17:00")
                .to_string(),
            cover_reason: why.to_owned(),
            ..GiveCover::default()
        };
        covers::assign(scope, &form).await?;
        Ok(())
    }

    /// Creates users in one session of the administrator.
    async fn add<'p>(
        &self,
        group: &'p [Person],
        at: DateTime<Utc>,
    ) -> Result<BTreeMap<UserId, &'p Person>> {
        let scope = self.sign_in(&self.administrator, at).await?;
        let page = users::new_user_form(&scope, None, users::NewUserParams::default()).await?;
        let mut created: BTreeMap<UserId, &Person> = BTreeMap::new();
        for (number, person) in group.iter().enumerate() {
            let user = users::create(&scope, self.form(&page, person, number))
                .await
                .map_err(|error| eyre!("{}: {error}", person.login_name))?;
            created.insert(user, person);
        }
        self.deliver(&created, at + Duration::minutes(1)).await?;
        Ok(created)
    }

    /// Delivers the invitations; users who are active in the end accept them.
    async fn deliver(&self, created: &BTreeMap<UserId, &Person>, at: DateTime<Utc>) -> Result<()> {
        let db = self.db.at(at);
        let later = self.db.at(at + Duration::days(1));
        for mail in delivery::claim(&db, MAIL_BATCH).await? {
            delivery::finish(&db, &mail, Ok(())).await?;
            let accepts = created.get(&mail.user).is_some_and(|person| {
                matches!(person.standing, Standing::Active(_) | Standing::Archived(_))
            });
            if let Some(token) = mail.token.as_ref().filter(|_| accepts) {
                let form = SetPassword {
                    new_password: Secret::new(PASSWORD),
                    ..SetPassword::default()
                };
                let visitor = later.visitor(self.db.new_id());
                links::accept(&visitor, token, &form)
                    .await
                    .map_err(|error| eyre!("{}: {error}", mail.login_name))?;
            }
        }
        Ok(())
    }

    fn form(&self, page: &NewUserPage, person: &Person, number: usize) -> NewUser {
        let place = self
            .offices
            .get(number % self.offices.len())
            .filter(|_| belongs_to_an_office(person.role));
        let team = place.map(|(_, teams)| teams[person.login_name.len() % teams.len()].1);
        let list = match person.role {
            Some(BuiltInRole::Supervisor) => Some(BuiltInList::Supervisors),
            Some(BuiltInRole::Caseworker) if number.is_multiple_of(4) => {
                Some(BuiltInList::CareCoordinators)
            }
            _ => None,
        };
        let lists = page
            .facts
            .listing
            .lists
            .iter()
            .filter(|choice| list.is_some() && choice.built_in == list);
        let role = |wanted: BuiltInRole| {
            page.roles
                .iter()
                .find(|choice| choice.role.built_in == Some(wanted))
                .map(|choice| choice.role.id)
        };
        let sign_in_setup = match person.standing {
            Standing::NotSetUp => SignInSetup::OnlyAdd,
            Standing::Temporary => SignInSetup::TemporaryPassword,
            _ => SignInSetup::Invitation,
        };
        let is_second = person.login_name.ends_with('2');
        NewUser {
            organisation: self.organisation.to_string(),
            key: self.db.new_id().to_string(),
            first_name: person.first.clone(),
            last_name: person.last.clone(),
            single_name: checkbox_value(person.last.is_empty()),
            email: person.email.clone(),
            phone: person.phone.clone(),
            job_title: person.job_title.to_owned(),
            language: person
                .language
                .map(|language| language.code().to_owned())
                .unwrap_or_default(),
            login_name: person.login_name.clone(),
            way_in: sign_in_setup.code().to_owned(),
            override_warnings: checkbox_value(is_second),
            reason: if is_second {
                "Two people of the same name; asked both.".to_owned()
            } else {
                String::new()
            },
            office: place
                .map(|(office, _)| office.to_string())
                .unwrap_or_default(),
            teams: team.into_iter().map(|team| team.to_string()).collect(),
            lists: lists.map(|list| list.id.to_string()).collect(),
            roles: person
                .role
                .and_then(role)
                .map(|role: RoleId| role.to_string())
                .into_iter()
                .collect(),
            temporary_password: Secret::new(if sign_in_setup == SignInSetup::TemporaryPassword {
                TEMPORARY
            } else {
                ""
            }),
            ..NewUser::default()
        }
    }

    async fn sign_in(&self, login_name: &str, at: DateTime<Utc>) -> Result<Scope> {
        sign_in(self.db, login_name, at).await
    }

    /// Changes the organisation's settings.
    async fn edit_settings(&self, demo: &DemoOrganisation) -> Result<()> {
        let scope = self
            .sign_in(&self.administrator, self.now - Duration::days(5))
            .await?;
        let reasons = match demo.language {
            Language::En => [
                "Left for another employer",
                "Temporary contract ended",
                "On leave",
            ],
            Language::Sv => ["Slutat", "Visstidsanställning upphörde", "Tjänstledig"],
        };
        let form = settings::page(&scope, None).await?.form;
        let form = EditSettings {
            organisation: self.organisation.to_string(),
            language: demo.language.code().to_owned(),
            archive_reasons: reasons.join("\n"),
            support_contact: format!(
                "it@{}",
                demo.first
                    .email
                    .split_once('@')
                    .map_or("example.org", |(_, domain)| domain)
            ),
            ..form
        };
        settings::edit(&scope, &form).await?;
        dashboards::fill(&scope, demo.language).await?;
        Ok(())
    }
}

/// Signs in a user of the demo at a given time.
async fn sign_in(db: &Db, login_name: &str, at: DateTime<Utc>) -> Result<Scope> {
    let db = db.at(at);
    let form = SignIn {
        login_name: login_name.to_owned(),
        password: Secret::new(PASSWORD),
        ..SignIn::default()
    };
    let visitor = db.visitor(db.new_id());
    let signed_in = sessions::sign_in(&visitor, &form, ADDRESS, &[])
        .await
        .map_err(|error| eyre!("{login_name}: {error}"))?;
    let found = db
        .authenticate(&signed_in.session, db.new_id())
        .await?
        .ok_or_else(|| eyre!("{login_name} is signed in and is not"))?;
    Ok(found.scope)
}

/// The rows of the printed table: the first administrator, and one user of each kind.
fn sign_ins(demo: &DemoOrganisation) -> Vec<[String; 4]> {
    let role = if demo.is_operator {
        "System administrator"
    } else {
        "Organisation administrator"
    };
    let row = |person: &Person, role: &str, password: &str| {
        [
            demo.name.to_owned(),
            role.to_owned(),
            person.login_name.clone(),
            password.to_owned(),
        ]
    };
    let mut rows = vec![row(&demo.first, role, PASSWORD)];
    for (built_in, words) in [
        (
            BuiltInRole::OrganisationAdministrator,
            "Organisation administrator",
        ),
        (BuiltInRole::Supervisor, "Supervisor"),
        (BuiltInRole::Caseworker, "Caseworker"),
        (BuiltInRole::Staff, "Staff"),
        (BuiltInRole::Viewer, "Viewer"),
    ] {
        let found = demo.people.iter().find(|person| {
            person.role == Some(built_in) && matches!(person.standing, Standing::Active(_))
        });
        rows.extend(found.map(|person| row(person, words, PASSWORD)));
    }
    let temporary = demo
        .people
        .iter()
        .find(|person| person.standing == Standing::Temporary);
    rows.extend(
        temporary.map(|person| row(person, "Caseworker, must change the password", TEMPORARY)),
    );
    rows
}

fn print(config: &Config, rows: &[[String; 4]]) {
    let header = ["Organisation", "Role", "Login name", "Password"].map(str::to_owned);
    let all: Vec<_> = std::iter::once(&header).chain(rows).collect();
    let width = |column: usize| {
        all.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2)];
    println!(
        "\nFor demonstration only. Everybody else who is active has the first password, too.\n"
    );
    for row in all {
        println!(
            "  {:<a$}  {:<b$}  {:<c$}  {}",
            row[0],
            row[1],
            row[2],
            row[3],
            a = widths[0],
            b = widths[1],
            c = widths[2]
        );
    }
    println!(
        "\nStart Usher and sign in at {}/sign-in\n",
        config.public_url.origin
    );
}
