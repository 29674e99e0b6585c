//! The names of landed files.

use super::engine::{Doing, json_list};
use crate::store::StoreError;
use crate::store::common::{FileId, FileNames, Names};
use sqlx::sqlite::SqlitePool;

/// The names of these files: from memory, or in one statement.
pub(super) async fn names<'n>(
    reads: &SqlitePool,
    names: &'n FileNames,
    files: &[FileId],
) -> Result<Names<'n>, StoreError> {
    let mut names = names.of(files);
    let unmet = names.unmet();
    if !unmet.is_empty() {
        let read: Vec<(FileId, String)> =
            sqlx::query_as("SELECT id, name FROM run_file WHERE id IN (SELECT value FROM json_each(?1))")
                .bind(json_list(unmet))
                .fetch_all(reads)
                .await
                .doing("read the names of files")?;
        names.learn(read);
    }
    Ok(names)
}
