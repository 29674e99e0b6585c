//! What comes with a connector or with the hub, so that no publisher is asked.

use super::origin::{Request, ShippedFile};
use super::{Connector, ConnectorError, Resource};

impl Connector {
    /// The files that come with the connector or the hub for this resource, in the order of their names. None for a
    /// resource that is fetched, read from the store or given by hand.
    ///
    /// # Errors
    /// When there is no such file, or a folder holds none of the resource's format.
    pub fn shipped(&self, resource: &Resource) -> Result<Vec<ShippedFile>, ConnectorError> {
        let shipped = |request| match request {
            Request::Shipped(file) => Some(file),
            Request::Get { .. } | Request::Find { .. } | Request::Call(_) | Request::Figures { .. } => None,
        };
        Ok(self.requests(resource)?.into_iter().filter_map(shipped).collect())
    }

    /// Everything that a resource is made of, in order. Nothing means that only a person can get it.
    ///
    /// # Errors
    /// When a file that should come with the connector or the hub is not there.
    pub fn requests(&self, resource: &Resource) -> Result<Vec<Request>, ConnectorError> {
        resource.origin.requests(&self.folder, &resource.form)
    }

    /// Whether everything that it publishes comes with it or with the hub, so that a run needs no publisher.
    #[must_use]
    pub fn ships_whole(&self) -> bool {
        let ships = |resource: &Resource| self.shipped(resource).is_ok_and(|files| !files.is_empty());
        self.manifest.resources.iter().all(|(_, resource)| ships(resource))
    }

    /// Whether it is made from the hub's own figures.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.manifest.is_derived()
    }

    /// The first resource that only a person can download, and that a run cannot do without.
    #[must_use]
    pub fn by_hand(&self) -> Option<&str> {
        let by_hand = |resource: &Resource| resource.origin.by_hand();
        self.manifest.resources.iter().find(|(_, resource)| by_hand(resource)).map(|(name, _)| name.as_str())
    }
}
