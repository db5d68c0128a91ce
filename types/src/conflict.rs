//! Conflicts: somebody else changed the same thing after a form was opened (optimistic lock,
//! decision 0011).

use serde::{Deserialize, Serialize};

use crate::form::{Form, SavedDraft};
use crate::refusal::Refusal;

/// What somebody else saved while a form was open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict<T> {
    /// What it is now.
    pub now: T,
}

/// A form that is saved only over the version it was made from.
pub trait Versioned: Form {
    /// The version.
    fn version(&mut self) -> &mut String;
}

/// Declares forms that have a field `version`.
macro_rules! versioned {
    ($($form:ident),* $(,)?) => {$(
        impl $crate::conflict::Versioned for $form {
            fn version(&mut self) -> &mut String {
                &mut self.version
            }
        }
    )*};
}

pub(crate) use versioned;

/// A form as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditState<F> {
    /// The current state, or the saved draft.
    pub form: F,
    /// What somebody else saved in the meantime, if the draft was refused because of it.
    pub conflict: Option<Conflict<F>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

impl<F: Versioned> EditState<F> {
    /// The current state, or the draft of the same page. After a conflict the draft gets the
    /// current version: saving it again is a deliberate choice between the two.
    pub fn new(mut current: F, draft: Option<SavedDraft<F>>) -> Self {
        let Some(SavedDraft { mut form, refusal }) =
            draft.filter(|draft| draft.form.page() == current.page())
        else {
            return Self {
                form: current,
                conflict: None,
                refusal: None,
            };
        };
        let conflict = (refusal == Some(Refusal::Conflict)).then(|| {
            form.version().clone_from(current.version());
            Conflict { now: current }
        });
        Self {
            form,
            conflict,
            refusal,
        }
    }
}
