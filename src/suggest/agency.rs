//! Bodies and firms that `agencies.tsv` lacks: a name of its own in front of a right edge, X集团, X指挥部, X办.

use super::name::{self, Shape};
use super::view::View;
use super::{Class, Evidence, Sighting};
use crate::lexicon::AgencyCategory;
use crate::segment::Pos;
use crate::span::Span;

/// Right edges, the longer first: what kind of body, and whether it must stand behind its place or level (深圳市X办).
const EDGES: &[(&str, AgencyCategory, bool)] = &[
    ("指挥部", AgencyCategory::Cooperation, false),
    ("工作队", AgencyCategory::Cooperation, false),
    ("工作组", AgencyCategory::Cooperation, false),
    ("管委会", AgencyCategory::Zone, false),
    ("委员会", AgencyCategory::Body, true),
    ("领导小组", AgencyCategory::Body, true),
    ("基金会", AgencyCategory::Body, true),
    ("联合会", AgencyCategory::Body, true),
    ("专班", AgencyCategory::Cooperation, false),
    ("集团", AgencyCategory::Company, false),
    ("股份", AgencyCategory::Company, false),
    ("控股", AgencyCategory::Company, false),
    ("公司", AgencyCategory::Company, false),
    ("协会", AgencyCategory::Body, true),
    ("商会", AgencyCategory::Body, true),
    ("学会", AgencyCategory::Body, true),
    ("中心", AgencyCategory::Body, true),
    ("局", AgencyCategory::Body, true),
    ("办", AgencyCategory::Body, true),
    ("委", AgencyCategory::Body, true),
    ("署", AgencyCategory::Body, true),
];

/// A name of its own has at most so many characters.
const LONGEST_CORE: usize = 8;

/// Words that make a firm or body some firm or body: 这家公司, 国有集团.
const GENERAL: &[&str] = &[
    "有限", "责任", "国有", "民营", "上市", "龙头", "大型", "知名", "外资", "子", "母", "分", "总", "家", "多家", "该",
    "本", "各", "两", "民企", "央企", "企业", "服务", "培训", "全国", "全省", "全市", "前方", "后方", "工作", "帮扶",
    "对口", "驻村", "驻镇",
];

/// Whether a word ends like a body or firm: 专班 is no place.
pub(super) fn ends_like_one(word: &str) -> bool {
    EDGES.iter().any(|(edge, ..)| edge.chars().nth(1).is_some() && word.ends_with(edge))
}

/// What a right edge says of a name.
pub(super) fn category(name: &str) -> AgencyCategory {
    EDGES.iter().find(|(edge, ..)| name.ends_with(edge)).map_or(AgencyCategory::Body, |(_, category, _)| *category)
}

pub(super) fn find(view: &View<'_>, found: &mut Vec<Sighting>) {
    for (at, _) in view.text(view.sentence).char_indices() {
        let at = view.sentence.start + at;
        let rest = &view.folded[at..view.sentence.end];
        let Some((edge, _, bound)) = EDGES.iter().find(|(edge, ..)| rest.starts_with(edge)) else { continue };
        let edge = Span::new(at, at + edge.len());
        // The edge ends where a word ends, and no known agency has it.
        let last = view.tokens.iter().find(|(token, _)| token.span.end == edge.end);
        let Some((last, _)) = last else { continue };
        if view.taken(edge) || view.agencies.iter().any(|agency| agency.overlaps(edge)) {
            continue;
        }
        if last.span.start < edge.start {
            // 扶贫办: one word.
            take(view, Span::new(last.span.start, edge.end), edge, *bound, found);
        } else {
            take(view, edge, edge, *bound, found);
            longer(view, edge, *bound, found);
        }
    }
}

/// The names that end with the edge: from every word in front that may begin one.
fn longer(view: &View<'_>, edge: Span, bound: bool, found: &mut Vec<Sighting>) {
    let upto = view.tokens.partition_point(|(token, _)| token.span.end <= edge.start);
    for (token, _) in view.tokens[..upto].iter().rev() {
        let core = Span::new(token.span.start, edge.start);
        let word = view.text(token.span);
        let verb = token.pos == Pos::Verb && word.chars().count() > 1 && !bound;
        let part = !matches!(token.pos, Pos::Function | Pos::Punctuation | Pos::Number)
            && word.chars().all(crate::numeral::is_han)
            && !GENERAL.contains(&word)
            && !verb;
        if !part || view.taken(core) || view.text(core).chars().count() > LONGEST_CORE {
            return;
        }
        take(view, Span::new(core.start, edge.end), edge, bound, found);
    }
}

/// A name, if one may begin there: bodies behind their place or level, firms behind anything that is no part of them.
fn take(view: &View<'_>, span: Span, edge: Span, bound: bool, found: &mut Vec<Sighting>) {
    let parent = view.known_at(|known| known.end, span.start).and_then(|known| known.place);
    let level = matches!(view.char_before(span.start), Some('市' | '县' | '区' | '省' | '镇'));
    let begins = if bound { parent.is_some() || level } else { view.begins(span.start) };
    // 农业公司, 上市公司: some firm.
    let core = Span::new(span.start, edge.start);
    let firm = category(view.text(span)) == AgencyCategory::Company;
    let some = firm && matches!(name::shape(view, core), Some(Shape::Ordinary | Shape::Verb));
    if view.text(span).chars().count() < 3 || !begins || some {
        return;
    }
    found.push(Sighting {
        class: Class::Agency,
        surface: view.text(span).to_string(),
        evidence: if parent.is_some() { Evidence::Behind as u16 } else { 0 },
        around: [view.char_before(span.start), view.char_after(span.end)],
        parent,
        span,
        sentence: view.sentence,
    });
}
