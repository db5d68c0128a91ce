//! `/roles/new` and `/roles/:code/edit`: name, purpose, permissions and their reach, and the roles
//! that holders may assign and manage. Only permissions that the user has are offered (decision
//! 0004).

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use usher_types::roles::{EditRole as Form, EditRolePage as Page, RoleChoice, allowed};
use usher_types::url::own_path;
use usher_types::{Area, DashboardName, Field, Permission};

use super::api::{EditRole, edit_role_page};
use super::{address, code_param, crumbs, may_view_roles};
use crate::ui::{
    Choice, Column, DataTable, FieldError, FieldGroup, FormSection, Hidden, Link, OverrideWarnings,
    PageHeader, PostForm, SubmitBar, TableRow, TextField, conflict_table, draft_param, lang, load,
    loaded, use_form,
};
use crate::{labels, messages};

/// `/roles/new`. `?from=` is the role to copy, `?next=` the page to return to.
#[component]
pub fn RoleNewPage() -> impl IntoView {
    let (query, draft) = (use_query_map(), draft_param());
    let param = move |name: &str| query.with(|query| query.get(name));
    let page = load(
        move || (param("from"), param("next"), draft.get()),
        |(from, next, draft)| edit_role_page(None, from, next, draft),
    );
    loaded(page, show)
}

/// `/roles/:code/edit`.
#[component]
pub fn RoleEditPage() -> impl IntoView {
    let (code, draft) = (code_param(), draft_param());
    let page = load(
        move || (code.get(), draft.get()),
        |(code, draft)| edit_role_page(Some(code), None, None, draft),
    );
    loaded(page, show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let name = page.role.as_ref().map(|role| labels::role(l, role));
    let title = name.as_ref().map_or_else(
        || messages::new_role(l),
        |name| messages::edit_role_named(l, name),
    );
    let crumbs = crumbs(page.role.as_ref());
    let back = back(&page);
    let (submit, review) = match page.role {
        Some(_) => (messages::save_changes(l), messages::review_role_edit(l)),
        None => (messages::create_role(l), messages::review_role(l)),
    };
    let comparison = conflict_table(&page.form, page.conflict.as_ref(), |form| {
        values(form, &page.roles, &page.dashboards)
    });
    let refusal = page.refusal.clone();
    view! {
        <PageHeader title=title.clone() crumbs />
        <PostForm action=EditRole::url() title refusal>
            <Hidden name="key" value=page.form.key.clone() />
            <Hidden name="role" value=page.form.role.clone() />
            <Hidden name="version" value=page.form.version.clone() />
            <Hidden name="next" value=page.form.next.clone() />
            {comparison}
            {details(&page.form)}
            {permissions(&page)}
            {grantable_roles(&page)}
            {dashboards(&page)}
            <OverrideWarnings reason=page.form.reason.clone() />
            <SubmitBar submit cancel=Link::new(back, messages::cancel(l))>{review}</SubmitBar>
        </PostForm>
    }
    .into_any()
}

/// Where Cancel leads: to the page that the user came from, the role, or the list.
fn back(page: &Page) -> String {
    match (&page.role, own_path(&page.form.next)) {
        (None, Some(next)) => next.to_owned(),
        (Some(role), _) if may_view_roles() => address(role),
        _ if may_view_roles() => "/roles".to_owned(),
        _ => "/".to_owned(),
    }
}

fn details(form: &Form) -> AnyView {
    let l = lang();
    view! {
        <FormSection title=messages::details(l)>
            <div class="pair">
                <TextField field=Field::RoleName value=form.name.clone() required=true />
                <TextField field=Field::Purpose value=form.purpose.clone() hint=messages::role_purpose_hint(l) />
            </div>
            <label class="check">
                <input type="checkbox" name="requires_office" value="on" checked=!form.requires_office.is_empty() />
                <span>{messages::role_requires_office(l)}</span>
            </label>
            <label class="check">
                <input type="checkbox" name="requires_client" value="on" checked=!form.requires_client.is_empty() />
                <span>{messages::role_requires_client(l)}</span>
            </label>
            <Hidden name="requires_record" value=form.requires_record.clone() />
        </FormSection>
    }
    .into_any()
}

/// The permissions that the user has, by area.
fn permissions(Page { may, form, .. }: &Page) -> AnyView {
    let l = lang();
    let areas = Area::ALL.map(|area| {
        let offered = area
            .permissions()
            .filter(|permission| may.allows.reach(*permission).is_some() && !permission.reaches().is_empty());
        let fields: Vec<_> = offered
            .map(|permission| choice(permission, may.allows.reach(permission), form))
            .collect();
        (!fields.is_empty()).then(|| view! { <FormSection title=labels::area(l, area)><div class="pair">{fields}</div></FormSection> })
    });
    view! {
        <FormSection title=messages::permissions(l) id="allows">
            <p class="quiet">{messages::permissions_offered(l)}</p>
            <span class="message"><FieldError field=Field::Allows /></span>
            {areas}
        </FormSection>
    }
    .into_any()
}

/// The dashboards that the role includes.
fn dashboards(page: &Page) -> AnyView {
    let l = lang();
    let choices = page.dashboards.iter().map(|one| {
        let (id, title) = (one.id.to_string(), labels::dashboard(l, one));
        let checked = page.form.dashboards.contains(&id);
        view! { <Choice kind="checkbox" name="dashboards[]" value=id title hint="" checked /> }
    });
    let choices = choices.collect_view();
    view! { <FieldGroup field=Field::Dashboards why=messages::role_dashboards_why(l)>{choices}</FieldGroup> }
        .into_any()
}

/// The reach of a permission, up to the reach that the user has.
fn choice(permission: Permission, own: Option<usher_types::Reach>, form: &Form) -> AnyView {
    let l = lang();
    let id = format!("allows-{}", permission.code());
    let options = permission
        .reaches()
        .into_iter()
        .filter(|reach| Some(*reach) <= own)
        .map(|reach| {
            let value = allowed(permission, reach);
            let selected = form.allows.contains(&value);
            view! { <option value=value selected=selected>{labels::reach(l, reach)}</option> }
        });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{labels::permission(l, permission)}</label>
            <select id=id name="allows[]">
                <option value="">{messages::reach_none(l)}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// The roles that the user may grant, each with two check boxes: assign and manage.
fn grantable_roles(
    Page {
        roles, may, form, ..
    }: &Page,
) -> AnyView {
    let l = lang();
    if roles.is_empty() {
        return view! {
            <FormSection title=messages::may_give_and_manage(l)>
                <p class="quiet">{messages::no_roles_offered(l)}</p>
            </FormSection>
        }
        .into_any();
    }
    let checkbox = |name: &'static str, id: &str, checked: bool, label: String| {
        view! { <label class="check"><input type="checkbox" name=name value=id.to_owned() checked=checked /><span class="vh">{label}</span></label> }
    };
    let rows = roles.iter().map(|choice| {
        let (id, name) = (choice.role.id.to_string(), labels::role(l, &choice.role));
        let purpose = labels::role_purpose(l, &choice.role, &choice.purpose);
        let gives = checkbox(
            "gives[]",
            &id,
            form.gives.contains(&id),
            messages::may_give_role(l, &name),
        );
        let may_manage = may.manages.iter().any(|role| role.to_string() == id);
        let manages = may_manage.then(|| {
            checkbox(
                "manages[]",
                &id,
                form.manages.contains(&id),
                messages::may_manage_role(l, &name),
            )
        });
        TableRow::new(
            view! { <b dir="auto">{name}</b><span class="hint" dir="auto">{purpose}</span> },
        )
        .cell(gives)
        .cell(manages)
    });
    let rows = rows.collect();
    let columns = [
        Column::new(messages::role(l)),
        Column::new(messages::may_give(l)),
        Column::new(messages::may_manage(l)),
    ];
    let state = use_form();
    let wrong = state.has_problem(Field::Gives) || state.has_problem(Field::Manages);
    view! {
        <FormSection title=messages::may_give_and_manage(l)>
            <p class="quiet">{messages::roles_offered(l)}</p>
            <div class="ticks" class:wrong=wrong>
                <span class="message" id="gives"><FieldError field=Field::Gives /></span>
                <span class="message" id="manages"><FieldError field=Field::Manages /></span>
                <DataTable columns rows />
            </div>
        </FormSection>
    }
    .into_any()
}

/// The values that a conflict compares.
fn values(
    form: &Form,
    roles: &[RoleChoice],
    dashboards: &[DashboardName],
) -> Vec<(String, String)> {
    let l = lang();
    let named = |ids: &[String]| {
        let chosen = roles
            .iter()
            .filter(|choice| ids.contains(&choice.role.id.to_string()));
        chosen
            .map(|choice| labels::role(l, &choice.role))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let reach = |permission: Permission| {
        let held = permission
            .reaches()
            .into_iter()
            .find(|reach| form.allows.contains(&allowed(permission, *reach)));
        held.map_or_else(|| messages::reach_none(l), |held| labels::reach(l, held))
    };
    let asks = |text: &String| {
        if text.is_empty() {
            String::new()
        } else {
            "✓".to_owned()
        }
    };
    let brings = dashboards
        .iter()
        .filter(|one| form.dashboards.contains(&one.id.to_string()))
        .map(|one| labels::dashboard(l, one));
    let texts = [
        (Field::RoleName, form.name.clone()),
        (Field::Purpose, form.purpose.clone()),
        (Field::RequiresOffice, asks(&form.requires_office)),
        (Field::RequiresClient, asks(&form.requires_client)),
    ];
    let texts = texts.map(|(field, text)| (labels::field(l, field), text));
    let permissions = Permission::ALL.iter();
    let permissions =
        permissions.map(|permission| (labels::permission(l, *permission), reach(*permission)));
    texts
        .into_iter()
        .chain(permissions)
        .chain([
            (messages::may_give(l), named(&form.gives)),
            (messages::may_manage(l), named(&form.manages)),
            (
                messages::dashboards(l),
                brings.collect::<Vec<_>>().join(", "),
            ),
        ])
        .collect()
}
