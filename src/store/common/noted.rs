//! A figure's note and the other places of a figure that is of several places together, as one text.
//!
//! Both are texts that recur over many figures, so that they are kept once, in the table `note`. A row of it holds the note;
//! where the figure is of several places, a unit separator (U+001F) and the codes of the others follow. So a figure of one
//! place is stored, compared, copied and hashed as it always was, and a figure needs no further column, which the key of
//! Postgres would have to cover.

use crate::outcomes::CombinedWith;
use std::sync::Arc;

const SEPARATOR: char = '\u{1f}';

/// A note as it is read.
pub(super) type Noted = (Option<Arc<str>>, Option<CombinedWith>);

/// The text that is stored; `None` where there is nothing to store.
pub(in crate::store) fn stored(note: Option<&Arc<str>>, with: Option<&CombinedWith>) -> Option<Arc<str>> {
    match (note, with) {
        (None, None) => None,
        // A publisher's own separator would be read as ours.
        (Some(note), None) if note.contains(SEPARATOR) => Some(note.replace(SEPARATOR, " ").into()),
        (Some(note), None) => Some(Arc::clone(note)),
        (note, Some(with)) => {
            let note = note.map(|note| note.replace(SEPARATOR, " ")).unwrap_or_default();
            Some(format!("{note}{SEPARATOR}{}", with.as_str()).into())
        }
    }
}

/// A stored text's note and other places.
pub(in crate::store) fn read(text: &str) -> Noted {
    match text.split_once(SEPARATOR) {
        None => (Some(text.into()), None),
        Some((note, codes)) => ((!note.is_empty()).then(|| note.into()), CombinedWith::read(codes, "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_stored_reads_back(
            note in proptest::option::of("[a-zA-Z ,;\n]{1,20}"),
            codes in proptest::option::of("E0[0-9]{7}( E0[0-9]{7}){0,2}"),
        ) {
            let note: Option<Arc<str>> = note.map(Into::into);
            let with = codes.and_then(|codes| CombinedWith::read(&codes, ""));
            let text = stored(note.as_ref(), with.as_ref());
            if with.is_none() {
                prop_assert_eq!(&text, &note, "a figure of one place is stored as it always was");
            }
            prop_assert_eq!(text.map_or((None, None), |text| read(&text)), (note, with));
        }
    }

    #[test]
    fn a_note_never_names_places_by_itself() {
        let note: Arc<str> = "of\u{1f}E06000053".into();
        let text = stored(Some(&note), None).expect("a text");
        assert_eq!(read(&text), (Some("of E06000053".into()), None));
    }
}
