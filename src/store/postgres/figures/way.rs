//! How the figures of a question are found: by the key, or by the second order.

use crate::store::{AreaSelection, FigureQuery, PeriodSelection};

/// Areas are read as one range of ids where the range has at most so many for each that is asked for: a row that is read and
/// left out costs about a twentieth of a look-up.
const DENSE: i64 = 16;

/// Rows that ranges may lead to in one slice. They are put in order before a page is cut off, so that a page must not mean
/// many more than it gives.
const IN_RANGES: i64 = 20_000;

/// Periods of an area that are looked up one by one. More are found by a look at all from the first to the last.
const LOOKED_UP: usize = 16;

/// How the figures of a question are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Area by area, in the order of the key.
    ByArea,
    /// Area by area and period by period, each by a look-up of the key.
    LookUp,
    /// Period by period, each as one range of areas, in the second order.
    ByPeriod,
}

impl Way {
    /// The way for a question, by how many places and periods it names and how near the places are to each other.
    pub(super) fn of(query: &FigureQuery) -> Self {
        let PeriodSelection::Keys(keys) = &query.periods else { return Self::ByArea };
        let ids = match &query.areas {
            AreaSelection::All if keys.len() == 1 => return Self::ByPeriod,
            AreaSelection::All => return Self::ByArea,
            AreaSelection::Ids(ids) => ids,
        };
        let length = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let (least, most) = (ids.iter().min().copied().unwrap_or(0), ids.iter().max().copied().unwrap_or(0));
        let range = most.saturating_sub(least).saturating_add(1);
        let is_dense = range <= DENSE.saturating_mul(length(ids.len()));
        if is_dense && range.saturating_mul(length(keys.len())) <= IN_RANGES {
            Self::ByPeriod
        } else if keys.len() <= LOOKED_UP {
            Self::LookUp
        } else {
            Self::ByArea
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(areas: AreaSelection, periods: PeriodSelection) -> Way {
        Way::of(&FigureQuery { slices: vec![1], areas, periods, at: 1, after: None, limit: 10 })
    }

    #[test]
    fn one_period_of_many_places_is_a_range_and_few_scattered_places_are_looked_up() {
        let keys = |count: i64| PeriodSelection::Keys((0..count).collect());
        let ids = |ids: &[i64]| AreaSelection::Ids(ids.to_vec());
        let councils: Vec<i64> = (300..450).collect();
        assert_eq!(way(ids(&councils), keys(1)), Way::ByPeriod);
        assert_eq!(way(ids(&councils), keys(10)), Way::ByPeriod);
        assert_eq!(way(ids(&councils), keys(170)), Way::ByArea);
        assert_eq!(way(ids(&[7]), keys(1)), Way::ByPeriod, "one place is a look-up in either order");
        assert_eq!(way(ids(&[7, 35_000]), keys(2)), Way::LookUp);
        assert_eq!(way(ids(&[7, 35_000]), keys(17)), Way::ByArea);
        assert_eq!(way(AreaSelection::All, keys(1)), Way::ByPeriod);
        assert_eq!(way(AreaSelection::All, keys(2)), Way::ByArea, "in order, so that a page can be cut off");
        assert_eq!(way(ids(&councils), PeriodSelection::Latest), Way::ByArea);
    }
}
