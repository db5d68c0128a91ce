//! The only access to the database (decision 0001).
//!
//! Invariant: a connection requires a [`Scope`], a transaction requires a permission, and a commit
//! requires a recorded event. A transaction is opened for one organisation, which row-level
//! security enforces, and hands out selects narrowed to the actor's reach.

mod administrators;
mod bounds;
mod db;
mod management;
mod record;
mod tx;
mod visibility;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sea_orm::TransactionTrait;
use usher_types::covers::Minute;
use usher_types::roles::RoleGrants;
use usher_types::{
    Date, Grants, IdempotencyKey, Language, OfficeId, OrganisationId, Permission, Reach, Refusal,
    RoleId, TeamId, UserId, When,
};
use uuid::Uuid;

pub(crate) use administrators::Administrators;
pub(crate) use bounds::{Bounds, ClientBounds};
pub use db::{Authenticated, Clock, Db};
pub use tx::{Read, Tx, Write};

use crate::Result;
use crate::foundation::hashing::Hashing;
use crate::foundation::sealing::Keys;
use crate::foundation::time;
use crate::foundation::turns::Turns;

/// The actor, the organisation (tenant), the time and the grants of a request. Only [`Db`] creates
/// it.
#[derive(Clone)]
pub struct Scope {
    db: Db,
    actor: Option<UserId>,
    operator: Option<(UserId, OrganisationId)>,
    through: Option<(UserId, OrganisationId)>,
    organisation: Option<OrganisationId>,
    grants: Grants,
    gives: BTreeSet<RoleId>,
    manages: BTreeSet<RoleId>,
    office: Option<OfficeId>,
    teams: Vec<TeamId>,
    covered: Vec<TeamId>,
    zone: Tz,
    language: Language,
    now: DateTime<Utc>,
    request: Uuid,
}

impl Scope {
    /// Opens a read transaction. Its selects are narrowed to the reach of `permission`.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] if the permission is not held, [`Refusal::SignIn`] if nobody is
    /// signed in.
    pub async fn read(&self, permission: Permission) -> Result<Read<'_>> {
        Read::begin(self.open(permission).await?).await
    }

    /// Opens a write transaction. It is narrowed like a read, and commits only if an event was
    /// recorded.
    ///
    /// # Errors
    /// As [`Scope::read`].
    pub async fn write(&self, permission: Permission) -> Result<Write<'_>> {
        Write::begin(self.open(permission).await?).await
    }

    async fn open(&self, permission: Permission) -> Result<Tx<'_>> {
        let reach = self.require(permission)?;
        #[expect(clippy::disallowed_methods, reason = "the one door")]
        let transaction = self.db.connection().begin().await?;
        Ok(Tx::new(self, transaction, permission, reach))
    }

    /// Counts against limits before a transaction is opened, so that every request is counted,
    /// whatever it turns out to be.
    pub(crate) async fn count(
        &self,
        keys: Vec<String>,
        most: Vec<i32>,
        seconds: Vec<i32>,
    ) -> Result<Option<(usize, u32)>> {
        self.db.count(keys, most, seconds).await
    }

    /// Requires a permission and returns its reach, without opening a transaction.
    ///
    /// # Errors
    /// As [`Scope::read`].
    pub(crate) fn require(&self, permission: Permission) -> Result<Reach> {
        match self.grants.reach(permission) {
            Some(reach) => Ok(reach),
            None if self.actor.is_none() && self.operator.is_none() => Err(Refusal::SignIn.into()),
            None => Err(Refusal::Forbidden.into()),
        }
    }

    /// The person who acts; `None` for visitors and the system.
    pub fn actor(&self) -> Option<UserId> {
        self.actor
    }

    /// The person who acts, also when acting on another organisation.
    pub(crate) fn person(&self) -> Option<UserId> {
        self.actor.or(self.operator.map(|(user, _)| user))
    }

    /// The person who acts.
    ///
    /// # Errors
    /// [`Refusal::SignIn`] for visitors.
    pub(crate) fn me(&self) -> Result<UserId> {
        self.actor.ok_or_else(|| Refusal::SignIn.into())
    }

    /// The account that signed in, if the session was switched from another account.
    pub(crate) fn through(&self) -> Option<(UserId, OrganisationId)> {
        self.through
    }

    /// The same scope with the account that signed in, for recording events of a session that was
    /// switched.
    pub(crate) fn with_through(self, through: Option<(UserId, OrganisationId)>) -> Self {
        Self { through, ..self }
    }

    /// The organisation (tenant) of the transaction.
    pub fn organisation(&self) -> Option<OrganisationId> {
        self.organisation
    }

    /// Their permissions.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// The roles the actor may assign.
    pub(crate) fn gives(&self) -> &BTreeSet<RoleId> {
        &self.gives
    }

    /// The roles whose holders the actor may manage.
    pub(crate) fn manages(&self) -> &BTreeSet<RoleId> {
        &self.manages
    }

    /// The office the actor is bound to: the actor only sees data of this office (CS-02).
    pub(crate) fn office(&self) -> Option<OfficeId> {
        self.office
    }

    /// Whether the actor may see archived people (S15).
    pub(crate) fn sees_user_bank(&self) -> bool {
        self.grants.reaches_others(Permission::UserBank)
    }

    /// What the actor may grant to a role: the union of their own roles' grants.
    pub(crate) fn role_grants(&self) -> RoleGrants {
        RoleGrants {
            allows: self.grants.clone(),
            gives: self.gives.clone(),
            manages: self.manages.clone(),
        }
    }

    /// The teams the actor covers now.
    pub(crate) fn covered(&self) -> &[TeamId] {
        &self.covered
    }

    /// The language dates are written in.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The request's one instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The request's id.
    pub fn request(&self) -> Uuid {
        self.request
    }

    /// A fresh id.
    pub(crate) fn new_id(&self) -> Uuid {
        self.db.new_id()
    }

    /// A new idempotency key for a form (decision 0010).
    pub(crate) fn new_key(&self) -> IdempotencyKey {
        IdempotencyKey(self.new_id())
    }

    /// The organisation's calendar day.
    pub fn today(&self) -> Date {
        time::date(self.now, self.zone)
    }

    /// The organisation's time zone, as the database knows it.
    pub(crate) fn zone(&self) -> &'static str {
        self.zone.name()
    }

    /// The teams the actor works for: their own, and those they cover now.
    pub(crate) fn works_for(&self) -> impl Iterator<Item = TeamId> {
        self.teams.iter().chain(&self.covered).copied()
    }

    /// The instant at which the organisation's clocks show a minute.
    pub(crate) fn instant(&self, minute: Minute) -> Option<DateTime<Utc>> {
        time::instant(minute, self.zone)
    }

    pub(crate) fn day(&self, at: DateTime<Utc>) -> When {
        time::day(at, self.zone, self.language)
    }

    pub(crate) fn moment(&self, at: DateTime<Utc>) -> When {
        time::moment(at, self.zone, self.language)
    }

    pub(crate) fn hashing(&self) -> &Hashing {
        self.db.hashing()
    }

    pub(crate) fn turns(&self) -> &Turns {
        self.db.turns()
    }

    pub(crate) fn keys(&self) -> &Keys {
        self.db.keys()
    }

    /// The same visitor's scope, for the organisation that a login name or a link belongs to.
    pub(crate) fn for_organisation(&self, organisation: OrganisationId) -> Self {
        Self {
            organisation: Some(organisation),
            ..self.clone()
        }
    }

    /// The operator's person acting on another organisation. They have no account there; its audit
    /// records who acted.
    pub(crate) fn acting_on(&self, organisation: OrganisationId) -> Self {
        let operator = self.actor.zip(self.organisation);
        Self {
            organisation: Some(organisation),
            operator,
            actor: None,
            ..self.clone()
        }
    }

    /// The operator's person who acts on another organisation, and the operator's organisation.
    pub(crate) fn operator(&self) -> Option<(UserId, OrganisationId)> {
        self.operator
            .filter(|(_, own)| Some(*own) != self.organisation)
    }

    /// Whether the operator's person is acting on another organisation.
    pub(crate) fn is_acting_on_another(&self) -> bool {
        self.operator().is_some()
    }

    /// The same request as a visitor's, for counting before the session is trusted.
    pub fn as_visitor(&self) -> Self {
        self.db.visitor(self.request)
    }

    /// The same scope, formatting in another language.
    #[must_use]
    pub fn with_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }
}
