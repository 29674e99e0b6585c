//! Figures: a number, or a kind of missing. Never a bare null.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a figure is missing (or, for [`MissingKind::Unreliable`], not to be relied on).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MissingKind {
    /// Withheld by the publisher so that no person can be recognised.
    Suppressed,
    /// The figure has no meaning here.
    NotApplicable,
    /// The publisher does not have it.
    NotAvailable,
    /// The publisher warns against it; a value may be present.
    Unreliable,
    /// Above zero, and printed as a symbol because it rounds to zero.
    RoundsToZero,
    /// Published once and taken back by the publisher.
    Withdrawn,
}

impl MissingKind {
    /// Every kind, in the order of their stored codes.
    pub const ALL: [Self; 6] = [
        Self::Suppressed,
        Self::NotApplicable,
        Self::NotAvailable,
        Self::Unreliable,
        Self::RoundsToZero,
        Self::Withdrawn,
    ];

    /// The word used in manifests, cases and exports: `not-available`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suppressed => "suppressed",
            Self::NotApplicable => "not-applicable",
            Self::NotAvailable => "not-available",
            Self::Unreliable => "unreliable",
            Self::RoundsToZero => "rounds-to-zero",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The stored code, 1 to 6; it never changes once used.
    #[must_use]
    pub const fn code(self) -> i64 {
        self as i64 + 1
    }

    /// The kind behind a stored code.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl fmt::Display for MissingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MissingKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            format!("`{text}` is not a missing kind; the kinds are {}", Self::ALL.map(Self::as_str).join(", "))
        })
    }
}

/// A published number, or the kind of its absence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// A number without a warning.
    Number(f64),
    /// A number that the publisher warns against.
    Unreliable(f64),
    /// No number, and why.
    Missing(MissingKind),
}

impl Figure {
    /// The number, reliable or not.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) | Self::Unreliable(number) => Some(number),
            Self::Missing(_) => None,
        }
    }

    /// The missing kind; `Unreliable` may stand beside a number.
    #[must_use]
    pub fn missing(self) -> Option<MissingKind> {
        match self {
            Self::Number(_) => None,
            Self::Unreliable(_) => Some(MissingKind::Unreliable),
            Self::Missing(kind) => Some(kind),
        }
    }

    /// Whether a value over this denominator is of nobody: 0 of 0 is neither the best nor the worst share, and takes part in
    /// no rank and no average.
    #[must_use]
    pub fn is_of_nobody(denominator: Option<Self>) -> bool {
        denominator.and_then(Self::number) == Some(0.0)
    }

    /// Puts a figure together from its stored halves; `None` where both are empty.
    #[must_use]
    pub fn from_parts(number: Option<f64>, missing: Option<MissingKind>) -> Option<Self> {
        match (number, missing) {
            (Some(number), Some(MissingKind::Unreliable)) => Some(Self::Unreliable(number)),
            // Any other kind beside a number would be a contradiction; the kind wins, so that
            // a suppressed number can never be shown.
            (_, Some(kind)) => Some(Self::Missing(kind)),
            (Some(number), None) => Some(Self::Number(number)),
            (None, None) => None,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Unreliable(number) => write!(f, "{number} unreliable"),
            Self::Missing(kind) => write!(f, "{kind}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suppressed_number_is_never_kept() {
        assert_eq!(
            Figure::from_parts(Some(3.0), Some(MissingKind::Suppressed)),
            Some(Figure::Missing(MissingKind::Suppressed))
        );
        assert_eq!(Figure::from_parts(Some(3.0), Some(MissingKind::Unreliable)), Some(Figure::Unreliable(3.0)));
    }

    #[test]
    fn codes_and_words_turn_back() {
        for kind in MissingKind::ALL {
            assert_eq!(MissingKind::from_code(kind.code()), Some(kind));
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("hidden".parse::<MissingKind>().is_err());
    }
}
