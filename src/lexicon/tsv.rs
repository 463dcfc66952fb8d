//! The only reader of dictionary tables: tab-separated, one header row, `#` comments, no quoting.

use crate::error::LexiconError;

/// What a table must look like.
#[derive(Debug)]
pub struct TableSpec {
    /// File name, such as `places.tsv`.
    pub name: &'static str,
    /// The header row, cell by cell.
    pub columns: &'static [&'static str],
    /// How many of the first columns are the key of a row.
    pub key: usize,
    /// The built-in rows.
    pub builtin: &'static str,
}

/// Where a row was read: index of the file, line from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef {
    /// Index into [`super::Lexicon::files`].
    pub file: u16,
    /// Line, from 1.
    pub line: u32,
}

/// One row: its cells, and where they stand.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it was read.
    pub at: RowRef,
    /// The cells, as many as the table has columns.
    pub cells: Vec<String>,
}

/// Reads a table's text. Faults go to `errors`; rows without fault are returned.
///
/// A byte order mark and carriage returns are forgiven (spreadsheets write them); everything else is strict,
/// because a row that is dropped in silence is a name that is never found.
pub fn parse(spec: &TableSpec, label: &str, file: u16, text: &str, errors: &mut Vec<LexiconError>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut header_seen = false;
    let mut fault = |line: u32, column: usize, message: String| {
        errors.push(LexiconError { file: label.to_string(), line, column: column as u32, message });
    };
    for (index, line) in text.trim_start_matches('\u{feff}').split('\n').enumerate() {
        let number = index as u32 + 1;
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let cells: Vec<String> = line.split('\t').map(str::to_string).collect();
        if !header_seen {
            header_seen = true;
            if let Some(column) = (0..spec.columns.len().max(cells.len()))
                .find(|&i| cells.get(i).map(String::as_str) != spec.columns.get(i).copied())
            {
                fault(number, column + 1, format!("the header row must be: {}", spec.columns.join("⇥")));
                return rows;
            }
            continue;
        }
        if cells.len() != spec.columns.len() {
            let column = cells.len().min(spec.columns.len()) + 1;
            fault(
                number,
                column,
                format!("{} cells, must be {}: {}", cells.len(), spec.columns.len(), spec.columns.join("⇥")),
            );
            continue;
        }
        if cells[0].is_empty() {
            fault(number, 1, format!("`{}` must not be empty", spec.columns[0]));
            continue;
        }
        if let Some(column) = cells.iter().position(|cell| cell.trim() != cell) {
            fault(number, column + 1, format!("space around `{}`", cells[column].trim()));
            continue;
        }
        rows.push(Row { at: RowRef { file, line: number }, cells });
    }
    if !header_seen {
        fault(0, 0, format!("no header row; it must be: {}", spec.columns.join("⇥")));
    }
    rows
}
