//! `/profile` and below: the details that users may change themselves, and those that they may not.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::profile::ProfilePage as Profile;
use usher_types::{Field, Refusal, Theme};

use super::api::{ChangeEmail, ChangePassword, EditProfile, profile_page};
use crate::shell::theme_name;
use crate::ui::{
    ExistingPassword, LiveForm, Loading, Moment, NewPassword, PostForm, TextField, Wasm, lang,
    load, loaded, page_context,
};
use crate::users::{LanguageField, draft_param};
use crate::{labels, messages};

fn page() -> Loading<Profile> {
    let draft = draft_param();
    load(move || draft.get(), profile_page)
}

fn head(title: String) -> impl IntoView {
    let l = lang();
    view! { <div class="head"><div><p class="crumb"><a href="/profile">{messages::your_profile(l)}</a></p><h1>{title}</h1></div></div> }
}

/// `/profile`.
#[component]
pub fn ProfilePage() -> impl IntoView {
    loaded(page(), move |page| {
        let l = lang();
        let themes = Theme::ALL
            .map(|theme| view! { <option value=theme.code() selected=page.form.theme == theme.code()>{theme_name(l, theme)}</option> });
        let form = page.form.clone();
        let address = email(&page);
        view! {
            <div class="head">
                <span class="face big" aria-hidden="true">{page.initials.clone()}</span>
                <div><h1>{messages::your_profile(l)}</h1><p class="quiet" dir="auto">{page.name.clone()}</p></div>
            </div>
            <div class="two">
                <nav class="side" aria-label=messages::actions(l)>
                    <a href="/profile/email">{messages::change_email(l)}</a>
                    <a href="/profile/password">{messages::change_password(l)}</a>
                    <a href="/profile/accounts">{messages::your_organisations(l)}</a>
                </nav>
                <div class="stack">
                    <PostForm action=EditProfile::url() title=messages::your_profile(l) refusal=page.refusal.clone()>
                        <fieldset>
                            <legend>{messages::yours_to_change(l)}</legend>
                            {address}
                            <TextField field=Field::Phone value=form.phone kind="tel" autocomplete="tel" />
                            <div class="pair">
                                <LanguageField value=form.language offered=page_context().me.map(|me| me.languages).unwrap_or_default() />
                                <div class="field">
                                    <label for="theme">{messages::theme(l)}</label>
                                    <select id="theme" name="theme">{themes}</select>
                                </div>
                            </div>
                        </fieldset>
                        <div class="review"><span class="grow"></span><button class="button main">{messages::save_changes(l)}</button></div>
                    </PostForm>
                    {locked(page)}
                </div>
            </div>
        }
        .into_any()
    })
}

/// The e-mail address, which is changed in a form of its own.
fn email(page: &Profile) -> AnyView {
    let l = lang();
    let badge = page.email.is_some().then(|| {
        if page.email_verified {
            view! { " " <span class="badge good">{messages::verified(l)}</span> }.into_any()
        } else {
            view! { " " <span class="badge warn">{messages::not_verified(l)}</span> }.into_any()
        }
    });
    let address = page
        .email
        .clone()
        .unwrap_or_else(|| messages::not_provided(l));
    view! { <dl><dt>{messages::email(l)}</dt><dd><bdi dir="auto">{address}</bdi>{badge}</dd></dl> }
        .into_any()
}

fn locked(page: Profile) -> impl IntoView {
    let l = lang();
    let roles = page
        .roles
        .iter()
        .map(|role| labels::role(l, role))
        .collect::<Vec<_>>()
        .join(", ");
    let optional = |label: String, value: Option<String>| {
        value.map(|value| view! { <dt>{label}</dt><dd dir="auto">{value}</dd> })
    };
    view! {
        <section class="card">
            <h2>{messages::not_yours_to_change(l)}</h2>
            <dl>
                <dt>{messages::name(l)}</dt><dd><bdi dir="auto">{page.name}</bdi></dd>
                <dt>{messages::login_name(l)}</dt><dd><bdi dir="auto">{page.login_name}</bdi></dd>
                {optional(messages::job_title(l), page.job_title)}
                {optional(messages::identity_number(l), page.identity_number)}
                <dt>{messages::organisation(l)}</dt><dd><bdi dir="auto">{page.organisation}</bdi></dd>
                <dt>{messages::roles(l)}</dt><dd>{roles}</dd>
                <dt>{messages::created(l)}</dt><dd><Moment when=page.created /></dd>
            </dl>
        </section>
    }
    .into_any()
}

/// `/profile/email`.
#[component]
pub fn EmailPage() -> impl IntoView {
    loaded(page(), move |page| {
        let l = lang();
        view! {
            {head(messages::change_email(l))}
            <PostForm action=ChangeEmail::url() title=messages::change_email(l) refusal=page.refusal.clone()>
                <fieldset>
                    <legend>{messages::email(l)}</legend>
                    <p>{messages::change_email_lead(l)}</p>
                    <TextField field=Field::Email value=page.new_email.clone() label=messages::new_email(l) kind="email" autocomplete="email" required=true />
                    <ExistingPassword field=Field::CurrentPassword />
                </fieldset>
                <div class="review"><span class="grow"></span><a class="button" href="/profile">{messages::cancel(l)}</a><button class="button main">{messages::change_email(l)}</button></div>
            </PostForm>
        }
        .into_any()
    })
}

/// `/profile/password`: also the first page after signing in with a temporary password.
#[component]
pub fn PasswordPage() -> impl IntoView {
    loaded(page(), |page| {
        let l = lang();
        let must = page_context().me.is_some_and(|me| me.must_change_password);
        let title = if must {
            messages::change_password_first(l)
        } else {
            messages::change_password(l)
        };
        view! {
            {head(title.clone())}
            {must.then(|| view! { <div class="notice warn"><p>{messages::change_password_first_why(l)}</p></div> })}
            <ChangePasswordForm title own_words=page.words refusal=page.refusal must />
            <Wasm />
        }
        .into_any()
    })
}

/// The form of `/profile/password`.
#[island]
fn ChangePasswordForm(
    /// The title of the page.
    title: String,
    /// Words that the password must not contain.
    own_words: Vec<String>,
    /// The refusal of the previous attempt.
    refusal: Option<Refusal>,
    /// Whether the password must be changed before anything else.
    must: bool,
) -> impl IntoView {
    let l = lang();
    let action = ServerAction::<ChangePassword>::new();
    view! {
        <LiveForm action title refusal>
            <fieldset>
                <legend>{messages::password(l)}</legend>
                <ExistingPassword field=Field::CurrentPassword />
                <NewPassword field=Field::NewPassword words=Signal::stored(own_words) />
            </fieldset>
            <div class="review">
                <span class="grow"></span>
                {(!must).then(|| view! { <a class="button" href="/profile">{messages::cancel(l)}</a> })}
                <button class="button main">{messages::change_password(l)}</button>
            </div>
        </LiveForm>
    }
    .into_any()
}
