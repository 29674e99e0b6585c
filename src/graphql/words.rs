//! The schema's words: every enum, each value with its meaning. Those of statistics are in `findings`.

use async_graphql::Enum;

/// What kind of place.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::AreaType")]
pub enum AreaType {
    /// A country, or the United Kingdom.
    Country,
    /// An English region, or Inner or Outer London.
    Region,
    /// An integrated care board.
    Icb,
    /// A sub-ICB location.
    SubIcb,
    /// An upper-tier council: counties, and every single-tier council, which is stored under this type: unitary
    /// authorities, metropolitan and London boroughs, the councils of Wales, Scotland and Northern Ireland.
    Utla,
    /// A lower-tier council. As the `type` of an area: a non-metropolitan district. In a question (`type`, `areaType`,
    /// `ofType`): every lower-tier local authority, so the districts and every single-tier council, as publishers list
    /// "districts and unitary authorities".
    Ltla,
    /// An electoral ward.
    Ward,
    /// A middle-layer super output area.
    Msoa,
    /// A lower-layer super output area.
    Lsoa,
    /// An NHS trust or foundation trust.
    NhsTrust,
    /// A primary care network.
    Pcn,
    /// A GP practice.
    GpPractice,
    /// A police force area.
    PoliceForce,
    /// A fire and rescue authority.
    FireAuthority,
    /// A combined authority.
    CombinedAuthority,
    /// A metropolitan county, such as West Yorkshire: its boroughs together. No council; the boroughs are.
    MetropolitanCounty,
    /// A city region that is no combined authority, such as the Greater London Authority or Belfast City Region.
    CityRegion,
    /// An International Territorial Level 1 area: a region of England, Wales, Scotland or Northern Ireland.
    #[graphql(name = "ITL1")]
    Itl1,
    /// An International Territorial Level 2 area.
    #[graphql(name = "ITL2")]
    Itl2,
    /// An International Territorial Level 3 area.
    #[graphql(name = "ITL3")]
    Itl3,
    /// A total that a publisher makes of several places, such as two councils published together: ranked with nothing.
    Aggregate,
}

/// How one area stands to another.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::LinkKind")]
pub enum LinkKind {
    /// The area, or the share `weight` of it, lies in the related one.
    Within,
    /// The related area took over from this one.
    SucceededBy,
    /// The same place under another system's code.
    SameAs,
}

/// Why a figure is not there, or is not to be relied on.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::MissingKind")]
pub enum MissingKind {
    /// Withheld by the publisher so that no person can be recognised.
    Suppressed,
    /// The figure has no meaning here.
    NotApplicable,
    /// There is no such figure: the publisher does not have it, or has not published it.
    NotAvailable,
    /// The publisher warns against it; a value may stand beside it.
    Unreliable,
    /// Above zero, and printed as a symbol because it rounds to zero.
    RoundsToZero,
    /// Published once and taken back by the publisher.
    Withdrawn,
}

/// How far a figure may be relied on.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::Standing")]
pub enum Standing {
    /// Published as official statistics.
    Official,
    /// A council's, trust's or partner's own figure.
    Local,
    /// Made up to show how the hub works. Never for a board paper.
    Illustrative,
}

/// Who may see a dataset's figures.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::Access")]
pub enum Access {
    /// Anyone.
    Open,
    /// Partners of the place.
    Partners,
    /// Named people only.
    Restricted,
}

/// What kind of body publishes a dataset.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::Sector")]
pub enum Sector {
    /// Councils and the departments that publish for them.
    Council,
    /// The NHS and its arm's-length bodies.
    Nhs,
    /// Any other partner.
    Partner,
    /// The hub's own reference data: places, codes, vocabulary.
    Reference,
}

/// Which direction is good.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::Polarity")]
pub enum Polarity {
    /// Higher is better.
    HighIsGood,
    /// Lower is better.
    LowIsGood,
    /// Neither.
    None,
}

/// The statistical kind of an indicator's value: decides which methods apply.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::ValueType")]
pub enum ValueType {
    /// A share of a population, 0 to 100.
    Proportion,
    /// Events per multiplier of population.
    Rate,
    /// A directly standardised rate.
    Dsr,
    /// An average of a measured quantity.
    Mean,
    /// A number of events or people.
    Count,
    /// One quantity over another.
    Ratio,
    /// Years of life.
    LifeExpectancy,
    /// A composite or index without a natural range.
    Index,
}

/// How a run along the road from a publisher's file to a release ended.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::Outcome")]
pub enum Outcome {
    /// Under way.
    Running,
    /// Ended in a release.
    Published,
    /// Everything was as published: no release, no figure written.
    Unchanged,
    /// A check refused it; what was published stays.
    Refused,
    /// The source could not be read; what was published stays.
    Unreadable,
    /// Stopped before it was done; what was published stays.
    Stopped,
}

/// Whether a dataset is as new as its publisher's calendar promises.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::Freshness")]
pub enum Freshness {
    /// The next release is not due yet.
    Fresh,
    /// The next release is due, and not yet late.
    Due,
    /// The next release is late.
    Late,
    /// Nothing was ever published.
    Never,
}

/// What a breakdown by deprivation groups.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::answers::inequality::GroupedUnit")]
pub enum GroupedUnit {
    /// Counties and unitary authorities: whole councils.
    UpperTierCouncils,
    /// Districts and unitary authorities: whole councils.
    LowerTierCouncils,
    /// Neighbourhoods: lower or middle layer super output areas.
    Neighbourhoods,
    /// Electoral wards.
    Wards,
    /// General practices, by where their patients live.
    GeneralPractices,
    /// NHS areas: clinical commissioning groups, sub-ICB locations.
    NhsAreas,
    /// The breakdown's name does not say it.
    NotSaid,
}

/// What moved a measure in a place between two days.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::answers::changes::Cause")]
pub enum ChangeCause {
    /// There is a figure for a newer period.
    NewPeriod,
    /// A figure of the same period has another value than it had.
    Revision,
    /// The figure that there was is gone.
    FigureGone,
    /// Another dataset answers.
    OtherDataset,
    /// The figures of others changed: of the comparator, of neighbours or of peers.
    OtherPlaces,
    /// The framework has another edition, in which the target is another one, new, or gone.
    Framework,
    /// The method of judging has another version.
    Method,
    /// The vocabulary describes the indicator otherwise.
    Definition,
    /// A figure grew too old for a status, or a newer one is no longer too old.
    Age,
    /// What is said of the figure changed: its limits, its counts, or its publisher's caveats.
    Evidence,
}

/// What a caveat is about.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::outcomes::CaveatKind")]
pub enum CaveatKind {
    /// The pandemic changed what happened, or what could be counted.
    Pandemic,
    /// Not everybody who should have been counted was.
    PartialCollection,
    /// The figures from a day on were made in another way; no trend crosses it.
    ChangeOfMethod,
    /// The figures from a day on cannot be held against those before it; no trend crosses it.
    SeriesBreak,
    /// The publisher means to revise the figures.
    Provisional,
    /// The publisher still works on how the figures are made.
    InDevelopment,
}

/// Whether a strategy says something itself.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::frameworks::Standing")]
pub enum FrameworkStanding {
    /// The strategy says it.
    Stated,
    /// The hub's maintainers propose it; the strategy does not say it.
    Proposed,
}

/// How far an action is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::frameworks::ActionStatus")]
pub enum ActionStatus {
    /// Nothing is said.
    NotReported,
    /// It is to be begun.
    Planned,
    /// It is under way.
    UnderWay,
    /// It is done.
    Done,
    /// It was given up.
    Stopped,
}

/// What is wanted of a measure.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// Higher than at the baseline.
    Increase,
    /// Lower than at the baseline.
    Reduce,
    /// A smaller gap to the comparator than at the baseline.
    CloseGap,
    /// A smaller gap to another group of people of the same place than at the baseline.
    CloseGapBetween,
    /// As good as the mean of the statistical neighbours.
    InLineWith,
    /// One quartile better among its peers than at the baseline.
    MoveUpQuartile,
    /// This value or a lower one.
    AtOrBelow,
    /// This value or a higher one.
    AtOrAbove,
    /// No worse than at the baseline.
    Maintain,
}

impl From<&crate::frameworks::TargetKind> for TargetKind {
    fn from(kind: &crate::frameworks::TargetKind) -> Self {
        use crate::frameworks::TargetKind as Kind;
        match kind {
            Kind::Increase { .. } => Self::Increase,
            Kind::Reduce { .. } => Self::Reduce,
            Kind::CloseGap { .. } => Self::CloseGap,
            Kind::CloseGapBetween { .. } => Self::CloseGapBetween,
            Kind::InLineWith { .. } => Self::InLineWith,
            Kind::MoveUpQuartile { .. } => Self::MoveUpQuartile,
            Kind::AtOrBelow { .. } => Self::AtOrBelow,
            Kind::AtOrAbove { .. } => Self::AtOrAbove,
            Kind::Maintain { .. } => Self::Maintain,
        }
    }
}

/// Whether a target is reached.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::frameworks::Status")]
pub enum TargetStatus {
    /// There was no gap to close and there is none. It takes no part in the status of a measure.
    NotApplicable,
    /// What is wanted is reached, beyond chance.
    Met,
    /// A day is set, and the figure is better than the straight line to it, with all of its limits.
    OnTrack,
    /// Better than at the baseline, beyond chance. No point is set, so there is nothing to reach.
    Improving,
    /// No change can be told from chance. That is no proof that nothing changed.
    NoDetectableChange,
    /// The limits lie on both sides of what is wanted.
    TooCloseToTell,
    /// The newest figure is too old for a status. The reason says which it would have.
    OutOfDate,
    /// A figure or its limits are missing, and the reason names them: nothing is said.
    NotAssessable,
    /// The signs contradict each other: better than at the baseline and lately getting worse, or the other way round.
    Mixed,
    /// The gap narrows because the comparator gets worse, not because the place gets better.
    GapClosingComparatorWorse,
    /// The gap narrows because the comparator gets worse faster than the place, whose own figure is worse too.
    GapClosingBothWorse,
    /// A day is set, and the figure is worse than the straight line to it, with all of its limits.
    OffTrack,
    /// Worse than at the baseline, beyond chance.
    Worsening,
    /// What is wanted is not reached, beyond chance.
    NotMet,
}

/// What part a figure played in a judgement.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "crate::frameworks::Role")]
pub enum FigureRole {
    /// The place's own newest figure.
    Current,
    /// The place's figure at the baseline.
    Baseline,
    /// The comparator's figure for the current period.
    Comparator,
    /// The comparator's figure at the baseline.
    ComparatorBaseline,
    /// A neighbour's figure for the current period.
    Neighbour,
    /// A peer's figure for the current period.
    Peer,
    /// A peer's figure at the baseline.
    PeerBaseline,
}
