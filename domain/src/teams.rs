//! Teams: a person whose reach is the team sees the members of their teams (decision 0016).

use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Set,
};
use usher_types::audit::Event;
use usher_types::conflict::EditState;
use usher_types::form::{EditTarget, SavedDraft, subject};
use usher_types::units::{
    ChangeMember, ClosePage, CloseTeam, EditTeam, EditTeamPage, Member, MembersPage, TeamEdit,
    TeamList, TeamPage, TeamRow,
};
use usher_types::{
    Field, FoundUser, Invalid, Permission, Problem, Reach, Refusal, TeamId, TeamName, UserId,
};

use crate::entity::{offices, team_members, teams, users};
use crate::infrastructure::directory;
use crate::infrastructure::named_rows::{
    self, Assigned, NamedRow, RowEvent, bump_versions, column,
};
use crate::scope::{Tx, Write};
use crate::units::{self, MOST, enter, id, named};
use crate::{Result, Scope, clients, covers};

/// The number of members that a team's page shows; the list of people shows the rest.
const SHOWN: u64 = 50;
/// The number of people that a search for members shows.
const FOUND: usize = 20;

/// The teams within reach.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn list(scope: &Scope) -> Result<TeamList> {
    let tx = scope.read(Permission::ViewUsers).await?;
    let open = named_rows::all_open::<teams::Entity>(&tx)
        .order_by_asc(teams::Column::Name)
        .limit(MOST);
    let open = open.all(tx.conn()).await?;
    Ok(TeamList {
        rows: rows(&tx, open).await?,
        may_make: may_make(scope),
    })
}

/// One team.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for one of another organisation, out of
/// reach, or missing; [`Refusal::AlreadyDone`] for a closed one.
pub async fn page(scope: &Scope, team: &str) -> Result<TeamPage> {
    let tx = scope.read(Permission::ViewUsers).await?;
    let found = named_rows::find::<teams::Entity>(&tx, id(team)?).await?;
    let people = members_of(&tx, found.id)
        .limit(SHOWN)
        .all(tx.conn())
        .await?;
    let known = directory::active_roles(&tx).await?;
    let (covered_by, covers) = covers::of_team(&tx, found.id).await?;
    Ok(TeamPage {
        covered_by,
        covers,
        members: directory::to_rows(&tx, people, &known).await?,
        may_change: may_change(scope, &found),
        row: row(&tx, found).await?,
    })
}

impl NamedRow for teams::Entity {
    fn within_reach(tx: &Tx<'_>) -> Select<Self> {
        tx.teams()
    }

    fn event(team: &teams::Model, what: RowEvent) -> Event {
        let team = team.id;
        match what {
            RowEvent::Created => Event::TeamMade { team },
            RowEvent::Edited => Event::TeamEdited { team },
            RowEvent::Closed => Event::TeamClosed { team },
        }
    }
}

impl Assigned for teams::Entity {
    const TABLE: &'static str = "team_members";
    const COLUMN: &'static str = "team_id";
}

/// The page that creates or edits a team: the current state, or the saved draft.
///
/// # Errors
/// As [`page`].
pub async fn form(
    scope: &Scope,
    team: &str,
    draft: Option<SavedDraft<EditTeam>>,
) -> Result<EditTeamPage> {
    let tx = scope.read(Permission::ManageTeams).await?;
    let organisation = tx.organisation()?.to_string();
    let current = if team.is_empty() {
        if !may_make(scope) {
            return Err(Refusal::Forbidden.into());
        }
        let office = scope
            .office()
            .map(|office| office.to_string())
            .unwrap_or_default();
        EditTeam {
            organisation,
            key: scope.new_key().to_string(),
            office,
            ..EditTeam::default()
        }
    } else {
        let found = named_rows::find::<teams::Entity>(&tx, id(team)?).await?;
        if !may_change(scope, &found) {
            return Err(Refusal::Forbidden.into());
        }
        EditTeam {
            organisation,
            team: found.id.to_string(),
            version: found.version.to_string(),
            unit_name: found.name,
            office: found.office_id.map(|id| id.to_string()).unwrap_or_default(),
            ..EditTeam::default()
        }
    };
    let EditState {
        form,
        conflict,
        refusal,
    } = EditState::new(current, draft);
    Ok(EditTeamPage {
        form,
        offices: units::office_names(&tx).await?,
        office_required: scope.office().is_some(),
        conflict,
        refusal,
    })
}

/// Creates or edits a team.
///
/// # Errors
/// [`Refusal::Invalid`], also if the name is taken; [`Refusal::Conflict`] if somebody else edited it
/// in the meantime; [`Refusal::Forbidden`], [`Refusal::NotFound`].
pub async fn edit(scope: &Scope, form: &EditTeam) -> Result<TeamId> {
    let TeamEdit {
        target,
        name,
        mut office,
    } = form.parse()?;
    let tx = scope.write(Permission::ManageTeams).await?;
    if scope.office().is_some() && office != scope.office() {
        return Err(Invalid::one(Field::Office, Problem::NeedsOffice).into());
    }
    match target {
        EditTarget::New(_) if !may_make(scope) => return Err(Refusal::Forbidden.into()),
        EditTarget::New(_) => {}
        EditTarget::Known(team, _) => {
            let found = lock(&tx, team).await?;
            // an actor who only reaches their own teams sees no offices, and cannot move a team to
            // another
            if tx.reach() != Reach::Organisation && scope.office().is_none() {
                office = found.office_id;
            }
        }
    }
    if let Some(office) = office {
        named_rows::lock_open::<offices::Entity>(&tx, &[office], Field::Office).await?;
    }
    let name = name.into();
    let team =
        named_rows::save::<teams::Entity>(&tx, target, &name, |row| row.office_id = Set(office));
    let team = team.await?;
    tx.commit_if_recorded().await?;
    Ok(team.id)
}

/// The page that closes a team.
///
/// # Errors
/// As [`page`].
pub async fn close_page(
    scope: &Scope,
    team: &str,
    refusal: Option<Refusal>,
) -> Result<ClosePage<TeamRow, TeamName>> {
    let tx = scope.read(Permission::ManageTeams).await?;
    let found = named_rows::find::<teams::Entity>(&tx, id(team)?).await?;
    if !may_change(scope, &found) {
        return Err(Refusal::Forbidden.into());
    }
    let mut others = units::team_names(&tx).await?;
    others.retain(|other| other.id != found.id);
    Ok(ClosePage {
        unit: row(&tx, found).await?,
        others,
        must_move: false,
        refusal,
    })
}

/// Closes a team: its members move to another team, or to none, and its covers end.
///
/// # Errors
/// [`Refusal::Invalid`] at the replacement if it is not an open team within reach, or if clients
/// who wait in the team's queue would be in no queue.
pub async fn close(scope: &Scope, form: &CloseTeam) -> Result<()> {
    usher_types::form::known(form)?;
    let team: TeamId = id(&form.team)?;
    let wrong = || Invalid::one(Field::Instead, Problem::Wrong);
    let instead: Option<TeamId> = match form.instead.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| wrong())?),
    };
    let tx = scope.write(Permission::ManageTeams).await?;
    let found = lock(&tx, team).await?;
    if let Some(instead) = instead {
        let open = named_rows::all_open::<teams::Entity>(&tx)
            .filter(teams::Column::Id.eq(instead))
            .lock_shared();
        if instead == team || open.one(tx.conn()).await?.is_none() {
            return Err(wrong().into());
        }
    }
    let left = named_rows::remove_from_all::<teams::Entity>(&tx, team).await?;
    bump_versions(&tx, left.clone()).await?;
    let removed = left
        .iter()
        .map(|user| Event::MemberRemoved { user: *user, team });
    let mut events: Vec<_> = removed.collect();
    if let Some(instead) = instead {
        let sql = "INSERT INTO team_members (organisation_id, team_id, user_id) SELECT $1, $2, unnest($3::uuid[])
            ON CONFLICT DO NOTHING RETURNING user_id";
        let values = [tx.organisation()?.into(), instead.into(), left.into()];
        let entered = column(&tx.all(sql, values).await?, "user_id")?;
        events.extend(entered.into_iter().map(|user| Event::MemberAdded {
            user,
            team: instead,
        }));
    }
    clients::leave_team(&tx, team, instead).await?;
    covers::end_of_team(&tx, team).await?;
    tx.record_all(&events).await?;
    named_rows::close::<teams::Entity>(&tx, found).await?;
    tx.commit().await
}

/// The members of a team, and the result of a search for people to add.
///
/// # Errors
/// As [`page`].
pub async fn members(
    scope: &Scope,
    team: &str,
    q: String,
    refusal: Option<Refusal>,
) -> Result<MembersPage> {
    let tx = scope.read(Permission::ManageTeams).await?;
    let team = named_rows::find::<teams::Entity>(&tx, id(team)?).await?;
    if !may_change(scope, &team) {
        return Err(Refusal::Forbidden.into());
    }
    let people = members_of(&tx, team.id).limit(MOST).all(tx.conn()).await?;
    let known = directory::active_roles(&tx).await?;
    let held = directory::held_by(&tx, &people).await?;
    let may = |person: &users::Model| {
        let ids = held.get(&person.id).map(Vec::as_slice).unwrap_or_default();
        tx.may_manage(
            &known
                .iter()
                .filter(|role| ids.contains(&role.id))
                .cloned()
                .collect::<Vec<_>>(),
        )
    };
    let found = directory::find(&tx, &q)
        .await?
        .into_iter()
        .filter(|person| !people.iter().any(|member| member.id == person.id));
    Ok(MembersPage {
        found: found
            .take(FOUND)
            .map(|person| FoundUser {
                user: UserId(person.id),
                name: person.display_name(),
                login_name: person.login_name,
            })
            .collect(),
        members: people
            .iter()
            .map(|person| Member {
                user: UserId(person.id),
                name: person.display_name(),
                may_remove: may(person),
            })
            .collect(),
        row: row(&tx, team).await?,
        q,
        refusal,
    })
}

/// Assigns a person to a team. Nothing happens if they are a member.
///
/// # Errors
/// [`Refusal::NotFound`] for a person or a team out of reach; [`Refusal::Forbidden`] for a person
/// the actor may not manage.
pub async fn assign_member(scope: &Scope, form: &ChangeMember) -> Result<TeamId> {
    let Membership { user, team } = Membership::parse(form)?;
    let tx = scope.write(Permission::ManageTeams).await?;
    ensure_changeable(&tx, user, team).await?;
    if is_member(&tx, user, team).await? {
        return Ok(team);
    }
    if enter(&tx, &[team], user).await? == 0 {
        return Err(Refusal::NotFound.into());
    }
    tx.record(Event::MemberAdded { user, team }).await?;
    bump_versions(&tx, vec![user]).await?;
    tx.commit().await?;
    Ok(team)
}

/// Removes a person from a team. Nothing happens if they are not a member.
///
/// # Errors
/// As [`assign_member`].
pub async fn remove_member(scope: &Scope, form: &ChangeMember) -> Result<TeamId> {
    let Membership { user, team } = Membership::parse(form)?;
    let tx = scope.write(Permission::ManageTeams).await?;
    ensure_changeable(&tx, user, team).await?;
    if !is_member(&tx, user, team).await? {
        return Ok(team);
    }
    team_members::Entity::delete_many()
        .filter(membership(user, team))
        .exec(tx.conn())
        .await?;
    tx.record(Event::MemberRemoved { user, team }).await?;
    bump_versions(&tx, vec![user]).await?;
    tx.commit().await?;
    Ok(team)
}

struct Membership {
    user: UserId,
    team: TeamId,
}

impl Membership {
    fn parse(form: &ChangeMember) -> Result<Self> {
        Ok(Self {
            user: subject(form, &form.user)?,
            team: id(&form.team)?,
        })
    }
}

/// Locks the person, and checks that the actor may manage the person and edit the team.
async fn ensure_changeable(tx: &Write<'_>, user: UserId, team: TeamId) -> Result<()> {
    tx.manage_present(user).await?;
    let found = named_rows::find::<teams::Entity>(tx, team).await?;
    if may_change(tx.scope(), &found) {
        Ok(())
    } else {
        Err(Refusal::Forbidden.into())
    }
}

async fn is_member(tx: &Tx<'_>, user: UserId, team: TeamId) -> Result<bool> {
    let found = tx
        .find::<team_members::Entity>()
        .filter(membership(user, team));
    Ok(found.one(tx.conn()).await?.is_some())
}

fn membership(user: UserId, team: TeamId) -> sea_orm::sea_query::Expr {
    team_members::Column::UserId
        .eq(user.0)
        .and(team_members::Column::TeamId.eq(team.0))
}

/// Whether the actor may create teams: with reach over the organisation, or over the office they
/// are bound to.
fn may_make(scope: &Scope) -> bool {
    match scope.grants().reach(Permission::ManageTeams) {
        Some(Reach::Organisation) => true,
        Some(Reach::Office) => scope.office().is_some(),
        _ => false,
    }
}

/// Whether the actor may edit a team within reach: an actor bound to an office may only edit teams
/// of that office.
fn may_change(scope: &Scope, team: &teams::Model) -> bool {
    let sits_here = scope
        .office()
        .is_none_or(|bound| team.office_id == Some(bound));
    sits_here && scope.grants().reaches_others(Permission::ManageTeams)
}

fn members_of(tx: &Tx<'_>, team: TeamId) -> Select<users::Entity> {
    let members = tx
        .find::<team_members::Entity>()
        .filter(team_members::Column::TeamId.eq(team))
        .select_only();
    let members = members.column(team_members::Column::UserId).into_query();
    let people = tx
        .users()
        .filter(users::Column::ArchivedAt.is_null())
        .filter(users::Column::Id.in_subquery(members));
    people
        .order_by_asc(users::Column::SortName)
        .order_by_asc(users::Column::Id)
}

/// Locks an open team that the actor may edit.
async fn lock(tx: &Write<'_>, team: TeamId) -> Result<teams::Model> {
    let found = named_rows::lock::<teams::Entity>(tx, team).await?;
    if may_change(tx.scope(), &found) {
        Ok(found)
    } else {
        Err(Refusal::Forbidden.into())
    }
}

async fn row(tx: &Tx<'_>, team: teams::Model) -> Result<TeamRow> {
    rows(tx, vec![team])
        .await?
        .pop()
        .ok_or_else(|| Refusal::NotFound.into())
}

/// Teams with the number of members of each, without archived people.
pub(crate) async fn rows(tx: &Tx<'_>, teams: Vec<teams::Model>) -> Result<Vec<TeamRow>> {
    let ids = teams.iter().map(|team| team.id).collect();
    let members = named_rows::count_people::<teams::Entity>(tx, ids).await?;
    let offices = directory::names_of_units(
        tx,
        teams
            .iter()
            .filter_map(|team| team.office_id.map(|office| office.0)),
    )
    .await?;
    let rows = teams.into_iter().map(|team| TeamRow {
        members: members.get(&team.id).copied().unwrap_or_default(),
        team: named(team, &offices),
    });
    Ok(rows.collect())
}
