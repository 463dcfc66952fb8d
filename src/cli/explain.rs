//! `duikou dict explain`: what the dictionaries know of a word.

use super::{DictionaryArguments, OK, SOME_FAILED};
use crate::error::Error;
use crate::report::terminal::Screen;
use crate::report::word::{Word, Words};
use std::io::{IsTerminal, Write};

#[derive(Debug, clap::Args)]
#[command(after_help = "Exit status: 1 when a word is in no table.")]
pub struct Arguments {
    /// Words, or codes of places
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// Form of the output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// To read
    Text,
    /// One JSON object a word and line
    Json,
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let broken = |source| Error::Write { path: "standard output".to_string(), source };
    let (extractor, rows) = arguments.dictionaries.extractor_with_rows()?;
    let words = Words::new(&extractor, &rows);
    let found: Vec<Word> = arguments.words.iter().map(|word| words.look_up(word)).collect();
    let text: Vec<String> = match arguments.format {
        Format::Text => found.iter().map(|word| word.text(screen())).collect(),
        Format::Json => found.iter().map(|word| format!("{}\n", serde_json::json!(word))).collect(),
    };
    let between = if arguments.format == Format::Text { "\n" } else { "" };
    std::io::stdout().lock().write_all(text.join(between).as_bytes()).map_err(broken)?;
    Ok(if found.iter().all(|word| word.known) { OK } else { SOME_FAILED })
}

fn screen() -> Screen {
    let colour = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let columns = terminal_size::terminal_size().filter(|_| std::io::stdout().is_terminal());
    Screen { colour, width: columns.map_or(100, |(columns, _)| usize::from(columns.0).max(20)) }
}
