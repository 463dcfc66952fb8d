//! How far a run has come, kept beside its output, so that a killed run can be continued.

use super::progress::Tally;
use crate::batch::Position;
use crate::sink::suffixed;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A state from which a run goes on without losing or doubling a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Stands for the call and its inputs.
    pub key: u64,
    /// What is done.
    pub position: Position,
    /// Lengths of the parts, in the order of the sinks; None for a sink that is not in use.
    pub lengths: Vec<Option<u64>>,
    /// What was counted.
    pub tally: Tally,
    /// Whether all is done and only the parts have yet to become files.
    pub finished: bool,
}

/// `OUT.checkpoint`
pub fn path_of(output: &Path) -> PathBuf {
    suffixed(output, ".checkpoint")
}

/// A number for a call: its settings, and names, sizes and times of its inputs.
pub fn key<'i>(settings: &str, inputs: impl Iterator<Item = &'i Path>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (env!("CARGO_PKG_VERSION"), settings).hash(&mut hasher);
    for path in inputs {
        path.hash(&mut hasher);
        if let Ok(metadata) = fs::metadata(path) {
            (metadata.len(), metadata.modified().ok()).hash(&mut hasher);
        }
    }
    hasher.finish()
}

impl Checkpoint {
    /// Reads the checkpoint of an output; none when there is none.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub fn load(output: &Path) -> io::Result<Option<Self>> {
        match fs::read(path_of(output)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces the checkpoint of an output at once: a break leaves the old one or the new one.
    ///
    /// # Errors
    /// The system's.
    pub fn save(&self, output: &Path) -> io::Result<()> {
        let path = path_of(output);
        let fresh = suffixed(&path, ".new");
        let mut file = File::create(&fresh)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_data()?;
        fs::rename(fresh, path)
    }

    /// The run is over.
    ///
    /// # Errors
    /// The system's.
    pub fn remove(output: &Path) -> io::Result<()> {
        match fs::remove_file(path_of(output)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
