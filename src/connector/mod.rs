//! Connectors: one folder a dataset, read and validated.
//!
//! Takes a folder (shipped inside the binary, or given by `--connectors DIR`) and gives a [`Connector`]: its
//! manifest, its SQL by relation, its golden cases.
//!
//! Must never fetch, decode or run anything.

mod case;
mod cron;
mod duration;
mod error;
mod folder;
mod form;
mod format;
mod gaps;
mod library;
mod manifest;
mod many;
mod name;
mod origin;
mod path;
mod shipped;
mod unpivot;
mod unused;

pub use case::{Case, CaseInput};
pub use cron::Cron;
pub use duration::Interval;
pub use error::ConnectorError;
pub use folder::Folder;
pub use form::Form;
pub use format::{DuplicateColumns, Encoding, Format, Hidden, Quoting};
pub use library::Library;
pub use manifest::{
    Checks, Consequence, Disclosure, Factor, Limit, Limits, Manifest, Parameter, Partial, Resource, Share,
    UnknownAreas, source_kinds,
};
pub use name::is_name;
pub use origin::{
    Answer, Areas, Auth, Call, Complete, Each, Find, Goes, KINDS, Kind, Months, Origin, Pages, Place, Rate, Reaction,
    Request, Rows, ShippedFile, Which,
};
pub use path::{JsonPath, Step};
pub use unpivot::{Unpivot, fits as column_fits};

use crate::hint::did_you_mean;
use crate::outcomes::{Dataset, Relation};
use std::collections::BTreeMap;

/// A connector, read and validated.
#[derive(Clone, Debug)]
pub struct Connector {
    /// Its folder's name, which is also the dataset's id.
    pub name: String,
    /// What it is, where its bytes are, how often they come.
    pub manifest: Manifest,
    /// One SELECT per shared relation that it supplies.
    pub sql: BTreeMap<Relation, String>,
    /// Where its files are.
    pub folder: Folder,
}

impl Connector {
    /// Reads and validates a folder.
    ///
    /// # Errors
    /// When the manifest is missing or wrong, when there is no SQL, when a SQL file names no shared relation, or
    /// when the hub ships no such file in `schema/`.
    pub fn read(folder: Folder) -> Result<Self, ConnectorError> {
        let name = folder.name().to_owned();
        let wrong =
            |file: &str, what: String| ConnectorError::Wrong { connector: name.clone(), file: file.into(), what };
        if !is_name(&name) {
            return Err(wrong("", "a connector's name is lower-case letters, digits and hyphens, at most 60".into()));
        }
        let text = folder.text("connector.toml")?;
        let manifest = Manifest::parse(&text).map_err(|what| wrong("connector.toml", what))?;
        let mut sql = BTreeMap::new();
        for file in folder.files("")? {
            let Some(stem) = file.strip_suffix(".sql") else { continue };
            let relation = Relation::from_name(stem).ok_or_else(|| {
                let known = Relation::ALL.map(Relation::name);
                wrong(
                    &file,
                    format!(
                        "no shared relation is called `{stem}`{}; there are {}",
                        did_you_mean(stem, known),
                        known.join(", ")
                    ),
                )
            })?;
            sql.insert(relation, folder.text(&file)?);
        }
        if sql.is_empty() {
            return Err(wrong(
                "",
                "there is no SQL; write a SELECT in observations.sql (or areas.sql, indicators.sql, …)".into(),
            ));
        }
        let connector = Self { name: name.clone(), manifest, sql, folder };
        for (resource, Resource { origin, form, .. }) in &connector.manifest.resources {
            origin.check(resource, &connector.folder, form)?;
        }
        match connector.unused(&text) {
            Some(what) => Err(wrong("connector.toml", what)),
            None => Ok(connector),
        }
    }

    /// The dataset as the manifest declares it.
    #[must_use]
    pub fn dataset(&self) -> Dataset {
        self.manifest.dataset(&self.name)
    }

    /// The connectors whose data must be published before this one's can be checked.
    #[must_use]
    pub fn needs(&self) -> Vec<String> {
        self.manifest.needs()
    }

    /// The golden cases, by name.
    ///
    /// # Errors
    /// When a case's files cannot be read or its `case.toml` is wrong.
    pub fn cases(&self) -> Result<Vec<Case>, ConnectorError> {
        Case::read_all(&self.name, &self.folder)
    }
}
