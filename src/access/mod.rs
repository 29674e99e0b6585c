//! Who sends a query, and what they may see.
//!
//! Takes a request or a command and gives a [`Viewer`]; every read of figures takes one, even while
//! all data is open, so that no read can forget to say for whom it reads.
//!
//! Must never read figures itself.

use crate::outcomes::Access;

/// For whom a read is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    name: &'static str,
    access: Access,
}

impl Viewer {
    /// Anyone who queries over HTTP, without saying who they are: sees open datasets.
    #[must_use]
    pub const fn public() -> Self {
        Self { name: "public", access: Access::Open }
    }

    /// The person at the command line of the machine that holds the store: sees every dataset.
    #[must_use]
    pub const fn operator() -> Self {
        Self { name: "operator", access: Access::Restricted }
    }

    /// Whether the viewer may read what stood in rows that were rejected: text as it was sent, which no rule has passed and which may
    /// name a person. Only who keeps the hub may.
    #[must_use]
    pub fn sees_rejected_text(&self) -> bool {
        *self == Self::operator()
    }

    /// What the viewer is called in answers and logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The most restricted kind of dataset that the viewer may see.
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }

    /// Whether the viewer may see a dataset of this access.
    #[must_use]
    pub fn may_see(&self, access: Access) -> bool {
        access <= self.access
    }
}
