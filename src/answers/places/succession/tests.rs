use super::*;
use crate::answers::places::tests::{catalogue, link, lived, place};
use LinkKind::SucceededBy;
use proptest::prelude::*;

fn cumbria() -> Catalogue {
    catalogue(vec![
        place("E10000006", None, Some("2023-03-31")),
        place("E06000063", Some("2023-04-01"), None),
        place("E06000064", Some("2023-04-01"), None),
        place("E08000032", None, None),
        link("E10000006", "E06000063", SucceededBy, Some(0.55)),
        link("E10000006", "E06000064", SucceededBy, Some(0.45)),
    ])
}

/// The codes that do not answer for a period, of places of which some have a figure.
fn left_out(catalogue: &Catalogue, kind: Option<AreaType>, codes: &[&str], have: &[&str], iso: &str) -> Vec<String> {
    let places: Vec<PlaceRef> = codes.iter().map(|code| PlaceRef::of(catalogue, code)).collect();
    let overlaps = Overlaps::among(catalogue, &places, kind);
    let period = Period::parse(iso).expect("a period");
    let left = overlaps.left_out(&period, |at| have.contains(&codes[at]));
    left.into_iter().map(|left| codes[left.at].to_owned()).collect()
}

const CUMBRIA: [&str; 4] = ["E10000006", "E06000063", "E06000064", "E08000032"];

#[test]
fn the_place_that_stood_on_the_last_day_answers() {
    let catalogue = cumbria();
    let of = |iso| left_out(&catalogue, None, &CUMBRIA, &CUMBRIA, iso);
    assert_eq!(of("2021-11-16/P1Y"), ["E06000063", "E06000064"]);
    assert_eq!(of("2022-04-01/P1Y"), ["E06000063", "E06000064"]);
    assert_eq!(of("2022-11-16/P1Y"), ["E10000006"]);
}

#[test]
fn a_series_on_todays_geography_is_answered_by_todays_places_as_a_whole() {
    let catalogue = cumbria();
    let of = |have: &[&str]| left_out(&catalogue, None, &CUMBRIA, have, "2021-11-16/P1Y");
    assert_eq!(of(&["E06000063", "E06000064"]), ["E10000006"]);
    // One of two: the other one is missing, and the county does not fill it.
    assert_eq!(of(&["E06000064"]), ["E10000006"]);
    assert_eq!(of(&["E06000064", "E10000006"]), ["E06000063", "E06000064"]);
    // Nobody has a figure: what stood is missing.
    assert_eq!(of(&[]), ["E06000063", "E06000064"]);
}

#[test]
fn a_merger_from_several_places_and_a_part_of_one() {
    let catalogue = catalogue(vec![
        place("E06000028", None, Some("2019-03-31")),
        place("E06000029", None, Some("2019-03-31")),
        place("E10000009", None, Some("2019-03-31")),
        place("E06000058", Some("2019-04-01"), None),
        place("E06000059", Some("2019-04-01"), None),
        link("E06000028", "E06000058", SucceededBy, None),
        link("E06000029", "E06000058", SucceededBy, None),
        link("E10000009", "E06000058", SucceededBy, Some(0.12)),
        link("E10000009", "E06000059", SucceededBy, Some(0.88)),
    ]);
    let codes = ["E06000028", "E06000029", "E10000009", "E06000058", "E06000059"];
    assert_eq!(left_out(&catalogue, None, &codes, &codes, "2017-09-01/P1Y"), ["E06000058", "E06000059"]);
    assert_eq!(left_out(&catalogue, None, &codes, &codes, "2019-09-01/P1Y"), ["E06000028", "E06000029", "E10000009"]);
}

#[test]
fn without_dates_the_successor_stands() {
    let catalogue = catalogue(vec![
        place("E08000020", None, None),
        place("E08000037", None, None),
        link("E08000020", "E08000037", SucceededBy, None),
    ]);
    let codes = ["E08000020", "E08000037"];
    assert_eq!(left_out(&catalogue, None, &codes, &codes, "2021-04-01/P1Y"), ["E08000020"]);
    // Only the old code has a figure: it answers.
    assert_eq!(left_out(&catalogue, None, &codes, &codes[..1], "2021-04-01/P1Y"), ["E08000037"]);
}

#[test]
fn what_took_over_at_the_second_remove_overlaps_too() {
    // Waveney to East Suffolk to a later unitary; the middle one is not asked for.
    let catalogue = catalogue(vec![
        lived("E07000206", AreaType::Ltla, None, Some("2019-03-31")),
        lived("E07000244", AreaType::Ltla, Some("2019-04-01"), Some("2027-03-31")),
        lived("E06000099", AreaType::Utla, Some("2027-04-01"), None),
        link("E07000206", "E07000244", SucceededBy, None),
        link("E07000244", "E06000099", SucceededBy, None),
    ]);
    let codes = ["E07000206", "E06000099"];
    assert_eq!(left_out(&catalogue, None, &codes, &codes, "2018-04-01/P1Y"), ["E06000099"]);
    assert_eq!(left_out(&catalogue, None, &codes, &codes, "2027-04-01/P1Y"), ["E07000206"]);
}

#[test]
fn a_county_that_became_a_unitary_is_a_lower_tier_council_from_that_day() {
    let catalogue = catalogue(vec![
        place("E10000023", None, Some("2023-03-31")),
        place("E06000065", Some("2023-04-01"), None),
        lived("E07000163", AreaType::Ltla, None, Some("2023-03-31")),
        link("E10000023", "E06000065", SucceededBy, Some(1.0)),
        link("E07000163", "E06000065", SucceededBy, None),
    ]);
    let codes = ["E06000065", "E07000163"];
    let of = |iso| left_out(&catalogue, Some(AreaType::Ltla), &codes, &codes, iso);
    assert_eq!(of("2021-04-01/P1Y"), ["E06000065"]);
    assert_eq!(of("2023-04-01/P1Y"), ["E07000163"]);
}

proptest! {
    /// Whatever took over from what, with whatever dates and figures: no two that overlap both answer, unless both stood on
    /// the same day; and of those that overlap somebody answers.
    #[test]
    fn of_those_that_overlap_one_side_answers(
        links in proptest::collection::vec((0usize..6, 0usize..6), 0..8),
        ends in proptest::collection::vec(proptest::option::of(2015i32..2026), 6),
        have in proptest::collection::vec(any::<bool>(), 6),
        year in 2014i32..2027,
    ) {
        let code = |at: usize| format!("E0900000{at}");
        let mut rows: Vec<_> = (0..6).map(|at| {
            let last = ends[at].map(|year| format!("{year}-03-31"));
            place(&code(at), None, last.as_deref())
        }).collect();
        rows.extend(links.iter().filter(|(from, to)| from < to).map(|(from, to)| {
            link(&code(*from), &code(*to), SucceededBy, None)
        }));
        let catalogue = catalogue(rows);
        let places: Vec<PlaceRef> = (0..6).map(|at| PlaceRef::of(&catalogue, &code(at))).collect();
        let overlaps = Overlaps::among(&catalogue, &places, None);
        let period = Period::parse(&format!("{year}-04-01/P1Y")).expect("a period");
        let left = overlaps.left_out(&period, |at| have[at]);
        let out: BTreeSet<usize> = left.iter().map(|left| left.at).collect();
        prop_assert_eq!(out.len(), left.len());
        for left in &left {
            prop_assert!(!left.instead.is_empty() && left.instead.iter().all(|at| !out.contains(at)));
        }
        let spells: HashMap<usize, Spell> =
            overlaps.groups.iter().flatten().map(|spell| (spell.at, *spell)).collect();
        for (one, other) in &overlaps.pairs {
            if !out.contains(one) && !out.contains(other) {
                let (one, other) = (spells[one], spells[other]);
                let from = one.from.max(other.from);
                let to = [one.to, other.to].into_iter().flatten().min();
                prop_assert!(from.zip(to).is_none_or(|(from, to)| from <= to), "{:?} {:?}", one, other);
            }
        }
    }
}
