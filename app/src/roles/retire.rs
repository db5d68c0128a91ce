//! `/roles/:code/retire`: the users with the role, the role that replaces it, and the button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::Field;
use usher_types::roles::{DeactivateRolePage as Page, NOTHING};

use super::api::{RetireRole, retire_role_page};
use super::{address, code_param, crumb, holders};
use crate::ui::{Hidden, OverrideWarnings, PostForm, SelectField, lang, load, loaded};
use crate::users::draft_param;
use crate::{labels, messages};

/// `/roles/:code/retire`.
#[component]
pub fn RoleRetirePage() -> impl IntoView {
    let (code, draft) = (code_param(), draft_param());
    let page = load(
        move || (code.get(), draft.get()),
        |(code, draft)| retire_role_page(code, draft),
    );
    loaded(page, show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let name = labels::role(l, &page.row.role);
    let title = messages::retire_role_named(l, &name);
    let to = address(&page.row.role);
    let head = view! {
        <Title text=title.clone() />
        <div class="head">
            <div>
                <p class="crumb">{crumb()}<a href=to.clone() dir="auto">{name.clone()}</a></p>
                <h1 dir="auto">{title.clone()}</h1>
            </div>
        </div>
    };
    let body = if page.fixed > 0 {
        view! {
            <div class="notice warn">
                <p>{messages::retire_fixed(l, labels::people(l, page.fixed, false))}</p>
                <p><a href=holders(&page.row.role)>{messages::see_all_holders(l)}</a></p>
            </div>
            {holders_card(&page)}
        }
        .into_any()
    } else {
        view! {
            <PostForm action=RetireRole::url() title refusal=page.refusal.clone() class="card confirm">
                <Hidden name="role" value=page.form.role.clone() />
                <p class="lead">{messages::retire_lead(l, &name)}</p>
                {details(&page)}
                {replacement_field(&page)}
                <OverrideWarnings reason=page.form.reason.clone() />
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=to>{messages::keep_role(l)}</a>
                    <button class="button danger main">{messages::retire_role(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
    };
    view! { {head} {body} }.into_any()
}

fn holders_card(page: &Page) -> AnyView {
    view! { <section class="card">{details(page)}</section> }.into_any()
}

/// The users with the role.
fn details(page: &Page) -> AnyView {
    let l = lang();
    let people = page.people.iter().map(|(user, name)| view! { <li><a href=format!("/users/{user}") dir="auto">{name.clone()}</a></li> });
    let people = people.collect_view();
    let is_cut = page.row.holders.more || page.row.holders.count as usize > page.people.len();
    let more = is_cut.then(|| {
        view! { <p class="quiet small">{messages::and_more(l)}" " <a href=holders(&page.row.role)>{messages::see_all_holders(l)}</a></p> }
    });
    let archived =
        (page.archived > 0).then(|| view! { <dt>{messages::archived_holders(l)}</dt><dd>{labels::people(l, page.archived, false)}</dd> });
    view! {
        <dl>
            <dt>{messages::holders(l)}</dt>
            <dd>
                {labels::people(l, page.row.holders.count, page.row.holders.more)}
                <ul class="names">{people}</ul>
                {more}
            </dd>
            {archived}
        </dl>
    }
    .into_any()
}

/// The role that replaces it, if any user has it.
fn replacement_field(page: &Page) -> Option<AnyView> {
    let l = lang();
    if page.row.holders.count == 0 && page.archived == 0 {
        return None;
    }
    let roles = page
        .roles
        .iter()
        .map(|choice| (choice.role.id.to_string(), labels::role(l, &choice.role)));
    let options = roles
        .chain([(NOTHING.to_owned(), messages::nothing_instead(l))])
        .collect();
    let (value, label) = (page.form.instead.clone(), messages::give_instead(l));
    Some(view! { <SelectField field=Field::Instead value nothing=messages::choose_instead(l) options label required=true /> }.into_any())
}
