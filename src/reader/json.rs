//! JSON that is no JSON lines: one object, an array of objects, objects over several lines.
//!
//! The stream is cut into top-level objects by its brackets, so that memory is bounded by one record and a broken
//! record does not end the file.

use super::{Feed, Raw, at_record};
use serde_json::{Map, Value};
use std::io::BufRead;
use std::path::Path;

/// Cuts objects out of a stream of bytes.
struct Splitter {
    depth: usize,
    in_string: bool,
    escaped: bool,
    record: Vec<u8>,
    start: u64,
    /// Records that have ended.
    number: u64,
    /// First byte between records that is neither space, comma nor bracket, behind the number of its record. It stands
    /// for all: what is no JSON has thousands.
    stray: Option<(u64, u64)>,
    too_large: bool,
}

impl Splitter {
    /// Takes a byte at `offset`; true when it ends a record.
    fn take(&mut self, byte: u8, offset: u64, limit: usize) -> bool {
        if self.depth == 0 {
            match byte {
                b'{' => {
                    self.depth = 1;
                    self.start = offset;
                    self.record.clear();
                    self.record.push(byte);
                }
                b'[' | b']' | b',' => {}
                byte if byte.is_ascii_whitespace() => {}
                _ => self.stray = self.stray.or(Some((self.number + 1, offset))),
            }
            return false;
        }
        if self.record.len() < limit {
            self.record.push(byte)
        } else {
            self.too_large = true
        }
        if self.escaped {
            self.escaped = false;
        } else if self.in_string {
            match byte {
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth -= 1,
                _ => {}
            }
        }
        self.number += u64::from(self.depth == 0);
        self.depth == 0
    }
}

/// Reads all objects.
pub fn read(path: &Path, mut input: impl BufRead, feed: &mut Feed<'_>) {
    let mut splitter = Splitter {
        depth: 0,
        in_string: false,
        escaped: false,
        record: Vec::new(),
        start: 0,
        number: 0,
        stray: None,
        too_large: false,
    };
    let mut offset = 0;
    let limit = feed.options.max_record;
    loop {
        let taken = match input.fill_buf() {
            Ok([]) => break,
            Ok(bytes) => {
                for &byte in bytes {
                    if splitter.take(byte, offset, limit) && !end_record(path, splitter.number, &mut splitter, feed) {
                        return;
                    }
                    offset += 1;
                }
                bytes.len()
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => 0,
            Err(error) => {
                feed.give(Err(at_record(path, splitter.number + 1, Some(offset), error)));
                return;
            }
        };
        input.consume(taken);
    }
    if splitter.depth > 0 {
        let reason = if splitter.too_large { feed.too_large() } else { "the file ends inside this record".to_string() };
        feed.give(Err(at_record(path, splitter.number + 1, Some(splitter.start), reason)));
    }
    if let Some((number, offset)) = splitter.stray {
        feed.give(Err(at_record(path, number, Some(offset), "not a JSON object")));
    }
}

fn end_record(path: &Path, number: u64, splitter: &mut Splitter, feed: &mut Feed<'_>) -> bool {
    let start = Some(splitter.start);
    if std::mem::take(&mut splitter.too_large) {
        return feed.give(Err(at_record(path, number, start, feed.too_large())));
    }
    let object: Map<String, Value> = match serde_json::from_slice(&splitter.record) {
        Ok(object) => object,
        Err(error) => {
            let reason = format!("not a JSON object with `id` and `text`: {error}");
            return feed.give(Err(at_record(path, number, start, reason)));
        }
    };
    // {"code": 0, "data": [{…}, …]}: the records lie one level deeper.
    if let Some(list) = object.values().find_map(records)
        && feed.options.fields.find(&object.keys().map(String::as_str).collect::<Vec<_>>()).is_err()
    {
        return list.iter().zip(1..).all(|(record, number)| {
            let item = match record {
                Value::Object(record) => feed.options.fields.document(path, number, record),
                _ => Err("not a JSON object".to_string()),
            };
            feed.give(item.map(Raw::Document).map_err(|reason| at_record(path, number, None, reason)))
        });
    }
    let item = feed.options.fields.document(path, number, &object);
    feed.give(item.map(Raw::Document).map_err(|reason| at_record(path, number, start, reason)))
}

fn records(value: &Value) -> Option<&Vec<Value>> {
    value.as_array().filter(|list| list.first().is_some_and(Value::is_object))
}
