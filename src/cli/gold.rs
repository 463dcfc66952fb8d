//! `duikou gold`: what people marked elsewhere, as gold.

use super::{DictionaryArguments, OK, SOME_FAILED, broken, counted};
use crate::document::Document;
use crate::error::{Error, ReadError};
use crate::gold::facts::{self, Made};
use crate::gold::{self, GoldFile, Source};
use crate::pipeline::Extractor;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make gold of what was marked in brat, doccano, Label Studio or on the page
    ///
    /// Spans, kinds, relations and notes are taken as they are; fields that nobody wrote are read from the text, with a remark.
    /// `inspect --format brat`, `doccano`, `label-studio` and `html` make what people mark.
    Import(Import),
}

#[derive(clap::Args)]
#[command(
    after_help = "Example: duikou inspect articles/ --format brat -o brat, then in brat, then duikou gold import brat -o mine"
)]
struct Import {
    /// Folder of brat, doccano's JSON lines, Label Studio's JSON, or the page's marks (marks.jsonl)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Folder that gets `gold` with a file for each document, and `text` where the tool had the text
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Write over gold that is there already
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

/// Documents that people marked, with what could not be read.
#[derive(Default)]
pub struct Marked {
    pub documents: Vec<MarkedDocument>,
    pub failures: usize,
}

pub struct MarkedDocument {
    /// The document's id.
    pub id: String,
    pub gold: GoldFile,
    /// The text with what the program makes of it; review marks come without.
    pub read: Option<(Document, Made)>,
}

/// Reads what people marked, and says on stderr what failed and what was read from the text.
///
/// # Errors
/// When the file or folder is of no known form.
pub fn marked(extractor: &Extractor, path: &Path) -> Result<Marked, ReadError> {
    let sources = gold::read(path)?;
    let made: Vec<Result<MarkedDocument, ReadError>> =
        sources.into_par_iter().map(|source| make(extractor, source?)).collect();
    let mut marked = Marked::default();
    let mut names = BTreeSet::new();
    for one in made {
        let one = one.and_then(|one| {
            let name = &one.gold.doc;
            let fault = |reason: &str| Err(ReadError::of_file(path, format!("`{}`: {reason}", one.id)));
            if name.is_empty() {
                return fault("an id that gives no name for a file");
            }
            if !names.insert(name.clone()) {
                return fault(&format!("another document is `{name}` already"));
            }
            Ok(one)
        });
        match one {
            Ok(one) => {
                for remark in one.read.iter().flat_map(|(_, made)| &made.remarks) {
                    eprintln!("duikou: {}: {remark}", one.id);
                }
                marked.documents.push(one);
            }
            Err(error) => {
                marked.failures += 1;
                eprintln!("duikou: {error}");
            }
        }
    }
    Ok(marked)
}

fn make(extractor: &Extractor, source: Source) -> Result<MarkedDocument, ReadError> {
    Ok(match source {
        Source::Annotated(annotated) => {
            let made = facts::make(extractor, &annotated)?;
            let document = annotated.document;
            MarkedDocument { id: document.id.clone(), gold: made.gold.clone(), read: Some((document, made)) }
        }
        Source::Reviewed(reviewed) => MarkedDocument { id: reviewed.doc, gold: reviewed.file, read: None },
    })
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    let Command::Import(arguments) = &arguments.command;
    let extractor = arguments.dictionaries.extractor()?;
    let mut all = Marked::default();
    for path in &arguments.paths {
        let marked = marked(&extractor, path).map_err(Error::Read)?;
        all.failures += marked.failures;
        all.documents.extend(marked.documents);
    }
    let files = files(&all.documents, &arguments.output)?;
    let mut seen = BTreeSet::new();
    for (path, _) in &files {
        if !seen.insert(path) {
            return Err(Error::Usage(format!("two documents would be {}", path.display())));
        }
        if path.exists() && !arguments.force {
            return Err(Error::Usage(format!("{} is there already; --force writes over it", path.display())));
        }
    }
    for (path, content) in &files {
        let broken = broken(Some(path));
        std::fs::create_dir_all(path.parent().unwrap_or(path)).map_err(broken)?;
        std::fs::write(path, content).map_err(broken)?;
    }
    let facts: usize = all.documents.iter().map(|one| one.gold.facts.len()).sum();
    eprintln!(
        "duikou: {}, {}, {}",
        counted(all.documents.len() as u64, "document"),
        counted(facts as u64, "fact"),
        counted(all.failures as u64, "failure")
    );
    Ok(if all.failures == 0 { OK } else { SOME_FAILED })
}

/// Gold and texts as files. A text whose title or date stand beside it becomes a record.
fn files(documents: &[MarkedDocument], folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, Error> {
    let mut files = Vec::new();
    for one in documents {
        let name = &one.gold.doc;
        let mut json =
            serde_json::Serializer::with_formatter(Vec::new(), serde_json::ser::PrettyFormatter::with_indent(b" "));
        one.gold.serialize(&mut json).map_err(|error| Error::Usage(error.to_string()))?;
        files.push((folder.join("gold").join(format!("{name}.json")), json.into_inner()));
        let Some((document, _)) = &one.read else { continue };
        let text = folder.join("text");
        files.push(if document.title.is_none() && document.date.is_none() {
            (text.join(format!("{name}.txt")), document.text.clone().into_bytes())
        } else {
            let date = document.date.map(|date| date.to_string());
            let record = json!({"id": document.id, "title": document.title, "date": date, "text": document.text});
            (text.join(format!("{name}.json")), record.to_string().into_bytes())
        });
    }
    Ok(files)
}
