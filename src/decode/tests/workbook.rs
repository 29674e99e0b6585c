use super::zipped::zip;
use super::*;
use crate::connector::DuplicateColumns;
use std::fmt::Write as _;

/// An xlsx of these sheets; style 1 is a date.
pub(super) fn xlsx(sheets: &[(&str, &str)]) -> Vec<u8> {
    xlsx_with(sheets, &[])
}

/// The same, with further parts.
pub(super) fn xlsx_with(sheets: &[(&str, &str)], more: &[(&str, &str)]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut listed, mut related) = (String::new(), String::new());
    let mut files = Vec::new();
    for (index, (name, rows)) in sheets.iter().enumerate() {
        let n = index + 1;
        write!(listed, r#"<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>"#).expect("text");
        write!(related, r#"<Relationship Id="rId{n}" Type="{relationships}/worksheet" Target="worksheets/{n}.xml"/>"#)
            .expect("text");
        let sheet = format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#);
        files.push((format!("xl/worksheets/{n}.xml"), sheet));
    }
    write!(related, r#"<Relationship Id="rIdS" Type="{relationships}/styles" Target="styles.xml"/>"#).expect("text");
    let workbook =
        format!(r#"<workbook xmlns="{main}" xmlns:r="{relationships}"><sheets>{listed}</sheets></workbook>"#);
    let styles =
        format!(r#"<styleSheet xmlns="{main}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#);
    let office = format!(r#"<Relationship Id="a" Type="{relationships}/officeDocument" Target="xl/workbook.xml"/>"#);
    let wrap = |inside: &str| format!(r#"<Relationships xmlns="{package}">{inside}</Relationships>"#);
    files.push(("_rels/.rels".into(), wrap(&office)));
    files.push(("xl/workbook.xml".into(), workbook));
    files.push(("xl/styles.xml".into(), styles));
    files.push(("xl/_rels/workbook.xml.rels".into(), wrap(&related)));
    files.extend(more.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    zip(&files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
}

/// A row of text cells, beginning at a column letter.
pub(super) fn texts(row: u32, cells: &[(&str, &str)]) -> String {
    let mut inside = String::new();
    for (column, text) in cells {
        write!(inside, r#"<c r="{column}{row}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#)
            .expect("text");
    }
    format!(r#"<row r="{row}">{inside}</row>"#)
}

pub(super) fn ods(rows: &str) -> Vec<u8> {
    ods_styled("", &format!(r#"<table:table table:name="Data">{rows}</table:table>"#))
}

/// An ods of these automatic styles and sheets.
pub(super) fn ods_styled(styles: &str, sheets: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:automatic-styles>{styles}
        </office:automatic-styles><office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>
        </office:document-content>"#
    );
    zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ])
}

/// A cell of an ods that holds a text.
pub(super) fn ods_text(text: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
}

fn typical() -> Vec<u8> {
    let rows = [
        texts(1, &[("A", "A title above the table")]),
        texts(3, &[("B", " Area "), ("C", "Value"), ("F", "Value"), ("G", "Blank")]),
        concat!(
            r#"<row r="4"><c r="B4" t="inlineStr"><is><t>E1</t></is></c><c r="C4"><v>12.700000000000001</v></c>"#,
            r#"<c r="F4"><v>380</v></c></row><row r="5"/>"#,
            r#"<row r="7"><c r="B7" s="1"><v>45747</v></c><c r="C7" t="b"><v>1</v></c>"#,
            r#"<c r="D7"><v>7</v></c><c r="F7" t="e"><v>#N/A</v></c></row>"#
        )
        .to_owned(),
    ];
    xlsx(&[("Notes", &texts(1, &[("A", "x")])), ("Data 2025", &rows.concat())])
}

#[test]
fn a_sheet_is_read_as_a_person_sees_it() {
    let layout = Layout { sheet: Some("Data 2025".into()), header_row: 3, ..layout("a.xlsx") };
    let error = read_as("a.xlsx", typical(), &layout).expect_err("a name twice").to_string();
    assert!(error.contains("row 3") && error.contains("`Value` stands over two columns (3, 6)"), "{error}");
    let layout = Layout { duplicate_columns: DuplicateColumns::Number, ..layout };
    let read = read_as("a.xlsx", typical(), &layout).expect("a table");
    assert_eq!(read.columns, ["Area", "Value", "column_4", "Value_2", "Blank"], "the margin is left out");
    assert_eq!(read.cells(), [["E1", "12.7", "∅", "380", "∅"], ["2025-03-31", "TRUE", "7", "#N/A", "∅"]]);
    assert_eq!(read.numbers(), [4, 7], "the rows of the sheet; blank ones are skipped");
}

#[test]
fn a_sheet_that_is_not_there_is_named_with_those_that_are() {
    let layout = Layout { sheet: Some("Data 2024".into()), ..layout("a.xlsx") };
    let error = read_as("a.xlsx", typical(), &layout).expect_err("no sheet");
    assert_eq!(error.code(), "no-such-sheet");
    let words = error.to_string();
    assert!(words.contains("did you mean `Data 2025`?") && words.contains("Notes"), "{words}");
}

#[test]
fn sheets_without_data_are_refused() {
    refused("a.xlsx", typical(), "header-only");
    refused("a.xlsx", xlsx(&[("One", "")]), "empty-file");
    let nameless = Layout { header_row: 2, ..layout("a.xlsx") };
    let rows = texts(1, &[("A", "a")]) + &texts(3, &[("A", "1")]);
    let error = read_as("a.xlsx", xlsx(&[("One", &rows)]), &nameless).expect_err("no names");
    assert!(error.to_string().contains("header_row"), "{error}");
}

#[test]
fn a_workbook_cut_short_is_refused() {
    let whole = typical();
    for length in [100, whole.len() / 2, whole.len() - 30] {
        refused("a.xlsx", &whole[..length], "cut-short");
    }
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let mut bytes = xlsx(&[("One", "")]);
    let entry = bytes.windows(4).position(|window| window == b"PK\x01\x02").expect("a list");
    bytes[entry + 24..entry + 28].copy_from_slice(&0x7FFF_FFFF_u32.to_le_bytes());
    assert!(refused("a.xlsx", bytes, "too-large").contains("1 GiB"));
    let far = texts(1, &[("A", "a")]) + &texts(2, &[("XFD", "x")]);
    assert!(refused("a.xlsx", xlsx(&[("One", &far)]), "too-large").contains("columns"));
}

#[test]
fn an_ods_is_read_alike() {
    let text = ods_text;
    let rows = format!(
        concat!(
            "<table:table-row>{}{}{}</table:table-row>",
            r#"<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>"#,
            r#"<table:table-row>{}<table:table-cell office:value-type="float" office:value="12.700000000000001"/>"#,
            r#"<table:table-cell office:value-type="date" office:date-value="2025-03-31T00:00:00"/></table:table-row>"#
        ),
        text("Area"),
        text("Value"),
        text("Day"),
        text("E1")
    );
    let read = read("a.ods", ods(&rows)).expect("a table");
    assert_eq!(read.columns, ["Area", "Value", "Day"]);
    assert_eq!(read.cells(), [["E1", "12.7", "2025-03-31"]]);
    assert_eq!(read.numbers(), [4]);
}
