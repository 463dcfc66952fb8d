//! `duikou eval`: precision, recall, F1 and each wrong fact, against gold.

use super::summary::STYLE;
use super::{DictionaryArguments, OK, SOME_FAILED, broken, each, gold, print};
use crate::document::Document;
use crate::error::{Error, ReadError};
use crate::eval::baseline::{self, Change};
use crate::eval::{self, ByDocument, Counts, Score, Scored};
use crate::fact::Fact;
use crate::lexicon::Lexicon;
use crate::output::{self, FactRecord};
use crate::reader::{self, Options};
use crate::report::scores;
use comfy_table::{CellAlignment, Table};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of gold files (<doc>.json), a folder that holds `gold` and `text`, or what `gold import` reads
    #[arg(value_name = "GOLD")]
    gold: PathBuf,
    /// The texts, or facts already extracted (.jsonl with facts); when left out, the folder `text` beside the gold, or the
    /// texts that an annotation tool carried
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Kinds that count
    #[arg(long, value_parser = ["money", "area", "count", "percent", "length"], value_delimiter = ',', default_value = "money,area,count")]
    kinds: Vec<String>,
    /// What figures are printed for; `pair` also prints which pair was taken for which
    #[arg(long, value_enum, value_delimiter = ',', default_value = "kind")]
    by: Vec<Dimension>,
    /// Leave the wrong facts out
    #[arg(long)]
    no_errors: bool,
    /// Form of what is printed
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Also write everything as one page for a browser
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Facts of an earlier run (`extract -o FILE.jsonl`): show what got better and worse since; exit with 1 when anything did
    /// get worse
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Exit with 1 when the end-to-end F1 is below this
    #[arg(long, value_name = "X")]
    min_f1: Option<f64>,
    /// Exit with 1 when the share of facts with the right pairs is below this
    #[arg(long, value_name = "X")]
    min_pairs: Option<f64>,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Dimension {
    Kind,
    Document,
    Pair,
    Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines to read
    Text,
    /// One JSON object with everything
    Json,
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let mut sets = sets(arguments)?;
    let kinds: Vec<&str> = arguments.kinds.iter().map(String::as_str).collect();
    let score = eval::score(&sets.gold, &sets.found, &kinds);
    let before = arguments.baseline.as_deref().map(eval::load_predictions).transpose().map_err(Error::Read)?;
    let before = before.map(|facts| eval::score(&sets.gold, &facts, &kinds));
    let changes = before.as_ref().map(|before| baseline::changes(before, &score));
    let report = match arguments.format {
        Format::Text => text(arguments, &score, changes.as_deref()),
        Format::Json => scores::json(&score, changes.as_deref()).to_string() + "\n",
    };
    print(&report)?;
    if let Some(path) = &arguments.html {
        let page = scores::page(&arguments.gold.display().to_string(), &score, changes.as_deref());
        page.and_then(|page| std::fs::write(path, page)).map_err(broken(Some(path)))?;
    }
    let below = |floor: Option<f64>, figure: Option<f64>| floor.is_some_and(|floor| figure.unwrap_or(0.0) < floor);
    let pairs = score.all.figures().iter().find(|(name, _)| *name == "pairs").and_then(|(_, figure)| *figure);
    if below(arguments.min_f1, score.all.end2end_f1()) || below(arguments.min_pairs, pairs) {
        eprintln!("duikou: below the floor");
        sets.failures += 1;
    }
    let worse = changes.iter().flatten().filter(|change| !change.broken.is_empty()).count();
    if worse > 0 {
        eprintln!("duikou: {worse} facts are worse than in the baseline");
    }
    Ok(if worse > 0 || sets.failures > 0 { SOME_FAILED } else { OK })
}

/// What is compared.
struct Sets {
    gold: ByDocument,
    found: ByDocument,
    failures: usize,
}

fn sets(arguments: &Arguments) -> Result<Sets, Error> {
    let inner = arguments.gold.join("gold");
    let path = if inner.is_dir() { &inner } else { &arguments.gold };
    let mut sets = Sets { gold: ByDocument::new(), found: ByDocument::new(), failures: 0 };
    let mut texts = arguments.paths.clone();
    let facts = match texts.as_slice() {
        [one] if is_facts(one) => Some(eval::load_predictions(one).map_err(Error::Read)?),
        _ => None,
    };
    if marks(path) {
        let extractor = arguments.dictionaries.extractor()?;
        let marked = gold::marked(&extractor, path).map_err(Error::Read)?;
        sets.failures += marked.failures;
        for one in marked.documents {
            let file = serde_json::to_value(&one.gold).and_then(|file| eval::add_gold(&mut sets.gold, file));
            file.map_err(|error| Error::Read(ReadError::of_file(path, error)))?;
            match one.read {
                _ if !arguments.paths.is_empty() => {}
                None => texts.push(PathBuf::from(one.id)),
                Some((_, made)) => {
                    let facts = scored(&made.found, &made.extraction.facts);
                    let facts = facts.map_err(|error| Error::Read(ReadError::of_file(path, error)))?;
                    sets.found.insert(one.gold.doc, facts);
                }
            }
        }
    } else {
        sets.gold = eval::load_gold(path).map_err(Error::Read)?;
        if texts.is_empty() {
            texts.push(path.parent().unwrap_or(Path::new(".")).join("text"));
        }
    }
    match facts {
        Some(facts) => sets.found = facts,
        None if texts.is_empty() => {}
        None => predict(arguments, &texts, &mut sets)?,
    }
    Ok(sets)
}

/// Whether a path holds what people marked elsewhere rather than gold files.
fn marks(path: &Path) -> bool {
    let gold = path.is_dir() || path.extension().is_some_and(|extension| extension == "json");
    match eval::load_gold(path) {
        Ok(_) => false,
        // A gold file with a fault is named as one; a folder without any may be brat's.
        Err(_) if gold => crate::gold::read(path).is_ok(),
        Err(_) => true,
    }
}

/// Whether a file holds facts rather than documents: its first line has the fields of a fact.
fn is_facts(path: &Path) -> bool {
    let Ok(file) = std::fs::File::open(path) else { return false };
    let mut line = String::new();
    let read = std::io::BufRead::read_line(&mut std::io::BufReader::new(file), &mut line);
    read.is_ok() && serde_json::from_str::<Scored>(&line).is_ok()
}

/// Records as they are scored, with the rules that decided, also where they said no pair.
fn scored(records: &[FactRecord], facts: &[Fact]) -> Result<Vec<Scored>, serde_json::Error> {
    let mut scored = eval::from_records(records)?;
    for (scored, fact) in scored.iter_mut().zip(facts) {
        scored.rule = fact.decision.rule.to_string();
    }
    Ok(scored)
}

fn predict(arguments: &Arguments, paths: &[PathBuf], sets: &mut Sets) -> Result<(), Error> {
    let extractor = arguments.dictionaries.extractor()?;
    let lexicon: &Lexicon = extractor.lexicon();
    let wrong = |reason: serde_json::Error| Error::Read(ReadError::of_file(&arguments.gold, reason));
    let job = |document: Document| {
        let facts = extractor.extract(&document).facts;
        let records = output::fact_records(lexicon, &document, &facts);
        (document.id, scored(&records, &facts))
    };
    sets.failures += each(reader::discover(paths), Options::default(), job, |(id, facts)| {
        sets.found.entry(eval::stem(&id)).or_default().extend(facts.map_err(wrong)?);
        Ok(())
    })?;
    for doc in sets.gold.keys().filter(|doc| !sets.found.contains_key(*doc)) {
        sets.failures += 1;
        eprintln!("duikou: {doc}: gold without a text");
    }
    Ok(())
}

/// The figures, after each wrong fact; at the end what changed since the baseline.
fn text(arguments: &Arguments, score: &Score, changes: Option<&[Change<'_>]>) -> String {
    let mut lines = Vec::new();
    if !arguments.no_errors {
        lines.extend(score.wrong().map(ToString::to_string));
    }
    let by = |dimension| arguments.by.contains(&dimension);
    if by(Dimension::Document) {
        lines.extend(score.by_doc.iter().map(|(doc, counts)| figures(doc, counts)));
    }
    if by(Dimension::Pair) {
        lines.push(table("pair", score.by_pair.iter(), true));
        lines.push(confusion(score));
    }
    if by(Dimension::Rule) {
        lines.push(table("rule", score.by_rule.iter(), false));
    }
    if by(Dimension::Kind) {
        lines.extend(score.by_kind.iter().map(|(kind, counts)| figures(kind, counts)));
    }
    lines.push(figures("all", &score.all));
    lines.push("confidence  facts  right pairs".to_string());
    for (tenth, (facts, right)) in score.calibration.iter().enumerate().rev().filter(|(_, (facts, _))| *facts > 0) {
        lines.push(format!("  ≥ {:.1}     {facts:5}  {:.3}", tenth as f64 / 10.0, *right as f64 / *facts as f64));
    }
    if let Some(changes) = changes {
        lines.extend(changes.iter().map(change));
        let count = |is: fn(&Change<'_>) -> bool| changes.iter().filter(|change| is(change)).count();
        let (worse, better) = (count(|change| !change.broken.is_empty()), count(|change| !change.mended.is_empty()));
        lines.push(format!("since the baseline: {better} facts better, {worse} worse"));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// `worse`, `better` or both, with what changed, and the fact.
fn change(change: &Change<'_>) -> String {
    let mut cells = Vec::new();
    for (word, faults) in [("worse", &change.broken), ("better", &change.mended)] {
        if !faults.is_empty() {
            let steps: Vec<String> = faults.iter().map(|fault| change.step(*fault)).collect();
            cells.push(format!("{word} {}", steps.join(", ")));
        }
    }
    format!("{}\t{}", cells.join(" "), change.verdict)
}

/// Facts by what they have in common: how many, how many found (where that can differ), how many with the right pairs.
fn table<'s>(name: &str, rows: impl Iterator<Item = (&'s String, &'s Counts)>, gold: bool) -> String {
    let share = |part: usize, whole: usize| {
        if whole == 0 { "-".to_string() } else { format!("{:.3}", part as f64 / whole as f64) }
    };
    let mut table = Table::new();
    let header = if gold {
        [name, "gold", "found", "value", "pairs", "spurious"]
    } else {
        [name, "facts", "", "value", "pairs", "spurious"]
    };
    table.load_style(STYLE).set_header(header);
    for (name, counts) in rows {
        let found = if gold { share(counts.hit, counts.gold) } else { String::new() };
        let (value, pairs) = (share(counts.value, counts.hit), share(counts.pairs, counts.hit));
        table.add_row([name.clone(), counts.gold.to_string(), found, value, pairs, counts.spurious.to_string()]);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.trim_fmt()
}

fn confusion(score: &Score) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(["gold", "found instead", "facts"]);
    for (gold, found, count) in &score.confusion {
        table.add_row([gold.clone(), found.clone(), count.to_string()]);
    }
    table.trim_fmt()
}

fn figures(name: &str, counts: &Counts) -> String {
    let missed = counts.gold - counts.hit;
    let figure = |(name, value): &(&str, Option<f64>)| {
        value.map_or_else(|| format!("{name}   -  "), |value| format!("{name} {value:.3}"))
    };
    let figures = counts.figures();
    format!(
        "{name}: gold {} (+{} optional) hit {} spurious {} missed {missed}\n  {}\n  {}",
        counts.gold,
        counts.optional,
        counts.hit,
        counts.spurious,
        figures[..9].iter().map(figure).collect::<Vec<_>>().join("  "),
        figures[9..].iter().map(figure).collect::<Vec<_>>().join("  "),
    )
}
