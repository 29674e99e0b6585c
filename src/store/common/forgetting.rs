//! Removing for good what must not be kept, as both engines do it: over their own connection, within one transaction.
//!
//! The releases stand in a temporary table, so that every statement means the same in either engine.

use super::{Columns, unsigned};
use crate::store::{ForgottenRelease, StoreError};

/// The temporary tables: the releases, the runs that read their files, and the notes that their figures have.
pub(in crate::store) const TABLES: [&str; 3] = [
    "CREATE TEMPORARY TABLE forgetting (release integer PRIMARY KEY)",
    "CREATE TEMPORARY TABLE forgetting_run (run bigint PRIMARY KEY)",
    "CREATE TEMPORARY TABLE forgetting_note (note integer PRIMARY KEY)",
];

/// One release of the dataset: its number, the dataset's name. No row where it is of another one.
pub(in crate::store) const ONE: &str = "INSERT INTO forgetting (release)
     SELECT r.number FROM release r JOIN dataset d ON d.id = r.dataset WHERE r.number = $1 AND d.name = $2";

/// Figures of the releases that still stand. They are the present ones, under the release that first published them, and stay.
pub(in crate::store) const STANDING: &str =
    "SELECT count(*) FROM forgetting g JOIN release_slice t ON t.release = g.release
     JOIN figure f ON f.slice = t.slice AND f.opened = g.release WHERE f.closed IS NULL";

/// The runs that made the releases, and those of the dataset that read the same bytes and made none.
pub(in crate::store) const RUNS: &str = "INSERT INTO forgetting_run (run)
     SELECT u.id FROM run u JOIN dataset d ON d.id = u.dataset LEFT JOIN release r ON r.run = u.id
     WHERE d.name = $1 AND (r.number IN (SELECT release FROM forgetting) OR (r.number IS NULL AND u.id IN (
         SELECT same.run FROM forgetting g JOIN release own ON own.number = g.release
         JOIN run_file f ON f.run = own.run JOIN run_file same ON same.sha256 = f.sha256)))";

/// The notes of the closed figures.
pub(in crate::store) const NOTES: &str = "INSERT INTO forgetting_note (note)
     SELECT DISTINCT f.note FROM forgetting g JOIN release_slice t ON t.release = g.release
     JOIN figure f ON f.slice = t.slice AND f.opened = g.release WHERE f.closed IS NOT NULL AND f.note IS NOT NULL";

/// That it happens: time, reason. A release that was forgotten before keeps its own.
pub(in crate::store) const TELL: &str = "INSERT INTO forgotten (release, at, reason, figures)
     SELECT g.release, $1, $2, 0 FROM forgetting g WHERE g.release NOT IN (SELECT release FROM forgotten)";

/// How many figures of the releases lost their numbers in all: more each time that some were closed since the last.
pub(in crate::store) const COUNT: &str = "UPDATE forgotten SET figures = (
         SELECT count(*) FROM release_slice t JOIN figure f ON f.slice = t.slice AND f.opened = t.release
         WHERE t.release = forgotten.release AND f.closed IS NOT NULL)
     WHERE release IN (SELECT release FROM forgetting)";

/// The note of a figure whose number was removed: its text.
pub(in crate::store) const NAME_NOTE: &str = "INSERT INTO note (text) VALUES ($1) ON CONFLICT DO NOTHING";

/// Its id: the text.
pub(in crate::store) const NOTE: &str = "SELECT id FROM note WHERE text = $1";

/// Removes numbers and notes: the code of the missing kind, the note, and what every such note is like. A figure that was
/// emptied before stays as it is, so that its note keeps the day.
pub(in crate::store) const FIGURES: &str =
    "UPDATE figure SET value = NULL, value_missing = $1, lower_ci = NULL, upper_ci = NULL, lower_ci_99_8 = NULL,
         upper_ci_99_8 = NULL, count = NULL, count_missing = NULL, denominator = NULL, denominator_missing = NULL, note = $2
     WHERE closed IS NOT NULL AND opened IN (SELECT release FROM forgetting)
       AND slice IN (SELECT t.slice FROM release_slice t JOIN forgetting g ON g.release = t.release)
       AND (note IS NULL OR value_missing IS DISTINCT FROM $1 OR note NOT IN (SELECT id FROM note WHERE text LIKE $3))";

/// Removes the notes that no figure has any more.
pub(in crate::store) const UNUSED_NOTES: &str = "DELETE FROM note WHERE id IN (SELECT note FROM forgetting_note)
     AND id NOT IN (SELECT DISTINCT note FROM figure WHERE note IS NOT NULL)";

/// Removes the quarantined rows.
pub(in crate::store) const REJECTED: &str = "DELETE FROM rejected WHERE run IN (SELECT run FROM forgetting_run)";

/// Removes what the runs say of the files, which may repeat what is in them: what stands for an error.
pub(in crate::store) const SAID: &str =
    "UPDATE run SET error = CASE WHEN error IS NULL THEN NULL ELSE $1 END, warnings = NULL, inputs = NULL
     WHERE id IN (SELECT run FROM forgetting_run)";

/// The landed files of the runs; of each, whether another release was made from it, and whether a figure that still stands was
/// read from it, also one of a release that was forgotten before.
pub(in crate::store) const LANDED: &str = "SELECT f.sha256, max(CASE WHEN EXISTS (
         SELECT 1 FROM run_file o JOIN release r ON r.run = o.run
         WHERE o.sha256 = f.sha256 AND r.number NOT IN (SELECT release FROM forgetting)
           AND r.number NOT IN (SELECT release FROM forgotten)) THEN 1 ELSE 0 END) = 1,
         max(CASE WHEN f.sha256 IN (
             SELECT o.sha256 FROM release_slice t JOIN figure s ON s.slice = t.slice AND s.opened = t.release
             JOIN run_file o ON o.id = s.file
             WHERE s.closed IS NULL AND o.sha256 IS NOT NULL AND (
                 t.release IN (SELECT release FROM forgetting) OR t.release IN (SELECT release FROM forgotten))
         ) THEN 1 ELSE 0 END) = 1
     FROM run_file f WHERE f.sha256 IS NOT NULL AND f.run IN (SELECT run FROM forgetting_run)
     GROUP BY f.sha256 ORDER BY f.sha256";

/// The digests that a forgotten release is told from: of itself and of the one before it, newest first; its number.
pub(in crate::store) const DIGESTS: &str =
    "SELECT release, digest FROM release_digest WHERE release <= $1 ORDER BY release DESC LIMIT 2";

/// Keeps the digest of what is left: the release's number, the digest.
pub(in crate::store) const KEEP_LEFT: &str = "UPDATE forgotten SET digest = $2 WHERE release = $1";

/// Reads a row of [`super::statements::FORGOTTEN`].
pub(in crate::store) fn told(row: &impl Columns) -> Result<ForgottenRelease, StoreError> {
    let doing = "read what was forgotten";
    Ok(ForgottenRelease {
        release: row.id(0, doing)?,
        dataset: row.text(1, doing)?.to_owned(),
        at: row.time(2, doing)?,
        reason: row.text(3, doing)?.to_owned(),
        figures: unsigned(row.whole(4, doing)?),
    })
}

/// What a figure says of itself from then on.
pub(in crate::store) fn note(day: chrono::NaiveDate) -> String {
    format!("The number was removed from the hub on {day}.")
}

/// What [`note`] gives on any day, as `LIKE` takes it.
pub(in crate::store) const ANY_NOTE: &str = "The number was removed from the hub on ____-__-__.";

/// What stands for the error of a run.
pub(in crate::store) const ERROR_GONE: &str = "its text was removed with the files of the run";

/// The function `forget` of an engine: its connection, a release's number and a time as it binds them.
macro_rules! forgetting {
    ($connection:ty, $number:expr, $time:expr) => {
        /// See [`crate::store::Publishing::forget`]. The connection is in a transaction that nothing else publishes beside; the
        /// caller ends it as the answer says.
        pub(super) async fn forget(connection: &mut $connection, asked: &Forget) -> Result<Forgotten, StoreError> {
            let doing = "forget figures";
            for table in forgetting::TABLES {
                sqlx::query(table).execute(&mut *connection).await.doing(doing)?;
            }
            for release in &asked.releases {
                let query = sqlx::query(forgetting::ONE).bind($number(*release)?).bind(&asked.dataset);
                if query.execute(&mut *connection).await.doing(doing)?.rows_affected() == 0 {
                    let what = format!("release {release} is none of `{}`", asked.dataset);
                    return Err(StoreError::OutOfTurn(what));
                }
            }
            let standing: i64 =
                sqlx::query_scalar(forgetting::STANDING).fetch_one(&mut *connection).await.doing(doing)?;
            let standing = unsigned(standing);
            let query = sqlx::query(forgetting::RUNS).bind(&asked.dataset);
            query.execute(&mut *connection).await.doing(doing)?;
            let files: Vec<(String, bool, bool)> =
                sqlx::query_as(forgetting::LANDED).fetch_all(&mut *connection).await.doing(doing)?;
            let (mut landed, mut shared, mut resting) = (Vec::new(), Vec::new(), Vec::new());
            for (sha256, is_shared, has_standing) in files {
                match (is_shared, has_standing && !asked.files) {
                    (true, _) => shared.push(sha256),
                    (false, true) => resting.push(sha256),
                    (false, false) => landed.push(sha256),
                }
            }

            sqlx::query(forgetting::NOTES).execute(&mut *connection).await.doing(doing)?;
            let query = sqlx::query(forgetting::TELL).bind($time(asked.at)).bind(&asked.reason);
            let told = query.execute(&mut *connection).await.doing(doing)?.rows_affected();
            let text = forgetting::note(asked.at.date_naive());
            sqlx::query(forgetting::NAME_NOTE).bind(&text).execute(&mut *connection).await.doing(doing)?;
            let note = sqlx::query(forgetting::NOTE).bind(&text).fetch_one(&mut *connection).await.doing(doing)?;
            let (kind, note) = (MissingKind::Withdrawn.code(), $number(note.id(0, doing)?)?);
            let query = sqlx::query(forgetting::FIGURES).bind(kind).bind(note).bind(forgetting::ANY_NOTE);
            let figures = query.execute(&mut *connection).await.doing(doing)?.rows_affected();
            sqlx::query(forgetting::UNUSED_NOTES).execute(&mut *connection).await.doing(doing)?;
            let rejected =
                sqlx::query(forgetting::REJECTED).execute(&mut *connection).await.doing(doing)?.rows_affected();
            // Asked again after some of it was forgotten, there may be landed files that could not be removed then.
            let before = u64::try_from(asked.releases.len()).is_ok_and(|releases| releases > told);
            if standing > 0 && figures == 0 && rejected == 0 && !before && !asked.files {
                return Ok(Forgotten { standing, ..Forgotten::default() });
            }
            sqlx::query(forgetting::COUNT).execute(&mut *connection).await.doing(doing)?;
            let query = sqlx::query(forgetting::SAID).bind(forgetting::ERROR_GONE);
            query.execute(&mut *connection).await.doing(doing)?;
            for release in &asked.releases {
                if let Some(digest) = digests::left(connection, *release).await? {
                    let query = sqlx::query(forgetting::KEEP_LEFT).bind($number(*release)?).bind(digest);
                    query.execute(&mut *connection).await.doing(doing)?;
                }
            }
            Ok(Forgotten { standing, figures, rejected, landed, shared, resting })
        }
    };
}

pub(in crate::store) use forgetting;
