//! `/reports`: figures by team and in total for a period, also as CSV.

use leptos::prelude::*;
use usher_types::Language;
#[cfg(feature = "ssr")]
use usher_types::csv::{self, Cell};
use usher_types::reports::{Figures, ReportPage as Page};

use super::api::report_page;
use super::{encode_period, page_title, period_form, period_params};
use crate::messages;
use crate::ui::{Card, Icon, PageHeader, bars, lang, load, loaded};

/// `/reports`.
#[component]
pub fn ReportPage() -> impl IntoView {
    let query = period_params();
    loaded(load(move || query.get(), report_page), show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let title = messages::reports(l);
    let window_title = page_title(&title, page.problem.as_ref());
    let form = period_form("/reports".to_owned(), &page.query, page.problem.as_ref());
    let is_good = page.problem.is_none();
    let download = is_good.then(|| {
        let to = format!("/reports/csv?{}", encode_period(&page.query));
        view! { <a class="button" href=to download><Icon id="download" />{messages::as_csv(l)}</a> }
    });
    view! {
        <PageHeader title window_title lead=messages::reports_are(l)>{download}</PageHeader>
        {form}
        {is_good.then(|| figures(page))}
    }
    .into_any()
}

fn figures(page: Page) -> AnyView {
    let l = lang();
    let everybody = everybody(l, &page);
    let weeks: Vec<_> = page
        .weeks
        .iter()
        .map(|(week, n)| (week.text.clone(), *n))
        .collect();
    let chart = bars(
        messages::sign_ins_per_week(l),
        messages::week_of(l),
        messages::sign_ins(l),
        weeks,
    );
    let heads = heads(l).map(|head| view! { <th scope="col" class="number">{head}</th> });
    let all = row(view! { <b>{everybody}</b> }.into_any(), None, page.all);
    let teams = page.teams.into_iter().map(|team| {
        let name =
            view! { <a href=format!("/teams/{}", team.id) dir="auto">{team.name}</a> }.into_any();
        row(name, Some(team.members), team.figures)
    });
    let teams = teams.collect_view();
    view! {
        <Card title=messages::sign_ins_per_week(l)>{chart}</Card>
        <Card title=messages::by_team(l)>
            <table class="figures">
                <thead><tr><th scope="col">{messages::team(l)}</th><th scope="col" class="number">{messages::members(l)}</th>{heads}</tr></thead>
                <tbody>{all}{teams}</tbody>
            </table>
            <div class="body quiet small">{messages::figures_are(l)}</div>
        </Card>
    }
    .into_any()
}

fn row(name: AnyView, members: Option<u32>, figures: Figures) -> AnyView {
    let l = lang();
    let cells = heads(l).into_iter().zip(cells(&figures)).map(|(head, n)| {
        view! { <td class="number" data-label=head data-priority="1">{n}</td> }
    });
    let members = match members {
        Some(members) => view! { <td class="number" data-label=messages::members(l) data-priority="1">{members}</td> }.into_any(),
        None => view! { <td></td> }.into_any(),
    };
    view! { <tr><th scope="row">{name}</th>{members}{cells.collect_view()}</tr> }.into_any()
}

fn heads(l: Language) -> [String; 8] {
    [
        messages::people_active(l),
        messages::sign_ins(l),
        messages::accounts_made(l),
        messages::accounts_archived(l),
        messages::clients_taken_on(l),
        messages::referrals_made(l),
        messages::referrals_answered(l),
        messages::resources_managed(l),
    ]
}

fn cells(figures: &Figures) -> [u32; 8] {
    let Figures {
        active,
        sign_ins,
        created,
        archived,
        clients,
        referred,
        answered,
        resources,
    } = *figures;
    [
        active, sign_ins, created, archived, clients, referred, answered, resources,
    ]
}

fn everybody(l: Language, page: &Page) -> String {
    if page.is_whole {
        messages::whole_organisation(l)
    } else {
        messages::everybody_within_reach(l)
    }
}

/// The table as CSV, with the period in the first row.
#[cfg(feature = "ssr")]
pub fn csv(l: Language, page: &Page) -> String {
    let numbers = |figures: &Figures| cells(figures).map(Cell::Number);
    let period = [
        messages::period_label(l),
        page.query.from.clone(),
        page.query.until.clone(),
    ]
    .map(Cell::Text)
    .to_vec();
    let head = [messages::team(l), messages::members(l)]
        .into_iter()
        .chain(heads(l))
        .map(Cell::Text)
        .collect();
    let all = [Cell::Text(everybody(l, page)), Cell::Empty]
        .into_iter()
        .chain(numbers(&page.all))
        .collect();
    let teams = page.teams.iter().map(|team| {
        let named = [Cell::Text(team.name.clone()), Cell::Number(team.members)];
        named.into_iter().chain(numbers(&team.figures)).collect()
    });
    csv::table(l, [period, head, all].into_iter().chain(teams))
}
