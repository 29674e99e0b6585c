//! What is no longer in the source, in words, and the signs of a file that was cut.

use super::{Judged, Refusal};
use crate::outcomes::{Lost, Review};
use std::fmt::Display;

/// How many places or periods a sentence names.
const NAMED: usize = 5;
/// From how many figures on a missing end is a sign: a council that is left out of a file may well be its last.
const TAIL: u64 = 20;

/// Which places and periods withdrawn figures were about.
pub(super) fn about(review: &Review) -> String {
    let lost = [whole("place", &review.areas), whole("period", &review.periods)];
    let lost: Vec<String> = lost.into_iter().flatten().collect();
    if !lost.is_empty() {
        return lost.join("; ");
    }
    let most = |each: &mut dyn Iterator<Item = (String, u64)>| {
        let each: Vec<String> = each.take(NAMED).map(|(what, figures)| format!("{what} ({figures})")).collect();
        each.join(", ")
    };
    let areas = most(&mut review.areas.each.iter().map(|(code, figures, _)| (code.clone(), *figures)));
    let periods = most(&mut review.periods.each.iter().map(|(period, figures, _)| (period.iso(), *figures)));
    format!("most are of the places {areas}, and of the periods {periods}")
}

/// Places or periods of which nothing stays.
fn whole<T: Display>(what: &str, lost: &Lost<T>) -> Option<String> {
    let named: Vec<String> = lost.whole().take(NAMED).map(ToString::to_string).collect();
    let all = lost.whole().count();
    match all {
        0 => None,
        1 => Some(format!("these files have no figure any more of 1 {what} ({})", named.join(", "))),
        _ if all > NAMED => Some(format!(
            "these files have no figure any more of {all} {what}s ({} and {} more)",
            named.join(", "),
            all - NAMED
        )),
        _ => Some(format!("these files have no figure any more of {all} {what}s ({})", named.join(", "))),
    }
}

/// What a person should know of figures that are withdrawn or have another period.
pub(super) fn warnings(run: &Judged<'_>) -> Vec<String> {
    let review = run.review;
    let mut warnings: Vec<String> = [whole("place", &review.areas), whole("period", &review.periods)]
        .into_iter()
        .flatten()
        .map(|what| format!("{what}: look whether the publisher withdrew them"))
        .collect();
    if run.keyless > 0 && run.counts.withdrawn > 0 {
        warnings.push(format!(
            "{} rejected rows do not say which figure they are, and figures are withdrawn ({}): look whether they are the same",
            run.keyless,
            about(review)
        ));
    }
    if let (figures, Some((area, old, new))) = (review.redated.figures, &review.redated.first) {
        warnings.push(format!(
            "figures whose period changed and whose value did not: {figures}; the first is of {area}, {} before and {} now",
            old.iso(),
            new.iso()
        ));
    }
    warnings
}

/// Refuses where the end of a file is missing. Where all that is missing are whole periods, the publisher shows fewer
/// years: that is said, and is no sign of a cut.
pub(super) fn missing_tail(review: &Review) -> Option<Refusal> {
    let tail = review.tail.as_ref().filter(|tail| tail.figures >= TAIL)?;
    if review.periods.each.iter().all(|(_, _, whole)| *whole) {
        return None;
    }
    let message = format!(
        "the {} figures that are missing all stood behind row {} of {}, the last one of which a figure is still there: the file looks cut short ({}); fetch it again, or set missing_tail = \"warn\" under [checks] if the publisher shortened it",
        tail.figures,
        tail.last_kept,
        tail.file,
        about(review)
    );
    Some(Refusal { code: "missing-tail", message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{Counts, Period, Redated, Tail};

    fn period(text: &str) -> Period {
        Period::parse(text).expect("a period")
    }

    fn review(areas: &[(&str, u64, bool)], periods: &[(&str, u64, bool)]) -> Review {
        let area = |(code, figures, whole): &(&str, u64, bool)| ((*code).to_owned(), *figures, *whole);
        let dated = |(text, figures, whole): &(&str, u64, bool)| (period(text), *figures, *whole);
        Review {
            areas: Lost { each: areas.iter().map(area).collect() },
            periods: Lost { each: periods.iter().map(dated).collect() },
            ..Review::default()
        }
    }

    #[test]
    fn what_is_gone_is_named_by_place_and_period() {
        let none = about(&review(&[("E08000032", 2, false), ("E08000033", 1, false)], &[("2024-04-01/P1Y", 3, false)]));
        assert_eq!(none, "most are of the places E08000032 (2), E08000033 (1), and of the periods 2024-04-01/P1Y (3)");
        let one = about(&review(&[("E08000032", 2, true)], &[("2024-04-01/P1Y", 2, false)]));
        assert_eq!(one, "these files have no figure any more of 1 place (E08000032)");
        let codes: Vec<String> = (1..8).map(|n| format!("E0800003{n}")).collect();
        let areas: Vec<(&str, u64, bool)> = codes.iter().map(|code| (code.as_str(), 1, true)).collect();
        let many = about(&review(&areas, &[("2024-04-01/P1Y", 7, true)]));
        assert!(many.starts_with("these files have no figure any more of 7 places (E08000031, "), "{many}");
        assert!(
            many.ends_with("and 2 more); these files have no figure any more of 1 period (2024-04-01/P1Y)"),
            "{many}"
        );
    }

    #[test]
    fn a_file_that_was_cut_is_told_from_one_with_fewer_years() {
        let tail = Tail { file: "data.csv".into(), last_kept: 60_000, figures: 5_536 };
        let cut = Review {
            tail: Some(tail.clone()),
            ..review(&[("W06000001", 5_536, true)], &[("2024-04-01/P1Y", 5_536, false)])
        };
        let refusal = missing_tail(&cut).expect("a cut file");
        assert!(refusal.message.contains("behind row 60000 of data.csv"), "{}", refusal.message);
        let fewer_years = Review { tail: Some(tail.clone()), ..review(&[], &[("2004-04-01/P1Y", 5_536, true)]) };
        assert_eq!(missing_tail(&fewer_years), None);
        let one_council = Tail { figures: 3, ..tail };
        assert_eq!(missing_tail(&Review { tail: Some(one_council), ..cut }), None);
    }

    #[test]
    fn another_period_is_said() {
        let first = Some(("E08000032".into(), period("2022-04-01/P1Y"), period("2022-09-01/P1Y")));
        let review = Review { redated: Redated { figures: 2, first }, ..Review::default() };
        let run = Judged {
            counts: Counts { withdrawn: 2, ..Counts::default() },
            excused: 0,
            keyless: 0,
            wrong_scale: None,
            review: &review,
        };
        let warnings = warnings(&run);
        assert_eq!(
            warnings,
            [
                "figures whose period changed and whose value did not: 2; the first is of E08000032, 2022-04-01/P1Y before \
              and 2022-09-01/P1Y now"
            ]
        );
    }
}
