use super::*;

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
        let read = read("a.csv", writer.into_inner().expect("bytes")).expect("a table");
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
