//! Which targets of a framework can never be judged, as far as its text and the reach of the datasets show it.
//!
//! A doubt is no mistake: what a strategy states is published as it states it. But a board that reads "not assessable" for
//! ever is told here why, and what to do.

use super::{Framework, Lines, Measure, Mistake, Series, Target};
use crate::outcomes::{Coverage, Period};

/// Who gives the figures of a series.
pub trait Supply {
    /// The datasets that give the series, or would if they were loaded, the preferred one first, each with the periods that
    /// it can give at most.
    fn suppliers(&self, series: &Series) -> Vec<(String, Option<Coverage>)>;
}

/// Every doubt about a framework that was read from `text`, in the order of the lines.
#[must_use]
pub fn outlook(framework: &Framework, text: &str, supply: &dyn Supply) -> Vec<Mistake> {
    let lines = Lines::of(text);
    let mut doubts = Vec::new();
    for (at, measure) in framework.measures.iter().enumerate() {
        for (of, target) in measure.targets.iter().enumerate() {
            let place = (at, of);
            doubts.extend(itself(framework, target).map(|why| (lines.comparator(at, of), why)));
            for series in &measure.series {
                let reach = Reach::of(&supply.suppliers(series));
                let found = reach.doubt(framework, measure, series, target);
                doubts.extend(found.map(|(part, why)| (part.line(&lines, place), why)));
            }
        }
    }
    for (at, context) in framework.context.iter().enumerate() {
        if let Some(whole) = context.exceeds() {
            let reason = format!(
                "`{}` ({}) is larger than its whole, {} ({}, {}): one of the two is wrong or counts something else; ask who \
                 wrote it, and quote it with this remark",
                context.id, context.value, whole.value, whole.title, whole.source
            );
            doubts.push((lines.context(at), reason));
        }
    }
    doubts.sort();
    doubts.dedup();
    doubts.into_iter().map(|(line, reason)| Mistake { line, reason }).collect()
}

/// The part of a target that a doubt is about.
enum About {
    Target,
    Baseline,
    By,
}

impl About {
    fn line(&self, lines: &Lines, (measure, target): (usize, usize)) -> usize {
        match self {
            Self::Target => lines.target(measure, target),
            Self::Baseline => lines.baseline(measure, target),
            Self::By => lines.by(measure, target),
        }
    }
}

/// Places of the framework that are the only ones with which a target compares them.
fn itself(framework: &Framework, target: &Target) -> Option<String> {
    let super::TargetKind::CloseGap { comparator, .. } = &target.kind else { return None };
    let own = framework.places.iter().filter(|place| comparator.places.iter().all(|other| other == *place));
    let own: Vec<&str> = own.map(String::as_str).collect();
    (!own.is_empty()).then(|| {
        format!(
            "{} is a place of the framework and its own comparator: its gap to itself is never judged; name another \
             comparator, or leave the place out",
            own.join(", ")
        )
    })
}

/// What all suppliers of a series can give together.
struct Reach {
    /// The first period, where every supplier says which is its first, with the supplier.
    first: Option<(String, Period)>,
    /// The last period, where the series of every supplier ended.
    last: Option<(String, Period)>,
}

impl Reach {
    fn of(suppliers: &[(String, Option<Coverage>)]) -> Self {
        let all = |of: fn(Coverage) -> Option<Period>| -> Option<Vec<(String, Period)>> {
            suppliers.iter().map(|(id, covers)| Some((id.clone(), covers.and_then(of)?))).collect()
        };
        Self {
            first: all(|covers| covers.first).and_then(|all| all.into_iter().min_by_key(|(_, period)| period.start())),
            last: all(|covers| covers.last).and_then(|all| all.into_iter().max_by_key(|(_, period)| period.end())),
        }
    }

    /// The first reason why a target of the series can never be judged.
    fn doubt(
        &self,
        framework: &Framework,
        measure: &Measure,
        series: &Series,
        target: &Target,
    ) -> Option<(About, String)> {
        let indicator = &series.indicator;
        let baseline = target.kind.baseline().map(|baseline| baseline.period);
        let kind = target.kind.as_str();
        if let (Some((dataset, first)), Some(baseline)) = (&self.first, baseline)
            && baseline.start() < first.start()
        {
            let (from, label) = (first.label(), baseline.label());
            return Some((
                About::Baseline,
                format!(
                    "`{kind}` of measure `{}` counts from {label}, and `{indicator}` begins with {from} (`{dataset}`): no \
                     figure of the baseline will ever come; choose a later baseline",
                    measure.id
                ),
            ));
        }
        let (dataset, last) = self.last.as_ref()?;
        let to = last.label();
        if let Some(baseline) = baseline.filter(|baseline| baseline.end() >= last.end()) {
            let label = baseline.label();
            return Some((
                About::Baseline,
                format!(
                    "`{kind}` of measure `{}` counts from {label}, and `{indicator}` ended with {to} (`{dataset}`): no newer \
                     figure will ever come; choose an earlier baseline, another series, or no target",
                    measure.id
                ),
            ));
        }
        if let Some(from) = framework.valid_from.filter(|from| *from > last.end()) {
            return Some((
                About::Target,
                format!(
                    "`{kind}` of measure `{}` would be judged by {to} at the latest, when `{indicator}` ended (`{dataset}`), \
                     and the framework begins on {from}: no figure of its time will ever come; choose another series, or no \
                     target",
                    measure.id
                ),
            ));
        }
        let by = target.by.filter(|by| *by > last.end())?;
        Some((
            About::By,
            format!(
                "`{kind}` of measure `{}` is to be reached by {by}, and `{indicator}` ended with {to} (`{dataset}`): whether \
                 it is reached will never be known; choose another series",
                measure.id
            ),
        ))
    }
}

#[cfg(test)]
mod tests;
