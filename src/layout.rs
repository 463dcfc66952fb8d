//! Where the article is on its page: title, publication date, source; body against navigation, footers, adverts.
//!
//! Takes the folded text and its cues, gives every line a kind. Never drops text: later stages skip furniture.
//! Words come from `furniture.tsv`.

use crate::charset::CharSet;
use crate::landmark::Mark;
use crate::lexicon::{CueHit, CueKind, FurnitureKind, NameHit};
use crate::span::{Span, Walk, inside};
use jiff::civil::Date;
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a line of the page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// The article's headline.
    Title,
    /// Date, source, author.
    Meta,
    /// A heading inside the article; it carries its pair to what follows.
    Heading,
    /// The article.
    Body,
    /// Navigation, footer, advert, related links: holds no facts.
    Furniture,
}

/// One line of the page without its surrounding white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: LineKind,
}

/// A page laid out.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// Lines that hold something, in order.
    pub lines: Vec<Line>,
    /// The headline, when the text holds one.
    pub title: Option<Span>,
    /// Publication date.
    pub date: Option<Date>,
    /// The year that 今年 means: of the date, else of the issue, else the one that a yearbook tells of.
    pub year: Option<i16>,
    /// The year that all of the page tells of: of a yearbook, or the one before the date that the headline reports on
    /// (2017年工作总结, published in March 2018).
    pub told: Option<i16>,
    /// Publisher, as named behind 来源.
    pub source: Option<Span>,
}

/// A line counts as short (a heading, a menu entry) up to this many characters.
const SHORT: usize = 34;

/// Lays out a page. `given_date` (the record's own) wins over any date in the text.
pub fn lay_out(text: &str, marks: &[Mark], cues: &[CueHit], names: &[NameHit], given_date: Option<Date>) -> Layout {
    let spans = line_spans(text);
    let facts: Vec<LineFacts> = {
        let mut marks = Walk::new(marks, |mark| mark.span);
        let mut cues = Walk::new(cues, |cue| cue.span);
        let mut names = Walk::new(names, |name| name.span);
        let mut of = |span| LineFacts::of(text, span, marks.inside(span), cues.inside(span), names.inside(span));
        spans.iter().map(|&span| of(span)).collect()
    };
    let mut kinds = classify(&facts);
    let title = pick_title(text, &facts, &kinds);
    if let Some(at) = title {
        kinds[at] = LineKind::Title;
    }
    let lines: Vec<Line> = spans.iter().zip(&kinds).map(|(&span, &kind)| Line { span, kind }).collect();
    let date = given_date.or_else(|| publication_date(text, &facts, &kinds, cues));
    let (issue, annual) = issue_year(text, &facts).map_or((None, false), |(year, annual)| (Some(year), annual));
    let year = date.map(Date::year).filter(|_| !annual).or(issue);
    let reported = title.zip(date).and_then(|(title, date)| reported_year(spans[title].of(text), date));
    let told = reported.or(year.filter(|_| annual));
    let source = facts.iter().take(30).find_map(|line| line.source(text, cues));
    Layout { title: title.map(|at| spans[at]), lines, date, year, told, source }
}

/// Lines longer than this are all alike: prose.
const LONG: usize = 100;

struct LineFacts {
    span: Span,
    /// Number of characters, at most [`LONG`].
    chars: usize,
    strong: bool,
    related: bool,
    meta: bool,
    dated: bool,
    sentence: bool,
    stops: bool,
    menu: bool,
    names: usize,
    relation: bool,
}

impl LineFacts {
    fn of(text: &str, span: Span, marks: &[Mark], cues: &[CueHit], names: &[NameHit]) -> Self {
        let line = span.of(text);
        let (mut strong, mut related, mut meta, mut relation) = (false, None, false, false);
        for hit in cues {
            relation |= hit.kind == CueKind::Relation;
            let CueKind::Furniture(kind) = hit.kind else { continue };
            if hit.span.end > span.end {
                continue;
            }
            match kind {
                FurnitureKind::Strong => strong = true,
                FurnitureKind::Related => related = related.or(Some(hit.span.start)),
                FurnitureKind::Source | FurnitureKind::Date => meta = true,
            }
        }
        let chars = if line.len() > 4 * LONG { LONG } else { line.chars().count().min(LONG) };
        // 。！？； but not those of one byte.
        let stops = marks.iter().any(|mark| mark.segment && mark.span.len() == '。'.len_utf8());
        Self {
            span,
            chars,
            strong,
            // A line of its own, or one that begins with it: 相关链接：…
            related: related.is_some_and(|start| chars <= 16 || start == span.start),
            meta,
            dated: chars <= 90 && names_year(line) && DATE.is_match(line),
            sentence: stops || chars > 60,
            stops,
            menu: is_menu(line),
            names: names.len(),
            relation,
        }
    }

    fn source(&self, text: &str, cues: &[CueHit]) -> Option<Span> {
        let hit = inside(cues, self.span, |hit| hit.span)
            .iter()
            .find(|hit| hit.kind == CueKind::Furniture(FurnitureKind::Source) && hit.span.of(text).contains('源'))?;
        let rest = Span::new(hit.span.end, self.span.end).of(text);
        let named = rest.len() > rest.trim_start_matches([':', '：', ' ', '\u{3000}']).len()
            || hit.span.of(text).ends_with([':', '：']);
        let body = rest.trim_start_matches([':', '：', ' ', '\u{3000}']);
        let start = hit.span.end + (rest.len() - body.len());
        let end = body.find([' ', '\u{3000}', '\t', '|']).unwrap_or(body.len());
        (end > 0 && named && !body[..end].contains([':', '：'])).then(|| Span::new(start, start + end))
    }
}

/// What stands between the entries of a menu.
const SEPARATORS: [char; 8] = ['|', '>', '»', '｜', '·', '/', '\t', '\u{3000}'];
/// Those, or two spaces.
static SEPARATING: LazyLock<CharSet> = LazyLock::new(|| CharSet::new(SEPARATORS.into_iter().chain([' '])));

/// What no menu holds.
static PROSE: LazyLock<CharSet> = LazyLock::new(|| CharSet::new(['，', '。', '；']));

/// Whether a year of four digits could stand in a line: asked before the patterns, which cost more.
fn names_year(line: &str) -> bool {
    let digits = |rest: &str| rest.as_bytes().get(2..4).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
    ["20", "19"]
        .iter()
        .any(|century| line.contains(century) && line.match_indices(century).any(|(at, _)| digits(&line[at..])))
}

fn line_spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::with_capacity(text.len() / 64);
    let mut start = 0;
    for piece in text.split_inclusive('\n') {
        let trimmed = piece.trim();
        if !trimmed.is_empty() {
            let lead = piece.len() - piece.trim_start().len();
            spans.push(Span::new(start + lead, start + lead + trimmed.len()));
        }
        start += piece.len();
    }
    spans
}

/// `农业 | 财经 | 教育`, `首页 > 新闻 > 正文`: three or more short pieces between separators.
fn is_menu(line: &str) -> bool {
    if line.len() > 1000 || PROSE.next(line, 0).is_some() || SEPARATING.next(line, 0).is_none() {
        return false;
    }
    let pieces =
        line.split(SEPARATORS).flat_map(|piece| piece.split("  ")).map(str::trim).filter(|piece| !piece.is_empty());
    let mut count = 0;
    for piece in pieces {
        if piece.chars().count() > 12 {
            return false;
        }
        count += 1;
    }
    count >= 3
}

fn classify(facts: &[LineFacts]) -> Vec<LineKind> {
    let mut kinds = Vec::with_capacity(facts.len());
    let mut in_related = false;
    for line in facts {
        let prose = line.stops && line.chars >= 40;
        if line.related {
            in_related = true;
        } else if in_related && prose {
            in_related = false;
        }
        let kind = if in_related {
            LineKind::Furniture
        } else if (line.strong && !prose) || line.menu {
            if line.dated && !line.menu { LineKind::Meta } else { LineKind::Furniture }
        } else if (line.dated || line.meta) && !line.sentence && line.chars <= 60 {
            // A headline may name a day: it is meta only when little but the date stands there.
            if line.names > 0 && line.relation && !line.meta { LineKind::Heading } else { LineKind::Meta }
        } else if line.sentence || line.chars > SHORT {
            LineKind::Body
        } else {
            LineKind::Heading
        };
        kinds.push(kind);
    }
    kinds
}

/// The headline: a short line near the top that names places, stands beside the date, or is repeated.
fn pick_title(text: &str, facts: &[LineFacts], kinds: &[LineKind]) -> Option<usize> {
    let first_body =
        facts.iter().zip(kinds).position(|(line, kind)| *kind == LineKind::Body && line.stops && line.chars >= 40);
    let until = first_body.unwrap_or(facts.len()).min(60);
    let mut best: Option<(usize, usize)> = None;
    for at in 0..until {
        let line = &facts[at];
        if !(kinds[at] == LineKind::Heading || (kinds[at] == LineKind::Body && line.chars < 60)) || line.chars < 5 {
            continue;
        }
        let own = line.span.of(text);
        let repeated = (0..until).any(|other| other != at && facts[other].span.of(text).starts_with(own));
        let beside_meta =
            (at + 1 < kinds.len() && kinds[at + 1] == LineKind::Meta) || (at > 0 && kinds[at - 1] == LineKind::Meta);
        // A sentence is no headline, nor is 各位代表： or ——在县人民代表大会第二次会议上; 清远帮扶圈 and 深圳协作观察 are mastheads.
        let empty = own.starts_with("——在") || (line.names == 0 && own.ends_with(['：', ':']));
        let prose = empty || own.ends_with(['。', '！', '；']) || own.contains('。');
        let masthead = own.ends_with(['网', '圈', '道', '坛', '讯', '号', '察', '报']) && line.chars <= 10;
        if prose {
            continue;
        }
        let score = 3 * usize::from(line.names > 0)
            + usize::from(line.names > 1)
            + 2 * usize::from(line.relation)
            + 3 * usize::from(repeated)
            + 3 * usize::from(beside_meta)
            + usize::from(line.chars >= 9)
            + usize::from(own.contains(['，', '：', '“', '—', '！']));
        let score = if masthead { score.saturating_sub(3) } else { score };
        if best.is_none_or(|(_, top)| score > top) {
            best = Some((at, score));
        }
    }
    best.map(|(at, _)| at)
}

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<y>(?:19|20)[0-9]{2})\s*[-/.年]\s*(?P<m>[0-9]{1,2})\s*[-/.月]\s*(?P<d>[0-9]{1,2})|(?P<d2>[0-9]{1,2})-(?P<m2>[0-9]{1,2})-(?P<y2>(?:19|20)[0-9]{2})")
        .expect("invariant: the pattern is valid")
});

fn dates(text: &str) -> impl Iterator<Item = Date> + '_ {
    DATE.captures_iter(text).filter_map(|found| {
        let part = |a: &str, b: &str| found.name(a).or_else(|| found.name(b))?.as_str().parse::<i16>().ok();
        Date::new(part("y", "y2")?, part("m", "m2")? as i8, part("d", "d2")? as i8).ok()
    })
}

/// `12月30日` of a line near the top or the end, with the latest year that the text names: 2024年第11期，3月9日—3月15日.
fn issue_date(text: &str, facts: &[LineFacts]) -> Option<Date> {
    let year = YEAR.find_iter(text).filter_map(|found| ascii_year(found.as_str())).max()?;
    let edge = facts
        .iter()
        .take(3)
        .chain(facts.iter().rev().take(2))
        .filter(|line| line.chars <= 60 && line.span.of(text).starts_with(['(', '（']));
    let day = |line: &LineFacts| {
        let found = DAY.captures_iter(line.span.of(text)).last()?;
        Date::new(year, found[1].parse().ok()?, found[2].parse().ok()?).ok()
    };
    edge.filter_map(day).next()
}

static YEAR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:[1１][9９]|[2２][0０])[0-9０-９]{2}年").expect("invariant: the pattern is valid"));
static DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"([0-9]{1,2})月([0-9]{1,2})日").expect("invariant: the pattern is valid"));

/// The date behind a word that says when the article was published (发布时间, 发表于); else of a meta line; else of a line
/// above the article; else of the first or last lines; else the first full date of the body.
fn publication_date(text: &str, facts: &[LineFacts], kinds: &[LineKind], cues: &[CueHit]) -> Option<Date> {
    let of = |line: &LineFacts| dates(line.span.of(text)).next();
    // 发布时间 before 成文日期: the day on which it was published.
    let stamp = |line: &LineFacts, published: bool| {
        let word = inside(cues, line.span, |cue| cue.span).iter().find(|cue| {
            cue.kind == CueKind::Furniture(FurnitureKind::Date)
                && (!published || cue.span.of(text).starts_with(['发', '刊']))
        })?;
        dates(&text[word.span.end.min(line.span.end)..line.span.end]).next()
    };
    // 今天是2025年2月20日 is the day of the visit.
    let lines = || facts.iter().zip(kinds).filter(|(line, _)| line.dated && !line.span.of(text).contains("今天是"));
    let on = |wanted: LineKind| lines().filter(|(_, kind)| **kind == wanted).find_map(|(line, _)| of(line));
    let stamped =
        |published| lines().filter(|(_, kind)| **kind != LineKind::Body).find_map(|(line, _)| stamp(line, published));
    let above = || lines().take_while(|(_, kind)| **kind != LineKind::Body).find_map(|(line, _)| of(line));
    let last = || facts.iter().rev().take(4).filter(|line| line.dated && line.chars <= 30).find_map(of);
    let body = || facts.iter().zip(kinds).filter(|(_, kind)| **kind == LineKind::Body).find_map(|(line, _)| of(line));
    stamped(true)
        .or_else(|| stamped(false))
        .or_else(|| on(LineKind::Meta))
        .or_else(|| on(LineKind::Furniture))
        .or_else(above)
        .or_else(last)
        .or_else(|| issue_date(text, facts))
        .or_else(body)
}

/// The year of a page without a day: of its issue (《南粤乡村》2023年第4期), or, in a yearbook, the year that it tells of.
fn issue_year(text: &str, facts: &[LineFacts]) -> Option<(i16, bool)> {
    let edge = facts.iter().take(4).chain(facts.iter().rev().take(3)).map(|line| line.span.of(text));
    if edge.clone().take(4).any(|line| line.contains("年鉴")) {
        let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
        for year in YEAR.find_iter(text).filter_map(|found| ascii_year(found.as_str())) {
            *counts.entry(year).or_default() += 1;
        }
        return counts.into_iter().max_by_key(|(_, count)| *count).map(|(year, _)| (year, true));
    }
    edge.filter(|line| names_year(line) && line.contains('期'))
        .filter_map(|line| ISSUE.captures(line))
        .find_map(|found| found[1].parse().ok())
        .map(|year| (year, false))
}

/// The year of a report that is published in the year behind it: 百色市2021年协作工作总结. A title with two years tells of
/// a period.
fn reported_year(title: &str, date: Date) -> Option<i16> {
    const REPORTS: [&str; 7] = ["总结", "情况", "公报", "报告", "统计", "综述", "回顾"];
    let mut years = YEAR.find_iter(title).filter_map(|found| ascii_year(found.as_str()));
    // 政府工作报告 of a January.
    let early = || (title.contains("工作报告") && date.month() <= 3).then_some(date.year() - 1);
    let year = years.next().or_else(early).filter(|year| years.next().is_none() && year + 1 == date.year())?;
    REPORTS.iter().any(|word| title.contains(word)).then_some(year)
}

/// The year of 2014年 or ２０１４年.
fn ascii_year(text: &str) -> Option<i16> {
    let digit = |c: char| c.to_digit(10).or_else(|| (c as u32).checked_sub('０' as u32).filter(|digit| *digit < 10));
    let value = text.chars().map_while(digit).fold(0, |value, digit| value * 10 + digit);
    i16::try_from(value).ok()
}

static ISSUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"((?:19|20)[0-9]{2})年?第\s*[0-9]{1,3}\s*期").expect("invariant: the pattern is valid")
});

/// The first full date of a text such as `2014-08-22T19:02:56` or `2014年8月22日`.
pub fn first_date(text: &str) -> Option<Date> {
    dates(text).next()
}
