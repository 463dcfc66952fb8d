//! Runs of digits: Arabic with grouping and decimals, Chinese one by one or with 点.

use super::{Ends, Form, Last, Numeral, Reader, is_han, skip_space};
use crate::lexicon::{Lexicon, NumeralChar};
use crate::span::Span;
use rust_decimal::Decimal;

/// More digits than an `i64` of hundred millionths of 亿 holds are read by the reader.
const PLAIN_DIGITS: usize = 10;

/// 63, 318.8, 500万, 1.2亿 with nothing behind that could go on: most numerals of a page, read without the reader.
pub(super) fn plain(lexicon: &Lexicon, folded: &str, at: usize) -> Option<Numeral> {
    let bytes = folded.as_bytes();
    if *bytes.get(at)? >= 0x80 {
        return plain_digit(lexicon, folded, at);
    }
    let run = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = run(at);
    if whole == 0 {
        return None;
    }
    let mut end = at + whole;
    let places = if bytes.get(end) == Some(&b'.') { run(end + 1) } else { 0 };
    if places > 0 {
        end += 1 + places;
    }
    if whole + places > PLAIN_DIGITS {
        return None;
    }
    let mut mantissa =
        bytes[at..end].iter().filter(|byte| **byte != b'.').fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
    let mut rest = folded[end..].chars();
    let mut next = rest.next();
    let power = match next.and_then(|c| lexicon.numeral(c)) {
        Some(NumeralChar::Big(power @ (4 | 8))) => power,
        _ => 0,
    };
    if power > 0 {
        end = folded.len() - rest.as_str().len();
        next = rest.next();
    }
    if goes_on(lexicon, next, rest.as_str()) {
        return None;
    }
    let mut scale = places as u32;
    mantissa *= 10i64.pow(power.saturating_sub(scale));
    scale = scale.saturating_sub(power);
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    Some(point(Span::new(at, end), Decimal::new(mantissa, scale), Form::Arabic, power))
}

/// 三 of 三个, 一 of 一起.
fn plain_digit(lexicon: &Lexicon, folded: &str, at: usize) -> Option<Numeral> {
    let mut rest = folded[at..].chars();
    let Some(NumeralChar::Digit(digit)) = rest.next().and_then(|c| lexicon.numeral(c)) else { return None };
    let end = folded.len() - rest.as_str().len();
    let next = rest.next();
    let closed = !goes_on(lexicon, next, rest.as_str());
    closed.then(|| point(Span::new(at, end), Decimal::from(digit), Form::Chinese, 0))
}

/// A numeral of one value, closed by 万 or 亿 if `power` is not 0.
fn point(span: Span, value: Decimal, form: Form, power: u32) -> Numeral {
    Numeral {
        span,
        low: value,
        high: value,
        form,
        hedge: None,
        vague: false,
        bare_magnitude: false,
        has_magnitude: power > 0,
        last_big: power,
        last_power: power,
        digit_string: false,
    }
}

/// Whether the character behind digits or a magnitude, in front of `rest`, may belong to the numeral.
fn goes_on(lexicon: &Lexicon, next: Option<char>, rest: &str) -> bool {
    let Some(c) = next else { return false };
    match c {
        // 八个亿
        '个' => rest.starts_with('亿'),
        '.' | '．' | ',' | '，' | '点' | '\u{200b}' | '\u{feff}' | '\u{202f}' => true,
        _ => lexicon.numeral(c).is_some() || lexicon.hedges_inside.may_begin(c) || c.is_whitespace(),
    }
}

impl Reader<'_> {
    /// 3200, ３２００, 3.25, 1,100; grouping only in full groups of three.
    pub(super) fn arabic(&mut self) -> Option<()> {
        let mut mantissa: i128 = 0;
        let mut scale = 0u32;
        let mut digits = 0;
        let mut fraction = false;
        let start = self.at;
        loop {
            while let Some(byte @ b'0'..=b'9') = self.folded.as_bytes().get(self.at) {
                digits += 1;
                if digits > 27 {
                    return None;
                }
                mantissa = mantissa * 10 + i128::from(byte - b'0');
                scale += u32::from(fraction);
                self.at += 1;
            }
            match self.peek(self.at) {
                Some((c, NumeralChar::Arabic(digit))) => {
                    digits += 1;
                    if digits > 27 {
                        return None;
                    }
                    mantissa = mantissa * 10 + i128::from(digit);
                    scale += u32::from(fraction);
                    self.at += c.len_utf8();
                }
                _ => {
                    let rest = &self.folded[self.at..];
                    let Some(c) = rest.chars().next() else { break };
                    let digit_follows =
                        |skip: usize| matches!(self.peek(self.at + skip), Some((_, NumeralChar::Arabic(_))));
                    let gap = if self.spaced { skip_space(self.folded, self.at) - self.at } else { 0 };
                    let point =
                        rest[gap..].starts_with('.').then(|| skip_space(self.folded, self.at + gap + 1) - self.at);
                    if let (true, Some(skip)) = (self.spaced && !fraction, point.filter(|skip| digit_follows(*skip))) {
                        fraction = true;
                        self.at += skip;
                    } else if !fraction && self.torn_point() {
                        fraction = true;
                        self.at = skip_space(self.folded, self.at) + 1;
                    } else if gap > 0 && digit_follows(gap) {
                        self.at += gap;
                    } else if matches!(c, '.' | '．') && !fraction && digit_follows(c.len_utf8()) {
                        fraction = true;
                        self.at += c.len_utf8();
                    } else if matches!(c, ',' | '，' | '\u{2009}' | '\u{202f}') && !fraction && self.groups(start, c) {
                        self.at += c.len_utf8();
                    } else {
                        break;
                    }
                }
            }
        }
        let mut value = Decimal::try_from_i128_with_scale(mantissa, scale).ok()?;
        self.last = Last::Digits;
        self.form.get_or_insert(Form::Arabic);
        if let (false, Some((spoken, end))) = (fraction, self.chinese_fraction()) {
            value = value.checked_add(spoken)?;
            self.at = end;
        }
        self.current = Some(Ends::point(value));
        Some(())
    }

    /// `3 .5亿`: white space in front of a decimal point that a digit follows.
    fn torn_point(&self) -> bool {
        let rest = &self.folded[self.at..];
        let point = rest.trim_start_matches(' ');
        point.len() < rest.len() && point.starts_with('.') && point[1..].starts_with(|c: char| self.is_arabic(c))
    }

    /// Whether the comma at the cursor groups thousands: 1–3 digits before, exactly three behind each comma. A full-width
    /// comma groups full-width digits only (４，５６５); in 分别引进8,110家 the comma separates a list.
    fn groups(&self, start: usize, comma: char) -> bool {
        let before = &self.folded[start..self.at];
        let narrow = self.folded[start..].starts_with(|c: char| c.is_ascii());
        let width = if narrow { 1 } else { '０'.len_utf8() };
        let digits = |text: &str| text.chars().take_while(|c| c.len_utf8() == width && self.is_arabic(*c)).count();
        let (head, rest) = before.split_once(comma).unwrap_or((before, ""));
        let zero = head.starts_with(['0', '０']);
        if zero || !(1..=3).contains(&digits(head)) || digits(head) * width != head.len() {
            return false;
        }
        if !rest.is_empty() && rest.split(comma).any(|group| digits(group) != 3) {
            return false;
        }
        let clause = &self.folded[..start];
        let clause = &clause[clause.rfind(['，', '。', '；', '\n']).map_or(0, |at| at)..];
        let group = &self.folded[self.at + comma.len_utf8()..];
        // 82，225.00元: between half-width digits only the decimals tell a full-width comma from the end of a clause.
        let sure = narrow == (comma != '，') || group.get(3..).is_some_and(|rest| rest.starts_with('.'));
        digits(group) == 3 && sure && !clause.contains("分别")
    }

    fn is_arabic(&self, c: char) -> bool {
        matches!(self.lexicon.numeral(c), Some(NumeralChar::Arabic(_)))
    }

    /// 三; 三五 (three to five); 二〇一二 (digit by digit); 一点五.
    pub(super) fn chinese_digits(&mut self) -> Option<()> {
        let mut digits: [u8; 27] = [0; 27];
        let mut count = 0;
        while let Some((c, NumeralChar::Digit(digit))) = self.peek(self.at) {
            if count == digits.len() {
                return None;
            }
            // 三两, 二两: behind a digit 两 is the weight; not in 一两百.
            if c == '两' && count > 0 && !(digits[..count] == [1] && self.magnitude_at(self.at + c.len_utf8())) {
                break;
            }
            digits[count] = digit;
            count += 1;
            self.at += c.len_utf8();
        }
        self.form.get_or_insert(Form::Chinese);
        self.last = Last::Digits;
        let number = |digits: &[u8]| {
            let value = digits.iter().fold(0i128, |value, &digit| value * 10 + i128::from(digit));
            Decimal::from_i128_with_scale(value, 0)
        };
        let ends = match digits[..count] {
            [a, b] if a > 0 && (b == a + 1 || (a, b) == (3, 5)) => {
                Ends { low: Decimal::from(a), high: Decimal::from(b) }
            }
            [_] => Ends::point(number(&digits[..count])),
            _ => {
                self.digit_string = true;
                Ends::point(number(&digits[..count]))
            }
        };
        self.current = Some(match self.chinese_fraction() {
            Some((fraction, end)) if count == 1 => {
                self.at = end;
                ends.plus(Ends::point(fraction))?
            }
            _ => ends,
        });
        Some(())
    }

    /// Whether 百, 千, 万 or 亿 stands at a position.
    fn magnitude_at(&self, at: usize) -> bool {
        matches!(self.peek(at), Some((_, NumeralChar::Small(2..) | NumeralChar::Big(_))))
    }

    /// 点五 behind digits or a magnitude (一点五亿, 五万点三, 1点1), unless a clock speaks: 三点五十分, 8点30到会.
    pub(super) fn chinese_fraction(&self) -> Option<(Decimal, usize)> {
        let start = skip_space(self.folded, self.at);
        let rest = self.folded[start..].strip_prefix('点')?;
        let mut at = self.folded.len() - rest.len();
        if start > self.at {
            at = skip_space(self.folded, at);
        }
        let mixed = self.form == Some(Form::Arabic) || self.is_arabic(self.folded[at..].chars().next()?);
        let (mut mantissa, mut scale) = (0i128, 0u32);
        while let Some((c, NumeralChar::Digit(digit) | NumeralChar::Arabic(digit))) = self.peek(at) {
            if scale == 24 {
                return None;
            }
            mantissa = mantissa * 10 + i128::from(digit);
            scale += 1;
            at += c.len_utf8();
        }
        let follows = self.folded[at..].chars().next();
        // 十二点五分之一 is a part.
        let part = self.folded[at..].starts_with("分之");
        let clock = (matches!(follows, Some('分' | '十' | '刻')) && !part)
            || (mixed && (scale == 2 || follows.is_some_and(|c| is_han(c) && !"万亿元块倍亩".contains(c) && !part)));
        (scale > 0 && !clock).then(|| (Decimal::from_i128_with_scale(mantissa, scale), at))
    }
}
