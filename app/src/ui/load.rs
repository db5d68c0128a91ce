//! What a page asks for, shown when it is there; and what is shown when it is not.

use std::any::Any;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::Title;
use usher_types::Refusal;

use crate::error::AppError;
use crate::ui::{lang, page_context};
use crate::{labels, messages};

/// What a page asks the server for, on its way. What a page is made of differs from page to page, and how it comes there does not: it
/// travels as `Any`, so that the way there is compiled once and not for every page.
pub struct Loading<T> {
    result: AsyncDerived<PageResult>,
    page: PhantomData<fn() -> T>,
}

type PageResult = Result<Arc<dyn Any + Send + Sync>, AppError>;
type Fetch = dyn Fn() -> Pin<Box<dyn Future<Output = PageResult> + Send>> + Send + Sync;

/// Asks for what a page shows: `fetch` gets what `source` finds in the address.
pub fn load<A, T, F>(source: impl Fn() -> A + Send + Sync + 'static, fetch: impl Fn(A) -> F + Send + Sync + 'static) -> Loading<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    Loading {
        result: derive(Box::new(move || {
            let fetched = fetch(source());
            Box::pin(async move { fetched.await.map(|page| Arc::new(page) as Arc<dyn Any + Send + Sync>) })
        })),
        page: PhantomData,
    }
}

fn derive(fetch: Box<Fetch>) -> AsyncDerived<PageResult> {
    AsyncDerived::new(fetch)
}

/// Shows what a page asked for, or why it does not come.
pub fn loaded<T>(loading: Loading<T>, show: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    loaded_or(loading, |refusal| view! { <ErrorPage refusal /> }.into_any(), show)
}

/// The same, where a refusal has words of its own.
pub fn loaded_or<T>(loading: Loading<T>, refused: fn(Refusal) -> AnyView, show: impl Fn(T) -> AnyView + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let show = move |page: Arc<dyn Any + Send + Sync>| page.downcast::<T>().ok().map(|page| show(Arc::unwrap_or_clone(page))).into_any();
    suspend(loading.result, refused, Arc::new(show))
}

fn suspend(
    result: AsyncDerived<PageResult>,
    refused: fn(Refusal) -> AnyView,
    show: Arc<dyn Fn(Arc<dyn Any + Send + Sync>) -> AnyView + Send + Sync>,
) -> AnyView {
    view! {
        <Transition>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match result.await {
                        Ok(page) => show(page),
                        Err(AppError(refusal)) => refused(refusal),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// A page that cannot be shown.
#[component]
fn ErrorPage(refusal: Refusal) -> impl IntoView {
    let l = lang();
    let (title, why) = match &refusal {
        Refusal::NotFound => (messages::page_not_found(l), messages::page_not_found_why(l)),
        refusal => (messages::problem(l), labels::refusal(l, refusal)),
    };
    let on = labels::recovery_link(l, &refusal);
    // whoever is told what to do next needs nobody's help
    let is_stuck = on.is_none();
    view! {
        <Title text=title.clone() />
        <section class="oops">
            <p class="number">{refusal.status()}</p>
            <h1>{title}</h1>
            <p>{why}</p>
            {is_stuck.then(|| view! { <Support /> })}
            <p class="row">
                {on.map(|(to, label)| view! { <a class="button main" href=to>{label}</a> })}
                <a class="button" class:main=is_stuck href="/">{messages::go_home(l)}</a>
            </p>
        </section>
    }
    .into_any()
}

/// Whom to ask, where the organisation says so.
#[component]
fn Support() -> impl IntoView {
    let contact = page_context().me.map(|me| me.support_contact).filter(|contact| !contact.is_empty());
    contact.map(|contact| view! { <p dir="auto">{messages::support_ask(lang(), contact)}</p> })
}

/// An address that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
        options.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <main class="door" id="main">
            <a class="brand" href="/">"Usher"</a>
            <section class="card"><ErrorPage refusal=Refusal::NotFound /></section>
        </main>
    }
    .into_any()
}
