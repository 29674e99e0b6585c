//! The names of places as people write them: which writings are one name, and which words say what kind of place it is.

use super::AreaType;

/// Councils of either tier.
const COUNCILS: &[AreaType] = &[AreaType::Utla, AreaType::Ltla];

/// Words that say what kind of place a name is of, at its end; longer ones before those that they end with.
pub const KINDS: [(&str, &[AreaType]); 21] = [
    ("integrated care board", &[AreaType::Icb]),
    ("integrated care system", &[AreaType::Icb]),
    ("icb", &[AreaType::Icb]),
    ("ics", &[AreaType::Icb]),
    ("mayoral combined authority", &[AreaType::CombinedAuthority]),
    ("combined authority", &[AreaType::CombinedAuthority]),
    ("metropolitan county", &[AreaType::MetropolitanCounty]),
    ("(met county)", &[AreaType::MetropolitanCounty]),
    ("police force area", &[AreaType::PoliceForce]),
    ("police force", &[AreaType::PoliceForce]),
    ("constabulary", &[AreaType::PoliceForce]),
    ("police", &[AreaType::PoliceForce]),
    ("fire and rescue authority", &[AreaType::FireAuthority]),
    ("fire and rescue service", &[AreaType::FireAuthority]),
    ("fire and rescue", &[AreaType::FireAuthority]),
    ("metropolitan borough council", COUNCILS),
    ("borough council", COUNCILS),
    ("district council", COUNCILS),
    ("county council", COUNCILS),
    ("city council", COUNCILS),
    ("council", COUNCILS),
];

/// More words for councils at the end of a name, as publishers' files have them.
const COUNCIL_ENDS: [&str; 22] = [
    "city and district council",
    "city metropolitan district council",
    "metropolitan district council",
    "london borough council",
    "metropolitan borough",
    "metropolitan district",
    "london borough",
    "royal borough",
    "unitary authority",
    "corporation",
    "borough",
    "mbc",
    "mdc",
    "cmdc",
    "lbc",
    "(ua)",
    "ua",
    "bc",
    "cc",
    "dc",
    "city of",
    "county of",
];

/// Words for councils at the beginning of a name.
const COUNCIL_BEGINNINGS: [&str; 11] = [
    "the london borough of",
    "london borough of",
    "lb of",
    "lb",
    "the royal borough of",
    "royal borough of",
    "metropolitan borough of",
    "borough of",
    "council of the",
    "city of",
    "county of",
];

/// A name as it is compared: case, full stops and apostrophes do not matter.
#[must_use]
pub fn folded(name: &str) -> String {
    let plain: String = name.to_lowercase().chars().filter(|letter| !matches!(letter, '.' | '\'' | '’')).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").replace('&', "and")
}

/// A folded name less the words for its kind, and the kinds that they mean; `None` where it has no such words.
#[must_use]
pub fn shortened(name: &str) -> Option<(&str, &'static [AreaType])> {
    let ending = KINDS.iter().find_map(|(words, kinds)| Some((without_end(name, words)?, *kinds)));
    match (name.strip_prefix("nhs "), ending) {
        (None, ending) => ending,
        (Some(rest), None) => Some((rest, &[AreaType::Icb])),
        (Some(_), Some((rest, kinds))) => rest.strip_prefix("nhs ").map(|rest| (rest, kinds)),
    }
}

/// A name as publishers' files have it, for comparing: as [`folded`], and hyphens and commas do not matter either, nor how
/// much blank there is.
#[must_use]
pub fn plain(name: &str) -> String {
    let spaced = |letter: char| if matches!(letter, ',' | '-' | '\u{2010}'..='\u{2015}' | '_') { ' ' } else { letter };
    let spaced: String = name.chars().map(spaced).collect();
    folded(&spaced.replace('&', " and "))
}

/// Shorter forms of a plain name, each with the kinds of place that the words which were left out mean. The longest words
/// come first; forms that leave out words at both ends follow those that leave out fewer.
#[must_use]
pub fn forms(name: &str) -> Vec<(&str, &'static [AreaType])> {
    let mut forms: Vec<(&str, &'static [AreaType])> = shortened(name).into_iter().collect();
    // Words for councils stand at either end, and at both: City of Bradford MDC.
    let mut at = 0;
    let mut councils = vec![name];
    while let Some(name) = councils.get(at).copied() {
        at += 1;
        let ends = KINDS.iter().filter(|(_, kinds)| *kinds == COUNCILS).map(|(words, _)| *words).chain(COUNCIL_ENDS);
        let shorter = ends.filter_map(|words| without_end(name, words));
        let beginnings = COUNCIL_BEGINNINGS.iter().filter_map(|words| name.strip_prefix(words)?.strip_prefix(' '));
        for shorter in shorter.chain(beginnings).collect::<Vec<_>>() {
            if !councils.contains(&shorter) {
                councils.push(shorter);
            }
        }
    }
    forms.extend(councils.into_iter().skip(1).map(|name| (name, COUNCILS)));
    forms
}

fn without_end<'n>(name: &'n str, words: &str) -> Option<&'n str> {
    name.strip_suffix(words)?.strip_suffix(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_name_are_compared_alike() {
        for (one, other) in [
            ("St. Helens", "St Helens"),
            ("Bournemouth, Christchurch & Poole", "Bournemouth Christchurch and Poole"),
            ("Southend-on-Sea", "Southend on  sea"),
            ("King’s Lynn&West Norfolk", "Kings Lynn and West Norfolk"),
        ] {
            assert_eq!(plain(one), plain(other));
        }
        assert_ne!(plain("North Yorkshire"), plain("Yorkshire"));
    }

    #[test]
    fn the_words_for_a_council_stand_at_either_end() {
        let has = |name: &str, short: &str| {
            let name = plain(name);
            let found = forms(&name).iter().any(|(form, kinds)| *form == short && *kinds == COUNCILS);
            assert!(found, "{name}: {:?}", forms(&name));
        };
        has("City of Bradford MDC", "bradford");
        has("City of Bradford Metropolitan District Council", "bradford");
        has("Liverpool City Council", "liverpool");
        has("Glasgow City Council", "glasgow city");
        has("Kingston upon Hull, City of", "kingston upon hull");
        has("London Borough of Camden", "camden");
        has("City of London Corporation", "city of london");
        assert!(forms("bradford").is_empty());
    }

    #[test]
    fn a_board_is_known_by_its_words() {
        assert_eq!(forms("nhs cheshire and merseyside icb")[0], ("cheshire and merseyside", &[AreaType::Icb][..]));
        assert_eq!(shortened("nhs west yorkshire"), Some(("west yorkshire", &[AreaType::Icb][..])));
    }
}
