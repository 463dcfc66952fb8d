//! Money: currency in front, thresholds (亿元以上项目), and amounts whose 元 is left out (近2亿 of 资金).

use super::{Kind, Quantity, Scanner};
use crate::lexicon::{CueKind, UnitKind};
use crate::numeral::Numeral;
use crate::span::Span;

impl Scanner<'_> {
    /// Settles a sum with a unit: 港币200万元 is HKD; 亿元项目 and 亿元以上的企业 are classes, not sums.
    pub(super) fn money(&self, quantity: &mut Quantity, numeral: &Numeral) {
        if let Some((length, unit)) = self.currency_before(quantity.span.start) {
            quantity.unit.clone_from(&unit.code);
            quantity.outer.start = quantity.outer.start.min(quantity.span.start - length);
        }
        let after = &self.folded[quantity.outer.end..];
        let class = after.starts_with(['级', '的', '大']) || self.lexicon.class_nouns.longest(after).is_some();
        if numeral.bare_magnitude && (class || quantity.outer.end > quantity.span.end) {
            (quantity.fact, quantity.rule) = (false, "money.class");
        } else if self.threshold(quantity, true) {
            (quantity.fact, quantity.rule) = (false, "threshold");
        }
    }

    fn currency_before(&self, at: usize) -> Option<(usize, &crate::lexicon::Unit)> {
        self.lexicon.currencies_before.longest_suffix(self.folded[..at].trim_end())
    }

    /// A number with neither unit nor measure word: money whose 元 is left out, people, or just a number.
    pub(super) fn bare(&self, quantity: &mut Quantity, numeral: &Numeral, sentence: Span) {
        if numeral.digit_string || quantity.low.is_zero() {
            return;
        }
        let symbol = self.currency_before(quantity.span.start).filter(|_| numeral.form == crate::numeral::Form::Arabic);
        if let Some((_, unit)) = symbol {
            (quantity.kind, quantity.fact, quantity.rule, quantity.row) = (Kind::Money, true, "money.symbol", Some(unit.row));
            quantity.unit.clone_from(&unit.code);
            return;
        }
        if self.ordinal_before(quantity) {
            (quantity.kind, quantity.rule) = (Kind::Ordinal, "ordinal.before");
            return;
        }
        if let Some(row) = self.people(quantity, numeral) {
            (quantity.kind, quantity.fact, quantity.rule, quantity.row) = (Kind::Count, true, "count.noun", Some(row));
            self.reject_vague(quantity, numeral);
            return;
        }
        let magnitude = numeral.last_big > 0;
        if magnitude && !numeral.bare_magnitude && self.means_money(quantity, sentence) {
            (quantity.kind, quantity.fact, quantity.rule, quantity.elided) = (Kind::Money, true, "money.elided", true);
            quantity.unit = "CNY".to_string();
            self.money(quantity, numeral);
        }
    }

    /// 近2亿, 20亿的共建基金: a money noun in the clause before, or right behind; for 亿 anywhere in the sentence.
    fn means_money(&self, quantity: &Quantity, sentence: Span) -> bool {
        let after = &self.folded[quantity.outer.end..sentence.end];
        let noun = after.strip_prefix('的').unwrap_or(after);
        let noun_at = sentence.end - noun.len();
        let money = |kind: CueKind| matches!(kind, CueKind::Attribute(UnitKind::Money, _));
        let window = |from: usize, bytes: usize| {
            let mut end = (from + bytes).min(sentence.end);
            while !self.folded.is_char_boundary(end) {
                end -= 1;
            }
            Span::new(from, end.max(from))
        };
        if self.cue_in(window(noun_at, 36), money).is_some_and(|cue| cue.span.start == noun_at || after.starts_with('的')) {
            return true;
        }
        // A noun right behind is what is counted: 8万多学生, 3万贫困人口.
        let followed = after.chars().next().is_some_and(crate::numeral::is_han) && !after.starts_with(['的', '以', '左', '上', '用', '铺', '给', '在', '已', '到', '是', '来', '主', '由', '投', '装', '，']);
        if followed {
            return false;
        }
        if self.cue_in(self.clause_before(quantity.span.start, sentence), money).is_some() {
            return true;
        }
        quantity.low >= rust_decimal::Decimal::from(100_000_000u64) && self.cue_in(sentence, money).is_some()
    }

    /// A noun of people or things directly behind (8万多学生), or in front of a bare number (贫困人口5.3万).
    fn people(&self, quantity: &Quantity, numeral: &Numeral) -> Option<crate::lexicon::RowRef> {
        let digits = numeral.form == crate::numeral::Form::Arabic;
        if !digits && !numeral.has_magnitude {
            return None;
        }
        let after = &self.folded[quantity.span.end..];
        let noun = self.lexicon.people_nouns.longest(after.strip_prefix('名').unwrap_or(after));
        noun.map(|(_, row)| *row)
    }
}
