//! What each amount says: `of` (what is counted or measured), `each`, `status`, `time`.
//!
//! Takes the folded text with sentences, cues, tokens and quantities, gives one [`Context`] per quantity, same order.
//! Never looks at places or pairs.

mod each;
mod of;
mod status;
pub mod time;

use crate::layout::Layout;
use crate::lexicon::{CueHit, Lexicon, RowRef};
use crate::quantity::Quantity;
use crate::scope::Scopes;
use crate::segment::Segmenter;
use crate::sentence::Sentence;
use crate::span::Span;

/// What one quantity says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// The counted noun or measured attribute.
    pub of: Option<Span>,
    /// The group that the amount repeats over.
    pub each: Option<Span>,
    /// Whether it is a plan.
    pub planned: bool,
    /// The cue that decided the status.
    pub status_row: Option<RowRef>,
    /// ISO date, month, year or interval; empty when none is stated.
    pub time: String,
}

/// What the context stage looks at.
pub struct Input<'i> {
    /// Dictionaries.
    pub lexicon: &'i Lexicon,
    /// The segmenter.
    pub segmenter: &'i Segmenter,
    /// The folded text.
    pub folded: &'i str,
    /// The page.
    pub layout: &'i Layout,
    /// Clauses.
    pub scopes: &'i Scopes,
    /// Sentences.
    pub sentences: &'i [Sentence],
    /// Cues.
    pub cues: &'i [CueHit],
    /// Quantities.
    pub quantities: &'i [Quantity],
}

/// One context per quantity, in order; quantities that cannot be facts get an empty one.
pub fn read(input: &Input<'_>) -> Vec<Context> {
    let mut outlook = status::Outlook::of(input);
    let mut contexts: Vec<Context> = Vec::with_capacity(input.quantities.len());
    let mut at = 0;
    let mut clock = time::Clock::default();
    for sentence in input.sentences {
        let first = at;
        while at < input.quantities.len() && input.quantities[at].span.start < sentence.span.end {
            at += 1;
        }
        let planning = outlook.enter(input, sentence);
        if !input.quantities[first..at].iter().any(|quantity| quantity.fact) {
            clock.pass(sentence);
            contexts.resize(at, Context::default());
            continue;
        }
        let times = clock.read(input, sentence);
        for index in first..at {
            let quantity = &input.quantities[index];
            if !quantity.fact {
                contexts.push(Context::default());
                continue;
            }
            let earlier = &input.quantities[first..index];
            let known = &contexts[first..index];
            let site = Site::of(input, sentence.span, quantity, earlier);
            let past = time::is_past(input.layout.year, &times, quantity.span);
            let status = status::read(input, sentence.span, quantity, planning, past);
            contexts.push(Context {
                of: of::read(input, site, quantity, earlier, known),
                each: each::read(input, site, quantity, earlier, known),
                planned: status.planned,
                status_row: status.row,
                time: clock.time_of(input, sentence, &times, quantity.span, status.planned && !status.own),
            });
        }
    }
    contexts.resize(input.quantities.len(), Context::default());
    contexts
}

/// Where a quantity stands: its clause, and the end of the fact before it there (or the clause's start).
#[derive(Debug, Clone, Copy)]
struct Site {
    clause: Span,
    from: usize,
}

impl Site {
    fn of(input: &Input<'_>, sentence: Span, quantity: &Quantity, earlier: &[Quantity]) -> Self {
        let clause = input.scopes.clause_at(sentence, quantity.span.start);
        let before = earlier.iter().rev().find(|other| other.fact && other.span.start >= clause.start);
        Self { clause, from: before.map_or(clause.start, |other| other.span.end) }
    }
}

/// Whether a stretch ends with a word of change, whose amount is of the same thing as the one before: 涨到, 增至.
fn risen(before: &str) -> bool {
    const WORDS: [&str; 16] = [
        "涨到",
        "升至",
        "升到",
        "提高到",
        "提高至",
        "增至",
        "增加到",
        "增加至",
        "增长到",
        "扩大到",
        "扩大至",
        "上升到",
        "跃升至",
        "提升到",
        "提升至",
        "降至",
    ];
    let before = before.trim_end_matches(['了', '约', '近', '超', '逾']);
    before.ends_with(['到', '至']) && WORDS.iter().any(|word| before.ends_with(word))
}
