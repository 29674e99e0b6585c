use super::*;
use crate::outcomes::{Area, AreaType, Figure, Indicator, MissingKind, Origin, Polarity, ReferenceRow, UnreadRule};

fn known() -> Known {
    let indicator = |id: &str, value_type| {
        ReferenceRow::Indicator(Indicator {
            id: id.into(),
            name: id.into(),
            definition: None,
            unit: if id == "share" { "percent" } else { "score" }.into(),
            value_type,
            polarity: Polarity::None,
            multiplier: match id {
                "share" => Some(100.0),
                "rate" => Some(100_000.0),
                _ => None,
            },
            numerator: None,
            denominator: None,
            source_url: None,
            same_as: None,
            prefer: vec![],
        })
    };
    let area = ReferenceRow::Area(Area {
        code: "E08000032".into(),
        name: "Bradford".into(),
        kind: AreaType::Utla,
        valid_from: None,
        valid_to: None,
    });
    let mut known = Known::default();
    known.learn(&[
        area,
        indicator("share", ValueType::Proportion),
        indicator("score", ValueType::Mean),
        indicator("rate", ValueType::Rate),
        indicator("people", ValueType::Count),
    ]);
    known
}

fn row(indicator: &str, value: Cell) -> CandidateObservation {
    CandidateObservation {
        indicator: Some(indicator.into()),
        area: Some("E08000032".into()),
        period: Some("2024-04-01/P1Y".into()),
        sex: None,
        age: None,
        category_type: None,
        category: None,
        value,
        lower_ci: Cell::Nothing,
        upper_ci: Cell::Nothing,
        lower_ci_99_8: Cell::Nothing,
        upper_ci_99_8: Cell::Nothing,
        count: Cell::Nothing,
        denominator: Cell::Nothing,
        note: None,
        combined_with: None,
    }
}

fn verdict(row: CandidateObservation) -> String {
    let known = known();
    let origin = Origin { file: "f.csv".into(), row: 7 };
    match ObservationRules::new(&known, 1800..=2057).check(Traced { row, origin }) {
        Ok(row) if row.row.value == Figure::Number(0.0) || row.row.value.missing().is_none() => "published".into(),
        Ok(row) => row.row.value.to_string(),
        Err(refused) => {
            let Rejection { reason, column, .. } = refused.rejection;
            format!("{reason} {}", column.as_deref().unwrap_or("-"))
        }
    }
}

#[test]
fn each_rule_names_itself_and_its_column() {
    use Cell::{Missing, Nothing, Number};
    let good = || row("share", Number(22.9));
    assert_eq!(verdict(good()), "published");
    assert_eq!(verdict(CandidateObservation { area: None, ..good() }), "missing-key area");
    assert_eq!(verdict(CandidateObservation { area: Some("E99".into()), ..good() }), "unknown-area area");
    assert_eq!(verdict(row("shares", Number(1.0))), "unknown-indicator indicator");
    assert_eq!(verdict(CandidateObservation { period: Some("2024/25".into()), ..good() }), "malformed-period period");
    assert_eq!(verdict(CandidateObservation { sex: Some("Female".into()), ..good() }), "unknown-sex sex");
    assert_eq!(verdict(CandidateObservation { category: Some("x".into()), ..good() }), "half-category category");
    assert_eq!(verdict(row("share", Nothing)), "unreadable-figure value");
    assert_eq!(
        verdict(row("share", Cell::Unreadable { column: "rereferral_percent".into(), text: Some("12.3abc".into()) })),
        "unreadable-figure rereferral_percent"
    );
    assert_eq!(verdict(row("share", Number(100.1))), "impossible-number value");
    assert_eq!(verdict(row("score", Number(100.1))), "published");
    assert_eq!(verdict(row("rate", Number(-0.1))), "impossible-number value");
    assert_eq!(verdict(row("share", Number(f64::NAN))), "impossible-number value");
    assert_eq!(verdict(row("share", Missing(MissingKind::Suppressed))), "suppressed");
    assert_eq!(verdict(CandidateObservation { count: Number(-1.0), ..good() }), "impossible-number count");
    let over = |indicator| CandidateObservation {
        count: Number(3.0),
        denominator: Number(2.0),
        ..row(indicator, Number(1.0))
    };
    assert_eq!(verdict(over("share")), "count-above-denominator count");
    assert_eq!(verdict(over("rate")), "published");
}

#[test]
fn ages_have_one_spelling() {
    let aged = |age: &str| verdict(CandidateObservation { age: Some(age.into()), ..row("share", Cell::Number(1.0)) });
    for age in ["all", "10-14", "<1", "65+", "6-8 weeks"] {
        assert_eq!(aged(age), "published", "{age}");
    }
    for age in ["oct-14", "05-sep", "10 to 14", "10-14 yrs", "44118", "1014"] {
        assert_eq!(aged(age), "malformed-age age", "{age}");
    }
}

#[test]
fn a_number_that_its_value_type_cannot_be_is_refused_whichever_the_column() {
    use Cell::Number;
    assert_eq!(verdict(row("people", Number(-5.0))), "impossible-number value");
    assert_eq!(verdict(row("people", Number(9_007_199_254_740_993.0))), "impossible-number value");
    assert_eq!(verdict(row("score", Number(-5.0))), "published");
    let with = |indicator, value, lower, upper| {
        verdict(CandidateObservation {
            lower_ci: Number(lower),
            upper_ci: Number(upper),
            ..row(indicator, Number(value))
        })
    };
    assert_eq!(with("people", 12.0, -99.0, 15.0), "impossible-number lower_ci");
    assert_eq!(with("share", 99.0, 97.0, 999.0), "impossible-number upper_ci");
    // What a normal approximation gives of a small share.
    assert_eq!(with("share", 1.0, -0.5, 2.5), "published");
    assert_eq!(with("score", 1.0, -99.0, 2.5), "published");
}

#[test]
fn a_share_of_nobody_is_not_applicable() {
    use Cell::{Nothing, Number};
    let of = |indicator, value, count, denominator| CandidateObservation {
        count,
        denominator: Number(denominator),
        ..row(indicator, Number(value))
    };
    assert_eq!(verdict(of("share", 0.0, Number(0.0), 0.0)), "not-applicable");
    assert_eq!(verdict(of("rate", 0.0, Nothing, 0.0)), "not-applicable");
    assert_eq!(verdict(of("share", 0.0, Number(0.0), 5.0)), "published");
    assert_eq!(verdict(of("share", 12.0, Nothing, 0.0)), "impossible-number denominator");
    assert_eq!(verdict(of("people", 0.0, Nothing, 0.0)), "published");
}

#[test]
fn a_warning_and_a_percent_sign_stand_beside_a_number() {
    let marked = |indicator, percent, unreliable| row(indicator, Cell::Marked { number: 71.34, percent, unreliable });
    assert_eq!(verdict(marked("share", true, false)), "published");
    assert_eq!(verdict(marked("rate", true, false)), "unreadable-figure value");
    assert_eq!(verdict(marked("share", true, true)), "71.34 unreliable");
    assert_eq!(verdict(marked("rate", false, true)), "71.34 unreliable");
    let count = Cell::Marked { number: 7.0, percent: true, unreliable: false };
    assert_eq!(verdict(CandidateObservation { count, ..row("share", Cell::Number(7.0)) }), "unreadable-figure count");
}

#[test]
fn what_an_sql_function_could_not_read_rejects_its_row_by_its_own_rule() {
    let two = Unread { rule: UnreadRule::TwoValues, text: "1 | 2".into(), why: "two".into() }.carried();
    let label = Unread { rule: UnreadRule::Label, text: "Apr 24".into(), why: "a month is Apr 2024".into() }.carried();
    let good = || row("share", Cell::Number(22.9));
    assert_eq!(verdict(CandidateObservation { note: Some(two.as_str().into()), ..good() }), "two-values note");
    assert_eq!(
        verdict(CandidateObservation { period: Some(label.as_str().into()), ..good() }),
        "malformed-period period"
    );
    let cell = Cell::Unreadable { column: "population".into(), text: Some(two) };
    assert_eq!(verdict(row("share", cell)), "two-values population");
    assert!(!raw(&CandidateObservation { period: Some(label.as_str().into()), ..good() }).contains('\u{e000}'));
}

#[test]
fn a_figure_with_an_ods_code_is_filed_under_the_code_of_its_place() {
    let mut known = known();
    known.learn(&[ReferenceRow::AreaCode {
        area: "E08000032".into(),
        scheme: "ods".into(),
        code: "36J".into(),
        valid_from: None,
        valid_to: None,
    }]);
    let mut rules = ObservationRules::new(&known, 1800..=2057);
    let mut filed = |code: &str| {
        let row = CandidateObservation { area: Some(code.into()), ..row("share", Cell::Number(1.0)) };
        let origin = Origin { file: "f.csv".into(), row: 7 };
        rules.check(Traced { row, origin }).map(|row| row.row.area).map_err(|why| why.rejection.reason)
    };
    assert_eq!(filed("36J"), Ok("E08000032".into()));
    assert_eq!(filed("36J"), Ok("E08000032".into()), "remembered alike");
    assert_eq!(filed("36K"), Err("unknown-area"));
}

#[test]
fn a_code_that_is_nearly_known_is_hinted_at_and_shown() {
    let known = known();
    for (code, words) in
        [("e08000032", "did you mean `E08000032` (Bradford)?"), ("E08\u{a0}000032", "`E08\\u{a0}000032`")]
    {
        let row = CandidateObservation { area: Some(code.into()), ..row("share", Cell::Number(1.0)) };
        let origin = Origin { file: "f.csv".into(), row: 7 };
        let said =
            ObservationRules::new(&known, 1800..=2057).check(Traced { row, origin }).map(|_| ()).expect_err("unknown");
        assert!(said.rejection.detail.contains(words), "{}", said.rejection.detail);
    }
}

#[test]
fn counts_that_are_not_whole_are_told() {
    let known = known();
    let mut rules = ObservationRules::new(&known, 1800..=2057);
    let count = Cell::Number(2.5);
    let row = CandidateObservation { count, denominator: Cell::Number(5.0), ..row("share", Cell::Number(50.0)) };
    assert!(rules.check(Traced { row, origin: Origin { file: "f.csv".into(), row: 7 } }).is_ok());
    assert!(rules.remarks()[0].starts_with("1 row has a count that is not a whole number; the first: f.csv, row 7"));
}

#[test]
fn limits_hold_the_value_but_for_rounding() {
    let with = |lower: f64, upper: f64| {
        verdict(CandidateObservation {
            lower_ci: Cell::Number(lower),
            upper_ci: Cell::Number(upper),
            ..row("share", Cell::Number(22.9))
        })
    };
    assert_eq!(with(21.0, 24.0), "published");
    assert_eq!(with(22.9, 22.9), "published");
    assert_eq!(with(22.94, 24.0), "published");
    assert_eq!(with(23.1, 24.0), "limits-do-not-hold-value lower_ci");
    assert_eq!(with(20.0, 22.0), "limits-do-not-hold-value lower_ci");
}

#[test]
fn a_period_outside_the_years_of_the_manifest_is_refused() {
    let of =
        |period: &str| verdict(CandidateObservation { period: Some(period.into()), ..row("share", Cell::Number(1.0)) });
    assert_eq!(of("1801-01-01/P1Y"), "published");
    assert_eq!(of("2057-01-01/P1Y"), "published");
    for period in ["1799-01-01/P5Y", "2057-04-01/P1Y", "2124-04-01/P1M", "0024-04-01/P1M", "3024-04-01/P1Y"] {
        assert_eq!(of(period), "malformed-period period", "{period}");
    }
}

#[test]
fn a_value_that_is_not_its_count_over_its_denominator_is_published_and_told() {
    let known = known();
    let mut rules = ObservationRules::new(&known, 1800..=2057);
    let mut check = |value, count, denominator, at| {
        let count = Cell::Number(count);
        let denominator = Cell::Number(denominator);
        let row = CandidateObservation { count, denominator, ..row("share", Cell::Number(value)) };
        let origin = Origin { file: "f.csv".into(), row: at };
        assert!(rules.check(Traced { row, origin }).is_ok());
    };
    for at in 2..6 {
        check(30.3, 1221.0, 4031.0, at);
    }
    check(99.9, 1221.0, 4031.0, 7);
    let said = rules.remarks();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("`share`: 1 of 5 values is not") && said[0].contains("99.9 beside 1221 of 4031"),
        "{said:?}"
    );
    assert!(said[0].contains("f.csv, row 7"), "{said:?}");
    assert_eq!(rules.wrong_scale(), None);
}
