//! Places that the gazetteer lacks: by the last character of a full name (X县, X街道), by where a bare name stands (深圳、X),
//! and by what jieba calls a place.

use super::agency;
use super::name::{self, Shape};
use super::view::{LEADS, View};
use super::{Class, Evidence, Sighting};
use crate::lexicon::Level;
use crate::span::Span;

/// A full name has at most so many characters in front of its suffix: 连山壮族瑶族|自治县.
const LONGEST_CORE: usize = 6;

/// A bare name has so many characters: 河源, 黔东南, 西双版纳.
const BARE: std::ops::RangeInclusive<usize> = 2..=4;

pub(super) fn find(view: &View<'_>, found: &mut Vec<Sighting>) {
    let text = view.text(view.sentence);
    for (at, _) in text.char_indices() {
        let at = view.sentence.start + at;
        let rest = &view.folded[at..view.sentence.end];
        if let Some(suffix) = name::suffix_at(rest) {
            full(view, Span::new(at, at + suffix.len()), found);
        }
    }
    bare(view, found);
}

/// Full names that end with the suffix: every beginning that the words in front allow.
fn full(view: &View<'_>, suffix: Span, found: &mut Vec<Sighting>) {
    // 县委 and 市政府 begin with the suffix; 县城 and 市场 are words of their own.
    let body = view.body_at(suffix.start, true) || view.body_at(suffix.end, false);
    let last = view.tokens.iter().find(|(token, _)| token.span.start < suffix.end && suffix.end <= token.span.end);
    let Some((last, _)) = last.filter(|(token, _)| body || token.span.end == suffix.end) else { return };
    if view.taken(suffix) {
        return;
    }
    let zone = name::level_of(view.text(suffix)) == Some(Level::Zone);
    let before = view.folded[view.sentence.start..suffix.start].char_indices().rev().take(LONGEST_CORE);
    for (count, (start, c)) in before.enumerate() {
        let core = Span::new(view.sentence.start + start, suffix.start);
        // A known short name may be part of an unknown full one: 龙岗 is a town, 龙岗区 a district.
        let known = view.known_at(|known| known.start, core.start).is_some_and(|known| known.span == core);
        if !crate::numeral::is_han(c) || view.taken(core) && !known {
            break;
        }
        let span = Span::new(core.start, suffix.end);
        if count == 0 || !view.begins(core.start) || !name::possible(view, view.text(core)) || view.inside_word(span) {
            continue;
        }
        let cuts = last.span.start < suffix.start && last.span.start != core.start;
        let behind = view.known_at(|known| known.end, span.start).is_some_and(|known| known.place.is_some());
        let shape = if last.span.start < suffix.start { name::whole(view, span) } else { name::shape(view, core) };
        // 中山市三乡镇 is 三|乡镇 to jieba: what stands between a place and a suffix is a name all the same.
        let led = LEADS.iter().any(|lead| view.text(core).starts_with(lead));
        let sure = (behind && count == 1 && !led).then_some(Shape::Unknown);
        let Some(shape) = shape.filter(|_| !cuts).or(sure) else { continue };
        // 共建产业园, 转移工业园: a word in front of 园 says what it is for.
        let said =
            zone && (matches!(shape, Shape::Ordinary | Shape::Verb) || known && view.text(suffix).ends_with('园'));
        let verb = shape == Shape::Verb && !behind && !view.listed(span);
        if !said && !verb {
            let evidence = mark(body, Evidence::Body) | mark(behind, Evidence::Behind);
            push(view, span, shape, evidence | mark(view.related(span), Evidence::Related), found);
        }
    }
}

/// Bare names: words that jieba calls places, characters that make no word, and ordinary words where only a place can stand.
fn bare(view: &View<'_>, found: &mut Vec<Sighting>) {
    for (first, (token, _)) in view.tokens.iter().enumerate() {
        let start = token.span.start;
        if !view.begins(start) || view.taken(token.span) {
            continue;
        }
        for (last, _) in &view.tokens[first..] {
            let span = Span::new(start, last.span.end);
            let text = view.text(span);
            if text.chars().count() > *BARE.end() || view.taken(span) {
                break;
            }
            let Some(shape) = name::shape(view, span) else { break };
            // 驻|村干部
            let inner = text.starts_with(|c| "村县区省园乡".contains(c));
            // 梅县 and 惠州 are whole names, 镇区 and 山村 none.
            let closed = text.ends_with(|c| "市县区镇乡村园省".contains(c)) && !text.ends_with('县')
                || text.ends_with('县') && shape != Shape::Place;
            if !BARE.contains(&text.chars().count())
                || closed
                || inner
                || agency::ends_like_one(text)
                || !name::possible(view, text.strip_suffix('县').unwrap_or(text))
                || !view.ends(span.end)
                || view.inside_word(span)
            {
                continue;
            }
            let related = mark(matches!(shape, Shape::Place | Shape::Unknown) && view.related(span), Evidence::Related);
            let behind = view.known_at(|known| known.end, start).is_some_and(|known| known.place.is_some());
            let behind = mark(shape == Shape::Place && behind, Evidence::Behind);
            // An ordinary word is worth looking at only where a place can stand.
            if matches!(shape, Shape::Place | Shape::Unknown) || view.listed(span) || view.bracketed(span) {
                push(view, span, shape, related | behind, found);
            }
        }
    }
}

fn mark(holds: bool, evidence: Evidence) -> u16 {
    if holds { evidence as u16 } else { 0 }
}

fn push(view: &View<'_>, span: Span, shape: Shape, evidence: u16, found: &mut Vec<Sighting>) {
    let surface = view.text(span);
    if view.lexicon.is_name(surface) {
        return;
    }
    let parent = view.known_at(|known| known.end, span.start).and_then(|known| known.place);
    let evidence = evidence
        | mark(view.listed(span), Evidence::Listed)
        | mark(view.bracketed(span), Evidence::Bracketed)
        | mark(view.located(span.start), Evidence::Located)
        | mark(shape == Shape::Place, Evidence::Named)
        | mark(matches!(shape, Shape::Ordinary | Shape::Verb), Evidence::Ordinary);
    found.push(Sighting {
        class: Class::Place,
        surface: surface.to_string(),
        evidence,
        around: [view.char_before(span.start), view.char_after(span.end)],
        parent,
        span,
        sentence: view.sentence,
    });
}
