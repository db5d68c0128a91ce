//! Tests of reports.

use super::*;
use crate::primitives::date::Date;
use crate::refusal::{Field, Invalid, Problem};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

fn asked(from: &str, until: &str) -> Result<PeriodQuery, Invalid> {
    PeriodQuery {
        from: from.to_owned(),
        until: until.to_owned(),
    }
    .parse(TODAY)
    .map(PeriodQuery::of)
}

fn days(from: &str, until: &str) -> PeriodQuery {
    PeriodQuery {
        from: from.to_owned(),
        until: until.to_owned(),
    }
}

#[test]
fn where_nothing_is_asked_for_it_is_the_last_thirty_days() {
    assert_eq!(asked("", ""), Ok(days("2026-10-25", "2026-11-23")));
    assert_eq!(
        asked("", "2024-03-10"),
        Ok(days("2024-02-10", "2024-03-10")),
        "over a leap day"
    );
    assert_eq!(
        asked("2026-11-23", ""),
        Ok(days("2026-11-23", "2026-11-23"))
    );
}

#[test]
fn a_period_ends_after_it_begins_and_has_a_year_at_most() {
    assert_eq!(
        asked("2026-11-02", "2026-11-01")
            .expect_err("backwards")
            .at(Field::Until),
        Some(&Problem::BeforeStart)
    );
    assert_eq!(
        asked("2027-01-01", "").expect_err("ahead").at(Field::Until),
        Some(&Problem::BeforeStart)
    );
    assert_eq!(
        asked("2025-11-23", "2026-11-23"),
        Ok(days("2025-11-23", "2026-11-23")),
        "366 days"
    );
    assert_eq!(
        asked("2025-11-22", "2026-11-23")
            .expect_err("367 days")
            .at(Field::From),
        Some(&Problem::LongPeriod { most: 366 })
    );
    for wrong in ["2026-02-30", "yesterday", "2026-1-1", "99999-01-01"] {
        assert_eq!(
            asked(wrong, "").expect_err("no day").at(Field::From),
            Some(&Problem::Wrong),
            "{wrong}"
        );
    }
}

#[test]
fn every_day_has_its_number() {
    let first = number(Date {
        year: 1999,
        month: 12,
        day: 31,
    });
    let mut last = date(first);
    for next in first + 1..first + 366 * 120 {
        let day = date(next);
        assert_eq!(number(day), next);
        let follows = day.day == last.day + 1 && (day.year, day.month) == (last.year, last.month);
        assert!(
            follows || (day.day == 1 && last.day >= 28),
            "{last:?} {day:?}"
        );
        assert!(day.exists(), "{day:?}");
        last = day;
    }
}
