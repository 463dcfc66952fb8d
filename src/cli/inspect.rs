//! `duikou inspect`: how documents are read.

use super::{DictionaryArguments, OK, SOME_FAILED, USAGE, broken, each, screen};
use crate::document::Document;
use crate::error::Error;
use crate::output;
use crate::pipeline::{Extraction, Extractor};
use crate::reader::{self, Options};
use crate::report::terminal::Screen;
use crate::report::{self, Page, Run, Stage, Tagged, exchange};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Files (.txt, .jsonl), folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Form of the output; follows the suffix of -o when not given, else ansi on a terminal and json elsewhere
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Show one stage alone (with --format ansi)
    #[arg(long, value_enum, conflicts_with = "fact")]
    stage: Option<Stage>,
    /// Tell how one fact came about: its id, or its number in the listing (with --format ansi)
    #[arg(long, value_name = "ID")]
    fact: Option<String>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// The article with its facts, for reading; marks stand for colours where there are none
    Ansi,
    /// One JSON object a document
    Json,
    /// One page for a browser, that needs no network
    Html,
    /// A folder for brat: .txt and .ann for each document; needs -o FOLDER
    Brat,
    /// JSON lines for doccano, with relations
    Doccano,
    /// One JSON array of tasks with predictions for Label Studio
    LabelStudio,
    /// A character and its BIO label a line
    Conll,
}

impl Arguments {
    fn format(&self) -> Format {
        let suffix = self.output.as_deref().and_then(Path::extension).and_then(|suffix| suffix.to_str());
        match (self.format, suffix) {
            (Some(format), _) => format,
            _ if self.stage.is_some() || self.fact.is_some() => Format::Ansi,
            (None, Some("json" | "jsonl" | "ndjson")) => Format::Json,
            (None, Some("html" | "htm")) => Format::Html,
            (None, Some("conll")) => Format::Conll,
            (None, Some("txt" | "ansi")) => Format::Ansi,
            (None, _) if self.output.is_none() && std::io::stdout().is_terminal() => Format::Ansi,
            (None, _) => Format::Json,
        }
    }

    /// Colours and width of where the text goes; a file and a pipe get marks and 100 columns.
    fn screen(&self) -> Screen {
        if self.output.is_none() { screen() } else { Screen { colour: false, width: 100 } }
    }
}

/// Takes the documents one after another.
trait Sink {
    fn take(&mut self, extractor: &Extractor, document: &Document, extraction: &Extraction) -> std::io::Result<()>;
    /// Behind the last document, of inputs of which some failed. Answers whether all that was asked for has been found.
    fn finish(&mut self, failures: usize) -> std::io::Result<bool>;
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let format = arguments.format();
    if format != Format::Ansi && (arguments.stage.is_some() || arguments.fact.is_some()) {
        eprintln!("duikou: --stage and --fact belong to --format ansi");
        return Ok(USAGE);
    }
    if format == Format::Brat && arguments.output.is_none() {
        eprintln!("duikou: brat wants a folder: give -o FOLDER");
        return Ok(USAGE);
    }
    let broken = broken(arguments.output.as_deref());
    let extractor = arguments.dictionaries.extractor()?;
    let mut sink = open(arguments, format).map_err(broken)?;
    let explained = format == Format::Html || arguments.fact.is_some();
    let job = |document: Document| {
        let mut extraction = extractor.extract(&document);
        if explained {
            extractor.explain(&document, &mut extraction);
        }
        (document, extraction)
    };
    let mut failures = each(reader::discover(&arguments.paths), Options::default(), job, |(document, extraction)| {
        sink.take(&extractor, &document, &extraction).map_err(broken)
    })?;
    if !sink.finish(failures).map_err(broken)? {
        eprintln!("duikou: no fact `{}` in these documents", arguments.fact.as_deref().unwrap_or_default());
        failures += 1;
    }
    Ok(if failures == 0 { OK } else { SOME_FAILED })
}

fn open(arguments: &Arguments, format: Format) -> std::io::Result<Box<dyn Sink + '_>> {
    if let (Format::Brat, Some(folder)) = (format, &arguments.output) {
        return Ok(Box::new(Brat::new(folder)?));
    }
    let out: Box<dyn Write> = match &arguments.output {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(std::io::stdout().lock()),
    };
    let out = BufWriter::new(out);
    let records = |out, around, of| Box::new(Records { out, around, of, started: false });
    Ok(match format {
        Format::Json => Box::new(Json { out }),
        Format::Doccano => records(out, ["", "\n", "\n"], |tagged| exchange::doccano(tagged).to_string()),
        Format::LabelStudio => {
            records(out, ["[\n", ",\n", "\n]\n"], |tagged| exchange::label_studio(tagged).to_string())
        }
        Format::Conll | Format::Brat => records(out, ["", "", ""], exchange::conll),
        Format::Html => Box::new(Html {
            page: Some(Page::new(out)?),
            dictionaries: arguments.dictionaries.folders.iter().map(|folder| folder.display().to_string()).collect(),
        }),
        Format::Ansi => Box::new(Ansi { out, arguments, screen: arguments.screen(), started: false, found: false }),
    })
}

struct Json<W: Write> {
    out: W,
}

impl<W: Write> Sink for Json<W> {
    fn take(&mut self, extractor: &Extractor, document: &Document, extraction: &Extraction) -> std::io::Result<()> {
        let tokens = extractor.tokens(document, &extraction.sentences);
        writeln!(self.out, "{}", output::inspection(extractor.lexicon(), document, extraction, &tokens))
    }

    fn finish(&mut self, _: usize) -> std::io::Result<bool> {
        self.out.flush().map(|()| true)
    }
}

struct Ansi<'a, W: Write> {
    out: W,
    arguments: &'a Arguments,
    screen: Screen,
    started: bool,
    found: bool,
}

impl<W: Write> Sink for Ansi<'_, W> {
    fn take(&mut self, extractor: &Extractor, document: &Document, extraction: &Extraction) -> std::io::Result<()> {
        let tagged = Tagged { lexicon: extractor.lexicon(), document, extraction };
        let text = match (&self.arguments.fact, self.arguments.stage) {
            (Some(id), _) => report::find(tagged, id).map(|fact| report::story(tagged, fact, self.screen)),
            (None, Some(stage)) => {
                let tokens = match stage {
                    Stage::Tokens => extractor.tokens(document, &extraction.sentences),
                    _ => Vec::new(),
                };
                Some(report::stage(tagged, stage, &tokens, self.screen))
            }
            (None, None) => {
                if !self.started {
                    write!(self.out, "{}", report::legend(self.screen))?;
                }
                Some(report::article(tagged, self.screen))
            }
        };
        let Some(text) = text else { return Ok(()) };
        if std::mem::replace(&mut self.started, true) {
            self.out.write_all(b"\n")?;
        }
        self.found = true;
        self.out.write_all(text.as_bytes())
    }

    fn finish(&mut self, _: usize) -> std::io::Result<bool> {
        self.out.flush()?;
        Ok(self.found || self.arguments.fact.is_none())
    }
}

struct Html<W: Write> {
    /// Until it is finished.
    page: Option<Page<W>>,
    dictionaries: Vec<String>,
}

impl<W: Write> Sink for Html<W> {
    fn take(&mut self, extractor: &Extractor, document: &Document, extraction: &Extraction) -> std::io::Result<()> {
        let tagged = Tagged { lexicon: extractor.lexicon(), document, extraction };
        self.page.as_mut().map_or(Ok(()), |page| page.add(tagged))
    }

    fn finish(&mut self, failures: usize) -> std::io::Result<bool> {
        if let Some(page) = self.page.take() {
            page.finish(&Run { failures, dictionaries: &self.dictionaries, version: 0 })?;
        }
        Ok(true)
    }
}

/// One text a document, with something before the first, between them and behind the last.
struct Records<W: Write> {
    out: W,
    around: [&'static str; 3],
    of: fn(Tagged<'_>) -> String,
    started: bool,
}

impl<W: Write> Sink for Records<W> {
    fn take(&mut self, extractor: &Extractor, document: &Document, extraction: &Extraction) -> std::io::Result<()> {
        let before = self.around[usize::from(std::mem::replace(&mut self.started, true))];
        let record = (self.of)(Tagged { lexicon: extractor.lexicon(), document, extraction });
        write!(self.out, "{before}{record}")
    }

    fn finish(&mut self, _: usize) -> std::io::Result<bool> {
        if !self.started {
            self.out.write_all(self.around[0].as_bytes())?;
        }
        self.out.write_all(self.around[2].as_bytes())?;
        self.out.flush().map(|()| true)
    }
}

/// A folder with `annotation.conf`, two files for each document, and a list of the documents.
struct Brat<'a> {
    folder: &'a Path,
    list: BufWriter<File>,
    names: BTreeSet<String>,
}

impl<'a> Brat<'a> {
    fn new(folder: &'a Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("annotation.conf"), exchange::brat_configuration())?;
        let list = BufWriter::new(File::create(folder.join(exchange::BRAT_DOCUMENTS))?);
        Ok(Self { folder, list, names: BTreeSet::new() })
    }

    /// A file name of its own for each document, whatever stands in its id: `news/a.txt` → `news_a`.
    fn name(&mut self, id: &str) -> String {
        let stem = id.strip_suffix(".txt").unwrap_or(id);
        let safe: String =
            stem.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).take(60).collect();
        let mut name = safe.clone();
        let mut number = 2;
        while name.is_empty() || !self.names.insert(name.clone()) {
            name = format!("{safe}-{number}");
            number += 1;
        }
        name
    }
}

impl Sink for Brat<'_> {
    fn take(&mut self, extractor: &Extractor, document: &Document, extraction: &Extraction) -> std::io::Result<()> {
        let name = self.name(&document.id);
        let path = self.folder.join(&name);
        std::fs::write(path.with_extension("txt"), &document.text)?;
        let tagged = Tagged { lexicon: extractor.lexicon(), document, extraction };
        writeln!(self.list, "{}", exchange::brat_document(tagged, &name))?;
        std::fs::write(path.with_extension("ann"), exchange::brat(tagged))
    }

    fn finish(&mut self, _: usize) -> std::io::Result<bool> {
        self.list.flush().map(|()| true)
    }
}
