//! Transactions: [`Read`] and [`Write`]. Row-level security holds both to one organisation.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QueryResult, QuerySelect, Select, Set, Statement,
    Value,
};
use usher_types::audit::{Change, Event, Repeatable};
use usher_types::refusal::Done;
use usher_types::{
    BuiltInRole, ClientId, OrganisationId, Permission, Reach, ReferralId, Refusal, RoleId, TeamId,
    UserId, Warning,
};
use uuid::Uuid;

use super::Scope;
use crate::entity::{
    audit_details, audit_events, audit_seals, client_links, clients, contracts, covers,
    credentials, customers, dashboards, link_requests, list_members, lists, login_names, offices,
    organisations, outbox, referral_crossings, referral_events, referrals, resources, role_gives,
    role_manages, role_permissions, roles, team_members, teams, user_customers, user_roles, users,
    vendor_notices,
};
use crate::infrastructure::throttles::Limit;
use crate::{Error, Result};

/// Rows that one statement writes: Postgres takes 65 535 values in it.
const ROWS_AT_ONCE: usize = 1_000;
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

/// What read and write transactions have in common.
pub struct Tx<'s> {
    scope: &'s Scope,
    transaction: DatabaseTransaction,
    permission: Permission,
    reach: Reach,
}

/// A transaction that only reads.
pub struct Read<'s>(Tx<'s>);

/// A transaction that commits only after an event was recorded.
pub struct Write<'s> {
    tx: Tx<'s>,
    recorded: AtomicBool,
}

/// The reach of a transaction among people, as parameters of a statement.
pub(crate) struct Bounds {
    /// Everybody, within `bound`.
    pub everybody: bool,
    /// The actor; nil if there is none.
    pub me: Uuid,
    /// The people of this office.
    pub office: Option<Uuid>,
    /// The members of these teams.
    pub teams: Vec<Uuid>,
    /// The office that limits all of the above: an actor bound to an office only sees data of this
    /// office (CS-02).
    pub bound: Option<Uuid>,
}

impl Bounds {
    /// The condition of [`Bounds::users`] for a statement about `users u`, whose first five
    /// parameters are [`Bounds::values`].
    pub(crate) const WITHIN: &'static str =
        "($1 OR u.id = $2 OR u.office_id = $3 OR u.id IN (SELECT user_id FROM team_members WHERE team_id = ANY ($4)))
        AND ($5::uuid IS NULL OR u.office_id = $5)";

    /// [`Bounds::WITHIN`], or a constant if everybody is within reach, so that an index alone can
    /// answer a count.
    pub(crate) fn condition(&self) -> &'static str {
        if self.reaches_everybody() {
            "$1"
        } else {
            Self::WITHIN
        }
    }

    /// Whether everybody of the organisation is within reach.
    pub(crate) fn reaches_everybody(&self) -> bool {
        self.everybody && self.bound.is_none()
    }

    /// The parameters of [`Bounds::WITHIN`] and [`Bounds::condition`].
    pub(crate) fn values(self) -> [Value; 5] {
        [
            self.everybody.into(),
            self.me.into(),
            self.office.into(),
            self.teams.into(),
            self.bound.into(),
        ]
    }

    /// The bounds of a person of an office and of teams. The nil user reaches nobody as their own.
    pub(crate) fn of(reach: Reach, me: Uuid, bound: Option<Uuid>, teams: Vec<Uuid>) -> Self {
        let knows_teams = matches!(reach, Reach::Team | Reach::Office);
        Self {
            everybody: reach == Reach::Organisation,
            me,
            office: bound.filter(|_| reach == Reach::Office),
            teams: if knows_teams { teams } else { Vec::new() },
            bound,
        }
    }

    /// The people within these bounds, including archived ones.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn users(self) -> Select<users::Entity> {
        let Self {
            everybody,
            me,
            office,
            teams,
            bound,
        } = self;
        let mut people = users::Entity::find();
        // if the reach is the actor's own office, the limit below is enough; an OR beside it would
        // keep its index from being used
        if !everybody && (office.is_none() || office != bound) {
            let near = "id IN (SELECT user_id FROM team_members WHERE team_id = ANY ($1) UNION ALL SELECT $2)";
            let near = Expr::cust_with_values(near, [Value::from(teams), me.into()]);
            people = people.filter(match office {
                Some(office) => near.or(users::Column::OfficeId.eq(office)),
                None => near,
            });
        }
        match bound {
            // an actor who is bound to an office only reaches its people
            Some(bound) => people.filter(users::Column::OfficeId.eq(bound)),
            None => people,
        }
    }
}

/// The reach of a transaction among clients, as parameters of a statement.
pub(crate) struct ClientBounds {
    /// All clients of the organisation; the other fields are ignored then.
    pub everybody: bool,
    /// The person whose own clients are within reach; nil if there is none.
    pub me: Uuid,
    /// The person whose own client record is within reach too.
    pub account: Option<Uuid>,
    /// The actor's own teams.
    pub teams: Vec<Uuid>,
    /// The teams the actor covers now, in any office (S16).
    pub covered: Vec<Uuid>,
    /// The office whose teams' clients are within reach.
    pub office: Option<Uuid>,
    /// The office that limits the actor's own teams (CS-02).
    pub bound: Option<Uuid>,
}

impl ClientBounds {
    /// All clients of the organisation: for actions on a person that concern all of their clients,
    /// also those out of the actor's reach.
    pub(crate) fn all() -> Self {
        Self {
            everybody: true,
            me: Uuid::nil(),
            account: None,
            teams: Vec::new(),
            covered: Vec::new(),
            office: None,
            bound: None,
        }
    }

    /// The bounds of a person of an office and of teams who covers other teams. Nobody may edit
    /// their own record.
    pub(crate) fn of(
        permission: Permission,
        reach: Reach,
        me: Uuid,
        bound: Option<Uuid>,
        teams: Vec<Uuid>,
        covered: Vec<Uuid>,
    ) -> Self {
        Self {
            everybody: reach == Reach::Organisation && bound.is_none(),
            me,
            account: (permission == Permission::ViewClients).then_some(me),
            teams: if reach > Reach::Own {
                teams
            } else {
                Vec::new()
            },
            covered,
            office: bound.filter(|_| reach >= Reach::Office),
            bound,
        }
    }

    /// The clients within these bounds, including archived ones.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn clients(self, organisation: OrganisationId) -> Select<clients::Entity> {
        if self.everybody {
            return clients::Entity::find();
        }
        let within = "clients.id IN (SELECT within.id FROM clients_within($1, $2, $3, $4, $5, $6, $7) AS within (id))";
        let Self {
            me,
            account,
            teams,
            covered,
            office,
            bound,
            ..
        } = self;
        let values: [Value; 7] = [
            organisation.0.into(),
            me.into(),
            account.into(),
            teams.into(),
            covered.into(),
            office.into(),
            bound.into(),
        ];
        clients::Entity::find().filter(Expr::cust_with_values(within, values))
    }
}

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

impl<'s> Tx<'s> {
    pub(super) async fn open(
        scope: &'s Scope,
        transaction: DatabaseTransaction,
        permission: Permission,
        reach: Reach,
    ) -> Result<Self> {
        let tx = Self {
            scope,
            transaction,
            permission,
            reach,
        };
        tx.set_tenant(scope.organisation).await?;
        Ok(tx)
    }

    /// Sets the organisation (tenant) that row-level security limits the transaction to.
    async fn set_tenant(&self, organisation: Option<OrganisationId>) -> Result<()> {
        let organisation = organisation.map(|id| id.to_string()).unwrap_or_default();
        self.execute(
            "SELECT set_config('app.organisation', $1, true)",
            [organisation.into()],
        )
        .await?;
        Ok(())
    }

    pub(crate) fn scope(&self) -> &'s Scope {
        self.scope
    }

    pub(crate) fn reach(&self) -> Reach {
        self.reach
    }

    /// The connection inside the transaction.
    pub(crate) fn conn(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// The organisation (tenant) of the transaction.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where there is none.
    pub(crate) fn organisation(&self) -> Result<OrganisationId> {
        self.scope
            .organisation
            .ok_or_else(|| Refusal::SignIn.into())
    }

    /// The reach of this transaction among people.
    pub(crate) fn bounds(&self) -> Bounds {
        let Scope {
            actor,
            office,
            teams,
            ..
        } = self.scope;
        Bounds::of(
            self.reach,
            actor.map_or(Uuid::nil(), |id| id.0),
            office.map(|office| office.0),
            teams.iter().map(|team| team.0).collect(),
        )
    }

    /// People within reach, including archived ones.
    pub(crate) fn users(&self) -> Select<users::Entity> {
        self.bounds().users()
    }

    /// People whose pages the actor may open, whatever permission the transaction was opened for,
    /// including archived ones; `None` if the actor may not see people.
    pub(crate) fn visible_users(&self) -> Option<Select<users::Entity>> {
        let reach = self
            .scope
            .grants
            .reach(Permission::ViewUsers)
            .filter(|reach| *reach > Reach::Own)?;
        let bound = self.scope.office.map(|office| office.0);
        let teams = self.scope.teams.iter().map(|team| team.0).collect();
        Some(
            Bounds::of(
                reach,
                self.scope.actor.map_or(Uuid::nil(), |id| id.0),
                bound,
                teams,
            )
            .users(),
        )
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

    /// Rows of a table that is limited by row-level security alone.
    #[expect(clippy::disallowed_methods, reason = "bounded by row-level security")]
    pub(crate) fn find<E: WithinOrganisation>(&self) -> Select<E> {
        E::find()
    }

    pub(crate) async fn execute(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<u64> {
        let done = self
            .transaction
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                sql,
                values,
            ))
            .await?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn one(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<QueryResult>> {
        Ok(self
            .transaction
            .query_one_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                sql,
                values,
            ))
            .await?)
    }

    pub(crate) async fn all(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<QueryResult>> {
        Ok(self
            .transaction
            .query_all_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                sql,
                values,
            ))
            .await?)
    }

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

    /// Whether the actor may manage a person with these roles (decision 0004). Everybody holds
    /// User, so it counts only if it is the person's only role. In another organisation, the
    /// operator may manage its administrators only.
    pub(crate) fn may_manage(&self, held: &[roles::Model]) -> bool {
        if self.scope.is_acting_on_another() {
            return held.iter().any(|role| {
                role.key.as_deref() == Some(BuiltInRole::OrganisationAdministrator.key())
            });
        }
        let manages = |role: &roles::Model| self.scope.manages().contains(&RoleId(role.id));
        let mut beside = held
            .iter()
            .filter(|role| role.key.as_deref() != Some("user"))
            .peekable();
        if beside.peek().is_none() {
            held.iter().all(manages)
        } else {
            beside.all(manages)
        }
    }
}

impl<'s> Read<'s> {
    pub(super) fn new(tx: Tx<'s>) -> Self {
        Self(tx)
    }
}

impl<'s> Deref for Read<'s> {
    type Target = Tx<'s>;

    fn deref(&self) -> &Tx<'s> {
        &self.0
    }
}

impl<'s> Deref for Write<'s> {
    type Target = Tx<'s>;

    fn deref(&self) -> &Tx<'s> {
        &self.tx
    }
}

impl<'s> Write<'s> {
    pub(super) fn new(tx: Tx<'s>) -> Self {
        Self {
            tx,
            recorded: AtomicBool::new(false),
        }
    }

    /// A fresh id.
    pub(crate) fn id(&self) -> Uuid {
        self.scope.db.new_id()
    }

    pub(crate) async fn insert<A>(&self, row: A) -> Result<<A::Entity as EntityTrait>::Model>
    where
        A: ActiveModelTrait + sea_orm::ActiveModelBehavior + Send,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        Ok(row.insert(self.conn()).await?)
    }

    /// Records an event: writes its audit row in this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(&self, event: Event) -> Result<()> {
        self.record_with_changes(event, &[]).await
    }

    /// Records an event with personal values, which are stored separately (decision 0018).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_with_changes(&self, event: Event, changes: &[Change]) -> Result<()> {
        let row = self
            .insert(self.audit_row(&event, self.organisation()?)?)
            .await?;
        if !changes.is_empty() {
            self.insert(audit_details::ActiveModel {
                organisation_id: Set(row.organisation_id),
                event_id: Set(row.id),
                changes: Set(serde_json::to_value(changes)
                    .map_err(|error| Error::Broken(error.to_string()))?),
            })
            .await?;
        }
        self.recorded.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Records an event that a person can cause at will. The first ones of each kind are written
    /// individually; further ones are counted, and written as one row when their period is over
    /// ([`crate::audit::write_repeated`]).
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record_repeatable(&self, event: Event, changes: &[Change]) -> Result<()> {
        let Some((kind, user)) = Repeatable::of(&event) else {
            return self.record_with_changes(event, changes).await;
        };
        let sql = "INSERT INTO repeated_events AS r (organisation_id, user_id, kind, since, counted, through_id, through_organisation_id)
                VALUES ($1, $2, $3, $4, 1, $5, $6)
            ON CONFLICT (organisation_id, user_id, kind, through_id) DO UPDATE SET counted = r.counted + 1 RETURNING counted";
        let through = self
            .scope
            .through
            .map_or((Uuid::nil(), None), |(user, organisation)| {
                (user.0, Some(organisation.0))
            });
        let (organisation, now) = (self.organisation()?.0, self.scope.now);
        let values = [
            organisation.into(),
            user.0.into(),
            kind.code().into(),
            now.into(),
            through.0.into(),
            through.1.into(),
        ];
        let row = self.one(sql, values).await?;
        let counted: i32 = row
            .map(|row| row.try_get("", "counted"))
            .transpose()?
            .unwrap_or_default();
        if counted <= Limit::RepeatedEvents.most() {
            return self.record_with_changes(event, changes).await;
        }
        self.recorded.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Records an event in the audit of another organisation that it concerns too.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record_in(&self, organisation: OrganisationId, event: Event) -> Result<()> {
        let row = self.audit_row(&event, organisation)?;
        self.set_tenant(Some(organisation)).await?;
        audit_events::Entity::insert(row)
            .exec_without_returning(self.conn())
            .await?;
        self.set_tenant(self.scope.organisation).await?;
        self.recorded.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Runs a statement for another organisation that the action concerns too.
    pub(crate) async fn execute_at(
        &self,
        organisation: OrganisationId,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<()> {
        self.set_tenant(Some(organisation)).await?;
        self.execute(sql, values).await?;
        self.set_tenant(self.scope.organisation).await
    }

    /// Records many events at once, without personal values.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record_all(&self, events: &[Event]) -> Result<()> {
        for some in events.chunks(ROWS_AT_ONCE) {
            let rows = some
                .iter()
                .map(|event| self.audit_row(event, self.organisation()?))
                .collect::<Result<Vec<_>>>()?;
            audit_events::Entity::insert_many(rows)
                .exec_without_returning(self.conn())
                .await?;
            self.recorded.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn audit_row(
        &self,
        event: &Event,
        organisation: OrganisationId,
    ) -> Result<audit_events::ActiveModel> {
        let actor = match event {
            // a visitor who signs in or follows a link is the person the event is about; so is a
            // person who switches from another account
            Event::SignedIn { user }
            | Event::SwitchedHere { user, .. }
            | Event::InvitationAccepted { user }
            | Event::EmailChanged { user }
            | Event::SignedOut { user } => Some((*user, organisation)),
            // the person caused the counted events, except attempts to sign in, whose author is
            // unknown
            Event::Repeated { user, of, .. }
                if !matches!(of, Repeatable::SignInFailed | Repeatable::Throttled) =>
            {
                Some((*user, organisation))
            }
            _ => self
                .scope
                .operator
                .or(self.scope.actor.zip(self.scope.organisation)),
        };
        let through = match event {
            // the new session is a switched one, even if the session it replaces is not
            Event::SwitchedHere { .. } => self
                .scope
                .through
                .or(self.scope.actor.zip(self.scope.organisation)),
            _ => self.scope.through,
        };
        // after switching back, the actor is the account that signed in
        let through = through.filter(|through| Some(*through) != actor);
        Ok(audit_events::ActiveModel {
            organisation_id: Set(organisation.0),
            id: Set(self.id()),
            at: Set(self.scope.now),
            actor_id: Set(actor.map(|(user, _)| user.0)),
            actor_organisation_id: Set(actor.map(|(_, organisation)| organisation.0)),
            subject_id: Set(event.subject()),
            event: Set(
                serde_json::to_value(event).map_err(|error| Error::Broken(error.to_string()))?
            ),
            request_id: Set(self.scope.request),
            through_id: Set(through.map(|(user, _)| user.0)),
            through_organisation_id: Set(through.map(|(_, organisation)| organisation.0)),
        })
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// When no event was recorded, or the database fails.
    pub async fn commit(self) -> Result<()> {
        if !self.recorded.load(Ordering::Relaxed) {
            return Err(Error::Broken(
                "a write that said nothing was not committed".to_owned(),
            ));
        }
        Ok(self.tx.transaction.commit().await?)
    }

    /// Commits if an event was recorded. Otherwise nothing changed, and the transaction is rolled
    /// back.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn commit_if_recorded(self) -> Result<()> {
        if self.recorded.load(Ordering::Relaxed) {
            self.commit().await
        } else {
            Ok(self.tx.transaction.rollback().await?)
        }
    }

    /// Commits changes that are not an action of a person: counters, drafts, delivery states. Only
    /// for permissions of visitors and the system.
    pub(crate) async fn commit_without_event(self) -> Result<()> {
        debug_assert!(matches!(
            self.permission,
            Permission::SignIn
                | Permission::FollowLink
                | Permission::SetUp
                | Permission::SendMail
                | Permission::RunMaintenance
        ));
        Ok(self.tx.transaction.commit().await?)
    }

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

    /// A person the actor may manage, locked until the transaction ends.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] out of reach, and for an archived person if the actor may not see the
    /// user bank (S15); [`Refusal::Forbidden`] if the actor may not manage one of their roles.
    pub(crate) async fn manage(&self, id: UserId) -> Result<users::Model> {
        let found = self.lock_user(id).await?;
        let sees_bank = self.scope.is_acting_on_another()
            || self.scope.grants().reaches_others(Permission::UserBank);
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
