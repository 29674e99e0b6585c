//! The guesses in words: a line for each guess, and for each gap.

use super::{Area, Guesses};

impl Guesses {
    /// A line for each guess, and for each gap. What stands in personal columns, and beside them, is not repeated.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.of_places();
        let measures = &self.measures;
        let limits =
            |limits: &Option<(String, String)>| limits.as_ref().map(|(lower, upper)| format!("{lower}`, `{upper}"));
        for (what, column) in [
            ("the sex", self.sex.clone()),
            ("the age", self.age.clone()),
            ("the value", measures.value.clone()),
            ("the numerator", measures.count.clone()),
            ("the denominator", measures.denominator.clone()),
            ("the limits", limits(&measures.limits)),
            ("the 99.8% limits", limits(&measures.wide_limits)),
        ] {
            let verb = if what.ends_with('s') { "are" } else { "is" };
            notes.extend(column.map(|column| format!("guessed: {what} {verb} in `{column}`")));
        }
        if measures.value.is_none() && !self.period.as_ref().is_some_and(|period| period.wide) {
            notes.push(match measures.others.as_slice() {
                [] => "GAP: no column looks like the value".to_owned(),
                others => format!("GAP: which of these columns of numbers is the value? `{}`", others.join("`, `")),
            });
        } else if !measures.others.is_empty() {
            let others = measures.others.join("`, `");
            notes.push(format!("left out: these columns hold numbers too, and may be further indicators: `{others}`"));
        }
        for column in &measures.thousands {
            notes.push(format!("guessed: the commas in `{column}` stand between thousands"));
        }
        notes.extend(self.of_splits());
        if let Some(near) = &self.near {
            notes.push(format!("look at: a shared indicator has a near name: {} ({})", near.id, near.name));
        }
        notes.extend(self.gaps.iter().map(|gap| format!("GAP: {gap}")));
        for (text, kind) in self.told_markers() {
            notes.push(match kind {
                Some(kind) => format!("guessed: `{text}` among the numbers means {kind}"),
                None => format!("GAP: `{text}` stands among the numbers; give it a missing kind under [markers]"),
            });
        }
        notes
    }

    fn of_places(&self) -> Vec<String> {
        let mut notes = Vec::new();
        notes.push(match &self.area.area {
            Area::Unknown => "GAP: no column looks like the area code".to_owned(),
            Area::LookedUp { column, scheme } => {
                format!("guessed: the area is in `{column}`, looked up by the scheme {scheme}: {}", self.area.why)
            }
            Area::Gss(_) | Area::Ods(_) => {
                format!("guessed: the area code is in `{}`: {}", self.area.columns().join("`, then `"), self.area.why)
            }
        });
        notes.extend(self.area.gaps.iter().map(|gap| format!("GAP: {gap}")));
        notes.push(match &self.period {
            None => "GAP: no column looks like the period".to_owned(),
            Some(period) if period.wide => format!(
                "guessed: these columns are a period each, and their cells are the values: `{}`; {}",
                period.columns.join("`, `"),
                period.why()
            ),
            Some(period) => format!("guessed: the period is in `{}`: {}", period.columns.join("`, `"), period.why()),
        });
        notes
    }

    fn of_splits(&self) -> Vec<String> {
        let splits = &self.splits;
        let mut notes = Vec::new();
        if let Some(split) = &splits.indicator {
            notes.push(format!("guessed: `{}` names what is measured: {}", split.column, self.texts(&split.texts)));
        }
        if let Some(split) = &splits.category {
            let total = match (&split.kind, &split.total) {
                (Some(kind), _) => format!("`{kind}` says by what"),
                (None, Some(total)) => format!("`{total}` is the total"),
                (None, None) => "none of its texts is a total".to_owned(),
            };
            let texts = self.texts(&split.texts);
            notes.push(format!(
                "guessed: `{}` splits the rows and becomes the category; {total}: {texts}",
                split.column
            ));
        }
        for split in &splits.filters {
            notes.push(format!(
                "GAP: `{}` splits the rows as well: say in WHERE which of its texts is meant: {}",
                split.column,
                self.texts(&split.texts)
            ));
        }
        if splits.repeats > 0 {
            notes.push(format!(
                "GAP: {} of the first rows repeat the place, period and breakdown of another: say in WHERE or GROUP BY which is \
                 meant",
                splits.repeats
            ));
        }
        notes
    }

    /// Some texts of a column; none of a file about people.
    pub(in crate::draft) fn texts(&self, texts: &[String]) -> String {
        if !self.personal.is_empty() {
            return format!("{} texts, not repeated here", texts.len());
        }
        let shown = texts.iter().take(6).map(|text| one_line(text)).collect::<Vec<_>>().join(" | ");
        if texts.len() > 6 { format!("{shown} | …") } else { shown }
    }

    /// The markers that may be repeated: of a file about people only short ones, which are no names.
    pub(in crate::draft) fn told_markers(
        &self,
    ) -> impl Iterator<Item = &(String, Option<crate::outcomes::MissingKind>)> {
        let is_told = |text: &str| self.personal.is_empty() || text.chars().count() <= 3;
        self.measures.markers.iter().filter(move |(text, _)| is_told(text))
    }
}

/// A text as a comment may hold it: on one line, and not too long.
pub(in crate::draft) fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(80).collect();
    line.trim().to_owned()
}
