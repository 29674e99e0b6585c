//! What a publication refuses: rows that cannot stand together, and calls that cannot.

use super::{
    Batch, Traced, area, counts, dataset, figure, is_overtaken, line, lines, minute, origin, run, settle, three,
};
use crate::access::Viewer;
use crate::outcomes::{Breakdown, Category, Outcome, Relation, Run};
use crate::store::{Scope, Store, StoreError};
use std::sync::Arc;

pub(crate) async fn of_repeated_rows_the_first_stays(store: &dyn Store) {
    let mut batch = Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 1.0); 3]);
    batch.figures.push(figure("a", "E02", 2020, 2.0));
    for (row, number) in batch.figures.iter_mut().zip(10..) {
        row.origin = origin(number);
        row.row.note = Some("as published".into());
    }
    let synced = batch.sync(store, minute(0)).await;
    assert_eq!(synced.settled.figures, counts(4, 2, 0, 0, 2, 0));
    let told: Vec<_> = synced.rejected.iter().map(|row| (row.origin.row, row.reason, row.detail.as_str())).collect();
    let detail = "repeats row 10 of figures.csv, which is kept";
    assert_eq!(told, [(11, "repeated", detail), (12, "repeated", detail)]);
    assert_eq!(synced.rejected[0].relation, Relation::Observations);
    assert!(synced.rejected[0].raw.contains(r#""area":"E01","period":"2020-01-01/P1Y""#));
    assert!(synced.rejected[0].raw.contains(r#""note":"as published""#));
    assert_eq!(lines(store, 1).await, ["a E01 2020 1", "a E02 2020 2"]);
    // Again, now that all its names are published.
    let again = batch.sync(store, minute(1)).await;
    assert_eq!(again.settled.figures, counts(4, 0, 0, 2, 2, 0));
    assert_eq!(again.rejected, synced.rejected);
}

pub(crate) async fn rows_that_contradict_each_other_are_all_rejected(store: &dyn Store) {
    let mut figures = vec![figure("a", "E01", 2020, 1.0), figure("a", "E02", 2020, 2.0), figure("a", "E01", 2020, 1.0)];
    figures.push(figure("a", "E01", 2020, 1.1));
    for (row, number) in figures.iter_mut().zip(10..) {
        row.origin = origin(number);
    }
    // Another breakdown is another key.
    let mut male = figure("a", "E01", 2020, 7.0);
    male.row.breakdown = Arc::new(Breakdown { sex: "male".into(), ..Breakdown::default() });
    let mut decile = figure("a", "E01", 2020, 8.0);
    let category = Category { kind: "deprivation-decile-2019".into(), name: "1".into() };
    decile.row.breakdown = Arc::new(Breakdown { category: Some(category), ..Breakdown::default() });
    figures.extend([male, decile]);
    let synced = Batch::new(dataset("one"), figures).sync(store, minute(0)).await;
    assert_eq!(synced.settled.figures, counts(6, 3, 0, 0, 3, 0));
    let told: Vec<_> = synced.rejected.iter().map(|row| (row.origin.row, row.reason, row.detail.as_str())).collect();
    let says = |row: u64| format!("row {row} of figures.csv says something else for the same key, so neither is kept");
    let (tenth, twelfth) = (says(10), says(12));
    assert_eq!(
        told,
        [
            (10, "duplicate-key", twelfth.as_str()),
            (12, "duplicate-key", tenth.as_str()),
            (13, "duplicate-key", tenth.as_str())
        ]
    );
    assert_eq!(lines(store, 1).await, ["a E01 2020 7", "a E01 2020 8", "a E01 2020 not-available", "a E02 2020 2"]);
}

pub(crate) async fn repeated_reference_rows_are_rejected(store: &dyn Store) {
    let rows = vec![area("E01", "One"), area("E02", "Two"), area("E01", "One"), area("E02", "Zwei"), area("E03", "3")];
    let synced = Batch::new(dataset("one"), vec![]).with_reference(rows).sync(store, minute(0)).await;
    assert_eq!(synced.settled.reference, counts(5, 2, 0, 0, 3, 0));
    let told: Vec<_> = synced.rejected.iter().map(|row| (row.origin.row, row.reason)).collect();
    assert_eq!(told, [(3, "duplicate-key"), (4, "repeated"), (5, "duplicate-key")]);
    assert_eq!(synced.rejected[0].relation, Relation::Areas);
    assert_eq!(
        synced.rejected[0].raw,
        r#"{"code":"E02","name":"Two","type":"utla","valid_from":null,"valid_to":null}"#
    );
}

pub(crate) async fn an_overtaken_publication_is_refused(store: &dyn Store) {
    // Two that both begin on an empty store, and name the same new areas, slices and notes.
    let mut first = three().stage(store).await;
    let mut second = three().stage(store).await;
    let mut third = three().stage(store).await;
    let id = store.start_run("one", minute(0)).await.expect("a run");
    let (settled, _) = settle(&mut first, &Scope::default()).await;
    settle(&mut second, &Scope::default()).await;
    first.publish(run(id, "one", minute(0), &settled)).await.expect("a release");
    let id = store.start_run("one", minute(1)).await.expect("a run");
    assert!(is_overtaken(&second.publish(run(id, "one", minute(1), &settled)).await));
    assert!(is_overtaken(&third.settle(&Scope::default(), &mut Vec::new()).await));
    assert_eq!(store.head().await.expect("a head"), 1);
    // Another dataset's release in between does not matter, though it took the next ids for its names.
    let mut next = three();
    next.figures.push(figure("c", "E77", 2020, 1.0));
    next.figures.push(figure("c", "E78", 2020, 2.0));
    let mut mine = next.stage(store).await;
    Batch::new(dataset("two"), vec![figure("a", "E78", 2020, 1.0), figure("a", "E79", 2020, 1.0)])
        .publish(store, minute(2))
        .await;
    let (settled, _) = settle(&mut mine, &Scope::default()).await;
    Batch::new(dataset("three"), vec![figure("a", "E77", 2020, 1.0)]).publish(store, minute(3)).await;
    mine.publish(run(id, "one", minute(4), &settled)).await.expect("a release");
    let catalogue = store.catalogue(4).await.expect("a catalogue");
    let mut query = super::everything(&catalogue, &Viewer::public());
    query.slices.retain(|id| catalogue.slice(*id).is_some_and(|slice| &*slice.dataset == "one"));
    let figures = store.figures(&Viewer::public(), &query).await.expect("figures");
    let mut told: Vec<_> = figures.iter().map(|figure| line(&catalogue, figure)).collect();
    told.sort();
    assert_eq!(told, ["a E01 2020 1", "a E02 2020 2", "b E01 2021 3", "c E77 2020 1", "c E78 2020 2"]);
}

pub(crate) async fn calls_out_of_turn_are_refused(store: &dyn Store) {
    fn refused<T>(result: &Result<T, StoreError>) {
        assert!(matches!(result, Err(StoreError::OutOfTurn(_))));
    }
    let id = store.start_run("one", minute(0)).await.expect("a run");
    let publication = three().stage(store).await;
    let published = run(id, "one", minute(0), &super::Settled::default());
    refused(&publication.publish(published.clone()).await);
    let mut publication = three().stage(store).await;
    let described = super::ReferenceRow::Dataset(dataset("two"));
    refused(&publication.reference(vec![Traced { row: described, origin: origin(1) }]).await);
    settle(&mut publication, &Scope::default()).await;
    refused(&publication.observations(&[]).await);
    refused(&publication.settle(&Scope::default(), &mut Vec::new()).await);
    refused(&publication.publish(Run { finished_at: None, ..published.clone() }).await);
    refused(&store.finish_run(&published).await);
    // A run that was stopped by a later one cannot publish any more.
    store.start_run("one", minute(1)).await.expect("a run");
    let mut publication = three().stage(store).await;
    settle(&mut publication, &Scope::default()).await;
    refused(&publication.publish(published.clone()).await);
    refused(&store.finish_run(&Run { outcome: Outcome::Refused, ..published }).await);
    assert_eq!(store.head().await.expect("a head"), 0);
}
