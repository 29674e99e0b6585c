//! The one group of people that a series or a comparison speaks of.

use super::error::Failure;
use super::filter::{CategoryInput, check_sex};
use super::scope::Snapshot;
use super::select::{groups, known_indicator};
use super::suggest::unknown_dataset;
use crate::outcomes::Breakdown;
use crate::store::Slice;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a question says about the group of people and the dataset.
pub struct Asked<'a> {
    /// The indicator.
    pub indicator: &'a str,
    /// The sex; where left out, persons or the only one published.
    pub sex: Option<&'a str>,
    /// The age; where left out, all ages or the only one published.
    pub age: Option<&'a str>,
    /// The further breakdown's group; the total where left out.
    pub category: Option<&'a CategoryInput>,
    /// The dataset; where left out, the preferred one.
    pub dataset: Option<&'a str>,
}

/// A group of people, and the slices that hold it: one a dataset, the preferred one first.
pub struct Chosen {
    /// The group.
    pub breakdown: Breakdown,
    /// Its slices; empty where no figure of the indicator was ever published.
    pub slices: Vec<Arc<Slice>>,
    /// Every dataset that supplies the group, whether or not another is named, the preferred one first.
    pub suppliers: Vec<Arc<str>>,
}

impl Chosen {
    /// To follow a sentence on what `answering` has not: which other datasets may have it. Nothing where there are
    /// none, or where every dataset was looked into.
    #[must_use]
    pub fn also(&self, answering: Option<&str>) -> String {
        let Some(answering) = answering else { return String::new() };
        let others = self.suppliers.iter().filter(|dataset| ***dataset != *answering);
        let others: Vec<_> = others.map(|dataset| format!("`{dataset}`")).collect();
        match others.as_slice() {
            [] => String::new(),
            [other] => format!("; {other} also supplies the indicator: name it in `dataset`"),
            others => format!("; {} also supply the indicator: name one in `dataset`", others.join(", ")),
        }
    }
}

/// The group that a question speaks of. What it leaves open is chosen only where there is one sensible choice.
pub fn choose(snapshot: &Snapshot, asked: &Asked<'_>) -> Result<Chosen, Failure> {
    let (catalogue, viewer) = (snapshot.catalogue(), snapshot.viewer());
    known_indicator(snapshot, asked.indicator)?;
    if let Some(dataset) = asked.dataset {
        catalogue.dataset(viewer, dataset).ok_or_else(|| unknown_dataset(snapshot, dataset))?;
    }
    asked.sex.map_or(Ok(()), check_sex)?;
    let published: Vec<_> = catalogue
        .slices_of(viewer, asked.indicator)
        .filter(|slice| asked.dataset.is_none_or(|dataset| *slice.dataset == *dataset))
        .collect();
    let category = asked.category.map(|category| (category.kind.as_str(), category.name.as_str()));
    let matching: Vec<_> = published
        .iter()
        .filter(|slice| {
            let breakdown = &slice.breakdown;
            breakdown.category.as_ref().map(|category| (category.kind.as_str(), category.name.as_str())) == category
                && asked.sex.is_none_or(|sex| breakdown.sex == sex)
                && asked.age.is_none_or(|age| breakdown.age == age)
        })
        .collect();
    if matching.is_empty() {
        if published.is_empty() {
            let sex = asked.sex.unwrap_or("persons").to_owned();
            let age = asked.age.unwrap_or("all").to_owned();
            let suppliers = catalogue.suppliers(viewer, asked.indicator);
            return Ok(Chosen { breakdown: Breakdown { sex, age, category: None }, slices: Vec::new(), suppliers });
        }
        return Err(Failure::not_found(format!(
            "`{}` is not published for this group of people; there are {}",
            asked.indicator,
            groups(published.into_iter())
        )));
    }
    let sex = one(asked.indicator, "sex", "persons", matching.iter().map(|slice| slice.breakdown.sex.as_str()))?;
    let of_sex = matching.iter().filter(|slice| slice.breakdown.sex == sex);
    let age = one(asked.indicator, "age", "all", of_sex.clone().map(|slice| slice.breakdown.age.as_str()))?;
    let order = catalogue.suppliers(viewer, asked.indicator);
    let mut slices: Vec<Arc<Slice>> =
        of_sex.filter(|slice| slice.breakdown.age == age).map(|slice| Arc::clone(slice)).collect();
    slices.sort_by_key(|slice| order.iter().position(|dataset| *dataset == slice.dataset));
    let breakdown = slices.first().map(|slice| slice.breakdown.clone()).unwrap_or_default();
    let of_group = catalogue.slices_of(viewer, asked.indicator).filter(|slice| slice.breakdown == breakdown);
    let of_group: BTreeSet<&str> = of_group.map(|slice| &*slice.dataset).collect();
    let suppliers = order.into_iter().filter(|dataset| of_group.contains(&**dataset)).collect();
    Ok(Chosen { breakdown, slices, suppliers })
}

/// The total where it is published, or the only one that is.
fn one<'a>(
    indicator: &str,
    dimension: &str,
    total: &'a str,
    words: impl Iterator<Item = &'a str>,
) -> Result<&'a str, Failure> {
    let words: BTreeSet<&str> = words.collect();
    match words.first() {
        Some(only) if words.len() == 1 => Ok(only),
        _ if words.contains(total) => Ok(total),
        _ => Err(Failure::bad_input(format!(
            "`{indicator}` is not published for {dimension} `{total}`: name one with `{dimension}`: {}",
            words.into_iter().take(20).collect::<Vec<_>>().join(", ")
        ))),
    }
}
