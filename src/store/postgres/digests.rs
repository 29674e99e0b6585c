//! The digests of releases: made when one is published, and held against what is stored.

use super::engine::{Doing, level, narrow};
use crate::access::Viewer;
use crate::outcomes::Release;
use crate::store::common::digest::{
    ALL, ALL_REFERENCE, ALL_SLICES, Digests, KEEP, Kept, NEWEST, REFERENCE_OF, SLICES_OF, digested_columns,
};
use crate::store::common::releases;
use crate::store::common::statements::EVERY_RELEASE;
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

/// Makes the digest of a release from what was just written, and keeps it.
pub(super) async fn keep(connection: &mut PgConnection, release: &Release) -> Result<(), StoreError> {
    let doing = "keep the digest of a release";
    let mut digests = Digests::only(release.number);
    let number = narrow(release.number)?;
    digests.slices(&sqlx::query(SLICES_OF).bind(number).fetch_all(&mut *connection).await.doing(doing)?)?;
    digests.figures(sqlx::query(FIGURES_OF).bind(number).fetch(&mut *connection)).await?;
    digests.reference(sqlx::query(REFERENCE_OF).bind(number).fetch(&mut *connection)).await?;
    let before = sqlx::query(NEWEST).fetch_optional(&mut *connection).await.doing(doing)?;
    let before = before.as_ref().map(Kept::read).transpose()?;
    let digest = digests.of(release, before.as_ref());
    sqlx::query(KEEP).bind(number).bind(digest).execute(connection).await.doing(doing)?;
    Ok(())
}

/// See [`crate::store::Upkeep::verify`]. The connection is in a transaction that reads one snapshot.
pub(in crate::store) async fn verify(connection: &mut PgConnection) -> Result<Verified, StoreError> {
    let doing = "verify its releases";
    let kept = sqlx::query(ALL).fetch_all(&mut *connection).await.doing(doing)?;
    let kept = kept.iter().map(Kept::read).collect::<Result<_, _>>()?;
    let level = level(&Viewer::operator());
    let releases = releases(&sqlx::query(EVERY_RELEASE).bind(level).fetch_all(&mut *connection).await.doing(doing)?)?;
    let mut digests = Digests::default();
    digests.slices(&sqlx::query(ALL_SLICES).fetch_all(&mut *connection).await.doing(doing)?)?;
    digests.figures(sqlx::query(ALL_FIGURES).fetch(&mut *connection)).await?;
    digests.reference(sqlx::query(ALL_REFERENCE).fetch(connection)).await?;
    Ok(digests.verify(&releases, kept))
}
