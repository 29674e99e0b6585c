//! Texts as a publisher writes them: what cannot be seen around them, and in them.

use std::borrow::Cow;

/// Whether a character takes no room or only a blank's: a no-break space, a zero-width space, a byte order mark.
fn is_invisible(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The text without what cannot be seen before and after it. For codes, labels and figures, where nothing invisible means
/// anything.
#[must_use]
pub fn bare(text: &str) -> &str {
    text.trim_matches(is_invisible)
}

/// The text for a message: what cannot be seen in it is written as its number, `E08\u{a0}000032`. A plain blank stays.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    let hidden = |letter: char| letter != ' ' && (is_invisible(letter) || letter.is_control());
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if hidden(letter) { out.extend(letter.escape_unicode()) } else { out.push(letter) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_taken_off_the_ends_and_shown_inside() {
        for text in ["12\u{200b}", "\u{feff}12", " 12\u{a0}", "12\u{202f}\t", "\u{2060}12"] {
            assert_eq!(bare(text), "12", "{text:?}");
        }
        assert_eq!(bare("a b"), "a b");
        assert_eq!(shown("E08\u{a0}000032"), "E08\\u{a0}000032");
        assert_eq!(shown("two\nlines\u{200b}"), "two\\u{a}lines\\u{200b}");
        assert_eq!(shown("Jul 2019 – 20 é"), "Jul 2019 – 20 é");
    }
}
