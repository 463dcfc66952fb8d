//! Facts: a quantity with its context and its pairs, ready to be written.
//!
//! Takes what the stages before made, gives the facts in order of appearance. Decides nothing.

use crate::audit::Flag;
use crate::context::Context;
use crate::pairing::Decision;
use crate::quantity::Quantity;
use crate::sentence::Sentence;
use crate::span::Span;

/// One fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The amount.
    pub quantity: Quantity,
    /// What it says.
    pub context: Context,
    /// Whose it is.
    pub decision: Decision,
    /// The sentence that holds it.
    pub sentence: Span,
    /// Warnings.
    pub flags: Vec<Flag>,
}

/// Puts the facts together.
pub fn assemble(
    sentences: &[Sentence],
    quantities: &[Quantity],
    contexts: Vec<Context>,
    decisions: Vec<Decision>,
    flags: Vec<Vec<Flag>>,
) -> Vec<Fact> {
    let mut at = 0;
    let mut facts = Vec::with_capacity(quantities.iter().filter(|quantity| quantity.fact).count());
    for (((quantity, context), decision), flags) in quantities.iter().zip(contexts).zip(decisions).zip(flags) {
        if !quantity.fact {
            continue;
        }
        while at + 1 < sentences.len() && sentences[at].span.end <= quantity.span.start {
            at += 1;
        }
        let sentence = sentences.get(at).map_or(quantity.span, |sentence| sentence.span);
        facts.push(Fact { quantity: quantity.clone(), context, decision, sentence, flags });
    }
    facts
}
