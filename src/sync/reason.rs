//! Why a dataset ended, or why figures were forgotten, as a person gives it.

/// A longer reason is no reason but a document.
pub(super) const LONGEST: usize = 1_000;

/// A reason without the blanks around it; `None` where it says nothing, or too much.
pub(super) fn reason(text: &str) -> Option<&str> {
    let reason = text.trim();
    (!reason.is_empty() && reason.chars().count() <= LONGEST).then_some(reason)
}
