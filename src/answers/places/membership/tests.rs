//! What lies in what: by shares, by paths, by days.

use super::*;
use crate::answers::places::tests::{begins, catalogue, ends, link, lived, of_kind, place};
use LinkKind::Within as Lies;
use proptest::prelude::*;

fn on(day: &str) -> When {
    When::On(day.parse().expect("a day"))
}

#[test]
fn within_follows_links_upwards() {
    let catalogue = catalogue(vec![
        link("E05001", "E08000032", Lies, Some(1.0)),
        link("E08000032", "E12000003", Lies, Some(1.0)),
        link("E12000003", "E92000001", Lies, Some(1.0)),
    ]);
    assert!(Within::of(&catalogue, "E92000001").holds("E05001", When::AnyTime));
    assert!(!Within::of(&catalogue, "E05001").holds("E92000001", When::AnyTime));
}

#[test]
fn two_parts_by_two_paths_are_a_whole() {
    // Sefton lies in two sub-ICB locations of one board.
    let catalogue = catalogue(vec![
        of_kind("E54000008", AreaType::Icb),
        of_kind("E38000161", AreaType::SubIcb),
        of_kind("E38000170", AreaType::SubIcb),
        place("E08000014", None, None),
        link("E38000161", "E54000008", Lies, Some(1.0)),
        link("E38000170", "E54000008", Lies, Some(1.0)),
        link("E08000014", "E38000161", Lies, Some(0.586)),
        link("E08000014", "E38000170", Lies, Some(0.414)),
    ]);
    assert!(Within::of(&catalogue, "E54000008").holds("E08000014", When::AnyTime));
    let first = Within::of(&catalogue, "E38000161");
    assert!(!first.holds("E08000014", When::AnyTime));
    let sefton = Member { code: "E08000014".into(), share: Some(0.586) };
    assert_eq!(first.members(When::AnyTime), [sefton]);
}

#[test]
fn the_same_people_by_two_paths_are_counted_once() {
    // Three tenths of a council in a region, and the same three tenths in a police area, both in one country; a borough in
    // Inner London, which lies in London.
    let catalogue = catalogue(vec![
        of_kind("E92000001", AreaType::Country),
        of_kind("E12000007", AreaType::Region),
        of_kind("E13000001", AreaType::Region),
        of_kind("E23000001", AreaType::PoliceForce),
        place("E09000001", None, None),
        place("E06000001", None, None),
        link("E12000007", "E92000001", Lies, Some(1.0)),
        link("E13000001", "E12000007", Lies, Some(1.0)),
        link("E23000001", "E92000001", Lies, Some(1.0)),
        link("E09000001", "E12000007", Lies, Some(0.3)),
        link("E09000001", "E23000001", Lies, Some(0.3)),
        link("E06000001", "E12000007", Lies, Some(1.0)),
        link("E06000001", "E13000001", Lies, Some(1.0)),
    ]);
    let england = Within::of(&catalogue, "E92000001");
    assert!((england.share("E09000001", When::AnyTime) - 0.3).abs() < 1e-12);
    assert!(england.holds("E06000001", When::AnyTime));
    assert_eq!(england.members(When::AnyTime).iter().filter(|member| &*member.code == "E06000001").count(), 1);
}

#[test]
fn a_county_of_which_some_districts_lie_there_is_a_part_of_unknown_size() {
    let catalogue = catalogue(vec![
        of_kind("E54000023", AreaType::Icb),
        of_kind("E38000001", AreaType::SubIcb),
        of_kind("E07000200", AreaType::Ltla),
        of_kind("E07000202", AreaType::Ltla),
        place("E10000029", None, None),
        link("E38000001", "E54000023", Lies, Some(1.0)),
        link("E07000200", "E10000029", Lies, Some(1.0)),
        link("E07000202", "E10000029", Lies, Some(1.0)),
        link("E07000202", "E38000001", Lies, Some(1.0)),
    ]);
    let members = Within::of(&catalogue, "E54000023").members(When::AnyTime);
    let found: Vec<(&str, Option<f64>)> = members.iter().map(|member| (&*member.code, member.share)).collect();
    assert_eq!(found, [("E07000202", Some(1.0)), ("E10000029", None), ("E38000001", Some(1.0))]);
}

#[test]
fn what_lies_in_a_place_that_lies_there_in_part_has_no_known_share() {
    // A district that became part of a council, of which a small part lies in a board.
    let catalogue = catalogue(vec![
        of_kind("E54000054", AreaType::Icb),
        place("E06000065", None, None),
        lived("E07000163", AreaType::Ltla, None, Some("2023-03-31")),
        link("E06000065", "E54000054", Lies, Some(0.08)),
        link("E07000163", "E06000065", Lies, Some(1.0)),
    ]);
    let within = Within::of(&catalogue, "E54000054");
    assert!((within.share("E06000065", When::AnyTime) - 0.08).abs() < 1e-9);
    assert!(within.share("E07000163", When::AnyTime).abs() < 1e-9, "not 8% of the district");
}

#[test]
fn a_recoded_council_counts_once() {
    let catalogue = catalogue(vec![
        of_kind("E38000006", AreaType::SubIcb),
        place("E08000016", None, Some("2025-03-31")),
        place("E08000038", Some("2025-04-01"), None),
        link("E08000016", "E08000038", LinkKind::SucceededBy, Some(1.0)),
        link("E08000016", "E38000006", Lies, Some(0.4)),
        link("E08000038", "E38000006", Lies, Some(0.4)),
    ]);
    let within = Within::of(&catalogue, "E38000006");
    assert_eq!(within.members(When::AnyTime), [Member { code: "E08000038".into(), share: Some(0.4) }]);
    assert!((within.share("E08000016", When::AnyTime) - 0.4).abs() < 1e-12, "under its older code too");
}

#[test]
fn a_place_lies_within_another_on_the_days_of_the_link() {
    // A council leaves a combined authority that goes on; Bournemouth ended in 2019 and lay in its region to its end.
    let catalogue = catalogue(vec![
        of_kind("E47000005", AreaType::CombinedAuthority),
        of_kind("E12000009", AreaType::Region),
        place("E06000047", None, None),
        place("E06000028", None, Some("2019-03-31")),
        ends("E06000047", "E47000005", "2018-11-01"),
        ends("E06000028", "E12000009", "2019-03-31"),
    ]);
    let authority = Within::of(&catalogue, "E47000005");
    assert!(authority.holds("E06000047", on("2018-11-01")));
    assert!(!authority.holds("E06000047", on("2018-11-02")));
    assert!(authority.members(on("2019-03-31")).is_empty());
    assert!(authority.holds("E06000047", When::AnyTime));
    assert!(Within::of(&catalogue, "E12000009").holds("E06000028", on("2024-03-31")), "as on its last day");
}

#[test]
fn parts_of_different_times_are_not_added() {
    // Half of a council lay in one location until 2022, and half in another one since: never the whole in their board.
    let dated = |related: &str, from: Option<&str>, to: Option<&str>| {
        let day = |text: Option<&str>| text.map(|text| text.parse().expect("a day"));
        let (area, weight) = ("E08000014".into(), Some(0.5));
        let (valid_from, valid_to) = (day(from), day(to));
        let link = AreaLink { area, related: related.into(), kind: Lies, weight, valid_from, valid_to };
        ("uk-geography".to_owned(), crate::outcomes::ReferenceRow::AreaLink(link))
    };
    let catalogue = catalogue(vec![
        of_kind("E54000008", AreaType::Icb),
        of_kind("E38000161", AreaType::SubIcb),
        of_kind("E38000170", AreaType::SubIcb),
        place("E08000014", None, None),
        link("E38000161", "E54000008", Lies, Some(1.0)),
        link("E38000170", "E54000008", Lies, Some(1.0)),
        dated("E38000161", None, Some("2022-03-31")),
        dated("E38000170", Some("2022-04-01"), None),
    ]);
    let board = Within::of(&catalogue, "E54000008");
    for when in [When::AnyTime, on("2022-03-31"), on("2022-04-01")] {
        assert!((board.share("E08000014", when) - 0.5).abs() < 1e-12, "{when:?}");
    }
}

#[test]
fn an_area_made_later_has_its_councils_for_years_before_it() {
    let catalogue = catalogue(vec![
        lived("E47000014", AreaType::CombinedAuthority, Some("2024-05-07"), None),
        lived("E47000005", AreaType::CombinedAuthority, None, Some("2018-11-01")),
        place("E06000057", Some("2009-04-01"), None),
        begins("E06000057", "E47000014", "2024-05-07"),
        ends("E06000057", "E47000005", "2018-11-01"),
    ]);
    for (day, parent) in [("2018-03-31", "E47000014"), ("2025-03-31", "E47000005")] {
        assert_eq!(Within::of(&catalogue, parent).members(on(day)).len(), 1, "{parent} on {day}");
    }
}

#[test]
fn places_in_a_circle_end() {
    let catalogue = catalogue(vec![
        place("E06000001", None, None),
        place("E06000002", None, None),
        link("E06000001", "E06000002", Lies, Some(1.0)),
        link("E06000002", "E06000001", Lies, Some(1.0)),
        link("E06000002", "E06000002", Lies, Some(1.0)),
    ]);
    assert!(Within::of(&catalogue, "E06000001").holds("E06000002", When::AnyTime));
}

proptest! {
    /// A country of small blocks. Councils, locations and police areas are made of blocks; boards of locations; regions of
    /// councils. By the links alone every share is what the blocks come to.
    #[test]
    fn shares_are_those_of_the_people(
        blocks in proptest::collection::vec((0usize..5, 0usize..6, 0usize..3), 5..60),
        boards in proptest::collection::vec(0usize..3, 6),
        regions in proptest::collection::vec(0usize..2, 5),
    ) {
        let (council, location, police) = (|n| format!("E0600000{n}"), |n| format!("E3800000{n}"), |n| format!("E2300000{n}"));
        let (board, region) = (|n| format!("E5400000{n}"), |n| format!("E1200000{n}"));
        let mut rows = vec![of_kind("E92000001", AreaType::Country)];
        rows.extend((0..3).map(|n| of_kind(&board(n), AreaType::Icb)));
        rows.extend((0..3).map(|n| of_kind(&police(n), AreaType::PoliceForce)));
        rows.extend((0..3).flat_map(|n| [board(n), police(n)]).map(|code| link(&code, "E92000001", Lies, Some(1.0))));
        for (n, of) in boards.iter().enumerate() {
            rows.push(of_kind(&location(n), AreaType::SubIcb));
            rows.push(link(&location(n), &board(*of), Lies, Some(1.0)));
        }
        for n in 0..2 {
            rows.push(of_kind(&region(n), AreaType::Region));
            rows.push(link(&region(n), "E92000001", Lies, Some(1.0)));
        }
        let share = |own: usize, there: &dyn Fn(&(usize, usize, usize)) -> bool| {
            let of_council: Vec<_> = blocks.iter().filter(|block| block.0 == own).collect();
            let number = |n: usize| f64::from(u32::try_from(n).expect("few blocks"));
            let inside = of_council.iter().filter(|block| there(block)).count();
            if of_council.is_empty() { 0.0 } else { number(inside) / number(of_council.len()) }
        };
        for (own, of) in regions.iter().enumerate() {
            rows.push(place(&council(own), None, None));
            rows.push(link(&council(own), &region(*of), Lies, Some(1.0)));
            for n in 0..6 {
                let part = share(own, &|block| block.1 == n);
                if part > 0.0 {
                    rows.push(link(&council(own), &location(n), Lies, Some((part * 1e6).round() / 1e6)));
                }
            }
            for n in 0..3 {
                let part = share(own, &|block| block.2 == n);
                if part > 0.0 {
                    rows.push(link(&council(own), &police(n), Lies, Some(part)));
                }
            }
        }
        let catalogue = catalogue(rows);
        let country = Within::of(&catalogue, "E92000001");
        for (own, of) in regions.iter().enumerate() {
            prop_assert!(country.holds(&council(own), When::AnyTime));
            for n in 0..3 {
                let expected = share(own, &|block| boards[block.1] == n);
                let found = Within::of(&catalogue, &board(n)).share(&council(own), When::AnyTime);
                prop_assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
                prop_assert_eq!(found >= 1.0, expected >= 1.0, "a part is never the whole");
            }
            for n in 0..2 {
                let whole = Within::of(&catalogue, &region(n)).holds(&council(own), When::AnyTime);
                prop_assert_eq!(whole, *of == n);
            }
        }
    }
}
