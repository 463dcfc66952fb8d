//! Quantities: everything number-like in the text, what it is, its exact value, and whether it can be a fact.
//!
//! Takes the folded text, its sentences and cues, gives quantities in order, not overlapping. Read from characters,
//! never from tokens: jieba glues 亿元, 余家, 万多平方米. Never looks at places or pairs.
//! Words come from `units.tsv`, `measure_words.tsv`, `hedges.tsv`, `idioms.tsv`, `attributes.tsv`.

mod count;
mod fraction;
mod loose;
mod measured;
mod money;
mod noise;
mod range;

use crate::lexicon::{Bound, CueHit, CueKind, Hedge, IdiomKind, Lexicon, RowRef, Unit, UnitKind};
use crate::numeral::{self, Numeral};
use crate::sentence::Sentence;
use crate::span::{Span, Walk, inside};
use measured::{Measured, Piece};
use regex::Regex;
use rust_decimal::{Decimal, RoundingStrategy};
use std::sync::LazyLock;

/// What a quantity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A sum of money.
    Money,
    /// An area.
    Area,
    /// A number of things, people, events.
    Count,
    /// A share.
    Percent,
    /// A length.
    Length,
    /// A bare number.
    Number,
    /// A date or clock time.
    Date,
    /// 三年, 7个工作日.
    Duration,
    /// 35岁.
    Age,
    /// 第十场, 二期, 前三名.
    Ordinal,
    /// Telephone, licence, document, road number.
    Identifier,
    /// A slogan or programme name.
    Slogan,
    /// 103.63分.
    Score,
    /// 3倍.
    Multiple,
    /// Tons, kilowatts and other measures.
    Measure,
    /// A numeral inside a word: 四川, 统一.
    Word,
}

impl Kind {
    /// The name in the output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Area => "area",
            Self::Count => "count",
            Self::Percent => "percent",
            Self::Length => "length",
            Self::Number => "number",
            Self::Date => "date",
            Self::Duration => "duration",
            Self::Age => "age",
            Self::Ordinal => "ordinal",
            Self::Identifier => "identifier",
            Self::Slogan => "slogan",
            Self::Score => "score",
            Self::Multiple => "multiple",
            Self::Measure => "measure",
            Self::Word => "word",
        }
    }

    const fn of_unit(kind: UnitKind) -> Self {
        match kind {
            UnitKind::Money => Self::Money,
            UnitKind::Area => Self::Area,
            UnitKind::Length => Self::Length,
            UnitKind::Percent => Self::Percent,
            UnitKind::Duration => Self::Duration,
            UnitKind::Age => Self::Age,
            UnitKind::Score => Self::Score,
            UnitKind::Multiple => Self::Multiple,
            UnitKind::Ordinal => Self::Ordinal,
            UnitKind::Measure => Self::Measure,
        }
    }

    const fn can_be_fact(self) -> bool {
        matches!(self, Self::Money | Self::Area | Self::Count | Self::Percent | Self::Length)
    }
}

/// One number-like expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The expression: numeral, inner hedge, magnitude, unit or measure word, both ends of a range.
    pub span: Span,
    /// With the hedge in front and behind, and the currency in front.
    pub outer: Span,
    /// What it is.
    pub kind: Kind,
    /// Value, or the low end of a range, in `unit`.
    pub low: Decimal,
    /// Value, or the high end of a range.
    pub high: Decimal,
    /// Unit code, or the measure word as written.
    pub unit: String,
    /// How exact.
    pub bound: Bound,
    /// Whether it can be a fact.
    pub fact: bool,
    /// The rule that decided.
    pub rule: &'static str,
    /// The dictionary row that decided: unit, measure word, idiom.
    pub row: Option<RowRef>,
    /// Whether `low` and `high` hold a value: not for dates, words and vague numbers.
    pub valued: bool,
    /// Whether the unit was left out and supplied: 近2亿.
    pub elided: bool,
}

impl Quantity {
    /// As [`Quantity::si`], not rounded.
    fn exact_si(&self) -> Option<(Decimal, Decimal)> {
        if self.kind == Kind::Money {
            return Some((self.low, self.high));
        }
        let (numerator, denominator) = si_factor(&self.unit)?;
        let factor = |value: Decimal| value.checked_mul(numerator).map(|product| product / denominator);
        Some((factor(self.low)?, factor(self.high)?))
    }

    /// Area in m², length in m, money unchanged; None for counts and percent. Rounded half-even to two places.
    pub fn si(&self) -> Option<(Decimal, Decimal)> {
        let round = |value: Decimal| match value.scale() {
            0 => value,
            _ => value.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven).normalize(),
        };
        match self.kind {
            Kind::Money | Kind::Area | Kind::Length => {
                let (low, high) = self.exact_si()?;
                Some((round(low), round(high)))
            }
            _ => None,
        }
    }
}

/// How many m² or m one unit is: numerator and denominator. 市制 by the State Council order of 1959, the others by definition.
fn si_factor(code: &str) -> Option<(Decimal, Decimal)> {
    let (mantissa, scale, denominator) = match code {
        "m" | "m2" => (1, 0, 1),
        "km" => (1000, 0, 1),
        "km2" => (1_000_000, 0, 1),
        "ha" => (10_000, 0, 1),
        "mu" => (2000, 0, 3),
        "dm" => (1, 1, 1),
        "cm" | "dm2" => (1, 2, 1),
        "mm" => (1, 3, 1),
        "cm2" => (1, 4, 1),
        "um" | "mm2" => (1, 6, 1),
        "nm" => (1, 9, 1),
        "pm" => (1, 12, 1),
        "li" => (500, 0, 1),
        "zhang" => (10, 0, 3),
        "chi" => (1, 0, 3),
        "cun" => (1, 0, 30),
        "nmi" => (1852, 0, 1),
        "mi" => (1_609_344, 3, 1),
        "yd" => (9144, 4, 1),
        "ft" => (3048, 4, 1),
        "in" => (254, 4, 1),
        "mi2" => (2_589_988_110_336, 6, 1),
        "ft2" => (9_290_304, 8, 1),
        "acre" => (40_468_564_224, 7, 1),
        "ping" => (400, 0, 121),
        _ => return None,
    };
    Some((Decimal::new(mantissa, scale), Decimal::from(denominator)))
}

/// What all readers of one sentence share. `folded` ends with the sentence, so that nothing is read across its end.
struct Scanner<'s> {
    lexicon: &'s Lexicon,
    folded: &'s str,
    cues: &'s [CueHit],
    /// Where the sentence's numeral characters start.
    numerals: &'s [usize],
    /// Whether the page's digits are torn apart by spaces.
    spaced: bool,
    /// Whether the page names works: 《》.
    titles: bool,
    /// Whether numbers that measure nothing are wanted too: 3/4, 三分之一 as a number, 100K.
    numbers: bool,
}

/// All quantities inside the sentences, in order. The text's numeral characters start at `numerals`.
pub fn tag(
    lexicon: &Lexicon,
    folded: &str,
    numerals: &[usize],
    sentences: &[Sentence],
    cues: &[CueHit],
) -> Vec<Quantity> {
    let mut quantities = Vec::with_capacity(numerals.len() / 3);
    let (spaced, titles) = (is_spaced(folded, numerals), folded.contains('《'));
    let mut starts = Walk::new(numerals, |at| Span::new(*at, *at));
    let mut cues = Walk::new(cues, |cue| cue.span);
    for sentence in sentences {
        let numerals = starts.inside(sentence.span);
        if numerals.is_empty() {
            continue;
        }
        let (folded, cues) = (&folded[..sentence.span.end], cues.inside(sentence.span));
        let scanner = Scanner { lexicon, folded, cues, numerals, spaced, titles, numbers: false };
        scanner.sentence(sentence.span, &mut quantities);
    }
    quantities
}

/// All quantities of a text that is no article, bare numbers included: 三分之一 and 3/4 are numbers here, 10到20 a range,
/// where an article has shares, dates and page numbers.
pub fn tag_numbers(lexicon: &Lexicon, folded: &str, numerals: &[usize], cues: &[CueHit]) -> Vec<Quantity> {
    let mut quantities = Vec::new();
    let (spaced, titles) = (is_spaced(folded, numerals), true);
    let scanner = Scanner { lexicon, folded, cues, numerals, spaced, titles, numbers: true };
    scanner.sentence(Span::new(0, folded.len()), &mut quantities);
    loose::half_prices(&scanner, &mut quantities);
    loose::cents(folded, &mut quantities);
    range::join_bounds(folded, &mut quantities);
    quantities
}

/// Position behind a reading in brackets that a converted page put behind a character: 3.6億(yì)元.
fn skip_reading(folded: &str, at: usize) -> usize {
    let rest = &folded[at..];
    let Some(inner) = rest.strip_prefix('(') else { return at };
    let letters = inner.find(|c: char| !c.is_alphabetic() || numeral::is_han(c)).unwrap_or(inner.len());
    if (1..=12).contains(&letters) && inner[letters..].starts_with(')') { at + letters + 2 } else { at }
}

/// Whether white space stands inside numbers all over the page: `3 16 个`, `26 .8 万元`.
fn is_spaced(folded: &str, numerals: &[usize]) -> bool {
    static TORN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[0-9] [.0-9][0-9]* ?[\u{4e00}-\u{9fff}]|[0-9] ?\. [0-9]|[0-9] \.[0-9]")
            .expect("invariant: the pattern is valid")
    });
    // Most pages have no white space beside digits: ask that first.
    let bytes = folded.as_bytes();
    let space = |at: usize| bytes.get(at) == Some(&b' ');
    let beside = |at: usize| bytes[at].is_ascii_digit() && (space(at + 1) || (at > 0 && space(at - 1)));
    numerals.iter().filter(|&&at| beside(at)).take(3).count() == 3 && TORN.find_iter(folded).take(3).count() == 3
}

/// Whether a word in front is a hedge of this numeral.
fn hedges(hedge: &Hedge, numeral: &Numeral) -> bool {
    match hedge.bound {
        Bound::NotHedge | Bound::Minus => false,
        // 上百, 成千: only before a bare magnitude; 完成100家, 以上30家.
        Bound::Vague => numeral.bare_magnitude,
        _ => true,
    }
}

/// Without zeros at the end of its decimals: 3.50 of 3块5毛.
fn trimmed(value: Decimal) -> Decimal {
    if value.scale() == 0 { value } else { value.normalize() }
}

/// No row of `idioms.tsv` has more bytes.
const LONGEST_IDIOM: usize = 60;

impl Scanner<'_> {
    fn sentence(&self, sentence: Span, found: &mut Vec<Quantity>) {
        let Some(&first) = self.numerals.first() else { return };
        let earlier = found.len();
        let noise = noise::find(self.folded, sentence, self.numerals, self.titles);
        let mut noise = noise.iter().peekable();
        let mut numerals = self.numerals.iter().copied().peekable();
        let mut at = noise.peek().map_or(first, |next| next.span.start.min(first));
        loop {
            if let Some(next) = noise.next_if(|next| next.span.start <= at) {
                if next.span.end > at && !self.long_amount(next) {
                    let span = Span::new(next.span.start, next.span.end.min(sentence.end));
                    found.push(self.no_fact(span, next.kind, next.rule, None));
                    at = span.end;
                }
                continue;
            }
            let noise_at = noise.peek().map_or(sentence.end, |next| next.span.start);
            while numerals.next_if(|&numeral| numeral < at).is_some() {}
            at = numerals.peek().map_or(sentence.end, |&numeral| numeral);
            if noise_at <= at {
                if noise_at == sentence.end {
                    break;
                }
                at = noise_at;
                continue;
            }
            let near = Span::new(at.saturating_sub(LONGEST_IDIOM).max(sentence.start), at + 1);
            let idiom = inside(self.cues, near, |cue| cue.span)
                .iter()
                .filter(|cue| matches!(cue.kind, CueKind::Idiom(_)))
                .filter(|idiom| at < idiom.span.end && !self.opens_numeral(idiom.span))
                .max_by_key(|idiom| idiom.span.len());
            if let Some(idiom) = idiom {
                let slogan = idiom.kind == CueKind::Idiom(IdiomKind::Slogan);
                let (kind, rule) = if slogan { (Kind::Slogan, "idiom.slogan") } else { (Kind::Word, "idiom.word") };
                let span = Span::new(idiom.span.start.max(sentence.start), idiom.span.end.min(sentence.end));
                if found.last().is_none_or(|last| last.span.end <= span.start) {
                    found.push(self.no_fact(span, kind, rule, Some(idiom.row)));
                }
                at = span.end;
                continue;
            }
            // 三届二次会议: what follows an order without a gap is one too.
            let ordered = found.last().is_some_and(|last| last.kind == Kind::Ordinal && last.span.end == at);
            let quantity = self.quantity(at, sentence, &found[earlier..]).map(|quantity| {
                if ordered && quantity.kind == Kind::Count {
                    return self.no_fact(quantity.span, Kind::Ordinal, "ordinal.chained", quantity.row);
                }
                quantity
            });
            match quantity {
                // 壹佰4月29日: a date inside the expression is a date.
                Some(quantity) if quantity.span.end <= noise_at || self.spells_code(&quantity, noise.peek()) => {
                    at = quantity.span.end;
                    found.push(quantity);
                }
                Some(_) => at = noise_at,
                None => at += 1,
            }
        }
    }

    fn no_fact(&self, span: Span, kind: Kind, rule: &'static str, row: Option<RowRef>) -> Quantity {
        Quantity {
            span,
            outer: span,
            kind,
            low: Decimal::ZERO,
            high: Decimal::ZERO,
            unit: String::new(),
            bound: Bound::Exact,
            fact: false,
            rule,
            row,
            valued: false,
            elided: false,
        }
    }

    /// The quantity whose numeral starts at `at`, behind those `earlier` in the sentence.
    fn quantity(&self, at: usize, sentence: Span, earlier: &[Quantity]) -> Option<Quantity> {
        if let Some(vague) = numeral::read_vague(self.lexicon, self.folded, at) {
            let end = self.measured(&vague).map_or(vague.span.end, |measured| measured.end);
            return Some(self.no_fact(Span::new(at, end), Kind::Number, "vague", None));
        }
        let numeral = numeral::read_spaced(self.lexicon, self.folded, at, self.spaced)?;
        if let Some(fraction) = self.fraction(&numeral, sentence) {
            return Some(fraction);
        }
        let numeral = self.shorthand(self.grouped(numeral))?;
        let at = numeral.span.start;
        let (first, second) = self.with_range(numeral);
        let main = second.as_ref().unwrap_or(&first);
        if self.folded[at..].starts_with('半') && !self.half_counts(&first) {
            return None;
        }
        let mut quantity = self.no_fact(Span::new(at, main.end), Kind::Number, "number", None);
        (quantity.low, quantity.high) = match &second {
            Some(second) => range::ends(&first, second)?,
            None => (first.numeral.low, first.numeral.high),
        };
        quantity.valued = true;
        quantity.bound = if quantity.low == quantity.high { Bound::Exact } else { Bound::Range };
        let sign = self.hedges(&mut quantity, &numeral, main, sentence);
        match &main.unit {
            Measured::Unit(unit) => self.with_unit(&mut quantity, unit, &numeral)?,
            Measured::Word(word, row) => self.count(&mut quantity, main, *word, *row, sentence),
            Measured::Nothing => self.bare(&mut quantity, &numeral, sentence, earlier),
        }
        self.negate(&mut quantity, sign);
        Some(quantity)
    }

    /// Hedges in front (近2亿), inside (60余亿) and behind (100家以上), into `bound` and `outer`. Where a minus begins that stands
    /// between hedge and numeral: 约负3%.
    fn hedges(&self, quantity: &mut Quantity, numeral: &Numeral, main: &Piece<'_>, sentence: Span) -> Option<usize> {
        let mut bound: Option<Bound> = main.numeral.hedge.or(numeral.hedge).map(|hedge| hedge.bound);
        let text = &self.folded[sentence.start..quantity.span.start];
        let mut before = text.trim_end();
        before = before.strip_suffix("人民币").unwrap_or(before).trim_end_matches(['¥', '￥', '$', '了', ' ']);
        let mut hedge = self.lexicon.hedges_before.longest_suffix(before);
        let mut sign = self.dash_before(text, main).map(|length| sentence.start + text.len() - length);
        if let Some((length, _)) = hedge.filter(|(_, hedge)| hedge.bound == Bound::Minus) {
            before = &before[..before.len() - length];
            sign = (!matches!(main.unit, Measured::Word(..))).then_some(sentence.start + before.len());
            hedge = self.lexicon.hedges_before.longest_suffix(before);
        }
        if let Some((length, hedge)) = hedge.filter(|(_, hedge)| hedges(hedge, numeral)) {
            quantity.outer.start = sentence.start + before.len() - length;
            bound = Some(hedge.bound);
        }
        let after = self.folded[quantity.span.end..sentence.end].trim_start();
        let after = after.strip_prefix("人民币").unwrap_or(after);
        if let Some((length, hedge)) = self.lexicon.hedges_after.longest(after) {
            quantity.outer.end = sentence.end - after.len() + length;
            bound = Some(match (bound, hedge.bound) {
                // 近20人左右 keeps the sharper word.
                (Some(bound), Bound::About) => bound,
                (_, bound) => bound,
            });
        }
        if let (Some(bound), true) = (bound, quantity.bound != Bound::Range) {
            quantity.bound = bound;
        }
        sign
    }

    fn with_unit(&self, quantity: &mut Quantity, unit: &Unit, numeral: &Numeral) -> Option<()> {
        quantity.kind = Kind::of_unit(unit.kind);
        quantity.row = Some(unit.row);
        quantity.unit.clone_from(&unit.code);
        quantity.fact = quantity.kind.can_be_fact();
        quantity.rule = match quantity.kind {
            Kind::Money => "money.unit",
            Kind::Area => "area.unit",
            Kind::Length => "length.unit",
            Kind::Percent => "percent.unit",
            Kind::Duration => "duration",
            Kind::Age => "age",
            Kind::Score => "score",
            Kind::Multiple => "multiple",
            Kind::Ordinal => "ordinal.unit",
            _ => "measure",
        };
        if unit.numerator != unit.denominator {
            for value in [&mut quantity.low, &mut quantity.high] {
                *value = (value.checked_mul(unit.numerator)? / unit.denominator).normalize();
            }
        }
        (quantity.low, quantity.high) = (trimmed(quantity.low), trimmed(quantity.high));
        self.hedge_behind(quantity);
        if unit.code == "zhe" {
            self.discount(quantity, numeral);
        }
        self.in_metres(quantity);
        if quantity.kind == Kind::Money {
            self.money(quantity, numeral);
        }
        // 一亩挣七八百块, 不领一毛钱: one of a unit is a rate or an idiom.
        if quantity.fact
            && numeral.is_one(self.folded)
            && quantity.low == unit.numerator / unit.denominator
            && quantity.kind != Kind::Percent
        {
            (quantity.fact, quantity.rule) = (false, "indefinite.one");
        }
        if quantity.kind == Kind::Ordinal && self.counted_sessions(quantity) {
            (quantity.kind, quantity.fact, quantity.rule) = (Kind::Count, true, "count.sessions");
            quantity.unit = "期".to_string();
        }
        if quantity.fact {
            self.reject_vague(quantity, numeral);
        }
        if quantity.fact && self.ordinal_before(quantity) {
            (quantity.fact, quantity.kind, quantity.rule) = (false, Kind::Ordinal, "ordinal.before");
        }
        if quantity.fact && matches!(quantity.kind, Kind::Area | Kind::Length) && self.threshold(quantity, false) {
            (quantity.fact, quantity.rule) = (false, "threshold");
        }
        Some(())
    }

    /// 九折 is 90%, 五五折 55%; what a discount takes from a price is no fact.
    fn discount(&self, quantity: &mut Quantity, numeral: &Numeral) {
        let step = if numeral.digit_string { Decimal::ONE } else { Decimal::TEN };
        (quantity.low, quantity.high) = (quantity.low.saturating_mul(step), quantity.high.saturating_mul(step));
        (quantity.kind, quantity.fact, quantity.rule) = (Kind::Percent, false, "percent.discount");
        quantity.unit = "%".to_string();
    }

    /// An article's lengths and areas are in the units of its facts; elsewhere 三尺 and 5厘米 keep the unit as written.
    fn in_metres(&self, quantity: &mut Quantity) {
        let to = match quantity.kind {
            Kind::Length if !matches!(quantity.unit.as_str(), "m" | "km") => "m",
            Kind::Area if !matches!(quantity.unit.as_str(), "m2" | "km2" | "mu" | "ha") => "m2",
            _ => return,
        };
        let (false, Some((low, high))) = (self.numbers, quantity.exact_si()) else { return };
        // 三寸 is a tenth of a metre, 一寸 no decimal at all.
        let round = |value: Decimal| value.round_dp(9).normalize();
        (quantity.low, quantity.high, quantity.unit) = (round(low), round(high), to.to_string());
    }

    /// 12公里多, 100亩有余: an approximator right behind the unit belongs to the expression.
    fn hedge_behind(&self, quantity: &mut Quantity) {
        let after = &self.folded[quantity.span.end..];
        let Some(rest) = after.strip_prefix(['多', '余']) else { return };
        let ends = rest.chars().next().is_none_or(|c| !numeral::is_han(c) || matches!(c, '的' | '长' | '宽'));
        if ends && quantity.fact && quantity.bound == Bound::Exact {
            quantity.bound = Bound::Over;
            quantity.span.end += '多'.len_utf8();
            quantity.outer.end = quantity.outer.end.max(quantity.span.end);
        }
    }

    /// 万亩, 千里 and 上百亩 give no value; 万余亩 and 近千亩 do.
    fn reject_vague(&self, quantity: &mut Quantity, numeral: &Numeral) {
        let hedged = matches!(quantity.bound, Bound::Nearly | Bound::Over | Bound::About | Bound::Under);
        if quantity.bound == Bound::Vague || (numeral.bare_magnitude && !hedged) {
            (quantity.fact, quantity.rule) = (false, "vague.bare_magnitude");
        }
    }

    /// 第3个, 前5名, 首批, No.3.
    fn ordinal_before(&self, quantity: &Quantity) -> bool {
        let before = &self.folded[..quantity.span.start];
        if before.ends_with(['第', '№']) || before.ends_with("No.") {
            return true;
        }
        let Some(lead) = before.strip_suffix(['前', '首']) else { return false };
        // 前三名, 前10个月; not 目前3家, 之前2个.
        let compound =
            lead.ends_with(['目', '之', '以', '此', '先', '当', '年', '月', '底', '日', '提', '空', '榜', '部']);
        !compound && quantity.low <= Decimal::ONE_HUNDRED && quantity.kind != Kind::Money
    }

    /// 亿元以上项目, 投资超10亿元的企业: the amount tells a class of things and is no amount of its own.
    fn threshold(&self, quantity: &Quantity, money: bool) -> bool {
        let after = &self.folded[quantity.outer.end..];
        let bounded_behind = quantity.outer.end > quantity.span.end;
        let (linked, noun) = match after.strip_prefix('的') {
            Some(noun) => (true, noun),
            None => (false, after),
        };
        let class = self.lexicon.class_nouns.longest(noun).is_some();
        if after.starts_with('级') && !after.starts_with("级财政") {
            return true;
        }
        if bounded_behind && matches!(quantity.bound, Bound::AtLeast | Bound::AtMost | Bound::Over | Bound::Under) {
            return if money {
                class || (linked && noun.chars().next().is_some_and(|c| c == '有' || c == '占'))
            } else {
                linked && class
            };
        }
        let hedged_before =
            quantity.outer.start < quantity.span.start && matches!(quantity.bound, Bound::Over | Bound::AtLeast);
        money && hedged_before && class && linked
    }

    fn cue_in(&self, within: Span, wanted: impl Fn(CueKind) -> bool) -> Option<&CueHit> {
        inside(self.cues, within, |cue| cue.span)
            .iter()
            .rev()
            .find(|cue| cue.span.end <= within.end && wanted(cue.kind))
    }

    /// The clause that a position stands in, up to the position.
    fn clause_before(&self, at: usize, sentence: Span) -> Span {
        let before = &self.folded[sentence.start..at];
        let start = before
            .rfind(['，', ',', '；', ';', '：', ':', '。', '（', '(', '！', '？'])
            .map_or(0, |comma| comma + before[comma..].chars().next().map_or(0, char::len_utf8));
        Span::new(sentence.start + start, at)
    }
}
