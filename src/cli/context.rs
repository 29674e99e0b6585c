//! What every command needs: the settings, the store, the connectors, the clock.

use crate::clock::{Clock, SystemClock};
use crate::connector::Library;
use crate::landing::Landing;
use crate::settings::{Database, InForce, Options, connector_secret};
use crate::source::{Fetcher, Key, Limits, Secrets};
use crate::store::{Place, PostgresOptions, PostgresStore, SqliteStore, Store};
use crate::sync::Road;
use crate::telemetry::{Logging, Metrics};
use anyhow::{Context as _, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub struct Context {
    pub data_dir: PathBuf,
    pub connectors: Option<PathBuf>,
    /// The database that holds the store; `None` means SQLite in the data folder.
    pub database: Option<Database>,
    pub library: Library,
    pub clock: Arc<dyn Clock>,
    /// The variables that give a process started by this one the same settings.
    pub inherited: Vec<(String, Option<OsString>)>,
    /// How this process logs.
    pub logging: Logging,
    /// Where this process counts.
    pub metrics: Metrics,
}

impl Context {
    pub fn new(options: &Options, in_force: &[InForce], logging: Logging) -> Result<Self> {
        let library = Library::open(options.connectors.as_deref())?;
        Ok(Self {
            data_dir: options.data_dir.clone(),
            connectors: options.connectors.clone(),
            database: options.database(in_force)?,
            library,
            clock: Arc::new(SystemClock),
            inherited: options.inherited(in_force),
            logging,
            metrics: Metrics::new(),
        })
    }

    /// A hub with the same connectors and a store of its own, in another data folder.
    pub fn with_data_dir(&self, data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            connectors: self.connectors.clone(),
            database: None,
            library: self.library.clone(),
            clock: Arc::clone(&self.clock),
            inherited: self.inherited.clone(),
            logging: self.logging.clone(),
            metrics: self.metrics.clone(),
        }
    }

    pub fn store_path(&self) -> PathBuf {
        self.data_dir.join("hub.sqlite")
    }

    /// Which engine keeps the store.
    pub fn store_kind(&self) -> &'static str {
        if self.database.is_some() { "Postgres" } else { "SQLite" }
    }

    /// The store as it may be shown: an address without its password, or a file.
    pub fn store_shown(&self) -> String {
        match &self.database {
            Some(database) => database.url.to_string(),
            None => self.store_path().display().to_string(),
        }
    }

    /// Whether there is a store already; a database always counts as one.
    pub fn has_store(&self) -> bool {
        self.database.is_some() || self.store_path().is_file()
    }

    /// The store; one in a folder is made where there is none.
    pub async fn store(&self) -> Result<Arc<dyn Store>> {
        if let Some(database) = &self.database {
            return open_database(database).await;
        }
        let path = self.store_path();
        if self.data_dir.exists() && !self.data_dir.is_dir() {
            anyhow::bail!("{} is a file; --data-dir must name a folder", self.data_dir.display());
        }
        let store = SqliteStore::open(&path).await.with_context(|| format!("{} cannot be opened", path.display()))?;
        Ok(Arc::new(store))
    }

    /// The store, for a command that only reads: it must be there.
    pub async fn existing_store(&self) -> Result<Arc<dyn Store>> {
        self.must_have_store()?;
        self.store().await
    }

    /// Fails where there is no store.
    pub fn must_have_store(&self) -> Result<()> {
        if !self.has_store() {
            anyhow::bail!(
                "there is no store at {}; `hub sync NAME` creates one, `hub demo` shows one, --data-dir names another folder, \
                 and --database-url a Postgres database",
                self.store_path().display()
            );
        }
        Ok(())
    }

    /// Where the store is.
    pub fn place(&self) -> Place {
        match &self.database {
            Some(database) => Place::Postgres(options(database)),
            None => Place::Sqlite(self.store_path()),
        }
    }

    pub fn road(&self, store: &Arc<dyn Store>) -> Result<Road> {
        let landing = Landing::open(self.data_dir.join("landing"))?;
        // What killed runs left half written takes room and nothing else: a run goes on without its removal.
        if let Err(error) = landing.sweep(self.clock.now()) {
            tracing::warn!(%error, "temporary files of killed runs in the landing folder could not be removed");
        }
        Ok(Road {
            store: Arc::clone(store),
            landing,
            fetcher: Fetcher::new(Limits::default())?.with_secrets(secrets()),
            clock: Arc::clone(&self.clock),
        })
    }
}

/// The secrets that connectors name.
fn secrets() -> Secrets {
    Secrets::from(|name| Ok(connector_secret(name)?.map(Key::new)))
}

/// Opens the store in a Postgres database.
async fn open_database(database: &Database) -> Result<Arc<dyn Store>> {
    let store = PostgresStore::open(&options(database)).await;
    Ok(Arc::new(store.with_context(|| format!("{} cannot be opened", database.url))?))
}

fn options(database: &Database) -> PostgresOptions {
    PostgresOptions {
        url: database.url.expose().to_owned(),
        replicas: database.replicas.iter().map(|replica| replica.expose().to_owned()).collect(),
        pool: database.pool,
        max_staleness: database.max_staleness,
    }
}
