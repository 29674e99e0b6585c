//! A data engineer in a council who knows SQL and not Rust: from a file to a connector, and what is said on the way.

use crate::http_source::{Answer, Server};
use crate::support::{Hub, Said};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A hub, and a folder of connectors of one's own.
struct Desk {
    hub: Hub,
    folder: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let hub = Hub::with_reference();
        let folder = hub.folder.path().join("mine");
        fs::create_dir(&folder).expect("a folder");
        Self { hub, folder }
    }

    fn run(&self, args: &[&str]) -> Said {
        self.hub.run(args.iter().copied().chain(["--connectors", self.folder.to_str().expect("a path")]))
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        self.hub.write(name, bytes).display().to_string()
    }

    fn drafted(&self, connector: &str, file: &str) -> String {
        fs::read_to_string(self.folder.join(connector).join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    fn has(&self, connector: &str, file: &str) -> bool {
        self.folder.join(connector).join(file).exists()
    }

    /// A filled-in connector over a small csv, with this SQL for its figures.
    fn connector(&self, name: &str, sql: &str) -> PathBuf {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder).expect("a folder");
        let manifest = "title = \"Rates\"\npublisher = \"Northshire\"\nsector = \"council\"\nlicence = \"OGL-UK-3.0\"\n\
                        access = \"open\"\nstanding = \"local\"\n[release]\nevery = \"1 year\"\nlate_after = \"60 days\"\n\
                        [resource.data]\nkind = \"file\"\nformat = \"csv\"\n";
        fs::write(folder.join("connector.toml"), manifest).expect("written");
        fs::write(folder.join("observations.sql"), sql).expect("written");
        let indicators = format!(
            "SELECT '{name}:rate' AS id, 'A rate' AS name, 'unspecified' AS unit, 'index' AS value_type, 'none' AS polarity"
        );
        fs::write(folder.join("indicators.sql"), indicators).expect("written");
        folder
    }
}

const SQL: &str = "SELECT 'rates:rate' AS indicator, \"Area Code\" AS area, period(year, 'financial') AS period, \
                   figure(rate) AS value FROM data";

fn rows(lines: &[&str]) -> String {
    lines.join("\n") + "\n"
}

#[test]
fn every_guess_is_told_and_marked_on_its_line() {
    let desk = Desk::new();
    let file = desk.file(
        "physically active adults.csv",
        rows(&[
            "LA Number,LA,Year,group,percent-AGE,number",
            "380,Bradford,2023/24,Total,45,79",
            "380,Bradford,2023/24,Men,50,12",
            "341,Liverpool,2023/24,Total,c,9",
            "876,Halton,2023/24,Total,41,3",
        ]),
    );
    let said = desk.run(&["connector", "new", "active", "--from", &file]).ended_with(0);
    said.mentions(&[
        "the area is in `LA Number`",
        "the period is in `Year`",
        "the value is in `percent-AGE`",
        "the numerator is in `number`",
        "`group` splits the rows",
        "`Total` is the total",
        "`c` among the numbers means suppressed",
        "physically-active-adults",
        "first rows of the file",
    ]);
    let sql = desk.drafted("active", "observations.sql");
    for line in sql.lines().filter(|line| line.contains(" AS ") && line.starts_with("  ") && !line.contains("known_")) {
        assert!(line.contains("-- guessed: ") || line.contains("-- GAP: "), "{line}");
    }
    assert!(!sql.contains(" AS age"), "percent-AGE is no age:\n{sql}");
    assert!(!sql.contains("\"LA Number\") AS count"), "LA Number is no count:\n{sql}");
    assert!(sql.contains("figure(number) AS count") && sql.contains("'dfe-old-la'"), "{sql}");
    let manifest = desk.drafted("active", "connector.toml");
    assert!(manifest.contains("kind   = \"file\"") && !manifest.contains("https://"), "{manifest}");
    // The codes are looked up, and what the draft gives are places, periods and figures.
    let said = desk.run(&["connector", "preview", "active", "--input", &file]).ended_with(3);
    let said =
        said.mentions(&["area=E08000032", "area=E06000006", "value=45", "value=suppressed", "category=Men", "gaps"]);
    assert!(!said.stdout.contains("rejected "), "{}", said.stdout);
}

#[test]
fn no_record_of_a_person_is_copied() {
    let desk = Desk::new();
    let lines = rows(&[
        "Forename,DOB,NHS Number,Home,area_code,year,outcome",
        "Annabel,03/04/1961,943 476 5919,BD1 1HY,E08000032,2024,Met",
        "Benedict,12/11/1975,943 476 5919,L1 8JQ,E08000012,2024,Not met",
    ]);
    let file = desk.file("people.csv", &lines);
    let said = desk.run(&["connector", "new", "people", "--from", &file]).ended_with(0);
    said.mentions(&[
        "`Forename` looks as if",
        "`DOB`",
        "`NHS Number`",
        "full postcodes",
        "no line of the file",
        "--sample N",
    ]);
    for name in ["observations.sql", "connector.toml", "indicators.sql", "README.md", "cases/typical/in/data.csv"] {
        let text = desk.drafted("people", name);
        for secret in ["Annabel", "Benedict", "1961", "943 476", "BD1", "L1 8JQ", "Not met"] {
            assert!(!text.contains(secret), "{name} holds `{secret}`:\n{text}");
        }
    }
    let case = desk.drafted("people", "cases/typical/in/data.csv");
    assert!(case.starts_with("Forename,DOB,") && case.contains("GAP,GAP"), "{case}");
    desk.run(&["connector", "check", "people"]).ended_with(3).mentions(&["the SQL is valid", "made-up row"]);
    let asked = ["connector", "new", "people-2", "--from", &file, "--sample", "1"];
    desk.run(&asked).ended_with(0).mentions(&["up to 1", "may be about people"]);
    let case = desk.drafted("people-2", "cases/typical/in/data.csv");
    assert!(case.contains("Annabel") && !case.contains("Benedict"), "{case}");
}

#[test]
fn the_sheets_of_a_workbook_are_listed() {
    let desk = Desk::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let notes = book.add_worksheet().set_name("Notes").expect("a sheet");
    notes.write_string(0, 0, "Read this first").expect("a cell");
    notes.write_string(1, 0, "Then this").expect("a cell");
    let table = book.add_worksheet().set_name("Table 2").expect("a sheet");
    table.write_string(0, 0, "Referrals by council").expect("a cell");
    for (row, cells) in
        (2..).zip([["area_code", "year", "value"], ["E08000032", "2023/24", "12.5"], ["E08000012", "2023/24", "c"]])
    {
        for (column, cell) in (0..).zip(cells) {
            table.write_string(row, column, cell).expect("a cell");
        }
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let file = desk.file("returns.xlsx", &bytes);
    let new = ["connector", "new", "returns", "--from", &file, "--sheet", "Table 2"];
    let said = desk.run(&new).ended_with(0);
    said.mentions(&[
        "sheet `Notes`: 2 rows and 1 column",
        "sheet `Table 2`: 4 rows and 3 columns that hold something; drafted from this one",
        "row 3 holds the column names",
        "the value is in `value`",
        "the whole file, because it is small",
    ]);
    let manifest = desk.drafted("returns", "connector.toml");
    assert!(manifest.contains("sheet  = \"Table 2\"") && manifest.contains("header_row = 3"), "{manifest}");
    assert!(desk.has("returns", "cases/typical/in/data.xlsx"));
    desk.run(&["connector", "check", "returns"]).ended_with(3).mentions(&["the SQL is valid"]);
    desk.run(&["connector", "preview", "returns", "--input", &file])
        .ended_with(3)
        .mentions(&["area=E08000012", "value=suppressed"]);
    // The same bytes under a name that tells nothing.
    let bare = desk.file("download", &bytes);
    desk.run(&["connector", "new", "bare", "--from", &bare, "--sheet", "Table 2"]).ended_with(0);
    assert!(desk.drafted("bare", "connector.toml").contains("format = \"xlsx\""));
    let wrong = ["connector", "new", "wrong", "--from", &file, "--sheet", "Tabel 2"];
    let said = desk.run(&wrong);
    assert_ne!(said.status, 0);
    said.mentions(&["did you mean `Table 2`?"]);
}

#[test]
fn an_address_is_drafted_by_what_it_leads_to() {
    let desk = Desk::new();
    let server = Server::start();
    let body = r#"[{"area_code": "E08000032", "period": "2024 Q1", "value": 12.10},
        {"area_code": "E08000012", "period": "2024 Q1", "value": 9}]"#;
    server.will_say([Answer::with("200 OK", body)]);
    let url = format!("{}/download?id=5", server.address);
    desk.run(&["connector", "new", "api", "--from", &url])
        .ended_with(0)
        .mentions(&["calendar-quarter", "the value is in `value`"]);
    let manifest = desk.drafted("api", "connector.toml");
    assert!(
        manifest.contains("kind   = \"http\"") && manifest.contains(&url) && manifest.contains("format = \"json\""),
        "{manifest}"
    );
    let case = desk.drafted("api", "cases/typical/in/data.json");
    assert!(case.starts_with('[') && case.contains("12.10"), "as the publisher wrote it: {case}");
}

#[test]
fn raw_rows_and_selects_show_what_sql_reads() {
    let desk = Desk::new();
    desk.connector("rates", SQL);
    let mut text = "Area Code,year,rate,end\n".to_owned();
    (0..120).for_each(|row| writeln!(text, "E08000032,2023/24,{row},x").expect("text"));
    let file = desk.file("rates.csv", text);
    let said = desk.run(&["connector", "preview", "rates", "--raw", "--limit", "2", "--input", &file]).ended_with(0);
    let said = said.mentions(&["data", "_row", "\"Area Code\"", "\"end\"", "E08000032", "… and more rows"]);
    assert_eq!(said.stdout.lines().filter(|line| line.contains("E08000032")).count(), 2);

    let ask = |sql: &str, more: &[&str]| {
        let args: Vec<&str> =
            ["connector", "sql", "rates", sql, "--input", &file].into_iter().chain(more.iter().copied()).collect();
        desk.run(&args)
    };
    let said = ask("SELECT _row, figure(rate) AS value FROM data", &[]).ended_with(0);
    assert_eq!(said.stdout.lines().count(), 52, "a header, 50 rows and a line about the others:\n{}", said.stdout);
    ask("SELECT count(*) AS n, the_one(period(year, 'financial')) AS p FROM data", &[])
        .ended_with(0)
        .mentions(&["120", "2023-04-01/P1Y"]);
    ask("SELECT name FROM areas WHERE code = 'E08000032'", &[]).ended_with(0).mentions(&["Bradford"]);
    ask("SELECT NULL AS nothing, figure('c') AS f", &[]).ended_with(0).mentions(&["NULL", "unreadable"]);
    let head = desk.hub.head();
    for (sql, words) in [
        ("SELECT AreaCode FROM data", "write \"Area Code\""),
        ("DELETE FROM data", "one SELECT and nothing else"),
        ("SELECT rate INTO t FROM data", "INTO makes a table"),
        ("CREATE TABLE t AS SELECT 1", "one SELECT and nothing else"),
        ("SELECT 1; SELECT 2", "exactly one SELECT"),
    ] {
        ask(sql, &[]).ended_with(3).mentions(&[words]);
    }
    assert_eq!(desk.hub.head(), head);
    let missing = desk.run(&["connector", "sql", "rates", "SELECT 1", "--input", "no-such.csv"]).ended_with(4);
    missing.mentions(&["no-such.csv"]);
}

#[test]
fn a_look_needs_no_golden_case_and_groups_what_is_rejected() {
    let desk = Desk::new();
    desk.connector("rates", SQL);
    let mut text = "Area Code,year,rate\n".to_owned();
    for row in 0..412 {
        let area = if row % 2 == 0 { "E08000032" } else { "E08000012" };
        writeln!(text, "{area},{}/{:02},n/a", 1830 + row / 2, (31 + row / 2) % 100).expect("text");
    }
    text.push_str("E06000006,2022/23,7\nE06000006,2023/24,?\nE06000006,2024/25,8\n");
    let file = desk.file("rates.csv", text);
    let said = desk.run(&["connector", "preview", "rates", "--input", &file, "--limit", "1"]).ended_with(3);
    let said = said.mentions(&[
        "412 × unreadable-figure in `rate`: `n/a`",
        "1 × unreadable-figure in `rate`: `?`",
        "rates.csv:414",
    ]);
    let at = |words: &str| said.stdout.find(words).expect("said");
    assert!(at("412 × unreadable-figure in") < at("1 × unreadable-figure in `rate`: `?`"));
    assert!(!said.stdout.contains("rates.csv:416  "), "one row, and the first of the file:\n{}", said.stdout);
    desk.run(&["sync", "rates", "--dry-run", "--input", &file])
        .ended_with(3)
        .mentions(&["412 × unreadable-figure in `rate`: `n/a`"]);
    let good = desk.file("good.csv", "Area Code,year,rate\nE08000032,2023/24,7.5\n");
    desk.run(&["sync", "rates", "--dry-run", "--input", &good]).ended_with(0).mentions(&["would be published"]);
    let wrong = desk.file("wrong.csv", "Area,year,rate\nE08000032,2023/24,7.5\n");
    desk.run(&["connector", "preview", "rates", "--input", &wrong])
        .ended_with(3)
        .mentions(&["column-gone", "wrong.csv"]);
    desk.run(&["connector", "check", "rates"]).ended_with(3).mentions(&["no golden case"]);
}

#[test]
fn gaps_and_wrong_kinds_are_told_before_a_file_is_there() {
    let desk = Desk::new();
    let folder = desk.connector("rates", SQL);
    let write = |file: &str, text: &str| {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    };
    write("cases/typical/in/data.csv", "Area Code,year,rate\nE08000032,2023/24,7.5\n");
    write("cases/typical/expect/observations.csv", "area,value\nE08000032,7.5\n");
    let check = || desk.run(&["connector", "check", "rates"]);
    check().ended_with(0).mentions(&["rates: ok"]);
    write("README.md", "# Rates\n\nGAP: the source\n");
    write("cases/typical/expect/observations.csv", "area,value\nGAP: by hand\n");
    check()
        .ended_with(3)
        .mentions(&["README.md, line 3: GAP: the source", "cases/typical/expect/observations.csv, line 2"]);
    write("README.md", "# Rates\n");
    write("observations.sql", &SQL.replace("'financial'", "'finacial'"));
    check().ended_with(3).mentions(&["`finacial` is not a kind of period; did you mean `financial`?"]);
    // Gaps that would refuse a sync are told by a look, with the same status.
    write("observations.sql", &format!("-- GAP: is it a financial year?\n{SQL}"));
    let good = desk.file("good.csv", "Area Code,year,rate\nE08000032,2023/24,7.5\n");
    let look = desk.run(&["connector", "preview", "rates", "--input", &good]).ended_with(3);
    look.mentions(&["value=7.5", "would be REFUSED, because the draft has gaps", "is it a financial year"]);
    desk.run(&["sync", "rates", "--dry-run", "--input", &good]).ended_with(3).mentions(&["gaps"]);
    desk.run(&["sync", "rates", "--input", &good]).ended_with(3).mentions(&["gaps", "nothing was published"]);
}

/// The example at the head of docs/CONNECTORS.md gives what the page says.
#[test]
fn the_pages_first_example_is_true() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/CONNECTORS.md")).expect("the page");
    let example = page.split("## What is in the folder").next().expect("an example");
    let desk = Desk::new();
    let folder = desk.folder.join("northshire-plans");
    let mut lines = 0;
    for part in example.split("<!-- file: ").skip(1) {
        let (name, rest) = part.split_once(" -->").expect("a name");
        let text = rest.split("```").nth(1).and_then(|text| text.split_once('\n')).expect("a text").1;
        lines += text.lines().count();
        let path = if name == "plans.csv" { desk.hub.folder.path().join(name) } else { folder.join(name) };
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }
    assert!((10..=40).contains(&lines), "{lines} lines in all files together");
    let file = desk.hub.folder.path().join("plans.csv").display().to_string();
    desk.run(&["connector", "preview", "northshire-plans", "--input", &file])
        .ended_with(0)
        .mentions(&["would be published"]);
    desk.run(&["sync", "northshire-plans", "--input", &file]).ended_with(0).mentions(&["published as release"]);
    let figures = desk.hub.figures("northshire-plans");
    assert_eq!(figures.len(), 4);
}
