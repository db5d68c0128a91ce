//! Dashboards: the home page `/`, editing them at `/dashboards` and below, and assigning them to a
//! user.

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
use crate::ui::{Link, lang};

/// The names of widgets, in order, as one line of text.
fn widget_names(widgets: &[Widget]) -> String {
    let l = lang();
    widgets
        .iter()
        .map(|widget| labels::widget(l, *widget))
        .collect::<Vec<_>>()
        .join(" · ")
}

/// A count as text, with a plus if there are more than were counted.
fn count_text(count: usher_types::dashboards::Count) -> String {
    if count.more {
        format!("{}+", count.count)
    } else {
        count.count.to_string()
    }
}

/// The list, for links back.
fn list() -> Link {
    Link::new("/dashboards", crate::messages::dashboards(lang()))
}

/// A muted text in place of an empty list.
fn quiet_text(text: String) -> AnyView {
    view! { <div class="body quiet">{text}</div> }.into_any()
}
