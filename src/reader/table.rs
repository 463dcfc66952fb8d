//! CSV and TSV: a header, then one record a row.

use super::{Feed, Raw, at_record, record};
use std::io::{BufRead, Read};
use std::path::Path;

/// Lets no more than a record's bytes through until it is told that the record ended: a quote that is never closed
/// would otherwise swallow the file into memory.
struct Fenced<R> {
    inner: R,
    left: std::rc::Rc<std::cell::Cell<usize>>,
}

impl<R: Read> Read for Fenced<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(std::io::Error::other("the limit of a record is passed"));
        }
        let length = out.len().min(left);
        let read = self.inner.read(&mut out[..length])?;
        self.left.set(left - read);
        Ok(read)
    }
}

/// Reads all rows.
pub fn read(path: &Path, input: impl BufRead, separator: u8, feed: &mut Feed<'_>) {
    // Two buffers of the CSV reader may lie ahead of the record.
    let limit = feed.options.max_record.saturating_add(1 << 18);
    let left = std::rc::Rc::new(std::cell::Cell::new(limit));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .quoting(true)
        .from_reader(Fenced { inner: input, left: std::rc::Rc::clone(&left) });
    let places = match reader.headers() {
        Ok(names) if names.iter().all(str::is_empty) => return,
        Ok(names) => feed.options.fields.find(&names.iter().collect::<Vec<_>>()).map_err(|reason| {
            let names: Vec<&str> = names.iter().take(20).collect();
            format!("{reason}; the columns are {}", names.join(", "))
        }),
        Err(error) => Err(error.to_string()),
    };
    let places = match places {
        Ok(places) => places,
        Err(reason) => {
            feed.fault(path, reason);
            return;
        }
    };
    let mut row = csv::ByteRecord::new();
    loop {
        left.set(limit);
        let start = reader.position().clone();
        match reader.read_byte_record(&mut row) {
            Ok(false) => return,
            Ok(true) => {}
            Err(error) => {
                let reason = if left.get() == 0 { feed.too_large() } else { error.to_string() };
                let reason = format!("{reason}; the rest of the file is not read");
                feed.give(Err(at_record(path, start.line(), Some(start.byte()), reason)));
                return;
            }
        }
        let at = row.position().cloned().unwrap_or(start);
        let item = if row.as_slice().len() > feed.options.max_record {
            Err(feed.too_large())
        } else {
            document(path, at.line(), &row, places)
        };
        if !feed.give(item.map(Raw::Document).map_err(|reason| at_record(path, at.line(), Some(at.byte()), reason))) {
            return;
        }
    }
}

fn document(
    path: &Path,
    line: u64,
    row: &csv::ByteRecord,
    places: record::Places,
) -> Result<crate::document::Document, String> {
    let cell = |at: usize| {
        let bytes = row.get(at).ok_or_else(|| format!("only {} cells", row.len()))?;
        std::str::from_utf8(bytes)
            .map(str::to_string)
            .map_err(|error| format!("not UTF-8: byte {} of a cell is wrong", error.valid_up_to()))
    };
    let other = |at: Option<usize>| at.and_then(|at| cell(at).ok());
    record::document(path, line, cell(places.text)?, other(places.id), other(places.title), other(places.date))
}
