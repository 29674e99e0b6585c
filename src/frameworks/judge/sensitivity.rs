//! Whether a status hangs on the baseline that the hub chose.

use super::by_method;
use super::words::listed;
use crate::frameworks::{Evidence, Point, Standing, Status, Target, TargetKind};
use crate::outcomes::Period;
use std::collections::BTreeMap;

/// At most so many other baselines are tried, the nearest to the chosen one first.
const MOST: usize = 8;

/// `with 2018/19 or 2020/21 as the baseline it would be improving`: where the baseline is the hub's own choice and other
/// figures of the series, older than the current one, would give another status. `None` where none would, and where the
/// strategy names the baseline.
pub(super) fn of(target: &Target, evidence: &Evidence<'_>, rounding: f64, status: Status) -> Option<String> {
    let baseline = target.kind.baseline().filter(|baseline| baseline.standing == Standing::Proposed)?;
    let (newest, older) = evidence.points.split_last()?;
    let may_be = |point: &&Point| {
        point.number().is_some()
            && point.period != baseline.period
            && point.period < newest.period
            && target.by.is_none_or(|by| point.period.end() < by)
    };
    let mut others: Vec<Period> = older.iter().filter(may_be).map(|point| point.period).collect();
    others.sort_by_key(|period| (period.start() - baseline.period.start()).num_days().abs());
    others.truncate(MOST);
    others.sort_unstable();
    let mut by_status: BTreeMap<Status, Vec<String>> = BTreeMap::new();
    for period in others {
        let (other, ..) = by_method(&with(target, period), evidence, rounding);
        // A baseline that says nothing is no other answer.
        if other != status && other != Status::NotAssessable {
            by_status.entry(other).or_default().push(period.label());
        }
    }
    let said: Vec<String> = by_status
        .iter()
        .map(|(status, labels)| {
            let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
            let years = listed(&labels).replace(" and ", " or ");
            format!("with {years} as the baseline it would be {}", status.label().to_lowercase())
        })
        .collect();
    if said.is_empty() { None } else { Some(said.join("; ")) }
}

/// The same target with another baseline.
fn with(target: &Target, period: Period) -> Target {
    let mut other = target.clone();
    match &mut other.kind {
        TargetKind::Increase { baseline }
        | TargetKind::Reduce { baseline }
        | TargetKind::CloseGap { baseline, .. }
        | TargetKind::CloseGapBetween { baseline, .. }
        | TargetKind::MoveUpQuartile { baseline }
        | TargetKind::Maintain { baseline }
        | TargetKind::AtOrBelow { baseline: Some(baseline), .. }
        | TargetKind::AtOrAbove { baseline: Some(baseline), .. } => {
            baseline.period = period;
        }
        TargetKind::AtOrBelow { baseline: None, .. }
        | TargetKind::AtOrAbove { baseline: None, .. }
        | TargetKind::InLineWith { .. } => {}
    }
    other
}
