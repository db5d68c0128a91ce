//! The clients of the demo: their responsible persons, their assistants, and a client with an
//! account.

use std::collections::BTreeMap;

use chrono::Duration;
use color_eyre::eyre::{Result, eyre};
use usher_domain::{Scope, clients, users};
use usher_types::clients::EditClient;
use usher_types::users::{ListQuery, NewUser, Status};
use usher_types::{BuiltInRole, ClientId, Language, SignInSetup, UserId};

use super::people::{DemoOrganisation, Person, Standing, named, names};
use super::{AGE, Seeder};

/// The number of clients of each organisation.
const CLIENTS: usize = 120;
/// The number of sessions in which the administrator enters them.
const SESSIONS: usize = 6;
/// The number of assistants of each organisation.
const ASSISTANTS: usize = 5;

/// Creates the clients, then their assistants, then an account for the first client. Returns the
/// login names to print, by role.
pub async fn fill(
    seeder: &Seeder<'_>,
    demo: &DemoOrganisation,
) -> Result<Vec<(&'static str, String)>> {
    let mut created = Vec::with_capacity(CLIENTS);
    for sitting in 0..SESSIONS {
        let at = seeder.now - AGE + Duration::weeks(3 + 4 * sitting as i64);
        let scope = seeder.sign_in(&seeder.administrator, at).await?;
        let workers = workers(seeder, &scope).await?;
        for number in (0..CLIENTS).filter(|number| number % SESSIONS == sitting) {
            let form = client(seeder, demo, &workers, number);
            created.push(
                clients::edit(&scope, &form)
                    .await
                    .map_err(|error| eyre!("{} {}: {error}", form.first_name, form.last_name))?,
            );
        }
    }
    let mut who = Vec::new();
    for number in 0..ASSISTANTS {
        let login_name = assistant(seeder, demo, &created, number).await?;
        if number == 0 {
            who.push(("Assistant", login_name));
        }
    }
    who.push(("Client", account(seeder, created[1]).await?));
    Ok(who)
}

/// The caseworkers of each office who can sign in, because only they can be responsible for a
/// client.
async fn workers(seeder: &Seeder<'_>, scope: &Scope) -> Result<Vec<Vec<UserId>>> {
    let mut workers = Vec::new();
    for (office, _) in &seeder.offices {
        let query = ListQuery {
            role: BuiltInRole::Caseworker.code().to_owned(),
            office: office.to_string(),
            ..ListQuery::default()
        };
        workers.push(
            users::list(scope, query)
                .await?
                .rows
                .into_iter()
                .filter(|row| row.status != Status::NoWayIn)
                .map(|row| row.id)
                .collect(),
        );
    }
    Ok(workers)
}

fn client(
    seeder: &Seeder<'_>,
    demo: &DemoOrganisation,
    workers: &[Vec<UserId>],
    number: usize,
) -> EditClient {
    let (firsts, lasts) = names(demo.language);
    let place = number % seeder.offices.len();
    let teams = &seeder.offices[place].1;
    // every eleventh client is in the queue
    let responsible = workers[place]
        .get(number / 2 % workers[place].len().max(1))
        .filter(|_| number % 11 != 7);
    let note = match (number % 9, demo.language) {
        (4, Language::En) => "Prefers to be met in the morning.",
        (4, Language::Sv) => "Vill helst träffas på förmiddagen.",
        (6, Language::En) => "Needs an interpreter.",
        (6, Language::Sv) => "Behöver tolk.",
        _ => "",
    };
    EditClient {
        organisation: seeder.organisation.to_string(),
        key: seeder.db.new_id().to_string(),
        first_name: firsts[(number * 7 + 3) % firsts.len()].to_owned(),
        last_name: lasts[(number * 11 + 5) % lasts.len()].to_owned(),
        client_number: format!("{}", 1_000 + number),
        client_note: note.to_owned(),
        team: teams[number / 3 % teams.len()].1.to_string(),
        responsible: responsible.map(|user| user.to_string()).unwrap_or_default(),
        ..EditClient::default()
    }
}

/// Creates an assistant of three clients, who accepts the invitation.
async fn assistant(
    seeder: &Seeder<'_>,
    demo: &DemoOrganisation,
    created: &[ClientId],
    number: usize,
) -> Result<String> {
    let (firsts, lasts) = names(demo.language);
    let domain = demo
        .first
        .email
        .split_once('@')
        .map_or("example.org", |(_, domain)| domain);
    let (first, last) = (
        firsts[(number * 3 + 1) % firsts.len()],
        lasts[(number * 5 + 20) % lasts.len()],
    );
    let title = if demo.language == Language::Sv {
        "Personlig assistent"
    } else {
        "Personal assistant"
    };
    let person = named(
        first,
        &format!("{last}-{}", lasts[number]),
        domain,
        title,
        Some(BuiltInRole::Assistant),
        Standing::Active(None),
    );
    let at = seeder.now - Duration::weeks(2);
    let scope = seeder.sign_in(&seeder.administrator, at).await?;
    let page = users::new_user_form(&scope, None, users::NewUserParams::default()).await?;
    let linked = (0..3)
        .map(|nth| created[(number * 17 + nth * 5) % created.len()].to_string())
        .collect();
    let form = NewUser {
        linked_clients: linked,
        ..seeder.form(&page, &person, number)
    };
    enter(seeder, &scope, form, person).await
}

/// Creates an account for a client.
async fn account(seeder: &Seeder<'_>, client: ClientId) -> Result<String> {
    let scope = seeder
        .sign_in(&seeder.administrator, seeder.now - Duration::weeks(1))
        .await?;
    let id = client.to_string();
    let asked = users::NewUserParams {
        client: Some(&id),
        ..users::NewUserParams::default()
    };
    let form = users::new_user_form(&scope, None, asked).await?.form;
    let person = named(
        &form.first_name,
        &format!("{}-1", form.last_name),
        "example.org",
        "",
        None,
        Standing::Active(None),
    );
    let form = NewUser {
        organisation: seeder.organisation.to_string(),
        email: person.email.clone(),
        login_name: person.login_name.clone(),
        way_in: SignInSetup::Invitation.code().to_owned(),
        override_warnings: "on".to_owned(),
        reason: "A client’s own account.".to_owned(),
        ..form
    };
    enter(seeder, &scope, form, person).await
}

async fn enter(
    seeder: &Seeder<'_>,
    scope: &Scope,
    form: NewUser,
    person: Person,
) -> Result<String> {
    let user = users::create(scope, form)
        .await
        .map_err(|error| eyre!("{}: {error}", person.login_name))?;
    seeder
        .deliver(
            &BTreeMap::from([(user, &person)]),
            scope.now() + Duration::minutes(1),
        )
        .await?;
    Ok(person.login_name)
}
