//! One fact against gold: found or not, and which of its fields are wrong.

use super::{PairForm, Scored, place_of};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// What is wrong with a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    /// In gold, not found.
    Missed,
    /// Found, not in gold.
    Spurious,
    /// Value or unit differ.
    Value,
    /// Pairs differ.
    Pairs,
    /// Status differs.
    Status,
    /// One repeats, the other does not.
    Each,
    /// Bound differs.
    Bound,
    /// What is measured differs.
    Of,
    /// Time differs.
    Time,
    /// Sides below city level differ.
    Fine,
}

impl Fault {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Spurious => "spurious",
            Self::Value => "value",
            Self::Pairs => "pairs",
            Self::Status => "status",
            Self::Each => "each",
            Self::Bound => "bound",
            Self::Of => "of",
            Self::Time => "time",
            Self::Fine => "fine",
        }
    }

    /// Whether a fact with it is a wrong one; the other faults are those of a field.
    pub const fn grave(self) -> bool {
        matches!(self, Self::Missed | Self::Spurious | Self::Value | Self::Pairs)
    }
}

/// What became of one fact, of gold or of the program.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Document.
    pub doc: String,
    /// The gold fact, if there is one here.
    pub gold: Option<Scored>,
    /// The predicted fact, if there is one here.
    pub found: Option<Scored>,
    /// What is wrong, in order; nothing for a fact that is right and for an optional one.
    pub faults: Vec<Fault>,
    /// Fields that gold gives, of those that are scored only then.
    pub(super) given: Given,
}

/// Fields that are scored only where gold gives them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Given {
    pub(super) of: bool,
    pub(super) time: bool,
    pub(super) fine: bool,
}

impl Verdict {
    /// The gold fact, else the predicted one.
    pub fn fact(&self) -> Option<&Scored> {
        self.gold.as_ref().or(self.found.as_ref())
    }

    /// The words around the fact: before it, itself, behind it.
    pub fn words(&self) -> (&str, &str, &str) {
        let Some(fact) = self.fact() else { return ("", "", "") };
        let ctx = self.gold.as_ref().map_or("", |gold| &gold.ctx);
        let sentence = self.found.as_ref().map_or("", |found| &found.sentence);
        let text = fact.text.as_str();
        let of = |words: &'_ str| place_of(text, words);
        // The words of gold are few, so that they tell which of several places in the sentence is meant.
        let (words, at) = match (sentence.find(ctx), of(ctx)) {
            (Some(from), Some(at)) => (sentence, Some(from + at)),
            _ if sentence.is_empty() => (ctx, of(ctx)),
            _ => (sentence, of(sentence)),
        };
        at.map_or(("", text, ""), |at| (&words[..at], text, &words[at + text.len()..]))
    }

    /// Document, kind and place: what tells facts apart.
    pub fn key(&self) -> (&str, &str, usize, usize) {
        self.fact().map_or((&self.doc, "", 0, 0), |fact| (&self.doc, &fact.kind, fact.start, fact.end))
    }

    /// Whether it counts neither way.
    pub fn neutral(&self) -> bool {
        self.gold.as_ref().is_some_and(|gold| gold.optional)
    }

    /// Whether the fact as such is wrong: missed, spurious, of a wrong value or pair.
    pub fn wrong(&self) -> bool {
        self.faults.iter().any(|fault| fault.grave())
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let brief = |fact: &Scored| {
            format!("{} {} {} [{}] @{}", fact.kind, fact.text, fact.amount(), fact.pairs().join(";"), fact.start)
        };
        let faults: Vec<&str> = self.faults.iter().map(|fault| fault.name()).collect();
        write!(f, "{}\t{}", self.doc, faults.join(","))?;
        if let Some(gold) = &self.gold {
            write!(f, "\tgold {}", brief(gold))?;
        }
        if let Some(found) = &self.found {
            write!(f, "\tfound {}", brief(found))?;
        }
        Ok(())
    }
}

/// The gold of a document that facts of one kind are judged by.
pub(super) struct Gold<'g> {
    /// Its facts of the kind.
    pub(super) facts: Vec<&'g Scored>,
    /// Optional facts of any kind asked for: they keep what overlaps them out of the spurious ones.
    pub(super) neutral: &'g [&'g Scored],
    /// Whether it says nothing of facts that it does not name.
    pub(super) partial: bool,
}

/// Judges the facts of one kind of a document.
pub(super) fn judge(doc: &str, gold: &Gold<'_>, found: &[&Scored], verdicts: &mut Vec<Verdict>) {
    // The last of several predictions at one place counts.
    let by_place: HashMap<(usize, usize), &Scored> = found.iter().map(|fact| ((fact.start, fact.end), *fact)).collect();
    let mut used = BTreeSet::new();
    for fact in gold.facts.iter().filter(|fact| !fact.wrong) {
        let place = (fact.start, fact.end);
        let hit = by_place.get(&place).copied();
        used.extend(hit.map(|_| place));
        let (faults, given) = match hit {
            _ if fact.optional => (Vec::new(), Given::default()),
            None => (vec![Fault::Missed], Given::default()),
            Some(hit) => compare(fact, hit),
        };
        let (gold, found) = (Some((*fact).clone()), hit.cloned());
        verdicts.push(Verdict { doc: doc.to_string(), gold, found, faults, given });
    }
    for fact in found.iter().filter(|fact| !used.contains(&(fact.start, fact.end)) && gold.refuses(fact)) {
        let (found, faults) = (Some((*fact).clone()), vec![Fault::Spurious]);
        verdicts.push(Verdict { doc: doc.to_string(), gold: None, found, faults, given: Given::default() });
    }
}

impl Gold<'_> {
    /// Whether a fact that gold does not have is spurious: whole gold says so, partial gold of what a reviewer called wrong,
    /// for as long as it is what it was.
    fn refuses(&self, fact: &Scored) -> bool {
        if self.partial {
            let mut wrong =
                self.facts.iter().filter(|gold| gold.wrong && (gold.start, gold.end) == (fact.start, fact.end));
            return wrong.any(|gold| same_value(gold, fact) && pair_set(&gold.pairs) == pair_set(&fact.pairs));
        }
        !self.neutral.iter().any(|gold| gold.start < fact.end && fact.start < gold.end)
    }
}

fn compare(gold: &Scored, hit: &Scored) -> (Vec<Fault>, Given) {
    let filled = |field: &Option<String>| field.as_deref().is_some_and(|field| !field.is_empty());
    let given = Given { of: filled(&gold.of), time: filled(&gold.time), fine: !gold.fine.is_empty() };
    let found_pairs = pair_set(&hit.pairs);
    let pairs = std::iter::once(&gold.pairs).chain(&gold.pairs_alt).any(|pairs| pair_set(pairs) == found_pairs);
    let right = [
        (Fault::Value, same_value(gold, hit)),
        (Fault::Pairs, pairs),
        (Fault::Status, or(&gold.status, "actual") == or(&hit.status, "actual")),
        (Fault::Each, filled(&gold.each) == filled(&hit.each)),
        (Fault::Bound, or(&gold.bound, "exact") == or(&hit.bound, "exact")),
        (Fault::Of, !given.of || same_of(&or(&gold.of, ""), &or(&hit.of, ""))),
        (Fault::Time, !given.time || gold.time == hit.time),
        (Fault::Fine, !given.fine || fine_set(gold) == fine_set(hit)),
    ];
    (right.into_iter().filter(|(_, right)| !right).map(|(fault, _)| fault).collect(), given)
}

/// A field of text, or what stands for an empty one.
pub(super) fn or(field: &Option<String>, default: &str) -> String {
    field.clone().filter(|field| !field.is_empty()).unwrap_or_else(|| default.to_string())
}

/// Pairs as `深圳>河源`.
pub(super) fn arrows(pairs: BTreeSet<(String, String)>) -> Vec<String> {
    pairs.into_iter().map(|(helper, recipient)| format!("{helper}>{recipient}")).collect()
}

pub(super) fn text(value: Option<&serde_json::Value>) -> String {
    match value {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) if !other.is_null() => other.to_string(),
        _ => String::new(),
    }
}

pub(super) fn number(value: Option<&serde_json::Value>) -> Option<Decimal> {
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

pub(super) fn pair_set(pairs: &[PairForm]) -> BTreeSet<(String, String)> {
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

pub(super) fn fine_set(fact: &Scored) -> BTreeSet<(String, String)> {
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

pub(super) fn unit(fact: &Scored) -> String {
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
