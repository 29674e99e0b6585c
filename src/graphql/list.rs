//! Lists of an answer, which spend the request's budget while they are made.
//!
//! Every list of the schema is a [`List`] or [`super::rows::Rows`]: a plain `Vec` would be answered without a limit. A
//! test holds that what was spent is what the answer holds.

use super::scope::scope_of;
use crate::answers::Budget;
use async_graphql::futures_util::future::try_join_all;
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value};
use std::borrow::Cow;

/// Items that are answered together. Between two such parts the budget is spent, and others get their turn. Of no more than
/// 30 the library of futures makes no tasks.
const PART: usize = 30;

/// A list of the answer.
#[derive(Clone, Debug, Default)]
pub struct List<T>(pub Vec<T>);

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: OutputType> OutputType for List<T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<T> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let budget = scope_of(ctx).map_err(ServerError::from)?.budget();
        if budget.ended().is_some() {
            return dropped().await;
        }
        let mut answered = Vec::with_capacity(self.0.len());
        for part in self.0.chunks(PART) {
            let first = answered.len();
            let items = part.iter().enumerate().map(|(index, item)| {
                let ctx = ctx.with_index(first + index);
                async move { item.resolve(&ctx, field).await.map_err(|error| ctx.set_error_path(error)) }
            });
            let items = try_join_all(items).await?;
            let mut size = Size::default();
            for item in &items {
                size.add(item);
            }
            spend(budget, size).await;
            answered.extend(items);
            if answered.len() < self.0.len() {
                tokio::task::yield_now().await;
            }
        }
        Ok(Value::List(answered))
    }
}

/// Spends what items of a list that have just been answered hold. Where the budget is used up, it never comes back: an error would be
/// noted, and the library would go on with the next field, and the next list.
pub async fn spend(budget: &Budget, size: Size) {
    if budget.values(size.values, size.bytes).is_err() {
        dropped::<()>().await;
    }
}

/// Waits to be dropped: whoever answers the question has been told that it is over.
async fn dropped<T>() -> T {
    std::future::pending().await
}

/// What a value holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Values: objects, lists, numbers, texts, nulls.
    pub values: usize,
    /// Bytes as JSON, about.
    pub bytes: usize,
}

impl Size {
    /// Adds a value without the items of lists below it, which were added when they were answered.
    pub fn add(&mut self, value: &Value) {
        self.values += 1;
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.bytes += name.len() + 4;
                    self.add(value);
                }
            }
            Value::String(text) => self.bytes += text.len() + 3,
            Value::Enum(name) => self.bytes += name.len() + 3,
            Value::Number(_) => self.bytes += 8,
            _ => self.bytes += 5,
        }
    }
}
