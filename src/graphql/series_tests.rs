//! Trends and control charts of series.

use super::fake::{Fake, answered, dataset, indicator};
use crate::outcomes::{Access, Figure, MissingKind, Polarity, Standing};
use serde_json::{Value, json};
use std::sync::Arc;

const PLACE: &str = "E08000032";

/// The sample, and one series of Bradford by the name of `rate`, of which low is good.
fn series_of(figures: &[(String, Figure)]) -> Arc<Fake> {
    let mut fake = Fake::sample();
    let release = fake.release("rates", "2025-05-02T00:00:00Z", Standing::Official);
    fake.refer(
        release,
        "rates",
        vec![dataset("rates", Access::Open), indicator("rate", Polarity::LowIsGood, None, &[])],
    );
    let slice = fake.slice("rates", "rate", "persons", None);
    for (period, figure) in figures {
        fake.figure(slice, PLACE, period, *figure, release);
    }
    fake.set_head(release);
    Arc::new(fake)
}

fn years(values: &[f64]) -> Vec<(String, Figure)> {
    let year = |(year, value): (usize, &f64)| (format!("{}-04-01/P1Y", 2015 + year), Figure::Number(*value));
    values.iter().enumerate().map(year).collect()
}

fn months(values: &[f64]) -> Vec<(String, Figure)> {
    let month =
        |(at, value): (usize, &f64)| (format!("{}-{:02}-01/P1M", 2023 + at / 12, at % 12 + 1), Figure::Number(*value));
    values.iter().enumerate().map(month).collect()
}

async fn ask(fake: &Arc<Fake>) -> Value {
    let query = format!(
        "{{ series(indicator: \"rate\", area: \"{PLACE}\") {{
            trend {{ direction label chiSquared slope outlier }} trendReason
            spc(target: 30) {{ points {{ period {{ iso }} value mean lowerLimit upperLimit outside specialCause variation }}
                variation assurance target trialLimits }}
            untargeted: spc {{ assurance target }} spcReason }} }}"
    );
    let (mut json, statements) = answered(fake, &query).await;
    assert!(statements <= 1);
    json["series"].take()
}

#[tokio::test]
async fn a_fall_of_what_should_be_low_gets_better() {
    let json = ask(&series_of(&years(&[50.0, 45.0, 40.0, 35.0, 30.0, 25.0]))).await;
    let trend = &json["trend"];
    assert_eq!(trend["direction"], "DECREASING");
    assert_eq!(trend["label"], "DECREASING_AND_GETTING_BETTER");
    assert_eq!(trend["outlier"], false);
    // Cochran and Armitage's statistic of 450, 400, 350, 300 and 250 in 1,000 each, worked out apart:
    // 5000(5000 x 3000 - 1750 x 10000)^2 / (1750 x 3250 x (5000 x 30000 - 10000^2)) = 109.89.
    let chi_squared = trend["chiSquared"].as_f64().expect("a number");
    assert!((chi_squared - 109.890_109_890).abs() < 1e-6, "{chi_squared}");
    assert!(trend["slope"].as_f64().is_some_and(|slope| slope < 0.0));
    assert_eq!(json["trendReason"], Value::Null);
    assert_eq!(
        (&json["spc"], &json["spcReason"]),
        (&Value::Null, &json!("a control chart takes monthly or quarterly figures"))
    );
}

#[tokio::test]
async fn why_there_is_no_trend_is_said() {
    let json = ask(&series_of(&years(&[50.0, 45.0, 40.0, 35.0]))).await;
    assert_eq!((&json["trend"], &json["trendReason"]), (&Value::Null, &json!("there are fewer than five points")));
    for hidden in [Figure::Missing(MissingKind::Suppressed), Figure::Unreliable(40.0)] {
        let mut figures = years(&[50.0, 45.0, 40.0, 35.0, 30.0, 25.0]);
        figures[3].1 = hidden;
        let json = ask(&series_of(&figures)).await;
        let reason = "one of the latest five points has no value";
        assert_eq!((&json["trend"], &json["trendReason"]), (&Value::Null, &json!(reason)));
        // The sixth from the end is no part of the test.
        figures.swap(0, 3);
        let (first, fourth) = (figures[0].0.clone(), figures[3].0.clone());
        (figures[0].0, figures[3].0) = (fourth, first);
        assert_eq!(ask(&series_of(&figures)).await["trend"]["direction"], "DECREASING");
    }
    let json = ask(&series_of(&[])).await;
    assert_eq!(
        (&json["trendReason"], &json["spcReason"]),
        (&json!("there is no figure"), &json!("there is no figure"))
    );
}

#[tokio::test]
async fn a_control_chart_has_its_limits_and_icons() {
    let mut values = vec![20.0, 21.0, 20.0, 21.0, 20.0, 21.0, 20.0, 21.0, 20.0, 21.0, 20.0, 21.0, 20.0, 21.0];
    let json = ask(&series_of(&months(&values))).await;
    let chart = &json["spc"];
    assert_eq!(json["spcReason"], Value::Null);
    assert_eq!(json["untargeted"], json!({"assurance": null, "target": null}));
    assert_eq!((&chart["variation"], &chart["assurance"]), (&json!("COMMON_CAUSE"), &json!("PASS")));
    assert_eq!((&chart["target"], &chart["trialLimits"]), (&json!(30.0), &json!(false)));
    let points = chart["points"].as_array().expect("points");
    assert_eq!(points.len(), values.len());
    assert_eq!(points[13]["period"]["iso"], "2024-02-01/P1M");
    // A mean of 20.5 and a mean moving range of 1.
    for (field, expected) in [("mean", 20.5), ("lowerLimit", 20.5 - 2.66), ("upperLimit", 20.5 + 2.66), ("value", 21.0)]
    {
        let number = points[13][field].as_f64().expect("a number");
        assert!((number - expected).abs() < 1e-9, "{field}: {number}");
    }
    // One month far above: bad, because low is good.
    values[13] = 40.0;
    let json = ask(&series_of(&months(&values))).await;
    let last = &json["spc"]["points"][13];
    assert_eq!((&last["outside"], &last["specialCause"]), (&json!(true), &json!("ABOVE_LIMIT")));
    assert_eq!((&last["variation"], &json["spc"]["variation"]), (&json!("CONCERN_HIGH"), &json!("CONCERN_HIGH")));
}

#[tokio::test]
async fn a_chart_takes_enough_months_without_a_break_or_a_gap() {
    let steady = [20.0; 15];
    let json = ask(&series_of(&months(&steady[..12]))).await;
    assert_eq!(json["spcReason"], "a control chart takes 13 points and there are 12");
    let mut figures = months(&steady);
    figures[4].1 = Figure::Missing(MissingKind::Suppressed);
    let json = ask(&series_of(&figures)).await;
    assert_eq!((&json["spc"], &json["spcReason"]), (&Value::Null, &json!("point 5 has no value")));
    figures.remove(4);
    let json = ask(&series_of(&figures)).await;
    assert_eq!(json["spc"], Value::Null);
    assert!(json["spcReason"].as_str().is_some_and(|why| why.contains("break")), "{json}");
}
