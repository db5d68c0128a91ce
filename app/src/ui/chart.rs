//! A bar chart, with its table beside it: drawn by the server, so that it needs no script.

use leptos::prelude::*;

use super::lang;
use crate::messages;

/// Width of a bar with the gap beside it, in units of the drawing.
const BAR_STEP: u32 = 10;
/// Height of the drawing, in its own units.
const HEIGHT: u32 = 100;

/// Draws one bar for each row. `what` and `how_many` are the column heads of the table.
pub fn bars(title: String, what: String, how_many: String, rows: Vec<(String, u32)>) -> AnyView {
    let l = lang();
    let most = rows.iter().map(|(_, n)| *n).max().unwrap_or_default();
    let wide = rows.len() as u32 * BAR_STEP;
    let drawn = rows.iter().enumerate().map(|(at, (_, n))| {
        // a count of 1 stays visible beside 1000; a count of 0 has no bar
        let high = if *n == 0 { 0 } else { (n * HEIGHT / most.max(1)).max(1) };
        view! { <rect x=at as u32 * BAR_STEP + 1 y=HEIGHT - high width=BAR_STEP - 2 height=high></rect> }
    });
    let drawn = drawn.collect_view();
    let edge =
        |row: Option<&(String, u32)>| row.map(|(label, _)| label.clone()).unwrap_or_default();
    let (first, last) = (edge(rows.first()), edge(rows.last()));
    let description = messages::chart_of(l, &title, most);
    let lines = rows.into_iter().map(
        |(label, n)| view! { <tr><th scope="row">{label}</th><td class="number">{n}</td></tr> },
    );
    let lines = lines.collect_view();
    view! {
        <div class="chart">
            <p class="most quiet small" aria-hidden="true">{most}</p>
            <svg viewBox=format!("0 0 {wide} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=description>{drawn}</svg>
            <p class="edges quiet small" aria-hidden="true"><span>{first}</span><span>{last}</span></p>
            <details>
                <summary>{messages::as_a_table(l)}</summary>
                <table class="versions">
                    <caption class="vh">{title}</caption>
                    <thead><tr><th scope="col">{what}</th><th scope="col" class="number">{how_many}</th></tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </details>
        </div>
    }
    .into_any()
}
