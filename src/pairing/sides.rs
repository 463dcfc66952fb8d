//! Rules for amounts whose sentence names both sides, one side, or no place at all: the nearest statement of a pair.

use super::relation::Reference;
use super::rules::{Resolver, View, dedup};
use super::{Evidence, Pair};
use crate::lexicon::{Level, PlaceId};

/// Helper and recipient both stand in the sentence: 深圳向河源拨付…, 东莞(韶关)园, 莞韶园.
pub(super) fn sides_named(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let pairs = resolver.combine(view, &view.helpers, &view.recipients, 95);
    (!pairs.is_empty()).then_some(pairs)
}

/// Only the recipient stands there: its partner in the article, else by the registry.
pub(super) fn recipient_named(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    one_side(resolver, view, &view.recipients)
}

/// Only the helper stands there.
pub(super) fn helper_named(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    one_side(resolver, view, &view.helpers)
}

fn one_side(resolver: &Resolver<'_>, view: &View<'_>, sides: &[Reference]) -> Option<Vec<Pair>> {
    nearby(resolver, view, sides).or_else(|| {
        let mut pairs: Vec<Pair> = sides.iter().flat_map(|side| resolver.with_partner(side, 88)).collect();
        dedup(&mut pairs);
        (!pairs.is_empty()).then_some(pairs)
    })
}

/// The pairs of the paragraph or the section, when the named side belongs to them.
pub(super) fn nearby(resolver: &Resolver<'_>, view: &View<'_>, sides: &[Reference]) -> Option<Vec<Pair>> {
    let first = sides.first()?;
    let alone = sides.iter().all(|side| side.city == first.city);
    let fits = |pair: &Pair| alone && (pair.cities.helper == first.city || pair.cities.recipient == first.city);
    // The paragraph's pair, when this side belongs to it; likewise the section's: 二、阳江 … 香洲区支援39个项目.
    let paragraph = resolver.input.sentences[view.sentence].paragraph;
    let carried = resolver.carry.as_ref().filter(|carry| carry.paragraph == paragraph).map(|carry| &carry.pairs[..]);
    let near = [(carried, 88), (resolver.section_at(view.sentence), 85)];
    for (pairs, confidence) in near.into_iter().filter_map(|(pairs, confidence)| Some((pairs?, confidence))) {
        let mut pairs = weakened(pairs, confidence);
        pairs.retain(fits);
        for pair in &mut pairs {
            pair.fine = resolver.nearby_fine(first, pair.cities).or_else(|| refine(resolver, pair, first));
        }
        if !pairs.is_empty() {
            return Some(pairs);
        }
    }
    None
}

/// A carried pair takes over a county or town that is newly named: 石碣镇包下6个村 … 横沥镇换了路子.
fn refine(resolver: &Resolver<'_>, pair: &Pair, side: &Reference) -> Option<(PlaceId, PlaceId)> {
    let lexicon = resolver.input.lexicon;
    let (mut helper, mut recipient) = pair.fine.unwrap_or((pair.cities.helper, pair.cities.recipient));
    if let Some(fine) = side.fine(lexicon) {
        if side.city == pair.cities.helper {
            helper = fine;
        } else {
            recipient = fine;
        }
    }
    ((helper, recipient) != (pair.cities.helper, pair.cities.recipient)).then_some((helper, recipient))
}

/// No place named: what the paragraph was about.
pub(super) fn carried(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let carry = resolver.carry.as_ref()?;
    (carry.paragraph == resolver.input.sentences[view.sentence].paragraph).then(|| weakened(&carry.pairs, 85))
}

/// No place named: what the heading says.
pub(super) fn section(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    resolver.section_at(view.sentence).map(|pairs| weakened(pairs, 85))
}

/// No place named: what the article is about.
pub(super) fn frame(resolver: &Resolver<'_>, _view: &View<'_>) -> Option<Vec<Pair>> {
    let frame = resolver.frame;
    if frame.pairs.is_empty() {
        return None;
    }
    // An article on the pairs of several helpers says of none of them what it says of no place.
    if frame.pairs.iter().any(|pair| pair.helper != frame.pairs[0].helper) {
        return None;
    }
    // 广东对口广西、贵州: what the province gives does not show whose a village is.
    let lexicon = resolver.input.lexicon;
    if lexicon.place(frame.pairs[0].helper).level == Level::Province {
        return None;
    }
    let several = frame.pairs.len() > 1;
    let pairs = frame
        .pairs
        .iter()
        .enumerate()
        .map(|(index, &cities)| Pair {
            cities,
            fine: if index == 0 { frame.fine } else { None },
            confidence: if several { 50 } else { 85 },
            evidence: vec![Evidence { rule: "frame", span: if index == 0 { frame.stated } else { None }, row: None }],
        })
        .collect();
    Some(pairs)
}

fn weakened(pairs: &[Pair], most: u8) -> Vec<Pair> {
    let mut pairs = pairs.to_vec();
    for pair in &mut pairs {
        pair.confidence = pair.confidence.min(most);
        pair.evidence.retain(|piece| piece.span.is_some() || piece.row.is_some());
    }
    pairs
}
