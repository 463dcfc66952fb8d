//! Scores: facts against gold, by the rules of the annotation guide.
//!
//! A predicted fact is matched with the gold fact of the same document, kind, start and end. Gold facts marked
//! `optional` are neutral; `pairs_alt` lists other sets of pairs that are right as well.

use crate::error::{ReadError, RecordAt};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    },
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
}

#[derive(Deserialize)]
struct GoldFile {
    doc: String,
    facts: Vec<Scored>,
}

/// Facts by document.
pub type ByDocument = BTreeMap<String, Vec<Scored>>;

/// Counts behind the figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Counts {
    pub gold: usize,
    pub optional: usize,
    pub hit: usize,
    pub spurious: usize,
    pub value: usize,
    pub bound: usize,
    pub pairs: usize,
    pub end2end: usize,
    pub status: usize,
    pub each: usize,
    pub paired: usize,
    pub paired_right: usize,
    pub unpaired: usize,
    pub unpaired_right: usize,
    pub of_n: usize,
    pub of: usize,
    pub time_n: usize,
    pub time: usize,
    pub fine_n: usize,
    pub fine: usize,
}

impl Counts {
    /// F1 of facts found, with span and kind right.
    pub fn detect_f1(&self) -> Option<f64> {
        self.f1(self.hit)
    }

    /// F1 of facts with span, kind, value, unit and pairs all right.
    pub fn end2end_f1(&self) -> Option<f64> {
        self.f1(self.end2end)
    }

    fn f1(&self, true_positives: usize) -> Option<f64> {
        ratio(2 * true_positives, self.gold + self.hit + self.spurious)
    }

    /// Every figure with its name, in the order of printing.
    pub fn figures(&self) -> [(&'static str, Option<f64>); 14] {
        [
            ("precision", ratio(self.hit, self.hit + self.spurious)),
            ("recall", ratio(self.hit, self.gold)),
            ("detect_f1", self.detect_f1()),
            ("value", ratio(self.value, self.hit)),
            ("bound", ratio(self.bound, self.hit)),
            ("pairs", ratio(self.pairs, self.hit)),
            ("pairs_when_paired", ratio(self.paired_right, self.paired)),
            ("pairs_when_none", ratio(self.unpaired_right, self.unpaired)),
            ("end2end_f1", self.end2end_f1()),
            ("of", ratio(self.of, self.of_n)),
            ("status", ratio(self.status, self.hit)),
            ("time", ratio(self.time, self.time_n)),
            ("each", ratio(self.each, self.hit)),
            ("fine", ratio(self.fine, self.fine_n)),
        ]
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// What is wrong with a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// In gold, not found.
    Missed,
    /// Found, not in gold.
    Spurious,
    /// Value or unit differ.
    Value,
    /// Pairs differ.
    Pairs,
}

/// One wrong fact.
#[derive(Debug, Clone)]
pub struct Note {
    /// Document.
    pub doc: String,
    /// What is wrong.
    pub mistake: Mistake,
    /// The gold fact.
    pub gold: Option<Scored>,
    /// The predicted fact.
    pub predicted: Option<Scored>,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.mistake {
            Mistake::Missed => "missed",
            Mistake::Spurious => "spurious",
            Mistake::Value => "value",
            Mistake::Pairs => "pairs",
        };
        let brief = |fact: &Scored| {
            let value = number(fact.value.as_ref()).map_or_else(
                || format!("{}–{}", text(fact.low.as_ref()), text(fact.high.as_ref())),
                |value| value.to_string(),
            );
            let pairs: Vec<String> =
                pair_set(&fact.pairs).into_iter().map(|(helper, recipient)| format!("{helper}>{recipient}")).collect();
            format!("{} {} {value} {} [{}] @{}", fact.kind, fact.text, unit(fact), pairs.join(";"), fact.start)
        };
        write!(f, "{}\t{what}", self.doc)?;
        if let Some(gold) = &self.gold {
            write!(f, "\tgold {}", brief(gold))?;
        }
        if let Some(predicted) = &self.predicted {
            write!(f, "\tfound {}", brief(predicted))?;
        }
        Ok(())
    }
}

/// Confidence against truth: facts and right ones per tenth of confidence.
pub type Calibration = [(usize, usize); 11];

/// The outcome of a comparison.
#[derive(Debug, Clone, Default)]
pub struct Score {
    /// Over the kinds asked for.
    pub all: Counts,
    /// Per kind.
    pub by_kind: BTreeMap<String, Counts>,
    /// Per document.
    pub by_doc: BTreeMap<String, Counts>,
    /// Every wrong fact, in order.
    pub notes: Vec<Note>,
    /// Facts with a pair by confidence.
    pub calibration: Calibration,
}

fn text(value: Option<&serde_json::Value>) -> String {
    match value {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) if !other.is_null() => other.to_string(),
        _ => String::new(),
    }
}

fn number(value: Option<&serde_json::Value>) -> Option<Decimal> {
    text(value).parse::<Decimal>().ok().map(|value| value.normalize())
}

fn short(name: &str) -> String {
    for suffix in ["市", "地区", "自治州", "省"] {
        if name.chars().count() > 2
            && let Some(cut) = name.strip_suffix(suffix)
        {
            return cut.to_string();
        }
    }
    name.to_string()
}

fn pair_set(pairs: &[PairForm]) -> BTreeSet<(String, String)> {
    pairs
        .iter()
        .filter_map(|pair| match pair {
            PairForm::Arrow(arrow) => {
                arrow.split_once('>').map(|(helper, recipient)| (short(helper), short(recipient)))
            }
            PairForm::Fields { helper, recipient, .. } => Some((short(helper), short(recipient))),
        })
        .collect()
}

fn fine_set(fact: &Scored) -> BTreeSet<(String, String)> {
    let cut = |name: &str| {
        let stripped = name.strip_suffix(['县', '区', '市', '镇']).filter(|_| name.chars().count() > 2);
        stripped.unwrap_or(name).to_string()
    };
    let gold = fact
        .fine
        .iter()
        .filter_map(|fine| fine.split_once('>'))
        .map(|(helper, recipient)| (cut(helper), cut(recipient)));
    let fields = fact.pairs.iter().filter_map(|pair| match pair {
        PairForm::Fields { fine: Some(sides), .. } => Some((cut(&sides.helper), cut(&sides.recipient))),
        _ => None,
    });
    gold.chain(fields).collect()
}

fn unit(fact: &Scored) -> String {
    let unit = fact.unit.as_deref().unwrap_or("");
    match unit {
        "元" => "CNY",
        "㎡" | "平方米" => "m2",
        "亩" => "mu",
        "公顷" => "ha",
        "平方公里" => "km2",
        other => other,
    }
    .to_string()
}

fn same_value(gold: &Scored, found: &Scored) -> bool {
    if unit(gold) != unit(found) {
        return false;
    }
    let range = |fact: &Scored| fact.bound.as_deref() == Some("range");
    if range(gold) || range(found) {
        return number(gold.low.as_ref()) == number(found.low.as_ref())
            && number(gold.high.as_ref()) == number(found.high.as_ref());
    }
    number(gold.value.as_ref()) == number(found.value.as_ref())
}

fn same_of(gold: &str, found: &str) -> bool {
    !gold.is_empty() && !found.is_empty() && (gold.contains(found) || found.contains(gold))
}

/// The name under which gold and prediction meet: the file name without its extension.
pub fn stem(doc: &str) -> String {
    let base = doc.rsplit('/').next().unwrap_or(doc);
    let mut base = base;
    for extension in [".txt", ".json", ".html"] {
        base = base.strip_suffix(extension).unwrap_or(base);
    }
    base.to_string()
}

/// Scores predictions against gold over some kinds.
pub fn score(gold: &ByDocument, predicted: &ByDocument, kinds: &[&str]) -> Score {
    let mut result = Score::default();
    let none = Vec::new();
    for (doc, facts) in gold {
        for kind in kinds {
            let golds: Vec<&Scored> = facts.iter().filter(|fact| fact.kind == *kind).collect();
            let found: Vec<&Scored> =
                predicted.get(doc).unwrap_or(&none).iter().filter(|fact| fact.kind == *kind).collect();
            let mut counts = Counts::default();
            // Optional facts of any kind asked for keep what overlaps them out of the spurious ones.
            let neutral: Vec<&Scored> =
                facts.iter().filter(|fact| fact.optional && kinds.contains(&fact.kind.as_str())).collect();
            compare(doc, &golds, &found, &neutral, &mut counts, &mut result);
            add(&mut result.all, &counts);
            add(result.by_kind.entry((*kind).to_string()).or_default(), &counts);
            add(result.by_doc.entry(doc.clone()).or_default(), &counts);
        }
    }
    let place = |note: &Note| note.gold.as_ref().or(note.predicted.as_ref()).map_or(0, |fact| fact.start);
    result.notes.sort_by(|a, b| (&a.doc, place(a)).cmp(&(&b.doc, place(b))));
    result
}

fn compare(
    doc: &str,
    golds: &[&Scored],
    found: &[&Scored],
    neutral: &[&Scored],
    counts: &mut Counts,
    result: &mut Score,
) {
    // The last of several predictions at one place counts.
    let by_place: HashMap<(usize, usize), &Scored> = found.iter().map(|fact| ((fact.start, fact.end), *fact)).collect();
    let mut used = BTreeSet::new();
    let mut note = |mistake, gold: Option<&Scored>, predicted: Option<&Scored>| {
        result.notes.push(Note { doc: doc.to_string(), mistake, gold: gold.cloned(), predicted: predicted.cloned() });
    };
    for gold in golds {
        let place = (gold.start, gold.end);
        let hit = by_place.get(&place).copied();
        if hit.is_some() {
            used.insert(place);
        }
        if gold.optional {
            counts.optional += 1;
            continue;
        }
        counts.gold += 1;
        let Some(hit) = hit else {
            note(Mistake::Missed, Some(gold), None);
            continue;
        };
        counts.hit += 1;
        let value = same_value(gold, hit);
        let expected = pair_set(&gold.pairs);
        let pairs = std::iter::once(expected.clone())
            .chain(gold.pairs_alt.iter().map(|alt| pair_set(alt)))
            .any(|set| set == pair_set(&hit.pairs));
        counts.value += usize::from(value);
        counts.pairs += usize::from(pairs);
        counts.end2end += usize::from(value && pairs);
        let bound =
            |fact: &Scored| fact.bound.clone().filter(|bound| !bound.is_empty()).unwrap_or_else(|| "exact".to_string());
        let status = |fact: &Scored| {
            fact.status.clone().filter(|status| !status.is_empty()).unwrap_or_else(|| "actual".to_string())
        };
        let filled = |field: &Option<String>| field.as_deref().is_some_and(|field| !field.is_empty());
        counts.bound += usize::from(bound(gold) == bound(hit));
        counts.status += usize::from(status(gold) == status(hit));
        counts.each += usize::from(filled(&gold.each) == filled(&hit.each));
        if expected.is_empty() {
            counts.unpaired += 1;
            counts.unpaired_right += usize::from(pairs);
        } else {
            counts.paired += 1;
            counts.paired_right += usize::from(pairs);
        }
        if filled(&gold.of) {
            counts.of_n += 1;
            counts.of += usize::from(same_of(gold.of.as_deref().unwrap_or(""), hit.of.as_deref().unwrap_or("")));
        }
        if filled(&gold.time) {
            counts.time_n += 1;
            counts.time += usize::from(gold.time == hit.time);
        }
        if !gold.fine.is_empty() {
            counts.fine_n += 1;
            counts.fine += usize::from(fine_set(gold) == fine_set(hit));
        }
        let confidence = hit.pairs.iter().filter_map(|pair| match pair {
            PairForm::Fields { confidence, .. } => *confidence,
            PairForm::Arrow(_) => None,
        });
        if let Some(lowest) = confidence.reduce(f64::min) {
            let tenth = &mut result.calibration[((lowest * 10.0) as usize).min(10)];
            tenth.0 += 1;
            tenth.1 += usize::from(pairs);
        }
        if !value {
            note(Mistake::Value, Some(gold), Some(hit));
        }
        if !pairs {
            note(Mistake::Pairs, Some(gold), Some(hit));
        }
    }
    for fact in found {
        let place = (fact.start, fact.end);
        let overlaps = neutral.iter().any(|gold| gold.start < fact.end && fact.start < gold.end);
        if !used.contains(&place) && !overlaps {
            counts.spurious += 1;
            note(Mistake::Spurious, None, Some(fact));
        }
    }
}

fn add(to: &mut Counts, from: &Counts) {
    let pairs = [
        (&mut to.gold, from.gold),
        (&mut to.optional, from.optional),
        (&mut to.hit, from.hit),
        (&mut to.spurious, from.spurious),
        (&mut to.value, from.value),
        (&mut to.bound, from.bound),
        (&mut to.pairs, from.pairs),
        (&mut to.end2end, from.end2end),
        (&mut to.status, from.status),
        (&mut to.each, from.each),
        (&mut to.paired, from.paired),
        (&mut to.paired_right, from.paired_right),
        (&mut to.unpaired, from.unpaired),
        (&mut to.unpaired_right, from.unpaired_right),
        (&mut to.of_n, from.of_n),
        (&mut to.of, from.of),
        (&mut to.time_n, from.time_n),
        (&mut to.time, from.time),
        (&mut to.fine_n, from.fine_n),
        (&mut to.fine, from.fine),
    ];
    for (field, value) in pairs {
        *field += value;
    }
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
        gold.entry(stem(&parsed.doc)).or_default().extend(parsed.facts);
    }
    if gold.is_empty() {
        return Err(fault(path, "no gold file (<doc>.json) here".to_string()));
    }
    Ok(gold)
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
