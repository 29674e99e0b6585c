//! Which dataset answers, and for which group of people. The one rule, for every question.
//!
//! An indicator's suppliers stand in the vocabulary's order, then by name. Of those that publish the group of people, the
//! first that has a figure of what is asked answers alone: two publishers' figures for one thing are never put into one
//! list unasked, because they may differ in method, rounding or revision.

use super::suggest::{unknown_dataset, unknown_indicator};
use super::{Refusal, Snapshot};
use crate::access::Viewer;
use crate::outcomes::{Breakdown, Category};
use crate::store::{Catalogue, Slice};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Slices of one indicator in the order of their datasets, the preferred one first.
#[must_use]
pub fn in_order<'c>(
    catalogue: &'c Catalogue,
    viewer: &'c Viewer,
    indicator: &str,
    holds: impl Fn(&Slice) -> bool,
) -> Vec<Arc<Slice>> {
    let order = catalogue.suppliers(viewer, indicator);
    let mut slices: Vec<Arc<Slice>> =
        catalogue.slices_of(viewer, indicator).filter(|slice| holds(slice)).map(Arc::clone).collect();
    slices.sort_by_key(|slice| order.iter().position(|dataset| *dataset == slice.dataset));
    slices
}

/// Of slices in order, the first that has a figure: that of the dataset that answers.
#[must_use]
pub fn answering(slices: &[Arc<Slice>], has_figure: impl Fn(&Slice) -> bool) -> Option<&Arc<Slice>> {
    slices.iter().find(|slice| has_figure(slice))
}

/// Refuses an indicator that is not known.
///
/// # Errors
/// When it is neither described nor published; the message names the nearest.
pub fn known_indicator(snapshot: &Snapshot, id: &str) -> Result<(), Refusal> {
    let catalogue = snapshot.catalogue();
    let known = catalogue.indicator(id).is_some() && snapshot.may_know(id);
    if known || catalogue.slices_of(snapshot.viewer(), id).next().is_some() {
        return Ok(());
    }
    Err(unknown_indicator(snapshot, id))
}

/// Refuses a dataset that is not known.
///
/// # Errors
/// When there is none that the viewer may see; the message names the nearest.
pub fn known_dataset(snapshot: &Snapshot, id: &str) -> Result<(), Refusal> {
    match snapshot.catalogue().dataset(snapshot.viewer(), id) {
        Some(_) => Ok(()),
        None => Err(unknown_dataset(snapshot, id)),
    }
}

/// Refuses a sex that no figure can have.
///
/// # Errors
/// When it is none of the schema's.
pub fn check_sex(sex: &str) -> Result<(), Refusal> {
    if matches!(sex, "persons" | "male" | "female") {
        return Ok(());
    }
    Err(Refusal::bad_input(format!("`{}` is not a sex of the schema: persons, male, female", sex.escape_debug())))
}

/// The groups of people of these slices, in words; the first ten.
pub fn groups<'a>(slices: impl Iterator<Item = &'a Arc<Slice>>) -> String {
    let groups: BTreeSet<String> = slices
        .map(|slice| {
            let breakdown = &slice.breakdown;
            let category = breakdown.category.as_ref();
            let category = category.map(|category| format!(", category {} / {}", category.kind, category.name));
            format!("sex {}, age {}{}", breakdown.sex, breakdown.age, category.unwrap_or_default())
        })
        .collect();
    let more = if groups.len() > 10 { format!("; and {} more", groups.len() - 10) } else { String::new() };
    groups.into_iter().take(10).collect::<Vec<_>>().join("; ") + &more
}

/// What a question says about the indicator, the group of people and the dataset.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// The indicator.
    pub indicator: &'a str,
    /// The sex; where left out, persons or the only one published.
    pub sex: Option<&'a str>,
    /// The age; where left out, all ages or the only one published.
    pub age: Option<&'a str>,
    /// The further breakdown's group; the total where left out.
    pub category: Option<&'a Category>,
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
    /// Which datasets published it and were withdrawn, to follow a sentence; empty where one still publishes it.
    pub withdrawn: String,
}

/// Which datasets published an indicator and were withdrawn, and why, to follow a sentence that there is none; nothing where
/// none was.
#[must_use]
pub fn withdrawn(catalogue: &Catalogue, viewer: &Viewer, indicator: &str) -> String {
    let suppliers = catalogue.withdrawn_suppliers(viewer, indicator);
    let said = suppliers.iter().map(|(dataset, withdrawal)| format!("`{dataset}` published it, and was {withdrawal}"));
    let said: Vec<String> = std::iter::once(String::new()).chain(said).collect();
    said.join("; ")
}

impl Chosen {
    /// To follow a sentence on what `answering` has not: which other datasets may have it, or which had it and were withdrawn.
    /// Nothing where there are none, or where every dataset was looked into.
    #[must_use]
    pub fn also(&self, answering: Option<&str>) -> String {
        let Some(answering) = answering else { return self.withdrawn.clone() };
        let others = self.suppliers.iter().filter(|dataset| ***dataset != *answering);
        let others: Vec<_> = others.map(|dataset| format!("`{dataset}`")).collect();
        match others.as_slice() {
            [] => self.withdrawn.clone(),
            [other] => format!("; {other} also supplies the indicator: name it in `dataset`"),
            others => format!("; {} also supply the indicator: name one in `dataset`", others.join(", ")),
        }
    }
}

/// The group that a question speaks of. What it leaves open is chosen only where there is one sensible choice.
///
/// # Errors
/// When an id is not known, or the group of people is not published or not named.
pub fn choose(snapshot: &Snapshot, asked: &Group<'_>) -> Result<Chosen, Refusal> {
    let (catalogue, viewer) = (snapshot.catalogue(), snapshot.viewer());
    known_indicator(snapshot, asked.indicator)?;
    if let Some(dataset) = asked.dataset {
        known_dataset(snapshot, dataset)?;
    }
    asked.sex.map_or(Ok(()), check_sex)?;
    let published = in_order(catalogue, viewer, asked.indicator, |slice| {
        asked.dataset.is_none_or(|dataset| *slice.dataset == *dataset)
    });
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
            let breakdown = Breakdown { sex, age, category: None };
            let withdrawn = withdrawn(catalogue, viewer, asked.indicator);
            return Ok(Chosen { breakdown, slices: Vec::new(), suppliers, withdrawn });
        }
        return Err(Refusal::not_found(format!(
            "`{}` is not published for this group of people; there are {}",
            asked.indicator,
            groups(published.iter())
        )));
    }
    let sex = one(asked.indicator, "sex", "persons", matching.iter().map(|slice| slice.breakdown.sex.as_str()))?;
    let of_sex = matching.iter().filter(|slice| slice.breakdown.sex == sex);
    let age = one(asked.indicator, "age", "all", of_sex.clone().map(|slice| slice.breakdown.age.as_str()))?;
    let slices: Vec<Arc<Slice>> =
        of_sex.filter(|slice| slice.breakdown.age == age).map(|slice| Arc::clone(slice)).collect();
    let breakdown = slices.first().map(|slice| slice.breakdown.clone()).unwrap_or_default();
    let of_group = in_order(catalogue, viewer, asked.indicator, |slice| slice.breakdown == breakdown);
    let suppliers = of_group.iter().map(|slice| Arc::clone(&slice.dataset)).collect();
    Ok(Chosen { breakdown, slices, suppliers, withdrawn: String::new() })
}

/// The total where it is published, or the only one that is.
fn one<'a>(
    indicator: &str,
    dimension: &str,
    total: &'a str,
    words: impl Iterator<Item = &'a str>,
) -> Result<&'a str, Refusal> {
    let words: BTreeSet<&str> = words.collect();
    match words.first() {
        Some(only) if words.len() == 1 => Ok(only),
        _ if words.contains(total) => Ok(total),
        _ => Err(Refusal::bad_input(format!(
            "`{indicator}` is not published for {dimension} `{total}`: name one with `{dimension}`: {}",
            words.into_iter().take(20).collect::<Vec<_>>().join(", ")
        ))),
    }
}
