//! Pages of lists, after the Relay convention; `nodes` stand beside `edges`.

use super::area::Area;
use super::cursor::{Cursor, Kind};
use super::dataset::Dataset;
use super::error::Failure;
use super::indicator::Indicator;
use super::list::List;
use super::release::Release;
use super::revision::Revision;
use super::run::{RejectedRow, Run};
use crate::answers::listed;
use crate::outcomes::ReleaseNumber;
use crate::store::Page;
use async_graphql::{OutputType, SimpleObject};

/// Items on a page of the catalogue's lists where the question does not say.
pub const DEFAULT_PAGE: i32 = 50;
/// Figures on a page where the question does not say.
pub const DEFAULT_FIGURES: i32 = 100;
/// Items on a page, at most.
pub const MAX_PAGE: i32 = 1_000;

/// Where a page stands in its list.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
pub struct PageInfo {
    /// Whether the list goes on after this page.
    pub has_next_page: bool,
    /// Whether the list has items before this page.
    pub has_previous_page: bool,
    /// The cursor of the first item; null on an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the last item: give it as `after` for the next page. Null on an empty page.
    pub end_cursor: Option<String>,
}

/// An item of a list with its cursor.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
#[graphql(concrete(name = "AreaEdge", params(Area)))]
#[graphql(concrete(name = "IndicatorEdge", params(Indicator)))]
#[graphql(concrete(name = "DatasetEdge", params(Dataset)))]
#[graphql(concrete(name = "ReleaseEdge", params(Release)))]
#[graphql(concrete(name = "RunEdge", params(Run)))]
#[graphql(concrete(name = "RejectedRowEdge", params(RejectedRow)))]
#[graphql(concrete(name = "RevisionEdge", params(Revision)))]
pub struct Edge<T: OutputType> {
    /// The item.
    pub node: T,
    /// Its cursor.
    pub cursor: String,
}

/// A page of a list.
#[derive(Clone, SimpleObject)]
#[graphql(crate = "crate::graphql::object")]
#[graphql(concrete(name = "IndicatorConnection", params(Indicator)))]
#[graphql(concrete(name = "DatasetConnection", params(Dataset)))]
#[graphql(concrete(name = "ReleaseConnection", params(Release)))]
#[graphql(concrete(name = "RunConnection", params(Run)))]
#[graphql(concrete(name = "RejectedRowConnection", params(RejectedRow)))]
#[graphql(concrete(name = "RevisionConnection", params(Revision)))]
pub struct Connection<T: OutputType>
where
    Edge<T>: OutputType,
{
    /// The items with their cursors.
    pub edges: List<Edge<T>>,
    /// The items.
    pub nodes: List<T>,
    /// Where the page stands in its list.
    pub page_info: PageInfo,
    /// How many items the whole list has; null where counting them would mean reading them all.
    pub total_count: Option<u64>,
}

impl<T: OutputType + Clone> Connection<T>
where
    Edge<T>: OutputType,
{
    /// A page of these items; `after` says whether some stand before it.
    #[must_use]
    pub fn new(items: Vec<(T, String)>, after: bool, more: bool, total_count: Option<u64>) -> Self {
        let page_info = PageInfo {
            has_next_page: more,
            has_previous_page: after,
            start_cursor: items.first().map(|(_, cursor)| cursor.clone()),
            end_cursor: items.last().map(|(_, cursor)| cursor.clone()),
        };
        let nodes = items.iter().map(|(node, _)| node.clone()).collect();
        let edges = items.into_iter().map(|(node, cursor)| Edge { node, cursor }).collect();
        Self { edges, nodes, page_info, total_count }
    }

    /// A page of a list that is paged by number.
    pub fn numbered(items: Vec<T>, kind: Kind, at: ReleaseNumber, page: Page, total: u64) -> Self {
        let last = page.offset + items.len() as u64;
        let numbered = (page.offset + 1..).zip(items);
        let items = numbered.map(|(number, item)| (item, Cursor { at, key: number.to_string() }.encode(kind)));
        Self::new(items.collect(), page.offset > 0, last < total, Some(total))
    }

    /// The one page of items that a question names, each with the text that names it, in the order of asking.
    #[must_use]
    pub fn of_named(items: Vec<(T, String)>, kind: Kind, at: ReleaseNumber) -> Self {
        let total = items.len() as u64;
        let items = items.into_iter().map(|(item, key)| (item, Cursor { at, key }.encode(kind)));
        Self::new(items.collect(), false, false, Some(total))
    }

    /// The page of a list in memory, in the order of its keys, that follows `after`.
    pub fn of_list<'a, I: 'a>(
        items: impl Iterator<Item = &'a I>,
        key: impl Fn(&'a I) -> &'a str,
        node: impl Fn(&'a I) -> T,
        kind: Kind,
        at: ReleaseNumber,
        first: usize,
        after: Option<&Cursor>,
    ) -> Self {
        let mut total = 0;
        let mut page = Vec::new();
        let mut more = false;
        for item in items {
            total += 1;
            if after.is_some_and(|cursor| key(item) <= cursor.key.as_str()) {
                continue;
            }
            if page.len() == first {
                more = true;
                continue;
            }
            let cursor = Cursor { at, key: key(item).to_owned() }.encode(kind);
            page.push((node(item), cursor));
        }
        Self::new(page, after.is_some(), more, Some(total))
    }
}

/// The size of a page: `first`, or the default where the question does not say.
pub fn size(first: Option<i32>, default: i32) -> Result<u32, Failure> {
    match u32::try_from(first.unwrap_or(default)) {
        Ok(0) | Err(_) => Err(Failure::bad_input(format!("`first` is a number from 1 to {MAX_PAGE}"))),
        Ok(size) if size > MAX_PAGE.unsigned_abs() => Err(Failure::limit(format!(
            "`first: {size}` is more than one page gives ({MAX_PAGE}): ask for one page after another with `after`"
        ))),
        Ok(size) => Ok(size),
    }
}

/// Refuses a list of names that is empty or longer than the page, or that stands beside what would narrow it: each item
/// that is named is answered, or the question is refused.
pub fn named<T>(argument: &str, names: &[T], first: usize, after: bool, narrowed: bool) -> Result<(), Failure> {
    listed(argument, Some(names))?;
    if after || narrowed {
        return Err(Failure::bad_input(format!(
            "`{argument}` names the items, all on one page: leave out `after`, and the arguments that would narrow the list"
        )));
    }
    if names.len() > first {
        return Err(Failure::limit(format!(
            "`{argument}` names {} items, and {first} are answered at once: ask in several queries, or with a larger `first` where the \
             field takes one (at most {MAX_PAGE})",
            names.len()
        )));
    }
    Ok(())
}

/// The numbered page that `first` and `after` ask for.
pub fn numbered(first: Option<i32>, after: Option<&Cursor>) -> Result<Page, Failure> {
    let offset = after.map_or(Ok(0), Cursor::offset)?;
    Ok(Page { offset, limit: size(first, DEFAULT_PAGE)? })
}
