//! From what a resource asks for to its landed parts, all of them.

use super::{Partition, SourceError, address};
use crate::connector::{Connector, Request, Resource};
use crate::landing::{Landed, Landing};
use std::future::Future;

/// What a fetch tells while it runs: the bytes so far, and how many there will be where the server says. A second try
/// begins again from few.
pub type Progress<'a> = dyn Fn(u64, Option<u64>) + Send + Sync + 'a;

/// A file that was fetched, and landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its name, without folders.
    pub name: String,
    /// Where it came from: the address that sent the bytes, after redirects, without query and user; `local file`, `shipped with the connector` or `shipped
    /// with the hub`.
    pub source: String,
    /// Its bytes.
    pub landed: Landed,
    /// The value of `each` that it was asked for by.
    pub each: Option<String>,
}

/// The resource whose bytes are to be landed.
pub struct Job<'a> {
    /// Its connector.
    pub connector: &'a Connector,
    /// The resource's name.
    pub name: &'a str,
    /// The resource.
    pub resource: &'a Resource,
    /// Where bytes are kept.
    pub landing: &'a Landing,
    /// Who is told how far it is.
    pub progress: &'a Progress<'a>,
    /// What an API is asked for, one after the other; empty where it is asked once.
    pub partitions: &'a [Partition],
}

/// Whoever can land what resources ask for.
pub trait Source: Send {
    /// Why something could not be landed.
    type Error: From<SourceError>;

    /// Lands what one request asks for, whole: what came short of it is an error, however much of it there is. It may be
    /// no part at all only where the resource is optional.
    fn land(
        &mut self,
        request: &Request,
        job: &Job<'_>,
    ) -> impl Future<Output = Result<Vec<Fetched>, Self::Error>> + Send;
}

/// All parts of a resource. That it is there proves that it is complete: only [`collect`] makes one, and only once every
/// request of the plan was landed whole.
#[derive(Debug, PartialEq, Eq)]
pub struct Collection(Vec<Fetched>);

impl Collection {
    /// The parts, in the order in which they were asked for. No two have one name.
    #[must_use]
    pub fn into_parts(self) -> Vec<Fetched> {
        self.0
    }
}

/// Lands all that a resource asks for, one request after the other.
///
/// # Errors
/// When one of them cannot be landed whole, or when only a person can get it. Then there is no collection.
pub async fn collect<S: Source>(source: &mut S, job: &Job<'_>) -> Result<Collection, S::Error> {
    let requests = job.connector.requests(job.resource).map_err(SourceError::from)?;
    if requests.is_empty() {
        return Err(by_hand(job).into());
    }
    let mut parts: Vec<Fetched> = Vec::with_capacity(requests.len());
    for request in &requests {
        for mut part in source.land(request, job).await? {
            part.name = address::unlike(&part.name, |name| parts.iter().any(|earlier| earlier.name == name));
            parts.push(part);
        }
    }
    Ok(Collection(parts))
}

fn by_hand(job: &Job<'_>) -> SourceError {
    SourceError::ByHand {
        connector: job.connector.name.clone(),
        resource: job.name.to_owned(),
        homepage: job.connector.manifest.homepage.clone().unwrap_or_else(|| "its publisher".into()),
    }
}
