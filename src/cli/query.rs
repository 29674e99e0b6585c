//! `hub query`: one GraphQL answer on stdout, for scripts.

use super::{Context, Usage};
use crate::access::Viewer;
use crate::graphql;
use crate::store::Store;
use anyhow::Result;
use clap::Args;
use std::io::{Read, Write};
use std::sync::Arc;

/// Answer one GraphQL query on stdout.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Query {
    /// The query. `-` reads it from stdin.
    #[arg(value_name = "GRAPHQL")]
    query: String,
    /// The query's variables.
    #[arg(long, value_name = "JSON", value_parser = parse_variables)]
    variables: Option<serde_json::Value>,
}

const EXAMPLES: &str = "\
Examples:
  hub query '{ datasets { nodes { id title } } }'
  hub query 'query($a: AreaCode!) { area(code: $a) { name } }' --variables '{\"a\": \"E08000032\"}'

Exit status: 0 answered, 1 the answer holds errors.";

fn parse_variables(text: &str) -> Result<serde_json::Value, String> {
    match serde_json::from_str(text) {
        Ok(value @ serde_json::Value::Object(_)) => Ok(value),
        Ok(_) => Err("the variables must be one JSON object, such as {\"area\": \"E08000032\"}".into()),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

impl Query {
    pub async fn run(self, context: &Context) -> Result<u8> {
        let query = if self.query == "-" {
            let mut text = String::new();
            std::io::stdin().take(graphql::MAX_QUERY_BYTES as u64 + 1).read_to_string(&mut text)?;
            text
        } else {
            self.query
        };
        if query.trim().is_empty() {
            return Err(Usage("the query is empty".into()).into());
        }
        let store = context.existing_store().await?;
        let state = graphql::State::new(Arc::clone(&store) as Arc<dyn Store>, context.clock.clone());
        let answer = state.answer(Viewer::operator(), &query, self.variables, None).await;
        let mut out = std::io::stdout().lock();
        out.write_all(&answer.body)?;
        writeln!(out)?;
        store.close().await;
        Ok(u8::from(!answer.ok))
    }
}
