//! The conformance suite on this engine, and what is particular to it.

#[path = "../../../tests/postgres.rs"]
pub(in crate::store) mod throwaway;

use super::{PostgresOptions, PostgresStore};
use crate::store::conformance;

struct Opened {
    store: PostgresStore,
}

async fn open() -> Option<Opened> {
    let url = tokio::task::spawn_blocking(throwaway::database).await.expect("a database")?;
    let options = PostgresOptions { pool: 3, ..PostgresOptions::new(url) };
    let store = PostgresStore::open(&options).await.expect("a store");
    Some(Opened { store })
}

conformance::suite!(open);
