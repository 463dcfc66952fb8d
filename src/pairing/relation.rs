//! References to cities, and the relations between them that the text states.
//!
//! A relation is stated by a compound (莞韶), by brackets (东莞(韶关)产业转移工业园), or by a helper and a recipient in
//! one clause. Direction never depends on word order: it comes from the registry, else from which city ever helps.

use super::Input;
use crate::layout::LineKind;
use crate::lexicon::{Compound, CueKind, Level, Lexicon, PlaceId, RowRef};
use crate::mention::{Mention, MentionKind};
use crate::span::{Span, Walk, inside};
use rustc_hash::FxHashMap;

/// A helping and a receiving city (or a province outside Guangdong).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CityPair {
    /// Gives.
    pub helper: PlaceId,
    /// Receives.
    pub recipient: PlaceId,
}

/// A mention seen as a city, perhaps through one of its counties or towns; a compound gives two references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The words.
    pub span: Span,
    /// The city.
    pub city: PlaceId,
    /// The place as named.
    pub place: PlaceId,
    /// Whether it is one side of a compound or bracket, whose other side is the reference beside it.
    pub bound: bool,
    /// Whether it stands on the helping side. A compound says so itself; else a city helps that helps in any programme.
    pub helps: bool,
    /// The row.
    pub row: RowRef,
}

impl Reference {
    /// The county, zone or town, if one is named.
    pub fn fine(&self, lexicon: &Lexicon) -> Option<PlaceId> {
        let place = lexicon.place(self.place);
        // 大鹏新区 acts as a district does; 深汕特别合作区 and parks, which have no short name, do not.
        let district = place.level == Level::Zone && !place.short.is_empty();
        (district || matches!(place.level, Level::County | Level::Town)).then_some(self.place)
    }
}

/// A relation that the text states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation {
    /// The words, from the first side to the last.
    pub span: Span,
    /// The cities.
    pub cities: CityPair,
    /// Sides below city level.
    pub fine: Option<(PlaceId, PlaceId)>,
    /// How it is stated.
    pub rule: &'static str,
    /// How much it says about the article: a relation verb says more than two cities in a clause.
    pub weight: u32,
}

/// All references to cities, by start.
pub fn references(input: &Input<'_>) -> Vec<Reference> {
    let mut found = of_mentions(input, input.mentions);
    found.extend(deictics(input));
    found.extend(province(input));
    found.sort_by_key(|reference| (reference.span.start, reference.span.end));
    take_sides(input, &mut found);
    found
}

fn take_sides(input: &Input<'_>, references: &mut [Reference]) {
    let year = input.layout.date.map(jiff::civil::Date::year);
    for at in 0..references.len() {
        let reference = references[at];
        // The two sides of a compound have one span and stand beside each other.
        let partner = [at.wrapping_sub(1), at + 1]
            .into_iter()
            .filter_map(|other| references.get(other))
            .find(|other| reference.bound && other.span == reference.span);
        let pair = partner.and_then(|other| direction(input.lexicon, reference.city, other.city, year));
        references[at].helps = match pair {
            Some(pair) => pair.helper == reference.city,
            None => input.lexicon.is_helper(reference.city),
        };
    }
}

/// 惠州—黔西南: where a relation is stated, its sides are those of the relation, whoever else helps elsewhere.
pub fn take_stated_sides(references: &mut [Reference], relations: &[Relation]) {
    for relation in relations.iter().filter(|relation| relation.weight > 1) {
        let from = references.partition_point(|reference| reference.span.start < relation.span.start);
        for reference in references[from..].iter_mut().take_while(|other| other.span.end <= relation.span.end) {
            if reference.city == relation.cities.helper {
                reference.helps = true;
            } else if reference.city == relation.cities.recipient {
                reference.helps = false;
            }
        }
    }
}

/// Pairs of cities that a title beside the text names.
pub fn titled(input: &Input<'_>) -> Vec<CityPair> {
    let year = input.layout.date.map(jiff::civil::Date::year);
    let named = of_mentions(input, input.title_mentions);
    let mut pairs = Vec::new();
    for (index, a) in named.iter().enumerate() {
        let known = |pair: &CityPair| input.lexicon.registered(pair.helper, pair.recipient, year).is_some();
        pairs.extend(
            named[index + 1..].iter().filter_map(|b| direction(input.lexicon, a.city, b.city, year)).filter(known),
        );
    }
    pairs
}

fn of_mentions(input: &Input<'_>, mentions: &[Mention]) -> Vec<Reference> {
    let lexicon = input.lexicon;
    let mut found: Vec<Reference> = Vec::new();
    let year = input.layout.date.map(jiff::civil::Date::year);
    let counts = std::cell::OnceCell::new();
    for mention in mentions {
        match mention.kind {
            MentionKind::Place => {
                let Some(place) = mention.place else { continue };
                let Some(city) = lexicon.city_of(place) else { continue };
                let Some(row) = mention.row else { continue };
                // 河源市和平县 is one reference, to the smaller unit.
                if let Some(last) = found.last_mut() {
                    let joined = last.span.end == mention.span.start && last.city == city && !last.bound;
                    if joined && lexicon.place(last.place).level < lexicon.place(place).level {
                        *last = Reference { span: Span::new(last.span.start, mention.span.end), place, ..*last };
                        continue;
                    }
                }
                found.push(Reference { span: mention.span, city, place, bound: false, helps: false, row });
            }
            MentionKind::Compound | MentionKind::Park => {
                let Some(index) = mention.compound else { continue };
                let compound = &lexicon.compounds[index as usize];
                let pair = choose(lexicon, compound, year, counts.get_or_init(|| count_cities(input)));
                for place in [pair.0, pair.1] {
                    if let Some(city) = lexicon.city_of(place) {
                        found.push(Reference {
                            span: mention.span,
                            city,
                            place,
                            bound: true,
                            helps: false,
                            row: compound.row,
                        });
                    }
                }
            }
            MentionKind::Agency => {}
        }
    }
    found
}

/// 我市, 我县: the publisher's city, when the page around the article (source, masthead, forum) names just one; else the
/// city that the title begins with (珠海市对口帮扶工作总结).
fn deictics(input: &Input<'_>) -> Vec<Reference> {
    let lexicon = input.lexicon;
    let city_of = |mention: &Mention| mention.place.and_then(|place| lexicon.city_of(place));
    let around = input.layout.lines.iter().filter(|line| matches!(line.kind, LineKind::Meta | LineKind::Furniture));
    let mut cities: Vec<PlaceId> = around
        .flat_map(|line| inside(input.mentions, line.span, |mention| mention.span))
        .filter_map(city_of)
        .collect();
    // 肇庆市统计信息 2024年第14期: a masthead begins with its city.
    let body = input.layout.lines.iter().position(|line| line.kind == LineKind::Body).unwrap_or(0);
    let heads = input.layout.lines[..body].iter().filter(|line| line.kind == LineKind::Heading);
    cities.extend(heads.filter_map(|line| {
        let first = inside(input.mentions, line.span, |mention| mention.span).first()?;
        city_of(first).filter(|_| first.span.start == line.span.start)
    }));
    cities.sort_unstable();
    cities.dedup();
    let titled = || {
        let title = input.layout.title?;
        inside(input.mentions, title, |mention| mention.span)
            .iter()
            .find(|mention| mention.span.start == title.start && mention.place.is_some())
            .and_then(city_of)
    };
    let city = match cities[..] {
        [city] => city,
        [] => match titled() {
            Some(city) => city,
            None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let own = input.cues.iter().filter(|cue| {
        cue.kind == CueKind::DeicticSelf && matches!(cue.span.of(input.folded), "我市" | "我县" | "我区" | "本市")
    });
    own.map(|cue| Reference { span: cue.span, city, place: city, bound: false, helps: false, row: cue.row }).collect()
}

/// 广东, 我省, 全省 as a helper: where the sentence names a province that it helps (粤桂协作, 我省对口广西).
fn province(input: &Input<'_>) -> Vec<Reference> {
    let lexicon = input.lexicon;
    let Some(guangdong) = lexicon.by_code("440000") else { return Vec::new() };
    let year = input.layout.date.map(jiff::civil::Date::year);
    let mut mentions = Walk::new(input.mentions, |mention: &Mention| mention.span);
    let mut cues = Walk::new(input.cues, |cue| cue.span);
    let mut found = Vec::new();
    for sentence in input.sentences {
        let (mentions, cues) = (mentions.inside(sentence.span), cues.inside(sentence.span));
        let helped = |mention: &Mention| {
            mention.place.is_some_and(|place| {
                lexicon.place(place).level == Level::Province && lexicon.registered(guangdong, place, year).is_some()
            })
        };
        if !mentions.iter().any(helped) {
            continue;
        }
        let reference =
            |span, row| Reference { span, city: guangdong, place: guangdong, bound: false, helps: true, row };
        let named = mentions.iter().filter(|mention| mention.place == Some(guangdong));
        found.extend(named.filter_map(|mention| Some(reference(mention.span, mention.row?))));
        let own = cues.iter().filter(|cue| cue.kind == CueKind::Province);
        found.extend(own.filter(|cue| matches!(cue.span.of(input.folded), "我省" | "全省")).map(|cue| reference(cue.span, cue.row)));
    }
    found
}

/// How often the document names each city.
fn count_cities(input: &Input<'_>) -> FxHashMap<PlaceId, usize> {
    let mut counts = FxHashMap::default();
    let places = input.mentions.iter().filter(|mention| mention.kind == MentionKind::Place);
    for city in places.filter_map(|mention| input.lexicon.city_of(mention.place?)) {
        *counts.entry(city).or_default() += 1;
    }
    counts
}

/// Of an ambiguous compound's members, the pair whose cities the document names, else the first.
fn choose(
    lexicon: &Lexicon,
    compound: &Compound,
    year: Option<i16>,
    counts: &FxHashMap<PlaceId, usize>,
) -> (PlaceId, PlaceId) {
    let (helpers, recipients) = (&compound.helpers, &compound.recipients);
    let named = |id: PlaceId| lexicon.city_of(id).and_then(|city| counts.get(&city)).copied().unwrap_or(0);
    let best = |ids: &[PlaceId], other: PlaceId, other_helps: bool| {
        let score = |id: PlaceId| {
            let (helper, recipient) = if other_helps { (other, id) } else { (id, other) };
            let in_force = year.is_some()
                && lexicon
                    .registered(helper, recipient, year)
                    .is_some_and(|row| row.trusted && row.from.is_none_or(|from| year >= Some(from)));
            (named(id), in_force)
        };
        ids.iter().copied().rev().max_by_key(|&id| score(id)).unwrap_or(ids[0])
    };
    let recipient = best(recipients, helpers[0], true);
    let helper = best(helpers, recipient, false);
    (helper, recipient)
}

/// Which of two cities helps the other; None when neither can.
pub fn direction(lexicon: &Lexicon, a: PlaceId, b: PlaceId, year: Option<i16>) -> Option<CityPair> {
    if a == b {
        return None;
    }
    let forward = CityPair { helper: a, recipient: b };
    let backward = CityPair { helper: b, recipient: a };
    match (lexicon.registered(a, b, year).is_some(), lexicon.registered(b, a, year).is_some()) {
        (true, false) => return Some(forward),
        (false, true) => return Some(backward),
        _ => {}
    }
    // A province or municipality outside Guangdong receives only where the registry says so: 驻北京、上海办事处.
    let receives = |city: PlaceId| lexicon.place(city).level != Level::Province;
    match (lexicon.is_helper(a), lexicon.is_helper(b)) {
        (true, false) if receives(b) => Some(forward),
        (false, true) if receives(a) => Some(backward),
        _ => None,
    }
}

/// The sides below city level, when at least one is.
pub fn fine_of(lexicon: &Lexicon, helper: &Reference, recipient: &Reference) -> Option<(PlaceId, PlaceId)> {
    let helper = helper.fine(lexicon).unwrap_or(helper.city);
    let recipient = recipient.fine(lexicon).unwrap_or(recipient.city);
    level(lexicon, (helper, recipient))
}

/// Sides as a programme pairs them: a town is a partner of towns alone. 三水区给通门镇: a district helps a county, and the
/// town only tells where. None when both sides are cities.
pub fn level(lexicon: &Lexicon, (helper, recipient): (PlaceId, PlaceId)) -> Option<(PlaceId, PlaceId)> {
    let is = |id: PlaceId, level: Level| lexicon.place(id).level == level;
    let parent = lexicon.place(recipient).parent.filter(|parent| is(*parent, Level::County));
    let recipient = match parent {
        Some(county) if is(recipient, Level::Town) && !is(helper, Level::Town) => county,
        _ => recipient,
    };
    let city = |id: PlaceId| matches!(lexicon.place(id).level, Level::Prefecture | Level::Province);
    (!city(helper) || !city(recipient)).then_some((helper, recipient))
}

/// All relations that the text states, by start.
pub fn find(input: &Input<'_>, references: &[Reference]) -> Vec<Relation> {
    let year = input.layout.date.map(jiff::civil::Date::year);
    let mut found = Vec::new();
    let mut walk = Walk::new(references, |reference| reference.span);
    for sentence in input.sentences {
        let named = walk.inside(sentence.span);
        if named.len() < 2 {
            continue;
        }
        for clause in input.scopes.clauses(sentence.span) {
            let refs = inside(named, clause, |reference| reference.span);
            if refs.len() < 2 {
                continue;
            }
            let verb = inside(input.cues, clause, |cue| cue.span).iter().any(|cue| cue.kind == CueKind::Relation);
            for (index, a) in refs.iter().enumerate() {
                for b in &refs[index + 1..] {
                    let bracket = bracketed(input.folded, a.span, b.span);
                    let parks = bracket && is_park(input.folded, a.span, b.span);
                    // A(B)园: A builds it, B is the host, whoever they are.
                    let arrow = bracket && matches!(Span::between(a.span, b.span).of(input.folded), "→" | "->");
                    let by_form = ((parks || arrow) && a.city != b.city)
                        .then_some(CityPair { helper: a.city, recipient: b.city });
                    let Some(cities) = direction(input.lexicon, a.city, b.city, year).or(by_form) else { continue };
                    let (helper, recipient) = if cities.helper == a.city { (a, b) } else { (b, a) };
                    let known = input.lexicon.registered(cities.helper, cities.recipient, year).is_some();
                    let compound = a.bound && b.bound && a.span == b.span;
                    let (rule, weight) = match (compound, bracket, verb, known) {
                        (true, ..) => ("relation.compound", 3),
                        (_, true, ..) => ("relation.bracket", 3),
                        (_, _, true, true) => ("relation.verb", 4),
                        (_, _, true, false) => ("relation.verb_unregistered", 2),
                        (_, _, false, true) => ("relation.both_sides", 1),
                        (_, _, false, false) => continue,
                    };
                    let span = Span::new(a.span.start, b.span.end.max(a.span.end));
                    found.push(Relation {
                        span,
                        cities,
                        fine: fine_of(input.lexicon, helper, recipient),
                        rule,
                        weight,
                    });
                }
            }
        }
    }
    found.sort_by_key(|relation| (relation.span.start, relation.span.end));
    found
}

/// Whether a bracketed name goes on as a park's: 东莞凤岗（惠东）产业转移工业园, or stands in a list that does.
fn is_park(folded: &str, a: Span, b: Span) -> bool {
    let open = Span::between(a, b).of(folded);
    let after: String = folded[b.end..].chars().take(12).collect();
    matches!(open, "(" | "（")
        && after.starts_with([')', '）'])
        && (after.contains('园') || after.chars().nth(1) == Some('、'))
}

/// A(B), A—B: two sides with nothing but a bracket or dash between.
fn bracketed(folded: &str, a: Span, b: Span) -> bool {
    a.end <= b.start
        && matches!(Span::between(a, b).of(folded), "(" | "（" | "—" | "-" | "–" | "－" | "——" | "·" | "→" | "->")
}
