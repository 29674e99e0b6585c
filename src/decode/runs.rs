//! A cell's text in runs of their own look: raised, lowered and struck-out letters are no letters like the others.

use crate::outcomes::{Unread, UnreadRule};
use std::borrow::Cow;

/// How much of a text is shown in a message.
const SHOWN: usize = 40;

/// Where letters stand on their line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Level {
    #[default]
    Line,
    Super,
    Sub,
}

/// How letters look, as far as it tells what they mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub level: Level,
    pub struck: bool,
}

/// What a cell shows beside a plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The text can be read, and without its look it would be another figure.
    Raised(String),
    /// The cell cannot be read as a text.
    Unreadable(String),
}

/// A cell as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen<'a> {
    pub text: Cow<'a, str>,
    pub trouble: Option<Cow<'a, Trouble>>,
}

impl<'a> Seen<'a> {
    pub fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), trouble: None }
    }

    /// A cell that cannot be read: its text carries why, so that nothing takes it for a figure, a code, a period or a note,
    /// and whatever row it reaches is rejected.
    pub fn unreadable(why: &str) -> Self {
        let unread = Unread { rule: UnreadRule::Cell, text: String::new(), why: why.to_owned() };
        Self { text: unread.carried().into(), trouble: Some(Cow::Owned(Trouble::Unreadable(why.to_owned()))) }
    }
}

/// A text that is put together of runs.
#[derive(Debug, Default)]
pub(super) struct Runs {
    text: String,
    /// The look of each part of the text, and where it begins; parts of one look are one.
    parts: Vec<(usize, Look)>,
}

impl Runs {
    pub fn push(&mut self, text: &str, look: Look) {
        if text.is_empty() {
            return;
        }
        // The look of blanks is nothing that a person sees.
        let look =
            if text.trim().is_empty() { self.parts.last().map_or(Look::default(), |(_, look)| *look) } else { look };
        if self.parts.last().is_none_or(|(_, last)| *last != look) {
            self.parts.push((self.text.len(), look));
        }
        self.text.push_str(text);
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// The text as a person sees it.
    pub fn finish(self) -> Seen<'static> {
        if self.parts.iter().all(|(_, look)| *look == Look::default()) {
            return Seen::plain(self.text);
        }
        let ends = self.parts.iter().skip(1).map(|(start, _)| *start).chain([self.text.len()]);
        let (mut text, mut told) = (String::new(), None);
        for ((start, look), end) in self.parts.iter().zip(ends) {
            let part = &self.text[*start..end];
            let before = &self.text[..*start];
            if look.struck {
                return Seen::unreadable(&format!("the text `{}` is struck out", cut(part)));
            }
            if look.level == Level::Line {
                text.push_str(part);
                continue;
            }
            let name = if look.level == Level::Super { "superscript" } else { "subscript" };
            let said = if before.trim().is_empty() {
                format!("the text begins with a {name} `{}`", cut(part))
            } else {
                format!("the text `{}` is followed by a {name} `{}`", cut(before), cut(part))
            };
            let Some(letters) = part.chars().map(|letter| on_level(letter, look.level)).collect::<Option<String>>()
            else {
                return Seen::unreadable(&said);
            };
            if before.ends_with(|letter: char| letter.is_ascii_digit())
                || self.text[end..].starts_with(|letter: char| letter.is_ascii_digit())
            {
                told.get_or_insert(said);
            }
            text.push_str(&letters);
        }
        let trouble = told.map(|said| Cow::Owned(Trouble::Raised(format!("{said}, read as `{}`", cut(&text)))));
        Seen { text: text.into(), trouble }
    }
}

/// The end of a text, for a message.
fn cut(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let letters = text.chars().count();
    if letters <= SHOWN {
        text.into()
    } else {
        format!("…{}", text.chars().skip(letters - SHOWN).collect::<String>()).into()
    }
}

const SUPER: [(&str, &str); 2] =
    [("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"), ("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")];
const SUB: [(&str, &str); 1] = [("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")];

/// A letter as Unicode has it above or below the line; none where it has none.
fn on_level(letter: char, level: Level) -> Option<char> {
    let tables: &[(&str, &str)] = match level {
        Level::Line => return Some(letter),
        Level::Super => &SUPER,
        Level::Sub => &SUB,
    };
    if letter.is_whitespace() || "¹²³".contains(letter) && level == Level::Super {
        return Some(letter);
    }
    tables.iter().find_map(|(plain, raised)| {
        plain.chars().zip(raised.chars()).find(|(plain, _)| *plain == letter).map(|(_, raised)| raised)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::tests::said;

    const RAISED: Look = Look { level: Level::Super, struck: false };

    fn seen(runs: &[(&str, Look)]) -> Seen<'static> {
        let mut all = Runs::default();
        for (text, look) in runs {
            all.push(text, *look);
        }
        all.finish()
    }

    #[test]
    fn a_raised_number_is_no_part_of_the_figure() {
        let read = seen(&[("245", Look::default()), ("1", RAISED)]);
        assert_eq!(read.text, "245¹");
        let trouble = read.trouble.expect("told").into_owned();
        assert_eq!(trouble, Trouble::Raised("the text `245` is followed by a superscript `1`, read as `245¹`".into()));
        assert_eq!(seen(&[("1", RAISED), ("245", Look::default())]).text, "¹245");
        let sub = Look { level: Level::Sub, struck: false };
        assert_eq!(seen(&[("CO", Look::default()), ("2", sub)]), Seen::plain("CO₂"));
        assert_eq!(
            seen(&[("m", Look::default()), ("2", RAISED), (" of land", Look::default())]),
            Seen::plain("m² of land")
        );
    }

    #[test]
    fn what_cannot_be_written_is_unreadable() {
        let read = seen(&[("12", Look::default()), ("*", RAISED)]);
        assert_eq!(said(&read.text), "unreadable: the text `12` is followed by a superscript `*`");
        let struck = Look { struck: true, ..Look::default() };
        assert_eq!(
            said(&seen(&[("12", struck), (" 13", Look::default())]).text),
            "unreadable: the text `12` is struck out"
        );
        // A blank that is struck or raised is a blank.
        assert_eq!(seen(&[("12", Look::default()), (" ", struck), (" ", RAISED)]), Seen::plain("12  "));
        assert_eq!(seen(&[]), Seen::plain(""));
    }
}
