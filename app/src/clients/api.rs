//! Server functions for clients. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::clients as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::clients;

#[server]
pub async fn client_list(query: shared::ClientQuery) -> Result<shared::ClientList, AppError> {
    serve(|caller| async move { clients::list(&caller.scope, query).await }).await
}

#[server]
pub async fn client_page(client: String) -> Result<shared::ClientPage, AppError> {
    serve(|caller| async move { clients::page(&caller.scope, &client).await }).await
}

#[server]
pub async fn edit_client_page(
    client: String,
    draft: Option<String>,
) -> Result<shared::EditClientPage, AppError> {
    serve(|caller| async move {
        clients::form(&caller.scope, &client, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn edit_client(#[server(flatten)] form: shared::EditClient) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::edit(&caller.scope, &form).await?;
        caller.flash(&if form.client.is_empty() {
            Notice::ClientCreated
        } else {
            Notice::Saved
        });
        Ok(clients::visible_client(&caller.scope, client)
            .await?
            .map_or("/clients".to_owned(), |client| format!("/clients/{client}")))
    })
    .await
}

#[server]
pub async fn client_people_page(
    client: String,
    q: String,
    draft: Option<String>,
) -> Result<shared::PeoplePage, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::ChangePerson>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        clients::people_page(&caller.scope, &client, q, before).await
    })
    .await
}

#[server]
pub async fn put_to_client(#[server(flatten)] form: shared::ChangePerson) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::assign_person(&caller.scope, &form).await?;
        after_change(&caller, client, &form).await
    })
    .await
}

#[server]
pub async fn take_off_client(
    #[server(flatten)] form: shared::ChangePerson,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::remove_person(&caller.scope, &form).await?;
        after_change(&caller, client, &form).await
    })
    .await
}

/// Redirects back to the page of the colleagues, or to the list if the user may no longer change
/// the client.
#[cfg(feature = "ssr")]
async fn after_change(
    caller: &crate::request::Caller,
    client: usher_types::ClientId,
    form: &shared::ChangePerson,
) -> Result<String, usher_domain::Error> {
    use usher_types::form::Form;

    caller.flash(&Notice::Saved);
    let still = clients::is_editable(&caller.scope, client).await?;
    Ok(if still {
        form.page()
    } else {
        "/clients".to_owned()
    })
}

#[server]
pub async fn archive_client_page(
    client: String,
    draft: Option<String>,
) -> Result<shared::ArchiveClientPage, AppError> {
    serve(|caller| async move {
        clients::archive_page(&caller.scope, &client, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn archive_client(
    #[server(flatten)] form: shared::ArchiveClient,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::archive(&caller.scope, &form).await?;
        caller.flash(&Notice::ClientArchived);
        Ok(format!("/clients/{client}"))
    })
    .await
}

#[server]
pub async fn restore_client(
    #[server(flatten)] form: shared::RestoreClient,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::restore(&caller.scope, &form).await?;
        caller.flash(&Notice::ClientRestored);
        Ok(format!("/clients/{client}"))
    })
    .await
}

#[server]
pub async fn caseload_page(
    id: String,
    query: shared::ClientQuery,
    draft: Option<String>,
) -> Result<shared::CaseloadPage, AppError> {
    serve(|caller| async move {
        clients::caseload(
            &caller.scope,
            caller.user(&id)?,
            query,
            load_draft(&caller, draft).await?,
        )
        .await
    })
    .await
}

#[server]
pub async fn move_caseload(#[server(flatten)] form: shared::MoveCaseload) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let (user, moved) = clients::move_on(&caller.scope, &form).await?;
        caller.flash(&Notice::CaseloadMoved(moved));
        Ok(format!("/users/{user}/caseload"))
    })
    .await
}

#[server]
pub async fn return_caseload(
    #[server(flatten)] form: shared::ReturnCaseload,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let (user, returned) = clients::give_back(&caller.scope, &form).await?;
        caller.flash(&Notice::CaseloadReturned(returned));
        Ok(format!("/users/{user}/caseload"))
    })
    .await
}

/// The first clients that match all words and that a user could be linked to.
#[server]
pub async fn linkable_clients(q: String) -> Result<Vec<usher_types::ClientName>, AppError> {
    serve(|caller| async move { clients::find_linkable(&caller.scope, &q).await }).await
}
