//! Which page is asked for next, and whether every row has come. Pure: it knows answers, and no network.

use crate::connector::{Complete, Pages};
use std::collections::HashSet;

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// The address as it stands: the only answer, or the first.
    AsItStands,
    /// The page of this number.
    Page(u64),
    /// The rows after so many.
    Offset(u64),
    /// The address that a page linked to.
    Link(String),
    /// What follows this word.
    Cursor(String),
}

/// What a page says of itself and of those after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its rows.
    pub rows: u64,
    /// A hash of its rows; of an answer that was fetched twice, it is the same.
    pub hash: Vec<u8>,
    /// What stands where the proof is.
    pub stated: Option<String>,
    /// The link or word that leads on.
    pub leads: Option<String>,
}

/// What comes after a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum After {
    Ask(Ask),
    Done,
}

/// Why the pages so far are not all, or not known to be all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// In a sentence that goes on from the page's name.
    pub what: String,
    /// Whether the publisher changed the data meanwhile, so that beginning again may help.
    pub changed: bool,
}

fn gap<T>(what: impl Into<String>) -> Result<T, Gap> {
    Err(Gap { what: what.into(), changed: false })
}

/// The pages of one collection.
pub(super) struct Pager<'c> {
    pages: Option<&'c Pages>,
    complete: Option<&'c Complete>,
    count: u64,
    rows: u64,
    /// The total that the publisher states.
    total: Option<u64>,
    hashes: HashSet<Vec<u8>>,
    led_by: HashSet<String>,
}

impl<'c> Pager<'c> {
    pub fn new(pages: Option<&'c Pages>, complete: Option<&'c Complete>) -> Self {
        let (hashes, led_by) = (HashSet::new(), HashSet::new());
        Self { pages, complete, count: 0, rows: 0, total: None, hashes, led_by }
    }

    /// The first page.
    pub fn first(&self) -> Ask {
        match self.pages {
            Some(Pages::Page { first, .. }) => Ask::Page(*first),
            Some(Pages::Offset { first, .. }) => Ask::Offset(*first),
            Some(Pages::Next { .. } | Pages::Cursor { .. }) | None => Ask::AsItStands,
        }
    }

    /// What comes after this page.
    ///
    /// # Errors
    /// When pages are lacking, come twice, or do not come to what the publisher states.
    pub fn after(&mut self, seen: &Seen) -> Result<After, Gap> {
        self.count += 1;
        self.rows += seen.rows;
        if seen.rows > 0 && !self.hashes.insert(seen.hash.clone()) {
            return gap(
                "has the same rows as an earlier page: the publisher repeats a page, or does not take its number",
            );
        }
        self.state(seen)?;
        let after = match self.pages {
            None => self.whole().map(|()| After::Done),
            Some(Pages::Next { .. } | Pages::Cursor { .. }) => self.led(seen),
            Some(pages @ (Pages::Page { .. } | Pages::Offset { .. })) => self.counted(pages, seen),
        }?;
        match self.pages {
            Some(pages) if after != After::Done && self.count >= u64::from(pages.most()) => gap(format!(
                "is not the last, and no more than {} pages are read; raise `most` in `pages` if there are so many",
                pages.most()
            )),
            _ => Ok(after),
        }
    }

    /// Takes down what the publisher states, which may not change from page to page.
    fn state(&mut self, seen: &Seen) -> Result<(), Gap> {
        let Some(Complete::Rows(place) | Complete::Pages(place)) = self.complete else { return Ok(()) };
        let Some(stated) = &seen.stated else {
            return gap(format!("says nothing at {place}, where `complete` looks for the total"));
        };
        let Ok(total) = stated.trim().parse() else {
            return gap(format!("says `{stated}` at {place}, which is no whole number"));
        };
        match self.total.replace(total) {
            Some(before) if before != total => Err(Gap {
                what: format!(
                    "states a total of {total} at {place}, and the page before it {before}: the data changed meanwhile"
                ),
                changed: true,
            }),
            _ => Ok(()),
        }
    }

    /// Whether what came is what the publisher states.
    fn whole(&self) -> Result<(), Gap> {
        match (self.complete, self.total) {
            (Some(Complete::Rows(_)), Some(total)) if total != self.rows => {
                gap(format!("is the last, after {} rows, and the publisher states {total}", self.rows))
            }
            (Some(Complete::Pages(_)), Some(total)) if total != self.count && (total, self.count) != (0, 1) => {
                gap(format!("is the last, and the publisher states {total} pages"))
            }
            _ => Ok(()),
        }
    }

    /// After a page that links on, or does not.
    fn led(&mut self, seen: &Seen) -> Result<After, Gap> {
        let Some(leads) = &seen.leads else { return self.whole().map(|()| After::Done) };
        if !self.led_by.insert(leads.clone()) {
            return gap("leads to a page that was read before: the publisher's pages go round in a circle");
        }
        if matches!(self.complete, Some(Complete::Rows(_))) && self.total.is_some_and(|total| self.rows > total) {
            return self.too_many();
        }
        Ok(After::Ask(match self.pages {
            Some(Pages::Cursor { .. }) => Ask::Cursor(leads.clone()),
            _ => Ask::Link(leads.clone()),
        }))
    }

    /// After a page that was asked for by number.
    fn counted(&self, pages: &Pages, seen: &Seen) -> Result<After, Gap> {
        let total = self.total.unwrap_or_default();
        let done = match self.complete {
            Some(Complete::Rows(_)) if self.rows > total => return self.too_many(),
            Some(Complete::Rows(_)) => self.rows == total,
            Some(Complete::Pages(_)) => self.count >= total,
            Some(Complete::More(place)) => match seen.stated.as_deref() {
                None | Some("false" | "0" | "") => true,
                Some("true" | "1") => false,
                Some(stated) => return gap(format!("says `{stated}` at {place}, which is neither true nor false")),
            },
            Some(Complete::ShortPage) => match pages.size() {
                Some(size) if seen.rows > size => {
                    return gap(format!(
                        "has {} rows, and `size` is {size}: the publisher does not keep to it",
                        seen.rows
                    ));
                }
                size => size.is_some_and(|size| seen.rows < size),
            },
            Some(Complete::EmptyPage) => seen.rows == 0,
            // No manifest has pages without a proof that fits them.
            Some(Complete::NoNext) | None => return gap("is of pages that nothing proves to be complete"),
        };
        if done {
            return self.whole().map(|()| After::Done);
        }
        if seen.rows == 0 {
            return gap(format!("has no row, and is not the last: {} rows have come{}", self.rows, self.of_total()));
        }
        Ok(After::Ask(match pages {
            Pages::Offset { first, .. } => Ask::Offset(first + self.rows),
            Pages::Page { first, .. } => Ask::Page(first + self.count),
            Pages::Next { .. } | Pages::Cursor { .. } => Ask::AsItStands,
        }))
    }

    fn too_many(&self) -> Result<After, Gap> {
        gap(format!("brings {} rows{}", self.rows, self.of_total()))
    }

    fn of_total(&self) -> String {
        self.total.map(|total| format!(", and the publisher states {total}")).unwrap_or_default()
    }
}
