//! Tests of the forms of visitors.

use super::*;
use crate::form::Form;

#[test]
fn a_form_collects_what_it_does_not_know() {
    let form: SignIn =
        serde_json::from_str(r#"{"login_name":"anna","is_admin":"yes"}"#).expect("parses");
    assert_eq!(form.unexpected().len(), 1);
}
