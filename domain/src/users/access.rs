//! Effective access: a person's permissions, their reach, and the roles they come from.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QuerySelect};
use usher_types::access::{AccessLine, AccessPage, Choices, Counted, Preview, Sight};
use usher_types::roles::RoleChoice;
use usher_types::{Grants, Permission, Reach, Refusal, RoleId, UserId};
use uuid::Uuid;

use crate::entity::{
    clients as client_rows, role_gives, role_manages, role_permissions, roles, users,
};
use crate::foundation::paging::COUNTED;
use crate::infrastructure::directory;
use crate::scope::{Bounds, ClientBounds, Tx};
use crate::{Result, Scope, covers, units};

/// The permissions to see people and clients.
const SEES: [Permission; 2] = [Permission::ViewUsers, Permission::ViewClients];

/// The union of roles' permissions: each permission with its widest reach, and the reach that each
/// role gives.
type Allowed = BTreeMap<Permission, (Reach, Vec<(Uuid, Reach)>)>;

/// A person's effective access.
///
/// # Errors
/// [`Refusal::Forbidden`] if the actor may not see roles; [`Refusal::NotFound`].
pub async fn page(scope: &Scope, id: UserId) -> Result<AccessPage> {
    let tx = scope.read(Permission::ViewUsers).await?;
    if !scope.grants().reaches_others(Permission::ViewRoles) {
        return Err(Refusal::Forbidden.into());
    }
    let person = tx.visible_user(id).await?;
    let held = tx.roles_of(id).await?;
    let ids: Vec<Uuid> = held.iter().map(|role| role.id).collect();
    let mut allowed = allowed(&tx, &ids).await?;
    allowed.retain(|permission, _| person.office_id.is_none() || !permission.is_for_all());
    let (office, teams) = units::place(&tx, id, person.office_id).await?;
    let own = covers::teams_of(&tx, id)
        .await?
        .into_iter()
        .map(|team| team.0)
        .collect();
    let name = |id: &Uuid| {
        held.iter()
            .find(|role| role.id == *id)
            .map(roles::Model::role_name)
    };
    let lines = allowed.iter().map(|(permission, (reach, why))| AccessLine {
        permission: *permission,
        reach: *reach,
        why: why
            .iter()
            .filter_map(|(role, reach)| Some((name(role)?, *reach)))
            .collect(),
    });
    let gives = tx
        .find::<role_gives::Entity>()
        .filter(role_gives::Column::RoleId.is_in(ids.clone()))
        .all(tx.conn())
        .await?;
    let manages = tx
        .find::<role_manages::Entity>()
        .filter(role_manages::Column::RoleId.is_in(ids))
        .all(tx.conn())
        .await?;
    let known = directory::active_roles(&tx).await?;
    let among = |is: &dyn Fn(&roles::Model) -> bool| {
        known
            .iter()
            .filter(|role| is(role))
            .map(roles::Model::role_name)
            .collect()
    };
    Ok(AccessPage {
        user: id,
        name: person.display_name(),
        lines: lines.collect(),
        sight: sight(
            &tx,
            &allowed,
            &Place {
                me: id.0,
                office: person.office_id.map(|office| office.0),
                teams: own,
                covered: covers::now(&tx, id).await?,
            },
        )
        .await?,
        office,
        teams,
        covers: covers::of_user(&tx, id).await?,
        gives: among(&|role| gives.iter().any(|row| row.gives_id == role.id)),
        manages: among(&|role| manages.iter().any(|row| row.manages_id == role.id)),
    })
}

/// What assigning each role that the person does not hold, and removing each that they hold, would
/// change.
pub(super) async fn previews(
    tx: &Tx<'_>,
    person: &users::Model,
    held: &[roles::Model],
    givable: &[RoleChoice],
) -> Result<Vec<(RoleId, Preview)>> {
    let user = UserId(person.id);
    let held: BTreeSet<RoleId> = held.iter().map(|role| RoleId(role.id)).collect();
    let asked: BTreeSet<RoleId> = held
        .iter()
        .copied()
        .chain(givable.iter().map(|choice| choice.role.id))
        .collect();
    let rows = tx
        .find::<role_permissions::Entity>()
        .filter(role_permissions::Column::RoleId.is_in(asked.iter().map(|role| role.0)));
    let rows = rows.all(tx.conn()).await?;
    let together = |roles: &BTreeSet<RoleId>| {
        let rows = rows
            .iter()
            .filter(|row| roles.contains(&RoleId(row.role_id)));
        Grants::union(
            rows.filter_map(role_permissions::Model::grant)
                .filter(|(permission, _)| person.office_id.is_none() || !permission.is_for_all()),
        )
    };
    let teams: Vec<Uuid> = covers::teams_of(tx, user)
        .await?
        .into_iter()
        .map(|team| team.0)
        .collect();
    let place = Place {
        me: user.0,
        office: person.office_id.map(|office| office.0),
        teams,
        covered: covers::now(tx, user).await?,
    };
    let mut sights: BTreeMap<[Option<Reach>; 2], Sight> = BTreeMap::new();
    let before = together(&held);
    let mut previews = Vec::with_capacity(asked.len());
    for role in asked {
        let mut roles = held.clone();
        if !roles.remove(&role) {
            roles.insert(role);
        }
        let after = together(&roles);
        let mut preview = Preview::between(&before, &after);
        for (grants, sight) in [(&before, &mut preview.before), (&after, &mut preview.after)] {
            let reach = SEES.map(|permission| grants.reach(permission));
            *sight = match sights.get(&reach) {
                Some(known) => *known,
                None => {
                    let counted = sight_of(tx, reach, &place).await?;
                    *sights.entry(reach).or_insert(counted)
                }
            };
        }
        previews.push((role, preview));
    }
    Ok(previews)
}

/// The access that a new person would have with these choices. Choices that the actor may not make
/// are left out.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn preview(scope: &Scope, choices: &Choices) -> Result<Preview> {
    let tx = scope.read(Permission::CreateUsers).await?;
    let base = directory::base_role(&tx).await?;
    let roles = choices
        .roles()
        .into_iter()
        .filter(|role| scope.gives().contains(role))
        .chain([base]);
    let mut allowed = allowed(&tx, &roles.map(|role| role.0).collect::<Vec<_>>()).await?;
    let offices = units::office_names(&tx).await?;
    let office = offices
        .iter()
        .find(|office| office.id.to_string() == choices.office)
        .map(|office| office.id.0);
    let teams = units::team_names(&tx).await?;
    let teams = teams
        .iter()
        .filter(|team| choices.teams.contains(&team.id.to_string()))
        .map(|team| team.id.0)
        .collect();
    allowed.retain(|permission, _| office.is_none() || !permission.is_for_all());
    let grants = Grants::union(
        allowed
            .iter()
            .map(|(permission, (reach, _))| (*permission, *reach)),
    );
    let after = sight(
        &tx,
        &allowed,
        &Place {
            me: Uuid::nil(),
            office,
            teams,
            covered: Vec::new(),
        },
    )
    .await?;
    Ok(Preview {
        after,
        ..Preview::between(
            &Grants::union([(Permission::OwnProfile, Reach::Own)]),
            &grants,
        )
    })
}

/// The union of these roles' permissions.
async fn allowed(tx: &Tx<'_>, roles: &[Uuid]) -> Result<Allowed> {
    let rows = tx
        .find::<role_permissions::Entity>()
        .filter(role_permissions::Column::RoleId.is_in(roles.iter().copied()));
    let mut allowed = Allowed::new();
    for row in rows.all(tx.conn()).await? {
        let Some((permission, reach)) = row.grant() else {
            continue;
        };
        let (widest, why) = allowed.entry(permission).or_insert((reach, Vec::new()));
        *widest = reach.max(*widest);
        why.push((row.role_id, reach));
    }
    Ok(allowed)
}

/// The office and teams of a person whose visible people and clients are counted.
struct Place {
    me: Uuid,
    office: Option<Uuid>,
    teams: Vec<Uuid>,
    covered: Vec<Uuid>,
}

/// The number of people and clients that a person with these permissions sees.
async fn sight(tx: &Tx<'_>, allowed: &Allowed, place: &Place) -> Result<Sight> {
    sight_of(
        tx,
        SEES.map(|permission| allowed.get(&permission).map(|(reach, _)| *reach)),
        place,
    )
    .await
}

async fn sight_of(
    tx: &Tx<'_>,
    [people, clients]: [Option<Reach>; 2],
    place: &Place,
) -> Result<Sight> {
    let mut sight = Sight::default();
    let Place {
        me,
        office,
        teams,
        covered,
    } = place;
    if let Some(reach) = people {
        let seen = Bounds::of(reach, *me, *office, teams.clone())
            .users()
            .filter(users::Column::ArchivedAt.is_null());
        sight.people = counted(seen.limit(COUNTED + 1).count(tx.conn()).await?);
    }
    if let Some(reach) = clients {
        let seen = ClientBounds::of(
            Permission::ViewClients,
            reach,
            *me,
            *office,
            teams.clone(),
            covered.clone(),
        );
        let seen = seen
            .clients(tx.organisation()?)
            .filter(client_rows::Column::ArchivedAt.is_null());
        sight.clients = counted(seen.limit(COUNTED + 1).count(tx.conn()).await?);
    }
    Ok(sight)
}

fn counted(rows: u64) -> Counted {
    Counted {
        count: rows.min(COUNTED) as u32,
        more: rows > COUNTED,
    }
}
