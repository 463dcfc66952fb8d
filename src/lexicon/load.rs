//! Builds a [`Lexicon`] out of the built-in tables and the user's folders, collecting every fault.

use super::gazetteer::Gazetteer;
use super::tables::{
    Bound, Cue, CueKind, FurnitureKind, Hedge, HedgePosition, IdiomKind, MeasureWord, Role, Sense, TABLES, Unit,
    UnitKind,
};
use super::tsv::{self, Row, RowRef, TableSpec};
use super::words::Words;
use super::{Lexicon, NumeralChar, NumeralTable, PrefixMap, TableRow};
use crate::error::{Error, LexiconError, ReadError};
use crate::fold::Folder;
use rust_decimal::Decimal;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What one `--dict` folder changed, for the line on stderr: `+3 ~1 -2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// The folder.
    pub folder: PathBuf,
    /// Rows with a new key.
    pub added: usize,
    /// Rows that replaced one with the same key.
    pub replaced: usize,
    /// Rows removed by a `-` row.
    pub removed: usize,
}

impl Lexicon {
    /// The built-in tables alone.
    ///
    /// # Panics
    /// Never in a released build: the built-in tables are checked by the tests.
    pub fn builtin() -> Self {
        Self::load(&[]).unwrap_or_else(|error| panic!("invariant: the built-in dictionaries are sound: {error}"))
    }

    /// The built-in tables with the user's folders laid over them, in order.
    ///
    /// A row of an overlay adds to its table, or replaces the row with the same key; a row whose first cell begins
    /// with `-` removes the row whose key it gives.
    ///
    /// # Errors
    /// [`Error::Lexicon`] with every fault of every table, [`Error::Read`] when a folder cannot be read.
    pub fn load(folders: &[PathBuf]) -> Result<Self, Error> {
        Tables::read(folders)?.sound()
    }

    /// As [`Lexicon::load`], with the rows in force, table by table, in the order of keys.
    ///
    /// # Errors
    /// As [`Lexicon::load`].
    pub fn load_with_rows(folders: &[PathBuf]) -> Result<(Self, Vec<TableRow>), Error> {
        let tables = Tables::read(folders)?;
        let rows = tables.rows();
        Ok((tables.sound()?, rows))
    }
}

/// The rows of every table by key, folders laid over the built-in ones, not yet understood.
pub(super) struct Tables {
    pub files: Vec<String>,
    pub errors: Vec<LexiconError>,
    pub tables: Vec<BTreeMap<Vec<String>, Row>>,
    pub overlays: Vec<Overlay>,
}

impl Tables {
    pub fn read(folders: &[PathBuf]) -> Result<Self, Error> {
        let mut errors = Vec::new();
        let mut files: Vec<String> = TABLES.iter().map(|spec| spec.name.to_string()).collect();
        let mut tables: Vec<BTreeMap<Vec<String>, Row>> = Vec::new();
        for (index, spec) in TABLES.iter().enumerate() {
            let mut table = BTreeMap::new();
            for row in tsv::parse(spec, spec.name, index as u16, spec.builtin, &mut errors) {
                let line = row.at.line;
                if table.insert(key(spec, &row), row).is_some() {
                    errors.push(fault_at(spec.name, line, 1, "a row with this key stands above"));
                }
            }
            tables.push(table);
        }
        let mut overlays = Vec::new();
        for folder in folders {
            overlays.push(lay_over(folder, &mut tables, &mut files, &mut errors)?);
        }
        Ok(Self { files, errors, tables, overlays })
    }

    /// What can be made of the tables, and every fault: for those who want to find more of them.
    pub fn build(self) -> (Lexicon, Vec<LexiconError>) {
        let Self { files, errors, tables, overlays } = self;
        Builder { files, errors, tables }.build(overlays)
    }

    fn sound(self) -> Result<Lexicon, Error> {
        let (lexicon, faults) = self.build();
        if faults.is_empty() { Ok(lexicon) } else { Err(Error::Lexicon(faults)) }
    }
}

pub(super) fn key(spec: &TableSpec, row: &Row) -> Vec<String> {
    row.cells[..spec.key].to_vec()
}

pub(super) fn fault_at(file: &str, line: u32, column: u32, message: impl Into<String>) -> LexiconError {
    LexiconError { file: file.to_string(), line, column, message: message.into() }
}

/// A table of a folder: which one, the path as a user knows it, its text.
pub(super) struct TableFile {
    pub index: usize,
    pub label: String,
    pub text: String,
}

/// The tables of a folder, by name. A file that is none, or cannot be read, is a fault.
pub(super) fn read_folder(folder: &Path, errors: &mut Vec<LexiconError>) -> Result<Vec<TableFile>, Error> {
    let unreadable = |error: std::io::Error| {
        Error::Read(ReadError {
            path: folder.to_path_buf(),
            record: None,
            reason: format!("cannot read dictionary folder: {error}"),
        })
    };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.file_name());
    }
    names.sort();
    let mut tables = Vec::new();
    for name in names {
        let path = folder.join(&name);
        if path.extension().is_none_or(|extension| extension != "tsv") {
            continue;
        }
        let label = path.display().to_string();
        let Some(index) = TABLES.iter().position(|spec| name == spec.name) else {
            let known: Vec<&str> = TABLES.iter().map(|spec| spec.name).collect();
            errors.push(fault_at(&label, 0, 0, format!("no such table; the tables are {}", known.join(", "))));
            continue;
        };
        match std::fs::read(&path).map(String::from_utf8) {
            Ok(Ok(text)) => tables.push(TableFile { index, label, text }),
            Ok(Err(_)) => errors.push(fault_at(&label, 0, 0, "not UTF-8; save the table as UTF-8")),
            Err(error) => errors.push(fault_at(&label, 0, 0, error.to_string())),
        }
    }
    Ok(tables)
}

fn lay_over(
    folder: &Path,
    tables: &mut [BTreeMap<Vec<String>, Row>],
    files: &mut Vec<String>,
    errors: &mut Vec<LexiconError>,
) -> Result<Overlay, Error> {
    let mut overlay = Overlay { folder: folder.to_path_buf(), added: 0, replaced: 0, removed: 0 };
    for TableFile { index, label, text } in read_folder(folder, errors)? {
        let spec = &TABLES[index];
        let file = files.len() as u16;
        files.push(label.clone());
        for mut row in tsv::parse(spec, &label, file, &text, errors) {
            let at = row.at;
            if let Some(first) = row.cells[0].strip_prefix('-').map(str::to_string) {
                row.cells[0] = first;
                if tables[index].remove(&key(spec, &row)).is_none() {
                    errors.push(fault_at(&label, at.line, 1, "no row with this key to remove"));
                }
                overlay.removed += 1;
                continue;
            }
            match tables[index].insert(key(spec, &row), row) {
                Some(old) if old.at.file == file => {
                    let fault = format!("a row with this key stands in line {}; keep one of them", old.at.line);
                    errors.push(fault_at(&label, at.line, 1, fault));
                }
                Some(_) => overlay.replaced += 1,
                None => overlay.added += 1,
            }
        }
    }
    Ok(overlay)
}

pub(super) struct Builder {
    files: Vec<String>,
    errors: Vec<LexiconError>,
    tables: Vec<BTreeMap<Vec<String>, Row>>,
}

impl Builder {
    pub(super) fn rows(&mut self, table: &str) -> Vec<Row> {
        let index = TABLES.iter().position(|spec| spec.name == table).expect("invariant: a table of TABLES");
        std::mem::take(&mut self.tables[index]).into_values().collect()
    }

    pub(super) fn fault(&mut self, at: RowRef, column: u32, message: impl Into<String>) {
        let file = self.files[at.file as usize].clone();
        self.errors.push(fault_at(&file, at.line, column, message));
    }

    /// One of several words, or a fault that lists them.
    pub(super) fn choice<T: Copy>(&mut self, row: &Row, column: usize, choices: &[(&str, T)]) -> Option<T> {
        let cell = row.cells[column].as_str();
        let found = choices.iter().find(|(name, _)| *name == cell).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.fault(row.at, column as u32 + 1, format!("`{cell}` must be one of: {}", names.join(", ")));
        }
        found
    }

    fn build(mut self, overlays: Vec<Overlay>) -> (Lexicon, Vec<LexiconError>) {
        let folder = self.folder();
        let fold = |word: &str| folder.fold(word).into_owned();
        let numerals = self.numerals();
        let (units, currencies_before) = self.units(&fold);
        let mut measures = PrefixMap::default();
        for row in self.rows("measure_words.tsv") {
            let unless = row.cells[2].split('|').filter(|word| !word.is_empty()).map(&fold).collect();
            measures.insert(fold(&row.cells[0]), MeasureWord { unless, row: row.at });
        }
        let [hedges_before, hedges_inside, hedges_after] = self.hedges(&fold);
        let rows = self.place_rows();
        let (places, by_code) = self.places(&rows);
        let gazetteer = Gazetteer { places: &places, by_code: &by_code };
        let mut senses: BTreeMap<String, Vec<Sense>> = BTreeMap::new();
        self.name_places(&rows, &places, &fold, &mut senses);
        let compounds = self.compounds(gazetteer, &fold, &mut senses);
        for row in self.rows("blocklist.tsv") {
            if self.choice(&row, 1, &[("places", ()), ("compounds", ())]).is_some() {
                senses.entry(fold(&row.cells[0])).or_default().push(Sense::Blocked(row.at));
            }
        }
        let mut cues: BTreeMap<String, Vec<Cue>> = BTreeMap::new();
        let agencies = self.agencies(gazetteer, &fold, &mut cues);
        let mut class_nouns = PrefixMap::default();
        let mut money_verbs = PrefixMap::default();
        let mut not_counted = PrefixMap::default();
        let mut of_stops = FxHashSet::default();
        for row in self.rows("cues.tsv") {
            let surface = fold(&row.cells[0]);
            match row.cells[1].as_str() {
                "money_verb" => money_verbs.insert_suffix(surface, row.at),
                "not_counted" => not_counted.insert(surface, row.at),
                "class_noun" => class_nouns.insert(surface, row.at),
                "of_stop" => {
                    of_stops.insert(surface);
                }
                _ => {
                    if let Some(kind) = self.cue_kind(&row) {
                        cues.entry(surface).or_default().push(Cue { kind, row: row.at });
                    }
                }
            }
        }
        self.attributes(&fold, &mut cues);
        self.furniture(&fold, &mut cues);
        self.idioms(&fold, &mut cues);
        let (registry, helpers) = self.registry(gazetteer);
        let mut known_pairs = FxHashMap::<_, Vec<_>>::default();
        let mut all: Vec<_> = registry.keys().copied().collect();
        all.sort_unstable();
        for pair in all {
            known_pairs.entry(pair.0).or_default().push(pair);
            known_pairs.entry(pair.1).or_default().push(pair);
        }
        let guangdong = by_code.get("440000").copied();
        self.errors.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        let (surfaces, senses): (Vec<String>, Vec<Vec<Sense>>) = senses.into_iter().unzip();
        let (cue_surfaces, cue_rows): (Vec<String>, Vec<Vec<Cue>>) = cues.into_iter().unzip();
        let words = Words::new(cue_surfaces.iter().chain(&surfaces).map(String::as_str).zip(0..));
        let lexicon = Lexicon {
            files: self.files,
            overlays,
            folder,
            places,
            compounds,
            agencies,
            units,
            measures,
            hedges_before,
            hedges_inside,
            hedges_after,
            currencies_before,
            class_nouns,
            money_verbs,
            not_counted,
            of_stops,
            numerals,
            senses,
            surfaces,
            words,
            cue_rows,
            by_code,
            known_pairs,
            registry,
            helpers,
            guangdong,
        };
        (lexicon, self.errors)
    }

    fn folder(&mut self) -> Folder {
        let mut pairs = Vec::new();
        for row in self.rows("variants.tsv") {
            let (mut variant, mut canonical) = (row.cells[0].chars(), row.cells[1].chars());
            match (variant.next(), canonical.next(), variant.next(), canonical.next()) {
                (Some(from), Some(to), None, None)
                    if from.len_utf8() == to.len_utf8() && from as u32 <= 0xFFFF && to as u32 <= 0xFFFF =>
                {
                    pairs.push((from, to));
                }
                _ => self.fault(
                    row.at,
                    1,
                    "variant and canonical must be one character each, of equal UTF-8 length, below U+10000",
                ),
            }
        }
        Folder::new(pairs).expect("invariant: the pairs were checked")
    }

    fn numerals(&mut self) -> NumeralTable {
        let mut numerals = FxHashMap::default();
        for row in self.rows("numerals.tsv") {
            let mut chars = row.cells[0].chars();
            let (Some(c), None) = (chars.next(), chars.next()) else {
                self.fault(row.at, 1, "must be one character");
                continue;
            };
            let value: u64 = row.cells[2].parse().unwrap_or(0);
            let power = value.checked_ilog10().unwrap_or(0);
            let kind = match row.cells[1].as_str() {
                "arabic" if value < 10 => NumeralChar::Arabic(value as u8),
                "digit" if value < 10 => NumeralChar::Digit(value as u8),
                "formal" if (1..=10).contains(&value) => NumeralChar::Formal(value as u8),
                "half" => NumeralChar::Half,
                "tens" if value.is_multiple_of(10) && value < 100 => NumeralChar::Tens((value / 10) as u8),
                "small" if (1..4).contains(&power) && value == 10u64.pow(power) => NumeralChar::Small(power),
                "big" if power >= 4 && value == 10u64.pow(power) => NumeralChar::Big(power),
                "vague" => NumeralChar::Vague,
                _ => {
                    self.fault(row.at, 2, "kind and value do not fit: arabic and digit 0–9, formal 1–10, half, tens 10–90, small 10 100 1000, big a power of ten from 10000, vague");
                    continue;
                }
            };
            numerals.insert(c, kind);
        }
        NumeralTable::new(&numerals)
    }

    fn units(&mut self, fold: &impl Fn(&str) -> String) -> (PrefixMap<Unit>, PrefixMap<Unit>) {
        let mut units = PrefixMap::default();
        let mut currencies_before = PrefixMap::default();
        for row in self.rows("units.tsv") {
            let kinds = [
                ("money", UnitKind::Money),
                ("area", UnitKind::Area),
                ("length", UnitKind::Length),
                ("percent", UnitKind::Percent),
                ("duration", UnitKind::Duration),
                ("age", UnitKind::Age),
                ("score", UnitKind::Score),
                ("multiple", UnitKind::Multiple),
                ("ordinal", UnitKind::Ordinal),
                ("mass", UnitKind::Measure),
                ("energy", UnitKind::Measure),
                ("volume", UnitKind::Measure),
                ("measure", UnitKind::Measure),
                ("permille", UnitKind::Measure),
            ];
            let Some(kind) = self.choice(&row, 1, &kinds) else { continue };
            let (top, bottom) = row.cells[3].split_once('/').unwrap_or((&row.cells[3], "1"));
            let (Ok(numerator), Ok(denominator)) = (top.parse::<Decimal>(), bottom.parse::<Decimal>()) else {
                self.fault(
                    row.at,
                    4,
                    format!("factor `{}` must be a number or a fraction such as 2000/3", row.cells[3]),
                );
                continue;
            };
            if denominator.is_zero() {
                self.fault(row.at, 4, "factor divides by zero");
                continue;
            }
            let unit = Unit { kind, code: row.cells[2].clone(), numerator, denominator, row: row.at };
            // 元 and 角 stand behind their number; every other currency may stand in front: 港币200万元.
            if kind == UnitKind::Money && !row.cells[0].starts_with(['元', '角', '块', '毛', '分']) {
                currencies_before.insert_suffix(fold(&row.cells[0]), unit.clone());
            }
            units.insert(fold(&row.cells[0]), unit);
        }
        (units, currencies_before)
    }

    fn hedges(&mut self, fold: &impl Fn(&str) -> String) -> [PrefixMap<Hedge>; 3] {
        let mut maps: [PrefixMap<Hedge>; 3] = Default::default();
        for row in self.rows("hedges.tsv") {
            let positions =
                [("before", HedgePosition::Before), ("inside", HedgePosition::Inside), ("after", HedgePosition::After)];
            let bounds = [
                ("about", Bound::About),
                ("over", Bound::Over),
                ("at_least", Bound::AtLeast),
                ("nearly", Bound::Nearly),
                ("under", Bound::Under),
                ("at_most", Bound::AtMost),
                ("vague", Bound::Vague),
                ("minus", Bound::Minus),
                ("none", Bound::NotHedge),
            ];
            let (Some(position), Some(bound)) = (self.choice(&row, 1, &positions), self.choice(&row, 2, &bounds))
            else {
                continue;
            };
            let (word, hedge) = (fold(&row.cells[0]), Hedge { bound, row: row.at });
            match position {
                HedgePosition::Before => maps[0].insert_suffix(word, hedge),
                HedgePosition::Inside => maps[1].insert(word, hedge),
                HedgePosition::After => maps[2].insert(word, hedge),
            }
        }
        maps
    }

    fn idioms(&mut self, fold: &impl Fn(&str) -> String, cues: &mut BTreeMap<String, Vec<Cue>>) {
        for row in self.rows("idioms.tsv") {
            let kinds = [("word", IdiomKind::Word), ("slogan", IdiomKind::Slogan)];
            if let Some(kind) = self.choice(&row, 1, &kinds) {
                cues.entry(fold(&row.cells[0])).or_default().push(Cue { kind: CueKind::Idiom(kind), row: row.at });
            }
        }
    }

    fn cue_kind(&mut self, row: &Row) -> Option<CueKind> {
        let kinds = [
            ("planned", CueKind::Planned),
            ("actual", CueKind::Actual),
            ("not_planned", CueKind::NotPlanned),
            ("each", CueKind::Each),
            ("not_each", CueKind::NotEach),
            ("province", CueKind::Province),
            ("whole", CueKind::Whole),
            ("own", CueKind::Own),
            ("relation", CueKind::Relation),
            ("deictic_pair", CueKind::DeicticPair),
            ("former", CueKind::Former),
            ("other_helper", CueKind::OtherHelper),
            ("parent_firm", CueKind::ParentFirm),
            ("all_pairs", CueKind::AllPairs),
            ("deictic_self", CueKind::DeicticSelf),
            ("park", CueKind::Park),
            ("planning_title", CueKind::PlanningTitle),
            ("own_report", CueKind::OwnReport),
            ("people_noun", CueKind::PeopleNoun),
            ("aid", CueKind::Aid),
            ("giving", CueKind::Giving),
            ("arrived", CueKind::Arrived),
            ("zip", CueKind::Zip),
            ("group", CueKind::Group),
        ];
        let kind = self.choice(row, 1, &kinds)?;
        match kind {
            CueKind::Planned => self.choice(
                row,
                2,
                &[("strong", CueKind::Planned), ("weak", CueKind::PlannedWeak), ("own", CueKind::PlannedOwn)],
            ),
            CueKind::PlanningTitle => {
                self.choice(row, 2, &[("", CueKind::PlanningTitle), ("section", CueKind::PlanningHeading)])
            }
            CueKind::Actual => self.choice(row, 2, &[("strong", CueKind::Actual), ("weak", CueKind::ActualWeak)]),
            kind => Some(kind),
        }
    }

    fn attributes(&mut self, fold: &impl Fn(&str) -> String, cues: &mut BTreeMap<String, Vec<Cue>>) {
        for row in self.rows("attributes.tsv") {
            let kinds = [
                ("money", Some(UnitKind::Money)),
                ("area", Some(UnitKind::Area)),
                ("length", Some(UnitKind::Length)),
                ("count", None),
            ];
            let (Some(kind), Some(role)) = (self.choice(&row, 1, &kinds), self.choice(&row, 2, Role::NAMES)) else {
                continue;
            };
            let kind = kind.map_or(CueKind::CountAttribute(role), |kind| CueKind::Attribute(kind, role));
            cues.entry(fold(&row.cells[0])).or_default().push(Cue { kind, row: row.at });
        }
    }

    fn furniture(&mut self, fold: &impl Fn(&str) -> String, cues: &mut BTreeMap<String, Vec<Cue>>) {
        for row in self.rows("furniture.tsv") {
            let kinds = [
                ("strong", FurnitureKind::Strong),
                ("related", FurnitureKind::Related),
                ("source", FurnitureKind::Source),
                ("date", FurnitureKind::Date),
            ];
            if let Some(kind) = self.choice(&row, 1, &kinds) {
                cues.entry(fold(&row.cells[0])).or_default().push(Cue { kind: CueKind::Furniture(kind), row: row.at });
            }
        }
    }
}
