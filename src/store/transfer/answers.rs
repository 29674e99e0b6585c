//! Comparing what both stores answer, as of every release.
//!
//! All figures are compared as of the newest release. As of an earlier one it is those of the slices that it touched: a
//! slice that a release did not touch answers as it did at the release before.

use super::side::{Held, Side};
use super::{Step, Summary, TransferError, Watch};
use crate::access::Viewer;
use crate::outcomes::ReleaseNumber;
use crate::store::common::Doing;
use crate::store::{AreaSelection, FigureQuery, PeriodSelection, SliceId, StoreError};
use chrono::TimeDelta;

/// Figures that are asked for at once.
const PAGE: usize = 8192;
/// Slices that are asked for together.
const SLICES: usize = 256;

/// Compares the answers, and counts them.
pub(super) async fn same(
    source: &Side,
    target: &Side,
    summary: &mut Summary,
    watch: &Watch<'_>,
) -> Result<(), TransferError> {
    let of_source = TransferError::of(&source.name);
    let of_target = TransferError::of(&target.name);
    let (one, other) = (source.store(), target.store());
    let head = one.head().await.map_err(&of_source)?;
    equal("the newest release", head, other.head().await.map_err(&of_target)?)?;
    summary.release = head;
    for release in 0..=head {
        watch(Step::Answers { release, of: head });
        let catalogue = one.catalogue(release).await.map_err(&of_source)?;
        let copied = other.catalogue(release).await.map_err(&of_target)?;
        if let Some(part) = catalogue.differs(&copied) {
            return Err(TransferError::Differs(format!("as of release {release}, {part} are not the same")));
        }
        let viewer = Viewer::operator();
        let told = one.release(&viewer, release).await.map_err(&of_source)?;
        let copied = other.release(&viewer, release).await.map_err(&of_target)?;
        if told != copied {
            return Err(TransferError::Differs(format!("release {release} is told otherwise")));
        }
        let Some(told) = told else { continue };
        // A time finds the release, and a moment earlier the one before it.
        for at in [told.published_at, told.published_at - TimeDelta::microseconds(1)] {
            let (found, copied) = (one.head_at(at).await, other.head_at(at).await);
            let (found, copied) = (found.map_err(&of_source)?, copied.map_err(&of_target)?);
            equal(&format!("the release as of {at}"), found, copied)?;
        }
        let slices = if release == head {
            catalogue.visible_slices(&viewer).map(|slice| slice.id).collect()
        } else {
            touched(target, release).await.map_err(&of_target)?
        };
        for slices in slices.chunks(SLICES) {
            summary.answered += figures(source, target, release, slices).await?;
        }
        summary.releases += 1;
    }
    Ok(())
}

fn equal(what: &str, one: ReleaseNumber, other: ReleaseNumber) -> Result<(), TransferError> {
    if one == other {
        return Ok(());
    }
    Err(TransferError::Differs(format!("{what} is {one}, and in the copy {other}")))
}

/// Compares the figures of some slices as of a release, a page at a time.
async fn figures(source: &Side, target: &Side, at: ReleaseNumber, slices: &[SliceId]) -> Result<u64, TransferError> {
    let viewer = Viewer::operator();
    let mut query = FigureQuery {
        slices: slices.to_vec(),
        areas: AreaSelection::All,
        periods: PeriodSelection::All,
        at,
        after: None,
        limit: PAGE,
    };
    let mut compared = 0;
    loop {
        let (one, other) =
            tokio::join!(source.store().figures(&viewer, &query), target.store().figures(&viewer, &query));
        let one = one.map_err(TransferError::of(&source.name))?;
        let other = other.map_err(TransferError::of(&target.name))?;
        if one != other {
            let at_fault = one.iter().zip(&other).find(|(one, other)| one != other);
            let which = at_fault.map(|(one, _)| one).or_else(|| one.get(other.len())).or_else(|| other.get(one.len()));
            let which = which.map_or_else(String::new, |figure| {
                format!(": slice {}, area {}, {}", figure.slice, figure.area, figure.period.iso())
            });
            return Err(TransferError::Differs(format!("as of release {at}, a figure is answered otherwise{which}")));
        }
        compared += u64::try_from(one.len()).unwrap_or(u64::MAX);
        match one.last() {
            Some(last) if one.len() == PAGE => query.after = Some(last.position()),
            _ => return Ok(compared),
        }
    }
}

/// The slices that a release touched.
async fn touched(side: &Side, release: ReleaseNumber) -> Result<Vec<SliceId>, StoreError> {
    let doing = "tell what a release touched";
    let held = side.hold().await.map_err(|error| StoreError::Address(error.to_string()))?;
    match held {
        Held::Sqlite(mut connection) => {
            sqlx::query_scalar("SELECT slice FROM release_slice WHERE release = ?1 ORDER BY slice")
                .bind(release)
                .fetch_all(&mut *connection)
                .await
                .doing(doing)
        }
        Held::Postgres(mut connection) => {
            sqlx::query_scalar("SELECT slice::bigint FROM release_slice WHERE release = $1::bigint ORDER BY slice")
                .bind(release)
                .fetch_all(&mut *connection)
                .await
                .doing(doing)
        }
    }
}
