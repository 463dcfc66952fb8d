//! All dictionary tables in memory, checked, with the lookups that the stages need.
//!
//! Takes the built-in tables and the user's folders, gives a [`Lexicon`] that is built once and shared.
//! Never guesses: a malformed row is a [`LexiconError`] with file, line and column.

pub mod change;
pub mod check;
mod gazetteer;
mod load;
mod rows;
mod tables;
mod tsv;
mod words;

pub use load::Overlay;
pub use rows::TableRow;
pub use tables::*;
pub use tsv::{Row, RowRef, TableSpec};

use crate::charset::CharSet;
use crate::fold::Folder;
use crate::span::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::HashMap;
use words::Words;

/// Words looked up at one place in a text: longest first.
#[derive(Debug)]
pub struct PrefixMap<T> {
    by_first: FxHashMap<char, Vec<(String, T)>>,
    /// The first characters: most places have none of them.
    firsts: CharSet,
}

impl<T> Default for PrefixMap<T> {
    fn default() -> Self {
        Self { by_first: FxHashMap::default(), firsts: CharSet::default() }
    }
}

impl<T> PrefixMap<T> {
    fn insert(&mut self, word: String, value: T) {
        let Some(first) = word.chars().next() else { return };
        self.firsts.insert(first);
        let words = self.by_first.entry(first).or_default();
        let at = words.partition_point(|(other, _)| other.len() >= word.len());
        words.insert(at, (word, value));
    }

    /// Whether a word begins (or, in a map for suffixes, ends) with this character.
    pub fn may_begin(&self, c: char) -> bool {
        self.firsts.contains(c)
    }

    /// The longest word that `text` begins with: its length in bytes and its value.
    pub fn longest<'m>(&'m self, text: &str) -> Option<(usize, &'m T)> {
        let words = self.by_first.get(&text.chars().next().filter(|first| self.firsts.contains(*first))?)?;
        words.iter().find(|(word, _)| text.starts_with(word.as_str())).map(|(word, value)| (word.len(), value))
    }

    /// The longest word that `text` ends with: its length in bytes and its value.
    /// Words must have been inserted for this by [`PrefixMap::insert_suffix`].
    pub fn longest_suffix<'m>(&'m self, text: &str) -> Option<(usize, &'m T)> {
        let words = self.by_first.get(&text.chars().next_back().filter(|last| self.firsts.contains(*last))?)?;
        words.iter().find(|(word, _)| text.ends_with(word.as_str())).map(|(word, value)| (word.len(), value))
    }

    fn insert_suffix(&mut self, word: String, value: T) {
        let Some(last) = word.chars().next_back() else { return };
        self.firsts.insert(last);
        let words = self.by_first.entry(last).or_default();
        let at = words.partition_point(|(other, _)| other.len() >= word.len());
        words.insert(at, (word, value));
    }
}

/// Kind of a numeral character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumeralChar {
    /// 0–9, ０–９.
    Arabic(u8),
    /// 一, 两, 〇.
    Digit(u8),
    /// 壹, 伍, 拾 (10): digits of formal writing, which are also parts of words (队伍).
    Formal(u8),
    /// 半.
    Half,
    /// 廿, 卅.
    Tens(u8),
    /// 十 百 千: power of ten.
    Small(u32),
    /// 万 亿 兆: power of ten.
    Big(u32),
    /// 几, 数.
    Vague,
}

/// Numeral characters: the scanner asks this of each character.
#[derive(Debug, Clone)]
struct NumeralTable {
    members: CharSet,
    /// Index into `kinds` for every character of the basic plane; 0 for one that is no numeral.
    index: Vec<u8>,
    kinds: Vec<NumeralChar>,
}

impl NumeralTable {
    fn new(table: &FxHashMap<char, NumeralChar>) -> Self {
        let members = CharSet::new(table.keys().copied());
        let mut kinds: Vec<NumeralChar> = Vec::new();
        let mut index = vec![0; 0x10000];
        for (&c, &kind) in table.iter().filter(|(c, _)| members.contains(**c)) {
            let at = kinds.iter().position(|other| *other == kind).unwrap_or_else(|| {
                kinds.push(kind);
                kinds.len() - 1
            });
            index[c as usize] = at as u8;
        }
        Self { members, index, kinds }
    }

    #[inline]
    fn get(&self, c: char) -> Option<NumeralChar> {
        if self.members.contains(c) { Some(self.kinds[usize::from(self.index[c as usize])]) } else { None }
    }
}

/// A name found in a text, not yet judged.
#[derive(Debug, Clone, Copy)]
pub struct NameHit {
    /// Where.
    pub span: Span,
    /// Index into [`Lexicon::senses`].
    pub entry: u32,
}

/// A cue found in a text.
#[derive(Debug, Clone, Copy)]
pub struct CueHit {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: CueKind,
    /// The dictionary row.
    pub row: RowRef,
}

/// What one pass over a text finds.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// Names: leftmost, longest, not overlapping.
    pub names: Vec<NameHit>,
    /// Cues, by start, the longer first; they overlap.
    pub cues: Vec<CueHit>,
}

/// Rows of `pairs.tsv` by helper and recipient, as given and rolled up to cities; those that are trusted stand last.
type Registry = FxHashMap<(PlaceId, PlaceId), Vec<PairRow>>;

/// Every table, loaded.
pub struct Lexicon {
    /// Files that were read, as a user knows them.
    pub files: Vec<String>,
    /// What each `--dict` folder changed.
    pub overlays: Vec<Overlay>,
    /// Character map of `variants.tsv`.
    pub folder: Folder,
    /// Places.
    pub places: Vec<Place>,
    /// Compounds.
    pub compounds: Vec<Compound>,
    /// Agencies.
    pub agencies: Vec<Agency>,
    /// Units, by prefix.
    pub units: PrefixMap<Unit>,
    /// Measure words, by prefix.
    pub measures: PrefixMap<MeasureWord>,
    /// Hedges in front, by suffix of the text before the numeral.
    pub hedges_before: PrefixMap<Hedge>,
    /// Hedges inside a numeral.
    pub hedges_inside: PrefixMap<Hedge>,
    /// Hedges behind the unit.
    pub hedges_after: PrefixMap<Hedge>,
    /// Currencies written in front, by suffix of the text before the numeral: 港币, HK$.
    pub currencies_before: PrefixMap<Unit>,
    /// Nouns that an amount classifies (亿元以上项目).
    pub class_nouns: PrefixMap<RowRef>,
    /// Verbs that make a bare number behind them money, by suffix: 出了, 捐.
    pub money_verbs: PrefixMap<RowRef>,
    /// Beginnings of what is no counted noun behind a bare number: 拿出3000万用于.
    pub not_counted: PrefixMap<RowRef>,
    /// Words at which a counted noun ends.
    pub of_stops: FxHashSet<String>,
    numerals: NumeralTable,
    senses: Vec<Vec<Sense>>,
    surfaces: Vec<String>,
    /// Cues first, in the order of `cue_rows`, then names, in the order of `senses`.
    words: Words,
    cue_rows: Vec<Vec<Cue>>,
    by_code: HashMap<String, PlaceId>,
    registry: Registry,
    known_pairs: FxHashMap<PlaceId, Vec<(PlaceId, PlaceId)>>,
    helpers: FxHashSet<PlaceId>,
    guangdong: Option<PlaceId>,
}

impl Lexicon {
    /// A place by id.
    pub fn place(&self, id: PlaceId) -> &Place {
        &self.places[id.0 as usize]
    }

    /// A place by GB/T 2260 code.
    pub fn by_code(&self, code: &str) -> Option<PlaceId> {
        self.by_code.get(code).copied()
    }

    /// What a numeral character is.
    pub fn numeral(&self, c: char) -> Option<NumeralChar> {
        self.numerals.get(c)
    }

    /// Whether a word is a name of the gazetteer.
    pub fn is_name(&self, word: &str) -> bool {
        self.name_at(word).is_some_and(|hit| hit.span.end == word.len())
    }

    /// Meanings of a name hit.
    pub fn senses(&self, entry: u32) -> &[Sense] {
        &self.senses[entry as usize]
    }

    /// Surfaces of all names, for the segmenter.
    pub fn name_surfaces(&self) -> impl Iterator<Item = &str> {
        let names = self.names().filter(|(_, senses)| senses.iter().any(|sense| !matches!(sense, Sense::Blocked(_))));
        names.map(|(surface, _)| surface)
    }

    /// Surfaces of the names table, in canonical characters, with their meanings.
    pub fn names(&self) -> impl Iterator<Item = (&str, &[Sense])> {
        self.surfaces.iter().map(String::as_str).zip(self.senses.iter().map(Vec::as_slice))
    }

    /// All names and cues in a folded text, found in one pass.
    pub fn scan(&self, folded: &str) -> Scan {
        let mut names: Vec<NameHit> = Vec::with_capacity(folded.len() / 32);
        let mut cues: Vec<CueHit> = Vec::with_capacity(folded.len() / 16);
        let mut free = 0;
        self.words.scan(folded, |at, length, number| {
            let span = Span::new(at, at + length);
            match self.cue_rows.get(number as usize) {
                Some(rows) => cues.extend(rows.iter().map(|cue| CueHit { span, kind: cue.kind, row: cue.row })),
                // The longest comes first, and what overlaps it is passed over.
                None if at >= free => {
                    names.push(NameHit { span, entry: number - self.cue_rows.len() as u32 });
                    free = span.end;
                }
                None => {}
            }
        });
        Scan { names, cues }
    }

    /// The longest name that a folded text begins with.
    pub fn name_at(&self, folded: &str) -> Option<NameHit> {
        let mut longest = None;
        self.words.at_start(folded, |length, number| {
            if let Some(entry) = number.checked_sub(self.cue_rows.len() as u32) {
                longest.get_or_insert(NameHit { span: Span::new(0, length), entry });
            }
        });
        longest
    }

    /// `file:line` of a row.
    pub fn cite(&self, row: RowRef) -> String {
        format!("{}:{}", self.files[row.file as usize], row.line)
    }

    /// The prefecture that a place belongs to; a province outside Guangdong stands for itself. None for Guangdong.
    pub fn city_of(&self, id: PlaceId) -> Option<PlaceId> {
        let place = self.place(id);
        match place.level {
            Level::Prefecture => Some(id),
            Level::Province => (Some(id) != self.guangdong).then_some(id),
            Level::County | Level::Zone | Level::Town => place.parent.and_then(|parent| self.city_of(parent)),
        }
    }

    /// Whether a city helps another in some programme inside Guangdong.
    pub fn is_helper(&self, city: PlaceId) -> bool {
        self.helpers.contains(&city)
    }

    /// The registry's row for two cities (or for two counties), in force in `year` if there is such a row, else any.
    pub fn registered(&self, helper: PlaceId, recipient: PlaceId, year: Option<i16>) -> Option<&PairRow> {
        let rows = self.registry.get(&(helper, recipient))?;
        rows.iter().rfind(|row| year.is_none_or(|year| row.in_year(year))).or(rows.last())
    }

    /// The trusted rows of the registry for two cities that are in force in `year`, or at any time when it is unknown.
    pub fn rows_in_force(
        &self,
        helper: PlaceId,
        recipient: PlaceId,
        year: Option<i16>,
    ) -> impl Iterator<Item = &PairRow> {
        let rows = self.registry.get(&(helper, recipient)).map_or(&[][..], Vec::as_slice);
        rows.iter().filter(move |row| row.trusted() && year.is_none_or(|year| row.in_year(year)))
    }

    /// Whether a trusted row of the registry is in force in `year` (any trusted row when the year is unknown).
    pub fn in_force(&self, helper: PlaceId, recipient: PlaceId, year: Option<i16>) -> bool {
        self.rows_in_force(helper, recipient, year).next().is_some()
    }

    /// Helper and recipient of all that the registry knows of a place, on either side, at any time, by id.
    pub fn known_pairs(&self, place: PlaceId) -> &[(PlaceId, PlaceId)] {
        self.known_pairs.get(&place).map_or(&[], Vec::as_slice)
    }

    /// Rows of the registry as they stand in the table, for a place on either side, in force at a time, and of a
    /// programme whose name begins so; each may be left open. Several programmes run side by side. By row.
    pub fn pairs(&self, place: Option<PlaceId>, when: Option<Month>, programme: Option<&str>) -> Vec<&PairRow> {
        let own = self
            .registry
            .iter()
            .flat_map(|(sides, rows)| rows.iter().filter(move |row| *sides == (row.helper, row.recipient)));
        let mut found: Vec<&PairRow> = own
            .filter(|row| place.is_none_or(|place| row.helper == place || row.recipient == place))
            .filter(|row| when.is_none_or(|when| row.in_month(when)))
            .filter(|row| programme.is_none_or(|programme| row.programme.starts_with(programme)))
            .collect();
        found.sort_by_key(|row| row.row);
        found
    }

    /// Partners of a city that the registry knows for a year, on either side: (helper, recipient, row).
    pub fn partners(&self, city: PlaceId, year: i16) -> Vec<(PlaceId, PlaceId, &PairRow)> {
        let known = self.known_pairs(city).iter();
        let found = known.filter_map(|(helper, recipient)| {
            let rows = self.registry.get(&(*helper, *recipient))?;
            let row = rows.iter().find(|row| row.trusted() && row.in_year(year))?;
            Some((*helper, *recipient, row))
        });
        found.collect()
    }
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon")
            .field("files", &self.files)
            .field("places", &self.places.len())
            .finish_non_exhaustive()
    }
}
