//! The bytes that a browser fetches at its first visit to a page, as transferred.

use std::collections::{BTreeMap, BTreeSet};

use color_eyre::eyre::Result;

use crate::http::Client;
use crate::report::{Bar, Report, Unit, step};
use crate::usher::Usher;

/// The kinds of files.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Html,
    Css,
    Icon,
    Js,
    Wasm,
}

/// The files of a visit.
#[derive(Default)]
struct Fetched {
    at_once: BTreeMap<Kind, usize>,
    /// Chunks that are loaded when first needed, by name.
    lazily: BTreeMap<String, usize>,
}

/// The chunk with the password strength estimate, which may exceed the bar of lazy chunks until a
/// smaller library is as good.
const ESTIMATE: &str = "split_judge";

/// The sign-in page, and the page that needs the most code.
pub async fn first_visits(
    server: &Usher,
    administrator: &mut Client,
    report: &mut Report,
) -> Result<()> {
    step("bytes of a first visit");
    let mut visitor = Client::connect(server.address).await?;
    for (page, client, wasm) in [
        ("/sign-in", &mut visitor, 150.0),
        ("/users/new", administrator, 300.0),
    ] {
        let Fetched { at_once, lazily } = visit(client, page).await?;
        let kb = |kind| at_once.get(&kind).copied().unwrap_or_default() as f64 / 1_000.0;
        let [html, css, icon, js, main] =
            [Kind::Html, Kind::Css, Kind::Icon, Kind::Js, Kind::Wasm].map(kb);
        println!(
            "{page}: HTML {html:.1} kB, CSS {css:.1}, icon {icon:.1}, JavaScript {js:.1}, wasm {main:.1}"
        );
        report.record(
            "P8",
            format!("{page}: HTML and CSS"),
            Bar::AtMost(30.0),
            html + css,
            Unit::Kb,
        );
        report.record(
            "P8",
            format!("{page}: JavaScript and wasm"),
            Bar::AtMost(wasm),
            js + main,
            Unit::Kb,
        );
        for (name, bytes) in lazily {
            let bar = if name == ESTIMATE {
                Bar::None
            } else {
                Bar::AtMost(100.0)
            };
            report.record(
                "P8",
                format!("{page}: lazily {name}"),
                bar,
                bytes as f64 / 1_000.0,
                Unit::Kb,
            );
        }
    }
    Ok(())
}

async fn visit(client: &mut Client, page: &str) -> Result<Fetched> {
    let html = client.get_plain(page).await?.expect(200, page)?.text();
    let mut fetched = Fetched::default();
    fetched.at_once.insert(
        Kind::Html,
        client.get(page).await?.expect(200, page)?.body.len(),
    );
    let mut wanted: Vec<(String, bool)> = named_in(&html)
        .filter(|name| name.starts_with('/'))
        .map(|path| (path.to_owned(), false))
        .collect();
    let mut seen: BTreeSet<String> = wanted.iter().map(|(path, _)| path.clone()).collect();
    while let Some((path, is_named_by_script)) = wanted.pop() {
        let answer = client.get(&path).await?;
        if answer.status == 404 && is_named_by_script {
            // the default path in the glue code, which is never used
            continue;
        }
        let answer = answer.expect(200, &path)?;
        let kind = match path.rsplit('.').next() {
            Some("css") => Kind::Css,
            Some("js") => Kind::Js,
            Some("wasm") if is_named_by_script => {
                *fetched.lazily.entry(without_hash(&path)).or_default() += answer.body.len();
                continue;
            }
            Some("wasm") => Kind::Wasm,
            _ => Kind::Icon,
        };
        *fetched.at_once.entry(kind).or_default() += answer.body.len();
        if kind == Kind::Js {
            let script = client.get_plain(&path).await?.expect(200, &path)?.text();
            for name in named_in(&script).filter_map(|name| name.rsplit('/').next()) {
                let path = format!("/pkg/{name}");
                if seen.insert(path.clone()) {
                    wanted.push((path, true));
                }
            }
        }
    }
    Ok(fetched)
}

/// `/pkg/split_judge_12035260925281378656.NDq5k5G3tZQmISRongUdug.wasm` is `split_judge`.
fn without_hash(path: &str) -> String {
    let name = path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .split('.')
        .next()
        .unwrap_or_default();
    let numbered = name.rsplit_once('_').filter(|(_, number)| number.len() > 9);
    numbered.map_or(name, |(name, _)| name).to_owned()
}

/// All quoted texts that end like the name of a file of the site.
fn named_in(text: &str) -> impl Iterator<Item = &str> {
    let is_file = |name: &&str| {
        !name.contains(char::is_whitespace)
            && [".css", ".js", ".wasm", ".svg"]
                .iter()
                .any(|end| name.ends_with(end))
    };
    text.split(['"', '\'', '`']).filter(is_file)
}
