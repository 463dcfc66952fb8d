//! Errors of the edges: dictionaries that cannot be read, inputs that cannot be read, output that cannot be written.
//!
//! Extraction itself does not fail: no text is an error.

use std::fmt;
use std::path::PathBuf;

/// One fault in one cell of one dictionary table, printed as `places.tsv:17:4: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexiconError {
    /// File as the user knows it: the table's name, with its folder for an overlay.
    pub file: String,
    /// Line in the file, from 1; 0 when the fault is the file itself.
    pub line: u32,
    /// Column of the table (cell), from 1; 0 when the fault is the whole line.
    pub column: u32,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for LexiconError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// A record of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordAt {
    /// Its number, from 1; in JSON lines and CSV that of the line.
    pub number: u64,
    /// Where it begins in the file, unpacked and in UTF-8, in bytes from 0; None when that cannot be told.
    pub offset: Option<u64>,
}

/// One input record that could not be read: named, counted, skipped; the others go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The file as given, or `-` for standard input.
    pub path: PathBuf,
    /// Which record of the file, when the file holds several.
    pub record: Option<RecordAt>,
    /// Why, in words.
    pub reason: String,
}

impl ReadError {
    /// A fault of a whole file.
    pub fn of_file(path: impl Into<PathBuf>, reason: impl ToString) -> Self {
        Self { path: path.into(), record: None, reason: reason.to_string() }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(record) = self.record {
            write!(f, ": record {}", record.number)?;
        }
        write!(f, ": {}", self.reason)?;
        match self.record.and_then(|record| record.offset) {
            Some(offset) => write!(f, " (at byte {offset})"),
            None => Ok(()),
        }
    }
}

/// Everything that can keep the program from doing its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Dictionaries with faults; all of them at once.
    #[error("{}", list(.0))]
    Lexicon(Vec<LexiconError>),
    /// A file the run cannot do without (gold, an overlay folder).
    #[error("{0}")]
    Read(ReadError),
    /// A call that cannot be.
    #[error("{0}")]
    Usage(String),
    /// The output could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// Where to.
        path: String,
        /// The system's reason.
        source: std::io::Error,
    },
}

fn list(errors: &[LexiconError]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
