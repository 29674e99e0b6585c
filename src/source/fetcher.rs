//! Lands addresses and shipped files.

use super::collection::{Collection, Fetched, Job, Progress, Source, collect};
use super::error::SourceError;
use super::http::Client;
use super::limits::Limits;
use super::{address, file};
use crate::connector::{Connector, Format, Request, Resource};
use crate::landing::Landing;

/// Fetches resources, politely. Built once, and shared: it holds the connections and the pace of each host.
#[derive(Debug)]
pub struct Fetcher {
    pub(super) client: Client,
}

impl Fetcher {
    /// Builds the one HTTP client.
    ///
    /// # Errors
    /// When the machine's certificates cannot be used.
    pub fn new(limits: Limits) -> Result<Self, SourceError> {
        Ok(Self { client: Client::new(limits)? })
    }

    /// Fetches the files of a resource, one after the other.
    ///
    /// # Errors
    /// When one cannot be had whole, after as many tries as are worth it.
    pub async fn fetch(
        &self,
        connector: &Connector,
        name: &str,
        resource: &Resource,
        landing: &Landing,
        progress: &Progress<'_>,
    ) -> Result<Collection, SourceError> {
        collect(&mut &*self, &Job { connector, name, resource, landing, progress }).await
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
        let landed = self.client.get(&url, homepage, landing, progress).await?;
        Ok(Fetched { name: address::file_name(&url, fallback, format), source: address::shown(&url), landed })
    }
}

impl Source for &Fetcher {
    type Error = SourceError;

    async fn land(&mut self, request: &Request, job: &Job<'_>) -> Result<Vec<Fetched>, SourceError> {
        let landed = match request {
            Request::Get { url } => {
                let homepage = job.connector.manifest.homepage.as_deref();
                self.fetch_url(url, job.name, job.resource.form.format, homepage, job.landing, job.progress).await?
            }
            Request::Shipped(shipped) => file::shipped(shipped, job.landing).await?,
            Request::Figures { .. } => return Err(SourceError::OwnFigures { resource: job.name.to_owned() }),
        };
        Ok(vec![landed])
    }
}
