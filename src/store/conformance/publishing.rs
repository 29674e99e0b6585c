//! What a publication adds, changes and withdraws.

use super::{Batch, Traced, area, counts, dataset, figure, framework, indicator, lines, minute, three, year};
use crate::access::Viewer;
use crate::outcomes::{Access, CombinedWith, Counts, Figure, MissingKind, ReferenceRow, Standing, Withdrawal};
use crate::store::{Scope, Store};
use std::collections::BTreeSet;

pub(crate) async fn an_empty_store_answers(store: &dyn Store) {
    assert_eq!(store.head().await.expect("a head"), 0);
    assert_eq!(store.head_at(minute(0)).await.expect("a head"), 0);
    assert_eq!(lines(store, 0).await, Vec::<String>::new());
    assert_eq!(store.release(&Viewer::operator(), 1).await.expect("no release"), None);
    assert_eq!(store.run(&Viewer::operator(), 1).await.expect("no run"), None);
    let catalogue = store.catalogue(7).await.expect("a catalogue");
    assert_eq!(catalogue.at(), 0, "what is not published yet reads as the newest release");
}

pub(crate) async fn a_first_publication_adds_everything(store: &dyn Store) {
    let synced = three().with_reference(vec![area("E01", "One"), indicator("a", "A")]).sync(store, minute(0)).await;
    assert_eq!(synced.settled.figures, counts(3, 3, 0, 0, 0, 0));
    assert_eq!(synced.settled.reference, counts(2, 2, 0, 0, 0, 0));
    assert_eq!(synced.release.expect("a release").number, 1);
    assert_eq!(store.head().await.expect("a head"), 1);
    assert_eq!(lines(store, 1).await, ["a E01 2020 1", "a E02 2020 2", "b E01 2021 3"]);
    let catalogue = store.catalogue(1).await.expect("a catalogue");
    assert_eq!(catalogue.area("E01").expect("an area").name, "One");
    assert_eq!(catalogue.indicator("a").expect("an indicator").name, "A");
    assert_eq!(catalogue.dataset(&Viewer::public(), "one"), Some(&dataset("one")));
    assert_eq!(catalogue.standing(1), Some(Standing::Official));
}

pub(crate) async fn the_same_again_changes_nothing(store: &dyn Store) {
    let batch = three().with_reference(vec![area("E01", "One"), indicator("a", "A")]);
    batch.publish(store, minute(0)).await;
    let mut again = batch.clone();
    // Neither the order of rows nor the file that they stand in matters.
    again.figures.reverse();
    again.reference.reverse();
    for row in &mut again.figures {
        row.origin.file = "another.csv".into();
        row.origin.row += 100;
    }
    let synced = again.sync(store, minute(1)).await;
    assert_eq!(synced.settled.figures, counts(3, 0, 0, 3, 0, 0));
    assert_eq!(synced.settled.reference, counts(2, 0, 0, 2, 0, 0));
    assert!(!synced.settled.changes_something());
    assert_eq!(store.head().await.expect("a head"), 1);
}

pub(crate) async fn exactly_what_differs_is_changed_added_and_withdrawn(store: &dyn Store) {
    three().publish(store, minute(0)).await;
    let mut next = three();
    next.figures[0] = figure("a", "E01", 2020, 1.5);
    next.figures[2] = figure("b", "E03", 2021, 4.0);
    let synced = next.sync(store, minute(1)).await;
    assert_eq!(synced.settled.figures, counts(3, 1, 1, 1, 0, 1));
    assert_eq!(lines(store, 2).await, ["a E01 2020 1.5", "a E02 2020 2", "b E03 2021 4"]);
    assert_eq!(lines(store, 1).await, ["a E01 2020 1", "a E02 2020 2", "b E01 2021 3"]);
}

pub(crate) async fn what_was_withdrawn_can_come_back(store: &dyn Store) {
    three().publish(store, minute(0)).await;
    let fewer = Batch::new(dataset("one"), three().figures[..1].to_vec());
    fewer.publish(store, minute(1)).await;
    let synced = three().sync(store, minute(2)).await;
    assert_eq!(synced.settled.figures, counts(3, 2, 0, 1, 0, 0));
    assert_eq!(lines(store, 2).await, ["a E01 2020 1"]);
    assert_eq!(lines(store, 3).await, lines(store, 1).await);
    // The slice that held nothing at release 2 goes by the same id again.
    let slices = |at| async move {
        let catalogue = store.catalogue(at).await.expect("a catalogue");
        catalogue.visible_slices(&Viewer::public()).map(|slice| slice.id).collect::<Vec<_>>()
    };
    assert_eq!(slices(2).await.len(), 1);
    assert_eq!(slices(1).await, slices(3).await);
    // Withdrawing all of it is a release like any other.
    let none = Batch::new(dataset("one"), vec![]).sync(store, minute(3)).await;
    assert_eq!(none.settled.figures, counts(0, 0, 0, 0, 0, 3));
    assert_eq!(lines(store, 4).await, Vec::<String>::new());
}

pub(crate) async fn a_change_of_any_column_is_a_change(store: &dyn Store) {
    let mut batch = Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 1.0)]);
    batch.publish(store, minute(0)).await;
    for step in 0..14 {
        let row = &mut batch.figures[0].row;
        match step {
            0 => row.value = Figure::Unreliable(1.0),
            1 => row.value = Figure::Missing(MissingKind::Unreliable),
            2 => row.lower_ci = Some(0.5),
            3 => row.upper_ci = Some(1.5),
            4 => row.lower_ci_99_8 = Some(0.25),
            5 => row.upper_ci_99_8 = Some(1.75),
            6 => row.count = Some(Figure::Missing(MissingKind::Suppressed)),
            7 => row.denominator = Some(Figure::Number(0.1 + 0.2)),
            8 => row.denominator = Some(Figure::Number(0.3)),
            9 => row.note = Some("a note".into()),
            10 => row.note = Some("another".into()),
            11 => row.combined_with = CombinedWith::read("E02", "E01"),
            12 => row.combined_with = CombinedWith::read("E02 E03", "E01"),
            _ => row.note = None,
        }
        let synced = batch.sync(store, minute(step + 1)).await;
        assert_eq!(synced.settled.figures, counts(1, 0, 1, 0, 0, 0), "step {step}");
        let again = batch.sync(store, minute(step + 1)).await;
        assert_eq!(again.settled.figures, counts(1, 0, 0, 1, 0, 0), "step {step} again");
    }
}

pub(crate) async fn another_standing_changes_every_figure(store: &dyn Store) {
    let mut batch = three();
    batch.standing = Standing::Illustrative;
    batch.publish(store, minute(0)).await;
    batch.standing = Standing::Official;
    // Only a part of it at first: the rest keeps the standing that it was published under.
    batch.figures.truncate(2);
    batch.scope.indicators = Some(BTreeSet::from(["a".into()]));
    assert_eq!(batch.sync(store, minute(1)).await.settled.figures, counts(2, 0, 2, 0, 0, 0));
    let mut whole = three();
    whole.standing = Standing::Official;
    assert_eq!(whole.sync(store, minute(2)).await.settled.figures, counts(3, 0, 1, 2, 0, 0));
    let catalogue = store.catalogue(3).await.expect("a catalogue");
    let standings = [1, 2, 3].map(|release| catalogue.standing(release).expect("a standing"));
    assert_eq!(standings, [Standing::Illustrative, Standing::Official, Standing::Official]);
}

pub(crate) async fn a_scope_of_indicators_keeps_the_rest(store: &dyn Store) {
    three()
        .with_reference(vec![indicator("a", "A"), indicator("b", "B"), area("E01", "One")])
        .publish(store, minute(0))
        .await;
    let mut part = Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 9.0), figure("c", "E01", 2020, 5.0)]);
    part.scope = Scope { indicators: Some(BTreeSet::from(["a".into()])), ..Scope::default() };
    part.reference = vec![area("E01", "One")];
    let synced = part.sync(store, minute(1)).await;
    assert_eq!(synced.settled.figures, counts(2, 1, 1, 0, 0, 1));
    assert_eq!(synced.settled.reference, counts(1, 0, 0, 1, 0, 1));
    assert_eq!(lines(store, 2).await, ["a E01 2020 9", "b E01 2021 3", "c E01 2020 5"]);
    let catalogue = store.catalogue(2).await.expect("a catalogue");
    assert!(catalogue.indicator("a").is_none() && catalogue.indicator("b").is_some());
    // A figure outside the scope that is staged anew is compared all the same.
    part.figures[1] = figure("c", "E01", 2020, 6.0);
    part.scope.indicators = Some(BTreeSet::new());
    assert_eq!(part.sync(store, minute(2)).await.settled.figures, counts(2, 0, 1, 1, 0, 0));
}

pub(crate) async fn a_scope_of_periods_keeps_the_rest(store: &dyn Store) {
    three().with_reference(vec![indicator("a", "A")]).publish(store, minute(0)).await;
    let mut part = Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 9.0)]);
    part.scope.periods = Some(BTreeSet::from([year(2020).key()]));
    let synced = part.sync(store, minute(1)).await;
    assert_eq!(synced.settled.figures, counts(1, 0, 1, 0, 0, 1));
    assert_eq!(synced.settled.reference, Counts::default());
    assert_eq!(lines(store, 2).await, ["a E01 2020 9", "b E01 2021 3"]);
    // Both given: only where they meet.
    part.figures.clear();
    part.scope = Scope {
        indicators: Some(BTreeSet::from(["b".into()])),
        periods: Some(BTreeSet::from([year(2020).key()])),
        ..Scope::default()
    };
    assert!(!part.sync(store, minute(2)).await.settled.changes_something());
    part.scope.periods = Some(BTreeSet::from([year(2020).key(), year(2021).key()]));
    assert_eq!(part.sync(store, minute(3)).await.settled.figures, counts(0, 0, 0, 0, 0, 1));
}

pub(crate) async fn reference_rows_are_replaced_whole_within_their_scope(store: &dyn Store) {
    let mut batch = Batch::new(dataset("one"), vec![]).with_reference(vec![area("E01", "One"), area("E02", "Two")]);
    batch.publish(store, minute(0)).await;
    batch.reference = vec![area("E01", "First"), area("E03", "Three")];
    batch.scope.indicators = Some(BTreeSet::new());
    let synced = batch.sync(store, minute(1)).await;
    assert_eq!(synced.settled.reference, counts(2, 1, 1, 0, 0, 1));
    let names = |at| async move {
        let catalogue = store.catalogue(at).await.expect("a catalogue");
        catalogue.areas().map(|area| area.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(1).await, ["One", "Two"]);
    assert_eq!(names(2).await, ["First", "Three"]);
    let catalogue = store.catalogue(2).await.expect("a catalogue");
    assert!(["E01", "E02", "E03"].iter().all(|code| catalogue.area_id(code).is_some()), "a published area has an id");
}

pub(crate) async fn a_withdrawn_dataset_keeps_its_vocabulary(store: &dyn Store) {
    let vocabulary = vec![area("E01", "One"), indicator("a", "A"), framework("f", "1")];
    let mut batch = three().with_reference(vocabulary.clone());
    batch.publish(store, minute(0)).await;
    Batch::new(dataset("two"), vec![figure("a", "E01", 2020, 7.0)]).publish(store, minute(1)).await;
    let before = lines(store, 2).await;
    let on = minute(2).date_naive();
    batch.dataset.withdrawn = Some(Withdrawal { on, reason: "the “survey” has ended".into() });
    (batch.figures, batch.reference) = (vec![], vec![]);
    batch.scope.keeps_vocabulary = true;
    let synced = batch.sync(store, minute(2)).await;
    assert_eq!(synced.settled.figures, counts(0, 0, 0, 0, 0, 3));
    assert_eq!(
        synced.settled.reference,
        counts(0, 0, 0, 0, 0, 1),
        "the framework goes, the place and the indicator stay"
    );
    assert_eq!((lines(store, 2).await, lines(store, 3).await), (before.clone(), vec!["a E01 2020 7".to_owned()]));
    let catalogue = store.catalogue(3).await.expect("a catalogue");
    assert!(catalogue.area("E01").is_some() && catalogue.indicator("a").is_some());
    let viewer = Viewer::public();
    assert_eq!(catalogue.framework(&viewer, "f"), None);
    let withdrawal = &catalogue.dataset(&viewer, "one").expect("the dataset").withdrawn;
    assert_eq!(withdrawal.as_ref().map(|it| (it.on, it.reason.as_str())), Some((on, "the “survey” has ended")));
    let told = |indicator| catalogue.withdrawn_suppliers(&viewer, indicator).into_keys().collect::<Vec<_>>();
    assert_eq!((told("a"), told("b"), told("c")), (vec!["one"], vec!["one"], vec![]));
    assert!(!batch.sync(store, minute(3)).await.settled.changes_something(), "it is withdrawn once");
    // Published again, everything comes back.
    three().with_reference(vocabulary).publish(store, minute(4)).await;
    assert_eq!(lines(store, 4).await, before);
    assert_eq!(store.catalogue(4).await.expect("a catalogue").dataset(&viewer, "one").expect("it").withdrawn, None);
}

pub(crate) async fn frameworks_have_releases(store: &dyn Store) {
    let mut batch = Batch::new(dataset("one"), vec![]).with_reference(vec![framework("a", "1"), framework("b", "1")]);
    batch.publish(store, minute(0)).await;
    batch.reference = vec![framework("a", "2"), framework("b", "1")];
    let synced = batch.sync(store, minute(1)).await;
    assert_eq!(synced.settled.reference, counts(2, 0, 1, 1, 0, 0));
    batch.dataset.access = Access::Partners;
    batch.reference = vec![framework("b", "1")];
    batch.publish(store, minute(2)).await;
    let told = |at, viewer: Viewer| async move {
        let catalogue = store.catalogue(at).await.expect("a catalogue");
        let told: Vec<_> = catalogue
            .frameworks(&viewer)
            .map(|it| (it.document.id.clone(), it.document.version.clone(), it.release, it.dataset.clone()))
            .collect();
        for (id, version, ..) in &told {
            let found = catalogue.framework(&viewer, id).expect("the framework");
            assert_eq!(ReferenceRow::Framework(found.document.clone()), framework(id, version), "its text is whole");
        }
        told
    };
    let one = |id: &str, version: &str, release| (id.to_owned(), version.to_owned(), release, "one".to_owned());
    assert_eq!(told(0, Viewer::operator()).await, []);
    assert_eq!(told(1, Viewer::public()).await, [one("a", "1", 1), one("b", "1", 1)]);
    assert_eq!(told(2, Viewer::public()).await, [one("a", "2", 2), one("b", "1", 1)]);
    assert_eq!(told(3, Viewer::operator()).await, [one("b", "1", 1)]);
    assert_eq!(told(3, Viewer::public()).await, [], "a dataset that is not for everybody has frameworks that are not");
    let catalogue = store.catalogue(3).await.expect("a catalogue");
    assert!(catalogue.framework(&Viewer::public(), "b").is_none());
}

pub(crate) async fn a_description_alone_is_published(store: &dyn Store) {
    let mut batch = three();
    batch.publish(store, minute(0)).await;
    batch.dataset.title = "A better title".into();
    batch.dataset.access = Access::Restricted;
    let synced = batch.sync(store, minute(1)).await;
    assert!(synced.settled.described_anew && synced.settled.changes_something());
    assert_eq!(synced.settled.figures, counts(3, 0, 0, 3, 0, 0));
    assert_eq!(synced.settled.reference, Counts::default());
    assert!(!batch.sync(store, minute(2)).await.settled.changes_something());
    let titles = |at| async move {
        let catalogue = store.catalogue(at).await.expect("a catalogue");
        catalogue.dataset(&Viewer::operator(), "one").expect("a dataset").title.clone()
    };
    assert_eq!((titles(1).await, titles(2).await), ("The dataset one".into(), "A better title".into()));
}

pub(crate) async fn one_dataset_never_touches_another(store: &dyn Store) {
    three().with_reference(vec![area("E01", "One")]).publish(store, minute(0)).await;
    let mut other = Batch::new(dataset("two"), vec![figure("a", "E01", 2020, 1.0), figure("a", "E09", 2020, 2.0)]);
    other.reference = vec![area("E01", "Uno")];
    let synced = other.sync(store, minute(1)).await;
    assert_eq!(synced.settled.figures, counts(2, 2, 0, 0, 0, 0));
    assert_eq!(synced.settled.reference, counts(1, 1, 0, 0, 0, 0));
    let withdrawn = Batch::new(dataset("two"), vec![]).sync(store, minute(2)).await;
    assert_eq!(withdrawn.settled.figures, counts(0, 0, 0, 0, 0, 2));
    assert_eq!(lines(store, 3).await, lines(store, 1).await);
    assert!(!three().with_reference(vec![area("E01", "One")]).sync(store, minute(3)).await.settled.changes_something());
}

pub(crate) async fn a_hundred_thousand_figures_pass_through(store: &dyn Store) {
    let mut figures = Vec::new();
    for number in 0..100_000_i32 {
        // Neither in the order of any key nor of any batch's length.
        let number = number * 7919 % 100_000;
        let (indicator, area, at) = (number % 20, number / 20 % 500, number / 10_000);
        figures.push(figure(&format!("i{indicator}"), &format!("E{area:03}"), 2010 + at, f64::from(number)));
    }
    let batch = Batch::new(dataset("one"), figures);
    assert_eq!(batch.sync(store, minute(0)).await.settled.figures, counts(100_000, 100_000, 0, 0, 0, 0));
    assert_eq!(batch.sync(store, minute(1)).await.settled.figures, counts(100_000, 0, 0, 100_000, 0, 0));
    let mut expected: Vec<_> = batch
        .figures
        .iter()
        .map(|Traced { row, .. }| format!("{} {} {} {}", row.indicator, row.area, row.period.label(), row.value))
        .collect();
    expected.sort();
    assert!(lines(store, 1).await == expected);
}
