//! Row rules for figures.

use super::Known;
use super::numbers::{self, Reader};
use super::places::NoPlace;
use crate::outcomes::{
    Age, Breakdown, CandidateObservation, Category, Cell, CombinedWith, Observation, Origin, Period, Rejection,
    Relation, Traced, Unread, ValueType, shown,
};
use std::collections::HashMap;
use std::sync::Arc;

/// The group of people as a row words it, before it is made into a [`Breakdown`].
type BreakdownWords = [Option<Arc<str>>; 4];

/// How many codes that name no place by themselves are remembered, and held against every known one for a hint.
const CODES: usize = 500;

/// Checks figures row by row. Remembers what recurs: periods, breakdowns, codes.
pub struct ObservationRules<'k> {
    known: &'k Known,
    periods: HashMap<Arc<str>, Result<Period, String>>,
    breakdowns: HashMap<BreakdownWords, Arc<Breakdown>>,
    /// Codes that are not the code under which a place is filed.
    codes: HashMap<(Box<str>, Option<Period>), Result<String, NoPlace>>,
    not_whole: Option<(u64, Origin)>,
}

/// A row that may not be published.
#[derive(Debug)]
pub struct Refused {
    /// Why, and where it is.
    pub rejection: Rejection,
    /// What stands for its figure, where the row says which figure it is: it is in the source, and so not withdrawn.
    pub placeholder: Option<Traced<Observation>>,
}

/// Why a row fails: the rule, the column, the text in it, a sentence.
pub(super) struct Failure {
    reason: &'static str,
    column: Option<Arc<str>>,
    text: Option<String>,
    detail: String,
}

impl Failure {
    pub(super) fn new(reason: &'static str, column: &str, text: Option<&str>, detail: String) -> Self {
        Self { reason, column: Some(column.into()), text: text.map(ToOwned::to_owned), detail }
    }
}

impl<'k> ObservationRules<'k> {
    /// Rules that check against the known places and indicators.
    #[must_use]
    pub fn new(known: &'k Known) -> Self {
        Self { known, periods: HashMap::new(), breakdowns: HashMap::new(), codes: HashMap::new(), not_whole: None }
    }

    /// A figure that may be published.
    ///
    /// # Errors
    /// The row's rejection, by the first rule that it fails, and what stands for its figure.
    pub fn check(&mut self, row: Traced<CandidateObservation>) -> Result<Traced<Observation>, Box<Refused>> {
        let failure = match self.judge(&row.row) {
            Ok(observation) => {
                self.look_at_counts(&observation, &row.origin);
                return Ok(Traced { row: observation, origin: row.origin });
            }
            Err(failure) => failure,
        };
        let placeholder = self.placeholder(&row.row, failure.reason);
        Err(Box::new(Refused {
            placeholder: placeholder.map(|observation| Traced { row: observation, origin: row.origin.clone() }),
            rejection: Rejection {
                relation: Relation::Observations,
                raw: raw(&row.row),
                origin: row.origin,
                reason: failure.reason,
                column: failure.column,
                text: failure.text,
                detail: failure.detail,
            },
        }))
    }

    /// What stands for a rejected figure; nothing where the row does not tell which figure it is.
    fn placeholder(&mut self, row: &CandidateObservation, reason: &str) -> Option<Observation> {
        let group = [&row.sex, &row.age, &row.category_type, &row.category];
        if group.into_iter().flatten().any(|text| Unread::is_in(text)) {
            return None;
        }
        let (indicator, _) = self.indicator(row).ok()?;
        let period = self.period(row).ok()?;
        let area = self.area(row, Some(period)).ok()?;
        Some(Observation::placeholder(indicator, area, period, self.breakdown(row).ok()?, reason))
    }

    fn judge(&mut self, row: &CandidateObservation) -> Result<Observation, Failure> {
        whole_texts(row)?;
        let (indicator, value_type) = self.indicator(row)?;
        let period = self.period(row);
        let area = self.area(row, period.as_ref().ok().copied())?;
        let period = period?;
        let breakdown = self.breakdown(row)?;
        let read = Reader { indicator: &indicator, is_percent: self.known.is_percent(&indicator) };
        let combined_with = self.combined_with(row, &area)?;
        let mut observation = Observation {
            value: read.value(&row.value)?,
            lower_ci: read.limit("lower_ci", &row.lower_ci)?,
            upper_ci: read.limit("upper_ci", &row.upper_ci)?,
            lower_ci_99_8: read.limit("lower_ci_99_8", &row.lower_ci_99_8)?,
            upper_ci_99_8: read.limit("upper_ci_99_8", &row.upper_ci_99_8)?,
            count: read.count("count", &row.count)?,
            denominator: read.count("denominator", &row.denominator)?,
            indicator: Arc::clone(&indicator),
            area,
            period,
            breakdown,
            note: row.note.clone(),
            combined_with,
        };
        numbers::make_sense(&observation, value_type)?;
        numbers::of_nobody(&mut observation, value_type)?;
        Ok(observation)
    }

    /// Counts that are not whole are told and not refused: an estimate's or a survey's may be so.
    fn look_at_counts(&mut self, row: &Observation, origin: &Origin) {
        let counts_people = matches!(
            self.known.value_type(&row.indicator),
            Some(ValueType::Proportion | ValueType::Rate | ValueType::Dsr | ValueType::Count)
        );
        if counts_people && !self.known.is_weighted(&row.indicator) && numbers::has_part_of_one(row, self.known) {
            self.not_whole.get_or_insert_with(|| (0, origin.clone())).0 += 1;
        }
    }

    /// What deserves a look in the rows so far and refuses nothing, a sentence each.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let say = |(rows, first): &(u64, Origin)| {
            format!(
                "{rows} row{} a count that is not a whole number; the first: {}, row {}. If the counts are weighted, say so in the \
                 indicator's numerator",
                if *rows == 1 { " has" } else { "s have" },
                first.file,
                first.row
            )
        };
        self.not_whole.iter().map(say).collect()
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

    fn area(&mut self, row: &CandidateObservation, period: Option<Period>) -> Result<String, Failure> {
        let code = row.area.as_deref().ok_or_else(|| missing("area"))?;
        if self.known.has_area(code) {
            return Ok(code.to_owned());
        }
        let key = (code.into(), period);
        let found = if let Some(found) = self.codes.get(&key) {
            found.clone()
        } else {
            // A file may have a million codes that are not known: the first are told the nearest, and are remembered.
            let is_early = self.codes.len() < CODES;
            let found = self.known.place(code, period, is_early).map(ToOwned::to_owned);
            if is_early {
                self.codes.insert(key, found.clone());
            }
            found
        };
        found.map_err(|why| Failure::new(why.reason, "area", Some(code), why.detail))
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
        if let Err(error) = age.parse::<Age>() {
            let detail = format!("{error}; the SQL function age(text) reads publishers' usual spellings");
            return Err(Failure::new("malformed-age", "age", Some(&age), detail));
        }
        let breakdown = Arc::new(Breakdown { sex: sex.to_owned(), age, category });
        self.breakdowns.insert(words, Arc::clone(&breakdown));
        Ok(breakdown)
    }
}

/// Refuses a text that an SQL function could not read: it carries its own reason.
fn whole_texts(row: &CandidateObservation) -> Result<(), Failure> {
    for (name, text) in texts(row) {
        if let Some(unread) = text.as_deref().filter(|text| Unread::is_in(text)).and_then(Unread::within) {
            return Err(unread_text(name, name, &unread));
        }
    }
    Ok(())
}

/// The failure of a text that could not be read; `name` is the relation's column, `column` the publisher's where it is known.
pub(super) fn unread_text(name: &str, column: &str, unread: &Unread) -> Failure {
    let text = Some(unread.text.as_str()).filter(|text| !text.is_empty());
    let detail = match text {
        Some(text) => format!("`{}` (for {name}): {}", shown(text), unread.why),
        None => format!("a cell (for {name}) cannot be read: {}", unread.why),
    };
    Failure::new(unread.rule.id(), column, text, detail)
}

fn texts(row: &CandidateObservation) -> [(&'static str, &Option<Arc<str>>); 9] {
    [
        ("indicator", &row.indicator),
        ("area", &row.area),
        ("period", &row.period),
        ("sex", &row.sex),
        ("age", &row.age),
        ("category_type", &row.category_type),
        ("category", &row.category),
        ("note", &row.note),
        ("combined_with", &row.combined_with),
    ]
}

fn missing(column: &str) -> Failure {
    Failure::new("missing-key", column, None, format!("the row has no {column}: the SQL gave nothing there"))
}

/// The row as JSON, for a person who reads the quarantine.
fn raw(row: &CandidateObservation) -> String {
    let mut out = serde_json::Map::new();
    for (name, text) in texts(row) {
        if let Some(text) = text {
            out.insert(name.into(), Unread::plain(text).into());
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
            Cell::Number(number) | Cell::Marked { number, .. } => {
                out.insert(name.into(), (*number).into());
            }
            Cell::Missing(kind) => {
                out.insert(name.into(), kind.as_str().into());
            }
            Cell::Unreadable { text, .. } => {
                out.insert(name.into(), text.as_deref().map(Unread::plain).into());
            }
        }
    }
    serde_json::Value::Object(out).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcomes::{Area, AreaType, Figure, Indicator, MissingKind, Origin, Polarity, ReferenceRow, UnreadRule};

    fn known() -> Known {
        let indicator = |id: &str, value_type| {
            ReferenceRow::Indicator(Indicator {
                id: id.into(),
                name: id.into(),
                definition: None,
                unit: if id == "share" { "percent" } else { "score" }.into(),
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
            indicator("people", ValueType::Count),
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
            Ok(row) if row.row.value == Figure::Number(0.0) || row.row.value.missing().is_none() => "published".into(),
            Ok(row) => row.row.value.to_string(),
            Err(refused) => {
                let Rejection { reason, column, .. } = refused.rejection;
                format!("{reason} {}", column.as_deref().unwrap_or("-"))
            }
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
        assert_eq!(verdict(row("share", Missing(MissingKind::Suppressed))), "suppressed");
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
    fn ages_have_one_spelling() {
        let aged =
            |age: &str| verdict(CandidateObservation { age: Some(age.into()), ..row("share", Cell::Number(1.0)) });
        for age in ["all", "10-14", "<1", "65+", "6-8 weeks"] {
            assert_eq!(aged(age), "published", "{age}");
        }
        for age in ["oct-14", "05-sep", "10 to 14", "10-14 yrs", "44118", "1014"] {
            assert_eq!(aged(age), "malformed-age age", "{age}");
        }
    }

    #[test]
    fn a_number_that_its_value_type_cannot_be_is_refused_whichever_the_column() {
        use Cell::Number;
        assert_eq!(verdict(row("people", Number(-5.0))), "impossible-number value");
        assert_eq!(verdict(row("people", Number(9_007_199_254_740_993.0))), "impossible-number value");
        assert_eq!(verdict(row("score", Number(-5.0))), "published");
        let with = |indicator, value, lower, upper| {
            verdict(CandidateObservation {
                lower_ci: Number(lower),
                upper_ci: Number(upper),
                ..row(indicator, Number(value))
            })
        };
        assert_eq!(with("people", 12.0, -99.0, 15.0), "impossible-number lower_ci");
        assert_eq!(with("share", 99.0, 97.0, 999.0), "impossible-number upper_ci");
        // What a normal approximation gives of a small share.
        assert_eq!(with("share", 1.0, -0.5, 2.5), "published");
        assert_eq!(with("score", 1.0, -99.0, 2.5), "published");
    }

    #[test]
    fn a_share_of_nobody_is_not_applicable() {
        use Cell::{Nothing, Number};
        let of = |indicator, value, count, denominator| CandidateObservation {
            count,
            denominator: Number(denominator),
            ..row(indicator, Number(value))
        };
        assert_eq!(verdict(of("share", 0.0, Number(0.0), 0.0)), "not-applicable");
        assert_eq!(verdict(of("rate", 0.0, Nothing, 0.0)), "not-applicable");
        assert_eq!(verdict(of("share", 0.0, Number(0.0), 5.0)), "published");
        assert_eq!(verdict(of("share", 12.0, Nothing, 0.0)), "impossible-number denominator");
        assert_eq!(verdict(of("people", 0.0, Nothing, 0.0)), "published");
    }

    #[test]
    fn a_warning_and_a_percent_sign_stand_beside_a_number() {
        let marked =
            |indicator, percent, unreliable| row(indicator, Cell::Marked { number: 71.34, percent, unreliable });
        assert_eq!(verdict(marked("share", true, false)), "published");
        assert_eq!(verdict(marked("rate", true, false)), "unreadable-figure value");
        assert_eq!(verdict(marked("share", true, true)), "71.34 unreliable");
        assert_eq!(verdict(marked("rate", false, true)), "71.34 unreliable");
        let count = Cell::Marked { number: 7.0, percent: true, unreliable: false };
        assert_eq!(
            verdict(CandidateObservation { count, ..row("share", Cell::Number(7.0)) }),
            "unreadable-figure count"
        );
    }

    #[test]
    fn what_an_sql_function_could_not_read_rejects_its_row_by_its_own_rule() {
        let two = Unread { rule: UnreadRule::TwoValues, text: "1 | 2".into(), why: "two".into() }.carried();
        let label =
            Unread { rule: UnreadRule::Label, text: "Apr 24".into(), why: "a month is Apr 2024".into() }.carried();
        let good = || row("share", Cell::Number(22.9));
        assert_eq!(verdict(CandidateObservation { note: Some(two.as_str().into()), ..good() }), "two-values note");
        assert_eq!(
            verdict(CandidateObservation { period: Some(label.as_str().into()), ..good() }),
            "malformed-period period"
        );
        let cell = Cell::Unreadable { column: "population".into(), text: Some(two) };
        assert_eq!(verdict(row("share", cell)), "two-values population");
        assert!(!raw(&CandidateObservation { period: Some(label.as_str().into()), ..good() }).contains('\u{e000}'));
    }

    #[test]
    fn a_figure_with_an_ods_code_is_filed_under_the_code_of_its_place() {
        let mut known = known();
        known.learn(&[ReferenceRow::AreaCode {
            area: "E08000032".into(),
            scheme: "ods".into(),
            code: "36J".into(),
            valid_from: None,
            valid_to: None,
        }]);
        let mut rules = ObservationRules::new(&known);
        let mut filed = |code: &str| {
            let row = CandidateObservation { area: Some(code.into()), ..row("share", Cell::Number(1.0)) };
            let origin = Origin { file: "f.csv".into(), row: 7 };
            rules.check(Traced { row, origin }).map(|row| row.row.area).map_err(|why| why.rejection.reason)
        };
        assert_eq!(filed("36J"), Ok("E08000032".into()));
        assert_eq!(filed("36J"), Ok("E08000032".into()), "remembered alike");
        assert_eq!(filed("36K"), Err("unknown-area"));
    }

    #[test]
    fn a_code_that_is_nearly_known_is_hinted_at_and_shown() {
        let known = known();
        for (code, words) in
            [("e08000032", "did you mean `E08000032` (Bradford)?"), ("E08\u{a0}000032", "`E08\\u{a0}000032`")]
        {
            let row = CandidateObservation { area: Some(code.into()), ..row("share", Cell::Number(1.0)) };
            let origin = Origin { file: "f.csv".into(), row: 7 };
            let said = ObservationRules::new(&known).check(Traced { row, origin }).map(|_| ()).expect_err("unknown");
            assert!(said.rejection.detail.contains(words), "{}", said.rejection.detail);
        }
    }

    #[test]
    fn counts_that_are_not_whole_are_told() {
        let known = known();
        let mut rules = ObservationRules::new(&known);
        let count = Cell::Number(2.5);
        let row = CandidateObservation { count, denominator: Cell::Number(5.0), ..row("share", Cell::Number(50.0)) };
        assert!(rules.check(Traced { row, origin: Origin { file: "f.csv".into(), row: 7 } }).is_ok());
        assert!(
            rules.remarks()[0].starts_with("1 row has a count that is not a whole number; the first: f.csv, row 7")
        );
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
