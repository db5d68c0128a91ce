//! Resources: services that an organisation offers (OG-03, OG-13) to its own caseworkers and, if
//! shared, to others.

use serde::{Deserialize, Serialize};

use crate::audit::ActivityEntry;
use crate::conflict::versioned;
use crate::form::{Checks, form, line, paragraph};
use crate::ids::{OrganisationId, ResourceId};
use crate::invisible::visible;
use crate::paging::{Cursor, Pages};
use crate::refusal::{Field, Invalid, Problem, Refusal};
use crate::units::{EditTarget, edit_target, name};
use crate::users::TEXT;

/// The largest number of characters of a contact.
const CONTACT: u32 = 254;
/// Characters opening hours may have at most.
const OPENING: u32 = 200;
/// The largest number of places of a resource.
const PLACES: u32 = 100_000;

form! {
    /// Creates or edits a resource.
    EditResource shown at |form| page(&form.resource, "/edit");
    text {
        /// The resource; empty for a new one.
        resource,
        /// The version the page showed.
        version,
        /// The idempotency key, created by the server.
        key,
        /// Its name.
        unit_name,
        /// The description.
        description,
        /// The number of places; empty for no limit.
        capacity,
        /// Contact information.
        contact,
        /// The opening hours.
        opening,
        /// Ticked where other organisations may see it.
        is_shared,
    }
}

form! {
    /// Closes a resource, so that it takes no new referrals.
    CloseResource shown at |form| page(&form.resource, "/close");
    text {
        /// The resource.
        resource,
    }
}

versioned!(EditResource);

/// An address below a resource. An id from a form is untrusted text until it parses.
fn page(resource: &str, rest: &str) -> String {
    resource.parse::<ResourceId>().map_or_else(
        |_| "/resources/new".to_owned(),
        |id| format!("/resources/{id}{rest}"),
    )
}

/// The data of a resource: created only by [`EditResource::parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Its name.
    pub name: String,
    /// The description; may be empty.
    pub description: String,
    /// The number of places; `None` for no limit.
    pub capacity: Option<u32>,
    /// Contact information; may be empty.
    pub contact: String,
    /// The opening hours; may be empty.
    pub opening: String,
    /// Whether other organisations may see it.
    pub is_shared: bool,
}

impl EditResource {
    /// What to create or edit, and its data.
    ///
    /// # Errors
    /// All invalid fields.
    pub fn parse(&self) -> Result<(EditTarget<ResourceId>, Details), Invalid> {
        let mut checks = Checks::default();
        checks.nothing_unexpected(self);
        let target = edit_target(&mut checks, &self.resource, &self.version, &self.key);
        let name = name(&mut checks, &self.unit_name);
        let description = checks
            .optional(Field::Description, &self.description, |text| {
                paragraph(text, TEXT)
            })
            .unwrap_or_default();
        let capacity = checks.optional(Field::Capacity, &self.capacity, places);
        let contact = checks
            .take(Field::Contact, line(&self.contact, CONTACT))
            .unwrap_or_default();
        let opening = checks
            .take(Field::Opening, line(&self.opening, OPENING))
            .unwrap_or_default();
        match (target, name) {
            (Some(target), Some(name)) if checks.is_clean() => Ok((
                target,
                Details {
                    name,
                    description,
                    capacity,
                    contact,
                    opening,
                    is_shared: !self.is_shared.is_empty(),
                },
            )),
            _ => Err(checks.into_invalid()),
        }
    }
}

fn places(text: &str) -> Result<u32, Problem> {
    visible(text)
        .trim()
        .parse()
        .ok()
        .filter(|places| (1..=PLACES).contains(places))
        .ok_or(Problem::Wrong)
}

/// One resource of the organisation, as `/resources` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceRow {
    /// The resource's id.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// The opening hours.
    pub opening: String,
    /// Contact information.
    pub contact: String,
    /// Whether other organisations may see it.
    pub is_shared: bool,
    /// Places taken: referrals accepted and not ended.
    pub taken: u32,
    /// The number of places; `None` for no limit.
    pub capacity: Option<u32>,
}

impl ResourceRow {
    /// Whether all places are taken.
    pub fn is_full(&self) -> bool {
        self.capacity.is_some_and(|capacity| self.taken >= capacity)
    }
}

/// A resource shared by another organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// The resource.
    pub resource: ResourceId,
    /// The organisation.
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub organisation_name: String,
    /// Its name.
    pub name: String,
    /// The description.
    pub description: String,
    /// Contact information.
    pub contact: String,
    /// The opening hours.
    pub opening: String,
    /// Whether all places are taken.
    pub is_full: bool,
}

/// The parameters of the list, from its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Search words, all of which must match.
    pub q: String,
    /// The position of the page.
    pub cursor: Cursor,
}

/// The resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceList {
    /// One page of the organisation's own resources, by name.
    pub rows: Vec<ResourceRow>,
    /// The total number, and the cursors of the other pages.
    pub pages: Pages,
    /// The first resources shared by others, on the first page only.
    pub offered: Vec<Offered>,
    /// The parameters.
    pub query: ListQuery,
    /// Whether the actor may create, edit and close them.
    pub may_manage: bool,
    /// Whether the actor may refer clients.
    pub may_refer: bool,
}

/// A resource's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourcePage {
    /// The resource.
    pub row: ResourceRow,
    /// The description.
    pub description: String,
    /// The activity, if the actor may edit it.
    pub activity: Vec<ActivityEntry>,
    /// Whether the actor may change and close it.
    pub may_manage: bool,
    /// Whether the actor may refer clients.
    pub may_refer: bool,
}

/// The page that closes a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseResourcePage {
    /// The resource.
    pub row: ResourceRow,
    /// The refusal of the last attempt, if any.
    pub refusal: Option<Refusal>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    const ID: &str = "0197a4d2-0000-7000-8000-000000000001";

    fn typed() -> EditResource {
        EditResource {
            key: ID.to_owned(),
            unit_name: " Dagverksamhet ".to_owned(),
            ..EditResource::default()
        }
    }

    #[test]
    fn a_resource_needs_a_name_and_nothing_else() {
        let (target, details) = typed().parse().expect("good");
        assert_eq!(target, EditTarget::New(ID.parse().expect("a key")));
        let (name, none) = ("Dagverksamhet".to_owned(), String::new);
        let expected = Details {
            name,
            description: none(),
            capacity: None,
            contact: none(),
            opening: none(),
            is_shared: false,
        };
        assert_eq!(details, expected);
        assert_eq!(
            EditResource {
                unit_name: " ".to_owned(),
                ..typed()
            }
            .parse()
            .expect_err("bad")
            .at(Field::UnitName),
            Some(&Problem::Missing)
        );
    }

    #[test]
    fn places_are_counted_from_one() {
        for (text, places) in [("", None), (" ", None), ("1", Some(1)), (" 12 ", Some(12))] {
            let form = EditResource {
                capacity: text.to_owned(),
                ..typed()
            };
            assert_eq!(
                form.parse().map(|(_, details)| details.capacity),
                Ok(places),
                "{text:?}"
            );
        }
        for text in ["0", "-1", "1.5", "many", "100001"] {
            let form = EditResource {
                capacity: text.to_owned(),
                ..typed()
            };
            assert_eq!(
                form.parse().expect_err(text).at(Field::Capacity),
                Some(&Problem::Wrong),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_description_may_have_lines_and_a_contact_may_not() {
        let form = EditResource {
            description: "One\r\ntwo".to_owned(),
            contact: "One\ntwo".to_owned(),
            ..typed()
        };
        let invalid = form.parse().expect_err("a line break");
        assert_eq!(
            (invalid.at(Field::Description), invalid.at(Field::Contact)),
            (None, Some(&Problem::Control))
        );
    }

    #[test]
    fn a_refused_form_is_shown_where_it_was_posted_from() {
        assert_eq!(typed().page(), "/resources/new");
        assert_eq!(
            EditResource {
                resource: ID.to_owned(),
                ..typed()
            }
            .page(),
            format!("/resources/{ID}/edit")
        );
        assert_eq!(
            CloseResource {
                resource: "//evil.example".to_owned(),
                ..CloseResource::default()
            }
            .page(),
            "/resources/new"
        );
    }
}
