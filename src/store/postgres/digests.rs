//! The digests of releases: made when one is published, and held against what is stored.

use super::copied::copied;
use super::engine::{Doing, level, narrow};
use crate::access::Viewer;
use crate::outcomes::{Release, ReleaseNumber};
use crate::store::common::digest::{
    ALL, ALL_REFERENCE, ALL_SLICES, DOING, Digests, KEEP, Kept, LEFT_OF, Left, NEWEST, REFERENCE_OF, SLICES_OF,
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
            "COPY (SELECT ",
            digested_columns!(),
            " FROM ",
            $from,
            " JOIN area a ON a.id = f.area
              JOIN run_file o ON o.id = f.file
              LEFT JOIN note n ON n.id = f.note ",
            $where,
            " ORDER BY f.slice) TO STDOUT (FORMAT binary)"
        )
    };
}

/// As many columns as `digested_columns!` has.
const COLUMNS: usize = 20;

// COPY takes no parameters: the release is a setting of the transaction.
const DIGESTED: &str = "SELECT set_config('hub.digested', $1::text, TRUE)";

const FIGURES_OF: &str = figures!(
    "(SELECT current_setting('hub.digested')::integer AS release) d
     JOIN release_slice t ON t.release = d.release JOIN figure f ON f.slice = t.slice",
    "WHERE f.opened = d.release OR f.closed = d.release"
);
const ALL_FIGURES: &str = figures!("figure f", "");

async fn figures_of(connection: &mut PgConnection, number: i32, digests: &mut Digests) -> Result<(), StoreError> {
    sqlx::query(DIGESTED).bind(number).execute(&mut *connection).await.doing(DOING)?;
    digests.figures(copied::<COLUMNS>(connection, FIGURES_OF, DOING).await?).await
}

async fn all_figures(connection: &mut PgConnection, digests: &mut Digests) -> Result<(), StoreError> {
    digests.figures(copied::<COLUMNS>(connection, ALL_FIGURES, DOING).await?).await
}

digesting!(PgConnection, i32, narrow, level);
