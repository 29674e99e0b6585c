//! Figures put together, and slopes across groups.

use super::fake::{Fake, answered, area, council, dataset, indicator, indicator_of, link, refused};
use crate::outcomes::{
    Access, AreaLink, AreaType, Figure, LinkKind, MissingKind, Polarity, ReferenceRow, ReleaseNumber, Standing,
    ValueType,
};
use serde_json::{Value, json};
use std::sync::Arc;

const YEAR: &str = "2024-04-01/P1Y";

fn part_of(inner: &str, outer: &str, weight: f64) -> ReferenceRow {
    let (area, related, weight) = (inner.into(), outer.into(), Some(weight));
    ReferenceRow::AreaLink(AreaLink { area, related, kind: LinkKind::Within, weight, valid_from: None, valid_to: None })
}

/// The sample, and a board of two sub-ICB locations: the first is all of council 1 and a quarter of council 2, the second
/// the rest of council 2. Councils 1 to 4 have a share; that of council 3 is suppressed. Bradford has one, its region none.
fn hub() -> (Fake, ReleaseNumber) {
    let mut fake = Fake::sample();
    let release = fake.release("rates", "2025-05-02T00:00:00Z", Standing::Official);
    let rows = vec![
        dataset("rates", Access::Open),
        indicator("share", Polarity::LowIsGood, None, &[]),
        indicator_of("dsr", ValueType::Dsr, Some(100_000.0), Polarity::LowIsGood),
        area("QZZ", "The board", AreaType::Icb, None, None),
        area("QAA", "First location", AreaType::SubIcb, None, None),
        area("QBB", "Second location", AreaType::SubIcb, None, None),
        link("QAA", "QZZ", LinkKind::Within),
        link("QBB", "QZZ", LinkKind::Within),
        link(&council(1), "QAA", LinkKind::Within),
        part_of(&council(2), "QAA", 0.25),
        part_of(&council(2), "QBB", 0.75),
    ];
    fake.refer(release, "rates", rows);
    for indicator in ["share", "dsr"] {
        let slice = fake.slice("rates", indicator, "persons", None);
        for (at, value) in [(1, 10.0), (2, 30.0), (4, 50.0)] {
            fake.figure(slice, &council(at), YEAR, Figure::Number(value), release);
        }
        fake.figure(slice, &council(3), YEAR, Figure::Missing(MissingKind::Suppressed), release);
        fake.figure(slice, "E08000032", YEAR, Figure::Number(20.0), release);
        fake.figure(slice, "E08000016", YEAR, Figure::Number(40.0), release);
    }
    fake.set_head(release);
    (fake, release)
}

fn question(indicator: &str, areas: &[&str]) -> String {
    let areas = areas.iter().map(|code| format!("\"{code}\"")).collect::<Vec<_>>().join(", ");
    format!(
        "{{ combined(indicator: \"{indicator}\", areas: [{areas}]) {{ period {{ iso }} dataset {{ id }} value lowerCi upperCi
            ciDerived count denominator apportioned parts {{ area {{ name }} weight observation {{ value }} }} missing
            reason }} }}"
    )
}

async fn combined(indicator: &str, areas: &[&str]) -> Value {
    let (mut json, statements) = answered(&Arc::new(hub().0), &question(indicator, areas)).await;
    assert_eq!(statements, 1);
    json["combined"].take()
}

/// What is refused has no number at all.
#[track_caller]
fn assert_refused(found: &Value, missing: &str, words: &str) {
    for field in ["value", "lowerCi", "upperCi", "count", "denominator"] {
        assert_eq!(found[field], Value::Null, "{field}: {found:#}");
    }
    assert_eq!(found["missing"], missing, "{found:#}");
    assert!(found["reason"].as_str().is_some_and(|why| why.contains(words)), "{found:#}");
}

#[tokio::test]
async fn places_are_summed_and_their_interval_is_that_of_the_sums() {
    let found = combined("share", &["E06000001", "E06000002"]).await;
    assert_eq!(
        (&found["value"], &found["count"], &found["denominator"]),
        (&json!(20.0), &json!(400.0), &json!(2000.0))
    );
    // Wilson's limits of 400 in 2,000.
    let (p, n, z) = (0.2_f64, 2_000.0_f64, 1.959_963_984_540_054_f64);
    let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    for (field, limit) in [("lowerCi", centre - half), ("upperCi", centre + half)] {
        assert!((found[field].as_f64().expect("a limit") - 100.0 * limit).abs() < 1e-9, "{found:#}");
    }
    assert_eq!((&found["ciDerived"], &found["apportioned"]), (&json!(true), &json!(false)));
    assert_eq!((&found["missing"], &found["reason"]), (&Value::Null, &Value::Null));
    assert_eq!(found["period"]["iso"], YEAR);
}

#[tokio::test]
async fn a_suppressed_part_refuses_the_sum_and_is_named() {
    let found = combined("share", &["E06000001", "E06000003"]).await;
    assert_refused(&found, "SUPPRESSED", "Council 3 is suppressed");
    // One that has no figure at all is named too.
    let found = combined("share", &["E06000001", "E06000005"]).await;
    assert_refused(&found, "NOT_AVAILABLE", "there is no figure of Council 5 for 2024/25");
}

#[tokio::test]
async fn standardised_rates_are_not_put_together() {
    let found = combined("dsr", &["E06000001", "E06000002"]).await;
    assert_refused(&found, "NOT_APPLICABLE", "a directly standardised rate cannot be put together");
}

#[tokio::test]
async fn nobody_is_counted_twice() {
    let fake = Arc::new(hub().0);
    for twice in [["E06000001", "E06000001"], ["E08000016", "E08000038"]] {
        let (code, message) = refused(&fake, &question("share", &twice)).await;
        assert_eq!(code, "BAD_INPUT");
        assert!(message.contains("is named twice"), "{message}");
    }
    // Of the region nothing is published: Bradford would come in by itself and as a part of it.
    let found = combined("share", &["E12000003", "E08000032"]).await;
    assert_refused(&found, "NOT_AVAILABLE", "counted twice");
    // A quarter of council 2 lies in the location.
    let found = combined("share", &["QAA", "E06000002"]).await;
    assert_refused(&found, "NOT_AVAILABLE", "counted twice");
    let found = combined("share", &["QZZ", "QAA"]).await;
    assert_refused(&found, "NOT_AVAILABLE", "counted twice");
}

#[tokio::test]
async fn a_place_within_another_that_has_its_own_figure_is_refused() {
    let (mut fake, release) = hub();
    let slice = fake.slice("rates", "share", "persons", None);
    fake.figure(slice, "E12000003", YEAR, Figure::Number(25.0), release);
    let (json, _) = answered(&Arc::new(fake), &question("share", &["E12000003", "E08000032"])).await;
    let words = "Bradford lies in Yorkshire and The Humber: its people would be counted twice";
    assert_refused(&json["combined"], "NOT_AVAILABLE", words);
}

#[tokio::test]
async fn an_area_of_parts_of_councils_is_put_together_by_share() {
    let first = combined("share", &["QAA"]).await;
    // All of council 1 (100 in 1,000) and a quarter of council 2 (300 in 1,000).
    assert_eq!((&first["count"], &first["denominator"]), (&json!(175.0), &json!(1250.0)));
    assert!((first["value"].as_f64().expect("a number") - 14.0).abs() < 1e-9, "{first:#}");
    assert_eq!(first["apportioned"], true);
    assert_eq!(
        first["parts"],
        json!([
            {"area": {"name": "Council 1"}, "weight": 1.0, "observation": {"value": 10.0}},
            {"area": {"name": "Council 2"}, "weight": 0.25, "observation": {"value": 30.0}},
        ])
    );
    let both = combined("share", &["QAA", "QBB"]).await;
    let board = combined("share", &["QZZ"]).await;
    for whole in [&both, &board] {
        assert_eq!((&whole["count"], &whole["denominator"]), (&json!(400.0), &json!(2000.0)), "{whole:#}");
    }
    // The board holds the whole of both councils.
    assert_eq!((&board["apportioned"], &both["apportioned"]), (&json!(false), &json!(true)));
}

const WORDS: [&str; 10] = [
    "Most",
    "Second most",
    "Third more",
    "Fourth more",
    "Fifth more",
    "Fifth less",
    "Fourth less",
    "Third less",
    "Second least",
    "Least",
];

/// Publishes a share for each decile of deprivation, falling by five from the most deprived.
/// Council 9 was made after the year of the figures and lies in the first location; council 4 is what it was made of.
async fn with_a_new_council(predecessor_lies_there: bool) -> Value {
    let (mut fake, _) = hub();
    let release = fake.release("more", "2025-05-03T00:00:00Z", Standing::Official);
    let mut rows = vec![
        dataset("more", Access::Open),
        area(&council(9), "The new council", AreaType::Utla, Some("2025-04-01"), None),
        link(&council(9), "QAA", LinkKind::Within),
        link(&council(4), &council(9), LinkKind::SucceededBy),
        // Not one to one: what was published for the one is no figure of the other.
        link(&council(5), &council(9), LinkKind::SucceededBy),
    ];
    if predecessor_lies_there {
        rows.extend([4, 5].map(|at| link(&council(at), "QAA", LinkKind::Within)));
    }
    fake.refer(release, "more", rows);
    let slice = fake.slice("more", "share", "persons", None);
    for (at, value) in [(1, 10.0), (2, 30.0), (4, 50.0), (5, 50.0)] {
        fake.figure(slice, &council(at), YEAR, Figure::Number(value), release);
    }
    fake.set_head(release);
    let query = question("share", &["QAA"]).replace("combined(", "combined(dataset: \"more\", ");
    answered(&Arc::new(fake), &query).await.0["combined"].take()
}

#[tokio::test]
async fn a_council_yet_to_be_made_is_left_out_only_where_its_predecessors_are_parts() {
    assert_refused(&with_a_new_council(false).await, "NOT_AVAILABLE", "The new council");
    let found = with_a_new_council(true).await;
    assert!(found["value"].is_number(), "{found:#}");
    assert_eq!(found["parts"].as_array().expect("parts").len(), 4, "{found:#}");
}

fn deciles(fake: &mut Fake, release: ReleaseNumber, code: &str, most: f64, hidden: Option<usize>) {
    for (at, word) in WORDS.into_iter().enumerate() {
        let name = format!("{word} deprived decile (IMD2019)");
        let slice = fake.slice("rates", "share", "persons", Some(("deprivation", &name)));
        let value = most - 5.0 * f64::from(u8::try_from(at).expect("few"));
        let value = if hidden == Some(at) { Figure::Missing(MissingKind::Suppressed) } else { Figure::Number(value) };
        fake.figure(slice, code, YEAR, value, release);
    }
}

async fn inequality(fake: Fake, code: &str) -> Value {
    let query = format!(
        "{{ inequality(indicator: \"share\", area: \"{code}\", categoryType: \"deprivation\") {{ area {{ code }}
            period {{ iso }} sii siiLowerCi siiUpperCi rii range groups {{ value category {{ name }} area {{ code }} }}
            missing reason }} }}"
    );
    let (mut json, statements) = answered(&Arc::new(fake), &query).await;
    assert_eq!(statements, 1);
    json["inequality"].take()
}

#[tokio::test]
async fn all_deciles_make_a_slope() {
    let (mut fake, release) = hub();
    deciles(&mut fake, release, "E08000032", 60.0, None);
    let found = inequality(fake, "E08000032").await;
    // On one line, falling by five a tenth: from 62.5 at the one end to 12.5 at the other.
    for (field, expected) in [("sii", -50.0), ("rii", 0.2), ("range", -45.0)] {
        assert!((found[field].as_f64().expect("a number") - expected).abs() < 1e-9, "{field}: {found:#}");
    }
    let limit = |field: &str| found[field].as_f64().expect("a limit");
    assert!(limit("siiLowerCi") < -50.0 && -50.0 < limit("siiUpperCi"));
    let groups = found["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 10);
    assert_eq!(groups[0]["category"]["name"], "Most deprived decile (IMD2019)");
    assert_eq!((&groups[9]["value"], &found["reason"]), (&json!(15.0), &Value::Null));
}

#[tokio::test]
async fn one_suppressed_decile_leaves_no_slope_and_is_named() {
    let (mut fake, release) = hub();
    deciles(&mut fake, release, "E08000032", 60.0, Some(2));
    let found = inequality(fake, "E08000032").await;
    for field in ["sii", "siiLowerCi", "siiUpperCi", "rii", "range"] {
        assert_eq!(found[field], Value::Null, "{field}");
    }
    assert_eq!(found["missing"], "SUPPRESSED");
    assert!(found["reason"].as_str().is_some_and(|why| why.contains("Third more deprived decile")), "{found:#}");
    assert_eq!(found["groups"].as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn a_recoded_place_has_the_slope_of_its_older_code() {
    let (mut fake, release) = hub();
    deciles(&mut fake, release, "E08000016", 60.0, None);
    let found = inequality(fake, "E08000038").await;
    assert!((found["sii"].as_f64().expect("a number") + 50.0).abs() < 1e-9, "{found:#}");
    assert_eq!(
        (&found["area"]["code"], &found["groups"][0]["area"]["code"]),
        (&json!("E08000038"), &json!("E08000016"))
    );
    // Where both codes have them, the newer code's stand, once each.
    let (mut fake, release) = hub();
    deciles(&mut fake, release, "E08000016", 60.0, None);
    deciles(&mut fake, release, "E08000038", 70.0, None);
    let found = inequality(fake, "E08000016").await;
    assert_eq!(found["groups"].as_array().map(Vec::len), Some(10));
    assert_eq!((&found["groups"][0]["value"], &found["groups"][9]["value"]), (&json!(70.0), &json!(25.0)));
}

#[tokio::test]
async fn a_council_in_two_parts_of_a_board_lies_in_the_board_and_in_neither_part() {
    let fake = Arc::new(hub().0);
    let query = "{ board: areas(type: UTLA, within: \"QZZ\") { nodes { name } leftOut { area { name } } }
        first: areas(within: \"QAA\") { nodes { name } leftOut { area { name } reason } }
        observations(where: {indicators: [\"share\"], within: \"QAA\"}) { nodes { value } leftOut { area { name } reason } }
        comparison(indicator: \"share\", across: {ofType: {type: UTLA, within: \"QAA\"}}) {
            rows { value } leftOut { area { name } reason } } }";
    let (json, _) = answered(&fake, query).await;
    assert_eq!(json["board"], json!({"nodes": [{"name": "Council 1"}, {"name": "Council 2"}], "leftOut": []}));
    assert_eq!(json["first"]["nodes"], json!([{"name": "Council 1"}]));
    assert_eq!(json["observations"]["nodes"], json!([{"value": 10.0}]));
    assert_eq!(json["comparison"]["rows"], json!([{"value": 10.0}]));
    for question in ["first", "observations", "comparison"] {
        let left = &json[question]["leftOut"];
        assert_eq!((left.as_array().map(Vec::len), &left[0]["area"]["name"]), (Some(1), &json!("Council 2")), "{left}");
        let reason = left[0]["reason"].as_str().expect("a reason");
        assert!(reason.starts_with("25.0% of Council 2 (E06000002) lies in First location (QAA)"), "{reason}");
    }
}

#[tokio::test]
async fn places_without_figures_are_compared_as_they_are_put_together() {
    let (fake, _) = hub();
    let fake = Arc::new(fake);
    let question = |indicator: &str| {
        format!(
            "{{ comparison(indicator: \"{indicator}\", across: {{areas: [\"QZZ\", \"QAA\", \"QBB\", \"E06000001\"]}}, benchmark: \"QZZ\") {{
                ranked dataset {{ id }} period {{ iso }} groupAverageReason rows {{ area {{ code }} value lowerCi rank standing missing reason
                judgement observation {{ value }} putTogether {{ how apportioned reason parts {{ area {{ code }} weight }} }} }} }} }}"
        )
    };
    let (json, statements) = answered(&fake, &question("share")).await;
    assert_eq!(statements, 2, "one for what is published, one for the councils of the others");
    let found = &json["comparison"];
    let rows = found["rows"].as_array().expect("rows");
    let values: Vec<f64> = rows.iter().map(|row| row["value"].as_f64().expect("a value")).collect();
    for (value, expected) in values.iter().zip([20.0, 14.0, 30.0, 10.0]) {
        assert!((value - expected).abs() < 1e-9, "{values:?}");
    }
    assert_eq!(found["period"]["iso"], YEAR);
    let ranks: Vec<&Value> = rows.iter().map(|row| &row["rank"]).collect();
    assert_eq!(ranks, [&json!(3), &json!(2), &json!(4), &json!(1)]);
    let second = &rows[1]["putTogether"];
    assert_eq!(second["how"], "combined from 1 council and a part of 1 more, by its share of LSOAs");
    assert_eq!((&second["apportioned"], &second["parts"][1]["weight"]), (&json!(true), &json!(0.25)));
    assert!(rows[1]["observation"].is_null() && rows[1]["lowerCi"].is_f64() && rows[1]["standing"] == "OFFICIAL");
    assert!(rows[3]["observation"].is_object() && rows[3]["putTogether"].is_null(), "published");
    // The board and its parts are of the same people.
    assert!(found["groupAverageReason"].as_str().is_some_and(|why| why.contains("counted twice")), "{found}");

    let (json, _) = answered(&fake, &question("dsr")).await;
    let row = &json["comparison"]["rows"][0];
    assert_eq!((&row["value"], &row["missing"], &row["rank"]), (&Value::Null, &json!("NOT_APPLICABLE"), &Value::Null));
    let reason = row["reason"].as_str().expect("a reason");
    assert!(
        reason.contains("no figure is published of it; a directly standardised rate cannot be put together"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_suppressed_council_hides_the_sum_that_a_comparison_would_show() {
    let (mut fake, release) = hub();
    let rows =
        vec![area("QCC", "Third location", AreaType::SubIcb, None, None), link(&council(3), "QCC", LinkKind::Within)];
    fake.refer(release, "rates", rows);
    fake.refer(release, "rates", vec![link(&council(4), "QCC", LinkKind::Within)]);
    let query = "{ comparison(indicator: \"share\", across: {ofType: {type: SUB_ICB}}) {
        ranked rows { area { code } value missing reason } } }";
    let (json, _) = answered(&Arc::new(fake), query).await;
    let rows = json["comparison"]["rows"].as_array().expect("rows").clone();
    let third = rows.iter().find(|row| row["area"]["code"] == "QCC").expect("its row");
    assert_eq!((&third["value"], &third["missing"]), (&Value::Null, &json!("SUPPRESSED")), "{third}");
    assert!(third["reason"].as_str().is_some_and(|why| why.contains("Council 3 is suppressed")), "{third}");
    assert_eq!(json["comparison"]["ranked"], 2);
}
