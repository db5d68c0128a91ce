//! Durations that stand in a file of the database's functions are those of `usher_types::durations`.

use std::time::Duration;

use usher_domain::limits::Limit;
use usher_types::durations::{CASELOAD_RETURN, DRAFT, DRAFTS_COUNTED, KNOWN_BROWSER, SHOWN_SECRET};

const DRAFT_FIND: &str = include_str!("../../migration/src/schema/functions/draft_find.sql");
const DRAFT_TAKE: &str = include_str!("../../migration/src/schema/functions/draft_take.sql");
const SWEEP: &str = include_str!("../../migration/src/schema/functions/sweep.sql");

/// The interval that `sql` subtracts from the current time in the comparison that begins so.
fn interval(sql: &str, comparison: &str) -> Duration {
    let begin = format!("{comparison} at - interval '");
    let found: Vec<&str> = sql
        .split(&begin)
        .skip(1)
        .filter_map(|rest| rest.split('\'').next())
        .collect();
    let [interval] = found[..] else {
        panic!(
            "{} comparisons begin with {begin:?}, and not one",
            found.len()
        );
    };
    let (number, unit) = interval.split_once(' ').expect("a number and a unit");
    let number: u64 = number.parse().expect("a number");
    Duration::from_secs(match unit.trim_end_matches('s') {
        "minute" => number * 60,
        "hour" => number * 60 * 60,
        "day" => number * 24 * 60 * 60,
        _ => panic!("{unit} is a unit that this test does not know"),
    })
}

#[test]
fn the_database_keeps_rows_as_long_as_the_constants_say() {
    let counted = Limit::ALL
        .iter()
        .map(|limit| u64::from(limit.seconds().unsigned_abs()))
        .max()
        .map(Duration::from_secs);
    let drafts = "FROM drafts WHERE created_at <=";
    let moves = "FROM caseload_moves WHERE moved_at <=";
    let browsers = "FROM known_browsers WHERE seen_at <=";
    for (file, sql, comparison, duration) in [
        ("draft_find.sql", DRAFT_FIND, "created_at >", Some(DRAFT)),
        (
            "draft_take.sql",
            DRAFT_TAKE,
            "created_at >",
            Some(SHOWN_SECRET),
        ),
        ("sweep.sql", SWEEP, drafts, Some(DRAFT)),
        ("sweep.sql", SWEEP, moves, Some(CASELOAD_RETURN)),
        ("sweep.sql", SWEEP, browsers, Some(KNOWN_BROWSER)),
        ("sweep.sql", SWEEP, "FROM throttles WHERE since <", counted),
    ] {
        assert_eq!(
            Some(interval(sql, comparison)),
            duration,
            "If you're here because you changed a duration: `{comparison}` in {file} is another one than its constant. Change the \
             file, and add a migration that runs it again."
        );
    }
}

#[test]
fn the_message_about_too_many_drafts_says_how_long_to_wait() {
    for limit in [Limit::Drafts, Limit::DraftsOfVisitors] {
        assert_eq!(
            u64::from(limit.seconds().unsigned_abs()),
            DRAFTS_COUNTED.as_secs(),
            "If you're here because you changed the period of {}: change DRAFTS_COUNTED, which the message shows.",
            limit.code()
        );
    }
}
