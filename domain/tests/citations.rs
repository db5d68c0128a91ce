//! Every id that code, tests and documents cite exists in docs/. Every document that they name is
//! in the repository. Replaced identifiers do not come back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The sources of the rules in docs/requirements.md: the first half of an id such as IZ-12.
const SOURCES: [&str; 5] = ["IZ", "CS", "SV", "OG", "CP"];

/// Folders with generated files.
const SKIPPED: [&str; 5] = [
    "target",
    "dist",
    "node_modules",
    "test-results",
    "playwright-report",
];

/// The extensions of the files to read; scripts have no extension.
const KINDS: [&str; 7] = ["rs", "ts", "js", "css", "md", "sql", "toml"];

/// The version of the standard, which looks like a requirement's id.
const ASVS_VERSION: &str = "5.0.0";

/// Identifiers that were replaced: see the verbs in CONTRIBUTING.md, and docs/glossary.md for the
/// terms.
const REPLACED: [&str; 32] = [
    "AnyPage",
    "OldPassword",
    "Odd",
    "Oops",
    "PersonMenu",
    "ShippedDashboard",
    "ShippedList",
    "Untold",
    "Worths",
    "atTheDoor",
    "beyond_own",
    "commit_unsaid",
    "hand_on",
    "happened_again",
    "happened_to_all",
    "happened_with",
    "hold_to",
    "leads_back",
    "makeOffice",
    "makeRole",
    "makeTeam",
    "rewire",
    "set_aside",
    "settleIn",
    "still_able",
    "take_handed_on",
    "title_follows",
    "told_elsewhere",
    "told_path",
    "took_the_last",
    "whither",
    "worth_keeping",
];

/// This file contains the identifiers that it searches for.
const SELF: &str = "domain/tests/citations.rs";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files that people write: path from the root of the repository, and text.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            if path.is_dir() {
                if !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if path
                .extension()
                .is_none_or(|kind| KINDS.iter().any(|known| kind == *known))
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                let from_root = path
                    .strip_prefix(root())
                    .unwrap_or(&path)
                    .display()
                    .to_string();
                found.push((from_root, text));
            }
        }
    }
    found.retain(|(path, _)| path != SELF);
    assert!(
        found.len() > 300,
        "{} files were found: does the test still start at the root of the repository?",
        found.len()
    );
    found
}

/// The words of a text, with the dots, hyphens and underscores inside them.
fn words(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_')));
    words
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The ids that follow a word, as in "ASVS 6.2.1, 6.2.3" or "decisions 0007 and 0009".
fn following<'t>(words: &[&'t str], names: &[&str], is_id: fn(&str) -> bool) -> Vec<&'t str> {
    let mut found = Vec::new();
    for at in (0..words.len()).filter(|at| names.contains(&words[*at])) {
        let rest = words[at + 1..]
            .iter()
            .copied()
            .filter(|word| !matches!(*word, "and" | "or" | "to"));
        found.extend(rest.take_while(|word| is_id(word)));
    }
    found
}

/// Whether a text is a number of at most `most` digits.
fn is_number(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word consists of digits and dots: 0009, 5.4.
fn is_numeric(word: &str) -> bool {
    word.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether a word is the id of a rule or of a bar: IZ-12, S8, P3.
fn is_rule(word: &str) -> bool {
    match word.split_once('-') {
        Some((source, number)) => SOURCES.contains(&source) && is_number(number, 3),
        None => word
            .strip_prefix(['S', 'P'])
            .is_some_and(|number| is_number(number, 2)),
    }
}

/// Whether a word is the id of an ASVS requirement, section (11.3) or chapter (V3).
fn is_requirement(word: &str) -> bool {
    let numbers = word.strip_prefix('V').unwrap_or(word);
    let parts = numbers.split('.').count();
    let is_long_enough = parts > 1 || word.starts_with('V');
    word != ASVS_VERSION
        && is_long_enough
        && parts < 4
        && numbers.split('.').all(|part| is_number(part, 2))
}

/// The first cell of each table row of a document.
fn first_cells(document: &str) -> impl Iterator<Item = &str> {
    document
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
}

#[test]
fn a_rule_that_is_cited_is_in_the_requirements() {
    let (requirements, performance) = (read("docs/requirements.md"), read("docs/performance.md"));
    let known: BTreeSet<&str> = first_cells(&requirements)
        .chain(first_cells(&performance))
        .filter(|cell| is_rule(cell))
        .collect();
    assert!(
        known.len() > 200,
        "the documents have {} ids: are their rows still written `| id | rule |`?",
        known.len()
    );
    for (path, text) in sources() {
        for id in words(&text).into_iter().filter(|word| is_rule(word)) {
            assert!(
                known.contains(id),
                "If you're here because you cited a rule: {path} cites {id}, and neither docs/requirements.md nor docs/performance.md has \
                 a row that begins with it. Cite a rule that exists, or add it there."
            );
        }
    }
}

#[test]
fn a_requirement_of_asvs_that_is_cited_is_in_the_security_document() {
    let document = read("docs/security.md");
    let known: BTreeSet<&str> = first_cells(&document)
        .flat_map(|cell| cell.split(", "))
        .filter(|id| is_requirement(id))
        .collect();
    assert!(
        known.len() > 250,
        "docs/security.md has {} ids: are its rows still written `| id | held by | test |`?",
        known.len()
    );
    for (path, text) in sources() {
        for id in following(&words(&text), &["ASVS"], is_requirement) {
            let within = format!("{}.", id.trim_start_matches('V'));
            assert!(
                known
                    .iter()
                    .any(|known| *known == id || known.starts_with(&within)),
                "If you're here because you cited ASVS: {path} cites {id}, and the map of docs/security.md has no such row. Add the row \
                 with what holds it and its test, or cite another requirement."
            );
        }
    }
}

#[test]
fn a_decision_that_is_cited_has_a_page() {
    let index = read("docs/decisions/README.md");
    let pages = std::fs::read_dir(root().join("docs/decisions"))
        .unwrap_or_else(|error| panic!("docs/decisions: {error}"));
    let pages = pages
        .filter_map(|page| Some(page.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| name != "README.md");
    let pages: BTreeSet<String> = pages.collect();
    let known: BTreeSet<&str> = pages
        .iter()
        .filter_map(|name| name.split('-').next())
        .collect();
    assert_eq!(
        known.len(),
        pages.len(),
        "two pages of docs/decisions have the same number"
    );
    for page in &pages {
        assert!(
            index.contains(&format!("]({page})")),
            "If you're here because you added a decision: docs/decisions/README.md has no row for {page}"
        );
    }
    for (path, text) in sources() {
        for id in following(&words(&text), &["decision", "decisions"], is_numeric) {
            assert!(
                known.contains(id),
                "If you're here because you cited a decision: {path} cites {id}, and docs/decisions has no page with that number. A \
                 decision is cited by four digits, as in `decision 0009`."
            );
        }
    }
}

#[test]
fn a_document_that_is_named_is_in_the_repository() {
    let sources = sources();
    let names = sources
        .iter()
        .filter_map(|(path, _)| path.rsplit('/').next());
    let known: BTreeSet<&str> = names.filter(|name| name.ends_with(".md")).collect();
    for (path, text) in &sources {
        let words = words(text);
        for name in words.iter().filter(|word| word.ends_with(".md")) {
            assert!(
                known.contains(name),
                "If you're here because you named a document: {path} names {name}, which is not in the repository. Cite a rule of \
                 docs/requirements.md or a page of docs/decisions instead."
            );
        }
        for pair in words.windows(2) {
            let is_numbered = pair[1].starts_with(|c: char| c.is_ascii_digit());
            let is_outside = match pair[0] {
                "design" => is_numbered || pair[1] == "rule",
                "issue" | "finding" => is_numbered,
                _ => false,
            };
            assert!(
                !is_outside,
                "{path} cites `{} {}`, which readers of the repository cannot look up. Cite a page of docs/decisions instead.",
                pair[0], pair[1]
            );
        }
    }
}

#[test]
fn a_link_of_a_document_leads_somewhere() {
    for (path, text) in sources()
        .into_iter()
        .filter(|(path, _)| path.ends_with(".md"))
    {
        let folder = root().join(&path).with_file_name("");
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once(')')?.0))
        {
            let file = link.split('#').next().unwrap_or_default();
            assert!(
                link.starts_with("http") || folder.join(file).exists(),
                "If you're here because you moved a file: {path} links to {link}, which is not there."
            );
        }
    }
}

#[test]
fn a_path_that_a_document_names_is_in_the_repository() {
    // the migration of the worked change exists once somebody works it
    let example = "migration/src/m20261202_000001_cost_centre.rs";
    let tops = [
        "app/",
        "docs/",
        "domain/",
        "end2end/",
        "frontend/",
        "migration/",
        "public/",
        "server/",
        "style/",
        "tools/",
        "types/",
    ];
    let mut checked = 0;
    for (path, text) in sources()
        .into_iter()
        .filter(|(path, _)| path.ends_with(".md"))
    {
        let quoted = text
            .lines()
            .flat_map(|line| line.split('`').skip(1).step_by(2));
        for named in quoted.filter(|quoted| tops.iter().any(|top| quoted.starts_with(top))) {
            if named.contains([' ', '*', '{', ':']) || named == example {
                continue;
            }
            checked += 1;
            assert!(
                root().join(named).exists(),
                "If you're here because you moved a file: {path} names {named}, which is not there."
            );
        }
    }
    assert!(
        checked > 50,
        "{checked} paths: does the test still read the documents?"
    );
}

#[test]
fn a_name_that_was_replaced_does_not_come_back() {
    for (path, text) in sources() {
        for word in text.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
            assert!(
                !REPLACED.contains(&word),
                "If you're here because you named something: {path} has `{word}`, a name that was replaced. CONTRIBUTING.md lists the \
                 verbs, docs/glossary.md the terms."
            );
        }
    }
}
