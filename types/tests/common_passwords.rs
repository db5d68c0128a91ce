//! The list of common passwords is large enough, and the verdict refuses its entries.

use std::{fs, path::Path};
use usher_types::password::{MIN_LENGTH, MIN_LENGTH_WITH_SECOND_FACTOR, judge};

fn entries() -> Vec<String> {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/blocklist/entries.txt");
    fs::read_to_string(list)
        .expect("tools/blocklist/entries.txt")
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn three_thousand_and_more_satisfy_each_rule_on_length() {
    let lengths: Vec<usize> = entries()
        .iter()
        .map(|entry| entry.chars().count())
        .collect();
    assert!(
        lengths
            .iter()
            .filter(|&&length| length >= MIN_LENGTH)
            .count()
            >= 5_000,
        "ASVS 6.2.4"
    );
    assert!(
        lengths
            .iter()
            .filter(|&&length| length < MIN_LENGTH)
            .count()
            >= 5_000,
        "ASVS 6.2.4"
    );
    assert!(
        lengths
            .iter()
            .all(|&length| length >= MIN_LENGTH_WITH_SECOND_FACTOR),
        "too short to be accepted anyway"
    );
}

#[test]
fn entries_are_refused_in_any_case() {
    // Only a sample: a test beside the filter looks up every entry, and judging also estimates,
    // which takes a minute for all of them.
    for entry in entries().iter().step_by(17) {
        for typed in [entry.clone(), entry.to_ascii_uppercase()] {
            let verdict = judge(&typed, &[], MIN_LENGTH_WITH_SECOND_FACTOR);
            assert!(
                !verdict.uncommon && !verdict.is_strong(),
                "{typed:?} is in the list and was accepted: run build.py again"
            );
        }
    }
}
