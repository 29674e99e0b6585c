//! `area(name_or_code, day, type)`: the code of the place that a publisher's name or code means.

use crate::hint::did_you_mean;
use crate::mapping::places::{Among, Places};
use crate::outcomes::{AreaType, Period, Unread, UnreadRule, bare, shown};
use chrono::NaiveDate;
use datafusion::arrow::array::{Array, ArrayRef, StringArray, StringBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::as_string_array;
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The function, over the published places.
#[derive(Debug)]
pub(super) struct AreaOf {
    signature: Signature,
    places: Arc<Places>,
}

impl AreaOf {
    pub(super) fn new(places: Arc<Places>) -> Self {
        Self { signature: Signature::variadic_any(Volatility::Immutable), places }
    }
}

impl PartialEq for AreaOf {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.places, &other.places)
    }
}

impl Eq for AreaOf {}

impl Hash for AreaOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.places).hash(state);
    }
}

impl ScalarUDFImpl for AreaOf {
    fn name(&self) -> &'static str {
        "area"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        if (1..=3).contains(&arguments.len()) && arguments.iter().all(|argument| !argument.is_nested()) {
            return Ok(DataType::Utf8);
        }
        plan_err!(
            "area() takes a name or code and, where they are needed, a day or period and a type of place: area(la_name), \
             area(la_name, '2024-04-01'), area(la_name, period(year, 'financial'), 'utla')"
        )
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let arrays = args
            .args
            .into_iter()
            .map(|value| Ok(cast(&value.into_array(rows)?, &DataType::Utf8)?))
            .collect::<Result<Vec<ArrayRef>>>()?;
        let texts = arrays.iter().map(|array| as_string_array(array)).collect::<Result<Vec<_>>>()?;
        let (Some(names), days, kinds) = (texts.first(), texts.get(1), texts.get(2)) else {
            return exec_err!("area() takes a name or code");
        };
        Ok(ColumnarValue::Array(Arc::new(self.read(names, days.copied(), kinds.copied())?)))
    }
}

impl AreaOf {
    fn read(
        &self,
        names: &StringArray,
        days: Option<&StringArray>,
        kinds: Option<&StringArray>,
    ) -> Result<StringArray> {
        let of = |texts: Option<&StringArray>, row: usize| {
            texts.filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row).to_owned())
        };
        let mut seen: HashMap<(&str, Option<String>, Option<String>), String> = HashMap::new();
        let mut out = StringBuilder::new();
        for row in 0..names.len() {
            if names.is_null(row) {
                out.append_null();
                continue;
            }
            let key = (names.value(row), of(days, row), of(kinds, row));
            if !seen.contains_key(&key) {
                let found = self.find(key.0, key.1.as_deref(), key.2.as_deref())?;
                seen.insert(key.clone(), found);
            }
            out.append_option(seen.get(&key));
        }
        Ok(out.finish())
    }

    /// The code, or the text with the reason why it has none.
    fn find(&self, text: &str, day: Option<&str>, kind: Option<&str>) -> Result<String> {
        // What could not be read stays so: its own reason says more.
        if let Some(unread) = [Some(text), day].into_iter().flatten().find(|text| Unread::is_in(text)) {
            return Ok(unread.to_owned());
        }
        let among = kind.map(|kind| self.among(kind)).transpose()?;
        let written = day.map(bare).filter(|day| !day.is_empty());
        let day = written.and_then(day_of);
        if let (Some(written), None) = (written, day) {
            let why = format!(
                "area() takes a day such as 2024-04-01, or what period() or snapshot() gives, to know the place of {}",
                shown(text)
            );
            return Ok(Unread { rule: UnreadRule::Label, text: written.to_owned(), why }.carried());
        }
        Ok(match self.places.find(text, day, among) {
            Ok(code) => code.to_owned(),
            Err(unread) => unread.carried(),
        })
    }

    /// The type of place, or the scheme of codes, that the SQL names.
    fn among<'k>(&self, word: &'k str) -> Result<Among<'k>> {
        if let Some((kind, _)) = AreaType::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(word)) {
            return Ok(Among::Type(*kind));
        }
        if self.places.schemes().any(|scheme| scheme == word) {
            return Ok(Among::Scheme(word));
        }
        let types: Vec<&str> = AreaType::ALL.iter().map(|(_, known)| *known).collect();
        let schemes: Vec<&str> = self.places.schemes().collect();
        let hint = did_you_mean(word, types.iter().chain(&schemes));
        exec_err!(
            "area(text, day, '{word}'): there is no such type of place or scheme of codes{hint}; types are {}; schemes are {}",
            types.join(", "),
            schemes.join(", ")
        )
    }
}

/// A day, or the last day of a period: publishers give a period's figures for the places as they are at its end.
fn day_of(text: &str) -> Option<NaiveDate> {
    text.parse().ok().or_else(|| Period::parse(text).ok().map(|period| period.end()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{Area, ReferenceRow};

    fn area() -> AreaOf {
        let place = |code: &str, name: &str, kind, days: (Option<&str>, Option<&str>)| {
            let day = |text: Option<&str>| text.map(|text| text.parse().expect("a day"));
            let (valid_from, valid_to) = (day(days.0), day(days.1));
            ReferenceRow::Area(Area { code: code.into(), name: name.into(), kind, valid_from, valid_to })
        };
        let code = |area: &str, scheme: &str, code: &str| ReferenceRow::AreaCode {
            area: area.into(),
            scheme: scheme.into(),
            code: code.into(),
            valid_from: None,
            valid_to: None,
        };
        AreaOf::new(Arc::new(Places::of(&[
            place("E08000019", "Sheffield", AreaType::Utla, (None, Some("2025-03-31"))),
            place("E08000039", "Sheffield", AreaType::Utla, (Some("2025-04-01"), None)),
            place("E10000014", "Hampshire", AreaType::Utla, (None, None)),
            place("E23000030", "Hampshire", AreaType::PoliceForce, (None, None)),
            code("E10000014", "cassr", "812"),
        ])))
    }

    fn read(name: Option<&str>, day: Option<&str>, kind: Option<&str>) -> Result<Option<String>> {
        let array = |text: Option<&str>| StringArray::from(vec![text]);
        let read = area().read(&array(name), Some(&array(day)), Some(&array(kind)))?;
        Ok(read.is_valid(0).then(|| read.value(0).to_owned()))
    }

    #[test]
    fn a_name_means_its_place_on_the_day_or_at_the_end_of_the_period() {
        let code = |name, day, kind| read(Some(name), day, kind).expect("read").expect("a code");
        assert_eq!(code("Sheffield City Council", Some("2024-04-01"), None), "E08000019");
        assert_eq!(code("Sheffield", Some("2024-04-01/P1Y"), None), "E08000019");
        assert_eq!(code("Sheffield", Some("2025-01-01/P1Y"), None), "E08000039");
        assert_eq!(code("Sheffield", None, None), "E08000039");
        assert_eq!(code("Hampshire", None, Some("UTLA")), "E10000014");
        assert_eq!(code("812", None, Some("cassr")), "E10000014");
        assert_eq!(read(None, None, None).expect("read"), None);
    }

    #[test]
    fn what_means_no_place_or_several_carries_its_reason() {
        let rule = |name, day| {
            let text = read(Some(name), day, None).expect("read").expect("a text");
            Unread::within(&text).map(|unread| unread.rule)
        };
        assert_eq!(rule("Hampshire", None), Some(UnreadRule::AmbiguousArea));
        assert_eq!(rule("Atlantis", None), Some(UnreadRule::UnknownArea));
        assert_eq!(rule("Sheffield", Some("last year")), Some(UnreadRule::Label));
        let wrong = read(Some("Sheffield"), None, Some("utl")).expect_err("refused").to_string();
        assert!(wrong.contains("did you mean `utla`") && wrong.contains("cassr"), "{wrong}");
    }
}
