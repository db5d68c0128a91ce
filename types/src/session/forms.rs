//! The forms of visitors.

use crate::form::form;
use crate::primitives::url::{encode, own_path};

form! {
    /// Signs in (`/sign-in`).
    SignIn shown at |form| match own_path(&form.next) {
        Some(next) => format!("/sign-in?next={}", encode(next)),
        None => "/sign-in".to_owned(),
    };
    text {
        /// The login name.
        login_name,
        /// The page to open afterwards; only paths of this site.
        next,
    }
    secret {
        password,
    }
}

form! {
    /// Signs out.
    SignOut shown at |_form| "/sign-in".to_owned();
}

form! {
    /// Sets the password of an invitation (`/set-password`); the token is in a cookie.
    SetPassword shown at |_form| "/set-password".to_owned();
    secret {
        /// The new password.
        new_password,
    }
}

form! {
    /// Creates the operator organisation and its System administrator (`/setup`); the token is in a
    /// cookie.
    SetUp shown at |_form| "/setup".to_owned();
    text {
        /// The organisation's name.
        organisation_name,
        /// Given name, or the only one.
        first_name,
        /// Family name.
        last_name,
        /// Ticked where the person has one name only.
        single_name,
        /// E-mail; optional.
        email,
        /// The login name.
        login_name,
    }
    secret {
        new_password,
    }
}

form! {
    /// Chooses language or theme, signed in or not.
    Choose shown at |form| own_path(&form.next).unwrap_or("/").to_owned();
    text {
        /// `en` or `sv`, or nothing.
        language,
        /// `light`, `dark` or `device`, or nothing.
        theme,
        /// The page to return to.
        next,
    }
}
