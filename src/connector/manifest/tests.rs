//! Manifests that read, and what is said of those that do not.

use super::*;

const LEAST: &str = r#"
title = "T"
publisher = "P"
sector = "council"
licence = "OGL-UK-3.0"
access = "open"
standing = "official"
[resource.zebra]
kind = "http"
url = "https://example.org/z.csv"
format = "csv"
[resource.ant]
kind = "http"
url = ["https://example.org/a.csv", "https://example.org/b.csv"]
format = "csv"
"#;

#[test]
fn the_first_resource_is_the_main_one() {
    let manifest = Manifest::parse(LEAST).expect("a manifest");
    assert_eq!(manifest.resources[0].0, "zebra");
    assert_eq!(manifest.resources[1].1.url.len(), 2);
    assert_eq!(manifest.needs(), ["uk-geography", "shared-indicators"]);
    assert_eq!(manifest.checks.max_rejected, Share(0.0));
    assert_eq!(manifest.checks.max_shrink, Share(0.1));
}

#[test]
fn an_unknown_key_names_its_line_and_the_nearest() {
    let error = Manifest::parse(&LEAST.replace("licence =", "license =")).expect_err("unknown key");
    assert!(error.contains("line 5") && error.contains("did you mean `licence`?"), "{error}");
    let error = Manifest::parse(&LEAST.replace("\"council\"", "\"counsil\"")).expect_err("unknown word");
    assert!(error.contains("did you mean `council`?"), "{error}");
}

#[test]
fn a_cron_that_cannot_be_read_names_its_line_and_what_is_expected() {
    let with = |cron: &str| Manifest::parse(&format!("{LEAST}[schedule]\ncron = \"{cron}\"\n"));
    let manifest = with("30 9 * * MON-FRI").expect("a manifest");
    assert_eq!(manifest.schedule.expect("a schedule").cron.to_string(), "30 9 * * MON-FRI");
    assert_eq!(
        with("30 9 * *").expect_err("four fields"),
        "line 17: `30 9 * *` has 4 fields; a cron has five (minute, hour, day of month, month, day of week), \
         such as \"30 9 * * MON-FRI\""
    );
    assert_eq!(
        with("30 25 * * *").expect_err("no such hour"),
        "line 17: `30 25 * * *` is not a cron such as \"30 9 * * MON-FRI\" (minute, hour, day of month, month, \
         day of week): Number out of bounds"
    );
}

#[test]
fn a_resource_without_an_address_is_refused() {
    let error = Manifest::parse(&LEAST.replace("url = \"https://example.org/z.csv\"\n", "")).expect_err("no url");
    assert!(error.contains("[resource.zebra]") && error.contains("url"), "{error}");
}
