//! Where the parts of a framework stand in its file.

use super::page::Page;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The lines of measures, series, targets and context figures, by their positions. A part that is not found stands on the
/// first line.
#[derive(Debug, Default)]
pub struct Lines {
    measures: Vec<OfMeasure>,
    context: Vec<usize>,
}

#[derive(Debug, Default)]
struct OfMeasure {
    series: Vec<usize>,
    targets: Vec<OfTarget>,
}

#[derive(Debug)]
struct OfTarget {
    line: usize,
    baseline: usize,
    comparator: usize,
    by: usize,
}

impl Lines {
    /// Of the text of a framework that could be read.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let page = Page::new(text, None);
        let (document, _) = DeTable::parse_recoverable(text);
        let root = document.get_ref();
        let line = |value: &Spanned<DeValue<'_>>| page.line_at(value.span().start);
        let target = |value: &Spanned<DeValue<'_>>| {
            let own = line(value);
            let of = |key: &str| value.get_ref().as_table().and_then(|table| table.get(key)).map_or(own, line);
            OfTarget { line: own, baseline: of("baseline"), comparator: of("comparator"), by: of("by") }
        };
        let measures = items(Some(root), "measure").map(|measure| {
            let table = measure.get_ref().as_table();
            OfMeasure {
                series: items(table, "series").map(line).collect(),
                targets: items(table, "target").map(target).collect(),
            }
        });
        Self { measures: measures.collect(), context: items(Some(root), "context").map(line).collect() }
    }

    /// A series of a measure.
    #[must_use]
    pub fn series(&self, measure: usize, at: usize) -> usize {
        self.measures.get(measure).and_then(|own| own.series.get(at)).copied().unwrap_or(1)
    }

    /// A target of a measure.
    #[must_use]
    pub fn target(&self, measure: usize, at: usize) -> usize {
        self.own(measure, at).map_or(1, |own| own.line)
    }

    /// The baseline of a target; the target itself where it has none.
    #[must_use]
    pub fn baseline(&self, measure: usize, at: usize) -> usize {
        self.own(measure, at).map_or(1, |own| own.baseline)
    }

    /// The comparator of a target; the target itself where it has none.
    #[must_use]
    pub fn comparator(&self, measure: usize, at: usize) -> usize {
        self.own(measure, at).map_or(1, |own| own.comparator)
    }

    /// The day of a target; the target itself where it has none.
    #[must_use]
    pub fn by(&self, measure: usize, at: usize) -> usize {
        self.own(measure, at).map_or(1, |own| own.by)
    }

    /// A figure that the strategy quotes.
    #[must_use]
    pub fn context(&self, at: usize) -> usize {
        self.context.get(at).copied().unwrap_or(1)
    }

    fn own(&self, measure: usize, at: usize) -> Option<&OfTarget> {
        self.measures.get(measure)?.targets.get(at)
    }
}

/// The items of a list of tables.
fn items<'t>(table: Option<&'t DeTable<'t>>, key: &str) -> impl Iterator<Item = &'t Spanned<DeValue<'t>>> + use<'t> {
    let list = table.and_then(|table| table.get(key)).and_then(|value| value.get_ref().as_array());
    list.into_iter().flat_map(|items| items.iter())
}
