//! From what a question says of figures to what the store is asked for: slices, areas, periods.

use super::choice::{check_sex, groups, in_order, known_dataset, known_indicator, withdrawn};
use super::places::{NotCounted, Overlaps, PlaceRef, When, Within, has_one_code, partly};
use super::{PeriodChoice, Refusal, Snapshot, listed};
use crate::outcomes::{AreaType, Breakdown, Category};
use crate::store::{AreaSelection, PeriodSelection, Slice, SliceId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Which figures. Every part narrows; what is left out does not.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these indicators.
    pub indicators: Option<Vec<String>>,
    /// Only these places, under any code that they have had.
    pub areas: Option<Vec<Arc<str>>>,
    /// Only places of this type.
    pub area_type: Option<AreaType>,
    /// Only places that lie wholly in this one.
    pub within: Option<Arc<str>>,
    /// Only these sexes.
    pub sex: Option<Vec<String>>,
    /// Only these ages.
    pub age: Option<Vec<String>>,
    /// Only these groups of a further breakdown; totals only where left out.
    pub category: Option<CategoryChoice>,
    /// Only these periods.
    pub periods: Option<PeriodChoice>,
    /// Only these datasets; of each indicator the preferred one where left out.
    pub datasets: Option<Vec<String>>,
}

/// Which groups of a further breakdown.
#[derive(Clone, Debug, Default)]
pub struct CategoryChoice {
    /// Only breakdowns by this.
    pub kind: Option<String>,
    /// Only groups of this name.
    pub name: Option<String>,
    /// Totals and every group of every breakdown.
    pub any: bool,
}

impl CategoryChoice {
    /// Refuses what contradicts itself or says nothing.
    fn check(&self) -> Result<(), Refusal> {
        let named = self.kind.is_some() || self.name.is_some();
        match (self.any, named) {
            (true, true) => Err(Refusal::bad_input("`category` takes `any: true` or `type` and `name`, not both")),
            (false, false) => Err(Refusal::bad_input(
                "`category` is empty: give `type` and `name`, or `any: true`, or leave it out for totals",
            )),
            _ => Ok(()),
        }
    }

    /// Whether a category is one of those asked for.
    fn holds(&self, category: Option<&Category>) -> bool {
        if self.any {
            return true;
        }
        category.is_some_and(|category| {
            self.kind.as_ref().is_none_or(|kind| *kind == category.kind)
                && self.name.as_ref().is_none_or(|name| *name == category.name)
        })
    }
}

impl Filter {
    /// Refuses lists that are empty or too long, and words that cannot be.
    fn check(&self) -> Result<(), Refusal> {
        listed("indicators", self.indicators.as_deref())?;
        listed("areas", self.areas.as_deref())?;
        listed("datasets", self.datasets.as_deref())?;
        listed("sex", self.sex.as_deref())?;
        listed("age", self.age.as_deref())?;
        for sex in self.sex.iter().flatten() {
            check_sex(sex)?;
        }
        self.category.as_ref().map_or(Ok(()), CategoryChoice::check)
    }

    /// Whether a group of people is one of those asked for.
    fn holds(&self, breakdown: &Breakdown) -> bool {
        let listed = |list: &Option<Vec<String>>, word: &String| list.as_ref().is_none_or(|list| list.contains(word));
        listed(&self.sex, &breakdown.sex)
            && listed(&self.age, &breakdown.age)
            && match &self.category {
                Some(filter) => filter.holds(breakdown.category.as_ref()),
                None => breakdown.category.is_none(),
            }
    }
}

/// What the store is asked for.
pub(super) struct Selected {
    /// Which slices.
    pub slices: Vec<SliceId>,
    /// Which areas, with every code that each has had.
    pub areas: AreaSelection,
    /// The places, where they are a set that the question does not name one by one.
    pub set: Option<PlaceSet>,
    /// Places of which only a part lies in the one that is asked for.
    pub partly: Vec<NotCounted>,
    /// Which periods.
    pub periods: PeriodSelection,
    /// Where one of several datasets was chosen.
    pub choices: Vec<Choice>,
}

/// Places that are asked for by type or by the place in which they lie.
pub(super) struct PlaceSet {
    /// The places, each once.
    pub places: Vec<PlaceRef>,
    /// Which of them took over from each other.
    pub overlaps: Overlaps,
}

/// An indicator that several datasets supply, of which the question names none.
pub struct Choice {
    /// The indicator.
    pub indicator: Arc<str>,
    /// The dataset that answers.
    pub asked: Arc<str>,
    /// The others, the preferred ones first.
    pub others: Vec<Arc<str>>,
}

/// What a filter selects; refuses ids that are not known.
pub(super) fn selected(snapshot: &Snapshot, filter: &Filter) -> Result<Selected, Refusal> {
    filter.check()?;
    let periods = filter.periods.as_ref().map_or(Ok(PeriodSelection::All), PeriodChoice::selection)?;
    let (slices, choices) = slices(snapshot, filter)?;
    let Places { areas, set, partly } = areas(snapshot, filter)?;
    Ok(Selected { slices, areas, set, partly, periods, choices })
}

fn slices(snapshot: &Snapshot, filter: &Filter) -> Result<(Vec<SliceId>, Vec<Choice>), Refusal> {
    let (catalogue, viewer) = (snapshot.catalogue(), snapshot.viewer());
    for id in filter.datasets.iter().flatten() {
        known_dataset(snapshot, id)?;
    }
    let mut candidates: BTreeMap<&str, Vec<&Arc<Slice>>> = BTreeMap::new();
    match &filter.indicators {
        Some(ids) => {
            for id in ids {
                known_indicator(snapshot, id)?;
                candidates.insert(id.as_str(), catalogue.slices_of(viewer, id).collect());
            }
        }
        None => {
            for slice in catalogue.visible_slices(viewer) {
                candidates.entry(&*slice.indicator).or_default().push(slice);
            }
        }
    }
    if let Some(datasets) = &filter.datasets {
        for slices in candidates.values_mut() {
            slices.retain(|slice| datasets.iter().any(|id| **id == *slice.dataset));
        }
    }
    let published = candidates.values().map(Vec::len).sum::<usize>();
    let (mut chosen, mut choices) = (Vec::new(), Vec::new());
    for (indicator, slices) in &candidates {
        let matching = slices.iter().filter(|slice| filter.holds(&slice.breakdown));
        if filter.datasets.is_some() {
            chosen.extend(matching.map(|slice| slice.id));
            continue;
        }
        let matching: Vec<_> = matching.collect();
        if !matching.windows(2).any(|pair| pair[0].dataset != pair[1].dataset) {
            chosen.extend(matching.iter().map(|slice| slice.id));
            continue;
        }
        let ranked = in_order(catalogue, viewer, indicator, |slice| filter.holds(&slice.breakdown));
        let mut suppliers: Vec<Arc<str>> = ranked.iter().map(|slice| Arc::clone(&slice.dataset)).collect();
        suppliers.dedup();
        let asked = suppliers.remove(0);
        chosen.extend(matching.iter().filter(|slice| slice.dataset == asked).map(|slice| slice.id));
        choices.push(Choice { indicator: (*indicator).into(), asked, others: suppliers });
    }
    if chosen.is_empty() && published > 0 && filter.indicators.is_some() {
        let all = candidates.into_values().flatten();
        return Err(Refusal::not_found(format!(
            "no figure asked for is published for these groups of people; there are {}",
            groups(all)
        )));
    }
    if published == 0
        && let Some(ids) = &filter.indicators
        && !ids.is_empty()
    {
        let ended: Vec<String> = ids
            .iter()
            // Another dataset may publish it that the question leaves out.
            .filter(|id| catalogue.slices_of(viewer, id).next().is_none())
            .map(|id| (withdrawn(catalogue, viewer, id), id))
            .filter(|(withdrawn, _)| !withdrawn.is_empty())
            .map(|(withdrawn, id)| format!("no figure of `{id}` is published any more{withdrawn}"))
            .collect();
        // An empty list would say that there never was a figure.
        if ended.len() == ids.len() {
            return Err(Refusal::not_found(ended.join("; ")));
        }
    }
    chosen.sort_unstable();
    Ok((chosen, choices))
}

/// The places of a selection.
struct Places {
    areas: AreaSelection,
    set: Option<PlaceSet>,
    partly: Vec<NotCounted>,
}

fn areas(snapshot: &Snapshot, filter: &Filter) -> Result<Places, Refusal> {
    let catalogue = snapshot.catalogue();
    let outer = filter.within.as_ref().map(|code| PlaceRef::known(snapshot, code)).transpose()?;
    if filter.areas.is_none() && filter.area_type.is_none() && outer.is_none() {
        return Ok(Places { areas: AreaSelection::All, set: None, partly: Vec::new() });
    }
    // The figures may be of many periods: a place counts that lay in the other one at any time.
    let within = outer.as_ref().map(|outer| Within::of(catalogue, outer.newest()));
    let is_of =
        |code: &str| filter.area_type.is_none_or(|kind| catalogue.area(code).is_some_and(|area| area.is_of(kind)));
    let passes = |code: &str| is_of(code) && within.as_ref().is_none_or(|within| within.holds(code, When::AnyTime));
    let mut ids = BTreeSet::new();
    let mut set = None;
    let mut named: Option<BTreeSet<Arc<str>>> = None;
    if let Some(codes) = &filter.areas {
        let narrowed = within.is_some() || filter.area_type.is_some();
        for code in codes {
            // Hundreds are named at once, and most have had one code.
            let id = catalogue.area_id(code).filter(|_| !narrowed && has_one_code(catalogue, catalogue.filed(code)));
            if let Some(id) = id {
                ids.insert(id);
                continue;
            }
            let place = PlaceRef::known(snapshot, code)?;
            named.get_or_insert_default().insert(Arc::clone(place.newest()));
            if place.codes.iter().any(|code| passes(code)) {
                ids.extend(place.ids);
            }
        }
    } else {
        let mut places = Vec::new();
        let mut seen = BTreeSet::new();
        for area in catalogue.areas().filter(|area| passes(&area.code)) {
            let place = PlaceRef::of(catalogue, &area.code);
            ids.extend(&place.ids);
            if seen.insert(Arc::clone(place.newest())) {
                places.push(place);
            }
        }
        let overlaps = Overlaps::among(catalogue, &places, filter.area_type);
        set = (!overlaps.is_empty()).then_some(PlaceSet { places, overlaps });
    }
    // A place under which nothing was ever filed has no figure that could be missed.
    let asked = |part: &NotCounted| {
        !part.place.ids.is_empty()
            && part.place.codes.iter().any(|code| is_of(code))
            && named.as_ref().is_none_or(|named| named.contains(part.place.newest()))
    };
    let partly =
        within.as_ref().zip(outer.as_ref()).map(|(within, outer)| partly(catalogue, within, outer, When::AnyTime));
    let partly = partly.into_iter().flatten().filter(asked).collect();
    Ok(Places { areas: AreaSelection::Ids(ids.into_iter().collect()), set, partly })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Viewer;
    use crate::outcomes::{Access, Dataset, Indicator, ReferenceRow, Sector, Standing, ValueType, Withdrawal};
    use crate::store::{Catalogue, CatalogueRows};
    use chrono::NaiveDate;

    /// A hub in which `old` published `x` and was withdrawn, `other` publishes something else and the named datasets `x`.
    fn hub(publishing: &[&str]) -> Snapshot {
        let slice = |id, dataset: &str, indicator: &str| Slice {
            id,
            dataset: dataset.into(),
            indicator: indicator.into(),
            breakdown: Breakdown::default(),
        };
        let withdrawal = Withdrawal { on: NaiveDate::default(), reason: "it ended".into() };
        let mut reference = vec![dataset("old", Some(withdrawal)), dataset("other", None)];
        reference.extend(publishing.iter().map(|name| dataset(name, None)));
        let indicator = ReferenceRow::Indicator(Indicator {
            multiplier: Some(100.0),
            ..Indicator::bare("x", "percent", ValueType::Proportion)
        });
        reference.push(("vocabulary".into(), indicator));
        let mut slices = vec![slice(2, "other", "y")];
        slices.extend((3..).zip(publishing).map(|(id, name)| slice(id, name, "x")));
        let emptied = vec![slice(1, "old", "x")];
        let rows = CatalogueRows { at: 1, reference, slices, emptied, ..CatalogueRows::default() };
        Snapshot {
            catalogue: Arc::new(Catalogue::build(rows)),
            viewer: Viewer::public(),
            past: None,
            emptiness: String::new(),
            suggested: Arc::default(),
        }
    }

    fn dataset(id: &str, withdrawn: Option<Withdrawal>) -> (String, ReferenceRow) {
        let row = ReferenceRow::Dataset(Dataset {
            id: id.into(),
            title: id.into(),
            description: None,
            publisher: "A council".into(),
            sector: Sector::Council,
            licence: "OGL-UK-3.0".into(),
            homepage: None,
            access: Access::Open,
            standing: Standing::Official,
            calendar: None,
            covers: None,
            caveats: Vec::new(),
            withdrawn,
        });
        (id.into(), row)
    }

    #[test]
    fn an_indicator_has_ended_only_where_nobody_publishes_it() {
        let refusal = |snapshot: &Snapshot, datasets: Option<&[&str]>| {
            let datasets = datasets.map(|names| names.iter().map(ToString::to_string).collect());
            let filter = Filter { indicators: Some(vec!["x".into()]), datasets, ..Filter::default() };
            slices(snapshot, &filter).err().map(|refusal| refusal.message)
        };
        let ended = hub(&[]);
        for datasets in [None, Some(&["other"][..]), Some(&["old"][..])] {
            let message = refusal(&ended, datasets).unwrap_or_default();
            assert!(message.contains("no figure of `x` is published any more; `old`"), "{datasets:?}: {message}");
        }
        let published = hub(&["new"]);
        for datasets in [None, Some(&["other"][..]), Some(&["old"][..]), Some(&["new"][..])] {
            assert_eq!(refusal(&published, datasets), None, "{datasets:?}");
        }
    }

    #[test]
    fn totals_are_the_default() {
        let total = Breakdown::default();
        let decile = Category { kind: "deprivation-decile".into(), name: "1".into() };
        let group = Breakdown { category: Some(decile), ..Breakdown::default() };
        let mut filter = Filter::default();
        assert!(filter.holds(&total) && !filter.holds(&group));
        filter.category = Some(CategoryChoice { any: true, ..CategoryChoice::default() });
        assert!(filter.holds(&total) && filter.holds(&group));
        filter.category = Some(CategoryChoice { kind: Some("deprivation-decile".into()), ..CategoryChoice::default() });
        assert!(!filter.holds(&total) && filter.holds(&group));
    }

    #[test]
    fn what_would_match_nothing_is_refused() {
        let refused = |filter: Filter| filter.check().is_err();
        assert!(refused(Filter { areas: Some(vec![]), ..Filter::default() }));
        assert!(refused(Filter { sex: Some(vec!["women".into()]), ..Filter::default() }));
        let category = Some(CategoryChoice::default());
        assert!(refused(Filter { category, ..Filter::default() }));
        assert!(!refused(Filter::default()));
    }
}
