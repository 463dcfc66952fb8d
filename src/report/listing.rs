//! One article on a terminal: its lines with everything marked, then its facts.

use super::terminal::{self, Look, Marked, Screen};
use super::{Tagged, explain};
use crate::fact::Fact;
use crate::layout::LineKind;
use crate::mention::MentionKind;
use crate::output;
use crate::pairing::Pair;
use crate::span::{Span, inside};
use std::fmt::Write;

/// What the marks mean, once for a run.
pub fn legend(screen: Screen) -> String {
    let sample = |look, word| screen.paint(look, word);
    format!(
        "{} {} {} {} {}\n{}\n\n",
        sample(Look::Place, "place"),
        sample(Look::Agency, "agency"),
        sample(Look::Park, "park or compound"),
        sample(Look::Fact, "fact") + &screen.tint(Look::Faint, "#1"),
        sample(Look::Other, "other number"),
        screen.tint(Look::Faint, "# title   @ date, source   = heading   x furniture: holds no facts"),
    )
}

/// The article and its facts.
pub fn article(tagged: Tagged<'_>, screen: Screen) -> String {
    let mut out = head(tagged, screen);
    let mut marks = Walk { marks: marks(tagged), from: 0 };
    for line in &tagged.extraction.layout.lines {
        let (sign, plain) = match line.kind {
            LineKind::Title => ("# ", false),
            LineKind::Meta => ("@ ", true),
            LineKind::Heading => ("= ", false),
            LineKind::Body => ("  ", false),
            LineKind::Furniture => ("x ", true),
        };
        let marked = if plain {
            vec![Marked { range: 0..line.span.len(), look: Look::Faint, label: String::new() }]
        } else {
            marks.inside(line.span)
        };
        let _ = writeln!(
            out,
            "{}{}",
            screen.tint(Look::Faint, sign),
            terminal::wrap(screen, tagged.text(line.span), &marked, sign.len())
        );
    }
    out.push('\n');
    out.push_str(&facts(tagged, screen));
    out
}

/// `demo.txt  标题  2015-08-20`.
pub(super) fn head(tagged: Tagged<'_>, screen: Screen) -> String {
    let mut out = screen.tint(Look::Strong, &tagged.document.id);
    for part in [tagged.title().unwrap_or_default(), &tagged.date()] {
        if !part.is_empty() {
            let _ = write!(out, "  {}", terminal::clean(part));
        }
    }
    out.push('\n');
    out
}

/// Everything that was found, by start, the longer first. Rejected names are left out: they are words like others.
pub(super) fn marks(tagged: Tagged<'_>) -> Vec<(Span, Look, String)> {
    let extraction = tagged.extraction;
    let names = extraction.mentions.iter().filter(|mention| tagged.referent(mention).is_some()).map(|mention| {
        let look = match mention.kind {
            MentionKind::Place => Look::Place,
            MentionKind::Agency => Look::Agency,
            MentionKind::Park | MentionKind::Compound => Look::Park,
        };
        (mention.span, look, String::new())
    });
    let quantities = extraction.quantities.iter().map(|quantity| match tagged.fact_of(quantity) {
        Some((at, _)) => (quantity.span, Look::Fact, format!("#{}", at + 1)),
        None => (quantity.span, Look::Other, String::new()),
    });
    let mut marks: Vec<_> = names.chain(quantities).collect();
    marks.sort_by_key(|(span, ..)| (span.start, std::cmp::Reverse(span.end)));
    marks
}

/// Marks handed out stretch by stretch, in order.
struct Walk {
    marks: Vec<(Span, Look, String)>,
    from: usize,
}

impl Walk {
    fn inside(&mut self, within: Span) -> Vec<Marked> {
        let rest = &self.marks[self.from..];
        let until = rest.iter().position(|(span, ..)| span.start >= within.end).unwrap_or(rest.len());
        self.from += until;
        relative(&rest[..until], within)
    }
}

/// Marks of one stretch, with ranges in it.
pub(super) fn relative(marks: &[(Span, Look, String)], within: Span) -> Vec<Marked> {
    inside(marks, within, |(span, ..)| *span)
        .iter()
        .map(|(span, look, label)| Marked {
            range: span.start - within.start..span.end.min(within.end) - within.start,
            look: *look,
            label: label.clone(),
        })
        .collect()
}

/// The facts, two lines each: what it says, and what it rests on.
fn facts(tagged: Tagged<'_>, screen: Screen) -> String {
    let facts = &tagged.extraction.facts;
    if facts.is_empty() {
        return screen.tint(Look::Faint, "no facts") + "\n";
    }
    let rows: Vec<[String; 5]> = facts.iter().enumerate().map(|(at, fact)| row(tagged, at, fact)).collect();
    let columns: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| terminal::width(&row[column])).max().unwrap_or(0))
        .collect();
    let plain = Screen { colour: false, ..screen };
    let indent = columns[0] + 2;
    let mut out = String::new();
    for (row, fact) in rows.iter().zip(facts) {
        let before: usize = columns.iter().map(|columns| columns + 2).sum();
        for (column, (cell, columns)) in row.iter().zip(&columns).enumerate() {
            let space = " ".repeat(columns + 2 - terminal::width(cell));
            let cell = if column == 1 { screen.tint(Look::Fact, cell) } else { terminal::clean(cell) };
            let _ = write!(out, "{cell}{space}");
        }
        // The pairs stand behind the columns, or below them where the screen is narrow.
        let beside = before + 24 <= screen.width;
        if !beside {
            out.truncate(out.trim_end().len());
            let _ = write!(out, "\n{}", " ".repeat(indent));
        }
        let _ =
            writeln!(out, "{}", terminal::wrap(plain, &pairs(tagged, fact), &[], if beside { before } else { indent }));
        let reasons = terminal::wrap(plain, &reasons(tagged, fact).join(" · "), &[], indent);
        for (index, line) in reasons.lines().enumerate() {
            let lead = if index == 0 { " ".repeat(indent) } else { String::new() };
            let _ = writeln!(out, "{lead}{}", screen.tint(Look::Faint, line));
        }
    }
    out
}

/// Number, expression, value, status, time.
fn row(tagged: Tagged<'_>, at: usize, fact: &Fact) -> [String; 5] {
    [
        format!("#{}", at + 1),
        terminal::clean(tagged.text(fact.quantity.span)),
        terminal::clean(&explain::value(&tagged.document.text, &fact.quantity)),
        if fact.context.planned { "planned" } else { "actual" }.to_string(),
        if fact.context.time.is_empty() { "–".to_string() } else { fact.context.time.clone() },
    ]
}

/// The pairs of cities, each once: `深圳>河源 0.95`, with the county pair if there is one, with their number if more.
fn pairs(tagged: Tagged<'_>, fact: &Fact) -> String {
    let all = &fact.decision.pairs;
    if all.is_empty() {
        return "no pair".to_string();
    }
    let mut told = Vec::new();
    for found in all {
        let same = all.iter().filter(|other| other.cities == found.cities).count();
        let text = match same {
            1 => pair(tagged, found),
            _ => format!("{} ({same} county pairs)", pair(tagged, &Pair { fine: None, ..found.clone() })),
        };
        if !told.contains(&text) {
            told.push(text);
        }
    }
    told.join("; ")
}

/// `深圳>河源 (宝安>龙川) 0.95`.
pub(super) fn pair(tagged: Tagged<'_>, pair: &Pair) -> String {
    let short = |id| crate::output::short(tagged.lexicon, id);
    let fine = pair.fine.map(|(helper, recipient)| format!(" ({}>{})", short(helper), short(recipient)));
    format!(
        "{}>{}{} 0.{:02}",
        short(pair.cities.helper),
        short(pair.cities.recipient),
        fine.unwrap_or_default(),
        pair.confidence
    )
}

/// What, per what, and every rule and row.
fn reasons(tagged: Tagged<'_>, fact: &Fact) -> Vec<String> {
    let mut reasons = Vec::new();
    reasons.extend(fact.context.of.map(|span| tagged.text(span).to_string()));
    reasons.extend(fact.context.each.map(|span| format!("each {}", tagged.text(span))));
    let steps = explain::arithmetic(tagged.lexicon, tagged.text(fact.quantity.span), &fact.quantity);
    reasons.extend((!steps.is_empty()).then_some(steps));
    reasons.push(tagged.cited(fact.quantity.rule, fact.quantity.row));
    reasons.extend(fact.context.status_row.map(|row| format!("status {}", tagged.lexicon.cite(row))));
    reasons.push(fact.decision.rule.to_string());
    for pair in &fact.decision.pairs {
        for piece in pair.evidence.iter().filter(|piece| piece.row.is_some()) {
            let reason = tagged.cited(piece.rule, piece.row);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    let flags = output::flags(&tagged.document.text, fact);
    reasons.extend(flags.iter().map(|flag| format!("flag {flag}")));
    reasons
}
