//! Counts sightings in input order, in bounded memory, and turns them into suggestions.

use super::rank::{self, Suggestion};
use super::statistics::{self, Neighbours};
use super::{Class, Evidence, Sighting, Sightings};
use crate::document::Document;
use crate::lexicon::{Lexicon, PlaceId};
use crate::segment::Segmenter;
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// When there are more words than this, those seen least go until half are left.
const MOST_WORDS: usize = 200_000;

/// Sentences that are kept for a word, of different documents.
const EXAMPLES: usize = 3;

/// An example has at most so many characters.
const EXAMPLE_LENGTH: usize = 60;

/// A sentence that holds the word.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Example {
    /// The document.
    pub doc: String,
    /// The sentence, or the part of it around the word.
    pub text: String,
}

/// All that was seen of a word.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub count: u32,
    pub documents: u32,
    last: u32,
    /// Sightings with each kind of evidence.
    pub evidence: [u32; Evidence::ALL.len()],
    /// Documents with evidence of a place.
    pub placed: u32,
    last_placed: u32,
    pub left: Neighbours,
    pub right: Neighbours,
    pub parents: Vec<(PlaceId, u32)>,
    pub examples: Vec<Example>,
}

impl Seen {
    /// Counts in what was seen of another form of the name.
    pub fn absorb(&mut self, other: &Self) {
        self.count += other.count;
        self.documents = self.documents.max(other.documents);
        self.placed = self.placed.max(other.placed);
        for (count, more) in self.evidence.iter_mut().zip(&other.evidence) {
            *count += more;
        }
        for example in &other.examples {
            if self.examples.len() < EXAMPLES && self.examples.iter().all(|own| own.doc != example.doc) {
                self.examples.push(example.clone());
            }
        }
    }

    pub fn of(&self, evidence: Evidence) -> u32 {
        self.evidence[(evidence as u16).trailing_zeros() as usize]
    }
}

/// Counts what documents yield.
#[derive(Debug)]
pub struct Collector {
    seen: FxHashMap<(Class, String), Seen>,
    /// How often each ordinary word stands; no more than jieba's dictionary has.
    ordinary: FxHashMap<String, u32>,
    /// How often each character stands, by UTF-16 unit.
    characters: Vec<u32>,
    total: u64,
    documents: u32,
    /// More words than these are not held.
    most: usize,
}

impl Default for Collector {
    fn default() -> Self {
        Self {
            seen: FxHashMap::default(),
            ordinary: FxHashMap::default(),
            characters: vec![0; 0x10000],
            total: 0,
            documents: 0,
            most: MOST_WORDS,
        }
    }
}

impl Collector {
    /// Counts the sightings of the next document. The order of documents decides which words go when there are too many.
    pub fn add(&mut self, lexicon: &Lexicon, document: &Document, sightings: Sightings) {
        self.documents += 1;
        let folded = lexicon.folder.fold(&document.text);
        for c in folded.chars().filter(|c| crate::numeral::is_han(*c)) {
            self.characters[c as usize] += 1;
            self.total += 1;
        }
        for (word, count) in sightings.ordinary {
            *self.ordinary.entry(word).or_default() += count;
        }
        for sighting in sightings.words {
            self.count(document, sighting);
        }
        self.forget();
    }

    fn count(&mut self, document: &Document, sighting: Sighting) {
        const PLACED: u16 = Evidence::Behind as u16
            | Evidence::Listed as u16
            | Evidence::Related as u16
            | Evidence::Body as u16
            | Evidence::Bracketed as u16;
        let Sighting { class, surface, evidence, around, parent, span, sentence } = sighting;
        let number = self.documents;
        let seen = self.seen.entry((class, surface)).or_default();
        seen.count += 1;
        for (bit, count) in seen.evidence.iter_mut().enumerate() {
            *count += u32::from(evidence >> bit & 1);
        }
        seen.left.add(around[0]);
        seen.right.add(around[1]);
        if evidence & PLACED != 0 && seen.last_placed != number {
            (seen.last_placed, seen.placed) = (number, seen.placed + 1);
        }
        if let Some(parent) = parent {
            match seen.parents.iter().position(|(other, _)| *other == parent) {
                Some(at) => seen.parents[at].1 += 1,
                None if seen.parents.len() < 8 => seen.parents.push((parent, 1)),
                None => {}
            }
        }
        if seen.last != number {
            (seen.last, seen.documents) = (number, seen.documents + 1);
            if seen.examples.len() < EXAMPLES {
                let text = example(&document.text, sentence, span);
                seen.examples.push(Example { doc: document.id.clone(), text });
            }
        }
    }

    /// Keeps the number of words bounded. What goes depends on counts alone, so that any run forgets the same.
    fn forget(&mut self) {
        if self.seen.len() <= self.most {
            return;
        }
        let mut counts: Vec<u32> = self.seen.values().map(|seen| seen.count).collect();
        counts.sort_unstable();
        let limit = counts[counts.len() / 2];
        self.seen.retain(|_, seen| seen.count > limit);
    }

    /// The suggestions, the best first.
    pub fn suggestions(self, lexicon: &Lexicon, segmenter: &Segmenter) -> Vec<Suggestion> {
        let Self { seen, ordinary, characters, total, .. } = self;
        let mut tables: BTreeMap<Class, BTreeMap<String, Seen>> = BTreeMap::new();
        let words: BTreeMap<(Class, String), Seen> = seen.into_iter().collect();
        for ((class, word), seen) in words {
            tables.entry(class).or_default().insert(word, seen);
        }
        let corpus = Corpus { ordinary, characters, total };
        rank::suggest(lexicon, segmenter, &corpus, tables)
    }
}

/// What the corpus as a whole says of words and characters.
pub(super) struct Corpus {
    ordinary: FxHashMap<String, u32>,
    characters: Vec<u32>,
    total: u64,
}

impl Corpus {
    /// How often a word of the dictionary stands, wherever.
    pub fn times(&self, word: &str) -> u32 {
        self.ordinary.get(word).copied().unwrap_or(0)
    }

    pub fn cohesion(&self, word: &str, count: u32) -> f64 {
        let times = |c: char| u64::from(self.characters.get(c as usize).copied().unwrap_or(0));
        statistics::cohesion(word, count, self.total, times)
    }
}

/// The sentence on one line, or what stands around the word when it is long.
fn example(text: &str, sentence: Span, word: Span) -> String {
    let before = text[sentence.start..word.start].chars().count();
    let skipped = if sentence.of(text).chars().nth(EXAMPLE_LENGTH).is_some() {
        before.saturating_sub(EXAMPLE_LENGTH / 2)
    } else {
        0
    };
    let flat = |c: char| if c.is_whitespace() || c.is_control() { ' ' } else { c };
    let mut rest = sentence.of(text).chars().skip(skipped).map(flat);
    let shown: String = rest.by_ref().take(EXAMPLE_LENGTH).collect();
    let (front, back) = (if skipped > 0 { "…" } else { "" }, if rest.next().is_some() { "…" } else { "" });
    format!("{front}{shown}{back}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_seen_least_go_when_there_are_too_many() {
        let text = "云端区";
        let sighting = |word: &str| Sighting {
            class: Class::Place,
            surface: word.to_string(),
            evidence: 0,
            around: [None, None],
            parent: None,
            span: Span::new(0, text.len()),
            sentence: Span::new(0, text.len()),
        };
        let (lexicon, document) = (Lexicon::builtin(), Document::new("a", text));
        let mut collector = Collector { most: 4, ..Collector::default() };
        for word in ["甲区", "乙区", "丙区", "丁区", "戊区", "己区"] {
            let words = vec![sighting(word), sighting("云端区")];
            collector.add(&lexicon, &document, Sightings { words, ..Sightings::default() });
            assert!(collector.seen.len() <= 4);
        }
        assert_eq!(collector.seen[&(Class::Place, "云端区".to_string())].count, 6);
    }
}
