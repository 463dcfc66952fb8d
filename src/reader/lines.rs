//! JSON lines: one object a line.

use super::{Feed, Raw, at_record};
use std::io::BufRead;
use std::path::Path;

/// Reads every line that is not blank.
pub fn read(path: &Path, mut input: impl BufRead, feed: &mut Feed<'_>) {
    let mut line = Vec::new();
    let mut offset = 0;
    for number in 1.. {
        line.clear();
        let taken = match read_line(&mut input, &mut line, feed.options.max_record) {
            Ok(0) => return,
            Ok(taken) => taken,
            Err(error) => {
                feed.give(Err(at_record(path, number, Some(offset), error)));
                return;
            }
        };
        let start = offset;
        offset += taken;
        if line.len() <= feed.options.max_record && line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let item = parse(path, number, &line, feed).map_err(|reason| at_record(path, number, Some(start), reason));
        if !feed.give(item.map(Raw::Document)) {
            return;
        }
    }
}

/// One line without its end, cut off beyond the limit; returns the bytes consumed.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>, limit: usize) -> std::io::Result<u64> {
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
        let end = memchr::memchr(b'\n', available);
        let taken = end.unwrap_or(available.len());
        let room = (limit + 1).saturating_sub(line.len());
        line.extend_from_slice(&available[..taken.min(room)]);
        let used = taken + usize::from(end.is_some());
        input.consume(used);
        total += used as u64;
        if end.is_some() {
            return Ok(total);
        }
    }
}

fn parse(path: &Path, number: u64, line: &[u8], feed: &Feed<'_>) -> Result<crate::document::Document, String> {
    if line.len() > feed.options.max_record {
        return Err(feed.too_large());
    }
    let line = simdutf8::compat::from_utf8(line)
        .map_err(|error| format!("not UTF-8: byte {} is wrong", error.valid_up_to()))?;
    let object =
        serde_json::from_str(line).map_err(|error| format!("not a JSON object with `id` and `text`: {error}"))?;
    feed.options.fields.document(path, number, &object)
}
