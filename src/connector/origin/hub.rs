//! `kind = "hub"`: the hub's own published figures, which `sync/` lands because it knows the store.

use super::kind::{Origin, Request, Section};
use super::shipped::wrong;
use crate::connector::error::ConnectorError;
use crate::connector::folder::Folder;
use crate::connector::form::Form;
use crate::connector::format::Format;
use schemars::JsonSchema;
use serde::Deserialize;

/// The hub's own published figures of the resource's indicators.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Hub {
    /// The dataset whose figures are read, which `needs` names too; without one, each indicator's preferred dataset.
    dataset: Option<String>,
}

impl Section for Hub {
    const NAME: &'static str = "hub";
    const WHAT: &'static str = "The hub's own published figures, for measures that are derived from others.";

    fn draft(_: Option<&str>) -> String {
        "indicators = [\"GAP\"]         # GAP: those whose published figures it reads\n\
         # dataset = \"NAME\"           # read this dataset's figures; `needs` then names it too\n"
            .into()
    }
}

impl Origin for Hub {
    fn validate(&self, form: &Form, needs: &[String]) -> Result<(), String> {
        if form.indicators.is_empty() {
            return Err("kind \"hub\" needs `indicators`: those whose published figures it reads".into());
        }
        if form.format != Format::Csv {
            return Err("kind \"hub\" gives the hub's figures as csv: set format = \"csv\"".into());
        }
        match self.dataset.as_ref().filter(|dataset| !form.optional && !needs.contains(dataset)) {
            Some(dataset) => {
                Err(format!("`{dataset}` must be published first: add it to `needs`, or set optional = true"))
            }
            None => Ok(()),
        }
    }

    fn check(&self, resource: &str, folder: &Folder, _: &Form) -> Result<(), ConnectorError> {
        if self.dataset.as_deref() == Some(folder.name()) {
            return Err(wrong(folder.name(), format!("[resource.{resource}]: nothing is derived from itself")));
        }
        Ok(())
    }

    fn requests(&self, _: &Folder, _: &Form) -> Result<Vec<Request>, ConnectorError> {
        Ok(vec![Request::Figures { dataset: self.dataset.clone() }])
    }

    fn is_derived(&self) -> bool {
        true
    }
}
