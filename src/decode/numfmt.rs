//! Number formats: what a person sees of a cell's number.
//!
//! A format has up to four sections, of which the number chooses one: by conditions of their own, or as above, below and equal
//! to zero. A section may show the number, another number (a percentage, thousands), only letters, or nothing.

use std::cmp::Ordering;
use std::fmt::Write as _;

/// What a person sees of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The number, perhaps rounded.
    Number,
    /// With zeros in front, so many digits in all.
    Padded(usize),
    /// A hundred times the number, and a percent sign.
    Percent,
    /// The number, and a percent sign that belongs to the format.
    WithPercentSign,
    /// A day or a moment.
    Date,
    /// Hours, minutes and seconds that have passed.
    Elapsed,
    /// Only these letters.
    Letters(String),
    /// Something else, in words that say nothing of the number.
    Other(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

impl Comparison {
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::GreaterOrEqual => ">=",
            Self::Greater => ">",
        }
    }

    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::LessOrEqual => value <= limit,
            Self::Equal => value.partial_cmp(&limit).is_some_and(Ordering::is_eq),
            Self::NotEqual => value.partial_cmp(&limit).is_none_or(Ordering::is_ne),
            Self::GreaterOrEqual => value >= limit,
            Self::Greater => value > limit,
        }
    }
}

pub(super) type Condition = (Comparison, f64);

/// What a section is made of.
#[expect(clippy::struct_excessive_bools, reason = "each says whether one of the signs of a format stands in it")]
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Section {
    pub condition: Option<Condition>,
    /// Letters before, between and after the digits.
    pub before: String,
    pub between: String,
    pub after: String,
    pub digits: bool,
    /// Zeros that stand before the decimal point, and whether anything follows it.
    pub zeros: usize,
    pub decimals: bool,
    pub grouped: bool,
    /// How often it divides by a thousand.
    pub thousands: u32,
    pub percents: u32,
    pub exponent: bool,
    pub general: bool,
    pub text: bool,
    pub date: bool,
    pub elapsed: bool,
    pub coloured: bool,
    pub white: bool,
}

/// A number format.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NumberFormat {
    /// As its file has it, to be named.
    pub code: String,
    pub sections: Vec<Section>,
    /// What is shown of a text.
    pub text: Option<Section>,
}

impl NumberFormat {
    /// The format of a cell that has none.
    pub fn general() -> Self {
        let section = Section { general: true, ..Section::default() };
        Self { code: "General".into(), sections: vec![section], text: None }
    }

    /// The format that Excel knows by this number.
    pub fn built_in(number: u32) -> Self {
        Self::parse(match number {
            1 => "0",
            2 => "0.00",
            3 => "#,##0",
            4 => "#,##0.00",
            9 => "0%",
            10 => "0.00%",
            11 => "0.00E+00",
            12 => "# ?/?",
            13 => "# ??/??",
            14..=17 | 27..=31 | 36 | 50..=54 | 57..=58 => "yyyy-mm-dd",
            18..=21 | 32..=35 | 55..=56 => "h:mm:ss",
            22 => "yyyy-mm-dd h:mm",
            37 | 38 => "#,##0;(#,##0)",
            39 | 40 => "#,##0.00;(#,##0.00)",
            41 | 42 => "_-* #,##0_-;-* #,##0_-;_-* \"-\"_-;_-@_-",
            43 | 44 => "_-* #,##0.00_-;-* #,##0.00_-;_-* \"-\"??_-;_-@_-",
            45 => "mm:ss",
            46 => "[h]:mm:ss",
            47 => "mm:ss.0",
            48 => "##0.0E+0",
            _ => return Self::general(),
        })
    }

    /// Reads a format's code.
    pub fn parse(code: &str) -> Self {
        if code.is_empty() {
            return Self::general();
        }
        let mut sections: Vec<Section> = split(code).into_iter().map(section).collect();
        let last_is_text = sections.last().is_some_and(|last| last.text && !last.digits && !last.general);
        let text = if sections.len() > 3 || (sections.len() > 1 && last_is_text) { sections.pop() } else { None };
        sections.truncate(3);
        Self { code: code.to_owned(), sections, text }
    }

    /// What a person sees of a number.
    pub fn of(&self, value: f64) -> Shown {
        let Some(index) = self.choose(value) else {
            return self.other("shows none of its digits");
        };
        let section = &self.sections[index];
        if section.elapsed {
            return Shown::Elapsed;
        }
        if section.date {
            return Shown::Date;
        }
        if section.digits || section.general || section.text {
            return self.of_digits(section, self.hides_sign(index) && value < 0.0, value);
        }
        let letters = section.before.trim();
        if letters.is_empty() {
            return self.other("shows nothing of what it holds");
        }
        // Excel's own formats for money show nothing as a dash.
        // In a format with conditions a dash may stand for other numbers too.
        let is_zeros = self.sections.iter().all(|section| section.condition.is_none());
        if value == 0.0 && is_zeros && letters.chars().all(|letter| matches!(letter, '-' | '–')) {
            return Shown::Number;
        }
        Shown::Letters(letters.to_owned())
    }

    /// What is wrong with showing a text in this format, if anything.
    pub fn of_text(&self) -> Option<String> {
        let section = match &self.text {
            Some(section) => section,
            None => self.sections.first().filter(|section| section.text && self.sections.len() == 1)?,
        };
        if !section.text {
            return Some(format!("its format `{}` does not show the text that it holds", self.code));
        }
        let added = format!("{}{}", section.before, section.after);
        harmful(&added).map(|letters| format!("its format `{}` adds `{letters}` to the text", self.code))
    }

    fn other(&self, what: &str) -> Shown {
        Shown::Other(format!("its format `{}` {what}", self.code))
    }

    /// The section that shows a number.
    fn choose(&self, value: f64) -> Option<usize> {
        let all = &self.sections;
        if all.iter().any(|section| section.condition.is_some()) {
            let last = all.len() - 1;
            return all.iter().enumerate().position(|(index, section)| match section.condition {
                Some((comparison, limit)) => comparison.holds(value, limit),
                // One without a condition is the rest; of two, the first is what is below zero.
                None => index == last || value < 0.0,
            });
        }
        match all.len() {
            0 => None,
            1 => Some(0),
            2 => Some(usize::from(value < 0.0)),
            _ => Some(if value > 0.0 {
                0
            } else if value < 0.0 {
                1
            } else {
                2
            }),
        }
    }

    /// Whether a section shows numbers below zero without the sign that they have.
    fn hides_sign(&self, index: usize) -> bool {
        index == 1 && self.sections.iter().all(|section| section.condition.is_none())
    }

    fn of_digits(&self, section: &Section, hides_sign: bool, value: f64) -> Shown {
        let Section { before, between, after, .. } = section;
        if section.thousands > 0 {
            return self.other(&format!(
                "shows it divided by {}",
                "1,000 × ".repeat(section.thousands as usize).trim_end_matches(" × ")
            ));
        }
        if section.white {
            return self.other("shows it in white");
        }
        let around = format!("{before}{after}");
        if after.contains('+') {
            return self.other("adds `+` to it");
        }
        let signed = around.contains(['-', '−', '(']);
        if hides_sign && !signed && !section.coloured {
            return self.other("shows it without its minus sign");
        }
        if !hides_sign && signed && value > 0.0 {
            return self.other("shows it as if it were below zero");
        }
        if let Some(letters) = Some(between.trim()).filter(|letters| !matches!(*letters, "" | "/")) {
            return self.other(&format!("puts `{letters}` between its digits"));
        }
        let percent_sign = after.trim() == "%";
        if !percent_sign && let Some(letters) = harmful(&around) {
            return self.other(&format!("adds `{letters}` to it"));
        }
        match section.percents {
            0 if percent_sign => Shown::WithPercentSign,
            0 if section.zeros > 1 && !section.decimals && !section.grouped && !section.exponent => {
                Shown::Padded(section.zeros)
            }
            0 => Shown::Number,
            1 if !percent_sign => Shown::Percent,
            _ => self.other("has more than one percent sign"),
        }
    }
}

/// The letters of a format that may change what a number means: all but signs, brackets, blanks and the symbols of money.
fn harmful(letters: &str) -> Option<&str> {
    let harmless = |letter: char| {
        letter.is_whitespace() || matches!(letter, '(' | ')' | '-' | '−' | '+' | '/' | '£' | '$' | '€' | '¥')
    };
    let trimmed = letters.trim();
    (!trimmed.chars().all(harmless)).then_some(trimmed)
}

/// Splits a code at its semicolons.
fn split(code: &str) -> Vec<&str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for (at, letter) in code.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            ';' if !bracketed => {
                parts.push(&code[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&code[from..]);
    parts
}

/// A section that is being read: letters wait until it is known whether digits follow.
#[derive(Default)]
struct Reading {
    section: Section,
    waiting: String,
    after_point: bool,
    commas: u32,
}

impl Reading {
    fn letter(&mut self, letter: char) {
        if self.section.digits { self.waiting.push(letter) } else { self.section.before.push(letter) }
    }

    fn digit(&mut self, letter: char) {
        let waited = std::mem::take(&mut self.waiting);
        self.section.between.push_str(&waited);
        if self.commas > 0 {
            self.section.grouped = true;
            self.commas = 0;
        }
        self.section.digits = true;
        if self.after_point {
            self.section.decimals = true;
        } else if letter == '0' {
            self.section.zeros += 1;
        }
    }

    /// Commas behind the last digit before the point each divide by a thousand.
    fn end_digits(&mut self) {
        self.section.thousands += std::mem::take(&mut self.commas);
    }
}

fn section(code: &str) -> Section {
    let mut reading = Reading::default();
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => letters.by_ref().take_while(|letter| *letter != '"').for_each(|letter| reading.letter(letter)),
            '\\' => {
                if let Some(letter) = letters.next() {
                    reading.letter(letter);
                }
            }
            '_' => {
                letters.next();
            }
            // Fills the cell with the next letter.
            '*' => {
                if let Some(letter) = letters.next().filter(|letter| !letter.is_whitespace()) {
                    reading.letter(letter);
                }
            }
            '[' => bracketed(&letters.by_ref().take_while(|letter| *letter != ']').collect::<String>(), &mut reading),
            '0' | '#' | '?' if !reading.section.date => reading.digit(letter),
            '.' if !reading.section.date => {
                reading.end_digits();
                reading.after_point = true;
            }
            ',' if reading.section.digits && !reading.after_point => reading.commas += 1,
            ',' if reading.section.digits => reading.section.thousands += 1,
            '%' => {
                reading.end_digits();
                reading.section.percents += 1;
            }
            'E' | 'e' if matches!(letters.peek(), Some('+' | '-')) => {
                letters.next();
                reading.section.exponent = true;
            }
            '@' => reading.section.text = true,
            'G' | 'g' if letters.clone().take(6).collect::<String>().eq_ignore_ascii_case("eneral") => {
                letters.by_ref().take(6).for_each(drop);
                reading.section.general = true;
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => reading.section.date = true,
            letter => reading.letter(letter),
        }
    }
    reading.end_digits();
    let Reading { mut section, waiting, .. } = reading;
    section.after = waiting;
    section
}

/// What stands in square brackets: a condition, a colour, a currency, or units of time that have passed.
fn bracketed(inside: &str, reading: &mut Reading) {
    if let Some(condition) = condition(inside) {
        reading.section.condition = Some(condition);
    } else if let Some(money) = inside.strip_prefix('$') {
        let symbol = money.split('-').next().unwrap_or_default();
        let is_money = symbol.chars().count() < 2 && !symbol.chars().any(char::is_alphanumeric)
            || symbol.len() == 3 && symbol.chars().all(|letter| letter.is_ascii_uppercase());
        if !is_money || symbol == "*" {
            symbol.chars().for_each(|letter| reading.letter(letter));
        }
    } else if !inside.is_empty() && inside.chars().all(|letter| matches!(letter.to_ascii_lowercase(), 'h' | 'm' | 's'))
    {
        reading.section.elapsed = true;
        reading.section.date = true;
    } else {
        reading.section.coloured = true;
        reading.section.white |= inside.eq_ignore_ascii_case("white");
    }
}

/// A condition such as `<=5`.
pub(super) fn condition(text: &str) -> Option<Condition> {
    let (comparison, limit) = [
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<>", Comparison::NotEqual),
        ("!=", Comparison::NotEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
        ("=", Comparison::Equal),
    ]
    .into_iter()
    .find_map(|(sign, comparison)| Some((comparison, text.strip_prefix(sign)?)))?;
    Some((comparison, limit.trim().parse().ok()?))
}

/// A number with zeros in front, where it is a whole one of fewer digits.
pub(super) fn padded(plain: &str, digits: usize) -> String {
    if plain.bytes().all(|byte| byte.is_ascii_digit()) {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = write!(text, "{plain:0>digits$}");
        return text;
    }
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, value: f64) -> Shown {
        NumberFormat::parse(code).of(value)
    }

    #[test]
    fn ordinary_formats_show_the_number() {
        let ordinary = [
            "General",
            "0",
            "0.0",
            "#,##0",
            "#,##0.00",
            "0.00E+00",
            "# ?/?",
            "£#,##0",
            "\"£\"#,##0.00",
            "[$£-809]#,##0",
            "[$GBP] 0.00",
            "#,##0 _€",
            "_-* #,##0_-;-* #,##0_-;_-* \"-\"??_-;_-@_-",
            "0;[Red]0",
            "0;-0",
            "0_);(0)",
            "+0;-0",
            "[Blue]0",
            "@",
            "# ##0",
            "0.0;@",
            "[>=1000]#,##0;0.0",
            "General;-General",
        ];
        for code in ordinary {
            for value in [1234.5, -3.0, 0.0, 12.0] {
                assert_eq!(shown(code, value), Shown::Number, "{code} {value}");
            }
        }
        for number in [0, 1, 2, 3, 4, 11, 12, 13, 37, 38, 39, 40, 41, 42, 43, 44, 48, 49] {
            assert_eq!(NumberFormat::built_in(number).of(-5.0), Shown::Number, "{number}");
        }
    }

    #[test]
    fn dates_and_times_are_known() {
        for code in
            ["yyyy-mm-dd", "dd/mm/yyyy", "mmm\\-yy", "[$-809]d mmmm yyyy;@", "h:mm AM/PM", "ss.00", "d \"of\" mmm"]
        {
            assert_eq!(shown(code, 45_747.0), Shown::Date, "{code}");
        }
        assert_eq!(shown("[h]:mm", 1.5), Shown::Elapsed);
        assert_eq!(shown("\"day\" 0", 1.0), Shown::Other("its format `\"day\" 0` adds `day` to it".into()));
        assert_eq!(shown("[Red]0", 1.0), Shown::Number, "no days in a colour");
    }

    #[test]
    fn what_shows_something_else_is_told() {
        assert_eq!(shown("[<=5]\"*\";0", 3.0), Shown::Letters("*".into()));
        assert_eq!(shown("[<=5]\"*\";0", 40.0), Shown::Number);
        assert_eq!(shown("\"c\"", 40.0), Shown::Letters("c".into()));
        assert_eq!(shown("**;**;**", 40.0), Shown::Letters("*".into()));
        assert_eq!(shown("\\x", 40.0), Shown::Letters("x".into()));
        assert_eq!(shown("[$*]", 40.0), Shown::Letters("*".into()));
        assert_eq!(shown("0.0%", 0.7), Shown::Percent);
        assert_eq!(shown("0.0\"%\"", 71.3), Shown::WithPercentSign);
        assert_eq!(shown("0000", 42.0), Shown::Padded(4));
        let others = [
            (";;;", 77.0),
            ("0;;", -1.0),
            ("0;-0;;@", 0.0),
            ("[=1]0", 2.0),
            ("#,##0,", 1e6),
            ("0.0,,\"m\"", 1e6),
            ("0\"k\"", 5.0),
            ("0,", 5.0),
            ("0;0", -5.0),
            ("-0", 5.0),
            ("(0)", 5.0),
            ("000-000", 5.0),
            ("0%%", 0.5),
            ("[$k-409]0", 5.0),
            ("0.0,", 5.0),
            ("\"<\"0", 5.0),
            ("0\"r\"", 5.0),
            ("_(* _)", 5.0),
            ("0.0\" years\"", 5.0),
            ("0\\%%", 0.5),
        ];
        for (code, value) in others {
            let Shown::Other(what) = shown(code, value) else { panic!("{code} {value}: {:?}", shown(code, value)) };
            assert!(what.contains(&format!("`{code}`")), "the format is named: {what}");
        }
    }

    #[test]
    fn texts_may_be_hidden_too() {
        for code in ["General", "@", "0", "0;-0;0;@", ";;", "#,##0_);(#,##0);\"-\"_);@_)"] {
            assert_eq!(NumberFormat::parse(code).of_text(), None, "{code}");
        }
        for code in [";;;", "0;0;0;\"x\"", "0;0;0;@\" *\"", "@\"r\""] {
            assert!(NumberFormat::parse(code).of_text().expect(code).contains(code), "{code}");
        }
    }

    #[test]
    fn zeros_are_put_in_front() {
        assert_eq!(
            (padded("42", 4), padded("12345", 4), padded("1.5", 4)),
            ("0042".into(), "12345".into(), "1.5".into())
        );
    }

    proptest::proptest! {
        #[test]
        fn any_code_is_read(code in "[0#?.,;%@*_ \"\\\\\\[\\]<>=ahmsdyGeneral$£-]{0,16}", value in -1e9..1e9_f64) {
            let _ = (shown(&code, value), NumberFormat::parse(&code).of_text());
        }
    }
}
