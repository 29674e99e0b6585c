//! What is said of a figure that is too old.

use crate::frameworks::Status;

/// What the reason says of a figure that is too old.
pub(super) fn clause(months: u32, most: u32, otherwise: Status) -> String {
    format!(
        "; its period ended {months} months before this answer, and a figure older than {most} months has no status: it would be \
         {}",
        otherwise.label().to_lowercase()
    )
}
