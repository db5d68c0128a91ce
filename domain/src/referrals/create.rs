//! Creating a referral: choose the client, the destination and the message, review what is sent,
//! and only then send it.

use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use usher_types::audit::Event;
use usher_types::form::SavedDraft;
use usher_types::mail::Mail;
use usher_types::names::fold;
use usher_types::referrals::{
    Destination, Direction, New, NewReferral, NewReferralPage, NewReferralParams, ReferralPreview,
    ReferredClient, ReviewPage, Side, Status, Target,
};
use usher_types::{
    ClientId, Field, Invalid, OrganisationId, Permission, Problem, ReferralId, ReferralStep,
    Refusal, ResourceId, UserId, Warning,
};

use super::{ReferralChange, notify};
use crate::entity::{clients, organisations, referrals};
use crate::foundation::idempotency;
use crate::infrastructure::{directory, throttles};
use crate::scope::Tx;
use crate::units::id;
use crate::{Result, Scope, resources};

/// The largest number of clients, and of organisations, that a page offers.
const OFFERED: u64 = 20;

/// The page that creates a referral, at the step given by the address: the client, the destination,
/// the message.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::NotFound`], the same for a client of another organisation,
/// out of reach, archived, or missing.
pub async fn form(
    scope: &Scope,
    NewReferralParams {
        client,
        resource,
        at,
        q,
    }: NewReferralParams,
    draft: Option<String>,
    kept: Option<SavedDraft<NewReferral>>,
) -> Result<NewReferralPage> {
    let tx = scope.read(Permission::CreateReferrals).await?;
    if client.is_empty() {
        let found = directory::first_clients(&tx, Permission::CreateReferrals, &q, OFFERED)
            .await?
            .iter()
            .map(named)
            .collect();
        return Ok(NewReferralPage::Client {
            q,
            found,
            resource,
            at,
        });
    }
    let client = refers(tx.client(id(&client)?).await?)?;
    let destination = match Destination::parse(&resource, &at) {
        Some(destination) => destined(&tx, destination).await?,
        None => None,
    };
    let Some(Destined { target, .. }) = destination else {
        return Ok(NewReferralPage::Destination {
            client: named(&client),
            own: resources::first(&tx, &q, OFFERED).await?,
            offered: resources::offered(&tx, &q).await?,
            organisations: taking(&tx, &q).await?,
            is_gone: !resource.is_empty() || !at.is_empty(),
            draft: draft.filter(|_| kept.is_some()),
            q,
        });
    };
    let (fresh, refusal) = match kept {
        Some(kept) => (kept.form, kept.refusal),
        None => (
            NewReferral {
                key: scope.new_key().to_string(),
                ..NewReferral::default()
            },
            None,
        ),
    };
    // client and destination come from the address: they may have changed since the draft was saved
    let form = NewReferral {
        organisation: tx.organisation()?.to_string(),
        client: client.id.to_string(),
        resource,
        at,
        step: String::new(),
        ..fresh
    };
    Ok(NewReferralPage::Words {
        contact: contact(&client),
        client: named(&client),
        target,
        form: Box::new(form),
        refusal,
    })
}

/// The first other organisations that take referrals, by name.
async fn taking(tx: &Tx<'_>, q: &str) -> Result<Vec<(OrganisationId, String)>> {
    let mut select = tx.find::<organisations::Entity>().filter(takes(tx)?);
    for word in fold(&q.replace(char::is_control, " "))
        .split_whitespace()
        .take(8)
    {
        let found = sea_orm::sea_query::Expr::cust_with_values(
            "position($1 in name_key) > 0",
            [word.to_owned()],
        );
        select = select.filter(found);
    }
    let sorted = select
        .order_by_asc(organisations::Column::Name)
        .order_by_asc(organisations::Column::Id);
    let found = sorted.limit(OFFERED).all(tx.conn()).await?;
    Ok(found
        .into_iter()
        .map(|found| (OrganisationId(found.id), found.name))
        .collect())
}

fn takes(tx: &Tx<'_>) -> Result<sea_orm::Condition> {
    let others = sea_orm::Condition::all().add(organisations::Column::Id.ne(tx.organisation()?.0));
    Ok(others
        .add(organisations::Column::TakesReferrals.eq(true))
        .add(organisations::Column::SuspendedAt.is_null()))
}

/// Refuses to refer an archived client.
fn refers(client: clients::Model) -> Result<clients::Model> {
    if client.archived_at.is_some() {
        Err(Refusal::NotFound.into())
    } else {
        Ok(client)
    }
}

fn named(client: &clients::Model) -> ReferredClient {
    ReferredClient {
        id: ClientId(client.id),
        name: client.display_name(),
        number: client.number.clone().unwrap_or_default(),
    }
}

/// The client's contact details that may be sent, in one line.
fn contact(client: &clients::Model) -> String {
    [&client.email, &client.phone]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The destination of a referral, and the ids that this organisation's row stores.
struct Destined {
    target: Target,
    /// The resource, if it is the organisation's own.
    own: Option<ResourceId>,
    /// The other organisation.
    other: Option<OrganisationId>,
    /// The resource, if it is the other organisation's.
    theirs: Option<ResourceId>,
}

/// The destination of a referral; `None`, without telling why, if it does not exist, is not shared,
/// or belongs to an organisation that takes no referrals.
async fn destined(tx: &Tx<'_>, destination: Destination) -> Result<Option<Destined>> {
    Ok(match destination {
        Destination::Own(resource) => match resources::open(tx, resource).await {
            Ok(found) => {
                let row = resources::row(tx, found).await?;
                let target = Target {
                    is_full: row.is_full(),
                    resource: row.name,
                    organisation: None,
                };
                Some(Destined {
                    target,
                    own: Some(resource),
                    other: None,
                    theirs: None,
                })
            }
            Err(crate::Error::Refused(_)) => None,
            Err(error) => return Err(error),
        },
        Destination::Shared(organisation, resource) => {
            resources::offered_one(tx, organisation, resource)
                .await?
                .map(|found| {
                    let target = Target {
                        resource: found.name,
                        organisation: Some(found.organisation_name),
                        is_full: found.is_full,
                    };
                    Destined {
                        target,
                        own: None,
                        other: Some(organisation),
                        theirs: Some(resource),
                    }
                })
        }
        Destination::Organisation(organisation) => {
            let found = tx
                .find::<organisations::Entity>()
                .filter(takes(tx)?)
                .filter(organisations::Column::Id.eq(organisation.0));
            found.one(tx.conn()).await?.map(|found| {
                let target = Target {
                    resource: String::new(),
                    organisation: Some(found.name),
                    is_full: false,
                };
                Destined {
                    target,
                    own: None,
                    other: Some(organisation),
                    theirs: None,
                }
            })
        }
    })
}

/// A checked referral that is not written yet.
struct Checked {
    client: clients::Model,
    to: Destined,
    preview: ReferralPreview,
    warnings: Vec<Warning>,
}

async fn check(tx: &Tx<'_>, new: &New) -> Result<Checked> {
    let client = refers(tx.client(new.client).await?)?;
    let to = destined(tx, new.destination)
        .await?
        .ok_or_else(|| Invalid::one(Field::Destination, Problem::Wrong))?;
    let me = tx.scope().me()?.0;
    let preview = ReferralPreview {
        client_name: client.display_name(),
        contact: if new.with_contact {
            contact(&client)
        } else {
            String::new()
        },
        sender: directory::names_of_people(tx, [UserId(me)])
            .await?
            .remove(&me)
            .unwrap_or_default(),
        organisation: tx.home().await?.name,
    };
    let warnings = to
        .target
        .is_full
        .then_some(Warning::Full)
        .into_iter()
        .collect();
    Ok(Checked {
        client,
        to,
        preview,
        warnings,
    })
}

/// Checks whether a referral could be created, before the review page is shown.
///
/// # Errors
/// As [`create`], except for the check of what was shown.
pub async fn review(scope: &Scope, form: &NewReferral) -> Result<()> {
    let new = form.parse()?;
    let tx = scope.read(Permission::CreateReferrals).await?;
    new.passed.passes(&check(&tx, &new).await?.warnings)?;
    Ok(())
}

/// The review page: what is sent, before it is sent.
///
/// # Errors
/// [`Refusal::NotFound`] if there is no saved draft; as [`create`].
pub async fn review_page(
    scope: &Scope,
    draft: String,
    kept: Option<SavedDraft<NewReferral>>,
) -> Result<ReviewPage> {
    let tx = scope.read(Permission::CreateReferrals).await?;
    let form = kept.ok_or(Refusal::NotFound)?.form;
    let Checked { to, preview, .. } = check(&tx, &form.parse()?).await?;
    let form = NewReferral {
        seen: preview.seen(),
        step: String::new(),
        ..form
    };
    Ok(ReviewPage {
        target: to.target,
        preview,
        form,
        draft,
    })
}

/// Creates a referral of a client within reach. Exactly what the sender was shown is sent.
///
/// # Errors
/// [`Refusal::Invalid`], also for a destination that does not exist, is not shared, or takes no
/// referrals; [`Refusal::NotFound`] for a client out of reach; [`Refusal::Warned`] for a full
/// resource; [`Refusal::Conflict`] if the client's record has changed since it was shown, or was never
/// shown.
pub async fn create(scope: &Scope, form: &NewReferral) -> Result<ReferralId> {
    let new = form.parse()?;
    scope.require(Permission::CreateReferrals)?;
    let counted = throttles::count_mail(
        scope,
        &Mail::ReferralArrived {
            referral: ReferralId(scope.request()),
        },
        None,
        &[],
    )
    .await?;
    let tx = scope.write(Permission::CreateReferrals).await?;
    // a retry of the same form waits here for the first post
    tx.lock_client(new.client).await?;
    let key = idempotency::key(
        new.key,
        &format!("{} {:?} {}", new.client, new.destination, new.why),
    );
    if let Some(made) = tx
        .referrals()?
        .filter(referrals::Column::FormKey.eq(key))
        .one(tx.conn())
        .await?
    {
        return Ok(ReferralId(made.id));
    }
    if let Destination::Own(resource) = new.destination {
        // closing the resource waits until this referral is written
        tx.one(
            "SELECT 1 FROM resources WHERE id = $1 FOR KEY SHARE",
            [resource.0.into()],
        )
        .await?;
    }
    let Checked {
        client,
        to,
        preview,
        warnings,
    } = check(&tx, &new).await?;
    if form.seen != preview.seen() {
        return Err(Refusal::Conflict.into());
    }
    let why = new.passed.passes(&warnings)?;
    let (organisation, now) = (tx.organisation()?, scope.now());
    let made = tx
        .insert(referrals::ActiveModel {
            organisation_id: Set(organisation.0),
            id: Set(tx.id()),
            direction: Set(if to.other.is_some() {
                Direction::Sent
            } else {
                Direction::Internal
            }),
            status: Set(Status::Sent),
            client_id: Set(Some(client.id)),
            client_name: Set(preview.client_name),
            client_contact: Set(preview.contact),
            reason: Set(new.why),
            resource_id: Set(to.own.map(|own| own.0)),
            resource_name: Set(to.target.resource),
            other_id: Set(to.other.map(|other| other.0)),
            other_name: Set(to.target.organisation.unwrap_or_default()),
            created_by: Set(scope.actor().map(|user| user.0)),
            created_at: Set(now),
            answered_by: Set(None),
            answered_at: Set(None),
            changed_at: Set(now),
            version: Set(1),
            form_key: Set(key),
        })
        .await?;
    let change = ReferralChange {
        id: tx.id(),
        at: now,
        step: ReferralStep::Sent,
        note: "",
        theirs: None,
    };
    change.append_history(&tx, &made).await?;
    change
        .queue_delivery(&tx, &made, to.theirs.map(|theirs| theirs.0))
        .await?;
    if to.other.is_none() {
        notify(&tx, &made, ReferralStep::Sent, Side::Sender, &counted).await?;
    }
    let referral = ReferralId(made.id);
    let event = Event::ReferralMoved {
        referral,
        client: Some(new.client),
        step: ReferralStep::Sent,
        overridden: Warning::codes(&warnings),
    };
    tx.record_with_changes(event, &why).await?;
    tx.commit().await?;
    Ok(referral)
}
