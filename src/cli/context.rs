//! What every command needs: the data folder, the connectors, the clock.

use super::Options;
use crate::clock::{Clock, SystemClock};
use crate::connector::Library;
use crate::landing::Landing;
use crate::source::{Fetcher, Limits};
use crate::store::{SqliteStore, Store};
use crate::sync::Road;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct Context {
    pub data_dir: PathBuf,
    pub connectors: Option<PathBuf>,
    pub library: Library,
    pub clock: Arc<dyn Clock>,
}

impl Context {
    pub fn new(options: Options) -> Result<Self> {
        let library = Library::open(options.connectors.as_deref())?;
        Ok(Self { data_dir: options.data_dir, connectors: options.connectors, library, clock: Arc::new(SystemClock) })
    }

    /// The same hub with another data folder.
    pub fn with_data_dir(&self, data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            connectors: self.connectors.clone(),
            library: self.library.clone(),
            clock: Arc::clone(&self.clock),
        }
    }

    pub fn store_path(&self) -> PathBuf {
        self.data_dir.join("hub.sqlite")
    }

    pub async fn store(&self) -> Result<Arc<dyn Store>> {
        let path = self.store_path();
        if self.data_dir.exists() && !self.data_dir.is_dir() {
            anyhow::bail!("{} is a file; --data-dir names a folder", self.data_dir.display());
        }
        let store = SqliteStore::open(&path).await.with_context(|| format!("{} cannot be opened", path.display()))?;
        Ok(Arc::new(store))
    }

    /// The store, for a command that only reads: it must be there.
    pub async fn existing_store(&self) -> Result<Arc<dyn Store>> {
        let path = self.store_path();
        if !path.is_file() {
            anyhow::bail!(
                "there is no store at {}; `hub sync NAME` makes one, `hub demo` shows one, and --data-dir names another folder",
                path.display()
            );
        }
        self.store().await
    }

    pub fn road(&self, store: &Arc<dyn Store>) -> Result<Road> {
        Ok(Road {
            store: Arc::clone(store),
            landing: Landing::open(self.data_dir.join("landing"))?,
            fetcher: Fetcher::new(Limits::default())?,
            clock: Arc::clone(&self.clock),
        })
    }
}
