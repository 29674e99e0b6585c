//! What every engine must do, as tests written against the contract alone: an engine runs them all with [`suite`].

mod forgetting;
mod history;
mod publishing;
mod reading;
mod refusing;
mod review;
mod running;

pub(super) use forgetting::*;
pub(super) use history::*;
pub(super) use publishing::*;
pub(super) use reading::*;
pub(super) use refusing::*;
pub(super) use review::*;
pub(super) use running::*;

use super::{
    AreaSelection, Catalogue, FigureQuery, PeriodSelection, Publication, Scope, Settled, Store, StoreError,
    StoredFigure,
};
use crate::access::Viewer;
use crate::outcomes::{
    Access, Area, AreaType, Breakdown, Counts, Dataset, Figure, FrameworkDocument, Indicator, LandedFile, Observation,
    Origin, Outcome, Period, Polarity, ReferenceRow, Rejection, Release, ReleaseNumber, Run, Sector, Standing, Traced,
    ValueType,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;

/// Makes one test of every case; `$open` is an async function that gives a store of its own to each, in something that
/// has a field `store`, or none where the engine is not on this machine.
macro_rules! suite {
    ($open:path) => {
        $crate::store::conformance::suite!(@cases $open:
            an_empty_store_answers
            a_first_publication_adds_everything
            the_same_again_changes_nothing
            exactly_what_differs_is_changed_added_and_withdrawn
            what_was_withdrawn_can_come_back
            a_change_of_any_column_is_a_change
            another_standing_changes_every_figure
            a_scope_of_indicators_keeps_the_rest
            a_scope_of_periods_keeps_the_rest
            reference_rows_are_replaced_whole_within_their_scope
            a_withdrawn_dataset_keeps_its_vocabulary
            frameworks_have_releases
            a_description_alone_is_published
            of_repeated_rows_the_first_stays
            rows_that_contradict_each_other_are_all_rejected
            repeated_reference_rows_are_rejected
            a_placeholder_stands_for_a_rejected_figure
            a_placeholder_stands_for_rows_that_contradict_each_other
            what_is_gone_is_told_by_place_and_period
            another_period_is_no_loss
            large_changes_are_listed
            one_dataset_never_touches_another
            an_overtaken_publication_is_refused
            calls_out_of_turn_are_refused
            a_hundred_thousand_figures_pass_through
            every_release_reads_as_it_was
            newest_periods_and_revised_figures_are_known
            what_is_not_available_is_neither_newer_nor_revised
            releases_are_found_by_time
            a_clock_that_goes_back_keeps_the_order_of_releases
            revisions_show_old_beside_new
            revisions_are_paged
            releases_are_listed_with_their_files
            every_kind_of_missing_comes_back
            pages_walk_every_figure_once_in_order
            the_latest_period_is_of_each_area
            periods_are_selected
            areas_are_selected
            a_viewer_without_access_sees_nothing
            the_vocabulary_wins
            what_others_say_of_places_has_a_version
            runs_are_recorded
            a_run_that_was_left_is_stopped
            rejected_rows_are_listed_and_paged
            one_process_at_a_time_may_sync
            what_is_forgotten_is_gone_and_that_it_happened_stays
            what_still_stands_is_not_forgotten
            unchanged_figures_of_a_forgotten_release_stand
            a_release_that_is_forgotten_in_parts_overtakes_each_time
            a_note_that_others_have_stays
            nothing_is_published_across_a_forgetting
            an_open_store_is_ready
        );
    };
    (@cases $open:path: $($case:ident)*) => {
        $(
            #[tokio::test]
            async fn $case() {
                let Some(opened) = $open().await else { return };
                $crate::store::conformance::$case(&opened.store).await;
                let problems = $crate::store::Upkeep::problems(&opened.store).await.expect("a check");
                assert_eq!(problems, Vec::<String>::new());
                let verified = $crate::store::Upkeep::verify(&opened.store).await.expect("a check");
                assert_eq!((verified.alteration(), verified.gap(), verified.before), (None, None, 0));
            }
        )*
    };
}
pub(super) use suite;

/// The start of the tests' time, and so many minutes later.
pub(super) fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("a time") + TimeDelta::minutes(minute)
}

pub(super) fn dataset(name: &str) -> Dataset {
    Dataset {
        id: name.into(),
        title: format!("The dataset {name}"),
        description: None,
        publisher: "A department".into(),
        sector: Sector::Council,
        licence: "OGL-UK-3.0".into(),
        homepage: None,
        access: Access::Open,
        standing: Standing::Official,
        calendar: None,
        covers: None,
        caveats: Vec::new(),
        withdrawn: None,
    }
}

/// A figure of one indicator, area and calendar year, from row 2 of `figures.csv`.
pub(super) fn figure(indicator: &str, area: &str, year: i32, value: f64) -> Traced<Observation> {
    let row = Observation {
        indicator: indicator.into(),
        area: area.into(),
        period: self::year(year),
        breakdown: Arc::new(Breakdown::default()),
        value: Figure::Number(value),
        lower_ci: None,
        upper_ci: None,
        lower_ci_99_8: None,
        upper_ci_99_8: None,
        count: None,
        denominator: None,
        note: None,
        combined_with: None,
    };
    Traced { row, origin: origin(2) }
}

pub(super) fn year(year: i32) -> Period {
    Period::parse(&format!("{year}-01-01/P1Y")).expect("a period")
}

pub(super) fn origin(row: u64) -> Origin {
    Origin { file: "figures.csv".into(), row }
}

pub(super) fn landed() -> LandedFile {
    LandedFile {
        resource: "figures".into(),
        name: "figures.csv".into(),
        source: "https://example.org/figures.csv".into(),
        sha256: "0f".repeat(32),
        bytes: 1234,
        rows: 10,
    }
}

pub(super) fn area(code: &str, name: &str) -> ReferenceRow {
    ReferenceRow::Area(Area {
        code: code.into(),
        name: name.into(),
        kind: AreaType::Utla,
        valid_from: None,
        valid_to: None,
    })
}

pub(super) fn indicator(id: &str, name: &str) -> ReferenceRow {
    ReferenceRow::Indicator(Indicator {
        id: id.into(),
        name: name.into(),
        definition: None,
        unit: "percent".into(),
        value_type: ValueType::Proportion,
        polarity: Polarity::None,
        multiplier: Some(100.0),
        numerator: None,
        denominator: None,
        source_url: None,
        same_as: None,
        prefer: vec![],
    })
}

/// A framework of which the text says nothing but its version and a sentence with a break, quotes and an accent.
pub(super) fn framework(id: &str, version: &str) -> ReferenceRow {
    let document = format!("version = \"{version}\"\n# “Café”, it's 100%\n");
    ReferenceRow::Framework(FrameworkDocument { id: id.into(), version: version.into(), document })
}

/// What a run stages.
#[derive(Clone)]
pub(super) struct Batch {
    pub(super) dataset: Dataset,
    pub(super) standing: Standing,
    pub(super) reference: Vec<ReferenceRow>,
    pub(super) figures: Vec<Traced<Observation>>,
    pub(super) placeholders: Vec<Traced<Observation>>,
    pub(super) scope: Scope,
}

/// How a run ended.
pub(super) struct Synced {
    pub(super) settled: Settled,
    pub(super) rejected: Vec<Rejection>,
    pub(super) release: Option<Release>,
}

impl Batch {
    pub(super) fn new(dataset: Dataset, figures: Vec<Traced<Observation>>) -> Self {
        let standing = dataset.standing;
        Self { dataset, standing, reference: vec![], figures, placeholders: vec![], scope: Scope::default() }
    }

    pub(super) fn with_reference(mut self, reference: Vec<ReferenceRow>) -> Self {
        self.reference = reference;
        self
    }

    /// Stages it all.
    pub(super) async fn stage(&self, store: &dyn Store) -> Box<dyn Publication> {
        let mut publication = store.stage(&self.dataset, self.standing).await.expect("staging");
        let reference =
            self.reference.iter().cloned().zip(2..).map(|(row, number)| Traced { row, origin: origin(number) });
        publication.reference(reference.collect()).await.expect("reference rows");
        publication.observations(&self.figures).await.expect("figures");
        publication.placeholders(&self.placeholders).await.expect("placeholders");
        publication
    }

    /// Runs it as a sync does: a release only where something changes.
    pub(super) async fn sync(&self, store: &dyn Store, at: DateTime<Utc>) -> Synced {
        let id = store.start_run(&self.dataset.id, at).await.expect("a run");
        let mut publication = self.stage(store).await;
        let (settled, rejected) = settle(&mut publication, &self.scope).await;
        store.reject(id, &rejected).await.expect("rejections");
        let run = run(id, &self.dataset.id, at, &settled);
        let release = if settled.changes_something() {
            Some(publication.publish(run).await.expect("a release"))
        } else {
            store.finish_run(&Run { outcome: Outcome::Unchanged, ..run }).await.expect("an end");
            None
        };
        Synced { settled, rejected, release }
    }

    /// Syncs what is known to change something and gives the release's number.
    pub(super) async fn publish(&self, store: &dyn Store, at: DateTime<Utc>) -> ReleaseNumber {
        self.sync(store, at).await.release.expect("a release").number
    }
}

pub(super) async fn settle(publication: &mut Box<dyn Publication>, scope: &Scope) -> (Settled, Vec<Rejection>) {
    let mut rejected = Vec::new();
    let settled = publication.settle(scope, &mut rejected).await.expect("settled");
    (settled, rejected)
}

pub(super) fn run(id: i64, dataset: &str, at: DateTime<Utc>, settled: &Settled) -> Run {
    Run {
        id,
        dataset: dataset.into(),
        started_at: at,
        finished_at: Some(at),
        outcome: Outcome::Published,
        release: None,
        figures: settled.figures,
        reference: settled.reference,
        files: vec![landed()],
        error: None,
        error_code: None,
        warnings: vec!["a “warning”, and more".into()],
        inputs: None,
    }
}

/// Everything that stood at `at`.
pub(super) fn everything(catalogue: &Catalogue, viewer: &Viewer) -> FigureQuery {
    FigureQuery {
        slices: catalogue.visible_slices(viewer).map(|slice| slice.id).collect(),
        areas: AreaSelection::All,
        periods: PeriodSelection::All,
        at: catalogue.at(),
        after: None,
        limit: usize::MAX,
    }
}

/// Every figure at a release as the operator sees it, as lines of indicator, area, year and value.
pub(super) async fn lines(store: &dyn Store, at: ReleaseNumber) -> Vec<String> {
    let catalogue = store.catalogue(at).await.expect("a catalogue");
    let query = everything(&catalogue, &Viewer::operator());
    let figures = store.figures(&Viewer::operator(), &query).await.expect("figures");
    let mut lines: Vec<_> = figures.iter().map(|figure| line(&catalogue, figure)).collect();
    lines.sort();
    lines
}

pub(super) fn line(catalogue: &Catalogue, figure: &StoredFigure) -> String {
    let slice = catalogue.slice(figure.slice).expect("a slice");
    let area = catalogue.area_code(figure.area).expect("an area");
    format!("{} {area} {} {}", slice.indicator, figure.period.label(), figure.value)
}

pub(super) fn is_overtaken<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Overtaken { .. }))
}

/// Counts in the order of their sum.
pub(super) fn counts(mapped: u64, added: u64, changed: u64, unchanged: u64, rejected: u64, withdrawn: u64) -> Counts {
    Counts { mapped, added, changed, unchanged, rejected, withdrawn }
}

/// Figures of two indicators, two areas and two years.
pub(super) fn three() -> Batch {
    let figures = vec![figure("a", "E01", 2020, 1.0), figure("a", "E02", 2020, 2.0), figure("b", "E01", 2021, 3.0)];
    Batch::new(dataset("one"), figures)
}
