//! What one request may cost, and what it has cost so far.

use super::Refusal;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one request may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Statements sent to the store; the look-up of the newest release is not counted.
    pub statements: usize,
    /// Figures read from the store.
    pub figures: usize,
    /// Items put into lists that are made from memory: places, links, members, rows.
    pub items: usize,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { statements: 60, figures: usize::MAX, items: usize::MAX }
    }
}

/// What one request has cost so far. Every read of the store and every list spends it.
#[derive(Debug, Default)]
pub struct Budget {
    allowance: Allowance,
    statements: AtomicUsize,
    figures: AtomicUsize,
    items: AtomicUsize,
}

impl Budget {
    /// A fresh budget.
    #[must_use]
    pub fn new(allowance: Allowance) -> Self {
        Self { allowance, ..Self::default() }
    }

    /// Spends one statement.
    ///
    /// # Errors
    /// When the allowance is used up.
    pub fn statement(&self) -> Result<(), Refusal> {
        let allowed = self.allowance.statements;
        spend(&self.statements, 1, allowed, || {
            format!(
                "the question needs more than {allowed} reads of the store: ask for fewer runs, releases or lists at once"
            )
        })
    }

    /// Spends figures that were read.
    ///
    /// # Errors
    /// When the allowance is used up.
    pub fn figures(&self, read: usize) -> Result<(), Refusal> {
        let allowed = self.allowance.figures;
        spend(&self.figures, read, allowed, || {
            format!(
                "the question reads more than {allowed} figures: ask for fewer indicators, places or periods at once"
            )
        })
    }

    /// Spends items of a list.
    ///
    /// # Errors
    /// When the allowance is used up.
    pub fn items(&self, listed: usize) -> Result<(), Refusal> {
        let allowed = self.allowance.items;
        spend(&self.items, listed, allowed, || {
            format!("the answer lists more than {allowed} items: ask for fewer places or fields at once")
        })
    }

    /// What has been spent so far: statements, figures and items.
    #[must_use]
    pub fn spent(&self) -> Allowance {
        let of = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        Allowance { statements: of(&self.statements), figures: of(&self.figures), items: of(&self.items) }
    }
}

fn spend(counter: &AtomicUsize, by: usize, allowed: usize, why: impl FnOnce() -> String) -> Result<(), Refusal> {
    let before = counter.fetch_add(by, Ordering::Relaxed);
    if before.saturating_add(by) > allowed { Err(Refusal::limit(why())) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_up_is_refused_and_named() {
        let budget = Budget::new(Allowance { statements: 2, figures: 10, items: 3 });
        assert!(budget.statement().is_ok() && budget.statement().is_ok());
        assert!(budget.statement().expect_err("used up").message.contains("more than 2 reads"));
        assert!(budget.figures(10).is_ok() && budget.figures(1).is_err());
        assert!(budget.items(3).is_ok() && budget.items(1).is_err());
        assert_eq!(budget.spent(), Allowance { statements: 3, figures: 11, items: 4 });
    }
}
