//! Documents that the schema alone does not give: places whose codes changed, bodies put together, pages, judgements.

mod comparisons;
mod faults;
mod figures;
mod frameworks;
mod joined;
mod places;
mod trail;

use super::documents::Document;
use super::schema::Schema;

const FIGURE: &str = "area { code name } period { iso } dataset { id } sex age category { type name } value lowerCi upperCi \
                      lowerCi998 upperCi998 ciDerived count denominator countMissing denominatorMissing missing note \
                      standing release { number } origin { file row } alternatives { value dataset { id } }";

/// Councils now and before, bodies of the NHS, wards, and codes as people write them.
const PLACES: [&str; 27] = [
    "E08000032",
    "e08000032",
    " E08000032 ",
    "E08000016",
    "E08000038",
    "E08000019",
    "E08000039",
    "e08000039",
    "E08000020",
    "E08000037",
    "E06000048",
    "E06000057",
    "E10000009",
    "E06000059",
    "E10000006",
    "E10000021",
    "E06000062",
    "E10000002",
    "E54000054",
    "QWO",
    "qwo",
    "E38000232",
    "36J",
    "36j",
    "E05013179",
    "E92000001",
    "K02000001",
];

const INDICATORS: [&str; 10] = [
    "csc-re-referrals-within-12-months",
    "cla-three-or-more-placements",
    "cla-sdq-mean-score",
    "cla-rate-per-10k",
    "permanent-admissions-65-plus",
    "healthy-life-expectancy-at-birth",
    "physically-active-adults",
    "hospital-admissions-injuries-0-14",
    "imd-most-deprived-decile-share",
    "dfe-children-in-need:referrals",
];

struct Add<'a>(&'a mut Vec<Document>);

impl Add<'_> {
    fn one(&mut self, name: &str, text: &str) {
        self.0.push(Document { name: name.to_owned(), text: text.to_owned(), next: None });
    }

    /// A list, page after page.
    fn pages(&mut self, name: &str, next: &'static str, text: &str) {
        let text = format!("query ($after: String) {text}");
        self.0.push(Document { name: format!("pages.{name}"), text, next: Some(next) });
    }
}

fn quoted(codes: &[&str]) -> String {
    codes.iter().map(|code| format!("\"{code}\"")).collect::<Vec<_>>().join(", ")
}

pub fn add(schema: &Schema, out: &mut Vec<Document>) {
    let mut add = Add(out);
    places::places(schema, &mut add);
    figures::figures(schema, &mut add);
    figures::series(schema, &mut add);
    comparisons::comparisons(schema, &mut add);
    joined::joined(schema, &mut add);
    frameworks::frameworks(schema, &mut add);
    faults::faults(&mut add);
    trail::pages(&mut add);
    trail::documents(schema, &mut add);
}
