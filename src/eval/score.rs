//! Verdicts added up: figures over all facts, by kind, document, pair and rule; which pair was taken for which.

use super::judge::{Fault, Gold, Verdict, judge};
use super::{ByDocument, NOTHING, PairForm, Scored};
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts behind the figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
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

    fn count(&mut self, verdict: &Verdict) {
        let Some(gold) = &verdict.gold else {
            self.spurious += 1;
            return;
        };
        if verdict.neutral() {
            self.optional += 1;
            return;
        }
        self.gold += 1;
        if verdict.found.is_none() {
            return;
        }
        let right = |fault: Fault| usize::from(!verdict.faults.contains(&fault));
        self.hit += 1;
        self.value += right(Fault::Value);
        self.pairs += right(Fault::Pairs);
        self.end2end += right(Fault::Value) * right(Fault::Pairs);
        self.bound += right(Fault::Bound);
        self.status += right(Fault::Status);
        self.each += right(Fault::Each);
        let (n, right_ones) = if gold.pairs.is_empty() {
            (&mut self.unpaired, &mut self.unpaired_right)
        } else {
            (&mut self.paired, &mut self.paired_right)
        };
        *n += 1;
        *right_ones += right(Fault::Pairs);
        for (given, n, field, fault) in [
            (verdict.given.of, &mut self.of_n, &mut self.of, Fault::Of),
            (verdict.given.time, &mut self.time_n, &mut self.time, Fault::Time),
            (verdict.given.fine, &mut self.fine_n, &mut self.fine, Fault::Fine),
        ] {
            if given {
                *n += 1;
                *field += right(fault);
            }
        }
    }
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Confidence against truth: facts and right ones per tenth of confidence.
pub type Calibration = [(usize, usize); 11];

/// Facts counted by what they have in common.
pub type Groups = BTreeMap<String, Counts>;

/// The outcome of a comparison.
#[derive(Debug, Clone, Default)]
pub struct Score {
    /// Over the kinds asked for.
    pub all: Counts,
    /// Per kind.
    pub by_kind: Groups,
    /// Per document.
    pub by_doc: Groups,
    /// Per pair that gold gives, for spurious facts per pair that was found. A fact of several pairs counts in each.
    pub by_pair: Groups,
    /// Per rule that decided on the pairs of what was found, where it is known.
    pub by_rule: Groups,
    /// Facts whose pairs are wrong: those of gold, those found, how many; the most frequent first.
    pub confusion: Vec<(String, String, usize)>,
    /// Every fact of gold and every spurious one, by document and place.
    pub verdicts: Vec<Verdict>,
    /// Facts with a pair by confidence.
    pub calibration: Calibration,
}

impl Score {
    /// The wrong facts, in order.
    pub fn wrong(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts.iter().filter(|verdict| verdict.wrong())
    }

    fn count(&mut self, verdict: &Verdict) {
        self.all.count(verdict);
        let Some(fact) = verdict.fact() else { return };
        self.by_kind.entry(fact.kind.clone()).or_default().count(verdict);
        self.by_doc.entry(verdict.doc.clone()).or_default().count(verdict);
        let pairs = fact.pairs();
        let none = pairs.is_empty().then(|| NOTHING.to_string());
        for pair in pairs.into_iter().chain(none) {
            self.by_pair.entry(pair).or_default().count(verdict);
        }
        let Some(found) = verdict.found.as_ref().filter(|_| !verdict.neutral()) else { return };
        let rule = found.decided_by();
        if !rule.is_empty() {
            self.by_rule.entry(rule.to_string()).or_default().count(verdict);
        }
        let confidence = found.pairs.iter().filter_map(|pair| match pair {
            PairForm::Fields { confidence, .. } => *confidence,
            PairForm::Arrow(_) => None,
        });
        if let (Some(lowest), Some(_)) = (confidence.reduce(f64::min), &verdict.gold) {
            let tenth = &mut self.calibration[((lowest * 10.0) as usize).min(10)];
            tenth.0 += 1;
            tenth.1 += usize::from(!verdict.faults.contains(&Fault::Pairs));
        }
    }
}

/// Which pairs were taken for which.
fn confusion(verdicts: &[Verdict]) -> Vec<(String, String, usize)> {
    let named = |fact: &Scored| {
        let pairs = fact.pairs();
        if pairs.is_empty() { NOTHING.to_string() } else { pairs.join("; ") }
    };
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for verdict in verdicts.iter().filter(|verdict| verdict.faults.contains(&Fault::Pairs)) {
        if let (Some(gold), Some(found)) = (&verdict.gold, &verdict.found) {
            *counts.entry((named(gold), named(found))).or_default() += 1;
        }
    }
    let mut list: Vec<_> = counts.into_iter().map(|((gold, found), count)| (gold, found, count)).collect();
    // Stable: of equal counts those of one pair stay together.
    list.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    list
}

/// Scores predictions against gold over some kinds.
pub fn score(gold: &ByDocument, predicted: &ByDocument, kinds: &[&str]) -> Score {
    let mut result = Score::default();
    let mut verdicts = Vec::new();
    let none = Vec::new();
    for (doc, facts) in gold {
        result.by_doc.entry(doc.clone()).or_default();
        let found = predicted.get(doc).unwrap_or(&none);
        let partial = facts.iter().any(|fact| fact.partial);
        let neutral: Vec<&Scored> =
            facts.iter().filter(|fact| fact.optional && kinds.contains(&fact.kind.as_str())).collect();
        for kind in kinds {
            result.by_kind.entry((*kind).to_string()).or_default();
            let facts = facts.iter().filter(|fact| fact.kind == *kind).collect();
            let found: Vec<&Scored> = found.iter().filter(|fact| fact.kind == *kind).collect();
            judge(doc, &Gold { facts, neutral: &neutral, partial }, &found, &mut verdicts);
        }
    }
    verdicts.sort_by(|a, b| {
        let place = |verdict: &Verdict| verdict.fact().map_or(0, |fact| fact.start);
        (&a.doc, place(a)).cmp(&(&b.doc, place(b)))
    });
    for verdict in &verdicts {
        result.count(verdict);
    }
    result.confusion = confusion(&verdicts);
    result.verdicts = verdicts;
    result
}
