//! Release rules: whether what a run mapped may become a release.

mod change;
mod gone;

use crate::outcomes::{Counts, Review, ValueType};

/// Why a run is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The rule's id.
    pub code: &'static str,
    /// What happened and what to do, for a person.
    pub message: String,
}

/// The bounds of a release, as shares of 1.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseRules {
    /// The share of mapped rows that may be rejected.
    pub max_rejected: f64,
    /// The share of published rows that may be missing.
    pub max_shrink: f64,
    /// Whether a release is refused from which the end of a file is missing; otherwise it is said.
    pub hold_missing_tail: bool,
    /// Whether a release is refused in which values change by an implausible factor; otherwise it is said.
    pub hold_implausible: bool,
    /// Whether a release is refused of which the values are of another scale than their counts; otherwise it is said.
    pub hold_wrong_scale: bool,
    /// By what factor a published value may be revised.
    pub max_revision: f64,
    /// By what factor a value may differ from the one of the period before.
    pub max_jump: f64,
}

/// A run that is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'r> {
    /// Figures and reference rows together.
    pub counts: Counts,
    /// Rejected rows that cost nothing: exact repeats, and figures of places that are set aside.
    pub excused: u64,
    /// Rejected rows that do not say which figure they are.
    pub keyless: u64,
    /// Why the values may be of another scale than their counts.
    pub wrong_scale: Option<&'r Refusal>,
    /// What the release takes away and moves.
    pub review: &'r Review,
}

impl ReleaseRules {
    /// Judges a run by its counts and by what it changes; gives what deserves a look. `value_type` knows an indicator's
    /// value type.
    ///
    /// # Errors
    /// The first rule that refuses it.
    pub fn judge(
        &self,
        run: Judged<'_>,
        value_type: impl Fn(&str) -> Option<ValueType>,
    ) -> Result<Vec<String>, Refusal> {
        self.counts(run)?;
        let mut warnings = gone::warnings(&run);
        let signs = [
            (self.hold_wrong_scale, run.wrong_scale.cloned()),
            (self.hold_missing_tail, gone::missing_tail(run.review)),
            (self.hold_implausible, change::implausible(self, run.review, value_type)),
        ];
        for (hold, sign) in signs {
            match sign {
                Some(refusal) if hold => return Err(refusal),
                Some(refusal) => warnings.push(refusal.message),
                None => {}
            }
        }
        Ok(warnings)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
    fn counts(&self, run: Judged<'_>) -> Result<(), Refusal> {
        let Judged { counts, excused, review, .. } = run;
        if counts.mapped == 0 {
            let message =
                "the SQL gave no row, so there is nothing to publish; look at the file and at the SELECT's WHERE"
                    .to_owned();
            return Err(Refusal { code: "nothing-mapped", message });
        }
        let rejected = counts.rejected.saturating_sub(excused);
        if rejected as f64 > self.max_rejected * counts.mapped.saturating_sub(excused) as f64 {
            let message = format!(
                "{rejected} of {} rows were rejected, and {} may be; correct the source or the mapping, or allow more with max_rejected under [checks]",
                counts.mapped,
                percent(self.max_rejected)
            );
            return Err(Refusal { code: "too-many-rejected", message });
        }
        // Added rows do not make up for missing ones: a file of other places is not the next edition of this one.
        let before = counts.changed + counts.unchanged + counts.withdrawn;
        // What has another period and is otherwise the same is not missing.
        let gone = counts.withdrawn.saturating_sub(review.redated.figures);
        if gone as f64 > before as f64 * self.max_shrink {
            let message = format!(
                "{gone} of {before} published rows are missing from the source, and {} may be: {}; if the publisher really withdrew them, allow it with max_shrink under [checks]",
                percent(self.max_shrink),
                gone::about(review)
            );
            return Err(Refusal { code: "too-few-rows", message });
        }
        Ok(())
    }
}

fn percent(share: f64) -> String {
    format!("{}%", (share * 1e6).round() / 1e4)
}

#[cfg(test)]
mod tests;
