//! Which places a comparison is across.

use super::error::Failure;
use super::filter::{AcrossInput, MAX_NAMED, listed};
use super::scope::Snapshot;
use super::select::{family, known_area};
use crate::outcomes;
use crate::store::AreaId;
use std::collections::HashSet;
use std::sync::Arc;

/// A place of a comparison.
pub struct Place {
    /// The code under which it was asked for; its newest where it was not asked for by code.
    pub code: Arc<str>,
    /// Every code that it has had, the newest first.
    pub family: Vec<Arc<str>>,
}

impl Place {
    /// The place of this code, which is known.
    pub fn new(snapshot: &Snapshot, code: &str) -> Self {
        Self { code: code.into(), family: family(snapshot, code) }
    }

    /// The ids of its codes, the newest first.
    pub fn ids<'a>(&'a self, snapshot: &'a Snapshot) -> impl Iterator<Item = AreaId> + 'a {
        self.family.iter().filter_map(|code| snapshot.catalogue().area_id(code))
    }

    /// Whether one of its codes was in use at some time of the period.
    #[must_use]
    pub fn stood(&self, snapshot: &Snapshot, period: &outcomes::Period) -> bool {
        self.family.iter().filter_map(|code| snapshot.catalogue().area(code)).any(|area| {
            area.valid_from.is_none_or(|from| from <= period.end())
                && area.valid_to.is_none_or(|to| to >= period.start())
        })
    }
}

/// The place of this code.
pub fn place(snapshot: &Snapshot, code: &str) -> Result<Place, Failure> {
    known_area(snapshot, code)?;
    Ok(Place::new(snapshot, code))
}

/// The places that are asked for, each once, however many codes it has had.
pub fn places(snapshot: &Snapshot, across: &AcrossInput) -> Result<Vec<Place>, Failure> {
    let catalogue = snapshot.catalogue();
    let mut places = Vec::new();
    match across {
        AcrossInput::Areas(codes) => {
            listed("areas", Some(codes.as_slice()))?;
            for code in codes {
                places.push(place(snapshot, &code.0)?);
            }
        }
        AcrossInput::OfType(of_type) => {
            let kind = of_type.kind.into();
            let within = match &of_type.within {
                Some(code) => {
                    known_area(snapshot, &code.0)?;
                    Some(snapshot.places_within(&code.0))
                }
                None => None,
            };
            let areas = catalogue.areas_of(kind);
            for area in areas.filter(|area| within.as_ref().is_none_or(|within| within.contains(area.code.as_str()))) {
                let mut place = Place::new(snapshot, &area.code);
                let newest =
                    place.family.iter().find(|code| catalogue.area(code).is_some_and(|area| area.kind == kind));
                place.code = newest.cloned().unwrap_or(place.code);
                places.push(place);
            }
        }
        AcrossInput::NeighboursOf(of) => {
            let own = place(snapshot, &of.area.0)?;
            // Neighbours may be published under another code of the place.
            let neighbours: Vec<_> = own.family.iter().flat_map(|code| catalogue.neighbours(code)).collect();
            let mut models: Vec<&str> = neighbours.iter().map(|neighbour| neighbour.model.as_str()).collect();
            models.sort_unstable();
            models.dedup();
            let model = match (&of.model, models.as_slice()) {
                (_, []) => {
                    return Err(Failure::not_found(format!("no neighbours of `{}` are published", of.area.0)));
                }
                (Some(model), models) if models.contains(&model.as_str()) => model.as_str(),
                (None, [only]) => only,
                (_, models) => {
                    return Err(Failure::not_found(format!(
                        "name one of the models under which `{}` has neighbours: {}",
                        of.area.0,
                        models.join(", ")
                    )));
                }
            };
            places.push(own);
            let of_model = neighbours.iter().filter(|neighbour| neighbour.model == model);
            places.extend(of_model.map(|neighbour| Place::new(snapshot, &neighbour.neighbour)));
        }
    }
    let mut seen = HashSet::new();
    places.retain(|place| seen.insert(place.family.first().cloned()));
    if places.len() > MAX_NAMED {
        return Err(Failure::limit(format!(
            "`across` names {} places, and at most {MAX_NAMED} are compared: narrow it with `within`",
            places.len()
        )));
    }
    Ok(places)
}
