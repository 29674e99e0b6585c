//! What stands for rejected figures, and what a release takes away and moves.

use super::{Batch, counts, dataset, figure, lines, minute, year};
use crate::outcomes::{Figure, Observation, Origin, Period, Redated, Tail, Traced};
use crate::store::Store;
use std::sync::Arc;

/// What stands for a figure that was rejected.
fn placeholder(area: &str, year: i32, row: u64) -> Traced<Observation> {
    let Observation { indicator, area, period, breakdown, .. } = figure("a", area, year, 0.0).row;
    let row_ = Observation::placeholder(indicator, area, period, breakdown, "unreadable-figure");
    Traced { row: row_, origin: Origin { file: "figures.csv".into(), row } }
}

fn at(row: u64, mut figure: Traced<Observation>) -> Traced<Observation> {
    figure.origin.row = row;
    figure
}

pub(crate) async fn a_placeholder_stands_for_a_rejected_figure(store: &dyn Store) {
    let two = vec![figure("a", "E01", 2020, 1.0), figure("a", "E02", 2020, 2.0)];
    Batch::new(dataset("one"), two.clone()).publish(store, minute(0)).await;
    // E01 cannot be read now, nor E03, which was never published; E02 can, whatever a second row of it says.
    let mut next = Batch::new(dataset("one"), two[1..].to_vec());
    next.placeholders = vec![placeholder("E01", 2020, 2), placeholder("E03", 2020, 4), placeholder("E02", 2020, 5)];
    let synced = next.sync(store, minute(1)).await;
    assert_eq!(synced.settled.figures, counts(1, 0, 0, 1, 0, 0));
    assert_eq!(synced.settled.placeholders, 2);
    assert_eq!(lines(store, 2).await, ["a E01 2020 not-available", "a E02 2020 2", "a E03 2020 not-available"]);
    let again = next.sync(store, minute(2)).await;
    assert!(!again.settled.changes_something(), "{:?}", again.settled);
    // A figure that can be read again takes the placeholder's place.
    let synced = Batch::new(dataset("one"), two).sync(store, minute(3)).await;
    assert_eq!(synced.settled.figures, counts(2, 0, 1, 1, 0, 1));
    assert_eq!(lines(store, 3).await, lines(store, 1).await);
    // Placeholders alone are a first publication too, and in any order.
    let mut alone = Batch::new(dataset("two"), vec![]);
    alone.placeholders = vec![placeholder("E02", 2020, 2), placeholder("E01", 2020, 3), placeholder("E01", 2020, 4)];
    let synced = alone.sync(store, minute(4)).await;
    assert_eq!((synced.settled.figures, synced.settled.placeholders), (counts(0, 0, 0, 0, 0, 0), 2));
}

pub(crate) async fn a_placeholder_stands_for_rows_that_contradict_each_other(store: &dyn Store) {
    let good = vec![figure("a", "E01", 2020, 1.0), figure("a", "E02", 2020, 2.0)];
    Batch::new(dataset("one"), good.clone()).publish(store, minute(0)).await;
    let mut twice = good;
    twice.push(at(9, figure("a", "E01", 2020, 7.0)));
    let synced = Batch::new(dataset("one"), twice).sync(store, minute(1)).await;
    assert_eq!(synced.settled.figures, counts(3, 0, 0, 1, 2, 0));
    assert_eq!(synced.settled.placeholders, 1);
    assert_eq!(lines(store, 2).await, ["a E01 2020 not-available", "a E02 2020 2"]);
}

pub(crate) async fn what_is_gone_is_told_by_place_and_period(store: &dyn Store) {
    let mut rows = Vec::new();
    for (row, (area, year)) in
        (2..).zip([("E01", 2020), ("E01", 2021), ("E02", 2020), ("E02", 2021), ("E03", 2020), ("E03", 2021)])
    {
        rows.push(at(row, figure("a", area, year, 1.0)));
    }
    Batch::new(dataset("one"), rows.clone()).publish(store, minute(0)).await;
    let cut = Batch::new(dataset("one"), rows[..3].to_vec()).sync(store, minute(1)).await;
    let review = cut.settled.review;
    assert_eq!(review.areas.each, [("E03".into(), 2, true), ("E02".into(), 1, false)]);
    assert_eq!(review.periods.each, [(year(2021), 2, false), (year(2020), 1, false)]);
    assert_eq!(review.tail, Some(Tail { file: "figures.csv".into(), last_kept: 4, figures: 3 }));
    // The row in the middle leaves no end without figures.
    let middle = Batch::new(dataset("one"), vec![rows[0].clone(), rows[2].clone()]).sync(store, minute(2)).await;
    assert_eq!(middle.settled.review.tail, None);
    assert_eq!(middle.settled.review.areas.each, [("E01".into(), 1, false)]);
}

pub(crate) async fn another_period_is_no_loss(store: &dyn Store) {
    let dated = |period: &str, area: &str, value: f64| {
        let mut figure = figure("a", area, 2020, value);
        figure.row.period = Period::parse(period).expect("a period");
        figure
    };
    let (financial, academic) = ("2022-04-01/P1Y", "2022-09-01/P1Y");
    let before = vec![dated(financial, "E01", 64.1), dated(financial, "E02", 66.0), dated(financial, "E03", 1.0)];
    Batch::new(dataset("one"), before).publish(store, minute(0)).await;
    let now = vec![dated(academic, "E01", 64.1), dated(academic, "E02", 67.0), dated("2030-01-01/P1Y", "E03", 1.0)];
    let synced = Batch::new(dataset("one"), now).sync(store, minute(1)).await;
    assert_eq!(synced.settled.figures, counts(3, 3, 0, 0, 0, 3));
    let periods = (Period::parse(financial).expect("a period"), Period::parse(academic).expect("a period"));
    // Neither another value nor a period of other days is the same figure.
    let first = Some(("E01".into(), periods.0, periods.1));
    assert_eq!(synced.settled.review.redated, Redated { figures: 1, first });
}

pub(crate) async fn large_changes_are_listed(store: &dyn Store) {
    let values = |values: [f64; 3]| {
        let rows = ["E01", "E02", "E03"].into_iter().zip(values);
        rows.map(|(area, value)| figure("a", area, 2020, value)).collect::<Vec<_>>()
    };
    Batch::new(dataset("one"), values([350.9, 361.1, 300.0])).publish(store, minute(0)).await;
    let mut now = values([3509.3, 740.7, 310.0]);
    let mut next = figure("a", "E03", 2021, 3100.0);
    next.row.count = Some(Figure::Number(50.0));
    now.push(next);
    now.push(figure("a", "E04", 2021, 9.0));
    now.push(Traced {
        row: Observation { breakdown: Arc::default(), ..figure("b", "E01", 2021, 9.0).row },
        ..now[0].clone()
    });
    let synced = Batch::new(dataset("one"), now).sync(store, minute(1)).await;
    let told: Vec<_> = synced
        .settled
        .review
        .jumps
        .iter()
        .map(|jump| {
            format!("{} {} {} {} {:?} {:?}", jump.indicator, jump.area, jump.before, jump.now, jump.values, jump.counts)
        })
        .collect();
    assert_eq!(
        told,
        [
            "a E01 2020-01-01/P1Y 2020-01-01/P1Y (350.9, 3509.3) None",
            "a E02 2020-01-01/P1Y 2020-01-01/P1Y (361.1, 740.7) None",
            "a E03 2020-01-01/P1Y 2021-01-01/P1Y (300.0, 3100.0) None",
        ]
    );
}
