//! Places and compounds: which of the gazetteer's hits are meant, by danger level and support.
//!
//! Cues in order: full name > right behind its city > named in full elsewhere in the document > beside another place of
//! a list > its registered partner is near > its city is in the document (medium danger only) > reject.

use super::{Mention, MentionKind};
use crate::lexicon::{Danger, Form, Level, Lexicon, NameHit, PlaceId, Sense};
use crate::segment::Segmenter;
use crate::span::Span;
use rustc_hash::FxHashSet;

/// Codes of Guangdong begin so.
const GUANGDONG: &str = "44";

/// Words behind the name of a river.
const RIVERSIDE: &[&str] = &["两岸", "流域", "水位", "水系", "上游", "下游", "沿岸", "水质"];

/// Words that only a place follows.
const LOCATIVES: &[&str] = &["设在", "位于", "地处", "来自", "落户", "前往", "派往", "派驻", "派到", "奔赴", "赶赴"];

#[derive(Default)]
struct Support {
    /// Places named in full somewhere.
    full: FxHashSet<PlaceId>,
    /// Cities named, or whose counties are named in full.
    cities: FxHashSet<PlaceId>,
    /// Counties and cities named at all.
    named: FxHashSet<PlaceId>,
    /// Towns whose short form is sure somewhere, by its county in front or its neighbours in a list.
    towns: FxHashSet<PlaceId>,
}

/// What every step looks at.
#[derive(Clone, Copy)]
pub(super) struct Text<'t> {
    pub lexicon: &'t Lexicon,
    pub segmenter: &'t Segmenter,
    pub folded: &'t str,
}

pub(super) fn find(text: Text<'_>, names: &[NameHit], beside: &[NameHit]) -> Vec<Mention> {
    let lexicon = text.lexicon;
    let mut support = Support::default();
    for hit in names.iter().chain(beside) {
        for sense in lexicon.senses(hit.entry) {
            let Sense::Place(id, form) = *sense else { continue };
            let place = lexicon.place(id);
            if form == Form::Full {
                support.full.insert(id);
            }
            // A town never speaks for its city.
            if place.level == Level::Town {
                continue;
            }
            support.named.insert(id);
            if form == Form::Full || place.danger < Danger::Medium {
                support.cities.extend(lexicon.city_of(id));
            }
        }
    }
    let mut names = names.to_vec();
    let short_town =
        |sense: &Sense| matches!(sense, Sense::Place(id, Form::Short) if lexicon.place(*id).level == Level::Town);
    for index in 0..names.len() {
        if !lexicon.senses(names[index].entry).iter().any(short_town) {
            continue;
        }
        let mention = judge(text, &names, index, &support);
        if matches!(mention.rule, "place.town_behind_its_county" | "place.town_in_list") {
            support.towns.extend(mention.place);
        }
    }
    let mut mentions = Vec::with_capacity(names.len());
    for index in 0..names.len() {
        let mut mention = judge(text, &names, index, &support);
        if rejected(&mention)
            && let Some(freed) = freed(text, &names, index)
        {
            let taken = std::mem::replace(&mut names[index], freed);
            let inner = judge(text, &names, index, &support);
            if inner.place.is_some() {
                mention = inner;
            } else {
                names[index] = taken;
            }
        }
        mentions.push(mention);
    }
    mentions
}

/// Whether a name turned out to be none for want of support. A blocked word is known for what it is.
fn rejected(mention: &Mention) -> bool {
    mention.place.is_none() && mention.compound.is_none() && mention.rule != "place.blocklist"
}

/// The name behind the first character of a rejected one: 向|阳江 is not 向阳|江, 和|平沙 is not 和平|沙.
fn freed(text: Text<'_>, names: &[NameHit], index: usize) -> Option<NameHit> {
    let span = names[index].span;
    let Text { lexicon, folded, .. } = text;
    let next = names.get(index + 1).map_or(folded.len(), |hit| hit.span.start);
    inside_of(lexicon, folded, span).filter(|inner| inner.span.end > span.end && inner.span.end <= next)
}

/// The name that begins at the second character of a hit.
fn inside_of(lexicon: &Lexicon, folded: &str, span: Span) -> Option<NameHit> {
    let second = span.start + span.of(folded).chars().next().map_or(0, char::len_utf8);
    let inner = lexicon.name_at(&folded[second..])?;
    Some(NameHit { span: Span::new(second, second + inner.span.end), entry: inner.entry })
}

fn judge(text: Text<'_>, names: &[NameHit], index: usize, support: &Support) -> Mention {
    let Text { lexicon, folded, .. } = text;
    let hit = names[index];
    let nil = |rule, row| Mention {
        span: hit.span,
        kind: MentionKind::Place,
        place: None,
        compound: None,
        entry: Some(hit.entry),
        rule,
        row,
    };
    let senses = lexicon.senses(hit.entry);
    if let Some(Sense::Blocked(row)) = senses.iter().find(|sense| matches!(sense, Sense::Blocked(_))) {
        return nil("place.blocklist", Some(*row));
    }
    if let Some(Sense::Compound(compound)) = senses.iter().find(|sense| matches!(sense, Sense::Compound(_))) {
        return compound_mention(lexicon, folded, hit, *compound);
    }
    let meant = |id: PlaceId, rule| Mention { place: Some(id), ..nil(rule, Some(lexicon.place(id).row)) };
    // Most names mean one place only.
    if let [Sense::Place(id, form)] = *senses {
        return match accept(text, names, index, id, form, support) {
            Ok(rule) => meant(id, rule),
            Err(rule) => nil(rule, Some(lexicon.place(id).row)),
        };
    }
    let mut rejected = nil("place.rejected", None);
    let mut accepted: Vec<(PlaceId, &'static str)> = Vec::new();
    for sense in senses {
        let Sense::Place(id, form) = *sense else { continue };
        match accept(text, names, index, id, form, support) {
            Ok(rule) => accepted.push((id, rule)),
            Err(rule) => rejected = nil(rule, Some(lexicon.place(id).row)),
        }
    }
    // 鹤岗市南山区: the one right behind what it lies in. Else 南山区 before 南山镇, the one in Guangdong before one
    // elsewhere, the unit in force before its predecessor.
    let behind = named_before(lexicon, names, index);
    let below = |id: PlaceId| behind.is_some() && lexicon.place(id).parent == behind;
    if accepted.iter().any(|(id, _)| below(*id)) {
        accepted.retain(|(id, _)| below(*id));
    }
    let rank = |id: PlaceId| {
        let place = lexicon.place(id);
        (place.level == Level::Town, !place.code.starts_with(GUANGDONG), place.abolished)
    };
    accepted.sort_by_key(|(id, _)| rank(*id));
    let Some(&(first, _)) = accepted.first() else { return rejected };
    accepted.retain(|(id, _)| rank(*id) == rank(first));
    if accepted.len() > 1 {
        // 太平镇 exists seven times: the one whose county is named in the document, last before it.
        let near = |id: PlaceId| lexicon.place(id).parent.is_some_and(|parent| support.named.contains(&parent));
        if accepted.iter().any(|(id, _)| near(*id)) {
            accepted.retain(|(id, _)| near(*id));
            let parents: Vec<PlaceId> = accepted.iter().filter_map(|(id, _)| lexicon.place(*id).parent).collect();
            let last =
                names[..index].iter().rev().find_map(|hit| places_of(lexicon, *hit).find(|id| parents.contains(id)));
            accepted.retain(|(id, _)| last.is_none() || lexicon.place(*id).parent == last);
        }
        if accepted.iter().any(|(id, _)| lexicon.city_of(*id) != lexicon.city_of(accepted[0].0)) {
            return nil("place.ambiguous", Some(lexicon.place(first).row));
        }
    }
    let (id, rule) = accepted[0];
    meant(id, rule)
}

/// The place whose name ends right in front of a hit.
fn named_before(lexicon: &Lexicon, names: &[NameHit], index: usize) -> Option<PlaceId> {
    let before = names[index.checked_sub(1)?];
    let touches = before.span.end == names[index].span.start;
    touches.then(|| {
        lexicon.senses(before.entry).iter().find_map(|sense| match sense {
            Sense::Place(id, _) => Some(*id),
            _ => None,
        })
    })?
}

/// A two-character compound may be the end of one word and the beginning of a place: 其|中潮|州 is 其中 潮州.
fn compound_mention(lexicon: &Lexicon, folded: &str, hit: NameHit, compound: u32) -> Mention {
    let kind =
        if lexicon.compounds[compound as usize].kind == "pair" { MentionKind::Compound } else { MentionKind::Park };
    let row = lexicon.compounds[compound as usize].row;
    let surface = hit.span.of(folded);
    if surface.chars().count() == 2
        && let Some(inner) = inside_of(lexicon, folded, hit.span)
        && let Some(Sense::Place(id, _)) = lexicon.senses(inner.entry).first()
    {
        return Mention {
            span: inner.span,
            kind: MentionKind::Place,
            place: Some(*id),
            compound: None,
            entry: Some(inner.entry),
            rule: "place.behind_false_compound",
            row: Some(lexicon.place(*id).row),
        };
    }
    Mention {
        span: hit.span,
        kind,
        place: None,
        compound: Some(compound),
        entry: None,
        rule: "compound",
        row: Some(row),
    }
}

fn accept(
    text: Text<'_>,
    names: &[NameHit],
    index: usize,
    id: PlaceId,
    form: Form,
    support: &Support,
) -> Result<&'static str, &'static str> {
    let Text { lexicon, folded, .. } = text;
    let place = lexicon.place(id);
    let span = names[index].span;
    let after = &folded[span.end..];
    let before_hit = index.checked_sub(1).map(|at| names[at]).filter(|other| other.span.end == span.start);
    if place.level == Level::Town {
        return accept_town(text, names, index, (id, form), support);
    }
    if form == Form::Full || form == Form::Other {
        return Ok("place.full_name");
    }
    let behind_its_city =
        before_hit.is_some_and(|hit| places_of(lexicon, hit).any(|other| Some(other) == lexicon.city_of(id)));
    if !behind_its_city && across_words(text, span) {
        return Err("place.across_words");
    }
    // 梅江两岸: the river.
    let river = place.short.ends_with(['江', '河']) && RIVERSIDE.iter().any(|word| after.starts_with(word));
    if river && !behind_its_city {
        return Err("place.river");
    }
    // 龙门镇, 南山村, 中山路: the name of something smaller.
    let smaller: &[char] = if place.level <= Level::Prefecture {
        &['路', '街']
    } else {
        &['镇', '乡', '村', '街', '路', '山', '河', '江', '湖', '岛', '桥', '寺']
    };
    let passing = after.starts_with("路过") || after.starts_with("路演");
    // 福田河源两地: the river is the beginning of another name.
    let another = names.get(index + 1).is_some_and(|next| {
        next.span.start == span.end && places_of(lexicon, *next).any(|id| lexicon.place(id).level < Level::Town)
    });
    if !passing && !another && (after.starts_with(smaller) || after.starts_with("大道") || after.starts_with("大学"))
    {
        return Err("place.part_of_smaller_name");
    }
    if place.danger < Danger::Medium {
        return Ok("place.short_name");
    }
    let city = lexicon.city_of(id);
    if before_hit.is_some_and(|hit| places_of(lexicon, hit).any(|other| Some(other) == city)) {
        return Ok("place.behind_its_city");
    }
    if support.full.contains(&id) {
        return Ok("place.named_in_full_elsewhere");
    }
    if beside_place(lexicon, folded, names, index) {
        return Ok("place.beside_another");
    }
    if partner_near(lexicon, folded, names, index, id) {
        return Ok("place.partner_near");
    }
    // 设在南山的基地: only a place can follow.
    let locative = LOCATIVES.iter().any(|word| folded[..span.start].ends_with(word));
    if locative && city.is_some_and(|city| support.cities.contains(&city)) {
        return Ok("place.behind_locative");
    }
    if place.danger == Danger::Medium && city.is_some_and(|city| support.cities.contains(&city)) {
        return Ok("place.city_in_document");
    }
    Err("place.dangerous_without_support")
}

/// 停电|白天 names no 电白, 黄河|源头 no 河源: both characters belong to words of the dictionary around them, 东窗事发
/// and 西洋镜 even by themselves.
fn across_words(text: Text<'_>, span: Span) -> bool {
    const LONGEST: usize = 4;
    let (name, folded) = (span.of(text.folded), text.folded);
    let mut chars = name.char_indices();
    let (Some(_), Some((middle, _)), None) = (chars.next(), chars.next(), chars.next()) else { return false };
    let middle = span.start + middle;
    let (mut end, mut taken) = (span.end, 0);
    for (length, c) in (2..=LONGEST).zip(folded[span.end..].chars().take_while(|c| letter(*c))) {
        end += c.len_utf8();
        let word = &folded[middle..end];
        if text.segmenter.is_word(word) && !is_county(text.lexicon, word) {
            taken = length;
        }
    }
    if taken != 2 {
        return taken > 2;
    }
    let starts = folded[..span.start].char_indices().rev().take(LONGEST - 1).take_while(|(_, c)| letter(*c));
    starts.into_iter().any(|(start, _)| text.segmenter.is_word(&folded[start..middle]))
}

/// A letter, of which nearly all are ideographs. The library searches long for a mark, which stands behind many a name.
fn letter(c: char) -> bool {
    match c {
        '\u{4E00}'..='\u{9FFF}' => true,
        '、' | '，' | '。' | '；' | '：' | '（' | '）' | '“' | '”' | '—' => false,
        _ => c.is_alphabetic(),
    }
}

/// 河源城区: 源城区 is a name, no word that could have taken the 源. 江湖 and 岭南 are towns somewhere, and words still.
fn is_county(lexicon: &Lexicon, word: &str) -> bool {
    let county = |id: PlaceId| lexicon.place(id).level != Level::Town;
    lexicon.name_at(word).is_some_and(|hit| hit.span.end == word.len() && places_of(lexicon, hit).any(county))
}

/// The places that a hit may mean.
fn places_of(lexicon: &Lexicon, hit: NameHit) -> impl Iterator<Item = PlaceId> {
    lexicon.senses(hit.entry).iter().filter_map(|sense| match sense {
        Sense::Place(id, _) => Some(*id),
        _ => None,
    })
}

/// Towns count where the article names what lies above or beside them.
fn accept_town(
    text: Text<'_>,
    names: &[NameHit],
    index: usize,
    (id, form): (PlaceId, Form),
    support: &Support,
) -> Result<&'static str, &'static str> {
    let Text { lexicon, folded, .. } = text;
    let place = lexicon.place(id);
    let span = names[index].span;
    let after = &folded[span.end..];
    let city = lexicon.city_of(id);
    let before = index.checked_sub(1).map(|at| names[at]).filter(|other| other.span.end == span.start);
    // 新丰县沙田镇 is not 东莞's 沙田镇: a town right behind another city's place belongs there.
    let another = |hit: NameHit| {
        let mut places = places_of(lexicon, hit).peekable();
        places.peek().is_some() && !places.any(|other| lexicon.city_of(other) == city)
    };
    if before.is_some_and(another) {
        return Err("place.town_of_another");
    }
    let city_named = city.is_some_and(|city| support.cities.contains(&city));
    if form == Form::Short && before.is_none() && across_words(text, span) {
        return Err("place.across_words");
    }
    if form != Form::Short {
        return if city_named { Ok("place.town") } else { Err("place.town_without_city") };
    }
    if after.starts_with(['镇', '街', '村', '县', '区', '市', '路', '河', '江', '山', '湖'])
        || after.starts_with("大道")
    {
        return Err("place.part_of_smaller_name");
    }
    // 东莞大岭山（南雄）园: right behind the unit above it. 珠海三灶: there is but one 三灶; 花都区人民医院 names no
    // 人民街道 of 越秀区.
    let towns = || places_of(lexicon, names[index]).filter(|other| lexicon.place(*other).level == Level::Town);
    let above = |other: PlaceId| Some(other) == place.parent || (Some(other) == city && towns().count() == 1);
    if before.is_some_and(|hit| places_of(lexicon, hit).any(above)) {
        return Ok("place.town_behind_its_county");
    }
    if !city_named {
        return Err("place.town_without_city");
    }
    // 华强北, 三元里: three characters are hardly ever another word.
    let long = place.short.chars().nth(2).is_some() && towns().count() == 1;
    if long || support.full.contains(&id) || support.towns.contains(&id) {
        return Ok("place.town_short");
    }
    // 太平、稔村、里洞、簕竹四镇: its neighbours in a list lie in the same county, and that is named.
    let sibling = |other: NameHit, between: Span| {
        matches!(between.of(folded), "、" | "和" | "与" | "及")
            && places_of(lexicon, other).any(|other| {
                let other = lexicon.place(other);
                other.level == Level::Town && other.parent == place.parent
            })
    };
    let parent_named = place.parent.is_some_and(|parent| support.named.contains(&parent));
    let left = index.checked_sub(1).is_some_and(|at| sibling(names[at], Span::between(names[at].span, span)));
    let right = names.get(index + 1).is_some_and(|next| sibling(*next, Span::between(span, next.span)));
    if parent_named && (left || right) {
        return Ok("place.town_in_list");
    }
    Err("place.town_without_city")
}

/// 福田—和平, 和平、龙川、连平, 中山(潮州), 深圳福田: another place right beside, with nothing but list marks between.
fn beside_place(lexicon: &Lexicon, folded: &str, names: &[NameHit], index: usize) -> bool {
    let span = names[index].span;
    let near = |other: &NameHit, between: Span| {
        let gap = between.of(folded);
        let marks = gap.chars().all(|c| {
            matches!(
                c,
                '、' | '—'
                    | '-'
                    | '–'
                    | '－'
                    | '·'
                    | '('
                    | '（'
                    | '和'
                    | '与'
                    | '及'
                    | '市'
                    | '县'
                    | '区'
                    | ' '
                    | ')'
                    | '）'
            )
        });
        let verb = ["对口帮扶", "帮扶", "结对", "对口", "结对帮扶", "对口支援", "对"].contains(&gap);
        // 广州江南市场 names no 江南区 of 南宁: right beside another place, only where one lies in the other, or both in
        // one city (云南怒江州, 深圳福田).
        let first = |hit: NameHit| places_of(lexicon, hit).next();
        let city = |hit: NameHit| first(hit).and_then(|id| lexicon.city_of(id));
        let above = |hit: NameHit| city(hit).and_then(|city| lexicon.place(city).parent);
        let related = city(*other) == city(names[index])
            || above(*other) == city(names[index])
            || city(*other) == above(names[index]);
        (marks || verb)
            && (!gap.is_empty() || related)
            && lexicon.senses(other.entry).iter().any(|sense| matches!(sense, Sense::Place(..)))
    };
    let left =
        index.checked_sub(1).map(|at| &names[at]).is_some_and(|other| near(other, Span::between(other.span, span)));
    let right = names.get(index + 1).is_some_and(|other| near(other, Span::between(span, other.span)));
    left || right
}

/// 福田派驻干部到和平: a place of the same sentence, not far away, that the registry pairs with this one.
fn partner_near(lexicon: &Lexicon, folded: &str, names: &[NameHit], index: usize, id: PlaceId) -> bool {
    const NEAR: usize = 24;
    let span = names[index].span;
    // 新兴的, 和平的: an adjective more often than a place.
    if folded[span.end..].starts_with('的') {
        return false;
    }
    let paired = |other: &NameHit| {
        let gap = Span::between(other.span, span);
        // No character is longer than four bytes.
        if gap.len() > 4 * NEAR {
            return false;
        }
        let gap = gap.of(folded);
        let near = gap.chars().count() <= NEAR && !gap.contains(['。', '\n', '！', '？']);
        near && lexicon.senses(other.entry).iter().any(|sense| match sense {
            Sense::Place(other, _) => {
                lexicon.registered(*other, id, None).is_some() || lexicon.registered(id, *other, None).is_some()
            }
            _ => false,
        })
    };
    let from = index.saturating_sub(4);
    let to = (index + 5).min(names.len());
    names[from..to].iter().any(|other| other.span != span && paired(other))
}
