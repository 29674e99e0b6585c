//! Small files that become large, and files whose sizes are not what they say: each is refused by name, soon, and without
//! room being made for what it says.

use super::parquet::written_as;
use super::workbook::{ods, ods_text, texts, xlsx, xlsx_with};
use super::*;
use datafusion::arrow::array::{ArrayRef, DictionaryArray, Int32Array, ListArray, StringArray};
use datafusion::arrow::datatypes::Int32Type;
use datafusion::parquet::basic::{Compression, Encoding as PageEncoding, GzipLevel, ZstdLevel};
use datafusion::parquet::file::properties::WriterProperties;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A refusal as too large that comes soon, in these words.
#[track_caller]
fn too_large(name: &str, bytes: impl AsRef<[u8]>, words: &str) {
    let begun = Instant::now();
    let said = refused(name, bytes, "too-large");
    assert!(said.contains(words), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{words}: {:?}", begun.elapsed());
}

/// A column of one text in so many rows.
fn one_text(text: &str, rows: usize) -> ArrayRef {
    let keys = Int32Array::from(vec![0; rows]);
    let values = Arc::new(StringArray::from(vec![text]));
    Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values).expect("a dictionary"))
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_dictionary_page_size_limit(64 << 20)
        .set_data_page_size_limit(64 << 20)
        .build()
}

#[test]
fn a_dictionary_of_one_long_text_is_read_a_few_rows_at_once() {
    let text = "x".repeat(1 << 20);
    let bytes = written_as(vec![("a", one_text(&text, 60))], properties());
    assert!(bytes.len() < 100_000, "{} bytes", bytes.len());
    with_table("a.parquet", &bytes, &layout("a.parquet"), |table| {
        let mut rows = 0;
        for batch in table.batches(None)? {
            let batch = batch?;
            assert!(batch.num_rows() <= 5, "{} rows of a mebibyte at once", batch.num_rows());
            rows += batch.num_rows();
        }
        assert_eq!(rows, 60);
        Ok(())
    })
    .expect("a table");
    // Such a file of many rows is refused: the text is more than any file of its size has.
    too_large("a.parquet", written_as(vec![("a", one_text(&text, 1_900))], properties()), "256 MiB");
}

#[test]
fn a_text_longer_than_a_cell_names_its_row() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a".to_owned(), "y".repeat((1 << 20) + 1)]));
    let said = refused("a.parquet", written_as(vec![("a", texts)], properties()), "too-large");
    assert!(said.contains("row 2") && said.contains("column `a`"), "{said}");
    let long = ListArray::from_iter_primitive::<Int32Type, _, _>([Some((0..300_000).map(Some))]);
    let said = refused("a.parquet", written_as(vec![("a", Arc::new(long))], properties()), "too-large");
    assert!(said.contains("row 1"), "{said}");
}

#[test]
fn a_page_that_is_too_large_is_not_unpacked() {
    let text = "x".repeat(17 << 20);
    for compression in
        [Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default()), Compression::GZIP(GzipLevel::default())]
    {
        let properties = WriterProperties::builder().set_compression(compression).build();
        let column: ArrayRef = Arc::new(StringArray::from(vec![text.clone()]));
        too_large("a.parquet", written_as(vec![("a", column)], properties), "larger than 16 MiB");
    }
}

#[test]
fn texts_that_are_ends_to_the_one_before_are_read_a_few_at_once() {
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_encoding(PageEncoding::DELTA_BYTE_ARRAY)
        .set_data_page_size_limit(64 << 20)
        .build();
    let column: ArrayRef = Arc::new(StringArray::from(vec!["z".repeat(1 << 20); 200]));
    let bytes = written_as(vec![("a", column)], properties);
    assert!(bytes.len() < 8 << 20, "{} bytes", bytes.len());
    with_table("a.parquet", &bytes, &layout("a.parquet"), |table| {
        assert_eq!(table.batches(None)?.map(|batch| batch.expect("a batch").num_rows()).sum::<usize>(), 200);
        Ok(())
    })
    .expect("a table");
}

#[test]
fn a_footer_is_not_believed() {
    let good = written_as(vec![("a", one_text("x", 3))], properties());
    let mut bytes = good.clone();
    let end = bytes.len() - 8;
    bytes[end..end + 4].copy_from_slice(&0x7FFF_FFFF_u32.to_le_bytes());
    refused("a.parquet", &bytes, "malformed-file");
    bytes[end..end + 4].copy_from_slice(&1_000_000_u32.to_le_bytes());
    refused("a.parquet", &bytes, "malformed-file");
}

#[test]
fn shared_texts_are_counted_before_they_are_read() {
    let sheet = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    let with = |texts: &str| xlsx_with(&[("One", sheet)], &[("xl/sharedStrings.xml", texts)]);
    too_large("a.xlsx", with(&format!("<sst>{}</sst>", "<si/>".repeat(1_000_001))), "1000000 texts");
    too_large("a.xlsx", with(r#"<sst uniqueCount="4000000000"><si><t>a</t></si></sst>"#), "1000000 texts");
    too_large("a.xlsx", with(&format!("<sst><si><t>{}</t></si></sst>", "a".repeat(2 << 20))), "1 MiB");
    // A text in many small pieces is one text.
    let pieces = "<r><t>some text</t></r>".repeat(200_000);
    too_large("a.xlsx", with(&format!("<sst><si>{pieces}</si></sst>")), "a cell of more than 1 MiB");
    assert!(refused("a.xlsx", with("<!DOCTYPE x><sst/>"), "malformed-file").contains("document type"));
}

#[test]
fn one_long_text_in_many_cells_is_refused() {
    let text = "x".repeat(32_000);
    let mut rows = String::new();
    for row in 1..2_000 {
        write!(rows, r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#).expect("text");
    }
    let texts = format!("<sst><si><t>{text}</t></si></sst>");
    too_large("a.xlsx", xlsx_with(&[("One", &rows)], &[("xl/sharedStrings.xml", &texts)]), "MiB of text");
}

#[test]
fn a_sheet_with_far_columns_takes_room_for_what_it_has() {
    // 2,000 columns by name and by 40 rows, of which most hold one cell.
    let columns: Vec<String> = (0..1_900_u32).map(letters).collect();
    let header: Vec<(&str, &str)> = columns.iter().map(|column| (column.as_str(), column.as_str())).collect();
    let mut rows = super::workbook::texts(1, &header);
    for row in 2..12_000 {
        write!(rows, r#"<row r="{row}"><c r="A{row}"><v>1</v></c></row>"#).expect("text");
    }
    let read = with_table("a.xlsx", xlsx(&[("One", &rows)]), &layout("a.xlsx"), |table| {
        let bytes =
            table.batches(Some(&[0, 1_899]))?.map(|batch| batch.expect("a batch").num_rows()).collect::<Vec<_>>();
        Ok((table.schema().fields().len(), bytes))
    });
    let (width, rows) = read.expect("a table");
    assert_eq!((width, rows.iter().sum::<usize>()), (1_903, 11_998));
    assert!(rows.len() > 1, "in parts");
}

/// The letters of a sheet's column, from 0.
fn letters(mut column: u32) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from_u32('A' as u32 + column % 26).expect("a letter"));
        if column < 26 {
            return letters.iter().rev().collect();
        }
        column = column / 26 - 1;
    }
}

#[test]
fn what_an_ods_repeats_is_not_written_out_first() {
    let row = |attributes: &str, cells: &str| format!("<table:table-row {attributes}>{cells}</table:table-row>");
    let header = row("", &ods_text("a"));
    let many = 2_000_000_000;
    let cell = |attributes: &str| {
        format!(r#"<table:table-cell {attributes} office:value-type="float" office:value="1"></table:table-cell>"#)
    };
    let columns = row("", &cell(&format!(r#"table:number-columns-repeated="{many}""#)));
    too_large("a.ods", ods(&format!("{header}{columns}")), "columns");
    let rows = row(&format!(r#"table:number-rows-repeated="{many}""#), &cell(""));
    too_large("a.ods", ods(&format!("{header}{rows}")), "20 million");
    // Blank ones may be as many as they like.
    let blank = row(&format!(r#"table:number-rows-repeated="{many}""#), "<table:table-cell/>");
    let far = row("", &format!(r#"{}<table:table-cell table:number-columns-repeated="{many}"/>"#, cell("")));
    assert_eq!(read("a.ods", ods(&format!("{header}{far}{blank}"))).expect("a table").cells(), [["1"]]);
    let long = ods_text(&"<text:s text:c=\"1000\"/>".repeat(2_000));
    refused("a.ods", ods(&row("", &long)), "malformed-file");
}

#[test]
fn a_csv_of_commas_is_read_a_few_rows_at_once() {
    let line = ",".repeat(1_999) + "\n";
    let bytes = (0..2_000).map(|n| format!("n{n}")).collect::<Vec<_>>().join(",") + "\n" + &line.repeat(1_500);
    with_table("a.csv", bytes, &layout("a.csv"), |table| {
        assert!(table.batches(None)?.count() > 1);
        Ok(())
    })
    .expect("a table");
}

#[test]
fn json_may_lie_deep_and_not_be_wide() {
    // What lies within a value stays text, however deep.
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read("a.json", format!(r#"[{{"a": {deep}}}]"#)).expect("a table").cells(), [[deep.as_str()]]);
    let wide = format!("[{{{}}}]", (0..2_100).map(|n| format!("\"k{n}\":1")).collect::<Vec<_>>().join(","));
    too_large("a.json", wide, "columns");
}

#[test]
fn rows_of_texts_are_small() {
    // What the builders of these tests make is read at all.
    assert_eq!(
        read("a.xlsx", xlsx(&[("One", &(texts(1, &[("A", "a")]) + &texts(2, &[("A", "1")])))])).expect("a").cells(),
        [["1"]]
    );
}
