//! Rules, kinds and values in words.

use crate::lexicon::{Bound, Lexicon};
use crate::quantity::{Kind, Quantity};
use rust_decimal::Decimal;

/// What a number-like expression is when it is no fact.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Money | Kind::Area | Kind::Count | Kind::Percent | Kind::Length => {
            "a threshold, a class or a vague amount, not an amount of its own"
        }
        Kind::Number => "a number that measures and counts nothing",
        Kind::Date => "a date or a time of day",
        Kind::Duration => "a stretch of time",
        Kind::Age => "an age",
        Kind::Ordinal => "a rank or an order",
        Kind::Identifier => "a number that names: telephone, document, code, title",
        Kind::Slogan => "part of a slogan or the name of a programme",
        Kind::Score => "a score",
        Kind::Multiple => "a multiple",
        Kind::Measure => "measured in a unit that makes no fact",
        Kind::Word => "a numeral inside a word",
    }
}

/// What a rule says, for the rules that decide on pairs and most mentions; "" for others.
pub fn rule(rule: &str) -> &'static str {
    match rule {
        "none.no_relation_in_document" => "the article states no relation of assistance",
        "none.province_total" => "a total of the province or the country",
        "none.own_statistic" | "none.statistics_list" => "a statistic of a whole place",
        "none.own_figure" => "a place's own figure",
        "none.total_of_part" => "the total of which only a part belongs to a pair",
        "none.section_apart" => "its section is about something else",
        "none.weak_frame" => "the article says too little of a relation",
        "pair.zip" => "two lists pair up member by member",
        "pair.group" => "the places listed before share it",
        "pair.bracket_list" => "the list in brackets names the recipients",
        "pair.sides_named" => "the sentence names both sides",
        "pair.parallel_total" => "the total of several recipients",
        "pair.recipient_named" => "the sentence names the recipient",
        "pair.all" => "a sum over every pair that the article states",
        "none.other_helper" => "somebody else helps: the province's or the city's own units",
        "none.parent_firm" => "a firm's own figures where it comes from",
        "none.several_partners" => "a side with several partners, of which nothing names one",
        "pair.helper_named" => "the sentence names the helper",
        "pair.carried" => "the paragraph goes on about the pair before",
        "pair.section" => "the heading names the pair",
        "pair.frame" => "the article as a whole is about the pair",
        "place.full_name" => "a full name",
        "place.short_name" => "a short name",
        "place.blocklist" => "a longer word that only contains a name",
        "place.dangerous_without_support" => "an ordinary word unless the article supports the place",
        _ => "",
    }
}

/// How a value comes about, when its text multiplies or its unit converts: 3千5百万 → `3500 × 10^4 = 35000000`,
/// 3200亩 → `3200 mu = 2133333.33 m2`.
pub fn arithmetic(lexicon: &Lexicon, text: &str, quantity: &Quantity) -> String {
    if !quantity.valued {
        return String::new();
    }
    let scale = scale(&lexicon.folder.fold(text));
    let end = |value: Decimal| scale.map_or_else(|| print(value), |scale| product(value, scale));
    let mut steps = Vec::new();
    if scale.is_some() {
        steps.push(if quantity.bound == Bound::Range {
            format!("{} … {}", end(quantity.low), end(quantity.high))
        } else {
            end(quantity.low)
        });
    }
    if let (Some((low, high)), Kind::Area | Kind::Length) = (quantity.si(), quantity.kind) {
        let base = if quantity.kind == Kind::Area { "m2" } else { "m" };
        if quantity.unit != base {
            let from =
                |value: Decimal, si: Decimal| format!("{} {} = {} {base}", print(value), quantity.unit, print(si));
            steps.push(from(quantity.low, low));
            if quantity.bound == Bound::Range {
                steps.push(from(quantity.high, high));
            }
        }
    }
    steps.join("; ")
}

/// The power of ten that the last magnitude of a numeral stands for: 3千5百万 → 4, 2.3万亿 → 12.
fn scale(folded: &str) -> Option<u32> {
    let at = folded.rfind(['万', '亿'])?;
    let (before, last) = (&folded[..at], &folded[at..]);
    Some(match (last.starts_with('亿'), before.ends_with('万')) {
        (true, true) => 12,
        (true, false) => 8,
        (false, _) => 4,
    })
}

fn product(value: Decimal, scale: u32) -> String {
    let coefficient = value / Decimal::from(10_i64.pow(scale));
    // 8000至1万: the low end has no 万.
    if coefficient < Decimal::ONE && !value.is_zero() {
        return print(value);
    }
    format!("{} × 10^{scale} = {}", print(coefficient), print(value))
}

fn print(value: Decimal) -> String {
    value.normalize().to_string()
}

/// The value as printed, with unit and bound: `200000000 CNY, nearly`, `8000…10000 个`.
pub fn value(text: &str, quantity: &Quantity) -> String {
    if !quantity.valued {
        return "–".to_string();
    }
    let amount = match quantity.bound {
        Bound::Range => format!("{}…{}", print(quantity.low), print(quantity.high)),
        _ => print(quantity.low),
    };
    let unit = crate::output::unit(text, quantity);
    let bound = match quantity.bound {
        Bound::Exact | Bound::Range => String::new(),
        bound => format!(", {}", bound.name()),
    };
    format!("{amount} {unit}{bound}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Extractor;

    #[test]
    fn values_come_with_their_arithmetic() {
        let extractor = Extractor::new(Lexicon::builtin());
        let cases = [
            ("3千5百万元", "3500 × 10^4 = 35000000"),
            ("2.3万亿元", "2.3 × 10^12 = 2300000000000"),
            ("一億元", "1 × 10^8 = 100000000"),
            ("8000至1万个", "8000 … 1 × 10^4 = 10000"),
            ("3200亩", "3200 mu = 2133333.33 m2"),
            ("1.2万亩", "1.2 × 10^4 = 12000; 12000 mu = 8000000 m2"),
            ("25个", ""),
        ];
        for (text, steps) in cases {
            let found = extractor.quantities(text);
            assert_eq!(arithmetic(extractor.lexicon(), found[0].span.of(text), &found[0]), steps, "{text}");
        }
    }
}
