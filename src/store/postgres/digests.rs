//! The digests of releases: made when one is published, and held against what is stored.

use super::copied::{Copied, copied};
use super::engine::{Doing, level, narrow};
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
use sqlx::PgConnection;
use std::collections::HashMap;

macro_rules! figures {
    ($from:literal, $where:literal) => {
        concat!(
            "COPY (SELECT ",
            digested_columns!("f.area", "f.file"),
            " FROM ",
            $from,
            " LEFT JOIN note n ON n.id = f.note ",
            $where,
            " ORDER BY f.slice) TO STDOUT (FORMAT binary)"
        )
    };
}

/// As many columns as these statements give.
const COLUMNS: usize = 19;

// COPY takes no parameters: the release is a setting of the transaction.
const DIGESTED: &str = "SELECT set_config('hub.digested', $1::text, TRUE)";

const FIGURES_OF: &str = figures!(
    "(SELECT current_setting('hub.digested')::integer AS release) d
     JOIN release_slice t ON t.release = d.release JOIN figure f ON f.slice = t.slice",
    "WHERE f.opened = d.release OR f.closed = d.release"
);
const ALL_FIGURES: &str = figures!("figure f", "");

const AREAS: &str = "SELECT id, code FROM area";

// Figures have their release's own files; of those that it closed, the file counts for nothing.
const FILES_OF: &str =
    "SELECT o.id, o.name, o.sha256 FROM release r JOIN run_file o ON o.run = r.run WHERE r.number = $1";

const ALL_FILES: &str = "SELECT id, name, sha256 FROM run_file";

/// Places and files by their ids: they are few beside the figures, and joining each figure with them takes as long as reading it.
struct Named {
    areas: HashMap<i64, String>,
    files: HashMap<i64, (String, Option<String>)>,
}

impl Named {
    /// The files of one release; of all where none is given.
    async fn read(connection: &mut PgConnection, release: Option<i32>) -> Result<Self, StoreError> {
        let areas: Vec<(i32, String)> = sqlx::query_as(AREAS).fetch_all(&mut *connection).await.doing(DOING)?;
        let files = match release {
            Some(release) => sqlx::query_as(FILES_OF).bind(release),
            None => sqlx::query_as(ALL_FILES),
        };
        let files: Vec<(i32, String, Option<String>)> = files.fetch_all(connection).await.doing(DOING)?;
        Ok(Self {
            areas: areas.into_iter().map(|(id, code)| (id.into(), code)).collect(),
            files: files.into_iter().map(|(id, name, sha256)| (id.into(), (name, sha256))).collect(),
        })
    }
}

impl Told<Copied<COLUMNS>> for Named {
    fn area<'a>(&'a self, row: &'a Copied<COLUMNS>) -> Result<Option<&'a str>, StoreError> {
        Ok(self.areas.get(&row.id(AREA, DOING)?).map(String::as_str))
    }

    fn file<'a>(&'a self, row: &'a Copied<COLUMNS>) -> Result<Option<(&'a str, Option<&'a str>)>, StoreError> {
        Ok(self.files.get(&row.id(FILE, DOING)?).map(|(name, sha256)| (name.as_str(), sha256.as_deref())))
    }
}

async fn figures_of(connection: &mut PgConnection, release: i32, digests: &mut Digests) -> Result<(), StoreError> {
    sqlx::query(DIGESTED).bind(release).execute(&mut *connection).await.doing(DOING)?;
    let named = Named::read(connection, Some(release)).await?;
    digests.figures(&named, copied(connection, FIGURES_OF, DOING).await?).await
}

async fn all_figures(connection: &mut PgConnection, digests: &mut Digests) -> Result<(), StoreError> {
    let named = Named::read(connection, None).await?;
    digests.figures(&named, copied(connection, ALL_FIGURES, DOING).await?).await
}

digesting!(PgConnection, i32, narrow, level);
