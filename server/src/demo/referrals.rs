//! The demo's resources, and referrals to them and between its organisations. Caseworkers create
//! the referrals at the time of their last activity; the administrators answer them afterwards.

use chrono::{DateTime, Duration, Utc};
use color_eyre::eyre::{Result, eyre};
use usher_domain::{Db, Scope, delivery, referrals, resources, settings};
use usher_types::form::{SavedDraft, checkbox_value};
use usher_types::referrals::{
    ActOnReferral, ListQuery, NewReferral, NewReferralPage, NewReferralParams, Status,
};
use usher_types::resources::EditResource;
use usher_types::settings::EditSettings;
use usher_types::{BuiltInRole, Language, ReferralId, ReferralStep};

use super::people::{DemoOrganisation, Standing};
use super::{MAIL_BATCH, sign_in};

/// The number of caseworkers of each organisation who refer clients, and of clients whom each of
/// them refers.
const REFERRING: usize = 8;
const REFERRED: usize = 3;

/// A resource: name, description, places, contact, opening hours, whether it is shared.
type DemoResource = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    bool,
);

const EN: [DemoResource; 5] = [
    (
        "Day activity Harbour",
        "Crafts, cooking and company for who is at home otherwise",
        "12",
        "020 7946 0151",
        "Mon–Fri 9–15",
        true,
    ),
    (
        "Supported housing",
        "A flat of one’s own with staff in the house",
        "2",
        "020 7946 0152",
        "Always",
        false,
    ),
    (
        "Debt advice",
        "One to three meetings about money and creditors",
        "",
        "020 7946 0153",
        "Tue and Thu 13–17",
        true,
    ),
    (
        "Interpreter at meetings",
        "Arabic, Polish and Somali, on the phone or there",
        "",
        "020 7946 0154",
        "Mon–Fri 8–18",
        false,
    ),
    (
        "Parents’ circle",
        "Eight evenings for parents of teenagers",
        "3",
        "020 7946 0155",
        "Wed 18–20",
        true,
    ),
];
const SV: [DemoResource; 5] = [
    (
        "Dagverksamheten Ängen",
        "Trädgård, snickeri och lunch tillsammans",
        "10",
        "08-465 004 51",
        "mån–fre 9–15",
        true,
    ),
    (
        "Stödboende Björken",
        "Egen lägenhet med personal i huset",
        "2",
        "08-465 004 52",
        "alltid",
        false,
    ),
    (
        "Budgetrådgivning",
        "Ett till tre samtal om pengar och skulder",
        "",
        "08-465 004 53",
        "tis och tors 13–17",
        true,
    ),
    (
        "Språkcafé",
        "Öva svenska över en kopp kaffe",
        "",
        "08-465 004 54",
        "ons 16–18",
        false,
    ),
    (
        "Anhörigcirkel",
        "Åtta kvällar för den som vårdar någon hemma",
        "3",
        "08-465 004 55",
        "tors 18–20",
        true,
    ),
];

/// Creates resources in each organisation and referrals among them; no referrals without clients.
pub async fn fill(
    db: &Db,
    demo_organisations: &[DemoOrganisation],
    now: DateTime<Utc>,
) -> Result<()> {
    for demo in demo_organisations {
        offer(db, demo, now - Duration::weeks(20)).await?;
    }
    for demo in demo_organisations {
        for (turn, (login_name, at)) in referring(demo, now).into_iter().enumerate() {
            let scope = sign_in(db, &login_name, at).await?;
            refer(&scope, demo.language, turn)
                .await
                .map_err(|error| eyre!("{login_name}: {error}"))?;
        }
    }
    cross(db, now - Duration::hours(2)).await?;
    for demo in demo_organisations {
        answer(db, demo, now - Duration::hours(1)).await?;
    }
    cross(db, now - Duration::minutes(50)).await?;
    // events from before the demo started do not send mails
    let db = db.at(now);
    while let mails @ [_, ..] = delivery::claim(&db, MAIL_BATCH).await?.as_slice() {
        for mail in mails {
            delivery::finish(&db, mail, Ok(())).await?;
        }
    }
    Ok(())
}

async fn offer(db: &Db, demo: &DemoOrganisation, at: DateTime<Utc>) -> Result<()> {
    let scope = sign_in(db, &demo.first.login_name, at).await?;
    let form = settings::page(&scope, None).await?.form;
    settings::edit(
        &scope,
        &EditSettings {
            takes_referrals: checkbox_value(true),
            ..form
        },
    )
    .await?;
    let sketches = match demo.language {
        Language::En => EN,
        Language::Sv => SV,
    };
    for (name, description, capacity, contact, opening, is_shared) in sketches {
        let form = EditResource {
            unit_name: name.to_owned(),
            description: description.to_owned(),
            capacity: capacity.to_owned(),
            contact: contact.to_owned(),
            opening: opening.to_owned(),
            is_shared: checkbox_value(is_shared),
            ..resources::form(&scope, "", None).await?.form
        };
        resources::edit(&scope, &form).await?;
    }
    Ok(())
}

/// Caseworkers with the time of their last activity, so that creating referrals does not change
/// that time.
fn referring(demo: &DemoOrganisation, now: DateTime<Utc>) -> Vec<(String, DateTime<Utc>)> {
    let caseworkers = demo
        .people
        .iter()
        .filter(|person| person.role == Some(BuiltInRole::Caseworker));
    let seen = caseworkers.filter_map(|person| match person.standing {
        Standing::Active(Some(hours)) if hours > 3 => Some((
            person.login_name.clone(),
            now - Duration::hours(i64::from(hours)),
        )),
        _ => None,
    });
    let mut seen: Vec<_> = seen.take(REFERRING).collect();
    seen.sort_by_key(|(_, at)| *at);
    seen
}

/// Refers a caseworker's first clients, each to a different resource.
async fn refer(scope: &Scope, language: Language, turn: usize) -> Result<()> {
    let NewReferralPage::Client { found, .. } =
        referrals::form(scope, NewReferralParams::default(), None, None).await?
    else {
        return Ok(());
    };
    for (number, client) in found.iter().take(REFERRED).enumerate() {
        let client = client.id.to_string();
        let asked = NewReferralParams {
            client: client.clone(),
            ..NewReferralParams::default()
        };
        let NewReferralPage::Destination {
            own,
            offered,
            organisations,
            ..
        } = referrals::form(scope, asked, None, None).await?
        else {
            continue;
        };
        let own = own.iter().map(|row| (row.id.to_string(), String::new()));
        let offered = offered.iter().map(|offered| {
            (
                offered.resource.to_string(),
                offered.organisation.to_string(),
            )
        });
        let organisations = organisations
            .iter()
            .map(|(at, _)| (String::new(), at.to_string()));
        let all: Vec<_> = own.chain(offered).chain(organisations).collect();
        let Some((resource, at)) = all
            .get((turn * REFERRED + number) % all.len().max(1))
            .cloned()
        else {
            continue;
        };
        let asked = NewReferralParams {
            client,
            resource,
            at,
            q: String::new(),
        };
        let NewReferralPage::Words { form, .. } = referrals::form(scope, asked, None, None).await?
        else {
            continue;
        };
        let form = NewReferral {
            why: why(language, turn + number).to_owned(),
            with_contact: checkbox_value(number != 1),
            ..*form
        };
        // as the pages do: the review page comes first
        let shown = referrals::review_page(
            scope,
            String::new(),
            Some(SavedDraft {
                form,
                refusal: None,
            }),
        )
        .await?;
        referrals::create(scope, &shown.form).await?;
    }
    Ok(())
}

fn why(language: Language, number: usize) -> &'static str {
    let (en, sv) = match number % 4 {
        0 => (
            "Is at home all day since the spring, and would like company.",
            "Är hemma hela dagarna sedan i våras och vill ha sällskap.",
        ),
        1 => (
            "Asks for help with letters from creditors.",
            "Ber om hjälp med brev från fordringsägare.",
        ),
        2 => (
            "Moves out of the parents’ home in the new year and needs somebody near at first.",
            "Flyttar hemifrån efter nyår och behöver någon i närheten till en början.",
        ),
        _ => (
            "Has tried alone for half a year. A group might help more.",
            "Har försökt på egen hand i ett halvår. En grupp kan hjälpa mer.",
        ),
    };
    match language {
        Language::En => en,
        Language::Sv => sv,
    }
}

/// The administrator answers most of the waiting referrals.
async fn answer(db: &Db, demo: &DemoOrganisation, at: DateTime<Utc>) -> Result<()> {
    let scope = sign_in(db, &demo.first.login_name, at).await?;
    let query = ListQuery {
        status: Status::Sent.code().to_owned(),
        ..ListQuery::default()
    };
    for (number, row) in referrals::list(&scope, query)
        .await?
        .rows
        .into_iter()
        .enumerate()
    {
        let (act, en, sv) = match number % 6 {
            0 | 3 => (
                ReferralStep::Accepted,
                "Welcome on Monday at nine.",
                "Välkommen på måndag klockan nio.",
            ),
            1 => (
                ReferralStep::Declined,
                "We only take people who live in the district.",
                "Vi tar bara emot den som bor i kommunen.",
            ),
            2 => (
                ReferralStep::Asked,
                "Which days would suit?",
                "Vilka dagar skulle passa?",
            ),
            // the other referrals wait for the person who tries the demo
            _ => continue,
        };
        let note = match demo.language {
            Language::En => en,
            Language::Sv => sv,
        };
        record_step(&scope, row.id, act, note).await?;
    }
    Ok(())
}

async fn record_step(
    scope: &Scope,
    referral: ReferralId,
    act: ReferralStep,
    note: &str,
) -> Result<()> {
    let page = referrals::page(scope, &referral.to_string(), None).await?;
    if page.may.contains(&act) {
        let form = ActOnReferral {
            act: act.code().to_owned(),
            note: note.to_owned(),
            override_warnings: checkbox_value(true),
            reason: note.to_owned(),
            ..page.form
        };
        referrals::act(scope, &form).await?;
    }
    Ok(())
}

async fn cross(db: &Db, at: DateTime<Utc>) -> Result<()> {
    let db = db.at(at);
    while referrals::cross(&db, MAIL_BATCH).await? > 0 {}
    Ok(())
}
