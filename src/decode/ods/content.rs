//! What a cell of an ods holds and shows.

use super::styles::Styles;
use crate::decode::numfmt::NumberFormat;
use crate::decode::rows::CELL_BYTES;
use crate::decode::runs::{Look, Runs, Seen, Trouble};
use crate::decode::shown::{iso, shown};
use crate::decode::xml::{Broken, attribute, referred, unescaped};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use std::io::BufRead;

/// Spaces that one element may stand for.
const SPACES: usize = 1_000;

/// What a cell's attributes say that it holds.
enum Value {
    Number(f64),
    Text(String),
    Other(String),
}

/// What a cell shows; reads on to its end. `style` is that of the cell.
pub(super) fn seen<R: BufRead>(
    reader: &mut Reader<R>,
    cell: &BytesStart<'_>,
    style: &str,
    styles: &mut Styles,
) -> Result<Option<Seen<'static>>, Broken> {
    let mut value = None;
    let (mut kind, mut is_error, mut formula) = (String::new(), false, false);
    for attribute in cell.attributes() {
        let attribute = attribute?;
        let text = || unescaped(&attribute.value);
        match attribute.key.0 {
            "office:value" if value.is_none() => value = Some(Value::Number(text()?.trim().parse()?)),
            "office:string-value" if value.is_none() => value = Some(Value::Text(text()?)),
            "office:date-value" if value.is_none() => value = Some(Value::Other(iso(text()?))),
            "office:time-value" if value.is_none() => value = Some(Value::Other(text()?)),
            "office:boolean-value" if value.is_none() => {
                let is_true = text()?.eq_ignore_ascii_case("true");
                value = Some(Value::Other(if is_true { "TRUE".into() } else { "FALSE".into() }));
            }
            "office:value-type" => kind = text()?,
            "calcext:value-type" => is_error = &*attribute.value == "error",
            "table:formula" => formula = true,
            _ => {}
        }
    }
    let look = styles.look_of_cell(style);
    let content = content(reader, cell.name(), look, styles)?;
    let seen = match value {
        None if kind == "string" || is_error => content,
        // LibreOffice writes the text of an error as content, beside an empty value.
        Some(Value::Text(text)) if is_error && text.is_empty() => content,
        // The value of a text has no looks: where its letters have some, they are what a person sees.
        Some(Value::Text(text)) => {
            if content.trouble.is_some() || !content.text.is_ascii() {
                content
            } else {
                looked(text, look)
            }
        }
        Some(Value::Other(text)) => looked(text, look),
        Some(Value::Number(number)) => {
            let seen = match &content.trouble {
                Some(trouble) if matches!(**trouble, Trouble::Unreadable(_)) => content,
                _ => number_seen(number, &kind, styles.format_of(style), &content.text),
            };
            if seen.trouble.is_some() { seen } else { looked(seen.text.into_owned(), look) }
        }
        None if formula => Seen::unreadable(
            "it holds a formula whose result is not in the file; open the workbook in a spreadsheet and save it",
        ),
        None => return Ok(None),
    };
    Ok(Some(seen))
}

/// A text of which all letters look so.
fn looked(text: String, look: Look) -> Seen<'static> {
    let mut runs = Runs::default();
    runs.push(&text, look);
    runs.finish()
}

/// A number as its format shows it, held against what the file says that it shows.
fn number_seen(number: f64, kind: &str, format: Option<&NumberFormat>, content: &str) -> Seen<'static> {
    let percent = NumberFormat::parse("0%");
    let general = NumberFormat::general();
    let format = match format {
        // A format of texts or of days is none for a number.
        Some(format) => format,
        None if kind == "percentage" => &percent,
        None => &general,
    };
    let is_date = format.sections.iter().any(|section| section.date);
    let is_general = format.sections.iter().all(|section| section.general);
    let seen = shown(number, format, false);
    let content = content.trim();
    if seen.trouble.is_some() || content.is_empty() || content == seen.text {
        return seen;
    }
    let held = if seen.text.ends_with('%') { number * 100.0 } else { number };
    match agrees(held, content) {
        Some(true) => seen,
        // A month may be shown by its name alone.
        _ if !is_date && !content.contains(|letter: char| letter.is_ascii_digit()) => Seen::plain(content.to_owned()),
        None if !is_general && seen.text.contains(|letter: char| letter.is_ascii_digit()) => seen,
        _ => Seen::unreadable(&format!("it shows `{content}` and holds another number")),
    }
}

/// Whether a shown number is the one that is held, rounded; none where it cannot be told.
fn agrees(held: f64, content: &str) -> Option<bool> {
    let negative = content.starts_with('(') && content.ends_with(')');
    let kept: String = content
        .chars()
        .filter(|letter| {
            !letter.is_whitespace() && !matches!(letter, '(' | ')' | '%' | '£' | '$' | '€' | '¥' | '+' | '\u{a0}')
        })
        .map(|letter| if letter == '−' { '-' } else { letter })
        .collect();
    if kept.is_empty() || !kept.chars().all(|letter| matches!(letter, '0'..='9' | '.' | ',' | '-' | 'E' | 'e')) {
        return None;
    }
    // With a point for decimals, or as written where it is a comma.
    let readings = [kept.replace(',', ""), kept.replace('.', "").replace(',', ".")];
    let mut any = None;
    for reading in readings {
        let Ok(number) = reading.parse::<f64>() else { continue };
        let number = if negative { -number } else { number };
        let (digits, power) = reading.split_once(['E', 'e']).unwrap_or((&reading, "0"));
        let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let power = power.parse::<i32>().unwrap_or(0) - i32::try_from(decimals).unwrap_or(0);
        let half = 0.5 * 10_f64.powi(power);
        any = Some(any.unwrap_or(false) || (number - held).abs() <= half * 1.000_1 + held.abs() * 1e-9);
    }
    any
}

/// The text within a cell: its paragraphs as lines, without notes that people have pinned to it.
fn content<R: BufRead>(
    reader: &mut Reader<R>,
    cell: QName<'_>,
    look: Look,
    styles: &Styles,
) -> Result<Seen<'static>, Broken> {
    let (mut runs, mut buffer, mut paragraphs, mut inside) = (Runs::default(), Vec::new(), 0, false);
    // The looks of the spans that are open.
    let mut looks = vec![look];
    loop {
        buffer.clear();
        if runs.len() > CELL_BYTES {
            return Err(Broken("a cell is longer than 1 MiB, which no spreadsheet allows".into()));
        }
        let now = looks.last().copied().unwrap_or(look);
        match reader.read_event_into(&mut buffer)? {
            Event::Text(part) if inside => runs.push(&part.xml10_content(), now),
            Event::CData(part) if inside => runs.push(&part.xml10_content(), now),
            Event::GeneralRef(reference) => runs.push(&referred(&reference)?, now),
            Event::Start(element) => match element.name().0 {
                "office:annotation" => {
                    let name = element.name().0.to_owned();
                    reader.read_to_end_into(QName(&name), &mut Vec::new())?;
                }
                "text:p" => {
                    (paragraphs, inside) = (paragraphs + 1, true);
                    if paragraphs > 1 {
                        runs.push("\n", now);
                    }
                }
                "text:span" => {
                    let name = attribute(&element, "text:style-name")?;
                    looks.push(name.map_or(now, |name| styles.look_of_text(&name, now)));
                }
                "text:s" => {
                    let count = attribute(&element, "text:c")?.map_or(Ok(1), |count| count.parse())?;
                    runs.push(&" ".repeat(SPACES.min(count)), now);
                }
                "text:tab" => runs.push("\t", now),
                "text:line-break" => runs.push("\n", now),
                _ => {}
            },
            Event::End(element) if element.name() == cell => return Ok(runs.finish()),
            Event::End(element) => match element.name().0 {
                "text:p" => inside = false,
                "text:span" if looks.len() > 1 => drop(looks.pop()),
                _ => {}
            },
            Event::Eof => return Err(Broken("a cell does not end".into())),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_number_agrees_with_the_one_that_is_held() {
        for (held, content) in [
            (1234.5, "1,234.5"),
            (0.713, "0.7"),
            (22.94, "22.9"),
            (-5.0, "(5)"),
            (1234.5, "£1,235"),
            (1.5, "1,5"),
            (1e6, "1.00E+06"),
            (71.34, "71.3%"),
            (-3.0, "−3"),
        ] {
            assert_eq!(agrees(held, content), Some(true), "{content}");
        }
        for (held, content) in [(1_234_567.0, "1,235"), (-5.0, "5"), (3.0, "4"), (22.94, "23.9")] {
            assert_eq!(agrees(held, content), Some(false), "{content}");
        }
        assert_eq!((agrees(3.0, "*"), agrees(1200.0, "1.2k")), (None, None));
    }
}
