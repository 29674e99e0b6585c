//! Row rules for figures.

use super::Known;
use crate::outcomes::{
    Breakdown, CandidateObservation, Category, Cell, CombinedWith, Figure, Observation, Period, Rejection, Relation,
    Traced, ValueType,
};
use std::collections::HashMap;
use std::sync::Arc;

/// The group of people as a row words it, before it is made into a [`Breakdown`].
type BreakdownWords = [Option<Arc<str>>; 4];

/// Checks figures row by row. Remembers what recurs: periods, breakdowns.
pub struct ObservationRules<'k> {
    known: &'k Known,
    periods: HashMap<Arc<str>, Result<Period, String>>,
    breakdowns: HashMap<BreakdownWords, Arc<Breakdown>>,
}

/// Why a row fails: the rule, the column, the text in it, a sentence.
struct Failure {
    reason: &'static str,
    column: Option<Arc<str>>,
    text: Option<String>,
    detail: String,
}

impl Failure {
    fn new(reason: &'static str, column: &str, text: Option<&str>, detail: String) -> Self {
        Self { reason, column: Some(column.into()), text: text.map(ToOwned::to_owned), detail }
    }
}

impl<'k> ObservationRules<'k> {
    /// Rules that check against the known places and indicators.
    #[must_use]
    pub fn new(known: &'k Known) -> Self {
        Self { known, periods: HashMap::new(), breakdowns: HashMap::new() }
    }

    /// A figure that may be published.
    ///
    /// # Errors
    /// The row's rejection, by the first rule that it fails.
    pub fn check(&mut self, row: Traced<CandidateObservation>) -> Result<Traced<Observation>, Box<Rejection>> {
        match self.judge(&row.row) {
            Ok(observation) => Ok(Traced { row: observation, origin: row.origin }),
            Err(failure) => Err(Box::new(Rejection {
                relation: Relation::Observations,
                raw: raw(&row.row),
                origin: row.origin,
                reason: failure.reason,
                column: failure.column,
                text: failure.text,
                detail: failure.detail,
            })),
        }
    }

    fn judge(&mut self, row: &CandidateObservation) -> Result<Observation, Failure> {
        let (indicator, value_type) = self.indicator(row)?;
        let area = self.area(row)?;
        let period = self.period(row)?;
        let breakdown = self.breakdown(row)?;
        let value = figure("value", &row.value)?.ok_or_else(|| {
            let detail =
                "there is no value and no missing kind: give figure(…) a text or a kind for blank cells".into();
            Failure::new("unreadable-figure", "value", None, detail)
        })?;
        let combined_with = self.combined_with(row, &area)?;
        let observation = Observation {
            indicator,
            area,
            period,
            breakdown,
            value,
            lower_ci: limit("lower_ci", &row.lower_ci)?,
            upper_ci: limit("upper_ci", &row.upper_ci)?,
            lower_ci_99_8: limit("lower_ci_99_8", &row.lower_ci_99_8)?,
            upper_ci_99_8: limit("upper_ci_99_8", &row.upper_ci_99_8)?,
            count: figure("count", &row.count)?,
            denominator: figure("denominator", &row.denominator)?,
            note: row.note.clone(),
            combined_with,
        };
        numbers_make_sense(&observation, value_type)?;
        Ok(observation)
    }

    fn indicator(&self, row: &CandidateObservation) -> Result<(Arc<str>, ValueType), Failure> {
        let id = row.indicator.clone().ok_or_else(|| missing("indicator"))?;
        let value_type = self.known.value_type(&id).ok_or_else(|| {
            let hint = crate::hint::did_you_mean(&id, self.known.indicators());
            let detail =
                format!("no indicator `{id}` is defined{hint}; define it in indicators.sql or use a shared id");
            Failure::new("unknown-indicator", "indicator", Some(&id), detail)
        })?;
        Ok((id, value_type))
    }

    fn area(&self, row: &CandidateObservation) -> Result<String, Failure> {
        let code = row.area.as_deref().ok_or_else(|| missing("area"))?;
        if !self.known.has_area(code) {
            let detail = format!(
                "the hub does not know the area code `{code}`; if the place is real, add it to uk-geography, otherwise correct the source"
            );
            return Err(Failure::new("unknown-area", "area", Some(code), detail));
        }
        Ok(code.to_owned())
    }

    /// The other places of the figure, each of them known.
    fn combined_with(&self, row: &CandidateObservation, area: &str) -> Result<Option<CombinedWith>, Failure> {
        let Some(text) = row.combined_with.as_deref() else { return Ok(None) };
        let Some(others) = CombinedWith::read(text, area) else {
            let detail = "it names no place but the figure's own; name the others, or leave it empty".to_owned();
            return Err(Failure::new("malformed-combined-with", "combined_with", Some(text), detail));
        };
        let most = CombinedWith::MOST;
        if others.codes().count() > most {
            let detail =
                format!("it names more than {most} other places; a figure of more is one of a place of its own");
            return Err(Failure::new("malformed-combined-with", "combined_with", Some(text), detail));
        }
        if let Some(unknown) = others.codes().find(|code| !self.known.has_area(code)) {
            let detail = format!(
                "the hub does not know the area code `{}`; give codes of places, separated by spaces or commas",
                unknown.escape_debug()
            );
            return Err(Failure::new("malformed-combined-with", "combined_with", Some(text), detail));
        }
        Ok(Some(others))
    }

    fn period(&mut self, row: &CandidateObservation) -> Result<Period, Failure> {
        let text = row.period.as_ref().ok_or_else(|| missing("period"))?;
        let known = match self.periods.get(text) {
            Some(known) => known,
            None => self
                .periods
                .entry(Arc::clone(text))
                .or_insert_with(|| Period::parse(text).map_err(|error| error.to_string())),
        };
        known.clone().map_err(|why| Failure::new("malformed-period", "period", Some(text), why))
    }

    fn breakdown(&mut self, row: &CandidateObservation) -> Result<Arc<Breakdown>, Failure> {
        let words: BreakdownWords = [&row.sex, &row.age, &row.category_type, &row.category].map(Clone::clone);
        if let Some(known) = self.breakdowns.get(&words) {
            return Ok(Arc::clone(known));
        }
        let sex = row.sex.as_deref().unwrap_or("persons");
        if !matches!(sex, "persons" | "male" | "female") {
            let detail = format!("sex is `{sex}`, where the shared schema has persons, male and female");
            return Err(Failure::new("unknown-sex", "sex", Some(sex), detail));
        }
        let category = match (&row.category_type, &row.category) {
            (None, None) => None,
            (Some(kind), Some(name)) => Some(Category { kind: kind.to_string(), name: name.to_string() }),
            (kind, name) => {
                let there = kind.as_deref().or(name.as_deref());
                let detail = "category_type and category are given together or not at all".to_owned();
                return Err(Failure::new("half-category", "category", there, detail));
            }
        };
        let age = row.age.as_deref().unwrap_or("all").to_owned();
        let breakdown = Arc::new(Breakdown { sex: sex.to_owned(), age, category });
        self.breakdowns.insert(words, Arc::clone(&breakdown));
        Ok(breakdown)
    }
}

fn missing(column: &str) -> Failure {
    Failure::new("missing-key", column, None, format!("the row has no {column}: the SQL gave nothing there"))
}

fn figure(name: &str, cell: &Cell) -> Result<Option<Figure>, Failure> {
    match cell {
        Cell::Nothing => Ok(None),
        Cell::Number(number) if number.is_finite() => Ok(Some(Figure::Number(*number))),
        Cell::Number(number) => {
            Err(Failure::new("impossible-number", name, Some(&number.to_string()), format!("{name} is not finite")))
        }
        Cell::Missing(kind) => Ok(Some(Figure::Missing(*kind))),
        Cell::Unreadable { column, text } => Err(unreadable(name, column, text.as_deref())),
    }
}

/// A limit is a number or nothing; a marker there means that there is no limit.
fn limit(name: &str, cell: &Cell) -> Result<Option<f64>, Failure> {
    Ok(figure(name, cell)?.and_then(Figure::number))
}

fn unreadable(name: &str, column: &str, text: Option<&str>) -> Failure {
    let what = match text {
        Some(text) => format!(
            "`{text}` in the column `{column}` (for {name}) is neither a number nor one of the manifest's markers; correct the source, or add the symbol to [markers]"
        ),
        None => format!(
            "a blank cell in the column `{column}` (for {name}) has no meaning; if a blank cell means something there, say what: \"\" in [markers], or figure({column}, kind)"
        ),
    };
    Failure::new("unreadable-figure", column, text, what)
}

fn numbers_make_sense(row: &Observation, value_type: ValueType) -> Result<(), Failure> {
    let value = row.value.number();
    if let Some(value) = value {
        let impossible = match value_type {
            ValueType::Proportion => !(0.0..=100.0).contains(&value),
            ValueType::Rate | ValueType::Dsr | ValueType::LifeExpectancy => value < 0.0,
            ValueType::Mean | ValueType::Count | ValueType::Ratio | ValueType::Index => false,
        };
        if impossible {
            let detail = format!("the value {value} is impossible: {} is {}", row.indicator, range(value_type));
            return Err(Failure::new("impossible-number", "value", Some(&value.to_string()), detail));
        }
    }
    let (count, denominator) = (row.count.and_then(Figure::number), row.denominator.and_then(Figure::number));
    for (name, number) in [("count", count), ("denominator", denominator)] {
        if let Some(number) = number.filter(|number| *number < 0.0) {
            return Err(Failure::new(
                "impossible-number",
                name,
                Some(&number.to_string()),
                format!("a {name} cannot be negative"),
            ));
        }
    }
    if let (ValueType::Proportion, Some(count), Some(denominator)) = (value_type, count, denominator)
        && count > denominator
    {
        let detail = format!("{count} of {denominator}: a proportion's count cannot be above its denominator");
        return Err(Failure::new("count-above-denominator", "count", Some(&count.to_string()), detail));
    }
    limits_hold(value, row.lower_ci, row.upper_ci, "lower_ci")?;
    limits_hold(value, row.lower_ci_99_8, row.upper_ci_99_8, "lower_ci_99_8")
}

fn range(value_type: ValueType) -> &'static str {
    if value_type == ValueType::Proportion { "a proportion, 0 to 100" } else { "never negative" }
}

fn limits_hold(value: Option<f64>, lower: Option<f64>, upper: Option<f64>, column: &str) -> Result<(), Failure> {
    let above = |low: Option<f64>, high: Option<f64>| match (low, high) {
        (Some(low), Some(high)) if low > high => low - high > rounding(low) + rounding(high),
        _ => false,
    };
    if above(lower, value) || above(value, upper) || above(lower, upper) {
        let number = |number: Option<f64>| number.map_or("nothing".to_owned(), |number| number.to_string());
        let detail =
            format!("the limits {} to {} do not contain the value {}", number(lower), number(upper), number(value));
        return Err(Failure::new(
            "limits-do-not-hold-value",
            column,
            lower.map(|limit| limit.to_string()).as_deref(),
            detail,
        ));
    }
    Ok(())
}

/// Half a unit of a published number's last decimal: what rounding may have moved it by.
fn rounding(number: f64) -> f64 {
    let decimals = number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    0.5 * 10f64.powi(-i32::try_from(decimals).unwrap_or(0))
}

/// The row as JSON, for a person who reads the quarantine.
fn raw(row: &CandidateObservation) -> String {
    let mut out = serde_json::Map::new();
    let texts = [
        ("indicator", &row.indicator),
        ("area", &row.area),
        ("period", &row.period),
        ("sex", &row.sex),
        ("age", &row.age),
        ("category_type", &row.category_type),
        ("category", &row.category),
        ("note", &row.note),
        ("combined_with", &row.combined_with),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            out.insert(name.into(), text.to_string().into());
        }
    }
    let cells = [
        ("value", &row.value),
        ("lower_ci", &row.lower_ci),
        ("upper_ci", &row.upper_ci),
        ("lower_ci_99_8", &row.lower_ci_99_8),
        ("upper_ci_99_8", &row.upper_ci_99_8),
        ("count", &row.count),
        ("denominator", &row.denominator),
    ];
    for (name, cell) in cells {
        match cell {
            Cell::Nothing => {}
            Cell::Number(number) => {
                out.insert(name.into(), (*number).into());
            }
            Cell::Missing(kind) => {
                out.insert(name.into(), kind.as_str().into());
            }
            Cell::Unreadable { text, .. } => {
                out.insert(name.into(), text.clone().into());
            }
        }
    }
    serde_json::Value::Object(out).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{Area, AreaType, Indicator, MissingKind, Origin, Polarity, ReferenceRow};

    fn known() -> Known {
        let indicator = |id: &str, value_type| {
            ReferenceRow::Indicator(Indicator {
                id: id.into(),
                name: id.into(),
                definition: None,
                unit: "percent".into(),
                value_type,
                polarity: Polarity::None,
                multiplier: None,
                numerator: None,
                denominator: None,
                source_url: None,
                same_as: None,
                prefer: vec![],
            })
        };
        let area = ReferenceRow::Area(Area {
            code: "E08000032".into(),
            name: "Bradford".into(),
            kind: AreaType::Utla,
            valid_from: None,
            valid_to: None,
        });
        let mut known = Known::default();
        known.learn(&[
            area,
            indicator("share", ValueType::Proportion),
            indicator("score", ValueType::Mean),
            indicator("rate", ValueType::Rate),
        ]);
        known
    }

    fn row(indicator: &str, value: Cell) -> CandidateObservation {
        CandidateObservation {
            indicator: Some(indicator.into()),
            area: Some("E08000032".into()),
            period: Some("2024-04-01/P1Y".into()),
            sex: None,
            age: None,
            category_type: None,
            category: None,
            value,
            lower_ci: Cell::Nothing,
            upper_ci: Cell::Nothing,
            lower_ci_99_8: Cell::Nothing,
            upper_ci_99_8: Cell::Nothing,
            count: Cell::Nothing,
            denominator: Cell::Nothing,
            note: None,
            combined_with: None,
        }
    }

    fn verdict(row: CandidateObservation) -> String {
        let known = known();
        let origin = Origin { file: "f.csv".into(), row: 7 };
        match ObservationRules::new(&known).check(Traced { row, origin }) {
            Ok(_) => "published".into(),
            Err(rejection) => format!("{} {}", rejection.reason, rejection.column.as_deref().unwrap_or("-")),
        }
    }

    #[test]
    fn each_rule_names_itself_and_its_column() {
        use Cell::{Missing, Nothing, Number};
        let good = || row("share", Number(22.9));
        assert_eq!(verdict(good()), "published");
        assert_eq!(verdict(CandidateObservation { area: None, ..good() }), "missing-key area");
        assert_eq!(verdict(CandidateObservation { area: Some("E99".into()), ..good() }), "unknown-area area");
        assert_eq!(verdict(row("shares", Number(1.0))), "unknown-indicator indicator");
        assert_eq!(
            verdict(CandidateObservation { period: Some("2024/25".into()), ..good() }),
            "malformed-period period"
        );
        assert_eq!(verdict(CandidateObservation { sex: Some("Female".into()), ..good() }), "unknown-sex sex");
        assert_eq!(verdict(CandidateObservation { category: Some("x".into()), ..good() }), "half-category category");
        assert_eq!(verdict(row("share", Nothing)), "unreadable-figure value");
        assert_eq!(
            verdict(row(
                "share",
                Cell::Unreadable { column: "rereferral_percent".into(), text: Some("12.3abc".into()) }
            )),
            "unreadable-figure rereferral_percent"
        );
        assert_eq!(verdict(row("share", Number(100.1))), "impossible-number value");
        assert_eq!(verdict(row("score", Number(100.1))), "published");
        assert_eq!(verdict(row("rate", Number(-0.1))), "impossible-number value");
        assert_eq!(verdict(row("share", Number(f64::NAN))), "impossible-number value");
        assert_eq!(verdict(row("share", Missing(MissingKind::Suppressed))), "published");
        assert_eq!(verdict(CandidateObservation { count: Number(-1.0), ..good() }), "impossible-number count");
        let over = |indicator| CandidateObservation {
            count: Number(3.0),
            denominator: Number(2.0),
            ..row(indicator, Number(1.0))
        };
        assert_eq!(verdict(over("share")), "count-above-denominator count");
        assert_eq!(verdict(over("rate")), "published");
    }

    #[test]
    fn limits_hold_the_value_but_for_rounding() {
        let with = |lower: f64, upper: f64| {
            verdict(CandidateObservation {
                lower_ci: Cell::Number(lower),
                upper_ci: Cell::Number(upper),
                ..row("share", Cell::Number(22.9))
            })
        };
        assert_eq!(with(21.0, 24.0), "published");
        assert_eq!(with(22.9, 22.9), "published");
        assert_eq!(with(22.94, 24.0), "published");
        assert_eq!(with(23.1, 24.0), "limits-do-not-hold-value lower_ci");
        assert_eq!(with(20.0, 22.0), "limits-do-not-hold-value lower_ci");
    }
}
