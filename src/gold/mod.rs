//! Gold out of what people marked: exports of brat, doccano and Label Studio, and the review marks of the page.
//!
//! Takes a file or folder, gives documents with spans and relations ([`Annotated`]), or gold at once for review marks;
//! [`facts`] makes gold facts of them. What a person put into the tool is never overruled.

mod brat;
mod doccano;
pub mod facts;
mod label_studio;
mod marks;

use crate::document::Document;
use crate::error::{ReadError, RecordAt};
use crate::span::Span;
use serde::Serialize;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// What was read of one document.
#[derive(Debug)]
pub enum Source {
    /// Spans and relations, whose facts are still to be read.
    Annotated(Box<Annotated>),
    /// Facts that were looked through one by one.
    Reviewed(Reviewed),
}

/// The facts of a document that were looked through.
#[derive(Debug)]
pub struct Reviewed {
    /// The document's id.
    pub doc: String,
    /// Its gold, as far as it goes.
    pub file: GoldFile,
}

/// A document as an annotation tool has it.
#[derive(Debug)]
pub struct Annotated {
    /// The text, with what else the tool carried.
    pub document: Document,
    /// What is marked.
    pub marks: Vec<Mark>,
    /// Relations between marks; None where the form has no place for them.
    pub relations: Option<Vec<Relation>>,
    /// Where it was read, for messages.
    pub origin: Origin,
}

/// A file, or a record of it.
#[derive(Debug, Clone)]
pub struct Origin {
    path: PathBuf,
    record: Option<u64>,
}

impl Origin {
    /// The error with this reason.
    pub fn fault(&self, reason: impl ToString) -> ReadError {
        let record = self.record.map(|number| RecordAt { number, offset: None });
        ReadError { path: self.path.clone(), record, reason: reason.to_string() }
    }
}

/// A marked stretch.
#[derive(Debug, Clone, Default)]
pub struct Mark {
    /// Where.
    pub span: Span,
    /// Its label: `MONEY`, `PLACE` …
    pub label: String,
    /// The line of fields and remarks that belongs to it.
    pub note: Option<String>,
    /// Whether it is planned, where the form has a place for it.
    pub planned: Option<bool>,
    /// Whether it was marked as optional.
    pub optional: bool,
}

/// Which side of a pair a mark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Helper.
    Helper,
    /// Recipient.
    Recipient,
}

impl Side {
    fn of(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "helper" => Some(Self::Helper),
            "recipient" => Some(Self::Recipient),
            _ => None,
        }
    }
}

/// A relation between two marks, by their places in the list.
#[derive(Debug, Clone, Copy)]
pub struct Relation {
    /// The fact; the other end for a relation that was drawn the other way round.
    pub from: usize,
    /// The name.
    pub to: usize,
    /// What the name is to the fact.
    pub side: Side,
}

/// A gold file; `corpora/README.md` describes the fields.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct GoldFile {
    pub doc: String,
    pub date: Option<String>,
    /// Whether it says nothing of facts that it does not name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    pub facts: Vec<GoldFact>,
}

/// A gold fact.
#[derive(Debug, Clone, Default, Serialize)]
#[allow(missing_docs)]
pub struct GoldFact {
    pub text: String,
    pub ctx: String,
    pub kind: String,
    pub value: Option<String>,
    pub low: Option<String>,
    pub high: Option<String>,
    pub unit: String,
    pub bound: String,
    pub each: String,
    pub of: String,
    pub status: String,
    pub time: String,
    pub pairs: Vec<String>,
    pub fine: Vec<String>,
    pub optional: bool,
    /// Whether it is no fact, or not this one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub wrong: bool,
    pub note: String,
    pub start: usize,
    pub end: usize,
}

/// What was read of a file or folder, document by document; faults stand in their place.
pub type Read = Vec<Result<Source, ReadError>>;

/// Reads an export or review marks; tells the form from the content.
///
/// # Errors
/// When it is none of the known forms.
pub fn read(path: &Path) -> Result<Read, ReadError> {
    let unknown = |reason: &str| {
        let known = "a folder of brat, an export of doccano (JSONL) or Label Studio (JSON), or review marks";
        Err(ReadError::of_file(path, format!("{reason}; known are {known}")))
    };
    let brat = path.extension().is_some_and(|extension| extension == "ann");
    if path.is_dir() || brat {
        let files = brat::files(path).map_err(|error| ReadError::of_file(path, error))?;
        return if files.is_empty() { unknown("no .ann file here") } else { Ok(brat::read(&files)) };
    }
    let bytes = std::fs::read(path).map_err(|error| ReadError::of_file(path, error))?;
    let Ok(text) = std::str::from_utf8(&bytes) else { return unknown("not UTF-8") };
    let text = text.trim_start_matches('\u{feff}');
    match form(text) {
        Ok(Form::Doccano) => Ok(doccano::read(path, text)),
        Ok(Form::LabelStudio) => Ok(label_studio::read(path, text)),
        Ok(Form::Marks) => Ok(marks::read(path, text)),
        Err(reason) => unknown(&reason),
    }
}

enum Form {
    Doccano,
    LabelStudio,
    Marks,
}

/// The form of a file by its first JSON value.
fn form(text: &str) -> Result<Form, String> {
    if text.trim_start().starts_with('[') {
        return Ok(Form::LabelStudio);
    }
    let first = serde_json::Deserializer::from_str(text).into_iter::<Map<String, Value>>().next();
    let first = match first {
        Some(Ok(object)) => object,
        Some(Err(error)) => return Err(format!("no JSON: {error}")),
        None => return Err("nothing in it".to_string()),
    };
    let has = |names: &[&str]| names.iter().any(|name| first.contains_key(*name));
    match () {
        () if has(&["mark"]) && has(&["start"]) => Ok(Form::Marks),
        () if has(&["data"]) && has(&["annotations", "predictions"]) => Ok(Form::LabelStudio),
        () if has(&["text"]) && has(&["entities", "label", "labels"]) => Ok(Form::Doccano),
        () => Err("none of the known fields".to_string()),
    }
}

/// A line of JSON lines, or why it is none.
type Object = Result<Map<String, Value>, String>;

/// The objects of JSON lines with where they stand.
fn objects(path: &Path, text: &str) -> Vec<(Origin, Object)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let origin = Origin { path: path.to_path_buf(), record: Some(at as u64 + 1) };
            (origin, serde_json::from_str(line).map_err(|error| format!("no JSON object: {error}")))
        })
        .collect()
}

/// The document that a tool carried: its text, and under their names what stood beside it.
fn document(data: &Map<String, Value>, id: &str) -> Result<Document, String> {
    let field = |name: &str| data.get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
    let text = data.get("text").and_then(Value::as_str).ok_or("no `text`")?;
    let date = field("date").map(|date| date.parse().map_err(|_| format!("`{date}` is no date"))).transpose()?;
    Ok(Document {
        id: field("doc").map_or_else(|| id.to_string(), str::to_string),
        text: text.to_string(),
        title: field("title").map(str::to_string),
        date,
    })
}

/// Where the code points of a text begin.
struct Places<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        let starts = text.char_indices().map(|(at, _)| at).chain(std::iter::once(text.len())).collect();
        Self { text, starts }
    }

    /// The stretch between two counts of code points.
    fn span(&self, start: usize, end: usize) -> Result<Span, String> {
        let last = self.starts.len() - 1;
        if start >= end || end > last {
            return Err(format!("{start}–{end} is no stretch of a text of {last} characters"));
        }
        Ok(Span::new(self.starts[start], self.starts[end]))
    }

    /// The stretch between two counts of UTF-16 units, in which 𠮷 and 😀 are two.
    fn utf16(&self, start: usize, end: usize) -> Option<Span> {
        let byte = |wanted: usize| {
            let mut counted = 0;
            let starts = self.starts.iter().find(|at| {
                let here = counted;
                counted += self.text[**at..].chars().next().map_or(1, char::len_utf16);
                here == wanted
            });
            starts.copied()
        };
        let (start, end) = (byte(start)?, byte(end)?);
        (start < end).then(|| Span::new(start, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_both_ways() {
        let places = Places::new("𠮷2亿");
        assert_eq!(places.span(1, 3), Ok(Span::new(4, 8)));
        assert_eq!(places.utf16(2, 4), Some(Span::new(4, 8)));
        assert_eq!(places.utf16(1, 4), None, "in the middle of a character");
        for (start, end) in [(3, 4), (2, 2), (3, 1)] {
            assert!(places.span(start, end).is_err(), "{start}–{end}");
        }
        assert_eq!(places.utf16(2, 9), None);
    }
}
