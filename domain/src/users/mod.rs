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
mod page;

pub use access::{page as access_page, preview};
pub use act::{RoleChanged, archive, change_role, invite, restore, set_temporary_password};
pub(crate) use act::{archive_in_tx, invite_in_tx, remove_role_in_tx, restore_in_tx};
pub use create::{
    NewUserParams, availability, create, ensure_may_make_role, form as new_user_form,
};
pub(crate) use create::{assign_first, insert, throttle_taken_elsewhere};
pub use edit::{edit, form as edit_user_form};
pub(crate) use edit::{editable, rename};
pub use list::list;
pub(crate) use list::{
    NOT_NOTIFIED, find, find_everybody, held_by, named, patterns, patterns_of_people, to_rows,
};
pub use page::{act_page, can_open, page};
pub(crate) use page::{masked, may, visible};

use sea_orm::ActiveValue;
use usher_types::email::Email;
use usher_types::login_name::{LoginName, LoginNameFormat};
use usher_types::names::{PersonName, fold};
use usher_types::password::words_of;
use usher_types::phone;
use usher_types::roles::BuiltInRole;
use usher_types::users::{Status, UserDetails, UserFormContext};
use usher_types::{ContractId, RoleId, UserId};

use crate::entity::{organisations, users};
use crate::scope::Tx;
use crate::settings::home;
use crate::{Result, customers, licence, lists, settings, units};

/// The name as displayed.
pub(crate) fn display(person: &users::Model) -> String {
    if person.last_name.is_empty() {
        person.first_name.clone()
    } else {
        format!("{} {}", person.first_name, person.last_name)
    }
}

pub(crate) fn initials(person: &users::Model) -> String {
    PersonName::parse(&person.first_name, &person.last_name, true)
        .map(|name| name.initials())
        .unwrap_or_default()
}

/// The words a password of this person must not contain.
pub(crate) fn words(person: &users::Model, organisation: &str) -> Vec<String> {
    words_of(
        &person.first_name,
        &person.last_name,
        &person.login_name,
        person.email.as_deref().unwrap_or_default(),
        organisation,
    )
}

pub(crate) fn status(person: &users::Model) -> Status {
    match (person.archived_at, person.way_in.as_str()) {
        (Some(_), _) => Status::Archived,
        (None, "password") => Status::Active,
        (None, "invited") => Status::Invited,
        (None, _) => Status::NoWayIn,
    }
}

/// A person's details with their office and teams (as far as the actor may see them), lists, and
/// customers.
pub(crate) async fn current(tx: &Tx<'_>, person: &users::Model) -> Result<UserDetails> {
    let (office, teams) = units::place(tx, UserId(person.id), person.office_id).await?;
    let lists = lists::of_user(tx, UserId(person.id)).await?;
    let lms_manager = home(tx).await?.uses_lms.then_some(person.lms_manager);
    let (customers, contract) = (
        customers::of_user(tx, UserId(person.id)).await?,
        person.contract_id.map(ContractId),
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
        language: text(&person.language),
        login_name: person.login_name.clone(),
        office: None,
        teams: Vec::new(),
        lists: Vec::new(),
        lms_manager: None,
        customers: Vec::new(),
        contract: None,
    }
}

/// The new login name if the login name was the old e-mail address: it follows the new address
/// (decision 0022), if that is a valid login name.
pub(crate) fn following(person: &users::Model, email: &str) -> Option<LoginName> {
    let is_address = person.email.as_deref().is_some_and(|old| {
        Email::parse(&person.login_name).is_ok_and(|named| named.as_str() == old)
    });
    let follows = LoginName::parse(&Email::parse(email).ok()?.deliverable()).ok()?;
    (is_address && follows.as_str() != person.login_name).then_some(follows)
}

/// The search text: words, folded, with a space before each, so that a pattern can match the
/// beginning of a word; and the digits of a phone number, so that it is found in any notation.
pub(crate) fn search_text(words: &str, number: Option<&str>) -> String {
    format!(
        " {} {} ",
        fold(words),
        number.map(phone::found_by).unwrap_or_default()
    )
    .replace("  ", " ")
}

/// Recomputes the sort and search columns after a name, login name, address or phone number
/// changed.
pub(crate) fn reindex(row: &mut users::ActiveModel) {
    let text = |value: &ActiveValue<String>| match value {
        ActiveValue::Set(text) | ActiveValue::Unchanged(text) => text.clone(),
        ActiveValue::NotSet => String::new(),
    };
    let (first, last, login) = (
        text(&row.first_name),
        text(&row.last_name),
        text(&row.login_name),
    );
    let email = match &row.email {
        ActiveValue::Set(email) | ActiveValue::Unchanged(email) => {
            email.clone().unwrap_or_default()
        }
        ActiveValue::NotSet => String::new(),
    };
    let sorted = PersonName::parse(&first, &last, true)
        .map(|name| name.sort_key())
        .unwrap_or_default();
    row.sort_name = ActiveValue::Set(sorted);
    let phone = match &row.phone {
        ActiveValue::Set(phone) | ActiveValue::Unchanged(phone) => phone.clone(),
        ActiveValue::NotSet => None,
    };
    row.search_text = ActiveValue::Set(search_text(
        &format!("{first} {last} {login} {email}"),
        phone.as_deref(),
    ));
    row.same_name = ActiveValue::Set(fold(&format!("{first} {last}")));
}

/// The context that `parse` needs for a form with these customers.
pub(crate) async fn form_context(
    tx: &Tx<'_>,
    home: &organisations::Model,
    customers: &[String],
) -> Result<UserFormContext> {
    let base = base_role(tx).await?;
    Ok(UserFormContext {
        today: tx.scope().today(),
        organisation: home.name.clone(),
        format: home
            .login_name_format
            .parse()
            .unwrap_or(LoginNameFormat::Free),
        may_give: tx
            .scope()
            .gives()
            .iter()
            .copied()
            .filter(|role| *role != base)
            .collect(),
        role_required: !tx.scope().manages().contains(&base),
        units: units::choices(tx, home).await?,
        languages: settings::languages(home),
        required: settings::required(home),
        own_domains: home.own_domains.clone(),
        seats: licence::seats(tx, home).await?,
        listing: lists::choices(tx, home).await?,
        linking: crate::roles::linking(tx).await?,
        customers: customers::named(tx, customers).await?,
        imports_customers: tx.scope().grants().imports_customers(),
    })
}

/// The base role every account has (IZ-12).
pub(crate) async fn base_role(tx: &Tx<'_>) -> Result<RoleId> {
    crate::roles::built_in(tx, BuiltInRole::User)
        .await
        .map(|role| RoleId(role.id))
}
