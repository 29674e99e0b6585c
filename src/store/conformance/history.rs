//! What the hub said at any earlier time, and what each release changed.

use super::{Batch, dataset, figure, landed, line, lines, minute};
use crate::access::Viewer;
use crate::outcomes::{Figure, MissingKind, ReleaseNumber};
use crate::store::{Page, Revision, RevisionQuery, Store};
use chrono::TimeDelta;

/// Publishes: 1 and 2 (release 1), 1 changed (2), 2 withdrawn and 3 added (3).
async fn three_releases(store: &dyn Store) {
    let one = figure("a", "E01", 2020, 1.0);
    let changed = figure("a", "E01", 2020, 1.5);
    let (two, three) = (figure("a", "E02", 2020, 2.0), figure("b", "E03", 2021, 3.0));
    for (number, figures) in
        [vec![one, two.clone()], vec![changed.clone(), two], vec![changed, three]].into_iter().enumerate()
    {
        let at = minute(i64::try_from(number).expect("small") * 10);
        Batch::new(dataset("one"), figures).publish(store, at).await;
    }
}

pub(crate) async fn every_release_reads_as_it_was(store: &dyn Store) {
    three_releases(store).await;
    assert_eq!(lines(store, 0).await, Vec::<String>::new());
    assert_eq!(lines(store, 1).await, ["a E01 2020 1", "a E02 2020 2"]);
    assert_eq!(lines(store, 2).await, ["a E01 2020 1.5", "a E02 2020 2"]);
    assert_eq!(lines(store, 3).await, ["a E01 2020 1.5", "b E03 2021 3"]);
    let catalogue = store.catalogue(3).await.expect("a catalogue");
    let figures = store.figures(&Viewer::public(), &super::everything(&catalogue, &Viewer::public())).await;
    let opened: Vec<_> = figures.expect("figures").iter().map(|figure| figure.opened).collect();
    assert_eq!(opened, [2, 3], "what was not changed keeps the release that published it");
}

/// The newest period as each release left it, also where a release takes the newest figure back; and which figures had
/// another value before.
pub(crate) async fn newest_periods_and_revised_figures_are_known(store: &dyn Store) {
    three_releases(store).await;
    // The figure of 2021 is taken back, and the one of 2020 has its first value again.
    Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 1.0)]).publish(store, minute(40)).await;
    for (at, newest) in [(0, None), (1, Some(2020)), (2, Some(2020)), (3, Some(2021)), (4, Some(2020))] {
        let catalogue = store.catalogue(at).await.expect("a catalogue");
        assert_eq!(catalogue.newest_period("one"), newest.map(super::year), "release {at}");
        assert_eq!(catalogue.newest_period("two"), None);
    }
    let revised = |at: ReleaseNumber| async move {
        let catalogue = store.catalogue(at).await.expect("a catalogue");
        let figures = store.figures(&Viewer::public(), &super::everything(&catalogue, &Viewer::public())).await;
        figures.expect("figures").iter().map(|figure| figure.revised).collect::<Vec<_>>()
    };
    assert_eq!(revised(1).await, [false, false]);
    assert_eq!(revised(2).await, [true, false]);
    assert_eq!(revised(3).await, [true, false]);
    assert_eq!(revised(4).await, [true]);
}

/// What says only that there is no figure makes no dataset newer, and is no value that another one could differ from.
pub(crate) async fn what_is_not_available_is_neither_newer_nor_revised(store: &dyn Store) {
    let of = |indicator, year, value| {
        let mut traced = figure(indicator, "E01", year, 0.0);
        traced.row.value = value;
        traced
    };
    let (none, hidden) = (Figure::Missing(MissingKind::NotAvailable), Figure::Missing(MissingKind::Suppressed));
    let number = Figure::Number(1.0);
    for (at, figures, newest, revised) in [
        (0, vec![of("a", 2020, number), of("a", 2021, none)], Some(2020), vec![false, false]),
        // A group of people of which nothing else is published does not make it unknown.
        (1, vec![of("a", 2020, number), of("a", 2021, number), of("b", 2022, none)], Some(2021), vec![false; 3]),
        (
            2,
            vec![of("a", 2020, none), of("a", 2021, hidden), of("b", 2022, hidden)],
            Some(2022),
            vec![true, true, false],
        ),
        (3, vec![of("a", 2020, number), of("a", 2021, Figure::Number(2.0))], Some(2021), vec![false, true]),
        (4, vec![of("a", 2020, none)], None, vec![true]),
    ] {
        let release = Batch::new(dataset("one"), figures).publish(store, minute(at)).await;
        let catalogue = store.catalogue(release).await.expect("a catalogue");
        assert_eq!(catalogue.newest_period("one"), newest.map(super::year), "release {release}");
        let all = super::everything(&catalogue, &Viewer::public());
        let mut figures = store.figures(&Viewer::public(), &all).await.expect("figures");
        figures.sort_by_key(|figure| figure.period.key());
        let told: Vec<_> = figures.iter().map(|figure| figure.revised).collect();
        assert_eq!(told, revised, "release {release}");
    }
}

pub(crate) async fn releases_are_found_by_time(store: &dyn Store) {
    three_releases(store).await;
    let micro = TimeDelta::microseconds(1);
    for (at, head) in [
        (minute(0) - micro, 0),
        (minute(0), 1),
        (minute(0) + TimeDelta::nanoseconds(1), 1),
        (minute(10) - micro, 1),
        (minute(10), 2),
        (minute(19), 2),
        (minute(20), 3),
        (minute(2000), 3),
    ] {
        assert_eq!(store.head_at(at).await.expect("a head"), head, "{at}");
    }
}

pub(crate) async fn a_clock_that_goes_back_keeps_the_order_of_releases(store: &dyn Store) {
    let publish = |value: f64, at: i64| async move {
        let batch = Batch::new(dataset("one"), vec![figure("a", "E01", 2020, value)]);
        batch.sync(store, minute(at)).await.release.expect("a release").published_at
    };
    let first = publish(1.0, 10).await;
    let same = publish(2.0, 10).await;
    let earlier = publish(3.0, 5).await;
    assert_eq!(first, minute(10));
    assert!(first < same && same < earlier);
    assert_eq!(store.head_at(minute(5)).await.expect("a head"), 0);
    assert_eq!(store.head_at(first).await.expect("a head"), 1);
    assert_eq!(store.head_at(same).await.expect("a head"), 2);
    assert_eq!(store.head_at(earlier).await.expect("a head"), 3);
    let later = publish(4.0, 11).await;
    assert_eq!(later, minute(11), "a clock that is right again is believed again");
}

fn all() -> RevisionQuery {
    RevisionQuery { dataset: "one".into(), from: minute(-100), to: minute(100), after: None, limit: usize::MAX }
}

async fn told(store: &dyn Store, query: &RevisionQuery) -> Vec<String> {
    let revisions = store.revisions(&Viewer::public(), query).await.expect("revisions");
    let catalogue = store.catalogue(store.head().await.expect("a head")).await.expect("a catalogue");
    let mut told = Vec::new();
    for Revision { release, old, new, .. } in revisions {
        // A slice that was emptied since is still named.
        let old = old.map(|figure| line(&catalogue, &figure)).unwrap_or_default();
        let new = new.map(|figure| line(&catalogue, &figure)).unwrap_or_default();
        told.push(format!("{release}: {old} -> {new}"));
    }
    told
}

pub(crate) async fn revisions_show_old_beside_new(store: &dyn Store) {
    three_releases(store).await;
    Batch::new(dataset("two"), vec![figure("a", "E01", 2020, 7.0)]).publish(store, minute(30)).await;
    Batch::new(dataset("one"), vec![figure("a", "E01", 2020, 1.5)]).publish(store, minute(40)).await;
    let expected = [
        "1:  -> a E01 2020 1",
        "1:  -> a E02 2020 2",
        "2: a E01 2020 1 -> a E01 2020 1.5",
        "3: a E02 2020 2 -> ",
        "3:  -> b E03 2021 3",
        "5: b E03 2021 3 -> ",
    ];
    assert_eq!(told(store, &all()).await, expected);
    // `b` is named though nothing of it is left, and is no longer listed.
    let catalogue = store.catalogue(5).await.expect("a catalogue");
    assert_eq!(catalogue.slices_of(&Viewer::public(), "b").count(), 0);
    let second = RevisionQuery { from: minute(10), to: minute(20), ..all() };
    assert_eq!(told(store, &second).await, expected[2..3]);
    let between = RevisionQuery { from: minute(10) + TimeDelta::nanoseconds(1), to: minute(20), ..all() };
    assert_eq!(told(store, &between).await, Vec::<String>::new());
    let revisions = store.revisions(&Viewer::public(), &second).await.expect("revisions");
    assert_eq!(revisions[0].published_at, minute(10));
    assert_eq!(revisions[0].old.as_ref().map(|old| old.opened), Some(1));
}

pub(crate) async fn revisions_are_paged(store: &dyn Store) {
    three_releases(store).await;
    let whole = told(store, &all()).await;
    for limit in 1..=whole.len() + 1 {
        let mut query = RevisionQuery { limit, ..all() };
        let mut paged = Vec::new();
        loop {
            let page = store.revisions(&Viewer::public(), &query).await.expect("revisions");
            assert!(page.len() <= limit);
            let Some(last) = page.last() else { break };
            let figure = last.new.as_ref().or(last.old.as_ref()).expect("a figure");
            paged.extend(told(store, &query).await);
            query.after = Some((last.release, figure.position()));
        }
        assert_eq!(paged, whole, "by {limit}");
    }
}

pub(crate) async fn releases_are_listed_with_their_files(store: &dyn Store) {
    three_releases(store).await;
    let page = |offset, limit| Page { offset, limit };
    let numbers = |at: ReleaseNumber, page: Page| async move {
        let (releases, total) = store.releases(&Viewer::public(), "one", at, page).await.expect("releases");
        (releases.iter().map(|release| release.number).collect::<Vec<_>>(), total)
    };
    assert_eq!(numbers(3, page(0, 10)).await, (vec![3, 2, 1], 3));
    assert_eq!(numbers(2, page(0, 10)).await, (vec![2, 1], 2));
    assert_eq!(numbers(3, page(1, 1)).await, (vec![2], 3));
    assert_eq!(numbers(3, page(5, 1)).await, (vec![], 3));
    let release = store.release(&Viewer::public(), 3).await.expect("a read").expect("a release");
    assert_eq!((release.dataset.as_str(), release.run, release.published_at), ("one", 3, minute(20)));
    assert_eq!((release.figures.added, release.figures.unchanged, release.figures.withdrawn), (1, 1, 1));
    assert_eq!(release.files, [landed()]);
}
