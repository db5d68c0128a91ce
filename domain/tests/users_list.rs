//! The user list: paging, search, filters.

use tokio::task::JoinSet;
use usher_domain::{Scope, profile, users};
use usher_types::paging::Cursor;
use usher_types::profile::EditProfile;
use usher_types::users::{Archive, ListQuery, NewUser, Status, UserList};
use usher_types::{BuiltInRole, Permission, Refusal, UserId};

use crate::support::{World, new_user, refusal, run};
use crate::units::{bind, joins, office, team};

async fn add(scope: &Scope, first: &str, last: &str, login_name: &str) -> UserId {
    let form = NewUser {
        login_name: login_name.to_owned(),
        override_warnings: "on".to_owned(),
        reason: "For the list".to_owned(),
        ..new_user(scope, first, last).await
    };
    users::create(scope, form).await.expect("created")
}

/// 126 users in addition to the four existing ones: 130 and Sofia Lind.
async fn crowd(world: &World<'_>) -> Scope {
    let maria = world.as_("maria").await;
    let mut added = JoinSet::new();
    for number in 0..126 {
        let maria = maria.clone();
        // few last names, some of them identical in full, so that the order needs the id as a
        // tie-breaker
        let (first, last) = (
            ["Anna", "Åke", "Örjan", "Éva"][number % 4],
            ["Berg", "Ärlig", "Åberg", "Öst", "ahl", "Zorn"][number % 6],
        );
        added.spawn(async move { add(&maria, first, last, &format!("crowd.{number}")).await });
    }
    added.join_all().await;
    maria
}

async fn list(scope: &Scope, query: ListQuery) -> UserList {
    users::list(scope, query).await.expect("a list")
}

async fn search(scope: &Scope, q: &str) -> Vec<String> {
    let found = list(
        scope,
        ListQuery {
            q: q.to_owned(),
            ..ListQuery::default()
        },
    )
    .await;
    assert_eq!(found.pages.total as usize, found.rows.len(), "{q:?}");
    found.rows.into_iter().map(|row| row.name).collect()
}

fn ids(list: &UserList) -> Vec<UserId> {
    list.rows.iter().map(|row| row.id).collect()
}

/// Reads every page from the first to the last and back: each user appears once, in the same order.
async fn pages_both_ways(scope: &Scope, q: &str, status: &str, expected: usize) -> Vec<String> {
    let query = ListQuery {
        q: q.to_owned(),
        status: status.to_owned(),
        ..ListQuery::default()
    };
    let mut forward = Vec::new();
    let mut names = Vec::new();
    let mut page = list(scope, query.clone()).await;
    assert_eq!(
        (
            page.pages.total as usize,
            page.pages.more,
            page.pages.previous.clone()
        ),
        (expected, false, None)
    );
    loop {
        forward.extend(ids(&page));
        names.extend(page.rows.iter().map(|row| row.name.clone()));
        let Some(after) = page.pages.next.clone() else {
            break;
        };
        page = list(
            scope,
            ListQuery {
                cursor: Cursor::after(after),
                ..query.clone()
            },
        )
        .await;
        assert!(page.pages.previous.is_some());
    }
    let mut once = forward.clone();
    once.sort();
    once.dedup();
    assert_eq!((once.len(), forward.len()), (expected, expected));
    let mut backward = Vec::new();
    let mut page = list(
        scope,
        ListQuery {
            cursor: Cursor::last(),
            ..query.clone()
        },
    )
    .await;
    assert_eq!(page.pages.next, None);
    loop {
        backward.splice(0..0, ids(&page));
        let Some(before) = page.pages.previous.clone() else {
            break;
        };
        page = list(
            scope,
            ListQuery {
                cursor: Cursor::before(before),
                ..query.clone()
            },
        )
        .await;
    }
    assert_eq!(backward, forward);
    names
}

#[test]
fn paging_visits_everybody_once_in_swedish_order() {
    run(async |world| {
        let maria = crowd(world).await;
        let names = pages_both_ways(&maria, "", "", 131).await;
        let last_names: Vec<_> = names
            .iter()
            .map(|name| name.split(' ').nth(1).expect("a last name").to_lowercase())
            .collect();
        let order = [
            "ahl", "berg", "ek", "holm", "lind", "ståhl", "zorn", "åberg", "ärlig", "öst",
        ];
        let mut seen = last_names.clone();
        seen.dedup();
        assert_eq!(seen, order, "å, ä and ö come last");
        pages_both_ways(&maria, "crowd", "", 126).await;
        pages_both_ways(&maria, "", Status::NoWayIn.code(), 129).await;
        pages_both_ways(&maria, "cr", Status::NoWayIn.code(), 126).await;
        let first = list(&maria, ListQuery::default()).await;
        assert_eq!(first.rows.len(), 50);
        assert_eq!(first.untold, 129);
    });
}

#[test]
fn a_page_whose_first_person_is_gone_is_the_first_page() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for after in ["nonsense".to_owned(), world.db.new_id().to_string()] {
            let page = list(
                &maria,
                ListQuery {
                    cursor: Cursor::after(after),
                    ..ListQuery::default()
                },
            )
            .await;
            assert_eq!(page.rows.len(), 5);
            assert_eq!(
                page.pages.previous, None,
                "there is nothing before the first page"
            );
        }
    });
}

#[test]
fn a_page_before_somebody_who_is_gone_is_the_first_page() {
    run(async |world| {
        let maria = crowd(world).await;
        let first = list(&maria, ListQuery::default()).await;
        for before in [
            "nonsense".to_owned(),
            world.db.new_id().to_string(),
            world.id("birgit").to_string(),
        ] {
            let page = list(
                &maria,
                ListQuery {
                    cursor: Cursor::before(before),
                    ..ListQuery::default()
                },
            )
            .await;
            assert_eq!(
                (page.rows, page.pages.previous, page.pages.next),
                (first.rows.clone(), None, first.pages.next.clone())
            );
        }
    });
}

#[test]
fn the_last_page_is_the_last_whatever_else_is_asked() {
    run(async |world| {
        let maria = crowd(world).await;
        let last = list(
            &maria,
            ListQuery {
                cursor: Cursor::last(),
                ..ListQuery::default()
            },
        )
        .await;
        let after = last.rows[3].id.to_string();
        let page = list(
            &maria,
            ListQuery {
                cursor: Cursor {
                    last: true,
                    ..Cursor::after(after)
                },
                ..ListQuery::default()
            },
        )
        .await;
        assert_eq!((page.rows, page.pages.next), (last.rows, None));
    });
}

#[test]
fn words_are_found_in_any_order_whatever_their_case_and_accents() {
    run(async |world| {
        let maria = world.as_("maria").await;
        add(&maria, "Åsa", "Öberg-O'Connor", "asa.oberg").await;
        add(&maria, "Łukasz", "Straße", "lukasz.s").await;
        for q in [
            "asa",
            "ÅSA",
            "öberg åsa",
            "  OBERG   asa ",
            "o'connor",
            "O’Connor",
            "erg-o",
            "asa.oberg",
        ] {
            assert_eq!(search(&maria, q).await, ["Åsa Öberg-O'Connor"], "{q}");
        }
        assert_eq!(search(&maria, "strasse lukasz").await, ["Łukasz Straße"]);
        assert_eq!(
            search(&maria, "asa strasse").await,
            [] as [String; 0],
            "every word must be found"
        );
    });
}

#[test]
fn login_name_and_address_are_searched_too() {
    run(async |world| {
        let maria = world.as_("maria").await;
        assert_eq!(
            search(&maria, "sofia.lind@example.org").await,
            ["Sofia Lind"]
        );
        assert_eq!(search(&maria, "ARIN.E").await, ["Karin Ek"]);
    });
}

/// Different ways to write a phone number.
const WAYS: [&str; 6] = [
    "070-123 45 67",
    "0701234567",
    "+46 70 123 45 67",
    "+46 (0)70-123 45 67",
    "0046701234567",
    "070.123.45.67",
];

#[test]
fn nobody_is_found_by_their_phone_number() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = NewUser {
            phone: "+46 (0)70-123 45 67 ext. 12".to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        users::create(&maria, form).await.expect("created");
        for q in WAYS
            .into_iter()
            .chain(["123 45 67", "701234", "anna 070-123"])
        {
            assert_eq!(search(&maria, q).await, ["Anna Ahl"], "{q}");
        }
        for q in ["070-123 45 68", "070 123 45 67 berg", "ext. 12"] {
            assert_eq!(search(&maria, q).await, [] as [String; 0], "{q}");
        }
        let karin = world.as_("karin").await;
        let form = profile::page(&karin).await.expect("a page").form;
        profile::edit(
            &karin,
            &EditProfile {
                phone: "1177".to_owned(),
                ..form
            },
        )
        .await
        .expect("changed");
        assert_eq!(
            search(&maria, "1177").await,
            ["Karin Ek"],
            "who changes their own number is found by it"
        );
    });
}

#[test]
fn one_or_two_letters_are_the_beginning_of_a_word() {
    run(async |world| {
        let maria = world.as_("maria").await;
        assert_eq!(search(&maria, "k").await, ["Karin Ek"]);
        assert_eq!(search(&maria, "ek").await, ["Karin Ek"]);
        assert_eq!(
            search(&maria, "ar").await,
            [] as [String; 0],
            "in the middle of Karin and Maria"
        );
        assert_eq!(search(&maria, "ari").await, ["Maria Berg", "Karin Ek"]);
        assert_eq!(search(&maria, "k e").await, ["Karin Ek"]);
    });
}

#[test]
fn a_search_text_is_not_a_pattern() {
    run(async |world| {
        let maria = world.as_("maria").await;
        add(&maria, "Hundra", "100%_ja", "hundra.ja").await;
        add(&maria, "Back", "Slash\\er", "back.slash").await;
        for q in ["%", "_", "%%%", "k_rin", "k%n", "100%ja", "\\"] {
            let found = search(&maria, q).await;
            assert!(found.is_empty(), "{q} found {found:?}");
        }
        assert_eq!(search(&maria, "100%_j").await, ["Hundra 100%_ja"]);
        assert_eq!(search(&maria, "sh\\er").await, ["Back Slash\\er"]);
        for q in [
            "'; DROP TABLE users; --",
            "$$",
            "{}",
            "{\"",
            "%s %L %I",
            "\0",
            "kar\0in",
            "\u{202e}",
        ] {
            list(
                &maria,
                ListQuery {
                    q: q.to_owned(),
                    ..ListQuery::default()
                },
            )
            .await;
        }
    });
}

#[test]
fn a_long_search_text_finds_nobody_and_causes_no_error() {
    run(async |world| {
        let maria = world.as_("maria").await;
        assert_eq!(
            search(&maria, &"ab ".repeat(10_000)).await,
            [] as [String; 0]
        );
        assert_eq!(
            search(&maria, &"å".repeat(100_000)).await,
            [] as [String; 0]
        );
    });
}

#[test]
fn the_filter_shows_where_people_stand() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let invited = NewUser {
            email: "anna@example.org".to_owned(),
            way_in: "invitation".to_owned(),
            ..new_user(&maria, "Anna", "Ahl").await
        };
        users::create(&maria, invited).await.expect("created");
        let names = async |status: &str| {
            let list = list(
                &maria,
                ListQuery {
                    status: status.to_owned(),
                    ..ListQuery::default()
                },
            )
            .await;
            list.rows
                .into_iter()
                .map(|row| row.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names("active").await, ["Maria Berg", "Sofia Lind"]);
        assert_eq!(names("invited").await, ["Anna Ahl"]);
        assert_eq!(
            names("no_way_in").await,
            ["Karin Ek", "Sven Holm", "Vera Ståhl"]
        );
        assert_eq!(names("nonsense").await.len(), 6);
        let both = list(
            &maria,
            ListQuery {
                q: "anna".to_owned(),
                status: "active".to_owned(),
                ..ListQuery::default()
            },
        )
        .await;
        assert_eq!(both.pages.total, 0);
    });
}

#[test]
fn archived_people_are_listed_only_in_the_user_bank() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = Archive {
            user: world.id("karin").to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&maria, &form).await.expect("archived");
        let asked = |q: &str, status: &str| ListQuery {
            q: q.to_owned(),
            status: status.to_owned(),
            ..ListQuery::default()
        };
        for (q, status) in [("", ""), ("karin", ""), ("ka", "no_way_in")] {
            let found = list(&maria, asked(q, status)).await;
            assert!(
                found.rows.iter().all(|row| row.id != world.id("karin")),
                "{q:?} {status:?}"
            );
        }
        for q in ["", "karin"] {
            let bank = list(&maria, asked(q, "archived")).await;
            assert_eq!(
                bank.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
                [world.id("karin")],
                "{q:?}"
            );
            let viewed = list(&world.as_("vera").await, asked(q, "archived")).await;
            assert!(
                viewed.rows.iter().all(|row| row.id != world.id("karin")),
                "a viewer sees the user bank"
            );
        }
    });
}

#[test]
fn unknown_filter_values_were_ignored_in_silence() {
    run(async |world| {
        let (maria, sven) = (world.as_("maria").await, world.as_("sven").await);
        let everybody = list(&maria, ListQuery::default()).await;
        assert_eq!(everybody.ignored.0, []);
        let id = world.db.new_id().to_string();
        let asked = ListQuery {
            status: "nonsense".to_owned(),
            role: "caseworkers".to_owned(),
            office: id.clone(),
            team: "night".to_owned(),
            list: id.clone(),
            watch: "never".to_owned(),
            ..ListQuery::default()
        };
        let found = list(&maria, asked).await;
        assert_eq!(ids(&found), ids(&everybody));
        let named: Vec<_> = found
            .ignored
            .0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let expected = [
            ("status", "nonsense"),
            ("role", "caseworkers"),
            ("office", &id),
            ("team", "night"),
            ("list", &id),
            ("watch", "never"),
        ];
        assert_eq!(named, expected);
        assert_eq!(
            found.query,
            ListQuery::default(),
            "the other pages do not ask for it again"
        );
        let bank = ListQuery {
            status: Status::Archived.code().to_owned(),
            ..ListQuery::default()
        };
        assert_eq!(list(&maria, bank.clone()).await.ignored.0, []);
        assert_eq!(
            list(&sven, bank).await.ignored.0.len(),
            1,
            "who may not see the user bank is not shown everybody as if it were that"
        );
    });
}

#[test]
fn the_list_of_archived_people_offered_edit_and_refused_it() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let karin = world.id("karin");
        let form = Archive {
            user: karin.to_string(),
            reason: "Left".to_owned(),
            ..Archive::default()
        };
        users::archive(&maria, &form).await.expect("archived");
        let bank = ListQuery {
            status: Status::Archived.code().to_owned(),
            ..ListQuery::default()
        };
        let may = |list: UserList| {
            list.rows
                .iter()
                .map(|row| (row.id, row.may.edit, row.may.restore))
                .collect::<Vec<_>>()
        };
        let removable = |list: &UserList| {
            list.rows
                .iter()
                .filter(|row| row.may.archive)
                .map(|row| row.id)
                .collect::<Vec<_>>()
        };
        let all = list(&maria, ListQuery::default()).await;
        assert_eq!(
            removable(&all),
            [world.id("sven"), world.id("vera")],
            "whom she manages, and not herself (OG-44)"
        );
        assert_eq!(removable(&list(&maria, bank.clone()).await), []);
        assert_eq!(
            may(list(&maria, bank).await),
            [(karin, false, true)],
            "what can be done with who is archived"
        );
        let all = may(list(&maria, ListQuery::default()).await);
        assert!(
            all.iter().all(|(_, _, may_restore)| !may_restore),
            "{all:?}"
        );
        assert!(all.contains(&(world.id("vera"), true, false)));
    });
}

#[test]
fn a_row_shows_the_possible_actions_and_the_last_activity() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let rows = list(&maria, ListQuery::default()).await.rows;
        let row = |name: &str| {
            rows.iter()
                .find(|row| row.name == name)
                .unwrap_or_else(|| panic!("{name} is not listed"))
        };
        assert!(
            row("Karin Ek").may.edit && !row("Sofia Lind").may.edit && !row("Maria Berg").may.edit
        );
        assert_eq!(row("Karin Ek").last_activity, None);
        assert_eq!(
            row("Maria Berg")
                .last_activity
                .as_ref()
                .map(|when| when.iso.as_str()),
            Some("2026-11-23T09:00:00Z")
        );
        assert_eq!(row("Maria Berg").created.text, "23\u{a0}Nov\u{a0}2026");
        let roles: Vec<_> = row("Karin Ek")
            .roles
            .iter()
            .map(|role| role.built_in)
            .collect();
        assert_eq!(
            roles,
            [Some(BuiltInRole::Caseworker)],
            "User is everybody's and is not said"
        );
        let viewer = list(&world.as_("vera").await, ListQuery::default()).await;
        assert!(viewer.rows.len() == 5 && viewer.rows.iter().all(|row| !row.may.edit));
    });
}

#[test]
fn the_user_list_needs_view_users() {
    run(async |world| {
        let karin = world.as_("karin").await;
        assert_eq!(
            refusal(users::list(&karin, ListQuery::default()).await),
            Refusal::Forbidden
        );
        assert_eq!(
            refusal(users::list(&world.visitor(), ListQuery::default()).await),
            Refusal::SignIn
        );
    });
}

#[test]
fn words_and_a_role_narrow_the_user_bank_too() {
    run(async |world| {
        let maria = world.as_("maria").await;
        for who in ["karin", "vera"] {
            let form = Archive {
                user: world.id(who).to_string(),
                reason: "Left".to_owned(),
                ..Archive::default()
            };
            users::archive(&maria, &form).await.expect("archived");
        }
        let bank = ListQuery {
            status: Status::Archived.code().to_owned(),
            ..ListQuery::default()
        };
        assert_eq!(list(&maria, bank.clone()).await.pages.total, 2);
        let viewers = ListQuery {
            role: BuiltInRole::Viewer.code().to_owned(),
            ..bank
        };
        assert_eq!(
            list(&maria, viewers.clone()).await.rows[0].id,
            world.id("vera")
        );
        assert_eq!(
            list(
                &maria,
                ListQuery {
                    q: "karin".to_owned(),
                    ..viewers
                }
            )
            .await
            .pages
            .total,
            0
        );
    });
}

#[test]
fn a_search_reaches_exactly_the_people_whom_the_list_shows() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let (north, south) = (office(&maria, "Nord").await, office(&maria, "Syd").await);
        let night = team(&maria, "Natt", Some(north)).await;
        bind(&maria, world.id("karin"), north).await;
        bind(&maria, world.id("vera"), south).await;
        for member in ["karin", "sven"] {
            joins(&maria, night, world.id(member)).await;
        }
        world
            .owner_runs("UPDATE users SET search_text = search_text || 'alla '")
            .await;
        let mut compared = 0;
        for reach in ["own", "team", "office", "organisation"] {
            let sql = format!(
                "UPDATE role_permissions SET reach = '{reach}' WHERE permission = 'view_users'"
            );
            world.owner_runs(&sql).await;
            for who in ["maria", "sven", "karin", "vera"] {
                let scope = world.as_(who).await;
                if !scope.grants().has(Permission::ViewUsers) {
                    continue;
                }
                let with_words = ListQuery {
                    q: "alla".to_owned(),
                    ..ListQuery::default()
                };
                let listed = ids(&list(&scope, ListQuery::default()).await);
                let found = ids(&list(&scope, with_words).await);
                assert_eq!(found, listed, "{who} with reach {reach}");
                compared += listed.len();
            }
        }
        assert!(compared > 10, "people are within reach of somebody");
    });
}
