//! Loads the data of a page, and shows the page or the refusal.

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

/// The data of a page while it loads. It is stored as `Any`, so that the loading code is compiled
/// once and not for every page.
pub struct Loading<T> {
    result: AsyncDerived<PageResult>,
    page: PhantomData<fn() -> T>,
}

type PageResult = Result<Arc<dyn Any + Send + Sync>, AppError>;
type Fetch = dyn Fn() -> Pin<Box<dyn Future<Output = PageResult> + Send>> + Send + Sync;

/// Loads the data of a page. `source` reads the parameters of the address, and `fetch` gets them.
pub fn load<A, T, F>(
    source: impl Fn() -> A + Send + Sync + 'static,
    fetch: impl Fn(A) -> F + Send + Sync + 'static,
) -> Loading<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    Loading {
        result: derive(Box::new(move || {
            let fetched = fetch(source());
            Box::pin(async move {
                fetched
                    .await
                    .map(|page| Arc::new(page) as Arc<dyn Any + Send + Sync>)
            })
        })),
        page: PhantomData,
    }
}

fn derive(fetch: Box<Fetch>) -> AsyncDerived<PageResult> {
    AsyncDerived::new(fetch)
}

/// Shows the page once its data is there, or an error page.
pub fn loaded<T>(
    loading: Loading<T>,
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    loaded_or(
        loading,
        |refusal| view! { <ErrorPage refusal /> }.into_any(),
        show,
    )
}

/// Like [`loaded`], with a special page for refusals.
pub fn loaded_or<T>(
    loading: Loading<T>,
    refused: fn(Refusal) -> AnyView,
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let show = move |page: Arc<dyn Any + Send + Sync>| {
        page.downcast::<T>()
            .ok()
            .map(|page| show(Arc::unwrap_or_clone(page)))
            .into_any()
    };
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

/// The page that shows why another page cannot be shown.
#[component]
fn ErrorPage(refusal: Refusal) -> impl IntoView {
    let l = lang();
    let (title, why) = match &refusal {
        Refusal::NotFound => (messages::page_not_found(l), messages::page_not_found_why(l)),
        Refusal::Forbidden | Refusal::Nowhere => {
            (messages::cannot_open(l), labels::refusal(l, &refusal))
        }
        refusal => (messages::problem(l), labels::refusal(l, refusal)),
    };
    let on = labels::recovery_link(l, &refusal);
    // with a link to the next step nobody needs the support contact
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

/// The support contact of the organisation, if it has one.
#[component]
fn Support() -> impl IntoView {
    let contact = page_context()
        .me
        .map(|me| me.support_contact)
        .filter(|contact| !contact.is_empty());
    contact.map(|contact| view! { <p dir="auto">{messages::support_ask(lang(), contact)}</p> })
}

/// The page for an address that does not exist.
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
