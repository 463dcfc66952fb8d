//! What the dictionaries know of one word: its rows, what it may mean, what hides it and what it hides, its tokens.

use super::terminal::{self, Look, Screen};
use crate::lexicon::{Level, Lexicon, PlaceId, Sense, TableRow};
use crate::pipeline::Extractor;
use crate::segment::Pos;
use crate::span::Span;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write;

/// How many near words an unknown word is answered with.
const NEAR: usize = 8;

/// How many longer and shorter words the text names; JSON has all.
const SHOWN: usize = 12;

/// Everything known of a word.
#[derive(Debug, Clone, Serialize)]
pub struct Word {
    /// As asked for.
    pub word: String,
    /// In canonical characters: 龍川 → 龙川.
    pub folded: String,
    /// Whether any row is about it.
    pub known: bool,
    /// The rows about it.
    pub rows: Vec<WordRow>,
    /// Places that it may mean.
    pub places: Vec<WordPlace>,
    /// What a word for two places joins: `深圳市 > 汕尾市 or 汕头市`.
    pub compounds: Vec<String>,
    /// Rows of `pairs.tsv` with one of these places.
    pub pairs: Vec<WordPair>,
    /// Longer words that contain it, the shortest first; where one of the same kind stands, it wins.
    pub longer: Vec<Neighbour>,
    /// Shorter words inside it, which it hides.
    pub shorter: Vec<Neighbour>,
    /// How the segmenter cuts it.
    pub tokens: Vec<WordToken>,
    /// For an unknown word: known ones like it.
    pub near: Vec<Neighbour>,
}

/// A row about the word.
#[derive(Debug, Clone, Serialize)]
pub struct WordRow {
    /// `places.tsv:230`.
    pub at: String,
    /// What the word is in it: `place (short name)`, `measure word`.
    pub role: String,
    /// Its cells by column; empty ones left out.
    pub cells: serde_json::Map<String, serde_json::Value>,
}

/// A place that the word may mean.
#[derive(Debug, Clone, Serialize)]
pub struct WordPlace {
    /// GB/T 2260 code.
    pub code: String,
    /// Official name.
    pub name: String,
    /// province, prefecture, county, zone, town.
    pub level: &'static str,
    /// The units above, the nearest first: `441600 河源市`.
    pub within: Vec<String>,
    /// First and last year or month of the name; "" when open.
    pub years: [String; 2],
    /// Danger of the short form: "", low, med, high.
    pub danger: String,
    /// `places.tsv:230`.
    pub at: String,
}

/// A pair that one of the places is a side of.
#[derive(Debug, Clone, Serialize)]
pub struct WordPair {
    /// Helping side.
    pub helper: String,
    /// Receiving side.
    pub recipient: String,
    /// Beginning and end; "" when open.
    pub years: [String; 2],
    /// Programme.
    pub programme: String,
    /// city, county, town, park, external.
    pub level: String,
    /// sure, likely, check.
    pub confidence: String,
    /// `pairs.tsv:155`.
    pub at: String,
}

/// Another word of the tables.
#[derive(Debug, Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Neighbour {
    /// The word.
    pub word: String,
    /// Its row.
    pub at: String,
}

/// A token of the word.
#[derive(Debug, Clone, Serialize)]
pub struct WordToken {
    /// Its characters.
    pub text: String,
    /// The tag of the segmenter's dictionary: ns, v, q.
    pub tag: String,
    /// What the rules take it for.
    pub pos: &'static str,
}

/// All rows, to look several words up in.
pub struct Words<'w> {
    extractor: &'w Extractor,
    rows: &'w [TableRow],
}

impl<'w> Words<'w> {
    /// Rows and the extractor must be of the same folders.
    pub const fn new(extractor: &'w Extractor, rows: &'w [TableRow]) -> Self {
        Self { extractor, rows }
    }

    /// Everything known of a word; a code of a place will do for its name.
    pub fn look_up(&self, word: &str) -> Word {
        let lexicon = self.extractor.lexicon();
        let folded = lexicon.folder.fold(word.trim()).into_owned();
        let rows: Vec<&TableRow> = self.rows.iter().filter(|row| about(lexicon, row, word.trim(), &folded)).collect();
        let places = self.places(&folded);
        let (longer, shorter) = self.neighbours(&folded);
        let known = !rows.is_empty();
        Word {
            word: word.trim().to_string(),
            known,
            rows: rows.into_iter().map(|row| word_row(lexicon, row, &folded)).collect(),
            compounds: self.compounds(&folded),
            pairs: self.pairs(&places),
            places: places.into_iter().map(|id| self.place(id)).collect(),
            longer,
            shorter,
            tokens: self.tokens(&folded),
            near: if known { Vec::new() } else { self.near(&folded) },
            folded,
        }
    }

    fn places(&self, folded: &str) -> Vec<PlaceId> {
        let lexicon = self.extractor.lexicon();
        let hits = lexicon.scan(folded).names;
        let whole = hits.iter().filter(|hit| hit.span == Span::new(0, folded.len()));
        let senses = whole.flat_map(|hit| lexicon.senses(hit.entry));
        let mut found: Vec<PlaceId> = senses
            .filter_map(|sense| match sense {
                Sense::Place(id, _) => Some(*id),
                _ => None,
            })
            .collect();
        found.extend(lexicon.by_code(folded));
        found
    }

    fn compounds(&self, folded: &str) -> Vec<String> {
        let lexicon = self.extractor.lexicon();
        let names =
            |ids: &[PlaceId]| ids.iter().map(|id| lexicon.place(*id).name.as_str()).collect::<Vec<_>>().join(" or ");
        let hits = lexicon.scan(folded).names;
        let whole = hits.iter().filter(|hit| hit.span == Span::new(0, folded.len()));
        let senses = whole.flat_map(|hit| lexicon.senses(hit.entry));
        let joined = senses.filter_map(|sense| match sense {
            Sense::Compound(index) => Some(&lexicon.compounds[*index as usize]),
            _ => None,
        });
        joined.map(|compound| format!("{} > {}", names(&compound.helpers), names(&compound.recipients))).collect()
    }

    fn row_of(&self, id: PlaceId) -> Option<&TableRow> {
        let row = self.extractor.lexicon().place(id).row;
        self.rows.iter().find(|other| other.row == row)
    }

    fn place(&self, id: PlaceId) -> WordPlace {
        let lexicon = self.extractor.lexicon();
        let place = lexicon.place(id);
        let cell = |column| self.row_of(id).map_or(String::new(), |row| row.cell(column).to_string());
        let above = std::iter::successors(place.parent, |id| lexicon.place(*id).parent);
        WordPlace {
            code: place.code.clone(),
            name: place.name.clone(),
            level: level(place.level),
            within: above.map(|id| format!("{} {}", lexicon.place(id).code, lexicon.place(id).name)).collect(),
            years: [cell("from"), cell("to")],
            danger: cell("danger"),
            at: lexicon.cite(place.row),
        }
    }

    fn pairs(&self, places: &[PlaceId]) -> Vec<WordPair> {
        let lexicon = self.extractor.lexicon();
        let codes: BTreeSet<&str> = places.iter().map(|id| lexicon.place(*id).code.as_str()).collect();
        let name = |code: &str| lexicon.by_code(code).map_or(code.to_string(), |id| lexicon.place(id).name.clone());
        let own = self.rows.iter().filter(|row| {
            row.table.name == "pairs.tsv"
                && (codes.contains(row.cell("helper")) || codes.contains(row.cell("recipient")))
        });
        own.map(|row| WordPair {
            helper: name(row.cell("helper")),
            recipient: name(row.cell("recipient")),
            years: [row.cell("from").to_string(), row.cell("to").to_string()],
            programme: row.cell("programme").to_string(),
            level: row.cell("level").to_string(),
            confidence: row.cell("confidence").to_string(),
            at: row.at.clone(),
        })
        .collect()
    }

    /// Words of the tables that contain the word, and those that it contains, without single characters.
    fn neighbours(&self, folded: &str) -> (Vec<Neighbour>, Vec<Neighbour>) {
        let lexicon = self.extractor.lexicon();
        let (mut longer, mut shorter) = (BTreeSet::new(), BTreeSet::new());
        for row in self.rows.iter().filter(|row| row.table.name != "variants.tsv") {
            for word in row.words() {
                let other = lexicon.folder.fold(word);
                let neighbour = || Neighbour { word: other.to_string(), at: row.at.clone() };
                if other.len() > folded.len() && !folded.is_empty() && other.contains(folded) {
                    longer.insert(neighbour());
                } else if other.len() < folded.len() && other.chars().nth(1).is_some() && folded.contains(&*other) {
                    shorter.insert(neighbour());
                }
            }
        }
        let by_length = |words: BTreeSet<Neighbour>| {
            let mut words: Vec<Neighbour> = words.into_iter().collect();
            words.sort_by_key(|other| other.word.chars().count());
            words
        };
        (by_length(longer), by_length(shorter))
    }

    fn tokens(&self, folded: &str) -> Vec<WordToken> {
        let tagged = self.extractor.segmenter().tagged(folded, Span::new(0, folded.len()));
        let token = |(token, tag): (crate::segment::Token, &str)| WordToken {
            text: token.span.of(folded).to_string(),
            tag: tag.to_string(),
            pos: match token.pos {
                Pos::Noun => "noun",
                Pos::Verb => "verb",
                Pos::Adjective => "adjective",
                Pos::Number => "number",
                Pos::Function => "function word",
                Pos::Punctuation => "sign",
            },
        };
        tagged.into_iter().map(token).collect()
    }

    /// Known words that differ in one character or, for long ones, in two. A word of two characters has none: half of it
    /// would be another.
    fn near(&self, folded: &str) -> Vec<Neighbour> {
        let most = match folded.chars().count() {
            0..3 => 0,
            3..6 => 1,
            _ => 2,
        };
        let mut found = BTreeSet::new();
        for row in self.rows.iter().filter(|row| row.table.name != "variants.tsv") {
            for word in row.words().into_iter().filter(|word| word.chars().nth(1).is_some()) {
                let distance = strsim::levenshtein(word, folded);
                if (1..=most).contains(&distance) {
                    found.insert((distance, word.to_string(), row.at.clone()));
                }
            }
        }
        found.into_iter().take(NEAR).map(|(_, word, at)| Neighbour { word, at }).collect()
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Province => "province",
        Level::Prefecture => "prefecture",
        Level::County => "county",
        Level::Zone => "zone",
        Level::Town => "town",
    }
}

fn about(lexicon: &Lexicon, row: &TableRow, word: &str, folded: &str) -> bool {
    // 龍 is a row of variants.tsv; 龙 in canonical characters is none.
    if row.table.name == "variants.tsv" {
        return row.words().contains(&word);
    }
    row.words().iter().any(|other| lexicon.folder.fold(other) == folded)
        || matches!(row.table.name, "places.tsv" | "divisions.tsv") && row.cell("code") == word
}

/// The row, and what the word is in it.
fn word_row(lexicon: &Lexicon, row: &TableRow, folded: &str) -> WordRow {
    let is = |column: &str| row.cell(column).split('|').any(|form| lexicon.folder.fold(form) == folded);
    let with = |what: &str, column: &str| format!("{what} ({})", row.cell(column));
    let role = match row.table.name {
        "places.tsv" | "divisions.tsv" if is("name") => "place (full name)".to_string(),
        "places.tsv" | "divisions.tsv" if is("short") => "place (short name)".to_string(),
        "places.tsv" | "divisions.tsv" if is("code") => "code of a place".to_string(),
        "places.tsv" => "place (other form)".to_string(),
        "compounds.tsv" => with("word for two places", "kind"),
        "blocklist.tsv" => with("no name, hides one", "reason"),
        "agencies.tsv" => with("agency", "category"),
        "units.tsv" => with("unit", "kind"),
        "measure_words.tsv" => "measure word".to_string(),
        "numerals.tsv" => with("numeral", "kind"),
        "hedges.tsv" => with("hedge", "position"),
        "idioms.tsv" => with("holds a numeral and counts nothing", "kind"),
        "attributes.tsv" => with("what amounts measure", "kind"),
        "cues.tsv" => with("cue", "kind"),
        "furniture.tsv" => with("page furniture", "kind"),
        "variants.tsv" => format!("character read as {}", row.cell("canonical")),
        other => other.to_string(),
    };
    let cells = row.table.columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty());
    let cells = cells.map(|(column, cell)| (column.to_string(), cell.clone().into())).collect();
    WordRow { at: row.at.clone(), role, cells }
}

impl Word {
    /// The word for a reader.
    pub fn text(&self, screen: Screen) -> String {
        let mut out = screen.tint(Look::Strong, &terminal::clean(&self.word));
        if self.folded != self.word {
            let _ = write!(out, "  read as {}", self.folded);
        }
        out.push('\n');
        if !self.known {
            out.push_str("  in no table\n");
        }
        for row in &self.rows {
            let cells: Vec<String> = row
                .cells
                .iter()
                .map(|(column, cell)| format!("{column} {}", cell.as_str().unwrap_or_default()))
                .collect();
            line(&mut out, screen, &row.at, &format!("{}: {}", row.role, cells.join("; ")));
        }
        for place in &self.places {
            line(&mut out, screen, "may mean", &place.text());
        }
        for compound in &self.compounds {
            line(&mut out, screen, "joins", compound);
        }
        for pair in &self.pairs {
            let WordPair { helper, recipient, programme, level, confidence, at, .. } = pair;
            let years = years(&pair.years);
            let text = format!("{helper} > {recipient}, {programme}{years} ({level}, {confidence}): {at}");
            line(&mut out, screen, "pair", &text);
        }
        for (what, words) in
            [("longer words with it", &self.longer), ("shorter ones in it", &self.shorter), ("like it", &self.near)]
        {
            if !words.is_empty() {
                line(&mut out, screen, what, &named(words));
            }
        }
        let tokens: Vec<String> =
            self.tokens.iter().map(|token| format!("{} {} ({})", token.text, token.tag, token.pos)).collect();
        line(&mut out, screen, "segmenter", &tokens.join(" | "));
        out
    }
}

impl WordPlace {
    fn text(&self) -> String {
        let Self { code, name, level, within, danger, at, .. } = self;
        let within = if within.is_empty() { String::new() } else { format!(" in {}", within.join(" in ")) };
        let danger = match danger.as_str() {
            "" => String::new(),
            "med" | "high" => format!(", danger {danger}: needs support from the article"),
            danger => format!(", danger {danger}"),
        };
        format!("{code} {name} ({level}){within}{}{danger}: {at}", years(&self.years))
    }
}

/// `, 2013-11 to 2016`, `, from 2013`; "" when both are open.
fn years([from, to]: &[String; 2]) -> String {
    match (from.as_str(), to.as_str()) {
        ("", "") => String::new(),
        (from, "") => format!(", from {from}"),
        ("", to) => format!(", until {to}"),
        (from, to) => format!(", {from} to {to}"),
    }
}

fn named(words: &[Neighbour]) -> String {
    let mut names: Vec<String> = words.iter().take(SHOWN).map(|other| format!("{} {}", other.word, other.at)).collect();
    if words.len() > SHOWN {
        names.push(format!("and {} more", words.len() - SHOWN));
    }
    names.join(", ")
}

fn line(out: &mut String, screen: Screen, what: &str, text: &str) {
    let label = terminal::pad(what, 22);
    let room = Screen { colour: false, ..screen };
    let _ = writeln!(out, "  {}{}", screen.tint(Look::Faint, &label), terminal::wrap(room, text, &[], 24));
}
