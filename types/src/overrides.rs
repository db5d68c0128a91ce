//! Overriding warnings with a reason (S8).

use crate::audit::Change;
use crate::form::{Checks, TEXT, paragraph};
use crate::refusal::{Field, Refusal, Warning};

/// Overridden warnings, and the reason (S8).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Override {
    /// The reason; `None` if nothing is overridden.
    pub reason: Option<String>,
}

impl Override {
    /// Refuses an action with warnings, unless they are overridden; then returns the reason for the
    /// audit.
    ///
    /// # Errors
    /// [`Refusal::Warned`].
    pub fn passes(&self, warnings: &[Warning]) -> Result<Vec<Change>, Refusal> {
        match &self.reason {
            _ if warnings.is_empty() => Ok(Vec::new()),
            Some(reason) => Ok(vec![Change {
                field: Field::Reason,
                before: None,
                after: Some(reason.clone()),
            }]),
            None => Err(Refusal::Warned(warnings.to_vec())),
        }
    }
}

/// Reads the checkbox and the reason. Overriding without a reason is an error at the reason.
pub(crate) fn overriding(checks: &mut Checks, tick: &str, reason: &str) -> Override {
    if tick.is_empty() {
        return Override::default();
    }
    Override {
        reason: checks.take(Field::Reason, paragraph(reason, TEXT)),
    }
}
