//! Statistical disclosure control: what may be shown of counts of people.

mod attacker;
mod secondary;
mod small_numbers;
mod table;

pub use attacker::{Interval, attacker_interval};
pub use secondary::{NotProtected, Suppression, suppress};
pub use small_numbers::{NotACount, Shown, SmallNumbers};
pub use table::{Cell, NotATable, Table};
