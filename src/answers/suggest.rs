//! "Did you mean": the nearest known ids to one that is not known.

use super::{Refusal, Snapshot};
use crate::outcomes::AreaType;

/// Names more than this far from what was asked for are no help.
const NEAR: f64 = 0.82;

/// A longer text is no misspelt id or name.
const LONGEST: usize = 60;

/// The nearest of these, nearest first, at most three; none for a long text, or where the request has asked for enough.
fn nearest<'a>(snapshot: &Snapshot, word: &str, known: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<&'a str> {
    if word.trim().is_empty() || word.chars().count() > LONGEST || !snapshot.may_suggest() {
        Vec::new()
    } else {
        near(word, known)
    }
}

fn near<'a>(word: &str, known: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let score = |text: &str| strsim::jaro_winkler(&word, &text.to_lowercase());
    let mut near: Vec<(f64, &str)> = known
        .filter_map(|(id, name)| {
            let score = score(id).max(score(name));
            (score >= NEAR).then_some((score, id))
        })
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter().take(3).map(|(_, id)| id).collect()
}

fn sentence(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(", ")) }
}

/// What is said of an id that an answer about the past gave: arguments take keys and codes, and the time apart.
fn of_the_past(id: &str) -> String {
    match id.split_once('@') {
        Some((key, _)) => {
            format!("; what stands after the `@` is a time: ask for `{}`, with the time in `asOf`", short(key))
        }
        None => String::new(),
    }
}

/// The error for an area that is not known, naming those of a like code or name.
#[must_use]
pub fn unknown_area(snapshot: &Snapshot, code: &str) -> Refusal {
    let catalogue = snapshot.catalogue();
    // The tens of thousands of small areas would cost time and suggest nothing that a person asks for.
    let known =
        catalogue.areas().filter(|area| !matches!(area.kind, AreaType::Lsoa | AreaType::Msoa | AreaType::GpPractice));
    let near: Vec<_> = nearest(snapshot, code, known.map(|area| (area.code.as_str(), area.name.as_str())))
        .into_iter()
        .map(|code| match catalogue.area(code) {
            Some(area) => format!("`{code}` ({})", area.name),
            None => format!("`{code}`"),
        })
        .collect();
    Refusal::not_found(format!(
        "no area has the code `{}`{}{}{}",
        short(code),
        of_the_past(code),
        sentence(&near),
        snapshot.emptiness()
    ))
}

/// The error for an indicator that is not known, naming those of a like id or name.
#[must_use]
pub fn unknown_indicator(snapshot: &Snapshot, id: &str) -> Refusal {
    let catalogue = snapshot.catalogue();
    let known = catalogue.indicators().filter(|indicator| snapshot.may_know(&indicator.id));
    let near: Vec<_> = nearest(snapshot, id, known.map(|indicator| (indicator.id.as_str(), indicator.name.as_str())))
        .into_iter()
        .map(|id| format!("`{id}`"))
        .collect();
    Refusal::not_found(format!(
        "no indicator has the id `{}`{}{}{}",
        short(id),
        of_the_past(id),
        sentence(&near),
        snapshot.emptiness()
    ))
}

/// The error for a dataset that is not known, naming those of a like id or title.
#[must_use]
pub fn unknown_dataset(snapshot: &Snapshot, id: &str) -> Refusal {
    let datasets = snapshot.catalogue().datasets(snapshot.viewer());
    let near: Vec<_> = nearest(snapshot, id, datasets.map(|dataset| (dataset.id.as_str(), dataset.title.as_str())))
        .into_iter()
        .map(|id| format!("`{id}`"))
        .collect();
    Refusal::not_found(format!(
        "no dataset has the id `{}`{}{}{}",
        short(id),
        of_the_past(id),
        sentence(&near),
        snapshot.emptiness()
    ))
}

/// The error for a framework that is not known, naming those of a like id or title, or that none is published.
#[must_use]
pub fn unknown_framework(snapshot: &Snapshot, id: &str) -> Refusal {
    let published: Vec<&str> =
        snapshot.catalogue().frameworks(snapshot.viewer()).map(|framework| framework.document.id.as_str()).collect();
    if published.is_empty() {
        return Refusal::not_found(format!(
            "the hub holds no framework{}; `hub sync shared-frameworks` publishes those that it ships",
            snapshot.emptiness()
        ));
    }
    Refusal::not_found(format!(
        "no framework has the id `{}`{}{}; there are {}",
        short(id),
        of_the_past(id),
        snapshot.emptiness(),
        published.join(", ")
    ))
}

/// At most so much of what was asked for is said back.
fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first_and_the_far_not_at_all() {
        let known = [("ascof", "Adult social care"), ("fingertips", "Public health profiles"), ("trafford", "x")];
        assert_eq!(near("fingertip", known.into_iter()), ["fingertips"]);
        assert_eq!(near("public health profile", known.into_iter()), ["fingertips"]);
        assert!(near("zzz", known.into_iter()).is_empty());
    }
}
