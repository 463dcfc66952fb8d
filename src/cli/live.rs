//! Documents that are tagged again whenever a table of their dictionaries is saved.

use super::acknowledge;
use crate::batch;
use crate::document::Document;
use crate::error::Error;
use crate::lexicon::change::{State, Touched};
use crate::lexicon::{Lexicon, TableRow};
use crate::pipeline::Extractor;
use crate::report::{self, Packed, Part, Run, Tagged};
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How often folders are looked at; a file is taken when it rested for that long.
const PULSE: Duration = Duration::from_millis(50);

/// Documents of a part of the page, which is made anew as a whole: few, and yet enough to pack well.
const PART_DOCUMENTS: usize = 16;

/// The documents, and what the newest sound dictionaries make of them.
pub struct Live {
    documents: Vec<Document>,
    /// Inputs that could not be read.
    failures: usize,
    folders: Vec<PathBuf>,
    shown: Mutex<Shown>,
}

/// What sound tables made of the documents.
struct Made {
    /// The tables: their rows, and the dictionaries of them; None before the first time.
    tables: Option<(Vec<TableRow>, Arc<Extractor>)>,
    /// Parts of the page, and on how many of their documents the program failed; None before the first time.
    parts: Vec<Option<(Packed, usize)>>,
}

/// What there is to show.
#[derive(Clone)]
pub struct Shown {
    /// Goes up with every save.
    pub version: u64,
    /// The version that the page shows: an earlier one while there are faults.
    pub page_version: u64,
    /// The page.
    pub page: Arc<[u8]>,
    /// The dictionaries of the page.
    pub extractor: Arc<Extractor>,
    /// Why the dictionaries cannot be read now.
    pub faults: Vec<String>,
}

/// The files of dictionary folders with size and time of their last change.
type Saved = Vec<(PathBuf, u64, Option<SystemTime>)>;

impl Live {
    /// Reads the dictionaries and tags all documents. `failures` inputs could not be read.
    ///
    /// # Errors
    /// When the dictionaries have faults, or the page cannot be made.
    pub fn new(documents: Vec<Document>, failures: usize, folders: Vec<PathBuf>) -> Result<(Self, Watch), Error> {
        // Versions of an earlier run, which an open page may still know, are smaller.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let version = u64::try_from(now.as_millis()).unwrap_or_default();
        let parts = documents.chunks(PART_DOCUMENTS).map(|_| None).collect();
        let known = saved(&folders);
        let mut made = Made { tables: None, parts };
        let (shown, _) = make(&documents, failures, &folders, &mut made, version)?;
        Ok((Self { documents, failures, folders, shown: Mutex::new(shown) }, Watch { known, made }))
    }

    /// What there is to show now.
    pub fn shown(&self) -> Shown {
        self.lock().clone()
    }

    /// A page of one text.
    ///
    /// # Errors
    /// When the page cannot be made.
    pub fn try_text(&self, text: &str) -> Result<Arc<[u8]>, Error> {
        let Shown { extractor, version, .. } = self.shown();
        let document = Document::new("?", text);
        let (part, _) = tag(&extractor, std::slice::from_ref(&document)).map_err(no_page)?;
        let run = Run { failures: 0, dictionaries: &[], version };
        report::live([&part], &run).map(Arc::from).map_err(no_page)
    }

    /// Looks at the folders for ever, and tags again when a table was saved; `news` is called when there is something new.
    pub fn watch(&self, watch: Watch, news: impl Fn(&Shown)) {
        let Watch { mut known, mut made } = watch;
        let mut last = known.clone();
        loop {
            std::thread::sleep(PULSE);
            let now = saved(&self.folders);
            // A file that is still being written is read when it rests.
            if now != known && now == last {
                self.tag_again(&mut made);
                news(&self.shown());
                known.clone_from(&now);
            }
            last = now;
        }
    }

    fn tag_again(&self, made: &mut Made) {
        let begun = Instant::now();
        let version = self.lock().version + 1;
        let result = make(&self.documents, self.failures, &self.folders, made, version);
        let mut shown = self.lock();
        shown.version = version;
        match result {
            Ok((new, tagged)) => {
                let seconds = begun.elapsed().as_secs_f64();
                eprintln!("duikou: {}, {tagged} tagged again, {seconds:.2} s", self.counted());
                *shown = new;
            }
            Err(error) => {
                eprintln!("{error}\nduikou: the dictionaries have faults; the page shows what was before them");
                shown.faults = error.to_string().lines().map(str::to_string).collect();
            }
        }
    }

    /// How many documents there are, in words.
    pub fn counted(&self) -> String {
        super::counted(self.documents.len() as u64, "document")
    }

    /// A thread that panicked left nothing half done: what is shown is put in its place in one piece.
    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What goes from one look at the folders to the next.
pub struct Watch {
    known: Saved,
    made: Made,
}

/// Reads the dictionaries, tags the documents that they can have touched since `made`, and makes the page. Gives how many
/// documents were tagged, too. `made` stays as it was when the dictionaries have faults.
fn make(
    documents: &[Document],
    failures: usize,
    folders: &[PathBuf],
    made: &mut Made,
    version: u64,
) -> Result<(Shown, usize), Error> {
    let (lexicon, rows) = Lexicon::load_with_rows(folders)?;
    acknowledge(&lexicon.overlays);
    let extractor = Arc::new(Extractor::new(lexicon));
    let lexicon = extractor.lexicon();
    let touched = made.tables.take().map_or(Touched::ALL, |(old, extractor)| {
        Touched::between(State { rows: &old, lexicon: extractor.lexicon() }, State { rows: &rows, lexicon })
    });
    let tagged: usize = documents
        .par_chunks(PART_DOCUMENTS)
        .zip(&mut made.parts)
        .map(|(documents, part)| {
            if part.is_some() && !documents.iter().any(|document| touched.has(lexicon, document)) {
                return Ok(0);
            }
            *part = Some(tag(&extractor, documents)?);
            Ok(documents.len())
        })
        .try_reduce(|| 0, |one, other| Ok(one + other))
        .map_err(no_page)?;
    made.tables = Some((rows, Arc::clone(&extractor)));
    let parts = made.parts.iter().flatten();
    let failed = parts.clone().map(|(_, failures)| failures).sum::<usize>();
    let dictionaries: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    let run = Run { failures: failures + failed, dictionaries: &dictionaries, version };
    let page = report::live(parts.map(|(part, _)| part), &run).map_err(no_page)?;
    Ok((Shown { version, page_version: version, page: Arc::from(page), extractor, faults: Vec::new() }, tagged))
}

fn no_page(source: std::io::Error) -> Error {
    Error::Write { path: "the page".to_string(), source }
}

/// A part of the page, and the documents on which the program failed, each of which is named.
fn tag(extractor: &Extractor, documents: &[Document]) -> std::io::Result<(Packed, usize)> {
    let mut part = Part::default();
    let mut failures = 0;
    for document in documents {
        let tagged = |document: &Document| {
            let mut extraction = extractor.extract(document);
            extractor.explain(document, &mut extraction);
            extraction
        };
        match batch::guarded(document, tagged) {
            Ok(extraction) => part.add(Tagged { lexicon: extractor.lexicon(), document, extraction: &extraction }),
            Err(failure) => {
                eprintln!("duikou: {failure}");
                failures += 1;
            }
        }
    }
    Ok((Packed::new(part)?, failures))
}

/// The tables of the folders as they lie there now. A folder that is gone has none.
fn saved(folders: &[PathBuf]) -> Saved {
    let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    let tables = entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "tsv"));
    let mut files: Saved = tables
        .filter_map(|path| {
            let about = path.metadata().ok()?;
            Some((path, about.len(), about.modified().ok()))
        })
        .collect();
    files.sort();
    files
}
