//! How the worker handles the replies of a mail server.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use usher_domain::{chain, clients, delivery, organisations, teams, users};
use usher_server::audit::{Verify, verify};
use usher_server::config::{Config, Flags};
use usher_server::mailer::Mailer;
use usher_server::worker;
use usher_types::BuiltInRole;
use usher_types::clients::EditClient;
use usher_types::organisations::ActOnAdministrator;
use usher_types::units::{ChangeMember, EditTeam};
use usher_types::users::{Archive, NewUser};

use crate::support::{World, new_user, role_of, run};

/// A mail server with a fixed reply to one of its commands.
async fn mail_server(command: &'static str, answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (reader, mut writer) = stream.into_split();
            let mut lines = BufReader::new(reader).lines();
            let mut is_data = false;
            writer
                .write_all(b"220 mail.example.org\r\n")
                .await
                .expect("told");
            while let Ok(Some(line)) = lines.next_line().await {
                if is_data && line != "." {
                    continue;
                }
                let said = match line.split([' ', ':']).next().unwrap_or_default() {
                    "." if is_data => "250 taken",
                    said if said == command => answer,
                    "DATA" => "354 go on",
                    "EHLO" => "250-mail.example.org\r\n250 AUTH PLAIN",
                    _ => "250 well",
                };
                is_data = said.starts_with("354");
                if writer
                    .write_all(format!("{said}\r\n").as_bytes())
                    .await
                    .is_err()
                {
                    break;
                }
            }
        }
    });
    address
}

/// The result of an invitation: its state with the number of attempts, and the error.
async fn sent(world: &World<'_>, command: &'static str, answer: &'static str) -> (String, String) {
    sent_to(world, "anna@example.org", command, answer).await
}

async fn sent_to(
    world: &World<'_>,
    address: &str,
    command: &'static str,
    answer: &'static str,
) -> (String, String) {
    let server = mail_server(command, answer).await;
    let settings = [
        (
            "USHER_SMTP_URL".to_owned(),
            format!("smtp://usher:secret@{server}?tls=none"),
        ),
        (
            "USHER_MAIL_FROM".to_owned(),
            "Usher <usher@example.org>".to_owned(),
        ),
    ];
    let mailer =
        Mailer::new(&Config::from_sources(&Flags::default(), settings).expect("good settings"))
            .expect("a mailer");
    let maria = world.as_("maria").await;
    let form = NewUser {
        email: address.to_owned(),
        way_in: "invitation".to_owned(),
        ..new_user(&maria, "Anna", "Ahl").await
    };
    users::create(&maria, form).await.expect("created");
    assert_eq!(
        worker::batch(&world.db, &mailer, "https://usher.example.org")
            .await
            .expect("works"),
        1
    );
    (
        world
            .one("SELECT state || ' ' || attempts FROM outbox")
            .await,
        world.one("SELECT coalesce(error, '') FROM outbox").await,
    )
}

#[test]
fn an_international_domain_is_sent_to_the_mail_server_in_ascii() {
    run(async |world| {
        assert_eq!(
            sent_to(world, "anna@räka.se", "HELP", "250 well").await.0,
            "sent 1"
        );
    });
}

#[test]
fn a_mail_that_the_mail_server_accepts_is_sent() {
    run(async |world| {
        assert_eq!(
            sent(world, "", "").await,
            ("sent 1".to_owned(), String::new())
        )
    });
}

#[test]
fn a_mail_refused_for_good_is_not_retried_and_its_error_contains_no_address() {
    run(async |world| {
        let (state, why) = sent(world, "RCPT", "550 5.1.1 <anna@example.org>: no such user").await;
        assert_eq!(
            (state.as_str(), why.as_str()),
            (
                "failed 1",
                "the mail server answered 550 5.1.1 … no such user"
            )
        );
    });
}

#[test]
fn a_mail_refused_for_now_is_retried() {
    run(async |world| {
        let (state, why) = sent(world, "RCPT", "451 4.7.1 greylisted").await;
        assert_eq!(
            (state.as_str(), why.as_str()),
            ("waiting 1", "the mail server answered 451 4.7.1 greylisted")
        );
    });
}

#[test]
fn a_mail_is_retried_if_the_mail_server_refuses_our_sign_in() {
    run(async |world| {
        let (state, why) = sent(world, "AUTH", "535 5.7.8 bad credentials").await;
        assert_eq!(
            (state.as_str(), why.as_str()),
            (
                "waiting 1",
                "the mail server answered 535 5.7.8 bad credentials"
            )
        );
    });
}

/// The texts of the waiting mails of a kind.
async fn told(world: &World<'_>, kind: &str) -> Vec<String> {
    let claimed = delivery::claim(&world.db, 50).await.expect("claims");
    let of_kind = claimed
        .iter()
        .filter(|claimed| serde_json::to_value(&claimed.mail).expect("json")["kind"] == kind);
    of_kind
        .map(|claimed| {
            usher_app::mail::render(claimed, "https://usher.example.org")
                .expect("words")
                .text
        })
        .collect()
}

#[test]
fn the_invitation_did_not_say_where_to_sign_in_later() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            email: "anna@example.org".to_owned(),
            way_in: "invitation".to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        users::create(&maria, form.clone()).await.expect("created");
        let sv = NewUser {
            email: "bo@example.org".to_owned(),
            language: "sv".to_owned(),
            login_name: "bo.ahl".to_owned(),
            first_name: "Bo".to_owned(),
            key: world.db.new_id().to_string(),
            ..form
        };
        users::create(&maria, sv).await.expect("created");
        let mails = told(world, "invitation").await;
        assert!(mails.iter().any(|text| text.contains(
            "sign in with your login name and your password at https://usher.example.org/sign-in"
        )));
        assert!(
            mails
                .iter()
                .any(|text| text.contains("loggar du in med ditt användarnamn")
                    && text.contains("https://usher.example.org/sign-in"))
        );
    });
}

#[test]
fn colleagues_are_notified_of_an_archived_user_and_their_new_clients() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for who in ["karin", "sven", "vera"] {
            world.token(who).await;
        }
        let ids = |who: &str| world.id(who);
        world
            .owner_runs(&format!(
                "UPDATE users SET email = login_name || '@example.org' WHERE id IN ('{}', '{}', '{}', '{}')",
                ids("karin"),
                ids("sven"),
                ids("vera"),
                ids("maria")
            ))
            .await;
        let night = teams::form(&maria, "", None).await.expect("a form").form;
        let night = teams::edit(
            &maria,
            &EditTeam {
                unit_name: "Natt".to_owned(),
                ..night
            },
        )
        .await
        .expect("a team");
        for who in ["karin", "vera", "maria"] {
            let joins = ChangeMember {
                team: night.to_string(),
                user: ids(who).to_string(),
                ..ChangeMember::default()
            };
            teams::assign_member(&world.as_("sofia").await, &joins)
                .await
                .expect("joined");
        }
        let elsa = clients::form(&maria, "", None).await.expect("a form").form;
        let elsa = EditClient {
            first_name: "Elsa".to_owned(),
            last_name: "Björk".to_owned(),
            responsible: ids("karin").to_string(),
            ..elsa
        };
        clients::edit(&maria, &elsa).await.expect("a client");
        let archive = Archive {
            user: ids("karin").to_string(),
            to: ids("sven").to_string(),
            reason: "Ill for long".to_owned(),
            tell: "on".to_owned(),
            ..Archive::default()
        };
        users::archive(&maria, &archive).await.expect("archived");
        let mails = told(world, "colleague_archived").await;
        assert_eq!(
            mails.len(),
            2,
            "a member of the team and who takes the clients, and not who did it: {mails:?}"
        );
        assert!(
            mails.iter().all(
                |text| text.contains("The account of Karin Ek at Northfield Care was archived")
            )
        );
        assert!(
            mails.iter().all(|text| !text.contains("Ill")),
            "the reason is nobody's business"
        );
        let takes: Vec<_> = mails
            .iter()
            .filter(|text| {
                text.contains("You are now responsible for 1 client that your colleague had.")
            })
            .collect();
        assert!(
            takes.len() == 1
                && takes[0].contains("Hello Sven")
                && takes[0].contains("/clients?whose=mine"),
            "{takes:?}"
        );
        let vera = Archive {
            user: ids("vera").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&maria, &vera).await.expect("archived");
        assert!(
            told(world, "colleague_archived").await.is_empty(),
            "nobody is told who is not to be"
        );
    });
}

#[test]
fn the_other_administrators_are_notified_of_the_operators_action_and_name() {
    run(async |world| {
        let (sofia, birgit) = (world.as_("sofia").await, world.as_("birgit").await);
        let role = role_of(&birgit, BuiltInRole::OrganisationAdministrator).await;
        let bengt = NewUser {
            roles: vec![role.to_string()],
            ..new_user(&birgit, "Bengt", "Ahl").await
        };
        let bengt = users::create(&birgit, bengt).await.expect("created");
        world
            .owner_runs(&format!(
                "UPDATE users SET language = 'sv' WHERE id = '{}'",
                world.id("birgit")
            ))
            .await;
        let form = |act: &str| ActOnAdministrator {
            id: world.sodra.to_string(),
            user: bengt.to_string(),
            act: act.to_owned(),
            reason: "Left in October".to_owned(),
            override_warnings: "on".to_owned(),
            ..ActOnAdministrator::default()
        };
        organisations::act_on_administrator(&sofia, &form("archive"))
            .await
            .expect("archived");
        let mails = told(world, "administrator_managed").await;
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert!(
            mails[0].contains("Sofia Lind (Northfield Care) har arkiverat kontot för Bengt Ahl"),
            "{}",
            mails[0]
        );
        assert!(
            mails[0].contains(&format!("https://usher.example.org/users/{bengt}"))
                && !mails[0].contains("October")
        );
        organisations::act_on_administrator(&sofia, &form("restore"))
            .await
            .expect("restored");
        world
            .owner_runs(&format!(
                "UPDATE users SET language = 'en' WHERE id = '{}'",
                world.id("birgit")
            ))
            .await;
        organisations::act_on_administrator(&sofia, &form("remove-role"))
            .await
            .expect("removed");
        let mails = told(world, "administrator_managed").await.join("\n");
        assert!(
            mails.contains(
                "restored the account of Bengt Ahl, Organisation administrator at Södra Omsorg"
            ),
            "{mails}"
        );
        assert!(
            mails.contains(
                "removed the role Organisation administrator from Bengt Ahl at Södra Omsorg"
            ),
            "{mails}"
        );
    });
}

#[test]
fn verifying_a_changed_audit_log_names_the_first_changed_row() {
    run(async |world| {
        world.token("maria").await;
        chain::seal(&world.db).await.expect("seals");
        verify(&world.db, &Verify::default()).await.expect("whole");
        let row: String = world
            .one(&format!("SELECT event_id::text FROM audit_seals WHERE organisation_id = '{}' AND position = 3", world.northfield))
            .await;
        world
            .owner_runs(&format!(
                "UPDATE audit_events SET at = now() WHERE id = '{row}'"
            ))
            .await;
        let said = verify(&world.db, &Verify::default())
            .await
            .expect_err("broken")
            .to_string();
        assert!(
            said.contains(&format!(
                "Northfield Care ({}): row 3, {row}, was changed or moved",
                world.northfield
            )),
            "{said}"
        );
        assert!(!said.contains("Södra"), "{said}");
    });
}
