//! Arithmetic audit: sums that a sentence states with their parts, averages with their number, figures told twice.
//!
//! Takes quantities with their contexts, gives flags per quantity, in order. Changes no value: what an article writes stays,
//! and what would be right stands beside it. Rounding is allowed for, to the last place that is written.

use crate::context::Context;
use crate::layout::LineKind;
use crate::lexicon::Bound;
use crate::quantity::{Kind, Quantity};
use crate::sentence::Sentence;
use crate::span::Span;
use rust_decimal::Decimal;

/// A warning about one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flag {
    /// The unit was left out and supplied: 近2亿.
    UnitElided,
    /// The parts of a sum do not make the total; what they make, for the total itself.
    SumMismatch(Option<Decimal>),
    /// 2.7379万元 where the other parts need 2.7379亿元: the value that the sum needs.
    MagnitudeSuspect(Decimal),
    /// A figure told before, or told more exactly further down: the other fact's expression.
    Restates(Span),
}

/// Flags of all quantities, in order.
pub fn audit(folded: &str, sentences: &[Sentence], quantities: &[Quantity], contexts: &[Context]) -> Vec<Vec<Flag>> {
    let mut flags: Vec<Vec<Flag>> =
        quantities.iter().map(|quantity| if quantity.elided { vec![Flag::UnitElided] } else { Vec::new() }).collect();
    let mut page = Page { folded, quantities, contexts, flags: &mut flags };
    let all: Vec<usize> = (0..quantities.len()).filter(|at| quantities[*at].fact).collect();
    let before = |facts: &[usize], limit| facts.iter().take_while(|at| quantities[**at].span.start < limit).count();
    let mut rest = &all[..];
    for sentence in sentences {
        rest = &rest[before(rest, sentence.span.start)..];
        let facts;
        (facts, rest) = rest.split_at(before(rest, sentence.span.end));
        if facts.len() > 2 {
            page.parts(sentence.span, facts);
            page.total(facts);
        }
        page.average(facts);
    }
    page.told_twice(&all, sentences);
    flags
}

/// How surely a list names all parts of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    /// 其中 … 余下的: it does not.
    Part,
    /// 其中: it may.
    Likely,
    /// 合计: it does.
    Whole,
}

struct Page<'p> {
    folded: &'p str,
    quantities: &'p [Quantity],
    contexts: &'p [Context],
    flags: &'p mut Vec<Vec<Flag>>,
}

impl Page<'_> {
    /// 到位4.1565亿元，其中宝安2.7379亿元、市直4750万元、国企9436万元.
    fn parts(&mut self, sentence: Span, facts: &[usize]) {
        let mut at = sentence.start;
        while let Some(offset) = self.folded[at..sentence.end].find("其中") {
            let cue = at + offset;
            at = cue + "其中".len();
            let before = facts.partition_point(|fact| self.quantities[*fact].span.start < cue);
            let Some(&total) = before.checked_sub(1).and_then(|last| facts.get(last)) else { continue };
            let parts = self.listed(total, None, facts[before..].iter());
            // 余下的由省里统筹: then the parts named are not all.
            let end = parts.last().map_or(at, |last| self.quantities[*last].span.end);
            let rest = self.folded[at..end].chars().chain(self.folded[end..sentence.end].chars().take(8));
            let rest: String = rest.collect();
            let whole = !["其余", "余下", "剩下", "另"].iter().any(|word| rest.contains(word));
            self.check(total, &parts, if whole { List::Likely } else { List::Part });
        }
    }

    /// 深圳6200万元、中山4300万元，合计1.05亿元.
    fn total(&mut self, facts: &[usize]) {
        for (at, &total) in facts.iter().enumerate().skip(2) {
            let before = self.folded[..self.quantities[total].outer.start].trim_end_matches(['达', '为', '约', '近']);
            if !["合计", "共计", "总计", "加起来", "两项共"].iter().any(|word| before.ends_with(word)) {
                continue;
            }
            let mut parts = self.listed(total, Some(total), facts[..at].iter().rev());
            parts.reverse();
            self.check(total, &parts, List::Whole);
        }
    }

    /// The facts of a list of parts: of the total's kind and unit, one beside another, the first beside `from`.
    fn listed<'f>(&self, total: usize, from: Option<usize>, facts: impl Iterator<Item = &'f usize>) -> Vec<usize> {
        let mut last = from;
        let goes_on = |fact: &&usize| {
            let joined = last.is_none_or(|last| self.beside(last.min(**fact), last.max(**fact)));
            last = Some(**fact);
            self.alike(total, **fact) && joined
        };
        facts.take_while(goes_on).copied().collect()
    }

    fn alike(&self, total: usize, part: usize) -> bool {
        let (a, b) = (&self.quantities[total], &self.quantities[part]);
        let single = |at: usize| self.contexts[at].each.is_none() && self.quantities[at].bound != Bound::Range;
        a.kind == b.kind
            && matches!(a.kind, Kind::Money | Kind::Area | Kind::Count)
            && a.unit == b.unit
            && single(total)
            && single(part)
            && self.contexts[total].planned == self.contexts[part].planned
    }

    /// Whether two facts follow each other in a list: a short stretch between, no end of a segment, no other fact.
    fn beside(&self, first: usize, second: usize) -> bool {
        let gap = Span::between(self.quantities[first].span, self.quantities[second].span).of(self.folded);
        let others = (first + 1..second).any(|at| self.quantities[at].fact);
        !others
            && gap.chars().count() <= 24
            && !gap.contains(['；', ';', '。', '\n', '）', ')'])
            && gap.contains(['、', '，', ',', '和'])
    }

    /// Checks a total against its parts.
    fn check(&mut self, total: usize, parts: &[usize], list: List) {
        if parts.len() < 2 {
            return;
        }
        let value = |at: usize| self.quantities[at].low;
        // A sum beyond what a decimal holds is no sum of money.
        let sum = parts.iter().try_fold(Decimal::ZERO, |sum, part| sum.checked_add(value(*part)));
        let slack = parts.iter().chain([&total]).try_fold(Decimal::ZERO, |sum, at| sum.checked_add(self.slack(*at)));
        let (Some(sum), Some(slack)) = (sum, slack) else { return };
        let target = value(total);
        if (sum - target).abs() <= slack {
            return;
        }
        // One slip of 万 or 亿 that makes the sum right to the last place.
        let slips = [4u32, 8].map(|power| Decimal::from(10u64.pow(power)));
        let right = |sum: Decimal| (sum - target).abs() <= slack;
        let mended = parts.iter().find_map(|&part| {
            let others = sum - value(part);
            let wanted = slips.iter().flat_map(|slip| [value(part).checked_mul(*slip), value(part).checked_div(*slip)]);
            wanted
                .flatten()
                .find(|proposal| others.checked_add(*proposal).is_some_and(right))
                .map(|proposal| (part, proposal))
        });
        match mended {
            Some((part, proposal)) if list != List::Part => self.flags[part].push(Flag::MagnitudeSuspect(proposal)),
            _ if sum < target && list != List::Whole => return,
            _ => {}
        }
        self.flags[total].push(Flag::SumMismatch(Some(sum)));
        for &part in parts {
            self.flags[part].push(Flag::SumMismatch(None));
        }
    }

    /// 16个村2180万元，平均每村1362.5万元: an average that is off by a magnitude.
    fn average(&mut self, facts: &[usize]) {
        for window in facts.windows(2) {
            let (total, mean) = (window[0], window[1]);
            let (whole, part) = (&self.quantities[total], &self.quantities[mean]);
            let Some(group) = self.contexts[mean].each else { continue };
            if whole.kind != part.kind
                || whole.unit != part.unit
                || self.contexts[total].each.is_some()
                || part.low.is_zero()
            {
                continue;
            }
            let between = Span::between(whole.span, part.span).of(self.folded);
            let same = self.contexts[mean].of.is_none() || self.contexts[mean].of == self.contexts[total].of;
            if !between.contains("平均") || !same {
                continue;
            }
            // The number of members, counted last before: 重点帮扶村86条.
            let noun = group.of(self.folded);
            let number = self.quantities[..total].iter().zip(self.contexts).rev().find(|(quantity, context)| {
                let counted = context.of.is_some_and(|of| of.of(self.folded).ends_with(noun));
                quantity.fact && quantity.kind == Kind::Count && (counted || quantity.unit == noun)
            });
            let Some((number, _)) = number else { continue };
            let product = number.low.checked_mul(part.low).unwrap_or_default();
            let near = |value: Decimal| {
                let slack =
                    number.low.checked_mul(self.slack(mean)).and_then(|slack| slack.checked_add(self.slack(total)));
                slack.is_some_and(|slack| (value - whole.low).abs() <= slack)
            };
            if near(product) {
                continue;
            }
            let slips = [1u32, 4].map(|power| Decimal::from(10u64.pow(power)));
            let slip = slips.iter().find_map(|slip| {
                let up = product.checked_mul(*slip).filter(|value| near(*value)).and(part.low.checked_mul(*slip));
                up.or_else(|| product.checked_div(*slip).filter(|value| near(*value)).and(part.low.checked_div(*slip)))
            });
            if let Some(proposal) = slip {
                self.flags[mean].push(Flag::MagnitudeSuspect(proposal));
            }
        }
    }

    /// Half of the last place that is written; a tenth of the value when it is hedged.
    fn slack(&self, at: usize) -> Decimal {
        let quantity = &self.quantities[at];
        let hedged = if quantity.bound == Bound::Exact { Decimal::ZERO } else { quantity.low / Decimal::TEN };
        hedged.saturating_add(last_place(quantity.span.of(self.folded), quantity.low) / Decimal::TWO)
    }

    /// A headline's 近2亿元 is the body's 1.9245亿元; a sum of three or more digits that comes again is the same sum.
    fn told_twice(&mut self, facts: &[usize], sentences: &[Sentence]) {
        let body = sentences.iter().find(|sentence| sentence.kind == LineKind::Body).map_or(0, |body| body.span.start);
        for (index, &fact) in facts.iter().enumerate() {
            let quantity = &self.quantities[fact];
            let same = |other: &&usize| {
                let other = &self.quantities[**other];
                other.kind == quantity.kind && other.unit == quantity.unit && other.bound != Bound::Range
            };
            let single = self.contexts[fact].each.is_none();
            let twin = if quantity.span.start < body {
                facts[index + 1..]
                    .iter()
                    .filter(same)
                    .find(|other| self.quantities[**other].span.start >= body && self.rounds_to(fact, **other))
            } else if quantity.kind == Kind::Money && single {
                let equal = |other: &&usize| self.quantities[**other].low == quantity.low;
                let told = |other: &&usize| self.quantities[**other].span.start >= body;
                let twin = facts[..index].iter().filter(same).filter(told).find(equal);
                twin.filter(|_| digits(quantity.low) >= 3)
            } else {
                None
            };
            if let Some(&twin) = twin {
                self.flags[fact].push(Flag::Restates(self.quantities[twin].span));
            }
        }
    }

    /// Whether one figure is another one rounded, in the direction that its hedge says.
    fn rounds_to(&self, rough: usize, exact: usize) -> bool {
        let (rough_value, exact_value) = (self.quantities[rough].low, self.quantities[exact].low);
        let place = last_place(self.quantities[rough].span.of(self.folded), rough_value);
        let (difference, wide) = (exact_value - rough_value, rough_value / Decimal::TEN);
        match self.quantities[rough].bound {
            Bound::Exact if difference.is_zero() => digits(rough_value) >= 2,
            Bound::Exact => difference.abs() <= place / Decimal::TWO && digits(rough_value) >= 2,
            Bound::Nearly | Bound::Under | Bound::AtMost => difference <= Decimal::ZERO && -difference <= wide,
            Bound::Over | Bound::AtLeast => difference >= Decimal::ZERO && difference <= wide,
            Bound::About => difference.abs() <= wide,
            _ => false,
        }
    }
}

/// Significant digits of a value.
fn digits(value: Decimal) -> u32 {
    let mut digits = value.mantissa().unsigned_abs();
    while digits != 0 && digits.is_multiple_of(10) {
        digits /= 10;
    }
    digits.checked_ilog10().map_or(0, |last| last + 1)
}

/// What one is worth in the last place that is written: 1万 in 5300万, 100万 in 4.36亿.
fn last_place(text: &str, value: Decimal) -> Decimal {
    let written: String = text
        .chars()
        .map(|c| {
            char::from_u32((c as u32).wrapping_sub(0xFEE0)).filter(|c| c.is_ascii_digit() || *c == '.').unwrap_or(c)
        })
        .filter(|c| *c != ',')
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let places = written.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    match written.parse::<Decimal>() {
        Ok(number) if !number.is_zero() => {
            let place = Decimal::from_i128_with_scale(1, places.min(20) as u32);
            value.checked_div(number).and_then(|step| step.checked_mul(place)).unwrap_or_default()
        }
        // 四亿, 一万七: the zeros at the end are not told.
        _ => {
            let whole = value.trunc().normalize().to_string();
            let zeros = whole.len() - whole.trim_end_matches('0').len();
            Decimal::from(10u64.checked_pow(zeros as u32).unwrap_or(1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_place_that_is_written() {
        let place = |text: &str, value: i64| last_place(text, Decimal::from(value)).normalize();
        assert_eq!(place("4.36亿元", 436_000_000), Decimal::from(1_000_000));
        assert_eq!(place("5300万元", 53_000_000), Decimal::from(10_000));
        assert_eq!(place("１．２万元", 12_000), Decimal::from(1_000));
        assert_eq!(place("四亿元", 400_000_000), Decimal::from(100_000_000));
    }

    #[test]
    fn zeros_at_the_ends_are_not_significant() {
        assert_eq!(digits(Decimal::from(192_450_000)), 5);
        assert_eq!(digits(Decimal::from(200_000_000)), 1);
        assert_eq!(digits(Decimal::new(5, 2)), 1);
    }
}
