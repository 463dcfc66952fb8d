//! Stretches of a sentence: clauses between commas, segments between semicolons.

use crate::span::Span;

/// Whether a character ends a clause. 、 joins members of a list and ends none; a comma between digits is grouping.
const fn ends_clause(c: char) -> bool {
    matches!(c, '，' | ',' | '；' | ';' | '：' | ':' | '。' | '！' | '？' | '!' | '?' | '\n')
}

const fn ends_segment(c: char) -> bool {
    matches!(c, '；' | ';' | '。' | '！' | '？' | '!' | '?' | '\n')
}

fn cut(folded: &str, sentence: Span, ends: impl Fn(char) -> bool) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut start = sentence.start;
    for (offset, c) in sentence.of(folded).char_indices() {
        if ends(c) {
            let end = sentence.start + offset;
            pieces.push(Span::new(start, end));
            start = end + c.len_utf8();
        }
    }
    pieces.push(Span::new(start, sentence.end));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// The clauses of a sentence.
pub fn clauses(folded: &str, sentence: Span) -> Vec<Span> {
    cut(folded, sentence, ends_clause)
}

/// The clause around a position.
pub fn clause_at(folded: &str, sentence: Span, at: usize) -> Span {
    around(folded, sentence, at, ends_clause)
}

/// The stretch between semicolons around a position. A bullet (`- 深圳、汕头:`) or a line break opens one too.
pub fn segment_at(folded: &str, sentence: Span, at: usize) -> Span {
    let mut segment = around(folded, sentence, at, ends_segment);
    if let Some(bullet) = folded[segment.start..at].rfind(" - ").or_else(|| folded[segment.start..at].rfind(" • ")) {
        segment.start += bullet + 1;
    }
    if let Some(bullet) = folded[at..segment.end].find(" - ") {
        segment.end = at + bullet;
    }
    segment
}

fn around(folded: &str, sentence: Span, at: usize, ends: impl Fn(char) -> bool) -> Span {
    let before = &folded[sentence.start..at];
    let start = before.char_indices().rev().find(|&(_, c)| ends(c)).map_or(0, |(offset, c)| offset + c.len_utf8());
    let end =
        folded[at..sentence.end].char_indices().find(|&(_, c)| ends(c)).map_or(sentence.end, |(offset, _)| at + offset);
    Span::new(sentence.start + start, end)
}
