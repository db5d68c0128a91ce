//! Whom the actor may manage, and the locks on rows that are about to change (decision 0004).

use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use usher_types::refusal::Done;
use usher_types::{BuiltInRole, ClientId, OrganisationId, ReferralId, Refusal, RoleId, UserId};

use super::{Tx, Write};
use crate::Result;
use crate::entity::{clients, organisations, referrals, roles, user_roles, users};

impl Tx<'_> {
    /// The roles a person holds, User first.
    pub(crate) async fn roles_of(&self, user: UserId) -> Result<Vec<roles::Model>> {
        let ids = self
            .find::<user_roles::Entity>()
            .filter(user_roles::Column::UserId.eq(user.0))
            .all(self.conn())
            .await?;
        let ids = ids.into_iter().map(|held| held.role_id);
        let held = self
            .find::<roles::Entity>()
            .filter(roles::Column::Id.is_in(ids));
        Ok(held
            .order_by_asc(roles::Column::Position)
            .order_by_asc(roles::Column::Name)
            .all(self.conn())
            .await?)
    }

    /// Whether the actor may manage a person with these roles (decision 0004). Everybody holds
    /// User, so it counts only if it is the person's only role. In another organisation, the
    /// operator may manage its administrators only.
    pub(crate) fn may_manage(&self, held: &[roles::Model]) -> bool {
        if self.scope.is_acting_on_another() {
            return held
                .iter()
                .any(|role| role.key == Some(BuiltInRole::OrganisationAdministrator));
        }
        let manages = |role: &roles::Model| self.scope.manages().contains(&RoleId(role.id));
        let mut beside = held
            .iter()
            .filter(|role| role.key != Some(BuiltInRole::User))
            .peekable();
        if beside.peek().is_none() {
            held.iter().all(manages)
        } else {
            beside.all(manages)
        }
    }

    /// A person whose details the actor may edit, with their roles.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Forbidden`]; [`Done::UserArchived`] for an archived person.
    pub(crate) async fn editable_user(
        &self,
        id: UserId,
    ) -> Result<(users::Model, Vec<roles::Model>)> {
        let person = self.visible_user(id).await?;
        let held = self.roles_of(id).await?;
        if !self.may_manage(&held) {
            return Err(Refusal::Forbidden.into());
        }
        if person.archived_at.is_some() {
            return Err(Refusal::from(Done::UserArchived { user: id }).into());
        }
        Ok((person, held))
    }
}

impl Write<'_> {
    /// One person within reach, locked until the transaction ends, so that what is read does not
    /// change before it is written.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], as [`Tx::user`].
    pub(crate) async fn lock_user(&self, id: UserId) -> Result<users::Model> {
        let found = self
            .users()
            .filter(users::Column::Id.eq(id.0))
            .lock(LockType::NoKeyUpdate)
            .one(self.conn())
            .await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// One client within reach, locked until the transaction ends.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], as [`Tx::client`].
    pub(crate) async fn lock_client(&self, id: ClientId) -> Result<clients::Model> {
        let found = self
            .clients()?
            .filter(clients::Column::Id.eq(id.0))
            .lock(LockType::NoKeyUpdate)
            .one(self.conn())
            .await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// One referral within reach, locked until the transaction ends.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], as [`Tx::referral`].
    pub(crate) async fn lock_referral(&self, id: ReferralId) -> Result<referrals::Model> {
        let found = self
            .referrals()?
            .filter(referrals::Column::Id.eq(id.0))
            .lock(LockType::NoKeyUpdate)
            .one(self.conn())
            .await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// An organisation, locked until the transaction ends.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub(crate) async fn lock_organisation(
        &self,
        id: OrganisationId,
    ) -> Result<organisations::Model> {
        let found = self
            .find::<organisations::Entity>()
            .filter(organisations::Column::Id.eq(id.0))
            .lock(LockType::NoKeyUpdate)
            .one(self.conn())
            .await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// A person the actor may manage, locked until the transaction ends.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] out of reach, and for an archived person if the actor may not see the
    /// user bank (S15); [`Refusal::Forbidden`] if the actor may not manage one of their roles.
    pub(crate) async fn manage(&self, id: UserId) -> Result<users::Model> {
        let found = self.lock_user(id).await?;
        let sees_bank = self.scope.is_acting_on_another() || self.scope.sees_user_bank();
        if found.archived_at.is_some() && !sees_bank {
            return Err(Refusal::NotFound.into());
        }
        if self.may_manage(&self.roles_of(id).await?) {
            Ok(found)
        } else {
            Err(Refusal::Forbidden.into())
        }
    }

    /// A person the actor may manage and who is not archived, locked until the transaction ends.
    ///
    /// # Errors
    /// As [`Write::manage`]; [`Done::UserArchived`] for an archived person, because the actor does
    /// not lack a permission.
    pub(crate) async fn manage_present(&self, id: UserId) -> Result<users::Model> {
        let found = self.manage(id).await?;
        if found.archived_at.is_some() {
            Err(Refusal::from(Done::UserArchived { user: id }).into())
        } else {
            Ok(found)
        }
    }

    /// Refuses roles that the actor may not assign (decision 0004).
    ///
    /// # Errors
    /// [`Refusal::Forbidden`].
    pub(crate) fn ensure_may_assign(&self, roles: &[RoleId]) -> Result<()> {
        if roles.iter().all(|role| self.scope.gives().contains(role)) {
            Ok(())
        } else {
            Err(Refusal::Forbidden.into())
        }
    }
}
