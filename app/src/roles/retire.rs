//! `/roles/:code/retire`: the users with the role, the role that replaces it, and the button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::Field;
use usher_types::roles::{DeactivateRolePage as Page, NOTHING};

use super::api::{RetireRole, retire_role_page};
use super::{address, code_param, crumbs, holders};
use crate::ui::{
    ConfirmForm, DescriptionList, Detail, Hidden, Link, OverrideWarnings, PageHeader, SelectField,
    draft_param, lang, load, loaded,
};
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
    let role = &page.row.role;
    let name = labels::role(l, role);
    let head = view! { <PageHeader title=messages::retire_role_named(l, &name) crumbs=crumbs(Some(role)) /> };
    if page.fixed > 0 {
        return view! {
            {head}
            <div class="notice warn">
                <p>{messages::retire_fixed(l, labels::people(l, page.fixed, false))}</p>
                <p><a href=holders(role)>{messages::see_all_holders(l)}</a></p>
            </div>
            <section class="card">{details(&page)}</section>
        }
        .into_any();
    }
    let cancel = Link::new(address(role), messages::keep_role(l));
    let (refusal, lead) = (page.refusal.clone(), messages::retire_lead(l, &name));
    view! {
        {head}
        <ConfirmForm action=RetireRole::url() title=messages::retire_role_named(l, &name) submit=messages::retire_role(l) lead refusal cancel danger=true>
            <Hidden name="role" value=page.form.role.clone() />
            {details(&page)}
            {replacement_field(&page)}
            <OverrideWarnings reason=page.form.reason.clone() />
        </ConfirmForm>
    }
    .into_any()
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
        (page.archived > 0).then(|| view! { <Detail term=messages::archived_holders(l)>{labels::people(l, page.archived, false)}</Detail> });
    view! {
        <DescriptionList>
            <Detail term=messages::holders(l)>
                {labels::people(l, page.row.holders.count, page.row.holders.more)}
                <ul class="names">{people}</ul>
                {more}
            </Detail>
            {archived}
        </DescriptionList>
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
