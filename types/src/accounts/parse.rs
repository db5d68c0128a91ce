//! Parses requests to link accounts.

use super::forms::{AskLink, DeclineLink};
use crate::form::{Checks, TEXT, paragraph};
use crate::primitives::login_name::LoginName;
use crate::refusal::{Field, Invalid};

impl AskLink {
    /// The login name in the other organisation, and the reason.
    ///
    /// # Errors
    /// All invalid fields at once.
    pub fn parse(&self) -> Result<(LoginName, String), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let name = checks.take(Field::OtherLogin, LoginName::parse(&self.other_login));
        let reason = checks.take(Field::Reason, paragraph(&self.reason, TEXT));
        name.zip(reason)
            .filter(|_| checks.is_clean())
            .ok_or_else(|| checks.into_invalid())
    }
}

impl DeclineLink {
    /// Why not.
    ///
    /// # Errors
    /// Without a reason.
    pub fn parse(&self) -> Result<String, Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let reason = checks.take(Field::Reason, paragraph(&self.reason, TEXT));
        reason
            .filter(|_| checks.is_clean())
            .ok_or_else(|| checks.into_invalid())
    }
}
