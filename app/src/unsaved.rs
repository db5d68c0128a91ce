//! The page for a posted form if the database is unavailable, so that neither the form nor a draft
//! can be saved. The response itself contains the form with the typed values, so that nothing is
//! lost (decision 0009). It only uses what was posted.

use askama::Template;
use usher_types::{Field, Language};

use crate::{labels, messages};

/// Texts that only the server renders, so that they are not part of the wasm.
pub(crate) mod texts {
    crate::messages::messages! {
        unsaved: "This has not been saved", "Det här har inte sparats";
        unsaved_kept: "What you entered is below. You can change it before you send it again.", "Det du har fyllt i finns nedan. Du kan ändra det innan du skickar det igen.";
        unsaved_password: "For security reasons, passwords are not shown again. Enter them once more.", "Av säkerhetsskäl visas inte lösenord igen. Ange dem en gång till.";
        send_again: "Send again", "Skicka igen";
    }
}

#[derive(Template)]
#[template(path = "unsaved.html")]
struct Page<'a> {
    language: &'a str,
    title: String,
    why: String,
    kept: String,
    action: &'a str,
    hidden: Vec<PostedField>,
    typed: Vec<PostedField>,
    secrets: Vec<PostedField>,
    secrets_why: String,
    again: String,
}

struct PostedField {
    name: String,
    label: String,
    value: String,
    rows: usize,
}

/// Renders the page that shows what was posted to `action`, with a button to send it again.
///
/// # Errors
/// When the template fails, which is not expected.
pub fn page(
    l: Language,
    action: &str,
    posted: Vec<(String, String)>,
) -> Result<String, askama::Error> {
    let (mut hidden, mut typed, mut secrets) = (Vec::new(), Vec::new(), Vec::new());
    for (name, value) in posted {
        let field = Field::from_name(&name);
        let label = field
            .map(|field| labels::field(l, field))
            .unwrap_or_default();
        // an unknown field may hold anything
        let rows = value.lines().count().clamp(1, 12);
        if is_secret(&name) {
            secrets.push(PostedField {
                name,
                label,
                value: String::new(),
                rows,
            });
        } else if field.is_some_and(is_typed) {
            typed.push(PostedField {
                name,
                label,
                value,
                rows,
            });
        } else {
            hidden.push(PostedField {
                name,
                label,
                value,
                rows,
            });
        }
    }
    Page {
        language: l.code(),
        title: texts::unsaved(l),
        why: messages::refused_unavailable(l),
        kept: texts::unsaved_kept(l),
        action,
        hidden,
        typed,
        secrets,
        secrets_why: texts::unsaved_password(l),
        again: texts::send_again(l),
    }
    .render()
}

/// Passwords are never sent back (ASVS 14.2.1).
fn is_secret(name: &str) -> bool {
    let field = Field::from_name(name);
    matches!(
        field,
        Some(
            Field::Password
                | Field::NewPassword
                | Field::CurrentPassword
                | Field::TemporaryPassword
        )
    ) || name.contains("password")
}

/// Whether a field is typed, and not chosen from a list. Choices are sent again in hidden fields.
fn is_typed(field: Field) -> bool {
    matches!(
        field,
        Field::FirstName
            | Field::LastName
            | Field::Email
            | Field::Phone
            | Field::JobTitle
            | Field::IdentityNumber
            | Field::LoginName
            | Field::OtherLogin
            | Field::Organisation
            | Field::Reason
            | Field::UnitName
            | Field::RoleName
            | Field::Purpose
            | Field::CoverFrom
            | Field::CoverUntil
            | Field::CoverReason
            | Field::OwnDomains
            | Field::ArchiveReasons
            | Field::SupportContact
            | Field::Seats
            | Field::LicenceFrom
            | Field::LicenceUntil
            | Field::VendorAddress
            | Field::ClientNumber
            | Field::ClientNote
            | Field::Description
            | Field::Capacity
            | Field::Contact
            | Field::Opening
            | Field::Why
            | Field::Note
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_shows_typed_values_and_no_password() {
        let posted = [
            ("first_name", "</textarea><script>alert(1)</script>"),
            ("note", "\nfirst line\nsecond"),
            ("new_password", "violet kettle under 47 pines"),
            ("someones_password", "violet kettle under 47 pines"),
            ("teams[]", "\"><b>"),
        ];
        let posted = posted
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        let page = page(Language::Sv, "/api/users", posted).expect("a page");
        assert!(
            page.contains("lang=\"sv\"")
                && page.contains("Förnamn")
                && page.contains("first line\nsecond</textarea>"),
            "{page}"
        );
        assert!(
            !page.contains("violet") && !page.contains("<script>") && !page.contains("<b>"),
            "{page}"
        );
        assert_eq!(page.matches("type=\"password\"").count(), 2, "{page}");
        assert!(page.contains("name=\"teams[]\""), "{page}");
    }
}
