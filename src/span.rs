//! The one coordinate system: half-open byte ranges into a document's text.
//!
//! Code points, which the output speaks in, are counted in `output` only.

use std::ops::Range;

/// A half-open byte range `start..end` into a document's text, always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The stretch between two spans; empty, at the end of the first, when they overlap or stand the other way round.
    pub const fn between(first: Span, second: Span) -> Self {
        let end = if second.start > first.end { second.start } else { first.end };
        Self { start: first.end, end }
    }

    /// The text that the span covers.
    ///
    /// # Panics
    /// If the span was not made for this text (outside it, or inside a character).
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// As a standard range.
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Number of bytes.
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span holds nothing.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies inside.
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte.
    pub const fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The items of `sorted` (by start) whose span starts inside `within`.
pub fn inside<T>(sorted: &[T], within: Span, span: impl Fn(&T) -> Span) -> &[T] {
    let rest = &sorted[sorted.partition_point(|item| span(item).start < within.start)..];
    // Stretches are short, and whoever asks goes through all of it.
    &rest[..rest.iter().position(|item| span(item).start >= within.end).unwrap_or(rest.len())]
}

/// [`inside`] for stretches that come in order: each item is looked at once.
#[derive(Debug, Clone)]
pub struct Walk<'w, T> {
    rest: &'w [T],
    span: fn(&T) -> Span,
}

impl<'w, T> Walk<'w, T> {
    /// A walk over items sorted by the start of their spans.
    pub const fn new(sorted: &'w [T], span: fn(&T) -> Span) -> Self {
        Self { rest: sorted, span }
    }

    /// The items whose span starts inside `within`, which starts no earlier than the stretch before.
    pub fn inside(&mut self, within: Span) -> &'w [T] {
        let starts = |items: &[T], limit: usize| {
            items.iter().position(|item| (self.span)(item).start >= limit).unwrap_or(items.len())
        };
        self.rest = &self.rest[starts(self.rest, within.start)..];
        &self.rest[..starts(self.rest, within.end)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_never_runs_backwards() {
        assert_eq!(Span::between(Span::new(0, 3), Span::new(5, 9)), Span::new(3, 5));
        assert!(Span::between(Span::new(0, 6), Span::new(3, 9)).is_empty());
        assert!(Span::between(Span::new(5, 9), Span::new(0, 3)).is_empty());
    }
}
