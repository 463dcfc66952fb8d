//! What holds for every text: extraction never fails, spans slice the document, the same text gives the same facts, and
//! every notation of a number reads back to exactly that number.

use crate::support::{articles, extractor};
use duikou::document::Document;
use duikou::lexicon::Lexicon;
use duikou::numeral;
use duikou::output::{self, FactRecord};
use duikou::pipeline::{Extraction, Extractor};
use duikou::segment::Token;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Pieces of the genre and of its damage, to be strung together at random.
const FRAGMENTS: &[&str] = &[
    // places, agencies, compounds
    "深圳",
    "河源市",
    "东莞",
    "韶關",
    "廣州市",
    "和平",
    "福田区",
    "新丰县沙田镇",
    "8封开",
    "5曲江",
    "中山大学",
    "莞韶园",
    "广梅",
    "深汕特别合作区",
    "佛山（云浮）产业转移工业园",
    "凉山州",
    "市委",
    "对口帮扶指挥部",
    "高要求",
    "新丰江",
    "两市",
    "全省",
    // numerals
    "3200",
    "１．９２",
    "3.5",
    "1,100",
    "一百二十万三",
    "两千六",
    "壹佰",
    "廿三",
    "三五百",
    "〇",
    "几",
    "数十",
    "上百",
    "0",
    "00",
    "二〇一四",
    "十",
    "万",
    "亿",
    "兆",
    "99999999999999999999999999999",
    "1.23456789012345678901234567890",
    "百分之",
    "三分之一",
    "零",
    "点五",
    // units and measure words
    "亿元",
    "万元",
    "元",
    "港币",
    "US$",
    "¥",
    "平方公里",
    "㎡",
    "亩",
    "公里",
    "%",
    "％",
    "家",
    "个",
    "名",
    "人次",
    "个月",
    "岁",
    "期",
    "号",
    "届",
    "兆元",
    "萬畝",
    // hedges, separators, cues
    "近",
    "约",
    "超",
    "多",
    "余",
    "来",
    "以上",
    "左右",
    "不超过",
    "+",
    "—",
    "至",
    "~",
    "-",
    "从",
    "各",
    "每",
    "将",
    "已",
    "累计",
    "其中",
    "帮扶",
    "投资",
    "资金",
    "项目",
    "企业",
    // dates and noise
    "2014年",
    "4月29日",
    "今年",
    "“十四五”",
    "14:30",
    "粤ICP备10213720号",
    "http://x.cn/1",
    "〔2013〕27号",
    "《2014年计划》",
    "“八个一批”",
    "G105",
    "2013-2015年",
    // punctuation, layout, damage
    "，",
    "。",
    "；",
    "、",
    "：",
    "（",
    "）",
    "(",
    ")",
    "“",
    "”",
    "【",
    "】",
    "《",
    "》",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "\u{3000}",
    "\t",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\0",
    "\u{fffd}",
    "😀",
    "1️⃣",
    "𠮷",
    "⻄",
    "e\u{301}",
    "|",
    "首页 > 新闻 > 正文",
    "来源：",
    "abc",
    "A",
    "。。",
    "——",
];

fn assembled() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(FRAGMENTS), 0..60).prop_map(|pieces| pieces.concat())
}

fn records(extractor: &Extractor, document: &Document) -> (Extraction, Vec<FactRecord>) {
    let extraction = extractor.extract(document);
    let records = output::fact_records(extractor.lexicon(), document, &extraction.facts);
    (extraction, records)
}

fn printed(records: &[FactRecord]) -> Vec<String> {
    records.iter().map(|record| serde_json::to_string(record).expect("a record serialises")).collect()
}

/// Everything that must hold for a document, whatever it says.
fn check(document: &Document) {
    let extractor = extractor();
    let text = document.text.as_str();
    let points: Vec<char> = text.chars().collect();
    let (extraction, facts) = records(extractor, document);

    let mut end = 0;
    for (fact, record) in extraction.facts.iter().zip(&facts) {
        let slice: String = points[record.start..record.end].iter().collect();
        assert_eq!(slice, record.text, "the offsets of a fact slice the document by code points");
        assert!(record.start >= end, "facts are sorted and do not overlap: {} in {text:?}", record.text);
        end = record.end;
        assert!(
            !record.text.is_empty() && fact.sentence.contains(fact.quantity.span),
            "the sentence holds the fact: {} in {text:?}",
            record.text
        );
        assert!(record.sentence.contains(&record.text));
        assert!(text.contains(&record.each) && text.contains(&record.of));
        match (&record.value, &record.low, &record.high) {
            (Some(value), None, None) => assert!(value.parse::<Decimal>().is_ok(), "{value}"),
            (None, Some(low), Some(high)) => {
                assert_eq!(record.bound, "range");
                assert!(
                    low.parse::<Decimal>().expect("a decimal") < high.parse::<Decimal>().expect("a decimal"),
                    "{text:?}"
                );
            }
            other => panic!("a fact has a value or a range: {other:?} for {} in {text:?}", record.text),
        }
        for pair in &record.pairs {
            assert!(pair.helper_code != pair.recipient_code && (0.0..=1.0).contains(&pair.confidence));
            for piece in &pair.evidence {
                if let (Some(start), Some(end)) = (piece.start, piece.end) {
                    let slice: String = points[start..end].iter().collect();
                    assert_eq!(slice, piece.text, "the offsets of evidence slice the document");
                }
            }
        }
    }

    let mut start = 0;
    for quantity in &extraction.quantities {
        assert!(quantity.span.start >= start, "quantities are sorted");
        assert!(quantity.outer.contains(quantity.span));
        let _ = quantity.outer.of(text);
        start = quantity.span.start;
    }
    for mention in &extraction.mentions {
        let _ = mention.span.of(text);
    }

    let tokens = extractor.tokens(document, &extraction.sentences);
    check_tiling(&extraction, &tokens);
    let mut end = 0;
    for sentence in &extraction.sentences {
        assert!(sentence.span.start >= end, "sentences are sorted and do not overlap");
        end = sentence.span.end;
        assert_eq!(sentence.span.of(text).trim(), sentence.span.of(text), "no white space around a sentence");
    }

    let (_, again) = records(extractor, document);
    assert_eq!(printed(&facts), printed(&again), "the same text gives the same facts");
}

/// Tokens of all sentences, in order: each sentence is cut into tokens without gap or overlap.
fn check_tiling(extraction: &Extraction, tokens: &[Token]) {
    let mut tokens = tokens.iter();
    for sentence in &extraction.sentences {
        let mut at = sentence.span.start;
        while at < sentence.span.end {
            let token = tokens.next().expect("tokens reach the end of the sentence");
            assert_eq!(token.span.start, at, "tokens tile the sentence");
            assert!(!token.span.is_empty());
            at = token.span.end;
        }
        assert_eq!(at, sentence.span.end, "no token crosses the end of a sentence");
    }
    assert!(tokens.next().is_none(), "no token outside the sentences");
}

/// So many cases, or as many as `PROPTEST_CASES` says. A failure is not written to a file: it becomes a spec line.
fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(cases), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn any_text_can_be_extracted(text in any::<String>()) {
        check(&Document::new("any", text));
    }

    #[test]
    fn any_text_of_the_genre_can_be_extracted(text in assembled(), title in prop::option::of(assembled())) {
        check(&Document { title, ..Document::new("assembled", text) });
    }

    #[test]
    fn quantities_of_any_line_slice_it(text in assembled()) {
        let quantities = extractor().quantities(&text);
        let records = output::quantity_records(&text, &quantities);
        let points: Vec<char> = text.chars().collect();
        for record in records {
            prop_assert_eq!(points[record.start..record.end].iter().collect::<String>(), record.text);
        }
    }
}

#[test]
fn a_space_behind_the_currency_is_no_reason_to_panic() {
    check(&Document::new("gap", "港币 2亿元深圳"));
    check(&Document::new("gap", "港币\n亿元深圳"));
}

/// A numeral that runs into a date leaves the date whole.
#[test]
fn quantities_do_not_overlap() {
    for text in ["壹佰4月29日", "壹佰2013-2015年"] {
        let quantities = extractor().quantities(text);
        for pair in quantities.windows(2) {
            assert!(pair[0].span.end <= pair[1].span.start, "{text}: {:?} and {:?}", pair[0].span, pair[1].span);
        }
    }
}

#[test]
fn articles_hold_what_must_hold() {
    for document in articles() {
        check(&document);
    }
}

#[test]
fn a_second_extractor_gives_the_same_facts() {
    let second = Extractor::new(Lexicon::builtin());
    for document in articles() {
        let (_, first) = records(extractor(), &document);
        let (_, other) = records(&second, &document);
        assert_eq!(printed(&first), printed(&other), "{}: hash order must not show", document.id);
    }
}

#[test]
fn code_points_are_counted_right_at_every_character() {
    let text = "a深😀\u{301}\n".repeat(100);
    let points = output::CodePoints::new(&text);
    for (count, (at, _)) in text.char_indices().enumerate() {
        assert_eq!(points.at(at), count);
    }
    assert_eq!(points.at(text.len()), text.chars().count());
    assert_eq!(output::CodePoints::new("").at(0), 0);
}

/// Numbers in every notation, and back.
mod numbers {
    use super::*;

    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    const FORMAL: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

    /// Reads a numeral that must take all of the text, and gives its value.
    fn value(text: &str) -> Result<Decimal, String> {
        let lexicon = extractor().lexicon();
        let folded = lexicon.folder.fold(text);
        let numeral = numeral::read(lexicon, &folded, 0).ok_or_else(|| format!("{text}: no numeral"))?;
        if numeral.span.len() != folded.len() {
            return Err(format!("{text}: only {} was read", numeral.span.of(text)));
        }
        if numeral.low != numeral.high {
            return Err(format!("{text}: read as {}–{}", numeral.low, numeral.high));
        }
        Ok(numeral.low)
    }

    /// The value with its last `scale` digits behind the point.
    fn decimal(mantissa: u64, scale: u32) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(mantissa), scale)
    }

    fn full_width(text: &str) -> String {
        text.chars()
            .map(|c| match c {
                '0'..='9' => char::from_u32('０' as u32 + (c as u32 - '0' as u32)).unwrap_or(c),
                '.' => '．',
                other => other,
            })
            .collect()
    }

    fn grouped(value: Decimal) -> String {
        let text = value.to_string();
        let (whole, rest) = text.find('.').map_or((text.as_str(), ""), |point| text.split_at(point));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped + rest
    }

    /// Writes 1 to 9999 in Chinese. `bare_ten` writes 十五 for 一十五.
    fn section(value: u64, digits: &[char; 10], powers: [char; 3], bare_ten: bool) -> String {
        let mut text = String::new();
        let mut zero = false;
        for (power, mark) in [(1000, Some(powers[2])), (100, Some(powers[1])), (10, Some(powers[0])), (1, None)] {
            let digit = (value / power % 10) as usize;
            if digit == 0 {
                zero = !text.is_empty();
                continue;
            }
            if zero {
                text.push('零');
                zero = false;
            }
            if !(power == 10 && digit == 1 && bare_ten && text.is_empty()) {
                text.push(digits[digit]);
            }
            text.extend(mark);
        }
        text
    }

    /// Writes a number below 10^16 in Chinese, 零 where places are skipped: 10203 → 一万零二百零三.
    fn chinese(value: u64, formal: bool, bare_ten: bool) -> String {
        let (digits, powers) = if formal { (&FORMAL, ['拾', '佰', '仟']) } else { (&DIGITS, ['十', '百', '千']) };
        if value == 0 {
            return "零".to_string();
        }
        if value >= 100_000_000 {
            let (high, low) = (value / 100_000_000, value % 100_000_000);
            let gap = if low > 0 && low < 10_000_000 { "零" } else { "" };
            let rest = if low > 0 { chinese(low, formal, false) } else { String::new() };
            return format!("{}亿{gap}{rest}", chinese(high, formal, bare_ten));
        }
        if value >= 10_000 {
            let (high, low) = (value / 10_000, value % 10_000);
            let gap = if low > 0 && low < 1000 { "零" } else { "" };
            let rest = if low > 0 { section(low, digits, powers, false) } else { String::new() };
            return format!("{}万{gap}{rest}", section(high, digits, powers, bare_ten));
        }
        section(value, digits, powers, bare_ten)
    }

    #[test]
    fn the_writer_writes_chinese() {
        for (value, text) in [
            (0, "零"),
            (10, "一十"),
            (105, "一百零五"),
            (1050, "一千零五十"),
            (10_203, "一万零二百零三"),
            (100_000, "一十万"),
            (1_000_010, "一百万零一十"),
            (100_005_000, "一亿零五千"),
            (120_000_000, "一亿二千万"),
            (1_234_567_890_123, "一万二千三百四十五亿六千七百八十九万零一百二十三"),
        ] {
            assert_eq!(chinese(value, false, false), text);
        }
        assert_eq!(chinese(15, false, true), "十五");
        assert_eq!(chinese(120, true, false), "壹佰贰拾");
    }

    proptest! {
        #![proptest_config(config(2000))]

        #[test]
        fn arabic(mantissa in any::<u64>(), scale in 0..5u32) {
            let number = decimal(mantissa, scale);
            prop_assert_eq!(value(&number.to_string()), Ok(number.normalize()));
        }

        #[test]
        fn arabic_in_full_width(mantissa in any::<u64>(), scale in 0..5u32) {
            let number = decimal(mantissa, scale);
            prop_assert_eq!(value(&full_width(&number.to_string())), Ok(number.normalize()));
        }

        #[test]
        fn arabic_in_groups(mantissa in any::<u64>(), scale in 0..5u32) {
            let number = decimal(mantissa, scale);
            prop_assert_eq!(value(&grouped(number)), Ok(number.normalize()));
        }

        #[test]
        fn arabic_with_a_magnitude(mantissa in 1..u64::MAX, scale in 0..5u32, magnitude in prop::sample::select(&["万", "亿", "萬", "億", "万亿"][..])) {
            let number = decimal(mantissa, scale);
            let zeros = match magnitude { "万" | "萬" => 4, "亿" | "億" => 8, _ => 12 };
            let factor = Decimal::from(10u64.pow(zeros));
            // Beyond 28 digits there is no exact decimal, and then no numeral; never a wrong one.
            let expected = number.checked_mul(factor).filter(|product| *product / factor == number);
            match value(&format!("{number}{magnitude}")) {
                Ok(found) => prop_assert_eq!(Some(found), expected.map(|product| product.normalize())),
                Err(_) => prop_assert!(mantissa > 1_000_000_000_000, "{}{}", number, magnitude),
            }
        }

        #[test]
        fn chinese_numerals(number in 1..10_000_000_000_000_000u64, digits in 1..17u32, bare_ten in any::<bool>(), formal in any::<bool>()) {
            // Short numbers as often as long ones.
            let number = number % 10u64.pow(digits.min(16)).max(2);
            let number = number.max(1);
            prop_assert_eq!(value(&chinese(number, formal, bare_ten)), Ok(Decimal::from(number)));
        }

        #[test]
        fn traditional_numerals(number in 1..10_000_000_000_000_000u64) {
            let text = chinese(number, false, false).replace('万', "萬").replace('亿', "億");
            prop_assert_eq!(value(&text), Ok(Decimal::from(number)));
        }

        #[test]
        fn chinese_fractions(whole in 0..10u64, fraction in prop::collection::vec(0..10usize, 1..5), magnitude in prop::sample::select(&["", "万", "亿"][..])) {
            let digits: String = fraction.iter().map(|&digit| DIGITS[digit]).collect();
            let behind: String = fraction.iter().map(ToString::to_string).collect();
            let factor = Decimal::from(match magnitude { "万" => 10_000u64, "亿" => 100_000_000, _ => 1 });
            let number: Decimal = format!("{whole}.{behind}").parse().expect("a decimal");
            prop_assume!(!number.is_zero());
            let text = format!("{}点{digits}{magnitude}", DIGITS[whole as usize]);
            prop_assert_eq!(value(&text), Ok((number * factor).normalize()));
        }

        #[test]
        fn arabic_digits_between_chinese_magnitudes(high in 1..10_000u64, low in 1..10_000u64) {
            // 3亿2000万: digits and magnitudes mixed.
            let number = Decimal::from(high * 100_000_000 + low * 10_000);
            prop_assert_eq!(value(&format!("{high}亿{low}万")), Ok(number));
        }
    }
}
