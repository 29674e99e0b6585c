//! Questions that were once answered wrongly, because one rule stood in several places.

use super::Add;
use crate::corpus::documents::INDICATOR;

pub fn faults(add: &mut Add) {
    let part = "value count parts { area { code } weight } missing reason";
    add.one(
        "fault.one-place-twice",
        &format!("{{ combined(indicator: \"{INDICATOR}\", areas: [\"00L\", \"E38000130\"]) {{ {part} }} }}"),
    );
    add.one("fault.ranked-twice", &format!(
        "{{ comparison(indicator: \"{INDICATOR}\", across: {{ areas: [\"36J\", \"E38000232\", \"E08000032\"] }}) {{ ranked rows {{ area {{ code }} rank }} }} }}"
    ));
    for code in ["00L", "E38000130"] {
        add.one(
            &format!("fault.within-{code}"),
            &format!(
                "{{ areas(within: \"{code}\", first: 5) {{ totalCount nodes {{ code }} }} \
             observations(where: {{ areas: [\"{code}\"], within: \"E92000001\" }}) {{ nodes {{ value }} }} }}"
            ),
        );
    }
    // A combined authority that ended in 2018, and one that was made in 2024, for a period after and before.
    for (authority, period) in [("E47000005", "2023"), ("E47000014", "2017")] {
        let text = format!(
            "{{ comparison(indicator: \"{INDICATOR}\", period: {{ iso: \"{period}-04-01/P1Y\" }}, across: {{ ofType: {{ type: UTLA, \
             within: \"{authority}\" }} }}) {{ rows {{ area {{ code name }} value }} }} combined(indicator: \"{INDICATOR}\", \
             period: {{ iso: \"{period}-04-01/P1Y\" }}, areas: [\"{authority}\"]) {{ {part} }} }}"
        );
        add.one(&format!("fault.authority-{authority}"), &text);
    }
}
