//! The SQL of a draft: each guess is marked on its line.

use crate::draft::Draft;
use crate::draft::guess::{Area, PeriodGuess, Split, one_line};
use crate::draft::words::{has, has_phrase};
use crate::mapping::ident;
use std::fmt::Write as _;

/// The most columns of which each is a period that are written out.
const WIDE: usize = 40;

/// A column of a SELECT, and what is said on its line.
struct Item {
    expr: String,
    name: &'static str,
    comment: String,
}

impl Item {
    fn guessed(expr: String, name: &'static str, why: &str) -> Self {
        Self { expr, name, comment: format!("guessed: {}", one_line(why)) }
    }

    fn gap(expr: &str, name: &'static str, what: &str) -> Self {
        Self { expr: expr.to_owned(), name, comment: format!("GAP: {what}") }
    }
}

impl Draft {
    pub(super) fn observations(&self) -> String {
        let mut out = self.columns_seen();
        let wide = self.guesses.period.as_ref().filter(|period| period.wide);
        let selects: Vec<String> = match wide {
            Some(period) => {
                period.columns.iter().take(WIDE).map(|column| self.select(Some((period, column)))).collect()
            }
            None => vec![self.select(None)],
        };
        if let Some(left) = wide.map(|period| period.columns.len().saturating_sub(WIDE)).filter(|left| *left > 0) {
            let _ = writeln!(out, "-- GAP: {left} more columns are a period each: add a SELECT for each");
        }
        out.push_str(&selects.join("UNION ALL\n"));
        out
    }

    /// What the file's columns are and hold, as a comment above.
    fn columns_seen(&self) -> String {
        let guesses = &self.guesses;
        let mut out = String::from("-- One row a figure. Every column of `data` is text, exactly as published:\n");
        for column in &self.columns {
            let texts = if guesses.personal.is_empty() {
                let texts: Vec<String> = column.texts.iter().take(4).map(|text| one_line(text)).collect();
                texts.join(" | ")
            } else {
                String::from("(not repeated here)")
            };
            let _ = writeln!(out, "--   {}: {texts}", one_line(&ident(&column.name)));
        }
        if !guesses.personal.is_empty() {
            let columns: Vec<String> =
                guesses.personal.iter().map(|personal| format!("`{}`", one_line(&personal.column))).collect();
            let _ = writeln!(
                out,
                "-- GAP: {} look as if a row were about a person: publish numbers of people and no record, as in\n\
                 --   SELECT …, CAST(count(*) AS VARCHAR) … GROUP BY place and period",
                columns.join(", ")
            );
        }
        if let Some(near) = &guesses.near {
            let _ = writeln!(
                out,
                "-- Look at the shared indicator of a near name: '{}' ({})",
                near.id,
                one_line(&near.name)
            );
        }
        for split in &guesses.splits.idle {
            let _ = writeln!(
                out,
                "-- Few texts, and not needed to tell the rows apart: {}: {}",
                one_line(&ident(&split.column)),
                guesses.texts(&split.texts)
            );
        }
        if guesses.measures.value.is_some() && !guesses.measures.others.is_empty() {
            let others: Vec<String> = guesses.measures.others.iter().map(|name| one_line(&ident(name))).collect();
            let _ = writeln!(out, "-- Numbers too, perhaps of further indicators: {}", others.join(", "));
        }
        if guesses.splits.repeats > 0 {
            let _ = writeln!(
                out,
                "-- GAP: {} of the first rows repeat another's place, period and breakdown: say in WHERE or GROUP BY which is meant",
                guesses.splits.repeats
            );
        }
        out
    }

    /// One SELECT; of a file with a column a period, that of one of them.
    fn select(&self, period: Option<(&PeriodGuess, &String)>) -> String {
        let mut items = self.key_items(period);
        items.extend(self.figure_items(period.map(|(_, column)| column)));
        let last = items.len();
        let mut out = String::from("SELECT\n");
        for (index, item) in items.iter().enumerate() {
            let comma = if index + 1 == last { "" } else { "," };
            let _ = writeln!(out, "  {} AS {}{comma}  -- {}", item.expr, item.name, item.comment);
        }
        out.push_str(&self.from());
        out
    }

    fn key_items(&self, wide: Option<(&PeriodGuess, &String)>) -> Vec<Item> {
        let guesses = &self.guesses;
        let mut items = vec![match &guesses.splits.indicator {
            Some(split) => Item::guessed(
                format!("'{}:' || slug({})", self.name, ident(&split.column)),
                "indicator",
                "the column names what is measured; a shared indicator's id is better where there is one",
            ),
            None => Item::gap(&format!("'{}:GAP'", self.name), "indicator", "the id of what is measured"),
        }];
        items.push(self.area_item());
        items.push(match (wide, &guesses.period) {
            (Some((period, column)), _) => Item::guessed(
                format!("period('{}', '{}')", column.replace('\'', "''"), period.kind),
                "period",
                &format!("the column's name; {}", period.why()),
            ),
            (None, Some(period)) => Item::guessed(
                format!("period({}, '{}')", ident(&period.columns[0]), period.kind),
                "period",
                &period.why(),
            ),
            (None, None) => Item::gap("period('GAP', 'financial')", "period", "no column looks like the period"),
        });
        for (column, function) in [(&guesses.sex, "sex"), (&guesses.age, "age")] {
            let name = if function == "sex" { "sex" } else { "age" };
            items.extend(column.as_deref().map(|column| {
                Item::guessed(format!("{function}({})", ident(column)), name, "by the column's name and texts")
            }));
        }
        if let Some(split) = &guesses.splits.category {
            items.extend(category_items(split));
        }
        items
    }

    fn area_item(&self) -> Item {
        let area = &self.guesses.area;
        match &area.area {
            Area::Unknown => Item::gap("'GAP'", "area", "no column looks like a place's code or name"),
            Area::Gss(columns) if columns.len() > 1 => {
                let columns: Vec<String> = columns.iter().map(|name| ident(name)).collect();
                let why = format!("the first that is not blank; {}", area.why);
                Item::guessed(format!("COALESCE({})", columns.join(", ")), "area", &why)
            }
            Area::Gss(columns) => Item::guessed(ident(columns.first().map_or("", String::as_str)), "area", &area.why),
            Area::Ods(column) => Item::guessed(ident(column), "area", &area.why),
            Area::LookedUp { column, .. } => {
                // What is not found stays as it is: the row is then rejected, with its text.
                Item::guessed(format!("COALESCE(place.known_area, data.{})", ident(column)), "area", &area.why)
            }
        }
    }

    fn figure_items(&self, wide: Option<&String>) -> Vec<Item> {
        let measures = &self.guesses.measures;
        let figure = |function: &str, column: &str| {
            let has_commas = measures.thousands.iter().any(|name| name == column);
            let text = if has_commas { format!("replace({}, ',', '')", ident(column)) } else { ident(column) };
            format!("{function}({text})")
        };
        let why = |column: &str| {
            let has_commas = measures.thousands.iter().any(|name| name == column);
            if has_commas { "by its name; the commas stand between thousands" } else { "by its name and numbers" }
        };
        let mut items = vec![match wide.or(measures.value.as_ref()) {
            Some(column) => Item::guessed(figure("figure", column), "value", why(column)),
            None => Item::gap("figure('GAP')", "value", "which column holds the value?"),
        }];
        let limits =
            [(&measures.limits, ["lower_ci", "upper_ci"]), (&measures.wide_limits, ["lower_ci_99_8", "upper_ci_99_8"])];
        for (limits, [lower_name, upper_name]) in limits {
            if let Some((lower, upper)) = limits {
                items.push(Item::guessed(figure("number", lower), lower_name, why(lower)));
                items.push(Item::guessed(figure("number", upper), upper_name, why(upper)));
            }
        }
        for (column, name) in [(&measures.count, "count"), (&measures.denominator, "denominator")] {
            items.extend(column.as_ref().map(|column| Item::guessed(figure("figure", column), name, why(column))));
        }
        items
    }

    /// From where, joined to what, and which rows.
    fn from(&self) -> String {
        let mut out = String::from("FROM data\n");
        if let Area::LookedUp { column, scheme } = &self.guesses.area.area {
            out.push_str(&looked_up(column, scheme));
        }
        let mut word = "WHERE";
        for split in &self.guesses.splits.filters {
            let kept = split.total.as_ref().or(split.texts.first()).map_or("", String::as_str);
            let kept = if self.guesses.personal.is_empty() { kept } else { "GAP" };
            let _ = writeln!(
                out,
                "{word} {} = '{}'  -- GAP: which is meant? {}",
                ident(&split.column),
                kept.replace('\'', "''").replace(['\n', '\r'], " "),
                self.guesses.texts(&split.texts)
            );
            word = "  AND";
        }
        out
    }

    pub(super) fn indicators(&self) -> String {
        let guesses = &self.guesses;
        let (unit, value_type, why) = self.unit();
        let mut out = String::from("-- Each indicator that is not of the shared vocabulary (schema/indicators/).\n");
        if let Some(near) = &guesses.near {
            let _ = writeln!(
                out,
                "-- Look at the shared indicator of a near name: '{}' ({}). Where it is the same, use its id in observations.sql.",
                near.id,
                one_line(&near.name)
            );
        }
        let (id, name, from) = match &guesses.splits.indicator {
            Some(split) => {
                let column = ident(&split.column);
                (format!("'{}:' || slug({column})", self.name), column, "SELECT DISTINCT")
            }
            None => (format!("'{}:GAP'", self.name), "'GAP: a name'".to_owned(), "SELECT"),
        };
        let told = if guesses.splits.indicator.is_some() {
            "guessed: as in observations.sql"
        } else {
            "GAP: the same as in observations.sql"
        };
        let _ = write!(
            out,
            "{from}\n  {id} AS id,  -- {told}\n  {name} AS name,  -- {}\n  '{unit}' AS unit,  -- {why}\n  \
             '{value_type}' AS value_type,  -- {why}\n  'none' AS polarity  -- GAP: high-is-good, low-is-good or none\n",
            if guesses.splits.indicator.is_some() {
                "guessed: the publisher's words"
            } else {
                "GAP: a short name for people"
            }
        );
        if guesses.splits.indicator.is_some() {
            out.push_str("FROM data\n");
        }
        out
    }

    /// The unit and the type of value that the value's name tells, and what is said of them.
    fn unit(&self) -> (&'static str, &'static str, &'static str) {
        let measures = &self.guesses.measures;
        let name = measures.value.as_deref().unwrap_or_default();
        let percents = |column: &&crate::draft::Column| {
            column.name == name && column.texts.iter().any(|text| text.trim().ends_with('%'))
        };
        if has(name, &["percent", "percentage", "pct", "proportion"])
            || self.columns.iter().any(|column| percents(&column))
        {
            return ("percent", "proportion", "GAP: guessed by the value's name or percent signs: is it?");
        }
        if has_phrase(name, "per 100k") || has_phrase(name, "per 100 000") || has_phrase(name, "per 100000") {
            return ("per-100k", "rate", "GAP: guessed by the value's name: is it?");
        }
        if has(name, &["count", "number", "total"]) {
            return ("count", "count", "GAP: guessed by the value's name: is it?");
        }
        (
            "unspecified",
            "index",
            "GAP: nothing tells it; docs/CONNECTORS.md and schema/relations/indicators.md have the words",
        )
    }
}

/// Category and its type; the total has none.
fn category_items(split: &Split) -> [Item; 2] {
    let column = ident(&split.column);
    let kind = one_line(&split.column).replace('\'', "''");
    if let Some(kind) = &split.kind {
        let why = "the columns are a breakdown and what it is by";
        return [Item::guessed(ident(kind), "category_type", why), Item::guessed(column, "category", why)];
    }
    let Some(total) = &split.total else {
        let why = "the column splits the rows";
        return [
            Item::guessed(format!("CASE WHEN {column} IS NOT NULL THEN '{kind}' END"), "category_type", why),
            Item::guessed(column, "category", why),
        ];
    };
    let total = total.replace('\'', "''").replace(['\n', '\r'], " ");
    let why = format!("the column splits the rows, and `{total}` is the whole");
    [
        Item::guessed(format!("CASE WHEN {column} <> '{total}' THEN '{kind}' END"), "category_type", &why),
        Item::guessed(format!("NULLIF({column}, '{total}')"), "category", &why),
    ]
}

/// The join that finds the places behind a publisher's codes or names. A text that means two places rejects its rows.
fn looked_up(column: &str, scheme: &str) -> String {
    let column = ident(column);
    let (code, found) = if scheme == "name" {
        ("lower(area_codes.code)", format!("lower(trim(data.{column}))"))
    } else {
        ("area_codes.code", format!("trim(data.{column})"))
    };
    let kinds = "'country', 'region', 'utla', 'ltla', 'icb'";
    format!(
        "LEFT JOIN (\n  -- guessed: `{}` holds codes of the scheme '{scheme}', as they are now\n  \
         SELECT {code} AS known_code, the_one(area_codes.area) AS known_area\n  \
         FROM area_codes JOIN areas ON areas.code = area_codes.area\n  \
         WHERE area_codes.scheme = '{scheme}' AND area_codes.valid_to IS NULL AND areas.type IN ({kinds})\n  \
         GROUP BY {code}\n) AS place ON place.known_code = {found}\n",
        one_line(&column)
    )
}
