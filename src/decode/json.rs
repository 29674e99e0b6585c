//! json: an array of objects, the file itself or at a path within it, or one object a line.

use super::columns;
use super::error::{DecodeError, Fault};
use super::file::RawFile;
use super::layout::Layout;
use super::object::{Objects, fields};
use super::rows::{Plan, Rows, emptied};
use datafusion::arrow::array::RecordBatch;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A json file of which the keys are known.
#[derive(Debug)]
pub(super) struct Json {
    file: Arc<RawFile>,
    /// The keys that lead to the rows.
    records: Vec<String>,
    /// Where each key's column stands.
    places: Arc<HashMap<String, usize>>,
}

impl Json {
    /// Reads the whole file once, since any object may have a key that none before it had.
    pub fn open(file: &Arc<RawFile>, layout: &Layout) -> Result<(Vec<String>, Self), DecodeError> {
        let mut objects = Objects::open(file, &layout.records)?;
        let mut keys: Vec<String> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut seen = HashSet::new();
        while let Some((number, object)) = objects.next()? {
            seen.clear();
            let mut twice = None;
            let taken = fields(object, |key, _| {
                let place = places.get(&*key).copied().unwrap_or_else(|| {
                    places.insert(key.to_string(), keys.len());
                    keys.push(key.to_string());
                    keys.len() - 1
                });
                if !seen.insert(place) {
                    twice = Some(place);
                }
            });
            let malformed = |what| Err(DecodeError::at(&file.name, number, Fault::Malformed { what }));
            if let Err(error) = taken {
                return malformed(format!("a string is not Unicode: {error}; tell the publisher"));
            }
            if let Some(place) = twice {
                return malformed(format!("the object has the key `{}` twice; tell the publisher", keys[place]));
            }
            if keys.len() > columns::MOST {
                return Err(DecodeError::at(&file.name, number, columns::too_many()));
            }
        }
        if keys.is_empty() {
            return Err(DecodeError::new(&file.name, Fault::HeaderOnly));
        }
        let header = keys.iter().enumerate().map(|(index, key)| (index + 1, key.as_str()));
        let names =
            columns::names(header, layout.duplicate_columns).map_err(|fault| DecodeError::new(&file.name, fault))?;
        let (file, records) = (Arc::clone(file), layout.records.clone());
        Ok((names, Self { file, records, places: Arc::new(places) }))
    }

    pub fn batches(&self, plan: Plan) -> Result<JsonBatches, DecodeError> {
        Ok(JsonBatches {
            objects: Some(Objects::open(&self.file, &self.records)?),
            cells: vec![String::new(); self.places.len()],
            places: Arc::clone(&self.places),
            rows: Rows::new(plan),
        })
    }
}

/// The rows of a json file, in batches.
pub(super) struct JsonBatches {
    /// None once the file has ended or failed.
    objects: Option<Objects>,
    places: Arc<HashMap<String, usize>>,
    /// The row's texts; a blank one is null.
    cells: Vec<String>,
    rows: Rows,
}

impl JsonBatches {
    /// Whether there was another object.
    fn push(&mut self) -> Result<bool, DecodeError> {
        let Some(objects) = &mut self.objects else { return Ok(false) };
        let Some((number, object)) = objects.next()? else { return Ok(false) };
        self.cells.iter_mut().for_each(emptied);
        fields(object, |key, value| {
            if let (Some(place), Some(value)) = (self.places.get(&*key), value) {
                self.cells[*place].push_str(&value);
            }
        })
        .map_err(|error| self.rows.plan.error(Fault::Malformed { what: error.to_string() }))?;
        self.rows.push(number, |index| self.cells.get(index).map(String::as_str))?;
        Ok(true)
    }
}

impl Iterator for JsonBatches {
    type Item = Result<RecordBatch, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.objects.as_ref()?;
        while !self.rows.is_full() {
            match self.push() {
                Ok(true) => {}
                Ok(false) => {
                    self.objects = None;
                    break;
                }
                Err(error) => {
                    self.objects = None;
                    return Some(Err(error));
                }
            }
        }
        self.rows.take()
    }
}
