//! Words behind a numeral that are neither unit nor measure word of the tables.

use super::{Class, Evidence, Sighting};
use crate::numeral;
use crate::pipeline::{Extraction, Extractor};
use crate::quantity::{Kind, Quantity};
use crate::segment::Pos;
use crate::span::Span;

/// A measure word or unit has at most so many characters.
const LONGEST: usize = 3;

/// Characters that count nothing, wherever they stand.
const NEVER: &str = "的了和与及在等或是为至到以之而其但并就都也有不被把从由向对于将已又这那";

pub(super) fn find(extractor: &Extractor, folded: &str, extraction: &Extraction, found: &mut Vec<Sighting>) {
    for quantity in extraction.quantities.iter().filter(|quantity| bare(quantity)) {
        let Some(sentence) =
            extraction.sentences.iter().find(|sentence| sentence.span.contains(quantity.span)).map(|s| s.span)
        else {
            continue;
        };
        let behind = Span::new(quantity.span.end, sentence.end);
        let named = extraction.mentions.iter().any(|mention| {
            mention.span.start == behind.start && (mention.place.is_some() || mention.compound.is_some())
        });
        if !named {
            words(extractor, folded, quantity, (behind, sentence), found);
        }
    }
}

/// A number that something should stand behind.
fn bare(quantity: &Quantity) -> bool {
    quantity.kind == Kind::Number && quantity.rule == "number" && quantity.valued
}

/// The word behind the number, and the first character of it where that may be the measure word of a noun (25|个|人).
fn words(
    extractor: &Extractor,
    folded: &str,
    quantity: &Quantity,
    (behind, sentence): (Span, Span),
    found: &mut Vec<Sighting>,
) {
    let text = behind.of(folded);
    let unit = |c: char| numeral::is_han(c) || c.is_ascii_alphabetic();
    let end = text.char_indices().find(|(_, c)| !unit(*c)).map_or(text.len(), |(at, _)| at);
    let window: usize = text[..end].chars().take(LONGEST + 3).map(char::len_utf8).sum();
    let tokens = extractor.segmenter().tagged(folded, Span::new(behind.start, behind.start + window));
    let Some((token, tag)) = tokens.first() else { return };
    let word = token.span.of(folded);
    let first = word.chars().next().map_or(0, char::len_utf8);
    // 所 is a function word to jieba, and counts schools.
    let single = word.len() == first && !NEVER.contains(word);
    let closed =
        matches!(token.pos, Pos::Function | Pos::Verb | Pos::Number | Pos::Punctuation) && *tag != "q" && !single;
    let long = word.chars().count() > LONGEST;
    let mut push = |span: Span, measure: bool| {
        let fraction = if quantity.low.fract().is_zero() { 0 } else { Evidence::Fraction as u16 };
        let digit = folded[..span.start].chars().next_back().is_some_and(|c| c.is_ascii_digit());
        let digits = if digit { Evidence::Digits as u16 } else { 0 };
        let measure = if measure { Evidence::Named as u16 } else { 0 };
        found.push(Sighting {
            class: Class::Measure,
            surface: span.of(folded).to_string(),
            evidence: fraction | measure | digits,
            around: [folded[..quantity.span.end].chars().next_back(), folded[span.end..sentence.end].chars().next()],
            parent: None,
            span,
            sentence,
        });
    };
    if !closed && !long {
        push(token.span, *tag == "q");
    }
    // 25个人: jieba makes one word of measure word and noun.
    let head = Span::new(token.span.start, token.span.start + first);
    if head != token.span && word.chars().all(numeral::is_han) {
        push(head, false);
    }
}
