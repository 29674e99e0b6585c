//! Removing for good what must not be kept.

use super::*;
use crate::outcomes::{MissingKind, Relation};
use crate::store::{Forget, Forgotten, ForgottenRelease, Page};

fn asked(releases: &[ReleaseNumber], at: i64) -> Forget {
    Forget {
        dataset: "one".into(),
        releases: releases.iter().copied().collect(),
        files: false,
        reason: "a name in the file".into(),
        at: minute(at),
        dry_run: false,
    }
}

/// Three figures, one of them with a note; then other values of all.
async fn two_releases(store: &dyn Store) -> Batch {
    let mut batch = three();
    batch.figures[0].row.note = Some("Jane Example".into());
    batch.figures[1].row.count = Some(Figure::Number(40.0));
    batch.publish(store, minute(0)).await;
    for figure in &mut batch.figures {
        figure.row.value = Figure::Number(50.0);
        figure.row.note = None;
    }
    batch.publish(store, minute(1)).await;
    batch
}

async fn texts(store: &dyn Store, at: ReleaseNumber) -> Vec<String> {
    let catalogue = store.catalogue(at).await.expect("a catalogue");
    let figures =
        store.figures(&Viewer::operator(), &everything(&catalogue, &Viewer::operator())).await.expect("figures");
    figures.iter().map(|figure| format!("{figure:?}")).collect()
}

pub(crate) async fn what_is_forgotten_is_gone_and_that_it_happened_stays(store: &dyn Store) {
    two_releases(store).await;
    // A run that read the same bytes, and was refused for what they hold.
    let refused = store.start_run("one", minute(2)).await.expect("a run");
    let rejection = Rejection {
        relation: Relation::Observations,
        origin: origin(9),
        reason: "unknown-area",
        column: Some("area".into()),
        text: Some("Jane Example".into()),
        detail: "the hub does not know `Jane Example`".into(),
        raw: "{}".into(),
    };
    store.reject(refused, &[rejection]).await.expect("a rejection");
    let ended = run(refused, "one", minute(2), &Settled::default());
    let error = Some("1 row: Jane Example".to_owned());
    store.finish_run(&Run { outcome: Outcome::Refused, error, ..ended }).await.expect("an end");
    let now = (lines(store, 2).await, store.head().await.expect("a head"));

    let dry = store.forget(&Forget { dry_run: true, ..asked(&[1], 3) }).await.expect("a look");
    assert_eq!(store.forgotten().await.expect("what was forgotten"), []);
    assert!(texts(store, 1).await.iter().any(|text| text.contains("Jane Example")), "a look changes nothing");
    // Release 2 was made from a file of the same hash: it stays.
    let shared = vec![landed().sha256];
    assert_eq!(dry, Forgotten { figures: 3, rejected: 1, shared, ..Forgotten::default() });
    assert_eq!(store.forget(&asked(&[1], 3)).await.expect("forgotten"), dry);

    assert_eq!((lines(store, 2).await, store.head().await.expect("a head")), now, "what stands is as it was");
    assert_eq!(lines(store, 1).await, ["a E01 2020 withdrawn", "a E02 2020 withdrawn", "b E01 2021 withdrawn"]);
    let left = texts(store, 1).await.concat();
    assert!(!left.contains("Jane") && !left.contains("40") && left.contains("removed from the hub on"), "{left}");
    let (rejected, _) =
        store.rejected(&Viewer::operator(), refused, Page { offset: 0, limit: 9 }).await.expect("rejected rows");
    assert!(rejected.is_empty());
    let told = store.run(&Viewer::operator(), refused).await.expect("a run").expect("it is there");
    assert_eq!(told.error.as_deref(), Some("its text was removed with the files of the run"));
    let forgotten = store.forgotten().await.expect("what was forgotten");
    assert_eq!(forgotten.len(), 1);
    let it = &forgotten[0];
    assert_eq!((it.release, it.dataset.as_str(), it.at, it.figures), (1, "one", minute(3), 3));
    assert_eq!(it.reason, "a name in the file");
    let verified = store.verify().await.expect("a check");
    assert_eq!((verified.well, verified.forgotten), (1, vec![1]));
    // Again: nothing is left to remove, and it is told as it was.
    let again = store.forget(&asked(&[1], 9)).await.expect("nothing");
    assert_eq!((again.figures, again.rejected), (0, 0));
    assert_eq!(store.forgotten().await.expect("what was forgotten"), forgotten);
}

pub(crate) async fn what_still_stands_is_not_forgotten(store: &dyn Store) {
    let mut batch = two_releases(store).await;
    let before = (texts(store, 1).await, texts(store, 2).await);
    let refused = store.forget(&asked(&[2], 3)).await.expect("an answer");
    assert_eq!(refused, Forgotten { standing: 3, ..Forgotten::default() });
    assert!(refused.is_refused());
    assert_eq!((texts(store, 1).await, texts(store, 2).await), before);
    assert!(store.forget(&asked(&[7], 3)).await.is_err(), "there is no such release");
    assert!(
        store.forget(&Forget { dataset: "two".into(), ..asked(&[1], 3) }).await.is_err(),
        "it is of another dataset"
    );
    assert_eq!(store.forgotten().await.expect("what was forgotten"), []);
    // Once the figures are withdrawn, all of it may go, and no release is made from the file any more.
    batch.figures.clear();
    batch.publish(store, minute(4)).await;
    let gone = store.forget(&asked(&[1, 2], 5)).await.expect("forgotten");
    assert_eq!(
        (gone.figures, gone.shared),
        (6, vec![landed().sha256]),
        "the release that withdrew was made from it too"
    );
    let gone = store.forget(&asked(&[3], 6)).await.expect("forgotten");
    assert_eq!((gone.figures, gone.landed, gone.shared), (0, vec![landed().sha256], vec![]));
}

/// A corrected file leaves unchanged figures open under the release that first published them.
pub(crate) async fn unchanged_figures_of_a_forgotten_release_stand(store: &dyn Store) {
    let mut batch = three();
    batch.figures[0].row.note = Some("Jane Example".into());
    batch.publish(store, minute(0)).await;
    (batch.figures[0].row.value, batch.figures[0].row.note) = (Figure::Number(50.0), None);
    batch.publish(store, minute(1)).await;
    let now = (lines(store, 2).await, store.head().await.expect("a head"));

    let (sha256, nothing) = (landed().sha256, Forgotten::default());
    let gone = store.forget(&asked(&[1], 3)).await.expect("forgotten");
    let expected = Forgotten { standing: 2, figures: 1, shared: vec![sha256.clone()], ..nothing.clone() };
    assert_eq!(gone, expected);
    assert_eq!((lines(store, 2).await, store.head().await.expect("a head")), now, "what stands is as it was");
    assert_eq!(lines(store, 1).await, ["a E01 2020 withdrawn", "a E02 2020 2", "b E01 2021 3"]);
    assert!(!texts(store, 1).await.concat().contains("Jane"));
    let verified = store.verify().await.expect("a check");
    assert_eq!((verified.well, verified.forgotten), (1, vec![1]));
    let told = |times: Vec<ForgottenRelease>| times.iter().map(|it| (it.at, it.figures)).collect::<Vec<_>>();
    assert_eq!(told(store.forgotten().await.expect("what was forgotten")), [(minute(3), 1)]);

    // What is closed later goes by the same command, two days later too, and that is told with the first time.
    batch.figures[1].row.value = Figure::Number(60.0);
    batch.publish(store, minute(4)).await;
    let gone = store.forget(&asked(&[1], 3_000)).await.expect("forgotten");
    assert_eq!(gone, Forgotten { standing: 1, ..expected });
    assert_eq!(lines(store, 1).await, ["a E01 2020 withdrawn", "a E02 2020 withdrawn", "b E01 2021 3"]);
    assert_eq!(told(store.forgotten().await.expect("what was forgotten")), [(minute(3), 2)]);

    // The file that they were read from stays, unless it is asked for.
    let all = asked(&[1, 2, 3], 3_001);
    let gone = store.forget(&all).await.expect("forgotten");
    assert_eq!(gone, Forgotten { standing: 3, resting: vec![sha256.clone()], ..nothing.clone() });
    let gone = store.forget(&Forget { files: true, ..all }).await.expect("forgotten");
    assert_eq!(gone, Forgotten { standing: 3, landed: vec![sha256], ..nothing });
    assert_eq!(lines(store, 3).await, ["a E01 2020 50", "a E02 2020 60", "b E01 2021 3"]);
    assert_eq!(store.verify().await.expect("a check").forgotten, [1, 2, 3]);
}

pub(crate) async fn a_release_that_is_forgotten_in_parts_overtakes_each_time(store: &dyn Store) {
    let mut batch = three();
    batch.figures[1].row.note = Some("Jane Example".into());
    batch.publish(store, minute(0)).await;
    batch.figures[0].row.value = Figure::Number(50.0);
    batch.publish(store, minute(1)).await;
    store.forget(&asked(&[1], 2)).await.expect("forgotten");
    batch.figures[1].row.note = None;
    batch.publish(store, minute(3)).await;
    // It met the note that goes with the second part.
    let mut other = Batch::new(dataset("two"), vec![figure("a", "E01", 2020, 7.0)]);
    other.figures[0].row.note = Some("Jane Example".into());
    let id = store.start_run("two", minute(4)).await.expect("a run");
    let mut publication = other.stage(store).await;
    let (settled, _) = settle(&mut publication, &other.scope).await;
    assert_eq!(store.forget(&asked(&[1], 5)).await.expect("forgotten").figures, 1);
    let published = publication.publish(run(id, "two", minute(6), &settled)).await;
    assert!(is_overtaken(&published), "{published:?}");
}

pub(crate) async fn a_note_that_others_have_stays(store: &dyn Store) {
    let mut other = Batch::new(dataset("two"), vec![figure("a", "E01", 2020, 7.0)]);
    other.figures[0].row.note = Some("Jane Example".into());
    other.publish(store, minute(0)).await;
    let mut batch = three();
    batch.figures[0].row.note = Some("Jane Example".into());
    batch.publish(store, minute(1)).await;
    batch.figures.clear();
    batch.publish(store, minute(2)).await;
    assert_eq!(store.forget(&asked(&[2], 3)).await.expect("forgotten").figures, 3);
    assert!(texts(store, 1).await.concat().contains("Jane Example"), "of a dataset that was not named");
    assert!(!lines(store, 2).await.concat().is_empty());
    let withdrawn = MissingKind::Withdrawn.as_str();
    assert_eq!(lines(store, 2).await.iter().filter(|line| line.ends_with(withdrawn)).count(), 3);
}

pub(crate) async fn nothing_is_published_across_a_forgetting(store: &dyn Store) {
    two_releases(store).await;
    // It met the note that is about to go.
    let mut other = Batch::new(dataset("two"), vec![figure("a", "E01", 2020, 7.0)]);
    other.figures[0].row.note = Some("Jane Example".into());
    let id = store.start_run("two", minute(3)).await.expect("a run");
    let mut publication = other.stage(store).await;
    let (settled, _) = settle(&mut publication, &other.scope).await;
    store.forget(&asked(&[1], 4)).await.expect("forgotten");
    let published = publication.publish(run(id, "two", minute(5), &settled)).await;
    assert!(is_overtaken(&published), "{published:?}");
    // Staged anew, it is as it should be.
    other.publish(store, minute(6)).await;
    assert!(texts(store, 3).await.concat().contains("Jane Example"));
}
