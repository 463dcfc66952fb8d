//! `duikou extract`: facts out of files, folders or standard input.

use super::{DictionaryArguments, OK, SOME_FAILED, USAGE, counted};
use crate::batch::{self, Outcome};
use crate::error::Error;
use crate::output::{self, CSV_COLUMNS};
use crate::reader;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

#[derive(clap::Args)]
pub struct Arguments {
    /// Files (.txt, .jsonl), folders (read with all below them), or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Form of the output; follows the suffix of -o when not given
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Number of worker threads; 0 takes one per core. The output is the same for any number
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Print neither progress nor the closing line; errors still go to stderr
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated, one row a fact, with a header
    Csv,
}

/// Where the rows go.
enum Sink<W: Write> {
    Jsonl(W),
    Csv(Box<csv::Writer<W>>),
}

impl<W: Write> Sink<W> {
    fn write(&mut self, records: &[output::FactRecord]) -> std::io::Result<()> {
        for record in records {
            match self {
                Self::Jsonl(out) => {
                    serde_json::to_writer(&mut *out, record)?;
                    out.write_all(b"\n")?;
                }
                Self::Csv(out) => out.write_record(output::csv_cells(record))?,
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Jsonl(out) => out.flush(),
            Self::Csv(out) => out.flush(),
        }
    }
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let started = Instant::now();
    let target =
        arguments.output.as_ref().map_or_else(|| "standard output".to_string(), |path| path.display().to_string());
    let broken = |source| Error::Write { path: target.clone(), source };
    let suffix = arguments.output.as_deref().and_then(Path::extension).and_then(|suffix| suffix.to_str());
    let format = match (arguments.format, suffix) {
        (Some(format), _) => format,
        (None, Some("csv")) => Format::Csv,
        (None, None | Some("jsonl" | "ndjson" | "json" | "txt")) => Format::Jsonl,
        (None, Some(other)) => {
            eprintln!(
                "duikou: no format belongs to the suffix .{other}; name the file .jsonl or .csv, or give --format"
            );
            return Ok(USAGE);
        }
    };
    let extractor = arguments.dictionaries.extractor()?;
    let inputs = reader::discover(&arguments.paths);
    let out: Box<dyn Write> = match &arguments.output {
        Some(path) => Box::new(File::create(path).map_err(broken)?),
        None => Box::new(std::io::stdout().lock()),
    };
    let out = BufWriter::with_capacity(1 << 16, out);
    let mut sink = match format {
        Format::Jsonl => Sink::Jsonl(out),
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(out);
            writer.write_record(CSV_COLUMNS).map_err(|error| broken(error.into()))?;
            Sink::Csv(Box::new(writer))
        }
    };
    let bar = progress(&inputs, arguments.quiet);
    let consumed = AtomicU64::new(0);
    let (mut documents, mut facts, mut failures) = (0u64, 0u64, 0u64);
    let mut failure: Option<std::io::Error> = None;
    batch::run(&extractor, inputs, arguments.threads, &consumed, |outcome| {
        match outcome {
            Outcome::Done(document, extraction) => {
                documents += 1;
                facts += extraction.facts.len() as u64;
                let records = output::fact_records(extractor.lexicon(), &document, &extraction.facts);
                failure = sink.write(&records).err();
            }
            Outcome::Failed(error) => {
                failures += 1;
                bar.suspend(|| eprintln!("duikou: {error}"));
            }
        }
        bar.set_position(consumed.load(Ordering::Relaxed));
        bar.set_message(format!(
            "{}, {}, {}",
            counted(documents, "document"),
            counted(facts, "fact"),
            counted(failures, "failure")
        ));
        failure.is_none()
    })
    .map_err(|reason| broken(std::io::Error::other(reason)))?;
    bar.finish_and_clear();
    if let Some(error) = failure {
        return Err(broken(error));
    }
    sink.flush().map_err(broken)?;
    if !arguments.quiet {
        let seconds = started.elapsed().as_secs_f64();
        let done = [counted(documents, "document"), counted(facts, "fact"), counted(failures, "failure")].join(", ");
        eprintln!("duikou: {done}, {seconds:.1} s");
    }
    Ok(if failures == 0 { OK } else { SOME_FAILED })
}

/// A bar over the bytes of all inputs, on a terminal only.
fn progress(inputs: &[Result<PathBuf, crate::error::ReadError>], quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    }
    let sizes = inputs.iter().filter_map(|input| input.as_ref().ok()).filter_map(|path| std::fs::metadata(path).ok());
    let total: u64 = sizes.map(|metadata| metadata.len()).sum();
    let bar = if total > 0 { ProgressBar::new(total) } else { ProgressBar::new_spinner() };
    let style =
        if total > 0 { "{bar:30} {percent}% {binary_bytes_per_sec} ETA {eta}  {msg}" } else { "{spinner} {msg}" };
    bar.set_style(ProgressStyle::with_template(style).expect("invariant: the template is valid"));
    bar
}
