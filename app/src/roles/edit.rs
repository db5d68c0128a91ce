//! `/roles/new` and `/roles/:code/edit`: what a role is called, whom it is for, what it allows and how far, which roles it gives and
//! manages. Only what one has oneself is offered (design rule 4).

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use usher_types::dashboards::DashboardName;
use usher_types::permission::Area;
use usher_types::roles::{EditRole as Form, EditRolePage as Page, RoleName, allowed};
use usher_types::session::own_path;
use usher_types::users::RoleChoice;
use usher_types::{Field, Permission};

use super::api::{EditRole, edit_role_page};
use super::{address, code_of_address, crumb, sees};
use crate::ui::{self, Choice, Confirm, Hidden, PostForm, Says, TextField, lang, load, loaded, use_form};
use crate::users::draft_of_address;
use crate::{say, words};

/// `/roles/new`; with `?from=` as a copy, with `?next=` on the way to another page.
#[component]
pub fn RoleNewPage() -> impl IntoView {
    let (query, draft) = (use_query_map(), draft_of_address());
    let asked = move |name: &str| query.with(|query| query.get(name));
    let page = load(move || (asked("from"), asked("next"), draft.get()), |(from, next, draft)| edit_role_page(None, from, next, draft));
    loaded(page, show)
}

/// `/roles/:code/edit`.
#[component]
pub fn RoleEditPage() -> impl IntoView {
    let (code, draft) = (code_of_address(), draft_of_address());
    let page = load(move || (code.get(), draft.get()), |(code, draft)| edit_role_page(Some(code), None, None, draft));
    loaded(page, show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let Page { role, may, roles, dashboards, form, theirs, refusal } = page;
    let name = role.as_ref().map(|role| say::role(l, role));
    let title = name.as_ref().map_or_else(|| words::new_role(l), |name| words::edit_role_named(l, name));
    let below = role.as_ref().zip(name).filter(|_| sees()).map(|(role, name)| view! { <a href=address(role) dir="auto">{name}</a> });
    let list = || if sees() { "/roles".to_owned() } else { "/".to_owned() };
    let back = match (&role, own_path(&form.next)) {
        (None, Some(next)) => next.to_owned(),
        (Some(role), _) if sees() => address(role),
        _ => list(),
    };
    let (button, review) = match role {
        Some(_) => (words::save_changes(l), words::review_role_edit(l)),
        None => (words::create_role(l), words::review_role(l)),
    };
    let versions = theirs.map(|theirs| versions(&form, &theirs, &roles, &dashboards));
    let areas = Area::ALL.map(|area| {
        let offered = area.permissions().filter(|permission| may.allows.reach(*permission).is_some() && !permission.reaches().is_empty());
        let fields: Vec<_> = offered.map(|permission| choice(permission, may.allows.reach(permission), &form)).collect();
        (!fields.is_empty()).then(|| view! { <fieldset><legend>{say::area(l, area)}</legend><div class="pair">{fields}</div></fieldset> })
    });
    let brings = dashboards.iter().map(|one| {
        let (id, title) = (one.id.to_string(), say::dashboard(l, one));
        let checked = form.dashboards.contains(&id);
        view! { <Choice kind="checkbox" name="dashboards[]" value=id title hint="" checked /> }
    });
    let brings = brings.collect_view();
    view! {
        <Title text=title.clone() />
        <div class="head">
            <div><p class="crumb">{crumb()}{below}</p><h1 dir="auto">{title.clone()}</h1></div>
        </div>
        <PostForm action=EditRole::url() title refusal>
            <Hidden name="key" value=form.key.clone() />
            <Hidden name="role" value=form.role.clone() />
            <Hidden name="version" value=form.version.clone() />
            <Hidden name="next" value=form.next.clone() />
            {versions}
            <fieldset>
                <legend>{words::details(l)}</legend>
                <div class="pair">
                    <TextField field=Field::RoleName value=form.name.clone() required=true />
                    <TextField field=Field::Whom value=form.whom.clone() hint=words::whom_hint(l) />
                </div>
                <label class="check">
                    <input type="checkbox" name="requires_office" value="on" checked=!form.requires_office.is_empty() />
                    <span>{words::role_requires_office(l)}</span>
                </label>
                <label class="check">
                    <input type="checkbox" name="requires_client" value="on" checked=!form.requires_client.is_empty() />
                    <span>{words::role_requires_client(l)}</span>
                </label>
                <Hidden name="requires_record" value=form.requires_record.clone() />
            </fieldset>
            <fieldset id="allows">
                <legend>{words::permissions(l)}</legend>
                <p class="quiet">{words::permissions_offered(l)}</p>
                <span class="message"><Says field=Field::Allows /></span>
                {areas}
            </fieldset>
            <fieldset>
                <legend>{words::may_give_and_manage(l)}</legend>
                <p class="quiet">{words::roles_offered(l)}</p>
                <Given roles form=form.clone() manages=may.manages.iter().map(ToString::to_string).collect() />
            </fieldset>
            <fieldset id="dashboards">
                <legend>{words::dashboards(l)}</legend>
                <p class="quiet">{words::role_dashboards_why(l)}</p>
                <span class="message"><Says field=Field::Dashboards /></span>
                <div class="pair">{brings}</div>
            </fieldset>
            <Confirm reason=form.reason.clone() />
            <div class="review">
                <span class="grow">{review}</span>
                <a class="button" href=back>{words::cancel(l)}</a>
                <button class="button main">{button}</button>
            </div>
        </PostForm>
    }
    .into_any()
}

/// How far a permission reaches, as far as one's own.
fn choice(permission: Permission, own: Option<usher_types::Reach>, form: &Form) -> AnyView {
    let l = lang();
    let id = format!("allows-{}", permission.code());
    let options = permission.reaches().into_iter().filter(|reach| Some(*reach) <= own).map(|reach| {
        let value = allowed(permission, reach);
        let selected = form.allows.contains(&value);
        view! { <option value=value selected=selected>{say::reach(l, reach)}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{say::permission(l, permission)}</label>
            <select id=id name="allows[]">
                <option value="">{words::reach_none(l)}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// The roles that may be put in, each with two ticks: to give, and to manage.
#[component]
fn Given(
    /// The roles one may give.
    roles: Vec<RoleChoice>,
    /// What is ticked.
    form: Form,
    /// The ids of those one may manage.
    manages: Vec<String>,
) -> impl IntoView {
    let l = lang();
    if roles.is_empty() {
        return view! { <p class="quiet">{words::no_roles_offered(l)}</p> }.into_any();
    }
    let tick = |name: &'static str, id: &str, checked: bool, label: String| {
        view! { <label class="check"><input type="checkbox" name=name value=id.to_owned() checked=checked /><span class="vh">{label}</span></label> }
    };
    let rows = roles.into_iter().map(|choice| {
        let (id, name) = (choice.role.id.to_string(), say::role(l, &choice.role));
        let gives = tick("gives[]", &id, form.gives.contains(&id), words::may_give_role(l, &name));
        let may_manage = manages.contains(&id);
        let manages = may_manage.then(|| tick("manages[]", &id, form.manages.contains(&id), words::may_manage_role(l, &name)));
        view! {
            <tr>
                <th scope="row"><b dir="auto">{name}</b><span class="hint" dir="auto">{say::whom(l, &choice.role, &choice.whom)}</span></th>
                <td data-label=words::may_give(l)>{gives}</td>
                <td data-label=words::may_manage(l)>{manages}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let state = use_form();
    let wrong = state.has_problem(Field::Gives) || state.has_problem(Field::Manages);
    view! {
        <div class="ticks" class:wrong=wrong>
            <span class="message" id="gives"><Says field=Field::Gives /></span>
            <span class="message" id="manages"><Says field=Field::Manages /></span>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{words::role(l)}</th>
                        <th scope="col">{words::may_give(l)}</th>
                        <th scope="col">{words::may_manage(l)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What somebody else saved meanwhile, beside what is in the form.
fn versions(mine: &Form, theirs: &Form, roles: &[RoleChoice], dashboards: &[DashboardName]) -> AnyView {
    let l = lang();
    let named = |ids: &[String]| {
        let chosen = roles.iter().filter(|choice| ids.contains(&choice.role.id.to_string()));
        chosen.map(|choice: &RoleChoice| say::role(l, &choice.role as &RoleName)).collect::<Vec<_>>().join(", ")
    };
    let reach = |form: &Form, permission: Permission| {
        let held = permission.reaches().into_iter().find(|reach| form.allows.contains(&allowed(permission, *reach)));
        held.map_or_else(|| words::reach_none(l), |held| say::reach(l, held))
    };
    let asks = |text: &String| if text.is_empty() { String::new() } else { "✓".to_owned() };
    let mut rows = vec![
        (say::field(l, Field::RoleName), mine.name.clone(), theirs.name.clone()),
        (say::field(l, Field::Whom), mine.whom.clone(), theirs.whom.clone()),
        (say::field(l, Field::RequiresOffice), asks(&mine.requires_office), asks(&theirs.requires_office)),
        (say::field(l, Field::RequiresClient), asks(&mine.requires_client), asks(&theirs.requires_client)),
    ];
    rows.extend(
        Permission::ALL.iter().map(|permission| (say::permission(l, *permission), reach(mine, *permission), reach(theirs, *permission))),
    );
    rows.push((words::may_give(l), named(&mine.gives), named(&theirs.gives)));
    rows.push((words::may_manage(l), named(&mine.manages), named(&theirs.manages)));
    let brings = |form: &Form| {
        let chosen = dashboards.iter().filter(|one| form.dashboards.contains(&one.id.to_string()));
        chosen.map(|one| say::dashboard(l, one)).collect::<Vec<_>>().join(", ")
    };
    rows.push((words::dashboards(l), brings(mine), brings(theirs)));
    ui::versions(rows)
}
