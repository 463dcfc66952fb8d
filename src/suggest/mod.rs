//! Names, units and measure words that articles use and the dictionaries lack, as rows to add.
//!
//! Takes one document after another, gives suggestions, the best first. A document yields sightings ([`Finder::sightings`],
//! on any thread); the [`Collector`] counts them in input order. It holds a bounded number of words, whatever the size of
//! the input: when there are too many, those seen least go. Never changes a dictionary.

mod agency;
mod collect;
mod measure;
mod name;
mod place;
mod rank;
mod row;
mod statistics;
mod view;

pub use collect::Collector;
pub use rank::Suggestion;
pub use row::header;

use crate::document::Document;
use crate::lexicon::PlaceId;
use crate::pipeline::Extractor;
use crate::span::Span;
use std::collections::BTreeMap;
use view::View;

/// What a word may be, and so which table it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A place: `places.tsv`.
    Place,
    /// A body or firm: `agencies.tsv`.
    Agency,
    /// Behind a numeral: `measure_words.tsv` or `units.tsv`.
    Measure,
}

/// One thing that speaks for a sighting: a bit of [`Sighting::evidence`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Evidence {
    /// Right behind a known place: 河源市X县.
    Behind = 1,
    /// In a list with a known place: 深圳、X.
    Listed = 1 << 1,
    /// Beside words of assistance: 对口帮扶X.
    Related = 1 << 2,
    /// In front of the words of a public body: X县委, X县人民政府.
    Body = 1 << 3,
    /// In brackets with a known place: 东莞（X）.
    Bracketed = 1 << 4,
    /// Behind a word that a place follows: 赴X.
    Located = 1 << 5,
    /// jieba's dictionary calls it a place, or a measure word.
    Named = 1 << 6,
    /// An ordinary word: 和平.
    Ordinary = 1 << 7,
    /// The numeral in front has a fraction: 1.5垧.
    Fraction = 1 << 8,
    /// Arabic digits in front.
    Digits = 1 << 9,
}

impl Evidence {
    pub(crate) const ALL: [(Self, &'static str); 10] = [
        (Self::Behind, "behind a known place"),
        (Self::Listed, "in a list with places"),
        (Self::Related, "beside words of assistance"),
        (Self::Body, "in front of a public body"),
        (Self::Bracketed, "in brackets with a known place"),
        (Self::Located, "behind a word of place"),
        (Self::Named, "a name or measure word to the segmenter"),
        (Self::Ordinary, "an ordinary word too"),
        (Self::Fraction, "behind a fraction"),
        (Self::Digits, "behind Arabic digits"),
    ];
}

/// A word seen at one place of a document.
#[derive(Debug, Clone)]
pub struct Sighting {
    class: Class,
    /// The word, in canonical characters.
    surface: String,
    evidence: u16,
    /// The characters in front and behind; None at the edge of a sentence.
    around: [Option<char>; 2],
    /// The known place right in front.
    parent: Option<PlaceId>,
    span: Span,
    sentence: Span,
}

/// What one document yields.
#[derive(Debug, Clone, Default)]
pub struct Sightings {
    words: Vec<Sighting>,
    /// How often the document has each ordinary word: 信宜 stands in lists of places alone, 学校 everywhere.
    ordinary: BTreeMap<String, u32>,
}

/// Finds words in documents.
#[derive(Debug, Clone, Copy)]
pub struct Finder<'f> {
    extractor: &'f Extractor,
}

impl<'f> Finder<'f> {
    /// A finder of what this extractor's dictionaries lack.
    pub const fn new(extractor: &'f Extractor) -> Self {
        Self { extractor }
    }

    /// Every word of a document that may be worth a row.
    pub fn sightings(&self, document: &Document) -> Sightings {
        let (lexicon, segmenter) = (self.extractor.lexicon(), self.extractor.segmenter());
        let extraction = self.extractor.extract(document);
        let folded = lexicon.folder.fold(&document.text);
        let cues = lexicon.scan(&folded).cues;
        let mut found = Sightings::default();
        for sentence in &extraction.sentences {
            let view = View::new(lexicon, segmenter, &folded, sentence.span, &extraction.mentions, &cues);
            place::find(&view, &mut found.words);
            agency::find(&view, &mut found.words);
            for (token, _) in view.tokens.iter().filter(|(token, _)| matches!(token.span.len(), 6 | 9)) {
                *found.ordinary.entry(view.text(token.span).to_string()).or_default() += 1;
            }
        }
        measure::find(self.extractor, &folded, &extraction, &mut found.words);
        found
    }
}
