//! Which place a name or code of a publisher's file means, on a day.
//!
//! Made of what is published of places. A place is never chosen: where a text means several, it is ambiguous.

use crate::outcomes::{Area, AreaType, ReferenceRow, Unread, UnreadRule, bare, forms_of_name, plain_name, shown};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

/// The scheme of the spellings that publishers use, which are names and no codes.
const NAMES: &str = "name";
/// The most texts for which the nearest name is looked for: each takes milliseconds.
const HINTS: usize = 1_000;
/// Bytes of the longest text for which it is.
const LONGEST: usize = 100;
/// How many places are named in a message.
const NAMED: usize = 6;
/// How near a name has to be before it is named.
const NEAR: f64 = 0.6;

/// A first and a last day, each open where it is not known.
type Days = (Option<NaiveDate>, Option<NaiveDate>);

/// The place that a name or code belongs to, and the days on which it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Meant {
    area: usize,
    days: Days,
}

/// What the text is held against, where the SQL says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among<'s> {
    /// Places of this type.
    Type(AreaType),
    /// Codes of this scheme.
    Scheme(&'s str),
}

/// The published places by the names and codes that publishers use.
#[derive(Debug, Default)]
pub struct Places {
    areas: Vec<Area>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<Meant>>,
    /// Names less the words that say what kind of place it is.
    by_short: HashMap<String, Vec<Meant>>,
    /// By scheme and code.
    by_scheme: BTreeMap<String, HashMap<String, Vec<Meant>>>,
    /// What was already said of texts that mean no place.
    hints: Mutex<HashMap<String, String>>,
}

impl Places {
    /// Of what is published.
    #[must_use]
    pub fn of(reference: &[ReferenceRow]) -> Self {
        let mut places = Self::default();
        for row in reference {
            if let ReferenceRow::Area(area) = row {
                places.by_code.insert(area.code.to_uppercase(), places.areas.len());
                places.areas.push(area.clone());
            }
        }
        for index in 0..places.areas.len() {
            let name = places.areas[index].name.clone();
            places.learn_name(&name, Meant { area: index, days: (None, None) });
        }
        for row in reference {
            let ReferenceRow::AreaCode { area, scheme, code, valid_from, valid_to } = row else { continue };
            let Some(area) = places.by_code.get(&area.to_uppercase()).copied() else { continue };
            let meant = Meant { area, days: (*valid_from, *valid_to) };
            if scheme == NAMES {
                places.learn_name(code, meant);
            } else {
                let codes = places.by_scheme.entry(scheme.clone()).or_default();
                codes.entry(code.to_uppercase()).or_default().push(meant);
            }
        }
        places
    }

    fn learn_name(&mut self, name: &str, meant: Meant) {
        let name = plain_name(name);
        let kind = self.areas[meant.area].kind;
        for (short, kinds) in forms_of_name(&name) {
            let known =
                if kinds.contains(&kind) { self.by_short.entry(short.to_owned()).or_default() } else { continue };
            if !known.contains(&meant) {
                known.push(meant);
            }
        }
        self.by_name.entry(name).or_default().push(meant);
    }

    /// The schemes of codes that it knows.
    pub fn schemes(&self) -> impl Iterator<Item = &str> {
        self.by_scheme.keys().map(String::as_str)
    }

    /// The code of the place that a text means on a day; without a day, of the one that stands, or where none does, of the one
    /// that stood. A code under which a place is filed means that place on any day.
    ///
    /// # Errors
    /// When no place or several are meant: why, for the row that is then rejected.
    pub fn find(&self, text: &str, day: Option<NaiveDate>, among: Option<Among<'_>>) -> Result<&str, Unread> {
        let written = bare(text);
        let upper = written.to_uppercase();
        let unread = |rule, why| Unread { rule, text: text.to_owned(), why };
        let kind = match among {
            Some(Among::Scheme(scheme)) => {
                let codes = self.by_scheme.get(scheme).and_then(|codes| codes.get(&upper));
                let found = self.on(codes.map(Vec::as_slice).unwrap_or_default(), day);
                return match found.as_slice() {
                    [only] => Ok(&self.areas[*only].code),
                    [] => Err(unread(UnreadRule::UnknownArea, no_code(scheme, day, codes.is_some()))),
                    several => Err(unread(UnreadRule::AmbiguousArea, self.several(several, day))),
                };
            }
            Some(Among::Type(kind)) => Some(kind),
            None => None,
        };
        let fits = |area: &usize| kind.is_none_or(|kind| self.areas[*area].is_of(kind));
        if let Some(filed) = self.by_code.get(&upper).filter(|area| fits(area)) {
            return Ok(&self.areas[*filed].code);
        }
        let (found, before) = self.found(written, &upper, day, &fits);
        match found.as_slice() {
            [only] => Ok(&self.areas[*only].code),
            [] => Err(unread(UnreadRule::UnknownArea, self.unknown(written, day, kind, &before))),
            several => Err(unread(UnreadRule::AmbiguousArea, self.several(several, day))),
        }
    }

    /// The places that a text means on a day: by its code, else by its name. Then those that it means on other days.
    fn found(
        &self,
        written: &str,
        upper: &str,
        day: Option<NaiveDate>,
        fits: &dyn Fn(&usize) -> bool,
    ) -> (Vec<usize>, Vec<usize>) {
        let codes: Vec<Meant> =
            self.by_scheme.values().filter_map(|codes| codes.get(upper)).flatten().copied().collect();
        let name = plain_name(written);
        let of = |names: &HashMap<String, Vec<Meant>>, name: &str| names.get(name).cloned().unwrap_or_default();
        let whole = of(&self.by_name, &name);
        let whole = if whole.is_empty() { of(&self.by_short, &name) } else { whole };
        let shorter = forms_of_name(&name).into_iter().map(|(short, kinds)| {
            let is_of = |meant: &Meant| kinds.contains(&self.areas[meant.area].kind);
            of(&self.by_name, short).into_iter().chain(of(&self.by_short, short)).filter(is_of).collect()
        });
        let mut before: BTreeSet<usize> = BTreeSet::new();
        for mut meant in [codes, whole].into_iter().chain(shorter) {
            meant.retain(|meant| fits(&meant.area));
            let found = self.unlike_statistical(self.on(&meant, day));
            if !found.is_empty() {
                return (found, Vec::new());
            }
            before.extend(meant.iter().map(|meant| meant.area));
        }
        (Vec::new(), before.into_iter().collect())
    }

    /// The places that are meant on a day, each once.
    fn on(&self, meant: &[Meant], day: Option<NaiveDate>) -> Vec<usize> {
        let holds =
            |(from, to): Days, day: NaiveDate| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to);
        let of_area = |meant: &Meant| (self.areas[meant.area].valid_from, self.areas[meant.area].valid_to);
        let then = |meant: &&Meant| day.is_none_or(|day| holds(meant.days, day) && holds(of_area(meant), day));
        let then: Vec<&Meant> = meant.iter().filter(then).collect();
        // Without a day, what stands goes before what has ended.
        let stands = |meant: &Meant| meant.days.1.is_none() && self.areas[meant.area].valid_to.is_none();
        let none_stands = day.is_some() || !then.iter().any(|meant| stands(meant));
        let places: BTreeSet<usize> =
            then.into_iter().filter(|meant| none_stands || stands(meant)).map(|meant| meant.area).collect();
        places.into_iter().collect()
    }

    /// Without levels made for statistics, where others have the name: they share it with a council or region.
    fn unlike_statistical(&self, found: Vec<usize>) -> Vec<usize> {
        let own: Vec<usize> = found.iter().copied().filter(|area| !self.areas[*area].kind.is_statistical()).collect();
        if own.is_empty() { found } else { own }
    }

    fn several(&self, several: &[usize], day: Option<NaiveDate>) -> String {
        let when = day.map_or_else(String::new, |day| format!(" on {day}"));
        format!(
            "it means several places{when}: {}; say which in the SQL: area(text, day, type), such as area(name, day, 'utla'), or \
             area(code, day, scheme), such as area(code, day, 'dfe-old-la')",
            self.named(several)
        )
    }

    fn unknown(&self, written: &str, day: Option<NaiveDate>, kind: Option<AreaType>, before: &[usize]) -> String {
        if let (Some(day), false) = (day, before.is_empty()) {
            return format!("no place has this name or code on {day}; on other days it means {}", self.named(before));
        }
        let of_type = kind.map_or_else(String::new, |kind| format!(" of the type {}", word(kind)));
        format!("no place{of_type} has this name or code{}", self.nearest(written, kind))
    }

    /// `; the nearest are …`, or nothing.
    fn nearest(&self, written: &str, kind: Option<AreaType>) -> String {
        let name = plain_name(written);
        let key = format!("{} {name}", kind.map_or("", word));
        let mut hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = hints.get(&key) {
            return known.clone();
        }
        if hints.len() >= HINTS || name.len() > LONGEST || name.is_empty() {
            return String::new();
        }
        let forms: Vec<&str> =
            std::iter::once(name.as_str()).chain(forms_of_name(&name).into_iter().map(|(short, _)| short)).collect();
        let mut best: BTreeMap<usize, f64> = BTreeMap::new();
        for (known, meant) in self.by_name.iter().chain(&self.by_short) {
            let nearness =
                forms.iter().map(|form| strsim::normalized_damerau_levenshtein(form, known)).fold(0.0, f64::max);
            if nearness >= NEAR {
                for area in meant.iter().map(|meant| meant.area) {
                    let is_meant = kind.is_none_or(|kind| self.areas[area].is_of(kind)) && suggested(&self.areas[area]);
                    if is_meant {
                        let known = best.entry(area).or_default();
                        *known = known.max(nearness);
                    }
                }
            }
        }
        let mut best: Vec<(usize, f64)> = best.into_iter().collect();
        best.sort_by(|(a, near), (b, other)| other.total_cmp(near).then(self.areas[*a].code.cmp(&self.areas[*b].code)));
        let best: Vec<usize> = best.into_iter().take(3).map(|(area, _)| area).collect();
        let said = if best.is_empty() { String::new() } else { format!("; the nearest: {}", self.named(&best)) };
        hints.insert(key, said.clone());
        said
    }

    /// Names, codes and types of places.
    fn named(&self, places: &[usize]) -> String {
        let named = |place: &usize| {
            let Area { code, name, kind, valid_from, valid_to } = &self.areas[*place];
            let from = valid_from.map(|day| format!(" from {day}")).unwrap_or_default();
            let to = valid_to.map(|day| format!(" until {day}")).unwrap_or_default();
            format!("{} ({code}, {}{from}{to})", shown(name), word(*kind))
        };
        let mut named: Vec<String> = places.iter().take(NAMED).map(named).collect();
        if places.len() > NAMED {
            named.push(format!("and {} more", places.len() - NAMED));
        }
        named.join(", ")
    }
}

fn no_code(scheme: &str, day: Option<NaiveDate>, has_meant: bool) -> String {
    match day.filter(|_| has_meant) {
        Some(day) => format!("no place has this code of the scheme {scheme} on {day}"),
        None => format!("no place has this code of the scheme {scheme}"),
    }
}

/// The manifest's and GraphQL's word for a type of place.
fn word(kind: AreaType) -> &'static str {
    AreaType::ALL.iter().find(|(known, _)| *known == kind).map_or("", |(_, word)| word)
}

/// Whether a place stands and is of a kind that has few enough to be suggested.
fn suggested(area: &Area) -> bool {
    let small = matches!(area.kind, AreaType::Lsoa | AreaType::Msoa | AreaType::GpPractice | AreaType::Pcn);
    area.valid_to.is_none() && !small && !area.kind.is_statistical()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `uk-geography` ships.
    fn shipped() -> Places {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/connectors/uk-geography/data");
        let day = |text: &str| (!text.is_empty()).then(|| text.parse::<NaiveDate>().expect("a day"));
        let rows = |name: &str| {
            let mut reader = csv::Reader::from_path(format!("{folder}/{name}.csv")).expect("a file");
            reader.records().map(|record| record.expect("a row")).collect::<Vec<_>>()
        };
        let areas = rows("areas").into_iter().map(|row| {
            let kind = AreaType::ALL.iter().find(|(_, word)| *word == &row[2]).expect("a type").0;
            let (valid_from, valid_to) = (day(&row[3]), day(&row[4]));
            ReferenceRow::Area(Area { code: row[0].into(), name: row[1].into(), kind, valid_from, valid_to })
        });
        let codes = rows("area_codes").into_iter().map(|row| ReferenceRow::AreaCode {
            area: row[0].into(),
            scheme: row[1].into(),
            code: row[2].into(),
            valid_from: day(&row[3]),
            valid_to: day(&row[4]),
        });
        Places::of(&areas.chain(codes).collect::<Vec<_>>())
    }

    #[expect(clippy::unnecessary_wraps, reason = "a day may also not be given")]
    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().expect("a day"))
    }

    #[test]
    fn names_as_publishers_write_them_mean_their_place() {
        let places = shipped();
        for (written, code) in [
            ("Liverpool City Council", "E08000012"),
            ("Liverpool", "E08000012"),
            ("City of Bradford MDC", "E08000032"),
            ("City of Bradford Metropolitan District Council", "E08000032"),
            ("Bradford Council", "E08000032"),
            ("BRADFORD", "E08000032"),
            ("St. Helens", "E08000013"),
            ("St Helens Borough Council", "E08000013"),
            ("Kingston upon Hull, City of", "E06000010"),
            ("Kingston-upon-Hull", "E06000010"),
            ("Hull", "E06000010"),
            ("Hull City Council", "E06000010"),
            ("Bristol, City of", "E06000023"),
            ("Bristol City Council", "E06000023"),
            ("Herefordshire", "E06000019"),
            ("Durham County Council", "E06000047"),
            ("London Borough of Camden", "E09000007"),
            ("Southend on Sea", "E06000033"),
            ("Bournemouth Christchurch & Poole", "E06000058"),
            ("City of London Corporation", "E09000001"),
            ("NHS Cheshire & Merseyside ICB", "E54000008"),
            ("NHS West Yorkshire Integrated Care Board", "E54000054"),
            ("Hampshire County Council", "E10000014"),
            (" bradford\u{a0}", "E08000032"),
            // Codes.
            ("E08000032", "E08000032"),
            ("e08000032", "E08000032"),
            ("QWO", "E54000054"),
            ("380", "E08000032"),
        ] {
            let found = places.find(written, day("2024-06-30"), None);
            assert_eq!(found, Ok(code), "{written}");
        }
    }

    #[test]
    fn the_day_decides_between_one_place_and_the_next() {
        let places = shipped();
        for name in ["Sheffield", "Sheffield City Council"] {
            assert_eq!(places.find(name, day("2025-03-31"), None), Ok("E08000019"));
            assert_eq!(places.find(name, day("2025-04-01"), None), Ok("E08000039"));
            assert_eq!(places.find(name, None, None), Ok("E08000039"));
        }
        assert_eq!(places.find("QRL", day("2026-03-31"), None), Ok("E54000042"));
        assert_eq!(places.find("QRL", day("2026-04-01"), None), Ok("E54000067"));
        let ended = places.find("Cumbria County Council", day("2024-06-30"), None).expect_err("ended");
        assert_eq!(ended.rule, UnreadRule::UnknownArea);
        assert!(
            ended.why.contains("on 2024-06-30") && ended.why.contains("Cumbria (E10000006, utla until 2023-03-31)"),
            "{}",
            ended.why
        );
        assert_eq!(places.find("Cumbria County Council", None, None), Ok("E10000006"));
        // The code of a place means it on any day.
        assert_eq!(places.find("E08000019", day("2026-01-01"), None), Ok("E08000019"));
    }

    #[test]
    fn what_means_several_places_is_never_chosen() {
        let places = shipped();
        let on = day("2024-06-30");
        for (written, codes) in [
            ("Hampshire", &["E10000014", "E23000030"][..]),
            ("West Midlands", &["E12000005", "E47000007", "E23000014"]),
            // A number of the Department for Education and of the social care returns.
            ("209", &["E09000023", "E08000032"]),
        ] {
            let said = places.find(written, on, None).expect_err(written);
            assert_eq!(said.rule, UnreadRule::AmbiguousArea, "{written}: {}", said.why);
            assert!(codes.iter().all(|code| said.why.contains(code)), "{}", said.why);
        }
        assert_eq!(places.find("Hampshire", on, Some(Among::Type(AreaType::Utla))), Ok("E10000014"));
        assert_eq!(places.find("Hampshire", on, Some(Among::Type(AreaType::PoliceForce))), Ok("E23000030"));
        assert_eq!(places.find("Bradford", on, Some(Among::Type(AreaType::Ltla))), Ok("E08000032"), "of both tiers");
        assert_eq!(places.find("Bradford", on, Some(Among::Type(AreaType::Itl3))), Ok("TLE41"));
        assert_eq!(places.find("209", on, Some(Among::Scheme("cassr"))), Ok("E08000032"));
        assert_eq!(places.find("209", on, Some(Among::Scheme("dfe-old-la"))), Ok("E09000023"));
        let said = places.find("999", on, Some(Among::Scheme("cassr"))).expect_err("none");
        assert!(said.rule == UnreadRule::UnknownArea && said.why.contains("scheme cassr"), "{}", said.why);
    }

    #[test]
    fn what_means_none_is_told_with_the_nearest() {
        let places = shipped();
        for (written, near) in
            [("Livrpool", "Liverpool (E08000012, utla)"), ("Brdford City Council", "Bradford (E08000032")]
        {
            let said = places.find(written, None, None).expect_err(written);
            assert!(said.rule == UnreadRule::UnknownArea && said.why.contains(near), "{}", said.why);
        }
        for written in ["", "Total", "England and Wales and France", "-"] {
            assert_eq!(
                places.find(written, None, None).map_err(|said| said.rule),
                Err(UnreadRule::UnknownArea),
                "{written}"
            );
        }
    }

    #[test]
    fn every_name_that_one_place_has_means_it() {
        let places = shipped();
        for area in &places.areas {
            // A day on which it stands.
            let on = area.valid_to.or(area.valid_from).or(day("2024-06-30"));
            let typed = places.find(&area.name, on, Some(Among::Type(area.kind)));
            if let Err(said) = &typed {
                let like = |other: &&Area| {
                    other.is_of(area.kind)
                        && plain_name(&other.name) == plain_name(&area.name)
                        && other.valid_from.is_none_or(|from| Some(from) <= on)
                        && other.valid_to.is_none_or(|to| on <= Some(to))
                };
                let is_shared = places.areas.iter().filter(like).count() > 1 || spelled_for_another(&places, area);
                let is_ambiguous = said.rule == UnreadRule::AmbiguousArea && said.why.contains("several");
                assert!(is_ambiguous && is_shared, "{} ({}): {}", area.name, area.code, said.why);
            }
            assert!(typed.is_err() || typed == Ok(&*area.code), "{}: {typed:?}", area.name);
            // Without its type it is never taken for another place, save a level made for statistics.
            match places.find(&area.name, on, None) {
                Ok(code) => assert!(code == area.code || area.kind.is_statistical(), "{} {code}", area.name),
                Err(said) => assert_eq!(said.rule, UnreadRule::AmbiguousArea, "{}: {}", area.name, said.why),
            }
        }
    }

    /// Whether a publisher spells another place of the type as this one is called.
    fn spelled_for_another(places: &Places, area: &Area) -> bool {
        let meant = places.by_name.get(&plain_name(&area.name)).map(Vec::as_slice).unwrap_or_default();
        meant
            .iter()
            .any(|meant| places.areas[meant.area].code != area.code && places.areas[meant.area].is_of(area.kind))
    }
}
