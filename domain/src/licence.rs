//! Seats and the vendor (S17, IZ-20): every person whose sign-in is set up takes a seat, the
//! database enforces the limit, and notices to the vendor are drafted here, sent by a person, and
//! stored.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Set,
};
use usher_types::audit::Event;
use usher_types::covers::Minute;
use usher_types::form::SavedDraft;
use usher_types::mail::Mail;
use usher_types::settings::{Due, Figures, Licence, LicencePage, Notice, Seats, SendNotice, Sent};
use usher_types::{
    Date, Field, Invalid, Language, NoticeId, OrganisationId, Permission, Problem, Refusal,
};
use uuid::Uuid;

use crate::entity::{organisations, outbox, users, vendor_notices};
use crate::foundation::time;
use crate::infrastructure::throttles;
use crate::scope::{Db, Tx, Write};
use crate::{Error, Result, Scope};

/// The number of notices that the page shows.
const NEWEST: u64 = 20;

/// The agreed and the used seats; `None` if there is no limit.
pub(crate) async fn seats(tx: &Tx<'_>, home: &organisations::Model) -> Result<Option<Seats>> {
    let Some(agreed) = home.seats else {
        return Ok(None);
    };
    Ok(Some(Seats {
        agreed: agreed.unsigned_abs(),
        used: used(tx).await?,
    }))
}

/// The number of seats in use.
pub(crate) async fn used(tx: &Tx<'_>) -> Result<u32> {
    // worded like the index `users_seated`, so that only the index is read
    let sql = "SELECT count(*) AS used FROM users WHERE archived_at IS NULL AND way_in <> 'none'";
    let row = tx.one(sql, []).await?;
    Ok(row
        .map(|row| row.try_get::<i64>("", "used"))
        .transpose()?
        .unwrap_or_default() as u32)
}

/// Locks the seats, so that transactions that take a seat run one after another. Must come before a
/// person is locked, to avoid a deadlock.
pub(crate) async fn lock_seats(tx: &Write<'_>) -> Result<()> {
    tx.execute(
        "SELECT 1 FROM organisations WHERE id = $1 AND seats IS NOT NULL FOR NO KEY UPDATE",
        [tx.organisation()?.0.into()],
    )
    .await?;
    Ok(())
}

/// Drafts the notice that is due as soon as the seats are nearly used. Call it after a seat was
/// taken.
pub(crate) async fn draft_notice_if_due(tx: &Write<'_>) -> Result<()> {
    let home = tx.home().await?;
    if home.vendor_address.is_none() {
        return Ok(());
    }
    let Some(seats) = seats(tx, &home)
        .await?
        .filter(|seats| seats.are_nearly_used())
    else {
        return Ok(());
    };
    let from = counted_to(tx, &home).await?;
    draft(
        tx,
        &home,
        Due::NearlyUsed,
        (from, tx.scope().now()),
        seats.used,
    )
    .await?;
    Ok(())
}

/// Turns the violated seat limit into a refusal at the field, with the agreed number of seats.
pub(crate) async fn to_refusal(
    scope: &Scope,
    permission: Permission,
    field: Field,
    error: Error,
) -> Error {
    if !error.violates("organisations_seats") {
        return error;
    }
    let agreed = async {
        let tx = scope.read(permission).await?;
        Ok::<_, Error>(tx.home().await?.seats.unwrap_or_default().unsigned_abs())
    };
    match agreed.await {
        Ok(agreed) => Invalid::one(field, Problem::NoSeat { agreed }).into(),
        Err(error) => error,
    }
}

/// The terms of the agreement.
pub(crate) fn agreement(home: &organisations::Model, used: u32, today: Date) -> Licence {
    let until = home.licence_until.map(time::of_calendar);
    Licence {
        seats: home.seats.map(|agreed| Seats {
            agreed: agreed.unsigned_abs(),
            used,
        }),
        from: home.licence_from.map(time::of_calendar),
        until,
        has_ended: until.is_some_and(|until| until < today),
        vendor: home.vendor_address.clone(),
    }
}

/// The agreement and its notices.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn page(scope: &Scope, draft: Option<SavedDraft<SendNotice>>) -> Result<LicencePage> {
    let tx = scope.read(Permission::ManageSettings).await?;
    let home = tx.home().await?;
    let found = tx
        .find::<vendor_notices::Entity>()
        .order_by_desc(vendor_notices::Column::Id)
        .limit(NEWEST)
        .all(tx.conn())
        .await?;
    let senders = tx
        .users()
        .filter(users::Column::Id.is_in(found.iter().filter_map(|notice| notice.sent_by)))
        .all(tx.conn())
        .await?;
    let mails = tx
        .find::<outbox::Entity>()
        .filter(outbox::Column::Id.is_in(found.iter().filter_map(|notice| notice.mail_id)));
    let mails = mails.all(tx.conn()).await?;
    let (zone, language) = (zone(&home), scope.language());
    let notices = found.into_iter().map(|notice| Notice {
        id: NoticeId(notice.id),
        figures: figures(&notice, zone, language),
        drafted: scope.moment(notice.drafted_at),
        sent: notice.sent_at.map(|at| Sent {
            at: scope.moment(at),
            to: notice.sent_to.clone().unwrap_or_default(),
            by: senders
                .iter()
                .find(|person| Some(person.id) == notice.sent_by)
                .map(users::Model::display_name),
            delivery: mails
                .iter()
                .find(|mail| Some(mail.id) == notice.mail_id)
                .and_then(|mail| crate::infrastructure::outbox::state(&tx, mail)),
        }),
    });
    let notices = notices.collect();
    let licence = agreement(&home, used(&tx).await?, scope.today());
    Ok(LicencePage {
        organisation: home.name,
        licence,
        notices,
        refusal: draft.and_then(|draft| Some((draft.form.parse().ok()?, draft.refusal?))),
    })
}

/// Sends a notice. Does nothing if it was already sent.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] if the agreement no longer has an address.
pub async fn send(scope: &Scope, form: &SendNotice) -> Result<()> {
    let id = form.parse()?;
    scope.require(Permission::ManageSettings)?;
    let counted = throttles::count_mail(
        scope,
        &Mail::VendorNotice {
            notice: id,
            to: String::new(),
        },
        None,
        &[],
    )
    .await?;
    let tx = scope.write(Permission::ManageSettings).await?;
    let notice = tx
        .find::<vendor_notices::Entity>()
        .filter(vendor_notices::Column::Id.eq(id.0))
        .lock(LockType::NoKeyUpdate);
    let notice = notice.one(tx.conn()).await?.ok_or(Refusal::NotFound)?;
    if notice.sent_at.is_some() {
        return Ok(());
    }
    let to = tx
        .home()
        .await?
        .vendor_address
        .ok_or_else(|| Invalid::one(Field::VendorAddress, Problem::Missing))?;
    let me = scope.me()?;
    let mail = crate::infrastructure::outbox::enqueue(
        &tx,
        me,
        &Mail::VendorNotice {
            notice: id,
            to: to.clone(),
        },
        &counted,
    )
    .await?;
    let mut row = notice.into_active_model();
    row.sent_at = Set(Some(scope.now()));
    row.sent_by = Set(Some(me.0));
    row.sent_to = Set(Some(to));
    row.mail_id = Set(Some(mail.0));
    row.update(tx.conn()).await?;
    tx.record(Event::NoticeSent { notice: id }).await?;
    tx.commit().await
}

/// The figures of a notice, for the mail.
pub(crate) async fn figures_of_notice(
    tx: &Tx<'_>,
    notice: NoticeId,
    home: &organisations::Model,
    language: Language,
) -> Result<Figures> {
    let found = tx
        .find::<vendor_notices::Entity>()
        .filter(vendor_notices::Column::Id.eq(notice.0))
        .one(tx.conn())
        .await?;
    let found = found.ok_or_else(|| Error::Broken("a mail's notice is gone".to_owned()))?;
    Ok(figures(&found, zone(home), language))
}

fn figures(notice: &vendor_notices::Model, zone: Tz, language: Language) -> Figures {
    Figures {
        due: notice.why,
        since: time::day(notice.counted_from, zone, language),
        accounts: notice.accounts.unsigned_abs(),
        used: notice.used.unsigned_abs(),
        seats: notice.seats.map(i32::unsigned_abs),
    }
}

/// Drafts the daily notices, for each organisation that has a vendor and created accounts before
/// today. Any number of servers may run this at the same time. Returns the number of drafts.
///
/// # Errors
/// When the database fails.
pub async fn draft_daily(db: &Db) -> Result<usize> {
    let system = db.system(None);
    let tx = system.read(Permission::RunMaintenance).await?;
    let column = organisations::Column::VendorAddress;
    let ids = tx
        .find::<organisations::Entity>()
        .filter(column.is_not_null())
        .select_only()
        .column(organisations::Column::Id);
    let ids: Vec<Uuid> = ids.into_tuple().all(tx.conn()).await?;
    drop(tx);
    let mut drafted = 0;
    for id in ids {
        let scope = db.system(Some(OrganisationId(id)));
        let tx = scope.write(Permission::RunMaintenance).await?;
        let home = tx.home().await?;
        let (from, to) = (counted_to(&tx, &home).await?, midnight(&home, scope.now()));
        if to > from && made(&tx, from, to).await? > 0 {
            let used = used(&tx).await?;
            if draft(&tx, &home, Due::Daily, (from, to), used).await? {
                tx.commit().await?;
                drafted += 1;
            }
        }
    }
    Ok(drafted)
}

/// The time up to which existing notices have counted accounts.
async fn counted_to(tx: &Tx<'_>, home: &organisations::Model) -> Result<DateTime<Utc>> {
    let newest = tx
        .find::<vendor_notices::Entity>()
        .order_by_desc(vendor_notices::Column::CountedTo)
        .one(tx.conn())
        .await?;
    // the first account was created at the same instant as the organisation, and is counted too
    Ok(
        newest.map_or(home.created_at - TimeDelta::microseconds(1), |notice| {
            notice.counted_to
        }),
    )
}

/// The number of accounts created in a period, regardless of the actor's reach: the notice is about
/// the organisation.
async fn made(tx: &Tx<'_>, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<i64> {
    let row = tx
        .one(
            "SELECT count(*) AS made FROM users WHERE created_at > $1 AND created_at <= $2",
            [from.into(), to.into()],
        )
        .await?;
    Ok(row
        .map(|row| row.try_get("", "made"))
        .transpose()?
        .unwrap_or_default())
}

async fn draft(
    tx: &Write<'_>,
    home: &organisations::Model,
    due: Due,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    used: u32,
) -> Result<bool> {
    let today = time::date(tx.scope().now(), zone(home));
    let accounts = made(tx, from, to).await?;
    let row = vendor_notices::ActiveModel {
        organisation_id: Set(home.id),
        id: Set(tx.id()),
        why: Set(due),
        day: Set(time::calendar(today).unwrap_or_default()),
        counted_from: Set(from),
        counted_to: Set(to),
        accounts: Set(accounts as i32),
        used: Set(used as i32),
        seats: Set(home.seats),
        drafted_at: Set(tx.scope().now()),
        ..Default::default()
    };
    let notice = NoticeId(row.id.clone().unwrap());
    let once = sea_orm::sea_query::OnConflict::new()
        .do_nothing()
        .to_owned();
    let written = <vendor_notices::Entity as sea_orm::EntityTrait>::insert(row)
        .on_conflict(once)
        .exec_without_returning(tx.conn())
        .await?;
    if written > 0 {
        tx.record(Event::NoticeDrafted { notice }).await?;
    }
    Ok(written > 0)
}

fn zone(home: &organisations::Model) -> Tz {
    home.time_zone.parse().unwrap_or(Tz::UTC)
}

/// The start of the organisation's current day.
fn midnight(home: &organisations::Model, now: DateTime<Utc>) -> DateTime<Utc> {
    let Date { year, month, day } = time::date(now, zone(home));
    time::instant(
        Minute {
            year,
            month,
            day,
            hour: 0,
            minute: 0,
        },
        zone(home),
    )
    .unwrap_or(now)
}
