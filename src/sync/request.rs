//! The request for a run.

use super::fence::Fence;
use crate::connector::Connector;
use crate::outcomes::Standing;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A file given with `--input`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The resource that it is for; `None` is the connector's main one.
    pub resource: Option<String>,
    /// The file.
    pub path: PathBuf,
}

impl Input {
    /// Reads `FILE` or `RESOURCE=FILE`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        // A path may hold an equals sign; a resource's name never does, nor a slash or a dot.
        match text.split_once('=') {
            Some((resource, path)) if crate::connector::is_name(resource) => {
                Self { resource: Some(resource.to_owned()), path: path.into() }
            }
            _ => Self { resource: None, path: text.into() },
        }
    }
}

/// One run.
#[derive(Clone, Debug)]
pub struct Request {
    /// The connector.
    pub connector: Connector,
    /// Files given with `--input`; without any, every resource is fetched.
    pub inputs: Vec<Input>,
    /// Values of the connector's parameters.
    pub set: BTreeMap<String, String>,
    /// Show what would change, and publish nothing.
    pub dry_run: bool,
    /// How reliable the figures are, if less than the manifest says.
    pub standing: Option<Standing>,
    /// Map and compare even if the newest run that ended well had the same inputs.
    pub again: bool,
    /// Publish a dataset again that was withdrawn.
    pub reinstate: bool,
    /// How many rows of each relation to keep in the report, as they would be published. A dry run that has them stops reading.
    pub preview: usize,
    /// Do nothing where a run of the dataset started after this moment: [`super::RoadError::RunSince`]. Looked at once
    /// the lease is held, so that of several hubs that find the same run due, one does it. Ignored for a dry run.
    pub unless_run_since: Option<DateTime<Utc>>,
    /// Ends the run when it passes a limit.
    pub fence: Fence,
}

impl Request {
    /// A run that fetches and publishes.
    #[must_use]
    pub fn new(connector: Connector) -> Self {
        Self {
            connector,
            inputs: Vec::new(),
            set: BTreeMap::new(),
            dry_run: false,
            standing: None,
            again: false,
            reinstate: false,
            preview: 0,
            unless_run_since: None,
            fence: Fence::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_names_its_resource_or_leaves_it() {
        let parsed = |text| {
            let input = Input::parse(text);
            (input.resource, input.path.display().to_string())
        };
        assert_eq!(parsed("a.csv"), (None, "a.csv".into()));
        assert_eq!(parsed("data=a=b.csv"), (Some("data".into()), "a=b.csv".into()));
        assert_eq!(parsed("./x=1/a.csv"), (None, "./x=1/a.csv".into()));
    }
}
