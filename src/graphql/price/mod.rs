//! What an answer can come to at most, worked out before anything is read.
//!
//! The unit is one value of the answer: an object, a list, a number, a text or a null, `__typename` among them; and one
//! place that is looked at for one series to judge, compare or add up. A field costs one and what is selected below it, a
//! list as often as it can have items: the page's size, the places asked for, or the longest list of its kind in the
//! catalogue of the release that the question speaks of.
//!
//! Must never read figures, and never come to less than the answer does: the corpus of questions holds that.

mod arguments;
mod lengths;
mod types;

use super::roots::root_fields;
use crate::answers::{Advice, Scope, Snapshot};
use arguments::{Arguments, Asked};
use async_graphql::Variables;
use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use std::cell::Cell;
use std::sync::Arc;
use types::Types;

/// The fields of the schema with what they answer.
#[derive(Clone)]
pub struct Prices(Arc<Types>);

impl Prices {
    /// Of the schema in GraphQL's own language.
    #[must_use]
    pub fn new(sdl: &str) -> Self {
        Self(Arc::new(Types::new(sdl)))
    }

    /// Whether a field at the root means more work than its answer shows: it speaks of another time than now, by `asOf` or by
    /// the release of a cursor, whose catalogue is not in memory; of figures without saying of which indicators and places; or it
    /// computes more than it answers.
    #[must_use]
    pub fn is_wide(scope: &Scope, document: &ExecutableDocument, variables: &Variables) -> bool {
        document.operations.iter().any(|(_, operation)| {
            let operation = &operation.node;
            let roots = root_fields(document, &operation.selection_set.node).into_iter();
            roots.map(|field| Arguments { field, operation, variables }).any(|arguments| arguments.is_wide(scope))
        })
    }

    /// What an operation can come to at most.
    pub async fn estimate(
        &self,
        scope: &Scope,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Price {
        let mut price = Price::default();
        for root in root_fields(document, &operation.selection_set.node) {
            let arguments = Arguments { field: root, operation, variables };
            let snapshot = snapshot(scope, &arguments).await;
            let takes = Cell::default();
            let walk = Walk { types: &self.0, document, operation, variables, snapshot, takes };
            let longest = walk.snapshot.as_deref().map(|snapshot| scope.longest(snapshot)).unwrap_or_default();
            let cost = walk.field(root, "Query", &Asked::default(), &longest, 0);
            let part = if root.name.node.starts_with("__") { &mut price.described } else { &mut price.answered };
            *part = part.saturating_add(cost);
            price.advice |= walk.takes.get();
        }
        price
    }
}

/// What an operation can come to at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// Values that are answered, and places that are looked at.
    pub answered: usize,
    /// Values that describe the schema.
    pub described: usize,
    /// How the question could be narrowed.
    pub advice: Advice,
}

impl Price {
    /// Both.
    #[must_use]
    pub fn together(&self) -> usize {
        self.answered.saturating_add(self.described)
    }
}

/// Fragments within fragments; a deeper query was refused before it came here.
const MAX_LEVELS: usize = 64;

/// The hub as a root field will see it; the newest release where the time makes no sense, which the field then says.
async fn snapshot(scope: &Scope, arguments: &Arguments<'_>) -> Option<Arc<Snapshot>> {
    let named = match (arguments.release(), arguments.time()) {
        (Some(release), _) => scope.snapshot_at(release).await.ok(),
        (None, Some(time)) => scope.snapshot(Some(time)).await.ok(),
        (None, None) => None,
    };
    match named {
        Some(snapshot) => Some(snapshot),
        None => scope.snapshot(None).await.ok(),
    }
}

/// A walk down one root field.
struct Walk<'a> {
    types: &'a Types,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    /// `None` where the store cannot be read, which every field will then say.
    snapshot: Option<Arc<Snapshot>>,
    /// How the fields that were walked over could be narrowed.
    takes: Cell<Advice>,
}

impl<'a> Walk<'a> {
    fn field(
        &self,
        field: &'a Field,
        parent: &str,
        outer: &Asked,
        longest: &crate::answers::Longest,
        level: usize,
    ) -> usize {
        // An unknown field is refused where the question is held against the schema.
        let Some(of) = self.types.field(parent, &field.name.node) else { return 1 };
        let mut takes = self.takes.get();
        takes |= of.takes;
        self.takes.set(takes);
        let arguments = Arguments { field, operation: self.operation, variables: self.variables };
        let asked = outer.within(&arguments, of, self.snapshot.as_deref(), longest);
        let one = if of.is_object {
            1usize.saturating_add(self.selection(&field.selection_set.node, &of.of, &asked, longest, level + 1))
        } else {
            1
        };
        if !of.is_list {
            return one.saturating_add(asked.looked_at);
        }
        let name = field.name.node.as_str();
        let length = match lengths::of(parent, name) {
            _ if parent.starts_with("__") => self.types.described(parent, name, asked.each_once),
            Some(length) => length(longest, &asked),
            None => lengths::UNKNOWN,
        };
        one.saturating_mul(length).saturating_add(1)
    }

    fn selection(
        &self,
        selection: &'a SelectionSet,
        parent: &str,
        asked: &Asked,
        longest: &crate::answers::Longest,
        level: usize,
    ) -> usize {
        if level > MAX_LEVELS {
            return usize::MAX;
        }
        let cost = |item: &'a Selection| match item {
            Selection::Field(field) => self.field(&field.node, parent, asked, longest, level),
            Selection::InlineFragment(fragment) => {
                self.selection(&fragment.node.selection_set.node, parent, asked, longest, level + 1)
            }
            Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.node.fragment_name.node) {
                Some(fragment) => self.selection(&fragment.node.selection_set.node, parent, asked, longest, level + 1),
                None => 0,
            },
        };
        selection.items.iter().map(|item| cost(&item.node)).fold(0, usize::saturating_add)
    }
}
