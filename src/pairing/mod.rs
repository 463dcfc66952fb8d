//! Pairs: to which helper→recipient relations of cities each amount belongs, with the evidence.
//!
//! Takes the text with its sentences, mentions, cues and quantities, gives one decision per quantity that can be a fact.
//! Pairs come from what the article says; the registry (`pairs.tsv`) supplies direction and the partner of a side that
//! the article leaves out, never a pair without ground in the text.
//!
//! The rules stand in [`rules::RULES`], in the order in which they are asked.

mod fine;
mod frame;
mod lists;
mod none;
mod relation;
mod rules;
mod sides;

pub use relation::CityPair;

use crate::layout::Layout;
use crate::lexicon::{CueHit, Lexicon, PlaceId, RowRef};
use crate::mention::Mention;
use crate::quantity::Quantity;
use crate::scope::Scopes;
use crate::sentence::Sentence;
use crate::span::Span;

/// What a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The rule, or the role of the span: `helper`, `recipient`, `compound`, `registry`.
    pub rule: &'static str,
    /// The words of the document, if any.
    pub span: Option<Span>,
    /// The dictionary row, if any.
    pub row: Option<RowRef>,
}

/// One pair that an amount belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The cities.
    pub cities: CityPair,
    /// County-level (or town-level) sides as the text states them: helper, recipient.
    pub fine: Option<(PlaceId, PlaceId)>,
    /// 0 to 100.
    pub confidence: u8,
    /// Why.
    pub evidence: Vec<Evidence>,
}

/// The decision on one quantity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// The pairs; empty when it belongs to none.
    pub pairs: Vec<Pair>,
    /// The rule that decided.
    pub rule: &'static str,
}

/// What one rule says of a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The rule.
    pub rule: &'static str,
    /// The cities; empty when it says that the quantity belongs to no pair.
    pub pairs: Vec<CityPair>,
}

/// Everything that the pairing looks at.
pub struct Input<'i> {
    /// Dictionaries.
    pub lexicon: &'i Lexicon,
    /// The folded text.
    pub folded: &'i str,
    /// The page.
    pub layout: &'i Layout,
    /// Mentions of a title that stands beside the text.
    pub title_mentions: &'i [Mention],
    /// Clauses.
    pub scopes: &'i Scopes,
    /// Sentences.
    pub sentences: &'i [Sentence],
    /// Mentions.
    pub mentions: &'i [Mention],
    /// Cues.
    pub cues: &'i [CueHit],
    /// Quantities.
    pub quantities: &'i [Quantity],
}

/// One decision per quantity, in the same order; quantities that cannot be facts get an empty one.
pub fn resolve(input: &Input<'_>) -> Vec<Decision> {
    each(input, |resolver, sentence, quantity| resolver.decide(sentence, quantity))
}

/// What each rule says of each quantity, in the order in which rules are asked: the first answer is the decision, the others
/// are what it would have been without the rules before. Several times as slow as [`resolve`]; for looking at, not for
/// deciding.
pub fn answers(input: &Input<'_>) -> Vec<Vec<Answer>> {
    each(input, |resolver, sentence, quantity| {
        let answers = resolver.answers(sentence, quantity);
        // What follows rests on what was decided here.
        resolver.decide(sentence, quantity);
        answers
    })
}

/// Asks for every quantity that can be a fact, in order; the others get a default.
fn each<T: Default + Clone>(
    input: &Input<'_>,
    mut ask: impl FnMut(&mut rules::Resolver<'_>, usize, &Quantity) -> T,
) -> Vec<T> {
    if !input.quantities.iter().any(|quantity| quantity.fact) {
        return vec![T::default(); input.quantities.len()];
    }
    let mut references = relation::references(input);
    let relations = relation::find(input, &references);
    relation::take_stated_sides(&mut references, &relations);
    let frame = frame::Frame::of(input, &references, &relations);
    let mut resolver = rules::Resolver::new(input, &references, &relations, &frame);
    let mut answers = Vec::with_capacity(input.quantities.len());
    let mut sentence = 0;
    for quantity in input.quantities {
        while sentence < input.sentences.len() && input.sentences[sentence].span.end <= quantity.span.start {
            sentence += 1;
        }
        let inside = sentence < input.sentences.len() && input.sentences[sentence].span.start <= quantity.span.start;
        answers.push(if quantity.fact && inside { ask(&mut resolver, sentence, quantity) } else { T::default() });
    }
    answers
}
