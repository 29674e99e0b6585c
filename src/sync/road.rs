//! One run, step by step: what happens to a connector's bytes, in order.

use super::groups::RejectedGroups;
use super::halt::{Halt, RoadError, in_these_files, refuse_gaps, refuse_unknown_names, refuse_withdrawn};
use super::moment::wrong_clock;
use super::preview;
use super::progress::{Progress, Stage};
use super::records::{self, Protection};
use super::report::{Problem, Report};
use super::request::Request;
use super::resources::{self, ExpectedError};
use super::same;
use super::timed::Timed;
use crate::access::Viewer;
use crate::check::{Judged, Known, ObservationRules, Refusal, ReleaseRules, UnknownPlaces, read_reference};
use crate::clock::Clock;
use crate::connector::{Checks, Consequence, Partial, UnknownAreas};
use crate::landing::Landing;
use crate::mapping::{Mapping, RowsUsed};
use crate::outcomes::{
    AreaType, CandidateObservation, CandidateReference, Counts, LandedFile, Observation, Outcome, ReferenceRow,
    Rejection, Relation, ReleaseNumber, Run, RunId, Traced,
};
use crate::source::Fetcher;
use crate::store::{Catalogue, Lease, Page, Publication, Quarantine, Scope, Settled, Store, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, Datelike, Utc};
use futures::StreamExt;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

/// Everything that a run needs, except the connector.
pub struct Road {
    /// Where figures are published.
    pub store: Arc<dyn Store>,
    /// Where raw bytes are kept.
    pub landing: Landing,
    /// How bytes are fetched.
    pub fetcher: Fetcher,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// Rejected rows are written to the store in batches of this many.
const REJECTED_BATCH: usize = 500;

impl Road {
    /// Runs a connector along the road. What cannot be published is in the report, with its reason.
    ///
    /// # Errors
    /// When the run could not be judged: another process syncs the connector or did so in the meantime, the store fails,
    /// or the request names something that does not exist.
    pub async fn run(
        &self,
        request: &Request,
        progress: &dyn Progress,
        stop: &CancellationToken,
    ) -> Result<Report, RoadError> {
        // Whatever is logged on the way carries both.
        let span = tracing::error_span!("run", dataset = %request.connector.name, run = tracing::field::Empty);
        let timed = Timed::new(progress);
        let mut report = self.run_within(request, &timed, stop).instrument(span).await?;
        report.seconds = timed.seconds();
        Ok(report)
    }

    async fn run_within(
        &self,
        request: &Request,
        progress: &dyn Progress,
        stop: &CancellationToken,
    ) -> Result<Report, RoadError> {
        refuse_unknown_names(request)?;
        if !request.dry_run
            && let Some(problem) = wrong_clock(self.store.as_ref(), self.clock.now()).await?
        {
            return Err(RoadError::Clock(problem));
        }
        let dataset = request.connector.name.as_str();
        let lease = if request.dry_run { None } else { Some(self.store.lease(dataset).await?) };
        if let (Some(since), false) = (request.unless_run_since, request.dry_run)
            && let Some(run) = self.run_since(dataset, since).await?
        {
            if let Some(lease) = lease {
                lease.release().await;
            }
            return Err(RoadError::RunSince { dataset: dataset.to_owned(), run });
        }
        let started_at = self.clock.now();
        let run = if request.dry_run { None } else { Some(self.store.start_run(dataset, started_at).await?) };
        if let Some(run) = run {
            tracing::Span::current().record("run", run);
        }
        let report = Report {
            dataset: dataset.to_owned(),
            run,
            dry_run: request.dry_run,
            outcome: Outcome::Running,
            release: None,
            standing: request.standing.unwrap_or(request.connector.manifest.standing),
            started_at,
            finished_at: started_at,
            rows_read: BTreeMap::new(),
            rows_used: Vec::new(),
            figures: Counts::default(),
            reference: Counts::default(),
            rejected_by_reason: BTreeMap::new(),
            rejected_groups: RejectedGroups::default(),
            rejected: Vec::new(),
            warnings: Vec::new(),
            seconds: BTreeMap::new(),
            files: Vec::new(),
            gaps: Vec::new(),
            error: None,
            same_as: None,
            preview: Vec::new(),
            read_in_part: false,
        };
        let mut journey = Journey {
            road: self,
            request,
            progress,
            report,
            unwritten: Vec::new(),
            changes: false,
            inputs: None,
            unknown: UnknownPlaces::default(),
            of_rows: Vec::new(),
            wrong_scale: None,
            keyless: 0,
            protection: Protection::of(&request.connector.manifest),
        };
        let prepared = tokio::select! {
            prepared = Box::pin(journey.prepare()) => prepared,
            () = stop.cancelled() => Err(Halt::stopped()),
            problem = request.fence.passed() => Err(Halt::Stopped(problem)),
            () = lost(lease.as_deref()) => Err(Halt::lease_lost()),
        };
        // Once it publishes, a run is not stopped any more: the person then reads what really happened.
        let ended = match prepared {
            Ok(Some(publication)) => journey.publish(publication).await,
            Ok(None) => Ok(()),
            Err(halt) => Err(halt),
        };
        let report = journey.finish(ended.err()).await;
        if let Some(lease) = lease {
            lease.release().await;
        }
        report
    }

    /// The newest run of a dataset, where it started after a moment.
    async fn run_since(&self, dataset: &str, since: DateTime<Utc>) -> Result<Option<RunId>, StoreError> {
        let (newest, _) = self.store.runs(&Viewer::operator(), dataset, Page { offset: 0, limit: 1 }).await?;
        Ok(newest.first().filter(|run| run.started_at > since).map(|run| run.id))
    }
}

/// Waits until the lease is lost; for ever where there is none.
async fn lost(lease: Option<&dyn Lease>) {
    match lease {
        Some(lease) => lease.lost().await,
        None => std::future::pending().await,
    }
}

/// One run in progress.
struct Journey<'r> {
    road: &'r Road,
    request: &'r Request,
    progress: &'r dyn Progress,
    report: Report,
    unwritten: Vec<Rejection>,
    changes: bool,
    inputs: Option<String>,
    unknown: UnknownPlaces,
    /// What deserves a look in the mapped rows.
    of_rows: Vec<String>,
    /// Why the mapped values may be of another scale than their counts.
    wrong_scale: Option<Refusal>,
    /// Rejected figures that do not say which they are.
    keyless: u64,
    /// What is shown of figures that are made of records of people.
    protection: Option<Protection>,
}

impl Journey<'_> {
    /// Everything up to publishing; nothing where there is nothing to publish.
    async fn prepare(&mut self) -> Result<Option<Box<dyn Publication>>, Halt> {
        let connector = &self.request.connector;
        self.enter(Stage::Planning);
        if self.request.dry_run {
            // A look shows what a draft would give, and that it would be refused.
            self.report.gaps = connector.gaps().map_err(ExpectedError::from)?;
        } else {
            refuse_gaps(connector)?;
        }
        let catalogue = self.road.store.catalogue(self.road.store.head().await?).await?;
        refuse_withdrawn(self.request, &catalogue)?;
        // Against the golden case's columns first: a mistake in the SQL is found before anything is fetched.
        let expected = resources::expected(connector).await?;
        if resources::are_known_before(self.request)? {
            Mapping::plan(connector, expected.clone(), catalogue.reference(), &self.request.set).await?;
        }

        self.enter(Stage::Fetching);
        let progress = self.progress;
        let tell = |done, total| progress.advance(done, total);
        let fetched = resources::fetch(self.request, self.road, &catalogue, &tell).await?;
        // What is made from illustrative figures is illustrative.
        self.report.standing = self.report.standing.lesser(fetched.standing);
        let landed = fetched.files;
        let left_out: BTreeSet<String> = landed
            .iter()
            .filter(|(_, files)| files.is_empty())
            .filter_map(|(name, _)| connector.manifest.resource(name))
            .filter(|resource| !resource.origin.is_derived())
            .flat_map(|resource| resource.form.indicators.iter().cloned())
            .collect();
        let opened = resources::open(connector, landed, &expected).await;
        let (resources, tables) = match opened {
            Err(error) if connector.manifest.is_record_level() => return Err(records::unread(&error)),
            opened => opened?,
        };
        self.list(&tables);
        // Told also where the run then ends without a release.
        self.warn(&[], &tables);
        if self.is_as_before(&tables, catalogue.at()).await? {
            return Ok(None);
        }

        self.enter(Stage::Mapping);
        let mapping = Mapping::plan(connector, resources, catalogue.reference(), &self.request.set)
            .await
            .map_err(|error| in_these_files(error, &self.report.files))?;
        self.warn(mapping.warnings(), &tables);
        let mut publication = self.road.store.stage(&connector.dataset(), self.report.standing).await?;
        let mapped = self.map(&mapping, &catalogue, publication.as_mut()).await;
        let (seen, known) = match mapped {
            Err(halt) if connector.manifest.is_record_level() => return Err(records::unmapped(halt)),
            mapped => mapped?,
        };
        if let Some(protection) = &mut self.protection {
            self.of_rows = protection.remarks();
            self.wrong_scale = None;
        }
        self.list(&tables);
        self.warn(mapping.warnings(), &tables);
        if self.report.read_in_part {
            // What was not read would look withdrawn, and no rule of a release can be held against a part.
            self.report.warnings.extend(self.wrong_scale.take().map(|refusal| refusal.message));
            return Ok(None);
        }

        self.enter(Stage::Comparing);
        let settled = self.settle(&catalogue, &seen, &left_out, publication.as_mut()).await?;
        let judged = Judged {
            counts: self.report.figures.plus(self.report.reference),
            excused: self.report.repeated() + self.set_aside(),
            keyless: self.keyless,
            wrong_scale: self.wrong_scale.as_ref(),
            review: &settled.review,
        };
        let warnings = rules(&connector.manifest.checks)
            .judge(judged, |id| known.measure(id).map(|measure| measure.value_type))?;
        self.report.warnings.extend(warnings);
        if settled.placeholders > 0 {
            self.report.warnings.push(format!(
                "figures that stand as not available from now on, because their rows were rejected: {}",
                settled.placeholders
            ));
        }
        if self.request.dry_run {
            refuse_gaps(connector)?;
        }
        if self.request.dry_run || !self.changes {
            self.report.outcome = if self.changes { Outcome::Published } else { Outcome::Unchanged };
            return Ok(None);
        }
        Ok(Some(publication))
    }

    /// Whether the newest run that ended well was made from the same inputs; then its counts are this run's, all of them
    /// unchanged, and its rejected rows are still those that it lists.
    async fn is_as_before(&mut self, tables: &[resources::LandedTable], at: ReleaseNumber) -> Result<bool, Halt> {
        let dataset = &self.report.dataset;
        // Of the release that the run is checked against: what was published since, the next run has to see.
        let reference = self.road.store.reference_version(dataset, at).await?;
        let inputs =
            same::inputs(self.request, self.report.standing, tables, reference).map_err(ExpectedError::from)?;
        let before = match self.request {
            Request { again: false, dry_run: false, preview: 0, .. } => {
                same::as_before(self.road.store.as_ref(), dataset, &inputs).await?
            }
            _ => None,
        };
        self.inputs = Some(inputs);
        let Some(before) = before else { return Ok(false) };
        let unchanged = |counts: Counts| Counts {
            mapped: counts.mapped,
            unchanged: counts.mapped.saturating_sub(counts.rejected),
            rejected: counts.rejected,
            ..Counts::default()
        };
        self.report.figures = unchanged(before.figures);
        self.report.reference = unchanged(before.reference);
        self.read_before(&before.files);
        self.report.warnings.clone_from(&before.warnings);
        self.report.same_as = Some(before.id);
        self.report.outcome = Outcome::Unchanged;
        Ok(true)
    }

    /// The same bytes have the same rows.
    fn read_before(&mut self, before: &[LandedFile]) {
        for file in &mut self.report.files {
            let same = |other: &&LandedFile| other.sha256 == file.sha256 && other.name == file.name;
            file.rows = before.iter().find(same).map_or(0, |other| other.rows);
        }
        self.count_rows();
    }

    async fn publish(&mut self, publication: Box<dyn Publication>) -> Result<(), Halt> {
        self.enter(Stage::Publishing);
        self.report.finished_at = self.road.clock.now();
        self.report.outcome = Outcome::Published;
        let Some(run) = self.run() else { return Ok(()) };
        let release = publication.publish(run).await?;
        self.report.release = Some(release.number);
        self.report.finished_at = release.published_at;
        Ok(())
    }

    fn enter(&self, stage: Stage) {
        tracing::info!(%stage, "sync");
        self.progress.stage(&self.report.dataset, stage);
    }

    /// What should be looked at although the run goes on: of the SQL, of the files as far as they have been read, and of
    /// the mapped rows.
    fn warn(&mut self, of_sql: &[String], tables: &[resources::LandedTable]) {
        let are_records = self.protection.is_some();
        let remarks = tables.iter().flat_map(resources::LandedTable::remarks);
        let of_files = remarks.map(|remark| if are_records { remark.without_text() } else { remark }.to_string());
        self.report.warnings = of_sql.iter().cloned().chain(of_files).chain(self.of_rows.iter().cloned()).collect();
    }

    fn list(&mut self, tables: &[resources::LandedTable]) {
        self.report.files = tables.iter().map(resources::LandedTable::file).collect();
        self.count_rows();
    }

    fn count_rows(&mut self) {
        self.report.rows_read.clear();
        for file in &self.report.files {
            *self.report.rows_read.entry(file.resource.clone()).or_default() += file.rows;
        }
    }

    /// Maps and checks every relation, reference rows first: figures are checked against them.
    async fn map(
        &mut self,
        mapping: &Mapping,
        catalogue: &Catalogue,
        into: &mut dyn Publication,
    ) -> Result<(Seen, Known), Halt> {
        let mut known = Known::default();
        known.learn(catalogue.reference());
        for framework in catalogue.frameworks(&Viewer::operator()).filter(|other| other.dataset != self.report.dataset)
        {
            known.taken_by(&framework.document.id, &framework.dataset);
        }
        let mut seen = Seen::default();
        let years = self.request.connector.manifest.checks.years(self.road.clock.now().year());
        for relation in mapping.relations().collect::<Vec<_>>() {
            if relation == Relation::Observations {
                let mut batches = Box::pin(mapping.observations().await?);
                let mut rules = ObservationRules::new(&known, years.clone());
                while let Some(batch) = batches.next().await {
                    let batch = batch?;
                    if preview::is_enough(self.request, &self.report) && !batch.is_empty() {
                        self.report.read_in_part = true;
                        break;
                    }
                    self.observations(batch, &mut rules, &mut seen, into).await?;
                }
                self.of_rows.extend(rules.remarks());
                self.wrong_scale = rules.wrong_scale();
            } else {
                let mut batches = Box::pin(mapping.reference(relation).await?);
                let mut together = Vec::new();
                while let Some(batch) = batches.next().await {
                    match relation {
                        Relation::Frameworks => together.extend(batch?),
                        _ => self.reference(relation, batch?, &mut known, into).await?,
                    }
                }
                if relation == Relation::Frameworks {
                    learn_ids(&mut known, &together);
                    self.reference(relation, together, &mut known, into).await?;
                }
            }
            let used = mapping.rows_used(relation, self.report.read_in_part);
            self.of_rows.extend(used.iter().flat_map(RowsUsed::warnings));
            self.report.rows_used.extend(used);
        }
        preview::in_order(self.request, &mut self.report);
        self.write_rejected(0).await?;
        Ok((seen, known))
    }

    async fn observations(
        &mut self,
        batch: Vec<Traced<CandidateObservation>>,
        rules: &mut ObservationRules<'_>,
        seen: &mut Seen,
        into: &mut dyn Publication,
    ) -> Result<(), Halt> {
        let (mut good, mut placeholders) = (Vec::with_capacity(batch.len()), Vec::new());
        for row in batch {
            self.report.figures.mapped += 1;
            let mut checked = rules.check(row);
            if let Some(protection) = &mut self.protection {
                let Some(protected) = protection.figure(checked, |id| rules.measure(id)) else {
                    // It is not published at all, and the report counts it.
                    self.report.figures.mapped -= 1;
                    continue;
                };
                checked = protected;
            }
            match checked {
                Ok(row) => {
                    seen.note(&row.row);
                    good.push(row);
                }
                Err(refused) => {
                    self.report.figures.rejected += 1;
                    self.unknown.note(&refused.rejection);
                    self.unwritten.push(refused.rejection);
                    self.keyless += u64::from(refused.placeholder.is_none());
                    placeholders.extend(refused.placeholder);
                }
            }
        }
        preview::keep(self.request, &mut self.report, Relation::Observations, good.iter().map(preview::of_figure));
        into.observations(&good).await?;
        for row in &placeholders {
            seen.note(&row.row);
        }
        into.placeholders(&placeholders).await?;
        self.progress.advance(self.report.figures.mapped, None);
        Ok(self.write_rejected(REJECTED_BATCH).await?)
    }

    async fn reference(
        &mut self,
        relation: Relation,
        batch: Vec<Traced<CandidateReference>>,
        known: &mut Known,
        into: &mut dyn Publication,
    ) -> Result<(), Halt> {
        let rows = batch.iter().map(|row| preview::of_reference(relation, row));
        preview::keep(self.request, &mut self.report, relation, rows);
        let mut good: Vec<Traced<ReferenceRow>> = Vec::with_capacity(batch.len());
        for row in batch {
            self.report.reference.mapped += 1;
            match read_reference(known, relation, row) {
                Ok(row) => good.push(row),
                Err(rejection) => {
                    self.report.reference.rejected += 1;
                    let are_records = self.protection.is_some();
                    self.unwritten.push(if are_records { rejection.without_text() } else { *rejection });
                }
            }
        }
        known.learn(good.iter().map(|row| &row.row));
        into.reference(good).await?;
        Ok(self.write_rejected(REJECTED_BATCH).await?)
    }

    /// Lists quarantined rows under the run once there are more than `at_least`.
    async fn write_rejected(&mut self, at_least: usize) -> Result<(), StoreError> {
        if self.unwritten.len() > at_least {
            let rows = std::mem::take(&mut self.unwritten);
            self.quarantine(rows).await?;
        }
        Ok(())
    }

    async fn quarantine(&mut self, rows: Vec<Rejection>) -> Result<(), StoreError> {
        self.report.reject(&rows);
        match self.report.run {
            Some(run) => self.road.store.reject(run, &rows).await,
            None => Ok(()),
        }
    }

    async fn settle(
        &mut self,
        catalogue: &Catalogue,
        seen: &Seen,
        left_out: &BTreeSet<String>,
        publication: &mut dyn Publication,
    ) -> Result<Settled, Halt> {
        let scope = self.scope(catalogue, seen, left_out);
        let settled = publication.settle(&scope, self).await?;
        self.changes = settled.changes_something();
        for (counts, settled) in
            [(&mut self.report.figures, settled.figures), (&mut self.report.reference, settled.reference)]
        {
            *counts = Counts { mapped: counts.mapped, rejected: counts.rejected + settled.rejected, ..settled };
        }
        Ok(settled)
    }

    /// How many rejected rows the manifest sets aside; they are told in the report.
    fn set_aside(&mut self) -> u64 {
        if self.request.connector.manifest.checks.unknown_areas != UnknownAreas::Aside {
            return 0;
        }
        let mapped = self.report.figures.mapped;
        self.report.warnings.extend(self.unknown.told(mapped));
        self.unknown.aside(mapped)
    }

    /// What this release replaces: everything, unless the manifest says that an input is a part, or a resource was left out.
    fn scope(&self, catalogue: &Catalogue, seen: &Seen, left_out: &BTreeSet<String>) -> Scope {
        let mut scope = Scope::default();
        for partial in &self.request.connector.manifest.checks.partial {
            match partial {
                Partial::Indicator => {
                    scope.indicators = Some(seen.indicators.iter().map(ToString::to_string).collect());
                }
                Partial::Period => scope.periods = Some(seen.periods.clone()),
                Partial::AreaType => scope.areas = Some(areas_like(&seen.areas, catalogue)),
            }
        }
        if !left_out.is_empty() && scope.indicators.is_none() {
            let published = catalogue.indicators_of(&self.report.dataset);
            let published = published.iter().map(ToString::to_string);
            let all = published.chain(seen.indicators.iter().map(ToString::to_string));
            scope.indicators = Some(all.filter(|id| !left_out.contains(id)).collect());
        }
        scope
    }

    fn run(&self) -> Option<Run> {
        Some(Run {
            id: self.report.run?,
            dataset: self.report.dataset.clone(),
            started_at: self.report.started_at,
            finished_at: Some(self.report.finished_at),
            outcome: self.report.outcome,
            release: self.report.release,
            figures: self.report.figures,
            reference: self.report.reference,
            files: self.report.files.clone(),
            error: self.report.error.as_ref().map(|problem| problem.message.clone()),
            error_code: self.report.error.as_ref().map(|problem| problem.code.clone()),
            warnings: self.report.warnings.clone(),
            inputs: self.inputs.clone(),
        })
    }

    /// Writes down how the run ended, where a release did not do so already.
    async fn finish(mut self, halt: Option<Halt>) -> Result<Report, RoadError> {
        match halt {
            None => {}
            Some(Halt::Store(error)) => {
                self.record(Outcome::Stopped, Problem { code: "store".into(), message: error.to_string() });
                // The store has just failed: that the run is left open says less than the error itself.
                if let Some(run) = self.run()
                    && let Err(second) = self.road.store.finish_run(&run).await
                {
                    tracing::warn!(error = %second, "the run's end could not be recorded");
                }
                return Err(error.into());
            }
            Some(Halt::Refused(problem)) => self.record(Outcome::Refused, problem),
            Some(Halt::Stopped(problem)) => self.record(Outcome::Stopped, problem),
            Some(Halt::Unreadable(problem)) => self.record(Outcome::Unreadable, problem),
        }
        if self.report.release.is_none() {
            self.report.finished_at = self.road.clock.now();
            self.write_rejected(0).await?;
            if let Some(run) = self.run() {
                self.road.store.finish_run(&run).await?;
            }
        }
        self.enter(Stage::Done);
        let Report { outcome, release, figures, error, .. } = &self.report;
        let why = error.as_ref().map(|problem| problem.message.as_str());
        let rejected = figures.rejected + self.report.reference.rejected;
        tracing::info!(outcome = outcome.as_str(), release, rejected, why, "the run ended");
        Ok(self.report)
    }

    fn record(&mut self, outcome: Outcome, problem: Problem) {
        self.report.outcome = outcome;
        self.report.error = Some(problem);
    }
}

#[async_trait]
impl Quarantine for Journey<'_> {
    async fn take(&mut self, rows: Vec<Rejection>) -> Result<(), StoreError> {
        let are_records = self.protection.is_some();
        let shown = |row: Rejection| if are_records { row.without_text() } else { row };
        self.quarantine(rows.into_iter().map(shown).collect()).await
    }
}

/// The manifest's bounds of a release.
fn rules(checks: &Checks) -> ReleaseRules {
    ReleaseRules {
        max_rejected: checks.max_rejected.0,
        max_shrink: checks.max_shrink.0,
        hold_missing_tail: checks.missing_tail == Consequence::Hold,
        hold_implausible: checks.implausible == Consequence::Hold,
        hold_wrong_scale: checks.wrong_scale == Consequence::Hold,
        max_revision: checks.max_revision.0,
        max_jump: checks.max_jump.0,
    }
}

/// Frameworks refer to each other, so that all their ids are known before the first of them is checked.
fn learn_ids(known: &mut Known, frameworks: &[Traced<CandidateReference>]) {
    let ids = frameworks.iter().filter_map(|row| row.row.texts.first().and_then(Option::as_deref));
    ids.for_each(|id| known.learn_framework(id));
}

/// What a run's accepted figures are about.
#[derive(Default)]
struct Seen {
    indicators: BTreeSet<Arc<str>>,
    periods: BTreeSet<i64>,
    areas: HashSet<String>,
    last: Option<(Arc<str>, i64)>,
}

impl Seen {
    fn note(&mut self, row: &Observation) {
        let now = (Arc::clone(&row.indicator), row.period.key());
        if self.last.as_ref() != Some(&now) {
            self.indicators.insert(Arc::clone(&now.0));
            self.periods.insert(now.1);
            self.last = Some(now);
        }
        if !self.areas.contains(&row.area) {
            self.areas.insert(row.area.clone());
        }
    }
}

/// Every place of the types that these places have.
fn areas_like(seen: &HashSet<String>, catalogue: &Catalogue) -> BTreeSet<String> {
    let kinds: HashSet<AreaType> = seen.iter().filter_map(|code| catalogue.area(code)).map(|area| area.kind).collect();
    catalogue.areas().filter(|area| kinds.contains(&area.kind)).map(|area| area.code.clone()).collect()
}
