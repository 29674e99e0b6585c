//! The methods of comparison, the spread of the places and their average.

use super::fake::{Fake, answered, council, dataset, indicator, indicator_of};
use crate::outcomes::{Access, Figure, Indicator, MissingKind, Polarity, ReferenceRow, Standing, ValueType};
use crate::store::StoredFigure;
use serde_json::{Value, json};
use std::sync::Arc;

const YEAR: &str = "2024-04-01/P1Y";
const ENGLAND: &str = "E92000001";

/// The sample, and figures of an indicator for England and the first councils; `change` is made to each.
fn hub(row: ReferenceRow, england: f64, values: &[f64], change: impl Fn(&mut StoredFigure)) -> Arc<Fake> {
    let mut fake = Fake::sample();
    let release = fake.release("rates", "2025-05-02T00:00:00Z", Standing::Official);
    let id = row_id(&row);
    fake.refer(release, "rates", vec![dataset("rates", Access::Open), row]);
    let slice = fake.slice("rates", &id, "persons", None);
    fake.figure_with(slice, ENGLAND, YEAR, Figure::Number(england), release, &change);
    for (at, value) in values.iter().enumerate() {
        fake.figure_with(slice, &council(at + 1), YEAR, Figure::Number(*value), release, &change);
    }
    fake.set_head(release);
    Arc::new(fake)
}

fn row_id(row: &ReferenceRow) -> String {
    match row {
        ReferenceRow::Indicator(Indicator { id, .. }) => id.clone(),
        _ => String::new(),
    }
}

fn share(polarity: Polarity) -> ReferenceRow {
    indicator("share", polarity, None, &[])
}

/// The comparison of the first `n` councils by a method.
async fn compare(fake: &Arc<Fake>, n: usize, method: &str, more: &str) -> Value {
    let areas = (1..=n).map(|at| format!("\"{}\"", council(at))).collect::<Vec<_>>().join(", ");
    let (mut json, _) = answered(
        fake,
        &format!(
            "{{ comparison(indicator: \"share\", across: {{areas: [{areas}]}}, method: {method}{more}) {{ method ranked
                rows {{ value judgement judgementReason }} benchmark {{ value }} groupAverage groupAverageOf
                groupAverageReason summary {{ n min p5 p25 median p75 p95 max }} }} }}"
        ),
    )
    .await;
    json["comparison"].take()
}

const AGAINST_ENGLAND: &str = ", benchmark: \"E92000001\"";

/// The judgements of the first `n` councils against England.
async fn words(fake: &Arc<Fake>, n: usize, method: &str) -> Vec<String> {
    let json = compare(fake, n, method, AGAINST_ENGLAND).await;
    assert_eq!(json["method"], method);
    let word = |row: &Value| match row["judgement"].as_str() {
        Some("NOT_COMPARED") => row["judgementReason"].as_str().unwrap_or("no reason").to_owned(),
        Some(word) if row["judgementReason"].is_null() => word.to_owned(),
        _ => row.to_string(),
    };
    json["rows"].as_array().expect("rows").iter().map(word).collect()
}

#[tokio::test]
async fn limits_of_two_levels_judge_apart_and_together() {
    let wide = |figure: &mut StoredFigure| {
        let value = figure.value.number();
        (figure.lower_ci_99_8, figure.upper_ci_99_8) = (value.map(|v| v - 10.0), value.map(|v| v + 10.0));
    };
    let values = [50.0, 55.0, 56.0, 60.0, 61.0, 44.0, 39.0];
    let low = hub(share(Polarity::LowIsGood), 50.0, &values, wide);
    let expected = ["SIMILAR", "SIMILAR", "WORSE", "WORSE", "WORSE", "BETTER", "BETTER"];
    assert_eq!(words(&low, 7, "CI_95").await, expected);
    let expected = ["SIMILAR", "SIMILAR", "SIMILAR", "SIMILAR", "WORSE", "SIMILAR", "BETTER"];
    assert_eq!(words(&low, 7, "CI_99_8").await, expected);
    let expected = ["SIMILAR", "SIMILAR", "WORSE", "WORSE", "WORST", "BETTER", "BEST"];
    assert_eq!(words(&low, 7, "TWO_LEVELS").await, expected);
    let neither = hub(share(Polarity::None), 50.0, &values, wide);
    let expected = ["SIMILAR", "SIMILAR", "HIGHER", "HIGHER", "HIGHEST", "LOWER", "LOWEST"];
    assert_eq!(words(&neither, 7, "TWO_LEVELS").await, expected);

    let narrow = hub(share(Polarity::LowIsGood), 50.0, &[50.0], |_| ());
    assert_eq!(words(&narrow, 1, "CI_99_8").await, ["the value has no 99.8% limits"]);
    assert_eq!(words(&narrow, 1, "TWO_LEVELS").await, ["the value has no 99.8% limits"]);
    let bare = hub(share(Polarity::LowIsGood), 50.0, &[50.0], |figure| figure.lower_ci = None);
    assert_eq!(words(&bare, 1, "CI_95").await, ["the value has no 95% limits"]);
    assert_eq!(words(&bare, 1, "TWO_LEVELS").await, ["the value has no 95% limits"]);
}

/// Without limits of the publisher's the counts give them, and the answer says so: 500 in 1,000 is 46.9 to 53.1.
#[tokio::test]
async fn without_published_limits_places_are_judged_by_their_counts() {
    let bare = |figure: &mut StoredFigure| (figure.lower_ci, figure.upper_ci) = (None, None);
    let fake = hub(share(Polarity::LowIsGood), 50.0, &[50.0, 53.0, 54.0, 40.0], bare);
    assert_eq!(words(&fake, 4, "CI_95").await, ["SIMILAR", "SIMILAR", "WORSE", "BETTER"]);
    assert_eq!(words(&fake, 4, "TWO_LEVELS").await, ["SIMILAR", "SIMILAR", "WORSE", "BEST"]);
    assert_eq!(words(&fake, 4, "DOUBLE_CI").await, ["SIMILAR", "SIMILAR", "SIMILAR", "BETTER"]);
    let query = format!(
        "{{ comparison(indicator: \"share\", across: {{areas: [\"{}\"]}}) {{ rows {{ lowerCi upperCi ciDerived ciMethod
            observation {{ ciDerived ciMethod lowerCi998 }} }} }}
          series(indicator: \"share\", area: \"{}\") {{ lower upper ciMethods revised provisional caveats {{ kind }} }} }}",
        council(1),
        council(1)
    );
    let (json, _) = answered(&fake, &query).await;
    let row = &json["comparison"]["rows"][0];
    assert!((row["lowerCi"].as_f64().expect("a limit") - 46.9).abs() < 0.05, "{row}");
    assert!((row["upperCi"].as_f64().expect("a limit") - 53.1).abs() < 0.05, "{row}");
    assert_eq!((&row["ciDerived"], &row["ciMethod"]), (&json!(true), &json!("Wilson")));
    assert!(row["observation"]["lowerCi998"].as_f64().is_some_and(|lower| lower < 46.0), "{row}");
    assert_eq!(json["series"]["ciMethods"], json!(["Wilson"]));
    assert_eq!(json["series"]["lower"][0], row["lowerCi"]);
    let weighted = ReferenceRow::Indicator(Indicator {
        numerator: Some("Answers, weighted".into()),
        ..match share(Polarity::LowIsGood) {
            ReferenceRow::Indicator(row) => row,
            _ => unreachable!("an indicator"),
        }
    });
    let fake = hub(weighted, 50.0, &[54.0], bare);
    assert_eq!(words(&fake, 1, "CI_95").await, ["the value has no 95% limits"]);
}

#[tokio::test]
async fn a_rank_says_how_sure_it_is_and_who_shares_it() {
    // Limits of five either way; 40, 50 and 60 are far apart, and the three around 50 are not.
    let fake = hub(share(Polarity::LowIsGood), 50.0, &[40.0, 50.0, 50.0, 51.0, 80.0], |figure| figure.count = None);
    let areas = (1..=5).map(|at| format!("\"{}\"", council(at))).collect::<Vec<_>>().join(", ");
    let query = format!(
        "{{ comparison(indicator: \"share\", across: {{areas: [{areas}]}}) {{ rows {{ rank tied rankInterval {{ best worst }}
            rankIntervalReason }} }} }}"
    );
    let (json, _) = answered(&fake, &query).await;
    let rows = json["comparison"]["rows"].as_array().expect("rows");
    let of = |field: &str| rows.iter().map(|row| row[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("rank"), [1, 2, 2, 4, 5].map(Value::from));
    assert_eq!(of("tied"), [1, 2, 2, 1, 1].map(Value::from));
    assert_eq!(rows[4]["rankInterval"], json!({"best": 5, "worst": 5}));
    assert_eq!(rows[1]["rankInterval"], rows[2]["rankInterval"]);
    for row in rows {
        let (rank, interval) = (row["rank"].as_u64(), &row["rankInterval"]);
        assert!(interval["best"].as_u64() <= rank && rank <= interval["worst"].as_u64(), "{row}");
    }
    // Rounded alike, and told apart by their counts: 503 and 497 in 1,000.
    let counts = |figure: &mut StoredFigure| {
        let more = if figure.area % 2 == 0 { 3.0 } else { -3.0 };
        figure.count = figure.value.number().map(|value| Figure::Number(value * 10.0 + more));
    };
    let fake = hub(share(Polarity::LowIsGood), 50.0, &[50.0, 50.0], counts);
    let query = query.replace(&areas, &format!("\"{}\", \"{}\"", council(1), council(2)));
    let (json, _) = answered(&fake, &query).await;
    let mut ranks: Vec<_> =
        json["comparison"]["rows"].as_array().expect("rows").iter().map(|row| row["rank"].as_u64()).collect();
    ranks.sort_unstable();
    assert_eq!(ranks, [Some(1), Some(2)]);
}

#[tokio::test]
async fn two_intervals_that_touch_are_similar() {
    let fake = hub(share(Polarity::HighIsGood), 50.0, &[60.0, 60.1, 39.9], |_| ());
    assert_eq!(words(&fake, 3, "DOUBLE_CI").await, ["SIMILAR", "BETTER", "WORSE"]);
    let bare = hub(share(Polarity::HighIsGood), 50.0, &[60.0], |figure| {
        if figure.value.number() == Some(50.0) {
            figure.upper_ci = None;
        }
    });
    assert_eq!(words(&bare, 1, "DOUBLE_CI").await, ["the benchmark has no 95% limits"]);
}

#[tokio::test]
async fn control_limits_are_drawn_around_the_benchmark() {
    // Wilson's limits of a half at 1,000: 46.9 and 53.1.
    let fake = hub(share(Polarity::LowIsGood), 50.0, &[50.0, 53.0, 53.2, 46.8, 47.0], |_| ());
    assert_eq!(words(&fake, 5, "SPC_PROPORTION").await, ["SIMILAR", "SIMILAR", "WORSE", "BETTER", "SIMILAR"]);
    assert_eq!(words(&fake, 1, "SPC_DSR").await, ["the method is for directly standardised rates alone"]);
    let none = hub(share(Polarity::LowIsGood), 50.0, &[50.0], |figure| figure.denominator = None);
    assert_eq!(words(&none, 1, "SPC_PROPORTION").await, ["there is no denominator above zero"]);

    let dsr = || indicator_of("share", ValueType::Dsr, Some(100_000.0), Polarity::LowIsGood);
    let of = |events: f64| {
        let fake = hub(dsr(), 100.0, &[150.0], |figure| figure.count = Some(Figure::Number(events)));
        async move { words(&fake, 1, "SPC_DSR").await.remove(0) }
    };
    // 30 events at 150 come from 20,000, where 20 are expected and up to 30.9 are common; 60 from 40,000, where up to
    // 54.5 are.
    assert_eq!(of(30.0).await, "SIMILAR");
    assert_eq!(of(60.0).await, "WORSE");
    assert_eq!(of(9.0).await, "a directly standardised rate of fewer than ten events is not compared");
    let fake = hub(dsr(), 100.0, &[150.0], |_| ());
    assert_eq!(words(&fake, 1, "SPC_PROPORTION").await, ["the method is for proportions alone"]);
}

#[tokio::test]
async fn fifths_and_quarters_go_over_the_places_compared() {
    let values: Vec<f64> = (1..=10).map(f64::from).collect();
    let fake = hub(share(Polarity::LowIsGood), 50.0, &values, |_| ());
    let fifths = ["BEST", "BEST", "BETTER", "BETTER", "MIDDLE", "MIDDLE", "WORSE", "WORSE", "WORST", "WORST"];
    assert_eq!(words(&fake, 10, "QUINTILES").await, fifths);
    // No benchmark is needed.
    let json = compare(&fake, 10, "QUINTILES", "").await;
    assert_eq!((&json["rows"][0]["judgement"], &json["benchmark"]), (&json!("BEST"), &Value::Null));
    let quarters = ["LOWEST", "LOWEST", "LOWEST", "LOW", "LOW", "HIGH", "HIGH", "HIGHEST", "HIGHEST", "HIGHEST"];
    assert_eq!(words(&fake, 10, "QUARTILES").await, quarters);
    let high = hub(share(Polarity::HighIsGood), 50.0, &values, |_| ());
    let backwards: Vec<_> = fifths.into_iter().rev().collect();
    assert_eq!(words(&high, 10, "QUINTILES").await, backwards);
    assert_eq!(words(&high, 10, "QUARTILES").await, quarters);
    let neither = hub(share(Polarity::None), 50.0, &values, |_| ());
    assert_eq!(words(&neither, 10, "QUINTILES").await[..3], ["LOWEST", "LOWEST", "LOW"]);

    assert_eq!(words(&fake, 4, "QUINTILES").await, ["fewer than five of the places have a value"; 4]);
    assert_eq!(words(&fake, 4, "QUARTILES").await, ["LOWEST", "LOW", "HIGH", "HIGHEST"]);
    assert_eq!(words(&fake, 3, "QUARTILES").await, ["fewer than four of the places have a value"; 3]);
    assert_eq!(words(&fake, 11, "QUINTILES").await[10], "there is no value");
}

#[tokio::test]
async fn without_a_benchmark_nothing_is_judged_by_limits() {
    let fake = hub(share(Polarity::LowIsGood), 50.0, &[50.0], |_| ());
    let json = compare(&fake, 1, "CI_95", "").await;
    assert_eq!(json["rows"][0], json!({"value": 50.0, "judgement": null, "judgementReason": null}));
}

#[tokio::test]
async fn the_summary_spans_the_places_that_have_a_value() {
    let values: Vec<f64> = (1..=10).map(f64::from).collect();
    let fake = hub(share(Polarity::LowIsGood), 50.0, &values, |_| ());
    // The eleventh has no figure.
    let json = compare(&fake, 11, "CI_95", "").await;
    let expected =
        json!({"n": 10, "min": 1.0, "p5": 1.45, "p25": 3.25, "median": 5.5, "p75": 7.75, "p95": 9.55, "max": 10.0});
    assert_eq!(json["summary"], expected);
    assert_eq!(compare(&fake, 3, "CI_95", "").await["summary"], Value::Null);
}

#[tokio::test]
async fn the_average_is_of_sums_and_says_what_it_rests_on() {
    let values = [10.0, 20.0, 60.0];
    // The places' people differ: 1,000, 2,000 and 6,000.
    let sized = |figure: &mut StoredFigure| {
        let value = figure.value.number().unwrap_or_default();
        figure.denominator = Some(Figure::Number(value * 100.0));
        figure.count = Some(Figure::Number(value * value));
    };
    let average = |json: Value| (json["groupAverage"].clone(), json["groupAverageOf"].clone());
    let fake = hub(share(Polarity::LowIsGood), 50.0, &values, sized);
    // (100 + 400 + 3,600) in 9,000, and not the mean of the values.
    let (value, of) = average(compare(&fake, 4, "CI_95", "").await);
    assert!((value.as_f64().expect("a number") - 4_100.0 / 90.0).abs() < 1e-9, "{value}");
    assert_eq!(of, 3);

    let reason = |json: Value| {
        assert_eq!((&json["groupAverage"], &json["groupAverageOf"]), (&Value::Null, &json!(0)));
        json["groupAverageReason"].as_str().unwrap_or_default().to_owned()
    };
    let alone = reason(compare(&fake, 1, "CI_95", "").await);
    assert_eq!(alone, "fewer than two areas have a count and a denominator above zero");
    let dsr = indicator_of("share", ValueType::Dsr, Some(100.0), Polarity::LowIsGood);
    let fake = hub(dsr, 50.0, &values, sized);
    assert_eq!(reason(compare(&fake, 3, "CI_95", "").await), "values of this kind are not averaged");
    let fake = hub(share(Polarity::LowIsGood), 50.0, &values, |figure| figure.count = Some(Figure::Number(1.0)));
    let weighted = reason(compare(&fake, 3, "CI_95", "").await);
    assert!(weighted.starts_with("the value of Council 1 is not its numerator over its denominator"), "{weighted}");
    let row = match share(Polarity::LowIsGood) {
        ReferenceRow::Indicator(row) => {
            ReferenceRow::Indicator(Indicator { numerator: Some("Weighted count of adults".into()), ..row })
        }
        other => other,
    };
    let fake = hub(row, 50.0, &values, sized);
    assert!(reason(compare(&fake, 3, "CI_95", "").await).contains("weighted"));
    let count = indicator_of("share", ValueType::Count, None, Polarity::LowIsGood);
    let fake = hub(count, 50.0, &values, |_| ());
    assert_eq!(average(compare(&fake, 3, "CI_95", "").await), (json!(90.0), json!(3)));
}

#[tokio::test]
async fn places_within_each_other_have_no_average() {
    let fake = hub(share(Polarity::LowIsGood), 50.0, &[10.0, 20.0], |_| ());
    let areas = format!("[\"{ENGLAND}\", \"{}\", \"{}\"]", council(1), council(2));
    let query = format!(
        "{{ comparison(indicator: \"share\", across: {{areas: {areas}}}) {{ groupAverage groupAverageReason }} }}"
    );
    let (json, _) = answered(&fake, &query).await;
    let reason = "Council 1 lies in England: its people would be counted twice";
    assert_eq!(json["comparison"], json!({"groupAverage": null, "groupAverageReason": reason}));
}

#[tokio::test]
async fn an_unreliable_figure_is_left_out_of_the_average() {
    let mut fake = Fake::sample();
    let release = fake.release("rates", "2025-05-02T00:00:00Z", Standing::Official);
    fake.refer(release, "rates", vec![dataset("rates", Access::Open), share(Polarity::LowIsGood)]);
    let slice = fake.slice("rates", "share", "persons", None);
    let hidden = Figure::Missing(MissingKind::Suppressed);
    let figures = [Figure::Number(10.0), Figure::Number(20.0), Figure::Unreliable(90.0), Figure::Number(40.0)];
    for (at, figure) in figures.into_iter().enumerate() {
        fake.figure_with(slice, &council(at + 1), YEAR, figure, release, |own| {
            // The fourth has its value, and its numerator is withheld.
            if at == 3 {
                own.count = Some(hidden);
            }
        });
    }
    fake.set_head(release);
    let json = compare(&Arc::new(fake), 4, "CI_95", "").await;
    assert_eq!((&json["groupAverage"], &json["groupAverageOf"]), (&json!(15.0), &json!(2)));
    assert_eq!(json["ranked"], 3, "an unreliable figure takes part in no rank");
}
