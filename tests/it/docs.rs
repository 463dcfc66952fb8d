//! The documentation says what the code does: every rule of the quantity stage is in `docs/QUANTITIES.md`, with examples
//! that it decides.

use crate::support::{extractor, files, read, root};
use std::collections::{BTreeMap, BTreeSet};

/// Rules of the tables with their examples: rows whose first cell is one word in backquotes and whose last holds examples.
fn documented() -> BTreeMap<String, Vec<String>> {
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_string).collect::<Vec<_>>();
    let mut rules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in read(&root("docs/QUANTITIES.md")).lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        let rule = cells[0].trim();
        let name = rule.trim_matches('`');
        if rule.matches('`').count() == 2 && name.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c)) {
            rules.entry(name.to_string()).or_default().extend(cells.last().map_or(Vec::new(), |cell| quoted(cell)));
        }
    }
    rules
}

/// String literals of the stage's code that have the form of a rule: `money.unit`.
fn in_code() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut literals = BTreeSet::new();
    for path in files(&root("src/quantity"), "rs") {
        for literal in read(&path).split('"').skip(1).step_by(2) {
            literals.insert(literal.to_string());
        }
    }
    let dotted = |literal: &String| {
        let mut parts = literal.split('.');
        let word = |part: Option<&str>| {
            part.is_some_and(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        };
        word(parts.next()) && word(parts.next()) && parts.next().is_none()
    };
    let rules = literals.iter().filter(|literal| dotted(literal)).cloned().collect();
    (literals, rules)
}

#[test]
fn every_rule_of_the_code_is_documented_and_every_documented_rule_exists() {
    let documented = documented();
    let (literals, rules) = in_code();
    assert!(rules.len() > 30, "the literals of the stage were read: {rules:?}");
    let missing: Vec<_> = rules.iter().filter(|rule| !documented.contains_key(*rule)).collect();
    assert!(missing.is_empty(), "in no table of docs/QUANTITIES.md: {missing:?}");
    let unknown: Vec<_> = documented.keys().filter(|rule| !literals.contains(*rule)).collect();
    assert!(unknown.is_empty(), "no code has these rules: {unknown:?}");
}

#[test]
fn every_example_is_decided_by_its_rule() {
    let mut faults = Vec::new();
    for (rule, examples) in documented() {
        assert!(!examples.is_empty(), "{rule} has no example");
        for example in examples {
            let mut decided: Vec<&str> = extractor().quantities(&example).iter().map(|found| found.rule).collect();
            decided.extend(extractor().numbers(&example).iter().map(|found| found.rule));
            if !decided.contains(&rule.as_str()) {
                faults.push(format!("{rule}: {example} is decided by {decided:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
