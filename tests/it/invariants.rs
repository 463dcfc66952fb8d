//! What holds for every text: extraction never fails, spans slice the document, and the same text gives the same
//! facts.

use crate::support::{articles, extractor};
use duikou::document::Document;
use duikou::jsonl;
use duikou::lexicon::Lexicon;
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
    "半",
    "负",
    "分之",
    "又",
    "伍",
    "参",
    "^2",
    "e3",
    ".5",
    "/3",
    "k",
    // units and measure words
    "角",
    "分",
    "块",
    "毛",
    "折",
    "尺",
    "之间",
    "与",
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
    let mut lines = Vec::new();
    jsonl::write_facts(extractor.lexicon(), document, &extraction.facts, &mut lines);
    let lines: Vec<String> = String::from_utf8(lines).expect("UTF-8").lines().map(str::to_string).collect();
    assert_eq!(printed(&facts), lines, "lines written straight say what the records say");
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
        let points: Vec<char> = text.chars().collect();
        for quantities in [extractor().quantities(&text), extractor().numbers(&text)] {
            let mut end = 0;
            for record in output::quantity_records(&text, &quantities) {
                prop_assert_eq!(points[record.start..record.end].iter().collect::<String>(), record.text);
                prop_assert!(record.start >= end, "quantities overlap in {text:?}");
                end = record.end;
            }
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
