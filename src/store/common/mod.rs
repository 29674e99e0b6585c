//! What every engine says alike: who may see a row, the statements that mean the same everywhere, what their rows say, the
//! order of a publication's calls, rows that clash, names that were met, the catalogues that stay in memory.

mod access;
mod catalogue;
mod clash;
mod columns;
pub(super) mod digest;
mod digesting;
mod figure;
mod files;
pub(super) mod forgetting;
mod names;
mod noted;
mod raw;
mod record;
mod review;
mod row;
mod staged;
pub(super) mod statements;
mod turn;
mod words;

pub(super) use access::visible;
pub(super) use catalogue::{Kept, Opened, newest, reference, slices, standings};
pub(super) use clash::{DUPLICATE_KEY, reject_figures, reject_reference};
pub(super) use columns::{content, figure_columns, revalued};
pub(super) use digesting::digesting;
pub(super) use figure::{Figures, Revisions, revision_rows};
pub(super) use files::{FileId, FileNames, Names};
pub(super) use forgetting::forgetting;
pub(super) use names::{Ids, Met, SliceKey, category};
pub(super) use record::{
    Files, bind_counts, ended_at, ends_unpublished, files, rejected, releases, runs, warnings_stored, was_under_way,
};
pub(super) use review::{
    FOLLOWING, JUMPS_READ, LOST_AREAS, LOST_PERIODS, REDATED, REVISED, TAIL, jumps, lost, lost_area, lost_period,
    redated, reviewing, tail,
};
pub(super) use row::{Columns, StoredTime, Taking, columns, taken};
pub(super) use staged::{Basis, Compared, Filed, all_closed, counted};
pub(super) use turn::{Publish, Stage, Turn};
pub(super) use words::{Doing, LEFT, body, halves, listed_releases, not_migrated, signed, standing, unsigned};
