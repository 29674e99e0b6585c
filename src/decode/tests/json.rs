use super::*;

#[test]
fn an_array_and_lines_read_alike() {
    let objects = [r#"{"b": "x", "a": 1.50}"#, r#"{"a": null, "c": [1, {"d": "e f"}], "b": ""}"#, r#"{"c":true}"#];
    let array = read("a.json", format!("\u{feff}[ {} ]\n", objects.join(" ,\n"))).expect("a table");
    assert_eq!(array.columns, ["b", "a", "c"], "in the order in which the keys are first seen");
    let expected = [["x", "1.50", "∅"], ["∅", "∅", "[1,{\"d\":\"e f\"}]"], ["∅", "∅", "true"]];
    assert_eq!(array.cells(), expected);
    assert_eq!(array.numbers(), [1, 2, 3]);
    assert_eq!(read("a.jsonl", objects.join("\n")).expect("a table"), array);
}

#[test]
fn no_objects_are_no_data() {
    refused("a.json", "[]", "header-only");
    refused("a.json", "[{}, {}]", "header-only");
}

#[test]
fn what_is_cut_short_is_refused() {
    refused("a.json", r#"[{"a": 1}, {"a": 2"#, "cut-short");
    refused("a.json", r#"[{"a": 1},"#, "cut-short");
    refused("a.json", r#"[{"a": "x]"#, "cut-short");
    refused("a.json", r#"{"a": {"b": 1}"#, "cut-short");
}

#[test]
fn what_is_not_a_list_of_objects_is_refused() {
    for bytes in [
        r#"[{"a": 1} {"a": 2}]"#,
        r#"[{"a": 1}, 2]"#,
        r#"[{"a": 1}] x"#,
        r#"[{"a": 01}]"#,
        r#"[{"a" 1}]"#,
        r#"[{"a": 1}, ]"#,
        r#"[{"a": "\ud800"}]"#,
        "[{\"a\": \"\u{1}\"}]",
        r#"[["a"]]"#,
    ] {
        refused("a.json", bytes, "malformed-file");
    }
    assert!(refused("a.json", r#"[{"a": 1, "a": 2}]"#, "malformed-file").contains("`a` twice"));
    refused("a.json", b"[{\"a\": \"\xE9\"}]", "wrong-encoding");
}
