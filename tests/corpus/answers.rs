//! The record of answers: compared, rewritten, and written out in full.

use crate::support::Engine;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A question with its answer.
pub struct Answered {
    pub name: String,
    pub text: String,
    pub variables: serde_json::Value,
    pub body: Vec<u8>,
}

const fn word(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/answers.tsv")
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Writes each document and its whole answer below the folder that `CORPUS_DIR` names.
pub fn write(engine: Engine, answered: &[Answered]) {
    let Some(folder) = std::env::var_os("CORPUS_DIR") else { return };
    let folder = PathBuf::from(folder).join(word(engine));
    std::fs::create_dir_all(&folder).expect("a folder");
    for answer in answered {
        let variables = if answer.variables.is_null() { String::new() } else { format!("# {}\n", answer.variables) };
        std::fs::write(folder.join(format!("{}.graphql", answer.name)), format!("{variables}{}\n", answer.text))
            .expect("written");
        std::fs::write(folder.join(format!("{}.json", answer.name)), &answer.body).expect("written");
    }
}

/// The record: the hash of each document's answer, and the answer's length in bytes.
pub struct Kept;

/// Both engines' tests write one file.
static RECORDING: Mutex<()> = Mutex::new(());

type Lines = BTreeMap<String, String>;

fn lines(text: &str) -> Lines {
    let pair = |line: &str| line.split_once('\t').map(|(name, rest)| (name.to_owned(), rest.to_owned()));
    text.lines().filter(|line| !line.starts_with('#')).filter_map(pair).collect()
}

impl Kept {
    /// Compares with the record, or rewrites it under `CORPUS_RECORD=1`.
    pub fn compare(engine: Engine, answered: &[Answered]) {
        let line = |answer: &Answered| (answer.name.clone(), format!("{}\t{}", hash(&answer.body), answer.body.len()));
        let now: Lines = answered.iter().map(line).collect();
        assert_eq!(now.len(), answered.len(), "a name stands twice");
        let record = std::env::var("CORPUS_RECORD").is_ok_and(|it| it == "1");
        let lock = RECORDING.lock().expect("the other engine's test did not fail while it wrote");
        if record && engine == Engine::Sqlite {
            let mut text = "# document\tSHA-256 of its answer\tbytes\n".to_owned();
            for (name, rest) in &now {
                text.push_str(&format!("{name}\t{rest}\n"));
            }
            std::fs::write(path(), text).expect("written");
        }
        let kept = lines(&std::fs::read_to_string(path()).expect("the record: make it with CORPUS_RECORD=1"));
        drop(lock);
        let names = kept.keys().chain(now.keys()).collect::<std::collections::BTreeSet<_>>();
        let differ: Vec<String> = names
            .into_iter()
            .filter(|name| kept.get(*name) != now.get(*name))
            .map(|name| {
                let say =
                    |lines: &Lines| lines.get(name).map_or("absent".to_owned(), |it| it.replace('\t', ", ") + " bytes");
                format!("{name}: kept {}; now {}", say(&kept), say(&now))
            })
            .collect();
        assert!(
            differ.is_empty(),
            "{}: {} of {} answers are not those of the record (CORPUS_DIR=folder writes them in full):\n{}",
            word(engine),
            differ.len(),
            now.len(),
            differ.join("\n")
        );
    }
}

/// Takes `extensions` out of an answer: what it cost is held by a rule of its own, and changes as the hub learns to
/// estimate. They stand last, or before the errors.
pub fn without_extensions(answer: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(answer).expect("JSON is UTF-8");
    let Some(from) = text.find(r#","extensions":{"cost""#) else { return answer.to_vec() };
    let length = text[from..].find("}}").expect("an end") + 2;
    [&text[..from], &text[from + length..]].concat().into_bytes()
}

/// An answer with the fields of every object below the root's in the order of their names; all else, numbers above all,
/// byte for byte. Fields that wait for the store stand in the order in which they were ready, which is another each time.
pub fn settled(answer: &[u8]) -> Vec<u8> {
    let mut rest = answer;
    let mut out = Vec::with_capacity(answer.len());
    value(&mut rest, 0, &mut out);
    assert!(rest.is_empty(), "an answer is one JSON value without blanks");
    out
}

/// Moves one value over. What is neither text, list nor object ends where its surroundings go on.
fn value(rest: &mut &[u8], depth: usize, out: &mut Vec<u8>) {
    match rest[0] {
        b'{' => {
            let mut fields = Vec::new();
            items(rest, b'}', |rest| {
                let mut name = Vec::new();
                text(rest, &mut name);
                take(rest, 1, &mut name);
                let mut field = Vec::new();
                value(rest, depth + 1, &mut field);
                fields.push((name, field));
            });
            // `data` and `errors`, and the fields at the root, are in an order that the hub sees to.
            if depth > 1 {
                fields.sort();
            }
            let fields: Vec<Vec<u8>> = fields.into_iter().map(|(name, field)| [name, field].concat()).collect();
            out.extend([b"{".as_slice(), &fields.join(&b','), b"}"].concat());
        }
        b'[' => {
            let mut list = Vec::new();
            items(rest, b']', |rest| {
                let mut item = Vec::new();
                value(rest, depth + 1, &mut item);
                list.push(item);
            });
            out.extend([b"[".as_slice(), &list.join(&b','), b"]"].concat());
        }
        b'"' => text(rest, out),
        _ => {
            let end = rest.iter().position(|byte| b",]}".contains(byte)).unwrap_or(rest.len());
            take(rest, end, out);
        }
    }
}

/// Goes through what stands between two brackets, item by item.
fn items(rest: &mut &[u8], end: u8, mut item: impl FnMut(&mut &[u8])) {
    *rest = &rest[1..];
    while rest[0] != end {
        item(rest);
        if rest[0] == b',' {
            *rest = &rest[1..];
        }
    }
    *rest = &rest[1..];
}

/// Moves one text over, quotes included.
fn text(rest: &mut &[u8], out: &mut Vec<u8>) {
    let mut end = 1;
    while rest[end] != b'"' {
        end += if rest[end] == b'\\' { 2 } else { 1 };
    }
    take(rest, end + 1, out);
}

fn take(rest: &mut &[u8], count: usize, out: &mut Vec<u8>) {
    let (taken, left) = rest.split_at(count);
    out.extend_from_slice(taken);
    *rest = left;
}

#[test]
fn only_the_order_of_fields_is_settled() {
    let answer = br#"{"data":{"b":{"z":1.50,"a":"}\"{","k":[{"d":null,"c":[]}]},"a":{}}}"#;
    let expected = br#"{"data":{"b":{"a":"}\"{","k":[{"c":[],"d":null}],"z":1.50},"a":{}}}"#;
    assert_eq!(String::from_utf8_lossy(&settled(answer)), String::from_utf8_lossy(expected));
}
