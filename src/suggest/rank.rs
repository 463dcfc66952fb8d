//! Which words are worth a row, and in what order.

use super::collect::{Corpus, Example, Seen};
use super::{Class, Evidence, name, row};
use crate::lexicon::{CueKind, Level, Lexicon};
use crate::segment::Segmenter;
use std::collections::BTreeMap;

/// A row worth adding.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Suggestion {
    /// The table it belongs to: `places.tsv`.
    pub table: &'static str,
    /// The word; of a place the full name where one stands, else the bare one.
    pub word: String,
    /// The bare name of a full one, when the articles have it; else "".
    pub short: String,
    /// How often it stands, the bare name included.
    pub count: u32,
    /// In how many documents.
    pub documents: u32,
    /// By what the list is ordered; comparable within one run alone.
    pub score: f64,
    /// Entropy of the characters in front, in bits.
    pub left_entropy: f64,
    /// Entropy of the characters behind.
    pub right_entropy: f64,
    /// Cohesion, in bits a seam between characters.
    pub cohesion: f64,
    /// What speaks for it, with numbers of occurrences.
    pub why: BTreeMap<&'static str, u32>,
    /// The row, cells separated by tabs.
    pub row: String,
    /// Sentences that hold it.
    pub examples: Vec<Example>,
}

pub(super) type Words = BTreeMap<String, Seen>;

/// A full name stands at least once for so many times that its bare form does.
const FEWEST: u32 = 50;

/// Suffixes of administrative units are surer than 区 and 市, which end many words (城区, 都市).
const SURE: &[&str] = &["县", "镇", "乡", "街道", "自治县", "自治州"];

pub(super) fn suggest(
    lexicon: &Lexicon,
    segmenter: &Segmenter,
    corpus: &Corpus,
    mut tables: BTreeMap<Class, Words>,
) -> Vec<Suggestion> {
    let mut take = |class| tables.remove(&class).unwrap_or_default();
    let mut found = places(segmenter, corpus, take(Class::Place));
    found.extend(agencies(lexicon, corpus, &take(Class::Agency)));
    found.extend(measures(corpus, &take(Class::Measure)));
    found.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score).then_with(|| a.word.cmp(&b.word)));
    row::write(lexicon, found)
}

fn ln(count: u32) -> f64 {
    f64::from(count).ln_1p()
}

/// A suggestion without its row. Cohesion adds at most one to the score: 毛尖 coheres as well as 河池.
fn suggestion(table: &'static str, corpus: &Corpus, word: &str, seen: &Seen, score: f64) -> Suggestion {
    let cohesion = corpus.cohesion(word, seen.count);
    let why = Evidence::ALL.iter().map(|(evidence, words)| (*words, seen.of(*evidence)));
    Suggestion {
        table,
        word: word.to_string(),
        short: String::new(),
        count: seen.count,
        documents: seen.documents,
        score: score + cohesion.clamp(0.0, 10.0) / 10.0,
        left_entropy: seen.left.entropy(),
        right_entropy: seen.right.entropy(),
        cohesion,
        why: why.filter(|(_, count)| *count > 0).collect(),
        row: String::new(),
        examples: seen.examples.clone(),
    }
}

/// Full names with their bare forms, then bare names that no full one has.
fn places(segmenter: &Segmenter, corpus: &Corpus, mut words: Words) -> Vec<(Suggestion, Seen)> {
    let mut found = Vec::new();
    let named = words.iter().filter(|(word, _)| name::suffix_of(word).is_some());
    let mut full: Vec<(u32, String)> = named.map(|(word, seen)| (seen.count, word.clone())).collect();
    // The bare name goes to the full name seen most: 惠来县, not 惠来乡 (惠来|乡村).
    full.sort_by(|(a, left), (b, right)| b.cmp(a).then_with(|| left.cmp(right)));
    for (_, word) in full {
        let (Some((suffix, level)), Some(mut seen)) = (name::suffix_of(&word), words.remove(&word)) else { continue };
        let stem = &word[..word.len() - suffix.len()];
        let bare = if level == Level::Zone { None } else { bare_form(&words, stem, suffix) };
        // 粤北 stands a thousand times and 粤北区 once: that is no full name of it.
        let belongs = |short: &String| words.get(short).is_some_and(|bare| bare.count <= seen.count * FEWEST);
        let short = bare.filter(belongs);
        if let Some(bare) = short.as_ref().and_then(|short| words.get(short)) {
            seen.absorb(bare);
        }
        let Some(score) = full_score(&seen, suffix, level) else { continue };
        let mut suggestion = suggestion("places.tsv", corpus, &word, &seen, score);
        if let Some(short) = short {
            words.remove(&short);
            suggestion.short = short;
        }
        found.push((suggestion, seen));
    }
    for (word, seen) in words {
        if let Some(score) = bare_score(&seen, segmenter.is_word(&word), corpus.times(&word)) {
            found.push((suggestion("places.tsv", corpus, &word, &seen, score), seen));
        }
    }
    found
}

/// The bare form of a full name that stands in the articles: 龙川, and 连南 of 连南瑶族自治县.
fn bare_form(words: &Words, stem: &str, suffix: &str) -> Option<String> {
    let ends = stem.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    let tried = ends.take_while(|end| *end >= 6).take(if suffix.starts_with("自治") { usize::MAX } else { 1 });
    tried.map(|end| &stem[..end]).find(|bare| words.contains_key(*bare)).map(str::to_string)
}

/// Occurrences that speak for a place by themselves.
fn placed(seen: &Seen) -> u32 {
    let kinds = [Evidence::Behind, Evidence::Listed, Evidence::Related, Evidence::Body, Evidence::Bracketed];
    kinds.into_iter().map(|evidence| seen.of(evidence)).sum()
}

/// What counts for every kind of name: how often, in how many documents, how many kinds of evidence, how free its sides.
fn strength(seen: &Seen) -> f64 {
    let kinds = Evidence::ALL.iter().take(6).filter(|(evidence, _)| seen.of(*evidence) > 0).count();
    let freedom = seen.left.entropy().min(seen.right.entropy()).min(3.0);
    0.5 * ln(placed(seen)) + 0.7 * ln(seen.documents) + 0.3 * ln(seen.count) + 0.3 * kinds as f64 + 0.2 * freedom
}

fn mostly(seen: &Seen, evidence: Evidence) -> bool {
    seen.of(evidence) * 2 > seen.count
}

/// None for what is hardly a place.
fn full_score(seen: &Seen, suffix: &str, level: Level) -> Option<f64> {
    let (named, ordinary) = (mostly(seen, Evidence::Named), mostly(seen, Evidence::Ordinary));
    let (sure, located) = (SURE.contains(&suffix), seen.of(Evidence::Located) > 0);
    let other = placed(seen) - seen.of(Evidence::Body);
    let stands = match (level, named, ordinary) {
        (Level::Zone, ..) => placed(seen) > 0 || seen.count > 1,
        (_, true, _) => true,
        // 代表市人民政府: a body alone makes no city of the word in front of its level.
        (_, _, true) => other > seen.of(Evidence::Related) || sure && (other > 0 || located),
        (_, _, false) => placed(seen) > 0 || sure && (seen.count > 1 || located),
    };
    let bonus = match (level, sure || named) {
        (Level::Zone, _) => -0.3,
        (_, true) => 1.0,
        (_, false) => 0.7,
    };
    stands.then(|| bonus + if named { 0.5 } else { 0.0 } + strength(seen))
}

/// A bare name needs a place to stand in; `times` is how often the word stands anywhere in the corpus.
fn bare_score(seen: &Seen, word: bool, times: u32) -> Option<f64> {
    let (listed, located) = (seen.of(Evidence::Listed) + seen.of(Evidence::Bracketed), seen.of(Evidence::Located));
    let share = |count: u32| f64::from(count) / f64::from(seen.count.max(if word { times } else { 0 }));
    if mostly(seen, Evidence::Ordinary) {
        return (seen.count > 1 && share(listed) >= 0.5).then(|| strength(seen) - 0.3);
    }
    if mostly(seen, Evidence::Named) {
        let grounds = placed(seen) + located;
        let lack = 1.0 - (2.0 * share(grounds)).min(1.0) + if placed(seen) == 0 { 0.8 } else { 0.0 };
        return (grounds > 0 || seen.count > 1).then(|| strength(seen) + 0.8 - 2.0 * lack);
    }
    let free = located > 1 && seen.left.entropy().min(seen.right.entropy()) >= 1.5;
    let related = seen.of(Evidence::Related);
    let grounds = listed + related + located;
    let stands = listed > 0 && share(listed) >= 0.12
        || grounds > 1 && listed + related > 0 && share(grounds) >= 0.3
        || free && share(grounds) >= 0.2;
    stands.then(|| strength(seen) - 0.3)
}

fn agencies(lexicon: &Lexicon, corpus: &Corpus, words: &Words) -> Vec<(Suggestion, Seen)> {
    let known = |word: &str| {
        let whole = |cue: &crate::lexicon::CueHit| cue.span.len() == word.len();
        lexicon.scan(word).cues.iter().any(|cue| whole(cue) && matches!(cue.kind, CueKind::Agency(_)))
    };
    // 新集团 in 源新集团, where nearly every one stands behind 源.
    let cut = |word: &str, seen: &Seen| {
        let longer = |other: &&String| other.len() > word.len() && other.ends_with(word);
        words.iter().any(|(other, more)| longer(&other) && more.count * 10 >= seen.count * 7)
    };
    let worth = words.iter().filter(|(word, seen)| seen.count > 1 && !known(word) && !cut(word, seen));
    worth
        .map(|(word, seen)| {
            let score = 0.7 * ln(seen.documents) + 0.3 * ln(seen.count) + 0.2 * seen.right.entropy().min(3.0);
            (suggestion("agencies.tsv", corpus, word, seen, score), seen.clone())
        })
        .collect()
}

fn measures(corpus: &Corpus, words: &Words) -> Vec<(Suggestion, Seen)> {
    let worth = words.iter().filter(|(word, seen)| {
        let named = seen.of(Evidence::Named) > 0;
        // 公 in 公里 and 个人 in 个: the longer word where nearly all are it, else the shorter.
        let first = |other: &str| other.len() > word.len() && other.starts_with(word.as_str());
        let longer = words.iter().any(|(other, more)| first(other) && more.count * 10 >= seen.count * 7);
        let shorter = words.iter().any(|(other, more)| {
            word.len() > other.len() && word.starts_with(other.as_str()) && seen.count * 10 < more.count * 7
        });
        // 1.5垧: only what measures has fractions.
        let measured = seen.of(Evidence::Fraction) > 1 && seen.count > 2;
        let often = seen.count > 4
            && seen.of(Evidence::Digits) * 2 >= seen.count
            && seen.documents > 2
            && seen.right.entropy() >= 1.5;
        !longer && !shorter && (named && seen.count > 1 || often || measured)
    });
    worth
        .map(|(word, seen)| {
            let named = if seen.of(Evidence::Named) > 0 { 1.0 } else { 0.0 };
            let score = named + 0.7 * ln(seen.documents) + 0.3 * ln(seen.count) + 0.2 * seen.right.entropy().min(3.0);
            (suggestion("measure_words.tsv", corpus, word, seen, score), seen.clone())
        })
        .collect()
}
