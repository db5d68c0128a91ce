//! Tests of users.

use uuid::Uuid;

use super::*;
use crate::primitives::actions::SignInSetup;
use crate::primitives::ids::UserId;

#[test]
fn a_created_user_is_the_same_after_the_cookie() {
    let user = UserId(Uuid::from_u128(7));
    for (user, password, name) in [
        (
            Some(user),
            Some(Uuid::from_u128(9)),
            "Åsa Öberg: 李;\"x\\\", y",
        ),
        (None, None, ""),
    ] {
        let created = Created {
            user,
            way_in: SignInSetup::TemporaryPassword,
            password,
            name: name.to_owned(),
        };
        let code = created.code();
        assert!(
            code.bytes()
                .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'"' | b'\\')),
            "{code}"
        );
        assert_eq!(Created::from_code(&code), Some(created));
    }
    assert_eq!(Created::from_code("saved"), None);
    assert_eq!(Created::from_code("created:nothing:::x"), None);
}
