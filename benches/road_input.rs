//! A large file as a publisher might have it, and the connector that reads it.

use crate::made_up::{Share, places, share};
use anyhow::Result;
use outcomes_hub::outcomes::AreaType;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

const HEADER: &str = "time_period,area_code,area_name,indicator,sex,value,lower_ci,upper_ci,count,denominator";

/// The columns of the file, and whether each is a number.
pub const COLUMNS: [(&str, bool); 10] = [
    ("time_period", false),
    ("area_code", false),
    ("area_name", false),
    ("indicator", false),
    ("sex", false),
    ("value", true),
    ("lower_ci", true),
    ("upper_ci", true),
    ("count", true),
    ("denominator", true),
];

const TYPES: [AreaType; 8] = [
    AreaType::Country,
    AreaType::Region,
    AreaType::Utla,
    AreaType::Ltla,
    AreaType::Icb,
    AreaType::SubIcb,
    AreaType::Pcn,
    AreaType::GpPractice,
];
const SEXES: [&str; 3] = ["Persons", "Male", "Female"];
const INDICATORS: usize = 40;
const YEARS: usize = 25;

const MANIFEST: &str = r#"
title       = "Shares of people, for benchmarks"
publisher   = "Nobody"
sector      = "partner"
licence     = "CC0-1.0"
access      = "open"
standing    = "illustrative"
needs       = ["uk-geography"]

[resource.shares]
kind   = "http"
format = "csv"
url    = "https://localhost/shares.csv"

[resource.indicator_list]
kind   = "file"
path   = "data/indicators.csv"
format = "csv"

[markers]
c = "suppressed"
"#;

const OBSERVATIONS: &str = "
SELECT
  concat('bench-shares:', indicator) AS indicator,
  area_code                          AS area,
  period(time_period, 'financial')   AS period,
  lower(sex)                         AS sex,
  figure(value)                      AS value,
  number(lower_ci)                   AS lower_ci,
  number(upper_ci)                   AS upper_ci,
  figure(count)                      AS count,
  figure(denominator)                AS denominator
FROM shares
";

const DEFINITIONS: &str = "
SELECT concat('bench-shares:', id) AS id, name, 'percent' AS unit, 'proportion' AS value_type, 100.0 AS multiplier
FROM indicator_list
";

/// The connector's name.
pub const NAME: &str = "bench-shares";

/// Writes the connector's folder into `connectors`.
pub fn write_connector(connectors: &Path) -> Result<()> {
    let root = connectors.join(NAME);
    let mut indicators = String::from("id,name\n");
    for n in 0..INDICATORS {
        writeln!(indicators, "measure-{n:02},Share of people {n:02}")?;
    }
    let figures = format!("{HEADER}\n2019/20,E08000032,Bradford,measure-00,Persons,22.9,21.5,24.3,1709,7450\n");
    let expected = "indicator,area,period,value\nbench-shares:measure-00,E08000032,2019-04-01/P1Y,22.9\n";
    for (file, text) in [
        ("connector.toml", MANIFEST),
        ("observations.sql", OBSERVATIONS),
        ("indicators.sql", DEFINITIONS),
        ("data/indicators.csv", &indicators),
        ("cases/typical/in/shares.csv", &figures),
        ("cases/typical/in/indicator_list.csv", &indicators),
        ("cases/typical/expect/observations.csv", expected),
    ] {
        let path = root.join(file);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

/// The file of about so many megabytes, written where it is not kept from before; gives it and its rows.
pub fn file(megabytes: u64) -> Result<(PathBuf, u64)> {
    let path = crate::kept()?.join(format!("shares-1-{megabytes}mb.csv"));
    if !path.is_file() {
        println!("  writing {} …", path.display());
        let unfinished = path.with_extension("unfinished");
        write(&unfinished, megabytes * 1_000_000)?;
        std::fs::rename(&unfinished, &path)?;
    }
    let mut bytes = File::open(&path)?;
    let mut buffer = vec![0; 1 << 20];
    let mut rows = 0;
    loop {
        let read = bytes.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        rows += buffer[..read].split(|byte| *byte == b'\n').count() as u64 - 1;
    }
    // The first line holds the names of the columns.
    Ok((path, rows - 1))
}

/// By indicator, then year, then place, then sex: not in the order in which the store keeps figures.
fn write(path: &Path, bytes: u64) -> Result<()> {
    let places = places(&TYPES)?;
    let quoted: Vec<String> = places
        .iter()
        .map(|place| if place.name.contains(',') { format!("\"{}\"", place.name) } else { place.name.clone() })
        .collect();
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut line = format!("{HEADER}\n");
    let mut written = 0;
    let mut number = 0;
    // Past the last indicator the years go on further back, so that any size is reached without a key twice.
    for block in 0.. {
        let (indicator, year) =
            (block / YEARS % INDICATORS, 2024 - block % YEARS - YEARS * (block / YEARS / INDICATORS));
        for (place, name) in places.iter().zip(&quoted) {
            for sex in SEXES {
                out.write_all(line.as_bytes())?;
                written += line.len() as u64;
                if written >= bytes {
                    out.flush()?;
                    return Ok(());
                }
                line.clear();
                number += 1;
                let code = &place.code;
                write!(line, "{year}/{:02},{code},{name},measure-{indicator:02},{sex},", (year + 1) % 100)?;
                match share(number) {
                    Share { denominator, counted: Some((count, value, lower, upper)) } => {
                        writeln!(line, "{value},{lower},{upper},{count},{denominator}")?;
                    }
                    Share { denominator, counted: None } => writeln!(line, "c,,,c,{denominator}")?,
                }
            }
        }
    }
    Ok(())
}
