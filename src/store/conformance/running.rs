//! Runs and their quarantined rows.

use super::{Batch, Settled, dataset, figure, landed, minute, origin, run};
use crate::access::Viewer;
use crate::outcomes::{Outcome, Rejection, Relation, Run};
use crate::store::{Page, Store, StoreError};

const ALL: Page = Page { offset: 0, limit: 100 };

/// A dataset that everyone may see, so that its runs may be seen too.
async fn open_dataset(store: &dyn Store) {
    Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 1.0)]).publish(store, minute(0)).await;
}

pub(crate) async fn runs_are_recorded(store: &dyn Store) {
    open_dataset(store).await;
    let published = store.run(&Viewer::public(), 1).await.expect("a read").expect("a run");
    assert_eq!((published.outcome, published.release), (Outcome::Published, Some(1)));
    assert_eq!((published.started_at, published.finished_at), (minute(0), Some(minute(0))));
    assert_eq!((published.figures.added, published.reference.added), (1, 0));
    assert_eq!(published.files, [landed()]);

    let id = store.start_run("one", minute(1)).await.expect("a run");
    let running = store.run(&Viewer::public(), id).await.expect("a read").expect("a run");
    assert_eq!((running.outcome, running.finished_at, running.release), (Outcome::Running, None, None));
    let mut refused = Run {
        outcome: Outcome::Refused,
        finished_at: Some(minute(2)),
        error: Some("the column `value` is gone".into()),
        error_code: Some("column-gone".into()),
        ..run(id, "one", minute(1), &Settled::default())
    };
    refused.figures.mapped = 7;
    refused.reference.rejected = 9;
    store.finish_run(&refused).await.expect("an end");
    let (runs, total) = store.runs(&Viewer::public(), "one", ALL).await.expect("runs");
    assert_eq!((runs, total), (vec![refused, published], 2));
    let second = Page { offset: 1, limit: 1 };
    let (runs, total) = store.runs(&Viewer::public(), "one", second).await.expect("runs");
    assert_eq!((runs[0].id, runs.len(), total), (1, 1, 2));
    assert_eq!(store.runs(&Viewer::public(), "two", ALL).await.expect("runs").1, 0);
}

pub(crate) async fn a_run_that_was_left_is_stopped(store: &dyn Store) {
    open_dataset(store).await;
    let left = store.start_run("one", minute(1)).await.expect("a run");
    let other = store.start_run("two", minute(2)).await.expect("a run");
    let next = store.start_run("one", minute(3)).await.expect("a run");
    let outcome = |id| async move {
        let run = store.run(&Viewer::operator(), id).await.expect("a read").expect("a run");
        (run.outcome, run.finished_at, run.error)
    };
    let error = Some("the process ended before the run was done".to_owned());
    assert_eq!(outcome(left).await, (Outcome::Stopped, Some(minute(3)), error));
    assert_eq!(outcome(other).await, (Outcome::Running, None, None));
    assert_eq!(outcome(next).await, (Outcome::Running, None, None));
    assert_eq!(outcome(1).await.0, Outcome::Published);
}

pub(crate) async fn rejected_rows_are_listed_and_paged(store: &dyn Store) {
    open_dataset(store).await;
    let id = store.start_run("one", minute(1)).await.expect("a run");
    let rejection = |row: u64| Rejection {
        relation: Relation::Observations,
        origin: origin(row),
        reason: "unreadable-figure",
        column: row.is_multiple_of(2).then(|| "Wert".into()),
        text: row.is_multiple_of(2).then(|| format!("{row} %")),
        detail: format!("row {row} cannot be read"),
        raw: "{}".into(),
    };
    store.reject(id, &[]).await.expect("nothing");
    store.reject(id, &(2..5).map(rejection).collect::<Vec<_>>()).await.expect("rows");
    store.reject(id, &(5..7).map(rejection).collect::<Vec<_>>()).await.expect("rows");
    let (rows, total) = store.rejected(&Viewer::public(), id, ALL).await.expect("rows");
    assert_eq!(total, 5);
    let told: Vec<_> = rows.iter().map(|row| (row.number, row.origin.row)).collect();
    assert_eq!(told, [(1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]);
    assert_eq!((rows[0].run, rows[0].relation.as_str()), (id, "observations"));
    assert_eq!((rows[0].reason.as_str(), rows[0].column.as_deref()), ("unreadable-figure", Some("Wert")));
    assert_eq!((rows[0].text.as_deref(), rows[1].text.as_deref()), (Some("2 %"), None));
    assert_eq!((rows[4].detail.as_str(), rows[4].raw.as_deref()), ("row 6 cannot be read", Some("{}")));
    let page = Page { offset: 2, limit: 2 };
    let (rows, total) = store.rejected(&Viewer::public(), id, page).await.expect("rows");
    assert_eq!((rows.iter().map(|row| row.number).collect::<Vec<_>>(), total), (vec![3, 4], 5));
    assert_eq!(store.rejected(&Viewer::public(), 1, ALL).await.expect("rows").1, 0);
}

pub(crate) async fn one_process_at_a_time_may_sync(store: &dyn Store) {
    let held = store.lease("one").await.expect("the lease");
    let refused = store.lease("one").await.err().expect("it is held");
    let me = format!("process {}", std::process::id());
    assert!(
        matches!(&refused, StoreError::Held { dataset, holder } if dataset == "one" && holder.contains(&me)),
        "{refused}"
    );
    let other = store.lease("two").await.expect("another dataset's lease");
    held.release().await;
    let again = store.lease("one").await.expect("it is free again");
    assert!(futures::poll!(again.lost()).is_pending());
    // One that is only dropped is given up a moment later.
    drop(again);
    for _ in 0..100 {
        if let Ok(free) = store.lease("one").await {
            free.release().await;
            other.release().await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("a dropped lease stays held");
}

pub(crate) async fn an_open_store_is_ready(store: &dyn Store) {
    store.ready().await.expect("a store that can answer");
}
