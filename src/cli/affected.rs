//! Which documents a change of rows can affect: those that hold one of its words.
//!
//! Only where that is sure. A row whose effect reaches further than its own words (a city's code, a character variant)
//! affects all.

use crate::document::Document;
use crate::error::Error;
use crate::lexicon::{Lexicon, PlaceId, Sense, TableRow};
use aho_corasick::AhoCorasick;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The documents that a change can affect.
#[derive(Debug)]
pub enum Affected {
    /// All of them.
    All,
    /// Those with one of these words, in canonical characters.
    Holding(AhoCorasick),
}

impl Affected {
    /// What the change from some folders to others affects.
    ///
    /// # Errors
    /// When the tables cannot be read.
    pub fn of(before: (&[PathBuf], &Lexicon), after: (&[PathBuf], &Lexicon)) -> Result<Self, Error> {
        let tables = [Lexicon::rows(before.0)?, Lexicon::rows(after.0)?];
        let words = Changes { tables: &tables, lexicons: [before.1, after.1] }.words();
        Ok(words.and_then(|words| AhoCorasick::new(words).ok()).map_or(Self::All, Self::Holding))
    }

    /// Whether a document is affected.
    pub fn holds(&self, lexicon: &Lexicon, document: &Document) -> bool {
        match self {
            Self::All => true,
            Self::Holding(words) => [Some(&document.text), document.title.as_ref()]
                .into_iter()
                .flatten()
                .any(|text| words.is_match(lexicon.folder.fold(text).as_bytes())),
        }
    }
}

/// The tables before and after.
struct Changes<'c> {
    tables: &'c [Vec<TableRow>; 2],
    lexicons: [&'c Lexicon; 2],
}

type Key<'c> = (&'c str, &'c [String]);

impl<'c> Changes<'c> {
    /// The words of all changes; None when one reaches further than words tell.
    fn words(&self) -> Option<BTreeSet<String>> {
        let mut pairs: BTreeMap<Key<'c>, [Option<&'c TableRow>; 2]> = BTreeMap::new();
        for (side, rows) in self.tables.iter().enumerate() {
            for row in rows {
                pairs.entry((row.table.name, row.key())).or_default()[side] = Some(row);
            }
        }
        let mut words = BTreeSet::new();
        for versions in pairs.values().filter(|[old, new]| old.map(|row| &row.cells) != new.map(|row| &row.cells)) {
            words.extend(self.of_row(*versions)?);
        }
        Some(words)
    }

    /// The words by which one row, before and after, takes effect.
    fn of_row(&self, versions: [Option<&TableRow>; 2]) -> Option<BTreeSet<String>> {
        let row = versions[1].or(versions[0])?;
        match row.table.name {
            "variants.tsv" | "numerals.tsv" => None,
            "pairs.tsv" => self.of_pair(row),
            "places.tsv" | "divisions.tsv" if !self.stands_alone(versions) => None,
            _ => {
                let words = versions.into_iter().flatten().flat_map(TableRow::words);
                Some(words.map(|word| self.lexicons[0].folder.fold(word).into_owned()).collect())
            }
        }
    }

    /// A place takes effect by its own words alone when only its danger or other forms change, or nothing lies in it, helps
    /// it or bears its code.
    fn stands_alone(&self, versions: [Option<&TableRow>; 2]) -> bool {
        let apart = ["code", "name", "short", "level", "parent", "from", "to"];
        if let [Some(old), Some(new)] = versions {
            return apart.iter().all(|column| old.cell(column) == new.cell(column));
        }
        let Some(row) = versions.into_iter().flatten().next() else { return false };
        let code = row.cell("code");
        let refers = |other: &TableRow| match other.table.name {
            "places.tsv" | "divisions.tsv" => {
                other.cell("parent") == code || other.cell("code") == code && other.key() != row.key()
            }
            "pairs.tsv" | "compounds.tsv" => {
                ["helper", "recipient"].iter().any(|side| other.cell(side).split('|').any(|other| other == code))
            }
            "agencies.tsv" => other.cell("owner") == code,
            _ => false,
        };
        !self.tables.iter().flatten().any(refers)
    }

    /// A pair takes effect where one of its cities is named, by whatever name of itself or of what lies in it.
    fn of_pair(&self, row: &TableRow) -> Option<BTreeSet<String>> {
        let mut words = BTreeSet::new();
        for lexicon in self.lexicons {
            let city = |code: &str| lexicon.by_code(code).and_then(|id| lexicon.city_of(id));
            let cities = [city(row.cell("helper"))?, city(row.cell("recipient"))?];
            let within = |id: &PlaceId| lexicon.city_of(*id).is_some_and(|city| cities.contains(&city));
            for (surface, senses) in lexicon.names() {
                let touches = |sense: &Sense| match sense {
                    Sense::Place(id, _) => within(id),
                    Sense::Compound(index) => {
                        let compound = &lexicon.compounds[*index as usize];
                        compound.helpers.iter().chain(&compound.recipients).any(within)
                    }
                    Sense::Blocked(_) => false,
                };
                if senses.iter().any(touches) {
                    words.insert(surface.to_string());
                }
            }
        }
        let owned = |other: &&TableRow| {
            let owner = self.lexicons.iter().find_map(|lexicon| lexicon.by_code(other.cell("owner")));
            other.table.name == "agencies.tsv" && owner.is_some()
        };
        words.extend(self.tables.iter().flatten().filter(owned).flat_map(TableRow::words).map(str::to_string));
        Some(words)
    }
}
