//! Frameworks and their scorecards, now and then.

use super::{Add, quoted};
use crate::corpus::documents::{BEFORE, EARLY, LATER};
use crate::corpus::schema::Schema;

pub fn frameworks(schema: &Schema, add: &mut Add) {
    let ids = [
        "act-as-one",
        "bradford-better-health-better-lives",
        "halton-everyone-early-help",
        "liverpool-council-plan-pillar-4",
        "liverpool-integrated-care",
        "st-helens-adult-social-care",
        "corpus-waits",
    ];
    let fields = schema.select("Framework", 3);
    let card = "releaseNumber framework { id version release { number } notYetDefined } areas { code name } rows { measure { id } \
        cells { area { code } promise stated proposed parts { indicator { id } sex label latest { role value lowerCi upperCi missing note standing \
        period { iso } dataset { id } release { number } } missing reason otherDatasets { id } beside { change { since { iso } \
        difference differenceLabel significance significanceReason } changeReason trend { direction label chiSquared slope outlier } \
        trendReason rank { among rank quartile n } rankReason neighbours { mean median lowest highest n of } neighboursReason \
        spc { variation assurance trialLimits } spcReason } judgements { target { id kind standing by value share comparators model } status reason standing \
        method methodVersion figures { role area { code } period { iso } value missing dataset { id } release { number } } } } } }";
    for id in ids {
        add.one(&format!("framework.{id}"), &format!("{{ framework(id: \"{id}\") {{ {fields} }} }}"));
        let indicators = format!(
            "{{ indicators(framework: \"{id}\") {{ totalCount nodes {{ {} }} }} }}",
            schema.select("Indicator", 0)
        );
        add.one(&format!("framework.{id}-indicators"), &indicators);
        let mut ask = |name: &str, areas: &[&str], more: &str| {
            let text = format!("{{ scorecard(framework: \"{id}\", areas: [{}]{more}) {{ {card} }} }}", quoted(areas));
            add.one(&format!("card.{id}-{name}"), &text);
        };
        let four = ["E08000032", "E08000012", "E06000006", "E08000013"];
        ask("four", &four, "");
        ask("recoded", &["E08000016", "E08000039"], "");
        ask("bodies", &["QWO", "36J", "E05013179"], "");
        ask("merged", &["E10000009", "E06000059"], "");
        for (name, at) in [("before", BEFORE), ("early", EARLY), ("later", LATER), ("revised", "2025-06-16T03:36:40Z")]
        {
            ask(name, &four, &format!(", asOf: \"{at}\""));
        }
    }
    let together = "putTogether { how apportioned reason method parts { area { code } weight } }";
    for (name, code) in [("board", "QWO"), ("location", "36J"), ("council", "E08000032")] {
        add.one(
            &format!("card.put-together-{name}"),
            &format!(
                "{{ scorecard(framework: \"bradford-better-health-better-lives\", areas: [\"{code}\"]) {{ rows {{ measure {{ key }} cells {{ \
                 parts {{ latest {{ value caveats {{ kind }} {together} }} beside {{ rank {{ rank tied interval {{ best worst }} \
                 intervalReason }} }} judgements {{ status promise ageMonths sensitivity }} }} }} }} }} }}"
            ),
        );
    }
    add.one(
        "comparison.put-together",
        &format!(
            "{{ comparison(indicator: \"csc-re-referrals-within-12-months\", across: {{ areas: [\"QWO\", \"36J\", \"E12000003\"] }}) \
             {{ rows {{ area {{ code }} value rank reason {together} }} }} }}"
        ),
    );
    add.one(
        "areas.left-out",
        "{ areas(type: UTLA, within: \"E54000054\", first: 50) { nodes { code } leftOut { area { code } reason } } }",
    );
    let regions: Vec<String> = (1..=201).map(|at| format!("\"E07{at:06}\"")).collect();
    add.one(
        "card.too-many",
        &format!("{{ scorecard(framework: \"act-as-one\", areas: [{}]) {{ releaseNumber }} }}", regions.join(", ")),
    );
    add.one("card.one-place-twice", "{ scorecard(framework: \"act-as-one\", areas: [\"E08000016\", \"E08000038\", \"E08000016\"]) { areas { code } rows { cells { area { code } promise stated proposed } } } }");
}
