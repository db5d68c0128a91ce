//! The page that creates a person.

use sea_orm::{ColumnTrait, QueryFilter};
use usher_types::form::{SavedDraft, checkbox_value};
use usher_types::roles::RoleChoice;
use usher_types::users::{NewUser, NewUserPage, UserFormContext};
use usher_types::{BuiltInRole, Permission, Refusal, SignInSetup};

use crate::entity::{clients as client_rows, organisations};
use crate::scope::Tx;
use crate::{Result, Scope, clients, roles};

/// The parameters of the page that creates a person.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewUserParams<'a> {
    /// The code of a role that was just created and is selected, also in a saved draft.
    pub role: Option<&'a str>,
    /// The client for whom the account is created (SV-02).
    pub client: Option<&'a str>,
    /// Whether it is `/staff/new`.
    pub staff: bool,
}

/// The page that creates a person: an empty form with its idempotency key, or the saved draft.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Nowhere`]; [`Refusal::NotFound`] for a client to whom the
/// actor may not give an account.
pub async fn form(
    scope: &Scope,
    draft: Option<SavedDraft<NewUser>>,
    params: NewUserParams<'_>,
) -> Result<NewUserPage> {
    let tx = scope.read(Permission::CreateUsers).await?;
    let home = tx.home().await?;
    let mut choices = roles::assignable(&tx).await?;
    let named = draft
        .as_ref()
        .map(|draft| draft.form.customers.clone())
        .unwrap_or_default();
    let facts = form_context(&tx, &home, &named).await?;
    let is_clients = params.client.is_some()
        || draft
            .as_ref()
            .is_some_and(|draft| !draft.form.record.is_empty());
    // a client's own role is only assigned from the client's page
    choices.retain(|choice| is_clients || !facts.linking.asks_record.contains(&choice.role.id));
    let staff = params.staff || scope.grants().adds_staff();
    let only = choices.first().filter(|_| staff && choices.len() == 1);
    let preselected = choices
        .iter()
        .find(|choice| params.role == Some(&choice.role.code()))
        .map(|choice| choice.role.id.to_string());
    let fresh = NewUser {
        organisation: home.id.to_string(),
        key: scope_key(scope),
        staff: checkbox_value(staff),
        roles: only
            .map(|choice| choice.role.id.to_string())
            .into_iter()
            .collect(),
        office: facts
            .units
            .inherited
            .map(|office| office.to_string())
            .unwrap_or_default(),
        way_in: SignInSetup::Invitation.code().to_owned(),
        ..NewUser::default()
    };
    let fresh = match params.client {
        Some(client) => of_client(&tx, client, &choices, fresh).await?,
        None => fresh,
    };
    let (mut form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    if let Some(role) = preselected.filter(|role| !form.roles.contains(role)) {
        form.roles.push(role);
    }
    let may_make_roles = scope.grants().reaches_others(Permission::EditRoles);
    let links = !facts.linking.asks_client.is_empty() || !form.record.is_empty();
    let linkable = if links {
        clients::linkable(&tx, &form.linked_clients, &form.client_q, &form.record).await?
    } else {
        None
    };
    Ok(NewUserPage {
        facts,
        roles: choices,
        may_make_roles,
        linkable,
        form,
        refusal,
    })
}

/// The form that gives a client an account, prefilled with the client's data.
async fn of_client(
    tx: &Tx<'_>,
    client: &str,
    choices: &[RoleChoice],
    fresh: NewUser,
) -> Result<NewUser> {
    let own = choices
        .iter()
        .find(|choice| choice.role.built_in == Some(BuiltInRole::Client))
        .ok_or(Refusal::Forbidden)?;
    let linkable = clients::linkable(tx, &[], "", client)
        .await?
        .and_then(|linkable| linkable.record);
    let record = linkable.ok_or(Refusal::NotFound)?.id;
    let known = tx
        .clients_for(Permission::EditClients)?
        .filter(client_rows::Column::Id.eq(record.0))
        .one(tx.conn())
        .await?;
    let known = known.ok_or(Refusal::NotFound)?;
    Ok(NewUser {
        record: record.to_string(),
        roles: vec![own.role.id.to_string()],
        single_name: checkbox_value(known.last_name.is_empty()),
        first_name: known.first_name,
        last_name: known.last_name,
        email: known.email.unwrap_or_default(),
        phone: known.phone.unwrap_or_default(),
        ..fresh
    })
}

/// The context that `parse` needs. Refuses if there is no team to put a person into.
pub(super) async fn form_context(
    tx: &Tx<'_>,
    home: &organisations::Model,
    customers: &[String],
) -> Result<UserFormContext> {
    let facts = super::form_context(tx, home, customers).await?;
    if facts.units.team_required && facts.units.teams.is_empty() {
        Err(Refusal::Nowhere.into())
    } else {
        Ok(facts)
    }
}

/// Refuses to leave the form for the page that creates a role (CP-06), unless the actor may use
/// both.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn ensure_may_make_role(scope: &Scope) -> Result<()> {
    scope.require(Permission::CreateUsers)?;
    scope.require(Permission::EditRoles)?;
    Ok(())
}

fn scope_key(scope: &Scope) -> String {
    scope.new_key().to_string()
}
