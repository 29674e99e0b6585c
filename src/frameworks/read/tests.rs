//! Every mistake with its line, and the project's own files.

use super::*;
use crate::frameworks::{Comparator, Standing, TargetKind};
use std::collections::BTreeMap;

/// A hub that knows a few things.
struct Hub {
    indicators: BTreeMap<String, Polarity>,
    places: Vec<&'static str>,
    frameworks: Vec<String>,
}

impl Known for Hub {
    fn polarity(&self, indicator: &str) -> Option<Polarity> {
        self.indicators.get(indicator).copied()
    }

    fn bounds(&self, indicator: &str) -> Option<(f64, f64)> {
        indicator.starts_with("obesity").then_some((0.0, 100.0))
    }

    fn indicators(&self) -> Vec<String> {
        self.indicators.keys().cloned().collect()
    }

    fn knows_place(&self, code: &str) -> bool {
        self.places.contains(&code)
    }

    fn models(&self) -> Vec<String> {
        vec!["dfe-statistical-neighbours-2025".into()]
    }

    fn frameworks(&self) -> Vec<String> {
        self.frameworks.clone()
    }
}

fn hub() -> Hub {
    let indicators = [
        ("healthy-life-expectancy-at-birth", Polarity::HighIsGood),
        ("obesity-year-6", Polarity::LowIsGood),
        ("cla-rate-per-10k", Polarity::None),
    ];
    Hub {
        indicators: indicators.map(|(id, polarity)| (id.to_owned(), polarity)).into(),
        places: vec!["E08000032", "E92000001"],
        frameworks: vec!["a-strategy".into(), "another".into()],
    }
}

/// A framework without a mistake; its lines are counted in the tests.
const GOOD: &str = r#"id = "a-strategy"
title = "A strategy"
organisation = "A council"
summary = "Longer lives"
version = "1"
valid_from = 2021-04-01
valid_to = 2025-03-31
places = ["E08000032"]
joins = ["another"]

[source]
title = "The strategy"
publisher = "A council"

[[role]]
id = "director"
title = "Director of Public Health"
where = "page 1"

[[partner]]
id = "nhs"
title = "NHS"
where = "page 1"

[[theme]]
id = "health"
title = "Health"
standing = "stated"
where = "page 2"

[[outcome]]
id = "longer-lives"
theme = "health"
title = "Longer lives"
standing = "stated"
accountable = ["director"]
where = "page 2"

[[measure]]
id = "1"
outcome = "longer-lives"
title = "Healthy life expectancy"
standing = "stated"
where = "page 3"
series = [
    { indicator = "healthy-life-expectancy-at-birth", sex = "male", label = "males" },
    { indicator = "healthy-life-expectancy-at-birth", sex = "female", label = "females" },
]

[[measure.target]]
kind = "close-gap"
comparator = "E92000001"
share = 0.5
standing = "proposed"
by = 2025-03-31
baseline = { period = "2017-01-01/P3Y", standing = "proposed", why = "before the plan" }
where = "page 3"

[[action]]
id = "walk"
outcome = "longer-lives"
title = "Walk more"
standing = "stated"
status = "under-way"
owners = ["director", "nhs"]
where = "page 4"

[[context]]
id = "budget"
title = "Budget"
value = 70_000_000
unit = "gbp"
qualifier = "about"
where = "page 5"
"#;

/// The mistakes of the good file with one text replaced.
fn mistakes(from: &str, to: &str) -> Vec<(usize, String)> {
    assert_eq!(GOOD.matches(from).count(), 1, "`{from}` is to stand once in the good file");
    let text = GOOD.replace(from, to);
    let mistakes = read_checked("a-strategy", &text, &hub()).expect_err(to);
    mistakes.into_iter().map(|mistake| (mistake.line, mistake.reason)).collect()
}

/// The line of the good file that a text stands on.
fn line_of(text: &str) -> usize {
    GOOD[..GOOD.find(text).expect(text)].matches('\n').count() + 1
}

/// One mistake, on the line of the text that was replaced, that says this.
fn is_refused(from: &str, to: &str, says: &str) {
    is_refused_on(line_of(from), from, to, says);
}

fn is_refused_on(line: usize, from: &str, to: &str, says: &str) {
    let found = mistakes(from, to);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, line, "{}", found[0].1);
    assert!(found[0].1.contains(says), "`{}` does not say `{says}`", found[0].1);
}

#[test]
fn a_good_file_is_read_whole() {
    let framework = read_checked("a-strategy", GOOD, &hub()).expect("no mistake");
    assert_eq!(framework.id, "a-strategy");
    assert_eq!(framework.roles[0].title, "Director of Public Health");
    assert_eq!(framework.measures[0].series[1].sex, "female");
    assert_eq!(framework.outcomes[0].accountable, ["director"]);
    assert_eq!(framework.actions[0].owners, ["director", "nhs"]);
    assert_eq!(framework.context[0].qualifier, "about");
    let target = &framework.measures[0].targets[0];
    assert_eq!(target.id, "close-gap", "a target without an id is called by its kind");
    let TargetKind::CloseGap { baseline, comparator, share } = &target.kind else { panic!("{target:?}") };
    assert_eq!((baseline.period.iso().as_str(), baseline.standing), ("2017-01-01/P3Y", Standing::Proposed));
    assert_eq!(*comparator, Comparator { places: vec!["E92000001".into()] });
    assert!((share - 0.5).abs() < f64::EPSILON);
    assert!(check(GOOD, &framework, &hub()).is_empty());
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let text = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(read("a-strategy", &text), read("a-strategy", GOOD));
    let wrong = text.replace("by = 2025-03-31", "by = 2025");
    assert_eq!(read("a-strategy", &wrong).expect_err("no day")[0].line, line_of("by = 2025-03-31"));
}

#[test]
fn the_id_is_the_name_of_the_file() {
    is_refused(
        "id = \"a-strategy\"",
        "id = \"a-strategie\"",
        "name the file a-strategie.toml, or write id = \"a-strategy\"",
    );
    is_refused("id = \"walk\"", "id = \"Walk more\"", "is not an id");
}

#[test]
fn what_has_to_be_there_is_missed_on_the_line_of_its_table() {
    is_refused_on(1, "title = \"A strategy\"\n", "", "the framework has no `title`");
    is_refused_on(
        line_of("[[theme]]"),
        "standing = \"stated\"\nwhere = \"page 2\"\n\n[[outcome]]",
        "where = \"page 2\"\n\n[[outcome]]",
        "the theme has no `standing`: write one of stated, proposed",
    );
    is_refused_on(1, "places = [\"E08000032\"]\n", "", "no `places`");
    is_refused_on(1, "[source]\ntitle = \"The strategy\"\npublisher = \"A council\"\n", "", "no [source]");
    is_refused_on(line_of("[[context]]"), "value = 70_000_000\n", "", "the context has no `value`");
}

#[test]
fn an_empty_place_in_the_text_is_refused() {
    is_refused("where = \"page 4\"", "where = \" \"", "`where` of the action is empty");
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest() {
    is_refused("summary = ", "sumary = \"x\"\nsummary = ", "no key `sumary`; did you mean `summary`?");
    is_refused("accountable = ", "acountable = []\naccountable = ", "did you mean `accountable`?");
    is_refused("share = 0.5", "shere = 0.5", "the target has no key `shere`; did you mean `share`?");
    is_refused("label = \"females\"", "label = \"females\", sexes = \"x\"", "no key `sexes`; did you mean `sex`?");
}

#[test]
fn an_unknown_word_is_refused_with_the_nearest() {
    is_refused("kind = \"close-gap\"", "kind = \"close-gab\"", "did you mean `close-gap`?");
    is_refused("status = \"under-way\"", "status = \"underway\"", "did you mean `under-way`?");
    is_refused("sex = \"male\"", "sex = \"males\"", "did you mean `male`?");
}

#[test]
fn a_second_of_one_id_is_refused_on_its_own_line() {
    let action = "id = \"walk\"\noutcome = \"longer-lives\"";
    let twice = "id = \"walk\"\ntitle = \"T\"\noutcome = \"longer-lives\"\nstanding = \"stated\"\nstatus = \"done\"\nwhere = \"p\"\n\n[[action]]\nid = \"walk\"\noutcome = \"longer-lives\"";
    is_refused_on(
        line_of(action) + 8,
        action,
        twice,
        &format!("the action `walk` is already on line {}", line_of(action)),
    );
    is_refused(
        "id = \"nhs\"\ntitle",
        "id = \"director\"\ntitle = \"D\"\nwhere = \"p\"\n\n[[partner]]\nid = \"nhs\"\ntitle",
        "role or partner `director`",
    );
    is_refused(
        "sex = \"female\", label = \"females\"",
        "sex = \"male\", label = \"females\"",
        "has this series on line",
    );
    is_refused("label = \"females\"", "label = \"males\"", "labelled `males`");
}

#[test]
fn a_reference_to_nothing_is_refused_with_the_nearest() {
    is_refused("theme = \"health\"", "theme = \"helth\"", "no theme `helth` in this file; did you mean `health`?");
    is_refused("accountable = [\"director\"]", "accountable = [\"directer\"]", "no role `directer`");
    is_refused("accountable = [\"director\"]", "accountable = [\"nhs\"]", "no role `nhs`");
    is_refused("owners = [\"director\", \"nhs\"]", "owners = [\"nhz\"]", "did you mean `nhs`?");
    is_refused(
        "outcome = \"longer-lives\"\ntitle = \"Walk",
        "outcome = \"longer-life\"\ntitle = \"Walk",
        "no outcome `longer-life`",
    );
}

#[test]
fn a_target_without_baseline_is_refused() {
    let baseline = "baseline = { period = \"2017-01-01/P3Y\", standing = \"proposed\", why = \"before the plan\" }\n";
    is_refused_on(line_of("[[measure.target]]"), baseline, "", "the target of kind `close-gap` has no `baseline`");
    let threshold = "kind = \"close-gap\"\ncomparator = \"E92000001\"\nshare = 0.5\nstanding = \"proposed\"\nby = 2025-03-31\nbaseline = { period = \"2017-01-01/P3Y\", standing = \"proposed\", why = \"before the plan\" }\n";
    let without = "kind = \"at-or-above\"\nvalue = 60\nstanding = \"proposed\"\nby = 2025-03-31\n";
    is_refused_on(line_of("[[measure.target]]"), threshold, without, "with `by`, progress is counted from it");
    let text = GOOD.replace(threshold, "kind = \"at-or-above\"\nvalue = 60\nstanding = \"proposed\"\n");
    assert!(read_checked("a-strategy", &text, &hub()).is_ok(), "without a day nothing has to be counted");
}

#[test]
fn a_baseline_that_is_proposed_says_why() {
    let line = line_of("period = \"2017-01-01/P3Y\"");
    is_refused_on(line, ", why = \"before the plan\"", "", "the baseline is proposed and does not say why: add why");
    is_refused_on(line, "why = \"before the plan\"", "why = \"\"", "`why` of the baseline is empty");
    let stated = "standing = \"stated\", why = \"before the plan\" }";
    let proposed = "standing = \"proposed\", why = \"before the plan\" }";
    is_refused_on(line, proposed, stated, "needs no `why`");
    // What was published before reasons were asked for stays readable as it was published.
    let older = GOOD.replace(", why = \"before the plan\"", "");
    let framework = read("a-strategy", &older).expect("an older file");
    assert_eq!(framework.measures[0].targets[0].kind.baseline().expect("a baseline").why, None);
}

#[test]
fn comparators_stand_in_order() {
    let text = GOOD.replace("comparator = \"E92000001\"", "comparator = [\"E08000032\", \"E92000001\"]");
    let framework = read_checked("a-strategy", &text, &hub()).expect("no mistake");
    let TargetKind::CloseGap { comparator, .. } = &framework.measures[0].targets[0].kind else { panic!("a gap") };
    assert_eq!(comparator.places, ["E08000032", "E92000001"]);
    for (to, says) in [
        ("comparator = []", "`comparator` of the target is empty"),
        ("comparator = [\"E92000001\", \"E92000001\"]", "the comparator `E92000001` is already on line"),
        ("comparator = [\"E92000001\", \"E9\"]", "there is no place `E9`"),
        ("comparator = 3", "write a text in quotes"),
    ] {
        is_refused("comparator = \"E92000001\"", to, says);
    }
}

#[test]
fn a_gap_between_two_groups_of_one_place_is_read() {
    let head = "kind = \"close-gap\"\ncomparator = \"E92000001\"\n";
    let to = "kind = \"close-gap-between\"\nto = { sex = \"male\", category = { type = \"decile\", name = \"least deprived\" }, label = \"the least deprived\" }\n";
    let text = GOOD.replace(head, to).replace(
        "label = \"females\" }",
        "category = { type = \"decile\", name = \"most deprived\" }, label = \"females\" }",
    );
    let framework = read_checked("a-strategy", &text, &hub()).expect("no mistake");
    let category = framework.measures[0].series[1].category.as_ref().expect("a category");
    assert_eq!((category.kind.as_str(), category.name.as_str()), ("decile", "most deprived"));
    let TargetKind::CloseGapBetween { to, share, .. } = &framework.measures[0].targets[0].kind else { panic!("a gap") };
    assert_eq!((to.sex.as_str(), to.label.as_str()), ("male", "the least deprived"));
    assert!((share - 0.5).abs() < f64::EPSILON);
    let line = line_of("kind = \"close-gap\"");
    let itself = "kind = \"close-gap-between\"\nto = { sex = \"male\", label = \"males\" }\n";
    is_refused_on(line + 1, head, itself, "`to` is the group of the series on line");
    is_refused_on(line_of("[[measure.target]]"), head, "kind = \"close-gap-between\"\n", "the target has no `to`");
    is_refused_on(
        line_of("share = 0.5") + 1,
        "share = 0.5",
        "share = 0.5\nto = { label = \"x\" }",
        "`to` means nothing to a target of kind `close-gap`",
    );
}

#[test]
fn a_number_outside_its_unit_is_refused() {
    let series = "series = [\n    { indicator = \"healthy-life-expectancy-at-birth\", sex = \"male\", label = \"males\" },\n    { indicator = \"healthy-life-expectancy-at-birth\", sex = \"female\", label = \"females\" },\n]";
    let head = "kind = \"close-gap\"\ncomparator = \"E92000001\"\nshare = 0.5\n";
    let of = |value: &str| {
        let text = GOOD
            .replace(series, "series = [{ indicator = \"obesity-year-6\" }]")
            .replace(head, &format!("kind = \"at-or-below\"\nvalue = {value}\n"));
        read_checked("a-strategy", &text, &hub())
    };
    assert!(of("100").is_ok() && of("0").is_ok());
    for value in ["110", "-1"] {
        let found = of(value).expect_err("outside");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].reason.contains("a figure of `obesity-year-6` is 0 to 100"), "{}", found[0].reason);
    }
}

#[test]
fn agreements_are_of_partners_and_days_of_actions_and_wholes_of_figures() {
    is_refused("title = \"Director of Public Health\"", "arrangement = \"A\"\ntitle = \"D\"", "no key `arrangement`");
    let text = GOOD
        .replace("title = \"NHS\"", "title = \"NHS\"\narrangement = \"Section 75 agreement\"")
        .replace("status = \"under-way\"", "status = \"under-way\"\nreported = 2022-05-01\nby = 2024-12-31")
        .replace("qualifier = \"about\"", "whole = { title = \"all\", value = 60_000_000, source = \"accounts\" }");
    let framework = read_checked("a-strategy", &text, &hub()).expect("no mistake");
    assert_eq!(framework.partners[0].arrangement.as_deref(), Some("Section 75 agreement"));
    let day = |text: &str| text.parse::<chrono::NaiveDate>().ok();
    assert_eq!((framework.actions[0].reported, framework.actions[0].by), (day("2022-05-01"), day("2024-12-31")));
    assert_eq!(framework.context[0].exceeds().map(|whole| whole.title.as_str()), Some("all"));
    is_refused_on(
        line_of("status = \"under-way\"") + 1,
        "status = \"under-way\"",
        "status = \"not-reported\"\nreported = 2022-05-01",
        "has no day of a report",
    );
}

#[test]
fn a_period_and_a_day_are_written_as_such() {
    is_refused("period = \"2017-01-01/P3Y\"", "period = \"2017 - 19\"", "expected ISO 8601");
    is_refused("by = 2025-03-31", "by = \"31/3/2025\"", "write it like 2021-04-01");
    is_refused("by = 2025-03-31", "by = 2025-03-31T10:00:00Z", "write it like 2021-04-01");
}

#[test]
fn days_stand_in_order() {
    is_refused("valid_to = 2025-03-31", "valid_to = 2020-03-31", "is before `valid_from`");
    is_refused("by = 2025-03-31", "by = 2021-03-31", "is before the framework's `valid_from`");
    is_refused_on(
        line_of("by = 2025-03-31"),
        "period = \"2017-01-01/P3Y\"",
        "period = \"2024-01-01/P3Y\"",
        "is not after the baseline, which ends on 2026-12-31",
    );
}

#[test]
fn a_share_is_more_than_nothing_and_at_most_the_whole() {
    for share in ["0", "-0.5", "1.01", "50"] {
        is_refused("share = 0.5", &format!("share = {share}"), "above 0 and up to 1");
    }
    is_refused("share = 0.5", "share = nan", "is not a number");
    is_refused("share = 0.5", "share = \"half\"", "is not a number");
}

#[test]
fn an_unknown_indicator_is_refused_with_the_nearest() {
    is_refused(
        "{ indicator = \"healthy-life-expectancy-at-birth\", sex = \"male\"",
        "{ indicator = \"healthy-life-expectancy\", sex = \"male\"",
        "did you mean `healthy-life-expectancy-at-birth`?",
    );
}

#[test]
fn an_unknown_place_framework_or_model_is_refused() {
    is_refused("places = [\"E08000032\"]", "places = [\"E08000099\"]", "there is no place `E08000099`");
    is_refused("comparator = \"E92000001\"", "comparator = \"England\"", "there is no place `England`");
    is_refused("joins = [\"another\"]", "joins = [\"anather\"]", "did you mean `another`?");
    is_refused("joins = [\"another\"]", "joins = [\"a-strategy\"]", "does not join itself");
    let target = "kind = \"close-gap\"\ncomparator = \"E92000001\"\nshare = 0.5\nstanding = \"proposed\"\nby = 2025-03-31\nbaseline = { period = \"2017-01-01/P3Y\", standing = \"proposed\", why = \"before the plan\" }\n";
    let other = "kind = \"in-line-with\"\nstanding = \"proposed\"\nmodel = \"dfe-statistical-neighbours\"\n";
    is_refused_on(line_of(target) + 2, target, other, "did you mean `dfe-statistical-neighbours-2025`?");
}

#[test]
fn a_key_of_another_kind_of_target_is_refused() {
    is_refused("share = 0.5", "model = \"m\"", "`model` means nothing to a target of kind `close-gap`");
}

#[test]
fn a_direction_that_is_not_good_is_refused() {
    let head = "kind = \"close-gap\"\ncomparator = \"E92000001\"\nshare = 0.5\n";
    for (kind, instead) in [("kind = \"reduce\"\n", "increase"), ("kind = \"at-or-below\"\nvalue = 3\n", "at-or-above")]
    {
        let found = mistakes(head, kind);
        assert_eq!(found.len(), 1, "one mistake for one series and kind: {found:?}");
        assert_eq!(found[0].0, line_of(head));
        assert!(found[0].1.contains(&format!("write `{instead}`")), "{}", found[0].1);
    }
}

#[test]
fn a_text_that_is_no_toml_or_too_long_is_refused() {
    let found = read("a-strategy", "id = \"a-strategy\"\ntitle = \n").expect_err("no TOML");
    assert_eq!(found[0].line, 2);
    assert!(found[0].reason.starts_with("this is not TOML"), "{}", found[0].reason);
    let long = format!("# {}\n", "x".repeat(MAX_BYTES));
    assert!(read("a-strategy", &long).expect_err("too long")[0].reason.contains("may have 262144"));
    is_refused("title = \"A strategy\"", &format!("title = \"{}\"", "x".repeat(1_001)), "longer than 1000 characters");
}

#[test]
fn all_mistakes_are_said_at_once_in_the_order_of_lines() {
    let text = GOOD.replace("share = 0.5", "share = 2").replace("title = \"NHS\"", "title = \"\"");
    let lines: Vec<_> = read("a-strategy", &text).expect_err("two").into_iter().map(|m| m.line).collect();
    assert_eq!(lines, [line_of("title = \"NHS\""), line_of("share = 0.5")]);
}

/// What the project's files may speak of: the shared vocabulary as its file has it.
fn project() -> Hub {
    let mut hub = hub();
    let polarity = |word: &str| match word {
        "high-is-good" => Polarity::HighIsGood,
        "low-is-good" => Polarity::LowIsGood,
        _ => Polarity::None,
    };
    let vocabulary = include_str!("../../../schema/indicators/indicators.csv");
    let mut rows = csv::Reader::from_reader(vocabulary.as_bytes());
    hub.indicators =
        rows.records().map(|row| row.expect("a row")).map(|row| (row[0].to_owned(), polarity(&row[5]))).collect();
    // Added to the vocabulary beside these files.
    for (id, word) in [
        ("life-expectancy-inequality", "low-is-good"),
        ("cla-rate-per-10k", "none"),
        ("cin-rate-per-10k", "none"),
        ("care-leavers-suitable-accommodation", "high-is-good"),
        ("adult-smoking-prevalence", "low-is-good"),
        ("adult-obesity-prevalence", "low-is-good"),
        ("children-in-relative-low-income", "low-is-good"),
        ("cla-persistent-absence", "low-is-good"),
        ("hospital-admissions-injuries-0-14", "low-is-good"),
        ("imd-most-deprived-decile-share", "low-is-good"),
        ("cost-avoided-permanent-admissions-65-plus", "high-is-good"),
    ] {
        hub.indicators.entry(id.to_owned()).or_insert_with(|| polarity(word));
    }
    hub.places = vec!["K02000001", "E92000001", "E08000032", "E08000012", "E06000006", "E08000013"];
    hub
}

/// One of the project's files.
fn own(stem: &str) -> Framework {
    let path = format!("{}/schema/frameworks/{stem}.toml", env!("CARGO_MANIFEST_DIR"));
    read(stem, &std::fs::read_to_string(path).expect(stem)).expect(stem)
}

#[test]
fn each_strategy_holds_what_its_text_says() {
    let bradford = own("bradford-better-health-better-lives");
    let kinds: Vec<Vec<&str>> =
        bradford.measures.iter().map(|m| m.targets.iter().map(|t| t.kind.as_str()).collect()).collect();
    assert_eq!(
        kinds,
        [
            vec!["increase", "close-gap"],
            vec!["reduce"],
            vec!["reduce"],
            vec!["increase", "close-gap"],
            vec!["in-line-with"],
            vec!["reduce", "in-line-with"],
            vec!["reduce"],
            vec!["move-up-quartile"],
            vec!["move-up-quartile"],
            vec!["at-or-below"],
        ]
    );
    // The gap within Bradford is named by the text and measured by none of its nine.
    let proposed: Vec<&str> = bradford
        .measures
        .iter()
        .filter(|measure| measure.standing == Standing::Proposed)
        .map(|measure| measure.id.as_str())
        .collect();
    assert_eq!(proposed, ["life-expectancy-inequality"]);
    let day = |text: &str| text.parse::<chrono::NaiveDate>().ok();
    let special = bradford.actions.iter().find(|action| action.id == "leave-special-measures").expect("the action");
    assert_eq!(special.by, day("2024-12-31"));
    let nhs = bradford.partners.iter().find(|partner| partner.id == "nhs").expect("the partner");
    assert!(nhs.arrangement.as_deref().is_some_and(|text| text.starts_with("Section 75 agreement")), "{nhs:?}");
    for measure in [7, 8] {
        let baseline = bradford.measures[measure].targets[0].kind.baseline().expect("a baseline");
        assert_eq!((baseline.period.iso().as_str(), baseline.standing), ("2018-04-01/P1Y", Standing::Stated));
    }
    assert_eq!(bradford.measures[9].targets[0].kind.value(), Some(555.0));

    let liverpool = own("liverpool-council-plan-pillar-4");
    assert_eq!((liverpool.outcomes.len(), liverpool.actions.len(), liverpool.roles.len()), (7, 27, 9));
    let halton = own("halton-everyone-early-help");
    assert_eq!(halton.not_yet_defined.len(), 5);
    assert_eq!((halton.valid_from, halton.valid_to), (day("2018-01-01"), day("2021-12-31")));
    let helens = own("st-helens-adult-social-care");
    let quoted: Vec<_> = helens.context.iter().map(|c| (c.value, c.qualifier.as_str())).collect();
    assert_eq!(quoted, [(38_500.0, ""), (70_000_000.0, "about"), (300.0, "more than")]);
    assert_eq!(helens.themes.len(), 7);
    assert_eq!((helens.valid_from, helens.valid_to), (day("2024-01-01"), day("2027-12-31")));
    assert!(helens.measures.iter().all(|measure| measure.targets.is_empty()), "none could ever be judged");
    assert_eq!(helens.context.iter().filter(|figure| figure.exceeds().is_some()).count(), 1);
    // None of the others states a measure: whatever they hold is proposed.
    for other in [liverpool, halton, helens, own("liverpool-integrated-care"), own("act-as-one")] {
        assert!(!other.measures.is_empty(), "{}", other.id);
        assert!(other.measures.iter().all(|measure| measure.standing == Standing::Proposed), "{}", other.id);
        assert!(other.measures.iter().flat_map(|m| &m.targets).all(|t| t.standing == Standing::Proposed));
    }
    assert_eq!(own("act-as-one").joins.len(), 5);
}

#[test]
fn the_projects_own_files_have_no_mistake() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/schema/frameworks"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    let stems: Vec<String> =
        files.iter().map(|path| path.file_stem().expect("a stem").to_string_lossy().into_owned()).collect();
    let mut hub = project();
    hub.frameworks = stems.clone();
    for (path, stem) in files.iter().zip(&stems) {
        let text = std::fs::read_to_string(path).expect("readable");
        let told = read_checked(stem, &text, &hub).map_err(|mistakes| {
            mistakes.iter().map(|mistake| format!("{}: {mistake}", path.display())).collect::<Vec<_>>().join("\n")
        });
        assert!(told.is_ok(), "{}", told.expect_err("mistakes"));
    }
    assert_eq!(stems.len(), 6, "{stems:?}");
}
