//! That an answer is never double, mixed or silently partial.

use super::State;
use super::fake::{Fake, answered, area, council, dataset, indicator, link, now};
use crate::access::Viewer;
use crate::outcomes::{
    Access, AreaType, Figure, FrameworkDocument, LinkKind, MissingKind, Neighbour, Polarity, ReferenceRow, Standing,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The sample, and figures of the indicator `rate` for two places that were recoded: of Barnsley the older code comes
/// first in the order of pages, of Somerset the newer.
fn recoded() -> Fake {
    let mut fake = Fake::sample();
    let release = fake.release("rates", "2025-05-02T00:00:00Z", Standing::Official);
    let rows = vec![
        dataset("rates", Access::Open),
        indicator("rate", Polarity::None, None, &["rates"]),
        area("E10000027", "Somerset", AreaType::Utla, None, Some("2023-03-31")),
        area("E06099999", "Somerset", AreaType::Utla, Some("2023-04-01"), None),
        link("E10000027", "E06099999", LinkKind::SucceededBy),
    ];
    fake.refer(release, "rates", rows);
    let slice = fake.slice("rates", "rate", "persons", None);
    let years = ["2021-04-01/P1Y", "2022-04-01/P1Y", "2023-04-01/P1Y", "2024-04-01/P1Y"];
    for (older, newer) in [("E08000016", "E08000038"), ("E10000027", "E06099999")] {
        // The newer code's restates all but the first year.
        for year in &years[1..] {
            fake.figure(slice, newer, year, Figure::Number(2.0), release);
        }
        for year in &years[..3] {
            fake.figure(slice, older, year, Figure::Number(1.0), release);
        }
    }
    fake.figure(slice, "E08000032", years[0], Figure::Number(3.0), release);
    fake.set_head(release);
    fake
}

/// Data of the answer, and the statements that it took.
async fn ask(state: &State, query: &str) -> (Value, usize) {
    let answer = state.answer(Viewer::public(), query, None, None).await;
    let mut json: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert!(json.get("errors").is_none(), "{json:#}");
    (json["data"].take(), answer.statements)
}

#[tokio::test]
async fn a_recoded_place_has_one_figure_a_period_whatever_the_page() {
    let state = State::new(Arc::new(recoded()), Arc::new(now()));
    let iso = "periods: {iso: [\"2021-04-01/P1Y\", \"2022-04-01/P1Y\", \"2023-04-01/P1Y\", \"2024-04-01/P1Y\"]}";
    let bounds = "periods: {from: \"2022-03-31\", to: \"2025-03-31\"}";
    let old = "areas: [\"E08000016\", \"E10000027\", \"E08000032\"]";
    for filter in ["", iso, bounds, old] {
        for first in [1, 2, 3, 4, 5, 1000] {
            let mut after = String::new();
            let mut seen = Vec::new();
            loop {
                let query = format!(
                    "{{ observations(where: {{indicators: [\"rate\"], {filter}}}, first: {first}{after}) {{
                        nodes {{ area {{ code name }} period {{ label }} value }} pageInfo {{ hasNextPage endCursor }} }} }}"
                );
                let (json, statements) = ask(&state, &query).await;
                assert!(statements <= 2, "{statements} statements");
                let page = &json["observations"];
                let nodes = page["nodes"].as_array().expect("a list");
                assert!(nodes.len() == first || page["pageInfo"]["hasNextPage"] == false);
                seen.extend(nodes.iter().map(|node| {
                    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                    let value = node["value"].to_string();
                    (text(&node["area"]["name"]), text(&node["period"]["label"]), text(&node["area"]["code"]), value)
                }));
                if page["pageInfo"]["hasNextPage"] == false {
                    break;
                }
                after = format!(", after: {}", page["pageInfo"]["endCursor"]);
            }
            seen.sort();
            let seen: Vec<_> =
                seen.iter().map(|(name, label, code, value)| [name.as_str(), label, code, value]).collect();
            let expected = [
                ["Barnsley", "2021/22", "E08000016", "1.0"],
                ["Barnsley", "2022/23", "E08000038", "2.0"],
                ["Barnsley", "2023/24", "E08000038", "2.0"],
                ["Barnsley", "2024/25", "E08000038", "2.0"],
                ["Bradford", "2021/22", "E08000032", "3.0"],
                ["Somerset", "2021/22", "E10000027", "1.0"],
                ["Somerset", "2022/23", "E06099999", "2.0"],
                ["Somerset", "2023/24", "E06099999", "2.0"],
                ["Somerset", "2024/25", "E06099999", "2.0"],
            ];
            assert_eq!(seen, expected, "{filter}, first {first}");
        }
    }
    let latest =
        "{ observations(where: {indicators: [\"rate\"], periods: {latest: true}}) { nodes { area { code } } } }";
    let (json, _) = ask(&state, latest).await;
    let mut codes: Vec<_> =
        json["observations"]["nodes"].as_array().expect("a list").iter().map(Value::to_string).collect();
    codes.sort();
    assert_eq!(codes, ["E06099999", "E08000032", "E08000038"].map(|code| json!({"area": {"code": code}}).to_string()));
    let (_, statements) =
        ask(&state, "{ observations(where: {indicators: [\"rate\"], areas: [\"E08000032\"]}) { nodes { value } } }")
            .await;
    assert_eq!(statements, 1);
}

#[tokio::test]
async fn other_datasets_are_named_and_never_mixed_in() {
    let state = State::new(Arc::new(Fake::sample()), Arc::new(now()));
    let query = "{
        open: observations(where: {indicators: [\"re-referrals\", \"life-expectancy\"], areas: [\"E12000003\"]}) {
            nodes { value } otherDatasets { indicator { id } asked { id } others { id } } }
        everything: observations(where: {}) { otherDatasets { indicator { id } } }
        named: observations(where: {indicators: [\"re-referrals\"], datasets: [\"profiles\"], areas: [\"E12000003\"]}) {
            nodes { value } otherDatasets { asked { id } } }
        series(indicator: \"re-referrals\", area: \"E08000032\") { dataset { id } otherDatasets { id } reason }
        elsewhere: series(indicator: \"re-referrals\", area: \"E12000003\", dataset: \"cin\") { missing reason otherDatasets { id } }
        unsupplied: series(indicator: \"life-expectancy\", area: \"E08000032\", dataset: \"cin\") { reason }
        nowhere: series(indicator: \"re-referrals\", area: \"E10000006\") { missing reason otherDatasets { id } }
        comparison(indicator: \"re-referrals\", across: {areas: [\"E08000032\", \"E12000003\"]}) { rows { value reason } }
        alone: comparison(indicator: \"life-expectancy\", sex: \"male\", across: {areas: [\"E08000032\", \"E12000003\"]}) {
            rows { value reason } } }";
    let (json, _) = ask(&state, query).await;
    let also = "`profiles` also supplies the indicator: name it in `dataset`";
    let choice = json!([{"indicator": {"id": "re-referrals"}, "asked": {"id": "cin"}, "others": [{"id": "profiles"}]}]);
    assert_eq!(json["open"], json!({"nodes": [], "otherDatasets": choice}));
    assert_eq!(json["everything"]["otherDatasets"], json!([{"indicator": {"id": "re-referrals"}}]));
    assert_eq!(json["named"], json!({"nodes": [{"value": 26.0}], "otherDatasets": []}));
    let others = json!([{"id": "profiles"}]);
    assert_eq!(json["series"], json!({"dataset": {"id": "cin"}, "otherDatasets": others, "reason": null}));
    let reason = format!("no figure for this area; the indicator is published by cin; {also}");
    assert_eq!(json["elsewhere"], json!({"missing": "NOT_AVAILABLE", "reason": reason, "otherDatasets": others}));
    assert_eq!(json["unsupplied"]["reason"], format!("no figure of the indicator is published by `cin`; {also}"));
    let reason = "no figure for this area; the indicator is published by cin, profiles";
    assert_eq!(json["nowhere"], json!({"missing": "NOT_AVAILABLE", "reason": reason, "otherDatasets": []}));
    let reason = format!("no figure for this period; {also}");
    assert_eq!(json["comparison"]["rows"], json!([{"value": 23.1, "reason": null}, {"value": null, "reason": reason}]));
    let alone = json["alone"]["rows"][1]["reason"].as_str().expect("a reason");
    assert!(alone.starts_with("no figure is published of it; there is no figure of Barnsley for "), "{alone}");
}

/// Code and message of the first error.
async fn error(state: &State, query: &str) -> (String, String) {
    let answer = state.answer(Viewer::public(), query, None, None).await;
    let json: Value = serde_json::from_slice(&answer.body).expect("JSON");
    let error = &json["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

#[tokio::test]
async fn a_series_has_periods_of_one_length() {
    let mut fake = Fake::sample();
    let release = fake.release("profiles", "2025-05-02T00:00:00Z", Standing::Official);
    let slice = fake.slice("profiles", "life-expectancy", "male", None);
    for period in ["2021-01-01/P1Y", "2022-01-01/P1Y", "2023-01-01/P1Y", "2021-01-01/P3Y"] {
        fake.figure(slice, "E08000032", period, Figure::Number(60.0), release);
    }
    fake.figure(slice, "E92000001", "2023-01-01/P1Y", Figure::Number(61.0), release);
    fake.set_head(release);
    let state = State::new(Arc::new(fake), Arc::new(now()));
    let series = |area: &str, more: &str| {
        format!(
            "{{ series(indicator: \"life-expectancy\", area: \"{area}\", sex: \"male\"{more}) {{
                periods {{ iso }} missing reason }} }}"
        )
    };
    let (code, message) = error(&state, &series("E08000032", "")).await;
    assert_eq!(code, "BAD_INPUT");
    assert!(message.ends_with("name one with `periodLength`: P1Y, P3Y"), "{message}");
    let (code, message) = error(&state, &series("E08000032", ", periodLength: \"three years\"")).await;
    assert_eq!(code, "BAD_INPUT", "{message}");

    let (json, _) = ask(&state, &series("E08000032", ", periodLength: \"P3Y\"")).await;
    let periods = json!([{"iso": "2021-01-01/P3Y"}, {"iso": "2022-01-01/P3Y"}]);
    assert_eq!(json["series"], json!({"periods": periods, "missing": null, "reason": null}));
    let (json, _) = ask(&state, &series("E08000032", ", periodLength: \"P12M\"")).await;
    assert_eq!(json["series"]["periods"].as_array().map(Vec::len), Some(3));
    // One length only: it need not be named, and another has nothing.
    let (json, _) = ask(&state, &series("E92000001", "")).await;
    assert_eq!(json["series"]["periods"], json!([{"iso": "2023-01-01/P1Y"}]));
    let (json, _) = ask(&state, &series("E92000001", ", periodLength: \"P3Y\"")).await;
    let reason = "no figure for this area for periods of this length; there are P1Y";
    assert_eq!(json["series"], json!({"periods": [], "missing": "NOT_AVAILABLE", "reason": reason}));
}

#[tokio::test]
async fn runs_are_listed_of_a_dataset_that_is_not_in_the_catalogue() {
    let mut fake = Fake::sample();
    // Nothing of it is published: no row describes it.
    let run = fake.release("refused", "2025-05-02T00:00:00Z", Standing::Official);
    let state = State::new(Arc::new(fake), Arc::new(now()));
    let query = "{ dataset(id: \"refused\") { id }
        refused: runs(dataset: \"refused\") { totalCount nodes { number dataset { id } } }
        cin: runs(dataset: \"cin\", first: 1) { totalCount nodes { dataset { id } } pageInfo { hasNextPage endCursor } }
        same: dataset(id: \"cin\") { runs(first: 1) { pageInfo { endCursor } } }
        unknown: runs(dataset: \"no-such\") { totalCount nodes { id } } }";
    let (json, _) = ask(&state, query).await;
    assert_eq!(json["dataset"], Value::Null);
    assert_eq!(json["refused"], json!({"totalCount": 1, "nodes": [{"number": run, "dataset": null}]}));
    assert_eq!(json["unknown"], json!({"totalCount": 0, "nodes": []}));
    let page = &json["cin"]["pageInfo"];
    assert_eq!((&json["cin"]["totalCount"], &page["hasNextPage"]), (&json!(2), &json!(true)));
    assert_eq!(page["endCursor"], json["same"]["runs"]["pageInfo"]["endCursor"]);
    let next = format!("{{ runs(dataset: \"cin\", after: {}) {{ nodes {{ id number }} }} }}", page["endCursor"]);
    let (json, _) = ask(&state, &next).await;
    assert_eq!(json["runs"]["nodes"], json!([{"id": "run/2", "number": 2}]));
}

#[tokio::test]
async fn before_the_first_release_an_error_says_so() {
    let state = State::new(Arc::new(Fake::sample()), Arc::new(now()));
    for question in [
        "observations(where: {indicators: [\"re-referrals\"]}, asOf: \"2020-01-01T00:00:00Z\") { nodes { value } }",
        "observations(where: {datasets: [\"cin\"]}, asOf: \"2020-01-01T00:00:00Z\") { nodes { value } }",
        "series(indicator: \"re-referrals\", area: \"E08000032\", asOf: \"2020-01-01T00:00:00Z\") { values }",
        "comparison(indicator: \"re-referrals\", across: {areas: [\"E08000032\"]}, asOf: \"2020-01-01T00:00:00Z\") { ranked }",
    ] {
        let (code, message) = error(&state, &format!("{{ {question} }}")).await;
        assert_eq!(code, "NOT_FOUND", "{message}");
        let words = "; the hub held nothing then: its first release is of 2025-01-01T00:00:00Z";
        assert!(message.ends_with(words), "{message}");
    }
    let later = "{ series(indicator: \"no-such\", area: \"E08000032\", asOf: \"2025-02-15T00:00:00Z\") { values } }";
    let (_, message) = error(&state, later).await;
    assert!(message.contains("no indicator") && !message.contains("held nothing"), "{message}");
}

/// A number that stands beside figures that are withheld. Wherever it, or anything worked out from it, appears in an
/// answer, something has leaked.
const WITHHELD: f64 = 7_654_321.0;

/// How one place's figure is kept from the answers.
#[derive(Clone, Copy)]
enum Hidden {
    /// Suppressed, its numerator and denominator withheld too.
    Suppressed,
    /// Suppressed, while its limits, numerator and denominator were left standing.
    Carelessly,
    /// Not published at all.
    Absent,
}

/// The ten measures in ten places, with a figure of council 3 hidden for one year, and shares by place.
fn hub_hiding(hidden: Hidden, year: &str) -> Fake {
    let mut fake = super::scorecard_tests::hub();
    let release = fake.release("shares", "2025-05-12T00:00:00Z", Standing::Official);
    fake.refer(
        release,
        "shares",
        vec![dataset("shares", Access::Open), indicator("share", Polarity::LowIsGood, None, &[])],
    );
    let slice = fake.slice("shares", "share", "persons", None);
    for at in 1..=9_u8 {
        for (year_at, own) in (2018..2025).zip(0_u8..) {
            let period = format!("{year_at}-04-01/P1Y");
            let value = Figure::Number(60.0 - 5.0 * f64::from(own) + f64::from(at));
            if at != 3 || period != year {
                fake.figure(slice, &council(usize::from(at)), &period, value, release);
                continue;
            }
            let suppressed = Figure::Missing(MissingKind::Suppressed);
            match hidden {
                Hidden::Absent => {}
                Hidden::Suppressed => fake.figure_with(slice, &council(3), year, suppressed, release, |own| {
                    (own.count, own.denominator) = (Some(suppressed), Some(suppressed));
                }),
                Hidden::Carelessly => fake.figure_with(slice, &council(3), year, suppressed, release, |own| {
                    (own.count, own.denominator) = (Some(Figure::Number(WITHHELD)), Some(Figure::Number(WITHHELD)));
                    (own.lower_ci, own.upper_ci) = (Some(WITHHELD), Some(WITHHELD));
                    (own.lower_ci_99_8, own.upper_ci_99_8) = (Some(WITHHELD), Some(WITHHELD));
                }),
            }
        }
    }
    let neighbour = |area: String, neighbour: String| {
        ReferenceRow::Neighbour(Neighbour { area, neighbour, rank: 1, model: "neighbours-2025".into() })
    };
    let near = vec![neighbour(council(1), council(2)), neighbour(council(1), council(3))];
    fake.refer(release, "shares", near);
    let strategy = "id = \"shares\"\ntitle = \"Shares\"\norganisation = \"A council\"\nsummary = \"Less\"\n\
        version = \"1\"\nplaces = [\"E06000001\"]\n[source]\ntitle = \"Shares\"\npublisher = \"A council\"\n\
        [[theme]]\nid = \"t\"\ntitle = \"T\"\nstanding = \"stated\"\nwhere = \"page 1\"\n\
        [[outcome]]\nid = \"o\"\ntheme = \"t\"\ntitle = \"O\"\nstanding = \"stated\"\nwhere = \"page 1\"\n\
        [[measure]]\nid = \"1\"\noutcome = \"o\"\ntitle = \"Share\"\nstanding = \"stated\"\nwhere = \"page 1\"\n\
        series = [{ indicator = \"share\" }]\n\
        [[measure.target]]\nkind = \"in-line-with\"\nmodel = \"neighbours-2025\"\nstanding = \"stated\"\nwhere = \"page 1\"\n";
    let document = FrameworkDocument { id: "shares".into(), version: "1".into(), document: strategy.into() };
    fake.refer(release, "shares", vec![ReferenceRow::Framework(document)]);
    fake.set_head(release);
    fake
}

/// What is said of every place by every method, by the scorecard, and of the places together.
async fn everything_said(fake: Fake) -> Value {
    let areas = (1..=9).map(|at| format!("\"{}\"", council(at))).collect::<Vec<_>>().join(", ");
    let methods =
        ["CI_95", "CI_99_8", "TWO_LEVELS", "DOUBLE_CI", "SPC_PROPORTION", "SPC_DSR", "QUINTILES", "QUARTILES"];
    let comparisons = methods.map(|method| {
        format!(
            "{method}: comparison(indicator: \"share\", across: {{areas: [{areas}]}}, benchmark: \"E06000009\",
                period: {{iso: \"2024-04-01/P1Y\"}}, method: {method}) {{ ranked groupAverage groupAverageOf
                summary {{ n min p5 p25 median p75 p95 max }}
                rows {{ area {{ code }} value lowerCi upperCi rank quartile judgement judgementReason }} }}"
        )
    });
    let query = format!(
        "{{ {} scorecard(framework: \"shares\", areas: [\"E06000001\", \"E06000002\", \"E06000004\"]) {{ rows {{ cells {{ stated proposed
                parts {{ judgements {{ status reason figures {{ value lowerCi upperCi }} }} beside {{ rank {{ rank quartile n }}
                    neighbours {{ mean median lowest highest n of }} trend {{ direction chiSquared slope }} }} }} }} }} }}
            combined(indicator: \"share\", areas: [{areas}], period: {{iso: \"2024-04-01/P1Y\"}}) {{
                value lowerCi upperCi count denominator reason }} }}",
        comparisons.concat()
    );
    answered(&Arc::new(fake), &query).await.0
}

#[tokio::test]
async fn a_suppressed_figure_moves_nothing_that_is_said_of_others() {
    let newest = "2024-04-01/P1Y";
    let absent = everything_said(hub_hiding(Hidden::Absent, newest)).await;
    // The figure would be seen if it were there: the places are nine, and eight of them are ranked.
    let shown = everything_said(hub_hiding(Hidden::Absent, "no year")).await;
    assert_eq!((&shown["CI_95"]["ranked"], &absent["CI_95"]["ranked"]), (&json!(9), &json!(8)));
    for path in ["/CI_95/groupAverage", "/CI_95/summary", "/QUINTILES/rows/3", "/QUARTILES/rows/4", "/CI_95/rows/8"] {
        assert_ne!(shown.pointer(path), absent.pointer(path), "{path}");
    }
    let beside = "/scorecard/rows/0/cells/0/parts/0/beside";
    for field in ["neighbours/mean", "rank/n"] {
        let path = format!("{beside}/{field}");
        assert_ne!(shown.pointer(&path), absent.pointer(&path), "{path}");
        assert!(absent.pointer(&path).is_some_and(Value::is_number), "{path}");
    }
    assert!(shown["combined"]["value"].is_number());

    for hidden in [Hidden::Suppressed, Hidden::Carelessly] {
        let mut said = everything_said(hub_hiding(hidden, newest)).await;
        let text = said.to_string();
        assert!(!text.contains("7654321") && !text.contains("7,654,321"), "{said:#}");
        for field in ["value", "lowerCi", "upperCi", "count", "denominator"] {
            assert_eq!(said["combined"][field], Value::Null, "{field}");
            assert_eq!(absent["combined"][field], Value::Null, "{field}");
        }
        let reason = said["combined"]["reason"].as_str().expect("a reason");
        assert!(reason.contains("Council 3 is suppressed"), "{reason}");
        // The reasons differ, and nothing else does.
        said["combined"] = absent["combined"].clone();
        assert_eq!(said, without_reasons_of_neighbours(&absent, &said));
    }
}

/// The answer with the sentences on targets of another one: a neighbour's figure is suppressed in one and not there in the
/// other, and the sentences may say so.
fn without_reasons_of_neighbours(answer: &Value, other: &Value) -> Value {
    let mut answer = answer.clone();
    let path = "/scorecard/rows/0/cells/0/parts/0/judgements/0";
    for field in ["reason", "figures"] {
        if let Some((own, other)) =
            answer.pointer_mut(&format!("{path}/{field}")).zip(other.pointer(&format!("{path}/{field}")))
        {
            *own = other.clone();
        }
    }
    answer
}

#[tokio::test]
async fn a_suppressed_figure_moves_no_trend() {
    let query = "{ series(indicator: \"share\", area: \"E06000003\") { trend { direction chiSquared slope outlier }
        trendReason spc { points { value } } spcReason } }";
    let ask = async |hidden: Hidden, year: &str| answered(&Arc::new(hub_hiding(hidden, year)), query).await.0;
    // Before the latest five it plays no part, whether it is there or not.
    let shown = ask(Hidden::Absent, "no year").await;
    assert_eq!(shown["series"]["trend"]["direction"], "DECREASING");
    for hidden in [Hidden::Suppressed, Hidden::Carelessly, Hidden::Absent] {
        assert_eq!(ask(hidden, "2019-04-01/P1Y").await, shown);
    }
    // Among them there is no trend: four points and an older one would be another five.
    for hidden in [Hidden::Suppressed, Hidden::Carelessly] {
        let json = ask(hidden, "2022-04-01/P1Y").await;
        let reason = "one of the latest five points has no value";
        assert_eq!((&json["series"]["trend"], &json["series"]["trendReason"]), (&Value::Null, &json!(reason)));
        assert!(!json.to_string().contains("7654321"), "{json}");
    }
}
