//! Agencies: [place][parent][core][suffix], bodies of a pair (X对口帮扶Y指挥部, X驻Y工作队), firms with their owners.
//!
//! The right edge of a name comes from `agencies.tsv`; the left edge is found by walking back over places, levels and
//! links. A name without a place (市委, 前方指挥部) gets its owner from [`owner::Owners`].

use super::owner::{Grade, Owners};
use super::{Mention, MentionKind};
use crate::layout::Layout;
use crate::lexicon::{Agency, AgencyCategory, CueHit, CueKind, Level, Lexicon, PlaceId, RowRef, Strength};
use crate::span::Span;
use rustc_hash::FxHashMap;

/// A name of its own between place and suffix (河源市|源新精密|有限公司) has at most so many characters.
const LONGEST_NAME: usize = 14;

/// What a recogniser looks at.
pub(super) struct Input<'i> {
    pub lexicon: &'i Lexicon,
    pub folded: &'i str,
    pub cues: &'i [CueHit],
    pub places: &'i [Mention],
    pub layout: Option<&'i Layout>,
}

/// An agency while it is being put together.
#[derive(Debug, Clone, Copy)]
struct Found {
    span: Span,
    owner: Option<PlaceId>,
    /// Level of the owner, when the name says no more than that.
    level: Option<Grade>,
    category: AgencyCategory,
    rule: &'static str,
    row: RowRef,
}

pub(super) fn find(input: &Input<'_>) -> Vec<Mention> {
    let mut finder = Finder { input, links: links(input), found: Vec::new() };
    let mut end = 0;
    for cue in input.cues {
        let CueKind::Agency(index) = cue.kind else { continue };
        let agency = &input.lexicon.agencies[index as usize];
        if cue.span.start < end || agency.category == AgencyCategory::Link {
            continue;
        }
        if agency.category == AgencyCategory::NotAgency || finder.take(cue, agency) {
            end = cue.span.end;
        }
    }
    let found = finder.found;
    let mut owners = Owners::new(input);
    found.iter().map(|found| mention(found, &mut owners)).collect()
}

fn mention(found: &Found, owners: &mut Owners<'_>) -> Mention {
    let (place, rule) = match (found.owner, found.level) {
        (Some(owner), _) => (Some(owner), found.rule),
        (None, Some(level)) => owners.of_level(found.span, level),
        (None, None) if found.category == AgencyCategory::Cooperation => owners.of_cooperation(found.span),
        (None, None) if found.category == AgencyCategory::Zone => owners.of_zone(found.span),
        (None, None) if found.category == AgencyCategory::Body => owners.of_publisher(),
        (None, None) => (None, found.rule),
    };
    owners.seen(found.span, place, found.category);
    Mention {
        span: found.span,
        kind: MentionKind::Agency,
        place,
        compound: None,
        entry: None,
        rule,
        row: Some(found.row),
    }
}

/// Links (驻, 对口帮扶) by their end, the longest at each.
fn links(input: &Input<'_>) -> FxHashMap<usize, usize> {
    let mut links = FxHashMap::default();
    for cue in input.cues {
        let CueKind::Agency(index) = cue.kind else { continue };
        if input.lexicon.agencies[index as usize].category == AgencyCategory::Link {
            let start = links.entry(cue.span.end).or_insert(cue.span.start);
            *start = cue.span.start.min(*start);
        }
    }
    links
}

/// One step to the left in the name of a body.
enum Piece {
    Place(PlaceId),
    /// The receiving side in brackets: （和平）.
    Bracketed,
    Link,
}

struct Finder<'f> {
    input: &'f Input<'f>,
    links: FxHashMap<usize, usize>,
    found: Vec<Found>,
}

impl Finder<'_> {
    /// Makes an agency of a hit, unless something that it needs in front is missing.
    fn take(&mut self, cue: &CueHit, agency: &Agency) -> bool {
        let folded = self.input.folded;
        // 教育部门 is no 教育部.
        if cue.span.of(folded).ends_with('部') && folded[cue.span.end..].starts_with('门') {
            return false;
        }
        if self.joined(cue, agency) {
            return true;
        }
        let found = match agency.category {
            AgencyCategory::Suffix => self.named(cue, agency),
            AgencyCategory::Cooperation => Some(self.body_of_pair(cue)),
            _ => self.plain(cue, agency),
        };
        let Some(mut found) = found else { return false };
        // 中共河源市委.
        if self.input.folded[..found.span.start].ends_with("中共") {
            found.span.start -= "中共".len();
        }
        // 省委|农村工作办公室 is one office.
        if let Some(last) = self.found.last_mut()
            && last.span.end > found.span.start
        {
            last.span.end = found.span.end;
            return true;
        }
        // 深圳中学|河源实验学校 is one school, 中国银行|河源分行 one bank.
        if let Some(last) = self.found.last_mut()
            && last.span.end == found.span.start
            && found.category == AgencyCategory::Suffix
            && last.category != AgencyCategory::Deixis
        {
            *last = Found { span: Span::new(last.span.start, found.span.end), ..found };
            return true;
        }
        self.found.push(found);
        true
    }

    /// 市委|宣传部, 我市|教育局, 领导小组|办公室: right behind another one it is the same name.
    fn joined(&mut self, cue: &CueHit, agency: &Agency) -> bool {
        let Some(last) = self.found.last_mut().filter(|last| last.span.end == cue.span.start) else { return false };
        let open = match agency.category {
            AgencyCategory::Suffix if last.category == AgencyCategory::Deixis => agency.strength == Strength::Medium,
            AgencyCategory::Suffix => last.category != AgencyCategory::Vertical,
            AgencyCategory::Body => agency.strength == Strength::Strong,
            AgencyCategory::Cooperation => last.category != AgencyCategory::Deixis,
            _ => false,
        };
        if open {
            last.span.end = cue.span.end;
            last.category = if last.category == AgencyCategory::Deixis { agency.category } else { last.category };
        }
        open
    }

    fn plain(&self, cue: &CueHit, agency: &Agency) -> Option<Found> {
        let found = |start, owner, level, rule| {
            let span = Span::new(start, cue.span.end);
            Some(Found { span, owner, level, category: agency.category, rule, row: cue.row })
        };
        if let Some((start, place)) = self.places_before(cue.span).filter(|(_, place)| self.prefixes(agency, *place)) {
            return found(start, agency.owner.or(place), None, "agency.place_prefix");
        }
        if agency.owner.is_some() {
            return found(cue.span.start, agency.owner, None, "agency.table");
        }
        if agency.strength == Strength::Bare {
            let level = Grade::of_name(cue.span.of(self.input.folded));
            // 乡|镇卫生院, 两|市政府.
            if self.counted(cue.span.start) || self.input.folded[..cue.span.start].ends_with(['乡', '社']) {
                return None;
            }
            return found(cue.span.start, None, level, "agency.bare");
        }
        if agency.category == AgencyCategory::Body
            && let Some((start, level)) = self.level_before(cue.span.start)
        {
            return found(start, None, Some(level), "agency.level_prefix");
        }
        if agency.strength != Strength::Strong {
            return None;
        }
        found(cue.span.start, None, None, "agency.unowned")
    }

    /// 珠海|华发集团 is one name; in 支持簕竹镇|温氏 the town only stands in front.
    fn prefixes(&self, agency: &Agency, place: Option<PlaceId>) -> bool {
        let lexicon = self.input.lexicon;
        let same_city = |owner| place.and_then(|place| lexicon.city_of(place)) == lexicon.city_of(owner);
        let town = place.is_some_and(|place| lexicon.place(place).level == Level::Town);
        agency.owner.is_none_or(|owner| !town && same_city(owner))
    }

    /// The places that end right in front of a hit, or reach into it (深圳市|市委 written 深圳市委): where they begin,
    /// and the smallest. A park or zone named by a compound stands for its host.
    fn places_before(&self, hit: Span) -> Option<(usize, Option<PlaceId>)> {
        let places = self.input.places;
        let before = places.partition_point(|place| place.span.start < hit.start);
        let named = |place: &Mention| place.place.is_some() || place.compound.is_some();
        let at = places[..before].iter().rposition(named)?;
        let last = &places[at];
        let reaches = last.span.end > hit.start && last.span.end < hit.end;
        if !reaches && !self.adjacent(last.span.end, hit.start) {
            return None;
        }
        let host = |index: u32| self.input.lexicon.compounds[index as usize].recipients[0];
        let owner = last.place.or(last.compound.map(host))?;
        Some((self.chain_start(at), Some(owner)))
    }

    /// Whether nothing stands between two positions but the reading of a character: 茂南區(qū)人民醫院.
    fn adjacent(&self, end: usize, start: usize) -> bool {
        let Some(gap) = self.input.folded.get(end..start) else { return false };
        let reading = gap.strip_prefix('(').and_then(|gap| gap.strip_suffix(')'));
        gap.is_empty() || reading.is_some_and(|reading| reading.chars().all(|c| c.is_alphabetic() && c < '\u{2E80}'))
    }

    /// Where the chain of places that ends with this one begins: 广东省|深圳市|宝安区.
    fn chain_start(&self, mut at: usize) -> usize {
        let places = self.input.places;
        while at > 0 && places[at - 1].span.end == places[at].span.start && places[at - 1].place.is_some() {
            at -= 1;
        }
        places[at].span.start
    }

    /// 市教育局: the level right in front, unless it is the end of a word (城市, 社区).
    fn level_before(&self, start: usize) -> Option<(usize, Grade)> {
        let before = &self.input.folded[..start];
        let last = before.chars().next_back()?;
        let level = Grade::of_char(last)?;
        let words =
            ["城市", "都市", "上市", "超市", "地区", "社区", "园区", "山区", "校区", "老区", "库区", "片区", "乡镇"];
        if words.iter().any(|word| before.ends_with(word)) || self.counted(start - last.len_utf8()) {
            return None;
        }
        Some((start - last.len_utf8(), level))
    }

    /// 两|市政府, 各|县医院: a number in front makes it no name.
    fn counted(&self, start: usize) -> bool {
        let before = self.input.folded[..start].chars().next_back();
        before.is_some_and(|c| c == '各' || self.input.lexicon.numeral(c).is_some())
    }

    /// [place][name][suffix]: 河源市源新精密有限公司, 广州市第一人民医院, 阳江一中.
    fn named(&self, cue: &CueHit, agency: &Agency) -> Option<Found> {
        let found = |start, owner| {
            let span = Span::new(start, cue.span.end);
            let rule = "agency.named_behind_place";
            Some(Found { span, owner, level: None, category: agency.category, rule, row: cue.row })
        };
        if let Some((start, owner)) = self.places_before(cue.span) {
            let town = owner.is_some_and(|id| self.input.lexicon.place(id).level == Level::Town);
            return if agency.strength == Strength::Weak && !town { None } else { found(start, owner) };
        }
        if agency.strength == Strength::Medium
            && let Some((start, level)) = self.level_before(cue.span.start)
        {
            return Some(Found { level: Some(level), ..found(start, None)? });
        }
        if let Some((start, level)) = self.level_of_run(cue.span.start) {
            return Some(Found { level: Some(level), ..found(start, None)? });
        }
        let places = self.input.places;
        let before = places.partition_point(|place| place.span.start < cue.span.start);
        // 龙川县|城市更新和土地整备|局: 更新 was found and rejected.
        let at = places[..before].iter().rposition(|place| place.place.is_some())?;
        let name = Span::new(places[at].span.end.min(cue.span.start), cue.span.start);
        self.is_name(name).then(|| found(self.chain_start(at), places[at].place))?
    }

    /// 区|城市更新和土地整备|局, 县|忠信|中学: a level at the beginning of a clause, and a name behind it.
    fn level_of_run(&self, end: usize) -> Option<(usize, Grade)> {
        let mut run = self.input.folded[..end].char_indices().rev().take(LONGEST_NAME + 1);
        let start = match run.find(|(_, c)| !c.is_alphabetic()) {
            Some((at, c)) => at + c.len_utf8(),
            None => return None,
        };
        let first = self.input.folded[start..end].chars().next()?;
        let level = Grade::of_char(first)?;
        self.is_name(Span::new(start + first.len_utf8(), end)).then_some((start, level))
    }

    /// Whether the words between a place and a suffix can be a name: no grammar, no verb that a cue knows, no number.
    fn is_name(&self, span: Span) -> bool {
        let name = span.of(self.input.folded);
        let last = name.chars().count().saturating_sub(1);
        let mut before = ' ';
        for (index, c) in name.chars().enumerate() {
            let ordinal = before == '第';
            let letter = c.is_alphanumeric() || matches!(c, '(' | ')' | '（' | '）' | '·');
            // 城市更新和土地整备局.
            let joined = c == '和' && index > 1 && index < last;
            if index >= LONGEST_NAME
                || !letter
                || (GRAMMAR.contains(c) && !joined)
                || (self.input.lexicon.numeral(c).is_some() && !ordinal)
            {
                return false;
            }
            before = c;
        }
        let overlapping = crate::span::inside(self.input.cues, span, |cue| cue.span);
        let busy = |kind| {
            matches!(
                kind,
                CueKind::Planned
                    | CueKind::PlannedWeak
                    | CueKind::Actual
                    | CueKind::ActualWeak
                    | CueKind::Giving
                    | CueKind::Each
                    | CueKind::Whole
                    | CueKind::Province
            )
        };
        // 交通投资集团: a word that is a noun as well is no verb here.
        let noun = |cue: &CueHit| {
            overlapping.iter().any(|other| other.span == cue.span && matches!(other.kind, CueKind::Attribute(..)))
        };
        let verb = |cue: &&CueHit| busy(cue.kind) && cue.span.end <= span.end && !noun(cue);
        name.chars().nth(1).is_some() && overlapping.iter().find(verb).is_none()
    }

    /// X对口帮扶Y指挥部, X驻Y工作队, 莞韶指挥部, 宝安区教育局驻龙川工作组: walks left over sides and links.
    fn body_of_pair(&mut self, cue: &CueHit) -> Found {
        let mut pieces = Vec::new();
        // 东莞对口帮扶韶关的|指挥部: the sides stand in the attribute, outside the name.
        let attribute = self.input.folded[..cue.span.start].ends_with('的');
        let mut start = cue.span.start - if attribute { '的'.len_utf8() } else { 0 };
        let mut sender = None;
        while let Some((at, piece)) = self.piece_before(start, cue.span.end) {
            // 派驻|工作队 is a verb and its object.
            if pieces.is_empty() && matches!(piece, Piece::Link) {
                break;
            }
            start = at;
            pieces.push(piece);
            if let Some(last) = self.found.last().filter(|last| last.span.end == start) {
                (start, sender) = (last.span.start, Some((last.owner, last.level)));
                if !attribute {
                    self.found.pop();
                }
                break;
            }
        }
        let sides = !pieces.is_empty();
        let found = |owner, level, rule| Found {
            span: Span::new(if attribute || !sides { cue.span.start } else { start }, cue.span.end),
            owner,
            level,
            category: AgencyCategory::Cooperation,
            rule,
            row: cue.row,
        };
        if let Some((owner, level)) = sender {
            return found(owner, level, "agency.sent_body");
        }
        // 区|对口扶持工作领导小组.
        if !attribute
            && !sides
            && let Some((at, level)) = self.level_before(start)
        {
            let span = Span::new(at, cue.span.end);
            return Found { span, ..found(None, Some(level), "agency.level_prefix") };
        }
        // The smallest of the places on the left: 深圳市|宝安区|驻…
        let side = |piece: &Piece| match piece {
            Piece::Place(id) => Some(*id),
            Piece::Link | Piece::Bracketed => None,
        };
        let left = pieces.iter().rev().map_while(side).last();
        match left {
            Some(owner) => found(Some(owner), None, "agency.sent_body"),
            None if sides => found(None, None, "agency.cooperation"),
            None => match self.sender_before(cue.span.start) {
                Some(owner) => found(Some(owner), None, "agency.sent_by"),
                None => found(None, None, "agency.cooperation"),
            },
        }
    }

    /// 黄埔区派来的|工作队: the sender stands in the attribute.
    fn sender_before(&self, start: usize) -> Option<PlaceId> {
        let places = self.input.places;
        let before = places.partition_point(|place| place.span.end <= start);
        let last = places[..before].last()?;
        let gap = &self.input.folded[last.span.end..start];
        let sent = gap.starts_with(['派', '选', '组']) && gap.contains('派') && gap.ends_with('的');
        (sent && gap.chars().count() <= LONGEST_NAME).then_some(last.place)?
    }

    fn piece_before(&self, at: usize, end: usize) -> Option<(usize, Piece)> {
        let places = self.input.places;
        let before = places.partition_point(|place| place.span.start < at);
        if let Some(last) = places[..before].last()
            && (last.span.end == at || (last.span.end > at && last.span.end <= end))
        {
            let helper = |index: u32| self.input.lexicon.compounds[index as usize].helpers[0];
            if let Some(place) = last.place.or(last.compound.map(helper)) {
                return Some((last.span.start, Piece::Place(place)));
            }
        }
        if let Some(&start) = self.links.get(&at) {
            return Some((start, Piece::Link));
        }
        // 福田（和平）|前方工作组: brackets hold the side that receives.
        let text = &self.input.folded[..at];
        if let Some(inner) = text.strip_suffix('）').or_else(|| text.strip_suffix(')'))
            && let Some(place) = places[..before].last().filter(|place| place.span.end == inner.len())
        {
            let outer = &self.input.folded[..place.span.start];
            let opened = outer.strip_suffix('（').or_else(|| outer.strip_suffix('('))?;
            return Some((opened.len(), Piece::Bracketed));
        }
        self.posting_before(at).map(|start| (start, Piece::Link))
    }

    /// 驻山尾村|工作队: a village or town that no table knows.
    fn posting_before(&self, at: usize) -> Option<usize> {
        let before = &self.input.folded[..at];
        if !before.ends_with(['村', '镇', '乡', '县']) {
            return None;
        }
        let mut chars = before.char_indices().rev().skip(1).take(7);
        chars
            .find(|(_, c)| *c == '驻' || GRAMMAR.contains(*c) || !c.is_alphabetic())
            .filter(|(_, c)| *c == '驻')
            .map(|(at, _)| at)
    }
}

/// Characters of grammar that stand in no name.
const GRAMMAR: &str =
    "的了在与和及由对向为是有将从被把等个所各并到去来给就以其于该这那也还又我你他她们让使请帮改扩援捐相";
