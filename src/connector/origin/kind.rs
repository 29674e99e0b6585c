//! What a kind of source is: a typed section of the manifest, and what it asks for.

use super::http::{Call, Each, Find};
use super::shipped::ShippedFile;
use crate::connector::error::ConnectorError;
use crate::connector::folder::Folder;
use crate::connector::form::Form;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::sync::Arc;
use toml::Table;

/// Something that a resource asks for. Whoever lands it lands it whole, or says why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The file at an address.
    Get {
        /// Begins with `https://` or `http://`. Its query and user may hold a key.
        url: String,
        /// Hosts that its redirects may lead to although they are not public.
        hosts: Vec<String>,
    },
    /// Files that pages link to.
    Find {
        /// The pages, and which links are meant.
        find: Find,
        /// Hosts that the links may lead to besides the page's own.
        hosts: Vec<String>,
    },
    /// What an API answers, page by page.
    Call(Arc<Call>),
    /// A file that comes with the connector or the hub.
    Shipped(ShippedFile),
    /// The hub's own figures of the resource's indicators.
    Figures {
        /// The dataset whose figures are read; without one, each indicator's preferred dataset.
        dataset: Option<String>,
    },
}

/// How one resource's bytes are had: the section of its kind, read.
pub trait Origin: Debug + Send + Sync {
    /// Looks at the section beside the resource's other keys and the datasets that are published first.
    ///
    /// # Errors
    /// What is wrong, and what to do, without the resource's name.
    fn validate(&self, form: &Form, needs: &[String]) -> Result<(), String>;

    /// Looks at what can only be known of a whole folder, when the connector is read.
    ///
    /// # Errors
    /// When something that is asked for cannot be there.
    fn check(&self, _resource: &str, _folder: &Folder, _form: &Form) -> Result<(), ConnectorError> {
        Ok(())
    }

    /// Everything that the resource is made of, in order. Nothing means that only a person can get it.
    ///
    /// # Errors
    /// When a file that should come with the connector or the hub is not there.
    fn requests(&self, folder: &Folder, form: &Form) -> Result<Vec<Request>, ConnectorError>;

    /// What is allowed and should be looked at, each in a sentence without the resource's name.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// What it is asked for one after the other, where it is.
    fn each(&self) -> Option<&Each> {
        None
    }

    /// Whether only a person can get it.
    fn by_hand(&self) -> bool {
        false
    }

    /// Whether it is made from the hub's own figures.
    fn is_derived(&self) -> bool {
        false
    }
}

/// The typed section of a kind. Every key has a default, so that each can be read by itself and a mistake is told with
/// its line; [`Origin::validate`] asks for those that must be there.
pub(super) trait Section: Origin + DeserializeOwned + JsonSchema + 'static {
    /// The manifest's word for the kind.
    const NAME: &'static str;
    /// How its bytes are had, in a sentence.
    const WHAT: &'static str;

    /// The section's own lines in a drafted manifest; `url` is where the draft's file was fetched from.
    fn draft(url: Option<&str>) -> String;
}

/// A kind of source, as the list has it.
#[derive(Debug)]
pub struct Kind {
    /// The manifest's word for it.
    pub name: &'static str,
    /// How its bytes are had, in a sentence.
    pub what: &'static str,
    read: fn(Table) -> Result<Arc<dyn Origin>, toml::de::Error>,
    schema: fn(&mut SchemaGenerator) -> Schema,
    draft: fn(Option<&str>) -> String,
}

impl Kind {
    pub(super) const fn of<S: Section>() -> Self {
        Self { name: S::NAME, what: S::WHAT, read: read::<S>, schema: S::json_schema, draft: S::draft }
    }

    /// Reads a section: the resource's keys that are the kind's own.
    ///
    /// # Errors
    /// When a key is not the kind's, or its value is none.
    pub(in crate::connector) fn read(&self, section: Table) -> Result<Arc<dyn Origin>, toml::de::Error> {
        (self.read)(section)
    }

    /// The kind's own keys, each with its JSON Schema.
    pub(in crate::connector) fn keys(&self, generator: &mut SchemaGenerator) -> Vec<(String, serde_json::Value)> {
        let schema = (self.schema)(generator);
        let properties = schema.get("properties").and_then(serde_json::Value::as_object).cloned().unwrap_or_default();
        properties.into_iter().collect()
    }

    /// The section's own lines in a drafted manifest; `url` is where the draft's file was fetched from.
    #[must_use]
    pub fn draft(&self, url: Option<&str>) -> String {
        (self.draft)(url)
    }
}

fn read<S: Section>(section: Table) -> Result<Arc<dyn Origin>, toml::de::Error> {
    Ok(Arc::new(section.try_into::<S>()?))
}
