//! The store: what is published, every version of it, and how it came to be.
//!
//! Takes checked rows and publishes them as one atomic, bitemporal release; gives figures, the
//! catalogue, releases, runs and quarantined rows as the hub stood at any release.
//!
//! Must never judge a row (that is `check/`) and never rewrite published history: a release closes
//! rows and opens rows, and nothing else ever touches them, but for what a person has forgotten.

mod catalogue;
mod common;
#[cfg(test)]
mod conformance;
mod contract;
mod postgres;
mod read;
mod sqlite;
mod transfer;

pub use catalogue::{Catalogue, CatalogueRows, OwnCode, PublishedFramework, ReleaseStanding, Slice};
pub use contract::{
    Forget, Forgotten, ForgottenRelease, Lease, Migrated, NOTABLE, PoolUse, Publication, Publishing, Quarantine, Reads,
    Scope, Settled, Store, StoreError, Upkeep, Verified,
};
pub use postgres::{PostgresOptions, PostgresStore};
pub use read::{
    AreaSelection, FigureQuery, Page, PeriodSelection, Position, RejectedRow, Revision, RevisionQuery, StoredFigure,
};
pub use sqlite::SqliteStore;
pub use transfer::{
    Altered, Measured, Place, Step, Summary, TransferError, UpToDate, Watch, copy, measure, up_to_date, vacant, verify,
};

/// The id of a place, stable for the life of a store.
pub type AreaId = i64;
/// The id of a [`Slice`], stable for the life of a store.
pub type SliceId = i64;
