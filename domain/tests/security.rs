//! docs/security.md names the tests that prove each ASVS requirement: each named test exists, and
//! each requirement has a test or a reason why it has none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The documentation that ASVS requires; each is a heading of the document.
const WRITTEN_DOWN: [&str; 10] = [
    "2.1.1", "6.1.1", "6.1.2", "6.1.3", "7.1.1", "7.1.2", "8.1.2", "13.1.1", "14.1.1", "14.1.2",
];

/// The prefixes in the third column of the map for requirements that no test proves.
const WITHOUT_TEST: [&str; 3] = ["No test:", "Open:", "Not built:"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document() -> String {
    let path = root().join("docs/security.md");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The tests that a text names, as `path: name` in backticks.
fn named(text: &str) -> Vec<(&str, &str)> {
    let spans = text.split('`').skip(1).step_by(2);
    let tests = spans.filter_map(|span| span.split_once(": "));
    tests
        .filter(|(path, _)| {
            path.contains('/') && (path.ends_with(".rs") || path.ends_with(".spec.ts"))
        })
        .collect()
}

/// Whether the source of a file contains a test with this name or title.
fn holds(path: &str, source: &str, name: &str) -> bool {
    if path.ends_with(".ts") {
        return ["'", "`"]
            .iter()
            .any(|quote| source.contains(&format!("test({quote}{name}{quote}")));
    }
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let begins = format!("fn {name}(");
    let mut found =
        (0..lines.len()).filter(|at| lines[*at].trim_start_matches("async ").starts_with(&begins));
    found.any(|at| {
        let mut attributes = lines[..at]
            .iter()
            .rev()
            .take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        attributes.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

/// The rows of the map: the ids of the requirements, what meets them, and the tests.
fn rows(document: &str) -> Vec<(Vec<&str>, &str, &str)> {
    let (_, map) = document
        .split_once("\n## The map")
        .expect("docs/security.md has a section called The map");
    let cells = map.lines().filter_map(|line| {
        let cells: Vec<&str> = line
            .strip_prefix("| ")?
            .strip_suffix(" |")?
            .split(" | ")
            .map(str::trim)
            .collect();
        let [ids, held, tests] = cells[..] else {
            panic!("a row of the map has not three cells: {line}")
        };
        ids.starts_with(|c: char| c.is_ascii_digit())
            .then(|| (ids.split(", ").collect(), held, tests))
    });
    cells.collect()
}

#[test]
fn a_test_that_the_document_names_exists() {
    let document = document();
    let tests = named(&document);
    assert!(
        tests.len() > 100,
        "the document names {} tests: are they still written `path: name`?",
        tests.len()
    );
    for (path, name) in tests {
        let source = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        assert!(
            holds(path, &source, name),
            "If you're here because you renamed, moved or removed a test: {path} has no test `{name}`. Write its new name into \
             docs/security.md. If it is gone, name another one that proves the requirement, or write \"Open:\" and what is missing."
        );
    }
}

#[test]
fn a_requirement_without_a_test_says_why() {
    let document = document();
    let rows = rows(&document);
    let mut seen = BTreeSet::new();
    for (ids, held, tests) in &rows {
        for id in ids {
            let numbers: Vec<_> = id.split('.').map(str::parse::<u8>).collect();
            assert!(
                numbers.len() == 3 && numbers.iter().all(Result::is_ok),
                "{id} is not the id of a requirement, such as 6.2.1"
            );
            assert!(
                seen.insert(*id),
                "{id} has two rows in the map of docs/security.md"
            );
        }
        let explains = WITHOUT_TEST
            .iter()
            .any(|begins| tests.starts_with(begins) && tests.len() > begins.len());
        assert!(
            !named(tests).is_empty() || explains,
            "If you're here because you changed the map of docs/security.md: the row of {ids:?} names no test as `path: name`. Name one, \
             or begin with one of {WITHOUT_TEST:?} and say why."
        );
        assert!(
            !held.is_empty() || !tests.starts_with("No test:"),
            "{ids:?} holds without a test: say what holds it"
        );
    }
    assert!(
        seen.len() > 250,
        "the map has {} ids: are its rows still written `| id | held by | test |`?",
        seen.len()
    );
}

#[test]
fn the_document_holds_what_asvs_asks_for_and_its_links_lead_somewhere() {
    let document = document();
    for id in WRITTEN_DOWN {
        let is_heading = |line: &str| {
            line.starts_with("## ") && line.split(['(', ')', ',', ' ']).any(|word| word == id)
        };
        assert!(
            document.lines().any(is_heading),
            "docs/security.md has no heading that names {id}"
        );
    }
    for link in document
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.starts_with('#'))
    {
        let path = root()
            .join("docs")
            .join(link.split('#').next().unwrap_or_default());
        assert!(
            link.starts_with("http") || path.exists(),
            "If you're here because you moved a file: docs/security.md links to {link}"
        );
    }
}
