//! Finds the people that a change of a role affects. The change is refused, or causes a warning, if one
//! of them loses what they need.

use std::collections::BTreeSet;

use sea_orm::Value;
use usher_types::roles::{GrantsByRole, Requires, RoleGrants, grant_changes};
use usher_types::{GrantChange, Permission, Reach, RoleId, Warning};
use uuid::Uuid;

use crate::entity::roles;
use crate::scope::Tx;
use crate::{Error, Result, units};

/// Warnings with the exact number of people who would gain or lose a grant, taking their other
/// roles into account.
pub(super) async fn affected_holders(
    tx: &Tx<'_>,
    known: &[roles::Model],
    id: RoleId,
    before: &GrantsByRole,
    after: &GrantsByRole,
) -> Result<Vec<Warning>> {
    let mut warnings = holders_affected_by_permissions(tx, id, &before[&id], &after[&id]).await?;
    let named = |role: Uuid| {
        known
            .iter()
            .find(|known| known.id == role)
            .map(roles::Model::role_name)
    };
    for (people, role, now) in holders_affected_by_pairs(
        tx,
        "role_gives",
        "gives_id",
        &pairs(before, after, |grants| &grants.gives),
    )
    .await?
    {
        warnings.extend(named(role).map(|role| Warning::Holders {
            people,
            shift: GrantChange::Gives { role, now },
        }));
    }
    for (people, role, now) in holders_affected_by_pairs(
        tx,
        "role_manages",
        "manages_id",
        &pairs(before, after, |grants| &grants.manages),
    )
    .await?
    {
        warnings.extend(named(role).map(|role| Warning::Holders {
            people,
            shift: GrantChange::Manages { role, now },
        }));
    }
    Ok(warnings)
}

/// Warnings about holders who do not meet the role's new requirements, as far as the organisation
/// uses them (S14, S16).
pub(super) async fn without(
    tx: &Tx<'_>,
    role: RoleId,
    before: Requires,
    after: Requires,
) -> Result<Vec<Warning>> {
    let count = async |lacks: &str| -> Result<u32> {
        let sql = format!(
            "SELECT count(*) AS people FROM user_roles h JOIN users u ON (u.organisation_id, u.id) = (h.organisation_id, h.user_id)
                WHERE h.role_id = $1 AND u.archived_at IS NULL AND {lacks}"
        );
        let row = tx.one(&sql, [role.0.into()]).await?;
        Ok(row
            .map(|row| row.try_get::<i64>("", "people"))
            .transpose()?
            .unwrap_or_default()
            .unsigned_abs() as u32)
    };
    let mut warnings = Vec::new();
    if after.office && !before.office && units::uses_offices(tx).await? {
        let people = count("u.office_id IS NULL").await?;
        warnings.extend((people > 0).then_some(Warning::WithoutOffice { people }));
    }
    if after.client && !before.client {
        let people = count("NOT EXISTS (SELECT FROM client_links l WHERE l.user_id = u.id AND l.kind = 'assistant')").await?;
        warnings.extend((people > 0).then_some(Warning::WithoutClient { people }));
    }
    Ok(warnings)
}

async fn holders_affected_by_permissions(
    tx: &Tx<'_>,
    id: RoleId,
    before: &RoleGrants,
    after: &RoleGrants,
) -> Result<Vec<Warning>> {
    let rank = |reach: Option<Reach>| {
        reach
            .and_then(|reach| Reach::ALL.iter().position(|one| *one == reach))
            .map_or(0, |at| at as i32 + 1)
    };
    let reach = |rank: i32| {
        usize::try_from(rank - 1)
            .ok()
            .and_then(|at| Reach::ALL.get(at).copied())
    };
    let mut asked: (Vec<String>, Vec<i32>, Vec<i32>) = Default::default();
    for shift in grant_changes(before, after) {
        if let GrantChange::Allows {
            permission,
            before,
            after,
        } = shift
        {
            asked.0.push(permission.code().to_owned());
            asked.1.push(rank(before));
            asked.2.push(rank(after));
        }
    }
    let sql = "WITH held AS (SELECT h.user_id FROM user_roles h JOIN users u ON (u.organisation_id, u.id) = (h.organisation_id, h.user_id)
            WHERE h.role_id = $1 AND u.archived_at IS NULL),
        other AS (SELECT o.user_id, p.permission, max(array_position($5::text[], p.reach)) AS reach
            FROM held JOIN user_roles o ON o.user_id = held.user_id AND o.role_id <> $1
            JOIN role_permissions p ON (p.organisation_id, p.role_id) = (o.organisation_id, o.role_id)
            WHERE p.permission = ANY ($2) GROUP BY o.user_id, p.permission),
        felt AS (SELECT permission, greatest(asked.before, other.reach) AS before, greatest(asked.after, other.reach) AS after
            FROM held CROSS JOIN unnest($2::text[], $3::int[], $4::int[]) AS asked (permission, before, after)
            LEFT JOIN other USING (user_id, permission))
        SELECT permission, before, after, count(*) AS people FROM felt WHERE before <> after
        GROUP BY permission, before, after ORDER BY array_position($2::text[], permission), before, after";
    let reaches: Vec<String> = Reach::ALL
        .iter()
        .map(|reach| reach.code().to_owned())
        .collect();
    let values: [Value; 5] = [
        id.0.into(),
        asked.0.into(),
        asked.1.into(),
        asked.2.into(),
        reaches.into(),
    ];
    let mut warnings = Vec::new();
    for row in tx.all(sql, values).await? {
        let code: String = row.try_get("", "permission")?;
        let permission = Permission::from_code(&code)
            .ok_or_else(|| Error::Broken(format!("no permission {code}")))?;
        let shift = GrantChange::Allows {
            permission,
            before: reach(row.try_get("", "before")?),
            after: reach(row.try_get("", "after")?),
        };
        warnings.push(Warning::Holders {
            people: row.try_get::<i64>("", "people")? as u32,
            shift,
        });
    }
    Ok(warnings)
}

/// The removed and the added pairs: a role, and the role it may assign or manage.
pub(super) struct Pairs {
    pub(super) gone: (Vec<Uuid>, Vec<Uuid>),
    pub(super) come: (Vec<Uuid>, Vec<Uuid>),
}

pub(super) fn pairs(
    before: &GrantsByRole,
    after: &GrantsByRole,
    of: impl Fn(&RoleGrants) -> &BTreeSet<RoleId>,
) -> Pairs {
    let without = |these: &GrantsByRole, those: &GrantsByRole| {
        let pairs = these
            .iter()
            .flat_map(|(role, grants)| of(grants).iter().map(move |other| (*role, *other)));
        pairs
            .filter(|(role, other)| {
                !those
                    .get(role)
                    .is_some_and(|grants| of(grants).contains(other))
            })
            .map(|(role, other)| (role.0, other.0))
            .unzip()
    };
    Pairs {
        gone: without(before, after),
        come: without(after, before),
    }
}

async fn holders_affected_by_pairs(
    tx: &Tx<'_>,
    table: &str,
    column: &str,
    pairs: &Pairs,
) -> Result<Vec<(u32, Uuid, bool)>> {
    let sql = format!(
        "WITH gone AS (SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS gone (role_id, other)),
            come AS (SELECT * FROM unnest($3::uuid[], $4::uuid[]) AS come (role_id, other)),
            standing AS (SELECT role_id, {column} AS other FROM {table}),
            next AS (TABLE standing EXCEPT TABLE gone UNION TABLE come),
            held AS (SELECT DISTINCT h.user_id FROM user_roles h JOIN users u ON (u.organisation_id, u.id) = (h.organisation_id, h.user_id)
                WHERE u.archived_at IS NULL AND h.role_id = ANY ($1 || $3)),
            before AS (SELECT DISTINCT user_id, other FROM held JOIN user_roles USING (user_id) JOIN standing USING (role_id)),
            after AS (SELECT DISTINCT user_id, other FROM held JOIN user_roles USING (user_id) JOIN next USING (role_id))
        SELECT other, before.user_id IS NULL AS now, count(*) AS people FROM before FULL JOIN after USING (user_id, other)
        WHERE before.user_id IS NULL OR after.user_id IS NULL GROUP BY 1, 2 ORDER BY 1, 2"
    );
    let mut affected = Vec::new();
    for row in tx.all(&sql, pairs.values()).await? {
        affected.push((
            row.try_get::<i64>("", "people")? as u32,
            row.try_get("", "other")?,
            row.try_get("", "now")?,
        ));
    }
    Ok(affected)
}

impl Pairs {
    fn values(&self) -> [Value; 4] {
        [
            self.gone.0.clone().into(),
            self.gone.1.clone().into(),
            self.come.0.clone().into(),
            self.come.1.clone().into(),
        ]
    }
}
