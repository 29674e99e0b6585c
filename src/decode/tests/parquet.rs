use super::*;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, StringArray, TimestampSecondArray,
};
use datafusion::arrow::datatypes::Int64Type as Int64;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use std::sync::Arc;

fn written(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    written_as(columns, WriterProperties::default())
}

pub(super) fn written_as(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).expect("rows");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    bytes
}

pub(super) fn typical() -> Vec<u8> {
    let lists = ListArray::from_iter_primitive::<Int64, _, _>([Some([Some(1), None]), None]);
    written(vec![
        (" text ", Arc::new(StringArray::from(vec![Some(" x "), Some("")]))),
        ("code", Arc::new(Float64Array::from(vec![Some(380.0), None]))),
        ("rate", Arc::new(Float64Array::from(vec![12.7, 1e-7]))),
        ("count", Arc::new(Int64Array::from(vec![1_234_567, -1]))),
        ("day", Arc::new(Date32Array::from(vec![20_178, 0]))),
        ("moment", Arc::new(TimestampSecondArray::from(vec![0, 3_600]))),
        ("flag", Arc::new(BooleanArray::from(vec![true, false]))),
        ("list", Arc::new(lists)),
    ])
}

#[test]
fn typed_columns_become_text() {
    let read = read("a.parquet", typical()).expect("a table");
    assert_eq!(read.columns, ["text", "code", "rate", "count", "day", "moment", "flag", "list"]);
    assert_eq!(
        read.cells(),
        [
            [" x ", "380", "12.7", "1234567", "2025-03-31", "1970-01-01T00:00:00", "true", "[1, ]"],
            ["∅", "∅", "0.0000001", "-1", "1970-01-01", "1970-01-01T01:00:00", "false", "∅"],
        ]
    );
    assert_eq!(read.numbers(), [1, 2]);
}

#[test]
fn columns_may_be_asked_for_in_any_order() {
    with_table("a.parquet", typical(), &layout("a.parquet"), |table| {
        let batch = table.batches(Some(&[4, 1, 4, 10]))?.next().expect("a batch")?;
        assert_eq!(batch.column(0).as_string::<i32>().value(0), "2025-03-31");
        assert_eq!(batch.column(1).as_string::<i32>().value(0), "380");
        assert_eq!(batch.column(2).as_string::<i32>().value(0), "2025-03-31");
        assert_eq!(batch.column(3).as_primitive::<Int64Type>().values(), &[1, 2]);
        let counted = table.batches(Some(&[]))?.next().expect("a batch")?;
        assert_eq!((counted.num_columns(), counted.num_rows()), (0, 2));
        Ok(())
    })
    .expect("a table");
}

#[test]
fn no_rows_are_no_data_and_a_missing_end_is_cut_short() {
    refused("a.parquet", written(vec![("a", Arc::new(StringArray::from(Vec::<&str>::new())))]), "header-only");
    let whole = typical();
    refused("a.parquet", &whole[..whole.len() - 9], "cut-short");
    refused("a.parquet", b"PAR1PAR1", "malformed-file");
}
