//! Dashboards: named, ordered sets of widgets on the start page (IZ-19). They are data of the
//! organisation; three are built in.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::When;
use crate::conflict::{Conflict, versioned};
use crate::form::{Checks, form};
use crate::ids::{ClientId, DashboardId, IdempotencyKey, RoleId, UserId};
use crate::permission::{Area, Grants, Permission};
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::roles::{BuiltInRole, RoleName};
use crate::settings::Seats;
use crate::units::{EditTarget, edit_target, name};
use crate::users::subject;

macro_rules! widgets {
    ($($(#[$meta:meta])* $name:ident = $code:literal for $permission:ident),* $(,)?) => {
        /// A part of a dashboard. The code is stored in the database and used in addresses.
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

            /// The permission it is read under and requires.
            pub fn permission(self) -> Permission {
                match self {
                    $(Self::$name => Permission::$permission,)*
                }
            }
        }
    };
}

widgets! {
    /// The clients that the reader is responsible for.
    MyClients = "my_clients" for ViewClients,
    /// Clients without a responsible person, in the queues of the reader's teams and of those the
    /// reader covers; longest waiting first.
    TeamQueue = "team_queue" for ViewClients,
    /// Open referrals that the reader created, or that are about their clients.
    MyReferrals = "my_referrals" for ViewReferrals,
    /// Referrals from other organisations that wait for an answer.
    ReferralsToAnswer = "referrals_to_answer" for AnswerReferrals,
    /// People who were created and have not been notified of their account.
    NotNotified = "untold" for ViewUsers,
    /// People whose sign-in is not set up.
    NoWayIn = "no_way_in" for ViewUsers,
    /// People who can sign in and have not done so.
    NeverSignedIn = "never_signed_in" for ViewUsers,
    /// People who have been inactive for 30 days, and for 90 (OG-87).
    Inactive = "inactive" for ViewUsers,
    /// Invitations and temporary passwords that expire within three days, or have expired.
    Expiring = "expiring" for ViewUsers,
    /// Used and free seats (S17).
    Seats = "seats" for ManageSettings,
    /// Team coverage that ends within 14 days (IZ-08).
    CoverEnding = "cover_ending" for ViewUsers,
    /// Sign-ins per week, over twelve weeks.
    SignIns = "sign_ins" for ViewReports,
    /// Accounts with unusual events within seven days: see [`Anomaly`] (OG-87).
    Unusual = "unusual" for ViewActivity,
}

impl Widget {
    /// The widget with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|widget| widget.code() == code)
    }

    /// Whether a person with these grants is shown it: for clients and referrals, a reach of their
    /// own is enough.
    pub fn is_shown_to(self, grants: &Grants) -> bool {
        let permission = self.permission();
        match permission.area() {
            Some(Area::Clients | Area::Referrals) => grants.has(permission),
            _ => grants.reaches_others(permission),
        }
    }
}

/// A built-in dashboard of every organisation. Its name is in the reader's language until it is
/// renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltInDashboard {
    /// For administrators of people.
    Administrators,
    /// For team leaders.
    Supervisors,
    /// For people who work with clients.
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

    /// The built-in dashboard with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|dashboard| dashboard.key() == key)
    }

    /// Its initial widgets.
    pub fn widgets(self) -> &'static [Widget] {
        use Widget::*;
        match self {
            // what an administrator acts on, each person in one widget, and then the figures
            Self::Administrators => &[
                NoWayIn,
                Expiring,
                Inactive,
                ReferralsToAnswer,
                Unusual,
                Seats,
                CoverEnding,
                SignIns,
            ],
            Self::Supervisors => &[
                TeamQueue,
                MyReferrals,
                CoverEnding,
                Inactive,
                SignIns,
                Unusual,
            ],
            Self::Caseworkers => &[MyClients, TeamQueue, MyReferrals],
        }
    }

    /// The built-in roles that initially bring it.
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

/// A dashboard as a page names it: built-in ones in the reader's language, others by their name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardName {
    /// The dashboard's id.
    pub id: DashboardId,
    /// Set for a built-in one that has no name of its own.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInDashboard>,
    /// The name given by the organisation.
    pub name: String,
}

impl DashboardName {
    /// The value for the audit: the key of a built-in dashboard, the name of a custom one.
    pub fn code(&self) -> &str {
        self.built_in
            .map_or(self.name.as_str(), |built_in| built_in.key())
    }
}

form! {
    /// Creates or edits a dashboard.
    EditDashboard shown at |form| page(&form.dashboard, "");
    text {
        /// The dashboard; empty for a new one.
        dashboard,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
    }
    list {
        /// For each shown widget its code, a colon and its place; empty for one that is not shown.
        widgets,
        /// Ids of the roles whose holders have it, while none is assigned to them.
        brought_by,
    }
}

form! {
    /// Closes a dashboard, and removes it from all people and roles.
    CloseDashboard shown at |form| page(&form.dashboard, "/close");
    text {
        /// The dashboard.
        dashboard,
    }
}

form! {
    /// Assigns dashboards to a person (IZ-19).
    AssignDashboards shown at |form| match form.user.parse::<UserId>() {
        Ok(user) => format!("/users/{user}/dashboards"),
        Err(_) => "/users".to_owned(),
    };
    text {
        /// The user.
        user,
        /// The dashboards that the page showed, as written by [`known_as`], so that another
        /// person's choice in the meantime is not lost.
        version,
    }
    list {
        /// Ids of the assigned dashboards; with none, those of their roles are used.
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

versioned!(EditDashboard, AssignDashboards);

/// An address below a dashboard. An id from a form is untrusted text until it parses.
fn page(dashboard: &str, rest: &str) -> String {
    dashboard.parse::<DashboardId>().map_or_else(
        |_| "/dashboards/new".to_owned(),
        |dashboard| format!("/dashboards/{dashboard}{rest}"),
    )
}

/// A dashboard to create or edit: created only by [`EditDashboard::parse`].
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

/// A set of dashboards in a form.
pub fn known_as(dashboards: &[DashboardId]) -> String {
    let mut ids: Vec<String> = dashboards.iter().map(DashboardId::to_string).collect();
    ids.sort_unstable();
    ids.join(" ")
}

impl EditDashboard {
    /// What to create or edit, its name, its widgets in order, and the roles that bring it.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<Edited, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.dashboard, &self.version, &self.key);
        let name = name(&mut checks, &self.unit_name);
        let mut widgets: Vec<(usize, Widget)> = Vec::new();
        for placed in self.widgets.iter().filter(|placed| !placed.is_empty()) {
            let read = placed
                .split_once(':')
                .and_then(|(code, place)| Some((place.parse().ok()?, Widget::from_code(code)?)));
            match read {
                Some((place, widget)) if widgets.iter().all(|(_, other)| *other != widget) => {
                    widgets.push((place, widget))
                }
                _ => checks.wrong(Field::Widgets, Problem::Wrong),
            }
        }
        if widgets.is_empty() && checks.is_clean() {
            checks.wrong(Field::Widgets, Problem::Missing);
        }
        // two widgets in one place keep the order in which they are offered
        widgets.sort_by_key(|(place, _)| *place);
        let brought_by = ids(&mut checks, Field::BroughtBy, &self.brought_by);
        match (target, name) {
            (Some(target), Some(name)) if checks.is_clean() => Ok(Edited {
                target,
                name,
                widgets: widgets.into_iter().map(|(_, widget)| widget).collect(),
                brought_by,
            }),
            _ => Err(checks.into_invalid()),
        }
    }

    /// The widgets as the form holds them: each with its place, from 1, in the order they are
    /// offered in.
    pub fn places(widgets: &[Widget]) -> Vec<String> {
        widgets
            .iter()
            .enumerate()
            .map(|(place, widget)| placed(*widget, place + 1))
            .collect()
    }

    /// The place of a widget in the form; empty if it is not shown.
    pub fn place(&self, widget: Widget) -> &str {
        let placed = self
            .widgets
            .iter()
            .filter_map(|placed| placed.split_once(':'));
        placed
            .into_iter()
            .find(|(code, _)| *code == widget.code())
            .map_or("", |(_, place)| place)
    }
}

/// Ids, each once.
pub(crate) fn ids<Id: std::str::FromStr + Ord>(
    checks: &mut Checks,
    field: Field,
    typed: &[String],
) -> Vec<Id> {
    let mut ids: Vec<Id> = typed
        .iter()
        .filter_map(|id| checks.take(field, id.parse().map_err(|_| Problem::Wrong)))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

impl AssignDashboards {
    /// Whose, and which.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for an invalid id; [`Refusal::Invalid`].
    pub fn parse(&self) -> Result<(UserId, Vec<DashboardId>), Refusal> {
        let user = subject(self, &self.user)?;
        let mut checks = Checks::default();
        let dashboards = ids(&mut checks, Field::Dashboards, &self.dashboards);
        if checks.is_clean() {
            Ok((user, dashboards))
        } else {
            Err(checks.into_invalid().into())
        }
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
    /// The number of people it is assigned to, without archived ones.
    pub people: u32,
}

/// The page that creates or edits a dashboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditDashboardPage {
    /// The current state, or the saved draft.
    pub form: EditDashboard,
    /// The built-in dashboard, if it was not renamed: the page fills in its name in the reader's
    /// language.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInDashboard>,
    /// The roles that can bring it, in order.
    pub roles: Vec<RoleName>,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditDashboard>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

impl EditDashboard {
    /// An empty form for creating one.
    pub fn fresh(organisation: String, key: IdempotencyKey) -> Self {
        Self {
            organisation,
            key: key.to_string(),
            ..Self::default()
        }
    }
}

/// The page that closes a dashboard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseDashboardPage {
    /// The dashboard, and the number of people who have it.
    pub row: DashboardRow,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

/// The page that assigns dashboards to a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssignPage {
    /// The user.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The organisation's dashboards, each with what it shows.
    pub dashboards: Vec<(DashboardName, Vec<Widget>)>,
    /// The dashboards of their roles, which are used while none is assigned.
    pub brought: Vec<DashboardName>,
    /// The current state, or the saved draft.
    pub form: AssignDashboards,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<AssignDashboards>>,
    /// The refusal of the saved draft, if any.
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

/// The page that an entry of a widget links to.
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

/// The note beside the name of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Nothing.
    Nothing,
    /// When it was created.
    Created(When),
    /// When they were last active.
    Seen(When),
    /// Since when it waits, and in which queue.
    Waits {
        /// Since when.
        since: When,
        /// The team whose queue it is in.
        team: String,
    },
    /// When an invitation expires or expired.
    Invitation(When),
    /// When a temporary password expires or expired.
    Temporary(When),
    /// A cover and its end.
    Covers {
        /// The team.
        team: String,
        /// The end.
        until: When,
    },
    /// A referral's other side, and when it was created.
    Referred {
        /// The resource, or the other organisation.
        with: String,
        /// The time.
        at: When,
    },
    /// The anomalies, with their counts.
    #[serde(rename = "odd")]
    Anomalies(Vec<(Anomaly, u32)>),
}

/// A kind of unusual events within seven days. Counts below [`Anomaly::least`] are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anomaly {
    /// Failed sign-ins.
    RefusedSignIns,
    /// Sign-ins between midnight and five in the organisation's time zone.
    AtNight,
    /// Pages and actions that were refused to the person.
    Refusals,
}

impl Anomaly {
    /// All, in order.
    pub const ALL: [Self; 3] = [Self::RefusedSignIns, Self::AtNight, Self::Refusals];

    /// The number of events within seven days from which they are unusual.
    pub fn least(self) -> u32 {
        match self {
            Self::RefusedSignIns => 5,
            Self::AtNight => 3,
            Self::Refusals => 10,
        }
    }
}

/// One entry of a widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The linked page.
    pub about: About,
    /// Their name.
    pub name: String,
    /// The note beside the name.
    pub note: Note,
}

/// The content of a widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A count, and the first entries.
    Entries {
        /// The number of entries.
        count: Count,
        /// A second count: in the queues, inactive for 90 days, expired, with a question; `None` if
        /// the widget has none.
        also: Option<Count>,
        /// The first.
        entries: Vec<Entry>,
    },
    /// Used and agreed seats.
    Seats {
        /// The number in use.
        used: u32,
        /// What was agreed on.
        agreed: Option<Seats>,
    },
    /// The count of each week, by its first day.
    Weeks(Vec<(When, u32)>),
}

/// One widget of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The widget.
    pub widget: Widget,
    /// Its content; `None` if reading failed, which is logged and does not affect other widgets.
    pub content: Option<Content>,
}

/// `/`: the person's dashboards, and the content of the shown one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomePage {
    /// Whether the organisation has no client yet and the actor may add the first (SV-02).
    pub begins_with_clients: bool,
    /// The person's dashboards; none if none is assigned and no role brings one.
    pub mine: Vec<DashboardName>,
    /// The shown dashboard.
    pub shown: Option<DashboardId>,
    /// Its widgets, without those the actor may not see.
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
        EditDashboard {
            key: ID.to_owned(),
            unit_name: " Jour ".to_owned(),
            widgets,
            ..EditDashboard::default()
        }
    }

    #[test]
    fn widgets_are_shown_in_the_order_of_their_places() {
        let edited = form(&["my_clients:3", "", "untold:1", "seats:3"])
            .parse()
            .expect("a good form");
        assert_eq!(
            edited.widgets,
            [Widget::NotNotified, Widget::MyClients, Widget::Seats],
            "two in one place as they are offered"
        );
        assert_eq!(
            (edited.name.as_str(), edited.target),
            ("Jour", EditTarget::New(ID.parse().expect("a key")))
        );
        assert_eq!(
            EditDashboard::places(&edited.widgets),
            ["untold:1", "my_clients:2", "seats:3"]
        );
        assert_eq!(form(&["my_clients:3"]).place(Widget::MyClients), "3");
        assert_eq!(form(&["my_clients:3"]).place(Widget::NotNotified), "");
    }

    #[test]
    fn an_unknown_widget_and_one_that_is_there_twice_are_wrong_and_none_is_too_few() {
        for widgets in [
            &["nonsense:1"] as &[&str],
            &["untold:1", "untold:2"],
            &["untold:first"],
            &["untold"],
            &["untold:-1"],
        ] {
            assert_eq!(
                form(widgets).parse().expect_err("wrong").at(Field::Widgets),
                Some(&Problem::Wrong),
                "{widgets:?}"
            );
        }
        assert_eq!(
            form(&["", ""])
                .parse()
                .expect_err("none")
                .at(Field::Widgets),
            Some(&Problem::Missing)
        );
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
    fn every_built_in_role_sees_something_on_its_dashboard() {
        for dashboard in BuiltInDashboard::ALL {
            for role in dashboard.brought_by() {
                let grants = Grants::union(role.permissions());
                assert!(
                    dashboard
                        .widgets()
                        .iter()
                        .any(|widget| widget.is_shown_to(&grants)),
                    "{dashboard:?} {role:?}"
                );
            }
        }
    }

    #[test]
    fn a_refused_form_returns_to_its_page() {
        assert_eq!(form(&[]).page(), "/dashboards/new");
        let known = EditDashboard {
            dashboard: ID.to_owned(),
            ..EditDashboard::default()
        };
        assert_eq!(known.page(), format!("/dashboards/{ID}"));
        assert_eq!(
            AssignDashboards {
                user: "nonsense".to_owned(),
                ..AssignDashboards::default()
            }
            .page(),
            "/users"
        );
    }
}
