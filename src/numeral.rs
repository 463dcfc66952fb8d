//! Numerals: Arabic, full-width, Chinese, formal and mixed, to exact decimals. No units here.
//!
//! Takes the folded text and a position, gives the numeral that starts there: 3千5百万 → 35000000, 1200多万 → 12000000
//! with the hedge 多, 三五百 → 300–500. Characters come from `numerals.tsv`, inner hedges from `hedges.tsv`.

mod digits;

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
        self.span.of(folded) == "一"
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
    if let Some(numeral) = digits::plain(lexicon, folded, at) {
        return Some(numeral);
    }
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
        torn: false,
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
    /// Whether white space stands between the parts already read.
    torn: bool,
    /// Sum of the powers of the magnitudes at the end: 4 for 3万, 7 for 3千万.
    closing: Option<u32>,
    digit_string: bool,
}

impl Reader<'_> {
    fn peek(&self, at: usize) -> Option<(char, NumeralChar)> {
        let c = self.folded[at..].chars().next()?;
        let kind = self.lexicon.numeral(c)?;
        let NumeralChar::Formal(value) = kind else { return Some((c, kind)) };
        if !self.formal_stands(at, c) {
            return None;
        }
        Some((c, if value == 10 { NumeralChar::Small(1) } else { NumeralChar::Digit(value) }))
    }

    /// Whether a formal digit is one: 伍佰, 佰伍, 叁亩. 队伍, 陆地, 放肆, 收拾 and 参加 are words.
    fn formal_stands(&self, at: usize, c: char) -> bool {
        let numeral = |c: char| self.lexicon.numeral(c).is_some_and(|kind| kind != NumeralChar::Vague);
        let rest = &self.folded[at + c.len_utf8()..];
        let next = rest.chars().next();
        let spaced = rest.trim_start().chars().next().filter(|_| rest.starts_with(' '));
        if next.or(spaced).is_some_and(|next| next == '点' || numeral(next)) || spaced == Some('点') {
            return true;
        }
        let measured = self.lexicon.units.longest(rest).is_some() || self.lexicon.measures.longest(rest).is_some();
        let before = self.folded[..at].chars().next_back();
        let inside =
            self.folded[..at].trim_end().chars().next_back().is_some_and(|c| "点之又负".contains(c) || numeral(c));
        // A word of its own only where nothing else stands: a table cell, an argument.
        let alone = before.is_none() && next.is_none();
        (inside && next.is_none_or(|next| !is_han(next) || "整正多余又分之".contains(next)))
            || alone
            || (measured && (inside || c != '参'))
    }

    fn started(&self) -> bool {
        self.last != Last::Start
    }

    fn run(&mut self) -> Option<()> {
        loop {
            let before = self.at;
            match self.peek(self.at) {
                Some((_, NumeralChar::Vague)) if !self.started() => return None,
                Some((c, NumeralChar::Arabic(_))) if self.may_take_digits() => {
                    if self.counts_its_own(self.at + c.len_utf8()) {
                        break;
                    }
                    self.arabic()?;
                }
                Some((_, NumeralChar::Digit(0)))
                    if self.started() && self.current.is_none() && self.last != Last::Hedge =>
                {
                    // 一千零五十: the zero only keeps the place, and only before more numeral.
                    let next = self.at + self.folded[self.at..].chars().next()?.len_utf8();
                    if !matches!(
                        self.peek(next),
                        Some((
                            _,
                            NumeralChar::Digit(_)
                                | NumeralChar::Small(_)
                                | NumeralChar::Arabic(_)
                                | NumeralChar::Tens(_)
                        ))
                    ) {
                        // 一百零几万
                        if self.inner_hedge() {
                            continue;
                        }
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
                Some((c, NumeralChar::Half)) if !self.started() => {
                    self.current = Some(Ends::point(Decimal::new(5, 1)));
                    self.at += c.len_utf8();
                    self.last = Last::Digits;
                    self.form = Some(Form::Chinese);
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
                // 100兆宽带, 3兆瓦: the prefix mega, not 10^12.
                Some((_, NumeralChar::Big(12))) if self.before_mega() => break,
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
                    let tens = self.form == Some(Form::Chinese) && matches!(self.last, Last::Magnitude(_));
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
                    if !self.inner_hedge() && !self.over_space() {
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

    /// 500万3个项目: a digit behind a magnitude and in front of a measure word counts something of its own.
    fn counts_its_own(&self, behind: usize) -> bool {
        let rest = &self.folded[behind..];
        self.started() && self.lexicon.measures.longest(rest).is_some() && !rest.starts_with("个亿")
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
        // 十一个 and 五千零一个 go on; 三百一个 is a price for each.
        let open = !matches!(self.last, Last::Zero | Last::Magnitude(1));
        let word = digit == Some('一')
            && next.is_some_and(|c| "共并同定直般些样致".contains(c) || (open && "起道个家名年月".contains(c)));
        // 三十两 is a weight, 一万两千 goes on.
        magnitude || (self.form != Some(Form::Arabic) && !word && digit != Some('两'))
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

    /// A unit of the table that begins with 兆 itself.
    fn before_mega(&self) -> bool {
        self.lexicon.units.longest(&self.folded[self.at..]).is_some()
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
        // 四万万 = 4亿: the same magnitude right behind itself multiplies.
        if let (true, Some(last)) = (value.high.is_zero(), self.parts[..self.depth].last_mut()) {
            let twice = last.1 == power && self.last == Last::Magnitude(power) && !self.bare;
            if twice {
                *last = (last.0.times(power)?, power * 2);
            }
            return Some(twice);
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

    /// 多, 余, 来, 几, + where a magnitude, unit or noun follows: 1200多万, 60余家, 240+场次.
    fn inner_hedge(&mut self) -> bool {
        if !self.started() || matches!(self.last, Last::Hedge | Last::Zero) {
            return false;
        }
        let mut start = self.at;
        let next = skip_space(self.folded, start);
        if next > start
            && self.lexicon.hedges_inside.longest(&self.folded[next..]).is_some_and(|(length, _)| {
                // `十 余 万`: only a magnitude behind says that the word goes with the numeral.
                self.spaced
                    || matches!(self.peek(skip_space(self.folded, next + length)), Some((_, NumeralChar::Big(_))))
            })
        {
            start = next;
        }
        let rest = &self.folded[start..];
        let Some((length, hedge)) = self.lexicon.hedges_inside.longest(rest) else { return false };
        let after = &rest[length..];
        let allowed = match &rest[..length] {
            // 十几亿, 二十几个, 730几盏; 5几 is nothing.
            "几" => {
                matches!(self.last, Last::Magnitude(_))
                    || (self.last == Last::Digits && self.folded[..self.at].ends_with(['0', '０']))
            }
            // 千把人, 万把块; but 三千把椅子.
            "把" => self.bare && matches!(self.last, Last::Magnitude(_)) && after.starts_with(is_han),
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
        self.at = start + length;
        self.last = Last::Hedge;
        true
    }

    /// Scraped pages put white space before a magnitude (`490 亿元`, `4.56\n亿元`), and pages that were tokenised once put it
    /// between all parts (`两千 四 百 五`). A digit goes on only below what was read: `3万 2万` are two columns.
    fn over_space(&mut self) -> bool {
        let next = skip_space(self.folded, self.at);
        if next == self.at {
            return false;
        }
        let goes_on = match (self.last, self.peek(next)) {
            (Last::Digits | Last::Hedge, Some((_, NumeralChar::Big(_)))) => true,
            (Last::Digits, Some((_, NumeralChar::Small(power)))) => {
                (self.torn || self.form == Some(Form::Chinese)) && self.small_fits(power)
            }
            (Last::Magnitude(1..=3), Some((_, NumeralChar::Big(_)))) => self.torn || self.form == Some(Form::Chinese),
            (Last::Magnitude(above), Some((c, NumeralChar::Digit(_) | NumeralChar::Arabic(_)))) => {
                let behind = skip_space(self.folded, next + c.len_utf8());
                match self.peek(behind) {
                    Some((_, NumeralChar::Small(power))) => power < above,
                    _ => self.torn && self.form == Some(Form::Chinese),
                }
            }
            _ => false,
        };
        if goes_on {
            self.torn = true;
            self.at = next;
        }
        goes_on
    }

    fn finish(self, start: usize) -> Option<Numeral> {
        if !self.started() || self.at == start {
            return None;
        }
        let mut total = match self.current {
            Some(current) if self.magnitude => self.section.plus(self.trailing(current)?)?,
            Some(current) => current,
            None => self.section,
        };
        for (value, _) in &self.parts[..self.depth] {
            total = total.plus(*value)?;
        }
        Some(Numeral {
            span: Span::new(start, self.at),
            low: normal(total.low),
            high: normal(total.high),
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

    /// A lone digit behind a magnitude counts tenths of it: 两千六 = 2600, 三万五 = 35000, 1万2 = 12000, 两千三点一 = 2300.1;
    /// 十五 = 15.
    fn trailing(&self, current: Ends) -> Option<Ends> {
        let digit = current.low.trunc();
        let single = self.last == Last::Digits
            && current.high < Decimal::TEN
            && (digit >= Decimal::ONE || current.low.scale() == 0);
        let text = &self.folded[..self.at];
        let mut back = text.chars().rev().filter(|c| !c.is_whitespace());
        let before = match current.low.scale() {
            0 => back.nth(1),
            _ => back.find(|c| *c == '点').and_then(|_| back.nth(1)),
        };
        let power = match before.and_then(|c| self.lexicon.numeral(c)) {
            Some(NumeralChar::Small(power) | NumeralChar::Big(power)) if power > 1 => power,
            _ => return Some(current),
        };
        if !single {
            return Some(current);
        }
        let fraction = Ends { low: current.low.fract(), high: current.high.fract() };
        Ends { low: digit, high: current.high.trunc() }.times(power - 1)?.plus(fraction)
    }
}

fn normal(value: Decimal) -> Decimal {
    if value.scale() == 0 { value } else { value.normalize() }
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
    // Hardly ever does white space stand there.
    if matches!(text.as_bytes().get(at), Some(b'!'..=b'~' | 0xE4..=0xE9)) {
        return at;
    }
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
mod tests;
