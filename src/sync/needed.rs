//! Connectors that another one needs, published before it.

use super::fence::Fence;
use super::halt::RoadError;
use super::progress::Silent;
use super::report::Report;
use super::request::Request;
use super::road::Road;
use super::same::newest_well;
use crate::access::Viewer;
use crate::connector::{Connector, ConnectorError, Library};
use crate::store::{Store, StoreError};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use tokio_util::sync::CancellationToken;

/// Why the connectors that another one needs could not be published.
#[derive(Debug, thiserror::Error)]
pub enum NeededError {
    /// There is no such connector, or its folder is wrong.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// Its run could not be judged.
    #[error(transparent)]
    Road(#[from] RoadError),
    /// It did not publish.
    #[error("`{connector}` needs `{needed}`, which could not be published: {why}")]
    NotPublished {
        /// The connector.
        connector: String,
        /// What it needs.
        needed: String,
        /// What that one's run said.
        why: String,
    },
}

impl From<StoreError> for NeededError {
    fn from(error: StoreError) -> Self {
        Self::Road(error.into())
    }
}

impl Road {
    /// Publishes the connectors that this one needs, where they were never published or ship other bytes than those
    /// that were. With `only_missing`, those that are published stay as they are. All of it is within `fence`. Each run is given to `report_run`.
    ///
    /// # Errors
    /// When one of them does not publish.
    pub async fn publish_needed(
        &self,
        library: &Library,
        connector: &Connector,
        only_missing: bool,
        fence: &Fence,
        report_run: &(dyn Fn(&Report) + Send + Sync),
        stop: &CancellationToken,
    ) -> Result<(), NeededError> {
        for name in connector.needs() {
            let needed = library.get(&name)?;
            let known = published_files(self.store.as_ref(), &name).await?;
            // What comes from a publisher is looked for when its own schedule says so, not whenever it is needed.
            let stays = only_missing || !needed.ships_whole();
            if known.as_ref().is_some_and(|known| stays || *known == shipped_files(&needed)) {
                continue;
            }
            let report = self.run(&Request { fence: fence.clone(), ..Request::new(needed) }, &Silent, stop).await?;
            report_run(&report);
            if let Some(problem) = report.error {
                let connector = connector.name.clone();
                return Err(NeededError::NotPublished { connector, needed: name, why: problem.message });
            }
        }
        Ok(())
    }
}

/// The hashes of the files behind a dataset's newest run that ended well; `None` where it was never published.
async fn published_files(store: &dyn Store, dataset: &str) -> Result<Option<BTreeSet<String>>, StoreError> {
    let catalogue = store.catalogue(store.head().await?).await?;
    if catalogue.dataset(&Viewer::operator(), dataset).is_none() {
        return Ok(None);
    }
    let files = newest_well(store, dataset).await?.map(|run| run.files.into_iter().map(|file| file.sha256).collect());
    Ok(Some(files.unwrap_or_default()))
}

/// The hashes of the files that come with a connector.
fn shipped_files(connector: &Connector) -> BTreeSet<String> {
    let resources = connector.manifest.resources.iter();
    let files = resources.filter_map(|(_, resource)| connector.shipped(resource).ok()).flatten();
    files.map(|file| format!("{:x}", Sha256::digest(&file.bytes))).collect()
}
