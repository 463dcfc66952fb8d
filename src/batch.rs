//! Many documents: a private rayon pool, input order kept, memory bounded.
//!
//! One thread reads chunks of records, the pool works on a chunk, the caller writes it while the next one is read.

use crate::document::Document;
use crate::error::ReadError;
use crate::pipeline::{Extraction, Extractor};
use crate::reader;
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;

/// A chunk closes at this many records or bytes of text.
const CHUNK_RECORDS: usize = 256;
const CHUNK_BYTES: usize = 4 << 20;

/// What became of one record.
pub enum Outcome {
    /// Extracted.
    Done(Document, Box<Extraction>),
    /// Not read, or a fault of the program on this document.
    Failed(ReadError),
}

/// Runs the extractor over all inputs and hands every outcome to `sink`, in input order, whatever the number of threads.
/// `sink` answers false to stop. `consumed` counts the bytes read, for progress.
///
/// # Errors
/// When the threads cannot be started.
pub fn run(
    extractor: &Extractor,
    inputs: Vec<Result<PathBuf, ReadError>>,
    threads: usize,
    consumed: &AtomicU64,
    mut sink: impl FnMut(Outcome) -> bool,
) -> Result<(), String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| error.to_string())?;
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Vec<reader::Item>>(2);
        scope.spawn(move || {
            let mut chunk: Vec<reader::Item> = Vec::new();
            let mut bytes = 0;
            let mut push = |item: reader::Item, last: bool| {
                bytes += item.as_ref().map_or(0, |document| document.text.len());
                chunk.push(item);
                if last || chunk.len() >= CHUNK_RECORDS || bytes >= CHUNK_BYTES {
                    bytes = 0;
                    return sender.send(std::mem::take(&mut chunk)).is_ok();
                }
                true
            };
            for input in inputs {
                let mut open = true;
                match input {
                    Ok(path) => reader::read(
                        &path,
                        &mut |item| {
                            open = push(item, false);
                            open
                        },
                        &|read| {
                            consumed.fetch_add(read, Ordering::Relaxed);
                        },
                    ),
                    Err(error) => open = push(Err(error), false),
                }
                if !open {
                    return;
                }
            }
            // The receiver may have stopped; nothing is left to do then.
            let _ = sender.send(chunk);
        });
        for chunk in receiver {
            let outcomes: Vec<Outcome> =
                pool.install(|| chunk.into_par_iter().map(|item| work(extractor, item)).collect());
            for outcome in outcomes {
                if !sink(outcome) {
                    return Ok(());
                }
            }
        }
        Ok(())
    })
}

/// One poisoned document never takes the others with it: a panic is caught and named.
fn work(extractor: &Extractor, item: reader::Item) -> Outcome {
    let document = match item {
        Ok(document) => document,
        Err(error) => return Outcome::Failed(error),
    };
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| extractor.extract(&document))) {
        Ok(extraction) => Outcome::Done(document, Box::new(extraction)),
        Err(_) => Outcome::Failed(ReadError {
            path: PathBuf::from(&document.id),
            record: None,
            reason: "the program failed on this document; this is a bug, please report it".to_string(),
        }),
    }
}
