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
    // County Durham lay in the combined authority until November 2018.
    for period in ["2017-04-01/P1Y", "2023-04-01/P1Y"] {
        add.one(&format!("fault.left-in-2018-{}", &period[..4]), &format!(
            "{{ comparison(indicator: \"{INDICATOR}\", period: {{ iso: \"{period}\" }}, \
             across: {{ ofType: {{ type: UTLA, within: \"E47000005\" }} }}) {{ rows {{ area {{ code name }} value }} }} \
             combined(indicator: \"{INDICATOR}\", period: {{ iso: \"{period}\" }}, areas: [\"E47000005\"]) {{ {part} }} }}"
        ));
    }
}
