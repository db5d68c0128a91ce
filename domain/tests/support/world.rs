//! Two organisations with named users, created through the domain's own functions.

use std::collections::BTreeMap;
use std::ops::Deref;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;
use usher_domain::organisations::{self, Beginning};
use usher_domain::scope::Authenticated;
use usher_domain::sealing::Token;
use usher_domain::{Db, Result, Scope, profile, sessions, users};
use usher_types::login_name::{LoginNameFormat, propose};
use usher_types::profile::ChangePassword;
use usher_types::session::{SetUp, SignIn};
use usher_types::users::{ChangeRole, NewUser, SetTemporaryPassword, UserPage};
use usher_types::{BuiltInRole, Language, OrganisationId, RoleId, Secret, SignInSetup, UserId};

use super::postgres::TestDatabase;

/// The password of every user.
pub const PASSWORD: &str = "violet kettle under 47 pines";
/// The temporary password that administrators set.
pub const TEMPORARY: &str = "borrowed umbrella, quay 9 east";
/// The address from which users sign in.
pub const ADDRESS: &str = "192.0.2.7";

/// Northfield Care, the operator, and Södra Omsorg, another organisation.
///
/// | | Northfield Care | Södra Omsorg |
/// |---|---|---|
/// | System administrator | sofia | |
/// | Organisation administrator | maria | birgit |
/// | Supervisor | sven | bo |
/// | Caseworker | karin | bea |
/// | Viewer | vera | bjorn |
pub struct World<'d> {
    /// The database, with the clock at [`World::morning`].
    pub db: Db,
    /// Northfield Care.
    pub northfield: OrganisationId,
    /// Södra Omsorg.
    pub sodra: OrganisationId,
    people: BTreeMap<&'static str, Person>,
    tokens: Mutex<BTreeMap<String, Token>>,
    database: &'d TestDatabase,
}

/// The ids and sessions of a seeded database, which is cloned for each test.
pub struct WorldData {
    northfield: OrganisationId,
    sodra: OrganisationId,
    people: BTreeMap<&'static str, Person>,
    tokens: BTreeMap<String, Token>,
}

#[derive(Clone)]
struct Person {
    id: UserId,
    login_name: String,
    /// Whether the first sign-in uses a temporary password.
    is_new: bool,
}

impl Deref for World<'_> {
    type Target = TestDatabase;

    fn deref(&self) -> &TestDatabase {
        self.database
    }
}

impl<'d> World<'d> {
    /// The time at which every test starts.
    pub fn morning() -> DateTime<Utc> {
        "2026-11-23T09:00:00Z".parse().expect("an instant")
    }

    /// The world in a clone of the database that [`World::seed`] filled.
    pub fn new(database: &'d TestDatabase, data: &WorldData) -> Self {
        Self {
            db: database.db.at(Self::morning()),
            northfield: data.northfield,
            sodra: data.sodra,
            people: data.people.clone(),
            tokens: Mutex::new(data.tokens.clone()),
            database,
        }
    }

    /// Creates both organisations and all users.
    pub async fn seed(database: &'d TestDatabase) -> WorldData {
        let db = database.db.at(Self::morning());
        let (northfield, sofia) = begin(&db, "Northfield Care", "Sofia", "Lind", true).await;
        let (sodra, birgit) = begin(&db, "Södra Omsorg", "Birgit", "Åkesson", false).await;
        let people = BTreeMap::from([("sofia", sofia), ("birgit", birgit)]);
        let mut world = Self {
            db,
            northfield,
            sodra,
            people,
            tokens: Mutex::default(),
            database,
        };
        let (sofia, birgit) = (world.as_("sofia").await, world.as_("birgit").await);
        for (giver, who, first, last, role) in [
            (
                &sofia,
                "maria",
                "Maria",
                "Berg",
                BuiltInRole::OrganisationAdministrator,
            ),
            (&sofia, "sven", "Sven", "Holm", BuiltInRole::Supervisor),
            (&sofia, "karin", "Karin", "Ek", BuiltInRole::Caseworker),
            (&sofia, "vera", "Vera", "Ståhl", BuiltInRole::Viewer),
            (&birgit, "bo", "Bo", "Lund", BuiltInRole::Supervisor),
            (&birgit, "bea", "Bea", "Norén", BuiltInRole::Caseworker),
            (&birgit, "bjorn", "Björn", "Dahl", BuiltInRole::Viewer),
        ] {
            let form = NewUser {
                roles: vec![role_of(giver, role).await.to_string()],
                ..new_user(giver, first, last).await
            };
            let login_name = form.login_name.clone();
            let id = users::create(giver, form)
                .await
                .unwrap_or_else(|error| panic!("{who}: {error:?}"));
            world.people.insert(
                who,
                Person {
                    id,
                    login_name,
                    is_new: true,
                },
            );
        }
        WorldData {
            northfield,
            sodra,
            people: world.people,
            tokens: world.tokens.into_inner(),
        }
    }

    /// The id of a user.
    pub fn id(&self, who: &str) -> UserId {
        self.people[who].id
    }

    /// Acts as this user in the morning; the first call signs the user in.
    pub async fn as_(&self, who: &str) -> Scope {
        let token = self.token(who).await;
        self.authenticated(&token)
            .await
            .unwrap_or_else(|| panic!("{who} is not signed in any more"))
            .scope
    }

    /// The session of this user; the first call signs the user in.
    pub async fn token(&self, who: &str) -> Token {
        if let Some(token) = self.tokens.lock().await.get(who) {
            return token.clone();
        }
        let person = &self.people[who];
        let token = if person.is_new {
            self.first_sign_in(person).await
        } else {
            self.signs_in(&person.login_name, PASSWORD).await
        };
        self.tokens
            .lock()
            .await
            .insert(who.to_owned(), token.clone());
        token
    }

    /// A user whom `giver` creates in these roles, signed in.
    pub async fn joins(&self, giver: &Scope, first: &str, roles: &[RoleId]) -> (UserId, Scope) {
        let (id, token) = self.enters(giver, first, roles).await;
        (
            id,
            self.authenticated(&token).await.expect("signed in").scope,
        )
    }

    /// Like [`World::joins`], but returns the session.
    pub async fn enters(&self, giver: &Scope, first: &str, roles: &[RoleId]) -> (UserId, Token) {
        let form = NewUser {
            roles: roles.iter().map(RoleId::to_string).collect(),
            ..new_user(giver, first, "Ahl").await
        };
        let login_name = form.login_name.clone();
        let id = users::create(giver, form)
            .await
            .unwrap_or_else(|error| panic!("{first}: {error:?}"));
        (id, self.settles(id, &login_name).await)
    }

    /// Sets a password for a new user and signs in; the session.
    pub async fn settles(&self, id: UserId, login_name: &str) -> Token {
        self.first_sign_in(&Person {
            id,
            login_name: login_name.to_owned(),
            is_new: true,
        })
        .await
    }

    async fn first_sign_in(&self, person: &Person) -> Token {
        let chief = if self.is_northfield(person.id).await {
            "sofia"
        } else {
            "birgit"
        };
        let chief = Box::pin(self.as_(chief)).await;
        let form = SetTemporaryPassword {
            user: person.id.to_string(),
            temporary_password: Secret::new(TEMPORARY),
            ..Default::default()
        };
        users::set_temporary_password(&chief, &form)
            .await
            .expect("a temporary password");
        let token = self.signs_in(&person.login_name, TEMPORARY).await;
        let scope = self.authenticated(&token).await.expect("signed in").scope;
        let form = ChangePassword {
            current_password: Secret::new(TEMPORARY),
            new_password: Secret::new(PASSWORD),
            ..Default::default()
        };
        profile::change_password(&scope, &form, ADDRESS)
            .await
            .expect("a password of their own")
            .session
    }

    async fn is_northfield(&self, user: UserId) -> bool {
        self.one(&format!(
            "SELECT organisation_id = '{}' FROM users WHERE id = '{user}'",
            self.northfield
        ))
        .await
    }

    /// Signs in; the session.
    pub async fn signs_in(&self, login_name: &str, password: &str) -> Token {
        self.tries(login_name, password)
            .await
            .unwrap_or_else(|error| panic!("{login_name}: {error:?}"))
    }

    /// Tries to sign in.
    pub async fn tries(&self, login_name: &str, password: &str) -> Result<Token> {
        tries(&self.db, login_name, password, ADDRESS).await
    }

    /// The user of a token, in the morning.
    pub async fn authenticated(&self, token: &Token) -> Option<Authenticated> {
        self.db
            .authenticate(token, self.db.new_id())
            .await
            .expect("the database answers")
    }

    /// A visitor who is not signed in.
    pub fn visitor(&self) -> Scope {
        self.db.visitor(self.db.new_id())
    }

    /// The database with the clock set later.
    pub fn later(&self, by: TimeDelta) -> Db {
        self.db.at(Self::morning() + by)
    }

    /// The user's page as the first administrator sees it.
    pub async fn page(&self, user: UserId) -> UserPage {
        let chief = if self.is_northfield(user).await {
            "sofia"
        } else {
            "birgit"
        };
        users::page(&self.as_(chief).await, user)
            .await
            .expect("a page")
    }
}

/// Tries to sign in from an address.
pub async fn tries(db: &Db, login_name: &str, password: &str, address: &str) -> Result<Token> {
    let form = SignIn {
        login_name: login_name.to_owned(),
        password: Secret::new(password),
        ..Default::default()
    };
    Ok(
        sessions::sign_in(&db.visitor(db.new_id()), &form, address, &[])
            .await?
            .session,
    )
}

/// A form that creates a user with no role and no sign-in setup, as the page fills it.
pub async fn new_user(scope: &Scope, first: &str, last: &str) -> NewUser {
    let page = users::new_user_form(scope, None, users::NewUserParams::default())
        .await
        .expect("a form");
    let login_name = propose(LoginNameFormat::FirstDotLast, first, last, "").unwrap_or_default();
    NewUser {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        login_name,
        way_in: SignInSetup::OnlyAdd.code().to_owned(),
        ..page.form
    }
}

/// A change of roles with warnings overridden.
pub fn without_warnings() -> ChangeRole {
    ChangeRole {
        override_warnings: "on".to_owned(),
        reason: "Agreed".to_owned(),
        ..ChangeRole::default()
    }
}

/// The built-in role of the scope's organisation.
pub async fn role_of(scope: &Scope, role: BuiltInRole) -> RoleId {
    let page = users::new_user_form(scope, None, users::NewUserParams::default())
        .await
        .expect("a form");
    let choice = page
        .roles
        .iter()
        .find(|choice| choice.role.built_in == Some(role));
    choice
        .unwrap_or_else(|| panic!("{role:?} may not be given"))
        .role
        .id
}

async fn begin(
    db: &Db,
    organisation: &str,
    first: &str,
    last: &str,
    is_operator: bool,
) -> (OrganisationId, Person) {
    let login_name = propose(LoginNameFormat::FirstDotLast, first, last, "").expect("a proposal");
    let form = SetUp {
        organisation_name: organisation.to_owned(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        email: format!("{login_name}@example.org"),
        login_name: login_name.clone(),
        new_password: Secret::new(PASSWORD),
        ..SetUp::default()
    };
    let first = form.parse().expect("a good form");
    let beginning = Beginning {
        first,
        language: Language::En,
        is_operator,
    };
    let (organisation, id) = organisations::begin(db, beginning, None)
        .await
        .expect("an organisation");
    (
        organisation,
        Person {
            id,
            login_name,
            is_new: false,
        },
    )
}
