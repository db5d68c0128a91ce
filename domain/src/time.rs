//! Dates as a person reads them: formatted here, in their zone and language, so that both renderings agree (design 5.8).

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Tz;
use usher_types::identity_number::Date;
use usher_types::{Language, When};

const EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SV: [&str; 12] = ["jan.", "feb.", "mars", "apr.", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec."];

/// The day: `22 Nov 2026`, `22 nov. 2026`.
pub fn day(at: DateTime<Utc>, zone: Tz, language: Language) -> When {
    let local = at.with_timezone(&zone);
    let months = match language {
        Language::En => EN,
        Language::Sv => SV,
    };
    let month = months[local.month0() as usize];
    When { iso: iso(at), text: format!("{}\u{a0}{month}\u{a0}{}", local.day(), local.year()) }
}

/// The day and the time: `22 Nov 2026, 09:14`.
pub fn moment(at: DateTime<Utc>, zone: Tz, language: Language) -> When {
    let local = at.with_timezone(&zone);
    let day = day(at, zone, language);
    When { text: format!("{}, {:02}:{:02}", day.text, local.hour(), local.minute()), iso: day.iso }
}

/// The calendar day in a zone.
pub fn date(at: DateTime<Utc>, zone: Tz) -> Date {
    let local = at.with_timezone(&zone);
    Date { year: local.year(), month: local.month() as u8, day: local.day() as u8 }
}

fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
