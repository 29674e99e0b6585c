//! The text of a file with its lines, and the mistakes found in it so far.

use super::{Known, Mistake};
use std::cell::RefCell;

/// A file that is being read.
pub(super) struct Page<'a> {
    /// The byte at which each line begins.
    starts: Vec<usize>,
    known: Option<&'a dyn Known>,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'a> Page<'a> {
    pub(super) fn new(text: &str, known: Option<&'a dyn Known>) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(after_breaks).collect(), known, mistakes: RefCell::default() }
    }

    /// The line, counted from 1, that a byte stands on.
    pub(super) fn line_at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    /// What the hub knows; `None` where the text is read by itself.
    pub(super) fn known(&self) -> Option<&'a dyn Known> {
        self.known
    }

    pub(super) fn mistake(&self, line: usize, reason: String) {
        self.mistakes.borrow_mut().push(Mistake { line, reason });
    }

    /// The mistakes in the order of the lines; `None` where there are none.
    pub(super) fn into_mistakes(self) -> Option<Vec<Mistake>> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort();
        mistakes.dedup();
        Some(mistakes).filter(|mistakes| !mistakes.is_empty())
    }
}
