//! All dictionary tables in memory, checked, with the lookups that the stages need.
//!
//! Takes the built-in tables and the user's folders, gives a [`Lexicon`] that is built once and shared.
//! Never guesses: a malformed row is a [`LexiconError`] with file, line and column.

pub mod check;
mod gazetteer;
mod load;
mod names;
mod tables;
mod tsv;

pub use load::Overlay;
pub use tables::*;
pub use tsv::{Row, RowRef, TableSpec};

use crate::fold::Folder;
use crate::span::Span;
use daachorse::CharwiseDoubleArrayAhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::HashMap;

/// Words looked up at one place in a text: longest first.
#[derive(Debug)]
pub struct PrefixMap<T> {
    by_first: FxHashMap<char, Vec<(String, T)>>,
}

impl<T> Default for PrefixMap<T> {
    fn default() -> Self {
        Self { by_first: FxHashMap::default() }
    }
}

impl<T> PrefixMap<T> {
    fn insert(&mut self, word: String, value: T) {
        let Some(first) = word.chars().next() else { return };
        let words = self.by_first.entry(first).or_default();
        let at = words.partition_point(|(other, _)| other.len() >= word.len());
        words.insert(at, (word, value));
    }

    /// The longest word that `text` begins with: its length in bytes and its value.
    pub fn longest<'m>(&'m self, text: &str) -> Option<(usize, &'m T)> {
        let words = self.by_first.get(&text.chars().next()?)?;
        words.iter().find(|(word, _)| text.starts_with(word.as_str())).map(|(word, value)| (word.len(), value))
    }

    /// The longest word that `text` ends with: its length in bytes and its value.
    /// Words must have been inserted for this by [`PrefixMap::insert_suffix`].
    pub fn longest_suffix<'m>(&'m self, text: &str) -> Option<(usize, &'m T)> {
        let words = self.by_first.get(&text.chars().next_back()?)?;
        words.iter().find(|(word, _)| text.ends_with(word.as_str())).map(|(word, value)| (word.len(), value))
    }

    fn insert_suffix(&mut self, word: String, value: T) {
        let Some(last) = word.chars().next_back() else { return };
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

/// Numeral characters, with a bit for every character of the basic plane: the scanner asks this of each character.
#[derive(Debug, Clone)]
struct NumeralTable {
    bits: Vec<u64>,
    kinds: FxHashMap<char, NumeralChar>,
}

impl NumeralTable {
    fn new(kinds: FxHashMap<char, NumeralChar>) -> Self {
        let mut bits = vec![0u64; 1024];
        for c in kinds.keys().map(|c| *c as usize).filter(|c| *c < 0x10000) {
            bits[c / 64] |= 1 << (c % 64);
        }
        Self { bits, kinds }
    }

    /// Walks over bytes: every character of a text is asked, and hardly any is a numeral.
    fn starts(&self, text: &str) -> Vec<usize> {
        let bytes = text.as_bytes();
        let low = |at: usize| usize::from(bytes[at] & 0x3f);
        // Pages have fewer than one in 24 bytes; room for all of them at once.
        let mut starts = Vec::with_capacity(bytes.len() / 24);
        let mut at = 0;
        while at < bytes.len() {
            let lead = usize::from(bytes[at]);
            let (code, length) = match lead {
                ..0x80 => (lead, 1),
                0x80..0xe0 => ((lead & 0x1f) << 6 | low(at + 1), 2),
                0xe0..0xf0 => ((lead & 0xf) << 12 | low(at + 1) << 6 | low(at + 2), 3),
                // No numeral stands beyond the basic plane.
                _ => (0, 4),
            };
            if self.bits[code / 64] >> (code % 64) & 1 == 1 {
                starts.push(at);
            }
            at += length;
        }
        starts
    }

    #[inline]
    fn get(&self, c: char) -> Option<NumeralChar> {
        let code = c as usize;
        let known = self.bits.get(code / 64).is_some_and(|word| word >> (code % 64) & 1 == 1);
        if known { self.kinds.get(&c).copied() } else { None }
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

/// Rows of `pairs.tsv` by helper and recipient, as given and rolled up to cities.
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
    name_words: FxHashSet<String>,
    names: names::NameTable,
    senses: Vec<Vec<Sense>>,
    surfaces: Vec<String>,
    cues: CharwiseDoubleArrayAhoCorasick<u32>,
    cue_rows: Vec<Vec<Cue>>,
    by_code: HashMap<String, PlaceId>,
    registry: Registry,
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

    /// Where the numeral characters of a text start, in order.
    pub fn numeral_starts(&self, text: &str) -> Vec<usize> {
        self.numerals.starts(text)
    }

    /// Whether a word is a name of the gazetteer.
    pub fn is_name(&self, word: &str) -> bool {
        self.name_words.contains(word)
    }

    /// Meanings of a name hit.
    pub fn senses(&self, entry: u32) -> &[Sense] {
        &self.senses[entry as usize]
    }

    /// Surfaces of all names, for the segmenter.
    pub fn name_surfaces(&self) -> impl Iterator<Item = &str> {
        let names = self.surfaces.iter().zip(&self.senses);
        names
            .filter(|(_, senses)| senses.iter().any(|sense| !matches!(sense, Sense::Blocked(_))))
            .map(|(surface, _)| surface.as_str())
    }

    /// All names in a folded text: leftmost, longest, not overlapping.
    pub fn scan_names(&self, folded: &str) -> Vec<NameHit> {
        self.names.scan(folded)
    }

    /// All cues in a folded text, by start, the longer first; they overlap.
    pub fn scan_cues(&self, folded: &str) -> Vec<CueHit> {
        let mut hits: Vec<CueHit> = Vec::with_capacity(folded.len() / 16);
        for hit in self.cues.find_overlapping_iter(folded) {
            let span = Span::new(hit.start(), hit.end());
            // Hits come by end, so that each belongs at most a few places further up. Rows of a surface are in order.
            let later = |other: &CueHit| other.span.start >= span.start && other.span != span;
            let at = hits.len() - hits.iter().rev().take_while(|other| later(other)).count();
            let rows = self.cue_rows[hit.value() as usize].iter();
            let cues = rows.map(|cue| CueHit { span, kind: cue.kind, row: cue.row });
            if at == hits.len() {
                hits.extend(cues);
            } else {
                hits.splice(at..at, cues);
            }
        }
        hits
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
        let in_force = |row: &&PairRow| year.is_none_or(|year| row.in_year(year));
        let best = rows.iter().filter(in_force).max_by_key(|row| row.trusted());
        best.or_else(|| rows.iter().max_by_key(|row| row.trusted()))
    }

    /// Whether a trusted row of the registry is in force in `year` (any trusted row when the year is unknown).
    pub fn in_force(&self, helper: PlaceId, recipient: PlaceId, year: Option<i16>) -> bool {
        let rows = self.registry.get(&(helper, recipient)).map_or(&[][..], Vec::as_slice);
        rows.iter().any(|row| row.trusted() && year.is_none_or(|year| row.in_year(year)))
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
        let mut found: Vec<_> = self
            .registry
            .iter()
            .filter(|((helper, recipient), _)| *helper == city || *recipient == city)
            .filter_map(|((helper, recipient), rows)| {
                let row = rows.iter().find(|row| row.trusted() && row.in_year(year))?;
                Some((*helper, *recipient, row))
            })
            .collect();
        found.sort_by_key(|(helper, recipient, _)| (*helper, *recipient));
        found
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
