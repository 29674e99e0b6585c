//! SQL that never ends or takes all memory, and files that become large, as scheduled connectors of a hub that answers
//! meanwhile: no answer is lost, each run says why it ended, and the next connector runs.
#![cfg(target_os = "linux")]

use crate::schedule::{Serving, without_shipped_schedules};
use crate::support::{Hub, system_clock};
use chrono::Datelike;
use datafusion::arrow::array::{ArrayRef, DictionaryArray, Int32Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::Int32Type;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::WriterProperties;
use outcomes_hub::outcomes::Outcome;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A connector with one file, which fires in half a year: never run, it is due at once.
struct Town<'a> {
    hub: &'a Hub,
    name: &'static str,
    limits: &'static str,
}

impl Town<'_> {
    /// Writes its folder; `case` is a small file of the same form.
    fn with(&self, format: &str, file: &[u8], case: &[u8], select: &str) {
        let write = |path: &str, bytes: &[u8]| self.hub.write(&format!("connectors/{}/{path}", self.name), bytes);
        let month = (system_clock().now().month() + 5) % 12 + 1;
        let manifest = format!(
            "title = \"T\"\npublisher = \"P\"\nsector = \"council\"\nlicence = \"OGL-UK-3.0\"\naccess = \"open\"\n\
             standing = \"local\"\nneeds = []\n[resource.data]\nkind = \"file\"\npath = \"data/data.{format}\"\nformat = \"{format}\"\n\
             [schedule]\ncron = \"30 9 1 {month} *\"\n[limits]\n{}\n",
            self.limits
        );
        write("connector.toml", manifest.as_bytes());
        write("areas.sql", AREAS.as_bytes());
        write("indicators.sql", INDICATORS.replace("meals", self.name).as_bytes());
        write("observations.sql", select.replace("meals:", &format!("{}:", self.name)).as_bytes());
        write(&format!("data/data.{format}"), file);
        write(&format!("cases/typical/in/data.{format}"), case);
        write("cases/typical/expect/observations.csv", format!("indicator\n{}:taken\n", self.name).as_bytes());
    }
}

const AREAS: &str =
    "SELECT 'E08000032' AS code, 'Bradford' AS name, 'utla' AS type, CAST(0 AS BIGINT) AS _row, 'a' AS _file";
const INDICATORS: &str = "SELECT 'meals:taken' AS id, 'Meals taken' AS name, 'count' AS unit, 'count' AS value_type, \
                          CAST(0 AS BIGINT) AS _row, 'i' AS _file";

/// The SELECT of the figures of `data`, with this text as the value and these tables.
fn select(value: &str, from: &str) -> String {
    format!(
        "SELECT 'meals:taken' AS indicator, data.area AS area, period(data.year, 'financial') AS period, \
         figure({value}) AS value, data._row AS _row, data._file AS _file FROM {from}"
    )
}

/// A csv of so many rows.
fn csv(rows: u32) -> Vec<u8> {
    let mut text = "area,year,meals\n".to_owned();
    for row in 0..rows {
        writeln!(text, "E08000032,{}/{:02},{row}", 2000 + row % 20, row % 20 + 1).expect("text");
    }
    text.into_bytes()
}

/// A parquet whose `meals` is one text in so many rows.
fn parquet(text: &str, rows: usize) -> Vec<u8> {
    let same = |text: &str| -> ArrayRef {
        let values = Arc::new(StringArray::from(vec![text]));
        Arc::new(DictionaryArray::<Int32Type>::try_new(Int32Array::from(vec![0; rows]), values).expect("a dictionary"))
    };
    let columns = [("area", same("E08000032")), ("year", same("2023/24")), ("meals", same(text))];
    let batch = RecordBatch::try_from_iter(columns).expect("rows");
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_dictionary_page_size_limit(64 << 20)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    bytes
}

/// An xlsx with so many shared texts.
fn xlsx(texts: usize) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, (name, text)) in (0..).zip([("area", "E08000032"), ("year", "2023/24"), ("meals", "5")]) {
        sheet.write(0, column, name).expect("a cell");
        sheet.write(1, column, text).expect("a cell");
    }
    let made = book.save_to_buffer().expect("a workbook");
    if texts == 0 {
        return made;
    }
    // The same with other shared texts.
    let mut from = zip::ZipArchive::new(Cursor::new(made)).expect("a zip");
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for index in 0..from.len() {
        let member = from.by_index(index).expect("a member");
        if member.name().expect("a name") == "xl/sharedStrings.xml" {
            to.start_file("xl/sharedStrings.xml", options).expect("a member");
            to.write_all(format!("<sst>{}</sst>", "<si><t>a</t></si>".repeat(texts)).as_bytes()).expect("written");
        } else {
            to.raw_copy_file(member).expect("copied");
        }
    }
    to.finish().expect("a zip").into_inner()
}

/// How a connector's run has to end: its outcome and code.
type Ends = (Outcome, Option<&'static str>);

fn connectors(hub: &Hub) -> Vec<(&'static str, Ends)> {
    const QUICK: &str = "time = \"4 seconds\"\nmemory = \"400 MiB\"";
    const PATIENT: &str = "time = \"60 seconds\"\nmemory = \"400 MiB\"";
    let (small, large) = (csv(20), csv(3_000));
    let add = |name, limits, format: &str, file: &[u8], case: &[u8], select: &str| {
        Town { hub, name, limits }.with(format, file, case, select);
    };
    let stopped = |code| (Outcome::Stopped, Some(code));
    let refused = |code| (Outcome::Refused, Some(code));
    let crossed = select(
        "data.meals",
        "data CROSS JOIN data AS b CROSS JOIN data AS c WHERE length(b.meals) + length(c.meals) > 99",
    );
    add("a-cross-join", QUICK, "csv", &large, &small, &crossed);
    let levels = "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) ";
    add("b-recursive", PATIENT, "csv", &small, &small, &(levels.to_owned() + &select("data.meals", "data, t")));
    let series = select("data.meals", "data, generate_series(1, 9000000000)");
    add("c-series", PATIENT, "csv", &small, &small, &series);
    add("d-repeat", PATIENT, "csv", &small, &small, &select("repeat(data.meals, 1000000000)", "data"));
    let nested = select("repeat(repeat(data.area, 10000), 10000)", "data");
    add("e-nested-repeat", PATIENT, "csv", &small, &small, &nested);
    let long = "x".repeat(1 << 20);
    add("f-parquet", PATIENT, "parquet", &parquet(&long, 1_900), &parquet("5", 1), &select("data.meals", "data"));
    add("g-texts", PATIENT, "xlsx", &xlsx(1_050_000), &xlsx(0), &select("data.meals", "data"));
    add("z-good", PATIENT, "csv", &small, &small, &select("data.meals", "data"));
    vec![
        ("a-cross-join", stopped("out-of-time")),
        ("b-recursive", refused("sql")),
        ("c-series", refused("sql")),
        ("d-repeat", stopped("out-of-memory")),
        ("e-nested-repeat", stopped("out-of-memory")),
        ("f-parquet", refused("too-large")),
        ("g-texts", refused("too-large")),
        ("z-good", (Outcome::Published, None)),
    ]
}

#[test]
fn no_connector_stops_the_hub_or_the_next_one() {
    let hub = Hub::with_reference();
    let all = connectors(&hub);
    let folder: PathBuf = hub.folder.path().join("files/connectors");
    without_shipped_schedules(&folder, "z-good");
    let serving = Serving::start(&hub, folder.to_str().expect("a path"), &["--syncs", "2"]);
    let address = serving.address.clone();
    let done = Arc::new(AtomicBool::new(false));
    let asking = {
        let done = Arc::clone(&done);
        std::thread::spawn(move || {
            let (mut answers, mut slowest) = (0_u32, Duration::ZERO);
            while !done.load(Ordering::Relaxed) {
                let asked = Instant::now();
                let answer = crate::schedule::get(&address, "/graphql?query=%7Bdatasets%7Bnodes%7Bid%7D%7D%7D");
                assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("uk-geography"), "{answer}");
                answers += 1;
                slowest = slowest.max(asked.elapsed());
                std::thread::sleep(Duration::from_millis(10));
            }
            (answers, slowest)
        })
    };
    let begun = Instant::now();
    let ended = |name: &str| hub.runs(name).first().is_some_and(|run| run.outcome != Outcome::Running);
    while !all.iter().all(|(name, _)| ended(name)) && begun.elapsed() < Duration::from_secs(150) {
        std::thread::sleep(Duration::from_millis(300));
    }
    done.store(true, Ordering::Relaxed);
    let (answers, slowest) = asking.join().expect("every answer came");
    println!("{answers} answers, the slowest in {slowest:?}; all runs ended after {:?}", begun.elapsed());
    assert!(slowest < Duration::from_secs(5), "an answer took {slowest:?}");
    let said = serving.stop();
    for (name, (outcome, code)) in all {
        let run = hub.runs(name).into_iter().next().unwrap_or_else(|| panic!("{name} was never run: {said:?}"));
        // Which fence such a run meets first is chance: DataFusion may panic where a join uses up its memory before its time,
        // and the process may pass its memory before the file is refused. Either way it ends, and the reason is named.
        let (other, words) = match name {
            "a-cross-join" => ("died", "ended without a report"),
            "f-parquet" => ("out-of-memory", "400 MiB"),
            _ => ("", ""),
        };
        if run.error_code.as_deref() == Some(other) {
            assert_eq!(run.outcome, Outcome::Stopped);
            assert!(run.error.as_deref().is_some_and(|error| error.contains(words)), "{run:?}");
            continue;
        }
        assert_eq!((run.outcome, run.error_code.as_deref()), (outcome, code), "{name}: {run:?}\n{}", said.stderr);
        let words = match code {
            Some("out-of-time") => "4 seconds",
            Some("out-of-memory") => "400 MiB",
            Some("sql") => "line 1",
            Some(_) => "ask the publisher for a csv",
            None => "",
        };
        assert!(run.error.unwrap_or_default().contains(words), "{name}: {words}");
    }
    hub.is_whole();
}
