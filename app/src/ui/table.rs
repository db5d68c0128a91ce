//! Tables: rows if the column is wide, a block for each row if it is narrow (`style/table.css`).

use leptos::prelude::*;

use super::lang;
use crate::messages;

/// A column of a [`DataTable`].
pub struct Column {
    label: String,
    /// The order of its cells on a phone: "1" is first, and "3" is only shown where the column is
    /// wide.
    priority: &'static str,
    sort: Option<&'static str>,
    class: Option<&'static str>,
    is_hidden: bool,
}

impl Column {
    /// A column with a heading.
    pub fn new(label: String) -> Self {
        Self {
            label,
            priority: "2",
            sort: None,
            class: None,
            is_hidden: false,
        }
    }

    /// The column of the links that act on a row. Only screen readers get its heading.
    pub fn actions() -> Self {
        Self {
            is_hidden: true,
            class: Some("act"),
            ..Self::new(messages::actions(lang()))
        }
    }

    /// On a phone its cells come first.
    pub fn first(self) -> Self {
        Self {
            priority: "1",
            ..self
        }
    }

    /// It is only shown where there is much room. The row's own page must show the value, too.
    pub fn last(self) -> Self {
        Self {
            priority: "3",
            ..self
        }
    }

    /// The rows are sorted by it: "ascending" or "descending".
    pub fn sorted(self, sort: &'static str) -> Self {
        Self {
            sort: Some(sort),
            ..self
        }
    }

    /// The CSS class of its cells.
    pub fn class(self, class: &'static str) -> Self {
        Self {
            class: Some(class),
            ..self
        }
    }

    fn heading(&self) -> AnyView {
        if self.is_hidden {
            return view! { <th scope="col"><span class="vh">{self.label.clone()}</span></th> }
                .into_any();
        }
        view! { <th scope="col" class=self.class data-priority=self.priority aria-sort=self.sort>{self.label.clone()}</th> }.into_any()
    }

    fn cell(&self, content: AnyView) -> AnyView {
        if self.is_hidden {
            return view! { <td class=self.class>{content}</td> }.into_any();
        }
        view! { <td class=self.class data-label=self.label.clone() data-priority=self.priority>{content}</td> }.into_any()
    }
}

/// A row of a [`DataTable`]: its heading and its cells.
pub struct TableRow {
    tick: Option<AnyView>,
    heading: AnyView,
    cells: Vec<AnyView>,
}

impl TableRow {
    /// A row with its heading.
    pub fn new(heading: impl IntoAny) -> Self {
        Self {
            tick: None,
            heading: heading.into_any(),
            cells: Vec::new(),
        }
    }

    /// Adds the next cell.
    pub fn cell(mut self, content: impl IntoAny) -> Self {
        self.cells.push(content.into_any());
        self
    }

    /// Adds the check box that selects the row.
    pub fn tick(mut self, checkbox: Option<AnyView>) -> Self {
        self.tick = checkbox;
        self
    }
}

/// A table. The first column holds the headings of the rows.
#[component]
pub fn DataTable(
    /// The columns. The first one is that of the headings.
    #[prop(into)]
    columns: Vec<Column>,
    /// The rows.
    rows: Vec<TableRow>,
    /// Whether rows have a check box.
    #[prop(optional)]
    has_ticks: bool,
    /// The CSS class of the table.
    #[prop(optional)]
    class: Option<&'static str>,
) -> impl IntoView {
    let choose = has_ticks.then(|| view! { <th scope="col" class="pick"><span class="vh">{messages::choose(lang())}</span></th> });
    let headings = columns.iter().map(Column::heading).collect_view();
    let rows = rows.into_iter().map(|row| {
        let tick = row.tick.map(|tick| view! { <td class="pick">{tick}</td> });
        let cells = columns.iter().skip(1).zip(row.cells);
        let cells = cells
            .map(|(column, content)| column.cell(content))
            .collect_view();
        view! { <tr>{tick}<th scope="row">{row.heading}</th>{cells}</tr> }
    });
    let rows = rows.collect_view();
    view! {
        <table class=class>
            <thead><tr>{choose}{headings}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
