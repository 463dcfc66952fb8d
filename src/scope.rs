//! Stretches of a sentence: clauses between commas, segments between semicolons.
//!
//! Takes the marks that end clauses, once for the whole document; stages ask for the clause or segment around a position.

use crate::landmark::Mark;
use crate::span::Span;

/// All marks of a document, in order.
#[derive(Debug, Clone, Default)]
pub struct Scopes {
    marks: Vec<Mark>,
}

impl Scopes {
    /// The stretches between these marks.
    pub const fn new(marks: Vec<Mark>) -> Self {
        Self { marks }
    }

    /// The clauses of a sentence that hold something.
    pub fn clauses(&self, sentence: Span) -> impl Iterator<Item = Span> + '_ {
        let marks = crate::span::inside(&self.marks, sentence, |mark| mark.span);
        let starts = std::iter::once(sentence.start).chain(marks.iter().map(|mark| mark.span.end));
        let ends = marks.iter().map(|mark| mark.span.start).chain(std::iter::once(sentence.end));
        starts.zip(ends).map(|(start, end)| Span::new(start, end)).filter(|clause| !clause.is_empty())
    }

    /// The clause around a position.
    pub fn clause_at(&self, sentence: Span, at: usize) -> Span {
        self.around(sentence, at, |_| true)
    }

    /// The stretch between semicolons around a position. A bullet (`- 深圳、汕头:`) or a line break opens one too.
    pub fn segment_at(&self, folded: &str, sentence: Span, at: usize) -> Span {
        let mut segment = self.around(sentence, at, |mark| mark.segment);
        if [" - ", " • "].iter().any(|bullet| segment.of(folded).contains(bullet)) {
            let before = &folded[segment.start..at];
            if let Some(bullet) = before.rfind(" - ").or_else(|| before.rfind(" • ")) {
                segment.start += bullet + 1;
            }
            if let Some(bullet) = folded[at..segment.end].find(" - ") {
                segment.end = at + bullet;
            }
        }
        segment
    }

    fn around(&self, sentence: Span, at: usize, ends: impl Fn(&Mark) -> bool) -> Span {
        let (before, after) = self.marks.split_at(self.marks.partition_point(|mark| mark.span.start < at));
        let before = before.iter().rev().find(|mark| ends(mark) || mark.span.start < sentence.start);
        let after = after.iter().find(|mark| ends(mark) || mark.span.start >= sentence.end);
        Span::new(
            before.map_or(sentence.start, |mark| mark.span.end.max(sentence.start)),
            after.map_or(sentence.end, |mark| mark.span.start.min(sentence.end)),
        )
    }
}
