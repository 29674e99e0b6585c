//! Whether all sides answer the same.

use super::plain_table::kept;
use super::questions::{AS_OF, Names, Question, Side};
use super::world::World;
use crate::load::once;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Numbers that are looked at, of each kind of question, so far apart that many indicators, periods and places are met.
const LOOKS: u64 = 20;
const APART: usize = 211;

/// Fails where one side answers a question otherwise than the hub, or the hub otherwise than was published.
pub async fn check(sides: &[(Side, SocketAddr)], question: &Question, names: &Names, world: &World) -> Result<()> {
    for number in (0..).step_by(APART).take(usize::try_from(LOOKS)?) {
        let mut first: Option<Value> = None;
        for (side, address) in sides {
            let said: Value = serde_json::from_slice(&once(*address, &question.request(names, *side, number)).await?)?;
            let data = said.get("data").filter(|data| !data.is_null() && said.get("errors").is_none());
            let data = data.with_context(|| format!("{side:?} does not answer `{}`: {said}", question.name))?;
            let data = match side {
                // It has no history: what the hub answers is held against what was published.
                Side::Bare if question.name == AS_OF => published(world, &question.asked(names, number))?,
                Side::Hub | Side::Bare => data.clone(),
                Side::Postgraphile => as_the_hub(data)?,
            };
            let data = canonical(data);
            if figures(&data) != question.figures {
                bail!("`{}` has {} figures, not {}: {data}", question.name, figures(&data), question.figures);
            }
            match &first {
                None => first = Some(data),
                Some(first) if *first == data => {}
                Some(first) => bail!("{side:?} answers `{}` otherwise than the hub:\n{first}\n{data}", question.name),
            }
        }
    }
    Ok(())
}

/// The figures of the first edition, as an answer.
fn published(world: &World, asked: &Value) -> Result<Value> {
    let text = |name: &str| asked[name].as_str().with_context(|| format!("no {name} is asked for"));
    let (indicator, period) = (text("indicator")?, text("period")?);
    let mut nodes = Vec::new();
    for code in asked["areas"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let row = world.figure(indicator, period, code, 0).context("such a figure is not made up")?;
        let mut node = serde_json::to_value(kept(&row))?;
        let name = world.places.iter().find(|place| place.code == code).map(|place| &*place.name);
        node["area"] = json!({ "code": code, "name": name });
        node["period"] = json!({ "iso": period });
        nodes.push(node);
    }
    Ok(json!({ "observations": { "nodes": nodes } }))
}

/// PostGraphile's flat figures in the hub's shape: of a series as lists, else one by one.
fn as_the_hub(data: &Value) -> Result<Value> {
    let mut nodes = data["allObservations"]["nodes"].as_array().context("PostGraphile gives no figures")?.clone();
    let is_series = nodes.iter().all(|node| node.get("area").is_none() && node.get("indicator").is_none());
    if is_series {
        let list = |name: &str| nodes.iter().map(|node| node[name].clone()).collect::<Vec<_>>();
        let periods: Vec<_> = list("period").into_iter().map(|iso| json!({ "iso": iso })).collect();
        return Ok(json!({ "series": {
            "periods": periods, "values": list("value"), "lower": list("lowerCi"), "upper": list("upperCi"),
            "counts": list("count"), "denominators": list("denominator"), "missingKinds": list("missing"),
        } }));
    }
    for node in &mut nodes {
        node["period"] = json!({ "iso": node["period"] });
        if node.get("indicator").is_some() {
            node["indicator"] = json!({ "id": node["indicator"] });
        } else {
            node["area"] = json!({ "code": node["area"], "name": node["areaName"] });
            if let Some(fields) = node.as_object_mut() {
                fields.remove("areaName");
            }
        }
    }
    Ok(json!({ "observations": { "nodes": nodes } }))
}

/// The same answer whatever the order of its figures and the writing of its numbers, without what only the hub says.
fn canonical(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.into_iter().map(canonical).collect(),
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().filter(|(name, _)| name != "judgements").collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            let fields = fields.into_iter().map(|(name, value)| {
                let mut value = canonical(value);
                if let (true, Some(nodes)) = (name == "nodes", value.as_array_mut()) {
                    nodes.sort_by_key(Value::to_string);
                }
                (name, value)
            });
            Value::Object(fields.collect())
        }
        other => other,
    }
}

/// How many figures an answer has.
fn figures(data: &Value) -> usize {
    let periods = data["series"]["periods"].as_array().map(Vec::len);
    periods.unwrap_or_else(|| data.to_string().matches(r#""missing":"#).count())
}
