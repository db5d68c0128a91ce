//! Server functions with which the operator manages organisations. Each is one call of `serve` or
//! `submit`.

use leptos::prelude::*;
use usher_types::organisations as shared;
use usher_types::organisations::{EditPage, ListQuery};

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::organisations;

#[server]
pub async fn organisation_list(query: ListQuery) -> Result<shared::OrganisationList, AppError> {
    serve(|caller| async move { organisations::list(&caller.scope, query).await }).await
}

#[server]
pub async fn organisation_page(id: String) -> Result<shared::OrganisationPage, AppError> {
    serve(|caller| async move { organisations::page(&caller.scope, &id).await }).await
}

#[server]
pub async fn add_organisation_page(draft: Option<String>) -> Result<shared::AddPage, AppError> {
    serve(|caller| async move {
        organisations::add_form(&caller.scope, load_draft(&caller, draft).await?)
    })
    .await
}

#[server]
pub async fn add_organisation(
    #[server(flatten)] form: shared::AddOrganisation,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let id = organisations::add(&caller.scope, &form).await?;
        caller.flash(&Notice::OrganisationCreated);
        Ok(format!("/organisations/{id}"))
    })
    .await
}

/// The page of one action on an administrator of another organisation.
#[server]
pub async fn administrator_page(
    id: String,
    user: String,
    act: String,
    draft: Option<String>,
) -> Result<shared::AdministratorPage, AppError> {
    serve(|caller| async move {
        organisations::administrator_page(
            &caller.scope,
            &id,
            &user,
            &act,
            load_draft(&caller, draft).await?,
        )
        .await
    })
    .await
}

#[server]
pub async fn act_on_administrator(
    #[server(flatten)] form: shared::ActOnAdministrator,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let id = organisations::act_on_administrator(&caller.scope, &form).await?;
        caller.flash(&Notice::AdministratorManaged);
        Ok(format!("/organisations/{id}"))
    })
    .await
}

#[server]
pub async fn edit_organisation_page(
    id: String,
    draft: Option<String>,
) -> Result<EditPage<shared::EditOrganisation>, AppError> {
    serve(|caller| async move {
        organisations::edit_form(&caller.scope, &id, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn edit_organisation(
    #[server(flatten)] form: shared::EditOrganisation,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let id = organisations::edit(&caller.scope, &form).await?;
        caller.flash(&Notice::Saved);
        Ok(format!("/organisations/{id}"))
    })
    .await
}

#[server]
pub async fn suspend_organisation_page(
    id: String,
    draft: Option<String>,
) -> Result<EditPage<shared::SuspendOrganisation>, AppError> {
    serve(|caller| async move {
        organisations::suspend_form(&caller.scope, &id, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn suspend_organisation(
    #[server(flatten)] form: shared::SuspendOrganisation,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let id = organisations::suspend(&caller.scope, &form).await?;
        caller.flash(&Notice::OrganisationSuspended);
        Ok(format!("/organisations/{id}"))
    })
    .await
}

#[server]
pub async fn resume_organisation(
    #[server(flatten)] form: shared::SuspendOrganisation,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let id = organisations::resume(&caller.scope, &form).await?;
        caller.flash(&Notice::OrganisationResumed);
        Ok(format!("/organisations/{id}"))
    })
    .await
}
