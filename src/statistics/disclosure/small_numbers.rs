//! Small counts withheld, all others rounded.
//!
//! Source: NHS Digital's disclosure control method for HES and ECDS, from September 2018. Totals are computed before
//! rounding, so that a rounded table need not add up: that is why it needs no secondary suppression.

use thiserror::Error;

/// The largest count that is taken for one: half the people on earth, as the reference program has it.
const MOST: f64 = 5e9;

/// Which counts are withheld and how the others are rounded. National counts are not touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallNumbers {
    /// Counts from 1 to one less than this are withheld.
    pub smallest_shown: u64,
    /// The others are rounded to the nearest multiple of this, halves upwards; 1, or 0, rounds nothing.
    pub base: u64,
}

impl Default for SmallNumbers {
    /// That of HES: 1 to 7 withheld, the others to the nearest 5.
    fn default() -> Self {
        Self { smallest_shown: 8, base: 5 }
    }
}

/// What is shown of a count below national level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shown {
    /// Zero, which is shown as it is.
    Zero,
    /// Nothing: the publisher's star.
    Withheld,
    /// The rounded count.
    Rounded(u64),
}

/// Why a number is no count of people.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum NotACount {
    /// Below zero.
    #[error("the count {0} is below zero")]
    Negative(f64),
    /// Not whole, or no number at all.
    #[error("the count {0} is not whole")]
    NotWhole(f64),
    /// More than there could be.
    #[error("the count {0} is more than five thousand million")]
    TooLarge(f64),
}

impl SmallNumbers {
    /// What may be shown of a count below national level. A count that would be rounded to zero is withheld, so that a
    /// zero always is one.
    ///
    /// # Errors
    /// A number that is no count.
    pub fn shown(self, count: f64) -> Result<Shown, NotACount> {
        let count = whole(count)?;
        if count == 0 {
            return Ok(Shown::Zero);
        }
        if count < self.smallest_shown {
            return Ok(Shown::Withheld);
        }
        let base = self.base.max(1);
        let rounded = (count + base / 2) / base * base;
        Ok(if rounded == 0 { Shown::Withheld } else { Shown::Rounded(rounded) })
    }
}

fn whole(count: f64) -> Result<u64, NotACount> {
    if count < 0.0 {
        Err(NotACount::Negative(count))
    } else if count > MOST {
        Err(NotACount::TooLarge(count))
    } else if count.fract().abs() > 0.0 || count.is_nan() {
        Err(NotACount::NotWhole(count))
    } else {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and from 0 to 5e9")]
        Ok(count as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::vectors::{Cells, cases};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_are_shown_as_the_reference_program_shows_them() {
        for case in cases("sdc_small_numbers/sdc_small_numbers.csv") {
            let row = &case.rows[0];
            let found = row
                .text("count")
                .parse()
                .map_or(Err(NotACount::NotWhole(f64::NAN)), |count| SmallNumbers::default().shown(count));
            assert_eq!(found.is_err(), !row.text("expected_error").is_empty(), "{}: {found:?}", case.id);
            let Ok(found) = found else { continue };
            let (starred, central) = match found {
                Shown::Zero => ("0".to_owned(), "0".to_owned()),
                // The older method shows 5 for what is withheld.
                Shown::Withheld => ("*".to_owned(), "5".to_owned()),
                Shown::Rounded(count) => (count.to_string(), count.to_string()),
            };
            assert_eq!(starred, row.text("expected_hes_star_variant"), "{}", case.id);
            assert_eq!(central, row.text("expected_central_suppression_method"), "{}", case.id);
        }
    }

    #[test]
    fn what_is_no_count_is_named() {
        let shown = |count| SmallNumbers::default().shown(count);
        assert_eq!(shown(-5.0), Err(NotACount::Negative(-5.0)));
        assert_eq!(shown(2.5), Err(NotACount::NotWhole(2.5)));
        assert_eq!(shown(5e9), Ok(Shown::Rounded(5_000_000_000)));
        assert!(matches!(shown(5e9 + 1.0), Err(NotACount::TooLarge(_))));
        assert!(shown(f64::NAN).is_err() && shown(f64::INFINITY).is_err());
    }

    #[test]
    fn other_thresholds_and_bases_are_kept_to() {
        let rule = SmallNumbers { smallest_shown: 5, base: 10 };
        let shown: Vec<_> = [0.0, 4.0, 5.0, 14.0, 15.0].iter().map(|count| rule.shown(*count).unwrap()).collect();
        let ten = Shown::Rounded(10);
        assert_eq!(shown, [Shown::Zero, Shown::Withheld, ten, ten, Shown::Rounded(20)]);
        let coarse = SmallNumbers { smallest_shown: 2, base: 100 };
        assert_eq!(coarse.shown(30.0), Ok(Shown::Withheld));
        assert_eq!(SmallNumbers { smallest_shown: 0, base: 0 }.shown(3.0), Ok(Shown::Rounded(3)));
    }

    proptest! {
        #[test]
        fn a_shown_count_is_near_the_true_one_and_a_small_one_is_never_shown(
            count in 0u32..100_000, smallest_shown in 1u64..20, base in 1u64..20,
        ) {
            let shown = SmallNumbers { smallest_shown, base }.shown(f64::from(count)).unwrap();
            let count = u64::from(count);
            match shown {
                Shown::Zero => prop_assert_eq!(count, 0),
                Shown::Withheld => prop_assert!(count > 0 && (count < smallest_shown || count < base)),
                Shown::Rounded(rounded) => {
                    prop_assert!(count >= smallest_shown && rounded % base == 0 && rounded.abs_diff(count) * 2 <= base);
                }
            }
        }
    }
}
