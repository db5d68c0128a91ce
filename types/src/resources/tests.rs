//! Tests of resources.

use super::*;
use crate::form::{EditTarget, Form};
use crate::refusal::{Field, Problem};

const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

fn typed() -> EditResource {
    EditResource {
        key: ID.to_owned(),
        unit_name: " Dagverksamhet ".to_owned(),
        ..EditResource::default()
    }
}

#[test]
fn a_resource_needs_a_name_and_nothing_else() {
    let (target, details) = typed().parse().expect("good");
    assert_eq!(target, EditTarget::New(ID.parse().expect("a key")));
    let (name, none) = ("Dagverksamhet".to_owned(), String::new);
    let expected = Details {
        name,
        description: none(),
        capacity: None,
        contact: none(),
        opening: none(),
        is_shared: false,
    };
    assert_eq!(details, expected);
    assert_eq!(
        EditResource {
            unit_name: " ".to_owned(),
            ..typed()
        }
        .parse()
        .expect_err("bad")
        .at(Field::UnitName),
        Some(&Problem::Missing)
    );
}

#[test]
fn places_are_counted_from_one() {
    for (text, places) in [("", None), (" ", None), ("1", Some(1)), (" 12 ", Some(12))] {
        let form = EditResource {
            capacity: text.to_owned(),
            ..typed()
        };
        assert_eq!(
            form.parse().map(|(_, details)| details.capacity),
            Ok(places),
            "{text:?}"
        );
    }
    for text in ["0", "-1", "1.5", "many", "100001"] {
        let form = EditResource {
            capacity: text.to_owned(),
            ..typed()
        };
        assert_eq!(
            form.parse().expect_err(text).at(Field::Capacity),
            Some(&Problem::Wrong),
            "{text:?}"
        );
    }
}

#[test]
fn a_description_may_have_lines_and_a_contact_may_not() {
    let form = EditResource {
        description: "One\r\ntwo".to_owned(),
        contact: "One\ntwo".to_owned(),
        ..typed()
    };
    let invalid = form.parse().expect_err("a line break");
    assert_eq!(
        (invalid.at(Field::Description), invalid.at(Field::Contact)),
        (None, Some(&Problem::Control))
    );
}

#[test]
fn a_refused_form_is_shown_where_it_was_posted_from() {
    assert_eq!(typed().page(), "/resources/new");
    assert_eq!(
        EditResource {
            resource: ID.to_owned(),
            ..typed()
        }
        .page(),
        format!("/resources/{ID}/edit")
    );
    assert_eq!(
        CloseResource {
            resource: "//evil.example".to_owned(),
            ..CloseResource::default()
        }
        .page(),
        "/resources/new"
    );
}
