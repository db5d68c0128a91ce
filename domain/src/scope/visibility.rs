//! Which rows a transaction hands out: people, clients, referrals, offices and teams within the
//! reach of its permission, and the tables that row-level security alone limits.

use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select, Value};
use usher_types::{ClientId, Permission, Reach, ReferralId, Refusal, TeamId, UserId};
use uuid::Uuid;

use super::{Bounds, ClientBounds, Scope, Tx};
use crate::entity::{
    audit_details, audit_events, audit_seals, client_links, clients, contracts, covers,
    credentials, customers, dashboards, link_requests, list_members, lists, login_names, offices,
    organisations, outbox, referral_crossings, referral_events, referrals, resources, role_gives,
    role_manages, role_permissions, roles, team_members, teams, user_customers, user_roles, users,
    vendor_notices,
};
use crate::{Error, Result};

/// Tables whose rows are limited by row-level security alone. People, clients, referrals, offices
/// and teams are limited further, by [`Tx::users`], [`Tx::clients`], [`Tx::referrals`],
/// [`Tx::offices`] and [`Tx::teams`].
pub trait WithinOrganisation: EntityTrait {}
impl WithinOrganisation for audit_details::Entity {}
impl WithinOrganisation for audit_events::Entity {}
impl WithinOrganisation for audit_seals::Entity {}
impl WithinOrganisation for client_links::Entity {}
impl WithinOrganisation for contracts::Entity {}
impl WithinOrganisation for covers::Entity {}
impl WithinOrganisation for credentials::Entity {}
impl WithinOrganisation for customers::Entity {}
impl WithinOrganisation for dashboards::Entity {}
impl WithinOrganisation for link_requests::Entity {}
impl WithinOrganisation for list_members::Entity {}
impl WithinOrganisation for lists::Entity {}
impl WithinOrganisation for login_names::Entity {}
impl WithinOrganisation for organisations::Entity {}
impl WithinOrganisation for outbox::Entity {}
impl WithinOrganisation for referral_crossings::Entity {}
impl WithinOrganisation for referral_events::Entity {}
impl WithinOrganisation for resources::Entity {}
impl WithinOrganisation for role_gives::Entity {}
impl WithinOrganisation for role_manages::Entity {}
impl WithinOrganisation for role_permissions::Entity {}
impl WithinOrganisation for roles::Entity {}
impl WithinOrganisation for team_members::Entity {}
impl WithinOrganisation for user_customers::Entity {}
impl WithinOrganisation for user_roles::Entity {}
impl WithinOrganisation for vendor_notices::Entity {}

impl Scope {
    /// The actor's reach among people, for a permission with this reach.
    fn bounds(&self, reach: Reach) -> Bounds {
        Bounds::of(
            reach,
            self.actor.map_or(Uuid::nil(), |id| id.0),
            self.office.map(|office| office.0),
            self.teams.iter().map(|team| team.0).collect(),
        )
    }
}

impl Tx<'_> {
    /// The reach of this transaction among people.
    pub(crate) fn bounds(&self) -> Bounds {
        self.scope.bounds(self.reach)
    }

    /// People within reach, including archived ones.
    pub(crate) fn users(&self) -> Select<users::Entity> {
        self.bounds().users()
    }

    /// People whose pages the actor may open, whatever permission the transaction was opened for,
    /// including archived ones; `None` if the actor may not see people.
    pub(crate) fn visible_users(&self) -> Option<Select<users::Entity>> {
        let reach = self.scope.grants.reach(Permission::ViewUsers)?;
        (reach > Reach::Own).then(|| self.scope.bounds(reach).users())
    }

    /// Offices within reach, including closed ones: an actor bound to an office only sees that one.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn offices(&self) -> Select<offices::Entity> {
        let offices = offices::Entity::find();
        match (self.reach, self.scope.office) {
            (Reach::Organisation, None) => offices,
            (_, bound) => offices.filter(offices::Column::Id.eq(bound.map(|office| office.0))),
        }
    }

    /// Teams within reach, including closed ones: the actor's own, those of their office, or all.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn teams(&self) -> Select<teams::Entity> {
        let teams = teams::Entity::find();
        let own = teams::Column::Id.is_in(self.scope.teams.iter().map(|team| team.0));
        match (self.reach, self.scope.office) {
            (Reach::Organisation, None) => teams,
            (Reach::Organisation | Reach::Office, Some(bound)) => {
                teams.filter(own.or(teams::Column::OfficeId.eq(bound.0)))
            }
            _ => teams.filter(own),
        }
    }

    /// The actor's reach among clients for a permission, which may differ from the transaction's.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] where they do not hold it.
    pub(crate) fn client_bounds(&self, permission: Permission) -> Result<ClientBounds> {
        let Scope {
            actor,
            office,
            teams,
            covered,
            ..
        } = self.scope;
        let ids = |teams: &[TeamId]| teams.iter().map(|team| team.0).collect();
        let me = actor.map_or(Uuid::nil(), |id| id.0);
        let reach = self.scope.require(permission)?;
        Ok(ClientBounds::of(
            permission,
            reach,
            me,
            office.map(|office| office.0),
            ids(teams),
            ids(covered),
        ))
    }

    /// Clients within reach, including archived ones: by the same rule as people, and those of
    /// teams the actor covers.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where no organisation is acted for.
    pub(crate) fn clients(&self) -> Result<Select<clients::Entity>> {
        self.clients_for(self.permission)
    }

    /// Clients within reach of another permission: for example, creating a person links them to
    /// clients the actor may edit.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] where they do not hold it.
    pub(crate) fn clients_for(&self, permission: Permission) -> Result<Select<clients::Entity>> {
        Ok(self
            .client_bounds(permission)?
            .clients(self.organisation()?))
    }

    /// The actor's colleagues who hold a permission about clients, regardless of the actor's reach
    /// among people but within the office the actor is bound to. Archived people are left out, and
    /// clients with an account of their own, whose role only lets them see themselves.
    pub(crate) fn colleagues(&self, permission: Permission) -> Select<users::Entity> {
        // a scalar subquery and not a set: otherwise Postgres would find and sort all holders for
        // the first few
        let holds = "coalesce((SELECT true FROM user_roles h JOIN role_permissions p ON (p.organisation_id, p.role_id) = (h.organisation_id, h.role_id)
                JOIN roles r ON (r.organisation_id, r.id) = (h.organisation_id, h.role_id)
            WHERE h.user_id = users.id AND h.organisation_id = users.organisation_id AND p.permission = $1 AND NOT r.requires_record LIMIT 1), false)";
        self.all_colleagues()
            .filter(Expr::cust_with_values(holds, [permission.code()]))
    }

    /// The actor's colleagues among the holders of a permission.
    pub(crate) fn colleagues_among(&self, holders: Vec<Uuid>) -> Select<users::Entity> {
        self.all_colleagues()
            .filter(users::Column::Id.is_in(holders))
    }

    fn all_colleagues(&self) -> Select<users::Entity> {
        let bounds = Bounds {
            everybody: true,
            office: None,
            teams: Vec::new(),
            ..self.bounds()
        };
        bounds.users().filter(users::Column::ArchivedAt.is_null())
    }

    /// Referrals within reach.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where no organisation is acted for.
    pub(crate) fn referrals(&self) -> Result<Select<referrals::Entity>> {
        self.referrals_for(self.permission)
    }

    /// Referrals within reach of a permission: for sending, those the actor created and those of
    /// clients within reach; for answering, those addressed to the organisation; for viewing, both.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where no organisation is acted for.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn referrals_for(
        &self,
        permission: Permission,
    ) -> Result<Select<referrals::Entity>> {
        use referrals::Column::Direction;
        let (all, grants) = (referrals::Entity::find(), &self.scope.grants);
        let (is_sent, is_for_us) = (Direction.ne("received"), Direction.ne("sent"));
        Ok(match permission {
            Permission::RunMaintenance => all,
            Permission::AnswerReferrals => all.filter(is_for_us),
            Permission::CreateReferrals => match self.referrals_of(permission)? {
                Some(own) => all.filter(own),
                None => all.filter(is_sent),
            },
            _ => match self.referrals_of(Permission::ViewReferrals)? {
                Some(own) if grants.has(Permission::AnswerReferrals) => {
                    all.filter(own.or(is_for_us))
                }
                Some(own) => all.filter(own),
                None => all,
            },
        })
    }

    /// The referrals the actor created and those of clients within reach of a permission; `None` if
    /// that is every client.
    fn referrals_of(&self, permission: Permission) -> Result<Option<Expr>> {
        if !self.scope.grants.has(permission) {
            return Ok(Some(Expr::cust("false")));
        }
        let ClientBounds {
            everybody,
            me,
            account,
            teams,
            covered,
            office,
            bound,
        } = self.client_bounds(permission)?;
        if everybody {
            return Ok(None);
        }
        let own = "referrals.id IN (SELECT made.id FROM referrals AS made WHERE made.created_by = $2
            UNION ALL SELECT theirs.id FROM clients_within($1, $2, $3, $4, $5, $6, $7) AS within (id)
                JOIN referrals AS theirs ON theirs.client_id = within.id)";
        let values: [Value; 7] = [
            self.organisation()?.0.into(),
            me.into(),
            account.into(),
            teams.into(),
            covered.into(),
            office.into(),
            bound.into(),
        ];
        Ok(Some(Expr::cust_with_values(own, values)))
    }

    /// One referral within reach.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], the same for one of another organisation, out of reach, or missing
    /// (decision 0008).
    pub(crate) async fn referral(&self, id: ReferralId) -> Result<referrals::Model> {
        let found = self
            .referrals()?
            .filter(referrals::Column::Id.eq(id.0))
            .one(self.conn())
            .await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// One client within reach.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], the same for one of another organisation, out of reach, or missing
    /// (decision 0008).
    pub(crate) async fn client(&self, id: ClientId) -> Result<clients::Model> {
        let found = self
            .clients()?
            .filter(clients::Column::Id.eq(id.0))
            .one(self.conn())
            .await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// One person within reach.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], the same for one of another organisation, out of reach, or missing
    /// (decision 0008).
    pub(crate) async fn user(&self, id: UserId) -> Result<users::Model> {
        let found = self
            .users()
            .filter(users::Column::Id.eq(id.0))
            .one(self.conn())
            .await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// One person within reach; an archived one only if the actor may see the user bank (S15).
    ///
    /// # Errors
    /// As [`Tx::user`].
    pub(crate) async fn visible_user(&self, id: UserId) -> Result<users::Model> {
        let person = self.user(id).await?;
        if person.archived_at.is_some() && !self.scope.sees_user_bank() {
            return Err(Refusal::NotFound.into());
        }
        Ok(person)
    }

    /// The organisation (tenant) of the transaction.
    pub(crate) async fn home(&self) -> Result<organisations::Model> {
        let id = self.organisation()?.0;
        let found = self
            .find::<organisations::Entity>()
            .filter(organisations::Column::Id.eq(id))
            .one(self.conn())
            .await?;
        found.ok_or_else(|| Error::Broken("the organisation is gone".to_owned()))
    }

    /// Rows of a table that is limited by row-level security alone.
    #[expect(clippy::disallowed_methods, reason = "bounded by row-level security")]
    pub(crate) fn find<E: WithinOrganisation>(&self) -> Select<E> {
        E::find()
    }
}
