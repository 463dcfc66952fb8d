//! Rules that answer with no pair: an amount is a place's own, the province's, or nothing tells whose.

use super::Pair;
use super::rules::{Resolver, View};
use super::sides::nearby;
use crate::lexicon::{CueHit, CueKind, Role};
use crate::quantity::Kind;
use crate::span::{Span, inside};

/// 东莞市实现生产总值…: an article that states no relation has no pair.
pub(super) fn none_without_relation(resolver: &Resolver<'_>, _view: &View<'_>) -> Option<Vec<Pair>> {
    resolver.frame.pairs.is_empty().then(Vec::new)
}

/// 广东全省布局主平台15个: a total of the province or the country, no city named between it and the amount.
pub(super) fn none_province(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let cue = resolver.cue_before(view.sentence_span.start, view, CueKind::Province)?;
    let between = Span::between(cue.span, view.quantity.span);
    let named = !resolver.references(between).is_empty();
    let local = resolver.has_cue(between, &[CueKind::DeicticPair, CueKind::DeicticSelf, CueKind::Group]);
    (!named && !local).then(Vec::new)
}

/// 其余120个由省直、中直单位帮扶: somebody else helps.
pub(super) fn none_other_helper(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    if !resolver.has_cue(view.sentence_span, &[CueKind::OtherHelper]) {
        return None;
    }
    let helper = |within: Span| resolver.references(within).iter().any(|reference| reference.helps);
    // 省直机关在紫金援建了两座冷库，花费640万元: the next clause, unless it names a place or the first stands in brackets.
    let by = resolver.cue_before(view.segment.start, view, CueKind::OtherHelper).is_some_and(|cue| {
        let between = Span::between(cue.span, view.quantity.span);
        let text = between.of(resolver.input.folded);
        let own = Span::new(view.clause.start.max(cue.span.end), view.quantity.span.start);
        let near = text.matches(['，', ',']).count() <= 1 && !text.contains(['）', ')']);
        !helper(between) && (own.start == cue.span.end || (near && resolver.references(own).is_empty()))
    });
    let behind = Span::new(view.quantity.span.end, view.clause.end.max(view.quantity.span.end));
    // 39个由省直单位帮扶: behind the amount, the one who does it stands in the passive.
    let passive =
        || behind.of(resolver.input.folded).starts_with('由') && resolver.has_cue(behind, &[CueKind::OtherHelper]);
    ((by || passive()) && !helper(view.clause)).then(Vec::new)
}

/// 他在清溪的总厂有六百多个工人，一年做2.4亿元，分厂…: a firm where it comes from, up to the next place or plant.
pub(super) fn none_parent_firm(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let cue = resolver.cue_before(view.sentence_span.start, view, CueKind::ParentFirm)?;
    let between = Span::between(cue.span, view.quantity.span);
    let text = between.of(resolver.input.folded);
    let here = !resolver.references(between).iter().all(|reference| reference.helps)
        || text.contains('分')
        || text.contains("新厂")
        || resolver.has_cue(between, &[CueKind::Park, CueKind::DeicticSelf, CueKind::DeicticPair]);
    let given = resolver.has_cue(view.clause, &[CueKind::Giving, CueKind::Relation, CueKind::Aid]);
    let spent = view.role == Some(Role::Investment);
    (!here && !given && !spent).then(Vec::new)
}

/// ■ 先看全省: a heading that speaks of the province, or of something that the pair has no part in, for amounts whose
/// sentence names no place.
pub(super) fn none_section_apart(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    if !resolver.references(view.sentence_span).is_empty() {
        return None;
    }
    let at = resolver.sections.iter().rposition(|section| section.sentence <= view.sentence)?;
    let heading = &resolver.sections[at];
    // 【革命老区建设】 beside 【东莞帮扶】: an entry of a yearbook on something else.
    let apart = || {
        heading.entry
            && !heading.speaks_of(&[CueKind::Relation, CueKind::Aid, CueKind::Park])
            && resolver.carry.as_ref().is_none_or(|carry| carry.sentence < heading.sentence)
            && resolver.sections.iter().any(|section| section.entry && section.named)
    };
    (!heading.named && (heading.speaks_of(&[CueKind::Province]) || apart())).then(Vec::new)
}

/// 去年全市生产总值800.01亿元: a statistic of a whole place.
pub(super) fn none_macro(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let before = Span::new(view.segment.start, view.quantity.span.start);
    let whole = resolver.cue_before(view.clause.start, view, CueKind::Whole).is_some();
    let park = resolver.has_cue(before, &[CueKind::Park]);
    let aided = view.quantity.kind == Kind::Count && resolver.has_cue(before, &[CueKind::Relation, CueKind::Aid]);
    (view.role == Some(Role::Macro) && (whole || !park) && !aided).then(Vec::new)
}

/// 总人口55.8万，面积2311平方公里: what a list of a place's statistics goes on with.
pub(super) fn none_statistics_list(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let last = resolver.last?;
    let turned =
        Span::new(view.segment.start.max(last.end), view.quantity.span.start.max(view.segment.start).max(last.end));
    let helper = last.end <= view.segment.start && resolver.references(turned).iter().any(|reference| reference.helps);
    let listed = last.sentence == view.sentence
        && !helper
        && matches!(
            last.rule,
            "none.own_statistic" | "none.statistics_list" | "none.province_total" | "none.own_figure"
        );
    let fund = matches!(view.role, Some(Role::Fund | Role::Investment));
    let local = [CueKind::Relation, CueKind::Park, CueKind::Aid, CueKind::DeicticPair, CueKind::Group];
    let sides = resolver.references(view.clause);
    let both = sides.iter().any(|side| side.helps) && sides.iter().any(|side| !side.helps);
    // 全县贫困村31条，龙岗包下其中17条
    let acts = resolver.references(view.clause).iter().any(|side| side.helps)
        && resolver.has_cue(view.clause, &[CueKind::Giving]);
    (listed && !fund && !both && !acts && !resolver.has_cue(view.clause, &local)).then(Vec::new)
}

/// 深圳自己去年的经济总量, 全县工业产值: one place's own output, without park or relation in the clause.
pub(super) fn none_own(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    // 新兴县自己同样热闹，县里18家…: 自己 right behind a place; 老关自己 is a person.
    let own = resolver.cue_before(view.sentence_span.start, view, CueKind::Own).is_some_and(|cue| {
        let named = resolver.references(view.sentence_span);
        // 州里自己的茶园, 县里自己
        named.iter().any(|reference| reference.span.end == cue.span.start)
            || ["州里", "市里", "县里", "区里", "镇里"]
                .iter()
                .any(|place| resolver.input.folded[..cue.span.start].ends_with(place))
    });
    // 深汕特别合作区。该区去年工业产值: a zone of two cities is no place of its own.
    let zone = |cue: &&CueHit| {
        let named = resolver.references(Span::new(view.sentence_span.start, cue.span.start));
        !named.last().is_some_and(|reference| reference.bound)
    };
    let whole = resolver.cue_before(view.segment.start, view, CueKind::Whole).filter(zone);
    let apart = !resolver.has_cue(view.clause, &[CueKind::Park, CueKind::Relation]);
    let Some(cue) = whole else {
        return (own && apart && view.role != Some(Role::Stock)).then(Vec::new);
    };
    let rest = &resolver.input.folded[cue.span.end..view.quantity.span.start];
    let goes_on = |words: &[&str]| words.iter().any(|word| rest.starts_with(word));
    let all = cue.span.start >= view.clause.start && cue.span.of(resolver.input.folded).starts_with('全');
    let statistic = match view.role {
        Some(Role::Output | Role::Macro) => true,
        // 全县贫困人口4126户; 我市负责阳江贫困村86条 is what is helped.
        Some(Role::Stock) => {
            let named = !resolver.references(Span::between(cue.span, view.quantity.span)).is_empty();
            return (!named && apart).then(Vec::new);
        }
        Some(_) => view.quantity.kind == Kind::Area,
        // 全市有医疗卫生机构1692家, 全市的荔枝五十多万亩; 全县建了15间 is what somebody did.
        None => (all && goes_on(&["的"])) || goes_on(&["有", "共有", "现有", "拥有", "下辖", "辖"]),
    };
    // 全市86个乡镇; 跑遍该县8个镇 tells what somebody did there.
    let members = all && rest.is_empty();
    // 全市尚有贫困人口13.27万人: what is left to do is the place's own.
    let left = goes_on(&["尚有", "还有", "仍有", "尚余", "还剩"]);
    let acts = [CueKind::Park, CueKind::Relation, CueKind::Aid, CueKind::Giving];
    let stated = (own || members || left) && apart;
    (stated || (statistic && !resolver.has_cue(view.clause, &acts))).then(Vec::new)
}

/// 我县列入“双到”的贫困村共62条，其中由珠海挂钩的16条: a total whose part is the helper's is not the helper's.
pub(super) fn none_total_of_part(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let wholes = [CueKind::Whole, CueKind::DeicticSelf];
    if view.quantity.kind != Kind::Count || !resolver.has_cue(view.sentence_span, &wholes) {
        return None;
    }
    let rest = &resolver.input.folded[view.quantity.span.end..view.sentence_span.end];
    let part = view.quantity.span.end + rest.find("其中")?;
    let after = Span::new(part, view.sentence_span.end);
    let next = inside(resolver.input.quantities, after, |quantity| quantity.span).iter().find(|other| other.fact)?;
    let by = resolver.references(Span::new(part, next.span.start)).iter().any(|reference| reference.helps);
    let before = Span::new(view.sentence_span.start, part);
    let own = resolver.references(before).iter().all(|reference| !reference.helps)
        && !resolver.has_cue(before, &[CueKind::Relation, CueKind::Giving, CueKind::DeicticPair]);
    let whole = resolver.has_cue(before, &wholes);
    (by && own && whole).then(Vec::new)
}

/// In an article about something else, an amount needs ground in its own paragraph.
pub(super) fn none_weak_frame(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
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

/// 东莞 of 韶关、揭阳、昭通, and nothing tells which: a wrong pair is worse than none.
pub(super) fn none_several_partners(resolver: &Resolver<'_>, view: &View<'_>) -> Option<Vec<Pair>> {
    let several = view.helpers.iter().any(|side| resolver.stated_pairs(side).len() > 1);
    (several && nearby(resolver, view, &view.helpers).is_none()).then(Vec::new)
}
