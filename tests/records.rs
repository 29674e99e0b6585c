//! Records of people: figures are made of them, and nothing else is. A search for any of their cells finds nothing.

use crate::support::{Hub, Stepping, block_on, figures_at, travel};
use outcomes_hub::access::Viewer;
use outcomes_hub::connector::{Connector, Folder};
use outcomes_hub::outcomes::{Figure, MissingKind, Outcome};
use outcomes_hub::source::Limits;
use outcomes_hub::sync::Report;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const NAME: &str = "re-referrals";

/// A connector that counts referrals within a year of an earlier one of the same child.
fn connector(hub: &Hub, sql: &str) -> Connector {
    let write = |file: &str, text: &str| hub.write(&format!("connectors/{NAME}/{file}"), text);
    write(
        "connector.toml",
        r#"title = "Re-referrals"
publisher = "A council"
sector = "council"
licence = "OGL-UK-3.0"
access = "open"
standing = "local"
needs = []

[resource.referrals]
kind         = "file"
format       = "csv"
record_level = true
personal     = ["name"]

[disclosure]
smallest_shown = 8
round_to       = 5
"#,
    );
    write(
        "areas.sql",
        "SELECT 'E08000032' AS code, 'Bradford' AS name, 'utla' AS type, CAST(0 AS BIGINT) AS _row, 'areas.sql' AS _file",
    );
    write(
        "indicators.sql",
        "SELECT 're-referrals:within-12-months' AS id, 'Re-referrals within 12 months' AS name, 'percent' AS unit, \
         'proportion' AS value_type, CAST(100 AS DOUBLE) AS multiplier, CAST(0 AS BIGINT) AS _row, 'indicators.sql' AS _file",
    );
    write("observations.sql", sql);
    write("README.md", "# Re-referrals\n");
    write("cases/typical/in/referrals.csv", "child,name,referred,area\nK1,Invented,2024-05-01,E08000032\n");
    write("cases/typical/expect/observations.csv", "indicator,area,period,value\n");
    let folder = hub.folder.path().join("files/connectors").join(NAME);
    Connector::read(Folder::Disk(folder)).expect("a connector")
}

/// Referrals of a year, each a re-referral where the same child was referred within the twelve months before.
const SQL: &str = "
WITH dated AS (
  SELECT child, area, CAST(referred AS DATE) AS day,
         lag(CAST(referred AS DATE)) OVER (PARTITION BY child ORDER BY CAST(referred AS DATE)) AS before, _file, _row
  FROM referrals
)
SELECT 're-referrals:within-12-months' AS indicator, area AS area, '2024-04-01/P1Y' AS period,
       figure(CAST(100.0 * count(*) FILTER (WHERE before > day - INTERVAL '12 months') / count(*) AS VARCHAR)) AS value,
       figure(CAST(count(*) FILTER (WHERE before > day - INTERVAL '12 months') AS VARCHAR)) AS count,
       figure(CAST(count(*) AS VARCHAR)) AS denominator, min(_file) AS _file, min(_row) AS _row
FROM dated WHERE day BETWEEN DATE '2024-04-01' AND DATE '2025-03-31' GROUP BY area";

/// Made-up children: `again` of `all` are referred twice within the year; one was referred two years before.
fn records(all: u32, again: u32) -> String {
    let mut text = "child,name,referred,area\n".to_owned();
    for child in 0..all {
        writeln!(text, "ZZCHILD{child},Zebedee Quux{child},2024-05-{:02},E08000032", 1 + child % 28).expect("text");
        if child < again {
            writeln!(text, "ZZCHILD{child},Zebedee Quux{child},2024-11-01,E08000032").expect("text");
        }
    }
    text.push_str("ZZCHILDold,Zebedee Old,2022-01-01,E08000032\nZZCHILDold,Zebedee Old,2024-06-01,E08000032\n");
    text
}

fn run(hub: &Hub, connector: &Connector, text: &str) -> (Report, Vec<Shown>) {
    let path = hub.folder.path().join("elsewhere/Referrals of the year.csv");
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(&path, text).expect("written");
    block_on(async {
        let (road, store) = hub.road(Stepping::new(), Limits::default()).await;
        let input = path.display().to_string();
        let report = travel(&road, connector, &[input], &BTreeMap::new()).await;
        let figures = figures_at(store.as_ref(), NAME, None).await;
        let shown = figures.values().map(|figure| (figure.value, figure.count, figure.denominator)).collect();
        if let Some(run) = report.run {
            let page = outcomes_hub::store::Page { offset: 0, limit: 100 };
            let (rows, _) = store.rejected(&Viewer::operator(), run, page).await.expect("rows");
            assert!(!format!("{rows:?}").contains("ZZ") && !format!("{rows:?}").contains("Zebedee"), "{rows:?}");
        }
        store.close().await;
        (report, shown)
    })
}

/// A figure's value, count and denominator.
type Shown = (Figure, Option<Figure>, Option<Figure>);

/// Whether any file below a folder holds these words.
fn holds(folder: &Path, words: &str) -> bool {
    std::fs::read_dir(folder).expect("a folder").flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            holds(&path, words)
        } else {
            let bytes = std::fs::read(&path).unwrap_or_default();
            bytes.windows(words.len()).any(|window| window == words.as_bytes())
        }
    })
}

fn keeps_nothing(hub: &Hub, report: &Report) {
    let told = format!("{report:?}");
    for words in ["ZZCHILD", "Zebedee", "Quux"] {
        assert!(!told.contains(words), "{told}");
        assert!(!holds(&hub.data_dir(), words), "{words} is kept");
    }
}

#[test]
fn figures_are_made_of_records_and_nothing_else_is_kept() {
    let hub = Hub::empty();
    let connector = connector(&hub, SQL);
    // By hand: 101 children, of whom 23 come again within the year: 23 of 124 and one more, which is no re-referral: 23 of 125.
    let (report, figures) = run(&hub, &connector, &records(101, 23));
    assert_eq!(report.outcome, Outcome::Published, "{}", report.explanation());
    let number = |number| Some(Figure::Number(number));
    assert_eq!(figures, [(Figure::Number(20.0), number(25.0), number(125.0))], "25 of 125, both rounded to 5");
    keeps_nothing(&hub, &report);
    // Three of 103: withheld.
    let (report, figures) = run(&hub, &connector, &records(100, 3));
    assert_eq!(report.outcome, Outcome::Published, "{}", report.explanation());
    assert_eq!(figures[0].0, Figure::Missing(MissingKind::Suppressed));
    assert!(report.warnings.iter().any(|warning| warning.contains("withheld (1 figures)")), "{:?}", report.warnings);
    keeps_nothing(&hub, &report);
}

#[test]
fn whatever_goes_wrong_repeats_nothing_of_a_record() {
    for (what, sql, text) in [
        (
            "a group's name",
            "SELECT 're-referrals:within-12-months' AS indicator, area AS area, '2024-04-01/P1Y' AS period, 'child' AS category_type, child AS category, figure('100') AS value, figure('1') AS count, figure('1') AS denominator, _file, _row FROM referrals",
            records(20, 0),
        ),
        (
            "an unknown place",
            "SELECT 're-referrals:within-12-months' AS indicator, child AS area, '2024-04-01/P1Y' AS period, figure('100') AS value, figure('9') AS count, figure('9') AS denominator, _file, _row FROM referrals",
            records(20, 0),
        ),
        (
            "a malformed figure",
            "SELECT 're-referrals:within-12-months' AS indicator, area AS area, '2024-04-01/P1Y' AS period, figure(child) AS value, _file, _row FROM referrals",
            records(20, 0),
        ),
        (
            "a failed cast",
            "SELECT 're-referrals:within-12-months' AS indicator, area AS area, '2024-04-01/P1Y' AS period, figure(CAST(CAST(child AS BIGINT) AS VARCHAR)) AS value, _file, _row FROM referrals",
            records(20, 0),
        ),
        (
            "a free text",
            "SELECT 're-referrals:within-12-months' AS indicator, area AS area, '2024-04-01/P1Y' AS period, figure('50') AS value, figure('50') AS count, figure('100') AS denominator, child AS note, _file, _row FROM referrals LIMIT 1",
            records(20, 0),
        ),
        ("a stray quote", SQL, records(20, 0).replace("Zebedee Quux3", "Zebedee \"Quux3\" ")),
        ("a personal column", "SELECT name FROM referrals", records(20, 0)),
        ("a renamed personal column", SQL, records(20, 0).replace("child,name,", "child,full name,")),
    ] {
        let hub = Hub::empty();
        let made = std::panic::catch_unwind(|| connector(&hub, sql));
        let Ok(connector) = made else { panic!("{what}: no connector") };
        let (report, figures) = run(&hub, &connector, &text);
        // Twenty groups of one are left out, and what is left may be published: no figure at all.
        let expected = if what == "a group's name" { Outcome::Published } else { Outcome::Refused };
        assert_eq!(report.outcome, expected, "{what}: {}", report.explanation());
        assert!(figures.is_empty(), "{what}");
        keeps_nothing(&hub, &report);
    }
}

#[test]
fn a_manifest_says_what_is_shown_and_where_the_file_lies() {
    let hub = Hub::empty();
    let folder = connector(&hub, SQL).folder;
    let text = folder.text("connector.toml").expect("a manifest");
    for (from, to, part) in [
        ("[disclosure]\nsmallest_shown = 8\nround_to       = 5\n", "", "[disclosure]"),
        ("round_to       = 5", "round_to = 1", "at least 5"),
        ("record_level = true\n", "", "record_level"),
        ("kind         = \"file\"", "kind = \"http\"\nurl = \"https://example.org/a.csv\"", "--input"),
    ] {
        hub.write(&format!("connectors/{NAME}/connector.toml"), text.replace(from, to));
        let folder = hub.folder.path().join("files/connectors").join(NAME);
        let why = Connector::read(Folder::Disk(folder)).expect_err(to).to_string();
        assert!(why.contains(part), "{why}");
    }
}
