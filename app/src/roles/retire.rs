//! `/roles/:code/retire`: who holds the role, what they get instead, and the button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::Field;
use usher_types::roles::{NOTHING, DeactivateRolePage as Page};

use super::api::{RetireRole, retire_role_page};
use super::{address, code_of_address, crumb, holders};
use crate::ui::{Confirm, Hidden, PostForm, SelectField, lang, load, loaded};
use crate::users::draft_of_address;
use crate::{say, words};

/// `/roles/:code/retire`.
#[component]
pub fn RoleRetirePage() -> impl IntoView {
    let (code, draft) = (code_of_address(), draft_of_address());
    let page = load(move || (code.get(), draft.get()), |(code, draft)| retire_role_page(code, draft));
    loaded(page, show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let name = say::role(l, &page.row.role);
    let title = words::retire_role_named(l, &name);
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
                <p>{words::retire_fixed(l, say::people(l, page.fixed, false))}</p>
                <p><a href=holders(&page.row.role)>{words::see_all_holders(l)}</a></p>
            </div>
            {held(&page)}
        }
        .into_any()
    } else {
        view! {
            <PostForm action=RetireRole::url() title refusal=page.refusal.clone() class="card confirm">
                <Hidden name="role" value=page.form.role.clone() />
                <p class="lead">{words::retire_lead(l, &name)}</p>
                {facts(&page)}
                {instead(&page)}
                <Confirm reason=page.form.reason.clone() />
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=to>{words::keep_role(l)}</a>
                    <button class="button danger main">{words::retire_role(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
    };
    view! { {head} {body} }.into_any()
}

fn held(page: &Page) -> AnyView {
    view! { <section class="card">{facts(page)}</section> }.into_any()
}

/// Who holds it.
fn facts(page: &Page) -> AnyView {
    let l = lang();
    let people = page.people.iter().map(|(user, name)| view! { <li><a href=format!("/users/{user}") dir="auto">{name.clone()}</a></li> });
    let people = people.collect_view();
    let is_cut = page.row.holders.more || page.row.holders.count as usize > page.people.len();
    let more = is_cut.then(|| {
        view! { <p class="quiet small">{words::and_more(l)}" " <a href=holders(&page.row.role)>{words::see_all_holders(l)}</a></p> }
    });
    let archived =
        (page.archived > 0).then(|| view! { <dt>{words::archived_holders(l)}</dt><dd>{say::people(l, page.archived, false)}</dd> });
    view! {
        <dl>
            <dt>{words::holders(l)}</dt>
            <dd>
                {say::people(l, page.row.holders.count, page.row.holders.more)}
                <ul class="names">{people}</ul>
                {more}
            </dd>
            {archived}
        </dl>
    }
    .into_any()
}

/// What they get instead; asked where somebody holds it.
fn instead(page: &Page) -> Option<AnyView> {
    let l = lang();
    if page.row.holders.count == 0 && page.archived == 0 {
        return None;
    }
    let roles = page.roles.iter().map(|choice| (choice.role.id.to_string(), say::role(l, &choice.role)));
    let options = roles.chain([(NOTHING.to_owned(), words::nothing_instead(l))]).collect();
    let (value, label) = (page.form.instead.clone(), words::give_instead(l));
    Some(view! { <SelectField field=Field::Instead value nothing=words::choose_instead(l) options label required=true /> }.into_any())
}
