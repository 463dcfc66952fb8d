//! Counts: numeral and measure word, and what looks like one and counts nothing (第十场, 两地, 一个平台, “八个一批”).

use super::measured::Piece;
use super::{Kind, Quantity, Scanner};
use crate::lexicon::{Bound, RowRef};
use crate::span::Span;
use rust_decimal::Decimal;

/// Measure words that are administrative nouns; 两 before them points back at sides already named: 两市, 两地.
const SIDES: &[&str] = &[
    "市", "地", "县", "区", "省", "岸", "城", "校", "园", "国", "港", "企", "院", "省区", "县市", "区县", "县区", "镇",
    "村", "乡",
];

impl Scanner<'_> {
    pub(super) fn count(&self, quantity: &mut Quantity, main: &Piece<'_>, word: Span, row: RowRef, sentence: Span) {
        quantity.row = Some(row);
        quantity.unit = word.of(self.folded).to_string();
        let verdict = self.count_verdict(quantity, main, word, sentence);
        match verdict {
            None => (quantity.kind, quantity.fact, quantity.rule) = (Kind::Count, true, "count.measure_word"),
            Some((kind, rule)) => (quantity.kind, quantity.fact, quantity.rule) = (kind, false, rule),
        }
    }

    /// Why an expression of numeral and measure word counts nothing, if so.
    fn count_verdict(
        &self,
        quantity: &Quantity,
        main: &Piece<'_>,
        word: Span,
        sentence: Span,
    ) -> Option<(Kind, &'static str)> {
        let numeral = &main.numeral;
        let surface = quantity.span.of(self.folded);
        if numeral.is_one(self.folded) && quantity.bound != Bound::AtLeast {
            return Some((Kind::Number, "indefinite.one"));
        }
        if surface.starts_with('两') && SIDES.contains(&word.of(self.folded)) {
            return Some((Kind::Number, "deictic.two_sides"));
        }
        if quantity.high.is_zero() {
            return Some((Kind::Number, "zero"));
        }
        if quantity.low < Decimal::ONE {
            return Some((Kind::Number, "indefinite.half"));
        }
        if numeral.digit_string {
            return Some((Kind::Identifier, "identifier.digit_string"));
        }
        if self.ordinal_before(quantity) {
            return Some((Kind::Ordinal, "ordinal.before"));
        }
        if quantity.bound == Bound::Vague || (numeral.bare_magnitude && quantity.bound == Bound::Exact) {
            return Some((Kind::Number, "vague.bare_magnitude"));
        }
        if self.quoted(quantity.span, sentence) {
            return Some((Kind::Slogan, "slogan.quoted"));
        }
        if self.threshold(quantity, false) {
            return Some((Kind::Count, "threshold"));
        }
        None
    }

    /// 培训班办了十二期 counts sessions; 园区二期 names one.
    pub(super) fn counted_sessions(&self, quantity: &Quantity) -> bool {
        let before = &self.folded[..quantity.outer.start];
        let many = quantity.low >= Decimal::TEN && quantity.low < Decimal::ONE_HUNDRED && !before.ends_with('第');
        quantity.span.of(self.folded).ends_with('期')
            && (many || before.ends_with(['办', '了', '共', '计', '训', '班']))
    }

    /// “八个一批”, “四个共同”: a count inside short quotation marks is a name.
    fn quoted(&self, span: Span, sentence: Span) -> bool {
        const MARKS: [(char, char); 4] = [('“', '”'), ('「', '」'), ('‘', '’'), ('"', '"')];
        const LONGEST: usize = 8;
        let before = self.folded[sentence.start..span.start].chars().rev().take(LONGEST + 1);
        let opened = before.enumerate().find_map(|(lead, c)| {
            // A mark that closes here says that the count stands outside.
            let closes = MARKS.iter().any(|&(open, close)| c == close && open != close);
            let opens = MARKS.iter().find(|&&(open, _)| c == open).map(|&(_, close)| (lead, close));
            if closes { Some(None) } else { opens.map(Some) }
        });
        let Some(Some((lead, close))) = opened else { return false };
        let mut behind = self.folded[span.end..sentence.end].chars().take(LONGEST - lead.min(LONGEST) + 1);
        behind.find(|&c| c == close || matches!(c, '，' | '。' | '、')) == Some(close)
    }
}
