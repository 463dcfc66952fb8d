//! What the characters of a possible name are: words of the dictionary, or none.

use super::view::{View, proper};
use crate::lexicon::Level;
use crate::segment::Pos;
use crate::span::Span;

/// Suffixes of full names with the level that they say, the longer first.
const SUFFIXES: &[(&str, Level)] = &[
    ("产业转移工业园", Level::Zone),
    ("高新技术产业开发区", Level::Zone),
    ("经济技术开发区", Level::Zone),
    ("特别合作区", Level::Zone),
    ("经济开发区", Level::Zone),
    ("产业园区", Level::Zone),
    ("工业园区", Level::Zone),
    ("自治州", Level::Prefecture),
    ("自治区", Level::Province),
    ("自治县", Level::County),
    ("产业园", Level::Zone),
    ("工业园", Level::Zone),
    ("科技园", Level::Zone),
    ("合作区", Level::Zone),
    ("示范区", Level::Zone),
    ("开发区", Level::Zone),
    ("高新区", Level::Zone),
    ("街道", Level::Town),
    ("新区", Level::Zone),
    ("新城", Level::Zone),
    ("市", Level::Prefecture),
    ("州", Level::Prefecture),
    ("盟", Level::Prefecture),
    ("县", Level::County),
    ("区", Level::County),
    ("旗", Level::County),
    ("镇", Level::Town),
    ("乡", Level::Town),
    ("园", Level::Zone),
];

/// Characters that begin no name: all, this, each, our …
const DEICTIC: &str = "全该各本我你他两每此这那某等个的了是已将也又更最很还就第";

/// The suffix that a text begins with.
pub(super) fn suffix_at(text: &str) -> Option<&'static str> {
    SUFFIXES.iter().map(|(suffix, _)| *suffix).find(|suffix| text.starts_with(suffix))
}

/// The suffix that a name ends with, and its level.
pub(super) fn suffix_of(name: &str) -> Option<(&'static str, Level)> {
    SUFFIXES.iter().copied().find(|(suffix, _)| name.ends_with(suffix) && name.len() > suffix.len() + 3)
}

/// The level that a suffix says.
pub(super) fn level_of(suffix: &str) -> Option<Level> {
    SUFFIXES.iter().find(|(other, _)| *other == suffix).map(|(_, level)| *level)
}

/// A word that jieba's corpus has so seldom is no ordinary one: 禅城 3, 毕节 21, 学校 17020.
const RARE: usize = 200;

/// What a stretch is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A word that jieba calls a place.
    Place,
    /// A common word, that is no verb: 和平.
    Ordinary,
    /// A common verb: 下车 is a town, 力争 is none.
    Verb,
    /// A rare word, or characters and names that make no word: 禅城, 道滘.
    Unknown,
}

/// Whether a stretch of characters can be a name at all: no numbers, no 全县 and 该镇, no 县 within (县市区).
pub(super) fn possible(view: &View<'_>, core: &str) -> bool {
    let numeral = |c: char| view.lexicon.numeral(c).is_some();
    let (Some(first), Some(last)) = (core.chars().next(), core.chars().next_back()) else { return false };
    let mut inner = core.chars();
    inner.next();
    core.chars().all(crate::numeral::is_han)
        && !DEICTIC.contains(first)
        && !numeral(last)
        && !inner.clone().any(|c| "市县区的了我个该".contains(c))
        // 古镇镇, but not 下茆镇帮镇.
        && (core.chars().count() == 2 || !inner.any(|c| "镇乡".contains(c)))
}

/// What a stretch is made of; None when it can be no name: it cuts through a word, or holds one that is part of none.
pub(super) fn shape(view: &View<'_>, span: Span) -> Option<Shape> {
    let text = view.text(span);
    // A name of something else: 盐田 is a town, and the core of 盐田区.
    if view.lexicon.is_name(text) {
        return Some(Shape::Unknown);
    }
    match view.tokens_of(span)? {
        [(_, "ns")] => Some(Shape::Place),
        // 帮扶 and 工作队 are rare elsewhere, and words of the tables.
        [_] if view.cues.iter().any(|cue| cue.span == span) => Some(Shape::Verb),
        [(token, tag)] => match token.pos {
            Pos::Function | Pos::Number | Pos::Punctuation => None,
            _ if proper(tag) || view.segmenter.frequency(text) <= RARE => Some(Shape::Unknown),
            Pos::Verb => Some(Shape::Verb),
            Pos::Noun | Pos::Adjective => Some(Shape::Ordinary),
        },
        tokens => tokens.iter().all(|token| view.open(token)).then_some(Shape::Unknown),
    }
}

/// What a word is that holds its suffix: 云浮市, 龙岗区 (a noun to jieba), but 开发区.
pub(super) fn whole(view: &View<'_>, span: Span) -> Option<Shape> {
    let (token, tag) = view.tokens_of(span)?.first()?;
    let named = token.span == span && (proper(tag) || view.segmenter.frequency(view.text(span)) <= RARE);
    named.then_some(if *tag == "ns" { Shape::Place } else { Shape::Unknown })
}
