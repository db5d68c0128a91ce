//! Tests of offices and teams.

use super::*;
use crate::form::{EditTarget, Form};
use crate::refusal::{Field, Problem};

const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

#[test]
fn a_new_unit_needs_a_key_and_a_known_one_its_version() {
    let new = EditOffice {
        key: ID.to_owned(),
        unit_name: " Norr ".to_owned(),
        ..EditOffice::default()
    };
    assert_eq!(
        new.parse(),
        Ok((
            EditTarget::New(ID.parse().expect("a key")),
            "Norr".to_owned()
        ))
    );
    assert_eq!(new.page(), "/offices/new");
    let known = EditOffice {
        office: ID.to_owned(),
        version: "3".to_owned(),
        unit_name: "Norr".to_owned(),
        ..EditOffice::default()
    };
    assert_eq!(
        known.parse(),
        Ok((
            EditTarget::Known(ID.parse().expect("an id"), 3),
            "Norr".to_owned()
        ))
    );
    assert_eq!(known.page(), format!("/offices/{ID}/edit"));
    let neither = EditOffice::default().parse().expect_err("neither");
    assert_eq!(neither.at(Field::UnitName), Some(&Problem::Missing));
    assert_eq!(neither.at(Field::Form), Some(&Problem::Wrong));
}

#[test]
fn a_teams_office_may_be_left_out_and_is_an_id_otherwise() {
    let team = EditTeam {
        key: ID.to_owned(),
        unit_name: "Natt".to_owned(),
        ..EditTeam::default()
    };
    assert_eq!(team.parse().map(|team| team.office), Ok(None));
    let wrong = EditTeam {
        office: "norr".to_owned(),
        ..team
    };
    assert_eq!(
        wrong.parse().expect_err("no id").at(Field::Office),
        Some(&Problem::Wrong)
    );
}
