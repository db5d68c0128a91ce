//! `/users/:id/dashboards`: the dashboards of a user (IZ-19).

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use usher_types::dashboards::{AssignDashboards as Form, AssignPage};
use usher_types::{DashboardName, Field};

use super::api::{AssignDashboards, assign_page};
use super::edit::FieldGroup;
use super::widget_names;
use crate::ui::{Choice, Hidden, PostForm, conflict_table, lang, load, loaded};
use crate::users::{draft_param, id_param};
use crate::{labels, messages};

/// `/users/:id/dashboards`.
#[component]
pub fn UserDashboardsPage() -> impl IntoView {
    let (id, draft) = (id_param(), draft_param());
    let page = load(
        move || (id.get(), draft.get()),
        |(id, draft)| assign_page(id, draft),
    );
    loaded(
        page,
        |AssignPage {
             user,
             name,
             dashboards,
             brought,
             form,
             conflict,
             refusal,
         }| {
            let l = lang();
            let title = messages::manage_dashboards(l);
            let known: Vec<DashboardName> =
                dashboards.iter().map(|(name, _)| name.clone()).collect();
            let comparison = conflict_table(&form, conflict.as_ref(), |form| {
                vec![(labels::field(l, Field::Dashboards), chosen(form, &known))]
            });
            let brought: Vec<_> = brought
                .iter()
                .map(|one| labels::dashboard(l, one))
                .collect();
            let otherwise = if brought.is_empty() {
                messages::roles_bring_nothing(l)
            } else {
                messages::roles_bring(l, brought.join(", "))
            };
            let choices = dashboards.into_iter().map(|(one, widgets)| {
            let id = one.id.to_string();
            let checked = form.dashboards.contains(&id);
            view! { <Choice kind="checkbox" name="dashboards[]" value=id title=labels::dashboard(l, &one) hint=widget_names(&widgets) checked /> }
        });
            let choices = choices.collect_view();
            view! {
            <Title text=title.clone() />
            <div class="head">
                <div>
                    <p class="crumb"><a href="/users">{messages::users(l)}</a><a href=format!("/users/{user}") dir="auto">{name}</a></p>
                    <h1>{title.clone()}</h1>
                    <p class="quiet">{messages::dashboards_open_nothing(l)}</p>
                </div>
            </div>
            <PostForm action=AssignDashboards::url() title refusal>
                <Hidden name="user" value=user.to_string() />
                <Hidden name="version" value=form.version.clone() />
                {comparison}
                <FieldGroup field=Field::Dashboards why=otherwise>{choices}</FieldGroup>
                <div class="review">
                    <span class="grow"></span>
                    <a class="button" href=format!("/users/{user}")>{messages::cancel(l)}</a>
                    <button class="button main">{messages::save_changes(l)}</button>
                </div>
            </PostForm>
        }
        .into_any()
        },
    )
}

fn chosen(form: &Form, known: &[DashboardName]) -> String {
    let l = lang();
    let chosen = known
        .iter()
        .filter(|one| form.dashboards.contains(&one.id.to_string()));
    chosen
        .map(|one| labels::dashboard(l, one))
        .collect::<Vec<_>>()
        .join(", ")
}
