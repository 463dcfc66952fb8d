//! What one stage made of an article, a line for each result.

use super::terminal::{self, Look, Screen};
use super::{Tagged, explain, listing};
use crate::output::CodePoints;
use crate::segment::Token;
use crate::span::{Span, inside};
use std::fmt::Write;

/// A stage that can be looked at alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Stage {
    /// Words of each sentence
    Tokens,
    /// Places, agencies, parks, compounds, also rejected ones
    Mentions,
    /// Everything number-like, and why it is a fact or not
    Quantities,
    /// To whom each amount belongs, with the evidence
    Pairs,
}

/// The results of one stage. `tokens` are asked for by [`Stage::Tokens`] alone.
pub fn stage(tagged: Tagged<'_>, stage: Stage, tokens: &[Token], screen: Screen) -> String {
    let points = CodePoints::new(&tagged.document.text);
    let mut out = listing::head(tagged, screen);
    out.push_str(&match stage {
        Stage::Tokens => words(tagged, tokens, screen),
        Stage::Mentions => table(screen, Look::Place, mentions(tagged, &points)),
        Stage::Quantities => table(screen, Look::Fact, quantities(tagged, &points)),
        Stage::Pairs => pairs(tagged, &points, screen),
    });
    out
}

fn words(tagged: Tagged<'_>, tokens: &[Token], screen: Screen) -> String {
    let mut out = String::new();
    for sentence in &tagged.extraction.sentences {
        let words: Vec<&str> =
            inside(tokens, sentence.span, |token| token.span).iter().map(|token| tagged.text(token.span)).collect();
        let _ = writeln!(out, "{}", terminal::wrap(screen, &words.join(" | "), &[], 0));
    }
    out
}

fn place(points: &CodePoints<'_>, span: Span) -> String {
    format!("{}-{}", points.at(span.start), points.at(span.end))
}

fn mentions(tagged: Tagged<'_>, points: &CodePoints<'_>) -> Vec<Vec<String>> {
    let row = |mention: &crate::mention::Mention| {
        let (name, code) = tagged.referent(mention).unwrap_or(("–", "–"));
        vec![
            place(points, mention.span),
            tagged.text(mention.span).to_string(),
            mention.kind.name().to_string(),
            name.to_string(),
            code.to_string(),
            tagged.cited(mention.rule, mention.row),
        ]
    };
    tagged.extraction.mentions.iter().map(row).collect()
}

fn quantities(tagged: Tagged<'_>, points: &CodePoints<'_>) -> Vec<Vec<String>> {
    let row = |quantity: &crate::quantity::Quantity| {
        let fact = tagged.fact_of(quantity);
        let why = fact.map_or_else(|| explain::kind(quantity.kind).to_string(), |_| String::new());
        vec![
            place(points, quantity.span),
            tagged.text(quantity.span).to_string(),
            quantity.kind.name().to_string(),
            explain::value(&tagged.document.text, quantity),
            fact.map_or_else(|| "no fact".to_string(), |(at, _)| format!("#{}", at + 1)),
            tagged.cited(quantity.rule, quantity.row),
            why,
        ]
    };
    tagged.extraction.quantities.iter().map(row).collect()
}

/// Rows in columns as wide as their widest cell; the second cell is what was found.
fn table(screen: Screen, look: Look, rows: Vec<Vec<String>>) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().map(|row| terminal::width(&row[column]).min(40)).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let padded = terminal::pad(cell, widths[column]);
            line.push_str(&if column == 1 { screen.tint(look, &padded) } else { padded });
            line.push_str("  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn pairs(tagged: Tagged<'_>, points: &CodePoints<'_>, screen: Screen) -> String {
    let mut out = String::new();
    for (at, fact) in tagged.extraction.facts.iter().enumerate() {
        let _ = writeln!(
            out,
            "#{}  {}  {}  {}",
            at + 1,
            place(points, fact.quantity.span),
            screen.tint(Look::Fact, tagged.text(fact.quantity.span)),
            fact.decision.rule
        );
        for pair in &fact.decision.pairs {
            let _ = writeln!(out, "    {}", screen.tint(Look::Strong, &listing::pair(tagged, pair)));
            for piece in &pair.evidence {
                let words = piece.span.map_or_else(String::new, |span| {
                    format!("  {}  {}", place(points, span), screen.tint(Look::Place, tagged.text(span)))
                });
                let _ = writeln!(out, "        {}{words}", tagged.cited(piece.rule, piece.row));
            }
        }
    }
    out
}
