//! Files, folders and standard input to documents, one record after another, within bounded memory.
//!
//! A record that cannot be read is a [`ReadError`] in its place in the order; the records around it go on.

use crate::decode::decode;
use crate::document::Document;
use crate::error::ReadError;
use crate::layout::first_date;
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Largest record that is read, in bytes: 16 MiB.
pub const MAX_RECORD: usize = 16 << 20;

/// What the reader gives: a document, or the reason why there is none.
pub type Item = Result<Document, ReadError>;

#[derive(Deserialize)]
struct Record {
    id: Option<serde_json::Value>,
    text: Option<String>,
    title: Option<String>,
    date: Option<serde_json::Value>,
}

fn fault(path: &Path, record: Option<u64>, reason: impl ToString) -> ReadError {
    ReadError { path: path.to_path_buf(), record, reason: reason.to_string() }
}

/// Whether a file of a folder is read: `.txt`, `.jsonl`, `.ndjson`.
pub fn is_input(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| matches!(extension.to_ascii_lowercase().as_str(), "txt" | "jsonl" | "ndjson"))
}

/// Reads one input and hands each record to `give`, which answers false to stop.
/// `consumed` is told the bytes that were read, for progress.
pub fn read(path: &Path, give: &mut dyn FnMut(Item) -> bool, consumed: &dyn Fn(u64)) {
    if path == Path::new("-") {
        return read_stdin(give, consumed);
    }
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => {
            give(Err(fault(path, None, error)));
            return;
        }
    };
    let lines = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("jsonl") || extension.eq_ignore_ascii_case("ndjson"));
    if lines {
        read_lines(path, BufReader::with_capacity(1 << 16, file), give, consumed);
    } else {
        give(read_text(path, file, consumed));
    }
}

fn read_stdin(give: &mut dyn FnMut(Item) -> bool, consumed: &dyn Fn(u64)) {
    let mut stdin = std::io::stdin().lock();
    let path = Path::new("-");
    let first = match stdin.fill_buf() {
        Ok(bytes) => bytes.iter().copied().find(|byte| !byte.is_ascii_whitespace()),
        Err(error) => {
            give(Err(fault(path, None, error)));
            return;
        }
    };
    if first == Some(b'{') {
        read_lines(path, stdin, give, consumed);
    } else {
        give(read_text(path, stdin, consumed));
    }
}

fn read_text(path: &Path, file: impl Read, consumed: &dyn Fn(u64)) -> Item {
    let mut bytes = Vec::new();
    file.take(MAX_RECORD as u64 + 1).read_to_end(&mut bytes).map_err(|error| fault(path, None, error))?;
    consumed(bytes.len() as u64);
    if bytes.len() > MAX_RECORD {
        return Err(fault(path, None, format!("larger than {} MiB", MAX_RECORD >> 20)));
    }
    let text = decode(bytes).map_err(|reason| fault(path, None, reason))?;
    if text.trim().is_empty() {
        return Err(fault(path, None, "empty"));
    }
    Ok(Document::new(path.display().to_string(), text))
}

fn read_lines(path: &Path, mut input: impl BufRead, give: &mut dyn FnMut(Item) -> bool, consumed: &dyn Fn(u64)) {
    let mut number = 0;
    let mut line = Vec::new();
    let mut any = false;
    loop {
        line.clear();
        let read = match read_line(&mut input, &mut line) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) => {
                give(Err(fault(path, Some(number + 1), error)));
                return;
            }
        };
        number += 1;
        consumed(read);
        if line.len() <= MAX_RECORD && line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        any = true;
        if !give(parse(path, number, &line)) {
            return;
        }
    }
    if !any {
        give(Err(fault(path, None, "empty")));
    }
}

/// One line without its end, cut off beyond the limit; returns the bytes consumed.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<u64> {
    let mut total = 0;
    loop {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            return Ok(total);
        }
        let end = available.iter().position(|&byte| byte == b'\n');
        let taken = end.unwrap_or(available.len());
        let room = (MAX_RECORD + 1).saturating_sub(line.len());
        line.extend_from_slice(&available[..taken.min(room)]);
        let used = taken + usize::from(end.is_some());
        input.consume(used);
        total += used as u64;
        if end.is_some() {
            return Ok(total);
        }
    }
}

fn parse(path: &Path, number: u64, line: &[u8]) -> Item {
    let fault = |reason: String| fault(path, Some(number), reason);
    if line.len() > MAX_RECORD {
        return Err(fault(format!("larger than {} MiB", MAX_RECORD >> 20)));
    }
    let line = std::str::from_utf8(line)
        .map_err(|error| fault(format!("not UTF-8: byte {} is wrong", error.valid_up_to())))?;
    let line = line.trim_start_matches('\u{feff}');
    let record: Record = serde_json::from_str(line)
        .map_err(|error| fault(format!("not a JSON object with `id` and `text`: {error}")))?;
    let text = record.text.ok_or_else(|| fault("no field `text`".to_string()))?;
    if text.trim().is_empty() {
        return Err(fault("empty `text`".to_string()));
    }
    let id = match record.id {
        Some(serde_json::Value::String(id)) => id,
        Some(serde_json::Value::Null) | None => format!("{}:{number}", path.display()),
        Some(other) => other.to_string(),
    };
    let date = record.date.as_ref().and_then(|date| date.as_str()).and_then(first_date);
    Ok(Document { id, text, title: record.title, date })
}

/// The inputs that paths stand for: files as given, folders walked in order. What cannot be listed is an error in place.
pub fn discover(paths: &[PathBuf]) -> Vec<Result<PathBuf, ReadError>> {
    let mut found = Vec::new();
    for path in paths {
        if path == Path::new("-") || !path.is_dir() {
            found.push(Ok(path.clone()));
        } else {
            walk(path, &mut found);
        }
    }
    found
}

#[cfg(feature = "cli")]
fn walk(folder: &Path, found: &mut Vec<Result<PathBuf, ReadError>>) {
    let mut builder = ignore::WalkBuilder::new(folder);
    // A data folder is read whole: no ignore file of a repository around it applies; hidden files stay out.
    builder.standard_filters(false).hidden(true).sort_by_file_name(|a, b| a.cmp(b));
    let before = found.len();
    for entry in builder.build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) && is_input(entry.path()) => {
                found.push(Ok(entry.into_path()))
            }
            Ok(_) => {}
            Err(error) => found.push(Err(fault(folder, None, error))),
        }
    }
    if found.len() == before {
        found.push(Err(fault(folder, None, "no .txt or .jsonl file in this folder")));
    }
}

#[cfg(not(feature = "cli"))]
fn walk(folder: &Path, found: &mut Vec<Result<PathBuf, ReadError>>) {
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
            paths.sort();
            for path in paths {
                if path.is_dir() {
                    walk(&path, found);
                } else if is_input(&path) {
                    found.push(Ok(path));
                }
            }
        }
        Err(error) => found.push(Err(fault(folder, None, error))),
    }
}
