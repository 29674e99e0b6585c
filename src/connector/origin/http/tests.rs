//! What a manifest says of an address, and what it is told.

use super::*;
use crate::connector::Manifest;

#[test]
fn a_host_is_a_name_or_an_address_and_no_more() {
    for host in ["intranet.council.example", "Files", "10.0.0.1", "[fd00::1]"] {
        assert!(is_host(host), "{host}");
    }
    for text in ["", "https://x.org", "x.org:80", "x.org/a", "a b", "fd00::1", "0x7f.1"] {
        assert!(!is_host(text), "{text}");
    }
}

#[test]
fn plain_http_is_remarked_on_without_its_key() {
    let http =
        Http { url: vec!["https://a.org/".into(), "http://u:secret@b.org/c?key=secret".into()], ..Http::default() };
    let remarks = http.remarks();
    assert!(remarks.len() == 1 && remarks[0].starts_with("http://b.org/c is") && !remarks[0].contains("secret"));
}

/// What a manifest with these lines of an http resource is told, or nothing.
fn told(lines: &str) -> Option<String> {
    let head = "title = \"T\"\npublisher = \"P\"\nsector = \"council\"\nlicence = \"OGL-UK-3.0\"\naccess = \"open\"\n\
                standing = \"official\"\n[resource.data]\nkind = \"http\"\nurl = \"https://x.example/v1/rows\"\n";
    Manifest::parse(&format!("{head}{lines}\n")).err()
}

#[test]
fn pages_without_a_proof_are_refused_and_the_proofs_are_named() {
    let why = told("format = \"json\"\npages = { by = \"page\", param = \"page\" }").expect("refused");
    assert!(why.contains("`complete`") && why.contains("\"no-next\"") && why.contains("$.totalPages"), "{why}");
    for (pages, complete, part) in [
        ("{ by = \"page\", param = \"p\" }", "\"no-next\"", "link to none"),
        ("{ by = \"next\", link = \"$.next\" }", "\"short-page\"", "no-next"),
        ("{ by = \"page\", param = \"p\" }", "\"short-page\"", "`size`"),
        ("{ by = \"page\", param = \"p\", most = 0 }", "{ rows = \"$.total\" }", "no page"),
    ] {
        let why = told(&format!("format = \"json\"\npages = {pages}\ncomplete = {complete}")).expect(pages);
        assert!(why.contains(part), "{why}");
    }
    assert_eq!(
        told("format = \"json\"\npages = { by = \"next\", link = \"header Link\" }\ncomplete = \"no-next\""),
        None
    );
    let csv = "format = \"csv\"\npages = { by = \"offset\", param = \"o\", size = 100 }\ncomplete = ";
    assert!(told(&format!("{csv}{{ rows = \"$.total\" }}")).expect("refused").contains("header"));
    assert_eq!(told(&format!("{csv}{{ rows = \"header X-Total-Count\" }}")), None);
}

#[test]
fn a_secret_never_stands_in_the_manifest() {
    let why = told("format = \"csv\"\nheaders = { Authorization = \"Bearer s3cret\" }").expect("refused");
    assert!(why.contains("auth") && !why.contains("s3cret"), "{why}");
    let why = told("format = \"csv\"\nauth = { bearer = true, secret = \"s3cret\" }").expect("refused");
    assert!(why.contains("HUB_SECRET_") && !why.contains("s3cret"), "{why}");
    assert_eq!(told("format = \"csv\"\nauth = { query = \"uid\", secret = \"NOMIS_UID\" }"), None);
}

#[test]
fn each_and_answers_say_what_is_wrong_with_them() {
    for (lines, part) in [
        ("each = { list = [] }", "empty"),
        ("each = { months = { from = \"2024-13\" } }", "2024-13"),
        ("each = { months = { from = \"2024-05\", to = \"2024-04\" } }", "before they begin"),
        ("each = { areas = {} }", "types"),
        ("each = { rows = { of = \"providers\", column = \"id\" } }", "providers"),
        ("answers = { 200 = \"empty\" }", "$.error"),
        ("answers = { never = \"empty\" }", "never"),
        ("find = { page = \"https://x.example/\", link = \"a\" }", "leave `url` out"),
        ("rate = { requests = 0, per = \"1s\" }", "no request"),
        ("rate = { requests = 1, per = \"soon\" }", "soon"),
    ] {
        let why = told(&format!("format = \"csv\"\n{lines}")).expect(lines);
        assert!(why.contains(part), "{lines}: {why}");
    }
}
