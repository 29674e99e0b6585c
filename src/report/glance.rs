//! The text page's matrices: what the strategy states, what the hub proposes, and what is shown without a target, each by
//! itself.

use super::promise::{self, has};
use super::read;
use super::wrap::{cell, chars, end};
use crate::answers::scorecard::{Cell, Scorecard};
use crate::frameworks::{Measure, Standing};

/// A column of the matrix is no wider than this, nor narrower than the longest status.
const MOST: usize = 20;
const LEAST: usize = 14;

/// One matrix: its heading, and what it says of a measure in a place.
pub(super) struct Matrix {
    pub(super) heading: &'static str,
    /// Whether a measure stands in it.
    holds: fn(&Measure) -> bool,
    says: fn(&Measure, &Cell) -> &'static str,
}

/// All of them.
pub(super) const MATRICES: [Matrix; 3] = [
    Matrix {
        heading: "At a glance: what the strategy states",
        holds: |measure| has(measure, Standing::Stated),
        says: |measure, cell| match promise::stated(measure, cell) {
            // As wide as the column.
            promise::NO_PROMISE => "Not a promise",
            said => said,
        },
    },
    Matrix {
        heading: "At a glance: what the hub proposes, and the strategy does not state",
        holds: |measure| has(measure, Standing::Proposed),
        says: promise::proposed,
    },
    Matrix {
        heading: "At a glance: shown without a target",
        holds: |measure| measure.targets.is_empty(),
        says: |_, cell| if cell.parts.iter().all(|part| part.latest.is_none()) { "No figure" } else { "Figure below" },
    },
];

impl Matrix {
    /// The matrix with as many places beside each other as fit; `None` where no measure stands in it.
    pub(super) fn written(&self, card: &Scorecard, width: usize) -> Option<String> {
        if !read::measures(card).any(|(measure, _)| (self.holds)(measure)) {
            return None;
        }
        let mut out = String::new();
        let longest = card.places.iter().map(|place| chars(&place.name)).max().unwrap_or(LEAST);
        let column = longest.clamp(LEAST, MOST);
        let title = (width / 2).clamp(LEAST, 48).min(width - column - 2);
        let beside = ((width - title) / (column + 2)).max(1);
        for from in (0..card.places.len()).step_by(beside) {
            let places = card.places.iter().skip(from).take(beside);
            let head: Vec<String> = places.map(|place| cell(&place.name, column)).collect();
            if from > 0 {
                out.push('\n');
            }
            end(&mut out, &format!("{}  {}", cell("Measure", title), head.join("  ")));
            for (measure, row) in read::measures(card).filter(|(measure, _)| (self.holds)(measure)) {
                let cells = row.cells.iter().skip(from).take(beside);
                let said: Vec<String> = cells.map(|one| cell((self.says)(measure, one), column)).collect();
                let name = cell(&format!("{}. {}", measure.id, measure.title), title);
                end(&mut out, &format!("{name}  {}", said.join("  ")));
            }
        }
        Some(out)
    }
}
