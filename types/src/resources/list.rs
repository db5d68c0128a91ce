//! The list of resources.

use serde::{Deserialize, Serialize};

use crate::primitives::ids::{OrganisationId, ResourceId};
use crate::primitives::paging::{Cursor, Pages};

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
    /// Its id in the other organisation.
    pub resource: ResourceId,
    /// Who offers it.
    pub organisation: OrganisationId,
    /// The organisation's name.
    pub organisation_name: String,
    /// Its name.
    pub name: String,
    /// Several lines; may be empty.
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
