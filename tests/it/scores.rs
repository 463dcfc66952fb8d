//! Figures against gold: above the floors of `tests/floors.tsv`, and the same as the annotators' own script gives.
//!
//! Sets outside the project (`../shared/gold/…`) count where their folders exist.

use crate::support::{extractor, files, name, read, root, table};
use duikou::document::Document;
use duikou::eval::{self, ByDocument, Score};
use duikou::output;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

const KINDS: &[&str] = &["money", "area", "count"];

/// The folder of a set, with `gold` and `text` inside; None where it does not exist.
fn folder(set: &str) -> Option<PathBuf> {
    let folder = root(set);
    (folder.join("gold").is_dir() && folder.join("text").is_dir()).then_some(folder)
}

/// Facts of all texts of a set, as JSON lines.
fn predictions(folder: &std::path::Path) -> Vec<output::FactRecord> {
    let mut records = Vec::new();
    for path in files(&folder.join("text"), "txt") {
        let document = Document::new(format!("{}.txt", name(&path)), read(&path));
        let extraction = extractor().extract(&document);
        records.extend(output::fact_records(extractor().lexicon(), &document, &extraction.facts));
    }
    records
}

fn score(folder: &std::path::Path, records: &[output::FactRecord]) -> Score {
    let gold = eval::load_gold(&folder.join("gold")).unwrap_or_else(|error| panic!("{error}"));
    let mut predicted = ByDocument::new();
    for fact in eval::from_records(records).expect("records serialise and parse") {
        predicted.entry(eval::stem(&fact.doc)).or_default().push(fact);
    }
    eval::score(&gold, &predicted, KINDS)
}

fn figures(score: &Score) -> BTreeMap<&'static str, Option<f64>> {
    score.all.figures().into_iter().collect()
}

#[test]
fn figures_are_above_their_floors() {
    let rows = table(&root("tests/floors.tsv"), &["set", "figure", "floor"]);
    let mut faults = Vec::new();
    let mut scored: BTreeMap<String, BTreeMap<&'static str, Option<f64>>> = BTreeMap::new();
    for row in &rows {
        let [set, figure, floor] = row.cells.as_slice() else { panic!("{}: not three cells", row.at) };
        let Some(folder) = folder(set) else { continue };
        let figures = scored.entry(set.clone()).or_insert_with(|| figures(&score(&folder, &predictions(&folder))));
        let found =
            figures.get(figure.as_str()).unwrap_or_else(|| panic!("{}: no figure `{figure}`", row.at)).unwrap_or(0.0);
        let floor: f64 = floor.parse().unwrap_or_else(|_| panic!("{}: `{floor}` is no number", row.at));
        println!("{set} {figure} {found:.3} (floor {floor:.3})");
        if found < floor {
            faults.push(format!("{}: {set} {figure} is {found:.3}, below {floor:.3}", row.at));
        }
    }
    assert!(scored.contains_key("corpora"), "the project's own set is always scored");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn figures_agree_with_the_annotators_script() {
    let script = root("../shared/gold/score.py");
    let python = Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success());
    if !script.exists() || !python {
        return;
    }
    for set in ["corpora", "../shared/gold/seeds", "../shared/gold/dev"] {
        let Some(folder) = folder(set) else { continue };
        let records = predictions(&folder);
        let own = figures(&score(&folder, &records));
        let facts = tempfile::Builder::new().suffix(".jsonl").tempfile().expect("a temporary file");
        let lines: Vec<String> =
            records.iter().map(|record| serde_json::to_string(record).expect("a record serialises") + "\n").collect();
        std::fs::write(facts.path(), lines.concat()).expect("a temporary file");
        let output = Command::new("python3")
            .arg(&script)
            .arg(folder.join("gold"))
            .arg(facts.path())
            .arg("--json")
            .output()
            .expect("python3 runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "score.py: {}", String::from_utf8_lossy(&output.stderr));
        let theirs: serde_json::Value =
            serde_json::from_str(text.lines().last().unwrap_or("")).expect("score.py ends with JSON");
        for (figure, value) in &own {
            let other = &theirs[*figure];
            let same = match (value, other.as_f64()) {
                (Some(value), Some(other)) => (value - other).abs() < 0.0005,
                (None, None) => other.is_null(),
                _ => false,
            };
            assert!(same, "{set} {figure}: eval says {value:?}, score.py {other}");
        }
    }
}

#[test]
fn perfect_predictions_score_one() {
    let gold = eval::load_gold(&root("corpora/gold")).unwrap_or_else(|error| panic!("{error}"));
    let score = eval::score(&gold, &gold, KINDS);
    assert_eq!((score.all.detect_f1(), score.all.end2end_f1()), (Some(1.0), Some(1.0)));
    assert!(score.wrong().next().is_none());
}

#[test]
fn no_predictions_score_nothing() {
    let gold = eval::load_gold(&root("corpora/gold")).unwrap_or_else(|error| panic!("{error}"));
    let score = eval::score(&gold, &ByDocument::new(), KINDS);
    assert_eq!(score.all.end2end_f1(), Some(0.0));
    assert_eq!(score.wrong().count(), score.all.gold, "every gold fact that counts is named as missed");
}
