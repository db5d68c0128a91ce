//! How long links, passwords, sessions and drafts are valid, and the periods that pages name. The
//! database, the pages and the mails take each of them from here.

use std::time::Duration;

/// The validity of an invitation's link, from when its mail was sent (decision 0026).
pub const INVITATION: Duration = of_days(7);
/// The validity of a temporary password (decision 0026).
pub const TEMPORARY_PASSWORD: Duration = of_days(7);
/// The validity of the link that confirms an e-mail address, from when its mail was sent.
pub const EMAIL_CONFIRMATION: Duration = of_hours(24);
/// The validity of the link that sets up the installation.
pub const SET_UP: Duration = of_hours(24);
/// How long holders have to agree to a proposal to link accounts.
pub const LINK_PROPOSAL: Duration = of_days(7);

/// A session ends after this long without a request (decision 0026).
pub const IDLE_SESSION: Duration = of_minutes(60);
/// The absolute lifetime of a session (decision 0026).
pub const SESSION: Duration = of_hours(12);
/// How long a browser is known for a person since they last signed in with it.
pub const KNOWN_BROWSER: Duration = of_days(90);

/// How long a draft can be opened.
pub const DRAFT: Duration = of_hours(24);
/// How long a secret that is shown once can be opened.
pub const SHOWN_SECRET: Duration = of_minutes(10);
/// The period in which drafts are counted against their limit.
pub const DRAFTS_COUNTED: Duration = of_minutes(10);

/// How long moved clients can be returned.
pub const CASELOAD_RETURN: Duration = of_hours(24);

/// The inactivity after which a person is counted as inactive for long (OG-87).
pub const LONG_INACTIVE: Duration = of_days(90);
/// The time before its end from which a cover is shown on the start page (IZ-08).
pub const COVER_ENDING: Duration = of_days(14);
/// The period in which anomalies are counted (OG-87).
pub const ANOMALIES: Duration = of_days(7);

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

const fn of_minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * MINUTE)
}

const fn of_hours(hours: u64) -> Duration {
    Duration::from_secs(hours * HOUR)
}

const fn of_days(days: u64) -> Duration {
    Duration::from_secs(days * DAY)
}

/// A duration in minutes, for a text or the database.
#[must_use]
pub const fn minutes(duration: Duration) -> u32 {
    (duration.as_secs() / MINUTE) as u32
}

/// A duration in hours, for a text.
#[must_use]
pub const fn hours(duration: Duration) -> u32 {
    (duration.as_secs() / HOUR) as u32
}

/// A duration in days, for a text.
#[must_use]
pub const fn days(duration: Duration) -> u32 {
    (duration.as_secs() / DAY) as u32
}
