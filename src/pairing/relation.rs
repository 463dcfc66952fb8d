//! References to cities, and the relations between them that the text states.
//!
//! A relation is stated by a compound (莞韶), by brackets (东莞(韶关)产业转移工业园), or by a helper and a recipient in
//! one clause. Direction never depends on word order: it comes from the registry, else from which city ever helps.

use super::Input;
use crate::layout::LineKind;
use crate::lexicon::{CueKind, Level, Lexicon, PlaceId, RowRef};
use crate::mention::{Mention, MentionKind};
use crate::span::{Span, inside};

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
    /// The row.
    pub row: RowRef,
}

impl Reference {
    /// The county, zone or town, if one is named.
    pub fn fine(&self, lexicon: &Lexicon) -> Option<PlaceId> {
        matches!(lexicon.place(self.place).level, Level::County | Level::Town).then_some(self.place)
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
    found.sort_by_key(|reference| (reference.span.start, reference.span.end));
    found
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
                found.push(Reference { span: mention.span, city, place, bound: false, row });
            }
            MentionKind::Compound | MentionKind::Park => {
                let Some(index) = mention.compound else { continue };
                let compound = &lexicon.compounds[index as usize];
                let pair = choose(lexicon, &compound.helpers, &compound.recipients, year, input);
                for place in [pair.0, pair.1] {
                    if let Some(city) = lexicon.city_of(place) {
                        found.push(Reference { span: mention.span, city, place, bound: true, row: compound.row });
                    }
                }
            }
            MentionKind::Agency => {}
        }
    }
    found
}

/// 我市, 我县: the publisher's city, when the page around the article (source, masthead, forum) names just one.
fn deictics(input: &Input<'_>) -> Vec<Reference> {
    let lexicon = input.lexicon;
    let around = input.layout.lines.iter().filter(|line| matches!(line.kind, LineKind::Meta | LineKind::Furniture));
    let mut cities: Vec<PlaceId> = around
        .flat_map(|line| inside(input.mentions, line.span, |mention| mention.span))
        .filter_map(|mention| mention.place.and_then(|place| lexicon.city_of(place)))
        .collect();
    cities.sort_unstable();
    cities.dedup();
    let &[city] = &cities[..] else { return Vec::new() };
    let own = input.cues.iter().filter(|cue| {
        cue.kind == CueKind::DeicticSelf && matches!(cue.span.of(input.folded), "我市" | "我县" | "我区" | "本市")
    });
    own.map(|cue| Reference { span: cue.span, city, place: city, bound: false, row: cue.row }).collect()
}

/// Of an ambiguous compound's members, the pair whose cities the document names, else the first.
fn choose(
    lexicon: &Lexicon,
    helpers: &[PlaceId],
    recipients: &[PlaceId],
    year: Option<i16>,
    input: &Input<'_>,
) -> (PlaceId, PlaceId) {
    let named = |id: PlaceId| {
        input
            .mentions
            .iter()
            .filter(|mention| {
                mention.kind == MentionKind::Place
                    && mention.place.and_then(|place| lexicon.city_of(place)) == lexicon.city_of(id)
            })
            .count()
    };
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
    let sides = (helper.fine(lexicon), recipient.fine(lexicon));
    match sides {
        (None, None) => None,
        // 三水区给通门镇: a district helps a county; the town only tells where.
        (Some(h), Some(r)) if lexicon.place(h).level == Level::County && lexicon.place(r).level == Level::Town => {
            let county = lexicon.place(r).parent.filter(|parent| lexicon.place(*parent).level == Level::County);
            Some((h, county.unwrap_or(r)))
        }
        (h, r) => Some((h.unwrap_or(helper.city), r.unwrap_or(recipient.city))),
    }
}

/// All relations that the text states, by start.
pub fn find(input: &Input<'_>, references: &[Reference]) -> Vec<Relation> {
    let year = input.layout.date.map(jiff::civil::Date::year);
    let mut found = Vec::new();
    for sentence in input.sentences {
        if inside(references, sentence.span, |reference| reference.span).len() < 2 {
            continue;
        }
        for clause in crate::scope::clauses(input.folded, sentence.span) {
            let refs = inside(references, clause, |reference| reference.span);
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
