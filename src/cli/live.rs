//! Documents that are tagged again whenever a table of their dictionaries is saved.

use super::acknowledge;
use crate::batch;
use crate::document::Document;
use crate::error::{Error, ReadError};
use crate::lexicon::Lexicon;
use crate::pipeline::Extractor;
use crate::report::{self, Packed, Part, Run, Tagged};
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How often folders are looked at; a file is taken when it rested for that long.
const PULSE: Duration = Duration::from_millis(50);

/// Documents of a part of the page: few enough that all threads have work, many enough to pack well.
const PART_DOCUMENTS: usize = 32;

/// The documents, and what the newest sound dictionaries make of them.
pub struct Live {
    documents: Vec<Document>,
    /// Inputs that could not be read.
    failures: usize,
    folders: Vec<PathBuf>,
    shown: Mutex<Shown>,
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
    /// Tags all documents. `failures` inputs could not be read.
    ///
    /// # Errors
    /// When the page cannot be made.
    pub fn new(
        documents: Vec<Document>,
        failures: usize,
        folders: Vec<PathBuf>,
        extractor: Extractor,
    ) -> std::io::Result<Self> {
        // Versions of an earlier run, which an open page may still know, are smaller.
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let version = u64::try_from(now.as_millis()).unwrap_or_default();
        let shown = Shown {
            version,
            page_version: version,
            page: Arc::new([]),
            extractor: Arc::new(extractor),
            faults: Vec::new(),
        };
        let mut live = Self { documents, failures, folders, shown: Mutex::new(shown.clone()) };
        let page = live.page(&shown.extractor, version)?;
        live.shown = Mutex::new(Shown { page, ..shown });
        Ok(live)
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
        let (part, _) = tag(&extractor, std::slice::from_ref(&document));
        let page = Packed::new(part).and_then(|part| report::live(&[part], &self.run(0, &[], version)));
        page.map(Arc::from).map_err(|source| Error::Write { path: "the page".to_string(), source })
    }

    /// Looks at the folders for ever, and tags again when a table was saved; `news` is called when there is something new.
    pub fn watch(&self, mut known: Saved, news: impl Fn(&Shown)) {
        let mut last = known.clone();
        loop {
            std::thread::sleep(PULSE);
            let now = saved(&self.folders);
            // A file that is still being written is read when it rests.
            if now != known && now == last {
                self.tag_again();
                news(&self.shown());
                known.clone_from(&now);
            }
            last = now;
        }
    }

    fn tag_again(&self) {
        let begun = Instant::now();
        let version = self.lock().version + 1;
        let made = Lexicon::load(&self.folders).map_err(|error| error.to_string()).and_then(|lexicon| {
            acknowledge(&lexicon.overlays);
            let extractor = Arc::new(Extractor::new(lexicon));
            let page = self.page(&extractor, version).map_err(|error| error.to_string())?;
            Ok((extractor, page))
        });
        let mut shown = self.lock();
        shown.version = version;
        match made {
            Ok((extractor, page)) => {
                eprintln!("duikou: {} in {:.1} s", self.counted(), begun.elapsed().as_secs_f64());
                *shown = Shown { version, page_version: version, page, extractor, faults: Vec::new() };
            }
            Err(faults) => {
                eprintln!("{faults}\nduikou: the dictionaries have faults; the page shows what was before them");
                shown.faults = faults.lines().map(str::to_string).collect();
            }
        }
    }

    /// How many documents there are, in words.
    pub fn counted(&self) -> String {
        super::counted(self.documents.len() as u64, "document")
    }

    fn page(&self, extractor: &Extractor, version: u64) -> std::io::Result<Arc<[u8]>> {
        let parts = self.documents.par_chunks(PART_DOCUMENTS).map(|documents| {
            let (part, failures) = tag(extractor, documents);
            Ok((Packed::new(part)?, failures))
        });
        let parts: Vec<(Packed, Vec<ReadError>)> = parts.collect::<std::io::Result<_>>()?;
        let (parts, failures): (Vec<Packed>, Vec<Vec<ReadError>>) = parts.into_iter().unzip();
        let failures = failures.concat();
        for failure in &failures {
            eprintln!("duikou: {failure}");
        }
        let folders: Vec<String> = self.folders.iter().map(|folder| folder.display().to_string()).collect();
        report::live(&parts, &self.run(failures.len(), &folders, version)).map(Arc::from)
    }

    const fn run<'r>(&self, failures: usize, dictionaries: &'r [String], version: u64) -> Run<'r> {
        Run { failures: self.failures + failures, dictionaries, version }
    }

    /// A thread that panicked left nothing half done: what is shown is put in its place in one piece.
    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tagged documents, and those on which the program failed.
fn tag(extractor: &Extractor, documents: &[Document]) -> (Part, Vec<ReadError>) {
    let mut part = Part::default();
    let mut failures = Vec::new();
    for document in documents {
        match batch::guarded(document, |document| extractor.extract(document)) {
            Ok(extraction) => part.add(Tagged { lexicon: extractor.lexicon(), document, extraction: &extraction }),
            Err(failure) => failures.push(failure),
        }
    }
    (part, failures)
}

/// The tables of the folders as they lie there now. A folder that is gone has none.
pub fn saved(folders: &[PathBuf]) -> Saved {
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
