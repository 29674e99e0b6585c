//! Scorecards of integrated care boards on publishers' real files: what is judged, what is not and why; one figure worked out
//! here once more from the raw file.

use crate::raw::rows_of;
use crate::scorecard::hub_with_everything;
use crate::support::{Engine, Hub, shared_data};
use serde_json::Value;
use std::collections::BTreeMap;

const WEST_YORKSHIRE: &str = "E54000054";
const CHESHIRE_AND_MERSEYSIDE: &str = "E54000008";

fn ask(hub: &Hub, query: &str) -> Value {
    let answer = hub.run(["query", query]).ended_with(0).json();
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].clone()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().expect("a list").clone()
}

/// The councils of a board with their shares, from the shipped links: by their old codes of the Department for Education.
fn councils(board: &str) -> BTreeMap<String, f64> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("connectors/uk-geography/data");
    let links = rows_of(&folder.join("area_links.csv"));
    let within = |outer: &str| {
        let own: Vec<_> =
            links.iter().filter(|link| link["kind"] == "within" && link["related"] == outer).cloned().collect();
        own
    };
    let codes = rows_of(&folder.join("area_codes.csv"));
    let mut shares: BTreeMap<String, f64> = BTreeMap::new();
    for location in within(board) {
        for council in within(&location["area"]) {
            let old = codes.iter().find(|code| {
                code["area"] == council["area"] && code["scheme"] == "dfe-old-la" && code["valid_to"].is_empty()
            });
            if let Some(old) = old {
                let weight: f64 = council["weight"].parse().expect("a share");
                *shares.entry(old["code"].clone()).or_default() += weight;
            }
        }
    }
    shares
}

#[test]
fn a_boards_figure_is_that_of_its_councils() {
    let Some(data) = shared_data() else { return };
    let hub = hub_with_everything(Engine::Sqlite, &data);
    let rows = rows_of(&data.join("dfe/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv"));
    let query = format!(
        "{{ scorecard(framework: \"bradford-better-health-better-lives\", areas: [\"{WEST_YORKSHIRE}\", \
         \"{CHESHIRE_AND_MERSEYSIDE}\"]) {{ rows {{ measure {{ title }} cells {{ area {{ code }} parts {{ indicator {{ id }} latest {{ \
         value lowerCi upperCi standing note period {{ iso }} release {{ number }} dataset {{ id }} putTogether {{ how apportioned \
         reason parts {{ weight area {{ code }} }} }} }} beside {{ rank {{ rank n }} rankReason }} reason }} }} }} }} }}"
    );
    let card = ask(&hub, &query)["scorecard"].clone();
    for board in [WEST_YORKSHIRE, CHESHIRE_AND_MERSEYSIDE] {
        let shares = councils(board);
        let (mut count, mut of) = (0.0, 0.0);
        for row in
            rows.iter().filter(|row| row["geographic_level"] == "Local authority" && row["time_period"] == "2025")
        {
            let Some(share) = shares.get(&row["old_la_code"]) else { continue };
            let number = |column: &str| row[column].parse::<f64>().expect("a number");
            count += share * number("rereferral_count");
            of += share * number("referral_count");
        }
        let cells = list(&card["rows"]).into_iter().flat_map(|row| list(&row["cells"]));
        let parts = cells.filter(|cell| cell["area"]["code"] == board).flat_map(|cell| list(&cell["parts"]));
        let mut found = parts.filter(|part| part["indicator"]["id"] == "csc-re-referrals-within-12-months");
        let part = found.next().expect("the part");
        let latest = &part["latest"];
        assert_eq!(latest["period"]["iso"], "2024-04-01/P1Y", "{part}");
        let value = latest["value"].as_f64().expect("a value");
        assert!((value - 100.0 * count / of).abs() < 1e-9, "{value} is not {count} of {of}");
        // Wilson's limits of the sums.
        let (z, p) = (1.959_963_984_540_054_f64, count / of);
        let centre = (p + z * z / (2.0 * of)) / (1.0 + z * z / of);
        let half = z / (1.0 + z * z / of) * (p * (1.0 - p) / of + z * z / (4.0 * of * of)).sqrt();
        for (field, limit) in [("lowerCi", centre - half), ("upperCi", centre + half)] {
            assert!((latest[field].as_f64().expect("a limit") - 100.0 * limit).abs() < 1e-9, "{latest}");
        }
        assert_eq!(
            (&latest["standing"], &latest["dataset"]["id"]),
            (&"OFFICIAL".into(), &"dfe-children-in-need".into())
        );
        let how = latest["putTogether"]["how"].as_str().expect("how");
        let whole = shares.values().filter(|share| **share > 0.999).count();
        assert!(how.starts_with(&format!("combined from {whole} councils")), "{how}");
        assert_eq!(latest["putTogether"]["apportioned"], shares.len() > whole, "{how}");
        assert_eq!(latest["note"], how);
        // Ranked among the other boards, put together as well.
        let of = part["beside"]["rank"]["n"].as_u64().expect("a rank");
        assert!(of > 30, "{part}");
    }

    // The same figure by the two other questions.
    let other = format!(
        "{{ combined(indicator: \"csc-re-referrals-within-12-months\", areas: [\"{WEST_YORKSHIRE}\"]) {{ value }} \
         comparison(indicator: \"csc-re-referrals-within-12-months\", across: {{ofType: {{type: ICB}}}}, benchmark: \"E92000001\") {{ \
         ranked period {{ iso }} dataset {{ id }} groupAverageOf leftOut {{ area {{ code }} reason }} rows {{ area {{ code }} value \
         lowerCi standing judgement rank missing reason observation {{ value }} putTogether {{ how parts {{ weight }} }} }} }} }}"
    );
    let found = ask(&hub, &other);
    let compared = &found["comparison"];
    let row = list(&compared["rows"]).into_iter().find(|row| row["area"]["code"] == WEST_YORKSHIRE).expect("its row");
    assert_eq!(row["value"], found["combined"]["value"], "{row}");
    assert!(row["observation"].is_null() && row["putTogether"]["how"].is_string(), "{row}");
    assert!(row["judgement"].is_string() && row["rank"].is_u64(), "{row}");
    let all = list(&compared["rows"]);
    println!("{} boards, {} ranked, left out {}", all.len(), compared["ranked"], list(&compared["leftOut"]).len());
    for row in all.iter().filter(|row| row["value"].is_null()) {
        assert!(row["reason"].is_string() && row["missing"].is_string(), "{row}");
        println!("{}: {}", row["area"]["code"], row["reason"]);
    }
    assert!(compared["ranked"].as_u64().is_some_and(|ranked| ranked > 30), "{compared}");
}

#[test]
fn what_is_judged_of_a_board_and_what_is_not() {
    let Some(data) = shared_data() else { return };
    let hub = hub_with_everything(Engine::Sqlite, &data);
    let frameworks = ask(&hub, "{ frameworks { id } }");
    let (mut judged, mut not) = (0, BTreeMap::<String, usize>::new());
    for framework in list(&frameworks["frameworks"]) {
        let id = framework["id"].as_str().expect("an id");
        // By the names that people write.
        let names = "NHS West Yorkshire,Cheshire and Merseyside ICB";
        let report = hub.run(["report", "scorecard", id, "--areas", names, "--format", "json"]).ended_with(0).json();
        for measure in list(&report["measures"]) {
            for place in list(&measure["places"]) {
                for series in list(&place["series"]) {
                    for judgement in list(&series["judgements"]) {
                        // Each status stands in the column of whose it is.
                        let columns = ["stated_status", "proposed_status", "compared_status"];
                        let mut own = columns.iter().filter_map(|column| judgement[*column].as_str());
                        let status = own.find(|status| *status != "not-a-promise").expect("a status");
                        let why = judgement["reason"].as_str();
                        let name = place["place"]["name"].as_str().expect("a name");
                        println!(
                            "{id} | {} | {} | {name} | {status} | {}",
                            measure["id"],
                            series["indicator"]["id"],
                            why.unwrap_or("")
                        );
                        if status == "not-assessable" {
                            *not.entry(why.expect("a reason").to_owned()).or_default() += 1;
                        } else {
                            judged += 1;
                        }
                    }
                }
            }
        }
    }
    println!("{judged} judged, {} not", not.values().sum::<usize>());
    assert!(judged >= 10, "{judged}: {not:#?}");
    // What is not put together says so in a sentence of its own.
    let reasons: Vec<&String> = not.keys().collect();
    assert!(reasons.iter().any(|why| why.contains("cannot be put together")), "{reasons:#?}");
}
