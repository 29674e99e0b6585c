//! Places: under which codes, among which others, within which.
//!
//! Takes a catalogue and what a question says of places; gives places under one normalised code ([`PlaceRef`]), what lies
//! within one and by which share ([`Within`]), the places of a comparison ([`Across`]), peers, and places by the names that people write.
//!
//! Every rule on codes and membership stands here and nowhere else. Must never read figures.

mod across;
mod codes;
mod membership;
mod names;
mod partly;
mod peers;
mod place;
mod steps;
mod succession;

pub use across::{Across, across};
pub use codes::{codes_over_time, has_one_code};
pub use membership::{Member, ROUNDING, When, Within, is_council};
pub use names::{Names, UnknownName, every_council, name_words};
pub use partly::{NotCounted, partly};
pub use peers::peers;
pub use place::PlaceRef;
pub use succession::{LeftOut, Overlaps};

#[cfg(test)]
pub(in crate::answers) mod tests {
    //! Small catalogues of places.

    use crate::outcomes::{Area, AreaLink, AreaType, LinkKind, ReferenceRow};
    use crate::store::{Catalogue, CatalogueRows};

    type Row = (String, ReferenceRow);

    fn row(row: ReferenceRow) -> Row {
        ("uk-geography".into(), row)
    }

    /// A place of a type with its first and last day.
    pub fn lived(code: &str, kind: AreaType, from: Option<&str>, to: Option<&str>) -> Row {
        let day = |text: Option<&str>| text.map(|text| text.parse().expect("a day"));
        row(ReferenceRow::Area(Area {
            code: code.into(),
            name: code.into(),
            kind,
            valid_from: day(from),
            valid_to: day(to),
        }))
    }

    /// An upper-tier council.
    pub fn place(code: &str, from: Option<&str>, to: Option<&str>) -> Row {
        lived(code, AreaType::Utla, from, to)
    }

    /// A place of a type.
    pub fn of_kind(code: &str, kind: AreaType) -> Row {
        lived(code, kind, None, None)
    }

    /// A link.
    pub fn link(area: &str, related: &str, kind: LinkKind, weight: Option<f64>) -> Row {
        let (area, related) = (area.into(), related.into());
        row(ReferenceRow::AreaLink(AreaLink { area, related, kind, weight, valid_from: None, valid_to: None }))
    }

    fn dated(area: &str, related: &str, from: Option<&str>, to: Option<&str>) -> Row {
        let day = |text: Option<&str>| text.map(|text| text.parse().expect("a day"));
        let (area, related, weight) = (area.into(), related.into(), Some(1.0));
        let (kind, valid_from, valid_to) = (LinkKind::Within, day(from), day(to));
        row(ReferenceRow::AreaLink(AreaLink { area, related, kind, weight, valid_from, valid_to }))
    }

    /// A place lay in another one up to a day.
    pub fn ends(area: &str, related: &str, last: &str) -> Row {
        dated(area, related, None, Some(last))
    }

    /// A place lies in another one from a day on.
    pub fn begins(area: &str, related: &str, first: &str) -> Row {
        dated(area, related, Some(first), None)
    }

    /// A catalogue of these rows.
    pub fn catalogue(reference: Vec<Row>) -> Catalogue {
        Catalogue::build(CatalogueRows { at: 1, reference, ..CatalogueRows::default() })
    }
}
