//! Recording audit events. Every audit row is written here, in the transaction whose action it
//! describes (decision 0001).

use sea_orm::{EntityTrait, Set};
use usher_types::OrganisationId;
use usher_types::audit::{Change, Event, Repeatable};
use uuid::Uuid;

use super::Write;
use crate::entity::{audit_details, audit_events};
use crate::foundation::limits::Limit;
use crate::{Error, Result};

/// Rows that one statement writes: Postgres takes 65 535 values in it.
const ROWS_AT_ONCE: usize = 1_000;

impl Write<'_> {
    /// Records an event: writes its audit row in this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(&self, event: Event) -> Result<()> {
        self.record_with_changes(event, &[]).await
    }

    /// Records an event with personal values, which are stored separately (decision 0018).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_with_changes(&self, event: Event, changes: &[Change]) -> Result<()> {
        let row = self
            .insert(self.audit_row(&event, self.organisation()?)?)
            .await?;
        if !changes.is_empty() {
            self.insert(audit_details::ActiveModel {
                organisation_id: Set(row.organisation_id),
                event_id: Set(row.id),
                changes: Set(serde_json::to_value(changes)
                    .map_err(|error| Error::Broken(error.to_string()))?),
            })
            .await?;
        }
        self.mark_recorded();
        Ok(())
    }

    /// Records an event that a person can cause at will. The first ones of each kind are written
    /// individually; further ones are counted, and written as one row when their period is over
    /// ([`crate::audit::write_repeated`]).
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record_repeatable(&self, event: Event, changes: &[Change]) -> Result<()> {
        let Some((kind, user)) = Repeatable::of(&event) else {
            return self.record_with_changes(event, changes).await;
        };
        let sql = "INSERT INTO repeated_events AS r (organisation_id, user_id, kind, since, counted, through_id, through_organisation_id)
                VALUES ($1, $2, $3, $4, 1, $5, $6)
            ON CONFLICT (organisation_id, user_id, kind, through_id) DO UPDATE SET counted = r.counted + 1 RETURNING counted";
        let through = self
            .scope
            .through
            .map_or((Uuid::nil(), None), |(user, organisation)| {
                (user.0, Some(organisation.0))
            });
        let (organisation, now) = (self.organisation()?.0, self.scope.now);
        let values = [
            organisation.into(),
            user.0.into(),
            kind.code().into(),
            now.into(),
            through.0.into(),
            through.1.into(),
        ];
        let row = self.one(sql, values).await?;
        let counted: i32 = row
            .map(|row| row.try_get("", "counted"))
            .transpose()?
            .unwrap_or_default();
        if counted <= Limit::RepeatedEvents.most() {
            return self.record_with_changes(event, changes).await;
        }
        self.mark_recorded();
        Ok(())
    }

    /// Records an event in the audit of another organisation that it concerns too.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record_in(&self, organisation: OrganisationId, event: Event) -> Result<()> {
        let row = self.audit_row(&event, organisation)?;
        self.set_tenant(Some(organisation)).await?;
        audit_events::Entity::insert(row)
            .exec_without_returning(self.conn())
            .await?;
        self.set_tenant(self.scope.organisation).await?;
        self.mark_recorded();
        Ok(())
    }

    /// Records many events at once, without personal values.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn record_all(&self, events: &[Event]) -> Result<()> {
        for some in events.chunks(ROWS_AT_ONCE) {
            let rows = some
                .iter()
                .map(|event| self.audit_row(event, self.organisation()?))
                .collect::<Result<Vec<_>>>()?;
            audit_events::Entity::insert_many(rows)
                .exec_without_returning(self.conn())
                .await?;
            self.mark_recorded();
        }
        Ok(())
    }

    /// Records a security event that belongs to no organisation, or that only the operator may see.
    pub(crate) async fn record_security_event(
        &self,
        kind: &str,
        subject: &str,
        address: &str,
    ) -> Result<()> {
        let values = [
            self.id().into(),
            self.scope.now.into(),
            kind.into(),
            subject.into(),
            address.into(),
            self.scope.request.into(),
        ];
        self.execute(
            "INSERT INTO security_events VALUES ($1, $2, $3, $4, $5, $6)",
            values,
        )
        .await?;
        Ok(())
    }

    fn audit_row(
        &self,
        event: &Event,
        organisation: OrganisationId,
    ) -> Result<audit_events::ActiveModel> {
        let actor = match event {
            // a visitor who signs in or follows a link is the person the event is about; so is a
            // person who switches from another account
            Event::SignedIn { user }
            | Event::SwitchedHere { user, .. }
            | Event::InvitationAccepted { user }
            | Event::EmailChanged { user }
            | Event::SignedOut { user } => Some((*user, organisation)),
            // the person caused the counted events, except attempts to sign in, whose author is
            // unknown
            Event::Repeated { user, of, .. }
                if !matches!(of, Repeatable::SignInFailed | Repeatable::Throttled) =>
            {
                Some((*user, organisation))
            }
            _ => self
                .scope
                .operator
                .or(self.scope.actor.zip(self.scope.organisation)),
        };
        let through = match event {
            // the new session is a switched one, even if the session it replaces is not
            Event::SwitchedHere { .. } => self
                .scope
                .through
                .or(self.scope.actor.zip(self.scope.organisation)),
            _ => self.scope.through,
        };
        // after switching back, the actor is the account that signed in
        let through = through.filter(|through| Some(*through) != actor);
        Ok(audit_events::ActiveModel {
            organisation_id: Set(organisation.0),
            id: Set(self.id()),
            at: Set(self.scope.now),
            actor_id: Set(actor.map(|(user, _)| user.0)),
            actor_organisation_id: Set(actor.map(|(_, organisation)| organisation.0)),
            subject_id: Set(event.subject()),
            event: Set(
                serde_json::to_value(event).map_err(|error| Error::Broken(error.to_string()))?
            ),
            request_id: Set(self.scope.request),
            through_id: Set(through.map(|(user, _)| user.0)),
            through_organisation_id: Set(through.map(|(_, organisation)| organisation.0)),
        })
    }
}
