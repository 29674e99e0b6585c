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
    assert_eq!(manifest.resources[1].0, "ant");
    assert!(!manifest.is_derived());
    assert_eq!(manifest.needs(), ["uk-geography", "shared-indicators"]);
    assert_eq!(manifest.checks.max_rejected, Share(0.0));
    assert_eq!(manifest.checks.max_shrink, Share(0.1));
}

#[test]
fn a_caveat_is_published_with_its_days() {
    let with = |caveat: &str| {
        Manifest::parse(&format!(
            "{LEAST}[[caveat]]\ntext = \"Fewer answered.\"\nurl = \"https://example.org/\"\n{caveat}\n"
        ))
    };
    let manifest =
        with("kind = \"pandemic\"\nindicators = [\"a\"]\nperiods = [\"2019-04-01/P1Y\", \"2020-04-01/P1Y\"]");
    let caveats = manifest.expect("a manifest").dataset("d").caveats;
    let days: Vec<_> = caveats.iter().map(|caveat| (caveat.from, caveat.to)).collect();
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    assert_eq!(days, [(day("2019-04-01"), day("2020-03-31")), (day("2020-04-01"), day("2021-03-31"))]);
    assert!(caveats[0].kind == crate::outcomes::CaveatKind::Pandemic && caveats[0].indicators == ["a"]);
    for (caveat, why) in [
        ("kind = \"pandemic\"", "[[caveat]] 1, pandemic: it says of no time"),
        ("kind = \"pandemic\"\nfrom = \"2020-03-01\"\nperiods = [\"2019-04-01/P1Y\"]", "not both"),
        ("kind = \"pandemic\"\nfrom = \"2020-03-01\"\nto = \"2019-03-01\"", "`from` is after `to`"),
        ("kind = \"series-break\"\nperiods = [\"2019-04-01/P1Y\"]", "give `from`, and no `to`"),
        ("kind = \"series-brake\"\nfrom = \"2020-03-01\"", "did you mean `series-break`?"),
        ("kind = \"pandemic\"\nperiods = [\"2019/20\"]", "is not a period"),
    ] {
        let refused = with(caveat).expect_err(caveat);
        assert!(refused.contains(why), "{refused}");
    }
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

fn with(from: &str, to: &str) -> Result<Manifest, String> {
    assert!(LEAST.contains(from), "{from}");
    Manifest::parse(&LEAST.replacen(from, to, 1))
}

#[test]
fn a_mistake_in_a_resource_names_its_line() {
    let refused = |from: &str, to: &str| with(from, to).expect_err("refused");
    let unknown = refused("url = \"https://example.org/z.csv\"", "urll = \"https://example.org/z.csv\"");
    assert!(
        unknown.starts_with("line 10: unknown field `urll`, expected one of `kind`, `url`, `find`, `hosts`, "),
        "{unknown}"
    );
    assert!(unknown.contains("`format`") && unknown.ends_with("did you mean `url`?"), "{unknown}");
    let kind = refused("kind = \"http\"", "kind = \"htp\"");
    assert_eq!(
        kind,
        "line 9: unknown variant `htp`, expected one of `http`, `file`, `schema`, `hub`; did you mean `http`?"
    );
    let url = refused("url = \"https://example.org/z.csv\"", "url = 5");
    assert!(url.starts_with("line 10: ") && url.contains("a list of them"), "{url}");
    let format = refused("format = \"csv\"", "format = \"cvs\"");
    assert!(format.starts_with("line 11: unknown variant `cvs`") && format.contains("did you mean `csv`?"), "{format}");
    assert!(refused("format = \"csv\"\n", "").contains("missing field `format`"));
    assert!(refused("kind = \"http\"\n", "").contains("missing field `kind`"));
}

#[test]
fn a_key_of_another_kind_is_told_its_kind() {
    let error = with("format = \"csv\"", "format = \"csv\"\ndataset = \"ascof\"").expect_err("refused");
    assert_eq!(error, "[resource.zebra]: `dataset` goes with kind \"hub\"");
    let error = with("kind = \"http\"", "kind = \"file\"").expect_err("refused");
    assert_eq!(error, "[resource.zebra]: `url` goes with kind \"http\"", "an address that is never fetched");
}

#[test]
fn a_setting_that_can_do_nothing_names_its_line() {
    let csv = |key: &str| with("format = \"csv\"", &format!("format = \"csv\"\n{key}"));
    let json = |key: &str| with("format = \"csv\"", &format!("format = \"json\"\n{key}"));
    for key in ["sheet = \"x\"", "hidden = \"skip\""] {
        let name = key.split(' ').next().expect("a key");
        let what =
            format!("line 12: [resource.zebra]: `{name}` is about the sheets of a workbook, and the format is csv");
        assert_eq!(csv(key).expect_err(key), what);
    }
    let idle = [
        "header_row = 2",
        "sheet = \"x\"",
        "encoding = \"auto\"",
        "quoting = \"lenient\"",
        "rows_in_cells = true",
        "final_newline = false",
    ];
    for key in idle {
        let error = json(key).expect_err(key);
        assert!(error.starts_with("line 12: ") && error.ends_with("the format is json"), "{error}");
    }
    let acts = [
        "header_row = 2",
        "encoding = \"auto\"",
        "quoting = \"lenient\"",
        "rows_in_cells = true",
        "final_newline = false",
        "duplicate_columns = \"number\"",
    ];
    for key in acts {
        csv(key).unwrap_or_else(|error| panic!("{key}: {error}"));
    }
    let toml = |key: &str| with("format = \"csv\"", &format!("format = \"toml\"\n{key}"));
    assert!(toml("optional_columns = [\"a\"]").is_err() && toml("duplicate_columns = \"number\"").is_err());
    assert!(csv("optional_columns = [\"a\", \"a\"]").expect_err("twice").contains("twice"));
    assert!(csv("indicators = [\"a\"]").expect_err("never left out").contains("optional = true"));
    csv("indicators = [\"a\"]\noptional = true").expect("may be left out");
    let marker = Manifest::parse(&format!("{LEAST}[markers]\nc = \"suppressed\"\n\" x\" = \"suppressed\"\n"))
        .expect_err("blank");
    assert!(marker.starts_with("line 18: [markers]: the marker ` x` can never act"), "{marker}");
    let hub = with(
        "kind = \"http\"\nurl = \"https://example.org/z.csv\"",
        "kind = \"hub\"\nindicators = [\"a\"]\nencoding = \"auto\"",
    );
    assert!(hub.expect_err("the hub's own").contains("`encoding` does nothing"));
}

#[test]
fn what_each_kind_needs_is_asked_for() {
    let refused = |kind: &str, more: &str| {
        let section = format!("kind = \"{kind}\"\n{more}");
        let old = "kind = \"http\"\nurl = \"https://example.org/z.csv\"\n";
        with(old, &section).expect_err("refused")
    };
    assert_eq!(refused("http", ""), "[resource.zebra]: kind \"http\" needs a `url`, or `find`");
    assert_eq!(
        refused("http", "url = \"ftp://example.org/z.csv\"\n"),
        "[resource.zebra]: `ftp://example.org/z.csv` does not begin with https:// or http://"
    );
    for path in ["", "path = \"../secrets\"\n", "path = \"/etc\"\n"] {
        let needs = "[resource.zebra]: kind \"schema\" needs a `path` within the hub's schema folder";
        assert_eq!(refused("schema", path), needs);
    }
    assert!(refused("hub", "").contains("kind \"hub\" needs `indicators`"));
    let other = refused("hub", "indicators = [\"a\"]\ndataset = \"ascof\"\n");
    assert!(other.contains("`ascof` must be published first"), "{other}");
}

#[test]
fn the_draft_of_every_kind_reads() {
    for kind in &crate::connector::KINDS {
        for url in [None, Some("https://example.org/a \"b\".csv")] {
            let section = format!("kind = \"{}\"\n{}", kind.name, kind.draft(url));
            let old = "kind = \"http\"\nurl = \"https://example.org/z.csv\"\n";
            with(old, &section).unwrap_or_else(|error| panic!("{}: {error}", kind.name));
        }
    }
}
