//! The review marks of the page: facts as `extract` prints them, each with `mark`: right, wrong or unsure.
//!
//! They say nothing of other facts of their document, so that the gold is partial. What is unsure is optional; what is
//! wrong stands as such: the program must not say it again.

use super::{GoldFact, GoldFile, Read, Reviewed, Source};
use crate::eval::{place_of, stem};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
struct Line {
    doc: String,
    mark: Verdict,
    kind: String,
    text: String,
    start: usize,
    end: usize,
    value: Option<String>,
    low: Option<String>,
    high: Option<String>,
    unit: String,
    bound: String,
    each: String,
    of: String,
    status: String,
    time: String,
    pairs: Vec<Pair>,
    sentence: String,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Right,
    Wrong,
    Unsure,
}

#[derive(Deserialize)]
struct Pair {
    helper: String,
    recipient: String,
    fine: Option<Fine>,
}

#[derive(Deserialize)]
struct Fine {
    helper: String,
    recipient: String,
}

pub(super) fn read(path: &Path, text: &str) -> Read {
    let mut documents: BTreeMap<String, Vec<GoldFact>> = BTreeMap::new();
    let mut read = Read::new();
    for (origin, object) in super::objects(path, text) {
        match object.and_then(line) {
            Ok(line) => documents.entry(line.doc.clone()).or_default().push(fact(line)),
            Err(reason) => read.push(Err(origin.fault(reason))),
        }
    }
    for (doc, mut facts) in documents {
        facts.sort_by_key(|fact| (fact.start, fact.end));
        read.push(Ok(Source::Reviewed(Reviewed {
            file: GoldFile { doc: stem(&doc), date: None, partial: true, facts },
            doc,
        })));
    }
    read
}

fn line(object: Map<String, Value>) -> Result<Line, String> {
    let line: Line =
        serde_json::from_value(Value::Object(object)).map_err(|error| format!("no fact with a mark: {error}"))?;
    if line.start >= line.end {
        return Err(format!("{}–{} is no stretch of text", line.start, line.end));
    }
    Ok(line)
}

fn fact(line: Line) -> GoldFact {
    let mut pairs: Vec<String> = line.pairs.iter().map(|pair| format!("{}>{}", pair.helper, pair.recipient)).collect();
    pairs.dedup();
    let fine = line.pairs.iter().filter_map(|pair| pair.fine.as_ref());
    let place = place_of(&line.text, &line.sentence);
    GoldFact {
        ctx: place.map_or_else(String::new, |at| super::facts::around(&line.sentence, at, at + line.text.len())),
        fine: fine.map(|fine| format!("{}>{}", fine.helper, fine.recipient)).collect(),
        pairs,
        optional: line.mark == Verdict::Unsure,
        wrong: line.mark == Verdict::Wrong,
        note: String::new(),
        text: line.text,
        kind: line.kind,
        value: line.value,
        low: line.low,
        high: line.high,
        unit: line.unit,
        bound: line.bound,
        each: line.each,
        of: line.of,
        status: line.status,
        time: line.time,
        start: line.start,
        end: line.end,
    }
}
