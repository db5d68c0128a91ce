//! Tests of settings.

use super::*;
use crate::refusal::{Field, Problem};

fn zones() -> Vec<String> {
    vec!["Europe/Stockholm".to_owned()]
}

fn form() -> EditSettings {
    EditSettings {
        version: "1".to_owned(),
        language: "sv".to_owned(),
        languages: vec!["sv".to_owned(), "en".to_owned()],
        time_zone: "Europe/Stockholm".to_owned(),
        login_name_format: "email".to_owned(),
        ..EditSettings::default()
    }
}

fn wrong(form: &EditSettings, field: Field) -> Problem {
    form.parse(&zones())
        .expect_err("wrong")
        .at(field)
        .cloned()
        .expect("said at that field")
}

#[test]
fn domains_are_read_a_line_each_with_or_without_the_at() {
    let form = EditSettings {
        own_domains: "@Example.org\r\n\nexample.org\nvård.se ".to_owned(),
        ..form()
    };
    let read = form.parse(&zones()).expect("settings").own_domains;
    assert_eq!(read[0], "example.org");
    assert_eq!(read.len(), 2, "{read:?}");
    let wrong = wrong(
        &EditSettings {
            own_domains: "example org".to_owned(),
            ..form
        },
        Field::OwnDomains,
    );
    assert_eq!(
        wrong,
        Problem::NoDomain {
            found: "example org".to_owned()
        }
    );
}

#[test]
fn the_default_language_is_one_of_the_languages_offered() {
    let form = EditSettings {
        languages: vec!["en".to_owned()],
        ..form()
    };
    assert_eq!(wrong(&form, Field::Languages), Problem::NotOffered);
}

#[test]
fn an_unknown_time_zone_and_a_field_that_cannot_be_required_are_refused() {
    assert_eq!(
        wrong(
            &EditSettings {
                time_zone: "Mars/Olympus".to_owned(),
                ..form()
            },
            Field::TimeZone
        ),
        Problem::Missing
    );
    let form = EditSettings {
        required_fields: vec!["login_name".to_owned()],
        ..form()
    };
    assert_eq!(wrong(&form, Field::RequiredFields), Problem::Wrong);
}

#[test]
fn settings_survive_their_form() {
    let settings = EditSettings {
        own_domains: "example.org".to_owned(),
        archive_reasons: "Left\nOn leave".to_owned(),
        required_fields: vec!["phone".to_owned()],
        requires_office: "on".to_owned(),
        uses_lms: "on".to_owned(),
        uses_portal: "on".to_owned(),
        support_contact: "help@example.org".to_owned(),
        ..form()
    };
    let read = settings.parse(&zones()).expect("settings");
    assert_eq!(EditSettings::of(&read).parse(&zones()), Ok(read));
}

#[test]
fn seats_are_nearly_used_from_nine_of_ten() {
    let seats = |used, agreed| Seats { agreed, used };
    assert!(
        !seats(8, 10).are_nearly_used()
            && seats(9, 10).are_nearly_used()
            && seats(3, 3).are_nearly_used()
    );
    assert_eq!(
        (seats(3, 3).left(), seats(5, 3).left(), seats(1, 3).left()),
        (0, 0, 2)
    );
}
