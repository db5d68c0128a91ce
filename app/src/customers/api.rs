//! Server functions for customers and contracts. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::conflict::EditState;
use usher_types::customers as shared;
use usher_types::users::{EditUser, NewUser};

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, save_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::customers;
#[cfg(feature = "ssr")]
use usher_types::url::encode;

#[server]
pub async fn customer_list(query: shared::ListQuery) -> Result<shared::CustomerList, AppError> {
    serve(|caller| async move { customers::list(&caller.scope, query).await }).await
}

#[server]
pub async fn customer_page(customer: String) -> Result<shared::CustomerPage, AppError> {
    serve(|caller| async move { customers::page(&caller.scope, &customer).await }).await
}

#[server]
pub async fn edit_customer_page(
    customer: String,
    draft: Option<String>,
) -> Result<EditState<shared::EditCustomer>, AppError> {
    serve(|caller| async move {
        customers::form(&caller.scope, &customer, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn edit_customer(#[server(flatten)] form: shared::EditCustomer) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let customer = customers::edit(&caller.scope, &form).await?;
        caller.flash(&if form.customer.is_empty() {
            Notice::CustomerCreated
        } else {
            Notice::Saved
        });
        Ok(format!("/customers/{customer}"))
    })
    .await
}

#[server]
pub async fn close_customer_page(
    customer: String,
    draft: Option<String>,
) -> Result<shared::ClosePage, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::CloseCustomer>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        customers::close_page(&caller.scope, &customer, before).await
    })
    .await
}

#[server]
pub async fn close_customer(
    #[server(flatten)] form: shared::CloseCustomer,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        customers::close(&caller.scope, &form).await?;
        caller.flash(&Notice::CustomerClosed);
        Ok("/customers".to_owned())
    })
    .await
}

#[server]
pub async fn new_contract_page(
    customer: String,
    draft: Option<String>,
) -> Result<shared::EditContractPage, AppError> {
    serve(|caller| async move {
        customers::new_contract_form(&caller.scope, &customer, load_draft(&caller, draft).await?)
            .await
    })
    .await
}

#[server]
pub async fn edit_contract_page(
    contract: String,
    draft: Option<String>,
) -> Result<shared::EditContractPage, AppError> {
    serve(|caller| async move {
        customers::edit_contract_form(&caller.scope, &contract, load_draft(&caller, draft).await?)
            .await
    })
    .await
}

#[server]
pub async fn edit_contract(#[server(flatten)] form: shared::EditContract) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let customer = customers::edit_contract(&caller.scope, &form).await?;
        caller.flash(&if form.contract.is_empty() {
            Notice::ContractCreated
        } else {
            Notice::Saved
        });
        Ok(format!("/customers/{customer}"))
    })
    .await
}

#[server]
pub async fn close_contract_page(
    contract: String,
    draft: Option<String>,
) -> Result<shared::ClosePage, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::CloseContract>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        customers::close_contract_page(&caller.scope, &contract, before).await
    })
    .await
}

#[server]
pub async fn close_contract(
    #[server(flatten)] form: shared::CloseContract,
) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let customer = customers::close_contract(&caller.scope, &form).await?;
        caller.flash(&Notice::ContractClosed);
        Ok(format!("/customers/{customer}"))
    })
    .await
}

/// The first customers that match all words, and those that are checked already, for the import
/// window and page.
#[server]
pub async fn find_customers(
    q: String,
    #[server(default)] ticked: Vec<String>,
) -> Result<shared::Found, AppError> {
    serve(|caller| async move { customers::find(&caller.scope, &q, &ticked).await }).await
}

/// Saves the form of a new user as a draft and opens the page that imports customers, which leads
/// back to it (CP-13).
#[server]
pub async fn import_to_new(#[server(flatten)] form: NewUser) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        customers::ensure_may_import(&caller.scope, None).await?;
        Ok(format!(
            "/customers/import?next={}",
            encode(&save_draft(&caller, form).await?)
        ))
    })
    .await
}

/// The same for the form that edits a user.
#[server]
pub async fn import_to_edited(#[server(flatten)] form: EditUser) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        customers::ensure_may_import(&caller.scope, Some(caller.user(&form.user)?)).await?;
        Ok(format!(
            "/customers/import?next={}",
            encode(&save_draft(&caller, form).await?)
        ))
    })
    .await
}
