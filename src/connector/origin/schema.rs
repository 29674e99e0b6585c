//! `kind = "schema"`: files that the hub itself ships in `schema/`.

use super::kind::{Origin, Request, Section};
use super::shipped::{ShippedFile, last, no_file, of_format};
use crate::connector::error::ConnectorError;
use crate::connector::folder::Folder;
use crate::connector::form::Form;
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::{Component, Path};

/// The contracts that the binary carries: the frameworks, the shared indicators.
#[derive(rust_embed::RustEmbed)]
#[folder = "schema/"]
struct Carried;

/// Files of the hub's own schema folder.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Schema {
    /// Its path within the hub's own schema folder. Where it names a folder, every file of the format in it.
    path: Option<String>,
}

impl Schema {
    fn inside(&self) -> Option<&str> {
        self.path.as_deref().filter(|path| is_inside(path))
    }
}

impl Section for Schema {
    const NAME: &'static str = "schema";
    const WHAT: &'static str = "Shipped with the hub, in its schema folder.";

    fn draft(_: Option<&str>) -> String {
        "path   = \"GAP\"               # GAP: its path within the hub's own schema folder\n".into()
    }
}

impl Origin for Schema {
    fn validate(&self, _: &Form, _: &[String]) -> Result<(), String> {
        match self.inside() {
            Some(_) => Ok(()),
            None => Err("kind \"schema\" needs a `path` within the hub's schema folder".into()),
        }
    }

    // What the hub itself ships is there or not, whoever asks: a mistake in such a path is found when it is read.
    fn check(&self, _: &str, folder: &Folder, form: &Form) -> Result<(), ConnectorError> {
        self.requests(folder, form).map(|_| ())
    }

    fn requests(&self, folder: &Folder, form: &Form) -> Result<Vec<Request>, ConnectorError> {
        let path = self.inside().unwrap_or_default().trim_end_matches('/');
        let read = |name: String, path: &str| {
            Some(Request::Shipped(ShippedFile { name, bytes: Carried::get(path)?.data, with: "hub" }))
        };
        if let Some(file) = read(last(path), path) {
            return Ok(vec![file]);
        }
        let files: Vec<Request> = of_format(carried_in(path), form.format)
            .filter_map(|name| {
                let path = format!("{path}/{name}");
                read(name, &path)
            })
            .collect();
        if files.is_empty() {
            return Err(no_file(folder.name(), &format!("schema/{path}"), form.format));
        }
        Ok(files)
    }
}

/// The names of the files directly in a folder of `schema/`, in order.
fn carried_in(folder: &str) -> Vec<String> {
    let prefix = format!("{folder}/");
    let inside = |path: &str| path.strip_prefix(&prefix).map(ToOwned::to_owned);
    let mut names: Vec<String> =
        Carried::iter().filter_map(|path| inside(&path)).filter(|name| !name.contains('/')).collect();
    names.sort();
    names
}

/// Whether a path stays within the folder that it is read from.
fn is_inside(path: &str) -> bool {
    let components = || Path::new(path).components();
    components().next().is_some() && components().all(|part| matches!(part, Component::Normal(_)))
}
