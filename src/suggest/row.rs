//! The rows: cells that the articles give, the others as a person would first put them, to be looked over.

use super::collect::Seen;
use super::rank::Suggestion;
use super::{Evidence, agency, name};
use crate::lexicon::{AgencyCategory, Level, Lexicon, PlaceId, TABLES};
use std::collections::BTreeMap;

/// Gives every suggestion its row, and codes that are free to the places.
pub(super) fn write(lexicon: &Lexicon, found: Vec<(Suggestion, Seen)>) -> Vec<Suggestion> {
    let mut numbers = BTreeMap::new();
    found
        .into_iter()
        .map(|(mut suggestion, seen)| {
            suggestion.row = match suggestion.table {
                "places.tsv" => place(lexicon, &suggestion, &seen, &mut numbers),
                "agencies.tsv" => agency(lexicon, &suggestion, &seen),
                _ => measure(&mut suggestion, &seen),
            };
            suggestion
        })
        .collect()
}

/// The header row of a table, cells separated by tabs; "" for an unknown table.
pub fn header(table: &str) -> String {
    TABLES.iter().find(|spec| spec.name == table).map_or_else(String::new, |spec| spec.columns.join("\t"))
}

fn source(suggestion: &Suggestion) -> String {
    format!("dict suggest: {} occurrences, {} documents", suggestion.count, suggestion.documents)
}

fn place(lexicon: &Lexicon, suggestion: &Suggestion, seen: &Seen, numbers: &mut BTreeMap<String, u32>) -> String {
    let suffix = name::suffix_of(&suggestion.word);
    // What stands right in front, when it is of a higher level; 河源市|X县, never 龙川县|X市.
    let above = |level: Level| {
        let higher = seen.parents.iter().filter(|(id, _)| level == Level::Zone || lexicon.place(*id).level < level);
        let counts = higher.clone().map(|(_, count)| *count).max();
        higher.filter(|(_, count)| Some(*count) == counts).map(|(id, _)| *id).min()
    };
    let (level, parent) = match suffix {
        // 英德市 behind its city is a county-level one.
        Some((_, Level::Prefecture)) if above(Level::County).is_some_and(|id| prefecture(lexicon, id)) => {
            (Level::County, above(Level::County))
        }
        Some((_, level)) => (level, above(level)),
        None => (Level::County, above(Level::County)),
    };
    let level_name = match level {
        Level::Province => "province",
        Level::Prefecture => "prefecture",
        Level::County => "county",
        Level::Zone => "zone",
        Level::Town => "town",
    };
    let parent = parent.map_or("", |id| lexicon.place(id).code.as_str());
    let code = free_code(lexicon, if parent.is_empty() { "440000" } else { parent }, numbers);
    let danger = if seen.of(Evidence::Ordinary) * 2 > seen.count { "high" } else { "med" };
    let note = if suffix.is_none() { "check name, code, level, parent" } else { "check code, parent" };
    let Suggestion { word, short, .. } = suggestion;
    [&code, word, short, level_name, parent, "", "", danger, "", &source(suggestion), note].join("\t")
}

fn prefecture(lexicon: &Lexicon, id: PlaceId) -> bool {
    lexicon.place(id).level == Level::Prefecture
}

/// A code under the unit above that no place has: `441600-S1`.
fn free_code(lexicon: &Lexicon, above: &str, numbers: &mut BTreeMap<String, u32>) -> String {
    let number = numbers.entry(above.to_string()).or_default();
    loop {
        *number += 1;
        let code = format!("{above}-S{number}");
        if lexicon.by_code(&code).is_none() {
            return code;
        }
    }
}

fn agency(lexicon: &Lexicon, suggestion: &Suggestion, seen: &Seen) -> String {
    let category = agency::category(&suggestion.word);
    let named = AgencyCategory::NAMES.iter().find(|(_, other)| *other == category).map_or("body", |(name, _)| name);
    // A firm belongs to the place in front of it, when there is but one.
    let owner = match (category, &seen.parents[..]) {
        (AgencyCategory::Company, [(place, _)]) => lexicon.place(*place).code.as_str(),
        _ => "",
    };
    [&suggestion.word, named, "strong", owner, &source(suggestion), "check category, owner"].join("\t")
}

/// A measure word, or a unit where fractions stand in front: 1.5垧.
fn measure(suggestion: &mut Suggestion, seen: &Seen) -> String {
    let source = source(suggestion);
    let word = &suggestion.word;
    let fractions = seen.of(Evidence::Fraction);
    let unit = fractions > 1 && fractions * 50 >= seen.count || word.is_ascii();
    if unit {
        suggestion.table = "units.tsv";
        return [word, "measure", word, "1", &source, "check kind, unit, factor"].join("\t");
    }
    [word, "", "", &source, "check what it counts"].join("\t")
}
