//! Files that are wrong: each is refused with words that name the file, the row and the column, and nothing changes.

use crate::support::{CaseFile, Engine, Figures, Hub, files_of, on_both_engines, shipped, written};
use std::path::Path;

// What is refused is refused before it comes to the store: one connector of the six shows that a database too stays as
// it was.
on_both_engines!(children_in_need);

/// A connector with its golden case published, ready to be given something worse.
struct Published {
    hub: Hub,
    connector: &'static str,
    files: Vec<CaseFile>,
    head: i64,
    figures: Figures,
}

impl Published {
    fn new(engine: Engine, connector: &'static str, case: &str) -> Self {
        let hub = Hub::with_reference_on(engine);
        let (read, case) = shipped(connector, case);
        let files = files_of(&read, &case);
        hub.sync(connector, &written(&hub, "good", &files), &[]).ended_with(0);
        let (head, figures) = (hub.head(), hub.figures(connector));
        assert!(!figures.is_empty());
        Self { hub, connector, files, head, figures }
    }

    fn main(&self) -> &CaseFile {
        &self.files[0]
    }

    fn text(&self) -> String {
        String::from_utf8(self.main().bytes.clone()).expect("text")
    }

    /// Syncs with the main resource's first file replaced by these bytes.
    #[track_caller]
    fn refuses(&self, bytes: impl AsRef<[u8]>, words: &[&str]) {
        let mut files = self.files.clone();
        files[0].bytes = bytes.as_ref().to_vec();
        let inputs = written(&self.hub, "bad", &files);
        let name = files[0].name.clone();
        let said = self.hub.sync(self.connector, &inputs, &[]).ended_with(3);
        let mut all = vec!["REFUSED: nothing was published", name.as_str()];
        all.extend(words);
        said.mentions(&all);
        self.stays();
    }

    /// Syncs with the main resource's first file replaced by this path.
    #[track_caller]
    fn cannot_read(&self, path: &Path, words: &[&str]) {
        let mut inputs = written(&self.hub, "bad", &self.files);
        inputs[0] = format!("{}={}", self.main().resource, path.display());
        let said = self.hub.sync(self.connector, &inputs, &[]).ended_with(4);
        let mut all = vec!["NOT READ: nothing was published", path.to_str().expect("a path")];
        all.extend(words);
        said.mentions(&all);
        self.stays();
    }

    #[track_caller]
    fn stays(&self) {
        assert_eq!(self.hub.head(), self.head, "something was published");
        assert_eq!(self.hub.figures(self.connector), self.figures, "figures have changed");
    }
}

/// What is the same for every csv, whoever publishes it.
fn any_csv_is_refused_when(engine: Engine, connector: &'static str, column: &str) {
    let published = Published::new(engine, connector, "typical");
    let text = published.text();
    let bytes = text.as_bytes();
    let (header, rest) = text.split_once('\n').expect("a header");

    assert!(header.contains(column), "{connector} has {column}");
    let renamed = format!("{}\n{rest}", header.replacen(column, "something_else", 1));
    published.refuses(renamed, &["column-gone", column]);
    let page = "<!DOCTYPE html>\n<html><body><h1>We are sorry</h1></body></html>\n";
    published.refuses(page, &["html-page", "web page"]);
    published.refuses(format!("{header}\n"), &["header-only", "not one row"]);
    published.refuses("", &["empty-file", "--input"]);
    published.refuses("\u{feff}\r\n \r\n", &["empty-file"]);

    // Cut in the middle of the last row, and in the middle of its last cell.
    let ends = text.trim_end().len();
    let last_row = text[..ends].rfind('\n').expect("rows") + 1;
    let last_comma = last_row + text[last_row..ends].rfind(',').expect("cells");
    let line = format!("row {}", text[..last_row].matches('\n').count() + 1);
    published.refuses(&bytes[..last_row + text[last_row..].find(',').expect("a comma") + 2], &["cut-short", &line]);
    published.refuses(&bytes[..ends], &["cut-short"]);
    published.refuses(&bytes[..last_comma], &["cut-short"]);

    // A whole file in an encoding that the hub must not guess at, and a byte that no text has.
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    published.refuses(utf16, &["wrong-encoding", "UTF-16", "UTF-8"]);
    let unmarked: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    published.refuses(unmarked, &["wrong-encoding", "UTF-8"]);
    let mut with_nul = bytes.to_vec();
    with_nul[ends - 1] = 0;
    published.refuses(with_nul, &["wrong-encoding", "NUL"]);

    let folder = published.hub.folder.path().join("files");
    published.cannot_read(&folder, &["folder"]);
    published.cannot_read(&folder.join("no-such-file.csv"), &["does not exist"]);

    // And what was wrong left nothing behind that hinders the right file.
    let inputs = written(&published.hub, "good", &published.files);
    published.hub.sync(connector, &inputs, &[]).ended_with(0).mentions(&["unchanged"]);
    published.hub.is_whole();
}

/// The line of the first row that holds this, and the text with the cell behind it replaced.
fn with_cell(text: &str, row_has: &[&str], old: &str, new: &str) -> (String, String) {
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    let fits = |line: &String| row_has.iter().all(|word| line.contains(word)) && line.contains(old);
    let at = lines.iter().position(fits).unwrap_or_else(|| panic!("no row with {row_has:?} and {old}"));
    lines[at] = lines[at].replacen(old, new, 1);
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    (lines.join(end) + end, format!("row {}", at + 1))
}

/// The last cell of a data row is replaced.
fn with_last_cell(text: &str, row: usize, new: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    let start = lines[row].rfind(',').expect("cells") + 1;
    lines[row].replace_range(start.., new);
    lines.join("\n") + "\n"
}

fn children_in_need(engine: Engine) {
    any_csv_is_refused_when(engine, "dfe-children-in-need", "rereferral_percent");
    let published = Published::new(engine, "dfe-children-in-need", "typical");
    let text = published.text();
    let bad = with_last_cell(&text, 5, "12.3abc");
    published.refuses(&bad, &["unreadable-figure", "12.3abc", "row 6", "rereferral_child_percent"]);
    let (bad, row) = with_cell(&text, &["Local authority"], "E08000032", "E08999999");
    published.refuses(bad, &["unknown-area", "E08999999", &row]);
    let mut latin = text.clone().into_bytes();
    let at = text.find("Bradford").expect("a name");
    latin[at + 1] = 0xE9;
    let row = format!("row {}", text[..at].matches('\n').count() + 1);
    published.refuses(latin, &["wrong-encoding", &row, "UTF-8"]);
    // Another publisher's file, as whole as can be.
    let (other, case) = shipped("ons-local-statistics", "typical");
    published.refuses(&files_of(&other, &case)[0].bytes, &["column-gone"]);
}

#[test]
fn children_looked_after() {
    any_csv_is_refused_when(Engine::Sqlite, "dfe-children-looked-after", "children_percent");
    let published = Published::new(Engine::Sqlite, "dfe-children-looked-after", "typical");
    let text = published.text();
    let bad = with_last_cell(&text, 7, "12.3abc");
    published.refuses(bad, &["unreadable-figure", "12.3abc", "row 8", "children_percent"]);
    let (bad, row) = with_cell(&text, &["Local authority"], "E08000032", "E08999999");
    published.refuses(bad, &["unknown-area", "E08999999", &row]);
    // The connector's other file in the place of this one.
    let other = published.files.iter().find(|file| file.resource == "health_outcomes").expect("the other file");
    published.refuses(&other.bytes, &["column-gone"]);
}

#[test]
fn local_statistics() {
    any_csv_is_refused_when(Engine::Sqlite, "ons-local-statistics", "observation");
    let published = Published::new(Engine::Sqlite, "ons-local-statistics", "typical");
    let text = published.text();
    let (bad, row) = with_cell(&text, &["E92000001"], ",26.", ",12.3abc");
    published.refuses(bad, &["unreadable-figure", "12.3abc", &row, "observation"]);
    let (bad, row) = with_cell(&text, &[], "2022-11-16/P1Y", "2022/23");
    published.refuses(bad, &["malformed-period", "2022/23", &row]);
    let (other, case) = shipped("dfe-children-in-need", "typical");
    published.refuses(&files_of(&other, &case)[0].bytes, &["column-gone"]);
}

#[test]
fn fingertips() {
    any_csv_is_refused_when(Engine::Sqlite, "fingertips", "Value note");
    let published = Published::new(Engine::Sqlite, "fingertips", "typical");
    let text = published.text();
    let (bad, row) = with_cell(&text, &["E92000001"], "61.1123456", "12.3abc");
    published.refuses(bad, &["unreadable-figure", "12.3abc", &row, "Value"]);
    let (bad, row) = with_cell(&text, &["England"], ",E12000002,", ",E12999999,");
    published.refuses(bad, &["unknown-area", "E12999999", &row]);
    let error = r#"{"message":"An error has occurred."}"#;
    published.refuses(error, &["wrong-format", "json"]);
}

#[test]
fn a_partners_tidy_files() {
    any_csv_is_refused_when(Engine::Sqlite, "trafford-data-lab", "value");
    let published = Published::new(Engine::Sqlite, "trafford-data-lab", "typical");
    let text = published.text();
    let (bad, row) = with_cell(&text, &["E08000009"], ",22.4,", ",12.3abc,");
    published.refuses(bad, &["unreadable-figure", "12.3abc", &row, "value"]);
}

#[test]
fn adult_social_care_as_text() {
    any_csv_is_refused_when(Engine::Sqlite, "ascof", "Measure Value");
    let published = Published::new(Engine::Sqlite, "ascof", "typical");
    let text = published.text();
    let (bad, row) = with_cell(&text, &["Bradford", "Outcome"], ",5.1,", ",12.3abc,");
    published.refuses(bad, &["unreadable-figure", "12.3abc", &row]);
    let (bad, row) = with_cell(&text, &["Bradford", "Outcome"], "E08000032", "E08999999");
    published.refuses(bad, &["unknown-area", "E08999999", &row]);
}

#[test]
fn adult_social_care_as_a_workbook() {
    let published = Published::new(Engine::Sqlite, "ascof", "typical2");
    let bytes = &published.main().bytes;
    published.refuses("", &["empty-file"]);
    published.refuses("<html><body>Service unavailable</body></html>", &["html-page"]);
    published.refuses(&bytes[..bytes.len() / 2], &["cut-short"]);
    published.refuses(&bytes[..bytes.len() - 30], &["cut-short"]);
    published.refuses("Geographical Code,ONS Code\n1,2\n", &["wrong-format"]);
    // A byte within the packed sheet is damaged: the archive is whole, and its contents are not.
    let mut damaged = bytes.clone();
    let middle = damaged.len() / 2;
    for byte in &mut damaged[middle..middle + 16] {
        *byte ^= 0x5A;
    }
    published.refuses(damaged, &["malformed"]);
    let folder = published.hub.folder.path().join("files");
    published.cannot_read(&folder, &["folder"]);
    published.cannot_read(&folder.join("no-such-file.xlsx"), &["does not exist"]);
    published.hub.is_whole();
}
