//! How often each status is given when nothing changes, and when something does: made-up counts of known truth.
//!
//! The numbers are drawn from a fixed seed, so that a run gives the same table each time. The table stands in
//! docs/METHODS.md.

use super::judge;
use crate::frameworks::{
    Baseline, Comparator, Evidence, Member, Neighbours, Peers, Place, Point, Standing, Status, Target, TargetKind,
};
use crate::outcomes::{Figure, Indicator, Period, Polarity, ValueType};
use std::collections::BTreeMap;

/// Draws for each size of each line. `DRAWS=4000` in the environment gives the table of docs/METHODS.md.
const DRAWS: usize = 250;
/// Of a council's figures: people asked, and the share of them.
const SIZES: [(u32, f64); 6] = [(100, 0.05), (500, 0.05), (5_000, 0.05), (100, 0.3), (500, 0.3), (5_000, 0.3)];
/// England's people.
const ENGLAND: u32 = 1_000_000;

/// `SplitMix64`: small, and the same on every machine.
struct Random(u64);

impl Random {
    /// A number from 0 up to 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        f64::from(u32::try_from(z >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

/// Binomial counts; the sums of each distribution are made once.
#[derive(Default)]
struct Counts {
    sums: BTreeMap<(u32, u64), Vec<f64>>,
}

impl Counts {
    fn draw(&mut self, random: &mut Random, n: u32, p: f64) -> f64 {
        let sums = self.sums.entry((n, p.to_bits())).or_insert_with(|| {
            // In logarithms, because the first terms of a large n are too small for a number.
            let odds = (p / (1.0 - p)).ln();
            let mut log = f64::from(n) * (1.0 - p).ln();
            let mut sum = log.exp();
            let mut sums = vec![sum];
            for k in 1..=n {
                log += odds + (f64::from(n - k + 1) / f64::from(k)).ln();
                sum += log.exp();
                sums.push(sum);
            }
            sums
        });
        let at = random.unit();
        f64::from(u32::try_from(sums.partition_point(|sum| *sum < at)).unwrap().min(n))
    }
}

fn figure(period: Period, count: f64, n: u32) -> Point {
    Point {
        count: Some(Figure::Number(count)),
        denominator: Some(Figure::Number(f64::from(n))),
        ..Point::bare(period, 100.0 * count / f64::from(n))
    }
}

fn year(at: usize) -> Period {
    Period::parse(&format!("{}-04-01/P1Y", 2015 + at)).unwrap()
}

fn month(at: usize) -> Period {
    Period::parse(&format!("{}-{:02}-01/P1M", 2021 + at / 12, at % 12 + 1)).unwrap()
}

/// What is drawn once and judged.
struct Drawn {
    points: Vec<Point>,
    comparator: Option<Member>,
    others: Vec<Member>,
    kind: TargetKind,
    by: Option<&'static str>,
}

fn place(name: &str) -> Place {
    Place { code: name.into(), name: name.into() }
}

impl Drawn {
    fn status(self) -> Status {
        let indicator = Indicator {
            polarity: Polarity::LowIsGood,
            multiplier: Some(100.0),
            ..Indicator::bare("made-up", "percent", ValueType::Proportion)
        };
        let target = Target {
            id: "t".into(),
            kind: self.kind,
            standing: Standing::Stated,
            by: self.by.map(|day| day.parse().unwrap()),
            place_in_text: String::new(),
        };
        let neighbours = Neighbours { model: "m".into(), members: self.others.clone() };
        let mut peers = Peers { name: "peers".into(), members: self.others };
        peers.members.push(Member { place: place("own"), points: self.points.as_slice().into() });
        let evidence = Evidence {
            indicator: &indicator,
            group: "",
            place: &place("own"),
            points: &self.points,
            comparator: self.comparator.as_ref(),
            neighbours: Some(&neighbours),
            peers: &peers,
            absence: "",
            newer: "",
            day: "2023-01-01".parse().unwrap(),
            max_age: 36,
            promise: true,
        };
        judge(&target, &evidence).status
    }
}

/// A kind of target with what is drawn for it: the share then, and what it comes to.
struct Line {
    name: &'static str,
    /// What the change makes of the share: a third less where less is good and the target asks for it, a third more where
    /// what counts is that a worsening is seen.
    changed: f64,
    /// The statuses that claim more than is so when nothing changes.
    wrong: &'static [Status],
    /// The statuses that the true change asks for.
    right: &'static [Status],
    /// How often the wrong ones may be given, in percent.
    most: f64,
    draw: fn(&mut Random, &mut Counts, u32, f64, f64) -> Drawn,
}

const THIRD_LESS: f64 = 2.0 / 3.0;
const THIRD_MORE: f64 = 4.0 / 3.0;

fn baseline(period: Period) -> Baseline {
    Baseline { period, standing: Standing::Stated, why: None }
}

fn two_points(random: &mut Random, counts: &mut Counts, n: u32, then: f64, now: f64) -> Vec<Point> {
    vec![figure(year(0), counts.draw(random, n, then), n), figure(year(5), counts.draw(random, n, now), n)]
}

fn alone(points: Vec<Point>, kind: TargetKind) -> Drawn {
    Drawn { points, comparator: None, others: Vec::new(), kind, by: None }
}

/// A gap to England, which is a third lower at both times.
fn behind_england(random: &mut Random, counts: &mut Counts, n: u32, then: f64, now: f64) -> Drawn {
    let england =
        [year(0), year(5)].map(|period| figure(period, counts.draw(random, ENGLAND, then * THIRD_LESS), ENGLAND));
    let comparator = Some(Member { place: place("England"), points: england.into() });
    let kind = TargetKind::CloseGap {
        baseline: baseline(year(0)),
        comparator: Comparator { places: vec!["England".into()] },
        share: 1.0,
    };
    Drawn { comparator, ..alone(two_points(random, counts, n, then, now), kind) }
}

/// A series that goes evenly from one share to the other.
fn evenly(
    random: &mut Random,
    counts: &mut Counts,
    (n, then, now): (u32, f64, f64),
    steps: u32,
    period: fn(usize) -> Period,
) -> Vec<Point> {
    let share = |at: u32| then + (now - then) * f64::from(at) / f64::from(steps - 1);
    (0..steps).map(|at| figure(period(at as usize), counts.draw(random, n, share(at)), n)).collect()
}

/// Others of the same size around the same share.
fn others(random: &mut Random, counts: &mut Counts, (n, share): (u32, f64), spread: f64, many: u32) -> Vec<Member> {
    (0..many)
        .map(|at| {
            let share = share * (1.0 + spread * (2.0 * (f64::from(at) + 0.5) / f64::from(many) - 1.0));
            let points = [year(0), year(5)].map(|period| figure(period, counts.draw(random, n, share), n));
            Member { place: place(&format!("other {at}")), points: points.into() }
        })
        .collect()
}

fn lines() -> Vec<Line> {
    use Status::{
        GapClosingBothWorse, GapClosingComparatorWorse, Improving, Met, NotMet, OffTrack, OnTrack, Worsening,
    };
    vec![
        Line {
            name: "reduce, two points",
            changed: THIRD_LESS,
            wrong: &[Improving, Worsening],
            right: &[Improving],
            most: 5.0,
            draw: |random, counts, n, then, now| {
                alone(two_points(random, counts, n, then, now), TargetKind::Reduce { baseline: baseline(year(0)) })
            },
        },
        Line {
            name: "reduce, five years",
            changed: THIRD_LESS,
            wrong: &[Improving, Worsening, Status::Mixed],
            right: &[Improving],
            most: 5.0,
            draw: |random, counts, n, then, now| {
                alone(
                    evenly(random, counts, (n, then, now), 5, year),
                    TargetKind::Reduce { baseline: baseline(year(0)) },
                )
            },
        },
        Line {
            name: "reduce, 24 months",
            changed: THIRD_LESS,
            wrong: &[Improving, Worsening, Status::Mixed],
            right: &[Improving],
            most: 5.0,
            draw: |random, counts, n, then, now| {
                let points = evenly(random, counts, (n, then, now), 24, month);
                alone(points, TargetKind::Reduce { baseline: baseline(month(0)) })
            },
        },
        Line {
            name: "reduce, on its day",
            changed: THIRD_LESS,
            wrong: &[Met, NotMet],
            right: &[Met],
            most: 5.0,
            draw: |random, counts, n, then, now| Drawn {
                by: Some("2021-03-31"),
                ..alone(two_points(random, counts, n, then, now), TargetKind::Reduce { baseline: baseline(year(0)) })
            },
        },
        Line {
            name: "at-or-below, truly on the number",
            changed: THIRD_LESS,
            wrong: &[Met],
            right: &[Met],
            most: 5.0,
            draw: |random, counts, n, then, now| {
                let kind = TargetKind::AtOrBelow { value: 100.0 * then, baseline: None };
                alone(two_points(random, counts, n, then, now), kind)
            },
        },
        Line {
            name: "at-or-below, truly on the line",
            changed: THIRD_LESS,
            wrong: &[Met, OnTrack],
            right: &[Met, OnTrack],
            most: 5.0,
            draw: |random, counts, n, then, now| {
                // Half of it is to go, and half of the time has gone: the line is at three quarters.
                let kind = TargetKind::AtOrBelow { value: 50.0 * then, baseline: Some(baseline(year(0))) };
                let now = now * 0.75;
                Drawn { by: Some("2026-03-31"), ..alone(two_points(random, counts, n, then, now), kind) }
            },
        },
        Line {
            name: "close-gap",
            changed: THIRD_LESS,
            wrong: &[Met, Improving, Worsening, GapClosingBothWorse, GapClosingComparatorWorse],
            right: &[Met, Improving],
            most: 5.0,
            draw: behind_england,
        },
        Line {
            name: "close-gap with a day, nothing closed",
            changed: THIRD_LESS,
            wrong: &[Met, OnTrack, GapClosingBothWorse, GapClosingComparatorWorse],
            right: &[Met, OnTrack],
            most: 5.0,
            draw: |random, counts, n, then, now| Drawn {
                by: Some("2026-03-31"),
                ..behind_england(random, counts, n, then, now)
            },
        },
        Line {
            name: "in-line-with, truly alike",
            changed: THIRD_MORE,
            wrong: &[NotMet],
            right: &[NotMet],
            // The mean of ten neighbours is uncertain too, which the method leaves out.
            most: 7.0,
            draw: |random, counts, n, then, now| Drawn {
                others: others(random, counts, (n, then), 0.0, 10),
                ..alone(two_points(random, counts, n, then, now), TargetKind::InLineWith { model: "m".into() })
            },
        },
        Line {
            name: "move-up-quartile",
            changed: THIRD_LESS,
            wrong: &[Met],
            right: &[Met],
            most: 5.0,
            draw: |random, counts, n, then, now| Drawn {
                others: others(random, counts, (n, then), 0.5, 40),
                ..alone(
                    two_points(random, counts, n, then, now),
                    TargetKind::MoveUpQuartile { baseline: baseline(year(0)) },
                )
            },
        },
        Line {
            name: "maintain",
            changed: THIRD_MORE,
            wrong: &[NotMet, OffTrack],
            right: &[NotMet],
            most: 5.0,
            draw: |random, counts, n, then, now| {
                alone(two_points(random, counts, n, then, now), TargetKind::Maintain { baseline: baseline(year(0)) })
            },
        },
    ]
}

/// How often each of these statuses was given, in percent.
fn share_of(statuses: &[Status], wanted: &[Status]) -> f64 {
    let found = statuses.iter().filter(|status| wanted.contains(status)).count();
    100.0 * f64::from(u32::try_from(found).unwrap()) / f64::from(u32::try_from(statuses.len()).unwrap())
}

#[test]
fn what_does_not_change_is_seldom_said_to() {
    let mut random = Random(20_260_101);
    let mut counts = Counts::default();
    let draws = std::env::var("DRAWS").ok().and_then(|draws| draws.parse().ok()).unwrap_or(DRAWS);
    let mut table =
        String::from("| target | 100 at 5% | 500 at 5% | 5,000 at 5% | 100 at 30% | 500 at 30% | 5,000 at 30% |\n");
    for line in lines() {
        let mut row = format!("| {} |", line.name);
        for (n, share) in SIZES {
            let mut statuses = |now: f64| -> Vec<Status> {
                (0..draws).map(|_| (line.draw)(&mut random, &mut counts, n, share, now).status()).collect()
            };
            let (still, changed) = (statuses(share), statuses(share * line.changed));
            let (wrong, right) = (share_of(&still, line.wrong), share_of(&changed, line.right));
            row.push_str(&format!(" {wrong:.1}, {right:.0} |"));
            assert!(wrong <= line.most, "{} of {n} at {share}: {wrong}% wrong", line.name);
            // A third of a large figure is seen.
            assert!(n < 5_000 || share < 0.3 || right >= 80.0, "{} of {n} at {share}: {right}% seen", line.name);
        }
        table.push_str(&row);
        table.push('\n');
    }
    println!("{table}");
}

#[test]
fn what_is_drawn_has_the_share_that_it_is_drawn_from() {
    let (mut random, mut counts) = (Random(7), Counts::default());
    for (n, share) in SIZES {
        let mean = (0..4_000).map(|_| counts.draw(&mut random, n, share)).sum::<f64>() / 4_000.0;
        let error = (f64::from(n) * share * (1.0 - share) / 4_000.0).sqrt();
        assert!((mean - f64::from(n) * share).abs() < 4.0 * error, "{n} at {share}: {mean}");
    }
}
