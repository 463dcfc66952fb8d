//! Reprints: articles that say the same in another frame, another script, or slightly other words.
//!
//! Takes a signature of each document, gives each the index of the head of its cluster. Two documents belong together
//! when their bodies share enough text *and* their facts share enough amounts: last year's article with this year's
//! figures is no reprint. Candidates come from locality-sensitive hashing, so that the work grows with the number of
//! documents and not with its square.
//!
//! MinHash is made here, in one pass over the text: the crates for it are either unkept or hash words of languages
//! that have spaces.

use crate::layout::{Layout, LineKind};
use crate::output::FactRecord;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Characters of a shingle. Five Chinese characters are about three words.
const SHINGLE: usize = 5;
/// Bins of the MinHash over the text.
const BINS: usize = 64;
/// Values of the MinHash over the amounts.
const AMOUNTS: usize = 16;
/// Rows of a band: of the text, of the amounts.
const TEXT_ROWS: usize = 4;
const AMOUNT_ROWS: usize = 2;
/// A band's bucket of more documents than this is boilerplate; each is compared with so many before it.
const NEIGHBOURS: usize = 64;

/// What documents are compared by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// MinHash of the body's shingles.
    text: Vec<u32>,
    /// Number of shingles.
    shingles: u32,
    /// Hashes of the amounts, sorted, each once.
    amounts: Vec<u32>,
}

/// SplitMix64's finisher: every bit of the input reaches every bit of the output.
const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

fn hash_of(text: &str) -> u64 {
    text.bytes().fold(0x9E37_79B9_7F4A_7C15, |hash, byte| mix(hash ^ u64::from(byte)))
}

impl Signature {
    /// The signature of a document: its text in canonical characters, its layout, its facts.
    pub fn new(folded: &str, layout: &Layout, facts: &[FactRecord]) -> Self {
        let body = layout.lines.iter().filter(|line| matches!(line.kind, LineKind::Body | LineKind::Heading));
        // Numbers are left to the amounts; signs and spaces change from copy to copy.
        let characters: Vec<u32> = body
            .flat_map(|line| line.span.of(folded).chars())
            .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
            .map(u32::from)
            .collect();
        let mut text = vec![u32::MAX; BINS];
        for shingle in characters.windows(SHINGLE) {
            let hash = shingle.iter().fold(0, |hash, c| mix(hash ^ u64::from(*c)));
            let bin = (hash as usize) % BINS;
            text[bin] = text[bin].min((hash >> 32) as u32);
        }
        let mut amounts: Vec<u32> = facts.iter().map(|fact| hash_of(&amount(fact)) as u32).collect();
        amounts.sort_unstable();
        amounts.dedup();
        Self { text, shingles: u32::try_from(characters.len()).unwrap_or(u32::MAX), amounts }
    }

    /// Share of the shorter body's text that the longer one holds too, as MinHash estimates it.
    fn shared_text(&self, other: &Self) -> f64 {
        let (mut equal, mut filled) = (0u32, 0u32);
        for (a, b) in self.text.iter().zip(&other.text) {
            let empty = *a == u32::MAX && *b == u32::MAX;
            filled += u32::from(!empty);
            equal += u32::from(a == b && !empty);
        }
        let jaccard = f64::from(equal) / f64::from(filled.max(1));
        let (less, more) = (self.shingles.min(other.shingles), self.shingles.max(other.shingles));
        let both = jaccard / (1.0 + jaccard) * (f64::from(less) + f64::from(more));
        both / f64::from(less.max(1))
    }

    /// Number of amounts of the document that has fewer, and the share of them that the other has too.
    fn shared_amounts(&self, other: &Self) -> (usize, f64) {
        let (few, many) = if self.amounts.len() <= other.amounts.len() { (self, other) } else { (other, self) };
        let shared = few.amounts.iter().filter(|amount| many.amounts.binary_search(amount).is_ok()).count();
        (few.amounts.len(), shared as f64 / few.amounts.len().max(1) as f64)
    }

    /// Whether one is a reprint of the other.
    fn repeats(&self, other: &Self) -> bool {
        let text = self.shared_text(other);
        let (amounts, shared) = self.shared_amounts(other);
        match amounts {
            // Nothing but the words can tell.
            0 => text >= 0.8,
            1..=3 => text >= 0.7 && shared >= 0.6,
            // Words changed throughout, figures kept; or figures corrected, words kept.
            _ => (text >= 0.5 && shared >= 0.5) || (text >= 0.15 && amounts >= 6 && shared >= 0.75),
        }
    }

    /// Keys of the bands: documents with a key in common are compared.
    fn bands(&self) -> Vec<u64> {
        let texts = self.text.chunks(TEXT_ROWS).enumerate().filter(|(_, rows)| rows.iter().all(|row| *row != u32::MAX));
        let mut keys: Vec<u64> =
            texts.map(|(band, rows)| rows.iter().fold(band as u64, |key, row| mix(key ^ u64::from(*row)))).collect();
        if self.amounts.len() >= 4 {
            let least = |seed: u64| self.amounts.iter().map(|amount| mix(u64::from(*amount) ^ mix(seed))).min();
            let values: Vec<u64> = (1..=AMOUNTS as u64).filter_map(least).collect();
            let bands = values.chunks(AMOUNT_ROWS).zip(1_000u64..);
            keys.extend(bands.map(|(rows, band)| rows.iter().fold(band, |key, row| mix(key ^ row))));
        }
        keys
    }
}

/// What makes two amounts the same: kind, value and unit.
fn amount(fact: &FactRecord) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_default();
    format!("{} {} {} {} {}", fact.kind, value(&fact.value), value(&fact.low), value(&fact.high), fact.unit)
}

/// One row a record of a run: what is needed to find reprints when all of them have been read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureRow {
    /// The document's id.
    pub id: String,
    /// Publication date, ISO.
    pub date: Option<String>,
    /// Number of facts.
    pub facts: usize,
    /// None for a record that could not be read.
    pub signature: Option<Signature>,
}

/// For each document the index of the earliest of its cluster; of a document that repeats none, its own. The earliest is
/// the one with the earliest date; documents without a date come last; among equals the first in order.
pub fn heads(documents: &[(Option<String>, Signature)]) -> Vec<usize> {
    let mut parents: Vec<usize> = (0..documents.len()).collect();
    let mut buckets: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for (index, (_, signature)) in documents.iter().enumerate() {
        for key in signature.bands() {
            let bucket = buckets.entry(key).or_default();
            for &other in bucket.iter() {
                let (a, b) = (root(&mut parents, index), root(&mut parents, other));
                if a != b && signature.repeats(&documents[other].1) {
                    parents[a.max(b)] = a.min(b);
                }
            }
            if bucket.len() < NEIGHBOURS {
                bucket.push(index);
            }
        }
    }
    let roots: Vec<usize> = (0..documents.len()).map(|index| root(&mut parents, index)).collect();
    let mut earliest: Vec<usize> = (0..documents.len()).collect();
    let age = |index: usize| (documents[index].0.is_none(), documents[index].0.as_deref(), index);
    for (index, &root) in roots.iter().enumerate() {
        if age(index) < age(earliest[root]) {
            earliest[root] = index;
        }
    }
    roots.into_iter().map(|root| earliest[root]).collect()
}

fn root(parents: &mut [usize], mut index: usize) -> usize {
    while parents[index] != index {
        parents[index] = parents[parents[index]];
        index = parents[index];
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::lexicon::Lexicon;
    use crate::output::fact_records;
    use crate::pipeline::Extractor;

    const BODY: &str = "深圳对口帮扶河源三年来，两市干部群众携手同心，累计投入帮扶资金3.5亿元，援建项目125个。\n\
        深河产业园已平整土地3200亩，引进企业63家，其中41家已经投产，吸纳当地劳动力8600人就近就业。\n\
        在教育方面，深圳选派教师216名到河源支教，新建校舍18500平方米，受益学生超过12万人。\n\
        在医疗方面，两地医院结成帮扶对子27个，培训医务人员1340人次，捐赠设备价值2600万元。";

    fn heads_of(texts: &[(&str, Option<&str>)]) -> Vec<usize> {
        let extractor = Extractor::new(Lexicon::builtin());
        let documents: Vec<(Option<String>, Signature)> = texts
            .iter()
            .map(|(text, date)| {
                let document = Document::new("a", *text);
                let extraction = extractor.extract(&document);
                let facts = fact_records(extractor.lexicon(), &document, &extraction.facts);
                let folded = extractor.lexicon().folder.fold(text);
                (date.map(str::to_string), Signature::new(&folded, &extraction.layout, &facts))
            })
            .collect();
        heads(&documents)
    }

    #[test]
    fn a_copy_in_another_frame_belongs_to_the_earliest() {
        let framed = format!("南方网讯\n{BODY}\n责任编辑：李四\n版权所有 未经授权禁止转载");
        let short = BODY.lines().take(3).collect::<Vec<_>>().join("\n");
        let other =
            "茂名今年种植荔枝130万亩，预计总产量52万吨，果农收入稳步增加，市场前景十分广阔，合作社负责人信心很足。";
        let texts =
            [(framed.as_str(), Some("2015-03-02")), (other, None), (BODY, Some("2015-03-01")), (short.as_str(), None)];
        assert_eq!(heads_of(&texts), [2, 1, 2, 2]);
    }

    #[test]
    fn another_script_is_the_same_article() {
        let traditional = BODY.replace('对', "對").replace("帮扶", "幫扶").replace('亿', "億").replace("产业", "產業");
        assert_eq!(heads_of(&[(BODY, None), (&traditional, None)]), [0, 0]);
    }

    #[test]
    fn the_same_words_with_other_figures_are_another_article() {
        let digits = |c: char| c.to_digit(10).map_or(c, |digit| char::from(b'0' + ((digit + 3) % 9 + 1) as u8));
        let other: String = BODY.chars().map(digits).collect();
        assert_eq!(heads_of(&[(BODY, None), (&other, None)]), [0, 1]);
        let corrected = BODY.replace("216", "219");
        assert_eq!(heads_of(&[(BODY, None), (&corrected, None)]), [0, 0]);
    }
}
