//! What a browser fetches at its first visit to a page, as it travels.

use std::collections::{BTreeMap, BTreeSet};

use color_eyre::eyre::Result;

use crate::http::Client;
use crate::report::{Bar, Report, Unit, step};
use crate::usher::Usher;

/// What a browser fetches, by kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Html,
    Css,
    Icon,
    Js,
    Wasm,
    /// When it is first needed.
    Lazy,
}

type Bytes = BTreeMap<Kind, usize>;

/// The door, and the page that asks the most of a browser.
pub async fn first_visits(server: &Usher, administrator: &mut Client, report: &mut Report) -> Result<()> {
    step("bytes of a first visit");
    let mut visitor = Client::connect(server.address).await?;
    for (page, client, wasm) in [("/sign-in", &mut visitor, 150.0), ("/users/new", administrator, 300.0)] {
        let bytes = visit(client, page).await?;
        let sum = |kinds: &[Kind]| kinds.iter().filter_map(|kind| bytes.get(kind)).sum::<usize>() as f64 / 1_000.0;
        println!(
            "{page}: HTML {:.1} kB, CSS {:.1}, icon {:.1}, JavaScript {:.1}, wasm {:.1}, lazily {:.1}",
            sum(&[Kind::Html]),
            sum(&[Kind::Css]),
            sum(&[Kind::Icon]),
            sum(&[Kind::Js]),
            sum(&[Kind::Wasm]),
            sum(&[Kind::Lazy])
        );
        report.keep("P8", format!("{page}: HTML and CSS"), Bar::AtMost(30.0), sum(&[Kind::Html, Kind::Css]), Unit::Kb);
        report.keep("P8", format!("{page}: JavaScript and wasm"), Bar::AtMost(wasm), sum(&[Kind::Js, Kind::Wasm]), Unit::Kb);
        if bytes.contains_key(&Kind::Lazy) {
            // the password estimate, the one exception from the 100 kB of P8 until something as good is smaller
            report.keep("P8", format!("{page}: lazily, at the first focus of a password"), Bar::None, sum(&[Kind::Lazy]), Unit::Kb);
        }
    }
    Ok(())
}

async fn visit(client: &mut Client, page: &str) -> Result<Bytes> {
    let html = client.get_plain(page).await?.expect(200, page)?.text();
    let mut bytes = Bytes::from([(Kind::Html, client.get(page).await?.expect(200, page)?.body.len())]);
    let mut wanted: Vec<(String, bool)> =
        named_in(&html).filter(|name| name.starts_with('/')).map(|path| (path.to_owned(), false)).collect();
    let mut seen: BTreeSet<String> = wanted.iter().map(|(path, _)| path.clone()).collect();
    while let Some((path, is_named_by_script)) = wanted.pop() {
        let answer = client.get(&path).await?;
        if answer.status == 404 && is_named_by_script {
            // what the glue would load if it were not told otherwise
            continue;
        }
        let answer = answer.expect(200, &path)?;
        let kind = match path.rsplit('.').next() {
            Some("css") => Kind::Css,
            Some("js") => Kind::Js,
            Some("wasm") if is_named_by_script => Kind::Lazy,
            Some("wasm") => Kind::Wasm,
            _ => Kind::Icon,
        };
        *bytes.entry(kind).or_default() += answer.body.len();
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
    Ok(bytes)
}

/// Everything between quotes that ends like a file of the site.
fn named_in(text: &str) -> impl Iterator<Item = &str> {
    let is_file =
        |name: &&str| !name.contains(char::is_whitespace) && [".css", ".js", ".wasm", ".svg"].iter().any(|end| name.ends_with(end));
    text.split(['"', '\'', '`']).filter(is_file)
}
