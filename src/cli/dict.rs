//! `duikou dict`: are the tables sound, and what does a change of theirs do.

use super::{OK, SOME_FAILED, acknowledge, counted, diff, explain, print, suggest};
use crate::error::Error;
use crate::lexicon::check;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check the built-in tables, or folders as they lie over them; prints every fault at once
    Check {
        /// Folders with tables (places.tsv, pairs.tsv …)
        #[arg(value_name = "DIR")]
        folders: Vec<PathBuf>,
        /// Put the files of the folders into canonical order first
        #[arg(long, requires = "folders")]
        write: bool,
    },
    /// Show what rows laid over the tables change in a corpus: facts that come, go and change
    Diff(diff::Arguments),
    /// Show everything that the tables know of a word: rows, meanings, pairs, what hides it
    Explain(explain::Arguments),
    /// Find names, measure words and units in a corpus that the tables lack, as rows to add
    Suggest(suggest::Arguments),
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    match &arguments.command {
        Command::Check { folders, write } => check(folders, *write),
        Command::Diff(arguments) => diff::run(arguments),
        Command::Explain(arguments) => explain::run(arguments),
        Command::Suggest(arguments) => suggest::run(arguments),
    }
}

fn check(folders: &[PathBuf], write: bool) -> Result<u8, Error> {
    if write {
        for file in check::write(folders)? {
            eprintln!("duikou: {file}: written in order");
        }
    }
    let report = check::check(folders)?;
    let lines: String = report.faults.iter().map(|fault| format!("{fault}\n")).collect();
    print(&lines)?;
    acknowledge(&report.overlays);
    if !report.faults.is_empty() {
        eprintln!("duikou: {}", counted(report.faults.len() as u64, "fault"));
        return Ok(SOME_FAILED);
    }
    let over = if folders.is_empty() {
        String::new()
    } else {
        format!(" with {} over them", counted(folders.len() as u64, "folder"))
    };
    eprintln!("duikou: built-in tables{over}: {}, no faults", counted(report.places as u64, "place"));
    Ok(OK)
}
