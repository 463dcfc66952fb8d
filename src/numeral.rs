//! Numerals: Arabic, full-width, Chinese, formal and mixed, to exact decimals. No units here.
//!
//! Takes the folded text and a position, gives the numeral that starts there: 3千5百万 → 35000000, 1200多万 → 12000000
//! with the hedge 多, 三五百 → 300–500. Characters come from `numerals.tsv`, inner hedges from `hedges.tsv`.

use crate::lexicon::{Hedge, Lexicon, NumeralChar};
use crate::span::Span;
use rust_decimal::Decimal;

/// How a numeral is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Digits, perhaps with 万 or 亿 behind: 3200, 3.2亿.
    Arabic,
    /// Chinese characters: 三千二百.
    Chinese,
}

/// A numeral and its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Numeral {
    /// The characters, magnitude and inner hedge included: `1200多万`.
    pub span: Span,
    /// The value, or the low end of 三五百.
    pub low: Decimal,
    /// The value, or the high end of 三五百.
    pub high: Decimal,
    /// How its first digits are written.
    pub form: Form,
    /// 多, 余, 来, 几 inside or right behind.
    pub hedge: Option<Hedge>,
    /// No value can be given: 数十, 几百.
    pub vague: bool,
    /// Only a magnitude, no digit: 千, 万 (千余名, 近百家).
    pub bare_magnitude: bool,
    /// Whether 十百千万亿 take part.
    pub has_magnitude: bool,
    /// Power of ten of a final 万 or 亿, else 0.
    pub last_big: u32,
    /// Power of ten of a final magnitude behind digits (3千, 12亿), else 0; a range shares it: 1至3千元, 8至12亿元.
    pub last_power: u32,
    /// Digits read one by one, as in a year: 二〇一二.
    pub digit_string: bool,
}

impl Numeral {
    /// Whether it is the single character 一.
    pub fn is_one(&self, folded: &str) -> bool {
        matches!(self.span.of(folded), "一" | "壹")
    }
}

#[derive(Clone, Copy)]
struct Ends {
    low: Decimal,
    high: Decimal,
}

impl Ends {
    const ZERO: Self = Self { low: Decimal::ZERO, high: Decimal::ZERO };

    fn point(value: Decimal) -> Self {
        Self { low: value, high: value }
    }

    fn plus(self, other: Self) -> Option<Self> {
        Some(Self { low: self.low.checked_add(other.low)?, high: self.high.checked_add(other.high)? })
    }

    /// Times a power of ten; None beyond 28 digits, which no amount of this world needs.
    fn times(self, power: u32) -> Option<Self> {
        let factor = Decimal::from_i128_with_scale(10i128.checked_pow(power)?, 0);
        Some(Self { low: self.low.checked_mul(factor)?, high: self.high.checked_mul(factor)? })
    }
}

/// The numeral that starts at byte `at` of the folded text, or None when none does.
pub fn read(lexicon: &Lexicon, folded: &str, at: usize) -> Option<Numeral> {
    read_spaced(lexicon, folded, at, false)
}

/// As [`read`]; with `spaced`, white space inside a run of digits belongs to it (`3 16 个`, `26 .8 万元`), as it does on
/// pages whose scraping scattered spaces.
pub fn read_spaced(lexicon: &Lexicon, folded: &str, at: usize, spaced: bool) -> Option<Numeral> {
    let mut reader = Reader {
        lexicon,
        folded,
        spaced,
        at,
        parts: [(Ends::ZERO, 0); 4],
        depth: 0,
        section: Ends::ZERO,
        current: None,
        last: Last::Start,
        hedge: None,
        form: None,
        bare: false,
        magnitude: false,
        last_big: 0,
        closing: None,
        digit_string: false,
    };
    reader.run()?;
    reader.finish(at)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Start,
    Digits,
    Zero,
    Magnitude(u32),
    Hedge,
}

struct Reader<'l> {
    lexicon: &'l Lexicon,
    folded: &'l str,
    spaced: bool,
    at: usize,
    /// Sections closed by 万, 亿: value and power, powers falling.
    parts: [(Ends, u32); 4],
    depth: usize,
    /// Value below 万 that 十百千 have closed.
    section: Ends,
    /// Digits not yet closed by a magnitude.
    current: Option<Ends>,
    last: Last,
    hedge: Option<Hedge>,
    form: Option<Form>,
    bare: bool,
    magnitude: bool,
    last_big: u32,
    /// Sum of the powers of the magnitudes at the end: 4 for 3万, 7 for 3千万.
    closing: Option<u32>,
    digit_string: bool,
}

impl Reader<'_> {
    fn peek(&self, at: usize) -> Option<(char, NumeralChar)> {
        let c = self.folded[at..].chars().next()?;
        Some((c, self.lexicon.numeral(c)?))
    }

    fn started(&self) -> bool {
        self.last != Last::Start
    }

    fn run(&mut self) -> Option<()> {
        loop {
            let before = self.at;
            match self.peek(self.at) {
                Some((_, NumeralChar::Vague)) if !self.started() => return None,
                Some((_, NumeralChar::Arabic(_))) if self.may_take_digits() => self.arabic()?,
                Some((_, NumeralChar::Digit(0)))
                    if self.started() && self.current.is_none() && self.last != Last::Hedge =>
                {
                    // 一千零五十: the zero only keeps the place, and only before more numeral.
                    let next = self.at + self.folded[self.at..].chars().next()?.len_utf8();
                    if !matches!(
                        self.peek(next),
                        Some((_, NumeralChar::Digit(_) | NumeralChar::Small(_) | NumeralChar::Arabic(_)))
                    ) {
                        break;
                    }
                    self.at = next;
                    self.last = Last::Zero;
                }
                Some((_, NumeralChar::Digit(_))) if self.may_take_digits() => {
                    if !self.digit_belongs() {
                        break;
                    }
                    self.chinese_digits()?;
                }
                Some((c, NumeralChar::Tens(tens))) if self.may_take_digits() => {
                    self.section = self.section.plus(Ends::point(Decimal::from(u32::from(tens) * 10)))?;
                    self.at += c.len_utf8();
                    self.last = Last::Magnitude(1);
                    self.form.get_or_insert(Form::Chinese);
                    self.magnitude = true;
                }
                // 1.2千米 is kilometres, not thousands of metres.
                Some((_, NumeralChar::Small(3))) if self.before_metric() => break,
                Some((c, NumeralChar::Small(power))) if self.small_fits(power) => {
                    self.bare |= !self.started() && power > 1;
                    let digits = self.current.take().unwrap_or(Ends::point(Decimal::ONE));
                    self.section = self.section.plus(digits.times(power)?)?;
                    self.at += c.len_utf8();
                    self.close(power);
                }
                Some((c, NumeralChar::Big(power))) if self.last != Last::Zero => {
                    self.bare |= !self.started();
                    if !self.big(power)? {
                        break;
                    }
                    self.at += c.len_utf8();
                    self.close(power);
                    self.last_big = power;
                }
                _ => {
                    // 十点五亿, 二百五十点五亩.
                    let tens = self.form == Some(Form::Chinese) && matches!(self.last, Last::Magnitude(1..=3));
                    if let (true, Some((fraction, end))) = (tens, self.chinese_fraction()) {
                        self.current = Some(Ends::point(fraction));
                        self.last = Last::Digits;
                        self.at = end;
                        continue;
                    }
                    // 八个亿: spoken, the 个 says nothing.
                    if self.last == Last::Digits && self.spoken_billions() {
                        self.at += "个".len();
                        continue;
                    }
                    if !self.inner_hedge() && !self.spaced_magnitude() {
                        break;
                    }
                }
            }
            if self.at == before {
                break;
            }
        }
        Some(())
    }

    fn close(&mut self, power: u32) {
        self.closing = Some(match (self.last, self.closing) {
            (Last::Magnitude(_) | Last::Hedge, Some(before)) => before + power,
            _ => power,
        });
        self.last = Last::Magnitude(power);
        self.form.get_or_insert(Form::Chinese);
        self.magnitude = true;
    }

    /// Digits start a numeral or follow a magnitude (1亿2300万); they never follow a hedge (20多2).
    fn may_take_digits(&self) -> bool {
        matches!(self.last, Last::Start | Last::Zero | Last::Magnitude(_)) && self.current.is_none()
    }

    /// A digit behind a magnitude goes on with the numeral: 三万五, 1亿2千万; but 5亿一起, 三万一定.
    fn digit_belongs(&self) -> bool {
        if !self.started() {
            return true;
        }
        let mut rest = self.folded[self.at..].chars();
        let digit = rest.next();
        let next = rest.next();
        let magnitude =
            next.is_some_and(|c| matches!(self.lexicon.numeral(c), Some(NumeralChar::Small(_) | NumeralChar::Big(_))));
        let word = digit == Some('一') && next.is_some_and(|c| "起共并同定直般些样致道个家名年月".contains(c));
        magnitude || (self.form != Some(Form::Arabic) && !word)
    }

    /// 八个亿, but 20个亿元以上项目.
    fn spoken_billions(&self) -> bool {
        let rest = self.folded[self.at..].strip_prefix("个亿");
        rest.is_some_and(|rest| !rest.starts_with(['元', '级', '以', '吨']))
    }

    fn before_metric(&self) -> bool {
        let rest = self.folded[self.at..].strip_prefix('千').unwrap_or("");
        self.last == Last::Digits && self.form == Some(Form::Arabic) && rest.starts_with(['米', '瓦', '克', '伏'])
    }

    fn small_fits(&self, power: u32) -> bool {
        match self.last {
            // 十 may stand for 一十; 二百十 does too. 百 and 千 need their digit, except in front.
            Last::Start => true,
            Last::Digits | Last::Hedge => !self.section_has(power),
            Last::Zero | Last::Magnitude(_) => power == 1 && !self.section_has(1),
        }
    }

    /// Whether the running section already holds something at or below this power: 三百五百 are two numerals.
    fn section_has(&self, power: u32) -> bool {
        let unit = Decimal::from(10u32.pow(power));
        !self.section.low.is_zero() && !(self.section.low % (unit * Decimal::TEN)).is_zero()
    }

    /// Closes everything smaller than this magnitude: 1.75万亿, 一亿二千万. False when the magnitude belongs to no number.
    fn big(&mut self, power: u32) -> Option<bool> {
        if self.last == Last::Start {
            self.section = Ends::point(Decimal::ONE);
        }
        let mut value = self.section.plus(self.current.take().unwrap_or(Ends::ZERO))?;
        while self.depth > 0 && self.parts[self.depth - 1].1 < power {
            self.depth -= 1;
            value = value.plus(self.parts[self.depth].0)?;
        }
        if value.high.is_zero() || self.depth == self.parts.len() {
            return Some(false);
        }
        if self.depth > 0 && self.parts[self.depth - 1].1 == power {
            return Some(false);
        }
        self.parts[self.depth] = (value.times(power)?, power);
        self.depth += 1;
        self.section = Ends::ZERO;
        Some(true)
    }

    /// 3200, ３２００, 3.25, 1,100; grouping only in full groups of three.
    fn arabic(&mut self) -> Option<()> {
        let mut mantissa: i128 = 0;
        let mut scale = 0u32;
        let mut digits = 0;
        let mut fraction = false;
        let start = self.at;
        loop {
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
                    } else if gap > 0 && digit_follows(gap) {
                        self.at += gap;
                    } else if matches!(c, '.' | '．') && !fraction && digit_follows(c.len_utf8()) {
                        fraction = true;
                        self.at += c.len_utf8();
                    } else if c == ',' && !fraction && self.groups(start) {
                        self.at += 1;
                    } else {
                        break;
                    }
                }
            }
        }
        self.current = Some(Ends::point(Decimal::try_from_i128_with_scale(mantissa, scale).ok()?));
        self.last = Last::Digits;
        self.form.get_or_insert(Form::Arabic);
        Some(())
    }

    /// Whether the comma at the cursor groups thousands: 1–3 digits before, exactly three behind each comma.
    fn groups(&self, start: usize) -> bool {
        let before = &self.folded[start..self.at];
        let head = before.split(',').next().unwrap_or("");
        if !before.is_ascii()
            || head.len() > 3
            || head.starts_with('0')
            || before.split(',').skip(1).any(|group| group.len() != 3)
        {
            return false;
        }
        let run = self.folded[self.at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        run == 3
    }

    /// 三; 三五 (three to five); 二〇一二 (digit by digit); 一点五.
    fn chinese_digits(&mut self) -> Option<()> {
        let mut digits: [u8; 16] = [0; 16];
        let mut count = 0;
        while let Some((c, NumeralChar::Digit(digit))) = self.peek(self.at) {
            if count == digits.len() {
                return None;
            }
            digits[count] = digit;
            count += 1;
            self.at += c.len_utf8();
        }
        self.form.get_or_insert(Form::Chinese);
        self.last = Last::Digits;
        let number =
            |digits: &[u8]| Decimal::from(digits.iter().fold(0u64, |value, &digit| value * 10 + u64::from(digit)));
        let ends = match digits[..count] {
            [a, b] if b == a + 1 || (a, b) == (3, 5) => Ends { low: Decimal::from(a), high: Decimal::from(b) },
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

    /// 点五 behind a digit, unless a clock speaks (三点五十分).
    fn chinese_fraction(&self) -> Option<(Decimal, usize)> {
        let rest = self.folded[self.at..].strip_prefix('点')?;
        let mut at = self.folded.len() - rest.len();
        let (mut mantissa, mut scale) = (0i128, 0u32);
        while let Some((c, NumeralChar::Digit(digit))) = self.peek(at) {
            if scale == 12 {
                return None;
            }
            mantissa = mantissa * 10 + i128::from(digit);
            scale += 1;
            at += c.len_utf8();
        }
        let follows = self.folded[at..].chars().next();
        let clock = matches!(follows, Some('分' | '十' | '刻'));
        (scale > 0 && !clock).then(|| (Decimal::from_i128_with_scale(mantissa, scale), at))
    }

    /// 多, 余, 来, 几, + where a magnitude, unit or noun follows: 1200多万, 60余家, 240+场次.
    fn inner_hedge(&mut self) -> bool {
        if !self.started() || matches!(self.last, Last::Hedge | Last::Zero) {
            return false;
        }
        if self.spaced {
            let next = skip_space(self.folded, self.at);
            if self.lexicon.hedges_inside.longest(&self.folded[next..]).is_some() {
                self.at = next;
            }
        }
        let rest = &self.folded[self.at..];
        let Some((length, hedge)) = self.lexicon.hedges_inside.longest(rest) else { return false };
        let after = &rest[length..];
        let allowed = match &rest[..length] {
            // 十几亿, 二十几个, 730几盏; 5几 is nothing.
            "几" => {
                matches!(self.last, Last::Magnitude(_))
                    || (self.last == Last::Digits && self.folded[..self.at].ends_with(['0', '０']))
            }
            // 300来人, but 300来自, 5来到.
            "来" => {
                !after.starts_with(['自', '到', '源', '访', '年', '说', '看'])
                    && after.chars().next().is_some_and(crate::numeral::is_han)
            }
            "+" | "＋" => !after.starts_with(|c: char| {
                c.is_ascii_alphanumeric()
                    || self.lexicon.numeral(c).is_some_and(|kind| matches!(kind, NumeralChar::Arabic(_)))
            }),
            _ => true,
        };
        if !allowed {
            return false;
        }
        self.hedge = Some(*hedge);
        self.at += length;
        self.last = Last::Hedge;
        true
    }

    /// Scraped pages put white space before a magnitude: `490 亿元`, `4.56\n亿元`.
    fn spaced_magnitude(&mut self) -> bool {
        if self.last != Last::Digits || self.form != Some(Form::Arabic) {
            return false;
        }
        let next = skip_space(self.folded, self.at);
        if next > self.at && matches!(self.peek(next), Some((_, NumeralChar::Big(_)))) {
            self.at = next;
            return true;
        }
        false
    }

    fn finish(self, start: usize) -> Option<Numeral> {
        if !self.started() || self.at == start {
            return None;
        }
        let mut total = self.section;
        if let Some(current) = self.current {
            total = total.plus(self.trailing(current)?)?;
        }
        for (value, _) in &self.parts[..self.depth] {
            total = total.plus(*value)?;
        }
        Some(Numeral {
            span: Span::new(start, self.at),
            low: total.low.normalize(),
            high: total.high.normalize(),
            form: self.form?,
            hedge: self.hedge,
            vague: false,
            bare_magnitude: self.bare
                && self.depth + usize::from(!self.section.low.is_zero()) == 1
                && self.current.is_none(),
            has_magnitude: self.magnitude,
            last_big: if self.current.is_none() && self.section.high.is_zero() { self.last_big } else { 0 },
            last_power: match self.closing {
                Some(power) if self.current.is_none() => power,
                _ => 0,
            },
            digit_string: self.digit_string,
        })
    }

    /// A lone Chinese digit behind a magnitude counts tenths of it: 两千六 = 2600, 三万五 = 35000; 十五 = 15.
    fn trailing(&self, current: Ends) -> Option<Ends> {
        let single = self.form == Some(Form::Chinese)
            && self.last == Last::Digits
            && current.high < Decimal::TEN
            && current.high.scale() == 0;
        let text = &self.folded[..self.at];
        let mut back = text.chars().rev();
        let _digit = back.next();
        let power = match back.next().and_then(|c| self.lexicon.numeral(c)) {
            Some(NumeralChar::Small(power) | NumeralChar::Big(power)) if power > 1 => power,
            _ => return Some(current),
        };
        if single { current.times(power - 1) } else { Some(current) }
    }
}

/// 数十, 几百万, 几: a numeral without a value.
pub fn read_vague(lexicon: &Lexicon, folded: &str, at: usize) -> Option<Numeral> {
    let c = folded[at..].chars().next()?;
    if lexicon.numeral(c) != Some(NumeralChar::Vague) {
        return None;
    }
    let mut end = at + c.len_utf8();
    while let Some(next) = folded[end..].chars().next() {
        match lexicon.numeral(next) {
            Some(NumeralChar::Small(_) | NumeralChar::Big(_)) => end += next.len_utf8(),
            _ => break,
        }
    }
    let magnitude = end > at + c.len_utf8();
    if !magnitude && c != '几' {
        return None;
    }
    Some(Numeral {
        span: Span::new(at, end),
        low: Decimal::ZERO,
        high: Decimal::ZERO,
        form: Form::Chinese,
        hedge: None,
        vague: true,
        bare_magnitude: false,
        has_magnitude: magnitude,
        last_big: 0,
        last_power: 0,
        digit_string: false,
    })
}

/// Position behind white space at `at`: at most three characters, at most one line break.
pub fn skip_space(text: &str, at: usize) -> usize {
    let mut breaks = 0;
    let mut end = at;
    for c in text[at..].chars().take(3) {
        match c {
            ' ' | '\u{a0}' | '\u{3000}' | '\t' | '\r' | '\u{200b}' | '\u{feff}' => end += c.len_utf8(),
            '\n' if breaks == 0 => {
                breaks = 1;
                end += 1;
            }
            _ => break,
        }
    }
    end
}

/// Whether a character is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> &'static Lexicon {
        static LEXICON: std::sync::LazyLock<Lexicon> = std::sync::LazyLock::new(Lexicon::builtin);
        &LEXICON
    }

    #[test]
    fn reads_every_notation_to_the_exact_value() {
        for (text, value, taken) in [
            ("3200", "3200", "3200"),
            ("１.9245亿元", "192450000", "１.9245亿"),
            ("3千5百万元", "35000000", "3千5百万"),
            ("1亿2300万元", "123000000", "1亿2300万"),
            ("5亿3000万元", "530000000", "5亿3000万"),
            ("1.75万亿元", "1750000000000", "1.75万亿"),
            ("一百二十万三", "1203000", "一百二十万三"),
            ("两千六", "2600", "两千六"),
            ("一万零一十", "10010", "一万零一十"),
            ("五亿三千万元", "530000000", "五亿三千万"),
            ("一点五亿", "150000000", "一点五亿"),
            ("壹佰贰拾万元整", "1200000", "壹佰贰拾万"),
            ("廿三", "23", "廿三"),
            ("十五家", "15", "十五"),
            ("1,100万元", "11000000", "1,100万"),
            ("93个,投资", "93", "93"),
            ("12,34", "12", "12"),
            ("490 亿元", "49000000000", "490 亿"),
            ("1200多万元", "12000000", "1200多万"),
            ("60余亿元", "6000000000", "60余亿"),
            ("7万多平方米", "70000", "7万多"),
            ("一万二千余人", "12000", "一万二千余"),
            ("300来人", "300", "300来"),
            ("300来自", "300", "300"),
            ("240+场次", "240", "240+"),
            ("二〇一二", "2012", "二〇一二"),
        ] {
            let numeral = read(lexicon(), text, 0).unwrap_or_else(|| panic!("{text}: no numeral"));
            assert_eq!(numeral.span.of(text), taken, "{text}");
            assert_eq!(numeral.low.to_string(), value, "{text}");
            assert_eq!(numeral.high.to_string(), value, "{text}");
        }
    }

    #[test]
    fn adjacent_digits_are_a_range() {
        for (text, low, high) in
            [("三五百万元", "3000000", "5000000"), ("两三百人", "200", "300"), ("十七八个", "17", "18")]
        {
            let numeral = read(lexicon(), text, 0).unwrap();
            assert_eq!((numeral.low.to_string().as_str(), numeral.high.to_string().as_str()), (low, high), "{text}");
        }
    }

    #[test]
    fn no_numeral_where_none_starts() {
        for text in ["家", "数字", "几何", "."] {
            assert!(read(lexicon(), text, 0).is_none(), "{text}");
        }
    }
}
