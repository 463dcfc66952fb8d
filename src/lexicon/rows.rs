//! The rows of the tables as they stand in the files, for those who look words up or compare tables.

use super::load::Tables;
use super::tables::TABLES;
use super::tsv::{Row, RowRef, TableSpec};

/// A row in force.
#[derive(Debug, Clone)]
pub struct TableRow {
    /// Its table.
    pub table: &'static TableSpec,
    /// `places.tsv:90`.
    pub at: String,
    /// Where it stands, for those who hold a [`Lexicon`] of the same folders.
    pub row: RowRef,
    /// The cells.
    pub cells: Vec<String>,
}

impl TableRow {
    /// A cell by the name of its column; "" when the table has no such column.
    pub fn cell(&self, column: &str) -> &str {
        let at = self.table.columns.iter().position(|name| *name == column);
        at.map_or("", |at| self.cells[at].as_str())
    }

    /// The cells that make the row's key.
    pub fn key(&self) -> &[String] {
        &self.cells[..self.table.key]
    }

    /// The words that the row is about, as written: names with short and other forms, surfaces, a character with its variant.
    pub fn words(&self) -> Vec<&str> {
        let columns: &[&str] = match self.table.name {
            "places.tsv" => &["name", "short", "forms"],
            "divisions.tsv" => &["name", "short"],
            "variants.tsv" => &["variant", "canonical"],
            "pairs.tsv" => &[],
            _ => &["surface"],
        };
        let cells = columns.iter().flat_map(|column| self.cell(column).split('|'));
        cells.filter(|word| !word.is_empty()).collect()
    }
}

impl Tables {
    /// Every row in force, table by table, in the order of keys.
    pub fn rows(&self) -> Vec<TableRow> {
        let rows = TABLES.iter().zip(&self.tables).flat_map(|(table, rows)| rows.values().map(move |row| (table, row)));
        let cited = |(table, row): (&'static TableSpec, &Row)| {
            let at = format!("{}:{}", self.files[usize::from(row.at.file)], row.at.line);
            TableRow { table, at, row: row.at, cells: row.cells.clone() }
        };
        rows.map(cited).collect()
    }
}
