//! The judgement of a target.

use super::{Place, Point};
use std::fmt;

/// Whether a target is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Reached.
    Met,
    /// Not reached yet, and moving as it must.
    OnTrack,
    /// A figure is missing, so nothing is said.
    NotAssessable,
    /// Not reached yet, and not moving as it must.
    OffTrack,
    /// Not reached.
    NotMet,
}

impl Status {
    /// The word used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::OnTrack => "on-track",
            Self::NotAssessable => "not-assessable",
            Self::OffTrack => "off-track",
            Self::NotMet => "not-met",
        }
    }
}

impl Status {
    /// The status of a whole measure: the worst of its parts, in the order of the statuses; `None` where it has no part.
    ///
    /// Not-assessable stands between on-track and off-track: a missing figure must not hide behind the parts that go well,
    /// and must not hide the parts that are known to go badly.
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
    /// The figures that it rests on.
    pub used: Vec<Used>,
    /// How it was judged.
    pub method: Method,
}

#[cfg(test)]
mod tests {
    use super::Status::{self, Met, NotAssessable, NotMet, OffTrack, OnTrack};

    #[test]
    fn a_measure_is_as_bad_as_its_worst_part() {
        assert_eq!(Status::worst([Met, OnTrack, Met]), Some(OnTrack));
        assert_eq!(
            Status::worst([Met, NotAssessable, OnTrack]),
            Some(NotAssessable),
            "nothing hides behind what goes well"
        );
        assert_eq!(Status::worst([NotAssessable, OffTrack]), Some(OffTrack), "what is known to go badly shows");
        assert_eq!(Status::worst([NotMet, OffTrack]), Some(NotMet));
        assert_eq!(Status::worst([]), None);
    }
}
