//! Tests of linked accounts.

use super::*;
use crate::form::Form;
use crate::refusal::{Field, Problem};

#[test]
fn a_request_needs_a_login_name_and_a_reason() {
    let wrong = AskLink::default().parse().expect_err("empty");
    assert_eq!(wrong.at(Field::OtherLogin), Some(&Problem::Missing));
    assert_eq!(wrong.at(Field::Reason), Some(&Problem::Missing));
    let asked = AskLink {
        other_login: " Anna.Berg ".to_owned(),
        reason: " Nights ".to_owned(),
        ..AskLink::default()
    };
    let (name, reason) = asked.parse().expect("good");
    assert_eq!(
        (name.key().as_str(), reason.as_str()),
        ("anna.berg", "Nights")
    );
}

#[test]
fn a_refused_switch_keeps_its_destination_and_a_refused_link_its_search() {
    let switch = |next: &str| {
        SwitchAccount {
            next: next.to_owned(),
            ..SwitchAccount::default()
        }
        .page()
    };
    assert_eq!(
        switch("/users?q=a"),
        "/profile/accounts?next=/users%3Fq%3Da"
    );
    assert_eq!(switch("//evil.example"), "/profile/accounts");
    let link = ProposeLink {
        one: "a&b".to_owned(),
        other: "c".to_owned(),
        ..ProposeLink::default()
    };
    assert_eq!(link.page(), "/organisations/links?one=a%26b&other=c");
}
