//! One small scorecard with everything that can happen in one, in every format.

use super::*;
use crate::answers::scorecard::{Cell, Part, Row, Scorecard};
use crate::frameworks::{
    Action, ActionStatus, Around, Baseline, Beside, Change, Comparator, Context, Framework, Judgement, Measure, Method,
    Named, Outcome, Place, Point, Rank, RecentTrend, Role, Series, Source, Standing as Said, Status, Target,
    TargetKind, Used, Whole,
};
use crate::outcomes::{Access, Figure, Indicator, MissingKind, Period, Polarity, Standing, ValueType};
use crate::statistics::{Direction, RankInterval, Trend, TrendLabel};
use calamine::{Data, DataType, Reader, Xlsx};
use std::sync::Arc;

fn period(iso: &str) -> Period {
    Period::parse(iso).expect("a period")
}

fn place(code: &str, name: &str) -> Place {
    Place { code: code.into(), name: name.into() }
}

fn point(iso: &str, value: Figure, dataset: &str) -> Point {
    Point {
        value,
        limits: Some((540.1, 575.0)),
        count: Some(Figure::Number(496.0)),
        denominator: Some(Figure::Number(88_985.0)),
        dataset: dataset.into(),
        release: 12,
        ..Point::bare(period(iso), 0.0)
    }
}

fn indicator(id: &str, name: &str, unit: &str) -> Indicator {
    Indicator {
        id: id.into(),
        name: name.into(),
        definition: None,
        unit: unit.into(),
        value_type: ValueType::Rate,
        polarity: Polarity::LowIsGood,
        multiplier: None,
        numerator: None,
        denominator: None,
        source_url: None,
        same_as: None,
        prefer: vec![],
    }
}

fn series(indicator: &str, label: &str) -> Series {
    Series { indicator: indicator.into(), sex: "persons".into(), age: None, category: None, label: label.into() }
}

fn target(id: &str, kind: TargetKind, standing: Said) -> Target {
    Target { id: id.into(), kind, standing, by: None, place_in_text: "page 3".into() }
}

fn baseline(iso: &str) -> Baseline {
    Baseline { period: period(iso), standing: Said::Proposed, why: Some("the year before the plan".into()) }
}

fn judgement(status: Status, kind: &'static str, reason: &str, used: Vec<Used>) -> Judgement {
    // With the figure of a baseline that the hub chose, another choice could say something else.
    let sensitivity = (kind == "reduce" && status == Status::Improving)
        .then(|| "with 2017/18 as the baseline it would be no detectable change".to_owned());
    Judgement {
        status,
        reason: reason.into(),
        used,
        method: Method { name: kind, version: 2 },
        age_months: Some(8),
        sensitivity,
        promise: true,
    }
}

fn framework(measures: Vec<Measure>) -> Framework {
    Framework {
        id: "better".into(),
        title: "Better health, better lives".into(),
        organisation: "Bradford Council".into(),
        summary: "Long lives.".into(),
        version: "1".into(),
        valid_from: None,
        valid_to: None,
        source: Source {
            title: "Council plan".into(),
            publisher: "Bradford Council".into(),
            published: None,
            url: None,
        },
        places: vec!["E08000032".into()],
        joins: vec![],
        roles: vec![Named {
            id: "director".into(),
            title: "Director of Adult Care".into(),
            arrangement: None,
            place_in_text: "page 1".into(),
        }],
        partners: vec![Named {
            id: "nhs".into(),
            title: "NHS".into(),
            arrangement: Some("Section 75 agreement".into()),
            place_in_text: "page 4".into(),
        }],
        themes: vec![],
        outcomes: vec![Outcome {
            id: "independence".into(),
            theme: "future".into(),
            title: "Dignity and independence".into(),
            standing: Said::Stated,
            accountable: vec!["director".into()],
            place_in_text: "page 1".into(),
        }],
        measures,
        actions: vec![Action {
            id: "act-as-one".into(),
            outcome: "independence".into(),
            title: "Pool resources".into(),
            standing: Said::Stated,
            status: ActionStatus::UnderWay,
            reported: chrono::NaiveDate::from_ymd_opt(2021, 5, 3),
            by: chrono::NaiveDate::from_ymd_opt(2024, 12, 31),
            owners: vec!["nhs".into(), "director".into()],
            place_in_text: "page 4".into(),
        }],
        context: vec![Context {
            id: "supported".into(),
            title: "Older adults whom the council supports".into(),
            value: 38_500.0,
            unit: "people".into(),
            qualifier: "about".into(),
            whole: Some(Whole {
                title: "people aged 65 and over".into(),
                value: 37_320.0,
                source: "ASCOF 2020-21".into(),
            }),
            place_in_text: "page 5".into(),
        }],
        not_yet_defined: vec!["The text gives no dates.".into()],
    }
}

fn measure(id: &str, title: &str, standing: Said, series: Vec<Series>, targets: Vec<Target>) -> Measure {
    Measure {
        id: id.into(),
        outcome: "independence".into(),
        title: title.into(),
        standing,
        place_in_text: "page 2".into(),
        series,
        targets,
        max_age: None,
    }
}

fn part(indicator: Option<Indicator>, series: Series, latest: Option<Point>, judgements: Vec<Judgement>) -> Part {
    let points = latest.iter().cloned().collect();
    let (rests_on, beside) = (std::collections::BTreeSet::new(), None);
    Part { series, indicator, latest, points, rests_on, absence: None, other_datasets: vec![], judgements, beside }
}

fn aside() -> Beside {
    let trend = Trend { direction: Direction::Increasing, chi_squared: 9.4, slope: 4.2, outlier: false };
    Beside {
        change: Ok(Change {
            since: period("2019-04-01/P1Y"),
            difference: -12.25,
            difference_label: "-12.3 per 100,000".into(),
            significance: Err("the figure of 2019/20 has no 95% limits".into()),
        }),
        trend: Ok(RecentTrend { trend, label: TrendLabel::IncreasingAndGettingWorse }),
        rank: Ok(Rank {
            among: "upper-tier councils of England".into(),
            rank: 83,
            tied: 3,
            interval: Ok(RankInterval { best: 61, worst: 104 }),
            best_first: true,
            quartile: Some(3),
            n: 151,
        }),
        neighbours: Ok(Around { mean: 530.0, median: 541.5, lowest: 401.2, highest: 688.0, n: 9, of: 10 }),
        spc: Err("a control chart takes monthly or quarterly figures".into()),
    }
}

/// Of Bradford, for which the strategy is.
fn promised(measure: &Measure, parts: Vec<Part>) -> Cell {
    let worst = |standing| Status::worst(parts.iter().filter_map(|part| part.worst(measure, standing)));
    Cell { promise: true, stated: worst(Said::Stated), proposed: worst(Said::Proposed), parts }
}

/// Of Halton, for which it is not.
fn compared(measure: &Measure, parts: Vec<Part>) -> Cell {
    Cell { promise: false, stated: None, ..promised(measure, parts) }
}

/// Every status, a suppressed newest figure, an unreliable one, an unknown indicator, a made-up dataset, a measure
/// without a target, a title that a spreadsheet would take for a formula.
fn full() -> Scorecard {
    let (bradford, halton) = (place("E08000032", "Bradford"), place("E06000006", "Halton"));
    let admissions = || indicator("permanent-admissions-65-plus", "Permanent admissions, 65 and over", "per-100k");
    let obesity = || indicator("obesity-year-6", "Year 6: children living with obesity", "percent");
    let asked = || series("permanent-admissions-65-plus", "");
    let weighed = |label| series("obesity-year-6", label);
    let measures = vec![
        measure(
            "9",
            "=Permanent admissions, held at 555 or below",
            Said::Stated,
            vec![asked()],
            vec![Target {
                by: chrono::NaiveDate::from_ymd_opt(2026, 3, 31),
                ..target("hold", TargetKind::AtOrBelow { value: 555.0, baseline: None }, Said::Stated)
            }],
        ),
        measure(
            "2",
            "Childhood obesity",
            Said::Proposed,
            vec![weighed("Reception"), weighed("Year 6")],
            vec![
                target("reduce", TargetKind::Reduce { baseline: baseline("2018-09-01/P1Y") }, Said::Stated),
                target(
                    "gap",
                    TargetKind::CloseGap {
                        baseline: baseline("2018-09-01/P1Y"),
                        comparator: Comparator { places: vec!["E92000001".into()] },
                        share: 1.0,
                    },
                    Said::Proposed,
                ),
            ],
        ),
        measure("x", "A figure that nobody defines", Said::Proposed, vec![series("unheard-of", "")], vec![]),
    ];
    let now = point("2024-04-01/P1Y", Figure::Number(557.4), "ascof");
    let withheld = point("2024-04-01/P1Y", Figure::Missing(MissingKind::Suppressed), "ascof");
    let share = |number| Point { limits: None, count: None, ..point("2023-09-01/P1Y", number, "sample-ncmp") };
    let used = |role, place: &Place, point: &Point| Used { role, place: place.clone(), point: point.clone() };
    let heavy = share(Figure::Number(25.0));
    let england = place("E92000001", "England");
    let unsure = share(Figure::Unreliable(24.06));
    let rows = vec![
        Row {
            measure: 0,
            cells: vec![
                promised(
                    &measures[0],
                    vec![Part {
                        beside: Some(aside()),
                        ..part(
                            Some(admissions()),
                            asked(),
                            Some(now.clone()),
                            vec![judgement(
                                Status::NotMet,
                                "at-or-below",
                                "Permanent admissions in Bradford were 557.4 per 100,000 in 2024/25, above 555 per 100,000",
                                vec![used(Role::Current, &bradford, &now)],
                            )],
                        )
                    }],
                ),
                compared(
                    &measures[0],
                    vec![part(
                        Some(admissions()),
                        asked(),
                        Some(withheld.clone()),
                        vec![judgement(
                            Status::NotAssessable,
                            "at-or-below",
                            "Permanent admissions in Halton for 2024/25 are suppressed by the publisher",
                            vec![used(Role::Current, &halton, &withheld)],
                        )],
                    )],
                ),
            ],
        },
        Row {
            measure: 1,
            cells: vec![
                promised(
                    &measures[1],
                    vec![
                        part(
                            Some(obesity()),
                            weighed("Reception"),
                            Some(heavy.clone()),
                            vec![
                                judgement(
                                    Status::Met,
                                    "reduce",
                                    "Obesity fell",
                                    vec![used(Role::Current, &bradford, &heavy)],
                                ),
                                judgement(
                                    Status::OnTrack,
                                    "close-gap",
                                    "The gap narrowed",
                                    vec![used(Role::Comparator, &england, &share(Figure::Number(22.0)))],
                                ),
                            ],
                        ),
                        part(
                            Some(obesity()),
                            weighed("Year 6"),
                            Some(heavy),
                            vec![
                                judgement(Status::Met, "reduce", "Obesity fell", vec![]),
                                judgement(Status::OffTrack, "close-gap", "The gap widened", vec![]),
                            ],
                        ),
                    ],
                ),
                compared(
                    &measures[1],
                    vec![
                        part(
                            Some(obesity()),
                            weighed("Reception"),
                            Some(unsure.clone()),
                            vec![
                                judgement(Status::NotAssessable, "reduce", "The figure is unreliable", vec![]),
                                judgement(Status::NotAssessable, "close-gap", "The figure is unreliable", vec![]),
                            ],
                        ),
                        Part {
                            absence: Some("No figure of obesity-year-6 is found: sample-ncmp was looked into".into()),
                            other_datasets: vec![("fingertips".into(), period("2023-04-01/P1Y"))],
                            ..part(
                                Some(obesity()),
                                weighed("Year 6"),
                                None,
                                vec![
                                    judgement(Status::NotAssessable, "reduce", "There is no figure", vec![]),
                                    judgement(Status::NotAssessable, "close-gap", "There is no figure", vec![]),
                                ],
                            )
                        },
                    ],
                ),
            ],
        },
        Row {
            measure: 2,
            cells: vec![
                promised(&measures[2], vec![part(None, series("unheard-of", ""), None, vec![])]),
                compared(&measures[2], vec![part(None, series("unheard-of", ""), None, vec![])]),
            ],
        },
    ];
    Scorecard { framework: Arc::new(framework(measures)), at: 14, places: vec![bradford, halton], rows }
}

fn about() -> About {
    let note = |id: &str, title: &str, standing, access| DatasetNote {
        id: id.into(),
        title: title.into(),
        publisher: "NHS England".into(),
        licence: "OGL-UK-3.0".into(),
        standing,
        access,
        next_due: Some("1 December 2026".into()),
    };
    About {
        released: "3 November 2025, 09:00".into(),
        as_of: Some("2025-12-01".into()),
        day: chrono::NaiveDate::from_ymd_opt(2025, 12, 1),
        datasets: vec![
            note("ascof", "Adult social care outcomes", Standing::Official, Access::Open),
            note("sample-ncmp", "Child measurement, made up", Standing::Illustrative, Access::Partners),
        ],
        releases: [(12, Standing::Official)].into(),
    }
}

/// A strategy that states aims and no measure.
fn bare() -> Scorecard {
    Scorecard {
        framework: Arc::new(framework(vec![])),
        at: 14,
        places: vec![place("E06000006", "Halton")],
        rows: vec![],
    }
}

fn text(format: Format, card: &Scorecard, width: usize) -> String {
    String::from_utf8(render(format, card, &about(), width).expect("a report")).expect("UTF-8")
}

#[test]
fn a_table_is_read_by_people() {
    insta::assert_snapshot!("table", text(Format::Table, &full(), 100));
}

#[test]
fn a_framework_without_measures_says_so() {
    let bare = render(Format::Table, &bare(), &About::default(), 72).expect("a report");
    insta::assert_snapshot!("table_without_measures", String::from_utf8(bare).expect("UTF-8"));
}

#[test]
fn csv_is_one_line_a_target() {
    insta::assert_snapshot!("csv", text(Format::Csv, &full(), 0).replace('\r', ""));
}

#[test]
fn json_holds_every_figure_used() {
    insta::assert_snapshot!("json", text(Format::Json, &full(), 0));
}

#[test]
fn every_line_of_a_narrow_table_fits() {
    for width in [0, 40, 61, 80] {
        let table = text(Format::Table, &full(), width);
        for line in table.lines() {
            let fits = line.chars().count() <= width.max(MIN_WIDTH);
            assert!(fits || !line.trim().contains(' '), "wider than {width}: {line}");
        }
    }
}

#[test]
fn a_reader_of_csv_finds_every_column_and_no_figure_for_what_is_withheld() {
    let bytes = render(Format::Csv, &full(), &about(), 0).expect("csv");
    let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|own| own == name).expect("the column");
    let rows: Vec<::csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 2 + 8 + 2);
    let halton = &rows[1];
    assert_eq!((&halton[column("area_name")], &halton[column("missing")]), ("Halton", "suppressed"));
    for name in ["value", "lower_ci", "upper_ci"] {
        assert_eq!(&halton[column(name)], "", "{name}");
    }
    assert_eq!(&rows[0][column("value")], "557.4");
    assert_eq!((&rows[0][column("promise")], &rows[1][column("promise")]), ("yes", "no"));
    assert_eq!(&rows[0][column("age_months")], "8");
    assert_eq!((&rows[0][column("rank")], &rows[0][column("change")]), ("83", "-12.25"));
    assert_eq!((&rows[1][column("rank")], &rows[1][column("rank_note")]), ("", "not assessed: nothing is compared"));
    assert_eq!(&rows[0][column("measure_title")], "'=Permanent admissions, held at 555 or below");
}

#[test]
fn nothing_that_makes_up_a_withheld_figure_is_written_in_json() {
    let json: serde_json::Value = serde_json::from_str(&text(Format::Json, &full(), 0)).expect("json");
    let part = &json["measures"][0]["places"][1]["series"][0];
    for figure in [&part["latest"], &part["judgements"][0]["figures"][0]] {
        assert_eq!(figure["missing"], "suppressed");
        for name in ["value", "limits_95", "count", "denominator"] {
            assert_eq!(figure[name], serde_json::Value::Null, "{name}");
        }
    }
    let bradford = &json["measures"][0]["places"][0]["series"][0]["latest"];
    assert_eq!((bradford["count"].as_i64(), bradford["value"].as_f64()), (Some(496), Some(557.4)));
}

#[test]
fn a_dataset_that_nobody_described_is_named() {
    let table = render(Format::Table, &full(), &About::default(), 100).expect("a report");
    let table = String::from_utf8(table).expect("UTF-8");
    assert!(table.contains("- ascof: publisher, licence and standing are not known."), "{table}");
    assert!(table.contains("release 12") && table.contains("standing not known"), "{table}");
}

#[test]
fn formats_are_named_as_they_are_read() {
    for format in Format::ALL {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    assert!("pdf".parse::<Format>().expect_err("no format").contains("table, csv, json, xlsx"));
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    for format in Format::ALL {
        let write = || render(format, &full(), &about(), 80).expect("a report");
        let first = write();
        // The clock of a zip's entries counts two seconds at a time.
        if format == Format::Xlsx {
            std::thread::sleep(std::time::Duration::from_millis(2_100));
        }
        assert!(first == write(), "{format}");
    }
}

fn sheet(card: &Scorecard, name: &str) -> Vec<Vec<Data>> {
    let bytes = render(Format::Xlsx, card, &about(), 0).expect("a workbook");
    let mut book = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range(name).expect("the sheet");
    range.rows().map(<[Data]>::to_vec).collect()
}

fn said(rows: &[Vec<Data>]) -> String {
    rows.iter().flatten().filter_map(Data::as_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_workbook_says_every_status_in_words() {
    let text = said(&sheet(&full(), "Scorecard"));
    for word in ["Not met", "Not assessable", "Off track", "None stated", "557.4 per 100,000", "2024/25", "suppressed"]
    {
        assert!(text.contains(word), "{word} is not in {text}");
    }
    assert!(text.contains("ILLUSTRATIVE: figures of sample-ncmp"), "{text}");
    assert!(text.contains("Off track\nReception: On track\nYear 6: Off track"), "{text}");
    assert!(text.contains("Reception: 25%, 2023/24, 15 months old, ILLUSTRATIVE"), "{text}");
}

/// The columns of a place on the sheet `Scorecard`: the figure, what is stated, what is proposed.
#[test]
fn what_is_stated_and_what_is_proposed_stand_in_columns_apart() {
    let rows = sheet(&full(), "Scorecard");
    let head = rows.iter().position(|row| row[0].as_string().as_deref() == Some("Measure")).expect("the headings");
    let text = |row: usize, column: usize| rows[row][column].as_string().unwrap_or_default();
    assert_eq!(text(head - 1, 1), "Bradford (E08000032)");
    assert_eq!(
        [1, 2, 3].map(|column| text(head, column)),
        ["Newest figure", "What the strategy states", "What the hub proposes (not the strategy)"]
    );
    assert_eq!([2, 3].map(|column| text(head + 1, column)), ["Not met", "None proposed"]);
    assert_eq!([5, 6].map(|column| text(head + 1, column)), ["Not a promise of this place", "None proposed"]);
    assert_eq!(
        [2, 3].map(|column| text(head + 2, column)),
        ["Met\nReception: Met\nYear 6: Met", "Off track\nReception: On track\nYear 6: Off track"]
    );
    assert_eq!(text(head + 2, 5), "Not a promise of this place");
    // In no format does a stated status of another place show.
    for format in [Format::Table, Format::Csv] {
        let report = text_of(format);
        assert!(report.contains("Not a promise") || report.contains("not-a-promise"), "{report}");
    }
    let json: serde_json::Value = serde_json::from_str(&text_of(Format::Json)).expect("json");
    let halton = &json["measures"][0]["places"][1];
    assert_eq!((&halton["promise"], &halton["stated"]), (&false.into(), &serde_json::Value::Null));
    let judgement = &halton["series"][0]["judgements"][0];
    assert_eq!(
        (&judgement["stated_status"], &judgement["compared_status"]),
        (&"not-a-promise".into(), &"not-assessable".into())
    );
}

fn text_of(format: Format) -> String {
    text(format, &full(), 100)
}

/// Every format says who answers, who takes part, what is to be done and by when, what is quoted, how old a figure is,
/// and why the hub chose a baseline.
#[test]
fn the_strategy_itself_is_in_every_format() {
    let workbook = ["Scorecard", "Reasons", "Strategy"].map(|name| said(&sheet(&full(), name))).join("\n");
    let reports =
        [text_of(Format::Table).split_whitespace().collect::<Vec<_>>().join(" "), text_of(Format::Csv), workbook];
    for report in &reports {
        for words in [
            "Director of Adult Care",
            "Section 75 agreement",
            "under way as of 3 May 2021, to be done by 31 December 2024",
            "DOUBTFUL: more than the whole of 37,320 (people aged 65 and over, ASCOF 2020-21)",
            "the year before the plan",
        ] {
            assert!(report.contains(words), "{words} is not in {report}");
        }
    }
    assert!(reports[0].contains("8 months old") && reports[2].contains("8 months old"));
    let json: serde_json::Value = serde_json::from_str(&text_of(Format::Json)).expect("json");
    assert_eq!(json["framework"]["partners"][0]["arrangement"], "Section 75 agreement");
    assert_eq!(json["framework"]["actions"][0]["by"], "2024-12-31");
    assert_eq!(json["framework"]["context"][0]["exceeds_whole"], true);
    assert_eq!(json["measures"][0]["outcome"]["accountable"][0], "director");
    assert_eq!(json["measures"][0]["places"][0]["series"][0]["latest"]["age_months"], 8);
}

/// Printed pages are across, as wide as told, with the headings again and a foot that says what they are of.
#[test]
fn a_workbook_is_made_for_paper() {
    let bytes = render(Format::Xlsx, &full(), &about(), 0).expect("a workbook");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a zip");
    let mut part = |name: &str| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut archive.by_name(name).expect("the part"), &mut text).expect("text");
        text
    };
    for sheet in 1..=3 {
        let xml = part(&format!("xl/worksheets/sheet{sheet}.xml"));
        for words in ["orientation=\"landscape\"", "fitToHeight=\"0\"", "paperSize=\"9\"", "page &amp;P of &amp;N"] {
            assert!(xml.contains(words), "{words} is not in sheet {sheet}");
        }
    }
    let book = part("xl/workbook.xml");
    assert_eq!(book.matches("_xlnm.Print_Titles").count(), 5, "{book}");
    assert!(part("xl/styles.xml").contains("wrapText=\"1\""));
}

#[test]
fn a_workbook_holds_numbers_as_numbers() {
    let lines = sheet(&full(), "Lines");
    let at = |name: &str| lines[0].iter().position(|cell| cell.as_string().as_deref() == Some(name)).expect("a column");
    assert_eq!(lines[1][at("value")], Data::Float(557.4));
    assert_eq!(lines[2][at("value")], Data::Empty);
    assert_eq!(lines[2][at("missing")], Data::String("suppressed".into()));
    assert_eq!(lines[1][at("measure_title")], Data::String("=Permanent admissions, held at 555 or below".into()));
    assert_eq!(lines.len(), 1 + 12);
    let figures = sheet(&full(), "Figures");
    assert_eq!(figures.len(), 1 + 4);
    let at =
        |name: &str| figures[0].iter().position(|cell| cell.as_string().as_deref() == Some(name)).expect("a column");
    assert_eq!(figures[1][at("count")], Data::Float(496.0));
    assert_eq!(figures[2][at("count")], Data::Empty, "a withheld figure's count tells it");
}

#[test]
fn a_workbook_says_what_it_is_made_of() {
    let text = said(&sheet(&full(), "About"));
    for word in ["ILLUSTRATIVE", "OGL-UK-3.0", "at-or-below", "Council plan", "The text gives no dates."] {
        assert!(text.contains(word), "{word} is not in {text}");
    }
    assert!(said(&sheet(&bare(), "Scorecard")).contains("no measures yet"));
}
