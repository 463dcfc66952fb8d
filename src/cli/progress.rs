//! What a run says on standard error: a bar on a terminal, plain lines when asked, failures, the closing table.

use super::counted;
use crate::error::ReadError;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// What a run has done so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub documents: u64,
    pub facts: u64,
    pub failures: u64,
    /// Documents that repeat another.
    pub copies: u64,
    /// For each kind the facts, those with a pair, those planned.
    pub kinds: BTreeMap<String, [u64; 3]>,
}

impl Tally {
    /// Documents and what could not be read.
    pub const fn records(&self) -> u64 {
        self.documents + self.failures
    }

    /// `46 documents, 1755 facts, 0 failures`
    fn words(&self) -> String {
        let mut words =
            vec![counted(self.documents, "document"), counted(self.facts, "fact"), counted(self.failures, "failure")];
        if self.copies > 0 {
            words.insert(1, format!("{} of them reprints", self.copies));
        }
        words.join(", ")
    }
}

/// Form of the messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Log {
    /// Words
    #[default]
    Text,
    /// One JSON object a line, for programs that watch
    Json,
}

/// Tells the user.
pub struct Reporter {
    bar: ProgressBar,
    quiet: bool,
    log: Log,
    every: Option<Duration>,
    last: Instant,
    started: Instant,
    total: u64,
}

impl Reporter {
    pub fn new(inputs: &[Result<PathBuf, ReadError>], quiet: bool, log: Log, every: Option<u64>) -> Self {
        let sizes = inputs.iter().flatten().filter_map(|path| std::fs::metadata(path).ok());
        let total = sizes.map(|metadata| metadata.len()).sum();
        let hidden = quiet || log == Log::Json || every.is_some() || !std::io::stderr().is_terminal();
        let bar = if hidden {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
        } else if total > 0 {
            ProgressBar::new(total)
        } else {
            ProgressBar::new_spinner()
        };
        let style =
            if total > 0 { "{bar:30} {percent}% {binary_bytes_per_sec} ETA {eta}  {msg}" } else { "{spinner} {msg}" };
        bar.set_style(ProgressStyle::with_template(style).expect("invariant: the template is valid"));
        let every = every.filter(|_| !quiet).map(Duration::from_secs);
        Self { bar, quiet, log, every, last: Instant::now(), started: Instant::now(), total }
    }

    pub fn failure(&self, error: &ReadError) {
        self.bar.suspend(|| match self.log {
            Log::Text => eprintln!("duikou: {error}"),
            Log::Json => eprintln!(
                "{}",
                json!({"event": "failure", "input": error.path.display().to_string(),
                    "record": error.record.map(|record| record.number),
                    "offset": error.record.and_then(|record| record.offset), "reason": error.reason})
            ),
        });
    }

    /// `consumed` bytes of all inputs have been read.
    pub fn tick(&mut self, tally: &Tally, consumed: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_position(consumed);
            self.bar.set_message(tally.words());
        }
        if self.every.is_none_or(|every| self.last.elapsed() < every) {
            return;
        }
        self.last = Instant::now();
        let seconds = self.started.elapsed().as_secs_f64();
        let speed = consumed as f64 / 1e6 / seconds.max(0.001);
        let left =
            (self.total > consumed && consumed > 0).then(|| seconds * (self.total - consumed) as f64 / consumed as f64);
        match self.log {
            Log::Text => {
                let share = (100 * consumed).checked_div(self.total);
                let share = share.map_or_else(String::new, |share| format!("{share} %, "));
                let left = left.map_or_else(String::new, |left| format!(", {left:.0} s left"));
                eprintln!("duikou: {share}{}, {speed:.1} MB/s{left}", tally.words());
            }
            Log::Json => eprintln!(
                "{}",
                json!({"event": "progress", "documents": tally.documents, "facts": tally.facts,
                    "failures": tally.failures, "bytes": consumed, "of": self.total, "seconds": seconds})
            ),
        }
    }

    /// A remark.
    pub fn say(&self, words: &str) {
        if self.quiet {
            return;
        }
        self.bar.suspend(|| match self.log {
            Log::Text => eprintln!("duikou: {words}"),
            Log::Json => eprintln!("{}", json!({"event": "note", "text": words})),
        });
    }

    /// There were more failures than the user allows; said even when quiet, since the output is not there.
    pub fn stopped(&self, tally: &Tally) {
        match self.log {
            Log::Text => eprintln!("duikou: stopped after {} (--max-errors)", counted(tally.failures, "failure")),
            Log::Json => eprintln!("{}", json!({"event": "stopped", "failures": tally.failures})),
        }
    }

    /// The closing table and line.
    pub fn close(&self, tally: &Tally) {
        self.bar.finish_and_clear();
        if self.quiet {
            return;
        }
        let seconds = self.started.elapsed().as_secs_f64();
        if self.log == Log::Json {
            eprintln!("{}", json!({"event": "end", "tally": tally, "seconds": seconds}));
            return;
        }
        if !tally.kinds.is_empty() {
            eprintln!("{:<8} {:>9} {:>9} {:>9}", "kind", "facts", "in pairs", "planned");
            for (kind, [facts, paired, planned]) in &tally.kinds {
                eprintln!("{kind:<8} {facts:>9} {paired:>9} {planned:>9}");
            }
        }
        eprintln!("duikou: {}, {seconds:.1} s", tally.words());
    }
}
