//! `duikou dict explain`: what the dictionaries know of a word.

use super::{DictionaryArguments, OK, SOME_FAILED, print, screen};
use crate::error::Error;
use crate::report::word::{Word, Words};

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
    let (extractor, rows) = arguments.dictionaries.extractor_with_rows()?;
    let words = Words::new(&extractor, &rows);
    let found: Vec<Word> = arguments.words.iter().map(|word| words.look_up(word)).collect();
    let text: Vec<String> = match arguments.format {
        Format::Text => found.iter().map(|word| word.text(screen())).collect(),
        Format::Json => found.iter().map(|word| format!("{}\n", serde_json::json!(word))).collect(),
    };
    let between = if arguments.format == Format::Text { "\n" } else { "" };
    print(&text.join(between))?;
    Ok(if found.iter().all(|word| word.known) { OK } else { SOME_FAILED })
}
