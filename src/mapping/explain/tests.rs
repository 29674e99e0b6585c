//! Typical mistakes, and the sentence that each gets.

use crate::connector::{Connector, Folder};
use crate::decode::{Layout, RawFile, Table};
use crate::mapping::{Mapping, MappingError, RawPart, RawResource, ask};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const MANIFEST: &str = r#"
title = "t"
publisher = "p"
sector = "council"
licence = "OGL-UK-3.0"
access = "open"
standing = "local"
[release]
every = "1 year"
late_after = "60 days"
[resource.data]
kind = "file"
format = "csv"
[markers]
c = "suppressed"
"#;
const FILE: &str = "Area Code,year,rate,lower,sex\nE08000032,2023/24,12.5,11,Persons\nE08000012,2023/24,c,,Persons\n";
/// What no sentence may hold: names of the engine's types and steps, and its notice of a bug.
const FOREIGN: [&str; 14] = [
    "Utf8",
    "Int64",
    "Float64",
    "Struct(",
    "DataFusion",
    "github.com",
    "datafusion.public",
    "Internal error",
    "Error during planning",
    "Arrow error",
    "coerce",
    "Candidate functions",
    "Column: ",
    "ParserError",
];

async fn resources(folder: &Path) -> Vec<RawResource> {
    let path = folder.join("data.csv");
    std::fs::write(&path, FILE).expect("written");
    let raw = RawFile { resource: "data".into(), name: "data.csv".into(), path, each: None };
    let table = Arc::new(Table::open(raw, Layout::guess("data.csv")).await.expect("a table"));
    let part = RawPart { table: Arc::clone(&table), rows: Arc::default() };
    vec![RawResource { name: "data".into(), schema: table.schema(), parts: vec![part] }]
}

fn connector(folder: &Path, sql: &str) -> Connector {
    let folder = folder.join("rates");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("connector.toml"), MANIFEST).expect("written");
    std::fs::write(folder.join("observations.sql"), sql).expect("written");
    Connector::read(Folder::Disk(folder)).expect("a connector")
}

/// What is said of a SELECT while it is planned or run.
async fn said(sql: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let connector = connector(folder.path(), "SELECT * FROM data");
    let answer = ask(&connector, resources(folder.path()).await, &[], &BTreeMap::new(), sql, 10).await;
    answer.expect_err(sql).to_string()
}

/// What is said of a connector's SQL while it is planned, as `hub connector check` does.
async fn checked(sql: &str) -> Result<(), MappingError> {
    let folder = tempfile::tempdir().expect("a folder");
    let connector = connector(folder.path(), sql);
    Mapping::plan(&connector, resources(folder.path()).await, &[], &BTreeMap::new()).await.map(|_| ())
}

#[tokio::test]
async fn every_usual_mistake_has_its_sentence() {
    let mut wrong = Vec::new();
    for (sql, words) in [
        ("SELECT AreaCode FROM data", &["there is no column `areacode`", "write \"Area Code\""][..]),
        ("SELECT area_code FROM data", &["line 1", "write \"Area Code\": in double quotes"]),
        ("SELECT \"area code\" FROM data", &["write \"Area Code\": capitals count"]),
        ("SELECT \"Persons\" FROM data", &["single quotes: 'Persons'"]),
        ("SELECT yaer FROM data", &["the nearest is `year`"]),
        ("SELECT x.year FROM data AS d", &["does not read", "it reads d"]),
        ("SELECT Area Code AS area FROM data", &["line 1", "double quotes: \"Area Code\""]),
        ("SELECT [Area Code] FROM data", &["double quotes, not in square brackets"]),
        ("SELECT year rate AS x FROM data", &["a comma, a bracket or a word"]),
        ("SELECT figure(rate AS value FROM data", &["line 1, column 20", "bracket that was opened"]),
        ("SELECT year,, rate FROM data", &["one too many"]),
        ("SELECT year FROM data WHERE sex = 'Persons", &["never closed"]),
        ("SELECT year FROM data WHERE sex = ‘Persons’", &["straight ones"]),
        ("SELECT TOP 5 year FROM data", &["LIMIT"]),
        ("SELEC year FROM data", &["begins with SELECT"]),
        ("UPDATE data SET rate = 1", &["one SELECT and nothing else"]),
        ("SELECT year FROM dta", &["no table `dta`", "did you mean `data`?", "area_codes"]),
        ("SELECT perod(year, 'financial') FROM data", &["no function `perod`", "did you mean `period`?"]),
        ("SELECT isnull(rate) FROM data", &["rate IS NULL"]),
        ("SELECT period(year) FROM data", &["write period(label, kind)"]),
        ("SELECT\n  period(year, 'finacial') FROM data", &["line 2", "did you mean `financial`?", "year-ending-march"]),
        ("SELECT figure(rate, 'supressed') FROM data", &["`supressed` is not a missing kind", "flagged("]),
        ("SELECT figure(rate) / 2 FROM data", &["a figure is computed with", "TRY_CAST(rate AS DOUBLE) / 2"]),
        ("SELECT rate / 2 FROM data", &["raw columns are text", "TRY_CAST"]),
        ("SELECT year FROM data WHERE figure(rate) > 5", &["a figure is compared (figure > whole number)"]),
        (
            "SELECT CASE WHEN sex = 'x' THEN figure(rate) ELSE lower END FROM data",
            &["different types (figure and text)", "figure(CASE"],
        ),
        ("SELECT coalesce(figure(rate), 0) FROM data", &["never 0"]),
        ("SELECT sum(figure(rate)) FROM data", &["`sum` is given a figure", "sum(TRY_CAST(rate AS DOUBLE))"]),
        ("SELECT round(figure(rate), 1) FROM data", &["`round` is given a figure"]),
        ("SELECT avg(rate) FROM data", &["`avg` takes numbers, and raw columns are text"]),
        ("SELECT length(figure(rate)) FROM data", &["is given a figure"]),
        (
            "SELECT year, rate FROM data GROUP BY year",
            &["`rate` is in the SELECT and not in GROUP BY", "the_one(rate)"],
        ),
        ("SELECT year FROM data HAVING rate > 'a'", &["choose rows with WHERE"]),
        ("SELECT year FROM data WHERE count(*) > 1", &["HAVING"]),
        ("SELECT year AS a, rate AS a FROM data", &["gives `a` twice"]),
        ("SELECT year FROM data UNION ALL SELECT year, rate FROM data", &["different numbers of columns"]),
        ("SELECT year FROM data WHERE sex IN (SELECT sex, rate FROM data)", &["one column only"]),
        ("SELECT code FROM areas JOIN area_codes ON area = code", &["more than one table", "area_codes.code"]),
        ("SELECT year FROM data WHERE CAST(rate AS DOUBLE) > 1", &["`c` is no number", "TRY_CAST"]),
        ("SELECT year FROM data WHERE year > 2023", &["`2023/24` is no whole number"]),
        ("SELECT year FROM data WHERE rate = (SELECT rate FROM data)", &["IN instead of ="]),
        ("SELECT year FROM data WHERE figure(rate)", &["WHERE takes a condition"]),
        ("SELECT year FROM data WHERE NOT sex", &["takes a condition"]),
        ("SELECT year FROM data WHERE sex = 'a' && year = 'b'", &["write AND"]),
        ("SELECT TRY_CAST(rate AS NUMBER) FROM data", &["no type `NUMBER`", "DOUBLE"]),
        ("SELECT CONVERT(VARCHAR, year) FROM data", &["CAST(text AS type)"]),
        ("SELECT date_part('year', year) FROM data", &["`2023/24` is no date"]),
        ("SELECT year INTO t FROM data", &["INTO makes a table"]),
        ("SELECT year FROM data WHERE 1 / 0 = 1", &["divided by 0"]),
        ("SELECT regexp_like(rate, '[') FROM data", &["regular expression"]),
        ("SELECT * FROM generate_series(1, 5)", &["makes rows from nothing"]),
    ] {
        let said = said(sql).await;
        let lacks = words.iter().filter(|word| !said.contains(**word)).map(|word| format!("lacks `{word}`"));
        let foreign =
            FOREIGN.iter().filter(|foreign| said.contains(**foreign)).map(|foreign| format!("has `{foreign}`"));
        wrong.extend(lacks.chain(foreign).map(|what| format!("{sql}\n  {what}: {said}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_only_shows_once_the_types_are_looked_at_is_found_by_a_check() {
    let select = |rest: &str| {
        format!("SELECT 'rates:x' AS indicator, \"Area Code\" AS area, period(year, 'financial') AS period, {rest}")
    };
    checked(&select("figure(rate) AS value FROM data")).await.expect("a plan");
    for (rest, words) in [
        ("figure(rate) AS value FROM data WHERE figure(rate) > 5", "a figure is compared"),
        ("CASE WHEN sex = 'x' THEN figure(rate) ELSE 'none' END AS value FROM data", "different types"),
        ("figure(rate) AS value FROM data WHERE nvl2(rate) = 'x'", "nvl2"),
        // That the markers cannot act says less than what is wrong with the column.
        ("rate AS value FROM data", "wrap the publisher's text in figure(…)"),
    ] {
        let said = checked(&select(rest)).await.expect_err(rest).to_string();
        assert!(said.contains(words) && said.contains("rates/observations.sql"), "{said}");
    }
}
