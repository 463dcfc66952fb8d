//! Tagged documents for people and for annotation tools: what every stage made of a text, and why.
//!
//! Takes a document with its extraction, gives text: a terminal's, a page's, or an annotation tool's. Decides nothing.

pub mod exchange;
pub mod explain;
mod listing;
pub mod note;
mod page;
pub mod scores;
mod stage;
mod story;
pub mod terminal;
pub mod word;

pub use listing::{article, legend};
pub use page::{Packed, Page, Part, Run, live};
pub use stage::{Stage, stage};
pub use story::{find, story};

use crate::document::Document;
use crate::fact::Fact;
use crate::lexicon::{Lexicon, RowRef};
use crate::mention::Mention;
use crate::pipeline::Extraction;
use crate::quantity::Quantity;
use crate::span::Span;

/// One document as the stages left it.
#[derive(Clone, Copy)]
pub struct Tagged<'t> {
    /// Dictionaries.
    pub lexicon: &'t Lexicon,
    /// The document.
    pub document: &'t Document,
    /// What the stages made of it.
    pub extraction: &'t Extraction,
}

impl<'t> Tagged<'t> {
    /// The text of a span.
    fn text(&self, span: Span) -> &'t str {
        span.of(&self.document.text)
    }

    /// A rule with the dictionary row that it rests on: `money.unit units.tsv:98`.
    fn cited(&self, rule: &str, row: Option<RowRef>) -> String {
        row.map_or_else(|| rule.to_string(), |row| format!("{rule} {}", self.lexicon.cite(row)))
    }

    /// The fact that a quantity became.
    fn fact_of(&self, quantity: &Quantity) -> Option<(usize, &'t Fact)> {
        let facts = &self.extraction.facts;
        let at = facts.binary_search_by_key(&quantity.span.start, |fact| fact.quantity.span.start).ok()?;
        Some((at, &facts[at]))
    }

    /// The official name and code of what a mention refers to; for a compound, its first recipient.
    fn referent(&self, mention: &Mention) -> Option<(&'t str, &'t str)> {
        let place = mention
            .place
            .or_else(|| mention.compound.map(|index| self.lexicon.compounds[index as usize].recipients[0]))?;
        let place = self.lexicon.place(place);
        Some((&place.name, &place.code))
    }

    /// The record's title, else the line taken for the headline.
    fn title(&self) -> Option<&'t str> {
        self.document.title.as_deref().or_else(|| self.extraction.layout.title.map(|span| self.text(span)))
    }

    /// The publication date, else "".
    fn date(&self) -> String {
        self.extraction.layout.date.map(|date| date.to_string()).unwrap_or_default()
    }
}
