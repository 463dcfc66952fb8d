//! `duikou eval`: precision, recall, F1 and each wrong fact, against gold.

use super::{DictionaryArguments, OK, SOME_FAILED};
use crate::batch::{self, Outcome};
use crate::error::{Error, ReadError};
use crate::eval::{self, ByDocument, Counts, Score};
use crate::{output, reader};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

#[derive(clap::Args)]
pub struct Arguments {
    /// Folder of gold files (<doc>.json), or a folder that holds `gold` and `text`
    #[arg(value_name = "GOLD")]
    gold: PathBuf,
    /// The texts, or facts already extracted (.jsonl with facts); the folder `text` beside the gold when left out
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Kinds that count
    #[arg(long, value_parser = ["money", "area", "count", "percent", "length"], value_delimiter = ',', default_value = "money,area,count")]
    kinds: Vec<String>,
    /// Also print the figures of each document
    #[arg(long)]
    by_doc: bool,
    /// Leave the wrong facts out
    #[arg(long)]
    no_errors: bool,
    /// Exit with 1 when the end-to-end F1 is below this
    #[arg(long, value_name = "X")]
    min_f1: Option<f64>,
    /// Exit with 1 when the share of facts with the right pairs is below this
    #[arg(long, value_name = "X")]
    min_pairs: Option<f64>,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let inner = arguments.gold.join("gold");
    let gold_path = if inner.is_dir() { inner } else { arguments.gold.clone() };
    let gold = eval::load_gold(&gold_path).map_err(Error::Read)?;
    let mut failures = 0;
    let predicted = match arguments.paths.as_slice() {
        [one] if is_facts(one) => eval::load_predictions(one).map_err(Error::Read)?,
        paths => {
            let beside = gold_path.parent().unwrap_or(Path::new(".")).join("text");
            let paths = if paths.is_empty() { vec![beside] } else { paths.to_vec() };
            predict(arguments, &paths, &gold, &mut failures)?
        }
    };
    let kinds: Vec<&str> = arguments.kinds.iter().map(String::as_str).collect();
    let score = eval::score(&gold, &predicted, &kinds);
    let report = report(arguments, &score);
    let broken = |source| Error::Write { path: "standard output".to_string(), source };
    std::io::stdout().lock().write_all(report.as_bytes()).map_err(broken)?;
    let below = |floor: Option<f64>, figure: Option<f64>| floor.is_some_and(|floor| figure.unwrap_or(0.0) < floor);
    let pairs = score.all.figures().iter().find(|(name, _)| *name == "pairs").and_then(|(_, figure)| *figure);
    let low = below(arguments.min_f1, score.all.end2end_f1()) || below(arguments.min_pairs, pairs);
    if low {
        eprintln!("duikou: below the floor");
    }
    Ok(if low || failures > 0 { SOME_FAILED } else { OK })
}

/// Whether a file holds facts rather than documents: its first line has the fields of a fact.
fn is_facts(path: &Path) -> bool {
    let Ok(file) = std::fs::File::open(path) else { return false };
    let mut line = String::new();
    let read = std::io::BufRead::read_line(&mut std::io::BufReader::new(file), &mut line);
    read.is_ok() && serde_json::from_str::<eval::Scored>(&line).is_ok()
}

fn predict(
    arguments: &Arguments,
    paths: &[PathBuf],
    gold: &ByDocument,
    failures: &mut usize,
) -> Result<ByDocument, Error> {
    let extractor = arguments.dictionaries.extractor()?;
    let mut predicted = ByDocument::new();
    let mut broken = None;
    batch::run(&extractor, reader::discover(paths), 0, &AtomicU64::new(0), |outcome| {
        match outcome {
            Outcome::Done(document, extraction) => {
                let records = output::fact_records(extractor.lexicon(), &document, &extraction.facts);
                match eval::from_records(&records) {
                    Ok(facts) => predicted.entry(eval::stem(&document.id)).or_default().extend(facts),
                    Err(error) => broken = Some(error.to_string()),
                }
            }
            Outcome::Failed(error) => {
                *failures += 1;
                eprintln!("duikou: {error}");
            }
        }
        broken.is_none()
    })
    .map_err(|reason| Error::Read(ReadError { path: arguments.gold.clone(), record: None, reason }))?;
    for doc in gold.keys().filter(|doc| !predicted.contains_key(*doc)) {
        *failures += 1;
        eprintln!("duikou: {doc}: gold without a text");
    }
    match broken {
        Some(reason) => Err(Error::Read(ReadError { path: arguments.gold.clone(), record: None, reason })),
        None => Ok(predicted),
    }
}

/// The figures, after each wrong fact, as text.
fn report(arguments: &Arguments, score: &Score) -> String {
    let mut lines = Vec::new();
    if !arguments.no_errors {
        lines.extend(score.notes.iter().map(ToString::to_string));
    }
    if arguments.by_doc {
        lines.extend(score.by_doc.iter().map(|(doc, counts)| figures(doc, counts)));
    }
    lines.extend(score.by_kind.iter().map(|(kind, counts)| figures(kind, counts)));
    lines.push(figures("all", &score.all));
    lines.push("confidence  facts  right pairs".to_string());
    for (tenth, (facts, right)) in score.calibration.iter().enumerate().rev().filter(|(_, (facts, _))| *facts > 0) {
        lines.push(format!("  ≥ {:.1}     {facts:5}  {:.3}", tenth as f64 / 10.0, *right as f64 / *facts as f64));
    }
    lines.push(String::new());
    lines.join("\n")
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
