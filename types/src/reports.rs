//! Activity (OG-83 to OG-86): figures of a person, of teams and of the organisation over a period.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::When;
use crate::audit::ActivityEntry;
use crate::form::Checks;
use crate::identity_number::Date;
use crate::ids::{TeamId, UserId};
use crate::refusal::{Field, Invalid, Problem};

/// The default length of a period in days.
pub const DAYS: i64 = 30;
/// The largest length of a period in days.
pub const MOST_DAYS: u32 = 366;

/// A period in an address: days in the organisation's time zone, both inclusive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PeriodQuery {
    /// The first day; if empty, it follows from the default length.
    pub from: String,
    /// The last day; today if empty.
    pub until: String,
}

/// A valid period: created only by [`PeriodQuery::parse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: Date,
    until: Date,
}

impl Period {
    /// The first day.
    pub fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub fn until(self) -> Date {
        self.until
    }
}

impl PeriodQuery {
    /// The requested period; `today` is the organisation's.
    ///
    /// # Errors
    /// Invalid days, an end before the start, more days than [`MOST_DAYS`].
    pub fn parse(&self, today: Date) -> Result<Period, Invalid> {
        let mut checks = Checks::default();
        let until = checks.optional(Field::Until, &self.until, str::parse::<Date>);
        let from = checks.optional(Field::From, &self.from, str::parse::<Date>);
        let until = until.unwrap_or(today);
        let from = from.unwrap_or_else(|| date(number(until) - DAYS + 1));
        if checks.is_clean() && number(from) > number(until) {
            checks.wrong(Field::Until, Problem::BeforeStart);
        }
        if checks.is_clean() && number(until) - number(from) >= i64::from(MOST_DAYS) {
            checks.wrong(Field::From, Problem::LongPeriod { most: MOST_DAYS });
        }
        if checks.is_clean() {
            Ok(Period { from, until })
        } else {
            Err(checks.into_invalid())
        }
    }

    /// The same with its days filled in.
    pub fn of(period: Period) -> Self {
        Self {
            from: Day(period.from).to_string(),
            until: Day(period.until).to_string(),
        }
    }
}

/// A day as an address and `<input type="date">` hold it.
struct Day(Date);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}",
            self.0.year, self.0.month, self.0.day
        )
    }
}

/// Days since 1 March of the year 0: years begin in March, so that the leap day is the last.
fn number(Date { year, month, day }: Date) -> i64 {
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (153 * month + 2) / 5
        + day
        - 1
}

/// The day with this number.
fn date(sought: i64) -> Date {
    let mut year = (sought * 400).div_euclid(146_097);
    let begins = |year: i64| {
        number(Date {
            year: year as i32,
            month: 3,
            day: 1,
        })
    };
    while begins(year + 1) <= sought {
        year += 1;
    }
    while begins(year) > sought {
        year -= 1;
    }
    let day = sought - begins(year);
    let month = (5 * day + 2) / 153;
    let (year, of_year) = if month > 9 {
        (year + 1, month - 9)
    } else {
        (year, month + 3)
    };
    Date {
        year: year as i32,
        month: of_year as u8,
        day: (day - (153 * month + 2) / 5 + 1) as u8,
    }
}

/// The figures of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// People who signed in.
    pub active: u32,
    /// The number of sign-ins.
    pub sign_ins: u32,
    /// Accounts created.
    pub created: u32,
    /// Accounts archived.
    pub archived: u32,
    /// New clients.
    pub clients: u32,
    /// Referrals created (OG-85).
    pub referred: u32,
    /// Answered referrals from other organisations.
    pub answered: u32,
    /// Resources created, edited or closed (OG-86).
    pub resources: u32,
}

/// One team's figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamFigures {
    /// The team's id.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// The current number of members.
    pub members: u32,
    /// Its figures.
    pub figures: Figures,
}

/// `/reports`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPage {
    /// The period with defaults filled in; as requested if it is invalid.
    pub query: PeriodQuery,
    /// Its problems; without figures in that case.
    pub problem: Option<Invalid>,
    /// Each team within reach, by name.
    pub teams: Vec<TeamFigures>,
    /// Everybody within reach, each counted once.
    pub all: Figures,
    /// Whether that is the whole organisation.
    pub is_whole: bool,
    /// Sign-ins of everybody within reach, week by week; the day is the first of the week that is
    /// counted.
    pub weeks: Vec<(When, u32)>,
}

/// The parameters of a person's activity page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActivityQuery {
    /// The period.
    pub period: PeriodQuery,
    /// Starts after this event; newest first.
    pub after: String,
}

/// An action of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The entry.
    pub line: ActivityEntry,
    /// The person it concerns, if that is another person within reach.
    pub to: Option<(UserId, String)>,
}

/// `/users/:id/activity`: a person's own actions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    /// The user.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The period with defaults filled in; as requested if it is invalid.
    pub query: PeriodQuery,
    /// Its problems; without entries in that case.
    pub problem: Option<Invalid>,
    /// When they last signed in, regardless of the period (OG-83).
    pub last_sign_in: Option<When>,
    /// The figures of the period.
    pub figures: Figures,
    /// The newest actions (OG-84).
    pub acts: Vec<Act>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// Whether this is the first page.
    pub is_first: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let follows =
                day.day == last.day + 1 && (day.year, day.month) == (last.year, last.month);
            assert!(
                follows || (day.day == 1 && last.day >= 28),
                "{last:?} {day:?}"
            );
            assert!(day.exists(), "{day:?}");
            last = day;
        }
    }
}
