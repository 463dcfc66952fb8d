//! Stretches whose digits are no quantity: dates, clock times, telephone and document numbers, codes, titles of works.
//!
//! Takes the folded text, gives spans with their kind and rule, sorted, not overlapping.

use super::Kind;
use crate::span::Span;
use regex::Regex;
use std::sync::LazyLock;

/// A stretch without quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noise {
    /// Where.
    pub span: Span,
    /// What it is instead.
    pub kind: Kind,
    /// Which rule found it.
    pub rule: &'static str,
}

struct Pattern {
    rule: &'static str,
    kind: Kind,
    pattern: &'static str,
}

const CN: &str = "[〇零○Ｏ一二三四五六七八九]";

/// Order is priority where two begin at the same place.
const PATTERNS: &[Pattern] = &[
    Pattern { rule: "noise.url", kind: Kind::Identifier, pattern: r"(?:https?://|www\.)[!-~]+|[\w.-]+@[\w-]+(?:\.[\w-]+)+" },
    Pattern { rule: "noise.document_number", kind: Kind::Identifier, pattern: r"[〔\[（(【]?(?:19|20)\d\d[〕\]）)】]\s*第?\d+\s*号" },
    Pattern { rule: "noise.phone", kind: Kind::Identifier, pattern: r"\b0\d{2,3}\s*[-—－]\s*\d{7,8}|\b1[3-9]\d{9}\b|\b400-?\d{3}-?\d{4}\b" },
    Pattern { rule: "noise.licence", kind: Kind::Identifier, pattern: r"(?:ICP|icp)[备证]?\s*\d+号?(?:-\d+)?|公网安备\s*\d+" },
    Pattern { rule: "noise.contact", kind: Kind::Identifier, pattern: r"(?:邮编|邮政编码|电话|传真|热线|QQ|QQ群|微信号|编号|索引号|美篇号|抓取编号|账号|帐号|户名|积分|阅读|浏览|浏览次数|点击|点赞|赞|评论|字数|阅读量|版本|期号|刊号|证号|车次|航班)\s*[:：号]?\s*[A-Za-z]{0,3}\d[\d\s-]*\d?" },
    Pattern { rule: "noise.date", kind: Kind::Date, pattern: r"(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*(?:[-—–~～至、]\s*(?:\d{1,2}\s*月\s*)?\d{1,2}\s*)?[日号]?|\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d\d|(?:19|20)\d\d\s*年\s*(?:\d{1,2}\s*(?:[-—–~～至到]\s*\d{1,2}\s*)?月(?:份|底|初|末|中旬|上旬|下旬)?)|(?:19|20)\d\d\s*年?\s*(?:[-—–~～至到和、]+\s*(?:19|20)\d\d\s*年?\s*)+(?:年度|学年|年)?|(?:19|20)\d\d\s*(?:年度|年|学年|财年)|‘\d\d年" },
    Pattern { rule: "noise.date", kind: Kind::Date, pattern: r"\d{1,2}\s*月\s*\d{1,2}\s*(?:[-—–~～至、]\s*(?:\d{1,2}\s*月\s*)?\d{1,2}\s*)?[日号]|\d{1,2}\s*(?:[-—–~～至到]\s*\d{1,2}\s*)?月(?:份|底|初|末|中旬|上旬|下旬|间)?|\d{1,2}日(?:[上下]午|晚|，|,|、|至|电|讯|起|前|晨|，)|\d{1,2}(?:19|20)\d\d年" },
    Pattern { rule: "noise.clock", kind: Kind::Date, pattern: r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?" },
    Pattern { rule: "noise.ratio", kind: Kind::Number, pattern: r"\d+(?:[:：]\d+)+" },
    Pattern { rule: "noise.sum_name", kind: Kind::Slogan, pattern: r"\d+(?:\s*[+＋]\s*[\dXNxnＮＸ]+)+" },
    Pattern { rule: "noise.reference", kind: Kind::Identifier, pattern: r"\[\d{1,3}(?:[-,，、]\d{1,3})*\]" },
    Pattern { rule: "noise.strong", kind: Kind::Ordinal, pattern: r"\d+强" },
    Pattern { rule: "noise.long_digits", kind: Kind::Identifier, pattern: r"\d{1,4}(?:\.\d{1,4}){2,}|\d{9,}" },
];

static ALPHANUMERIC: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[A-Za-z]+[-—]?\d+(?:[.-]?[A-Za-z\d]+)*").expect("invariant: the pattern is valid"));

static CHINESE_DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "{CN}{{4}}年(?:度|[一二三四五六七八九十]{{1,3}}月(?:份|[一二三四五六七八九十]{{1,3}}[日号])?)?|[一二三四五六七八九十]{{1,3}}月(?:[一二三四五六七八九十]{{1,3}}[日号]|份|底|初|末|中旬|上旬|下旬)?|农历[一二三四五六七八九十]+月[初一二三四五六七八九十]+|正月初[一二三四五六七八九十]+|大年[初一二三四五六七八九十]+|[“\"]?十[一二三四五]五[”\"]?(?:规划|期间|时期|末|初|开局)?|星期[一二三四五六日]|周[一二三四五六日](?:上午|下午|晚)?"
    ))
    .expect("invariant: the pattern is valid")
});

/// A literal byte that every match of the pattern needs, so that most texts skip most patterns.
static COMPILED: LazyLock<Vec<(Regex, &'static Pattern)>> = LazyLock::new(|| {
    PATTERNS.iter().map(|pattern| (Regex::new(pattern.pattern).expect("invariant: the pattern is valid"), pattern)).collect()
});

/// All noise of a folded text.
pub fn find(folded: &str) -> Vec<Noise> {
    let mut found = Vec::new();
    for (regex, pattern) in COMPILED.iter() {
        found.extend(regex.find_iter(folded).map(|hit| Noise { span: Span::new(hit.start(), hit.end()), kind: pattern.kind, rule: pattern.rule }));
    }
    for hit in CHINESE_DATE.find_iter(folded) {
        // 两三月 is no date; 三个月 has its measure word and does not match.
        found.push(Noise { span: Span::new(hit.start(), hit.end()), kind: Kind::Date, rule: "noise.chinese_date" });
    }
    for hit in ALPHANUMERIC.find_iter(folded) {
        let letters = hit.as_str().trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        // GDP2006亿: a word of letters before an amount is no code.
        let amount = letters.len() >= 3 && folded[hit.end()..].starts_with(['万', '亿', '元', '.']);
        if !amount && !["RMB", "CNY", "USD", "HKD", "EUR", "JPY", "GBP", "MOP"].iter().any(|code| letters.ends_with(code)) {
            found.push(Noise { span: Span::new(hit.start(), hit.end()), kind: Kind::Identifier, rule: "noise.code" });
        }
    }
    titles_of_works(folded, &mut found);
    found.sort_by_key(|noise| (noise.span.start, std::cmp::Reverse(noise.span.end)));
    let mut end = 0;
    found.retain(|noise| {
        let keep = noise.span.start >= end;
        if keep {
            end = noise.span.end;
        }
        keep
    });
    found
}

/// 《2014年工作计划》, 《关于支持4个县的意见》: a document's name states no amount.
fn titles_of_works(folded: &str, found: &mut Vec<Noise>) {
    let mut at = 0;
    while let Some(open) = folded[at..].find('《').map(|offset| at + offset) {
        let rest = &folded[open..];
        let Some(close) = rest.find('》') else { break };
        let end = open + close + '》'.len_utf8();
        if rest[..close].chars().count() <= 80 {
            found.push(Noise { span: Span::new(open, end), kind: Kind::Identifier, rule: "noise.title_of_work" });
        }
        at = end;
    }
}
