//! Where bytes come from: a publisher's address, the connector's own folder, the hub's `schema/`, or a file given by hand.
//!
//! Takes a resource of a manifest and gives its landed bytes with the name and place that they came from.
//!
//! Must never look into the bytes, hurry a publisher's server, or let the query of an address (it may hold a key) into a
//! name, a message or a log.

mod address;
mod error;
mod file;
mod http;
mod pace;
#[cfg(test)]
mod tests;

pub use error::SourceError;
pub use file::{BY_HAND, take_local};

use crate::connector::{Connector, Format, Resource, ResourceKind};
use crate::landing::{Landed, Landing};
use pace::Pace;
use std::time::Duration;

/// What a fetch tells while it runs: the bytes so far, and how many there will be where the server says. A second try
/// begins again from few.
pub type Progress<'a> = dyn Fn(u64, Option<u64>) + Send + Sync + 'a;

/// A file that was fetched, and landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its name, without folders.
    pub name: String,
    /// Where it came from: an address without query and user, `local file`, `shipped with the connector` or `shipped
    /// with the hub`.
    pub source: String,
    /// Its bytes.
    pub landed: Landed,
}

/// How long and how much a fetch may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most bytes of a file.
    pub max_bytes: u64,
    /// How often an address is tried before it is given up.
    pub tries: u32,
    /// The wait before the second try; it doubles with each.
    pub first_wait: Duration,
    /// The longest wait, whatever the server asks for.
    pub longest_wait: Duration,
    /// The least time between two requests to one host.
    pub pace: Duration,
    /// For a connection to come about.
    pub connect: Duration,
    /// For the next bytes to come.
    pub stall: Duration,
    /// For one try as a whole.
    pub total: Duration,
    /// Whether the proxies that the environment names are used.
    pub proxies: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 2 << 30,
            tries: 5,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_mins(2),
            pace: Duration::from_secs(1),
            connect: Duration::from_secs(15),
            stall: Duration::from_mins(1),
            total: Duration::from_hours(1),
            proxies: true,
        }
    }
}

/// Fetches resources, politely. Built once, and shared: it holds the connections and the pace of each host.
#[derive(Debug)]
pub struct Fetcher {
    client: reqwest::Client,
    limits: Limits,
    pace: Pace,
}

impl Fetcher {
    /// Builds the one HTTP client.
    ///
    /// # Errors
    /// When the machine's certificates cannot be used.
    pub fn new(limits: Limits) -> Result<Self, SourceError> {
        let client = http::client(&limits)?;
        let pace = Pace::new(limits.pace);
        Ok(Self { client, limits, pace })
    }

    /// Fetches the files of a resource, one after the other.
    ///
    /// # Errors
    /// When one cannot be had whole, after as many tries as are worth it.
    pub async fn fetch(
        &self,
        connector: &Connector,
        resource_name: &str,
        resource: &Resource,
        landing: &Landing,
        progress: &Progress<'_>,
    ) -> Result<Vec<Fetched>, SourceError> {
        match resource.kind {
            ResourceKind::Http => {
                let homepage = connector.manifest.homepage.as_deref();
                let mut fetched: Vec<Fetched> = Vec::with_capacity(resource.url.len());
                for url in &resource.url {
                    let mut file =
                        self.fetch_url(url, resource_name, resource.format, homepage, landing, progress).await?;
                    file.name = address::unlike(&file.name, |name| fetched.iter().any(|earlier| earlier.name == name));
                    fetched.push(file);
                }
                Ok(fetched)
            }
            ResourceKind::File | ResourceKind::Schema => match &resource.path {
                Some(path) => file::shipped(connector, resource, path, landing).await,
                None => Err(SourceError::ByHand {
                    connector: connector.name.clone(),
                    resource: resource_name.to_owned(),
                    homepage: connector.manifest.homepage.clone().unwrap_or_else(|| "its publisher".into()),
                }),
            },
        }
    }

    /// Fetches one address; `fallback` and `format` name the file where the address does not, and `homepage` is
    /// where an error sends a person.
    ///
    /// # Errors
    /// As [`Fetcher::fetch`].
    pub async fn fetch_url(
        &self,
        url: &str,
        fallback: &str,
        format: Format,
        homepage: Option<&str>,
        landing: &Landing,
        progress: &Progress<'_>,
    ) -> Result<Fetched, SourceError> {
        let url = address::parse(url)?;
        let landed = self.land(&url, homepage, landing, progress).await?;
        Ok(Fetched { name: address::file_name(&url, fallback, format), source: address::shown(&url), landed })
    }
}
