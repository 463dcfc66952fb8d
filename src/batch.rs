//! Many documents: a private rayon pool, input order kept, memory bounded.
//!
//! One thread reads chunks of records, the pool works on a chunk, the caller writes the one before: reading, work and
//! writing overlap, and whoever is slowest holds the others back.

use crate::document::Document;
use crate::error::ReadError;
use crate::reader::{self, Item, Options};
use rayon::prelude::*;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{SyncSender, sync_channel};

/// A chunk closes at this many records or bytes of text.
const CHUNK_RECORDS: usize = 256;
const CHUNK_BYTES: usize = 4 << 20;

/// How far a run has come: records of all inputs before `input` are done, and so many of that one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Index of the input.
    pub input: usize,
    /// Records of it that are done, faulty ones included.
    pub records: u64,
}

/// How a run is done.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Worker threads; 0 takes one per core.
    pub threads: usize,
    /// How inputs are read.
    pub reader: Options,
    /// What is done already.
    pub from: Position,
}

/// What `job` makes of a document that is in memory; a job that panics is a fault of its document alone.
///
/// # Errors
/// When the job panics; the message is its own.
pub fn guarded<T>(document: &Document, job: impl FnOnce(&Document) -> T) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(|| job(document))).map_err(|panic| fault(PathBuf::from(&document.id), &*panic))
}

/// Does `job` on every document of all inputs and hands the results to `sink` in input order, each with the position
/// behind it. A job that panics is a fault of its document alone.
///
/// # Errors
/// When the threads cannot be started.
pub fn run<T: Send>(
    inputs: Vec<Result<PathBuf, ReadError>>,
    settings: &Settings,
    consumed: &AtomicU64,
    job: impl Fn(Document) -> T + Sync,
    mut sink: impl FnMut(Position, Result<T, ReadError>) -> bool,
) -> Result<(), String> {
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build().map_err(|error| error.to_string())?;
    let (job, pool) = (&job, &pool);
    std::thread::scope(|scope| {
        let (records, read) = sync_channel::<Vec<(Position, Item)>>(2);
        let (done, results) = sync_channel::<Vec<(Position, Result<T, ReadError>)>>(1);
        scope.spawn(move || read_all(inputs, settings, consumed, &records));
        scope.spawn(move || {
            for chunk in read {
                let work = |(position, item)| (position, work(&settings.reader, job, item));
                if done.send(pool.install(|| chunk.into_par_iter().map(work).collect())).is_err() {
                    return;
                }
            }
        });
        for (position, result) in results.into_iter().flatten() {
            if !sink(position, result) {
                return;
            }
        }
    });
    Ok(())
}

fn read_all(
    inputs: Vec<Result<PathBuf, ReadError>>,
    settings: &Settings,
    consumed: &AtomicU64,
    records: &SyncSender<Vec<(Position, Item)>>,
) {
    let mut chunk = Vec::new();
    let mut bytes = 0;
    for (index, input) in inputs.into_iter().enumerate().skip(settings.from.input) {
        let done = if index == settings.from.input { settings.from.records } else { 0 };
        let mut position = Position { input: index, records: 0 };
        let mut open = true;
        let mut give = |item: Item| {
            position.records += 1;
            if position.records <= done {
                return true;
            }
            bytes += item.as_ref().map_or(0, reader::Raw::size);
            chunk.push((position, item));
            if chunk.len() >= CHUNK_RECORDS || bytes >= CHUNK_BYTES {
                bytes = 0;
                open = records.send(std::mem::take(&mut chunk)).is_ok();
            }
            open
        };
        match input {
            Ok(path) => {
                let reading = AssertUnwindSafe(|| reader::read(&path, &settings.reader, &mut give, consumed));
                if let Err(panic) = catch_unwind(reading) {
                    give(Err(fault(path, &*panic)));
                }
            }
            Err(error) => {
                give(Err(error));
            }
        }
        if !open {
            return;
        }
    }
    // The receiver may have stopped; nothing is left to do then.
    let _ = records.send(chunk);
}

/// One poisoned document never takes the others with it: a panic is caught and named.
fn work<T>(options: &Options, job: &impl Fn(Document) -> T, item: Item) -> Result<T, ReadError> {
    let raw = item?;
    let mut name = raw.name();
    let decoding = catch_unwind(AssertUnwindSafe(|| raw.document(options)));
    let document = decoding.map_err(|panic| fault(name.clone(), &*panic))??;
    name = PathBuf::from(&document.id);
    catch_unwind(AssertUnwindSafe(|| job(document))).map_err(|panic| fault(name, &*panic))
}

fn fault(name: PathBuf, panic: &(dyn Any + Send)) -> ReadError {
    let what = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let reason = "the program failed on this document; this is a bug, please report it";
    ReadError::of_file(name, format!("{reason}: {}", what.unwrap_or("no message")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn ids(from: Position, job: impl Fn(Document) -> String + Sync) -> Vec<(Position, Result<String, String>)> {
        let folder = tempfile::tempdir().unwrap();
        let lines: String = (1..=600).map(|id| format!("{{\"id\": {id}, \"text\": \"河源\"}}\n")).collect();
        fs::write(folder.path().join("a.jsonl"), lines).unwrap();
        fs::write(folder.path().join("b.txt"), "深圳").unwrap();
        let inputs = reader::discover(&[folder.path().to_path_buf()]);
        let mut found = Vec::new();
        let settings = Settings { from, ..Settings::default() };
        run(inputs, &settings, &AtomicU64::new(0), job, |position, result| {
            found.push((position, result.map_err(|error| error.to_string())));
            true
        })
        .unwrap();
        found
    }

    #[test]
    fn a_panic_is_a_fault_of_its_document_alone() {
        std::panic::set_hook(Box::new(|_| {}));
        let found = ids(Position::default(), |document| {
            assert_ne!(document.id, "300", "poisoned");
            document.id
        });
        let _ = std::panic::take_hook();
        assert_eq!(found.len(), 601);
        let faults: Vec<&String> = found.iter().filter_map(|(_, result)| result.as_ref().err()).collect();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("300: ") && faults[0].contains("poisoned"), "{}", faults[0]);
    }

    #[test]
    fn a_run_begins_behind_what_is_done() {
        let text = |document: Document| document.text;
        let all = ids(Position::default(), text);
        let from = all[400].0;
        assert_eq!(from, Position { input: 0, records: 401 });
        assert_eq!(ids(from, text), all[401..]);
        let last = all[599].0;
        assert_eq!(ids(last, text).len(), 1);
    }
}
