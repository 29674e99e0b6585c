//! A look at what a connector's SQL reads: its raw tables beside the hub's own, asked with a SELECT.

use super::halt::{Halt, RoadError, refuse_unknown_names};
use super::report::Problem;
use super::request::Request;
use super::resources;
use super::road::Road;
use crate::mapping::{Answer, RawResource, ask, ident};
use crate::store::Catalogue;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Why a look shows nothing.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The store failed, or the request names something that does not exist.
    #[error(transparent)]
    Road(#[from] RoadError),
    /// A file or the SELECT is wrong, or the run was stopped.
    #[error("{}: {}", .problem.code, .problem.message)]
    Halted {
        /// What happened.
        problem: Problem,
        /// The exit status of a run that ends so: 3 refused, 4 unreadable, 1 stopped.
        status: u8,
    },
}

impl From<Halt> for LookError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Refused(problem) => Self::Halted { problem, status: 3 },
            Halt::Unreadable(problem) => Self::Halted { problem, status: 4 },
            Halt::Stopped(problem) => Self::Halted { problem, status: 1 },
            Halt::Store(error) => Self::Road(error.into()),
        }
    }
}

impl Road {
    /// The first rows that a SELECT over the request's files and the hub's own tables gives.
    ///
    /// # Errors
    /// When a file cannot be had or read, when the SELECT is wrong, or when the request's fence or `stop` ends it.
    pub async fn ask(
        &self,
        request: &Request,
        sql: &str,
        limit: usize,
        stop: &CancellationToken,
    ) -> Result<Answer, LookError> {
        refuse_unknown_names(request)?;
        let asked = async {
            let (catalogue, resources) = self.raw_tables(request).await?;
            let (connector, set) = (&request.connector, &request.set);
            Ok(ask(connector, resources, catalogue.reference(), set, sql, limit).await?)
        };
        within(request, stop, asked).await
    }

    /// The first rows of each raw table, as they are read: of several files of one resource, those of the first.
    ///
    /// # Errors
    /// When a file cannot be had or read, or when the request's fence or `stop` ends it.
    pub async fn raw(
        &self,
        request: &Request,
        limit: usize,
        stop: &CancellationToken,
    ) -> Result<Vec<(String, Answer)>, LookError> {
        refuse_unknown_names(request)?;
        let asked = async {
            let (_, resources) = self.raw_tables(request).await?;
            let mut answers = Vec::new();
            for mut resource in resources {
                resource.parts.truncate(1);
                let name = resource.name.clone();
                let columns = resource.schema.fields().iter().map(|field| field.name().as_str());
                let published: Vec<String> = columns.filter(|name| !name.starts_with('_')).map(ident).collect();
                let sql = format!("SELECT _row, {} FROM {}", published.join(", "), ident(&name));
                let answer = ask(&request.connector, vec![resource], &[], &request.set, &sql, limit).await?;
                answers.push((name, answer));
            }
            Ok(answers)
        };
        within(request, stop, asked).await
    }

    async fn raw_tables(&self, request: &Request) -> Result<(Arc<Catalogue>, Vec<RawResource>), Halt> {
        let catalogue = self.store.catalogue(self.store.head().await?).await?;
        let expected = resources::expected(&request.connector).await?;
        let fetched = resources::fetch(request, self, &catalogue, &|_, _| ()).await?;
        let (resources, _) = resources::open(&request.connector, fetched.files, &expected).await?;
        Ok((catalogue, resources))
    }
}

/// Ends early where a limit is passed or a person stops it.
async fn within<T>(
    request: &Request,
    stop: &CancellationToken,
    asked: impl Future<Output = Result<T, Halt>>,
) -> Result<T, LookError> {
    let ended = tokio::select! {
        ended = asked => ended,
        () = stop.cancelled() => Err(Halt::stopped()),
        problem = request.fence.passed() => Err(Halt::Stopped(problem)),
    };
    Ok(ended?)
}
