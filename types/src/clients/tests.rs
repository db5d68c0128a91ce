//! Tests of clients.

use super::*;
use crate::form::EditTarget;
use crate::primitives::ids::ClientId;
use crate::refusal::{Field, Invalid, Problem, Refusal};

const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

fn new() -> EditClient {
    EditClient {
        key: ID.to_owned(),
        first_name: "Elsa".to_owned(),
        last_name: "Björk".to_owned(),
        responsible: ID.to_owned(),
        ..EditClient::default()
    }
}

#[test]
fn a_client_has_a_responsible_person_or_waits_in_a_queue() {
    let (target, details) = new().parse().expect("a client");
    assert!(matches!(target, EditTarget::New(_)));
    assert_eq!(
        (details.responsible, details.team),
        (Some(ID.parse().expect("an id")), None)
    );
    let queued = EditClient {
        responsible: String::new(),
        team: ID.to_owned(),
        ..new()
    };
    assert_eq!(queued.parse().expect("queued").1.responsible, None);
    let nobodys = EditClient {
        responsible: " ".to_owned(),
        ..new()
    };
    assert_eq!(
        nobodys
            .parse()
            .expect_err("nobody's")
            .at(Field::Responsible),
        Some(&Problem::NeedsResponsible)
    );
}

#[test]
fn all_wrong_fields_of_a_client_are_reported_at_once() {
    let wrong = EditClient {
        first_name: " ".to_owned(),
        client_number: "9".repeat(33),
        email: "elsa".to_owned(),
        phone: "abc".to_owned(),
        client_note: "x".repeat(2_001),
        team: "night".to_owned(),
        responsible: "somebody".to_owned(),
        ..new()
    };
    let invalid = wrong.parse().expect_err("wrong");
    for field in [
        Field::FirstName,
        Field::ClientNumber,
        Field::Email,
        Field::Phone,
        Field::ClientNote,
        Field::Team,
        Field::Responsible,
    ] {
        assert!(invalid.at(field).is_some(), "{field:?}");
    }
}

#[test]
fn a_move_names_clients_or_takes_all() {
    let form = MoveCaseload {
        user: ID.to_owned(),
        clients: vec![ID.to_owned(), ID.to_owned()],
        ..MoveCaseload::default()
    };
    let client: ClientId = ID.parse().expect("an id");
    assert_eq!(
        form.parse().expect("a move").moved,
        Moved::These(vec![client])
    );
    let all = MoveCaseload {
        all: "on".to_owned(),
        clients: Vec::new(),
        ..form.clone()
    };
    assert_eq!(all.parse().expect("a move").moved, Moved::All);
    let none = MoveCaseload {
        clients: Vec::new(),
        ..form.clone()
    };
    assert_eq!(
        none.parse(),
        Err(Invalid::one(Field::Clients, Problem::Missing).into())
    );
    let many = MoveCaseload {
        clients: vec![ID.to_owned(); NAMED + 1],
        ..form
    };
    let Err(Refusal::Invalid(invalid)) = many.parse() else {
        panic!("too many")
    };
    assert_eq!(
        invalid.at(Field::Clients),
        Some(&Problem::TooMany { most: 200 })
    );
}

#[test]
fn every_part_leads_back_from_its_code() {
    for part in Part::ALL {
        assert_eq!(Part::from_code(part.code()), Some(part));
    }
}
