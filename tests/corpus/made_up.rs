//! What no publisher gave: a file revised, monthly figures with a gap, and a strategy with a day to be reached.

use crate::support::Hub;
use outcomes_hub::connector::{Connector, Folder};
use std::fmt::Write as _;
use std::path::Path;

const FRAMEWORK: &str = r#"
id = "corpus-waits"
title = "Shorter waits"
organisation = "A trust"
summary = "A made-up strategy."
version = "1"
valid_from = 2024-04-01
valid_to = 2027-03-31
places = ["E08000032", "E08000012", "E06000006"]

[source]
title = "A made-up document"
publisher = "A trust"
published = 2024-04-01
url = "https://example.org/waits"

[[theme]]
id = "waits"
title = "Waits"
standing = "stated"
where = "Page 1"

[[outcome]]
id = "waits"
theme = "waits"
title = "Nobody waits long"
standing = "stated"
where = "Page 2"

[[measure]]
id = "waits"
outcome = "waits"
title = "Seen within four hours"
standing = "stated"
where = "Page 3"
series = [{ indicator = "corpus-monthly:waits", sex = "persons", age = "all" }]

[[measure.target]]
kind = "at-or-above"
standing = "stated"
value = 85
by = 2027-03-31
baseline = { period = "2022-01-01/P1M", standing = "stated" }
where = "Page 4"

[[measure.target]]
kind = "maintain"
standing = "proposed"
baseline = { period = "2023-01-01/P1M", standing = "proposed", why = "the month before" }
where = "Proposed"
"#;

/// The ten groups of a breakdown by deprivation, as Fingertips words them.
const DECILES: [&str; 10] = [
    "Most",
    "Second most",
    "Third more",
    "Fourth more",
    "Fifth more",
    "Fifth less",
    "Fourth less",
    "Third less",
    "Second least",
    "Least",
];

/// The file of referrals with one figure changed, one row gone and one row more.
pub fn revised(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("text");
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    let at = |lines: &[String], year: &str, code: &str| {
        let wanted = format!("{year},Reporting year,Local");
        lines.iter().position(|line| line.starts_with(&wanted) && line.contains(code)).expect("a row")
    };
    let changed = at(&lines, "2025", "E08000032");
    lines[changed] = lines[changed].replacen(",22.9,", ",23.1,", 1);
    let gone = at(&lines, "2014", "E08000012");
    lines.remove(gone);
    let more = lines[at(&lines, "2015", "E06000006")].replacen("2015,", "2012,", 1);
    lines.push(more);
    lines.join("\n") + "\n"
}

/// A made-up connector: monthly waiting times, with and without a break, and beds.
pub fn monthly(hub: &Hub) -> (Connector, Vec<String>) {
    let write = |file: &str, text: &str| hub.write(&format!("connectors/corpus-monthly/{file}"), text);
    write(
        "connector.toml",
        "title = \"Monthly waits\"\npublisher = \"A trust\"\nsector = \"nhs\"\nlicence = \"OGL-UK-3.0\"\n\
         standing = \"local\"\naccess = \"open\"\nneeds = [\"uk-geography\"]\n\
         [resource.waits]\nkind = \"file\"\nformat = \"csv\"\n[markers]\nc = \"suppressed\"\n\
         [checks]\nmax_rejected = \"5%\"\n",
    );
    write(
        "indicators.sql",
        "SELECT 'corpus-monthly:waits' AS id, 'Seen within four hours' AS name, 'percent' AS unit, \
         'proportion' AS value_type, 'high-is-good' AS polarity, CAST(100 AS DOUBLE) AS multiplier, \
         CAST(NULL AS VARCHAR) AS same_as, CAST(0 AS BIGINT) AS _row, 'indicators.sql' AS _file UNION ALL \
         SELECT 'corpus-monthly:active', 'Active', 'percent', 'proportion', 'high-is-good', CAST(100 AS DOUBLE), \
         'physically-active-adults', CAST(1 AS BIGINT), 'indicators.sql'",
    );
    write(
        "observations.sql",
        "SELECT concat('corpus-monthly:', indicator) AS indicator, area, month AS period, figure(share) AS value, \
         figure(seen) AS count, figure(attended) AS denominator, number(low) AS lower_ci, number(high) AS upper_ci, \
         CASE WHEN decile IS NOT NULL THEN 'Made-up deciles' END AS category_type, decile AS category FROM waits",
    );
    let head = "indicator,area,month,share,seen,attended,low,high,decile\n";
    let mut text = head.to_owned();
    for (nth, area) in ["E08000032", "E08000012", "E06000006"].into_iter().enumerate() {
        for month in 0..30 {
            // Halton has one month suppressed, so that its chart is refused; the others shift half way.
            let (year, of_year) = (2022 + month / 12, month % 12 + 1);
            let percent = 70 + (month * 7 + nth * 3) % 5 + if month > 14 { 6 + nth } else { 0 };
            let (seen, attended) = (percent * 10, 1000);
            let cells = if nth == 2 && month == 20 {
                "c,c,1000,,,".to_owned()
            } else {
                format!("{percent},{seen},{attended},,,")
            };
            writeln!(text, "waits,{area},{year}-{of_year:02}-01/P1M,{cells}").expect("written");
        }
    }
    // A figure under an id of its own for a shared indicator, and a cell that is no figure.
    text.push_str("active,E08000032,2024-06-01/P1M,61,610,1000,,,\nwaits,E08000012,2024-07-01/P1M,many,700,1000,,,\n");
    for (nth, word) in DECILES.into_iter().enumerate() {
        let (share, low, high) = (60 + 2 * nth, 57 + 2 * nth, 63 + 2 * nth);
        let cells = format!("{share},{},1000,{low},{high},{word} deprived decile", share * 10);
        writeln!(text, "waits,E92000001,2024-06-01/P1M,{cells}").expect("written");
    }
    let file = hub.write("monthly/waits.csv", text);
    write("cases/typical/in/waits.csv", &format!("{head}waits,E08000032,2022-01-01/P1M,70,700,1000,,,\n"));
    write("cases/typical/expect/observations.csv", "area,period,value\nE08000032,2022-01-01/P1M,70\n");
    let folder = hub.folder.path().join("files/connectors/corpus-monthly");
    let connector = Connector::read(Folder::Disk(folder)).expect("a connector");
    (connector, vec![format!("waits={}", file.display())])
}

/// The shipped frameworks, and one that is made up.
pub fn frameworks(hub: &Hub) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/frameworks");
    let files = std::fs::read_dir(folder).expect("frameworks").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
    files.sort();
    files.push(hub.write("corpus-waits.toml", FRAMEWORK));
    files.iter().map(|path| path.display().to_string()).collect()
}
