//! Statistics: pure functions over numbers.
//!
//! Takes numbers (a missing one is `None`) and gives ranks, quartiles and judgements, each by a published rule that
//! the function names. A missing number takes part in nothing: it is neither ranked nor counted.
//!
//! Must never do IO, be async, know the time, or know what the numbers measure.

mod average;
mod benchmark;
mod change;
mod compare;
mod disclosure;
mod distribution;
mod dsr;
mod error;
mod funnel;
mod interval;
mod isr;
mod least_squares;
mod life_expectancy;
mod mean;
mod ntile;
mod percentile;
mod quantile;
mod rank;
mod rate;
mod ratio;
mod slope_index;
mod spc;
mod target;
mod trend;
#[cfg(test)]
mod vectors;
mod weighted_sum;

pub use average::{AverageKind, NoAverage, group_average};
pub use benchmark::{
    Comparison, ControlLevel, judge_control_proportion, judge_control_rate, judge_one_level, judge_two_levels,
};
pub use change::{Measured, change_on_previous, judge_two_intervals};
pub use compare::{Better, Judgement, NotCompared, judge, quartiles, ranks};
pub use disclosure::{
    Cell, Interval, NotACount, NotATable, NotProtected, Shown, SmallNumbers, Suppression, Table, attacker_interval,
    suppress,
};
pub use dsr::{Band, ESP2013, Repeats, StandardisedRate, dsr, dsr_of_repeated_events};
pub use error::StatisticsError;
pub use funnel::{
    ChartedPoint, DsrControlLimits, FunnelKind, FunnelLimits, FunnelPoint, FunnelSignificance, dsr_control_limits,
    funnel_limits, funnel_points, funnel_significance,
};
pub use interval::{
    Confidence, Estimate, Limits, LimitsMethod, byar, exact_poisson, exact_poisson_by_tail, poisson_limits,
    poisson_method, wilson, wilson_by_deviate,
};
pub use isr::{Standardised, Stratum, standardise};
pub use life_expectancy::{AgeBand, LifeExpectancy, STARTS, life_expectancy};
pub use mean::{Mean, mean};
pub use ntile::{QuartileSummary, QuintileOutcome, ntiles, quartile_summary, quintile_outcomes};
pub use percentile::{Spine, percentile, percentile_bounds, percentile_categories, percentile_quintiles, spine};
pub use quantile::{First, quantiles};
pub use rank::{MOST_RANKED, NoRankInterval, RankInterval, rank_interval, rank_intervals, tied};
pub use rate::{Member, grouped_proportion, grouped_rate, proportion, rate};
pub use ratio::{is_ratio, tens_apart};
pub use slope_index::{SlopeIndex, SlopeQuantile, SlopeSpread, SlopeValue, slope_index};
pub use spc::{
    Assurance, ControlLimits, NoChart, SpcChart, SpcGroup, SpcOptions, SpcPoint, SpecialCause, Variation, spc,
};
pub use target::{
    AmongNeighbours, Attainment, Gap, GapDirection, NeighbourStatus, NotAssessed, QuartileMove, close_gap,
    in_line_with_neighbours, move_up_quartile, percentile_range, previous_national, range, threshold,
    threshold_with_limits,
};
pub use trend::{Direction, NoTrend, TREND_POINTS, Trend, TrendKind, TrendLabel, TrendPoint, trend, trend_label};
pub use weighted_sum::weighted_sum;
