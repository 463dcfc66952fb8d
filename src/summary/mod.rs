//! Facts added up: pair × year × kind × class of what is measured.
//!
//! Takes facts of one document after another, gives rows of counts and sums. Planned and actual stay apart, a range adds
//! its two ends to two bounds, an amount that repeats (各, 每) is counted and not added, and a figure that a document or
//! its reprints state twice counts once. Words come from `attributes.tsv`.

pub mod picture;
#[cfg(feature = "formats")]
pub mod read;

use crate::lexicon::{CueKind, Lexicon, UnitKind};
use crate::output::{FactRecord, distinct};
use crate::table::Row;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// A fact, as far as it is added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The document.
    pub doc: String,
    /// The cluster of reprints that the document belongs to; "" when that was not asked.
    pub cluster: String,
    /// money, area, count, percent, length.
    pub kind: String,
    /// Exact decimal of the value, or of the low end of a range.
    pub low: Decimal,
    /// The same as `low`, or the high end of a range.
    pub high: Decimal,
    /// Unit code or measure word.
    pub unit: String,
    /// The group it repeats over, else "".
    pub each: String,
    /// What is measured or counted.
    pub of: String,
    /// Whether it is planned.
    pub planned: bool,
    /// ISO date, month, year or interval, else "".
    pub time: String,
    /// `深圳>河源;深圳>汕尾`, each city pair once; "" for none.
    pub pairs: String,
}

impl Entry {
    /// The entry of a record; None when it has no value.
    pub fn of_record(record: &FactRecord, cluster: &str) -> Option<Self> {
        let pairs = distinct(record.pairs.iter().map(ToString::to_string));
        let (low, high) = ends(record.value.as_deref(), record.low.as_deref(), record.high.as_deref())?;
        Some(Self {
            doc: record.doc.clone(),
            cluster: cluster.to_string(),
            kind: record.kind.to_string(),
            low,
            high,
            unit: record.unit.clone(),
            each: record.each.clone(),
            of: record.of.clone(),
            planned: record.status == "planned",
            time: record.time.clone(),
            pairs: pairs.join(";"),
        })
    }
}

/// Both ends of an amount, which are one when it is no range.
fn ends(value: Option<&str>, low: Option<&str>, high: Option<&str>) -> Option<(Decimal, Decimal)> {
    let number = |text: Option<&str>| Decimal::from_str_exact(text?).ok();
    match number(value) {
        Some(value) => Some((value, value)),
        None => Some((number(low)?, number(high)?)),
    }
}

/// What rows are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By {
    /// The city pair.
    pub pair: bool,
    /// The year.
    pub year: bool,
    /// What is measured.
    pub of: bool,
}

/// Facts, and their sum when they can be added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// How many facts.
    pub facts: u64,
    /// The least that they add up to; the low ends of ranges.
    #[serde(serialize_with = "as_text")]
    pub low: Decimal,
    /// The most that they add up to.
    #[serde(serialize_with = "as_text")]
    pub high: Decimal,
}

impl Sum {
    fn add(&mut self, low: Decimal, high: Decimal) {
        self.facts += 1;
        self.low = self.low.saturating_add(low);
        self.high = self.high.saturating_add(high);
    }
}

/// One row of the summary.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// `深圳>河源`; several with `;` for amounts that belong to several at once; "" for none.
    pub pair: String,
    /// `2014`, `2013-2015`, `≤2015` (up to), `≥2013` (since), "" when the text does not say.
    pub year: String,
    /// money, area, count, percent, length.
    pub kind: String,
    /// fund, investment, output, macro and so on for money, area and length; the noun for counts.
    pub of: String,
    /// The unit of the sums: the currency, m2, m, or the measure word.
    pub unit: String,
    /// Facts that count.
    pub facts: u64,
    /// Facts left out because the same document or a reprint states them already.
    pub restated: u64,
    /// Facts that repeat over a group (每村30万元); they are in no sum.
    pub each: u64,
    /// What has been done.
    pub actual: Sum,
    /// What is planned.
    pub planned: Sum,
}

impl Row for Total {
    const COLUMNS: &'static [&'static str] = &[
        "pair",
        "year",
        "kind",
        "of",
        "unit",
        "facts",
        "restated",
        "each",
        "actual_facts",
        "actual_low",
        "actual_high",
        "planned_facts",
        "planned_low",
        "planned_high",
    ];

    fn cells(&self) -> Vec<String> {
        let (actual, planned) = (&self.actual, &self.planned);
        let mut cells =
            vec![self.pair.clone(), self.year.clone(), self.kind.clone(), self.of.clone(), self.unit.clone()];
        cells.extend([self.facts, self.restated, self.each].map(|number| number.to_string()));
        for sum in [actual, planned] {
            cells.extend([sum.facts.to_string(), plain(sum.low), plain(sum.high)]);
        }
        cells
    }
}

fn as_text<S: serde::Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&plain(*value))
}

fn plain(value: Decimal) -> String {
    value.normalize().to_string()
}

/// `350000000` → `3.5亿`: exact, and short enough to read.
pub fn readable(value: Decimal) -> String {
    for (power, sign) in [(8, "亿"), (4, "万")] {
        if value.abs() >= Decimal::from(10_i64.pow(power)) {
            let moved = value.checked_div(Decimal::from(10_i64.pow(power))).unwrap_or(value);
            return format!("{}{sign}", plain(moved));
        }
    }
    plain(value)
}

/// Adds facts up.
pub struct Summary<'l> {
    lexicon: &'l Lexicon,
    by: By,
    /// Facts of the document at hand, which must all be there before it is known which ones repeat another.
    open: Vec<Entry>,
    /// What clusters of reprints have stated.
    stated: FxHashMap<(String, String), Vec<Stated>>,
    totals: BTreeMap<[String; 5], Total>,
}

/// A statement against which later ones are held.
struct Stated {
    of: String,
    time: String,
    planned: bool,
}

impl Stated {
    /// Whether an entry says the same again: a headline leaves out what is measured or when.
    fn is_said_by(&self, entry: &Entry) -> bool {
        let time = self.time == entry.time || self.time.is_empty() || entry.time.is_empty();
        let of = self.of.contains(&entry.of) || entry.of.contains(&self.of);
        self.planned == entry.planned && time && of
    }
}

impl<'l> Summary<'l> {
    /// An empty summary.
    pub fn new(lexicon: &'l Lexicon, by: By) -> Self {
        Self { lexicon, by, open: Vec::new(), stated: FxHashMap::default(), totals: BTreeMap::new() }
    }

    /// Adds a fact. Facts of one document must come one after another.
    pub fn add(&mut self, entry: Entry) {
        if self.open.first().is_some_and(|first| first.doc != entry.doc) {
            self.close_document();
        }
        self.open.push(entry);
    }

    fn close_document(&mut self) {
        let mut entries = std::mem::take(&mut self.open);
        // Those that say most come first, so that the others repeat them and not the other way round.
        entries.sort_by_key(|entry| (entry.time.is_empty(), entry.of.is_empty()));
        if entries.first().is_some_and(|entry| entry.cluster.is_empty()) {
            self.stated.clear();
        }
        for entry in entries {
            let what =
                format!("{} {} {} {} {} {}", entry.kind, entry.low, entry.high, entry.unit, entry.pairs, entry.each);
            let stated = self.stated.entry((entry.cluster.clone(), what)).or_default();
            let again = stated.iter().any(|stated| stated.is_said_by(&entry));
            if !again {
                stated.push(Stated { of: entry.of.clone(), time: entry.time.clone(), planned: entry.planned });
            }
            self.count(&entry, again);
        }
    }

    fn count(&mut self, entry: &Entry, again: bool) {
        let (unit, factor) = common_unit(&entry.kind, &entry.unit);
        let shown = |wanted: bool, text: String| if wanted { text } else { String::new() };
        let key = [
            shown(self.by.pair, entry.pairs.clone()),
            shown(self.by.year, year(&entry.time)),
            entry.kind.clone(),
            shown(self.by.of, self.class(entry)),
            unit.to_string(),
        ];
        let total = self.totals.entry(key.clone()).or_insert_with(|| {
            let [pair, year, kind, of, unit] = key;
            Total { pair, year, kind, of, unit, ..Total::default() }
        });
        if again {
            total.restated += 1;
            return;
        }
        total.facts += 1;
        let scaled = |value: Decimal| {
            let (numerator, denominator) = factor;
            value.checked_mul(numerator).and_then(|value| value.checked_div(denominator)).unwrap_or(value).round_dp(2)
        };
        if !entry.each.is_empty() {
            total.each += 1;
        } else if entry.kind != "percent" {
            let sum = if entry.planned { &mut total.planned } else { &mut total.actual };
            sum.add(scaled(entry.low), scaled(entry.high));
        }
    }

    /// The class of what is measured: the role of the attribute that ends last for money, area and length (帮扶资金 →
    /// fund), the noun itself for counts.
    fn class(&self, entry: &Entry) -> String {
        let wanted = match entry.kind.as_str() {
            "money" => UnitKind::Money,
            "area" => UnitKind::Area,
            "length" => UnitKind::Length,
            _ => return self.lexicon.folder.fold(&entry.of).into_owned(),
        };
        let folded = self.lexicon.folder.fold(&entry.of);
        let hits = self.lexicon.scan(&folded).cues;
        let roles = hits.iter().filter_map(|hit| match hit.kind {
            CueKind::Attribute(kind, role) if kind == wanted => {
                Some(((hit.span.end, hit.span.end - hit.span.start), role))
            }
            _ => None,
        });
        roles.max_by_key(|(at, _)| *at).map_or("", |(_, role)| role.name()).to_string()
    }

    /// The rows, in order of pair, year, kind, class and unit.
    pub fn finish(mut self) -> Vec<Total> {
        self.close_document();
        self.totals.into_values().collect()
    }
}

/// The unit in which amounts of different units are added, and the factor as a fraction.
fn common_unit<'u>(kind: &str, unit: &'u str) -> (&'u str, (Decimal, Decimal)) {
    let whole = |factor: i64| (Decimal::from(factor), Decimal::ONE);
    match (kind, unit) {
        ("area", "mu") => ("m2", (Decimal::from(2000), Decimal::from(3))),
        ("area", "ha") => ("m2", whole(10_000)),
        ("area", "km2") => ("m2", whole(1_000_000)),
        ("length", "km") => ("m", whole(1000)),
        _ => (unit, whole(1)),
    }
}

/// `2014-01/2014-06` → `2014`, `../2015-06` → `≤2015`, `2013-11/..` → `≥2013`, `2013/2015` → `2013-2015`.
pub fn year(time: &str) -> String {
    let of = |date: &str| date.get(..4).unwrap_or_default().to_string();
    match time.split_once('/') {
        None => of(time),
        Some(("..", to)) => format!("≤{}", of(to)),
        Some((from, "..")) => format!("≥{}", of(from)),
        Some((from, to)) if of(from) == of(to) => of(from),
        Some((from, to)) => format!("{}-{}", of(from), of(to)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(doc: &str, value: i64, of: &str) -> Entry {
        Entry {
            doc: doc.to_string(),
            cluster: String::new(),
            kind: "money".to_string(),
            low: Decimal::from(value),
            high: Decimal::from(value),
            unit: "CNY".to_string(),
            each: String::new(),
            of: of.to_string(),
            planned: false,
            time: String::new(),
            pairs: "深圳>河源".to_string(),
        }
    }

    fn summed(by: By, entries: Vec<Entry>) -> Vec<Total> {
        let lexicon = Lexicon::builtin();
        let mut summary = Summary::new(&lexicon, by);
        entries.into_iter().for_each(|entry| summary.add(entry));
        summary.finish()
    }

    const ALL: By = By { pair: true, year: true, of: true };
    const NONE: By = By { pair: false, year: false, of: false };

    #[test]
    fn planned_and_actual_stay_apart_and_ranges_give_bounds() {
        let planned = Entry { planned: true, ..entry("a", 7, "投资额") };
        let range = Entry { high: Decimal::from(9), ..entry("a", 5, "投资额") };
        let [total] = summed(ALL, vec![entry("a", 1, "投资额"), planned, range]).try_into().unwrap();
        assert_eq!((total.of.as_str(), total.facts), ("investment", 3));
        assert_eq!((total.actual.facts, total.actual.low, total.actual.high), (2, Decimal::from(6), Decimal::from(10)));
        assert_eq!((total.planned.facts, total.planned.low), (1, Decimal::from(7)));
    }

    #[test]
    fn a_restated_headline_figure_counts_once() {
        let body = Entry { time: "2014".to_string(), ..entry("a", 3, "帮扶资金") };
        let totals = summed(ALL, vec![entry("a", 3, ""), body, entry("b", 3, "")]);
        assert_eq!(totals.iter().map(|total| total.facts).sum::<u64>(), 2, "another document may mean another sum");
        assert_eq!(totals.iter().map(|total| total.restated).sum::<u64>(), 1);
        let named = totals.iter().find(|total| total.year == "2014").unwrap();
        assert_eq!((named.of.as_str(), named.facts), ("fund", 1), "the fuller statement is kept");
    }

    #[test]
    fn reprints_count_once_and_different_figures_do_not_merge() {
        let of_cluster = |doc: &str, value| Entry { cluster: "a".to_string(), ..entry(doc, value, "投资") };
        let totals = summed(NONE, vec![of_cluster("a", 3), of_cluster("b", 3), of_cluster("b", 4)]);
        assert_eq!((totals[0].facts, totals[0].restated, totals[0].actual.low), (2, 1, Decimal::from(7)));
        let fund = entry("a", 3, "帮扶资金");
        let investment = entry("a", 3, "总投资");
        assert_eq!(summed(NONE, vec![fund, investment])[0].facts, 2, "the same sum of two things is two facts");
    }

    #[test]
    fn areas_are_added_in_square_metres_and_repeated_amounts_are_not_added() {
        let area = |value, unit: &str| Entry { kind: "area".into(), unit: unit.into(), ..entry("a", value, "面积") };
        let each = Entry { each: "村".to_string(), ..area(9, "ha") };
        let [total] = summed(ALL, vec![area(3, "mu"), area(1, "ha"), each]).try_into().unwrap();
        assert_eq!((total.unit.as_str(), total.actual.low, total.each), ("m2", Decimal::from(12_000), 1));
    }

    #[test]
    fn years_and_numbers_are_readable() {
        for (time, label) in [
            ("", ""),
            ("2014-05-06", "2014"),
            ("2014-01/2014-06", "2014"),
            ("../2015-06", "≤2015"),
            ("2013-11/..", "≥2013"),
            ("2013/2015", "2013-2015"),
        ] {
            assert_eq!(year(time), label);
        }
        assert_eq!(readable(Decimal::from(350_000_000)), "3.5亿");
        assert_eq!(readable(Decimal::from(12_345)), "1.2345万");
        assert_eq!(readable(Decimal::from(800)), "800");
    }
}
