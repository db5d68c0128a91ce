//! Tests of team coverage.

use super::*;
use crate::form::Checks;
use crate::refusal::{Field, Problem};

#[test]
fn a_minute_is_read_as_a_browser_writes_it() {
    let minute: Minute = "2026-12-24T09:05".parse().expect("a minute");
    assert_eq!(minute.to_string(), "2026-12-24T09:05");
    assert_eq!(
        " 2026-12-24 09:05:30 ".parse::<Minute>().expect("a minute"),
        minute
    );
    for wrong in [
        "",
        "2026-12-24",
        "2026-02-30T09:00",
        "2026-12-24T24:00",
        "2026-12-24T09:60",
        "26-12-24T09:00",
        "2026-12-24-01T09:00",
        "+026-12-24T09:00",
    ] {
        assert_eq!(wrong.parse::<Minute>(), Err(Problem::Wrong), "{wrong:?}");
    }
}

#[test]
fn the_details_of_a_cover_were_lost_without_a_team() {
    for (from, until, reason) in [
        ("2026-12-24T09:00", "", ""),
        ("", "2026-12-24T09:00", ""),
        ("", "", "Holiday"),
    ] {
        let texts = CoverTexts {
            teams: &[],
            from,
            until,
            reason,
        };
        let mut checks = Checks::default();
        Covering::parse(&mut checks, &texts, &[], &[]);
        assert_eq!(
            checks.into_invalid().0,
            [(Field::CoverTeams, Problem::Missing)],
            "{texts:?}"
        );
        let form = GiveCover {
            cover_from: from.to_owned(),
            cover_until: until.to_owned(),
            cover_reason: reason.to_owned(),
            ..GiveCover::default()
        };
        assert_eq!(
            form.parse(&[], &[]).expect_err("no team").0,
            [(Field::CoverTeams, Problem::Missing)],
            "told once"
        );
    }
    let mut checks = Checks::default();
    Covering::parse(
        &mut checks,
        &CoverTexts {
            teams: &[],
            from: "",
            until: " ",
            reason: "",
        },
        &[],
        &[],
    );
    assert!(checks.is_clean(), "nobody has to cover a team");
}

#[test]
fn an_end_lies_after_its_start() {
    let form = |from: &str, until: &str| GiveCover {
        cover_from: from.to_owned(),
        cover_until: until.to_owned(),
        ..GiveCover::default()
    };
    for until in ["2026-12-24T09:00", "2026-12-24T08:59"] {
        let wrong = form("2026-12-24T09:00", until)
            .parse(&[], &[])
            .expect_err("wrong");
        assert_eq!(wrong.at(Field::CoverUntil), Some(&Problem::BeforeStart));
        assert_eq!(wrong.at(Field::CoverTeams), Some(&Problem::Missing));
    }
    let right = form("2026-12-24T09:00", "2026-12-24T09:01")
        .parse(&[], &[])
        .expect_err("no team");
    assert_eq!(right.at(Field::CoverUntil), None);
}
