//! The figures of one list, resolved through the catalogue at once; their alternatives are read for all together.

use super::error::Failure;
use super::observation::Observation;
use super::scope::{Scope, Snapshot};
use crate::outcomes::Breakdown;
use crate::store::{AreaSelection, FigureQuery, PeriodSelection, Slice, SliceId, StoredFigure};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Alternatives that one list may have; a question with more is refused.
const MAX_ALTERNATIVES: usize = 20_000;

/// A figure with the names that it goes by.
pub struct Row {
    /// The figure as stored.
    pub figure: StoredFigure,
    /// Its dataset, indicator and group of people.
    pub slice: Arc<Slice>,
    /// The code under which it was published.
    pub area: Arc<str>,
}

/// The figures of one list.
pub struct Batch {
    snapshot: Arc<Snapshot>,
    rows: Vec<Row>,
    alternatives: OnceCell<Vec<Vec<Observation>>>,
}

/// A figure in any dataset: indicator under its shared id, group of people, place under its newest code, period key.
type Same = (Arc<str>, Breakdown, Arc<str>, i64);

impl Batch {
    /// Resolves figures through the catalogue of the release of which they were read.
    pub fn new(scope: &Scope, snapshot: &Arc<Snapshot>, figures: Vec<StoredFigure>) -> Result<Arc<Self>, Failure> {
        let catalogue = snapshot.catalogue();
        let mut last: Option<Arc<Slice>> = None;
        let rows = figures.into_iter().map(|figure| {
            // Figures come in the order of their slices, so that most are of the slice of the one before.
            let slice = match &last {
                Some(slice) if slice.id == figure.slice => Some(Arc::clone(slice)),
                _ => catalogue.slice(figure.slice).cloned(),
            };
            last.clone_from(&slice);
            match slice.zip(catalogue.area_code(figure.area).cloned()) {
                Some((slice, area)) => Ok(Row { figure, slice, area }),
                None => Err(Failure::internal(
                    scope,
                    format!(
                        "slice {} or area {} is not in the catalogue of release {}",
                        figure.slice,
                        figure.area,
                        snapshot.at()
                    ),
                )),
            }
        });
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Arc::new(Self { snapshot: Arc::clone(snapshot), rows, alternatives: OnceCell::new() }))
    }

    /// The hub as it stood.
    #[must_use]
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// The figures.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The same figure as the one at `index`, as other datasets publish it, in their order of preference. One
    /// statement reads the alternatives of the whole list.
    pub async fn alternatives(&self, scope: &Scope, index: usize) -> Result<Vec<Observation>, Failure> {
        let all = self.alternatives.get_or_try_init(|| self.load(scope)).await?;
        Ok(all.get(index).cloned().unwrap_or_default())
    }

    async fn load(&self, scope: &Scope) -> Result<Vec<Vec<Observation>>, Failure> {
        let catalogue = self.snapshot.catalogue();
        let viewer = self.snapshot.viewer();
        let others = self.other_slices();
        if others.is_empty() {
            return Ok(vec![Vec::new(); self.rows.len()]);
        }
        let places: BTreeSet<&Arc<str>> = self.rows.iter().map(|row| &row.area).collect();
        let mut newest: HashMap<Arc<str>, Arc<str>> = HashMap::new();
        for place in places {
            let family = catalogue.family(place);
            for code in &family {
                newest.insert(Arc::clone(code), Arc::clone(family.first().unwrap_or(code)));
            }
        }
        let keys: BTreeSet<i64> = self.rows.iter().map(|row| row.figure.period.key()).collect();
        let query = FigureQuery {
            slices: others.into_keys().collect(),
            areas: AreaSelection::Ids(newest.keys().filter_map(|code| catalogue.area_id(code)).collect()),
            periods: PeriodSelection::Keys(keys.into_iter().collect()),
            at: self.snapshot.at(),
            after: None,
            limit: MAX_ALTERNATIVES + 1,
        };
        let figures = scope.read(|store| store.figures(viewer, &query)).await?;
        if figures.len() > MAX_ALTERNATIVES {
            return Err(Failure::limit(format!(
                "these figures have more than {MAX_ALTERNATIVES} `alternatives`: ask for fewer figures at once"
            )));
        }
        let found = Self::new(scope, &self.snapshot, figures)?;
        let same = |row: &Row| -> Same {
            let place = newest.get(&row.area).unwrap_or(&row.area);
            (
                self.shared_id(&row.slice.indicator),
                row.slice.breakdown.clone(),
                Arc::clone(place),
                row.figure.period.key(),
            )
        };
        let mut by_figure: HashMap<Same, Vec<Observation>> = HashMap::new();
        for observation in Observation::all(&found) {
            by_figure.entry(same(observation.row())).or_default().push(observation);
        }
        let mut preferences: HashMap<Arc<str>, Vec<Arc<str>>> = HashMap::new();
        let alternatives = self.rows.iter().map(|row| {
            let order = preferences
                .entry(self.shared_id(&row.slice.indicator))
                .or_insert_with_key(|id| catalogue.suppliers(viewer, id));
            let mut others: Vec<_> = by_figure.get(&same(row)).cloned().unwrap_or_default();
            others.retain(|other| other.row().slice.dataset != row.slice.dataset);
            others.sort_by_key(|other| {
                let dataset = &other.row().slice.dataset;
                (order.iter().position(|id| id == dataset).unwrap_or(usize::MAX), Arc::clone(dataset))
            });
            others
        });
        Ok(alternatives.collect())
    }

    /// The slices of other datasets that hold figures of the same indicators and groups of people.
    fn other_slices(&self) -> BTreeMap<SliceId, Arc<Slice>> {
        let catalogue = self.snapshot.catalogue();
        let own: BTreeMap<SliceId, &Arc<Slice>> = self.rows.iter().map(|row| (row.slice.id, &row.slice)).collect();
        let mut wanted: HashMap<Arc<str>, Vec<&Arc<Slice>>> = HashMap::new();
        for slice in own.values() {
            wanted.entry(self.shared_id(&slice.indicator)).or_default().push(slice);
        }
        // A publisher's own indicator may restate the shared one, so that ids alone do not tell.
        let mut ids: BTreeSet<&str> = wanted.keys().map(|id| &**id).collect();
        let restated =
            catalogue.indicators().filter(|row| row.same_as.as_deref().is_some_and(|id| wanted.contains_key(id)));
        ids.extend(restated.map(|row| row.id.as_str()));
        let slices = ids.into_iter().flat_map(|id| catalogue.slices_of(self.snapshot.viewer(), id));
        let others = slices.filter(|other| {
            let same = wanted.get(&self.shared_id(&other.indicator));
            same.is_some_and(|own| {
                own.iter().any(|own| own.breakdown == other.breakdown && own.dataset != other.dataset)
            })
        });
        others.map(|slice| (slice.id, Arc::clone(slice))).collect()
    }

    /// The shared indicator that an indicator restates, or the indicator itself.
    fn shared_id(&self, indicator: &Arc<str>) -> Arc<str> {
        let row = self.snapshot.catalogue().indicator(indicator);
        row.and_then(|row| row.same_as.as_deref()).map_or_else(|| Arc::clone(indicator), Arc::from)
    }
}
