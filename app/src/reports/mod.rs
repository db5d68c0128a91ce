//! Activity: `/reports` for teams and the organisation, `/users/:id/activity` for what a user did
//! (OG-83 to OG-87), and `/users/:id/history` and the like for the events of a subject (OG-60).

mod activity;
mod api;
mod history;
mod page;

pub use activity::UserActivityPage;
pub use history::HistoryPage;
pub use page::ReportPage;
#[cfg(feature = "ssr")]
pub use page::csv;

use leptos::prelude::*;
use usher_types::reports::PeriodQuery;
use usher_types::url::encode;
use usher_types::{Field, Invalid};

use crate::ui::{lang, query_params};
use crate::{labels, messages};

/// The period from the address.
fn period_params() -> Memo<PeriodQuery> {
    query_params(|query| PeriodQuery {
        from: query.text("from"),
        until: query.text("until"),
    })
}

/// A period as the query of an address.
fn encode_period(period: &PeriodQuery) -> String {
    format!(
        "from={}&until={}",
        encode(&period.from),
        encode(&period.until)
    )
}

/// The title of the page, prefixed if the period is not valid.
fn page_title(title: &str, problem: Option<&Invalid>) -> String {
    if problem.is_some() {
        messages::error_title(lang(), title)
    } else {
        title.to_owned()
    }
}

/// The form for the period, with its error messages.
fn period_form(action: String, query: &PeriodQuery, problem: Option<&Invalid>) -> AnyView {
    let l = lang();
    let alert = problem.map(|Invalid(fields)| {
        let lines = fields.iter().map(|(field, problem)| {
            view! { <li><a href=format!("#{}", field.name())>{labels::problem(l, *field, problem)}</a></li> }
        });
        view! { <div class="notice bad" role="alert"><h2>{messages::problem(l)}</h2><ul>{lines.collect_view()}</ul></div> }
    });
    let day = |field: Field, value: &str| {
        let name = field.name();
        let wrong = problem
            .and_then(|problem| problem.at(field))
            .map(|problem| labels::problem(l, field, problem));
        let (says, is_wrong) = (format!("{name}-says"), wrong.is_some());
        view! {
            <div class="field" class:wrong=is_wrong>
                <label for=name>{labels::field(l, field)}</label>
                <input
                    id=name name=name type="date" value=value.to_owned()
                    aria-invalid=is_wrong.then_some("true") aria-describedby=is_wrong.then(|| says.clone())
                />
                <span class="message" id=says.clone()>{wrong.map(|wrong| view! { <span class="says">{wrong}</span> })}</span>
            </div>
        }
    };
    view! {
        {alert}
        <form class="period" method="get" action=action aria-label=messages::period_label(l)>
            {day(Field::From, &query.from)}
            {day(Field::Until, &query.until)}
            <button class="button">{messages::show_period(l)}</button>
        </form>
    }
    .into_any()
}
