//! Parses the teams and times of a cover.

use std::fmt;
use std::str::FromStr;

use super::forms::GiveCover;
use crate::form::{Checks, line};
use crate::primitives::date::Date;
use crate::primitives::ids::TeamId;
use crate::primitives::invisible::visible;
use crate::primitives::references::TeamName;
use crate::refusal::{Field, Invalid, Problem};

/// The largest number of characters of a reason.
const REASON: u32 = 200;

/// A minute in local time: the value of an `<input type="datetime-local">`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute {
    /// The year, of the common era.
    pub year: i32,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// The hour, from 0.
    pub hour: u8,
    /// From 0.
    pub minute: u8,
}

impl FromStr for Minute {
    type Err = Problem;

    /// Reads `2026-12-24T09:00`, also with a space and with seconds, which are dropped.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = visible(text);
        let (day, time) = text.trim().split_once(['T', ' ']).ok_or(Problem::Wrong)?;
        let Date { year, month, day } = day.parse()?;
        let mut times = time.split(':');
        let mut next = || {
            let text = times.next().unwrap_or_default();
            let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_number {
                text.parse().map_err(|_| Problem::Wrong)
            } else {
                Err(Problem::Wrong)
            }
        };
        let (hour, minute): (u8, u8) = (next()?, next()?);
        if hour > 23 || minute > 59 {
            return Err(Problem::Wrong);
        }
        Ok(Self {
            year,
            month,
            day,
            hour,
            minute,
        })
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}",
            self.year, self.month, self.day, self.hour, self.minute
        )
    }
}

/// Teams to cover, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Covering {
    /// The teams; none if nothing is covered.
    pub teams: Vec<TeamId>,
    /// The start; now if `None`.
    pub from: Option<Minute>,
    /// The end; no end if `None`.
    pub until: Option<Minute>,
    /// One line; may be empty.
    pub reason: String,
}

/// What a form holds about covering.
#[derive(Debug)]
pub(crate) struct CoverTexts<'a> {
    pub teams: &'a [String],
    pub from: &'a str,
    pub until: &'a str,
    pub reason: &'a str,
}

impl CoverTexts<'_> {
    /// Whether a reason or a time was entered but no team chosen, so that the input would be lost.
    fn lacks_team(&self) -> bool {
        self.teams.is_empty()
            && [self.from, self.until, self.reason]
                .iter()
                .any(|text| !text.trim().is_empty())
    }
}

impl Covering {
    /// Parses the value of a form. `offered` are the teams the actor may choose, `own` those the
    /// person belongs to.
    pub(crate) fn parse(
        checks: &mut Checks,
        texts: &CoverTexts<'_>,
        offered: &[TeamName],
        own: &[TeamId],
    ) -> Self {
        let mut teams = Vec::new();
        for team in texts.teams {
            match team.parse::<TeamId>() {
                Ok(team) if own.contains(&team) => {
                    checks.wrong(Field::CoverTeams, Problem::OwnTeam)
                }
                Ok(team) if offered.iter().any(|offered| offered.id == team) => teams.push(team),
                _ => checks.wrong(Field::CoverTeams, Problem::Wrong),
            }
        }
        if texts.lacks_team() {
            checks.wrong(Field::CoverTeams, Problem::Missing);
        }
        teams.sort_unstable();
        teams.dedup();
        let from = checks.optional(Field::CoverFrom, texts.from, str::parse::<Minute>);
        let until = checks.optional(Field::CoverUntil, texts.until, str::parse::<Minute>);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            checks.wrong(Field::CoverUntil, Problem::BeforeStart);
        }
        let reason = checks
            .take(Field::CoverReason, line(texts.reason, REASON))
            .unwrap_or_default();
        Self {
            teams,
            from,
            until,
            reason,
        }
    }
}

impl GiveCover {
    /// The person and the cover.
    ///
    /// # Errors
    /// All invalid fields, and a missing team.
    pub fn parse(&self, offered: &[TeamName], own: &[TeamId]) -> Result<Covering, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let texts = CoverTexts {
            teams: &self.cover_teams,
            from: &self.cover_from,
            until: &self.cover_until,
            reason: &self.cover_reason,
        };
        let covering = Covering::parse(&mut checks, &texts, offered, own);
        if self.cover_teams.is_empty() && !texts.lacks_team() {
            checks.wrong(Field::CoverTeams, Problem::Missing);
        }
        if checks.is_clean() {
            Ok(covering)
        } else {
            Err(checks.into_invalid())
        }
    }
}
