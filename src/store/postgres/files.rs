//! The names of landed files.

use super::engine::{Doing, clamped};
use crate::store::StoreError;
use crate::store::common::{FileId, FileNames, Names};
use sqlx::postgres::PgPool;

/// The names of these files: from memory, or in one statement.
pub(super) async fn names<'n>(reads: &PgPool, names: &'n FileNames, files: &[FileId]) -> Result<Names<'n>, StoreError> {
    let mut names = names.of(files);
    let unmet: Vec<i32> = names.unmet().into_iter().map(clamped).collect();
    if !unmet.is_empty() {
        let read: Vec<(i32, String)> = sqlx::query_as("SELECT id, name FROM run_file WHERE id = ANY($1)")
            .bind(unmet)
            .fetch_all(reads)
            .await
            .doing("read the names of files")?;
        names.learn(read.into_iter().map(|(id, name)| (id.into(), name)).collect());
    }
    Ok(names)
}
