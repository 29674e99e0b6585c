//! Small inputs of known faults: each is a file as publishers and councils send them, and what must become of it.

use crate::support::{Figures, Hub, Key, Said, shared_data};
use outcomes_hub::outcomes::{Figure, MissingKind, Outcome};
use std::path::PathBuf;

/// A connector of the columns area, kind, year, value; the kinds are a count `n`, a proportion `p` and a rate `r`.
const MANIFEST: &str = r#"
title = "Referrals and what became of them"
publisher = "A council"
sector = "council"
licence = "OGL-UK-3.0"
access = "open"
standing = "local"
"#;
const INDICATORS: &str = "SELECT * FROM (VALUES
    ('tidy:n', 'Referrals', 'Referrals', 'count', 'count', 'none', CAST(NULL AS DOUBLE)),
    ('tidy:p', 'Share', 'Share', 'percent', 'proportion', 'high-is-good', 100.0),
    ('tidy:r', 'Rate', 'Rate', 'per-10k', 'rate', 'low-is-good', 10000.0))
    AS t(id, name, definition, unit, value_type, polarity, multiplier)";
const OBSERVATIONS: &str = "SELECT concat('tidy:', kind) AS indicator, area, period(year, 'financial') AS period,
    figure(value) AS value, _row, _file FROM data";

/// A hub with a connector `tidy` of its own.
struct Tidy {
    hub: Hub,
}

impl Tidy {
    /// `more` stands at the end of the manifest, behind the resource's own keys.
    fn new(format: &str, more: &str) -> Self {
        Self::mapped(format, more, OBSERVATIONS)
    }

    fn mapped(format: &str, more: &str, observations: &str) -> Self {
        let hub = Hub::with_reference();
        let manifest = format!("{MANIFEST}\n[resource.data]\nkind = \"file\"\nformat = \"{format}\"\n{more}\n");
        let case = "connectors/tidy/cases/typical";
        for (name, text) in [
            ("connectors/tidy/connector.toml", manifest.as_str()),
            ("connectors/tidy/indicators.sql", INDICATORS),
            ("connectors/tidy/observations.sql", observations),
        ] {
            hub.write(name, text);
        }
        if format == "csv" {
            let title = if more.contains("header_row = 3") { "A title\n\n" } else { "" };
            let rows = format!("{title}area,kind,year,value\nE08000032,n,2024-25,10\n");
            hub.write(&format!("{case}/in/data.csv"), rows);
            let expected = "indicator,area,period,value\ntidy:n,E08000032,2024-04-01/P1Y,10\n";
            hub.write(&format!("{case}/expect/observations.csv"), expected);
        }
        Self { hub }
    }

    /// Syncs a file of these bytes.
    fn sync(&self, name: &str, bytes: impl AsRef<[u8]>) -> Said {
        let input = format!("data={}", self.hub.write(name, bytes).display());
        let connectors = self.hub.folder.path().join("files/connectors");
        self.hub.sync("tidy", &[input], &["--connectors", connectors.to_str().expect("a path")])
    }

    fn csv(&self, rows: &str) -> Said {
        self.sync("data.csv", format!("area,kind,year,value\n{rows}"))
    }

    fn figures(&self) -> Figures {
        self.hub.figures("tidy")
    }

    fn value(&self, kind: &str, area: &str) -> Option<Figure> {
        let key = Key::total(&format!("tidy:{kind}"), area, "2024-04-01/P1Y");
        self.figures().get(&key).map(|published| published.value)
    }
}

const BRADFORD: &str = "E08000032";
const CALDERDALE: &str = "E08000033";
const KIRKLEES: &str = "E08000034";
const LEEDS: &str = "E08000035";

#[expect(clippy::unnecessary_wraps, reason = "it stands beside what a look-up gives")]
fn missing(kind: MissingKind) -> Option<Figure> {
    Some(Figure::Missing(kind))
}

#[expect(clippy::unnecessary_wraps, reason = "it stands beside what a look-up gives")]
fn number(number: f64) -> Option<Figure> {
    Some(Figure::Number(number))
}

#[test]
fn a_marker_that_looks_like_a_number_marks() {
    let tidy = Tidy::new(
        "csv",
        "[markers]\n\"-99\" = \"suppressed\"\n\"-1\" = \"not-available\"\n\"9999\" = \"not-available\"",
    );
    tidy.csv("E08000032,n,2024-25,-99\nE08000033,n,2024-25,-1\nE08000034,n,2024-25,9999\nE08000035,n,2024-25,12\n")
        .ended_with(0);
    assert_eq!(tidy.value("n", BRADFORD), missing(MissingKind::Suppressed));
    assert_eq!(tidy.value("n", CALDERDALE), missing(MissingKind::NotAvailable));
    assert_eq!(tidy.value("n", KIRKLEES), missing(MissingKind::NotAvailable));
    assert_eq!(tidy.value("n", LEEDS), number(12.0));
}

#[test]
fn people_are_never_fewer_than_none() {
    let tidy = Tidy::new("csv", "");
    tidy.csv("E08000032,n,2024-25,-5\n").ended_with(3).mentions(&["impossible-number", "-5"]);
}

#[test]
fn a_figure_that_becomes_unreadable_is_not_withdrawn() {
    let tidy = Tidy::new("csv", "[checks]\nmax_rejected = \"50%\"\nmax_shrink = \"50%\"");
    tidy.csv("E08000032,n,2024-25,11\nE08000033,n,2024-25,22\nE08000034,n,2024-25,33\n").ended_with(0);
    let said = tidy.csv("E08000032,n,2024-25,11r\nE08000033,n,2024-25,22\nE08000034,n,2024-25,33\n").ended_with(0);
    said.mentions(&["1 rejected", "stand as not available from now on"]);
    assert_eq!(tidy.value("n", BRADFORD), missing(MissingKind::NotAvailable));
    let figures = tidy.figures();
    let bradford = &figures[&Key::total("tidy:n", BRADFORD, "2024-04-01/P1Y")];
    let note = bradford.note.as_deref().expect("a note");
    assert!(note.contains("unreadable-figure") && !note.contains("11r"), "{note}");
    assert_eq!(tidy.value("n", CALDERDALE), number(22.0));
    let run = tidy.hub.newest_run("tidy");
    assert_eq!((run.outcome, run.figures.withdrawn), (Outcome::Published, 0));
    assert_eq!(run.warnings.len(), 1, "{:?}", run.warnings);
    // Two figures for one key are as little to be published as none that can be read.
    tidy.csv("E08000032,n,2024-25,11\nE08000033,n,2024-25,22\nE08000033,n,2024-25,23\nE08000034,n,2024-25,33\n")
        .ended_with(0);
    assert_eq!(tidy.value("n", BRADFORD), number(11.0));
    assert_eq!(tidy.value("n", CALDERDALE), missing(MissingKind::NotAvailable));
}

#[test]
fn a_file_that_ends_too_early_is_held() {
    let tidy = Tidy::new("csv", "");
    let rows = |years: std::ops::Range<i32>, last: usize| {
        let areas = [BRADFORD, CALDERDALE, KIRKLEES, LEEDS, "E08000036"];
        let lines = areas.iter().flat_map(|area| {
            years.clone().map(move |year| format!("{area},n,{year}-{:02},{}\n", (year + 1) % 100, year))
        });
        lines.take(last).collect::<String>()
    };
    // 250 lines; then 21 fewer, all of the last council, which is 8.4% and so within max_shrink.
    tidy.csv(&rows(1960..2010, 250)).ended_with(0);
    let said = tidy.csv(&rows(1960..2010, 229)).ended_with(3);
    said.mentions(&["missing-tail", "behind row 230 of data.csv", "E08000036"]);
    assert_eq!(tidy.figures().len(), 250);
    // Fewer years are no cut; but a whole period that is gone is said.
    tidy.csv(&rows(1964..2010, 230)).ended_with(0).mentions(&["these files have no figure any more of 4 periods"]);
    let half = tidy.csv(&rows(1964..2010, 130)).ended_with(3);
    half.mentions(&["too-few-rows", "these files have no figure any more of 2 places (E08000035, E08000036)"]);
}

#[test]
fn an_implausible_change_is_said_or_held() {
    let (before, after) = ("E08000032,r,2024-25,350.9\n", "E08000032,r,2024-25,3509.3\n");
    let tidy = Tidy::new("csv", "");
    tidy.csv(before).ended_with(0);
    tidy.csv(after).ended_with(0).mentions(&["350.9 is published, 3509.3 comes", BRADFORD]);
    let tidy = Tidy::new("csv", "[checks]\nimplausible = \"hold\"");
    tidy.csv(before).ended_with(0);
    tidy.csv(after).ended_with(3).mentions(&["implausible-change"]);
    assert_eq!(tidy.value("r", BRADFORD), number(350.9));
}

/// The folder of inputs that fooled an earlier hub, and the small connectors through which they were given.
struct Shared {
    hub: Hub,
    folder: PathBuf,
}

impl Shared {
    fn new() -> Option<Self> {
        let folder = shared_data()?.join("../cases/files");
        assert!(folder.is_dir(), "beside the real files there is no {}", folder.display());
        Some(Self { hub: Hub::with_reference(), folder })
    }

    fn sync(&self, connector: &str, inputs: &[(&str, &str)]) -> Said {
        let inputs: Vec<String> =
            inputs.iter().map(|(resource, file)| format!("{resource}={}", self.folder.join(file).display())).collect();
        let own = self.folder.join("connectors");
        let more = ["--connectors", own.to_str().expect("a path")];
        self.hub.sync(connector, &inputs, if connector.len() == 2 { &more } else { &[] })
    }

    fn value(&self, dataset: &str, key: &Key) -> Option<Figure> {
        self.hub.figures(dataset).get(key).map(|published| published.value)
    }
}

#[test]
fn a_stray_quote_swallows_no_council() {
    let Some(shared) = Shared::new() else { return };
    shared.sync("ons-local-statistics", &[("figures", "els_q.csv")]).ended_with(3).mentions(&["row 2", "quote"]);
}

#[test]
fn a_value_that_its_publisher_warns_of_is_unreliable() {
    let Some(shared) = Shared::new() else { return };
    shared.sync("ons-local-statistics", &[("figures", "els_u.csv")]).ended_with(0);
    let key = |area| Key::total("ons-local-statistics:employment-rate", area, "2024-01-01/P1Y");
    assert_eq!(shared.value("ons-local-statistics", &key(BRADFORD)), Some(Figure::Unreliable(69.1)));
    assert_eq!(shared.value("ons-local-statistics", &key(CALDERDALE)), number(75.1));
}

#[test]
fn ages_that_a_spreadsheet_made_dates_of_are_refused() {
    let Some(shared) = Shared::new() else { return };
    let said = shared.sync("fingertips", &[("data", "ft-age.csv")]).ended_with(3);
    said.mentions(&["malformed-age", "oct-14", "05-sep"]);
    let said = shared.sync("tk", &[("data", "ages.csv")]).ended_with(3);
    said.mentions(&["malformed-age", "Oct-14", "05-Sep", "10 to 14", "10-14 yrs", "44118"]);
}

#[test]
fn the_kind_of_a_year_is_never_guessed() {
    let Some(shared) = Shared::new() else { return };
    let said = shared.sync("fingertips", &[("data", "ft-utla.csv")]).ended_with(3);
    said.mentions(&["90631", "metadata"]);
    let meta = ("metadata", "ft-meta.csv");
    shared.sync("fingertips", &[("data", "ft-region.csv"), meta]).ended_with(0);
    shared.sync("fingertips", &[("data", "ft-utla.csv"), meta]).ended_with(0);
    let figures = shared.hub.figures("fingertips");
    let periods: Vec<&str> = figures.keys().map(|key| key.period.as_str()).collect();
    assert_eq!(periods, ["2022-09-01/P1Y", "2022-09-01/P1Y"]);
}

#[test]
fn a_side_table_with_two_values_gives_none() {
    let Some(shared) = Shared::new() else { return };
    let cin = ("children_in_need", "cin-b1.csv");
    let twice = shared.sync("dfe-children-in-need", &[cin, ("populations", "cin-pop-twice.csv")]).ended_with(3);
    twice.mentions(&["two-values", "142483", "14248"]);
    // The total is named among the sexes: it is the one.
    shared.sync("dfe-children-in-need", &[cin, ("populations", "cin-pop-sex.csv")]).ended_with(0);
    let figures = shared.hub.figures("dfe-children-in-need");
    let rates: Vec<f64> = figures
        .iter()
        .filter(|(key, _)| key.indicator.contains("rate"))
        .filter_map(|(_, published)| published.value.number())
        .collect();
    assert!(rates.iter().any(|rate| (rate - 361.1).abs() < 0.05), "{rates:?}");
    assert!(rates.iter().all(|rate| *rate < 400.0), "{rates:?}");
}

#[test]
fn nought_of_nought_is_not_applicable() {
    let Some(shared) = Shared::new() else { return };
    shared.sync("tk", &[("data", "zero.csv")]).ended_with(0).mentions(&["not a whole number"]);
    let key = |area| Key::total("tk:p", area, "2023-04-01/P1Y");
    assert_eq!(shared.value("tk", &key(BRADFORD)), missing(MissingKind::NotApplicable));
    assert_eq!(shared.value("tk", &key(CALDERDALE)), number(100.0));
}

#[test]
fn invisible_characters_are_trimmed_or_shown() {
    let Some(shared) = Shared::new() else { return };
    let said = shared.sync("tc", &[("data", "nbsp.csv")]).ended_with(3);
    // Outside of codes and figures they are trimmed; within a figure nobody knows what they mean.
    said.mentions(&["2 × unreadable-figure", r"1\u{a0}234", "−5"]);
}

#[test]
fn a_workbook_is_read_as_a_person_sees_it() {
    let Some(shared) = Shared::new() else { return };
    for (connector, file) in [("tx", "sup.xlsx"), ("tx", "sup_shared.xlsx"), ("to", "sup.ods")] {
        let said = shared.sync(connector, &[("data", file)]).ended_with(3);
        said.mentions(&["unreadable-figure: `245¹`", "the text `245` is followed by a superscript `1`"]);
    }
    // What is shown as `*` is the marker `*`; what is shown as nothing cannot be read.
    let said = shared.sync("tx", &[("data", "fmt.xlsx")]).ended_with(3);
    said.mentions(&["1 × unreadable-cell", "its format `;;;` shows nothing of what it holds"]);
    shared.sync("tx", &[("data", "hidsheet.xlsx")]).ended_with(0);
    let key = |area| Key::total("tx:n", area, "2024-04-01/P1Y");
    assert_eq!(shared.value("tx", &key(BRADFORD)), number(100.0));
    assert_eq!(shared.value("tx", &key(CALDERDALE)), number(200.0));
}

/// Asks the hub and gives the answer's data.
fn ask(hub: &Hub, query: &str) -> serde_json::Value {
    hub.run(["query", query]).ended_with(0).json()["data"].clone()
}

#[test]
fn one_figure_of_two_councils_counts_once() {
    let Some(shared) = Shared::new() else { return };
    shared.sync("tk", &[("data", "barnsley.csv")]).ended_with(0);
    // Only a note of the file says that it is one figure. A connector says it by `combined_with`.
    let sql = OBSERVATIONS
        .replace("_row, _file", "CASE WHEN kind = 'n' THEN 'E06000052 E06000053' END AS combined_with, _row, _file");
    let tidy = Tidy::mapped("csv", "", &sql);
    tidy.csv("E06000052,n,2024-25,120\nE06000053,n,2024-25,120\n").ended_with(0);
    let found =
        ask(&tidy.hub, "{ combined(indicator: \"tidy:n\", areas: [\"E06000052\", \"E06000053\"]) { value reason } }");
    assert_eq!(found["combined"]["value"], 120.0, "{found}");
    let half = ask(&tidy.hub, "{ combined(indicator: \"tidy:n\", areas: [\"E06000052\"]) { value reason } }");
    assert!(half["combined"]["value"].is_null(), "{half}");
}

#[test]
fn a_trend_does_not_jump_over_years() {
    let Some(shared) = Shared::new() else { return };
    shared.sync("tk", &[("data", "trend.csv")]).ended_with(0);
    let found =
        ask(&shared.hub, "{ series(indicator: \"tk:p\", area: \"E08000032\") { trend { direction } trendReason } }");
    assert!(found["series"]["trend"].is_null(), "{found}");
    assert!(found["series"]["trendReason"].as_str().is_some_and(|why| !why.is_empty()), "{found}");
}

#[test]
fn the_newest_period_of_one_council_is_said() {
    let Some(shared) = Shared::new() else { return };
    shared.sync("tk", &[("data", "late.csv")]).ended_with(0);
    let areas = "[\"E08000032\", \"E08000033\", \"E08000034\", \"E08000035\", \"E08000036\"]";
    let query = format!("{{ comparison(indicator: \"tk:p\", across: {{ areas: {areas} }}) {{ ranked notes }} }}");
    let found = ask(&shared.hub, &query);
    let notes = found["comparison"]["notes"].to_string();
    assert!(notes.contains("2023/24"), "{found}");
}

#[test]
fn a_title_above_the_names_is_told_and_read() {
    let Some(shared) = Shared::new() else { return };
    shared.sync("tc", &[("data", "preamble.csv")]).ended_with(3).mentions(&["header_row"]);
    let tidy = Tidy::new("csv", "header_row = 3");
    tidy.sync("data.csv", "Referrals by council\n\narea,kind,year,value\nE08000032,n,2024-25,5\n").ended_with(0);
    assert_eq!(tidy.value("n", BRADFORD), number(5.0));
}

#[test]
fn the_shared_files_of_markers_and_of_rejected_rows() {
    let Some(shared) = Shared::new() else { return };
    shared.sync("tn", &[("data", "sent.csv")]).ended_with(0);
    let key = |area| Key::total("tn:n", area, "2024-04-01/P1Y");
    assert_eq!(shared.value("tn", &key(BRADFORD)), missing(MissingKind::Suppressed));
    assert_eq!(shared.value("tn", &key(LEEDS)), number(12.0));
    shared.sync("tw", &[("data", "w1.csv")]).ended_with(0);
    shared.sync("tw", &[("data", "w2.csv")]).ended_with(0);
    let key = Key::total("tw:n", BRADFORD, "2024-04-01/P1Y");
    assert_eq!(shared.value("tw", &key), missing(MissingKind::NotAvailable));
}

#[test]
fn a_download_of_nomis_is_drafted_with_its_gaps() {
    let Some(shared) = Shared::new() else { return };
    let (from, to) = (shared.folder.join("nomis.csv"), shared.hub.folder.path().join("drafts"));
    let (from, to) = (from.to_str().expect("a path"), to.to_str().expect("a path"));
    let said = shared.hub.run(["connector", "new", "nomis-draft", "--from", from, "--connectors", to]).ended_with(0);
    said.mentions(&["`RECORD_COUNT` is the number of rows", "`MEASURES_NAME` says", "`-9` stands in `OBS_VALUE`"]);
}
