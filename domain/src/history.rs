//! The full activity of a subject, page by page, for readers who may also see it on the subject's
//! page (OG-60).

use usher_types::audit::{EventGroup, HistoryPage, HistoryQuery, Subject};
use usher_types::paging::Ignored;
use usher_types::{OrganisationId, Permission, Refusal};
use uuid::Uuid;

use crate::audit::ActivitySubject;
use crate::scope::Tx;
use crate::{Result, Scope, audit, clients, customers, organisations, resources, roles, units};

/// One page of an activity. `id` is the id in the address.
///
/// # Errors
/// [`Refusal::Forbidden`] if the actor may not see the activity; [`Refusal::NotFound`], the same
/// for a subject of another organisation, out of reach, or missing.
pub async fn page(
    scope: &Scope,
    of: Subject,
    id: &str,
    query: HistoryQuery,
) -> Result<HistoryPage> {
    let activity = || {
        if scope.grants().reaches_others(Permission::ViewActivity) {
            Ok(())
        } else {
            Err(Refusal::Forbidden)
        }
    };
    let named = |id: Uuid, name: String| ActivitySubject {
        id,
        name,
        role: None,
    };
    match of {
        Subject::User => {
            let tx = scope.read(Permission::ViewUsers).await?;
            activity()?;
            let person = tx.visible_user(units::id(id)?).await?;
            read(&tx, of, id, named(person.id, person.display_name()), query).await
        }
        Subject::Client => {
            let tx = scope.read(Permission::ViewClients).await?;
            let client = clients::with_activity(&tx, id).await?;
            read(&tx, of, id, client, query).await
        }
        Subject::Customer => {
            let tx = scope.read(Permission::ManageCustomers).await?;
            activity()?;
            let customer = customers::with_activity(&tx, id).await?;
            read(&tx, of, id, customer, query).await
        }
        Subject::Resource => {
            let tx = scope.read(Permission::ViewResources).await?;
            let resource = resources::with_activity(&tx, id).await?;
            read(&tx, of, id, resource, query).await
        }
        Subject::Role => {
            let tx = scope.read(Permission::ViewRoles).await?;
            activity()?;
            let role = roles::with_activity(&tx, id).await?;
            read(&tx, of, id, role, query).await
        }
        Subject::Settings => {
            let tx = scope.read(Permission::ManageSettings).await?;
            let home = tx.home().await?;
            read(&tx, of, "", named(home.id, home.name), query).await
        }
        Subject::Organisation => {
            let acting = scope.acting_on(units::id::<OrganisationId>(id)?);
            let tx = acting.read(Permission::ManageOrganisations).await?;
            let organisation = organisations::with_activity(&tx).await?;
            read(&tx, of, id, organisation, query).await
        }
    }
}

async fn read(
    tx: &Tx<'_>,
    of: Subject,
    id: &str,
    ActivitySubject {
        id: subject,
        name,
        role,
    }: ActivitySubject,
    mut query: HistoryQuery,
) -> Result<HistoryPage> {
    let mut ignored = Ignored::default();
    ignored.unless("group", &mut query.group, |code| {
        EventGroup::from_code(code).is_some_and(|group| of.groups().contains(&group))
    });
    let kinds = EventGroup::from_code(&query.group).map(EventGroup::kinds);
    let (lines, next) = audit::page(tx, subject, kinds, &query.after).await?;
    Ok(HistoryPage {
        of,
        id: id.to_owned(),
        name,
        role,
        query,
        ignored,
        lines,
        next,
    })
}
