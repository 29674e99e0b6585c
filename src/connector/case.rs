//! Golden cases: input bytes in the publisher's exact format, and what must come out.

use super::error::ConnectorError;
use super::folder::Folder;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One golden case of a connector.
#[derive(Clone, Debug)]
pub struct Case {
    /// The case's folder name.
    pub name: String,
    /// What it shows, for people.
    pub description: Option<String>,
    /// Values for the connector's parameters.
    pub set: BTreeMap<String, String>,
    /// The input files.
    pub inputs: Vec<CaseInput>,
    /// What must come out: the file's name (`observations.csv`, `rejected.csv`, `error.txt`) and its text.
    pub expect: BTreeMap<String, String>,
}

/// An input file of a case.
#[derive(Clone, Debug)]
pub struct CaseInput {
    /// The resource whose bytes it gives.
    pub resource: String,
    /// The file's name as the publisher has it.
    pub file: String,
    /// Its path within the connector's folder.
    pub path: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CaseFile {
    description: Option<String>,
    set: BTreeMap<String, String>,
}

impl Case {
    pub(super) fn read_all(connector: &str, folder: &Folder) -> Result<Vec<Self>, ConnectorError> {
        folder.folders("cases")?.into_iter().map(|name| Self::read(connector, folder, name)).collect()
    }

    fn read(connector: &str, folder: &Folder, name: String) -> Result<Self, ConnectorError> {
        let root = format!("cases/{name}");
        let wrong = |file: &str, what: String| ConnectorError::Wrong {
            connector: connector.to_owned(),
            file: format!("{root}/{file}"),
            what,
        };
        let about: CaseFile = if folder.files(&root)?.iter().any(|file| file == "case.toml") {
            toml::from_str(&folder.text(&format!("{root}/case.toml"))?)
                .map_err(|error| wrong("case.toml", error.to_string()))?
        } else {
            CaseFile::default()
        };
        let mut inputs = Vec::new();
        for file in folder.files(&format!("{root}/in"))? {
            let resource = file.split('.').next().unwrap_or_default().to_owned();
            inputs.push(CaseInput { resource, path: format!("{root}/in/{file}"), file });
        }
        for resource in folder.folders(&format!("{root}/in"))? {
            for file in folder.files(&format!("{root}/in/{resource}"))? {
                let path = format!("{root}/in/{resource}/{file}");
                inputs.push(CaseInput { resource: resource.clone(), file, path });
            }
        }
        if inputs.is_empty() {
            return Err(wrong("in", "there is no input file; put one in as in/<resource>.csv".into()));
        }
        let mut expect = BTreeMap::new();
        for file in folder.files(&format!("{root}/expect"))? {
            let text = folder.text(&format!("{root}/expect/{file}"))?;
            expect.insert(file, text);
        }
        if expect.is_empty() {
            return Err(wrong(
                "expect",
                "nothing is expected; write expect/observations.csv or expect/error.txt".into(),
            ));
        }
        Ok(Self { name, description: about.description, set: about.set, inputs, expect })
    }
}
