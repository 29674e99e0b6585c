//! Increase and reduce: chance, trend, control chart and days.

use super::*;

#[test]
fn an_increase_beyond_chance_is_an_improvement() {
    let case = case(HighIsGood, &[limited(2019, 50.1, 48.0, 52.0), limited(2021, 55.0, 53.1, 57.0)]);
    let judgement = case.judged(increase());
    is(
        &judgement,
        Status::Improving,
        "Happy people in Ashby was 55% in 2021/22, higher than the 50.1% of 2019/20, the baseline, a difference beyond chance, as \
         the 95% limits do not overlap (53.1 to 57 against 48 to 52)",
    );
    let roles: Vec<Role> = judgement.used.iter().map(|used| used.role).collect();
    assert_eq!(roles, [Role::Current, Role::Baseline]);
    assert_eq!((judgement.method.name, judgement.method.version), ("increase", 2));
    assert_eq!((judgement.age_months, judgement.promise, judgement.sensitivity), (Some(8), true, None));
}

#[test]
fn a_change_is_judged_by_chance_and_by_its_day() {
    // Limits 2.01 wide on each side meet within 4 points, and lie apart beyond.
    let (ahead, reached) = ("2030-03-31", "2022-03-31");
    for (now, before, after) in [
        (60.0, Status::Improving, Status::Met),
        (54.0, Status::NoDetectableChange, Status::NoDetectableChange),
        (50.0, Status::NoDetectableChange, Status::NoDetectableChange),
        (47.0, Status::NoDetectableChange, Status::NoDetectableChange),
        (40.0, Status::Worsening, Status::NotMet),
    ] {
        let points = |now: f64| [limited(2019, 50.0, 47.99, 52.01), limited(2021, now, now - 2.01, now + 2.01)];
        let up = |day: Option<&'static str>, now: f64| {
            Case { by: day, ..case(HighIsGood, &points(now)) }.judged(increase()).status
        };
        let down = |day: Option<&'static str>, now: f64| {
            Case { by: day, ..case(LowIsGood, &points(now)) }.judged(reduce()).status
        };
        assert_eq!((up(None, now), up(Some(ahead), now), up(Some(reached), now)), (before, before, after), "{now}");
        let mirrored = 100.0 - now;
        let downs = (down(None, mirrored), down(Some(ahead), mirrored), down(Some(reached), mirrored));
        assert_eq!(downs, (before, before, after), "reduce to {mirrored}");
    }
}

#[test]
fn limits_that_touch_once_rounding_is_undone_are_no_difference() {
    // 53 and 52 to whole numbers may both be 52.5.
    let status = |lower, digits: f64| {
        case(HighIsGood, &[limited(2019, 50.0, 48.0, 52.0), limited(2021, 55.0 + digits, lower, 57.0)])
            .judged(increase())
            .status
    };
    assert_eq!(status(53.0, 0.0), Status::NoDetectableChange);
    assert_eq!(status(54.0, 0.0), Status::Improving);
    assert_eq!(status(53.0, 0.1), Status::Improving, "published to one decimal");
    assert_eq!(status(52.1, 0.0), Status::NoDetectableChange);
}

#[test]
fn without_limits_nothing_is_said_of_a_change_but_its_numbers() {
    let points = [point(2019, 80.0), point(2021, 10.0)];
    is(
        &case(HighIsGood, &points).judged(increase()),
        Status::NotAssessable,
        "Happy people in Ashby was 10% in 2021/22, lower than the 80% of 2019/20, the baseline, and as not both figures \
         have 95% limits it is unknown whether the change is more than chance",
    );
    assert_eq!(case(LowIsGood, &points).judged(reduce()).status, Status::NotAssessable);
    assert_eq!(case(LowIsGood, &points).by("2022-03-31").judged(reduce()).status, Status::NotAssessable);
}

fn counted(year: i32, count: f64, n: f64) -> Point {
    Point { count: Some(Figure::Number(count)), denominator: Some(Figure::Number(n)), ..point(year, 100.0 * count / n) }
}

#[test]
fn limits_are_computed_from_counts_where_they_can_be() {
    let mut case = case(HighIsGood, &[counted(2019, 500.0, 1_000.0), counted(2021, 600.0, 1_000.0)]);
    let judgement = case.judged(increase());
    assert_eq!(judgement.status, Status::Improving);
    // Wilson: 500 of 1,000 is 46.9 to 53.1; 600 of 1,000 is 56.9 to 63.0 (by hand).
    assert!(
        judgement.reason.contains("(computed from counts, 56.9 to 63 against 46.9 to 53.1)"),
        "{}",
        judgement.reason
    );
    case.indicator.numerator = Some("Weighted number of happy people".into());
    assert_eq!(case.judged(increase()).status, Status::NotAssessable, "weighted counts give no limits");
    case.indicator.numerator = None;
    case.points[1].count = Some(Figure::Missing(MissingKind::Suppressed));
    assert_eq!(case.judged(increase()).status, Status::NotAssessable, "a suppressed count gives no limits");
    case.points[1].count = Some(Figure::Number(100.0));
    assert_eq!(
        case.judged(increase()).status,
        Status::NotAssessable,
        "a count that the value is not made of gives no limits"
    );
}

/// Shares of 1,000 in single years, the first of them the baseline's.
fn yearly(shares: &[f64]) -> Vec<Point> {
    (2019..).zip(shares).map(|(year, share)| counted(year, *share * 10.0, 1_000.0)).collect()
}

#[test]
fn a_recent_trend_speaks_where_two_points_do_not() {
    let rising = case(HighIsGood, &yearly(&[50.0, 51.2, 52.4, 53.6, 55.2]));
    is(
        &rising.judged(increase()),
        Status::NoDetectableChange,
        "Happy people in Ashby was 55.2% in 2023/24, higher than the 50% of 2019/20, the baseline, a difference that may be \
         chance, as the 95% limits meet or overlap (computed from counts, 52.1 to 58.3 against 46.9 to 53.1); over its latest \
         five years it shows no trend beyond chance (p < 0.002 is asked)",
    );
    let rising = case(HighIsGood, &yearly(&[50.0, 50.5, 53.0, 55.5, 56.0]));
    let judged = rising.judged(increase());
    assert_eq!(judged.status, Status::Improving, "{}", judged.reason);
    assert!(judged.reason.ends_with("; over its latest five years it rose beyond chance (p < 0.002)"));
    assert_eq!(case(LowIsGood, &rising.points).judged(reduce()).status, Status::Worsening);
}

#[test]
fn where_the_trend_contradicts_the_two_points_that_is_said() {
    // Better than in 2019/20, and getting worse for five years.
    let judged = case(HighIsGood, &yearly(&[30.0, 60.0, 57.0, 54.0, 51.0, 48.0])).judged(increase());
    assert_eq!(judged.status, Status::Mixed, "{}", judged.reason);
    assert!(judged.reason.ends_with(
        "over its latest five years it fell beyond chance (p < 0.002), so that the two signs contradict each other"
    ));
    let level = case(HighIsGood, &yearly(&[30.0, 50.0, 50.0, 50.0, 50.0, 50.5])).judged(increase());
    assert_eq!(level.status, Status::Improving, "what improved long ago and is level now is better: {}", level.reason);
    let late = case(HighIsGood, &yearly(&[60.0, 40.0, 43.0, 46.0, 49.0, 52.0])).judged(increase());
    assert_eq!(late.status, Status::Mixed, "{}", late.reason);
}

#[test]
fn what_happened_before_the_baseline_is_no_change_since() {
    let mut points = yearly(&[50.0, 50.0]);
    for (year, share) in [(2015, 30.0), (2016, 35.0), (2017, 40.0), (2018, 45.0)] {
        points.insert(0, counted(year, share * 10.0, 1_000.0));
    }
    points.sort_by_key(|point| point.period);
    let judged = case(HighIsGood, &points).judged(increase());
    assert_eq!(judged.status, Status::NoDetectableChange, "{}", judged.reason);
}

fn monthly(values: &[f64]) -> Vec<Point> {
    let month = |at: usize| Period::parse(&format!("{}-{:02}-01/P1M", 2020 + at / 12, at % 12 + 1)).expect("a month");
    values.iter().enumerate().map(|(at, value)| Point { period: month(at), ..point(2020, *value) }).collect()
}

#[test]
fn from_thirteen_months_the_control_chart_speaks_and_needs_no_limits() {
    let usual = [20.0, 21.0, 19.5, 20.5, 20.0, 19.0, 21.0, 20.0, 19.5, 20.5, 20.0, 21.0, 19.5];
    let target = |case: &Case| {
        case.judged(TargetKind::Reduce {
            baseline: Baseline { period: case.points[0].period, standing: Standing::Stated, why: None },
        })
    };
    let level = target(&case(LowIsGood, &monthly(&[&usual[..], &[20.0]].concat())));
    assert_eq!(level.status, Status::NoDetectableChange, "{}", level.reason);
    assert!(level.reason.ends_with("14 points since then on a control chart shows common cause, which is chance"));
    let fallen = target(&case(LowIsGood, &monthly(&[&usual[..], &[12.0]].concat())));
    assert_eq!(fallen.status, Status::Improving, "{}", fallen.reason);
    assert!(fallen.reason.contains("shows special cause downwards, which is more than chance"), "{}", fallen.reason);
    let few = target(&case(LowIsGood, &monthly(&[20.0, 21.0, 12.0])));
    assert_eq!(few.status, Status::NotAssessable, "three months have no chart: {}", few.reason);
}
