//! Tiles of equal size, as the new Fingertips makes its quartiles and quintiles.

use super::compare::Better;

/// The area's place among the fifths of all areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuintileOutcome {
    /// The best fifth.
    Best,
    /// The fifth next to the best.
    Better,
    /// The middle fifth.
    Middle,
    /// The fifth next to the worst.
    Worse,
    /// The worst fifth.
    Worst,
    /// The lowest fifth, where neither direction is better.
    Lowest,
    /// The fifth next to the lowest, where neither direction is better.
    Low,
    /// The fifth next to the highest, where neither direction is better.
    High,
    /// The highest fifth, where neither direction is better.
    Highest,
}

/// The bounds of the four quarters of all areas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuartileSummary {
    /// The lowest value.
    pub q0: f64,
    /// The highest value of the first quarter.
    pub q1: f64,
    /// The highest value of the second quarter.
    pub q2: f64,
    /// The highest value of the third quarter.
    pub q3: f64,
    /// The highest value.
    pub q4: f64,
}

/// `k` tiles, 1 (lowest values) to `k`, whose sizes differ by one at most, the fuller ones first: NTILE of SQL over the
/// values that are present. Equal values go by their order, so that tiles may part them.
#[must_use]
pub fn ntiles(values: &[Option<f64>], k: u16) -> Vec<Option<u16>> {
    let mut present: Vec<(usize, f64)> = values
        .iter()
        .enumerate()
        .filter_map(|(at, value)| value.filter(|value| value.is_finite()).map(|value| (at, value)))
        .collect();
    // A stable sort: equal values keep their order.
    present.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut tiles = vec![None; values.len()];
    let mut rest = present.as_slice();
    for tile in 1..=k {
        // The tiles that are still to be filled share what is left.
        let (these, others) = rest.split_at(rest.len().div_ceil(usize::from(k + 1 - tile)));
        for (at, _) in these {
            if let Some(place) = tiles.get_mut(*at) {
                *place = Some(tile);
            }
        }
        rest = others;
    }
    tiles
}

/// The quarters' bounds, none of them interpolated; `None` for fewer than four values.
#[must_use]
pub fn quartile_summary(values: &[Option<f64>]) -> Option<QuartileSummary> {
    let tiles = ntiles(values, 4);
    if tiles.iter().flatten().count() < 4 {
        return None;
    }
    let tiled = || values.iter().zip(&tiles).filter_map(|(value, tile)| value.zip(*tile));
    let highest = |of: u16| tiled().filter(|(_, tile)| *tile == of).map(|(value, _)| value).max_by(f64::total_cmp);
    Some(QuartileSummary {
        q0: tiled().map(|(value, _)| value).min_by(f64::total_cmp)?,
        q1: highest(1)?,
        q2: highest(2)?,
        q3: highest(3)?,
        q4: highest(4)?,
    })
}

/// Each area's fifth by what is better; `None` (not compared) where it has no value, and where fewer than five have.
#[must_use]
pub fn quintile_outcomes(values: &[Option<f64>], better: Better) -> Vec<Option<QuintileOutcome>> {
    use QuintileOutcome as Outcome;
    const FROM_BEST: [Outcome; 5] = [Outcome::Best, Outcome::Better, Outcome::Middle, Outcome::Worse, Outcome::Worst];
    const FROM_LOWEST: [Outcome; 5] = [Outcome::Lowest, Outcome::Low, Outcome::Middle, Outcome::High, Outcome::Highest];
    let tiles = ntiles(values, 5);
    let enough = tiles.iter().flatten().count() >= 5;
    let outcome = |tile: u16| {
        let at = usize::from(tile.checked_sub(1)?);
        match better {
            Better::Lower => FROM_BEST.get(at).copied(),
            Better::Higher => FROM_BEST.iter().rev().nth(at).copied(),
            Better::Neither => FROM_LOWEST.get(at).copied(),
        }
    };
    tiles.into_iter().map(|tile| tile.filter(|_| enough).and_then(outcome)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::vectors::{Cells, agree, joined};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tiles_are_those_of_the_reference_program() {
        for (case, rows) in joined("category_ntile/values.csv", "category_ntile/quartile_summary.csv") {
            let values: Vec<Option<f64>> = rows.iter().map(|row| row.number("value")).collect();
            let expected =
                |column: &str| -> Vec<Option<u16>> { rows.iter().map(|row| row.text(column).parse().ok()).collect() };
            assert_eq!(ntiles(&values, 4), expected("expected_ntile4"), "{}", case.id);
            assert_eq!(ntiles(&values, 5), expected("expected_ntile5"), "{}", case.id);
            for (better, column) in [
                (Better::Higher, "expected_outcome_high_is_good"),
                (Better::Lower, "expected_outcome_low_is_good"),
                (Better::Neither, "expected_outcome_no_judgement"),
            ] {
                let ours: Vec<String> = quintile_outcomes(&values, better)
                    .into_iter()
                    .map(|outcome| outcome.map_or("NOT COMPARED".into(), |it| format!("{it:?}").to_uppercase()))
                    .collect();
                let theirs: Vec<&str> = rows.iter().map(|row| row.text(column)).collect();
                assert_eq!(ours, theirs, "{}", case.id);
            }
            let summary = quartile_summary(&values);
            let row = &case.rows[0];
            for (column, ours) in [
                ("expected_q0", summary.map(|summary| summary.q0)),
                ("expected_q1", summary.map(|summary| summary.q1)),
                ("expected_q2", summary.map(|summary| summary.q2)),
                ("expected_q3", summary.map(|summary| summary.q3)),
                ("expected_q4", summary.map(|summary| summary.q4)),
            ] {
                assert!(agree(ours, row.number(column), 1e-10), "{}, {column}: {ours:?}", case.id);
            }
        }
    }

    #[test]
    fn a_missing_value_is_in_no_tile() {
        let values = [Some(2.0), None, Some(1.0), Some(f64::NAN), Some(3.0)];
        assert_eq!(ntiles(&values, 2), [Some(1), None, Some(1), None, Some(2)]);
        assert_eq!(ntiles(&values, 0), [None; 5]);
        assert_eq!(quartile_summary(&values), None);
        assert_eq!(quintile_outcomes(&values, Better::Higher), [None; 5]);
    }

    proptest! {
        #[test]
        fn tiles_are_as_full_as_each_other_and_rise_with_the_value(
            values in proptest::collection::vec(-50i32..50, 0..60),
            k in 1u16..12,
        ) {
            let values: Vec<Option<f64>> = values.into_iter().map(|value| Some(f64::from(value))).collect();
            let tiles = ntiles(&values, k);
            let sizes: Vec<usize> =
                (1..=k).map(|each| tiles.iter().filter(|tile| **tile == Some(each)).count()).collect();
            prop_assert_eq!(sizes.iter().sum::<usize>(), values.len());
            prop_assert!(sizes.windows(2).all(|pair| pair[0] >= pair[1]));
            prop_assert!(sizes.iter().max().zip(sizes.iter().min()).is_some_and(|(most, least)| most - least <= 1));
            let mut pairs: Vec<_> = values.iter().zip(&tiles).filter_map(|(v, t)| v.zip(*t)).collect();
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            prop_assert!(pairs.windows(2).all(|pair| pair[0].1 <= pair[1].1));
        }
    }
}
