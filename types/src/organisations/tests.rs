//! Tests of organisations.

use super::*;
use crate::form::Form;
use crate::overrides::Override;
use crate::primitives::actions::AdministratorAct;
use crate::primitives::preferences::Language;
use crate::refusal::{Field, Invalid, Problem, Refusal, Warning};
use crate::settings::{Licence, Seats};

fn id() -> String {
    "0197a4d2-0000-7000-8000-000000000001".to_owned()
}

#[test]
fn the_first_administrator_signs_in_with_the_address_where_no_name_was_typed() {
    let form = AddOrganisation {
        key: id(),
        organisation_name: " Södra Omsorg ".to_owned(),
        language: "sv".to_owned(),
        first_name: "Birgit".to_owned(),
        last_name: "Åkesson".to_owned(),
        email: "Birgit@Sodra.example".to_owned(),
        ..AddOrganisation::default()
    };
    let New {
        first, language, ..
    } = form.parse().expect("an organisation");
    assert_eq!(
        (
            first.login_name.as_str(),
            first.organisation.as_str(),
            language
        ),
        ("birgit@sodra.example", "Södra Omsorg", Language::Sv)
    );
    let wrong = AddOrganisation {
        email: String::new(),
        ..form
    }
    .parse()
    .expect_err("nowhere to send the invitation");
    assert_eq!(
        wrong.0,
        [(Field::Email, Problem::Missing)],
        "and the login name is not told as well"
    );
}

#[test]
fn an_act_on_an_administrator_leads_back_to_its_own_page_alone() {
    let form = ActOnAdministrator {
        id: id(),
        user: id(),
        act: "remove-role".to_owned(),
        ..ActOnAdministrator::default()
    };
    assert_eq!(
        form.page(),
        format!("/organisations/{0}/administrators/{0}/remove-role", id())
    );
    assert_eq!(
        form.parse().expect("an act").act,
        AdministratorAct::RemoveRole
    );
    let made_by_hand = ActOnAdministrator {
        act: "//evil.example".to_owned(),
        ..form.clone()
    };
    assert_eq!(made_by_hand.page(), format!("/organisations/{}", id()));
    assert_eq!(made_by_hand.parse(), Err(Refusal::NotFound));
    let archive = ActOnAdministrator {
        act: "archive".to_owned(),
        override_warnings: "on".to_owned(),
        ..form
    };
    assert_eq!(
        archive.parse(),
        Err(Invalid::one(Field::Reason, Problem::Missing).into()),
        "archiving asks for a reason"
    );
}

fn edit(change: impl FnOnce(&mut EditOrganisation)) -> Result<(Edit, Override), Refusal> {
    let mut form = EditOrganisation {
        id: id(),
        version: "1".to_owned(),
        organisation_name: "Södra".to_owned(),
        ..EditOrganisation::default()
    };
    change(&mut form);
    form.parse()
}

#[test]
fn an_agreement_ends_after_it_begins_and_has_a_seat_at_least() {
    let wrong = edit(|form| {
        form.seats = "0".to_owned();
        form.licence_from = "2026-05-01".to_owned();
        form.licence_until = "2026-04-30".to_owned();
    });
    let Err(Refusal::Invalid(wrong)) = wrong else {
        panic!("this is wrong: {wrong:?}")
    };
    assert_eq!(
        wrong.0,
        [
            (Field::Seats, Problem::Wrong),
            (Field::LicenceUntil, Problem::BeforeStart)
        ]
    );
}

#[test]
fn an_agreement_survives_its_form() {
    let licence = Licence {
        seats: Some(Seats {
            agreed: 20,
            used: 3,
        }),
        from: "2026-05-01".parse().ok(),
        until: "2027-04-30".parse().ok(),
        has_ended: false,
        vendor: Some("licences@vendor.example".to_owned()),
    };
    let id = id().parse().expect("an id");
    let (edit, _) = EditOrganisation::of(id, 7, "Södra", &licence)
        .parse()
        .expect("a change");
    assert_eq!(
        (edit.seats, edit.from, edit.until, edit.version),
        (Some(20), licence.from, licence.until, 7)
    );
    assert_eq!(edit.warnings(20), []);
    assert_eq!(edit.warnings(21), [Warning::SeatsTaken { used: 21 }]);
}
