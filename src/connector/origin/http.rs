//! `kind = "http"`: files at steady addresses.

use super::kind::{Origin, Request, Section};
use crate::connector::error::ConnectorError;
use crate::connector::folder::Folder;
use crate::connector::form::Form;
use crate::connector::many::{OneOrMany, one_or_many};
use schemars::JsonSchema;
use serde::Deserialize;

/// Files that are fetched from their addresses.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Http {
    /// Its address, or several.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "Option<OneOrMany<String>>")]
    url: Vec<String>,
}

impl Section for Http {
    const NAME: &'static str = "http";
    const WHAT: &'static str = "Fetched from its address.";

    fn draft(url: Option<&str>) -> String {
        match url {
            Some(url) => format!("url    = {}\n", toml::Value::String(url.to_owned())),
            None => "url    = \"https://example.org/GAP\"   # GAP: where the file is published\n".into(),
        }
    }
}

impl Origin for Http {
    fn validate(&self, _: &Form, _: &[String]) -> Result<(), String> {
        if self.url.is_empty() {
            return Err("kind \"http\" needs a `url`".into());
        }
        let begins = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
        match self.url.iter().find(|url| !begins(url)) {
            Some(url) => Err(format!("`{url}` does not begin with https:// or http://")),
            None => Ok(()),
        }
    }

    fn requests(&self, _: &Folder, _: &Form) -> Result<Vec<Request>, ConnectorError> {
        Ok(self.url.iter().map(|url| Request::Get { url: url.clone() }).collect())
    }
}
