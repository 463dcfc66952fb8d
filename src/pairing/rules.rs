//! The rules that decide, asked in order: first what belongs to no pair, then the nearest statement of a pair.

use super::frame::Frame;
use super::relation::{self, CityPair, Reference, Relation};
use super::{Answer, Decision, Evidence, Input, Pair};
use super::{lists, none, sides};
use crate::layout::LineKind;
use crate::lexicon::{CueHit, CueKind, PlaceId, Role, UnitKind};
use crate::quantity::{Kind, Quantity};
use crate::span::{Span, Walk, inside};

/// A rule: its id and the function that decides, or passes.
type Rule = (&'static str, fn(&Resolver<'_>, &View<'_>) -> Option<Vec<Pair>>);

/// In order of priority. `none.*` rules answer with no pair.
pub const RULES: &[Rule] = &[
    ("none.no_relation_in_document", none::none_without_relation),
    ("pair.all", lists::all),
    ("none.province_total", none::none_province),
    ("none.other_helper", none::none_other_helper),
    ("none.parent_firm", none::none_parent_firm),
    ("none.own_statistic", none::none_macro),
    ("none.statistics_list", none::none_statistics_list),
    ("none.own_figure", none::none_own),
    ("none.total_of_part", none::none_total_of_part),
    ("none.section_apart", none::none_section_apart),
    ("pair.zip", lists::zip),
    ("pair.group", lists::group),
    ("pair.bracket_list", lists::bracket_list),
    ("pair.sides_named", sides::sides_named),
    ("none.weak_frame", none::none_weak_frame),
    ("pair.parallel_total", lists::parallel_total),
    ("pair.recipient_named", sides::recipient_named),
    ("none.several_partners", none::none_several_partners),
    ("pair.helper_named", sides::helper_named),
    ("pair.carried", sides::carried),
    ("pair.section", sides::section),
    ("pair.frame", sides::frame),
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
pub(super) struct Last {
    pub(super) sentence: usize,
    pub(super) rule: &'static str,
    /// Where its quantity ends.
    pub(super) end: usize,
}

/// Pairs of an earlier decision, for quantities that name no place.
#[derive(Debug, Clone)]
pub(super) struct Carry {
    pub(super) paragraph: u32,
    pub(super) sentence: usize,
    pub(super) pairs: Vec<Pair>,
}

/// A heading, or 【…】 at the head of a paragraph, with the pairs that it names.
#[derive(Debug, Clone)]
pub(super) struct Section {
    /// Number of the sentence that holds it.
    pub(super) sentence: usize,
    /// Bits of the kinds of its cues.
    kinds: u16,
    /// Whether it names a city.
    pub(super) named: bool,
    /// Whether it is 【…】: an entry of its own, as yearbooks have them.
    pub(super) entry: bool,
    pub(super) pairs: Vec<Pair>,
}

impl Section {
    /// Whether it has a cue of one of the kinds.
    pub(super) fn speaks_of(&self, kinds: &[CueKind]) -> bool {
        self.kinds & bits(kinds) != 0
    }
}

/// Decides quantity after quantity, remembering what the paragraph and the section were about.
pub struct Resolver<'r> {
    pub(super) input: &'r Input<'r>,
    pub(super) references: &'r [Reference],
    pub(super) relations: &'r [Relation],
    pub(super) frame: &'r Frame,
    pub(super) year: Option<i16>,
    pub(super) carry: Option<Carry>,
    pub(super) sections: Vec<Section>,
    /// Recipients that the text lists together, two or more, by the start of the list.
    pub(super) lists: Vec<(usize, Vec<Reference>)>,
    pub(super) last: Option<Last>,
    /// The pairs of the last 三地, and where it stood.
    pub(super) grouped: Option<(usize, Vec<Pair>)>,
    /// References and cues of the sentences that have not been entered yet.
    ahead: (Walk<'r, Reference>, Walk<'r, CueHit>),
    here: Here<'r>,
}

/// What stands in the sentence that is being decided on.
#[derive(Debug, Clone, Copy, Default)]
struct Here<'r> {
    sentence: Option<usize>,
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
        CueKind::OtherHelper => 1 << 12,
        CueKind::ParentFirm => 1 << 13,
        CueKind::AllPairs => 1 << 14,
        _ => 0,
    }
}

fn bits(kinds: &[CueKind]) -> u16 {
    kinds.iter().fold(0, |bits, kind| bits | bit(*kind))
}

/// Bits of the kinds of cues.
fn kinds_of(cues: &[CueHit]) -> u16 {
    cues.iter().fold(0, |kinds, cue| kinds | bit(cue.kind))
}

impl<'r> Resolver<'r> {
    /// A resolver at the top of the document.
    pub fn new(input: &'r Input<'r>, references: &'r [Reference], relations: &'r [Relation], frame: &'r Frame) -> Self {
        let year = input.layout.year;
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
            grouped: None,
            ahead: (Walk::new(references, |reference| reference.span), Walk::new(input.cues, |cue| cue.span)),
            here: Here::default(),
        };
        resolver.sections = resolver.find_sections();
        resolver.lists = resolver.find_lists();
        resolver
    }

    /// The pairs that a stretch of text states: by its relations; else, when it names one helper and one recipient that the
    /// registry knows as a pair, by these (佛山的同志，从2009年到2012年，在清远干了三年); else by the recipients alone.
    fn stated_in(&self, named: &[Reference], within: Span) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = inside(self.relations, within, |relation| relation.span)
            .iter()
            .filter(|relation| relation.span.end <= within.end)
            .map(of_relation)
            .collect();
        if pairs.is_empty()
            && let (Some(helper), Some(recipient)) = (relation::only(named, true), relation::only(named, false))
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
        dedup(&mut pairs);
        pairs
    }

    fn find_lists(&self) -> Vec<(usize, Vec<Reference>)> {
        let lists = self.references.chunk_by(|a, b| a.list == b.list).filter(|list| list.len() > 1);
        let recipients = lists.map(|list| list.iter().filter(|member| !member.helps).copied().collect());
        let several = recipients.filter(|list: &Vec<Reference>| list.iter().any(|member| member.city != list[0].city));
        several.map(|list| (list[0].span.start, list)).collect()
    }

    /// Decides one quantity of sentence number `sentence`.
    pub fn decide(&mut self, sentence: usize, quantity: &Quantity) -> Decision {
        self.enter(sentence);
        let view = self.view(sentence, quantity);
        for (id, rule) in RULES {
            if let Some(mut pairs) = rule(self, &view) {
                for pair in &mut pairs {
                    let whole = !matches!(*id, "pair.frame" | "pair.carried" | "pair.section" | "pair.helper_named");
                    pair.fine = self.frame.fines.complete(self.input.lexicon, pair.cities, pair.fine, whole);
                    pair.evidence.insert(0, Evidence { rule: id, span: None, row: None });
                }
                if *id == "pair.group" {
                    self.grouped = Some((quantity.span.start, pairs.clone()));
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
                    let former =
                        self.has_cue(Span::new(view.sentence_span.start, quantity.span.start), &[CueKind::Former]);
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

    /// What each rule says of a quantity, in order, as if the rules before it were not; remembers nothing.
    pub fn answers(&mut self, sentence: usize, quantity: &Quantity) -> Vec<Answer> {
        self.enter(sentence);
        let view = self.view(sentence, quantity);
        let asked = RULES.iter().filter_map(|(id, rule)| Some((*id, rule(self, &view)?)));
        asked.map(|(rule, pairs)| Answer { rule, pairs: pairs.iter().map(|pair| pair.cities).collect() }).collect()
    }

    fn enter(&mut self, sentence: usize) {
        if self.here.sentence == Some(sentence) {
            return;
        }
        let sentences = self.input.sentences;
        let passed = self.here.sentence.map_or(0, |sentence| sentence + 1);
        let span = sentences[sentence].span;
        // Sentences without quantities state pairs too, for what follows them in the paragraph.
        let passed = self.ahead.0.inside(Span::new(sentences[passed].span.start, span.start));
        let mut stated = relation::by_sentence(passed).rev().map(|(sentence, named)| Carry {
            paragraph: sentences[sentence].paragraph,
            sentence,
            pairs: self.stated_in(named, sentences[sentence].span),
        });
        if let Some(last) = stated.find(|carry| !carry.pairs.is_empty()) {
            self.carry = Some(last);
        }
        let cues = self.ahead.1.inside(span);
        self.here = Here {
            sentence: Some(sentence),
            cues,
            references: self.ahead.0.inside(span),
            kinds: kinds_of(cues),
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
            let span = if sentence.kind == LineKind::Heading {
                sentence.span
            } else if self.input.folded.as_bytes()[sentence.span.start..].starts_with("【".as_bytes()) {
                let end = sentence
                    .span
                    .of(self.input.folded)
                    .find('】')
                    .map_or(sentence.span.end, |at| sentence.span.start + at);
                Span::new(sentence.span.start, end)
            } else {
                continue;
            };
            let named = inside(self.references, span, |reference| reference.span);
            let mut pairs = self.stated_in(named, span);
            // 三、茂名：高州、信宜: a heading that names recipients only.
            if pairs.is_empty() {
                pairs = named
                    .iter()
                    .filter(|reference| !reference.helps)
                    .flat_map(|side| self.with_partner(side, 85))
                    .collect();
                dedup(&mut pairs);
            }
            // 禅城院区还派去6位医生: a short line of a post that tells something is no heading.
            let told =
                inside(self.input.quantities, span, |quantity| quantity.span).iter().any(|quantity| quantity.fact);
            if pairs.is_empty() && told {
                continue;
            }
            let kinds = kinds_of(inside(self.input.cues, span, |cue| cue.span));
            let entry = sentence.kind != LineKind::Heading;
            sections.push(Section { sentence: index, kinds, named: !named.is_empty(), entry, pairs });
        }
        sections
    }

    /// The pairs of the heading above a sentence, if it has any.
    pub(super) fn section_at(&self, sentence: usize) -> Option<&[Pair]> {
        let section = self.sections.iter().rev().find(|section| section.sentence <= sentence)?;
        (!section.pairs.is_empty()).then_some(&section.pairs)
    }

    /// （四）做实对口帮扶协作。推动…: whether the heading above a sentence, or the short sentence that its paragraph begins
    /// with, speaks of the relation.
    pub(super) fn under_aid_heading(&self, sentence: usize) -> bool {
        let sentences = self.input.sentences;
        let related = |span: Span| {
            let cues = inside(self.input.cues, span, |cue| cue.span);
            cues.iter().any(|cue| cue.kind == CueKind::Relation && cue.span.len() > 3)
        };
        let first = self.paragraph_head(sentence);
        let head = first.len() <= 60 && first.end < sentences[sentence].span.end;
        let heading = sentences[..sentence].iter().rfind(|other| other.kind == LineKind::Heading);
        (head && related(first)) || heading.is_some_and(|heading| related(heading.span))
    }

    /// The first sentence of the paragraph that a sentence stands in.
    fn paragraph_head(&self, sentence: usize) -> Span {
        let sentences = self.input.sentences;
        let before = sentences[..sentence].iter().rposition(|other| other.paragraph != sentences[sentence].paragraph);
        sentences[before.map_or(0, |at| at + 1)].span
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
        nearest.map_or_else(Vec::new, |nearest| self.coordinated(nearest, view.sentence_span))
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

    /// A reference with the others of its side in its list: 汕头、河源、汕尾、潮州.
    pub(super) fn coordinated(&self, nearest: Reference, within: Span) -> Vec<Reference> {
        let member = |other: &&Reference| other.list == nearest.list && other.helps == nearest.helps;
        self.references(within).iter().filter(member).copied().collect()
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
        let wanted = bits(kinds);
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
        if helpers.is_empty() || recipients.is_empty() {
            return Vec::new();
        }
        let verb = self.has_cue(view.sentence_span, &[CueKind::Relation]);
        // 清远新城56亿元，其中广州帮扶…；云浮新城71亿元: what the segment before says of a helper is not of this recipient.
        let together = |a: &Reference, b: &Reference| {
            let from = a.span.start.min(b.span.start);
            // A list of an earlier sentence (四市) stands in no segment of this one.
            [a, b].iter().all(|side| side.sentence == Some(view.sentence))
                && self.input.scopes.segment_at(self.input.folded, view.sentence_span, from).end
                    >= a.span.end.max(b.span.end)
        };
        let mut pairs = Vec::new();
        // 珠海、深圳分别帮扶阳江、河源: lists of equal length pair up member by member, without 分别 when all of these are pairs.
        let known = |(helper, recipient): (&Reference, &Reference)| {
            self.input.lexicon.in_force(helper.city, recipient.city, self.year)
        };
        let zipped = helpers.len() > 1
            && helpers.len() == recipients.len()
            && (self.has_cue(view.sentence_span, &[CueKind::Zip]) || helpers.iter().zip(recipients).all(known));
        for (row, helper) in helpers.iter().enumerate() {
            for (column, recipient) in recipients.iter().enumerate() {
                if zipped && row != column {
                    continue;
                }
                let Some((cities, row)) =
                    relation::direction(self.input.lexicon, helper.city, recipient.city, self.year)
                else {
                    continue;
                };
                if row.is_none() && self.frame.weight(cities).is_none() && !(verb && together(helper, recipient)) {
                    continue;
                }
                let (giver, taker) =
                    if cities.helper == helper.city { (helper, recipient) } else { (recipient, helper) };
                let mut evidence = vec![
                    Evidence { rule: "helper", span: Some(giver.span), row: Some(giver.row) },
                    Evidence { rule: "recipient", span: Some(taker.span), row: Some(taker.row) },
                ];
                evidence.extend(row.map(|row| Evidence { rule: "registry", span: None, row: Some(row.row) }));
                let fine = relation::fine_of(self.input.lexicon, giver, taker);
                pairs.push(Pair { cities, fine, confidence, evidence });
            }
        }
        dedup(&mut pairs);
        pairs
    }

    /// 惠来县离东莞四个钟头车程。石碣镇包下6个村: the county of the other side named last in the paragraph, for a side
    /// that is itself below city level.
    pub(super) fn nearby_fine(&self, side: &Reference, cities: CityPair) -> Option<(PlaceId, PlaceId)> {
        let lexicon = self.input.lexicon;
        let own = side.fine(lexicon)?;
        let other = if side.city == cities.helper { cities.recipient } else { cities.helper };
        let named = self.named_before(side).iter().rev();
        let partner =
            named.filter(|reference| reference.city == other).find_map(|reference| reference.fine(lexicon))?;
        Some(if side.city == cities.helper { (own, partner) } else { (partner, own) })
    }

    /// Whether the paragraph has named a city before a quantity.
    pub(super) fn named_in_paragraph(&self, view: &View<'_>, city: PlaceId) -> bool {
        let before = Span::new(self.paragraph_head(view.sentence).start, view.quantity.span.start);
        inside(self.references, before, |reference| reference.span).iter().any(|reference| reference.city == city)
    }

    /// What the paragraph has named before a reference.
    fn named_before(&self, side: &Reference) -> &'r [Reference] {
        let head = side.sentence.map_or(side.span, |sentence| self.paragraph_head(sentence));
        inside(self.references, Span::new(head.start, side.span.start), |reference| reference.span)
    }

    fn last_named(&self, side: &Reference, pairs: &[CityPair]) -> Option<CityPair> {
        let named = self.named_before(side);
        let other = |pair: &CityPair| if side.city == pair.helper { pair.recipient } else { pair.helper };
        let last = named.iter().rfind(|reference| pairs.iter().any(|pair| other(pair) == reference.city))?;
        pairs.iter().find(|pair| other(pair) == last.city).copied()
    }

    /// The pairs of one side that the article states; more than one when nothing tells which is meant.
    pub(super) fn stated_pairs(&self, side: &Reference) -> Vec<CityPair> {
        let mut stated = self.frame.pairs_with(side.city);
        if stated.len() < 2 {
            return stated;
        }
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
        stated
    }

    /// A pair that the article states, of the side that a sentence names.
    fn stated_pair(&self, side: &Reference, cities: CityPair, own: Evidence, confidence: u8) -> Pair {
        let relation = self.relations.iter().filter(|relation| relation.cities == cities).max_by_key(|relation| {
            (relation.fine.is_some_and(|(h, r)| h == side.place || r == side.place), relation.weight)
        });
        let named = |(h, r): &(PlaceId, PlaceId)| *h == side.place || *r == side.place;
        let fine = relation.and_then(|relation| relation.fine).filter(named);
        let fine =
            fine.or_else(|| self.nearby_fine(side, cities)).or(self.frame.fine.filter(|sides| {
                self.frame.pairs.first() == Some(&cities) && (side.place == side.city || named(sides))
            }));
        let mut evidence = vec![own];
        evidence.extend(relation.map(|relation| Evidence {
            rule: relation.rule,
            span: Some(relation.span),
            row: None,
        }));
        Pair { cities, fine, confidence, evidence }
    }

    /// The partner of one side: stated in the article, else by the registry for the article's year.
    pub(super) fn with_partner(&self, side: &Reference, confidence: u8) -> Vec<Pair> {
        let evidence = |rule, span, row| Evidence { rule, span, row };
        let own = evidence(if side.helps { "helper" } else { "recipient" }, Some(side.span), Some(side.row));
        let stated = self.stated_pairs(side);
        if !stated.is_empty() {
            return stated.into_iter().map(|cities| self.stated_pair(side, cities, own.clone(), confidence)).collect();
        }
        let Some(year) = self.year else { return Vec::new() };
        let mut partners = self.input.lexicon.partners(side.place, year);
        if partners.is_empty() && side.place != side.city {
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
    if pairs.len() < 2 {
        return;
    }
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
