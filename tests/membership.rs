//! What lies in what: over the whole of the shipped geography, every question names the same places, and they are those of
//! the publisher's lookup.

use crate::raw::{Row, rows_of};
use crate::support::{Hub, shared_data};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Places of these types are made of councils.
const OUTER: [&str; 8] =
    ["icb", "sub-icb", "region", "combined-authority", "metropolitan-county", "police-force", "fire-authority", "utla"];

fn shipped(file: &str) -> Vec<Row> {
    rows_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/uk-geography/data").join(file))
}

fn is_lower_tier(area: &Row) -> bool {
    let single = ["E06", "E08", "E09", "W06", "S12", "N09"].iter().any(|begin| area["code"].starts_with(begin));
    area["type"] == "ltla" || (area["type"] == "utla" && single)
}

/// Publishes one share of each lower-tier council that stands.
fn publish(hub: &Hub, areas: &[Row]) {
    let write = |file: &str, text: &str| hub.write(&format!("connectors/partner/{file}"), text);
    write(
        "connector.toml",
        "publisher = \"A council\"\nsector = \"council\"\nlicence = \"OGL-UK-3.0\"\nstanding = \"local\"\n\
         title = \"A partner's figures\"\naccess = \"open\"\nneeds = [\"uk-geography\"]\n\
         [resource.data]\nkind = \"file\"\nformat = \"csv\"\n",
    );
    write(
        "indicators.sql",
        "SELECT 'partner:p' AS id, 'Share' AS name, 'percent' AS unit, 'proportion' AS value_type, \
         'high-is-good' AS polarity, 100.0 AS multiplier",
    );
    write(
        "observations.sql",
        "SELECT 'partner:p' AS indicator, area, period(p, 'financial') AS period, figure(value) AS value, \
         number(n) AS count, number(d) AS denominator, _row, _file FROM data",
    );
    write("cases/typical/in/data.csv", "area,p,value,n,d\nE08000032,2024-25,10,100,1000\n");
    write("cases/typical/expect/observations.csv", "area,value\nE08000032,10\n");
    let councils = areas.iter().filter(|area| is_lower_tier(area) && area["valid_to"].is_empty());
    let lines: Vec<String> = councils.map(|area| format!("{},2024-25,10,100,1000\n", area["code"])).collect();
    let path = hub.write("data.csv", format!("area,p,value,n,d\n{}", lines.concat()));
    let folder = hub.folder.path().join("files/connectors").display().to_string();
    hub.sync("partner", &[format!("data={}", path.display())], &["--connectors", &folder]).ended_with(0);
}

/// What the three questions say of one place: by lower-tier code, that stands.
#[derive(Debug, Default)]
struct Said {
    areas: BTreeSet<String>,
    areas_left_out: BTreeSet<String>,
    compared: BTreeSet<String>,
    compared_left_out: BTreeSet<String>,
    combined: BTreeMap<String, f64>,
    figures: bool,
}

fn code(value: &Value) -> String {
    value.as_str().expect("a code").to_owned()
}

fn said(hub: &Hub, outer: &[&str]) -> BTreeMap<String, Said> {
    let mut found = BTreeMap::new();
    for part in outer.chunks(9) {
        let mut query = String::from("{");
        for (at, outer) in part.iter().enumerate() {
            query.push_str(&format!(
                " a{at}: areas(type: LTLA, within: \"{outer}\", first: 1000) {{ nodes {{ code validTo }} \
                 leftOut {{ area {{ code validTo }} reason }} }} \
                 b{at}: combined(indicator: \"partner:p\", areas: [\"{outer}\"]) {{ value reason parts {{ weight \
                 area {{ code }} observation {{ value }} }} }} \
                 c{at}: comparison(indicator: \"partner:p\", period: {{iso: \"2024-04-01/P1Y\"}}, across: {{ofType: {{type: \
                 LTLA, within: \"{outer}\"}}}}) {{ rows {{ area {{ code }} }} leftOut {{ area {{ code }} }} }}"
            ));
        }
        query.push('}');
        let answer = hub.run(["query", &query]).ended_with(0).json();
        assert!(answer.get("errors").is_none(), "{answer}");
        for (at, outer) in part.iter().enumerate() {
            let own = |letter: &str| &answer["data"][&format!("{letter}{at}")];
            let list = |value: &Value| value.as_array().expect("a list").clone();
            let standing = |area: &Value| area["validTo"].is_null();
            let (areas, combined, comparison) = (own("a"), own("b"), own("c"));
            let mut one = Said { figures: combined["value"].is_number(), ..Said::default() };
            one.areas =
                list(&areas["nodes"]).iter().filter(|area| standing(area)).map(|area| code(&area["code"])).collect();
            let left = list(&areas["leftOut"]);
            let left = left.iter().map(|left| &left["area"]).filter(|area| standing(area));
            one.areas_left_out = left.map(|area| code(&area["code"])).collect();
            one.compared = list(&comparison["rows"]).iter().map(|row| code(&row["area"]["code"])).collect();
            one.compared_left_out = list(&comparison["leftOut"]).iter().map(|row| code(&row["area"]["code"])).collect();
            let parts = list(&combined["parts"]);
            let parts = parts.iter().filter(|part| !part["observation"].is_null());
            one.combined =
                parts.map(|part| (code(&part["area"]["code"]), part["weight"].as_f64().expect("a share"))).collect();
            found.insert((*outer).to_owned(), one);
        }
    }
    found
}

#[test]
fn every_question_names_the_same_members_of_every_place() {
    let areas = shipped("areas.csv");
    let hub = Hub::with_reference();
    publish(&hub, &areas);
    let links = shipped("area_links.csv");
    let within = |link: &&Row| link["kind"] == "within";
    let has_members: BTreeSet<&str> = links.iter().filter(within).map(|link| link["related"].as_str()).collect();
    let outer = areas.iter().filter(|area| OUTER.contains(&area["type"].as_str()));
    let outer: Vec<&Row> = outer.filter(|area| has_members.contains(area["code"].as_str())).collect();
    // Councils that joined or left something: what lies in it at some time is more than what does on one day.
    let is_dated = |link: &&Row| !link["valid_from"].is_empty() || !link["valid_to"].is_empty();
    let dated: BTreeSet<&str> = links
        .iter()
        .filter(within)
        .filter(is_dated)
        .flat_map(|link| [link["area"].as_str(), link["related"].as_str()])
        .collect();
    let codes: Vec<&str> = outer.iter().map(|area| area["code"].as_str()).collect();
    let said = said(&hub, &codes);
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for area in &outer {
        let own = &said[&area["code"]];
        let named = format!("{} {} {}", area["type"], area["code"], area["name"]);
        let whole: BTreeSet<String> =
            own.combined.iter().filter(|(_, share)| **share >= 1.0).map(|(code, _)| code.clone()).collect();
        let parts: BTreeSet<String> =
            own.combined.iter().filter(|(_, share)| **share < 1.0).map(|(code, _)| code.clone()).collect();
        // A council without districts, or a county under its older code that is a council of one tier by its newer one.
        let newer = links
            .iter()
            .find(|link| link["kind"] == "succeeded-by" && link["weight"] == "1" && link["area"] == area["code"]);
        let newest = newer.map_or(&area["code"], |link| &link["related"]);
        if own.combined.is_empty() || *own.combined.keys().collect::<Vec<_>>() == [newest] {
            continue;
        }
        *shown.entry(area["type"].as_str()).or_default() += 1;
        if whole != own.compared {
            wrong.push(format!("{named}: combined {whole:?}, compared {:?}", own.compared));
        }
        if !parts.is_subset(&own.compared_left_out) {
            wrong.push(format!("{named}: parts {parts:?}, left out {:?}", own.compared_left_out));
        }
        let joined: BTreeSet<&String> = own.areas.difference(&own.compared).collect();
        let lost: BTreeSet<&String> = own.compared.difference(&own.areas).collect();
        if !lost.is_empty() || joined.iter().any(|code| !dated.contains(code.as_str())) {
            wrong.push(format!("{named}: areas {joined:?} more and {lost:?} fewer"));
        }
        let named_parts: BTreeSet<&String> = own.areas.union(&own.areas_left_out).collect();
        if !parts.iter().all(|part| named_parts.contains(part)) {
            wrong.push(format!("{named}: of the parts {parts:?} areas names {:?}", own.areas_left_out));
        }
        if !own.figures {
            wrong.push(format!("{named}: no figure of {:?}", own.combined));
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {:#?}", wrong.len(), outer.len(), &wrong[..wrong.len().min(15)]);
    for (kind, least) in [
        ("icb", 42),
        ("sub-icb", 100),
        ("region", 9),
        ("combined-authority", 10),
        ("metropolitan-county", 6),
        ("police-force", 43),
        ("fire-authority", 44),
        ("utla", 21),
    ] {
        assert!(shown.get(kind).is_some_and(|shown| *shown >= least), "{kind}: {shown:?}");
    }
    // Sefton lies in two locations of its board, and wholly in the board.
    let board = &said["E54000008"];
    assert!(board.areas.len() == 9 && board.areas.contains("E08000014"), "{board:?}");
}

#[test]
fn boards_have_the_councils_of_the_publishers_lookup() {
    let Some(data) = shared_data() else { return };
    let areas = shipped("areas.csv");
    let hub = Hub::with_reference();
    publish(&hub, &areas);
    let lookup = rows_of(&data.join("geography/lad24_sicbl_icb_region_police_fire_ca_dfe_cassr.csv"));
    let mut all: BTreeMap<&str, f64> = BTreeMap::new();
    let mut of: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for row in &lookup {
        let lsoas: f64 = row["lsoa21_n"].parse().expect("a number");
        *all.entry(&row["ltla24_code"]).or_default() += lsoas;
        for outer in ["icb24_code", "sicbl24_code"] {
            *of.entry((&row[outer], &row["ltla24_code"])).or_default() += lsoas;
        }
    }
    let outer: BTreeSet<&str> = of.keys().map(|(outer, _)| *outer).collect();
    let outer: Vec<&str> = outer.into_iter().collect();
    let said = said(&hub, &outer);
    // Barnsley, Sheffield: one place under two codes.
    let newest = |code: &str| match code {
        "E08000016" => "E08000038".to_owned(),
        "E08000019" => "E08000039".to_owned(),
        code => code.to_owned(),
    };
    for outer in &outer {
        let expected: BTreeMap<String, f64> = of
            .iter()
            .filter(|((own, _), _)| own == outer)
            .map(|((_, council), lsoas)| (newest(council), lsoas / all[council]))
            .collect();
        let found = &said[*outer].combined;
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{outer}");
        for (council, share) in &expected {
            assert!((found[council] - share).abs() < 1e-5, "{council} in {outer}: {} is not {share}", found[council]);
        }
    }
    assert!(outer.len() > 140, "{}", outer.len());
}
