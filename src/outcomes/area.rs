//! Places, and how they are related.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A code is GSS (`E08000032`) or ODS (`QWO`), never a name.
pub type AreaCode = String;

/// What kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AreaType {
    /// A country, or the United Kingdom.
    Country,
    /// An English region, or Inner or Outer London.
    Region,
    /// An integrated care board.
    Icb,
    /// A sub-ICB location.
    SubIcb,
    /// An upper-tier council: counties and single-tier councils. A single-tier council is stored under this type.
    Utla,
    /// A lower-tier council. Non-metropolitan districts are stored under this type; whoever asks for lower-tier councils
    /// gets the single-tier ones as well ([`Area::is_of`]).
    Ltla,
    /// An electoral ward.
    Ward,
    /// A middle-layer super output area.
    Msoa,
    /// A lower-layer super output area.
    Lsoa,
    /// An NHS trust or foundation trust.
    NhsTrust,
    /// A primary care network.
    Pcn,
    /// A GP practice.
    GpPractice,
    /// A police force area.
    PoliceForce,
    /// A fire and rescue authority.
    FireAuthority,
    /// A combined authority.
    CombinedAuthority,
    /// A metropolitan county, such as West Yorkshire: its boroughs together. No council; the boroughs are.
    MetropolitanCounty,
    /// A city region that is no combined authority, such as the Greater London Authority or Belfast City Region.
    CityRegion,
    /// An International Territorial Level 1 area: a region of England, Wales, Scotland or Northern Ireland.
    Itl1,
    /// An International Territorial Level 2 area.
    Itl2,
    /// An International Territorial Level 3 area.
    Itl3,
    /// A total that a publisher makes of several places, such as two councils published together: ranked with nothing.
    Aggregate,
}

impl AreaType {
    /// Every type with its word.
    pub const ALL: [(Self, &'static str); 21] = [
        (Self::Country, "country"),
        (Self::Region, "region"),
        (Self::Icb, "icb"),
        (Self::SubIcb, "sub-icb"),
        (Self::Utla, "utla"),
        (Self::Ltla, "ltla"),
        (Self::Ward, "ward"),
        (Self::Msoa, "msoa"),
        (Self::Lsoa, "lsoa"),
        (Self::NhsTrust, "nhs-trust"),
        (Self::Pcn, "pcn"),
        (Self::GpPractice, "gp-practice"),
        (Self::PoliceForce, "police-force"),
        (Self::FireAuthority, "fire-authority"),
        (Self::CombinedAuthority, "combined-authority"),
        (Self::MetropolitanCounty, "metropolitan-county"),
        (Self::CityRegion, "city-region"),
        (Self::Itl1, "itl1"),
        (Self::Itl2, "itl2"),
        (Self::Itl3, "itl3"),
        (Self::Aggregate, "aggregate"),
    ];

    /// Whether it is a level made for statistics, or a total, whose places share their names with a council, region or
    /// country: a name alone does not mean it where it also means one of those.
    #[must_use]
    pub const fn is_statistical(self) -> bool {
        matches!(
            self,
            Self::MetropolitanCounty | Self::CityRegion | Self::Itl1 | Self::Itl2 | Self::Itl3 | Self::Aggregate
        )
    }
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// GSS or ODS code.
    pub code: AreaCode,
    /// The name that the hub prints.
    pub name: String,
    /// What kind of place.
    #[serde(rename = "type")]
    pub kind: AreaType,
    /// First day on which the code was in use, where known.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which the code was in use; `None` while it is.
    pub valid_to: Option<NaiveDate>,
}

/// How codes of single-tier councils begin: unitary authorities, metropolitan and London boroughs, and the councils of
/// Wales, Scotland and Northern Ireland.
const SINGLE_TIER: [&str; 6] = ["E06", "E08", "E09", "W06", "S12", "N09"];

impl Area {
    /// Whether it is a council without another one above or below it: it is an upper-tier and a lower-tier council at once.
    #[must_use]
    pub fn is_single_tier(&self) -> bool {
        self.kind == AreaType::Utla && SINGLE_TIER.iter().any(|prefix| self.code.starts_with(prefix))
    }

    /// Whether it is one of the places that are meant by a type. Lower-tier councils are the districts and every
    /// single-tier council, as publishers list them; every other type is as it is stored.
    #[must_use]
    pub fn is_of(&self, kind: AreaType) -> bool {
        self.kind == kind || (kind == AreaType::Ltla && self.is_single_tier())
    }
}

/// How one area is related to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// The area, or the share `weight` of it, lies in the related one.
    Within,
    /// The related area took over from this one.
    SucceededBy,
    /// The same place under another system's code.
    SameAs,
}

/// A link from an area to a related one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AreaLink {
    /// From this area.
    pub area: AreaCode,
    /// To this one.
    pub related: AreaCode,
    /// The relation.
    pub kind: LinkKind,
    /// The share (0 to 1) of `area` that the link covers; `None` if unknown.
    pub weight: Option<f64>,
    /// First day on which it is valid, if known.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it is valid; `None` while it is.
    pub valid_to: Option<NaiveDate>,
}

/// A statistical neighbour under a named model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Whose neighbour.
    pub area: AreaCode,
    /// The neighbour.
    pub neighbour: AreaCode,
    /// 1 is the nearest.
    pub rank: u32,
    /// The model, such as `dfe-statistical-neighbours-2025`.
    pub model: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn council(code: &str, kind: AreaType) -> Area {
        Area { code: code.into(), name: code.into(), kind, valid_from: None, valid_to: None }
    }

    #[test]
    fn lower_tier_is_districts_and_every_single_tier_council() {
        for code in ["E06000006", "E08000032", "E09000001", "W06000015", "S12000036", "N09000003"] {
            let council = council(code, AreaType::Utla);
            assert!(council.is_of(AreaType::Ltla) && council.is_of(AreaType::Utla), "{code}");
        }
        let county = council("E10000012", AreaType::Utla);
        assert!(county.is_of(AreaType::Utla) && !county.is_of(AreaType::Ltla));
        let district = council("E07000070", AreaType::Ltla);
        assert!(district.is_of(AreaType::Ltla) && !district.is_of(AreaType::Utla));
        // A region or ward whose code happens to begin so is none.
        assert!(!council("E06000006", AreaType::Ward).is_of(AreaType::Ltla));
    }
}
