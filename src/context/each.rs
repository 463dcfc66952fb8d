//! Distributives: 各1000万元, 每村30万元, 人均, 户均, 平均每亩.

use super::{Context, Input, Site};
use crate::lexicon::CueKind;
use crate::quantity::Quantity;
use crate::span::{Span, inside};

/// The group that a quantity repeats over.
pub(super) fn read(
    input: &Input<'_>,
    site: Site,
    quantity: &Quantity,
    earlier: &[Quantity],
    known: &[Context],
) -> Option<Span> {
    let Site { clause, from } = site;
    let before = Span::new(from, quantity.span.start);
    let hits = inside(input.cues, before, |cue| cue.span);
    let cue = hits.iter().rev().find(|cue| {
        cue.kind == CueKind::Each
            && cue.span.end <= before.end
            && !hits.iter().any(|other| {
                other.kind == CueKind::NotEach && other.span.overlaps(cue.span) && other.span.len() > cue.span.len()
            })
    });
    if let Some(cue) = cue {
        let longest = hits
            .iter()
            .filter(|other| other.kind == CueKind::Each && other.span.contains(cue.span))
            .max_by_key(|other| other.span.len())
            .unwrap_or(cue);
        return group(input, before, longest.span);
    }
    // 每年引进项目20个,其中外来的8个; 教师30名、医生20名; 从每村1万元涨到20万元: as the amount before.
    let part = clause.of(input.folded).trim_start().starts_with("其中");
    let listed = from > clause.start
        && before.of(input.folded).starts_with(['、', '和'])
        && !before.of(input.folded).contains(['共', '计', '总']);
    if part || listed || super::risen(before.of(input.folded)) {
        return earlier.iter().zip(known).rev().find(|(other, _)| other.fact).and_then(|(_, context)| context.each);
    }
    None
}

fn group(input: &Input<'_>, before: Span, cue: Span) -> Option<Span> {
    let word = cue.of(input.folded);
    if word == "分别" {
        return None;
    }
    let last = word.char_indices().next_back()?;
    let char_span = |offset: usize, len: usize| Span::new(cue.start + offset, cue.start + offset + len);
    match word {
        // 人均, 户均, 村均: the group is the first character.
        _ if word.ends_with('均') && word.chars().count() == 2 && !word.starts_with('平') => {
            Some(char_span(0, word.chars().next()?.len_utf8()))
        }
        "各" => Some(noun_before(input, before, cue).unwrap_or(cue)),
        "每" | "平均每" => {
            let han = |text: &str| text.chars().next().filter(|c| crate::numeral::is_han(*c)).map_or(0, char::len_utf8);
            let first = han(&input.folded[cue.end..before.end]);
            // 每个村, 每条村: the noun behind the measure word.
            let counted = input.folded[cue.end..].starts_with(['个', '条', '名', '位', '所', '座', '间']);
            let second = if counted { han(&input.folded[cue.end + first..before.end]) } else { 0 };
            Some(match (first, second) {
                (0, _) => cue,
                (_, 0) => Span::new(cue.end, cue.end + first),
                _ => Span::new(cue.end + first, cue.end + first + second),
            })
        }
        // 市场均价 is no distributive: 均 alone needs a numeral or a hedge right behind.
        "均" => (before.end - cue.end <= 9).then_some(cue),
        _ => Some(char_span(last.0, last.1.len_utf8())),
    }
}

/// 6个区各1000万元: the noun before 各.
fn noun_before(input: &Input<'_>, before: Span, cue: Span) -> Option<Span> {
    let text = &input.folded[before.start..cue.start];
    let (offset, c) = text.char_indices().next_back().filter(|(_, c)| crate::numeral::is_han(*c))?;
    Some(Span::new(before.start + offset, before.start + offset + c.len_utf8()))
}
