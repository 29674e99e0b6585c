//! Places that lead to places.

use super::{BRADFORD, ENGLAND, Hostile, many, nested, query};
use crate::hostile::store::World;

/// Places that lead to places.
pub fn places(world: &World) -> Vec<Hostile> {
    let typename = nested(&["linksTo { related { @ } }"], "linksTo { __typename }", 3);
    let there = nested(&["linksTo { related { @ } }"], "__typename", 4);
    let back = nested(&["linksTo { related { @ } }", "links { related { @ } }"], "__typename", 5);
    let named =
        nested(&["linksTo { related { code name @ } }", "links { area { name } related { code name @ } }"], "", 4);
    let aliased =
        many(5, |number| format!("l{number}: linksTo {{ related {{ m{number}: links {{ related {{ name }} }} }} }}"));
    let regions = many(9, |number| {
        format!(
            "r{number}: area(code: \"E1200000{}\") {{ linksTo {{ related {{ linksTo {{ related {{ name }} }} }} }} }}",
            number + 1
        )
    });
    let neighbours = nested(&["neighbours { area { @ } }"], "name", 4);
    vec![
        query(
            "places: linksTo over England, 3 levels and __typename",
            format!("area(code: \"{ENGLAND}\") {{ {typename} }}"),
        ),
        query("places: linksTo over England, 4 levels", format!("area(code: \"{ENGLAND}\") {{ {there} }}")),
        query("places: linksTo and links over England, 5 levels", format!("area(code: \"{ENGLAND}\") {{ {back} }}")),
        query("places: the same with names, 4 levels", format!("area(code: \"{ENGLAND}\") {{ {named} }}")),
        query("places: five aliases of linksTo and links", format!("area(code: \"{ENGLAND}\") {{ {aliased} }}")),
        query("places: nine regions, 2 levels", regions),
        query("places: neighbours of neighbours, 4 levels", format!("area(code: \"{BRADFORD}\") {{ {neighbours} }}")),
        query(
            "places: 1,000 with all their links",
            "areas(first: 1000) { nodes { name links { kind related { name } } linksTo { kind related { name } } } }",
        ),
        query(
            "places: 30 pages of 1,000",
            many(30, |number| format!("p{number}: areas(first: 1000) {{ nodes {{ code name type }} }}")),
        ),
        query(
            "places: __typename 900 times in a page of 1,000",
            format!(
                "areas(first: 1000) {{ nodes {{ {} }} }}",
                many(90, |number| format!("t{number}: __typename")) + &" __typename".repeat(810)
            ),
        ),
        query(
            "places: 200 unknown codes, each with a suggestion",
            many(30, |number| format!("u{number}: area(code: \"E0900{number:04}\") {{ name }}")),
        ),
        query(
            "places: of 30 moments",
            many(30, |number| {
                let moment = world
                    .releases
                    .get(number % world.releases.len().max(1))
                    .map_or("2026-11-26T00:00:00Z", String::as_str);
                format!("m{number}: areas(first: 50, asOf: \"{moment}\") {{ nodes {{ name }} }}")
            }),
        ),
    ]
}
