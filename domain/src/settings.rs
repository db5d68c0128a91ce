//! An organisation's settings (`/settings`).

use std::sync::LazyLock;

use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use usher_types::audit::{Change, Event};
use usher_types::conflict::EditState;
use usher_types::form::SavedDraft;
use usher_types::settings::{EditSettings, Settings, SettingsPage};
use usher_types::{Field, Permission, Refusal};

use crate::entity::organisations;
use crate::{Result, Scope, audit, roles, units};

/// The time zones a person can choose: those named after a place, and UTC.
static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let places = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    names
        .filter(|name| *name == "UTC" || places.iter().any(|place| name.starts_with(place)))
        .map(str::to_owned)
        .collect()
});

fn current_settings(home: &organisations::Model) -> Settings {
    Settings {
        version: home.version,
        language: home.language,
        languages: home.languages.clone(),
        time_zone: home.time_zone.clone(),
        format: home.login_name_format,
        own_domains: home.own_domains.clone(),
        required: home.required(),
        requires_office: home.requires_office,
        uses_lms: home.uses_lms,
        uses_portal: home.uses_portal,
        takes_referrals: home.takes_referrals,
        archive_reasons: home.archive_reasons.clone(),
        support_contact: home.support_contact.clone(),
    }
}

/// The settings page: the current settings, or the saved draft beside what somebody else saved in
/// the meantime.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub async fn page(scope: &Scope, draft: Option<SavedDraft<EditSettings>>) -> Result<SettingsPage> {
    let tx = scope.read(Permission::ManageSettings).await?;
    let home = tx.home().await?;
    let current = EditSettings::of(&current_settings(&home));
    let EditState {
        form,
        conflict,
        refusal,
    } = EditState::new(current, draft);
    Ok(SettingsPage {
        form,
        zones: ZONES.clone(),
        has_offices: units::uses_offices(&tx).await?,
        activity: audit::lines(&tx, home.id).await?,
        conflict,
        refusal,
    })
}

/// Saves the settings. Records nothing if nothing changed.
///
/// # Errors
/// [`Refusal::Invalid`], also for switching off the portal while somebody holds one of its roles;
/// [`Refusal::Conflict`] if somebody else saved in the meantime.
pub async fn edit(scope: &Scope, form: &EditSettings) -> Result<()> {
    let new = form.parse(&ZONES)?;
    let tx = scope.write(Permission::ManageSettings).await?;
    let organisation = tx.organisation()?;
    let home = tx.lock_organisation(organisation).await?;
    let before = current_settings(&home);
    if before.version != new.version {
        return Err(Refusal::Conflict.into());
    }
    let changes = changes(&EditSettings::of(&before), &EditSettings::of(&new));
    if changes.is_empty() {
        return Ok(());
    }
    let mut row = home.into_active_model();
    row.version = Set(new.version + 1);
    row.language = Set(new.language);
    row.languages = Set(new.languages);
    row.time_zone = Set(new.time_zone);
    row.login_name_format = Set(new.format);
    row.own_domains = Set(new.own_domains);
    row.required_fields = Set(new
        .required
        .iter()
        .map(|field| field.name().to_owned())
        .collect());
    row.requires_office = Set(new.requires_office);
    row.uses_lms = Set(new.uses_lms);
    row.uses_portal = Set(new.uses_portal);
    row.takes_referrals = Set(new.takes_referrals);
    row.archive_reasons = Set(new.archive_reasons);
    row.support_contact = Set(new.support_contact);
    row.update(tx.conn()).await?;
    if before.uses_portal != new.uses_portal {
        roles::switch_portal(&tx, new.uses_portal).await?;
    }
    tx.record_with_changes(Event::SettingsChanged { organisation }, &changes)
        .await?;
    tx.commit().await
}

fn changes(before: &EditSettings, after: &EditSettings) -> Vec<Change> {
    let tick = |ticked: &String| {
        if ticked.is_empty() {
            "–".to_owned()
        } else {
            "✓".to_owned()
        }
    };
    let joined = |text: &String| text.replace('\n', ", ");
    let texts = |form: &EditSettings| {
        [
            (Field::Language, form.language.clone()),
            (Field::Languages, form.languages.join(", ")),
            (Field::TimeZone, form.time_zone.clone()),
            (Field::LoginNameFormat, form.login_name_format.clone()),
            (Field::OwnDomains, joined(&form.own_domains)),
            (Field::RequiredFields, form.required_fields.join(", ")),
            (Field::RequiresOffice, tick(&form.requires_office)),
            (Field::UsesLms, tick(&form.uses_lms)),
            (Field::UsesPortal, tick(&form.uses_portal)),
            (Field::TakesReferrals, tick(&form.takes_referrals)),
            (Field::ArchiveReasons, joined(&form.archive_reasons)),
            (Field::SupportContact, form.support_contact.clone()),
        ]
    };
    let kept = |text: String| (!text.is_empty()).then_some(text);
    let pairs = texts(before)
        .into_iter()
        .zip(texts(after))
        .filter(|((_, before), (_, after))| before != after);
    pairs
        .map(|((field, before), (_, after))| Change {
            field,
            before: kept(before),
            after: kept(after),
        })
        .collect()
}
