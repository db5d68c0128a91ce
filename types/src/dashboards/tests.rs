//! Tests of dashboards.

use super::*;
use crate::form::{EditTarget, Form};
use crate::primitives::built_in::BuiltInDashboard;
use crate::primitives::permission::{Grants, Permission, Reach};
use crate::refusal::{Field, Problem};

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
        assert_eq!(Widget::from_code(widget.code()), Some(widget));
    }
    for dashboard in BuiltInDashboard::ALL {
        assert_eq!(
            BuiltInDashboard::from_code(dashboard.code()),
            Some(dashboard)
        );
    }
}

#[test]
fn own_clients_suffice_for_the_client_list_and_the_own_profile_not_for_the_user_list() {
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
