//! Rules over lists: 分别, 四市, A（B）、C（D）, totals with parts by recipient.

use super::relation::{self, CityPair, Reference, Relation};
use super::rules::{Resolver, View, dedup, of_relation};
use super::{Evidence, Pair};
use crate::lexicon::{CueKind, Level, PairLevel, PlaceId};
use crate::quantity::Quantity;
use crate::span::{Span, inside};
use std::collections::BTreeMap;

/// 珠海、佛山、东莞分别投入3.1亿元、4.75亿元、5.2亿元: the lists pair up member by member.
pub(super) fn zip(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let cue = resolver.cue_before(view.sentence_span.start, view, CueKind::Zip)?;
    let before = Span::new(view.sentence_span.start, cue.span.start);
    let nearest = *resolver.references(before).last()?;
    let helping = nearest.helps;
    let group = resolver.coordinated(nearest, before);
    let segment = resolver.input.scopes.segment_at(resolver.input.folded, view.sentence_span, cue.span.start);
    let amounts = inside(resolver.input.quantities, Span::new(cue.span.end, segment.end), |quantity| quantity.span);
    let alike: Vec<&Quantity> = amounts
        .iter()
        .filter(|quantity| quantity.fact && quantity.kind == view.quantity.kind && quantity.unit == view.quantity.unit)
        .collect();
    if group.len() < 2 || alike.len() != group.len() {
        return None;
    }
    let member = group[alike.iter().position(|quantity| quantity.span == view.quantity.span)?];
    let others = if helping { &view.recipients } else { &view.helpers };
    let others: Vec<Reference> = others.iter().filter(|other| !group.contains(other)).copied().collect();
    let (helpers, recipients) = if helping { (vec![member], others) } else { (others, vec![member]) };
    let pairs = resolver.combine(view, &helpers, &recipients, 92);
    let mut pairs = if pairs.is_empty() { resolver.with_partner(&member, 88) } else { pairs };
    // Each member has one partner in such a list: the one the article says most of.
    let heaviest = pairs.iter().max_by_key(|pair| resolver.frame.weight(pair.cities))?.cities;
    pairs.retain(|pair| pair.cities == heaviest);
    Some(pairs)
}

/// 6个帮扶市累计拨付142.6亿元: a sum over every pair of the province's programme that the article states.
pub(super) fn all(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let cue = resolver.cue_before(view.sentence_span.start, view, CueKind::AllPairs)?;
    let between = Span::between(cue.span, view.quantity.span);
    let others = [CueKind::Province, CueKind::Whole, CueKind::Own, CueKind::OtherHelper];
    if !resolver.references(between).is_empty() || resolver.has_cue(between, &others) {
        return None;
    }
    // Programmes with other partners run side by side; the sum is of the one that the article is about.
    let mut programmes: BTreeMap<&str, BTreeMap<CityPair, u32>> = BTreeMap::new();
    for (cities, weight) in &resolver.frame.weights {
        let rows = resolver.input.lexicon.rows_in_force(cities.helper, cities.recipient, resolver.year);
        for row in rows.filter(|row| row.level == PairLevel::City) {
            programmes.entry(&row.programme).or_default().insert(*cities, *weight);
        }
    }
    let pairs = programmes.into_values().max_by_key(|pairs| pairs.values().sum::<u32>())?;
    let evidence = Evidence { rule: "all_pairs", span: Some(cue.span), row: Some(cue.row) };
    let pair = |cities| Pair { cities, fine: None, confidence: 70, evidence: vec![evidence.clone()] };
    (pairs.len() > 2).then(|| pairs.into_keys().map(pair).collect())
}

/// 四市各新建2个, 两地3.02万户: as many recipients as were listed before.
pub(super) fn group(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let cue = resolver.cue_before(view.sentence_span.start, view, CueKind::Group)?;
    let between = Span::between(cue.span, view.quantity.span);
    if resolver.references(between).iter().any(|reference| !reference.helps) {
        return None;
    }
    let word = cue.span.of(resolver.input.folded);
    let size = "两三四五六".chars().position(|c| word.starts_with(c))? + 2;
    // 莞韶两地: the two of the compound.
    if resolver.references(view.sentence_span).iter().any(|named| named.bound && named.span.end == cue.span.start) {
        return None;
    }
    if let Some(pairs) = of_province(resolver, view, cue.span, size) {
        return Some(pairs);
    }
    // 广州对口疏附县，佛山对口伽师县，两市合计…: the relations of the sentence, when there are as many.
    let stated =
        inside(resolver.relations, Span::new(view.sentence_span.start, cue.span.start), |relation| relation.span);
    let mut stated: Vec<Pair> = stated.iter().filter(|relation| relation.weight > 1).map(of_relation).collect();
    dedup(&mut stated);
    if stated.len() == size {
        return Some(stated);
    }
    // 东莞结对镇雄，中山结对盐津。两市财政累计投入: the two helpers of one recipient.
    if let [first, second] = &resolver.frame.pairs[..]
        && size == 2
        && first.recipient == second.recipient
        && [first, second].iter().all(|pair| resolver.named_in_paragraph(view, pair.helper))
    {
        let of = |cities: CityPair| {
            let relation = resolver.relations.iter().find(|relation| relation.cities == cities)?;
            Some(Pair { fine: None, ..of_relation(relation) })
        };
        return [of(*first), of(*second)].into_iter().collect();
    }
    let (_, list) = resolver.lists.iter().rev().find(|(start, list)| {
        let known =
            list.iter().all(|member| resolver.frame.weights.iter().any(|(pair, _)| pair.recipient == member.city));
        let fits = view.recipients.first().is_none_or(|named| list.iter().any(|member| member.city == named.city));
        *start < cue.span.start && list.len() == size && (size > 2 || (known && fits && resolver.frame.pairs.len() > 1))
    })?;
    // 贵州三地 …; 三地脱贫劳动力: those that were meant last.
    if let Some((_, pairs)) =
        resolver.grouped.as_ref().filter(|(at, pairs)| *at > list[0].span.start && pairs.len() == size)
    {
        return Some(pairs.iter().map(|pair| Pair { evidence: pair.evidence[1..].to_vec(), ..pair.clone() }).collect());
    }
    let pairs = resolver.combine(view, &view.helpers, list, 88);
    let mut pairs = if pairs.is_empty() {
        list.iter().flat_map(|member| resolver.with_partner(member, 85)).collect()
    } else {
        pairs
    };
    dedup(&mut pairs);
    (!pairs.is_empty()).then_some(pairs)
}

/// 贵州三地: as many pairs of the article as have their recipients in the province that stands in front.
fn of_province(resolver: &Resolver<'_>, view: &View<'_>, cue: Span, size: usize) -> Option<Vec<Pair>> {
    let lexicon = resolver.input.lexicon;
    let province = resolver
        .references(view.sentence_span)
        .iter()
        .find(|named| named.span.end == cue.start && lexicon.place(named.city).level == Level::Province)?;
    let within = |pair: &CityPair| lexicon.place(pair.recipient).parent == Some(province.city);
    let pairs: Vec<CityPair> =
        resolver.frame.weights.iter().map(|(cities, _)| *cities).filter(|pair| within(pair)).collect();
    let evidence = Evidence { rule: "recipient", span: Some(province.span), row: Some(province.row) };
    let pair = |cities| Pair { cities, fine: None, confidence: 80, evidence: vec![evidence.clone()] };
    (pairs.len() == size).then(|| pairs.into_iter().map(pair).collect())
}

/// 佛山顺德（廉江）、广州（阳江）、东莞（韶关）八家园区: a list of A(B) names, two or more.
pub(super) fn bracket_list(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let before = Span::new(view.segment.start, view.quantity.span.start);
    let brackets: Vec<&Relation> = inside(resolver.relations, before, |relation| relation.span)
        .iter()
        .filter(|relation| relation.rule == "relation.bracket")
        .collect();
    let last = brackets.last()?;
    let after = Span::between(last.span, view.quantity.span);
    if !resolver.references(after).is_empty() {
        return None;
    }
    let mut first = brackets.len() - 1;
    let linked = |a: &Relation, b: &Relation| {
        let gap = Span::between(a.span, b.span).of(resolver.input.folded);
        gap.contains('、') && gap.chars().count() <= 14 && !gap.contains(['，', ',', '；', ';'])
    };
    while first > 0
        && brackets[first - 1].span.end <= brackets[first].span.start
        && linked(brackets[first - 1], brackets[first])
    {
        first -= 1;
    }
    let mut pairs: Vec<Pair> = brackets[first..].iter().map(|relation| of_relation(relation)).collect();
    dedup(&mut pairs);
    (pairs.len() > 1).then_some(pairs)
}

/// 投入42亿元，其中河源13亿元，汕尾12.5亿元: a total belongs to all the recipients that its parts name.
pub(super) fn parallel_total(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    // 清远片82条村，到位2.17亿元；云浮片…: what a segment has named before is one of the parts.
    let said = Span::new(view.segment.start, view.quantity.span.start);
    let recipients = |within: Span| resolver.references(within).iter().filter(|reference| !reference.helps);
    let one = |within: Span| relation::only(resolver.references(within), false).is_some();
    if one(said) || one(view.sentence_span) || recipients(view.clause).next().is_some() {
        return None;
    }
    let followed = |reference: &Reference| {
        let next =
            inside(resolver.input.quantities, Span::new(reference.span.end, reference.span.end + 36), |quantity| {
                quantity.span
            })
            .first();
        let given =
            inside(resolver.input.quantities, Span::new(view.sentence_span.start, reference.span.start), |quantity| {
                quantity.span
            })
            .last()
            .is_some_and(|before| {
                let gap = Span::between(before.span, reference.span).of(resolver.input.folded);
                before.fact && before.span != view.quantity.span && ["给", "投向", "拨给", "支持"].contains(&gap)
            });
        given
            || next.is_some_and(|next| {
                let gap = Span::between(reference.span, next.span);
                next.fact && !gap.of(resolver.input.folded).contains(['，', ',', '、', '；', ';'])
            })
    };
    let parts: Vec<Reference> = resolver
        .references(view.sentence_span)
        .iter()
        .filter(|reference| !reference.helps && !reference.bound && followed(reference))
        .copied()
        .collect();
    // 下达广西20.9亿元，安排我市5.72亿元: the one lies in the other.
    let lexicon = resolver.input.lexicon;
    let above = |city: PlaceId| parts.iter().any(|part| lexicon.place(part.city).parent == Some(city));
    let mut cities: Vec<PlaceId> = parts.iter().map(|part| part.city).filter(|city| !above(*city)).collect();
    cities.sort_unstable();
    cities.dedup();
    if cities.len() < 2 {
        return None;
    }
    let mut pairs = resolver.combine(view, &view.helpers, &parts, 85);
    if pairs.is_empty() {
        pairs = parts.iter().flat_map(|part| resolver.with_partner(part, 80)).collect();
        dedup(&mut pairs);
    }
    (!pairs.is_empty()).then_some(pairs)
}
