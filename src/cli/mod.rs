//! The commands. stdout carries data alone; progress, summaries and errors go to stderr.
#![allow(clippy::print_stderr)]

mod checkpoint;
mod config;
mod dict;
mod diff;
mod eval;
mod explain;
mod extract;
mod gold;
mod inputs;
mod inspect;
mod live;
mod normalize;
mod progress;
mod serve;
mod suggest;
mod summary;

use crate::batch::{self, Settings};
use crate::document::Document;
use crate::error::{Error, ReadError};
use crate::lexicon::{Lexicon, Overlay, TableRow};
use crate::pipeline::Extractor;
use crate::reader;
use crate::report::terminal::Screen;
use clap::{CommandFactory, Parser, Subcommand};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicU64;

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
    args_override_self = true,
    arg_required_else_help = true,
    after_help = "Example: duikou extract articles/ -o facts.csv\nExit status: 0 all well, 1 some inputs failed (each named on stderr, the others done), 2 wrong usage."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print the settings that duikou.toml stands for; the file is looked for from the working directory upwards
    #[arg(long)]
    show_config: bool,
    /// Take no notice of duikou.toml
    #[arg(long, global = true)]
    no_config: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Extract facts from files, folders or standard input
    Extract(extract::Arguments),
    /// Show how documents are read: sentences, tokens, places, quantities, facts
    Inspect(inspect::Arguments),
    /// Show documents in a browser, tagged again whenever a table of --dict is saved
    Serve(serve::Arguments),
    /// Read the quantities of each argument, or of each line of standard input
    Normalize(normalize::Arguments),
    /// Check dictionaries, and show what a change of theirs does
    Dict(dict::Arguments),
    /// Add facts up by pair, year, kind and what is measured
    Summary(summary::Arguments),
    /// Print a completion script for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write those of all commands into a folder
    Man {
        /// Folder for the pages
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Score facts against gold and print each wrong one
    Eval(eval::Arguments),
    /// Make gold of what people marked in brat, doccano, Label Studio or on the page
    Gold(gold::Arguments),
}

#[derive(Debug, clap::Args)]
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

    fn extractor_with_rows(&self) -> Result<(Extractor, Vec<TableRow>), Error> {
        let (lexicon, rows) = Lexicon::load_with_rows(&self.folders)?;
        acknowledge(&lexicon.overlays);
        Ok((Extractor::new(lexicon), rows))
    }
}

/// The error of output that cannot be written: to a path, or to standard output.
fn broken(path: Option<&Path>) -> impl Fn(std::io::Error) -> Error + Copy {
    move |source| {
        let path = path.map_or_else(|| "standard output".to_string(), |path| path.display().to_string());
        Error::Write { path, source }
    }
}

/// Writes to standard output.
fn print(text: &str) -> Result<(), Error> {
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(broken(None))
}

/// Colours and width of standard output; what is no terminal gets marks and 100 columns.
fn screen() -> Screen {
    let colour = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let columns = terminal_size::terminal_size().filter(|_| std::io::stdout().is_terminal());
    Screen { colour, width: columns.map_or(100, |(columns, _)| usize::from(columns.0).max(20)) }
}

/// Does `job` on every document and hands what it makes to `sink`, in input order, until that fails. Inputs that cannot
/// be read are named; gives how many they are.
fn each<T: Send>(
    inputs: Vec<Result<PathBuf, ReadError>>,
    reader: reader::Options,
    job: impl Fn(Document) -> T + Sync,
    mut sink: impl FnMut(T) -> Result<(), Error>,
) -> Result<usize, Error> {
    let settings = Settings { reader, ..Settings::default() };
    let (mut failures, mut failure) = (0, None);
    batch::run(inputs, &settings, &AtomicU64::new(0), job, |_, outcome| {
        match outcome {
            Ok(made) => failure = sink(made).err(),
            Err(error) => {
                failures += 1;
                eprintln!("duikou: {error}");
            }
        }
        failure.is_none()
    })
    .map_err(Error::Usage)?;
    failure.map_or(Ok(failures), Err)
}

/// Runs the command line and gives the exit status.
pub fn main() -> ExitCode {
    let program = Arguments::command();
    let arguments = match config::arguments(&program) {
        Ok(arguments) => Arguments::parse_from(arguments),
        Err(fault) => {
            eprintln!("duikou: {fault}");
            return ExitCode::from(USAGE);
        }
    };
    let Some(command) = arguments.command else { return show_config(&program) };
    let result = match command {
        Command::Extract(arguments) => extract::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Normalize(arguments) => normalize::run(&arguments),
        Command::Dict(arguments) => dict::run(&arguments),
        Command::Summary(arguments) => summary::run(&arguments),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "duikou", &mut std::io::stdout());
            Ok(OK)
        }
        Command::Man { dir } => man(dir.as_deref()),
        Command::Eval(arguments) => eval::run(&arguments),
        Command::Gold(arguments) => gold::run(&arguments),
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

fn show_config(program: &clap::Command) -> ExitCode {
    let shown = config::Config::find().and_then(|config| config.map(|config| config.show(program)).transpose());
    match shown {
        Ok(shown) => {
            let text = shown.unwrap_or_else(|| "# no duikou.toml here or above\n".to_string());
            let _ = std::io::stdout().lock().write_all(text.as_bytes());
            ExitCode::from(OK)
        }
        Err(fault) => {
            eprintln!("duikou: {fault}");
            ExitCode::from(USAGE)
        }
    }
}

fn man(folder: Option<&Path>) -> Result<u8, Error> {
    let broken = broken(folder);
    match folder {
        Some(folder) => clap_mangen::generate_to(Arguments::command(), folder).map_err(broken)?,
        None => clap_mangen::Man::new(Arguments::command()).render(&mut std::io::stdout().lock()).map_err(broken)?,
    }
    Ok(OK)
}

/// `1 document`, `3 documents`.
fn counted(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
