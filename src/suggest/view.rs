//! One sentence as the finders of names look at it: its tokens, the names in it that are known, and its cues.

use crate::lexicon::{AgencyCategory, CueHit, CueKind, Lexicon, PlaceId, Strength};
use crate::mention::{Mention, MentionKind};
use crate::numeral;
use crate::segment::{Pos, Segmenter, Token};
use crate::span::{Span, inside};

/// Single characters that jieba calls function words and that are parts of names all the same: 东源, 南雄, 上川, 中堂.
const PART_OF_NAMES: &[&str] = &["东", "南", "西", "北", "中", "上", "下", "前", "后", "里", "外", "古", "老", "新"];

/// Words in front of a name that are no part of it, though jieba calls some of them nouns.
pub(super) const LEADS: &[&str] =
    &["和", "与", "及", "赴", "驻", "往", "至", "由", "跟", "同", "向", "对", "在", "到", "从", "为"];

/// Words that only a place follows: 赴河源, 位于河源.
const LOCATIVES: &[&str] =
    &["在", "赴", "驻", "到", "往", "至", "位于", "地处", "来自", "前往", "落户", "奔赴", "派驻", "援建", "走进"];

/// The rule of a word in which a name is none.
const BLOCKED: &str = "place.blocklist";

/// 中山大学 holds no name; 城区 may be the end of one (清城区).
fn blocked(mention: &Mention) -> bool {
    mention.rule == BLOCKED && mention.span.len() > 6
}

/// A name that the dictionaries know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub span: Span,
    /// The place, when it is one; a compound names two.
    pub place: Option<PlaceId>,
}

/// What every finder looks at.
pub(super) struct View<'v> {
    pub lexicon: &'v Lexicon,
    pub segmenter: &'v Segmenter,
    pub folded: &'v str,
    pub sentence: Span,
    pub tokens: Vec<(Token, &'v str)>,
    pub known: Vec<Known>,
    /// Names of the gazetteer, accepted or not.
    pub named: Vec<Span>,
    pub agencies: Vec<Span>,
    pub cues: &'v [CueHit],
}

impl<'v> View<'v> {
    pub fn new(
        lexicon: &'v Lexicon,
        segmenter: &'v Segmenter,
        folded: &'v str,
        sentence: Span,
        mentions: &[Mention],
        cues: &'v [CueHit],
    ) -> Self {
        let mentions = inside(mentions, sentence, |mention| mention.span);
        // A name that was turned down for want of support is known, and stands in nobody's way.
        let stands = |mention: &&Mention| {
            mention.kind != MentionKind::Agency
                && (mention.place.is_some() || mention.compound.is_some() || blocked(mention))
        };
        let named = mentions.iter().filter(|mention| mention.entry.is_some() && mention.rule != BLOCKED);
        let known = mentions.iter().filter(stands).map(|mention| Known { span: mention.span, place: mention.place });
        let agencies =
            mentions.iter().filter(|mention| mention.kind == MentionKind::Agency).map(|mention| mention.span);
        Self {
            lexicon,
            segmenter,
            folded,
            sentence,
            tokens: segmenter.tagged(folded, sentence),
            known: known.collect(),
            named: named.map(|mention| mention.span).collect(),
            agencies: agencies.collect(),
            cues: inside(cues, sentence, |cue| cue.span),
        }
    }

    pub fn text(&self, span: Span) -> &'v str {
        span.of(self.folded)
    }

    /// Whether a known name has a character in common with a span.
    pub fn taken(&self, span: Span) -> bool {
        self.known.iter().any(|known| known.span.overlaps(span))
    }

    /// Whether the span lies inside a longer word of the dictionaries: 镇帮镇 in 驻镇帮镇扶村.
    pub fn inside_word(&self, span: Span) -> bool {
        let longer = |cue: &CueHit| cue.span.contains(span) && cue.span != span;
        self.cues.iter().any(|cue| longer(cue) && !matches!(cue.kind, CueKind::Agency(_)))
    }

    /// The index of the token that begins at a position.
    pub fn token_at(&self, at: usize) -> Option<usize> {
        self.tokens.binary_search_by_key(&at, |(token, _)| token.span.start).ok()
    }

    /// The tokens that tile a span; None when it cuts through one.
    pub fn tokens_of(&self, span: Span) -> Option<&[(Token, &'v str)]> {
        let from = self.token_at(span.start)?;
        let to = self.tokens.partition_point(|(token, _)| token.span.end <= span.end);
        (to > from && self.tokens[to - 1].0.span.end == span.end).then(|| &self.tokens[from..to])
    }

    fn ending_at(&self, at: usize) -> Option<&(Token, &'v str)> {
        let index = self.tokens.partition_point(|(token, _)| token.span.end < at);
        self.tokens.get(index).filter(|(token, _)| token.span.end == at)
    }

    pub fn char_before(&self, at: usize) -> Option<char> {
        self.folded[self.sentence.start..at].chars().next_back()
    }

    pub fn char_after(&self, at: usize) -> Option<char> {
        self.folded[at..self.sentence.end].chars().next()
    }

    /// Whether a token may be part of a name that jieba does not know: a character by itself, or a word that it calls a name.
    pub fn open(&self, token: &(Token, &str)) -> bool {
        let text = self.text(token.0.span);
        let single = text.chars().count() == 1;
        let closed = LEADS.contains(&text) || (token.0.pos == Pos::Function && !PART_OF_NAMES.contains(&text));
        text.chars().all(numeral::is_han) && (proper(token.1) || (single && !closed))
    }

    /// Whether a name may begin here: behind a sign, a known name, the unit above, or a word that is part of no name.
    pub fn begins(&self, at: usize) -> bool {
        let Some(before) = self.char_before(at) else { return true };
        if !numeral::is_han(before)
            || matches!(before, '市' | '县' | '州' | '省' | '区' | '镇')
            || self.known.iter().any(|known| known.span.end == at)
        {
            return true;
        }
        self.ending_at(at).is_some_and(|token| {
            !self.open(token) || self.text(token.0.span).chars().nth(1).is_some() && !proper(token.1)
        })
    }

    /// Whether a name may end here.
    pub fn ends(&self, at: usize) -> bool {
        let Some(after) = self.char_after(at) else { return true };
        if !numeral::is_han(after) || self.known.iter().any(|known| known.span.start == at) {
            return true;
        }
        self.token_at(at).is_some_and(|index| !self.open(&self.tokens[index]))
    }

    /// The known name that ends, or begins, at a position.
    pub fn known_at(&self, position: impl Fn(Span) -> usize, at: usize) -> Option<Known> {
        self.known.iter().copied().find(|known| position(known.span) == at)
    }

    /// A name of the gazetteer in a list with the span: 深圳、X, X和汕尾.
    pub fn listed(&self, span: Span) -> bool {
        let mark = |c: Option<char>| c.filter(|c| matches!(c, '、' | '和' | '与' | '及')).map(char::len_utf8);
        let left = mark(self.char_before(span.start)).map(|length| span.start - length);
        let right = mark(self.char_after(span.end)).map(|length| span.end + length);
        left.is_some_and(|at| self.named.iter().any(|name| name.end == at))
            || right.is_some_and(|at| self.named.iter().any(|name| name.start == at))
    }

    /// A known place in brackets with the span: 东莞（X）, X（东莞）, X—东莞.
    pub fn bracketed(&self, span: Span) -> bool {
        let opens = |c: char| matches!(c, '(' | '（' | '—' | '-' | '–' | '·');
        let before = self.char_before(span.start).filter(|c| opens(*c)).map(|c| span.start - c.len_utf8());
        let after = self.char_after(span.end).filter(|c| opens(*c)).map(|c| span.end + c.len_utf8());
        before.is_some_and(|at| self.known_at(|known| known.end, at).is_some())
            || after.is_some_and(|at| self.known_at(|known| known.start, at).is_some())
    }

    /// Words of assistance right beside the span: 对口帮扶X, X对口帮扶.
    pub fn related(&self, span: Span) -> bool {
        self.cues
            .iter()
            .any(|cue| cue.kind == CueKind::Relation && (cue.span.end == span.start || cue.span.start == span.end))
    }

    pub fn located(&self, at: usize) -> bool {
        self.ending_at(at).is_some_and(|token| LOCATIVES.contains(&self.text(token.0.span)))
    }

    /// The words of a public body begin at a position; `bare` asks for those that begin with a level: 县委, 市政府.
    pub fn body_at(&self, at: usize, bare: bool) -> bool {
        self.cues.iter().filter(|cue| cue.span.start == at).any(|cue| {
            let CueKind::Agency(index) = cue.kind else { return false };
            let agency = &self.lexicon.agencies[index as usize];
            agency.category == AgencyCategory::Body && (agency.strength == Strength::Bare) == bare
        })
    }
}

/// Tags of names: places, bodies, people. `nz` holds as many ordinary words as names.
pub(super) fn proper(tag: &str) -> bool {
    matches!(tag, "ns" | "nt" | "nr" | "nrt" | "nrfg")
}
