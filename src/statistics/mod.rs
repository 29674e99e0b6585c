//! Statistics: pure functions over numbers.
//!
//! Takes numbers (a missing one is `None`) and gives ranks, quartiles and judgements, each by a published rule that
//! the function names. A missing number takes part in nothing: it is neither ranked nor counted.
//!
//! Must never do IO, be async, know the time, or know what the numbers measure.

mod compare;
mod distribution;
mod dsr;
mod error;
mod funnel;
mod interval;
mod isr;
mod life_expectancy;
mod mean;
mod ntile;
mod percentile;
mod quantile;
mod rate;
mod slope_index;
#[cfg(test)]
mod vectors;

pub use compare::{Better, Judgement, NotCompared, judge, quartiles, ranks};
pub use dsr::{Band, ESP2013, Repeats, StandardisedRate, dsr, dsr_of_repeated_events};
pub use error::StatisticsError;
pub use funnel::{
    ChartedPoint, ControlLimits, FunnelKind, FunnelLimits, FunnelPoint, FunnelSignificance, dsr_control_limits,
    funnel_limits, funnel_points, funnel_significance,
};
pub use interval::{
    Confidence, Estimate, Limits, byar, exact_poisson, exact_poisson_by_tail, poisson_limits, wilson, wilson_by_deviate,
};
pub use isr::{Standardised, Stratum, standardise};
pub use life_expectancy::{AgeBand, LifeExpectancy, STARTS, life_expectancy};
pub use mean::{Mean, mean};
pub use ntile::{QuartileSummary, QuintileOutcome, ntiles, quartile_summary, quintile_outcomes};
pub use percentile::{Spine, percentile, percentile_bounds, percentile_categories, percentile_quintiles, spine};
pub use quantile::{First, quantiles};
pub use rate::{Member, grouped_proportion, grouped_rate, proportion, rate};
pub use slope_index::{SlopeIndex, SlopeQuantile, SlopeSpread, SlopeValue, slope_index};
