//! Nobody is locked out: neither the actor nor the last administrator loses access (decision 0005).

use usher_types::{Permission, Reach, Refusal, UserId, Warning};

use super::{Tx, Write};
use crate::Result;

/// The permissions of an administrator: without both of them, nobody could appoint another
/// administrator.
const ADMINISTERS: [Permission; 2] = [Permission::GiveRoles, Permission::EditRoles];

/// The number of people who can administer an organisation and sign in, counted up to two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Administrators(i64);

impl Administrators {
    /// Whether there are fewer than two.
    pub(crate) fn are_few(self) -> bool {
        self.0 < 2
    }
}

impl Tx<'_> {
    /// The number of people who can administer (assign and edit roles for the whole organisation)
    /// and sign in.
    pub(crate) async fn administrators(&self) -> Result<Administrators> {
        let sql = "SELECT count(*) AS able FROM (SELECT r.user_id FROM role_permissions p
            JOIN user_roles r ON (r.organisation_id, r.role_id) = (p.organisation_id, p.role_id)
            JOIN users u ON (u.organisation_id, u.id) = (r.organisation_id, r.user_id)
            WHERE p.permission = ANY ($1) AND p.reach = 'organisation' AND u.archived_at IS NULL AND u.way_in = 'password'
                AND u.office_id IS NULL
            GROUP BY r.user_id HAVING count(DISTINCT p.permission) = cardinality($1) LIMIT 2) AS administrators";
        let asked = ADMINISTERS
            .map(|permission| permission.code().to_owned())
            .to_vec();
        let row = self.one(sql, [asked.into()]).await?;
        Ok(Administrators(
            row.map(|row| row.try_get("", "able"))
                .transpose()?
                .unwrap_or_default(),
        ))
    }
}

impl Write<'_> {
    /// Serialises all actions that could remove the last administrator. Must be called before
    /// anything else is locked. Returns the current number of administrators.
    pub(crate) async fn lock_administration(&self) -> Result<Administrators> {
        // not FOR UPDATE: every insert's foreign key would wait for it, and two actions on one
        // person could deadlock
        self.execute(
            "SELECT 1 FROM organisations WHERE id = $1 FOR NO KEY UPDATE",
            [self.organisation()?.0.into()],
        )
        .await?;
        self.administrators().await
    }

    /// Refuses a change by which the actor would lose their own administrator permissions (decision
    /// 0005). Call it after the change.
    ///
    /// # Errors
    /// [`Refusal::WouldLockOut`].
    pub(crate) async fn ensure_actor_administers(&self) -> Result<()> {
        let Some(actor) = self.scope.actor else {
            return Ok(());
        };
        for permission in ADMINISTERS {
            if self.scope.grants.reach(permission) == Some(Reach::Organisation)
                && !self.holds(actor, permission).await?
            {
                return Err(Refusal::WouldLockOut.into());
            }
        }
        Ok(())
    }

    /// Whether a person holds a permission for the whole organisation, within this transaction.
    async fn holds(&self, user: UserId, permission: Permission) -> Result<bool> {
        let sql = "SELECT 1 FROM user_roles r JOIN role_permissions p ON (p.organisation_id, p.role_id) = (r.organisation_id, r.role_id)
            WHERE r.user_id = $1 AND p.permission = $2 AND p.reach = 'organisation' LIMIT 1";
        Ok(self
            .one(sql, [user.0.into(), permission.code().into()])
            .await?
            .is_some())
    }

    /// Refuses a change after which nobody could administer and sign in, or nobody would hold a
    /// role that only its own holders can assign (decision 0005). Call it after the change, under
    /// [`Write::lock_administration`]. Returns a warning if there were several administrators
    /// `before` and one is left.
    ///
    /// # Errors
    /// [`Refusal::WouldLockOut`].
    pub(crate) async fn ensure_administered(
        &self,
        before: Administrators,
    ) -> Result<Option<Warning>> {
        let lost = "SELECT 1 FROM roles r
            WHERE EXISTS (SELECT FROM role_gives g WHERE g.gives_id = r.id AND g.role_id = r.id)
                AND NOT EXISTS (SELECT FROM role_gives g WHERE g.gives_id = r.id AND g.role_id <> r.id)
                AND NOT EXISTS (SELECT FROM user_roles h JOIN users u ON (u.organisation_id, u.id) = (h.organisation_id, h.user_id)
                    WHERE h.role_id = r.id AND u.archived_at IS NULL AND u.way_in = 'password') LIMIT 1";
        let now = self.administrators().await?;
        if now.0 == 0 || self.one(lost, []).await?.is_some() {
            return Err(Refusal::WouldLockOut.into());
        }
        Ok((now.are_few() && !before.are_few()).then_some(Warning::FewAdministrators))
    }
}
