//! `duikou dict suggest`: names, measure words and units worth adding, out of a corpus.

use super::inputs::InputArguments;
use super::{DictionaryArguments, OK, SOME_FAILED, counted, each, print, screen};
use crate::document::Document;
use crate::error::Error;
use crate::report::terminal::{self, Screen};
use crate::suggest::{Collector, Finder, Suggestion, header};
use std::fmt::Write as _;
use std::io::IsTerminal;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The rows are a first draft: look over code, parent and level before you add one.\nFrom the ninth field on, a line of --format tsv is the row: duikou dict suggest articles/ --table places --format tsv | tail -n +2 | cut -f9-"
)]
pub struct Arguments {
    #[command(flatten)]
    inputs: InputArguments,
    /// How many suggestions, the best first
    #[arg(long, value_name = "N", default_value_t = 60)]
    limit: usize,
    /// Suggestions for these tables alone
    #[arg(long, value_enum, value_delimiter = ',')]
    table: Vec<Table>,
    /// Form of the output; text on a terminal and tsv elsewhere when not given
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Table {
    Places,
    Agencies,
    Units,
    #[value(name = "measure_words")]
    MeasureWords,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A list to read, with examples and rows
    Text,
    /// A line for each suggestion; the row follows from the ninth field on
    Tsv,
    /// One JSON object a suggestion and line, with three examples
    Json,
}

impl Table {
    const fn file(self) -> &'static str {
        match self {
            Self::Places => "places.tsv",
            Self::Agencies => "agencies.tsv",
            Self::Units => "units.tsv",
            Self::MeasureWords => "measure_words.tsv",
        }
    }
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    if arguments.inputs.paths.is_empty() {
        return Err(Error::Usage("nothing to read; give files, folders, or - for standard input".to_string()));
    }
    let options = arguments.inputs.options()?;
    let extractor = arguments.dictionaries.extractor()?;
    let finder = Finder::new(&extractor);
    let inputs = arguments.inputs.discover(&options);
    let (mut collector, mut documents) = (Collector::default(), 0);
    let job = |document: Document| {
        let sightings = finder.sightings(&document);
        (document, sightings)
    };
    let failures = each(inputs, options, job, |(document, sightings)| {
        documents += 1;
        collector.add(extractor.lexicon(), &document, sightings);
        Ok(())
    })?;
    let mut found = collector.suggestions(extractor.lexicon(), extractor.segmenter());
    found.retain(|suggestion| {
        arguments.table.is_empty() || arguments.table.iter().any(|table| table.file() == suggestion.table)
    });
    let all = found.len();
    found.truncate(arguments.limit);
    let text = match arguments.format.unwrap_or_else(usual) {
        Format::Text => listing(&found, Screen { colour: false, ..screen() }),
        Format::Tsv => lines(&found),
        Format::Json => found.iter().map(|suggestion| format!("{}\n", serde_json::json!(suggestion))).collect(),
    };
    print(&text)?;
    let shown = found.len();
    eprintln!("duikou: {}, {shown} of {}", counted(documents, "document"), counted(all as u64, "suggestion"));
    Ok(if failures == 0 { OK } else { SOME_FAILED })
}

fn usual() -> Format {
    if std::io::stdout().is_terminal() { Format::Text } else { Format::Tsv }
}

fn lines(found: &[Suggestion]) -> String {
    let mut out = "rank\ttable\tword\tshort\tcount\tdocuments\twhy\texample\trow\n".to_string();
    for (index, suggestion) in found.iter().enumerate() {
        let Suggestion { table, word, short, count, documents, row, .. } = suggestion;
        let example = suggestion.examples.first().map_or("", |example| example.text.as_str());
        let why = why(suggestion);
        let _ = writeln!(
            out,
            "{}\t{table}\t{word}\t{short}\t{count}\t{documents}\t{why}\t{}\t{row}",
            index + 1,
            terminal::clean(example)
        );
    }
    out
}

/// `behind a known place 6, in a list with places 3`.
fn why(suggestion: &Suggestion) -> String {
    let words: Vec<String> = suggestion.why.iter().map(|(words, count)| format!("{words} {count}")).collect();
    words.join(", ")
}

/// The suggestions with an example each; rows by table at the end, ready to be copied.
fn listing(found: &[Suggestion], screen: Screen) -> String {
    let widest = found.iter().map(|suggestion| terminal::width(&suggestion.word)).max().unwrap_or(0).min(24);
    let mut out = String::new();
    for (index, suggestion) in found.iter().enumerate() {
        let Suggestion { table, word, short, count, documents, .. } = suggestion;
        let short = if short.is_empty() { String::new() } else { format!(", also {short}") };
        let _ = writeln!(
            out,
            "{:>3}  {}  {count} in {}  {table}{short}",
            index + 1,
            terminal::pad(word, widest),
            counted(u64::from(*documents), "document")
        );
        let why = why(suggestion);
        if !why.is_empty() {
            let _ = writeln!(out, "     {why}");
        }
        if let Some(example) = suggestion.examples.first() {
            let text = format!("     {}  ({})", terminal::clean(&example.text), terminal::clean(&example.doc));
            let _ = writeln!(out, "{}", terminal::wrap(screen, &text, &[], 5));
        }
    }
    for table in [Table::Places, Table::Agencies, Table::MeasureWords, Table::Units].map(Table::file) {
        let rows: Vec<&str> = found
            .iter()
            .filter(|suggestion| suggestion.table == table)
            .map(|suggestion| suggestion.row.as_str())
            .collect();
        if !rows.is_empty() {
            let _ = writeln!(out, "\nRows for {table}:\n{}\n{}", header(table), rows.join("\n"));
        }
    }
    out
}
