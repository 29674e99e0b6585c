//! Whether a run would only repeat the newest one that ended well: the same bytes, read by the same connector, against
//! the same places and definitions. Then what is published is what it would publish, and nothing needs mapping.

use super::request::Request;
use super::resources::LandedTable;
use crate::access::Viewer;
use crate::connector::ConnectorError;
use crate::outcomes::{Outcome, ReleaseNumber, Run, Standing};
use crate::store::{Page, Store, StoreError};
use sha2::{Digest, Sha256};

/// Another one with every change of how bytes become figures (decoding, the SQL functions, the checks, the engine), so that
/// what another hub made is made again.
const MAKING: &str = env!("HUB_MAKING");

/// The most runs that ended badly to skip.
const LOOK_BACK: u32 = 50;

/// What a run is made from, as one hash in 64 lower-case hex digits.
///
/// # Errors
/// When the connector's folder cannot be read.
pub(super) fn inputs(
    request: &Request,
    standing: Standing,
    tables: &[LandedTable],
    reference: ReleaseNumber,
) -> Result<String, ConnectorError> {
    let connector = &request.connector;
    let mut hash = Sha256::new();
    // Each part behind its length, so that no two lists of parts are one text.
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    part(MAKING);
    part(&reference.to_string());
    part(standing.as_str());
    part(&connector.folder.text("connector.toml")?);
    for (relation, sql) in &connector.sql {
        part(relation.name());
        part(sql);
    }
    for (name, value) in &request.set {
        part(name);
        part(value);
    }
    for table in tables {
        let file = table.file();
        part(table.each());
        part(&file.resource);
        part(&file.name);
        part(&file.sha256);
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// The newest run of a dataset that ended well: what is published is what it was made from.
pub(super) async fn newest_well(store: &dyn Store, dataset: &str) -> Result<Option<Run>, StoreError> {
    let page = Page { offset: 0, limit: LOOK_BACK };
    let (runs, _) = store.runs(&Viewer::operator(), dataset, page).await?;
    Ok(runs.into_iter().find(|run| matches!(run.outcome, Outcome::Published | Outcome::Unchanged)))
}

/// The same, where it was made from these inputs.
pub(super) async fn as_before(store: &dyn Store, dataset: &str, inputs: &str) -> Result<Option<Run>, StoreError> {
    Ok(newest_well(store, dataset).await?.filter(|run| run.inputs.as_deref() == Some(inputs)))
}
