//! Facts read back from the files that `extract` writes: JSON lines, CSV, Parquet.

use super::{Entry, ends};
use crate::error::{ReadError, RecordAt};
use crate::output::distinct;
use crate::table::Form;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde::Deserialize;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Columns without which a table holds no facts.
const NEEDED: &[&str] = &["doc", "kind", "value", "low", "high", "unit", "each", "of", "status", "time", "pairs"];

#[derive(Deserialize)]
struct Fact {
    doc: String,
    kind: String,
    value: Option<String>,
    low: Option<String>,
    high: Option<String>,
    unit: String,
    each: String,
    of: String,
    status: String,
    time: String,
    pairs: Vec<Pair>,
    #[serde(default)]
    cluster: String,
}

#[derive(Deserialize)]
struct Pair {
    helper: String,
    recipient: String,
}

/// Form of a file of facts; none when it holds something else: articles, or nothing that can be read.
pub fn form_of(path: &Path) -> Option<Form> {
    let form = Form::of_suffix(path.extension()?.to_str()?)?;
    let holds = |names: &[&str]| NEEDED.iter().all(|needed| names.contains(needed));
    let found = match form {
        Form::Jsonl => {
            let mut line = String::new();
            BufReader::new(File::open(path).ok()?).read_line(&mut line).ok()?;
            serde_json::from_str::<Fact>(&line).is_ok()
        }
        Form::Csv => {
            let mut reader = csv::Reader::from_path(path).ok()?;
            let names = reader.headers().ok()?;
            holds(&names.iter().map(|name| name.trim_start_matches('\u{feff}')).collect::<Vec<_>>())
        }
        Form::Parquet => {
            let reader = SerializedFileReader::new(File::open(path).ok()?).ok()?;
            let fields = reader.metadata().file_metadata().schema().get_fields().to_vec();
            holds(&fields.iter().map(|field| field.name()).collect::<Vec<_>>())
        }
    };
    found.then_some(form)
}

/// Hands every fact of a file on.
///
/// # Errors
/// When a row is no fact or the file cannot be read.
pub fn read(path: &Path, form: Form, give: &mut dyn FnMut(Entry)) -> Result<(), ReadError> {
    let broken = |reason: String| ReadError::of_file(path, reason);
    match form {
        Form::Jsonl => {
            let file = File::open(path).map_err(|error| broken(error.to_string()))?;
            for (line, number) in BufReader::new(file).lines().zip(1..) {
                let at = |reason: String| ReadError {
                    path: path.to_path_buf(),
                    record: Some(RecordAt { number, offset: None }),
                    reason,
                };
                let line = line.map_err(|error| at(error.to_string()))?;
                let fact: Fact = serde_json::from_str(&line).map_err(|error| at(format!("not a fact: {error}")))?;
                entry(fact).into_iter().for_each(&mut *give);
            }
            Ok(())
        }
        Form::Csv => {
            let mut reader = csv::Reader::from_path(path).map_err(|error| broken(error.to_string()))?;
            let names: Vec<String> = reader
                .headers()
                .map_err(|error| broken(error.to_string()))?
                .iter()
                .map(|name| name.trim_start_matches('\u{feff}').to_string())
                .collect();
            for row in reader.records() {
                let row = row.map_err(|error| broken(error.to_string()))?;
                let cell = |name: &str| {
                    let cell = names.iter().position(|other| other == name).and_then(|at| row.get(at));
                    cell.map(Cow::Borrowed)
                };
                flat(&cell).into_iter().for_each(&mut *give);
            }
            Ok(())
        }
        Form::Parquet => {
            let file = File::open(path).map_err(|error| broken(error.to_string()))?;
            let reader = SerializedFileReader::new(file).map_err(|error| broken(error.to_string()))?;
            for row in reader.get_row_iter(None).map_err(|error| broken(error.to_string()))? {
                let row = row.map_err(|error| broken(error.to_string()))?;
                let cell = |name: &str| {
                    let exact = format!("{name}_exact");
                    let named = |wanted: &str| row.get_column_iter().find(|(other, _)| *other == wanted);
                    let (_, field) = named(&exact).or_else(|| named(name))?;
                    match field {
                        Field::Str(text) => Some(Cow::Borrowed(text.as_str())),
                        Field::Null => None,
                        other => Some(Cow::Owned(other.to_string())),
                    }
                };
                flat(&cell).into_iter().for_each(&mut *give);
            }
            Ok(())
        }
    }
}

fn entry(fact: Fact) -> Option<Entry> {
    let (low, high) = ends(fact.value.as_deref(), fact.low.as_deref(), fact.high.as_deref())?;
    let pairs = fact.pairs.iter().map(|pair| format!("{}>{}", pair.helper, pair.recipient));
    Some(Entry {
        pairs: once(pairs),
        doc: fact.doc,
        cluster: fact.cluster,
        kind: fact.kind,
        low,
        high,
        unit: fact.unit,
        each: fact.each,
        of: fact.of,
        planned: fact.status == "planned",
        time: fact.time,
    })
}

fn flat<'c>(cell: &dyn Fn(&str) -> Option<Cow<'c, str>>) -> Option<Entry> {
    let text = |name: &str| cell(name).unwrap_or_default().into_owned();
    let number = |name: &str| cell(name).filter(|cell| !cell.is_empty());
    let (low, high) = ends(number("value").as_deref(), number("low").as_deref(), number("high").as_deref())?;
    Some(Entry {
        doc: text("doc"),
        cluster: text("cluster"),
        kind: text("kind"),
        low,
        high,
        unit: text("unit"),
        each: text("each"),
        of: text("of"),
        planned: text("status") == "planned",
        time: text("time"),
        pairs: once(text("pairs").split(';').map(str::to_string)),
    })
}

/// Each pair once, in order.
fn once(pairs: impl Iterator<Item = String>) -> String {
    distinct(pairs.filter(|pair| !pair.is_empty())).join(";")
}
