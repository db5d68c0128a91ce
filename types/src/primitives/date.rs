//! Calendar days, and moments as pages show them. This crate has no clock: callers pass the current
//! day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::primitives::invisible::visible;

/// The earliest year: nobody who was alive when identity numbers were introduced in 1947 was born
/// earlier.
pub const FIRST_YEAR: i32 = 1830;

/// A calendar day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    /// The year, of the common era.
    pub year: i32,
    /// 1–12.
    pub month: u8,
    /// 1–31.
    pub day: u8,
}

impl Date {
    /// Whether this day exists in the calendar.
    pub fn exists(self) -> bool {
        let days = days_in(self.year, self.month.into());
        self.year >= FIRST_YEAR
            && days.is_some_and(|days| (1..=days).contains(&i32::from(self.day)))
    }
}

/// The error for a text that is not a day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidDate;

impl FromStr for Date {
    type Err = InvalidDate;

    /// Parses `2026-12-24`.
    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let text = visible(text);
        let mut parts = text.trim().split('-');
        let mut next = |digits: usize| -> Result<u16, InvalidDate> {
            let text = parts.next().unwrap_or_default();
            let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_number {
                text.parse().map_err(|_| InvalidDate)
            } else {
                Err(InvalidDate)
            }
        };
        let date = Self {
            year: i32::from(next(4)?),
            month: next(2)? as u8,
            day: next(2)? as u8,
        };
        if parts.next().is_none() && date.exists() {
            Ok(date)
        } else {
            Err(InvalidDate)
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The number of days of a month; `None` if there is no such month.
pub(super) fn days_in(year: i32, month: i32) -> Option<i32> {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => Some(29),
        2 => Some(28),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// A moment as a page shows it: the server formats every date in the person's zone and language
/// (decision 0020).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// RFC 3339, in UTC.
    pub iso: String,
    /// As the person reads it.
    pub text: String,
}
