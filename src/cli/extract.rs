//! `duikou extract`: facts out of files, folders, archives or standard input.

use super::checkpoint::{self, Checkpoint};
use super::inputs::InputArguments;
use super::progress::{Log, Reporter, Tally};
use super::{DictionaryArguments, OK, SOME_FAILED, broken};
use crate::batch::{self, Position, Settings};
use crate::cluster::{self, Signature, SignatureRow};
use crate::document::Document;
use crate::error::{Error, ReadError};
use crate::jsonl;
use crate::output::{self, FactRecord};
use crate::pipeline::Extractor;
use crate::sink::{self, Layout, Sink};
use crate::table::{self, DocumentRow, FailureRow, Form, Row, TextRow};
use clap::ValueEnum;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A checkpoint is written this often.
const CHECKPOINT: Duration = Duration::from_millis(500);

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    inputs: InputArguments,
    /// Write to this file instead of standard output; it gets its name when it is whole
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Form of the output; follows the suffix of -o when not given
    #[arg(long, value_enum, help_heading = "Output")]
    format: Option<Format>,
    /// Put a byte order mark in front of CSV, by which Excel knows UTF-8
    #[arg(long, help_heading = "Output")]
    bom: bool,
    /// Also write one row a document: id, title, date, source, number of facts, pairs, error
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    documents: Option<PathBuf>,
    /// Also write the decoded texts, into which all positions point
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    emit_text: Option<PathBuf>,
    /// Also write what could not be read: input, record, offset, reason
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    errors: Option<PathBuf>,
    /// Add a column `cluster`: the id of the earliest article that says the same; needs -o
    #[arg(long, help_heading = "Output")]
    cluster: bool,
    /// Leave out facts of articles that repeat an earlier one; needs -o
    #[arg(long, help_heading = "Output")]
    dedupe: bool,
    /// Begin a new file after so many documents: facts-00001.csv, facts-00002.csv …; also of --documents and --emit-text
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Output")]
    shard: Option<u64>,
    /// Stop after more failures than this
    #[arg(long, value_name = "N")]
    max_errors: Option<u64>,
    /// Continue a run that was broken off; needs -o and the same call as before
    #[arg(long)]
    resume: bool,
    /// Number of worker threads; 0 takes one per core. The output is the same for any number
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Print neither progress nor the closing table; errors still go to stderr
    #[arg(short, long)]
    quiet: bool,
    /// Print a plain line of progress every so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    progress: Option<u64>,
    /// Form of messages on stderr
    #[arg(long, value_enum, default_value_t)]
    log: Log,
    #[command(flatten)]
    dictionaries: DictionaryArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated, one row a fact, with a header
    Csv,
    /// Typed columns, for DuckDB, pandas, Polars, Spark
    Parquet,
}

/// A call that cannot be: what is wrong with it.
fn refuse(reason: &str) -> Error {
    Error::Usage(reason.to_string())
}

fn form(path: Option<&Path>, given: Option<Format>) -> Result<Form, Error> {
    let suffix = path.and_then(Path::extension).and_then(|suffix| suffix.to_str());
    match (given, suffix) {
        (Some(Format::Jsonl), _) | (None, None) => Ok(Form::Jsonl),
        (Some(Format::Csv), _) => Ok(Form::Csv),
        (Some(Format::Parquet), _) => Ok(Form::Parquet),
        (None, Some(suffix)) => Form::of_suffix(suffix).ok_or_else(|| {
            refuse(&format!(
                "no format belongs to the suffix .{suffix}; name the file .jsonl, .csv or .parquet, or give --format"
            ))
        }),
    }
}

/// The tables that a run writes.
struct Tables {
    targets: [Option<PathBuf>; 5],
    layouts: [Layout; 5],
    sinks: [Option<Sink>; 5],
    /// Documents in a shard.
    every: Option<u64>,
    /// The shard that is being written, from 1.
    shard: u64,
    /// Whether facts and documents wait for the clusters.
    waiting: bool,
}

/// Their order.
const FACTS: usize = 0;
const DOCUMENTS: usize = 1;
const TEXTS: usize = 2;
const FAILURES: usize = 3;
/// Kept until the end, when reprints are looked for.
const SIGNATURES: usize = 4;
/// Those that are written in shards; the same number stands for the same documents.
const SHARDED: [usize; 3] = [FACTS, DOCUMENTS, TEXTS];

impl Tables {
    fn open(arguments: &Arguments, from: Option<&Checkpoint>) -> Result<Self, Error> {
        let forms = arguments.forms()?;
        let columns = [FactRecord::COLUMNS, DocumentRow::COLUMNS, TextRow::COLUMNS, FailureRow::COLUMNS, &[]];
        let layout = |at: usize| Layout { form: forms[at], columns: columns[at], mark: arguments.bom };
        let done = from.map_or(0, |from| from.tally.records());
        let mut tables = Self {
            targets: arguments.targets(),
            layouts: std::array::from_fn(layout),
            sinks: Default::default(),
            every: arguments.shard,
            shard: arguments.shard.map_or(1, |every| done.div_ceil(every).max(1)),
            waiting: arguments.looks_for_reprints(),
        };
        let finished = from.is_some_and(|from| from.finished);
        for at in 0..tables.sinks.len() {
            let keep = from.and_then(|checkpoint| *checkpoint.lengths.get(at)?);
            let target = tables.target(at, tables.shard);
            // A break may have come between the checkpoint and the new name of what was whole by then.
            let settled = finished || (tables.in_shards(at) && tables.is_full(done));
            let whole = match &target {
                Some(path) => settled && !sink::part_of(path).exists(),
                None => at != FACTS,
            };
            if !whole {
                let sink = Sink::open(target.as_deref(), tables.layouts[at], keep);
                tables.sinks[at] = Some(sink.map_err(|error| tables.broken(at, error))?);
            }
        }
        Ok(tables)
    }

    fn in_shards(&self, at: usize) -> bool {
        let target = self.targets[at].as_deref();
        self.every.is_some() && SHARDED.contains(&at) && target.is_some_and(|target| !sink::is_special(target))
    }

    /// The file of a table, or of one of its shards.
    fn target(&self, at: usize, shard: u64) -> Option<PathBuf> {
        let target = self.targets[at].as_deref()?;
        Some(if self.in_shards(at) { sink::shard_of(target, shard) } else { target.to_path_buf() })
    }

    /// Whether the next document belongs to the next shard.
    fn is_full(&self, done: u64) -> bool {
        done > 0 && self.every.is_some_and(|every| done.is_multiple_of(every))
    }

    /// Ends the shards and begins the next ones.
    fn turn(&mut self) -> Result<(), Error> {
        self.shard += 1;
        for at in SHARDED.into_iter().filter(|at| self.in_shards(*at)).collect::<Vec<_>>() {
            // Without its clusters the shard stays a part.
            if let Some(sink) = self.sinks[at].take().filter(|_| !self.waiting || at == TEXTS) {
                sink.finish().map_err(|error| self.broken(at, error))?;
            }
            let sink = Sink::open(self.target(at, self.shard).as_deref(), self.layouts[at], None);
            self.sinks[at] = Some(sink.map_err(|error| self.broken(at, error))?);
        }
        Ok(())
    }

    fn broken(&self, at: usize, source: std::io::Error) -> Error {
        let path = self.target(at, self.shard);
        broken(path.as_deref())(source)
    }

    fn write(&mut self, at: usize, rows: &[u8]) -> Result<(), Error> {
        match &mut self.sinks[at] {
            Some(sink) => sink.write(rows).map_err(|error| self.broken(at, error)),
            None => Ok(()),
        }
    }

    fn sync(&mut self) -> Result<Vec<Option<u64>>, Error> {
        let mut lengths = Vec::new();
        for at in 0..self.sinks.len() {
            let length = self.sinks[at].as_mut().map(Sink::sync).transpose();
            lengths.push(length.map_err(|error| self.broken(at, error))?);
        }
        Ok(lengths)
    }

    /// Everything is written: the parts become files.
    fn finish(&mut self) -> Result<(), Error> {
        for at in 0..self.sinks.len() {
            if let Some(sink) = self.sinks[at].take() {
                sink.finish().map_err(|error| self.broken(at, error))?;
            }
        }
        Ok(())
    }

    /// As [`Tables::finish`], with the heads of clusters beside facts and documents. Gives the number of reprints.
    fn finish_with_clusters(&mut self, dedupe: bool) -> Result<u64, Error> {
        let Some(mut sink) = self.sinks[SIGNATURES].take() else { return Ok(0) };
        let broken = |tables: &Self, error| tables.broken(SIGNATURES, error);
        let rows = sink.rows().and_then(|rows| {
            rows.lines()
                .map(|line| Ok(serde_json::from_str::<SignatureRow>(&line?)?))
                .collect::<std::io::Result<Vec<_>>>()
        });
        let mut rows = rows.map_err(|error| broken(self, error))?;
        let read: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].signature.is_some()).collect();
        let documents: Vec<_> =
            rows.iter_mut().filter_map(|row| Some((row.date.take(), row.signature.take()?))).collect();
        // What could not be read belongs to no cluster.
        let mut heads: Vec<Option<usize>> = vec![None; rows.len()];
        for (at, head) in read.iter().zip(cluster::heads(&documents)) {
            heads[*at] = Some(read[head]);
        }
        drop(documents);
        let name = |at: usize| heads[at].map_or("", |head| rows[head].id.as_str());
        let shown = |at: usize| if dedupe && heads[at] != Some(at) { None } else { Some(name(at)) };
        for shard in 1..=self.shard {
            let first = (shard - 1) * self.every.unwrap_or(0);
            let last = self.every.map_or(rows.len() as u64, |every| (first + every).min(rows.len() as u64));
            let records = first as usize..last as usize;
            if let Some(sink) = self.collected(FACTS, shard)? {
                let cells = records.clone().flat_map(|at| std::iter::repeat_n(shown(at), rows[at].facts));
                sink.finish_with("cluster", cells).map_err(|error| self.broken(FACTS, error))?;
            }
            if let Some(sink) = self.collected(DOCUMENTS, shard)? {
                let cells = records.map(|at| Some(name(at)));
                sink.finish_with("cluster", cells).map_err(|error| self.broken(DOCUMENTS, error))?;
            }
        }
        self.finish()?;
        sink.discard().map_err(|error| broken(self, error))?;
        Ok(heads.iter().enumerate().filter(|(at, head)| head.is_some_and(|head| head != *at)).count() as u64)
    }

    /// The rows of a shard that has waited for its clusters; none when it is whole, or not asked for.
    fn collected(&mut self, at: usize, shard: u64) -> Result<Option<Sink>, Error> {
        if shard == self.shard {
            return Ok(self.sinks[at].take());
        }
        let Some(target) = self.target(at, shard) else { return Ok(None) };
        let Ok(metadata) = sink::part_of(&target).metadata() else { return Ok(None) };
        let sink = Sink::open(Some(&target), self.layouts[at], Some(metadata.len()));
        sink.map(Some).map_err(|error| self.broken(at, error))
    }

    /// Rows of a table in its form; nothing for a table that is not asked for.
    fn rows<R: Row>(&self, at: usize, rows: &[R]) -> Vec<u8> {
        if at != FACTS && self.sinks[at].is_none() {
            return Vec::new();
        }
        table::encode(self.layouts[at].form, rows).expect("invariant: rows serialize")
    }
}

/// What a worker makes of a document: rows ready to be written.
struct Product {
    rows: [Vec<u8>; 3],
    signature: Vec<u8>,
    tally: Tally,
}

impl Arguments {
    fn targets(&self) -> [Option<PathBuf>; 5] {
        let signatures = self.output.as_deref().filter(|_| self.looks_for_reprints());
        [
            self.output.clone(),
            self.documents.clone(),
            self.emit_text.clone(),
            self.errors.clone(),
            signatures.map(|output| sink::suffixed(output, ".signatures")),
        ]
    }

    const fn looks_for_reprints(&self) -> bool {
        self.cluster || self.dedupe
    }

    fn forms(&self) -> Result<[Form; 5], Error> {
        Ok([
            form(self.output.as_deref(), self.format)?,
            form(self.documents.as_deref(), None)?,
            form(self.emit_text.as_deref(), None)?,
            form(self.errors.as_deref(), None)?,
            Form::Jsonl,
        ])
    }

    fn check(&self) -> Result<(), Error> {
        self.forms()?;
        if self.inputs.paths.is_empty() {
            return Err(refuse("nothing to read: name files, folders, or - for standard input"));
        }
        let stdin = self.inputs.paths.iter().filter(|path| path.as_os_str() == "-").count();
        if stdin > 1 {
            return Err(refuse("standard input (-) can be read once"));
        }
        if self.resume && (self.output.is_none() || stdin > 0) {
            return Err(refuse("--resume needs -o FILE and inputs that can be read again"));
        }
        if self.looks_for_reprints() && self.output.as_deref().is_none_or(sink::is_special) {
            return Err(refuse("--cluster and --dedupe need -o FILE, since reprints are known when all is read"));
        }
        if self.shard.is_some() && self.output.as_deref().is_none_or(sink::is_special) {
            return Err(refuse("--shard needs -o FILE"));
        }
        if let Some(path) = self.inputs.paths.iter().find(|path| self.writes(path)) {
            return Err(refuse(&format!(
                "{} would be read and written; choose another name for the output",
                path.display()
            )));
        }
        let mut targets: Vec<PathBuf> = self.targets().into_iter().flatten().collect();
        targets.sort();
        if targets.windows(2).any(|pair| pair[0] == pair[1] && !sink::is_special(&pair[0])) {
            return Err(refuse("two tables cannot go to one file"));
        }
        Ok(())
    }

    /// Whether a file is a table of this call: left by an earlier run in the folder that is read, it is no article.
    fn writes(&self, path: &Path) -> bool {
        self.targets().iter().flatten().any(|target| sink::is_of(target, path))
    }

    /// Whoever reads `facts-*.csv` would read shards of an earlier run among those of this one.
    fn check_shards(&self) -> Result<(), Error> {
        let targets = self.targets().into_iter().enumerate().filter(|(at, _)| SHARDED.contains(at));
        let left = targets.filter_map(|(_, target)| target).find_map(|target| sink::left_shard(&target));
        match left.filter(|_| self.shard.is_some()) {
            Some(left) => Err(refuse(&format!(
                "{} is there from an earlier run; remove its shards, or choose another name",
                left.display()
            ))),
            None => Ok(()),
        }
    }

    /// What the output depends on, beside the inputs.
    fn settings(&self) -> String {
        let dictionaries: Vec<String> = self.dictionaries.folders.iter().map(|folder| contents(folder)).collect();
        let output = (self.targets(), self.format, self.bom, self.cluster, self.dedupe, self.shard);
        format!("{:?} {output:?} {dictionaries:?}", self.inputs)
    }
}

/// Names, sizes and times of a dictionary folder's files.
fn contents(folder: &Path) -> String {
    let Ok(entries) = std::fs::read_dir(folder) else { return String::new() };
    let mut files: Vec<String> = entries
        .flatten()
        .map(|entry| {
            let state = entry.metadata().ok().map(|metadata| (metadata.len(), metadata.modified().ok()));
            format!("{:?} {state:?}", entry.file_name())
        })
        .collect();
    files.sort();
    files.join(",")
}

pub fn run(arguments: &Arguments) -> Result<u8, Error> {
    arguments.check()?;
    let options = arguments.inputs.options()?;
    let extractor = arguments.dictionaries.extractor()?;
    let mut inputs = arguments.inputs.discover(&options);
    inputs.retain(|input| input.as_ref().map_or(true, |path| !arguments.writes(path)));
    let mut reporter = Reporter::new(&inputs, arguments.quiet, arguments.log, arguments.progress);
    let key = checkpoint::key(&arguments.settings(), inputs.iter().flatten().map(PathBuf::as_path));
    let from = match (&arguments.output, arguments.resume) {
        (Some(output), true) => resume(output, key, &reporter)?,
        _ => None,
    };
    if from.is_none() {
        arguments.check_shards()?;
    }
    let mut tables = Tables::open(arguments, from.as_ref())?;
    let mut state = from.unwrap_or(Checkpoint {
        key,
        position: Position::default(),
        lengths: Vec::new(),
        tally: Tally::default(),
        finished: false,
    });
    if !state.finished {
        let settings = Settings { threads: arguments.threads, reader: options, from: state.position };
        if !work(arguments, &extractor, inputs, &settings, &mut tables, &mut state, &mut reporter)? {
            state.lengths = tables.sync()?;
            save(arguments, &state)?;
            reporter.close(&state.tally);
            reporter.stopped(&state.tally);
            return Ok(SOME_FAILED);
        }
        state.lengths = tables.sync()?;
        state.finished = true;
        save(arguments, &state)?;
    }
    if arguments.looks_for_reprints() {
        state.tally.copies = tables.finish_with_clusters(arguments.dedupe)?;
    } else {
        tables.finish()?;
    }
    if let Some(output) = resumable(arguments) {
        Checkpoint::remove(output).map_err(broken(Some(output)))?;
    }
    reporter.close(&state.tally);
    Ok(if state.tally.failures == 0 { OK } else { SOME_FAILED })
}

/// The checkpoint to go on from.
fn resume(output: &Path, key: u64, reporter: &Reporter) -> Result<Option<Checkpoint>, Error> {
    let unreadable = |error: std::io::Error| Error::Read(ReadError::of_file(checkpoint::path_of(output), error));
    let Some(found) = Checkpoint::load(output).map_err(unreadable)? else {
        reporter.say("nothing to continue, starting from the beginning");
        return Ok(None);
    };
    if found.key != key {
        return Err(refuse(&format!(
            "{} belongs to another call, or the inputs or dictionaries have changed since; run without --resume to start anew",
            checkpoint::path_of(output).display()
        )));
    }
    Ok(Some(found))
}

/// The output beside which a checkpoint is kept: that of a run which could be continued.
fn resumable(arguments: &Arguments) -> Option<&Path> {
    let stdin = arguments.inputs.paths.iter().any(|path| path.as_os_str() == "-");
    arguments.output.as_deref().filter(|output| !stdin && !sink::is_special(output))
}

fn save(arguments: &Arguments, state: &Checkpoint) -> Result<(), Error> {
    let Some(output) = resumable(arguments) else { return Ok(()) };
    state.save(output).map_err(broken(Some(&checkpoint::path_of(output))))
}

/// Extracts everything; false when there were too many failures.
fn work(
    arguments: &Arguments,
    extractor: &Extractor,
    inputs: Vec<Result<PathBuf, ReadError>>,
    settings: &Settings,
    tables: &mut Tables,
    state: &mut Checkpoint,
    reporter: &mut Reporter,
) -> Result<bool, Error> {
    let consumed = AtomicU64::new(0);
    let mut saved = Instant::now();
    let mut failure = None;
    let mut enough = true;
    let wanted: [bool; 5] = std::array::from_fn(|at| tables.targets[at].is_some());
    let forms = tables.layouts.map(|layout| layout.form);
    let job = |document: Document| product(extractor, &document, wanted, forms);
    batch::run(inputs, settings, &consumed, job, |position, result| {
        let turned = if tables.is_full(state.tally.records()) { turn(arguments, tables, state) } else { Ok(()) };
        let written = turned.and_then(|()| match result {
            Ok(product) => add(tables, state, product),
            Err(error) => fail(tables, state, reporter, &error),
        });
        state.position = position;
        enough = arguments.max_errors.is_none_or(|most| state.tally.failures <= most);
        let due = saved.elapsed() >= CHECKPOINT && resumable(arguments).is_some();
        let kept = written.and_then(|()| {
            if due {
                saved = Instant::now();
                state.lengths = tables.sync()?;
                save(arguments, state)?;
            }
            Ok(())
        });
        reporter.tick(&state.tally, consumed.load(Ordering::Relaxed));
        failure = kept.err();
        failure.is_none() && enough
    })
    .map_err(|reason| tables.broken(FACTS, std::io::Error::other(reason)))?;
    match failure {
        Some(error) => Err(error),
        None => Ok(enough),
    }
}

/// Ends a shard. The checkpoint comes first: from then on its parts may be missing, since they have got their names.
fn turn(arguments: &Arguments, tables: &mut Tables, state: &mut Checkpoint) -> Result<(), Error> {
    state.lengths = tables.sync()?;
    save(arguments, state)?;
    tables.turn()
}

fn product(extractor: &Extractor, document: &Document, wanted: [bool; 5], forms: [Form; 5]) -> Product {
    let extraction = extractor.extract(document);
    let lexicon = extractor.lexicon();
    let mut tally = Tally { documents: 1, facts: extraction.facts.len() as u64, ..Tally::default() };
    for fact in &extraction.facts {
        let [all, paired, planned] = tally.kinds.entry(fact.quantity.kind.name().to_string()).or_default();
        *all += 1;
        *paired += u64::from(!fact.decision.pairs.is_empty());
        *planned += u64::from(fact.context.planned);
    }
    let straight = forms[FACTS] == Form::Jsonl;
    let asked = !straight || wanted[DOCUMENTS] || wanted[SIGNATURES];
    let facts = if asked { output::fact_records(lexicon, document, &extraction.facts) } else { Vec::new() };
    let encoded = "invariant: rows serialize";
    let rows = [
        if straight {
            let mut lines = Vec::new();
            jsonl::write_facts(lexicon, document, &extraction.facts, &mut lines);
            lines
        } else {
            table::encode(forms[FACTS], &facts).expect(encoded)
        },
        if wanted[DOCUMENTS] {
            table::encode(forms[DOCUMENTS], &[DocumentRow::new(document, &extraction.layout, &facts)]).expect(encoded)
        } else {
            Vec::new()
        },
        if wanted[TEXTS] {
            table::encode(forms[TEXTS], &[TextRow::new(document, &extraction.layout)]).expect(encoded)
        } else {
            Vec::new()
        },
    ];
    let signature = if wanted[SIGNATURES] {
        let folded = extractor.lexicon().folder.fold(&document.text);
        let signature = Some(Signature::new(&folded, &extraction.layout, &facts));
        let date = extraction.layout.date.map(|date| date.to_string());
        line(&SignatureRow { id: document.id.clone(), date, facts: facts.len(), signature })
    } else {
        Vec::new()
    };
    Product { rows, signature, tally }
}

fn line(row: &SignatureRow) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(row).expect("invariant: rows serialize");
    bytes.push(b'\n');
    bytes
}

fn add(tables: &mut Tables, state: &mut Checkpoint, product: Product) -> Result<(), Error> {
    for (at, rows) in product.rows.iter().enumerate() {
        tables.write(at, rows)?;
    }
    tables.write(SIGNATURES, &product.signature)?;
    state.tally.documents += product.tally.documents;
    state.tally.facts += product.tally.facts;
    for (kind, counts) in product.tally.kinds {
        let sums = state.tally.kinds.entry(kind).or_default();
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    Ok(())
}

fn fail(tables: &mut Tables, state: &mut Checkpoint, reporter: &Reporter, error: &ReadError) -> Result<(), Error> {
    state.tally.failures += 1;
    reporter.failure(error);
    let rows = tables.rows(DOCUMENTS, &[DocumentRow::failed(error)]);
    tables.write(DOCUMENTS, &rows)?;
    let rows = tables.rows(FAILURES, &[FailureRow::new(error)]);
    tables.write(FAILURES, &rows)?;
    let id = error.path.display().to_string();
    tables.write(SIGNATURES, &line(&SignatureRow { id, date: None, facts: 0, signature: None }))
}
