//! What all forms have in common. A form consists of strings; `parse` returns a type that cannot
//! hold an invalid value (decision 0006).

mod checks;
mod password;
mod target;
mod text;

pub use self::checks::{Checks, known, subject};
pub(crate) use self::checks::{ids, language};
pub(crate) use self::password::strong;
pub use self::password::{PasswordCheck, check_length, check_strength};
pub use self::target::EditTarget;
pub(crate) use self::target::{edit_target, name};
pub use self::text::{TEXT, TITLE, line, paragraph};

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// A posted form, with what the server needs to refuse it without losing the input (decision 0009).
pub trait Form: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {
    /// The page that shows the form, to return to with a draft.
    fn page(&self) -> String;
    /// The organisation the page was made for: a mismatch means that two tabs act for two
    /// organisations (decision 0015). Empty for visitors' forms.
    fn organisation(&self) -> &str;
    /// Posted fields that the form does not have, by name.
    fn unexpected(&self) -> &BTreeMap<String, serde_json::Value>;
    /// Clears what must never be saved: passwords.
    fn forget_secrets(&mut self);
}

/// Declares a form: texts (trimmed by `parse`, not here), lists and secrets, each under its own
/// name in the markup.
macro_rules! form {
    (
        $(#[$meta:meta])*
        $name:ident shown at |$form:ident| $page:expr;
        $(text { $($(#[$tmeta:meta])* $text:ident),* $(,)? })?
        $(list { $($(#[$lmeta:meta])* $list:ident),* $(,)? })?
        $(secret { $($(#[$smeta:meta])* $secret:ident),* $(,)? })?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        #[expect(missing_docs, reason = "a field is named after its input")]
        pub struct $name {
            // the organisation that the page was made for
            pub organisation: String,
            $($($(#[$tmeta])* pub $text: String,)*)?
            $($($(#[$lmeta])* pub $list: Vec<String>,)*)?
            $($($(#[$smeta])* pub $secret: $crate::primitives::secret::Secret,)*)?
            /// Posted fields that the form does not have.
            #[serde(flatten)]
            pub unexpected: std::collections::BTreeMap<String, serde_json::Value>,
        }

        impl $crate::form::Form for $name {
            fn page(&self) -> String {
                let $form = self;
                $page
            }
            fn organisation(&self) -> &str {
                &self.organisation
            }
            fn unexpected(&self) -> &std::collections::BTreeMap<String, serde_json::Value> {
                &self.unexpected
            }
            fn forget_secrets(&mut self) {
                $($(self.$secret = $crate::primitives::secret::Secret::default();)*)?
            }
        }
    };
}

pub(crate) use form;

/// The value of a checkbox in a form.
pub fn checkbox_value(is_on: bool) -> String {
    if is_on {
        "on".to_owned()
    } else {
        String::new()
    }
}

/// A saved draft of a form, with the refusal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedDraft<F> {
    /// The form as typed, without secrets.
    pub form: F,
    /// The refusal; `None` if the form was left for another page, to come back to.
    pub refusal: Option<Refusal>,
}
