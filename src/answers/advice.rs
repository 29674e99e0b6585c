//! What to ask for instead, where a question asks for too much: only what its fields take.

use std::ops::BitOrAssign;

/// How a question could be narrowed, besides by fewer fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Advice {
    /// A field takes several places.
    pub places: bool,
    /// A field takes several indicators.
    pub indicators: bool,
    /// A field gives one page after another.
    pub pages: bool,
}

impl BitOrAssign for Advice {
    fn bitor_assign(&mut self, more: Self) {
        self.places |= more.places;
        self.indicators |= more.indicators;
        self.pages |= more.pages;
    }
}

impl Advice {
    /// For an answer that is too large: `Ask for fewer fields, or for fewer places`.
    #[must_use]
    pub fn less_answered(self) -> String {
        self.sentence(["fewer fields"])
    }

    /// For figures that are too many to be read, however few fields of them are asked for.
    #[must_use]
    pub fn less_read(self) -> String {
        let ways = self.sentence([]);
        if ways.is_empty() { "Ask for less in one query".into() } else { ways }
    }

    fn sentence(self, always: impl IntoIterator<Item = &'static str>) -> String {
        let mut ways: Vec<&str> = always.into_iter().collect();
        let own = [
            (self.places, "fewer places"),
            (self.indicators, "fewer indicators"),
            (self.pages, "one page after another with a smaller `first`"),
        ];
        ways.extend(own.into_iter().filter(|(takes, _)| *takes).map(|(_, way)| way));
        match ways.as_slice() {
            [] => String::new(),
            [only] => format!("Ask for {only}"),
            [ways @ .., last] => format!("Ask for {}, or for {last}", ways.join(", for ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_question_takes_is_advised() {
        let all = Advice { places: true, indicators: true, pages: true };
        let none = Advice::default();
        assert_eq!(none.less_answered(), "Ask for fewer fields");
        assert_eq!(none.less_read(), "Ask for less in one query");
        assert_eq!(Advice { places: true, ..none }.less_answered(), "Ask for fewer fields, or for fewer places");
        assert_eq!(
            all.less_answered(),
            "Ask for fewer fields, for fewer places, for fewer indicators, or for one page after another with a smaller \
             `first`"
        );
        assert_eq!(Advice { pages: false, ..all }.less_read(), "Ask for fewer places, or for fewer indicators");
    }
}
