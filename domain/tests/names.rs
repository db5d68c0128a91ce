//! The equality and the order of names are separate: names are equal by NFKC and case; every list
//! is in Swedish order, whatever the reader's language.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use usher_domain::{
    Error, Scope, accounts, clients, customers, dashboards, lists, offices, organisations,
    referrals, reports, resources, roles, teams, users,
};
use usher_types::accounts::Sought;
use usher_types::clients::ClientQuery;
use usher_types::customers::{EditContract, EditCustomer};
use usher_types::dashboards::{EditDashboard, Widget};
use usher_types::lists::EditList;
use usher_types::referrals::{NewReferralPage, NewReferralParams};
use usher_types::reports::PeriodQuery;
use usher_types::resources::EditResource;
use usher_types::units::{EditOffice, EditTeam};
use usher_types::{CustomerId, Field, Problem};

use crate::resources::{offers, takes};
use crate::roles_edit::new_role;
use crate::support::{invalid, new_user, run};

/// In Swedish order: é sorts as e; å, ä and ö sort last. Neither the code points nor the folded
/// texts have this order.
const SWEDISH: [&str; 8] = ["Ada", "Dag", "Éva", "Evb", "Zoo", "Åsa", "Ärla", "Öst"];

/// The names in the order of creation.
fn shuffled() -> impl Iterator<Item = &'static str> {
    [6, 3, 0, 7, 2, 5, 1, 4]
        .into_iter()
        .map(|place: usize| SWEDISH[place])
}

/// The kinds of records whose name is unique within their kind.
const KINDS: [&str; 8] = [
    "office",
    "team",
    "customer",
    "contract",
    "resource",
    "role",
    "list",
    "dashboard",
];

async fn make(scope: &Scope, kind: &str, name: &str, customer: CustomerId) -> Result<(), Error> {
    let unit_name = name.to_owned();
    match kind {
        "office" => offices::edit(
            scope,
            &EditOffice {
                unit_name,
                ..offices::form(scope, "", None).await?.form
            },
        )
        .await
        .map(drop),
        "team" => teams::edit(
            scope,
            &EditTeam {
                unit_name,
                ..teams::form(scope, "", None).await?.form
            },
        )
        .await
        .map(drop),
        "customer" => customers::edit(
            scope,
            &EditCustomer {
                unit_name,
                ..customers::form(scope, "", None).await?.form
            },
        )
        .await
        .map(drop),
        "contract" => {
            let form = customers::new_contract_form(scope, &customer.to_string(), None)
                .await?
                .form;
            customers::edit_contract(
                scope,
                &EditContract {
                    unit_name,
                    config: name.to_owned(),
                    ..form
                },
            )
            .await
            .map(drop)
        }
        "resource" => resources::edit(
            scope,
            &EditResource {
                unit_name,
                ..resources::form(scope, "", None).await?.form
            },
        )
        .await
        .map(drop),
        "role" => roles::edit(scope, &new_role(scope, name, &[], &[]).await)
            .await
            .map(drop),
        "list" => lists::edit(
            scope,
            &EditList {
                unit_name,
                ..lists::form(scope, "", None).await?.form
            },
            None,
        )
        .await
        .map(drop),
        "dashboard" => {
            let form = dashboards::form(scope, "", None).await?.form;
            let form = EditDashboard {
                unit_name,
                widgets: EditDashboard::places(&[Widget::MyClients]),
                ..form
            };
            dashboards::edit(scope, &form, None).await.map(drop)
        }
        other => panic!("{other} is not a kind"),
    }
}

async fn customer(scope: &Scope) -> CustomerId {
    let form = customers::form(scope, "", None).await.expect("a form").form;
    customers::edit(
        scope,
        &EditCustomer {
            unit_name: "Beck".to_owned(),
            ..form
        },
    )
    .await
    .expect("a customer")
}

#[test]
fn a_name_is_taken_by_one_that_differs_in_an_accent() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let beck = customer(&maria).await;
        for kind in KINDS {
            for name in ["Öst", "Ost", "Läsare av O’Brien", "Lasare av O'Brien"] {
                make(&maria, kind, name, beck)
                    .await
                    .unwrap_or_else(|error| panic!("{kind} {name}: {error:?}"));
            }
            for same in [" ÖST ", "O\u{308}st", "Ö\u{200B}st", "OST"] {
                let refused = invalid(make(&maria, kind, same, beck).await);
                let taken = refused
                    .0
                    .iter()
                    .find(|(field, _)| matches!(field, Field::UnitName | Field::RoleName));
                assert_eq!(
                    taken.map(|(_, problem)| problem),
                    Some(&Problem::SameName),
                    "{kind} {same:?}"
                );
            }
        }
    });
}

#[test]
fn a_second_name_on_the_same_form_that_differs_in_an_accent_is_lost() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let form = teams::form(&maria, "", None).await.expect("a form").form;
        let first = teams::edit(
            &maria,
            &EditTeam {
                unit_name: "Öst".to_owned(),
                ..form.clone()
            },
        )
        .await
        .expect("a team");
        // going back in the browser and typing another name creates another record
        let second = teams::edit(
            &maria,
            &EditTeam {
                unit_name: "Ost".to_owned(),
                ..form
            },
        )
        .await
        .expect("a team");
        assert_ne!(first, second);
    });
}

/// The names of a list that this test created, in the list's order.
fn among(listed: impl IntoIterator<Item = String>) -> Vec<String> {
    let first = |name: String| name.split(' ').next().unwrap_or_default().to_owned();
    listed
        .into_iter()
        .map(first)
        .filter(|name| SWEDISH.contains(&name.as_str()))
        .collect()
}

#[test]
fn lists_of_names_are_in_the_order_of_code_points_or_of_folded_texts() {
    run(async |world| {
        let maria = world.as_("maria").await;
        let beck = customer(&maria).await;
        for kind in KINDS {
            for name in shuffled() {
                make(&maria, kind, name, beck)
                    .await
                    .unwrap_or_else(|error| panic!("{kind} {name}: {error:?}"));
            }
        }
        let karin = world.id("karin");
        world.token("karin").await;
        for name in shuffled() {
            crate::clients::client(&maria, name, Some(karin), None).await;
            users::create(&maria, new_user(&maria, name, "Ahl").await)
                .await
                .expect("a person");
            world
                .owner_runs(&format!(
                    "INSERT INTO organisations (id, name, name_key, takes_referrals, created_at)
                VALUES (gen_random_uuid(), '{name} Omsorg', lower('{name} omsorg'), true, now())"
                ))
                .await;
        }
        let birgit = world.as_("birgit").await;
        takes(&birgit, true).await;
        for name in shuffled() {
            offers(&birgit, name, "", true).await;
        }
        let sofia = world.as_("sofia").await;
        let karins = world.as_("karin").await;
        let client = clients::list(&maria, ClientQuery::default())
            .await
            .expect("a list")
            .rows[0]
            .id
            .to_string();
        let facts = users::new_user_form(&maria, None, users::NewUserParams::default())
            .await
            .expect("a form")
            .facts;
        let refers = referrals::form(
            &karins,
            NewReferralParams {
                client,
                ..NewReferralParams::default()
            },
            None,
            None,
        )
        .await
        .expect("a page");
        let NewReferralPage::Destination {
            own,
            offered,
            organisations: others,
            ..
        } = refers
        else {
            panic!("no destinations")
        };
        let everything: Vec<(&str, Vec<String>)> = vec![
            (
                "offices",
                offices::list(&maria)
                    .await
                    .expect("offices")
                    .rows
                    .into_iter()
                    .map(|row| row.office.name)
                    .collect(),
            ),
            (
                "offices to choose",
                facts
                    .units
                    .offices
                    .iter()
                    .map(|office| office.name.clone())
                    .collect(),
            ),
            (
                "teams",
                teams::list(&maria)
                    .await
                    .expect("teams")
                    .rows
                    .into_iter()
                    .map(|row| row.team.name)
                    .collect(),
            ),
            (
                "teams to choose",
                facts
                    .units
                    .teams
                    .iter()
                    .map(|team| team.name.clone())
                    .collect(),
            ),
            (
                "lists",
                lists::list(&maria)
                    .await
                    .expect("lists")
                    .rows
                    .into_iter()
                    .map(|row| row.list.name)
                    .collect(),
            ),
            (
                "lists to choose",
                facts
                    .listing
                    .lists
                    .iter()
                    .map(|list| list.name.clone())
                    .collect(),
            ),
            (
                "roles",
                roles::list(&maria)
                    .await
                    .expect("roles")
                    .rows
                    .into_iter()
                    .map(|row| row.role.name)
                    .collect(),
            ),
            (
                "dashboards",
                dashboards::list(&maria)
                    .await
                    .expect("dashboards")
                    .into_iter()
                    .map(|row| row.dashboard.name)
                    .collect(),
            ),
            (
                "customers",
                customers::list(&maria, Default::default())
                    .await
                    .expect("a list")
                    .rows
                    .into_iter()
                    .map(|row| row.name)
                    .collect(),
            ),
            (
                "customers to import",
                customers::find(&maria, "", &[])
                    .await
                    .expect("found")
                    .customers
                    .into_iter()
                    .map(|one| one.name)
                    .collect(),
            ),
            (
                "contracts",
                customers::page(&maria, &beck.to_string())
                    .await
                    .expect("a page")
                    .contracts
                    .into_iter()
                    .map(|(one, _)| one.name)
                    .collect(),
            ),
            (
                "configs",
                customers::new_contract_form(&maria, &beck.to_string(), None)
                    .await
                    .expect("a form")
                    .configs,
            ),
            (
                "resources",
                resources::list(&maria, Default::default())
                    .await
                    .expect("a list")
                    .rows
                    .into_iter()
                    .map(|row| row.name)
                    .collect(),
            ),
            (
                "resources of others",
                resources::list(&maria, Default::default())
                    .await
                    .expect("a list")
                    .offered
                    .into_iter()
                    .map(|one| one.name)
                    .collect(),
            ),
            (
                "resources to refer to",
                own.into_iter().map(|row| row.name).collect(),
            ),
            (
                "resources of others to refer to",
                offered.into_iter().map(|one| one.name).collect(),
            ),
            (
                "organisations to refer to",
                others.into_iter().map(|(_, name)| name).collect(),
            ),
            (
                "organisations",
                organisations::list(&sofia, Default::default())
                    .await
                    .expect("a list")
                    .rows
                    .into_iter()
                    .map(|row| row.name)
                    .collect(),
            ),
            (
                "people",
                users::list(&maria, Default::default())
                    .await
                    .expect("a list")
                    .rows
                    .into_iter()
                    .map(|row| row.name)
                    .collect(),
            ),
            (
                "people found",
                users::list(
                    &maria,
                    usher_types::users::ListQuery {
                        q: "ahl".to_owned(),
                        ..Default::default()
                    },
                )
                .await
                .expect("a list")
                .rows
                .into_iter()
                .map(|row| row.name)
                .collect(),
            ),
            (
                "clients",
                clients::list(&maria, ClientQuery::default())
                    .await
                    .expect("a list")
                    .rows
                    .into_iter()
                    .map(|row| row.name)
                    .collect(),
            ),
            (
                "clients found",
                clients::list(
                    &maria,
                    ClientQuery {
                        q: "björk".to_owned(),
                        ..ClientQuery::default()
                    },
                )
                .await
                .expect("a list")
                .rows
                .into_iter()
                .map(|row| row.name)
                .collect(),
            ),
            (
                "a caseload",
                clients::caseload(&maria, karin, ClientQuery::default(), None)
                    .await
                    .expect("a page")
                    .clients
                    .rows
                    .into_iter()
                    .map(|row| row.name)
                    .collect(),
            ),
            (
                "teams in figures",
                reports::page(&maria, PeriodQuery::default())
                    .await
                    .expect("a page")
                    .teams
                    .into_iter()
                    .map(|one| one.name)
                    .collect(),
            ),
        ];
        for (list, names) in everything {
            assert_eq!(among(names), SWEDISH, "{list}");
        }
    });
}

#[test]
fn linked_accounts_are_in_the_order_of_code_points() {
    run(async |world| {
        let (maria, birgit) = (world.as_("maria").await, world.as_("birgit").await);
        for name in shuffled() {
            let here = users::create(&maria, new_user(&maria, name, "Ahl").await)
                .await
                .expect("a person");
            let there = users::create(&birgit, new_user(&birgit, name, "Ahlgren").await)
                .await
                .expect("a person");
            world
                .owner_runs(&format!(
                    "INSERT INTO linked_accounts (organisation_id, user_id, person_id, linked_at)
                        VALUES ('{}', '{here}', '{here}', now()), ('{}', '{there}', '{here}', now())",
                    world.northfield, world.sodra
                ))
                .await;
        }
        let page = accounts::page(
            &world.as_("sofia").await,
            Sought::default(),
            String::new(),
            None,
        )
        .await
        .expect("a page");
        assert!(
            page.people.iter().all(|accounts| accounts.len() == 2),
            "the accounts of one person stay together"
        );
        assert_eq!(
            among(
                page.people
                    .into_iter()
                    .filter_map(|accounts| Some(accounts.first()?.0.name.clone()))
            ),
            SWEDISH
        );
    });
}

/// Columns that order lists. Names use the Swedish collation; people do not read the other columns
/// as text.
const NAMES: [&str; 3] = ["name", "sort_name", "config"];
const OTHERS: &[&str] = &[
    // timestamps and counters
    "at",
    "created_at",
    "asked_at",
    "moved_at",
    "expires_at",
    "starts_at",
    "next_at",
    "counted_to",
    "seen_at",
    "number",
    "position",
    "place",
    // not names: ids, codes in a fixed order, and lock order
    "id",
    "key",
    "kind",
    "event_id",
    "person_id",
    "proposal_id",
    "organisation_id",
    "before",
    "after",
    // a name in the result of a function, whose statement says the collation
    "organisation_name",
    "1",
    "2",
];

fn sources(folder: PathBuf) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("domain/src") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            files.extend(sources(path))
        } else {
            files.push(path)
        }
    }
    files
}

/// The column of each `order_by_asc(table::Column::SortName)` and of each keyset, as `sort_name`.
fn built(source: &str) -> Vec<String> {
    let calls = source
        .split("order_by_")
        .skip(1)
        .filter_map(|rest| rest.split_once('(')?.1.split_once(')'));
    let named = calls.filter_map(|(column, _)| Some(column.rsplit_once("Column::")?.1.to_owned()));
    // a keyset: (table::Column::SortName, table::Column::Id)
    let keysets = source.split("::Column::Id)").filter_map(|before| {
        Some(
            before
                .rsplit_once(", ")?
                .0
                .rsplit_once("Column::")?
                .1
                .to_owned(),
        )
    });
    let keysets = keysets.filter(|column| column.chars().all(char::is_alphanumeric));
    let snake = |name: String| {
        let words = name.chars().flat_map(|c| {
            c.is_uppercase()
                .then_some('_')
                .into_iter()
                .chain(c.to_lowercase())
        });
        words.collect::<String>().trim_start_matches('_').to_owned()
    };
    named.chain(keysets).map(snake).collect()
}

/// The columns of each `ORDER BY u.sort_name, u.id DESC …` of a statement.
fn written(sql: &str) -> Vec<String> {
    let mut columns = Vec::new();
    for rest in sql.split("ORDER BY").skip(1) {
        let end = [" LIMIT", " FOR ", "\"", ";", "\n", " AS ", "{"]
            .iter()
            .filter_map(|end| rest.find(end))
            .min()
            .unwrap_or(rest.len());
        // arguments of a function are not part of the order: array_position(…), min(u.sort_name)
        // OVER (…)
        let (mut depth, mut item, mut items) = (0_i32, String::new(), Vec::new());
        for c in rest[..end].chars() {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => break,
                ')' => depth -= 1,
                ',' if depth == 0 => items.push(std::mem::take(&mut item)),
                c if depth == 0 => item.push(c),
                _ => {}
            }
        }
        items.push(item);
        for item in items {
            let column = item.split_whitespace().next().unwrap_or_default();
            columns.push(
                column
                    .rsplit('.')
                    .next()
                    .unwrap_or_default()
                    .trim_matches('\'')
                    .to_owned(),
            );
        }
    }
    columns.retain(|column| !column.is_empty());
    columns
}

#[test]
fn every_list_has_a_decided_order() {
    run(async |world| {
        let mut ordered = BTreeSet::new();
        for file in sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            let source = std::fs::read_to_string(&file).expect("a source");
            ordered.extend(built(&source).into_iter().chain(written(&source)));
            let sorts = |line: &&str| {
                [".sort(", ".sort_by", ".sort_unstable"]
                    .iter()
                    .any(|sort| line.contains(sort))
            };
            if let Some(line) = source.lines().find(sorts) {
                panic!(
                    "If you're here because {file:?} sorts ({line}): let the database do it, which knows where å, ä and ö belong."
                );
            }
        }
        let functions: Vec<String> = world.all("SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc LIKE '%ORDER BY%' AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')").await;
        assert!(!functions.is_empty());
        ordered.extend(functions.iter().flat_map(|function| written(function)));
        // functions whose arguments are skipped above
        for function in ["array_position", "max", "min", "%s"] {
            ordered.remove(function);
        }
        for column in &ordered {
            assert!(
                NAMES.contains(&column.as_str()) || OTHERS.contains(&column.as_str()),
                "If you're here because a list is in order of {column:?}: a name is ordered by a column named like one of NAMES, which is compared in Swedish; what is no name belongs into OTHERS of names.rs, and the list into the test above."
            );
        }
        for name in NAMES {
            assert!(
                ordered.contains(name),
                "nothing is in order of {name} any more: remove it from NAMES"
            );
        }
        let wrong: Vec<String> = world
            .all(&format!(
                "SELECT concat_ws('.', c.relname, a.attname, l.collname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                    JOIN pg_collation l ON l.oid = a.attcollation
                    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname IN ('{}') AND l.collname <> 'sv-x-icu'",
                NAMES.join("', '")
            ))
            .await;
        assert!(
            wrong.is_empty(),
            "If you're here because {wrong:?} is not compared in Swedish: write COLLATE \"sv-x-icu\" after its type in migration/src/schema."
        );
    });
}
