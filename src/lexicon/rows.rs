//! The rows of the tables as they stand in the files, for those who look words up: `dict explain`, `dict diff`.

use super::load::Tables;
use super::tables::TABLES;
use super::tsv::TableSpec;
use super::{Lexicon, RowRef};
use crate::error::Error;
use std::path::PathBuf;

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

impl Lexicon {
    /// Every row in force, table by table, in the order of keys.
    ///
    /// # Errors
    /// As [`Lexicon::load`].
    pub fn rows(folders: &[PathBuf]) -> Result<Vec<TableRow>, Error> {
        let Tables { files, errors, tables, .. } = Tables::read(folders)?;
        if !errors.is_empty() {
            return Err(Error::Lexicon(errors));
        }
        let rows = TABLES
            .iter()
            .zip(tables)
            .flat_map(|(spec, rows)| rows.into_values().map(move |row| (spec, row)).collect::<Vec<_>>());
        let cited = |(table, row): (&'static TableSpec, super::tsv::Row)| {
            let at = format!("{}:{}", files[usize::from(row.at.file)], row.at.line);
            TableRow { table, at, row: row.at, cells: row.cells }
        };
        Ok(rows.map(cited).collect())
    }
}
