//! Stretches whose digits are no quantity: dates, clock times, telephone and document numbers, codes, titles of works.
//!
//! Takes the folded text, gives spans with their kind and rule, sorted, not overlapping.

use super::Kind;
use crate::charset::CharSet;
use crate::span::Span;
use regex_automata::meta::Regex;
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

/// The rule for long runs of digits, which are amounts when a unit follows.
pub const LONG_DIGITS: &str = "noise.long_digits";

/// The rule for telephone numbers.
pub const PHONE: &str = "noise.phone";
/// The rule for codes of letters and digits.
pub const CODE: &str = "noise.code";

struct Pattern {
    rule: &'static str,
    kind: Kind,
    pattern: &'static str,
}

/// Order is priority where two begin at the same place.
const PATTERNS: &[Pattern] = &[
    Pattern {
        rule: "noise.url",
        kind: Kind::Identifier,
        pattern: r"(?:https?://|www\.)[!-~]+|[A-Za-z0-9_.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
    },
    Pattern {
        rule: "noise.document_number",
        kind: Kind::Identifier,
        pattern: r"[〔\[（(【]?(?:19|20)[0-9０-９][0-9０-９][〕\]）)】]\s*第?[0-9０-９]+\s*号",
    },
    Pattern {
        rule: PHONE,
        kind: Kind::Identifier,
        pattern: r"(?-u:\b)0[0-9０-９]{2,3}\s*[-—－]\s*[0-9０-９]{7,8}|(?-u:\b)1[3-9][0-9０-９]{9}(?-u:\b)|(?-u:\b)400-?[0-9０-９]{3}-?[0-9０-９]{4}(?-u:\b)",
    },
    Pattern {
        rule: "noise.licence",
        kind: Kind::Identifier,
        pattern: r"(?:ICP|icp)[备证]?\s*[0-9０-９]+号?(?:-[0-9０-９]+)?|公网安备\s*[0-9０-９]+",
    },
    Pattern {
        rule: "noise.contact",
        kind: Kind::Identifier,
        pattern: r"(?:邮编|邮政编码|电话|传真|热线|QQ|QQ群|微信号|编号|索引号|美篇号|抓取编号|账号|帐号|户名|积分|阅读|浏览|浏览次数|点击|点赞|赞|评论|字数|阅读量|版本|期号|刊号|证号|车次|航班)\s*[:：号]?\s*[A-Za-z]{0,3}[0-9０-９][0-9０-９\s-]*[0-9０-９]?",
    },
    Pattern {
        rule: "noise.date",
        kind: Kind::Date,
        pattern: r"(?:19|20)[0-9０-９][0-9０-９]\s*[年./-]\s*[0-9０-９]{1,2}\s*[月./-]\s*[0-9０-９]{1,2}\s*(?:[-—–~～至、]\s*(?:[0-9０-９]{1,2}\s*月\s*)?[0-9０-９]{1,2}\s*)?[日号]?|[0-9０-９]{1,2}[-/][0-9０-９]{1,2}[-/](?:19|20)[0-9０-９][0-9０-９]|(?:19|20)[0-9０-９][0-9０-９]\s*年\s*(?:[0-9０-９]{1,2}\s*(?:[-—–~～至到]\s*[0-9０-９]{1,2}\s*)?月(?:份|底|初|末|中旬|上旬|下旬)?)|(?:19|20)[0-9０-９][0-9０-９]\s*年?\s*(?:[-—–~～至到和、]+\s*(?:19|20)[0-9０-９][0-9０-９]\s*年?\s*)+(?:年度|学年|年)?|(?:19|20)[0-9０-９][0-9０-９]\s*(?:年度|年|学年|财年)|‘[0-9０-９][0-9０-９]年",
    },
    Pattern {
        rule: "noise.date",
        kind: Kind::Date,
        pattern: r"[0-9０-９]{1,2}\s*月\s*[0-9０-９]{1,2}\s*(?:[-—–~～至、]\s*(?:[0-9０-９]{1,2}\s*月\s*)?[0-9０-９]{1,2}\s*)?[日号]|[0-9０-９]{1,2}\s*(?:[-—–~～至到]\s*[0-9０-９]{1,2}\s*)?月(?:份|底|初|末|中旬|上旬|下旬|间)?|[0-9０-９]{1,2}日(?:[上下]午|晚|，|,|、|至|电|讯|起|前|晨|，)|[0-9０-９]{1,2}(?:19|20)[0-9０-９][0-9０-９]年",
    },
    Pattern {
        rule: "noise.clock",
        kind: Kind::Date,
        pattern: r"[0-9０-９]{1,2}[:：][0-9０-９]{2}(?:[:：][0-9０-９]{2})?|[0-9０-９]{1,2}[点时][0-9０-９]{1,2}分",
    },
    Pattern { rule: "noise.ratio", kind: Kind::Number, pattern: r"[0-9０-９]+(?:[:：][0-9０-９]+)+" },
    Pattern {
        rule: "noise.sum_name", kind: Kind::Slogan, pattern: r"[0-9０-９]+(?:\s*[+＋]\s*[0-9０-９XNxnＮＸ]+)+"
    },
    Pattern {
        rule: "noise.reference",
        kind: Kind::Identifier,
        pattern: r"\[[0-9０-９]{1,3}(?:[-,，、][0-9０-９]{1,3})*\]",
    },
    Pattern { rule: "noise.strong", kind: Kind::Ordinal, pattern: r"[0-9０-９]+强" },
    Pattern {
        rule: LONG_DIGITS,
        kind: Kind::Identifier,
        pattern: r"[0-9０-９]{1,4}(?:\.[0-9０-９]{1,4}){2,}|[0-9０-９]{9,}",
    },
    Pattern { rule: CODE, kind: Kind::Identifier, pattern: r"[A-Za-z]+[-—]?[0-9０-９]+(?:[.-]?[A-Za-z0-9]+)*" },
];

/// Dates in Chinese numerals. 两三月 is no date; 三个月 has its measure word and does not match.
const CHINESE_DATE: &str = "[〇零○Ｏ一二三四五六七八九]{4}年(?:度|[一二三四五六七八九十]{1,3}月(?:份|[一二三四五六七八九十]{1,3}[日号])?)?|[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}[日号]|份|底|初|末|中旬|上旬|下旬)?|农历[一二三四五六七八九十]+月[初一二三四五六七八九十]+|正月初[一二三四五六七八九十]+|大年[初一二三四五六七八九十]+|[“\"]?十[一二三四五]五[”\"]?(?:规划|期间|时期|末|初|开局)?|星期[一二三四五六日]|周[一二三四五六日](?:上午|下午|晚)?";

/// What may stand in front of the digits of a pattern: 电话, 编号, 阅读 end so.
static LEADS: LazyLock<CharSet> =
    LazyLock::new(|| CharSet::new("/_=@?&%#[:：+.‘编码话真线群号名分读览数击赞论量本次班备证".chars()));

/// All patterns in one automaton: leftmost first, of those that begin together the earlier in the table.
static COMPILED: LazyLock<Regex> = LazyLock::new(|| {
    let patterns: Vec<&str> = PATTERNS.iter().map(|pattern| pattern.pattern).collect();
    Regex::new_many(&patterns).expect("invariant: the patterns are valid")
});

static CHINESE: LazyLock<Regex> = LazyLock::new(|| Regex::new(CHINESE_DATE).expect("invariant: the pattern is valid"));

/// All noise of one sentence of a folded text, whose numeral characters start at `numerals`. `titles` tells whether the
/// text names works (《》).
pub fn find(folded: &str, sentence: Span, numerals: &[usize], titles: bool) -> Vec<Noise> {
    let mut found = Vec::new();
    let text = sentence.of(folded);
    let at = |start: usize, end: usize| Span::new(sentence.start + start, sentence.start + end);
    let look = look(folded, sentence, numerals);
    if look.digits {
        for hit in COMPILED.find_iter(text) {
            let pattern = &PATTERNS[hit.pattern().as_usize()];
            let span = at(hit.start(), hit.end());
            if pattern.rule == CODE && is_amount(folded, span) {
                continue;
            }
            found.push(Noise { span, kind: pattern.kind, rule: pattern.rule });
        }
    }
    if look.chinese_date {
        found.extend(CHINESE.find_iter(text).map(|hit| Noise {
            span: at(hit.start(), hit.end()),
            kind: Kind::Date,
            rule: "noise.chinese_date",
        }));
    }
    if titles {
        titles_of_works(folded, sentence, &mut found);
    }
    if found.len() < 2 {
        return found;
    }
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

/// Which patterns a sentence could hold at all.
struct Look {
    digits: bool,
    chinese_date: bool,
}

/// Asks the neighbours of every numeral character: most digits stand before 亿元 or 家, and no pattern begins there.
fn look(folded: &str, sentence: Span, numerals: &[usize]) -> Look {
    let mut look = Look { digits: false, chinese_date: false };
    let bytes = &folded.as_bytes()[..sentence.end];
    let mut run_end = 0;
    for &start in numerals {
        if !bytes[start].is_ascii_digit() {
            // Full-width digits are rare; Chinese ones may be a date.
            let mut rest = folded[start..sentence.end].chars();
            let c = rest.next().unwrap_or(' ');
            look.digits |= matches!(c, '０'..='９');
            look.chinese_date |= date_beside(folded[sentence.start..start].chars().next_back(), c, rest.next());
        } else if start >= run_end {
            run_end = digits_end(bytes, start);
            look.digits = look.digits || suspicious(folded, sentence, start, run_end);
        }
    }
    look
}

/// 三月, 二〇一二年, 周三, 星期五, 十三五, 初八.
fn date_beside(before: Option<char>, digit: char, behind: Option<char>) -> bool {
    matches!(behind, Some('月' | '年'))
        || matches!(before, Some('周' | '期' | '初' | '月'))
        || (digit == '五' && before.is_some())
}

/// End of digits with at most one decimal point inside.
fn digits_end(bytes: &[u8], start: usize) -> usize {
    let run = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count() + from;
    let end = run(start);
    let decimals = bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    if decimals { run(end + 1) } else { end }
}

/// Whether digits could belong to a pattern, by their form and the characters beside them.
fn suspicious(folded: &str, sentence: Span, start: usize, end: usize) -> bool {
    let digits = &folded[start..end];
    let year = digits.len() >= 4 && (digits.starts_with("19") || digits.starts_with("20"));
    let area_code = digits.len() < 5 && (digits.starts_with('0') || digits.starts_with("400"));
    if year || area_code || digits.len() >= 9 {
        return true;
    }
    let behind = folded[end..sentence.end].trim_start().chars().next();
    if matches!(
        behind,
        Some('年' | '月' | '日' | '点' | '时' | '强' | ':' | '：' | '+' | '＋' | '/' | '.' | '@' | '０'..='９')
    ) {
        return true;
    }
    let lead = folded[sentence.start..start].trim_end();
    let Some(before) = lead.chars().next_back() else { return false };
    if matches!(before, '-' | '—') {
        return lead[..lead.len() - before.len_utf8()].ends_with(|c: char| c.is_ascii_alphabetic());
    }
    before.is_ascii_alphabetic() || LEADS.contains(before)
}

/// GDP2006亿, RMB500万: letters before an amount are no code.
fn is_amount(folded: &str, span: Span) -> bool {
    let letters = span.of(folded).trim_end_matches(|c: char| !c.is_ascii_alphabetic());
    let measured = letters.len() >= 3 && folded[span.end..].starts_with(['万', '亿', '元', '.']);
    measured || ["RMB", "CNY", "USD", "HKD", "EUR", "JPY", "GBP", "MOP"].iter().any(|code| letters.ends_with(code))
}

/// 《2014年工作计划》, 《关于支持4个县的意见》: a document's name states no amount.
fn titles_of_works(folded: &str, sentence: Span, found: &mut Vec<Noise>) {
    let mut at = sentence.start;
    while let Some(open) = folded[at..sentence.end].find('《').map(|offset| at + offset) {
        let rest = &folded[open..sentence.end];
        let Some(close) = rest.find('》') else { break };
        let end = open + close + '》'.len_utf8();
        if rest[..close].chars().count() <= 80 {
            found.push(Noise { span: Span::new(open, end), kind: Kind::Identifier, rule: "noise.title_of_work" });
        }
        at = end;
    }
}
