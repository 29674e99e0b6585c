//! Plain text for a terminal or an e-mail: the matrix at a glance, then each measure with its reasons, then the sources.

use super::about::{About, DatasetNote};
use super::promise::{Verdict, verdict};
use super::wrap::{chars, end, put};
use super::{beside, glance, number, promise, read, strategy, words};
use crate::answers::scorecard::{Cell, Part, Row, Scorecard};
use crate::frameworks::{Judgement, Measure, Place, Point, Target};
use crate::outcomes::Standing;
use std::collections::BTreeMap;

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
    page.strategy();
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
        self.put("Edition:   ", "           ", &framework.version);
        self.put("Text:      ", "           ", &strategy::source(framework));
        let validity = strategy::validity(framework);
        if !validity.is_empty() {
            self.put("Valid:     ", "           ", &validity);
        }
        let places: Vec<String> = self.card.places.iter().map(words::place).collect();
        self.put("Places:    ", "           ", &places.join(", "));
        let release = release(self.card, self.about);
        self.put("Release:   ", "           ", &release);
        let as_of = self.about.as_of.as_deref().unwrap_or("the newest release");
        self.put("As of:     ", "           ", as_of);
        if let Some(day) = self.about.day {
            self.put("Ages on:   ", "           ", &words::day(day));
        }
        if let Some(over) = self.about.over(framework) {
            self.out.push('\n');
            self.put("", "", &over);
        }
        for warning in self.about.warnings(self.card) {
            self.out.push('\n');
            self.put("!!! ", "!!! ", &warning);
        }
    }

    /// Measures × places; what is stated, what is proposed and what has no target each by itself.
    fn glance(&mut self) {
        for matrix in glance::MATRICES {
            if let Some(written) = matrix.written(self.card, self.width) {
                self.heading(matrix.heading);
                self.out.push_str(&written);
            }
        }
    }

    fn measure(&mut self, measure: &Measure, row: &Row) {
        self.heading(&format!("{}. {} [{}]", measure.id, measure.title, words::said(measure.standing)));
        if let Some(outcome) = read::outcome(&self.card.framework, measure) {
            let text = format!("Outcome: {} [{}]", outcome.title, words::said(outcome.standing));
            self.put("", "  ", &text);
        }
        let accountable = strategy::titles(&strategy::accountable(&self.card.framework, measure));
        if !accountable.is_empty() {
            self.put("", "  ", &format!("Accountable: {accountable}"));
        }
        let card = self.card;
        for (place, cell) in read::cells(card, row) {
            self.out.push('\n');
            self.put("  ", "    ", &format!("{}: {}", words::place(place), promise::both(measure, cell)));
            for part in &cell.parts {
                self.part(measure, place, cell, part);
            }
        }
    }

    fn part(&mut self, measure: &Measure, place: &Place, cell: &Cell, part: &Part) {
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
            self.judgement(cell, part, target, judgement);
        }
    }

    fn judgement(&mut self, cell: &Cell, part: &Part, target: &Target, judgement: &Judgement) {
        let wanted = words::wanted(target, words::unit(part), &self.names);
        let by = target.by.map(|by| format!(" by {}", words::day(by))).unwrap_or_default();
        let status = words::status(Some(judgement.status));
        let said = match verdict(cell, target, judgement) {
            Verdict::Stated(_) | Verdict::Proposed(_) => {
                format!("{status}: {wanted}{by} [{}]", words::said(target.standing))
            }
            Verdict::Compared(_) => {
                format!(
                    "{}: {wanted}{by}, as others promised; compared by it: {}",
                    promise::NO_PROMISE,
                    status.to_lowercase()
                )
            }
        };
        self.put("    - ", "      ", &said);
        self.put("      ", "      ", &judgement.reason);
        if let Some(chosen) = promise::chosen_baseline(target) {
            self.put("      ", "      ", &format!("{chosen}."));
        }
        if let Some(sensitivity) = &judgement.sensitivity {
            self.put("      ", "      ", &format!("With another baseline: {sensitivity}"));
        }
    }

    /// What is to be done, who takes part and what the strategy quotes.
    fn strategy(&mut self) {
        let framework = &self.card.framework;
        let listed: [(&str, Vec<String>); 4] = [
            ("Accountable", framework.roles.iter().map(|role| role.title.clone()).collect()),
            ("Partners", framework.partners.iter().map(strategy::partner).collect()),
            (
                "Actions",
                framework
                    .actions
                    .iter()
                    .map(|action| format!("{} [{}]", strategy::action(framework, action), words::said(action.standing)))
                    .collect(),
            ),
            ("Figures that the strategy quotes", framework.context.iter().map(strategy::quoted).collect()),
        ];
        for (heading, items) in listed {
            if items.is_empty() {
                continue;
            }
            self.heading(heading);
            for item in items {
                self.put("- ", "  ", &item);
            }
        }
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
            for (status, meaning) in words::statuses() {
                self.put("", "  ", &format!("{status}: {meaning}"));
            }
            self.put("", "  ", &format!("{}: {}", promise::NO_PROMISE, promise::NO_PROMISE_MEANS));
        }
    }
}

/// `62.1 years in 2021 – 23 (95% limits 61 to 63.2), 22 months old; ons, official, release 12`.
fn latest(part: &Part, point: &Point, about: &About) -> String {
    let unit = words::unit(part);
    let limits = words::limits(part, point);
    let computed = limits.method.map(|method| format!(", computed by {}", method.as_str())).unwrap_or_default();
    let both = limits.lower.zip(limits.upper);
    let limits = both.map(|(lower, upper)| {
        format!(" (95% limits {} to {}{computed})", number::bare(unit, lower), number::bare(unit, upper))
    });
    let age = about.age(point).map(|months| format!(", {}", words::age(months))).unwrap_or_default();
    format!(
        "{} in {}{}{age}; {}, {}, release {}",
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
