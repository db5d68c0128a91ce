//! Lists: their filters, what they show without rows, and the links to their other pages. The whole
//! state of a list is in its address.

use leptos::prelude::*;
use usher_types::paging::{Ignored, Pages};
use usher_types::url::encode;

use super::{Content, Icon, Link, PageHeader, lang};
use crate::messages;

/// The filters of a list, with what is chosen. They are one GET form.
#[derive(Clone)]
pub struct Filters {
    address: String,
    /// Parameters of the address that the form keeps.
    kept: Vec<(&'static str, String)>,
    search: Option<Search>,
    selects: Vec<Select>,
}

#[derive(Clone)]
struct Search {
    name: &'static str,
    label: String,
    hint: String,
    text: String,
}

#[derive(Clone)]
struct Select {
    name: &'static str,
    label: String,
    /// The label of the choice that does not filter.
    all: String,
    chosen: String,
    choices: Vec<(String, String)>,
}

impl Filters {
    /// No filter yet. `address` is that of the list.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            kept: Vec::new(),
            search: None,
            selects: Vec::new(),
        }
    }

    /// Adds the search for `text`, which is the parameter `q` of the address.
    pub fn search(self, text: &str, label: String, hint: String) -> Self {
        self.search_as("q", text, label, hint)
    }

    /// Adds the search for `text`, which is the parameter `name` of the address.
    pub fn search_as(
        mut self,
        name: &'static str,
        text: &str,
        label: String,
        hint: String,
    ) -> Self {
        self.search = Some(Search {
            name,
            label,
            hint,
            text: text.to_owned(),
        });
        self
    }

    /// Keeps a parameter of the address that is no filter.
    pub fn keep(mut self, name: &'static str, value: &str) -> Self {
        if !value.is_empty() {
            self.kept.push((name, value.to_owned()));
        }
        self
    }

    /// Adds a drop-down list. It is not shown if there is nothing to choose. Each choice is its code
    /// and its label.
    pub fn select(
        mut self,
        name: &'static str,
        label: String,
        all: String,
        chosen: &str,
        choices: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        self.selects.push(Select {
            name,
            label,
            all,
            chosen: chosen.to_owned(),
            choices: choices.into_iter().collect(),
        });
        self
    }

    /// Whether the list shows less than everything.
    pub fn is_set(&self) -> bool {
        self.query().next().is_some()
    }

    /// What is searched and chosen, by parameter.
    fn query(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let search = self
            .search
            .iter()
            .map(|search| (search.name, search.text.as_str()));
        let chosen = self
            .selects
            .iter()
            .map(|select| (select.name, select.chosen.as_str()));
        search.chain(chosen).filter(|(_, value)| !value.is_empty())
    }

    /// The form, and the links that clear a filter or all of them. `frame.js` sends it when a choice
    /// changes.
    pub fn view(&self) -> AnyView {
        let l = lang();
        let kept = self
            .kept
            .iter()
            .map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> })
            .collect_view();
        let label = self.search.as_ref().map(|search| search.label.clone());
        let role = label.is_some().then_some("search");
        // a form with a search has its button beside the field
        let show = label
            .is_none()
            .then(|| view! { <button class="button slim">{messages::show(l)}</button> });
        let clear = self.is_set().then(|| {
            view! { <a class="button slim text" href=self.address_without(None)>{messages::clear_all(l)}</a> }
        });
        let selects = self.selects.iter();
        let selects =
            selects.filter_map(|select| select.view(|| self.address_without(Some(select.name))));
        view! {
            <div class="tools">
                <form method="get" action=self.address.clone() role=role aria-label=label autocomplete="off" data-filters="">
                    {kept}
                    {self.search.as_ref().map(Search::view)}
                    {selects.collect_view()}
                    {show}
                    {clear}
                </form>
            </div>
        }
        .into_any()
    }

    /// The address of the list without one of its filters, or without all of them.
    fn address_without(&self, removed: Option<&'static str>) -> String {
        let kept = self
            .kept
            .iter()
            .map(|(name, value)| (*name, value.as_str()));
        let others = self
            .query()
            .filter(|(name, _)| removed.is_some_and(|removed| removed != *name));
        let query: Vec<_> = kept
            .chain(others)
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if query.is_empty() {
            self.address.clone()
        } else {
            format!("{}?{}", self.address, query.join("&"))
        }
    }

    /// A notice about filters with unknown values in the address.
    pub fn ignored(&self, ignored: Ignored) -> Option<AnyView> {
        let l = lang();
        if ignored.0.is_empty() {
            return None;
        }
        let lines = ignored.0.into_iter().map(|(name, value)| {
            let select = self.selects.iter().find(|select| select.name == name);
            let label = select.map_or(name, |select| select.label.clone());
            view! { <p dir="auto">{messages::unknown_filter(l, label, value)}</p> }
        });
        Some(
            view! { <div class="notice warn" role="status">{lines.collect_view()}</div> }
                .into_any(),
        )
    }
}

impl Search {
    fn view(&self) -> AnyView {
        let search = messages::search(lang());
        view! {
            <span class="search">
                <input
                    type="search" name=self.name value=self.text.clone() aria-label=self.label.clone()
                    placeholder=self.hint.clone() dir="auto"
                />
                <button class="button icon-only" aria-label=search.clone() title=search><Icon id="search" /></button>
            </span>
        }
        .into_any()
    }
}

impl Select {
    /// A label that says what is filtered, beside what is chosen, and the link that removes it.
    fn view(&self, without: impl FnOnce() -> String) -> Option<AnyView> {
        if self.choices.is_empty() {
            return None;
        }
        let id = format!("filter-{}", self.name);
        let options = self.choices.iter().map(|(code, label)| {
            let selected = self.chosen == *code;
            view! { <option value=code.clone() selected=selected dir="auto">{label.clone()}</option> }
        });
        let options = options.collect_view();
        let is_set = !self.chosen.is_empty();
        let class = if is_set { "filter set" } else { "filter" };
        let remove = is_set.then(|| {
            let label = messages::remove_filter(lang(), &self.label);
            view! { <a href=without() aria-label=label.clone() title=label><Icon id="close" /></a> }
        });
        let view = view! {
            <span class=class>
                <label for=id.clone()>{self.label.clone()}</label>
                <select id=id name=self.name><option value="" selected=!is_set>{self.all.clone()}</option>{options}</select>
                {remove}
            </span>
        };
        Some(view.into_any())
    }
}

/// What a list shows if it has no rows: that there is nothing yet, or that nothing matches.
pub struct EmptyList {
    icon: &'static str,
    nothing: (String, String),
    no_match: (String, String),
}

impl EmptyList {
    /// A list to which nothing was added yet: a heading, and what the list is for.
    pub fn new(icon: &'static str, title: String, why: String) -> Self {
        Self {
            icon,
            nothing: (title.clone(), why.clone()),
            no_match: (title, why),
        }
    }

    /// The heading if nothing matches the filters, and what to do then.
    pub fn no_match(self, title: String, why: String) -> Self {
        Self {
            no_match: (title, why),
            ..self
        }
    }

    fn view(self, filters: Option<&Filters>, add: Option<Link>) -> AnyView {
        let filters = filters.filter(|filters| filters.is_set());
        let (title, why) = if filters.is_some() {
            self.no_match
        } else {
            self.nothing
        };
        let all =
            filters.map(|filters| Link::new(filters.address.clone(), messages::show_all(lang())));
        view! { <EmptyState icon=self.icon title why next=all.or(add) /> }.into_any()
    }
}

/// Stands in place of the rows of an empty list: says why the list is empty, and what to do next.
#[component]
pub fn EmptyState(
    /// The id of the icon.
    icon: &'static str,
    /// The heading.
    title: String,
    /// The explanation.
    why: String,
    /// The page to go to next.
    #[prop(optional_no_strip, into)]
    next: Option<Link>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon id=icon />
            <h2>{title}</h2>
            <p>{why}</p>
            {next.map(|link| view! { <p class="row">{link.main_button()}</p> })}
        </div>
    }
    .into_any()
}

/// A page that lists rows: heading, filters, table, pager.
#[component]
pub fn ListPage(
    /// The heading.
    #[prop(into)]
    title: String,
    /// A sentence about the rows.
    #[prop(optional_no_strip, into)]
    lead: Option<String>,
    /// Other content below the heading, such as a count.
    #[prop(optional_no_strip)]
    below: Option<AnyView>,
    /// A notice above the list.
    #[prop(optional_no_strip)]
    notice: Option<AnyView>,
    /// The page that adds a row, if the user may.
    #[prop(optional_no_strip, into)]
    add: Option<Link>,
    /// The filters.
    #[prop(optional_no_strip, into)]
    filters: Option<Filters>,
    /// The filters of the address whose value is unknown.
    #[prop(optional)]
    ignored: Ignored,
    /// The table. `None` if there are no rows.
    table: Option<AnyView>,
    /// What is shown if there are no rows.
    empty: EmptyList,
    /// The foot of the table.
    #[prop(optional_no_strip, into)]
    pager: Option<AnyView>,
    /// Further cards.
    #[prop(optional)]
    children: Option<Content>,
) -> impl IntoView {
    let button = add.clone().map(Link::main_button);
    let unknown = filters
        .as_ref()
        .and_then(|filters| filters.ignored(ignored));
    let bar = filters.as_ref().map(Filters::view);
    let has_rows = table.is_some();
    let body = table.unwrap_or_else(|| empty.view(filters.as_ref(), add));
    view! {
        <PageHeader title=title.clone() lead below>{button}</PageHeader>
        {notice}
        {unknown}
        <section class="card" aria-label=title>
            {bar}
            {body}
            {pager.filter(|_| has_rows)}
        </section>
        {children.map(|children| children.0)}
    }
    .into_any()
}

/// The foot of a list: the number of rows, and the links to the other pages with the same filters.
pub fn pager(filters: &Filters, count: String, pages: &Pages) -> AnyView {
    let l = lang();
    let Pages { previous, next, .. } = pages;
    if previous.is_none() && next.is_none() {
        return view! { <div class="foot"><span class="quiet small grow">{count}</span></div> }
            .into_any();
    }
    let query = filters.query();
    let base = query.fold(format!("{}?", filters.address), |base, (name, text)| {
        format!("{base}{name}={}&", encode(text))
    });
    let first = base.trim_end_matches(['?', '&']).to_owned();
    let step = |label: String, to: Option<String>| match to {
        Some(to) => view! { <a class="button slim" href=to>{label}</a> }.into_any(),
        None => view! { <span class="button slim" aria-disabled="true">{label}</span> }.into_any(),
    };
    view! {
        <div class="foot">
            <span class="quiet small grow">{count}</span>
            <nav class="pager" aria-label=messages::pages(l)>
                {step(messages::first(l), previous.as_ref().map(|_| first))}
                {step(messages::previous(l), previous.as_ref().map(|id| format!("{base}before={id}")))}
                {step(messages::next(l), next.as_ref().map(|id| format!("{base}after={id}")))}
                {step(messages::last(l), next.as_ref().map(|_| format!("{base}last=1")))}
            </nav>
        </div>
    }
    .into_any()
}

/// The foot of a list that is read in one direction: the links to its first and its next page.
/// `query` is that of the address, without the cursor.
pub fn forward_pager(
    address: &str,
    query: &str,
    is_first: bool,
    next: Option<String>,
) -> Option<AnyView> {
    let l = lang();
    if is_first && next.is_none() {
        return None;
    }
    let first = format!("{address}?{query}");
    let first = first.trim_end_matches('?').to_owned();
    let first =
        (!is_first).then(|| view! { <a class="button slim" href=first>{messages::first(l)}</a> });
    let next = next.map(|next| {
        let query = if query.is_empty() { String::new() } else { format!("{query}&") };
        view! { <a class="button slim" rel="next" href=format!("{address}?{query}after={next}")>{messages::next(l)}</a> }
    });
    Some(view! { <div class="foot"><span class="grow"></span><nav class="pager" aria-label=messages::pages(l)>{first}{next}</nav></div> }.into_any())
}
