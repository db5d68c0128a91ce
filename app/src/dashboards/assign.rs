//! `/users/:id/dashboards`: the dashboards of a user (IZ-19).

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use usher_types::dashboards::{AssignDashboards as Form, AssignPage};
use usher_types::{DashboardName, Field};

use super::api::{AssignDashboards, assign_page};
use super::widget_names;
use crate::people::crumbs;
use crate::ui::{
    Choice, FieldGroup, Hidden, Link, PageHeader, PostForm, SubmitBar, conflict_table, lang,
    load_with_draft, loaded,
};
use crate::{labels, messages};

/// `/users/:id/dashboards`.
#[component]
pub fn UserDashboardsPage() -> impl IntoView {
    loaded(
        load_with_draft(assign_page),
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
            <PageHeader title=title.clone() crumbs=crumbs(user, &name) lead=messages::dashboards_open_nothing(l) />
            <PostForm action=AssignDashboards::url() title refusal>
                <Hidden name="user" value=user.to_string() />
                <Hidden name="version" value=form.version.clone() />
                {comparison}
                <FieldGroup field=Field::Dashboards why=otherwise>{choices}</FieldGroup>
                <SubmitBar submit=messages::save_changes(l) cancel=Link::new(format!("/users/{user}"), messages::cancel(l)) />
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
