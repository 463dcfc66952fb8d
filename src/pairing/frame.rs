//! The frame of a document: which pairs the article as a whole is about, and how surely.

use super::Input;
use super::fine::{Fines, Named};
use super::relation::{CityPair, Reference, Relation};
use crate::layout::LineKind;
use crate::lexicon::{CueKind, PlaceId};
use crate::span::{Span, inside};
use std::collections::BTreeMap;

/// Weight of each pair with each pair of sides below city level.
type FineWeights = BTreeMap<(CityPair, Option<(PlaceId, PlaceId)>), u32>;

/// What a document is about.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The pairs that the article is about, heaviest first; empty when it is about none.
    pub pairs: Vec<CityPair>,
    /// Sides below city level that dominate the first pair.
    pub fine: Option<(PlaceId, PlaceId)>,
    /// Where the first pair is stated first.
    pub stated: Option<Span>,
    /// Whether assistance is what the article is about, so that amounts without a place of their own belong to it.
    pub strong: bool,
    /// All pairs that the text states anywhere, with weights, heaviest first.
    pub weights: Vec<(CityPair, u32)>,
    /// Sides below city level.
    pub fines: Fines,
}

impl Frame {
    /// Weighs the relations of a document: in the title, in the first sentences, in headings, anywhere.
    pub fn of(input: &Input<'_>, references: &[Reference], relations: &[Relation]) -> Self {
        let mut weights: BTreeMap<CityPair, u32> = BTreeMap::new();
        let mut fines: FineWeights = BTreeMap::new();
        let body_start = input
            .sentences
            .iter()
            .find(|sentence| sentence.kind == LineKind::Body)
            .map_or(0, |sentence| sentence.span.start);
        for relation in relations {
            let place = if input.layout.title.is_some_and(|title| title.contains(relation.span)) {
                6
            } else if relation.span.start < body_start + 600 {
                2
            } else {
                1
            };
            *weights.entry(relation.cities).or_default() += relation.weight * place;
            *fines.entry((relation.cities, relation.fine)).or_default() += relation.weight * place;
        }
        let headline = super::relation::titled(input);
        for &pair in &headline {
            *weights.entry(pair).or_default() += 12;
        }
        let aided = speaks_of_aid(input);
        let named = Named::count(input.lexicon, references);
        if aided {
            implied(input, references, &named, &mut weights);
        }
        let mut weights: Vec<(CityPair, u32)> = weights.into_iter().collect();
        weights.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
        let top = weights.first().map_or(0, |(_, weight)| *weight);
        let pairs: Vec<CityPair> =
            weights.iter().take_while(|(_, weight)| *weight * 2 > top).map(|(pair, _)| *pair).collect();
        let fine = pairs.first().and_then(|first| dominant_fine(&fines, *first, top));
        let stated = pairs
            .first()
            .and_then(|first| relations.iter().find(|relation| relation.cities == *first))
            .map(|relation| relation.span);
        let own_report = input.layout.title.is_some_and(|title| {
            let cues = inside(input.cues, title, |cue| cue.span);
            cues.iter().any(|cue| cue.kind == CueKind::OwnReport) && !cues.iter().any(|cue| cue.kind == CueKind::Aid)
        });
        let strong = !pairs.is_empty()
            && !own_report
            && (aided || !headline.is_empty() || is_strong(input, references, relations));
        let fines = Fines::of(input, &named, relations, weights.iter().map(|(pair, _)| *pair));
        Self { pairs, fine, stated, strong, weights, fines }
    }

    /// Pairs of the text that a city takes part in, heaviest first.
    pub fn pairs_with(&self, city: PlaceId) -> Vec<CityPair> {
        let pairs = self.weights.iter().map(|(pair, _)| *pair);
        pairs.filter(|pair| pair.helper == city || pair.recipient == city).collect()
    }

    /// The weight of a pair, if the text states it.
    pub fn weight(&self, cities: CityPair) -> Option<u32> {
        self.weights.iter().find(|(pair, _)| *pair == cities).map(|(_, weight)| *weight)
    }
}

/// Whether the article speaks of assistance all along: 工作队, 贫困户, 帮扶 at least five times and once in 250 characters.
fn speaks_of_aid(input: &Input<'_>) -> bool {
    let bytes: usize = input.sentences.iter().map(|sentence| sentence.span.len()).sum();
    let mut sentences = input.sentences;
    let (mut end, mut count, mut at, mut quarters) = (0, 0, 0, [false; 4]);
    for cue in input.cues.iter().filter(|cue| cue.kind == CueKind::Aid) {
        while let [sentence, rest @ ..] = sentences
            && sentence.span.end <= cue.span.start
        {
            at += sentence.span.len();
            sentences = rest;
        }
        let Some(sentence) = sentences.first() else { break };
        if cue.span.start < sentence.span.start {
            continue;
        }
        quarters[((at + sentence.span.len() - 1) * 4 / bytes).min(3)] = true;
        if cue.span.start >= end {
            count += 1;
            end = cue.span.end;
        }
    }
    // All along: not in one section of a report on everything. Three quarters of the text must speak of it.
    count >= 5 && count * 750 >= bytes && quarters.iter().filter(|quarter| **quarter).count() >= 3
}

/// An article about assistance that names its sides in different sentences: the registered pairs among its cities, as heavy
/// as the side that is named less.
fn implied(input: &Input<'_>, references: &[Reference], named: &[Named], weights: &mut BTreeMap<CityPair, u32>) {
    let year = input.layout.year;
    let title = input.layout.title.map_or(&[][..], |title| inside(references, title, |reference| reference.span));
    let stated: Vec<PlaceId> = weights.keys().map(|pair| pair.recipient).collect();
    for gives in named {
        let known = input.lexicon.known_pairs(gives.city).iter();
        for &(helper, recipient) in known.filter(|(helper, _)| *helper == gives.city) {
            let takes = Named::find(named, recipient).filter(|_| input.lexicon.in_force(helper, recipient, year));
            let Some(takes) = takes else { continue };
            let titled = |city: PlaceId| title.iter().any(|reference| reference.city == city);
            // A recipient whose helper is stated needs none implied, unless the headline names another.
            if stated.contains(&recipient) && !titled(helper) {
                continue;
            }
            let headline = if titled(helper) || titled(recipient) { 2 } else { 1 };
            *weights.entry(CityPair { helper, recipient }).or_default() += gives.times().min(takes.times()) * headline;
        }
    }
}

fn dominant_fine(fines: &FineWeights, pair: CityPair, total: u32) -> Option<(PlaceId, PlaceId)> {
    let (fine, weight) = fines
        .iter()
        .filter(|((cities, fine), _)| *cities == pair && fine.is_some())
        .map(|((_, fine), weight)| (*fine, *weight))
        .max_by_key(|(_, weight)| *weight)?;
    let below: u32 =
        fines.iter().filter(|((cities, fine), _)| *cities == pair && fine.is_some()).map(|(_, weight)| *weight).sum();
    (weight * 10 >= total * 3 && weight * 2 > below).then_some(fine).flatten()
}

/// The article is about assistance when its title says so, or when a good share of its paragraphs does.
fn is_strong(input: &Input<'_>, references: &[Reference], relations: &[Relation]) -> bool {
    if relations.is_empty() {
        return false;
    }
    let relation_cue = |span: Span| {
        inside(input.cues, span, |cue| cue.span).iter().any(|cue| cue.kind == CueKind::Relation && cue.span.len() > 3)
    };
    if let Some(title) = input.layout.title {
        let stated = relations.iter().any(|relation| title.contains(relation.span));
        let named = !inside(references, title, |reference| reference.span).is_empty();
        if stated || (named && relation_cue(title)) {
            return true;
        }
    }
    let mut paragraphs = 0;
    let mut about = 0;
    let mut index = 0;
    while index < input.sentences.len() {
        let paragraph = input.sentences[index].paragraph;
        let start = input.sentences[index].span.start;
        while index < input.sentences.len() && input.sentences[index].paragraph == paragraph {
            index += 1;
        }
        let span = Span::new(start, input.sentences[index - 1].span.end);
        if span.len() < 60 {
            continue;
        }
        paragraphs += 1;
        let stated = !inside(relations, span, |relation| relation.span).is_empty();
        about += u32::from(stated || relation_cue(span));
    }
    about * 3 >= paragraphs
}
