//! Why a run ends without a release, and what is refused before it starts.

use super::report::Problem;
use super::request::Request;
use super::resources::{self, ExpectedError};
use crate::access::Viewer;
use crate::check::Refusal;
use crate::connector::Connector;
use crate::decode::DecodeError;
use crate::mapping::MappingError;
use crate::outcomes::{LandedFile, RunId};
use crate::source::SourceError;
use crate::store::{Catalogue, StoreError};

/// Why a run could not even be judged: nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum RoadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An input names a resource that the connector does not have.
    #[error("`{connector}` has no resource `{resource}`{hint}; its resources are {known}")]
    NoSuchResource {
        /// The connector.
        connector: String,
        /// The name given.
        resource: String,
        /// `; did you mean …?`, or nothing.
        hint: String,
        /// The known ones.
        known: String,
    },
    /// A value names a parameter that the connector does not have.
    #[error("`{connector}` has no parameter `{name}`; {known}")]
    NoSuchParameter {
        /// The connector.
        connector: String,
        /// The name given.
        name: String,
        /// The known ones.
        known: String,
    },
    /// The clock cannot be trusted to time a release.
    #[error("nothing was synced: {0}")]
    Clock(String),
    /// The request was for a run unless another had started, and another had.
    #[error("`{dataset}` was synced in the meantime, by run {run}; there was nothing left to do")]
    RunSince {
        /// The dataset.
        dataset: String,
        /// The newest run.
        run: RunId,
    },
}

/// Why a run ends without a release.
pub(super) enum Halt {
    Refused(Problem),
    Unreadable(Problem),
    Stopped(Problem),
    Store(StoreError),
}

impl Halt {
    pub(super) fn stopped() -> Self {
        let message = "the run was stopped before it finished; the published release stays".into();
        Self::Stopped(Problem { code: "stopped".into(), message })
    }

    pub(super) fn lease_lost() -> Self {
        let message = "the store no longer counts this process as the connector's syncer (it was not heard of for too \
                       long), so nothing was published; run it again";
        Self::Stopped(Problem { code: "lease-lost".into(), message: message.into() })
    }
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SourceError> for Halt {
    fn from(error: SourceError) -> Self {
        Self::Unreadable(Problem { code: error.code().into(), message: error.to_string() })
    }
}

impl From<DecodeError> for Halt {
    fn from(error: DecodeError) -> Self {
        Self::Refused(Problem { code: error.code().into(), message: error.to_string() })
    }
}

impl From<MappingError> for Halt {
    fn from(error: MappingError) -> Self {
        Self::Refused(Problem { code: error.code().into(), message: error.to_string() })
    }
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Problem { code: refusal.code.into(), message: refusal.message })
    }
}

impl From<ExpectedError> for Halt {
    fn from(error: ExpectedError) -> Self {
        Self::Refused(Problem { code: "connector".into(), message: error.to_string() })
    }
}

/// Refuses to publish a withdrawn dataset unasked; a look at its rows is free.
pub(super) fn refuse_withdrawn(request: &Request, catalogue: &Catalogue) -> Result<(), Halt> {
    let name = &request.connector.name;
    let published = catalogue.dataset(&Viewer::operator(), name);
    let Some(withdrawal) = published.and_then(|dataset| dataset.withdrawn.as_ref()) else { return Ok(()) };
    if request.reinstate || request.preview > 0 {
        return Ok(());
    }
    let message = format!("`{name}` was {withdrawal}; to publish it again, say --reinstate");
    Err(Halt::Refused(Problem { code: "withdrawn".into(), message }))
}

/// A draft shows what it would publish, and publishes only once it is filled in.
pub(super) fn refuse_gaps(connector: &Connector) -> Result<(), Halt> {
    let gaps = connector.gaps().map_err(ExpectedError::from)?;
    if gaps.is_empty() {
        return Ok(());
    }
    let message = format!("the connector's draft still has gaps; fill them in first: {}", gaps.join("; "));
    Err(Halt::Refused(Problem { code: "gaps".into(), message }))
}

/// An input or a value for something that the connector does not have.
pub(super) fn refuse_unknown_names(request: &Request) -> Result<(), RoadError> {
    let connector = &request.connector;
    let names = || connector.manifest.resources.iter().map(|(name, _)| name.as_str());
    for input in &request.inputs {
        let resource = resources::resource_of(connector, input);
        if connector.manifest.resource(resource).is_none() {
            return Err(RoadError::NoSuchResource {
                connector: connector.name.clone(),
                resource: resource.to_owned(),
                hint: crate::hint::did_you_mean(resource, names()),
                known: names().collect::<Vec<_>>().join(", "),
            });
        }
    }
    let parameters = &connector.manifest.parameters;
    if let Some(name) = request.set.keys().find(|name| !parameters.contains_key(*name)) {
        let known = parameters.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        return Err(RoadError::NoSuchParameter {
            connector: connector.name.clone(),
            name: name.clone(),
            known: if known.is_empty() { "it has none".into() } else { format!("it has {known}") },
        });
    }
    Ok(())
}

/// A missing column is missing from these files.
pub(super) fn in_these_files(error: MappingError, files: &[LandedFile]) -> Halt {
    let mut halt = Halt::from(error);
    if let Halt::Refused(problem) = &mut halt
        && problem.code == "column-gone"
    {
        let names = files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
        problem.message = format!("{names}: {}", problem.message);
    }
    halt
}
