//! Typed columns as Parquet with zstd, without Arrow.
//!
//! Takes rows of cells, gives row groups of bounded size. A number of unknown exactness never gets in: `value` is a
//! double for summing, `value_exact` beside it the decimal as written.

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use std::io::{self, Write};
use std::sync::Arc;

/// A row group closes at this many rows or bytes of cells.
const GROUP_ROWS: usize = 100_000;
const GROUP_BYTES: usize = 24 << 20;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Text, "" when there is none.
    Text,
    /// Text, null when there is none.
    OptionalText,
    /// Whole number, null when there is none.
    Integer,
    /// Double, null when there is none.
    Double,
}

/// The columns of the file that one cell fills.
fn columns_of(name: &str) -> Vec<(String, Kind)> {
    let exact = || vec![(name.to_string(), Kind::Double), (format!("{name}_exact"), Kind::OptionalText)];
    match name {
        "value" | "low" | "high" => exact(),
        "si" | "confidence" => vec![(name.to_string(), Kind::Double)],
        "start" | "end" | "chars" | "facts" | "record" | "offset" => vec![(name.to_string(), Kind::Integer)],
        "helper" | "recipient" | "helper_code" | "recipient_code" | "fine" | "evidence" | "title" | "date"
        | "source" | "error" => vec![(name.to_string(), Kind::OptionalText)],
        _ => vec![(name.to_string(), Kind::Text)],
    }
}

enum Values {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Double(Vec<f64>),
}

/// One column of the row group that is being filled.
struct Column {
    /// Which cell of a row it takes.
    cell: usize,
    kind: Kind,
    values: Values,
    /// 1 where there is a value, for columns that may be null.
    defined: Vec<i16>,
}

impl Column {
    fn push(&mut self, cell: &str) -> io::Result<()> {
        let missing = cell.is_empty() && self.kind != Kind::Text;
        if self.kind != Kind::Text {
            self.defined.push(i16::from(!missing));
        }
        if missing {
            return Ok(());
        }
        let fault = |error: &dyn std::fmt::Display| io::Error::other(format!("`{cell}` is no number: {error}"));
        match &mut self.values {
            Values::Text(values) => values.push(ByteArray::from(cell)),
            Values::Integer(values) => values.push(cell.parse().map_err(|error| fault(&error))?),
            Values::Double(values) => values.push(cell.parse().map_err(|error| fault(&error))?),
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.defined.clear();
        match &mut self.values {
            Values::Text(values) => values.clear(),
            Values::Integer(values) => values.clear(),
            Values::Double(values) => values.clear(),
        }
    }
}

/// A Parquet file that is being written.
pub struct Writer<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

fn broken(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        other => io::Error::other(other),
    }
}

fn field(name: &str, kind: Kind) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match kind {
        Kind::Text | Kind::OptionalText => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Double => (Physical::DOUBLE, None),
    };
    let repetition = if kind == Kind::Text { Repetition::REQUIRED } else { Repetition::OPTIONAL };
    let builder = Type::primitive_type_builder(name, physical).with_logical_type(logical).with_repetition(repetition);
    Ok(Arc::new(builder.build()?))
}

impl<W: Write + Send> Writer<W> {
    /// Begins a file whose rows have cells of these names.
    ///
    /// # Errors
    /// When the head cannot be written.
    pub fn new(out: W, names: &[&str]) -> io::Result<Self> {
        let mut fields = Vec::new();
        let mut columns = Vec::new();
        for (cell, name) in names.iter().enumerate() {
            for (name, kind) in columns_of(name) {
                fields.push(field(&name, kind).map_err(broken)?);
                let values = match kind {
                    Kind::Text | Kind::OptionalText => Values::Text(Vec::new()),
                    Kind::Integer => Values::Integer(Vec::new()),
                    Kind::Double => Values::Double(Vec::new()),
                };
                columns.push(Column { cell, kind, values, defined: Vec::new() });
            }
        }
        let schema = Type::group_type_builder("facts").with_fields(fields).build().map_err(broken)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(format!("duikou {}", env!("CARGO_PKG_VERSION")))
            .build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(broken)?;
        Ok(Self { file, columns, rows: 0, bytes: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When a cell of a column of numbers is none, or the file cannot be written.
    pub fn write<'c>(&mut self, cells: impl Iterator<Item = &'c str>) -> io::Result<()> {
        let cells: Vec<&str> = cells.collect();
        self.bytes += cells.iter().map(|cell| cell.len()).sum::<usize>();
        self.rows += 1;
        for column in &mut self.columns {
            column.push(cells.get(column.cell).copied().unwrap_or_default())?;
        }
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES { self.close_group() } else { Ok(()) }
    }

    fn close_group(&mut self) -> io::Result<()> {
        let mut group = self.file.next_row_group().map_err(broken)?;
        for column in &mut self.columns {
            let mut out =
                group.next_column().map_err(broken)?.expect("invariant: the schema has as many columns as the table");
            let defined = (column.kind != Kind::Text).then_some(column.defined.as_slice());
            match &column.values {
                Values::Text(values) => out.typed::<ByteArrayType>().write_batch(values, defined, None),
                Values::Integer(values) => out.typed::<Int64Type>().write_batch(values, defined, None),
                Values::Double(values) => out.typed::<DoubleType>().write_batch(values, defined, None),
            }
            .map_err(broken)?;
            out.close().map_err(broken)?;
            column.clear();
        }
        group.close().map_err(broken)?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    /// Writes what is left and the index; gives the writer back.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.close_group()?;
        }
        self.file.into_inner().map_err(broken)
    }
}
