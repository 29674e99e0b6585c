//! What a breakdown by deprivation groups: the one place that reads it from the breakdown's name.
//!
//! A slope over tenths of councils says how councils differ, not how people do: the poor of a rich council count as rich.
//! Every answer about such groups says which it is.

/// What is put into groups by its deprivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupedUnit {
    /// Counties and unitary authorities: whole councils.
    UpperTierCouncils,
    /// Districts and unitary authorities: whole councils.
    LowerTierCouncils,
    /// Neighbourhoods: lower or middle layer super output areas.
    Neighbourhoods,
    /// Electoral wards.
    Wards,
    /// General practices, by where their patients live.
    GeneralPractices,
    /// NHS areas: clinical commissioning groups, sub-ICB locations.
    NhsAreas,
    /// The name does not say it.
    NotSaid,
}

/// What a breakdown by deprivation groups, and among which of them the levels are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// What is grouped.
    pub unit: GroupedUnit,
    /// Whether the levels are drawn among the units of the area itself; otherwise among all of the country.
    pub within_area: bool,
}

/// How publishers begin the names of their breakdowns, in lower case.
const BEGINNINGS: [(&str, GroupedUnit); 14] = [
    ("county & ua", GroupedUnit::UpperTierCouncils),
    ("county and ua", GroupedUnit::UpperTierCouncils),
    ("counties and unitary authorities", GroupedUnit::UpperTierCouncils),
    ("upper tier", GroupedUnit::UpperTierCouncils),
    ("district & ua", GroupedUnit::LowerTierCouncils),
    ("district and ua", GroupedUnit::LowerTierCouncils),
    ("districts and unitary authorities", GroupedUnit::LowerTierCouncils),
    ("lsoa", GroupedUnit::Neighbourhoods),
    ("msoa", GroupedUnit::Neighbourhoods),
    ("ward", GroupedUnit::Wards),
    ("general practice", GroupedUnit::GeneralPractices),
    ("gp ", GroupedUnit::GeneralPractices),
    ("clinical commissioning group", GroupedUnit::NhsAreas),
    ("ccg", GroupedUnit::NhsAreas),
];

impl Grouping {
    /// Reads the name of a breakdown, such as `County & UA deprivation deciles in England (IMD2019, 4/23 geography)` or
    /// `LSOA11 deprivation quintiles within area (IMD trend)`.
    #[must_use]
    pub fn of(category_type: &str) -> Self {
        let name = category_type.trim().to_lowercase();
        let unit = BEGINNINGS.iter().find(|(beginning, _)| name.starts_with(beginning)).map(|(_, unit)| *unit);
        Self { unit: unit.unwrap_or(GroupedUnit::NotSaid), within_area: name.contains("within area") }
    }

    /// Between what the groups tell differences, in a few words.
    #[must_use]
    pub const fn between(self) -> &'static str {
        use GroupedUnit::{
            GeneralPractices, LowerTierCouncils, Neighbourhoods, NhsAreas, NotSaid, UpperTierCouncils, Wards,
        };
        match (self.unit, self.within_area) {
            (UpperTierCouncils, _) => {
                "between upper-tier councils grouped by their deprivation, not between their people"
            }
            (LowerTierCouncils, _) => {
                "between lower-tier councils grouped by their deprivation, not between their people"
            }
            (Neighbourhoods, true) => "between the area's own neighbourhoods, grouped by their deprivation within it",
            (Neighbourhoods, false) => "between neighbourhoods grouped by their deprivation in the whole country",
            (Wards, true) => "between the area's own wards, grouped by their deprivation within it",
            (Wards, false) => "between wards grouped by their deprivation in the whole country",
            (GeneralPractices, _) => {
                "between general practices grouped by the deprivation of where their patients live"
            }
            (NhsAreas, _) => "between NHS areas grouped by their deprivation, not between their people",
            (NotSaid, true) => {
                "between groups by deprivation within the area; the publisher's name does not say of what"
            }
            (NotSaid, false) => "between groups by deprivation; the publisher's name does not say of what",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_grouped() {
        use GroupedUnit::*;
        for (name, unit, within_area) in [
            ("County & UA deprivation deciles in England (IMD2019, 4/23 geography)", UpperTierCouncils, false),
            ("District & UA deprivation deciles in England (IMD2019, 4/20 geog.)", LowerTierCouncils, false),
            (
                "Districts and Unitary Authorities deprivation deciles: Apr 2021 geography (Index of Multiple Deprivation 2019)",
                LowerTierCouncils,
                false,
            ),
            ("LSOA11 deprivation quintiles within area (IMD trend)", Neighbourhoods, true),
            ("LSOA11 deprivation deciles: (Index of Multiple Deprivation trend)", Neighbourhoods, false),
            ("General Practice deprivation deciles: (Index of Multiple Deprivation 2010)", GeneralPractices, false),
            ("Clinical Commissioning Groups deprivation deciles: 2021 geography", NhsAreas, false),
            ("Ethnic groups", NotSaid, false),
        ] {
            assert_eq!(Grouping::of(name), Grouping { unit, within_area }, "{name}");
        }
        assert!(
            Grouping { unit: UpperTierCouncils, within_area: false }.between().contains("not between their people")
        );
    }
}
