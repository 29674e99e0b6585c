//! Plain text for a terminal or an e-mail: the matrix at a glance, then each measure with its reasons, then the sources.

use super::about::{About, DatasetNote};
use super::wrap::{cell, chars, end, put};
use super::{beside, number, read, words};
use crate::answers::scorecard::{Part, Row, Scorecard};
use crate::frameworks::{Judgement, Measure, Place, Point, Target};
use crate::outcomes::Standing;
use std::collections::BTreeMap;

/// A column of the matrix is no wider than this, nor narrower than the longest status.
const MOST: usize = 20;
const LEAST: usize = 14;

struct Page<'a> {
    card: &'a Scorecard,
    about: &'a About,
    names: BTreeMap<&'a str, &'a str>,
    width: usize,
    out: String,
}

/// The whole page, in lines of at most `width` characters where no single word is longer.
pub(super) fn write(card: &Scorecard, about: &About, width: usize) -> String {
    let mut page = Page { card, about, names: read::comparators(card), width, out: String::new() };
    page.header();
    if !card.rows.is_empty() {
        page.glance();
        for (measure, row) in read::measures(card) {
            page.measure(measure, row);
        }
    }
    page.open_questions();
    page.sources();
    page.out
}

impl Page<'_> {
    fn put(&mut self, first: &str, rest: &str, text: &str) {
        put(&mut self.out, first, rest, self.width, text);
    }

    fn heading(&mut self, text: &str) {
        self.out.push('\n');
        self.put("", "", text);
        let rule = "-".repeat(chars(text).min(self.width));
        end(&mut self.out, &rule);
    }

    fn header(&mut self) {
        let framework = &self.card.framework;
        self.put("", "", &format!("Scorecard: {}", framework.title));
        self.out.push_str(&"=".repeat(self.width));
        self.out.push('\n');
        self.put("Framework: ", "           ", &format!("{} ({})", framework.id, framework.organisation));
        let edition = format!("{}, from {}, {}", framework.version, framework.source.title, framework.source.publisher);
        self.put("Edition:   ", "           ", &edition);
        let places: Vec<String> = self.card.places.iter().map(words::place).collect();
        self.put("Places:    ", "           ", &places.join(", "));
        let release = release(self.card, self.about);
        self.put("Release:   ", "           ", &release);
        let as_of = self.about.as_of.as_deref().unwrap_or("the newest release");
        self.put("As of:     ", "           ", as_of);
        for warning in self.about.warnings(self.card) {
            self.out.push('\n');
            self.put("!!! ", "!!! ", &warning);
        }
    }

    /// Measures × places, as many places beside each other as fit.
    fn glance(&mut self) {
        self.heading("At a glance");
        let longest = self.card.places.iter().map(|place| chars(&place.name)).max().unwrap_or(LEAST);
        let column = longest.clamp(LEAST, MOST);
        let title = (self.width / 2).clamp(LEAST, 48).min(self.width - column - 2);
        let beside = ((self.width - title) / (column + 2)).max(1);
        let card = self.card;
        for from in (0..card.places.len()).step_by(beside) {
            let places = card.places.iter().skip(from).take(beside);
            let head: Vec<String> = places.map(|place| cell(&place.name, column)).collect();
            if from > 0 {
                self.out.push('\n');
            }
            end(&mut self.out, &format!("{}  {}", cell("Measure", title), head.join("  ")));
            for (measure, row) in read::measures(card) {
                let cells = row.cells.iter().skip(from).take(beside);
                let said: Vec<String> = cells.map(|one| cell(words::status(one.status), column)).collect();
                let name = cell(&format!("{}. {}", measure.id, measure.title), title);
                end(&mut self.out, &format!("{name}  {}", said.join("  ")));
            }
        }
    }

    fn measure(&mut self, measure: &Measure, row: &Row) {
        self.heading(&format!("{}. {} [{}]", measure.id, measure.title, words::said(measure.standing)));
        if let Some(outcome) = read::outcome(&self.card.framework, measure) {
            let text = format!("Outcome: {} [{}]", outcome.title, words::said(outcome.standing));
            self.put("", "  ", &text);
        }
        let card = self.card;
        for (place, cell) in read::cells(card, row) {
            self.out.push('\n');
            self.put("  ", "    ", &format!("{}: {}", words::place(place), words::status(cell.status).to_uppercase()));
            for part in &cell.parts {
                self.part(measure, place, part);
            }
        }
    }

    fn part(&mut self, measure: &Measure, place: &Place, part: &Part) {
        let label = match part.series.label.as_str() {
            "" => words::indicator(part).to_owned(),
            label => format!("{}, {label}", words::indicator(part)),
        };
        let latest = match &part.latest {
            Some(point) => latest(part, point, self.about),
            None => format!("no figure for {}: {}", place.name, words::absence(part)),
        };
        self.put("    ", "      ", &format!("{label}: {latest}"));
        if let Some(note) = part.latest.as_ref().and_then(|point| point.note.as_deref()) {
            self.put("      ", "        ", &format!("Note: {note}"));
        }
        let caveats = part.latest.as_ref().map(words::caveats).unwrap_or_default();
        if !caveats.is_empty() {
            self.put("      ", "        ", &format!("Caveat: {caveats}"));
        }
        if !part.other_datasets.is_empty() {
            self.put("      ", "      ", &format!("Also supplied by: {}", words::others(part)));
        }
        // Without a figure there is nothing beside it either, and the line above says why.
        if part.beside.is_some() {
            for line in beside::said(part, words::unit(part)) {
                self.put("      ", "        ", &line);
            }
        }
        for (target, judgement) in read::judged(measure, part) {
            self.judgement(part, target, judgement);
        }
    }

    fn judgement(&mut self, part: &Part, target: &Target, judgement: &Judgement) {
        let wanted = words::wanted(target, words::unit(part), &self.names);
        let by = target.by.map(|by| format!(" by {}", words::day(by))).unwrap_or_default();
        let status = words::status(Some(judgement.status));
        self.put("    - ", "      ", &format!("{status}: {wanted}{by} [{}]", words::said(target.standing)));
        self.put("      ", "      ", &judgement.reason);
    }

    fn open_questions(&mut self) {
        let open = words::open_questions(&self.card.framework);
        if open.is_empty() {
            return;
        }
        self.heading("Not yet defined");
        for sentence in open {
            self.put("- ", "  ", &sentence);
        }
    }

    fn sources(&mut self) {
        let about = self.about;
        let undescribed = about.undescribed(self.card);
        if !about.datasets.is_empty() || !undescribed.is_empty() {
            self.heading("Datasets");
        }
        for dataset in &about.datasets {
            self.put("- ", "  ", &source(dataset));
        }
        for id in undescribed {
            self.put("- ", "  ", &format!("{id}: publisher, licence and standing are not known."));
        }
        let methods = read::methods(self.card);
        if !methods.is_empty() {
            self.heading("Methods");
            let named: Vec<String> = methods.iter().map(|(name, version)| format!("{name} {version}")).collect();
            self.put("", "", &named.join(", "));
        }
        if !self.card.rows.is_empty() {
            self.heading("Words");
            for (word, meaning) in words::SAID {
                self.put("", "  ", &format!("{word}: {meaning}"));
            }
            for (status, meaning) in words::STATUSES {
                self.put("", "  ", &format!("{}: {meaning}", words::status(status)));
            }
        }
    }
}

/// `62.1 years in 2021 – 23 (95% limits 61 to 63.2); ons, official, release 12`.
fn latest(part: &Part, point: &Point, about: &About) -> String {
    let unit = words::unit(part);
    let limits = words::limits(part, point);
    let computed = limits.method.map(|method| format!(", computed by {}", method.as_str())).unwrap_or_default();
    let both = limits.lower.zip(limits.upper);
    let limits = both.map(|(lower, upper)| {
        format!(" (95% limits {} to {}{computed})", number::bare(unit, lower), number::bare(unit, upper))
    });
    format!(
        "{} in {}{}; {}, {}, release {}",
        words::figure(unit, point),
        point.period.label(),
        limits.unwrap_or_default(),
        point.dataset,
        match about.standing(point) {
            None => "standing not known",
            // The line may be pasted without the warning above it.
            Some(Standing::Illustrative) => "ILLUSTRATIVE",
            known => words::standing(known),
        },
        point.release
    )
}

/// `12 of 3 June 2025, 09:00`.
pub(super) fn release(card: &Scorecard, about: &About) -> String {
    match (card.at, about.released.as_str()) {
        (0, _) => "none yet".into(),
        (number, "") => number.to_string(),
        (number, released) => format!("{number}, published {released}"),
    }
}

/// A dataset in a sentence or two.
pub(super) fn source(dataset: &DatasetNote) -> String {
    let due = dataset
        .next_due
        .as_ref()
        .map(|due| format!(" Next release expected: {due}, counted from the last one that the hub had."))
        .unwrap_or_default();
    format!(
        "{}: {}, {}. Licence {}. Standing: {}. Access: {}.{due}",
        dataset.id,
        dataset.title,
        dataset.publisher,
        dataset.licence,
        dataset.standing.as_str(),
        dataset.access.as_str()
    )
}
