//! A function that builds a view is short. A longer one is several parts, each with a name.

use std::path::{Path, PathBuf};

/// The most lines of a function that contains a view, from its name to its last brace.
const MAX_LINES: usize = 80;

/// The table of the routes, which has one line for each page.
const ROUTES: &str = "pub fn App() -> impl IntoView {";

/// The Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of the sources");
    let mut found = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
    found
}

/// The functions of a file that rustfmt has formatted: the line that names it, and its lines.
fn functions(text: &str) -> Vec<(&str, Vec<&str>)> {
    let lines: Vec<_> = text.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| {
        let words = line.split_whitespace();
        let mut words = words
            .skip_while(|word| word.starts_with("pub") || *word == "async" || *word == "const");
        words.next() == Some("fn") && !line.ends_with('}')
    });
    starts
        .map(|(start, line)| {
            let indent = &line[..line.len() - line.trim_start().len()];
            let last = format!("{indent}}}");
            let length = lines[start..].iter().position(|line| *line == last);
            let body = &lines[start..=start + length.unwrap_or_default()];
            (line.trim(), body.to_vec())
        })
        .collect()
}

#[test]
fn no_view_function_has_more_than_80_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    let (mut views, mut long) = (0, Vec::new());
    for path in &files {
        let text = std::fs::read_to_string(path).expect("a source file");
        for (name, body) in functions(&text) {
            if body.iter().any(|line| line.contains("view! {")) {
                views += 1;
                if body.len() > MAX_LINES && name != ROUTES {
                    long.push(format!("{}: {name} {} lines", path.display(), body.len()));
                }
            }
        }
    }
    assert!(
        files.len() > 50 && views > 200,
        "{} files with {views} views were found: does the test still start at the sources?",
        files.len()
    );
    assert!(
        long.is_empty(),
        "If you're here because a view grew: move a part of it into a function or component of its own.\n{}",
        long.join("\n")
    );
}
