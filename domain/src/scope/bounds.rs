//! The reach of an actor, as conditions on rows of people and of clients. Every query that depends on
//! who may be seen takes its condition from here.

use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, QueryFilter, Select, Value};
use usher_types::{OrganisationId, Permission, Reach};
use uuid::Uuid;

use crate::entity::{clients, users};

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

    /// Whether everybody of the organisation is within reach.
    pub(crate) fn reaches_everybody(&self) -> bool {
        self.everybody && self.bound.is_none()
    }

    /// The condition for people within reach, in a statement that calls the table `users` so. Its
    /// first five parameters are [`Bounds::values`].
    pub(crate) fn condition(&self, users: &str) -> String {
        // if the reach is the actor's own office, the limit to it is enough; an OR beside it would
        // keep its index from being used
        let is_own_office = self.office.is_some() && self.office == self.bound;
        let near = (!self.everybody && !is_own_office).then(|| {
            let near = format!(
                "{users}.id IN (SELECT user_id FROM team_members WHERE team_id = ANY ($4) UNION ALL SELECT $2)"
            );
            match self.office {
                Some(_) => format!("({near} OR {users}.office_id = $3)"),
                None => near,
            }
        });
        // an actor who is bound to an office only reaches its people
        let bound = self.bound.map(|_| format!("{users}.office_id = $5"));
        match (near, bound) {
            (Some(near), Some(bound)) => format!("{near} AND {bound}"),
            (Some(condition), None) | (None, Some(condition)) => condition,
            // a constant, so that an index alone can answer a count
            (None, None) => "true".to_owned(),
        }
    }

    /// The parameters of [`Bounds::condition`].
    pub(crate) fn values(self) -> [Value; 5] {
        [
            self.everybody.into(),
            self.me.into(),
            self.office.into(),
            self.teams.into(),
            self.bound.into(),
        ]
    }

    /// The people within these bounds, including archived ones.
    #[expect(clippy::disallowed_methods, reason = "narrowed here")]
    pub(crate) fn users(self) -> Select<users::Entity> {
        let people = users::Entity::find();
        if self.reaches_everybody() {
            return people;
        }
        let condition = self.condition("users");
        people.filter(Expr::cust_with_values(condition, self.values()))
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
