//! What the page of the settings receives.

use serde::{Deserialize, Serialize};

use super::forms::EditSettings;
use crate::audit::ActivityEntry;
use crate::conflict::Conflict;
use crate::refusal::Refusal;

/// The page `/settings`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsPage {
    /// The current settings, or the saved draft.
    pub form: EditSettings,
    /// The time zones to choose from.
    pub zones: Vec<String>,
    /// Whether the organisation has an office; only then can an office be required.
    pub has_offices: bool,
    /// The newest changes of the settings.
    pub activity: Vec<ActivityEntry>,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditSettings>>,
    /// The refusal, if any.
    pub refusal: Option<Refusal>,
}
