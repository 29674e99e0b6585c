//! Which published slices answer a measure's series.

use super::super::choice::{in_order, withdrawn};
use super::advice::command;
use crate::access::Viewer;
use crate::frameworks::Series;
use crate::hint::did_you_mean;
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
        let of_group =
            |slice: &&Arc<Slice>| slice.breakdown.sex == series.sex && slice.breakdown.category == series.category;
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
        let indicator = catalogue.indicator(&series.indicator).cloned();
        let instead = if slices.is_empty() {
            let prefer = indicator.as_ref().map_or(&[][..], |known| known.prefer.as_slice());
            instead(series, &published, prefer, &withdrawn(catalogue, viewer, &series.indicator))
        } else {
            String::new()
        };
        Self { indicator, slices, instead }
    }
}

/// What is said of a series that nobody supplies. `prefer` names the datasets that would; `withdrawn` says of those that
/// ended.
fn instead(series: &Series, published: &[Arc<Slice>], prefer: &[String], withdrawn: &str) -> String {
    if published.is_empty() {
        let none = "no dataset that the hub holds supplies the indicator";
        if !withdrawn.is_empty() {
            return format!("{none}{withdrawn}");
        }
        return match prefer {
            [] => none.into(),
            [first, ..] => {
                let named: Vec<String> = prefer.iter().map(|id| format!("`{id}`")).collect();
                format!("{none}; {} would: {}", named.join(" or "), command(first))
            }
        };
    }
    let of_sex = |slice: &&Arc<Slice>| slice.breakdown.category == series.category && slice.breakdown.sex == series.sex;
    let ages: BTreeSet<&str> = published.iter().filter(of_sex).map(|slice| slice.breakdown.age.as_str()).collect();
    if series.age.is_none() && ages.len() > 1 {
        let ages = ages.into_iter().take(6).collect::<Vec<_>>().join(", ");
        return format!(
            "the indicator is published for several ages, none of them all ages, and the framework names none: one of {ages} \
             is needed as `age` of the series"
        );
    }
    if let Some(category) = &series.category {
        let known = published.iter().filter_map(|slice| slice.breakdown.category.as_ref());
        let known: BTreeSet<String> = known.map(|own| format!("{} / {}", own.kind, own.name)).collect();
        let hint = did_you_mean(&format!("{} / {}", category.kind, category.name), &known);
        let some = known.into_iter().take(6).collect::<Vec<_>>().join(", ");
        let some = if some.is_empty() { "none".to_owned() } else { some };
        return format!(
            "the indicator is not published for {} of {} by {}{hint}; its further groups are {some}",
            series.sex, category.name, category.kind
        );
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
