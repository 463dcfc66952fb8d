//! Money: currency in front, thresholds (亿元以上项目), and amounts whose 元 is left out (近2亿 of 资金).

use super::{Kind, Quantity, Scanner};
use crate::lexicon::{CueKind, Unit, UnitKind};
use crate::numeral::{self, Form, Numeral};
use crate::span::{Span, inside};
use rust_decimal::Decimal;

impl Scanner<'_> {
    /// Settles a sum with a unit: 港币200万元 is HKD; 亿元项目 and 亿元以上的企业 are classes, not sums.
    pub(super) fn money(&self, quantity: &mut Quantity, numeral: &Numeral) {
        if let Some((start, unit)) = self.currency_before(quantity.span.start) {
            quantity.unit.clone_from(&unit.code);
            quantity.outer.start = quantity.outer.start.min(start);
        }
        let after = &self.folded[quantity.outer.end..];
        let class = after.starts_with(['级', '的', '大']) || self.lexicon.class_nouns.longest(after).is_some();
        if numeral.bare_magnitude && (class || quantity.outer.end > quantity.span.end) {
            (quantity.fact, quantity.rule) = (false, "money.class");
        } else if self.threshold(quantity, true) {
            (quantity.fact, quantity.rule) = (false, "threshold");
        }
    }

    /// The currency written in front of a position, and where it starts: 港币 2亿元, HK$500万.
    fn currency_before(&self, at: usize) -> Option<(usize, &Unit)> {
        let before = self.folded[..at].trim_end();
        let (length, unit) = self.lexicon.currencies_before.longest_suffix(before)?;
        Some((before.len() - length, unit))
    }

    /// A number with neither unit nor measure word: money whose 元 is left out, people, or just a number.
    pub(super) fn bare(&self, quantity: &mut Quantity, numeral: &Numeral, sentence: Span, earlier: &[Quantity]) {
        if numeral.digit_string || quantity.low.is_zero() {
            return;
        }
        let after = self.folded[quantity.span.end..].chars().next();
        if numeral.is_one(self.folded) && after.is_some_and(numeral::is_han) {
            // 一看就懂, 一举: no number.
            (quantity.kind, quantity.valued, quantity.rule) = (Kind::Word, false, "indefinite.adverb");
            return;
        }
        // ￥99, 新台币三万; but 美元一路走高.
        let sum = numeral.form == Form::Arabic || (numeral.has_magnitude && !numeral.bare_magnitude);
        let symbol = self.currency_before(quantity.span.start).filter(|_| sum);
        if let Some((_, unit)) = symbol {
            (quantity.kind, quantity.fact, quantity.rule, quantity.row) =
                (Kind::Money, true, "money.symbol", Some(unit.row));
            quantity.unit.clone_from(&unit.code);
            return;
        }
        if self.ordinal_before(quantity) {
            (quantity.kind, quantity.rule) = (Kind::Ordinal, "ordinal.before");
            return;
        }
        if let Some(row) = self.people(quantity, numeral, sentence) {
            (quantity.kind, quantity.fact, quantity.rule, quantity.row) = (Kind::Count, true, "count.noun", Some(row));
            self.reject_vague(quantity, numeral);
            return;
        }
        if !numeral.bare_magnitude && self.means_money(quantity, numeral, sentence, earlier) {
            (quantity.kind, quantity.fact, quantity.rule, quantity.elided) = (Kind::Money, true, "money.elided", true);
            quantity.unit = "CNY".to_string();
            self.money(quantity, numeral);
        }
    }

    /// 近2亿, 20亿的共建基金, 捐了200万: a money noun right behind or in the clause before, a verb of paying right before;
    /// with 万 or 亿 and nothing counted behind, money told of earlier in the sentence.
    fn means_money(&self, quantity: &Quantity, numeral: &Numeral, sentence: Span, earlier: &[Quantity]) -> bool {
        let after = &self.folded[quantity.outer.end..];
        let noun_at = quantity.outer.end + if after.starts_with('的') { '的'.len_utf8() } else { 0 };
        let money = |kind: CueKind| matches!(kind, CueKind::Attribute(UnitKind::Money, _));
        let before = self.folded[sentence.start..quantity.outer.start]
            .trim_end_matches(['达', '有', '是', '为', '另', '整', ' ', '只', '仅']);
        let paid = self.lexicon.money_verbs.longest_suffix(before).is_some();
        let told = {
            let end = sentence.start + before.trim_end_matches('了').len();
            let from = Span::new(end.saturating_sub(30).max(sentence.start), end);
            inside(self.cues, from, |cue| cue.span).iter().any(|cue| cue.span.end == end && money(cue.kind))
        };
        if numeral.last_big == 0 {
            // 月薪五千六, 净赚1700: no magnitude, so only a wage or gain right in front says money.
            let ends = after.chars().next().is_none_or(|c| !numeral::is_han(c) && !c.is_ascii_alphanumeric());
            let spoken = quantity.low >= Decimal::ONE_HUNDRED
                && !(numeral.form == Form::Arabic && (1900..2100).any(|year| quantity.low == Decimal::from(year)));
            let mixed = numeral.form == Form::Chinese && quantity.low >= Decimal::ONE_THOUSAND && paid;
            return ends && spoken && (mixed || told || before.trim_end_matches('了').ends_with(['赚', '挣']));
        }
        let window = self.window(noun_at, 36);
        let nouns = inside(self.cues, window, |cue| cue.span);
        if nouns.iter().any(|cue| money(cue.kind) && (cue.span.start == noun_at || after.starts_with('的'))) {
            return true;
        }
        // A noun right behind is what is counted: 8万多学生, 3万贫困人口.
        let free = after.chars().next().is_none_or(|c| !numeral::is_han(c))
            || self.lexicon.not_counted.longest(after).is_some();
        free && (self.cue_in(self.clause_before(quantity.span.start, sentence), money).is_some()
            || paid
            || earlier.iter().any(|other| other.kind == Kind::Money)
            || (numeral.last_big >= 8 && self.cue_in(sentence, money).is_some()))
    }

    /// A noun of people or things behind (8万多学生, 9899万农村贫困人口), or in front (常住人口620多万).
    fn people(&self, quantity: &Quantity, numeral: &Numeral, sentence: Span) -> Option<crate::lexicon::RowRef> {
        let digits = numeral.form == Form::Arabic;
        if !digits && !numeral.has_magnitude {
            return None;
        }
        let noun = |kind: CueKind| kind == CueKind::PeopleNoun;
        let direct = inside(self.cues, self.window(quantity.span.end, 3), |cue| cue.span)
            .iter()
            .find(|cue| cue.span.start == quantity.span.end && noun(cue.kind));
        if let Some(cue) = direct {
            return Some(cue.row);
        }
        if numeral.last_big == 0 {
            return None;
        }
        let behind = self.window(quantity.span.end, 24);
        let phrase = behind
            .of(self.folded)
            .find(|c: char| !numeral::is_han(c) || "的在和与了".contains(c))
            .map_or(behind.end, |at| behind.start + at);
        let behind = self.cue_in(Span::new(behind.start, phrase), noun);
        let clause = self.clause_before(quantity.span.start, sentence);
        let before = self.cue_in(clause, |kind| noun(kind) || matches!(kind, CueKind::Attribute(UnitKind::Money, _)));
        behind
            .or(before.filter(|cue| {
                noun(cue.kind) && (cue.span.of(self.folded).contains("人口") || cue.span.end == quantity.outer.start)
            }))
            .map(|cue| cue.row)
    }

    fn window(&self, from: usize, bytes: usize) -> Span {
        let mut end = (from + bytes).min(self.folded.len());
        while !self.folded.is_char_boundary(end) {
            end -= 1;
        }
        Span::new(from, end.max(from))
    }
}
