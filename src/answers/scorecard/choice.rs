//! Which published slices answer a measure's series.

use super::super::choice::{in_order, withdrawn};
use crate::access::Viewer;
use crate::frameworks::Series;
use crate::outcomes::Indicator;
use crate::store::{Catalogue, Slice};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A series, and who supplies it.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is measured; `None` where the hub does not know the indicator.
    pub indicator: Option<Indicator>,
    /// One slice a dataset, the preferred dataset first.
    pub slices: Vec<Arc<Slice>>,
    /// Said where there is none: what is published instead.
    pub instead: String,
}

impl Choice {
    /// The slices of this group of people. Where the series names no age, a dataset answers with all ages, or with the
    /// only age that it has; with several it does not answer, because none is the obvious one.
    pub fn of(catalogue: &Catalogue, viewer: &Viewer, series: &Series) -> Self {
        let published = in_order(catalogue, viewer, &series.indicator, |_| true);
        let of_group = |slice: &&Arc<Slice>| slice.breakdown.sex == series.sex && slice.breakdown.category.is_none();
        let slices: Vec<Arc<Slice>> = published
            .chunk_by(|a, b| a.dataset == b.dataset)
            .filter_map(|of_dataset| {
                let own: Vec<_> = of_dataset.iter().filter(of_group).collect();
                let wanted = series.age.as_deref();
                let named = own.iter().find(|slice| slice.breakdown.age == wanted.unwrap_or("all"));
                let only = own.first().filter(|_| own.len() == 1 && wanted.is_none());
                named.or(only).map(|slice| Arc::clone(slice))
            })
            .collect();
        let instead = if slices.is_empty() { instead(catalogue, viewer, series, &published) } else { String::new() };
        Self { indicator: catalogue.indicator(&series.indicator).cloned(), slices, instead }
    }
}

/// What is said of a series that nobody supplies.
fn instead(catalogue: &Catalogue, viewer: &Viewer, series: &Series, published: &[Arc<Slice>]) -> String {
    if published.is_empty() {
        let withdrawn = withdrawn(catalogue, viewer, &series.indicator);
        return format!("no dataset that the hub holds supplies the indicator{withdrawn}");
    }
    let groups: BTreeSet<String> = published
        .iter()
        .filter(|slice| slice.breakdown.category.is_none())
        .map(|slice| format!("{} of age {} by {}", slice.breakdown.sex, slice.breakdown.age, slice.dataset))
        .take(6)
        .collect();
    let age = series.age.as_deref().map(|age| format!(" of age {age}")).unwrap_or_default();
    let groups = groups.into_iter().collect::<Vec<_>>().join(", ");
    format!("the indicator is not published for {}{age}; it is for {groups}", series.sex)
}
