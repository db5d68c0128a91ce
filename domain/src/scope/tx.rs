//! Transactions: [`Read`] and [`Write`]. Row-level security holds both to one organisation.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::sea_query::{Expr, ExprTrait, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, Select, Set, Statement, Value,
};
use usher_types::audit::{Change, Event, Repeatable};
use usher_types::refusal::Done;
use usher_types::roles::BuiltInRole;
use usher_types::{ClientId, OrganisationId, Permission, Reach, ReferralId, Refusal, RoleId, TeamId, UserId, Warning};
use uuid::Uuid;

use super::Scope;
use crate::entity::{
    audit_details, audit_events, audit_seals, client_links, clients, contracts, covers, credentials, customers, dashboards, link_requests,
    list_members, lists, login_names, offices, organisations, outbox, referral_crossings, referral_events, referrals, resources,
    role_gives, role_manages, role_permissions, roles, team_members, teams, user_customers, user_roles, users, vendor_notices,
};
use crate::throttles::Limit;
use crate::{Error, Result};

/// Rows that one statement writes: Postgres takes 65 535 values in it.
const ROWS_AT_ONCE: usize = 1_000;
/// What somebody holds who can administer: with less than both, nobody could be let in again as an administrator.
const ADMINISTERS: [Permission; 2] = [Permission::GiveRoles, Permission::EditRoles];

/// How many can administer an organisation and sign in, counted to two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Administrators(i64);

impl Administrators {
    /// Whether there are fewer than two.
    pub(crate) fn are_few(self) -> bool {
        self.0 < 2
    }
}

/// What a read and a write have in common.
pub struct Tx<'s> {
    scope: &'s Scope,
    transaction: DatabaseTransaction,
    permission: Permission,
    reach: Reach,
}

/// A transaction that only reads.
pub struct Read<'s>(Tx<'s>);

/// A transaction that commits once something was said to have happened.
pub struct Write<'s> {
    tx: Tx<'s>,
    recorded: AtomicBool,
}

/// How far a transaction reaches among people, as the database is told it.
pub(crate) struct Bounds {
    /// Everybody, as far as `bound` lets one see.
    pub everybody: bool,
    /// Oneself; nobody where nobody acts.
    pub me: Uuid,
    /// Otherwise who is of this office.
    pub office: Option<Uuid>,
    /// And who is of one of these teams.
    pub teams: Vec<Uuid>,
    /// The office that cuts all of it: who is bound to one sees nothing of others (CS-02).
    pub bound: Option<Uuid>,
}

impl Bounds {
    /// The same as [`Bounds::users`] for a statement about `users u`, whose first five values are [`Bounds::values`].
    pub(crate) const WITHIN: &'static str =
        "($1 OR u.id = $2 OR u.office_id = $3 OR u.id IN (SELECT user_id FROM team_members WHERE team_id = ANY ($4)))
        AND ($5::uuid IS NULL OR u.office_id = $5)";

    /// [`Bounds::WITHIN`], or no more than that everybody is within reach: a count is then answered by an index alone.
    pub(crate) fn condition(&self) -> &'static str {
        if self.reaches_everybody() { "$1" } else { Self::WITHIN }
    }

    /// Whether nobody of the organisation is out of reach.
    pub(crate) fn reaches_everybody(&self) -> bool {
        self.everybody && self.bound.is_none()
    }

    /// What [`Bounds::WITHIN`] and [`Bounds::condition`] are told.
    pub(crate) fn values(self) -> [Value; 5] {
        [self.everybody.into(), self.me.into(), self.office.into(), self.teams.into(), self.bound.into()]
    }

    /// What somebody of an office and of teams reaches, nobody's own being nobody.
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

    /// The people within these bounds, archived ones included.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn users(self) -> Select<users::Entity> {
        let Self { everybody, me, office, teams, bound } = self;
        let mut people = users::Entity::find();
        // cut to the very office one reaches, that is all there is to say; an OR beside it would keep its index from being used
        if !everybody && (office.is_none() || office != bound) {
            let near = "id IN (SELECT user_id FROM team_members WHERE team_id = ANY ($1) UNION ALL SELECT $2)";
            let near = Expr::cust_with_values(near, [Value::from(teams), me.into()]);
            people = people.filter(match office {
                Some(office) => near.or(users::Column::OfficeId.eq(office)),
                None => near,
            });
        }
        match bound {
            // who is bound to an office is of it
            Some(bound) => people.filter(users::Column::OfficeId.eq(bound)),
            None => people,
        }
    }
}

/// How far a transaction reaches among clients, as the database is told it.
pub(crate) struct ClientBounds {
    /// All of the organisation; the rest says nothing then.
    pub everybody: bool,
    /// Whose own clients count; nobody's where nobody acts.
    pub me: Uuid,
    /// Whose own record counts, too.
    pub account: Option<Uuid>,
    /// One's own teams.
    pub teams: Vec<Uuid>,
    /// The teams one covers now, in whatever office (S16).
    pub covered: Vec<Uuid>,
    /// The office whose teams' clients count.
    pub office: Option<Uuid>,
    /// The office that cuts one's own teams (CS-02).
    pub bound: Option<Uuid>,
}

impl ClientBounds {
    /// All of the organisation's: for an act on a person that leaves no client behind, whether or not the actor reaches them.
    pub(crate) fn all() -> Self {
        Self { everybody: true, me: Uuid::nil(), account: None, teams: Vec::new(), covered: Vec::new(), office: None, bound: None }
    }

    /// What somebody of an office and of teams reaches, who covers others. Nobody changes their own record.
    pub(crate) fn of(permission: Permission, reach: Reach, me: Uuid, bound: Option<Uuid>, teams: Vec<Uuid>, covered: Vec<Uuid>) -> Self {
        Self {
            everybody: reach == Reach::Organisation && bound.is_none(),
            me,
            account: (permission == Permission::ViewClients).then_some(me),
            teams: if reach > Reach::Own { teams } else { Vec::new() },
            covered,
            office: bound.filter(|_| reach >= Reach::Office),
            bound,
        }
    }

    /// The clients within these bounds, archived ones included.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn clients(self, organisation: OrganisationId) -> Select<clients::Entity> {
        if self.everybody {
            return clients::Entity::find();
        }
        let within = "clients.id IN (SELECT within.id FROM clients_within($1, $2, $3, $4, $5, $6, $7) AS within (id))";
        let Self { me, account, teams, covered, office, bound, .. } = self;
        let values: [Value; 7] =
            [organisation.0.into(), me.into(), account.into(), teams.into(), covered.into(), office.into(), bound.into()];
        clients::Entity::find().filter(Expr::cust_with_values(within, values))
    }
}

/// Tables whose rows row-level security alone bounds: everything but people, clients, referrals, offices and teams, which are reached
/// by [`Tx::users`], [`Tx::clients`], [`Tx::referrals`], [`Tx::offices`] and [`Tx::teams`].
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
    pub(super) async fn open(scope: &'s Scope, transaction: DatabaseTransaction, permission: Permission, reach: Reach) -> Result<Self> {
        let tx = Self { scope, transaction, permission, reach };
        tx.set_tenant(scope.organisation).await?;
        Ok(tx)
    }

    /// Has row-level security hold the transaction to an organisation.
    async fn set_tenant(&self, organisation: Option<OrganisationId>) -> Result<()> {
        let organisation = organisation.map(|id| id.to_string()).unwrap_or_default();
        self.execute("SELECT set_config('app.organisation', $1, true)", [organisation.into()]).await?;
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

    /// The organisation acted for.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where there is none.
    pub(crate) fn organisation(&self) -> Result<OrganisationId> {
        self.scope.organisation.ok_or_else(|| Refusal::SignIn.into())
    }

    /// How far this transaction reaches among people.
    pub(crate) fn bounds(&self) -> Bounds {
        let Scope { actor, office, teams, .. } = self.scope;
        Bounds::of(
            self.reach,
            actor.map_or(Uuid::nil(), |id| id.0),
            office.map(|office| office.0),
            teams.iter().map(|team| team.0).collect(),
        )
    }

    /// People within reach, archived ones included.
    pub(crate) fn users(&self) -> Select<users::Entity> {
        self.bounds().users()
    }

    /// People whose pages the actor may open, whatever the transaction is for, archived ones included; `None` where they see nobody's.
    pub(crate) fn visible_users(&self) -> Option<Select<users::Entity>> {
        let reach = self.scope.grants.reach(Permission::ViewUsers).filter(|reach| *reach > Reach::Own)?;
        let bound = self.scope.office.map(|office| office.0);
        let teams = self.scope.teams.iter().map(|team| team.0).collect();
        Some(Bounds::of(reach, self.scope.actor.map_or(Uuid::nil(), |id| id.0), bound, teams).users())
    }

    /// Offices within reach, closed ones included: who is bound to one knows no other.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn offices(&self) -> Select<offices::Entity> {
        let offices = offices::Entity::find();
        match (self.reach, self.scope.office) {
            (Reach::Organisation, None) => offices,
            (_, bound) => offices.filter(offices::Column::Id.eq(bound.map(|office| office.0))),
        }
    }

    /// Teams within reach, closed ones included: one's own, those of one's office, or all.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn teams(&self) -> Select<teams::Entity> {
        let teams = teams::Entity::find();
        let own = teams::Column::Id.is_in(self.scope.teams.iter().map(|team| team.0));
        match (self.reach, self.scope.office) {
            (Reach::Organisation, None) => teams,
            (Reach::Organisation | Reach::Office, Some(bound)) => teams.filter(own.or(teams::Column::OfficeId.eq(bound.0))),
            _ => teams.filter(own),
        }
    }

    /// How far the actor reaches among clients with a permission, whichever the transaction was opened for.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] where they do not hold it.
    pub(crate) fn client_bounds(&self, permission: Permission) -> Result<ClientBounds> {
        let Scope { actor, office, teams, covered, .. } = self.scope;
        let ids = |teams: &[TeamId]| teams.iter().map(|team| team.0).collect();
        let me = actor.map_or(Uuid::nil(), |id| id.0);
        let reach = self.scope.require(permission)?;
        Ok(ClientBounds::of(permission, reach, me, office.map(|office| office.0), ids(teams), ids(covered)))
    }

    /// Clients within reach, archived ones included: by the same rule as people, and those of teams one covers.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where no organisation is acted for.
    pub(crate) fn clients(&self) -> Result<Select<clients::Entity>> {
        self.clients_for(self.permission)
    }

    /// The same for another permission: who creates a person links them to clients they may change.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] where they do not hold it.
    pub(crate) fn clients_for(&self, permission: Permission) -> Result<Select<clients::Entity>> {
        Ok(self.client_bounds(permission)?.clients(self.organisation()?))
    }

    /// Who holds a permission about clients: one's colleagues, whatever one's reach among people, as far as the office one is bound
    /// to lets one see. Archived ones are left out, and clients with an account of their own, whose role lets them see themselves.
    pub(crate) fn colleagues(&self, permission: Permission) -> Select<users::Entity> {
        // a value and not a set: Postgres would look for everybody who holds it, and sort them, for the first few
        let holds = "coalesce((SELECT true FROM user_roles h JOIN role_permissions p ON (p.organisation_id, p.role_id) = (h.organisation_id, h.role_id)
                JOIN roles r ON (r.organisation_id, r.id) = (h.organisation_id, h.role_id)
            WHERE h.user_id = users.id AND h.organisation_id = users.organisation_id AND p.permission = $1 AND NOT r.requires_record LIMIT 1), false)";
        self.all_colleagues().filter(Expr::cust_with_values(holds, [permission.code()]))
    }

    /// Those of people who hold it who are one's colleagues.
    pub(crate) fn colleagues_among(&self, holders: Vec<Uuid>) -> Select<users::Entity> {
        self.all_colleagues().filter(users::Column::Id.is_in(holders))
    }

    fn all_colleagues(&self) -> Select<users::Entity> {
        let bounds = Bounds { everybody: true, office: None, teams: Vec::new(), ..self.bounds() };
        bounds.users().filter(users::Column::ArchivedAt.is_null())
    }

    /// Referrals within reach.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where no organisation is acted for.
    pub(crate) fn referrals(&self) -> Result<Select<referrals::Entity>> {
        self.referrals_for(self.permission)
    }

    /// Referrals within the reach of a permission: as their sender, those one made and those of clients within it; to answer them, what
    /// is for the organisation; and to look, either.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] where no organisation is acted for.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn referrals_for(&self, permission: Permission) -> Result<Select<referrals::Entity>> {
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
                Some(own) if grants.has(Permission::AnswerReferrals) => all.filter(own.or(is_for_us)),
                Some(own) => all.filter(own),
                None => all,
            },
        })
    }

    /// The referrals one made and those of clients within the reach of a permission; `None` where that is every client.
    fn referrals_of(&self, permission: Permission) -> Result<Option<Expr>> {
        if !self.scope.grants.has(permission) {
            return Ok(Some(Expr::cust("false")));
        }
        let ClientBounds { everybody, me, account, teams, covered, office, bound } = self.client_bounds(permission)?;
        if everybody {
            return Ok(None);
        }
        let own = "referrals.id IN (SELECT made.id FROM referrals AS made WHERE made.created_by = $2
            UNION ALL SELECT theirs.id FROM clients_within($1, $2, $3, $4, $5, $6, $7) AS within (id)
                JOIN referrals AS theirs ON theirs.client_id = within.id)";
        let values: [Value; 7] =
            [self.organisation()?.0.into(), me.into(), account.into(), teams.into(), covered.into(), office.into(), bound.into()];
        Ok(Some(Expr::cust_with_values(own, values)))
    }

    /// One referral within reach.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], alike for a stranger's and for a missing one (design rule 8).
    pub(crate) async fn referral(&self, id: ReferralId) -> Result<referrals::Model> {
        let found = self.referrals()?.filter(referrals::Column::Id.eq(id.0)).one(self.conn()).await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// One client within reach.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], alike for a stranger's and for a missing one (design rule 8).
    pub(crate) async fn client(&self, id: ClientId) -> Result<clients::Model> {
        let found = self.clients()?.filter(clients::Column::Id.eq(id.0)).one(self.conn()).await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// One person within reach.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], alike for a stranger's and for a missing one (design rule 8).
    pub(crate) async fn user(&self, id: UserId) -> Result<users::Model> {
        let found = self.users().filter(users::Column::Id.eq(id.0)).one(self.conn()).await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// Rows of a table that row-level security bounds.
    #[expect(clippy::disallowed_methods, reason = "bounded by row-level security")]
    pub(crate) fn find<E: WithinOrganisation>(&self) -> Select<E> {
        E::find()
    }

    pub(crate) async fn execute(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64> {
        let done = self.transaction.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn one(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<Option<QueryResult>> {
        Ok(self.transaction.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?)
    }

    pub(crate) async fn all(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<QueryResult>> {
        Ok(self.transaction.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?)
    }

    /// The roles a person holds, User first.
    pub(crate) async fn roles_of(&self, user: UserId) -> Result<Vec<roles::Model>> {
        let ids = self.find::<user_roles::Entity>().filter(user_roles::Column::UserId.eq(user.0)).all(self.conn()).await?;
        let ids = ids.into_iter().map(|held| held.role_id);
        let held = self.find::<roles::Entity>().filter(roles::Column::Id.is_in(ids));
        Ok(held.order_by_asc(roles::Column::Position).order_by_asc(roles::Column::Name).all(self.conn()).await?)
    }

    /// Who can administer and sign in: give roles and make them, for the whole organisation.
    pub(crate) async fn administrators(&self) -> Result<Administrators> {
        let sql = "SELECT count(*) AS able FROM (SELECT r.user_id FROM role_permissions p
            JOIN user_roles r ON (r.organisation_id, r.role_id) = (p.organisation_id, p.role_id)
            JOIN users u ON (u.organisation_id, u.id) = (r.organisation_id, r.user_id)
            WHERE p.permission = ANY ($1) AND p.reach = 'organisation' AND u.archived_at IS NULL AND u.way_in = 'password'
                AND u.office_id IS NULL
            GROUP BY r.user_id HAVING count(DISTINCT p.permission) = cardinality($1) LIMIT 2) AS administrators";
        let asked = ADMINISTERS.map(|permission| permission.code().to_owned()).to_vec();
        let row = self.one(sql, [asked.into()]).await?;
        Ok(Administrators(row.map(|row| row.try_get("", "able")).transpose()?.unwrap_or_default()))
    }

    /// Whether the actor may manage who holds these roles (design rule 4). Everybody holds User, so it counts where it is all. Of
    /// another organisation its administrators alone are the operator's business.
    pub(crate) fn may_manage(&self, held: &[roles::Model]) -> bool {
        if self.scope.is_acting_on_another() {
            return held.iter().any(|role| role.key.as_deref() == Some(BuiltInRole::OrganisationAdministrator.key()));
        }
        let manages = |role: &roles::Model| self.scope.manages().contains(&RoleId(role.id));
        let mut beside = held.iter().filter(|role| role.key.as_deref() != Some("user")).peekable();
        if beside.peek().is_none() { held.iter().all(manages) } else { beside.all(manages) }
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
        Self { tx, recorded: AtomicBool::new(false) }
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

    /// Writes the audit row of what happened, in this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(&self, event: Event) -> Result<()> {
        self.record_with_changes(event, &[]).await
    }

    /// The same with personal values, which are kept apart (design 5.6).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_with_changes(&self, event: Event, changes: &[Change]) -> Result<()> {
        let row = self.insert(self.audit_row(&event, self.organisation()?)?).await?;
        if !changes.is_empty() {
            self.insert(audit_details::ActiveModel {
                organisation_id: Set(row.organisation_id),
                event_id: Set(row.id),
                changes: Set(serde_json::to_value(changes).map_err(|error| Error::Broken(error.to_string()))?),
            })
            .await?;
        }
        self.recorded.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The same for what a person can make happen as often as they like: so many of each kind are written one by one, the rest are
    /// counted, and written as one row once their time is over ([`crate::audit::write_repeated`]).
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record_repeatable(&self, event: Event, changes: &[Change]) -> Result<()> {
        let Some((kind, user)) = Repeatable::of(&event) else { return self.record_with_changes(event, changes).await };
        let sql = "INSERT INTO repeated_events AS r (organisation_id, user_id, kind, since, counted, through_id, through_organisation_id)
                VALUES ($1, $2, $3, $4, 1, $5, $6)
            ON CONFLICT (organisation_id, user_id, kind, through_id) DO UPDATE SET counted = r.counted + 1 RETURNING counted";
        let through = self.scope.through.map_or((Uuid::nil(), None), |(user, organisation)| (user.0, Some(organisation.0)));
        let (organisation, now) = (self.organisation()?.0, self.scope.now);
        let values = [organisation.into(), user.0.into(), kind.code().into(), now.into(), through.0.into(), through.1.into()];
        let row = self.one(sql, values).await?;
        let counted: i32 = row.map(|row| row.try_get("", "counted")).transpose()?.unwrap_or_default();
        if counted <= Limit::RepeatedEvents.most() {
            return self.record_with_changes(event, changes).await;
        }
        self.recorded.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The same in the audit of another organisation, which it happened to as well.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record_in(&self, organisation: OrganisationId, event: Event) -> Result<()> {
        let row = self.audit_row(&event, organisation)?;
        self.set_tenant(Some(organisation)).await?;
        audit_events::Entity::insert(row).exec_without_returning(self.conn()).await?;
        self.set_tenant(self.scope.organisation).await?;
        self.recorded.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Runs a statement held to another organisation, which the act concerns as well.
    pub(crate) async fn execute_at(&self, organisation: OrganisationId, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<()> {
        self.set_tenant(Some(organisation)).await?;
        self.execute(sql, values).await?;
        self.set_tenant(self.scope.organisation).await
    }

    /// The same for what happened to many at once.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record_all(&self, events: &[Event]) -> Result<()> {
        for some in events.chunks(ROWS_AT_ONCE) {
            let rows = some.iter().map(|event| self.audit_row(event, self.organisation()?)).collect::<Result<Vec<_>>>()?;
            audit_events::Entity::insert_many(rows).exec_without_returning(self.conn()).await?;
            self.recorded.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn audit_row(&self, event: &Event, organisation: OrganisationId) -> Result<audit_events::ActiveModel> {
        let actor = match event {
            // a visitor who signs in or follows a link is the person the event is about, and so is who comes from another account
            Event::SignedIn { user }
            | Event::SwitchedHere { user, .. }
            | Event::InvitationAccepted { user }
            | Event::EmailChanged { user }
            | Event::SignedOut { user } => Some((*user, organisation)),
            // whose doing the counted events were; nobody knows who tried to sign in
            Event::Repeated { user, of, .. } if !matches!(of, Repeatable::SignInFailed | Repeatable::Throttled) => {
                Some((*user, organisation))
            }
            _ => self.scope.operator.or(self.scope.actor.zip(self.scope.organisation)),
        };
        let through = match event {
            // the session that begins here is switched, and the one it takes the place of may not have been
            Event::SwitchedHere { .. } => self.scope.through.or(self.scope.actor.zip(self.scope.organisation)),
            _ => self.scope.through,
        };
        // who switches back acts by the account that signed in
        let through = through.filter(|through| Some(*through) != actor);
        Ok(audit_events::ActiveModel {
            organisation_id: Set(organisation.0),
            id: Set(self.id()),
            at: Set(self.scope.now),
            actor_id: Set(actor.map(|(user, _)| user.0)),
            actor_organisation_id: Set(actor.map(|(_, organisation)| organisation.0)),
            subject_id: Set(event.subject()),
            event: Set(serde_json::to_value(event).map_err(|error| Error::Broken(error.to_string()))?),
            request_id: Set(self.scope.request),
            through_id: Set(through.map(|(user, _)| user.0)),
            through_organisation_id: Set(through.map(|(_, organisation)| organisation.0)),
        })
    }

    /// The only commit.
    ///
    /// # Errors
    /// When nothing was said to have happened, or the database fails.
    pub async fn commit(self) -> Result<()> {
        if !self.recorded.load(Ordering::Relaxed) {
            return Err(Error::Broken("a write that said nothing was not committed".to_owned()));
        }
        Ok(self.tx.transaction.commit().await?)
    }

    /// Commits what was said to have happened; where nothing was, because nothing changed, what was written is undone.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn commit_if_recorded(self) -> Result<()> {
        if self.recorded.load(Ordering::Relaxed) { self.commit().await } else { Ok(self.tx.transaction.rollback().await?) }
    }

    /// Commits what is nobody's act: counters, drafts, delivery states. Only for permissions of visitors and the system.
    pub(crate) async fn commit_without_event(self) -> Result<()> {
        debug_assert!(matches!(
            self.permission,
            Permission::SignIn | Permission::FollowLink | Permission::SetUp | Permission::SendMail | Permission::RunMaintenance
        ));
        Ok(self.tx.transaction.commit().await?)
    }

    /// One person within reach, locked until the end: what is read here is still so when it is changed.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], as [`Tx::user`].
    pub(crate) async fn lock_user(&self, id: UserId) -> Result<users::Model> {
        let found = self.users().filter(users::Column::Id.eq(id.0)).lock(LockType::NoKeyUpdate).one(self.conn()).await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// One client within reach, locked until the end.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], as [`Tx::client`].
    pub(crate) async fn lock_client(&self, id: ClientId) -> Result<clients::Model> {
        let found = self.clients()?.filter(clients::Column::Id.eq(id.0)).lock(LockType::NoKeyUpdate).one(self.conn()).await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// One referral within reach, locked until the end.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], as [`Tx::referral`].
    pub(crate) async fn lock_referral(&self, id: ReferralId) -> Result<referrals::Model> {
        let found = self.referrals()?.filter(referrals::Column::Id.eq(id.0)).lock(LockType::NoKeyUpdate).one(self.conn()).await?;
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    /// A person the actor may manage, locked until the end.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] out of reach, and for somebody archived where one may not see the user bank (S15);
    /// [`Refusal::Forbidden`] where a role of theirs is not one the actor may manage.
    pub(crate) async fn manage(&self, id: UserId) -> Result<users::Model> {
        let found = self.lock_user(id).await?;
        let sees_bank = self.scope.is_acting_on_another() || self.scope.grants().reaches_others(Permission::UserBank);
        if found.archived_at.is_some() && !sees_bank {
            return Err(Refusal::NotFound.into());
        }
        if self.may_manage(&self.roles_of(id).await?) { Ok(found) } else { Err(Refusal::Forbidden.into()) }
    }

    /// A person the actor may manage and who is not archived, locked until the end.
    ///
    /// # Errors
    /// As [`Write::manage`]; [`Done::UserArchived`] for somebody archived: that is no lack of rights.
    pub(crate) async fn manage_present(&self, id: UserId) -> Result<users::Model> {
        let found = self.manage(id).await?;
        if found.archived_at.is_some() { Err(Refusal::from(Done::UserArchived { user: id }).into()) } else { Ok(found) }
    }

    /// Refuses roles the actor may not give (design rule 4).
    ///
    /// # Errors
    /// [`Refusal::Forbidden`].
    pub(crate) fn ensure_may_assign(&self, roles: &[RoleId]) -> Result<()> {
        if roles.iter().all(|role| self.scope.gives().contains(role)) { Ok(()) } else { Err(Refusal::Forbidden.into()) }
    }

    /// Holds every act that could take the last administrator away in one line: taken before anything else is locked. Who can
    /// administer now.
    pub(crate) async fn lock_administration(&self) -> Result<Administrators> {
        // not FOR UPDATE: every insert's foreign key would wait for it, and two acts on one person for each other
        self.execute("SELECT 1 FROM organisations WHERE id = $1 FOR NO KEY UPDATE", [self.organisation()?.0.into()]).await?;
        self.administrators().await
    }

    /// Refuses to take from oneself what one administers with (design rule 5); call after the change.
    ///
    /// # Errors
    /// [`Refusal::WouldLockOut`].
    pub(crate) async fn ensure_actor_administers(&self) -> Result<()> {
        let Some(actor) = self.scope.actor else { return Ok(()) };
        for permission in ADMINISTERS {
            if self.scope.grants.reach(permission) == Some(Reach::Organisation) && !self.holds(actor, permission).await? {
                return Err(Refusal::WouldLockOut.into());
            }
        }
        Ok(())
    }

    /// Whether a person holds a permission for the whole organisation, as the transaction stands.
    async fn holds(&self, user: UserId, permission: Permission) -> Result<bool> {
        let sql = "SELECT 1 FROM user_roles r JOIN role_permissions p ON (p.organisation_id, p.role_id) = (r.organisation_id, r.role_id)
            WHERE r.user_id = $1 AND p.permission = $2 AND p.reach = 'organisation' LIMIT 1";
        Ok(self.one(sql, [user.0.into(), permission.code().into()]).await?.is_some())
    }

    /// Refuses to end without somebody who can administer and sign in, or without a holder of a role that only its own
    /// holders can give (design rule 5); call after the change, under [`Write::lock_administration`]. A warning where there
    /// were several `before` and one is left.
    ///
    /// # Errors
    /// [`Refusal::WouldLockOut`].
    pub(crate) async fn ensure_administered(&self, before: Administrators) -> Result<Option<Warning>> {
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
