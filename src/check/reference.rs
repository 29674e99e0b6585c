//! Row rules for the reference relations.

use super::{Known, framework};
use crate::outcomes::{
    Area, AreaLink, AreaType, CandidateReference, FrameworkDocument, Indicator, LinkKind, Neighbour, Origin, Polarity,
    ReferenceRow, Rejection, Relation, Traced, Unread, shown,
};
use chrono::NaiveDate;
use serde::de::DeserializeOwned;

struct Failure {
    reason: &'static str,
    column: &'static str,
    text: Option<String>,
    detail: String,
    /// The row of the file, where the rule knows it better than the mapping.
    row: Option<u64>,
}

/// A reference row that may be published.
///
/// # Errors
/// The row's rejection, by the first rule that it fails.
pub fn read_reference(
    known: &Known,
    relation: Relation,
    row: Traced<CandidateReference>,
) -> Result<Traced<ReferenceRow>, Box<Rejection>> {
    let reader = Reader { relation, texts: &row.row.texts };
    match reader.no_unread().and_then(|()| reader.row(known)) {
        Ok(read) => Ok(Traced { row: read, origin: row.origin }),
        Err(failure) => Err(Box::new(Rejection {
            relation,
            raw: reader.raw(),
            origin: Origin { row: failure.row.unwrap_or(row.origin.row), ..row.origin },
            reason: failure.reason,
            column: Some(failure.column.into()),
            text: failure.text,
            detail: failure.detail,
        })),
    }
}

struct Reader<'r> {
    relation: Relation,
    texts: &'r [Option<String>],
}

impl Reader<'_> {
    /// Refuses a text that an SQL function could not read: it carries its own reason.
    fn no_unread(&self) -> Result<(), Failure> {
        for (column, text) in self.relation.columns().iter().zip(self.texts) {
            if let Some(unread) = text.as_deref().filter(|text| Unread::is_in(text)).and_then(Unread::within) {
                let detail = format!("`{}` (for {}): {}", shown(&unread.text), column.name, unread.why);
                let (reason, text) = (unread.rule.id(), Some(unread.text));
                return Err(Failure { reason, column: column.name, text, detail, row: None });
            }
        }
        Ok(())
    }

    fn row(&self, known: &Known) -> Result<ReferenceRow, Failure> {
        Ok(match self.relation {
            Relation::Areas => ReferenceRow::Area(Area {
                code: self.must("code")?,
                name: self.must("name")?,
                kind: self.word::<AreaType>("type")?,
                valid_from: self.date("valid_from")?,
                valid_to: self.date("valid_to")?,
            }),
            Relation::AreaCodes => ReferenceRow::AreaCode {
                area: self.area(known, "area")?,
                scheme: self.must("scheme")?,
                code: self.must("code")?,
                valid_from: self.date("valid_from")?,
                valid_to: self.date("valid_to")?,
            },
            Relation::AreaLinks => ReferenceRow::AreaLink(AreaLink {
                area: self.area(known, "area")?,
                related: self.area(known, "related")?,
                kind: self.word::<LinkKind>("kind")?,
                weight: self.number("weight", 0.0..=1.0)?,
                valid_from: self.date("valid_from")?,
                valid_to: self.date("valid_to")?,
            }),
            Relation::Indicators => ReferenceRow::Indicator(self.indicator()?),
            Relation::Neighbours => ReferenceRow::Neighbour(Neighbour {
                area: self.area(known, "area")?,
                neighbour: self.area(known, "neighbour")?,
                rank: self.rank()?,
                model: self.must("model")?,
            }),
            Relation::Frameworks => ReferenceRow::Framework(self.framework(known)?),
            // Figures have rules of their own and never come here.
            Relation::Observations => return Err(self.malformed("indicator", None, "a figure is not a reference row")),
        })
    }

    fn indicator(&self) -> Result<Indicator, Failure> {
        Ok(Indicator {
            id: self.must("id")?,
            name: self.must("name")?,
            definition: self.text("definition"),
            unit: self.must("unit")?,
            value_type: self.word("value_type")?,
            polarity: if self.text("polarity").is_some() { self.word("polarity")? } else { Polarity::None },
            multiplier: self.number("multiplier", f64::MIN_POSITIVE..=1e9)?,
            numerator: self.text("numerator"),
            denominator: self.text("denominator"),
            source_url: self.text("source_url"),
            same_as: self.text("same_as"),
            prefer: self
                .text("prefer")
                .map(|names| names.split_whitespace().map(ToOwned::to_owned).collect())
                .unwrap_or_default(),
        })
    }

    fn framework(&self, known: &Known) -> Result<FrameworkDocument, Failure> {
        let (id, document) = (self.must("id")?, self.whole("document")?);
        if let Some(owner) = known.owner(&id) {
            return Err(Failure {
                reason: "framework-mistake",
                column: "id",
                detail: format!(
                    "`{owner}` publishes a framework of the id `{id}`: give this one another id and file name"
                ),
                text: Some(id),
                row: Some(1),
            });
        }
        framework::check(known, &id, &document).map_err(|mistakes| Failure {
            reason: "framework-mistake",
            column: "document",
            text: None,
            detail: mistakes.detail,
            row: Some(mistakes.line),
        })?;
        Ok(FrameworkDocument { id, version: self.must("version")?, document })
    }

    fn text(&self, column: &'static str) -> Option<String> {
        let index = self.relation.columns().iter().position(|known| known.name == column)?;
        self.texts.get(index).cloned().flatten().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A text as it is, with any blanks around it.
    fn whole(&self, column: &'static str) -> Result<String, Failure> {
        self.must(column)?;
        let index = self.relation.columns().iter().position(|known| known.name == column);
        Ok(index.and_then(|index| self.texts.get(index)).cloned().flatten().unwrap_or_default())
    }

    fn must(&self, column: &'static str) -> Result<String, Failure> {
        self.text(column).ok_or_else(|| Failure {
            reason: "missing-key",
            column,
            text: None,
            detail: format!("the row has no {column}: the SQL gave nothing there"),
            row: None,
        })
    }

    fn area(&self, known: &Known, column: &'static str) -> Result<String, Failure> {
        let code = self.must(column)?;
        match known.place(&code, None, true) {
            Ok(filed) => Ok(filed.to_owned()),
            Err(why) => Err(Failure { reason: why.reason, column, detail: why.detail, text: Some(code), row: None }),
        }
    }

    fn word<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Failure> {
        let word = self.must(column)?;
        serde_json::from_value(word.clone().into())
            .map_err(|error| self.malformed(column, Some(word), &error.to_string()))
    }

    fn date(&self, column: &'static str) -> Result<Option<NaiveDate>, Failure> {
        self.text(column)
            .map(|text| text.parse().map_err(|_| self.malformed(column, Some(text), "a date is written 2025-03-31")))
            .transpose()
    }

    fn number(&self, column: &'static str, range: std::ops::RangeInclusive<f64>) -> Result<Option<f64>, Failure> {
        let Some(text) = self.text(column) else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(number) if range.contains(&number) => Ok(Some(number)),
            _ => {
                Err(self.malformed(column, Some(text), &format!("a number from {} to {}", range.start(), range.end())))
            }
        }
    }

    fn rank(&self) -> Result<u32, Failure> {
        let rank = self.must("rank")?;
        // A rank that passed through SQL arithmetic may come as 1.0.
        rank.strip_suffix(".0")
            .unwrap_or(&rank)
            .parse()
            .ok()
            .filter(|rank| *rank > 0)
            .ok_or_else(|| self.malformed("rank", Some(rank.clone()), "a rank counts from 1"))
    }

    fn malformed(&self, column: &'static str, text: Option<String>, what: &str) -> Failure {
        let detail = format!("{}.{column}: {what}", self.relation.name());
        Failure { reason: "malformed-reference", column, text, detail, row: None }
    }

    fn raw(&self) -> String {
        // A document is too long for a list of rows, and its file is named beside it.
        let columns = self.relation.columns().iter().zip(self.texts).filter(|(column, _)| column.name != "document");
        let given =
            columns.filter_map(|(column, text)| Some((column.name.to_owned(), Unread::plain(text.as_deref()?).into())));
        serde_json::Value::Object(given.collect()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(relation: Relation, texts: &[Option<&str>]) -> Result<ReferenceRow, String> {
        let mut known = Known::default();
        let area = Area {
            code: "E08000032".into(),
            name: "Bradford".into(),
            kind: AreaType::Utla,
            valid_from: None,
            valid_to: None,
        };
        known.learn(&[ReferenceRow::Area(area)]);
        let texts = texts.iter().map(|text| text.map(ToOwned::to_owned)).collect();
        let row = Traced { row: CandidateReference { texts }, origin: Origin { file: "f.csv".into(), row: 2 } };
        read_reference(&known, relation, row)
            .map(|row| row.row)
            .map_err(|r| format!("{} {}", r.reason, r.column.unwrap_or_default()))
    }

    #[test]
    fn words_numbers_and_dates_are_read_or_refused() {
        assert!(read(Relation::Areas, &[Some("E1"), Some("X"), Some("utla"), None, Some("2025-03-31")]).is_ok());
        assert_eq!(
            read(Relation::Areas, &[Some("E1"), Some("X"), Some("town"), None, None]),
            Err("malformed-reference type".into())
        );
        assert_eq!(
            read(Relation::Areas, &[Some("E1"), Some("X"), Some("utla"), Some("1 May"), None]),
            Err("malformed-reference valid_from".into())
        );
        assert_eq!(read(Relation::Areas, &[None, Some("X"), Some("utla"), None, None]), Err("missing-key code".into()));
        let neighbour =
            |rank| read(Relation::Neighbours, &[Some("E08000032"), Some("E08000032"), Some(rank), Some("m")]);
        assert!(neighbour("1.0").is_ok());
        assert_eq!(neighbour("0"), Err("malformed-reference rank".into()));
        assert_eq!(
            read(Relation::Neighbours, &[Some("E9"), Some("E08000032"), Some("1"), Some("m")]),
            Err("unknown-area area".into())
        );
    }
}
