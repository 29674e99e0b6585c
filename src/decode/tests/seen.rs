//! Workbooks as a person sees them: formats, looks, what is hidden.

use super::workbook::{ods_styled, ods_text, texts, xlsx_with};
use super::*;
use crate::connector::Hidden;
use rust_xlsxwriter::{Format, FormatScript, Formula, Workbook, Worksheet};

const HEADER: [&str; 4] = ["area", "kind", "year", "value"];

/// A workbook of sheets that are filled one after the other, each under the header.
/// A sheet's name, and what writes it.
type Written<'w> = (&'w str, &'w dyn Fn(&mut Worksheet));

fn book(sheets: &[Written<'_>]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, fill) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).expect("a name").write_row(0, 0, HEADER).expect("a header");
        fill(sheet);
    }
    book.save_to_buffer().expect("a workbook")
}

fn areas(sheet: &mut Worksheet, codes: &[&str]) {
    for (row, code) in (1..).zip(codes) {
        sheet.write_row(row, 0, [*code, "n", "2024-25"]).expect("a row");
    }
}

fn values(read: &Read) -> Vec<&str> {
    read.rows.iter().map(|(_, cells)| cells[3].as_deref().unwrap_or("∅")).collect()
}

fn allowing(hidden: Hidden) -> Layout {
    Layout { hidden, ..layout("a.xlsx") }
}

#[test]
fn a_footnote_is_no_part_of_a_figure() {
    let (plain, raised) = (Format::new(), Format::new().set_font_script(FormatScript::Superscript));
    let lowered = Format::new().set_font_script(FormatScript::Subscript);
    let bytes = book(&[("Data", &|sheet| {
        areas(sheet, &["E08000032", "E08000033", "E08000034", "E08000035"]);
        sheet.write_rich_string(1, 3, &[(&plain, "245"), (&raised, "1")]).expect("runs");
        sheet.write_rich_string(2, 3, &[(&plain, "18"), (&raised, "*")]).expect("runs");
        sheet.write_rich_string(3, 3, &[(&plain, "7"), (&lowered, "2")]).expect("runs");
        sheet.write_number_with_format(4, 3, 12, &raised).expect("a number");
        sheet.write_rich_string(4, 2, &[(&plain, "2024-25"), (&raised, "3")]).expect("runs");
    })]);
    let table = read("a.xlsx", &bytes).expect("a table");
    let seen = ["245¹", "unreadable: the text `18` is followed by a superscript `*`", "7₂", "¹²"];
    assert_eq!(values(&table), seen);
    assert_eq!(table.rows[3].1[2].as_deref(), Some("2024-25³"));
    let told = remarks("a.xlsx", &bytes, &layout("a.xlsx")).concat();
    assert!(
        told.contains("row 2, column D: the text `245` is followed by a superscript `1`, read as `245¹`"),
        "{told}"
    );
    // The same within the cell itself.
    let inline = texts(1, &[("A", "area"), ("B", "value")])
        + r#"<row r="2"><c r="A2" t="inlineStr"><is><t>E1</t></is></c><c r="B2" t="inlineStr"><is><r><t>18</t></r>"#
        + r#"<r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r></is></c></row>"#;
    assert_eq!(read("a.xlsx", xlsx_with(&[("Data", &inline)], &[])).expect("a table").cells(), [["E1", "18²"]]);
}

#[test]
fn what_is_struck_out_is_unreadable() {
    let (plain, struck) = (Format::new(), Format::new().set_font_strikethrough());
    let bytes = book(&[("Data", &|sheet| {
        areas(sheet, &["E08000032", "E08000033", "E08000034"]);
        sheet.write_number_with_format(1, 3, 5, &struck).expect("a number");
        sheet.write_string_with_format(2, 3, "6", &struck).expect("a text");
        sheet.write_rich_string(3, 3, &[(&plain, "7"), (&struck, "8")]).expect("runs");
    })]);
    let seen = ["5", "6", "8"].map(|text| format!("unreadable: the text `{text}` is struck out"));
    assert_eq!(values(&read("a.xlsx", bytes).expect("a table")), seen);
    let header = book(&[("Data", &|sheet| {
        areas(sheet, &["E08000032"]);
        sheet.write_string_with_format(0, 3, "value", &struck).expect("a name");
    })]);
    let words = refused("a.xlsx", header, "malformed-file");
    assert!(words.contains("row 1, column `D`") && words.contains("struck out"), "{words}");
}

#[test]
fn a_number_format_decides_what_is_read() {
    let cells: [(f64, &str, &str); 14] = [
        (3.0, "[<=5]\"*\";0", "*"),
        (40.0, "General", "40"),
        (77.0, ";;;", "unreadable: its format `;;;` shows nothing of what it holds"),
        (40.0, "[<=5]\"*\";0", "40"),
        (1_234_567.0, "#,##0,", "unreadable: its format `#,##0,` shows it divided by 1,000"),
        (1.5, "0.0,,\"m\"", "unreadable: its format `0.0,,\"m\"` shows it divided by 1,000 × 1,000"),
        (5.0, "0\"k\"", "unreadable: its format `0\"k\"` adds `k` to it"),
        (0.7134, "0.0%", "71.34%"),
        (22.94, "0.0", "22.94"),
        (0.0, "_-* #,##0_-;-* #,##0_-;_-* \"-\"_-;_-@_-", "0"),
        (42.0, "0000", "0042"),
        (45_747.0, "dd/mm/yyyy", "2025-03-31"),
        (1_204.0, "£#,##0", "1204"),
        (-5.0, "0;0", "unreadable: its format `0;0` shows it without its minus sign"),
    ];
    let bytes = book(&[("Data", &|sheet| {
        areas(sheet, &["E08000032"; 14]);
        for (row, (number, code, _)) in (1..).zip(&cells) {
            let format = Format::new().set_num_format(*code);
            sheet.write_number_with_format(row, 3, *number, &format).expect("a number");
        }
    })]);
    let read = read("a.xlsx", bytes).expect("a table");
    assert_eq!(values(&read), cells.map(|(_, _, seen)| seen));
}

#[test]
fn the_first_sheet_that_a_person_sees_is_read() {
    let bytes = book(&[
        ("Working", &|sheet| {
            areas(sheet, &["E08000032", "E08000033"]);
            sheet.set_hidden(true).write_column(1, 3, [111, 222]).expect("numbers");
        }),
        ("Published", &|sheet| {
            areas(sheet, &["E08000032", "E08000033"]);
            sheet.set_active(true).write_column(1, 3, [100, 200]).expect("numbers");
        }),
    ]);
    assert_eq!(values(&read("a.xlsx", &bytes).expect("a table")), ["100", "200"]);
    let told = remarks("a.xlsx", &bytes, &layout("a.xlsx")).concat();
    assert!(told.contains("`Working`") && told.contains("`Published`"), "{told}");
    let named = Layout { sheet: Some("Working".into()), ..layout("a.xlsx") };
    let error = read_as("a.xlsx", &bytes, &named).expect_err("hidden");
    assert_eq!(error.code(), "hidden-content");
    assert!(error.to_string().contains("hidden = \"read\""), "{error}");
    let allowed = Layout { hidden: Hidden::Read, ..named };
    assert_eq!(values(&read_as("a.xlsx", &bytes, &allowed).expect("allowed")), ["111", "222"]);
}

#[test]
fn hidden_rows_and_columns_are_refused_or_allowed_by_name() {
    let bytes = book(&[("Data", &|sheet| {
        areas(sheet, &["E08000032", "E08000033", "E08000034"]);
        sheet.write_column(1, 3, [1, 2, 3]).expect("numbers");
        sheet.set_row_hidden(2).expect("a row").set_column_hidden(1).expect("a column");
        // Without anything in them.
        sheet.set_row_hidden(9).expect("a row").set_column_hidden(8).expect("a column");
    })]);
    let words = refused("a.xlsx", &bytes, "hidden-content");
    assert!(words.contains("row 3 and column B (`kind`) are hidden") && words.contains("hidden = \"skip\""), "{words}");
    let skipped = read_as("a.xlsx", &bytes, &allowing(Hidden::Skip)).expect("a table");
    assert_eq!(skipped.columns, ["area", "year", "value"]);
    assert_eq!(
        (skipped.cells(), skipped.numbers()),
        (vec![vec!["E08000032", "2024-25", "1"], vec!["E08000034", "2024-25", "3"]], vec![2, 4])
    );
    assert_eq!(values(&read_as("a.xlsx", &bytes, &allowing(Hidden::Read)).expect("a table")), ["1", "2", "3"]);
    let told = remarks("a.xlsx", &bytes, &allowing(Hidden::Skip)).concat();
    assert!(told.contains("row 3 and column B") && told.contains("left out"), "{told}");
    // As good as hidden: no height.
    let flat = book(&[("Data", &|sheet| {
        areas(sheet, &["E08000032", "E08000033"]);
        sheet.write_column(1, 3, [1, 2]).expect("numbers").set_row_height(1, 0).expect("a row");
    })]);
    assert!(refused("a.xlsx", flat, "hidden-content").contains("row 2 is hidden and holds something"));
}

#[test]
fn a_formula_without_its_result_is_no_zero() {
    let bytes = book(&[("Data", &|sheet| {
        areas(sheet, &["E08000032"]);
        sheet.write_formula(1, 3, Formula::new("=1+1")).expect("a formula");
    })]);
    assert!(values(&read("a.xlsx", bytes).expect("a table"))[0].starts_with("unreadable: it holds a formula"));
    let rows = texts(1, &[("A", "a"), ("B", "b"), ("C", "c"), ("D", "d")])
        + r#"<row r="2"><c r="A2"><f>1+1</f></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="str"><f>""</f><v></v></c>"#
        + r#"<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"#;
    let read = read("a.xlsx", xlsx_with(&[("One", &rows)], &[])).expect("a table");
    assert!(read.cells()[0][0].starts_with("unreadable: it holds a formula"), "{:?}", read.cells());
    assert_eq!(read.cells()[0][1..], ["2", "∅", "#DIV/0!"]);
}

#[test]
fn only_the_first_of_merged_cells_is_seen() {
    let rows = |covered: &str| {
        let rows = texts(1, &[("A", "area"), ("B", "value")]) + &texts(2, &[("A", "E1"), ("B", "1")]);
        format!(
            "{rows}<row r=\"3\">{covered}<c r=\"B3\"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells><sheetData>"
        )
    };
    let blank = read("a.xlsx", xlsx_with(&[("One", &rows(""))], &[])).expect("a table");
    assert_eq!(blank.cells(), [["E1", "1"], ["∅", "2"]], "what a cell covers is blank, and no copy of the first");
    let held = xlsx_with(&[("One", &rows(r#"<c r="A3"><v>9</v></c>"#))], &[]);
    assert!(refused("a.xlsx", &held, "hidden-content").contains("cell A3, behind a merged one, is hidden"));
    assert_eq!(read_as("a.xlsx", held, &allowing(Hidden::Skip)).expect("a table").cells()[1], ["∅", "2"]);
}

#[test]
fn days_may_be_counted_from_1904() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["area", "day"]).expect("a header").write(1, 0, "E1").expect("a text");
    sheet.write_number_with_format(1, 1, 43_920, &Format::new().set_num_format("yyyy-mm-dd")).expect("a day");
    let bytes = book.save_to_buffer().expect("a workbook");
    assert_eq!(read("a.xlsx", &bytes).expect("a table").cells(), [["E1", "2020-03-30"]]);
    let sheet = texts(1, &[("A", "day")]) + r#"<row r="2"><c r="A2" s="1"><v>43920</v></c></row>"#;
    let workbook = r#"<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet name="One" r:id="rId1"/></sheets></workbook>"#;
    let from_1904 = xlsx_with(&[("One", &sheet)], &[("xl/workbook.xml", workbook)]);
    assert_eq!(read("a.xlsx", from_1904).expect("a table").cells(), [["2024-03-31"]]);
}

const STYLES: &str = r#"
    <style:style style:name="T1" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
    <style:style style:name="T2" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
    <number:number-style style:name="N1P0"><number:text>*</number:text></number:number-style>
    <number:number-style style:name="N1"><number:number number:decimal-places="0" number:min-integer-digits="1"/>
      <style:map style:condition="value()&lt;=5" style:apply-style-name="N1P0"/></number:number-style>
    <number:number-style style:name="N2"><number:number number:decimal-places="0" number:min-integer-digits="1" number:display-factor="1000"/></number:number-style>
    <number:percentage-style style:name="N3"><number:number number:decimal-places="1" number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>
    <number:number-style style:name="N4"/>
    <style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>
    <style:style style:name="ce2" style:family="table-cell" style:data-style-name="N2"/>
    <style:style style:name="ce3" style:family="table-cell" style:data-style-name="N3"/>
    <style:style style:name="ce4" style:family="table-cell" style:data-style-name="N4"/>
    <style:style style:name="ce5" style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/></style:style>
    <style:style style:name="ta0" style:family="table"><style:table-properties table:display="false"/></style:style>
    <style:style style:name="co1" style:family="table-column"/>"#;

fn sheet(name: &str, attributes: &str, rows: &str) -> String {
    format!(r#"<table:table table:name="{name}" {attributes}>{rows}</table:table>"#)
}

fn row(attributes: &str, cells: &[&str]) -> String {
    format!("<table:table-row {attributes}>{}</table:table-row>", cells.concat())
}

fn number(style: &str, value: &str, text: &str) -> String {
    format!(
        r#"<table:table-cell table:style-name="{style}" office:value-type="float" office:value="{value}">{text}</table:table-cell>"#
    )
}

#[test]
fn an_ods_is_seen_alike() {
    let run = |style: &str| {
        format!(
            r#"<table:table-cell office:value-type="string" office:string-value="2451"><text:p>245<text:span text:style-name="{style}">1</text:span></text:p></table:table-cell>"#
        )
    };
    let cells = [
        (run("T1"), "245¹"),
        (run("T2"), "unreadable: the text `1` is struck out"),
        (number("ce1", "3", "<text:p>*</text:p>"), "*"),
        (number("ce1", "3", ""), "*"),
        (number("ce1", "40", "<text:p>40</text:p>"), "40"),
        (number("ce2", "1234567", "<text:p>1,235</text:p>"), "unreadable: its format `0,` shows it divided by 1,000"),
        (number("ce3", "0.7134", "<text:p>71.3%</text:p>"), "71.34%"),
        (number("ce4", "77", ""), "unreadable: its format `;;;` shows nothing of what it holds"),
        (number("ce5", "5", "<text:p>5</text:p>"), "unreadable: the text `5` is struck out"),
        // A format that nothing is said about, and what is shown is another number or none.
        (number("", "1234567", "<text:p>1,235</text:p>"), "unreadable: it shows `1,235` and holds another number"),
        (number("", "3", "<text:p>c</text:p>"), "c"),
        (number("", "22.94", "<text:p>22.9</text:p>"), "22.94"),
        (
            r#"<table:table-cell table:formula="of:=1+1"/>"#.to_owned(),
            "unreadable: it holds a formula whose result is not in the file; open the workbook in a spreadsheet and save it",
        ),
    ];
    let rows: String = cells.iter().map(|(cell, _)| row("", &[&ods_text("E1"), cell])).collect();
    let header = row("", &[&ods_text("area"), &ods_text("value")]);
    let bytes = ods_styled(STYLES, &sheet("Data", "", &(header + &rows)));
    let read = read("a.ods", bytes).expect("a table");
    let seen: Vec<&str> = read.cells().iter().map(|cells| cells[1]).collect();
    assert_eq!(seen, cells.map(|(_, seen)| seen));
}

#[test]
fn an_ods_hides_alike() {
    let header = row("", &[&ods_text("area"), &ods_text("note"), &ods_text("value")]);
    let filled =
        |attributes: &str, area: &str| row(attributes, &[&ods_text(area), &ods_text("x"), &number("", "1", "")]);
    let columns = r#"<table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="9"/>"#;
    let rows = [
        header.as_str(),
        &filled("", "E1"),
        &filled(r#"table:visibility="filter""#, "E2"),
        &format!(r#"<table:table-row-group table:display="false">{}</table:table-row-group>"#, filled("", "E3")),
        &filled("", "E4"),
    ];
    let hidden = sheet("Working", r#"table:style-name="ta0""#, &rows.concat());
    let data = sheet("Data", "", &(columns.to_owned() + &rows.concat()));
    let bytes = ods_styled(STYLES, &(hidden + &data));
    let words = refused("a.ods", &bytes, "hidden-content");
    assert!(words.contains("rows 3 to 4 and column B (`note`) are hidden"), "{words}");
    let skip = Layout { hidden: Hidden::Skip, ..layout("a.ods") };
    assert_eq!(read_as("a.ods", &bytes, &skip).expect("a table").cells(), [["E1", "1"], ["E4", "1"]]);
    assert!(remarks("a.ods", &bytes, &skip).concat().contains("`Working`"));
    let covered = sheet(
        "Data",
        "",
        &(header
            + &row(
                "",
                &[
                    &ods_text("E1"),
                    "<table:covered-table-cell office:value-type=\"string\"><text:p>x</text:p></table:covered-table-cell>",
                    &number("", "1", ""),
                ],
            )),
    );
    assert!(refused("a.ods", ods_styled("", &covered), "hidden-content").contains("cell B2, behind a merged one,"));
}
