//! "Did you mean": the nearest of the known names.

/// `; did you mean …?` where one of the known names is near enough, otherwise nothing.
#[must_use]
pub fn did_you_mean<S: AsRef<str>>(text: &str, known: impl IntoIterator<Item = S>) -> String {
    nearest(text, known).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// The nearest of the known names, where one is near enough.
#[must_use]
pub fn nearest<S: AsRef<str>>(text: &str, known: impl IntoIterator<Item = S>) -> Option<String> {
    let text = text.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&text, &name.as_ref().to_lowercase()), name))
        .filter(|(nearness, _)| *nearness > 0.5)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name.as_ref().to_owned())
}

/// Whether a character has no shape of its own: a zero-width blank or joiner, a mark of direction or byte order, a soft
/// hyphen.
#[must_use]
pub const fn has_no_shape(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// A text with what cannot be seen in it written out: a no-break space is shown as `\u{a0}`. Plain blanks at an end are
/// written out too, since nobody sees those either.
#[must_use]
pub fn visible(text: &str) -> String {
    let inner = text.trim_matches(' ');
    let start = text.len() - text.trim_start_matches(' ').len();
    let written = |(at, letter): (usize, char)| {
        let at_an_end = letter == ' ' && (at < start || at >= start + inner.len());
        let hidden = letter.is_control() || has_no_shape(letter) || (letter.is_whitespace() && letter != ' ');
        if hidden || at_an_end { letter.escape_unicode().to_string() } else { letter.to_string() }
    };
    text.char_indices().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_nearest_or_nothing() {
        assert_eq!(
            did_you_mean("rereferal_percent", ["referral_count", "rereferral_percent"]),
            "; did you mean `rereferral_percent`?"
        );
        assert_eq!(did_you_mean("xyz", ["referral_count"]), "");
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(visible("E08000032\u{a0}"), "E08000032\\u{a0}");
        assert_eq!(visible(" E0800\u{200b}0032 "), "\\u{20}E0800\\u{200b}0032\\u{20}");
        assert_eq!(visible("St Helens, Ynys Môn"), "St Helens, Ynys Môn");
        assert_eq!(visible("  "), "\\u{20}\\u{20}");
    }
}
