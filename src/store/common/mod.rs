//! What every engine says alike: errors, counts, a figure's two stored halves, rows that clash, names that were met,
//! the catalogues that stay in memory.

mod catalogue;
mod clash;
mod columns;
mod names;
mod raw;
mod words;

pub(super) use catalogue::{Kept, Opened, Texts, breakdown, in_order, reference_row};
pub(super) use clash::{Batch, clash, reference_clash};
pub(super) use columns::{content, figure_columns};
pub(super) use names::{Ids, Met, SliceKey, category};
pub(super) use raw::raw;
pub(super) use words::{Doing, LEFT, body, halves, signed, standing, unsigned};
