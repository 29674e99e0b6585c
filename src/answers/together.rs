//! Figures that are of several places together: whose people they count, and that they are counted once.

use super::places::PlaceRef;
use crate::outcomes::CombinedWith;
use crate::store::{Catalogue, StoredFigure};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The places of a figure by their newest codes, its own among them; one alone for a figure of one place.
pub type Of = BTreeSet<Arc<str>>;

/// Whose people a figure counts.
#[must_use]
pub fn places_of(catalogue: &Catalogue, place: &PlaceRef, with: Option<&CombinedWith>) -> Of {
    let others = with.into_iter().flat_map(CombinedWith::codes);
    let others = others.map(|code| Arc::clone(PlaceRef::of(catalogue, code).newest()));
    others.chain([Arc::clone(place.newest())]).collect()
}

/// `Cornwall and Isles of Scilly`.
#[must_use]
pub fn named(catalogue: &Catalogue, of: &Of) -> String {
    let mut names: Vec<Arc<str>> = of.iter().map(|code| PlaceRef::of(catalogue, code).name(catalogue)).collect();
    let last = names.pop().unwrap_or_else(|| "".into());
    if names.is_empty() { last.to_string() } else { format!("{} and {last}", names.join(", ")) }
}

/// Whether two figures are the same numbers: one figure that is published under two codes.
#[must_use]
pub fn same(one: &StoredFigure, other: &StoredFigure) -> bool {
    (one.value, one.count, one.denominator) == (other.value, other.count, other.denominator)
}

/// How a place's people are counted among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// By its own figure, if it has one.
    Itself,
    /// By the figure of another place of the list, which is of both together.
    In(usize),
    /// Not at all: two figures that cannot both be right, in a sentence.
    Twice(String),
}

/// How each place of a list is counted. A figure of several places counts once, under the first of them that has it; the
/// others are counted in it.
#[must_use]
pub fn counted(catalogue: &Catalogue, list: &[(&PlaceRef, Option<&StoredFigure>)]) -> Vec<Counted> {
    let mut counted = vec![Counted::Itself; list.len()];
    let joint = |figure: &StoredFigure| figure.combined_with.is_some() && figure.value.number().is_some();
    if !list.iter().any(|(_, figure)| figure.is_some_and(joint)) {
        return counted;
    }
    let by_code: HashMap<&str, usize> =
        list.iter().enumerate().map(|(at, (place, _))| (&**place.newest(), at)).collect();
    for (at, (place, figure)) in list.iter().enumerate() {
        let Some(figure) = figure.filter(|figure| joint(figure) && counted[at] == Counted::Itself) else { continue };
        let of = places_of(catalogue, place, figure.combined_with.as_ref());
        for other in of.iter().filter_map(|code| by_code.get(&**code).copied()).filter(|other| *other != at) {
            let (other_place, others) = list[other];
            let number = others.filter(|own| own.value.number().is_some());
            // Counted in one figure already: a second one of the same people would count them twice.
            if let Counted::In(first) = counted[other]
                && first != at
            {
                let (one, two) = (list[first].0.name(catalogue), place.name(catalogue));
                let why = format!("the figures of {one} and of {two} are both of {} too", other_place.name(catalogue));
                for twice in [first, at, other] {
                    counted[twice] = Counted::Twice(why.clone());
                }
                continue;
            }
            counted[other] = match number {
                Some(own) if !same(figure, own) => {
                    let both = named(catalogue, &of);
                    let own_of = places_of(catalogue, other_place, own.combined_with.as_ref());
                    let why = if own_of == of {
                        format!("two different figures are published for {both} together")
                    } else {
                        let (own, first) = (named(catalogue, &own_of), place.name(catalogue));
                        format!("the figure of {first} is of {both} together, and {own} has another figure")
                    };
                    counted[at] = Counted::Twice(why.clone());
                    Counted::Twice(why)
                }
                _ => Counted::In(at),
            };
        }
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::places::tests::{catalogue, place};
    use crate::outcomes::{Figure, MissingKind, Origin, Period};

    const CODES: [&str; 3] = ["E06000052", "E06000053", "E08000032"];

    fn figure(value: Figure, with: &str) -> StoredFigure {
        StoredFigure {
            slice: 1,
            area: 1,
            period: Period::parse("2024-04-01/P1Y").expect("a period"),
            value,
            lower_ci: None,
            upper_ci: None,
            lower_ci_99_8: None,
            upper_ci_99_8: None,
            count: value.number().map(Figure::Number),
            denominator: Some(Figure::Number(1_000.0)),
            note: None,
            combined_with: CombinedWith::read(with, ""),
            revised: false,
            opened: 1,
            origin: Origin { file: "data.csv".into(), row: 2 },
        }
    }

    fn of(figures: [Option<StoredFigure>; 3]) -> Vec<Counted> {
        let catalogue = catalogue(CODES.map(|code| place(code, None, None)).to_vec());
        let places = CODES.map(|code| PlaceRef::of(&catalogue, code));
        let list: Vec<_> = places.iter().zip(&figures).map(|(place, figure)| (place, figure.as_ref())).collect();
        counted(&catalogue, &list)
    }

    #[test]
    fn a_figure_of_two_places_counts_once() {
        let (number, blank) = (Figure::Number(12.0), Figure::Missing(MissingKind::NotAvailable));
        let other = || Some(figure(number, ""));
        let once = [Counted::Itself, Counted::In(0), Counted::Itself];
        // Under both codes; under one, the other blank; under one alone.
        assert_eq!(of([Some(figure(number, CODES[1])), Some(figure(number, CODES[0])), other()]), once);
        assert_eq!(of([Some(figure(number, CODES[1])), Some(figure(blank, CODES[0])), other()]), once);
        assert_eq!(of([Some(figure(number, CODES[1])), None, other()]), once);
        // The second code's row is the one with the number.
        let second = [Counted::In(1), Counted::Itself, Counted::Itself];
        assert_eq!(of([Some(figure(blank, CODES[1])), Some(figure(number, CODES[0])), other()]), second);
        // Without a figure of several places nothing is together, however alike the numbers are.
        assert_eq!(of([other(), other(), other()]), vec![Counted::Itself; 3]);
    }

    #[test]
    fn two_different_figures_of_the_same_places_count_nowhere() {
        let (one, other) = (Figure::Number(12.0), Figure::Number(13.0));
        let both = of([Some(figure(one, CODES[1])), Some(figure(other, CODES[0])), None]);
        assert!(matches!(&both[..2], [Counted::Twice(_), Counted::Twice(_)]), "{both:?}");
        let alone = of([Some(figure(one, CODES[1])), Some(figure(other, "")), None]);
        assert!(matches!(&alone[..2], [Counted::Twice(_), Counted::Twice(_)]), "{alone:?}");
    }
}
