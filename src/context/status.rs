//! Planned or actual: 将, 拟, 力争 against 已, 累计, 完成; read from left to right, a strong cue holds until another.

use super::Input;
use crate::layout::LineKind;
use crate::lexicon::{CueHit, CueKind, RowRef};
use crate::quantity::Quantity;
use crate::sentence::Sentence;
use crate::span::{Span, inside};

/// Whether amounts without a cue are planned: in a plan (实施方案, 任务书), and under a heading that plans (二、2016年工作计划).
#[derive(Debug)]
pub(super) struct Outlook {
    document: bool,
    section: Option<bool>,
    /// Whether the article has begun: a line under the title (明年新进企业不少于80家) is no heading of a section.
    begun: bool,
}

impl Outlook {
    /// The outlook at the top of the document.
    pub(super) fn of(input: &Input<'_>) -> Self {
        let title = input.layout.title;
        let text = title.map_or("", |title| title.of(input.folded));
        let report = text.contains("总结") || text.contains("回顾") || text.contains("报告");
        let planned = title.is_some_and(|title| has(input, title, CueKind::PlanningTitle));
        Self { document: planned && !report, section: None, begun: false }
    }

    /// Whether the sentence that comes next speaks of a plan; a heading of the first order (一、) settles its section.
    pub(super) fn enter(&mut self, input: &Input<'_>, sentence: &Sentence) -> bool {
        let text = sentence.span.of(input.folded);
        let mut chars = text.chars();
        let marked = chars.next() == Some('【');
        let numbered = marked || chars.next() == Some('、') || chars.next() == Some('、');
        let heading =
            (self.begun && sentence.kind == LineKind::Heading) || (numbered && sentence.kind != LineKind::Title);
        self.begun |= sentence.kind == LineKind::Body;
        if heading && text.chars().take(31).count() <= 30 {
            if has(input, sentence.span, CueKind::PlanningTitle) || has(input, sentence.span, CueKind::PlanningHeading)
            {
                self.section = Some(true);
            } else if numbered {
                self.section = None;
            }
        }
        self.section.unwrap_or(self.document)
    }
}

fn has(input: &Input<'_>, within: Span, kind: CueKind) -> bool {
    inside(input.cues, within, |cue| cue.span).iter().any(|cue| cue.kind == kind && cue.span.end <= within.end)
}

/// The status of one quantity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Status {
    pub planned: bool,
    /// Whether only the amount is planned and not what it belongs to: 截至8月底引进58家，计划投资136.7亿元.
    pub own: bool,
    /// The cue behind it.
    pub row: Option<RowRef>,
}

/// Status of one quantity. `past` tells that the sentence names a time before the article's.
pub(super) fn read(input: &Input<'_>, sentence: Span, quantity: &Quantity, planning: bool, past: bool) -> Status {
    let status = |planned, row| Status { planned, own: false, row };
    let before = Span::new(sentence.start, quantity.span.start);
    let hits = inside(input.cues, before, |cue| cue.span);
    let mut state: Option<(bool, bool, RowRef)> = None;
    let mut own: Option<&CueHit> = None;
    let mut clause = input.scopes.clause_at(sentence, sentence.start);
    let mut last_clause = clause;
    for cue in hits {
        let Some((planned, strong)) = side(cue.kind) else { continue };
        if cue.span.end > before.end || masked(hits, cue) {
            continue;
        }
        let here = input.scopes.clause_at(sentence, cue.span.start);
        let new_clause = here != clause;
        clause = here;
        if cue.kind == CueKind::PlannedOwn {
            own = Some(cue);
            continue;
        }
        last_clause = here;
        // A weak plan (提出, 规划) says nothing of the next clause.
        if new_clause && matches!(state, Some((true, false, _))) {
            state = None;
        }
        state = match state {
            // 计划完成投资: the weak word behind a strong one of the other side changes nothing.
            Some((was, true, row)) if was != planned && !strong => Some((was, true, row)),
            Some((was, false, row)) if was != planned && !strong && !new_clause => Some((was, false, row)),
            _ => Some((planned, strong, cue.row)),
        };
    }
    let clause = input.scopes.clause_at(sentence, quantity.span.start);
    if let Some(cue) = own.filter(|cue| clause.contains(cue.span)) {
        return Status { own: true, ..status(true, Some(cue.row)) };
    }
    if let Some(row) = future_year(input, before) {
        return status(true, row);
    }
    if let Some((true, false, _)) = state.filter(|_| last_clause != clause) {
        state = None;
    }
    // 设立20亿元的基金，首笔10亿元5月底到账: what has come is no plan, unless its own clause plans it.
    let behind = Span::new(quantity.span.end, clause.end.max(quantity.span.end));
    let arrived = inside(input.cues, behind, |cue| cue.span).iter().find(|cue| cue.kind == CueKind::Arrived);
    if let (Some(cue), true) = (arrived, last_clause != clause) {
        return status(false, Some(cue.row));
    }
    match state {
        Some((planned, _, row)) => status(planned, Some(row)),
        None => status(planning && !past, None),
    }
}

fn side(kind: CueKind) -> Option<(bool, bool)> {
    Some(match kind {
        CueKind::Planned => (true, true),
        CueKind::PlannedWeak | CueKind::PlannedOwn => (true, false),
        CueKind::Actual => (false, true),
        CueKind::ActualWeak => (false, false),
        _ => return None,
    })
}

/// 将 in 将近, 要 in 主要, 计划 in 计划投资: a longer word of another kind covers the cue.
fn masked(hits: &[CueHit], cue: &CueHit) -> bool {
    let from = hits.partition_point(|other| other.span.start + 24 < cue.span.start);
    hits[from..].iter().take_while(|other| other.span.start <= cue.span.start).any(|other| {
        other.span.contains(cue.span)
            && other.span.len() > cue.span.len()
            && matches!(
                other.kind,
                CueKind::NotPlanned
                    | CueKind::Planned
                    | CueKind::PlannedWeak
                    | CueKind::PlannedOwn
                    | CueKind::Actual
                    | CueKind::ActualWeak
            )
    })
}

/// 到2017年 in an article of 2014.
fn future_year(input: &Input<'_>, before: Span) -> Option<Option<RowRef>> {
    let year = input.layout.year?;
    let text = before.of(input.folded);
    let last = text.rfind('年')?;
    let digits = text.get(last.checked_sub(4)?..last)?;
    let named: i16 = digits.parse().ok()?;
    // 2013—2015年: a span that has begun.
    if text[..last - 4].ends_with(['—', '-', '–', '－', '至', '~', '～']) {
        return None;
    }
    (named > year && named < year + 40).then_some(None)
}
