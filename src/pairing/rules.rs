//! The rules that decide, asked in order: first what belongs to no pair, then the nearest statement of a pair.

use super::frame::Frame;
use super::lists;
use super::relation::{self, CityPair, Reference, Relation};
use super::{Decision, Evidence, Input, Pair};
use crate::layout::LineKind;
use crate::lexicon::{CueHit, CueKind, PlaceId, Role, UnitKind};
use crate::quantity::{Kind, Quantity};
use crate::span::{Span, inside};

/// A rule: its id and the function that decides, or passes.
type Rule = (&'static str, fn(&Resolver<'_>, &View<'_>) -> Option<Vec<Pair>>);

/// In order of priority. `none.*` rules answer with no pair.
pub const RULES: &[Rule] = &[
    ("none.no_relation_in_document", none_without_relation),
    ("none.province_total", none_province),
    ("none.own_statistic", none_macro),
    ("none.statistics_list", none_statistics_list),
    ("none.own_figure", none_own),
    ("none.total_of_part", none_total_of_part),
    ("none.section_apart", none_section_apart),
    ("pair.zip", lists::zip),
    ("pair.group", lists::group),
    ("pair.bracket_list", lists::bracket_list),
    ("pair.sides_named", sides_named),
    ("none.weak_frame", none_weak_frame),
    ("pair.parallel_total", lists::parallel_total),
    ("pair.recipient_named", recipient_named),
    ("pair.helper_named", helper_named),
    ("pair.carried", carried),
    ("pair.section", section),
    ("pair.frame", frame),
];

/// What a rule looks at for one quantity.
pub struct View<'v> {
    pub(super) quantity: &'v Quantity,
    pub(super) sentence: usize,
    pub(super) sentence_span: Span,
    pub(super) clause: Span,
    pub(super) segment: Span,
    /// Helper-side references that govern the quantity, coordinated ones together.
    pub(super) helpers: Vec<Reference>,
    /// Recipient-side references.
    pub(super) recipients: Vec<Reference>,
    /// Attribute that the quantity measures: role, if one stands before it in the clause or right behind.
    pub(super) role: Option<Role>,
}

/// The decision before.
#[derive(Debug, Clone, Copy)]
struct Last {
    sentence: usize,
    rule: &'static str,
    /// Where its quantity ends.
    end: usize,
}

/// Pairs of an earlier decision, for quantities that name no place.
#[derive(Debug, Clone)]
struct Carry {
    paragraph: u32,
    sentence: usize,
    pairs: Vec<Pair>,
}

/// A heading, or 【…】 at the head of a paragraph, with the pairs that it names.
#[derive(Debug, Clone)]
struct Section {
    /// Number of the sentence that holds it.
    sentence: usize,
    span: Span,
    /// Whether it is 【…】: an entry of its own, as yearbooks have them.
    entry: bool,
    pairs: Vec<Pair>,
}

/// Decides quantity after quantity, remembering what the paragraph and the section were about.
pub struct Resolver<'r> {
    pub(super) input: &'r Input<'r>,
    pub(super) references: &'r [Reference],
    pub(super) relations: &'r [Relation],
    pub(super) frame: &'r Frame,
    pub(super) year: Option<i16>,
    carry: Option<Carry>,
    sections: Vec<Section>,
    /// Recipients that the text lists together, two or more, by the start of the list.
    pub(super) lists: Vec<(usize, Vec<Reference>)>,
    last: Option<Last>,
    /// First sentence whose statements the carry has not seen.
    unseen: usize,
    here: Here<'r>,
}

/// What stands in the sentence that is being decided on.
#[derive(Debug, Clone, Copy, Default)]
struct Here<'r> {
    sentence: usize,
    cues: &'r [CueHit],
    references: &'r [Reference],
    /// Bits of the kinds of its cues.
    kinds: u16,
    /// Whether it holds a bracket.
    bracketed: bool,
}

/// A bit for every kind of cue that the rules ask for.
const fn bit(kind: CueKind) -> u16 {
    match kind {
        CueKind::Zip => 1 << 0,
        CueKind::Group => 1 << 1,
        CueKind::Province => 1 << 2,
        CueKind::Whole => 1 << 3,
        CueKind::Own => 1 << 4,
        CueKind::Relation => 1 << 5,
        CueKind::Park => 1 << 6,
        CueKind::Aid => 1 << 7,
        CueKind::Giving => 1 << 8,
        CueKind::DeicticPair => 1 << 9,
        CueKind::DeicticSelf => 1 << 10,
        CueKind::Former => 1 << 11,
        _ => 0,
    }
}

impl<'r> Resolver<'r> {
    /// A resolver at the top of the document.
    pub fn new(input: &'r Input<'r>, references: &'r [Reference], relations: &'r [Relation], frame: &'r Frame) -> Self {
        let year = input.layout.date.map(jiff::civil::Date::year);
        let mut resolver = Self {
            input,
            references,
            relations,
            frame,
            year,
            carry: None,
            sections: Vec::new(),
            lists: Vec::new(),
            last: None,
            unseen: 0,
            here: Here { sentence: usize::MAX, ..Here::default() },
        };
        resolver.sections = resolver.find_sections();
        resolver.lists = resolver.find_lists();
        resolver
    }

    /// Sentences without quantities state pairs too, for what follows them in the paragraph.
    fn pass_over(&mut self, until: usize) {
        for sentence in self.unseen..until {
            let pairs = self.stated_in(self.input.sentences[sentence].span);
            if !pairs.is_empty() {
                self.carry = Some(Carry { paragraph: self.input.sentences[sentence].paragraph, sentence, pairs });
            }
        }
        self.unseen = self.unseen.max(until + 1);
    }

    /// The pairs that a stretch of text states: by its relations; else, when it names one helper and one recipient that the
    /// registry knows as a pair, by these (佛山的同志，从2009年到2012年，在清远干了三年); else by the recipients alone.
    fn stated_in(&self, within: Span) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = inside(self.relations, within, |relation| relation.span)
            .iter()
            .filter(|relation| relation.span.end <= within.end)
            .map(of_relation)
            .collect();
        if pairs.is_empty() {
            let named = inside(self.references, within, |reference| reference.span);
            let side = |helps: bool| {
                let mut side: Vec<Reference> = named.iter().filter(|other| other.helps == helps).copied().collect();
                side.dedup_by_key(|reference| reference.city);
                side
            };
            let (helpers, recipients) = (side(true), side(false));
            if let ([helper], [recipient]) = (&helpers[..], &recipients[..])
                && let Some(row) = self.input.lexicon.registered(helper.city, recipient.city, self.year)
            {
                let cities = CityPair { helper: helper.city, recipient: recipient.city };
                let evidence = vec![
                    Evidence { rule: "helper", span: Some(helper.span), row: Some(helper.row) },
                    Evidence { rule: "recipient", span: Some(recipient.span), row: Some(recipient.row) },
                    Evidence { rule: "registry", span: None, row: Some(row.row) },
                ];
                let fine = relation::fine_of(self.input.lexicon, helper, recipient);
                pairs.push(Pair { cities, fine, confidence: 85, evidence });
            }
        }
        dedup(&mut pairs);
        pairs
    }

    fn find_lists(&self) -> Vec<(usize, Vec<Reference>)> {
        let mut lists: Vec<(usize, Vec<Reference>)> = Vec::new();
        let mut at = 0;
        for sentence in self.input.sentences {
            for reference in inside(self.references, sentence.span, |reference| reference.span) {
                if reference.span.start < at || reference.helps {
                    continue;
                }
                let list = self.coordinated(*reference, sentence.span, false);
                let mut cities: Vec<PlaceId> = list.iter().map(|member| member.city).collect();
                cities.dedup();
                if cities.len() > 1 {
                    at = list.last().map_or(at, |last| last.span.end);
                    lists.push((list[0].span.start, list));
                }
            }
        }
        lists
    }

    /// Decides one quantity of sentence number `sentence`.
    pub fn decide(&mut self, sentence: usize, quantity: &Quantity) -> Decision {
        self.pass_over(sentence);
        self.enter(sentence);
        let view = self.view(sentence, quantity);
        for (id, rule) in RULES {
            if let Some(mut pairs) = rule(self, &view) {
                for pair in &mut pairs {
                    let whole = !matches!(*id, "pair.frame" | "pair.carried" | "pair.section" | "pair.helper_named");
                    pair.fine = self.frame.fines.complete(self.input.lexicon, pair.cities, pair.fine, whole);
                    pair.evidence.insert(0, Evidence { rule: id, span: None, row: None });
                }
                self.last = Some(Last { sentence, rule: id, end: quantity.span.end });
                if !pairs.is_empty()
                    && matches!(
                        *id,
                        "pair.group"
                            | "pair.bracket_list"
                            | "pair.sides_named"
                            | "pair.recipient_named"
                            | "pair.helper_named"
                            | "pair.parallel_total"
                    )
                {
                    // 其前身为深圳（潮州）产业转移工业园，投入2.5亿元。园区累计…: what was before is not what goes on.
                    let former = self.has_cue(Span::new(view.sentence_span.start, quantity.span.start), &[CueKind::Former]);
                    let paragraph = self.input.sentences[sentence].paragraph;
                    if former && self.carry.as_ref().is_some_and(|carry| carry.paragraph == paragraph) {
                        return Decision { pairs, rule: id };
                    }
                    self.carry = Some(Carry { paragraph, sentence, pairs: pairs.clone() });
                }
                return Decision { pairs, rule: id };
            }
        }
        Decision { pairs: Vec::new(), rule: "none.no_ground" }
    }

    fn enter(&mut self, sentence: usize) {
        if self.here.sentence == sentence {
            return;
        }
        let span = self.input.sentences[sentence].span;
        let cues = inside(self.input.cues, span, |cue| cue.span);
        self.here = Here {
            sentence,
            cues,
            references: inside(self.references, span, |reference| reference.span),
            kinds: cues.iter().fold(0, |kinds, cue| kinds | bit(cue.kind)),
            bracketed: ["（", "("].iter().any(|open| span.of(self.input.folded).contains(open)),
        };
    }

    /// References inside a stretch of the sentence that is being decided on.
    pub(super) fn references(&self, within: Span) -> &'r [Reference] {
        inside(self.here.references, within, |reference| reference.span)
    }

    /// Headings, and 【…】 at the head of a paragraph, carry their pair to what follows.
    fn find_sections(&self) -> Vec<Section> {
        let mut sections = Vec::new();
        for (index, sentence) in self.input.sentences.iter().enumerate() {
            let text = sentence.span.of(self.input.folded);
            let span = if sentence.kind == LineKind::Heading {
                sentence.span
            } else if text.starts_with('【') {
                let end = text.find('】').map_or(sentence.span.end, |at| sentence.span.start + at);
                Span::new(sentence.span.start, end)
            } else {
                continue;
            };
            let mut pairs = self.stated_in(span);
            // 三、茂名：高州、信宜: a heading that names recipients only.
            if pairs.is_empty() {
                let named = inside(self.references, span, |reference| reference.span);
                pairs = named
                    .iter()
                    .filter(|reference| !reference.helps)
                    .flat_map(|side| self.with_partner(side, 85))
                    .collect();
                dedup(&mut pairs);
            }
            // 禅城院区还派去6位医生: a short line of a post that tells something is no heading.
            let told = inside(self.input.quantities, span, |quantity| quantity.span).iter().any(|quantity| quantity.fact);
            if pairs.is_empty() && told {
                continue;
            }
            sections.push(Section { sentence: index, span, entry: sentence.kind != LineKind::Heading, pairs });
        }
        sections
    }

    /// The pairs of the heading above a sentence, if it has any.
    fn section_at(&self, sentence: usize) -> Option<&[Pair]> {
        let section = self.sections.iter().rev().find(|section| section.sentence <= sentence)?;
        (!section.pairs.is_empty()).then_some(&section.pairs)
    }

    /// （四）做实对口帮扶协作。推动…: whether the heading above a sentence, or the short sentence that its paragraph begins
    /// with, speaks of the relation.
    fn under_aid_heading(&self, sentence: usize) -> bool {
        let sentences = self.input.sentences;
        let related = |span: Span| {
            let cues = inside(self.input.cues, span, |cue| cue.span);
            cues.iter().any(|cue| cue.kind == CueKind::Relation && cue.span.len() > 3)
        };
        let first = sentences[..sentence].iter().rposition(|other| other.paragraph != sentences[sentence].paragraph);
        let first = sentences[first.map_or(0, |at| at + 1)].span;
        let head = first.len() <= 60 && first.end < sentences[sentence].span.end;
        let heading = sentences[..sentence].iter().rfind(|other| other.kind == LineKind::Heading);
        (head && related(first)) || heading.is_some_and(|heading| related(heading.span))
    }

    fn view<'v>(&self, sentence: usize, quantity: &'v Quantity) -> View<'v> {
        let span = self.input.sentences[sentence].span;
        let clause = self.input.scopes.clause_at(span, quantity.span.start);
        let segment = self.input.scopes.segment_at(self.input.folded, span, quantity.span.start);
        let mut view = View {
            quantity,
            sentence,
            sentence_span: span,
            clause,
            segment,
            helpers: Vec::new(),
            recipients: Vec::new(),
            role: self.role(quantity, clause),
        };
        view.helpers = self.governing(&view, true);
        view.recipients = self.governing(&view, false);
        view
    }

    /// The references of one role that govern a quantity: in its clause before it, in its clause behind it, earlier in its
    /// segment, earlier in its sentence; with the members of the same list.
    fn governing(&self, view: &View<'_>, helping: bool) -> Vec<Reference> {
        if self.here.references.iter().all(|reference| reference.helps != helping) {
            return Vec::new();
        }
        let refs = |span: Span| self.references(span);
        let at = view.quantity.span.start;
        let behind = view.quantity.span.end;
        let wanted = |reference: &&Reference| reference.helps == helping && !self.aside(reference.span, view);
        let nearest_before = |from: usize| refs(Span::new(from, at)).iter().rfind(wanted).copied();
        // 3.2亿元给潮州、1.8亿元给六盘水: who is given the amount stands right behind it.
        let given =
            refs(Span::new(behind, (behind + 24).min(view.sentence_span.end))).iter().find(wanted).filter(|next| {
                const GIVEN: [&str; 10] = ["给", "投向", "支持", "拨给", "划给", "归", "捐给", "投入", "用于", "援助"];
                let gap = Span::new(behind, next.span.start).of(self.input.folded);
                GIVEN.contains(&gap)
            });
        let nearest = given
            .copied()
            .or_else(|| nearest_before(view.clause.start))
            .or_else(|| refs(Span::new(behind, view.clause.end.max(behind))).iter().find(wanted).copied())
            .or_else(|| nearest_before(view.segment.start))
            .or_else(|| nearest_before(view.sentence_span.start))
            // 拨出12亿元，惠及梅州及清远两市: the next clause names who receives.
            .or_else(|| {
                let comma = self.input.folded[view.clause.end..view.segment.end.max(view.clause.end)].chars().next()?;
                let next = self.input.scopes.clause_at(view.sentence_span, view.clause.end + comma.len_utf8());
                let free = next.start >= view.clause.end
                    && inside(self.input.quantities, next, |quantity| quantity.span)
                        .iter()
                        .all(|quantity| !quantity.fact);
                (!helping && free).then(|| refs(next).iter().find(wanted).copied()).flatten()
            });
        nearest.map_or_else(Vec::new, |nearest| self.coordinated(nearest, view.sentence_span, helping))
    }

    /// Whether a reference stands in brackets that the quantity is not in: 龙门镇（惠州也有个龙门县）. A(B)园 is no aside.
    fn aside(&self, reference: Span, view: &View<'_>) -> bool {
        if !self.here.bracketed {
            return false;
        }
        let text = self.input.folded;
        let before = &text[view.sentence_span.start..reference.start];
        let Some(open) = before.rfind(['（', '(']).map(|at| view.sentence_span.start + at) else { return false };
        if text[open..reference.start].contains(['）', ')']) {
            return false;
        }
        let close = text[reference.end..view.sentence_span.end]
            .find(['）', ')'])
            .map_or(view.sentence_span.end, |at| reference.end + at);
        let holds = open < view.quantity.span.start && view.quantity.span.start < close;
        !holds && close - open > reference.len() + 8
    }

    /// A reference with the others of its list: 汕头、河源、汕尾、潮州.
    pub(super) fn coordinated(&self, nearest: Reference, within: Span, helping: bool) -> Vec<Reference> {
        if nearest.bound {
            return vec![nearest];
        }
        let refs = inside(self.references, within, |reference| reference.span);
        let Some(middle) = refs.iter().position(|reference| *reference == nearest) else { return vec![nearest] };
        let linked = |a: &Reference, b: &Reference| {
            !a.bound && !b.bound && a.span.end <= b.span.start && {
                let gap = Span::between(a.span, b.span).of(self.input.folded);
                matches!(gap.trim(), "、" | "和" | "与" | "及" | "以及" | "," | "，" | "市、" | "市和") || gap == "/"
            }
        };
        let mut first = middle;
        while first > 0 && linked(&refs[first - 1], &refs[first]) {
            first -= 1;
        }
        let mut last = middle;
        while last + 1 < refs.len() && linked(&refs[last], &refs[last + 1]) {
            last += 1;
        }
        refs[first..=last].iter().filter(|reference| reference.helps == helping).copied().collect()
    }

    /// The last cue of a kind between `from` and the quantity.
    pub(super) fn cue_before(&self, from: usize, view: &View<'_>, kind: CueKind) -> Option<&'r CueHit> {
        if self.here.kinds & bit(kind) == 0 {
            return None;
        }
        let window = Span::new(from, view.quantity.span.start);
        inside(self.here.cues, window, |cue| cue.span)
            .iter()
            .rev()
            .find(|cue| cue.kind == kind && cue.span.end <= window.end)
    }

    /// Whether a cue of one of the kinds begins inside a stretch of the sentence that is being decided on.
    pub(super) fn has_cue(&self, within: Span, kinds: &[CueKind]) -> bool {
        let wanted = kinds.iter().fold(0, |bits, kind| bits | bit(*kind));
        self.here.kinds & wanted != 0
            && inside(self.here.cues, within, |cue| cue.span).iter().any(|cue| bit(cue.kind) & wanted != 0)
    }

    fn role(&self, quantity: &Quantity, clause: Span) -> Option<Role> {
        let before = Span::new(clause.start, quantity.span.start);
        let mut best: Option<(Span, Role)> = None;
        for cue in inside(self.here.cues, before, |cue| cue.span) {
            let role = match (cue.kind, quantity.kind) {
                (CueKind::Attribute(UnitKind::Money, role), Kind::Money | Kind::Percent) => role,
                (CueKind::Attribute(UnitKind::Area, role), Kind::Area) => role,
                (CueKind::CountAttribute(role), Kind::Count) => role,
                _ => continue,
            };
            if cue.span.end > before.end {
                continue;
            }
            // 地区生产总值 over 总值 over 产值: of those that end together, the longest; else the nearest.
            if best.is_none_or(|(span, _)| {
                cue.span.end > span.end || (cue.span.end == span.end && cue.span.start < span.start)
            }) {
                best = Some((cue.span, role));
            }
        }
        best.map(|(_, role)| role)
    }

    /// Pairs between the governing sides that the text or the registry supports.
    pub(super) fn combine(
        &self,
        view: &View<'_>,
        helpers: &[Reference],
        recipients: &[Reference],
        confidence: u8,
    ) -> Vec<Pair> {
        let verb = self.has_cue(view.sentence_span, &[CueKind::Relation]);
        let mut pairs = Vec::new();
        // 珠海、深圳分别帮扶阳江、河源: lists of equal length pair up member by member.
        let zipped =
            helpers.len() > 1 && helpers.len() == recipients.len() && self.has_cue(view.sentence_span, &[CueKind::Zip]);
        for (row, helper) in helpers.iter().enumerate() {
            for (column, recipient) in recipients.iter().enumerate() {
                if zipped && row != column {
                    continue;
                }
                let Some(cities) = relation::direction(self.input.lexicon, helper.city, recipient.city, self.year)
                else {
                    continue;
                };
                let row = self.input.lexicon.registered(cities.helper, cities.recipient, self.year).map(|row| row.row);
                let stated = self.frame.weights.contains_key(&cities);
                if row.is_none() && !stated && !verb {
                    continue;
                }
                let (giver, taker) =
                    if cities.helper == helper.city { (helper, recipient) } else { (recipient, helper) };
                let mut evidence = vec![
                    Evidence { rule: "helper", span: Some(giver.span), row: Some(giver.row) },
                    Evidence { rule: "recipient", span: Some(taker.span), row: Some(taker.row) },
                ];
                evidence.extend(row.map(|row| Evidence { rule: "registry", span: None, row: Some(row) }));
                let fine = relation::fine_of(self.input.lexicon, giver, taker);
                pairs.push(Pair { cities, fine, confidence, evidence });
            }
        }
        dedup(&mut pairs);
        pairs
    }

    /// 惠来县离东莞四个钟头车程。石碣镇包下6个村: the county of the other side named last in the paragraph, for a side
    /// that is itself below city level.
    fn nearby_fine(&self, side: &Reference, cities: CityPair) -> Option<(PlaceId, PlaceId)> {
        let lexicon = self.input.lexicon;
        let own = side.fine(lexicon)?;
        let other = if side.city == cities.helper { cities.recipient } else { cities.helper };
        let at = self.input.sentences.partition_point(|sentence| sentence.span.end <= side.span.start);
        let paragraph = self.input.sentences.get(at)?.paragraph;
        let start = self.input.sentences.iter().find(|sentence| sentence.paragraph == paragraph)?.span.start;
        let named = inside(self.references, Span::new(start, side.span.start), |reference| reference.span).iter().rev();
        let partner =
            named.filter(|reference| reference.city == other).find_map(|reference| reference.fine(lexicon))?;
        Some(if side.city == cities.helper { (own, partner) } else { (partner, own) })
    }

    /// Whether the paragraph has named a city before a quantity.
    pub(super) fn named_in_paragraph(&self, view: &View<'_>, city: PlaceId) -> bool {
        let paragraph = self.input.sentences[view.sentence].paragraph;
        let first = self.input.sentences.partition_point(|sentence| sentence.paragraph < paragraph);
        let before = Span::new(self.input.sentences[first].span.start, view.quantity.span.start);
        inside(self.references, before, |reference| reference.span).iter().any(|reference| reference.city == city)
    }

    fn last_named(&self, side: &Reference, pairs: &[CityPair]) -> Option<CityPair> {
        let at = self.input.sentences.partition_point(|sentence| sentence.span.end <= side.span.start);
        let paragraph = self.input.sentences.get(at)?.paragraph;
        let start = self.input.sentences.iter().find(|sentence| sentence.paragraph == paragraph)?.span.start;
        let named = inside(self.references, Span::new(start, side.span.start), |reference| reference.span);
        let other = |pair: &CityPair| if side.city == pair.helper { pair.recipient } else { pair.helper };
        let last = named.iter().rfind(|reference| pairs.iter().any(|pair| other(pair) == reference.city))?;
        pairs.iter().find(|pair| other(pair) == last.city).copied()
    }

    /// The partner of one side: stated in the article, else by the registry for the article's year.
    pub(super) fn with_partner(&self, side: &Reference, confidence: u8) -> Vec<Pair> {
        let evidence = |rule, span, row| Evidence { rule, span, row };
        let own = evidence(if side.helps { "helper" } else { "recipient" }, Some(side.span), Some(side.row));
        let mut stated = self.frame.pairs_with(side.city);
        let own_pairs = self.frame.fines.pairs_of(side.place);
        if stated.iter().any(|pair| own_pairs.contains(pair)) {
            stated.retain(|pair| own_pairs.contains(pair));
        }
        if side.helps {
            // A helper of several: those that the article is mainly about.
            let main: Vec<CityPair> = stated.iter().filter(|pair| self.frame.pairs.contains(pair)).copied().collect();
            if !main.is_empty() {
                stated = main;
            }
        } else {
            stated.truncate(1);
        }
        // Of several, the one whose other side the paragraph has named last.
        if stated.len() > 1
            && let Some(nearest) = self.last_named(side, &stated)
        {
            stated = vec![nearest];
        }
        if !stated.is_empty() {
            let several = stated.len() > 1;
            return stated
                .into_iter()
                .map(|cities| {
                    let relation =
                        self.relations.iter().filter(|relation| relation.cities == cities).max_by_key(|relation| {
                            (relation.fine.is_some_and(|(h, r)| h == side.place || r == side.place), relation.weight)
                        });
                    let fine = relation
                        .and_then(|relation| relation.fine)
                        .filter(|(h, r)| *h == side.place || *r == side.place);
                    let fine = fine.or_else(|| self.nearby_fine(side, cities)).or(self.frame.fine.filter(|(h, r)| {
                        self.frame.pairs.first() == Some(&cities)
                            && (side.place == side.city || *h == side.place || *r == side.place)
                    }));
                    let mut pieces = vec![own.clone()];
                    pieces.extend(relation.map(|relation| evidence(relation.rule, Some(relation.span), None)));
                    Pair {
                        cities,
                        fine,
                        confidence: if several { confidence - 25 } else { confidence },
                        evidence: pieces,
                    }
                })
                .collect();
        }
        let Some(year) = self.year else { return Vec::new() };
        let mut partners = self.input.lexicon.partners(side.place, year);
        if partners.is_empty() {
            partners = self.input.lexicon.partners(side.city, year);
        }
        let mut pairs: Vec<Pair> = partners
            .into_iter()
            .filter_map(|(helper, recipient, row)| {
                let cities = CityPair {
                    helper: self.input.lexicon.city_of(helper)?,
                    recipient: self.input.lexicon.city_of(recipient)?,
                };
                let other = if cities.helper == side.city { cities.recipient } else { cities.helper };
                self.references.iter().find(|reference| reference.city == other)?;
                let pieces = vec![own.clone(), evidence("registry", None, Some(row.row))];
                Some(Pair { cities, fine: None, confidence: confidence.saturating_sub(35), evidence: pieces })
            })
            .collect();
        dedup(&mut pairs);
        if pairs.len() == 1 { pairs } else { Vec::new() }
    }
}

pub(super) fn of_relation(relation: &Relation) -> Pair {
    let evidence = vec![Evidence { rule: relation.rule, span: Some(relation.span), row: None }];
    Pair { cities: relation.cities, fine: relation.fine, confidence: 85, evidence }
}

pub(super) fn dedup(pairs: &mut Vec<Pair>) {
    let mut seen: Vec<(CityPair, Option<(PlaceId, PlaceId)>)> = Vec::new();
    pairs.retain(|pair| {
        let key = (pair.cities, pair.fine);
        let new = !seen.contains(&key);
        if new {
            seen.push(key);
        }
        new
    });
    // A city pair stated both with and without counties keeps the counties.
    let fine: Vec<CityPair> = pairs.iter().filter(|pair| pair.fine.is_some()).map(|pair| pair.cities).collect();
    pairs.retain(|pair| pair.fine.is_some() || !fine.contains(&pair.cities));
}

/// 东莞市实现生产总值…: an article that states no relation has no pair.
fn none_without_relation(resolver: &Resolver<'_>, _view: &View<'_>) -> Option<Vec<Pair>> {
    resolver.frame.pairs.is_empty().then(Vec::new)
}

/// 广东全省布局主平台15个: a total of the province or the country, no city named between it and the amount.
fn none_province(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let cue = resolver.cue_before(view.sentence_span.start, view, CueKind::Province)?;
    let between = Span::between(cue.span, view.quantity.span);
    let named = !resolver.references(between).is_empty();
    let local = resolver.has_cue(between, &[CueKind::DeicticPair, CueKind::DeicticSelf, CueKind::Group]);
    (!named && !local).then(Vec::new)
}

/// ■ 先看全省: a heading that speaks of the province, or of something that the pair has no part in, for amounts whose
/// sentence names no place.
fn none_section_apart(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    if !resolver.references(view.sentence_span).is_empty() {
        return None;
    }
    let at = resolver.sections.iter().rposition(|section| section.sentence <= view.sentence)?;
    let heading = &resolver.sections[at];
    let has = |kind: CueKind| inside(resolver.input.cues, heading.span, |cue| cue.span).iter().any(|cue| cue.kind == kind);
    let named = |section: &Section| !inside(resolver.references, section.span, |reference| reference.span).is_empty();
    // 【革命老区建设】 beside 【东莞帮扶】: an entry of a yearbook on something else.
    let apart = || {
        heading.entry
            && !has(CueKind::Relation)
            && !has(CueKind::Aid)
            && !has(CueKind::Park)
            && resolver.carry.as_ref().is_none_or(|carry| carry.sentence < heading.sentence)
            && resolver.sections.iter().any(|section| section.entry && named(section))
    };
    (!named(heading) && (has(CueKind::Province) || apart())).then(Vec::new)
}

/// 去年全市生产总值800.01亿元: a statistic of a whole place.
fn none_macro(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let before = Span::new(view.segment.start, view.quantity.span.start);
    let whole = resolver.cue_before(view.clause.start, view, CueKind::Whole).is_some();
    let park = resolver.has_cue(before, &[CueKind::Park]);
    let aided = view.quantity.kind == Kind::Count && resolver.has_cue(before, &[CueKind::Relation, CueKind::Aid]);
    (view.role == Some(Role::Macro) && (whole || !park) && !aided).then(Vec::new)
}

/// 总人口55.8万，面积2311平方公里: what a list of a place's statistics goes on with.
fn none_statistics_list(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let last = resolver.last?;
    let turned = Span::new(view.segment.start.max(last.end), view.quantity.span.start.max(view.segment.start).max(last.end));
    let helper = last.end <= view.segment.start && resolver.references(turned).iter().any(|reference| reference.helps);
    let listed = last.sentence == view.sentence
        && !helper
        && matches!(last.rule, "none.own_statistic" | "none.statistics_list" | "none.province_total" | "none.own_figure");
    let fund = matches!(view.role, Some(Role::Fund | Role::Investment));
    let local = [CueKind::Relation, CueKind::Park, CueKind::Aid, CueKind::DeicticPair, CueKind::Group];
    let sides = resolver.references(view.clause);
    let both = sides.iter().any(|side| side.helps) && sides.iter().any(|side| !side.helps);
    (listed && !fund && !both && !resolver.has_cue(view.clause, &local)).then(Vec::new)
}

/// 深圳自己去年的经济总量, 全县工业产值: one place's own output, without park or relation in the clause.
fn none_own(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    // 新兴县自己同样热闹，县里18家…: 自己 right behind a place; 老关自己 is a person.
    let own = resolver.cue_before(view.sentence_span.start, view, CueKind::Own).is_some_and(|cue| {
        let named = resolver.references(view.sentence_span);
        named.iter().any(|reference| reference.span.end == cue.span.start)
    });
    // 深汕特别合作区。该区去年工业产值: a zone of two cities is no place of its own.
    let zone = |cue: &&CueHit| {
        let named = resolver.references(Span::new(view.sentence_span.start, cue.span.start));
        !named.last().is_some_and(|reference| reference.bound)
    };
    let whole = resolver.cue_before(view.segment.start, view, CueKind::Whole).filter(zone);
    let shared = [CueKind::Park, CueKind::Relation];
    let related = resolver.has_cue(view.clause, &[CueKind::Park, CueKind::Relation, CueKind::Aid, CueKind::Giving]);
    let statistic = match view.role {
        Some(Role::Output | Role::Macro) => true,
        Some(_) => view.quantity.kind == Kind::Area,
        // 全市有医疗卫生机构1692家; 全县建了15间 is what somebody did.
        None => whole.is_some_and(|cue| {
            let rest = &resolver.input.folded[cue.span.end..view.quantity.span.start];
            ["有", "共有", "现有", "拥有", "下辖", "辖"].iter().any(|word| rest.starts_with(word))
        }),
    };
    let own = own && !resolver.has_cue(view.clause, &shared);
    // 全市尚有贫困人口13.27万人: what is left to do is the place's own.
    let left = whole.is_some_and(|cue| {
        let rest = &resolver.input.folded[cue.span.end..view.quantity.span.start];
        ["尚有", "还有", "仍有", "尚余", "还剩"].iter().any(|word| rest.starts_with(word))
    });
    (own || (left && !resolver.has_cue(view.clause, &shared)) || (whole.is_some() && statistic && !related)).then(Vec::new)
}

/// 我县列入“双到”的贫困村共62条，其中由珠海挂钩的16条: a total whose part is the helper's is not the helper's.
fn none_total_of_part(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let rest = &resolver.input.folded[view.quantity.span.end..view.sentence_span.end];
    let part = view.quantity.span.end + rest.find("其中")?;
    let after = Span::new(part, view.sentence_span.end);
    let next = inside(resolver.input.quantities, after, |quantity| quantity.span).iter().find(|other| other.fact)?;
    let by = resolver.references(Span::new(part, next.span.start)).iter().any(|reference| reference.helps);
    let before = Span::new(view.sentence_span.start, part);
    let own = resolver.references(before).iter().all(|reference| !reference.helps)
        && !resolver.has_cue(before, &[CueKind::Relation, CueKind::Giving, CueKind::DeicticPair]);
    (by && own && view.quantity.kind == Kind::Count).then(Vec::new)
}

/// Helper and recipient both stand in the sentence: 深圳向河源拨付…, 东莞(韶关)园, 莞韶园.
fn sides_named(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let pairs = resolver.combine(view, &view.helpers, &view.recipients, 95);
    (!pairs.is_empty()).then_some(pairs)
}

/// In an article about something else, an amount needs ground in its own paragraph.
fn none_weak_frame(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    if resolver.frame.strong {
        return None;
    }
    let paragraph = resolver.input.sentences[view.sentence].paragraph;
    let carried = resolver
        .carry
        .as_ref()
        .is_some_and(|carry| carry.paragraph == paragraph && view.sentence - carry.sentence <= 2);
    (!carried && !resolver.under_aid_heading(view.sentence)).then(Vec::new)
}

/// Only the recipient stands there: its partner in the article, else by the registry.
fn recipient_named(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    one_side(resolver, view, &view.recipients)
}

/// Only the helper stands there.
fn helper_named(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    one_side(resolver, view, &view.helpers)
}

fn one_side(resolver: &Resolver<'_>, view: &View<'_>, sides: &[Reference]) -> Option<Vec<Pair>> {
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
    let mut pairs: Vec<Pair> = sides.iter().flat_map(|side| resolver.with_partner(side, 88)).collect();
    dedup(&mut pairs);
    (!pairs.is_empty()).then_some(pairs)
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
fn carried(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let carry = resolver.carry.as_ref()?;
    (carry.paragraph == resolver.input.sentences[view.sentence].paragraph).then(|| weakened(&carry.pairs, 85))
}

/// No place named: what the heading says.
fn section(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    resolver.section_at(view.sentence).map(|pairs| weakened(pairs, 85))
}

/// No place named: what the article is about.
fn frame(resolver: &Resolver<'_>, _view: &View<'_>) -> Option<Vec<Pair>> {
    let frame = resolver.frame;
    if frame.pairs.is_empty() {
        return None;
    }
    // An article on the pairs of several helpers says of none of them what it says of no place.
    if frame.pairs.iter().any(|pair| pair.helper != frame.pairs[0].helper) {
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
