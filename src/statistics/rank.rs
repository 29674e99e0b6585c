//! How far a rank may be relied on.

use super::distribution::normal_upper;
use super::{Better, Measured};
use std::fmt;

/// Places of which each is held against every other at most.
pub const MOST_RANKED: usize = 2_000;

/// The share of rank intervals that may miss the true rank.
const MISSED: f64 = 0.05;

/// Between which ranks a place lies, both included; 1 is best (lowest where neither direction is good).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankInterval {
    /// The best rank that the limits allow.
    pub best: usize,
    /// The worst rank that the limits allow.
    pub worst: usize,
}

/// Why there is no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRankInterval {
    /// The place has no value.
    NoValue,
    /// The place has no 95% limits, or they are not in order around the value.
    NoLimits,
    /// More places are ranked than are held against each other.
    TooMany(usize),
}

impl fmt::Display for NoRankInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoValue => f.write_str("there is no value"),
            Self::NoLimits => f.write_str("the value has no 95% limits"),
            Self::TooMany(n) => {
                write!(f, "{n} places are ranked, and {MOST_RANKED} at most are held against each other")
            }
        }
    }
}

/// The 95% interval of a place's rank: one more than the places that are better beyond chance, to the number of all less
/// those that are worse beyond chance. A place without limits is neither.
///
/// Two places differ beyond chance where the interval of their difference leaves out zero. That interval comes from the
/// 95% limits by the square-and-add rule, each pair at the level 1 − 5% ÷ (n − 1), so that all of the place's differences
/// hold together with a probability of at least 95%, and so does the rank. Simulated ranks (a draw from each place's
/// distribution) are narrower and miss the true rank more often than they say where places are close to each other.
///
/// Source: Mogstad, Romano, Shaikh & Wilhelm 2024 (Inference for ranks); Newcombe 1998 for the difference.
///
/// # Errors
/// Why there is none.
pub fn rank_interval(places: &[Measured], own: usize, better: Better) -> Result<RankInterval, NoRankInterval> {
    Field::of(places, better)?.interval(own)
}

/// [`rank_interval`] of every place.
#[must_use]
pub fn rank_intervals(places: &[Measured], better: Better) -> Vec<Result<RankInterval, NoRankInterval>> {
    match Field::of(places, better) {
        Ok(field) => (0..places.len()).map(|own| field.interval(own)).collect(),
        Err(why) => vec![Err(why); places.len()],
    }
}

/// Places that are ranked together.
struct Field<'p> {
    places: &'p [Measured],
    better: Better,
    /// How many have a value.
    ranked: usize,
    /// By how much 95% limits are widened where one place is held against all others.
    widening: f64,
}

impl<'p> Field<'p> {
    fn of(places: &'p [Measured], better: Better) -> Result<Self, NoRankInterval> {
        let ranked = places.iter().filter(|place| place.value.is_some()).count();
        if ranked > MOST_RANKED {
            return Err(NoRankInterval::TooMany(ranked));
        }
        Ok(Self { places, better, ranked, widening: widening(ranked) })
    }

    fn interval(&self, own: usize) -> Result<RankInterval, NoRankInterval> {
        let mine = self.places.get(own).filter(|place| place.value.is_some()).ok_or(NoRankInterval::NoValue)?;
        let mine = sound(mine).ok_or(NoRankInterval::NoLimits)?;
        let (mut above, mut below) = (0, 0);
        for (at, other) in self.places.iter().enumerate() {
            let Some(other) = sound(other).filter(|_| at != own) else { continue };
            if is_above(other, mine, self.widening) {
                above += 1;
            } else if is_above(mine, other, self.widening) {
                below += 1;
            }
        }
        let (better_ones, worse_ones) = if self.better == Better::Higher { (above, below) } else { (below, above) };
        Ok(RankInterval { best: 1 + better_ones, worst: self.ranked - worse_ones })
    }
}

/// How many places share the rank of one, itself included; 0 where it has none.
#[must_use]
pub fn tied(ranks: &[Option<usize>], own: usize) -> usize {
    let rank = ranks.get(own).copied().flatten();
    rank.map_or(0, |rank| ranks.iter().filter(|other| **other == Some(rank)).count())
}

/// A value between its limits: value, lower, upper.
fn sound(place: &Measured) -> Option<(f64, f64, f64)> {
    let (value, lower, upper) = (place.value?, place.lower?, place.upper?);
    let finite = value.is_finite() && lower.is_finite() && upper.is_finite();
    (finite && lower <= value && value <= upper).then_some((value, lower, upper))
}

/// By how much the 95% limits are widened where one of `ranked` places is held against all others.
fn widening(ranked: usize) -> f64 {
    let others = u32::try_from(ranked.saturating_sub(1)).unwrap_or(u32::MAX).max(1);
    let level = |tail| normal_upper(tail);
    let pair = level(MISSED / 2.0 / f64::from(others));
    // Both tails lie between 0 and a half, for which there always is a deviate; without one nothing would be told apart.
    pair.zip(level(MISSED / 2.0)).map_or(f64::INFINITY, |(pair, single)| pair / single)
}

/// Whether the first is above the second beyond chance.
fn is_above(high: (f64, f64, f64), low: (f64, f64, f64), widening: f64) -> bool {
    let (down, up) = (high.0 - high.1, low.2 - low.0);
    high.0 - low.0 > widening * down.hypot(up)
}

#[cfg(test)]
mod tests {
    use super::super::ranks;
    use super::*;
    use proptest::prelude::*;

    fn place(value: f64, half: f64) -> Measured {
        Measured { value: Some(value), lower: Some(value - half), upper: Some(value + half) }
    }

    #[test]
    fn a_rank_is_as_wide_as_the_limits_are() {
        // Far apart, except for the two in the middle.
        let places = [place(10.0, 1.0), place(20.0, 1.0), place(20.5, 1.0), place(30.0, 1.0)];
        let of = |own, better| rank_interval(&places, own, better).map(|found| (found.best, found.worst));
        assert_eq!(of(0, Better::Lower), Ok((1, 1)));
        assert_eq!(of(1, Better::Lower), Ok((2, 3)));
        assert_eq!(of(2, Better::Higher), Ok((2, 3)));
        assert_eq!(of(3, Better::Higher), Ok((1, 1)));
        assert_eq!(of(3, Better::Neither), Ok((4, 4)));
    }

    #[test]
    fn what_has_no_limits_is_neither_better_nor_worse() {
        let bare = Measured { value: Some(1.0), ..Measured::default() };
        let crossed = Measured { value: Some(1.0), lower: Some(2.0), upper: Some(3.0) };
        let places = [place(10.0, 1.0), bare, crossed, place(30.0, 1.0), Measured::default()];
        let own = rank_interval(&places, 0, Better::Lower);
        assert_eq!(own, Ok(RankInterval { best: 1, worst: 3 }));
        for (at, why) in [(1, NoRankInterval::NoLimits), (2, NoRankInterval::NoLimits), (4, NoRankInterval::NoValue)] {
            assert_eq!(rank_interval(&places, at, Better::Lower), Err(why));
        }
        let many = vec![place(1.0, 1.0); MOST_RANKED + 1];
        assert_eq!(rank_interval(&many, 0, Better::Lower), Err(NoRankInterval::TooMany(MOST_RANKED + 1)));
    }

    #[test]
    fn ties_count_themselves() {
        let ranks = [Some(1), Some(2), None, Some(2), Some(4)];
        assert_eq!([0, 1, 2, 3, 4, 9].map(|own| tied(&ranks, own)), [1, 2, 0, 2, 1, 0]);
    }

    /// Numbers that look drawn from the standard normal distribution, the same in every run.
    struct Draws(u64);

    impl Draws {
        fn share(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).expect("32 bits")) / f64::from(u32::MAX)
        }

        fn normal(&mut self) -> f64 {
            let (one, other) = (self.share().max(1e-12), self.share());
            (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos()
        }
    }

    /// 40 places whose true values lie close together, far apart, or in clusters, each measured with an error: the interval
    /// holds the true rank in 95 of 100 trials at least, for every place.
    #[test]
    fn the_true_rank_lies_within_in_95_of_100_trials() {
        const PLACES: usize = 40;
        const TRIALS: usize = 400;
        let spacings: [fn(u32) -> f64; 3] =
            [|at| f64::from(at) * 0.05, f64::from, |at| f64::from(at / 8) * 3.0 + f64::from(at % 8) * 0.01];
        for (which, spacing) in spacings.into_iter().enumerate() {
            let mut draws = Draws(7);
            let mut held = [0; PLACES];
            for _ in 0..TRIALS {
                let measured: Vec<Measured> = (0u32..)
                    .take(PLACES)
                    .map(|at| place(spacing(at) + draws.normal(), 1.959_963_984_540_054))
                    .collect();
                for (at, held) in held.iter_mut().enumerate() {
                    let found = rank_interval(&measured, at, Better::Lower).expect("an interval");
                    *held += usize::from((found.best..=found.worst).contains(&(at + 1)));
                }
            }
            let least = held.into_iter().min().expect("places");
            assert!(least * 100 >= TRIALS * 95, "spacing {which}: {least} of {TRIALS}");
        }
    }

    fn some() -> impl Strategy<Value = Vec<(i32, u32)>> {
        proptest::collection::vec((-60i32..60, 0u32..30), 1..40)
    }

    fn places(raw: &[(i32, u32)], scale: f64) -> Vec<Measured> {
        raw.iter().map(|(value, half)| place(f64::from(*value), f64::from(*half) * scale)).collect()
    }

    proptest! {
        #[test]
        fn the_rank_lies_within_and_narrower_limits_narrow_it(raw in some()) {
            let (wide, narrow) = (places(&raw, 1.0), places(&raw, 0.5));
            let values: Vec<Option<f64>> = wide.iter().map(|place| place.value).collect();
            for better in [Better::Higher, Better::Lower, Better::Neither] {
                let ranks = ranks(&values, better);
                for (at, rank) in ranks.iter().enumerate() {
                    let outer = rank_interval(&wide, at, better).expect("an interval");
                    let inner = rank_interval(&narrow, at, better).expect("an interval");
                    let rank = rank.expect("a rank");
                    prop_assert!(outer.best <= inner.best && inner.best <= rank);
                    prop_assert!(rank + tied(&ranks, at) - 1 <= inner.worst && inner.worst <= outer.worst);
                    prop_assert!(outer.worst <= raw.len());
                }
            }
        }

        #[test]
        fn the_order_of_giving_and_the_direction_change_nothing(raw in some()) {
            let forwards = places(&raw, 1.0);
            let mut backwards = forwards.clone();
            backwards.reverse();
            let negated: Vec<Measured> = raw.iter().map(|(value, half)| place(f64::from(-*value), f64::from(*half))).collect();
            for at in 0..raw.len() {
                let own = rank_interval(&forwards, at, Better::Lower);
                prop_assert_eq!(own, rank_interval(&backwards, raw.len() - 1 - at, Better::Lower));
                prop_assert_eq!(own, rank_interval(&negated, at, Better::Higher));
            }
        }
    }
}
