//! Tests of events and their filters.

use std::collections::BTreeMap;

use super::*;

/// The kinds of all events, read from where they are declared.
fn declared() -> Vec<String> {
    let source = include_str!("events.rs");
    let body = source
        .split("pub enum Event {")
        .nth(1)
        .and_then(|rest| rest.split("\n}").next())
        .unwrap_or_default();
    let variants = body
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(char::is_uppercase));
    variants
        .filter_map(|line| line.split([' ', ',']).next())
        .map(snake)
        .collect()
}

fn snake(name: &str) -> String {
    let letters = name.chars().enumerate().flat_map(|(at, letter)| {
        let gap = (at > 0 && letter.is_uppercase()).then_some('_');
        gap.into_iter().chain(letter.to_lowercase())
    });
    letters.collect()
}

#[test]
fn every_event_is_found_by_one_filter() {
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for kind in EventGroup::ALL.into_iter().flat_map(EventGroup::kinds) {
        *times.entry(kind).or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    let mut declared = declared();
    declared.sort();
    let grouped: Vec<_> = times.into_keys().map(str::to_owned).collect();
    assert_eq!(
        declared, grouped,
        "If you're here because you added an event: say in EventGroup::kinds by which filter it is found."
    );
}

#[test]
fn every_group_has_a_code_of_its_own() {
    for group in EventGroup::ALL {
        assert_eq!(EventGroup::from_code(group.code()), Some(group));
    }
}
