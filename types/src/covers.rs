//! Team coverage: other teams whose work a user covers, for a period or without an end (IZ-08,
//! IZ-09).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::When;
use crate::form::{Checks, form, line};
use crate::identity_number::Date;
use crate::ids::{CoverId, TeamId, UserId};
use crate::invisible::visible;
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::units::TeamName;

/// The largest number of characters of a reason.
const REASON: u32 = 200;

form! {
    /// Assigns a person to cover teams.
    GiveCover shown at |form| match form.user.parse::<UserId>() {
        Ok(user) => format!("/users/{user}/coverage"),
        Err(_) => "/users".to_owned(),
    };
    text {
        /// The person who covers.
        user,
        /// The start, as a [`Minute`]; now if empty.
        cover_from,
        /// The end, as a [`Minute`]; no end if empty.
        cover_until,
        /// The reason; optional.
        cover_reason,
    }
    list {
        /// Ids of the teams.
        cover_teams,
    }
}

form! {
    /// Ends a cover now.
    EndCover shown at |form| match form.user.parse::<UserId>() {
        Ok(user) => format!("/users/{user}/coverage"),
        Err(_) => "/users".to_owned(),
    };
    text {
        /// The person who covers.
        user,
        /// The cover.
        cover,
    }
}

/// A minute in local time: the value of an `<input type="datetime-local">`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute {
    /// The year.
    pub year: i32,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// The hour, from 0.
    pub hour: u8,
    /// The minute.
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
    /// The reason.
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

/// A cover of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The cover's id.
    pub id: CoverId,
    /// The team whose work is covered.
    pub team: TeamName,
    /// Who covers it.
    pub user: UserId,
    /// Their displayed name.
    pub name: String,
    /// From when.
    pub from: When,
    /// The end; no end if `None`.
    pub until: Option<When>,
    /// The reason; may be empty.
    pub reason: String,
    /// Whether it has begun.
    pub has_begun: bool,
}

/// A person's team coverage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoveragePage {
    /// The person who covers.
    pub user: UserId,
    /// Their displayed name.
    pub name: String,
    /// Their covers, current and upcoming.
    pub covers: Vec<Cover>,
    /// The teams that may be chosen.
    pub teams: Vec<TeamName>,
    /// An empty form, or the saved draft.
    pub form: GiveCover,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_was_said_about_a_cover_was_lost_where_no_team_was_chosen() {
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
}
