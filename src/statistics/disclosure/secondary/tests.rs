use super::super::super::vectors::{Cells, Row, joined, rows};
use super::super::{Interval, NotATable, attacker_interval};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn number(row: &Row, column: &str) -> usize {
    row.text(column).parse().unwrap_or_else(|_| panic!("{column}: {}", row.text(column)))
}

/// What the reference program puts in place of no bound.
const UNBOUNDED: u64 = 1_000_000;

#[test]
fn what_is_disclosed_and_the_fewest_further_cells_are_those_of_the_reference_program() {
    let mut audits: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows("sdc_secondary/expected_audit_primary_only.csv") {
        audits.entry(row.text("case_id").to_owned()).or_default().push(row);
    }
    for (case, inputs) in joined("sdc_secondary/inputs.csv", "sdc_secondary/expected_summary.csv") {
        let summary = &case.rows[0];
        let mut counts = vec![vec![0; number(summary, "cols_incl_total")]; number(summary, "rows_incl_total")];
        for row in &inputs {
            counts[number(row, "row") - 1][number(row, "col") - 1] = row.text("count").parse().unwrap();
        }
        let table = Table::new(&counts).unwrap_or_else(|why| panic!("{}: {why}", case.id));
        let found = suppress(&table, 8).unwrap_or_else(|why| panic!("{}: {why}", case.id));
        let mut disclosed = 0;
        for row in &audits[&case.id] {
            let cell = Cell { row: number(row, "row") - 1, column: number(row, "col") - 1 };
            assert_eq!(found.primary.contains(&cell).to_string(), row.text("primary_suppressed_1_to_7"), "{}", case.id);
            if found.primary.contains(&cell) {
                let interval = attacker_interval(&table, &found.primary, cell);
                let most = interval.most.unwrap_or(UNBOUNDED);
                assert_eq!(interval.least.to_string(), row.text("attacker_min"), "{} {cell:?}", case.id);
                assert_eq!(most.to_string(), row.text("attacker_max"), "{} {cell:?}", case.id);
                assert_eq!(interval.is_disclosed().to_string(), row.text("exactly_disclosed"), "{} {cell:?}", case.id);
                disclosed += usize::from(interval.is_disclosed());
            }
        }
        assert_eq!(found.primary.len(), number(summary, "n_primary"), "{}", case.id);
        assert_eq!(disclosed, number(summary, "n_primary_exactly_disclosed_without_secondary"), "{}", case.id);
        assert_eq!(found.secondary.len(), number(summary, "min_secondary_cells_needed"), "{}", case.id);
        let sum: u64 = found.secondary.iter().map(|cell| table.count(*cell)).sum();
        assert_eq!(sum.to_string(), summary.text("min_sum_of_secondary_counts_at_that_size"), "{}", case.id);
    }
}

/// A table of these counts with its totals.
fn table(rows: &[Vec<u64>]) -> Table {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        row.push(row.iter().sum());
    }
    let totals = (0..rows[0].len()).map(|at| rows.iter().map(|row| row[at]).sum()).collect();
    rows.push(totals);
    Table::new(&rows).expect("a table")
}

#[test]
fn what_is_no_table_is_named() {
    assert_eq!(Table::new(&[]), Err(NotATable::NotRectangular));
    assert_eq!(Table::new(&[vec![1, 1], vec![1]]), Err(NotATable::NotRectangular));
    assert_eq!(Table::new(&[vec![1, 1], vec![1, 2]]), Err(NotATable::DoesNotAddUp));
    assert_eq!(Table::new(&vec![vec![0; 60]; 60]), Err(NotATable::TooLarge));
    assert_eq!(Table::new(&[vec![u64::MAX, 1], vec![1, 1]]), Err(NotATable::TooLarge));
}

#[test]
fn a_search_without_end_is_given_up() {
    let mut rows = vec![vec![20; 24]; 24];
    for (at, row) in rows.iter_mut().enumerate() {
        row[at] = 3;
        row[(at * 7 + 3) % 24] += u64::try_from(at).unwrap();
    }
    assert_eq!(suppress(&table(&rows), 8), Err(NotProtected::TooLarge));
}

/// The least and most of each cell over all tables with the same published cells, by trying them all.
fn by_trial(table: &Table, withheld: &[Cell], most: u64) -> Vec<Interval> {
    let mut bounds = vec![Interval { least: u64::MAX, most: Some(0) }; withheld.len()];
    let mut values = vec![0; withheld.len()];
    loop {
        let mut rows: Vec<Vec<u64>> = vec![vec![0; table.columns()]; table.rows()];
        for cell in table.cells() {
            let at = withheld.iter().position(|other| *other == cell);
            rows[cell.row][cell.column] = at.map_or(table.count(cell), |at| values[at]);
        }
        if Table::new(&rows).is_ok() {
            for (bound, value) in bounds.iter_mut().zip(&values) {
                bound.least = bound.least.min(*value);
                bound.most = bound.most.max(Some(*value));
            }
        }
        let Some(at) = values.iter().position(|value| *value < most) else { return bounds };
        values[..at].fill(0);
        values[at] += 1;
    }
}

proptest! {
    #[test]
    fn after_secondary_suppression_no_small_count_is_disclosed(
        rows in proptest::collection::vec(proptest::collection::vec(0u64..30, 3), 1..4),
    ) {
        let table = table(&rows);
        let found = suppress(&table, 8).unwrap();
        let withheld = [found.primary.clone(), found.secondary.clone()].concat();
        for cell in &withheld {
            let interval = attacker_interval(&table, &withheld, *cell);
            let count = table.count(*cell);
            prop_assert!(!interval.is_disclosed(), "{cell:?} {interval:?}");
            prop_assert!(interval.least <= count && interval.most.is_none_or(|most| most >= count));
        }
        // Not one of the further cells is withheld for nothing.
        for spared in &found.secondary {
            let fewer: Vec<Cell> = withheld.iter().copied().filter(|cell| cell != spared).collect();
            prop_assert!(found.primary.iter().any(|cell| attacker_interval(&table, &fewer, *cell).is_disclosed()));
        }
    }

    #[test]
    fn turning_the_table_turns_the_answer(
        rows in proptest::collection::vec(proptest::collection::vec(0u64..30, 3), 2..4),
    ) {
        let turned: Vec<Vec<u64>> = (0..3).map(|at| rows.iter().map(|row| row[at]).collect()).collect();
        let (one, other) = (table(&rows), table(&turned));
        let sum = |table: &Table| {
            let found = suppress(table, 8).unwrap();
            (found.secondary.len(), found.secondary.iter().map(|cell| table.count(*cell)).sum::<u64>())
        };
        prop_assert_eq!(sum(&one), sum(&other));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_attackers_interval_is_what_trying_all_tables_gives(
        rows in proptest::collection::vec(proptest::collection::vec(0u64..3, 2), 2),
        picked in proptest::collection::btree_set(0usize..9, 1..5),
    ) {
        let table = table(&rows);
        let withheld: Vec<Cell> = picked.iter().map(|at| Cell { row: at / 3, column: at % 3 }).collect();
        // The whole table counts 8 at most: what can be larger has no bound, and grows with what is tried.
        let (trial, further) = (by_trial(&table, &withheld, 9), by_trial(&table, &withheld, 10));
        for ((cell, tried), further) in withheld.iter().zip(trial).zip(further) {
            let interval = attacker_interval(&table, &withheld, *cell);
            prop_assert_eq!(interval.least, tried.least);
            prop_assert_eq!(interval.most, (tried.most == further.most).then_some(tried.most.unwrap()));
        }
    }
}
