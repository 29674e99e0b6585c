//! The digest of a release: one hash of what it is, of every figure and reference row that it opened and closed, and of the
//! digest before it. `docs/decisions/0020` says why it is made so.
//!
//! Rows count by their texts and never by the ids of a store, so both engines, a copy and a restored backup give the same
//! digest. Rows of one part (a slice, or the reference rows) are hashed one by one, and the part is the hash of their sorted
//! hashes: so the order in which an engine gives rows does not matter, and no more than one slice is in memory.

use super::{Columns, Doing};
use crate::outcomes::{Counts, Release, ReleaseNumber};
use crate::store::{StoreError, Verified};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

/// What is being done when a digest cannot be made.
pub(in crate::store) const DOING: &str = "make the digest of a release";

/// Everything that [`Digests::figures`] reads, from `figure f` and its `note n`, in the order of `f.slice`: with the columns that
/// tell the place, and those that tell the file, as [`Told`] reads them.
macro_rules! digested_columns {
    ($area:literal, $file:literal) => {
        concat!(
            "f.slice, ",
            $area,
            ", f.period, f.opened, f.closed, ",
            $crate::store::common::content!("f."),
            ", n.text, f.row, ",
            $file
        )
    };
}

pub(in crate::store) use digested_columns;

/// The slices that a release touched, as [`Digests::slices`] reads them: its number.
pub(in crate::store) const SLICES_OF: &str =
    "SELECT s.id, d.name, s.indicator, s.sex, s.age, s.category_type, s.category
     FROM release_slice t JOIN slice s ON s.id = t.slice JOIN dataset d ON d.id = s.dataset WHERE t.release = $1";

/// Every slice.
pub(in crate::store) const ALL_SLICES: &str =
    "SELECT s.id, d.name, s.indicator, s.sex, s.age, s.category_type, s.category
     FROM slice s JOIN dataset d ON d.id = s.dataset";

/// The reference rows that a release opened or closed, as [`Digests::reference`] reads them: its number.
pub(in crate::store) const REFERENCE_OF: &str = "SELECT d.name, t.relation, t.key, t.opened, t.closed, t.body
     FROM release r JOIN reference_row t ON t.dataset = r.dataset JOIN dataset d ON d.id = t.dataset
     WHERE r.number = $1 AND (t.opened = $1 OR t.closed = $1)";

/// Every reference row.
pub(in crate::store) const ALL_REFERENCE: &str = "SELECT d.name, t.relation, t.key, t.opened, t.closed, t.body FROM reference_row t JOIN dataset d ON d.id = t.dataset";

/// The newest digest: release and digest.
pub(in crate::store) const NEWEST: &str = "SELECT release, digest FROM release_digest ORDER BY release DESC LIMIT 1";

/// Every digest, oldest first.
pub(in crate::store) const ALL: &str = "SELECT release, digest FROM release_digest ORDER BY release";

/// What was left of each forgotten release.
pub(in crate::store) const LEFT_OF: &str = "SELECT release, digest FROM forgotten ORDER BY release";

/// Keeps a release's digest: its number, the digest.
pub(in crate::store) const KEEP: &str = "INSERT INTO release_digest (release, digest) VALUES ($1, $2)";

/// The column that tells a figure's place, and the first of those that tell its file.
pub(in crate::store) const AREA: usize = 1;
pub(in crate::store) const FILE: usize = 18;

/// What the place and the file of a figure are called. None where there is none: such a figure is in no digest, so that its
/// release is not what was published.
pub(in crate::store) trait Told<R> {
    /// The place's code.
    fn area<'a>(&'a self, row: &'a R) -> Result<Option<&'a str>, StoreError>;

    /// The file's name, and its hash where it was landed.
    fn file<'a>(&'a self, row: &'a R) -> Result<Option<(&'a str, Option<&'a str>)>, StoreError>;
}

type Hash = [u8; 32];

/// Fields to be hashed: each stands behind its kind, and a text behind its length, so that no two lists of fields give the
/// same bytes. Gathered and hashed at once.
struct Fields(Vec<u8>);

impl Fields {
    fn of(what: &str) -> Self {
        let mut fields = Self(Vec::with_capacity(320));
        fields.text(Some(what));
        fields
    }

    fn text(&mut self, text: Option<&str>) {
        let Some(text) = text else { return self.0.push(0) };
        // No text is longer than the memory of a machine.
        self.put(1, &u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn whole(&mut self, number: Option<i64>) {
        let Some(number) = number else { return self.0.push(0) };
        self.put(2, &number.to_be_bytes());
    }

    /// Zero has no sign: an engine may lose it.
    fn number(&mut self, number: Option<f64>) {
        let Some(number) = number else { return self.0.push(0) };
        let number = if number == 0.0 { 0.0 } else { number };
        self.put(3, &number.to_bits().to_be_bytes());
    }

    fn hash(&mut self, hash: &Hash) {
        self.put(4, hash);
    }

    fn put(&mut self, kind: u8, bytes: &[u8]) {
        self.0.push(kind);
        self.0.extend_from_slice(bytes);
    }

    fn end(self) -> Hash {
        Sha256::digest(&self.0).into()
    }
}

/// Gathers what releases opened and closed.
#[derive(Default)]
pub(in crate::store) struct Digests {
    /// The one release that is asked for; none for every one.
    only: Option<ReleaseNumber>,
    slices: HashMap<i64, Hash>,
    /// The rows of one part, by the release that opened or closed them.
    rows: BTreeMap<ReleaseNumber, Vec<Hash>>,
    /// The parts of each release.
    parts: BTreeMap<ReleaseNumber, Vec<Hash>>,
}

impl Digests {
    /// Of one release alone.
    pub(in crate::store) fn only(release: ReleaseNumber) -> Self {
        Self { only: Some(release), ..Self::default() }
    }

    fn wants(&self, release: ReleaseNumber) -> bool {
        self.only.is_none_or(|only| only == release)
    }

    /// What the slices are, before their figures come.
    pub(in crate::store) fn slices(&mut self, rows: &[impl Columns]) -> Result<(), StoreError> {
        for row in rows {
            let mut fields = Fields::of("slice");
            for column in 1..=6 {
                fields.text(Some(row.text(column, DOING)?));
            }
            self.slices.insert(row.id(0, DOING)?, fields.end());
        }
        Ok(())
    }

    /// Figures, in the order of their slices.
    pub(in crate::store) async fn figures<R: Columns>(
        &mut self,
        told: &impl Told<R>,
        mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
    ) -> Result<(), StoreError> {
        let mut at = None;
        while let Some(row) = rows.try_next().await.doing(DOING)? {
            let slice = row.id(0, DOING)?;
            if let Some(before) = at.replace(slice).filter(|before| *before != slice) {
                self.slice_ends(before)?;
            }
            let Some(code) = told.area(&row)? else { continue };
            let (period, opened, closed) = (row.whole(2, DOING)?, row.id(3, DOING)?, row.id_or_none(4, DOING)?);
            if self.wants(opened)
                && let Some(file) = told.file(&row)?
            {
                self.rows.entry(opened).or_default().push(figure(&row, code, period, file)?);
            }
            if let Some(closed) = closed.filter(|closed| self.wants(*closed)) {
                let mut fields = Fields::of("figure closed");
                fields.text(Some(code));
                fields.whole(Some(period));
                fields.whole(Some(opened));
                self.rows.entry(closed).or_default().push(fields.end());
            }
        }
        at.map_or(Ok(()), |last| self.slice_ends(last))
    }

    fn slice_ends(&mut self, slice: i64) -> Result<(), StoreError> {
        let key = *self.slices.get(&slice).ok_or_else(|| StoreError::Inconsistent(format!("no slice {slice}")))?;
        self.part_ends(&key);
        Ok(())
    }

    fn part_ends(&mut self, key: &Hash) {
        for (release, mut rows) in std::mem::take(&mut self.rows) {
            rows.sort_unstable();
            let mut part = Sha256::new();
            part.update(b"part");
            part.update(key);
            for row in &rows {
                part.update(row);
            }
            self.parts.entry(release).or_default().push(part.finalize().into());
        }
    }

    /// Reference rows, after the figures.
    pub(in crate::store) async fn reference<R: Columns>(
        &mut self,
        mut rows: BoxStream<'_, Result<R, sqlx::Error>>,
    ) -> Result<(), StoreError> {
        while let Some(row) = rows.try_next().await.doing(DOING)? {
            let key = |what| -> Result<Fields, StoreError> {
                let mut fields = Fields::of(what);
                for column in 0..3 {
                    fields.text(Some(row.text(column, DOING)?));
                }
                Ok(fields)
            };
            let opened = row.id(3, DOING)?;
            if self.wants(opened) {
                let mut fields = key("reference opened")?;
                fields.text(Some(row.text(5, DOING)?));
                self.rows.entry(opened).or_default().push(fields.end());
            }
            if let Some(closed) = row.id_or_none(4, DOING)?.filter(|closed| self.wants(*closed)) {
                let mut fields = key("reference closed")?;
                fields.whole(Some(opened));
                self.rows.entry(closed).or_default().push(fields.end());
            }
        }
        self.part_ends(&Fields::of("reference").end());
        Ok(())
    }

    /// The digest of a release whose rows were all given, in 64 hex digits; `before` is the digest that it follows.
    pub(in crate::store) fn of(&self, release: &Release, before: Option<&Kept>) -> String {
        let mut fields = Fields::of("outcomes-hub release, form 1");
        fields.whole(before.map(|before| before.release));
        fields.text(before.map(|before| before.digest.as_str()));
        fields.whole(Some(release.number));
        fields.text(Some(&release.dataset));
        fields.whole(Some(release.run));
        fields.whole(Some(release.published_at.timestamp_micros()));
        fields.text(Some(release.standing.as_str()));
        for Counts { mapped, added, changed, unchanged, rejected, withdrawn } in [release.figures, release.reference] {
            for count in [mapped, added, changed, unchanged, rejected, withdrawn] {
                fields.whole(Some(super::signed(count)));
            }
        }
        let mut parts = self.parts.get(&release.number).cloned().unwrap_or_default();
        parts.sort_unstable();
        for part in &parts {
            fields.hash(part);
        }
        fields.end().iter().fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// Holds every release against the digest that was kept with it. Each is held against the kept digest of the one before,
    /// so that one that was altered does not make all later ones look so.
    pub(in crate::store) fn verify(&self, releases: &[Release], kept: Vec<Kept>, left: &[Left]) -> Verified {
        let by_number: HashMap<ReleaseNumber, &Release> =
            releases.iter().map(|release| (release.number, release)).collect();
        let mut verified = Verified::default();
        let mut before: Option<Kept> = None;
        let mut unmet: BTreeSet<ReleaseNumber> = by_number.keys().copied().collect();
        let first = kept.first().map_or(ReleaseNumber::MAX, |kept| kept.release);
        for kept in kept {
            unmet.remove(&kept.release);
            // Of a release that was forgotten, what was left then has to be there still.
            let left = left.iter().find(|left| left.release == kept.release);
            let expected = left.map_or(Some(&kept.digest), |left| left.digest.as_ref());
            let release = by_number.get(&kept.release);
            let same = release.is_some_and(|release| Some(&self.of(release, before.as_ref())) == expected);
            if same && left.is_some() {
                verified.forgotten.push(kept.release);
            } else if same {
                verified.well += 1;
            } else {
                verified.altered.push(kept.release);
            }
            before = Some(kept);
        }
        verified.newest = before.map(|kept| (kept.release, kept.digest));
        let later = unmet.split_off(&first);
        verified.before = u64::try_from(unmet.len()).unwrap_or(u64::MAX);
        verified.without = later.into_iter().collect();
        verified
    }
}

/// A digest that the store keeps.
pub(in crate::store) struct Kept {
    pub(in crate::store) release: ReleaseNumber,
    pub(in crate::store) digest: String,
}

/// The digest of what was left of a forgotten release; none where it had none before.
pub(in crate::store) struct Left {
    pub(in crate::store) release: ReleaseNumber,
    pub(in crate::store) digest: Option<String>,
}

impl Left {
    /// From a row of [`LEFT_OF`].
    pub(in crate::store) fn read(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self { release: row.id(0, DOING)?, digest: row.text_or_none(1, DOING)?.map(ToOwned::to_owned) })
    }
}

impl Kept {
    /// From a row of [`NEWEST`] or [`ALL`].
    pub(in crate::store) fn read(row: &impl Columns) -> Result<Self, StoreError> {
        Ok(Self { release: row.id(0, DOING)?, digest: row.text(1, DOING)?.to_owned() })
    }
}

/// The hash of a figure as it was opened.
fn figure(
    row: &impl Columns,
    code: &str,
    period: i64,
    (file, sha256): (&str, Option<&str>),
) -> Result<Hash, StoreError> {
    let mut fields = Fields::of("figure opened");
    fields.text(Some(code));
    fields.whole(Some(period));
    // value, lower_ci, …: numbers, and the codes of what is missing beside three of them.
    for column in 5..15 {
        match column {
            6 | 12 | 14 => fields.whole(row.code(column, DOING)?),
            _ => fields.number(row.number(column, DOING)?),
        }
    }
    fields.text(row.text_or_none(16, DOING)?);
    fields.text(Some(file));
    fields.text(sha256);
    fields.whole(Some(row.id(17, DOING)?));
    Ok(fields.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_two_lists_of_texts_are_hashed_alike(one: Vec<Option<String>>, other: Vec<Option<String>>) {
            let hash = |texts: &[Option<String>]| {
                let mut fields = Fields::of("test");
                for text in texts {
                    fields.text(text.as_deref());
                }
                fields.end()
            };
            prop_assert_eq!(hash(&one) == hash(&other), one == other);
        }

        #[test]
        fn the_order_of_rows_does_not_matter(mut rows: Vec<Hash>) {
            let part = |rows: &[Hash]| {
                let mut digests = Digests { rows: [(1, rows.to_vec())].into(), ..Digests::default() };
                digests.part_ends(&[0; 32]);
                digests.parts
            };
            let one = part(&rows);
            rows.reverse();
            prop_assert_eq!(one, part(&rows));
        }
    }
}
