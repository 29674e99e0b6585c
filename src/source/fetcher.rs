//! Lands addresses and shipped files.

use super::api::{self, refuse_unfollowed};
use super::collection::{Collection, Fetched, Job, Progress, Source, collect};
use super::error::SourceError;
use super::http::{Client, Got, Wanted};
use super::limits::Limits;
use super::secrets::Secrets;
use super::{address, file, find};
use crate::connector::{Connector, Format, Request, Resource};
use crate::landing::Landing;

/// Fetches resources, politely. Built once, and shared: it holds the connections and the pace of each host.
#[derive(Debug)]
pub struct Fetcher {
    pub(super) client: Client,
    pub(super) secrets: Secrets,
}

impl Fetcher {
    /// Builds the one HTTP client.
    ///
    /// # Errors
    /// When the machine's certificates cannot be used.
    pub fn new(limits: Limits) -> Result<Self, SourceError> {
        Ok(Self { client: Client::new(limits)?, secrets: Secrets::none() })
    }

    /// The same with these secrets.
    #[must_use]
    pub fn with_secrets(self, secrets: Secrets) -> Self {
        Self { secrets, ..self }
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
        collect(&mut &*self, &Job { connector, name, resource, landing, progress, partitions: &[] }).await
    }

    /// Fetches one address, for a draft; `fallback` and `format` name the file where the address does not.
    ///
    /// # Errors
    /// As [`Fetcher::fetch`].
    pub async fn fetch_url(
        &self,
        url: &str,
        fallback: &str,
        format: Format,
        landing: &Landing,
        progress: &Progress<'_>,
    ) -> Result<Fetched, SourceError> {
        let url = address::parse(url)?;
        let wanted = Wanted { url: &url, hosts: &[], homepage: None, more: None };
        self.get(wanted, fallback, format, landing, progress).await
    }

    pub(super) async fn get(
        &self,
        wanted: Wanted<'_>,
        fallback: &str,
        format: Format,
        landing: &Landing,
        progress: &Progress<'_>,
    ) -> Result<Fetched, SourceError> {
        let got = self.client.get(wanted, landing, progress).await?;
        // Only an API's answer may mean that there is nothing.
        let Some(Got { landed, from: came_from, headers }) = got else {
            return Err(SourceError::NotAnAddress { url: address::shown(wanted.url) });
        };
        if format == Format::Json {
            let (url, page) = (address::shown(wanted.url), "the answer".to_owned());
            refuse_unfollowed(&landed.path, &headers).await.map_err(|what| SourceError::Incomplete {
                url,
                page,
                what,
                changed: false,
            })?;
        }
        if let Some(plain) = [wanted.url, &came_from].into_iter().find(|url| url.scheme() == "http") {
            let url = address::shown(plain);
            tracing::warn!(url, "fetched over plain http: anyone on the way could have read and changed it");
        }
        let name = address::file_name(wanted.url, fallback, format);
        Ok(Fetched { name, source: address::shown(&came_from), landed, each: None })
    }
}

impl Source for &Fetcher {
    type Error = SourceError;

    async fn land(&mut self, request: &Request, job: &Job<'_>) -> Result<Vec<Fetched>, SourceError> {
        let landed = match request {
            Request::Get { url, hosts } => {
                let homepage = job.connector.manifest.homepage.as_deref();
                let url = address::parse(url)?;
                let wanted = Wanted { url: &url, hosts, homepage, more: None };
                self.get(wanted, job.name, job.resource.form.format, job.landing, job.progress).await?
            }
            Request::Find { find, hosts } => return find::land(self, find, hosts, job).await,
            Request::Call(call) => return api::land(self, call, job).await,
            Request::Shipped(shipped) => file::shipped(shipped, job.landing).await?,
            Request::Figures { .. } => return Err(SourceError::OwnFigures { resource: job.name.to_owned() }),
        };
        Ok(vec![landed])
    }
}
