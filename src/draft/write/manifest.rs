//! The manifest of a draft.

use crate::connector::Format;
use crate::draft::Draft;
use std::fmt::Write as _;

impl Draft {
    pub(super) fn manifest(&self) -> String {
        let (kind, section) = (self.from.kind.name, self.from.kind.draft(self.from.url.as_deref()));
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
             format = \"{}\"\n",
            self.from.format.extension()
        );
        // Writing to a String cannot fail.
        if let Some(sheet) = self.sheet.as_ref().filter(|_| self.from.sheet.is_some() || self.sheets.len() > 1) {
            let guessed =
                if self.from.sheet.is_some() { "" } else { "   # guessed: the first that looks like a table" };
            let _ = writeln!(out, "sheet  = {}{guessed}", quoted(sheet));
        }
        if self.header_row != 1 {
            let guessed = if self.guessed_row { "   # guessed: the row of the column names" } else { "" };
            let _ = writeln!(out, "header_row = {}{guessed}", self.header_row);
        }
        if self.other_encoding && self.from.format == Format::Csv {
            out.push_str("encoding = \"windows-1252\"   # guessed: it is no UTF-8\n");
        }
        out.push_str("\n[markers]                     # the publisher's symbol and the missing kind it stands for\n");
        for (text, kind) in self.guesses.told_markers() {
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
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
