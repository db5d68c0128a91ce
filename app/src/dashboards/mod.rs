//! Dashboards: `/`, where everybody begins; `/dashboards` and below, where they are made; and which a person has.

mod api;
mod assign;
mod edit;
mod home;
mod widgets;

pub use assign::UserDashboardsPage;
pub use edit::{DashboardClosePage, DashboardEditPage, DashboardListPage};
pub use home::Home;

use leptos::prelude::*;
use usher_types::dashboards::Widget;

use crate::labels;
use crate::ui::lang;

/// What a dashboard shows, in order, as one line of text.
fn widget_names(widgets: &[Widget]) -> String {
    let l = lang();
    widgets.iter().map(|widget| labels::widget(l, *widget)).collect::<Vec<_>>().join(" · ")
}

/// A number of something, or that there are more than were counted.
fn count_text(count: usher_types::dashboards::Count) -> String {
    if count.more { format!("{}+", count.count) } else { count.count.to_string() }
}

/// The address of the list of dashboards, and its name.
fn list() -> (&'static str, String) {
    ("/dashboards", crate::messages::dashboards(lang()))
}

/// Something quiet where there would be nothing.
fn quiet_text(text: String) -> AnyView {
    view! { <div class="body quiet">{text}</div> }.into_any()
}
