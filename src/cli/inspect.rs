//! `duikou inspect`: how documents are read.

use super::{DictionaryArguments, OK, SOME_FAILED};
use crate::batch::{self, Outcome};
use crate::error::Error;
use crate::{output, reader};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

#[derive(clap::Args)]
pub struct Arguments {
    /// Files (.txt, .jsonl), folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Form of the output: one JSON object a document and line
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Format {
    /// One JSON object a document
    Json,
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let target =
        arguments.output.as_ref().map_or_else(|| "standard output".to_string(), |path| path.display().to_string());
    let broken = |source| Error::Write { path: target.clone(), source };
    let extractor = arguments.dictionaries.extractor()?;
    let out: Box<dyn Write> = match &arguments.output {
        Some(path) => Box::new(File::create(path).map_err(broken)?),
        None => Box::new(std::io::stdout().lock()),
    };
    let mut out = BufWriter::new(out);
    let mut failures = 0;
    let mut failure = None;
    batch::run(&extractor, reader::discover(&arguments.paths), 0, &AtomicU64::new(0), |outcome| {
        match outcome {
            Outcome::Done(document, extraction) => {
                let tokens = extractor.tokens(&document, &extraction.sentences);
                let Format::Json = arguments.format;
                let record = output::inspection(extractor.lexicon(), &document, &extraction, &tokens);
                failure = writeln!(out, "{record}").err();
            }
            Outcome::Failed(error) => {
                failures += 1;
                eprintln!("duikou: {error}");
            }
        }
        failure.is_none()
    })
    .map_err(|reason| broken(std::io::Error::other(reason)))?;
    match failure {
        Some(error) => Err(broken(error)),
        None => {
            out.flush().map_err(broken)?;
            Ok(if failures == 0 { OK } else { SOME_FAILED })
        }
    }
}
