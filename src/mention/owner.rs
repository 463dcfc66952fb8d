//! Whose a bare agency is: 市委, 县政府, 我市, 前方指挥部.
//!
//! Carried from the agency before it in a list (深圳市委、市政府), else the publisher's place, else the place of the
//! article that has the level.

use super::agency::Input;
use super::{Mention, MentionKind};
use crate::layout::LineKind;
use crate::lexicon::{AgencyCategory, CueHit, CueKind, Level, Lexicon, PlaceId, Sense};
use crate::span::Span;
use rustc_hash::FxHashMap;

/// The level that the first character of a bare name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Grade {
    Province,
    City,
    County,
    District,
    Town,
}

impl Grade {
    pub(super) fn of_char(c: char) -> Option<Self> {
        match c {
            '省' => Some(Self::Province),
            '市' => Some(Self::City),
            '县' => Some(Self::County),
            '区' => Some(Self::District),
            '镇' | '乡' | '街' => Some(Self::Town),
            _ => None,
        }
    }

    /// 市委, 我市: the first character that tells.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        name.chars().take(2).find_map(Self::of_char)
    }

    /// 河源市 and 陆丰市 for 市; the level is in the name, not in the code.
    fn fits(self, lexicon: &Lexicon, id: PlaceId) -> bool {
        let place = lexicon.place(id);
        let ends: &[char] = match self {
            Self::Province => &['省'],
            Self::City => &['市'],
            Self::County => &['县'],
            Self::District => &['区'],
            Self::Town => &['镇', '乡', '道'],
        };
        place.name.ends_with(ends)
    }
}

/// A list or a chain of offices goes on over so many characters: 河源市委常委、市政府党组成员.
const LIST_GAP: usize = 8;
/// A full name governs its clause over so many characters.
const CLAUSE_GAP: usize = 14;

pub(super) struct Owners<'o> {
    input: &'o Input<'o>,
    publisher: Option<PlaceId>,
    last: Option<(Span, PlaceId)>,
    /// The last owner of a headquarters, and of a team.
    bodies: [Option<PlaceId>; 2],
    counts: FxHashMap<PlaceId, usize>,
    /// Whether the article says 我市 or the like.
    speaks: bool,
}

impl<'o> Owners<'o> {
    pub(super) fn new(input: &'o Input<'o>) -> Self {
        let mut counts = FxHashMap::default();
        for place in input.places.iter().filter_map(|mention| mention.place) {
            *counts.entry(place).or_insert(0) += 1;
        }
        let own = |cue: &CueHit| cue.kind == CueKind::DeicticSelf && cue.span.of(input.folded).starts_with('我');
        let speaks = input.cues.iter().any(own);
        Self { input, speaks, publisher: publisher(input), last: None, bodies: [None; 2], counts }
    }

    /// Remembers an agency for those behind it.
    pub(super) fn seen(&mut self, span: Span, owner: Option<PlaceId>, category: AgencyCategory) {
        if let Some(owner) = owner {
            self.last = Some((span, owner));
            if category == AgencyCategory::Cooperation {
                self.bodies[self.team(span)] = Some(owner);
            }
        }
    }

    fn team(&self, span: Span) -> usize {
        usize::from(!span.of(self.input.folded).ends_with("指挥部"))
    }

    /// The owner of a name that says its level alone. 该市 is the last one named, 我市 the publisher's.
    pub(super) fn of_level(&self, span: Span, level: Grade) -> (Option<PlaceId>, &'static str) {
        let lexicon = self.input.lexicon;
        if level == Grade::Province {
            return (lexicon.by_code("440000"), "agency.province");
        }
        let name = span.of(self.input.folded);
        let deixis = name.starts_with(['我', '本', '全', '该']);
        if name.starts_with('该') {
            // 中山与该市: the other one.
            let text = self.input.folded[..span.start].trim_end_matches(['与', '和', '同', '向', '对']);
            return (
                self.last_named(text.len().min(span.start), level, 0, text.len() < span.start),
                "agency.last_named",
            );
        }
        if !deixis && let Some(owner) = self.carried(span, level) {
            return (Some(owner), "agency.carried");
        }
        if let Some(publisher) = self.publisher.filter(|id| level.fits(lexicon, *id)) {
            return (Some(publisher), "agency.publisher");
        }
        // Who writes 我市 without a masthead is mostly the side that receives.
        if self.speaks {
            let speaker = self.most_named(level, |id| !lexicon.city_of(id).is_some_and(|city| lexicon.is_helper(city)));
            if speaker.is_some() {
                return (speaker, "agency.speaker");
            }
        }
        let paragraph = self.input.folded[..span.start].rfind('\n').unwrap_or(0);
        if let Some(place) = self.last_named(span.start, level, paragraph, false) {
            return (Some(place), "agency.last_named");
        }
        (self.most_named(level, |_| true), "agency.of_article")
    }

    /// A body of the assistance without its sides: the one defined before, else the nearest helper before it. A
    /// headquarters (指挥部) is a city's, a team may be a district's.
    pub(super) fn of_cooperation(&self, span: Span) -> (Option<PlaceId>, &'static str) {
        let team = self.team(span);
        if self.bodies[team].is_some() {
            return (self.bodies[team], "agency.defined_before");
        }
        let lexicon = self.input.lexicon;
        let helper = |id: &PlaceId| {
            lexicon.place(*id).level != Level::Town && lexicon.city_of(*id).is_some_and(|city| lexicon.is_helper(city))
        };
        let before = self.input.places.partition_point(|place| place.span.end <= span.start);
        let nearest = self.input.places[..before].iter().rev().filter_map(|mention| mention.place).find(helper);
        let owner = nearest.and_then(|id| if team == 0 { lexicon.city_of(id) } else { Some(id) });
        (owner, if owner.is_some() { "agency.nearest_helper" } else { "agency.bare" })
    }

    /// 管委会: the zone or park named last.
    pub(super) fn of_zone(&self, span: Span) -> (Option<PlaceId>, &'static str) {
        let lexicon = self.input.lexicon;
        let before = self.input.places.partition_point(|place| place.span.end <= span.start);
        let zone = self.input.places[..before].iter().rev().find_map(|mention| match mention.place {
            Some(id) => (lexicon.place(id).level == Level::Zone).then_some(id),
            None => mention.compound.map(|index| lexicon.compounds[index as usize].recipients[0]),
        });
        if zone.is_some() {
            return (zone, "agency.last_zone");
        }
        // 顺德（英德）园 has no name of its own: the county that receives it.
        let host = |id: PlaceId| {
            lexicon.place(id).level == Level::County && !lexicon.city_of(id).is_some_and(|city| lexicon.is_helper(city))
        };
        let named = self.counts.iter().filter(|(id, _)| host(**id));
        let most = named.max_by_key(|(id, count)| (**count, std::cmp::Reverse(**id))).map(|(id, _)| *id);
        (most, if most.is_some() { "agency.host_of_article" } else { "agency.bare" })
    }

    /// 教育局 alone: the publisher's.
    pub(super) const fn of_publisher(&self) -> (Option<PlaceId>, &'static str) {
        (self.publisher, if self.publisher.is_some() { "agency.publisher" } else { "agency.bare" })
    }

    /// 深圳市委、市政府; 中山市２４个镇区和３７个市直单位: the agency just before, or a full name in the same clause.
    fn carried(&self, span: Span, level: Grade) -> Option<PlaceId> {
        let lexicon = self.input.lexicon;
        let near = |from: Span, longest: usize| {
            let gap = Span::between(from, span).of(self.input.folded);
            from.end <= span.start
                && gap.chars().count() <= longest
                && !gap.contains(['。', '；', ';', '\n', '，', '！', '？'])
        };
        let listed = self.last.filter(|(last, owner)| near(*last, LIST_GAP) && level.fits(lexicon, *owner));
        let before = self.input.places.partition_point(|place| place.span.end <= span.start);
        let in_clause = || {
            let mut places = self.input.places[..before].iter().rev().take_while(|place| near(place.span, CLAUSE_GAP));
            let full = |mention: &&Mention| {
                mention.place.is_some_and(|id| {
                    level.fits(lexicon, id) && lexicon.place(id).name == mention.span.of(self.input.folded)
                })
            };
            places.find(|mention| mention.place.is_some()).filter(full).and_then(|mention| mention.place)
        };
        listed.map(|(_, owner)| owner).or_else(in_clause)
    }

    /// `other`: not the one that ends at `at`.
    fn last_named(&self, at: usize, level: Grade, from: usize, other: bool) -> Option<PlaceId> {
        let mut before = self.input.places.partition_point(|place| place.span.end <= at);
        if other && before > 0 && self.input.places[before - 1].span.end == at {
            before -= 1;
        }
        let near = self.input.places[..before].iter().rev().take_while(|place| place.span.start >= from);
        near.filter_map(|mention| mention.place).find(|id| level.fits(self.input.lexicon, *id))
    }

    fn most_named(&self, level: Grade, which: impl Fn(PlaceId) -> bool) -> Option<PlaceId> {
        let fits = |id: PlaceId| level.fits(self.input.lexicon, id) && which(id);
        let fitting = self.counts.iter().filter(|(id, _)| fits(**id));
        fitting.max_by_key(|(id, count)| (**count, std::cmp::Reverse(**id))).map(|(id, _)| *id)
    }
}

/// The place that the source, the masthead or the title names, when it is one alone: 河源日报, 肇庆年鉴,
/// 源城区人民政府门户网站.
fn publisher(input: &Input<'_>) -> Option<PlaceId> {
    let layout = input.layout?;
    let head = || layout.lines.iter().take(HEAD).filter(|line| !line.span.of(input.folded).ends_with('。'));
    let masthead = head().filter(|line| line.kind != LineKind::Title).map(|line| line.span);
    let title = head().filter(|line| line.kind == LineKind::Title).map(|line| line.span);
    layout.source.into_iter().chain(masthead).chain(title).find_map(|line| only_place(input, line))
}

/// A masthead has at most so many lines.
const HEAD: usize = 5;

/// The one place of a line; the smallest of a chain.
fn only_place(input: &Input<'_>, line: Span) -> Option<PlaceId> {
    let lexicon = input.lexicon;
    let mut only: Option<PlaceId> = None;
    for mention in crate::span::inside(input.places, line, |mention| mention.span) {
        let Some(place) = mention.place.or_else(|| named_inside(input, mention)) else { continue };
        let inner = only.is_none_or(|only| lexicon.city_of(only) == lexicon.city_of(place));
        if !inner {
            return None;
        }
        if only.is_none_or(|only| lexicon.place(only).level < lexicon.place(place).level) {
            only = Some(place);
        }
    }
    only.filter(|id| lexicon.place(*id).level > Level::Province)
}

/// 深圳特区报 is no mention of 深圳, but it is published there.
fn named_inside(input: &Input<'_>, mention: &Mention) -> Option<PlaceId> {
    if mention.kind != MentionKind::Place {
        return None;
    }
    let surface = mention.span.of(input.folded);
    let second = surface.char_indices().nth(2)?.0;
    let hit = input.lexicon.name_at(&surface[..second])?;
    input.lexicon.senses(hit.entry).iter().find_map(|sense| match sense {
        Sense::Place(id, _) => Some(*id),
        _ => None,
    })
}
