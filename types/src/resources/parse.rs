//! Parses the forms about resources.

use super::forms::EditResource;
use crate::form::{Checks, EditTarget, TEXT, edit_target, line, name, paragraph};
use crate::primitives::ids::ResourceId;
use crate::primitives::invisible::visible;
use crate::refusal::{Field, Invalid, Problem};

/// The largest number of characters of a contact.
const CONTACT: u32 = 254;

/// Characters opening hours may have at most.
const OPENING: u32 = 200;

/// The largest number of places of a resource.
const PLACES: u32 = 100_000;

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
