//! Tests as data: `tests/specs/*.tsv`, one case a line, `text ⇥ expected ⇥ rule ⇥ note`.
//!
//! - quantity tables: `expected` lists the facts of the text, each `text=value unit bound`, joined by `;`; a range is
//!   `low..high`, `-` alone is none, and `-` as unit is a noun right behind the number.
//! - `normalize.tsv`: everything that `normalize` tells, `kind text=value unit`, `-` where there is no value.
//! - `mentions.tsv`, `collisions.tsv`: `surface=code` of every place that is accepted.
//! - `agencies.tsv`: `surface=code` of every agency, with the code of its owner.
//! - `audit.tsv`: `text:flag,flag` of every fact with flags.
//! - `pairs.tsv`: for every fact `text=helper>recipient`, several pairs joined by `,`, nothing behind `=` for no pair.
//!
//! `rule`, when given, must have decided at least once. A leading `?` marks a known gap: what is right and does not come
//! out today; the line fails as soon as it does, so that the mark goes.

use crate::support::{Row, brief, extractor, facts, files, name, root, table};
use duikou::document::Document;
use duikou::mention::{Mention, MentionKind};
use duikou::output;
use std::collections::HashSet;

const COLUMNS: &[&str] = &["text", "expected", "rule", "note"];
const QUANTITIES: &[&str] = &["numerals", "money", "area", "count", "hedges", "ranges", "noise"];

/// What a text gives: the answer as the tables write it, and the rules that took part.
struct Answer {
    found: String,
    rules: Vec<String>,
}

fn join(items: &[String]) -> String {
    if items.is_empty() { "-".to_string() } else { items.join(";") }
}

fn quantities(text: &str) -> Answer {
    let quantities = extractor().quantities(text);
    let records = output::quantity_records(text, &quantities);
    let facts: Vec<String> = records
        .iter()
        .zip(&quantities)
        .filter(|(_, quantity)| quantity.fact)
        .map(|(record, _)| brief(record))
        .collect();
    Answer { found: join(&facts), rules: quantities.iter().map(|quantity| quantity.rule.to_string()).collect() }
}

/// Everything that `normalize` tells, facts or not: `kind text=value unit`.
fn numbers(text: &str) -> Answer {
    let quantities = extractor().numbers(text);
    let all: Vec<String> = output::quantity_records(text, &quantities)
        .iter()
        .map(|record| {
            let range = || Some(format!("{}..{}", record.low.as_ref()?, record.high.as_ref()?));
            let value = record.value.clone().or_else(range).unwrap_or_else(|| "-".to_string());
            format!("{} {}={value} {}", record.kind, record.text, record.unit).trim_end().to_string()
        })
        .collect();
    Answer { found: join(&all), rules: quantities.iter().map(|quantity| quantity.rule.to_string()).collect() }
}

fn flags(text: &str) -> Answer {
    let facts = facts(&Document::new("spec", text));
    let flagged: Vec<String> = facts
        .iter()
        .filter(|fact| !fact.flags.is_empty())
        .map(|fact| format!("{}:{}", fact.text, fact.flags.join(",")))
        .collect();
    Answer { found: join(&flagged), rules: Vec::new() }
}

fn mentions(text: &str) -> Answer {
    let extraction = extractor().extract(&Document::new("spec", text));
    let lexicon = extractor().lexicon();
    let places: Vec<String> = extraction
        .mentions
        .iter()
        .filter(|mention| mention.kind == MentionKind::Place)
        .filter_map(|mention| Some(format!("{}={}", mention.span.of(text), lexicon.place(mention.place?).code)))
        .collect();
    Answer { found: join(&places), rules: extraction.mentions.iter().map(|mention| mention.rule.to_string()).collect() }
}

fn agencies(text: &str) -> Answer {
    let extraction = extractor().extract(&Document::new("spec", text));
    let lexicon = extractor().lexicon();
    let found: Vec<_> = extraction.mentions.iter().filter(|mention| mention.kind == MentionKind::Agency).collect();
    let code = |mention: &Mention| mention.place.map_or("-", |id| lexicon.place(id).code.as_str());
    let words: Vec<String> =
        found.iter().map(|mention| format!("{}={}", mention.span.of(text), code(mention))).collect();
    Answer { found: join(&words), rules: found.iter().map(|mention| mention.rule.to_string()).collect() }
}

fn pairs(text: &str) -> Answer {
    let document = Document::new("spec", text);
    let extraction = extractor().extract(&document);
    let records = output::fact_records(extractor().lexicon(), &document, &extraction.facts);
    let facts: Vec<String> = records
        .iter()
        .map(|record| {
            let pairs: Vec<String> =
                record.pairs.iter().map(|pair| format!("{}>{}", pair.helper, pair.recipient)).collect();
            format!("{}={}", record.text, pairs.join(","))
        })
        .collect();
    Answer { found: join(&facts), rules: extraction.facts.iter().map(|fact| fact.decision.rule.to_string()).collect() }
}

/// Runs every line of a table and reports all that differ at once.
fn run(file: &str, answer: fn(&str) -> Answer) {
    let rows = table(&root(&format!("tests/specs/{file}.tsv")), COLUMNS);
    let faults: Vec<String> = rows.iter().filter_map(|row| check(row, answer)).collect();
    assert!(faults.is_empty(), "{} of {} lines differ\n{}", faults.len(), rows.len(), faults.join("\n"));
}

fn check(row: &Row, answer: fn(&str) -> Answer) -> Option<String> {
    let [text, expected, rule, _] = row.cells.as_slice() else { return Some(format!("{}: not four cells", row.at)) };
    let Answer { found, rules } = answer(text);
    let fault = |what: String| Some(format!("{}: {text}\n  {what}", row.at));
    match expected.strip_prefix('?') {
        Some(wanted) if wanted == found => fault(format!("known gap is closed, take the `?` away: {found}")),
        Some(_) => None,
        None if *expected != found => {
            fault(format!("expected {expected}\n  found    {found}   ({})", rules.join(", ")))
        }
        None if !rule.is_empty() && !rules.contains(rule) => {
            fault(format!("expected rule {rule}, had {}", rules.join(", ")))
        }
        None => None,
    }
}

#[test]
fn numerals() {
    run("numerals", quantities);
}

#[test]
fn money() {
    run("money", quantities);
}

#[test]
fn area_and_length() {
    run("area", quantities);
}

#[test]
fn count() {
    run("count", quantities);
}

#[test]
fn hedges() {
    run("hedges", quantities);
}

#[test]
fn ranges() {
    run("ranges", quantities);
}

#[test]
fn noise() {
    run("noise", quantities);
}

#[test]
fn normalize() {
    run("normalize", numbers);
}

#[test]
fn places() {
    run("collisions", mentions);
    run("mentions", mentions);
}

#[test]
fn names_and_owners_of_agencies() {
    run("agencies", agencies);
}

#[test]
fn pairs_of_short_documents() {
    run("pairs", pairs);
}

#[test]
fn sums_averages_and_figures_told_twice() {
    run("audit", flags);
}

#[test]
fn every_table_is_run() {
    let others = ["normalize", "mentions", "collisions", "agencies", "pairs", "audit"];
    let known: HashSet<&str> = QUANTITIES.iter().copied().chain(others).collect();
    for path in files(&root("tests/specs"), "tsv") {
        assert!(known.contains(name(&path).as_str()), "{}: no test runs this table", path.display());
    }
}

#[test]
fn no_text_stands_twice_in_a_table() {
    for path in files(&root("tests/specs"), "tsv") {
        let mut seen = HashSet::new();
        for row in table(&path, COLUMNS) {
            assert!(seen.insert(row.cells[0].clone()), "{}: this text stands above: {}", row.at, row.cells[0]);
        }
    }
}

/// A quantity is exact or it is nothing: the same facts come out when the text stands in the middle of a line.
#[test]
fn quantities_do_not_depend_on_what_stands_around_the_sentence() {
    for file in QUANTITIES {
        for row in table(&root(&format!("tests/specs/{file}.tsv")), COLUMNS) {
            let text = &row.cells[0];
            if text.contains('\n') {
                continue;
            }
            let alone = quantities(text).found;
            let inside = quantities(&format!("据介绍，{text}\n")).found;
            assert_eq!(alone, inside, "{}: {text}", row.at);
        }
    }
}

#[test]
fn a_known_gap_fails_when_it_closes_and_not_before() {
    let row = |expected: &str| Row {
        at: "made-up:1".to_string(),
        cells: ["3家", expected, "", ""].map(str::to_string).to_vec(),
    };
    assert!(check(&row("3家=3 家 exact"), quantities).is_none());
    assert!(check(&row("-"), quantities).is_some());
    assert!(check(&row("?-"), quantities).is_none());
    assert!(check(&row("?3家=3 家 exact"), quantities).is_some_and(|fault| fault.contains("known gap is closed")));
}
