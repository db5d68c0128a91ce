//! Dates formatted for a person, in their time zone and language, on the server, so that both
//! renderings agree (decision 0020).

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use usher_types::covers::Minute;
use usher_types::{Date, Language, When};

const EN: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const SV: [&str; 12] = [
    "jan.", "feb.", "mars", "apr.", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec.",
];

/// The day: `22 Nov 2026`, `22 nov. 2026`.
pub fn day(at: DateTime<Utc>, zone: Tz, language: Language) -> When {
    let local = at.with_timezone(&zone);
    let months = match language {
        Language::En => EN,
        Language::Sv => SV,
    };
    let month = months[local.month0() as usize];
    When {
        iso: iso(at),
        text: format!("{}\u{a0}{month}\u{a0}{}", local.day(), local.year()),
    }
}

/// The day and the time: `22 Nov 2026, 09:14`.
pub fn moment(at: DateTime<Utc>, zone: Tz, language: Language) -> When {
    let local = at.with_timezone(&zone);
    let day = day(at, zone, language);
    When {
        text: format!("{}, {:02}:{:02}", day.text, local.hour(), local.minute()),
        iso: day.iso,
    }
}

/// The instant at which a zone's clocks show a minute: the first one if they show it twice, and the
/// next one if they skip it.
pub fn instant(minute: Minute, zone: Tz) -> Option<DateTime<Utc>> {
    let day = calendar(Date {
        year: minute.year,
        month: minute.month,
        day: minute.day,
    })?;
    let local = day.and_hms_opt(minute.hour.into(), minute.minute.into(), 0)?;
    let shown = |local: NaiveDateTime| {
        zone.from_local_datetime(&local)
            .earliest()
            .map(|at| at.with_timezone(&Utc))
    };
    shown(local).or_else(|| shown(local.checked_add_signed(TimeDelta::hours(1))?))
}

/// The calendar day in a zone.
pub fn date(at: DateTime<Utc>, zone: Tz) -> Date {
    let local = at.with_timezone(&zone);
    Date {
        year: local.year(),
        month: local.month() as u8,
        day: local.day() as u8,
    }
}

/// A day from the database's format.
pub fn of_calendar(day: NaiveDate) -> Date {
    Date {
        year: day.year(),
        month: day.month() as u8,
        day: day.day() as u8,
    }
}

/// A day in the database's format; `None` for a day that does not exist.
pub fn calendar(day: Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year, day.month.into(), day.day.into())
}

fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_minute_is_the_first_and_a_skipped_one_the_next() {
        let at = |minute: &str| {
            instant(minute.parse().expect("a minute"), Tz::Europe__Stockholm)
                .expect("an instant")
                .to_rfc3339()
        };
        assert_eq!(at("2026-12-24T09:00"), "2026-12-24T08:00:00+00:00");
        assert_eq!(
            at("2026-10-25T02:30"),
            "2026-10-25T00:30:00+00:00",
            "shown twice"
        );
        assert_eq!(
            at("2026-03-29T02:30"),
            "2026-03-29T01:30:00+00:00",
            "leapt over"
        );
    }
}
