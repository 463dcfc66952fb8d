//! Scores: facts against gold, by the rules of the annotation guide.
//!
//! A predicted fact is matched with the gold fact of the same document, kind, start and end. Gold facts marked
//! `optional` are neutral; `pairs_alt` lists other sets of pairs that are right as well.
//!
//! [`judge`] looks at single facts, [`score`] adds the verdicts up, [`baseline`] holds two runs against each other.

pub mod baseline;
mod judge;
mod score;

pub use judge::{Fault, Verdict};
pub use score::{Counts, Score, score};

/// What stands for nothing in listings: no pair, no time.
pub const NOTHING: &str = "–";

use crate::error::{ReadError, RecordAt};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One pair, as gold writes it (`深圳>河源`) or as the output does.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum PairForm {
    /// `深圳>河源`.
    Arrow(String),
    /// The fields of the output.
    Fields {
        /// Helper's short name.
        helper: String,
        /// Recipient's short name.
        recipient: String,
        /// Sides below city level.
        #[serde(default)]
        fine: Option<Sides>,
        /// 0 to 1.
        #[serde(default)]
        confidence: Option<f64>,
        /// Why; the rule that decided comes first.
        #[serde(default)]
        evidence: Vec<Evidence>,
    },
}

/// A piece of evidence.
#[derive(Debug, Clone, Deserialize)]
pub struct Evidence {
    rule: String,
}

/// Helper and recipient by name.
#[derive(Debug, Clone, Deserialize)]
pub struct Sides {
    helper: String,
    recipient: String,
}

/// A fact, gold or predicted.
#[derive(Debug, Clone, Deserialize)]
pub struct Scored {
    /// Document (predictions only).
    #[serde(default)]
    pub doc: String,
    /// Kind.
    pub kind: String,
    /// Expression.
    #[serde(default)]
    pub text: String,
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    #[serde(default)]
    value: Option<serde_json::Value>,
    #[serde(default)]
    low: Option<serde_json::Value>,
    #[serde(default)]
    high: Option<serde_json::Value>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    bound: Option<String>,
    #[serde(default)]
    each: Option<String>,
    #[serde(default)]
    of: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    pairs: Vec<PairForm>,
    #[serde(default)]
    pairs_alt: Vec<Vec<PairForm>>,
    #[serde(default)]
    fine: Vec<String>,
    #[serde(default)]
    optional: bool,
    /// Gold only: a reviewer found this fact wrong; the program must not give it again.
    #[serde(default)]
    wrong: bool,
    /// Gold only: the gold of the document says nothing of facts that it does not name.
    #[serde(default)]
    partial: bool,
    /// Predictions only: the rule that decided on the pairs, "" where it is not known.
    #[serde(default)]
    pub rule: String,
    #[serde(default)]
    sentence: String,
    #[serde(default)]
    ctx: String,
}

impl Scored {
    /// The pairs as `深圳>河源`, sorted, each once; empty when it belongs to none.
    pub fn pairs(&self) -> Vec<String> {
        judge::arrows(judge::pair_set(&self.pairs))
    }

    /// The value and unit, `200000000 CNY`, `8000…10000 个`.
    pub fn amount(&self) -> String {
        let value = judge::number(self.value.as_ref()).map_or_else(
            || format!("{}…{}", judge::text(self.low.as_ref()), judge::text(self.high.as_ref())),
            |value| value.to_string(),
        );
        format!("{value} {}", judge::unit(self)).trim_end().to_string()
    }

    /// What it says where a fault can be, for people; – for what it leaves open.
    pub fn said(&self, fault: Fault) -> String {
        let or = |field: &Option<String>, default: &str| judge::or(field, default);
        let said = match fault {
            Fault::Missed | Fault::Spurious => String::new(),
            Fault::Value => self.amount(),
            Fault::Pairs => self.pairs().join("; "),
            Fault::Status => or(&self.status, "actual"),
            Fault::Each => or(&self.each, ""),
            Fault::Bound => or(&self.bound, "exact"),
            Fault::Of => or(&self.of, ""),
            Fault::Time => or(&self.time, ""),
            Fault::Fine => judge::arrows(judge::fine_set(self)).join("; "),
        };
        if said.is_empty() { NOTHING.to_string() } else { said }
    }

    /// The rule that decided on the pairs; "" where it is not known.
    pub fn decided_by(&self) -> &str {
        if !self.rule.is_empty() {
            return &self.rule;
        }
        match self.pairs.first() {
            Some(PairForm::Fields { evidence, .. }) => evidence.first().map_or("", |piece| &piece.rule),
            _ => "",
        }
    }
}

/// Where an expression stands in the words around it: at its first place that is not the end of a longer number (9个 in
/// 项目29个，投产9个).
pub fn place_of(text: &str, words: &str) -> Option<usize> {
    let numeric = |at: usize| words[..at].ends_with(|c: char| c.is_numeric() || c == '.');
    let places = || words.match_indices(text).map(|(at, _)| at);
    places().find(|at| !numeric(*at)).or_else(|| places().next())
}

#[derive(Deserialize)]
struct GoldFile {
    doc: String,
    #[serde(default)]
    partial: bool,
    facts: Vec<Scored>,
}

impl GoldFile {
    /// Adds the facts to those of their document.
    fn file(self, gold: &mut ByDocument) {
        let facts = self.facts.into_iter().map(|fact| Scored { partial: self.partial, ..fact });
        gold.entry(stem(&self.doc)).or_default().extend(facts);
    }
}

/// Facts by document.
pub type ByDocument = BTreeMap<String, Vec<Scored>>;

/// The name under which gold and prediction meet: the file name without its extension.
pub fn stem(doc: &str) -> String {
    let mut base = doc.rsplit('/').next().unwrap_or(doc);
    while let Some(shorter) = [".txt", ".json", ".html"].iter().find_map(|extension| base.strip_suffix(extension)) {
        base = shorter;
    }
    base.to_string()
}

/// Reads gold: a folder of `<doc>.json`, or one such file.
///
/// # Errors
/// When a file cannot be read or is no gold.
pub fn load_gold(path: &Path) -> Result<ByDocument, ReadError> {
    let fault = |path: &Path, reason: String| ReadError { path: path.to_path_buf(), record: None, reason };
    let mut files: Vec<PathBuf> = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(|error| fault(path, error.to_string()))? {
            let entry = entry.map_err(|error| fault(path, error.to_string()))?.path();
            if entry.extension().is_some_and(|extension| extension == "json") {
                files.push(entry);
            }
        }
        files.sort();
    } else {
        files.push(path.to_path_buf());
    }
    let mut gold = ByDocument::new();
    for file in files {
        let bytes = std::fs::read(&file).map_err(|error| fault(&file, error.to_string()))?;
        let parsed: GoldFile =
            serde_json::from_slice(&bytes).map_err(|error| fault(&file, format!("not a gold file: {error}")))?;
        parsed.file(&mut gold);
    }
    if gold.is_empty() {
        return Err(fault(path, "no gold file (<doc>.json) here".to_string()));
    }
    Ok(gold)
}

/// Gold that lies in memory, in the form of a gold file.
///
/// # Errors
/// When it is no gold.
pub fn add_gold(gold: &mut ByDocument, file: serde_json::Value) -> Result<(), serde_json::Error> {
    serde_json::from_value::<GoldFile>(file).map(|file| file.file(gold))
}

/// Reads predictions: facts as JSON lines.
///
/// # Errors
/// When the file cannot be read or a line is no fact.
pub fn load_predictions(path: &Path) -> Result<ByDocument, ReadError> {
    let fault = |record: Option<u64>, reason: String| ReadError {
        path: path.to_path_buf(),
        record: record.map(|number| RecordAt { number, offset: None }),
        reason,
    };
    let text = std::fs::read_to_string(path).map_err(|error| fault(None, error.to_string()))?;
    let mut found = ByDocument::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let fact: Scored = serde_json::from_str(line)
            .map_err(|error| fault(Some(index as u64 + 1), format!("not a fact: {error}")))?;
        found.entry(stem(&fact.doc)).or_default().push(fact);
    }
    Ok(found)
}

/// Predictions straight from records.
///
/// # Errors
/// Never in practice: records serialise and parse.
pub fn from_records(records: &[crate::output::FactRecord]) -> Result<Vec<Scored>, serde_json::Error> {
    records.iter().map(|record| serde_json::from_value(serde_json::to_value(record)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_not_the_end_of_a_number() {
        assert_eq!(place_of("9个", "共29个，投产9个"), Some("共29个，投产".len()));
        assert_eq!(place_of("9个", "共29个"), Some("共2".len()));
        assert_eq!(place_of("8个", "共29个"), None);
    }

    #[test]
    fn names_meet_without_folders_and_suffixes() {
        for doc in ["a/b/s01.txt", "s01.json", "s01", "x/s01.txt.html"] {
            assert_eq!(stem(doc), "s01");
        }
    }
}
