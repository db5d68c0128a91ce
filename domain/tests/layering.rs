//! Which module may use which: one table for each crate, read against its sources. A module that
//! uses more than its row allows fails with the file and the line, and a row that allows more than
//! is used fails too, so the tables say exactly what holds. Within a module, no two files use each
//! other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The modules of `domain` in layers, from the ground up. A module may use every module of the
/// layers before its own, and of its own layer those that its row names, all of which stand before
/// it. So no two modules depend on each other.
const DOMAIN: &str = "
    = ground
    constraints
    error: constraints

    = foundation: no database
    foundation::hashing
    foundation::idempotency
    foundation::limits
    foundation::paging
    foundation::sealing
    foundation::search
    foundation::time
    foundation::turns

    = rows
    entity

    = the one door to the database
    scope

    = infrastructure: mechanisms that know tables, but no context
    infrastructure::chain
    infrastructure::directory
    infrastructure::known_browsers
    infrastructure::named_rows
    infrastructure::sweep
    infrastructure::throttles
    infrastructure::drafts: infrastructure::throttles
    infrastructure::outbox: infrastructure::drafts infrastructure::throttles

    = contexts
    units
    lists: units
    audit
    resources: audit units
    referrals: resources units
    covers: units
    clients: audit covers referrals units
    teams: clients covers units
    offices: teams units
    licence
    credentials
    sessions
    links: credentials sessions
    customers: audit units
    accounts: sessions units
    dashboards: licence units
    roles: audit clients dashboards units
    users: accounts audit clients covers credentials customers licence links lists roles sessions units
    profile: credentials links sessions users
    organisations: audit clients credentials dashboards licence links lists roles units users
    history: audit clients customers organisations resources roles units
    settings: audit roles units
    delivery: licence links
    explanations: clients covers licence units users
    search: clients
    reports: audit dashboards units
";

/// The modules of `types`, by the same rules.
const TYPES: &str = "
    = ids, names, and values that check themselves
    primitives

    = what a form or an action answers
    refusal

    = what every form is made of
    form
    audit
    conflict: form
    overrides: audit form

    = contexts
    lists
    mail
    covers
    access: covers
    settings: mail
    resources
    referrals: resources
    clients: covers referrals
    accounts
    roles
    users: access accounts clients covers lists mail roles settings
    explanations: settings users
    profile
    search: clients users
    units: covers users
    customers: users
    organisations: settings users
    session: organisations
    dashboards: settings
    reports
";

/// The modules of `app`, by the same rules.
const APP: &str = "
    = texts
    messages
    labels: messages
    notice: labels messages

    = a request and its answer
    error
    request: error
    unsaved

    = components that know no context
    ui

    = what the pages of several contexts show
    activity
    people

    = contexts
    help
    lists
    roles
    resources
    customers
    units
    accounts
    dashboards
    session
    reports
    settings
    referrals: resources
    clients: referrals
    users: clients customers help roles
    profile: users
    organisations: settings users

    = what is made of all pages
    navigation
    search: navigation
    shell: navigation search
    mail
    wording: mail
";

/// A reference from one module to another.
#[derive(Debug, PartialEq)]
struct Reference {
    /// The line of the file, from 1.
    line: usize,
    /// The path, from the root of the crate.
    path: Vec<String>,
}

/// Reads paths in Rust source.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn eat(&mut self, token: &str) -> bool {
        let is_next = self.text[self.at..].starts_with(token);
        if is_next {
            self.at += token.len();
        }
        is_next
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn word(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let word = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// The line of the cursor, from 1.
    fn line(&self) -> usize {
        self.text[..self.at].matches('\n').count() + 1
    }

    /// Reads the rest of a path, which may branch in braces, as in a `use`.
    fn branches(&mut self, base: &[String], found: &mut Vec<Reference>) {
        self.skip_space();
        if self.eat("{") {
            loop {
                self.skip_space();
                let before = self.at;
                self.branches(base, found);
                // an alias does not matter, only what it stands for
                let rest = &self.text[self.at..];
                self.at += rest.find([',', '}']).unwrap_or(rest.len());
                if !self.eat(",") {
                    self.eat("}");
                    return;
                }
                assert!(self.at > before, "a path that does not end");
            }
        }
        let line = self.line();
        let word = self.word();
        if word.is_empty() {
            return;
        }
        let mut path = base.to_vec();
        if word != "self" {
            path.push(word.to_owned());
        }
        let is_further = self.text[self.at..].strip_prefix("::").is_some_and(|rest| {
            rest.starts_with(|c: char| c == '{' || c == '_' || c.is_alphabetic())
        });
        if is_further {
            self.eat("::");
            self.branches(&path, found);
        } else {
            found.push(Reference { line, path });
        }
    }
}

/// What the source of a module refers to within its crate. Comments and unit tests do not count.
fn references(module: &[String], source: &str) -> Vec<Reference> {
    let code = source
        .split("#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default();
    let lines: Vec<&str> = code
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect();
    let text = lines.join("\n");
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        for (at, _) in text.match_indices(root) {
            // `$crate::`, and the second of `super::super::`
            if text[..at].ends_with(|c: char| c.is_alphanumeric() || "_$:".contains(c)) {
                continue;
            }
            let mut cursor = Cursor { text: &text, at };
            let mut base = module.to_vec();
            if cursor.eat("crate::") {
                base.clear();
            }
            while cursor.eat("super::") {
                base.pop();
            }
            cursor.branches(&base, &mut found);
        }
    }
    found
}

/// Every Rust file of a folder, with its path below it.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                let below = path.strip_prefix(folder).expect("below the folder");
                files.push((below.to_owned(), text));
            }
        }
    }
    files.sort();
    files
}

/// The path of the module that a file holds.
fn module_of(file: &Path) -> Vec<String> {
    let mut path: Vec<String> = file
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if path.last().is_some_and(|last| last == "mod") {
        path.pop();
    }
    path
}

/// A crate whose modules are checked.
struct Crate {
    folder: &'static str,
    table: &'static str,
    /// Folders that only hold modules, each of which has a row of its own.
    opened: &'static [&'static str],
}

const CRATES: [Crate; 3] = [
    Crate {
        folder: "types",
        table: TYPES,
        opened: &[],
    },
    Crate {
        folder: "domain",
        table: DOMAIN,
        opened: &["foundation", "infrastructure"],
    },
    Crate {
        folder: "app",
        table: APP,
        opened: &[],
    },
];

impl Crate {
    /// The row that a path belongs to.
    fn row(&self, path: &[String]) -> String {
        match path {
            [folder, module, ..] if self.opened.contains(&folder.as_str()) => {
                format!("{folder}::{module}")
            }
            [module, ..] => module.clone(),
            [] => String::new(),
        }
    }

    /// The rows behind the names that the root of the crate exports.
    fn exports(&self, root: &str) -> BTreeMap<String, String> {
        let mut found = Vec::new();
        for (at, keyword) in root.match_indices("pub use ") {
            let at = at + keyword.len();
            Cursor { text: root, at }.branches(&[], &mut found);
        }
        found
            .into_iter()
            .filter_map(|Reference { path, .. }| Some((path.last()?.clone(), self.row(&path))))
            .collect()
    }

    /// The rows of the table in their order: the module, its layer, and the modules of its own
    /// layer that it may use.
    fn rows(&self) -> Vec<(&'static str, usize, Vec<&'static str>)> {
        let mut layer = 0;
        let mut rows = Vec::new();
        for line in self.table.lines().map(str::trim) {
            if line.starts_with('=') {
                layer += 1;
            } else if let Some((module, uses)) = line.split_once(": ") {
                rows.push((module, layer, uses.split_whitespace().collect()));
            } else if !line.is_empty() {
                rows.push((line, layer, Vec::new()));
            }
        }
        rows
    }

    /// What is wrong with the sources or the table, and how many references were compared.
    fn problems(&self) -> (Vec<String>, usize) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(self.folder)
            .join("src");
        let rows = self.rows();
        let layers: BTreeMap<&str, usize> = rows
            .iter()
            .map(|(name, layer, _)| (*name, *layer))
            .collect();
        let mut problems = Vec::new();
        let (mut seen, mut needed, mut compared) = (BTreeSet::new(), BTreeSet::new(), 0);
        let sources = sources(&root);
        let exports = sources
            .iter()
            .find(|(file, _)| file == Path::new("lib.rs"))
            .map(|(_, text)| self.exports(text))
            .unwrap_or_default();
        for (file, text) in sources {
            let module = module_of(&file);
            let from = self.row(&module);
            if from == "lib" || self.opened.contains(&from.as_str()) {
                continue;
            }
            seen.insert(from.clone());
            for Reference { line, path } in references(&module, &text) {
                let to = self.row(&path);
                let to = exports.get(&to).cloned().unwrap_or(to);
                if to == from || to.is_empty() {
                    continue;
                }
                compared += 1;
                let place = format!("{}/src/{}:{line}", self.folder, file.display());
                let (Some(own), Some(other)) = (layers.get(from.as_str()), layers.get(to.as_str()))
                else {
                    problems.push(format!(
                        "{place}: {from} uses {to}, but one of them has no row"
                    ));
                    continue;
                };
                if own == other {
                    needed.insert((from.clone(), to.clone()));
                }
                let is_named = rows
                    .iter()
                    .any(|(name, _, uses)| *name == from && uses.contains(&to.as_str()));
                if other > own || own == other && !is_named {
                    problems.push(format!("{place}: {from} may not use {to}"));
                }
            }
        }
        for (at, (module, _, uses)) in rows.iter().enumerate() {
            if !seen.contains(*module) {
                problems.push(format!(
                    "the table has a row for {module}, which does not exist"
                ));
            }
            for other in uses {
                if !needed.contains(&((*module).to_owned(), (*other).to_owned())) {
                    problems.push(format!(
                        "the row of {module} names {other}, which it does not use"
                    ));
                }
                if !rows[..at].iter().any(|(before, ..)| before == other) {
                    problems.push(format!(
                        "the row of {module} names {other}, which stands after it"
                    ));
                }
            }
        }
        (problems, compared)
    }
}

/// The files that use each other, and those that use such files. The `mod.rs` of a folder does not
/// count: it names the files of its folder, which use what it holds.
fn files_in_circles(sources: &[(PathBuf, String)]) -> BTreeSet<Vec<String>> {
    let known: BTreeSet<Vec<String>> = sources.iter().map(|(file, _)| module_of(file)).collect();
    let named = |mut path: Vec<String>| {
        while !path.is_empty() && !known.contains(&path) {
            path.pop();
        }
        path
    };
    let mut left: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = sources
        .iter()
        .filter(|(file, _)| !file.ends_with("mod.rs") && !file.ends_with("lib.rs"))
        .map(|(file, text)| {
            let module = module_of(file);
            let used = references(&module, text)
                .into_iter()
                .map(|reference| named(reference.path))
                .filter(|used| *used != module)
                .collect();
            (module, used)
        })
        .collect();
    // a file that uses none of those that are left is in no circle
    loop {
        let files: BTreeSet<Vec<String>> = left.keys().cloned().collect();
        left.retain(|_, used| !used.is_disjoint(&files));
        if left.len() == files.len() {
            return files;
        }
    }
}

#[test]
fn no_two_files_use_each_other() {
    for Crate { folder, .. } in CRATES {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(folder)
            .join("src");
        let found = files_in_circles(&sources(&root));
        let found: Vec<String> = found.iter().map(|file| file.join("::")).collect();
        assert!(
            found.is_empty(),
            "If you're here because a file needs another one: some of these files of {folder} use each other. Move what both need \
             to the mod.rs of their folder, or to a file of its own.\n{}",
            found.join("\n")
        );
    }
    let file = |name: &str, text: &str| (PathBuf::from(name), text.to_owned());
    let circle = [
        file("users/mod.rs", "use super::teams::lead;"),
        file("users/list.rs", "use super::page::{head, foot};"),
        file("users/page.rs", "use crate::teams::lead;"),
        file("teams.rs", "use crate::users::list::row;"),
        file("offices.rs", "use crate::users::head;"),
    ];
    assert_eq!(
        files_in_circles(&circle),
        ["teams", "users::list", "users::page"]
            .map(|file| file.split("::").map(str::to_owned).collect())
            .into()
    );
}

#[test]
fn every_module_uses_only_what_the_table_allows() {
    for checked in CRATES {
        let (problems, compared) = checked.problems();
        assert!(
            problems.is_empty(),
            "If you're here because a module needs another one: see whether what it needs belongs in \
             a lower module, and change the table of {} only if the two truly know each other.\n{}",
            checked.folder,
            problems.join("\n")
        );
        assert!(
            compared > 200,
            "only {compared} references were found in {}: the sources are not read as they should be",
            checked.folder
        );
    }
}

#[test]
fn references_are_found_in_every_form_they_can_have() {
    let source = "use crate::audit;
use crate::foundation::{
    paging::{self, Keyset},
    time as clock,
};
use super::{name, people};
// crate::comments
fn run() {
    crate::users::find(super::super::roles::NAMES, crate::scope::Tx::<'_>::new());
}

#[cfg(test)]
mod tests {
    use crate::tests_do_not_count;
}
";
    let module = ["clients", "list"].map(str::to_owned);
    let found: Vec<(usize, String)> = references(&module, source)
        .into_iter()
        .map(|reference| (reference.line, reference.path.join("::")))
        .collect();
    let expected = [
        (1, "audit"),
        (3, "foundation::paging"),
        (3, "foundation::paging::Keyset"),
        (4, "foundation::time"),
        (9, "users::find"),
        (9, "scope::Tx"),
        (6, "clients::name"),
        (6, "clients::people"),
        (9, "roles::NAMES"),
    ]
    .map(|(line, path)| (line, path.to_owned()));
    assert_eq!(found, expected);
}
