//! Questions that cost the hub far more than their sender, each as a request. A number makes each another question, so that
//! no answer is taken from the cache.

mod figures;
mod lists;
mod places;
mod requests;
mod texts;

use super::store::World;
use crate::load::post;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A request by its number.
pub type Asking = Box<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// A question with its name.
pub struct Hostile {
    pub name: &'static str,
    pub asking: Asking,
    /// It is an ordinary question, which has to be answered.
    pub ordinary: bool,
}

const ENGLAND: &str = "E92000001";
const BRADFORD: &str = "E08000032";

/// Fields of a figure: the usual ones, 22 with those of its objects.
const FIGURE: &str = "indicator { id name unit } area { code name } period { iso label } sex age value lowerCi upperCi count \
                      denominator missing note standing dataset { id title } release { number }";

fn hostile(name: &'static str, asking: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static) -> Hostile {
    Hostile { name, asking: Box::new(asking), ordinary: false }
}

/// A query that is the same but for its name.
fn query(name: &'static str, text: impl Into<String>) -> Hostile {
    with(name, text, json!({}))
}

/// A query without its brackets, with variables declared in `declared`.
fn with_declared(name: &'static str, declared: &'static str, text: String, variables: Value) -> Hostile {
    hostile(name, move |number| {
        let query = format!("query Q{number}{declared} {{ {text} }}");
        post("/graphql", &json!({ "query": query, "variables": variables }).to_string())
    })
}

fn with(name: &'static str, text: impl Into<String>, variables: Value) -> Hostile {
    with_declared(name, "", text.into(), variables)
}

/// A whole document as it stands; the number is a comment at its end.
fn document(name: &'static str, text: impl Into<String>) -> Hostile {
    let text = text.into();
    hostile(name, move |number| post("/graphql", &json!({ "query": format!("{text} #{number}") }).to_string()))
}

/// So many parts, each by its number.
fn many(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(" ")
}

/// `inner` within so many levels of `outer`, which names its place `@`.
fn nested(outer: &[&str], inner: &str, levels: usize) -> String {
    (0..levels).rev().fold(inner.to_owned(), |text, level| outer[level % outer.len()].replace('@', &text))
}

/// A cursor as the hub writes it.
fn cursor(letter: char, release: u64, key: &str) -> String {
    format!("{letter}{release}.{key}").bytes().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// All of them.
pub fn hostile_questions(world: &World) -> Vec<Hostile> {
    let mut all = places::places(world);
    all.extend(figures::figures(world));
    all.extend(lists::lists(world));
    all.extend(texts::texts());
    all.extend(requests::requests(world));
    all
}
