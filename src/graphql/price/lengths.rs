//! How many items each list of the schema can have.

use super::arguments::Asked;
use crate::answers::Longest;
use crate::answers::series::MAX_ROWS;
use crate::graphql::release::MAX_FILES;
use crate::graphql::run::MAX_WARNINGS;
use crate::outcomes::CombinedWith;

/// The length of a list that this table does not know; a test holds that there is none.
pub(super) const UNKNOWN: usize = 1_000_000;

/// Kinds of causes for which a status can move.
const CAUSES: usize = 8;

/// How many items a list can have, by the longest lists of the snapshot and by what the question asks for.
pub(super) type Length = fn(&Longest, &Asked) -> usize;

/// The length of a list; `None` for one that is not known here.
pub(super) fn of(parent: &str, field: &str) -> Option<Length> {
    Some(match (parent, field) {
        (_, "edges" | "nodes") if parent.ends_with("Connection") => |_, asked| asked.page,
        ("Area", "codes") => |longest, _| longest.codes,
        ("Area", "ownCodes") => |longest, _| longest.own_codes,
        ("Area", "links") => |longest, _| longest.links,
        ("Area", "linksTo") => |longest, _| longest.links_to,
        ("Area", "neighbours") => |longest, _| longest.neighbours,
        ("Indicator", "datasets") => |longest, _| longest.suppliers,
        ("Indicator", "breakdowns") => |longest, _| longest.breakdowns,
        ("Dataset", "indicators") => |longest, _| longest.indicators,
        ("Changes", "moved") => {
            // What is gone stands beside what is new.
            |longest, asked| {
                let framework = &longest.framework;
                let targets = framework.series.saturating_mul(framework.targets.max(1));
                asked.places.saturating_mul(2 * framework.measures).saturating_mul(targets)
            }
        }
        ("Moved", "causes") => |_, _| CAUSES,
        ("Dataset" | "Observation" | "UsedFigure" | "Comparison", "caveats") => |longest, _| longest.caveats,
        ("Caveat", "indicators") => |longest, _| longest.caveat_indicators,
        ("Observation", "combinedWith") => |_, _| CombinedWith::MOST,
        ("Observation", "alternatives") | ("OtherDataset", "others") => |longest, _| longest.suppliers,
        ("ObservationConnection", "leftOut") => |longest, _| longest.succeeding + longest.in_part,
        ("AreaConnection", "leftOut") => |longest, _| longest.in_part,
        ("ObservationConnection", "otherDatasets") => |longest, _| longest.shared,
        ("Series" | "ScorecardPart", "otherDatasets") => |longest, _| longest.suppliers,
        ("Series", _) | ("SpcChart", "points") => |_, _| MAX_ROWS,
        ("PutTogether", "parts") => |longest, _| longest.every_council,
        ("Comparison", "notes") => |_, _| 3,
        ("Comparison", "rows" | "leftOut")
        | ("CombinedFigure", "parts")
        | ("Scorecard", "areas")
        | ("ScorecardRow", "cells") => |_, asked| asked.places,
        ("Inequality", "groups") => |longest, _| longest.breakdowns,
        ("Query", "frameworks") => |longest, asked| longest.frameworks.max(asked.page),
        ("Framework", "places") => |longest, _| longest.framework.places,
        ("Framework", "joins") => |longest, _| longest.framework.joins,
        ("Framework", "roles") | ("FrameworkOutcome", "accountable") => |longest, _| longest.framework.roles,
        ("Framework", "partners") => |longest, _| longest.framework.partners,
        ("Framework", "themes") => |longest, _| longest.framework.themes,
        ("Framework" | "Theme", "outcomes") => |longest, _| longest.framework.outcomes,
        ("Framework" | "FrameworkOutcome", "measures") | ("Scorecard", "rows") => {
            |longest, _| longest.framework.measures
        }
        ("Framework" | "FrameworkOutcome", "actions") => |longest, _| longest.framework.actions,
        ("Framework", "context") => |longest, _| longest.framework.context,
        ("Framework", "notYetDefined") => |longest, _| longest.framework.open,
        ("Action", "owners") => |longest, _| longest.framework.roles + longest.framework.partners,
        ("Measure", "series") | ("ScorecardCell", "parts") => |longest, _| longest.framework.series,
        ("Target", "comparators") => |longest, _| longest.framework.comparators,
        ("Measure", "targets") | ("ScorecardPart", "judgements") => |longest, _| longest.framework.targets,
        // The place's own two figures, a comparator's two, its neighbours, and its peers at two dates.
        ("TargetJudgement", "figures") => |longest, asked| longest.neighbours + 2 * asked.peers + 4,
        ("Release" | "Run", "files") => |_, _| MAX_FILES,
        ("Dataset" | "Run", "warnings") => |_, _| MAX_WARNINGS,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::types::Types;
    use super::*;

    #[test]
    fn every_list_of_the_schema_has_a_length() {
        let types = Types::new(&crate::graphql::sdl());
        let lists: Vec<_> = types.lists().collect();
        assert!(lists.len() > 60, "{lists:?}");
        let own = lists.into_iter().filter(|(parent, _)| !parent.starts_with("__"));
        let unknown: Vec<_> = own.filter(|(parent, field)| of(parent, field).is_none()).collect();
        assert!(unknown.is_empty(), "say how long they can be: {unknown:?}");
    }
}
