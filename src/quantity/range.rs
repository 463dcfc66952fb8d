//! Ranges: 10亿元—15亿元, 8至12亿元, 20%—30%, 1—2个; unit and magnitude shared by both ends.

use super::Quantity;
use super::measured::{Measured, Piece};
use crate::lexicon::Bound;
use crate::numeral;
use crate::span::Span;
use rust_decimal::Decimal;

/// Position behind a range sign at `at`, if one stands there: —, ——, -, ~, 至, 到.
pub(super) fn separator(folded: &str, at: usize) -> Option<usize> {
    let start = numeral::skip_space(folded, at);
    let sign = folded[start..].chars().next()?;
    let twice = match sign {
        '—' | '-' => folded[start + sign.len_utf8()..].starts_with(sign),
        '–' | '－' | '~' | '～' | '〜' | '至' | '到' | '−' => false,
        _ => return None,
    };
    Some(numeral::skip_space(folded, start + sign.len_utf8() * if twice { 2 } else { 1 }))
}

/// Position behind the 与 of 10与20之间.
pub(super) fn and(folded: &str, at: usize) -> Option<usize> {
    let sign = folded[at..].chars().next().filter(|c| matches!(c, '与' | '和' | '及'))?;
    Some(at + sign.len_utf8())
}

/// Whether two pieces are the ends of one range: same unit, or the first has none; the first smaller.
/// With `numbers`, bare numbers join too: 12~23.
pub(super) fn joins(folded: &str, first: &Piece<'_>, second: &Piece<'_>, numbers: bool) -> bool {
    let same = match (&first.unit, &second.unit) {
        (Measured::Nothing, Measured::Unit(_) | Measured::Word(..)) => true,
        (Measured::Unit(a), Measured::Unit(b)) => a.kind == b.kind && a.code == b.code,
        (Measured::Word(a, _), Measured::Word(b, _)) => a.of(folded) == b.of(folded),
        // 5000万到1亿, 10-15亿 of something.
        (Measured::Nothing, Measured::Nothing) => numbers || second.numeral.last_big > 0,
        _ => false,
    };
    // 从1万元到20万元 tells a change, not a range; a line of its own that says 从5到100元 does not.
    let shared = numbers && matches!(first.unit, Measured::Nothing);
    let from = !shared && folded[..first.numeral.span.start].ends_with(['从', '由']);
    same && !from && ends(first, second).is_some()
}

/// Low and high end; 8至12亿元 shares the magnitude. None unless low < high.
pub(super) fn ends(first: &Piece<'_>, second: &Piece<'_>) -> Option<(Decimal, Decimal)> {
    let high = second.numeral.high;
    let mut low = first.numeral.low;
    let big = second.numeral.last_power;
    if big > 1 && first.numeral.last_power == 0 && matches!(first.unit, Measured::Nothing) {
        let magnitude = Decimal::from_i128_with_scale(10i128.checked_pow(big)?, 0);
        // 8至12亿 shares; 8000至1万 does not.
        if low < high / magnitude {
            low = low.checked_mul(magnitude)?;
        }
    }
    (low < high).then_some((low, high))
}

/// 大于20小于35, 1000以上、1500以下: a lower and an upper bound of the same thing are one range.
pub(super) fn join_bounds(folded: &str, quantities: &mut Vec<Quantity>) {
    let mut at = 0;
    while at + 1 < quantities.len() {
        let (first, second) = (&quantities[at], &quantities[at + 1]);
        let gap = folded.get(first.outer.end..second.outer.start).map(str::trim);
        let linked =
            matches!(gap, Some("" | "，" | "、" | "," | "并" | "且" | "并且" | "同时" | "的同时" | "而" | "但"));
        let (lower, upper) = if first.low < second.low { (first, second) } else { (second, first) };
        let bounds = matches!(lower.bound, Bound::Over | Bound::AtLeast)
            && matches!(upper.bound, Bound::Under | Bound::AtMost)
            && (first.outer != first.span && second.outer != second.span);
        if linked && bounds && first.kind == second.kind && first.unit == second.unit {
            let (low, high) = (lower.low, upper.high);
            let second = quantities.remove(at + 1);
            let first = &mut quantities[at];
            first.span = Span::new(first.span.start, second.span.end);
            first.outer = Span::new(first.outer.start, second.outer.end);
            (first.low, first.high, first.bound) = (low, high, Bound::Range);
        }
        at += 1;
    }
}
