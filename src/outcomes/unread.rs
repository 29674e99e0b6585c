//! A text that an SQL function could not read: it keeps why, wherever the SQL carries it, so that its row is rejected.

/// Which rule such a text breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadRule {
    /// `the_one` met two values.
    TwoValues,
    /// `flagged` met a number beside a flag that contradicts it or is not known.
    Flag,
    /// `period` or `snapshot` met a label of another kind.
    Label,
    /// `area` met a name or code that no place has.
    UnknownArea,
    /// `area` met a name or code that several places have.
    AmbiguousArea,
    /// A function met a text that is no JSON.
    Json,
    /// A workbook's cell shows something else than it holds. Its text is empty.
    Cell,
}

impl UnreadRule {
    const ALL: [(char, Self); 7] = [
        ('2', Self::TwoValues),
        ('f', Self::Flag),
        ('l', Self::Label),
        ('u', Self::UnknownArea),
        ('a', Self::AmbiguousArea),
        ('j', Self::Json),
        ('c', Self::Cell),
    ];

    /// The row rule's id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::TwoValues => "two-values",
            Self::Flag => "unreadable-figure",
            Self::Label => "malformed-period",
            Self::UnknownArea => "unknown-area",
            Self::AmbiguousArea => "ambiguous-area",
            Self::Json => "malformed-json",
            Self::Cell => "unreadable-cell",
        }
    }
}

/// What could not be read, and why. It travels as a text between characters that no publisher's text has, so that SQL
/// which trims, joins or lowers it carries it on, and no comparison takes it for a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The rule.
    pub rule: UnreadRule,
    /// The publisher's text.
    pub text: String,
    /// One sentence.
    pub why: String,
}

const BEGIN: char = '\u{e000}';
const BETWEEN: char = '\u{e001}';
const END: char = '\u{e002}';

impl Unread {
    /// Whether a text holds one.
    #[must_use]
    pub fn is_in(text: &str) -> bool {
        text.contains(BEGIN)
    }

    /// As a text for the SQL to carry on.
    #[must_use]
    pub fn carried(&self) -> String {
        let rule = UnreadRule::ALL.into_iter().find(|(_, rule)| *rule == self.rule).map_or('l', |(letter, _)| letter);
        // One that holds another keeps the first reason only.
        let plain = |text: &str| text.replace([BEGIN, BETWEEN, END], " ");
        format!("{BEGIN}{rule}{}{BETWEEN}{}{END}", plain(&self.text), plain(&self.why))
    }

    /// The one that a text holds. What the SQL cut off is left out.
    #[must_use]
    pub fn within(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once(BEGIN)?;
        let rest = rest.split(END).next().unwrap_or(rest);
        let letter = rest.chars().next();
        let known = UnreadRule::ALL.into_iter().find(|(known, _)| Some(*known) == letter);
        // A file's own use of such a character is no value either: the row is rejected as one that has two.
        let rule = known.map_or(UnreadRule::TwoValues, |(_, rule)| rule);
        let rest = if known.is_some() { &rest[1..] } else { rest };
        let (text, why) = rest.split_once(BETWEEN).unwrap_or((rest, "the text holds a character of private use"));
        Some(Self { rule, text: text.to_owned(), why: why.to_owned() })
    }

    /// The text as a person is to see it: the publisher's own words where it holds one.
    #[must_use]
    pub fn plain(text: &str) -> String {
        Self::within(text).map_or_else(|| text.to_owned(), |unread| unread.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_back_whatever_the_sql_did_around_it() {
        let unread = Unread { rule: UnreadRule::TwoValues, text: "a | b".into(), why: "two values".into() };
        let carried = unread.carried();
        for text in [carried.clone(), format!("x {carried} y"), carried.to_lowercase(), carried.trim().to_owned()] {
            assert_eq!(Unread::within(&text).as_ref(), Some(&unread), "{text:?}");
        }
        assert_eq!(Unread::within("plain"), None);
        assert_eq!(Unread::plain(&carried), "a | b");
        assert_eq!(Unread::within("\u{e000}é").map(|unread| unread.rule), Some(UnreadRule::TwoValues));
        let nested = Unread { rule: UnreadRule::Label, text: carried, why: "no year".into() };
        assert_eq!(Unread::within(&nested.carried()).map(|unread| unread.rule), Some(UnreadRule::Label));
    }
}
