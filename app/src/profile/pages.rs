//! `/profile` and below: the details that users may change themselves, and those that they may not.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::profile::ProfilePage as Profile;
use usher_types::{Field, Refusal, Theme};

use super::api::{ChangeEmail, ChangePassword, EditProfile, profile_page};
use crate::ui::{
    Card, DescriptionList, Detail, ExistingPassword, FormSection, Link, LiveForm, Loading, Moment,
    NewPassword, PageBody, PageHeader, PostForm, SideMenu, SubmitBar, TextField, Wasm, draft_param,
    lang, load, loaded, page_context, typed,
};
use crate::users::LanguageField;
use crate::{labels, messages};

fn page() -> Loading<Profile> {
    let draft = draft_param();
    load(move || draft.get(), profile_page)
}

/// The profile, for links back.
fn profile() -> Link {
    Link::new("/profile", messages::your_profile(lang()))
}

/// `/profile`.
#[component]
pub fn ProfilePage() -> impl IntoView {
    loaded(page(), move |page| {
        let l = lang();
        let themes = Theme::ALL
            .map(|theme| view! { <option value=theme.code() selected=page.form.theme == theme.code()>{labels::theme(l, theme)}</option> });
        let form = page.form.clone();
        let address = email(&page);
        let menu = view! {
            <SideMenu>
                <a href="/profile/email">{messages::change_email(l)}</a>
                <a href="/profile/password">{messages::change_password(l)}</a>
                <a href="/profile/accounts">{messages::your_organisations(l)}</a>
            </SideMenu>
        };
        view! {
            <PageHeader title=messages::your_profile(l) initials=page.initials.clone() lead=page.name.clone() />
            <PageBody menu=Some(menu.into_any())>
                    <PostForm action=EditProfile::url() title=messages::your_profile(l) refusal=page.refusal.clone()>
                        <FormSection title=messages::yours_to_change(l)>
                            {address}
                            <TextField field=Field::Phone value=form.phone kind="tel" autocomplete="tel" />
                            <div class="pair">
                                <LanguageField value=form.language offered=page_context().me.map(|me| me.languages).unwrap_or_default() />
                                <div class="field">
                                    <label for="theme">{messages::theme(l)}</label>
                                    <select id="theme" name="theme">{themes}</select>
                                </div>
                            </div>
                        </FormSection>
                        <SubmitBar submit=messages::save_changes(l) />
                    </PostForm>
                    {locked(page)}
            </PageBody>
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
    view! { <DescriptionList><Detail term=messages::email(l)>{typed(address)}{badge}</Detail></DescriptionList> }
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
        value.map(|value| view! { <Detail term=label>{typed(value)}</Detail> })
    };
    view! {
        <Card title=messages::not_yours_to_change(l)>
            <DescriptionList>
                <Detail term=messages::name(l)>{typed(page.name)}</Detail>
                <Detail term=messages::login_name(l)>{typed(page.login_name)}</Detail>
                {optional(messages::job_title(l), page.job_title)}
                {optional(messages::identity_number(l), page.identity_number)}
                <Detail term=messages::organisation(l)>{typed(page.organisation)}</Detail>
                <Detail term=messages::roles(l)>{roles}</Detail>
                <Detail term=messages::created(l)><Moment when=page.created /></Detail>
            </DescriptionList>
        </Card>
    }
    .into_any()
}

/// `/profile/email`.
#[component]
pub fn EmailPage() -> impl IntoView {
    loaded(page(), move |page| {
        let l = lang();
        view! {
            <PageHeader title=messages::change_email(l) crumbs=[profile()] />
            <PostForm action=ChangeEmail::url() title=messages::change_email(l) refusal=page.refusal.clone()>
                <FormSection title=messages::email(l)>
                    <p>{messages::change_email_lead(l)}</p>
                    <TextField field=Field::Email value=page.new_email.clone() label=messages::new_email(l) kind="email" autocomplete="email" required=true />
                    <ExistingPassword field=Field::CurrentPassword />
                </FormSection>
                <SubmitBar submit=messages::change_email(l) cancel=Link::new("/profile", messages::cancel(l)) />
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
            <PageHeader title=title.clone() crumbs=[profile()] />
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
            <FormSection title=messages::password(l)>
                <ExistingPassword field=Field::CurrentPassword />
                <NewPassword field=Field::NewPassword words=Signal::stored(own_words) />
            </FormSection>
            <SubmitBar submit=messages::change_password(l) cancel=(!must).then(|| Link::new("/profile", messages::cancel(l))) />
        </LiveForm>
    }
    .into_any()
}
