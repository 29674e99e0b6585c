//! The query `inequality`: how a figure slopes from the most to the least deprived.

use super::area::Area;
use super::dataset::Dataset;
use super::error::Failure;
use super::id::Key;
use super::indicator::Indicator;
use super::list::List;
use super::observation::Observation;
use super::period::{Period, PeriodInput};
use super::scalar::{AreaCode, Moment};
use super::scope::scope;
use super::words::{GroupedUnit, MissingKind, Standing};
use crate::answers::inequality::{self, InequalityOf, METHOD};
use async_graphql::{Context, Object, SimpleObject};

/// How a figure slopes from the most to the least deprived. `between` says what is deprived: tenths of councils tell how
/// councils differ, and not how people do.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct Inequality {
    /// What is measured.
    pub indicator: Indicator,
    /// The place.
    pub area: Area,
    /// The breakdown by deprivation, with its vintage.
    pub category_type: String,
    /// Between what the groups tell a difference: councils grouped by their deprivation, neighbourhoods of the country, the
    /// area's own neighbourhoods. A board paper has to say it.
    pub between: &'static str,
    /// What is grouped, as the breakdown's name says it.
    pub grouped_unit: GroupedUnit,
    /// Whether the levels of deprivation are drawn among the units of the area itself; otherwise among all of the country.
    pub within_area: bool,
    /// The period; null where there is no figure.
    pub period: Option<Period>,
    /// The dataset; null where there is no figure.
    pub dataset: Option<Dataset>,
    /// Slope index of inequality, in the indicator's unit: the least deprived end less the most deprived end, by the
    /// line through all groups weighted by their people. Null where `reason` says why.
    pub sii: Option<f64>,
    /// Its lower 95% limit, from the groups' own limits.
    pub sii_lower_ci: Option<f64>,
    /// Its upper 95% limit.
    pub sii_upper_ci: Option<f64>,
    /// Relative index of inequality: the least deprived end over the most deprived end.
    pub rii: Option<f64>,
    /// The least deprived group's value less the most deprived group's. It needs no numbers of people, and stands where the
    /// indexes cannot.
    pub range: Option<f64>,
    /// How far it may be relied on: no further than the least of the groups' figures. Null where there is none.
    pub standing: Option<Standing>,
    /// The groups' figures, the most deprived first; in the publisher's order where the names do not say it.
    pub groups: List<Observation>,
    /// Why there is no index: the kind of what is missing. `UNRELIABLE` stands beside an index that rests on groups which
    /// their publisher warns against.
    pub missing: Option<MissingKind>,
    /// The same in a sentence.
    pub reason: Option<String>,
    /// How it was worked out.
    pub method: &'static str,
}

/// Queries about inequality.
#[derive(Default)]
pub struct InequalityQuery;

#[Object]
impl InequalityQuery {
    /// How a figure differs across groups by deprivation: SII, RII, range, and the figures behind them. `between` says what
    /// the groups are of. With one group suppressed or missing there is no index, and the reason names it.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn inequality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's id.")] indicator: Key,
        #[graphql(desc = "The place's code.")] area: AreaCode,
        #[graphql(desc = "The breakdown by deprivation, as `Indicator.breakdowns` names it.")] category_type: String,
        #[graphql(desc = "Which period; the newest where left out.")] period: Option<PeriodInput>,
        #[graphql(desc = "`persons`, `male` or `female`; where left out, persons or the only one published.")]
        sex: Option<String>,
        #[graphql(desc = "The age as published; where left out, all ages or the only one published.")] age: Option<
            String,
        >,
        #[graphql(desc = "The dataset; where left out, the preferred one that has the breakdown.")] dataset: Option<
            Key,
        >,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<Inequality>, Failure> {
        let as_of = as_of.map(Moment::end);
        let period = PeriodInput::wanted(period)?;
        let question = InequalityOf {
            indicator: &indicator,
            area: &area.0,
            category_type: &category_type,
            period,
            sex: sex.as_deref(),
            age: age.as_deref(),
            dataset: dataset.as_ref().map(Key::as_str),
            as_of,
        };
        let answer = inequality::inequality(scope(ctx)?, &question).await?;
        let snapshot = &answer.snapshot;
        let (missing, reason) = answer.gradient.as_ref().err().or(answer.reserve.as_ref()).cloned().unzip();
        let gradient = answer.gradient.as_ref().ok();
        let slope = gradient.and_then(|gradient| gradient.slope.as_ref().ok());
        let limits = slope.and_then(|slope| slope.sii_limits);
        Ok(Some(Inequality {
            indicator: Indicator::new(snapshot, &indicator),
            area: Area::new(snapshot, &area.0),
            period: answer.period.map(Period),
            dataset: answer.dataset.as_deref().and_then(|id| Dataset::new(snapshot, id)),
            between: answer.grouping.between(),
            grouped_unit: answer.grouping.unit.into(),
            within_area: answer.grouping.within_area,
            sii: slope.map(|slope| slope.sii),
            sii_lower_ci: limits.map(|(lower, _)| lower),
            sii_upper_ci: limits.map(|(_, upper)| upper),
            rii: slope.and_then(|slope| slope.rii),
            range: gradient.map(|gradient| gradient.range),
            standing: answer.standing().map(Into::into),
            groups: answer.groups.into_iter().map(Observation).collect(),
            missing: missing.map(Into::into),
            reason,
            method: METHOD,
            category_type,
        }))
    }
}
