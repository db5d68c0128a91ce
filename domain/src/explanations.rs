//! Access troubleshooting: why a person cannot sign in, see a person or a client, or add a person
//! (OG-88 to OG-90), for administrators.
//!
//! Invariant: an explanation uses the same [`Bounds`] and [`ClientBounds`] that narrow what the
//! person really sees.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, QueryFilter};
use usher_types::email::Email;
use usher_types::explanations::{Check, Explained, HelpPage, Question, Way, What};
use usher_types::invisible::is_blank;
use usher_types::users::Availability;
use usher_types::{BuiltInRole, ClientId, FoundUser, Grants, Permission, Reach, Refusal, UserId};
use uuid::Uuid;

use crate::entity::{
    clients as clients_table, credentials, role_gives, role_manages, role_permissions, roles, users,
};
use crate::infrastructure::{directory, throttles};
use crate::scope::{Bounds, ClientBounds, Tx};
use crate::{Result, Scope, clients, covers, licence, units};

/// The page that explains access. Everybody may open it about themselves; asking about others
/// requires the permission to edit people.
///
/// # Errors
/// [`Refusal::Forbidden`] when asking about others without that permission; [`Refusal::NotFound`]
/// for a person out of reach.
pub async fn page(scope: &Scope, question: Question) -> Result<HelpPage> {
    let may_look = scope.grants().reaches_others(Permission::EditUsers);
    let is_plain = Question::default() == question;
    if !may_look && !is_plain {
        scope.require(Permission::EditUsers)?;
        return Err(Refusal::Forbidden.into());
    }
    let asked = &question.person;
    let typed = if asked.is_empty() {
        None
    } else {
        availability(scope, &question.typed).await?
    };
    let tx = scope
        .read(if may_look {
            Permission::EditUsers
        } else {
            Permission::OwnProfile
        })
        .await?;
    let explained = match asked.as_str() {
        "" => None,
        id => Some(explained(&tx, units::id(id)?, &question, typed).await?),
    };
    Ok(HelpPage {
        may_look,
        found: found(&tx, &question.q).await?,
        explained,
        support: tx.home().await?.support_contact,
        question,
    })
}

/// Whether a login name is free, if the actor may know; called before any other transaction is
/// open.
async fn availability(scope: &Scope, typed: &str) -> Result<Option<Availability>> {
    if is_blank(typed) || !scope.grants().reaches_others(Permission::CreateUsers) {
        return Ok(None);
    }
    crate::users::availability(scope, typed, None)
        .await
        .map(Some)
}

async fn found(tx: &Tx<'_>, words: &str) -> Result<Vec<FoundUser>> {
    if words.trim().is_empty() {
        return Ok(Vec::new());
    }
    Ok(directory::find_everybody(tx, words)
        .await?
        .iter()
        .map(named)
        .collect())
}

fn named(person: &users::Model) -> FoundUser {
    FoundUser {
        user: UserId(person.id),
        name: person.display_name(),
        login_name: person.login_name.clone(),
    }
}

/// A person with their roles, grants and teams.
struct Actor {
    person: users::Model,
    roles: Vec<Uuid>,
    grants: Grants,
    teams: Vec<Uuid>,
}

async fn explained(
    tx: &Tx<'_>,
    id: UserId,
    question: &Question,
    typed: Option<Availability>,
) -> Result<Explained> {
    let person = tx.visible_user(id).await?;
    let held = tx.roles_of(id).await?;
    let roles: Vec<Uuid> = held.iter().map(|role| role.id).collect();
    let rows = tx
        .find::<role_permissions::Entity>()
        .filter(role_permissions::Column::RoleId.is_in(roles.clone()))
        .all(tx.conn())
        .await?;
    let grants = Grants::union(rows.iter().filter_map(role_permissions::Model::grant));
    let teams = covers::teams_of(tx, id)
        .await?
        .into_iter()
        .map(|team| team.0)
        .collect();
    let actor = Actor {
        person,
        roles,
        grants,
        teams,
    };
    let other = match question.other.as_str() {
        "" => None,
        other => {
            let other = tx.visible_user(units::id(other)?).await?;
            Some((named(&other), sees(tx, &actor, &other).await?))
        }
    };
    let looks = tx.scope().grants().has(Permission::ViewClients);
    let client = match question.client.as_str() {
        id if looks && !id.is_empty() => {
            let id: ClientId = units::id(id)?;
            let client = tx
                .clients_for(Permission::ViewClients)?
                .filter(clients_table::Column::Id.eq(id.0))
                .one(tx.conn())
                .await?;
            let client = client.ok_or(Refusal::NotFound)?;
            Some((
                client.client_name(),
                sees_client(tx, &actor, &client).await?,
            ))
        }
        _ => None,
    };
    Ok(Explained {
        user: id,
        clients: if looks {
            clients::find(tx, &question.client_q).await?
        } else {
            Vec::new()
        },
        client,
        name: actor.person.display_name(),
        may: directory::may(tx, id, &held, actor.person.status()),
        sign_in: signs_in(tx, &actor.person).await?,
        found: found(tx, &question.about).await?,
        other,
        adds: adds(tx, &actor, &question.typed, typed).await?,
    })
}

async fn signs_in(tx: &Tx<'_>, person: &users::Model) -> Result<Vec<Check>> {
    let (scope, id) = (tx.scope(), person.id);
    let is_open = tx.home().await?.suspended_at.is_none();
    let secret = tx
        .find::<credentials::Entity>()
        .filter(credentials::Column::UserId.eq(id))
        .one(tx.conn())
        .await?;
    let (way, has_way) = way(tx, person, secret);
    let slowed = throttles::slowed(tx, &person.login_name).await?;
    let mut checks = vec![
        Check::must(What::Here, true),
        Check::must(
            What::NotArchived(person.archived_reason.clone()),
            person.archived_at.is_none(),
        ),
        Check::must(What::NotSuspended, is_open),
        Check::must(What::WayIn(way), has_way),
        Check::must(
            What::NotSlowed(slowed.map(|until| scope.moment(until))),
            slowed.is_none(),
        ),
    ];
    if scope.grants().reaches_others(Permission::ViewActivity) {
        let sql = "SELECT max(at) FILTER (WHERE event ->> 'kind' = 'signed_in') AS good, max(at) FILTER (WHERE event ->> 'kind' = 'sign_in_failed') AS bad
            FROM audit_events WHERE subject_id = $1";
        let row = tx.one(sql, [id.into()]).await?;
        let at = |column: &str| {
            row.as_ref()
                .map(|row| row.try_get::<Option<DateTime<Utc>>>("", column))
                .transpose()
        };
        checks.push(Check::note(What::LastSignIn(
            at("good")?.flatten().map(|at| scope.moment(at)),
        )));
        checks.extend(
            at("bad")?
                .flatten()
                .map(|at| Check::note(What::LastFailure(scope.moment(at)))),
        );
    }
    Ok(checks)
}

fn way(tx: &Tx<'_>, person: &users::Model, secret: Option<credentials::Model>) -> (Way, bool) {
    let scope = tx.scope();
    match (secret, person.way_in) {
        (
            Some(credentials::Model {
                is_temporary: true,
                expires_at: Some(until),
                ..
            }),
            _,
        ) if until <= scope.now() => (Way::Expired(scope.moment(until)), false),
        (
            Some(credentials::Model {
                is_temporary: true,
                expires_at: Some(until),
                ..
            }),
            _,
        ) => (Way::Temporary(scope.moment(until)), true),
        (Some(_), _) => (Way::Password, true),
        (None, users::SignIn::Invited) => (Way::Invited, false),
        (None, _) => (Way::None, false),
    }
}

/// Whether the person can see another person, and the checks that decide it.
async fn sees(tx: &Tx<'_>, actor: &Actor, other: &users::Model) -> Result<Vec<Check>> {
    let Actor {
        person,
        grants,
        teams,
        ..
    } = actor;
    let reach = grants.reach(Permission::ViewUsers);
    let mut checks = vec![Check::must(What::SeesPeople(reach), reach.is_some())];
    let Some(reach) = reach else {
        return Ok(checks);
    };
    let office = person.office_id.map(|office| office.0);
    if let Some(office) = office {
        let names = directory::names_of_units(tx, [office]).await?;
        let bounds = Bounds::of(Reach::Organisation, person.id, Some(office), Vec::new());
        checks.push(Check::must(
            What::SameOffice(names.get(&office).cloned().unwrap_or_default()),
            is_in_bounds(tx, bounds, other.id).await?,
        ));
    }
    if reach < Reach::Organisation {
        // the limit to an office is a check of its own
        let bounds = Bounds {
            bound: None,
            ..Bounds::of(reach, person.id, office, teams.clone())
        };
        checks.push(Check::must(
            What::Near(reach),
            is_in_bounds(tx, bounds, other.id).await?,
        ));
    }
    if other.archived_at.is_some() {
        checks.push(Check::must(
            What::SeesBank,
            grants.reaches_others(Permission::UserBank),
        ));
    }
    let theirs: Vec<_> = covers::teams_of(tx, UserId(other.id)).await?;
    let covered = covers::of_user(tx, UserId(person.id)).await?;
    if covered
        .iter()
        .any(|cover| cover.has_begun && theirs.contains(&cover.team.id))
    {
        checks.push(Check::note(What::Covers));
    }
    Ok(checks)
}

/// Whether the person can see a client, and the checks that decide it.
async fn sees_client(
    tx: &Tx<'_>,
    actor: &Actor,
    client: &clients_table::Model,
) -> Result<Vec<Check>> {
    let Actor {
        person,
        grants,
        teams,
        ..
    } = actor;
    let reach = grants.reach(Permission::ViewClients);
    let mut checks = vec![Check::must(What::SeesClients(reach), reach.is_some())];
    let Some(reach) = reach else {
        return Ok(checks);
    };
    let covered = covers::now(tx, UserId(person.id)).await?;
    let bounds = ClientBounds::of(
        Permission::ViewClients,
        reach,
        person.id,
        person.office_id.map(|office| office.0),
        teams.clone(),
        covered.clone(),
    );
    if !bounds.everybody {
        let within = bounds
            .clients(tx.organisation()?)
            .filter(clients_table::Column::Id.eq(client.id))
            .one(tx.conn())
            .await?;
        checks.push(Check::must(What::ClientNear(reach), within.is_some()));
    }
    checks.extend(
        client
            .team_id
            .filter(|team| covered.contains(team))
            .map(|_| Check::note(What::CoversClient)),
    );
    checks.extend(
        client
            .archived_at
            .map(|_| Check::note(What::ClientArchived)),
    );
    Ok(checks)
}

async fn is_in_bounds(tx: &Tx<'_>, bounds: Bounds, other: Uuid) -> Result<bool> {
    Ok(bounds
        .users()
        .filter(users::Column::Id.eq(other))
        .one(tx.conn())
        .await?
        .is_some())
}

/// Whether the person can add a person, and the checks that decide it.
async fn adds(
    tx: &Tx<'_>,
    actor: &Actor,
    typed: &str,
    free: Option<Availability>,
) -> Result<Vec<Check>> {
    let Actor {
        person,
        roles,
        grants,
        teams,
    } = actor;
    let reach = grants
        .reach(Permission::CreateUsers)
        .filter(|reach| *reach > Reach::Own);
    let mut checks = vec![Check::must(What::AddsPeople(reach), reach.is_some())];
    if let Some(reach) = reach {
        checks.extend(choices(tx, person, roles).await?);
        if reach == Reach::Team {
            checks.push(Check::must(What::HasTeam, !teams.is_empty()));
        }
    }
    if let Some(free) = free {
        let is_free = free == Availability::Free;
        checks.push(Check::must(What::NameFree(free), is_free));
    }
    if typed.contains('@') {
        let as_typed = |_| typed.trim().replace('\0', "").to_lowercase();
        let address =
            Email::parse(typed).map_or_else(as_typed, |address| address.as_str().to_owned());
        let held = tx
            .one("SELECT 1 FROM users WHERE email = $1", [address.into()])
            .await?;
        checks.push(Check::must(What::AddressFree, held.is_none()));
    }
    Ok(checks)
}

/// What a person who adds people may choose, and must choose.
async fn choices(tx: &Tx<'_>, person: &users::Model, held: &[Uuid]) -> Result<Vec<Check>> {
    let gives = tx
        .find::<role_gives::Entity>()
        .filter(role_gives::Column::RoleId.is_in(held.iter().copied()))
        .all(tx.conn())
        .await?;
    let manages = tx
        .find::<role_manages::Entity>()
        .filter(role_manages::Column::RoleId.is_in(held.iter().copied()))
        .all(tx.conn())
        .await?;
    let known = directory::active_roles(tx).await?;
    let is_base = |role: &&roles::Model| role.key == Some(BuiltInRole::User);
    let manages_base = known
        .iter()
        .find(is_base)
        .is_some_and(|base| manages.iter().any(|row| row.manages_id == base.id));
    let given: Vec<_> = known
        .iter()
        .filter(|role| !is_base(role) && gives.iter().any(|row| row.gives_id == role.id))
        .collect();
    let mut checks = vec![Check::must(
        What::Gives(given.iter().map(|role| role.role_name()).collect()),
        manages_base || !given.is_empty(),
    )];
    if !manages_base {
        checks.push(Check::note(What::RoleNeeded));
    }
    let home = tx.home().await?;
    let is_bound = person.office_id.is_some();
    let requiring = given.iter().any(|role| role.requires_office);
    if let Some(seats) = licence::seats(tx, &home).await? {
        checks.push(Check::must(What::SeatLeft(seats), seats.left() > 0));
    }
    if (home.requires_office || is_bound || requiring) && units::uses_offices(tx).await? {
        checks.push(Check::note(What::OfficeNeeded));
    }
    Ok(checks)
}
