use super::*;
use crate::connector::{DuplicateColumns, Quoting};

#[test]
fn a_mark_quotes_and_line_breaks_are_read_as_published() {
    let bytes = "\u{feff}Area ,\"Value\",Note\r\nE1, 1.0 ,\"one\r\ntwo\"\r\n\r\nE2,\"\",\"say \"\"so\"\"\"\r\n,,\r\n";
    let read = read("a.csv", bytes).expect("a table");
    assert_eq!(read.columns, ["Area", "Value", "Note"]);
    assert_eq!(
        read.cells(),
        [["E1", " 1.0 ", "one\r\ntwo"], ["E2", "∅", "say \"so\""], ["∅", "∅", "∅"]],
        "a blank cell is null, and no text is trimmed"
    );
    assert_eq!(read.numbers(), [2, 5, 6], "the line on which each begins");
}

#[test]
fn lines_are_counted_with_either_line_end() {
    for end in ["\n", "\r\n"] {
        let lines = ["a,b", "1,\"x", "y\"", "", "2,z", "\"3\",\"4\"", ""].join(end);
        assert_eq!(read("a.csv", &lines).expect("a table").numbers(), [2, 5, 6], "{end:?}");
        let unended = Layout { final_newline: false, ..layout("a.csv") };
        let read = read_as("a.csv", lines.trim_end(), &unended).expect("a table");
        assert_eq!(read.numbers(), [2, 5, 6], "{end:?}");
    }
}

#[test]
fn a_header_alone_is_not_data() {
    refused("a.csv", "a,b\n", "header-only");
    refused("a.csv", "a,b\r\n\r\n", "header-only");
    refused("a.csv", "a,b", "header-only");
}

#[test]
fn a_file_cut_short_is_refused() {
    assert!(refused("a.csv", "a,b\n1,2\n3,4", "cut-short").contains("line break"));
    assert!(refused("a.csv", "a,b\n1,2\n3\n", "cut-short").contains("row 3"));
    assert!(refused("a.csv", "a,b\n1,2\n3,\"4\n5,6\n", "cut-short").contains("row 3"));
    assert!(refused("a.csv", "a,b\n1,2\n3,\"4\"\"\n", "cut-short").contains("quote"));
    let unended = Layout { final_newline: false, ..layout("a.csv") };
    assert_eq!(read_as("a.csv", "a,b\n1,2\n3,4", &unended).expect("a table").cells(), [["1", "2"], ["3", "4"]]);
    assert_eq!(read_as("a.csv", "a,b\n1,2\n3", &unended).expect_err("short row").code(), "cut-short");
    assert_eq!(read_as("a.csv", "a,b\n1,\"2", &unended).expect_err("open quote").code(), "cut-short");
}

#[test]
fn a_ragged_row_is_named() {
    let words = refused("a.csv", "a,b\n1,2\n3\n5,6\n", "ragged-row");
    assert!(words.contains("row 3") && words.contains("1 fields") && words.contains("has 2"), "{words}");
    assert!(refused("a.csv", "a,b\n1,2\n3,4,5\n", "ragged-row").contains("3 fields"));
}

#[test]
fn encodings_are_as_declared() {
    let windows = b"name,v\nSt Helens \x96 caf\xE9,1\n";
    let words = refused("a.csv", windows, "wrong-encoding");
    assert!(words.contains("row 2") && words.contains("auto"), "{words}");
    for encoding in [Encoding::Windows1252, Encoding::Auto] {
        let layout = Layout { encoding, ..layout("a.csv") };
        let read = read_as("a.csv", windows, &layout).expect("a table");
        assert_eq!(read.cells(), [["St Helens – café", "1"]]);
    }
    let auto = Layout { encoding: Encoding::Auto, ..layout("a.csv") };
    assert_eq!(read_as("a.csv", "name,v\ncafé,1\n", &auto).expect("a table").cells(), [["café", "1"]]);
    let marked = Layout { encoding: Encoding::Windows1252, ..layout("a.csv") };
    assert_eq!(read_as("a.csv", "\u{feff}n\ncafé\n", &marked).expect("a table").cells(), [["café"]]);
    // Valid only where two fields touch.
    refused("a.csv", b"a,b\n\xC3,\xA9\n", "wrong-encoding");
}

#[test]
fn utf_16_and_nul_bytes_are_not_text() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    assert!(refused("a.csv", utf16("\u{feff}a,b\r\n1,2\r\n"), "wrong-encoding").contains("UTF-16"));
    assert!(refused("a.csv", utf16("a,b\r\n1,2\r\n"), "wrong-encoding").contains("UTF-16"));
    let far = format!("a,b\n{}1,\0\n1,2\n", "1,2\n".repeat(40_000));
    assert!(refused("a.csv", far, "wrong-encoding").contains("row 40002"));
}

#[test]
fn an_old_macintosh_file_is_named() {
    assert!(refused("a.csv", "a,b\r1,2\r", "wrong-format").contains("Macintosh"));
}

#[test]
fn other_separators_are_named() {
    assert!(refused("a.csv", "a;b\n1;2\n", "wrong-format").contains("semicolons"));
    assert!(refused("a.csv", "a\tb\n1\t2\n", "wrong-format").contains("tabs"));
}

#[test]
fn what_is_too_large_is_refused_without_reading_it_all() {
    refused("a.csv", format!("{}\n1\n", "x,".repeat(2_001)), "too-large");
    let words = refused("a.csv", format!("a,b\n1,{}\n", "x".repeat((1 << 20) + 1)), "too-large");
    assert!(words.contains("row 2") && words.contains("`b`"), "{words}");
    let open = format!("a,b\n1,\"{}\n", "2,3\n".repeat(5 << 20));
    let words = refused("a.csv", open, "too-large");
    assert!(words.contains("row 2") && words.contains("never closed"), "{words}");
}

#[test]
fn batches_are_bounded_by_rows_and_by_bytes() {
    let sizes = |bytes: String| {
        with_table("a.csv", bytes, &layout("a.csv"), |table| {
            table.batches(None)?.map(|batch| batch.map(|batch| batch.num_rows())).collect::<Result<Vec<_>, _>>()
        })
        .expect("batches")
    };
    assert_eq!(sizes(format!("a\n{}", "1\n".repeat(20_000))), [8_192, 8_192, 3_616]);
    assert_eq!(sizes(format!("a\n{}", format!("{}\n", "x".repeat(1 << 20)).repeat(9))), [4, 4, 1]);
}

#[test]
fn nothing_comes_after_an_error() {
    with_table("a.csv", "a,b\n1,2\n3\n5,6\n", &layout("a.csv"), |table| {
        let mut batches = table.batches(None)?;
        assert!(batches.next().expect("an error").is_err());
        assert!(batches.next().is_none());
        Ok(())
    })
    .expect("a table");
}

fn any_table() -> impl proptest::strategy::Strategy<Value = Vec<Vec<String>>> {
    use proptest::prelude::*;
    (1..6_usize).prop_flat_map(|width| {
        // NUL is refused, and a leading `<` or `{` is no csv: neither is in what follows a header.
        let cell = prop_oneof!["[^\u{0}]{0,12}", "[ \",\r\n'x]{0,6}", Just(String::new())];
        proptest::collection::vec(proptest::collection::vec(cell, width), 1..20)
    })
}

proptest::proptest! {
    #[test]
    fn any_table_of_texts_reads_back(table in any_table(), crlf: bool) {
        let terminator = if crlf { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
        let mut writer = ::csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
        writer.write_record((0..table[0].len()).map(|index| format!("c{index}"))).expect("a header");
        for row in &table {
            writer.write_record(row).expect("a row");
        }
        let bytes = writer.into_inner().expect("bytes");
        // Texts with as many commas and line breaks as rows have are refused by name, and read where the manifest says so.
        if let Err(error) = read("a.csv", &bytes) {
            proptest::prop_assert_eq!(error.code(), "row-in-cell");
        }
        let layout = Layout { rows_in_cells: true, ..layout("a.csv") };
        let read = read_as("a.csv", bytes, &layout).expect("a table");
        let cells: Vec<Vec<String>> = read
            .rows
            .iter()
            .map(|(_, cells)| cells.iter().map(|cell| cell.clone().unwrap_or_default()).collect())
            .collect();
        proptest::prop_assert_eq!(cells, table.clone());
        let mut line = 2;
        for ((number, _), row) in read.rows.iter().zip(&table) {
            proptest::prop_assert_eq!(*number, line);
            line += 1 + i64::try_from(row.concat().matches('\n').count()).expect("few");
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        for name in ["a.csv", "a.json", "a.xlsx", "a.ods", "a.parquet"] {
            let _ = read(name, &bytes);
        }
    }
}

const SWALLOWED: &str = "areacd,areanm,type,period,value\n\
    E08000032,\"Bradford,County or Unitary Authority,2024-01-01/P1Y,111\n\
    E08000033,Calderdale\",County or Unitary Authority,2024-01-01/P1Y,222\n\
    E08000034,Kirklees,County or Unitary Authority,2024-01-01/P1Y,333\n";

#[test]
fn two_stray_quotes_swallow_no_row() {
    let words = refused("a.csv", SWALLOWED, "row-in-cell");
    assert!(words.contains("row 2, column `areanm`") && words.contains("2 lines"), "{words}");
    let crlf = SWALLOWED.replace('\n', "\r\n");
    assert!(refused("a.csv", crlf, "row-in-cell").contains("row 2"));
    // In the header, and over more rows than two.
    let header = "area,\"kind,year\nE1,n\",2024\nE2,n,2024\n";
    assert!(refused("a.csv", header, "row-in-cell").contains("row 1, column `column_2`"));
    let three = "area,name,value\nE1,\"one,1\nE2,two,2\nE3,three\",3\nE4,four,4\n";
    assert!(refused("a.csv", three, "row-in-cell").contains("3 lines"));
    let two_columns = "area,value\nE1,\"1\nE2,2\"\nE3,3\n";
    refused("a.csv", two_columns, "row-in-cell");
    let kept = Layout { rows_in_cells: true, ..layout("a.csv") };
    assert_eq!(read_as("a.csv", SWALLOWED, &kept).expect("as the manifest says").rows.len(), 2);
    let told = remarks("a.csv", SWALLOWED, &kept);
    assert_eq!(told, ["a.csv: 3 lines, 2 rows, 1 cell over several lines: row 2, column `areanm`"]);
}

#[test]
fn a_quote_within_a_cell_is_refused_with_line_and_column() {
    for (line, around) in [
        ("E2,\"Bradford 6\" plan\",2", "\"Bradford 6\" plan"),
        ("E2,5\" pipe,2", "E2,5\" pipe"),
        ("E2, \"Leeds\",2", "E2, \"Leeds\""),
        ("E2,\"Leeds\" ,2", "\"Leeds\" ,2"),
        ("E2,\"Bradford,1\nE3,\"Calderdale\",2", "E3,\"Calderdale"),
    ] {
        let bytes = format!("area,name,value\n\"E1\",\"one\nline\",1\n{line}\n");
        let words = refused("a.csv", &bytes, "stray-quote");
        let row = if line.contains('\n') { 5 } else { 4 };
        assert!(words.contains(&format!("row {row}, column `name`")) && words.contains(around), "{words}");
        assert!(words.contains("quoting = \"lenient\""), "{words}");
    }
    let lenient = Layout { quoting: Quoting::Lenient, ..layout("a.csv") };
    let read = read_as("a.csv", "a,b\n1,5\" pipe\n", &lenient).expect("a table");
    assert_eq!(read.cells(), [["1", "5\" pipe"]]);
    // Far into a file, and in one that is no UTF-8.
    let far = format!("a,b\n{}1,\"x\"y\n", "1,\"\"\"2\"\"\"\n".repeat(60_000));
    assert!(refused("a.csv", far, "stray-quote").contains("row 60002, column `b`"));
    let windows = Layout { encoding: Encoding::Windows1252, ..layout("a.csv") };
    let error = read_as("a.csv", b"n,\xE9\n\xE9,\xE9\"x\n", &windows).expect_err("refused").to_string();
    assert!(error.contains("row 2, column `é`"), "{error}");
}

#[test]
fn other_line_breaks_within_cells_are_told() {
    let bytes = "area,value,note\nE1,1,\"one, and\ntwo\"\nE2,2,\"a\nb\nc\"\nE3,3,x\n";
    assert_eq!(read("a.csv", bytes).expect("a table").rows.len(), 3);
    let told = remarks("a.csv", bytes, &layout("a.csv"));
    assert_eq!(told, ["a.csv: 6 lines, 3 rows, 2 cells over several lines: the first in row 2, column `note`"]);
    assert!(remarks("a.csv", "a,b\n1,2\n", &layout("a.csv")).is_empty());
}

#[test]
fn lines_above_the_column_names_are_left_out() {
    let bytes = "\u{feff}Children, by \"area\"\r\n\r\narea,kind,year,value\r\nE08000032,n,2024-25,5\r\n";
    let words = refused("a.csv", bytes.replace("\"area\"", "area"), "ragged-row");
    assert!(words.contains("row 3") && words.contains("set header_row = 3"), "{words}");
    let third = Layout { header_row: 3, ..layout("a.csv") };
    let read = read_as("a.csv", bytes, &third).expect("a table");
    assert_eq!(read.columns, ["area", "kind", "year", "value"]);
    assert_eq!((read.numbers(), read.cells()), (vec![4], vec![vec!["E08000032", "n", "2024-25", "5"]]));
    let error = read_as("a.csv", bytes, &Layout { header_row: 2, ..layout("a.csv") }).expect_err("blank").to_string();
    assert!(error.contains("line 2 holds no column names"), "{error}");
    let error = read_as("a.csv", bytes, &Layout { header_row: 9, ..layout("a.csv") }).expect_err("none").to_string();
    assert!(error.contains("line 9 holds no column names"), "{error}");
    // A fault below names the file's own line.
    let stray = format!("{bytes}E2,5\" pipe,x,1\r\n");
    let error = read_as("a.csv", stray, &third).expect_err("stray").to_string();
    assert!(error.contains("row 5, column `kind`"), "{error}");
}

#[test]
fn signs_of_a_cut_are_told() {
    let rows = |count: usize| format!("a,b\n{}", "1,2\n".repeat(count));
    let told = remarks("a.csv", rows(65_535), &layout("a.csv"));
    assert!(told[0].contains("65535 rows") && told[0].contains("65536"), "{told:?}");
    assert_eq!(remarks("a.csv", rows(25_000), &layout("a.csv")).len(), 1);
    assert!(remarks("a.csv", rows(24_000), &layout("a.csv")).is_empty());
    let last = "a,b,c\n1,2,\n1,2,3\n1,2,\n1,2,\n1,,\n";
    let told = remarks("a.csv", last, &layout("a.csv"));
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("the last row, 6, is blank from column `b` on"), "{told:?}");
}

#[test]
fn invisible_letters_stay_as_published() {
    let bytes = "code,value\nE08000032\u{a0},12\u{200b}\n\u{feff}E08000033,12345678901234567890\n";
    let read = read("a.csv", bytes).expect("a table");
    assert_eq!(read.cells(), [["E08000032\u{a0}", "12\u{200b}"], ["\u{feff}E08000033", "12345678901234567890"]]);
}

#[test]
fn column_names_stand_once_in_every_format() {
    let words = refused("a.csv", "area,Q1 2024/25,Q2,Q1 2024/25\n1,2,3,4\n", "duplicate-column");
    assert!(words.contains("`Q1 2024/25` stands over two columns (2, 4)"), "{words}");
    refused("a.json", r#"[{"a": 1, "a ": 2}]"#, "duplicate-column");
    let numbered = Layout { duplicate_columns: DuplicateColumns::Number, ..layout("a.csv") };
    assert_eq!(read_as("a.csv", "a,a\n1,2\n", &numbered).expect("a table").columns, ["a", "a_2"]);
}
