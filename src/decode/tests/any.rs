//! Any bytes, and good files with faults: a decoder always ends, with rows or with a refusal that names the file.

use super::workbook::{ods, ods_text, texts, xlsx};
use super::*;
use proptest::prelude::*;
use proptest::sample::Index;
use std::time::{Duration, Instant};

const NAMES: [&str; 6] = ["a.csv", "a.json", "a.xlsx", "a.ods", "a.parquet", "a.toml"];

fn good() -> Vec<(&'static str, Vec<u8>)> {
    let sheet = texts(1, &[("A", "Area"), ("B", "Value")]) + &texts(2, &[("A", "E1"), ("C", "2")]);
    let rows = format!(
        "<table:table-row>{0}{1}</table:table-row><table:table-row>{0}</table:table-row>",
        ods_text("a"),
        ods_text("b")
    );
    vec![
        ("a.csv", b"area,value\r\nE1,\"1,5\"\r\nE2,\"two\r\nlines\"\r\n".to_vec()),
        ("a.json", br#"[{"area": "E1", "value": 1.50}, {"area": null, "x": [1, {"y": "z"}]}]"#.to_vec()),
        ("a.xlsx", xlsx(&[("One", &sheet)])),
        ("a.ods", ods(&rows)),
        ("a.parquet", super::parquet::typical()),
        ("a.toml", b"version = \"1\"\n[[theme]]\nid = \"a\"\n".to_vec()),
    ]
}

/// Reads to the end, however it ends.
fn ends(name: &str, bytes: &[u8]) {
    let begun = Instant::now();
    if let Err(error) = read(name, bytes) {
        assert!(error.to_string().starts_with(name), "{error}");
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{name} took {:?}", begun.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_end(start in 0..5_usize, bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let start: &[u8] = [&b""[..], b"PK\x03\x04", b"PAR1", b"{\"", b"a,b\n"][start];
        let mut all = [start, &bytes].concat();
        if start == b"PAR1" {
            all.extend_from_slice(b"PAR1");
        }
        for name in NAMES {
            ends(name, &all);
        }
    }

    #[test]
    fn good_files_with_faults_end(
        faults in proptest::collection::vec((any::<Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        for (name, mut bytes) in good() {
            for (place, byte, kind) in &faults {
                let at = place.index(bytes.len());
                match kind {
                    0 => bytes[at] = *byte,
                    1 => bytes[at] ^= 1 << (byte % 8),
                    2 => _ = bytes.remove(at),
                    _ => bytes.insert(at, *byte),
                }
            }
            ends(name, &bytes);
        }
    }
}

#[test]
fn good_files_are_read() {
    for (name, bytes) in good() {
        read(name, bytes).unwrap_or_else(|error| panic!("{error}"));
    }
}
