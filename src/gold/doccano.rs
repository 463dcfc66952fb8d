//! doccano's JSON lines: `entities` and `relations` with *Use relation labeling*, else `label` with triples. Offsets are
//! code points. What `inspect` wrote beside the text comes back as metadata, `facts` among it: doccano itself has no place
//! for the fields of a fact.

use super::{Annotated, Mark, Origin, Places, Read, Relation, Side, Source};
use crate::span::Span;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::Path;

#[derive(Deserialize)]
struct Entity {
    id: i64,
    label: String,
    start_offset: usize,
    end_offset: usize,
}

#[derive(Deserialize)]
struct Relates {
    from_id: i64,
    to_id: i64,
    #[serde(rename = "type")]
    name: String,
}

/// A fact as it was written, by the place it had then.
#[derive(Deserialize)]
struct Carried {
    start: usize,
    end: usize,
    note: String,
}

pub(super) fn read(path: &Path, text: &str) -> Read {
    let mut read = Vec::new();
    for (origin, object) in super::objects(path, text) {
        let annotated = object.and_then(|object| annotated(&object, &origin));
        read.push(annotated.map(|one| Source::Annotated(Box::new(one))).map_err(|reason| origin.fault(reason)));
    }
    read
}

/// A list under one of some names; an empty one where it is not there.
fn list<T: for<'d> Deserialize<'d>>(object: &Map<String, Value>, names: &[&str]) -> Result<Option<Vec<T>>, String> {
    let Some((name, value)) = names.iter().find_map(|name| Some((name, object.get(*name)?))) else { return Ok(None) };
    if value.is_null() {
        return Ok(Some(Vec::new()));
    }
    serde_json::from_value(value.clone()).map(Some).map_err(|error| format!("`{name}`: {error}"))
}

fn annotated(object: &Map<String, Value>, origin: &Origin) -> Result<Annotated, String> {
    let id = match object.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
        None => format!("record-{}", origin.record.unwrap_or_default()),
    };
    let document = super::document(object, &id)?;
    let places = Places::new(&document.text);
    let entities: Option<Vec<Entity>> = list(object, &["entities"])?;
    let related = entities.is_some();
    let entities = match entities {
        Some(entities) => entities,
        None => {
            let triples: Vec<(usize, usize, String)> = list(object, &["label", "labels"])?.unwrap_or_default();
            let numbered = (0..).zip(triples);
            numbered
                .map(|(id, (start_offset, end_offset, label))| Entity { id, label, start_offset, end_offset })
                .collect()
        }
    };
    let mut marks = Vec::new();
    for entity in &entities {
        let span = places.span(entity.start_offset, entity.end_offset);
        let span = span.map_err(|reason| format!("{} of entity {}: {reason}", entity.label, entity.id))?;
        marks.push(Mark { span, label: entity.label.clone(), ..Mark::default() });
    }
    let mut relations = Vec::new();
    for relation in list::<Relates>(object, &["relations"])?.unwrap_or_default() {
        let end = |id: i64| {
            let at = entities.iter().position(|entity| entity.id == id);
            at.ok_or_else(|| format!("relation `{}`: there is no entity {id}", relation.name))
        };
        let (from, to) = (end(relation.from_id)?, end(relation.to_id)?);
        relations.extend(Side::of(&relation.name).map(|side| Relation { from, to, side }));
    }
    let carried: Vec<Carried> = list(object, &["facts"])?.unwrap_or_default();
    carry(&mut marks, &carried, &places);
    Ok(Annotated { document, marks, relations: related.then_some(relations), origin: origin.clone() })
}

/// Gives the notes back to their facts: to those at the same place, then to those that were moved and overlap it.
fn carry(marks: &mut [Mark], carried: &[Carried], places: &Places<'_>) {
    let mut rest: Vec<(Span, &str)> = Vec::new();
    for one in carried {
        let Ok(span) = places.span(one.start, one.end) else { continue };
        let facts = marks.iter_mut().filter(|mark| super::facts::kind_of(&mark.label).is_some());
        match facts.into_iter().find(|mark| mark.span == span) {
            Some(mark) => mark.note = Some(one.note.clone()),
            None => rest.push((span, &one.note)),
        }
    }
    for mark in marks.iter_mut().filter(|mark| super::facts::kind_of(&mark.label).is_some() && mark.note.is_none()) {
        let before = rest.iter().position(|(span, _)| span.overlaps(mark.span));
        mark.note = before.map(|at| rest.remove(at).1.to_string());
    }
}
