//! Stretches of a sentence: clauses between commas, segments between semicolons.
//!
//! Takes the folded text, gives the marks that end clauses once for the whole document; stages ask them for the clause or
//! segment around a position.

use crate::span::Span;

/// A mark that ends a clause. 、 joins members of a list and ends none.
#[derive(Debug, Clone, Copy)]
struct Mark {
    span: Span,
    /// Whether it ends a segment too: ；。！？ and a line break.
    segment: bool,
}

/// All marks of a document, in order.
#[derive(Debug, Clone, Default)]
pub struct Scopes {
    marks: Vec<Mark>,
}

impl Scopes {
    /// Finds the marks.
    pub fn of(folded: &str) -> Self {
        let bytes = folded.as_bytes();
        let mut marks = Vec::with_capacity(bytes.len() / 32);
        let mut at = 0;
        while at < bytes.len() {
            let (length, mark) = match bytes[at] {
                // Ideographs from U+4000 on, which most of a text is.
                0xE4..=0xE9 => (3, None),
                b',' | b':' => (1, Some(false)),
                b';' | b'!' | b'?' | b'\n' => (1, Some(true)),
                0xE3 if bytes[at..].starts_with("。".as_bytes()) => (3, Some(true)),
                0xEF => match &bytes[at + 1..] {
                    // ， ：
                    [0xBC, 0x8C | 0x9A, ..] => (3, Some(false)),
                    // ； ！ ？
                    [0xBC, 0x9B | 0x81 | 0x9F, ..] => (3, Some(true)),
                    _ => (3, None),
                },
                _ => (1, None),
            };
            if let Some(segment) = mark {
                marks.push(Mark { span: Span::new(at, at + length), segment });
            }
            at += length;
        }
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
