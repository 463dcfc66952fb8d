//! Parts and signs: 三分之一, 百分之二十, 3/4, 三又五分之一, 半亩, 负5%.

use super::measured::{Measured, Piece};
use super::noise::Noise;
use super::{Kind, Quantity, Scanner};
use crate::lexicon::{Bound, NumeralChar, UnitKind};
use crate::numeral::{self, Form, Numeral};
use crate::span::Span;
use rust_decimal::Decimal;

/// Places of decimals that a share keeps: 三分之一 is 33.3333%.
const SHARE_PLACES: u32 = 4;

impl Scanner<'_> {
    /// 三分之一, 百分之二十, 百分之三十到五十, and where numbers are wanted 3/4 and 三又五分之一.
    pub(super) fn fraction(&self, first: &Numeral, sentence: Span) -> Option<Quantity> {
        let rest = self.folded[first.span.end..].trim_start();
        if self.numbers && rest.starts_with("分百") {
            return Some(self.all_of_it(first.span.start));
        }
        let mixed = self.numbers && first.form == Form::Arabic;
        if !mixed && !rest.starts_with(['分', '又', '/']) {
            return None;
        }
        let (whole, part) = match self.part(first) {
            Some(part) => (Decimal::ZERO, part),
            None => (first.low, self.part_behind_whole(first)?),
        };
        let Part { bottom, top, slash } = part;
        // 百分之, 千分之 and 万分之 are rates; 五分之一 is a number that an article means as a share.
        let rate = !slash && bottom.span.of(self.folded).chars().all(|c| "百佰千仟万".contains(c));
        let (second, end) = if rate { self.other_percent(&top) } else { None }.unwrap_or((top, top.span.end));
        let share = |value: Decimal| value.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(bottom.low);
        let (mut low, mut high) = (share(top.low)?, share(second.high)?);
        let start = first.span.start;
        let mut quantity = self.no_fact(Span::new(start, end), Kind::Percent, "percent.fraction", None);
        if self.numbers && !rate {
            (quantity.kind, quantity.rule) = (Kind::Number, "number.fraction");
            let sum = |value: Decimal| value.checked_div(bottom.low)?.checked_add(whole);
            (low, high) = (sum(top.low)?, sum(top.high)?);
        } else {
            (low, high) = (low.round_dp(SHARE_PLACES), high.round_dp(SHARE_PLACES));
            (quantity.fact, quantity.unit) = (true, "%".to_string());
        }
        (quantity.low, quantity.high, quantity.valued) = (low.normalize(), high.normalize(), true);
        quantity.bound = if low == high { Bound::Exact } else { Bound::Range };
        let main = Piece { numeral: top, unit: Measured::Nothing, end: top.span.end };
        let sign = self.hedges(&mut quantity, &top, &main, sentence);
        self.negate(&mut quantity, sign);
        Some(quantity)
    }

    /// 百分百.
    fn all_of_it(&self, start: usize) -> Quantity {
        let mut quantity =
            self.no_fact(Span::new(start, start + "百分百".len()), Kind::Percent, "percent.fraction", None);
        (quantity.low, quantity.high) = (Decimal::ONE_HUNDRED, Decimal::ONE_HUNDRED);
        (quantity.valued, quantity.fact, quantity.unit) = (true, true, "%".to_string());
        quantity
    }

    /// 三分之一: denominator first; 1/3: numerator first. White space may stand between the parts.
    fn part(&self, first: &Numeral) -> Option<Part> {
        let over = |at: usize, sign: char| {
            let at = numeral::skip_space(self.folded, at);
            Some(numeral::skip_space(self.folded, at + self.folded[at..].strip_prefix(sign).map(|_| sign.len_utf8())?))
        };
        let spelled = over(first.span.end, '分').and_then(|at| over(at, '之'));
        let (at, slash) = match spelled {
            Some(at) => (at, false),
            None if self.numbers && first.form == Form::Arabic => (over(first.span.end, '/')?, true),
            None => return None,
        };
        let second = if slash { numeral::read(self.lexicon, self.folded, at)? } else { self.share(at)? };
        let (bottom, top) = if slash { (second, *first) } else { (*first, second) };
        let written_twice = slash && (self.folded[second.span.end..].starts_with('/') || second.form != Form::Arabic);
        let top = Numeral { span: Span::new(top.span.start, first.span.end.max(second.span.end)), ..top };
        (!bottom.low.is_zero() && bottom.low == bottom.high && !written_twice).then_some(Part { bottom, top, slash })
    }

    /// What stands behind 分之; where numbers are wanted also 负五 and 15K.
    fn share(&self, at: usize) -> Option<Numeral> {
        if !self.numbers {
            return numeral::read(self.lexicon, self.folded, at);
        }
        let Some(rest) = self.folded[at..].strip_prefix(['负', '-', '－']) else {
            return self.shorthand(numeral::read(self.lexicon, self.folded, at)?);
        };
        let top = numeral::read(self.lexicon, self.folded, self.folded.len() - rest.len())?;
        Some(Numeral { low: -top.high, high: -top.low, ..top })
    }

    /// 三又五分之一, 1又1/5, 1 1/2.
    fn part_behind_whole(&self, whole: &Numeral) -> Option<Part> {
        let at = numeral::skip_space(self.folded, whole.span.end);
        let at = match self.folded[at..].strip_prefix('又') {
            Some(_) => numeral::skip_space(self.folded, at + '又'.len_utf8()),
            None if at > whole.span.end => at,
            None => return None,
        };
        self.part(&numeral::read(self.lexicon, self.folded, at)?).filter(|_| self.numbers)
    }

    /// 百分之三十到五十, 百分之三十到百分之五十.
    fn other_percent(&self, top: &Numeral) -> Option<(Numeral, usize)> {
        let at = super::range::separator(self.folded, top.span.end)?;
        let at = at + self.folded[at..].strip_prefix("百分之").map_or(0, |_| "百分之".len());
        let second = numeral::read(self.lexicon, self.folded, at)?;
        (top.high < second.low && self.measured(&second).is_none()).then_some((second, second.span.end))
    }

    /// 十分之一: the word 十分 only begins a fraction. 投入伍拾元: 入伍 is no word where the formal numeral goes on.
    pub(super) fn opens_numeral(&self, idiom: Span) -> bool {
        let word = idiom.of(self.folded);
        let formal = |c: char| matches!(self.lexicon.numeral(c), Some(NumeralChar::Formal(_)));
        let goes_on = |c: char| formal(c) || matches!(c, '佰' | '仟' | '万' | '亿');
        let behind = self.folded[idiom.end..].chars().next();
        if word.chars().next_back().is_some_and(formal) && behind.is_some_and(goes_on) {
            return true;
        }
        word.ends_with('分') && self.folded[idiom.end..].starts_with('之') || self.numbers && word == "百分百"
    }

    /// 半亩, 半成, 半百; where numbers are wanted also 半个. Not 上半年, 一半, 半天.
    pub(super) fn half_counts(&self, half: &Piece<'_>) -> bool {
        let before = self.folded[..half.numeral.span.start].chars().next_back();
        if before.is_some_and(|c| "一上下前后大过近多对南北东西".contains(c)) {
            return false;
        }
        match half.unit {
            Measured::Unit(unit) => {
                self.numbers
                    || matches!(unit.kind, UnitKind::Area | UnitKind::Length | UnitKind::Percent | UnitKind::Money)
            }
            Measured::Word(..) => self.numbers,
            Measured::Nothing => half.numeral.has_magnitude,
        }
    }

    /// Length of the dash that is a minus at the end of `before`: -5.2%. A dash before a count is a bullet, and so is one
    /// before a sum in an article.
    pub(super) fn dash_before(&self, before: &str, piece: &Piece<'_>) -> Option<usize> {
        let dash = before.chars().next_back().filter(|c| matches!(c, '-' | '－' | '−'))?;
        let percent = matches!(piece.unit, Measured::Unit(unit) if unit.kind == UnitKind::Percent);
        let count = matches!(piece.unit, Measured::Word(..));
        let lead = before[..before.len() - dash.len_utf8()].chars().next_back();
        let open =
            lead.is_none_or(|c| c.is_whitespace() || "（(：:，,、；;".contains(c) || (percent && numeral::is_han(c)));
        (open && !count && (self.numbers || percent)).then(|| dash.len_utf8())
    }

    /// Turns the sign of a quantity whose minus begins at `sign`.
    pub(super) fn negate(&self, quantity: &mut Quantity, sign: Option<usize>) {
        if let Some(start) = sign {
            (quantity.low, quantity.high) = (-quantity.high, -quantity.low);
            quantity.span.start = start;
            quantity.outer.start = quantity.outer.start.min(start);
        }
    }

    /// What looks like a code or a serial number inside a number: 0.000000000008万亿, and where numbers are wanted k-20k in
    /// 5k-20k.
    pub(super) fn spells_code(&self, quantity: &Quantity, noise: Option<&&Noise>) -> bool {
        noise.is_some_and(|noise| {
            let digits = matches!(noise.rule, super::noise::LONG_DIGITS | super::noise::PHONE);
            let part = digits || (self.numbers && noise.rule == super::noise::CODE);
            part && noise.span.end <= quantity.span.end
        })
    }

    /// 101111111元, 13800138000元: a run of digits with a unit is an amount, and where numbers are wanted a number.
    pub(super) fn long_amount(&self, noise: &Noise) -> bool {
        let serial = noise.rule == super::noise::LONG_DIGITS;
        let run = (serial || noise.rule == super::noise::PHONE)
            && noise.span.of(self.folded).chars().all(|c| c.is_ascii_digit() || !c.is_ascii());
        run && numeral::read(self.lexicon, self.folded, noise.span.start).is_some_and(|numeral| {
            let measured = match self.measured(&numeral).map(|piece| piece.unit) {
                Some(Measured::Unit(unit)) => Kind::of_unit(unit.kind).can_be_fact(),
                Some(Measured::Word(..)) => serial,
                _ => serial && self.numbers,
            };
            measured || numeral.last_big > 0
        })
    }
}

struct Part {
    bottom: Numeral,
    top: Numeral,
    slash: bool,
}
