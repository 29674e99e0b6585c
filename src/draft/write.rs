//! Writes a draft as a connector's folder.

use super::Draft;
use crate::connector::Format;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::Path;

/// Lines of the file that the drafted golden case begins with.
const CASE_LINES: usize = 25;

impl Draft {
    /// Writes the folder; it must not exist.
    ///
    /// # Errors
    /// When the folder cannot be made or a file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder.join("cases/typical/in"))?;
        fs::create_dir_all(folder.join("cases/typical/expect"))?;
        fs::write(folder.join("connector.toml"), self.manifest())?;
        fs::write(folder.join("observations.sql"), self.observations())?;
        fs::write(folder.join("indicators.sql"), self.indicators())?;
        fs::write(folder.join("README.md"), self.readme())?;
        self.write_case(folder)?;
        fs::write(
            folder.join("cases/typical/expect/observations.csv"),
            "indicator,area,period,value\nGAP: write here what must come out of in/, by hand\n",
        )
    }

    fn manifest(&self) -> String {
        let (kind, section) = (self.kind.name, self.kind.draft(self.url.as_deref()));
        let mut out = format!(
            "title       = \"GAP: a title\"\n\
             publisher   = \"GAP: the body that publishes it\"\n\
             sector      = \"council\"       # council | nhs | partner\n\
             licence     = \"OGL-UK-3.0\"    # GAP: is it?\n\
             access      = \"open\"          # open | partners | restricted\n\
             standing    = \"local\"         # official | local\n\
             \n\
             [release]                     # GAP: how often it comes\n\
             every      = \"1 year\"\n\
             late_after = \"60 days\"\n\
             \n\
             # [schedule]                  # when the hub looks by itself; without it, only when it is told\n\
             # cron = \"30 9 * * MON-FRI\"  # minute, hour, day of month, month, weekday: London's time\n\
             \n\
             [resource.data]               # becomes the SQL table `data`\n\
             kind   = \"{kind}\"\n\
             {section}\
             format = \"{}\"\n\
             \n\
             [markers]                     # the publisher's symbol and the missing kind it stands for\n",
            self.format.extension()
        );
        for (text, kind) in &self.guesses.markers {
            let line = match kind {
                Some(kind) => format!("{} = \"{kind}\"   # guessed\n", quoted(text)),
                None => format!(
                    "# {} = \"\"   # GAP: suppressed, not-applicable, not-available, unreliable, rounds-to-zero?\n",
                    quoted(text)
                ),
            };
            out.push_str(&line);
        }
        out
    }

    fn observations(&self) -> String {
        let guesses = &self.guesses;
        let mut out = String::from("-- One row a figure. Every column of `data` is text, exactly as published:\n");
        for column in &self.columns {
            let samples =
                column.samples.iter().take(4).cloned().collect::<Vec<_>>().join(" | ").replace(['\n', '\r'], " ");
            let _ = writeln!(out, "--   {}: {samples}", ident(&column.name));
        }
        let mut select = vec![
            (format!("'{}:GAP'", self.name), "indicator"),
            (
                match guesses.areas.as_slice() {
                    [] => "'GAP'".to_owned(),
                    [one] => ident(one),
                    many => format!("COALESCE({})", many.iter().map(|name| ident(name)).collect::<Vec<_>>().join(", ")),
                },
                "area",
            ),
            match &guesses.period {
                Some((column, kind)) => (format!("period({}, '{kind}')", ident(column)), "period"),
                None => ("period('GAP', 'financial')".to_owned(), "period"),
            },
        ];
        select.extend(guesses.sex.as_deref().map(|column| (format!("sex({})", ident(column)), "sex")));
        select.extend(guesses.age.as_deref().map(|column| (format!("age({})", ident(column)), "age")));
        select.push((
            guesses
                .value
                .as_deref()
                .map_or_else(|| "figure('GAP')".into(), |column| format!("figure({})", ident(column))),
            "value",
        ));
        if let Some((lower, upper)) = &guesses.limits {
            select.push((format!("number({})", ident(lower)), "lower_ci"));
            select.push((format!("number({})", ident(upper)), "upper_ci"));
        }
        select.extend(guesses.count.as_deref().map(|column| (format!("figure({})", ident(column)), "count")));
        select
            .extend(guesses.denominator.as_deref().map(|column| (format!("figure({})", ident(column)), "denominator")));
        let lines: Vec<String> = select.iter().map(|(expr, name)| format!("  {expr} AS {name}")).collect();
        let _ = write!(out, "SELECT\n{}\nFROM data\n", lines.join(",\n"));
        out
    }

    fn indicators(&self) -> String {
        format!(
            "-- Each indicator that is not of the shared vocabulary. GAP: id, name, unit, value_type, polarity.\n\
             SELECT\n  '{}:GAP' AS id,\n  'GAP: a name' AS name,\n  'percent' AS unit,\n  'proportion' AS value_type,\n  'none' AS polarity\n",
            self.name
        )
    }

    fn readme(&self) -> String {
        format!(
            "# {}\n\nGAP: the source in a few sentences.\n\n## What it publishes\n\nGAP\n\n## Release calendar\n\nGAP\n\n## Caveats\n\nGAP\n\n## Left out, and why\n\nGAP\n\n## Licence\n\nGAP\n",
            self.name
        )
    }

    /// A text file's first lines; a workbook or parquet file whole, since it cannot be cut.
    fn write_case(&self, folder: &Path) -> io::Result<()> {
        let to = folder.join(format!("cases/typical/in/data.{}", self.format.extension()));
        if self.format != Format::Csv {
            return fs::copy(&self.file, to).map(|_| ());
        }
        let mut out = fs::File::create(to)?;
        let mut reader = BufReader::new(fs::File::open(&self.file)?);
        let mut line = Vec::new();
        for _ in 0..CASE_LINES {
            line.clear();
            if reader.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            out.write_all(&line)?;
        }
        Ok(())
    }
}

/// A column as SQL writes it: bare where that is safe, otherwise quoted.
fn ident(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && name.starts_with(|c: char| c.is_ascii_lowercase()) && !RESERVED.contains(&name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Words of SQL that real files use as column names.
const RESERVED: [&str; 9] = ["all", "by", "case", "end", "from", "group", "order", "select", "where"];

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::ident;

    #[test]
    fn columns_are_quoted_where_sql_needs_it() {
        assert_eq!(ident("la_code"), "la_code");
        assert_eq!(ident("Area Code"), "\"Area Code\"");
        assert_eq!(ident("end"), "\"end\"");
        assert_eq!(ident("a\"b"), "\"a\"\"b\"");
    }
}
