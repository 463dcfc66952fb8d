//! `duikou dict diff`: what rows laid over the tables change in a corpus, fact by fact.

use super::{DictionaryArguments, OK, SOME_FAILED, acknowledge, broken, counted, each};
use crate::document::Document;
use crate::error::Error;
use crate::lexicon::Lexicon;
use crate::lexicon::change::{State, Touched};
use crate::output::{self, FactRecord, PairRecord};
use crate::pipeline::Extractor;
use crate::reader::{self, Options};
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(after_help = "Exit status: 1 when a fact comes, goes or changes, unless --allow is given.")]
pub struct Arguments {
    /// Files, folders, archives, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The folder with the rows to try; may be given several times
    #[arg(long, required = true, value_name = "DIR")]
    with: Vec<PathBuf>,
    /// Exit with 0 even when something changes
    #[arg(long)]
    allow: bool,
    /// Read every document, also those that the rows cannot touch
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

/// How many documents hold a changed word, and how many facts came, went and changed.
#[derive(Debug, Default)]
struct Counts {
    documents: u64,
    read: u64,
    touched: u64,
    added: u64,
    gone: u64,
    changed: u64,
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let broken = broken(None);
    let (before, old_rows) = arguments.dictionaries.extractor_with_rows()?;
    let folders: Vec<PathBuf> = arguments.dictionaries.folders.iter().chain(&arguments.with).cloned().collect();
    let (lexicon, new_rows) = Lexicon::load_with_rows(&folders)?;
    acknowledge(&lexicon.overlays[arguments.dictionaries.folders.len()..]);
    let after = Extractor::new(lexicon);
    let mut out = BufWriter::new(std::io::stdout().lock());
    let touched = if arguments.all {
        Touched::ALL
    } else {
        Touched::between(
            State { rows: &old_rows, lexicon: before.lexicon() },
            State { rows: &new_rows, lexicon: after.lexicon() },
        )
    };
    let mut counts = Counts::default();
    let job = |document: Document| {
        let facts = |extractor: &Extractor| {
            output::fact_records(extractor.lexicon(), &document, &extractor.extract(&document).facts)
        };
        let records = touched.has(before.lexicon(), &document).then(|| (facts(&before), facts(&after)));
        (document, records)
    };
    let failures = each(reader::discover(&arguments.paths), Options::default(), job, |(document, records)| {
        counts.documents += 1;
        let Some((old, new)) = records else { return Ok(()) };
        counts.read += 1;
        out.write_all(differences(&document, &old, &new, &mut counts).as_bytes()).map_err(broken)
    })?;
    out.flush().map_err(broken)?;
    let Counts { documents, read, touched, added, gone, changed } = counts;
    let held = if read < documents { format!(", {read} with the changed words") } else { String::new() };
    eprintln!(
        "duikou: {}{held}, {touched} touched: {added} facts more, {gone} gone, {changed} changed",
        counted(documents, "document")
    );
    let unchanged = touched == 0 || arguments.allow;
    Ok(if failures == 0 && unchanged { OK } else { SOME_FAILED })
}

/// The document's name and a line for each fact that came (+), went (-) or changed (~); "" when none did.
fn differences(document: &Document, old: &[FactRecord], new: &[FactRecord], counts: &mut Counts) -> String {
    let by_id = |records: &[FactRecord]| -> BTreeMap<(usize, usize), usize> {
        records.iter().enumerate().map(|(at, record)| ((record.start, record.end), at)).collect()
    };
    let (earlier, later) = (by_id(old), by_id(new));
    let mut lines = String::new();
    for (place, at) in &earlier {
        match later.get(place) {
            None => {
                counts.gone += 1;
                lines += &format!("- {}\n", brief(&old[*at]));
            }
            Some(other) => {
                let changes = changes(&old[*at], &new[*other]);
                if !changes.is_empty() {
                    counts.changed += 1;
                    lines += &format!("~ {}\n    {}\n", brief(&new[*other]), changes.join("\n    "));
                }
            }
        }
    }
    for (_, at) in later.iter().filter(|(place, _)| !earlier.contains_key(place)) {
        counts.added += 1;
        lines += &format!("+ {}\n", brief(&new[*at]));
    }
    counts.touched += u64::from(!lines.is_empty());
    if lines.is_empty() { lines } else { format!("{}\n{lines}", document.id) }
}

/// The fact with its pairs and its sentence, on one line.
fn brief(fact: &FactRecord) -> String {
    let sentence: String = fact.sentence.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    format!("{} {} [{}]  {sentence}", fact.kind, fact.text, pairs(fact))
}

fn pairs(fact: &FactRecord) -> String {
    let pairs: Vec<String> = fact.pairs.iter().map(PairRecord::in_full).collect();
    pairs.join("; ")
}

/// The fields that differ, each `field: before → after`. The evidence is left out, but for the rule that decided.
fn changes(old: &FactRecord, new: &FactRecord) -> Vec<String> {
    let value = |fact: &FactRecord| {
        fact.value
            .clone()
            .unwrap_or_else(|| format!("{}..{}", fact.low.as_deref().unwrap_or(""), fact.high.as_deref().unwrap_or("")))
    };
    let rule = |fact: &FactRecord| {
        let rule = fact.pairs.first().and_then(|pair| pair.evidence.first());
        rule.map_or_else(String::new, |piece| piece.rule.clone())
    };
    let fields = [
        ("kind", old.kind.to_string(), new.kind.to_string()),
        ("value", value(old), value(new)),
        ("unit", old.unit.clone(), new.unit.clone()),
        ("bound", old.bound.to_string(), new.bound.to_string()),
        ("each", old.each.clone(), new.each.clone()),
        ("of", old.of.clone(), new.of.clone()),
        ("status", old.status.to_string(), new.status.to_string()),
        ("time", old.time.clone(), new.time.clone()),
        ("pairs", pairs(old), pairs(new)),
        ("rule", rule(old), rule(new)),
        ("flags", old.flags.join(";"), new.flags.join(";")),
    ];
    let changed = fields.into_iter().filter(|(_, before, after)| before != after);
    changed.map(|(field, before, after)| format!("{field}: {before} → {after}")).collect()
}
