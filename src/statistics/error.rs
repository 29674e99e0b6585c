//! What makes a statistic impossible to work out.

use thiserror::Error;

/// What was wrong with the numbers given to a statistic, and which number it was.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum StatisticsError {
    /// A confidence level outside 0.9 to 1 and 90 to 100.
    #[error("the confidence level {0} is neither between 0.9 and 1 nor between 90 and 100")]
    Confidence(f64),
    /// Infinite, or not a number at all.
    #[error("{what} is {number}, which is no finite number")]
    NotFinite {
        /// What the number means.
        what: &'static str,
        /// The number.
        number: f64,
    },
    /// Below zero, where nothing below zero has a meaning.
    #[error("{what} is below zero: {number}")]
    Negative {
        /// What the number means.
        what: &'static str,
        /// The number.
        number: f64,
    },
    /// Zero or below, where only more than zero has a meaning.
    #[error("{what} is not above zero: {number}")]
    NotPositive {
        /// What the number means.
        what: &'static str,
        /// The number.
        number: f64,
    },
    /// Outside the range that the method takes.
    #[error("{what} is {number}, which is not between {least} and {most}")]
    OutOfRange {
        /// What the number means.
        what: &'static str,
        /// The number.
        number: f64,
        /// The least that is taken.
        least: f64,
        /// The most that is taken.
        most: f64,
    },
    /// A part that is larger than its whole.
    #[error("the numerator {numerator} is above the denominator {denominator}")]
    PartAboveWhole {
        /// The part.
        numerator: f64,
        /// The whole.
        denominator: f64,
    },
    /// Missing, where the method cannot do without it.
    #[error("{what} is missing in row {row} (counted from 1)")]
    Missing {
        /// What the number means.
        what: &'static str,
        /// The row that lacks it, counted from 1.
        row: usize,
    },
    /// Too few or too many rows.
    #[error("there are {rows} rows; {method} needs {needs}")]
    Rows {
        /// The method.
        method: &'static str,
        /// What it needs, such as `20`.
        needs: &'static str,
        /// How many there are.
        rows: usize,
    },
    /// Too small for the statistic.
    #[error("{what} is {number}, and more than {more_than} is needed")]
    TooSmall {
        /// What the number means.
        what: &'static str,
        /// The number.
        number: f64,
        /// What it has to exceed.
        more_than: f64,
    },
    /// A number that the method cannot take together with another choice.
    #[error("{0}")]
    Unusable(&'static str),
    /// Rows that have to agree, and do not.
    #[error("rows of one band disagree on {what}: {first} and {second}")]
    Disagree {
        /// What they disagree on.
        what: &'static str,
        /// What the first says.
        first: f64,
        /// What a later one says.
        second: f64,
    },
}

/// The number, where it is finite.
pub(super) fn finite(what: &'static str, number: f64) -> Result<f64, StatisticsError> {
    if number.is_finite() { Ok(number) } else { Err(StatisticsError::NotFinite { what, number }) }
}

/// The number, where it is finite and zero or more.
pub(super) fn not_negative(what: &'static str, number: f64) -> Result<f64, StatisticsError> {
    if finite(what, number)? < 0.0 { Err(StatisticsError::Negative { what, number }) } else { Ok(number) }
}

/// The number, where it is finite and more than zero.
pub(super) fn positive(what: &'static str, number: f64) -> Result<f64, StatisticsError> {
    if finite(what, number)? <= 0.0 { Err(StatisticsError::NotPositive { what, number }) } else { Ok(number) }
}
