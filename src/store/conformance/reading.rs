//! What reads give, and to whom.

use super::{Batch, area, dataset, everything, figure, indicator, line, lines, minute, origin, three, year};
use crate::access::Viewer;
use crate::outcomes::{
    Access, Breakdown, Category, CombinedWith, Figure, Indicator, MissingKind, Observation, ReferenceRow, Sector,
    Traced,
};
use crate::store::{AreaSelection, FigureQuery, Page, PeriodSelection, RevisionQuery, Store, StoredFigure};
use std::sync::Arc;

async fn read(store: &dyn Store, change: impl FnOnce(&mut FigureQuery)) -> Vec<String> {
    let catalogue = store.catalogue(store.head().await.expect("a head")).await.expect("a catalogue");
    let mut query = everything(&catalogue, &Viewer::public());
    change(&mut query);
    let figures = store.figures(&Viewer::public(), &query).await.expect("figures");
    assert!(figures.is_sorted_by_key(StoredFigure::position));
    figures.iter().map(|figure| line(&catalogue, figure)).collect()
}

pub(crate) async fn every_kind_of_missing_comes_back(store: &dyn Store) {
    let mut values: Vec<_> = MissingKind::ALL.into_iter().map(Figure::Missing).collect();
    values.extend([-1.5, 0.0, 0.1 + 0.2, 1e300, f64::MIN_POSITIVE, 9_007_199_254_740_993.0].map(Figure::Number));
    values.push(Figure::Unreliable(12.25));
    let breakdown = Breakdown {
        sex: "female".into(),
        age: "65+".into(),
        category: Some(Category { kind: "ethnic-group".into(), name: "Any other — “white”".into() }),
    };
    let figures: Vec<_> = (2000..)
        .zip(&values)
        .map(|(at, value)| {
            let row = Observation {
                breakdown: Arc::new(breakdown.clone()),
                value: *value,
                lower_ci: Some(-0.5),
                upper_ci: Some(0.5),
                lower_ci_99_8: Some(-0.75),
                upper_ci_99_8: Some(0.75),
                count: Some(*value),
                denominator: values.iter().rev().nth(usize::try_from(at - 2000).expect("small")).copied(),
                note: (at % 2 == 0).then(|| format!("a note\nof {at}").into()),
                combined_with: (at % 3 == 0).then(|| CombinedWith::read("E03 E02", "E01")).flatten(),
                ..figure("a", "E01", at, 0.0).row
            };
            Traced { row, origin: origin(u64::try_from(at).expect("a row")) }
        })
        .collect();
    Batch::new(dataset("one"), figures.clone()).publish(store, minute(0)).await;
    let catalogue = store.catalogue(1).await.expect("a catalogue");
    let viewer = Viewer::public();
    let slice = catalogue.visible_slices(&viewer).next().expect("a slice");
    assert_eq!(slice.breakdown, breakdown);
    let stored = store.figures(&Viewer::public(), &everything(&catalogue, &Viewer::public())).await.expect("figures");
    assert_eq!(stored.len(), figures.len());
    for (stored, Traced { row, origin }) in stored.into_iter().zip(figures) {
        let expected = StoredFigure {
            slice: slice.id,
            area: catalogue.area_id("E01").expect("an id"),
            period: row.period,
            value: row.value,
            lower_ci: row.lower_ci,
            upper_ci: row.upper_ci,
            lower_ci_99_8: row.lower_ci_99_8,
            upper_ci_99_8: row.upper_ci_99_8,
            count: row.count,
            denominator: row.denominator,
            note: row.note,
            combined_with: row.combined_with,
            revised: false,
            opened: 1,
            origin,
        };
        assert_eq!(stored, expected);
    }
}

/// Three indicators, four areas, three years; E04 of `i1` has only the first year.
async fn grid(store: &dyn Store) {
    let mut figures = Vec::new();
    for (indicator, value) in [("i0", 0.0), ("i1", 1.0), ("i2", 2.0)] {
        for code in ["E01", "E02", "E03", "E04"] {
            for at in [2020, 2021, 2022] {
                if (indicator, code) != ("i1", "E04") || at == 2020 {
                    figures.push(figure(indicator, code, at, value));
                }
            }
        }
    }
    // Something of everything has a history.
    let old = figures.iter().cloned().map(|mut row| {
        row.row.value = Figure::Number(99.0);
        row
    });
    let mut old: Vec<_> = old.collect();
    old.push(figure("i1", "E04", 2022, 99.0));
    Batch::new(dataset("one"), old).publish(store, minute(0)).await;
    Batch::new(dataset("one"), figures).publish(store, minute(1)).await;
}

pub(crate) async fn pages_walk_every_figure_once_in_order(store: &dyn Store) {
    grid(store).await;
    let whole = read(store, |_| ()).await;
    assert_eq!(whole.len(), 34);
    let catalogue = store.catalogue(2).await.expect("a catalogue");
    let some = ["E02", "E04"].map(|code| catalogue.area_id(code).expect("an id")).to_vec();
    for areas in [AreaSelection::All, AreaSelection::Ids(some)] {
        for periods in [PeriodSelection::All, PeriodSelection::Latest, PeriodSelection::Keys(vec![year(2021).key()])] {
            let query = FigureQuery { areas: areas.clone(), periods, ..everything(&catalogue, &Viewer::public()) };
            let whole = store.figures(&Viewer::public(), &query).await.expect("figures");
            assert!(!whole.is_empty());
            for limit in 1..=whole.len() + 1 {
                let mut query = FigureQuery { limit, ..query.clone() };
                let mut paged = Vec::new();
                loop {
                    let page = store.figures(&Viewer::public(), &query).await.expect("figures");
                    assert!(page.len() <= limit);
                    let Some(last) = page.last() else { break };
                    query.after = Some(last.position());
                    paged.extend(page);
                }
                assert_eq!(paged, whole, "by {limit}");
            }
            // Of one slice too, wherever the page before ended: a cursor may come from a wider question.
            for slice in &query.slices {
                for after in whole.iter().map(StoredFigure::position) {
                    let query = FigureQuery { slices: vec![*slice], after: Some(after), ..query.clone() };
                    let page = store.figures(&Viewer::public(), &query).await.expect("figures");
                    let follows = |figure: &&StoredFigure| figure.slice == *slice && figure.position() > after;
                    let following: Vec<StoredFigure> = whole.iter().filter(follows).cloned().collect();
                    assert_eq!(page, following, "of {slice} after {after:?}");
                }
            }
        }
    }
}

pub(crate) async fn the_latest_period_is_of_each_area(store: &dyn Store) {
    grid(store).await;
    let latest = read(store, |query| query.periods = PeriodSelection::Latest).await;
    assert_eq!(latest.len(), 12);
    assert!(latest.contains(&"i1 E04 2020 1".to_owned()) && latest.contains(&"i1 E03 2022 1".to_owned()));
    let catalogue = store.catalogue(1).await.expect("a catalogue");
    let fourth = catalogue.area_id("E04").expect("an id");
    let of_fourth = |query: &mut FigureQuery| {
        query.areas = AreaSelection::Ids(vec![fourth]);
        query.periods = PeriodSelection::Latest;
    };
    assert_eq!(read(store, of_fourth).await, ["i0 E04 2022 0", "i1 E04 2020 1", "i2 E04 2022 2"]);
    let before = |query: &mut FigureQuery| {
        of_fourth(query);
        query.at = 1;
    };
    assert_eq!(read(store, before).await, ["i0 E04 2022 99", "i1 E04 2022 99", "i2 E04 2022 99"]);
}

pub(crate) async fn periods_are_selected(store: &dyn Store) {
    grid(store).await;
    let key = |at: i32| year(at).key();
    let count = |periods: PeriodSelection| async move {
        let all = read(store, |query| query.periods = periods.clone()).await.len();
        let catalogue = store.catalogue(2).await.expect("a catalogue");
        let ids = ["E01", "E02", "E03", "E04"].map(|code| catalogue.area_id(code).expect("an id")).to_vec();
        let named = read(store, |query| (query.periods, query.areas) = (periods, AreaSelection::Ids(ids))).await.len();
        assert_eq!(all, named);
        all
    };
    assert_eq!(count(PeriodSelection::Between(None, Some(key(2020)))).await, 12);
    assert_eq!(count(PeriodSelection::Between(Some(key(2021)), None)).await, 22);
    assert_eq!(count(PeriodSelection::Between(Some(key(2021)), Some(key(2021)))).await, 11);
    assert_eq!(count(PeriodSelection::Between(None, None)).await, 34);
    assert_eq!(count(PeriodSelection::Keys(vec![key(2022), key(2020), key(2020)])).await, 23);
    assert_eq!(count(PeriodSelection::Keys(vec![])).await, 0);
}

pub(crate) async fn areas_are_selected(store: &dyn Store) {
    grid(store).await;
    let catalogue = store.catalogue(2).await.expect("a catalogue");
    let id = |code: &str| catalogue.area_id(code).expect("an id");
    let named = vec![id("E03"), id("E01"), id("E03"), 4711];
    let read_them = read(store, |query| query.areas = AreaSelection::Ids(named)).await;
    assert_eq!(read_them.len(), 18);
    assert_eq!(read(store, |query| query.areas = AreaSelection::Ids(vec![])).await, Vec::<String>::new());
    assert_eq!(read(store, |query| query.slices.clear()).await, Vec::<String>::new());
    assert_eq!(read(store, |query| query.limit = 0).await, Vec::<String>::new());
    let twice = |query: &mut FigureQuery| query.slices = [query.slices.clone(), query.slices.clone()].concat();
    assert_eq!(read(store, twice).await, read(store, |_| ()).await);
}

pub(crate) async fn a_viewer_without_access_sees_nothing(store: &dyn Store) {
    let mut secret = Batch::new(dataset("secret"), vec![figure("a", "E01", 2020, 1.0)]);
    secret.dataset.access = Access::Restricted;
    let id = store.start_run("secret", minute(0)).await.expect("a run");
    let hidden = store.run(&Viewer::public(), id).await.expect("a read");
    assert!(hidden.is_none(), "until its access is published, a dataset is restricted");
    secret.publish(store, minute(0)).await;
    let catalogue = store.catalogue(1).await.expect("a catalogue");
    assert_eq!(catalogue.visible_slices(&Viewer::public()).count(), 0);
    let query = everything(&catalogue, &Viewer::operator());
    let page = Page { offset: 0, limit: 10 };
    let revisions = RevisionQuery { dataset: "secret".into(), from: minute(-1), to: minute(9), after: None, limit: 10 };
    for (viewer, sees) in [(Viewer::public(), 0), (Viewer::operator(), 1)] {
        assert_eq!(store.figures(&viewer, &query).await.expect("figures").len(), sees);
        assert_eq!(store.revisions(&viewer, &revisions).await.expect("revisions").len(), sees);
        assert_eq!(store.releases(&viewer, "secret", 1, page).await.expect("releases").0.len(), sees);
        assert_eq!(store.releases(&viewer, "secret", 1, page).await.expect("releases").1, sees as u64);
        assert_eq!(store.release(&viewer, 1).await.expect("a release").is_some(), sees == 1);
        assert_eq!(store.runs(&viewer, "secret", page).await.expect("runs").1, sees as u64 * 2);
        assert_eq!(store.run(&viewer, id).await.expect("a run").is_some(), sees == 1);
        assert_eq!(store.rejected(&viewer, id, page).await.expect("rows").1, 0);
    }
    // Opened up, the past is seen too; shut again, none of it is.
    secret.dataset.access = Access::Open;
    secret.publish(store, minute(1)).await;
    assert_eq!(store.figures(&Viewer::public(), &query).await.expect("figures").len(), 1);
    secret.dataset.access = Access::Partners;
    secret.publish(store, minute(2)).await;
    assert_eq!(store.figures(&Viewer::public(), &query).await.expect("figures").len(), 0);
    assert_eq!(lines(store, 2).await.len(), 1);
}

pub(crate) async fn the_vocabulary_wins(store: &dyn Store) {
    let mut vocabulary = Batch::new(dataset("a-vocabulary"), vec![]);
    vocabulary.dataset.sector = Sector::Reference;
    let ReferenceRow::Indicator(shared) = indicator("a", "The shared name") else { unreachable!() };
    let prefer = vec!["two".to_owned(), "one".to_owned()];
    vocabulary.reference = vec![ReferenceRow::Indicator(Indicator { prefer, ..shared }), area("E01", "One")];
    vocabulary.publish(store, minute(0)).await;
    for name in ["one", "two"] {
        let figures = vec![figure("a", "E01", 2020, 1.0)];
        let own = vec![indicator("a", "A name of its own"), area("E01", "Somewhere")];
        Batch::new(dataset(name), figures).with_reference(own).publish(store, minute(1)).await;
    }
    let catalogue = store.catalogue(3).await.expect("a catalogue");
    assert_eq!(catalogue.indicator("a").expect("an indicator").name, "The shared name");
    assert_eq!(catalogue.area("E01").expect("an area").name, "One");
    let suppliers = catalogue.suppliers(&Viewer::public(), "a");
    assert_eq!(suppliers.iter().map(|name| &**name).collect::<Vec<_>>(), ["two", "one"]);
    let kept = store.catalogue(3).await.expect("a catalogue");
    assert!(Arc::ptr_eq(&catalogue, &kept), "a release's catalogue is built once");
}

pub(crate) async fn what_others_say_of_places_has_a_version(store: &dyn Store) {
    let as_of = |at| async move { store.reference_version("one", at).await.expect("a version") };
    let version = || async { as_of(store.head().await.expect("a head")).await };
    assert_eq!(version().await, 0);
    three().with_reference(vec![area("E01", "One")]).publish(store, minute(0)).await;
    assert_eq!(version().await, 0, "its own rows do not count");
    let mut other = Batch::new(dataset("two"), vec![]).with_reference(vec![area("E02", "Two")]);
    other.publish(store, minute(1)).await;
    assert_eq!(version().await, 2);
    three().publish(store, minute(2)).await;
    assert_eq!(version().await, 2);
    other.reference.clear();
    other.publish(store, minute(3)).await;
    assert_eq!(version().await, 4, "a row that is withdrawn counts");
    assert_eq!([as_of(0).await, as_of(1).await, as_of(2).await, as_of(3).await], [0, 0, 2, 2], "as it stood then");
}
