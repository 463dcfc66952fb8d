//! Label Studio's JSON export: an array of tasks with `annotations[].result[]`.
//!
//! Offsets are code points. Where a region comes with its words and they stand at these places counted in UTF-16 units
//! alone, as a script may have counted, that is understood too.

use super::{Annotated, Mark, Origin, Places, Read, Relation, Side, Source};
use crate::error::ReadError;
use crate::span::Span;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::Path;

#[derive(Deserialize)]
struct Task {
    #[serde(default)]
    id: Value,
    data: Map<String, Value>,
    #[serde(default)]
    annotations: Vec<Annotation>,
}

#[derive(Deserialize)]
struct Annotation {
    result: Vec<Piece>,
    #[serde(default)]
    was_cancelled: bool,
    #[serde(default)]
    ground_truth: bool,
    #[serde(default)]
    updated_at: String,
}

/// A region with its label, a control's answer on a region, or a relation.
#[derive(Deserialize)]
struct Piece {
    #[serde(default)]
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    value: Map<String, Value>,
    #[serde(default)]
    from_id: String,
    #[serde(default)]
    to_id: String,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    direction: String,
}

pub(super) fn read(path: &Path, text: &str) -> Read {
    let values: Result<Vec<Value>, _> = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(tasks)) => Ok(tasks),
        Ok(task) => Ok(vec![task]),
        Err(error) => Err(error),
    };
    let values = match values {
        Ok(values) => values,
        Err(error) => return vec![Err(ReadError::of_file(path, format!("no JSON: {error}")))],
    };
    let mut read = Vec::new();
    for (value, number) in values.into_iter().zip(1..) {
        let origin = Origin { path: path.to_path_buf(), record: Some(number) };
        match task(value, &origin) {
            Ok(Some(one)) => read.push(Ok(Source::Annotated(Box::new(one)))),
            Ok(None) => {}
            Err(reason) => read.push(Err(origin.fault(reason))),
        }
    }
    if read.is_empty() {
        read.push(Err(ReadError::of_file(path, "no task has an annotation; predictions alone are no gold")));
    }
    read
}

/// A task as it was annotated: the ground truth, else the latest that was not skipped. None where nobody has.
fn task(value: Value, origin: &Origin) -> Result<Option<Annotated>, String> {
    if value.get("data").is_none() && value.get("annotations").is_none() {
        return Err("no `data` and `annotations`: export as JSON, not as JSON-MIN".to_string());
    }
    let task: Task = serde_json::from_value(value).map_err(|error| format!("no task: {error}"))?;
    let done = task.annotations.iter().filter(|annotation| !annotation.was_cancelled);
    let Some(annotation) = done.max_by_key(|annotation| (annotation.ground_truth, &annotation.updated_at)) else {
        return Ok(None);
    };
    let id = task.id.as_str().map_or_else(|| task.id.to_string(), str::to_string);
    let document = super::document(&task.data, &id)?;
    let places = Places::new(&document.text);
    let mut ids: HashMap<&str, usize> = HashMap::new();
    let mut marks = Vec::new();
    for region in annotation.result.iter().filter(|piece| piece.kind == "labels") {
        let mark = mark(&places, region).map_err(|reason| format!("region {}: {reason}", region.id))?;
        ids.insert(&region.id, marks.len());
        marks.push(mark);
    }
    let mut relations = Vec::new();
    for piece in &annotation.result {
        let at = ids.get(piece.id.as_str()).copied();
        match (piece.kind.as_str(), at) {
            ("textarea", Some(at)) => marks[at].note = Some(words(piece, "text").join("; ")),
            ("choices", Some(at)) => {
                let choices = words(piece, "choices");
                marks[at].planned = Some(choices.contains(&"planned"));
                marks[at].optional = choices.contains(&"optional");
            }
            ("relation", _) => relations.extend(relation(piece, &ids)?),
            _ => {}
        }
    }
    Ok(Some(Annotated { document, marks, relations: Some(relations), origin: origin.clone() }))
}

fn mark(places: &Places<'_>, region: &Piece) -> Result<Mark, String> {
    let number = |name: &str| {
        let number = region.value.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| format!("no `{name}` that is a number"))
    };
    let labels = words(region, "labels");
    let [label] = labels[..] else { return Err(format!("{} labels, not one", labels.len())) };
    let (start, end) = (number("start")?, number("end")?);
    let span = match region.value.get("text").and_then(Value::as_str) {
        None => places.span(start, end)?,
        Some(text) => {
            let same = |span: &Span| bare(span.of(places.text)) == bare(text);
            let counted = places.span(start, end);
            let found = counted.clone().ok().filter(same).or_else(|| places.utf16(start, end).filter(same));
            found.ok_or_else(|| match counted {
                Ok(span) => format!("the text has `{}` at {start}–{end}, not `{text}`", span.of(places.text)),
                Err(reason) => reason,
            })?
        }
    };
    Ok(Mark { span, label: label.to_string(), planned: Some(false), ..Mark::default() })
}

/// Words without white space: a line break comes as one, as a space, or as `\n` in letters.
fn bare(text: &str) -> String {
    text.replace("\\n", "").split_whitespace().collect()
}

fn words<'p>(piece: &'p Piece, name: &str) -> Vec<&'p str> {
    match piece.value.get(name) {
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(word)) => vec![word],
        _ => Vec::new(),
    }
}

fn relation(piece: &Piece, ids: &HashMap<&str, usize>) -> Result<Option<Relation>, String> {
    let end =
        |id: &str| ids.get(id).copied().ok_or_else(|| format!("a relation goes to region {id}, which is not there"));
    let (from, to) = (end(&piece.from_id)?, end(&piece.to_id)?);
    let [name] = &piece.labels[..] else {
        return Err(format!(
            "the relation from {} to {} has {} labels, not one",
            piece.from_id,
            piece.to_id,
            piece.labels.len()
        ));
    };
    let (from, to) = if piece.direction == "left" { (to, from) } else { (from, to) };
    Ok(Side::of(name).map(|side| Relation { from, to, side }))
}
