//! Parquet: one record a row, of the columns that are needed alone.

use super::{Feed, Raw, at_record, record};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What a column chunk unpacks to beyond this is looked at …
const BOMB_BYTES: i64 = 256 << 20;
/// … and refused beyond this many times its size.
const BOMB_RATIO: i64 = 500;

/// Reads all rows. The library may panic on a malformed file; that is the file's fault and named as such.
pub fn read(path: &Path, file: File, feed: &mut Feed<'_>) {
    let outcome = catch_unwind(AssertUnwindSafe(|| read_rows(path, file, feed)));
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(reason)) => {
            feed.fault(path, reason);
        }
        Err(_) => {
            feed.fault(path, "malformed Parquet; the rest of the file is not read");
        }
    }
}

fn read_rows(path: &Path, file: File, feed: &mut Feed<'_>) -> Result<(), String> {
    let reader = SerializedFileReader::new(file).map_err(|error| error.to_string())?;
    let schema = reader.metadata().file_metadata().schema();
    let names: Vec<&str> = schema.get_fields().iter().map(|field| field.name()).collect();
    let places =
        feed.options.fields.find(&names).map_err(|reason| format!("{reason}; the columns are {}", names.join(", ")))?;
    for chunk in reader.metadata().row_groups().iter().flat_map(|group| group.columns()) {
        let (packed, whole) = (chunk.compressed_size(), chunk.uncompressed_size());
        if whole > BOMB_BYTES && whole / BOMB_RATIO > packed {
            return Err(format!("unpacks to more than {BOMB_RATIO} times its size: a bomb"));
        }
    }
    let mut wanted: Vec<usize> =
        [Some(places.text), places.id, places.title, places.date].into_iter().flatten().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let at = |place: usize| wanted.iter().position(|wanted| *wanted == place);
    let places = record::Places {
        text: at(places.text).unwrap_or_default(),
        id: places.id.and_then(at),
        title: places.title.and_then(at),
        date: places.date.and_then(at),
    };
    let fields = wanted.iter().map(|place| schema.get_fields()[*place].clone()).collect();
    let projection =
        Type::group_type_builder(schema.name()).with_fields(fields).build().map_err(|error| error.to_string())?;
    let mut number = 0;
    for row in reader.get_row_iter(Some(projection)).map_err(|error| error.to_string())? {
        number += 1;
        let row = row.map_err(|error| format!("row {number}: {error}; the rest of the file is not read"))?;
        let item = document(path, number, &row, places, feed).map_err(|reason| at_record(path, number, None, reason));
        if !feed.give(item.map(Raw::Document)) {
            break;
        }
    }
    Ok(())
}

fn document(
    path: &Path,
    number: u64,
    row: &Row,
    places: record::Places,
    feed: &Feed<'_>,
) -> Result<crate::document::Document, String> {
    let cell = |at: usize| row.get_column_iter().nth(at).and_then(|(_, field)| word(field));
    let text = cell(places.text).ok_or_else(|| "empty `text`".to_string())?;
    if text.len() > feed.options.max_record {
        return Err(feed.too_large());
    }
    let other = |at: Option<usize>| at.and_then(cell);
    record::document(path, number, text, other(places.id), other(places.title), other(places.date))
}

fn word(field: &Field) -> Option<String> {
    match field {
        Field::Null | Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => None,
        Field::Str(word) => Some(word.clone()),
        // Text that its writer did not mark as such.
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).ok().map(str::to_string),
        // Dates print as 2014-08-22, numbers as they are.
        other => Some(other.to_string()),
    }
}
