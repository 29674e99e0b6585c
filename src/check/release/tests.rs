use super::*;
use crate::outcomes::{Jump, Period, Redated};

const RULES: ReleaseRules = ReleaseRules {
    max_rejected: 0.005,
    max_shrink: 0.1,
    hold_missing_tail: true,
    hold_implausible: false,
    hold_wrong_scale: true,
    max_revision: 2.0,
    max_jump: 5.0,
};

fn verdict(rules: &ReleaseRules, counts: Counts, excused: u64, review: &Review) -> Result<Vec<String>, Refusal> {
    rules.judge(Judged { counts, excused, keyless: 0, wrong_scale: None, review }, |_| Some(ValueType::Rate))
}

fn code(counts: Counts, excused: u64) -> &'static str {
    verdict(&RULES, counts, excused, &Review::default()).err().map_or("publish", |refusal| refusal.code)
}

fn counts(mapped: u64, added: u64, unchanged: u64, rejected: u64, withdrawn: u64) -> Counts {
    Counts { mapped, added, changed: 0, unchanged, rejected, withdrawn }
}

#[test]
fn a_run_is_judged_by_its_counts() {
    assert_eq!(code(counts(0, 0, 0, 0, 0), 0), "nothing-mapped");
    assert_eq!(code(counts(1000, 995, 0, 5, 0), 0), "publish");
    assert_eq!(code(counts(1000, 994, 0, 6, 0), 0), "too-many-rejected");
    assert_eq!(code(counts(1000, 900, 0, 100, 0), 100), "publish");
    assert_eq!(code(counts(90, 0, 90, 0, 10), 0), "publish");
    assert_eq!(code(counts(89, 0, 89, 0, 11), 0), "too-few-rows");
    assert_eq!(
        code(counts(189, 100, 89, 0, 11), 0),
        "too-few-rows",
        "other rows do not make up for those that are gone"
    );
}

#[test]
fn values_of_another_scale_refuse_a_release_unless_the_manifest_lets_them() {
    let refusal = Refusal { code: "wrong-scale", message: "100 times too small".into() };
    let review = Review::default();
    let run =
        Judged { counts: counts(3, 3, 0, 0, 0), excused: 0, keyless: 0, wrong_scale: Some(&refusal), review: &review };
    assert_eq!(RULES.judge(run, |_| None), Err(refusal.clone()));
    let warned = ReleaseRules { hold_wrong_scale: false, ..RULES }.judge(run, |_| None);
    assert_eq!(warned, Ok(vec!["100 times too small".to_owned()]));
}

#[test]
fn the_refusal_says_what_may_be() {
    let refusal = verdict(&RULES, counts(10, 9, 0, 1, 0), 0, &Review::default()).expect_err("too many");
    assert!(refusal.message.contains("1 of 10 rows were rejected, and 0.5% may be"), "{}", refusal.message);
}

#[test]
fn a_figure_with_another_period_is_not_missing() {
    let redated = Redated { figures: 2, first: None };
    let review = Review { redated, ..Review::default() };
    assert!(verdict(&RULES, counts(2, 2, 0, 0, 2), 0, &review).is_ok());
    assert!(verdict(&RULES, counts(2, 2, 0, 0, 3), 0, &review).is_err());
}

fn jump(before: &str, values: (f64, f64), counts: Option<(f64, f64)>) -> Review {
    let period = |text| Period::parse(text).expect("a period");
    let (before, now) = (period(before), period("2024-04-01/P1Y"));
    let (indicator, area) = ("cin-rate".to_owned(), "E08000032".to_owned());
    Review { jumps: vec![Jump { indicator, area, before, now, values, counts }], ..Review::default() }
}

fn said(review: &Review) -> String {
    verdict(&RULES, counts(1, 0, 0, 0, 0), 0, review).expect("published").join("|")
}

#[test]
fn an_implausible_change_is_said_or_held() {
    let (same, last) = ("2024-04-01/P1Y", "2023-04-01/P1Y");
    let tenfold = jump(same, (350.9, 3509.3), Some((5000.0, 5000.0)));
    assert!(
        said(&tenfold).contains("`cin-rate` of E08000032 for 2024-04-01/P1Y: 350.9 is published, 3509.3 comes"),
        "{}",
        said(&tenfold)
    );
    let holding = ReleaseRules { hold_implausible: true, ..RULES };
    let refusal = verdict(&holding, counts(1, 0, 0, 0, 0), 0, &tenfold).expect_err("held");
    assert_eq!(refusal.code, "implausible-change");
    assert!(!said(&jump(same, (361.1, 740.7), None)).is_empty(), "a doubled rate");
    assert!(said(&jump(last, (361.1, 740.7), None)).is_empty(), "between two years twice as many is not unheard of");
    assert!(!said(&jump(last, (3509.3, 350.9), None)).is_empty(), "down is as implausible as up");
    assert!(said(&jump(same, (3.0, 30.0), Some((1.0, 10.0)))).is_empty(), "few change by much from chance alone");
    assert!(said(&jump(same, (3.0, 0.0), None)).is_empty(), "nobody knows how many they were");
    assert!(!said(&jump(same, (30.0, 0.0), Some((300.0, 0.0)))).is_empty(), "300 people do not become none");
}
