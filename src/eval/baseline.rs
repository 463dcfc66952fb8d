//! Two runs against the same gold: what got better, what got worse, fact by fact.

use super::judge::{Fault, Verdict};
use super::score::Score;
use std::collections::BTreeMap;

/// A fact that is not as right as it was, or more so.
#[derive(Debug, Clone)]
pub struct Change<'s> {
    /// The fact now; where the earlier run alone has it (a spurious one that is gone), as it was.
    pub verdict: &'s Verdict,
    /// The fact of the earlier run, if it had one here.
    pub before: Option<&'s Verdict>,
    /// Faults that are gone.
    pub mended: Vec<Fault>,
    /// Faults that are new.
    pub broken: Vec<Fault>,
}

impl Change<'_> {
    /// A fault with what was said before and what is now: `status: planned → actual`.
    pub fn step(&self, fault: Fault) -> String {
        let now = self.verdict.found.as_ref().filter(|_| self.verdict.gold.is_some());
        match (self.before.and_then(|before| before.found.as_ref()), now) {
            (Some(before), Some(now)) => format!("{}: {} → {}", fault.name(), before.said(fault), now.said(fault)),
            _ => fault.name().to_string(),
        }
    }
}

/// The facts whose faults differ, by document and place.
pub fn changes<'s>(before: &'s Score, after: &'s Score) -> Vec<Change<'s>> {
    let mut both: BTreeMap<_, (Option<&Verdict>, Option<&Verdict>)> = BTreeMap::new();
    for verdict in &before.verdicts {
        both.entry(place(verdict)).or_default().0 = Some(verdict);
    }
    for verdict in &after.verdicts {
        both.entry(place(verdict)).or_default().1 = Some(verdict);
    }
    let changed = both.into_values().filter_map(|(before, after)| {
        let faults = |verdict: Option<&'s Verdict>| verdict.map_or(&[][..], |verdict| &verdict.faults);
        let (mended, broken) = (less(faults(before), faults(after)), less(faults(after), faults(before)));
        let changed = !mended.is_empty() || !broken.is_empty();
        changed.then(|| after.or(before).map(|verdict| Change { verdict, before, mended, broken })).flatten()
    });
    changed.collect()
}

fn place(verdict: &Verdict) -> (&str, usize, usize, &str) {
    let (doc, kind, start, end) = verdict.key();
    (doc, start, end, kind)
}

/// Faults of `these` that `those` do not have. What is missed has every fault of a fact that is found.
fn less(these: &[Fault], those: &[Fault]) -> Vec<Fault> {
    if those.contains(&Fault::Missed) {
        return Vec::new();
    }
    these.iter().filter(|fault| !those.contains(fault)).copied().collect()
}
