//! What people write where numbers are wanted and no article stands around them: 100K, 1.5e3, `1 200元`, 1,2345元, 一米七五,
//! 对折, `六 个 百 分点`, 五分 as a sum.

use super::measured::Piece;
use super::{Kind, Quantity, Scanner};
use crate::lexicon::{NumeralChar, Unit};
use crate::numeral::{self, Form, Numeral};
use crate::span::Span;
use rust_decimal::Decimal;

impl Scanner<'_> {
    /// Where numbers are wanted: .5 without its zero, 100K, 3w, 1.2M, 2^5, 1.5e3.
    pub(super) fn shorthand(&self, numeral: Numeral) -> Option<Numeral> {
        let mut numeral = numeral;
        if !self.numbers || numeral.form != Form::Arabic {
            return Some(numeral);
        }
        let before = self.folded[..numeral.span.start].strip_suffix(['.', '．']);
        let digits = numeral.span.of(self.folded).chars().take_while(char::is_ascii_digit).count() as u32;
        if before.is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '.')) && digits <= 20 {
            let step = Decimal::from_i128_with_scale(1, digits);
            (numeral.low, numeral.high) = (numeral.low.checked_mul(step)?, numeral.high.checked_mul(step)?);
            numeral.span.start = before.map_or(0, str::len);
        }
        if let Some((factor, end)) = self.exponent(&numeral) {
            let factor = factor?;
            (numeral.low, numeral.high) = (factor, factor);
            numeral.span.end = end;
            return Some(numeral);
        }
        let rest = &self.folded[numeral.span.end..];
        // 30km² has a unit that begins with k; the M of 3M is no megabyte.
        if self.lexicon.units.longest(rest).is_some_and(|(length, _)| length > 1) {
            return Some(numeral);
        }
        let mut rest = rest.chars();
        let power = match rest.next() {
            Some('k' | 'K' | 'ｋ' | 'Ｋ') => 1_000,
            Some('w') => 10_000,
            Some('M') => 1_000_000,
            // 5G is a kind of network.
            Some('G') if numeral.low.scale() > 0 => 1_000_000_000,
            _ => return Some(numeral),
        };
        let behind = rest.as_str();
        let counted = self.lexicon.units.longest(behind).is_some() || self.lexicon.measures.longest(behind).is_some();
        if counted || !behind.starts_with(|c: char| c.is_alphanumeric()) {
            let factor = Decimal::from(power);
            (numeral.low, numeral.high) = (numeral.low.checked_mul(factor)?, numeral.high.checked_mul(factor)?);
            numeral.span.end = self.folded.len() - behind.len();
        }
        Some(numeral)
    }

    /// 2^5, 1.5e3: the value, None when it is too large, and where it ends.
    fn exponent(&self, base: &Numeral) -> Option<(Option<Decimal>, usize)> {
        let rest = &self.folded[base.span.end..];
        let scientific = rest.starts_with(['e', 'E', 'ｅ', 'Ｅ']);
        let rest = rest.strip_prefix(['e', 'E', 'ｅ', 'Ｅ', '^'])?;
        let (negative, rest) = match rest.strip_prefix(['-', '－']) {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let power = numeral::read(self.lexicon, self.folded, self.folded.len() - rest.len())?;
        let plain = power.form == Form::Arabic && power.low.scale() == 0 && !power.has_magnitude;
        let steps = u32::try_from(power.low).ok().filter(|steps| plain && *steps <= 64)?;
        let factor = if scientific { Decimal::TEN } else { base.low };
        let raised = (0..steps).try_fold(Decimal::ONE, |value, _| value.checked_mul(factor));
        let raised = raised.and_then(|value| if negative { Decimal::ONE.checked_div(value) } else { Some(value) });
        let value = if scientific { raised.and_then(|value| value.checked_mul(base.low)) } else { raised };
        Some((value.map(|value| value.normalize()), power.span.end))
    }

    /// `1 200元`, 1,2345元: groups of three between spaces, of four between commas, where a unit or a magnitude closes them.
    pub(super) fn grouped(&self, head: Numeral) -> Numeral {
        let digits = head.span.of(self.folded);
        if !self.numbers || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return head;
        }
        let groups = [(' ', 3), ('\u{a0}', 3), (',', 4)].into_iter();
        groups
            .filter(|(_, width)| digits.len() <= *width && !digits.starts_with('0'))
            .find_map(|(sign, width)| self.groups_of(head, sign, width))
            .unwrap_or(head)
    }

    fn groups_of(&self, head: Numeral, sign: char, width: usize) -> Option<Numeral> {
        let mut whole = head;
        while let Some(rest) = self.folded[whole.span.end..].strip_prefix(sign).filter(|_| whole.low.scale() == 0) {
            if rest.bytes().take_while(u8::is_ascii_digit).count() != width || whole.has_magnitude {
                break;
            }
            let group = numeral::read(self.lexicon, self.folded, self.folded.len() - rest.len())?;
            let step = Decimal::from(10i128.checked_pow(width as u32 + group.last_power)?);
            let value = whole.low.checked_mul(step)?.checked_add(group.low)?;
            let point = group.low == group.high && value.scale() <= 24;
            whole = Numeral { span: Span::new(head.span.start, group.span.end), low: value, high: value, ..group };
            if !point {
                return None;
            }
        }
        let closed = whole.has_magnitude || self.measured(&whole).is_some();
        (whole.span.end > head.span.end && closed).then_some(whole)
    }

    /// The unit behind a numeral whose characters white space tears apart, and where it ends: `六   个 百 分点`.
    pub(super) fn torn_unit(&self, at: usize) -> Option<(usize, &Unit)> {
        const LONGEST: usize = 12;
        let rest = &self.folded[at..];
        if !self.numbers || !rest.chars().take(LONGEST).any(char::is_whitespace) {
            return None;
        }
        let mut joined = String::new();
        let mut ends = Vec::new();
        for (offset, c) in rest.char_indices().filter(|(_, c)| !c.is_whitespace()).take(LONGEST) {
            joined.push(c);
            ends.push((joined.len(), at + offset + c.len_utf8()));
        }
        let (length, unit) = self.lexicon.units.longest(&joined)?;
        let end = ends.iter().find(|(joined, _)| *joined == length).map(|(_, end)| *end)?;
        let inner = self.folded[at..end].trim_start();
        let han = inner.chars().all(|c| c.is_whitespace() || numeral::is_han(c));
        (inner.len() > length && han).then_some((end, unit))
    }

    /// 一米七五, 1米8, 五成五, 三尺六寸: decimals and a smaller unit behind a length or share.
    pub(super) fn add_smaller(&self, piece: &mut Piece<'_>, at: usize) {
        let smaller = match &self.folded[at..piece.end] {
            "米" | "成" => None,
            "丈" => Some('尺'),
            "尺" => Some('寸'),
            _ => return,
        };
        let (mut digits, mut places, mut end) = (0, 0, piece.end);
        for c in self.folded[piece.end..].chars() {
            let Some(NumeralChar::Digit(digit) | NumeralChar::Arabic(digit)) = self.lexicon.numeral(c) else { break };
            (digits, places, end) = (digits * 10 + i64::from(digit), places + 1, end + c.len_utf8());
            if places > 2 {
                return;
            }
        }
        let rest = &self.folded[end..];
        let closed = rest.chars().next().is_none_or(|c| self.lexicon.numeral(c).is_none())
            && self.lexicon.units.longest(rest).is_none()
            && self.lexicon.measures.longest(rest).is_none();
        match smaller.filter(|unit| places == 1 && rest.starts_with(*unit)) {
            Some(unit) => end += unit.len_utf8(),
            None if places == 0 || !closed || (smaller.is_some() && places > 1) => return,
            None => {}
        }
        piece.add(Decimal::new(digits, places));
        piece.end = end;
    }
}

/// 五分 as all that a line says is a sum: nobody gave marks.
pub(super) fn cents(folded: &str, quantities: &mut [Quantity]) {
    let [only] = quantities else { return };
    let all = only.low.scale() == 0 && only.span.of(folded) == folded.trim() && only.span.of(folded).ends_with('分');
    if all && only.kind == Kind::Score && only.low == only.high && only.low < Decimal::ONE_HUNDRED {
        let value = (only.low * Decimal::new(1, 2)).normalize();
        (only.kind, only.fact, only.rule, only.low, only.high) = (Kind::Money, true, "money.cents", value, value);
        only.unit = "CNY".to_string();
    }
}

/// 打对折: half the price, without a numeral. 对折 alone may fold paper.
pub(super) fn half_prices(scanner: &Scanner<'_>, quantities: &mut Vec<Quantity>) {
    let half = Decimal::from(50);
    let sold = |at: usize| scanner.folded[..at].trim_end_matches('了').ends_with('打');
    for (at, word) in scanner.folded.match_indices("对折").filter(|(at, _)| sold(*at)) {
        let mut quantity = scanner.no_fact(Span::new(at, at + word.len()), Kind::Percent, "percent.discount", None);
        (quantity.low, quantity.high, quantity.valued, quantity.unit) = (half, half, true, "%".to_string());
        quantities.push(quantity);
    }
    quantities.sort_by_key(|quantity| quantity.span.start);
}
