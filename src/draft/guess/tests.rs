//! Guesses of files that fooled an earlier draft, and of the usual ones.

use super::*;

/// A file in a few lines: the first has the columns' names, cells are parted by commas.
fn guesses_named(file: &str, lines: &[&str]) -> Guesses {
    let mut seen = Seen::of(lines[0].split(',').map(ToOwned::to_owned));
    for line in &lines[1..] {
        seen.add(line.split(',').map(|cell| Some(cell).filter(|cell| !cell.is_empty())));
    }
    let places = Places::shipped().expect("places");
    let shared = vocabulary::shipped().expect("a vocabulary");
    Guesses::of(&seen, &places, &shared, file)
}

fn guesses(lines: &[&str]) -> Guesses {
    guesses_named("data.csv", lines)
}

fn gss(columns: &[&str]) -> Area {
    Area::Gss(columns.iter().map(|column| (*column).to_owned()).collect())
}

#[test]
fn columns_are_guessed_by_name_and_text() {
    let guesses = guesses(&[
        "la_name,la_code,year,rate,rate_lower,rate_upper",
        "Bradford,E08000032,2023/24,12.5,11,13",
        "Liverpool,E08000012,2024/25,13,12,14",
        "Liverpool,E08000012,2023/24,c,12,14",
    ]);
    assert_eq!(guesses.area.area, gss(&["la_code"]));
    assert_eq!(guesses.period.as_ref().map(|period| period.kind), Some("financial"));
    assert_eq!(guesses.measures.value.as_deref(), Some("rate"));
    assert_eq!(guesses.measures.limits, Some(("rate_lower".into(), "rate_upper".into())));
    assert_eq!(guesses.splits, Splits::default(), "place and period say which figure a row is");
}

#[test]
fn a_part_of_a_word_says_nothing() {
    let guesses = guesses(&[
        "time_period,new_la_code,LA Number,percent-AGE,number",
        "2024,E08000032,380,45,79",
        "2024,E08000012,341,50,12",
    ]);
    assert_eq!(guesses.age, None, "percent-AGE is no age");
    assert_eq!(guesses.measures.value.as_deref(), Some("percent-AGE"));
    assert_eq!(guesses.measures.count.as_deref(), Some("number"), "and `LA Number` is no count");
    let groups = self::guesses(&[
        "code,year,age,age_group,value",
        "E08000032,2024,Oct-14,10 to 14,1",
        "E08000032,2024,05-Sep,65 and over,2",
    ]);
    assert_eq!(groups.age.as_deref(), Some("age_group"), "dates are no ages");
    let averages = self::guesses(&["area_code,year,Average", "E08000032,2024,45", "E08000012,2024,50"]);
    assert_eq!((averages.age, averages.measures.value.as_deref()), (None, Some("Average")));
}

#[test]
fn codes_of_councils_and_names_are_looked_up() {
    let looked_up = |column: &str, scheme: &'static str| Area::LookedUp { column: column.into(), scheme };
    let old = guesses(&["LA Number,year,value", "380,2024,1", "341,2024,2", "876,2024,3", "344,2024,4", "201,2024,5"]);
    assert_eq!(old.area.area, looked_up("LA Number", "dfe-old-la"));
    assert_eq!(old.measures.value.as_deref(), Some("value"));
    let names =
        guesses(&["Council,year,value", "Bradford,2024,1", "Liverpool,2024,2", "Halton,2024,3", "Gotham,2024,3"]);
    assert_eq!(names.area.area, looked_up("Council", "name"));
    assert!(names.area.gaps.iter().any(|gap| gap.contains("Gotham")), "{:?}", names.area.gaps);
    let ods = guesses(&["org_code,period,attendances", "RF4,2017-03-01,21289", "RAE,2017-04-01,500"]);
    assert_eq!(ods.area.area, Area::Ods("org_code".into()));
    assert_eq!(ods.period.as_ref().map(|period| period.kind), Some("month"));
    assert_eq!(ods.measures.value.as_deref(), Some("attendances"), "the one column of numbers");
}

#[test]
fn what_splits_the_rows_is_found() {
    let guesses = guesses(&[
        "area_code,period,geography,indicator,group,value",
        "E08000032,2024,LA,Referrals,Total,5",
        "E08000032,2024,LA,Referrals,Boys and girls apart,3",
        "E08000032,2024,LA,Plans,Total,7",
        "E08000012,2024,Council,Plans,Total,8",
    ]);
    assert_eq!(guesses.splits.indicator.as_ref().map(|split| split.column.as_str()), Some("indicator"));
    let category = guesses.splits.category.as_ref().expect("a category");
    assert_eq!((category.column.as_str(), category.total.as_deref()), ("group", Some("Total")));
    assert_eq!(guesses.splits.repeats, 0);
    assert_eq!(guesses.splits.idle.iter().map(|split| split.column.as_str()).collect::<Vec<_>>(), ["geography"]);
}

#[test]
fn a_figure_goes_with_the_columns_that_share_its_name() {
    let guesses = guesses(&[
        "new_la_code,time_period,referral_count,rereferral_count,rereferral_percent,no_action_count",
        "E08000032,2024,100,20,20,5",
        "E08000012,2024,200,20,10,5",
    ]);
    assert_eq!(guesses.measures.value.as_deref(), Some("rereferral_percent"));
    assert_eq!(guesses.measures.count.as_deref(), Some("rereferral_count"));
    assert_eq!(guesses.measures.others, ["referral_count", "no_action_count"]);
}

#[test]
fn a_column_for_each_period_is_seen() {
    let guesses = guesses(&["area_code,2022/23,2023/24", "E08000032,5,6", "E08000012,7,c"]);
    let period = guesses.period.expect("periods");
    assert!(period.wide && period.columns == ["2022/23", "2023/24"] && period.kind == "financial");
}

#[test]
fn a_download_of_nomis_is_not_taken_for_people() {
    let guesses = guesses(&[
        "DATE,DATE_NAME,GEOGRAPHY_CODE,MEASURES_NAME,OBS_VALUE,OBS_STATUS_NAME,RECORD_OFFSET,RECORD_COUNT",
        "2024-12,Jan 2024-Dec 2024,E08000032,Variable,69.1,Normal Value,0,26000",
        "2024-12,Jan 2024-Dec 2024,E06000017,Confidence,3.4,Normal Value,1,26000",
        "2024-12,Jan 2024-Dec 2024,E06000016,Confidence,-9,Normal Value,2,26000",
    ]);
    assert_eq!((guesses.measures.value.as_deref(), guesses.measures.count.as_deref()), (Some("OBS_VALUE"), None));
    assert_eq!(guesses.period.as_ref().map(|period| period.columns[0].as_str()), Some("DATE_NAME"));
    let notes = guesses.notes().join("\n");
    for words in
        ["GAP: `RECORD_COUNT` is the number of rows", "GAP: `MEASURES_NAME` says", "GAP: `-9` stands in `OBS_VALUE`"]
    {
        assert!(notes.contains(words), "{notes}");
    }
}

#[test]
fn symbols_keep_their_usual_meaning_and_others_are_gaps() {
    let guesses = guesses(&[
        "code,year,value",
        "E08000032,2020,1",
        "E08000032,2021,2",
        "E08000032,2022,3",
        "E08000032,2023,[c]",
        "E08000032,2024,?",
        "E08000032,2019,8",
    ]);
    assert_eq!(
        guesses.measures.markers,
        [("[c]".into(), Some(crate::outcomes::MissingKind::Suppressed)), ("?".into(), None)]
    );
    assert!(guesses.notes().iter().any(|note| note.starts_with("GAP: `?`")));
}

#[test]
fn what_stands_beside_people_is_not_repeated() {
    let guesses = guesses(&[
        "Forename,NHS Number,area_code,year,ethnicity,value",
        "Ann,9434765919,E08000032,2024,Group of one,1",
        "Ben,9434765919,E08000032,2024,Another,2",
    ]);
    assert_eq!(guesses.personal.len(), 2);
    let notes = guesses.notes().join("\n");
    for text in ["Ann", "9434765919", "Group of one"] {
        assert!(!notes.contains(text), "{notes}");
    }
}

#[test]
fn a_near_shared_indicator_is_named() {
    let guesses = guesses_named("physically_active_adults.csv", &["area_code,year,value", "E08000032,2024,66"]);
    assert_eq!(guesses.near.map(|near| near.id), Some("physically-active-adults".into()));
}
