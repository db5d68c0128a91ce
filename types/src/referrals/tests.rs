//! Tests of referrals.

use super::*;
use crate::form::Form;
use crate::primitives::actions::ReferralStep;
use crate::refusal::{Field, Problem};

const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

const OTHER: &str = "0197a4d2-0000-7000-8000-000000000002";

fn typed() -> NewReferral {
    let (client, resource, key) = (ID.to_owned(), ID.to_owned(), ID.to_owned());
    NewReferral {
        client,
        resource,
        key,
        why: " Needs a day activity ".to_owned(),
        ..NewReferral::default()
    }
}

#[test]
fn a_recipient_without_an_organisation_is_an_own_resource_and_without_a_resource_the_organisation()
{
    let (id, other) = (ID.parse().expect("an id"), OTHER.parse().expect("an id"));
    assert_eq!(Destination::parse(ID, ""), Some(Destination::Own(id)));
    assert_eq!(
        Destination::parse(ID, OTHER),
        Some(Destination::Shared(other, id))
    );
    assert_eq!(
        Destination::parse("", OTHER),
        Some(Destination::Organisation(other))
    );
    for (resource, at) in [("", ""), ("x", ""), (ID, "x"), ("x", OTHER), ("", "x")] {
        assert_eq!(
            Destination::parse(resource, at),
            None,
            "{resource:?} {at:?}"
        );
    }
}

#[test]
fn a_referral_needs_a_client_a_recipient_and_a_reason() {
    let new = typed().parse().expect("good");
    assert_eq!(
        (new.why.as_str(), new.with_contact),
        ("Needs a day activity", false)
    );
    let empty = NewReferral::default().parse().expect_err("empty");
    assert_eq!(empty.at(Field::Why), Some(&Problem::Missing));
    assert_eq!(empty.at(Field::Destination), Some(&Problem::Wrong));
    assert_eq!(empty.at(Field::Form), Some(&Problem::Wrong));
}

#[test]
fn a_refused_referral_is_shown_again_with_client_and_recipient_and_a_reviewed_one_on_its_page() {
    assert_eq!(
        typed().page(),
        format!("/referrals/new?client={ID}&resource={ID}")
    );
    assert_eq!(
        NewReferral {
            resource: "\"><b>".to_owned(),
            ..typed()
        }
        .page(),
        format!("/referrals/new?client={ID}")
    );
    assert_eq!(
        NewReferral {
            step: REVIEW.to_owned(),
            ..typed()
        }
        .page(),
        "/referrals/review"
    );
    assert_eq!(ActOnReferral::default().page(), "/referrals");
}

#[test]
fn declining_asking_and_replying_need_words_and_the_rest_may_have_some() {
    for step in ReferralStep::ACTS {
        let form = ActOnReferral {
            referral: ID.to_owned(),
            version: "1".to_owned(),
            act: step.code().to_owned(),
            ..Default::default()
        };
        match form.parse() {
            Err(invalid) => assert!(
                step.needs_note() && invalid.at(Field::Note) == Some(&Problem::Missing),
                "{step:?}"
            ),
            Ok(_) => assert!(!step.needs_note(), "{step:?}"),
        }
        let said = ActOnReferral {
            note: " Said ".to_owned(),
            ..form
        };
        assert_eq!(
            said.parse().map(|taken| (taken.step, taken.note)),
            Ok((step, "Said".to_owned()))
        );
    }
}

#[test]
fn a_sent_referral_is_neither_sent_again_nor_marked_as_undelivered_by_hand() {
    for act in ["sent", "undelivered", "", "Accepted"] {
        let form = ActOnReferral {
            referral: ID.to_owned(),
            version: "1".to_owned(),
            act: act.to_owned(),
            ..Default::default()
        };
        assert_eq!(
            form.parse().expect_err(act).at(Field::Form),
            Some(&Problem::Wrong)
        );
    }
}

#[test]
fn a_finished_referral_cannot_be_changed() {
    for over in [Status::Declined, Status::Withdrawn, Status::Ended] {
        assert!(
            ReferralStep::ALL
                .iter()
                .all(|step| step.next_status(over).is_none()),
            "{over:?}"
        );
    }
}

/// Both sides act on their own row at will, and deliveries are as late as possible.
#[test]
fn both_sides_come_to_the_same_in_whatever_order_they_hear_of_each_other() {
    fn walk(
        sender: Status,
        receiver: Status,
        to_receiver: &[ReferralStep],
        to_sender: &[ReferralStep],
        left: u32,
        seen: &mut u32,
    ) {
        let arrived = |status: Status, steps: &[ReferralStep]| {
            steps
                .iter()
                .fold(status, |status, step| step.status_on_arrival(status))
        };
        assert_eq!(
            arrived(receiver, to_receiver),
            arrived(sender, to_sender),
            "{to_receiver:?} {to_sender:?}"
        );
        *seen += 1;
        if left == 0 {
            return;
        }
        for step in ReferralStep::ACTS {
            for (side, at) in [(Side::Sender, sender), (Side::Receiver, receiver)] {
                let Some(next) = step.next_status(at).filter(|_| step.is_of(side)) else {
                    continue;
                };
                let (mine, theirs) = (
                    [to_receiver, &[step]].concat(),
                    [to_sender, &[step]].concat(),
                );
                match side {
                    Side::Sender => walk(next, receiver, &mine, to_sender, left - 1, seen),
                    Side::Receiver => walk(sender, next, to_receiver, &theirs, left - 1, seen),
                }
            }
        }
        if let [first, rest @ ..] = to_receiver {
            walk(
                sender,
                first.status_on_arrival(receiver),
                rest,
                to_sender,
                left - 1,
                seen,
            );
        }
        if let [first, rest @ ..] = to_sender {
            walk(
                first.status_on_arrival(sender),
                receiver,
                to_receiver,
                rest,
                left - 1,
                seen,
            );
        }
    }
    let mut seen = 0;
    walk(Status::Sent, Status::Sent, &[], &[], 9, &mut seen);
    assert!(seen > 1_000, "too little was walked: {seen}");
}
