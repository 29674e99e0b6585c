//! The digests of releases: made when one is published, and held against what is stored.

use super::engine::{Doing, level, narrow};
use crate::access::Viewer;
use crate::outcomes::{Release, ReleaseNumber};
use crate::store::common::digest::{
    ALL, ALL_REFERENCE, ALL_SLICES, Digests, KEEP, Kept, LEFT_OF, Left, NEWEST, REFERENCE_OF, SLICES_OF,
    digested_columns,
};
use crate::store::common::forgetting::DIGESTS;
use crate::store::common::statements::{EVERY_RELEASE, RELEASE};
use crate::store::common::{digesting, releases};
use crate::store::{StoreError, Verified};
use sqlx::PgConnection;

macro_rules! figures {
    ($from:literal, $where:literal) => {
        concat!(
            "SELECT ",
            digested_columns!(),
            " FROM ",
            $from,
            " JOIN area a ON a.id = f.area
              JOIN run_file o ON o.id = f.file
              LEFT JOIN note n ON n.id = f.note ",
            $where,
            " ORDER BY f.slice"
        )
    };
}

const FIGURES_OF: &str = figures!(
    "release_slice t JOIN figure f ON f.slice = t.slice",
    "WHERE t.release = $1 AND (f.opened = $1 OR f.closed = $1)"
);
const ALL_FIGURES: &str = figures!("figure f", "");

digesting!(PgConnection, i32, narrow, level);
