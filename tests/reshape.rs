//! Files that need reshaping: wide tables, names of places, thousands, JSON; and rows that a join loses or multiplies.

use crate::support::{Hub, Key, Said, files_of, library, written};
use outcomes_hub::outcomes::{Figure, MissingKind};

const MANIFEST: &str = r#"
title = "Families helped early"
publisher = "A council"
sector = "council"
licence = "OGL-UK-3.0"
access = "open"
standing = "local"

[resource.data]
kind = "file"
format = "csv"
"#;
const INDICATORS: &str = "SELECT 'tidy:n' AS id, 'Families' AS name, 'Families' AS definition, 'count' AS unit,
    'count' AS value_type, 'none' AS polarity, 0 AS _row, 'indicators.sql' AS _file";

/// A hub with a connector `tidy`, whose golden case has the files that are given, and nothing published of it.
struct Tidy {
    hub: Hub,
}

impl Tidy {
    /// `keys` stand behind the resource's own; `files` are resources with their content.
    fn new(keys: &str, observations: &str, files: &[(&str, &str)]) -> Self {
        let hub = Hub::with_reference();
        hub.write("connectors/tidy/connector.toml", format!("{MANIFEST}{keys}\n"));
        hub.write("connectors/tidy/indicators.sql", INDICATORS);
        hub.write("connectors/tidy/observations.sql", observations);
        for (resource, text) in files {
            hub.write(&format!("connectors/tidy/cases/typical/in/{resource}.csv"), text);
        }
        // The case gives the columns; what comes of the files is for the tests to say.
        hub.write("connectors/tidy/cases/typical/expect/observations.csv", "indicator,area,period,value\n");
        Self { hub }
    }

    fn sync(&self, files: &[(&str, &str)], more: &[&str]) -> Said {
        let input = |(resource, text): &(&str, &str)| {
            format!("{resource}={}", self.hub.write(&format!("{resource}.csv"), text).display())
        };
        let inputs: Vec<String> = files.iter().map(input).collect();
        let connectors = self.hub.folder.path().join("files/connectors");
        let connectors = ["--connectors", connectors.to_str().expect("a path")];
        self.hub.sync("tidy", &inputs, &[&connectors, more].concat())
    }

    fn value(&self, area: &str, period: &str) -> Option<Figure> {
        self.hub.figures("tidy").get(&Key::total("tidy:n", area, period)).map(|published| published.value)
    }
}

const BRADFORD: &str = "E08000032";
const LIVERPOOL: &str = "E08000012";

/// Syncs a connector's typical file, as its golden case has it.
fn typical(keys: &str, observations: &str, files: &[(&str, &str)]) -> (Tidy, Said) {
    let tidy = Tidy::new(keys, observations, files);
    let said = tidy.sync(files, &[]);
    (tidy, said)
}

const WIDE: &str = "unpivot = { columns = \"Q* */*\", name = \"quarter\", value = \"families\" }\n\n\
                    [markers]\nc = \"suppressed\"\n\"\" = \"not-available\"";
const LONG: &str = "SELECT 'tidy:n' AS indicator, area(\"Council\", period(quarter, 'financial-quarter')) AS area,
    period(quarter, 'financial-quarter') AS period, figure(families) AS value FROM data";
const QUARTERS: &str =
    "Council,Q1 2024/25,Notes,Q2 2024/25\nCity of Bradford MDC,10,,c\n\"Liverpool City Council\",,late,7\n";

#[test]
fn columns_become_rows_and_a_new_one_is_taken() {
    let (tidy, said) = typical(WIDE, LONG, &[("data", QUARTERS)]);
    said.ended_with(0).mentions(&[
        "read       2 rows of data.csv",
        "2 of 2 rows of `data` are used; each gives 2 rows",
        "4 mapped",
    ]);
    let (first, second) = ("2024-04-01/P3M", "2024-07-01/P3M");
    assert_eq!(tidy.value(BRADFORD, first), Some(Figure::Number(10.0)));
    assert_eq!(tidy.value(BRADFORD, second), Some(Figure::Missing(MissingKind::Suppressed)));
    assert_eq!(tidy.value(LIVERPOOL, first), Some(Figure::Missing(MissingKind::NotAvailable)));
    assert_eq!(tidy.value(LIVERPOOL, second), Some(Figure::Number(7.0)));
    // The row of a figure is that of the file.
    assert_eq!(tidy.hub.figures("tidy")[&Key::total("tidy:n", LIVERPOOL, second)].row, 3);
    let more = "Council,Notes,Q1 2024/25,Q2 2024/25,Q3 2024/25,Total\nBradford,,10,c,12,22\nLiverpool,late,,7,8,15\n";
    tidy.sync(&[("data", more)], &[]).ended_with(0).mentions(&["each gives 3 rows", "6 mapped"]);
    assert_eq!(tidy.value(BRADFORD, "2024-10-01/P3M"), Some(Figure::Number(12.0)));
}

#[test]
fn a_cell_that_cannot_be_read_is_told_with_the_column_that_it_stood_in() {
    let (_, said) = typical(WIDE, LONG, &[("data", &QUARTERS.replace(",7", ",7r"))]);
    said.ended_with(3).mentions(&["data.csv, row 3, column Q2 2024/25: unreadable-figure", "7r"]);
}

#[test]
fn a_column_that_is_gone_is_told_with_the_nearest() {
    let keys = WIDE.replace("\"Q* */*\"", "[\"Q1 2024/25\", \"Q2 2024/25\"]");
    let (tidy, said) = typical(&keys, LONG, &[("data", QUARTERS)]);
    said.ended_with(0);
    let renamed = QUARTERS.replace("Q2 2024/25", "Qtr 2 2024/25");
    let said = tidy.sync(&[("data", &renamed)], &[]).ended_with(3);
    said.mentions(&["column-gone", "`Q2 2024/25`", "`Qtr 2 2024/25`"]);
    assert_eq!(tidy.value(BRADFORD, "2024-04-01/P3M"), Some(Figure::Number(10.0)));
}

/// By the number of the social care returns, which Barnsley and Sheffield kept under their new codes.
const BY_CODE: &str = "SELECT 'tidy:n' AS indicator, c.area AS area, period(d.year, 'financial') AS period,
    figure(d.families) AS value FROM data d LEFT JOIN area_codes c ON c.code = d.code AND c.scheme = 'cassr'";
const COUNCILS: &str = "code,year,families\n209,2024-25,10\n204,2024-25,11\n207,2024-25,12\n212,2024-25,13\n";

#[test]
fn rows_that_a_join_multiplies_are_warned_of() {
    let (_, said) = typical("", BY_CODE, &[("data", COUNCILS)]);
    said.ended_with(0).mentions(&[
        "used       observations: 4 of 4 rows of `data` are used; 2 give several rows (first: data.csv, row 3, gives 2)",
        "warning    observations: 2 of 4 rows of `data` give more rows than the others (first: data.csv, row 3, gives 2): a JOIN",
    ]);
    // The place that the code means on the day is one.
    let by_name = "SELECT 'tidy:n' AS indicator, area(code, period(year, 'financial'), 'cassr') AS area,
        period(year, 'financial') AS period, figure(families) AS value FROM data";
    let (tidy, said) = typical("", by_name, &[("data", COUNCILS)]);
    let said = said.ended_with(0).mentions(&["used       observations: 4 of 4 rows of `data` are used\n"]);
    assert!(!said.text().contains("warning"), "{}", said.text());
    assert_eq!(tidy.value("E08000019", "2024-04-01/P1Y"), Some(Figure::Number(12.0)));
}

const PEOPLE: &str = "[resource.people]\nkind = \"file\"\nformat = \"csv\"";
const WITH_PEOPLE: &str = "SELECT 'tidy:n' AS indicator, d.area AS area, period(d.year, 'financial') AS period,
    figure(d.families) AS value, number(p.people) AS denominator FROM data d JOIN people p ON p.area = d.area
    WHERE d.year = '2024-25'";

#[test]
fn rows_that_a_join_loses_are_warned_of() {
    let data = "area,year,families\nE08000032,2023-24,9\nE08000032,2024-25,10\nE08000012,2024-25,11\n";
    let people = "area,people\nE08000032,5000\n";
    let (tidy, said) = typical(PEOPLE, WITH_PEOPLE, &[("data", data), ("people", people)]);
    said.ended_with(0).mentions(&[
        "used       observations: 1 of 3 rows of `data` is used; WHERE leaves out 1; 1 gives no row (first: data.csv, row 4)",
        "warning    observations: 1 of 3 rows of `data` gives no row (first: data.csv, row 4): a JOIN finds no partner",
    ]);
    let report = tidy.sync(&[("data", data), ("people", people)], &["--json", "--again"]).ended_with(0).json();
    let used = &report["rows_used"][0];
    assert_eq!((used["resource"].as_str(), used["read"].as_u64()), (Some("data"), Some(3)), "{report}");
    assert_eq!(
        (used["left_out"].as_u64(), used["used"].as_u64(), used["unused"].as_u64()),
        (Some(1), Some(1), Some(1))
    );
    assert_eq!(report["rows_used"].as_array().map(Vec::len), Some(1), "what is looked up is not traced: {report}");
    // With LEFT JOIN nobody is lost.
    let left = WITH_PEOPLE.replace(" JOIN", " LEFT JOIN");
    let (tidy, said) = typical(PEOPLE, &left, &[("data", data), ("people", people)]);
    let said = said.ended_with(0).mentions(&["2 of 3 rows of `data` are used; WHERE leaves out 1"]);
    assert!(!said.text().contains("finds no partner"), "{}", said.text());
    assert_eq!(tidy.value(LIVERPOOL, "2024-04-01/P1Y"), Some(Figure::Number(11.0)));
}

#[test]
fn a_union_gives_each_row_several_times_on_purpose() {
    let of = |year: &str| {
        format!(
            "SELECT 'tidy:n' AS indicator, d.area AS area, period('{year}', 'financial') AS period, figure(d.\"{year}\") AS value
             FROM data d LEFT JOIN areas a ON a.code = d.area"
        )
    };
    let sql = format!("{} UNION ALL {} WHERE d.\"2024-25\" <> '-'", of("2023-24"), of("2024-25"));
    let data = "area,2023-24,2024-25\nE08000032,9,10\nE08000012,8,-\n";
    let (_, said) = typical("", &sql, &[("data", data)]);
    let said = said.ended_with(0).mentions(&["used       observations: 2 of 2 rows of `data` are used\n", "3 mapped"]);
    assert!(!said.text().contains("warning"), "{}", said.text());
    // Rows in groups are not followed one by one.
    let grouped =
        "SELECT 'tidy:n' AS indicator, area, period(year, 'financial') AS period, figure(the_one(families)) AS value,
        min(_row) AS _row, min(_file) AS _file FROM data GROUP BY area, year";
    let (_, said) =
        typical("", grouped, &[("data", "area,year,families\nE08000032,2024-25,10\nE08000032,2024-25,10\n")]);
    said.ended_with(0).mentions(&["the SQL puts rows of `data` together"]);
}

#[test]
fn a_name_that_means_no_place_or_several_rejects_its_row() {
    let sql = "SELECT 'tidy:n' AS indicator, area(name, period(year, 'financial')) AS area,
        period(year, 'financial') AS period, thousands(families) AS value FROM data";
    let data = "name,year,families\nHull,2024-25,\"1,204.5\"\n";
    let (tidy, said) = typical("", sql, &[("data", data)]);
    said.ended_with(0);
    assert_eq!(tidy.value("E06000010", "2024-04-01/P1Y"), Some(Figure::Number(1_204_500.0)));
    let wrong = "name,year,families\nHull,2024-25,1\nLivrpool,2024-25,2\nHampshire,2024-25,3\n";
    tidy.sync(&[("data", wrong)], &[]).ended_with(3).mentions(&[
        "row 3, column area: unknown-area: `Livrpool`",
        "the nearest: Liverpool (E08000012, utla)",
        "row 4, column area: ambiguous-area: `Hampshire`",
        "Hampshire (E10000014, utla), Hampshire (E23000030, police-force)",
    ]);
}

#[test]
fn json_in_a_column_is_read_by_its_path() {
    let sql = "SELECT 'tidy:n' AS indicator, json_text(place, 'codes', 0) AS area, period(year, 'financial') AS period,
        figure(json_length(place, 'codes')) AS value FROM data";
    let row = |place: &str| format!("place,year\n\"{}\",2024-25\n", place.replace('"', "\"\""));
    let (tidy, said) = typical("", sql, &[("data", &row(r#"{"codes": ["E08000032", "380"]}"#))]);
    said.ended_with(0);
    assert_eq!(tidy.value(BRADFORD, "2024-04-01/P1Y"), Some(Figure::Number(2.0)));
    let said = tidy.sync(&[("data", &row(r#"{"codes": ["E08000032", "380"]"#))], &[]).ended_with(3);
    said.mentions(&["row 2, column area: malformed-json", "it is no JSON"]);
}

#[test]
fn no_row_of_a_shipped_connector_is_lost_or_multiplied() {
    let library = library();
    for name in library.names() {
        let connector = library.get(name).expect("a connector");
        if connector.is_derived() {
            continue;
        }
        let Some(case) = connector.cases().expect("cases").into_iter().find(|case| case.name == "typical") else {
            continue;
        };
        let hub = Hub::with_reference();
        let inputs = written(&hub, "in", &files_of(&connector, &case));
        let set: Vec<String> =
            case.set.iter().flat_map(|(name, value)| ["--set".to_owned(), format!("{name}={value}")]).collect();
        let more: Vec<&str> = set.iter().map(String::as_str).chain(["--dry-run", "--json"]).collect();
        let report = hub.sync(name, &inputs, &more).json();
        let warnings = report["warnings"].to_string();
        assert!(!warnings.contains(" a JOIN finds "), "{name}: {warnings}");
        for used in report["rows_used"].as_array().into_iter().flatten() {
            let of = |key: &str| used[key].as_u64().expect("a number");
            assert_eq!(of("read"), of("left_out") + of("used") + of("unused"), "{name}: {used}");
        }
    }
}
