//! Rows in three forms: JSON lines, CSV that a spreadsheet opens without harm, typed Parquet.
//!
//! Takes records, gives bytes. A row's flat form is a list of cells; what type a column has is said in [`parquet`] alone.

#[cfg(feature = "formats")]
pub mod parquet;

use crate::document::Document;
use crate::error::ReadError;
use crate::layout::Layout;
use crate::output::{self, CSV_COLUMNS, FactRecord, distinct};
use serde::Serialize;
#[cfg(feature = "formats")]
use std::io::{self, BufRead, Write};

/// Form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated with a header.
    Csv,
    /// Typed columns, zstd.
    Parquet,
}

impl Form {
    /// The form that a file's suffix asks for; none for a suffix that asks for nothing known.
    pub fn of_suffix(suffix: &str) -> Option<Self> {
        match suffix.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" | "json" | "txt" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "parquet" | "pq" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// The form in which rows are collected until the file is whole: Parquet has its index at the end and cannot be
    /// continued after a break, so its rows wait as CSV.
    pub const fn collected(self) -> Self {
        match self {
            Self::Jsonl => Self::Jsonl,
            Self::Csv | Self::Parquet => Self::Csv,
        }
    }
}

/// A record that has a flat form beside its JSON.
pub trait Row: Serialize {
    /// Names of the cells.
    const COLUMNS: &'static [&'static str];
    /// The cells, one for each column.
    fn cells(&self) -> Vec<String>;
}

impl Row for FactRecord {
    const COLUMNS: &'static [&'static str] = CSV_COLUMNS;

    fn cells(&self) -> Vec<String> {
        output::csv_cells(self)
    }
}

/// One row a document: what was read and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DocumentRow {
    /// The document's id; the input's name when it could not be read.
    pub id: String,
    /// The headline, of the record or of the page.
    pub title: Option<String>,
    /// Publication date, ISO.
    pub date: Option<String>,
    /// The publisher as the page names it.
    pub source: Option<String>,
    /// Code points of the text.
    pub chars: usize,
    /// Number of facts.
    pub facts: usize,
    /// City pairs of the facts, each once: `深圳>河源`.
    pub pairs: Vec<String>,
    /// Why there are no facts, when it could not be read.
    pub error: Option<String>,
}

impl Row for DocumentRow {
    const COLUMNS: &'static [&'static str] = &["id", "title", "date", "source", "chars", "facts", "pairs", "error"];

    fn cells(&self) -> Vec<String> {
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        vec![
            self.id.clone(),
            text(&self.title),
            text(&self.date),
            text(&self.source),
            self.chars.to_string(),
            self.facts.to_string(),
            self.pairs.join(";"),
            text(&self.error),
        ]
    }
}

impl DocumentRow {
    /// The row of a document that was read.
    pub fn new(document: &Document, layout: &Layout, facts: &[FactRecord]) -> Self {
        let pairs = distinct(facts.iter().flat_map(|fact| &fact.pairs).map(ToString::to_string));
        let (title, date) = title_and_date(document, layout);
        Self {
            id: document.id.clone(),
            title,
            date,
            source: layout.source.map(|span| span.of(&document.text).to_string()),
            chars: document.text.chars().count(),
            facts: facts.len(),
            pairs,
            error: None,
        }
    }

    /// The row of a record that could not be read.
    pub fn failed(error: &ReadError) -> Self {
        let path = error.path.display();
        let id = error.record.map_or_else(|| path.to_string(), |record| format!("{path}:{}", record.number));
        Self { id, error: Some(error.reason.clone()), ..Self::default() }
    }
}

fn title_and_date(document: &Document, layout: &Layout) -> (Option<String>, Option<String>) {
    let headline = || layout.title.map(|span| span.of(&document.text).to_string());
    (document.title.clone().or_else(headline), layout.date.map(|date| date.to_string()))
}

/// A decoded text, into which all positions of its facts point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextRow {
    /// The document's id.
    pub id: String,
    /// The headline.
    pub title: Option<String>,
    /// Publication date, ISO.
    pub date: Option<String>,
    /// The text.
    pub text: String,
}

impl TextRow {
    /// The row of a document.
    pub fn new(document: &Document, layout: &Layout) -> Self {
        let (title, date) = title_and_date(document, layout);
        Self { id: document.id.clone(), title, date, text: document.text.clone() }
    }
}

impl Row for TextRow {
    const COLUMNS: &'static [&'static str] = &["id", "title", "date", "text"];

    fn cells(&self) -> Vec<String> {
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        vec![self.id.clone(), text(&self.title), text(&self.date), self.text.clone()]
    }
}

/// What could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailureRow {
    /// The file, with the member of an archive behind it; the document's id for a fault of the program.
    pub input: String,
    /// Number of the record, from 1, when the file holds several.
    pub record: Option<u64>,
    /// Where the record begins in the unpacked file, in bytes.
    pub offset: Option<u64>,
    /// Why.
    pub reason: String,
}

impl FailureRow {
    /// The row of an error.
    pub fn new(error: &ReadError) -> Self {
        Self {
            input: error.path.display().to_string(),
            record: error.record.map(|record| record.number),
            offset: error.record.and_then(|record| record.offset),
            reason: error.reason.clone(),
        }
    }
}

impl Row for FailureRow {
    const COLUMNS: &'static [&'static str] = &["input", "record", "offset", "reason"];

    fn cells(&self) -> Vec<String> {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        vec![self.input.clone(), number(self.record), number(self.offset), self.reason.clone()]
    }
}

/// What a spreadsheet would take for a formula, full-width signs included: `=1+2`, `@SUM`, `－cmd`.
/// A number with a sign is none, and neither is a sign alone.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r'])
        && cell.chars().nth(1).is_some()
        && cell.parse::<f64>().is_err()
}

/// The cell as it may stand in a CSV file: with an apostrophe in front when it would be a formula.
pub fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    if is_formula(cell) { format!("'{cell}").into() } else { cell.into() }
}

/// A byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The header row of a form, if it has one. `mark` puts a byte order mark in front, by which Excel knows UTF-8.
pub fn header(form: Form, columns: &[&str], mark: bool) -> Vec<u8> {
    match form {
        Form::Jsonl => Vec::new(),
        Form::Csv | Form::Parquet => {
            let bytes = csv_bytes(std::iter::once(columns.iter().map(ToString::to_string).collect()), false);
            if mark && form == Form::Csv { [MARK, bytes.as_slice()].concat() } else { bytes }
        }
    }
}

/// Rows as bytes in the form in which `form` collects them. Cells are made harmless when CSV is the end of it.
///
/// # Errors
/// Never for rows that serialize, as all of this crate do.
pub fn encode<R: Row>(form: Form, rows: &[R]) -> std::io::Result<Vec<u8>> {
    match form {
        Form::Jsonl => {
            let mut bytes = Vec::with_capacity(rows.len() * 1024);
            for row in rows {
                serde_json::to_writer(&mut bytes, row)?;
                bytes.push(b'\n');
            }
            Ok(bytes)
        }
        Form::Csv | Form::Parquet => Ok(csv_bytes(rows.iter().map(Row::cells), form == Form::Csv)),
    }
}

fn csv_bytes(rows: impl Iterator<Item = Vec<String>>, guard: bool) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let written = if guard {
            writer.write_record(row.iter().map(|cell| harmless(cell).into_owned()))
        } else {
            writer.write_record(&row)
        };
        written.expect("invariant: memory takes all rows, which have one length");
    }
    writer.flush().expect("invariant: memory takes all rows");
    writer.into_inner().expect("invariant: memory takes all rows")
}

/// A further column: its name, and for each row in order its cell, None for a row that is left out.
#[cfg(feature = "formats")]
pub type Further<'f, 'v> = (&'f str, &'f mut dyn Iterator<Item = Option<&'v str>>);

/// Copies collected rows into their final form, with a further column if there is one.
///
/// # Errors
/// When the rows cannot be read back or the file cannot be written; also when a row has no value for the column.
#[cfg(feature = "formats")]
pub fn copy(
    rows: &mut dyn BufRead,
    out: &mut (dyn Write + Send),
    form: Form,
    columns: &[&str],
    mut further: Option<Further<'_, '_>>,
) -> io::Result<()> {
    let name = further.as_ref().map(|(name, _)| *name);
    // The cell that goes behind a row: nothing without a further column, None for a row that is left out.
    let mut behind = move || match &mut further {
        None => Ok(Some(None)),
        Some((_, values)) => match values.next() {
            Some(value) => Ok(value.map(Some)),
            None => Err(io::Error::other("more rows than values of the further column")),
        },
    };
    if form == Form::Jsonl {
        let mut line = String::new();
        while {
            line.clear();
            rows.read_line(&mut line)? > 0
        } {
            let object = line.trim_end();
            match (behind()?, name) {
                (Some(Some(value)), Some(name)) => {
                    let object = object.strip_suffix('}').unwrap_or(object);
                    let (name, value) = (serde_json::to_string(name)?, serde_json::to_string(value)?);
                    writeln!(out, "{object},{name}:{value}}}")?;
                }
                (Some(_), _) => writeln!(out, "{object}")?,
                (None, _) => {}
            }
        }
        return Ok(());
    }
    // The reader of CSV drops the mark.
    let marked = rows.fill_buf()?.starts_with(MARK);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(rows);
    let mut row = csv::StringRecord::new();
    if form == Form::Csv {
        out.write_all(if marked { MARK } else { b"" })?;
        let mut writer = csv::Writer::from_writer(out);
        let mut head = true;
        while reader.read_record(&mut row)? {
            let value = if std::mem::take(&mut head) { Some(name) } else { behind()? };
            if let Some(value) = value {
                if let Some(value) = value {
                    row.push_field(&harmless(value));
                }
                writer.write_record(&row)?;
            }
        }
        return writer.flush();
    }
    let names: Vec<&str> = columns.iter().copied().chain(name).collect();
    let mut writer = parquet::Writer::new(out, &names)?;
    reader.read_record(&mut row)?;
    while reader.read_record(&mut row)? {
        if let Some(value) = behind()? {
            writer.write(row.iter().chain(value))?;
        }
    }
    writer.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_made_harmless_and_numbers_are_not() {
        for cell in ["=1+2", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1", "\t=1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "-", "-5", "+3.5", "3=3", "河源", "a-b"] {
            assert_eq!(harmless(cell), cell);
        }
    }

    #[test]
    fn a_mark_is_for_csv_alone() {
        assert!(header(Form::Csv, &["a"], true).starts_with(b"\xef\xbb\xbfa"));
        assert_eq!(header(Form::Parquet, &["a"], true), b"a\n");
        assert!(header(Form::Jsonl, &["a"], true).is_empty());
    }
}
