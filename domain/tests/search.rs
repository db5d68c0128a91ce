//! The search over people and clients: what each person finds, and which typing errors are forgiven.

use usher_domain::search::find;
use usher_domain::{Scope, users};
use usher_types::BuiltInRole;
use usher_types::users::NewUser;

use crate::clients::client;
use crate::support::{World, new_user, role_of, run};
use crate::units::{bind, office};

async fn people(scope: &Scope, words: &str) -> Vec<String> {
    let found = find(scope, words).await.expect("an answer");
    found.people.into_iter().map(|row| row.name).collect()
}

async fn clients(scope: &Scope, words: &str) -> Vec<String> {
    let found = find(scope, words).await.expect("an answer");
    found.clients.into_iter().map(|row| row.name).collect()
}

async fn add(scope: &Scope, first: &str, last: &str) {
    let form = NewUser {
        override_warnings: "on".to_owned(),
        reason: "For the search".to_owned(),
        ..new_user(scope, first, last).await
    };
    users::create(scope, form).await.expect("created");
}

/// Maria, who may see everybody, with a few people and clients to find.
async fn maria(world: &World<'_>) -> Scope {
    let maria = world.as_("maria").await;
    for (first, last) in [
        ("Alice", "Abernathy"),
        ("Evie", "Abernathy"),
        ("Åsa", "Öberg"),
    ] {
        add(&maria, first, last).await;
    }
    // only somebody who can sign in can be responsible
    world.as_("karin").await;
    client(&maria, "Willow", Some(world.id("karin")), None).await;
    maria
}

#[test]
fn a_search_finds_people_and_clients_by_the_beginnings_of_words() {
    run(async |world| {
        let maria = maria(world).await;
        assert_eq!(
            people(&maria, "abern").await,
            ["Alice Abernathy", "Evie Abernathy"]
        );
        assert_eq!(people(&maria, "abernathy al").await, ["Alice Abernathy"]);
        assert_eq!(people(&maria, "asa oberg").await, ["Åsa Öberg"]);
        assert_eq!(clients(&maria, "willow").await, ["Willow Björk"]);
        for nothing in ["", "   ", "\u{0}", "\u{301}"] {
            assert!(people(&maria, nothing).await.is_empty(), "{nothing:?}");
            assert!(clients(&maria, nothing).await.is_empty(), "{nothing:?}");
        }
    });
}

#[test]
fn a_part_of_the_domain_of_every_address_found_everybody_but_the_name() {
    run(async |world| {
        let maria = maria(world).await;
        add(&maria, "Maya", "Fielding").await;
        assert_eq!(people(&maria, "fiel").await, ["Maya Fielding"]);
        assert!(
            people(&maria, "bernath").await.len() > 1,
            "what begins no word is still found"
        );
        assert_eq!(clients(&maria, "illow").await, ["Willow Björk"]);
    });
}

#[test]
fn a_search_forgives_a_typing_error() {
    run(async |world| {
        let maria = maria(world).await;
        for words in [
            "abernaty",
            "abbernathy",
            "abrenathy",
            "alice abernaty",
            "al abernaty",
        ] {
            let found = people(&maria, words).await;
            assert_eq!(
                found.first().map(String::as_str),
                Some("Alice Abernathy"),
                "{words}"
            );
        }
        assert_eq!(clients(&maria, "wilow bjork").await, ["Willow Björk"]);
        for words in ["xyzzyq", "zz abernaty", "a' OR '1'='1", "%%%%", "____"] {
            assert!(people(&maria, words).await.is_empty(), "{words}");
            assert!(clients(&maria, words).await.is_empty(), "{words}");
        }
    });
}

#[test]
fn a_search_finds_nobody_out_of_reach_however_it_is_typed() {
    run(async |world| {
        let maria = maria(world).await;
        let birgit = world.as_("birgit").await;
        let viewer = role_of(&maria, BuiltInRole::Viewer).await;
        let (viewer, token) = world.enters(&maria, "Vera", &[viewer]).await;
        bind(&maria, viewer, office(&maria, "Norr").await).await;
        let bound = world.authenticated(&token).await.expect("signed in").scope;
        for words in ["abernathy", "abernaty", "willow", "wilow bjork"] {
            for (who, scope) in [
                ("another organisation", &birgit),
                ("another office", &bound),
            ] {
                assert!(people(scope, words).await.is_empty(), "{who}: {words}");
                assert!(clients(scope, words).await.is_empty(), "{who}: {words}");
            }
        }
        let karin = world.as_("karin").await;
        assert!(
            people(&karin, "abernathy").await.is_empty(),
            "a caseworker sees no list of users"
        );
        assert_eq!(
            clients(&karin, "wilow").await,
            ["Willow Björk"],
            "her own client"
        );
    });
}
