//! An evaluation as JSON and as one page without scripts.

use crate::eval::baseline::Change;
use crate::eval::{Counts, Fault, NOTHING, Score, Scored, Verdict};
use askama::Template;
use serde_json::{Map, Value, json};
use std::io;

const STYLE: &str = include_str!("page/scores.css");

/// Everything, for machines. Figures that nothing was counted for are null.
pub fn json(score: &Score, changes: Option<&[Change<'_>]>) -> Value {
    let counts = |counts: &Counts| json!({"counts": counts, "figures": figures(counts)});
    let group = |groups: &std::collections::BTreeMap<String, Counts>| -> Map<String, Value> {
        groups.iter().map(|(name, group)| (name.clone(), counts(group))).collect()
    };
    let confusion =
        score.confusion.iter().map(|(gold, found, facts)| json!({"gold": gold, "found": found, "facts": facts}));
    let calibration = score.calibration.iter().enumerate().filter(|(_, (facts, _))| *facts > 0);
    let mut object = json!({
        "all": counts(&score.all),
        "by_kind": group(&score.by_kind),
        "by_document": group(&score.by_doc),
        "by_pair": group(&score.by_pair),
        "by_rule": group(&score.by_rule),
        "confusion": confusion.collect::<Vec<_>>(),
        "calibration": calibration.map(|(tenth, (facts, right))| {
            json!({"from": tenth as f64 / 10.0, "facts": facts, "right": right})
        }).collect::<Vec<_>>(),
        "wrong": score.wrong().map(verdict).collect::<Vec<_>>(),
    });
    if let Some(changes) = changes {
        let listed = changes.iter().map(|change| {
            let mut object = verdict(change.verdict);
            object["better"] = json!(change.mended);
            object["worse"] = json!(change.broken);
            object["before"] = change.before.and_then(|before| before.found.as_ref()).map_or(Value::Null, fact);
            object
        });
        object["since_baseline"] = listed.collect();
    }
    object
}

fn figures(counts: &Counts) -> Map<String, Value> {
    counts.figures().into_iter().map(|(name, figure)| (name.to_string(), json!(figure))).collect()
}

fn verdict(verdict: &Verdict) -> Value {
    let (doc, kind, start, end) = verdict.key();
    let text = verdict.fact().map(|fact| fact.text.as_str());
    let side = |side: &Option<Scored>| side.as_ref().map_or(Value::Null, fact);
    json!({"doc": doc, "kind": kind, "text": text, "start": start, "end": end, "faults": verdict.faults,
        "gold": side(&verdict.gold), "found": side(&verdict.found)})
}

fn fact(fact: &Scored) -> Value {
    let said = |fault| Some(fact.said(fault)).filter(|said| said != NOTHING).unwrap_or_default();
    json!({"amount": fact.amount(), "pairs": fact.pairs(), "status": said(Fault::Status), "each": said(Fault::Each),
        "bound": said(Fault::Bound), "of": said(Fault::Of), "time": said(Fault::Time), "fine": said(Fault::Fine),
        "rule": fact.decided_by()})
}

#[derive(Template)]
#[template(path = "scores.html", config = "src/report/askama.toml")]
struct Page<'p> {
    style: &'p str,
    style_hash: String,
    version: &'p str,
    name: &'p str,
    columns: Vec<&'static str>,
    figures: Vec<Row>,
    changes: Option<(usize, usize, Vec<Line>)>,
    confusion: &'p [(String, String, usize)],
    pairs: Vec<Row>,
    rules: Vec<Row>,
    documents: Vec<Row>,
    calibration: Vec<Row>,
    wrong: Vec<(String, Vec<Line>)>,
}

/// A name with its cells.
struct Row {
    name: String,
    cells: Vec<String>,
}

/// A fact with what is wrong.
struct Line {
    doc: String,
    /// Class and words.
    faults: Vec<(&'static str, String)>,
    before: String,
    text: String,
    behind: String,
    gold: String,
    found: String,
    rule: String,
}

/// The page.
///
/// # Errors
/// When the template cannot be filled, which memory alone can cause.
pub fn page(name: &str, score: &Score, changes: Option<&[Change<'_>]>) -> io::Result<String> {
    let groups = |groups: &std::collections::BTreeMap<String, Counts>| -> Vec<Row> {
        groups.iter().map(|(name, counts)| brief(name, counts)).collect()
    };
    let all = [("all".to_string(), score.all)];
    let figures = score.by_kind.iter().chain(all.iter().map(|(name, counts)| (name, counts)));
    let mut wrong: Vec<(String, Vec<Line>)> = Vec::new();
    for verdict in score.wrong() {
        let line = line(verdict, verdict.faults.iter().map(|fault| ("", difference(verdict, *fault))).collect());
        match wrong.last_mut() {
            Some((doc, lines)) if *doc == verdict.doc => lines.push(line),
            _ => wrong.push((verdict.doc.clone(), vec![line])),
        }
    }
    let calibration = score.calibration.iter().enumerate().rev().filter(|(_, (facts, _))| *facts > 0);
    let page = Page {
        style: STYLE,
        style_hash: super::page::hash(STYLE),
        version: env!("CARGO_PKG_VERSION"),
        name,
        columns: score.all.figures().iter().map(|(name, _)| *name).collect(),
        figures: figures.map(|(name, counts)| full(name, counts)).collect(),
        changes: changes.map(|changes| {
            let count = |is: fn(&&Change<'_>) -> bool| changes.iter().filter(is).count();
            let lines = changes.iter().map(|change| {
                let worse = change.broken.iter().map(|fault| ("worse", change.step(*fault)));
                let better = change.mended.iter().map(|fault| ("better", change.step(*fault)));
                line(change.verdict, worse.chain(better).collect())
            });
            let (better, worse) =
                (count(|change| !change.mended.is_empty()), count(|change| !change.broken.is_empty()));
            (better, worse, lines.collect())
        }),
        confusion: &score.confusion,
        pairs: groups(&score.by_pair),
        rules: groups(&score.by_rule),
        documents: groups(&score.by_doc),
        calibration: calibration
            .map(|(tenth, (facts, right))| Row {
                name: format!("≥ {:.1}", tenth as f64 / 10.0),
                cells: vec![facts.to_string(), share(*right, *facts)],
            })
            .collect(),
        wrong,
    };
    page.render().map_err(io::Error::other)
}

fn share(part: usize, whole: usize) -> String {
    if whole == 0 { NOTHING.to_string() } else { format!("{:.3}", part as f64 / whole as f64) }
}

fn full(name: &str, counts: &Counts) -> Row {
    let figures = counts
        .figures()
        .into_iter()
        .map(|(_, figure)| figure.map_or(NOTHING.to_string(), |figure| format!("{figure:.3}")));
    Row { name: name.to_string(), cells: std::iter::once(counts.gold.to_string()).chain(figures).collect() }
}

fn brief(name: &str, counts: &Counts) -> Row {
    let cells = vec![
        counts.gold.to_string(),
        (counts.gold - counts.hit).to_string(),
        counts.spurious.to_string(),
        share(counts.value, counts.hit),
        share(counts.pairs, counts.hit),
    ];
    Row { name: name.to_string(), cells }
}

fn line(verdict: &Verdict, faults: Vec<(&'static str, String)>) -> Line {
    let said = |fact: Option<&Scored>| {
        fact.map_or(NOTHING.to_string(), |fact| format!("{} [{}]", fact.amount(), fact.pairs().join("; ")))
    };
    let (before, text, behind) = verdict.words();
    Line {
        doc: verdict.doc.clone(),
        faults,
        before: before.to_string(),
        text: text.to_string(),
        behind: behind.to_string(),
        gold: said(verdict.gold.as_ref()),
        found: said(verdict.found.as_ref()),
        rule: verdict.found.as_ref().map_or_else(String::new, |fact| fact.decided_by().to_string()),
    }
}

/// A fault; of a field that has no column, with what gold says and what was found.
fn difference(verdict: &Verdict, fault: Fault) -> String {
    match (&verdict.gold, &verdict.found) {
        (Some(gold), Some(found)) if !fault.grave() => {
            format!("{}: {} ≠ {}", fault.name(), gold.said(fault), found.said(fault))
        }
        _ => fault.name().to_string(),
    }
}
