//! What is counted or measured: the noun behind the measure word (63家企业), the noun in front (项目25个), the attribute
//! that a sum measures (投资额318.8亿元), or what the sentence counted before (其中50家).

use super::{Context, Input, Site};
use crate::lexicon::{CueKind, UnitKind};
use crate::quantity::{Kind, Quantity};
use crate::segment::{Pos, Token};
use crate::span::{Span, inside};
use std::cell::OnceCell;

/// The noun or attribute of a quantity.
pub(super) fn read(
    input: &Input<'_>,
    site: Site,
    quantity: &Quantity,
    earlier: &[Quantity],
    known: &[Context],
) -> Option<Span> {
    let Site { clause, from } = site;
    let before = Span::new(from, quantity.outer.start.max(from));
    let lead = Lead::of(input, quantity, clause);
    let phrase = OnceCell::new();
    let phrase = || *phrase.get_or_init(|| lead.phrase(input));
    // Behind a sum only a noun says what it is (500块租金); a verb says what it is for (6000万元续建门诊楼).
    let behind =
        || phrase().filter(|phrase| quantity.kind != Kind::Money || phrase.noun_first).map(|phrase| phrase.span);
    let words = before.of(input.folded);
    let part = clause.of(input.folded).trim_start().starts_with("其中") || super::risen(words);
    // 投产的91个, 在建的63个: a relative clause that counts what was counted before.
    let relative = words.trim_end_matches(['有', '占', '达', '共', '仅', '只']).ends_with('的');
    let again = || inherited(quantity, earlier, known);
    match quantity.kind {
        Kind::Count => behind()
            .or_else(|| if relative || super::risen(words) { again() } else { None })
            .or_else(|| noun_before(input, before))
            .or_else(again)
            .or_else(|| verb_before(input, before)),
        Kind::Money | Kind::Area | Kind::Length => {
            let dimension = match quantity.kind {
                Kind::Money => UnitKind::Money,
                Kind::Area => UnitKind::Area,
                _ => UnitKind::Length,
            };
            // Words are asked for only where an attribute could be one of them.
            let attribute_behind = attribute_in(input, lead.window, dimension)
                .and_then(|_| phrase())
                .and_then(|phrase| attribute_in(input, phrase.span, dimension));
            let paid = input
                .lexicon
                .money_verbs
                .longest_suffix(before.of(input.folded))
                .map(|(length, _)| Span::new(before.end - length, before.end));
            let same_clause = from > clause.start;
            attribute_behind
                .or_else(|| attribute_in(input, before, dimension))
                .or_else(|| if part { again() } else { None })
                .or_else(|| if quantity.kind != Kind::Money || !same_clause { behind() } else { None })
                .or_else(|| if same_clause { again() } else { None })
                .or_else(|| paid.filter(|_| quantity.kind == Kind::Money))
                .or_else(|| if quantity.kind == Kind::Money { verb_before(input, before) } else { None })
                .or_else(|| noun_before(input, before))
                .or_else(again)
                .or_else(|| verb_before(input, before))
        }
        _ => attribute_in(input, before, UnitKind::Money).or_else(|| noun_before(input, before)),
    }
}

/// The attribute that ends last, the longest of those.
fn attribute_in(input: &Input<'_>, within: Span, dimension: UnitKind) -> Option<Span> {
    inside(input.cues, within, |cue| cue.span)
        .iter()
        .filter(|cue| {
            matches!(cue.kind, CueKind::Attribute(kind, _) if kind == dimension) && cue.span.end <= within.end
        })
        .map(|cue| cue.span)
        .max_by_key(|span| (span.end, span.len()))
}

/// The stretch behind a quantity in which its noun may stand.
#[derive(Clone, Copy)]
struct Lead {
    window: Span,
    /// Whether 的 stands in between.
    linked: bool,
}

impl Lead {
    fn of(input: &Input<'_>, quantity: &Quantity, clause: Span) -> Self {
        let mut start = quantity.outer.end;
        let rest = &input.folded[start..clause.end.max(start)];
        // 21.5万套(间)保障房, 100多平方公里的新园区.
        let close = rest.strip_prefix(['(', '（']).and_then(|_| rest.find([')', '）']));
        if let Some(close) = close.filter(|close| *close < 24) {
            start += close + rest[close..].chars().next().map_or(0, char::len_utf8);
        }
        let linked = input.folded[start..clause.end.max(start)].starts_with('的');
        if linked {
            start += '的'.len_utf8();
        }
        Self { window: window(input.folded, start, clause.end), linked }
    }

    /// The noun phrase right there: verbs and adjectives may lead it, nouns end it.
    fn phrase(self, input: &Input<'_>) -> Option<Phrase> {
        let window = self.window;
        let mut end = None;
        let mut seen_noun = false;
        let mut verb_first = false;
        for token in &input.segmenter.tokens(input.folded, window) {
            let word = token.span.of(input.folded);
            if matches!(token.pos, Pos::Punctuation | Pos::Number)
                || word.trim().is_empty()
                || input.lexicon.of_stops.contains(word)
            {
                break;
            }
            let first = token.span.start == window.start;
            verb_first |= first && token.pos != Pos::Noun;
            match token.pos {
                Pos::Noun => {
                    seen_noun = true;
                    end = Some(token.span.end);
                }
                // 46个相对贫困村: an adverb may lead the phrase.
                Pos::Function if !first => break,
                _ if seen_noun => break,
                _ => {}
            }
        }
        end.map(|end| Phrase { span: Span::new(window.start, end), noun_first: self.linked || !verb_first })
    }
}

/// The phrase behind a quantity.
#[derive(Clone, Copy)]
struct Phrase {
    span: Span,
    noun_first: bool,
}

/// At most twelve characters from `start`, within the clause.
fn window(folded: &str, start: usize, limit: usize) -> Span {
    let limit = limit.max(start);
    let end = folded[start..limit].char_indices().nth(12).map_or(limit, |(offset, _)| start + offset);
    Span::new(start, end)
}

/// The noun phrase that ends right before the numeral, past words like 共, 达, 有: 任务共有38项, 到村项目1287个.
fn noun_before(input: &Input<'_>, before: Span) -> Option<Span> {
    let text = before.of(input.folded);
    let start = text.char_indices().rev().nth(13).map_or(before.start, |(offset, _)| before.start + offset);
    let tokens = input.segmenter.tokens(input.folded, Span::new(start, before.end));
    let mut nouns: Option<Span> = None;
    for token in tokens.iter().rev() {
        let word = token.span.of(input.folded);
        let noun = token.pos == Pos::Noun
            && !is_filler(token, word)
            && !input.lexicon.of_stops.contains(word)
            && !is_place(input, word);
        match nouns {
            None if noun => nouns = Some(token.span),
            None if is_filler(token, word) => {}
            None => return None,
            Some(span) if noun => nouns = Some(Span::new(token.span.start, span.end)),
            Some(_) => break,
        }
    }
    // 平均每村192万元: the group is not what is measured.
    let group = |span: &Span| {
        let before =
            input.folded[before.start..span.start].trim_end_matches(['个', '条', '名', '位', '所', '座', '间']);
        before.ends_with('每') || span.of(input.folded).starts_with('每')
    };
    nouns.filter(|span| span.of(input.folded).chars().any(crate::numeral::is_han) && !group(span))
}

/// 从珠海转移过来的8个 counts no 珠海.
fn is_place(input: &Input<'_>, word: &str) -> bool {
    input.lexicon.is_name(word)
}

fn is_filler(token: &Token, word: &str) -> bool {
    matches!(token.pos, Pos::Verb | Pos::Function | Pos::Adjective)
        || matches!(
            word,
            "共" | "共有"
                | "总计"
                | "合计"
                | "共计"
                | "累计"
                | "达"
                | "总额"
                | "其中"
                | "目前"
                | "每年"
                | " "
                | "去年"
                | "今年"
                | "全市"
                | "全县"
        )
}

/// 其中50家已经投产: what the sentence counted with the same unit before.
fn inherited(quantity: &Quantity, earlier: &[Quantity], known: &[Context]) -> Option<Span> {
    // 36户107人: counts without anything between count the same.
    let chained =
        earlier.last().filter(|last| last.fact && last.kind == quantity.kind && last.span.end == quantity.span.start);
    if chained.is_some() {
        return known.last().and_then(|context| context.of);
    }
    earlier
        .iter()
        .zip(known)
        .rev()
        .find(|(other, context)| {
            other.fact
                && other.kind == quantity.kind
                && (other.unit == quantity.unit || quantity.kind != Kind::Count)
                && context.of.is_some()
        })
        .and_then(|(_, context)| context.of)
}

fn verb_before(input: &Input<'_>, before: Span) -> Option<Span> {
    let text = before.of(input.folded);
    let start = text.char_indices().rev().nth(9).map_or(before.start, |(offset, _)| before.start + offset);
    let tokens = input.segmenter.tokens(input.folded, Span::new(start, before.end));
    tokens.iter().rev().find(|token| token.pos == Pos::Verb).map(|token| token.span)
}
