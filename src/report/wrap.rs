//! Text broken into lines.

/// Appends the text to `out` in lines of at most `width` characters, the first begun with `first` and the others with
/// `rest`. A word that is longer than a line gets a line of its own; control characters are left out, so that no
/// publisher's text moves a terminal's cursor.
pub(super) fn put(out: &mut String, first: &str, rest: &str, width: usize, text: &str) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        let word: String = word.chars().filter(|letter| !letter.is_control()).collect();
        let gap = usize::from(!empty);
        if !empty && chars(&line) + gap + chars(&word) > width {
            end(out, &line);
            line = rest.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    end(out, &line);
}

/// The text in one line of exactly `width` characters, cut with `…` where it is longer.
pub(super) fn cell(text: &str, width: usize) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    let long = chars(&text);
    if long <= width {
        return format!("{text}{}", " ".repeat(width - long));
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    cell(&format!("{}…", kept.trim_end()), width)
}

/// How many characters a text has.
pub(super) fn chars(text: &str) -> usize {
    text.chars().count()
}

/// Ends a line, without blanks before its end.
pub(super) fn end(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_word_stands_alone_and_the_rest_is_indented() {
        let mut out = String::new();
        put(&mut out, "- ", "  ", 10, "one two a-very-long-word three");
        assert_eq!(out, "- one two\n  a-very-long-word\n  three\n");
    }

    #[test]
    fn an_escape_sequence_does_not_reach_the_terminal() {
        let mut out = String::new();
        put(&mut out, "", "", 40, "red \u{1b}[31m\u{7} alert\nand more");
        assert_eq!(out, "red [31m alert and more\n");
    }

    #[test]
    fn what_does_not_fit_a_cell_is_cut_visibly() {
        assert_eq!(cell("Liverpool", 12), "Liverpool   ");
        assert_eq!(cell("Bath and North East Somerset", 9), "Bath and…");
    }

    proptest! {
        #[test]
        fn lines_keep_to_the_width_and_every_word_is_kept(text in "([a-z]{1,12} ){0,40}", width in 20usize..80) {
            let mut out = String::new();
            put(&mut out, "- ", "  ", width, &text);
            prop_assert!(out.lines().all(|line| chars(line) <= width));
            let kept: Vec<&str> = out.strip_prefix("-").unwrap_or(&out).split_whitespace().collect();
            prop_assert_eq!(kept, text.split_whitespace().collect::<Vec<_>>());
        }
    }
}
