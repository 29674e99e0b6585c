//! The digests of releases: made when one is published, and held against what is stored.

use super::engine::Doing;
use crate::access::Viewer;
use crate::outcomes::{Release, ReleaseNumber};
use crate::store::common::digest::{
    ALL, ALL_REFERENCE, ALL_SLICES, AREA, DOING, Digests, FILE, KEEP, Kept, LEFT_OF, Left, NEWEST, REFERENCE_OF,
    SLICES_OF, Told, digested_columns,
};
use crate::store::common::forgetting::DIGESTS;
use crate::store::common::statements::{EVERY_RELEASE, RELEASE};
use crate::store::common::{Columns, digesting, releases};
use crate::store::{StoreError, Verified};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

// CROSS JOIN keeps the order of the tables, and so that of the slices, without a sort.
macro_rules! figures {
    ($from:literal, $where:literal) => {
        concat!(
            "SELECT ",
            digested_columns!("a.code", "o.name, o.sha256"),
            " FROM ",
            $from,
            " CROSS JOIN figure f ON f.slice = s.id
              CROSS JOIN area a ON a.id = f.area
              CROSS JOIN run_file o ON o.id = f.file
              LEFT JOIN note n ON n.id = f.note ",
            $where,
            " ORDER BY s.id"
        )
    };
}

const FIGURES_OF: &str = figures!(
    "(SELECT slice AS id FROM release_slice WHERE release = ?1 ORDER BY slice) s",
    "WHERE f.opened = ?1 OR f.closed = ?1"
);
const ALL_FIGURES: &str = figures!("slice s", "");

/// Each row has the texts themselves.
struct InRow;

impl Told<SqliteRow> for InRow {
    fn area<'a>(&'a self, row: &'a SqliteRow) -> Result<Option<&'a str>, StoreError> {
        row.text(AREA, DOING).map(Some)
    }

    fn file<'a>(&'a self, row: &'a SqliteRow) -> Result<Option<(&'a str, Option<&'a str>)>, StoreError> {
        Ok(Some((row.text(FILE, DOING)?, row.text_or_none(FILE + 1, DOING)?)))
    }
}

async fn figures_of(
    connection: &mut SqliteConnection,
    number: ReleaseNumber,
    digests: &mut Digests,
) -> Result<(), StoreError> {
    digests.figures(&InRow, sqlx::query(FIGURES_OF).bind(number).fetch(connection)).await
}

async fn all_figures(connection: &mut SqliteConnection, digests: &mut Digests) -> Result<(), StoreError> {
    digests.figures(&InRow, sqlx::query(ALL_FIGURES).fetch(connection)).await
}

digesting!(SqliteConnection, ReleaseNumber, Ok::<ReleaseNumber, StoreError>, |viewer: &Viewer| viewer.access().level());

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SqliteStore;
    use sqlx::Row;

    #[tokio::test]
    async fn figures_are_read_in_the_order_of_slices_without_a_sort() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(&folder.path().join("hub.sqlite")).await.expect("a store");
        for statement in [FIGURES_OF, ALL_FIGURES] {
            let explain = format!("EXPLAIN QUERY PLAN {statement}");
            let plan = sqlx::query(sqlx::AssertSqlSafe(explain)).fetch_all(&store.reads).await.expect("a plan");
            let plan: Vec<String> = plan.iter().map(|row| row.get(3)).collect();
            assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{}", plan.join("\n"));
            assert!(plan.iter().any(|step| step.contains("SEARCH f USING PRIMARY KEY")), "{}", plan.join("\n"));
        }
    }
}
