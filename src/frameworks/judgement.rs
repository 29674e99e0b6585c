//! The judgement of a target.

use super::{Place, Point};
use std::fmt;

/// What is said of a target, from what weighs least on a measure to the worst.
///
/// The order is that in which the parts of a measure combine ([`Status::worst`]). What is unknown stands behind what goes
/// well and before what goes badly: a missing figure must not hide behind the parts that go well, and must not hide the
/// parts that are known to go badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// There was no gap to close and there is none.
    NotApplicable,
    /// Reached, beyond chance.
    Met,
    /// Better than the straight line to the target, with all of its limits.
    OnTrack,
    /// Better than at the baseline, beyond chance; no point is set.
    Improving,
    /// No change can be told from chance.
    NoDetectableChange,
    /// The limits lie on both sides of what is wanted.
    TooCloseToTell,
    /// The newest figure is too old.
    OutOfDate,
    /// A figure or its limits are missing, so nothing is said.
    NotAssessable,
    /// The signs contradict each other.
    Mixed,
    /// The gap narrows because the comparator gets worse; the place's own figure got no worse.
    GapClosingComparatorWorse,
    /// The gap narrows because the comparator gets worse faster than the place, whose own figure is worse too.
    GapClosingBothWorse,
    /// Worse than the straight line to the target, with all of its limits.
    OffTrack,
    /// Worse than at the baseline, beyond chance.
    Worsening,
    /// Not reached, beyond chance.
    NotMet,
}

impl Status {
    /// Every status, in order.
    pub const ALL: [Self; 14] = [
        Self::NotApplicable,
        Self::Met,
        Self::OnTrack,
        Self::Improving,
        Self::NoDetectableChange,
        Self::TooCloseToTell,
        Self::OutOfDate,
        Self::NotAssessable,
        Self::Mixed,
        Self::GapClosingComparatorWorse,
        Self::GapClosingBothWorse,
        Self::OffTrack,
        Self::Worsening,
        Self::NotMet,
    ];

    /// Its id, in reports for machines.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplicable => "not-applicable",
            Self::Met => "met",
            Self::OnTrack => "on-track",
            Self::Improving => "improving",
            Self::NoDetectableChange => "no-detectable-change",
            Self::TooCloseToTell => "too-close-to-tell",
            Self::OutOfDate => "out-of-date",
            Self::NotAssessable => "not-assessable",
            Self::Mixed => "mixed",
            Self::GapClosingBothWorse => "gap-closing-both-worse",
            Self::GapClosingComparatorWorse => "gap-closing-comparator-worse",
            Self::OffTrack => "off-track",
            Self::Worsening => "worsening",
            Self::NotMet => "not-met",
        }
    }

    /// Its words, as a sentence begins with them.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotApplicable => "Not applicable",
            Self::Met => "Met",
            Self::OnTrack => "On track",
            Self::Improving => "Improving",
            Self::NoDetectableChange => "No detectable change",
            Self::TooCloseToTell => "Too close to tell",
            Self::OutOfDate => "Out of date",
            Self::NotAssessable => "Not assessable",
            Self::Mixed => "Mixed",
            Self::GapClosingBothWorse => "Gap closing, both worse",
            Self::GapClosingComparatorWorse => "Gap closing, comparator worse",
            Self::OffTrack => "Off track",
            Self::Worsening => "Worsening",
            Self::NotMet => "Not met",
        }
    }

    /// What it means, in a sentence or two.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NotApplicable => {
                "There was no gap to close and there is none. It takes no part in the status of a measure."
            }
            Self::Met => "What is wanted is reached, beyond chance.",
            Self::OnTrack => {
                "A day is set, and the figure is better than the straight line to it, with all of its limits."
            }
            Self::Improving => {
                "Better than at the baseline, beyond chance. No point is set, so there is nothing to reach."
            }
            Self::NoDetectableChange => "No change can be told from chance. That is no proof that nothing changed.",
            Self::TooCloseToTell => "The limits lie on both sides of what is wanted.",
            Self::OutOfDate => "The newest figure is too old for a status. The reason says which it would have.",
            Self::NotAssessable => {
                "A figure or its limits are missing, and the reason names them: nothing is said, least of all a nought."
            }
            Self::Mixed => {
                "The signs contradict each other: better than at the baseline and lately getting worse, or the other way \
                 round."
            }
            Self::GapClosingBothWorse => {
                "The gap narrows because the comparator gets worse faster than the place, whose own figure is worse too."
            }
            Self::GapClosingComparatorWorse => {
                "The gap narrows because the comparator gets worse, not because the place gets better."
            }
            Self::OffTrack => {
                "A day is set, and the figure is worse than the straight line to it, with all of its limits."
            }
            Self::Worsening => "Worse than at the baseline, beyond chance.",
            Self::NotMet => "What is wanted is not reached, beyond chance.",
        }
    }

    /// The status of a whole measure: the worst of its parts, in the order of the statuses; `None` where it has no part.
    /// What is not applicable counts only where nothing else is said.
    #[must_use]
    pub fn worst(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        parts.into_iter().max()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a target was judged. The version is raised when the same figures may be judged otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Method {
    /// Its name, such as `close-gap`.
    pub name: &'static str,
    /// Its version.
    pub version: u32,
}

/// What part a figure played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The place's own newest figure.
    Current,
    /// The place's figure at the baseline.
    Baseline,
    /// The comparator's figure for the current period.
    Comparator,
    /// The comparator's figure at the baseline.
    ComparatorBaseline,
    /// A neighbour's figure for the current period.
    Neighbour,
    /// A council's figure for the current period.
    Peer,
    /// A council's figure at the baseline.
    PeerBaseline,
}

/// A figure that a judgement rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Used {
    /// Its part.
    pub role: Role,
    /// Whose it is.
    pub place: Place,
    /// The figure.
    pub point: Point,
}

/// The judgement of one target of one series in one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The status.
    pub status: Status,
    /// Why, in one sentence with its figures.
    pub reason: String,
    /// The figures that it rests on. A recent trend or a control chart rests on those in between too.
    pub used: Vec<Used>,
    /// How it was judged.
    pub method: Method,
    /// Whole months from the end of the newest figure's period to the day of the answer; `None` where there is no figure.
    pub age_months: Option<u32>,
    /// Where the hub chose the baseline and another one would give another status: which, in words.
    pub sensitivity: Option<String>,
    /// Whether the target is a promise of the place; otherwise it is held against it for comparison only.
    pub promise: bool,
}

#[cfg(test)]
mod tests {
    use super::Status::{
        self, Improving, Met, NoDetectableChange, NotApplicable, NotAssessable, NotMet, OffTrack, OnTrack,
    };

    #[test]
    fn a_measure_is_as_bad_as_its_worst_part() {
        assert_eq!(Status::worst([Met, OnTrack, Met]), Some(OnTrack));
        assert_eq!(
            Status::worst([Met, NotAssessable, Improving, NoDetectableChange]),
            Some(NotAssessable),
            "nothing hides behind what goes well"
        );
        for bad in Status::ALL.into_iter().filter(|status| *status > NotAssessable) {
            assert_eq!(Status::worst([NotAssessable, bad, Met]), Some(bad), "what is known to go badly shows");
        }
        assert_eq!(Status::worst([NotMet, OffTrack]), Some(NotMet));
        assert_eq!(Status::worst([NotApplicable, Met]), Some(Met), "what is not applicable takes no part");
        assert_eq!(Status::worst([NotApplicable]), Some(NotApplicable));
        assert_eq!(Status::worst([]), None);
    }

    #[test]
    fn each_status_has_its_place_and_its_words() {
        assert!(Status::ALL.is_sorted());
        for status in Status::ALL {
            assert!(status.label().to_lowercase().replace(", ", "-").replace(' ', "-") == status.as_str(), "{status}");
        }
    }
}
