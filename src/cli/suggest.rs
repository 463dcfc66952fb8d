//! `duikou dict suggest`: names and units worth adding, out of a corpus.

use super::inputs::InputArguments;
use super::{DictionaryArguments, OK, SOME_FAILED};
use crate::batch::{self, Settings};
use crate::document::Document;
use crate::error::Error;
use crate::suggest::{Collector, Finder};
use std::io::Write;
use std::sync::atomic::AtomicU64;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    inputs: InputArguments,
    /// How many suggestions
    #[arg(long, value_name = "N", default_value_t = 60)]
    limit: usize,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let broken = |source| Error::Write { path: "standard output".to_string(), source };
    let options = arguments.inputs.options()?;
    let extractor = arguments.dictionaries.extractor()?;
    let finder = Finder::new(&extractor);
    let inputs = arguments.inputs.discover(&options);
    let settings = Settings { reader: options, ..Settings::default() };
    let mut collector = Collector::default();
    let mut failures = 0;
    let job = |document: Document| {
        let sightings = finder.sightings(&document);
        (document, sightings)
    };
    batch::run_with(inputs, &settings, &AtomicU64::new(0), job, |_, result| {
        match result {
            Ok((document, sightings)) => collector.add(extractor.lexicon(), &document, sightings),
            Err(error) => {
                failures += 1;
                eprintln!("duikou: {error}");
            }
        }
        true
    })
    .map_err(|reason| broken(std::io::Error::other(reason)))?;
    let found = collector.suggestions(extractor.lexicon(), extractor.segmenter());
    let mut out = std::io::stdout().lock();
    for suggestion in found.iter().take(arguments.limit) {
        writeln!(out, "{}", serde_json::json!(suggestion)).map_err(broken)?;
    }
    Ok(if failures == 0 { OK } else { SOME_FAILED })
}
