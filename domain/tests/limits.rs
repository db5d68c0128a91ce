//! Every costly call has a limit, and docs/limits.md documents it (ASVS 2.4.1).

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use usher_domain::drafts::{self, Body, Browser, Mark, Sender};
use usher_domain::limits::{Limit, limits_of_mail};
use usher_domain::{Db, Result, Scope, accounts, audit, profile, referrals, reports, users};
use usher_types::mail::Mail;
use usher_types::profile::{ChangeEmail, ChangePassword};
use usher_types::referrals::ActOnReferral;
use usher_types::reports::PeriodQuery;
use usher_types::session::SignIn;
use usher_types::users::{EditUser, Invite, NewUser, SetTemporaryPassword};
use usher_types::{AdministratorAct, Field, NoticeId, Problem, ReferralId, Refusal, Secret};

use crate::support::{ADDRESS, PASSWORD, World, new_user, problem, refusal, run, tries};

/// A password whose strength estimate took most of a second of a core.
fn expensive() -> String {
    "4@8({[<369&#!1/|0$5+7%2"
        .chars()
        .cycle()
        .take(100)
        .collect()
}

fn new_password(new: &str) -> ChangePassword {
    ChangePassword {
        current_password: Secret::new("not my password 77"),
        new_password: Secret::new(new),
        ..ChangePassword::default()
    }
}

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/limits.md");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of the document's table of limits: name to number and seconds.
fn documented() -> BTreeMap<String, (i32, i32)> {
    let document = document();
    let rows = document.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix('|')?.split('|').map(str::trim).collect();
        let [name, most, seconds, ..] = cells[..] else {
            return None;
        };
        Some((
            name.strip_prefix('`')?.strip_suffix('`')?.to_owned(),
            (most.parse().ok()?, seconds.parse().ok()?),
        ))
    });
    rows.collect()
}

#[test]
fn every_limit_is_documented_with_its_numbers() {
    let limits: BTreeMap<String, (i32, i32)> = Limit::ALL
        .iter()
        .map(|limit| (limit.code().to_owned(), (limit.most(), limit.seconds())))
        .collect();
    assert_eq!(
        documented(),
        limits,
        "If you're here because you changed a limit: change its row in docs/limits.md, too."
    );
}

/// Acts as this user at another time.
async fn acts(world: &World<'_>, who: &str, db: &Db) -> Scope {
    let token = world.token(who).await;
    db.authenticate(&token, db.new_id())
        .await
        .expect("answers")
        .expect("signed in")
        .scope
}

/// The key under which [`once`] counts a limit; `None` for limits that other tests exercise
/// (foundation/limits.rs).
async fn counted_for(world: &World<'_>, limit: Limit) -> Option<String> {
    Some(match limit {
        Limit::WrongPasswords
        | Limit::WrongPasswordsFromKnownBrowser
        | Limit::WrongPasswordsFromAddress => return None,
        // tested in audit.rs
        Limit::RepeatedEvents => return None,
        // repeats of an already counted action pass (users_create.rs posts a form fifty times)
        Limit::Acts => return None,
        Limit::OwnPasswords => world.id("karin").to_string(),
        Limit::TemporaryPasswords
        | Limit::Reports
        | Limit::TakenElsewhere
        | Limit::MailsOfActor
        | Limit::ReferralSteps => world.id("maria").to_string(),
        Limit::MailsAboutPerson | Limit::Switches => world.id("sofia").to_string(),
        Limit::SwitchMails => world.id("bea").to_string(),
        Limit::MailsToAddress => "victim@bomb.example".to_owned(),
        Limit::CrossSite | Limit::DraftsOfVisitors | Limit::ThrottledSignIns => ADDRESS.to_owned(),
        // a user is counted by the mark of their drafts
        Limit::Drafts => Browser::new()
            .expect("randomness")
            .used_by(marias(world))
            .expose()
            .split_once('.')
            .expect("a mark")
            .1
            .to_owned(),
    })
}

fn marias(world: &World<'_>) -> Mark {
    Mark::of(&world.db, world.id("maria"))
}

async fn keeps(db: &Db, sender: Sender) -> bool {
    let body = Body::of(SignIn::default(), Some(Refusal::WrongLogin)).expect("JSON");
    drafts::save(db, &Browser::new().expect("randomness"), sender, body)
        .await
        .expect("answers")
        .is_some()
}

/// Switches from karin's account to bea's in a new session, because a session would expire within
/// this limit's period. Above the limit, the switch succeeds without a mail.
async fn is_told_of_a_switch(world: &World<'_>, db: &Db) -> bool {
    let told = "SELECT count(*) FROM outbox WHERE mail ->> 'kind' = 'switched_to'";
    let before: i64 = world.one(told).await;
    let session = tries(db, "karin.ek", PASSWORD, ADDRESS)
        .await
        .expect("signed in");
    let karin = db
        .authenticate(&session, db.new_id())
        .await
        .expect("answers")
        .expect("signed in")
        .scope;
    accounts::switch(&karin, &session, &world.sodra.to_string())
        .await
        .expect("switched");
    world.one::<i64>(told).await > before
}

/// Performs an action that a limit counts; false if the limit refused it.
async fn once(world: &World<'_>, db: &Db, limit: Limit) -> bool {
    let is_slow = |result: Result<()>| {
        matches!(
            result,
            Err(usher_domain::Error::Refused(Refusal::Slow { .. }))
        )
    };
    if limit == Limit::SwitchMails {
        return is_told_of_a_switch(world, db).await;
    }
    let maria = acts(world, "maria", db).await;
    let result = match limit {
        Limit::WrongPasswords
        | Limit::WrongPasswordsFromKnownBrowser
        | Limit::WrongPasswordsFromAddress => return true,
        Limit::RepeatedEvents | Limit::Acts | Limit::SwitchMails => return true,
        Limit::OwnPasswords => {
            let karin = acts(world, "karin", db).await;
            profile::change_password(&karin, &new_password("short"), ADDRESS)
                .await
                .map(|_| ())
        }
        Limit::TemporaryPasswords => {
            let form = SetTemporaryPassword {
                user: world.id("karin").to_string(),
                temporary_password: Secret::new("short"),
                ..SetTemporaryPassword::default()
            };
            users::set_temporary_password(&maria, &form)
                .await
                .map(|_| ())
        }
        Limit::Reports => reports::page(&maria, PeriodQuery::default())
            .await
            .map(|_| ()),
        Limit::TakenElsewhere => users::availability(&maria, "bea.noren", None)
            .await
            .map(|_| ()),
        Limit::MailsOfActor | Limit::MailsToAddress => {
            let form = NewUser {
                email: "victim@bomb.example".to_owned(),
                way_in: "invitation".to_owned(),
                ..new_user(&maria, "Vic", "Tim").await
            };
            // the second form with this name is refused as a duplicate; the mail is counted before
            // that
            users::create(&maria, form).await.map(|_| ())
        }
        Limit::Switches => {
            let (sofia, session) = (acts(world, "sofia", db).await, world.token("sofia").await);
            // no linked account exists there; the limit counts before it checks that
            accounts::switch(&sofia, &session, &world.sodra.to_string())
                .await
                .map(|_| ())
        }
        Limit::MailsAboutPerson => {
            let sofia = acts(world, "sofia", db).await;
            let form = ChangeEmail {
                email: format!("{}@new.example", db.new_id()),
                current_password: Secret::new(PASSWORD),
                ..Default::default()
            };
            profile::change_email(&sofia, &form, ADDRESS).await
        }
        Limit::ReferralSteps => {
            let form = ActOnReferral {
                referral: db.new_id().to_string(),
                version: "1".to_owned(),
                act: "accepted".to_owned(),
                ..Default::default()
            };
            referrals::act(&maria, &form).await.map(|_| ())
        }
        Limit::Drafts => return keeps(db, Sender::Person(marias(world))).await,
        Limit::DraftsOfVisitors => return keeps(db, Sender::Visitor(ADDRESS.to_owned())).await,
        Limit::ThrottledSignIns => {
            let recorded = "SELECT count(*) FROM security_events WHERE kind = 'sign_in_throttled'";
            let before: i64 = world.one(recorded).await;
            let key = Limit::WrongPasswords.key("nobody.here");
            let blocked = "ON CONFLICT (key) DO UPDATE SET blocked_until = '2027-01-01'";
            world.owner_runs(&format!("INSERT INTO throttles VALUES ('{key}', 9, '2026-11-23', '2027-01-01') {blocked}")).await;
            assert!(matches!(
                refusal(tries(db, "nobody.here", PASSWORD, ADDRESS).await),
                Refusal::Slow { .. }
            ));
            return world.one::<i64>(recorded).await > before;
        }
        Limit::CrossSite => {
            let recorded = "SELECT count(*) FROM security_events WHERE kind = 'cross_site'";
            let before: i64 = world.one(recorded).await;
            audit::cross_site(&db.visitor(db.new_id()), "/api/x", ADDRESS)
                .await
                .expect("answers");
            return world.one::<i64>(recorded).await > before;
        }
    };
    !is_slow(result)
}

#[test]
fn every_limit_refuses_the_one_too_many_and_lets_the_next_through_when_its_time_is_over() {
    run(async |world| {
        for who in ["karin", "maria", "bea"] {
            world.token(who).await;
        }
        world
            .owner_runs(&format!(
                "UPDATE users SET email = 'bea@example.org' WHERE id = '{}'",
                world.id("bea")
            ))
            .await;
        world
            .owner_runs(&format!(
                "INSERT INTO linked_accounts (organisation_id, user_id, person_id, linked_at)
                    VALUES ('{0}', '{1}', '{1}', now()), ('{2}', '{3}', '{1}', now())",
                world.northfield,
                world.id("karin"),
                world.sodra,
                world.id("bea")
            ))
            .await;
        for limit in Limit::ALL.iter().copied() {
            let Some(who) = counted_for(world, limit).await else {
                continue;
            };
            let name = limit.code();
            // each limit starts with the clock at the morning again
            world.owner_runs("DELETE FROM throttles").await;
            assert!(once(world, &world.db, limit).await, "{name}: the first");
            let (key, most) = (limit.key(&who), limit.most());
            let counted = format!("SELECT count(*) FROM throttles WHERE key = '{key}'");
            assert_eq!(
                world.one::<i64>(&counted).await,
                1,
                "If you're here because {name} is counted for somebody else: say so in counted_for."
            );
            world
                .owner_runs(&format!(
                    "UPDATE throttles SET failures = {most} - 1 WHERE key = '{key}'"
                ))
                .await;
            assert!(
                once(world, &world.db, limit).await,
                "{name}: the last that is allowed"
            );
            assert!(
                !once(world, &world.db, limit).await,
                "{name}: one more than {most}"
            );
            let still = world.later(TimeDelta::seconds(i64::from(limit.seconds()) - 1));
            assert!(!once(world, &still, limit).await, "{name}: it waits");
            let then = world.later(TimeDelta::seconds(i64::from(limit.seconds())));
            assert!(once(world, &then, limit).await, "{name}: its time is over");
        }
    });
}

#[test]
fn a_hundred_characters_of_l33t_kept_the_async_threads_busy_before_anything_was_counted() {
    run(async |world| {
        let karin = world.as_("karin").await;
        let form = new_password(&expensive());
        let flood = async {
            let mut refused = 0;
            for _ in 0..Limit::OwnPasswords.most() + 10 {
                let answer = profile::change_password(&karin, &form, ADDRESS).await;
                refused += i32::from(matches!(refusal(answer), Refusal::Slow { .. }));
            }
            refused
        };
        // the runtime stays responsive: the estimates run on other threads
        let mut slowest = Duration::ZERO;
        let mut flood = std::pin::pin!(flood);
        let refused = loop {
            let begun = Instant::now();
            tokio::select! {
                biased;
                refused = &mut flood => break refused,
                () = tokio::time::sleep(Duration::from_millis(5)) => slowest = slowest.max(begun.elapsed()),
            }
        };
        assert!(refused >= 10, "beyond the limit nothing is estimated");
        assert!(
            slowest < Duration::from_millis(500),
            "If you're here because {slowest:?} passed: an estimate runs on an async thread."
        );
    });
}

#[test]
fn a_weak_new_password_is_reported_before_the_current_one_is_checked() {
    run(async |world| {
        let karin = world.as_("karin").await;
        let weak = ChangePassword {
            current_password: Secret::new(PASSWORD),
            new_password: Secret::new("karin ek at northfield"),
            ..Default::default()
        };
        assert!(matches!(
            problem(
                profile::change_password(&karin, &weak, ADDRESS).await,
                Field::NewPassword
            ),
            Problem::Weak(_)
        ));
    });
}

/// The number of a kind of mail. A new kind does not compile without a number here, and fails the
/// test without an example.
fn number(mail: &Mail) -> usize {
    match mail {
        Mail::Invitation => 0,
        Mail::ConfirmEmail { .. } => 1,
        Mail::EmailChanged { .. } => 2,
        Mail::PasswordChanged => 3,
        Mail::VendorNotice { .. } => 4,
        Mail::LinkAnswered { .. } => 5,
        Mail::ReferralArrived { .. } => 6,
        Mail::ReferralMoved { .. } => 7,
        Mail::ColleagueArchived { .. } => 8,
        Mail::AdministratorManaged { .. } => 9,
        Mail::LinkProposed { .. } => 10,
        Mail::AccountsLinked { .. } => 11,
        Mail::AccountUnlinked { .. } => 12,
        Mail::SwitchedTo { .. } => 13,
    }
}

#[test]
fn every_kind_of_mail_is_documented_with_its_limits() {
    let to = String::new();
    let id = uuid::Uuid::nil();
    let kinds = [
        Mail::Invitation,
        Mail::ConfirmEmail { to: to.clone() },
        Mail::EmailChanged { to: to.clone() },
        Mail::PasswordChanged,
        Mail::VendorNotice {
            notice: NoticeId(id),
            to,
        },
        Mail::LinkAnswered {
            user: usher_types::UserId(id),
            linked: true,
        },
        Mail::ReferralArrived {
            referral: ReferralId(id),
        },
        Mail::ReferralMoved {
            referral: ReferralId(id),
        },
        Mail::ColleagueArchived {
            user: usher_types::UserId(id),
            clients: 0,
        },
        Mail::AdministratorManaged {
            user: usher_types::UserId(id),
            act: AdministratorAct::Archive,
            by: usher_types::UserId(id),
        },
        Mail::LinkProposed { with: Vec::new() },
        Mail::AccountsLinked { with: Vec::new() },
        Mail::AccountUnlinked { with: Vec::new() },
        Mail::SwitchedTo { with: Vec::new() },
    ];
    let document = document();
    for (place, mail) in kinds.iter().enumerate() {
        assert_eq!(
            number(mail),
            place,
            "If you're here because you added a kind of mail: give an example of it, too."
        );
        let kind = serde_json::to_value(mail).expect("JSON")["kind"]
            .as_str()
            .expect("a kind")
            .to_owned();
        let limits = limits_of_mail(mail);
        assert!(!limits.is_empty(), "{kind} is sent without a limit");
        let limits: Vec<String> = limits
            .iter()
            .map(|limit| format!("`{}`", limit.code()))
            .collect();
        let row = format!("| `{kind}` | {} |", limits.join(", "));
        assert!(
            document.contains(&row),
            "If you're here because you changed the limits of a mail: docs/limits.md lacks {row}"
        );
    }
    assert!(document.contains(&format!("{} kinds of mail", kinds.len())));
}

#[test]
fn forty_posts_sent_forty_mails_to_a_stranger() {
    run(async |world| {
        let sofia = world.as_("sofia").await;
        let (mut sent, mut slow) = (0, 0);
        for number in 0..40 {
            let form = ChangeEmail {
                email: format!("victim{}@bomb.example", number % 2),
                current_password: Secret::new(PASSWORD),
                ..ChangeEmail::default()
            };
            match profile::change_email(&sofia, &form, ADDRESS).await {
                Ok(()) => sent += 1,
                Err(error) => {
                    slow += i32::from(matches!(refusal::<()>(Err(error)), Refusal::Slow { .. }))
                }
            }
        }
        assert_eq!(
            (sent, slow),
            (
                Limit::MailsAboutPerson.most(),
                40 - Limit::MailsAboutPerson.most()
            )
        );
        assert_eq!(
            world.one::<i64>("SELECT count(*) FROM outbox").await,
            i64::from(sent)
        );
    });
}

#[test]
fn one_address_received_mails_through_many_accounts() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let mut done = 0;
        for number in 0..15 {
            let form = new_user(&maria, &format!("Vic{}", char::from(b'a' + number)), "Tim").await;
            let user = users::create(&maria, form).await.expect("created");
            let form = users::edit_user_form(&maria, user, None)
                .await
                .expect("a form")
                .form;
            let given = users::edit(
                &maria,
                EditUser {
                    email: "victim@bomb.example".to_owned(),
                    ..form
                },
            )
            .await;
            if given.is_err() {
                assert!(matches!(refusal(given), Refusal::Slow { .. }));
                continue;
            }
            done += 1;
            // and removed again, so that the next user can have it
            let form = users::edit_user_form(&maria, user, None)
                .await
                .expect("a form")
                .form;
            users::edit(
                &maria,
                EditUser {
                    email: String::new(),
                    ..form
                },
            )
            .await
            .expect("saved");
        }
        assert_eq!(
            done,
            Limit::MailsToAddress.most() / 2,
            "each time it is told when it is given, and when it is taken away"
        );
    });
}

#[test]
fn one_person_was_invited_again_and_again() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        let anna = users::create(&maria, form)
            .await
            .expect("created")
            .to_string();
        let sofia = world.as_("sofia").await;
        let invite = Invite {
            user: anna,
            ..Invite::default()
        };
        for number in 0..Limit::MailsAboutPerson.most() {
            let by = if number % 2 == 0 { &maria } else { &sofia };
            users::invite(by, &invite).await.expect("invited");
        }
        for by in [&maria, &sofia] {
            assert!(
                matches!(
                    refusal(users::invite(by, &invite).await),
                    Refusal::Slow { .. }
                ),
                "whoever does it"
            );
        }
        let bo = Invite {
            user: world.id("bo").to_string(),
            ..Invite::default()
        };
        assert_eq!(
            refusal(users::invite(&maria, &bo).await),
            Refusal::NotFound,
            "and about nobody else is anything told"
        );
    });
}
