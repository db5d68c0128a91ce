//! The forms of the profile.

use crate::form::form;

form! {
    /// Changes phone, language and theme (`/profile`).
    EditProfile shown at |_form| "/profile".to_owned();
    text {
        /// Phone; optional.
        phone,
        /// `en` or `sv`, or nothing for the organisation's.
        language,
        /// `device`, `light` or `dark`.
        theme,
    }
}

form! {
    /// Requests a change of the e-mail address (`/profile/email`), which is applied when the new
    /// one is confirmed (S2).
    ChangeEmail shown at |_form| "/profile/email".to_owned();
    text {
        /// The new address.
        email,
    }
    secret {
        /// The current password (ASVS 7.5.1).
        current_password,
    }
}

form! {
    /// Changes the actor's own password (`/profile/password`).
    ChangePassword shown at |_form| "/profile/password".to_owned();
    secret {
        /// The current password (ASVS 6.2.3).
        current_password,
        /// The new one.
        new_password,
    }
}

form! {
    /// Confirms the new address (`/confirm-email`); the token is in a cookie.
    ConfirmEmail shown at |_form| "/confirm-email".to_owned();
}
