//! Lists: what people of an organisation "appear on" (CS-11, S10). They are data of the
//! organisation; two are built in.

use serde::{Deserialize, Serialize};

use crate::conflict::{Conflict, versioned};
use crate::form::{Checks, EditTarget, edit_target, form, name};
use crate::primitives::built_in::BuiltInList;
use crate::primitives::ids::{IdempotencyKey, ListId};
use crate::primitives::references::ListName;
use crate::refusal::{Field, Invalid, Problem, Refusal};

/// The lists a person is on, and whether the person manages the LMS (CS-11, CS-12).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Each list once.
    pub lists: Vec<ListId>,
    /// Whether the person manages the LMS; `None` where the organisation uses none.
    pub lms_manager: Option<bool>,
}

/// The lists to choose from, and whether the organisation uses an LMS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The open lists, built-in ones first.
    pub lists: Vec<ListName>,
    /// Whether the organisation uses an LMS.
    pub uses_lms: bool,
}

form! {
    /// Creates or renames a list.
    EditList shown at |form| page(&form.list, "/edit");
    text {
        /// The list; empty for a new one.
        list,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
    }
}

form! {
    /// Closes a list, and removes it from all people.
    CloseList shown at |form| page(&form.list, "/close");
    text {
        list,
    }
}

versioned!(EditList);

/// An address below a list. An id from a form is untrusted text until it parses.
fn page(list: &str, rest: &str) -> String {
    list.parse::<ListId>().map_or_else(
        |_| "/lists/new".to_owned(),
        |list| format!("/lists/{list}{rest}"),
    )
}

impl EditList {
    /// What to create or rename, and its name.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<(EditTarget<ListId>, String), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.list, &self.version, &self.key);
        match (target, name(&mut checks, &self.unit_name)) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((target, name)),
            _ => Err(checks.into_invalid()),
        }
    }

    /// An empty form for creating one.
    pub fn fresh(organisation: String, key: IdempotencyKey) -> Self {
        Self {
            organisation,
            key: key.to_string(),
            ..Self::default()
        }
    }
}

/// One list, as `/lists` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    /// Its id and name.
    pub list: ListName,
    /// The number of people within reach on it, without archived ones.
    pub people: u32,
}

/// The lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lists {
    /// The built-in ones, then the others by name.
    pub rows: Vec<ListRow>,
    /// Whether the actor may create, rename and close them.
    pub may_change: bool,
}

/// The page that creates or renames a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditListPage {
    /// The current state, or the saved draft.
    pub form: EditList,
    /// The built-in list, if it was not renamed: the page fills in its name in the reader's
    /// language.
    #[serde(rename = "shipped")]
    pub built_in: Option<BuiltInList>,
    /// What somebody else saved in the meantime.
    pub conflict: Option<Conflict<EditList>>,
    /// The refusal of the saved draft, if any.
    pub refusal: Option<Refusal>,
}

/// The page that closes a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseListPage {
    /// The list, and the number of people on it.
    pub row: ListRow,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

impl Listing {
    /// Reads the choice of lists, and the LMS checkbox if there is one.
    pub(crate) fn parse(&self, checks: &mut Checks, lists: &[String], lms_manager: &str) -> Listed {
        let mut chosen = Vec::new();
        for list in lists {
            match list.parse::<ListId>() {
                Ok(list) if self.lists.iter().any(|known| known.id == list) => chosen.push(list),
                _ => checks.wrong(Field::Lists, Problem::Wrong),
            }
        }
        chosen.sort_unstable();
        chosen.dedup();
        Listed {
            lists: chosen,
            lms_manager: self.uses_lms.then_some(!lms_manager.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;
    use crate::refusal::{Field, Problem};

    const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

    #[test]
    fn a_new_list_needs_a_key_and_a_known_one_its_version() {
        let new = EditList {
            key: ID.to_owned(),
            unit_name: " Jour ".to_owned(),
            ..EditList::default()
        };
        assert_eq!(
            new.parse(),
            Ok((
                EditTarget::New(ID.parse().expect("a key")),
                "Jour".to_owned()
            ))
        );
        assert_eq!(new.page(), "/lists/new");
        let known = EditList {
            list: ID.to_owned(),
            version: "2".to_owned(),
            unit_name: "Jour".to_owned(),
            ..EditList::default()
        };
        assert_eq!(
            known.parse(),
            Ok((
                EditTarget::Known(ID.parse().expect("an id"), 2),
                "Jour".to_owned()
            ))
        );
        assert_eq!(known.page(), format!("/lists/{ID}/edit"));
        let neither = EditList::default().parse().expect_err("neither");
        assert_eq!(
            (neither.at(Field::UnitName), neither.at(Field::Form)),
            (Some(&Problem::Missing), Some(&Problem::Wrong))
        );
    }

    #[test]
    fn every_key_leads_back_to_its_list() {
        for list in BuiltInList::ALL {
            assert_eq!(BuiltInList::from_code(list.code()), Some(list));
        }
    }
}
