//! The pages before sign-in: a narrow card with the brand above and the languages below. The
//! sign-in page has no wasm at all.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::password::words_of;
use usher_types::session::SetUp as SetUpForm;
use usher_types::url::own_path;
use usher_types::{Field, Language, Refusal};

use super::api::{
    ConfirmEmail, SetPassword, SetUp, SignIn, confirm_email_page, set_password_page, set_up_page,
    sign_in_page,
};
use super::choose_url;
use crate::ui::{
    ExistingPassword, Hidden, LiveForm, NewPassword, NoticeBanner, PostForm, SingleName, TextField,
    Wasm, draft_param, lang, load, loaded, loaded_or,
};
use crate::{labels, messages};

/// The layout of the pages before sign-in.
#[component]
fn AuthLayout(
    /// The page that the language buttons return to.
    #[prop(into)]
    here: String,
    /// Whether the card is wide, to have room for guidance.
    #[prop(optional)]
    wide: bool,
    /// The content of the page.
    children: Children,
) -> impl IntoView {
    let l = lang();
    let languages = Language::ALL.map(|language| {
        let pressed = if language == l { "true" } else { "false" };
        view! { <button name="language" value=language.code() lang=language.code() aria-pressed=pressed>{labels::language(language)}</button> }
    });
    view! {
        <main class=if wide { "door wide" } else { "door" } id="main">
            <p class="brand">"Usher"</p>
            <NoticeBanner />
            {children()}
            <footer>
                <form method="post" action=choose_url()>
                    <input type="hidden" name="next" value=here />
                    <div class="switch" role="group" aria-label=messages::language(l)>{languages}</div>
                </form>
            </footer>
        </main>
    }
    .into_any()
}

/// `/sign-in`.
#[component]
pub fn SignInPage() -> impl IntoView {
    let l = lang();
    let query = use_query_map();
    let next = query
        .with_untracked(|query| query.get("next"))
        .filter(|next| own_path(next).is_some())
        .unwrap_or_default();
    let draft = draft_param();
    let draft = load(move || draft.get(), sign_in_page);
    let here = if next.is_empty() {
        "/sign-in".to_owned()
    } else {
        format!("/sign-in?next={}", usher_types::url::encode(&next))
    };
    view! {
        <AuthLayout here>
            {loaded(draft, move |draft| {
                let (form, refusal) = draft.map(|draft| (draft.form, draft.refusal)).unwrap_or_default();
                let next = next.clone();
                view! {
                    <section class="card">
                        <h1>{messages::sign_in(l)}</h1>
                        <PostForm action=SignIn::url() title=messages::sign_in(l) refusal class="">
                            <Hidden name="next" value=next />
                            <TextField field=Field::LoginName value=form.login_name autocomplete="username" required=true />
                            <ExistingPassword field=Field::Password />
                            <button class="button main">{messages::sign_in(l)}</button>
                        </PostForm>
                        <p class="quiet small">{messages::cannot_sign_in(l)}</p>
                    </section>
                }
                .into_any()
            })}
        </AuthLayout>
    }
    .into_any()
}

/// `/set-password`: the account that the link belongs to, and a field for the new password.
#[component]
pub fn SetPasswordPage() -> impl IntoView {
    let l = lang();
    let draft = draft_param();
    let page = load(move || draft.get(), set_password_page);
    view! {
        <AuthLayout here="/set-password" wide=true>
            {loaded_or(page, dead_link, move |(page, draft)| {
                view! {
                    <section class="card">
                        <h1>{messages::set_password(l)}</h1>
                        <p dir="auto">{messages::set_password_for(l, page.name)}" "{messages::you_sign_in_as(l, page.login_name)}</p>
                        <p class="quiet" dir="auto">{page.organisation}</p>
                        <SetPasswordForm own_words=page.words refusal=draft.and_then(|draft| draft.refusal) />
                        <Wasm />
                    </section>
                }
                .into_any()
            })}
        </AuthLayout>
    }
    .into_any()
}

/// The form of `/set-password`.
#[island]
fn SetPasswordForm(
    /// Words that the password must not contain.
    own_words: Vec<String>,
    /// The refusal of the previous attempt.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let l = lang();
    let action = ServerAction::<SetPassword>::new();
    view! {
        <LiveForm action title=messages::set_password(l) refusal class="">
            <NewPassword field=Field::NewPassword words=Signal::stored(own_words) />
            <button class="button main">{messages::save_password(l)}</button>
        </LiveForm>
    }
    .into_any()
}

/// `/setup`: creates the operator organisation and its System administrator.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let draft = draft_param();
    let page = load(move || draft.get(), set_up_page);
    view! {
        <AuthLayout here="/setup" wide=true>
            {loaded_or(page, dead_link, |draft| {
                let (form, refusal) = draft.map(|draft| (draft.form, draft.refusal)).unwrap_or_default();
                let l = lang();
                view! {
                    <section class="card">
                        <h1>{messages::set_up(l)}</h1>
                        <p class="quiet">{messages::set_up_lead(l)}</p>
                        <FirstAdministratorForm form refusal />
                        <Wasm />
                    </section>
                }
                .into_any()
            })}
        </AuthLayout>
    }
    .into_any()
}

/// The form of `/setup`.
#[island]
fn FirstAdministratorForm(
    /// The initial values.
    form: SetUpForm,
    /// The refusal of the previous attempt.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let l = lang();
    let action = ServerAction::<SetUp>::new();
    let live = |text: &str| RwSignal::new(text.to_owned());
    let (organisation, first, last) = (
        live(&form.organisation_name),
        live(&form.first_name),
        live(&form.last_name),
    );
    let (email, login) = (live(&form.email), live(&form.login_name));
    let own_words = Signal::derive(move || {
        words_of(
            &first.get(),
            &last.get(),
            &login.get(),
            &email.get(),
            &organisation.get(),
        )
    });
    view! {
        <LiveForm action title=messages::set_up(l) refusal class="">
            <TextField field=Field::Organisation value=form.organisation_name live=organisation autocomplete="organization" required=true />
            <div class="pair">
                <TextField field=Field::FirstName value=form.first_name live=first autocomplete="given-name" required=true />
                <TextField field=Field::LastName value=form.last_name live=last autocomplete="family-name" required=true />
            </div>
            <SingleName value=form.single_name />
            <TextField field=Field::Email value=form.email live=email kind="email" autocomplete="email" hint=messages::email_hint(l) />
            <TextField field=Field::LoginName value=form.login_name live=login autocomplete="username" hint=messages::login_name_hint(l) required=true />
            <NewPassword field=Field::NewPassword words=own_words />
            <button class="button main">{messages::create_organisation(l)}</button>
        </LiveForm>
    }
    .into_any()
}

/// `/confirm-email`: the button that confirms the new address.
#[component]
pub fn ConfirmEmailPage() -> impl IntoView {
    let l = lang();
    let draft = draft_param();
    let page = load(move || draft.get(), confirm_email_page);
    view! {
        <AuthLayout here="/confirm-email">
            {loaded_or(page, dead_link, move |(email, draft)| {
                view! {
                    <section class="card">
                        <h1>{messages::confirm_email(l)}</h1>
                        <p dir="auto">{messages::confirm_email_lead(l, email)}</p>
                        <PostForm action=ConfirmEmail::url() title=messages::confirm_email(l) refusal=draft.and_then(|draft| draft.refusal) class="">
                            <button class="button main">{messages::confirm_email_button(l)}</button>
                        </PostForm>
                    </section>
                }
                .into_any()
            })}
        </AuthLayout>
    }
    .into_any()
}

/// `/link-cannot-be-used`.
#[component]
pub fn DeadLinkPage() -> impl IntoView {
    view! { <AuthLayout here="/link-cannot-be-used"><DeadLink /></AuthLayout> }
}

fn dead_link(_: Refusal) -> AnyView {
    view! { <DeadLink /> }.into_any()
}

/// All possible reasons in one text, so that the page does not reveal which one applies.
#[component]
fn DeadLink() -> impl IntoView {
    let l = lang();
    view! {
        <Title text=messages::link_unusable(l) />
        <section class="card">
            <h1>{messages::link_unusable(l)}</h1>
            <p>{messages::link_unusable_why(l)}</p>
            <p>{messages::link_unusable_next(l)}</p>
            <p><a class="button" href="/sign-in">{messages::sign_in(l)}</a></p>
        </section>
    }
    .into_any()
}
