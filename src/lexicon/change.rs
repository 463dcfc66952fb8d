//! Which documents a change of tables can touch: those that hold a word of a row that came, went, changed or moved.
//!
//! Only where that is sure. A row that reaches further than its own words, such as a city, which its counties lean on, or
//! a character variant, touches all.

use super::words::Words;
use super::{Lexicon, PlaceId, Sense, TableRow};
use crate::document::Document;
use std::collections::{BTreeMap, BTreeSet};

/// Of so many names each acts where it stands alone. The segmenter weighs more of them against each other.
pub const BALANCED_NAMES: usize = 7_000;

/// The tables at one time.
#[derive(Debug, Clone, Copy)]
pub struct State<'s> {
    /// Their rows in force.
    pub rows: &'s [TableRow],
    /// What was made of them.
    pub lexicon: &'s Lexicon,
}

/// What may be read differently: documents with one of these words in canonical characters, or all.
#[derive(Debug)]
pub struct Touched(Option<Words>);

impl Touched {
    /// Everything.
    pub const ALL: Self = Self(None);

    /// What the step from one state to a newer one touches.
    pub fn between(before: State<'_>, after: State<'_>) -> Self {
        let words = Change([before, after]).words();
        Self(words.map(|words| Words::new(words.iter().map(String::as_str).zip(0..))))
    }

    /// Whether a document may be read differently. `lexicon` is that of either state.
    pub fn has(&self, lexicon: &Lexicon, document: &Document) -> bool {
        let Some(words) = &self.0 else { return true };
        let mut found = false;
        for text in [Some(&document.text), document.title.as_ref()].into_iter().flatten() {
            words.scan(&lexicon.folder.fold(text), |_, _, _| found = true);
        }
        found
    }
}

/// Columns of a place that matter to those that lean on it: a pair of 宝安 and 龙川 is printed with the short names of their cities.
const FRAME: [&str; 7] = ["code", "name", "short", "level", "parent", "from", "to"];

/// The tables before and after.
struct Change<'c>([State<'c>; 2]);

/// A row before and after.
type Versions<'c> = [Option<&'c TableRow>; 2];

impl<'c> Change<'c> {
    /// The words of all rows that differ; None when one reaches further than words tell.
    fn words(&self) -> Option<BTreeSet<String>> {
        let mut pairs: BTreeMap<(&str, &[String]), Versions<'c>> = BTreeMap::new();
        for (side, state) in self.0.iter().enumerate() {
            for row in state.rows {
                pairs.entry((row.table.name, row.key())).or_default()[side] = Some(row);
            }
        }
        let told = |row: Option<&'c TableRow>| row.map(|row| (&row.at, &row.cells));
        let [before, after] = self.0.map(|state| state.lexicon);
        let many = |lexicon: &Lexicon| lexicon.name_surfaces().nth(BALANCED_NAMES).is_some();
        if (many(before) || many(after)) && !before.name_surfaces().eq(after.name_surfaces()) {
            return None;
        }
        let leant_on = self.leant_on();
        let mut words = BTreeSet::new();
        let mut cities: [BTreeSet<PlaceId>; 2] = Default::default();
        for versions in pairs.into_values().filter(|[old, new]| told(*old) != told(*new)) {
            let row = versions[1].or(versions[0])?;
            match row.table.name {
                "variants.tsv" => return None,
                "pairs.tsv" => {
                    for (state, cities) in self.0.iter().zip(&mut cities) {
                        cities.extend(cities_of(row, state.lexicon)?);
                    }
                }
                "places.tsv" | "divisions.tsv" if !stands_alone(versions, &leant_on) => return None,
                _ => {}
            }
            words.extend(versions.into_iter().flatten().flat_map(|row| self.folded(row)));
        }
        for (state, cities) in self.0.iter().zip(&cities).filter(|(_, cities)| !cities.is_empty()) {
            words.extend(self.names_of(cities, *state));
        }
        Some(words)
    }

    /// Codes that a row leans on: the place that it lies in, helps or belongs to. Also those that two places bear.
    fn leant_on(&self) -> BTreeSet<&'c str> {
        let mut codes = BTreeSet::new();
        let mut bearers = BTreeMap::new();
        for row in self.0.iter().flat_map(|state| state.rows) {
            match row.table.name {
                "places.tsv" | "divisions.tsv" => {
                    codes.insert(row.cell("parent"));
                    if *bearers.entry(row.cell("code")).or_insert_with(|| row.key()) != row.key() {
                        codes.insert(row.cell("code"));
                    }
                }
                "pairs.tsv" | "compounds.tsv" => {
                    codes.extend(["helper", "recipient"].into_iter().flat_map(|side| row.cell(side).split('|')));
                }
                "agencies.tsv" => {
                    codes.insert(row.cell("owner"));
                }
                _ => {}
            }
        }
        codes
    }

    /// Whatever stands in a text for one of these cities or for what lies in it: a pair takes effect where one side is named.
    fn names_of(&self, cities: &BTreeSet<PlaceId>, State { rows, lexicon }: State<'c>) -> BTreeSet<String> {
        let within = |id: &PlaceId| lexicon.city_of(*id).is_some_and(|city| cities.contains(&city));
        let touches = |sense: &Sense| match sense {
            Sense::Place(id, _) => within(id),
            Sense::Compound(index) => {
                let compound = &lexicon.compounds[*index as usize];
                compound.helpers.iter().chain(&compound.recipients).any(within)
            }
            Sense::Blocked(_) => false,
        };
        let names = lexicon.names().filter(|(_, senses)| senses.iter().any(touches));
        let owned = rows.iter().filter(|row| {
            row.table.name == "agencies.tsv" && lexicon.by_code(row.cell("owner")).as_ref().is_some_and(within)
        });
        names.map(|(name, _)| name.to_string()).chain(owned.flat_map(|row| self.folded(row))).collect()
    }

    /// The words of a row as they stand in folded texts.
    fn folded(&self, row: &'c TableRow) -> impl Iterator<Item = String> {
        row.words().into_iter().map(|word| self.0[0].lexicon.folder.fold(word).into_owned())
    }
}

/// The cities of a pair; None when one of its sides is in none, as Guangdong.
fn cities_of(pair: &TableRow, lexicon: &Lexicon) -> Option<[PlaceId; 2]> {
    let city = |side| lexicon.by_code(pair.cell(side)).and_then(|id| lexicon.city_of(id));
    Some([city("helper")?, city("recipient")?])
}

/// A place takes effect by its own words alone when no more than its danger, its other forms or its line change, or when
/// nothing leans on it.
fn stands_alone(versions: Versions<'_>, leant_on: &BTreeSet<&str>) -> bool {
    match versions {
        [Some(old), Some(new)] if FRAME.iter().all(|column| old.cell(column) == new.cell(column)) => true,
        _ => versions.into_iter().flatten().all(|row| !leant_on.contains(row.cell("code"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::TABLES;
    use super::*;

    /// The words touched by the step from some rows of a table, laid over the built-in ones, to others.
    fn touched(table: &str, before: &str, after: &str) -> Option<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let [before, after] = [before, after].map(|rows| {
            let header = TABLES.iter().find(|spec| spec.name == table).unwrap().columns.join("\t");
            std::fs::write(folder.path().join(table), format!("{header}\n{rows}\n")).unwrap();
            Lexicon::load_with_rows(&[folder.path().to_path_buf()]).unwrap()
        });
        let change = Change([&before, &after].map(|(lexicon, rows)| State { rows, lexicon }));
        change.words().map(|words| words.into_iter().collect())
    }

    #[test]
    fn rows_that_came_went_changed_or_moved_touch_their_words() {
        let (shan, qi) = ("垧\tarea\tmu\t15\tx\t", "畦\tarea\tmu\t1\tx\t");
        let touched = |before: &str, after: &str| touched("units.tsv", before, after).unwrap();
        assert!(touched(shan, &format!("{shan}\n")).is_empty());
        assert_eq!(touched(shan, &format!("{shan}\n{qi}")), ["畦"]);
        assert_eq!(touched(shan, &shan.replace("15", "16")), ["垧"]);
        assert_eq!(touched(shan, &format!("{qi}\n{shan}")), ["垧", "畦"]);
        assert_eq!(touched("-亩\tarea\tmu\t1\tx\t", ""), ["亩"]);
    }

    #[test]
    fn a_place_touches_all_when_others_lean_on_it() {
        let longchuan =
            |parent: &str, danger: &str| format!("441622\t龙川县\t龙川\tcounty\t{parent}\t\t\t{danger}\t\tx\t");
        let touched = |before: &str, after: &str| touched("places.tsv", before, after);
        assert_eq!(touched(&longchuan("441600", "high"), &longchuan("441600", "med")).unwrap(), ["龙川", "龙川县"]);
        assert_eq!(touched(&longchuan("441600", "high"), &longchuan("441400", "high")), None);
        let qianhai = "440300-F99\t前海深港\t\tzone\t440300\t\t\t\t\tx\t";
        assert_eq!(touched("", qianhai).unwrap(), ["前海深港"]);
        // 囯 may stand in any word of any table.
        assert_eq!(super::tests::touched("variants.tsv", "", "囯\t国\tx\t"), None);
    }

    #[test]
    fn a_name_beyond_those_that_are_balanced_touches_all() {
        let rows = |numbers: std::ops::Range<u32>| -> String {
            numbers.map(|number| format!("深河{number}园\tpark\t440300\t441600\tx\t\n")).collect()
        };
        assert_eq!(touched("compounds.tsv", &rows(0..9), &rows(0..10)).unwrap(), ["深河9园"]);
        assert_eq!(touched("compounds.tsv", &rows(0..7000), &rows(0..7001)), None);
    }

    #[test]
    fn a_pair_touches_the_names_of_its_cities() {
        let row = "440700\t441200\t2013\t\tx\tcity\tsure\tx\t";
        let words = touched("pairs.tsv", "", row).unwrap();
        let has = |word: &str| words.iter().any(|other| other == word);
        assert!(has("江门") && has("肇庆市") && has("怀集") && !has("深圳") && !has("河源市"), "{words:?}");
        assert_eq!(touched("pairs.tsv", "", &row.replace("441200", "440000")), None, "Guangdong is in no city");
    }
}
