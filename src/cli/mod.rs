//! The commands. stdout carries data alone; progress, summaries and errors go to stderr.
#![allow(clippy::print_stderr)]

mod dict;
mod eval;
mod extract;
mod inspect;
mod normalize;

use crate::error::Error;
use crate::lexicon::{Lexicon, Overlay};
use crate::pipeline::Extractor;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Everything done.
const OK: u8 = 0;
/// Some inputs failed, each named on stderr; the others are done. Also: a score below the floor.
const SOME_FAILED: u8 = 1;
/// Wrong usage, or dictionaries with faults.
const USAGE: u8 = 2;

/// Facts with city pairs out of Chinese articles about Guangdong's paired assistance (对口帮扶).
///
/// A fact is a sum of money, an area or a count, normalised (近2亿 → 200000000 CNY, nearly), with what it measures,
/// planned or actual, when, and the helper→recipient cities that it belongs to, with the evidence.
#[derive(Parser)]
#[command(
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = "Example: duikou extract articles/ -o facts.csv\nExit status: 0 all well, 1 some inputs failed (each named on stderr, the others done), 2 wrong usage."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Extract facts from files, folders or standard input
    Extract(extract::Arguments),
    /// Show how documents are read: sentences, tokens, places, quantities, facts
    Inspect(inspect::Arguments),
    /// Read the quantities of each argument, or of each line of standard input
    Normalize(normalize::Arguments),
    /// Check dictionaries
    Dict(dict::Arguments),
    /// Score facts against gold and print each wrong one
    Eval(eval::Arguments),
}

#[derive(clap::Args)]
struct DictionaryArguments {
    /// Lay the tables of this folder over the built-in dictionaries; may be given several times
    #[arg(long = "dict", value_name = "DIR")]
    folders: Vec<PathBuf>,
}

impl DictionaryArguments {
    fn extractor(&self) -> Result<Extractor, Error> {
        let lexicon = Lexicon::load(&self.folders)?;
        acknowledge(&lexicon.overlays);
        Ok(Extractor::new(lexicon))
    }
}

/// Runs the command line and gives the exit status.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Extract(arguments) => extract::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Normalize(arguments) => normalize::run(&arguments),
        Command::Dict(arguments) => dict::run(&arguments),
        Command::Eval(arguments) => eval::run(&arguments),
    };
    match result {
        Ok(status) => ExitCode::from(status),
        // Somebody closed the pipe (| head): nothing to say, nothing failed.
        Err(Error::Write { source, .. }) if source.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(OK),
        Err(error @ Error::Lexicon(_)) => {
            eprintln!("{error}");
            eprintln!("duikou: the dictionaries have faults; nothing was done");
            ExitCode::from(USAGE)
        }
        Err(error) => {
            eprintln!("duikou: {error}");
            ExitCode::from(USAGE)
        }
    }
}

/// Says what each folder changed: `duikou: my-dict: +3 ~1 -2 rows`.
fn acknowledge(overlays: &[Overlay]) {
    for overlay in overlays {
        let Overlay { folder, added, replaced, removed } = overlay;
        eprintln!("duikou: {}: +{added} ~{replaced} -{removed} rows", folder.display());
    }
}

/// `1 document`, `3 documents`.
fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
