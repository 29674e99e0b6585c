//! What to do about a target that cannot be assessed: which figures to load, or that none will ever come.

use crate::frameworks::{Judgement, Point, Status, Target};
use crate::outcomes::{Coverage, Period};

/// To follow the reason of a target that is not assessable because its dataset has no figure for the baseline, or none
/// after it; empty where that is not why.
pub(super) fn after(judgement: &Judgement, target: &Target, points: &[Point], covers: Option<Coverage>) -> String {
    let (Status::NotAssessable, Some(baseline), Some(newest)) =
        (judgement.status, target.kind.baseline(), points.last())
    else {
        return String::new();
    };
    let dataset = &newest.dataset;
    let has_baseline = points.iter().any(|point| point.period == baseline.period);
    if !has_baseline {
        return lacking(dataset, &baseline.period, covers);
    }
    if newest.period != baseline.period {
        return String::new();
    }
    match covers.and_then(|covers| covers.last) {
        Some(last) if last.end() <= baseline.period.end() => {
            let last = last.label();
            format!("; `{dataset}` ended with {last}, so that none will come: an earlier baseline is needed")
        }
        _ => format!("; load newer figures: {}", command(dataset)),
    }
}

/// What to do about a period that a dataset has no figure for.
fn lacking(dataset: &str, period: &Period, covers: Option<Coverage>) -> String {
    let label = period.label();
    match covers {
        Some(Coverage { first: Some(first), .. }) if period.start() < first.start() => {
            format!("; `{dataset}` begins with {}, so that none will come: a later baseline is needed", first.label())
        }
        Some(Coverage { last: Some(last), .. }) if period.end() > last.end() => {
            format!("; `{dataset}` ended with {}, so that none will come: an earlier baseline is needed", last.label())
        }
        Some(Coverage { first: Some(_), last: Some(_) }) => format!("; load {label}: {}", command(dataset)),
        _ => format!("; load {label}, if its publisher has it: {}", command(dataset)),
    }
}

/// The command that loads a dataset.
pub(super) fn command(dataset: &str) -> String {
    format!("`hub sync {dataset}` (with `--input FILE` where its files are downloaded by hand)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frameworks::{Baseline, Method, Standing, TargetKind};

    fn year(year: i32) -> Period {
        Period::parse(&format!("{year}-04-01/P1Y")).expect("a period")
    }

    fn said(status: Status, baseline: i32, held: &[i32], covers: Option<(i32, i32)>) -> String {
        let point = |of: &i32| Point { dataset: "ascof".into(), ..Point::bare(year(*of), 1.0) };
        let points: Vec<Point> = held.iter().map(point).collect();
        let judgement = Judgement {
            status,
            reason: String::new(),
            used: Vec::new(),
            method: Method { name: "increase", version: 2 },
            age_months: None,
            sensitivity: None,
            promise: true,
        };
        let baseline = Baseline { period: year(baseline), standing: Standing::Stated, why: None };
        let target = Target {
            id: "increase".into(),
            kind: TargetKind::Increase { baseline },
            standing: Standing::Stated,
            by: None,
            place_in_text: "p".into(),
        };
        let covers = covers.map(|(first, last)| Coverage { first: Some(year(first)), last: Some(year(last)) });
        after(&judgement, &target, &points, covers)
    }

    #[test]
    fn what_is_missing_is_loaded_or_will_never_come() {
        let unknown = Status::NotAssessable;
        assert_eq!(
            said(unknown, 2018, &[2020], Some((2015, 2022))),
            "; load 2018/19: `hub sync ascof` (with `--input FILE` where its files are downloaded by hand)"
        );
        assert!(said(unknown, 2018, &[2020], None).starts_with("; load 2018/19, if its publisher has it: "));
        assert_eq!(
            said(unknown, 2014, &[2020], Some((2015, 2022))),
            "; `ascof` begins with 2015/16, so that none will come: a later baseline is needed"
        );
        assert_eq!(
            said(unknown, 2022, &[2020, 2022], Some((2015, 2022))),
            "; `ascof` ended with 2022/23, so that none will come: an earlier baseline is needed"
        );
        assert_eq!(
            said(unknown, 2023, &[2020], Some((2015, 2022))),
            "; `ascof` ended with 2022/23, so that none will come: an earlier baseline is needed"
        );
        assert!(said(unknown, 2020, &[2020], Some((2015, 2022))).starts_with("; load newer figures: `hub sync ascof`"));
        // Both periods are there: something else is missing, and the reason names it.
        assert_eq!(said(unknown, 2018, &[2018, 2020], Some((2015, 2022))), "");
        assert_eq!(said(Status::Met, 2018, &[2020], Some((2015, 2022))), "");
        assert_eq!(said(unknown, 2018, &[], Some((2015, 2022))), "");
    }
}
