//! References to cities, and the relations between them that the text states.
//!
//! A relation is stated by a compound (莞韶), by brackets (东莞(韶关)产业转移工业园), or by a helper and a recipient in
//! one clause. Direction never depends on word order: it comes from the registry, else from which city ever helps.

use super::Input;
use crate::layout::LineKind;
use crate::lexicon::{Compound, CueHit, CueKind, Level, Lexicon, PairRow, PlaceId, RowRef};
use crate::mention::{Mention, MentionKind};
use crate::sentence::Sentence;
use crate::span::{Span, inside};
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
    /// Number of the sentence that holds it; None in page furniture.
    pub sentence: Option<usize>,
    /// Number of the list that it stands in: 汕头、河源、汕尾、潮州. Most stand in one of their own.
    pub list: usize,
}

impl Reference {
    /// A reference that is not numbered yet.
    const fn new(span: Span, city: PlaceId, place: PlaceId, row: RowRef) -> Self {
        Self { span, city, place, bound: false, helps: false, row, sentence: None, list: 0 }
    }

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
    number(input, &mut found);
    found
}

/// The references of each sentence that holds any, with its number.
pub fn by_sentence(references: &[Reference]) -> impl DoubleEndedIterator<Item = (usize, &[Reference])> {
    let sentences = references.chunk_by(|a, b| a.sentence == b.sentence);
    sentences.filter_map(|named| Some((named[0].sentence?, named)))
}

/// The city that all references of one side name, by the first that does.
pub fn only(references: &[Reference], helps: bool) -> Option<&Reference> {
    let mut side = references.iter().filter(|reference| reference.helps == helps);
    let first = side.next()?;
    side.all(|other| other.city == first.city).then_some(first)
}

/// Numbers references by sentence and by list.
fn number(input: &Input<'_>, references: &mut [Reference]) {
    let mut sentences = input.sentences.iter().enumerate().peekable();
    for reference in references.iter_mut() {
        while sentences.next_if(|(_, sentence)| sentence.span.end <= reference.span.start).is_some() {}
        let holds = sentences.peek().filter(|(_, sentence)| sentence.span.start <= reference.span.start);
        reference.sentence = holds.map(|(number, _)| *number);
    }
    for at in 1..references.len() {
        let (before, here) = (references[at - 1], &mut references[at]);
        here.list = before.list + usize::from(!linked(input.folded, &before, here));
    }
}

/// Whether a reference goes on with the list of the one before.
fn linked(folded: &str, before: &Reference, here: &Reference) -> bool {
    let beside = before.sentence.is_some() && before.sentence == here.sentence && before.span.end <= here.span.start;
    beside && !before.bound && !here.bound && {
        let gap = Span::between(before.span, here.span).of(folded);
        matches!(gap.trim(), "、" | "和" | "与" | "及" | "以及" | "," | "，" | "市、" | "市和") || gap == "/"
    }
}

fn take_sides(input: &Input<'_>, references: &mut [Reference]) {
    let year = input.layout.year;
    for at in 0..references.len() {
        let reference = references[at];
        // The two sides of a compound have one span and stand beside each other.
        let partner = [at.wrapping_sub(1), at + 1]
            .into_iter()
            .filter_map(|other| references.get(other))
            .find(|other| reference.bound && other.span == reference.span);
        let pair = partner.and_then(|other| direction(input.lexicon, reference.city, other.city, year));
        references[at].helps = match pair {
            Some((pair, _)) => pair.helper == reference.city,
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
    let year = input.layout.year;
    let named = of_mentions(input, input.title_mentions);
    let mut pairs = Vec::new();
    for (index, a) in named.iter().enumerate() {
        let known = named[index + 1..].iter().filter_map(|b| {
            let (pair, row) = direction(input.lexicon, a.city, b.city, year)?;
            row.map(|_| pair)
        });
        pairs.extend(known);
    }
    pairs
}

fn of_mentions(input: &Input<'_>, mentions: &[Mention]) -> Vec<Reference> {
    let lexicon = input.lexicon;
    let mut found: Vec<Reference> = Vec::new();
    let year = input.layout.year;
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
                found.push(Reference::new(mention.span, city, place, row));
            }
            MentionKind::Compound | MentionKind::Park => {
                let Some(index) = mention.compound else { continue };
                let compound = &lexicon.compounds[index as usize];
                let pair = match (&compound.helpers[..], &compound.recipients[..]) {
                    ([helper], [recipient]) => (*helper, *recipient),
                    _ => choose(lexicon, compound, year, counts.get_or_init(|| count_cities(input))),
                };
                for place in [pair.0, pair.1] {
                    if let Some(city) = lexicon.city_of(place) {
                        found
                            .push(Reference { bound: true, ..Reference::new(mention.span, city, place, compound.row) });
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
    let own = |cue: &&CueHit| {
        cue.kind == CueKind::DeicticSelf && matches!(cue.span.of(input.folded), "我市" | "我县" | "我区" | "本市")
    };
    let mut own = input.cues.iter().filter(own).peekable();
    // Looking for the city is dear, and few articles say 我市.
    let city = own.peek().and_then(|_| own_city(input));
    city.map_or_else(Vec::new, |city| own.map(|cue| Reference::new(cue.span, city, city, cue.row)).collect())
}

/// The city that a page belongs to.
fn own_city(input: &Input<'_>) -> Option<PlaceId> {
    let lexicon = input.lexicon;
    let city_of = |mention: &Mention| mention.place.and_then(|place| lexicon.city_of(place));
    let around = input.layout.lines.iter().filter(|line| matches!(line.kind, LineKind::Meta | LineKind::Furniture));
    let mut cities: Vec<PlaceId> =
        around.flat_map(|line| inside(input.mentions, line.span, |mention| mention.span)).filter_map(city_of).collect();
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
        let named = inside(input.mentions, input.layout.title?, |mention| mention.span);
        let first = named.iter().find(|mention| mention.place.is_some())?;
        let city = city_of(first).filter(|_| Some(first.span.start) == input.layout.title.map(|title| title.start))?;
        // 珠海对口帮扶揭阳 is no title of 珠海's own.
        named.iter().filter_map(city_of).all(|other| other == city).then_some(city)
    };
    match cities[..] {
        [city] => Some(city),
        [] => titled(),
        _ => None,
    }
}

/// 广东, 我省, 全省 as a helper: where the sentence names a province that it helps (粤桂协作, 我省对口广西).
fn province(input: &Input<'_>) -> Vec<Reference> {
    let lexicon = input.lexicon;
    let Some(guangdong) = lexicon.by_code("440000") else { return Vec::new() };
    let year = input.layout.year;
    let helped = |mention: &&Mention| {
        mention.place.is_some_and(|place| {
            lexicon.place(place).level == Level::Province && lexicon.registered(guangdong, place, year).is_some()
        })
    };
    let holder = |mention: &Mention| {
        let at = input.sentences.partition_point(|sentence| sentence.span.end <= mention.span.start);
        input.sentences.get(at).filter(|sentence| sentence.span.start <= mention.span.start)
    };
    let mut sentences: Vec<&Sentence> = input.mentions.iter().filter(helped).filter_map(holder).collect();
    sentences.dedup();
    let mut found = Vec::new();
    for sentence in sentences {
        let reference = |span, row| Reference { helps: true, ..Reference::new(span, guangdong, guangdong, row) };
        let named = inside(input.mentions, sentence.span, |mention| mention.span).iter();
        let named = named.filter(|mention| mention.place == Some(guangdong));
        found.extend(named.filter_map(|mention| Some(reference(mention.span, mention.row?))));
        let own = inside(input.cues, sentence.span, |cue| cue.span).iter();
        let own = own.filter(|cue| cue.kind == CueKind::Province);
        found.extend(
            own.filter(|cue| matches!(cue.span.of(input.folded), "我省" | "全省"))
                .map(|cue| reference(cue.span, cue.row)),
        );
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
                    .is_some_and(|row| row.trusted() && row.from.is_none_or(|from| year >= Some(from.year)));
            (named(id), in_force)
        };
        ids.iter().copied().rev().max_by_key(|&id| score(id)).unwrap_or(ids[0])
    };
    let recipient = best(recipients, helpers[0], true);
    let helper = best(helpers, recipient, false);
    (helper, recipient)
}

/// Which of two cities helps the other, with the registry's row when it says so; None when neither can.
pub fn direction(lexicon: &Lexicon, a: PlaceId, b: PlaceId, year: Option<i16>) -> Option<(CityPair, Option<&PairRow>)> {
    if a == b {
        return None;
    }
    let forward = CityPair { helper: a, recipient: b };
    let backward = CityPair { helper: b, recipient: a };
    // A province or municipality outside Guangdong receives only where the registry says so: 驻北京、上海办事处.
    let receives = |city: PlaceId| lexicon.place(city).level != Level::Province;
    match (lexicon.registered(a, b, year), lexicon.registered(b, a, year)) {
        (Some(row), None) => Some((forward, Some(row))),
        (None, Some(row)) => Some((backward, Some(row))),
        (ahead, back) => match (lexicon.is_helper(a), lexicon.is_helper(b)) {
            (true, false) if receives(b) => Some((forward, ahead)),
            (false, true) if receives(a) => Some((backward, back)),
            _ => None,
        },
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
    let year = input.layout.year;
    let mut found = Vec::new();
    for (sentence, named) in by_sentence(references).filter(|(_, named)| named.len() > 1) {
        for clause in input.scopes.clauses(input.sentences[sentence].span) {
            let refs = inside(named, clause, |reference| reference.span);
            if refs.len() < 2 {
                continue;
            }
            let verb = inside(input.cues, clause, |cue| cue.span).iter().any(|cue| cue.kind == CueKind::Relation);
            for (index, a) in refs.iter().enumerate() {
                for b in refs[index + 1..].iter().filter(|b| b.city != a.city) {
                    let bracket = bracketed(input.folded, a.span, b.span);
                    let parks = bracket && is_park(input.folded, a.span, b.span);
                    // A(B)园: A builds it, B is the host, whoever they are.
                    let arrow = bracket && matches!(Span::between(a.span, b.span).of(input.folded), "→" | "->");
                    let by_form = (parks || arrow).then_some((CityPair { helper: a.city, recipient: b.city }, None));
                    let Some((cities, row)) = direction(input.lexicon, a.city, b.city, year).or(by_form) else {
                        continue;
                    };
                    let (helper, recipient) = if cities.helper == a.city { (a, b) } else { (b, a) };
                    let compound = a.bound && b.bound && a.span == b.span;
                    let (rule, weight) = match (compound, bracket, verb, row.is_some()) {
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
    let mut after = folded[b.end..].chars().take(12);
    matches!(open, "(" | "（")
        && matches!(after.next(), Some(')' | '）'))
        && after.next().is_some_and(|first| first == '、' || first == '园' || after.any(|c| c == '园'))
}

/// A(B), A—B: two sides with nothing but a bracket or dash between.
fn bracketed(folded: &str, a: Span, b: Span) -> bool {
    a.end <= b.start
        && matches!(Span::between(a, b).of(folded), "(" | "（" | "—" | "-" | "–" | "－" | "——" | "·" | "→" | "->")
}
