//! One resource per page, shown when it is there; and what is shown when it is not.

use leptos::prelude::*;
use leptos_meta::Title;
use usher_types::Refusal;

use crate::error::AppError;
use crate::ui::{lang, visit};
use crate::{say, words};

/// Shows what a page's resource holds, or why it does not.
pub fn loaded<T>(resource: Resource<Result<T, AppError>>, show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    loaded_or(resource, |refusal| view! { <Oops refusal /> }.into_any(), show)
}

/// The same, where a refusal has words of its own.
pub fn loaded_or<T>(
    resource: Resource<Result<T, AppError>>,
    refused: fn(Refusal) -> AnyView,
    show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    view! {
        <Transition>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(view) => show(view),
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
fn Oops(refusal: Refusal) -> impl IntoView {
    let l = lang();
    let (title, why) = match &refusal {
        Refusal::NotFound => (words::page_not_found(l), words::page_not_found_why(l)),
        refusal => (words::problem(l), say::refusal(l, refusal)),
    };
    view! {
        <Title text=title.clone() />
        <section class="oops">
            <p class="number">{refusal.status()}</p>
            <h1>{title}</h1>
            <p>{why}</p>
            <Support />
            <p class="row"><a class="button main" href="/">{words::go_home(l)}</a></p>
        </section>
    }
    .into_any()
}

/// Whom to ask, where the organisation says so.
#[component]
fn Support() -> impl IntoView {
    let contact = visit().me.map(|me| me.support_contact).filter(|contact| !contact.is_empty());
    contact.map(|contact| view! { <p dir="auto">{words::support_ask(lang(), contact)}</p> })
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
            <section class="card"><Oops refusal=Refusal::NotFound /></section>
        </main>
    }
    .into_any()
}
