//! Which places a comparison is across.

use super::{PlaceRef, When, Within};
use crate::answers::{Refusal, Snapshot, listed};
use crate::outcomes::AreaType;
use std::collections::HashSet;
use std::sync::Arc;

/// Places that one comparison may have.
pub const MAX_COMPARED: usize = 2_000;

/// Which places are compared.
#[derive(Clone, Debug)]
pub enum Across {
    /// Every place of a type.
    OfType {
        /// The type.
        kind: AreaType,
        /// Only places that lie wholly in this one.
        within: Option<Arc<str>>,
    },
    /// These places.
    Areas(Vec<Arc<str>>),
    /// A place and its neighbours.
    NeighboursOf {
        /// The place.
        area: Arc<str>,
        /// The model; may be left out where the place has neighbours under one model only.
        model: Option<String>,
    },
}

/// The places that are asked for, each once, however many codes it has had.
///
/// # Errors
/// When a code is not known, a list is empty, or there are too many places.
pub fn across(snapshot: &Snapshot, across: &Across) -> Result<Vec<PlaceRef>, Refusal> {
    let catalogue = snapshot.catalogue();
    let mut places = Vec::new();
    match across {
        Across::Areas(codes) => {
            listed("areas", Some(codes.as_slice()))?;
            for code in codes {
                places.push(PlaceRef::known(snapshot, code)?);
            }
        }
        Across::OfType { kind, within } => {
            let within = within.as_ref().map(|code| {
                PlaceRef::known(snapshot, code)?;
                Ok(Within::of(catalogue, code))
            });
            let within = within.transpose()?;
            let lies = |code: &str| within.as_ref().is_none_or(|within: &Within| within.holds(code, When::AnyTime));
            for area in catalogue.areas_of(*kind).filter(|area| lies(&area.code)) {
                let mut place = PlaceRef::of(catalogue, &area.code);
                let newest = place.codes.iter().find(|code| catalogue.area(code).is_some_and(|area| area.is_of(*kind)));
                place.asked = newest.cloned().unwrap_or(place.asked);
                places.push(place);
            }
        }
        Across::NeighboursOf { area, model } => {
            let own = PlaceRef::known(snapshot, area)?;
            // Neighbours may be published under another code of the place.
            let neighbours: Vec<_> = own.codes.iter().flat_map(|code| catalogue.neighbours(code)).collect();
            let mut models: Vec<&str> = neighbours.iter().map(|neighbour| neighbour.model.as_str()).collect();
            models.sort_unstable();
            models.dedup();
            let model = match (model, models.as_slice()) {
                (_, []) => {
                    return Err(Refusal::not_found(format!("no neighbours of `{area}` are published")));
                }
                (Some(model), models) if models.contains(&model.as_str()) => model.as_str(),
                (None, [only]) => only,
                (_, models) => {
                    return Err(Refusal::not_found(format!(
                        "name one of the models under which `{}` has neighbours: {}",
                        area,
                        models.join(", ")
                    )));
                }
            };
            places.push(own);
            let of_model = neighbours.iter().filter(|neighbour| neighbour.model == model);
            places.extend(of_model.map(|neighbour| PlaceRef::of(catalogue, &neighbour.neighbour)));
        }
    }
    let mut seen = HashSet::new();
    places.retain(|place| seen.insert(Arc::clone(place.newest())));
    if places.len() > MAX_COMPARED {
        return Err(Refusal::limit(format!(
            "`across` names {} places, and at most {MAX_COMPARED} are compared: narrow it with `within`",
            places.len()
        )));
    }
    Ok(places)
}
