//! The query `comparison`: one indicator across areas at one period.

use super::area::Area;
use super::beside::RankInterval;
use super::caveat::Caveat;
use super::dataset::Dataset;
use super::error::Failure;
use super::filter::{AcrossInput, CategoryInput};
use super::findings::{ComparisonMethod, Judgement};
use super::id::Key;
use super::indicator::Indicator;
use super::list::List;
use super::observation::{Category, Observation};
use super::period::{Period, PeriodInput};
use super::scalar::{AreaCode, Moment};
use super::scope::scope;
use super::together::PutTogether;
use super::words::{MissingKind, Standing};
use crate::answers::Snapshot;
use crate::answers::choice::Group;
use crate::answers::comparison::{self, ComparisonOf, Spread};
use crate::answers::places::NotCounted;
use crate::outcomes;
use crate::statistics::{LimitsMethod, Spine};
use async_graphql::{Context, Object, SimpleObject};
use std::sync::Arc;

/// One place of a comparison.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct ComparisonRow {
    /// The place, under the code under which it was asked for.
    pub area: Area,
    /// The published figure; null where there is none for the period.
    pub observation: Option<Observation>,
    /// How the value was put together from the place's councils, because none is published of it; null for a published value.
    /// It is done for ICBs, sub-ICB locations, regions, combined authorities, metropolitan counties, police and fire areas.
    pub put_together: Option<PutTogether>,
    /// The figure's value, published or put together; null where `missing` says why.
    pub value: Option<f64>,
    /// The figure's lower 95% limit; null where there is no value, or neither the publisher nor its counts give one.
    pub lower_ci: Option<f64>,
    /// The figure's upper 95% limit; null where the lower one is.
    pub upper_ci: Option<f64>,
    /// Whether the hub computed the limits from count and denominator, because the publisher gives none.
    pub ci_derived: bool,
    /// By which method it did: `Wilson`, `Byar` or `exact Poisson`; null where it computed none.
    pub ci_method: Option<&'static str>,
    /// How far the figure may be relied on; null where there is none.
    pub standing: Option<Standing>,
    /// 1 is best by the indicator's polarity (lowest where neither direction is good); ties share the best rank. Values
    /// that were rounded alike are ordered by count over denominator, where both are published. Null where there is no
    /// value, or `reason` says why the value takes part in nothing: it is unreliable, it is 0 of 0, or another place
    /// answers for the same people.
    pub rank: Option<usize>,
    /// How many places share the rank, itself included; null where there is no rank.
    pub tied: Option<usize>,
    /// The 95% interval of the rank: by the limits of the figures the place may stand as far up and as far down. Null where
    /// `rankIntervalReason` says why.
    pub rank_interval: Option<RankInterval>,
    /// Why there is no interval of the rank; null where there is no rank.
    pub rank_interval_reason: Option<String>,
    /// 1 is the best quarter by the indicator's polarity (lowest where neither direction is good). Null where there is
    /// no value, or fewer than four places have one.
    pub quartile: Option<u8>,
    /// How it stands to the benchmark, or among the places, by the comparison's method; null where the method needs a
    /// benchmark and none was asked for.
    pub judgement: Option<Judgement>,
    /// Why it was not compared.
    pub judgement_reason: Option<String>,
    /// Why there is no value; `NOT_AVAILABLE` where there is no figure for the period. `UNRELIABLE` may stand beside a
    /// value.
    pub missing: Option<MissingKind>,
    /// The same in a sentence; beside a value, why it has no rank.
    pub reason: Option<String>,
}

/// A place that is left out: because others answer for its people, or because only a part of it lies in the place that is
/// asked for.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct LeftOut {
    /// The place.
    pub area: Area,
    /// Why, and which places answer instead or which part it is.
    pub reason: String,
}

impl LeftOut {
    /// A place that is left out.
    #[must_use]
    pub fn new(snapshot: &Arc<Snapshot>, left: &NotCounted) -> Self {
        Self { area: Area::new(snapshot, left.place.newest()), reason: left.reason.clone() }
    }
}

/// One indicator across areas at one period.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Comparison {
    /// What is compared.
    pub indicator: Indicator,
    /// The period; null where none of the places has a figure and the newest period was asked for.
    pub period: Option<Period>,
    /// `persons`, `male` or `female`.
    pub sex: String,
    /// `all`, `65+`, `10-11`, `<15`.
    pub age: String,
    /// The further breakdown; null for the total.
    pub category: Option<Category>,
    /// The dataset; null where none of the places has a figure.
    pub dataset: Option<Dataset>,
    /// How far ranks, average and judgements may be relied on: no further than the least of the figures. Null where there is
    /// none.
    pub standing: Option<Standing>,
    /// Every place that was asked for, in the order of asking; those of a type by code, neighbours after the place
    /// itself and nearest first. Of a type, only places that stood during the period or have a figure for it, without
    /// those in `leftOut`.
    pub rows: List<ComparisonRow>,
    /// Places that do not answer, because others of those asked for answer for the same people. Of a place and what took
    /// over from it, the one that stood on the period's last day answers; where that one has no figure, the others as a
    /// whole. Places that are named in `areas`, and neighbours, stand in `rows` as well, without a rank. Of a type within
    /// another place, those too of which only a part lay in it on that day.
    pub left_out: List<LeftOut>,
    /// What a reader has to know of the whole comparison, in sentences: how few places have the newest period and which
    /// older one more of them have, places of several nations.
    pub notes: List<String>,
    /// What must be kept in mind of the figures of the period, as their publisher says.
    pub caveats: List<Caveat>,
    /// How many places have a rank.
    pub ranked: usize,
    /// The benchmark; null where none was asked for.
    pub benchmark: Option<ComparisonRow>,
    /// By which method places are judged.
    pub method: ComparisonMethod,
    /// How the values of the places spread; null where fewer than four have one.
    pub summary: Option<ComparisonSummary>,
    /// The average of the places, in the indicator's unit: the sum of their numerators over the sum of their
    /// denominators; for counts their sum. Null where `groupAverageReason` says why. It is the average of these places,
    /// not of a country or region that they may make up.
    pub group_average: Option<f64>,
    /// How many places the average rests on: those whose value, numerator and denominator are all published, and none of
    /// them unreliable. 0 where there is no average.
    pub group_average_of: usize,
    /// Why there is no average.
    pub group_average_reason: Option<String>,
}

/// How the values of the places that are compared spread, as under a spine chart. Percentiles lie on straight lines
/// between neighbouring values (Excel's PERCENTILE.INC), as in Fingertips.
#[derive(Clone, Copy, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct ComparisonSummary {
    /// How many places have a value that counts.
    pub n: usize,
    /// The lowest value.
    pub min: f64,
    /// The 5th percentile.
    pub p5: f64,
    /// The 25th percentile.
    pub p25: f64,
    /// The median.
    pub median: f64,
    /// The 75th percentile.
    pub p75: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The highest value.
    pub max: f64,
}

impl From<Spread> for ComparisonSummary {
    fn from(spread: Spread) -> Self {
        let Spread { n, spine: Spine { min, p5, p25, median, p75, p95, max } } = spread;
        Self { n, min, p5, p25, median, p75, p95, max }
    }
}

impl ComparisonRow {
    fn new(snapshot: &Arc<Snapshot>, row: comparison::ComparisonRow) -> Self {
        let limits = row.limits();
        let made = row.made.as_ref().and_then(|made| made.together.as_ref());
        let (interval, no_interval) = match row.rank.as_ref().map(|rank| rank.interval.clone()) {
            Some(Ok(interval)) => (Some(interval), None),
            Some(Err(why)) => (None, Some(why)),
            None => (None, None),
        };
        Self {
            area: Area::new(snapshot, &row.place.asked),
            value: row.value(),
            lower_ci: limits.lower,
            upper_ci: limits.upper,
            ci_derived: limits.method.is_some(),
            ci_method: limits.method.map(LimitsMethod::as_str),
            standing: row.standing().map(Into::into),
            rank: row.rank.as_ref().map(|rank| rank.rank),
            tied: row.rank.as_ref().map(|rank| rank.tied),
            rank_interval: interval.map(Into::into),
            rank_interval_reason: no_interval,
            quartile: row.quartile,
            judgement: row.judged.as_ref().map(Judgement::from),
            judgement_reason: row.judged.and_then(Result::err),
            missing: row.missing.map(Into::into),
            put_together: made.map(|own| PutTogether::new(snapshot, own)),
            reason: row.reason,
            observation: row.figure.map(Observation),
        }
    }
}

/// Queries about comparisons.
#[derive(Default)]
pub struct ComparisonQuery;

#[Object]
impl ComparisonQuery {
    /// One indicator across areas at one period, from one dataset: value, rank, quartile, judgement by a published
    /// method, the places' spread and average. Suppressed and missing figures take part in none of them, and are listed with their reason.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn comparison(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's id.")] indicator: Key,
        #[graphql(desc = "Which places.")] across: AcrossInput,
        #[graphql(desc = "Which period.", default_with = "Some(PeriodInput::Latest(true))")] period: Option<
            PeriodInput,
        >,
        #[graphql(desc = "The code of a place to judge the others against, such as `E92000001` for England.")]
        benchmark: Option<AreaCode>,
        #[graphql(desc = "By which method places are judged.", default_with = "Some(ComparisonMethod::Ci95)")]
        method: Option<ComparisonMethod>,
        #[graphql(desc = "`persons`, `male` or `female`; where left out, persons or the only one published.")]
        sex: Option<String>,
        #[graphql(desc = "The age as published; where left out, all ages or the only one published.")] age: Option<
            String,
        >,
        #[graphql(desc = "The further breakdown's group; the total where left out.")] category: Option<CategoryInput>,
        #[graphql(desc = "The dataset; where left out, the preferred one that has a figure of any of the places.")]
        dataset: Option<Key>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Comparison>, Failure> {
        let as_of = as_of.map(Moment::end);
        let period = PeriodInput::wanted(period)?;
        let category = category.map(outcomes::Category::from);
        let question = ComparisonOf {
            group: Group {
                indicator: &indicator,
                sex: sex.as_deref(),
                age: age.as_deref(),
                category: category.as_ref(),
                dataset: dataset.as_ref().map(Key::as_str),
            },
            across: across.into(),
            period,
            benchmark: benchmark.map(|code| code.0),
            method: method.unwrap_or_default().into(),
            as_of,
        };
        let answer = comparison::comparison(scope(ctx)?, &question).await?;
        let (snapshot, standing) = (&answer.snapshot, answer.standing());
        let row = |row| ComparisonRow::new(snapshot, row);
        let outcomes::Breakdown { sex, age, category } = answer.breakdown;
        Ok(Some(Comparison {
            indicator: Indicator::new(snapshot, &indicator),
            period: answer.period.map(Period),
            sex,
            age,
            category: category.as_ref().map(Category::from),
            dataset: answer.dataset.as_deref().and_then(|id| Dataset::new(snapshot, id)),
            standing: standing.map(Into::into),
            caveats: answer.caveats.iter().map(Caveat::from).collect(),
            ranked: answer.ranked,
            benchmark: answer.benchmark.map(row),
            method: answer.method.into(),
            summary: answer.spread.map(Into::into),
            group_average: answer.average.value.as_ref().ok().copied(),
            group_average_of: answer.average.of,
            group_average_reason: answer.average.value.err(),
            left_out: answer.left_out.iter().map(|left| LeftOut::new(snapshot, left)).collect(),
            notes: answer.notes.into_iter().collect(),
            rows: answer.rows.into_iter().map(row).collect(),
        }))
    }
}
