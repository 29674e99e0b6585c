//! Statements that mean the same in every engine, word for word. Each says what is bound to `$1`, `$2`, … in this order;
//! SQLite's driver takes them for `?1`, `?2`, ….

/// Runs as [`super::record::runs`] reads them, of datasets that the viewer at level `$1` may see.
macro_rules! select_runs {
    ($rest:literal) => {
        concat!(
            "SELECT u.id, d.name, u.started_at, u.finished_at, u.outcome, r.number,
                    u.error, u.error_code, u.figures_mapped, u.figures_added, u.figures_changed, u.figures_unchanged,
                    u.figures_rejected, u.figures_withdrawn, u.reference_mapped, u.reference_added,
                    u.reference_changed, u.reference_unchanged, u.reference_rejected, u.reference_withdrawn, u.inputs,
                    u.warnings
             FROM run u JOIN dataset d ON d.id = u.dataset LEFT JOIN release r ON r.run = u.id
             WHERE ",
            $crate::store::common::visible!("$1"),
            " AND ",
            $rest
        )
    };
}

/// Releases as [`super::record::releases`] reads them, of datasets that the viewer at level `$1` may see.
macro_rules! select_releases {
    ($rest:literal) => {
        concat!(
            "SELECT r.number, d.name, r.run, r.published_at, r.standing,
                    r.figures_mapped, r.figures_added, r.figures_changed, r.figures_unchanged, r.figures_rejected,
                    r.figures_withdrawn, r.reference_mapped, r.reference_added, r.reference_changed,
                    r.reference_unchanged, r.reference_rejected, r.reference_withdrawn
             FROM release r JOIN dataset d ON d.id = r.dataset
             WHERE ",
            $crate::store::common::visible!("$1"),
            " AND ",
            $rest
        )
    };
}

/// A dataset's runs: level, dataset, limit, offset.
pub(in crate::store) const RUNS: &str = select_runs!("d.name = $2 ORDER BY u.id DESC LIMIT $3 OFFSET $4");

/// One run: level, id.
pub(in crate::store) const RUN: &str = select_runs!("u.id = $2");

/// How many runs a dataset has: level, dataset.
pub(in crate::store) const COUNT_RUNS: &str = concat!(
    "SELECT count(*) FROM run u JOIN dataset d ON d.id = u.dataset WHERE ",
    super::visible!("$1"),
    " AND d.name = $2"
);

/// A dataset's releases: level, dataset, newest release, limit, offset.
pub(in crate::store) const RELEASES: &str =
    select_releases!("d.name = $2 AND r.number <= $3 ORDER BY r.number DESC LIMIT $4 OFFSET $5");

/// Every release, oldest first: level.
pub(in crate::store) const EVERY_RELEASE: &str = select_releases!("TRUE ORDER BY r.number");

/// One release: level, number.
pub(in crate::store) const RELEASE: &str = select_releases!("r.number = $2");

/// The release that a run ended in: level, run.
pub(in crate::store) const RELEASE_OF_RUN: &str = select_releases!("r.run = $2");

/// How many releases a dataset has: level, dataset, newest release.
pub(in crate::store) const COUNT_RELEASES: &str = concat!(
    "SELECT count(*) FROM release r JOIN dataset d ON d.id = r.dataset WHERE ",
    super::visible!("$1"),
    " AND d.name = $2 AND r.number <= $3"
);

/// The newest release of all.
pub(in crate::store) const HEAD: &str = "SELECT coalesce(max(number), 0) FROM release";

/// The newest release at a time.
pub(in crate::store) const HEAD_AT: &str =
    "SELECT number FROM release WHERE published_at <= $1 ORDER BY published_at DESC LIMIT 1";

/// A dataset's newest release: its id.
pub(in crate::store) const HEAD_OF: &str = "SELECT coalesce(max(number), 0) FROM release WHERE dataset = $1";

/// A dataset's id: its name.
pub(in crate::store) const DATASET: &str = "SELECT id FROM dataset WHERE name = $1";

/// Stops what was left running: dataset id, time, error.
pub(in crate::store) const STOP_LEFT: &str =
    "UPDATE run SET outcome = 'stopped', finished_at = $2, error = $3 WHERE dataset = $1 AND outcome = 'running'";

/// Records how a running run ended: id, time, outcome, error, its code, dataset, inputs, warnings, twelve counts.
pub(in crate::store) const END_RUN: &str =
    "UPDATE run SET finished_at = $2, outcome = $3, error = $4, error_code = $5, inputs = $7, warnings = $8,
        figures_mapped = $9, figures_added = $10, figures_changed = $11, figures_unchanged = $12,
        figures_rejected = $13, figures_withdrawn = $14, reference_mapped = $15, reference_added = $16,
        reference_changed = $17, reference_unchanged = $18, reference_rejected = $19, reference_withdrawn = $20
     WHERE id = $1 AND outcome = 'running' AND dataset = (SELECT id FROM dataset WHERE name = $6)";

/// Records a landed file: run, position, name, resource, source, hash, bytes, rows.
pub(in crate::store) const LAND_FILE: &str =
    "INSERT INTO run_file (run, position, name, resource, source, sha256, bytes, rows)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// The columns that [`super::record::files`] reads, from `run_file`.
macro_rules! file_columns {
    () => {
        "run, resource, name, source, sha256, bytes, rows"
    };
}

pub(in crate::store) use file_columns;

/// A run's quarantined rows, as [`super::record::rejected`] reads them: level, run, number to begin after, limit. They are
/// numbered without gaps, so that a page is found by its numbers and not by counting rows off.
pub(in crate::store) const REJECTED: &str = concat!(
    r#"SELECT j.run, j.number, j.relation, j.file, j.row, j.reason, j."column", j.text, j.detail, j.raw
       FROM rejected j JOIN run u ON u.id = j.run JOIN dataset d ON d.id = u.dataset
       WHERE "#,
    super::visible!("$1"),
    " AND j.run = $2 AND j.number > $3 ORDER BY j.number LIMIT $4"
);

/// How many quarantined rows a run has: level, run.
pub(in crate::store) const COUNT_REJECTED: &str = concat!(
    "SELECT coalesce(max(j.number), 0)
     FROM rejected j JOIN run u ON u.id = j.run JOIN dataset d ON d.id = u.dataset
     WHERE ",
    super::visible!("$1"),
    " AND j.run = $2"
);

/// The slices that hold a figure at a release, and those that once did, each with the first release that touched it, as
/// [`super::catalogue::slices`] reads them: its number.
pub(in crate::store) const SLICES: &str =
    "SELECT s.id, d.name, s.indicator, s.sex, s.age, s.category_type, s.category, t.live > 0, t.first
     FROM (SELECT slice, sum(opened - closed) AS live, min(release) AS first
           FROM release_slice WHERE release <= $1 GROUP BY slice) t
     JOIN slice s ON s.id = t.slice
     JOIN dataset d ON d.id = s.dataset
     ORDER BY s.id";

/// The newest period of each slice at a release, where it was written down: its number. A slice that was touched since by a
/// hub that did not write it down is left out.
pub(in crate::store) const NEWEST: &str = "SELECT p.slice, p.newest
     FROM (SELECT slice, max(release) AS last FROM release_slice WHERE release <= $1 GROUP BY slice) t
     JOIN slice_period p ON p.slice = t.slice AND p.release = t.last";

/// The standing, dataset and time of each release up to one, the oldest first: its number.
pub(in crate::store) const STANDINGS: &str = "SELECT r.number, r.standing, d.name, r.published_at
     FROM release r JOIN dataset d ON d.id = r.dataset WHERE r.number <= $1 ORDER BY r.number";

/// The release that opened a dataset's live row of a relation, and the row: dataset id, relation, key.
pub(in crate::store) const PUBLISHED_ROW: &str =
    "SELECT opened, body FROM reference_row WHERE dataset = $1 AND relation = $2 AND key = $3 AND closed IS NULL";

/// How much was forgotten: releases and figures. It is another number after each time, also where a release is forgotten in parts.
pub(in crate::store) const FORGETTINGS: &str =
    "SELECT CAST(count(*) + coalesce(sum(figures), 0) AS bigint) FROM forgotten";

/// The releases that were forgotten, oldest first, as [`super::forgetting::told`] reads them.
pub(in crate::store) const FORGOTTEN: &str = "SELECT g.release, d.name, g.at, g.reason, g.figures
     FROM forgotten g JOIN release r ON r.number = g.release JOIN dataset d ON d.id = r.dataset ORDER BY g.release";
