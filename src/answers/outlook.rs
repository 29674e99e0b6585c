//! The question `outlook`: which targets of a framework can be judged in its own places, and what to do about the others.
//!
//! The framework may be one that is not published yet. What its text and the reach of the datasets show is said in any case
//! ([`frameworks::outlook`]); what the figures show, where the hub holds any of the framework's measures: then the scorecard of
//! its own places is made, as anybody would get it.

use super::scorecard::{Part, Row, Scorecard, scorecard};
use super::{Refusal, Scope, Snapshot};
use crate::frameworks::{self, Framework, Lines, Mistake, Series, Status, Supply};
use crate::outcomes::Coverage;
use std::sync::Arc;

/// What is to be said of a framework before it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Every doubt with its line, in their order.
    pub doubts: Vec<Mistake>,
    /// Whether there were figures to look at.
    pub looked: bool,
}

/// Which targets of a framework, read from `text`, cannot be judged. `covers` says which periods a dataset can give that is
/// not published yet.
///
/// # Errors
/// When a place of the framework is not known, or the store fails.
pub async fn outlook(
    scope: &Scope,
    snapshot: &Snapshot,
    framework: &Arc<Framework>,
    text: &str,
    covers: &(dyn Fn(&str) -> Option<Coverage> + Sync),
) -> Result<Outlook, Refusal> {
    let supply = Known { snapshot, covers };
    let mut doubts = frameworks::outlook(framework, text, &supply);
    let series = framework.measures.iter().flat_map(|measure| &measure.series);
    let looked = series.into_iter().any(|series| supply.held(&series.indicator).next().is_some());
    if looked {
        let card = scorecard(scope, snapshot, Arc::clone(framework), &framework.places).await?;
        let lines = Lines::of(text);
        for row in &card.rows {
            doubts.extend(of_row(&card, row, &lines));
        }
    }
    doubts.sort();
    doubts.dedup();
    Ok(Outlook { doubts, looked })
}

/// What the figures of one measure show.
fn of_row(card: &Scorecard, row: &Row, lines: &Lines) -> Vec<Mistake> {
    let measure = &card.framework.measures[row.measure];
    let mut doubts = Vec::new();
    for (at, series) in measure.series.iter().enumerate() {
        let parts: Vec<(&str, &Part)> =
            card.places.iter().zip(&row.cells).map(|(place, cell)| (&*place.name, &cell.parts[at])).collect();
        let absent: Vec<_> = parts.iter().filter(|(_, part)| part.absence.is_some()).collect();
        if let Some((_, first)) = absent.first() {
            let names: Vec<&str> = absent.iter().map(|(name, _)| *name).collect();
            let reason = format!(
                "measure `{}` has no figure of `{}` for {}: {}",
                measure.id,
                series.indicator,
                names.join(", "),
                first.absence.as_deref().unwrap_or_default()
            );
            doubts.push(Mistake { line: lines.series(row.measure, at), reason });
        }
        for (of, target) in measure.targets.iter().enumerate() {
            let judged = parts.iter().filter(|(_, part)| part.absence.is_none());
            let judged: Vec<_> = judged.map(|(name, part)| (*name, &part.judgements[of])).collect();
            let not: Vec<_> = judged.iter().filter(|(_, own)| own.status == Status::NotAssessable).collect();
            let Some((_, first)) = not.first() else { continue };
            let names: Vec<&str> = not.iter().map(|(name, _)| *name).collect();
            let others = if not.len() > 1 { "; alike for the others" } else { "" };
            let reason = format!(
                "`{}` of measure `{}` cannot be judged by `{}` for {}: {}{others}",
                target.kind.as_str(),
                measure.id,
                series.indicator,
                names.join(", "),
                first.reason
            );
            doubts.push(Mistake { line: lines.target(row.measure, of), reason });
        }
    }
    doubts
}

/// Who supplies a series: the datasets that are published, and those from which the vocabulary takes it best.
struct Known<'a> {
    snapshot: &'a Snapshot,
    covers: &'a (dyn Fn(&str) -> Option<Coverage> + Sync),
}

impl Known<'_> {
    fn held(&self, indicator: &str) -> impl Iterator<Item = Arc<str>> {
        self.snapshot.catalogue().suppliers(self.snapshot.viewer(), indicator).into_iter()
    }
}

impl Supply for Known<'_> {
    fn suppliers(&self, series: &Series) -> Vec<(String, Option<Coverage>)> {
        let catalogue = self.snapshot.catalogue();
        let mut ids: Vec<String> = self.held(&series.indicator).map(|id| id.to_string()).collect();
        let preferred = catalogue.indicator(&series.indicator).map(|indicator| indicator.prefer.clone());
        ids.extend(preferred.unwrap_or_default());
        let mut seen = std::collections::BTreeSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        let covers = |id: &str| match catalogue.dataset(self.snapshot.viewer(), id) {
            Some(dataset) => dataset.covers,
            None => (self.covers)(id),
        };
        ids.into_iter().map(|id| (covers(&id), id)).map(|(covers, id)| (id, covers)).collect()
    }
}
