//! Which documents a change of the user's tables can touch.
//!
//! The rows of most tables act only where their word stands in a text. So a document without the word of any row that
//! came, went, changed or moved to another line is read as before, with the same rows cited.

use super::load::{TableFile, read_folder};
use super::tables::TABLES;
use crate::error::Error;
use crate::fold::Folder;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The user's tables, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Index of the table, and its lines; by path.
    files: BTreeMap<String, (usize, Vec<String>)>,
}

/// What may be read differently.
#[derive(Debug, PartialEq, Eq)]
pub enum Touched {
    /// Everything: rows changed that act beyond their own words, such as a city, which its counties lean on.
    All,
    /// Documents with one of these words.
    Words(BTreeSet<String>),
}

impl Tables {
    /// Reads the tables of these folders as they are, faulty or not.
    ///
    /// # Errors
    /// [`Error::Read`] when a folder cannot be read.
    pub fn read(folders: &[PathBuf]) -> Result<Self, Error> {
        let mut files = BTreeMap::new();
        for folder in folders {
            for TableFile { index, label, text } in read_folder(folder, &mut Vec::new())? {
                files.insert(label, (index, text.lines().map(str::to_string).collect()));
            }
        }
        Ok(Self { files })
    }

    /// What the step from these tables to newer ones touches.
    pub fn touched(&self, newer: &Self) -> Touched {
        let mut words = BTreeSet::new();
        let none = (0, Vec::new());
        for label in self.files.keys().chain(newer.files.keys()) {
            let [before, after] = [self, newer].map(|tables| tables.files.get(label).unwrap_or(&none));
            let index = before.0.max(after.0);
            for at in 0..before.1.len().max(after.1.len()) {
                let [before, after] = [before, after].map(|(_, lines)| lines.get(at).map_or("", String::as_str));
                if before == after {
                    continue;
                }
                if !is_local(index) {
                    return Touched::All;
                }
                let rows = [before, after].into_iter().filter(|line| !line.is_empty() && !line.starts_with('#'));
                let surfaces = rows.map(|line| line.split('\t').next().unwrap_or_default());
                words.extend(surfaces.map(|cell| cell.strip_prefix('-').unwrap_or(cell).to_string()));
            }
        }
        Touched::Words(words)
    }
}

/// Whether the rows of a table act only where the word in their first cell stands. Compounds (深河) are names, which the
/// segmenter weighs against all other words.
fn is_local(index: usize) -> bool {
    TABLES[index].columns[0] == "surface" && TABLES[index].name != "compounds.tsv"
}

impl Touched {
    /// Whether a text may be read differently.
    pub fn has(&self, folder: &Folder, text: &str) -> bool {
        match self {
            Self::All => true,
            Self::Words(words) => {
                let folded = folder.fold(text);
                words.iter().any(|word| folded.contains(&*folder.fold(word)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(files: &[(&str, &str)]) -> Tables {
        let index = |name: &str| TABLES.iter().position(|spec| spec.name == name).expect("a table");
        let lines = |text: &str| text.lines().map(str::to_string).collect();
        Tables { files: files.iter().map(|(name, text)| ((*name).to_string(), (index(name), lines(text)))).collect() }
    }

    fn touched(before: &[(&str, &str)], after: &[(&str, &str)]) -> Option<Vec<String>> {
        match tables(before).touched(&tables(after)) {
            Touched::All => None,
            Touched::Words(words) => Some(words.into_iter().collect()),
        }
    }

    #[test]
    fn rows_that_came_went_changed_or_moved_touch_their_words() {
        let units = |rows: &'static str| [("units.tsv", rows)];
        let words = |words: &[&str]| Some(words.iter().map(ToString::to_string).collect());
        assert_eq!(touched(&units("垧\ta\n畦\tb"), &units("垧\ta\n畦\tb\n")), words(&[]));
        assert_eq!(touched(&units("垧\ta\n"), &units("垧\ta\n畦\tb")), words(&["畦"]));
        assert_eq!(touched(&units("垧\ta\n"), &units("垧\tb\n")), words(&["垧"]));
        assert_eq!(touched(&units("垧\ta\n"), &units("畦\tb\n垧\ta\n")), words(&["垧", "畦"]));
        assert_eq!(touched(&units("# a\n-亩\ta\n"), &[]), words(&["亩"]));
    }

    #[test]
    fn names_touch_everything() {
        for name in ["places.tsv", "divisions.tsv", "pairs.tsv", "compounds.tsv", "variants.tsv"] {
            assert_eq!(touched(&[(name, "a")], &[(name, "b")]), None, "{name}");
        }
        for name in ["blocklist.tsv", "agencies.tsv", "cues.tsv", "numerals.tsv"] {
            assert_eq!(touched(&[(name, "甲")], &[]), Some(vec!["甲".to_string()]), "{name}");
        }
    }
}
