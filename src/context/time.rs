//! When an amount holds: dates and periods in its sentence, resolved with the document's date.

use super::Input;
use crate::charset::CharSet;
use crate::layout::LineKind;
use crate::sentence::Sentence;
use crate::span::Span;
use jiff::civil::Date;
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// A point or period in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The words.
    pub span: Span,
    /// First day, month or year, ISO.
    from: String,
    /// Last; equal to `from` for a point.
    to: String,
    /// 截至, 至, 到 in front.
    until: bool,
    /// 自, 从 in front or 以来 behind.
    since: bool,
    /// 底, 末 behind.
    at_end: bool,
    /// 前 behind.
    deadline: bool,
}

/// An expression at the beginning of a text.
static POINT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\A(?:(?:(?P<y>[1１][9９][0-9０-９]{2}|[2２][0０][0-9０-９]{2})\s*年?|(?P<rel>今年|去年|前年|明年|后年|上年|本年|是年|当年))?",
        r"(?:",
        r"(?P<m1>[0-9０-９]{1,2})\s*[-—–~～至到]\s*(?P<m2>[0-9０-９]{1,2})\s*月(?:份)?",
        r"|(?P<m>[0-9０-９]{1,2}|[一二三四五六七八九]|十[一二]?)\s*月(?:份)?(?:\s*(?P<d>[0-9０-９]{1,2})\s*(?:[-—–~～至]\s*(?P<d2>[0-9０-９]{1,2})\s*)?[日号])?",
        r"|(?P<half>上半年|下半年)",
        r"|第?(?P<q>[一二三四1-4])季度",
        r"|(?P<q3>[前头]三(?:个?季度|季))",
        r"|[前头](?P<pm>[一二三四五六七八九]|十[一二]?|[0-9０-９]{1,2})个?月",
        r")|(?P<span1>[1１2２][0０9９][0-9０-９]{2})\s*年?\s*(?:[-—–~～至到和、]|——)\s*(?P<span2>[1１2２][0０9９][0-9０-９]{2})\s*年(?:度)?",
        r"|(?P<year>[1１2２][0０9９][0-9０-９]{2})\s*年(?:度)?|(?P<plan>十[一二三四五])五[”’]?(?:规划)?(?:期间|时期|以来)|",
        r"(?:过去|近|最近|这)?(?P<back>[一二两三四五六七八九十]|[0-9０-９]{1,2})年(?:多来|来|里|间)|(?:过去|近|最近)(?P<back2>[一二两三四五六七八九十]|[0-9０-９]{1,2})年|(?P<halfback>半年)(?:多来|来|里|间)|(?P<relyear>(?:今年|去年|前年|明年|后年|上年|是年)(?:全年)?|上月|年末|年底|年内|全年|本年度?|当年)|(?P<now>截至目前|截止目前|到目前为止|迄今))"
    ))
    .expect("invariant: the pattern is valid")
});

/// When the article was published: the day, or the year alone.
#[derive(Debug, Clone, Copy)]
struct Now {
    date: Option<Date>,
    year: Option<i16>,
    /// The year that the whole article reports on, if it does.
    told: Option<i16>,
}

/// What time it is in the article: the year and the last time named, carried from sentence to sentence.
#[derive(Debug, Default)]
pub(super) struct Clock {
    paragraph: Option<u32>,
    year: Option<i16>,
    /// Sentences without facts: read only when the year that they spoke of is asked for.
    unread: Vec<(u32, Span)>,
    carried: String,
}

impl Clock {
    /// Goes past a sentence without facts.
    pub(super) fn pass(&mut self, sentence: &Sentence) {
        self.unread.push((sentence.paragraph, sentence.span));
    }

    /// The year that the text spoke of last.
    fn year(&mut self, input: &Input<'_>) -> Option<i16> {
        for (_, span) in std::mem::take(&mut self.unread) {
            let spoken = self.year;
            self.heard(&expressions(input, span, || spoken));
        }
        self.year
    }

    fn heard(&mut self, times: &[Expression]) {
        if let Some(last) = times.last() {
            self.year = last.to.get(..4).and_then(|year| year.parse().ok()).or(self.year);
        }
    }

    /// Time expressions of the next sentence. A new paragraph forgets the time of the one before, but not its year.
    pub(super) fn read(&mut self, input: &Input<'_>, sentence: &Sentence) -> Vec<Expression> {
        if self.paragraph != Some(sentence.paragraph) {
            self.paragraph = Some(sentence.paragraph);
            self.carried.clear();
        }
        let times = expressions(input, sentence.span, || self.year(input));
        if !times.is_empty() {
            self.unread.clear();
            self.heard(&times);
        } else if self.carried.is_empty() {
            // 9月27日，博览会开馆。320个展位订空: a sentence without facts sets the time too.
            let before = self.unread.iter().rev().take_while(|(paragraph, _)| *paragraph == sentence.paragraph);
            let spoken = self.year;
            for (_, span) in before {
                let times = expressions(input, *span, || spoken);
                if !times.is_empty() {
                    self.carried = of_quantity(input.folded, &times, Span::new(span.end, span.end), false);
                    break;
                }
            }
        }
        times
    }

    /// The time of a quantity: stated in its sentence, else carried from the sentence before in the paragraph.
    pub(super) fn time_of(
        &mut self,
        input: &Input<'_>,
        sentence: &Sentence,
        times: &[Expression],
        quantity: Span,
        planned: bool,
    ) -> String {
        let stated = of_quantity(input.folded, times, quantity, planned);
        let unknown = stated.is_empty() && !times.iter().any(|time| time.span.end <= quantity.start);
        if unknown && sentence.kind == LineKind::Body {
            return self.carried.clone();
        }
        self.carried.clone_from(&stated);
        stated
    }
}

/// Whether the last time before a quantity lies before the article's own year.
pub(super) fn is_past(year: Option<i16>, times: &[Expression], quantity: Span) -> bool {
    let Some(own) = year else { return false };
    let last = times.iter().rev().find(|time| time.span.end <= quantity.start);
    last.and_then(|time| time.to.get(..4)?.parse::<i16>().ok()).is_some_and(|year| year < own)
}

/// One of these stands in every expression.
static ANCHORS: LazyLock<CharSet> = LazyLock::new(|| CharSet::new("年月季目迄五".chars()));

/// No expression has more bytes in front of its first anchor: `２０１３ ——１２月`.
const LEAD: usize = 64;

/// The first expression at or behind `from`: where it starts, and its parts.
fn next_point(text: &str, from: usize) -> Option<(usize, Captures<'_>)> {
    let mut from = from;
    while let Some((anchor, length)) = ANCHORS.next(text, from) {
        let mut at = anchor.saturating_sub(LEAD).max(from);
        while !text.is_char_boundary(at) {
            at += 1;
        }
        while let Some((start, length)) = STARTS.next(&text[..anchor + length], at) {
            let rest = &text[start..];
            if let Some(captures) = Some(rest).filter(|rest| may_begin(rest)).and_then(|rest| POINT.captures(rest)) {
                return Some((start, captures));
            }
            at = start + length;
        }
        from = anchor + length;
    }
    None
}

/// Characters that an expression may begin with.
static STARTS: LazyLock<CharSet> = LazyLock::new(|| {
    CharSet::new(
        "0123456789０１２３４５６７８９一二两三四五六七八九十今去前明后上下本是当第过近最这半年全截到迄头".chars(),
    )
});

/// Whether an expression could begin a text that begins with one of [`STARTS`], by what stands behind: asked of each
/// numeral, of which most count things.
fn may_begin(text: &str) -> bool {
    let digit = |c: char| matches!(c, '0'..='9' | '０'..='９');
    let chinese = |c: char| matches!(c, '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return false };
    if digit(first) {
        // 2013年, 3月, 3—5月, 2013和2014年, 2013上半年
        let behind = text.trim_start_matches(digit).trim_start().chars().next();
        let goes_on = |c: char| {
            matches!(
                c,
                '年' | '月'
                    | '季'
                    | '-'
                    | '—'
                    | '–'
                    | '~'
                    | '～'
                    | '至'
                    | '到'
                    | '和'
                    | '、'
                    | '上'
                    | '下'
                    | '前'
                    | '第'
            )
        };
        return behind.is_some_and(|c| goes_on(c) || digit(c) || chinese(c));
    }
    let Some(next) = chars.as_str().trim_start().chars().next() else { return false };
    match first {
        '今' | '去' | '明' | '后' | '本' | '是' | '当' | '半' | '全' => next == '年',
        '前' => next == '年' || digit(next) || chinese(next),
        '头' => digit(next) || chinese(next),
        '上' => matches!(next, '年' | '半' | '月'),
        '下' => next == '半',
        '第' => digit(next) || chinese(next),
        '近' | '这' => digit(next) || chinese(next),
        '过' => next == '去',
        '最' => next == '近',
        '年' => matches!(next, '末' | '底' | '内'),
        '截' => matches!(next, '至' | '止'),
        '到' => next == '目',
        '迄' => next == '今',
        '十' => matches!(next, '年' | '月') || chinese(next),
        _ => matches!(next, '年' | '月' | '季'),
    }
}

/// All time expressions of a sentence, by start. `year` tells the year that the text spoke of last.
fn expressions(input: &Input<'_>, sentence: Span, mut year: impl FnMut() -> Option<i16>) -> Vec<Expression> {
    let told = input.layout.told;
    let now = Now { date: input.layout.date, year: input.layout.year, told };
    let text = sentence.of(input.folded);
    let mut found: Vec<Expression> = Vec::new();
    let mut next = 0;
    while let Some((at, captures)) = next_point(text, next) {
        let whole = at..at + captures.get(0).map_or(0, |whole| whole.end());
        next = whole.end;
        // 3月 alone belongs to the year just named in the sentence, else to the article's own; 全年 to the year spoken of.
        let named = found.last().and_then(|last| last.to.get(..4)).and_then(|year| year.parse().ok());
        let whole_year = captures.name("relyear").is_some();
        let before = &text[..whole.start];
        let after = &text[whole.end..];
        let behind = after.trim_start_matches(['底', '末']);
        let deadline = ["前", "以前", "之前", "调整之前", "调整前"].iter().any(|word| behind.starts_with(word));
        let word = captures.name("relyear").map_or("", |word| word.as_str());
        // 年底头一回分红: which year's end is not said.
        if word == "年底" && !deadline && !before.ends_with(['至', '到']) {
            continue;
        }
        // 当年捐款: long ago, unless the whole article reports on one year.
        if word == "当年" && told.is_none() {
            continue;
        }
        let spoken = (whole_year || now.year.is_none()) && told.is_none();
        // 年底前 lies ahead.
        let ahead = now.year.filter(|_| word == "年底" && deadline);
        let previous = ahead.or(named).or(told).or_else(|| if spoken { year() } else { None });
        let Some((from, to)) = resolve(&captures, now, previous) else { continue };
        let until = deadline
            || ["截至", "截止", "截止到", "截至到", "至", "到", "截至目前"].iter().any(|word| before.ends_with(word))
            || captures.name("now").is_some();
        // 提高到2020年的18906元: the verb's own 到.
        let until = until && !super::risen(before);
        let since = before.ends_with(['自', '从']) || since_behind(after);
        let at_end = after.starts_with(['底', '末']) || matches!(word, "年末" | "年底");
        let span = Span::new(sentence.start + whole.start, sentence.start + whole.end);
        found.push(Expression { span, from, to, until, since, at_end, deadline });
    }
    found
}

/// 2013年11月结对以来, 2009年以来.
fn since_behind(after: &str) -> bool {
    let head: String = after.chars().take(24).take_while(|c| !matches!(c, '，' | ',' | '。' | '；' | '、')).collect();
    head.contains("以来") || head.starts_with('起')
}

fn number(text: &str) -> Option<i8> {
    if let Ok(value) = text.parse().or_else(|_| ascii(text).parse()) {
        return Some(value);
    }
    let text = text.replace('两', "二");
    let digit = |c: char| "一二三四五六七八九".chars().position(|other| other == c).map(|at| at as i8 + 1);
    let mut chars = text.chars();
    match (chars.next()?, chars.next()) {
        ('十', None) => Some(10),
        ('十', Some(c)) => digit(c).map(|value| 10 + value),
        (c, None) => digit(c),
        _ => None,
    }
}

fn relative(word: &str, year: Option<i16>) -> Option<i16> {
    let year = year?;
    Some(match word {
        "去年" | "上年" => year - 1,
        "前年" => year - 2,
        "明年" => year + 1,
        "后年" => year + 2,
        _ => year,
    })
}

/// Full-width digits as ASCII: ２０１４ → 2014.
fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| char::from_u32((c as u32).wrapping_sub(0xFEE0)).filter(char::is_ascii_digit).unwrap_or(c))
        .collect()
}

/// 五年来 in June 2020 → 2015-06/2020-06.
fn window(date: Option<Date>, months: i32) -> Option<(String, String)> {
    let date = date?;
    let last = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
    let first = last - months;
    Some((format!("{:04}-{:02}", first / 12, first % 12 + 1), format!("{:04}-{:02}", last / 12, last % 12 + 1)))
}

fn resolve(captures: &Captures<'_>, now: Now, previous: Option<i16>) -> Option<(String, String)> {
    let Now { date, year: own, told } = now;
    let name = |name: &str| captures.name(name).map(|found| found.as_str());
    if let Some(back) = name("back").or_else(|| name("back2")) {
        return match (number(back)?, told) {
            // 一年来 in a report on 2016.
            (1, Some(year)) => Some((format!("{year:04}"), format!("{year:04}"))),
            (years, _) => window(date, i32::from(years) * 12),
        };
    }
    if name("halfback").is_some() {
        return window(date, 6);
    }
    if let Some(plan) = name("plan") {
        // 十一五 is 2006–2010.
        let first = 2006 + (i32::from(number(plan)?) - 11) * 5;
        return Some((format!("{first:04}"), format!("{:04}", first + 4)));
    }
    let point = |text: String| Some((text.clone(), text));
    if let (Some(a), Some(b)) = (name("span1"), name("span2")) {
        return Some((ascii(a), ascii(b)));
    }
    if let Some(year) = name("year") {
        return point(ascii(year));
    }
    if name("now").is_some() {
        return point(date?.to_string());
    }
    if let Some(word) = name("relyear") {
        return match word {
            "上月" => {
                let last = date?.first_of_month().yesterday().ok()?;
                point(format!("{:04}-{:02}", last.year(), last.month()))
            }
            "年末" | "年底" => point(format!("{:04}-12", previous.or(own)?)),
            "全年" | "年内" | "是年" | "本年" | "本年度" | "当年" => {
                point(format!("{:04}", previous.or(own)?))
            }
            _ => point(format!("{:04}", relative(word.trim_end_matches("全年"), own)?)),
        };
    }
    let year = match (name("y"), name("rel")) {
        (Some(year), _) => ascii(year).parse().ok()?,
        (_, Some(word)) => relative(word, own)?,
        _ => previous.or(own)?,
    };
    let month = |value: i8| (1..=12).contains(&value).then_some(value);
    if let (Some(a), Some(b)) = (name("m1"), name("m2")) {
        return Some((format!("{year:04}-{:02}", month(number(a)?)?), format!("{year:04}-{:02}", month(number(b)?)?)));
    }
    if let Some(m) = name("m") {
        let m = month(number(m)?)?;
        return match (name("d").and_then(number), name("d2").and_then(number)) {
            (Some(d), Some(d2)) => Some((format!("{year:04}-{m:02}-{d:02}"), format!("{year:04}-{m:02}-{d2:02}"))),
            (Some(d), None) => point(format!("{year:04}-{m:02}-{d:02}")),
            _ => point(format!("{year:04}-{m:02}")),
        };
    }
    let months = |a: i8, b: i8| Some((format!("{year:04}-{a:02}"), format!("{year:04}-{b:02}")));
    match (name("half"), name("q"), name("q3"), name("pm")) {
        (Some("上半年"), ..) => months(1, 6),
        (Some(_), ..) => months(7, 12),
        (_, Some(quarter), ..) => {
            let quarter = number(quarter)?;
            months(quarter * 3 - 2, quarter * 3)
        }
        (_, _, Some(_), _) => months(1, 9),
        (_, _, _, Some(count)) => months(1, month(number(count)?)?),
        _ => None,
    }
}

/// The time of a quantity: the last expression before it in the sentence, with its partner when it closes a period.
pub(super) fn of_quantity(folded: &str, times: &[Expression], quantity: Span, planned: bool) -> String {
    // 首笔10亿元5月底到账: a time right behind.
    if let Some(time) = times.iter().find(|time| time.span.start == quantity.end && time.from == time.to) {
        return time.from.clone();
    }
    let Some(at) = times.iter().rposition(|time| time.span.end <= quantity.start) else { return String::new() };
    let time = &times[at];
    // 比2013年翻一番, 比去年全年还多: the year only compares.
    if folded[..time.span.start].ends_with(['比', '较', '同']) {
        return if at == 0 { String::new() } else { of_quantity(folded, &times[..at], quantity, planned) };
    }
    if let Some(earlier) = at.checked_sub(1).map(|at| &times[at]) {
        let gap = Span::between(earlier.span, time.span).of(folded);
        let joined = matches!(gap.trim(), "至" | "到" | "—" | "-" | "–" | "~" | "～" | "——");
        if joined || (earlier.since && time.until) {
            return format!("{}/{}", earlier.from, time.to);
        }
        if matches!(gap, "和" | "、") {
            return format!("{}/{}", earlier.from, time.to);
        }
    }
    if time.from != time.to {
        return format!("{}/{}", time.from, time.to);
    }
    if time.since {
        return format!("{}/..", time.from);
    }
    let end = if time.at_end && time.to.len() == 4 { format!("{}-12", time.to) } else { time.to.clone() };
    // 到2016年底做到150亿元 holds then; 截至2016年底完成 has come until then.
    if time.deadline || (time.until && !planned) { format!("../{end}") } else { end }
}
