//! Dashboards: named, ordered sets of widgets that people begin with (issue 4). Data of the organisation; three are shipped.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::When;
use crate::form::{Checks, form};
use crate::ids::{ClientId, DashboardId, IdempotencyKey, RoleId, UserId};
use crate::permission::{Area, Grants, Permission};
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::roles::{RoleName, BuiltInRole};
use crate::settings::Seats;
use crate::units::{EditTarget, name, edit_target};
use crate::users::subject;

macro_rules! widgets {
    ($($(#[$meta:meta])* $name:ident = $code:literal for $permission:ident),* $(,)?) => {
        /// One thing a dashboard shows. The code is what the database and the address hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Widget {
            $($(#[$meta])* #[serde(rename = $code)] $name,)*
        }

        impl Widget {
            /// All, in the order a page offers them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its code.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The permission it is read under: who has not got it is not shown it.
            pub fn permission(self) -> Permission {
                match self {
                    $(Self::$name => Permission::$permission,)*
                }
            }
        }
    };
}

widgets! {
    /// The clients one is responsible for.
    MyClients = "my_clients" for ViewClients,
    /// Clients without a responsible person, in the queues of one's teams and of those one covers; longest waiting first.
    TeamQueue = "team_queue" for ViewClients,
    /// Open referrals one made, or that are about one's clients.
    MyReferrals = "my_referrals" for ViewReferrals,
    /// Referrals from elsewhere that wait for an answer.
    ReferralsToAnswer = "referrals_to_answer" for AnswerReferrals,
    /// People who were added, and whom no mail or password reached.
    NotNotified = "untold" for ViewUsers,
    /// People without a way in.
    NoWayIn = "no_way_in" for ViewUsers,
    /// People who have a way in, and have not used it.
    NeverSignedIn = "never_signed_in" for ViewUsers,
    /// People who were not seen for 30 days, and for 90 (OG-87).
    Inactive = "inactive" for ViewUsers,
    /// Invitations and temporary passwords that end within three days, and that ended.
    Expiring = "expiring" for ViewUsers,
    /// Seats taken and left (S17).
    Seats = "seats" for ManageSettings,
    /// Team coverage that ends within 14 days (IZ-08).
    CoverEnding = "cover_ending" for ViewUsers,
    /// Sign-ins per week, over twelve weeks.
    SignIns = "sign_ins" for ViewReports,
    /// Accounts something unusual happened to within seven days: see [`Anomaly`] (OG-87).
    Unusual = "unusual" for ViewActivity,
}

impl Widget {
    /// The widget with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|widget| widget.code() == code)
    }

    /// Whether somebody with these grants is shown it: of clients and referrals one's own are enough.
    pub fn is_shown_to(self, grants: &Grants) -> bool {
        let permission = self.permission();
        match permission.area() {
            Some(Area::Clients | Area::Referrals) => grants.has(permission),
            _ => grants.reaches_others(permission),
        }
    }
}

/// A dashboard every organisation starts with. It is named in the reader's language until it is given a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltInDashboard {
    /// For who lets people in.
    Administrators,
    /// For who leads teams.
    Supervisors,
    /// For who works with clients.
    Caseworkers,
}

impl BuiltInDashboard {
    /// All, in the order a page lists them.
    pub const ALL: [Self; 3] = [Self::Administrators, Self::Supervisors, Self::Caseworkers];

    /// The fixed key the database holds.
    pub fn key(self) -> &'static str {
        match self {
            Self::Administrators => "administrators",
            Self::Supervisors => "supervisors",
            Self::Caseworkers => "caseworkers",
        }
    }

    /// The shipped dashboard with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dashboard| dashboard.key() == key)
    }

    /// What it shows at first.
    pub fn widgets(self) -> &'static [Widget] {
        use Widget::*;
        match self {
            Self::Administrators => {
                &[NotNotified, NoWayIn, NeverSignedIn, Expiring, Seats, Inactive, CoverEnding, ReferralsToAnswer, SignIns, Unusual]
            }
            Self::Supervisors => &[TeamQueue, MyReferrals, CoverEnding, Inactive, SignIns, Unusual],
            Self::Caseworkers => &[MyClients, TeamQueue, MyReferrals],
        }
    }

    /// The shipped roles that bring it at first.
    pub fn brought_by(self) -> &'static [BuiltInRole] {
        match self {
            Self::Administrators => &[
                BuiltInRole::SystemAdministrator,
                BuiltInRole::OrganisationAdministrator,
                BuiltInRole::SecurityAdministrator,
                BuiltInRole::PortalAdministrator,
            ],
            Self::Supervisors => &[BuiltInRole::Supervisor],
            Self::Caseworkers => &[BuiltInRole::Caseworker],
        }
    }
}

/// A dashboard as a page names it: shipped ones in the reader's language, others by their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardName {
    /// The dashboard's id.
    pub id: DashboardId,
    /// Set for a shipped one that has no name of its own.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInDashboard>,
    /// The name given by the organisation.
    pub name: String,
}

impl DashboardName {
    /// What the audit keeps of it: a shipped one's key, another's name.
    pub fn code(&self) -> &str {
        self.built_in.map_or(self.name.as_str(), |built_in| built_in.key())
    }
}

form! {
    /// Makes a dashboard, or changes it.
    EditDashboard shown at |form| page(&form.dashboard, "");
    text {
        /// The dashboard; empty for a new one.
        dashboard,
        /// The version the page showed.
        version,
        /// Minted by the server: a double submit is one act.
        key,
        /// Its name.
        unit_name,
    }
    list {
        /// For each widget that is shown its code, a colon and its place; empty where it is not shown.
        widgets,
        /// Ids of the roles whose holders have it, while none is assigned to them.
        brought_by,
    }
}

form! {
    /// Closes a dashboard: nobody has it any more.
    CloseDashboard shown at |form| page(&form.dashboard, "/close");
    text {
        /// The dashboard.
        dashboard,
    }
}

form! {
    /// Says which dashboards a person has (IZ-19).
    AssignDashboards shown at |form| match form.user.parse::<UserId>() {
        Ok(user) => format!("/users/{user}/dashboards"),
        Err(_) => "/users".to_owned(),
    };
    text {
        /// The user.
        user,
        /// Those the page showed as theirs, as [`known_as`] writes them: what somebody else chose meanwhile is not lost.
        version,
    }
    list {
        /// Ids of those they have; none leaves them what their roles bring.
        dashboards,
    }
}

form! {
    /// Remembers the dashboard that the actor looked at last.
    ChooseDashboard shown at |_form| "/".to_owned();
    text {
        /// The dashboard.
        dashboard,
    }
}

/// An address below a dashboard. What is posted as an id is a stranger's text until it parses.
fn page(dashboard: &str, rest: &str) -> String {
    dashboard.parse::<DashboardId>().map_or_else(|_| "/dashboards/new".to_owned(), |dashboard| format!("/dashboards/{dashboard}{rest}"))
}

/// A dashboard to make or change: made by [`EditDashboard::parse`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The dashboard to create or edit.
    pub target: EditTarget<DashboardId>,
    /// Its name.
    pub name: String,
    /// What it shows, in order; each once.
    pub widgets: Vec<Widget>,
    /// The roles that bring it.
    pub brought_by: Vec<RoleId>,
}

/// One of [`EditDashboard::widgets`].
pub fn placed(widget: Widget, place: usize) -> String {
    format!("{}:{place}", widget.code())
}

/// A set of dashboards as a form carries it.
pub fn known_as(dashboards: &[DashboardId]) -> String {
    let mut ids: Vec<String> = dashboards.iter().map(DashboardId::to_string).collect();
    ids.sort_unstable();
    ids.join(" ")
}

impl EditDashboard {
    /// What to make or change, its name, its widgets in order, and the roles that bring it.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(&self) -> Result<Edited, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.dashboard, &self.version, &self.key);
        let name = name(&mut checks, &self.unit_name);
        let mut widgets: Vec<(usize, Widget)> = Vec::new();
        for placed in self.widgets.iter().filter(|placed| !placed.is_empty()) {
            let read = placed.split_once(':').and_then(|(code, place)| Some((place.parse().ok()?, Widget::from_code(code)?)));
            match read {
                Some((place, widget)) if widgets.iter().all(|(_, other)| *other != widget) => widgets.push((place, widget)),
                _ => checks.wrong(Field::Widgets, Problem::Wrong),
            }
        }
        if widgets.is_empty() && checks.is_clean() {
            checks.wrong(Field::Widgets, Problem::Missing);
        }
        // two in one place stand in the order they are offered in
        widgets.sort_by_key(|(place, _)| *place);
        let brought_by = ids(&mut checks, Field::BroughtBy, &self.brought_by);
        match (target, name) {
            (Some(target), Some(name)) if checks.is_clean() => {
                Ok(Edited { target, name, widgets: widgets.into_iter().map(|(_, widget)| widget).collect(), brought_by })
            }
            _ => Err(checks.into_invalid()),
        }
    }

    /// The widgets as the form holds them: each one's place, from 1, in the order they are offered in.
    pub fn places(widgets: &[Widget]) -> Vec<String> {
        widgets.iter().enumerate().map(|(place, widget)| placed(*widget, place + 1)).collect()
    }

    /// The place of a widget in the form; empty where it is not shown.
    pub fn place(&self, widget: Widget) -> &str {
        let placed = self.widgets.iter().filter_map(|placed| placed.split_once(':'));
        placed.into_iter().find(|(code, _)| *code == widget.code()).map_or("", |(_, place)| place)
    }
}

/// Ids, each once.
pub(crate) fn ids<Id: std::str::FromStr + Ord>(checks: &mut Checks, field: Field, typed: &[String]) -> Vec<Id> {
    let mut ids: Vec<Id> = typed.iter().filter_map(|id| checks.take(field, id.parse().map_err(|_| Problem::Wrong))).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

impl AssignDashboards {
    /// Whose, and which.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for what is nobody's id; [`Refusal::Invalid`].
    pub fn parse(&self) -> Result<(UserId, Vec<DashboardId>), Refusal> {
        let user = subject(self, &self.user)?;
        let mut checks = Checks::default();
        let dashboards = ids(&mut checks, Field::Dashboards, &self.dashboards);
        if checks.is_clean() { Ok((user, dashboards)) } else { Err(checks.into_invalid().into()) }
    }
}

/// One dashboard, as `/dashboards` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardRow {
    /// The dashboard.
    pub dashboard: DashboardName,
    /// What it shows, in order.
    pub widgets: Vec<Widget>,
    /// The roles that bring it.
    pub brought_by: Vec<RoleName>,
    /// How many people it is assigned to, archived ones not counted.
    pub people: u32,
}

/// The page that makes or changes a dashboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditDashboardPage {
    /// As it is, or the saved draft.
    pub form: EditDashboard,
    /// The shipped dashboard it still is: its name is put in by the page, in the reader's language.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInDashboard>,
    /// The roles that can bring it, in order.
    pub roles: Vec<RoleName>,
    /// As somebody else saved it meanwhile.
    pub theirs: Option<EditDashboard>,
    /// Why the saved draft was refused.
    pub refusal: Option<Refusal>,
}

impl EditDashboard {
    /// The form that makes one.
    pub fn fresh(organisation: String, key: IdempotencyKey) -> Self {
        Self { organisation, key: key.to_string(), ..Self::default() }
    }
}

/// The page that closes a dashboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseDashboardPage {
    /// Which, and who has it.
    pub row: DashboardRow,
    /// Why the last attempt was refused.
    pub refusal: Option<Refusal>,
}

/// The page that says which dashboards a person has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssignPage {
    /// The user.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The organisation's dashboards, each with what it shows.
    pub dashboards: Vec<(DashboardName, Vec<Widget>)>,
    /// Those their roles bring, which they have while none is assigned.
    pub brought: Vec<DashboardName>,
    /// As it is, or the saved draft.
    pub form: AssignDashboards,
    /// As somebody else saved it meanwhile.
    pub theirs: Option<AssignDashboards>,
    /// Why the saved draft was refused.
    pub refusal: Option<Refusal>,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Exact to 10 000.
    pub count: u32,
    /// Whether there are more.
    pub more: bool,
}

/// Whom or what a line of a widget leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A person's page.
    User(UserId),
    /// A person's activity.
    Activity(UserId),
    /// A client's page.
    Client(ClientId),
    /// A referral's page.
    Referral(Uuid),
}

/// What stands beside the name on a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Nothing.
    Nothing,
    /// When it was made.
    Created(When),
    /// When they were seen last.
    Seen(When),
    /// Since when it waits, and where.
    Waits {
        /// Since when.
        since: When,
        /// Whose queue it is in.
        team: String,
    },
    /// When an invitation ends, or ended.
    Invitation(When),
    /// When a temporary password ends, or ended.
    Temporary(When),
    /// Until when they cover a team.
    Covers {
        /// The team.
        team: String,
        /// Until when.
        until: When,
    },
    /// Where a referral goes to or comes from, and when it was made.
    Referred {
        /// The resource, or the other organisation.
        with: String,
        /// The time.
        at: When,
    },
    /// What happened, and how often.
    #[serde(rename = "odd")]
    Anomalies(Vec<(Anomaly, u32)>),
}

/// What counts as unusual, within seven days. What is below its [`Anomaly::least`] is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anomaly {
    /// Sign-ins that were refused, whoever tried.
    RefusedSignIns,
    /// Sign-ins between midnight and five in the organisation's time zone.
    AtNight,
    /// Pages and acts that were refused to the person.
    Refusals,
}

impl Anomaly {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::RefusedSignIns, Self::AtNight, Self::Refusals];

    /// How many of it within seven days are unusual.
    pub fn least(self) -> u32 {
        match self {
            Self::RefusedSignIns => 5,
            Self::AtNight => 3,
            Self::Refusals => 10,
        }
    }
}

/// One line of a widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whom or what it is about.
    pub about: About,
    /// Their name.
    pub name: String,
    /// What stands beside it.
    pub note: Note,
}

/// What a widget holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// How many there are, and the first of them.
    Entries {
        /// How many.
        count: Count,
        /// What is told beside it: in the queues, not seen for 90 days, ended already, asked about; `None` where nothing is.
        also: Option<Count>,
        /// The first.
        entries: Vec<Entry>,
    },
    /// Seats; without an agreement how many are taken.
    Seats {
        /// How many are taken.
        used: u32,
        /// What was agreed on.
        agreed: Option<Seats>,
    },
    /// How many in each week; the day is the week's first.
    Weeks(Vec<(When, u32)>),
}

/// One widget of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The widget.
    pub widget: Widget,
    /// What it holds; `None` where it could not be read: the log says why, and the others are not touched.
    pub content: Option<Content>,
}

/// `/`: the dashboards a person has, and what the one that is shown holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomePage {
    /// Whether the organisation has no client yet, and one may add the first (SV-02).
    pub begins_with_clients: bool,
    /// Those one has; none where nothing is assigned and no role brings any.
    pub mine: Vec<DashboardName>,
    /// The one that is shown.
    pub shown: Option<DashboardId>,
    /// What it holds, without what one may not see.
    pub widgets: Vec<Shown>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;
    use crate::permission::Reach;

    const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

    fn form(widgets: &[&str]) -> EditDashboard {
        let widgets = widgets.iter().map(|placed| (*placed).to_owned()).collect();
        EditDashboard { key: ID.to_owned(), unit_name: " Jour ".to_owned(), widgets, ..EditDashboard::default() }
    }

    #[test]
    fn widgets_are_shown_in_the_order_of_their_places() {
        let edited = form(&["my_clients:3", "", "untold:1", "seats:3"]).parse().expect("a good form");
        assert_eq!(edited.widgets, [Widget::NotNotified, Widget::MyClients, Widget::Seats], "two in one place as they are offered");
        assert_eq!((edited.name.as_str(), edited.target), ("Jour", EditTarget::New(ID.parse().expect("a key"))));
        assert_eq!(EditDashboard::places(&edited.widgets), ["untold:1", "my_clients:2", "seats:3"]);
        assert_eq!(form(&["my_clients:3"]).place(Widget::MyClients), "3");
        assert_eq!(form(&["my_clients:3"]).place(Widget::NotNotified), "");
    }

    #[test]
    fn an_unknown_widget_and_one_that_is_there_twice_are_wrong_and_none_is_too_few() {
        for widgets in [&["nonsense:1"] as &[&str], &["untold:1", "untold:2"], &["untold:first"], &["untold"], &["untold:-1"]] {
            assert_eq!(form(widgets).parse().expect_err("wrong").at(Field::Widgets), Some(&Problem::Wrong), "{widgets:?}");
        }
        assert_eq!(form(&["", ""]).parse().expect_err("none").at(Field::Widgets), Some(&Problem::Missing));
    }

    #[test]
    fn every_code_leads_back_to_its_widget_and_every_key_to_its_dashboard() {
        for widget in Widget::ALL {
            assert_eq!(Widget::from_code(widget.code()), Some(*widget));
        }
        for dashboard in BuiltInDashboard::ALL {
            assert_eq!(BuiltInDashboard::from_key(dashboard.key()), Some(dashboard));
        }
    }

    #[test]
    fn ones_own_clients_are_enough_to_be_shown_them_and_oneself_is_not_people() {
        let grants = |permission| Grants::union([(permission, Reach::Own)]);
        assert!(Widget::MyClients.is_shown_to(&grants(Permission::ViewClients)));
        assert!(!Widget::NotNotified.is_shown_to(&grants(Permission::ViewUsers)));
        assert!(!Widget::MyClients.is_shown_to(&Grants::default()));
    }

    #[test]
    fn who_a_shipped_role_brings_a_dashboard_to_is_shown_something_of_it() {
        for dashboard in BuiltInDashboard::ALL {
            for role in dashboard.brought_by() {
                let grants = Grants::union(role.permissions());
                assert!(dashboard.widgets().iter().any(|widget| widget.is_shown_to(&grants)), "{dashboard:?} {role:?}");
            }
        }
    }

    #[test]
    fn a_refused_form_returns_to_its_page() {
        assert_eq!(form(&[]).page(), "/dashboards/new");
        let known = EditDashboard { dashboard: ID.to_owned(), ..EditDashboard::default() };
        assert_eq!(known.page(), format!("/dashboards/{ID}"));
        assert_eq!(AssignDashboards { user: "nonsense".to_owned(), ..AssignDashboards::default() }.page(), "/users");
    }
}
