//! What stands behind a numeral: unit with its small coin and half (五元六角, 两米半), measure word, or nothing.

use super::{Scanner, range, skip_reading};
use crate::lexicon::{CueKind, RowRef, Unit, UnitKind};
use crate::numeral::{self, Form, Numeral};
use crate::span::{Span, inside};
use rust_decimal::Decimal;

/// What stands behind a numeral.
#[derive(Debug, Clone)]
pub(super) enum Measured<'l> {
    Unit(&'l Unit),
    Word(Span, RowRef),
    Nothing,
}

/// A numeral with what stands behind it.
#[derive(Debug, Clone)]
pub(super) struct Piece<'l> {
    /// Its value counts small coin and 半 in.
    pub numeral: Numeral,
    pub unit: Measured<'l>,
    pub end: usize,
}

impl Piece<'_> {
    /// Counts small coin or a half in. Nothing is near the end of what a decimal holds.
    pub(super) fn add(&mut self, part: Decimal) {
        self.numeral.low = self.numeral.low.saturating_add(part);
        self.numeral.high = self.numeral.high.saturating_add(part);
    }
}

impl Scanner<'_> {
    /// What stands behind the numeral: unit, measure word, or nothing. The longer wins: 个月 over 个.
    pub(super) fn measured(&self, numeral: &Numeral) -> Option<Piece<'_>> {
        let mut at = numeral.span.end;
        // White space in front of the unit: behind Arabic digits, and on pages or in numerals that are torn apart.
        if numeral.form == Form::Arabic || self.spaced || numeral.span.of(self.folded).contains(' ') {
            at = numeral::skip_space(self.folded, at);
        }
        at = skip_reading(self.folded, at);
        let rest = &self.folded[at..];
        let unit = self.lexicon.units.longest(rest).filter(|(length, _)| self.unit_stands(rest, *length, numeral));
        let word = self.lexicon.measures.longest(rest).filter(|(length, word)| {
            !word.unless.iter().any(|beginning| rest[*length..].starts_with(beginning.as_str()))
        });
        let piece = |unit, length: usize| Some(Piece { numeral: *numeral, unit, end: at + length });
        let piece = match (unit, word) {
            (Some((length, unit)), word) if word.is_none_or(|(other, _)| length >= other) => {
                piece(Measured::Unit(unit), length)
            }
            (_, Some((length, word))) => piece(Measured::Word(Span::new(at, at + length), word.row), length),
            _ => None,
        };
        let torn =
            self.torn_unit(numeral.span.end).filter(|(end, _)| piece.as_ref().is_none_or(|piece| piece.end < *end));
        let mut piece = match torn {
            Some((end, unit)) => Piece { numeral: *numeral, unit: Measured::Unit(unit), end },
            None => piece?,
        };
        match &piece.unit {
            Measured::Unit(unit) if matches!(unit.kind, UnitKind::Money | UnitKind::Area) => {
                self.add_coins(&mut piece, at);
            }
            Measured::Unit(unit) if self.numbers && matches!(unit.kind, UnitKind::Length | UnitKind::Percent) => {
                self.add_smaller(&mut piece, at);
            }
            _ => {}
        }
        self.add_half(&mut piece);
        Some(piece)
    }

    fn unit_stands(&self, rest: &str, length: usize, numeral: &Numeral) -> bool {
        let surface = &rest[..length];
        let next = rest[length..].chars().next();
        let open = |allowed: &str| next.is_none_or(|c| !numeral::is_han(c) || allowed.contains(c));
        match surface {
            // 七成, but 5成立, 3成员.
            "成" => {
                (!numeral.has_magnitude || numeral.high == Decimal::TEN)
                    && !next.is_some_and(|c| "立为果功效绩员交本都长熟就品片分群因型".contains(c))
            }
            "角" => self.dime_stands(numeral, next),
            // 玖圆整, but 圆桌, 圆满.
            "圆" => open("整正零") || next.is_some_and(|c| self.lexicon.numeral(c).is_some()),
            // 500块, 4块5; but 三块地, 两块显示屏.
            "块" => {
                numeral.low >= Decimal::ONE_HUNDRED
                    || numeral.low.scale() > 0
                    || self.helps(self.folded.len() - rest.len() + length)
                    || open("的了多左上一二三四五六七八九两零每人到至钱壹贰叁肆伍陆柒捌玖")
            }
            "年" | "天" | "日" | "周" | "时" | "夜" => true,
            // 三顷地, but 三顷刻.
            "顷" => next != Some('刻'),
            // 120平方, but 平方公里, 平方寸 and 平方根 have rows of their own or are none.
            "平方" => !next.is_some_and(|c| "寸丈里码根和差".contains(c)),
            "米" => next != Some('兰'),
            "度" => next != Some('假'),
            // 三里, but 九里香, 七里河.
            "里" => open("的多长外远之以左"),
            // 九折, but 三折页, 5折叠.
            "折" => {
                (numeral.high < Decimal::TEN || numeral.digit_string)
                    && !next.is_some_and(|c| "页叠扇线旧算".contains(c))
            }
            // 十打鸡蛋, but 三打击.
            "打" => !next.is_some_and(|c| "造响破击工开电印算通好扮动卡赢败断车包点".contains(c)),
            // 三两, but 两两, 3两个.
            "两" => open("的多半银以") && !self.folded[..numeral.span.end].ends_with('两'),
            "尺" | "丈" if self.numbers && next.is_some_and(|c| self.lexicon.numeral(c).is_some()) => true,
            "尺" | "丈" | "寸" => open("的多高长宽深厚见左以"),
            _ if surface.is_ascii() => !next.is_some_and(|c| c.is_ascii_alphanumeric()),
            _ => true,
        }
    }

    /// Whether a verb of helping stands at a position: 安排7块帮扶韶关 counts no 块 of anything.
    fn helps(&self, at: usize) -> bool {
        inside(self.cues, Span::new(at, at + 1), |cue| cue.span).iter().any(|cue| cue.kind == CueKind::Relation)
    }

    /// 五元六角, 九角九分, 2角; but 三角, 珠三角, 五角星.
    fn dime_stands(&self, numeral: &Numeral, next: Option<char>) -> bool {
        let before = self.folded[..numeral.span.start].chars().next_back();
        if matches!(before, Some('元' | '块' | '圆')) {
            return true;
        }
        let surface = numeral.span.of(self.folded);
        let formal = numeral.form == Form::Arabic || surface.chars().all(|c| "壹贰叁肆伍陆柒捌玖".contains(c));
        let alone = !before.is_some_and(numeral::is_han) && surface != "三";
        let closed = next.is_none_or(|c| !numeral::is_han(c) || self.lexicon.numeral(c).is_some());
        let pennies = next.is_some_and(|c| self.lexicon.numeral(c).is_some())
            && self.folded[numeral.span.end..].chars().nth(2) == Some('分');
        pennies || (formal && (closed || numeral.form == Form::Chinese)) || (alone && closed)
    }

    /// 4块5, 1毛2分, 五元六角, 九元零九分, 两块九毛九: smaller coin behind the unit belongs to the sum. Counted in the unit that
    /// stands behind the numeral.
    fn add_coins(&self, piece: &mut Piece<'_>, at: usize) {
        let (unit, mut spoken) = match &self.folded[at..piece.end] {
            "亩" => return self.add_tenths(piece),
            "元" | "圆" => (0, false),
            "块" => (0, true),
            "角" => (1, false),
            "毛" => (1, true),
            _ => return,
        };
        let mut rank = unit;
        while rank < 2 {
            let zero = self.folded[piece.end..].chars().next().filter(|c| matches!(c, '零' | '〇'));
            let from = piece.end + zero.map_or(0, char::len_utf8);
            let Some(coin) = numeral::read(self.lexicon, self.folded, from) else { return };
            let one = coin.low == coin.high && coin.high < Decimal::TEN && coin.high.scale() == 0;
            if !one || coin.hedge.is_some() {
                return;
            }
            let rest = &self.folded[coin.span.end..];
            let named = match rest.chars().next() {
                Some('角' | '毛') => 1,
                Some('分') if !rest.starts_with("分钟") => 2,
                _ => 0,
            };
            let value = if named > rank {
                spoken |= rest.starts_with('毛');
                rank = named;
                piece.end = coin.span.end + '分'.len_utf8();
                coin.low * Decimal::new(1, named - unit)
            } else if spoken && (zero.is_none() || rank == 0) && self.closes_sum(&coin) {
                // 三块零五 skips the 毛.
                let value = coin.low * Decimal::new(1, rank + 1 - unit + u32::from(zero.is_some()));
                rank = 2;
                piece.end = coin.span.end;
                value
            } else {
                return;
            };
            piece.add(value);
        }
    }

    /// 3亩5分: a tenth of a 亩 is a 分.
    fn add_tenths(&self, piece: &mut Piece<'_>) {
        let Some(tenths) = numeral::read(self.lexicon, self.folded, piece.end) else { return };
        let Some(rest) = self.folded[tenths.span.end..].strip_prefix('分') else { return };
        let single = tenths.low == tenths.high && tenths.high < Decimal::TEN && tenths.high.scale() == 0;
        if single && rest.chars().next().is_none_or(|c| !numeral::is_han(c) || "地田水旱的左多".contains(c)) {
            piece.add(tenths.low * Decimal::new(1, 1));
            piece.end = tenths.span.end + '分'.len_utf8();
        }
    }

    /// 九块九, but 三块五个: the digit counts something of its own. 两块一平米 is a price for each.
    fn closes_sum(&self, coin: &Numeral) -> bool {
        let next = self.folded[coin.span.end..].chars().next();
        let form = next.and_then(|c| self.lexicon.numeral(c));
        let arabic = |kind| matches!(kind, crate::lexicon::NumeralChar::Arabic(_));
        let goes_on = form.is_some_and(|kind| arabic(kind) == (coin.form == Form::Arabic));
        let counts = match self.measured(coin).map(|piece| piece.unit) {
            Some(Measured::Unit(unit)) => unit.kind != UnitKind::Money,
            Some(Measured::Word(..)) => true,
            _ => false,
        };
        !goes_on && !counts
    }

    /// 两米半, 六成半, 两个半: half a unit more. 两个半小时 has a unit of its own.
    fn add_half(&self, piece: &mut Piece<'_>) {
        if self.folded[piece.numeral.span.end..piece.end].contains('半') {
            // 两个半小时, 三个半月: the half stands inside the unit.
            return piece.add(Decimal::new(5, 1));
        }
        let Some(rest) = self.folded[piece.end..].strip_prefix('半') else { return };
        let ends = rest.chars().next().is_none_or(|c| !numeral::is_han(c) || "的左以多高长宽厚深远路".contains(c));
        let plain =
            piece.numeral.low == piece.numeral.high && piece.numeral.low.scale() == 0 && piece.numeral.hedge.is_none();
        if ends && plain {
            piece.add(Decimal::new(5, 1));
            piece.end += '半'.len_utf8();
        }
    }

    /// The piece that a numeral begins, and the other end of the range if it is one.
    pub(super) fn with_range(&self, numeral: Numeral) -> (Piece<'_>, Option<Piece<'_>>) {
        let first = self.piece(numeral);
        let joined = range::separator(self.folded, first.end).and_then(|at| self.range_end(&first, at));
        let second = joined.or_else(|| self.between(&first));
        (first, second)
    }

    /// 10与20万元之间, 10000与20000间.
    fn between(&self, first: &Piece<'_>) -> Option<Piece<'_>> {
        let at = range::and(self.folded, first.end)?;
        let second = self.range_end(first, at);
        let bare = || {
            let numeral = numeral::read(self.lexicon, self.folded, at)?;
            let rest = self.folded[numeral.span.end..].strip_prefix('间')?;
            let ends = rest.chars().next().is_none_or(|c| !numeral::is_han(c) || c == '的');
            let second = Piece { numeral, unit: Measured::Nothing, end: numeral.span.end };
            (ends && range::joins(self.folded, first, &second, self.numbers)).then_some(second)
        };
        second.filter(|second| self.folded[second.end..].starts_with("之间")).or_else(bare)
    }

    fn range_end(&self, first: &Piece<'_>, at: usize) -> Option<Piece<'_>> {
        let second = self.piece(self.shorthand(numeral::read_spaced(self.lexicon, self.folded, at, self.spaced)?)?);
        range::joins(self.folded, first, &second, self.numbers).then_some(second)
    }

    fn piece(&self, numeral: Numeral) -> Piece<'_> {
        self.measured(&numeral).unwrap_or(Piece { numeral, unit: Measured::Nothing, end: numeral.span.end })
    }
}
