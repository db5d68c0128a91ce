//! Users: creating, listing, showing, changing, archiving people.
//!
//! Invariant: the actor can only assign roles they may assign, can only change people they may
//! manage, and cannot lock the organisation out (decisions 0004 and 0005). All of it is checked in
//! the transaction that writes.

mod access;
mod act;
mod create;
mod edit;
mod list;
mod new_form;
mod page;
mod taken;

pub use access::{page as access_page, preview};
pub use act::{RoleChanged, archive, change_role, invite, restore, set_temporary_password};
pub(crate) use act::{archive_in_tx, invite_in_tx, remove_role_in_tx, restore_in_tx};
pub use create::create;
pub(crate) use create::{assign_first, insert};
pub use edit::{edit, form as edit_user_form};
pub use list::list;
pub use new_form::{NewUserParams, ensure_may_make_role, form as new_user_form};
pub(crate) use page::masked;
pub use page::{act_page, can_open, page};
pub use taken::availability;
pub(crate) use taken::throttle_taken_elsewhere;

use usher_types::users::{UserDetails, UserFormContext};
use usher_types::{Language, UserId};

use crate::entity::{organisations, users};
use crate::infrastructure::directory;
use crate::scope::Tx;
use crate::{Result, customers, licence, lists, units};

/// A person's details with their office and teams (as far as the actor may see them), lists, and
/// customers.
pub(crate) async fn current(tx: &Tx<'_>, person: &users::Model) -> Result<UserDetails> {
    let (office, teams) = units::place(tx, UserId(person.id), person.office_id).await?;
    let lists = lists::of_user(tx, UserId(person.id)).await?;
    let lms_manager = tx.home().await?.uses_lms.then_some(person.lms_manager);
    let (customers, contract) = (
        customers::of_user(tx, UserId(person.id)).await?,
        person.contract_id,
    );
    Ok(UserDetails {
        office,
        teams,
        lists,
        lms_manager,
        customers,
        contract,
        ..stored_details(person)
    })
}

/// A person's details as stored in their row, without office, teams, lists and customers.
pub(crate) fn stored_details(person: &users::Model) -> UserDetails {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    UserDetails {
        user: UserId(person.id),
        version: person.version,
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        email: text(&person.email),
        phone: text(&person.phone),
        job_title: text(&person.job_title),
        language: person.language.map_or("", Language::code).to_owned(),
        login_name: person.login_name.clone(),
        office: None,
        teams: Vec::new(),
        lists: Vec::new(),
        lms_manager: None,
        customers: Vec::new(),
        contract: None,
    }
}

/// The context that `parse` needs for a form with these customers.
pub(crate) async fn form_context(
    tx: &Tx<'_>,
    home: &organisations::Model,
    customers: &[String],
) -> Result<UserFormContext> {
    let base = directory::base_role(tx).await?;
    Ok(UserFormContext {
        today: tx.scope().today(),
        organisation: home.name.clone(),
        format: home.login_name_format,
        may_give: tx
            .scope()
            .gives()
            .iter()
            .copied()
            .filter(|role| *role != base)
            .collect(),
        role_required: !tx.scope().manages().contains(&base),
        units: units::choices(tx, home).await?,
        languages: home.languages.clone(),
        required: home.required(),
        own_domains: home.own_domains.clone(),
        seats: licence::seats(tx, home).await?,
        listing: lists::choices(tx, home).await?,
        linking: crate::roles::linking(tx).await?,
        customers: customers::named(tx, customers).await?,
        imports_customers: tx.scope().grants().imports_customers(),
    })
}
