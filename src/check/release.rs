//! Release rules: whether what a run mapped may become a release.

use crate::outcomes::Counts;

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
}

impl ReleaseRules {
    /// Judges a run by its counts; `excused` of the rejected rows cost nothing: exact repeats, and figures of places that are
    /// set aside.
    ///
    /// # Errors
    /// The first rule that refuses it.
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
    pub fn judge(&self, counts: Counts, excused: u64) -> Result<(), Refusal> {
        if counts.mapped == 0 {
            let message =
                "the SQL gave no row, so there is nothing to publish; look at the file and at the SELECT's WHERE"
                    .to_owned();
            return Err(Refusal { code: "nothing-mapped", message });
        }
        let rejected = counts.rejected.saturating_sub(excused);
        if rejected as f64 > self.max_rejected * counts.mapped as f64 {
            let message = format!(
                "{rejected} of {} rows were rejected, and {} may be; correct the source or the mapping, or allow more with max_rejected under [checks]",
                counts.mapped,
                percent(self.max_rejected)
            );
            return Err(Refusal { code: "too-many-rejected", message });
        }
        // Added rows do not make up for missing ones: a file of other places is not the next edition of this one.
        let before = counts.changed + counts.unchanged + counts.withdrawn;
        let gone = counts.withdrawn;
        if gone as f64 > before as f64 * self.max_shrink {
            let message = format!(
                "{gone} of {before} published rows are missing from the source, and {} may be; if the publisher really withdrew them, allow it with max_shrink under [checks]",
                percent(self.max_shrink)
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
mod tests {
    use super::*;

    const RULES: ReleaseRules = ReleaseRules { max_rejected: 0.005, max_shrink: 0.1 };

    fn code(counts: Counts, repeated: u64) -> &'static str {
        RULES.judge(counts, repeated).err().map_or("publish", |refusal| refusal.code)
    }

    #[test]
    fn a_run_is_judged_by_its_counts() {
        let counts = |mapped, added, unchanged, rejected, withdrawn| Counts {
            mapped,
            added,
            changed: 0,
            unchanged,
            rejected,
            withdrawn,
        };
        assert_eq!(code(counts(0, 0, 0, 0, 0), 0), "nothing-mapped");
        assert_eq!(code(counts(1000, 995, 0, 5, 0), 0), "publish");
        assert_eq!(code(counts(1000, 994, 0, 6, 0), 0), "too-many-rejected");
        assert_eq!(code(counts(1000, 900, 0, 100, 0), 100), "publish");
        assert_eq!(code(counts(90, 0, 90, 0, 10), 0), "publish");
        assert_eq!(code(counts(89, 0, 89, 0, 11), 0), "too-few-rows");
        assert_eq!(
            code(counts(189, 100, 89, 0, 11), 0),
            "too-few-rows",
            "other rows do not make up for those that are gone"
        );
    }

    #[test]
    fn the_refusal_says_what_may_be() {
        let refusal =
            RULES.judge(Counts { mapped: 10, rejected: 1, added: 9, ..Counts::default() }, 0).expect_err("too many");
        assert!(refusal.message.contains("1 of 10 rows were rejected, and 0.5% may be"), "{}", refusal.message);
    }
}
