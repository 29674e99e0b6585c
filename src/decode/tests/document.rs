use super::*;

const TEXT: &str = "# A strategy.\nid = \"better-lives\"\nversion = \"2\"\n\n[[theme]]\ntitle = \"Café\"\n";

#[test]
fn a_document_is_one_row_of_its_stem_its_version_and_its_text() {
    let table = read("better-lives.toml", TEXT).expect("a document");
    assert_eq!(table.columns, ["id", "version", "document"]);
    assert_eq!(table.cells(), [["better-lives", "2", TEXT]]);
    assert_eq!(table.numbers(), [1]);
    assert_eq!(read("better-lives.toml", format!("\u{feff}{TEXT}")).expect("a document"), table);
}

#[test]
fn a_version_may_be_left_out_or_be_a_number() {
    assert_eq!(read("a.b.toml", "[[x]]\na = 1\n").expect("a document").cells(), [["a.b", "∅", "[[x]]\na = 1\n"]]);
    assert_eq!(read("a.toml", "version = 3\n").expect("a document").cells(), [["a", "3", "version = 3\n"]]);
}

#[test]
fn what_is_no_document_is_refused_with_its_line() {
    let words = refused("a.toml", "a = 1\nb = [1,\nc = 2\n", "malformed-file");
    assert!(words.starts_with("a.toml, row 3: it is not TOML"), "{words}");
    let words = refused("a.toml", "a = 1\na = 2\n", "malformed-file");
    assert!(words.starts_with("a.toml, row 2:") && words.contains("duplicate key"), "{words}");
    refused("a.toml", r#"{"error": "no such file"}"#.to_owned() + "\n", "malformed-file");
    refused("a.toml", "# nothing but a comment\n", "empty-file");
    let words = refused("a.toml", "a = 1\nb = 2", "cut-short");
    assert!(words.starts_with("a.toml, row 2:"), "{words}");
    let words = refused("a.toml", b"a = 1\nb = \"caf\xE9\"\n", "wrong-encoding");
    assert!(words.starts_with("a.toml, row 2:") && words.contains("UTF-8"), "{words}");
}

#[test]
fn a_document_of_more_than_a_quarter_mebibyte_is_refused() {
    let of = |bytes: usize| format!("a = \"{}\"\n", "x".repeat(bytes - 7));
    assert_eq!(of(256 << 10).len(), 256 << 10);
    assert_eq!(read("a.toml", of(256 << 10)).expect("a document").rows.len(), 1);
    let words = refused("a.toml", of((256 << 10) + 1), "too-large");
    assert!(words.contains("256 KiB"), "{words}");
}
