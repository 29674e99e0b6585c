//! The query `combined`: several places as one.

use super::area::Area;
use super::dataset::Dataset;
use super::error::Failure;
use super::filter::CategoryInput;
use super::id::Key;
use super::indicator::Indicator;
use super::list::List;
use super::observation::Observation;
use super::period::{Period, PeriodInput};
use super::scalar::{AreaCode, Moment};
use super::scope::scope;
use super::words::{MissingKind, Standing};
use crate::answers::choice::Group;
use crate::answers::combined::{self, CombinedOf, METHOD};
use crate::outcomes;
use async_graphql::{Context, Object, SimpleObject};

/// A place's share in a combined figure.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct CombinedPart {
    /// The place.
    pub area: Area,
    /// The share of it that counts: 1 for the whole. Below 1 it is the share of the place's 2021 LSOAs that lie in the
    /// area asked for, and its numerator and denominator are counted by that share.
    pub weight: f64,
    /// Its figure; null where there is none for the period.
    pub observation: Option<Observation>,
    /// The place whose figure counts this one's people too, because it is published for both together; it is counted
    /// once. Null where the place is counted by its own figure.
    pub counted_in: Option<Area>,
}

/// Several places as one.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct CombinedFigure {
    /// What is measured.
    pub indicator: Indicator,
    /// `persons`, `male` or `female`.
    pub sex: String,
    /// `all`, `65+`, `10-11`, `<15`.
    pub age: String,
    /// The period; null where the places have no figure.
    pub period: Option<Period>,
    /// The dataset; null where the places have no figure.
    pub dataset: Option<Dataset>,
    /// The value; null where `reason` says why.
    pub value: Option<f64>,
    /// Lower 95% limit, computed from the sums; null for a count.
    pub lower_ci: Option<f64>,
    /// Upper 95% limit, computed from the sums; null for a count.
    pub upper_ci: Option<f64>,
    /// Whether the limits are the hub's own: always, because no publisher gives these.
    pub ci_derived: bool,
    /// The sum of numerators.
    pub count: Option<f64>,
    /// The sum of denominators.
    pub denominator: Option<f64>,
    /// How far it may be relied on: no further than the least of its parts' figures. Null where there is none.
    pub standing: Option<Standing>,
    /// Whether a part of a place was counted by its share, which assumes that events and people are spread as LSOAs are.
    pub apportioned: bool,
    /// What it was put together from.
    pub parts: List<CombinedPart>,
    /// Why there is no value: the kind of what is missing.
    pub missing: Option<MissingKind>,
    /// Why there is no value, in a sentence.
    pub reason: Option<String>,
    /// How it was put together.
    pub method: &'static str,
}

/// Queries about combined figures.
#[derive(Default)]
pub struct CombinedQuery;

#[Object]
impl CombinedQuery {
    /// Several areas as one: numerators and denominators summed and the value recomputed, refused with the reason where
    /// the kind of value does not allow it. An area for which nothing is published, such as an ICB, is put together from
    /// its councils, those that lie in it partly by the share of their LSOAs.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the GraphQL field")]
    async fn combined(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's id.")] indicator: Key,
        #[graphql(desc = "The places' codes. None may lie in another.")] areas: Vec<AreaCode>,
        #[graphql(desc = "Which period; the newest for which every place has a figure where left out.")] period: Option<
            PeriodInput,
        >,
        #[graphql(desc = "`persons`, `male` or `female`; where left out, persons or the only one published.")]
        sex: Option<String>,
        #[graphql(desc = "The age as published; where left out, all ages or the only one published.")] age: Option<
            String,
        >,
        #[graphql(desc = "The further breakdown's group; the total where left out.")] category: Option<CategoryInput>,
        #[graphql(desc = "The dataset; where left out, the preferred one that has every figure.")] dataset: Option<Key>,
        #[graphql(desc = "As the hub stood then; now where left out. A day stands for its end.")] as_of: Option<Moment>,
    ) -> Result<Option<CombinedFigure>, Failure> {
        let as_of = as_of.map(Moment::end);
        let period = PeriodInput::wanted(period)?;
        let category = category.map(outcomes::Category::from);
        let group = Group {
            indicator: &indicator,
            sex: sex.as_deref(),
            age: age.as_deref(),
            category: category.as_ref(),
            dataset: dataset.as_ref().map(Key::as_str),
        };
        let areas = areas.iter().map(|code| &*code.0).collect();
        let answer = combined::combined(scope(ctx)?, &CombinedOf { group, areas, period, as_of }).await?;
        let snapshot = &answer.snapshot;
        let (apportioned, standing) = (answer.is_apportioned(), answer.standing());
        let figure = answer.figure.as_ref().ok();
        let limits = figure.and_then(|figure| figure.limits);
        let (missing, reason) = answer.figure.as_ref().err().cloned().unzip();
        let part = |part: combined::CombinedPart| CombinedPart {
            area: Area::new(snapshot, part.place.newest()),
            weight: part.weight,
            observation: part.figure.map(Observation),
            counted_in: part.counted_in.map(|place| Area::new(snapshot, place.newest())),
        };
        Ok(Some(CombinedFigure {
            indicator: Indicator::new(snapshot, &indicator),
            sex: answer.breakdown.sex,
            age: answer.breakdown.age,
            period: answer.period.map(Period),
            dataset: answer.dataset.as_deref().and_then(|id| Dataset::new(snapshot, id)),
            value: figure.map(|figure| figure.value),
            lower_ci: limits.map(|(lower, _)| lower),
            upper_ci: limits.map(|(_, upper)| upper),
            ci_derived: true,
            count: figure.map(|figure| figure.count),
            denominator: figure.and_then(|figure| figure.denominator),
            standing: standing.map(Into::into),
            apportioned,
            parts: answer.parts.into_iter().map(part).collect(),
            missing: missing.map(Into::into),
            reason,
            method: METHOD,
        }))
    }
}
