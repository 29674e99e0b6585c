//! `kind = "file"`: files in the connector's own folder, or downloaded by a person.

use super::kind::{Origin, Request, Section};
use super::shipped::{ShippedFile, last, no_file, of_format, wrong};
use crate::connector::error::ConnectorError;
use crate::connector::folder::Folder;
use crate::connector::form::Form;
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::{Component, Path};

/// Files that come in the connector's folder; without a path, a person gives them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    /// Its path within the connector's folder; without one, a person downloads the file and gives it by --input. Where
    /// it names a folder, every file of the format in it.
    path: Option<String>,
}

impl Section for File {
    const NAME: &'static str = "file";
    const WHAT: &'static str = "Shipped in the connector's folder, or downloaded by a person.";

    fn draft(_: Option<&str>) -> String {
        "# path = \"data/FILE\"          # within this folder; without it, a person gives the file by --input\n".into()
    }
}

impl Origin for File {
    fn validate(&self, _: &Form, _: &[String]) -> Result<(), String> {
        Ok(())
    }

    fn requests(&self, folder: &Folder, form: &Form) -> Result<Vec<Request>, ConnectorError> {
        let Some(path) = &self.path else { return Ok(Vec::new()) };
        if !Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            let what = format!("`{path}` is not inside the connector's folder; correct the resource's `path`");
            return Err(wrong(folder.name(), what));
        }
        let path = path.trim_end_matches('/');
        let read = |name: String, path: &str| -> Result<Request, ConnectorError> {
            Ok(Request::Shipped(ShippedFile { bytes: folder.bytes(path)?, name, with: "connector" }))
        };
        let inside = folder.files(path)?;
        if inside.is_empty() {
            return Ok(vec![read(last(path), path)?]);
        }
        let files: Vec<Request> = of_format(inside, form.format)
            .map(|name| {
                let path = format!("{path}/{name}");
                read(name, &path)
            })
            .collect::<Result<_, ConnectorError>>()?;
        if files.is_empty() { Err(no_file(folder.name(), path, form.format)) } else { Ok(files) }
    }

    fn by_hand(&self) -> bool {
        self.path.is_none()
    }
}
