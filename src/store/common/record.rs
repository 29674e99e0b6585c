//! Runs, releases, the files behind them and rejected rows, put together from the columns of [`super::statements`].

use super::{Columns, signed, standing, unsigned};
use crate::outcomes::{Counts, LandedFile, Origin, Outcome, Release, Run, RunId};
use crate::store::{RejectedRow, StoreError};
use chrono::{DateTime, Utc};
use sqlx::query::Query;
use sqlx::{Database, Encode, Type};
use std::collections::HashMap;

/// The time at which a run ended, which must be known before it is recorded.
pub(in crate::store) fn ended_at(run: &Run) -> Result<DateTime<Utc>, StoreError> {
    run.finished_at.ok_or_else(|| StoreError::OutOfTurn(format!("run {} ends without a time", run.id)))
}

/// Fails where a run says that it was published, or is not over.
pub(in crate::store) fn ends_unpublished(run: &Run) -> Result<(), StoreError> {
    if run.release.is_none() && !matches!(run.outcome, Outcome::Running | Outcome::Published) {
        return Ok(());
    }
    let outcome = run.outcome.as_str();
    Err(StoreError::OutOfTurn(format!("run {} cannot end as `{outcome}` without publishing", run.id)))
}

/// Fails where [`super::statements::END_RUN`] found no running run.
pub(in crate::store) fn was_under_way(run: &Run, recorded: u64) -> Result<(), StoreError> {
    if recorded == 0 {
        return Err(StoreError::OutOfTurn(format!("run {} of `{}` is not under way", run.id, run.dataset)));
    }
    Ok(())
}

/// Binds counts in the order in which [`counts`] reads them.
pub(in crate::store) fn bind_counts<DB: Database>(
    query: Query<'_, DB, DB::Arguments>,
    counts: Counts,
) -> Query<'_, DB, DB::Arguments>
where
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    let Counts { mapped, added, changed, unchanged, rejected, withdrawn } = counts;
    [mapped, added, changed, unchanged, rejected, withdrawn]
        .into_iter()
        .fold(query, |query, count| query.bind(signed(count)))
}

/// The counts in six columns from `first` on: mapped, added, changed, unchanged, rejected, withdrawn.
fn counts(row: &impl Columns, first: usize, doing: &'static str) -> Result<Counts, StoreError> {
    let count = |offset| row.whole(first + offset, doing).map(unsigned);
    Ok(Counts {
        mapped: count(0)?,
        added: count(1)?,
        changed: count(2)?,
        unchanged: count(3)?,
        rejected: count(4)?,
        withdrawn: count(5)?,
    })
}

/// The landed files of each run.
pub(in crate::store) type Files = HashMap<RunId, Vec<LandedFile>>;

/// Landed files, from rows of `file_columns!` in the order of their runs.
pub(in crate::store) fn files(rows: &[impl Columns]) -> Result<Files, StoreError> {
    let doing = "read landed files";
    let mut files = Files::new();
    for row in rows {
        let text = |column| row.text(column, doing).map(str::to_owned);
        files.entry(row.whole(0, doing)?).or_default().push(LandedFile {
            resource: text(1)?,
            name: text(2)?,
            source: text(3)?,
            sha256: text(4)?,
            bytes: unsigned(row.whole(5, doing)?),
            rows: unsigned(row.whole(6, doing)?),
        });
    }
    Ok(files)
}

/// Runs, still without their files.
pub(in crate::store) fn runs(rows: &[impl Columns]) -> Result<Vec<Run>, StoreError> {
    rows.iter().map(run).collect()
}

fn run(row: &impl Columns) -> Result<Run, StoreError> {
    let doing = "read a run";
    let text =
        |column| -> Result<Option<String>, StoreError> { Ok(row.text_or_none(column, doing)?.map(str::to_owned)) };
    let word = row.text(4, doing)?;
    Ok(Run {
        id: row.whole(0, doing)?,
        dataset: row.text(1, doing)?.to_owned(),
        started_at: row.time(2, doing)?,
        finished_at: row.time_or_none(3, doing)?,
        outcome: Outcome::from_word(word)
            .ok_or_else(|| StoreError::Inconsistent(format!("`{word}` is not an outcome")))?,
        release: row.id_or_none(5, doing)?,
        figures: counts(row, 8, doing)?,
        reference: counts(row, 14, doing)?,
        files: Vec::new(),
        error: text(6)?,
        error_code: text(7)?,
        inputs: text(20)?,
        warnings: warnings(text(21)?)?,
    })
}

/// A run's warnings as they are stored: a list in JSON, or nothing.
pub(in crate::store) fn warnings_stored(run: &Run) -> Option<String> {
    (!run.warnings.is_empty()).then(|| serde_json::Value::from(run.warnings.clone()).to_string())
}

fn warnings(stored: Option<String>) -> Result<Vec<String>, StoreError> {
    let Some(stored) = stored else { return Ok(Vec::new()) };
    serde_json::from_str(&stored).map_err(|error| StoreError::Inconsistent(format!("a run's warnings: {error}")))
}

/// Releases, still without their files.
pub(in crate::store) fn releases(rows: &[impl Columns]) -> Result<Vec<Release>, StoreError> {
    rows.iter().map(release).collect()
}

fn release(row: &impl Columns) -> Result<Release, StoreError> {
    let doing = "read a release";
    Ok(Release {
        number: row.id(0, doing)?,
        dataset: row.text(1, doing)?.to_owned(),
        run: row.whole(2, doing)?,
        published_at: row.time(3, doing)?,
        standing: standing(row.text(4, doing)?)?,
        figures: counts(row, 5, doing)?,
        reference: counts(row, 11, doing)?,
        files: Vec::new(),
    })
}

/// Quarantined rows.
pub(in crate::store) fn rejected(rows: &[impl Columns]) -> Result<Vec<RejectedRow>, StoreError> {
    rows.iter().map(rejected_row).collect()
}

fn rejected_row(row: &impl Columns) -> Result<RejectedRow, StoreError> {
    let doing = "read quarantined rows";
    let text = |column| row.text(column, doing).map(str::to_owned);
    let text_or_none =
        |column| -> Result<Option<String>, StoreError> { Ok(row.text_or_none(column, doing)?.map(str::to_owned)) };
    Ok(RejectedRow {
        run: row.whole(0, doing)?,
        number: row.whole(1, doing)?,
        relation: text(2)?,
        origin: Origin { file: row.text(3, doing)?.into(), row: unsigned(row.whole(4, doing)?) },
        reason: text(5)?,
        column: text_or_none(6)?,
        text: text_or_none(7)?,
        detail: text(8)?,
        raw: Some(text(9)?),
    })
}
