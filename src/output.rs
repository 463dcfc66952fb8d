//! Facts and tagged documents as JSON lines and CSV rows. The only place that counts code points.

use crate::audit::Flag;
use crate::document::Document;
use crate::fact::Fact;
use crate::lexicon::{Bound, Lexicon, PlaceId};
use crate::pairing::Pair;
use crate::pipeline::Extraction;
use crate::quantity::Quantity;
use crate::segment::Token;
use crate::span::Span;
use rust_decimal::Decimal;
use serde::Serialize;
use std::fmt::{self, Display, Formatter};

/// Byte offsets to code points: a count every 64 bytes, the rest by counting.
pub struct CodePoints<'t> {
    text: &'t str,
    marks: Vec<usize>,
}

const STRIDE: usize = 64;

impl<'t> CodePoints<'t> {
    /// Counts the marks of a text.
    pub fn new(text: &'t str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut count = 0;
        for block in text.as_bytes().chunks(STRIDE) {
            marks.push(count);
            count += characters(block);
        }
        Self { text, marks }
    }

    /// Code points before byte `at`.
    pub fn at(&self, at: usize) -> usize {
        let mark = (at / STRIDE).min(self.marks.len().saturating_sub(1));
        let from = mark * STRIDE;
        self.marks.get(mark).copied().unwrap_or(0) + characters(&self.text.as_bytes()[from.min(at)..at])
    }
}

/// Characters that begin in a block of at most `STRIDE` bytes. Added up in one byte each, so that many are counted at a
/// time.
fn characters(block: &[u8]) -> usize {
    usize::from(block.iter().map(|byte| u8::from(!is_continuation(*byte))).sum::<u8>())
}

const fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// One fact as it is printed; the contract names the fields.
#[derive(Debug, Clone, Serialize)]
pub struct FactRecord {
    /// The document's id.
    pub doc: String,
    /// Stable id of the fact.
    pub id: String,
    /// money, area, count, percent, length.
    pub kind: &'static str,
    /// The expression.
    pub text: String,
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// Exact decimal; None for a range.
    pub value: Option<String>,
    /// Low end of a range.
    pub low: Option<String>,
    /// High end of a range.
    pub high: Option<String>,
    /// Unit code or measure word.
    pub unit: String,
    /// In m², m or the currency.
    pub si: Option<String>,
    /// How exact.
    pub bound: &'static str,
    /// The group it repeats over.
    pub each: String,
    /// What is measured or counted.
    pub of: String,
    /// actual or planned.
    pub status: &'static str,
    /// When.
    pub time: String,
    /// Whose.
    pub pairs: Vec<PairRecord>,
    /// The sentence.
    pub sentence: String,
    /// Warnings.
    pub flags: Vec<String>,
}

/// One pair as it is printed.
#[derive(Debug, Clone, Serialize)]
pub struct PairRecord {
    /// Short name of the helping city.
    pub helper: String,
    /// Short name of the receiving city.
    pub recipient: String,
    /// GB/T 2260 code.
    pub helper_code: String,
    /// GB/T 2260 code.
    pub recipient_code: String,
    /// The sides below city level.
    pub fine: Option<FineRecord>,
    /// 0 to 1.
    pub confidence: f64,
    /// Why.
    pub evidence: Vec<EvidenceRecord>,
}

/// The sides of a pair below city level.
#[derive(Debug, Clone, Serialize)]
pub struct FineRecord {
    /// Short name.
    pub helper: String,
    /// Short name.
    pub recipient: String,
    /// Code.
    pub helper_code: String,
    /// Code.
    pub recipient_code: String,
}

/// One piece of evidence as it is printed.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceRecord {
    /// The rule, with the dictionary row it used.
    pub rule: String,
    /// The words, or "".
    pub text: String,
    /// First code point, or null.
    pub start: Option<usize>,
    /// One past the last, or null.
    pub end: Option<usize>,
}

/// The name that stands for a place in the output: the short one, if it has one.
pub(crate) fn short(lexicon: &Lexicon, id: PlaceId) -> &str {
    let place = lexicon.place(id);
    if place.short.is_empty() { &place.name } else { &place.short }
}

fn pair_record(lexicon: &Lexicon, text: &str, points: &CodePoints<'_>, pair: &Pair) -> PairRecord {
    let code = |id: PlaceId| lexicon.place(id).code.clone();
    PairRecord {
        helper: short(lexicon, pair.cities.helper).to_string(),
        recipient: short(lexicon, pair.cities.recipient).to_string(),
        helper_code: code(pair.cities.helper),
        recipient_code: code(pair.cities.recipient),
        fine: pair.fine.map(|(helper, recipient)| FineRecord {
            helper: short(lexicon, helper).to_string(),
            recipient: short(lexicon, recipient).to_string(),
            helper_code: code(helper),
            recipient_code: code(recipient),
        }),
        confidence: f64::from(pair.confidence) / 100.0,
        evidence: pair
            .evidence
            .iter()
            .map(|piece| EvidenceRecord {
                rule: piece
                    .row
                    .map_or_else(|| piece.rule.to_string(), |row| format!("{} {}", piece.rule, lexicon.cite(row))),
                text: piece.span.map_or_else(String::new, |span| span.of(text).to_string()),
                start: piece.span.map(|span| points.at(span.start)),
                end: piece.span.map(|span| points.at(span.end)),
            })
            .collect(),
    }
}

/// A decimal without zeros at its end. Most are whole numbers, which need none of the library's wide arithmetic.
fn print(value: Decimal) -> String {
    match (value.scale(), i64::try_from(value.mantissa())) {
        (0, Ok(whole)) => itoa::Buffer::new().format(whole).to_string(),
        _ => value.normalize().to_string(),
    }
}

/// Decimals of a quantity as printed.
pub(crate) struct Values {
    pub(crate) value: Option<String>,
    pub(crate) low: Option<String>,
    pub(crate) high: Option<String>,
    pub(crate) si: Option<String>,
}

pub(crate) fn values(quantity: &Quantity) -> Values {
    if quantity.bound == Bound::Range {
        return Values { value: None, low: Some(print(quantity.low)), high: Some(print(quantity.high)), si: None };
    }
    Values { value: Some(print(quantity.low)), low: None, high: None, si: quantity.si().map(|(si, _)| print(si)) }
}

/// The unit as printed: a code, or the measure word as the document writes it (個, not 个).
pub(crate) fn unit<'t>(text: &'t str, quantity: &'t Quantity) -> &'t str {
    if quantity.kind == crate::quantity::Kind::Count && !quantity.unit.is_empty() {
        // 两个半: the half stands behind the measure word.
        let end = text[..quantity.span.end].trim_end_matches('半').len();
        return &text[end - quantity.unit.len()..end];
    }
    &quantity.unit
}

/// A flag as printed: its name, and what goes with it.
pub(crate) fn labels(flag: &Flag, points: &CodePoints<'_>) -> Vec<String> {
    match flag {
        Flag::UnitElided => vec!["unit_elided".to_string()],
        Flag::SumMismatch(None) => vec!["sum_mismatch".to_string()],
        Flag::SumMismatch(Some(sum)) => vec!["sum_mismatch".to_string(), format!("sum_expected={}", print(*sum))],
        Flag::MagnitudeSuspect(proposal) => {
            vec!["magnitude_suspect".to_string(), format!("magnitude_proposal={}", print(*proposal))]
        }
        Flag::Restates(span) => {
            vec!["restates".to_string(), format!("restates={}-{}", points.at(span.start), points.at(span.end))]
        }
    }
}

/// The flags of a fact as printed.
pub fn flags(text: &str, fact: &Fact) -> Vec<String> {
    let points = CodePoints::new(text);
    fact.flags.iter().flat_map(|flag| labels(flag, &points)).collect()
}

/// All facts of a document as records.
pub fn fact_records(lexicon: &Lexicon, document: &Document, facts: &[Fact]) -> Vec<FactRecord> {
    let points = CodePoints::new(&document.text);
    let text = document.text.as_str();
    facts
        .iter()
        .map(|fact| {
            let quantity = &fact.quantity;
            let (start, end) = (points.at(quantity.span.start), points.at(quantity.span.end));
            let Values { value, low, high, si } = values(quantity);
            let slice = |span: Option<Span>| span.map_or_else(String::new, |span| span.of(text).to_string());
            FactRecord {
                doc: document.id.clone(),
                id: format!("{}#{start}-{end}", document.id),
                kind: quantity.kind.name(),
                text: quantity.span.of(text).to_string(),
                start,
                end,
                value,
                low,
                high,
                unit: unit(text, quantity).to_string(),
                si,
                bound: quantity.bound.name(),
                each: slice(fact.context.each),
                of: slice(fact.context.of),
                status: if fact.context.planned { "planned" } else { "actual" },
                time: fact.context.time.clone(),
                pairs: fact.decision.pairs.iter().map(|pair| pair_record(lexicon, text, &points, pair)).collect(),
                sentence: fact.sentence.of(text).to_string(),
                flags: fact.flags.iter().flat_map(|flag| labels(flag, &points)).collect(),
            }
        })
        .collect()
}

/// The header of the CSV form.
pub const CSV_COLUMNS: &[&str] = &[
    "doc",
    "id",
    "kind",
    "text",
    "start",
    "end",
    "value",
    "low",
    "high",
    "unit",
    "si",
    "bound",
    "each",
    "of",
    "status",
    "time",
    "pairs",
    "helper",
    "recipient",
    "helper_code",
    "recipient_code",
    "fine",
    "confidence",
    "evidence",
    "sentence",
    "flags",
];

/// 深圳>河源
impl Display for PairRecord {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}>{}", self.helper, self.recipient)
    }
}

/// 宝安>龙川
impl Display for FineRecord {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}>{}", self.helper, self.recipient)
    }
}

impl PairRecord {
    /// 深圳>河源 (宝安>龙川)
    pub fn in_full(&self) -> String {
        self.fine.as_ref().map_or_else(|| self.to_string(), |fine| format!("{self} ({fine})"))
    }
}

/// Items in order, each once: six county pairs of two cities are one city pair.
pub(crate) fn distinct(items: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

/// A record as CSV cells, in the order of [`CSV_COLUMNS`].
pub fn csv_cells(record: &FactRecord) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let first = record.pairs.first();
    let of_first = |get: fn(&PairRecord) -> &String| first.map(|pair| get(pair).clone()).unwrap_or_default();
    let join = |items: Vec<String>| items.join(";");
    vec![
        record.doc.clone(),
        record.id.clone(),
        record.kind.to_string(),
        record.text.clone(),
        record.start.to_string(),
        record.end.to_string(),
        text(&record.value),
        text(&record.low),
        text(&record.high),
        record.unit.clone(),
        text(&record.si),
        record.bound.to_string(),
        record.each.clone(),
        record.of.clone(),
        record.status.to_string(),
        record.time.clone(),
        join(distinct(record.pairs.iter().map(ToString::to_string))),
        of_first(|pair| &pair.helper),
        of_first(|pair| &pair.recipient),
        of_first(|pair| &pair.helper_code),
        of_first(|pair| &pair.recipient_code),
        join(record.pairs.iter().filter_map(|pair| pair.fine.as_ref()).map(ToString::to_string).collect()),
        first.map(|pair| pair.confidence.to_string()).unwrap_or_default(),
        first.map(|pair| join(pair.evidence.iter().map(|piece| piece.rule.clone()).collect())).unwrap_or_default(),
        record.sentence.clone(),
        join(record.flags.clone()),
    ]
}

/// A quantity as `normalize` prints it.
#[derive(Debug, Clone, Serialize)]
pub struct QuantityRecord {
    /// The expression.
    pub text: String,
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What it is.
    pub kind: &'static str,
    /// Exact decimal; None for a range and for what has no value.
    pub value: Option<String>,
    /// Low end.
    pub low: Option<String>,
    /// High end.
    pub high: Option<String>,
    /// Unit code or measure word.
    pub unit: String,
    /// In m², m or the currency.
    pub si: Option<String>,
    /// How exact.
    pub bound: &'static str,
}

/// Quantities of a piece of text.
pub fn quantity_records(text: &str, quantities: &[Quantity]) -> Vec<QuantityRecord> {
    let points = CodePoints::new(text);
    quantities
        .iter()
        .map(|quantity| {
            let Values { value, low, high, si } = if quantity.valued {
                values(quantity)
            } else {
                Values { value: None, low: None, high: None, si: None }
            };
            QuantityRecord {
                text: quantity.span.of(text).to_string(),
                start: points.at(quantity.span.start),
                end: points.at(quantity.span.end),
                kind: quantity.kind.name(),
                value,
                low,
                high,
                unit: unit(text, quantity).to_string(),
                si,
                bound: quantity.bound.name(),
            }
        })
        .collect()
}

/// A tagged document, as `inspect --format json` prints it.
pub fn inspection(
    lexicon: &Lexicon,
    document: &Document,
    extraction: &Extraction,
    tokens: &[Token],
) -> serde_json::Value {
    use serde_json::json;
    let points = CodePoints::new(&document.text);
    let text = document.text.as_str();
    let at = |span: Span| (points.at(span.start), points.at(span.end));
    let title = document.title.clone().or_else(|| extraction.layout.title.map(|span| span.of(text).to_string()));
    json!({
        "doc": document.id,
        "title": title,
        "date": extraction.layout.date.map(|date| date.to_string()),
        "source": extraction.layout.source.map(|span| span.of(text)),
        "text": text,
        "sentences": extraction.sentences.iter().map(|sentence| { let (start, end) = at(sentence.span); json!({"start": start, "end": end}) }).collect::<Vec<_>>(),
        "tokens": tokens.iter().map(|token| { let (start, end) = at(token.span); json!({"text": token.span.of(text), "start": start, "end": end}) }).collect::<Vec<_>>(),
        "mentions": extraction.mentions.iter().map(|mention| {
            let (start, end) = at(mention.span);
            let place = mention.place.or_else(|| mention.compound.map(|index| lexicon.compounds[index as usize].recipients[0]));
            let rule = mention.row.map_or_else(|| mention.rule.to_string(), |row| format!("{} {}", mention.rule, lexicon.cite(row)));
            json!({"text": mention.span.of(text), "start": start, "end": end, "kind": mention.kind.name(),
                "candidates": mention.candidates(lexicon).map(|id| lexicon.place(id).code.as_str()).collect::<Vec<_>>(),
                "code": place.map(|id| lexicon.place(id).code.as_str()), "name": place.map(|id| lexicon.place(id).name.as_str()), "rule": rule})
        }).collect::<Vec<_>>(),
        "quantities": quantity_records(text, &extraction.quantities).into_iter().zip(&extraction.quantities).map(|(record, quantity)| {
            let mut rule = quantity.row.map_or_else(|| quantity.rule.to_string(), |row| format!("{} {}", quantity.rule, lexicon.cite(row)));
            if let Ok(at) = extraction.facts.binary_search_by_key(&quantity.span.start, |fact| fact.quantity.span.start) {
                rule = format!("{rule}; {}", extraction.facts[at].decision.rule);
            }
            json!({"text": record.text, "start": record.start, "end": record.end, "kind": record.kind, "value": record.value,
                "low": record.low, "high": record.high, "unit": record.unit, "bound": record.bound, "fact": quantity.fact, "rule": rule})
        }).collect::<Vec<_>>(),
        "facts": fact_records(lexicon, document, &extraction.facts),
    })
}
