//! Parses the period of a report.

use serde::{Deserialize, Serialize};

use crate::form::Checks;
use crate::primitives::date::Date;
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
            from: period.from.to_string(),
            until: period.until.to_string(),
        }
    }
}

/// Days since 1 March of the year 0: years begin in March, so that the leap day is the last.
pub(super) fn number(Date { year, month, day }: Date) -> i64 {
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
pub(super) fn date(sought: i64) -> Date {
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
