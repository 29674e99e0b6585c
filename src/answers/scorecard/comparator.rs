//! With whom a gap is closed, where a target names several places in order.

use crate::frameworks::{Baseline, Member, Point};

/// The place that is compared with, and what a reader must know of the choice.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Compared {
    /// The place with its figures; `None` where none of those named has any.
    pub(super) member: Option<Member>,
    /// To follow the reason where the place is not the first that the target names; empty otherwise.
    pub(super) said: String,
}

/// Chooses among the places that a target names, in their order: the first with a number for both periods that the gap is
/// taken of; if there is none, the first with any figure. `wanted` has a name for each, and its figures in the dataset that
/// answers, so that a gap is never one between datasets.
pub(super) fn choose(wanted: Vec<Member>, own: &[Point], baseline: Option<&Baseline>) -> Compared {
    let needed = own.last().map(|point| point.period).into_iter().chain(baseline.map(|baseline| baseline.period));
    let needed: Vec<_> = needed.collect();
    let whole = |member: &Member| needed.iter().all(|period| member.at(period).and_then(Point::number).is_some());
    let chosen = wanted.iter().position(whole).or_else(|| wanted.iter().position(|member| !member.points.is_empty()));
    let Some(at) = chosen else { return Compared::default() };
    let passed_over: Vec<String> =
        wanted.iter().take(at).map(|member| without(member, &needed, whole(member))).collect();
    let mut wanted = wanted;
    let member = wanted.swap_remove(at);
    let said = if passed_over.is_empty() {
        String::new()
    } else {
        format!("; compared with {}, because {}", member.place.name, passed_over.join(" and "))
    };
    Compared { member: Some(member), said }
}

/// Why a place was passed over.
fn without(member: &Member, needed: &[crate::outcomes::Period], whole: bool) -> String {
    let name = &member.place.name;
    let lacking: Vec<String> = needed
        .iter()
        .filter(|period| !whole && member.at(period).and_then(Point::number).is_none())
        .map(crate::outcomes::Period::label)
        .collect();
    if member.points.is_empty() || lacking.is_empty() {
        format!("the dataset has no figures of the series for {name}")
    } else {
        format!("the dataset has no figure of the series for {name} for {}", lacking.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frameworks::{Place, Standing};
    use crate::outcomes::Period;

    fn period(year: i32) -> Period {
        Period::parse(&format!("{year}-01-01/P1Y")).expect("a period")
    }

    fn member(name: &str, years: &[i32]) -> Member {
        let point = |year: &i32| Point::bare(period(*year), 1.0);
        Member { place: Place { code: name.into(), name: name.into() }, points: years.iter().map(point).collect() }
    }

    fn chosen(wanted: &[(&str, &[i32])]) -> (Option<String>, String) {
        let own = member("Liverpool", &[2019, 2022]);
        let baseline = Baseline { period: period(2019), standing: Standing::Stated, why: None };
        let wanted = wanted.iter().map(|(name, years)| member(name, years)).collect();
        let compared = choose(wanted, &own.points, Some(&baseline));
        (compared.member.map(|member| member.place.name.to_string()), compared.said)
    }

    #[test]
    fn the_first_with_figures_is_compared_with_and_the_choice_is_told() {
        let england = Some("England".to_owned());
        assert_eq!(chosen(&[("UK", &[2019, 2022]), ("England", &[2019, 2022])]), (Some("UK".into()), String::new()));
        assert_eq!(
            chosen(&[("UK", &[]), ("England", &[2019, 2022])]),
            (
                england.clone(),
                "; compared with England, because the dataset has no figures of the series for UK".into()
            )
        );
        assert_eq!(
            chosen(&[("UK", &[2019]), ("England", &[2019, 2022])]),
            (
                england,
                "; compared with England, because the dataset has no figure of the series for UK for 2022".into()
            )
        );
        // None has both: the first with any, so that the reason names what is missing of the place that is wanted most.
        assert_eq!(chosen(&[("UK", &[2019]), ("England", &[2019])]), (Some("UK".into()), String::new()));
        assert_eq!(chosen(&[("UK", &[]), ("England", &[])]), (None, String::new()));
    }
}
