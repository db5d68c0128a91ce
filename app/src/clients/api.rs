//! The server functions about clients: one line each.

use leptos::prelude::*;
use usher_types::clients as shared;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::request::{kept, serve, submit};
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
pub async fn edit_client_page(client: String, draft: Option<String>) -> Result<shared::EditClientPage, AppError> {
    serve(|caller| async move { clients::form(&caller.scope, &client, kept(&caller, draft).await?).await }).await
}

#[server]
pub async fn edit_client(#[server(flatten)] form: shared::EditClient) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::edit(&caller.scope, &form).await?;
        caller.say(if form.client.is_empty() { "client_created" } else { "saved" });
        Ok(clients::visible_client(&caller.scope, client).await?.map_or("/clients".to_owned(), |client| format!("/clients/{client}")))
    })
    .await
}

#[server]
pub async fn client_people_page(client: String, q: String, draft: Option<String>) -> Result<shared::PeoplePage, AppError> {
    serve(|caller| async move {
        let before = kept::<shared::ChangePerson>(&caller, draft).await?.and_then(|kept| kept.refusal);
        clients::people_page(&caller.scope, &client, q, before).await
    })
    .await
}

#[server]
pub async fn put_to_client(#[server(flatten)] form: shared::ChangePerson) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::change_person(&caller.scope, &form, true).await?;
        changed(&caller, client, &form).await
    })
    .await
}

#[server]
pub async fn take_off_client(#[server(flatten)] form: shared::ChangePerson) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::change_person(&caller.scope, &form, false).await?;
        changed(&caller, client, &form).await
    })
    .await
}

/// Back to who works with a client, with what was looked for; to the list, once the client is no longer the actor's to change.
#[cfg(feature = "ssr")]
async fn changed(
    caller: &crate::request::Caller,
    client: usher_types::ClientId,
    form: &shared::ChangePerson,
) -> Result<String, usher_domain::Error> {
    use usher_types::form::Form;

    caller.say("saved");
    let still = clients::is_editable(&caller.scope, client).await?;
    Ok(if still { form.page() } else { "/clients".to_owned() })
}

#[server]
pub async fn archive_client_page(client: String, draft: Option<String>) -> Result<shared::ArchiveClientPage, AppError> {
    serve(|caller| async move { clients::archive_page(&caller.scope, &client, kept(&caller, draft).await?).await }).await
}

#[server]
pub async fn archive_client(#[server(flatten)] form: shared::ArchiveClient) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::archive(&caller.scope, &form).await?;
        caller.say("client_archived");
        Ok(format!("/clients/{client}"))
    })
    .await
}

#[server]
pub async fn restore_client(#[server(flatten)] form: shared::RestoreClient) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let client = clients::restore(&caller.scope, &form).await?;
        caller.say("client_restored");
        Ok(format!("/clients/{client}"))
    })
    .await
}

#[server]
pub async fn caseload_page(id: String, query: shared::ClientQuery, draft: Option<String>) -> Result<shared::CaseloadPage, AppError> {
    serve(|caller| async move { clients::caseload(&caller.scope, caller.user(&id)?, query, kept(&caller, draft).await?).await }).await
}

#[server]
pub async fn move_caseload(#[server(flatten)] form: shared::MoveCaseload) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let (user, moved) = clients::move_on(&caller.scope, &form).await?;
        caller.say(&format!("caseload_moved:{moved}"));
        Ok(format!("/users/{user}/caseload"))
    })
    .await
}

#[server]
pub async fn return_caseload(#[server(flatten)] form: shared::ReturnCaseload) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let (user, returned) = clients::give_back(&caller.scope, &form).await?;
        caller.say(&format!("caseload_returned:{returned}"));
        Ok(format!("/users/{user}/caseload"))
    })
    .await
}

/// The first clients somebody could be linked to who have all of these words: for the form that links some.
#[server]
pub async fn linkable_clients(q: String) -> Result<Vec<shared::ClientName>, AppError> {
    serve(|caller| async move { clients::find_linkable(&caller.scope, &q).await }).await
}
